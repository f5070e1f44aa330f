"""The fast annotator: the lexicon's names over raw text, with the text's own abbreviations."""

from __future__ import annotations

import bisect
import functools
import hashlib
import json
import re
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from comention.annotation.abbreviations import places
from comention.annotation.annotator import Annotator
from comention.annotation.bindings import Bindings
from comention.annotation.blocked import Blocked
from comention.annotation.cells import cells_among, shared_cells, standing
from comention.annotation.codes import are_alleles, begins_with_word, other_code
from comention.annotation.context import asserted, modifier
from comention.annotation.coordination import shared_names
from comention.annotation.document import Document, word_before
from comention.annotation.linking import is_called_so
from comention.annotation.members import Shared
from comention.annotation.molecules import is_cut, is_part, longer_names
from comention.annotation.namesakes import another_thing, is_opposite
from comention.annotation.narrowing import narrowed
from comention.annotation.proteins import is_protein
from comention.annotation.titles import is_plain
from comention.annotation.wording import element
from comention.lexicon.matcher import Additions, Match, Matcher
from comention.lexicon.store import Lexicon
from comention.records import Concept, Mention, Reading, Rejected

# No name runs over the end of a bracket that it does not hold: "legs (RL) syndrome".
_CUT = re.compile(r"[^(]*\)")
_SUBSTANCES = frozenset({"drug", "chemical"})
# Behind a substance that is one of a class: "an acetophenone isolated from".
_ONE_OF = re.compile(r"[.;)]|,?\s(?:isolated|derived|obtained|found|that|which|from)\b")
# Before it: an article and words that tell of what kind it is, "a natural polymethoxylated flavone".
_ARTICLE = re.compile(
    r"(?<!\w)an? (?:(?:natural(?:ly)?|new|novel|major|main|plant|dietary"
    r"|bioactive|synthetic|common|known|simple|rare"
    r"|potent|[a-z-]+(?:ylated|oxylated|inated|enated|urring|tuted)) ){1,3}$"
)

# The first part of a word that a hyphen parts: "cardio-metabolic".
_COMBINING = re.compile(
    r"(?<![\w-])(?!(?i:micro|macro|pseudo|auto|photo|radio|retro|thermo|sono|para|intra)[-‐‑–])([A-Za-z][a-z]{2,}o)[-‐‑–]$"
)
# Two persons' disease or syndrome, of which the lexicon knows one.
_PERSON = re.compile(r"(?<![\w-])(?!Non|Anti|Early|Late|Post|Pre|Mid)[A-Z][a-zà-ÿ]+[-‐‑–]$")
_OF_PERSON = re.compile(r"[A-Z][^\s-]+ (?i:syndrome|disease)s?")
_HYPHENS = frozenset("-‐‑–\n")
_REACH, _FAR = 24, 60

_SIGNS = frozenset("+⁺")
_SMALL_WORD = "a small word and another name"
# A word in capitals that may be a short form: so many letters, and as many of them capitals as the fewest.
_FEWEST, _MOST = 3, 6
_ACRONYMS = frozenset({"DOPA", "TEMPOL", "AREXVY", "CHAPSO", "DACH", "TRIZOL", "HAEM"})

# Characters behind the name of an opposite in which another would be what the phrase ends with.
_NEXT_NAME = 30

#: Raised with every change that can change a sentence or a mention, so that they are made again.
VERSION = 24


class Looked(NamedTuple):
    """What the lexicon alone makes of a text: every name it holds, and those of them that count, in no order.

    `matches` are all names, blockers included; the mentions are not judged for negation. `cells` stand apart,
    since they change nothing of the others.
    """

    matches: list[Match]
    mentions: list[Mention]
    rejected: list[Rejected]
    cells: list[Mention]


