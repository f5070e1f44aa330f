"""The page: everything that the latest snapshot says, in one file that asks nobody for anything."""

from __future__ import annotations

import base64
import functools
import hashlib
import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb
import jinja2
from markupsafe import Markup

from comention.errors import ComentionError, UsageError
from comention.files.outputs import Output, is_stream, put
from comention.records import EntityType
from comention.report import downloads, graphics, tables, wording
from comention.report import news as newspage
from comention.report.charts import Chart, charts, surest_pairs
from comention.report.enrichment import LEAST as ENRICHED_LEAST
from comention.report.enrichment import ROWS as ENRICHED_ROWS
from comention.report.enrichment import Enriched, enriched, first_of, sides
from comention.report.evidence import BEST_OF_DRAWN, SYNTHETIC, Proof, Side, proofs
from comention.report.heatmap import COLOURED, SHADES, HeatMap, heat_map
from comention.report.heatmap import LEAST as MAPPED_LEAST
from comention.report.network import BESIDE, MIDDLE, NetworkDrawing, network, shortened
from comention.report.news import News, news
from comention.report.provenance import RUNS, Provenance, provenance
from comention.report.said import KINDS
from comention.report.store import Held, hold
from comention.snapshots import tables as datasets
from comention.snapshots.changes import compare
from comention.snapshots.query import resolve
from comention.snapshots.snapshot import Snapshot, before, opened

# Where the axis of the intervals ends at the latest, in log odds: beyond it a few wide ones leave no room.
_FURTHEST = math.log(3000)


