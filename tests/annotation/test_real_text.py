"""What real texts write, by kind of fault, over the shipped lexicon: the right concepts, and no others."""

import pytest

from comention.annotation.annotator import Annotator
from comention.annotation.annotators import make_annotator
from comention.annotation.document import from_article, from_text
from comention.lexicon.matcher import Additions
from comention.pubmed.xml import parse_article
from comention.records import Article, Mention


@pytest.fixture(scope="module", params=["fast", "standard"])
def annotator(request: pytest.FixtureRequest) -> Annotator:
    return make_annotator(request.param, Additions(), {})


def linked(annotator: Annotator, text: str) -> list[Mention]:
    mentions = annotator.mentions(from_text(text))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    return [m for m in mentions if not m.concept_id.startswith("text:")]


def parsed(abstract: str) -> Article:
    return parse_article(
        "<MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A title</ArticleTitle><Abstract>"
        f"<AbstractText>{abstract}</AbstractText></Abstract></Article></MedlineCitation>".encode()
    )


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Eosinophil peroxidase (EPO) was measured; EPO was high.", "EPO"),
        ("Eye position offsets (EPO) were taken, and EPO fell.", "EPO"),
        ("Gay and bisexual men (GBM) took part, GBM were asked.", "GBM"),
        ("Glomerular basement membrane (GBM) was thick. The GBM was stained.", "GBM"),
        ("Hair cortisol concentration (HCC) rose. HCC was high.", "HCC"),
        ("Hierarchical cluster calls (HCC) were made. HCC was quick.", "HCC"),
        ("Ethyl acetate extract (EAE) was given, then EAE again.", "EAE"),
        ("Lower third body image (LTBI) and LTBI again.", "LTBI"),
        ("Total body irradiation (TBI) and TBI-based plans.", "TBI"),
        ("Least significant difference (LSD) tests, LSD for short.", "LSD"),
        ("Brilliant cresyl green (BCG) stains. BCGs are dyes.", "BCG"),
        ("Lumbar posterior surgery (LPS) is safe; LPS was done.", "LPS"),
        ("GBM (gay and bisexual men) were asked. GBM answered.", "GBM"),
    ],
)
def test_a_definition_wins_over_a_sure_short_form(annotator: Annotator, text: str, short: str) -> None:
    assert not [m for m in linked(annotator, text) if m.text.startswith(short)]


@pytest.mark.parametrize(
    ("text", "short", "concept_id"),
    [
        ("Hepatocellular cancers (HCC) grew. HCC was seen.", "HCC", "MESH:D006528"),
        ("Recurrent glioblastomas multiforme (GBM), GBM.", "GBM", "MESH:D005909"),
        ("Bacterial lipopolysaccharides (LPS); LPS was given.", "LPS", "MESH:D008070"),
        ("Traumatic brain injuries (TBI): TBI is common.", "TBI", "MESH:D000070642"),
        ("Erythropoietin alpha (EPO) and EPO.", "EPO", "HGNC:3415"),
        ("The Hürthle cell carcinoma (HCC) of the thyroid. HCC is rare.", "HCC", "MESH:D002277"),
        ("Purified LPS of endotoxin-rich prep strains was used (ELISA).", "LPS", "MESH:D008070"),
    ],
)
def test_a_definition_of_the_same_thing_leaves_a_short_form(
    annotator: Annotator, text: str, short: str, concept_id: str
) -> None:
    assert {m.concept_id for m in linked(annotator, text) if m.text == short} == {concept_id}


def test_a_definition_of_another_thing_leaves_a_short_form_without_words_around_it() -> None:
    """The recogniser gives it a chance of 0.08 without a word before it, so that `standard` leaves it out."""
    found = linked(
        make_annotator("fast", Additions(), {}), "LPS of endotoxin-rich prep strains was used (ELISA)."
    )
    assert [(m.text, m.concept_id) for m in found] == [("LPS", "MESH:D008070")]


