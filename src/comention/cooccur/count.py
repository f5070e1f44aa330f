"""Count concepts, pairs and triples over a corpus: mentions and articles in, datasets out, all Parquet."""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from comention.cooccur import (
    assembly,
    cells,
    claims,
    datasets,
    enrichment,
    rollup,
    tables,
    trends,
    writing,
)
from comention.cooccur.enrichment import Background
from comention.cooccur.families import tested
from comention.cooccur.stretches import beside
from comention.errors import ContractError, MalformedError, StorageError, UsageError
from comention.files.atomic import storage_error, write_parquet
from comention.records import CELL_PARTNERS, ENTITY_TYPES
from comention.schemas import (
    CLAIMS,
    ENRICHMENT,
    ENTITIES,
    EVIDENCE,
    FAMILIES,
    PAIRS,
    PAIRS_ROLLED_UP,
    TRENDS,
    TRIPLES,
    Dataset,
    conform,
)

_log = logging.getLogger(__name__)

#: What :func:`count` writes.
DATASETS = (ENTITIES, ENRICHMENT, PAIRS, PAIRS_ROLLED_UP, TRIPLES, FAMILIES, EVIDENCE, CLAIMS, TRENDS)


@dataclass(frozen=True, slots=True)
class CountReceipt:
    """Rows of the datasets written, articles of the corpus, and the wall time taken in seconds."""

    entities: int
    enrichment: int
    pairs: int
    triples: int
    families: int
    pairs_rolled_up: int
    evidence: int
    claims: int
    trends: int
    articles: int
    seconds: float


# Bytes that DuckDB gets first: at least, at most, and for each mention; how often that may be doubled.
_LEAST_MEMORY, _FIRST_MEMORY, _MEMORY_OF_MENTION, _DOUBLED = 400_000_000, 1_600_000_000, 160, 3


class _Files(NamedTuple):
    """What is counted, as :func:`comention.cooccur.tables.build` takes it."""

    mentions: Sequence[Path]
    articles: Sequence[Path]
    sentences: Sequence[Path]
    hierarchy: Sequence[Path]


if TYPE_CHECKING:
    # A database for a block. At run time such an alias outlives DuckDB's module in a process that Prefect
    # has counted in, which then tells of leaks as it ends.
    _Connection = contextlib.AbstractContextManager[duckdb.DuckDBPyConnection]


class _Order(NamedTuple):
    """What :func:`count` was asked for."""

    files: _Files
    said: Sequence[Path]
    collective: frozenset[str]
    out: Path
    topic_ids: frozenset[str]
    pair_types: tuple[str, ...]
    background: Background | None


