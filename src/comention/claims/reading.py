"""Sentences to claims: what each says of every two concepts that it names."""

from __future__ import annotations

import bisect
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from comention.claims import cells, features
from comention.claims.features import Around, Context, Layout, context_of
from comention.claims.model import Model, content, open_model
from comention.claims.rules import CERTAIN, VERSION, cue, direction, is_hedged, refined, ruled
from comention.claims.vocabulary import ALLOWED, OF_CELLS
from comention.records import Claim, ClaimMethod, ClaimWord, Mention, Sentence


class Verdict(NamedTuple):
    """What a sentence says of two names, as :class:`comention.records.Claim` puts it."""

    claim: ClaimWord
    method: ClaimMethod
    score: float


def fingerprint() -> str:
    """Return what the claims of a text depend on besides the text, its sentences and its mentions."""
    state = f"{VERSION} {cells.VERSION} {features.VERSION} {content()}"
    return f"claims-{hashlib.sha256(state.encode()).hexdigest()[:12]}"


def read(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[Claim]:
    """Return a claim for every two linked concepts of a sentence whose types may have one.

    Of concepts that stand more than once the nearest two spans are taken; a drug that is only measured has
    none. They come by sentence, then by the ids of the two.
    """
    if len(mentions) < 2:
        return []
    ordered = sorted(mentions, key=lambda m: m.start)
    starts = [m.start for m in ordered]
    found: list[Claim] = []
    context: Context | None = None
    for sentence in sentences:
        first = bisect.bisect_left(starts, sentence.start)
        last = bisect.bisect_left(starts, sentence.end, first)
        if last - first > 1:
            inside = ordered[first:last]
            if pairs := nearest(inside):
                context = context or context_of(text, sentences, ordered)
                layout = Layout(text, sentence, inside, context)
                found += [_claim(layout, a, b) for a, b in pairs]
    return found


def nearest(mentions: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """Return the two nearest spans of every two concepts that may have a claim, by their ids."""
    found: dict[tuple[str, str], tuple[int, Mention, Mention]] = {}
    for one, other in itertools.combinations(_counting(mentions), 2):
        key = (one.entity_type, one.concept_id), (other.entity_type, other.concept_id)
        a, b = (one, other) if key[0] <= key[1] else (other, one)
        if a.concept_id == b.concept_id or (a.entity_type, b.entity_type) not in ALLOWED:
            continue
        apart = max(a.start, b.start) - min(a.end, b.end)
        held = found.get((a.concept_id, b.concept_id))
        if apart >= 0 and (held is None or apart < held[0]):
            found[a.concept_id, b.concept_id] = (apart, a, b)
    return [(a, b) for _, (_, a, b) in sorted(found.items(), key=lambda item: item[0])]


def _counting(mentions: Sequence[Mention]) -> Iterator[Mention]:
    return (
        m
        for m in mentions
        if m.entity_type != "chemical" and m.role != "measured" and not m.concept_id.startswith("text:")
    )


def judge(layout: Layout, a: Mention, b: Mention, model: Model | None = None) -> Verdict:
    """Return what a sentence says of two of its names, in the words of the gold (`vocabulary.CLAIMS`).

    By the shipped model where none is given.
    """
    return _judged(layout, layout.around(a, b), a, b, model or open_model())


def _judged(layout: Layout, around: Around, a: Mention, b: Mention, model: Model) -> Verdict:
    if (a.entity_type, b.entity_type) in OF_CELLS:
        return _of_cells(cells.said(layout, a, b).claim)
    if sure := ruled(around, a, b):
        return Verdict(sure, "rule", CERTAIN)
    judged = model.judge((a.entity_type, b.entity_type), features.features(layout, around, a, b))
    return Verdict(judged.claim, "model", judged.score)


def _of_cells(claim: ClaimWord) -> Verdict:
    return Verdict(claim, "rule", cells.NOTHING if claim == "none" else cells.FITS)


def _claim(layout: Layout, a: Mention, b: Mention) -> Claim:
    around = layout.around(a, b)
    if (a.entity_type, b.entity_type) in OF_CELLS:
        said = cells.said(layout, a, b)
        (claim, method, score), (begin, end) = _of_cells(said.claim), said.cue
    else:
        claim, method, score = _judged(layout, around, a, b, open_model())
        claim = refined(around, (a.entity_type, b.entity_type), claim)
        begin, end = cue(layout, around, claim)
    hedged = claim != "none" and is_hedged(a, b)
    return Claim(
        layout.sentence.number,
        a.concept_id,
        b.concept_id,
        a.start,
        a.end,
        b.start,
        b.end,
        claim,
        direction(around, a, b, claim),
        "hedged" if hedged else "stated",
        begin,
        end,
        method,
        round(score, 4),
    )
