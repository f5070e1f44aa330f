"""The document types of PubMed XML that this package was written for.

NLM issues a new one each year or so, under the date from which it holds. Its news are read past; that there
are news is said.
"""

from __future__ import annotations

import logging
import re
import threading

#: The newest document type whose elements were looked at, of EFetch and of the bulk files.
NEWEST = "pubmed_250101.dtd"
#: Bytes at the beginning of an answer in which its DOCTYPE stands.
HEAD = 1024

_DOCTYPE = re.compile(
    rb"<!DOCTYPE\s+(?:PubmedArticle|PubmedBookArticle|MedlineCitation)Set\s"
    rb"[^>\[]*[\"'/](?P<name>[\w.-]+\.dtd)[\"']"
)
# Before 2017 files of citations had another: nlmmedlinecitationset_160101.dtd.
_DATED = re.compile(r"(?:pubmed|nlmmedline\w*)_(?P<date>\d{6})\.dtd")

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_told: set[str] = set()


def newer_dtd(head: bytes) -> str | None:
    """Return the file name of the document type that a DOCTYPE names, None for none or a known one.

    Known are `pubmed_YYMMDD.dtd` up to NEWEST and the `nlmmedlinecitationset_YYMMDD.dtd` of older files.
    """
    doctype = _DOCTYPE.search(head)
    if doctype is None:
        return None
    name = doctype["name"].decode("ascii", "replace")
    dated, newest = _DATED.fullmatch(name), _DATED.fullmatch(NEWEST)
    return None if dated and newest and dated["date"] <= newest["date"] else name


def warn_of_newer_dtd(head: bytes, source: str, told: set[str] = _told) -> None:
    """Log a warning for a document type that is not known, once for each name.

    `told` has the names that were warned of before: those of this process, or of whoever keeps a set.
    """
    name = newer_dtd(head)
    if name is None:
        return
    with _lock:
        is_new = name not in told
        told.add(name)
        _told.add(name)  # what is said of an answer is not said again when it is split
    if is_new:
        _log.warning(
            "%s has the document type %s, newer than %s, which comention was made for; it is read all the "
            "same, without what is new in it: look for a newer comention",
            source,
            name,
            NEWEST,
        )
