"""How well an annotator finds what a gold corpus marks: precision, recall and F1 of spans and of concepts.

Three measures, as BioCreative V reports them (Wei et al. 2016, doi:10.1093/database/baw032) and one more:
strict span (both ends agree), relaxed span (the spans overlap; each counts once), and concept (the set of
ids of each document). Spans are sets too: several ids on one span are one span. How gold that marks genes
measures cytokines: :mod:`comention.gold.genes`; ids that MeSH has retired: :mod:`comention.gold.retired`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from comention.annotation.document import Document
from comention.documents.pubtator import Annotation, GoldDocument, Problem, check_fit, read
from comention.documents.reading import of_gold
from comention.errors import MalformedError
from comention.gold.genes import GENE_TYPES, GeneGold, read_genes, without_taxon
from comention.gold.genes import Key as _Key
from comention.gold.genes import Spans as _Spans
from comention.gold.retired import LEFT_OUT, Renewed, is_partly_left_out, renew, unjudged
from comention.gold.rules import PLAIN, Rules
from comention.gold.scores import (
    CONCEPTS,
    MERGED,
    NO_CLASSES,
    SPANS,
    SPANS_NO_CLASSES,
    Cause,
    Counts,
    Difference,
    Evaluation,
    Measure,
)
from comention.gold.seen import Seen, with_unseen
from comention.records import ENTITY_TYPES, EntityType, Mention
from comention.schemas import UNLINKED

#: What a gold type, in lower case, counts as.
GOLD_TYPES: Mapping[str, EntityType] = {
    "disease": "disease",
    "diseaseorphenotypicfeature": "disease",  # BioRED
    "specificdisease": "disease",  # this and the next three: NCBI disease
    "diseaseclass": "disease",
    "modifier": "disease",
    "compositemention": "disease",
    "chemical": "chemical",
    "chemicalentity": "chemical",  # BioRED
    "drug": "drug",
    "cytokine": "cytokine",
}


_BARE_MESH = re.compile(r"[CD][0-9]{6,9}")
_CURIE_CASE = {"mesh": "MESH", "omim": "OMIM"}
_OMIM = "OMIM:"
# Ids that the concept measure leaves out: of OMIM and retired, where no concept counts for them, and names.
_LEFT_OUT = (_OMIM, LEFT_OUT, UNLINKED)
# Measures of gold with ids, and the one whose ids tell that there are some.
_NEEDS_IDS: Mapping[Measure, Measure] = {
    **{measure: measure for measure in (*CONCEPTS, NO_CLASSES)},
    SPANS_NO_CLASSES: NO_CLASSES,
}
# What is measured without classes of drugs as well.
_DRUGS = frozenset(("drug", "chemical", MERGED))


class MentionFinder(Protocol):
    """Anything that finds mentions in a document."""

    def mentions(self, document: Document) -> list[Mention]:
        """Return the mentions of a document."""


def normal_id(raw: str) -> str:
    """Return an id as a CURIE: bare MeSH ids get their prefix, a taxon behind a gene's id goes."""
    bare = without_taxon(raw)
    if _BARE_MESH.fullmatch(bare):
        return f"MESH:{bare}"
    prefix, colon, local = bare.partition(":")
    return f"{_CURIE_CASE.get(prefix.lower(), prefix)}{colon}{local}"


def evaluate_file(
    gold: Path,
    annotator: MentionFinder,
    rules: Rules = PLAIN,
    track: Callable[[Iterable[GoldDocument]], Iterable[GoldDocument]] = iter,
    seen: Seen | None = None,
) -> Evaluation:
    """Evaluate against a PubTator file; see :func:`evaluate`. Raises also what reading the file raises.

    A file most of whose annotations do not fit its texts is refused: its scores would say nothing. Where
    `seen` says what the annotator was trained on, the other documents are also evaluated apart.

    `track` hands the documents on one by one, and may show how far it is.
    """
    documents, problems = read(gold)
    check_fit(documents, problems, str(gold))

    def measure(some: Sequence[GoldDocument], finder: MentionFinder) -> Evaluation:
        return evaluate(some, finder, rules, problems=problems, source=str(gold), track=track)

    return with_unseen(measure, documents, annotator, seen)


