"""Coarse kinds of diseases and drugs, by the words and endings of their names.

A tumour is treated more often than caused, a rash caused more often than treated; a hormone is measured, a
contrast medium is neither. The kinds are so coarse that nothing is learnt of a concept. Endings of drugs are
the stems of international nonproprietary names (WHO, "The use of stems in the selection of INN", 2018).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from comention.records import EntityType

# kind: parts of words; "-" stands for the end of a word. The first kind that fits is taken.
_DISEASES = {
    "tumour": "oma- omas- cancer tumor tumour neoplas leukemi leukaemi malignan metasta carcino myelodys",
    "infection": "infect covid sars- sepsis septic malaria tubercul hiv aids- viral virus influenza bacter "
    "candid pneumonia fungal mycosis parasit syphilis gonorr",
    "harm": "toxic injur damage poison overdose intoxic adverse withdrawal",
    "inflammation": "itis- inflamm allerg asthma psoria lupus anaphyl hypersensitiv",
    "symptom": "pain nausea vomit fever diarrh headache rash- bleed hemorrhag haemorrhag fatigue cough edema "
    "oedema itch prurit dizz seizure convuls arrhythm tachycard bradycard penia- hypotens hypogly hypokal "
    "hypercal syncope ataxia dyskines agranuloc",
    "mind": "depress anxi schizo bipolar psycho mania- autis addict dement alzheim parkins epilep",
    "metabolism": "diabet obes hypertens dyslip hyperlip cholester metabolic insulin",
    "vessels": "heart cardi infarct ischem ischaem stroke thromb athero angina coronary embol",
}
_DRUGS = {
    "vaccine": "vaccin bcg- immunization immunisation",
    "many": "inhibitors- blockers- agents- drugs- antagonists- agonists- analogues- therapy- treatment- "
    "medication",
    "antibody": "mab- mabs- cept-",
    "cytotoxic": "nib- nibs- platin- taxel- rubicin- citabine- methotrexate fluorouracil phosphamide",
    "steroid": "sone- solone- solide- corticoid steroid cortisol",
    "antimicrobial": "cillin- mycin- floxacin- cef ceph cycline- antibiotic vir- azole- quine-",
    "hormone": "insulin estr oestr testost progest thyro prolact glucagon hormone gonadotropin calcitonin",
    "mediator": "dopamin adrenalin epinephrin seroton histamin acetylcholine prostagland angiotensin "
    "melatonin oxytocin vasopress bradykinin glutamate",
    "anaesthetic": "caine- flurane- halothane ketamin propofol thiopent barbital-",
    "marker": "99m technet fdg- gadol trizamide- contrast",
    "abused": "cocaine amphetamin alcohol ethanol nicotin morphin heroin opioid",
    "nutrient": "vitamin folic folate ascorb tocopherol retino zinc iron- calcium",
}
_KINDS: Mapping[str, Mapping[str, str]] = {"disease": _DISEASES, "drug": _DRUGS}
# What a drug is called after what it is for, and the diseases that it is for, by parts of their names.
_REMEDIES = {
    "analges": "pain algia ache",
    "anticonvuls antiepilep antiseizure anti-seizure": "epilep seizure convuls",
    "antihypertens": "hypertens",
    "antidepress": "depress",
    "anxiolyt": "anxi",
    "antipsychot": "schizo psycho mania bipolar",
    "antiparkinson": "parkinson",
    "antidiab hypoglycemic hypoglycaemic glucose-lower": "diabet hyperglyc",
    "antiemet": "nausea vomit emesis",
    "antipyret": "fever pyrexia",
    "antimalar": "malaria",
    "antivir": "vir covid influenza hepatitis herpes sars",
    "antiretrovir": "hiv aids",
    "antibiot antibact antimicrob": "infect sepsis pneumon bacter",
    "antitubercul": "tubercul",
    "antifung": "myco fung candid aspergill",
    "antineoplas anticancer anti-cancer antitum": "oma cancer tumor tumour neoplas leuk",
    "antirheum": "arthrit rheum",
    "anti-inflam antiinflam nsaid": "itis inflam",
    "antihistamin": "allerg urticaria rhinit",
    "antipruri": "itch prurit",
    "bronchodilat": "asthma copd pulmonary",
    "antiarrhythm": "arrhythm fibrillat tachycard",
    "antianginal": "angina",
    "antithromb anticoag": "thromb embol stroke fibrillat",
    "laxative": "constip",
    "diuretic": "edema oedema hypertens",
}


def _any_of(parts: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, parts.split())))


_FOR = [(_any_of(drugs), _any_of(diseases)) for drugs, diseases in _REMEDIES.items()]


def _pattern(kinds: Mapping[str, str]) -> re.Pattern[str]:
    groups = (
        f"(?P<{kind}>{'|'.join(part.replace('-', chr(92) + 'b') for part in parts.split())})"
        for kind, parts in kinds.items()
    )
    return re.compile("|".join(groups))


_PATTERNS = {kind: _pattern(kinds) for kind, kinds in _KINDS.items()}


@functools.lru_cache(maxsize=1 << 14)
def kind_of(name: str, entity_type: EntityType) -> str:
    """Return the kind of a name: "tumour", "vaccine"; "other" where none fits, "" for other types."""
    pattern = _PATTERNS.get(entity_type)
    if pattern is None:
        return ""
    found = {match.lastgroup for match in pattern.finditer(name.lower())}
    return next((kind for kind in _KINDS[entity_type] if kind in found), "other")


@functools.lru_cache(maxsize=1 << 14)
def is_remedy(drug: str, disease: str) -> bool:
    """Return whether a class of drugs is called after what it is for, and a disease is that: "analgesics"."""
    drug, disease = drug.lower(), disease.lower()
    return any(drugs.search(drug) and diseases.search(disease) for drugs, diseases in _FOR)
