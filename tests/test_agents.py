"""The tools for agents, by the SDK's own client: in one process, and over a command's standard streams."""

from __future__ import annotations

import asyncio
import builtins
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import comention
from comention import agents
from comention.errors import UsageError
from comention.snapshots.snapshot import latest
from tests.report.snapshots import NAMES, Text, make
from tests.support.sample import Sample

mcp = pytest.importorskip("mcp")


@pytest.fixture(scope="module")
def sample(sample_run: Sample) -> Path:
    return sample_run.workdir


def ask(to: Any, *calls: tuple[str, Mapping[str, Any]]) -> list[Any]:
    async def answers() -> list[Any]:
        async with mcp.Client(to) as client:
            return [await client.call_tool(name, dict(values)) for name, values in calls]

    return asyncio.run(answers())


def told(folder: Path, tool: str, /, **values: Any) -> dict[str, Any]:
    [answer] = ask(agents.server(latest(folder)), (tool, values))
    assert not answer.is_error, answer.content
    content: dict[str, Any] = answer.structured_content
    assert content["snapshot"] == latest(folder).manifest.run_id
    return content


def test_every_tool_is_listed_as_reading_only(sample: Path) -> None:
    async def listed() -> list[Any]:
        async with mcp.Client(agents.server(latest(sample))) as client:
            return list((await client.list_tools()).tools)

    tools = asyncio.run(listed())
    assert tuple(tool.name for tool in tools) == agents.TOOLS
    for tool in tools:
        assert tool.annotations.read_only_hint, tool.name
        assert tool.description, tool.name
    [pairs] = [tool for tool in tools if tool.name == "pairs_of"]
    assert pairs.input_schema["required"] == ["concept"]
    assert "synonym or id" in pairs.input_schema["properties"]["concept"]["description"]


def test_about_counts_what_there_is(sample: Path) -> None:
    answer = told(sample, "about")
    assert answer["counts"] == {name: len(comention.load(name, sample)) for name in answer["counts"]}
    assert sum(grade["pairs"] for grade in answer["grades"]) == answer["counts"]["pairs"]
    assert answer["attribution"]


@pytest.mark.slow
def test_a_concept_is_found_by_a_part_of_its_name(sample: Path) -> None:
    answer = told(sample, "find_concept", name="IL12")
    assert answer["meant"] == "COMENTION:IL-12"
    answer = told(sample, "find_concept", name="psoria")
    assert answer["meant"] is None
    assert "psoriasis" in {one["name"] for one in answer["concepts"]}
    assert "psoriasis" in answer["hint"]
    assert len(told(sample, "find_concept", name="a", limit=3)["concepts"]) == 3


def test_pairs_have_counts_and_pmids(sample: Path) -> None:
    answer = told(sample, "pairs_of", concept="psoriasis", entity_type="drug", limit=1)
    frame = comention.pairs("psoriasis", entity_type="drug", workdir=sample)
    assert answer["found"] == len(frame) > 1
    assert [row["partner_name"] for row in answer["rows"]] == frame.partner_name.tolist()[:1]
    for row in answer["rows"]:
        assert row["top_pmids"]
        assert row["articles"] >= row["articles_independent"] >= 2


def test_sentences_are_quoted_with_their_pmids(sample: Path) -> None:
    answer = told(sample, "evidence", one="ustekinumab", other="psoriasis", limit=3)
    frame = comention.evidence_for("ustekinumab", "psoriasis", sample)
    assert [row["pmid"] for row in answer["rows"]] == frame.pmid.tolist()[:3]
    assert (answer["found"], answer["articles"]) == (len(frame), frame.pmid.nunique())
    assert "ustekinumab" in answer["rows"][0]["text"].lower()


@pytest.mark.slow
def test_claims_say_for_and_against(sample: Path) -> None:
    answer = told(sample, "claims", one="ustekinumab", other="psoriasis")
    frame = comention.claims_for("ustekinumab", "psoriasis", sample)
    pair = comention.pairs("ustekinumab", workdir=sample).set_index("partner_name").loc["psoriasis"]
    assert (answer["leading"], answer["articles"]) == (pair.claim, pair.articles)
    assert {row["stance"] for row in answer["rows"]} == set(frame.stance)
    assert answer["told"].startswith("psoriasis and ustekinumab: ")


def test_trends_fill_years(sample: Path) -> None:
    answer = told(sample, "trends", one="ustekinumab", other="psoriasis")
    years = [row["year"] for row in answer["rows"]]
    assert years == list(range(years[0], years[-1] + 1))
    assert 0 in {row["articles"] for row in answer["rows"]}
    assert answer["top_pmids"]


@pytest.mark.slow
def test_the_topic_and_an_article(sample: Path) -> None:
    answer = told(sample, "topic_enrichment", entity_type="cytokine", limit=3)
    assert len(answer["rows"]) == 3
    assert {row["entity_type"] for row in told(sample, "topic_enrichment")["rows"]} >= {"disease", "drug"}
    answer = told(sample, "article", pmid=99000001)
    assert answer["title"]
    assert "psoriasis" in {one["name"] for one in answer["mentions"]}


