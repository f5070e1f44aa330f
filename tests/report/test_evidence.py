from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from comention.report.evidence import BEST_OF_NARROWER, Proof, Quote, Side, proofs, with_narrower, years_of
from comention.report.page import Page, gather, render
from comention.report.tables import triples
from comention.snapshots import frames
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import opened
from tests.report.pages import found, words, written
from tests.report.snapshots import LEXICON, NAMES, TEXTS, TOPIC, Text, make, many, table

pytestmark = pytest.mark.slow

NARROW = {
    **NAMES,
    "dermatitis": ("MESH:D003872", "dermatitis", "disease"),
    "skin disease": ("MESH:D012871", "skin diseases", "disease"),
    "antibody": ("UNII:ANTIBODY", "antibodies", "drug"),
}
HIERARCHY = [
    {"concept_id": narrow, "entity_type": kind, "ancestor_id": wide, "ancestor_type": above, "distance": 1}
    for narrow, kind, wide, above in (
        ("MESH:D011565", "disease", "MESH:D012871", "disease"),
        ("MESH:D003872", "disease", "MESH:D012871", "disease"),
        ("MESH:D000069549", "drug", "UNII:ANTIBODY", "drug"),
        ("HGNC:5970", "cytokine", "MESH:D012871", "disease"),  # another type: no kind of it
    )
]
SKIN = [
    Text(1, "IL-12 and skin disease."),
    Text(2, "IL-12 and psoriasis.", year=2011),
    Text(3, "IL-12 and dermatitis.", year=2012),
    Text(4, "psoriasis with dermatitis and IL-12.", year=2013),
    Text(5, "IL-12 and ustekinumab.", year=2014),
    Text(6, "skin disease with psoriasis."),
]


def proofs_of(workdir: Path, texts: Sequence[Text], *pairs: tuple[str, str]) -> list[Proof]:
    """What stands behind pairs of surfaces."""
    snapshot = make(workdir, texts, names=NARROW, hierarchy=HIERARCHY)
    entities = {row["concept_id"]: row for row in table(snapshot, "entities")}
    with opened(snapshot) as connection:
        sides = [(_side(entities, a), _side(entities, b)) for a, b in pairs]
        return with_narrower(connection, proofs(connection, sides, len(texts)))


def _side(entities: dict[str, dict[str, int]], surface: str) -> Side:
    concept_id, name, entity_type = NARROW[surface]
    return Side((concept_id,), name, entity_type, entities[concept_id]["articles"])


def _texts(quotes: Sequence[Quote]) -> list[tuple[int, str]]:
    return [(q.pmid, " ".join("".join(p.text for p in s) for s in q.sentences)) for q in quotes]


def test_what_stands_under_narrower_names_is_told_apart(tmp_path: Path) -> None:
    (proof,) = proofs_of(tmp_path, SKIN, ("skin disease", "IL-12"))
    assert _texts(proof.quotes) == [(1, "IL-12 and skin disease.")]
    assert proof.tally.articles == 1
    assert proof.narrower is not None
    assert proof.narrower.articles == 3  # 2, 3 and 4; the last names two kinds and counts once
    assert len(proof.narrower.quotes) == BEST_OF_NARROWER
    assert _texts(proof.narrower.quotes) == [
        (4, "psoriasis with dermatitis and IL-12."),
        (3, "IL-12 and dermatitis."),
    ]


def test_either_side_can_be_the_broader(tmp_path: Path) -> None:
    texts = [*SKIN, Text(7, "antibody and IL-12.")]
    (proof,) = proofs_of(tmp_path, texts, ("IL-12", "antibody"))
    assert proof.narrower is not None
    assert _texts(proof.narrower.quotes) == [(5, "IL-12 and ustekinumab.")]


