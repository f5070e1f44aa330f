"""Which record is which type: every disease and substance of MeSH and FDA's list under one id."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from comention.lexicon.compiler import diseases
from comention.lexicon.compiler.candidates import Candidate
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.sources import Action, Descriptor, Supplement
from comention.lexicon.compiler.substances import (
    CHEMICAL_TREES,
    PROTEIN_TREES,
    Substance,
    base_name,
    further_names,
    is_code,
    is_protein_name,
    is_substance,
    is_vaccine,
    mesh_names,
    plain_name,
    unii_names,
    without_metal,
)
from comention.lexicon.compiler.variants import combination_names, enantiomer_names
from comention.lexicon.folding import fold_name
from comention.lexicon.model import BY_RULE, Rank
from comention.records import EntityType

#: "Chemical Actions and Uses": what substances do, not what they are.
_ACTION_TREES = ("D27",)
#: "Therapeutic Uses": the actions that make a substance a drug.
_THERAPEUTIC_TREES = ("D27.505.954",)
#: NLM's classes of supplementary records; 3 are (rare) diseases.
_CHEMICAL_CLASS, _DISEASE_CLASS = "1", "3"
_SUBSTANCES = ("drug", "chemical")
_COMBINATION = re.compile(r"drug combination|[^,] combination$", re.IGNORECASE)


class Grounding:
    """Types, labels and parents of the concepts of MeSH and UNII.

    A medicine of FDA's list (`found`) takes the id of the MeSH record of its name, or of its name without the
    salt; else of a code or of another of its names, where no other medicine has that; else it keeps its UNII.
    It never takes the id of what it does ("Dermatologic Agents"), nor that of a class where another of its
    names has the record of a member. It is a drug, whichever tree it is in, and so is what has one of the
    `actions` under Therapeutic Uses, unless the curated tables call it a chemical. `reserved` are folded
    names of cytokines: a MeSH heading of such a name is the cytokine, and no substance takes its id.
    `others`, which are no medicines, give MeSH's substances further names, where all that MeSH has of theirs
    is one record's.

    Where a heading is the plural of another record's name, that record has the name: "indole" is the
    substance, and "Indoles" what is derived of it, though MeSH may call that "Indole" as well.
    """

    def __init__(
        self,
        descriptors: list[Descriptor],
        supplements: list[Supplement],
        found: list[Substance],
        others: Sequence[Substance] = (),
        *,
        reserved: set[str],
        curated: Mapping[str, EntityType],
        stopped_headings: set[str],
        actions: Sequence[Action] = (),
    ) -> None:
        self.descriptors = {d.ui: d for d in descriptors if d.name not in stopped_headings}
        self.supplements = {s.ui: s for s in supplements}
        self.substances = found
        self._others = others
        self._reserved = reserved
        self._curated = curated
        self._trees = {d.ui: d.trees for d in descriptors}
        self._ui_of_tree = {tree: d.ui for d in descriptors for tree in d.trees}
        self._actions = {action.ui for action in actions}
        self._medicines = {
            ui
            for action in actions
            if any(_is_below(tree, _THERAPEUTIC_TREES) for tree in self._trees.get(action.ui, ()))
            for ui in action.substances
        }
        self.types: dict[str, EntityType] = {}
        self.labels: dict[str, str] = {}
        self.parents: dict[str, tuple[str, ...]] = {}
        self.uniis: dict[str, set[str]] = {}
        self.generic: dict[str, str] = {}
        self._id_of: dict[str, str] = {}
        self._plurals = self._plurals_of_names()
        self._mesh_index = self._index()
        self._ground_substances()
        self._type_mesh()

    def _plurals_of_names(self) -> frozenset[str]:
        """Return the ids of headings that are the plural of the name of another record of a substance."""
        records = [d for d in self.descriptors.values() if is_substance(d)]
        named = {s.name.lower() for s in self.supplements.values() if self._is_chemical_record(s)}
        named |= {d.name.lower() for d in records}
        return frozenset(d.ui for d in records if d.name[-1] == "s" and d.name[:-1].lower() in named)

    def _index(self) -> dict[str, str]:
        """Folded name → MeSH id of a substance or protein; headings before records, names before synonyms."""
        index: dict[str, str] = {}
        records: list[Descriptor | Supplement] = [
            d
            for d in self.descriptors.values()
            if self._is_thing(d) and fold_name(d.name) not in self._reserved
        ]
        records += [s for s in self.supplements.values() if not self._is_disease_record(s)]
        singular = [record for record in records if record.ui not in self._plurals]
        for record in singular:
            index.setdefault(fold_name(turned(record.name) or record.name), f"MESH:{record.ui}")
        for record in records:
            for synonym in record.synonyms:
                index.setdefault(fold_name(turned(synonym) or synonym), f"MESH:{record.ui}")
        for record in singular:
            # "Imatinib Mesylate" is the heading that curators use for imatinib.
            index.setdefault(fold_name(base_name(record.name.upper())), f"MESH:{record.ui}")
        return index

    def _is_thing(self, descriptor: Descriptor) -> bool:
        """Return whether a descriptor of trees D is a thing and no action; some stand in both trees."""
        if not any(tree.startswith("D") for tree in descriptor.trees) or descriptor.ui in self._actions:
            return False
        is_action = any(_is_below(tree, _ACTION_TREES) for tree in descriptor.trees)
        return not is_action or is_substance(descriptor)

    def _is_disease_record(self, supplement: Supplement) -> bool:
        if supplement.scr_class:
            return supplement.scr_class == _DISEASE_CLASS
        headings = [self.descriptors[ui] for ui in supplement.mapped_to if ui in self.descriptors]
        return bool(headings) and any(diseases.is_disease(d) for d in headings)

    def _ground_substances(self) -> None:
        called = {fold_name(s.display): s.unii for s in reversed(self.substances)}
        called |= {fold_name(name): s.unii for s in reversed(self.substances) for name in s.tagged}
        by_name = {s.unii: i for s in self.substances if (i := self._mesh_id(s))}
        by_code = self._by_other_names(by_name, lambda s: _both(c for c in s.codes if is_code(c)))
        named = by_name | by_code
        by_further = self._by_other_names(named, lambda s: s.official | s.common | s.untagged)
        named |= {unii: i for unii, i in by_further.items() if not self._is_protein(i)}
        by_salt = self._by_salts(named)
        named |= by_salt
        for substance in self.substances:
            base = called.get(_base(substance), substance.unii)
            identifier = named.get(substance.unii) or named.get(base) or f"UNII:{base}"
            self._id_of[substance.unii] = identifier
            self.uniis.setdefault(identifier, set()).add(substance.unii)
            self.types[identifier] = "drug"
            if identifier.startswith("UNII:"):
                self.labels.setdefault(identifier, plain_name(substance))
            elif substance.unii in by_code or substance.unii in by_further or substance.unii in by_salt:
                self.generic.setdefault(identifier, plain_name(substance))

    def _by_salts(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return UNII → MeSH id of medicines of which MeSH has one record, under the name of another salt.

        MeSH has lomitapide by a code of its mesylate alone.
        """
        records: defaultdict[str, set[str]] = defaultdict(set)
        for substance in self.substances:
            if substance.unii in known:
                records[_base(substance)].add(known[substance.unii])
        return {
            s.unii: next(iter(found))
            for s in self.substances
            if s.unii not in known and len(found := records.get(_base(s), set())) == 1
        }

    def join(self, owners: Mapping[str, str], kept: Collection[str], classes: Collection[str]) -> bool:
        """Give medicines without a MeSH record the id of the drug that has their name without the salt.

        "Risedronate sodium" of FDA's list is the drug that "risedronate" means, MeSH's risedronic acid.
        `owners` are concepts by folded names, after all names were settled; ids in `kept` stay what they
        are, and no drug becomes one of the `classes`. Returns whether any id has changed.
        """
        changed = False
        for substance in self.substances:
            own = self._id_of[substance.unii]
            owner = owners.get(fold_name(self.labels.get(own, "")), own)
            if owner == own or not own.startswith("UNII:") or own in kept or owner in classes:
                continue
            if self.types.get(owner) == "drug":
                self._id_of[substance.unii] = owner
                self.uniis[own].discard(substance.unii)
                self.uniis.setdefault(owner, set()).add(substance.unii)
                changed = True
        return changed

    def _by_other_names(
        self, known: Mapping[str, str], names_of: Callable[[Substance], Iterable[str]]
    ) -> dict[str, str]:
        """Return UNII → MeSH id of medicines that MeSH has under another name than the tagged ones alone.

        "PF-06700841" is a record of MeSH, and a code of brepocitinib in FDA's list; "Pentylenetetrazole" is
        one, and another name of pentetrazol there. A record counts that no medicine has in `known`, and that
        the names of only one (its salts apart) name.
        """
        taken = set(known.values())
        found: dict[str, str] = {}
        claims: defaultdict[str, set[str]] = defaultdict(set)
        for substance in self.substances:
            if substance.unii in known:
                continue
            identifier = self._only_record(names_of(substance))
            if identifier and identifier not in taken:
                found[substance.unii] = identifier
                claims[identifier].add(base_name(substance.display))
        return {unii: identifier for unii, identifier in found.items() if len(claims[identifier]) == 1}

    def _is_protein(self, identifier: str) -> bool:
        """Return whether a descriptor stands in no tree of substances: EGF is rarely given."""
        trees = self._trees.get(identifier.removeprefix("MESH:"))
        return trees is not None and not any(tree.startswith(CHEMICAL_TREES) for tree in trees)

    def _only_record(self, names: Iterable[str]) -> str | None:
        """Return the id of the MeSH record that names mean, None where it is none or several."""
        ids = {self._mesh_index[folded] for n in names if (folded := fold_name(n)) in self._mesh_index}
        return ids.pop() if len(ids) == 1 else None

    def _mesh_id(self, substance: Substance) -> str | None:
        """The MeSH id of a substance by its tagged names, then its display name, each without salt last."""
        exact = [*sorted(substance.tagged), substance.display]
        bases = [base_name(name) for name in exact]
        for names in (exact, bases, [without_metal(name) for name in bases]):
            found = [i for name in names if (i := self._mesh_index.get(fold_name(name)))]
            members = [i for i in found if not any(self._is_class_of(i, other) for other in found)]
            if found:
                return (members or found)[0]
        return None

    def _is_class_of(self, upper: str, lower: str) -> bool:
        """Return whether a MeSH record is filed under another, by tree numbers or by mapped headings."""
        upper_ui, lower_ui = upper.removeprefix("MESH:"), lower.removeprefix("MESH:")
        trees = self._trees.get(upper_ui, ())
        if lower_ui == upper_ui or not trees:
            return False
        record = self.supplements.get(lower_ui)
        headings = record.mapped_to if record else (lower_ui,)
        return upper_ui in headings or any(
            _is_below(tree, trees) for heading in headings for tree in self._trees.get(heading, ())
        )

    def _type_mesh(self) -> None:
        for descriptor in self.descriptors.values():
            kind: EntityType | None = self.types.get(f"MESH:{descriptor.ui}")
            if diseases.is_disease(descriptor):
                kind = "disease"
            elif kind is None and (
                _is_combined(descriptor.name) or is_vaccine(descriptor) or self._is_medicine(descriptor)
            ):
                kind = "drug"
            elif (
                kind is None and is_substance(descriptor) and fold_name(descriptor.name) not in self._reserved
            ):
                kind = "chemical"
            self._keep(f"MESH:{descriptor.ui}", kind, descriptor.name, self._tree_parents(descriptor.trees))
        for supplement in self.supplements.values():
            kind = self.types.get(f"MESH:{supplement.ui}")
            if self._is_disease_record(supplement):
                kind = "disease"
            elif kind is None and (supplement.ui in self._medicines or self._is_of_drugs(supplement.name)):
                kind = "drug"
            elif kind is None and self._is_chemical_record(supplement):
                kind = "chemical"
            parents = tuple(f"MESH:{ui}" for ui in supplement.mapped_to)
            self._keep(f"MESH:{supplement.ui}", kind, supplement.name, parents)
        self.types.update(self._curated)

    def _is_of_drugs(self, name: str) -> bool:
        """Return whether a name is a combination of drugs: "glecaprevir and pibrentasvir"."""
        if _is_combined(name):
            return True
        parts = re.split(r",? and |, | / |/", name)
        known = [self._mesh_index.get(fold_name(part), "") for part in parts]
        return len(parts) > 1 and all(self.types.get(i) == "drug" for i in known)

    def _is_medicine(self, descriptor: Descriptor) -> bool:
        if fold_name(descriptor.name) in self._reserved:
            return False
        return descriptor.ui in self._medicines and self._is_thing(descriptor)

    def _keep(self, identifier: str, kind: EntityType | None, name: str, parents: tuple[str, ...]) -> None:
        self.parents[identifier] = parents
        if kind is not None:
            self.types[identifier] = kind
            self.labels[identifier] = turned(name) or name

    def _is_chemical_record(self, supplement: Supplement) -> bool:
        headings = [self.descriptors[ui] for ui in supplement.mapped_to if ui in self.descriptors]
        if not headings or is_protein_name(supplement.name):
            return False
        if supplement.scr_class not in {"", _CHEMICAL_CLASS}:
            return False
        if any(tree.startswith(PROTEIN_TREES) for d in headings for tree in d.trees if not is_substance(d)):
            return False
        return any(is_substance(d) for d in headings)

    def _tree_parents(self, trees: Iterable[str]) -> tuple[str, ...]:
        uis = {self._ui_of_tree.get(tree.rpartition(".")[0]) for tree in trees}
        return tuple(sorted(f"MESH:{ui}" for ui in uis if ui))

    def kept_parents(self, parents: Iterable[str], kept: set[str]) -> tuple[str, ...]:
        """Return the nearest ancestors that are in `kept`, climbing past those that are not."""
        found: set[str] = set()
        waiting, seen = list(parents), set()
        while waiting:
            parent = waiting.pop()
            if parent in seen:
                continue
            seen.add(parent)
            if parent in kept:
                found.add(parent)
            else:
                waiting.extend(self.parents.get(parent, ()))
        return tuple(sorted(found))

    def names(self) -> Iterator[Candidate]:
        """Yield the names of every grounded concept."""
        for descriptor in self.descriptors.values():
            kind = self.types.get(f"MESH:{descriptor.ui}")
            if kind == "disease":
                yield from diseases.heading_names(descriptor)
            elif kind is not None:
                heading = Rank.VARIANT if descriptor.ui in self._plurals else Rank.MESH_HEADING
                named = mesh_names(descriptor, heading=heading, synonym=Rank.MESH_SYNONYM, source="MeSH")
                plural = fold_name(descriptor.name)
                yield from (replace(n, rank=heading) if fold_name(n.text) == plural else n for n in named)
                yield from self._names_of_plural(descriptor)
        for supplement in self.supplements.values():
            kind = self.types.get(f"MESH:{supplement.ui}")
            if kind == "disease":
                yield from diseases.supplement_names(supplement)
            elif kind is not None:
                yield from mesh_names(
                    supplement, heading=Rank.SCR_NAME, synonym=Rank.SCR_SYNONYM, source="MeSH SCR"
                )
        for substance in self.substances:
            yield from unii_names(substance, self._id_of[substance.unii])
            own = self._id_of[substance.unii]
            yield from further_names(substance, own, self._name_of_drug(own))
        by_name = {fold_name(name): self._id_of[s.unii] for s in self.substances for name in s.tagged}
        yield from self._further_names_of_drugs(by_name)
        for other in self._others:
            identifier = self._only_record(
                {other.display, *other.official, *other.common, *other.untagged, *other.codes}
            )
            if identifier is None and (base := base_name(other.display)) != other.display:
                identifier = by_name.get(fold_name(base))
            if identifier and self.types.get(identifier) in _SUBSTANCES:
                yield from further_names(other, identifier, self._name_of_drug(identifier))

    def _name_of_drug(self, identifier: str) -> str | None:
        """Return what MeSH calls a drug, None of what is none."""
        ui = identifier.removeprefix("MESH:")
        record = self.descriptors.get(ui) or self.supplements.get(ui)
        return record.name if record and self.types.get(identifier) == "drug" else None

    def _further_names_of_drugs(self, by_name: Mapping[str, str]) -> Iterator[Candidate]:
        """Yield other orders of combinations, and enantiomers by their racemates, given medicines' names."""

        def is_drug(name: str) -> bool:
            folded = fold_name(name)
            return folded in by_name or self.types.get(self._mesh_index.get(folded, "")) == "drug"

        records: list[Descriptor | Supplement] = [*self.descriptors.values(), *self.supplements.values()]
        for record in records:
            identifier = f"MESH:{record.ui}"
            if self.types.get(identifier) != "drug":
                continue
            if any(map(_is_combined, (record.name, *record.synonyms))):
                names = {
                    n for said in (record.name, *record.synonyms) for n in combination_names(said, is_drug)
                }
                for text in sorted(names):
                    yield Candidate(text, identifier, BY_RULE, Rank.VARIANT)
        known = {**self._mesh_index, **by_name}
        for folded, identifier in known.items():
            if self.types.get(identifier) != "drug":
                continue
            for text in enantiomer_names(folded, known):
                if known[fold_name(text.partition("-")[2])] != identifier:
                    yield Candidate(text, identifier, BY_RULE, Rank.VARIANT)

    def _names_of_plural(self, descriptor: Descriptor) -> Iterator[Candidate]:
        """Yield what a heading that is the plural of a substance's name is called besides."""
        if descriptor.ui in self._plurals and "," not in descriptor.name:
            for word in ("derivative", "compound"):
                text = f"{descriptor.name[:-1]} {word}"
                yield Candidate(text, f"MESH:{descriptor.ui}", BY_RULE, Rank.VARIANT)


def _base(substance: Substance) -> str:
    """Return what FDA calls a substance, without its salt, folded."""
    return fold_name(base_name(substance.display))


def _both(codes: Iterable[str]) -> set[str]:
    """Return codes, and the same without their salt."""
    return {c for code in codes for c in (code, base_name(code))}


def _is_combined(name: str) -> bool:
    """Return whether MeSH calls a record a combination of drugs: "Sacubitril-Valsartan Combination"."""
    return _COMBINATION.search(name) is not None


def _is_below(tree: str, roots: Iterable[str]) -> bool:
    """Return whether a tree number is one of the roots or stands below it ("D27.5" is not below "D2")."""
    return any(tree == root or tree.startswith(f"{root}.") for root in roots)
