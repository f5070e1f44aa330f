"""What the words around a drug or a chemical make of it: given, measured, or neither for sure."""

from __future__ import annotations

import pytest

from comention.annotation.document import from_text
from comention.annotation.fast import FastAnnotator
from comention.annotation.roles import roles
from comention.lexicon.store import open_lexicon
from comention.records import Mention


def found(text: str, *names: tuple[str, str]) -> list[str | None]:
    """The roles of the first place of each name in a text, told as drugs by that name."""
    mentions = sorted(
        Mention(
            text.index(n), text.index(n) + len(n), n, "drug", f"X:{n.lower()}", called or n.lower(), "lexicon"
        )
        for n, called in names
    )
    return [m.role for m in roles(from_text(text), mentions)]


MEASURED = [
    ("Lipids, insulin and urea improved in the rats.", "insulin"),
    ("The dopamine system of songbirds.", "dopamine"),
    ("Serum cortisol rose at dawn.", "cortisol"),
    ("Hair cortisol was compared between the groups.", "cortisol"),
    ("Salivary cortisol and mood were followed.", "cortisol"),
    ("The levels of insulin were high.", "insulin"),
    ("Fasting insulin differed.", "insulin"),
    ("Insulin resistance was seen in half of them.", "Insulin"),
    ("Albumin concentrations fell.", "Albumin"),
    ("We determined plasma estradiol in all women.", "estradiol"),
    ("Testosterone levels did not change.", "Testosterone"),
    ("Melatonin secretion is low in the elderly.", "Melatonin"),
    ("Erythropoietin was measured by ELISA.", "Erythropoietin"),
    ("The expression of calcitonin was raised.", "calcitonin"),
    ("Glucose uptake was slow.", "Glucose"),
    ("Oxygen saturation was 92 %.", "Oxygen"),
    ("Iron overload harms the heart.", "Iron"),
    ("A low zinc content of the diet is usual.", "zinc"),
    ("Vitamin D status was poor.", "Vitamin D"),
    ("Circulating thrombin was found.", "thrombin"),
    ("The production of nitric oxide doubled.", "nitric oxide"),
    ("Elevated histamine was found in the skin.", "histamine"),
    ("Urinary norepinephrine was collected.", "norepinephrine"),
    ("Follicle-stimulating hormone and age were related.", "Follicle-stimulating hormone"),
    ("Cortisol and sleep: a review.", "Cortisol"),
    ("Dopamine release in the striatum was blunted.", "Dopamine"),
    ("Prolactin was elevated in two women.", "Prolactin"),
    ("Serum copper (Cu) levels were normal.", "copper"),
    ("The effects of a food supplement on cortisol were small.", "cortisol"),
    ("Daily cortisol fluctuations were followed.", "cortisol"),
    ("The moulds made 31.2 g lactic acid/L in two days.", "lactic acid"),
    ("Linoleic acid was down-regulated in the tissue.", "Linoleic acid"),
    ("Plasma methylglyoxal and valine fell.", "methylglyoxal"),
    ("Bran is rich in niacin and zinc.", "niacin"),
    ("The yield of pamamycin was low, as was pamamycin biosynthesis.", "pamamycin"),
    ("Determination of pregabalin in spiked plasma samples.", "pregabalin"),
]
GIVEN = [
    ("She was on maintenance levothyroxine (LT4) 137 μg daily.", "levothyroxine"),
    ("Kainic acid (KA) 15 mg/kg was used.", "Kainic acid"),
    ("The detection of a tumour under gefitinib in patients with cough.", "gefitinib"),
    ("All were started on insulin at home.", "insulin"),
    ("The effects of a daily insulin dose.", "insulin"),
    ("Patients received insulin for a week.", "insulin"),
    ("Insulin therapy was begun.", "Insulin"),
    ("Mice were treated with melatonin.", "melatonin"),
    ("Administration of estradiol helped.", "estradiol"),
    ("Testosterone gel was rubbed in at night.", "Testosterone"),
    ("Estradiol pellets lay under the skin of the mice.", "Estradiol"),
    ("Two progesterone suppositories a day sufficed.", "progesterone"),
    ("Calcitriol lotions are dear.", "Calcitriol"),
    ("Vitamin D supplementation had no effect.", "Vitamin D"),
    ("Erythropoietin (50 IU/kg) was used.", "Erythropoietin"),
    ("A dose of 10 mg/kg testosterone was chosen.", "testosterone"),
    ("Cells were incubated with 5 µM dopamine.", "dopamine"),
    ("Inhaled nitric oxide is a vasodilator.", "nitric oxide"),
    ("Topical calcitriol was applied.", "calcitriol"),
    ("Oxygen inhalation was stopped.", "Oxygen"),
    ("Intravenous albumin was infused.", "albumin"),
    ("Cortisol was infused for an hour.", "Cortisol"),
    ("Trough levels of infliximab were low.", "infliximab"),
    ("Plasma concentrations of tofacitinib were told.", "tofacitinib"),
    ("Methotrexate was given weekly.", "Methotrexate"),
    ("After 1.5 µM doxorubicin concentrations fell.", "doxorubicin"),
    ("Switching to other basal insulin is usual.", "insulin"),
]
UNKNOWN = [
    ("Methotrexate resistance is a problem.", "Methotrexate"),
    ("Lower vinblastine uptake was reported.", "vinblastine"),
    ("Vinblastine was released in 1965.", "Vinblastine"),
    ("Melatonin and its history.", "Melatonin"),
    ("Lesions detected by fludeoxyglucose are early.", "fludeoxyglucose"),
]


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        (text, name, role)
        for role, cases in (("measured", MEASURED), ("given", GIVEN), ("unknown", UNKNOWN))
        for text, name in cases
    ],
)
def test_the_words_around_a_name_tell_its_role(text: str, name: str, role: str) -> None:
    assert found(text, (name, "")) == [role]


