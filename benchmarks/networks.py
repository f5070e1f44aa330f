"""From a PubTator file to a network file: comention and netmedex, the same mentions and format.

netmedex reads PubTator3's files offline (what it asks PubTator for is another command of it), counts pairs of
concepts article by article with NPMI, and writes Cytoscape's JSON. Of ours, the same file is read, its
sentences are found, everything is counted that a run counts (statistics, triples, evidence, trends), and the
network is written as Cytoscape's JSON too. The mentions are those of `fast` in real abstracts, with an id;
types are called as PubTator3 calls them, as netmedex drops what it does not know: drugs are Chemical,
cytokines Gene. Both keep every pair while they count, and write the 10,000 strongest: netmedex by NPMI,
comention by its score. netmedex lays its nodes out on a circle, comention leaves that to Cytoscape.

netmedex asks for a web server (Dash), of which what is used here needs nothing, and whose plugin for pytest
stops these tests. It is in no lock therefore: `pip install --no-deps netmedex` adds it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import articles, measures
from benchmarks.measures import Work
from benchmarks.results import BenchOrder, Findings
from comention.annotation.document import from_article
from comention.annotation.fast import FastAnnotator
from comention.annotation.shards import mention_rows
from comention.cooccur.count import count
from comention.documents import pubtator
from comention.documents.pubtator import GoldDocument
from comention.documents.reading import of_gold
from comention.export.graph import cyjs
from comention.gold.evaluate import normal_id
from comention.lexicon.store import open_lexicon
from comention.records import Article, EntityType, Mention
from comention.schemas import ARTICLES, MENTIONS, UNLINKED
from comention.snapshots.network import EDGE, NODE, Filters, Network

#: What types are called in PubTator3, and what they are read as.
THEIRS = {"disease": "Disease", "drug": "Chemical", "chemical": "Chemical", "cytokine": "Gene"}
OURS: dict[str, EntityType] = {"Disease": "disease", "Chemical": "chemical", "Gene": "cytokine"}
_TOP = 10_000


def measure(order: BenchOrder) -> Findings:
    """Make networks of the abstracts of the file, of a part of them in each round."""
    found = articles.abstracts(order.records)
    size = measures.parts(found, order.rounds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{number}.pubtator" for number in range(order.rounds)]
        annotator = FastAnnotator(open_lexicon())
        for number, path in enumerate(files):
            annotated(path, found[number * size : (number + 1) * size], annotator)
        contestants = measures.ready(
            {
                "comention, with all statistics": lambda: _ours(files, size),
                "netmedex, NPMI": lambda: _netmedex(files, size),
            }
        )
        done = measures.turns(contestants.work, order.rounds)
    return Findings(per="abstracts", rates=measures.rates(done, contestants.absent))


def annotated(path: Path, found: Iterable[Article], annotator: FastAnnotator) -> None:
    """Write articles with the mentions of known concepts as PubTator3 would."""
    documents = []
    for article in found:
        mentions = annotator.mentions(from_article(article))
        known = [m for m in mentions if m.entity_type in THEIRS and not m.concept_id.startswith(UNLINKED)]
        documents.append(pubtator.TaggedText(article.pmid, article.title, article.abstract, known))
    named = {kind.capitalize(): name for kind, name in THEIRS.items()}
    with path.open("w", encoding="utf-8") as stream:
        for line in pubtator.write(documents):
            columns = line.split("\t")
            if len(columns) == 6:
                columns[4] = named[columns[4]]
            stream.write("\t".join(columns) + "\n")


def _ours(files: Sequence[Path], size: int) -> Work:
    def work(number: int) -> int:
        with tempfile.TemporaryDirectory() as name:
            out = Path(name)
            documents, _ = pubtator.read(files[number])
            counted(documents, out, OURS, threads=1)
            (out / "network.cyjs").write_bytes(cyjs(network(out)))
        return size

    return work


def _netmedex(files: Sequence[Path], size: int) -> Work:
    from netmedex.graph import PubTatorGraphBuilder, save_graph
    from netmedex.pubtator_parser import PubTatorIO

    def work(number: int) -> int:
        with tempfile.TemporaryDirectory() as name:
            builder = PubTatorGraphBuilder(node_type="mesh")
            builder.add_collection(PubTatorIO.parse(files[number]))
            graph = builder.build(weighting_method="npmi", community=False, max_edges=_TOP)
            save_graph(graph, Path(name) / "network.json", "json")
        return size

    return work


def counted(
    documents: Iterable[GoldDocument], folder: Path, types: Mapping[str, EntityType], threads: int
) -> None:
    """Count the annotations of documents of these types; what counting writes lies in the folder."""
    rows: list[tuple[Any, ...]] = []
    about = []
    for document in documents:
        known: dict[str, Any] = {
            "year": 2000,
            "retracted": False,
            "review": False,
            "journal": None,
            "study": [],
        }
        about.append({"pmid": document.pmid, "story": document.pmid, **known})
        mentions = {
            Mention(a.start, a.end, a.text, types[a.type], normal_id(i), i, "gold")
            for a in document.annotations
            for i in a.ids
        }
        ordered = sorted(mentions, key=lambda m: (m.start, m.end, m.entity_type, m.concept_id))
        rows += mention_rows(int(document.pmid), of_gold(document), ordered)
    columns = list(zip(*rows, strict=True))
    arrays = [pa.array(c, f.type) for c, f in zip(columns, MENTIONS.schema, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=MENTIONS.schema), folder / "mentions.parquet")
    wanted = pa.schema([ARTICLES.schema.field(name) for name in about[0]])
    pq.write_table(pa.Table.from_pylist(about, schema=wanted), folder / "articles.parquet")
    count(
        mentions=[folder / "mentions.parquet"],
        articles=[folder / "articles.parquet"],
        out=folder,
        topic_ids=frozenset(),
        pair_types=tuple(sorted(set(types.values()))),
        threads=threads,
    )


def network(folder: Path, top: int = _TOP) -> Network:
    """Return the network of the pairs with the highest score among those counted into a folder."""
    pairs = pq.read_table(folder / "pairs.parquet", columns=["a_id", "b_id", *EDGE])
    best = pairs.sort_by([("score", "descending")]).slice(0, top).to_pylist()
    edges = {(row["a_id"], row["b_id"]): {name: row[name] for name in EDGE} for row in best}
    kept = {concept_id for edge in edges for concept_id in edge}
    entities = pq.read_table(
        folder / "entities.parquet", columns=["concept_id", "name", "entity_type", "articles"]
    )
    nodes = {
        row["concept_id"]: dict(zip(NODE, (row["name"], row["entity_type"], row["articles"]), strict=True))
        for row in entities.to_pylist()
        if row["concept_id"] in kept
    }
    return Network(nodes, edges, None, "", "benchmark", Filters(min_articles=1, top=top))
