"""Titles that a name in capitals is a part of: of bodies, questionnaires, journals, studies and projects.

"National Cancer Institute" has no cancer, "the ISCHEMIA trial" no ischemia.
"""

from __future__ import annotations

import re

from comention.annotation.document import word_before

_DASH = r"\-‐‑–−"  # within a class
_REACH = 24
_NAME_REACH = 80

# Behind a disease in capitals: what makes it the name of a body.
_BODY = re.compile(
    r"(?:['’]s?)?\s(?:(?:and|&)\s[A-Z]\w+\s)?"
    r"(?:[A-Z]\w+\s(?=(?:Foundation|Society|Association)\b)|international\s)?"
    r"(?:(?:(?:and|&|of|for|in)\s)?(?:Research|Clinical|Academic|Treatment|Stud(?:y|ies)|Care|Control"
    r"|Prevention|Epidemiology|Prognosis|Genomes?|Genomics|Surveillance|Statistics|Imaging|Registry"
    r"|Biology|Education|Quality|Outcomes?|Genetics?|Comprehensive|Cooperative)\s){0,3}(?:Institutes?"
    r"|Society|Societies|Foundation|Association"
    r"|Cent(?:er|re)s?"
    r"|Federation"
    r"|Clinics?|Departments?|Units?|Wards?|Divisions?|Service|Registr(?:y|ies)|Research Laborator(?:y|ies)"
    r"|UK|USA|Australia|Canada|Europe|Ireland|New Zealand|International"
    r"|Organi[sz]ation|Network|Alliance|Consortium|Initiative|Hospital|Council|Committee|League|Agency|Trust"
    r"|Research UK|Genome Atlas|Control and Prevention|Campaign|Academy|College"
    r"|[Cc]onference|Congress|Symposium|Workshop|published by Wiley"
    r"|Laborator(?:y|ies)|Task Force|Program(?:me)?|Biobank|Partnership|Coalition|Union|Fund|Venture"
    r"|Relief|Charity"
    r"|Day|Awareness (?:Day|Week|Month)|Museum|Department of Health"
    r"|Board|(?:(?:Interest|Working|Study|Oncology|Advisory"
    r"|Steering"
    r"|Support|Advocacy|Patient|Expert|Consensus|Trials?|Intergroup|Cooperative) )?Group|Collaborati(?:on|ve)"
    r"|Trialists)\b"
    r"|:? Improving Global Outcomes\b"
)
# Behind a disease in capitals within plain text: what makes it the name of a study, a programme or a score.
_PROJECT = re.compile(
    rf"(?:[{_DASH}][A-Z]\w+)?(?: (?!Using|With|From|Among|Based|After|During|Treated"
    rf"|Versus)[A-Z][\w'’{_DASH}]*(?: (?:of|and|for|in|the"
    rf"|&))*){{0,4}}? (?:\([A-Z][\w{_DASH}]{{1,11}}\) )?"
    r"(?:Stud(?:y|ies)|Trials?|Project|Survey|Cohort|Evaluation|Assessment|Challenge|Initiative|Database"
    r"|Registry"
    r"|Atlas|Act|Consensus Conference|(?:Staging|Scoring|Grading|Terminology|Classification|Reporting) System"
    r"|Capsules?|Granules?|Tablets?|Pills?|Decoctions?|Formula|Oral Liquid|Tools?|Apps?|Model Systems?"
    r"|Ontolog(?:y|ies)|Composite|Screen|Scale|Rehabilitation Therapy"
    r"|Evolution)\b"
)
# A word of plain text: in a title of capitals none of so many letters is small, but for these.
_PLAIN = re.compile(
    r"\b(?:was|were) [a-z]"
    r"|(?<![\w-])(?!(?:among|after|under|using|during|between|versus|within|without|through|against|before"
    r"|about|their"
    r"|across|towards?|beyond|until|since|which|where)\b)[a-z]{5,}\b"
)
_PLAIN_REACH = 60
# Where a sentence or a title ends.
_STOP = re.compile(r"[.?!]\s|\n")
# … and before it: "Department of Infectious Diseases".
_OF_BODY = re.compile(
    r"\b(?:(?:Departments?|Divisions?|Institutes?|Cent(?:er|re)s?|Clinics?|Units?|Sections?|Faculty"
    r"|Society|Journal|Schools?|Chairs?|Hospitals?|Museums?|Ministry|Agency"
    r"|Associations?|Foundations?|Leagues?|Networks?|Colleges?|(?:Working|Study|Expert) Groups?|Task Forces?"
    r"|Committees?|Councils?|Congress|Organi[sz]ations?|Agency|Registry)"
    r" (?:of|for|on|[Aa]gainst)"
    r"|(?:Funds?|Unions?|Coalitions?|Partnerships?|Alliances?|Campaigns?|Programmes?|Programs?|Commission)"
    r" (?:[Oo]n|[Aa]gainst|[Tt]o (?:[Ff]ight|[Ee]nd|[Ss]top|[Cc]ombat|[Ee]liminate|[Ee]radicate|[Cc]ure))"
    r"|(?:Conferences?|Initiatives?) (?:of|for|on|in)) (?:the )?"
    r"(?:(?:(?:[Ss]tudy|[Rr]esearch|[Tt]reatment|[Pp]revention|[Cc]ontrol)(?:,? (?:and |& )?)){1,3}(?:of|on"
    r"|in|into) (?:the )?)?"
    r"(?:[A-Z]\w+,? (?:and |& )?){0,4}$"
)
# … in plain text, with a word of capitals of its own: "International Registry of Acute Aortic Dissection".
_OF_GROUP = re.compile(
    r"\b(?!(?:Randomi[sz]ed|Controlled|Clinical|Phase|I{1,3}[ab]?|IV|Cohort|Pilot|Multicent\w+|Prospective"
    r"|Retrospective|Case|Observational|Open|Cross\S*|Comparative|Label|Blind\w*|Feasibility|Preliminary"
    r"|Experimental|Descriptive|Longitudinal|Population\S*|Our|This|The|A) )"
    r"[A-Z][\w-]+ (?:Conference|Initiative|Registry|Consortium|Alliance|Inventory|Interview|Schedule"
    r"|Index(?= for)|Rating Scale|Questionnaire|Symposium|Workshop|Database|Survey|Trial|Study)"
    r" (?:of|for|in|on|to|against) (?:the )?"
    r"(?:[A-Z]\w+,? (?:and |& |in )?){0,3}$"
)
# Before a word in capitals, and behind it: the title of a journal, "J Neuroinflammation".
_JOURNAL = re.compile(r"\bJ\.? (?:[A-Z][a-z]+\.? ){0,2}$|\bThe year \d{4} in $")
_VOLUME = re.compile(r",? [Vv]ol(?:ume|\.)? \d|,? \d{1,4} ?\((?:19|20)\d\d\)|\.? (?:19|20)\d\d ?; ?\d")
# Behind a disease in capitals: what makes it the name of a questionnaire or a scale.
_INSTRUMENT = re.compile(
    r"(?:[\s-]\d{1,2})?(?: Scale| Questionnaire)? \((?!ICD)[A-Z]{2,5}-\d{1,2}\)|-\d \([A-Z]{2,6}\)"
    r"|[\s-]\d{1,2}(?:-item)? (?:[Ss]cores?|[Ss]cales?|[Ii]tems?|[Qq]uestionnaires?)\b"
    rf"|[{_DASH}](?:NRS|VAS|VRS|Q(?:[Oo]L)?|SSS|RS)(?![\w{_DASH}])"
    rf"|(?:[{_DASH}][A-Z]{{2,}})?(?:,? (?:[A-Z&][\w'’-]*|\d{{1,2}}-[Ii]tem|and|of|for|in|the"
    rf"|to)){{0,5}}[\s-](?:Questionnaires?|Scales?"
    r"|Inventor(?:y|ies)"
    r"|Ind(?:ex|ices)|Checklists?|Surveys?|Interviews?|Instruments?|Screeners?|Score"
    r"|Assessment (?:Methods?|Tools?)|(?:Identification|Screening) (?:Tests?|Tools?)"
    r"|Impact Tests?|Control (?:Tests?|Questionnaires?)|Disability Assessments?|Taxonom(?:y|ies))\b"
)
# Before a disease in capitals, likewise: "Response Evaluation Criteria in Solid Tumors".
_OF_INSTRUMENT = re.compile(
    r"\b(?:(?:Evaluation Criteria in|Classification of) (?:[A-Z]\w+ )?"
    r"|Functional Assessment of (?:[A-Z]\w+ ){0,2}(?:for )?)$"
)
# Behind a word in capitals: what makes it the name of a study, "the ISCHEMIA trial".
_STUDIED = re.compile(r"\s(?:trials?|stud(?:y|ies)|registry|cohort|investigators)\b")
_SHORTEST_WORD = 6
# The small words that a longer name of a body, an instrument or a journal has right before a disease.
_SMALL_WORDS = frozenset("of in for on against the and into".split())


