"""A network as GraphML and as Cytoscape's JSON, which networkx reads again.

Nodes and edges have `label` and `weight`, and nodes a colour by type, as Gephi (`r`, `g`, `b`), Cytoscape and
cytoscape.js show them when they open the file. A column of numbers has one type. The source of an edge is the
first concept of the pair, which `claim_direction` ("ab": the first on the second) is told by.

XML 1.0 cannot hold most control characters; in GraphML U+FFFD stands for each. What is unknown has no
attribute. The same network gives the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from comention.export.xml import held
from comention.schemas import PAIRS
from comention.snapshots.network import MEANING, Network

if TYPE_CHECKING:
    import networkx as nx

#: Colours of the types, as in the pictures (Okabe & Ito).
COLOURS: Mapping[str, str] = {
    "disease": "#D55E00",
    "drug": "#0072B2",
    "cytokine": "#009E73",
    "chemical": "#CC79A7",
    "cell": "#E69F00",
}
_OTHER = "#6b7280"
_REALS = {column.name for column in PAIRS.columns if pa.types.is_floating(column.type)}
# How cytoscape.js draws the elements, where a page has no style of its own.
_STYLE = (
    {"selector": "node", "style": {"label": "data(label)", "background-color": "data(color)"}},
    {"selector": "edge", "style": {"line-color": "#9ca3af", "curve-style": "haystack"}},
)


def graph_of(network: Network) -> nx.Graph:
    """Return a network as a networkx graph. Nodes have `name`, `type`, `articles`; edges what EDGE names.

    Nodes have `label`, their name, and `color` beside that. Edges have `weight`, their articles, and
    `interaction`, what Cytoscape shows as their meaning: "mentioned with". Nodes stand in the order in which
    pairs have them (type, then id): networkx gives an edge from the node that stands first.
    """
    import networkx as nx

    graph = nx.Graph(
        name=f"{network.topic}: concepts mentioned together",
        snapshot=network.run_id,
        filters=network.filters.description(),
        edges=f"{MEANING}; claim is the leading claim of articles, as a program reads them; of its direction "
        "a is the source, b the target",
    )
    in_order = sorted(network.nodes.items(), key=lambda one: (one[1]["type"], one[0]))
    for concept_id, node in in_order:
        graph.add_node(concept_id, **_known(node), label=node["name"], color=_colour(node))
    for (one, other), edge in network.edges.items():
        graph.add_edge(one, other, interaction=MEANING, weight=float(edge["articles"]), **_known(edge))
    return graph


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known, a real number as one even where it is whole."""
    return {
        name: float(value) if name in _REALS else value for name, value in values.items() if value is not None
    }


def _colour(node: Mapping[str, Any]) -> str:
    return COLOURS.get(node["type"], _OTHER)


def graphml(network: Network) -> bytes:
    """Return the network as GraphML (http://graphml.graphdrawing.org), UTF-8."""
    import networkx as nx

    buffer = io.BytesIO()
    graph = graph_of(network)
    for _, data in graph.nodes(data=True):
        data.update(zip("rgb", bytes.fromhex(data["color"][1:]), strict=True))
    nx.write_graphml(_for_xml(graph), buffer)
    return buffer.getvalue()


def _for_xml(graph: nx.Graph) -> nx.Graph:
    import networkx as nx

    clean = nx.Graph(**_clean(graph.graph))
    clean.add_nodes_from((held(node), _clean(data)) for node, data in graph.nodes(data=True))
    clean.add_edges_from((held(a), held(b), _clean(data)) for a, b, data in graph.edges(data=True))
    return clean


def _clean(values: Any) -> dict[str, Any]:
    return {name: held(value) if isinstance(value, str) else value for name, value in values.items()}


def cyjs(network: Network) -> bytes:
    """Return the network as Cytoscape JSON (.cyjs): `data` of the whole, `elements` of nodes and edges."""
    import networkx as nx

    graph = graph_of(network)
    found = nx.cytoscape_data(graph)
    # Cytoscape reads an object here, and so does networkx, which writes a list of pairs.
    found["data"] = dict(graph.graph)
    found["style"] = list(_STYLE)
    text = json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    return text.encode("utf-8")
