"""Sentences cut where mentions begin and end. The template escapes each piece by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: Code points of unmarked text that are shown at each end of a longer stretch.
_KEPT = 160
_ELLIPSIS = " … "


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """A mention: code points of the article's text, type and, if asked for, id of its concept."""

    start: int
    end: int
    entity_type: str
    concept_id: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; `entity_type` where it is a mention, `concept_id` where the span had one."""

    text: str
    entity_type: str | None = None
    concept_id: str = ""


def cut(text: str, start: int, spans: Iterable[MarkedSpan], *, whole: bool = False) -> tuple[Piece, ...]:
    """Return the pieces of a sentence whose first code point is `start` in the article.

    Of mentions that overlap, the one that begins first (and is longest) is whole, the other is what lies
    beyond it. Parts outside the sentence are left out. Long stretches lose their middle, unless it is to be
    `whole`; joined, the pieces are the sentence otherwise.
    """
    short = _whole if whole else _shortened
    pieces: list[Piece] = []
    done = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.entity_type)):
        left, right = max(span.start - start, done), min(span.end - start, len(text))
        if right <= left:
            continue
        if left > done:
            pieces.append(Piece(short(text[done:left], head=bool(pieces), tail=True)))
        mention = short(text[left:right], head=True, tail=True)
        pieces.append(Piece(mention, span.entity_type, span.concept_id))
        done = right
    if done < len(text):
        pieces.append(Piece(short(text[done:], head=True, tail=False)))
    return tuple(pieces)


def _whole(text: str, *, head: bool, tail: bool) -> str:
    del head, tail
    return text


def _shortened(text: str, *, head: bool, tail: bool) -> str:
    """Keep the ends that touch a mention; a sentence without mentions keeps its beginning."""
    if len(text) <= 2 * _KEPT + len(_ELLIPSIS):
        return text
    first, last = text[:_KEPT], text[-_KEPT:]
    if " " in first[_KEPT // 2 :]:  # end at a word, unless that leaves little
        first = first[: first.rindex(" ")]
    if " " in last[: _KEPT // 2]:
        last = last[last.index(" ") + 1 :]
    return (first if head else "") + _ELLIPSIS + (last if tail else "")
