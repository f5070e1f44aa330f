"""The PubTator format: what is written is read again, and what is broken is said with its line."""

from __future__ import annotations

import gzip
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.documents.pubtator import (
    Annotation,
    GoldDocument,
    Problem,
    TaggedText,
    check_fit,
    read,
    text_lines,
    write,
)
from comention.errors import MalformedError, StorageError, UsageError
from comention.records import ENTITY_TYPES, Mention

BREAKS = "\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(BREAKS), max_size=40)


def mention(start: int, end: int, text: str, concept_id: str = "MESH:D011565") -> Mention:
    return Mention(start, end, text, "disease", concept_id, "a name", "lexicon")


@st.composite
def tagged(draw: st.DrawFn, pmid: int) -> TaggedText:
    title, abstract = draw(TEXT), draw(st.none() | TEXT.filter(bool))
    text = title if abstract is None else f"{title} {abstract}"
    mentions = []
    for _ in range(draw(st.integers(0, 4)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        kind, concept = draw(st.sampled_from(ENTITY_TYPES)), draw(st.sampled_from(["HGNC:5970", "text:a,b"]))
        mentions.append(Mention(start, end, text[start:end], kind, concept, "a name", "lexicon"))
    return TaggedText(pmid, title, abstract, mentions)


def flat(text: str) -> str:
    kept = (" " if character in BREAKS else character for character in text)
    return "".join(
        "\ufffd" if unicodedata.category(one) in {"Cc", "Cs"} or one in "\ufffe\uffff" else one
        for one in kept
    )


@pytest.mark.slow
@given(st.integers(0, 3).flatmap(lambda n: st.tuples(*(tagged(pmid) for pmid in range(1, n + 1)))))
def test_what_is_written_is_read_again(documents: tuple[TaggedText, ...]) -> None:
    lines = list(write(documents))
    expected = [
        GoldDocument(
            int(d.pmid),
            flat(d.title),
            None if d.abstract is None else flat(d.abstract),
            tuple(
                Annotation(
                    m.start,
                    m.end,
                    flat(m.text),
                    m.entity_type.capitalize(),
                    () if m.concept_id == "text:a,b" else (m.concept_id,),
                )
                for m in d.mentions
            ),
        )
        for d in documents
    ]
    assert read(lines) == (expected, [])
    # As one text too, cut at every sign that any reader takes for a line's end.
    assert read("\n".join(lines).splitlines()) == (expected, [])


@given(st.lists(st.text(st.sampled_from("12|ta\t -DrugXé\n,"), max_size=20)))
def test_no_line_stops_the_reader_and_every_line_is_accounted_for(lines: list[str]) -> None:
    documents, problems = read(lines)
    assert all(0 < problem.line <= len(lines) for problem in problems)
    for document in documents:
        assert all(document.text[a.start : a.end] == a.text for a in document.annotations)


def test_lines_as_the_format_has_them() -> None:
    document = TaggedText(7, "Psoriasis\tvulgaris", None, [mention(0, 18, "Psoriasis\tvulgaris")])
    other = TaggedText(8, "IL-12", "of it", [mention(0, 5, "IL-12", "text:il-12")])
    assert list(write([document, other])) == [
        "7|t|Psoriasis vulgaris",
        "7|a|",
        "7\t0\t18\tPsoriasis vulgaris\tDisease\tMESH:D011565",
        "",
        "8|t|IL-12",
        "8|a|of it",
        "8\t0\t5\tIL-12\tDisease\t-",
    ]


@pytest.mark.parametrize("abstract", [[], ["7|a|"]])
def test_without_an_abstract_the_text_is_the_title_alone(abstract: list[str]) -> None:
    (document,), problems = read(["7|t|Asthma", *abstract])
    assert (document.abstract, document.text, problems) == (None, "Asthma", [])


def test_offsets_count_code_points_over_title_and_abstract() -> None:
    (document,), problems = read(["7|t|α𝛽|t|x", "7|a|IL-12|a|", "7\t7\t12\tIL-12\tCytokine\tCOMENTION:IL-12"])
    assert problems == []
    assert document.text == "α𝛽|t|x IL-12|a|"
    assert document.annotations == (Annotation(7, 12, "IL-12", "Cytokine", ("COMENTION:IL-12",)),)


@pytest.mark.parametrize(
    ("column", "ids"),
    [
        ("\tD003924", ("D003924",)),
        ("\tD1|C2;D3,D4+D5", ("D1", "C2", "D3", "D4", "D5")),
        ("\tD1, D2|D1|", ("D1", "D2")),
        ("\t3592(Tax:9606),7", ("3592(Tax:9606)", "7")),
        ("\t-1", ()),
        ("\t-", ()),
        ("\t", ()),
        ("", ()),
        ("\tD1|D2\tbreast cancer|ovarian cancer", ("D1", "D2")),
    ],
)
def test_ids(column: str, ids: tuple[str, ...]) -> None:
    (document,), problems = read(["7|t|Asthma", f"7\t0\t6\tAsthma\tDisease{column}"])
    assert problems == []
    assert [a.ids for a in document.annotations] == [ids]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("7\t0\t5\tAsthma\tDisease\tD1", "the text at 0:5 is 'Asthm', not 'Asthma': correct one"),
        (
            "7\t3\t9\tAsthma\tDisease\tD1",
            "the offsets 3:9 lie outside the text of 6 code points: correct them",
        ),
        ("7\t3\t3\t\tDisease\tD1", "the offsets 3:3 lie outside the text of 6 code points: correct them"),
        (
            "7\t-1\t3\tAst\tDisease\tD1",
            "the offsets '-1' and '3' are no numbers: count code points from 0",
        ),
        ("7\tx\t6\tAsthma\tDisease", "the offsets 'x' and '6' are no numbers: count code points from 0"),
        ("7\t0\t6\tAsthma\t \tD1", "'Asthma' has no type: name it in column 5"),
        (
            "7\t0\t6\tAsthma",
            "4 columns: an annotation has PMID, start, end, text, type and id, between tabs",
        ),
        ("7|a|again", "a second abstract of 7: keep one"),
        (
            "8\t0\t6\tAsthma\tDisease",
            r"'8\t0\t6\tAsthma\tDisease' belongs to no document: put PMID|t|title before it",
        ),
        ("7 0 6", "'7 0 6' belongs to no document: put PMID|t|title before it"),
    ],
)
def test_a_broken_line_is_a_problem_and_costs_only_itself(line: str, reason: str) -> None:
    lines = ["7|t|Asthma", "7|a|", line, "7\t0\t6\tAsthma\tDisease\tD1"]
    (document,), problems = read(lines)
    assert problems == [Problem(3, reason)]
    assert str(problems[0]) == f"line 3: {reason}"
    assert len(document.annotations) == 1


