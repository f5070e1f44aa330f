"""What the words around a name make of it where it is not what it says."""

from __future__ import annotations

import pytest

from comention.annotation.namesakes import another_thing


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A myocardial depression was seen.", "depression"),
        ("Marrow depression in rats.", "depression"),
        ("One defibrillation shock was given.", "shock"),
        ("Pseudo-gout was likely.", "gout"),
        ("He went to the Tropical Diseases Unit.", "Tropical Diseases"),
        ("The Division of Rare Infectious Diseases.", "Infectious Diseases"),
        ("By the Asthma Quality of Life Questionnaire.", "Asthma"),
        ("The Psoriasis Severity Index fell.", "Psoriasis"),
        ("Venereal Disease Research Laboratory tests.", "Venereal Disease"),
        ("SARS-CoV-2 was found.", "SARS"),
        ("After mumps and rubella vaccines.", "mumps"),
        ("At an agitation rate of 90 rpm.", "agitation"),
        ("Paid by Asthma UK.", "Asthma"),
        ("General Anxiety Disorder (GAD-7) and sleep.", "General Anxiety Disorder"),
        ("A surgical hip dislocation was done.", "hip dislocation"),
        ("Spontaneous hypertensive (SH) rats.", "hypertensive"),
        ("Screw fracture was seen after a year.", "fracture"),
        ("[Lung Cancer 152 (2021) 174-184].", "Lung Cancer"),
        ("Published in Stroke. 2019;50:1.", "Stroke"),
        ("The Working Group on Infectious Diseases and Sepsis.", "Sepsis"),
        ("By the Alcohol Use Disorder Identification Test.", "Alcohol Use Disorder"),
        ("By the International Classification of Sleep Disorders.", "Sleep Disorders"),
        ("The Functional Assessment of Cancer Therapy for Brain Cancer rose.", "Brain Cancer"),
        ("By H&E, TB, IHC, and PAS staining.", "TB"),
        ("The ichthyosis follicularis, atrichia, and photophobia syndrome.", "photophobia"),
        ("Microcephaly and deafness (MDS) syndrome.", "deafness"),
        ("Two ceramic-fractures of the hip joint's liner.", "fractures"),
        ("The fatigue strength of titanium.", "fatigue"),
        ("Mechanical hypersensitivity of the paw.", "hypersensitivity"),
        ("Hyperthermic intrathoracic perfusion was given.", "Hyperthermic"),
        ("At a pneumoperitoneum pressure of 8 mmHg.", "pneumoperitoneum"),
        ("Under CO2 pneumoperitoneum.", "pneumoperitoneum"),
        ("Infectious bronchitis virus of hens.", "bronchitis"),
        ("Two enteritis viruses of ducks.", "enteritis"),
        ("Feline leukemia-virus was found.", "leukemia"),
        ("The Arthritis Clinical Research Consortium.", "Arthritis"),
        ("The National Asthma Education Program.", "Asthma"),
        ("The Epilepsy Genetics Laboratory.", "Epilepsy"),
        ("By the Delirium Assessment Tool.", "Delirium"),
        ("The Stroke Early Imaging Score was low.", "Stroke"),
        ("The Headache Impact Test.", "Headache"),
        ("By Evaluation Criteria in Lymphoma (X).", "Lymphoma"),
        ("Functional Assessment of Chronic Pain.", "Pain"),
        ("Anxiety-7 scores rose.", "Anxiety"),
        ("Nosek et al. (J Headache Pain 15:13, 2018).", "Headache"),
        ("In J. Clin. Sleep Apnea 3:12.", "Apnea"),
        ("In the SEPSIS trial.", "SEPSIS"),
        ("The PSORIASIS registry.", "PSORIASIS"),
    ],
)
def test_it_is_no_disease(text: str, name: str) -> None:
    start = text.index(name)
    assert another_thing(text, start, start + len(name), "disease")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Severe depression was seen.", "depression"),
        ("Septic shock was seen.", "shock"),
        ("The department of the patient with gout.", "gout"),
        ("Psoriasis and the severity index fell.", "Psoriasis"),
        ("Mumps in unvaccinated boys.", "Mumps"),
        ("SARS and its virus.", "SARS"),
        ("A spontaneous event in hypertensive men.", "hypertensive"),
        ("A hip fracture beside the screw.", "fracture"),
        ("A peri-implant fracture of the femur.", "fracture"),
        ("Periprosthetic fractures of old men.", "fractures"),
        ("Fatigue and fractures were frequent.", "Fatigue"),
        ("Hypersensitivity to the drug.", "Hypersensitivity"),
        ("Spontaneous pneumoperitoneum was seen.", "pneumoperitoneum"),
        ("Enteritis of viral origin.", "Enteritis"),
        ("Asthma in a clinical trial.", "Asthma"),
        ("Delirium was assessed by a tool.", "Delirium"),
        ("In a sepsis trial.", "sepsis"),
        ("In the COPD trial.", "COPD"),
        ("Dr J had Asthma.", "Asthma"),
        ("Patients with chronic hepatitis B virus.", "chronic hepatitis B"),
        ("SEPSIS was seen.", "SEPSIS"),
        ("The criteria of Lymphoma.", "Lymphoma"),
        ("Lung Cancer in 152 men (2021).", "Lung Cancer"),
        ("TB was found, and by PAS staining no fungus.", "TB"),
        ("Deafness and nephrotic syndrome.", "Deafness"),
        ("Microcephaly and deafness were seen.", "deafness"),
        ("The chronic pain syndrome.", "pain"),
        ("A manual on Mental Disorders.", "Mental Disorders"),
        ("The group worked on Sepsis.", "Sepsis"),
    ],
)
def test_it_is_a_disease(text: str, name: str) -> None:
    start = text.index(name)
    assert another_thing(text, start, start + len(name), "disease") is None


def test_what_acts_on_a_hormones_receptor_is_not_the_hormone() -> None:
    for text in ("GnRH receptor antagonists", "GnRH-receptor agonist", "GnRH agonists"):
        assert another_thing(text, 0, 4, "drug")
    for text in ("GnRH receptors", "GnRH and a receptor antagonist"):
        assert another_thing(text, 0, 4, "drug") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Secreted Protein Acidic and Rich in Cysteine (SPARC).", "Cysteine"),
        ("The protein acidic, rich in cysteine.", "cysteine"),
        ("A domain rich in serine and threonine.", "serine"),
        ("A domain rich in serine and threonine.", "threonine"),
        ("Carbohydrate antigen 19-9 rose.", "Carbohydrate"),
        ("Carbohydrate-antigens rose.", "Carbohydrate"),
        ("The histamine type 2 receptor.", "histamine"),
        ("Angiotensin II type 1 (AT1) receptors.", "Angiotensin II"),
        ("Oral morphine milligram equivalents fell.", "morphine"),
        ("At a dexamethasone-equivalent dose of 8 mg.", "dexamethasone"),
    ],
)
def test_it_is_no_substance(text: str, name: str) -> None:
    start = text.index(name)
    assert another_thing(text, start, start + len(name), "chemical")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A diet rich in cysteine.", "cysteine"),
        ("Proteins and cysteine.", "cysteine"),
        ("A protein rich in iron.", "iron"),
        ("Carbohydrate and antigens.", "Carbohydrate"),
        ("Histamine and its type 2 receptor.", "Histamine"),
        ("Morphine was equivalent to oxycodone.", "Morphine"),
        ("Morphine and its equivalents.", "Morphine"),
    ],
)
def test_it_is_a_substance(text: str, name: str) -> None:
    start = text.index(name)
    assert another_thing(text, start, start + len(name), "chemical") is None
