"""The standard annotator in pipelines of spaCy."""

from __future__ import annotations

import functools
import pickle
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import comention
from comention.annotation.annotators import make_annotator
from comention.annotation.document import from_article, from_text
from comention.components import DOCUMENT, pipeline
from comention.errors import ConfigError
from comention.lexicon.matcher import Additions
from comention.records import Article, Mention, Reading, Section

pytestmark = pytest.mark.filterwarnings(
    "ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning"
)

_TEXTS = (
    "Acetaminophen caused hepatotoxicity in psoriatic arthritis (PsA).  In ustekinumab, IL-12 fell; so PsA.",
    "IL-12/23p40 and IL-17A and F in breast and ovarian cancer, \u201cpsoriasis\u201d (PsO)\u2014TNF-α/IL-6.",
    "\n Newcastle disease virus;\tserotonin-transporter (5-HTT)\x00 \U0001f600psoriasis.In asthma",
    "The acetaminophen-induced hepatotoxicity of 10 mg mL-1. It was 2.5-fold (p<0.05)! IFN-γ-deficient mice",
    "psoriasis",
)
_FACTORIES = ("comention_lexicon", "comention_ner", "comention_linker")


@functools.cache
def blank(*names: str) -> Any:
    """A pipeline with spaCy's own tokeniser."""
    import spacy

    nlp = spacy.blank("en")
    for name in names:
        nlp.add_pipe(name)
    return nlp


@functools.cache
def ours() -> Any:
    return pipeline()


@functools.cache
def standard() -> Any:
    return make_annotator("standard", Additions(), {})


def mentions_of(doc: Any) -> list[Mention]:
    return [span._.comention for span in doc.spans["comention"]]


@pytest.mark.parametrize("text", _TEXTS)
@pytest.mark.parametrize("own", [True, False])
def test_a_pipeline_finds_what_the_annotator_finds(text: str, own: bool) -> None:
    doc = (ours() if own else blank(*_FACTORIES))(text)
    expected = comention.annotate(text)
    assert expected
    assert doc.text == text
    assert doc._.comention.mentions == expected
    assert doc._.comention == standard().read(from_text(text))
    spans = list(doc.spans["comention"])
    assert [(span.label_, span.kb_id_) for span in spans] == [(m.entity_type, m.concept_id) for m in expected]
    for span, mention in zip(spans, expected, strict=True):
        assert span.start_char <= mention.start
        assert mention.end <= span.end_char


@pytest.mark.parametrize("text", _TEXTS)
@pytest.mark.parametrize("own", [True, False])
def test_every_span_has_its_own_mention(text: str, own: bool) -> None:
    doc = (ours() if own else blank(*_FACTORIES))(text)
    assert mentions_of(doc) == comention.annotate(text)


@pytest.mark.parametrize("text", _TEXTS)
def test_with_our_tokeniser_spans_are_the_mentions_to_the_letter(text: str) -> None:
    doc = ours()(text)
    found = [(span.start_char, span.end_char, span.text) for span in doc.spans["comention"]]
    assert found == [(m.start, m.end, m.text) for m in comention.annotate(text)]


@pytest.mark.parametrize("text", _TEXTS)
@pytest.mark.parametrize("own", [True, False])
def test_entities_are_mentions_that_do_not_overlap(text: str, own: bool) -> None:
    doc = (ours() if own else blank(*_FACTORIES))(text)
    assert doc.ents
    taken: set[int] = set()
    groups = [(span.start, span.end, span.label_, span.kb_id_) for span in doc.spans["comention"]]
    for entity in doc.ents:
        tokens = set(range(entity.start, entity.end))
        assert not tokens & taken
        taken |= tokens
        assert (entity.start, entity.end, entity.label_, entity.kb_id_) in groups
    assert taken == {token for start, end, *_ in groups for token in range(start, end)} or len(groups) > len(
        doc.ents
    )


