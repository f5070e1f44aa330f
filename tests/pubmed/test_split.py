"""The scanner against inputs written for it: what it yields, where it cuts, what it refuses."""

from __future__ import annotations

import gzip
import io
import pickle
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.errors import ComentionError, MalformedError, UsageError
from comention.files.opening import open_source
from comention.pubmed import split as module
from comention.pubmed.split import Chunk, split
from comention.pubmed.xml import Book, Deletions, Parsed, parse_chunk
from comention.records import Article, Reject

# Longer than the head that is read at once, so that blocks end inside the records of these tests.
PADDING = f"<!-- {'x' * 1_200} -->\n"
PROLOG = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC '
    '"-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://example.org/pubmed_250101.dtd">\n' + PADDING
)
DELETE = '<DeleteCitation>\n<PMID Version="1">99000008</PMID>\n</DeleteCitation>'
BOOK = "<PubmedBookArticle><BookDocument><PMID>99000007</PMID></BookDocument></PubmedBookArticle>"


def citation(pmid: int, inside: str = "") -> str:
    return (
        f'<MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article>'
        f"<ArticleTitle>Title {pmid}{inside}</ArticleTitle></Article></MedlineCitation>"
    )


def record(pmid: int, inside: str = "") -> str:
    return f"<PubmedArticle>{citation(pmid, inside)}<PubmedData/></PubmedArticle>"


def pubmed_set(*records: str) -> str:
    return PROLOG + "<PubmedArticleSet>\n" + "\n".join(records) + "\n</PubmedArticleSet>\n"


def chunks(text: str | bytes, block: int = 7) -> list[Chunk]:
    data = text.encode() if isinstance(text, str) else text
    return list(split(io.BytesIO(data), "test.xml", block=block))


def parsed(text: str | bytes, block: int = 7) -> list[Parsed]:
    return [parse_chunk(chunk, "test.xml") for chunk in chunks(text, block)]


def pmids(text: str | bytes) -> list[int | str]:
    return [found.pmid if isinstance(found, Article) else type(found).__name__ for found in parsed(text)]


def refused(text: str | bytes, block: int = 7) -> str:
    with pytest.raises(MalformedError) as caught:
        chunks(text, block)
    message = str(caught.value)
    assert message.startswith("test.xml ")
    assert "\n" not in message
    return message


def outcome(data: bytes, block: int) -> tuple[list[Chunk], str | None]:
    """What comes out before the error, and the error: it must not depend on the block size."""
    found = []
    try:
        for chunk in split(io.BytesIO(data), "test.xml", block=block):
            found.append(chunk)  # what came before the error counts too
    except MalformedError as error:
        return found, str(error)
    return found, None


def test_a_set_yields_its_records_with_their_bytes() -> None:
    text = pubmed_set(record(1), BOOK, record(2, " β"), DELETE)
    found = chunks(text)
    assert [chunk.kind for chunk in found] == ["article", "book", "article", "delete"]
    data = text.encode()
    assert all(data[chunk.start : chunk.end] == chunk.data for chunk in found)
    assert [chunk.data.decode() for chunk in found] == [record(1), BOOK, record(2, " β"), DELETE]
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  # our own bytes


def test_books_and_deletions_become_values() -> None:
    _, book, delete = parsed(pubmed_set(record(1), BOOK, DELETE))
    assert book == Book(99000007)
    assert delete == Deletions(((99000008, 1),))


def test_citations_of_old_files_and_bare_fragments() -> None:
    assert pmids(f"<MedlineCitationSet>{citation(1)}\n{citation(2)}</MedlineCitationSet>") == [1, 2]
    assert pmids(record(1)) == [1]
    assert pmids(f"\n {citation(3)}{record(4)}") == [3, 4]


def test_sets_may_follow_one_another() -> None:
    old = f"<?xml version='1.0'?><MedlineCitationSet>{citation(3)}</MedlineCitationSet>"
    assert pmids(pubmed_set(record(1)) + pubmed_set(record(2)) + old) == [1, 2, 3]