def test_an_article_counts_once_and_not_where_it_is_counted_already(tmp_path: Path) -> None:
    texts = [
        Text(1, "antibody in skin disease and psoriasis."),  # counted by its own names
        Text(2, "ustekinumab in skin disease. antibody in psoriasis.", year=2011),  # by them as well
        Text(3, "ustekinumab in skin disease.", year=2012),
        Text(4, "antibody in psoriasis.", year=2013),
    ]
    (proof,) = proofs_of(tmp_path, texts, ("skin disease", "antibody"))
    assert proof.tally.articles == 2
    assert proof.narrower is not None
    assert proof.narrower.articles == 2
    assert sorted(quote.pmid for quote in proof.narrower.quotes) == [3, 4]


def test_two_of_one_type_have_nothing_narrower(tmp_path: Path) -> None:
    (proof,) = proofs_of(tmp_path, SKIN, ("skin disease", "psoriasis"))
    assert proof.tally.articles == 1
    assert proof.narrower is None


def test_a_concept_with_nothing_below_it_has_nothing_narrower(tmp_path: Path) -> None:
    one, other = proofs_of(tmp_path, SKIN, ("psoriasis", "IL-12"), ("ustekinumab", "IL-12"))
    assert (one.narrower, other.narrower) == (None, None)


def test_a_narrower_name_that_never_meets_the_other_adds_nothing(tmp_path: Path) -> None:
    texts = [Text(1, "IL-23 and skin disease."), Text(2, "psoriasis."), Text(3, "IL-12.")]
    (proof,) = proofs_of(tmp_path, texts, ("skin disease", "IL-23"))
    assert proof.narrower is None


def test_the_page_labels_narrower_evidence(tmp_path: Path) -> None:
    texts = [*SKIN, Text(8, "skin disease and IL-12 again."), Text(9, "skin disease by IL-12.")]
    make(tmp_path, texts, names=NARROW, hierarchy=HIERARCHY)
    page = written(tmp_path)
    drawers = [d for d in found(page, "//div[@class='proof']") if found(d, "./div[@class='narrower']")]
    assert drawers
    (narrower,) = found(drawers[0], "./div[@class='narrower']")
    assert words(found(narrower, "./p")[0]) == (
        "Under narrower names, not counted above: 3 more articles name a kind of one with the other."
    )
    assert len(found(narrower, ".//li")) == BEST_OF_NARROWER


def test_years_of_triples_are_those_of_their_articles(tmp_path: Path) -> None:
    snapshot = make(tmp_path, many(120, seed=9), names=LEXICON)
    years = {row["pmid"]: row["year"] for row in table(snapshot, "articles")}
    named: dict[int, set[str]] = {}
    for row in table(snapshot, "mentions"):
        named.setdefault(row["pmid"], set()).add(row["concept_id"])
    rows = table(snapshot, "triples")[:200]
    ids = [(row["disease_id"], row["drug_id"], row["cytokine_id"]) for row in rows]
    with opened(snapshot) as connection:
        found_years = years_of(connection, ids)
        listed = triples(connection, TOPIC)
    for row, three, by_year in zip(rows, ids, found_years, strict=True):
        pmids = [pmid for pmid, concepts in named.items() if concepts >= set(three)]
        assert len(pmids) == row["articles"]
        expected: dict[int, int] = {}
        for pmid in pmids:
            if years[pmid] is not None:
                expected[years[pmid]] = expected.get(years[pmid], 0) + 1
        assert by_year == dict(sorted(expected.items()))
    for triple in listed:
        assert triple.undated + sum(triple.years.values()) == triple.articles


def test_years_of_nothing(tmp_path: Path) -> None:
    with opened(make(tmp_path, TEXTS)) as connection:
        assert years_of(connection, []) == []
        assert years_of(connection, [("a", "b", "c")]) == [{}]


def _squares(page: Page) -> dict[frozenset[str], tuple[int, ...]]:
    listed = [item.proof for of in page.ranked for item in (*of.rows, *of.more)]
    listed += [*(pair.proof for pair in page.pairs), *page.drawn]
    return {frozenset((*one.first.ids, *one.second.ids)): one.cells for one in listed}


