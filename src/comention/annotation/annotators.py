"""The annotators by the names that the command line gives them."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping

from comention.annotation.annotator import Annotator
from comention.annotation.fast import FastAnnotator
from comention.annotation.standard import StandardAnnotator
from comention.config import Settings
from comention.errors import UsageError
from comention.lexicon.matcher import Additions
from comention.lexicon.store import Lexicon, open_lexicon
from comention.ner.model import Model, open_model
from comention.records import EntityType

_SPACY = "scispacy:"

_log = logging.getLogger(__name__)


def make_annotator(name: str, additions: Additions, labels: Mapping[str, EntityType]) -> Annotator:
    """Return the annotator of that name over the shipped lexicon; raises UsageError where there is none."""
    lexicon = open_lexicon()
    if name == "fast":
        return FastAnnotator(lexicon, additions)
    if name.startswith(_SPACY) and len(name) > len(_SPACY):
        from comention.annotation.spacy_model import SpacyAnnotator

        return SpacyAnnotator(name.removeprefix(_SPACY), labels, lexicon, additions)
    if name == "standard":
        return StandardAnnotator(lexicon, open_model(), additions)
    raise UsageError(f"no annotator {name!r}: there are standard, fast and scispacy:MODEL")


def annotator_of(settings: Settings) -> Annotator:
    """Return the annotator that settings ask for; warns once of a model that is another lexicon's."""
    found = annotator_maker(settings)()
    if isinstance(found, StandardAnnotator) and (said := disagreement(open_lexicon(), found.model)):
        _warn_once(said)
    return found


def disagreement(lexicon: Lexicon, model: Model) -> str | None:
    """Return what is to be said of a model that was trained with another lexicon, None where it was not."""
    if model.lexicon == lexicon.fingerprint:
        return None
    return (
        f"the model was trained with the lexicon {model.lexicon}, and this one is {lexicon.fingerprint}: "
        "it may find less than its card says until it is trained again (comention train)"
    )


@functools.cache
def _warn_once(message: str) -> None:
    _log.warning("%s", message)


def annotator_maker(settings: Settings) -> Callable[[], Annotator]:
    """Return what makes the annotator that settings ask for; it can travel, and no secret goes with it."""
    additions = Additions(settings.names.add, settings.names.stop)
    return functools.partial(make_annotator, settings.annotate.annotator, additions, settings.annotate.labels)
