"""Gold of what sentences claim: labelled pairs, read from JSON lines, and how well claims are told.

Two forms are read. One holds its texts (`title`, `text`, names with their start in the text); the other
offsets into PubMed records and no text (data/gold/README.md), whose texts come from files of PubMed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from comention.annotation.document import Document
from comention.annotation.fast import FastAnnotator
from comention.claims.features import Layout, context_of
from comention.claims.reading import judge, nearest
from comention.claims.vocabulary import ALLOWED, PART_OF
from comention.documents.pubtator import Problem, text_lines
from comention.errors import MalformedError, UsageError
from comention.files.opening import open_source
from comention.gold.claim_scores import Told
from comention.gold.marked import digest, texts_of
from comention.records import Certainty, ClaimWord, Direction, Mention, Sentence

_TURNED: Mapping[Direction | None, Direction | None] = {"ab": "ba", "ba": "ab", None: None}


class Labelled(NamedTuple):
    """Two names of a sentence, in the order of pairs, and what a reader says that it claims of them."""

    pmid: int
    layout: Layout
    a: Mention
    b: Mention
    claim: ClaimWord
    certainty: Certainty | None
    direction: Direction | None
    is_misread: bool

    @property
    def fold(self) -> int:
        """The part, of five, in which its document is measured."""
        return int(hashlib.sha256(str(self.pmid).encode()).hexdigest(), 16) % 5


def is_of_claims(path: Path) -> bool:
    """Return whether a file of JSON lines holds labelled pairs; raises what opening it raises."""
    with open_source(path) as stream:
        first = stream.readline(1 << 20)
    try:
        row = json.loads(first)
    except ValueError:
        return False
    return isinstance(row, dict) and {"a", "b", "claim"} <= row.keys()


def read_claims(
    gold: Path, texts: Sequence[Path], annotator: FastAnnotator
) -> tuple[list[Labelled], list[Problem]]:
    """Return the labelled pairs of a file, and which could not be read for want of their text.

    The annotator says what else the sentences name. Gold that holds its sentences is read in the records of
    files, too, where these are named and hold the sentence as it stands: what the rest of a text says counts.
    Raises UsageError for gold without texts where no files are named that hold them, MalformedError for a
    line that is of neither form.
    """
    with open_source(gold) as stream:
        lines = list(enumerate(text_lines(stream, str(gold)), 1))
    rows = [(number, _row(line, number, gold)) for number, line in lines if line.strip()]
    apart = {row["pmid"]: row for _, row in rows if "sha256" in row}
    if apart and not texts:
        raise UsageError(f"{gold} holds no texts: name PubMed files or folders that have them with --texts")
    found = texts_of({row["pmid"]: row for _, row in rows} if texts else {}, texts)
    labelled: list[Labelled] = []
    problems: list[Problem] = []
    held: dict[str, list[Mention]] = {}
    for number, row in rows:
        document, shift = _placed(row, found.get(row["pmid"]))
        if document is None:
            problems.append(Problem(number, f"PMID {row['pmid']} is in none of the files, or has changed"))
            continue
        if document.text not in held:
            held[document.text] = annotator.read(document).mentions
        try:
            labelled.append(_labelled(row, document, shift, held[document.text]))
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            raise MalformedError(
                f"{gold}: line {number} is no labelled pair ({error!r}): see data/gold/README.md"
            ) from None
    return labelled, problems


def _row(line: str, number: int, gold: Path) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not {"pmid", "a", "b", "claim"} <= row.keys():
        raise MalformedError(f"{gold}: line {number} is no labelled pair: see data/gold/README.md")
    return row


def _placed(row: Mapping[str, Any], record: Document | None) -> tuple[Document | None, int]:
    """Return the document of a row, and where in it begins what the row's offsets count from."""
    if "sha256" in row:
        return (record, 0) if record and digest(record.text) == row["sha256"] else (None, 0)
    if record and record.text.count(row["text"]) == 1:
        return record, record.text.index(row["text"])
    document = _of_text(row)
    return document, document.sentences[1].start


