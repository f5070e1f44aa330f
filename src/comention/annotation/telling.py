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


# By the concept of a word for any part of the body: the word, what around it tells of one, and the name of
# what is meant then.
_TOLD: dict[str, _Told] = {
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
    r"(?i)(?:\bnon-?diabetic|(?!(?:clin|symptomat|asymptomat|chron|diabet)ic )\b[\w-]+"
    r"(?:ic|al|ous|ed|oid|ular)"
    r"|\b(?:iris|cord|stoma|rectum|disc|mitral|valve|bowel|optic|IgA|membranous|tracheal|bronchial)) $"
)
_REACH = 60
_FAR = 160


def told(text: str, mention: Mention) -> str | None:
    """Return the name of what a word means that any part of the body may have, by the text around it."""
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