class FastAnnotator(Annotator):
    """Finds names by the lexicon alone: no tokeniser, no model."""

    name = "fast"

    def __init__(self, lexicon: Lexicon, additions: Additions | None = None) -> None:
        """Prepare an annotator over a lexicon and a user's own names."""
        self._lexicon = lexicon
        self.matcher = Matcher(lexicon, additions)
        self._blocked = Blocked(self.matcher)
        self._class_named = functools.lru_cache(10_000)(self._class)
        own = additions or Additions()
        state = [VERSION, lexicon.fingerprint, sorted(own.names.items()), sorted(own.stop)]
        self.fingerprint = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]

    def read_together(self, documents: Sequence[Document]) -> list[Reading]:
        """Return the mentions of each document and the names that do not count, both in order."""
        return [
            self._counting(document, looked)
            for document, looked in zip(documents, self.look_all(documents), strict=True)
        ]

    def look_all(self, documents: Sequence[Document]) -> list[Looked]:
        """Return the names of each document before its sentences are read."""
        pieces = [(document.text, *block) for document in documents for block in document.blocks]
        found = iter(self.matcher.find_apart(pieces))
        return [self._looked(document, [next(found) for _ in document.blocks]) for document in documents]

    def look(self, document: Document) -> Looked:
        """Return the names of a document before its sentences are read."""
        return self.look_all([document])[0]

    def _looked(self, document: Document, found_in: Sequence[tuple[list[Match], list[Match]]]) -> Looked:
        """Return what a document's names say, given those of each block and its cells."""
        text = document.text
        matches: list[Match] = []
        cells: list[Match] = []
        shared: list[Shared] = []
        for block, (names, cells_here) in zip(document.blocks, found_in, strict=True):
            found_here = self._whole(text, [name for match in names for name in self._surest(text, match)])
            matches += found_here
            cells += cells_here
            shared += shared_names(text, found_here, self.matcher, block)
        bound = Bindings(text, matches, self.matcher)
        replaced = {name.end for name in shared if name.replaces}
        rejected: list[Rejected] = []
        plain = self._meant(text, [m for m in matches if m.end not in replaced], rejected, bound)
        shared = [s for s in shared if not _is_another(text, s)]
        in_full = _named_in_full(plain, shared) if any(m.needs_definition for m in plain) else set[str]()
        found = list(_resolved(text, plain, bound, in_full, rejected))
        found += (
            _mention(text, name.start, name.end, concept, "coordination")
            for name in shared
            for concept in name.concepts
        )
        found += _further(text, matches, bound)
        found = self._blocked.told(text, found, matches)
        return Looked(matches, found, rejected, self._cells(text, cells, matches, rejected))

    def _counting(self, document: Document, looked: Looked) -> Reading:
        """Return what counts by the lexicon alone; a recogniser judges names of proteins itself."""
        kept, rejected = list[Mention](), list(looked.rejected)
        for mention in looked.mentions:
            if mention.entity_type in {"drug", "chemical"} and is_protein(document.text, mention.end):
                ids, reason = (mention.concept_id,), "the words around it mean a protein"
                rejected.append(Rejected(mention.start, mention.end, mention.text, ids, reason))
            else:
                kept.append(mention)
        mentions = asserted(document, narrowed(document.text, kept, self.matcher))
        return Reading(with_cells(document, mentions, looked.cells), rejected)

    def _surest(self, text: str, match: Match) -> list[Match]:
        """Return a name; of an unsure one of several words the sure ones in it, if any.

        "Recombinant interleukin-12" and "metformin HCl" are names of FDA's list that need support.
        """
        space = text.find(" ", match.start, match.end) if match.needs_definition else -1
        if space < 0:
            return [match]
        last = text.rfind(" ", match.start, match.end)
        for start, end in ((space + 1, match.end), (match.start, last)):
            inside = [one for m in self.matcher.find(text, start, end) for one in self._surest(text, m)]
            if sure := [one for one in inside if one.concepts and not one.needs_definition]:
                return sure
        return [match]

    def _whole(self, text: str, names: list[Match]) -> list[Match]:
        """Return names, substances with what belongs to them, and as the class that their plural names."""
        found: list[Match] = []
        for match in names:
            name = match
            if match.concepts and match.concepts[0].entity_type in _SUBSTANCES:
                name = self._of_class(text, self._longer(text, self._of_metal(text, match)))
            while found and name.start < match.start and found[-1].end > name.start:
                found.pop()
            found.append(name)
        return found

    def _of_metal(self, text: str, match: Match) -> Match:
        """Return an ion as its metal: "Co2+" is no carbon dioxide; DHEAS is DHEA-S, no plural."""
        start, end = match.start, match.end
        if text[end - 1] == "S" and text[start:end].isupper():
            name: str | None = f"{text[start : end - 1]}-S"
        elif text[end - 1] in _SIGNS or text[end : end + 1] in _SIGNS:
            name = element(text, start, end)
        else:
            return match
        whole = self.matcher.meaning_of(name) if name else None
        if whole is None or not whole.concepts or whole.needs_definition:
            return match
        return match._replace(concepts=whole.concepts, needs_definition=False)

    def _longer(self, text: str, match: Match) -> Match:
        """Return a substance with what stands around it where both are one: "polyvinyl pyrrolidone"."""
        for start, end, name in longer_names(text, match.start, match.end):
            whole = self.matcher.meaning_of(name)
            if whole and whole.concepts and not whole.needs_definition:
                return Match(start, end, whole.concepts, needs_definition=False)
        return match

    def _of_class(self, text: str, match: Match) -> Match:
        """Return the class of what is derived of a substance where its plural stands: "ethers"."""
        start, end = match.start, match.end
        if match.needs_definition:
            return match
        if text[end - 1] == "s":
            singular = text[start : end - 1]
        elif _ONE_OF.match(text, end) and _is_one(text, start):
            singular = text[start:end]
        else:
            return match
        concepts = self._class_named(singular)
        if not concepts and len(match.concepts) == 1:
            concepts = self._class_named(match.concepts[0].name)
        return match._replace(concepts=concepts) if concepts else match

    def _class(self, singular: str) -> tuple[Concept, ...]:
        """Return the class of chemicals that is called the derivatives of a substance; none of insulin's."""
        found = None if singular.lower() == "insulin" else self.matcher.meaning_of(f"{singular} derivatives")
        if found is None or found.needs_definition:
            return ()
        return tuple(c for c in found.concepts if c.entity_type in _SUBSTANCES and is_called_so(c, singular))

    def _joined(self, text: str, match: Match) -> Match:
        """Return a disease with the hyphened part before it where both are one word: "entero-colitis"."""
        if not match.concepts or match.concepts[0].entity_type != "disease":
            return match
        if not _is_hyphened(text, match.start):
            return match
        if not (part := _COMBINING.search(text, max(0, match.start - _REACH), match.start)):
            return match
        whole = self.matcher.meaning_of(part[1] + text[match.start : match.end])
        if whole is None or whole.needs_definition or not whole.concepts:
            return match
        return match._replace(start=part.start(1), concepts=whole.concepts)

    def _cells(
        self, text: str, cells: list[Match], matches: list[Match], rejected: list[Rejected]
    ) -> list[Mention]:
        """Return the mentions of cells, given the names of cells and the other names."""
        if not cells:
            return []
        plain = cells_among(text, cells, matches, rejected)
        bound = Bindings(text, cells, self.matcher, cells=True)
        in_full = _named_in_full(plain, []) if any(m.needs_definition for m in plain) else set[str]()
        found = list(_resolved(text, plain, bound, in_full, rejected))
        found += (
            _mention(text, start, end, concept, "coordination")
            for start, end, concept in shared_cells(text, plain, self.matcher)
        )
        found += _further(text, cells, bound)
        return found

    def _code(self, text: str, match: Match, bound: Bindings) -> str | None:
        """Return what a short name is that is no name here: a statistic, a gene, a small word and a name."""
        start, end, kind = match.start, match.end, match.concepts[0].entity_type
        if kind == "cytokine":
            return "an allele" if are_alleles(text, end) else None
        if found := other_code(text, start, end):
            return found
        if kind == "disease":
            return None
        if begins_with_word(text, start, end):
            return _SMALL_WORD
        if bound.of(text[start:end], start) is not None:
            return None
        return "a short form" if self.is_capital_word(text, start, end) else None

    def is_capital_word(self, text: str, start: int, end: int) -> bool:
        """Return whether a substance is a word in capitals amid plain text: MUSK is a gene, no musk."""
        surface = text[start:end]
        if (
            not _FEWEST <= len(surface) <= _MOST
            or surface in _ACRONYMS
            or sum(map(str.isupper, surface)) < _FEWEST
        ):
            return False
        if not (surface.isascii() and surface.isalpha() and is_plain(text, start, end)):
            return False
        word = self.matcher.meaning_of(surface.lower())
        if word is None or not word.concepts or word.needs_definition:
            return False
        return word.concepts[0].entity_type == "chemical"

    def _meant(
        self, text: str, matches: list[Match], rejected: list[Rejected], bound: Bindings
    ) -> list[Match]:
        """Return the names without those that the words around them make something else.

        What is behind the first word of an opposite may be meant: "non-allergic rhinitis" is a rhinitis.
        """
        found = []
        for match in (self._joined(text, match) for match in matches):
            if not match.concepts:
                found.append(match)
                continue
            if text.find(")", match.start, match.end) >= 0 and _CUT.match(text, match.start, match.end):
                continue
            kind = match.concepts[0].entity_type
            if kind in _SUBSTANCES and is_cut(text, match.start, match.end):
                found += self._within(text, match)
                continue
            reason = (
                another_thing(text, match.start, match.end, kind)
                or _part_of_word(text, match)
                or part_of_molecule(text, match)
                or self._code(text, match, bound)
            )
            if not reason:
                found.append(match)
                continue
            ids = tuple(concept.concept_id for concept in match.concepts)
            surface = text[match.start : match.end]
            rejected.append(
                Rejected(match.start, match.end, surface, ids, f"the words around it mean {reason}")
            )
            space = text.find(" ", match.start, match.end)
            if reason == _SMALL_WORD:
                behind = begins_with_word(text, match.start, match.end)
                found += [m for m in self.matcher.find(text, behind, match.end) if m.concepts]
            elif space > 0 and is_opposite(text, match.start):
                kinds = {kind for one in ids for kind in self._lexicon.ancestors(one)}
                inside = self.matcher.find(text, space + 1, match.end)
                ends = not self.matcher.find(text, match.end, min(len(text), match.end + _NEXT_NAME))
                found += [m for m in inside if m.concepts and _is_head(m, match, kinds, ends=ends)]
        return found

    def _within(self, text: str, match: Match) -> list[Match]:
        """Return the sure names inside one that holds half a bracket: "19 ng/L (ketoconazole)"."""
        space = text.find(" ", match.start, match.end)
        if space < 0:
            return []
        inside = self.matcher.find(text, space + 1, match.end)
        return [m for m in inside if m.concepts and not m.needs_definition]


