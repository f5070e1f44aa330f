"""Linked mentions: how many of the distinct names of a document an annotator finds and gives a concept.

The rule. A document's distinct spellings count, each once for a type, and of ours those with a concept.

- A mark is found where a mention of its type contains, or lies in, a place of the marked spelling: one at
  words' ends and not inside a longer mark or trap, where there is such a one.
- A spelling of ours is wrong where none of its mentions finds a mark. It is neither right nor wrong where
  all marks that it finds are optional; an optional mark that is not found is not missed.
- A spelling that is a trap is wrong, whatever its type, and finds nothing.
- `cytokine` leaves words for all or many cytokines (`cytokine_class`) neither right nor wrong;
  `cytokine+cytokine_class` wants them as well, as mentions of cytokines.
- Drugs and chemicals count together in `chemical+drug`, and each by itself, where the other's is wrong.
- Precision is tp / (tp + fp) with the marks found (tp) and our wrong spellings (fp); recall is of the marks.
- *Concept*: each id of a mark is right (tp) where a mention that finds the mark has it; else it is missing
  (fn), and wrong (fp) if the mark was found. Precision so is the share of right ids among what was found.
  Marks without an id, or whose concept's name the lexicon does not know, are not judged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from comention.documents.pubtator import Problem
from comention.gold.evaluate import MentionFinder, normal_id
from comention.gold.marked import Mark, MarkedDocument
from comention.gold.scores import LINKED, MERGED, Cause, Counts, Difference, Evaluation, Measure
from comention.gold.seen import Seen, with_unseen
from comention.records import Mention
from comention.schemas import UNLINKED

#: Cytokines with the words for all or many of them (cytokines, chemokines, type I interferon).
WITH_CLASSES = "cytokine+cytokine_class"


class _Class(NamedTuple):
    """What a class wants of the gold, what it forgives as optional, and which of our types it judges."""

    wanted: frozenset[str]
    forgiven: frozenset[str]
    ours: frozenset[str]


_CYTOKINE, _COLLECTIVE = frozenset({"cytokine"}), frozenset({"cytokine_class"})
_NONE: frozenset[str] = frozenset()
_CLASSES: Mapping[str, _Class] = {
    **{name: _Class(frozenset({name}), _NONE, frozenset({name})) for name in ("disease", "drug", "chemical")},
    MERGED: _Class(frozenset({"drug", "chemical"}), _NONE, frozenset({"drug", "chemical"})),
    "cytokine": _Class(_CYTOKINE, _COLLECTIVE, _CYTOKINE),
    WITH_CLASSES: _Class(_CYTOKINE | _COLLECTIVE, _NONE, _CYTOKINE),
}
# Of these differences are told; drugs for chemicals are told beside them.
_TOLD = ("disease", MERGED, WITH_CLASSES)


def evaluate_marked(
    gold: Sequence[MarkedDocument],
    annotator: MentionFinder,
    *,
    problems: Sequence[Problem] = (),
    track: Callable[[Iterable[MarkedDocument]], Iterable[MarkedDocument]] = iter,
    seen: Seen | None = None,
) -> Evaluation:
    """Return what an annotator reaches on marked documents, by the rule of this module.

    Where `seen` says what the annotator was trained on, the other documents are also evaluated apart.
    `ignored` counts optional marks by type, `unscored` spellings of ours that found only such.
    """

    def measure(some: Sequence[MarkedDocument], finder: MentionFinder) -> Evaluation:
        return _evaluated(some, finder, problems, track)

    return with_unseen(measure, gold, annotator, seen)


def _evaluated(
    gold: Sequence[MarkedDocument],
    annotator: MentionFinder,
    problems: Sequence[Problem],
    track: Callable[[Iterable[MarkedDocument]], Iterable[MarkedDocument]],
) -> Evaluation:
    tally = _Tally()
    for document in track(gold):
        linked = [m for m in annotator.mentions(document.document) if not m.concept_id.startswith(UNLINKED)]
        judged = {name: _judged(document, linked, kinds) for name, kinds in _CLASSES.items()}
        for name, one in judged.items():
            tally.add(name, one)
        tally.differences += _differences(document, judged)
    marks = [mark for document in gold for mark in document.marks]
    scored = {name for name, kinds in _CLASSES.items() if any(mark.kind in kinds.wanted for mark in marks)}
    return Evaluation(
        documents=len(gold),
        annotations=len(marks),
        scores={name: tally.scores(name) for name in _CLASSES if name in scored},
        differences=tuple(tally.differences),
        ignored=dict(sorted(Counter(f"{mark.kind}?" for mark in marks if mark.optional).items())),
        excluded=0,
        retired={},
        unscored={name: n for name in _TOLD if (n := tally.unscored[name])},
        problems=tuple(problems),
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """One class of one document: the mentions that found each required mark, and what found none."""

    found: Sequence[tuple[Mark, Sequence[Mention]]]
    wrong: Mapping[str, Sequence[Mention]]
    neither: int


def _judged(document: MarkedDocument, linked: Sequence[Mention], kinds: _Class) -> _Judged:
    ours: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in linked:
        if mention.entity_type in kinds.ours:
            ours[mention.text].append(mention)
    fair = [m for text, several in ours.items() if text not in document.traps for m in several]
    required: list[tuple[Mark, Sequence[Mention]]] = []
    forgiven: set[str] = set()
    for mark in document.marks:
        finders = [m for m in fair if finds(m, mark)]
        if mark.kind in kinds.wanted and not mark.optional:
            required.append((mark, finders))
        elif mark.kind in kinds.wanted | kinds.forgiven:
            forgiven.update(m.text for m in finders)
    right = {m.text for _, finders in required for m in finders}
    wrong = {text: several for text, several in ours.items() if text not in right | forgiven}
    return _Judged(required, wrong, len(forgiven - right))


def finds(mention: Mention, mark: Mark) -> bool:
    """Return whether a mention contains, or lies in, a place of a mark."""
    return any(
        (mention.start <= start and end <= mention.end) or (start <= mention.start and mention.end <= end)
        for start, end in mark.places
    )


def _ids(mentions: Iterable[Mention]) -> set[str]:
    return {normal_id(mention.concept_id) for mention in mentions}


@dataclass(slots=True)
class _Tally:
    counts: dict[tuple[str, Measure], Counts] = field(default_factory=dict)
    unscored: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, name: str, judged: _Judged) -> None:
        tp = sum(bool(finders) for _, finders in judged.found)
        self._count(name, "linked mention", Counts(tp, len(judged.wrong), len(judged.found) - tp))
        for mark, finders in judged.found:
            right = len(mark.ids & _ids(finders))
            missing = len(mark.ids) - right
            self._count(name, "concept", Counts(right, missing if finders else 0, missing))
        self.unscored[name] += judged.neither

    def _count(self, name: str, measure: Measure, counts: Counts) -> None:
        self.counts[name, measure] = self.counts.get((name, measure), Counts()) + counts

    def scores(self, name: str) -> dict[Measure, Counts]:
        return {m: self.counts[name, m] for m in LINKED if (name, m) in self.counts}


def _differences(document: MarkedDocument, judged: Mapping[str, _Judged]) -> list[Difference]:
    rows: list[Difference] = []
    spurious = [(name, several) for name in _TOLD for several in judged[name].wrong.values()]
    trapped = [several for _, several in spurious if several[0].text in document.traps]
    others = [(name, several) for name, several in spurious if several not in trapped]
    crossed: list[Sequence[Mention]] = []
    for name in _TOLD:
        for mark, finders in judged[name].found:
            if not finders:
                other = next((s for _, s in others if any(finds(m, mark) for m in s)), None)
                rows.append(_difference(document, "wrong type" if other else "missed", mark, other or ()))
                crossed += [other] if other else []
            elif mark.ids and not mark.ids <= _ids(finders):
                rows.append(_difference(document, "wrong concept", mark, finders))
            elif name == MERGED and not any(m.entity_type == mark.kind for m in finders):
                rows.append(_difference(document, "wrong type", mark, finders))
    rows += [_difference(document, "trap", None, several) for several in trapped]
    rows += [_difference(document, "spurious", None, s) for _, s in others if s not in crossed]
    return rows


def _difference(
    document: MarkedDocument, cause: Cause, mark: Mark | None, ours: Sequence[Mention]
) -> Difference:
    first = ours[0] if ours else None
    start, end = mark.places[0] if mark else (first.start, first.end) if first else (0, 0)
    return Difference(
        cause=cause,
        type=mark.kind if mark else "",
        our_type=first.entity_type if first else "",
        pmid=document.pmid,
        start=start,
        end=end,
        text=mark.text if mark else "",
        our_text=first.text if first else "",
        gold_id="|".join(sorted(mark.ids)) if mark else "",
        our_id="|".join(sorted(_ids(ours))),
    )
