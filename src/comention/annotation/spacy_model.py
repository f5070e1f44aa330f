"""Any installed spaCy or scispaCy NER package as an annotator.

The package finds the spans, and our own resolver what their short forms stand for; the lexicon says what a
span means. A span that the lexicon does not know keeps its own surface as its id. scispaCy brings its models
and the components that their pipelines name; its AbbreviationDetector is not asked, since it knows no "IL-12"
(findings/scispacy-short-forms.sh).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import re
import sys
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from comention.annotation.annotator import Annotator
from comention.annotation.bindings import long_form_of, long_forms
from comention.annotation.context import asserted, modifier
from comention.annotation.document import Document
from comention.errors import UsageError
from comention.lexicon.folding import fold_name
from comention.lexicon.matcher import Additions, Matcher
from comention.lexicon.store import Lexicon
from comention.records import Concept, EntityType, Mention, Reading
from comention.schemas import UNLINKED

# Where scispaCy's makers publish their models, and the latest release of these.
_SCISPACY_MODELS = "https://s3-us-west-2.amazonaws.com/ai2-s2-scispacy/releases/v0.5.4"
_SCISPACY_RELEASE = "0.5.4"

# scispaCy's components that a package may hold, and whose findings we do not read.
_NOT_ASKED = ("abbreviation_detector", "hyponym_detector")

_log = logging.getLogger(__name__)

#: Raised with every change that can change a mention.
VERSION = 5

_CHEMICAL: tuple[EntityType, ...] = ("chemical", "drug")


class SpacyAnnotator(Annotator):
    """Runs an installed spaCy NER package and links what it finds through the lexicon."""

    def __init__(
        self, model: str, labels: Mapping[str, EntityType], lexicon: Lexicon, additions: Additions
    ) -> None:
        """Load the package; raises UsageError where it is not installed or its labels are not mapped."""
        self.name = f"scispacy:{model}"
        self._pipeline = _load(model)
        self._labels = dict(labels)
        self._matcher = Matcher(lexicon, additions)
        found = set(self._pipeline.get_pipe("ner").labels) if self._pipeline.has_pipe("ner") else set()
        if not found & set(labels):
            raise UsageError(
                f"{model} finds {', '.join(sorted(found)) or 'no entities'}, and none of these is in "
                f"annotate.labels ({', '.join(sorted(labels))}): map one in the configuration"
            )
        meta = self._pipeline.meta
        state = [VERSION, meta["name"], meta["version"], sorted(labels.items()), lexicon.fingerprint]
        state += [sorted(additions.names.items()), sorted(additions.stop)]
        self.fingerprint = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]

    def read_together(self, documents: Sequence[Document]) -> list[Reading]:
        """Return the mentions of each document; what the package does not find is not told as rejected."""
        docs = self._pipeline.pipe(document.text for document in documents)
        return [self._reading(*of_one) for of_one in zip(documents, docs, strict=True)]

    def _reading(self, document: Document, doc: Any) -> Reading:
        text = document.text
        defined = long_forms(text)
        found = []
        for entity in doc.ents:
            entity_type = self._labels.get(entity.label_)
            if entity_type is not None:
                span = (entity.start_char, entity.end_char)
                of_short = long_form_of(text[slice(*span)], span[0], defined)
                long_form = of_short and text[of_short.long_start : of_short.long_end]
                found += self._linked(text, span, entity_type, long_form)
        return Reading(asserted(document, found), [])

    def _linked(
        self, text: str, span: tuple[int, int], entity_type: EntityType, long_form: str | None
    ) -> list[Mention]:
        surface = text[span[0] : span[1]]
        if not fold_name(surface):
            return []
        concepts = self._meanings(long_form or surface, entity_type)
        if concepts is None:
            return []
        return [
            Mention(
                start=span[0],
                end=span[1],
                text=surface,
                entity_type=concept.entity_type,
                concept_id=concept.concept_id,
                concept_name=concept.name,
                method=self.name,
                negated=False,
                speculative=False,
                modifier=modifier(text, *span) if concept.entity_type == "cytokine" else None,
                abbreviation_of=long_form,
            )
            for concept in concepts
        ]

    def _meanings(self, name: str, entity_type: EntityType) -> tuple[Concept, ...] | None:
        """Return what the whole of a name means, or None where that is of no type we publish.

        A protein that the lexicon does not know as a cytokine is none; an unknown disease or chemical is
        an unlinked mention.
        """
        whole = [m for m in self._matcher.find(name) if (m.start, m.end) == (0, len(name))]
        known = whole[0].concepts if whole else ()
        allowed = _CHEMICAL if entity_type in _CHEMICAL else (entity_type,)
        fitting = tuple(c for c in known if c.entity_type in allowed)
        if fitting:
            return fitting
        if entity_type == "cytokine" or whole:
            return None
        return (Concept(f"{UNLINKED}{fold_name(name)}", name, entity_type),)


def _load(model: str) -> Any:
    _check_scispacy(model)
    if not model.isidentifier() or importlib.util.find_spec(model) is None:
        raise UsageError(
            f"the model {model} is not installed: {_install(model)}, or use --annotator standard"
        )
    import spacy
    from scispacy.abbreviation import AbbreviationDetector  # noqa: F401 - registers a component
    from scispacy.hyponym_detector import HyponymDetector  # noqa: F401 - and another

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of another spaCy: told below
            pipeline = spacy.load(model, disable=_NOT_ASKED)
    except Exception as error:
        message = " ".join(str(error).split())
        raise UsageError(
            f"the model {model} cannot be loaded by spaCy {version('spacy')}: {message}"
        ) from None
    _check_version(pipeline.meta, version("spacy"))
    return pipeline


def _check_scispacy(model: str) -> None:
    """Refuse where scispaCy is not installed, which has no release for Python 3.13 and newer."""
    if importlib.util.find_spec("scispacy") is not None:
        return
    name = f"the annotator scispacy:{model} needs scispaCy, which is not installed"
    if sys.version_info < (3, 13):
        raise UsageError(f"{name}: pip install scispacy, or use --annotator standard")
    found = ".".join(map(str, sys.version_info[:2]))
    raise UsageError(
        f"{name} and has no release for Python {found}: use Python 3.11 or 3.12, or use --annotator standard"
    )


def _install(model: str) -> str:
    """Return the command that installs a model: scispaCy publishes files, spaCy has a command."""
    if model.startswith(("en_ner_", "en_core_sci_")):
        return f"pip install {_SCISPACY_MODELS}/{model}-{_SCISPACY_RELEASE}.tar.gz"
    return f"python -m spacy download {model}"


def _check_version(meta: Mapping[str, Any], installed: str) -> None:
    """Refuse a model that was made for another major version of spaCy; warn of another minor one."""
    from spacy.util import is_compatible_version

    wanted = str(meta.get("spacy_version", ""))
    name = (
        f"the model {meta['name']} {meta['version']} is made for spaCy {wanted}, and {installed} is installed"
    )
    major = re.search(r"[0-9]+", wanted)
    if major and major[0] != installed.partition(".")[0]:
        raise UsageError(f"{name}: install a release of the model for this spaCy")
    if wanted and not is_compatible_version(installed, wanted):
        _log.warning("%s: it may find other names than its makers measured", name)
