"""Pairs of cells with cytokines stand beside all others and change none of their numbers."""

import shutil
from pathlib import Path

import pytest

from comention.cooccur.count import count
from tests.cooccur import corpora
from tests.cooccur.corpora import article, read, run
from tests.cooccur.naive import Row

pytestmark = pytest.mark.slow

_TYPES = (*corpora.TYPES, "cell")


@pytest.fixture
def mentions(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    monkeypatch.setitem(corpora.CONCEPTS, "CL:1", "cell")
    monkeypatch.setitem(corpora.CONCEPTS, "CL:2", "cell")
    named = ("b:2", "É:4", "B:1", "Z:1")
    found = [
        corpora.mention(p, place, c) for p in range(1, 9) for place, c in enumerate(named) if (p + place) % 3
    ]
    return [*found, *(corpora.mention(p, 4, "CL:1") for p in range(1, 6)), corpora.mention(2, 5, "CL:2")]


def test_cells_pair_with_cytokines_alone_and_change_nothing_else(tmp_path: Path, mentions: list[Row]) -> None:
    articles = [article(p) for p in range(1, 9)]
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    receipt = run(tmp_path / "with", mentions, articles, pair_types=_TYPES)
    run(tmp_path / "without", [m for m in mentions if m["entity_type"] != "cell"], articles)
    for name in ("pairs", "evidence", "entities", "trends", "triples", "families", "enrichment"):
        rows, before = read(tmp_path / "with", name), read(tmp_path / "without", name)
        assert [row for row in rows if not _is_of_cells(row)] == before, name
    pairs = [row for row in read(tmp_path / "with", "pairs") if _is_of_cells(row)]
    assert {(row["a_type"], row["b_type"]) for row in pairs} == {("cell", "cytokine")}
    first = next(row for row in pairs if (row["a_id"], row["b_id"]) == ("CL:1", "B:1"))
    shared = {m["pmid"] for m in mentions if m["concept_id"] == "B:1"} & set(range(1, 6))
    assert first["articles"] == len(shared)
    assert first["articles_a"] == 5
    assert receipt.pairs == len(read(tmp_path / "with", "pairs"))
    assert next(row["size"] for row in read(tmp_path / "with", "families") if row["family"] == "cells") == 2


def test_cells_are_counted_and_not_paired_where_types_leave_them_out(
    tmp_path: Path, mentions: list[Row]
) -> None:
    run(tmp_path, mentions, [article(p) for p in range(1, 9)], pair_types=corpora.TYPES)
    assert not any(_is_of_cells(row) for row in read(tmp_path, "pairs"))
    assert next(r["articles"] for r in read(tmp_path, "entities") if r["concept_id"] == "CL:1") == 5


def test_claims_of_cells_are_counted_be_it_over_the_file_that_they_come_from(
    tmp_path: Path, mentions: list[Row]
) -> None:
    articles = [article(p) for p in range(1, 9)]
    (tmp_path / "apart").mkdir()
    run(tmp_path / "apart", mentions, articles, pair_types=_TYPES)
    own = tmp_path / "apart" / "out"
    for name in ("mentions", "articles", "sentences", "claims"):
        shutil.copy(tmp_path / "apart" / f"{name}.parquet", tmp_path)
    count(
        mentions=[tmp_path / "mentions.parquet"],
        articles=[tmp_path / "articles.parquet"],
        sentences=[tmp_path / "sentences.parquet"],
        said=[tmp_path / "claims.parquet"],
        hierarchy=tmp_path / "apart" / "hierarchy.parquet",
        out=tmp_path,
        topic_ids=corpora.TOPIC,
        collective=corpora.COLLECTIVE,
        pair_types=_TYPES,
        threads=2,
    )
    rows = read(tmp_path / "apart", "claims")
    assert {(r["a_id"], r["claim"]) for r in rows if _is_of_cells(r)} > {("CL:1", "made_by")}
    assert (tmp_path / "claims.parquet").read_bytes() == (own / "claims.parquet").read_bytes()
    pair = next(r for r in read(tmp_path / "apart", "pairs") if (r["a_id"], r["b_id"]) == ("CL:1", "B:1"))
    of_pair = [r for r in rows if (r["a_id"], r["b_id"]) == ("CL:1", "B:1") and r["certainty"] == "stated"]
    for word in ("made_by", "acts_on", "associated"):
        assert pair[f"articles_{word}"] == len({r["pmid"] for r in of_pair if r["claim"] == word}), word
    assert pair["articles_treats"] is None
    other = next(r for r in read(tmp_path / "apart", "pairs") if not _is_of_cells(r))
    assert other["articles_made_by"] is None


def _is_of_cells(row: Row) -> bool:
    ids = [row.get(name) or "" for name in ("a_id", "b_id", "concept_id")]
    return any(i.startswith("CL:") for i in ids) or row.get("family") == "cells"
