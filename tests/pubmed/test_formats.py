"""What a file is, by its first bytes; lists of PMIDs."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.errors import UsageError
from comention.pubmed.formats import HEAD, Kind, Refused, file_kind, open_kind, sniff
from comention.pubmed.pmids import read_pmids
from tests.support.exports import (
    Citation,
    abstract_layout,
    csv_export,
    medline_file,
    summary_layout,
    xml_set,
)

ONE = Citation(31234567)
BIOC_XML = b'<?xml version="1.0"?><!DOCTYPE collection SYSTEM "BioC.dtd"><collection><source/></collection>'
BIOC_JSON = b'{"source": "x", "documents": [{"id": "1", "passages": []}]}'

KINDS: list[tuple[bytes, Kind]] = [
    (xml_set(ONE).encode(), "xml"),
    (b"<PubmedArticle/>", "xml"),
    (b"<!-- a comment --><PubmedArticleSet/>", "xml"),
    (medline_file([ONE]), "medline"),
    (b"PMC - PMC1\nPMID- 1\nTI  - T.\n", "medline"),
    (b"31234567\n", "pmids"),
    (b"PMID\n31234567\n1\n", "pmids"),
    (b"PMID: 31234567, PMID: 12; 13\n", "pmids"),
    (b"1 2\t3", "pmids"),
    (b'"PMID"\n"12"\n"13"\n', "pmids"),  # a table of one column, as R and pandas may write it
    (b'"PMID"\n', "pmids"),
    (csv_export(ONE), "pmids"),
    (b'"Title";"PMID"\n"A; title";12\n', "pmids"),
    (b"title\tpmid\nA title\t12\n", "pmids"),
    (BIOC_XML, "bioc-xml"),
    (b"<collection/>", "bioc-xml"),
    (BIOC_JSON, "bioc-json"),
    (b'{"PubTator3": [{"id": "1"}]}', "bioc-json"),
    (b'[{"bioctype": "BioCCollection"}]', "bioc-json"),
    (b"21|t|IL-12 in asthma.\n21|a|\n", "pubtator"),
    (b"IL-12 rose.\nSo.\n", "text"),
    (b"<5% of patients had asthma.\n", "text"),
    (b"[Not Available].\n", "text"),
    (b"1. The first of our findings: 12 patients had asthma.\n", "text"),
    (b"2019 was a year of asthma.\n", "text"),
    (b"IL-12 and\x00asthma.\n", "text"),
    ("β rose in asthma.\n".encode(), "text"),
    (b"ER  - this is how a line may begin.\n", "text"),
]


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:  # of no time: the bytes are in the names of tests
            archive.writestr(zipfile.ZipInfo(name), "x" * 200, zipfile.ZIP_DEFLATED)
    return out.getvalue()


REFUSED: list[tuple[bytes, str, str]] = [
    (abstract_layout(ONE).encode(), '"Abstract" or "Summary"', "Format: PubMed"),
    (b"\n" + abstract_layout(ONE).encode(), '"Abstract" or "Summary"', "Format: PubMed"),
    (summary_layout(ONE).encode(), '"Abstract" or "Summary"', "Format: PubMed"),
    (b"TY  - JOUR\nTI  - T.\nER  - \n", "RIS", "Format: PubMed"),
    (b"%0 Journal Article\n%T A title\n", "EndNote", "Format: PubMed"),
    (b"@article{doe2019,\n title={T}}\n", "BibTeX", "PMIDs"),
    (b"FN Clarivate Analytics Web of Science\nVR 1.0\n", "Web of Science", "PMIDs"),
    (b"<1>\nUnique Identifier\n  1\n", "Ovid", "PMIDs"),
    (b"<xml><records><record/></records></xml>", "EndNote XML", "PMIDs"),
    (b"<article xmlns:xlink='x'><front/></article>", "JATS", "PMID"),
    (b"<pmc-articleset/>", "JATS", "PMIDs"),
    (b"<eSearchResult><IdList/></eSearchResult>", "ESearch", "copy the PMIDs"),
    (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "web page", "download"),
    (b"<HTML><body/></HTML>", "web page", "download"),
    (b'{"a": 1}', "JSON", "BioC"),
    (b'[{"a": 1}]', "JSON", "BioC"),
    (b"%PDF-1.7\n", "PDF", ".txt"),
    (b"{\\rtf1\\ansi}", "RTF", ".txt"),
    (_zip("[Content_Types].xml", "word/document.xml"), "Word", ".txt"),
    (_zip("[Content_Types].xml", "xl/workbook.xml"), "Excel", "CSV"),
    (_zip("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint", ".txt"),
    (_zip("a.xml"), "zip", "unpack"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word or Excel", "CSV"),
    (b"BZh91AY", "bzip2", "unpack"),
    (b"\xfd7zXZ\x00", "xz", "unpack"),
    (b"PAR1\x15\x04", "Parquet", "CSV"),
    (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\xff", "binary", ".txt"),
    ("IL-12 rose.".encode("utf-16"), "UTF-16", "UTF-8"),
    (b"PMC1234567\nPMC12\n", "PMC ids", "ID Converter"),
    (b"10.1000/made.up\n10.1000/other\n", "DOIs", "PubMed"),
]


@pytest.mark.parametrize(("data", "kind"), KINDS)
def test_what_a_file_is(tmp_path: Path, data: bytes, kind: Kind) -> None:
    data = data.removeprefix(b"\xef\xbb\xbf")
    forms = [data, b"\xef\xbb\xbf" + data, b"\n\n" + data, data.replace(b"\n", b"\r\n"), gzip.compress(data)]
    for number, form in enumerate(forms):
        path = tmp_path / f"file{number}"
        path.write_bytes(form)
        assert file_kind(path) == kind, form[:60]
        with open_kind(path) as (found, stream):
            assert found == kind
            assert stream.read() == (data if form[:2] == b"\x1f\x8b" else form)


@pytest.mark.parametrize(("data", "kind"), KINDS)
def test_a_prefix_says_nothing_or_the_truth(data: bytes, kind: Kind) -> None:
    assert sniff(data, ended=True) == kind
    lines = data.splitlines(keepends=True)
    for number in range(len(lines)):
        assert sniff(b"".join(lines[:number]), ended=False) in {kind, None}


@pytest.mark.parametrize(("data", "kind"), KINDS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_is_read_from_its_beginning(
    monkeypatch: pytest.MonkeyPatch, data: bytes, kind: Kind, pack: type[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pack(data))))
    with open_kind("-") as (found, stream):
        assert (found, stream.read()) == (kind, data)


@pytest.mark.parametrize(("data", "what", "way"), REFUSED)
def test_what_is_not_read_is_named_with_the_way_on(tmp_path: Path, data: bytes, what: str, way: str) -> None:
    for name, form in (("plain", data), ("packed.txt.gz", gzip.compress(data))):
        path = tmp_path / name
        path.write_bytes(form)
        with pytest.raises(UsageError) as caught:
            file_kind(path)
        message = str(caught.value)
        assert message.startswith(f"{path} is ")
        assert what in message
        assert way in message
        assert "\n" not in message


def test_a_table_without_pmids_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Title,Year\nT,2019\n")
    with pytest.raises(UsageError, match=r"a\.csv is a table without a column PMID: name that column PMID"):
        file_kind(path)


@given(st.binary(max_size=400))
def test_every_beginning_is_something(head: bytes) -> None:
    assert sniff(head, ended=True) is not None
    assert isinstance(sniff(head, ended=False), str | Refused | None)


@given(st.integers(1, 40_000))
def test_a_long_list_is_a_list_wherever_its_head_is_cut(count: int) -> None:
    data = b"".join(b"%d\n" % (31_000_000 + number) for number in range(count))
    assert sniff(data[:HEAD], ended=True) == "pmids"


def test_a_slow_pipe_is_answered_by_its_first_line() -> None:
    class Slow(io.RawIOBase):
        """Yields two lines, one at a time, and fails where more is asked for."""

        lines = iter([b"IL-12 rose.\n", b"IL-23 fell.\n"])

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            line = next(self.lines)
            buffer[: len(line)] = line
            return len(line)

    held = sys.stdin
    try:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(Slow()))
        with open_kind("-") as (kind, stream):
            assert (kind, stream.readline()) == ("text", b"IL-12 rose.\n")
            assert stream.readline() == b"IL-23 fell.\n"
    finally:
        sys.stdin = held


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("data", "pmids"),
    [
        (b"12\n13\n", {12, 13}),
        (b"\xef\xbb\xbf12\r\n\r\n13", {12, 13}),
        (b"12, 13;14\t15", {12, 13, 14, 15}),
        (b"PMID\n12\n", {12}),
        (b"PMID: 12\nPMID:13\n", {12, 13}),
        (csv_export(Citation(12, title='A "quoted", and long title.'), Citation(13)), {12, 13}),
        (b"Title;PMID\nA;12\nB;\n", {12}),
        (b"\nTitle\tPMID\nA\t12\n", {12}),
        (b'"PMID"\r\n"12"\r\n"13"\r\n', {12, 13}),
        (b'"PMID"\n12\n', {12}),
        (b'"12", "13"\n', {12, 13}),
    ],
)
def test_lists_of_pmids(tmp_path: Path, data: bytes, pmids: set[int], pack: type[bytes]) -> None:
    path = tmp_path / "pmids"
    path.write_bytes(pack(data))
    assert read_pmids(path) == pmids


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n", "is empty: give a list of PMIDs"),
        (b"12\n13 x4\n", "'x4' in line 2 is no PMID: correct or remove it"),
        (b"12\n0\n", "'0' in line 2 is no PMID"),
        (b'Title,PMID\n"two\nlines",12\nB,x\n', "'x' in line 4 is no PMID"),
        (b"PMID,Title\n", "is empty"),
        (b"PMID\n", "is empty: give a list of PMIDs"),
        (b"12\n\xe9\n", "it is not UTF-8 text"),
        (medline_file([ONE]), r"is PubMed format \(MEDLINE, .nbib\), no list of PMIDs: give it to --input"),
        (_zip("xl/workbook.xml"), "is not UTF-8|an Excel file"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "pmids"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=message):
        read_pmids(path)