def count(
    *,
    mentions: Sequence[Path],
    articles: Sequence[Path],
    sentences: Sequence[Path] = (),
    said: Sequence[Path] = (),
    hierarchy: Path | None = None,
    collective: frozenset[str] = frozenset(),
    out: Path,
    topic_ids: frozenset[str],
    pair_types: tuple[str, ...],
    threads: int | None,
    memory_limit: str | None = None,
    background: Background | None = None,
    progress: Callable[[int, int], Any] = lambda _done, _all: None,
) -> CountReceipt:
    """Write the datasets of what is counted (`DATASETS`) as Parquet files into `out`.

    `mentions`, `articles`, `sentences` and `said`, claims, are Parquet files of these datasets, in any order,
    cut in any way; no files or no rows make datasets without rows. `sentences` give evidence its sections,
    `said` what it says: claims of places that evidence does not have are left out, and the others written
    anew, be it over the file that they come from. `hierarchy` gives pairs their relatedness and what they
    are rolled up by. Pairs are made among concepts of `pair_types`, of cells with cytokines alone
    (:mod:`comention.cooccur.cells`); triples are always of a disease, a drug and a cytokine. Drugs that are
    only measured are in neither, nor are the concepts whose ids are `collective`. `threads` and
    `memory_limit` (as DuckDB writes it, "4GB") bound DuckDB; what does not fit spills into a temporary
    directory under `out`. Without a limit it gets little, and twice as much where that does not suffice.
    `background` is what the topic of `topic_ids` is compared with, if any. `progress` is called with the
    steps that are done and with all of them. Same rows in, same bytes out, whatever the threads and files.

    Raises UsageError for an unknown entity type or a missing file, MalformedError for a file that is not
    Parquet, ContractError for mentions or articles that do not fit together, StorageError where
    memory or disk do not suffice.
    """
    began = time.perf_counter()
    unknown = sorted({*pair_types} - {*ENTITY_TYPES})
    if unknown:
        raise UsageError(f"pairs.types: {', '.join(unknown)}: choose among {', '.join(ENTITY_TYPES)}")
    above = [hierarchy] if hierarchy else []
    _check_columns(mentions, tables.MENTION_COLUMNS)
    _check_columns(articles, tables.ARTICLE_COLUMNS)
    _check_columns(sentences, tables.SENTENCE_COLUMNS)
    _check_columns(said, claims.CLAIM_COLUMNS)
    _check_columns(above, tables.HIERARCHY_COLUMNS)
    files = _Files(mentions, articles, sentences, above)
    order = _Order(files, said, collective, out, topic_ids, pair_types, background)
    limits = (memory_limit,) if memory_limit else _limits(mentions)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for limit in limits:
            connect = functools.partial(_connected, out, threads, limit)
            try:
                rows, total = _counted(order, connect, progress)
                break
            except duckdb.OutOfMemoryException:
                if limit == limits[-1]:
                    raise
                _log.info("%s of memory did not suffice: counting begins anew with more", limit)
    except duckdb.OutOfMemoryException as error:
        raise StorageError(_out_of_memory(memory_limit, error)) from error
    except OSError as error:
        raise storage_error(out, error) from error
    except duckdb.IOException as error:
        raise StorageError(f"counting could not read its input or write to {out}: {_line(error)}") from error
    return CountReceipt(**rows, articles=total, seconds=time.perf_counter() - began)


def _counted(
    order: _Order, connect: Callable[[], _Connection], progress: Callable[[int, int], Any]
) -> tuple[dict[str, int], int]:
    """Count and write; return the rows of the datasets and the articles."""
    step = _steps(progress)
    others = tuple(one for one in order.pair_types if one != "cell")
    with tempfile.TemporaryDirectory(dir=order.out, prefix=".count-") as folder:
        apart, out = Path(folder) / "cells", Path(folder) / "all"
        for place in (apart, out):
            place.mkdir()
        of_cells = _write_of_cells(order, connect, apart)
        with connect() as connection:
            tables.build(
                connection, *order.files, others, step, order.collective, order.said, only=cells.NONE
            )
            corpus = assembly.corpus(connection, order.topic_ids)
            rolled_up = functools.partial(_write_rolled_up, corpus=corpus, pair_types=others, out=out)
            with beside(connection, rolled_up) as rolled:
                rows = _write_direct(connection, corpus, order.background, out, step)
                rows |= rolled()
            step()
        if of_cells:  # when the database and its memory are gone
            rows |= cells.merge(apart, out)
        # only now, since `said` may be one of them, and is read again where counting begins anew
        for path in out.iterdir():
            path.replace(order.out / path.name)
    return rows, corpus.total


def _limits(mentions: Sequence[Path]) -> tuple[str | None, ...]:
    """Return how much memory DuckDB gets first, and then where that does not suffice; last as it wants."""
    rows = sum(pq.read_metadata(path).num_rows for path in mentions)
    first = max(_LEAST_MEMORY, min(rows * _MEMORY_OF_MENTION, _FIRST_MEMORY))
    return (*(f"{first << doubled}B" for doubled in range(_DOUBLED)), None)


