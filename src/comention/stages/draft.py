"""A topic made of a name: concepts, MeSH descriptors and a query for PubMed, each with its reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from comention.config import Topic
from comention.errors import QueryError
from comention.lexicon.folding import fold_name
from comention.lexicon.model import BY_RULE, Heading, Rank
from comention.lexicon.naming import find, words
from comention.lexicon.store import Claim, Lexicon
from comention.pubmed import phrases
from comention.records import Concept

#: Columns of :func:`rows`.
COLUMNS = ("what", "name", "why")

_TEXT, _MESH, _SUPPLEMENT = "Title/Abstract", "MeSH Terms", "Supplementary Concept"
# Names that a query has of the concept itself, and of each narrower one.
_NAMES, _NARROWER_NAMES, _ALL_NAMES = 16, 3, 60
_CURATED = (Rank.CYTOKINE, Rank.CURATED)
_SYNONYMS = (Rank.MESH_SYNONYM, Rank.ONTOLOGY, Rank.SCR_SYNONYM)
# A name whose last words are another concept's kind: "sprue" is in "tropical sprue".
_BROAD_WORDS = 2
_JOINS = frozenset("with and without due to in of associated related or".split())
_CYTOKINE_CODE = re.compile(r"([A-Z][A-Za-z]*)-(\d+)")
_GLUED_CODE = re.compile(r"([A-Z]{2,})(\d+)")
_MISREAD = re.compile(r"-l\d|\dl\b|\dO\b")
#: Families of cytokines are named in the plural too.
_COUNTED = (" interferon", " chemokine", " cytokine")
_LATIN_FOR_GREEK = {"A": "alpha", "B": "beta", "G": "gamma"}
#: How PubMed's, and MeSH's, Latin plurals end, and how their singulars do.
_PLURALS = (
    ("itides", "itis"),
    ("oses", "osis"),
    ("mata", "ma"),
    ("plices", "plex"),
    ("iases", "iasis"),
    ("ies", "y"),
)


class LeftOut(NamedTuple):
    """What a draft does not take, and why."""

    name: str
    why: str


class Phrase(NamedTuple):
    """A part of the query, and the field in which PubMed looks for it."""

    text: str
    field: str

    @property
    def length(self) -> int:
        """Characters that it takes in a query."""
        return len(self.text) + len(self.field) + len('""[] OR ')


@dataclass(frozen=True, slots=True)
class Draft:
    """A topic that was made of a name. `concepts` begins with the one that was named."""

    concepts: tuple[Concept, ...]
    headings: tuple[Heading, ...]
    supplements: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def query(self) -> str:
        """The topic in PubMed's query language."""
        return " OR ".join(f'"{phrase.text}"[{phrase.field}]' for phrase in self.phrases)

    @property
    def topic(self) -> Topic:
        """The same as settings."""
        return Topic(
            name=self.concepts[0].name,
            concepts=tuple(concept.concept_id for concept in self.concepts),
            mesh=(*(heading.ui for heading in self.headings), *self.supplements),
            query=self.query,
        )


def draft(name: str, lexicon: Lexicon) -> Draft:
    """Return the topic of a name or id: the concept, those below it, and how PubMed is asked for them.

    Raises what :func:`comention.lexicon.naming.find` raises.
    """
    concept = find(name, lexicon)
    below, left_out = _narrower(concept, lexicon)
    concepts = (concept, *below)
    ids = {one.concept_id for one in concepts}
    headings = tuple(heading for heading in lexicon.headings if heading.concept_id in ids)
    headings = tuple(sorted(headings, key=lambda h: (h.concept_id != concept.concept_id, h.ui)))
    # a class is named by its members as well
    named = ids if concept.concept_id in lexicon.classes else {concept.concept_id}
    supplements = tuple(sorted(i.removeprefix("MESH:") for i in named if i.startswith("MESH:C")))
    query = _Query(concepts, lexicon, left_out)
    return Draft(concepts, headings, supplements, query.composed(headings, supplements), tuple(left_out))


