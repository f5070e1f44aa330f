"""Negation and speculation: each table row marks with [brackets] what is judged, and says how."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.annotation.assertion import judged
from comention.annotation.document import from_article, from_text
from comention.records import Article, Denial, Section, Sentence

_MARKED = re.compile(r"\[([^\]]*)\]")


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text without its marks, and the spans that they stood around."""
    plain, spans, last = "", [], 0
    for found in _MARKED.finditer(text):
        plain += text[last : found.start()]
        spans.append((len(plain), len(plain) + len(found[1])))
        plain += found[1]
        last = found.end()
    return plain + text[last:], spans


def verdicts(text: str) -> list[tuple[Denial | None, bool]]:
    plain, spans = marked(text)
    return judged(plain, from_text(plain).sentences, spans)


def denied(text: str) -> list[Denial | None]:
    return [denial for denial, _ in verdicts(text)]


def negated(text: str) -> list[bool]:
    return [denial is not None for denial in denied(text)]


def speculative(text: str) -> list[bool]:
    return [supposed for _, supposed in verdicts(text)]


@pytest.mark.parametrize(
    "text",
    [
        "No [fever] was seen.",
        "The infants had no [fever].",
        "There was no evidence of [hepatitis].",
        "Dexamethasone had no effect on [IL-12].",
        "The ointment did not lower [IL-12].",
        "We do not recommend it without [ribavirin].",
        "Two died without [sepsis].",
        "The absence of [IL-12] was striking.",
        "The cells failed to make [IL-12].",
        "The donors were free of [malaria].",
        "All sera were negative for [hepatitis B].",
        "Neither [IL-4] nor [IL-5] rose.",
        "None of the children developed [asthma].",
        "She never had [asthma].",
        "He denied [chest pain].",
        "The cells lacked [IL-12].",
        "There were no differences in [IL-12] levels.",
        "Dose was not associated with [uveitis].",
        "It is a virus, not a [tumour].",
    ],
)
def test_a_denial_holds_ahead(text: str) -> None:
    assert all(negated(text))


@pytest.mark.parametrize(
    "text",
    [
        "[IL-12] was not detected.",
        "[IL-12] could not be detected in serum.",
        "[IL-12] was undetectable in serum.",
        "[Tuberculosis] was ruled out.",
        "[Nausea] was absent.",
        "[Nausea], [vomiting] and [fever] were not observed.",
        "[IL-12] levels remained unchanged.",
        "[IL-12] was not affected by [dexamethasone].",
        "[Dexamethasone] did not change [IL-12].",
        "[Dexamethasone] had no effect on [IL-12].",
        "[Malaria] was no longer detectable.",
    ],
)
def test_a_denial_holds_for_its_subject(text: str) -> None:
    assert all(negated(text))


