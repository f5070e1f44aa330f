"""What belongs to a topic: by index terms where they say so, by the text where they do not."""

from __future__ import annotations

from collections.abc import Sequence

from comention.annotation.annotator import Annotator
from comention.annotation.document import Document
from comention.config import load_settings
from comention.records import Article, Judged, Mention, MeshHeading, Reading
from comention.stages.topic import Listed, TopicJudge

_TOPIC = load_settings(None).topic.model_copy(
    update={"match": "concepts", "mesh": ("D018664",), "concepts": ("COMENTION:IL-12",)}
)
_INDEXED = MeshHeading("D018664", "Interleukin-12", major=True)
_ARTICLES = [
    Article(1, 1, "IL-12 in asthma.", None),
    Article(2, 1, "Asthma.", None, mesh=(_INDEXED,)),
    Article(3, 1, "Asthma.", None),
    Article(4, 1, "IL-12 again.", None, mesh=(_INDEXED,)),
]


class Reader(Annotator):
    """Finds IL-12, and a name that means nothing; remembers what it read."""

    name = fingerprint = "reader"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read_together(self, documents: Sequence[Document]) -> list[Reading]:
        self.texts += [document.text for document in documents]
        return [Reading([*_found(document.text)], []) for document in documents]


def _found(text: str) -> list[Mention]:
    known = [("COMENTION:IL-12", text.find("IL-12")), ("text:asthma", text.find("sthma"))]
    return [Mention(at, at + 5, text[at : at + 5], "cytokine", i, i, "test") for i, at in known if at >= 0]


def test_texts_are_read_where_index_terms_say_nothing() -> None:
    reader = Reader()
    assert TopicJudge(_TOPIC, reader)(_ARTICLES) == [Judged(True), Judged(True), Judged(False), Judged(True)]
    assert reader.texts == ["IL-12 in asthma.", "Asthma."]


def test_every_text_is_read_for_the_background() -> None:
    reader = Reader()
    judge = TopicJudge(_TOPIC, reader, frozenset({1, 3}), background=True)
    known = ("COMENTION:IL-12",)
    assert judge(_ARTICLES) == [
        Judged(True, known),
        Judged(False),
        Judged(False),
        Judged(False, known),
    ]
    assert len(reader.texts) == len(_ARTICLES)


def test_chosen_articles_narrow_a_topic_and_all_take_everything() -> None:
    reader = Reader()
    judge = TopicJudge(_TOPIC.model_copy(update={"match": "all"}), reader, frozenset({3}))
    assert [judged.on_topic for judged in judge(_ARTICLES)] == [False, False, True, False]
    assert reader.texts == []
    assert [judged.on_topic for judged in Listed(frozenset({2}))(_ARTICLES)] == [False, True, False, False]