def test_a_list_shares_what_one_of_it_is_told() -> None:
    text = "We saw insulin, leptin (LEP) and cortisol levels; then infliximab or methotrexate was given."
    names = [(name, "") for name in ("insulin", "leptin", "cortisol", "infliximab", "methotrexate")]
    assert found(text, *names) == ["measured", "measured", "measured", "given", "given"]


def test_a_list_goes_on_past_what_is_no_mention() -> None:
    names = (("insulin", ""), ("cortisol", ""))
    assert found("Lower levels of insulin, TSH, leptin and cortisol.", *names) == ["measured", "measured"]
    assert found("Insulin was low, sleep was poor, cortisol levels fell.", ("cortisol", "")) == ["measured"]


def test_a_substance_of_the_body_keeps_the_role_of_its_text_and_no_other_does() -> None:
    assert (
        found("Levels of INSULIN rose. Then insulin and age.", ("INSULIN", ""), ("insulin", ""))
        == ["measured"] * 2
    )
    assert (
        found("We infused INSULIN. Then insulin and age.", ("INSULIN", ""), ("insulin", "")) == ["given"] * 2
    )
    both = "Levels of INSULIN rose. We infused Insulin. Then insulin and age."
    assert found(both, *((n, "") for n in ("INSULIN", "Insulin", "insulin"))) == [
        "measured",
        "given",
        "unknown",
    ]
    assert found(
        "We infused VINBLASTINE. Vinblastine and age.", ("VINBLASTINE", ""), ("Vinblastine", "")
    ) == [
        "given",
        "unknown",
    ]


def test_the_level_of_what_a_text_gives_is_that_of_a_treatment() -> None:
    text = "Patients received digoxin. Serum Digoxin was measured."
    assert found(text, ("digoxin", ""), ("Digoxin", "")) == ["given", "given"]
    assert found("Serum digoxin was measured.", ("digoxin", "")) == ["measured"]


def test_only_drugs_and_chemicals_have_roles() -> None:
    text = "Serum IL-6 and cortisol were measured in psoriasis."
    mentions = FastAnnotator(open_lexicon()).mentions(from_text(text))
    assert [(m.text, m.role) for m in mentions] == [
        ("IL-6", None),
        ("cortisol", "measured"),
        ("psoriasis", None),
    ]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Lithium-ion batteries and lithium batteries were cycled.", []),
        ("Magnesium alloys, a gold electrode and silver nanoparticles were made.", []),
        ("Lithium was given.", ["MESH:D008094"]),
        ("Cytotoxicity assays and toxicity tests were run.", []),
        ("Collagen II and type II collagen were stained.", []),
        ("PDGF-BB, myeloperoxidase and serum albumin were on the panel.", []),
        ("Drug withdrawal was frequent.", []),
        ("Anxiety was scored.", ["MESH:D001007"]),
    ],
)
def test_what_is_no_drug_and_no_disease(text: str, ids: list[str]) -> None:
    assert [m.concept_id for m in FastAnnotator(open_lexicon()).mentions(from_text(text))] == ids
