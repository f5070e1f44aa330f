"""A network as CX2, with the colours and labels that Cytoscape (3.10 and newer) and NDEx show.

https://cytoscape.org/cx/cx2/specification/cytoscape-exchange-format-specification-(version-2)/. Unlike
`.cyjs` it carries a style: the colour of a node is mapped from its `type`, its label from its `name`, the
width of an edge from its `articles`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from comention.export.graph import COLOURS, graph_of
from comention.snapshots.network import Network

# CX2's names of types, by Python's.
_TYPES = {bool: "boolean", int: "integer", float: "double", str: "string"}
_EDGE_WIDTHS = (0.5, 8.0)


def cx2(network: Network) -> bytes:
    """Return the network as CX2, UTF-8."""
    graph = graph_of(network)
    numbers = {concept_id: number for number, concept_id in enumerate(graph)}
    nodes: list[dict[str, Any]] = [
        {"id": numbers[concept_id], "v": {"represents": concept_id, **data}}
        for concept_id, data in graph.nodes(data=True)
    ]
    edges: list[dict[str, Any]] = [
        {"id": number, "s": numbers[one], "t": numbers[other], "v": graph.edges[one, other]}
        for number, (one, other) in enumerate(network.edges)
    ]
    about = {**graph.graph, "description": graph.graph["edges"]}
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [
            {
                "networkAttributes": _declared([about]),
                "nodes": _declared(node["v"] for node in nodes),
                "edges": _declared(edge["v"] for edge in edges),
            }
        ],
        "networkAttributes": [about],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [_style(edge["v"]["articles"] for edge in edges)],
    }
    sizes = [{"name": name, "elementCount": len(values)} for name, values in aspects.items()]
    found: list[Any] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": sizes},
        *({name: values} for name, values in aspects.items()),
        {"status": [{"success": True}]},
    ]
    return (json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8")


def _declared(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the type of each attribute, a real number where one row has one and another a whole number."""
    types: dict[str, type] = {}
    for row in rows:
        for name, value in row.items():
            if types.get(name) is not float:
                types[name] = type(value)
    return {name: {"d": _TYPES[kind]} for name, kind in types.items()}


def _style(articles: Iterable[int]) -> dict[str, Any]:
    most = max(articles, default=1)
    colours = [{"v": kind, "vp": colour} for kind, colour in COLOURS.items()]
    least, widest = _EDGE_WIDTHS
    width = {"min": 1, "max": most, "minVPValue": least, "maxVPValue": widest}
    width |= {"includeMin": True, "includeMax": True}
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
            "node": {"NODE_SHAPE": "ellipse", "NODE_LABEL_COLOR": "#1B1F24", "NODE_LABEL_FONT_SIZE": 12},
            "edge": {"EDGE_LINE_COLOR": "#9CA3AF", "EDGE_WIDTH": least},
        },
        "nodeMapping": {
            "NODE_LABEL": {"type": "PASSTHROUGH", "definition": {"attribute": "name", "type": "string"}},
            "NODE_BACKGROUND_COLOR": {
                "type": "DISCRETE",
                "definition": {"attribute": "type", "type": "string", "map": colours},
            },
        },
        "edgeMapping": {
            "EDGE_WIDTH": {
                "type": "CONTINUOUS",
                "definition": {"attribute": "articles", "type": "integer", "map": [width]},
            }
        },
    }
