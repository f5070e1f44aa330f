"""What a Python user calls: run a topic, load its datasets, annotate a text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comention.config import load_settings
from comention.records import Mention

if TYPE_CHECKING:
    import pandas as pd

    from comention.snapshots.snapshot import Snapshot


def run(config: Path | str | None = None, /, **overrides: Any) -> dict[str, Any]:
    """Run all stages of a configuration (the sample's where None) and return the summary of the run.

    `overrides` are settings with dots written as two underscores: `run(None, topic__match="all")`.
    Call it under `if __name__ == "__main__":` in a script, since it may start processes.

    >>> summary = run(None, workdir="work/sample", run__processes=1)
    >>> summary["expected"] == summary["fetched"] + summary["missing"]
    True
    """
    from comention.stages import walk
    from comention.stages.inputs import with_lists
    from comention.stages.job import Job, new_run_id

    settings = load_settings(
        Path(config) if config is not None else None, {k.replace("__", "."): v for k, v in overrides.items()}
    )
    now = datetime.now(UTC)
    job = with_lists(Job(settings, new_run_id(now), now))
    return walk.summary(job, walk.walk(job))


def snapshot(workdir: Path | str | None = None) -> Snapshot:
    """Return the latest snapshot of a work directory: one run's datasets, whatever is published meanwhile.

    `.load("pairs")` returns a dataset as pandas, `.path` the folder of the files; :func:`load`, :func:`top`
    and :func:`evidence_for` take it in place of a work directory. That is the configured one where None
    (COMENTION_WORKDIR, else the sample's). Raises UsageError where there is no snapshot.

    >>> held = snapshot("work/sample")
    >>> len(held.load("articles")) == len(load("articles", held))
    True
    """
    from comention.snapshots.snapshot import latest

    return latest(Path(workdir) if workdir is not None else load_settings().workdir)


def window(
    workdir: Path | str | Snapshot | None = None,
    *,
    from_year: int | None = None,
    to_year: int | None = None,
    without: Sequence[str] = (),
    species: Sequence[str] = (),
    study: Sequence[str] = (),
    config: Path | str | None = None,
) -> Snapshot:
    """Return a snapshot of some articles alone, everything counted anew from them; kept for the next time.

    :func:`load`, :func:`top`, :func:`enrichment`, :func:`evidence_for` and :func:`claims_for` take it in
    place of a work directory; `.manifest.window` says how many articles of how many. The words are those of
    `comention show`: `without` of reviews and retracted, `species` such as human, `study` of trial, review,
    case-report and animal. Enrichment needs `config` to be the run's, and has no rows where its background
    is not at hand.
    Raises UsageError for a word that is not there, where no article is left, and for a window of a window.

    >>> late = window("work/sample", from_year=2015, without=["reviews"])
    >>> load("articles", late).year.min() >= 2015
    True
    """
    from comention.stages.window import chosen
    from comention.stages.windowed import background_of, windowed

    held = _held(workdir)
    settings = load_settings(Path(config) if config is not None else None, {"workdir": held.workdir})
    narrowed = chosen(from_year, to_year, without, species, study)
    run = settings.run
    return windowed(
        held,
        narrowed,
        threads=run.processes,
        memory_limit=run.memory_limit,
        background=background_of(held, settings) if narrowed else None,
    )


def _held(workdir: Path | str | Snapshot | None) -> Snapshot:
    return snapshot(workdir) if workdir is None or isinstance(workdir, Path | str) else workdir


def _frame(rows: list[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns)).convert_dtypes()


def load(name: str, workdir: Path | str | Snapshot | None = None) -> pd.DataFrame:
    """Return a published dataset (`"pairs"`, `"evidence"` …) of the latest snapshot as pandas.

    Two datasets that belong together come from one :func:`snapshot`: between two calls with a work directory
    a run may publish. Raises UsageError for a name or a work directory that does not exist.

    >>> table = load("pairs", "work/sample")
    >>> table.loc[table.articles.idxmax(), ["a_name", "b_name"]].tolist()
    ['interleukin-12', 'interferon-γ']
    """
    return _held(workdir).load(name)


def evidence_for(one: str, other: str, workdir: Path | str | Snapshot | None = None) -> pd.DataFrame:
    """Return where two concepts were read together, the best places first, a row for each with its sentence.

    Names, synonyms or ids; the columns are those of :func:`evidence`. Raises UsageError for a name that the
    snapshot does not mention, with the nearest names.

    >>> places = evidence_for("ustekinumab", "psoriasis", "work/sample")
    >>> places.loc[0, "level"], int(places.loc[0, "pmid"])
    ('title', 99000001)
    """
    from comention.snapshots import frames

    return _frame(frames.evidence(_held(workdir), one, other), frames.EVIDENCE_COLUMNS)


def evidence(
    one: str,
    *,
    entity_type: str | None = None,
    limit: int | None = None,
    workdir: Path | str | Snapshot | None = None,
) -> pd.DataFrame:
    """Return where a concept was read with any other: a row for each place, with names, types, sentence.

    The surest pair comes first, of each pair the best places; `entity_type` narrows to pairs with one more
    concept of that type, `limit` to so many rows. `a_name`, `a_type`, `b_name` and `b_type` stand before the
    columns of `evidence`, text and start of the sentence (null where the two share only the article) and the
    article's title behind. Raises UsageError for what is not there.

    >>> places = evidence("psoriasis", entity_type="drug", limit=50, workdir="work/sample")
    >>> ((places.a_name == "psoriasis") | (places.b_name == "psoriasis")).all()
    True
    """
    from comention.snapshots import frames

    found = frames.evidence(_held(workdir), one, entity_type=entity_type, limit=limit)
    return _frame(found, frames.EVIDENCE_COLUMNS)


def claims_for(one: str, other: str, workdir: Path | str | Snapshot | None = None) -> pd.DataFrame:
    """Return what sentences say of two concepts, a row for each, as `comention claims`.

    `stance` is for (the leading claim), against, null (no effect, no difference), other or hedged; of each
    the newest come first. The other columns are those of `claims`, the words that decide (`cue`), and
    sentence, section and title. Sentences that only mention the two are left out. Raises UsageError for a
    name that the snapshot does not mention, with the nearest names.

    >>> said = claims_for("ustekinumab", "psoriasis", "work/sample")
    >>> said.stance.isin(["for", "against", "null", "other", "hedged"]).all()
    True
    """
    from comention.snapshots import claims

    return _frame(claims.claims_for(_held(workdir), one, other), claims.DETAILS)


def pairs(
    with_name: str | None = None,
    *,
    entity_type: str | None = None,
    min_articles: int = 2,
    related: bool = False,
    limit: int | None = None,
    workdir: Path | str | Snapshot | None = None,
) -> pd.DataFrame:
    """Return pairs seen from one concept, the surest first: `name` with `partner_name`, whatever their order.

    Without `with_name` each pair stands twice, once from either side, so that a table can be grouped or
    joined by `concept_id` alone. `entity_type` is that of the partner, `min_articles` the least number of
    independent articles; pairs of a concept and a broader one are left out unless `related`. The other
    columns are those of `pairs`; `articles_concept` and `articles_partner` are the articles of each. Raises
    UsageError for what is not there.

    >>> partners = pairs("psoriasis", entity_type="drug", workdir="work/sample")
    >>> set(partners.name), "ustekinumab" in set(partners.partner_name)
    ({'psoriasis'}, True)
    """
    from comention.snapshots import frames

    found = frames.pairs(
        _held(workdir),
        with_name,
        entity_type=entity_type,
        min_articles=min_articles,
        related=related,
        limit=limit,
    )
    return _frame(found, frames.PAIR_COLUMNS)


def triples(
    with_name: str | None = None,
    *,
    limit: int | None = None,
    workdir: Path | str | Snapshot | None = None,
) -> pd.DataFrame:
    """Return triples of disease, drug and cytokine, with the article and the sentence that show each best.

    The columns are those of `triples`, then that article's `pmid`, `text` of its sentence that names all
    three (null where none does) and its `title`. Most articles first. Raises UsageError for a name that is
    not there.

    >>> found = triples("ustekinumab", workdir="work/sample")
    >>> set(found.drug_name)
    {'ustekinumab'}
    """
    from comention.snapshots import frames

    return _frame(frames.triples(_held(workdir), with_name, limit=limit), frames.TRIPLE_COLUMNS)


def trends(
    one: str, other: str | None = None, *, workdir: Path | str | Snapshot | None = None
) -> pd.DataFrame:
    """Return the articles of each year that mention a concept with another, or with each other one.

    Every year from the corpus' first to its last has a row, with 0 articles where there are none;
    `articles_year` are all articles of the year. The other columns are those of `trends`, with names and
    types. Raises UsageError for a name that the snapshot does not mention.

    >>> by_year = trends("ustekinumab", "psoriasis", workdir="work/sample")
    >>> by_year.year.diff().dropna().eq(1).all()
    True
    """
    from comention.snapshots import frames

    return _frame(frames.trends(_held(workdir), one, other), frames.TREND_COLUMNS)


def top(
    dataset: str = "pairs",
    *,
    with_name: str | None = None,
    entity_type: str | None = None,
    limit: int = 20,
    min_articles: int | None = None,
    related: bool = False,
    workdir: Path | str | Snapshot | None = None,
) -> pd.DataFrame:
    """Return the first rows of enrichment, pairs, pairs_rolled_up, triples or entities, as `comention show`.

    `with_name` narrows to a concept by name, synonym or id, `entity_type` to rows with one of that type,
    `min_articles` to pairs, or concepts of enrichment, of so many independent articles, 2 where None;
    `related` lets pairs of a concept and a broader one in. Raises UsageError for what is not there, and for
    one of these two where the rows have no such thing.

    >>> rows = top("pairs", with_name="psoriasis", entity_type="drug", limit=3, workdir="work/sample")
    >>> "ustekinumab" in set(rows.b_name)
    True
    """
    from comention.schemas import PUBLISHED
    from comention.snapshots import query

    query.check(dataset.lower(), min_articles=min_articles, related=related)
    narrowed: dict[str, Any] = {
        "with_name": with_name,
        "entity_type": entity_type,
        "min_articles": query.PAIR_LEAST if min_articles is None else min_articles,
        "related": related,
    }
    rows = query.show(_held(workdir), dataset, limit=limit, **narrowed).rows
    (of,) = (one for one in PUBLISHED if one.name == dataset.lower())
    return _frame(rows, of.schema.names)


def enrichment(
    workdir: Path | str | Snapshot | None = None,
    *,
    entity_type: str | None = None,
    limit: int = 20,
    min_articles: int = 2,
) -> pd.DataFrame:
    """Return what goes with the topic, more often than in articles outside it: `limit` rows of each type.

    Diseases, drugs and cytokines, or concepts of `entity_type`, in `min_articles` articles or more, by grade
    and then by the lower bound of the odds ratio. All rows are in `load("enrichment")`. There are none where
    the topic has no background. Raises UsageError for what is not there.

    >>> rows = enrichment("work/sample", entity_type="cytokine")
    >>> rows.articles.min() >= 2
    True
    """
    import pandas as pd

    from comention.schemas import ENRICHMENT
    from comention.snapshots import query

    narrowed: dict[str, Any] = {"with_name": None, "limit": limit, "min_articles": min_articles}
    held = _held(workdir)
    if entity_type is None:
        rows = query.enriched(held, **narrowed).rows
    else:
        rows = query.show(held, "enrichment", entity_type=entity_type, **narrowed).rows
    return pd.DataFrame(rows, columns=ENRICHMENT.schema.names).convert_dtypes()


def annotate(text: str, annotator: str = "standard") -> list[Mention]:
    """Return the mentions of a text; offsets are code points into it.

    >>> [(m.text, m.concept_id) for m in annotate("IL-12p70 and multiple sclerosis (MS)", "fast")]
    [('IL-12p70', 'COMENTION:IL-12'), ('multiple sclerosis', 'MESH:D009103'), ('MS', 'MESH:D009103')]
    """
    from comention.annotation.annotators import make_annotator
    from comention.annotation.document import from_text
    from comention.lexicon.matcher import Additions

    labels = load_settings().annotate.labels
    return make_annotator(annotator, Additions(), labels).mentions(from_text(text))
