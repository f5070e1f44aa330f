"""The fast annotator over a small lexicon made here."""

from pathlib import Path

import pytest

from comention.annotation.annotators import make_annotator
from comention.annotation.document import from_article, from_text
from comention.annotation.fast import FastAnnotator
from comention.lexicon.matcher import Additions
from comention.lexicon.model import BLOCKER, ConceptEntry, NameEntry
from comention.lexicon.store import Lexicon
from comention.lexicon.writing import write
from comention.records import Article, EntityType, Section

_CONCEPTS: dict[str, EntityType] = {
    "COMENTION:IL-12": "cytokine",
    "HGNC:5970": "cytokine",
    "HGNC:11892": "cytokine",
    "MESH:D009103": "disease",  # multiple sclerosis
    "MESH:D001171": "disease",  # juvenile arthritis
    "MESH:D001172": "disease",  # rheumatoid arthritis
    "MESH:D002292": "disease",  # renal cell carcinoma
    "MESH:D014212": "drug",  # tretinoin
}
_NAMES = [
    ("interleukin-12", "COMENTION:IL-12", False),
    ("IL-12", "COMENTION:IL-12", False),
    ("rIL-12", "COMENTION:IL-12", False),
    ("pIL-12", "COMENTION:IL-12", False),
    ("AdIL-12", "COMENTION:IL-12", False),
    ("p40", "HGNC:5970", True),
    ("IL-12 p40", "HGNC:5970", False),
    ("TNF", "HGNC:11892", False),
    ("multiple sclerosis", "MESH:D009103", False),
    ("MS", "MESH:D009103", True),
    ("CMS", "MESH:D001172", False),
    ("rheumatoid arthritis", "MESH:D001172", False),
    ("juvenile rheumatoid arthritis", "MESH:D001171", False),
    ("RA", "MESH:D001172", True),
    ("renal cell carcinoma", "MESH:D002292", False),
    ("retinoic acid", "MESH:D014212", False),
    ("IL-12 receptor", BLOCKER, False),
]


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    folder = tmp_path_factory.mktemp("lexicon")
    concepts = [ConceptEntry(i, i, t, "test") for i, t in _CONCEPTS.items()]
    names = [NameEntry(text, i, "test", needs_definition=d) for text, i, d in _NAMES]
    write(folder, concepts, names, {})
    return Lexicon(folder)


def found(lexicon: Lexicon, text: str) -> list[tuple[str, str]]:
    mentions = FastAnnotator(lexicon).mentions(from_text(text))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    return [(m.text, m.concept_id) for m in mentions]


def test_an_ambiguous_short_form_counts_only_where_it_is_defined(lexicon: Lexicon) -> None:
    assert found(lexicon, "MS and RA were seen.") == []
    assert found(lexicon, "In multiple sclerosis (MS), early MS.") == [
        ("multiple sclerosis", "MESH:D009103"),
        ("MS", "MESH:D009103"),
        ("MS", "MESH:D009103"),
    ]
    assert found(lexicon, "By mass spectrometry (MS) and MS/MS.") == []


def test_a_definition_overrules_the_usual_meaning(lexicon: Lexicon) -> None:
    text = "All-trans retinoic acid (RA) and RA."
    assert found(lexicon, text) == [("retinoic acid", "MESH:D014212")] + [("RA", "MESH:D014212")] * 2


def test_a_definition_that_shares_a_word_with_a_sure_meaning_leaves_it(lexicon: Lexicon) -> None:
    text = "In chronic mutilating rheumatoid swellings (CMS)."
    assert found(lexicon, text) == [("CMS", "MESH:D001172")]


def test_a_definition_that_shares_no_word_with_a_sure_meaning_overrules_it(lexicon: Lexicon) -> None:
    text = "In chronic multiple sclerosis (CMS)."
    assert found(lexicon, text) == [("multiple sclerosis", "MESH:D009103"), ("CMS", "MESH:D009103")]
    assert found(lexicon, "In cold mountain springs (CMS).") == []


def test_letters_that_chance_to_fit_overrule_no_sure_meaning(lexicon: Lexicon) -> None:
    assert found(lexicon, "By care of many springs that were cold (CMS).") == [("CMS", "MESH:D001172")]


def test_of_two_definitions_each_holds_from_its_place_on(lexicon: Lexicon) -> None:
    text = "MS: multiple sclerosis (MS), MS and mass spectrometry (MS); MS."
    assert [(m.start, m.concept_id) for m in FastAnnotator(lexicon).mentions(from_text(text))] == [
        (0, "MESH:D009103"),
        (4, "MESH:D009103"),
        (24, "MESH:D009103"),
        (29, "MESH:D009103"),
    ]


