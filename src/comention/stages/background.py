"""What a run compares its topic with: records of bulk files, a random sample, or a table counted beforehand.

A table and a sample are one file: which concepts each of its PMIDs mentions, and in the file's metadata where
it comes from and who read it. Another annotator finds other names, so a run whose annotator did not read
its background has none, and says how to make one.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from comention.annotation.annotator import Annotator
from comention.annotation.annotators import annotator_maker, annotator_of
from comention.annotation.document import from_article
from comention.config import Settings
from comention.cooccur.enrichment import Background
from comention.errors import MalformedError, UsageError
from comention.files.atomic import read_parquet
from comention.files.checksums import checked_parts, read_checked, write_checked
from comention.files.opening import is_there
from comention.files.outputs import Output, put
from comention.lexicon.store import open_lexicon
from comention.pubmed.background import frequencies
from comention.pubmed.client import EutilsClient
from comention.pubmed.drawing import Draw, newest, quotas
from comention.pubmed.formats import check_files
from comention.pubmed.intake import parse_all, read_batches
from comention.pubmed.sources import local_files
from comention.pubmed.store import Store, frequencies_of, held_pmids
from comention.records import Article, Judged
from comention.resources import background_table
from comention.schemas import ANY_CONCEPT, BACKGROUND, conform
from comention.stages.job import Job
from comention.stages.topic import counted_concepts, topic_name

#: A sample is drawn anew when it is older, and where this share of it would be of other years.
FRESH, DRIFT = timedelta(days=365), 0.1

#: The file that runs write into the folder `background` of a work directory.
WRITTEN = r"sample\.parquet"

_ABOUT = b"comention.background"
_MAKE = (
    "make one with `comention background FILES -o FILE` and name it as background.table, or ask PubMed for a "
    "random sample with background.kind=sample"
)


@dataclass(frozen=True, slots=True)
class About:
    """What a table says of itself: `years` are its articles by year of publication.

    Of a sample also when it was `drawn`, how many articles were wanted (`size`), of which years (`wanted`),
    and the name of the topic for which.
    """

    source: str
    annotator: str
    fingerprint: str
    articles: int
    years: Mapping[str, int] = field(default_factory=dict)
    drawn: str | None = None
    size: int | None = None
    wanted: Mapping[str, int] = field(default_factory=dict)
    topic: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {name: value for name, value in asdict(self).items() if name not in {"wanted", "topic"}}

    def serves(self, now: About) -> bool:
        """Return whether a sample is as good as one drawn now, which says `now` of itself."""
        same = (self.fingerprint, self.size, self.topic) == (now.fingerprint, now.size, now.topic)
        if not same or self.drawn is None or now.drawn is None:
            return False
        age = date.fromisoformat(now.drawn) - date.fromisoformat(self.drawn)
        moved = sum(max(n - self.wanted.get(year, 0), 0) for year, n in now.wanted.items())
        return age < FRESH and moved <= DRIFT * sum(now.wanted.values())


@dataclass(frozen=True)
class Compared:
    """What a run compares its topic with, or in `lacking` why with nothing; `about` is for the manifest.

    It is counted when it is asked for: to tell of it takes no counting.
    """

    count: Callable[[], Background] | None = None
    about: dict[str, Any] | None = None
    lacking: str | None = None

    @functools.cached_property
    def background(self) -> Background | None:
        """The counts, None where there is nothing to compare with; raises what counting raises."""
        return self.count() if self.count else None


@dataclass(frozen=True, slots=True)
class Reader:
    """Keeps every article, and says which concepts it mentions."""

    annotator: Annotator

    def __call__(self, articles: Sequence[Article]) -> list[Judged]:
        """Return a judgement for each article, in order."""
        read = self.annotator.read_all(map(from_article, articles))
        return [Judged(True, tuple(sorted(counted_concepts(one.mentions)))) for one in read]


def _reader(make: Callable[[], Annotator]) -> Reader:
    return Reader(make())


def reader(settings: Settings) -> Callable[[], Reader]:
    """Return what makes the reader that settings ask for; it can travel to another process."""
    return functools.partial(_reader, annotator_maker(settings))


def build(
    inputs: Iterable[str], settings: Settings, source: str, progress: Callable[[int], None]
) -> tuple[pa.Table, About]:
    """Return a table of all citations of files, read by the annotator of the settings.

    `source` says where they are from, `progress` is called with how many were read. Raises what reading
    files raises, and UsageError where they hold no article.
    """
    files = local_files(inputs)
    check_files(files)
    done = 0

    def told() -> Iterable[Any]:
        nonlocal done
        for parsed in parse_all(read_batches(files), reader(settings), settings.run.processes):
            done += len(parsed.events)
            progress(done)
            yield parsed

    found = newest(told())
    if not found:
        raise UsageError("no article in the input: name files of PubMed XML or PubMed format")
    pmids = sorted(found)
    columns = [pa.array(pmids), pa.array([found[pmid][2] for pmid in pmids])]
    years = Counter(found[pmid][1] for pmid in pmids)
    table = pa.Table.from_arrays(columns, names=BACKGROUND.schema.names)
    return conform(table, BACKGROUND), about(settings, source, len(pmids), years.items())


def about(settings: Settings, source: str, articles: int, years: Iterable[tuple[int | None, int]]) -> About:
    """Return what a table says that the annotator of the settings has read."""
    name, fingerprint = settings.annotate.annotator, annotator_of(settings).fingerprint
    return About(source, name, fingerprint, articles, _by_year(years))


def _by_year(years: Iterable[tuple[int | None, int]]) -> dict[str, int]:
    return dict(sorted(("unknown" if y is None else str(y), n) for y, n in years))


def write(path: Path, table: pa.Table, of: About) -> None:
    """Write a table with what it says of itself; the same table gives the same bytes."""
    write_checked(path, _with_about(table, of))


def put_table(out: Output, table: pa.Table, of: About) -> None:
    """Write the same, in fewer bytes, where a user asked for it.

    Raises what :func:`comention.files.outputs.put` raises.
    """
    parts = checked_parts(_with_about(table, of), small=True)
    put(out, lambda stream: stream.writelines(parts))


def _with_about(table: pa.Table, of: About) -> pa.Table:
    metadata = {**(table.schema.metadata or {}), _ABOUT: json.dumps(asdict(of), sort_keys=True)}
    return table.replace_schema_metadata(metadata)


def about_file(path: Path) -> About:
    """Return what a table says of itself; raises UsageError, or MalformedError, where it is no table."""
    if not is_there(path):
        raise UsageError(f"background.table: {path} does not exist: {_MAKE}")
    metadata = read_checked(path, [], mend=_MAKE).schema.metadata or {}
    try:
        return About(**json.loads(metadata[_ABOUT]))
    except (KeyError, ValueError, TypeError):
        raise MalformedError(f"background.table: {path} is no background: {_MAKE}") from None


def compared(job: Job) -> Compared:
    """Return what a run compares its topic with, by the settings and by what is there."""
    settings = job.settings
    path = frequencies_of(job.store)  # counted anew where it is damaged, even if nothing asks for it
    if _is_auto(settings) and path is not None:
        counts = read_parquet(path)
        whole = counts.filter(pc.equal(counts["concept_id"], ANY_CONCEPT))["articles"]
        told = {
            "kind": "bulk",
            "source": "bulk files",
            "annotator": "fast",
            "articles": pc.sum(whole).as_py(),
        }
        return Compared(lambda: Background(counts, _types(counts), "bulk", holds_topic=True), told)
    return tabled(job)


def tabled(job: Job, topic: Callable[[], pa.Array] | None = None) -> Compared:
    """Return the table or the sample that a run compares its topic with; nothing is written.

    `topic` gives the PMIDs of the topic's articles; without it they are those that the store holds.
    """
    settings, topic = job.settings, topic or functools.partial(held_pmids, job.store)
    if not _compares(settings):
        return Compared()
    if settings.background.kind == "sample":
        return _table(job, sample_path(job), "sample", topic)
    given = settings.background.table
    path = Path(given) if given else background_table(settings.annotate.annotator)
    return _table(job, path, "table", topic)


def _compares(settings: Settings) -> bool:
    """Return whether a run has a topic that can be compared with other articles, and is to compare it."""
    holds_all = settings.source.kind != "pubmed" and settings.topic.match == "all"
    return settings.background.kind != "none" and not holds_all


def _is_auto(settings: Settings) -> bool:
    """Return whether a run compares its topic with the other records of its bulk files, where it has some."""
    background = settings.background
    return _compares(settings) and background.kind == "auto" and not background.table


def _table(job: Job, path: Path, kind: Any, topic: Callable[[], pa.Array]) -> Compared:
    """Return a table as the background, where the annotator of the run has read it."""
    if not job.settings.background.table and not is_there(path):
        name = job.settings.annotate.annotator
        return Compared(lacking=f"no enrichment: no background is shipped for the annotator {name}: {_MAKE}")
    of = about_file(path)
    if of.fingerprint != annotator_of(job.settings).fingerprint:
        return Compared(
            lacking=f"no enrichment: another annotator, or one with other names, read {path}: {_MAKE}"
        )
    return Compared(lambda: _of_table(path, kind, topic()), {"kind": kind, **of.told})


def _of_table(path: Path, kind: Any, topic: pa.Array) -> Background:
    counts = frequencies([path], topic)
    return Background(counts, _types(counts), kind, years_matched=kind == "sample")


def _types(counts: pa.Table) -> pa.Array:
    lexicon = open_lexicon()
    rows = (lexicon.row_of.get(i) for i in counts["concept_id"].to_pylist())
    return pa.array([None if row is None else lexicon.concepts[row].entity_type for row in rows], pa.string())


def sample_path(job: Job) -> Path:
    """Return where the random sample of a work directory lies."""
    return job.settings.workdir / "background" / "sample.parquet"


def client_of(job: Job) -> EutilsClient | None:
    """Return the client that draws a sample, None where none is wanted; raises ConfigError early."""
    settings = job.settings
    wanted = settings.background.kind == "sample" and _compares(settings)
    return EutilsClient(settings.pubmed, lock_dir=settings.workdir) if wanted else None


def refresh(job: Job, client: EutilsClient, progress: Callable[[int], None]) -> int:
    """Draw the random sample of a work directory where it has none that serves; return its articles.

    One of the topic, the annotator, the size and the last year serves, where the topic's articles are still
    of much the same years: not after a trial run over a few of them. Raises what :meth:`Draw.run` raises.
    """
    settings, path = job.settings, sample_path(job)
    pmids, years = _dated(job.store)
    if not pmids.size:
        return 0
    size = settings.background.size
    source = "random PMIDs near the topic's, of the same years"
    now = replace(
        about(settings, source, 0, ()),
        drawn=job.now.date().isoformat(),
        size=size,
        wanted={str(year): n for year, n in quotas(years, size).items()},
        topic=topic_name(settings),
    )
    if is_there(path):
        of = about_file(path)
        if of.serves(now):
            return of.articles
    draw = Draw(pmids, years, size, path.parent / "incoming", now.fingerprint)
    table = draw.run(client, reader(settings), settings.run.processes, progress)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, table, replace(now, articles=table.num_rows, years=_by_year(draw.taken.items())))
    draw.clear()
    return len(table)


def _dated(root: Path) -> tuple[Any, Any]:
    """Return PMIDs and years of the articles of a store of which the year is known."""
    store = Store.open(root)
    pmids, years = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for shard, path in store.live_shards():
        table = read_parquet(path, ["pmid", "content_hash", "year"])
        live = store.index.lives(shard, table["pmid"], table["content_hash"])
        dated = table.filter(pc.and_(live, pc.is_valid(table["year"])))
        pmids.append(dated["pmid"].to_numpy())
        years.append(dated["year"].to_numpy().astype(np.int64))
    found, first = np.unique(np.concatenate(pmids), return_index=True)
    return found, np.concatenate(years)[first]
