"""Sentences to claims: what each says of every two concepts that it names."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from comention.claims.vocabulary import CLAIMS
from comention.records import Claim, Mention, Sentence


def fingerprint() -> str:
    """Return what the claims of a text depend on besides the text, its sentences and its mentions."""
    return "claims-0"


def read(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[Claim]:
    """Return a claim for every two linked concepts of a sentence whose types may have one.

    Of concepts that stand more than once the nearest two spans are taken; a drug that is only measured has
    none. They come by sentence, then by the ids of the two.
    """
    found = []
    for sentence in sentences:
        inside = [one for one in mentions if sentence.start <= one.start < sentence.end]
        found += list(_of_sentence(text, sentence, inside))
    return found


def _of_sentence(text: str, sentence: Sentence, mentions: Sequence[Mention]) -> list[Claim]:
    nearest: dict[tuple[str, str], tuple[int, Mention, Mention]] = {}
    for one, other in itertools.combinations(mentions, 2):
        a, b = sorted((one, other), key=lambda m: (m.entity_type, m.concept_id))
        if (a.entity_type, b.entity_type) not in CLAIMS or a.concept_id == b.concept_id:
            continue
        if "text:" in (a.concept_id[:5], b.concept_id[:5]) or "measured" in (a.role, b.role):
            continue
        apart = max(a.start, b.start) - min(a.end, b.end)
        if apart >= 0 and apart < nearest.get((a.concept_id, b.concept_id), (1 << 31,))[0]:
            nearest[a.concept_id, b.concept_id] = (apart, a, b)
    return [
        Claim(
            sentence.number,
            *key,
            a.start,
            a.end,
            b.start,
            b.end,
            "none",
            None,
            "stated",
            None,
            None,
            "rule",
            0.0,
        )
        for key, (_, a, b) in sorted(nearest.items())
    ]
