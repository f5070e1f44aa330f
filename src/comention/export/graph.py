"""A network as GraphML and as Cytoscape's JSON, written by networkx, which reads both again.

XML 1.0 cannot hold most control characters; in GraphML U+FFFD stands for each. What is unknown has no
attribute. The same network gives the same bytes.
"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from comention.snapshots.network import MEANING, Network

if TYPE_CHECKING:
    import networkx as nx

# What the production Char of XML 1.0 leaves out: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph_of(network: Network) -> nx.Graph:
    """Return a network as a networkx graph. Nodes have `name`, `type`, `articles`; edges what EDGE names.

    `interaction` of an edge is what Cytoscape shows as its meaning: "mentioned with".
    """
    import networkx as nx

    graph = nx.Graph(
        name=f"{network.topic}: concepts mentioned together",
        snapshot=network.run_id,
        filters=network.filters.description(),
        edges=f"{MEANING}; claim is what most articles say of the two, as a program reads them",
    )
    for concept_id, node in network.nodes.items():
        graph.add_node(concept_id, **_known(node))
    for (one, other), edge in network.edges.items():
        graph.add_edge(one, other, interaction=MEANING, **_known(edge))
    return graph


def _known(values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def graphml(network: Network) -> bytes:
    """Return the network as GraphML (http://graphml.graphdrawing.org), UTF-8."""
    import networkx as nx

    buffer = io.BytesIO()
    nx.write_graphml(_for_xml(graph_of(network)), buffer)
    return buffer.getvalue()


def _for_xml(graph: nx.Graph) -> nx.Graph:
    import networkx as nx

    clean = nx.Graph(**_clean(graph.graph))
    clean.add_nodes_from((_held(node), _clean(data)) for node, data in graph.nodes(data=True))
    clean.add_edges_from((_held(a), _held(b), _clean(data)) for a, b, data in graph.edges(data=True))
    return clean


def _clean(values: Any) -> dict[str, Any]:
    return {name: _held(value) if isinstance(value, str) else value for name, value in values.items()}


def _held(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def cyjs(network: Network) -> bytes:
    """Return the network as Cytoscape JSON (.cyjs): `data` of the whole, `elements` of nodes and edges."""
    import networkx as nx

    graph = graph_of(network)
    found = nx.cytoscape_data(graph)
    # Cytoscape reads an object here, and so does networkx, which writes a list of pairs.
    found["data"] = dict(graph.graph)
    text = json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    return text.encode("utf-8")
