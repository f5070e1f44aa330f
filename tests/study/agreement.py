"""How texts and indexers agree on kinds of studies: `python -m tests.study.agreement FILE…`, PubMed XML.

A row for each kind: of records with an abstract and MeSH headings how many are of it by headings and
publication types, how many by the text, with precision, recall and F1; then how many of all the records
with an abstract have such a publication type, and the text's recall of them. Publishers leave types out, so
that precision cannot be had of the latter.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from comention.files.opening import open_source
from comention.pubmed.split import split
from comention.pubmed.xml import parse_chunk
from comention.records import PEOPLE, TRIALS, Article, StudyWord
from comention.study import indexed
from comention.study.reading import hits, told

KINDS: dict[str, frozenset[StudyWord]] = {"trial": frozenset(TRIALS), "human": frozenset(PEOPLE)}
KINDS |= {word: frozenset({word}) for word in get_args(StudyWord)}

Both = Counter[tuple[bool, bool]]  # by the text, by indexers


class Agreement(NamedTuple):
    """Records with headings, and with an abstract; counts of both by kind."""

    headed: int
    all: int
    of_headings: dict[str, Both]
    of_types: dict[str, Both]


def agreement(path: Path) -> Agreement:
    """Return how the texts of a file agree with its indexers."""
    headings: dict[str, Both] = {name: Counter() for name in KINDS}
    types: dict[str, Both] = {name: Counter() for name in KINDS}
    headed = whole = 0
    for article in _articles(path):
        said = {*told(hits(article.text), len(article.title), len(article.text), article.sections).words}
        of_types = indexed.of_types(article.publication_types)
        names = [heading.name for heading in article.mesh]
        whole += 1
        _count(types, said, of_types)
        if names:
            headed += 1
            _count(headings, said, of_types | indexed.of_headings(names, of_types))
    return Agreement(headed, whole, headings, types)


def _articles(path: Path) -> Iterator[Article]:
    with open_source(path) as stream:
        for chunk in split(stream, path.name):
            article = parse_chunk(chunk, path.name)
            if isinstance(article, Article) and article.abstract is not None:
                yield article


def _count(counts: dict[str, Both], said: set[StudyWord], so: set[StudyWord]) -> None:
    for name, words in KINDS.items():
        counts[name][bool(said & words), bool(so & words)] += 1


def rates(both: Both) -> tuple[float | None, float | None, float | None]:
    """Return precision, recall and F1, None where they have no denominator."""
    right, wrong, missed = both[True, True], both[True, False], both[False, True]
    return (
        right / (right + wrong) if right + wrong else None,
        right / (right + missed) if right + missed else None,
        2 * right / (2 * right + wrong + missed) if right + wrong + missed else None,
    )


def lines(name: str, found: Agreement) -> Iterator[str]:
    """Yield a Markdown table of a file."""
    yield f"{name}: {found.headed:,} records with headings of {found.all:,} with an abstract"
    yield "| Kind | n | Told | Precision | Recall | F1 | Typed | Recall |"
    yield "|---|---|---|---|---|---|---|---|"
    for kind in KINDS:
        both, typed = found.of_headings[kind], found.of_types[kind]
        so = both[True, True] + both[False, True]
        told_so = both[True, True] + both[True, False]
        numbers = " | ".join("–" if rate is None else f"{rate:.3f}" for rate in rates(both))
        recall = rates(typed)[1]
        of_types = typed[True, True] + typed[False, True]
        yield (
            f"| {kind} | {so:,} | {told_so:,} | {numbers} | {of_types:,} | "
            f"{'–' if recall is None else f'{recall:.3f}'} |"
        )


if __name__ == "__main__":
    for file in map(Path, sys.argv[1:]):
        sys.stdout.writelines(f"{line}\n" for line in lines(file.name, agreement(file)))