def evaluate(
    gold: Iterable[GoldDocument],
    annotator: MentionFinder,
    rules: Rules = PLAIN,
    *,
    problems: Sequence[Problem] = (),
    source: str = "the gold",
    track: Callable[[Iterable[GoldDocument]], Iterable[GoldDocument]] = iter,
) -> Evaluation:
    """Return what an annotator reaches on gold documents.

    A type that the gold does not mark is not evaluated. Where it marks chemicals and no drugs, our drugs
    and chemicals count together (`chemical+drug`). Raises MalformedError where no annotation is of a known
    type; `source` is what its message calls the gold.
    """
    documents = list(gold)
    genes = read_genes(documents, rules.genes, rules.members, rules.collective)
    marked = [_marked(document, genes, rules.omim) for document in documents]
    found = sum(len(document.annotations) for document in documents)
    ignored = Counter(a.type for document in documents for a in document.annotations)
    ignored.subtract(a.type for items in marked for _, a, _ in items)
    classes = _classes({kind for items in marked for kind, _, _ in items})
    if not classes:
        raise MalformedError(_nothing_known(source, documents, found, problems))
    tally = _Tally(tuple(dict.fromkeys(classes.values())), rules.drug_classes)
    for document, items in zip(track(documents), marked, strict=True):
        spans: _Spans = defaultdict(set)
        for kind, annotation, ids in items:
            spans[classes[kind], annotation.start, annotation.end].update(ids)
        theirs = renew(document, spans, rules.today)
        tally.add(
            document, spans, theirs, _ours(annotator.mentions(of_gold(document)), classes, tally), genes
        )
    return Evaluation(
        documents=len(documents),
        annotations=found,
        scores=tally.scores(),
        differences=tuple(tally.differences),
        ignored=dict(sorted((+ignored).items())),
        excluded=tally.excluded,
        retired=dict(tally.retired),
        unscored=dict(sorted(tally.unscored.items())),
        problems=tuple(problems),
    )


def _marked(
    document: GoldDocument, genes: GeneGold, omim: Mapping[str, str]
) -> list[tuple[EntityType, Annotation, frozenset[str]]]:
    """Return the annotations that are of a known type, with that type and their ids as CURIEs."""
    items: list[tuple[EntityType, Annotation, frozenset[str]]] = []
    for annotation in document.annotations:
        kind = annotation.type.lower()
        if kind in GENE_TYPES:
            if cytokines := genes.named(annotation):
                items.append(("cytokine", annotation, cytokines))
        elif kind in GOLD_TYPES:
            ids = map(normal_id, annotation.ids)
            known = frozenset(omim.get(i.removeprefix(_OMIM), i) if i.startswith(_OMIM) else i for i in ids)
            items.append((GOLD_TYPES[kind], annotation, known))
    return items


def _classes(marked: set[EntityType]) -> dict[EntityType, str]:
    """Return the class in which each type is measured; a type that the gold does not mark has none."""
    together = "chemical" in marked and "drug" not in marked
    merged: dict[EntityType, str] = dict.fromkeys(("drug", "chemical"), MERGED) if together else {}
    return {kind: merged.get(kind, kind) for kind in ENTITY_TYPES if kind in marked or kind in merged}


def _nothing_known(
    source: str, documents: Sequence[GoldDocument], found: int, problems: Sequence[Problem]
) -> str:
    if not documents:
        first = f" (the first: {problems[0]})" if problems else ""
        return (
            f"{source}: 0 documents and {len(problems)} lines that cannot be read{first}: give PubTator files"
        )
    types = Counter(a.type for document in documents for a in document.annotations).most_common(5)
    named = ", ".join(f"{kind} {number}" for kind, number in types) or "none"
    return (
        f"{source}: 0 of {found} annotations have a known type (there are: {named}): "
        "give gold that marks Disease, Chemical, Drug or Cytokine"
    )


def _ours(mentions: Iterable[Mention], classes: Mapping[EntityType, str], tally: _Tally) -> _Spans:
    spans: _Spans = defaultdict(set)
    for mention in mentions:
        if mention.entity_type in classes:
            key = (classes[mention.entity_type], mention.start, mention.end)
            spans[key].add(normal_id(mention.concept_id))
        else:
            tally.unscored[mention.entity_type] += 1
    return spans