@dataclass(frozen=True, slots=True)
class Page:
    """What the template shows. `drawn` are the pairs of maps, network and news that no table lists.

    `asked_by` is the name by which a command asks for the topic: of several concepts that of the foremost.
    """

    about: Provenance
    corpus: tables.CorpusSize
    topic: Side
    enriched: tuple[Enriched, ...]
    ranked: tuple[tables.Ranked, ...]
    pairs: tuple[tables.Pair, ...]
    triples: tuple[tables.Triple, ...]
    maps: tuple[HeatMap, ...]
    network: NetworkDrawing
    emerging: tuple[newspage.Emerging, ...]
    turned: tuple[newspage.Turned, ...]
    timeline: Mapping[int, int]
    news: News | None
    drawn: tuple[Proof, ...]
    held: Held
    surest: tuple[tuple[Side, Side], ...]
    asked_by: str

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Return the charts at the top: of what is with the topic, or of the surest pairs without one."""
        return charts(self.enriched, self.ranked, [self.proofs[_key(*pair)] for pair in self.surest])

    @property
    def by_construction(self) -> bool:
        """Return whether nearly every article mentions the topic."""
        return tables.by_construction(self.topic, self.corpus.articles)

    def axis(self, intervals: Sequence[tables.Pair | tables.Companion | Enriched]) -> tuple[float, float]:
        """Return the ends of the log odds axis that the whiskers of a table share; zero is on it.

        Every estimate is on it; ends of intervals are, up to _FURTHEST.
        """
        middles = [one.log_odds for one in intervals if one.log_odds is not None]
        ends = [end for one in intervals for end in (one.log_odds_low, one.log_odds_high) if end is not None]
        within = [min(max(end, -_FURTHEST), _FURTHEST) for end in ends]
        return min([*within, *middles, 0.0]), max([*within, *middles, 0.0])

    @property
    def pairs_axis(self) -> tuple[float, float]:
        """Return the axis of the pairs, which has room for the estimates of those held as numbers."""
        low, high = self.axis(self.pairs)
        return min(low, self.held.lowest), max(high, self.held.highest)

    @property
    def places(self) -> dict[frozenset[str], str]:
        """Where the evidence of two concepts stands: the end of a link."""
        found = {_key(proof.first, proof.second): f"more-{n}" for n, proof in enumerate(self.drawn, 1)}
        for table in self.ranked:
            for n, item in enumerate(table.rows, 1):
                found[_key(item.proof.first, item.proof.second)] = f"{table.entity_type}-{n}"
        for n, pair in enumerate(self.pairs, 1):
            found[_key(pair.proof.first, pair.proof.second)] = f"pair-{n}"
        return found

    @property
    def numbers(self) -> dict[frozenset[str], int]:
        """The number of each pair of concepts in what the page holds."""
        return {
            _key(*pair): n for n, pair in reversed([*enumerate(_shown(self.ranked, self.pairs, self.drawn))])
        }

    def command(self, proof: Proof) -> str:
        """Return the command that shows the places of a pair, :meth:`shown_by` it."""
        sides = (proof.first, proof.second)
        names = (self.asked_by if self._is_several(side) else side.name for side in sides)
        return f"comention evidence {' '.join(map(shlex.quote, names))}"

    def shown_by(self, proof: Proof) -> str:
        """Return which places the command of a pair shows: it asks the whole snapshot for two concepts."""
        several = self._is_several(proof.first) or self._is_several(proof.second)
        which = f"those of {self.asked_by} itself" if several else "all"
        return f"{which} in the whole snapshot" if self.about.window else which

    def _is_several(self, side: Side) -> bool:
        return side.ids == self.topic.ids and len(side.ids) > 1

    @property
    def proofs(self) -> dict[frozenset[str], Proof]:
        """What stands behind two concepts, wherever the page shows them."""
        listed = [item.proof for table in self.ranked for item in (*table.rows, *table.more)]
        listed += [pair.proof for pair in self.pairs]
        return {_key(proof.first, proof.second): proof for proof in (*self.drawn, *listed)}

    def companion_key(self, item: tables.Mentioned) -> frozenset[str]:
        """Return the ids of a concept and its companion."""
        other = (item.companion.other_id,) if item.companion else ()
        return frozenset(item.proof.first.ids + other)

    def spark(self, years: Mapping[int, int], class_: str = "spark") -> Markup:
        """Return bars by year, over the years of the corpus."""
        if self.corpus.first_year is None or self.corpus.last_year is None or not years:
            return Markup("")
        peak = max(years, key=lambda year: (years[year], year))
        label = (
            f"Articles by year, {wording.years(min(years), max(years))}: "
            f"most in {peak} ({wording.number(years[peak])})"
        )
        first, last = self.corpus.first_year, self.corpus.last_year
        return graphics.sparkline(years, first, last, label, class_)


def _shown(
    ranked: Sequence[tables.Ranked], pairs: Sequence[tables.Pair], drawn: Sequence[Proof]
) -> list[tuple[Side, Side]]:
    """Return the pairs whose places the page holds first: what it lists, what it draws, all of the topic."""
    listed = [item.proof for table in ranked for item in table.rows] + [pair.proof for pair in pairs]
    more = [item.proof for table in ranked for item in table.more]
    return [(proof.first, proof.second) for proof in (*listed, *drawn, *more)]


def _key(first: Side, second: Side) -> frozenset[str]:
    return frozenset(first.ids + second.ids)


def _whisker(one: tables.Pair | tables.Companion | Enriched, axis: tuple[float, float]) -> Markup:
    """Return the interval of a pair's log odds."""
    low, middle, high = one.log_odds_low, one.log_odds, one.log_odds_high
    if middle is None:
        return Markup("")
    label = f"log odds {wording.decimal(middle)}, 95 % interval {wording.span(low, high)}"
    ends = axis[0] - 1 if low is None else low, axis[1] + 1 if high is None else high
    return graphics.whisker(ends[0], middle, ends[1], axis, label)


def _ticks(axis: tuple[float, float]) -> Markup:
    """Return the axis of the intervals of a table, in odds."""
    return graphics.ticks(axis, wording.on_axis)


