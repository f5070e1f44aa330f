"""Knowledge graphs whose words are those of the Biolink model.

`biolink.json` is what the model says of the words that are used: facts of its release, with
version and source.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from comention.claims.vocabulary import ALLOWED
from comention.errors import UsageError
from comention.export import biolink, kgx
from comention.export.files import export
from comention.records import EntityType
from comention.schemas import SURE
from comention.snapshots.network import EDGE, Filters, Network
from comention.snapshots.snapshot import Snapshot
from tests.report.snapshots import TEXTS, Text, make, table
from tests.support.claims import by_chance

MODEL: dict[str, Any] = json.loads(Path(__file__).with_name("biolink.json").read_text("utf-8"))
IL12, MESH_IL12, PSORIASIS, DRUG, IFN = (
    "COMENTION:IL-12",
    "MESH:D018664",
    "MESH:D011565",
    "MESH:D000069549",
    "HGNC:5438",
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make(tmp_path_factory.mktemp("kgx") / "w", TEXTS)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a TSV as KGX reads them: nothing is quoted, and an empty cell is no value."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


@pytest.mark.slow
def test_nodes_and_edges_are_those_of_the_network(snapshot: Snapshot, tmp_path: Path) -> None:
    out = tmp_path / "x.tsv"
    assert export(snapshot, "kgx", None, out, Filters(min_articles=1, related=True)) == "tsv"
    nodes, edges = read(tmp_path / "x_nodes.tsv"), read(tmp_path / "x_edges.tsv")
    assert not out.exists()
    pairs = {(row["a_id"], row["b_id"]): row for row in table(snapshot, "pairs")}
    together = [edge for edge in edges if edge["predicate"] == biolink.TOGETHER]
    assert {(edge["subject"], edge["object"]) for edge in together} == set(pairs)
    assert len({edge["id"] for edge in edges}) == len(edges)
    evidence = table(snapshot, "evidence")
    for edge in together:
        pair = pairs[edge["subject"], edge["object"]]
        assert int(edge["evidence_count"]) == pair["articles"]
        assert set(edge["publications"].split("|")) == {
            f"PMID:{row['pmid']}"
            for row in evidence
            if (row["a_id"], row["b_id"]) == (edge["subject"], edge["object"])
        }
        assert float(edge["p_value"]) == pair["p_richness"]
        sure = "text_co_occurrence" if pair["grade"] != "none" else "not_provided"
        assert edge["knowledge_level"] == sure
    names = {row["concept_id"]: row["name"] for row in table(snapshot, "entities")}
    assert {node["id"]: node["name"] for node in nodes} == names
    assert {node["id"]: node["category"] for node in nodes if node["id"] in {IL12, IFN, PSORIASIS, DRUG}} == {
        IL12: "biolink:Protein",
        IFN: "biolink:Gene",
        PSORIASIS: "biolink:Disease",
        DRUG: "biolink:Drug",
    }


@pytest.mark.slow
def test_tsv_and_json_lines_say_the_same(snapshot: Snapshot, tmp_path: Path) -> None:
    for form in ("tsv", "jsonl"):
        export(snapshot, "kgx", None, tmp_path / f"x.{form}", Filters(min_articles=1))
    for part in ("nodes", "edges"):
        text = (tmp_path / f"x_{part}.jsonl").read_text("utf-8")
        objects = [json.loads(line) for line in text.splitlines()]
        flat = [
            {name: "|".join(v) if isinstance(v, list) else str(v) for name, v in row.items() if v != []}
            for row in objects
        ]
        assert flat == read(tmp_path / f"x_{part}.tsv")
        for row in objects:
            for name, value in row.items():
                assert isinstance(value, list) == MODEL["slots"][name]["multivalued"], name


def test_every_word_is_one_of_the_model() -> None:
    assert MODEL["version"] == biolink.BIOLINK
    assert {*kgx.NODE, *kgx.EDGE, *kgx.OPTIONAL} <= set(MODEL["slots"])
    assert biolink.AGENT in MODEL["enums"]["AgentTypeEnum"]
    assert {biolink.CO_OCCURRENCE, biolink.NOT_PROVIDED} <= set(MODEL["enums"]["KnowledgeLevelEnum"])
    assert biolink.ASSOCIATION in MODEL["categories"]
    together = MODEL["predicates"][biolink.TOGETHER]
    assert (together["symmetric"], together["canonical"]) == (True, True)


def test_every_id_has_a_prefix_of_its_category(snapshot: Snapshot) -> None:
    examples: tuple[tuple[EntityType, str], ...] = (
        ("disease", PSORIASIS),
        ("drug", DRUG),
        ("drug", "UNII:FU77B4U5Z0"),
        ("chemical", PSORIASIS),
        ("cytokine", IFN),
        ("cytokine", MESH_IL12),
        ("cell", "CL:0000236"),
    )
    for kind, concept_id in examples:
        prefix = concept_id.partition(":")[0]
        assert prefix in MODEL["categories"][biolink.category(kind, concept_id)]["prefixes"]
    assert biolink.curie("UniProt:P01579") == "UniProtKB:P01579"
    assert "UniProtKB" in MODEL["categories"]["biolink:Protein"]["prefixes"]


def test_every_claim_has_a_statement_whose_two_fit_the_model() -> None:
    assert set(biolink.STATEMENTS) == set(ALLOWED)
    for types, words in ALLOWED.items():
        assert set(biolink.STATEMENTS[types]) == set(words) - {"none"}
        for said in biolink.STATEMENTS[types].values():
            known = MODEL["predicates"][said.predicate]
            assert known["canonical"]
            subject = types[0] if said.subject is None else said.subject
            other = types[1] if subject == types[0] else types[0]
            for kind, bound in ((subject, known["domain"]), (other, known["range"])):
                category = biolink.category(kind, "HGNC:1" if kind == "cytokine" else "MESH:1")
                assert bound in {None, "biolink:NamedThing", *MODEL["categories"][category]["is"]}, said
            for name, value in said.qualifiers.items():
                assert name in MODEL["slots"]
                assert (
                    value in MODEL["predicates"]
                    or value in MODEL["enums"]["DirectionQualifierEnum"]
                    or value in MODEL["enums"]["GeneOrGeneProductOrChemicalEntityAspectEnum"]
                )


def network(a: str, a_type: str, b: str, b_type: str) -> Network:
    nodes = {i: {"name": i, "type": kind, "articles": 9} for i, kind in ((a, a_type), (b, b_type))}
    return Network(nodes, {(a, b): dict.fromkeys(EDGE, 1)}, None, "r", "t", Filters())


def claimed(graph: Network, claim: str, direction: str | None) -> list[dict[str, Any]]:
    [(a, b)] = graph.edges
    row = {"a_id": a, "b_id": b, "claim": claim, "direction": direction, "pmids": [7, 3]}
    return list(kgx.claim_edges([row], graph, {i: i for i in graph.nodes}))


def test_a_claim_is_an_edge_from_what_acts() -> None:
    graph = network(PSORIASIS, "disease", DRUG, "drug")
    [edge] = claimed(graph, "treats", "ba")
    assert (edge["subject"], edge["predicate"], edge["object"]) == (
        DRUG,
        "biolink:treats_or_applied_or_studied_to_treat",
        PSORIASIS,
    )
    assert edge["publications"] == ["PMID:7", "PMID:3"]
    assert (edge["knowledge_level"], edge["agent_type"]) == ("not_provided", "text_mining_agent")
    assert claimed(graph, "none", None) == []
    other = network(IFN, "cytokine", "HGNC:5970", "cytokine")
    for direction, subject in (("ab", IFN), ("ba", "HGNC:5970")):
        [edge] = claimed(other, "lowers", direction)
        assert edge["subject"] == subject
        assert edge["object_direction_qualifier"] == "decreased"
    [edge] = claimed(other, "lowers", None)
    assert edge["predicate"] == "biolink:associated_with"


@pytest.mark.parametrize(
    ("claim", "direction", "edge"),
    [
        ("made_by", "ab", ("CL:0000236", "biolink:produces", IFN)),
        ("acts_on", "ba", (IFN, "biolink:affects", "CL:0000236")),
    ],
)
def test_a_cell_makes_and_a_cytokine_acts(claim: str, direction: str, edge: tuple[str, str, str]) -> None:
    graph = network("CL:0000236", "cell", IFN, "cytokine")
    [found] = claimed(graph, claim, direction)
    assert (found["subject"], found["predicate"], found["object"]) == edge


def test_what_is_not_negated_has_no_such_column() -> None:
    graph = network(PSORIASIS, "disease", DRUG, "drug")
    sure = kgx.Graph([], claimed(graph, "treats", "ba"))
    assert "negated" not in sure.edge_columns
    mixed = kgx.Graph([], [*sure.edges, *claimed(graph, "no_effect", "ba")])
    lines = list(kgx.lines(mixed.edges, mixed.edge_columns, "tsv"))
    place = lines[0].split("\t").index("negated\n")
    assert [line.split("\t")[place] for line in lines[1:]] == ["\n", "true\n"]
    assert "false" not in "".join(lines)


def test_cells_hold_no_separator() -> None:
    row = {"name": "a\tb\nc\r\0", "synonym": ["x|y", "z"]}
    assert list(kgx.lines([row], ("name", "synonym"), "tsv"))[1] == "a b c  \tx\ufffdy|z\n"


def test_a_concept_of_our_own_goes_by_its_mesh_id_where_that_is_free() -> None:
    own = {"concept_id": IL12, "xrefs": [MESH_IL12]}
    assert kgx._ids([own]) == {IL12: MESH_IL12}
    taken = {"concept_id": MESH_IL12, "xrefs": []}
    assert kgx._ids([own, taken]) == {IL12: IL12, MESH_IL12: MESH_IL12}


def test_two_files_need_a_name(snapshot: Snapshot, tmp_path: Path) -> None:
    for out in (None, "-"):
        with pytest.raises(UsageError, match=r"KGX is two files: name one with --out, as x\.tsv"):
            export(snapshot, "kgx", "tsv", out, None)
    with pytest.raises(UsageError, match="of datasets, not for kgx"):
        export(snapshot, "kgx", None, tmp_path / "x.tsv", None, spreadsheet_safe=True)


@pytest.mark.slow
def test_what_a_snapshot_claims_are_edges_with_the_articles_that_state_it(
    tmp_path: Path,
) -> None:
    more = (
        Text(n, "ustekinumab in psoriasis.", "ustekinumab, IL-12 and p40.", retracted=n > 36)
        for n in range(10, 40)
    )
    held = make(tmp_path / "w", (*TEXTS, *more), said=by_chance)
    export(held, "kgx", "jsonl", tmp_path / "x.jsonl", Filters(min_articles=1, related=True))
    edges = [json.loads(line) for line in (tmp_path / "x_edges.jsonl").read_text("utf-8").splitlines()]
    edges = [edge for edge in edges if edge["predicate"] != biolink.TOGETHER]
    types = {row["concept_id"]: row["entity_type"] for row in table(held, "entities")}
    expected: dict[tuple[str, str, str], set[str]] = {}
    for row in table(held, "claims"):
        said = biolink.STATEMENTS[types[row["a_id"]], types[row["b_id"]]].get(row["claim"])
        stated = row["certainty"] == "stated" or row["claim"] == "studied"
        stated = stated and row["score"] >= SURE
        if said and said.subject != "cytokine" and said.subject and stated and not row["retracted"]:
            # the drug acts, which is the second of every two
            key = (row["b_id"], said.predicate, row["a_id"])
            expected.setdefault(key, set()).add(f"PMID:{row['pmid']}")
    assert expected
    found: dict[tuple[str, str, str], set[str]] = {}
    for edge in edges:
        if types[edge["subject"]] == "drug":
            key = (edge["subject"], edge["predicate"], edge["object"])
            found.setdefault(key, set()).update(edge["publications"])
    assert found == expected
    assert len({edge["id"] for edge in edges}) == len(edges)
    assert all(edge.get("negated", True) is True for edge in edges)