def test_a_short_form_that_the_lexicon_lacks_counts_where_it_is_defined(lexicon: Lexicon) -> None:
    text = "Metastatic renal cell carcinoma (mRCC): mRCC and mRCCs, not mRCCx."
    assert [name for name, _ in found(lexicon, text)] == ["renal cell carcinoma", "mRCC", "mRCC", "mRCCs"]


def test_a_short_form_of_a_salt_is_not_its_ion(tmp_path: Path) -> None:
    concept = ConceptEntry("MESH:D010710", "phosphate", "chemical", "MESH")
    write(tmp_path, [concept], [NameEntry("phosphate", "MESH:D010710", "MESH")], {})
    text = "Tri-zornyl phosphate (TZP) and TZP. Inorganic phosphate (IP) and IP."
    names = [name for name, _ in found(Lexicon(tmp_path), text)]
    assert names == ["phosphate", "IP", "IP"]


def test_bound_short_forms_do_not_nest(lexicon: Lexicon) -> None:
    text = "Renal cell carcinoma (RCC) and RCC-linked renal cell carcinoma (RCC-LRCC): RCC, RCC-LRCC."
    assert [name for name, _ in found(lexicon, text)] == [
        "Renal cell carcinoma",
        "RCC",
        "RCC",
        "renal cell carcinoma",
        "RCC-LRCC",
        "RCC",
        "RCC-LRCC",
    ]


@pytest.mark.slow
def test_many_definitions_take_no_square_of_time(lexicon: Lexicon) -> None:
    text = "multiple sclerosis (MS) " * 5_000
    assert len(found(lexicon, text)) == 10_000


def test_a_short_form_counts_where_the_text_names_its_concept_in_full(lexicon: Lexicon) -> None:
    text = "Multiple sclerosis is rare. MS and RA were seen."
    reading = FastAnnotator(lexicon).read(from_text(text))
    assert [(m.text, m.concept_id, m.method) for m in reading.mentions] == [
        ("Multiple sclerosis", "MESH:D009103", "lexicon"),
        ("MS", "MESH:D009103", "context"),
    ]
    assert [(r.text, r.concept_ids) for r in reading.rejected] == [("RA", ("MESH:D001172",))]


def test_what_does_not_count_is_told_with_the_reason(lexicon: Lexicon) -> None:
    text = "By mass spectrometry (MS), IL-12 receptor and RA."
    rejected = FastAnnotator(lexicon).read(from_text(text)).rejected
    assert all(text[r.start : r.end] == r.text for r in rejected)
    assert [(r.text, r.concept_ids, r.reason) for r in rejected] == [
        ("MS", ("MESH:D009103",), "the text defines it as mass spectrometry"),
        ("IL-12 receptor", (), "holds a name and means something else"),
        ("RA", ("MESH:D001172",), "ambiguous; the text neither defines it nor names it in full"),
    ]


def test_a_short_form_may_turn_the_words_round(lexicon: Lexicon) -> None:
    assert [name for name, _ in found(lexicon, "Renal cell carcinoma (CRC) and CRC.")] == [
        "Renal cell carcinoma",
        "CRC",
        "CRC",
    ]
    # but not the letters of one word
    assert [name for name, _ in found(lexicon, "Renal cell carcinoma (NRC) and NRC.")] == [
        "Renal cell carcinoma"
    ]


def test_a_short_form_of_a_list_is_none_of_its_members(lexicon: Lexicon) -> None:
    text = "Multiple sclerosis and rheumatoid arthritis (MSRA) were one, MSRA."
    assert [name for name, _ in found(lexicon, text)] == ["Multiple sclerosis", "rheumatoid arthritis"]


def test_a_short_form_of_a_part_of_a_name_is_that_part(lexicon: Lexicon) -> None:
    assert found(lexicon, "In juvenile rheumatoid arthritis (RA), RA.") == [
        ("juvenile rheumatoid arthritis", "MESH:D001171"),
        ("RA", "MESH:D001172"),
        ("RA", "MESH:D001172"),
    ]


def test_a_denied_and_a_supposed_mention_are_marked(lexicon: Lexicon) -> None:
    text = "No TNF was found. IL-12 may rise. Multiple sclerosis stayed."
    mentions = FastAnnotator(lexicon).mentions(from_text(text))
    assert [(m.text, m.negated, m.speculative) for m in mentions] == [
        ("TNF", True, False),
        ("IL-12", False, True),
        ("Multiple sclerosis", False, False),
    ]


def test_the_long_form_is_kept(lexicon: Lexicon) -> None:
    mentions = FastAnnotator(lexicon).mentions(from_text("In multiple sclerosis (MS)."))
    assert [(m.method, m.abbreviation_of) for m in mentions] == [
        ("lexicon", None),
        ("abbreviation", "multiple sclerosis"),
    ]


def test_a_receptor_is_not_its_ligand(lexicon: Lexicon) -> None:
    assert found(lexicon, "the IL-12 receptor, IL-12Rβ1 and IL-12R") == []


