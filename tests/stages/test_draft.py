"""A topic made of a name, read with an immunologist's eye, and asked of PubMed without a phrase it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from comention.config import load_settings
from comention.errors import QueryError, UsageError
from comention.lexicon.store import open_lexicon
from comention.pubmed.phrases import MOST_CHARACTERS, contains, other_spelling, phrase_of, refusal
from comention.pubmed.terms import checked_term
from comention.stages import topic_file
from comention.stages.draft import Draft, asked, draft, rows

pytestmark = pytest.mark.slow

TEN = (
    "atopic dermatitis",
    "IL-23",
    "sarcoidosis",
    "endometriosis",
    "Behçet's",
    "CXCL10",
    "methotrexate",
    "type I interferon",
    "celiac disease",
    "BCG vaccine",
)


@pytest.fixture(scope="module")
def drafts() -> dict[str, Draft]:
    return {name: draft(name, open_lexicon()) for name in TEN}


def texts(made: Draft, field: str = "Title/Abstract") -> set[str]:
    return {phrase.text for phrase in made.phrases if phrase.field == field}


def reason(made: Draft, name: str) -> str | None:
    return next((one.why for one in made.left_out if one.name == name), None)


@pytest.mark.parametrize("name", TEN)
def test_a_draft_is_a_query_that_pubmed_reads_and_a_file_that_is_read_back(
    drafts: dict[str, Draft], name: str, tmp_path: Path
) -> None:
    made = drafts[name]
    assert checked_term(made.query) == made.query
    assert made.query.isascii()
    assert len(made.query) <= MOST_CHARACTERS
    assert len({phrase.text.lower() for phrase in made.phrases if phrase.field == "Title/Abstract"}) == len(
        texts(made)
    )
    file = tmp_path / "t.toml"
    topic_file.write(made, file)
    settings = load_settings(file)
    assert settings.topic.model_copy(update={"query": ""}) == made.topic.model_copy(update={"query": ""})
    assert " ".join(settings.topic.query.split()) == made.query
    assert settings.source.kind == "pubmed"
    assert settings.workdir.parent == Path("work")
    assert all("[" in line for line in settings.topic.query.strip().splitlines()), "no phrase is broken"


@pytest.mark.parametrize(
    ("name", "concepts", "mesh"),
    [
        ("IL-23", ["COMENTION:IL-23", "HGNC:15488"], ["D053759", "D053760"]),  # p40 is named for IL-12
        ("IL-12", ["COMENTION:IL-12", "HGNC:5969", "HGNC:5970"], ["D018664", "D053762", "D053765"]),
        ("sarcoidosis", ["MESH:D012507", "MESH:C535814", "MESH:D014608", "MESH:D017565"], None),  # not Blau's
        ("endometriosis", ["MESH:D004715"], ["D004715"]),
        ("Behçet's", ["MESH:D001528"], ["D001528"]),
        ("CXCL10", ["HGNC:10637"], ["D054357"]),
        ("methotrexate", ["MESH:D008727"], ["D008727"]),  # no regimen, no polyglutamate
        ("celiac disease", ["MESH:D002446"], ["D002446"]),
        ("BCG vaccine", ["MESH:D001500"], ["D001500"]),
        ("apilimod", ["MESH:C504227"], ["C504227"]),
    ],
)
def test_concepts_are_those_of_the_topic_and_their_descriptors(
    name: str, concepts: list[str], mesh: list[str] | None
) -> None:
    topic = draft(name, open_lexicon()).topic
    assert list(topic.concepts) == concepts
    assert mesh is None or sorted(topic.mesh) == mesh


def test_what_strays_from_the_topic_is_left_out_with_its_reason(drafts: dict[str, Draft]) -> None:
    for name, stray, why in (
        ("sarcoidosis", "Blau syndrome (MESH:C538157)", "another disease by its name"),
        ("methotrexate", "CMF regimen (MESH:C034456)", "a derivative, a regimen or a relative"),
        ("atopic dermatitis", "MOMES syndrome (MESH:C564660)", "another disease by its name"),
        ("IL-23", "IL-12 p40 (HGNC:5970)", "named for interleukin-12, of which it is a part too"),
        ("IL-23", "p19", "ambiguous short form"),
        ("celiac disease", "Sprue", "also in the name of"),
        ("sarcoidosis", "sarcoid", "one word, in Mondo or DOID alone"),
        ("methotrexate", "TREXALL", "brand, code, salt or Latin name"),
        ("type I interferon", "IFN-A", "a letter that was misread or lost"),
    ):
        assert why in str(reason(drafts[name], stray)), (name, stray)


def test_the_names_are_those_that_texts_have(drafts: dict[str, Draft]) -> None:
    assert {"celiac disease", "coeliac disease", "Gluten Enteropathy"} <= texts(drafts["celiac disease"])
    assert {"Behcet's disease", "Behcet disease", "Behcet syndrome"} <= texts(drafts["Behçet's"])
    assert "Triple Symptom Complices" not in texts(drafts["Behçet's"])  # MeSH's plural
    assert {"IL-23", "IL23", "IL-12/23p40", "IL23A"} <= texts(drafts["IL-23"])
    assert {"CXCL10", "IP-10", "IP10"} <= texts(drafts["CXCL10"])
    interferon = drafts["type I interferon"]
    assert {"type I IFN", "type I interferons", "IFN-alpha", "IFN-beta"} <= texts(interferon)
    assert texts(interferon, "MeSH Terms") >= {"interferon type i", "interferon-alpha", "interferon-beta"}
    assert texts(drafts["atopic dermatitis"], "MeSH Terms") == {"dermatitis, atopic"}
    assert texts(draft("TGF-beta", open_lexicon())) >= {"TGF-beta", "TGF-betas"}
    for made in drafts.values():  # what a shorter phrase finds is not asked for again
        words = [phrase.text.lower().replace("-", " ").split() for phrase in made.phrases[1:]]
        names = [w for w, p in zip(words, made.phrases[1:], strict=True) if p.field == "Title/Abstract"]
        assert not [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if contains(b, a)]


def test_a_broad_topic_stays_within_bounds() -> None:
    made = draft("neoplasms", open_lexicon())
    assert len(made.concepts) > 500
    assert len(made.query) <= MOST_CHARACTERS
    assert [one for one in made.left_out if one.name.endswith("narrower concepts")]
    assert len(rows(made, most=3)) < 200


def test_phrases_that_pubmed_lacks_go_and_others_stay(drafts: dict[str, Draft]) -> None:
    made = drafts["Behçet's"]
    lacking = {"Old Silk Route Disease", "silk road disease"}
    questions: list[str] = []

    def count(query: str) -> int:
        questions.append(query)
        there = sorted(name for name in lacking if f'"{name}"' in query)[:1]
        if there:
            error = QueryError("left out")
            error.dropped = (f'"{there[0].lower()}"[Title/Abstract]',)
            raise error
        return 12345

    kept, found = asked(made, count)
    assert (found, len(questions)) == (12345, 3)
    assert texts(kept) == texts(made) - lacking
    assert {one.name for one in kept.left_out if one.why == "nowhere in PubMed"} == lacking
    assert kept.query == questions[-1]

    def broken(query: str) -> int:
        raise QueryError(f"no such field in {query[:0]}")

    with pytest.raises(QueryError, match="no such field"):
        asked(made, broken)


def test_a_file_is_not_overwritten(drafts: dict[str, Draft], tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("mine")
    with pytest.raises(UsageError, match=r"exists and stays as it is: .* --force"):
        topic_file.write(drafts["IL-23"], file)
    assert file.read_text() == "mine"
    topic_file.write(drafts["IL-23"], file, force=True)
    assert load_settings(file).topic.name == "interleukin-23"


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("interferon-γ", "interferon-gamma"),
        ("Behçet’s disease", "Behcet's disease"),
        ("CCL12 (mouse)", "CCL12"),
        ("Sjögren", "Sjogren"),
        ('so "called"', None),
        ("a [b]", None),
        ("喘息", None),
        ("wild*", None),
        ("…", None),
    ],
)
def test_a_name_is_a_phrase_of_ascii_or_none(name: str, phrase: str | None) -> None:
    assert phrase_of(name) == phrase


@pytest.mark.parametrize(
    ("phrase", "other"),
    [
        ("celiac disease", "coeliac disease"),
        ("Leukaemia", "Leukemia"),
        ("anemia", "anaemia"),
        ("tumor necrosis factor", "tumour necrosis factor"),
        ("hemophilia", "haemophilia"),
        ("hemiplegia", None),
        ("asthma", None),
        ("Pediatric Crohn", "Paediatric Crohn"),
    ],
)
def test_spellings_of_both_sides_of_the_atlantic(phrase: str, other: str | None) -> None:
    assert other_spelling(phrase) == other


@pytest.mark.parametrize(
    ("phrase", "refused"),
    [
        ("of the", True),
        ("AD", True),
        ("Dermatitis, Atopic", True),
        ("lupus pernio of Besnier", True),
        ("one two three four five", True),
        ("hepatitis A", False),
        ("type I interferon", False),
    ],
)
def test_what_had_better_not_be_searched_for(phrase: str, refused: bool) -> None:
    assert bool(refusal(phrase)) is refused


def test_a_class_of_drugs_is_a_topic_with_its_members() -> None:
    made = draft("JAK inhibitors", open_lexicon())
    names = {concept.name.lower() for concept in made.concepts}
    assert {"jak inhibitors", "tyk2 inhibitors", "tofacitinib", "baricitinib", "deucravacitinib"} <= names
    # supplementary records that MeSH maps elsewhere are members all the same, and PubMed is asked for them
    assert "C479163" in made.supplements
    assert '"tofacitinib"[Supplementary Concept]' in made.query
    assert '"janus kinase inhibitors"[MeSH Terms]' in made.query
    assert len(made.query) < 5000
