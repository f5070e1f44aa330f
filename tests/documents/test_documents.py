"""Documents of every kind in, mentions in every format out."""

from __future__ import annotations

import gzip
import io
import json
import logging
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.annotation.document import Document, from_text
from comention.documents.pubtator import GoldDocument, read
from comention.documents.reading import NamedDocument, Skipped, of_gold, read_documents, sniff
from comention.documents.writing import Written, write_mentions
from comention.errors import MalformedError, UsageError
from comention.records import Mention, Reading, Rejected, Sentence
from comention.schemas import MENTIONS

XML = """<?xml version="1.0"?><PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">11</PMID><Article>
<ArticleTitle>IL-12 in asthma.</ArticleTitle>
<Abstract><AbstractText Label="AIM">To see β.</AbstractText>
<AbstractText>It rose. So.</AbstractText></Abstract>
</Article></MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID Version="1">12</PMID></MedlineCitation></PubmedArticle>
<PubmedBookArticle><BookDocument><PMID Version="1">13</PMID></BookDocument></PubmedBookArticle>
<PubmedArticle><MedlineCitation><PMID Version="1">14</PMID><Article><ArticleTitle>Bare.</ArticleTitle>
</Article></MedlineCitation></PubmedArticle>
<DeleteCitation><PMID Version="1">15</PMID></DeleteCitation>
</PubmedArticleSet>""".encode()
PUBTATOR = b"21|t|IL-12 in asthma.\n21|a|It rose. So.\n21\t0\t5\tIL-12\tCytokine\tX:1\n\n22|t|Bare.\n22|a|\n"
TEXT = "IL-12 rose. So β.\n\n  \nIL-23 fell\u2028twice.\r\n".encode()


class Fake:
    """Finds every `IL-` with the two digits after it."""

    def read(self, document: Document) -> Reading:
        text = document.text
        starts = [i for i in range(len(text)) if text.startswith("IL-", i)]
        found = [
            Mention(
                start=s,
                end=s + 5,
                text=text[s : s + 5],
                entity_type="cytokine",
                concept_id=f"COMENTION:{text[s : s + 5]}",
                concept_name="a name",
                method="fake",
                score=0.5,
                negated=False,
            )
            for s in starts
        ]
        return Reading(found, [Rejected(0, 2, text[:2], ("COMENTION:IL",), "a reason")] if text else [])


def annotated(*inputs: str) -> list[tuple[NamedDocument, Reading]]:
    return [(d, Fake().read(d.document)) for d in read_documents(inputs, lambda _: None)]


def put(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_text_has_a_document_on_each_line(tmp_path: Path, pack: type[bytes]) -> None:
    name = put(tmp_path, "a.txt.gz" if pack is not bytes else "a.TXT", pack(TEXT))
    found = list(read_documents([name]))
    assert [(d.id, d.title, d.abstract) for d in found] == [
        (1, "IL-12 rose. So β.", None),
        (4, "IL-23 fell\u2028twice.", None),
    ]
    assert found[0].document == from_text("IL-12 rose. So β.")
    assert found[0].source == Path(name).name


def test_pubtator(tmp_path: Path) -> None:
    skipped: list[Skipped] = []
    data = PUBTATOR + b"junk\n\nx-1|t|No number.\n"
    first, second = read_documents([put(tmp_path, "a.pubtator", data)], skipped.append)
    assert (first.id, first.title, first.abstract) == (21, "IL-12 in asthma.", "It rose. So.")
    assert first.document.text == "IL-12 in asthma. It rose. So."
    assert first.document.blocks == ((0, 16), (17, 29))
    assert first.document.sentences == (
        Sentence(0, 0, 16, None, in_title=True),
        Sentence(1, 17, 25, None, in_title=False),
        Sentence(2, 26, 29, None, in_title=False),
    )
    assert (second.id, second.abstract, second.document.text) == (22, None, "Bare.")
    assert list(map(str, skipped)) == [
        "a.pubtator: line 7: 'junk' belongs to no document: put PMID|t|title before it",
        "a.pubtator: document x-1: its id is no PMID: give it a number",
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_pubmed_xml(tmp_path: Path, pack: type[bytes]) -> None:
    skipped: list[Skipped] = []
    first, second = read_documents([put(tmp_path, "a.xml", pack(XML))], skipped.append)
    assert (first.id, first.title, first.abstract) == (11, "IL-12 in asthma.", "To see β. It rose. So.")
    assert [first.document.text[s:e] for s, e in first.document.blocks] == [
        "IL-12 in asthma.",
        "To see β.",
        "It rose. So.",
    ]
    assert [s.section for s in first.document.sentences] == [None, "AIM", None, None]
    assert (second.id, second.abstract, second.document.text) == (14, None, "Bare.")
    assert [(s.pmid, s.reason) for s in skipped] == [
        (12, "no Article"),
        (13, "a book, which is not annotated"),
    ]
    start = XML.index(b'<PubmedArticle><MedlineCitation><PMID Version="1">12')
    assert str(skipped[0]).startswith(f"a.xml: bytes {start} to ")
    assert str(skipped[0]).endswith(" (PMID 12): no Article")


def test_what_is_skipped_is_logged_where_nobody_asks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert len(list(read_documents([put(tmp_path, "a.xml", XML)]))) == 2
    assert [record.getMessage().rsplit(": ", 1)[1] for record in caplog.records] == [
        "no Article",
        "a book, which is not annotated",
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (XML, [11, 14]),
        (b"\xef\xbb\xbf  \n" + XML.replace(b'<?xml version="1.0"?>', b""), [11, 14]),
        (XML.decode().replace("1.0", '1.0" encoding="utf-16').encode("utf-16"), [11, 14]),
        (PUBTATOR, [21, 22]),
        (b"\xef\xbb\xbf \r\n\n" + PUBTATOR, [21, 22]),
        (TEXT, [1, 4]),
        (b"\n\n 7|t|too late for PubTator, as it is indented".replace(b" 7", b"x7"), [3]),
        (b"21|a|no title", [1]),
    ],
)
def test_standard_input_is_told_by_its_first_bytes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes, ids: list[int], pack: type[bytes]
) -> None:
    feed(monkeypatch, pack(data))
    found = list(read_documents(["-"], lambda _: None))
    assert [d.id for d in found] == ids
    assert {d.source for d in found} == {"standard input"}
    # As is a file without a suffix.
    assert [d.id for d in read_documents([put(tmp_path, "bare", pack(data))], lambda _: None)] == ids


