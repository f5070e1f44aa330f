"""A text with its sentences and its blocks, made from an article or from plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from comention.records import Article, Sentence

# The end of a sentence: a full stop, perhaps a closing bracket or quote, white space, then something
# that can begin one.
_NEXT = r"(?=[\"'“‘(\[]?[A-Z0-9Α-Ωα-ωÀ-Þ])"
# The number of a reference that a sentence may end in: "common.¹", or "common.1" where its markup is lost.
_CITED = (
    r"(?:[⁰¹²³⁴-⁹ᵃᵇᶜᵈᵉᶠᵍʰ][⁰¹²³⁴-⁹ᵃᵇᶜᵈᵉᶠᵍʰ,‐‑–-]*"
    r"|(?<=[a-z]{3}\.)\d{1,2}(?:[,‐‑–-]\d{1,2})*(?=\s+[A-Z][a-z]))?"
)
# A heading that the sentence before it runs into: "was used.Results: Crohn's", "was used.ResultsAsthma".
_HEADING = (
    r"(?=(?i:background|objectives?|aims?|purpose|(?:patients and |materials and )?methods|results?|findings"
    r"|conclusions?|discussion|interpretation)\s?[:.-]"
    r"|(?:Background|Objectives?|Aims?|Purpose|Methods|Results?|Findings|Conclusions?|Discussion"
    r"|Interpretation)[A-Z][a-z]{2})"
)
_END = re.compile(rf"[.!?](?:[\"'”’)\]]*{_CITED}\s+{_NEXT}|(?<=[a-z0-9)%\]][.!?]){_HEADING})")

# What ends in a full stop without ending a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|et al|ca|approx|resp|viz|Figs?|Tabs?|Nos?|vol|Dr|Drs|Prof|Ste?|Mt|Mr|Mrs"
    r"|Ref|Refs"
    r"|sp|spp|subsp|var|ser|str|i\.v|i\.p|s\.c|i\.m|p\.o|i\.d|i\.n|b\.i\.d|wt|conc|incl|dept|U\.S|a\.m|p\.m)"
    r"|(?:^|[\s(\[])[A-Z])\.$"
)
# No abbreviation is longer, in characters with the space before it: `approx.`, `b.i.d.`.
_LONGEST = 9


@dataclass(frozen=True, slots=True)
class Document:
    """What an annotator reads. No name reaches over the edge of a block (title, section)."""

    text: str
    sentences: tuple[Sentence, ...]
    blocks: tuple[tuple[int, int], ...]


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences in `text[start:end]`, without the white space between them.

    A full stop ends no sentence after a known abbreviation, after a single capital ("E. coli"), or
    inside an open parenthesis.
    """
    begin = start
    for found in _END.finditer(text, start, end):
        stop, after = found.start() + 1, found.end()
        if is_abbreviation(text, begin, stop) or _is_open(text, begin, stop, after):
            continue
        yield begin, stop - 1 + len(found[0].rstrip())
        begin = after
    last = begin + len(text[begin:end].rstrip())
    begin += len(text[begin:end]) - len(text[begin:end].lstrip())
    if begin < last:
        yield begin, last


def _is_open(text: str, begin: int, stop: int, after: int) -> bool:
    """Return whether a bracket opens in `text[begin:stop]` that is not closed in `text[begin:after]`."""
    opened = text.find("(", begin, stop)
    return opened >= 0 and text.count("(", opened, stop) > text.count(")", begin, after)


def word_before(text: str, place: int) -> str:
    """Return what stands between the character before a place and the space before that: "of" in "of MS"."""
    end = max(place - 1, 0)
    return text[text.rfind(" ", 0, end) + 1 : end]


def is_abbreviation(text: str, begin: int, stop: int) -> bool:
    """Return whether the last word of `text[begin:stop]` ends in a full stop and ends no sentence."""
    near = max(begin, stop - _LONGEST)
    short = text.find(" ", near, stop) >= 0 or stop - begin < _LONGEST
    return short and _ABBREVIATION.search(text[max(begin, stop - 12) : stop]) is not None


def from_article(article: Article) -> Document:
    """Return the document of an article: the title is sentence 0, the abstract's begin at 1."""
    text = article.text
    sentences: list[Sentence] = []
    blocks: list[tuple[int, int]] = []
    if article.title:
        blocks.append((0, len(article.title)))
        sentences.append(Sentence(0, 0, len(article.title), None, in_title=True))
    index = 1
    for section in article.sections:
        blocks.append((section.start, section.end))
        for start, end in sentence_spans(text, section.start, section.end):
            sentences.append(Sentence(index, start, end, section.label, in_title=False))
            index += 1
    return Document(text, tuple(sentences), tuple(blocks))


def from_text(text: str) -> Document:
    """Return the document of a plain text, which has no title: its sentences begin at 1."""
    spans = sentence_spans(text, 0, len(text))
    sentences = tuple(Sentence(i, s, e, None, in_title=False) for i, (s, e) in enumerate(spans, 1))
    return Document(text, sentences, ((0, len(text)),))
