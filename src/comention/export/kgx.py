"""The pair network as a knowledge graph in KGX: nodes and edges, each as TSV or as JSON Lines.

https://github.com/biolink/kgx/blob/master/specification/kgx-format.md. Every column is a slot of the Biolink
model. A pair is an edge of co-occurrence, with all of its articles; what sentences claim of the two is an
edge for each claim, with the articles that claim it. In TSV a list has `|` between its items, for which
U+FFFD stands in an item, and a tab or a line end is a space. `negated` is there where it is true alone, since
KGX 2.7.0 reads the word false as true.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from comention.export import biolink
from comention.files.atomic import json_text
from comention.records import ClaimWord
from comention.schemas import SURE
from comention.snapshots.network import Filters, Network, network_of
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import Row, select

NODE = ("id", "category", "name", "xref", "synonym")
EDGE = (
    "id",
    "subject",
    "predicate",
    "object",
    "category",
    "publications",
    "evidence_count",
    "p_value",
    "adjusted_p_value",
    "knowledge_level",
    "agent_type",
    "primary_knowledge_source",
)
#: Columns of edges that are there where a claim has them.
OPTIONAL = ("negated", "qualified_predicate", "object_aspect_qualifier", "object_direction_qualifier")
_CLAIMS = "claims"

_PUBLICATIONS = """
SELECT a_id, b_id, list(pmid ORDER BY best, pmid DESC) AS pmids
FROM (SELECT a_id, b_id, pmid, min(rank) AS best FROM evidence GROUP BY a_id, b_id, pmid)
GROUP BY a_id, b_id
"""
_CLAIMED = f"""
SELECT a_id, b_id, claim, direction, list(DISTINCT pmid ORDER BY pmid DESC) AS pmids
FROM claims
WHERE score >= {SURE}::FLOAT AND (certainty = 'stated' OR list_contains($hedged, claim))
      AND NOT coalesce(retracted, false)
GROUP BY a_id, b_id, claim, direction
ORDER BY a_id, b_id, list_position($words, claim), direction
"""  # noqa: S608 - the one value put in is a number of ours


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges by the names of their columns; a row lacks what is not known."""

    nodes: list[Row]
    edges: list[Row]

    @property
    def edge_columns(self) -> tuple[str, ...]:
        """The columns of the edges, those that none has left out."""
        return (*EDGE, *(name for name in OPTIONAL if any(name in edge for edge in self.edges)))


def graph_of(snapshot: Snapshot, filters: Filters) -> Graph:
    """Return the network of a snapshot that passes the filters; raises what `network_of` raises."""
    network = network_of(snapshot, filters)
    concepts = select(
        snapshot,
        ("concepts",),
        "SELECT concept_id, name, entity_type, level, xrefs, synonyms FROM concepts ORDER BY concept_id",
    )
    ids = _ids(row for row in concepts if row["concept_id"] in network.nodes)
    pairs = select(snapshot, ("pairs",), "SELECT a_id, b_id, p_richness FROM pairs")
    chances = {(row["a_id"], row["b_id"]): row["p_richness"] for row in pairs}
    read = {
        (row["a_id"], row["b_id"]): row["pmids"] for row in select(snapshot, ("evidence",), _PUBLICATIONS)
    }
    edges = [
        _together(ids[a], ids[b], values, read[a, b], chances[a, b])
        for (a, b), values in network.edges.items()
    ]
    return Graph(
        nodes=[_node(row, ids[row["concept_id"]]) for row in concepts if row["concept_id"] in ids],
        edges=[*edges, *claim_edges(_claims(snapshot), network, ids)],
    )


def lines(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], form: str) -> Iterator[str]:
    """Yield nodes or edges as lines with their ends; `form` is tsv or jsonl."""
    if form == "jsonl":
        yield from (json_text(row) + "\n" for row in rows)
        return
    yield "\t".join(columns) + "\n"
    for row in rows:
        yield "\t".join(_cell(row.get(column)) for column in columns) + "\n"


