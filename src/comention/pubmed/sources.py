"""Which files a run reads, and in which order they apply."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from comention.errors import ContractError, UsageError
from comention.files.opening import is_there
from comention.pubmed.formats import STDIN, check_stdin

_SUFFIXES = (".xml", ".xml.gz", ".nbib", ".nbib.gz")
#: Names of NLM's bulk files: year and number.
BULK = re.compile(r"(?:pubmed|medline)(\d\d)n(\d{4,})\.xml(?:\.gz)?$")
#: The checksum in a `.md5` file, in lower case.
MD5 = re.compile(r"\b([0-9a-f]{32})\b")


def local_files(inputs: Iterable[str]) -> list[Path]:
    """Return the files that inputs name, in order; a folder stands for the XML and `.nbib` files in it.

    Files of a folder come in the order of NLM's numbering where they carry it, else by name. Raises
    UsageError for an input that does not exist, for a folder without such files, and for standard input that
    is named twice.
    """
    files: list[Path] = []
    inputs = tuple(inputs)
    check_stdin(inputs)
    for name in inputs:
        path = Path(name)
        if name != STDIN and path.is_dir():
            found = sorted(filter(_has_citations, path.iterdir()), key=_order)
            if not found:
                raise UsageError(f"{path} holds no .xml or .nbib file, or .gz: name files, or another folder")
            if gone := [one for one in found if not is_there(one)]:  # a link that leads nowhere
                raise UsageError(f"{gone[0]} does not exist: mend the link, or remove it")
            files += found
        elif name == STDIN or is_there(path):
            files.append(path)
        else:
            raise UsageError(f"{path} does not exist: check --input")
    for path in files:
        try:
            path.name.encode()
        except UnicodeEncodeError:
            raise UsageError(f"the name of {str(path)!r} is not UTF-8, as datasets are: rename it") from None
    if not files:
        raise UsageError("no input: name files or folders with --input, or use --source sample")
    return files


def _has_citations(path: Path) -> bool:
    named = path.name.lower().endswith(_SUFFIXES) and not path.name.startswith(".")
    return named and (path.is_file() or not is_there(path))


def bulk_number(name: str) -> tuple[int, int] | None:
    """Return year and number of a bulk file by its name, None for a file of another name."""
    named = BULK.search(name)
    return (int(named[1]), int(named[2])) if named else None


def check_md5(path: Path) -> None:
    """Raise ContractError where a `.md5` file lies beside a file and states another checksum."""
    sidecar = path.with_name(path.name + ".md5")
    if not is_there(sidecar):
        return
    stated = MD5.search(sidecar.read_text(encoding="ascii", errors="replace").lower())
    with path.open("rb") as file:
        measured = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if stated is None or stated[1] != measured:
        raise ContractError(f"{path} does not match {sidecar.name}: download both again")


def _order(path: Path) -> tuple[int, int, str]:
    return (*(bulk_number(path.name) or (-1, -1)), path.name)
