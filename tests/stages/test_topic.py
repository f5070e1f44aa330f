"""What belongs to a topic: by index terms where they say so, by the text where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from comention.annotation.annotator import Annotator
from comention.annotation.document import Document
from comention.config import load_settings
from comention.errors import ConfigError
from comention.records import Article, Judged, Mention, MeshHeading, Reading
from comention.stages.topic import Listed, TopicJudge, check_topic, nothing_kept

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


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"concepts": ["asthma"]},
            r"'asthma' is the id of no concept: did you mean MESH:D001249 \(asthma\)\?",
        ),
        ({"concepts": ["D001249"]}, "did you mean MESH:D001249"),
        ({"concepts": ["mesh:D001249"]}, "did you mean MESH:D001249"),
        ({"concepts": ["COMENTION:IL12"]}, r"did you mean COMENTION:IL-12 \(interleukin-12\)"),
        ({"concepts": ["MESH:D006801"]}, "put D006801 into topic.mesh"),  # humans
        ({"concepts": ["MESH:D001249", "astma"]}, "'astma' is the id of no concept"),
        ({"concepts": ["qqqq"]}, "`comention lookup NAME` shows ids"),
        ({"mesh": ["Dermatitis, Atopic"]}, r"did you mean D003876 \(Dermatitis, Atopic\)\?"),
        ({"mesh": ["MESH:D001249"]}, "write 'MESH:D001249' as D001249"),
        ({"mesh": ["astma"]}, r"did you mean D001249 \(Asthma\)"),
        ({"mesh": ["D999999999"]}, "'D999999999' is the id of no record of the lexicon's MeSH"),
        ({"query": "asthma"}, "no citation of a file is on it: give topic.concepts or --topic"),
    ],
)
def test_a_topic_that_the_lexicon_does_not_know_is_refused_with_the_nearest(
    given: dict[str, Any], message: str
) -> None:
    topic = {f"topic.{key}": value for key, value in given.items()}
    with pytest.raises(ConfigError, match=message) as caught:
        check_topic(load_settings(None, topic | {"source.kind": "files"}))
    assert "\n" not in str(caught.value)


def test_a_topic_that_is_known_passes() -> None:
    check_topic(load_settings(None))
    check_topic(load_settings(None, {"topic.query": "asthma", "source.kind": "pubmed"}))
    check_topic(load_settings(None, {"topic.match": "all", "source.kind": "files"}))
    known = {"topic.concepts": ["MESH:D001249", "HGNC:10637"], "topic.mesh": ["D006801", "C504227"]}
    check_topic(load_settings(None, known | {"source.kind": "files"}))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"off_topic": 7}, ("7 of 9 citations are not on the topic interleukin-12", "--outcome off_topic")),
        ({"rejected": 9}, ("9 of 9 citations are rejected", "--outcome rejected")),
        ({"expected": 0}, ("the source holds no citation",)),
    ],
)
def test_a_run_that_keeps_nothing_says_why(counts: dict[str, int], words: tuple[str, ...]) -> None:
    names = ("articles", "off_topic", "rejected", "missing", "books", "superseded", "withdrawn")
    every = dict.fromkeys(names, 0) | {"expected": 9} | counts
    said = nothing_kept(load_settings(None), every)
    assert said is not None
    assert said.startswith("no article is kept: ")
    assert all(word in said for word in words)
    assert nothing_kept(load_settings(None), every | {"articles": 1}) is None


@pytest.mark.parametrize("outcome", ["off_topic", "rejected"])
def test_the_command_that_lists_them_takes_a_folder_of_any_name(outcome: str) -> None:
    names = ("articles", "off_topic", "rejected", "missing", "books", "superseded", "withdrawn")
    counts = dict.fromkeys(names, 0) | {"expected": 9, outcome: 9}
    said = nothing_kept(load_settings(None, {"workdir": "a {x} {}"}), counts)
    assert said is not None
    assert f"`comention ledger last --outcome {outcome} --workdir 'a {{x}} {{}}'` lists them" in said
