"""Gold whose relations hold for documents (BC5CDR, BioRED), as what their sentences may claim.

A document's relation does not say which sentence tells it. Every sentence that names both counts, lightly, as
one that claims one of the claims that the relation allows; one without a relation, as one of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from comention.annotation.assertion import judged
from comention.annotation.context import modifier
from comention.claims.features import Layout, context_of
from comention.claims.reading import nearest
from comention.claims.vocabulary import CLAIMS
from comention.documents.pubtator import GoldDocument, read, text_lines
from comention.documents.reading import of_gold
from comention.files.opening import open_source
from comention.records import ClaimWord, EntityType, Mention

CID = "CID"
_TYPES: Mapping[str, EntityType] = {
    "chemical": "drug",
    "chemicalentity": "drug",
    "disease": "disease",
    "diseaseorphenotypicfeature": "disease",
    "geneorgeneproduct": "cytokine",  # any gene: names are no features
}
_GOOD, _BAD, _LINKED = "Negative_Correlation", "Positive_Correlation", "Association"
_CLAIMED: Mapping[tuple[str, str], Mapping[str | None, tuple[ClaimWord, ...]]] = {
    ("disease", "drug"): {
        CID: ("causes",),
        _BAD: ("causes",),
        _GOOD: ("treats",),
        _LINKED: ("studied", "treats", "causes", "no_effect"),
    },
    ("cytokine", "disease"): {
        _BAD: ("promotes", "raised_in"),
        _GOOD: ("protects", "lowered_in"),
        _LINKED: ("associated", "promotes", "raised_in", "protects"),
    },
    ("cytokine", "drug"): {
        _BAD: ("raises",),
        _GOOD: ("lowers",),
        _LINKED: ("associated", "raises", "lowers"),
    },
    ("cytokine", "cytokine"): {_BAD: ("raises",), _GOOD: ("lowers",), _LINKED: ("associated",)},
}
_UNRELATED: frozenset[ClaimWord] = frozenset({"none", "studied", "associated", "no_effect", "no_difference"})

Relations = Mapping[frozenset[str], str]


class Related(NamedTuple):
    """Two names of a sentence, the relation of their concepts in its document, and what it may claim."""

    pmid: int | str
    layout: Layout
    a: Mention
    b: Mention
    relation: str | None
    claims: Sequence[ClaimWord]


def read_relations(path: Path) -> dict[str, dict[frozenset[str], str]]:
    """Return for each document of a PubTator file the relation of every two ids that have one."""
    found: dict[str, dict[frozenset[str], str]] = {}
    with open_source(path) as stream:
        for line in text_lines(stream, str(path)):
            columns = line.rstrip("\r\n").split("\t")
            if len(columns) > 3 and columns[1] and not columns[1].isdigit() and "|" not in columns[0]:
                found.setdefault(columns[0], {})[frozenset(columns[2:4])] = columns[1]
    return found


def read_related(path: Path) -> list[Related]:
    """Return the pairs in sentences of a PubTator file with relations."""
    documents, _ = read(path)
    relations = read_relations(path)
    by_cause = any(CID in held.values() for held in relations.values())
    return [
        related
        for document in documents
        for related in _related(document, relations.get(str(document.pmid), {}), by_cause=by_cause)
    ]


def names_of(gold: GoldDocument) -> list[Mention]:
    """Return the names of a document as mentions, with what the words around them say."""
    text = gold.text
    named = [(a, kind) for a in gold.annotations if (kind := _TYPES.get(a.type.lower()))]
    document = of_gold(gold)
    verdicts = judged(text, document.sentences, [(a.start, a.end) for a, _ in named])
    return [
        Mention(
            a.start,
            a.end,
            a.text,
            kind,
            concept,
            "",
            "lexicon",
            None,
            denied is not None,
            speculative,
            modifier(text, a.start, a.end) if kind == "cytokine" else None,
            denied=denied,
        )
        for (a, kind), (denied, speculative) in zip(named, verdicts, strict=True)
        for concept in a.ids
    ]


def _related(gold: GoldDocument, relations: Relations, *, by_cause: bool) -> Iterator[Related]:
    mentions = names_of(gold)
    sentences = of_gold(gold).sentences
    context = context_of(gold.text, sentences, mentions)
    for sentence in sentences:
        inside = sorted(m for m in mentions if sentence.start <= m.start < sentence.end)
        layout = Layout(gold.text, sentence, inside, context)
        for a, b in nearest(inside):
            pair = a.entity_type, b.entity_type
            relation = relations.get(frozenset((a.concept_id, b.concept_id)))
            claims = _CLAIMED[pair].get(relation) or _without(pair, relation, by_cause=by_cause)
            if claims:
                yield Related(gold.pmid, layout, a, b, relation, claims)


def _without(
    pair: tuple[EntityType, EntityType], relation: str | None, *, by_cause: bool
) -> Sequence[ClaimWord]:
    """Return what may be claimed where there is no relation; nothing is known of relations of other kinds."""
    if relation is not None:
        return ()
    return tuple(c for c in CLAIMS[pair] if (c != "causes" if by_cause else c in _UNRELATED))