def _of_pairs(snapshot: Snapshot) -> dict[frozenset[str], tuple[int, ...]]:
    """Articles with both, the first only, the second only, as the pairs have them, smaller count first."""
    found = {}
    for row in table(snapshot, "pairs"):
        both, a, b = row["articles"], row["articles_a"], row["articles_b"]
        found[frozenset((row["a_id"], row["b_id"]))] = (both, *sorted((a - both, b - both)))
    return found


@pytest.mark.parametrize("focus", [(), ("MESH:D000069549",)])
def test_the_square_of_a_pair_leaves_out_articles_that_only_measure_the_drug(
    tmp_path: Path, focus: tuple[str, ...]
) -> None:
    texts = [
        *(Text(n, "IL-12 and ustekinumab.") for n in (1, 2)),
        *(Text(n, "IL-12 and ustekinumab.", measured=True) for n in (3, 4)),
        Text(5, "ustekinumab.", measured=True),
        Text(6, "ustekinumab."),
        *(Text(n, "asthma.") for n in range(7, 20)),
    ]
    snapshot = make(tmp_path, texts, topic={"concepts": ["COMENTION:IL-12"]})
    squares, expected = _squares(gather(snapshot, focus)), _of_pairs(snapshot)
    assert {pair: (both, *sorted(rest)) for pair, (both, *rest, _) in squares.items()} == expected
    assert {sum(cells) for cells in squares.values()} == {len(texts)}


def test_the_square_of_what_goes_with_the_topic_is_of_the_corpus_as_it_is_read(tmp_path: Path) -> None:
    # in a bulk run another annotator reads what is compared: here it finds three of the five articles
    many = {f"illness{n:02}": (f"MESH:X{n:02}", f"illness {n}", "disease") for n in range(20)}
    texts = [Text(n, f"IL-12 with {' and '.join(many)}.") for n in range(1, 6)]
    outside = {"*": 1000} | {concept_id: 2 for concept_id, _, _ in many.values()}
    own = {"*": 5} | {concept_id: 3 for concept_id, _, _ in many.values()}
    topic = {"concepts": ["COMENTION:IL-12"]}
    snapshot = make(tmp_path, texts, {**NAMES, **many}, topic, background=outside, of_topic=own)
    page = gather(snapshot)
    assert page.drawn
    for cells in _squares(page).values():
        assert cells == (5, 0, 0, 0)


@pytest.mark.parametrize("window", ["", "from 2011"])
def test_a_command_shows_the_places_that_it_is_said_to(tmp_path: Path, window: str) -> None:
    texts = [Text(n, "IL-12 in psoriasis.", "psoriasis again with IL-12.") for n in range(1, 5)]
    texts += [Text(9, "p40 in psoriasis."), Text(10, "asthma with IL-23.", "IL-23 and asthma.")]
    texts += [Text(n, "asthma with IL-23.") for n in range(11, 16)]
    # a topic of two concepts, whose name is that of neither
    snapshot = make(tmp_path, texts, topic={"name": "everything on interleukin-12", "concepts": TOPIC})
    page = gather(snapshot)
    if window:
        page = replace(page, about=replace(page.about, window=f"{window}: 3 of 11 articles"))
    proofs = {item.name: item.proof for kind in page.ranked for item in kind.rows}
    proofs |= {pair.proof.second.name: pair.proof for pair in page.pairs}
    for name, said, places in (
        ("psoriasis", "those of interleukin-12 itself", 8),
        ("asthma", "all", 7),
    ):
        proof = proofs[name]
        assert page.shown_by(proof) == (f"{said} in the whole snapshot" if window else said)
        assert proof.places == (9 if name == "psoriasis" else places)
        program, command, *names = shlex.split(page.command(proof))
        assert (program, command) == ("comention", "evidence")
        assert len(frames.evidence(snapshot, *names)) == places
    told = found(html.fromstring(render(page)), "//p[@class='beyond quiet']")
    assert {words(one).partition("; ")[2].partition(":")[0] for one in told} >= {
        page.shown_by(proofs[name]) for name in ("psoriasis", "asthma")
    }