def test_entities_of_others_stay() -> None:
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "MINE", "pattern": "severe psoriasis"}])  # type: ignore[attr-defined]
    nlp.add_pipe("comention_linker")
    doc = nlp("A severe psoriasis of asthma.")
    assert [(entity.text, entity.label_) for entity in doc.ents] == [
        ("severe psoriasis", "MINE"),
        ("asthma", "disease"),
    ]
    assert [span.text for span in doc.spans["comention"]] == ["psoriasis", "asthma"]


@pytest.mark.slow
def test_each_component_works_alone() -> None:
    text = _TEXTS[0]
    whole = blank(*_FACTORIES)(text)
    lexicon = blank("comention_lexicon")(text)
    recogniser = blank("comention_ner")(text)
    linker = blank("comention_linker")(text)
    assert set(lexicon.spans) == {"comention_lexicon"}
    assert set(recogniser.spans) == {"comention_ner"}
    assert set(linker.spans) == {"comention"}
    for doc in (lexicon, recogniser, linker):
        for name in doc.spans:
            told = [(s.start, s.end, s.label_, s.kb_id_) for s in doc.spans[name]]
            assert told
            assert told == [(s.start, s.end, s.label_, s.kb_id_) for s in whole.spans[name]]
    assert not lexicon.ents
    assert lexicon._.comention is None
    assert linker._.comention == whole._.comention


def test_what_the_lexicon_alone_finds() -> None:
    text = _TEXTS[0]
    fast = comention.annotate(text, annotator="fast")
    doc = ours()(text)
    spans = doc.spans["comention_lexicon"]
    assert [(s.text, s.label_, s.kb_id_) for s in spans] == [
        (m.text, m.entity_type, m.concept_id) for m in fast
    ]


def test_the_recognisers_spans_are_as_sure_as_it_is() -> None:
    text = _TEXTS[0]
    document = from_text(text)
    marked = standard().mark(document, standard().look(document))
    genes = [span for span in marked.tagged.spans if span.label == "gene"]
    expected = sorted({*marked.spans, *genes})
    doc = ours()(text)
    spans = doc.spans["comention_ner"]
    assert {"disease", "chemical", "gene"} == {span.label_ for span in spans}
    assert [(s.start_char, s.end_char, s.label_) for s in spans] == [span[:3] for span in expected]
    assert [s._.comention_score for s in spans] == [span.score for span in expected]


def test_the_order_of_the_components_counts_for_nothing() -> None:
    for text in _TEXTS:
        turned = blank(*reversed(_FACTORIES))(text)
        assert turned._.comention == blank(*_FACTORIES)(text)._.comention
        assert set(turned.spans) == {"comention", "comention_lexicon", "comention_ner"}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00", "."])
@pytest.mark.parametrize("own", [True, False])
def test_texts_with_nothing_in_them(text: str, own: bool) -> None:
    doc = (ours() if own else blank(*_FACTORIES))(text)
    assert doc.text == text
    assert not doc.ents
    assert not doc.spans["comention"]
    assert doc._.comention == Reading([], [])


_PIECES = st.sampled_from(
    [
        " ",
        "  ",
        "\n",
        "\u00a0",
        "\u2009",
        "\t",
        "IL-12",
        "IFNγ",
        "(PsO)",
        ". ",
        "a1b",
        "\x00",
        "\U0001f600",
        "'",
        "ß",
    ]
)
_ANY = st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join))


@given(_ANY)
@example("")
@example(" a")
@example("a  b \u2029c ")
def test_our_tokeniser_loses_nothing_and_splits_as_the_recogniser_does(text: str) -> None:
    from comention.ner.tokens import words

    doc = ours().make_doc(text)
    assert doc.text == text
    starts = {token.idx: token.text for token in doc if not token.is_space}
    here = words(text, 0, len(text))
    assert starts == dict(zip(here.starts, here.surfaces, strict=True))


def test_a_space_behind_a_word_is_no_token() -> None:
    doc = ours().make_doc("IL-12 rose,  \nnot here ")
    assert [(token.text, token.whitespace_) for token in doc] == [
        *[
            ("IL", ""),
            ("-", ""),
            ("12", " "),
            ("rose", ""),
            (",", " "),
            (" \n", ""),
            ("not", " "),
            ("here", " "),
        ],
    ]


