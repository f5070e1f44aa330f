"""Names that are offered while one is typed, labels of counts, and what the columns of a download mean."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from comention.explorer.kinds import KINDS
from comention.explorer.searching import OFFERED
from comention.snapshots.snapshot import Snapshot
from tests.explorer.reading import links, page
from tests.report.pages import found, words
from tests.report.snapshots import table


def offered(client: httpx.Client, typed: str) -> list[dict[str, str]]:
    answer = client.get("/names", params={"q": typed})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    names: list[dict[str, str]] = answer.json()
    return names


def ready(client: httpx.Client) -> None:
    """Wait until words are indexed: a search does."""
    assert client.get("/search?q=psoriasis").status_code == 200


def test_names_are_those_of_concepts_that_begin_so(client: httpx.Client, snapshot: Snapshot) -> None:
    ready(client)
    entities = {one["name"]: one for one in table(snapshot, "entities")}
    for typed in ("psor", "interleuk", "tu", "MESH:D011565"):
        names = offered(client, typed)
        assert 0 < len(names) <= OFFERED
        articles = [entities[one["name"]]["articles"] for one in names]
        assert articles == sorted(articles, reverse=True)
        for one in names:
            known = entities[one["name"]]
            assert one["label"].endswith(
                f"{known['entity_type']}, {known['articles']} article{'' if known['articles'] == 1 else 's'}"
            )
    assert offered(client, "psor")[0]["name"] == "psoriasis"


def test_a_synonym_stands_beside_the_name_that_is_offered(client: httpx.Client) -> None:
    ready(client)
    (first, *_) = offered(client, "il12")
    assert first["name"] == "interleukin-12"
    assert first["label"].lower().startswith("il12")  # a browser shows what has the letters that are typed


@pytest.mark.parametrize("typed", ["zzzyyy", ""])
def test_nothing_is_offered_where_nothing_begins_so(client: httpx.Client, typed: str) -> None:
    ready(client)
    assert offered(client, typed) == []


def test_the_script_is_of_this_server_alone(client: httpx.Client) -> None:
    answer = client.get("/names.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    policy = client.get("/").headers["content-security-policy"]
    assert "script-src 'self'; connect-src 'self';" in policy
    other = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    assert client.get("/names?q=psor", headers=other).status_code == 403


def test_counts_of_a_facet_say_what_they_count(client: httpx.Client) -> None:
    for path, noun in (("/pairs", "pairs"), ("/claims", "claims"), ("/articles", "articles")):
        shown = found(page(client, path), "//section[@class='facet']//li/a")
        assert shown
        for one in shown:
            number = words(found(one, "./span[@class='n']")[0])
            assert words(one).endswith(f"{number} {noun.removesuffix('s') if number == '1' else noun}")


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_columns_of_a_download_are_explained(client: httpx.Client, kind: str) -> None:
    header = next(csv.reader(io.StringIO(client.get(f"/{kind}?format=csv").text)))
    assert f"/help#columns-{kind}" in links(page(client, f"/{kind}"))
    (section,) = found(page(client, "/help"), f"//section[h3[@id='columns-{kind}']]")
    assert [words(one) for one in found(section, ".//dt")] == header
    assert all(len(words(one)) > 5 for one in found(section, ".//dd"))
