"""What a span means: from the words that the recogniser marks to concepts of the lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from comention.annotation.document import Document
from comention.annotation.learnt import SETTLED, says
from comention.annotation.narrowing import narrower_meaning
from comention.annotation.wording import diseases_of_parts, is_only_harm, other_names
from comention.lexicon.folding import fold_name
from comention.lexicon.matcher import Match, Matcher
from comention.lexicon.store import Lexicon
from comention.ner.model import Span
from comention.ner.names import Key, Names
from comention.records import Concept, EntityType, Mention

#: The entity types that a label of the recogniser may turn out to be; the first is that of an unknown name.
TYPES: Mapping[str, tuple[EntityType, ...]] = {"disease": ("disease",), "chemical": ("chemical", "drug")}

# What behind a substance makes it a salt or a hydrate of it.
_SALT = re.compile(
    r"(?i)(?: (?:(?:mono|di|tri|hemi|sesqui)?(?:hydrochloride|hydrobromide|hydrate|sodium|potassium|nitrate"
    r"|phosphate|sulph?ate|chloride|bromide)|hcl|hbr|na|besylate|besilate|mesylate|mesilate|maleate|fumarate|tartrate|salt"
    r"|bitartrate|citrate|acetate|tosylate|succinate|lactate|gluconate|pamoate|malate|benzoate|calcium|magnesium"
    r"|anhydrous|oxalate|meglumine|tromethamine|edisylate|ditosylate|(?:di)?tosilate|esylate|esilate|napsylate"
    r"|camsylate|xinafoate|hyclate|embonate|olamine|erbumine|benzathine|orotate|hemifumarate))+"
)

# What a salt is called after and is not: "sodium oxalate" is no sodium. With an alcohol or a base of nucleic
# acids before them, acids make another substance: "glycerol phosphate".
_METAL = re.compile(
    r"(?i)(?:sodium|potassium|calcium|magnesium|lithium|zinc|copper|iron|ferr(?:ous|ic)|silver|gold|cobalt"
    r"|nickel"
    r"|manganese|aluminiu?m|ammonium|barium|cadmium|vanadium|lead|mercury|strontium|titanium)"
)
_ESTERS = re.compile(
    r"(?i).* (?:phosphate|sulph?ate|nitrate|acetate|benzoate|lactate|citrate|oxalate|succinate)"
)

# Within a span, before a name that is one by itself; what a syndrome of one person is called.
_APART = re.compile(r" (?:of|to|for|with|during|after|following|without|\+) ")
_OF_PERSON = re.compile(r"[A-Z][^\s-]+ (?i:syndrome|disease)s?")
# A short form within the name that it is short for a part of: "left ventricular (LV) hypertrophy".
_SHORT_FORM = re.compile(r" ?[(\[][A-Za-z][\w./+‑-]{0,11}[)\]](?= ?[\w-])")
# What is wrong with a part of every cell: a finding, of which curators make the inherited disease.
_OF_CELLS = re.compile(
    r"(?:impaired )?mitochondrial (?:function|dysfunction|damage|injur|toxicit|impairment|failure)"
)

# Behind what a disease is due to, and before it.
_PAIR = 2
_DUE_TO = re.compile(r"[\s\-‐‑–](?:associated|related|induced|mediated) ")
# What stands before the acid of a salt or an ester that is named after both: "tetrazolium chloride".
_BASE = re.compile(r"(?i)(?:yl|ium|(?<!ur)ine|ene|one|ol|ane) $")

# Diseases that a drug has brought about, by their names in MeSH.
_BY_DRUGS = re.compile(
    r"(?i)\b(?:drug|substance)[ -](?:induced|related|allergy|hypersensitivity)|\badverse drug reaction"
)
# What makes a concept narrower than a name that does not say it: "blood loss" is no postpartum hemorrhage,
# whatever the texts were about in which curators called it so.
_QUALIFIERS = re.compile(
    r"(?i)\b(?:postpartum|congenital|neonatal|inborn|hereditary|familial|malignant|benign|postoperative"
    r"|gestational|juvenile|infantile|adolescent|experimental|alcoholic|traumatic|radiation|transient"
    r"|psychogenic|iatrogenic|intracranial|urinary|premature|substance-induced|tension-type)\b"
)
# What no harm to a part of a cell is by itself: "lysosomal dysfunction".
_STORES = re.compile(r"(?i)\b(?:storage|infectious|communicable|hereditary|congenital|inborn)\b")
# A chemical's short form that the text does not define counts from this probability on, a symbol always.
SEEN = 0.9
_SYMBOL = re.compile(r"[A-Z][a-z]?|NO|GSH|GSSG")
_HARMS = ("induced", "toxic", "adverse", "side effect", "overdos", "poison")
_HARM = re.compile(rf"(?i){'|'.join(_HARMS)}")
_TELLING = 3
# So many letters of a substance's name begin that of its class.
_STEM = 5
# Different names whose meanings are kept.
_KEPT = 50_000
# Whether a text that tells of something induced has a substance induce it, or tells of harm otherwise.
_OTHER_WORDS = re.compile(rf"(?i){'|'.join(_HARMS[1:])}")
_INDUCES = re.compile(r"(?i)\)?(?: \([^()]{1,20}\))?[\s\-‐‑–](?:\w+[\s\-])?induced")
_INDUCED_BY = re.compile(r"(?i)induced (?:\w+ ){0,4}by |drug[\s\-]induced")
_OTHER_HARM = re.compile(
    r"(?i)virus|viral|infect|autoimmun|lipopolysaccharide|\bLPS\b|endotoxin|allergen|ovalbumin"
)

# A title that tells what befell patients of a substance: "Angioedema following metoprolol".
_BEFELL = re.compile(
    r"(?i)[^.;:]*\b(?:during|after|following|from|caused by|due to|secondary to"
    r"|(?:associated|related) (?:with|to)|complicating|(?:as )?an? complication of)"
    r"(?: (?!patient|treatment of)[\w\-]+){0,5} ?"
)
_BEFELL_OF = re.compile(r"(?i)[\s\-‐‑–](?:associated|related|caused?s?|provoke[sd]?)\b")
_GOOD = re.compile(
    r"(?i)\b(?:effica|effective|respon|remission|improv|recover|relie[fv]|success|prevent|protect|reduc"
    r"|outcome"
    r"|surviv|benefi|recurr|withdraw|treatment of|therap\w+ (?:of|for|in))"
)

Way = Literal["learnt", "lexicon", "head", "unlinked"]


class Linked(NamedTuple):
    """The concepts of a span, and how they were found.

    `learnt`: curators use the whole name so; `lexicon`: the whole is a name of the lexicon; `head`: the
    lexicon knows only the end of it ("penile pain": pain), a broader concept; `unlinked`: none.
    """

    concepts: tuple[Concept, ...]
    way: Way


class _Meant(NamedTuple):
    """What a name means by itself; `ambiguous` where the lexicon asks for a definition of it.

    `curators` is what curators mean by it, where that counts before what the lexicon says.
    """

    concepts: tuple[Concept, ...]
    ambiguous: bool
    curators: tuple[Concept, ...]


def about_harm(
    document: Document, substances: Sequence[tuple[int, int]], diseases: Sequence[tuple[int, int]] = ()
) -> bool:
    """Return whether a text is about harm that substances do, by its title and its first two sentences.

    `substances` and `diseases` are the places of those that it names. There, curators mean by "hepatitis" or
    "dyskinesia" the one that a drug has brought about, for which MeSH has another concept.
    """
    first = document.sentences[:_TELLING]
    here = [place for place in substances if first and place[1] <= first[-1].end]
    if here and _befell(document, here, diseases):
        return True
    return bool(here) and any(
        _tells_of_harm(document.text[sentence.start : sentence.end])
        and not _OTHER_HARM.search(document.text, sentence.start, sentence.end)
        and _is_caused(document.text, sentence.start, sentence.end, here)
        for sentence in first
    )


def _befell(
    document: Document, substances: Sequence[tuple[int, int]], diseases: Sequence[tuple[int, int]]
) -> bool:
    """Return whether the title says that a disease followed a substance, and nothing of a good effect."""
    text, title = document.text, document.sentences[0]
    ill = [place for place in diseases if place[1] <= title.end]
    given = [place for place in substances if place[1] <= title.end]
    if not (ill and given) or _GOOD.search(text, title.start, title.end):
        return False
    return any(
        _BEFELL.fullmatch(text, disease[1], drug[0])
        if disease[1] <= drug[0]
        else _BEFELL_OF.match(text, drug[1], disease[0])
        for disease in ill
        for drug in given
    )


def _is_caused(text: str, start: int, end: int, substances: Sequence[tuple[int, int]]) -> bool:
    """Return whether a sentence that tells of harm does so otherwise than by what stress or diet induces."""
    return (
        _OTHER_WORDS.search(text, start, end) is not None
        or _INDUCED_BY.search(text, start, end) is not None
        or any(_INDUCES.match(text, place[1]) for place in substances if start <= place[0] < end)
    )


def _tells_of_harm(text: str) -> bool:
    """Return what `_HARM.search` does, more quickly where letters are ASCII and have no third case."""
    if not text.isascii():
        return _HARM.search(text) is not None
    low = text.lower()
    return any(map(low.__contains__, _HARMS))


def _tells_cause(name: str) -> bool:
    """Return whether a name says that a substance does harm, and to what: "hepatotoxicity"."""
    return _HARM.search(name) is not None and not is_only_harm(name)


def _is_narrower(concept: str, name: str) -> bool:
    """Return whether a concept says what brings a disease about, or whom it befalls, and a name does not."""
    said = {word.lower() for word in _QUALIFIERS.findall(concept)}
    return any(word not in name for word in said)


class Linker:
    """Links names to the concepts of a lexicon, with the help of names learnt from gold."""

    def __init__(
        self, lexicon: Lexicon, matcher: Matcher, names: Names, uses: Mapping[Key, int] | None = None
    ) -> None:
        """Prepare a linker.

        `uses` says how often gold has a name so; not told, it is settled. Left out are names of concepts that
        the lexicon lacks or has as others, and those of a concept that is narrower by a word of its name
        which they do not say. In texts that are not about harm count those alone that say what theirs is
        (:mod:`comention.annotation.learnt`).
        """
        self._matcher = matcher
        self._ancestors = lexicon.ancestors
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
            and not any(_is_narrower(concept.name, key[1]) for concept in concepts)
            and not _OF_CELLS.match(key[1])
        }
        self._uses = uses or {}
        self._meant: dict[tuple[str, str, bool], _Meant] = {}
        self._names_of = lexicon.folded_names
        self._telling: dict[Key, bool] = {}

    def link(self, span: Span, name: str, within: Sequence[Mention], *, on_harm: bool = False) -> Linked:
        """Return what a span means.

        `name` is what it says, or the long form where the text defines it as a short form; `within` are the
        lexicon's mentions that the span holds, those that take all of it included; `on_harm` says that the
        text is :func:`about_harm`.
        """
        types = TYPES[span.label]
        fitting = [m for m in within if m.entity_type in types]
        if any(m.method == "coordination" for m in fitting):
            combination = [
                m
                for m in fitting
                if m[:2] == span[:2] and m.method != "coordination" and span.label == "chemical"
            ]
            return Linked(_concepts(combination or fitting), "lexicon")
        meant, ambiguous, curators = self._meaning(span.label, name, on_harm)
        if curators:
            return Linked(curators, "learnt")
        whole = [m for m in fitting if m[:2] == span[:2]]
        chemical = span.label == "chemical"
        # what the words around make of a name, such as a class: "an acetophenone isolated from"
        if chemical and whole and (here := _concepts([m for m in whole if m.text == name])):
            return Linked(here, "lexicon")
        # An ambiguous name of a substance is one that the recogniser saw; a disease has more namesakes.
        seen = ambiguous and chemical and (span.score >= SEEN or _SYMBOL.fullmatch(name))
        if known := (() if ambiguous else meant) or _concepts(whole) or (meant if seen else ()):
            return Linked(known, "lexicon")
        if salt := _of_salt(span, name, fitting):
            return Linked(_concepts([salt]), "lexicon")
        return self._by_parts(span, name, fitting)

    def _meaning(self, label: str, name: str, on_harm: bool) -> _Meant:
        """Return what :meth:`_said_of` does, which is kept: the same names come again and again."""
        if (known := self._meant.get((label, name, on_harm))) is None:
            if len(self._meant) >= _KEPT:
                self._meant.clear()
            known = self._meant[label, name, on_harm] = self._said_of(label, name, on_harm=on_harm)
        return known

    def _said_of(self, label: str, name: str, *, on_harm: bool) -> _Meant:
        """Return what a whole name means to the lexicon, and to curators where their word counts."""
        match = self._of_plural(label, name) or self._matcher.meaning_of(name)
        meant = tuple(c for c in match.concepts if c.entity_type in TYPES[label]) if match else ()
        ambiguous = match is not None and match.needs_definition
        key = (label, fold_name(name))
        curators = self._learnt.get(key, ()) if on_harm or self._tells(key) else ()
        if curators and not self._is_agreed(key, curators, () if ambiguous else meant):
            curators = ()
        if not on_harm and any(_BY_DRUGS.search(c.name) for c in curators) and not _tells_cause(name):
            curators = ()
        if curators and match is not None and not ambiguous:
            of_harm = on_harm and label == "disease" and not self._are_broader(curators, meant)
            curators = curators if of_harm else ()
        return _Meant(meant, ambiguous, curators)

    def _tells(self, key: Key) -> bool:
        """Return whether a learnt name says what its concepts are; one of substances is taken as it is."""
        if (known := self._telling.get(key)) is None:
            uses = self._uses.get(key, SETTLED)
            learnt = self._learnt.get(key, ())
            known = self._telling[key] = bool(learnt) and (
                key[0] != "disease"
                or all(says(key[1], c.name, self._names(c.concept_id), uses) for c in learnt)
            )
        return known

    def _names(self, concept_id: str) -> Iterator[str]:
        """Yield the names of a concept, which are looked for once the first is asked for: that takes long."""
        yield from self._names_of(concept_id)

    def _of_plural(self, label: str, name: str) -> Match | None:
        """Return the class that a plural names: folding makes "phenothiazines" the substance."""
        if label != "chemical" or not name.endswith("s"):
            return None
        found = self._matcher.meaning_of(f"{name[:-1]} derivatives")
        return found if found and all(is_called_so(c, name[:-1]) for c in found.concepts) else None

    def _is_agreed(self, key: Key, curators: Sequence[Concept], known: Sequence[Concept]) -> bool:
        """Return whether curators' word counts for a name that the lexicon knows as `known`.

        It does for a disease that a drug has brought about, and where the name says its concept, which is no
        other branch than the lexicon's; in a text on harm also where the lexicon does not know the name and
        gold has it so more than once.
        """
        if all(_BY_DRUGS.search(concept.name) for concept in curators):
            return True
        if not known:
            return self._tells(key) or self._uses.get(key, SETTLED) > 1
        meant = {concept.concept_id for concept in known}
        return self._tells(key) and all(
            meant & {c.concept_id, *self._ancestors(c.concept_id)} for c in curators
        )

    def _by_parts(self, span: Span, name: str, fitting: Sequence[Mention]) -> Linked:
        """Return what a span means that is no name: in another wording, by what it harms, or by its end."""
        # A span of several substances is these: "amoxicillin-clavulanate".
        several = span.label == "chemical" and len(fitting) > 1
        for other in () if several else _wordings(name, span.label):
            if named := self._named(other, span.label):
                return Linked(named, "lexicon")
        if _are_apart(span, name, fitting):
            return Linked((), "unlinked")
        end = _end_of(span, name, fitting)
        if span.label == "disease" and end:
            before = name[: len(name) - (span.end - end.start)]
            if narrower := narrower_meaning(self._matcher, before, end.text, end.concept_id):
                return Linked(narrower, "head")
        vague = (end is None or is_only_harm(end.text)) and name.count("(") == name.count(")")
        if span.label == "disease" and vague and (harmed := self._harmed(name)):
            return Linked(harmed, "head")
        return Linked(_concepts([end]), "head") if end else Linked((), "unlinked")

    def _are_broader(self, curators: Sequence[Concept], meant: Sequence[Concept]) -> bool:
        """Return whether what curators mean is above what the name means, and not brought about by drugs."""
        if any(_BY_DRUGS.search(concept.name) for concept in curators):
            return False
        above = {kind for concept in meant for kind in self._ancestors(concept.concept_id)}
        return any(concept.concept_id in above for concept in curators)

    def _named(self, name: str, label: str) -> tuple[Concept, ...]:
        """Return what the whole of a name means beyond doubt, to the lexicon, else to curators."""
        match = self._matcher.meaning_of(name)
        if match is None:
            key = (label, fold_name(name))
            learnt = self._learnt[key] if self._tells(key) else ()
            return () if any(_BY_DRUGS.search(c.name) for c in learnt) else learnt
        return (
            ()
            if match.needs_definition
            else tuple(c for c in match.concepts if c.entity_type in TYPES[label])
        )

    def _harmed(self, name: str) -> tuple[Concept, ...]:
        """Return the diseases of the parts that a name calls harmed: "cardiac complications"; all or none."""
        found: dict[Concept, None] = {}
        for names in diseases_of_parts(name):
            named = next((c for other in names if (c := self._named(other, "disease"))), ())
            if not named or any(_STORES.search(concept.name) for concept in named):
                return ()
            found.update(dict.fromkeys(named))
        return tuple(found)


def _wordings(name: str, label: str) -> Iterator[str]:
    """Yield other wordings of a name, before them that without the short forms inside it."""
    plain = _SHORT_FORM.sub("", name) if label == "disease" else name
    if plain != name:
        yield plain
    yield from other_names(plain, label)


def _of_salt(span: Span, name: str, fitting: Sequence[Mention]) -> Mention | None:
    """Return the known substance that a span is a salt of: "quinine hydrochloride", "sodium warfarin"."""
    if span.label != "chemical" or not fitting:
        return None
    first, last = fitting[0], fitting[-1]
    before = name[: first.start - span.start]
    if len(fitting) == 2 and not before and _METAL.fullmatch(first.text) and last.end == span.end:
        between = name[first.end - span.start : last.start - span.start]
        return last if between == " " and not _SALT.fullmatch(f" {last.text}") else None
    if (before and not _is_plain(before)) or _METAL.fullmatch(first.text):
        return None
    if first.entity_type == "chemical" and _ESTERS.fullmatch(name):
        return None
    return first if _SALT.fullmatch(name, first.end - span.start) else None


def is_called_so(kind: Concept, member: str) -> bool:
    """Return whether a class has the beginning of a member's name in its own, as "indoles" have."""
    return fold_name(member)[:_STEM] in fold_name(kind.name)