@pytest.mark.parametrize(
    "line", ["7\tCID\tD1\tD2", "7\tPositive_Correlation\t12\tD2\tNovel", "7\tBind\t1\t2\tNo"]
)
def test_relations_are_no_annotations(line: str) -> None:
    (document,), problems = read(["7|t|Asthma", "7|a|", line])
    assert (document.annotations, problems) == ((), [])


def test_a_repeated_document_is_left_out_as_one_problem() -> None:
    block = ["7|t|Asthma", "7|a|", "7\t0\t6\tAsthma\tDisease\tD1"]
    documents, problems = read([*block, *block, "", "0007|t|Asthma"])
    assert [len(d.annotations) for d in documents] == [1]
    assert problems == [
        Problem(4, "the document 7 stands a second time, and is left out: keep one"),
        Problem(8, "the document 0007 stands a second time, and is left out: keep one"),
    ]


def test_an_id_that_is_no_number_stays_a_text() -> None:
    documents, problems = read(["97-2|t|Asthma", "97-2\t0\t6\tAsthma\tDisease\tD1", "|t|x", "a b|t|x"])
    assert [d.pmid for d in documents] == ["97-2"]
    assert problems == [
        Problem(3, "'' is no id of a document: give it its PMID"),
        Problem(4, "'a b' is no id of a document: give it its PMID"),
    ]


def test_a_blank_line_ends_a_document() -> None:
    (document,), problems = read(["7|t|Asthma", "", "7|a|late"])
    assert (document.abstract, [p.line for p in problems]) == (None, [3])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file(tmp_path: Path, pack: type[bytes]) -> None:
    path = tmp_path / "gold.pubtator"
    path.write_bytes(pack("\ufeff7|t|α\x85\r\n7|a|β\r\n7\t0\t1\tα\tDrug\tD1\r\n".encode()))
    (document,), problems = read(str(path))
    assert (document.title, document.abstract, problems) == ("α\x85", "β", [])
    assert document.annotations == (Annotation(0, 1, "α", "Drug", ("D1",)),)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "gold.pubtator"
    with pytest.raises(UsageError, match="does not exist"):
        read(path)
    path.write_bytes("7|t|Asthma\n7|a|é".encode("latin-1"))
    with pytest.raises(MalformedError, match=r"gold\.pubtator: line 2 is not UTF-8: convert"):
        read(path)
    path.write_bytes(gzip.compress(b"7|t|Asthma\n" * 999)[:-9])
    with pytest.raises(MalformedError, match=r"gold\.pubtator is truncated"):
        read(path)
    packed = bytearray(gzip.compress(b"7|t|Asthma\n"))
    packed[-5] ^= 255
    path.write_bytes(packed)
    with pytest.raises(MalformedError, match=r"gold\.pubtator is truncated or damaged gzip"):
        read(path)


