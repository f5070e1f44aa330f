"""What belongs to a topic: the predicate that a stage of reading is handed, made of a stage of annotation.

A topic is checked before a run reads anything, and a run that keeps nothing says why.
"""

from __future__ import annotations

import difflib
import itertools
import logging
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comention.annotation.annotator import Annotator
from comention.annotation.annotators import annotator_of
from comention.annotation.document import from_article
from comention.config import Settings, Topic
from comention.errors import ConfigError, UsageError
from comention.lexicon.naming import find, near_names
from comention.lexicon.store import Lexicon, open_lexicon
from comention.records import Article, Concept, Judged, Mention
from comention.schemas import UNLINKED
from comention.stages.job import fingerprint_of
from comention.stages.renewed import notices, renewed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TopicJudge:
    """Judges articles by their texts, their MeSH headings and their chemicals.

    `pmids`, where given, narrow the topic to these articles. With `background` every text is read, and the
    judgement says which concepts it mentions.
    """

    topic: Topic
    annotator: Annotator
    pmids: frozenset[int] | None = None
    background: bool = False

    def __call__(self, articles: Sequence[Article]) -> list[Judged]:
        """Return for each article whether it belongs to the topic."""
        indexed = [self._by_index(article) for article in articles]
        asked = [self.background or known is None for known in indexed]
        read = self.annotator.read_all(map(from_article, itertools.compress(articles, asked)))
        found = []
        for belongs, is_read in zip(indexed, asked, strict=True):
            mentions = next(read).mentions if is_read else []
            mentioned = {mention.concept_id for mention in mentions}
            counted = tuple(sorted(counted_concepts(mentions))) if self.background else ()
            by_text = belongs is None and not mentioned.isdisjoint(self.topic.concepts)
            found.append(Judged(belongs or by_text, counted))
        return found

    def _by_index(self, article: Article) -> bool | None:
        """Return whether the article belongs to the topic, None where its text is to be asked."""
        if self.pmids is not None and article.pmid not in self.pmids:
            return False
        if self.topic.match == "all":
            return True
        uis = {heading.ui for heading in article.mesh} | {chemical.ui for chemical in article.chemicals}
        return None if uis.isdisjoint(self.topic.mesh) else True


def counted_concepts(mentions: Iterable[Mention]) -> set[str]:
    """Return the concepts that pairs are made of; a drug that is only measured is none."""
    found = {m.concept_id for m in mentions if (m.entity_type, m.role) != ("drug", "measured")}
    return {concept_id for concept_id in found if not concept_id.startswith(UNLINKED)}


def topic_judge(settings: Settings, pmids: frozenset[int] | None, *, background: bool = False) -> TopicJudge:
    """Return the judge of a local source: the lexicon decides, whatever annotator comes later."""
    settings = renewed(settings)
    return TopicJudge(settings.topic, _reader(settings), pmids, background)


def _reader(settings: Settings) -> Annotator:
    fast = settings.annotate.model_copy(update={"annotator": "fast"})
    return annotator_of(settings.model_copy(update={"annotate": fast}))


def topic_name(settings: Settings) -> str:
    """Return a name of everything that decides which articles are held, by the ids and headings of today."""
    new, current = renewed(settings), open_lexicon().current
    mesh = {current(f"MESH:{ui}").removeprefix("MESH:") for ui in new.topic.mesh}
    return _named(new.model_copy(update={"topic": new.topic.model_copy(update={"mesh": tuple(mesh)})}))


def name_before(settings: Settings) -> str:
    """Return that name by the ids and headings that the settings have.

    A store of theirs was called so before MeSH replaced one of them.
    """
    return topic_name(settings) if renewed(settings) is settings else _named(settings)


def _named(settings: Settings) -> str:
    topic, kind = settings.topic, settings.source.kind
    parts: list[Any] = [
        topic.match,
        sorted(topic.concepts),
        sorted(topic.mesh),
        topic.query.split(),
        kind if kind in {"sample", "bulk"} else "",
    ]
    if kind != "pubmed" and topic.match == "concepts":
        parts.append(_reader(settings).fingerprint)
    return fingerprint_of(*parts)


@dataclass(frozen=True, slots=True)
class Listed:
    """Judges articles by whether PubMed lists them for the query: there, PubMed decides."""

    pmids: frozenset[int]

    def __call__(self, articles: Sequence[Article]) -> list[Judged]:
        """Return for each article whether it is listed."""
        return [Judged(article.pmid in self.pmids) for article in articles]


_UI = re.compile("[CD][0-9]+")