@pytest.mark.parametrize(
    "text",
    [
        "Not only [IL-12] but also [IL-23] rose.",
        "There is no doubt that [IL-12] matters.",
        "Not all [tumours] grew.",
        "Sera No. 4 held [IL-12].",
        "Patients with or without [psoriasis] came.",
        "The presence or absence of [fever] was noted.",
        "Doses should not exceed those of [cisplatin].",
        "Macrophages made NO and [IL-12].",
        "IL-12 rose in [non-Hodgkin lymphoma].",
        "A negative correlation with [IL-12] was seen.",
        "[IL-12]-deficient mice and anti-[IL-12] were used.",
        "[IL-12] rose. No animal died.",
    ],
)
def test_what_looks_like_a_denial_and_is_none(text: str) -> None:
    assert not any(negated(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No [fever] but [cough] occurred.", [True, False]),
        ("[IL-12] rose, whereas [IL-4] did not.", [False, True]),
        ("It did not lower [IL-4], and [IL-12] rose.", [True, False]),
        ("It did not lower [IL-4]; [IL-12] rose.", [True, False]),
        ("No [IL-12] was detected in patients with [psoriasis].", [True, False]),
        ("[IL-12] in [psoriasis] was not detected.", [True, False]),
        ("Patients with [psoriasis] did not develop [uveitis].", [False, True]),
        ("No [seizures] occurred during [lithium] therapy.", [True, False]),
        ("In [psoriasis], [IL-12] was not detected.", [False, True]),
        ("[IL-12] rose and [IL-10] was not detected.", [False, True]),
        ("[Enalapril] but not [nitrendipine] lowered it.", [False, True]),
        ("It (no [fever]) was followed by [cough].", [True, False]),
        ("The absence of [IL-12] results in [leprosy].", [True, False]),
    ],
)
def test_where_a_denial_ends(text: str, expected: list[bool]) -> None:
    assert negated(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what lacks something does what its verb says
        ("Mice lacking [IL-10] developed [colitis].", [True, False]),
        ("Patients without [diabetes] received [insulin].", [True, False]),
        ("Animals without [TNF] showed [arthritis].", [True, False]),
        ("Children lacking [IL-12] died of [tuberculosis].", [True, False]),
        ("The absence of [IL-4] increased [dermatitis].", [True, False]),
        ("Those without [asthma] underwent [transplantation].", [True, False]),
        ("We saw a lack of increased [IL-6].", [True]),
        # work that is missing is no thing that is missing
        ("There is a lack of data on the treatment of [psoriasis].", [False]),
        ("The lack of biomarkers for [asthma] is a problem.", [False]),
        ("A lack of effective therapies against [Ebola] remains.", [False]),
        ("There is no treatment for [Huntington disease].", [False]),
        ("No study for [psoriasis] was found.", [False]),
        ("There are no approved drugs for [fibrosis].", [False]),
        ("Patients without treatment for [HIV] came.", [False]),
        ("The lack of specific diagnostic tests for [lupus].", [False]),
        ("There was a lack of [IL-12] in [asthma].", [True, False]),
        ("Lack of adherence among [lupus] patients.", [False]),
        ("A lack of association between [IL-12] and [asthma].", [True, True]),
        # both are meant
        ("The presence/absence of [asthma] was noted.", [False]),
        ("In the presence and absence of [IL-12].", [False]),
        ("The absence or presence of [fever] was noted.", [False]),
        ("The absence/presence of [ascites] was noted.", [False]),
        ("Presence and/or absence of [pain] was noted.", [False]),
        # said of something else
        ("[Lymphoma], not otherwise specified, was seen.", [False]),
        ("[Epilepsy] not elsewhere classified.", [False]),
        ("Survival in [melanoma] was not reached with [nivolumab].", [False, False]),
        ("[IL-12] was not measured in [asthma].", [False, False]),
        ("[Tocilizumab] is not licensed for [gout].", [False, False]),
        ("The [oxygen]-free radicals rose.", [False]),
        ("[Sinusitis] without [polyps] (CRSsNP), as [CRSsNP] is.", [False, True, False]),
        ("Sinusitis without [polyps] ([SsP]) is common.", [True, False]),
        ("Without [tumor necrosis factor] ([TNF]) it fell.", [True, True]),
        # an effect that is denied
        ("[Infliximab] was ineffective in [psoriasis].", [True, False]),
        ("[Anakinra] showed no benefit over placebo in [asthma].", [True, False]),
        ("[Rituximab] lacked efficacy in [lupus].", [True, False]),
        ("[Etanercept] was no better than [placebo] in [gout].", [True, False, False]),
        ("[Abatacept] provided no clinical benefit in [lupus].", [True, False]),
    ],
)
def test_what_real_texts_lack(text: str, expected: list[bool]) -> None:
    assert negated(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No [fever] was seen.", ["thing"]),
        ("The dogs did not receive [infliximab].", ["thing"]),
        ("[Nausea] did not occur.", ["thing"]),
        ("[Seizure]-free and [methotrexate]-naive women.", ["thing", "thing"]),
        ("[Infliximab] did not reduce [fever].", ["effect", "effect"]),
        ("[Anakinra] had no benefit over placebo.", ["effect"]),
        ("[Rituximab] was ineffective.", ["effect"]),
        ("[Etanercept] lacked efficacy.", ["effect"]),
        ("There was no change in [IL-12].", ["effect"]),
        ("No [cough] or rise in [IL-6] was seen.", ["thing", "effect"]),
        ("[IL-12] rose, [IL-4] did not.", [None, "effect"]),
        ("Neither [IL-4] nor [IL-5] predicted [relapse].", ["effect", "effect", "effect"]),
        ("Without increasing [bleeding], it helped.", ["effect"]),
        ("It was associated with [gout], but not [asthma].", [None, "effect"]),
    ],
)
def test_a_thing_denied_is_told_from_an_effect_denied(text: str, expected: list[str | None]) -> None:
    assert denied(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Never smokers had [asthma].",
        "None of the studies dealt with [gout].",
        "There are not many trials of [infliximab].",
        "The methods cannot fully prevent [sepsis].",
        "Animal models fail to recapitulate [lupus].",
        "The symptoms are not specific to [lupus].",
        "Women who did and did not develop [gout] came.",
        "Those with/without [asthma] came.",
        "Those exposed and not exposed to [heparin] came.",
        "[Tuberculosis] should always be ruled out.",
        "The mechanism of [psoriasis] has not been described.",
        "It is not recommended for [gout].",
        "There is no procedure that prevents [stroke].",
        "No data exist for the treatment of [lupus].",
        "Without opioids for [pain] they slept.",
        "A lack of estimates of [malaria] is a problem.",
        "The drug was active, but not in [lupus] patients.",
        "Groups with no keloids and [keloids] came.",
        "The [tumor] was not resected.",
        "He did not respond and later developed [gout].",
        "Although smoking did not change, the rate of [asthma] fell.",
        "Dogs without fleas, and dogs with [asthma] came.",
    ],
)
def test_what_leaves_a_thing_there_denies_it_not(text: str) -> None:
    assert not any(negated(text))


