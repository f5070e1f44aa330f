"""MeSH of one year brought up to the headings of a later one.

The full records (synonyms, tree numbers) come as a package's extract of one year, the ids and headings of a
later year as another's. What is merged:

- A heading that was renamed takes its new name and keeps the old one among its synonyms.
- A new descriptor that bears a name of a supplementary record has replaced this record: it takes its names
  and stands below the headings that the record was filed under.
- Any other new descriptor stands below the heading that its own name ends in ("Guttate Psoriasis":
  "Psoriasis"). Where there is none, only its kind is known.
- Its kind is what the descriptors are that may have just the same qualifiers: MeSH gives each category of
  its tree its own ("drug therapy" is for diseases, "administration & dosage" for substances). Where these
  are of several kinds, nothing is said, and the descriptor becomes no concept.
- A descriptor that is not there any more is dropped, where the later extract holds its category at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from comention.lexicon.compiler.diseases import DISEASE_TREES, is_disease
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.sources import Descriptor, Label, Supplement
from comention.lexicon.compiler.substances import PROTEIN_TREES, is_substance
from comention.lexicon.folding import fold_name
from comention.lexicon.model import Replaced

#: Stands in a tree number for the part of the way that is not known: "C.?.D000098542".
UNPLACED = "?"

# Trees that stand for a kind: diseases, proteins, other substances, organisms.
_DISEASE, _PROTEIN, _SUBSTANCE, _ORGANISM = "C", "D12.776", "D02", "B"
# So many of those with the same qualifiers, and at least so many, are of one kind.
_SHARE, _LEAST = 0.8, 5
# Headings too general to stand above another by its last words.
_GENERAL = frozenset(map(fold_name, ("Disease", "Syndrome", "Neoplasms", "Wounds and Injuries")))
# A category of which the later extract holds fewer is not in it at all.
_HELD = 0.5


@dataclass(frozen=True, slots=True)
class Renewal:
    """The records of MeSH as of the later year, and how they came about.

    `replaced` are ids that another one has replaced, and headings that were renamed; `counts` how many
    descriptors the later year has ("labels"), how many are new, of them typed, placed and out of
    supplementary records; renamed; and gone.
    """

    descriptors: list[Descriptor]
    supplements: list[Supplement]
    replaced: tuple[Replaced, ...]
    counts: Mapping[str, int]


def renew(
    descriptors: Sequence[Descriptor], supplements: Sequence[Supplement], labels: Sequence[Label]
) -> Renewal:
    """Return the records with the headings of `labels`; as they are where there are none."""
    if not labels:
        return Renewal(list(descriptors), list(supplements), (), {})
    return _Renewer(descriptors, supplements, labels).renewal()


class _Renewer:
    """Both years, and what joins them."""

    def __init__(
        self, descriptors: Sequence[Descriptor], supplements: Sequence[Supplement], labels: Sequence[Label]
    ) -> None:
        self._labels = {label.ui: label for label in labels}
        self._old = {d.ui: d for d in descriptors}
        self._supplements = supplements
        self._kinds = _kinds(descriptors, self._labels)
        self._records = _by_name(supplements)
        self._diseases = _disease_names(descriptors)
        self._held = _held_categories(descriptors, self._labels)

    def renewal(self) -> Renewal:
        kept = [self._renamed(d) for d in self._old.values() if not self._is_gone(d)]
        new, replaced, counts = list[Descriptor](), list[Replaced](), Counter[str]()
        for label in (self._labels[ui] for ui in self._labels if ui not in self._old):
            record = self._records.get(_key(label.name))
            descriptor, is_placed = self._descriptor(label, record)
            new.append(descriptor)
            if record is not None:
                replaced.append(Replaced(record.ui, label.ui, record.name, label.name))
            counts += Counter(
                new=1, typed=bool(descriptor.trees), placed=is_placed, from_records=record is not None
            )
        renamed = [
            Replaced(d.ui, d.ui, self._old[d.ui].name, d.name) for d in kept if d.name != self._old[d.ui].name
        ]
        counts += Counter(renamed=len(renamed), gone=len(self._old) - len(kept), labels=len(self._labels))
        out = {one.old for one in replaced}
        supplements = [s for s in self._supplements if s.ui not in out]
        found = tuple(sorted((*replaced, *renamed)))
        return Renewal([*kept, *new], supplements, found, dict(sorted(counts.items())))

    def _is_gone(self, descriptor: Descriptor) -> bool:
        if descriptor.ui in self._labels or not descriptor.trees:
            return False
        return self._held.issuperset(tree[0] for tree in descriptor.trees)

    def _renamed(self, descriptor: Descriptor) -> Descriptor:
        label = self._labels.get(descriptor.ui)
        if label is None or label.name == descriptor.name:
            return descriptor
        names = dict.fromkeys((descriptor.name, *descriptor.synonyms))
        return replace(descriptor, name=label.name, synonyms=tuple(n for n in names if n != label.name))

    def _descriptor(self, label: Label, record: Supplement | None) -> tuple[Descriptor, bool]:
        """A new descriptor, and whether its place is known."""
        kind = self._kinds.get(label.qualifiers, "")
        above = list(self._above(label, record, kind))
        trees = sorted({f"{tree}.{label.ui}" for tree in above})
        if not trees and kind:
            trees = [f"{kind}.{UNPLACED}.{label.ui}"]
        names = () if record is None else dict.fromkeys((record.name, *record.synonyms))
        synonyms = tuple(name for name in names if name != label.name)
        return Descriptor(label.ui, label.name, synonyms, tuple(trees)), bool(above)

    def _above(self, label: Label, record: Supplement | None, kind: str) -> Iterator[str]:
        """Yield the tree numbers right above a new descriptor."""
        if record is not None:
            headings = [self._old[ui] for ui in record.mapped_to if ui in self._old]
            # What was filed under a disease may be a substance that is found there.
            fitting = [d for d in headings if not kind or _kind(d)[:1] == kind[:1]]
            yield from (tree for d in fitting for tree in d.trees)
        elif kind == _DISEASE:
            words = _key(label.name).split()
            tails = (" ".join(words[i:]) for i in range(1, len(words)))
            found = next((self._diseases[t] for t in tails if t in self._diseases), None)
            yield from () if found is None else (t for t in found.trees if t.startswith(DISEASE_TREES))


def _key(name: str) -> str:
    return fold_name(turned(name) or name)


def _kind(descriptor: Descriptor) -> str:
    """The tree that stands for a descriptor's kind, "" for what is of no use here."""
    if is_disease(descriptor):
        return _DISEASE
    if any(tree.startswith(PROTEIN_TREES) for tree in descriptor.trees):
        return _PROTEIN
    if is_substance(descriptor):
        return _SUBSTANCE
    return _ORGANISM if any(tree.startswith("B") for tree in descriptor.trees) else ""


