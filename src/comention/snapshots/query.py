"""Questions to the latest snapshot and the ledger: the rows that `comention show` and `ledger` print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from comention.errors import UsageError
from comention.files import pattern
from comention.records import ENTITY_TYPES
from comention.schemas import DATASETS, EVIDENCE, UNLINKED
from comention.snapshots import names
from comention.snapshots.snapshot import dataset_path
from comention.snapshots.tables import select

#: Columns of each listing.
COLUMNS = {
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
        "q_value",
    ),
    "entities": ("concept_id", "name", "entity_type", "articles", "sentences", "mentions"),
}
#: Columns that a listing can spare, the first of them first, where it has no room for all.
YIELDS = ("a_type", "b_type", "q_value", "lift", "expected", "mentions", "sentences")

_EVIDENCE = """
SELECT e.*, s.text, s."start" AS text_start, a.title
FROM read_parquet(?) e
LEFT JOIN read_parquet(?) s ON s.pmid = e.pmid AND s.sentence = e.sentence
JOIN read_parquet(?) a ON a.pmid = e.pmid
WHERE (a_id = ? AND b_id = ?) OR (b_id = ? AND a_id = ?)
ORDER BY e.rank
"""
#: Columns of a listing of evidence.
EVIDENCE_COLUMNS: tuple[str, ...] = (
    "pmid",
    "year",
    "level",
    "section",
    "negated",
    "speculative",
    "retracted",
    "text",
)

#: All that is known of a place of evidence.
EVIDENCE_DETAILS: tuple[str, ...] = (*EVIDENCE.schema.names, "text", "text_start", "title")

_NAMES = {
    "pairs": ("a_name", "b_name", "a_id", "b_id"),
    "pairs_rolled_up": ("a_name", "b_name", "a_id", "b_id"),
    "triples": ("disease_name", "drug_name", "cytokine_name", "disease_id", "drug_id", "cytokine_id"),
    "entities": ("name", "concept_id"),
}
#: Pairs are listed by the lower end of the effect, where two articles at least mention them: a pair seen once
#: is in the dataset, and says nothing yet. The others are listed in the order of their datasets.
PAIR_LEAST = 2
_RANKED = ("pairs", "pairs_rolled_up")
_TYPES = {
    "pairs": ("a_type", "b_type"),
    "pairs_rolled_up": ("a_type", "b_type"),
    "triples": (),
    "entities": ("entity_type",),
}


def show(
    workdir: Path, dataset: str, *, with_name: str | None, entity_type: str | None, limit: int
) -> list[dict[str, Any]]:
    """Return the first rows of pairs, rolled-up pairs, triples or entities.

    Pairs of `PAIR_LEAST` articles or more come by the lower end of their log odds, the surest
    association first; triples and entities by their articles.

    `with_name` narrows to a concept by name, synonym or id, `entity_type` to rows with a concept of that
    type. Raises UsageError for a dataset, name or type that is not there, offering the nearest names.
    """
    dataset = dataset.lower()
    if dataset not in COLUMNS:
        raise UsageError(f"show {dataset}: there are {', '.join(COLUMNS)}")
    entity_type = entity_type and entity_type.lower()
    if entity_type is not None and entity_type not in ENTITY_TYPES:
        raise UsageError(f"--type {entity_type}: there are {', '.join(ENTITY_TYPES)}")
    path = dataset_path(workdir, dataset)
    where = [f"articles >= {PAIR_LEAST}"] if dataset in _RANKED else []
    values: list[Any] = []
    if with_name is not None:
        concept_id = resolve(workdir, with_name, broader=dataset == "pairs_rolled_up")
        ids = [column for column in _NAMES[dataset] if column.endswith("_id")]
        where.append("(" + " OR ".join(f"{column} = ?" for column in ids) + ")")
        values += [concept_id] * len(ids)
    if entity_type is not None:
        if not _TYPES[dataset]:
            raise UsageError(
                "show triples: each triple has one disease, one drug and one cytokine; drop --type"
            )
        where.append("(" + " OR ".join(f"{column} = ?" for column in _TYPES[dataset]) + ")")
        values += [entity_type] * len(_TYPES[dataset])
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    # Columns and conditions are this module's own words; what a user gives is a parameter.
    order = "ORDER BY log_odds_low DESC, articles DESC, a_id, b_id" if dataset in _RANKED else ""
    statement = f"SELECT * FROM read_parquet(?) {condition} {order} LIMIT {int(limit)}"  # noqa: S608
    return select(path, statement, values)


def details(dataset: str) -> list[str]:
    """Return all columns of a dataset, `COLUMNS` being those of its listing."""
    return list(DATASETS[dataset].schema.names)


def evidence_for(workdir: Path, one: str, other: str, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return where two concepts were read together, the best places first, as `evidence` with the sentence.

    Titles come before sentences and these before articles that name both in different sentences; then what is
    neither denied nor supposed, articles that are not retracted, and the newest. `text` is the sentence and
    `text_start` its first code point in the article, null where the two share only the article. `one` and
    `other` are names, synonyms or ids. Raises UsageError for a name that the snapshot does not mention, with
    the nearest names.
    """
    path = dataset_path(workdir, "evidence")
    files = [pattern(dataset_path(workdir, name)) for name in ("sentences", "articles")]
    ids = sorted((resolve(workdir, one), resolve(workdir, other)))
    statement = _EVIDENCE if limit is None else f"{_EVIDENCE} LIMIT {int(limit)}"
    return select(path, statement, [*files, *ids, *ids])


def resolve(workdir: Path, name: str, *, broader: bool = False) -> str:
    """Return the id of the concept of the snapshot that a name, synonym or id means.

    `broader`: concepts above those that are mentioned are meant as well, by name or id. Raises UsageError, as
    :func:`comention.snapshots.names.resolve` does, for a name that is not there or is ambiguous.
    """
    return names.resolve(name, named(workdir, broader=broader), lambda: _written(workdir, name))


def named(workdir: Path, *, broader: bool = False) -> list[dict[str, Any]]:
    """Return id, name, synonyms and articles of the concepts, with `broader` also those above them."""
    entities = pattern(dataset_path(workdir, "entities"))
    found = select(dataset_path(workdir, "concepts"), _NAMED, [entities])
    if broader:
        statement = (
            "SELECT DISTINCT ancestor_id AS concept_id, ancestor_name AS name, []::VARCHAR[] AS synonyms, "
            "0 AS articles FROM read_parquet(?) ORDER BY ancestor_id"
        )
        held = {row["concept_id"] for row in found}
        above = select(dataset_path(workdir, "hierarchy"), statement)
        found += [row for row in above if row["concept_id"] not in held]
    return found


_NAMED = """
SELECT c.concept_id, c.name, c.synonyms, coalesce(e.articles, 0) AS articles
FROM read_parquet(?) c LEFT JOIN read_parquet(?) e USING (concept_id) ORDER BY concept_id
"""
_WRITTEN = """
SELECT concept_id, count(DISTINCT pmid) AS articles FROM read_parquet(?)
WHERE lower(text) = lower(?) AND NOT starts_with(concept_id, ?) GROUP BY concept_id ORDER BY concept_id
"""


def _written(workdir: Path, name: str) -> dict[str, int]:
    """Return the concepts that articles of the snapshot write just so, with how many do."""
    rows = select(dataset_path(workdir, "mentions"), _WRITTEN, [name.strip(), UNLINKED])
    return {row["concept_id"]: row["articles"] for row in rows}
