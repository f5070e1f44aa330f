import hashlib
from pathlib import Path

import pytest

from comention.errors import ContractError, UsageError
from comention.pubmed.sources import bulk_files, local_files


def bulk(folder: Path, *numbers: int, year: int = 26) -> None:
    for number in numbers:
        (folder / f"pubmed{year}n{number:04}.xml.gz").write_bytes(b"x")


def test_bulk_files_come_by_year_and_number(tmp_path: Path) -> None:
    bulk(tmp_path, 1, 10, 2, 3, 4, 5, 6, 7, 8, 9)
    bulk(tmp_path, 1572, year=25)
    names = [path.name for path in bulk_files([str(tmp_path)])]
    assert names[:3] == ["pubmed25n1572.xml.gz", "pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz"]
    assert names[-1] == "pubmed26n0010.xml.gz"


def test_a_gap_stops(tmp_path: Path) -> None:
    bulk(tmp_path, 1, 2, 5)
    with pytest.raises(ContractError, match="bulk files 3 to 4 of 2026 are missing"):
        bulk_files([str(tmp_path)])


def test_a_checksum_that_differs_stops(tmp_path: Path) -> None:
    bulk(tmp_path, 1)
    sidecar = tmp_path / "pubmed26n0001.xml.gz.md5"
    sidecar.write_text(f"MD5(pubmed26n0001.xml.gz)= {hashlib.md5(b'x', usedforsecurity=False).hexdigest()}\n")
    assert len(bulk_files([str(tmp_path)])) == 1
    sidecar.write_text(f"MD5(pubmed26n0001.xml.gz)= {'0' * 32}\n")
    with pytest.raises(ContractError, match="download both again"):
        bulk_files([str(tmp_path)])


def test_another_name_is_no_bulk_file(tmp_path: Path) -> None:
    (tmp_path / "mine.xml").write_text("x")
    with pytest.raises(UsageError, match="--source files"):
        bulk_files([str(tmp_path)])


def test_a_folder_stands_for_its_xml(tmp_path: Path) -> None:
    for name in ("b.xml", "a.xml.gz", "README.md", "._a.xml"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.xml").mkdir()
    assert [path.name for path in local_files([str(tmp_path)])] == ["a.xml.gz", "b.xml"]
    with pytest.raises(UsageError, match="no input"):
        local_files([])
