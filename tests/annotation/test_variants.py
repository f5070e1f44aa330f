"""Short texts as real abstracts have them, each with what is to be found in it; see variants.tsv."""

import functools
from collections.abc import Sequence
from pathlib import Path

import pytest

from comention.annotation.annotator import Annotator
from comention.annotation.annotators import make_annotator
from comention.annotation.document import from_article
from comention.lexicon.lookup import lookup
from comention.lexicon.matcher import Additions
from comention.lexicon.store import open_lexicon
from comention.pubmed.xml import parse_article
from comention.records import Mention

_TYPES = {"disease", "drug", "chemical", "cytokine", "cell"}
_ROWS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("variants.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module", params=["fast", "standard"])
def annotator(request: pytest.FixtureRequest) -> Annotator:
    return make_annotator(request.param, Additions(), {})


@functools.cache
def ids(names: str) -> frozenset[str]:
    """The concepts of names, `|` between them; each must have one."""
    found = [
        {row["concept_id"] for row in lookup(name, open_lexicon())} - {None} for name in names.split("|")
    ]
    assert all(found), names
    return frozenset[str]().union(*found)


def on(words: str, text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions that share a character with any place of the words, which the text must have."""
    folded, sought = text.lower(), words.lower()
    places = [i for i in range(len(folded)) if folded.startswith(sought, i)]
    assert places, (words, text)
    return [m for m in mentions if any(m.start < i + len(words) and m.end > i for i in places)]


def no_mention(rest: str, text: str, mentions: Sequence[Mention]) -> bool:
    words, _, what = rest.partition(":")
    there = on(words, text, mentions)
    if what in _TYPES:
        return all(m.entity_type != what for m in there)
    return not any(m.concept_id in ids(what) for m in there) if what else not there


def is_there(words: str, text: str, mentions: Sequence[Mention]) -> bool:
    there = on(words, text, mentions)
    return bool(there) and all(m.denied != "thing" for m in there)


def is_asserted(words: str, text: str, mentions: Sequence[Mention]) -> bool:
    there = on(words, text, mentions)
    return bool(there) and not any(m.negated for m in there)


def is_denied(words: str, text: str, mentions: Sequence[Mention]) -> bool:
    return all(m.negated for m in on(words, text, mentions))


def is_no_given_drug(words: str, text: str, mentions: Sequence[Mention]) -> bool:
    return all(m.entity_type != "drug" or m.role == "measured" for m in on(words, text, mentions))


def is_linked(expected: str, text: str, mentions: Sequence[Mention]) -> bool:
    words, _, name = expected.partition("=")
    there = mentions if words == "*" else on(words, text, mentions)
    return any(m.entity_type == name if name in _TYPES else m.concept_id in ids(name) for m in there)


_SIGNS = {"!": no_mention, "+": is_there, "~": is_asserted, "^": is_denied, "%": is_no_given_drug}


def holds(expected: str, text: str, mentions: Sequence[Mention]) -> bool:
    if (judge := _SIGNS.get(expected[0])) is not None:
        return judge(expected[1:], text, mentions)
    return is_linked(expected, text, mentions)


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: f"{row[0]}: {row[1][:40]}")
def test_what_real_texts_write(annotator: Annotator, row: tuple[str, ...]) -> None:
    article = parse_article(
        "<MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A title</ArticleTitle><Abstract>"
        f"<AbstractText>{row[1]}</AbstractText></Abstract></Article></MedlineCitation>".encode()
    )
    document = from_article(article)
    found = [m for m in annotator.mentions(document) if m.entity_type in _TYPES and ":" in m.concept_id]
    linked = [m for m in found if not m.concept_id.startswith("text:")]
    assert [one for one in row[2:] if not holds(one, document.text, linked)] == []
