"""Which articles tell one story: a work with its versions and with what was written about it.

Letters, comments, replies, errata, expressions of concern and notices of retraction are *about* a work; an
update, a reprint or a republication *is* a version of it. PubMed links them (CommentsCorrections), either
record may carry the link, and the work itself may be no article of the corpus. Where PubMed has not linked a
letter yet, its title often says what it is about: "Reply to: …".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from graphlib import TopologicalSorter
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

#: Links (RefType of NLM) from what is about a work to the work, and those that the work carries.
ABOUT = {
    "AssociatedPublication": "AssociatedDataset",
    "CommentOn": "CommentIn",
    "ErratumFor": "ErratumIn",
    "ExpressionOfConcernFor": "ExpressionOfConcernIn",
    "OriginalReportIn": "SummaryForPatientsIn",
    "PartialRetractionOf": "PartialRetractionIn",
    "RetractionOf": "RetractionIn",
}
#: Links between versions of a work, either way.
VERSIONS = frozenset(
    f"{kind}{way}"
    for kind, ways in {
        "CorrectedandRepublished": ("From", "In"),
        "Reprint": ("Of", "In"),
        "Republished": ("From", "In"),
        "RetractedandRepublished": ("From", "In"),
        "Update": ("Of", "In"),
    }.items()
    for way in ways
)
#: Publication types of what is about a work, where its title names that.
NOTICES = ("Comment", "Expression of Concern", "Letter", "Published Erratum", "Retraction of Publication")
#: Words that a title must hold besides "reply to the letter regarding": fewer name no work.
LEAST_WORDS = 5

# What stands before and after the title of a work in titles of what is about it, folded.
_BEFORE = (
    r"^(?:(?:a|about|addendum|an|answer|article|author|authors|by|comment|commentary|comments|concerning|"
    r"correction|correspondence|corrigendum|editor|editorial|entitled|erratum|expression of concern|for|in|"
    r"invited|letter|letters|note|of|on|paper|publication|re|rebuttal|regard|regarding|reply|response|retracted|"
    r"retraction|s|study|the|titled|to|with) )+"
)
_AFTER = r"(?: (?:a|author|authors|comment|commentary|in|letter|reply|response|s|the))+$"

#: The columns that are read of articles.
READ = ("pmid", "title", "journal", "publication_types", "corrections")
_NAMED = pa.schema([("pmid", pa.int64()), ("work", pa.string())])

Links = list[tuple[int, int]]
_Numbers = npt.NDArray[np.int64]


def stories(articles: Callable[[], Iterable[pa.Table]]) -> dict[int, int]:
    """Return the story of each PMID that is linked to another: the PMID that stands for it.

    That is the lowest of the versions of the work, in the corpus or not; an article that nothing is linked to
    is its own. What is about several works belongs to one of them (to one of the corpus before others, then
    to that of the lowest PMID) and does not join them. Depends on the set of rows, not on their order.

    `articles` gives the corpus in parts, each time anew, with the columns of :data:`READ`.
    """
    about: Links = []
    versions: Links = []
    pmids = [np.empty(0, np.int64)]
    notices = [_NAMED.empty_table()]
    for part in articles():
        of_part = _linked(part)
        about += of_part[0]
        versions += of_part[1]
        pmids.append(part["pmid"].to_numpy())
        notices.append(_named(part.filter(_of_types(part["publication_types"], NOTICES))))
    about += _titled(articles, pa.concat_tables(notices), about, versions)
    linked = np.array([*about, *versions], np.int64)
    return settle(about, versions, set(np.intersect1d(np.concatenate(pmids), linked).tolist()))


def settle(about: Links, versions: Links, held: Collection[int]) -> dict[int, int]:
    """Return the story of every PMID that is linked.

    `about` leads from what is about something to that, which may be about something else in turn; `versions`
    join two of one work. What is about each other is one. `held` are the PMIDs of the corpus.
    """
    pmids, ends = np.unique(np.array([*about, *versions], np.int64).reshape(-1, 2), return_inverse=True)
    ends = ends.reshape(-1, 2)
    of_work = _joined(ends[len(about) :], pmids.size, "weak")
    of_work = _joined(of_work[ends[: len(about)]], pmids.size, "strong")[of_work]
    # the best of a work: one of the corpus before others, then the lowest PMID that stands for it
    names: dict[int, int] = {}
    present: set[int] = set()
    for work, pmid in zip(of_work.tolist(), pmids.tolist(), strict=True):
        names.setdefault(work, pmid)
        if pmid in held:
            present.add(work)
    targets: dict[int, set[int]] = {work: set() for work in names}
    for source, target in of_work[ends[: len(about)]].tolist():
        if source != target:
            targets[source].add(target)
    best: dict[int, tuple[bool, int]] = {}
    for work in TopologicalSorter(targets).static_order():
        own = (work not in present, names[work])
        best[work] = min((best[target] for target in targets[work]), default=own)
    return {pmid: best[work][1] for pmid, work in zip(pmids.tolist(), of_work.tolist(), strict=True)}


def _joined(links: _Numbers, size: int, connection: Literal["weak", "strong"]) -> _Numbers:
    """Return a number for each of `size` nodes that those have in common that the links connect."""
    graph = coo_array((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(size, size))
    _, labels = connected_components(graph.tocsr(), directed=True, connection=connection)
    return labels.astype(np.int64)


def _linked(articles: pa.Table) -> tuple[Links, Links]:
    """Return the links that records carry: from what is about something to that, and between versions."""
    back = {kept: kind for kind, kept in ABOUT.items()}
    about: Links = []
    versions: Links = []
    rows = articles.filter(pc.greater(pc.list_value_length(articles["corrections"]), 0))
    for pmid, links in zip(rows["pmid"].to_pylist(), rows["corrections"].to_pylist(), strict=True):
        for kind, other in ((link["ref_type"], link["pmid"]) for link in links):
            if other is None or other == pmid:
                continue
            if kind in ABOUT:
                about.append((pmid, other))
            elif kind in back:
                about.append((other, pmid))
            elif kind in VERSIONS:
                versions.append((pmid, other))
    return about, versions


def _titled(
    articles: Callable[[], Iterable[pa.Table]], notices: pa.Table, about: Links, versions: Links
) -> Links:
    """Return links from notices without any to the work that their titles name, in the same journal.

    Where the corpus lacks the work they lead to a notice of that title that is linked, else to the first.
    """
    linked = {pmid for link in (*about, *versions) for pmid in link}
    loose = notices.filter(pc.invert(pc.is_in(notices["pmid"], value_set=pa.array([*linked], pa.int64()))))
    wanted = pc.unique(loose["work"]).drop_null()
    if not len(wanted):
        return []
    works = linked - {source for source, _ in about}
    is_notice, is_loose = set(notices["pmid"].to_pylist()), set(loose["pmid"].to_pylist())
    first: dict[str, tuple[bool, bool, int]] = {}
    of_works = pc.list_element(pc.split_pattern(wanted, "\t", max_splits=1, reverse=True), 0)
    journals = pc.unique(of_works)  # a folded title has no tab
    for part in articles():
        named = _named(part.filter(pc.is_in(part["journal"], value_set=journals)))
        for row in named.filter(pc.is_in(named["work"], value_set=wanted)).to_pylist():
            # the work itself, which may be a letter; else what is about it, the linked before the others
            pmid, is_work = row["pmid"], row["pmid"] not in is_notice or row["pmid"] in works
            key = (not is_work, pmid in is_loose, pmid)
            first[row["work"]] = min(first.get(row["work"], key), key)
    leads = ((row["pmid"], first[row["work"]][-1]) for row in loose.drop_null().to_pylist())
    return [(pmid, work) for pmid, work in leads if pmid != work]


def _named(articles: pa.Table) -> pa.Table:
    """Return PMIDs, and the journal and the work that each title names, folded; null where it names none."""
    title = pc.utf8_lower(articles["title"])
    for pattern, put in ((r"[^\pL\pN]+", " "), (r"^ | $", ""), (_BEFORE, ""), (_AFTER, "")):
        title = pc.replace_substring_regex(title, pattern=pattern, replacement=put)
    enough = pc.greater_equal(pc.count_substring(title, " "), LEAST_WORDS - 1)
    named = pc.binary_join_element_wise(articles["journal"], title, "\t")
    work = pc.if_else(enough, named, pa.scalar(None, pa.string()))
    return pa.Table.from_arrays([articles["pmid"], work], schema=_NAMED)


def _of_types(types: pa.ChunkedArray, wanted: Iterable[str]) -> pa.Array:
    """Return which rows have one of the publication types."""
    lists = types.combine_chunks()
    row = pc.list_parent_indices(lists).to_numpy()
    found = np.zeros(len(lists), dtype=np.bool_)
    found[row[pc.is_in(pc.list_flatten(lists), value_set=pa.array(list(wanted))).to_numpy(False)]] = True
    return pa.array(found)
