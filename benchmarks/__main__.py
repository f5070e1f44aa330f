"""Speed as ratios against peers, interleaved in one run: `make bench`.

Real records are read from the corpora that COMENTION_CORPORA names (see tests/conftest.py); the figures are
records or abstracts per CPU-second on one core, medians over rounds. Peers get the same bytes, the same texts
and the same names. Nothing here is a test: the ratio is what counts, the seconds are this machine's.
"""

from __future__ import annotations

import argparse
import functools
import gc
import gzip
import io
import json
import multiprocessing
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks import counting
from comention.annotation.annotator import Annotator
from comention.annotation.annotators import make_annotator
from comention.annotation.document import from_article
from comention.annotation.fast import FastAnnotator
from comention.annotation.standard import StandardAnnotator
from comention.lexicon.matcher import Additions
from comention.lexicon.store import open_lexicon
from comention.ner.model import open_model
from comention.pubmed.split import open_source, split
from comention.pubmed.xml import parse_article, parse_chunk
from comention.records import Article

_HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    b'1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>'
)
_FILE = "pubmed/pubmed21n1298.xml.gz"


def corpora() -> Path:
    """Return the folder of the real corpora, or say that there is none."""
    folder = Path(os.environ.get("COMENTION_CORPORA") or Path(__file__).resolve().parents[2] / "shared")
    if not (folder / _FILE).exists():
        sys.exit(f"no {_FILE}: set COMENTION_CORPORA to the folder that holds the real corpora")
    return folder


def seconds(work: Callable[[], Any]) -> float:
    """Return the CPU seconds that a call takes in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def rates(contestants: Mapping[str, Callable[[int], int]], rounds: int) -> dict[str, float]:
    """Return items per CPU-second of each, medians over rounds in which they take turns."""
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    gc.collect()
    gc.freeze()  # the records held for the benchmark shall burden no contestant's garbage collection
    for number in range(rounds):
        for name, work in contestants.items():
            began = time.process_time()
            done = work(number)
            measured[name].append(done / (time.process_time() - began))
    return {name: statistics.median(values) for name, values in measured.items()}


def records(path: Path) -> list[bytes]:
    """Return the article records of a file as bytes."""
    with open_source(path) as stream:
        return [chunk.data for chunk in split(stream, path.name) if chunk.kind == "article"]


def parsing(data: list[bytes], rounds: int) -> dict[str, float]:
    """Parse the same records by ours, a bare walk, Bio.Entrez and pubmed_parser."""
    import pubmed_parser
    from Bio import Entrez
    from lxml import etree

    size = len(data) // rounds
    sets = [_HEAD + b"".join(data[i * size : (i + 1) * size]) + b"</PubmedArticleSet>" for i in range(rounds)]
    few = min(size, 1000)
    small = [
        _HEAD + b"".join(data[i * size : i * size + few]) + b"</PubmedArticleSet>" for i in range(rounds)
    ]

    def ours(number: int) -> int:
        return len([parse_chunk(chunk, "") for chunk in split(io.BytesIO(sets[number]), "")])

    def walk(number: int) -> int:
        done = 0
        for _, element in etree.iterparse(io.BytesIO(sets[number]), tag="PubmedArticle", load_dtd=False):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            done += 1
        return done

    def entrez(number: int) -> int:
        return len(Entrez.read(io.BytesIO(small[number]))["PubmedArticle"])  # type: ignore[no-untyped-call]  # Biopython has no types

    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.xml.gz" for number in range(rounds)]
        for file, content in zip(files, sets, strict=True):
            file.write_bytes(gzip.compress(content, 1))

        def parser(number: int) -> int:
            return sum(1 for _ in pubmed_parser.parse_medline_xml(str(files[number])))

        who = {"comention": ours, "lxml.iterparse, bare": walk, "Bio.Entrez.read": entrez}
        return rates(who | {"pubmed_parser": parser}, rounds)


def annotating(data: list[bytes], rounds: int) -> dict[str, float]:
    """Annotate the same abstracts by ours, all steps, and find the same names by spaCy's PhraseMatcher."""
    import pyarrow.parquet as pq
    import spacy
    from spacy.matcher import PhraseMatcher

    articles = [article for record in data if (article := parse_article(record)).abstract]
    size = len(articles) // rounds
    lexicon = open_lexicon()
    annotator = FastAnnotator(lexicon)
    names = pq.read_table(lexicon.directory / "names.parquet", columns=["text"])["text"].unique().to_pylist()
    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("name", [nlp.make_doc(name) for name in names])

    def part(number: int) -> list[Article]:
        return articles[number * size : (number + 1) * size]

    def ours(number: int) -> int:
        return sum(1 for article in part(number) if annotator.mentions(from_article(article)) is not None)

    def phrase_matcher(number: int) -> int:
        few = part(number)[:1000]
        return sum(1 for article in few if matcher(nlp.make_doc(article.text)) is not None)

    return rates({"comention, all steps": ours, "spaCy PhraseMatcher and tokeniser": phrase_matcher}, rounds)


