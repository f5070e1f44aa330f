"""A concept among those it is mentioned with: at most thirty, since a thousand are a grey disc."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from comention.errors import UsageError
from comention.plots.canvas import FAINT, INK, PAPER, TYPES, caption, headline, label
from comention.plots.labels import Box, Placed, placed
from comention.snapshots.network import Filters, Network, network_of, topic_concept
from comention.snapshots.snapshot import Snapshot

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Concepts in a picture, the one in the middle included.
MOST = 30
# Pairs among the others that are drawn: more hide those of the middle.
_MOST_AMONG = 40
_SIZE = (10.5, 8.0)  # inches
_POINTS = 72
_FONT = {True: 10.5, False: 8.0}  # points; of the middle, and of the others

Points = Mapping[str, tuple[float, float]]


def ego(snapshot: Snapshot, filters: Filters) -> Network:
    """Return the network around a concept, by default the topic's.

    Half of the others are those of its surest pairs, the rest are those with most articles. `top` of the
    filters counts the concepts, the one in the middle included. Raises UsageError for a concept that is not
    there, and where it is mentioned with nothing.
    """
    name = filters.with_name if filters.with_name is not None else topic_concept(snapshot)
    most = min(filters.top or MOST, MOST)
    found = network_of(snapshot, replace(filters, with_name=name, top=None))
    if not found.edges:
        raise UsageError(
            f"no pair of {name} has {_narrowed(filters)}: lower --min-articles, or drop a filter"
        )
    return _chosen(found, most - 1)


def _chosen(found: Network, most: int) -> Network:
    """Return a network with so many concepts beside the one in the middle."""
    own = [ids for ids in found.edges if found.focus in ids]  # the surest first
    surest = own[: (most + 1) // 2]
    often = sorted(own[len(surest) :], key=lambda ids: -found.edges[ids]["articles"])
    kept = {*surest, *often[: most - len(surest)]}
    near = {concept_id for ids in kept for concept_id in ids}
    edges = {
        ids: edge
        for ids, edge in found.edges.items()
        if ids in kept or (found.focus not in ids and near.issuperset(ids))
    }
    nodes = {concept_id: node for concept_id, node in found.nodes.items() if concept_id in near}
    return replace(found, nodes=nodes, edges=edges)


def figure(network: Network) -> Figure:
    """Return the picture: width of an edge by score, colour and shape of a node by type, size by articles."""
    from matplotlib.figure import Figure

    assert network.focus is not None  # noqa: S101 - what `ego` returns has one
    picture = Figure(figsize=_SIZE)
    axes = picture.add_axes((0.01, 0.05, 0.98, 0.86))
    axes.set_axis_off()
    at = positions(network)
    axes.set_xlim(-1.28, 1.28)
    axes.set_ylim(-1.1, 1.1)
    left_out = _edges(axes, network, at)
    _nodes(axes, network, at)
    unnamed = _labels(axes, network, at)
    _legend(axes, network)
    own = sum(network.focus in ids for ids in network.edges)
    headline(
        picture,
        f"{label(network.nodes[network.focus]['name'], 120)} is mentioned with …",
        f"{own} concept{'' if own == 1 else 's'}: half by the surest pairs, half by most articles; "
        f"{_narrowed(network.filters)}.\n"
        "A line is “mentioned with”, wider with the score; a mark grows with the articles of its concept.",
    )
    notes = [f"{network.topic} · {network.run_id}"]
    notes += [f"{left_out} weaker pairs among the others are not drawn"] if left_out else []
    notes += [f"{unnamed} labels have no room"] if unnamed else []
    caption(picture, " · ".join(notes))
    return picture


def _narrowed(filters: Filters) -> str:
    """Return the filters that the title does not say."""
    return replace(filters, with_name=None, top=None).description()


def positions(network: Network) -> Points:
    """Return a place for each node: the focus in the middle, the others on two rings, types together.

    The stronger its pair with the focus, the nearer the middle a node lies; within a type the strong and
    the weak alternate, which keeps the rings even.
    """
    assert network.focus is not None  # noqa: S101 - what `ego` returns has one
    others = [node for node in network.nodes if node != network.focus]
    strength = {
        node: network.edges.get((network.focus, node), network.edges.get((node, network.focus), {}))
        for node in others
    }
    ranked = sorted(others, key=lambda n: (-strength[n].get("score", 0.0), n))
    inner = set(ranked[: len(ranked) // 3]) if len(ranked) > 12 else set()
    order = list(TYPES)
    at = {network.focus: (0.0, 0.0)}
    for ring, reach in ((inner, 0.52), (set(others) - inner, 0.92)):
        members = sorted(ring, key=lambda n: (order.index(network.nodes[n]["type"]), ranked.index(n)))
        for i, node in enumerate(members):
            angle = math.tau * (i + (0.5 if ring is inner else 0.0)) / len(members) + math.pi / 2
            at[node] = (reach * math.cos(angle) * 1.08, reach * math.sin(angle))
    return at


def _edges(axes: Axes, network: Network, at: Points) -> int:
    """Draw the edges, those of the focus above the others; return how many are left out."""
    highest = max(edge["score"] for edge in network.edges.values())
    among = 0
    for ids, edge in network.edges.items():
        own = network.focus in ids
        among += not own
        if not own and among > _MOST_AMONG:
            continue
        (x, y), (u, v) = at[ids[0]], at[ids[1]]
        axes.plot(
            (x, u),
            (y, v),
            color="#6b7a90" if own else "#d3d8de",
            linewidth=(0.8 if own else 0.4) + (5.0 if own else 2.5) * math.sqrt(edge["score"] / highest),
            alpha=0.75,
            solid_capstyle="round",
            zorder=2 if own else 1,
        )
    return max(among - _MOST_AMONG, 0)


def _radius(network: Network, node: str) -> float:
    """Half the width of a node's mark, in points."""
    highest = max(data["articles"] for data in network.nodes.values())
    share = math.sqrt(network.nodes[node]["articles"] / highest)
    return (7.0 if node == network.focus else 4.0) + 6.0 * share


