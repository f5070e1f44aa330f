"""What no column can hold, in every place of a record that feeds one, costs that record and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comention.api import load
from comention.config import load_settings
from comention.errors import ComentionError
from comention.files.atomic import read_parquet
from comention.pubmed import intake as module
from comention.pubmed.intake import Batch, Intake, Judge, parse_all, parse_batch, read_batches
from comention.pubmed.sets import contents
from comention.pubmed.split import Chunk
from comention.pubmed.store import State, Store
from comention.records import Article, Judged
from comention.schemas import ACCOUNTS, BACKGROUND, CITATIONS, REJECTS, conform
from comention.stages import walk
from comention.stages.job import Job
from tests.pubmed.test_intake import row
from tests.support.hostile import HUGE, NAMES, NUMBERS, PLACES, TEXTS, record
from tests.support.medline import article, deletion, write_set

#: Columns of `articles` that the program makes itself.
_MADE = {"source", "content_hash"}
FIRST, LAST = 11, 12


@pytest.fixture(autouse=True)
def no_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of small stores; none has to survive the power."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def on_topic(found: Sequence[Article]) -> list[Judged]:
    return [Judged(on_topic=one.pmid % 5 != 0, concepts=(f"X:{one.pmid}",)) for one in found]


def make_judge() -> Judge:
    return on_topic


class Taken(NamedTuple):
    """The tally of a file, what is held of it by PMID, and what is rejected."""

    tally: dict[str, int]
    held: dict[int, dict[str, Any]]
    rejects: list[dict[str, Any]]


def taken(folder: Path, elements: Iterable[bytes]) -> Taken:
    """What becomes of these elements between two ordinary citations."""
    inside = b"".join((article(FIRST).encode(), *elements, article(LAST).encode()))
    return taken_document(folder, b"<PubmedArticleSet>" + inside + b"</PubmedArticleSet>")


def taken_document(folder: Path, document: bytes) -> Taken:
    """What becomes of a file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "hostile.xml"
    file.write_bytes(document)
    store = Store.open(folder / "store")
    found = Intake(store, 100, background=True)
    for parsed in parse_all(read_batches([file]), make_judge, 1):
        found.take(parsed)
    part = found.finish()
    store.commit(State(topic="t"), part, row(found.tally))
    store = Store.open(folder / "store")
    tables = {ACCOUNTS: store.accounts("r1"), REJECTS: part.rejects, BACKGROUND: part.background}
    for dataset, table in tables.items():
        assert table is not None
        conform(table, dataset)
    shards = [conform(read_parquet(path), CITATIONS) for _, path in store.live_shards()]
    rows = [row for shard in shards for row in shard.to_pylist()]
    rejects = part.rejects.to_pylist()
    for reject in rejects:
        assert reject["reason"].strip()
        assert "\n" not in reject["reason"]
        assert document[reject["start"] : reject["end"]].startswith(b"<")
    return Taken(vars(found.tally), {row["pmid"]: row for row in rows}, rejects)


def test_every_column_of_a_record_has_its_places() -> None:
    assert PLACES.keys() == {column.name for column in CITATIONS.columns} - _MADE
    assert set(NAMES) >= {name for names in PLACES.values() for name in names}


_VALUES = st.dictionaries(
    st.sampled_from(NAMES),
    st.sampled_from([number.encode() for number in NUMBERS])
    | st.sampled_from(TEXTS)
    | st.binary(max_size=12),
    min_size=1,
    max_size=4,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(_VALUES, min_size=1, max_size=8))
def test_a_value_out_of_range_costs_its_record_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, all_values: list[dict[str, bytes]]
) -> None:
    elements = [record(100 + number, values) for number, values in enumerate(all_values)]
    check(tmp_path_factory.mktemp("limits"), elements)


def check(folder: Path, elements: list[bytes]) -> None:
    """Every record is held, superseded, off the topic or rejected; neighbours are there, if not cut in."""
    try:
        tally, held, rejects = taken(folder, elements)
    except ComentionError:  # the whole file is refused: no record of it can be told from the next
        return
    assert tally["expected"] == tally["parsed"] + tally["rejected"]
    assert tally["rejected"] == len(rejects)
    assert held.keys() >= {FIRST, LAST}


@pytest.mark.parametrize("name", NAMES)
def test_every_place_takes_every_number_and_text(tmp_path: Path, name: str) -> None:
    """One place after the other, all values at once: none stops the file, all others are kept."""
    values = [*(number.encode() for number in NUMBERS), *TEXTS]
    elements = [record(1001 + 5 * number, {name: value}) for number, value in enumerate(values)]
    tally, held, rejects = taken(tmp_path, elements)
    assert tally["expected"] == len(elements) + 2
    assert tally["rejected"] == len(rejects)
    assert held.keys() >= {FIRST, LAST}
    if name not in {"pmid", "version", "other_pmid"}:
        assert tally["rejected"] <= len(TEXTS)  # a number is a text there, or no date


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "most"), [("pmid", 10**18 - 1), ("version", 2**31 - 1), ("other_pmid", 10**18 - 1)]
)
def test_numbers_are_held_as_they_are_or_rejected(tmp_path: Path, name: str, most: int) -> None:
    for number, text in enumerate(NUMBERS):
        tally, held, rejects = taken(tmp_path / str(number), [record(21, {name: text.encode()})])
        plain = text.strip()
        fits = plain.isascii() and plain.isdigit() and len(plain) <= 18 and 0 < int(plain) <= most
        fits = fits and (text == plain or name != "version")  # an attribute has no white space around it
        if not plain and name == "other_pmid":  # some notices name no PMID
            assert held[21]["corrections"] == [{"ref_type": "CommentIn", "pmid": None}]
        elif not fits:
            assert (tally["rejected"], [r["pmid"] for r in rejects]) == (1, [None if name == "pmid" else 21])
            assert any(word in rejects[0]["reason"] for word in ("PMID", "Version"))
            assert len(rejects[0]["reason"]) < 200
        elif name == "pmid":
            assert rejects == []
            assert int(plain) in held or int(plain) % 5 == 0
        elif name == "version":
            assert held[21]["version"] == int(plain)
        else:
            assert held[21]["corrections"][0]["pmid"] == int(plain)