def _narrower(concept: Concept, lexicon: Lexicon) -> tuple[tuple[Concept, ...], list[LeftOut]]:
    """Return the concepts below one that are still of its kind, and those that are not."""
    kept, left_out = {concept.concept_id: concept}, list[LeftOut]()
    names = frozenset(" ".join(words(name)) for name in _all_names(concept, lexicon))
    level = [concept.concept_id]
    refused: set[str] = set()
    while level:
        found = {i: above for above in level for i in lexicon.children.get(above, ())}
        level = []
        for concept_id, above in found.items():
            if concept_id in kept or concept_id in refused:
                continue
            one = lexicon.concepts[lexicon.row_of[concept_id]]
            if why := _strays(one, concept, names, member=above in lexicon.classes) or _other_complex(
                one, kept.keys(), lexicon
            ):
                refused.add(concept_id)
                left_out.append(LeftOut(f"{one.name} ({concept_id})", why))
            else:
                kept[concept_id] = one
                level.append(concept_id)
    return tuple(one for i, one in kept.items() if i != concept.concept_id), left_out


def _strays(one: Concept, topic: Concept, names: frozenset[str], *, member: bool) -> str | None:
    """Return why a concept below the topic's, which has these names, is no case of it; None where it is.

    A `member` of a class is one by the table of classes, whatever MeSH maps it to.
    """
    kinds = {"drug", "chemical"}
    if one.entity_type != topic.entity_type and not {one.entity_type, topic.entity_type} <= kinds:
        return f"a {one.entity_type}"
    if member or not one.concept_id.startswith("MESH:C"):
        return None
    if one.entity_type != "disease":
        return "MeSH maps it here; a derivative, a regimen or a relative"
    named = " ".join(words(one.name))
    if not named.endswith(tuple(names)) or not _JOINS.isdisjoint(named.split()):
        return "MeSH maps it here; another disease by its name"
    return None


def _other_complex(one: Concept, kept: Collection[str], lexicon: Lexicon) -> str | None:
    """Return which other cytokine a chain of the topic's is named for; None where it is the topic's own."""
    if one.entity_type != "cytokine":
        return None
    named = words(one.name)
    (entry,) = lexicon.details([one.concept_id])
    for parent in entry["parents"]:
        other = lexicon.concepts[lexicon.row_of[parent]]
        if parent not in kept and any(named[: len(words(n))] == words(n) for n in _all_names(other, lexicon)):
            return f"named for {other.name}, of which it is a part too"
    return None


def _all_names(concept: Concept, lexicon: Lexicon) -> list[str]:
    (entry,) = lexicon.details([concept.concept_id])
    return [entry["name"], *entry["synonyms"]]


