"""One text, one reading: what the recogniser marks in one place of a text holds for the same words elsewhere.

1. A short form is what the text defines it as: where the long form is marked, so is every place of the short
   form, with the label of the long form; not where the long form is another thing than what is marked at
   its end ("Barcelona Clinic Liver Cancer"), nor where the disease is a lack of what the long form names
   ("deficiency of aspartoacylase (ASPA)").
2. A name that is marked in at least half of its places is marked in all of them.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from comention.annotation.abbreviations import Definition, means_more, places
from comention.annotation.namesakes import is_opposite
from comention.ner.model import Span

# Shorter names ("K") are marked where the recogniser sees them, no further.
_SHORTEST = 3
_ENOUGH = 0.5
# What no name begins or ends with.
_LOOSE = "-‐‑–−,;:./"
# What a span may begin with that is no part of a name: "not lymphoma", "without asthma".
_DENIED = re.compile(r"(?:not|[Nn]o|without) (?=\w)")
# What stands before the name of an enzyme where its lack is the disease.
_LACK_OF = re.compile(r"(?i)(?:deficienc(?:y|ies)|deficits?|defects?|absence|lack|loss) (?:of|in) ")
# A text in which a name stands more often is no abstract; what is marked there stays as it is.
_MOST_PLACES = 2000


class _Marked:
    """Spans by position, none of which overlap."""

    def __init__(self, spans: Sequence[Span]) -> None:
        """Take spans; of those that overlap, the first of the list."""
        apart = all(one.end <= other.start for one, other in pairwise(spans))
        self._spans = list(spans) if apart else []
        self._starts = [span.start for span in self._spans]
        for span in () if apart else spans:
            self.put(span)

    def around(self, start: int, end: int) -> list[Span]:
        """Return the spans that share a character with `start:end`."""
        first = bisect.bisect_left(self._starts, start)
        if first and self._spans[first - 1].end > start:
            first -= 1
        last = bisect.bisect_left(self._starts, end)
        return self._spans[first:last]

    def put(self, span: Span) -> bool:
        """Add a span where its place is free; say whether it was."""
        if self.around(span.start, span.end):
            return False
        place = bisect.bisect_left(self._starts, span.start)
        self._starts.insert(place, span.start)
        self._spans.insert(place, span)
        return True

    def relabel(self, span: Span, label: str) -> None:
        """Give a span another label."""
        self._spans[bisect.bisect_left(self._starts, span.start)] = span._replace(label=label)

    def all(self) -> list[Span]:
        """Return all spans, in order."""
        return list(self._spans)


def apart(spans: Sequence[Span]) -> list[Span]:
    """Return spans that do not overlap: of two that do, the surer, then the longer, then the first."""
    ordered = sorted(spans)
    if all(one.end <= other.start for one, other in pairwise(ordered)):
        return ordered
    marked = _Marked([])
    for span in sorted(spans, key=lambda s: (-s.score, s.start - s.end, s)):
        marked.put(span)
    return marked.all()


def trimmed(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return spans without hyphens, punctuation and a denial at their edges; those of nothing else go.

    Of "hepatitis C (HC" before the end of the bracket the short form is left out.
    """
    found = []
    for span in spans:
        start, end = span.start, span.end
        while start < end and (text[start] in _LOOSE or text[start].isspace()):
            start += 1
        if start < end and text[start] in "nNw" and (denied := _DENIED.match(text, start, end)):
            start = denied.end()
        while start < end and (text[end - 1] in _LOOSE or text[end - 1].isspace()):
            end -= 1
        opened = text.rfind(" (", start, end)
        if opened > start and text[end : end + 1] == ")" and text.find(")", opened, end) < 0:
            end = opened
        if start < end:
            found.append(span if span[:2] == (start, end) else span._replace(start=start, end=end))
    return found


def spread(text: str, spans: Sequence[Span], defined: Mapping[str, Definition]) -> list[Span]:
    """Return the spans of a text with those that the two rules add, in order. None of them overlap."""
    marked = _Marked(spans)
    for short, found in defined.items():
        ending = [s for s in marked.around(found.long_end - 1, found.long_end) if s.end == found.long_end]
        ending = [s for s in ending if not _is_another(text, found, s.start)]
        for source in ending:
            for start, end in places(text, short):
                there = marked.around(start, end)
                if not there:
                    marked.put(Span(start, end, source.label, source.score))
                elif there[0][:2] == (start, end) and there[0].label != source.label:
                    marked.relabel(there[0], source.label)
    for label, score, found_places in _frequent(text, marked.all()):
        for start, end in found_places:
            marked.put(Span(start, end, label, score))
    return marked.all()


def _is_another(text: str, found: Definition, start: int) -> bool:
    """Return whether a short form is another thing than what is marked from `start` to its long form's end.

    A span that begins before the long form may say that what the long form names is lacking.
    """
    lacking = _LACK_OF.search(text, start, max(start, found.long_start))
    return lacking is not None or means_more(text, found, start) or is_opposite(text, start)


def _frequent(text: str, spans: Sequence[Span]) -> Iterator[tuple[str, float, list[tuple[int, int]]]]:
    """Yield label, score and places of each name that is marked in enough of these, the longest first."""
    marked: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if span.end - span.start >= _SHORTEST:
            marked[text[span.start : span.end]].append(span)
    unmarked = [name for name, of_name in marked.items() if text.count(name) != len(of_name)]
    for name in sorted(unmarked, key=lambda n: (-len(n), n)):
        found = list(places(text, name))
        [(label, number)] = Counter(span.label for span in marked[name]).most_common(1)
        if number >= _ENOUGH * len(found) and len(found) <= _MOST_PLACES:
            yield label, min(1.0, *(span.score for span in marked[name])), found