def claim_edges(claims: Iterable[Row], network: Network, ids: Mapping[str, str]) -> Iterator[Row]:
    """Yield an edge for each statement that claims make of the network's pairs.

    A claim is a row with `a_id`, `b_id`, `claim`, `direction` and `pmids`. What no sentence claims, and what
    Biolink has no words for, has no edge; claims that are the same statement have one.
    """
    found: dict[str, Row] = {}
    for row in claims:
        a, b = row["a_id"], row["b_id"]
        if (a, b) not in network.edges:
            continue
        types = network.nodes[a]["type"], network.nodes[b]["type"]
        said = biolink.STATEMENTS.get(types, {}).get(row["claim"])
        if said is None:
            continue
        if said.subject is None and row["direction"] is None:
            said = biolink.STATEMENTS[types]["associated"]
        turned = row["direction"] == "ba" if said.subject is None else types[0] != said.subject
        one, other = (ids[b], ids[a]) if turned else (ids[a], ids[b])
        edge = _edge(
            one,
            said.predicate,
            other,
            row["pmids"],
            knowledge_level=biolink.NOT_PROVIDED,
            **({"negated": True} if said.negated else {}),
            **said.qualifiers,
        )
        known = found.setdefault(edge["id"], edge)
        known["publications"] = list(dict.fromkeys([*known["publications"], *edge["publications"]]))
        known["evidence_count"] = len(known["publications"])
    yield from found.values()


def _claims(snapshot: Snapshot) -> list[Row]:
    if _CLAIMS not in snapshot.manifest.datasets:
        return []  # made before claims were read
    given = {"hedged": sorted(biolink.EVEN_HEDGED), "words": list(get_args(ClaimWord))}
    return select(snapshot, (_CLAIMS,), _CLAIMED, given)


def _ids(concepts: Iterable[Row]) -> dict[str, str]:
    """Return what each concept is called.

    One of our own goes by its MeSH id, where it has one that is no other's.
    """
    rows = list(concepts)
    taken = {biolink.curie(row["concept_id"]) for row in rows}
    ids = {}
    for row in rows:
        own = row["concept_id"]
        mesh = [xref for xref in row["xrefs"] if xref.startswith("MESH:") and xref not in taken]
        ids[own] = mesh[0] if own.startswith(f"{biolink.OWN}:") and len(mesh) == 1 else biolink.curie(own)
        taken.add(ids[own])
    return ids


def _node(row: Row, identifier: str) -> Row:
    own = row["concept_id"]
    elsewhere = [biolink.curie(xref) for xref in (own, *row["xrefs"])]
    return {
        "id": identifier,
        "category": [
            biolink.category(row["entity_type"], identifier, is_class=row["level"] == "class"),
        ],
        "name": row["name"],
        "xref": [xref for xref in dict.fromkeys(elsewhere) if xref != identifier],
        "synonym": row["synonyms"],
    }


def _together(one: str, other: str, values: Mapping[str, Any], pmids: list[int], chance: float) -> Row:
    sure = values["grade"] != "none"
    return _edge(
        one,
        biolink.TOGETHER,
        other,
        pmids,
        p_value=chance,
        adjusted_p_value=values["q_richness"],
        knowledge_level=biolink.CO_OCCURRENCE if sure else biolink.NOT_PROVIDED,
    )


def _edge(one: str, predicate: str, other: str, pmids: list[int], **values: Any) -> Row:
    said = [one, predicate, other, *(f"{name}={values[name]}" for name in OPTIONAL if name in values)]
    row = {
        "id": f"comention:{hashlib.blake2b('|'.join(said).encode(), digest_size=12).hexdigest()}",
        "subject": one,
        "predicate": predicate,
        "object": other,
        "category": [biolink.ASSOCIATION],
        "publications": [f"PMID:{pmid}" for pmid in pmids],
        "evidence_count": len(pmids),
        "agent_type": biolink.AGENT,
        "primary_knowledge_source": biolink.SOURCE,
        **values,
    }
    return {name: row[name] for name in (*EDGE, *OPTIONAL) if row.get(name) is not None}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "|".join(_cell(item).replace("|", "\ufffd") for item in value)
    return "true" if value is True else re.sub(r"[\t\r\n\0]", " ", str(value))
