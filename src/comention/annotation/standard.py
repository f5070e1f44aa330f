"""The standard annotator: the lexicon's names and the trained recogniser's spans, merged by one rule.

For diseases and substances (drugs, chemicals), the recogniser's spans come in place of the lexicon's mentions
that they touch, and the lexicon says what they mean (:mod:`comention.annotation.linking`), but for these:

- a longer name of the lexicon stays, a blocker included ("Newcastle disease virus"); only where it ends in a
  chemical that the recogniser is sure of, a blocker does not count ("LDL cholesterol");
- a cytokine stays, unless the whole of a longer span is a known name ("TNF receptor-associated periodic
  syndrome");
- the names inside a span that as a whole means nothing stay ("breast cancer metastasis" is two; "agents
  [infliximab"), but for parts of a systematic chemical name;
- a substance within the name of a disease stays beside it where the end of the name is what the lexicon knows
  ("cisplatin nephrotoxicity"), or where the recogniser marks both ("levodopa-induced dyskinesias");
- a substance before the word of an enzyme, receptor or transporter never counts ("nitric oxide synthase").

Where the recogniser marks nothing, the lexicon's names count, but for two kinds that could be part of
something else: a short form that the text does not define ("T2D"), and a chemical named by one plain
word ("Morris water maze"), which are rejected, and kept with the reason, where their words have not even a
slight chance to be what the lexicon says. Of a class of chemicals ("lipids") that chance says nothing: the
recogniser's gold leaves classes unmarked. A longer name that the recogniser does not see is rather one that
its gold did not know ("COVID-19"). Cytokines are the lexicon's alone. Every mention's `score` is that
chance, or the span's. The limits were chosen on the development set of BC5CDR and on the embedded sample.
"""

from __future__ import annotations

import bisect
import functools
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np

from comention.annotation.abbreviations import Definition
from comention.annotation.annotator import Annotator
from comention.annotation.bindings import long_form_of, long_forms
from comention.annotation.codes import other_code
from comention.annotation.consistency import apart, spread, trimmed
from comention.annotation.context import asserted
from comention.annotation.document import Document
from comention.annotation.fast import FastAnnotator, Looked, with_cells
from comention.annotation.linking import SEEN, TYPES, Linked, Linker, about_harm, is_ion
from comention.annotation.molecules import is_cut, is_part
from comention.annotation.namesakes import another_thing
from comention.annotation.narrowing import narrowed
from comention.annotation.proteins import is_protein
from comention.annotation.senses import another_sense, another_sense_behind
from comention.annotation.tagging import LETTERS, clues, definitions
from comention.annotation.wording import element
from comention.errors import MalformedError
from comention.lexicon.folding import fold_name
from comention.lexicon.matcher import Additions
from comention.lexicon.short_forms import is_ambiguous
from comention.lexicon.store import Lexicon
from comention.ner.model import Asked, Model, Span, Tagged
from comention.ner.names import read_names, read_uses
from comention.records import Concept, EntityType, Mention, Reading, Rejected
from comention.schemas import UNLINKED

#: Raised with every change that can change a mention, so that they are made again.
VERSION = 19

#: A name of the lexicon that could be part of something else is rejected where it has a smaller chance.
SLIGHT = 0.1

#: From here on, a chemical counts at the end of a blocker.
SURE = 0.8

