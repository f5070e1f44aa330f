"""Sentences with the mentions in them marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from comention.report.sentences import MarkedSpan, Piece, cut
from comention.schemas import UNLINKED
from comention.snapshots.tables import Row, rows

_SPANS = """
SELECT pmid, sentence, "start", "end", entity_type, concept_id
FROM mentions SEMI JOIN quoted USING (pmid, sentence)
WHERE NOT starts_with(concept_id, $unlinked) AND ($all OR list_contains($ids, concept_id))
ORDER BY pmid, "start", "end", concept_id
"""
# A place at article level is two sentences: that of each mention.
_TWO = """
SELECT p.a_id, p.b_id, s.* FROM placed p JOIN sentences s ON s.pmid = p.pmid
WHERE (s."start" <= p.a_start AND p.a_start < s."end") OR (s."start" <= p.b_start AND p.b_start < s."end")
ORDER BY s.pmid, s.sentence
"""

Pieces = tuple[Piece, ...]


def marked(
    connection: duckdb.DuckDBPyConnection,
    sentences: Sequence[Row],
    ids: Iterable[str] | None = None,
    *,
    whole: bool = False,
) -> dict[tuple[int, int], Pieces]:
    """Return sentences in pieces by PMID and number, mentions of these concepts marked; of all where None.

    The rows have `pmid`, `sentence`, `text` and `text_start`. Long stretches are cut unless `whole`.
    """
    keys = sorted({(one["pmid"], one["sentence"]) for one in sentences if one["text"] is not None})
    connection.register("quoted", _table(keys, ("pmid", "sentence")))
    values = {"unlinked": UNLINKED, "all": ids is None, "ids": list(ids or ())}
    spans: dict[tuple[int, int], list[MarkedSpan]] = {}
    for one in rows(connection, _SPANS, values):
        span = MarkedSpan(one["start"], one["end"], one["entity_type"], one["concept_id"])
        spans.setdefault((one["pmid"], one["sentence"]), []).append(span)
    return {
        key: cut(one["text"], one["text_start"], spans.get(key, ()), whole=whole)
        for one in sentences
        if one["text"] is not None
        for key in [(one["pmid"], one["sentence"])]
    }


def places(
    connection: duckdb.DuckDBPyConnection, found: Sequence[Row], ids: Sequence[str]
) -> list[list[Pieces]]:
    """Return the sentences of rows of evidence: one, or two where the concepts share only the article."""
    apart = [one for one in found if one["sentence"] < 0]
    columns = ("pmid", "a_start", "b_start")
    table = _table([tuple(one[name] for name in columns) for one in apart], columns)
    names = {name: pa.array([one[name] for one in apart], pa.string()) for name in ("a_id", "b_id")}
    for name, array in names.items():
        table = table.append_column(name, array)
    connection.register("placed", table)
    two = rows(connection, _TWO)
    for one in two:
        one["text_start"] = one["start"]
    pieces = marked(connection, [*found, *two], ids)
    of_two: dict[tuple[Any, ...], list[Pieces]] = {}
    for one in two:
        of_two.setdefault((one["pmid"], one["a_id"], one["b_id"]), []).append(
            pieces[one["pmid"], one["sentence"]]
        )
    return [
        [pieces[one["pmid"], one["sentence"]]]
        if one["sentence"] >= 0
        else of_two.get((one["pmid"], one["a_id"], one["b_id"]), [])
        for one in found
    ]


def _table(values: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> pa.Table:
    schema = pa.schema([(name, pa.int64()) for name in columns])
    return pa.Table.from_pylist([dict(zip(columns, one, strict=True)) for one in values], schema=schema)