def begins(text: str) -> list[int]:
    """Where the first words of our sentences stand; the first sentence may begin with white space."""
    found = [text[sentence.start : sentence.end] for sentence in from_text(text).sentences]
    blanks = [len(sentence) - len(sentence.lstrip()) for sentence in found]
    starts = [sentence.start for sentence in from_text(text).sentences]
    return [start + blank for start, blank in zip(starts, blanks, strict=True)]


@pytest.mark.slow
@given(_ANY)
@example("One. Two.  Three (4. Five) e.g. Six.\n\nSeven")
@example("  Late. Start ")
def test_sentences_start_where_ours_do(text: str) -> None:
    doc = ours()(text)
    assert [token.idx for token in doc if token.is_sent_start and not token.is_space] == begins(text)
    assert all(token.is_sent_start is not None for token in doc)
    assert not [token for token in doc if token.is_space and token.is_sent_start]


@pytest.mark.parametrize("text", [*_TEXTS, "One (2. Three) e.g. Four. Five\n\nSix. “Seven.” Eight"])
def test_sentences_start_where_ours_do_with_spacys_tokeniser(text: str) -> None:
    doc = blank("comention_sentences")(text)
    assert [token.idx for token in doc if token.is_sent_start and not token.is_space] == begins(text)


@pytest.mark.slow
@given(_ANY)
def test_any_text_gives_the_mentions_of_the_annotator(text: str) -> None:
    for nlp in (ours(), blank(*_FACTORIES)):
        assert nlp(text)._.comention == standard().read(from_text(text))


def test_a_users_own_names() -> None:
    text = "With zornide in psoriasis and asthma."
    doc = pipeline({"zornide": "MESH:D000431"}, ["psoriasis"])(text)
    assert [(span.text, span.kb_id_) for span in doc.spans["comention"]] == [
        ("zornide", "MESH:D000431"),
        ("asthma", "MESH:D001249"),
    ]
    assert [span.text for span in doc.spans["comention_lexicon"]] == ["zornide", "asthma"]
    assert "psoriasis" not in [span.text for span in doc.spans["comention_ner"]]
    with pytest.raises(ConfigError, match=r"names\.add"):
        pipeline({"x": "MESH:none"})


def test_a_pipeline_may_be_told_the_sections_of_a_text() -> None:
    article = Article(1, 1, "On breast", "cancer and asthma.", (Section(None, None, 10, 28),))
    nlp = ours()
    doc = nlp.make_doc(article.text)
    doc.user_data[DOCUMENT] = from_article(article)
    found = nlp(doc)
    assert mentions_of(found) == standard().mentions(from_article(article))
    assert "breast cancer" not in [span.text for span in found.spans["comention"]]
    assert [token.idx for token in found if token.is_sent_start] == [0, 10]
    # told after it was read, it is read again
    late = nlp(article.text)
    assert mentions_of(late) != mentions_of(found)
    late.user_data[DOCUMENT] = from_article(article)
    nlp.get_pipe("comention_linker")(late)
    assert mentions_of(late) == mentions_of(found)


@pytest.mark.slow
def test_a_pipeline_is_saved_and_loaded(tmp_path: Path) -> None:
    import spacy

    own = pipeline({"zornide": "MESH:D000431"}, ["psoriasis"])
    for name, nlp in (("ours", ours()), ("own", own), ("blank", blank(*_FACTORIES))):
        nlp.to_disk(tmp_path / name)
        loaded = spacy.load(tmp_path / name)
        assert loaded.pipe_names == nlp.pipe_names
        for text in (*_TEXTS, "With zornide in psoriasis."):
            one, other = nlp(text), loaded(text)
            assert one._.comention == other._.comention
            assert [(t.text, t.whitespace_, t.is_sent_start) for t in one] == [
                (t.text, t.whitespace_, t.is_sent_start) for t in other
            ]
            assert [(e.text, e.label_, e.kb_id_) for e in one.ents] == [
                (e.text, e.label_, e.kb_id_) for e in other.ents
            ]


