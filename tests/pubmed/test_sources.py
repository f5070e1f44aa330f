import hashlib
from pathlib import Path

import pytest

from comention.errors import ContractError, UsageError
from comention.pubmed.sources import check_md5, local_files


def test_a_checksum_that_differs_stops(tmp_path: Path) -> None:
    file = tmp_path / "pubmed26n0001.xml.gz"
    file.write_bytes(b"x")
    check_md5(file)
    sidecar = tmp_path / "pubmed26n0001.xml.gz.md5"
    sidecar.write_text(f"MD5(pubmed26n0001.xml.gz)= {hashlib.md5(b'x', usedforsecurity=False).hexdigest()}\n")
    check_md5(file)
    sidecar.write_text(f"MD5(pubmed26n0001.xml.gz)= {'0' * 32}\n")
    with pytest.raises(ContractError, match="download both again"):
        check_md5(file)


def test_a_folder_stands_for_its_xml(tmp_path: Path) -> None:
    for name in ("b.xml", "a.xml.gz", "README.md", "._a.xml"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.xml").mkdir()
    assert [path.name for path in local_files([str(tmp_path)])] == ["a.xml.gz", "b.xml"]
    with pytest.raises(UsageError, match="no input"):
        local_files([])


def test_a_folder_stands_for_files_named_in_capitals_too(tmp_path: Path) -> None:
    for name in ("a.xml", "B.XML", "c.Nbib.GZ"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in local_files([str(tmp_path)])] == ["B.XML", "a.xml", "c.Nbib.GZ"]


def test_a_file_of_a_folder_that_leads_nowhere_is_no_file_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("x")
    (tmp_path / "b.xml").symlink_to(tmp_path / "gone.xml")
    with pytest.raises(UsageError, match=r"b\.xml does not exist"):
        local_files([str(tmp_path)])
