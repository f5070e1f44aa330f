"""What belongs to a topic: the predicate that a stage of reading is handed, made of a stage of annotation."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from comention.annotation.annotator import Annotator
from comention.annotation.annotators import make_annotator
from comention.annotation.document import from_article
from comention.config import Settings, Topic
from comention.lexicon.matcher import Additions
from comention.records import Article, Judged
from comention.schemas import UNLINKED


def annotator_of(settings: Settings) -> Annotator:
    """Return the annotator that settings ask for."""
    return annotator_maker(settings)()


def annotator_maker(settings: Settings) -> Callable[[], Annotator]:
    """Return what makes the annotator that settings ask for; it can travel, and no secret goes with it."""
    additions = Additions(settings.names.add, settings.names.stop)
    return functools.partial(make_annotator, settings.annotate.annotator, additions, settings.annotate.labels)


@dataclass(frozen=True, slots=True)
class TopicJudge:
    """Judges an article by its text, its MeSH headings and its chemicals.

    `pmids`, where given, narrow the topic to these articles. With `background` every text is read, and the
    judgement says which concepts it mentions.
    """

    topic: Topic
    annotator: Annotator
    pmids: frozenset[int] | None = None
    background: bool = False

    def __call__(self, article: Article) -> Judged:
        """Tell whether the article belongs to the topic."""
        if self.background:
            mentioned = self._mentioned(article)
            return Judged(self._belongs(article, lambda: mentioned), tuple(sorted(mentioned)))
        return Judged(self._belongs(article, lambda: self._mentioned(article)))

    def _belongs(self, article: Article, mentioned: Callable[[], set[str]]) -> bool:
        if self.pmids is not None and article.pmid not in self.pmids:
            return False
        if self.topic.match == "all":
            return True
        indexed = {heading.ui for heading in article.mesh} | {chemical.ui for chemical in article.chemicals}
        return not indexed.isdisjoint(self.topic.mesh) or not mentioned().isdisjoint(self.topic.concepts)

    def _mentioned(self, article: Article) -> set[str]:
        found = {mention.concept_id for mention in self.annotator.mentions(from_article(article))}
        return {concept_id for concept_id in found if not concept_id.startswith(UNLINKED)}


def topic_judge(settings: Settings, pmids: frozenset[int] | None, *, background: bool = False) -> TopicJudge:
    """Return the judge of a local source: the lexicon decides, whatever annotator comes later."""
    fast = settings.annotate.model_copy(update={"annotator": "fast"})
    annotator = annotator_of(settings.model_copy(update={"annotate": fast}))
    return TopicJudge(settings.topic, annotator, pmids, background)


@dataclass(frozen=True, slots=True)
class Listed:
    """Judges an article by whether PubMed lists it for the query: there, PubMed decides."""

    pmids: frozenset[int]

    def __call__(self, article: Article) -> Judged:
        """Tell whether the article is listed."""
        return Judged(article.pmid in self.pmids)