def is_metal(name: str) -> bool:
    """Return whether a name is that of a metal that salts are called after."""
    return _METAL.fullmatch(name) is not None


def is_ion(name: str, start: int, end: int) -> bool:
    """Return whether a name within that of a substance is but an ion of its salt.

    The metal before it, or the acid behind it: "tri-ortho-tolyl phosphate".
    """
    before, inside, behind = name[:start], name[start:end], name[end:]
    if not before:
        return behind.startswith(" ") and _METAL.fullmatch(inside) is not None
    return not behind and _BASE.search(before) is not None and _SALT.fullmatch(f" {inside}") is not None


def _is_plain(before: str) -> bool:
    """Return whether what stands before a name are plain words."""
    return before.endswith(" ") and before.replace(" ", "").isalpha()


def _are_apart(span: Span, name: str, fitting: Sequence[Mention]) -> bool:
    """Return whether a span names a disease and what it is due to: "HF-associated cognitive impairment"."""
    if span.label != "disease" or len(fitting) < _PAIR or fitting[-1].end != span.end:
        return False
    return all(_DUE_TO.match(name, m.end - span.start) for m in fitting[:-1])


def _end_of(span: Span, name: str, fitting: Sequence[Mention]) -> Mention | None:
    """Return the one name that is the end of a span; of a substance's, where plain words stand before it."""
    if len(fitting) != 1 or fitting[0].end != span.end:
        return None
    before = name[: fitting[0].start - span.start]
    if _APART.search(before):
        return None  # "suppression of arthritis": the name inside is one by itself
    if before.endswith(tuple("-‐‑–")) and _OF_PERSON.fullmatch(fitting[0].text):
        return None  # two persons' syndrome, of which the lexicon knows one
    plain = span.label == "disease" or (_is_plain(before) and not is_ion(name, len(before), len(name)))
    return fitting[0] if plain else None


def _concepts(mentions: Sequence[Mention]) -> tuple[Concept, ...]:
    found = {m.concept_id: Concept(m.concept_id, m.concept_name, m.entity_type) for m in mentions}
    return tuple(found.values())