@pytest.mark.parametrize(
    ("text", "modifier"),
    [
        ("IL-12 rose", None),
        ("anti-IL-12 antibody", "anti"),
        ("neutralizing IL-12", "anti"),
        ("recombinant human IL-12", "recombinant"),
        ("rIL-12", "recombinant"),
        ("IL-12-deficient mice", "deficient"),
        ("IL-12−/− mice", "deficient"),
        ("lacking IL-12", "deficient"),
        ("an IL-12 inhibitor", "inhibitor"),
        ("IL-12 gene therapy", "gene therapy"),
        ("IL-12 plasmid", "gene therapy"),
        ("pIL-12", "gene therapy"),
        ("AdIL-12", "gene therapy"),
        ("IL-12 gene expression", None),
        ("the IL-12 gene was amplified", None),
        ("IL-12-expressing cells", None),
        ("IL-12 electrotransfer", "gene therapy"),
    ],
)
def test_modifiers(lexicon: Lexicon, text: str, modifier: str | None) -> None:
    [mention] = FastAnnotator(lexicon).mentions(from_text(text))
    assert mention.modifier == modifier


def test_no_name_reaches_from_the_title_into_the_abstract(lexicon: Lexicon) -> None:
    article = Article(1, 1, "On multiple", "sclerosis and TNF.", (Section(None, None, 12, 30),))
    mentions = FastAnnotator(lexicon).mentions(from_article(article))
    assert [(m.text, m.start, m.end) for m in mentions] == [("TNF", 26, 29)]


def test_the_fingerprint_names_lexicon_and_additions(lexicon: Lexicon) -> None:
    plain = FastAnnotator(lexicon).fingerprint
    assert plain == FastAnnotator(lexicon).fingerprint
    assert plain != FastAnnotator(lexicon, Additions(stop=("TNF",))).fingerprint


@pytest.mark.parametrize("name", ["fast", "standard"])
@pytest.mark.parametrize(
    "text",
    [
        "The Janus kinase (JAK) inhibitor tofacitinib.",
        "Bruton's tyrosine kinase (BTK) inhibitors were given.",
        "It binds poly (ADP-ribose) polymerase (PARP) inhibitors.",
        "tumor necrosis factor-alpha (TNF-α) inhibitors",
        "programmed cell death-1 (PD-1) inhibitor",
    ],
)
def test_a_concept_stands_on_a_span_once(name: str, text: str) -> None:
    mentions = make_annotator(name, Additions(), {}).mentions(from_text(text))
    keys = [(m.start, m.end, m.entity_type, m.concept_id) for m in mentions]
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    "text",
    [
        "Multiple sclerosis (OR, 1.61; 95 % CI, 1.2-2.2) was common.",
        "Rheumatoid arthritis (aHR 2.1) and HR.",
        "The Montreal Society for Rheumatoid Arthritis (MSRA) met; MSRA paid.",
        "Non-rheumatoid arthritis (NRA); NRA was rare.",
        "Juvenile rheumatoid arthritis sclerosis index (JRASI); JRASI fell.",
    ],
)
def test_what_a_bracket_holds_is_not_always_the_name_before_it(lexicon: Lexicon, text: str) -> None:
    assert not [name for name, _ in found(lexicon, text) if name.isupper() or name in {"OR", "aHR"}]


def test_the_last_words_of_a_name_are_not_its_disease(lexicon: Lexicon) -> None:
    text = "Rheumatoid arthritis of juvenile rheumatoid arthritis (RA)."
    assert ("RA", "MESH:D001172") in found(lexicon, text)
    assert [n for n, _ in found(lexicon, "Renal cell carcinoma (CC) and CC.")] == ["Renal cell carcinoma"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Entero-colitis was seen.", [("Entero-colitis", "enterocolitis")]),
        ("Broncho-pneumonia of dogs.", [("Broncho-pneumonia", "bronchopneumonia")]),
        ("Pleuro-pneumonia of goats.", [("Pleuro-pneumonia", "pleuropneumonia")]),
        ("Cardio-metabolic disease in men.", []),
        ("Musculo-skin diseases.", []),
        ("The Zorn-Turner syndrome.", []),
        ("The Smithson-Parkinson disease.", []),
        ("Anti-breast cancer drugs.", [("breast cancer", "breast neoplasms")]),
        ("Micro-lung cancer nodules.", [("lung cancer", "lung neoplasms")]),
        ("A necro-inflammation.", [("inflammation", "inflammation")]),
        ("Late-Alzheimer disease.", [("Alzheimer disease", "Alzheimer's disease")]),
    ],
)
def test_a_part_of_a_longer_word_is_no_disease(text: str, expected: list[tuple[str, str]]) -> None:
    annotator = make_annotator("fast", Additions(), {})
    found = [m for m in annotator.mentions(from_text(text)) if m.entity_type == "disease"]
    assert [(m.text, m.concept_name) for m in found] == expected
