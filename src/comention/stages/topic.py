"""What belongs to a topic: the predicate that a stage of reading is handed, made of a stage of annotation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from comention.annotation.annotator import Annotator
from comention.annotation.annotators import annotator_of
from comention.annotation.document import from_article
from comention.config import Settings, Topic
from comention.records import Article, Judged, Reading
from comention.schemas import UNLINKED


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
            mentioned = _concepts(next(read)) if is_read else set[str]()
            by_text = belongs is None and not mentioned.isdisjoint(self.topic.concepts)
            found.append(Judged(belongs or by_text, tuple(sorted(mentioned)) if self.background else ()))
        return found

    def _by_index(self, article: Article) -> bool | None:
        """Return whether the article belongs to the topic, None where its text is to be asked."""
        if self.pmids is not None and article.pmid not in self.pmids:
            return False
        if self.topic.match == "all":
            return True
        uis = {heading.ui for heading in article.mesh} | {chemical.ui for chemical in article.chemicals}
        return None if uis.isdisjoint(self.topic.mesh) else True


def _concepts(reading: Reading) -> set[str]:
    found = {mention.concept_id for mention in reading.mentions}
    return {concept_id for concept_id in found if not concept_id.startswith(UNLINKED)}


def topic_judge(settings: Settings, pmids: frozenset[int] | None, *, background: bool = False) -> TopicJudge:
    """Return the judge of a local source: the lexicon decides, whatever annotator comes later."""
    fast = settings.annotate.model_copy(update={"annotator": "fast"})
    annotator = annotator_of(settings.model_copy(update={"annotate": fast}))
    return TopicJudge(settings.topic, annotator, pmids, background)


@dataclass(frozen=True, slots=True)
class Listed:
    """Judges articles by whether PubMed lists them for the query: there, PubMed decides."""

    pmids: frozenset[int]

    def __call__(self, articles: Sequence[Article]) -> list[Judged]:
        """Return for each article whether it is listed."""
        return [Judged(article.pmid in self.pmids) for article in articles]