def _claimed(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Claims of ustekinumab and psoriasis by article: two treat, one causes, one is without effect."""
    pair = {"a_id": "MESH:D011565", "b_id": "MESH:D000069549", "sentence": 0}
    told = {"certainty": "stated", "direction": "ba", "method": "model", "score": 0.9, "year": 2020}
    words = ("treats", "treats", "causes", "no_effect")
    pmids = sorted({row["pmid"] for row in mentions})
    return [pair | told | {"pmid": i, "claim": word} for i, word in zip(pmids, words, strict=True)]


def test_no_answer_has_more_rows_than_are_asked_for(tmp_path: Path) -> None:
    texts = [Text(n, "IL-12 with psoriasis, asthma and ustekinumab, IL-23 and IFN-γ.") for n in range(1, 5)]
    once = {concept_id: 1 for concept_id, _, _ in NAMES.values()}
    make(tmp_path, texts, background={"*": 1000} | once, said=_claimed)
    every = told(tmp_path, "topic_enrichment")["rows"]
    kinds = [row["entity_type"] for row in every]
    assert kinds == ["disease", "disease", "drug", "cytokine", "cytokine"]
    assert told(tmp_path, "topic_enrichment", limit=3)["rows"] == [every[0], every[2], every[3]]
    assert told(tmp_path, "topic_enrichment", limit=4)["rows"] == every[:4]
    pair = {"one": "ustekinumab", "other": "psoriasis"}
    said = told(tmp_path, "claims", **pair)["rows"]
    assert [row["stance"] for row in said] == ["for", "for", "against", "null"]
    assert told(tmp_path, "claims", **pair, limit=3)["rows"] == [said[0], *said[2:]]
    assert told(tmp_path, "claims", **pair, limit=1)["rows"] == said[:1]


def test_no_rows_of_enrichment_say_whether_anything_was_compared(tmp_path: Path) -> None:
    texts = [Text(1, "IL-12 with psoriasis.")]
    make(tmp_path / "alone", texts)
    assert told(tmp_path / "alone", "topic_enrichment") | {"snapshot": ""} == {
        "snapshot": "",
        "compared_with": None,
        "rows": [],
        "left_out": 0,
    }
    snapshot = make(tmp_path / "compared", texts, background={"*": 1000})
    answer = told(tmp_path / "compared", "topic_enrichment")
    assert snapshot.manifest.background is not None
    assert (answer["rows"], answer["left_out"]) == ([], 1)
    assert answer["compared_with"] == snapshot.manifest.background.words


def test_old_years_and_rare_names_are_left_out_where_there_are_too_many(tmp_path: Path) -> None:
    names = {f"n{n:03}n": (f"X:{n}", f"name {n}", "disease") for n in range(agents.MOST + 1)}
    texts = [Text(1, "IL-12 and psoriasis.", year=1850), Text(2, "IL-12 and psoriasis.", year=2020)]
    make(tmp_path, [*texts, Text(3, " and ".join(names))], {**NAMES, **names})
    years = [row["year"] for row in told(tmp_path, "trends", one="IL-12", other="psoriasis")["rows"]]
    assert years == list(range(2020 - agents.MOST + 1, 2021))
    assert len(told(tmp_path, "article", pmid=3)["mentions"]) == agents.MOST


def test_rows_are_shared_by_turns() -> None:
    rows = [{"of": kind, "n": n} for kind, many in (("a", 9), ("b", 1), ("c", 3)) for n in range(many)]
    shared = agents._shared(rows, "of", 6)
    assert [(row["of"], row["n"]) for row in shared] == [
        ("a", 0), ("a", 1), ("a", 2), ("b", 0), ("c", 0), ("c", 1)
    ]  # fmt: skip
    assert agents._shared(rows, "of", 100) == rows
    assert agents._shared([], "of", 5) == []


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("evidence", {"one": "psoriassis", "other": "IL-12"}, "psoriasis"),
        ("pairs_of", {"concept": "psoriasis", "entity_type": "gene"}, "there are disease, drug"),
        ("pairs_of", {"concept": "psoriasis", "limit": 1_000_000}, "limit"),
        ("pairs_of", {}, "concept"),
        ("pairs_of", {"concept": "psoriasis", "type": "drug"}, "type"),
        ("claims", {"one": "psoriasis", "other": "IL-12", "year": 2020}, "year"),
        ("about", {"name": "IL-12"}, "name"),
        ("article", {"pmid": 1}, "no article 1"),
        ("article", {"pmid": "x"}, "pmid"),
        ("find_concept", {"name": "'; DROP TABLE pairs; --"}, None),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(
    sample: Path, name: str, values: dict[str, Any], said: str | None
) -> None:
    [answer] = ask(agents.server(latest(sample)), (name, values))
    assert answer.is_error == (said is not None)
    if said is not None:
        assert said in answer.content[0].text
        assert "Traceback" not in answer.content[0].text


def test_without_the_sdk_the_way_on_is_told(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] in ("mcp", "mcp_types"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(UsageError, match=r"pip install 'comention\[mcp\]'"):
        agents.server(latest(sample))


@pytest.mark.slow
def test_the_command_serves_a_client_until_its_input_ends(sample: Path) -> None:
    command = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "comention.cli", "mcp", "--workdir", str(sample)]
    )
    about, pairs = ask(command, ("about", {}), ("pairs_of", {"concept": "IL-12", "limit": 1}))
    assert about.structured_content["snapshot"] == latest(sample).manifest.run_id
    assert pairs.structured_content["rows"][0]["top_pmids"]