@pytest.mark.parametrize(
    ("text", "short", "concept_ids"),
    [
        (
            "Atopic dermatitis (AD) and Alzheimer's disease (AD).",
            "AD",
            ["MESH:D003876", "MESH:D000544"],
        ),
        ("Multiple sclerosis (MS). By mass spectrometry (MS), MS.", "MS", ["MESH:D009103"]),
        ("Crohn disease (CD). In celiac disease (CD), CD.", "CD", ["MESH:D003424", *["MESH:D002446"] * 2]),
        ("Rheumatoid arthritis (RA) or retinoic acid (RA)", "RA", ["MESH:D001172", "MESH:D014212"]),
        (
            "Psoriatic arthritis (PA): PA, not pulmonary atresia (PA)",
            "PA",
            [*["MESH:D015535"] * 2, "MESH:D018633"],
        ),
    ],
)
def test_a_second_definition_holds_from_its_place_on(
    annotator: Annotator, text: str, short: str, concept_ids: list[str]
) -> None:
    assert [m.concept_id for m in linked(annotator, text) if m.text == short] == concept_ids


@pytest.mark.parametrize(
    ("abstract", "name", "concept_id"),
    [
        ("driven by IL-1<sup>2</sup> here", "IL-1", "COMENTION:IL-1"),
        ("as for IL-2<sup>6,7</sup>.", "IL-2", "HGNC:6001"),
        ("in Crohn's disease<sup>3,4</sup> too", "Crohn's disease", "MESH:D003424"),
        ("infliximab<sup>5</sup> was given", "infliximab", "MESH:D000069285"),
        ("Enbrel<sup>TM</sup> was given", "Enbrel", "MESH:D000068800"),
        ("with IL-17A<sup>12-14</sup>, so", "IL-17A", "HGNC:5981"),
        ("psoriasis,<sup>8</sup> as seen", "psoriasis", "MESH:D011565"),
        ("of TNF<sup>1–3</sup> and", "TNF", "HGNC:11892"),
        ("<i>IL-4</i><sup>2</sup> rose", "IL-4", "HGNC:6014"),
        ("(IFN-γ)<sup>9</sup> rose", "IFN-γ", "HGNC:5438"),
        ("IL-10<sup>22</sup> rose", "IL-10", "HGNC:5962"),
        ("IFN-γ<sup>+</sup> cells", "IFN-γ", "HGNC:5438"),
    ],
)
def test_a_reference_mark_is_no_part_of_a_name(
    annotator: Annotator, abstract: str, name: str, concept_id: str
) -> None:
    article = parsed(abstract)
    mentions = annotator.mentions(from_article(article))
    assert [(m.text, m.concept_id) for m in mentions] == [(name, concept_id)]
    assert all(article.text[m.start : m.end] == m.text for m in mentions)


@pytest.mark.parametrize(
    ("text", "concept_id"),
    [
        ("IL-1ß", "HGNC:5992"),
        ("TNF-ß", "HGNC:6709"),
        ("IFN-ß", "HGNC:5434"),
        ("IFN-ɣ", "HGNC:5438"),
        ("MIP-1ß", "HGNC:10630"),
        ("IFNß", "HGNC:5434"),
        ("TGF-ß1", "HGNC:11766"),
        ("TNF-ɑ", "HGNC:11892"),
        ("IFN-у", "HGNC:5438"),  # Cyrillic u
        ("ß-thalassemia", "MESH:D017086"),
        ("аsthma", "MESH:D001249"),  # Cyrillic a
        ("IL-1ꞵ", "HGNC:5992"),
    ],
)
def test_letters_that_look_alike_are_the_letters_meant(
    annotator: Annotator, text: str, concept_id: str
) -> None:
    assert [(m.text, m.concept_id) for m in linked(annotator, f"High {text} was seen.")] == [
        (text, concept_id)
    ]


@pytest.mark.parametrize(
    ("text", "concept_id"),
    [
        ("carci\u200bnoma", "MESH:D002277"),
        ("Flu\u00adoro\u00aduracil", "MESH:D005472"),
        ("psor\ufeffiasis", "MESH:D011565"),
        ("rheumatoid\u2060 arth\u00adritis", "MESH:D001172"),
        ("IL-\u200b12", "COMENTION:IL-12"),
        ("inflix\u200cimab", "MESH:D000069285"),
        ("&#946;-thalassemia", "MESH:D017086"),
        ("IFN-&#947;", "HGNC:5438"),
        ("TNF-&alpha;", "HGNC:11892"),
        ("IL-1&#x3b2;", "HGNC:5992"),
        ("Sj&ouml;gren's syndrome", "MESH:D012859"),
        ("TGF-&amp;#946;1", "HGNC:11766"),
    ],
)
def test_a_name_is_read_as_it_was_meant(annotator: Annotator, text: str, concept_id: str) -> None:
    assert [(m.text, m.concept_id) for m in linked(annotator, f"The {text} was seen.")] == [
        (text, concept_id)
    ]


