"""Words that name a disease in one sense only."""

from __future__ import annotations

import pytest

from comention.annotation.senses import another_sense


def judged(text: str) -> bool:
    """Whether the word between the bars has another sense."""
    before, word, behind = text.split("|")
    return another_sense(before + word + behind, len(before), len(before) + len(word))


@pytest.mark.parametrize(
    "text",
    [
        # what engineers and chemists load, soak and break
        "the |fatigue| behaviour of the alloy",
        "under bending |fatigue|",
        "the |fatigue|-damage of the rod",
        "the |swelling| ratio of the film",
        "starch |swelling|",
        "mitochondrial |swelling| was slower",
        "a |shock| tube",
        "after an osmolality |shock|",
        "a surface |depression| of the tablet",
        # what is lowered
        "Serum levels of leptin were |depressed| in rats",
        "enzyme activity remained markedly |depressed|",
        "a |depressed| ejection fraction",
        "|depressed| skull fractures",
        "|depressed| immune responses",
        # what of a body or a cell is too active
        "platelet |hyperactivity|",
        "the |hyperactivity| of spinal motoneurons",
        "|hyperactivity| in the reward circuit",
        "sympathetic |hyperactivity| after stroke",
        "|hyperactivity| of the renin pathway",
        # parts of the body, of science and of farming
        "the middle |colic| artery",
        "gastric, |colic| and omental vessels",
        "differential |calculus|",
        "slash-and-|burn| farming",
        "|burn|-out of nurses",
        "the hybrid |sterility| of mules",
        "|sterility| testing of vials",
        "coral |calcification| in warm seas",
        "leaf |embolism| in drought",
        "a |confusion| matrix",
        "role |confusion| of trainees",
        # what is done, and where
        "remote |ischemic| preconditioning",
        "|hypoxic| postconditioning of the heart",
        "two |psychiatric| hospitals",
        "|psychiatric| nursing",
        "the |tumor| board met",
        "4.9 ± 1.2 |METS|",
        "the |Itch| ubiquitin ligase",
        # what is given, kept cool or called so
        "the |promyelocytic leukemia| (PML) nuclear body",
        "the |hypoglycemic| effect of the extract",
        "|hypoglycaemic| and hypolipidemic effects",
        "its |hypoglycemic|, and lipid-lowering, activity",
        "|hypothermic| circulatory arrest",
        "|hypothermic| oxygenated machine perfusion",
        "neonates treated with |hypothermia|",
        "therapeutic |hypothermia| for 72 h",
        "|Luminal|, HER2-negative cancers",
        "the |luminal| side",
        "exposed to O. |volvulus|",
        "anti-O |volvulus| antibodies",
        "|biologic| parents",
        "the |biologic| heterogeneity of tumors",
        "antitumor |necrosis| factor-alpha agents",
        "endogenous |intoxication| indexes",
        "acquired |heart defects|",
        "the |rigidity| of the ligand's surface",
    ],
)
def test_another_sense(text: str) -> None:
    assert judged(text)


@pytest.mark.parametrize(
    "text",
    [
        "|fatigue| and fever",
        "mental |fatigue| of nurses",
        "joint |swelling|",
        "|swelling| of the ankles",
        "septic |shock|",
        "major |depression|",
        "a |depressed| mother",
        "She was |depressed|",
        "The levels rose. He was |depressed|",
        "motor |hyperactivity| of boys",
        "|hyperactivity| and inattention",
        "renal |colic|",
        "a renal |calculus|",
        "a |burn| of the hand",
        "female |sterility|",
        "valve |calcification|",
        "an air |embolism|",
        "acute |confusion| at night",
        "an |ischemic| limb",
        "|psychiatric| symptoms",
        "a |tumor| of the lung",
        "the |itch| of eczema",
        "|MetS| was more frequent",
        "|hypoglycemic| events and effects of insulin",
        "a |hypoglycaemic| coma",
        "|promyelocytic leukemia| with a nuclear defect",
        "accidental |hypothermia|",
        "|hypothermia| after a bath",
        "|Luminal| sodium was given",
        "a |volvulus| of the colon",
        "|biologic| drugs",
        "|necrosis| and other factors",
        "alcohol |intoxication|",
        "congenital |heart defects|",
        "tremor and |rigidity|",
        "|rigidity| of both arms in Parkinson's disease",
    ],
)
def test_the_disease_itself(text: str) -> None:
    assert not judged(text)