_LABEL: Mapping[EntityType, str] = {kind: label for label, kinds in TYPES.items() for kind in kinds} | {
    "cytokine": "gene"
}
# What the recogniser is asked. Cytokines are the lexicon's alone, whose names have a score; its own spans of
# genes are only shown.
_ALL_SPANS = Asked(frozenset(_LABEL.values()), {LETTERS[kind]: label for kind, label in _LABEL.items()})
_ASKED = _ALL_SPANS._replace(spans=frozenset(TYPES))
_KNOWN = ("learnt", "lexicon")
# How the long form begins of what is not there.
_LACKING = ("no ", "not ", "without ")
# A disease by what has brought it about.
_INDUCED = re.compile(r"(.+?)[\s\-‐‑–]induced (.+)", re.I)
# The end of a preferred name that is a plural, as those of classes are: "lipids", not "cannabis" or "citrus".
_PLURAL = re.compile(r"[^suiSUI]s$")
# What joins the parts of a chemical's systematic name.
_DASHES = r"\-‐‑–−,'′"  # within a class
# A radioactive label in front of a name: "89Zr-trastuzumab", "99mTc-rituximab".
_ISOTOPE = re.compile(
    rf"(?:(?<![A-Za-z])|(?<=\dm))(?:Ac|At|Bi|Cu|F|Ga|Ho|I|In|Lu|Re|Sm|Tc|Y|Zr)(?:\(?\d{{0,3}}\)?)[\s{_DASHES}]$"
)
# A span that says first what a thing is not: "non-malarial fever".
_NOT = re.compile(rf"non[{_DASHES}]\w", re.I)
# Behind the symbol of an element: the charge of its ion, "Cd2+" beside the antigen "CD2".
_CHARGE = re.compile(r"[\d²³]?[+⁺]")
_GLUED_BEFORE = re.compile(rf"[{_DASHES}]$|\S[(\[{{]$")
_GLUED_BEHIND = re.compile(rf"[{_DASHES}](?=\S)|[)\]}}](?=[\w{_DASHES}])")


class Marked(NamedTuple):
    """What lexicon and recogniser find in a text, before they are merged.

    `spans` are the recogniser's diseases and substances, consistent over the text and none overlapping.
    """

    looked: Looked
    defined: Mapping[str, Definition]
    tagged: Tagged
    spans: list[Span]