@pytest.mark.parametrize(
    "text", [pubmed_set(), PROLOG + "<PubmedArticleSet></PubmedArticleSet>", "<PubmedArticleSet />"]
)
def test_an_empty_set_holds_nothing_and_is_no_error(text: str) -> None:
    assert chunks(text) == []


def test_other_elements_comments_and_instructions_between_records_are_skipped() -> None:
    between = f"<!-- {record(8)} --><Unknown a='1'>x</Unknown><?skip {record(7)} ?><![CDATA[{record(6)}]]>"
    assert pmids(pubmed_set(between, record(1), between, record(2))) == [1, 2]


@pytest.mark.parametrize(
    "hidden", ["<!-- </PubmedArticle> -->", "<![CDATA[</PubmedArticle><PubmedArticle>]]>"]
)
def test_an_end_tag_in_a_comment_or_cdata_cuts_nothing(hidden: str) -> None:
    text = pubmed_set(record(1, hidden), record(2))
    whole = chunks(text, 1 << 20)
    assert [chunk.data.decode() for chunk in whole] == [record(1, hidden), record(2)]
    # Wherever the block ends, inside the comment too, the record is the same.
    assert all(chunks(text, block) == whole for block in range(1, 400))
    assert pmids(text) == [1, 2]


def test_end_tags_with_white_space_and_empty_records() -> None:
    texts = [record(1).replace("</PubmedArticle>", "</PubmedArticle\n >"), "<PubmedArticle/>", record(2)]
    assert [chunk.data.decode() for chunk in chunks(pubmed_set(*texts))] == texts
    assert pmids(pubmed_set(*texts)) == [1, "Reject", 2]


