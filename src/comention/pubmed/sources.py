"""Which files a run reads, and in which order they apply."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from comention.errors import ContractError, UsageError

#: Standard input, as the command line names it.
STDIN = "-"

_SUFFIXES = (".xml", ".xml.gz")
_BULK = re.compile(r"(?:pubmed|medline)(\d\d)n(\d{4,})\.xml(?:\.gz)?$")
_MD5 = re.compile(r"\b([0-9a-f]{32})\b")


def local_files(inputs: Iterable[str]) -> list[Path]:
    """Return the files that inputs name, in order; a folder stands for the XML files in it.

    Files of a folder come in the order of NLM's numbering where they carry it, else by name. Raises
    UsageError for an input that does not exist and for a folder without XML.
    """
    files: list[Path] = []
    for name in inputs:
        path = Path(name)
        if name != STDIN and path.is_dir():
            found = sorted(filter(_is_xml, path.iterdir()), key=_order)
            if not found:
                raise UsageError(f"{path} holds no .xml or .xml.gz file: name the files, or another folder")
            files += found
        elif name == STDIN or path.exists():
            files.append(path)
        else:
            raise UsageError(f"{path} does not exist: check --input")
    if not files:
        raise UsageError("no input: name files or folders with --input, or use --source sample")
    return files


def _is_xml(path: Path) -> bool:
    return path.name.endswith(_SUFFIXES) and not path.name.startswith(".") and path.is_file()


def bulk_files(inputs: Iterable[str]) -> list[Path]:
    """Return NLM's bulk files that inputs name, by year and number, checked against their `.md5` files.

    Raises UsageError for a file that is not named as NLM names them, and ContractError for a gap in the
    numbers of a year or a checksum that differs.
    """
    files = sorted(local_files(inputs), key=_order)
    last: tuple[int, int] | None = None
    for path in files:
        named = _BULK.search(path.name)
        if named is None:
            raise UsageError(f"{path} is no bulk file (pubmed26n0001.xml.gz): read it with --source files")
        year, number = int(named[1]), int(named[2])
        if last is not None and last[0] == year and number > last[1] + 1:
            raise ContractError(f"bulk files {last[1] + 1} to {number - 1} of 20{year} are missing: add them")
        last = year, number
        _check_md5(path)
    return files


def _order(path: Path) -> tuple[int, int, str]:
    named = _BULK.search(path.name)
    return (int(named[1]), int(named[2]), path.name) if named else (-1, -1, path.name)


def _check_md5(path: Path) -> None:
    sidecar = path.with_name(path.name + ".md5")
    if not sidecar.exists():
        return
    stated = _MD5.search(sidecar.read_text(encoding="ascii", errors="replace").lower())
    with path.open("rb") as file:
        measured = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if stated is None or stated[1] != measured:
        raise ContractError(f"{path} does not match {sidecar.name}: download both again")