def _is_one(text: str, start: int) -> bool:
    """Return whether an article stands before a substance, or before words that tell of what kind it is."""
    word = word_before(text, start).lstrip("(")
    if word in {"a", "an"}:
        return True
    return word.islower() and _ARTICLE.search(text, max(0, start - _FAR), start) is not None


def part_of_molecule(text: str, match: Match) -> str | None:
    """Return that a substance is a part of a molecule's name: "dansyl glutathione"."""
    concept = match.concepts[0]
    if concept.entity_type not in _SUBSTANCES:
        return None
    return "a part of a molecule" if is_part(text, match.start, match.end, concept.name) else None


def _is_hyphened(text: str, start: int) -> bool:
    """Return whether a hyphen, or the end of a line, stands before a name: seldom, and to search costs."""
    return text[start - 1 : start] in _HYPHENS


def _is_head(inside: Match, whole: Match, kinds: Set[str], *, ends: bool) -> bool:
    """Return whether a name behind the first word of an opposite is what the opposite is, too.

    It is one of the kinds of the whole name, or a disease that ends it, and no other name `ends` the phrase:
    "non-autoimmune hypothyroidism", and not "non-cystic fibrosis bronchiectasis".
    """
    ids = {concept.concept_id for concept in inside.concepts}
    diseases = {concept.entity_type for concept in inside.concepts} == {"disease"}
    another = ids.isdisjoint(concept.concept_id for concept in whole.concepts)
    return ids <= kinds or (ends and diseases and inside.end == whole.end and another)