@contextlib.contextmanager
def _connected(
    out: Path, threads: int | None, memory_limit: str | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a database that spills into a folder under `out`; both go with the block."""
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=".count-") as temporary,
        tables.connect(Path(temporary), threads, memory_limit) as connection,
    ):
        yield connection


def _write_of_cells(order: _Order, connect: Callable[[], _Connection], out: Path) -> bool:
    """Write the datasets of cells and cytokines alone; return whether there are cells."""
    with connect() as connection:
        if not cells.are_there(connection, order.files.mentions):
            return False
        types = ("cell", *CELL_PARTNERS) if "cell" in order.pair_types else ()
        tables.build(
            *(connection, *order.files, types),
            collective=order.collective,
            said=order.said,
            only=cells.ONLY,
            across=True,
        )
        corpus = assembly.corpus(connection, order.topic_ids)
        _write_direct(connection, corpus, None, out, lambda: None, across=True)
        _write_rolled_up(connection, corpus, types, out)
    return True


def _steps(progress: Callable[[int, int], Any]) -> Callable[[], None]:
    """Return what is called after each step; `progress` begins at 0 and ends with a step for each dataset."""
    total = tables.STEPS + len(DATASETS)
    done = itertools.count()

    def step() -> None:
        progress(next(done), total)

    step()
    return step


def _write_direct(
    connection: duckdb.DuckDBPyConnection,
    corpus: assembly.Corpus,
    background: Background | None,
    out: Path,
    step: Callable[[], None],
    *,
    across: bool = False,
) -> dict[str, int]:
    tests = tested(connection, corpus.total, across=across)
    claims.chain(connection)
    enriched = enrichment.enriched(corpus, background)
    years = trends.years(connection, corpus)
    plan: tuple[tuple[Dataset, Iterable[str], writing.Assemble], ...] = (
        (
            ENTITIES,
            [datasets.ENTITIES_QUERY],
            functools.partial(datasets.entities, of=corpus, enriched=enriched),
        ),
        (
            PAIRS,
            datasets.pairs_queries(connection),
            functools.partial(datasets.pairs, of=corpus, tested=tests, enriched=enriched),
        ),
        (
            TRIPLES,
            datasets.triples_queries(connection),
            functools.partial(datasets.triples, of=corpus, tested=tests),
        ),
        (EVIDENCE, datasets.evidence_queries(connection), functools.partial(datasets.evidence, of=corpus)),
        (CLAIMS, [claims.QUERY], functools.partial(claims.claims, of=corpus)),
        (TRENDS, [trends.QUERY], functools.partial(trends.trends, of=corpus, years=years)),
    )
    families = pa.Table.from_pylist(
        [years.family, *tests.families, *enrichment.family(enriched)],
        schema=FAMILIES.schema.remove_metadata(),
    )
    whole = ((FAMILIES, families), (ENRICHMENT, enrichment.rows(connection, corpus, enriched)))
    rows = {}
    for dataset, found in whole:
        write_parquet(out / f"{dataset.name}.parquet", conform(found, dataset))
        rows[dataset.name] = found.num_rows
        step()
    for dataset, queries, assemble in plan:
        path = out / f"{dataset.name}.parquet"
        rows[dataset.name] = writing.write(connection, queries, dataset, assemble, path)
        step()
    return rows


def _write_rolled_up(
    connection: duckdb.DuckDBPyConnection,
    corpus: assembly.Corpus,
    pair_types: tuple[str, ...],
    out: Path,
) -> dict[str, int]:
    concepts = rollup.build(connection, pair_types)
    assemble = functools.partial(
        rollup.pairs,
        of=concepts,
        seldom=assembly.seldom(connection, "rolled_"),
        total=corpus.total,
        pmid_by_recency=corpus.pmid_by_recency,
    )
    dataset = PAIRS_ROLLED_UP
    path = out / f"{dataset.name}.parquet"
    return {dataset.name: writing.write(connection, [rollup.QUERY], dataset, assemble, path)}


def _check_columns(paths: Sequence[Path], columns: tuple[str, ...]) -> None:
    problems = []
    for path in paths:
        try:
            found = pq.read_schema(path).names
        except FileNotFoundError as error:
            raise UsageError(f"{path} does not exist: run the stage that writes it") from error
        except pa.ArrowInvalid as error:
            raise MalformedError(f"{path} is not a Parquet file: {_line(error)}") from error
        missing = [name for name in columns if name not in found]
        if missing:
            problems.append(f"{path} has no column {', '.join(missing)}")
    if problems:
        raise ContractError("cannot count: " + "; ".join(problems))


def _out_of_memory(memory_limit: str | None, error: Exception) -> str:
    way_out = (
        f"raise run.memory_limit, which is {memory_limit}"
        if memory_limit
        else "end other programs, or set run.memory_limit to what the machine has"
    )
    return f"counting ran out of memory: {way_out}, or lower run.processes ({_line(error)})"


def _line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0]
