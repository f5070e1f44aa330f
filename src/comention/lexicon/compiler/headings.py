"""Which descriptors of MeSH are about which concept: what a PubMed query and a topic name them by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from comention.lexicon.compiler.sources import Descriptor
from comention.lexicon.compiler.tables import CuratedConcept
from comention.lexicon.folding import fold_name
from comention.lexicon.model import Heading

_CHEMOKINE = "chemokine "


def headings(
    descriptors: Iterable[Descriptor], kept: Iterable[str], cytokines: Iterable[CuratedConcept]
) -> list[Heading]:
    """Return the descriptors of the concepts in `kept`, by descriptor id.

    A concept of MeSH has its own. A cytokine has the descriptor whose heading and entry terms hold most of
    its curated names; a descriptor whose heading names one cytokine is no other's ("T-Cell Stimulating
    Factor" is an entry term of Interleukin-2).
    """
    own = frozenset(kept)
    named = {
        fold_name(name.text): concept.concept_id
        for concept in cytokines
        if concept.concept_id in own
        for name in concept.names
        if not name.needs_definition
    }
    found: list[Heading] = []
    best: dict[str, tuple[int, Heading]] = {}
    for descriptor in sorted(descriptors, key=lambda d: d.ui):
        concept_id = f"MESH:{descriptor.ui}"
        if concept_id in own:
            found.append(Heading(descriptor.ui, descriptor.name, concept_id))
        elif any(tree.startswith("D") for tree in descriptor.trees):
            for cytokine, shared in _cytokines(descriptor, named).items():
                if shared > best.get(cytokine, (0,))[0]:
                    best[cytokine] = shared, Heading(descriptor.ui, descriptor.name, cytokine)
    return sorted([*found, *(heading for _, heading in best.values())])


def _cytokines(descriptor: Descriptor, named: Mapping[str, str]) -> Counter[str]:
    """Return how many names a descriptor shares with each cytokine, with that of its heading alone if any."""
    texts = {fold_name(text).removeprefix(_CHEMOKINE) for text in (descriptor.name, *descriptor.synonyms)}
    shared = Counter(named[text] for text in texts if text in named)
    heading = named.get(fold_name(descriptor.name).removeprefix(_CHEMOKINE))
    return Counter({heading: shared[heading]}) if heading else shared
