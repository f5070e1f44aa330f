"""What the explorer says where a name or a word is not clear, and where two names are no pair."""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest

from comention.explorer.asked import concept_path, pair_path
from comention.schemas import PAIRS
from comention.schemas.claims import MEANINGS
from comention.snapshots.snapshot import Snapshot
from tests.explorer.reading import counts, facet, links, page, text
from tests.report.pages import found, words
from tests.report.snapshots import table

IL12, PSORIASIS, USTEKINUMAB = "COMENTION:IL-12", "MESH:D011565", "MESH:D000069549"
PAIR = pair_path(PSORIASIS, USTEKINUMAB)


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


def two_apart(snapshot: Snapshot, *, together: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return two concepts that are no pair, and that some article mentions together, or none."""
    paired = {frozenset((one["a_id"], one["b_id"])) for one in table(snapshot, "pairs")}
    articles: dict[str, set[int]] = {}
    for one in table(snapshot, "mentions"):
        articles.setdefault(one["concept_id"], set()).add(one["pmid"])
    every = [one for one in table(snapshot, "entities") if one["name"].isalpha()]
    return next(
        (a, b)
        for a, b in itertools.combinations(every, 2)
        if frozenset((a["concept_id"], b["concept_id"])) not in paired
        and bool(articles[a["concept_id"]] & articles[b["concept_id"]]) == together
    )


@pytest.mark.parametrize("together", [True, False])
def test_two_that_are_no_pair_are_told_of(client: httpx.Client, snapshot: Snapshot, together: bool) -> None:
    one, other = two_apart(snapshot, together=together)
    path = pair_path(one["concept_id"], other["concept_id"])
    root = page(client, path)
    said = "mention" if together else "No article of this snapshot mentions both"
    assert said in text(root, "//p[@class='notice']")
    assert text(root, "//h1") == f"{one['name']} × {other['name']}"
    assert bool([link for link in links(root) if link.startswith("/article/")]) == together
    found_by = page(client, f"/search?q={one['name']}+{other['name']}")
    told = text(found_by, "//p[@class='notice']")
    assert ("No article mentions both" in told) == (not together)
    assert (path in links(found_by)) == together
    for each in (root, found_by):
        assert {concept_path(one["concept_id"]), concept_path(other["concept_id"])} <= set(links(each))


def test_a_concept_with_itself_is_its_page(client: httpx.Client) -> None:
    assert client.get(pair_path(IL12, IL12)).headers["location"] == concept_path(IL12)


def test_the_words_of_the_pages_are_told(client: httpx.Client) -> None:
    told = text(page(client, "/help"))
    for name in ("grade", "q_value", "q_richness", "q_field", "lift", "expected", "contradicted", "support"):
        (column,) = (one for one in PAIRS.columns if one.name == name)
        assert f"pairs.{name}: {column.description.replace('`', '')}." in told, name
    assert all(meaning in told for meaning in MEANINGS.values())
    assert "of this snapshot alone: “animal only” does not say" in told
    for path in ("/pairs", "/triples", concept_path(PSORIASIS), PAIR):
        root = page(client, path)
        assert links(root).count("/help") == 2
        heads = found(root, "//table[thead]//th[@scope='col' and @title]")
        assert "q (richness-adjusted)" in {words(one) for one in heads}
        assert all(len(str(one.get("title"))) > 20 for one in heads)