def _nodes(axes: Axes, network: Network, at: Points) -> None:
    for node, data in network.nodes.items():
        colour, marker = TYPES[data["type"]]
        axes.plot(
            *at[node],
            marker=marker,
            markersize=2 * _radius(network, node),
            color=colour,
            markeredgecolor=INK if node == network.focus else PAPER,
            markeredgewidth=1.8 if node == network.focus else 1.0,
            linestyle="none",
            zorder=3,
        )


def _labels(axes: Axes, network: Network, at: Points) -> int:
    """Write the names where none lies on another or on a mark; return how many have no room."""
    nodes = sorted(network.nodes, key=lambda n: (n != network.focus, -network.nodes[n]["articles"], n))
    texts = {
        node: axes.text(
            0,
            0,
            label(network.nodes[node]["name"]),
            size=_FONT[node == network.focus],
            weight="bold" if node == network.focus else "normal",
            zorder=5,
            ha="left",
            va="bottom",
            bbox={"facecolor": PAPER, "alpha": 0.75, "pad": 0.6, "linewidth": 0},
        )
        for node in nodes
    }
    figure = axes.figure
    dpi = figure.dpi
    marks = []
    for node in nodes:
        x, y = axes.transData.transform(at[node])
        size = texts[node].get_window_extent()
        radius = (_radius(network, node) + 1) * dpi / _POINTS
        marks.append(Placed(float(x), float(y), radius, size.width + 4, size.height + 3))
    frame = axes.get_window_extent()
    boxes = placed(marks, Box(frame.x0, frame.y0, frame.x1, frame.y1))
    for node, mark, box in zip(nodes, marks, boxes, strict=True):
        if box is None:
            texts[node].remove()
            continue
        corner = axes.transData.inverted().transform((box.left + 2, box.bottom + 1.5))
        texts[node].set_position((float(corner[0]), float(corner[1])))
        _lead(axes, mark, box)
    return sum(box is None for box in boxes)


def _lead(axes: Axes, mark: Placed, box: Box) -> None:
    """Draw a thin line to a label that lies away from its mark."""
    x = min(max(mark.x, box.left), box.right)
    y = min(max(mark.y, box.bottom), box.top)
    if math.hypot(x - mark.x, y - mark.y) < mark.radius + mark.height:
        return
    ends = axes.transData.inverted().transform([(mark.x, mark.y), (x, y)])
    axes.plot(ends[:, 0], ends[:, 1], color=FAINT, linewidth=0.6, linestyle=":", zorder=4)


def _legend(axes: Axes, network: Network) -> None:
    from matplotlib.lines import Line2D

    there = {data["type"] for data in network.nodes.values()}
    marks = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", markersize=8, label=name)
        for name, (colour, marker) in TYPES.items()
        if name in there
    ]
    axes.legend(handles=marks, loc="lower right", frameon=False, fontsize=9, borderaxespad=0.2)
