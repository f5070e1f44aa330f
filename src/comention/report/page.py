"""The page: everything that the latest snapshot says, in one file that asks nobody for anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from comention.files import write_text
from comention.publish import Snapshot, latest, verified
from comention.report import graphics, tables, wording
from comention.report.evidence import SYNTHETIC, Proof, Side
from comention.report.provenance import RUNS, Provenance, provenance
from comention.report.snapshot import opened
from comention.schemas import PUBLISHED


@dataclass(frozen=True, slots=True)
class Page:
    """What the template shows."""

    about: Provenance
    corpus: tables.Corpus
    topic: Side
    ranked: tuple[tables.Ranked, ...]
    pairs: tuple[tables.Pair, ...]
    triples: tuple[tables.Triple, ...]

    @property
    def axis(self) -> tuple[float, float]:
        """Ends of the log odds axis that the whiskers share; zero is on it."""
        low = min((pair.log_odds_low for pair in self.pairs), default=0.0)
        high = max((pair.log_odds_high for pair in self.pairs), default=0.0)
        return min(low, 0.0), max(high, 0.0)

    def couple(self, item: tables.Mentioned) -> frozenset[str]:
        """Return the ids of a concept and its companion."""
        other = (item.companion.other_id,) if item.companion else ()
        return frozenset(item.proof.first.ids + other)

    @property
    def places(self) -> dict[frozenset[str], int]:
        """The row of the pairs' table, from 1, in which two concepts stand."""
        return {
            frozenset(pair.proof.first.ids + pair.proof.second.ids): place
            for place, pair in enumerate(self.pairs, start=1)
        }

    def spark(self, proof: Proof) -> Markup:
        """Return the bars of a pair by year, over the years of the corpus."""
        if self.corpus.first_year is None or self.corpus.last_year is None or not proof.years:
            return Markup("")
        peak = max(proof.years, key=lambda year: (proof.years[year], year))
        label = (
            f"Articles by year, {wording.years(min(proof.years), max(proof.years))}: "
            f"most in {peak} ({wording.number(proof.years[peak])})"
        )
        return graphics.sparkline(proof.years, self.corpus.first_year, self.corpus.last_year, label)

    def whisker(self, pair: tables.Pair) -> Markup:
        """Return the interval of a pair's log odds."""
        low, middle, high = pair.log_odds_low, pair.log_odds, pair.log_odds_high
        label = (
            f"log odds {wording.decimal(middle)}, 95 % interval {wording.decimal(low)} "
            f"to {wording.decimal(high)}"
        )
        return graphics.whisker(low, middle, high, self.axis, label)


def write_page(workdir: Path, path: Path) -> None:
    """Write the latest snapshot of a work directory as one HTML file; the same snapshot, the same bytes.

    Raises UsageError where there is no snapshot, MalformedError where a dataset is damaged,
    StorageError where the file cannot be written.
    """
    write_text(path, render(gather(latest(workdir))))


def gather(snapshot: Snapshot) -> Page:
    """Return what the page shows of a snapshot."""
    for dataset in PUBLISHED:
        verified(snapshot, dataset.name)
    with opened(snapshot.path) as connection:
        about = provenance(connection, snapshot.manifest)
        ids = [concept.concept_id for concept in about.concepts]
        corpus = tables.corpus(connection, SYNTHETIC)
        topic = tables.topic_side(connection, ids, about.name)
        return Page(
            about=about,
            corpus=corpus,
            topic=topic,
            ranked=tables.ranked(connection, topic, corpus.articles),
            pairs=tables.strongest(connection, corpus.articles),
            triples=tables.triples(connection, ids),
        )


def render(page: Page) -> str:
    """Return the page as HTML. Every text of the snapshot is escaped where it is put in."""
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
    }
    environment.globals |= {
        "counted": wording.counted,
        "years": wording.years,
        "limits": {
            "RUNS": RUNS,
            "PAIR_LEAST": tables.PAIR_LEAST,
            "TRIPLE_LEAST": tables.TRIPLE_LEAST,
        },
    }
    return environment.get_template("template.html.j2").render(page=page)
