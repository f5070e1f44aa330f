"""Documents are read a few at a time, whatever comes of it for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comention.annotation import annotator
from comention.annotation.annotator import Annotator
from comention.annotation.document import Document, from_text
from comention.records import Reading, Rejected


class Recorder(Annotator):
    """Says of each document what its text is, and remembers how many came together."""

    name = fingerprint = "recorder"

    def __init__(self) -> None:
        self.together: list[int] = []

    def read_together(self, documents: Sequence[Document]) -> list[Reading]:
        self.together.append(len(documents))
        return [Reading([], [Rejected(0, 0, document.text, (), "")]) for document in documents]


def texts(readings: Iterator[Reading]) -> list[str]:
    return [reading.rejected[0].text for reading in readings]


def test_many_documents_come_in_order_a_few_at_a_time() -> None:
    tool, given = Recorder(), [str(number) for number in range(2 * annotator._TOGETHER + 7)]
    assert texts(tool.read_all(map(from_text, given))) == given
    assert tool.together == [annotator._TOGETHER, annotator._TOGETHER, 7]
    assert texts(tool.read_all([])) == []


def test_long_documents_come_fewer_at_a_time() -> None:
    tool, long = Recorder(), "x" * (annotator._CHARACTERS // 2)
    given = [long, long, "a", "b", long * 3, "c"]
    assert texts(tool.read_all(map(from_text, given))) == given
    assert tool.together == [2, 3, 1]


def test_nothing_is_read_before_it_is_asked_for() -> None:
    tool, asked = Recorder(), list[int]()

    def documents() -> Iterator[Document]:
        for number in range(10 * annotator._TOGETHER):
            asked.append(number)
            yield from_text(str(number))

    assert next(tool.read_all(documents())).rejected[0].text == "0"
    assert len(asked) == annotator._TOGETHER
    assert tool.read(from_text("alone")).rejected[0].text == "alone"
