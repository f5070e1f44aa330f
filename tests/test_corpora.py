"""The whole job on real PubMed files, where there are any."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from comention.annotation.document import from_article
from comention.annotation.fast import FastAnnotator
from comention.api import load
from comention.config import load_settings
from comention.files.atomic import read_parquet
from comention.files.opening import open_source
from comention.lexicon.matcher import Matcher
from comention.lexicon.store import open_lexicon
from comention.pubmed.split import split
from comention.pubmed.store import Store
from comention.pubmed.xml import parse_chunk
from comention.records import Article
from comention.resources import bundled_config
from tests.support.medline import chosen
from tests.support.runs import sums

pytestmark = [pytest.mark.corpora]

_PLAIN = re.compile(r"\b(interleukin[- ]?12|IL[- ]?12)\b")
_RECEPTOR = re.compile(r"(?i)\b(?:interleukin|IL)[- ]?12[- ]?(?:receptor|R\b|Rβ|RB)")


@pytest.fixture(scope="module")
def topic_run(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The command of the issue, on the real update file."""
    workdir = tmp_path_factory.mktemp("topic")
    config = bundled_config("interleukin-12")
    command = [
        sys.executable,
        "-m",
        "comention.cli",
        "run",
        "--source",
        "files",
        "--config",
        str(config),
        "--json",
    ]
    file = corpora / "pubmed" / "pubmed21n1298.xml.gz"
    done = subprocess.run(
        [*command, "--input", str(file), "--workdir", str(workdir)],
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout), workdir


@pytest.mark.slow
def test_every_citation_of_the_file_is_accounted_for(topic_run: tuple[dict[str, Any], Path]) -> None:
    result, _ = topic_run
    assert {n: result[n] for n in ("expected", "parsed", "rejected", "missing", "superseded", "deleted")} == {
        "expected": 20788,
        "parsed": 20788,
        "rejected": 0,
        "missing": 0,
        "superseded": 5,
        "deleted": 20,
    }
    assert result["kept"] + result["off_topic"] == 20783


@pytest.mark.slow
def test_all_plain_mentions_are_in_the_corpus_and_no_receptor_alone(
    topic_run: tuple[dict[str, Any], Path], corpora: Path, tmp_path: Path
) -> None:
    _, workdir = topic_run
    plain: set[int] = set()
    with open_source(corpora / "pubmed" / "pubmed21n1298.xml.gz") as stream:
        for chunk in split(stream, "file"):
            item = parse_chunk(chunk, "file")
            if isinstance(item, Article) and _PLAIN.search(item.text):
                plain.add(item.pmid)
    articles = load("articles", workdir)
    assert len(plain) == 27
    assert plain <= set(articles.pmid)
    assert 38 <= len(articles) <= 44
    mentions = load("mentions", workdir)
    topic = load_settings(None).topic
    named = set(mentions[mentions.concept_id.isin(topic.concepts)].pmid)
    headings = zip(articles.pmid, articles.mesh, strict=True)
    indexed = {pmid for pmid, mesh in headings if {heading["ui"] for heading in mesh} & set(topic.mesh)}
    assert set(articles.pmid) == named | indexed
    topical = mentions[mentions.concept_id.isin(topic.concepts)]
    assert not [text for text in topical.text if _RECEPTOR.search(text)]


@pytest.mark.slow
def test_interferon_gamma_is_among_the_first_cytokines(topic_run: tuple[dict[str, Any], Path]) -> None:
    _, workdir = topic_run
    pairs = load("pairs", workdir)
    beside = pairs[(pairs.a_id == "COMENTION:IL-12") & (pairs.b_type == "cytokine")]
    first = beside.sort_values("articles", ascending=False).b_id.head(5)
    assert "HGNC:5438" in set(first)


def test_the_surface_forms_are_known(corpora: Path) -> None:
    matcher = Matcher(open_lexicon())
    known: dict[str, list[bool]] = {}
    for line in (corpora / "vocab" / "surface_forms.tsv").read_text("utf-8").splitlines():
        kind, name = line.split("\t")
        allowed = {"drug", "chemical"} if kind == "drug" else {kind}
        whole = [m for m in matcher.find(name) if (m.start, m.end) == (0, len(name))]
        found = (
            bool(whole)
            and bool(whole[0].concepts)
            and all(c.entity_type in allowed for c in whole[0].concepts)
        )
        known.setdefault(kind, []).append(found)
    recall = {kind: sum(hits) / len(hits) for kind, hits in known.items()}
    assert recall.keys() == {"disease", "drug", "cytokine"}
    assert min(recall.values()) >= 0.95, recall