@pytest.mark.parametrize(
    ("abstract", "sentences"),
    [
        ("It was used.<b>Results:</b> Crohn's rose.", ["It was used.", "Results: Crohn's rose."]),
        ("It is common.<sup>1</sup> Asthma is.", ["It is common.¹", "Asthma is."]),
        ("It is common.1 Asthma is.", ["It is common.1", "Asthma is."]),
        ("It was used.Methods: We read.", ["It was used.", "Methods: We read."]),
        ("It fell (5%).CONCLUSIONS: So it is.", ["It fell (5%).", "CONCLUSIONS: So it is."]),
        ("It is so.<sup>2,3</sup> Gout is.", ["It is so.²,³", "Gout is."]),
        ("See no.1 Mice ate 3.5 g.", ["See no.1 Mice ate 3.5 g."]),
    ],
)
def test_joined_sentences_are_two(abstract: str, sentences: list[str]) -> None:
    document = from_article(parsed(abstract))
    assert [document.text[s.start : s.end] for s in document.sentences[1:]] == sentences


@pytest.mark.parametrize(
    ("abstract", "name"),
    [
        ("<b>BACKGROUND</b>Psoriasis is common.", "Psoriasis"),
        ("<b>Objective</b>Asthma was studied.", "Asthma"),
        ("<b>RESULTS:</b>Lupus was seen.", "Lupus"),
        ("<i>Conclusions</i>Sarcoidosis is rare.", "Sarcoidosis"),
        ("Done.<b>METHODS</b>Gout was seen.", "Gout"),
    ],
)
def test_a_heading_in_bold_hides_no_name(annotator: Annotator, abstract: str, name: str) -> None:
    assert [m.text for m in annotator.mentions(from_article(parsed(abstract)))] == [name]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("10<sup>6</sup> cells", "106 cells"),
        ("Ca<sup>2+</sup>", "Ca2+"),
        ("N<sup>6</sup>-methyladenosine", "N6-methyladenosine"),
        ("kg/m<sup>2</sup>, cm<sup>2</sup>", "kg/m2, cm2"),
        ("R<sup>2</sup> and min<sup>-1</sup>", "R2 and min-1"),
        ("Phe<sup>508</sup>del", "Phe508del"),
        ("2.5x10<sup>6</sup>", "2.5x106"),
    ],
)
def test_other_superscripts_stay_as_they_were(written: str, stored: str) -> None:
    assert parsed(written).abstract == stored


@pytest.mark.parametrize(
    ("text", "concept_ids"),
    [
        ("non-communicable diseases", []),
        ("non-cancer deaths", []),
        ("non-HIV-infected people", []),
        ("Non-diabetic controls", []),
        ("non-asthmatic children", []),
        ("non–COVID-19 patients", []),
        ("non psoriatic skin", []),
        ("non-TNF biologics", ["COMENTION:class/biologics"]),
        ("non-statin users", []),
        ("non-allergic rhinitis", ["MESH:D012220"]),
        ("non-rheumatoid arthritis", ["MESH:D001168"]),
        ("non-viral hepatitis", ["MESH:D006505"]),
    ],
)
def test_an_opposite_is_not_the_thing_itself(annotator: Annotator, text: str, concept_ids: list[str]) -> None:
    assert [m.concept_id for m in linked(annotator, f"We saw {text} here.")] == concept_ids


@pytest.mark.parametrize(
    ("text", "concept_id"),
    [
        ("non-small cell lung cancer", "MESH:D002289"),
        ("non-Hodgkin lymphoma", "MESH:D008228"),
        ("nonalcoholic fatty liver disease", "MESH:D065626"),
        ("non-insulin-dependent diabetes mellitus", "MESH:D003924"),
    ],
)
def test_a_name_that_begins_with_non_is_a_name(annotator: Annotator, text: str, concept_id: str) -> None:
    assert [m.concept_id for m in linked(annotator, f"We saw {text} here.")] == [concept_id]


