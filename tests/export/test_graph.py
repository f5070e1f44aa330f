"""Networks that networkx reads again, whatever the names hold, in the same bytes each time."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.cooccur.grades import NONE, RULES
from comention.errors import UsageError
from comention.export.cx2 import cx2
from comention.export.graph import COLOURS, cyjs, graphml
from comention.plots.canvas import TYPES as PICTURES
from comention.schemas import PAIRS
from comention.snapshots.network import EDGE, GRADES, Filters, Network, network_of, topic_concept
from comention.snapshots.snapshot import latest
from tests.report.snapshots import Text, make, table

pytestmark = pytest.mark.slow

TEXTS = (
    *(Text(n, "IFN-γ in psoriasis.", year=2000 + n) for n in range(1, 7)),
    *(Text(n, "IFN-γ in psoriasis and asthma.") for n in (7, 8)),
    *(Text(n, "asthma and ustekinumab.") for n in (9, 10, 11)),
    Text(12, "IL-23 with asthma.", year=None),
    *(Text(n, "No name of ours.") for n in range(13, 60)),
)
PSORIASIS, IFN, ASTHMA = "MESH:D011565", "HGNC:5438", "MESH:D001249"
HOSTILE = "<script>&\"'\tone\ntwo\r\u202eABC\u200f 🧬 \x07\x00\x1b[31m \ufffe ]]>"


@pytest.fixture(scope="module")
def workdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    make(folder, TEXTS)
    return folder


def network(name: str = HOSTILE) -> Network:
    """Two nodes and an edge, all texts hostile, one number unknown."""
    node: Mapping[str, Any] = {"name": name, "type": "disease", "articles": 3}
    edge = dict.fromkeys(EDGE, 2) | {"score": 0.1 + 0.2, "grade": name, "first_year": None}
    return Network({"A:1": node, "B:2": node}, {("A:1", "B:2"): edge}, None, "a run", name, Filters())


def of_graphml(content: bytes) -> nx.Graph:
    return nx.read_graphml(io.BytesIO(content))


def of_cyjs(content: bytes) -> nx.Graph:
    return nx.cytoscape_graph(json.loads(content))


@pytest.mark.parametrize(("write", "read"), [(graphml, of_graphml), (cyjs, of_cyjs)])
def test_networkx_reads_what_the_datasets_say(workdir: Path, write: Any, read: Any) -> None:
    graph = read(write(network_of(latest(workdir), Filters())))
    pairs = {(r["a_id"], r["b_id"]): r for r in table_of(workdir, "pairs") if r["articles"] >= 3}
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(ids) for ids in pairs}
    for ids, row in pairs.items():
        data = dict(graph.edges[ids])
        assert data.pop("interaction") == "mentioned with"
        known = {n for n in EDGE if row[n] is not None}
        assert {n: data[n] for n in known} == {n: row[n] for n in known}
        assert not ({*EDGE} - known) & data.keys()
    entities = {row["concept_id"]: row for row in table_of(workdir, "entities")}
    for node, data in graph.nodes(data=True):
        row = entities[node]
        assert (data["name"], data["type"], data["articles"]) == (
            row["name"],
            row["entity_type"],
            row["articles"],
        )
    assert graph.graph["filters"] == "at least 3 articles"


def ends_of_graphml(content: bytes) -> set[tuple[str, str]]:
    return set(re.findall(r'<edge source="([^"]*)" target="([^"]*)"', content.decode()))


def ends_of_cyjs(content: bytes) -> set[tuple[str, str]]:
    edges = json.loads(content)["elements"]["edges"]
    return {(edge["data"]["source"], edge["data"]["target"]) for edge in edges}


def ends_of_cx2(content: bytes) -> set[tuple[str, str]]:
    aspects = {name: values for one in json.loads(content) for name, values in one.items()}
    name = {node["id"]: node["v"]["represents"] for node in aspects["nodes"]}
    return {(name[edge["s"]], name[edge["t"]]) for edge in aspects["edges"]}


@pytest.mark.parametrize(
    ("write", "ends"), [(graphml, ends_of_graphml), (cyjs, ends_of_cyjs), (cx2, ends_of_cx2)]
)
def test_an_edge_leads_from_the_first_concept_to_the_second(workdir: Path, write: Any, ends: Any) -> None:
    # `claim_direction` says "ab" of the two: it means nothing where they stand the other way round
    found = network_of(latest(workdir), Filters(min_articles=1))
    assert ends(write(found)) == set(found.edges)
    if write is not cx2:
        again = of_graphml(write(found)) if write is graphml else of_cyjs(write(found))
        assert set(again.edges) == set(found.edges)


def table_of(workdir: Path, name: str) -> list[dict[str, Any]]:
    return table(latest(workdir), name)


def test_what_is_unknown_has_no_attribute(workdir: Path) -> None:
    found = network_of(latest(workdir), Filters(min_articles=1))
    assert found.edges["COMENTION:IL-23", ASTHMA]["first_year"] is None
    for graph in (of_graphml(graphml(found)), of_cyjs(cyjs(found))):
        assert "first_year" not in graph.edges["COMENTION:IL-23", ASTHMA]
        assert graph.edges[IFN, PSORIASIS]["first_year"] == 2001


def test_hostile_names_come_back_and_what_xml_cannot_hold_is_replaced() -> None:
    replaced = HOSTILE.translate(dict.fromkeys((0, 7, 0x1B, 0xFFFE), "\ufffd"))
    assert replaced != HOSTILE
    for graph, expected in ((of_graphml(graphml(network())), replaced), (of_cyjs(cyjs(network())), HOSTILE)):
        assert graph.nodes["A:1"]["name"] == expected
        assert graph.edges["A:1", "B:2"]["grade"] == expected
        assert graph.edges["A:1", "B:2"]["score"] == 0.1 + 0.2
        assert graph.graph["name"] == f"{expected}: concepts mentioned together"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_name_breaks_a_file(name: str) -> None:
    assert of_cyjs(cyjs(network(name))).nodes["A:1"]["name"] == name
    of_graphml(graphml(network(name)))


def test_the_same_network_gives_the_same_bytes_in_any_process(workdir: Path, tmp_path: Path) -> None:
    for form in ("graphml", "cyjs", "cx2"):
        contents = set()
        for seed in ("1", "2"):
            out = tmp_path / f"{seed}.{form}"
            command = [sys.executable, "-m", "comention.cli", "export", "network", "--workdir", str(workdir)]
            subprocess.run([*command, "-o", str(out)], check=True, env=os.environ | {"PYTHONHASHSEED": seed})
            contents.add(out.read_bytes())
        assert len(contents) == 1


def test_it_says_mentioned_with_and_claims_nothing(workdir: Path) -> None:
    for write in (graphml, cyjs, cx2):
        content = write(network_of(latest(workdir), Filters())).decode()
        assert "mentioned with" in content
        assert "interacts" not in content


def ids(workdir: Path, **filters: Any) -> set[tuple[str, str]]:
    return set(network_of(latest(workdir), Filters(**filters)).edges)


def test_filters(workdir: Path) -> None:
    asthma_drug = (ASTHMA, "MESH:D000069549")
    assert ids(workdir) == {(IFN, PSORIASIS), asthma_drug}
    everything = ids(workdir, min_articles=1)
    assert len(everything) == 5
    assert ids(workdir, min_articles=1, types=("disease",)) == {(ASTHMA, PSORIASIS)}
    assert ids(workdir, min_articles=1, types=("disease", "drug")) == {(ASTHMA, PSORIASIS), asthma_drug}
    rows = table_of(workdir, "pairs")
    for grade in GRADES:
        surer = GRADES[: GRADES.index(grade) + 1]
        assert ids(workdir, min_articles=1, grade=grade) == {
            (r["a_id"], r["b_id"]) for r in rows if r["grade"] in surer
        }
    best = max(rows, key=lambda r: r["score"])
    assert ids(workdir, min_articles=1, top=1) == {(best["a_id"], best["b_id"])}


def test_around_a_concept_are_its_pairs_and_those_among_them(workdir: Path) -> None:
    found = network_of(latest(workdir), Filters(min_articles=1, with_name="psoriasis"))
    assert found.focus == PSORIASIS
    assert set(found.nodes) == {PSORIASIS, IFN, ASTHMA}
    assert set(found.edges) == {(IFN, PSORIASIS), (ASTHMA, PSORIASIS), (IFN, ASTHMA)}
    assert set(ids(workdir, min_articles=1, with_name="psoriasis", top=1)) == {(IFN, PSORIASIS)}
    alone = network_of(latest(workdir), Filters(min_articles=99, with_name="psoriasis"))
    assert (set(alone.nodes), alone.edges) == ({PSORIASIS}, {})


def test_wrong_filters_and_topics_are_told(workdir: Path) -> None:
    with pytest.raises(UsageError, match="nearest: psoriasis"):
        network_of(latest(workdir), Filters(with_name="psoriassis"))
    with pytest.raises(UsageError, match="there are strong, moderate, weak, none"):
        network_of(latest(workdir), Filters(grade="sure"))
    with pytest.raises(UsageError, match="mentions no concept of its topic: name one with --focus"):
        topic_concept(latest(workdir))


def test_the_filters_are_told_in_words() -> None:
    assert Filters().description() == "at least 3 articles"
    filters = Filters(1, "weak", ("drug", "disease"), "psoriasis", 9)
    assert filters.description() == (
        "at least 1 article; grade weak or surer; types drug, disease; around psoriasis; the 9 surest"
    )


def test_the_grades_are_those_of_the_statistics() -> None:
    assert (*RULES, NONE) == GRADES


def test_programs_find_label_weight_and_colour_where_they_look(workdir: Path) -> None:
    found = network_of(latest(workdir), Filters())
    for graph in (of_graphml(graphml(found)), of_cyjs(cyjs(found))):
        assert graph.nodes[PSORIASIS]["label"] == "psoriasis"
        assert graph.nodes[PSORIASIS]["color"] == PICTURES["disease"][0]
        assert graph.edges[IFN, PSORIASIS]["weight"] == float(found.edges[IFN, PSORIASIS]["articles"])
    node = of_graphml(graphml(found)).nodes[PSORIASIS]
    assert "#{r:02X}{g:02X}{b:02X}".format(**node) == node["color"]
    drawn = json.loads(cyjs(found))["style"][0]
    assert drawn["style"] == {"label": "data(label)", "background-color": "data(color)"}


def test_the_colours_are_those_of_the_pictures() -> None:
    assert {kind: colour for kind, (colour, _) in PICTURES.items()} == COLOURS


def test_an_attribute_has_one_type(workdir: Path) -> None:
    kinds = {name: PAIRS.schema.field(name).type for name in EDGE}
    words: dict[str, Any] = {name: "x" for name, kind in kinds.items() if pa.types.is_string(kind)}
    words |= {name: True for name, kind in kinds.items() if pa.types.is_boolean(kind)}
    counts = {name: 1 for name, kind in kinds.items() if pa.types.is_integer(kind)}
    whole = dict.fromkeys(EDGE, 1) | words
    split = dict.fromkeys(EDGE, 1.5) | words | counts
    node = {"name": "x", "type": "drug", "articles": 1}
    mixed = Network(
        dict.fromkeys("ABC", node), {("A", "B"): whole, ("B", "C"): split}, None, "r", "t", Filters()
    )
    keys = re.findall(r'<key id="\w+" for="(\w+)" attr.name="(\w+)"', graphml(mixed).decode())
    assert len(keys) == len(set(keys)) > 0


def test_igraph_reads_it(workdir: Path, tmp_path: Path) -> None:
    found = network_of(latest(workdir), Filters(min_articles=1))
    out = tmp_path / "x.graphml"
    out.write_bytes(graphml(found))
    graph = igraph.Graph.Read_GraphML(str(out))
    assert (graph.vcount(), graph.ecount()) == (len(found.nodes), len(found.edges))
    assert set(graph.vs["label"]) == {node["name"] for node in found.nodes.values()}
    assert sorted(graph.es["weight"]) == sorted(edge["articles"] for edge in found.edges.values())


def test_cx2_declares_what_it_holds(workdir: Path) -> None:
    found = network_of(latest(workdir), Filters(min_articles=1))
    head, *aspects = json.loads(cx2(found))
    assert head == {"CXVersion": "2.0", "hasFragments": False}
    held = {name: values for aspect in aspects for name, values in aspect.items()}
    assert aspects[-1] == {"status": [{"success": True}]}
    assert {part["name"]: part["elementCount"] for part in held["metaData"]} == {
        name: len(values) for name, values in held.items() if name not in {"metaData", "status"}
    }
    assert {node["v"]["represents"] for node in held["nodes"]} == set(found.nodes)
    ids = {node["id"]: node["v"]["represents"] for node in held["nodes"]}
    assert {(ids[edge["s"]], ids[edge["t"]]) for edge in held["edges"]} == set(found.edges)
    [declared] = held["attributeDeclarations"]
    kinds = {"integer": int, "double": float, "string": str, "boolean": bool}
    for part in ("nodes", "edges"):
        for row in held[part]:
            for name, value in row["v"].items():
                assert type(value) is kinds[declared[part][name]["d"]], name
    [style] = held["visualProperties"]
    mapped = style["nodeMapping"]["NODE_BACKGROUND_COLOR"]["definition"]
    assert mapped["attribute"] in declared["nodes"]
    assert {entry["v"]: entry["vp"] for entry in mapped["map"]} == COLOURS


def test_a_network_without_edges_is_written(workdir: Path) -> None:
    alone = network_of(latest(workdir), Filters(min_articles=99, with_name="psoriasis"))
    assert json.loads(cx2(alone))
    assert list(of_graphml(graphml(alone))) == [PSORIASIS]
