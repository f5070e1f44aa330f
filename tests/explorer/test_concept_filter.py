"""Listings of what has some concepts and not others, beside the datasets counted by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from comention.explorer.asked import pair_path
from comention.explorer.concept_filter import MOST_CONCEPTS
from comention.schemas import SURE
from comention.snapshots.snapshot import Snapshot
from tests.explorer.reading import counts, links, page, text
from tests.report.pages import found
from tests.report.snapshots import table

IL12, PSORIASIS, USTEKINUMAB, CROHN = "COMENTION:IL-12", "MESH:D011565", "MESH:D000069549", "MESH:D003424"
_CASES = (
    ((PSORIASIS,), ()),
    ((PSORIASIS, USTEKINUMAB), ()),
    ((PSORIASIS,), (CROHN,)),
    ((IL12,), (PSORIASIS, CROHN)),
    ((IL12, PSORIASIS), (USTEKINUMAB,)),
    ((), (PSORIASIS,)),
)
_Ids = tuple[str, ...]


def listed(client: httpx.Client, kind: str, has: _Ids, lacks: _Ids, **more: str) -> list[dict[str, Any]]:
    """Return the rows of a download."""
    asked = [("with", one) for one in has] + [("not", one) for one in lacks]
    answer = client.get(f"/{kind}?{urlencode([*asked, *more.items(), ('format', 'json')])}")
    assert answer.status_code == 200, answer.text[-500:]
    rows: list[dict[str, Any]] = answer.json()
    return rows


def named(rows: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], Any]) -> dict[Any, set[str]]:
    """Return the concepts mentioned by article or sentence."""
    by: dict[Any, set[str]] = {}
    for one in rows:
        by.setdefault(key(one), set()).add(one["concept_id"])
    return by


def together(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Return any two concepts that an article mentions, each with itself too."""
    articles = named(table(snapshot, "mentions"), lambda one: one["pmid"])
    return {two for ids in articles.values() for two in itertools.product(ids, ids)}


def fits(ids: set[str], has: _Ids, lacks: _Ids) -> bool:
    return set(has) <= ids and not set(lacks) & ids


@pytest.mark.parametrize(("has", "lacks"), _CASES)
@pytest.mark.parametrize("kind", ["articles", "sentences"])
def test_texts_mention_all_and_none_of_the_others(
    client: httpx.Client, snapshot: Snapshot, kind: str, has: _Ids, lacks: _Ids
) -> None:
    keys = ("pmid",) if kind == "articles" else ("pmid", "sentence")
    ids = named(table(snapshot, "mentions"), lambda one: tuple(one[name] for name in keys))
    every = [tuple(one[name] for name in keys) for one in table(snapshot, kind)]
    wanted = {key for key in every if fits(ids.get(key, set()), has, lacks)}
    got = [tuple(one[name] for name in keys) for one in listed(client, kind, has, lacks)]
    assert set(got) == wanted
    assert len(got) == len(wanted) > 0


@pytest.mark.parametrize(("has", "lacks"), _CASES)
def test_claims_and_triples_are_about_all_and_none_of_the_others(
    client: httpx.Client, snapshot: Snapshot, has: _Ids, lacks: _Ids
) -> None:
    said = [one for one in table(snapshot, "claims") if one["claim"] != "none" and one["score"] >= SURE]
    wanted = sum(fits({one["a_id"], one["b_id"]}, has, lacks) for one in said)
    assert len(listed(client, "claims", has, lacks)) == wanted
    sides = ("disease_id", "drug_id", "cytokine_id")
    triples = table(snapshot, "triples")
    assert len(listed(client, "triples", has, lacks)) == sum(
        fits({one[side] for side in sides}, has, lacks) for one in triples
    )


@pytest.mark.slow
@pytest.mark.parametrize(("has", "lacks"), _CASES)
def test_pairs_are_of_partners_that_all_have_and_no_article_mentions_with_the_others(
    client: httpx.Client, snapshot: Snapshot, has: _Ids, lacks: _Ids
) -> None:
    pairs = [(one["a_id"], one["b_id"]) for one in table(snapshot, "pairs")]
    both, meet = {frozenset(one) for one in pairs}, together(snapshot)

    def fit(one: str, other: str) -> bool:
        shared = all(frozenset((each, other)) in both for each in has)
        apart = not any((each, other) in meet for each in lacks)
        return one in has and other not in has and shared and apart

    if has:
        wanted = {two for two in pairs if fit(*two) or fit(*reversed(two))}
    else:  # no partner is asked for
        wanted = {two for two in pairs if not set(two) & set(lacks)}
    got = [(one["a_id"], one["b_id"]) for one in listed(client, "pairs", has, lacks, least="1", related="1")]
    assert set(got) == wanted
    assert len(got) == len(wanted) > 0