class _Query:
    """The query of a draft; what it does not take goes to `left_out`."""

    def __init__(self, concepts: Sequence[Concept], lexicon: Lexicon, left_out: list[LeftOut]) -> None:
        self._concepts, self._lexicon, self._left_out = concepts, lexicon, left_out
        self._ids = {one.concept_id for one in concepts}
        self._claims: defaultdict[int | None, list[Claim]] = defaultdict(list)
        for claim in lexicon.names_of(self._ids):
            self._claims[claim.concept].append(claim)
        self._folded = list(lexicon.trie.iterkeys())
        self._taken: list[tuple[str, ...]] = []
        self._phrases: list[Phrase] = []

    def composed(self, headings: Sequence[Heading], supplements: Sequence[str]) -> tuple[Phrase, ...]:
        """Return the parts of the query: MeSH first, then names, the topic's before those below it."""
        topic = self._concepts[0]
        # PubMed takes what MeSH has below a heading along; cytokines have chains that it has elsewhere, and
        # classes have members.
        elsewhere = topic.entity_type == "cytokine" or topic.concept_id in self._lexicon.classes
        asked = [h for h in headings if elsewhere or h.concept_id == topic.concept_id]
        self._phrases = [Phrase(heading.name.lower(), _MESH) for heading in asked]
        for concept in self._concepts:
            ui = concept.concept_id.removeprefix("MESH:")
            if ui in supplements and (text := phrases.phrase_of(concept.name)):
                self._phrases.append(Phrase(text, _SUPPLEMENT))
        self._take(topic, _NAMES)
        for n, concept in enumerate(self._concepts[1:]):
            if self._is_full():
                rest = len(self._concepts) - 1 - n
                self._left_out.append(LeftOut(f"names of {rest} narrower concepts", "too many synonyms"))
                break
            self._take(concept, _NARROWER_NAMES)
        return tuple(self._phrases)

    def _is_full(self, *more: Phrase) -> bool:
        length = sum(phrase.length for phrase in (*self._phrases, *more))
        return len(self._taken) >= _ALL_NAMES or length > phrases.MOST_CHARACTERS

    def _take(self, concept: Concept, most: int) -> None:
        taken = 0
        for text, why in self._candidates(concept):
            spelled = phrases.words_of(text)
            if any(phrases.contains(spelled, part) for part in self._taken):
                continue  # found by a shorter phrase
            phrase = Phrase(text, _TEXT)
            full = taken >= most or self._is_full(phrase)
            if reason := why or ("too many synonyms" if full else None):
                self._left_out.append(LeftOut(text, reason))
                continue
            taken += 1
            self._taken.append(spelled)
            self._phrases.append(phrase)

    def _candidates(self, concept: Concept) -> Iterator[tuple[str, str | None]]:
        """Yield the names of a concept as phrases, the best first, each with what speaks against it."""
        seen: set[str] = set()
        for name, rank in self._ranked(concept):
            why = self._against(name, rank, concept)
            for spelling in _spellings(name, concept):
                phrase = phrases.phrase_of(spelling)
                if phrase is None or phrase.lower() in seen:
                    continue
                seen.add(phrase.lower())
                refused = phrases.refusal(phrase, long=rank in _CURATED) if rank is not None else None
                yield phrase, why or refused

    def _ranked(self, concept: Concept) -> Iterator[tuple[str, Rank | None]]:
        """Yield the names of a concept, the preferred one first, without spellings made by rule."""
        yield concept.name, None
        claims = self._claims[self._lexicon.row_of[concept.concept_id]]
        for claim in sorted(claims, key=lambda c: (c.rank or 0, len(c.text), c.text)):
            if claim.source != BY_RULE:
                yield claim.text, Rank.CURATED if claim.rank is None else claim.rank

    def _against(self, name: str, rank: Rank | None, concept: Concept) -> str | None:
        """Return what the lexicon has against a name; None where there is nothing."""
        folded = fold_name(name)
        key = self._lexicon.trie.get(folded)
        if key is not None and self._lexicon.meaning(key).needs_definition:
            return "ambiguous short form"
        if rank is None:
            return None
        if concept.entity_type == "cytokine" and self._is_misread(name, concept):
            return "a letter that was misread or lost"
        if rank in {Rank.UNII_CODE, Rank.UNII_NAME}:
            return "brand, code, salt or Latin name"
        if rank is Rank.ONTOLOGY and len(words(name)) == 1:
            return "one word, in Mondo or DOID alone"
        other = self._kind_of(name, folded, concept) if rank in _SYNONYMS else None
        return f"also in the name of {other.name} ({other.concept_id})" if other else None

    def _is_misread(self, name: str, concept: Concept) -> bool:
        """Return whether a name is a known misprint: "IL-l2", or "IFN-A" beside "IFN-α"."""
        stem, hyphen, letter = name.rpartition("-")
        greek = _LATIN_FOR_GREEK.get(letter.upper())
        row = self._lexicon.row_of[concept.concept_id]
        own = {fold_name(claim.text) for claim in self._claims[row]}
        return bool(_MISREAD.search(name) or (hyphen and greek and fold_name(f"{stem}-{greek}") in own))

    def _kind_of(self, name: str, folded: str, concept: Concept) -> Concept | None:
        """Return a concept outside the topic whose name ends with this one."""
        if len(folded.split()) > _BROAD_WORDS:
            return None
        end = f" {folded}"
        rows = {
            row
            for longer in self._folded
            if longer.endswith(end)
            for row in self._lexicon.meaning(self._lexicon.trie[longer]).concepts
        }
        for other in (self._lexicon.concepts[row] for row in sorted(rows)):
            if other.concept_id in self._ids or other.entity_type != concept.entity_type:
                continue
            # Folding makes one of "Beck" and "Boeck".
            if any(n.lower().endswith(f" {name.lower()}") for n in _all_names(other, self._lexicon)):
                return other
        return None