@pytest.mark.parametrize(
    "text",
    [
        "Shock wave therapy was used.",
        "Shockwaves and shock waves were used.",
        "The stroke volume rose.",
        "Stroke work and stroke rate rose.",
        "In long-term depression of synapses.",
        "A cortical spreading depression was seen.",
        "There was ST-segment depression on exertion.",
        "A hypoxia-inducible factor rose.",
        "The National Cancer Institute said so.",
        "The American Diabetes Association said so.",
        "Funded by the Danish Multiple Sclerosis Society.",
        "At the Comprehensive Cancer Center.",
        "The Cystic Fibrosis Foundation paid.",
        "The Glasgow Coma Scale was used.",
        "It is the gold standard.",
        "LIGHT MICROSCOPY FROM APRIL 2019; a TRAIL MAKING TEST.",
        "USE OF LIGHT SHEETS",
        "Since APRIL 2020 it is so.",
        "We saw IFNG-AS1 rise.",
        "A viral IL-10 was made.",
        "The interferon-gamma regulatory factor 1 was induced.",
        "An IL-6 response element lies upstream.",
        "An IFN-gamma-responsive element of the promoter was found.",
        "It binds the interferon-alpha stimulated response element.",
        "The TNF-alpha consensus sequence was mutated.",
        "Nor adrenaline was in it.",
        "Of uncertain biologic behavior and biologic age.",
        "A sulfonamide moiety binds.",
        "The zinc finger binds.",
    ],
)
def test_a_word_inside_another_name_is_none(annotator: Annotator, text: str) -> None:
    assert not linked(annotator, text)


@pytest.mark.parametrize(
    "text",
    [
        "The serotonin transporter binds.",
        "A nitric oxide synthase was seen.",
        "The retinoic acid receptor binds.",
        "A tyrosine kinase was seen.",
        "The superoxide dismutase fell.",
        "The creatine kinase rose.",
        "The calcium channel opens.",
        "Glutathione transferases rose.",
    ],
)
def test_a_substance_that_a_protein_is_named_by_is_none(text: str) -> None:
    assert not linked(make_annotator("fast", Additions(), {}), text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Septic shock was seen.", "Septic shock"),
        ("Gold was given.", "Gold"),
        ("Stroke was common.", "Stroke"),
        ("The release of TRAIL and APRIL fell.", "TRAIL"),
        ("A zinc supplement was given.", "zinc"),
        ("A creatine increase was seen.", "creatine"),
        ("Cancer was found in Association studies.", "Cancer"),
    ],
)
def test_a_word_beside_others_is_what_it_says(annotator: Annotator, text: str, name: str) -> None:
    assert name in [m.text for m in linked(annotator, text)]


@pytest.mark.parametrize(
    ("text", "concept_ids"),
    [
        ("IFN-λ1-3 were high.", ["HGNC:18363", "HGNC:18364", "HGNC:18365"]),
        ("ILs 4, 5 and 13 were high.", ["HGNC:5973", "HGNC:6014", "HGNC:6016"]),
        ("ILs-6 and 8 rose.", ["HGNC:6018", "HGNC:6025"]),
        (
            "IL-2, 4, 6, 10 and TNF were high.",
            ["HGNC:11892", "HGNC:5962", "HGNC:6001", "HGNC:6014", "HGNC:6018"],
        ),
        ("CCL17 and 22 were high.", ["HGNC:10615", "HGNC:10621"]),
        ("IL-4 and 13 levels rose.", ["HGNC:5973", "HGNC:6014"]),
        ("TGF-β1-3 fell.", ["HGNC:11766", "HGNC:11768", "HGNC:11769"]),
        ("IL-4 and 13 patients came.", ["HGNC:6014"]),
        ("IL-4 and 13 were healthy.", ["HGNC:6014"]),
        ("CCL17 and 22 patients came.", ["HGNC:10615"]),
    ],
)
def test_a_list_names_all_its_members(annotator: Annotator, text: str, concept_ids: list[str]) -> None:
    assert sorted({m.concept_id for m in linked(annotator, text)}) == concept_ids


