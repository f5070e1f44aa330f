"""Gold of places: read with the texts of PubMed files, and the shipped file of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from comention.documents.pubtator import read
from comention.errors import MalformedError, UsageError
from comention.gold.marked import digest
from comention.gold.places import read_places
from tests.support.medline import excerpts

SHIPPED = Path(__file__).parents[2] / "data" / "gold" / "names_training.jsonl"

TITLE, ABSTRACT = "Zornia after quellin.", "Of six, two had zornia."
TEXT = f"{TITLE} {ABSTRACT}"


def _records(folder: Path, *articles: tuple[int, str, str]) -> Path:
    records = folder / "records.xml"
    one = (
        "<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>{}</ArticleTitle>"
        "<Abstract><AbstractText>{}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    )
    found = "".join(one.format(*article) for article in articles)
    records.write_text(f"<PubmedArticleSet>{found}</PubmedArticleSet>", encoding="utf-8")
    return records


def _row(pmid: int = 7, text: str = TEXT, **spans: Any) -> dict[str, Any]:
    return {"pmid": pmid, "source": "records.xml", "sha256": digest(text), **spans}


def _gold(folder: Path, rows: Iterable[Mapping[str, Any] | str]) -> Path:
    path = folder / "gold.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_a_document_has_its_text_and_its_places_in_order_without_ids(tmp_path: Path) -> None:
    gold = _gold(tmp_path, [_row(disease=[[38, 44], [0, 6]], chemical=[[13, 20]])])
    for texts in (_records(tmp_path, (7, TITLE, ABSTRACT)), tmp_path):
        (document,), problems = read_places(gold, [texts])
        assert problems == []
        assert (document.pmid, document.title, document.abstract) == (7, TITLE, ABSTRACT)
        assert document.text == TEXT
        found = [(a.start, a.end, a.text, a.type, a.ids) for a in document.annotations]
        assert found == [
            (0, 6, "Zornia", "disease", ()),
            (13, 20, "quellin", "chemical", ()),
            (38, 44, "zornia", "disease", ()),
        ]


def test_a_text_that_is_not_there_or_has_changed_is_told_and_left_out(tmp_path: Path) -> None:
    gold = _gold(tmp_path, [_row(7), _row(8), _row(9)])
    records = _records(tmp_path, (7, TITLE, ABSTRACT), (8, TITLE, f"{ABSTRACT} Revised."))
    documents, problems = read_places(gold, [records])
    assert [document.pmid for document in documents] == [7]
    assert [(problem.line, "PMID" in str(problem)) for problem in problems] == [(2, True), (3, True)]


def test_without_any_text_it_is_refused(tmp_path: Path) -> None:
    gold = _gold(tmp_path, [_row(7)])
    with pytest.raises(UsageError, match="--texts"):
        read_places(gold, [])
    with pytest.raises(MalformedError, match="--texts"):
        read_places(gold, [_records(tmp_path, (8, TITLE, ABSTRACT))])


@pytest.mark.parametrize(
    "row",
    [
        "not JSON",
        "[7]",
        json.dumps({"pmid": 7, "disease": []}),
        json.dumps(_row() | {"pmid": "7"}),
        json.dumps(_row(disease=[[0, 999]])),
        json.dumps(_row(disease=[[6, 0]])),
        json.dumps(_row(disease=[7])),
        json.dumps(_row(disease=[["0", "6"]])),
        json.dumps(_row(disease=None)),
    ],
)
def test_a_line_of_another_form_is_named(tmp_path: Path, row: str) -> None:
    gold = _gold(tmp_path, [_row(7), row])
    with pytest.raises(MalformedError, match=r"line 2 .*data/gold/README\.md"):
        read_places(gold, [_records(tmp_path, (7, TITLE, ABSTRACT))])


def _shipped() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SHIPPED.read_text("utf-8").splitlines()]


def test_the_shipped_file_holds_places_alone_in_the_order_of_pmids() -> None:
    rows = _shipped()
    pmids = [row["pmid"] for row in rows]
    assert pmids == sorted(set(pmids))
    assert len(pmids) == 3_240
    for row in rows:
        assert row.keys() == {"pmid", "source", "sha256", "disease", "chemical"}
        for spans in (row["disease"], row["chemical"]):
            assert all(0 <= start < end for start, end in spans)
            assert spans == sorted(spans)


@pytest.mark.slow
def test_the_shipped_places_are_of_the_texts_and_none_is_in_other_gold(corpora: Path, tmp_path: Path) -> None:
    documents, problems = read_places(SHIPPED, [excerpts(_shipped(), corpora / "pubmed", tmp_path)])
    assert problems == []
    assert len(documents) == len(_shipped())
    for document in documents:
        for a in document.annotations:
            assert a.text == a.text.strip()
            around = document.text[a.start - 1 : a.start], document.text[a.end : a.end + 1]
            assert not (around[0].isalnum() and a.text[0].isalnum())
            assert not (around[1].isalnum() and a.text[-1].isalnum())
    pmids = {document.pmid for document in documents}
    for path in (corpora / "gold").glob("*.pubtator"):
        assert pmids.isdisjoint(document.pmid for document in read(path)[0])
    for path in (corpora / "gold" / "immuno_dev.jsonl", SHIPPED.with_name("immuno_abstracts.jsonl")):
        assert pmids.isdisjoint(json.loads(line)["pmid"] for line in path.read_text("utf-8").splitlines())
