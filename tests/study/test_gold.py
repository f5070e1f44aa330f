"""Kinds of studies against 150 abstracts that were read, where the files of PubMed are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comention.files.opening import open_source
from comention.pubmed.split import split
from comention.pubmed.xml import parse_chunk
from comention.records import PEOPLE, TRIALS, Article
from comention.study.reading import hits, told

_GOLD = Path(__file__).parents[2] / "data" / "gold" / "study.jsonl"
_CLASSES: dict[str, set[str]] = {
    "trial": {*TRIALS},
    "human": {*PEOPLE},
    "human observational": {"human observational"},
    "animal": {"animal"},
    "in vitro": {"in vitro"},
    "review": {"review"},
}


@pytest.mark.corpora
@pytest.mark.slow
def test_texts_alone_tell_what_was_read(corpora: Path) -> None:
    rows = [json.loads(line) for line in _GOLD.read_text("utf-8").splitlines()]
    gold = {row["pmid"]: set(row["study"]) for row in rows}
    found: dict[int, set[str]] = {}
    for source in sorted({row["source"] for row in rows}):
        with open_source(corpora / "pubmed" / source) as stream:
            for chunk in split(stream, source):
                article = parse_chunk(chunk, source)
                if isinstance(article, Article) and article.pmid in gold:
                    said = told(hits(article.text), len(article.title), len(article.text), article.sections)
                    found[article.pmid] = {str(word) for word in said.words}
    assert found.keys() == gold.keys()
    for name, words in _CLASSES.items():
        told_so = {pmid for pmid, said in found.items() if said & words}
        is_so = {pmid for pmid, said in gold.items() if said & words}
        f1 = 2 * len(told_so & is_so) / (len(told_so) + len(is_so))
        assert f1 >= 0.85, (name, f1)