def test_a_list_is_denied_as_a_whole() -> None:
    names = ["IL-2", "IL-4", "IL-5", "IL-9", "IL-10", "IL-13", "IL-21", "IL-22", "IL-25", "IL-31", "IL-33"]
    listed = ", ".join(f"[{name}]" for name in names)
    assert negated(f"We saw no {listed} or [TSLP] at all.") == [True] * (len(names) + 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[HIV]-negative donors", True),
        ("[hepatitis B] negative patients", True),
        ("[seizure]-free patients", True),
        ("[schizophrenia] negative symptoms", False),
        ("[disease]-free survival", False),
        ("triple-negative [breast cancer]", False),
    ],
)
def test_negative_and_free_deny_what_they_follow(text: str, *, expected: bool) -> None:
    assert negated(f"In all {text} it rose.") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "[IL-12] may drive [psoriasis].",
        "It might cause [uveitis].",
        "A possible role of [IL-12] is discussed.",
        "It is a potential therapy for [melanoma].",
        "These data suggest that, in mice, [IL-12] drives [colitis].",
        "We hypothesized that [IL-12] is needed.",
        "[IL-12] appears to be needed.",
        "It is likely that [IL-12] is needed.",
        "A case of suspected [tuberculosis] is described.",
        "We asked whether [IL-12] protects.",
        "To investigate the effect of [ustekinumab] on [psoriasis], 40 adults were treated.",
        "The role of [IL-12] is unclear.",
        "[Tuberculosis] cannot be excluded.",
        "A biopsy was taken to rule out [lymphoma].",
        "Does [IL-12] cause [psoriasis]?",
    ],
)
def test_a_supposition(text: str) -> None:
    assert all(speculative(text))
    if "?" not in text:
        assert not any(negated(text))


@pytest.mark.parametrize(
    "text",
    [
        "[IL-12] causes [psoriasis].",
        "In May 2003 [measles] broke out.",
        "It was possible to give [cisplatin].",
        "Action potentials and [IL-12] were measured.",
        "[IL-12] could be detected.",
        "Psoriasis may recur, but [melanoma] killed him.",
        "The mechanism of [cisplatin] toxicity is unknown.",
        "[IFN]-? and [IL-12] rose.",
        "[Psoriasis] is a disease of unknown cause.",
    ],
)
def test_what_looks_like_a_supposition_and_is_none(text: str) -> None:
    assert not any(speculative(text))


