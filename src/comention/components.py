"""The standard annotator as components of a spaCy pipeline, for pipelines of your own.

>>> import spacy
>>> nlp = spacy.blank("en")
>>> for name in ("comention_lexicon", "comention_ner", "comention_linker"):  # doctest: +SKIP
...     nlp.add_pipe(name)

`comention_lexicon` puts what the lexicon alone finds into `doc.spans["comention_lexicon"]`, `comention_ner`
the recogniser's spans into `doc.spans["comention_ner"]`, `comention_linker` the mentions into
`doc.spans["comention"]`, labelled by entity type, with the concept's id as `kb_id_`, and those that do not
overlap into `doc.ents`. `span._.comention` is the :class:`comention.records.Mention`, `doc._.comention` the
:class:`comention.records.Reading`. Each component does by itself what those before it have not
done. A pipeline may have any tokeniser: what is found are characters of the text, and a span takes the
tokens that they touch. `comention_sentences` marks sentences as comention reads them; the tokeniser
`comention.tokenizer.v1` splits names off as the recogniser does.

:func:`pipeline` puts them all together. The annotator `standard` takes the same steps without spaCy's
documents.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, registry

from comention.annotation.annotator import as_given, readable
from comention.annotation.document import Document, from_text
from comention.annotation.fast import Looked
from comention.annotation.standard import Marked, StandardAnnotator
from comention.lexicon.legible import Legible, legible
from comention.lexicon.matcher import Additions
from comention.lexicon.store import open_lexicon
from comention.ner.model import open_model
from comention.ner.tokens import words
from comention.records import Mention, Reading, Rejected

#: Where a :class:`Document` may be put that knows the sections of a text: `doc.user_data[DOCUMENT]`.
DOCUMENT = "comention_document"

# Under which what was found is kept with a document, in lists and numbers.
_READING, _SCORE = "comention_reading", "comention_score"

_FACTORIES = ("comention_sentences", "comention_lexicon", "comention_ner", "comention_linker")
_CONFIG: dict[str, Any] = {"names": {}, "stop": []}


def pipeline(names: Mapping[str, str] | None = None, stop: Iterable[str] = ()) -> Language:
    """Return a spaCy pipeline that finds what the annotator `standard` finds.

    `names` and `stop` are a user's own, as in the configuration. Raises ConfigError for an added name of an
    unknown concept.
    """
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "comention.tokenizer.v1"}}})
    own = {"names": dict(names or {}), "stop": list(stop)}
    for name in _FACTORIES:
        nlp.add_pipe(name, config={} if name == "comention_sentences" else own)
    return nlp


@registry.tokenizers("comention.tokenizer.v1")  # type: ignore[untyped-decorator]  # spaCy
def make_tokenizer() -> Callable[[Language], Callable[[str], Doc]]:
    """Return what makes the tokeniser `comention.tokenizer.v1` of a pipeline."""
    return _Tokenizer


class _Tokenizer:
    """Splits a text as the recogniser does; runs of white space are tokens, so that nothing is lost."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab

    def __call__(self, text: str) -> Doc:
        surfaces: list[str] = []
        spaces: list[bool] = []
        end = 0
        found = words(text, 0, len(text))
        for surface, start in zip(found.surfaces, found.starts, strict=True):
            self._gap(text[end:start], surfaces, spaces)
            surfaces.append(surface)
            spaces.append(False)
            end = start + len(surface)
        self._gap(text[end:], surfaces, spaces)
        return Doc(self.vocab, words=surfaces, spaces=spaces)

    @staticmethod
    def _gap(gap: str, surfaces: list[str], spaces: list[bool]) -> None:
        if gap.startswith(" ") and surfaces:
            spaces[-1] = True
            gap = gap[1:]
        if gap:
            surfaces.append(gap)
            spaces.append(False)

    def to_bytes(self, **_: Any) -> bytes:
        """Return nothing: there is nothing to keep."""
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> _Tokenizer:
        """Return the tokeniser as it is."""
        return self

    def to_disk(self, _path: Any, **_: Any) -> None:
        """Write nothing."""

    def from_disk(self, _path: Any, **_: Any) -> _Tokenizer:
        """Return the tokeniser as it is."""
        return self


@functools.lru_cache(8)
def _annotator(names: tuple[tuple[str, str], ...], stop: tuple[str, ...]) -> StandardAnnotator:
    return StandardAnnotator(open_lexicon(), open_model(), Additions(dict(names), stop))


