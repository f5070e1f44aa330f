"""The abstracts marked by hand: the file is well-formed, holds no text, and fits the real records."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comention.files.opening import open_source
from comention.lexicon.store import open_lexicon
from comention.pubmed.split import split
from comention.pubmed.xml import parse_chunk
from comention.records import Article

pytestmark = pytest.mark.slow

GOLD = Path(__file__).parents[2] / "data" / "gold"
_TYPES = {"disease", "drug", "chemical", "cytokine", "cytokine_class"}
_CONCEPT = re.compile(r"MESH:[CD]\d{6,9}|HGNC:\d+|UNII:[0-9A-Z]{10}|COMENTION:[A-Z][\w-]+")
_PMID = re.compile(rb"<PMID[^>]*>(\d+)<")

Gold = dict[str, Any]


@pytest.fixture(scope="module", params=["immuno_abstracts.jsonl", "immuno_unseen.jsonl"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def documents(name: str) -> list[Gold]:
    return [json.loads(line) for line in (GOLD / name).read_text("utf-8").splitlines()]


def _marks(documents: list[Gold]) -> list[Gold]:
    return [mark for document in documents for mark in document["marks"]]


def test_documents_stand_in_the_order_of_their_pmids(documents: list[Gold], name: str) -> None:
    pmids = [document["pmid"] for document in documents]
    assert len(pmids) == {"immuno_abstracts.jsonl": 60, "immuno_unseen.jsonl": 57}[name]
    assert pmids == sorted(set(pmids))


def test_each_line_has_its_keys_and_no_text(documents: list[Gold]) -> None:
    for document in documents:
        assert document.keys() == {"pmid", "source", "sha256", "marks", "traps"}
        assert re.fullmatch(r"[\w.]+\.xml(\.gz)?", document["source"])
        assert re.fullmatch(r"[0-9a-f]{16}", document["sha256"])
        for trap in document["traps"]:
            assert trap.keys() == {"start", "end", "reason"}
            assert 0 < len(trap["reason"]) <= 60
    for mark in _marks(documents):
        assert {"start", "end", "type", "concept"} <= mark.keys()
        assert mark.keys() <= {"start", "end", "type", "concept", "name", "optional", "role"}
        assert ("name" in mark) == (mark["concept"] is None)
        assert 0 < len(mark.get("name", "-")) <= 40


def test_types_ids_and_roles_are_those_of_the_guide(documents: list[Gold]) -> None:
    for mark in _marks(documents):
        assert mark["type"] in _TYPES
        assert mark["concept"] is None or _CONCEPT.fullmatch(mark["concept"])
        assert mark.get("optional", True) is True
        assert "role" not in mark or (
            mark["role"] in {"given", "measured"} and mark["type"] in {"drug", "chemical"}
        )


def test_offsets_are_in_order_and_no_mark_stands_twice(documents: list[Gold]) -> None:
    for document in documents:
        for spans in (document["marks"], document["traps"]):
            starts = [span["start"] for span in spans]
            assert starts == sorted(starts)
            assert all(0 <= span["start"] < span["end"] for span in spans)
        keys = [(m["start"], m["end"], m["type"], m["concept"], m.get("name")) for m in document["marks"]]
        assert len(keys) == len(set(keys))
        assert not {k[:2] for k in keys} & {(t["start"], t["end"]) for t in document["traps"]}


def test_ids_are_known_to_the_lexicon(documents: list[Gold]) -> None:
    lexicon = open_lexicon()
    types = {concept.concept_id: concept.entity_type for concept in lexicon.concepts}
    for mark in _marks(documents):
        concept = mark["concept"]
        if concept is None:
            continue
        if concept.startswith("MESH:"):
            assert lexicon.holds_mesh(concept), concept
        elif concept.startswith("UNII:"):
            assert concept in types
        else:
            assert types[concept] == mark["type"].removesuffix("_class"), concept


@pytest.mark.corpora
def test_offsets_cut_names_out_of_the_real_records(documents: list[Gold], name: str, corpora: Path) -> None:
    texts = {article.pmid: article.text for article in _articles(documents, corpora)}
    inside_words = []
    for document in documents:
        text = texts[document["pmid"]]
        assert hashlib.sha256(text.encode()).hexdigest()[:16] == document["sha256"], document["pmid"]
        for span in [*document["marks"], *document["traps"]]:
            surface = text[span["start"] : span["end"]]
            assert span["end"] <= len(text)
            assert surface
            assert surface == surface.strip()
            if re.search(r"[^\W_]$", text[: span["start"]]) or re.match(r"[^\W_]", text[span["end"] :]):
                inside_words.append(surface)
        marked = {(m["start"], m["end"]) for m in document["marks"]}
        spellings = [text[start:end] for start, end in marked]
        assert len(spellings) == len(set(spellings)), document["pmid"]  # each once, at its first occurrence
        assert not {text[t["start"] : t["end"]] for t in document["traps"]} & set(spellings)
    # written "antitumor necrosis factor-alpha", and "IL-4, -5, -10, and-13"
    assert (
        inside_words
        == {
            "immuno_abstracts.jsonl": ["tumor necrosis factor-alpha"],
            "immuno_unseen.jsonl": ["-13"],
        }[name]
    )


def _articles(documents: list[Gold], corpora: Path) -> Iterator[Article]:
    wanted: dict[str, set[int]] = {}
    for document in documents:
        wanted.setdefault(document["source"], set()).add(document["pmid"])
    for source, pmids in wanted.items():
        path = next((corpora / "pubmed").rglob(source))
        with open_source(path) as stream:
            for chunk in split(stream, source):
                pmid = _PMID.search(chunk.data)
                if chunk.kind == "article" and pmid and int(pmid[1]) in pmids:
                    article = parse_chunk(chunk, source)
                    assert isinstance(article, Article)
                    yield article
