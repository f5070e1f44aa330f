"""What the words around a mention make of it.

Beside a cytokine: an antibody against it, its absence, a recombinant, a gene. In the sentence of any
mention: a negation, a supposition; a substance is given, or measured (:mod:`comention.annotation.roles`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from comention.annotation.assertion import judged
from comention.annotation.document import Document
from comention.annotation.roles import roles
from comention.records import Mention

_HYPHEN = r"[-‐‑‒–−\s]"
_BEFORE = (
    (
        "anti",
        re.compile(rf"(?:\banti{_HYPHEN}?|\bneutrali[sz]ing |\bblocking )(?:human |mouse |murine )?$", re.I),
    ),
    (
        "recombinant",
        re.compile(rf"\brecombinant (?:human |murine |mouse |rat )?$|\br[hm]?u?{_HYPHEN}?$", re.I),
    ),
    (
        "inhibitor",
        re.compile(
            r"\b(?:inhibitors?|antagonists?|blockade|neutrali[sz]ation) (?:of|against) (?:the )?$", re.I
        ),
    ),
    ("deficient", re.compile(r"\b(?:lack(?:ing)?|deficient in|deficiency of|absence of|loss of) $", re.I)),
)
_AFTER = (
    (
        "anti",
        re.compile(
            rf"(?:{_HYPHEN}*(?:neutrali[sz]ing|blocking|monoclonal))*{_HYPHEN}+"
            rf"(?:(?:auto{_HYPHEN}?)?antibod(?:y|ies)(?! (?:micro)?(?:array|panel))|mAbs?\b|MoAbs?\b)",
            re.I,
        ),
    ),
    ("deficient", re.compile(rf"{_HYPHEN}*(?:deficien|knock-?out|KO\b|null\b|\(?[-−–]/[-−–]\)?)", re.I)),
    ("inhibitor", re.compile(rf"{_HYPHEN}*(?:inhibitor|antagonist|blockade|blocker|neutrali[sz])", re.I)),
    (
        "gene therapy",
        re.compile(
            rf"{_HYPHEN}*(?:gene (?:therapy|transfer|delivery|immunotherapy)|cDNA|plasmid|transgene|encoding"
            rf"|electro(?:poration|transfer))",
            re.I,
        ),
    ),
)
_RECOMBINANT = re.compile(r"r(?:h|m|hu|mu)?(?=[A-Z])")
_CARRIED = re.compile(r"(?:p|Ad)(?=[A-Z])")
_REACH = 40


def modifier(text: str, start: int, end: int) -> str | None:
    """Return how the cytokine named at `start:end` is meant, or None for the native protein."""
    before = text[max(0, start - _REACH) : start]
    for name, pattern in _BEFORE:
        if pattern.search(before):
            return name
    if _RECOMBINANT.match(text, start, end):
        return "recombinant"
    if _CARRIED.match(text, start, end):
        return "gene therapy"
    after = text[end : end + _REACH]
    for name, pattern in _AFTER:
        if pattern.match(after):
            return name
    return None


_PLAIN = (None, False)


def _each_once(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions by position, a concept on a span once: the way of the lexicon, where it is one."""
    once: dict[tuple[int, int, str, str], Mention] = {}
    for mention in sorted(mentions, key=lambda m: m.method != "lexicon"):
        once.setdefault((mention.start, mention.end, mention.entity_type, mention.concept_id), mention)
    return [once[place] for place in sorted(once)]


def asserted(document: Document, mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions, each once, ordered by position, with what their sentences say of them, and roles.

    They come as neither negated nor speculative.
    """
    ordered = _each_once(mentions)
    verdicts = judged(document.text, document.sentences, [(m.start, m.end) for m in ordered])
    said = [
        mention
        if (denied, speculative) == _PLAIN
        else mention._replace(negated=denied is not None, speculative=speculative, denied=denied)
        for mention, (denied, speculative) in zip(ordered, verdicts, strict=True)
    ]
    return roles(document, said)