def _of_text(row: Mapping[str, Any]) -> Document:
    """Return a title and a sentence as a document."""
    title, text = row["title"], row["text"]
    begin = len(title) + 1
    end = begin + len(text)
    sentences = (
        Sentence(0, 0, len(title), None, in_title=True),
        Sentence(1, begin, end, None, in_title=False),
    )
    return Document(f"{title} {text}", sentences, ((0, len(title)), (begin, end)))


def _labelled(
    row: Mapping[str, Any], document: Document, shift: int, mentions: Sequence[Mention]
) -> Labelled:
    spans = [_span(row[side], shift) for side in "ab"]
    sentence = next(s for s in document.sentences if s.start <= spans[0][0] < s.end)
    inside = [m for m in mentions if sentence.start <= m.start < sentence.end]
    named = []
    for side, span in zip("ab", spans, strict=True):
        concept = row[side].get("concept") or row[side].get("id")
        name, inside = _named(document.text, inside, span, row[side]["type"], concept)
        named.append(name)
    a, b = _as_read(named, inside)
    direction = row.get("direction")
    if (a.entity_type, a.concept_id) > (b.entity_type, b.concept_id):
        a, b, direction = b, a, _TURNED[direction]
    claim = PART_OF.get(row["claim"], row["claim"])
    if claim not in ALLOWED.get((a.entity_type, b.entity_type), ()):
        raise ValueError(f"{claim} of {a.entity_type} and {b.entity_type}")
    context = context_of(document.text, document.sentences, mentions)
    layout = Layout(document.text, sentence, inside, context)
    return Labelled(row["pmid"], layout, a, b, claim, row["certain"], direction, not row["ner_ok"])


def _span(side: Mapping[str, Any], shift: int) -> tuple[int, int]:
    start = side["start"] + shift
    return start, side["end"] + shift if "end" in side else start + len(side["surface"])


def _named(
    text: str, mentions: Sequence[Mention], span: tuple[int, int], kind: Any, concept: str
) -> tuple[Mention, list[Mention]]:
    """Return the mention that gold names, as found where it is found; and all mentions with it."""
    for mention in mentions:
        if (mention.start, mention.end, mention.entity_type) == (*span, kind):
            return mention._replace(concept_id=concept), list(mentions)
    own = Mention(*span, text[slice(*span)], kind, concept, "", "lexicon")
    others = [m for m in mentions if m.end <= span[0] or span[1] <= m.start]
    return own, sorted([*others, own], key=lambda m: m.start)


def _as_read(named: Sequence[Mention], inside: Sequence[Mention]) -> Sequence[Mention]:
    """Return the spans that a run reads of gold's two concepts: the nearest, whichever of them gold marks."""
    concepts = {m.concept_id for m in named}
    pairs = nearest([m for m in inside if m.concept_id in concepts])
    of = {m.concept_id: m for m in pairs[0]} if pairs else {}
    return [of.get(m.concept_id, m) for m in named]


def tell(labelled: Iterable[Labelled]) -> Iterator[Told]:
    """Yield what the shipped model tells of labelled pairs."""
    for one in labelled:
        told = judge(one.layout, one.a, one.b).claim
        yield Told((one.a.entity_type, one.b.entity_type), one.claim, told)


def hashed(pmid: int | str) -> str:
    """Return what a model's `documents` calls a document by: 16 hexadecimal digits."""
    return hashlib.sha256(f"pmid:{pmid}".encode()).hexdigest()[:16]


def seen_in_training(labelled: Iterable[Labelled], model: Path) -> int:
    """Return how many labelled pairs are of documents that a model was trained on."""
    documents = frozenset(json.loads((model / "model.json").read_text("utf-8"))["documents"])
    return sum(hashed(one.pmid) in documents for one in labelled)
