"""What a span means: from the words that the recogniser marks to concepts of the lexicon."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from comention.annotation.document import Document
from comention.lexicon.folding import fold_name
from comention.lexicon.matcher import Matcher
from comention.lexicon.store import Lexicon
from comention.ner.model import Span
from comention.ner.names import Names
from comention.records import Concept, EntityType, Mention

#: The entity types that a label of the recogniser may turn out to be; the first is that of an unknown name.
TYPES: Mapping[str, tuple[EntityType, ...]] = {"disease": ("disease",), "chemical": ("chemical", "drug")}

# What behind a substance makes it a salt or a hydrate of it.
_SALT = re.compile(
    r"(?i)(?: (?:(?:mono|di|tri|hemi|sesqui)?(?:hydrochloride|hydrobromide|hydrate|sodium|potassium|nitrate"
    r"|phosphate|sulph?ate|chloride|bromide)|hcl|hbr|na|besylate|besilate|mesylate|mesilate|maleate|fumarate|tartrate|salt"
    r"|bitartrate|citrate|acetate|tosylate|succinate|lactate|gluconate|pamoate|malate|benzoate|calcium|magnesium"
    r"|anhydrous|oxalate|meglumine|tromethamine|edisylate))+"
)

# Diseases that a drug has brought about, by their names in MeSH.
_BY_DRUGS = re.compile(r"(?i)\b(?:drug|substance)[ -](?:induced|related)")
_HARM = re.compile(r"(?i)induced|toxic|adverse|side effect|overdos|poison")
_OTHER_HARM = re.compile(r"(?i)virus|viral|infect|autoimmun")

Way = Literal["learnt", "lexicon", "head", "unlinked"]


class Linked(NamedTuple):
    """The concepts of a span, and how they were found.

    `learnt`: curators use the whole name so; `lexicon`: the whole is a name of the lexicon; `head`: the
    lexicon knows only the end of it ("penile pain": pain), a broader concept; `unlinked`: none.
    """

    concepts: tuple[Concept, ...]
    way: Way


def about_harm(document: Document) -> bool:
    """Return whether a text is about harm that substances do, by its title or its first sentence.

    There, curators mean by "hepatitis" or "dyskinesia" the one that a drug has brought about, for which
    MeSH has another concept.
    """
    return any(
        _HARM.search(document.text, sentence.start, sentence.end)
        and not _OTHER_HARM.search(document.text, sentence.start, sentence.end)
        for sentence in document.sentences[:1]
    )


class Linker:
    """Links names to the concepts of a lexicon, with the help of names learnt from gold."""

    def __init__(self, lexicon: Lexicon, matcher: Matcher, names: Names) -> None:
        """Prepare a linker; learnt names of concepts that it lacks, or has as others, are left out."""
        self._matcher = matcher
        known = lexicon.row_of
        meant = {
            (label, name): tuple(lexicon.concepts[known[i]] for i in ids)
            for (label, name), ids in names.items()
            if all(i in known for i in ids)
        }
        self._learnt = {
            key: concepts
            for key, concepts in meant.items()
            if all(concept.entity_type in TYPES[key[0]] for concept in concepts)
        }

    def link(self, span: Span, name: str, within: Sequence[Mention], *, on_harm: bool = False) -> Linked:
        """Return what a span means.

        `name` is what it says, or the long form where the text defines it as a short form; `within` are the
        lexicon's mentions that the span holds, those that take all of it included; `on_harm` says that the
        text is :func:`about_harm`.
        """
        types = TYPES[span.label]
        fitting = [m for m in within if m.entity_type in types]
        if any(m.method == "coordination" for m in fitting):
            return Linked(_concepts(fitting), "lexicon")
        match = self._matcher.meaning_of(name)
        meant = tuple(c for c in match.concepts if c.entity_type in types) if match else ()
        ambiguous = match is not None and match.needs_definition
        curators = self._learnt.get((span.label, fold_name(name)), ())
        by_drugs = on_harm and any(_BY_DRUGS.search(concept.name) for concept in curators)
        if curators and (by_drugs or match is None or ambiguous):
            return Linked(curators, "learnt")
        # An ambiguous name of a substance is one that the recogniser saw; a disease has more namesakes.
        whole = _concepts([m for m in fitting if (m.start, m.end) == (span.start, span.end)])
        if known := (() if ambiguous else meant) or whole or (meant if span.label == "chemical" else ()):
            return Linked(known, "lexicon")
        if _is_salt(span, name, fitting):
            return Linked(_concepts(fitting[:1]), "lexicon")
        if _is_head(span, name, fitting):
            return Linked(_concepts(fitting), "head")
        return Linked((), "unlinked")


def _is_salt(span: Span, name: str, fitting: Sequence[Mention]) -> bool:
    """Return whether a span is one known substance and what makes it a salt: "quinine hydrochloride"."""
    if span.label != "chemical" or not fitting or fitting[0].start != span.start:
        return False
    return _SALT.fullmatch(name, fitting[0].end - span.start) is not None


def _is_head(span: Span, name: str, fitting: Sequence[Mention]) -> bool:
    """Return whether one name is the end of a span; of a substance's, whether plain words stand before it."""
    if len(fitting) != 1 or fitting[0].end != span.end:
        return False
    before = name[: fitting[0].start - span.start]
    return span.label == "disease" or (before.endswith(" ") and before.replace(" ", "").isalpha())


def _concepts(mentions: Sequence[Mention]) -> tuple[Concept, ...]:
    found = {m.concept_id: Concept(m.concept_id, m.concept_name, m.entity_type) for m in mentions}
    return tuple(found.values())
