"""What a model was trained on is told and measured apart, and the shipped model fits the shipped lexicon."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from comention.annotation import annotators
from comention.annotation.annotators import annotator_of, disagreement
from comention.annotation.document import Document, from_text
from comention.config import Settings
from comention.documents.pubtator import Annotation, GoldDocument
from comention.errors import MalformedError
from comention.gold.evaluate import evaluate, evaluate_file
from comention.gold.scores import Evaluation
from comention.gold.seen import NAME, Seen, hashes, read_seen, seen_summary, with_unseen, write_seen
from comention.lexicon.store import open_lexicon
from comention.ner.model import Model, open_model
from comention.records import Mention
from tests.support.recogniser import write_model

LONG = "A title of more than thirty letters and digits, all told"


def document(pmid: int | str, title: str = LONG, abstract: str | None = None) -> GoldDocument:
    return GoldDocument(pmid, title, abstract, (Annotation(0, 1, title[0], "Disease", ("D000001",)),))


class Counting:
    """An annotator that finds the first letter, and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def mentions(self, document: Document) -> list[Mention]:
        self.calls += 1
        return [Mention(0, 1, document.text[0], "disease", "MESH:D000001", "x", "fake")]


def test_a_document_is_known_by_its_pmid_or_its_title(tmp_path: Path) -> None:
    write_seen(tmp_path, [document(1), document(2, "Short", "and an abstract that goes on and on.")])
    seen = read_seen(tmp_path)
    assert seen is not None
    assert document(1, "Another title that is also quite long, told so") in seen  # the PMID
    assert document("a-1", f"{LONG.upper()}.", "revised") in seen  # the title, without case and points
    assert document(9, "Short", "and an abstract that goes on and on") in seen
    assert document(9, "Short", "and another abstract") not in seen
    assert document(9, LONG.replace("told", "untold")) not in seen


def test_hashes_hold_no_text_and_are_written_the_same_in_any_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder, order in ((first, (1, 2)), (second, (2, 1))):
        folder.mkdir()
        write_seen(folder, [document(pmid, f"{LONG} {pmid}") for pmid in order])
    assert (first / NAME).read_bytes() == (second / NAME).read_bytes()
    assert b"title" not in (first / NAME).read_bytes()
    assert len(np.load(first / NAME)) == 4


def test_a_folder_without_hashes_tells_nothing_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    assert read_seen(tmp_path) is None
    (tmp_path / NAME).write_bytes(b"no numbers")
    with pytest.raises(MalformedError, match="train it again"):
        read_seen(tmp_path)


def _measured(documents: list[GoldDocument], *known: GoldDocument) -> tuple[Evaluation, Counting]:
    annotator = Counting()
    seen = Seen(key for one in known for key in hashes(one))
    return with_unseen(evaluate, documents, annotator, seen), annotator


def test_the_unseen_are_measured_apart_and_read_once() -> None:
    documents = [document(pmid, f"{LONG} {pmid}") for pmid in (1, 2, 3)]
    result, annotator = _measured(documents, documents[1])
    assert annotator.calls == 3
    assert result.seen == 1
    assert result.unseen is not None
    assert result.unseen.scores["disease"]["strict span"].tp == 2
    assert result.scores["disease"]["strict span"].tp == 3
    assert [(row["texts"], row["tp"]) for row in result.rows_by_texts() if row["measure"] == "concept"] == [
        ("all", 3),
        ("all", 3),
        ("unseen", 2),
        ("unseen", 2),
    ]
    told = result.as_dict()
    assert (told["seen"], told["unseen"]["documents"]) == (1, 2)
    assert told["unseen"]["scores"]["total"]["concept"]["tp"] == 2
    assert "1 of 3 documents" in (seen_summary(result) or "")


def test_nothing_is_measured_apart_where_all_or_none_are_seen() -> None:
    documents = [document(pmid, f"{LONG} {pmid}") for pmid in (1, 2)]
    every, _ = _measured(documents, *documents)
    assert (every.seen, every.unseen) == (2, None)
    assert "what it remembers" in (seen_summary(every) or "")
    none, _ = _measured(documents, document(8, f"{LONG} 8"))
    assert (none.seen, none.unseen, seen_summary(none)) == (0, None, None)
    unasked = with_unseen(evaluate, documents, Counting(), None)
    assert (unasked.seen, unasked.as_dict()["unseen"], seen_summary(unasked)) == (None, None, None)


def test_the_others_may_have_nothing_to_measure_on() -> None:
    bare = GoldDocument(5, f"{LONG} 5", None)
    result, _ = _measured([document(1), bare], document(1))
    assert (result.seen, result.unseen) == (1, None)


def test_a_file_is_measured_so(tmp_path: Path) -> None:
    gold = tmp_path / "g.pubtator"
    text = "".join(f"{n}|t|{LONG} {n}\n{n}|a|\n{n}\t0\t1\tA\tDisease\tD000001\n\n" for n in (1, 2))
    gold.write_text(text, encoding="utf-8")
    result = evaluate_file(gold, Counting(), seen=Seen(hashes(document(2, "x"))))
    assert (result.seen, result.unseen and result.unseen.documents) == (1, 1)


def test_the_shipped_model_was_trained_with_the_shipped_lexicon() -> None:
    """After every change of the compiled lexicon the model is trained anew: `make model`."""
    model, lexicon = open_model(), open_lexicon()
    assert model.lexicon == lexicon.fingerprint, "make lexicon was run without make model"
    assert f"lexicon `{lexicon.fingerprint}`" in " ".join(
        (model.directory / "MODEL_CARD.md").read_text("utf-8").split()
    )


def test_the_shipped_model_tells_what_it_was_trained_on() -> None:
    assert read_seen(open_model().directory) is not None, "the model is of before: make model"


def test_a_model_of_another_lexicon_is_one_line_of_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    model = Model(write_model(tmp_path, {}))
    monkeypatch.setitem(model.about, "lexicon", "beefbeefbeefbeef")
    monkeypatch.setattr(annotators, "open_model", lambda: model)
    annotators._warn_once.cache_clear()
    for _ in range(2):
        found = annotator_of(Settings())
    assert found.mentions(from_text("Psoriasis."))
    ((message,),) = ([record.getMessage() for record in caplog.records],)
    assert "\n" not in message
    assert "trained with the lexicon beefbeefbeefbeef" in message
    monkeypatch.setitem(model.about, "lexicon", open_lexicon().fingerprint)
    assert disagreement(open_lexicon(), model) is None
