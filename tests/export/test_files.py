"""Datasets as files that pandas, csv and our own reader open again."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.documents import pubtator
from comention.errors import MalformedError, UsageError
from comention.export import delimited
from comention.export.files import export, formats
from comention.files.atomic import plain
from comention.schemas import DATASETS, PUBLISHED, SURE
from comention.snapshots.network import Filters
from comention.snapshots.snapshot import Snapshot, latest
from tests.report.snapshots import Text, make, table
from tests.support.claims import by_chance
from tests.support.sample import Sample

HOSTILE = '=1+1, <b>&"quoted"\' \tone\ntwo\r\nthree\r\u2028\x85\u202eABC 🧬 psoriasis \x1b[31m\x07'
TEXTS = (
    Text(1, "IL-12 in psoriasis.", "IFN-γ too. And\tustekinumab | 7|t|no title."),
    Text(2, HOSTILE, year=None),
    Text(5, "Nothing here."),
    Text(9, "asthma.", "IL-12 with asthma in psoriasis."),
)
ABOVE = [
    {
        "concept_id": "MESH:D011565",
        "ancestor_id": "MESH:D012871",
        "ancestor_name": "Skin Diseases",
        "ancestor_type": "disease",
        "steps": 2,
    }
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make(tmp_path_factory.mktemp("export") / "w", TEXTS, hierarchy=ABOVE)


def workdir_of(snapshot: Snapshot) -> Path:
    return snapshot.path.parents[1]


@pytest.mark.parametrize("name", [dataset.name for dataset in PUBLISHED])
@pytest.mark.parametrize(("form", "separator"), [("csv", ","), ("tsv", "\t")])
def test_csv_and_pandas_read_every_dataset_again(
    snapshot: Snapshot, tmp_path: Path, name: str, form: str, separator: str
) -> None:
    out = tmp_path / f"x.{form}"
    assert export(latest(workdir_of(snapshot)), name, None, out, None) == form
    rows = table(snapshot, name)
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file, delimiter=separator))
    assert found == [{key: delimited.cell(value) for key, value in row.items()} for row in rows]
    frame = pd.read_csv(out, sep=separator, keep_default_na=False, na_values=[""])
    assert (len(frame), list(frame.columns)) == (len(rows), DATASETS[name].schema.names)


def test_a_cell_is_written_as_documented(snapshot: Snapshot) -> None:
    assert delimited.cell(None) == ""
    assert delimited.cell(True) == "true"
    assert delimited.cell(0.1 + 0.2) == "0.30000000000000004"
    assert delimited.cell([1, 2]) == "[1, 2]"
    assert json.loads(delimited.cell(["a;b", 'c"', "β"])) == ["a;b", 'c"', "β"]
    assert delimited.cell("a\0b") == "a\ufffdb"
    [row] = table(snapshot, "ledger")
    assert delimited.cell(row["fetched_at"]) == "2026-01-02T03:04:05+00:00"
    pair = table(snapshot, "pairs")[0]
    assert json.loads(delimited.cell(pair["top_pmids"])) == pair["top_pmids"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1), st.sampled_from(",\t"))
def test_any_text_comes_back(cells: list[str], separator: str) -> None:
    columns = [str(i) for i in range(len(cells))]
    text = "".join(delimited.lines([dict(zip(columns, cells, strict=True))], columns, separator))
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    assert found == [columns, [cell.replace("\0", "\ufffd") for cell in cells]]


def test_json_lines_hold_what_the_dataset_holds(snapshot: Snapshot, tmp_path: Path) -> None:
    for name in ("articles", "pairs", "ledger"):
        export(latest(workdir_of(snapshot)), name, None, tmp_path / "x.jsonl", None)
        found = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").split("\n") if line]
        assert found == [{key: plain(value) for key, value in row.items()} for row in table(snapshot, name)]
    assert len(pd.read_json(tmp_path / "x.jsonl", lines=True)) == 1


def test_parquet_is_the_published_file(snapshot: Snapshot, tmp_path: Path) -> None:
    export(latest(workdir_of(snapshot)), "mentions", "parquet", tmp_path / "x", None)
    assert (tmp_path / "x").read_bytes() == (snapshot.path / "mentions.parquet").read_bytes()
    assert pq.read_table(tmp_path / "x").num_rows == 9


def test_pubtator_comes_back_with_every_article_and_mention(snapshot: Snapshot, tmp_path: Path) -> None:
    export(latest(workdir_of(snapshot)), "mentions", None, tmp_path / "x.pubtator", None)
    documents, problems = pubtator.read(tmp_path / "x.pubtator")
    assert problems == []
    assert [document.pmid for document in documents] == [1, 2, 5, 9]
    assert [len(document.text) for document in documents] == [
        len(text.title) + (1 + len(text.abstract) if text.abstract else 0) for text in TEXTS
    ]
    found = {
        (d.pmid, a.start, a.end, a.text, a.type.lower(), *a.ids) for d in documents for a in d.annotations
    }
    assert found == {
        (m["pmid"], m["start"], m["end"], m["text"], m["entity_type"], m["concept_id"])
        for m in table(snapshot, "mentions")
    }
    assert len(found) == 9


def test_bioc_has_each_claim_as_a_relation_of_two_mentions(sample_run: Sample, tmp_path: Path) -> None:
    held = latest(sample_run.workdir)
    export(held, "mentions", "bioc", tmp_path / "x.json", None)
    read = json.loads((tmp_path / "x.json").read_bytes())["documents"]
    assert [int(document["id"]) for document in read] == held.load("articles").pmid.tolist()
    mentions, found = set(), set()
    for document in read:
        text = " ".join(passage["text"] for passage in document["passages"])
        named = {
            one["id"]: (one["infons"]["identifier"], at["offset"], at["offset"] + at["length"])
            for passage in document["passages"]
            for one in passage["annotations"]
            for at in one["locations"]
        }
        assert all(text[start:end] for _, start, end in named.values())
        mentions |= {(int(document["id"]), start, end) for _, start, end in named.values()}
        for relation in document["relations"]:
            a, b = (named[node["refid"]] for node in relation["nodes"])
            assert [node["role"] for node in relation["nodes"]] == ["a", "b"]
            said = (relation["infons"][name] for name in ("type", "certainty"))
            found.add((int(document["id"]), *a, *b, *said))
    told = held.load("mentions")
    assert mentions == set(zip(told.pmid, told.start, told.end, strict=True))
    sides = ["a_id", "a_start", "a_end", "b_id", "b_start", "b_end"]
    claims = held.load("claims").query(f"claim != 'none' and score >= {SURE}")
    assert found == set(claims[["pmid", *sides, "claim", "certainty"]].itertuples(index=False, name=None))
    assert len(found) > 100


def test_bioc_has_no_claim_that_does_not_count(tmp_path: Path) -> None:
    texts = [Text(n, "IL-12 in psoriasis.", "IL-12 and ustekinumab in asthma.") for n in range(1, 25)]
    held = make(tmp_path / "w", texts, said=lambda rows: by_chance(rows, (0.39, 0.4, 0.9)))
    export(held, "mentions", "bioc", tmp_path / "x.json", None)
    read = json.loads((tmp_path / "x.json").read_bytes())["documents"]
    scores = [float(one["infons"]["score"]) for document in read for one in document["relations"]]
    assert {round(score, 2) for score in scores} == {0.4, 0.9}
    claimed = [one["score"] for one in table(held, "claims") if one["claim"] != "none"]
    assert len(scores) == sum(score >= SURE for score in claimed) < len(claimed)


def test_without_a_file_it_goes_to_standard_output_as_utf8(
    snapshot: Snapshot, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    export(latest(workdir_of(snapshot)), "entities", None, None, None)
    out = capfdbinary.readouterr().out
    assert out.decode("utf-8").splitlines()[0].startswith("concept_id,name,entity_type,articles")
    assert "interferon-γ".encode() in out
    export(latest(workdir_of(snapshot)), "network", None, None, Filters(min_articles=1))
    assert capfdbinary.readouterr().out.startswith(b"<?xml")


@pytest.mark.parametrize(
    ("what", "form", "out", "filters", "words"),
    [
        ("sausages", None, None, None, "there are network, kgx, excel, articles, sentences"),
        ("pairs", "xlsx", None, None, "--format xlsx: pairs is exported as csv, tsv, jsonl, parquet"),
        ("pairs", None, "x.graphml", None, "x.graphml: pairs is exported as csv"),
        ("pairs", None, "x", None, "--format, or the file's suffix"),
        ("network", None, "x.csv", None, "network is exported as graphml, cyjs, cx2"),
        ("pairs", "parquet", None, None, "name a file with --out"),
        ("pairs", None, None, Filters(), "export pairs whole, or export network"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(
    snapshot: Snapshot, tmp_path: Path, what: str, form: Any, out: Any, filters: Any, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        export(latest(workdir_of(snapshot)), what, form, tmp_path / out if out else None, filters)
    assert not list(tmp_path.iterdir())


def test_formats_of_mentions_have_pubtator() -> None:
    assert formats("mentions") == ("csv", "tsv", "jsonl", "parquet", "pubtator", "bioc")
    assert formats("network") == ("graphml", "cyjs", "cx2")


@pytest.mark.slow
def test_a_damaged_dataset_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    damaged = make(tmp_path / "w", TEXTS)
    (damaged.path / "pairs.parquet").write_bytes(b"PAR1")
    for what, out in (("pairs", "x.csv"), ("network", "x.graphml")):
        with pytest.raises(MalformedError, match=r"pairs\.parquet is damaged"):
            export(latest(tmp_path / "w"), what, None, tmp_path / out, None)
        assert not (tmp_path / out).exists()