class StandardAnnotator(Annotator):
    """Finds names by the lexicon and by the trained recogniser."""

    name = "standard"

    def __init__(self, lexicon: Lexicon, model: Model, additions: Additions | None = None) -> None:
        """Prepare an annotator over a lexicon, a model and a user's own names.

        Raises MalformedError where the model lacks a tagger.
        """
        if lacking := {*_LABEL.values()} - set(model.labels):
            raise MalformedError(
                f"model {model.directory} has no tagger for {', '.join(sorted(lacking))}: train it again"
            )
        self._fast = FastAnnotator(lexicon, additions)
        self._model = model
        self._lexicon = lexicon
        own = additions or Additions()
        self._stopped = frozenset(map(fold_name, own.stop))
        self._own = frozenset(map(fold_name, own.names))
        state = [VERSION, self._fast.fingerprint, model.fingerprint]
        self.fingerprint = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]

    @property
    def model(self) -> Model:
        """The model of its recogniser."""
        return self._model

    @functools.cached_property
    def _linker(self) -> Linker:
        """Made when something is to be linked: stages that read nothing ask for the fingerprint alone."""
        learnt = self._model.directory / "names.parquet"
        return Linker(self._lexicon, self._fast.matcher, read_names(learnt), read_uses(learnt))

    def read_together(self, documents: Sequence[Document]) -> list[Reading]:
        """Return the mentions of each document and the names that do not count, both in order."""
        marked = self.mark_all(documents, self._fast.look_all(documents), _ASKED)
        return [self.link(*of_one) for of_one in zip(documents, marked, strict=True)]

    def look(self, document: Document) -> Looked:
        """Return what the lexicon alone finds."""
        return self._fast.look(document)

    def mark(self, document: Document, looked: Looked) -> Marked:
        """Return what the recogniser makes of a document, over what the lexicon finds."""
        return self.mark_all([document], [looked])[0]

    def mark_all(
        self, documents: Sequence[Document], looked: Sequence[Looked], asked: Asked = _ALL_SPANS
    ) -> list[Marked]:
        """Return what the recogniser makes of each document, over what the lexicon finds there."""
        defined = [definitions(document.text) for document in documents]
        given = list(zip(documents, looked, defined, strict=True))
        tagged = self._model.tag_all([clues(*of_one) for of_one in given], asked)
        return [self._consistent(*of_one, marks) for of_one, marks in zip(given, tagged, strict=True)]

    def _consistent(
        self, document: Document, looked: Looked, defined: Mapping[str, Definition], tagged: Tagged
    ) -> Marked:
        text = document.text
        spans = spread(text, apart(trimmed(text, (s for s in tagged.spans if s.label in TYPES))), defined)
        nothing = {"", *self._stopped}
        kept = [span for span in spans if fold_name(text[span.start : span.end]) not in nothing]
        return Marked(looked, defined, tagged, kept)

    def link(self, document: Document, marked: Marked) -> Reading:
        """Return the mentions and the names that do not count, from what lexicon and recogniser find."""
        text, looked = document.text, marked.looked
        on_harm, longer = about_harm(document, _substances(marked), _diseases(marked)), long_forms(text)
        merging = _Merging(text, looked, marked.tagged, self._own)
        for span in merging.induced(marked.spans):
            found = long_form_of(text[span.start : span.end], span.start, longer)
            if _is_another(text, span) or self._is_code(text, span, defined=found is not None):
                continue
            long_form = text[found.long_start : found.long_end] if found else None
            seen = span.label == "chemical" and span.score >= SEEN
            symbol = element(text, span.start, span.end, seen=seen)
            name = long_form or symbol or text[span.start : span.end]
            if (self._stopped and fold_name(name) in self._stopped) or (
                found and _means_another(span, found, marked)
            ):
                continue
            if long_form and span.label == "disease" and self._is_blocker(long_form):
                continue
            if long_form and long_form.lower().startswith(_LACKING):
                continue  # "no cognitive impairment (NCI)"
            if found and span.label == "disease" and _is_last_of_another(text, found):
                continue
            link = functools.partial(self._linked, text, span, name, on_harm=on_harm)
            merging.place(span, long_form, link, alone=found is not None and not _is_marked(found, marked))
        merging.rest()
        rejected = sorted([*looked.rejected, *merging.rejected])
        mentions = asserted(document, narrowed(text, merging.mentions, self._fast.matcher))
        return Reading(with_cells(document, mentions, looked.cells), rejected)

    def _linked(
        self, text: str, span: Span, name: str, within: Sequence[Mention], *, on_harm: bool
    ) -> Linked:
        """Return what a span means; what is but a part of a molecule means nothing."""
        linked = self._linker.link(span, name, within, on_harm=on_harm)
        for concept in linked.concepts if span.label == "chemical" else ():
            if is_part(text, span.start, span.end, concept.name):
                return Linked((), "unlinked")
        return linked

    def _is_code(self, text: str, span: Span, *, defined: bool) -> bool:
        """Return whether a substance that is marked is a word in capitals, or a number and a word.

        A word in capitals is none where the text defines it.
        """
        if span.label != "chemical":
            return False
        if other_code(text, span.start, span.end):
            return True
        return not defined and self._fast.is_capital_word(text, span.start, span.end)

    def _is_blocker(self, name: str) -> bool:
        """Return whether the lexicon knows that the whole of a name means none of its concepts."""
        match = self._fast.matcher.meaning_of(name)
        return match is not None and not match.concepts


def _is_doubtful(mention: Mention) -> bool:
    """Return whether a name that the text does not define could well be part of something else."""
    if mention.method == "abbreviation":
        return False
    if is_ambiguous(mention.text):
        # gold leaves classes of drugs unmarked: "PPIs" are proton pump inhibitors all the same
        return not (mention.text.endswith("s") and _PLURAL.search(mention.concept_name))
    plain = mention.entity_type == "chemical" and mention.text.isalpha()
    return plain and not _PLURAL.search(mention.concept_name)


def _means_another(span: Span, found: Definition, marked: Marked) -> bool:
    """Return whether the text defines a short form as something that neither lexicon nor recogniser marks.

    The recogniser may know the short form ("GBM") and not look at what it stands for here.
    """
    if not any(name[:2] == span[:2] and name.concept_ids for name in marked.looked.rejected):
        return False
    return not _is_marked(found, marked)


def _is_marked(found: Definition, marked: Marked) -> bool:
    """Return whether lexicon or recogniser mark the end of what a short form stands for."""
    place = found.long_end
    return any(s.start < place <= s.end for s in marked.spans) or any(
        m.start < place <= m.end for m in marked.looked.mentions
    )


def _is_last_of_another(text: str, found: Definition) -> bool:
    """Return whether the last word of a long form is another thing: "emotion-induced blindness (EIB)"."""
    last = text.rfind(" ", found.long_start, found.long_end) + 1
    return last > 0 and another_sense(text, last, found.long_end)