def write_page(
    snapshot: Snapshot,
    out: Output,
    *,
    focus: tuple[str, ...] = (),
    news: News | None = None,
) -> Path | None:
    """Write a snapshot as one HTML file, its tables in a folder beside it.

    `focus` are ids of concepts to begin from, the topic's where it is empty; `news` is what the last
    run changed. The same snapshot, the same bytes. Returns the folder of the tables; None where `out` is
    standard output, a device or a FIFO, beside which there are none.

    Raises UsageError where there is no such concept, MalformedError where a dataset is damaged, StorageError
    where a file cannot be written.
    """
    folder = None if out == "-" or is_stream(out) else out.with_name(f"{out.stem}-tables")
    page = gather(snapshot, focus, news)
    if folder is None:
        text = render(page)
    else:
        files = downloads.write(page.ranked, page.pairs, page.triples, page.emerging, folder, page.enriched)
        text = render(page, folder.name, files)
    put(out, lambda stream: stream.write(text.encode("utf-8")))
    return folder


def gather(snapshot: Snapshot, focus: tuple[str, ...] = (), news: News | None = None) -> Page:
    """Return what the page shows of a snapshot; raises UsageError where it knows no concept of `focus`."""
    with datasets.opened(snapshot) as connection:
        about = provenance(connection, snapshot.manifest)
        topic_ids = tuple(concept.concept_id for concept in about.concepts)
        ids = focus or topic_ids
        _check_focus(connection, focus)
        corpus = tables.corpus(connection, SYNTHETIC)
        name = tables.name_of(connection, focus) if focus else about.name
        topic = tables.topic_side(connection, ids, name)
        ranked = tables.ranked(connection, topic, corpus.articles)
        pairs = tables.strongest(connection, topic, corpus.articles)
        left_out = (*topic_ids, *focus)
        maps = tuple(
            heat_map(connection, across, down, left_out)
            for across, down in _MAPS
            if down != tables.CELLS or _has_cells(connection)
        )
        drawing = network(connection, ranked)
        emerging, turned = newspage.emerging(connection), newspage.turned(connection)
        against = () if focus else enriched(connection, topic_ids)
        surest = () if ids else surest_pairs(connection)
        listed = [item.proof for table in ranked for item in table.rows] + [pair.proof for pair in pairs]
        known = {_key(proof.first, proof.second) for proof in listed}
        counted = tables.in_pairs(connection, topic)
        beside = [(one, counted) for one in sides(connection, first_of(against)) if topic.ids]
        charted = (*_drawn(maps, drawing, (*emerging, *turned)), *beside, *surest)
        drawn = [pair for pair in charted if _key(*pair) not in known]
        # A class of the topic ("cytokines") can go with it without any article that names both apart.
        behind = tuple(one for one in _proofs(connection, drawn, corpus.articles) if one.tally.articles)
        return Page(
            about=about,
            corpus=corpus,
            topic=topic,
            enriched=against,
            ranked=ranked,
            pairs=pairs,
            triples=tables.triples(connection, list(ids)),
            maps=maps,
            network=drawing,
            emerging=emerging,
            turned=turned,
            timeline=newspage.timeline(connection),
            news=news,
            drawn=behind,
            held=hold(
                connection,
                topic,
                _shown(ranked, pairs, behind),
                [(pair.proof.first.ids[0], pair.proof.second.ids[0]) for pair in pairs],
            ),
            surest=surest,
            asked_by=tables.foremost_of(connection, ids) or name,
        )


#: What the heat maps have across and down.
_MAPS: tuple[tuple[EntityType, EntityType], ...] = (
    ("cytokine", "disease"),
    ("drug", "disease"),
    ("cytokine", tables.CELLS),
)