def recognising(data: list[bytes], rounds: int) -> dict[str, float]:
    """Annotate the same abstracts by `standard`, by `fast`, and by spaCy's recogniser in scispaCy's size.

    spaCy's is not trained, which its speed does not depend on: a convolution of width 96 and depth 4,
    without the tagger and parser that scispaCy's packages run beside it.
    """
    import spacy

    articles = [article for record in data[:8000] if (article := parse_article(record)).abstract]
    size = min(len(articles) // rounds, 500)
    lexicon = open_lexicon()
    standard, fast = StandardAnnotator(lexicon, open_model()), FastAnnotator(lexicon)
    nlp = spacy.blank("en")
    recogniser = nlp.add_pipe("ner")
    for label in ("DISEASE", "CHEMICAL"):
        recogniser.add_label(label)  # type: ignore[attr-defined]  # what the factory "ner" makes
    nlp.initialize()

    def part(number: int) -> list[Article]:
        return articles[number * size : (number + 1) * size]

    def by(annotator: StandardAnnotator | FastAnnotator) -> Callable[[int], int]:
        return lambda number: sum(
            1 for article in part(number) if annotator.mentions(from_article(article)) is not None
        )

    def spacy_ner(number: int) -> int:
        few = [article.text for article in part(number)[:150]]
        return sum(1 for _ in nlp.pipe(few, batch_size=50))

    who = {"comention, standard": by(standard), "comention, fast": by(fast)}
    return rates(who | {"spaCy's recogniser, 96 × 4": spacy_ner}, rounds)


def scaling(data: list[bytes]) -> dict[str, float]:
    """Annotate by `standard` in one process and in two; return abstracts per second and their ratio."""
    articles = [article for record in data[:8000] if (article := parse_article(record)).abstract]
    parts = [articles[i : i + 100] for i in range(0, 4000, 100)]
    wall = {}
    for processes in (1, 2):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, context) as pool:
            list(pool.map(_annotate, parts[: 4 * processes]))  # every process has read the model
            began = time.monotonic()
            done = sum(pool.map(_annotate, parts))
            wall[processes] = done / (time.monotonic() - began)
    return {
        "one process, abstracts/s": wall[1],
        "two processes, abstracts/s": wall[2],
        "ratio": wall[2] / wall[1],
    }


@functools.cache
def _standard() -> Annotator:
    return make_annotator("standard", Additions(), {})


def _annotate(articles: list[Article]) -> int:
    annotator = _standard()
    return sum(1 for article in articles if annotator.mentions(from_article(article)) is not None)


def opening() -> dict[str, float]:
    """Return what it costs a fresh process to be ready to annotate: seconds and MiB, its imports included."""
    code = (
        "import re, time; began = time.monotonic(); import comention; "
        "comention.annotate('IL-12 in psoriasis.'); "
        # What getrusage tells counts the process that started this one.
        "status = open('/proc/self/status').read(); "
        "print(time.monotonic() - began, int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    seconds_needed, peak = map(float, done.stdout.split())
    return {"seconds to the first mention": seconds_needed, "peak MiB": peak}


def whole_run(path: Path) -> dict[str, float]:
    """Run the job on the real file, everything kept, and return wall seconds and peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "comention.cli", "run", "--input", str(path), "--json"]
        began = time.monotonic()
        done = subprocess.run(
            [*command, "--set", "topic.match=all", "--workdir", folder], check=True, capture_output=True
        )
        wall = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    articles = json.loads(done.stdout)["articles"]
    return {"articles": articles, "wall seconds": wall, "peak MiB of the largest process": peak}


def main() -> None:
    """Measure, print a Markdown table and write JSON."""
    options = argparse.ArgumentParser(description="Speed as ratios against peers.")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--out", type=Path, default=Path("build/bench.json"))
    given = options.parse_args()
    folder = corpora()
    path = folder / _FILE
    result: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "whole run": whole_run(path),
    }
    data = records(path)
    result["parse"] = parsing(data, given.rounds)
    result["annotate"] = annotating(data, given.rounds)
    result["recognise"] = recognising(data, given.rounds)
    result["scaling"] = scaling(data)
    result["opening"] = opening()
    result["counting"] = counting.against_pandas(given.rounds)
    result["growth"] = counting.growth((100_000, 1_000_000, 10_000_000))
    print(f"{result['machine']}; {len(data)} records of {path.name}, medians of {given.rounds} rounds\n")
    print("| Stage | Who | per CPU-second | ours is |\n|---|---|---|---|")
    for stage in ("parse", "annotate", "recognise"):
        first, *_ = ours = result[stage]
        for name, rate in result[stage].items():
            ratio = "" if name == first else f"{ours[first] / rate:.2f} ×"
            print(f"| {stage} | {name} | {rate:,.0f} | {ratio} |")
    for part in ("scaling", "opening", "counting"):
        print(f"\n{part}: " + ", ".join(f"{name} {value:,.2f}" for name, value in result[part].items()))
    print("\nwhole run: " + ", ".join(f"{name} {value:,.1f}" for name, value in result["whole run"].items()))
    sizes = [f"{size:,} in {run['seconds']:.1f} s" for size, run in result["growth"]["runs"].items()]
    print(f"\nmentions counted: {', '.join(sizes)}; exponent {result['growth']['exponent']:.2f}")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