def test_a_long_input_is_read_whole_after_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"line {number} " + "x" * (number * 40) for number in range(1, 200)]
    feed(monkeypatch, "\n".join([*lines, "y" * 200_000]).encode())
    assert [d.title for d in read_documents(["-"])] == [*lines, "y" * 200_000]


@given(st.binary(max_size=30))
def test_sniffing_knows_every_beginning(head: bytes) -> None:
    assert sniff(head) in {"text", "pubtator", "xml"}
    assert sniff(b"\n <" + head) == "xml"
    assert sniff(b"\r\n7|t|" + head) == "pubtator"


def test_inputs_are_read_in_order_and_named_by_their_file(tmp_path: Path) -> None:
    names = [put(tmp_path, "b.txt", b"one\ntwo"), put(tmp_path, "a.pubtator", PUBTATOR)]
    found = list(read_documents(names))
    assert [(d.source, d.id) for d in found] == [
        ("b.txt", 1),
        ("b.txt", 2),
        ("a.pubtator", 21),
        ("a.pubtator", 22),
    ]


def test_inputs_that_do_not_fit_are_refused_before_any_is_read(tmp_path: Path) -> None:
    good = put(tmp_path, "a.txt", b"one")
    for inputs, message in (
        ([], "no input: name files"),
        (["-", "-"], "named twice"),
        ([good, str(tmp_path / "b.txt")], r"b\.txt does not exist: check the name"),
        (
            [good, put(tmp_path, "c.pdf", b"%PDF")],
            r"c\.pdf is of an unknown kind: name files that end in \.txt",
        ),
        ([good, put(tmp_path, "c.csv.gz", b"")], r"c\.csv\.gz is of an unknown kind"),
    ):
        with pytest.raises(UsageError, match=message):
            read_documents(inputs)
    with pytest.raises(UsageError, match="is a directory: name the files in it"):
        list(read_documents([str(tmp_path)]))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b" \n\n", r"a\.txt: 0 documents read, 0 parts skipped: give text with a document"),
        ("a.txt", b"", r"a\.txt is empty"),
        ("a.txt", b"one\ntw\xe9\n", r"a\.txt: line 2 is not UTF-8: convert the file to UTF-8"),
        ("a.txt.gz", gzip.compress(b"one\n" * 99)[:-9], r"a\.txt\.gz is truncated"),
        (
            "a.pubtator",
            b"one\ntwo\n",
            r"a\.pubtator: 0 documents read, 2 parts skipped \(the first: line 1: 'one' .*: give PubTator",
        ),
        (
            "a.xml",
            b"<PubmedArticleSet></PubmedArticleSet>",
            r"a\.xml: 0 documents read, 0 parts skipped: give PubMed XML",
        ),
        ("a.xml", b"<html></html>", r"a\.xml is a web page"),
        ("a.xml", XML[: XML.index(b"Bare")], r"a\.xml is truncated after 3 records"),
        ("bare", gzip.compress(TEXT)[:-4], "bare is truncated"),
        ("bare", gzip.compress(TEXT)[:12], "bare is truncated"),
    ],
)
def test_inputs_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        list(read_documents([put(tmp_path, name, data)], lambda _: None))


LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1, max_size=30)


