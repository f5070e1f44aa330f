"""Which bulk files are read, in which order, and which histories are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.errors import ContractError, UsageError
from comention.pubmed.bulk import Applied, BulkFile, bulk_file, local_bulk_files


def files(*labels: str) -> list[BulkFile]:
    """Files by label, as 26n0001."""
    return [bulk_file(f"pubmed{label}.xml.gz") for label in labels]


def applied(*labels: str) -> Applied:
    state = Applied()
    for file in state.to_read(files(*labels)):
        state = state.after(file)
    return state


def labels(found: list[BulkFile]) -> list[str]:
    return [f"{file.year}n{file.number:04}" for file in found]


def test_files_apply_by_year_and_number() -> None:
    given_files = files("26n0010", "26n0002", "26n0001", *(f"26n{n:04}" for n in range(3, 10)))
    assert labels(Applied().to_read(given_files)) == [f"26n{n:04}" for n in range(1, 11)]
    assert bulk_file("medline16n0902.xml.gz") == BulkFile(16, 902, "medline16n0902.xml.gz")


def test_what_was_read_is_not_read_again_and_the_next_goes_on() -> None:
    state = applied("26n0001", "26n0002")
    assert state.ranges == ((26, 1, 2),)
    assert state.to_read(files("26n0001", "26n0002")) == []
    assert labels(state.to_read(files("26n0001", "26n0002", "26n0003"))) == ["26n0003"]


@pytest.mark.parametrize(
    ("before", "now", "message"),
    [
        ([], ["26n0001", "26n0002", "26n0005"], "bulk files 3 to 4 of 2026 are missing before"),
        (["26n0001"], ["26n0003"], "bulk files 2 to 2 of 2026 are missing"),
        (["26n1335"], ["26n1334"], "26n1334.xml.gz comes too late: 26n1335 has been read"),
        (["26n1335"], ["25n1600"], "comes too late"),
        (["25n0001"], ["26n0002"], "a year begins with its baseline: add 2026's baseline from file 0001"),
    ],
)
def test_a_history_with_a_hole_is_refused(before: list[str], now: list[str], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        applied(*before).to_read(files(*now))


def test_a_new_year_replaces_and_parts_of_years_stand_side_by_side() -> None:
    state = applied("25n0001", "25n0002")
    (first,) = files("26n0001")
    assert state.begins_anew(first)
    assert state.after(first).ranges == ((26, 1, 1),)
    parts = applied("16n0902", "20n0014", "21n1298")
    assert parts.ranges == ((16, 902, 902), (20, 14, 14), (21, 1298, 1298))
    with pytest.raises(ContractError, match="comes too late"):
        parts.to_read(files("20n0100"))


def test_years_that_a_newer_baseline_replaces_are_left_out() -> None:
    both = ("25n0001", "25n0002", "25n0003", "26n0001", "26n0002")
    assert labels(applied("25n0001", "25n0002").to_read(files(*both))) == ["26n0001", "26n0002"]
    assert applied("25n0001", "26n0001").to_read(files(*both[:4])) == []
    assert labels(Applied().to_read(files(*both))) == ["26n0001", "26n0002"]


def test_two_files_of_one_number_are_refused() -> None:
    with pytest.raises(UsageError, match="are the same bulk file"):
        Applied().to_read([bulk_file("pubmed26n0001.xml"), bulk_file("pubmed26n0001.xml.gz")])


def test_another_name_is_no_bulk_file() -> None:
    with pytest.raises(UsageError, match="--source files"):
        bulk_file("mine.xml")


def test_a_folder_may_be_laid_out_as_nlm_does(tmp_path: Path) -> None:
    for folder, name in (("baseline", "pubmed26n0001.xml.gz"), ("updatefiles", "pubmed26n0002.xml.gz")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(b"x")
    names = [path.name for path in local_bulk_files([str(tmp_path)])]
    assert names == ["pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz"]
    (tmp_path / "pubmed26n0003.xml.gz").write_bytes(b"x")  # beside the folders: not left out
    assert len(local_bulk_files([str(tmp_path)])) == 3


@given(st.integers(1, 40), st.lists(st.integers(1, 40), max_size=4))
def test_any_way_of_cutting_a_year_into_runs_reads_each_file_once(last: int, cuts: list[int]) -> None:
    state, read = Applied(), []
    for end in sorted({*cuts, last}):
        for file in state.to_read(files(*(f"26n{n:04}" for n in range(1, min(end, last) + 1)))):
            read.append(file.number)
            state = state.after(file)
    assert read == list(range(1, last + 1))