@pytest.mark.parametrize(
    ("text", "concept_ids"),
    [
        ("Quinine hydrochloride was given.", ["MESH:D011803"]),
        ("Doxycycline hydrochloride was given.", ["MESH:D004318"]),
        ("They had trastuzumab-pertuzumab in full.", ["MESH:C485206", "MESH:D000068878"]),
        ("Sertraline hydrochloride was given.", ["MESH:D020280"]),
        ("Imatinib mesylate was given.", ["MESH:D000068877"]),
    ],
)
def test_a_known_drug_is_not_hidden_by_its_salt_or_partner(
    annotator: Annotator, text: str, concept_ids: list[str]
) -> None:
    assert sorted({m.concept_id for m in linked(annotator, text)}) == concept_ids


def test_the_acid_of_a_salt_is_no_drug_of_its_own() -> None:
    annotator = make_annotator("standard", Additions(), {})
    assert [(m.text, m.concept_id) for m in linked(annotator, "Metformin HCl was given.")] == [
        ("Metformin HCl", "MESH:D008687")
    ]


@pytest.mark.parametrize(
    ("text", "name", "concept_id"),
    [
        ("The IL-1R antagonist was given.", "IL-1R antagonist", "HGNC:6000"),
        ("A natural killer-stimulating factor rose.", "natural killer-stimulating factor", "COMENTION:IL-12"),
        ("An NK cell-stimulating factor rose.", "NK cell-stimulating factor", "COMENTION:IL-12"),
        ("Men with CRPC came.", "CRPC", "MESH:D064129"),
        ("Castrate-resistant prostate cancer", "Castrate-resistant prostate cancer", "MESH:D064129"),
        (
            "Superior mesenteric artery (SMA) syndrome",
            "Superior mesenteric artery (SMA) syndrome",
            "MESH:D013478",
        ),
        ("Lewy body (LB) disease", "Lewy body (LB) disease", "MESH:D020961"),
        ("ACTH-secreting X and axi-cel were given.", "axi-cel", "MESH:C000629083"),
        ("The trastuzumab biosimilar HLX02 was given.", "trastuzumab", "MESH:D000068878"),
        ("They saw 89Zr-trastuzumab there.", "trastuzumab", "MESH:D000068878"),
    ],
)
def test_a_known_name_is_linked(annotator: Annotator, text: str, name: str, concept_id: str) -> None:
    found = {(m.text, m.concept_id) for m in linked(annotator, text)}
    assert (name, concept_id) in found


@pytest.mark.parametrize(
    "name",
    [
        "Trimethoprim-sulfamethoxazole",
        "Piperacillin/tazobactam",
        "Glecaprevir/pibrentasvir",
        "Amoxicillin-clavulanate",
        "Lopinavir/ritonavir",
    ],
)
def test_a_combination_of_drugs_is_a_drug(annotator: Annotator, name: str) -> None:
    assert {m.entity_type for m in linked(annotator, f"{name} was given.")} == {"drug"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # reference marks
        ("Seen in psoriasis¹⁻³ and in eczema⁴.", {"MESH:D011565", "MESH:D004485"}),
        # letters that look alike: a small l, a Greek capital
        ("Cells made lL-6 and \u0399L-12.", {"HGNC:6018", "COMENTION:IL-12"}),
        # the short name of a cell therapy
        ("Tisagenlecleucel (tisa-cel) was given, tisa-cel helped.", {"MESH:C000626284"}),
        # words inside other names
        ("The stroke index fell; depression of the ST segment.", set()),
        ("The Alzheimer's Association and the European Crohn's and Colitis Organisation.", set()),
        ("In the LIGHT of this.", set()),
        ("The ACPA and the ACPAs were high.", set()),
        # lists
        ("GM- and G-CSF rose.", {"HGNC:2434", "HGNC:2438"}),
        ("G- and GM-CSF rose.", {"HGNC:2434", "HGNC:2438"}),
        ("Type I and III interferons rose.", {"COMENTION:IFN-I", "COMENTION:IFN-III"}),
        ("They made IL-4 and 13.", {"HGNC:6014", "HGNC:5973"}),
        ("Of IL-4 and 13 patients.", {"HGNC:6014"}),
        ("Restless legs (RL) syndrome is common.", {"MESH:D012148"}),
    ],
)
def test_further_kinds_of_real_text(annotator: Annotator, text: str, expected: set[str]) -> None:
    assert {m.concept_id for m in linked(annotator, text)} == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TNF-naive patients came.", "TNF"),
        ("In methotrexate-na\u00efve adults.", "methotrexate"),
        ("Dexamethasone-untreated cells grew.", "Dexamethasone"),
    ],
)
def test_who_never_had_something_is_denied_it(annotator: Annotator, text: str, name: str) -> None:
    assert [(m.text, m.denied) for m in linked(annotator, text)] == [(name, "thing")]