def test_a_title_that_asks_is_speculative_up_to_its_question_mark() -> None:
    title, abstract = "Does IL-12 cause psoriasis? A trial of ustekinumab", "IL-12 rose."
    start = len(title) + 1
    article = Article(1, 1, title, abstract, (Section(None, None, start, start + len(abstract)),))
    document = from_article(article)
    names = ["IL-12", "psoriasis", "ustekinumab"]
    spans = [(title.index(n), title.index(n) + len(n)) for n in names] + [(start, start + 5)]
    assert [s for _, s in judged(document.text, document.sentences, spans)] == [True, True, False, False]


def test_one_mention_can_be_both() -> None:
    assert verdicts("These data suggest that it does not cause [uveitis].") == [("effect", True)]


@pytest.mark.parametrize(
    "name", ["absence epilepsy", "lack of iris", "diabetes not otherwise specified", "no eyes"]
)
def test_a_name_does_not_deny_itself_or_others(name: str) -> None:
    assert negated(f"The child with [{name}] and [fever] slept.") == [False, False]


def test_letters_that_grow_in_lower_case_move_nothing() -> None:
    assert negated("İİİİİİ [IL-4] rose; no [IL-12] rose.") == [False, True]


_PIECES = st.sampled_from(
    "IL-12 psoriasis no not without may suggest that whether was detected but , , and or nor ( ) . . ? ; in"
    " with patients No cannot be excluded unclear İ negative free of absence potential could NO May effect"
    " on".split()
)
_TEXTS = st.one_of(st.text(), st.lists(_PIECES, max_size=40).map(" ".join))


@st.composite
def _cases(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(_TEXTS)
    places = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(places, places), max_size=6))
    return text, [(min(pair), max(pair)) for pair in pairs]


@given(_cases(), st.randoms(use_true_random=False))
def test_the_verdicts_follow_their_spans(case: tuple[str, list[tuple[int, int]]], random: object) -> None:
    text, spans = case
    sentences = from_text(text).sentences
    order = list(range(len(spans)))
    random.shuffle(order)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    found = judged(text, sentences, spans)
    assert len(found) == len(spans)
    assert judged(text, sentences, [spans[i] for i in order]) == [found[i] for i in order]


@given(_cases())
def test_each_sentence_stands_alone(case: tuple[str, list[tuple[int, int]]]) -> None:
    text, spans = case
    sentences = from_text(text).sentences
    inside = [s for s in spans if any(x.start <= s[0] < x.end for x in sentences)]
    alone: dict[tuple[int, int], tuple[Denial | None, bool]] = {}
    for sentence in sentences:
        own = [s for s in inside if sentence.start <= s[0] < sentence.end]
        moved = [(start - sentence.start, end - sentence.start) for start, end in own]
        part = text[sentence.start : sentence.end]
        whole = Sentence(1, 0, len(part), None, in_title=False)
        alone |= dict(zip(own, judged(part, [whole], moved), strict=True))
    assert judged(text, sentences, inside) == [alone[span] for span in inside]


@given(
    st.lists(st.sampled_from("IL-12 rose in mice , psoriasis and fell . The ( ) TNF".split())).map(" ".join)
)
def test_a_text_without_a_trigger_asserts_everything(text: str) -> None:
    spans = [(found.start(), found.end()) for found in re.finditer(r"\S+", text)]
    assert judged(text, from_text(text).sentences, spans) == [(None, False)] * len(spans)


def test_without_sentences_nothing_is_judged() -> None:
    assert judged("", (), []) == []
    assert judged("no IL-12", (), [(3, 8)]) == [(None, False)]


def test_long_sentences_take_no_square_of_time() -> None:
    text = "no IL-12 (may, not detected) and IL-4, " * 300
    spans = [(found.start(), found.end()) for found in re.finditer("IL-12", text)]
    assert len(judged(text, from_text(text).sentences, spans)) == 300


def test_a_scope_has_so_many_words() -> None:
    filler = " ".join(["very"] * 20)
    assert negated(f"It did not lower {filler} [IL-12].") == [False]
    assert negated(f"[IL-12] of {filler} sick dogs was not detected.") == [False]
    assert speculative(f"A possible {filler} [fever] came.") == [False]