def _spellings(name: str, concept: Concept) -> Iterator[str]:
    """Yield a name as texts write it: not in the Latin plurals of MeSH, with and without what varies.

    PubMed takes "interferon" and "interferons", "Crohn's" and "Crohn", "IL-23" and "IL23" for other words.
    """
    for plural, singular in _PLURALS:
        name = re.sub(f"(?<=[a-z]){plural}$", singular, name)
    if name.endswith("s") and fold_name(name[:-1]) == fold_name(name):
        yield name[:-1]
    yield name
    if name.endswith(_COUNTED):
        yield f"{name}s"
    if "'s " in name:
        yield name.replace("'s ", " ")
    if concept.entity_type == "cytokine":
        if found := _CYTOKINE_CODE.fullmatch(name):
            yield f"{found[1]}{found[2]}"
        elif found := _GLUED_CODE.fullmatch(name):
            yield f"{found[1]}-{found[2]}"
    if other := phrases.other_spelling(name):
        yield other


def asked(made: Draft, count: Callable[[str], int]) -> tuple[Draft, int]:
    """Return a draft without the phrases that PubMed does not have, and how many records it finds.

    `count` asks PubMed. A phrase that is nowhere in PubMed adds nothing to a query for one of many, which
    PubMed would otherwise be said not to have read in full. Raises what `count` raises.
    """
    while True:
        try:
            return made, count(made.query)
        except QueryError as error:
            unknown = {phrases.words_of(re.sub(r"\[[^\]]*\]$", "", text)) for text in error.dropped}
            kept = tuple(p for p in made.phrases if phrases.words_of(p.text) not in unknown)
            if len(kept) in {0, len(made.phrases)}:
                raise
            gone = [p for p in made.phrases if p not in kept]
            left_out = [LeftOut(p.text, "nowhere in PubMed") for p in gone]
            made = replace(made, phrases=kept, left_out=(*made.left_out, *left_out))


def rows(made: Draft, most: int | None = None) -> list[dict[str, Any]]:
    """Return what was chosen and what was left out, a row for each, with the reason.

    `most` rows of one kind and reason at most, and one that says how many there are more.
    """
    chosen: list[tuple[str, str, str]] = []
    for i, concept in enumerate(made.concepts):
        kind = "narrower" if i else concept.entity_type
        chosen.append(("concept", f"{concept.name} ({concept.concept_id})", kind))
    chosen += [("MeSH", f"{h.name} ({h.ui})", "descriptor") for h in made.headings]
    chosen += [("MeSH", ui, "supplementary record") for ui in made.supplements]
    chosen += [("query", phrase.text, phrase.field) for phrase in made.phrases]
    chosen += [("left out", one.name, one.why) for one in made.left_out]
    by_kind: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for what, name, why in chosen:
        by_kind[what, why].append(name)
    found: list[tuple[str, str, str]] = []
    for (what, why), names in by_kind.items():
        found += [(what, name, why) for name in names[:most]]
        if names[len(names[:most]) :]:
            found.append((what, f"… and {len(names) - len(names[:most])} more", why))
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]
