"""Linked mentions: the two forms of marked gold, and the rule, against counts worked out by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from comention.annotation.document import Document
from comention.cli import app
from comention.errors import MalformedError, UsageError
from comention.gold.linked import WITH_CLASSES, evaluate_marked
from comention.gold.marked import MarkedDocument, digest, is_marked, occurrences, read_marked
from comention.gold.scores import MERGED, Evaluation
from comention.records import EntityType, Mention

TITLE = "Ustekinumab in psoriasis and severe plaque psoriasis"
ABSTRACT = (
    "TNF, IL-12 and IL-1 rose; TNF receptor did not. Cytokines and water were given. Psoriasis improved."
)
IDS = {"psoriasis": "MESH:D011565", "ustekinumab": "MESH:D000069549", "interleukin-12": "COMENTION:IL-12"}
Ours = tuple[str, EntityType, str]


class Fake:
    """An annotator that finds every place of its names."""

    def __init__(self, *names: Ours) -> None:
        self.names = names

    def mentions(self, document: Document) -> list[Mention]:
        return [
            Mention(start, end, name, kind, concept, "a name", "fake")
            for name, kind, concept in self.names
            for start, end in occurrences(document.text, name)
        ]


def named(name: str, kind: str) -> str | None:
    return IDS.get(name)


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(*marks: tuple[str, str, str], traps: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    return {"pmid": 7, "title": TITLE, "abstract": ABSTRACT, "marks": marks, "traps": traps}


def read(tmp_path: Path, *marks: tuple[str, str, str], traps: Any = ()) -> list[MarkedDocument]:
    documents, problems = read_marked(write(tmp_path / "g.jsonl", row(*marks, traps=traps)), [], named)
    assert problems == []
    return documents


def counts(result: Evaluation, name: str, measure: Any = "linked mention") -> tuple[int, int, int]:
    c = result.scores[name][measure] if name != "total" else result.total()[measure]
    return c.tp, c.fp, c.fn


PSORIASIS = ("psoriasis", "disease", "psoriasis")
SEVERE = ("severe plaque psoriasis", "disease", "plaque psoriasis")


def test_a_spelling_counts_once_and_case_makes_another(tmp_path: Path) -> None:
    gold = read(tmp_path, PSORIASIS, ("Psoriasis", "disease", "psoriasis"))
    result = evaluate_marked(gold, Fake(("psoriasis", "disease", "MESH:D011565")))
    assert counts(result, "disease") == (1, 0, 1)
    assert counts(result, "disease", "concept") == (1, 0, 1)


def test_a_mark_is_found_by_what_contains_it_and_by_what_lies_in_it(tmp_path: Path) -> None:
    gold = read(tmp_path, SEVERE)
    for name in ("plaque psoriasis", "severe plaque psoriasis", "and severe plaque psoriasis"):
        result = evaluate_marked(gold, Fake((name, "disease", "MESH:D1")))
        assert counts(result, "disease") == (1, 0, 0), name
    crossing = evaluate_marked(gold, Fake(("psoriasis TNF", "disease", "MESH:D1")))
    assert counts(crossing, "disease") == (0, 1, 1)


def test_what_stands_only_in_a_longer_mark_does_not_find_the_shorter_one(tmp_path: Path) -> None:
    gold = read(tmp_path, PSORIASIS, SEVERE)
    result = evaluate_marked(gold, Fake(("severe plaque psoriasis", "disease", "MESH:D011565")))
    assert counts(result, "disease") == (1, 0, 1)
    assert [(d["cause"], d["text"], d["start"]) for d in result.errors()] == [("missed", "psoriasis", 15)]


def test_a_name_is_not_found_in_the_middle_of_a_word(tmp_path: Path) -> None:
    (document,) = read(tmp_path, ("IL-1", "cytokine", ""))
    (mark,) = document.marks
    assert [document.text[a - 4 : b] for a, b in mark.places] == ["and IL-1"]
    result = evaluate_marked([document], Fake(("IL-12", "cytokine", "COMENTION:IL-12")))
    assert counts(result, "cytokine") == (0, 1, 1)


def test_unlinked_mentions_do_not_count(tmp_path: Path) -> None:
    gold = read(tmp_path, PSORIASIS)
    names: list[Ours] = [("psoriasis", "disease", "text:psoriasis"), ("rose", "disease", "text:rose")]
    assert counts(evaluate_marked(gold, Fake(*names)), "disease") == (0, 0, 1)


def test_optional_marks_are_neither_right_nor_wrong(tmp_path: Path) -> None:
    gold = read(tmp_path, ("psoriasis", "disease?", "psoriasis"), ("severe", "disease", "x"))
    found = evaluate_marked(gold, Fake(("psoriasis", "disease", "MESH:D011565")))
    assert counts(found, "disease") == (0, 0, 1)
    assert (found.unscored, found.ignored) == ({"disease": 1}, {"disease?": 1})
    assert counts(evaluate_marked(gold, Fake()), "disease") == (0, 0, 1)
    other = evaluate_marked(gold, Fake(("psoriasis", "drug", "MESH:D1"), ("IL-1", "disease", "MESH:D2")))
    assert counts(other, "disease") == (0, 1, 1)


def test_a_trap_is_wrong_of_any_type_and_finds_nothing(tmp_path: Path) -> None:
    gold = read(
        tmp_path,
        ("TNF", "cytokine", ""),
        ("water", "chemical", ""),
        traps=(("TNF receptor", "a receptor"), ("psoriasis", "made up")),
    )
    names: list[Ours] = [
        ("TNF receptor", "cytokine", "HGNC:1"),
        ("psoriasis", "chemical", "MESH:D1"),
        ("TNF receptor did", "cytokine", "HGNC:1"),  # not the spelling of a trap, and still no place of TNF
    ]
    result = evaluate_marked(gold, Fake(*names))
    assert counts(result, "cytokine") == (0, 2, 1)
    assert counts(result, MERGED) == (0, 1, 1)
    causes = sorted((d["cause"], d["our_text"] or d["text"]) for d in result.errors())
    assert causes == [
        ("missed", "TNF"),
        ("missed", "water"),
        ("spurious", "TNF receptor did"),
        ("trap", "TNF receptor"),
        ("trap", "psoriasis"),
    ]


def test_a_trap_inside_a_mark_does_not_find_it(tmp_path: Path) -> None:
    gold = read(tmp_path, SEVERE, traps=(("psoriasis", "made up"),))
    result = evaluate_marked(gold, Fake(("psoriasis", "disease", "MESH:D011565")))
    assert counts(result, "disease") == (0, 1, 1)


def test_drugs_and_chemicals_count_together_and_each(tmp_path: Path) -> None:
    gold = read(tmp_path, ("Ustekinumab", "drug", "ustekinumab"), ("water", "chemical", ""))
    names: list[Ours] = [("Ustekinumab", "chemical", IDS["ustekinumab"]), ("water", "chemical", "MESH:D2")]
    result = evaluate_marked(gold, Fake(*names))
    assert counts(result, MERGED) == (2, 0, 0)
    assert counts(result, "drug") == (0, 0, 1)
    assert counts(result, "chemical") == (1, 1, 0)
    assert counts(result, "total") == (2, 0, 0)
    assert [(d["cause"], d["type"], d["our_type"]) for d in result.errors()] == [
        ("wrong type", "drug", "chemical")
    ]


def test_words_for_many_cytokines_are_left_aside_or_wanted(tmp_path: Path) -> None:
    gold = read(
        tmp_path, ("IL-12", "cytokine", "interleukin-12"), ("Cytokines", "cytokine_class", "cytokines")
    )
    both = evaluate_marked(
        gold, Fake(("IL-12", "cytokine", "COMENTION:IL-12"), ("Cytokines", "cytokine", "MESH:D016207"))
    )
    assert counts(both, "cytokine") == (1, 0, 0)
    assert counts(both, WITH_CLASSES) == (2, 0, 0)
    one = evaluate_marked(gold, Fake(("IL-12", "cytokine", "COMENTION:IL-12")))
    assert counts(one, "cytokine") == (1, 0, 0)
    assert counts(one, WITH_CLASSES) == (1, 0, 1)
    assert counts(one, "total") == (1, 0, 1)


def test_concepts_are_judged_where_the_gold_knows_one(tmp_path: Path) -> None:
    gold = read(tmp_path, PSORIASIS, SEVERE, ("Ustekinumab", "drug", "ustekinumab"))
    names: list[Ours] = [
        ("psoriasis", "disease", "MESH:D000001"),  # wrong
        ("severe plaque psoriasis", "disease", "MESH:D000002"),  # its concept has no id: not judged
    ]
    result = evaluate_marked(gold, Fake(*names))
    assert counts(result, "disease", "concept") == (0, 1, 1)
    assert counts(result, "drug", "concept") == (0, 0, 1)  # not found: missing, and not wrong
    assert [(d["cause"], d["gold_id"], d["our_id"]) for d in result.errors()] == [
        ("missed", "MESH:D000069549", ""),
        ("wrong concept", "MESH:D011565", "MESH:D000001"),
    ]


def test_what_is_found_as_another_type_is_told_once(tmp_path: Path) -> None:
    result = evaluate_marked(read(tmp_path, PSORIASIS), Fake(("psoriasis", "cytokine", "HGNC:1")))
    assert [(d["cause"], d["type"], d["our_type"]) for d in result.errors()] == [
        ("wrong type", "disease", "cytokine")
    ]


def _xml(*articles: tuple[int, str, str]) -> bytes:
    body = "".join(
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article>'
        f"<Journal><Title>J</Title><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>{abstract}</AbstractText></Abstract>"
        f"</Article></MedlineCitation></PubmedArticle>"
        for pmid, title, abstract in articles
    )
    return f"<PubmedArticleSet>{body}</PubmedArticleSet>".encode()


def _offsets(pmid: int = 7, text: str = f"{TITLE} {ABSTRACT}") -> dict[str, Any]:
    def at(spelling: str) -> dict[str, int]:
        start = text.index(spelling)
        return {"start": start, "end": start + len(spelling)}

    marks = [
        {**at("psoriasis"), "type": "disease", "concept": "MESH:D011565"},
        {**at("psoriasis"), "type": "disease", "concept": "MESH:D999999"},
        {
            **at("Ustekinumab"),
            "type": "drug",
            "concept": None,
            "name": "x",
            "optional": True,
            "role": "given",
        },
    ]
    traps = [{**at("TNF receptor"), "reason": "a receptor"}]
    return {"pmid": pmid, "source": "a.xml.gz", "sha256": digest(text), "marks": marks, "traps": traps}


def test_gold_of_offsets_takes_its_texts_from_pubmed_files(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", _offsets())
    folder = tmp_path / "records" / "below"
    folder.mkdir(parents=True)
    (folder / "a.xml.gz").write_bytes(gzip.compress(_xml((8, "Other", "text"), (7, TITLE, ABSTRACT))))
    (folder / "b.xml").write_bytes(b"not named by the gold, and not read")
    for texts in ([tmp_path / "records"], [folder / "a.xml.gz"]):
        ((document,), problems) = read_marked(gold, texts, named)
        assert problems == []
        assert document.text == f"{TITLE} {ABSTRACT}"
        assert document.title == TITLE
        assert [(m.text, m.kind, sorted(m.ids), m.optional) for m in document.marks] == [
            ("psoriasis", "disease", ["MESH:D011565", "MESH:D999999"], False),
            ("Ustekinumab", "drug", [], True),
        ]
        assert document.traps == {"TNF receptor": "a receptor"}
    # One spelling with two concepts is one mark; each of its ids is judged.
    result = evaluate_marked([document], Fake(("psoriasis", "disease", "MESH:D011565")))
    assert counts(result, "disease") == (1, 0, 0)
    assert counts(result, "disease", "concept") == (1, 1, 1)


def test_texts_that_are_missing_or_revised_are_told(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", _offsets(7), _offsets(8), _offsets(9))
    records = tmp_path / "records.xml"
    records.write_bytes(_xml((7, TITLE, ABSTRACT), (8, TITLE, f"{ABSTRACT} Revised.")))
    documents, problems = read_marked(gold, [records], named)
    assert [d.pmid for d in documents] == [7]
    assert [str(p) for p in problems] == [
        "line 2: PMID 8 has another text in the files of --texts than the one marked",
        "line 3: PMID 9 is in none of the files of --texts",
    ]


def test_of_two_versions_of_a_record_the_marked_one_is_taken(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", _offsets(7))
    for order in ((0, 1), (1, 0)):
        both = ((7, TITLE, ABSTRACT), (7, TITLE, f"{ABSTRACT} Revised."))
        records = tmp_path / "records.xml"
        records.write_bytes(_xml(*(both[i] for i in order)))
        assert len(read_marked(gold, [records], named)[0]) == 1


def test_what_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--texts"):
        read_marked(write(tmp_path / "a.jsonl", _offsets()), [], named)
    with pytest.raises(MalformedError, match="line 1 is no document of marks"):
        read_marked(write(tmp_path / "b.jsonl", {"pmid": 1}), [], named)
    with pytest.raises(MalformedError, match="'gene' is no type"):
        read_marked(write(tmp_path / "c.jsonl", row(("psoriasis", "gene", "x"))), [], named)
    with pytest.raises(MalformedError, match="'absent' is not in the text of 7"):
        read_marked(write(tmp_path / "d.jsonl", row(("absent", "disease", "x"))), [], named)
    (tmp_path / "empty").mkdir()
    with pytest.raises(MalformedError, match="0 documents with a text"):
        read_marked(write(tmp_path / "e.jsonl", _offsets()), [tmp_path / "empty"], named)


def test_the_form_is_told_by_its_first_character(tmp_path: Path) -> None:
    assert is_marked(write(tmp_path / "a.jsonl", row()))
    pubtator = tmp_path / "b.pubtator"
    pubtator.write_text("7|t|A title\n7|a|\n", encoding="utf-8")
    assert not is_marked(pubtator)


@pytest.mark.slow
def test_the_command_reads_marked_gold(tmp_path: Path) -> None:
    runner = CliRunner()
    gold = write(tmp_path / "g.jsonl", row(PSORIASIS, ("IL-12", "cytokine", "interleukin-12")))
    told = runner.invoke(app, ["evaluate", str(gold), "--annotator", "fast", "--json"])
    scores = json.loads(told.stdout)["scores"]
    assert scores["disease"]["linked mention"]["tp"] == 1
    assert scores["total"]["concept"]["tp"] == 2
    apart = write(tmp_path / "o.jsonl", _offsets(7), _offsets(9))
    records = tmp_path / "records.xml"
    records.write_bytes(_xml((7, TITLE, ABSTRACT)))
    told = runner.invoke(app, ["evaluate", str(apart), "--texts", str(records), "--annotator", "fast"])
    assert told.exit_code == 0
    assert "the first: line 2: PMID 9 is in none of the files of --texts" in " ".join(told.stderr.split())
    pubtator = tmp_path / "b.pubtator"
    pubtator.write_text("7|t|Psoriasis\n7|a|\n7\t0\t9\tPsoriasis\tDisease\tD011565\n", encoding="utf-8")
    refused = runner.invoke(app, ["evaluate", str(pubtator), "--texts", str(records)])
    assert isinstance(refused.exception, UsageError)
