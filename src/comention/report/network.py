"""The concepts around one on a circle: no two labels can meet, and a corpus is always drawn alike."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from comention.report.evidence import Side
from comention.report.tables import TYPES, Mentioned, Ranked
from comention.report.wording import apart, number
from comention.snapshots.tables import SUREST, UNRELATED, rows

#: Concepts around the one in the middle, and lines between them, at most; articles that a line needs.
NODES, LINES, LEAST = 29, 40, 3

#: Radius of the circle, size of its letters, and where a label begins beside its node. 0, 0 is the middle.
RADIUS, LETTER, BESIDE = 200, 14, 13
#: Widths in letters after which a name is cut: on the circle, and in the middle.
LABEL, MIDDLE = 13.0, 22.0
_GAP = 1.5  # places left free between two types
_EDGE, _ROOM = 8, RADIUS + BESIDE  # left free around the drawing; drawn at least to each side
_NARROW, _BROAD = frozenset("iljtfrI.,;:'|()[]- "), frozenset("mwMW@%&+=<>~…")


@dataclass(frozen=True, slots=True)
class Node:
    """A concept on the circle; `articles` it shares with the one in the middle. Label angle in degrees.

    `q_value` is that of the pair with the one in the middle, None where that is several concepts.
    """

    side: Side
    articles: int
    q_value: float | None
    x: float
    y: float
    label: str
    width: float
    angle: float
    turned: bool

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Return the corners of the label, as wide and as high as it can be."""
        turn = math.radians(self.angle + (180 if self.turned else 0))
        along, across = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
        ends, half = (BESIDE, BESIDE + self.width), 0.6 * LETTER
        return tuple(
            (self.x + d * along[0] + h * across[0], self.y + d * along[1] + h * across[1])
            for d, h in ((ends[0], -half), (ends[1], -half), (ends[1], half), (ends[0], half))
        )


@dataclass(frozen=True, slots=True)
class Edge:
    """Two concepts on the circle and the articles that mention both; `path` bends towards the middle."""

    first: Side
    second: Side
    articles: int
    q_value: float
    path: str


@dataclass(frozen=True, slots=True)
class NetworkDrawing:
    """What is mentioned most with the one in the middle, and which of that goes together."""

    nodes: tuple[Node, ...]
    lines: tuple[Edge, ...]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of what is drawn, with every label in it."""
        points = [point for node in self.nodes for point in (*node.corners, (node.x, node.y))]
        sides = [[point[axis] for point in points] + [-_ROOM, _ROOM] for axis in (0, 1)]
        left, top = (math.floor(min(side)) - _EDGE for side in sides)
        right, bottom = (math.ceil(max(side)) + _EDGE for side in sides)
        return left, top, right - left, bottom - top

    @property
    def most(self) -> int:
        """Articles of the node that has most."""
        return max((node.articles for node in self.nodes), default=1)


_LINES = f"""
SELECT a_id, b_id, articles, q_value FROM pairs
WHERE list_contains($ids::VARCHAR[], a_id) AND list_contains($ids::VARCHAR[], b_id)
      AND articles >= $least AND log_odds_low > 0 AND {UNRELATED}
ORDER BY {SUREST} LIMIT $lines
"""  # noqa: S608 - what is put in is our own


def network(connection: duckdb.DuckDBPyConnection, ranked: Sequence[Ranked]) -> NetworkDrawing:
    """Return the drawing of the ranked tables' first concepts; each type has its share of the circle."""
    chosen = _chosen(ranked)
    if not chosen:
        return NetworkDrawing((), ())
    places = len(chosen) + _GAP * len({item.proof.first.entity_type for item in chosen})
    nodes, place, before = [], 0.0, chosen[0].proof.first.entity_type
    for item in chosen:
        place += _GAP if item.proof.first.entity_type != before else 0.0
        before = item.proof.first.entity_type
        nodes.append(_node(item, 2 * math.pi * place / places - math.pi / 2))
        place += 1
    at = {node.side.ids[0]: node for node in nodes}
    found = rows(connection, _LINES, {"ids": list(at), "least": LEAST, "lines": LINES})
    lines = (_line(at[r["a_id"]], at[r["b_id"]], r["articles"], r["q_value"]) for r in found)
    return NetworkDrawing(tuple(nodes), tuple(lines))


def shortened(name: str, width: float) -> str:
    """Return a name, cut where it would be wider than so many letters; what is drawn is never wider."""
    if letters(name) <= width:
        return name
    kept, used = 0, _letters("…")
    while used + _letters(name[kept]) <= width:
        used += _letters(name[kept])
        kept += 1
    return name[:kept].rstrip() + "…"


def letters(text: str) -> float:
    """Return how wide a text can be, in sizes of its letter, in the sans-serif faces of the page."""
    return sum(map(_letters, text))


def _letters(character: str) -> float:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:  # drawn on another, or not at all
        return 0.0
    if character in _BROAD or ord(character) >= 0x500:  # scripts that have letters as wide as high
        return 1.0 if ord(character) < 0x1F000 else 1.4
    if character in _NARROW:
        return 0.45
    return 0.8 if unicodedata.category(character) not in {"Ll", "Nd"} else 0.66


def _chosen(ranked: Sequence[Ranked]) -> list[Mentioned]:
    """Return up to NODES concepts, type by type, the same number of each where there are enough."""
    left = {table.entity_type: table.rows for table in ranked}
    taken = dict.fromkeys(left, 0)
    while sum(taken.values()) < NODES:
        open_ = [t for t in TYPES if t in left and taken[t] < len(left[t])]
        if not open_:
            break
        taken[min(open_, key=lambda t: taken[t])] += 1
    return [item for t in TYPES if t in left for item in left[t][: taken[t]]]


def _node(item: Mentioned, turn: float) -> Node:
    degrees = math.degrees(turn) % 360
    turned = 90 < degrees < 270  # on the left, where text would stand on its head
    side, other = item.proof.first, item.companion
    alone = other is not None and item.proof.second.ids == (other.other_id,)
    label = f"{apart(shortened(side.name, LABEL))} ({number(item.articles)})"
    return Node(
        side=side,
        articles=item.articles,
        q_value=other.q_value if other and alone else None,
        x=RADIUS * math.cos(turn),
        y=RADIUS * math.sin(turn),
        label=label,
        width=LETTER * letters(label),
        angle=degrees - 180 if turned else degrees,
        turned=turned,
    )


def _line(one: Node, other: Node, articles: int, q_value: float) -> Edge:
    path = f"M{one.x:.1f} {one.y:.1f}Q0 0 {other.x:.1f} {other.y:.1f}"
    return Edge(one.side, other.side, articles, q_value, path)