def check_topic(settings: Settings) -> None:
    """Raise ConfigError, with the nearest, where a topic names what the lexicon or MeSH does not know.

    So too where nothing at all can be on it: a local source is read by concepts and descriptors alone. What
    MeSH has replaced or renamed is taken as what it is now, with a warning.
    """
    for notice in notices(settings):
        _log.warning("%s", notice)
    topic, lexicon = renewed(settings).topic, open_lexicon()
    wrong = [*_unknown_concepts(topic, lexicon), *_unknown_descriptors(topic, lexicon)]
    if wrong:
        raise ConfigError("; ".join(wrong))
    is_local = settings.source.kind != "pubmed"
    if is_local and topic.match == "concepts" and not (topic.concepts or topic.mesh):
        raise ConfigError(
            "the topic names no concept and no MeSH descriptor, so that no citation of a file is on it: give "
            "topic.concepts or --topic NAME, or keep all with topic.match=all"
        )


def _unknown_concepts(topic: Topic, lexicon: Lexicon) -> Iterator[str]:
    for given in topic.concepts:
        if given in lexicon.row_of:
            continue
        ui = given.removeprefix("MESH:")
        if _UI.fullmatch(ui) and given.startswith("MESH:") and lexicon.holds_mesh(given):
            yield (
                f"topic.concepts: {given} is in MeSH, but no disease, drug, chemical or cytokine: put {ui} "
                "into topic.mesh"
            )
        else:
            yield f"topic.concepts: {given!r} is the id of no concept{_meant(given, lexicon)}"


def _unknown_descriptors(topic: Topic, lexicon: Lexicon) -> Iterator[str]:
    for given in topic.mesh:
        if lexicon.current(f"MESH:{given}") != f"MESH:{given}":
            continue
        if _UI.fullmatch(given) and lexicon.holds_mesh(f"MESH:{given}") is not False:
            continue
        ui = given.upper().removeprefix("MESH:")
        if _UI.fullmatch(ui) and lexicon.holds_mesh(f"MESH:{ui}"):
            yield f"topic.mesh: write {given!r} as {ui}"
            continue
        found = {heading.name.casefold(): heading.ui for heading in lexicon.headings}
        ui = found.get(given.casefold(), "")
        hint = f": did you mean {ui} ({given})?" if ui else _meant(given, lexicon, mesh=True)
        yield f"topic.mesh: {given!r} is the id of no record of the lexicon's MeSH{hint}"


def _meant(given: str, lexicon: Lexicon, *, mesh: bool = False) -> str:
    """Return a hint at the id that was meant, given as a name, in another case, or with a slip."""
    try:
        near = [find(given if ":" in given else _as_curie(given), lexicon)]
    except UsageError:
        near = [one.concept for one in near_names(given, lexicon)][:3] or _by_id(given, lexicon)
    if mesh:
        uis = {heading.concept_id: heading for heading in lexicon.headings}
        names = [f"{uis[c.concept_id].ui} ({uis[c.concept_id].name})" for c in near if c.concept_id in uis]
    else:
        names = [f"{concept.concept_id} ({concept.name})" for concept in near]
    return f": did you mean {' or '.join(names)}?" if names else "; `comention lookup NAME` shows ids"


def _as_curie(given: str) -> str:
    return f"MESH:{given}" if _UI.fullmatch(given) else given


def _by_id(given: str, lexicon: Lexicon) -> list[Concept]:
    prefix = given.partition(":")[0].upper() + ":"
    ids = [i for i in lexicon.row_of if i.startswith(prefix)] if prefix != "MESH:" else []
    close = difflib.get_close_matches(given, ids, n=3)
    return [lexicon.concepts[lexicon.row_of[i]] for i in close]


def nothing_kept(settings: Settings, counts: Mapping[str, int], *, chosen: bool = False) -> str | None:
    """Return what a run says that leaves no article, and why that is so; None where there are some.

    `chosen`: it was narrowed to a list of PMIDs.
    """
    if counts["articles"]:
        return None
    of = counts["expected"]
    if not of:
        return "no article is kept: the source holds no citation"
    if counts["off_topic"]:
        ways = "`--topic NAME` asks for another one, `--set topic.match=all` keeps all"
        ways = "check the list" if chosen else ways
        listed = "in the list of PMIDs, or not " if chosen else ""
        which = f"{counts['off_topic']} of {of} citations are not {listed}on the topic {settings.topic.name}"
        return f"no article is kept: {which}; {_listed('off_topic', settings)}; {ways}"
    outcome = max(("rejected", "missing", "books", "superseded", "withdrawn"), key=lambda name: counts[name])
    return (
        f"no article is kept: {counts[outcome]} of {of} citations are {outcome}; {_listed(outcome, settings)}"
    )


def _listed(outcome: str, settings: Settings) -> str:
    workdir = shlex.quote(str(settings.workdir))
    return f"`comention ledger last --outcome {outcome} --workdir {workdir}` lists them"