def _kinds(descriptors: Iterable[Descriptor], labels: Mapping[str, Label]) -> dict[frozenset[str], str]:
    """The kind of a descriptor by the qualifiers that it may have, where these tell it."""
    seen: defaultdict[frozenset[str], Counter[str]] = defaultdict(Counter)
    for descriptor in descriptors:
        label = labels.get(descriptor.ui)
        if label is not None and label.qualifiers and descriptor.trees:
            seen[label.qualifiers][_kind(descriptor)] += 1
    found = {}
    for qualifiers, counts in seen.items():
        ((kind, number),) = counts.most_common(1)
        if counts.total() >= _LEAST and number >= _SHARE * counts.total():
            found[qualifiers] = kind
    return found


def _held_categories(descriptors: Iterable[Descriptor], labels: Mapping[str, Label]) -> frozenset[str]:
    """The categories of the tree (C, D …) that the later extract holds."""
    there, in_all = Counter[str](), Counter[str]()
    for descriptor in descriptors:
        for category in {tree[0] for tree in descriptor.trees}:
            in_all[category] += 1
            there[category] += descriptor.ui in labels
    return frozenset(c for c, number in in_all.items() if there[c] >= _HELD * number)


def _by_name(supplements: Iterable[Supplement]) -> dict[str, Supplement]:
    """The supplementary record of a name: the one of that name, else the only one with it as a synonym."""
    named: dict[str, Supplement] = {}
    others: defaultdict[str, dict[str, Supplement]] = defaultdict(dict)
    for record in supplements:
        named.setdefault(_key(record.name), record)
        for synonym in record.synonyms:
            others[_key(synonym)][record.ui] = record
    unique = {name: next(iter(found.values())) for name, found in others.items() if len(found) == 1}
    return {**unique, **named}


def _disease_names(descriptors: Iterable[Descriptor]) -> dict[str, Descriptor]:
    """Diseases by their folded names, headings before synonyms, without those that say nothing."""
    diseases = [d for d in descriptors if is_disease(d)]
    found: dict[str, Descriptor] = {}
    for names in ([(d, (d.name,)) for d in diseases], [(d, d.synonyms) for d in diseases]):
        for descriptor, texts in names:
            for text in texts:
                found.setdefault(_key(text), descriptor)
    return {name: d for name, d in found.items() if name not in _GENERAL and len(name) > 3}