@dataclass(slots=True)
class _Tally:
    """The counts and differences of the documents so far."""

    classes: tuple[str, ...]
    drug_classes: frozenset[str] = frozenset()
    counts: dict[tuple[str, Measure], Counts] = field(default_factory=dict)
    with_ids: set[tuple[str, Measure]] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    unscored: Counter[str] = field(default_factory=Counter)
    excluded: int = 0
    retired: Counter[str] = field(default_factory=Counter)

    def scores(self) -> dict[str, dict[Measure, Counts]]:
        """Return the counts by class and measure."""
        return {
            name: {
                measure: self.counts.get((name, measure), Counts())
                for measure in (*SPANS, SPANS_NO_CLASSES, NO_CLASSES)
                if (name, _NEEDS_IDS.get(measure)) in self.with_ids or measure not in _NEEDS_IDS
            }
            for name in self.classes
        }

    def add(
        self, document: GoldDocument, given: _Spans, renewed: Renewed, found: _Spans, genes: GeneGold
    ) -> None:
        """Take the spans of one document in, the gold's as given and with today's concepts."""
        gold = renewed.spans
        self.retired.update(renewed.became)
        ours, unscored, settled = genes.weigh(document, gold, found)
        silent = settled | unjudged(gold, ours)
        self.unscored.update({"cytokine": unscored} if unscored else {})
        pairs: list[tuple[_Key, _Key]] = []  # of the same class
        for name in self.classes:
            theirs, mine = ({k for k in side if k[0] == name} for side in (gold, ours))
            matched = paired(theirs, mine)
            pairs += matched
            strict, relaxed = len(theirs & mine), len(matched)
            self._count(name, "strict span", strict, len(mine) - strict, len(theirs) - strict)
            self._count(name, "relaxed span", relaxed, len(mine) - relaxed, len(theirs) - relaxed)
            self.excluded += sum(i.startswith(_OMIM) for i in _union(gold, theirs))
            for measure, side, apart in zip(CONCEPTS, (gold, given), (silent, settled), strict=True):
                wanted = _union(side, theirs)
                told = _union(ours, mine) - (apart - wanted)
                self._add_concepts(name, measure, wanted, told)
                if self.drug_classes and name in _DRUGS and measure == CONCEPTS[0]:
                    self._add_concepts(name, NO_CLASSES, wanted - self.drug_classes, told - self.drug_classes)
            if self.drug_classes and name in _DRUGS:
                others, own = self._no_classes(theirs, gold), self._no_classes(mine, ours)
                right = len(others & own)
                self._count(name, SPANS_NO_CLASSES, right, len(own) - right, len(others) - right)
        self.differences += _differences(document, gold, ours, pairs)

    def _add_concepts(self, name: str, measure: Measure, theirs: set[str], mine: set[str]) -> None:
        wanted, given = _comparable(theirs), _comparable(mine)
        if wanted:
            self.with_ids.add((name, measure))
        right = len(wanted & given)
        self._count(name, measure, right, len(given) - right, len(wanted) - right)

    def _no_classes(self, keys: set[_Key], spans: _Spans) -> set[_Key]:
        """Return the spans that mean something else than classes of drugs, or nothing that is known."""
        return {key for key in keys if not spans[key] or not spans[key] <= self.drug_classes}

    def _count(self, name: str, measure: Measure, tp: int, fp: int, fn: int) -> None:
        self.counts[name, measure] = self.counts.get((name, measure), Counts()) + Counts(tp, fp, fn)


def _union(spans: _Spans, keys: Iterable[_Key]) -> set[str]:
    return {concept_id for key in keys for concept_id in spans[key]}


def _comparable(ids: Iterable[str]) -> set[str]:
    return {i for i in ids if not i.startswith(_LEFT_OUT)}


def paired(gold: set[_Key], ours: set[_Key]) -> list[tuple[_Key, _Key]]:
    """Return (gold, ours) that overlap, each at most once: equal ones first, then the longest overlaps.

    Greedy, hence not always the most pairs there could be; the order of the input does not matter.
    """
    pairs = [(key, key) for key in sorted(gold & ours)]
    left, right = gold - ours, ours - gold
    overlaps = ((min(g[2], o[2]) - max(g[1], o[1]), g, o) for g in left for o in right)
    for _, g, o in sorted((-size, g, o) for size, g, o in overlaps if size > 0):
        if g in left and o in right:
            left.remove(g)
            right.remove(o)
            pairs.append((g, o))
    return pairs


def _differences(
    document: GoldDocument, gold: _Spans, ours: _Spans, pairs: Sequence[tuple[_Key, _Key]]
) -> Iterator[Difference]:
    """Yield one difference for each span that is not right, under the first cause that holds."""

    def difference(cause: Cause, g: _Key | None, o: _Key | None) -> Difference:
        start, end = (g or o or ("", 0, 0))[1:]
        kind, our_kind = (key[0] if key else "" for key in (g, o))
        text, our_text = (document.text[key[1] : key[2]] if key else "" for key in (g, o))
        ids, our_ids = "|".join(sorted(gold[g])) if g else "", "|".join(sorted(ours[o])) if o else ""
        return Difference(cause, kind, our_kind, document.pmid, start, end, text, our_text, ids, our_ids)

    for g, o in pairs:
        wanted, given = _comparable(gold[g]), _comparable(ours[o])
        if g != o:
            yield difference("wrong boundary", g, o)
        elif wanted and (wanted - given or (given - wanted and not is_partly_left_out(gold[g]))):
            yield difference("wrong concept", g, o)
    left = gold.keys() - {g for g, _ in pairs}
    right = ours.keys() - {o for _, o in pairs}
    # Pairing leaves no overlap within a class, so that what still overlaps is of another one.
    crossed = paired(left, right)
    yield from (difference("wrong type", g, o) for g, o in crossed)
    yield from (difference("missed", g, None) for g in sorted(left - {g for g, _ in crossed}))
    yield from (difference("spurious", None, o) for o in sorted(right - {o for _, o in crossed}))
