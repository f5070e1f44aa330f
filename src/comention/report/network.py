"""The concepts around one on a circle: no two labels can meet, and a corpus is always drawn alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from comention.report.evidence import Side
from comention.report.snapshot import rows
from comention.report.tables import TYPES, Ranked

#: Concepts around the one in the middle, and lines between them, at most; articles that a line needs.
NODES, LINES, LEAST = 29, 40, 3

#: Size of the drawing, radius of the circle, and code points of a label before it is cut.
WIDTH, HEIGHT, RADIUS, LABEL = 920, 860, 200, 24
_GAP = 1.5  # places left free between two types


@dataclass(frozen=True, slots=True)
class Node:
    """A concept on the circle; `articles` it shares with the one in the middle. Label angle in degrees."""

    side: Side
    articles: int
    x: float
    y: float
    label: str
    angle: float
    turned: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Two concepts on the circle and the articles that mention both; `path` bends towards the middle."""

    first: Side
    second: Side
    articles: int
    path: str


@dataclass(frozen=True, slots=True)
class Network:
    """What is mentioned most with the one in the middle, and which of that goes together."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]

    @property
    def most(self) -> int:
        """Articles of the node that has most."""
        return max((node.articles for node in self.nodes), default=1)


_LINES = """
SELECT a_id, b_id, articles FROM pairs
WHERE list_contains($ids::VARCHAR[], a_id) AND list_contains($ids::VARCHAR[], b_id)
      AND articles >= $least AND log_odds_low > 0
ORDER BY log_odds_low DESC, articles DESC, a_id, b_id LIMIT $lines
"""


def network(connection: duckdb.DuckDBPyConnection, ranked: Sequence[Ranked]) -> Network:
    """Return the drawing of the ranked tables' first concepts; each type has its share of the circle."""
    chosen = _chosen(ranked)
    if not chosen:
        return Network((), ())
    places = len(chosen) + _GAP * len({side.entity_type for side, _ in chosen})
    nodes, place, before = [], 0.0, chosen[0][0].entity_type
    for side, articles in chosen:
        place += _GAP if side.entity_type != before else 0.0
        before = side.entity_type
        nodes.append(_node(side, articles, 2 * math.pi * place / places - math.pi / 2))
        place += 1
    at = {node.side.ids[0]: node for node in nodes}
    found = rows(connection, _LINES, {"ids": list(at), "least": LEAST, "lines": LINES})
    return Network(tuple(nodes), tuple(_line(at[r["a_id"]], at[r["b_id"]], r["articles"]) for r in found))


def _chosen(ranked: Sequence[Ranked]) -> list[tuple[Side, int]]:
    """Return up to NODES concepts, type by type, the same number of each where there are enough."""
    left = {table.entity_type: [(i.proof.first, i.articles) for i in table.rows] for table in ranked}
    taken = dict.fromkeys(left, 0)
    while sum(taken.values()) < NODES:
        open_ = [t for t in TYPES if t in left and taken[t] < len(left[t])]
        if not open_:
            break
        taken[min(open_, key=lambda t: taken[t])] += 1
    return [pair for t in TYPES if t in left for pair in left[t][: taken[t]]]


def _node(side: Side, articles: int, turn: float) -> Node:
    degrees = math.degrees(turn) % 360
    turned = 90 < degrees < 270  # on the left, where text would stand on its head
    label = side.name if len(side.name) <= LABEL else side.name[: LABEL - 1].rstrip() + "…"
    x, y = WIDTH / 2 + RADIUS * math.cos(turn), HEIGHT / 2 + RADIUS * math.sin(turn)
    return Node(side, articles, x, y, label, degrees - 180 if turned else degrees, turned)


def _line(one: Node, other: Node, articles: int) -> Line:
    path = f"M{one.x:.1f} {one.y:.1f}Q{WIDTH / 2:.0f} {HEIGHT / 2:.0f} {other.x:.1f} {other.y:.1f}"
    return Line(one.side, other.side, articles, path)
