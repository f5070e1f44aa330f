"""The articles of a snapshot with their mentions: PubTator, and BioC JSON with claims too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from comention.documents import bioc, pubtator
from comention.documents.pubtator import Relation, TaggedText
from comention.export.tables import rows
from comention.records import Mention
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import COUNTED, opened

_COLUMNS = ["pmid", "start", "end", "text", "entity_type", "concept_id", "concept_name", "method"]
#: What BioC keeps of a mention beside; PubTator has no place for it.
_JUDGED = ["score", "negated", "denied", "speculative", "modifier", "abbreviation_of", "role"]
_CLAIMS = f"""
SELECT pmid, sentence, a_id, b_id, a_start, a_end, b_start, b_end, claim, direction, certainty, method, score
FROM claims c WHERE {COUNTED} ORDER BY pmid, sentence, a_id, b_id
"""  # noqa: S608 - what is put in is our own
_OF_CLAIM = ("direction", "certainty", "method", "score")
_BATCH = 4096  # rows in memory at once
#: The formats, the usual one first.
FORMATS = ("pubtator", "bioc")


def lines(snapshot: Snapshot, form: str) -> Iterator[str]:
    """Yield the lines of every article of a snapshot with its mentions, with their ends, in one of FORMATS.

    Articles without a mention are there too. In BioC a claim that counts is a relation of the document: its
    type is the claim, its nodes are the mentions of the two concepts, `a` and `b`. Raises MalformedError for
    a dataset that is damaged.
    """
    articles = rows(snapshot, "articles", ["pmid", "title", "abstract"])
    if form == "bioc":
        mentioned = rows(snapshot, "mentions", _COLUMNS + _JUDGED)
        written = bioc.write_json(_documents(articles, mentioned, _claims(snapshot)))
    else:
        written = pubtator.write(_documents(articles, rows(snapshot, "mentions", _COLUMNS), iter(())))
    return (f"{line}\n" for line in written)


def _claims(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    with opened(snapshot, "claims") as connection:
        found = connection.execute(_CLAIMS)
        names = [column[0] for column in found.description]
        while batch := found.fetchmany(_BATCH):
            yield from (dict(zip(names, row, strict=True)) for row in batch)


def _documents(
    articles: Iterator[dict[str, Any]], mentioned: Iterator[dict[str, Any]], claimed: Iterator[dict[str, Any]]
) -> Iterator[TaggedText]:
    """Merge datasets that all come by PMID."""
    mentions_of, claims_of = _by_pmid(mentioned), _by_pmid(claimed)
    for article in articles:
        pmid = int(article["pmid"])
        named = [_mention(row) for row in mentions_of(pmid)]
        said = _relations(named, claims_of(pmid))
        yield TaggedText(pmid, article["title"], article["abstract"], named, said)


def _by_pmid(found: Iterator[dict[str, Any]]) -> Callable[[int], Iterable[dict[str, Any]]]:
    """Return what gives the rows of a PMID, asked in ascending order."""
    groups = groupby(found, lambda row: int(row["pmid"]))
    held = next(groups, None)

    def of(pmid: int) -> Iterable[dict[str, Any]]:
        nonlocal held
        if held is None or held[0] != pmid:
            return ()
        rows_of_it = list(held[1])
        held = next(groups, None)
        return rows_of_it

    return of


def _relations(mentions: list[Mention], claims: Iterable[dict[str, Any]]) -> list[Relation]:
    place = {(one.start, one.end, one.concept_id): at for at, one in enumerate(mentions)}
    found = []
    for row in claims:
        first, second = (place[row[f"{side}_start"], row[f"{side}_end"], row[f"{side}_id"]] for side in "ab")
        infons = {"type": row["claim"], **{name: row[name] for name in _OF_CLAIM}}
        found.append(Relation(first, second, infons))
    return found


def _mention(row: dict[str, Any]) -> Mention:
    return Mention(**{name: value for name, value in row.items() if name != "pmid"})