@pytest.mark.parametrize(("has", "lacks"), _CASES)
def test_concepts_are_those_mentioned_with_all_and_with_none_of_the_others(
    client: httpx.Client, snapshot: Snapshot, has: _Ids, lacks: _Ids
) -> None:
    meet = together(snapshot)
    wanted = {
        one["concept_id"]
        for one in table(snapshot, "entities")
        if all((each, one["concept_id"]) in meet and each != one["concept_id"] for each in has)
        and not any((each, one["concept_id"]) in meet for each in lacks)
    }
    assert {one["concept_id"] for one in listed(client, "concepts", has, lacks)} == wanted
    assert wanted


def test_a_form_and_chips_say_what_is_asked(client: httpx.Client) -> None:
    root = page(client, "/articles?with=psoriasis&with=IL-12&not=Crohn%27s+disease&q=a&page=1")
    fields = {
        name: [str(one.get("value")) for one in found(root, f"//form[@class='stack']//input[@name='{name}']")]
        for name in ("with", "not")
    }
    assert fields == {"with": ["psoriasis", "interleukin-12", ""], "not": ["Crohn's disease", ""]}
    chips = {
        str(one.text_content()).strip(): one.get("href") for one in found(root, "//ul[@class='chips']//a")
    }
    assert {"with psoriasis ✕", "with interleukin-12 ✕", "not with Crohn's disease ✕"} <= chips.keys()
    less = page(client, str(chips["with psoriasis ✕"]))
    assert "with interleukin-12" in text(less, "//ul[@class='chips']")
    assert "with psoriasis" not in text(less, "//ul[@class='chips']")
    assert counts(less)[0] >= counts(root)[0]
    assert "/help#with" in links(root)


@pytest.mark.parametrize("kind", ["concepts", "claims", "sentences", "articles", "triples", "evidence"])
def test_what_narrows_pairs_alone_is_not_said_of_others(client: httpx.Client, kind: str) -> None:
    path = (
        pair_path(PSORIASIS, USTEKINUMAB).replace("/pair", "/evidence") if kind == "evidence" else f"/{kind}"
    )
    root = page(client, f"{path}{'&' if '?' in path else '?'}least=999&related=1")
    assert counts(root)[0] == counts(root)[1] > 0
    assert not found(root, "//ul[@class='chips']")


def test_pairs_say_what_they_are_narrowed_to(client: httpx.Client) -> None:
    said = text(page(client, "/pairs?least=3&related=1"), "//ul[@class='chips']")
    assert "3 independent articles or more" in said
    assert "with broader concepts" in said


@pytest.mark.parametrize("kind", ["pairs", "concepts", "triples", "claims", "sentences", "articles"])
def test_years_are_said_to_be_of_what_they_are_compared_with(client: httpx.Client, kind: str) -> None:
    root = page(client, f"/{kind}?from=2015&to=2018&least=1&related=1")
    said = text(root, "//ul[@class='chips']")
    rows = client.get(f"/{kind}?from=2015&to=2018&least=1&related=1&format=json").json()
    assert rows
    if kind in {"pairs", "concepts", "triples"}:
        # one whose articles are older and newer is among them: nothing may say that it has one of these years
        assert any(one["first_year"] < 2015 and one["last_year"] > 2018 for one in rows)
        assert all(one["last_year"] >= 2015 and one["first_year"] <= 2018 for one in rows)
        assert "last article from 2015" in said
        assert "first article to 2018" in said
        assert "Last article from year" in text(root, "//form[@class='stack']")
    else:
        assert all(2015 <= one["year"] <= 2018 for one in rows)
        assert "article from" not in said
        assert "from 2015" in said
        assert "to 2018" in said


def test_two_of_pairs_lead_to_their_own_page(client: httpx.Client) -> None:
    root = page(client, "/pairs?with=psoriasis&with=ustekinumab")
    assert pair_path(PSORIASIS, USTEKINUMAB) in links(root)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/pairs?with=psoriasis&not=MESH:D011565", "is also asked for with `with`: take one of the two out"),
        (
            "/articles?" + "&".join(f"not={name}" for name in "abcde"),
            f"not is given 5 times: {MOST_CONCEPTS} concepts at most",
        ),
        ("/articles?with=psoriasis&not=psoriasys", "mentions nothing named 'psoriasys'."),
    ],
)
def test_what_cannot_be_asked_says_what_to_do(client: httpx.Client, path: str, told: str) -> None:
    assert told in text(page(client, path, 400))


def test_an_unclear_name_is_put_right_where_it_stands(client: httpx.Client) -> None:
    root = page(client, "/articles?with=IL-12&with=psoriasys&not=Crohn%27s+disease", 400)
    (url,) = (one for one in links(root) if PSORIASIS.replace(":", "%3A") in one)
    assert url.startswith("/articles?")
    again = page(client, url)
    assert "with interleukin-12" in text(again, "//ul[@class='chips']")
    assert "with psoriasis" in text(again, "//ul[@class='chips']")
    assert "not with Crohn's disease" in text(again, "//ul[@class='chips']")
