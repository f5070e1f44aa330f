"""Where the numbers come from: the manifest and the ledger, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

import duckdb

from comention.report.wording import counted, listing
from comention.snapshots.manifest import Manifest, NamesRead, OwnNames, Reader, TrainedModel
from comention.snapshots.tables import Row, rows

#: Runs of the ledger that the page accounts for, the latest last.
RUNS = 10

_SOURCES = {
    "sample": "the embedded synthetic sample",
    "files": "local files",
    "bulk": "PubMed's bulk files",
    "pubmed": "PubMed's E-utilities",
}
_FATES = (
    ("books", "book citation (counted, not kept)", "book citations (counted, not kept)"),
    ("superseded", "replaced by a later version", "replaced by later versions"),
    ("off_topic", "outside the topic", "outside the topic"),
    ("withdrawn", "withdrawn by a later deletion", "withdrawn by later deletions"),
)


@dataclass(frozen=True, slots=True)
class TopicConcept:
    """A concept of the topic; its name is None where the corpus does not mention it."""

    concept_id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run of the ledger: when, its account in sentences, and the names of the files it read."""

    run_id: str
    when: str
    account: tuple[str, ...]
    inputs: tuple[str, ...]
    left_out: str


@dataclass(frozen=True, slots=True)
class AccuracyFigure:
    """How well names of a type were found and linked in a gold corpus: F1 of the concepts of each article."""

    entity_type: str
    what: str
    gold: str
    f1: float


@dataclass(frozen=True, slots=True)
class LexiconSource:
    """A vocabulary that names come from."""

    title: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the manifest says of a snapshot, and its runs."""

    run_id: str
    created: str
    name: str
    query: str
    everything: bool
    background: str
    window: str
    concepts: tuple[TopicConcept, ...]
    mesh: tuple[str, ...]
    annotator: str
    annotator_name: str
    recognition: tuple[AccuracyFigure, ...]
    own_names: int
    lexicon: str
    versions: tuple[tuple[str, str], ...]
    sources: tuple[LexiconSource, ...]
    attribution: str
    runs: tuple[ShownRun, ...]


def provenance(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> Provenance:
    """Return what a manifest and the ledger say; what a manifest leaves out is empty."""
    topic, annotator = manifest.topic, manifest.annotator or Reader()
    lexicon = manifest.lexicon or NamesRead()
    names = annotator.names or OwnNames()
    reader = annotator.name or "unknown"
    return Provenance(
        run_id=manifest.run_id,
        created=_moment(manifest.created_at),
        name=topic.name or "the topic",
        query=topic.query.strip(),
        everything=topic.match == "all",
        background=manifest.background.words if manifest.background else "",
        window=manifest.window.told if manifest.window else "",
        concepts=_topic_concepts(connection, topic.concepts),
        mesh=topic.mesh,
        annotator=_with_fingerprint(reader, annotator.fingerprint),
        annotator_name=reader,
        recognition=_recognition(manifest.model or TrainedModel()),
        own_names=len(names.add) + len(names.stop),
        lexicon=_with_fingerprint(counted(lexicon.names, "name"), lexicon.fingerprint),
        versions=(
            ("comention", manifest.comention or "unknown"),
            *sorted(manifest.versions.items()),
        ),
        sources=tuple(LexiconSource(s.title, s.version, s.licence) for s in lexicon.sources.sources),
        attribution=manifest.attribution,
        runs=tuple(_run(r) for r in _ledger(connection, manifest.run_id)),
    )


#: What figures of a model are of, by the type that its gold gives.
_MEASURED = {
    "disease": ("disease", "diseases"),
    "chemical+drug": ("drug", "drugs and other chemicals"),
    "cytokine": ("cytokine", "cytokines"),
}


def _recognition(model: TrainedModel) -> tuple[AccuracyFigure, ...]:
    """Return the figures of concepts that the manifest tells of its model, none where it has none."""
    found = [f for f in model.figures if f.measure == "concept" and f.type in _MEASURED]
    return tuple(AccuracyFigure(*_MEASURED[f.type], PurePosixPath(f.gold).stem, f.f1) for f in found)


def _with_fingerprint(what: str, fingerprint: str | None) -> str:
    return what if fingerprint is None else f"{what}, fingerprint {fingerprint}"


def _moment(text: str) -> str:
    """Return an ISO time as people read it, in UTC; as it stands where it is none."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{when.astimezone(UTC) if when.tzinfo else when:%Y-%m-%d %H:%M} UTC"


def _topic_concepts(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> tuple[TopicConcept, ...]:
    query = "SELECT concept_id, name FROM concepts WHERE list_contains($ids::VARCHAR[], concept_id)"
    names = {r["concept_id"]: r["name"] for r in rows(connection, query, {"ids": list(ids)})}
    return tuple(TopicConcept(i, names.get(i)) for i in ids)


def _ledger(connection: duckdb.DuckDBPyConnection, last: str) -> list[Row]:
    """Return the latest runs, the one that published the snapshot last, whatever the clock said."""
    # The time comes as text: as a timestamp DuckDB would give it in the machine's time zone, through pytz.
    query = (
        "SELECT * REPLACE (epoch_ms(fetched_at) AS fetched_at) FROM "
        "(SELECT * FROM ledger ORDER BY run_id = $last DESC, fetched_at DESC, run_id DESC, stage "
        "LIMIT $runs) ORDER BY run_id = $last, fetched_at, run_id, stage DESC"
    )
    return rows(connection, query, {"runs": RUNS, "last": last})


def _run(row: Row) -> ShownRun:
    when = datetime.fromtimestamp(row["fetched_at"] / 1000, UTC)
    inputs = tuple(PurePosixPath(name).name for name in row["inputs"])  # a path would tell of a machine
    return ShownRun(row["run_id"], f"{when:%Y-%m-%d %H:%M} UTC", _account(row), inputs, _left_out(row))


def _left_out(row: Row) -> str:
    """Return the citations of a run that the corpus does not hold, as a sentence."""
    fates = _fates(row)
    fates += [f"{row['rejected']:,} could not be read"] if row["rejected"] else []
    fates += [f"{row['missing']:,} did not come"] if row["missing"] else []
    of = f"Of {counted(row['expected'], 'citation')} of the last run: "
    return of + (listing(fates) if fates else "none") + "."


def _fates(row: Row) -> list[str]:
    return [f"{row[key]:,} {one if row[key] == 1 else many}" for key, one, many in _FATES if row[key]]


def _account(row: Row) -> tuple[str, ...]:
    """Return the two sums of the ledger and what the run left behind, as sentences."""
    source = _SOURCES.get(row["source"], row["source"])
    missing = f"{counted(row['missing'], 'citation')} did not come" if row["missing"] else "none is missing"
    rejected = (
        f"{row['rejected']:,} could not be read (each is kept with its reason)"
        if row["rejected"]
        else "none was refused"
    )
    kept = f"{row['kept']:,} kept"
    sentences = [
        f"{counted(row['expected'], 'citation')} expected from {source}, "
        f"{row['fetched']:,} received: {missing}.",
        f"{row['parsed']:,} read: {rejected}.",
        f"Of those read: {listing([*_fates(row), kept])}.",
        f"The corpus held {counted(row['articles'], 'article')} after the run.",
    ]
    if row["deleted"]:
        sentences.append(f"PubMed's deletion lists named {counted(row['deleted'], 'PMID')}.")
    if row["retracted"]:
        sentences.append(
            f"{row['retracted']:,} of the kept {'is' if row['retracted'] == 1 else 'are'} retracted."
        )
    return tuple(sentences)