def test_a_makers_code_behind_a_substance_is_that_substance() -> None:
    fast = make_annotator("fast", Additions(), {})
    text = "Ritlecitinib (PF-06651600) helped; PF-06651600 is new. Ritlecitinib (NCT04517864) was tried."
    assert [m.text for m in linked(fast, text)] == [
        "Ritlecitinib",
        "PF-06651600",
        "PF-06651600",
        "Ritlecitinib",
    ]
    assert {m.concept_id for m in linked(fast, text)} == {"MESH:C000614924"}


# Kinds of faults that unseen variants brought up.


@pytest.mark.parametrize(
    ("text", "denied", "there"),
    [
        ("Women with no history of migraine received propranolol.", "migraine", "propranolol"),
        ("Infants free of sepsis at day 3 had their gentamicin stopped.", "sepsis", "gentamicin"),
        ("Volunteers without diabetes ingested glucose twice.", "diabetes", "glucose"),
        ("Adults negative for HIV infection started methotrexate.", "HIV infection", "methotrexate"),
        ("Men devoid of psoriasis applied calcipotriol cream.", "psoriasis", "calcipotriol"),
        ("Patients without cancer at baseline used metformin.", "cancer", "metformin"),
        ("Participants with no prior stroke took warfarin.", "stroke", "warfarin"),
        ("Tuberculosis was ruled out before adalimumab was started.", "Tuberculosis", "adalimumab"),
        ("Malignancy had been excluded by biopsy before tacrolimus.", "Malignancy", "tacrolimus"),
        ("Once pneumonia was ruled out, patients got prednisone.", "pneumonia", "prednisone"),
        ("Men in whom hepatitis B had been excluded began rituximab.", "hepatitis B", "rituximab"),
    ],
)
def test_a_denial_ends_at_the_next_finite_verb(
    annotator: Annotator, text: str, denied: str, there: str
) -> None:
    said = {m.text: m.denied for m in linked(annotator, text)}
    assert (said[denied], said[there]) == ("thing", None)


@pytest.mark.parametrize(
    "text",
    [
        "Patients with tuberculosis were excluded before infliximab was given.",
        "Patients who had tuberculosis were excluded before enrolment.",
        "Studies of tuberculosis were excluded before the review.",
        "Tuberculosis must be ruled out before infliximab.",
        "Tuberculosis could not be ruled out before infliximab.",
    ],
)
def test_who_and_what_is_left_out_has_the_disease(annotator: Annotator, text: str) -> None:
    assert not [m.text for m in linked(annotator, text) if m.denied]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("St. Louis encephalitis (SLE) was seen, and SLE was fatal.", ["MESH:D004674"] * 3),
        ("St Louis encephalitis was seen.", ["MESH:D004674"]),
        ("Cases of Saint Louis encephalitis.", ["MESH:D004674"]),
        ("Ergotism was called St. Anthony's fire (SAF). SAF was rare.", ["MESH:D004881"] * 4),
        ("In June St. Louis encephalitis virus spread.", []),
    ],
)
def test_the_full_stop_of_a_saint_ends_nothing(text: str, expected: list[str]) -> None:
    fast = make_annotator("fast", Additions(), {})
    assert [m.concept_id for m in linked(fast, text) if m.entity_type == "disease"] == expected


@pytest.mark.parametrize(
    ("marked", "name", "concept_id"),
    [
        ("Chronic hepatitis C<sup>4,5</sup> is cured.", "Chronic hepatitis C", "MESH:D019698"),
        ("Acute hepatitis B<sup>7</sup> is rare.", "hepatitis B", "MESH:D006509"),
        ("They took vitamin D<sup>1</sup> daily.", "vitamin D", "MESH:D014807"),
        ("They took vitamin K<sup>2-4</sup> daily.", "vitamin K", "MESH:D014812"),
        ("Influenza and haemophilia A<sup>4</sup> were named.", "haemophilia A", "MESH:D006467"),
        ("They got amphotericin B.<sup>11</sup> Then they left.", "amphotericin B", "MESH:D000666"),
    ],
)
def test_a_reference_mark_behind_one_capital(
    annotator: Annotator, marked: str, name: str, concept_id: str
) -> None:
    mentions = annotator.mentions(from_article(parsed(marked)))
    assert [m.concept_id for m in mentions if name in m.text] == [concept_id]