def test_a_disk_that_fails_is_named() -> None:
    class Broken(io.BytesIO):
        def __next__(self) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(StorageError, match=r"a\.txt cannot be read \(Input/output error\): check the disk"):
        list(text_lines(Broken(b"one"), "a.txt"))


@pytest.mark.corpora
@pytest.mark.parametrize(
    ("name", "documents", "annotations", "problems"),
    [
        ("bc5cdr_dev", 489, 9334, 0),
        ("biored_dev", 64, 2190, 0),
        ("gnormplus_train", 427, 5668, 35),
        ("jnlpba_train", 1990, 51058, 0),
        ("ncbi_disease_traindev", 691, 5908, 2),
        ("nlmgene_train", 429, 13185, 11),
    ],
)
def test_real_gold(corpora: Path, name: str, documents: int, annotations: int, problems: int) -> None:
    found, broken = read(corpora / "gold" / f"{name}.pubtator")
    counts = len(found), sum(len(d.annotations) for d in found), len(broken)
    assert counts == (documents, annotations, problems)


@pytest.mark.parametrize(
    ("title", "abstract", "text"),
    [
        ("Asthma. ", "IL-12 rose.", "Asthma. IL-12 rose."),  # the space is the one between
        ("Asthma. ", "IL-12 rose.", "Asthma.  IL-12 rose."),  # it is counted
        ("Asthma.", " IL-12 rose.", "Asthma. IL-12 rose."),
        ("Asthma. ", " IL-12 rose. ", "Asthma. IL-12 rose. "),
        ("Asthma.\u3000", "IL-12 rose.", "Asthma. IL-12 rose."),
        (" Asthma.", "IL-12 rose.", "Asthma. IL-12 rose."),
    ],
)
def test_a_space_at_an_edge_keeps_the_offsets(title: str, abstract: str, text: str) -> None:
    spans = [(text.index(word), word) for word in ("Asthma", "IL-12")]
    rows = [f"7\t{start}\t{start + len(word)}\t{word}\tDisease\tD1" for start, word in spans]
    (document,), problems = read([f"7|t|{title}", f"7|a|{abstract}", *rows])
    assert problems == []
    assert document.text == text
    assert [(a.start, a.text) for a in document.annotations] == spans


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("anti\u2010IL\u201112", "anti-IL-12"),
        ("anti-IL-12", "anti\u2010IL\u201112"),
        ("IL\u221212", "IL-12"),
        ("TNF\u00a0alpha", "TNF alpha"),
        ("TNF\u2009alpha", "TNF alpha"),
        ("TNF  alpha", "TNF alpha"),
        ("carci\u00adnoma", "carcinoma"),
        ("IL\u201312", "IL-12"),
        ("\u00b5-opioid", "\u03bc-opioid"),
    ],
)
def test_other_hyphens_and_spaces_lose_no_line(inside: str, named: str) -> None:
    (document,), problems = read(
        [f"7|t|{inside} rose", "7|a|", f"7\t0\t{len(inside)}\t{named}\tChemical\tD1"]
    )
    assert problems == []
    assert document.annotations == (Annotation(0, len(inside), inside, "Chemical", ("D1",)),)


def test_letters_that_differ_are_a_problem() -> None:
    (document,), problems = read(["7|t|IL-12 rose", "7\t0\t5\tIL-13\tChemical\tD1"])
    assert document.annotations == ()
    assert [problem.misfit for problem in problems] == [True]


def test_a_file_most_of_whose_annotations_do_not_fit_is_refused() -> None:
    good = "7\t0\t6\tAsthma\tDisease\tD1"
    bad = "7\t1\t7\tAsthma\tDisease\tD1"
    check_fit(*read(["7|t|Asthma in asthma", good, bad]), "gold")
    check_fit(*read(["7|t|Asthma in asthma", good, "junk\t1", "junk\t2"]), "gold")
    with pytest.raises(MalformedError) as caught:
        check_fit(*read(["7|t|Asthma in asthma", good, bad, bad]), "gold")
    assert str(caught.value) == (
        "gold: 2 of 3 annotations do not fit their text (the first: line 3: the text at 1:7 is 'sthma ', not "
        "'Asthma': correct one): give offsets that count code points in title, one space, abstract"
    )
