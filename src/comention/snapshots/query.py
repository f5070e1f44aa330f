"""Questions to a snapshot: the rows that `comention show` and `evidence` print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from comention.errors import UsageError
from comention.records import ENTITY_TYPES, EntityType
from comention.schemas import DATASETS, UNLINKED
from comention.snapshots import names
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import ENRICHED, SUREST, UNRELATED, first_of, select

#: Columns of each listing.
COLUMNS = {
    "enrichment": (
        "name",
        "entity_type",
        "articles",
        "background",
        "enrichment",
        "odds_low",
        "odds_high",
        "q_value",
        "q_richness",
        "grade",
    ),
    "pairs": (
        "a_name",
        "a_type",
        "b_name",
        "b_type",
        "articles",
        "lift",
        "log_odds_low",
        "q_value",
        "q_richness",
        "grade",
        "claim",
        "support",
    ),
    "pairs_rolled_up": (
        "a_name",
        "a_type",
        "b_name",
        "b_type",
        "articles",
        "articles_direct",
        "lift",
        "log_odds_low",
    ),
    "triples": (
        "disease_name",
        "drug_name",
        "cytokine_name",
        "articles",
        "sentences",
        "expected",
        "lift",
        "q_richness",
        "chain",
    ),
    "entities": ("concept_id", "name", "entity_type", "articles", "sentences", "mentions"),
}
#: Types of concepts that are compared with the background without being asked for by type, in their order.
ENRICHED_TYPES: tuple[EntityType, ...] = ("disease", "drug", "cytokine")
#: Columns that a listing can spare, the first of them first, where it has no room for all.
YIELDS = (
    "entity_type",
    "a_type",
    "b_type",
    "q_value",
    "support",
    "lift",
    "expected",
    "mentions",
    "sentences",
)

#: Columns of a listing of evidence.
EVIDENCE_COLUMNS: tuple[str, ...] = (
    "pmid",
    "year",
    "level",
    "section",
    "negated",
    "denied",
    "speculative",
    "retracted",
    "claim",
    "certainty",
    "text",
)

_NAMES = {
    "enrichment": ("name", "concept_id"),
    "pairs": ("a_name", "b_name", "a_id", "b_id"),
    "pairs_rolled_up": ("a_name", "b_name", "a_id", "b_id"),
    "triples": ("disease_name", "drug_name", "cytokine_name", "disease_id", "drug_id", "cytokine_id"),
    "entities": ("name", "concept_id"),
}
#: Pairs are listed by grade and the lower end of the effect, where two articles at least mention them: a pair
#: seen once is in the dataset, and says nothing yet. The others are listed in the order of their datasets.
PAIR_LEAST = 2
_ORDERS = {
    "enrichment": ENRICHED,
    "pairs": SUREST,
    "pairs_rolled_up": "log_odds_low DESC NULLS LAST, articles DESC, a_id, b_id",
}
# Listings whose rows have a least number of independent articles, and whose rows may be related.
_WITH_LEAST, _WITH_RELATED = tuple(_ORDERS), ("pairs",)
_TYPES = {
    "enrichment": ("entity_type",),
    "pairs": ("a_type", "b_type"),
    "pairs_rolled_up": ("a_type", "b_type"),
    "triples": (),
    "entities": ("entity_type",),
}


class Shown(NamedTuple):
    """The first rows of a listing, and how many it leaves out.

    `rarer` have too few articles; of those that do not, `related` are of a concept and one above it.
    """

    rows: list[dict[str, Any]]
    rarer: int
    related: int


def show(
    snapshot: Snapshot,
    dataset: str,
    *,
    with_name: str | None,
    entity_type: str | None,
    limit: int | None,
    min_articles: int = PAIR_LEAST,
    related: bool = False,
) -> Shown:
    """Return the first rows of enrichment, pairs, rolled-up pairs, triples or entities.

    Concepts in `min_articles` independent articles of the topic or more come by grade, then by the lower end
    of their odds ratio against the background. Pairs of as many articles come by grade, then by the lower end
    of their log odds, the surest association first (rolled-up pairs, which have no grade, by that end alone);
    triples and entities by their articles. A pair of a concept and one above it is left out, unless
    `related`.

    `with_name` narrows to a concept by name, synonym or id, `entity_type` to rows with a concept of that
    type. Raises UsageError for a dataset, name or type that is not there, offering the nearest names.
    """
    dataset = dataset.lower()
    if dataset not in COLUMNS:
        raise UsageError(f"show {dataset}: there are {', '.join(COLUMNS)}")
    where, values = _narrowed(snapshot, dataset, with_name, entity_type)
    condition = " AND ".join(where) or "true"
    # Columns and conditions are this module's own words; what a user gives is a parameter.
    if dataset not in _ORDERS:
        statement = f"SELECT * FROM {dataset} WHERE {condition} {first_of(limit)}"  # noqa: S608
        return Shown(select(snapshot, (dataset,), statement, values), 0, 0)
    values |= {"least": min_articles}
    apart = UNRELATED if dataset == "pairs" and not related else "true"
    first = (
        f"SELECT * FROM {dataset} WHERE {condition} AND articles_independent >= $least AND {apart} "  # noqa: S608
        f"ORDER BY {_ORDERS[dataset]} {first_of(limit)}"
    )
    left_out = (
        "SELECT count(*) FILTER (articles_independent < $least) AS rarer, "  # noqa: S608
        f"count(*) FILTER (articles_independent >= $least AND NOT {apart}) AS related "
        f"FROM {dataset} WHERE {condition}"
    )
    return Shown(
        select(snapshot, (dataset,), first, values), **select(snapshot, (dataset,), left_out, values)[0]
    )


def check(dataset: str, *, min_articles: int | None, related: bool) -> None:
    """Raise UsageError where a listing is asked to be narrowed, or widened, by what it has not."""
    asked = (
        ("--min-articles", _WITH_LEAST, min_articles is not None),
        ("--related", _WITH_RELATED, related),
    )
    for option, of, is_asked in asked:
        if is_asked and dataset in COLUMNS and dataset not in of:
            raise UsageError(f"{option} is of {', '.join(of)}: {dataset} are shown without")


def enriched(snapshot: Snapshot, **narrowed: Any) -> Shown:
    """Return the first rows of `enrichment` of each of ENRICHED_TYPES, in their order.

    `narrowed` are the options of :func:`show` but the type; raises what that does.
    """
    found = [show(snapshot, "enrichment", entity_type=kind, **narrowed) for kind in ENRICHED_TYPES]
    return Shown(
        [row for one in found for row in one.rows],
        sum(one.rarer for one in found),
        sum(one.related for one in found),
    )


def of_type(dataset: str | None, entity_type: str | None) -> tuple[str | None, str | None]:
    """Return the dataset and the type that a listing asks for: ("pairs", "cell") for "cells"."""
    kind = (dataset or "").lower().removesuffix("s")
    if entity_type is None and kind in ENTITY_TYPES:
        return "pairs", kind
    return dataset, entity_type


def first_table(snapshot: Snapshot) -> str:
    """Return the dataset that says most of a snapshot: enrichment where the topic has a background."""
    rows = select(snapshot, ("enrichment",), "SELECT count(*) AS number FROM enrichment")
    return "enrichment" if rows[0]["number"] else "pairs"


def _narrowed(
    snapshot: Snapshot, dataset: str, with_name: str | None, entity_type: str | None
) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions of a listing, and the values of their parameters."""
    entity_type = entity_type and entity_type.lower()
    if entity_type is not None and entity_type not in ENTITY_TYPES:
        raise UsageError(f"--type {entity_type}: there are {', '.join(ENTITY_TYPES)}")
    where: list[str] = []
    values: dict[str, Any] = {}
    if with_name is not None:
        values["concept"] = resolve(snapshot, with_name, broader=dataset == "pairs_rolled_up")
        where.append(_one_is("concept", [name for name in _NAMES[dataset] if name.endswith("_id")]))
    if entity_type is not None:
        if not _TYPES[dataset]:
            raise UsageError(
                "show triples: each triple has one disease, one drug and one cytokine; drop --type"
            )
        values["type"] = entity_type
        where.append(_one_is("type", _TYPES[dataset]))
    return where, values


