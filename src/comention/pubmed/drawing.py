"""A random sample of PubMed from the years of a topic's articles, to compare the topic with.

PubMed lists no random records: ESearch shows the newest 9,999 of a query, and none by chance. PMIDs are given
in the order in which records come in. So a PMID is drawn from the hundred thousand on either side of that of
an article of the topic, and its record counts where it is of that article's year. Records of one year are
thereby not drawn evenly: those that came in when the topic's did are, as journals and fashions of that time
bring them.

Each answer is kept with what was read from it until the sample is whole, so that a draw that is interrupted
goes on; texts are not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import json
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from comention.errors import MalformedError, TransientError, UsageError
from comention.files.atomic import remove_tree, storage_error
from comention.files.checksums import read_checked, write_checked, write_checked_json
from comention.pubmed.answers import InvalidIdsError
from comention.pubmed.client import MAX_IDS, EutilsClient
from comention.pubmed.intake import Batch, Judge, Parsed, parse_all
from comention.pubmed.split import split
from comention.schemas import BACKGROUND, DRAWN, conform

#: PMIDs on either side of an article's from which one is drawn.
REACH = 100_000
#: Each round of asking is for what the ones before have left open in a year, a tenth more than that and some;
#: as many PMIDs as this many times the size of the sample are asked for in all.
_MORE, _SOME, _MOST = 1.1, 5, 4

_NAME = "PubMed"
_log = logging.getLogger(__name__)

Integers = npt.NDArray[np.int64]


@dataclass
class Draw:
    """A sample being drawn: `pmids` and `years` are the topic's articles, `size` how many are wanted.

    `folder` is where answers are kept; what another draw left there is removed. `identity` names all else
    that the sample depends on: who reads it, and the day.
    """

    pmids: Integers
    years: Integers
    size: int
    folder: Path
    identity: str
    asked: set[int] = field(default_factory=set)
    taken: Counter[int] = field(default_factory=Counter)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Note what the draw depends on, so that only the same one goes on with its answers."""
        parts = [self.pmids.tolist(), self.years.tolist(), self.size, self.identity]
        self._seed = hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()
        self.quotas = quotas(self.years, self.size)

    def run(
        self,
        client: EutilsClient,
        make_judge: Callable[[], Judge],
        processes: int,
        progress: Callable[[int], None],
    ) -> pa.Table:
        """Return the sample as rows of `background`; `make_judge` makes what reads the concepts of articles.

        `progress` is called with how many there are. Raises what the client raises, TransientError with
        what is kept; UsageError where PubMed has no article near those of the topic.
        """
        self._begin()
        for number in itertools.count():
            batches = list(self._proposed(number)) if len(self.asked) < _MOST * self.size else []
            if not batches:
                break
            for rows in self._answers(number, batches, client, make_judge, processes):
                self._take(rows)
                progress(len(self.rows))
            if not self.rows:
                break
        if not self.rows:
            raise UsageError(
                "PubMed has no article of the topic's years near the PMIDs of the topic: are they PubMed's? "
                "Leave out background.kind=sample"
            )
        if len(self.rows) < self.size:
            _log.warning("the background has %d articles, %d were wanted", len(self.rows), self.size)
        found = sorted(self.rows)
        columns = [pa.array(values) for values in zip(*found, strict=True)]
        return conform(pa.Table.from_arrays(columns, names=BACKGROUND.schema.names), BACKGROUND)

    def clear(self) -> None:
        """Remove the answers, once the sample is kept."""
        remove_tree(self.folder)

    def _begin(self) -> None:
        about = self.folder / "about.json"
        with contextlib.suppress(OSError, ValueError):
            if json.loads(about.read_text(encoding="utf-8"))["seed"] == self._seed:
                return
        remove_tree(self.folder)
        try:
            self.folder.mkdir(parents=True)
        except OSError as error:
            raise storage_error(self.folder, error) from error
        write_checked_json(about, {"seed": self._seed})

    def _proposed(self, number: int) -> Iterator[tuple[int, ...]]:
        """Yield the PMIDs of a round, as many as one request carries; none where all years are full."""
        random = np.random.default_rng([int(self._seed, 16), number])
        own = set(self.pmids.tolist())
        drawn: set[int] = set()
        for year, quota in self.quotas.items():
            near = self.pmids[self.years == year]
            left = quota - self.taken[year]
            lacking = math.ceil(left * _MORE) + _SOME if left else 0
            picked = random.choice(near, lacking) + random.integers(-REACH, REACH, lacking, endpoint=True)
            drawn.update(pmid for pmid in picked.tolist() if pmid > 0)
        wanted = sorted(drawn - own - self.asked)
        order = random.permutation(len(wanted))
        mixed = [wanted[n] for n in order]
        for start in range(0, len(mixed), MAX_IDS):
            yield tuple(mixed[start : start + MAX_IDS])

    def _answers(
        self,
        number: int,
        batches: Sequence[tuple[int, ...]],
        client: EutilsClient,
        make_judge: Callable[[], Judge],
        processes: int,
    ) -> Iterator[pa.Table]:
        """Yield what came of each batch of a round, asking for those that are not kept."""
        paths = [self.folder / f"{number:02}-{n:05}.parquet" for n in range(len(batches))]
        kept = {path: table for path in paths if (table := _kept(path)) is not None}
        lacking = {path.stem: ids for path, ids in zip(paths, batches, strict=True) if path not in kept}
        failed: list[TransientError] = []

        def asked() -> Iterator[Batch]:
            for name, ids in lacking.items():
                try:
                    data = client.fetch(ids)
                except InvalidIdsError:  # none of them is a record
                    data = b""
                except TransientError as error:  # raised once what came before it is read and kept
                    failed.append(error)
                    return
                yield Batch(name, list(split(io.BytesIO(data), _NAME)) if data else [], last=True)

        read = parse_all(asked(), make_judge, processes)
        for path, ids in zip(paths, batches, strict=True):
            if path not in kept:
                parsed = next(read, None)
                if parsed is None:
                    kept_words = f"what came of {len(self.asked)} PMIDs for the background is kept"
                    raise TransientError(f"{failed[0]}. {kept_words}; run the same command again to go on")
                kept[path] = self._judged(ids, parsed)
                write_checked(path, kept[path])
            yield kept.pop(path)

    def _judged(self, ids: Sequence[int], parsed: Parsed) -> pa.Table:
        """Return what came of the PMIDs of a batch, as rows of `drawn`."""
        found = {pmid: (year, concepts) for pmid, (_, year, concepts) in newest([parsed]).items()}
        open_ = {year: quota - self.taken[year] for year, quota in self.quotas.items()}
        rows = []
        for pmid in ids:
            year, concepts = found.get(pmid, (None, ()))
            wanted = year is not None and open_.get(year, 0) > 0
            if wanted and year is not None:
                open_[year] -= 1
            rows.append({"pmid": pmid, "year": year, "concepts": concepts if wanted else None})
        return conform(pa.Table.from_pylist(rows, schema=DRAWN.schema), DRAWN)

    def _take(self, rows: pa.Table) -> None:
        for row in rows.to_pylist():
            self.asked.add(row["pmid"])
            if row["concepts"] is not None:
                self.taken[row["year"]] += 1
                self.rows.append((row["pmid"], row["concepts"]))