BROKEN = {
    "nesting": record(5, "<b>x</i>"),
    "entity": record(5, "&unknown;"),
    "control character": record(5, "\x08"),
    "comment never closed": record(5, "<!-- open"),
    "comment with two hyphens": record(5, "<!-- a -- b -->"),
    "cdata never closed": record(5, "<![CDATA[ open"),
    "no end tag": record(5).replace("</PubmedArticle>", ""),
    "nothing after the title": record(5)[:90],
    "no start tag": record(5).replace("<PubmedArticle>", "").replace("<MedlineCitation", "<Medline"),
    "set closed inside": record(5, "</PubmedArticleSet>"),
    "no PMID": record(5).replace('<PMID Version="1">5</PMID>', ""),
    "PMID in letters": record(5).replace(">5<", ">five<"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("block", [1, 50, 1 << 20])
def test_a_malformed_record_is_the_only_reject(broken: str, block: int) -> None:
    text = pubmed_set(record(1), record(2), broken, record(3), record(4))
    found = parsed(text, block)
    assert [one.pmid for one in found if isinstance(one, Article)] == [1, 2, 3, 4]
    (reject,) = [one for one in found if isinstance(one, Reject)]
    at = len(text[: text.index(broken)].encode())
    assert at <= reject.start < reject.end <= at + len(broken.encode()) + 1
    assert reject.pmid in {5, None}
    assert reject.reason


def test_bad_utf8_is_the_only_reject() -> None:
    data = pubmed_set(record(1), record(5, "@"), record(2)).encode().replace(b"@", b"\xff\xfe")
    assert pmids(data) == [1, "Reject", 2]


def test_a_record_that_breaks_off_keeps_its_own_bytes() -> None:
    first = record(5)[:60]
    found = chunks(pubmed_set(first, record(2)))
    assert [chunk.data.decode().strip() for chunk in found] == [first, record(2)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!DOCTYPE html><html><body>Maintenance</body></html>", "is a web page"),
        ("<!DOCTYPE html><head><title>Blocked</title></head>", "is a web page"),
        ("<!-- a --><HTML><body>Maintenance</body></HTML>", "is a web page"),
        ('<?xml version="1.0"?><!doctype HTML PUBLIC "x"><html/>', "is a web page"),
        ('{"error":"API rate limit exceeded","api-key":"0123456789abcdef"}', "is not XML"),
        ("PMID- 123\nTI  - A <b>title</b>", "is not XML"),
        ("", "is empty"),
        (" \n ", "is empty"),
        (PROLOG, "is truncated"),
        (
            "<eFetchResult><ERROR>no</ERROR></eFetchResult>",
            "holds no PubMed records (it begins with <eFetchResult>)",
        ),
        ('<?xml version="1.0" encoding="klingon"?><PubmedArticleSet/>', "unknown encoding 'klingon'"),
        ('<?xml version="1.0" encoding="rot13"?><PubmedArticleSet/>', "unknown encoding 'rot13'"),
        ("<!ENTITY a 'b'><PubmedArticleSet/>", "declares entities"),
    ],
)
def test_what_is_not_pubmed_xml_is_refused(text: str, message: str) -> None:
    found = refused(text)
    assert message in found
    assert "0123456789abcdef" not in found  # error bodies echo keys


BOMB = '<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9))
EXTERNAL = '<!ENTITY x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("entities", [BOMB, EXTERNAL, '<!ENTITY % p SYSTEM "http://example.org/x.dtd"> %p;'])
def test_entity_declarations_are_refused(entities: str) -> None:
    text = f"<!DOCTYPE PubmedArticleSet [{entities}]><PubmedArticleSet>{record(1, '&x;')}</PubmedArticleSet>"
    assert "declares entities" in refused(text)
    assert "declares entities" in refused(text, block=1 << 20)
    assert "declares entities" in refused(pubmed_set(record(1)) + text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("block", [1, 3, 4096])
def test_other_encodings_are_recoded(encoding: str, block: int) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = pubmed_set(record(1, " naïve"), record(2)).replace("utf-8", declared)
    found = parsed(text.encode(encoding), block)
    assert [one.title for one in found if isinstance(one, Article)] == ["Title 1 naïve", "Title 2"]


def test_offsets_count_the_byte_order_mark() -> None:
    data = pubmed_set(record(1)).encode("utf-8-sig")
    (chunk,) = chunks(data)
    assert data[chunk.start : chunk.end] == chunk.data


def test_utf16_that_breaks_off_or_changes_is_refused() -> None:
    assert "is truncated or not utf-16" in refused(pubmed_set(record(1)).encode("utf-16")[:-1])
    other = pubmed_set(record(1)).replace("utf-8", "iso-8859-1")
    assert "changes its encoding" in refused(pubmed_set(record(1)) + other)


@given(cut=st.integers(1, len(pubmed_set(record(1), record(2))) - 22))
def test_a_set_cut_anywhere_is_truncated_or_refused(cut: int) -> None:
    text = pubmed_set(record(1), record(2))
    found, error = outcome(text[:cut].encode(), 64)
    assert error is not None
    assert f"truncated after {len(found)} records" in error or not found
    assert [chunk.data.decode() for chunk in found] == [record(1), record(2)][: len(found)]


def test_a_record_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_RECORD", 2_000)
    assert pmids(pubmed_set(record(1), record(2))) == [1, 2]
    for block in (1, 100, 10_000):
        assert "has a record of more than" in refused(pubmed_set(record(1, "x" * 2_000)), block)
        assert "has markup of more than" in refused(pubmed_set(f"<!-- {'x' * 2_000} -->", record(1)), block)


MARKS = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!--", ""), ("<![CDATA[", ""), ("<?x", "?>"), ("", "")]
TAGS = ["</PubmedArticle>", "<PubmedArticle>", "</PubmedArticleSet>", "</MedlineCitation>", "--", "&x;"]
PIECES = st.lists(
    st.sampled_from(
        [
            *("<PubmedArticle>", "</PubmedArticle>", "<PubmedArticleSet>", "</PubmedArticleSet>"),
            *("<MedlineCitation>", "</MedlineCitation >", "<DeleteCitation>", "</DeleteCitation>"),
            *("<PubmedArticle/>", "<PubmedBookArticle>", "</PubmedBookArticle>", "<?xml version='1.0'?>"),
            *("<!--", "-->", "--", "<![CDATA[", "]]>", "<?", "?>", "<", ">", "x", "\n", "β"),
            *("<!DOCTYPE a>", "<!ENTITY b>", record(1), record(2), citation(3), DELETE),
            *(record(4, f"{mark[0]}{tag}{mark[1]}") for mark in MARKS for tag in TAGS),
        ]
    ),
    max_size=25,
).flatmap(lambda pieces: st.sampled_from(["", PADDING]).map(lambda pad: (pad + "".join(pieces)).encode()))


@given(data=PIECES | st.binary(max_size=200), block=st.integers(1, 400))
def test_the_block_size_changes_nothing(data: bytes, block: int) -> None:
    assert outcome(data, block) == outcome(data, 1 << 20)


@given(
    data=PIECES | st.binary(),
    head=st.sampled_from([b"", b"<", b"<PubmedArticleSet>", b"\xff\xfe", b"\x1f\x8b"]),
)
def test_no_bytes_raise_anything_but_malformed(data: bytes, head: bytes) -> None:
    found, _ = outcome(head + data, 1 << 16)
    assert all(a.end <= b.start for a, b in pairwise(found))
    for chunk in found:
        assert chunk.data == (head + data)[chunk.start : chunk.end] or head in {b"\xff\xfe", b""}
        parse_chunk(chunk, "test.xml")


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "set.xml"
    path.write_text(pubmed_set(*map(record, range(1, 200))), encoding="utf-8")
    return path


def read(path: Path) -> Iterator[Chunk]:
    with open_source(path) as stream:
        yield from split(stream, path.name)


def test_gzip_is_known_by_its_bytes(plain: Path, tmp_path: Path) -> None:
    packed = tmp_path / "no-suffix"
    packed.write_bytes(gzip.compress(plain.read_bytes()[:900]) + gzip.compress(plain.read_bytes()[900:]))
    assert list(read(packed)) == list(read(plain))
    assert len(list(read(packed))) == 199


def test_truncated_and_damaged_gzip_is_refused(plain: Path, tmp_path: Path) -> None:
    whole = gzip.compress(plain.read_bytes())
    packed = tmp_path / "cut.xml.gz"
    flipped = bytes(255 - byte for byte in whole[100:120])
    for data in (
        whole[:100] + flipped + whole[120:],
        whole[:-1],
        whole[:-9],
        whole[: len(whole) // 2],
        whole[:12],
        whole[:-20] + b"\0" * 20,
        whole + b"x",
    ):
        packed.write_bytes(data)
        with pytest.raises(MalformedError, match=r"^cut\.xml\.gz is truncated.*download it again$"):
            list(read(packed))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.xml").touch()
    for path, kind, message in [
        (tmp_path / "missing.xml", UsageError, "does not exist"),
        (tmp_path, UsageError, "is a directory"),
        (tmp_path / "empty.xml", MalformedError, "is empty"),
        (tmp_path / "null\0character", UsageError, "cannot be opened"),
    ]:
        with pytest.raises(ComentionError, match=message) as caught:
            list(read(path))
        assert type(caught.value) is kind
        assert path.name in str(caught.value)


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input(plain: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    data = plain.read_bytes()
    stdin = io.TextIOWrapper(io.BytesIO(gzip.compress(data) if packed else data))
    monkeypatch.setattr(sys, "stdin", stdin)
    with open_source("-") as stream:
        assert len(list(split(stream, "standard input"))) == 199