def _has_cells(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether any cell is mentioned with anything."""
    return bool(datasets.row(connection, "SELECT count(*) AS n FROM pairs WHERE a_type = 'cell'")["n"])


def _check_focus(connection: duckdb.DuckDBPyConnection, focus: tuple[str, ...]) -> None:
    for concept_id in focus:
        if not tables.name_of(connection, [concept_id]):
            raise UsageError(
                f"no article of this snapshot mentions {concept_id}: `comention lookup NAME` tells a "
                "concept's id, `comention show entities` which concepts the snapshot has"
            )


def _drawn(
    maps: tuple[HeatMap, ...], drawing: NetworkDrawing, news: tuple[newspage.Emerging | newspage.Turned, ...]
) -> Iterator[tuple[Side, Side]]:
    """Yield the pairs that drawings and news name."""
    for heat in maps:
        yield from ((cell.first, cell.second) for cell in heat.cells.values())
    yield from ((line.first, line.second) for line in drawing.lines)
    yield from ((pair.first, pair.second) for pair in news)


def _proofs(
    connection: duckdb.DuckDBPyConnection, pairs: list[tuple[Side, Side]], total: int
) -> tuple[Proof, ...]:
    """Return what stands behind pairs, each once, by name."""
    once = {_key(*pair): pair for pair in pairs}
    ordered = sorted(once.values(), key=lambda p: (p[0].name, p[1].name, p[0].ids, p[1].ids))
    return tuple(proofs(connection, ordered, total, BEST_OF_DRAWN))


def script_of_page() -> str:
    """Return the page's one script."""
    folder = resources.files("comention.report")
    return "".join((folder / name).read_text("utf-8") for name in ("held.js", "script.js"))


def render(page: Page, folder: str = "", files: tuple[str, ...] = ()) -> str:
    """Return the page as HTML. Every text of the snapshot is escaped where it is put in.

    `files` are names of tables in the folder `folder` beside the page.
    """
    script = script_of_page()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = _environment()
    environment.globals |= {
        "limits": {
            "RUNS": RUNS,
            "ENRICHED_LEAST": ENRICHED_LEAST,
            "ENRICHED_ROWS": ENRICHED_ROWS,
            "LISTED_LEAST": tables.LISTED_LEAST,
            "TRIPLE_LEAST": tables.TRIPLE_LEAST,
            "SHADES": SHADES,
            "COLOURED": COLOURED,
            "MAPPED_LEAST": MAPPED_LEAST,
            "BESIDE": BESIDE,
        },
        "kinds": KINDS,
        "script": Markup(script),  # noqa: S704 - a file of ours
        "script_hash": digest,
    }
    return environment.get_template("page.html.j2").render(
        page=page,
        folder=folder,
        files=files,
        places=page.places,
        proofs=page.proofs,
        numbers=page.numbers,
    )


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("comention.report", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": wording.number,
        "decimal": wording.decimal,
        "ratio": wording.ratio,
        "p_value": wording.p_value,
        "span": wording.span,
        "odds": wording.odds,
        "odds_span": wording.odds_span,
        "apart": wording.apart,
        "brief": wording.brief,
        "plural": lambda kind, nouns: nouns[kind].lower(),
        "middle": lambda name: shortened(name, MIDDLE),
        "by_year": lambda years: " ".join(f"{year}:{n}" for year, n in sorted(years.items())),
    }
    environment.globals |= {
        "counted": wording.counted,
        "years": wording.years,
        "whisker": _whisker,
        "ticks": _ticks,
        "key": _key,
        "bar_key": lambda page, bar: frozenset({*bar.ids, *page.topic.ids}),
    }
    return environment


def write_report(snapshot: Snapshot, out: Output, focus: str | None = None) -> Path | None:
    """Write a snapshot as a page, its tables in a folder beside it; return that folder.

    None is returned where `out` is standard output, a device or a FIFO: the page alone is written there.

    `focus` is a name, synonym or id of a concept to begin from; the topic where None. The page says what the
    snapshot changed since the one before it. Raises UsageError where there is nothing of that name,
    MalformedError where a dataset is damaged, StorageError where a file cannot be written.
    """
    ids = () if focus is None else (resolve(snapshot, focus),)
    return write_page(snapshot, out, focus=ids, news=_news(snapshot))


def _news(snapshot: Snapshot) -> News | None:
    """Return what a snapshot changed, or why that is not known; None where it is the first."""
    earlier = before(snapshot)
    if earlier is None:
        return None
    try:
        found = compare(opened(snapshot.workdir, earlier), snapshot)
    except ComentionError as error:
        # Without the name of the folder: the same snapshots give the same page wherever they lie.
        folder = str(snapshot.workdir)
        reason = str(error).replace(f"{folder}/", "").replace(folder, "WORKDIR")
        return News("", {}, {}, (), unreadable=reason)
    return news(found.old, found.counts, found.articles, found.rows)
