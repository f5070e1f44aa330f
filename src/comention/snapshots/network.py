"""The pair network of a snapshot: concepts as nodes, pairs as edges, narrowed to what one can look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comention.errors import UsageError
from comention.records import ENTITY_TYPES
from comention.schemas import PAIRS
from comention.schemas.claims import OF_PAIRS
from comention.snapshots import query
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import SUREST, UNRELATED, select

#: From the surest to the least sure.
GRADES = PAIRS.column("grade").values
#: A pair that fewer articles mention is left out where nothing else is asked for.
LEAST = 3
#: What a node says, beside its id.
NODE = ("name", "type", "articles")
#: What an edge says, beside its two ids.
EDGE = (
    "articles",
    "sentences",
    "log_odds_low",
    "q_value",
    "q_richness",
    "score",
    "grade",
    "relatedness",
    "support",
    *(column.name for column in OF_PAIRS),
    "first_year",
    "last_year",
)
#: What every edge means. It is no biological relation, whatever a program of networks calls its edges; what
#: articles say of the two is told by `claim`, the leading one.
MEANING = "mentioned with"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a network is narrowed to.

    `grade` is the least sure grade that stays; `types` keeps pairs whose two concepts are of these types;
    `with_name` keeps a concept, those it is mentioned with, and the pairs among them all; `top` keeps the so
    many surest pairs, by grade and lower bound of the odds, of the concept's own pairs where one is named;
    `related` keeps pairs of a concept and one above it.
    """

    min_articles: int = LEAST
    grade: str | None = None
    types: tuple[str, ...] = ()
    with_name: str | None = None
    top: int | None = None
    related: bool = False

    def description(self) -> str:
        """Return the filters in words."""
        words = [f"at least {self.min_articles} article{'' if self.min_articles == 1 else 's'}"]
        words += [f"grade {self.grade} or surer"] if self.grade else []
        words += [f"types {', '.join(self.types)}"] if self.types else []
        words += [f"around {self.with_name}"] if self.with_name else []
        words += [f"the {self.top} surest"] if self.top else []
        words += ["with broader concepts"] if self.related else []
        return "; ".join(words)


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes by id and edges by their two ids, each with what it says; null where unknown.

    Nodes come by articles, edges by grade and lower bound of the odds, the surest first. `focus` is the id of
    the concept that was named, `run_id` and `topic` are the snapshot's.
    """

    nodes: Mapping[str, Mapping[str, Any]]
    edges: Mapping[tuple[str, str], Mapping[str, Any]]
    focus: str | None
    run_id: str
    topic: str
    filters: Filters


def network_of(snapshot: Snapshot, filters: Filters) -> Network:
    """Return the network of a snapshot that passes the filters, perhaps without any edge.

    Raises UsageError for a grade or a concept that is not there.
    """
    focus = query.resolve(snapshot, filters.with_name) if filters.with_name else None
    kept = _narrowed(_pairs(snapshot, filters), focus, filters.top)
    edges = {(row["a_id"], row["b_id"]): {name: row[name] for name in EDGE} for row in kept}
    ids = {concept_id for edge in edges for concept_id in edge} | ({focus} if focus else set())
    entities = select(
        snapshot,
        ("entities",),
        "SELECT concept_id, name, entity_type AS type, articles FROM entities "
        "ORDER BY articles DESC, concept_id",
    )
    nodes = {row["concept_id"]: {name: row[name] for name in NODE} for row in entities}
    return Network(
        nodes={concept_id: node for concept_id, node in nodes.items() if concept_id in ids},
        edges=edges,
        focus=focus,
        run_id=snapshot.run_id,
        topic=snapshot.manifest.topic.name,
        filters=filters,
    )


def topic_concept(snapshot: Snapshot) -> str:
    """Return the id of the topic's concept that most articles of a snapshot mention.

    Raises UsageError where the snapshot mentions none of the topic's concepts.
    """
    found = select(
        snapshot,
        ("entities",),
        "SELECT concept_id FROM entities WHERE list_contains($topic::VARCHAR[], concept_id) "
        "ORDER BY articles DESC, concept_id LIMIT 1",
        {"topic": list(snapshot.manifest.topic.concepts)},
    )
    if not found:
        raise UsageError(f"{snapshot.workdir} mentions no concept of its topic: name one with --focus")
    return str(found[0]["concept_id"])


def _pairs(snapshot: Snapshot, filters: Filters) -> list[dict[str, Any]]:
    """Return the pairs that pass the filters on their own merits, the surest first."""
    where, given = ["articles >= $least"], dict[str, Any](least=filters.min_articles)
    where += [] if filters.related else [UNRELATED]
    if filters.grade is not None:
        if filters.grade not in GRADES:
            raise UsageError(f"--grade {filters.grade}: there are {', '.join(GRADES)}")
        where.append("list_contains($grades, grade)")
        given["grades"] = list(GRADES[: GRADES.index(filters.grade) + 1])
    if filters.types:
        if unknown := sorted({*filters.types} - {*ENTITY_TYPES}):
            raise UsageError(f"--type {unknown[0]}: there are {', '.join(ENTITY_TYPES)}")
        where.append("list_contains($types, a_type) AND list_contains($types, b_type)")
        given["types"] = list(filters.types)
    # Columns and conditions are this module's own words; what a user gives is a parameter.
    statement = (
        f"SELECT a_id, b_id, {', '.join(EDGE)} FROM pairs WHERE {' AND '.join(where)} "  # noqa: S608
        f"ORDER BY {SUREST}"
    )
    return select(snapshot, ("pairs",), statement, given)


def _narrowed(pairs: list[dict[str, Any]], focus: str | None, top: int | None) -> list[dict[str, Any]]:
    """Return the best pairs; around a concept, the best of its own, and those among their concepts."""
    if focus is None:
        return pairs[:top]
    own = [row for row in pairs if focus in {row["a_id"], row["b_id"]}][:top]
    near = {row[side] for row in own for side in ("a_id", "b_id")}
    ids = {(row["a_id"], row["b_id"]) for row in own}
    return [
        row
        for row in pairs
        if (row["a_id"], row["b_id"]) in ids
        or (focus not in {row["a_id"], row["b_id"]} and {row["a_id"], row["b_id"]} <= near)
    ]
