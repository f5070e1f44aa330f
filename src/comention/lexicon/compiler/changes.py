"""What a new compilation of the lexicon changed against an older one, concept by concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from comention.files.atomic import read_parquet, write_text
from comention.lexicon.model import ConceptEntry, Replaced
from comention.records import Concept

Kind = Literal["added", "lost", "replaced", "renamed", "recased", "retyped"]

#: What each kind of change is, in the order in which they are told.
KINDS: Mapping[Kind, str] = {
    "added": "concepts that were not there",
    "lost": "concepts that are not there any more",
    "replaced": "concepts under another id",
    "renamed": "concepts of another preferred name",
    "recased": "preferred names in another case",
    "retyped": "concepts of another type",
}

#: The columns of :class:`Changed`, for a table.
COLUMNS = ("kind", "concept_id", "before", "after")


class Changed(NamedTuple):
    """A concept that changed; `before` and `after` are names, ids or types, "" where there is none."""

    kind: Kind
    concept_id: str
    before: str
    after: str


def concepts_of(directory: Path) -> list[Concept]:
    """Return the concepts of a compiled lexicon of any format; none where there is no lexicon."""
    path = directory / "concepts.parquet"
    if not path.exists():
        return []
    columns = read_parquet(path).select(["concept_id", "name", "entity_type"]).to_pydict().values()
    return [Concept(*row) for row in zip(*columns, strict=True)]


def compare(
    old: Iterable[Concept], concepts: Iterable[ConceptEntry], replaced: Iterable[Replaced]
) -> list[Changed]:
    """Return what changed from the concepts of a lexicon to those of a new one, by kind and then by id.

    A concept counts as replaced where `replaced` says so, and where the new concept has the old id among its
    cross-references. A concept may stand in several kinds.
    """
    new = {concept.concept_id: concept for concept in concepts}
    now = {f"MESH:{one.old}": f"MESH:{one.new}" for one in replaced if one.old != one.new}
    now |= {xref: concept.concept_id for concept in new.values() for xref in concept.xrefs}
    found: list[Changed] = []
    for before in old:
        identifier = before.concept_id
        after = new.pop(identifier, None)
        if after is None:
            current = now.get(identifier, "")
            found.append(Changed("replaced" if current else "lost", identifier, before.name, current))
            continue
        if before.name != after.name:
            same = before.name.casefold() == after.name.casefold()
            found.append(Changed("recased" if same else "renamed", identifier, before.name, after.name))
        if before.entity_type != after.entity_type:
            found.append(Changed("retyped", identifier, before.entity_type, after.entity_type))
    targets = {change.after for change in found if change.kind == "replaced"}
    found += [Changed("added", i, "", c.name) for i, c in new.items() if i not in targets]
    order = list(KINDS)
    return sorted(found, key=lambda change: (order.index(change.kind), change.concept_id))


def listing(changes: Sequence[Changed], examples: int) -> list[str]:
    """Return a line for each kind with its count and its first examples."""
    counts = Counter(change.kind for change in changes)
    lines = []
    for kind, meaning in KINDS.items():
        some = [change for change in changes if change.kind == kind][:examples]
        shown = "; ".join(_shown(change) for change in some)
        lines.append(f"{kind} {counts[kind]:,} ({meaning}){': ' if shown else ''}{shown}")
    return lines


def _shown(change: Changed) -> str:
    arrow = f"{change.before} → {change.after}" if change.before and change.after else ""
    return f"{change.concept_id} {arrow or change.before or change.after}"


def write_changes(path: Path, changes: Iterable[Changed]) -> None:
    """Write all changes as a table with a header line, tab separated."""
    write_text(path, "".join("\t".join(row) + "\n" for row in (COLUMNS, *changes)))