def quotas(years: Integers, size: int) -> dict[int, int]:
    """Return how many of `size` articles each year has, in proportion to `years`, which has one for each.

    Largest remainders are rounded up, of equal ones the earlier year's.
    """
    counted = Counter(years.tolist())
    exact = {year: size * counted[year] / years.size for year in sorted(counted)}
    result = {year: int(share) for year, share in exact.items()}
    left = size - sum(result.values())
    for year in sorted(exact, key=lambda y: (result[y] - exact[y], y))[:left]:
        result[year] += 1
    return result


def newest(batches: Iterable[Parsed]) -> dict[int, tuple[int, int | None, list[str]]]:
    """Return version, year and concepts of each PMID: of its newest version, without those deleted later.

    The judge of the batches must keep every article.
    """
    found: dict[int, tuple[int, int | None, list[str]]] = {}
    for parsed in batches:
        years = parsed.articles["year"].to_pylist()
        concepts = parsed.concepts.to_pylist()
        for event in parsed.events:
            if event.version < found.get(event.pmid, (0,))[0]:  # not even deleted does it change the newer
                continue
            if event.kind == "delete":
                found.pop(event.pmid, None)
            elif event.row is not None:
                found[event.pmid] = (event.version, years[event.row], concepts[event.row])
    return found


def _kept(path: Path) -> pa.Table | None:
    """Return what came of a batch, None where it is not kept, or damaged."""
    try:
        return read_checked(path)
    except MalformedError:
        return None