def _part_of_word(text: str, match: Match) -> str | None:
    """Return that the first of a disease's words is part of a longer one: "cardio-metabolic disease"."""
    if match.concepts[0].entity_type != "disease" or not _is_hyphened(text, match.start):
        return None
    if text.find(" ", match.start, match.end) < 0:
        return None
    begin = max(0, match.start - _REACH)
    longer = _COMBINING.search(text, begin, match.start) or (
        _OF_PERSON.fullmatch(text, match.start, match.end) and _PERSON.search(text, begin, match.start)
    )
    return "a longer word" if longer else None


def _is_another(text: str, name: Shared) -> bool:
    """Return whether the words around a name from a list make it something else."""
    if not name.concepts:
        return False
    return another_thing(text, name.start, name.end, name.concepts[0].entity_type) is not None


def with_cells(document: Document, mentions: list[Mention], cells: list[Mention]) -> list[Mention]:
    """Return the mentions of a document in order, with those cells that stand in no other name."""
    if not (kept := standing(cells, mentions)):
        return mentions
    return sorted(
        [*mentions, *asserted(document, kept)], key=lambda m: (m.start, m.end, m.entity_type, m.concept_id)
    )


def _named_in_full(matches: list[Match], shared: list[Shared]) -> set[str]:
    """Return the ids of the concepts that a text names beyond doubt."""
    sure = [m.concepts for m in matches if not m.needs_definition] + [s.concepts for s in shared]
    return {concept.concept_id for concepts in sure for concept in concepts}