@pytest.mark.parametrize(
    "text", ["-1", "0", "1699", "2101", "32767", "32768", "65536", "99999", "2147483648", "9" * 5000]
)
@pytest.mark.parametrize("name", ["year", "medline_date"])
def test_a_year_that_is_none_is_unknown(tmp_path: Path, name: str, text: str) -> None:
    tally, held, _ = taken(tmp_path, [record(21, {name: text.encode()})])
    assert tally["rejected"] == 0
    assert held[21]["year"] is None
    assert held[21]["pub_date"] == (text if name == "medline_date" else None)


@pytest.mark.parametrize("name", ["title", "abstract", "label", "mesh_ui", "other_pmid"])
def test_a_huge_text_is_held_or_rejected(tmp_path: Path, name: str) -> None:
    tally, held, rejects = taken(tmp_path, [record(21, {name: HUGE})])
    assert (21 in held) + len(rejects) == 1
    assert tally["expected"] == 3
    assert held.keys() >= {FIRST, LAST}


@pytest.mark.parametrize("number", NUMBERS)
def test_deletions_and_books_too(tmp_path: Path, number: str) -> None:
    kept = article(31).encode()
    withdrawn = f'<DeleteCitation><PMID Version="1">{number}</PMID></DeleteCitation>'.encode()
    version = f'<DeleteCitation><PMID Version="{number}">77</PMID></DeleteCitation>'.encode()
    book = (
        f"<PubmedBookArticle><BookDocument><PMID>{number}</PMID></BookDocument></PubmedBookArticle>".encode()
    )
    tally, held, rejects = taken(tmp_path, [kept, withdrawn, version, book])
    assert held.keys() == {FIRST, LAST, 31} - ({int(number)} if number == "31" else set())
    assert tally["deleted"] + tally["books"] + tally["rejected"] == 3
    for reject in rejects:
        assert "PMID" in reject["reason"]


def test_a_value_that_only_the_dataset_refuses_is_a_reject_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser of tomorrow may let through what a column cannot hold."""
    spoilt = {
        3: Article(3, 2**31, "IL-12", None),
        4: Article(4, 1, "IL-12 \ud800", None),
        6: Article(6, 1, "IL-12", None, year=32768),
        7: Article(7, -(2**31) - 1, "IL-12", None),
        8: Article(2**63, 1, "IL-12", None),
    }

    def parse(chunk: Chunk, source: str) -> Article:
        number = int(chunk.data)
        return spoilt.get(number, Article(number, 1, "IL-12", None))

    monkeypatch.setattr(module, "parse_record", parse)
    chunks = [Chunk("article", number, number + 1, b"%d" % number) for number in range(1, 10)]
    found = parse_batch(Batch("a.xml", chunks), on_topic)
    assert found.articles["pmid"].to_pylist() == [1, 2, 9]
    assert [(r.start, r.pmid) for r in found.rejects] == [(3, 3), (4, 4), (6, 6), (7, 7), (8, 2**63)]
    assert [(e.kind, e.pmid) for e in found.events if e.kind != "reject"] == [
        ("article", n) for n in (1, 2, 5, 9)
    ]
    assert found.concepts.to_pylist() == [["X:1"], ["X:2"], ["X:5"], ["X:9"]]


def test_a_set_of_pmids_that_are_none_is_read(tmp_path: Path) -> None:
    records = [record(5, {"pmid": number.encode()}) for number in NUMBERS]
    inside = contents(b"<PubmedArticleSet>" + b"".join(records) + b"</PubmedArticleSet>")
    assert all(0 < pmid < 10**18 for pmid in inside.found)
    assert inside.nameless > 20


@pytest.mark.slow
def test_a_whole_run_goes_on(tmp_path: Path) -> None:
    """Largest values that are held reach every dataset; all others are in the ledger."""
    largest = {"pmid": b"9" * 18, "version": b"2147483647", "other_pmid": b"9" * 18, "year": b"2100"}
    spoilt = [record(41, {"version": b"2147483648"}), record(42, {"pmid": b"9223372036854775808"})]
    spoilt += [record(43, {"other_pmid": b"0"}), record(44, {"title": b"&#xD800;"})]
    file = write_set(
        tmp_path / "a.xml", deletion(2**63), *(r.decode() for r in (record(1, largest), *spoilt))
    )
    options = {"workdir": tmp_path / "w", "source.kind": "files", "source.input": (str(file),)}
    options |= {"topic.match": "all", "annotate.annotator": "fast", "run.processes": 1}

    job = Job(load_settings(None, options), "r1", datetime(2026, 1, 2, tzinfo=UTC))
    result = walk.summary(job, walk.walk(job))
    assert (result["expected"], result["rejected"], result["kept"]) == (6, 5, 1)
    for dataset in ("articles", "sentences"):
        assert set(load(dataset, tmp_path / "w").pmid) == {10**18 - 1}
    (ledger,) = load("ledger", tmp_path / "w").to_dict("records")
    assert ledger["rejected"] == 5
