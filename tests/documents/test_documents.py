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
from comention.documents.reading import NamedDocument, Skipped, of_gold, read_documents
from comention.documents.writing import Written, write_mentions
from comention.errors import MalformedError, UsageError
from comention.records import Mention, Reading, Rejected, Sentence
from comention.schemas import MENTIONS
from tests.support.medline import article, write_set

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
            [good, put(tmp_path, "c.pdf", b"%PDF-1.4")],
            r"c\.pdf is a PDF: save its text as UTF-8 \.txt",
        ),
        (
            [good, put(tmp_path, "c.csv.gz", gzip.compress(b"a,b\n"))],
            r"c\.csv\.gz is a table without a column",
        ),
        (
            [good, put(tmp_path, "ids", b"12\n13\n")],
            r"ids is a list of PMIDs, without texts: comention run --source pubmed",
        ),
        ([good, put(tmp_path, "a.xml", b"<html></html>")], r"a\.xml is a web page: download"),
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
        ("a.txt.gz", gzip.compress(b"one\n" * 99, mtime=0)[:-9], r"a\.txt\.gz is truncated"),
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
        ("a.xml", XML[: XML.index(b"Bare")], r"a\.xml is truncated after 3 records"),
        ("bare", gzip.compress(TEXT, mtime=0)[:-4], "bare is truncated"),
        ("bare", gzip.compress(TEXT, mtime=0)[:12], "bare is truncated"),
    ],
)
def test_inputs_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        list(read_documents([put(tmp_path, name, data)], lambda _: None))


LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1, max_size=30)


@given(st.lists(LINE.map("So {}".format), min_size=1, max_size=5))
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
                "entity_type": "cytokine",
                "concept_id": "COMENTION:IL-12",
                "concept_name": "a name",
                "method": "fake",
                "score": 0.5,
                "negated": False,
                "speculative": None,
                "modifier": None,
                "abbreviation_of": None,
                "role": None,
                "denied": None,
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