@pytest.mark.parametrize(
    "marked", ["vitamin B<sup>12</sup>", "the coefficient R<sup>2</sup>", "labelled with C<sup>14</sup>"]
)
def test_what_is_no_reference_mark_stays(marked: str) -> None:
    text = parsed(f"It was {marked} alone.").text
    assert marked.replace("<sup>", "").replace("</sup>", "") in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 × 105 IL-10+ B cells were seen.", ["HGNC:5962"]),
        ("IL-10⁺ B lymphocytes grew.", ["HGNC:5962"]),
        ("IL-6+ B cells and IL-10 B-cells.", ["HGNC:6018", "HGNC:5962"]),
        ("IL-21+ B cell counts.", ["HGNC:6005"]),
        ("IL-17 F was high; IL-17 A cells were none.", ["HGNC:16404", "HGNC:5981"]),
        ("IL-10 B was stained.", []),
    ],
)
def test_the_letter_of_a_cell_is_not_that_of_a_name(
    annotator: Annotator, text: str, expected: list[str]
) -> None:
    assert [m.concept_id for m in linked(annotator, text) if m.entity_type == "cytokine"] == expected


@pytest.mark.parametrize(
    ("text", "concept_id"),
    [
        ("IFN-ү rose.", "HGNC:5438"),
        ("IFNҮ rose.", "HGNC:5438"),
        ("IFN-υ rose.", "HGNC:5438"),
        ("IFN-ʏ rose.", "HGNC:5438"),
        ("IFN-г rose.", "HGNC:5438"),
        ("TNF-∝ rose.", "HGNC:11892"),
        ("TNF-⍺ rose.", "HGNC:11892"),
        ("IL-1ẞ rose.", "HGNC:5992"),
        ("IFN-ʎ1 rose.", "HGNC:18363"),
    ],
)
def test_further_letters_that_look_greek(annotator: Annotator, text: str, concept_id: str) -> None:
    assert [(m.text, m.concept_id) for m in linked(annotator, text)] == [(text.partition(" ")[0], concept_id)]


@pytest.mark.parametrize("text", ["a ∝ b", "г. Москва", "IFN and υ", "TNF by лаборатория"])
def test_other_letters_stay(annotator: Annotator, text: str) -> None:
    assert [m.text for m in linked(annotator, text)] == [w for w in ("IFN", "TNF") if w in text]


@pytest.mark.parametrize(
    ("text", "members", "whole"),
    [
        ("Casirivimab and imdevimab were given.", {"MESH:C000711487", "MESH:C000711488"}, None),
        ("Bamlanivimab plus etesevimab were given.", {"MESH:C000711749", "MESH:C000711968"}, None),
        ("Sulfadoxine-pyrimethamine was given.", {"MESH:D013413", "MESH:D011739"}, "MESH:C001205"),
        ("Carbidopa/levodopa was given.", {"MESH:D002230", "MESH:D007980"}, "MESH:C009265"),
        ("Atovaquone-proguanil was given.", {"MESH:D053626", "MESH:D002727"}, "MESH:C109496"),
        ("Artemether-lumefantrine was given.", {"MESH:D000077549", "MESH:D000078102"}, "MESH:D000077611"),
        ("Amoxicillin-clavulanate was given.", {"MESH:D000658", "MESH:D019818"}, "MESH:D019980"),
    ],
)
def test_the_members_of_a_combination_are_found(text: str, members: set[str], whole: str | None) -> None:
    fast = make_annotator("fast", Additions(), {})
    found = linked(fast, text)
    assert {m.concept_id for m in found} == members | ({whole} if whole else set())
    assert {m.text.lower() for m in found if m.concept_id in members} <= {
        w.lower() for w in text[: text.index(" w")].replace("-", " ").replace("/", " ").split()
    }


