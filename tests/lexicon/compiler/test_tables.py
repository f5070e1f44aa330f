from __future__ import annotations

from pathlib import Path

import pytest

from comention.lexicon.compiler.sources import SourceError
from comention.lexicon.compiler.tables import (
    CONCEPT_HEADER,
    NAME_HEADER,
    check_ancestry,
    is_blank,
    read_concepts,
    read_names,
)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "blank"),
    [("", True), ("…", True), ("- / -", True), ("! ?", True), ("\u0301", True), ("α", False), ("β-", False),
     ("7", False), ("naïve", False), ("中", False)],
)  # fmt: skip
def test_a_blank_name_folds_to_nothing(name: str, blank: bool) -> None:
    assert is_blank(name) is blank


@pytest.mark.parametrize("row", ["MESH:D900001\t—\t\t\tus", "MESH:D900001\tachoo\tsneeze|(…)\t\tus"])
def test_a_concept_with_a_blank_name_is_an_error(tmp_path: Path, row: str) -> None:
    path = write(tmp_path / "t.tsv", "\t".join(CONCEPT_HEADER), "MESH:D900000\tok\t\t\tus", row)
    with pytest.raises(SourceError, match=r"t\.tsv:3: '.*' folds to nothing; give the name letters"):
        read_concepts(path)


def test_a_blank_name_in_a_list_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "t.tsv", "\t".join(NAME_HEADER), "ok\tgood", "--\tbad")
    with pytest.raises(SourceError, match=r"t\.tsv:3: '--' folds to nothing"):
        read_names(path)


def test_a_table_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_bytes("\t".join(NAME_HEADER).encode() + "\nSjögren\tx\n".encode("latin-1"))
    with pytest.raises(SourceError, match=r"t\.tsv: not UTF-8 .*: save it as UTF-8"):
        read_names(path)


@pytest.mark.parametrize(
    ("written", "above", "says"),
    [
        ({"A": ["A"]}, {}, "A is its own ancestor by its parent or class A"),
        (
            {"A": ["B"], "B": ["C"], "C": ["A"]},
            {},
            "A is its own ancestor by its parent or class B",
        ),
        ({"A": ["X", "M"]}, {"M": ["N"], "N": ["A"]}, "A is its own ancestor by its parent or class M"),
    ],
)
def test_a_concept_is_not_its_own_ancestor(
    written: dict[str, list[str]], above: dict[str, list[str]], says: str
) -> None:
    with pytest.raises(SourceError, match=f"curated tables: {says}; remove one"):
        check_ancestry(written, above)


def test_a_cycle_of_the_sources_alone_is_theirs() -> None:
    above = {"M": ["N"], "N": ["M"]}
    check_ancestry({"A": ["B", "M"], "B": ["M"]}, above)  # raises nothing
    with pytest.raises(SourceError, match="A is its own ancestor"):
        check_ancestry({"A": ["B", "M"], "B": ["A"]}, above)