def test_of_a_citation_that_comes_again_parquet_has_the_newest(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """NLM's files hold several versions of some; of equal ones the later counts, as in a run."""
    texts = {1: "Nothing.", 4: "IL-12 and IL-12.", 3: "IL-12."}
    versions = [article(7, title=text, version=version) for version, text in texts.items()]
    first = write_set(tmp_path / "1.xml", *versions, article(8, title="IL-12."))
    second = write_set(tmp_path / "2.xml", article(8, title="None."))
    out = tmp_path / "a.parquet"
    assert write_mentions(annotated(str(first), str(second)), "parquet", out) == Written(2, 2)
    assert pq.read_table(out)["pmid"].to_pylist() == [7, 7]
    told = "3 citations that came again, 7 the first, count once: the newest version, or the last"
    assert told in caplog.text


def test_outputs_that_do_not_fit(tmp_path: Path) -> None:
    names = [put(tmp_path, "a.txt", TEXT), put(tmp_path, "b.txt", TEXT)]
    out = tmp_path / "a.parquet"
    with pytest.raises(UsageError, match=r"two documents have the id 1 \(the second in b\.txt\)"):
        write_mentions(annotated(*names), "parquet", out)
    with pytest.raises(UsageError, match="name a file with --out"):
        write_mentions([], "parquet", None)
    with pytest.raises(UsageError, match="no format 'csv': there are jsonl, pubtator, bioc, parquet"):
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


MEDLINE = b"\nPMID- 31\nTI  - IL-12 in asthma.\nAB  - AIM: To see \xce\xb2. RESULTS: It rose. So.\nSO  - J.\n"
BIOC_XML = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE collection SYSTEM "BioC.dtd">
<collection><source>x</source><date/><key/><document><id>41</id>
<passage><infon key="type">title</infon><offset>0</offset><text>IL-12 in β-asthma.</text></passage>
<passage><infon key="type">abstract</infon><offset>20</offset><text>It rose. So.</text></passage>
</document><document><id>PMC7</id><infon key="article-id_pmid">42</infon>
<passage><infon key="section_type">TITLE</infon><offset>0</offset>
<sentence><offset>0</offset><text>IL-12.</text></sentence><sentence><offset>7</offset><text>Twice.</text></sentence>
</passage></document><document><id>x-1</id></document><document><id>43</id></document></collection>""".encode()
BIOC = {
    "source": "x",
    "documents": [
        {"id": "41", "passages": [
            {"offset": 0, "infons": {"type": "title"}, "text": "IL-12 in β-asthma."},
            {"offset": 20, "infons": {"type": "abstract"}, "text": "It rose. So."},
        ]},
        {"id": "PMC7", "passages": [
            {"offset": 0, "infons": {"section_type": "TITLE", "article-id_pmid": "42"}, "sentences": [
                {"offset": 0, "text": "IL-12."}, {"offset": 7, "text": "Twice."}]},
        ]},
        {"id": "x-1", "passages": []},
        {"id": "43", "passages": []},
    ],
}  # fmt: skip


def test_pubmed_format(tmp_path: Path) -> None:
    (found,) = read_documents([put(tmp_path, "pubmed-export.txt", MEDLINE)])
    assert (found.id, found.title, found.abstract) == (31, "IL-12 in asthma.", "To see β. It rose. So.")
    assert [s.section for s in found.document.sentences] == [None, "AIM", "RESULTS", "RESULTS"]


@pytest.mark.parametrize(
    "data",
    [
        BIOC_XML,
        BIOC_XML.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        json.dumps(BIOC).encode(),
        json.dumps(BIOC, indent=1, ensure_ascii=False).encode(),
        json.dumps([BIOC]).encode(),
        json.dumps({"PubTator3": BIOC["documents"]}).encode(),
        "\n".join(map(json.dumps, BIOC["documents"])).encode(),
    ],
    ids=["xml", "utf-16", "json", "indented", "list", "pubtator3", "lines"],
)
def test_bioc(tmp_path: Path, data: bytes) -> None:
    skipped: list[Skipped] = []
    first, second = read_documents([put(tmp_path, "any.name", data)], skipped.append)
    assert (first.id, first.title, first.abstract) == (41, "IL-12 in β-asthma.", " It rose. So.")
    assert first.document.text[20:] == "It rose. So."  # where the file says
    assert first.document.blocks == ((0, 18), (20, 32))
    assert (second.id, second.title, second.abstract) == (42, "IL-12. Twice.", None)
    assert [str(one) for one in skipped] == [
        "any.name: document 3: its id 'x-1' is no PMID: give it a number",
        "any.name: document 4 (PMID 43): it has no text",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<collection><document>", "is broken BioC XML"),
        (b'{"documents": [{"passages": []}', "is not JSON"),
        (b'{"documents": [{"passages": [7]}]}', "document 1 is no BioC"),
        (b'{"documents": [{"passages": []}, "x"]}', "document 2 is no BioC"),
        (b'{"documents": []}', "0 documents read, 0 parts skipped: give BioC JSON"),
        (b'{"documents": []}\n\n{"documents" []}\n', "a: line 3 is not JSON [(]Expecting ':'"),
        (b'{"documents":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deep"),
        (b'{"documents": []}\n' + b"[" * 200_000 + b"]" * 200_000, "nested too deep"),
    ],
    ids=["xml", "cut", "passage", "text", "none", "line", "deep", "deep line"],
)
def test_broken_bioc(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        list(read_documents([put(tmp_path, "a", data)]))


@pytest.mark.parametrize("lines", [False, True])
def test_a_document_of_bioc_without_passages_is_told(tmp_path: Path, lines: bool) -> None:
    passage = {"offset": 0, "text": "IL-12"}
    found = [{"id": "7"}, {"id": "8", "passages": None}, {"id": "9", "passages": [passage]}, {"id": "x"}]
    data = "\n".join(map(json.dumps, found)) if lines else json.dumps({"documents": found})
    skipped: list[Skipped] = []
    file = put(tmp_path, "a", data.replace('"id": "x"', '"passages": [], "id": "x"').encode())
    assert [one.id for one in read_documents([file], skipped.append)] == [9]
    assert [str(one) for one in skipped] == [
        "a: document 1 (PMID 7): it has no text",
        "a: document 2 (PMID 8): it has no text",
        "a: document 4: its id 'x' is no PMID: give it a number",
    ]


def test_an_entity_of_bioc_is_never_read(tmp_path: Path) -> None:
    secret = put(tmp_path, "secret", b"SECRET")
    bomb = BIOC_XML.replace(b'SYSTEM "BioC.dtd"', f'[<!ENTITY a SYSTEM "file://{secret}">]'.encode())
    data = bomb.replace(b"It rose.", b"It &a; rose.")
    found = list(read_documents([put(tmp_path, "a.xml", data)], lambda _: None))
    assert all("SECRET" not in one.document.text for one in found)


def check_bioc(data: bytes) -> int:
    """Check a collection as the `bioc` package reads it, and return how many annotations it has."""
    collection = json.loads(data)
    assert set(collection) == {"source", "date", "key", "version", "infons", "documents"}
    count = 0
    for document in collection["documents"]:
        assert set(document) == {"id", "infons", "passages", "annotations", "relations"}
        ends = -1
        for passage in document["passages"]:
            assert set(passage) == {"offset", "infons", "text", "sentences", "annotations", "relations"}
            assert passage["offset"] > ends
            ends = passage["offset"] + len(passage["text"])
            for one in passage["annotations"]:
                assert all(isinstance(value, str) for value in one["infons"].values())
                (place,) = one["locations"]
                start = place["offset"] - passage["offset"]
                assert passage["text"][start : start + place["length"]] == one["text"]
                count += 1
    return count


def test_bioc_out_is_read_in_again(tmp_path: Path) -> None:
    inputs = [put(tmp_path, "a.xml", XML), put(tmp_path, "b.txt", TEXT), put(tmp_path, "c", BIOC_XML)]
    items = annotated(*inputs)
    out = tmp_path / "out.json"
    written = write_mentions(items, "bioc", out)
    assert check_bioc(out.read_bytes()) == written.mentions > 3
    again = list(read_documents([str(out)]))
    assert [one.id for one in again] == [document.id for document, _ in items]
    for one, (document, _) in zip(again, items, strict=True):
        assert one.document.text.rstrip() == document.document.text.replace("\u2028", " ")
    write_mentions([], "bioc", out)
    assert json.loads(out.read_bytes())["documents"] == []


CONTROLLED = "IL-12\x00 and\x07 IL-23\x1b, \ud800IL-35\x7f\x9f.\ufffe"


@pytest.mark.parametrize("output_format", ["pubtator", "bioc"])
def test_no_control_character_is_written(tmp_path: Path, output_format: str) -> None:
    document = NamedDocument(1, from_text(CONTROLLED), CONTROLLED, CONTROLLED)
    out = tmp_path / "out"
    write_mentions([(document, Fake().read(document.document))], output_format, out)
    text = out.read_text("utf-8")
    written = json.loads(text)["documents"][0]["passages"][0]["text"] if output_format == "bioc" else text
    assert "IL-12\ufffd and\ufffd IL-23\ufffd, \ufffdIL-35\ufffd\ufffd.\ufffd" in written
    assert not any(ord(c) < 32 and c not in "\n\t" for c in text)
    assert "\\u00" not in text
    if output_format == "bioc":
        assert check_bioc(out.read_bytes()) == 3
    else:
        assert len(read(out)[0][0].annotations) == 3
