"""Parsing: the same bytes by comention, a bare walk of lxml, Bio.Entrez and pubmed_parser.

comention cuts the document into records and makes an article of each. `lxml.iterparse` walks and frees the
same elements and reads nothing of them: no parser that builds on lxml's events can be faster. Bio.Entrez, the
slowest, gets at most 1,000 records of a round; pubmed_parser opens files, and gets them compressed.
"""

from __future__ import annotations

import gzip
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import articles, measures
from benchmarks.measures import Work
from benchmarks.results import BenchOrder, Findings

_FEW = 1000


def measure(order: BenchOrder) -> Findings:
    """Parse the records of the file, a part of them in each round."""
    data = articles.records(order.records)
    size = measures.parts(data, order.rounds)
    cuts = [data[i * size : (i + 1) * size] for i in range(order.rounds)]
    documents = [articles.document(cut) for cut in cuts]
    few = [articles.document(cut[:_FEW]) for cut in cuts]
    with tempfile.TemporaryDirectory() as folder:
        files = _files(Path(folder), documents)
        contestants = measures.ready(
            {
                "comention": lambda: _ours(documents),
                "lxml.iterparse, bare": lambda: _walk(documents),
                "Bio.Entrez.read": lambda: _entrez(few),
                "pubmed_parser": lambda: _parser(files),
            }
        )
        found = measures.turns(contestants.work, order.rounds)
    return Findings(per="records", rates=measures.rates(found, contestants.absent))


def _files(folder: Path, documents: Sequence[bytes]) -> list[str]:
    names = []
    for number, content in enumerate(documents):
        path = folder / f"{number}.xml.gz"
        path.write_bytes(gzip.compress(content, 1))
        names.append(str(path))
    return names


def _ours(documents: Sequence[bytes]) -> Work:
    from comention.pubmed.split import split
    from comention.pubmed.xml import parse_chunk

    return lambda number: sum(
        1 for chunk in split(io.BytesIO(documents[number]), "") if parse_chunk(chunk, "") is not None
    )


def _walk(documents: Sequence[bytes]) -> Work:
    from lxml import etree

    def walk(number: int) -> int:
        done = 0
        for _, element in etree.iterparse(io.BytesIO(documents[number]), tag="PubmedArticle", load_dtd=False):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            done += 1
        return done

    return walk


def _entrez(documents: Sequence[bytes]) -> Work:
    from Bio import Entrez

    def read(number: int) -> int:
        return len(Entrez.read(io.BytesIO(documents[number]))["PubmedArticle"])  # type: ignore[no-untyped-call]  # Biopython has no types

    return read


def _parser(files: Sequence[str]) -> Work:
    import pubmed_parser

    return lambda number: sum(1 for _ in pubmed_parser.parse_medline_xml(files[number]))