def _one_is(parameter: str, columns: Iterable[str]) -> str:
    """Return the condition that one of the columns holds a parameter."""
    return "(" + " OR ".join(f"{column} = ${parameter}" for column in columns) + ")"


def details(dataset: str) -> list[str]:
    """Return all columns of a dataset, `COLUMNS` being those of its listing."""
    return list(DATASETS[dataset].schema.names)


def resolve(snapshot: Snapshot, name: str, *, broader: bool = False) -> str:
    """Return the id of the concept of the snapshot that a name, synonym or id means.

    `broader`: concepts above those that are mentioned are meant as well, by name or id. Raises UsageError, as
    :func:`comention.snapshots.names.resolve` does, for a name that is not there or is ambiguous.
    """
    # without folding the names of all, where that can be
    if ":" in name:
        if select(snapshot, ("concepts",), _BY_ID, {"name": name}):
            return name
    elif not broader:
        few = select(snapshot, ("concepts", "entities"), _BEGUN, {"begun": names.begun(name)})
        if (found := names.resolve_among(name, few)) is not None:
            return found
    return names.resolve(name, named(snapshot, broader=broader), lambda: _written(snapshot, name))


def resolve_two(snapshot: Snapshot, one: str, other: str) -> tuple[str, str]:
    """Return the ids of two concepts that are asked for together.

    Raises UsageError as :func:`resolve` does, and where both names mean one concept, which is no pair.
    """
    first, second = resolve(snapshot, one), resolve(snapshot, other)
    if first == second:
        raise UsageError(f"{one!r} and {other!r} are one concept, {first}: name another one beside it")
    return first, second


