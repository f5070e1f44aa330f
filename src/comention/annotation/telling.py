"""What a word that any part of the body may have says where the text around it tells which.

"Neuropathy" beside the retinopathy of diabetes is a diabetic one, and a "depression" with a score a symptom.
"""

from __future__ import annotations

import re

from comention.records import Mention

_Told = tuple[re.Pattern[str], re.Pattern[str] | None, str]


def _of_diabetes(word: str, others: str, name: str) -> _Told:
    """Return the row of a complication of diabetes, which its other complications beside it tell."""
    around = rf"(?i)diabet.*\b(?:{others})path|\b(?:{others})path.*diabet"
    return re.compile(rf"(?i){word}"), re.compile(around), name


_OPIOIDS = "(?:opioids?|opiates?|fentanyl|heroin|methadone|oxycodone|morphine|codeine|tramadol)"
_ALLERGENS = (
    r"(?:penicillins?|amoxicillin|antibiotics?|beta-lactams?|β-lactams?|cephalosporins?|aspirin|NSAIDs?"
    r"|sulfonamides?|sulpha|sulfa|carboplatin|paclitaxel|vancomycin|quinolones?|asparaginase)"
)
_TO_NERVES = (
    r"(?:chemotherapy|oxaliplatin|paclitaxel|docetaxel|taxane|vincristine|bortezomib|cisplatin|platinum"
    r"|thalidomide|isoniazid|linezolid|solvent|acrylamide)"
)
# By the concept of a word for any part of the body: the word, what around it tells of one, and the name of
# what is meant then.
_TOLD: dict[str, _Told] = {
    "MESH:D012128": (
        re.compile(r"(?i)(?:idiopathic )?respiratory distress syndromes?|RDS"),
        re.compile(
            r"(?is)\A(?!.*(?:\badults?\b|\bARDS\b|acute respiratory distress))"
            r".*(?:\bpre-?term|\bprematur|neonat|newborn|birth[ -]?weight|gestational age"
            r"|\binfants?\b|surfactant therapy)"
        ),
        "newborn respiratory distress syndrome",
    ),
    "MESH:D011391": (
        re.compile(r"(?i)prolapses?"),
        re.compile(
            r"(?i)pelvic (?:floor|organ|reconstruct)|\bvagin|\buter(?:us|ine|o)|cystocele|rectocele|urogyn"
            r"|colpo|(?-i:\bPOP\b)"
        ),
        "pelvic organ prolapse",
    ),
    "MESH:D005402": (
        re.compile(r"(?i)fistulas?|fistulae?"),
        re.compile(
            r"(?i)\banal\b|\banus|perianal|cryptoglandular|sphincter-|transsphinct|\bseton|fistulotomy"
        ),
        "rectal fistula",
    ),
    "MESH:D001927": (
        re.compile(r"(?i)encephalopathy"),
        re.compile(r"(?i)ascites|varice|cirrho|hepatorenal|decompensat|(?-i:\bTIPS\b)"),
        "hepatic encephalopathy",
    ),
    "MESH:D009422": _of_diabetes("neuropath(?:y|ies)", "retino|nephro", "diabetic neuropathies"),
    "MESH:D010523": _of_diabetes(
        "(?:peripheral )?neuropath(?:y|ies)", "retino|nephro", "diabetic neuropathies"
    ),
    "MESH:D001342": (
        re.compile(r"(?i)(?:(?:cardiac|cardiovascular) )?autonomic neuropath(?:y|ies)"),
        re.compile(r"(?i)diabet"),
        "diabetic neuropathies",
    ),
    "MESH:D012164": _of_diabetes("retinopath(?:y|ies)", "neuro|nephro", "diabetic retinopathy"),
    "MESH:D007674": _of_diabetes("nephropath(?:y|ies)", "neuro|retino", "diabetic nephropathies"),
    "MESH:D014456": (
        re.compile(r"(?i)ulcers?"),
        re.compile(
            r"(?i)gastroduoden|gastro-?o?esophag|gastroduodenoscop|Helicobacter|\bH\. pylori|gastroprotect"
            r"|pylor"
        ),
        "peptic ulcer",
    ),
    "MESH:D003866": (
        re.compile(r"(?i)depression"),
        None,
        "depressive symptoms",
    ),
    "MESH:D006548": (
        re.compile(r"(?i)diaphragmatic hernias?"),
        re.compile(
            r"(?i)\bf(?:o?e)tus|\bfo?etal\b|neonat|newborn|congenital|prenatal|antenatal|(?-i:\bCDH\b)"
        ),
        "congenital diaphragmatic hernia",
    ),
    "MESH:D008413": (
        re.compile(r"(?i)mastitis"),
        re.compile(r"(?i)\bdairy\b|\bcows?\b|\bbovine\b|\bcattle\b|\budders?\b|\bheifers?\b"),
        "bovine mastitis",
    ),
    "MESH:D002137": (
        re.compile(r"(?i)calcul(?:us|i)"),
        re.compile(r"(?i)\bdental\b|\bteeth\b|\bcaries\b|gingiv|periodont|\bplaque index"),
        "dental calculus",
    ),
    "MESH:D004487": (
        re.compile(r"(?i)hydrops"),
        re.compile(r"(?i)\bf(?:o?e)tus|\bfo?etal\b|pregnan|\bIUGR\b|prenatal|gestation"),
        "hydrops fetalis",
    ),
    "MESH:D007238": (
        re.compile(r"(?i)infarct(?:ions?|s|ed)?"),
        re.compile(
            r"(?is)\A(?!.*(?:\bbrain|cerebr|stroke|hemispher|\bMCA|pulmonary|renal|kidney|splen|lacun"
            r"|white matter|silent"
            r"|\bbone|placent|oment|bowel|retina))"
            r".*(?:myocardi|\bcardiac|\bcoronar|\bheart\b)"
        ),
        "myocardial infarction",
    ),
    "MESH:D006973": (
        re.compile(r"(?i)hypertensive (?:disorders?|diseases?)"),
        re.compile(r"(?i)pregnan|eclampsia|\bgestation|\bobstetric"),
        "pregnancy-induced hypertension",
    ),
}
# Of liver injury, which curators take for one by drugs.
_BY_ALCOHOL: _Told = (
    re.compile(r"(?i)(?:liver|hepatic) (?:injur(?:y|ies)|damages?|diseases?)"),
    re.compile(r"(?i)\b(?<!non-)(?<!non )(?:alcohol|ethanol)\)?[ -](?:induced|related|mediated) (?:\w+ )?\|"),
    "alcoholic liver diseases",
)
# As before, but what tells it stands right beside the word, which is marked by a bar at either side.
_BESIDE: dict[str, _Told] = {
    "MESH:D062787": (
        re.compile(r"(?i)overdos(?:es?|ing)"),
        re.compile(
            rf"(?i)\b{_OPIOIDS}[ -](?:\w+[ -]){{0,2}}\|"
            rf"|\|[^|]*\| (?:deaths? )?(?:of|on|by|from|involving|with) (?:\w+ )?{_OPIOIDS}"
        ),
        "opiate overdose",
    ),
    "MESH:D006967": (
        re.compile(
            r"(?i)allerg(?:y|ies)|allergic reactions?|hypersensitivity(?: reactions?)?|hypersensitivities"
        ),
        re.compile(rf"(?i)\b{_ALLERGENS} \||\|[^|]*\| to {_ALLERGENS}\b"),
        "drug allergy",
    ),
    "MESH:D003920": (
        re.compile(r"(?i)diabet(?:es|ic)(?: mellitus)?"),
        re.compile(r"(?i)(?:streptozotocin|streptozocin|\bSTZ|alloxan)\)?[ -]induced (?:\w+ )?\|"),
        "experimental diabetes mellitus",
    ),
    "MESH:D001943": (
        re.compile(r"(?i)mammary .*"),
        re.compile(
            r"(?i)(?:DMBA|anthracene|MNU|NMU|nitrosourea|MMTV)\)?[ -]induced (?:\w+ )?\|"
            r"|\|[^|]*\| (?:in|of) (?:\w+ )?(?:rats|mice)\b"
        ),
        "experimental mammary neoplasms",
    ),
    "MESH:D001168": (
        re.compile(r"(?i)arthritis"),
        re.compile(
            r"(?i)(?:zymosan|carrageenan|pristane|(?-i:\bCFA)|(?-i:\bFCA)|(?-i:mBSA)|adjuvant|antigen|collagen"
            r"|serum)\)?[ -]induced \|"
        ),
        "experimental arthritis",
    ),
    "MESH:D008107": _BY_ALCOHOL,
    "MESH:D056486": _BY_ALCOHOL,
    "MESH:D009422": (
        re.compile(r"(?i)neuropath(?:y|ies)"),
        re.compile(rf"(?i){_TO_NERVES}\)?[ -](?:induced|related) (?:\w+ )?\|"),
        "peripheral nervous system diseases",
    ),
    "MESH:D007246": (
        re.compile(r"(?i)infertil(?:ity|e)"),
        re.compile(r"(?i)\b(?:women|females?) with (?:\w+ )?\||\|[^|]*\| (?:in )?(?:women|females?)\b"),
        "female infertility",
    ),
}
# Around "depression": what tells that its signs are counted, and no illness is diagnosed.
_AND_MORE = (
    r"(?:(?:,? and |,? or |, |/|-)(?:anxiety|stress|fatigue|pain|sleep\w*|insomnia|somati\w+|anger"
    r"|distress|loneliness"
    r"|PTSD|burnout|irritability|worry|quality of life)(?: \([A-Z-]{1,6}\))?){0,4}"
)
_COUNTED_BEHIND = re.compile(
    rf"(?i)\)?{_AND_MORE}[ -](?:sub)?(?:symptom\w*|scor(?:es?|ing)|levels?|severity|ratings?)\b"
)
_COUNTED_BEFORE = re.compile(
    r"(?i)(?:HADS(?:-D)?|PHQ-?9|BDI(?:-II)?|CES-?D|GDS|EPDS|DASS(?:-21)?|symptoms of|levels? of"
    r"|scores? (?:for|of|on)|severity of"
    r"|feelings of)(?: \()?(?: (?:anxiety|stress|fatigue|distress)(?:, | and |/| or )){0,3} ?$"
)
# Right before the word: what says of which part it is, or due to what, whatever stands farther off.
_ITS_OWN = re.compile(
    r"(?i)(?:\bnon-?diabetic|(?!(?:(?:clin|symptomat|asymptomat|chron|diabet)ic|(?:sub)?clinical|isolated"
    r"|(?:(?:left|right)[- ])?sided) )\b[\w-]+"
    r"(?:ic|al|ous|ed|oid|ular)"
    r"|\b(?:iris|cord|stoma|rectum|disc|mitral|valve|bowel|optic|IgA|membranous|tracheal|bronchial)) $"
)
_REACH = 60
_NEAR = 40
_FAR = 160


def told(text: str, mention: Mention) -> str | None:
    """Return the name of what a word means that any part of the body may have, by the text around it."""
    if (row := _BESIDE.get(mention.concept_id)) and row[0].fullmatch(text, mention.start, mention.end):
        start, end = mention.start, mention.end
        beside = f"{text[max(0, start - _NEAR) : start]}|{text[start:end]}|{text[end : end + _NEAR]}"
        if row[1] and row[1].search(beside):
            return row[2]
    if not (row := _TOLD.get(mention.concept_id)) or not row[0].fullmatch(text, mention.start, mention.end):
        return None
    _, around, name = row
    if around is None:
        counted = _COUNTED_BEHIND.match(text, mention.end) or _COUNTED_BEFORE.search(
            text, max(0, mention.start - _REACH), mention.start
        )
        return name if counted else None
    begin = max(0, mention.start - _FAR)
    if _ITS_OWN.search(text, begin, mention.start):
        return None
    near = text[begin : mention.end + _FAR]
    return name if around.search(near) else None
