"""What the page holds as numbers: every pair, and places within a limit."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.report import store, tables
from comention.report.evidence import Side, proofs
from comention.report.page import gather, render
from comention.report.said import Said, kind_of, may_claim, setting
from comention.snapshots.tables import opened
from tests.report.pages import found, words, written
from tests.report.snapshots import LEXICON, NAMES, TEXTS, TOPIC, Text, make, many, table
from tests.support.claims import by_chance

pytestmark = pytest.mark.slow


def content(held: store.Held) -> dict[str, Any]:
    """The JSON as a browser reads it out of the page."""
    read: dict[str, Any] = json.loads(held.text.unescape())
    return read


def test_every_pair_outside_the_topic_is_held_or_listed(tmp_path: Path) -> None:
    snapshot = make(tmp_path, many(80, seed=4), names=LEXICON)
    page = gather(snapshot)
    held = content(page.held)
    names = {(row["name"], row["articles"]): row["concept_id"] for row in table(snapshot, "entities")}
    ids = [names[name, articles] for name, _, articles in held["concepts"]]
    there = {(ids[row[0]], ids[row[1]]): row[2] for row in held["pairs"]}
    there |= {(p.proof.first.ids[0], p.proof.second.ids[0]): p.proof.tally.articles for p in page.pairs}
    wanted = {
        (row["a_id"], row["b_id"]): row["articles"]
        for row in table(snapshot, "pairs")
        if not row["topic"] and row["relatedness"] != "ancestor" and not {row["a_id"], row["b_id"]} & {*TOPIC}
    }
    assert there == wanted
    assert (page.held.pairs, page.held.pairs_of) == (len(wanted), len(wanted))
    shown = {item.name for kind in page.ranked for item in (*kind.rows, *kind.more)}
    assert {row["name"] for row in table(snapshot, "entities")} - shown <= {"interleukin-12", "IL-12 p40"}


def test_concepts_have_the_articles_of_their_pairs(tmp_path: Path) -> None:
    texts = [Text(n, "psoriasis and ustekinumab.") for n in (1, 2)]
    texts += [Text(3, "psoriasis and ustekinumab.", measured=True), Text(4, "ustekinumab.", measured=True)]
    snapshot = make(tmp_path, [*texts, Text(5, "ustekinumab.")])
    [row] = table(snapshot, "pairs")
    held = content(gather(snapshot).held)
    counted = {name: articles for name, _, articles in held["concepts"]}
    assert counted == {row["a_name"]: row["articles_a"], row["b_name"]: row["articles_b"]}
    assert counted == {"psoriasis": 3, "ustekinumab": 3}


def test_all_places_of_what_is_listed_are_held(tmp_path: Path) -> None:
    page = gather(make(tmp_path, TEXTS))
    held = content(page.held)
    for kind in page.ranked:
        for item in kind.rows:
            number = page.numbers[frozenset((*item.proof.first.ids, *item.proof.second.ids))]
            _, _, total, places = held["proofs"][number]
            assert total == len(places) == item.proof.places
            pmids = [held["articles"][place[0]][0] for place in places]
            assert pmids[: len(item.proof.quotes)] == [quote.pmid for quote in item.proof.quotes]
            for place, quote in zip(places, item.proof.quotes, strict=False):
                told = [
                    "".join(piece for piece in held["texts"][n] if isinstance(piece, str)) for n in place[5:]
                ]
                assert told == ["".join(piece.text for piece in one) for one in quote.sentences]


def test_where_there_is_no_room_each_pair_keeps_its_best_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PLACES_HELD", 8)
    monkeypatch.setattr(store, "PAIRS_HELD", 2)
    monkeypatch.setattr(tables, "PAIR_ROWS", 1)
    snapshot = make(tmp_path, [Text(n, "IL-12, psoriasis, asthma and IL-23.") for n in range(1, 11)])
    page = gather(snapshot)
    held = content(page.held)
    shown = [proof for proof in held["proofs"] if proof[3]]
    assert all(total == 10 and len(places) < 10 for _, _, total, places in shown)
    assert page.held.places == sum(len(places) for _, _, _, places in held["proofs"]) <= 8
    assert (page.held.pairs, page.held.pairs_of) == (2, 3)
    text = render(page)
    assert "The snapshot has 3 pairs: comention show --with NAME finds the others." in text
    assert "comention evidence psoriasis interleukin-12" in text


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(1, 30))
def test_no_more_places_than_there_is_room_for(counts: list[int], first: int) -> None:
    first = min(first, len(counts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "PLACES_HELD", 60)
        kept = store._kept(counts, first)
    assert first <= len(kept) <= len(counts)
    held = [min(n, most) for n, most in zip(counts, kept, strict=False)]
    assert sum(held) <= max(60, first)  # at least one of each that is shown
    assert kept[first:] == counts[first : len(kept)]


def test_text_that_looks_like_html_stays_text(tmp_path: Path) -> None:
    evil = "</template><script>alert(1)</script>&lt;"
    make(
        tmp_path,
        [Text(n, f"IL-12, asthma and {evil}") for n in (1, 2)],
        names={**NAMES, evil: ("MESH:E", evil, "disease")},
    )
    page = written(tmp_path)
    assert len(found(page, "//script")) == 1
    (held,) = found(page, "//template[@id='held']")
    assert [one[0] for one in json.loads(held.text_content())["concepts"]].count(evil) == 1


def test_claims_are_told_for_and_against() -> None:
    said = Said({"treats": 5, "causes": 2, "no_effect": 1, "studied": 3}, 1, 4, "treats")
    assert said.parts == (
        ("for", "treats", 5),
        ("other", "studied", 3),
        ("against", "causes", 2),
        ("null", "no effect", 1),
        ("hedged", "hedged", 1),
        ("mentioned", "mentioned", 4),
    )
    assert (said.for_, said.against) == (5, 3)
    assert said.words == "treats 5 · studied 3 · causes 2 · no effect 1 · hedged 1 · mentioned 4"
    assert sum(share for _, share in said.shares) == pytest.approx(1)
    assert dict(said.shares)["down"] == pytest.approx(5 / 16)
    assert Said().parts == ()
    assert Said().shares == ()
    assert [kind_of(word) for word in ("causes", "lowers", "no_difference", "studied", "something new")] == [
        "up", "down", "null", "other", "other",
    ]  # fmt: skip
    assert may_claim("drug", "disease")
    assert may_claim("cytokine", "cell")
    assert not may_claim("disease", "disease")


def test_the_drawer_tells_claims_and_kinds_of_study(tmp_path: Path) -> None:
    texts = [
        Text(1, "IL-12 in psoriasis.", study=("randomised trial",), species=("Humans",)),
        Text(2, "IL-12 in psoriasis."),
    ]

    def said(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        del mentions
        pair = {
            "a_id": "COMENTION:IL-12",
            "b_id": "MESH:D011565",
            "sentence": 0,
            "method": "model",
            "score": 0.9,
        }
        return [
            pair | {"pmid": 1, "claim": "promotes", "certainty": "stated", "direction": "ab"},
            pair | {"pmid": 2, "claim": "protects", "certainty": "hedged", "direction": "ab"},
        ]

    make(tmp_path, texts, said=said)
    page = written(tmp_path)
    (claims,) = found(page, "//*[@id='disease-1']//p[@class='claims']")
    assert words(claims) == (
        "What articles claim: promotes 1 hedged 1 "
        "(1 article for the leading claim, 0 against or without effect)"
    )
    sources = [words(p) for p in found(page, "//*[@id='disease-1']//p[@class='source']")]
    assert sorted(sources) == [
        "PMID 1 · 2020 · title · randomised trial · Humans · promotes",
        "PMID 2 · 2020 · title · protects (hedged)",
    ]


def test_the_leading_claim_of_a_drawer_is_that_of_its_pair(tmp_path: Path) -> None:
    names = ("IL-12", "IL-23", "psoriasis", "asthma", "ustekinumab")
    chance = random.Random(7)
    texts = [Text(n, f"{' and '.join(chance.sample(names, 3))}.") for n in range(1, 60)]
    texts[0] = dataclasses.replace(texts[0], retracted=True)
    snapshot = make(tmp_path, texts, said=lambda mentions: by_chance(mentions, (0.3, 0.9)))
    pairs = table(snapshot, "pairs")
    sides = [tuple(Side((p[f"{s}_id"],), p[f"{s}_name"], p[f"{s}_type"], 1) for s in "ab") for p in pairs]
    with opened(snapshot) as connection:
        found = proofs(connection, [(a, b) for a, b in sides], len(texts))
    assert [one.said.leading for one in found] == [pair["claim"] for pair in pairs]
    most = [max(one.said.stated.values(), default=0) for one in found]
    assert any(one.said.for_ < n for one, n in zip(found, most, strict=True))  # most articles do not lead


def test_one_article_that_treats_leads_before_more_that_study(tmp_path: Path) -> None:
    a, b = (
        Side(("MESH:D011565",), "psoriasis", "disease", 4),
        Side(("MESH:D000069549",), "ustekinumab", "drug", 4),
    )
    pair = {"a_id": a.ids[0], "b_id": b.ids[0], "method": "model", "score": 0.9}
    said = [(1, 0, "studied"), (2, 0, "studied"), (3, 0, "studied"), (3, 1, "no_effect"), (4, 0, "treats")]
    rows = [
        pair | {"pmid": pmid, "sentence": sentence, "claim": word, "certainty": "stated", "direction": None}
        for pmid, sentence, word in said
    ]
    texts = [Text(n, "ustekinumab for psoriasis.", "ustekinumab in psoriasis.") for n in range(1, 5)]
    snapshot = make(tmp_path, texts, said=lambda _mentions: rows)
    with opened(snapshot) as connection:
        (proof,) = proofs(connection, [(a, b)], len(texts))
    assert proof.said.leading == "treats"
    assert (proof.said.for_, proof.said.against) == (1, 1)
    assert proof.said.parts == (("other", "studied", 3), ("for", "treats", 1), ("null", "no effect", 1))


def test_a_setting_is_said_once() -> None:
    assert setting(["animal"], ["Mice"], "animal") == "animal · Mice"
    assert setting([], ["Humans"], "human") == "Humans"
    assert setting(["review"], [], "in vitro") == "review · in this sentence: in vitro"
    assert setting([], [], None) == ""