def _live_by_iterparse(files: list[Path]) -> tuple[dict[int, tuple[int, str]], int, int]:
    """The live citations of files, as version and file, with the citations and deletions seen."""
    import gzip

    from lxml import etree

    live: dict[int, tuple[int, str]] = {}
    citations = deletions = 0
    for path in files:
        with gzip.open(path) as stream:
            for _, element in etree.iterparse(stream, tag=("MedlineCitation", "DeleteCitation")):
                if element.tag == "MedlineCitation":
                    pmid = element.find("PMID")
                    assert pmid is not None
                    number, version = int(pmid.text or 0), int(pmid.get("Version") or 1)
                    citations += 1
                    if number not in live or version >= live[number][0]:
                        live[number] = version, path.name
                else:
                    for pmid in element.findall("PMID"):
                        deletions += 1
                        live.pop(int(pmid.text or 0), None)
                element.clear()
    return live, citations, deletions


@pytest.mark.slow
def test_all_real_bulk_files_in_one_run(corpora: Path, tmp_path: Path) -> None:
    """Of 2016, 2020 and 2021: every citation counted, deletions applied, a replay changes nothing."""
    names = ["medline16n0902.xml.gz", "pubmed20n0014.xml.gz", "pubmed21n1298.xml.gz"]
    files = [corpora / "pubmed" / name for name in names]
    command = [sys.executable, "-m", "comention.cli", "run", "--source", "bulk", "--json"]
    command += [
        "--workdir",
        str(tmp_path),
        *(word for file in reversed(files) for word in ("--input", str(file))),
    ]

    def run() -> dict[str, Any]:
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    live, citations, deletions = _live_by_iterparse(files)
    result = run()
    assert (citations, deletions) == (604 + 30_000 + 20_788, 21)
    assert (result["expected"], result["parsed"], result["rejected"], result["deleted"]) == (
        51_392,
        51_392,
        0,
        21,
    )
    store = Store.open(tmp_path / "store")
    (row,) = store.ledger().to_pylist()
    assert row["inputs"] == names
    by_file = store.accounts(row["run_id"]).to_pandas().query("outcome != 'deleted'").source.value_counts()
    assert by_file.to_dict() == dict(zip(names, (604, 30_000, 20_788), strict=True))
    assert store.frequencies is not None
    counted = read_parquet(store.frequencies).to_pylist()
    frequencies = {row["concept_id"]: row["articles"] - row["articles_topic"] for row in counted}
    assert frequencies["*"] == len(live) - len(store.index)
    assert set(store.index) <= live.keys()
    before = sums(tmp_path)
    replayed = run()
    assert (replayed["changed"], replayed["expected"]) == (False, 0)
    assert sums(tmp_path) == before
    entities = load("entities", tmp_path).query("entity_type != 'cell'")  # cells are not compared
    known = dict(zip(entities.concept_id, entities.background, strict=True))
    assert known == {concept: frequencies.get(concept, 0) for concept in known}
    rows = load("enrichment", tmp_path)
    assert set(rows.kind) == {"bulk"}
    assert set(rows.background_total) == {frequencies["*"]}


def _denied(corpora: Path) -> tuple[dict[str, Counter[tuple[str, str | None]]], set[str]]:
    """What `fast` says today of the labelled mentions of data/gold/negation.jsonl, and what is missing."""
    gold = Path(__file__).parents[1] / "data" / "gold" / "negation.jsonl"
    labelled = {row["pmid"]: row for row in map(json.loads, gold.read_text("utf-8").splitlines())}
    found: dict[str, Counter[tuple[str, str | None]]] = {}
    annotator = FastAnnotator(open_lexicon())
    for article in chosen(corpora / "pubmed" / "pubmed21n1298.xml.gz", set(labelled)):
        if article.pmid not in labelled:
            continue  # another version of it was read
        row = labelled.pop(article.pmid)
        assert hashlib.sha256(article.text.encode()).hexdigest()[:16] == row["sha256"]
        mentions = annotator.mentions(from_article(article))
        for mark in row["marks"]:
            here = [m for m in mentions if m.start < mark["end"] and mark["start"] < m.end]
            if here:
                said = max(m.denied or "" for m in here) or None
                found.setdefault(mark["part"], Counter())[mark["label"], said] += 1
    return found, set(map(str, labelled))


@pytest.mark.slow
def test_what_sentences_deny(corpora: Path) -> None:
    found, missing = _denied(corpora)
    assert not missing
    for part in ("seen", "unseen"):
        flagged = {
            label: sum(n for (labelled, said), n in found[part].items() if labelled == label and said)
            for label in ("denied", "wrong")
        }
        assert flagged["denied"] / sum(flagged.values()) >= 0.85, (part, flagged)
    whole = found["whole"]
    assert whole.total() >= 80
    seen = sum(n for (_, said), n in whole.items() if said)
    assert seen / whole.total() >= 0.80, whole
    assert sum(n for (label, said), n in whole.items() if label == said) / seen >= 0.90, whole