@pytest.mark.parametrize("text", ["Iron-dextran was given.", "Insulin glargine was given."])
def test_what_joins_no_drugs_is_one_name(text: str) -> None:
    fast = make_annotator("fast", Additions(), {})
    assert len(linked(fast, text)) == 1


@pytest.mark.parametrize(
    "symbol", ["IL2RA", "IL6R", "IL31RA", "IL1R1", "IL5RA", "IFNAR1", "TNFRSF1A", "PDCD1", "CTLA4", "IL4R"]
)
def test_the_gene_of_a_receptor_is_no_class_of_drugs(annotator: Annotator, symbol: str) -> None:
    assert not [m for m in linked(annotator, f"Variants in {symbol} were found.") if m.entity_type == "drug"]


@pytest.mark.parametrize(
    "text",
    [
        "MIG welders had asthma more often.",
        "TIG and MIG welding of steel was done by men with asthma.",
        "MIG/MAG torches irritate men with asthma.",
        "In APRIL and MAY 2019 asthma was rare in the cells of the map.",
        "Until APRIL asthma was rare; serum was taken.",
        "The TRAIL Making Test was slow in asthma, and cells were counted.",
        "TRAIL runners had asthma and serum ferritin.",
        "LIGHT microscopy of cells in asthma.",
        "Blue LIGHT in asthma lowers serum melatonin.",
        "LIF spectroscopy of plasma in asthma.",
        "The TWEAK questionnaire and serum in asthma.",
        "A LIGHT that nobody saw was on in the ward for asthma.",
    ],
)
def test_a_word_in_capitals_is_no_cytokine(annotator: Annotator, text: str) -> None:
    assert not [m.text for m in linked(annotator, text) if m.entity_type == "cytokine"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Serum MIG and IP-10 rose.", "MIG"),
        ("TRAIL killed the tumour cells.", "TRAIL"),
        ("BAFF and APRIL may rise.", "APRIL"),
        ("LIGHT binds HVEM.", "LIGHT"),
        ("LIF and OSM rose.", "LIF"),
        ("Levels of APRIL in lupus.", "APRIL"),
    ],
)
def test_a_cytokine_named_like_a_word_is_found(annotator: Annotator, text: str, name: str) -> None:
    assert name in [m.text for m in linked(annotator, text) if m.entity_type == "cytokine"]


@pytest.mark.parametrize(
    "text",
    [
        "Blood was drawn into lithium heparin tubes.",
        "Blood was taken in K2-EDTA vacutainers.",
        "Citrate tubes were spun at once.",
        "Samples in sodium fluoride/potassium oxalate tubes were spun.",
        "EDTA-anticoagulated blood was kept cold.",
        "Heparin plasma was frozen.",
        "Blood samples were collected in heparin and spun.",
        "Tubes containing EDTA were shaken.",
    ],
)
def test_what_is_in_a_tube_is_no_drug(text: str) -> None:
    fast = make_annotator("fast", Additions(), {})
    assert not [m.text for m in linked(fast, text) if m.entity_type in {"drug", "chemical"}]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Patients received heparin and were bled.", "heparin"),
        ("Blood was drawn from men on lithium.", "lithium"),
        ("Heparin-treated patients bled.", "Heparin"),
        ("Lithium plasma levels were high.", "Lithium"),
        ("Samples with heparin-induced thrombocytopenia antibodies.", "heparin"),
        ("Chelation with EDTA was tried.", "EDTA"),
    ],
)
def test_what_is_given_is_a_drug(text: str, name: str) -> None:
    fast = make_annotator("fast", Additions(), {})
    found = {m.text for m in linked(fast, text)}
    assert any(name.lower() in one.lower() for one in found)


@pytest.mark.parametrize(
    "name",
    [
        "nontuberculous mycobacterial infection",
        "non-tuberculous mycobacterial infections",
        "nontuberculous mycobacterial disease",
        "nontuberculous mycobacterial lung disease",
        "nontuberculous mycobacteriosis",
        "atypical mycobacterial infections",
        "environmental mycobacterial disease",
        "NTM lung disease",
    ],
)
def test_mycobacteria_other_than_tuberculosis(annotator: Annotator, name: str) -> None:
    assert [(m.text, m.concept_id) for m in linked(annotator, f"Patients with {name} were seen.")] == [
        (name, "MESH:D009165")
    ]
