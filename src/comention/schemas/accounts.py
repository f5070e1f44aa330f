"""Datasets that account for what was read: the ledger, what is behind it, and what was put aside."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa

from comention.records import Outcome, SourceKind, StageName, StageOutcome
from comention.schemas.corpus import END, PMID, START
from comention.schemas.model import STRINGS, Column, Dataset, list_of, listed

_SOURCES = get_args(SourceKind)
_STAGES = get_args(StageName)

#: Names and numbers.
COUNTS = list_of(pa.struct([pa.field("name", pa.string()), pa.field("value", pa.int64())]))

#: Stands in `frequencies` for any concept: its articles are all citations of the background.
ANY_CONCEPT = "*"

LEDGER = Dataset(
    "ledger",
    "What became of every citation a run was given. "
    "expected = fetched + missing; fetched = parsed + rejected; "
    "parsed = books + superseded + off_topic + withdrawn + kept.",
    ("run_id", "stage"),
    (
        Column("run_id", pa.string(), "the run"),
        Column("stage", pa.string(), "stage of the run that the row accounts for", values=_STAGES),
        Column(
            "source",
            pa.string(),
            f"kind of source: {listed(_SOURCES)}",
            values=_SOURCES,
        ),
        Column("complete", pa.bool_(), "the run read all of its source: no --pmids, --since or --limit"),
        Column("query", pa.string(), "query that PubMed was asked", True),
        Column("translation", pa.string(), "that query as PubMed read it", True),
        Column("slices", STRINGS, "ranges of PMIDs, low:high, that the query was listed by; none: at once"),
        Column("requests", pa.int64(), "HTTP requests sent, those that were repeated included", True),
        Column("expected", pa.int64(), "citations that the source holds for this run"),
        Column("fetched", pa.int64(), "citations received"),
        Column("resumed", pa.int64(), "those among them that an earlier, interrupted run had received"),
        Column("parsed", pa.int64(), "citations read"),
        Column(
            "rejected",
            pa.int64(),
            "citations that could not be read; each is kept in store/rejects with its reason",
        ),
        Column("superseded", pa.int64(), "citations that a later version or a later file replaced"),
        Column("off_topic", pa.int64(), "citations outside the topic"),
        Column("books", pa.int64(), "book citations, which are counted and not kept"),
        Column("withdrawn", pa.int64(), "citations of this run that a later DeleteCitation of it took back"),
        Column("kept", pa.int64(), "citations of this run that belong to the corpus"),
        Column("missing", pa.int64(), "citations announced and not received"),
        Column("deleted", pa.int64(), "PMIDs that DeleteCitation named"),
        Column("retracted", pa.int64(), "retracted articles among the kept"),
        Column("added", pa.int64(), "articles held after the run and not before it"),
        Column("revised", pa.int64(), "articles held before and after, whose record changed"),
        Column("removed", pa.int64(), "articles held before the run and not after it"),
        Column("articles", pa.int64(), "articles held after the run: those before + added − removed"),
        Column("inputs", STRINGS, "files read, by name, in order"),
        Column("parts", pa.int32(), "parts in which the run was committed; a long bulk run has several"),
        Column(
            "fetched_at",
            pa.timestamp("ms", "UTC"),
            "when reading began; that of the interrupted run where one was resumed",
        ),
    ),
)

RUNS = Dataset(
    "runs",
    "What each stage of each run took, one file for each run: what failed and what was interrupted too.",
    ("run_id", "stage"),
    (
        Column("run_id", pa.string(), "the run"),
        Column("stage", pa.string(), listed(_STAGES), values=_STAGES),
        Column("attempts", pa.int32(), "how often the stage began; the row is of the last time"),
        Column("began_at", pa.timestamp("ms", "UTC"), "when it began"),
        Column(
            "outcome",
            pa.string(),
            "ok, failed, running, or died: the process ended and the next run found it so",
            values=get_args(StageOutcome),
        ),
        Column("error", pa.string(), "why it failed, in one line", True),
        Column("seconds", pa.float64(), "how long it took, in seconds", True),
        Column("records", pa.int64(), "citations, articles or rows that it went through", True),
        Column("records_per_second", pa.float64(), "those of a second", True),
        Column("peak_mib", pa.int64(), "peak memory of its largest process, in MiB", True),
        Column("cache_hits", pa.int64(), "of what it needed, how much was there from before", True),
        Column("counts", COUNTS, "the counts of its receipt, by name", True),
        Column("snapshot", pa.string(), "publish: the snapshot that is the latest then", True),
        Column("version", pa.string(), "version of comention"),
    ),
    sort=(("began_at", "ascending"),),
    published=False,
)

ACCOUNTS = Dataset(
    "accounts",
    "The PMIDs behind each number of the ledger: one file for each run and part.",
    ("row",),
    (
        Column("row", pa.int64(), "counts from 0 within the part"),
        Column("source", pa.string(), "file, or PubMed"),
        Column("pmid", pa.int64(), "PMID where it could be read", True),
        Column("version", pa.int32(), "version of the citation; 0 where it says nothing"),
        Column(
            "outcome",
            pa.string(),
            "kept, off_topic, superseded, withdrawn, books, rejected or missing; deleted: a PMID taken out",
            values=get_args(Outcome),
        ),
        Column("retracted", pa.bool_(), "kept, and retracted"),
    ),
    published=False,
)

BACKGROUND = Dataset(
    "background",
    "What each citation of a background mentions: of bulk files, a random sample, or the shipped table.",
    ("pmid",),
    (
        PMID,
        Column(
            "concepts",
            STRINGS,
            "concepts mentioned otherwise than as measured drugs, sorted; null: the citation was deleted",
            True,
        ),
    ),
    published=False,
)

FREQUENCIES = Dataset(
    "frequencies",
    "How many citations of the background mention each concept.",
    ("concept_id",),
    (
        Column("concept_id", pa.string(), "CURIE of the concept"),
        Column("articles", pa.int64(), "citations that mention it; in row *, all citations"),
        Column("articles_topic", pa.int64(), "those among them that belong to the topic's corpus"),
    ),
    published=False,
)

DRAWN = Dataset(
    "drawn",
    "PMIDs drawn for a background that is a random sample, and what came of each.",
    ("pmid",),
    (
        PMID,
        Column("year", pa.int16(), "year of publication; null where it has none, or is of no article", True),
        Column(
            "concepts",
            STRINGS,
            "concepts mentioned, sorted; null: not of the sample, as its year is not wanted (any more)",
            True,
        ),
    ),
    published=False,
)

REJECTS = Dataset(
    "rejects",
    "Records that could not be read.",
    ("source", "start"),
    (
        Column("source", pa.string(), "file"),
        Column("start", pa.int64(), "first byte of the record in the decompressed file"),
        Column("end", pa.int64(), "byte after the record"),
        Column("pmid", pa.int64(), "PMID where it could be read", True),
        Column("reason", pa.string(), "what is wrong with it"),
    ),
    published=False,
)

REJECTED = Dataset(
    "rejected",
    "Names that were found and do not count.",
    ("pmid", "start", "end"),
    (
        PMID,
        START,
        END,
        Column("text", pa.string(), "the span as written"),
        Column(
            "concept_ids", pa.list_(pa.string()), "what it could mean; empty where the lexicon says nothing"
        ),
        Column("reason", pa.string(), "why it does not count"),
    ),
    published=False,
)
