"""What a span means: learnt, a name of the lexicon, its end, or nothing that is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comention.annotation.document import from_article, from_text
from comention.annotation.fast import FastAnnotator
from comention.annotation.linking import Linked, Linker, about_harm, is_ion
from comention.lexicon.folding import fold_name
from comention.lexicon.matcher import Additions
from comention.lexicon.model import BLOCKER, ConceptEntry, NameEntry
from comention.lexicon.store import Lexicon
from comention.lexicon.writing import write
from comention.ner.model import Span
from comention.records import Article, EntityType, Mention, Section

_CONCEPTS: dict[str, EntityType] = {
    "HGNC:11892": "cytokine",
    "MESH:D001943": "disease",  # breast cancer
    "MESH:D010051": "disease",  # ovarian cancer
    "MESH:D009103": "disease",  # multiple sclerosis
    "MESH:D010146": "disease",  # pain
    "MESH:D006505": "disease",  # hepatitis
    "MESH:D056486": "disease",  # drug-induced liver injury, which curators call hepatitis
    "MESH:D002945": "drug",  # cisplatin
    "MESH:D000431": "chemical",  # ethanol
    "MESH:C000001": "disease",  # lead poisoning, which shares a name with the metal
    "MESH:D007854": "chemical",
    "MESH:D007674": "disease",  # kidney diseases
    "MESH:C000002": "disease",  # one of these
    "MESH:D006331": "disease",  # heart diseases
    "MESH:D008569": "disease",  # memory disorders
    "MESH:D009503": "disease",  # neutropenia
    "MESH:D014284": "chemical",  # triiodothyronine
    "MESH:D001241": "drug",  # aspirin
}
_PARENTS = {"MESH:C000002": ("MESH:D007674",)}
_NAMES = [
    ("TNF", "HGNC:11892", False),
    ("breast cancer", "MESH:D001943", False),
    ("ovarian cancer", "MESH:D010051", False),
    ("multiple sclerosis", "MESH:D009103", False),
    ("MS", "MESH:D009103", True),
    ("CP", "MESH:D002945", True),
    ("pain", "MESH:D010146", False),
    ("hepatitis", "MESH:D006505", False),
    ("cisplatin", "MESH:D002945", False),
    ("ethanol", "MESH:D000431", False),
    ("plumbum", "MESH:C000001", False),
    ("plumbum", "MESH:D007854", False),
    ("pain virus", BLOCKER, False),
    ("kidney disease", "MESH:D007674", False),
    ("renal disease", "MESH:D007674", False),
    ("renal zornosis", "MESH:C000002", False),
    ("cardiac disease", "MESH:D006331", False),
    ("memory disorder", "MESH:D008569", False),
    ("neutropenia", "MESH:D009503", False),
    ("toxicity", "MESH:D010146", False),  # a name that says only that there is harm
    ("systemic disease", "MESH:D009103", False),
    ("triiodothyronine", "MESH:D014284", False),
    ("acetylsalicylic acid", "MESH:D001241", False),
]
_LEARNT = {
    ("disease", "hepatitis"): ("MESH:D056486",),
    ("disease", "liver zorn"): ("MESH:D006331",),
    ("disease", "liver zorn and pain"): ("MESH:D006331", "MESH:D010146"),
    ("disease", "pain virus"): ("MESH:D010146",),
    ("disease", "ms"): ("MESH:D010146",),
    ("disease", "mitochondrial damage"): ("MESH:D010146",),
    ("disease", "strange zorn"): ("MESH:D056486", "MESH:D999999"),
    ("chemical", "cddp"): ("MESH:D002945",),
}


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    folder = tmp_path_factory.mktemp("lexicon")
    called = {"MESH:D056486": "drug-induced liver injury"}
    concepts = [
        ConceptEntry(i, called.get(i, i), t, "test", parents=_PARENTS.get(i, ()))
        for i, t in _CONCEPTS.items()
    ]
    names = [NameEntry(text, i, "test", needs_definition=d) for text, i, d in _NAMES]
    write(folder, concepts, names, {})
    return Lexicon(folder)


def linked(
    lexicon: Lexicon, text: str, label: str, long_form: str | None = None, additions: Additions | None = None
) -> Linked:
    """What a span over the whole text means."""
    annotator = FastAnnotator(lexicon, additions)
    within = annotator.look(from_text(text)).mentions
    linker = Linker(lexicon, annotator.matcher, _LEARNT)
    return linker.link(Span(0, len(text), label, 0.9), long_form or text, within)


def told(found: Linked) -> tuple[str, list[str]]:
    return found.way, [concept.concept_id for concept in found.concepts]


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        # a name of the lexicon, of a type that the label may be
        ("Multiple Sclerosis", "disease", ("lexicon", ["MESH:D009103"])),
        ("cisplatin", "chemical", ("lexicon", ["MESH:D002945"])),
        ("ethanol", "chemical", ("lexicon", ["MESH:D000431"])),
        ("plumbum", "disease", ("lexicon", ["MESH:C000001"])),
        ("plumbum", "chemical", ("lexicon", ["MESH:D007854"])),
        ("cisplatin", "disease", ("unlinked", [])),
        ("TNF", "chemical", ("unlinked", [])),
        # learnt, where the lexicon does not know the name
        ("liver zorn", "disease", ("learnt", ["MESH:D006331"])),
        ("Liver-zorns", "disease", ("learnt", ["MESH:D006331"])),
        ("CDDP", "chemical", ("learnt", ["MESH:D002945"])),
        ("CDDP", "disease", ("unlinked", [])),
        ("liver zorn and pain", "disease", ("learnt", ["MESH:D006331", "MESH:D010146"])),
        ("hepatitis", "disease", ("lexicon", ["MESH:D006505"])),
        ("pain virus", "disease", ("unlinked", [])),
        # an ambiguous name is what curators use it for, if they do
        ("MS", "disease", ("learnt", ["MESH:D010146"])),
        # of a concept that the lexicon lacks, nothing is learnt
        ("strange zorn", "disease", ("unlinked", [])),
        # of a part of every cell, nothing is learnt
        ("mitochondrial damage", "disease", ("unlinked", [])),
        # the end of a name
        ("penile pain", "disease", ("head", ["MESH:D010146"])),
        ("post-pain", "disease", ("head", ["MESH:D010146"])),
        ("pain of feet", "disease", ("unlinked", [])),
        ("pain, late pain", "disease", ("unlinked", [])),
        ("liposomal cisplatin", "chemical", ("head", ["MESH:D002945"])),
        ("chloro-cisplatin", "chemical", ("unlinked", [])),
        ("3-methyl cisplatin", "chemical", ("unlinked", [])),
        ("anti-TNF", "chemical", ("unlinked", [])),
        ("zorn of pain cisplatin", "disease", ("unlinked", [])),
        # another wording of a name
        ("neutropenic", "disease", ("lexicon", ["MESH:D009503"])),
        ("cancer of the breast", "disease", ("lexicon", ["MESH:D001943"])),
        ("multiple (MS) sclerosis", "disease", ("lexicon", ["MESH:D009103"])),
        ("tri-iodo-thyronine", "chemical", ("lexicon", ["MESH:D014284"])),
        ("tri-iodothyronine", "chemical", ("lexicon", ["MESH:D014284"])),
        ("acetylsalicylate", "chemical", ("lexicon", ["MESH:D001241"])),
        ("(+)-cisplatin", "chemical", ("lexicon", ["MESH:D002945"])),
        ("L-cisplatin", "chemical", ("lexicon", ["MESH:D002945"])),
        ("sodium acetylsalicylate", "chemical", ("unlinked", [])),
        # harm to a part of the body, rather than harm alone
        ("cardiac complications", "disease", ("head", ["MESH:D006331"])),
        ("late renal lesions", "disease", ("head", ["MESH:D007674"])),
        ("renal function abnormalities", "disease", ("head", ["MESH:D007674"])),
        ("injury to the kidney", "disease", ("head", ["MESH:D007674"])),
        ("impairment of memory", "disease", ("head", ["MESH:D008569"])),
        ("impaired memory", "disease", ("head", ["MESH:D008569"])),
        ("renal toxicity", "disease", ("head", ["MESH:D007674"])),
        ("renal and cardiac toxicity", "disease", ("head", ["MESH:D007674", "MESH:D006331"])),
        ("renal and zornal toxicity", "disease", ("head", ["MESH:D010146"])),
        ("zornal toxicity", "disease", ("head", ["MESH:D010146"])),
        ("systemic toxicity", "disease", ("head", ["MESH:D010146"])),
        ("systemic lesions", "disease", ("unlinked", [])),
        ("zornal lesions", "disease", ("unlinked", [])),
        # a list that shares a word
        ("breast and ovarian cancer", "disease", ("lexicon", ["MESH:D010051", "MESH:D001943"])),
    ],
)
def test_ways(lexicon: Lexicon, text: str, label: str, expected: tuple[str, list[str]]) -> None:
    way, concepts = told(linked(lexicon, text, label))
    assert (way, sorted(concepts)) == (expected[0], sorted(expected[1]))


def test_a_short_form_means_its_long_form(lexicon: Lexicon) -> None:
    assert told(linked(lexicon, "MS", "disease", "multiple sclerosis")) == ("lexicon", ["MESH:D009103"])
    assert told(linked(lexicon, "LZ", "disease", "liver zorn")) == ("learnt", ["MESH:D006331"])
    assert told(linked(lexicon, "LOZ", "disease", "Large old zorn")) == ("unlinked", [])


def test_what_the_lexicon_found_there_by_context_counts_where_the_name_alone_does_not(
    lexicon: Lexicon,
) -> None:
    text = "multiple sclerosis; MS"
    annotator = FastAnnotator(lexicon)
    within = [m for m in annotator.look(from_text(text)).mentions if m.text == "MS"]
    assert [m.method for m in within] == ["context"]
    found = Linker(lexicon, annotator.matcher, {}).link(Span(20, 22, "disease", 0.9), "MS", within)
    assert told(found) == ("lexicon", ["MESH:D009103"])


def test_an_ambiguous_name_is_what_it_was_marked_as_only_if_that_is_a_substance(lexicon: Lexicon) -> None:
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, {})
    disease, substance = (Span(0, 2, label, 0.9) for label in ("disease", "chemical"))
    assert told(linker.link(disease, "MS", [])) == ("unlinked", [])
    assert told(linker.link(substance, "CP", [])) == ("lexicon", ["MESH:D002945"])


def test_where_a_text_is_about_harm_curators_know_better(lexicon: Lexicon) -> None:
    linker = Linker(
        lexicon, FastAnnotator(lexicon).matcher, _LEARNT | {("disease", "pain"): ("MESH:D009103",)}
    )
    hepatitis, pain = Span(0, 9, "disease", 0.9), Span(0, 4, "disease", 0.9)
    assert told(linker.link(hepatitis, "hepatitis", [])) == ("lexicon", ["MESH:D006505"])
    assert told(linker.link(hepatitis, "hepatitis", [], on_harm=True)) == ("learnt", ["MESH:D056486"])
    assert told(linker.link(pain, "pain", [])) == ("lexicon", ["MESH:D010146"])
    assert told(linker.link(pain, "pain", [], on_harm=True)) == ("lexicon", ["MESH:D010146"])


def test_curators_know_no_better_who_mean_something_broader(lexicon: Lexicon) -> None:
    learnt = {("disease", "renal zornosis"): ("MESH:D007674",)}
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, learnt)
    span = Span(0, 14, "disease", 0.9)
    assert told(linker.link(span, "renal zornosis", [], on_harm=True)) == ("lexicon", ["MESH:C000002"])


@pytest.mark.parametrize(
    ("text", "harm"),
    [
        ("Isoniazid-induced hepatitis.", True),
        ("Hepatitis induced by isoniazid.", True),
        ("Stress-induced hepatitis, and isoniazid.", False),
        ("LPS and isoniazid, toxic to mice.", False),
        ("Toxic hepatitis.", False),
        ("TOXICITY of isoniazid. Hepatitis was seen.", True),
        ("An overdose of iron.", True),
        ("Adverse events of isoniazid.", True),
        ("Hepatitis after isoniazid. It was toxic.", True),
        ("Hepatitis after isoniazid. Liver. Hepatitis. It was toxic.", False),
        ("Toxic hepatitis by a virus.", False),
        ("Autoimmune poisoning.", False),
        ("", False),
    ],
)
def test_a_text_is_about_harm_by_its_first_sentences(text: str, harm: bool) -> None:
    places = [(m.start(), m.end()) for m in re.finditer("(?i)isoniazid|iron", text)]
    assert about_harm(from_text(text), places) is harm


@pytest.mark.parametrize(
    ("title", "harm"),
    [
        ("Hepatitis following the administration of isoniazid.", True),
        ("Hepatitis associated with isoniazid therapy.", True),
        ("Isoniazid-associated hepatitis.", True),
        ("Isoniazid and hepatitis.", False),
        ("Isoniazid after hepatitis.", False),
        ("Recovery from hepatitis after isoniazid.", False),
        ("Hepatitis in patients after treatment of tuberculosis with isoniazid.", False),
        ("Liver tests. Hepatitis after isoniazid.", False),
    ],
)
def test_a_title_tells_which_disease_followed_a_substance(title: str, harm: bool) -> None:
    drugs, diseases = ([m.span() for m in re.finditer(f"(?i){w}", title)] for w in ("isoniazid", "hepatitis"))
    assert about_harm(from_text(title), drugs, diseases) is harm


def test_a_plural_is_the_class_that_its_derivatives_are(tmp_path: Path) -> None:
    concepts = [
        ConceptEntry("MESH:C1", "zornol", "chemical", "MESH"),
        ConceptEntry("MESH:D1", "zornols", "chemical", "MESH"),
    ]
    names = [NameEntry("zornol", "MESH:C1", "MESH"), NameEntry("zornol derivative", "MESH:D1", "MESH")]
    write(tmp_path, concepts, names, {})
    lexicon = Lexicon(tmp_path)
    assert told(linked(lexicon, "zornol", "chemical")) == ("lexicon", ["MESH:C1"])
    assert told(linked(lexicon, "zornols", "chemical")) == ("lexicon", ["MESH:D1"])


@pytest.mark.parametrize(
    ("name", "ion", "told"),
    [
        ("tri-zornyl phosphate", "phosphate", True),
        ("zornium chloride", "chloride", True),
        ("plasma phosphate", "phosphate", False),
        ("urine sulfate", "sulfate", False),
        ("sodium zornoate", "sodium", True),
        ("sodium-zornoate", "sodium", False),
        ("zornyl alcohol", "alcohol", False),
    ],
)
def test_an_ion_in_the_name_of_a_salt_is_not_the_substance(name: str, ion: str, told: bool) -> None:
    start = name.index(ion)
    assert is_ion(name, start, start + len(ion)) is told


def test_a_title_is_the_first_sentence() -> None:
    sections = (Section(None, None, 15, 50),)
    assert about_harm(
        from_article(Article(1, 1, "Toxic effects.", "It rose. It fell. Hepatitis was seen", sections)),
        [(0, 5)],
    )
    assert not about_harm(
        from_article(Article(1, 1, "Some effects.", "It rose. It fell. Hepatitis was toxic", sections)),
        [(0, 4)],
    )


def test_a_users_own_name_is_the_lexicons(lexicon: Lexicon) -> None:
    own = Additions({"liver zorn": "MESH:D010146"}, stop=("hepatitis",))
    assert told(linked(lexicon, "liver zorn", "disease", additions=own)) == ("lexicon", ["MESH:D010146"])


def test_concepts_come_once(lexicon: Lexicon) -> None:
    mention = Mention(0, 4, "pain", "disease", "MESH:D010146", "pain", "lexicon")
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, {})
    found = linker.link(Span(0, 4, "disease", 0.9), "zorn", [mention, mention])
    assert told(found) == ("lexicon", ["MESH:D010146"])


@pytest.mark.parametrize(
    ("concept", "name", "linked"),
    [
        ("postpartum hemorrhage", "blood loss", False),
        ("postpartum hemorrhage", "postpartum blood loss", True),
        ("congenital pain insensitivity", "analgesia", False),
        ("malignant mesenchymal tumor", "mesenchymal tumor", False),
        ("drug-induced dyskinesia", "involuntary movements", False),
        ("drug-induced liver injury", "hepatotoxicity", True),
        ("heart diseases", "cardiac illness", True),
    ],
)
def test_no_name_is_learnt_of_a_concept_narrower_than_it_says(
    tmp_path: Path, concept: str, name: str, *, linked: bool
) -> None:
    write(tmp_path, [ConceptEntry("MESH:C1", concept, "disease", "MESH")], [], {})
    lexicon = Lexicon(tmp_path)
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, {("disease", fold_name(name)): ("MESH:C1",)})
    span = Span(0, len(name), "disease", 1.0)
    assert linker.link(span, name, []).way == ("learnt" if linked else "unlinked")


def test_in_a_text_about_harm_a_learnt_name_may_be_what_a_drug_has_brought_about(tmp_path: Path) -> None:
    write(tmp_path, [ConceptEntry("MESH:C1", "drug-induced dyskinesia", "disease", "MESH")], [], {})
    lexicon = Lexicon(tmp_path)
    names = {("disease", fold_name("involuntary movements")): ("MESH:C1",)}
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, names)
    span = Span(0, 21, "disease", 1.0)
    assert linker.link(span, "involuntary movements", [], on_harm=True).way == "learnt"


def test_what_says_only_that_there_is_harm_is_a_drugs_in_a_text_about_that_alone(tmp_path: Path) -> None:
    write(tmp_path, [ConceptEntry("MESH:C1", "adverse drug reaction", "disease", "MESH")], [], {})
    lexicon = Lexicon(tmp_path)
    key = ("disease", "toxicity")
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, {key: ("MESH:C1",)}, {key: 9})
    span = Span(0, 8, "disease", 1.0)
    assert linker.link(span, "toxicity", []).way == "unlinked"
    assert linker.link(span, "toxicity", [], on_harm=True).way == "learnt"


def test_curators_never_give_another_concept_to_what_the_lexicon_knows_but_for_harm_by_drugs(
    tmp_path: Path,
) -> None:
    concepts = [
        ConceptEntry("MESH:C1", "worry", "disease", "MESH"),
        ConceptEntry("MESH:C2", "fear states", "disease", "MESH"),
    ]
    write(tmp_path, concepts, [NameEntry("worry", "MESH:C1", "MESH")], {})
    lexicon = Lexicon(tmp_path)
    key = ("disease", "worry")
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, {key: ("MESH:C2",)}, {key: 9})
    found = linker.link(Span(0, 5, "disease", 1.0), "worry", [], on_harm=True)
    assert [c.concept_id for c in found.concepts] == ["MESH:C1"]


def test_a_metal_before_an_acid_is_no_salt_of_that_metal(tmp_path: Path) -> None:
    concepts = [
        ConceptEntry("MESH:C1", "sodium", "chemical", "MESH"),
        ConceptEntry("MESH:C2", "zornol", "chemical", "MESH"),
        ConceptEntry("MESH:C3", "zornine", "drug", "MESH"),
    ]
    write(tmp_path, concepts, [NameEntry(c.name, c.concept_id, "MESH") for c in concepts], {})
    lexicon = Lexicon(tmp_path)
    for name, way in (
        ("sodium tartrate", "unlinked"),
        ("zornol phosphate", "unlinked"),
        ("zornine phosphate", "lexicon"),
        ("zornol hydrochloride", "lexicon"),
        ("sodium zornine", "lexicon"),
        ("plain zornine hydrochloride", "lexicon"),
    ):
        within = FastAnnotator(lexicon).read(from_text(name)).mentions
        linker = Linker(lexicon, FastAnnotator(lexicon).matcher, {})
        assert linker.link(Span(0, len(name), "chemical", 0.5), name, within).way == way
