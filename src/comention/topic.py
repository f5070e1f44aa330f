"""What belongs to a topic: the predicate that a stage of reading is handed, made of a stage of annotation."""

from __future__ import annotations

from dataclasses import dataclass

from comention.annotation.annotators import make_annotator
from comention.annotation.document import from_article
from comention.annotation.shards import Annotator
from comention.config import Settings, Topic
from comention.lexicon.matcher import Additions
from comention.records import Article


def annotator_of(settings: Settings) -> Annotator:
    """Return the annotator that settings ask for."""
    additions = Additions(settings.names.add, settings.names.stop)
    return make_annotator(settings.annotate.annotator, additions, settings.annotate.labels)


@dataclass(frozen=True, slots=True)
class TopicPredicate:
    """Tells whether an article belongs to a topic: by its text, its MeSH headings or its chemicals.

    `pmids`, where given, narrow it to these articles.
    """

    topic: Topic
    annotator: Annotator
    pmids: frozenset[int] | None = None

    def __call__(self, article: Article) -> bool:
        """Tell whether the article belongs to the topic."""
        if self.pmids is not None and article.pmid not in self.pmids:
            return False
        if self.topic.match == "all":
            return True
        indexed = {heading.ui for heading in article.mesh} | {chemical.ui for chemical in article.chemicals}
        if not indexed.isdisjoint(self.topic.mesh):
            return True
        concepts = set(self.topic.concepts)
        return any(m.concept_id in concepts for m in self.annotator.mentions(from_article(article)))


def topic_predicate(settings: Settings, pmids: frozenset[int] | None) -> TopicPredicate:
    """Return the predicate of a local source: the lexicon decides, whatever annotator comes later."""
    fast = settings.annotate.model_copy(update={"annotator": "fast"})
    return TopicPredicate(settings.topic, annotator_of(settings.model_copy(update={"annotate": fast})), pmids)


@dataclass(frozen=True, slots=True)
class Listed:
    """Tells whether an article is one of those that PubMed lists for the query: there, PubMed decides."""

    pmids: frozenset[int]

    def __call__(self, article: Article) -> bool:
        """Tell whether the article is listed."""
        return article.pmid in self.pmids


def listed(pmids: frozenset[int]) -> Listed:
    """Return the predicate of PubMed as the source."""
    return Listed(pmids)