def named(snapshot: Snapshot, *, broader: bool = False) -> list[dict[str, Any]]:
    """Return id, name, synonyms and articles of the concepts, with `broader` also those above them."""
    found = select(snapshot, ("concepts", "entities"), _NAMED)
    if broader:
        held = {row["concept_id"] for row in found}
        above = select(snapshot, ("hierarchy",), _ABOVE)
        found += [row for row in above if row["concept_id"] not in held]
    return found


_HELD = """
SELECT c.concept_id, c.name, c.synonyms, coalesce(e.articles, 0) AS articles
FROM concepts c LEFT JOIN entities e USING (concept_id)
"""
_NAMED = f"{_HELD} ORDER BY concept_id"
_BEGUN = f"""{_HELD}
WHERE regexp_matches(array_to_string(list_prepend(c.name, c.synonyms), chr(10)), $begun) ORDER BY concept_id
"""
_ABOVE = """
SELECT DISTINCT ancestor_id AS concept_id, ancestor_name AS name, []::VARCHAR[] AS synonyms, 0 AS articles
FROM hierarchy ORDER BY ancestor_id
"""
_BY_ID = "SELECT concept_id FROM concepts WHERE concept_id = $name"
#: Concepts by how articles write them, with how many do: of $name, without ids that begin with $unlinked.
WRITTEN = """
SELECT concept_id, count(DISTINCT pmid) AS articles FROM mentions
WHERE lower(text) = lower($name) AND NOT starts_with(concept_id, $unlinked)
GROUP BY concept_id ORDER BY concept_id
"""


def _written(snapshot: Snapshot, name: str) -> dict[str, int]:
    """Return the concepts that articles of the snapshot write just so, with how many do."""
    rows = select(snapshot, ("mentions",), WRITTEN, {"name": name.strip(), "unlinked": UNLINKED})
    return {row["concept_id"]: row["articles"] for row in rows}
