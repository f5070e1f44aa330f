"""Recognition: the same abstracts by `standard`, `fast`, and spaCy's recogniser of en_core_web_sm's size.

spaCy's is a convolution of width 96 and depth 4, as in en_core_web_sm and scispaCy's small packages, without
the tagger and parser that they run beside it. It is not trained, which its speed does not depend on. Told as
well are what a document takes that is read alone, how much claims and study context take beside it, what
`standard` gains in two processes, and what a fresh process needs to its first mention.
"""

from __future__ import annotations

import functools
import multiprocessing
import re
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks import articles, measures
from benchmarks.measures import Work
from benchmarks.results import BenchFigure, BenchOrder, Findings
from comention.annotation.annotator import Annotator
from comention.annotation.annotators import make_annotator
from comention.annotation.document import from_article
from comention.claims import reading as claims
from comention.lexicon.matcher import Additions
from comention.records import Article
from comention.study import reading as study

_RECORDS = 8000
_MOST = 500  # abstracts of a round
_FEW = 150  # of which spaCy's, the slowest, gets so many
_BEFORE = 1000  # abstracts that ours have read when the clock starts: the keys of names are made by then
_SHARE = 100  # abstracts that a process of the pool takes at once
_SHARES = 40
_FIRST_MENTION = (
    "import time; began = time.monotonic(); import comention; comention.annotate('IL-12 in psoriasis.'); "
    # What getrusage tells counts the process that started this one.
    "print(time.monotonic() - began); print(open('/proc/self/status').read())"
)


def measure(order: BenchOrder) -> Findings:
    """Annotate abstracts of the file, other ones in each round."""
    found = articles.abstracts(min(order.records or _RECORDS, _RECORDS))
    size = min(measures.parts(found, order.rounds), _MOST)
    cuts = [found[i * size : (i + 1) * size] for i in range(order.rounds)]
    contestants = measures.ready(
        {
            "comention standard, all steps": lambda: _by("standard", cuts, found[-_BEFORE:]),
            "comention fast, all steps": lambda: _by("fast", cuts, found[-_BEFORE:]),
            "spaCy's recogniser, 96 × 4": lambda: _spacy(cuts),
        }
    )
    done = measures.turns(contestants.work, order.rounds)
    return Findings(
        per="abstracts",
        rates=measures.rates(done, contestants.absent),
        figures=(
            *_one_at_a_time(cuts),
            *_of_claims(cuts),
            *_in_processes(found[: _SHARE * _SHARES]),
            *_first_mention(order.rounds),
        ),
    )


@functools.cache
def _annotator(name: str) -> Annotator:
    return make_annotator(name, Additions(), {})


def _annotated(found: Sequence[Article], name: str = "standard") -> int:
    annotator = _annotator(name)
    return sum(1 for _ in annotator.read_all(map(from_article, found)))


def _by(name: str, cuts: Sequence[Sequence[Article]], before: Sequence[Article]) -> Work:
    _annotated(before, name)
    return lambda number: _annotated(cuts[number], name)


def _spacy(cuts: Sequence[Sequence[Article]]) -> Work:
    import spacy

    nlp = spacy.blank("en")
    recogniser = nlp.add_pipe("ner")
    for label in ("DISEASE", "CHEMICAL"):
        recogniser.add_label(label)  # type: ignore[attr-defined]  # what the factory "ner" makes
    nlp.initialize()
    texts = [[article.text for article in cut[:_FEW]] for cut in cuts]
    return lambda number: sum(1 for _ in nlp.pipe(texts[number], batch_size=50))


def _one_at_a_time(cuts: Sequence[Sequence[Article]]) -> tuple[BenchFigure, ...]:
    """Return what a document takes that is read alone, as from a pipe, in processes that have read others."""
    figures = []
    for name in ("fast", "standard"):
        annotator = _annotator(name)
        each = []
        for cut in cuts:
            few = cut[:_FEW]
            began = time.process_time()
            for article in few:
                annotator.read(from_article(article))
            each.append(1000 * (time.process_time() - began) / len(few))
        figures.append(measures.figure(f"{name}, one document at a time", each, "CPU ms"))
    return tuple(figures)


def _of_claims(cuts: Sequence[Sequence[Article]]) -> tuple[BenchFigure, ...]:
    """Return how much of reading abstracts is claims and study context, of all steps by each annotator."""
    return tuple(
        measures.figure(
            f"claims and study context, share of reading by {name}",
            [_share_of_claims(_annotator(name), cut) for cut in cuts],
            "",
        )
        for name in ("fast", "standard")
    )


def _share_of_claims(annotator: Annotator, cut: Sequence[Article]) -> float:
    began = time.process_time()
    documents = [from_article(article) for article in cut]
    readings = list(annotator.read_all(documents))
    read = time.process_time()
    for article, document, reading in zip(cut, documents, readings, strict=True):
        mentions = [m if m.score is None else m._replace(score=None) for m in reading.mentions]
        claims.read(document.text, document.sentences, mentions)
        cues = study.hits(document.text)
        study.told(cues, len(article.title), len(document.text), article.sections)
        study.contexts(cues, [sentence.start for sentence in document.sentences])
    done = time.process_time()
    return (done - read) / (done - began)


def _in_processes(found: Sequence[Article]) -> tuple[BenchFigure, ...]:
    """Annotate by `standard` in one process and in two, by the wall clock."""
    shares = [found[i : i + _SHARE] for i in range(0, len(found), _SHARE)]
    wall = {}
    for processes in (1, 2):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, context, _annotator, ("standard",)) as pool:
            # every process has read the model and found something when the clock starts
            list(pool.map(_annotated, [found[:10]] * 8 * processes))
            began = time.monotonic()
            done = sum(pool.map(_annotated, shares))
            wall[processes] = done / (time.monotonic() - began)
    return (
        measures.figure("standard in one process", [wall[1]], "abstracts/s"),
        measures.figure("standard in two processes", [wall[2]], "abstracts/s"),
        measures.figure("two processes over one", [wall[2] / wall[1]], "times"),
    )


def _first_mention(rounds: int) -> tuple[BenchFigure, ...]:
    """Return what a fresh process needs to annotate for the first time, imports included."""
    seconds, peaks = [], []
    for _ in range(rounds):
        took, status = measures.alone(["-c", _FIRST_MENTION]).out.split("\n", 1)
        seconds.append(float(took))
        if found := re.search(r"VmHWM:\s+(\d+)", status):
            peaks.append(int(found[1]) / 1024)
    return (
        measures.figure("fresh process to its first mention", seconds, "s"),
        measures.figure("fresh process, peak memory", peaks, "MiB"),
    )
