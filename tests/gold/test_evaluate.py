"""The measures, against counts worked out by hand and against properties that hold for every corpus."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from comention.annotation.document import Document
from comention.cli import app
from comention.documents.pubtator import Annotation, GoldDocument, Problem
from comention.errors import MalformedError
from comention.gold.evaluate import evaluate, evaluate_file, normal_id, paired
from comention.gold.genes import members
from comention.gold.retired import Today, known_today, renew, retired_summary
from comention.gold.rules import Rules, rules_of
from comention.gold.scores import CAUSES, MERGED, SPANS, Counts, Evaluation
from comention.lexicon.model import ConceptEntry, NameEntry
from comention.lexicon.store import Lexicon, open_lexicon
from comention.lexicon.writing import write
from comention.records import EntityType, Mention

TITLE = "abcdefghijklmnopqrstuvwxyz"
Row = tuple[int, int, str, str]  # start, end, type, ids separated by blanks
Ours = tuple[int, int, EntityType, str]
UNMAPPED = "concept, no id mapped"
PSORIASIS, ASTHMA = "MESH:D011565", "MESH:D001249"


def gold(*rows: Row, pmid: int = 7, title: str = TITLE) -> GoldDocument:
    found = tuple(Annotation(s, e, title[s:e], kind, tuple(ids.split())) for s, e, kind, ids in rows)
    return GoldDocument(pmid, title, None, found)


class Fake:
    """An annotator that knows its answers by the title."""

    def __init__(self, *rows: Ours, title: str = TITLE) -> None:
        self.answers = {title: rows}

    def mentions(self, document: Document) -> list[Mention]:
        text = document.text
        rows = self.answers.get(text, ())
        return [Mention(s, e, text[s:e], kind, concept, "a name", "fake") for s, e, kind, concept in rows]


def counts(result: Evaluation, name: str) -> dict[str, tuple[int, int, int]]:
    part = result.total() if name == "total" else result.scores[name]
    return {measure: (c.tp, c.fp, c.fn) for measure, c in part.items() if measure != UNMAPPED}


def unmapped(result: Evaluation, name: str) -> tuple[int, int, int]:
    c = result.scores[name]["concept, no id mapped"]
    return c.tp, c.fp, c.fn


def causes(result: Evaluation) -> list[tuple[str, str]]:
    return [(row["cause"], row["text"] or row["our_text"]) for row in result.errors()]


def test_three_measures_by_hand() -> None:
    result = evaluate(
        [
            gold(
                (0, 3, "Disease", "D011565"),  # found exactly
                (5, 9, "Disease", "D001249"),  # one end off
                (12, 14, "Disease", "D003924"),  # missed
                (20, 22, "Disease", "D003924"),  # missed, the same concept
            )
        ],
        Fake((0, 3, "disease", PSORIASIS), (6, 9, "disease", ASTHMA), (16, 18, "disease", "MESH:D000001")),
    )
    assert counts(result, "disease") == {
        "strict span": (1, 2, 3),
        "relaxed span": (2, 1, 2),
        "concept": (2, 1, 1),
    }
    assert counts(result, "total") == counts(result, "disease")
    assert causes(result) == [
        ("missed", "mn"),
        ("missed", "uv"),
        ("spurious", "qr"),
        ("wrong boundary", "fghi"),
    ]
    assert (result.documents, result.annotations, result.excluded) == (1, 4, 0)


def test_rates() -> None:
    assert (Counts(3, 1, 2).precision, Counts(3, 1, 2).recall) == (0.75, 0.6)
    assert Counts(3, 1, 2).f1 == pytest.approx(2 / 3)
    assert (Counts().precision, Counts().recall, Counts().f1) == (None, None, None)
    assert (Counts(0, 0, 2).precision, Counts(0, 0, 2).recall, Counts(0, 0, 2).f1) == (None, 0, 0)


@pytest.mark.parametrize(
    ("gold_type", "ours", "name"),
    [
        ("Disease", "disease", "disease"),
        ("DISEASE", "disease", "disease"),
        ("DiseaseOrPhenotypicFeature", "disease", "disease"),
        ("SpecificDisease", "disease", "disease"),
        ("DiseaseClass", "disease", "disease"),
        ("Modifier", "disease", "disease"),
        ("CompositeMention", "disease", "disease"),
        ("Chemical", "drug", MERGED),
        ("ChemicalEntity", "chemical", MERGED),
        ("Drug", "drug", "drug"),
        ("Cytokine", "cytokine", "cytokine"),
    ],
)
def test_gold_types(gold_type: str, ours: EntityType, name: str) -> None:
    result = evaluate([gold((0, 3, gold_type, "X:1"))], Fake((0, 3, ours, "X:1")))
    assert {n: counts(result, n)["strict span"] for n in result.scores} == {name: (1, 0, 0)}
    assert counts(result, name)["concept"] == (1, 0, 0)


def test_drugs_and_chemicals_are_apart_where_the_gold_has_both() -> None:
    ours = Fake((0, 3, "chemical", "X:1"), (4, 6, "chemical", "X:2"))
    merged = evaluate([gold((0, 3, "Chemical", "X:1"), (4, 6, "Chemical", "X:2"))], ours)
    apart = evaluate([gold((0, 3, "Drug", "X:1"), (4, 6, "Chemical", "X:2"))], ours)
    assert list(merged.scores) == [MERGED]
    assert counts(merged, MERGED)["strict span"] == (2, 0, 0)
    assert list(apart.scores) == ["drug", "chemical"]
    assert counts(apart, "drug")["concept"] == (0, 0, 1)
    assert counts(apart, "chemical")["concept"] == (1, 1, 0)
    assert counts(apart, "total")["concept"] == (1, 1, 1)
    (difference,) = apart.differences
    assert (difference.cause, difference.type, difference.our_type) == ("wrong type", "drug", "chemical")


def test_unknown_types_are_ignored_and_counted_and_so_are_ours_that_the_gold_lacks() -> None:
    document = gold(
        (0, 3, "Disease", "D1"), (4, 6, "Gene", "3592"), (7, 9, "Species", ""), (10, 12, "Gene", "")
    )
    result = evaluate([document], Fake((0, 3, "disease", "text:abc"), (4, 6, "cytokine", "HGNC:5969")))
    assert result.ignored == {"Gene": 2, "Species": 1}
    assert result.unscored == {"cytokine": 1}
    assert list(result.scores) == ["disease"]
    assert counts(result, "disease")["concept"] == (0, 0, 1)  # a name without a concept claims none


def test_genes_are_cytokines_where_the_map_says_so() -> None:
    document = gold(
        (0, 3, "Gene", "3592(Tax:9606)"), (4, 6, "GeneOrGeneProduct", "9 3593"), (7, 9, "Gene", "7")
    )
    ours = Fake((0, 3, "cytokine", "HGNC:5969"), (7, 9, "cytokine", "HGNC:5970"))
    result = evaluate([document], ours, Rules({"3592": "HGNC:5969", "3593": "HGNC:5970"}))
    assert counts(result, "cytokine") == {
        "strict span": (1, 1, 1),
        "relaxed span": (1, 1, 1),
        "concept": (2, 0, 0),
    }
    assert result.ignored == {"Gene": 1}


GENES = {"3592": "HGNC:5969", "3593": "HGNC:5970", "16160": "HGNC:5970"}
BELOW = {"COMENTION:IL-12": {"HGNC:5969", "HGNC:5970"}}
IL12, P35, P40 = "COMENTION:IL-12", "HGNC:5969", "HGNC:5970"


def test_genes_of_two_species_are_one_cytokine() -> None:
    document = gold((0, 3, "Gene", "3593"), (4, 6, "Gene", "16160(Tax:10090)"))
    result = evaluate([document], Fake((0, 3, "cytokine", P40)), Rules(GENES))
    assert counts(result, "cytokine") == {
        "strict span": (1, 0, 1),
        "relaxed span": (1, 0, 1),
        "concept": (1, 0, 0),
    }


def test_a_complex_stands_for_the_members_that_the_gold_names_on_its_span() -> None:
    document = gold((0, 3, "Gene", "3592 3593"), (6, 9, "Gene", "3592"))
    ours = Fake((0, 3, "cytokine", IL12), (12, 14, "cytokine", IL12))
    result = evaluate([document], ours, Rules(GENES, BELOW))
    assert counts(result, "cytokine") == {
        "strict span": (1, 1, 1),
        "relaxed span": (1, 1, 1),
        "concept": (2, 0, 0),
    }
    assert causes(result) == [("missed", "ghi"), ("spurious", "mn")]
    assert counts(evaluate([document], ours, Rules(GENES)), "cytokine")["concept"] == (0, 1, 2)


@pytest.mark.parametrize(
    ("row", "ours"),
    [
        ((0, 4, "Gene", "3593"), (0, 3, "cytokine", IL12)),  # on a part of a member
        ((0, 3, "Gene", "3593"), (6, 9, "cytokine", IL12)),  # elsewhere
        ((0, 3, "Gene", "3593"), (0, 3, "cytokine", "HGNC:1")),  # of other members
    ],
)
def test_a_complex_elsewhere_is_wrong(row: Row, ours: Ours) -> None:
    result = evaluate([gold(row)], Fake(ours), Rules(GENES, BELOW))
    assert counts(result, "cytokine")["concept"] == (0, 1, 1)
    assert result.unscored == {}


def test_a_collective_name_is_not_scored_where_gold_of_genes_has_none() -> None:
    document = gold((0, 3, "Gene", "3592"))
    ours = Fake((6, 9, "cytokine", "MESH:D016207"))
    collective = Rules(GENES, BELOW, collective=frozenset({"MESH:D016207"}))
    result = evaluate([document], ours, collective)
    assert counts(result, "cytokine")["concept"] == (0, 0, 1)
    assert result.unscored == {"cytokine": 1}
    assert counts(evaluate([document], ours, Rules(GENES, BELOW)), "cytokine")["concept"] == (0, 1, 1)


def test_gold_of_cytokines_asks_for_the_complex_itself() -> None:
    document = gold((0, 3, "Cytokine", P40))
    result = evaluate([document], Fake((0, 3, "cytokine", IL12)), Rules(members=BELOW))
    assert counts(result, "cytokine")["concept"] == (0, 1, 1)


@pytest.mark.parametrize(
    ("kind", "ids", "told", "unscored"),
    [
        ("Gene", "64546", False, True),  # of a rat, perhaps
        ("Gene", "", False, True),
        ("FamilyName", "", False, True),
        ("FamilyName", "3592 3593", True, True),
        ("DomainMotif", "", False, False),
        ("Gene", "64546(Tax:10116)", True, True),
        ("Gene", "3596", True, False),  # without a species: human, and no cytokine
        ("Gene", "99(Tax:10090)", True, False),
        ("Gene", "64546(Tax:10116) 3596", True, False),
    ],
)
def test_a_gene_or_family_that_says_no_cytokine_is_unscored(
    kind: str, ids: str, told: bool, unscored: bool
) -> None:
    known = (20, 22, "Gene", "16160(Tax:10090)" if told else "16160")
    document = gold((0, 3, kind, ids), known)
    exact = evaluate([document], Fake((0, 3, "cytokine", P35)), Rules(GENES))
    assert exact.unscored == ({"cytokine": 1} if unscored else {})
    wrong = 0 if unscored else 1
    assert counts(exact, "cytokine") == dict.fromkeys(counts(exact, "cytokine"), (0, wrong, 1))
    partial = evaluate([document], Fake((0, 2, "cytokine", P35)), Rules(GENES))
    assert counts(partial, "cytokine")["concept"] == (0, 1, 1)
    assert partial.unscored == {}


def test_an_unscored_concept_is_so_all_over_the_document_but_its_other_spans_are_wrong() -> None:
    document = gold((0, 3, "Gene", "64546"), (20, 22, "Gene", "3592"))
    ours = Fake((0, 3, "cytokine", P40), (6, 9, "cytokine", P40), (20, 22, "cytokine", P35))
    result = evaluate([document], ours, Rules(GENES))
    assert counts(result, "cytokine") == {
        "strict span": (1, 1, 0),
        "relaxed span": (1, 1, 0),
        "concept": (1, 0, 0),
    }
    assert result.as_dict()["unscored"] == {"cytokine": 1}
    both = evaluate([gold((0, 3, "Gene", "64546"), (20, 22, "Gene", "3593"))], ours, Rules(GENES))
    assert counts(both, "cytokine")["concept"] == (1, 1, 0)  # named elsewhere, hence asked for


def test_a_span_with_a_known_and_an_unknown_gene_is_scored() -> None:
    document = gold((0, 3, "Gene", "64546"), (0, 3, "Gene", "3593"))
    result = evaluate([document], Fake((0, 3, "cytokine", P35)), Rules(GENES))
    assert counts(result, "cytokine")["concept"] == (0, 1, 1)
    assert [cause for cause, _ in causes(result)] == ["wrong concept"]


def test_the_members_of_the_shipped_lexicon() -> None:
    below = members(open_lexicon())
    assert below[IL12] == {P35, P40}
    assert below["COMENTION:IFN"] > below["COMENTION:IFN-I"] > below["COMENTION:IFN-alpha"]
    assert P40 not in below


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("D003924", PSORIASIS.replace("D011565", "D003924")),
        ("C535497", "MESH:C535497"),
        ("D000078182", "MESH:D000078182"),
        ("mesh:D003924", "MESH:D003924"),
        ("OMIM:312080", "OMIM:312080"),
        ("HGNC:5970", "HGNC:5970"),
        ("COMENTION:IL-12", "COMENTION:IL-12"),
        ("22339(Tax:10090)", "22339"),
        ("22339(tax:10090)", "22339"),
        ("D12", "D12"),
        ("text:il-12", "text:il-12"),
    ],
)
def test_ids_as_curies(raw: str, normal: str) -> None:
    assert normal_id(raw) == normal
    assert normal_id(normal) == normal


def test_omim_is_left_out_of_the_concepts_and_counted_once_per_document() -> None:
    rows: list[Row] = [
        (0, 3, "Disease", "OMIM:1"),
        (4, 6, "Disease", "OMIM:1"),
        (7, 9, "Disease", "OMIM:2 D011565"),
    ]
    result = evaluate(
        [gold(*rows), gold(*rows, pmid=8)],
        Fake((0, 3, "disease", "MESH:D9"), (4, 6, "disease", "MESH:D9"), (7, 9, "disease", PSORIASIS)),
    )
    assert result.excluded == 4
    assert counts(result, "disease") == {
        "strict span": (6, 0, 0),
        "relaxed span": (6, 0, 0),
        "concept": (2, 2, 0),
    }
    assert causes(result) == []  # what OMIM names is not judged


def test_omim_counts_as_the_concept_that_it_is() -> None:
    rows: list[Row] = [(0, 3, "Disease", "OMIM:1"), (4, 6, "Disease", "OMIM:2")]
    found = Fake((0, 3, "disease", PSORIASIS), (4, 6, "disease", "MESH:D9"))
    result = evaluate([gold(*rows)], found, Rules(omim={"1": PSORIASIS}))
    assert result.excluded == 1
    assert counts(result, "disease")["concept"] == (1, 1, 0)
    wrong = evaluate([gold(*rows)], found, Rules(omim={"1": "MESH:D8"}))
    assert counts(wrong, "disease")["concept"] == (0, 2, 1)


# MeSH holds neither D000001 nor D000002 any more; "abc" and "def" are names today.
TODAY = Today(
    lambda i: i.startswith("MESH:") and i not in {"MESH:D000001", "MESH:D000002"},
    lambda text, _: {"abc": PSORIASIS, "def": ASTHMA}.get(text),
)


def test_a_retired_id_counts_as_the_concept_of_its_text() -> None:
    rows: list[Row] = [(0, 3, "Disease", "D000001"), (6, 9, "Disease", "D000003")]
    ours = Fake((0, 3, "disease", PSORIASIS), (6, 9, "disease", "MESH:D000003"))
    result = evaluate([gold(*rows), gold(*rows, pmid=8)], ours, Rules(today=TODAY))
    assert result.as_dict()["retired"] == {"mapped": 2, "left out": 0}
    assert counts(result, "disease")["concept"] == (4, 0, 0)
    assert unmapped(result, "disease") == (2, 2, 2)  # as it stands, the old id is wanted
    assert causes(result) == []
    wrong = evaluate([gold(*rows)], Fake((0, 3, "disease", ASTHMA)), Rules(today=TODAY))
    assert counts(wrong, "disease")["concept"] == (0, 1, 2)
    assert [(d.cause, d.gold_id) for d in wrong.differences if d.our_id] == [("wrong concept", PSORIASIS)]


def test_without_a_word_of_today_no_id_is_retired() -> None:
    result = evaluate([gold((0, 3, "Disease", "D000001"))], Fake((0, 3, "disease", PSORIASIS)))
    assert result.retired == {"mapped": 0, "left out": 0}
    assert counts(result, "disease")["concept"] == (0, 1, 1)


def test_a_retired_id_that_nothing_names_is_left_out_on_both_sides() -> None:
    """Its span still counts as one, and ours that stand elsewhere too are judged."""
    rows: list[Row] = [
        (6, 9, "Disease", "D000001"),
        (10, 12, "Disease", "D000001"),
        (20, 22, "Disease", "D000003"),
    ]
    ours: list[Ours] = [
        (6, 9, "disease", PSORIASIS),
        (10, 12, "disease", ASTHMA),
        (14, 16, "disease", ASTHMA),
    ]
    result = evaluate([gold(*rows)], Fake(*ours), Rules(today=TODAY))
    assert result.retired == {"mapped": 0, "left out": 1}
    assert unmapped(result, "disease") == (0, 2, 2)
    assert counts(result, "disease") == {
        "strict span": (2, 1, 1),
        "relaxed span": (2, 1, 1),
        "concept": (0, 1, 1),
    }
    assert causes(result) == [("missed", "uv"), ("spurious", "op")]
    part = evaluate([gold(*rows)], Fake((6, 8, "disease", PSORIASIS)), Rules(today=TODAY))
    assert counts(part, "disease")["concept"] == (0, 1, 1)


def test_what_is_left_out_is_asked_for_where_the_gold_names_it_elsewhere() -> None:
    rows: list[Row] = [(6, 9, "Disease", "D000001"), (20, 22, "Disease", "D011565")]
    result = evaluate([gold(*rows)], Fake((6, 9, "disease", PSORIASIS)), Rules(today=TODAY))
    assert counts(result, "disease")["concept"] == (1, 0, 0)


def test_gold_of_nothing_but_what_is_left_out_has_no_concept_measure() -> None:
    result = evaluate([gold((6, 9, "Disease", "D000001"))], Fake(), Rules(today=TODAY))
    assert "concept" not in counts(result, "disease")


def test_a_retired_id_counts_as_what_its_other_spans_in_the_document_say() -> None:
    named: list[Row] = [(0, 3, "Disease", "D000001"), (6, 9, "Disease", "D000001")]
    ours = Fake((6, 9, "disease", "MESH:D000004"))
    result = evaluate([gold(*named), gold(named[1], pmid=8)], ours, Rules(today=TODAY))
    assert result.retired == {"mapped": 1, "left out": 1}
    assert counts(result, "disease")["concept"] == (0, 1, 1)
    assert [d.gold_id for d in result.differences if d.cause == "wrong concept"] == [PSORIASIS]
    at_odds = evaluate([gold(*named, (3, 6, "Disease", "D000001"))], ours, Rules(today=TODAY))
    assert at_odds.retired == {"mapped": 1, "left out": 0}
    assert counts(at_odds, "disease")["concept"] == (0, 0, 2)  # each of the two; the third says neither


def test_the_text_of_several_ids_names_none_of_them() -> None:
    rows: list[Row] = [(0, 3, "Disease", "D000001 D000003"), (3, 6, "Disease", "D000002")]
    ours: list[Ours] = [(0, 3, "disease", "MESH:D000003"), (0, 3, "disease", PSORIASIS)]
    result = evaluate([gold(*rows)], Fake(*ours), Rules(today=TODAY))
    assert result.retired == {"mapped": 1, "left out": 1}
    assert counts(result, "disease")["concept"] == (1, 0, 1)
    assert causes(result) == [("missed", "def")]
    both = evaluate([gold((0, 3, "Disease", "D000001 D000002"))], Fake(), Rules(today=TODAY))
    assert both.retired == {"mapped": 0, "left out": 2}
    without = evaluate([gold(*rows)], Fake(ours[1]), Rules(today=TODAY))
    assert counts(without, "disease")["concept"] == (0, 0, 2)
    assert causes(without) == [("missed", "def"), ("wrong concept", "abc")]


def test_only_ids_of_mesh_are_retired() -> None:
    rows: list[Row] = [(0, 3, "Disease", "OMIM:1"), (3, 6, "Disease", "COMENTION:X")]
    result = evaluate([gold(*rows)], Fake((0, 3, "disease", PSORIASIS)), Rules(today=TODAY))
    assert (result.excluded, result.retired) == (1, {"mapped": 0, "left out": 0})
    assert counts(result, "disease")["concept"] == (0, 1, 1)


@pytest.fixture
def small(tmp_path: Path) -> Lexicon:
    kinds: dict[str, EntityType] = {"D1": "disease", "D2": "drug", "D3": "chemical", "D4": "cytokine"}
    names = {"nosis": "D1", "nosamine": "D2", "noserol": "D3", "nosin": "D4", "both": "D2"}
    write(
        tmp_path,
        [ConceptEntry(f"MESH:{ui}", ui, kind, "mesh") for ui, kind in kinds.items()],
        [
            *(NameEntry(text, f"MESH:{ui}", "mesh") for text, ui in names.items()),
            NameEntry("both", "MESH:D3", "mesh"),
            NameEntry("NSM", "MESH:D2", "mesh", 3, needs_definition=True),
            NameEntry("nosamine receptor", "", "mesh"),
        ],
        {"sources": [{"key": "unii", "version": "x"}, {"key": "mesh", "version": "2031 (as packaged)"}]},
        mesh_uis=kinds,
    )
    return Lexicon(tmp_path)


@pytest.mark.parametrize(
    ("text", "name", "concept_id"),
    [
        ("Nosis", "disease", "MESH:D1"),
        ("nosis", MERGED, None),
        ("nosamine", MERGED, "MESH:D2"),
        ("nosamine", "chemical", "MESH:D2"),
        ("noserol", MERGED, "MESH:D3"),
        ("nosamine", "disease", None),
        ("nosin", MERGED, None),
        ("nosin", "cytokine", "MESH:D4"),
        ("both", MERGED, None),  # of two concepts
        ("NSM", MERGED, None),  # ambiguous
        ("nosamine receptor", MERGED, None),
        ("nosamine and noserol", MERGED, None),
        ("", MERGED, None),
    ],
)
def test_what_a_text_names_today(small: Lexicon, text: str, name: str, concept_id: str | None) -> None:
    assert known_today(small).named(text, name) == concept_id


def test_what_mesh_holds_today(small: Lexicon, tmp_path: Path) -> None:
    assert [ui for ui in ("D1", "D4", "D5") if known_today(small).holds(f"MESH:{ui}")] == ["D1", "D4"]
    assert retired_summary({"mapped": 30, "left out": 6}, small) == (
        "36 MeSH ids that are not in MeSH 2031: 30 counted as today's concept of that name, 6 left out"
    )
    write(tmp_path / "old", [], [], {})
    unknown = Lexicon(tmp_path / "old")
    assert known_today(unknown).holds("MESH:D5")
    assert "in MeSH of the lexicon: 1 " in retired_summary({"mapped": 1, "left out": 0}, unknown)


def test_the_command_line_tells_of_retired_ids(tmp_path: Path) -> None:
    """Docetaxel was a supplementary record in 2015, and so was what E-2020 stands for."""
    path = tmp_path / "g.pubtator"
    rows = ["1\t0\t9\tDocetaxel\tChemical\tC067311", "1\t14\t20\tE-2020\tChemical\tC076946"]
    path.write_text("\n".join(["1|t|Docetaxel and E-2020.", "1|a|", *rows]) + "\n\n")
    shown = CliRunner().invoke(app, ["evaluate", str(path), "--annotator", "fast"])
    assert "2 MeSH ids that are not in MeSH 2024: 1 counted as today's concept" in shown.stderr
    assert f"{MERGED}\tconcept\t1\t0\t0" in shown.stdout


def test_a_gold_without_ids_has_no_concept_measure() -> None:
    result = evaluate([gold((0, 3, "Disease", ""))], Fake((0, 3, "disease", PSORIASIS)))
    assert counts(result, "disease") == {"strict span": (1, 0, 0), "relaxed span": (1, 0, 0)}
    assert [row["measure"] for row in result.rows()] == ["strict span", "relaxed span"] * 2


def test_several_ids_on_one_span_are_one_span_and_several_concepts() -> None:
    ours = Fake((0, 3, "disease", PSORIASIS), (0, 3, "disease", ASTHMA))
    for document in (
        gold((0, 3, "Disease", "D011565 D001249")),
        gold((0, 3, "Disease", "D011565"), (0, 3, "Disease", "D001249")),
    ):
        result = evaluate([document], ours)
        assert counts(result, "disease")["strict span"] == (1, 0, 0)
        assert counts(result, "disease")["concept"] == (2, 0, 0)
        assert result.differences == ()


def test_a_concept_counts_once_in_each_document() -> None:
    both = (0, 3, "Disease", "D011565"), (4, 6, "Disease", "D011565")
    result = evaluate(
        [gold(*both), gold(*both, pmid=8, title=TITLE[::-1])], Fake((0, 3, "disease", PSORIASIS))
    )
    assert counts(result, "disease")["concept"] == (1, 0, 1)


def test_relaxed_spans_pair_one_to_one() -> None:
    one_of_ours = evaluate(
        [gold((0, 3, "Disease", ""), (4, 8, "Disease", ""))], Fake((0, 8, "disease", "X:1"))
    )
    assert counts(one_of_ours, "disease")["relaxed span"] == (1, 0, 1)
    two_of_ours = evaluate(
        [gold((0, 8, "Disease", ""))], Fake((0, 3, "disease", "X:1"), (4, 8, "disease", "X:1"))
    )
    assert counts(two_of_ours, "disease")["relaxed span"] == (1, 1, 0)
    touching = evaluate([gold((0, 3, "Disease", ""))], Fake((3, 5, "disease", "X:1")))
    assert counts(touching, "disease")["relaxed span"] == (0, 1, 1)


def test_the_causes_of_errors() -> None:
    document = gold(
        (0, 3, "Disease", "D011565"),
        (4, 6, "Disease", "D011565"),
        (8, 10, "Disease", "D011565"),
        (12, 14, "Cytokine", "HGNC:1"),
    )
    ours = Fake(
        (0, 3, "disease", ASTHMA),
        (4, 7, "disease", PSORIASIS),
        (12, 14, "disease", PSORIASIS),
        (20, 22, "disease", "text:uv"),
    )
    result = evaluate([document], ours)
    fields = ("cause", "type", "our_type", "pmid", "start", "end", "text", "our_text", "gold_id", "our_id")
    assert [tuple(row[name] for name in fields) for row in result.errors()] == [
        ("missed", "disease", "", 7, 8, 10, "ij", "", PSORIASIS, ""),
        ("spurious", "", "disease", 7, 20, 22, "", "uv", "", "text:uv"),
        ("wrong boundary", "disease", "disease", 7, 4, 6, "ef", "efg", PSORIASIS, PSORIASIS),
        ("wrong type", "cytokine", "disease", 7, 12, 14, "mn", "mn", "HGNC:1", PSORIASIS),
        ("wrong concept", "disease", "disease", 7, 0, 3, "abc", "abc", PSORIASIS, ASTHMA),
    ]
    assert result.as_dict()["errors"] == dict.fromkeys(CAUSES, 1) | {"trap": 0}


def test_errors_come_in_the_order_of_the_texts() -> None:
    documents = [gold((4, 6, "Disease", ""), (0, 2, "Disease", ""), pmid=pmid) for pmid in (10, 9)]
    rows = evaluate(documents, Fake()).errors()
    assert [(row["pmid"], row["start"]) for row in rows] == [(9, 0), (9, 4), (10, 0), (10, 4)]


KINDS: list[tuple[str, EntityType]] = [("Disease", "disease"), ("Drug", "drug"), ("Cytokine", "cytokine")]
RANDOM_SPANS = st.lists(
    st.tuples(
        st.integers(0, 25),
        st.integers(1, 5),
        st.sampled_from(range(3)),
        st.sampled_from(["MESH:D1", "OMIM:2"]),
    ),
    max_size=9,
)
Drawn = Sequence[tuple[int, int, int, str]]


@pytest.mark.slow
@given(RANDOM_SPANS.filter(bool), RANDOM_SPANS)
def test_every_span_is_right_or_has_exactly_one_cause(theirs: Drawn, mine: Drawn) -> None:
    document = gold(*((s, min(s + n, 26), KINDS[k][0], i) for s, n, k, i in theirs))
    result = evaluate([document], Fake(*((s, min(s + n, 26), KINDS[k][1], i) for s, n, k, i in mine)))
    strict, relaxed = result.total()["strict span"], result.total()["relaxed span"]
    by_cause = result.as_dict()["errors"]
    crossed = by_cause["wrong boundary"] + by_cause["wrong type"]
    assert strict.fn == by_cause["missed"] + crossed
    assert strict.fp == by_cause["spurious"] + crossed
    assert relaxed.tp - strict.tp == by_cause["wrong boundary"]
    assert (
        strict.tp + strict.fn
        == relaxed.tp + relaxed.fn
        == len({(s, min(s + n, 26), k) for s, n, k, _ in theirs})
    )


Key = tuple[str, int, int]
KEYS = st.sets(
    st.tuples(st.just("disease"), st.integers(0, 8), st.integers(1, 4)).map(
        lambda k: (k[0], k[1], k[1] + k[2])
    ),
    max_size=5,
)


@given(KEYS, KEYS)
def test_pairing_is_one_to_one_leaves_no_overlap_and_reaches_half_of_the_best(
    theirs: set[Key], mine: set[Key]
) -> None:
    def overlap(a: Key, b: Key) -> bool:
        return a[1] < b[2] and b[1] < a[2]

    pairs = paired(theirs, mine)
    left, right = {g for g, _ in pairs}, {o for _, o in pairs}
    assert len(left) == len(right) == len(pairs)
    assert all(overlap(g, o) for g, o in pairs)
    assert not any(overlap(g, o) for g in theirs - left for o in mine - right)
    short, long = sorted((sorted(theirs), sorted(mine)), key=len)
    best = max(sum(map(overlap, short, order)) for order in itertools.permutations(long, len(short)))
    assert best / 2 <= len(pairs) <= best


def test_a_perfect_annotator_is_perfect() -> None:
    rows = [(0, 3, "Disease", "D011565"), (4, 6, "Cytokine", "HGNC:1")]
    result = evaluate([gold(*rows)], Fake((0, 3, "disease", PSORIASIS), (4, 6, "cytokine", "HGNC:1")))
    assert {row["f1"] for row in result.rows()} == {1.0}
    assert [row["type"] for row in result.rows()] == ["disease"] * 4 + ["cytokine"] * 4 + ["total"] * 4
    assert tuple(result.rows()[0]) == ("type", "measure", "tp", "fp", "fn", "precision", "recall", "f1")


def test_as_dict_is_json() -> None:
    problem = Problem(3, "broken")
    result = evaluate([gold((0, 3, "Disease", "D011565"))], Fake(), problems=[problem])
    value = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    nothing = {"tp": 0, "fp": 0, "fn": 1, "precision": None, "recall": 0.0, "f1": 0.0}
    assert value["scores"]["disease"] == value["scores"]["total"]
    assert value["scores"]["disease"] == dict.fromkeys(SPANS, nothing)
    assert value["problems"] == ["line 3: broken"]


def test_no_known_type_is_an_error_with_numbers() -> None:
    document = gold((0, 3, "protein", ""), (4, 6, "protein", ""), (7, 9, "DNA", ""))
    with pytest.raises(
        MalformedError, match=r"^g\.pubtator: 0 of 3 annotations .*: protein 2, DNA 1\): give"
    ) as e:
        evaluate([document], Fake(), source="g.pubtator")
    assert e.value.exit_code == 3
    with pytest.raises(MalformedError, match=r"0 of 0 annotations .*none"):
        evaluate([gold()], Fake())


def test_a_file_and_one_without_documents(tmp_path: Path) -> None:
    path = tmp_path / "g.pubtator"
    path.write_text(
        f"7|t|{TITLE}\n7|a|A longer text.\n7\t0\t3\tabc\tDisease\tD1\n7\t0\t3\txyz\tDisease\tD1\n"
    )
    result = evaluate_file(path, Fake((0, 3, "disease", "D1"), title=f"{TITLE} A longer text."))
    assert counts(result, "disease")["strict span"] == (1, 0, 0)
    assert [problem.line for problem in result.problems] == [4]
    path.write_text("nothing\nof it\n")
    with pytest.raises(
        MalformedError, match=r"g\.pubtator: 0 documents and 2 lines .*line 1: 'nothing' belongs"
    ):
        evaluate_file(path, Fake())


def test_a_file_that_does_not_fit_is_refused_and_not_scored(tmp_path: Path) -> None:
    path = tmp_path / "gold.pubtator"
    rows = "".join(f"7\t{start}\t{start + 6}\tAsthma\tDisease\tD1\n" for start in (0, 1, 2))
    path.write_text(f"7|t|Asthma in asthma.\n7|a|\n{rows}", "utf-8")
    with pytest.raises(MalformedError, match=r"2 of 3 annotations do not fit .*line 4"):
        evaluate_file(path, Fake())


def test_the_rules_of_the_lexicon_are_its_cross_references_members_and_mesh() -> None:
    rules = rules_of(open_lexicon())
    assert rules.genes["3592"] == "HGNC:5969"  # IL12A
    assert set(rules.members[IL12]) >= {"HGNC:5969", "HGNC:5970"}
    assert set(rules.omim.values()) & {concept.concept_id for concept in open_lexicon().concepts}
    assert rules.today.holds("MESH:D011565")
    assert not rules.today.holds("MESH:D999999")


def test_an_id_that_mesh_has_replaced_is_the_one_that_replaced_it() -> None:
    document = GoldDocument(1, "ABC in ache", None)
    today = Today(lambda i: i != "MESH:C1", lambda *_: None, lambda i: {"MESH:C1": "MESH:D1"}.get(i, i))
    found = renew(document, {("chemical", 0, 3): {"MESH:C1"}}, today)
    assert (found.spans, found.became) == (
        {("chemical", 0, 3): {"MESH:D1"}},
        {"mapped": 0, "left out": 0},
    )


def test_classes_of_drugs_are_left_out_on_both_sides_beside_the_concepts() -> None:
    classes = frozenset({"MESH:D000894", "X:unmarked"})
    row = gold((0, 1, "Chemical", "D000001"), (2, 3, "Chemical", "D000894"), (4, 5, "Disease", "D011565"))
    mine = Fake(
        (0, 1, "drug", "MESH:D000001"),
        (2, 3, "chemical", "MESH:D000002"),
        (6, 7, "drug", "X:unmarked"),
        (4, 5, "disease", PSORIASIS),
    )
    result = evaluate([row], mine, Rules(drug_classes=classes))
    assert counts(result, MERGED)["concept"] == (1, 2, 1)
    assert counts(result, MERGED)["concept, no drug classes"] == (1, 1, 0)
    assert "concept, no drug classes" not in counts(result, "disease")
    assert "concept, no drug classes" not in counts(result, "total")
    assert "concept, no drug classes" not in counts(evaluate([row], mine), MERGED)
    # of spans 0:1 is right, 2:3 means a class in the gold and another thing in ours, 6:7 means a class
    assert counts(result, MERGED)["strict span"] == (2, 1, 0)
    assert counts(result, MERGED)["strict span, no drug classes"] == (1, 1, 0)
    assert "strict span, no drug classes" not in counts(result, "disease")
    assert counts(result, "total")["strict span, no drug classes"] == (2, 1, 0)
    assert "strict span, no drug classes" not in counts(evaluate([row], mine), MERGED)


def test_a_span_that_means_a_class_and_another_thing_is_no_class() -> None:
    row = gold((0, 1, "Chemical", "D000894|D000001"), (2, 3, "Chemical", "-1"))
    mine = Fake((0, 1, "drug", "MESH:D000894"), (2, 3, "chemical", "~unknown"))
    result = evaluate([row], mine, Rules(drug_classes=frozenset({"MESH:D000894"})))
    assert counts(result, MERGED)["strict span, no drug classes"] == (1, 0, 1)


def test_the_lexicon_says_which_ids_are_of_classes_of_drugs() -> None:
    lexicon = open_lexicon()
    classes = rules_of(lexicon).drug_classes
    assert "MESH:D000894" in classes
    assert {lexicon.concepts[lexicon.row_of[i]].entity_type for i in classes} <= {"drug", "chemical"}
    assert classes < lexicon.classes