def _mention(
    text: str, start: int, end: int, concept: Concept, method: str, long_form: str | None = None
) -> Mention:
    return Mention(
        start=start,
        end=end,
        text=text[start:end],
        entity_type=concept.entity_type,
        concept_id=concept.concept_id,
        concept_name=concept.name,
        method=method,
        negated=False,
        speculative=False,
        modifier=modifier(text, start, end) if concept.entity_type == "cytokine" else None,
        abbreviation_of=long_form,
    )


def _resolved(
    text: str, matches: list[Match], bound: Bindings, in_full: set[str], rejected: list[Rejected]
) -> Iterator[Mention]:
    """Yield the mentions of the matches, short forms as the text defines or supports them.

    What does not count is added to `rejected`. A short form that needs a definition counts without one
    where the text names its concept in full elsewhere.
    """
    for match in matches:
        surface = text[match.start : match.end]
        binding = bound.of(surface, match.start)
        if binding is not None and not bound.wins(binding, match):
            binding = None
        if binding is None and match.concepts and bound.is_part_of_another(surface, match):
            ids = tuple(c.concept_id for c in match.concepts)
            reason = "the text defines what stands before its number as something else"
            rejected.append(Rejected(match.start, match.end, surface, ids, reason))
            continue
        if binding is None and match.concepts and not match.needs_definition:
            for concept in match.concepts:
                yield _mention(text, match.start, match.end, concept, "lexicon")
            continue
        concepts, long_form, method = match.concepts, None, "lexicon"
        reason = "holds a name and means something else" if not concepts else ""
        if binding is not None:
            concepts, long_form, method = binding.concepts, binding.long_form, "abbreviation"
            if match.concepts and set(concepts) != set(match.concepts):
                reason = f"the text defines it as {long_form}"
        elif match.needs_definition:
            concepts = tuple(c for c in concepts if c.concept_id in in_full)
            method = "context"
            reason = "" if concepts else "ambiguous; the text neither defines it nor names it in full"
        if reason:
            ids = tuple(c.concept_id for c in match.concepts if c not in concepts)
            rejected.append(Rejected(match.start, match.end, surface, ids, reason))
        for concept in concepts:
            yield _mention(text, match.start, match.end, concept, method, long_form)


def _further(text: str, matches: list[Match], bound: Bindings) -> Iterator[Mention]:
    """Yield the places of bound short forms that the lexicon does not know as names, the longest first."""
    if not bound:
        return
    taken = [(match.start, match.end) for match in matches]
    for short in bound:
        for start, end in places(text, short):
            before = bisect.bisect_left(taken, (end, 0))
            if before and taken[before - 1][1] > start:
                continue
            taken.insert(before, (start, end))
            if binding := bound.of(short, start):
                for concept in binding.concepts:
                    kind = concept.entity_type
                    if kind != "cell" and another_thing(text, start, end, kind):
                        continue
                    if kind in _SUBSTANCES and is_part(text, start, end, concept.name):
                        continue
                    yield _mention(text, start, end, concept, "abbreviation", binding.long_form)