def test_a_pipeline_in_bytes() -> None:
    loaded = pipeline().from_bytes(ours().to_bytes())
    assert loaded(_TEXTS[0])._.comention == ours()(_TEXTS[0])._.comention


def test_texts_through_a_pipe_are_as_each_alone() -> None:
    together = [doc._.comention for doc in ours().pipe(_TEXTS, batch_size=2)]
    assert together == [ours()(text)._.comention for text in _TEXTS]


@pytest.mark.parametrize("text", [_TEXTS[1], _TEXTS[3]])
def test_a_document_can_be_kept_in_bytes(text: str) -> None:
    from spacy.tokens import Doc, DocBin

    nlp = ours()
    doc = nlp(text)
    assert doc._.comention.mentions
    read = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    kept = list(DocBin(store_user_data=True, docs=[doc]).get_docs(nlp.vocab))
    for one in (read, *kept):
        assert one.text == text
        assert one._.comention == doc._.comention
        assert mentions_of(one) == mentions_of(doc)
        assert [(e.text, e.label_, e.kb_id_) for e in one.ents] == [
            (e.text, e.label_, e.kb_id_) for e in doc.ents
        ]
        scores = [span._.comention_score for span in one.spans["comention_ner"]]
        assert scores == [span._.comention_score for span in doc.spans["comention_ner"]]


@pytest.mark.slow
def test_several_processes_may_share_the_work() -> None:
    told = [
        [(e.text, e.label_, e.kb_id_) for e in doc.ents]
        for doc in ours().pipe(_TEXTS, n_process=2, batch_size=2)
    ]
    assert told == [[(e.text, e.label_, e.kb_id_) for e in ours()(text).ents] for text in _TEXTS]


def test_two_mentions_of_a_concept_within_one_token_are_two() -> None:
    doc = blank(*_FACTORIES)("Levels of IL-6+IL-6 rose.")
    assert "IL-6+IL-6" in [token.text for token in doc]
    assert [(m.start, m.end) for m in mentions_of(doc)] == [(10, 14), (15, 19)]


@pytest.mark.slow
def test_mentions_are_read_off_their_spans_in_no_square_of_time() -> None:
    doc = blank("comention_linker")("In psoriasis, asthma and melanoma. " * 700)
    began = time.process_time()
    found = mentions_of(doc)
    assert time.process_time() - began < 0.5
    assert [m.start for m in found] == [span.start_char for span in doc.spans["comention"]]
    assert len(found) == 2_100


def test_sentences_are_marked_in_no_square_of_time() -> None:
    nlp = ours()
    doc = nlp.make_doc("In psoriasis, asthma and melanoma. " * 3_000)
    began = time.process_time()
    nlp.get_pipe("comention_sentences")(doc)
    assert time.process_time() - began < 1
    assert sum(1 for _ in doc.sents) == 3_000


def test_a_pipeline_can_be_sent_to_another_process() -> None:
    # as spaCy does where processes are spawned, which they are on macOS
    own = pipeline({"zornide": "MESH:D000431"}, ["psoriasis"])
    for _, component in own.pipeline:
        sent = pickle.loads(pickle.dumps(component))  # noqa: S301 - made on the line
        doc = sent(own.make_doc("With zornide in psoriasis and asthma."))
        for name in doc.spans:
            assert [span.text for span in doc.spans[name] if span.text != "With"] == ["zornide", "asthma"]


def test_components_are_found_by_their_entry_points() -> None:
    from importlib.metadata import entry_points

    found = {
        entry.name: entry.load()
        for entry in entry_points(group="spacy_factories")
        if entry.name.startswith("comention_")
    }
    assert set(found) == {"comention_sentences", *_FACTORIES}
    assert all(map(callable, found.values()))
    [tokeniser] = [e for e in entry_points(group="spacy_tokenizers") if e.name == "comention.tokenizer.v1"]
    assert callable(tokeniser.load())
