"""What the explorer says where a name or a word is not clear."""

from __future__ import annotations

import httpx
import pytest

from comention.explorer.asked import concept_path, pair_path
from tests.explorer.reading import counts, facet, links, page, text

PSORIASIS, USTEKINUMAB = "MESH:D011565", "MESH:D000069549"


@pytest.mark.parametrize(
    ("path", "status", "leads"),
    [
        ("/concept?name=psoriasys", 404, concept_path(PSORIASIS)),
        ("/pair?a=ustekinumab&b=psoriasys", 404, pair_path(USTEKINUMAB, PSORIASIS)),
        ("/claims?with=psoriasys&claim=treats", 400, None),
    ],
)
def test_an_unknown_name_leads_to_the_nearest(
    client: httpx.Client, path: str, status: int, leads: str | None
) -> None:
    root = page(client, path, status)
    assert "mentions nothing named 'psoriasys'." in text(root)
    assert "Did you mean psoriasis" in text(root)
    url = next(one for one in links(root) if PSORIASIS.replace(":", "%3A") in one)
    answer = client.get(url)
    assert answer.headers["location"] == leads if leads else answer.status_code == 200
    assert "/search?q=psoriasys" in links(root)


def test_a_name_that_nothing_is_near_to_can_be_searched_for(client: httpx.Client) -> None:
    root = page(client, "/concept?name=qqq", 404)
    assert "comention show" not in text(root)
    assert "/search?q=qqq" in links(root)


def test_a_short_form_leads_to_what_it_may_be(client: httpx.Client) -> None:
    root = page(client, "/concept?name=MS", 404)
    assert "is ambiguous" in text(root)
    assert "Did you mean multiple sclerosis" in text(root)


def test_a_short_list_of_words_is_shown_whole(client: httpx.Client) -> None:
    for path in ("/pairs", "/pairs?types=drug–drug", "/pairs?q=zzzyyy"):
        shown = facet(page(client, path), "Claims of articles")
        assert shown.keys() == {"contradicted", "not contradicted"}, path
    number, url = shown["contradicted"]
    assert number == 0
    assert counts(page(client, url))[0] == 0
    assert facet(page(client, "/claims?q=zzzyyy"), "Certainty").keys() == {"stated", "hedged"}
    assert facet(page(client, "/pairs?q=zzzyyy"), "Grade") == {}