def _are_members(within: Sequence[Mention], span: Span) -> bool:
    """Return whether the names in a span are all of it but for hyphens: "trastuzumab-pertuzumab"."""
    spans = sorted({m[:2] for m in within if m.entity_type in TYPES[span.label]})
    named = sum(end - start for start, end in spans)
    return len(spans) > 1 and span.end - span.start - named <= len(spans) - 1


def _substances(marked: Marked) -> list[tuple[int, int]]:
    """Return the places of the substances of a text that names a drug; of others, none."""
    known = [m for m in marked.looked.mentions if m.entity_type in TYPES["chemical"]]
    if not any(m.entity_type == "drug" for m in known):
        return []
    return sorted({m[:2] for m in known} | {s[:2] for s in marked.spans if s.label == "chemical"})


def _diseases(marked: Marked) -> list[tuple[int, int]]:
    """Return the places that the recogniser marks as diseases."""
    return [span[:2] for span in marked.spans if span.label == "disease"]


def _is_another(text: str, span: Span) -> bool:
    """Return whether the words around a span make it another thing than it says."""
    if span.label == "chemical" and (is_protein(text, span.end) or is_cut(text, span.start, span.end)):
        return True
    return another_thing(text, span.start, span.end, TYPES[span.label][0]) is not None


def _is_beside(mention: Mention, span: Span) -> bool:
    """Return whether a name in a span is of another type: the drug of "cisplatin nephrotoxicity"."""
    within = span.start <= mention.start and mention.end <= span.end
    return within and mention.entity_type not in TYPES[span.label]


