from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.report.evidence import EvidenceTally, Proof, Side
from comention.report.network import (
    BESIDE,
    LEAST,
    LINES,
    NODES,
    RADIUS,
    NetworkDrawing,
    letters,
    network,
    shortened,
)
from comention.report.tables import TYPES, Companion, Mentioned, Ranked
from tests.report.geometry import apart
from tests.report.pages import found, written
from tests.report.snapshots import LEXICON, make, many

pytestmark = pytest.mark.slow

TOPIC = Side(("T:1",), "the topic", "cytokine", 500)


def ranked(names: Sequence[Sequence[str]], companion: Companion | None = None) -> list[Ranked]:
    """Tables of the three types with rows of these names."""
    return [
        Ranked(kind, 1, len(of_kind), tuple(_row(kind, n, name, companion) for n, name in enumerate(of_kind)))
        for kind, of_kind in zip(TYPES, names, strict=True)
    ]


def _row(kind: str, number: int, name: str, companion: Companion | None) -> Mentioned:
    side = Side((f"{kind}-{number}",), name, kind, 100)
    proof = Proof(side, TOPIC, 1000, EvidenceTally(), {}, ())
    return Mentioned(name, 90 - number, 1, None, None, 1.0, companion, proof)


def drawn(
    tables: Sequence[Ranked], pairs: Sequence[tuple[str, str, int, float]] = (), turn: bool = False
) -> NetworkDrawing:
    kinds = {"a_id": pa.string(), "b_id": pa.string(), "articles": pa.int64(), "log_odds_low": pa.float64()}
    told = {"grade": "none", "relatedness": "none"}
    rows = [dict(zip(kinds, pair, strict=True)) | {"q_value": 0.25} | told for pair in pairs]
    with duckdb.connect() as connection:
        schema = pa.schema(
            [*kinds.items(), ("q_value", pa.float64()), *((name, pa.string()) for name in told)]
        )
        connection.register("pairs", pa.Table.from_pylist(rows[::-1] if turn else rows, schema=schema))
        return network(connection, tables)


def test_each_type_has_its_share() -> None:
    nodes = drawn(ranked([[f"{kind} {n}" for n in range(15)] for kind in TYPES])).nodes
    assert [sum(node.side.entity_type == kind for node in nodes) for kind in TYPES] == [10, 10, 9]
    assert len(nodes) == NODES
    nodes = drawn(ranked([["x"] * 15, ["y"] * 2, ["z"] * 15])).nodes
    assert [sum(node.side.entity_type == kind for node in nodes) for kind in TYPES] == [14, 2, 13]
    assert [node.side.ids[0] for node in nodes[14:16]] == ["drug-0", "drug-1"]


def test_nothing_is_drawn_of_nothing() -> None:
    empty = drawn(ranked([[], [], []]))
    assert (empty.nodes, empty.lines, empty.most) == ((), (), 1)


def test_lines_are_the_surest_pairs_of_what_is_drawn() -> None:
    tables = ranked([[f"d{n}" for n in range(10)], [f"e{n}" for n in range(10)], []])
    sure = [(f"disease-{a}", f"drug-{b}", LEAST, 1 + a + b / 10) for a in range(10) for b in range(10)]
    other = [
        ("disease-0", "disease-1", LEAST - 1, 99.0),  # too few articles
        ("disease-0", "disease-2", 50, 0.0),  # not sure
        ("disease-0", "absent", 50, 99.0),
    ]
    lines = drawn(tables, [*sure, *other]).lines
    assert [(line.first.ids[0], line.second.ids[0]) for line in lines] == [
        (f"disease-{a}", f"drug-{b}") for a in range(9, 5, -1) for b in range(9, -1, -1)
    ]
    assert len(lines) == LINES
    assert {line.q_value for line in lines} == {0.25}
    assert drawn(tables, [*sure, *other], turn=True).lines == lines


def test_a_node_has_q_where_the_middle_is_one_concept() -> None:
    with_topic = Companion("the topic", 3, 1.0, 0.0, 0.0, 0.0, 0.125, 0.5, "none", "T:1")
    (node,) = drawn(ranked([["x"], [], []], with_topic)).nodes
    assert node.q_value == 0.125
    other = Companion("another", 3, 1.0, 0.0, 0.0, 0.0, 0.125, 0.5, "none", "T:2")
    assert drawn(ranked([["x"], [], []], other)).nodes[0].q_value is None


_NAMES = st.lists(st.text(min_size=1, max_size=60), max_size=15)


@given(st.tuples(_NAMES, _NAMES, _NAMES))
def test_no_two_labels_meet_and_none_leaves_the_drawing(
    names: tuple[list[str], list[str], list[str]],
) -> None:
    drawing = drawn(ranked(names))
    assert drawing == drawn(ranked(names))
    assert len(drawing.nodes) == min(NODES, sum(map(len, names)))
    if not drawing.nodes:
        return
    left, top, width, height = drawing.box
    assert width <= 1000
    assert height <= 1000
    for node in drawing.nodes:
        assert math.hypot(node.x, node.y) == pytest.approx(RADIUS)
        for x, y in node.corners:
            assert left <= x <= left + width
            assert top <= y <= top + height
        assert -90 <= (node.angle + 180) % 360 - 180 <= 90  # no text stands on its head
    for one, other in itertools.combinations(drawing.nodes, 2):
        assert apart(one.corners, other.corners), (one.label, other.label)


def test_shapes_that_meet_are_told_from_those_that_do_not() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    tilted = [(3.0, 1.0), (5.0, 3.0), (3.0, 5.0), (1.0, 3.0)]
    assert not apart(square, tilted)
    assert apart(square, [(x + 1.5, y + 0.5) for x, y in tilted])


@given(st.text(max_size=60), st.floats(2, 30))
def test_a_shortened_name_is_a_beginning_that_fits(name: str, width: float) -> None:
    short = shortened(name, width)
    assert letters(short) <= width
    assert short == name or (short.endswith("…") and name.startswith(short[:-1]))
    assert shortened(name, letters(name)) == name


def test_the_page_draws_the_labels_where_they_were_measured(tmp_path: Path) -> None:
    make(tmp_path, many(60, seed=8), names=LEXICON)
    page = written(tmp_path)
    (svg,) = found(page, "//*[local-name()='svg' and @class='network']")
    box = [float(part) for part in str(svg.get("viewbox") or svg.get("viewBox")).split()]
    assert [float(str(svg.get(name))) for name in ("width", "height")] == box[2:]
    labels = found(svg, ".//*[local-name()='a' and starts-with(@class, 'node')]/*[local-name()='text']")
    assert len(labels) == NODES
    for label in labels:
        assert label.get("dx") == str(BESIDE if label.get("text-anchor") == "start" else -BESIDE)
    assert all(link.get("aria-label") for link in found(svg, ".//*[local-name()='a']"))