@dataclass(slots=True)
class _Findings:
    """What was found in a text so far; not in its `user_data`, which must be what can be written down.

    `looked` and `marked` are of `readable`, the document with its legible text.
    """

    document: Document
    legible: Legible | None = field(init=False)
    readable: Document = field(init=False)
    looked: Looked | None = None
    marked: Marked | None = None

    def __post_init__(self) -> None:
        self.legible = legible(self.document.text)
        self.readable = readable(self.document, self.legible)

    def given(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the document of a span of the legible text."""
        return (start, end) if self.legible is None else self.legible.given(start, end)


_FINDINGS: WeakKeyDictionary[Doc, _Findings] = WeakKeyDictionary()


def _findings(doc: Doc) -> _Findings:
    given = doc.user_data.get(DOCUMENT)
    found = _FINDINGS.get(doc)
    if found is None or (given is not None and given is not found.document):
        found = _FINDINGS[doc] = _Findings(given or from_text(doc.text))
    return found


class _Component:
    """What the components share: one annotator, and what was found in a text so far."""

    def __init__(self, names: Mapping[str, str], stop: Iterable[str]) -> None:
        self._names, self._stop = dict(names), list(stop)
        self._annotator = _annotator(tuple(sorted(names.items())), tuple(stop))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as what it was made of; it opens lexicon and model there."""
        return type(self), (self._names, self._stop)

    def _looked(self, doc: Doc) -> Looked:
        found = _findings(doc)
        if found.looked is None:
            found.looked = self._annotator.look(found.readable)
        return found.looked

    def _marked(self, doc: Doc) -> Marked:
        found = _findings(doc)
        if found.marked is None:
            found.marked = self._annotator.mark(found.readable, self._looked(doc))
        return found.marked


def _span(doc: Doc, start: int, end: int, label: str, kb_id: str = "", number: str = "") -> Span:
    span = doc.char_span(start, end, label=label, kb_id=kb_id, span_id=number, alignment_mode="expand")
    assert span is not None, "expanded, characters of the text are always tokens"  # noqa: S101
    return span


@Language.component("comention_sentences")
def mark_sentences(doc: Doc) -> Doc:
    """Mark where sentences start."""
    starts = {sentence.start for sentence in _findings(doc).document.sentences}
    waiting = True
    marks: list[int] = []
    for token in doc:
        waiting = waiting or token.idx in starts
        marks.append(1 if waiting and not token.is_space else -1)
        waiting = waiting and token.is_space
    # All at once: the setter of a single token goes through the whole text.
    numbers = np.array(marks, np.int64).reshape(-1, 1)
    doc.from_array(["SENT_START"], numbers)  # type: ignore[arg-type]  # thinc names the type otherwise
    return doc


class LexiconComponent(_Component):
    """Puts what the lexicon alone finds into `doc.spans["comention_lexicon"]`."""

    def __call__(self, doc: Doc) -> Doc:
        """Look a text up in the lexicon."""
        given = _findings(doc).given
        found = sorted(set(self._looked(doc).mentions), key=lambda m: (m.start, m.end, m.concept_id))
        doc.spans["comention_lexicon"] = [
            _span(doc, *given(m.start, m.end), m.entity_type, m.concept_id) for m in found
        ]
        return doc


class Recogniser(_Component):
    """Puts the recogniser's spans into `doc.spans["comention_ner"]`, with `span._.comention_score`."""

    def __call__(self, doc: Doc) -> Doc:
        """Mark a text."""
        group: list[Span] = []
        scores: dict[str, float] = {}
        for found in sorted({*self._marked(doc).spans, *self._genes(doc)}):
            group.append(_span(doc, *_findings(doc).given(found.start, found.end), found.label))
            scores[_key(group[-1])] = found.score
        doc.user_data[_SCORE] = scores
        doc.spans["comention_ner"] = group
        return doc

    def _genes(self, doc: Doc) -> list[Any]:
        return [span for span in self._marked(doc).tagged.spans if span.label == "gene"]


class LinkerComponent(_Component):
    """Puts the mentions into `doc.spans["comention"]`, and those that do not overlap into `doc.ents`."""

    def __call__(self, doc: Doc) -> Doc:
        """Link what was found."""
        found = _findings(doc)
        reading = self._annotator.link(found.readable, self._marked(doc))
        if found.legible is not None:
            reading = as_given(found.document, found.legible, reading)
        group = [_span(doc, *_mention_key(mention), str(i)) for i, mention in enumerate(reading.mentions)]
        doc.spans["comention"] = group
        doc.ents = filter_spans([*doc.ents, *group])
        doc.user_data[_READING] = [list(map(list, part)) for part in reading]
        return doc


def _key(span: Span) -> str:
    return f"{span.start_char}:{span.end_char}:{span.label_}"


def _mention_key(mention: Mention) -> tuple[int, int, str, str]:
    return mention.start, mention.end, mention.entity_type, mention.concept_id


def _reading(doc: Doc) -> Reading | None:
    """Return what the linker made of a text, None where it has not seen it."""
    if (kept := doc.user_data.get(_READING)) is None:
        return None
    mentions, rejected = kept
    return Reading(
        [Mention(*values) for values in mentions],
        [Rejected(start, end, text, tuple(ids), reason) for start, end, text, ids, reason in rejected],
    )


def _mention(span: Span) -> Mention | None:
    """Return the mention of a span of `doc.spans["comention"]`, None for any other."""
    mentions, _ = span.doc.user_data.get(_READING, ((), ()))
    if not span.id_.isdigit() or int(span.id_) >= len(mentions):
        return None
    mention = Mention(*mentions[int(span.id_)])
    same = (span.label_, span.kb_id_) == (mention.entity_type, mention.concept_id)
    return mention if same and span.start_char <= mention.start and mention.end <= span.end_char else None


def _score(span: Span) -> float | None:
    """Return how sure the recogniser is of a span of `doc.spans["comention_ner"]`, None for any other."""
    scores: dict[str, float] = span.doc.user_data.get(_SCORE, {})
    return scores.get(_key(span))


Doc.set_extension("comention", getter=_reading, force=True)
Span.set_extension("comention", getter=_mention, force=True)
Span.set_extension("comention_score", getter=_score, force=True)


@Language.factory("comention_lexicon", default_config=_CONFIG)
def make_lexicon(nlp: Language, name: str, names: dict[str, str], stop: list[str]) -> LexiconComponent:
    """Return the component `comention_lexicon`."""
    del nlp, name
    return LexiconComponent(names, stop)


@Language.factory("comention_ner", default_config=_CONFIG)
def make_recogniser(nlp: Language, name: str, names: dict[str, str], stop: list[str]) -> Recogniser:
    """Return the component `comention_ner`."""
    del nlp, name
    return Recogniser(names, stop)


@Language.factory("comention_linker", default_config=_CONFIG)
def make_linker(nlp: Language, name: str, names: dict[str, str], stop: list[str]) -> LinkerComponent:
    """Return the component `comention_linker`."""
    del nlp, name
    return LinkerComponent(names, stop)
