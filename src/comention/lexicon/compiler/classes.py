"""Classes of drugs: a curated table of names and members, and what MeSH says acts as each of them.

A class is a concept of type `drug` and level `class`. Its members are named, not numbered: the compiled
lexicon says whose each name is, so that a table cannot point at a wrong id, and a name that is no drug's
stops the compiler.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from comention.lexicon.compiler.candidates import Candidate
from comention.lexicon.compiler.sources import Action, Gene, SourceError
from comention.lexicon.compiler.tables import CuratedConcept, items, read_concepts, read_rows
from comention.lexicon.folding import fold_name
from comention.lexicon.model import NameEntry, Rank
from comention.records import EntityType

CLASS_HEADER = ("concept_id", "name", "synonyms", "parents", "members", "source")

_CHOICE = re.compile(r"\{([^{}]*)\}")
_AGAINST = re.compile(r"(?i)anti[- ]?")


@dataclass(frozen=True, slots=True)
class DrugClass:
    """A class as a curated concept, with the names of its members."""

    concept: CuratedConcept
    members: tuple[str, ...]


def spelled_out(field: str) -> str:
    """Return the names of a table's field with each choice written out.

    >>> spelled_out("{TNF,TNF-α} {inhibitors,blockers}|TNFi")
    'TNF inhibitors|TNF blockers|TNF-α inhibitors|TNF-α blockers|TNFi'
    """
    return "|".join(name for pattern in items(field) for name in _choices(pattern))


def _choices(pattern: str) -> Iterator[str]:
    pieces = _CHOICE.split(pattern)  # text and choices by turns
    yield from map(
        "".join, itertools.product(*([p] if n % 2 == 0 else p.split(",") for n, p in enumerate(pieces)))
    )


def read_classes(path: Path) -> list[DrugClass]:
    """Return the classes of a table; raises SourceError as :func:`read_concepts` does."""
    concepts = read_concepts(path, CLASS_HEADER, spelled_out)
    members = {row["concept_id"]: tuple(items(row["members"])) for row in read_rows(path, CLASS_HEADER)}
    return [DrugClass(concept, members[concept.concept_id]) for concept in concepts]


def check_symbols(classes: Iterable[DrugClass], genes: Iterable[Gene]) -> None:
    """Raise SourceError for names of classes that are approved symbols of genes.

    Who writes "IL2RA" means the receptor's gene, and no receptor antagonist.
    """
    symbols = {fold_name(gene.symbol) for gene in genes}
    wrong = [
        f"{name.text!r} of {one.concept.name}"
        for one in classes
        for name in one.concept.names
        if fold_name(name.text) in symbols
    ]
    if wrong:
        raise SourceError(
            f"drug_classes.tsv: {', '.join(wrong)}: papers mean the gene of that symbol; take the name out"
        )


def without_targets(
    candidates: Iterable[Candidate], classes: Iterable[DrugClass], targets: Iterable[CuratedConcept]
) -> Iterator[Candidate]:
    """Yield the candidates but MeSH's names of classes that begin with an antibody's target.

    "Anti-IL-6 agents" mentions the cytokine, with a modifier; "IL-6 inhibitors" is the class.
    """
    own = {one.concept.concept_id for one in classes}
    named = tuple(fold_name(name.text) + " " for target in targets for name in target.names)
    for candidate in candidates:
        against = (
            candidate.concept_id in own and candidate.rank != Rank.CURATED and _AGAINST.match(candidate.text)
        )
        if not against or not fold_name(candidate.text[against.end() :]).startswith(named):
            yield candidate


def members_of(
    classes: Sequence[DrugClass],
    names: Mapping[str, Sequence[NameEntry]],
    types: Mapping[str, EntityType],
    actions: Iterable[Action] = (),
) -> dict[str, set[str]]:
    """Return the classes of each member by id: those written in the table, and those of MeSH's actions.

    `names` are the entries of each folded name, `types` those of the concepts. Raises SourceError, with every
    one, for members whose name is no drug's.
    """
    above: defaultdict[str, set[str]] = defaultdict(set)
    problems = []
    own = {one.concept.concept_id for one in classes}
    for one in classes:
        for member in one.members:
            meant = {entry.concept_id for entry in names.get(fold_name(member), ())}
            if len(meant) != 1 or types.get(min(meant)) != "drug" or meant <= {one.concept.concept_id}:
                problems.append(f"{member!r} of {one.concept.name}")
            else:
                above[meant.pop()].add(one.concept.concept_id)
    if problems:
        raise SourceError(
            f"drug_classes.tsv: no drug of the lexicon is named {', '.join(problems)}: "
            "write the name as the lexicon has it (comention lookup), or add the drug to drugs.tsv"
        )
    for action in actions:
        if (identifier := f"MESH:{action.ui}") in own:
            for substance in (f"MESH:{ui}" for ui in action.substances):
                if types.get(substance) == "drug" and substance != identifier:
                    above[substance].add(identifier)
    return dict(above)