class _Places:
    """Spans in order of position, asked for those that share a character with another."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = spans
        self._starts = [start for start, _ in spans]
        self._longest = max((end - start for start, end in spans), default=0)

    def touching(self, start: int, end: int) -> list[int]:
        """Return the places in the list of the spans that touch `start:end`."""
        first = bisect.bisect_left(self._starts, start - self._longest)
        last = bisect.bisect_left(self._starts, end)
        return [i for i in range(first, last) if self._spans[i][1] > start]


class _Merging:
    """The lexicon's mentions of a text, giving way to the recogniser's spans one by one."""

    def __init__(self, text: str, looked: Looked, tagged: Tagged, own: Set[str]) -> None:
        self._text = text
        self._own = own
        self._tagged = tagged
        # Of one concept found in two ways on one span, the way of the lexicon comes last, which counts.
        ordered = sorted(
            set(looked.mentions),
            key=lambda m: (m.start, m.end, m.concept_id, m.method == "lexicon", m.method),
        )
        self._named = ordered
        self._left: list[Mention | None] = list(ordered)
        self._places = _Places([(m.start, m.end) for m in ordered])
        self._blockers = sorted((m.start, m.end) for m in looked.matches if not m.concepts)
        self._blocked = _Places(self._blockers)
        self.mentions: list[Mention] = []
        self.rejected: list[Rejected] = []

    def induced(self, spans: Sequence[Span]) -> list[Span]:
        """Part names like "levodopa-induced dyskinesias" where both parts are marked; return the other spans.

        The substance is a mention of its own then, and the disease keeps the concept of the whole name.
        """
        by_start = {span.start: span for span in spans}
        done = set()
        for i, mention in enumerate(self._left):
            if not mention or mention.entity_type != "disease" or "nduced" not in mention.text:
                continue
            if not (parts := _INDUCED.fullmatch(mention.text)):
                continue
            cause, effect = by_start.get(mention.start), by_start.get(mention.start + parts.start(2))
            if not cause or not effect or cause.label != "chemical":
                continue
            if cause.end == mention.start + parts.end(1) and effect[1:3] == (mention.end, "disease"):
                self._left[i] = None
                self.mentions.append(mention._replace(start=effect.start, text=parts[2], score=effect.score))
                done.add(effect)
        return [span for span in spans if span not in done]

    def place(
        self,
        span: Span,
        long_form: str | None,
        link: Callable[[Sequence[Mention]], Linked],
        *,
        alone: bool = False,
    ) -> None:
        """Put a span in place of the lexicon's mentions that it touches, or not, by the rule above.

        `alone` says that nothing marks the long form of a short form, which counts only where it is linked.
        """
        here = (span.start, span.end)
        places = self._places.touching(*here)
        touched = [m for i in places if (m := self._left[i])]
        exact = [m for m in touched if m[:2] == here]
        within = [m for m in touched if span.start <= m.start and m.end <= span.end]
        if len(exact) < len(touched) and any(
            m.start <= span.start and span.end <= m.end and m[:2] != here for m in touched
        ):
            return
        cytokines = [m for m in touched if m.entity_type == "cytokine"]
        linked = link(within)
        if any(m[:2] == here for m in cytokines) or self._is_blocked(span, linked):
            return
        combined = span.label == "chemical" and any(m.method != "coordination" for m in exact)
        if linked.way not in _KNOWN and any(map(self._is_own, touched)):
            return
        if linked.way not in _KNOWN and cytokines:
            return
        if linked.way == "unlinked" and alone:
            return
        if self._is_nothing(span, within, linked):
            return
        if linked.way == "head" and _NOT.match(self._text, span.start):
            span = self._head(span, within, linked)
        for i in places:
            m = self._left[i]
            if not m or (linked.way == "head" and _is_beside(m, span)):
                continue
            # of a combination both it and its members count: "trifluridine/tipiracil"; of a list that is
            # marked as one name, all of it: "hyper- and hypothyroidism"
            if m.method == "coordination" and linked.way == "head":
                continue
            if not (combined and m.method == "coordination" and m[:2] != here):
                self._left[i] = None
        self.rejected += (
            self._rejected(m, f"part of {self._text[span.start : span.end]}") for m in cytokines
        )
        self._put(span, long_form, linked, exact)

    def _put(self, span: Span, long_form: str | None, linked: Linked, exact: Sequence[Mention]) -> None:
        """Add the mentions of a span; `exact` are those of the lexicon that stand on it, which say how."""
        whole = {m.concept_id: m for m in exact}
        way = "head" if linked.way == "head" else "abbreviation" if long_form else "model"
        surface = self._text[span.start : span.end]
        concepts = linked.concepts or (
            Concept(f"{UNLINKED}{fold_name(surface)}", surface, TYPES[span.label][0]),
        )
        for concept in concepts:
            same = whole.get(concept.concept_id)
            self.mentions.append(
                Mention(
                    start=span.start,
                    end=span.end,
                    text=surface,
                    entity_type=concept.entity_type,
                    concept_id=concept.concept_id,
                    concept_name=concept.name,
                    method=same.method if same else way,
                    score=span.score,
                    negated=False,
                    speculative=False,
                    abbreviation_of=same.abbreviation_of if same else long_form,
                )
            )

    def _names_stay(self, span: Span, within: Sequence[Mention]) -> bool:
        """Return whether names within a span that means nothing count in its place."""
        if span.label == "disease" or _are_members(within, span):
            return bool(within)
        surface = self._text[span.start : span.end]
        return any(
            self._stands_free(m) and not is_ion(surface, m.start - span.start, m.end - span.start)
            for m in within
        )

    def _ends_in_another(self, span: Span) -> bool:
        """Return whether the last word of a span is another thing: "ventricular stroke" before "work"."""
        last = self._text.rfind(" ", span.start, span.end) + 1
        return span.label == "disease" and last > 0 and another_sense_behind(self._text, last, span.end)

    def _is_nothing(self, span: Span, within: Sequence[Mention], linked: Linked) -> bool:
        """Return whether a span that is not known whole gives way to the names in it, or is another thing."""
        if linked.way == "unlinked":
            return self._names_stay(span, within) or self._ends_in_another(span)
        return linked.way == "head" and self._is_head_of_another(span)

    def _head(self, span: Span, within: Sequence[Mention], linked: Linked) -> Span:
        """Return the end of a span that says what its head means, where the lexicon has found it."""
        ids = {concept.concept_id for concept in linked.concepts}
        starts = [m.start for m in within if m.end == span.end and m.concept_id in ids]
        return span._replace(start=min(starts, default=span.start))

    def _is_head_of_another(self, span: Span) -> bool:
        """Return whether the last word of a span, all that is known, is another thing: "aortic blister"."""
        last = self._text.rfind(" ", span.start, span.end) + 1
        return span.label == "disease" and last > 0 and another_sense(self._text, last, span.end)

    def _stands_free(self, mention: Mention) -> bool:
        """Return whether neither side of a name is glued to more of a longer one: "3-methyl-quinoline"."""
        before = _GLUED_BEFORE.search(self._text, max(0, mention.start - 2), mention.start)
        if before and _ISOTOPE.search(self._text, max(0, mention.start - 8), mention.start):
            before = None
        return not before and not _GLUED_BEHIND.match(self._text, mention.end)

    def _is_blocked(self, span: Span, linked: Linked) -> bool:
        """Return whether a blocker holds all of a span, and may: of "LDL cholesterol" a sure end counts."""
        chemical = span.label == "chemical" and all(c.entity_type == "chemical" for c in linked.concepts)
        sure = chemical and span.score >= SURE
        if sure and _CHARGE.match(self._text, span.end) and not is_protein(self._text, span.end):
            return False
        holding = (self._blockers[i] for i in self._blocked.touching(span.start, span.end))
        # of a disease the end may be the beginning of another thing: "urinary [kidney injury] molecule-1"
        cut = span.label == "disease"
        return any(
            span.end <= end
            and (start <= span.start or (cut and span.end < end))
            and not (sure and start < span.start and span.end == end and not self._is_second(span.start))
            for start, end in holding
        )

    def _is_second(self, start: int) -> bool:
        """Return whether what begins at `start` is the second of two: "hematoxylin and eosin"."""
        return self._text.endswith((" and ", " & "), 0, start)

    def rest(self) -> None:
        """Take the mentions that no span has replaced: cytokines, and what is not quite unlikely."""
        for mention in filter(None, self._left):
            chance = self._chance(mention)
            if mention.entity_type in TYPES["chemical"] and is_protein(self._text, mention.end):
                self.rejected.append(self._rejected(mention, "the words around it mean a protein"))
            elif (
                not _is_doubtful(mention)
                or (chance or 0.0) >= SLIGHT
                or self._is_own(mention)
                or self._is_told_twice(mention)
                # of "TNFΔARE", a gene of which a part is cut out, it sees one word
                or self._text.startswith("Δ", mention.end)
            ):
                self.mentions.append(mention._replace(score=chance))
            else:
                reason = f"the recogniser sees no {mention.entity_type} here ({chance or 0.0:.3f})"
                self.rejected.append(self._rejected(mention, reason))

    def _is_told_twice(self, mention: Mention) -> bool:
        """Return whether a bracket holds another name of what stands before it: "BAFF (BLyS)"."""
        if (
            self._text[mention.start - 2 : mention.start] == " ("
            and self._text[mention.end : mention.end + 1] == ")"
        ):
            return any(m.end == mention.start - 2 and m.concept_id == mention.concept_id for m in self._named)
        behind = mention.end + 2
        if self._text[mention.end : behind] != " (":
            return False
        return any(
            m.start == behind and m.concept_id == mention.concept_id and self._text[m.end : m.end + 1] == ")"
            for m in self._named
        )

    def _is_own(self, mention: Mention) -> bool:
        """Return whether a user has added the name."""
        return bool(self._own) and fold_name(mention.text) in self._own

    def _chance(self, mention: Mention) -> float | None:
        """Return how likely the mention's label is, by its tokens: 0–1, rounded to four digits."""
        column = self._tagged.labels.index(_LABEL[mention.entity_type])
        first = bisect.bisect_right(self._tagged.ends, mention.start)
        last = bisect.bisect_left(self._tagged.starts, mention.end)
        if first >= last:
            return None
        # what `mean` does, without what it costs to ask for it
        total = np.add.reduce(self._tagged.inside[first:last, column])
        return round(float(total) / (last - first), 4)

    @staticmethod
    def _rejected(mention: Mention, reason: str) -> Rejected:
        return Rejected(mention.start, mention.end, mention.text, (mention.concept_id,), reason)
