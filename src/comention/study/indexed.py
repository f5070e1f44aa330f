"""What indexers say of a study: publication types and MeSH headings as words for studies.

Indexers read the article. Where a record has MeSH headings they have also said what it is not, but of designs
without a publication type of their own; publication types of other records are the publisher's.
"""

from __future__ import annotations

from collections.abc import Collection

from comention.records import PEOPLE, StudyWord

_TYPES: dict[StudyWord, tuple[str, ...]] = {
    "randomised trial": ("Randomized Controlled Trial",),
    "other trial": (
        "Adaptive Clinical Trial",
        "Clinical Trial",
        "Clinical Trial, Phase I",
        "Clinical Trial, Phase II",
        "Clinical Trial, Phase III",
        "Clinical Trial, Phase IV",
        "Controlled Clinical Trial",
        "Equivalence Trial",
        "Pragmatic Clinical Trial",
    ),
    "human observational": ("Observational Study", "Twin Study"),
    "case report": ("Case Reports",),
    "review": ("Review", "Systematic Review", "Scoping Review"),
    "meta-analysis": ("Meta-Analysis", "Network Meta-Analysis"),
    "protocol": ("Clinical Trial Protocol",),
    "letter": ("Letter", "Comment", "Editorial"),
    "animal": ("Clinical Trial, Veterinary", "Observational Study, Veterinary"),
}
#: The word of each publication type that has one.
TYPES: dict[str, StudyWord] = {name: word for word, names in _TYPES.items() for name in names}

_DESIGNS = (
    "Case-Control Studies",
    "Cohort Studies",
    "Cross-Sectional Studies",
    "Follow-Up Studies",
    "Health Surveys",
    "Interviews as Topic",
    "Longitudinal Studies",
    "Prospective Studies",
    "Retrospective Studies",
    "Surveys and Questionnaires",
)
_AGES = (
    "Adolescent",
    "Adult",
    "Aged",
    "Aged, 80 and over",
    "Child",
    "Child, Preschool",
    "Infant",
    "Infant, Newborn",
    "Middle Aged",
    "Young Adult",
)
_CELLS = (
    "Cell Culture Techniques",
    "Cells, Cultured",
    "Clone Cells",
    "Coculture Techniques",
    "Culture Techniques",
    "HeLa Cells",
    "In Vitro Techniques",
    "Organ Culture Techniques",
    "Organoids",
    "Primary Cell Culture",
    "Tissue Culture Techniques",
    "Tumor Cells, Cultured",
)
_MODELS = (
    "Computer Simulation",
    "Finite Element Analysis",
    "Molecular Docking Simulation",
    "Molecular Dynamics Simulation",
    "Monte Carlo Method",
)
_HEADINGS: dict[str, StudyWord] = {
    **dict.fromkeys(_CELLS, "in vitro"),
    **dict.fromkeys(_MODELS, "computational"),
    "Animals": "animal",
}
#: Words for articles that report no study of their own.
SECONDARY = frozenset({"review", "meta-analysis", "protocol", "letter"})


def of_types(types: Collection[str]) -> set[StudyWord]:
    """Return what publication types say of a study; a randomised trial is no other trial as well."""
    found = {TYPES[name] for name in types if name in TYPES}
    return found - {"other trial"} if "randomised trial" in found else found


def of_headings(headings: Collection[str], types: Collection[StudyWord]) -> set[StudyWord]:
    """Return what MeSH headings add to what publication types say of a study.

    Reviews, protocols and letters have no animals and cells of their own, whatever their headings.
    """
    if SECONDARY & set(types):
        return set()
    found: set[StudyWord] = {_HEADINGS[name] for name in headings if name in _HEADINGS}
    if any(name.startswith("Cell Line") for name in headings):
        found.add("in vitro")
    people = "Humans" in headings and not set(PEOPLE) & set(types)
    if people and not found & {"animal", "in vitro"} and any(n in headings for n in (*_DESIGNS, *_AGES)):
        found.add("human observational")
    return found