def title_around(text: str, start: int, end: int) -> str | None:
    """Return what a disease in capitals is a part of the name of."""
    ends = _ends_name(text, start)
    begin = max(0, start - _NAME_REACH)
    if _BODY.match(text, end) or (ends and _OF_BODY.search(text, begin, start)):
        return "the name of a body"
    # A name with a number is no questionnaire's: "Coronavirus disease 2019 (COVID-19)".
    if (not text[end - 1].isdigit() and _INSTRUMENT.match(text, end)) or (
        ends and _OF_INSTRUMENT.search(text, begin, start)
    ):
        return "a questionnaire or a scale"
    if (ends and _JOURNAL.search(text, max(0, start - _REACH), start)) or _VOLUME.match(text, end):
        return "the title of a journal"
    if is_study(text, start, end):
        return "the name of a study"
    project = _PROJECT.match(text, end) or (ends and _OF_GROUP.search(text, begin, start))
    if project and is_plain(text, start, end):
        return "the name of a study"
    return None


def is_study(text: str, start: int, end: int) -> bool:
    """Return whether a whole word in capitals is what a study is called: "the ISCHEMIA trial"."""
    word = text[start:end]
    is_word = len(word) >= _SHORTEST_WORD and word.isalpha() and word.isupper()
    return is_word and _STUDIED.match(text, end) is not None


def is_plain(text: str, start: int, end: int) -> bool:
    """Return whether a name in capitals stands in plain text, not in a title where all words have them."""
    before = _STOP.split(text[max(0, start - _PLAIN_REACH) : start])[-1]
    behind = _STOP.split(text[end : end + _PLAIN_REACH], maxsplit=1)[0]
    return _PLAIN.search(before) is not None or _PLAIN.search(behind) is not None


def _ends_name(text: str, start: int) -> bool:
    """Return whether a longer name may end in what begins at `start`, by the word before it."""
    word = word_before(text, start)
    return word in _SMALL_WORDS or not word.islower()