@given(st.lists(LINE.filter(str.strip), min_size=1, max_size=5))
def test_text_lines_come_back_as_they_are(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    name = put(tmp_path_factory.mktemp("lines"), "a.txt", ("\ufeff" + "\n".join(lines)).encode())
    found = list(read_documents([name]))
    assert [(d.id, d.document.text) for d in found] == list(enumerate(lines, 1))


def test_json_lines(tmp_path: Path) -> None:
    items = annotated(put(tmp_path, "a.txt", TEXT))
    out = tmp_path / "new" / "a.jsonl"
    assert write_mentions(items, "jsonl", out) == Written(2, 2)
    first, second = map(json.loads, out.read_text(encoding="utf-8").split("\n")[:-1])
    assert first == {
        "id": 1,
        "source": "a.txt",
        "text": "IL-12 rose. So β.",
        "mentions": [
            {
                "start": 0,
                "end": 5,
                "text": "IL-12",
                "type": "cytokine",
                "concept_id": "COMENTION:IL-12",
                "concept_name": "a name",
                "method": "fake",
                "score": 0.5,
                "negated": False,
                "speculative": None,
                "modifier": None,
                "abbreviation_of": None,
            }
        ],
        "rejected": [
            {"start": 0, "end": 2, "text": "IL", "concept_ids": ["COMENTION:IL"], "reason": "a reason"}
        ],
    }
    assert (second["id"], [m["text"] for m in second["mentions"]]) == (4, ["IL-23"])
    assert "β" in out.read_text(encoding="utf-8")


def test_pubtator_out_is_read_in_again(tmp_path: Path) -> None:
    inputs = [
        put(tmp_path, "a.xml", XML),
        put(tmp_path, "b.pubtator", PUBTATOR),
        put(tmp_path, "c.txt", TEXT),
    ]
    out = tmp_path / "out.pubtator"
    items = annotated(*inputs)
    assert write_mentions(items, "pubtator", out) == Written(6, 4)
    documents, problems = read(out)
    assert problems == []
    assert [d.pmid for d in documents] == [11, 14, 21, 22, 1, 4]
    for document, (named, reading) in zip(documents, items, strict=True):
        assert document.text == named.document.text.replace("\u2028", " ")
        spans = [(a.start, a.end, a.type, a.ids) for a in document.annotations]
        assert spans == [(m.start, m.end, "Cytokine", (m.concept_id,)) for m in reading.mentions]
    again = list(read_documents([str(out)]))
    assert [of_gold(d) for d in documents] == [d.document for d in again]


def test_standard_output_gets_utf_8_bytes_whatever_the_terminal_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    items = annotated(put(tmp_path, "a.txt", TEXT))
    for output_format, begins in (
        ("jsonl", b'{"id": 1, '),
        ("pubtator", b"1|t|IL-12 rose. So \xce\xb2.\n1|a|\n"),
    ):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
        assert write_mentions(items, output_format, None) == Written(2, 2)
        written = raw.getvalue()
        monkeypatch.undo()
        assert written.startswith(begins)
        assert written.endswith(b"\n")
        out = tmp_path / "a.out"
        write_mentions(items, output_format, out)
        assert out.read_bytes() == written


def test_parquet_is_the_mentions_dataset(tmp_path: Path) -> None:
    items = annotated(put(tmp_path, "b.pubtator", PUBTATOR), put(tmp_path, "a.xml", XML))
    out = tmp_path / "a.parquet"
    assert write_mentions(items, "parquet", out) == Written(4, 2)
    table = pq.read_table(out)
    assert table.schema.equals(MENTIONS.schema, check_metadata=True)
    rows = table.select(["pmid", "sentence", "start", "end", "text", "concept_id", "score"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (11, 0, 0, 5, "IL-12", "COMENTION:IL-12", 0.5),
        (21, 0, 0, 5, "IL-12", "COMENTION:IL-12", 0.5),
    ]
    assert write_mentions([], "parquet", out) == Written(0, 0)
    assert pq.read_table(out).num_rows == 0


def test_outputs_that_do_not_fit(tmp_path: Path) -> None:
    names = [put(tmp_path, "a.txt", TEXT), put(tmp_path, "b.txt", TEXT)]
    out = tmp_path / "a.parquet"
    with pytest.raises(UsageError, match=r"two documents have the id 1 \(the second in b\.txt\)"):
        write_mentions(annotated(*names), "parquet", out)
    with pytest.raises(UsageError, match="name a file with --out"):
        write_mentions([], "parquet", None)
    with pytest.raises(UsageError, match="no format 'csv': there are jsonl, pubtator, parquet"):
        write_mentions([], "csv", out)
    assert not out.exists()


def test_a_failure_on_the_way_leaves_no_file(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    out.write_text("before")
    broken = put(tmp_path, "a.txt", b"one\n\xe9\n")
    items = ((d, Fake().read(d.document)) for d in read_documents([broken]))
    with pytest.raises(MalformedError, match="line 2"):
        write_mentions(items, "jsonl", out)
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "a.txt"]
    with pytest.raises(UsageError, match=r"Not a directory.*name another file"):
        write_mentions([], "jsonl", out / "b.jsonl")


def test_a_document_of_gold_has_its_abstract_as_one_block() -> None:
    assert of_gold(GoldDocument("x-1", "α.", "One. Two.")).blocks == ((0, 2), (3, 12))
    assert of_gold(GoldDocument(7, "", "One.")).text == " One."
    assert of_gold(GoldDocument(7, "", "One.")).blocks == ((1, 5),)
