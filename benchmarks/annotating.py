"""Annotation by names: the same abstracts and the same names by `fast` and by finders of strings.

`fast` does all its steps: sentences, folding of spelling, abbreviations that the text defines, lists that
leave a part out, negation and supposition, the choice among concepts. The peers find strings and no more:
flashtext2 on words (case-folded), pyahocorasick on characters, PhraseMatcher on tokens (lower-cased,
tokenisation included). pyahocorasick knows no words; as a sensible user would, names and text are lowered, a
hit counts where no letter or digit adjoins it, and of hits that overlap the leftmost stays, of those the
longest, as flashtext2 chooses. PhraseMatcher, the slowest, gets at most 1,000 abstracts of a round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks import articles, measures
from benchmarks.measures import Work
from benchmarks.results import BenchOrder, Findings
from comention.annotation.document import from_article
from comention.annotation.fast import FastAnnotator
from comention.lexicon.store import open_lexicon
from comention.records import Article

_FEW = 1000
_BEFORE = 1000  # abstracts that ours has read when the clock starts: the keys of names are made by then


def measure(order: BenchOrder) -> Findings:
    """Annotate the abstracts of the file, a part of them in each round.

    Where fewer records are asked for, peers get fewer names, since PhraseMatcher needs half a minute for all.
    """
    found = articles.abstracts(order.records)
    size = measures.parts(found, order.rounds)
    cuts = [found[i * size : (i + 1) * size] for i in range(order.rounds)]
    texts = [[article.text for article in cut] for cut in cuts]
    wanted = names()[: None if order.records is None else 100 * order.records]
    contestants = measures.ready(
        {
            "comention fast, all steps": lambda: _ours(cuts, found[-_BEFORE:]),
            "flashtext2": lambda: _flashtext(texts, wanted),
            "pyahocorasick, whole words": lambda: _automaton(texts, wanted),
            # last, since it leaves much memory that is free again, which would hide what others need
            "spaCy PhraseMatcher and tokeniser": lambda: _phrases(texts, wanted),
        }
    )
    done = measures.turns(contestants.work, order.rounds)
    return Findings(per="abstracts", rates=measures.rates(done, contestants.absent), figures=contestants.made)


def names() -> list[str]:
    """Return the names of the shipped lexicon as they are written, each once."""
    import pyarrow.parquet as pq

    table = pq.read_table(open_lexicon().directory / "names.parquet", columns=["text"])
    return list(table["text"].unique().to_pylist())


def _ours(cuts: Sequence[Sequence[Article]], before: Sequence[Article]) -> Work:
    annotator = FastAnnotator(open_lexicon())

    def read(found: Sequence[Article]) -> int:
        return sum(1 for _ in annotator.read_all(map(from_article, found)))

    read(before)
    return lambda number: read(cuts[number])


def _phrases(texts: Sequence[Sequence[str]], wanted: Sequence[str]) -> Work:
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("name", [nlp.make_doc(name) for name in wanted])
    return lambda number: sum(1 for text in texts[number][:_FEW] if matcher(nlp.make_doc(text)) is not None)


def _flashtext(texts: Sequence[Sequence[str]], wanted: Sequence[str]) -> Work:
    from flashtext2 import KeywordProcessor

    finder = KeywordProcessor(case_sensitive=False)
    finder.add_keywords_from_iter(wanted)
    return lambda number: sum(
        1 for text in texts[number] if finder.extract_keywords_with_span(text) is not None
    )


def _automaton(texts: Sequence[Sequence[str]], wanted: Sequence[str]) -> Work:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for name in wanted:
        low = name.lower()
        automaton.add_word(low, len(low))
    automaton.make_automaton()
    return lambda number: sum(1 for text in texts[number] if whole_words(automaton, text) is not None)


def whole_words(automaton: Any, text: str) -> list[tuple[int, int]]:
    """Return the spans of names in a text, whole words, leftmost and longest; values are names' lengths."""
    low = text.lower()
    size = len(low)
    spans = []
    for last, length in automaton.iter(low):
        start, end = last - length + 1, last + 1
        if (start == 0 or not low[start - 1].isalnum()) and (end == size or not low[end].isalnum()):
            spans.append((start, end))
    spans.sort(key=lambda span: (span[0], -span[1]))
    kept, free = [], 0
    for start, end in spans:
        if start >= free:
            kept.append((start, end))
            free = end
    return kept
