from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comention.report.sentences import MarkedSpan, Piece, cut

_SPANS = st.lists(
    st.builds(MarkedSpan, st.integers(0, 130), st.integers(0, 130), st.sampled_from(["disease", "drug"])),
    max_size=6,
)


def test_mentions_are_cut_out_by_code_points() -> None:
    text = "🧬🧬 IL-12 and psoriasis."
    assert cut(text, 10, [MarkedSpan(13, 18, "cytokine"), MarkedSpan(23, 32, "disease")]) == (
        Piece("🧬🧬 "),
        Piece("IL-12", "cytokine"),
        Piece(" and "),
        Piece("psoriasis", "disease"),
        Piece("."),
    )


def test_the_first_of_two_that_overlap_is_whole() -> None:
    assert cut(
        "abcdef", 0, [MarkedSpan(2, 5, "drug"), MarkedSpan(0, 3, "disease"), MarkedSpan(0, 2, "cytokine")]
    ) == (
        Piece("abc", "disease"),
        Piece("de", "drug"),
        Piece("f"),
    )


def test_a_sentence_without_mentions_is_one_piece() -> None:
    assert cut("nothing", 5, [MarkedSpan(0, 5, "drug"), MarkedSpan(12, 20, "drug")]) == (Piece("nothing"),)


@given(text=st.text(max_size=100), start=st.integers(0, 30), spans=_SPANS)
def test_the_pieces_are_the_sentence_and_what_is_marked_was_mentioned(
    text: str, start: int, spans: list[MarkedSpan]
) -> None:
    pieces = cut(text, start, spans)
    assert "".join(piece.text for piece in pieces) == text
    at = start
    marked = set()
    for piece in pieces:
        if piece.entity_type:
            marked |= set(range(at, at + len(piece.text)))
        at += len(piece.text)
    assert marked == {i for s in spans for i in range(s.start, s.end) if start <= i < start + len(text)}


def test_long_stretches_lose_their_middle_and_keep_whole_words() -> None:
    text = "word " * 200 + "IL-12" + " tail" * 200
    pieces = cut(text, 0, [MarkedSpan(1000, 1005, "cytokine")])
    assert [piece.entity_type for piece in pieces] == [None, "cytokine", None]
    assert pieces[0].text == " … " + "word " * 31
    assert pieces[2].text == " tail" * 31 + " … "


def test_a_long_word_is_cut_too() -> None:
    pieces = cut("x" * 5000 + "IL-12", 0, [MarkedSpan(5000, 5005, "cytokine")])
    assert pieces == (Piece(" … " + "x" * 160), Piece("IL-12", "cytokine"))


def test_a_long_sentence_without_mentions_keeps_its_beginning() -> None:
    assert cut("y" * 5000, 0, []) == (Piece("y" * 160 + " … "),)
