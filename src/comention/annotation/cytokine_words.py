"""Where the words around a cytokine's name say that something else is meant: a receptor, an ordinary word."""

from __future__ import annotations

import re

from comention.annotation.parts import LIKE_DOMAIN

_DASH = r"\-‐‑–−"  # within a class
# Behind a cytokine: the name of a transcription factor or of the stretch of DNA that it binds.
_REGULATOR = re.compile(
    rf"[\s{_DASH}](?:regulatory factors?|(?:stimulated |stimulation |activated |sensitive )?"
    rf"respons(?:e|ive)[\s{_DASH}](?:elements?|factors?)|consensus sequences?)\b",
    re.I,
)
# Behind MCP and a number: the joints of a finger, "MCP-1 and MCP-2 joints".
_JOINTS = re.compile(r"(?:,?\s(?:and|or|to)\s\S+)?\s(?:joints?|arthroplast\w+)\b")
# Cytokines whose short names are words, too; those that are words of every day count only in a text that
# speaks of cells or molecules.
_ORDINARY = frozenset({"LIGHT", "APRIL", "TRAIL", "TWEAK", "FAS", "RANK", "MIG", "LARC", "MEC"})
_EVERYDAY = frozenset({"LIGHT", "APRIL", "TRAIL", "TWEAK", "MIG"})
_MOLECULAR = re.compile(
    r"(?i)cytokine|chemokine|cells?\b|receptor|ligand|apopto|protein|\bgenes?\b|mrna|express|serum|plasma"
    r"|signal|recombinant|antibod|macrophage|lymphocyte|monocyte|neutrophil|fibroblast|tumou?r necrosis"
    r"|superfamily|polymorphism|\bbind|secret|induc|inhibit|stimulat|interferon|interleukin|\b(?:IL|TNF"
    r"|IFN|CXCL|CCL)\b"
    r"|\b(?:IL|TNF|IFN|CXCL|CCL)-?\d|\bBAFF|HVEM|CXCR3|\bIP-10|knock-?out|mice\b|agonist|levels?\b"
    r"|concentrations?"
    r"|treated with|treatment with|resistance|sensiti|releas|produc|pathway|molecul|immun|inflamm"
    r"|(?-i:\b(?:LIGHT|APRIL|TRAIL|TWEAK|MIG)\b)"
)
_MONTH = (
    r"(?=(?-i:[A-Z]))(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|april|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# Behind such a word, and before it: what makes it the word.
_WORD_BEHIND: dict[str, re.Pattern[str]] = {
    "APRIL": re.compile(
        rf"(?i),?\s(?:19|20)\d\d\b|\s(?:\d{{1,2}}(?:st|nd|rd|th)?(?:,|\s|[.;)]|$)|of (?:19|20)\d\d"
        rf"|(?:to|through|until|till|and|or)\s(?:(?:early|mid|late)[\s-])?{_MONTH}\b)"
        rf"|\s?[–—/-]\s?{_MONTH}\b|\s(?:this|last|that) year\b"
    ),
    "LIGHT": re.compile(
        rf"(?i)[\s{_DASH}/]*(?:(?:and|or|/)\s(?:dark|electron|heavy)|dark|microscop|chain|sources?\b"
        rf"|therap|intensit"
        r"|exposure|scatter|years?\b|cycles?\b|phase|smok|drink|weight|emi(?:ssion|tting)|cur(?:ed|ing)"
        r"|reflex|sheet|adapt|physical|exercise|meals?\b|breakfast|touch"
        r"|duty|work(?:ers?)?\b|rail|aircraft|traffic|bulbs?\b|pollution|perception|sedation|sleep)"
    ),
    "TRAIL": re.compile(
        rf"(?i)[\s{_DASH}]+(?:making|runn|mix\b|maps?\b|cameras?\b|walk|hik|rac(?:e|es|ing)\b|rides?\b"
        rf"|riders?\b"
        r"|bik|markers?\b|pheromone|follow|systems?\b|use\b|users?\b|network|stud(?:y|ies)\b|trial|cohort"
        r"|questionnaire|test\b|tests\b|part [AB]\b|[AB]\b)"
    ),
    "TWEAK": re.compile(
        rf"(?i)[\s{_DASH}]+(?:questionnaire|test\b|screen|scores?\b|scale|instrument|alcohol)"
    ),
    "MIG": re.compile(
        rf"(?i)[\s{_DASH}/]*(?:(?:and|or|/)\s?)?(?:weld|MAG\b|TIG\b|brazing|arc\b|torch|wire|fumes?\b"
        rf"|gas\b|jets?\b"
        r"|fighter|aircraft|pilots?\b|shield)"
    ),
    "LIF": re.compile(
        rf"(?i)[\s{_DASH}]+(?:spectr|detect|imaging|laser|measurement|fluorescence|images?\b|stud(?:y"
        rf"|ies)\b by laser)"
    ),
    "OSM": re.compile(
        rf"(?i)[\s{_DASH}]+(?:maps?\b|data\b|road|street|tiles?\b|polygons?\b|contributors?\b)"
    ),
    "EPO": re.compile(
        rf"(?i)[\s{_DASH}]+(?:patents?\b|capsules?\b|oil\b|plans?\b|insurance|members?\b|enroll?ees?\b"
        rf"|database"
        r"|examiners?\b)"
    ),
    "MIF": re.compile(rf"(?i)[\s{_DASH}]+(?:files?\b|format)"),
    "SCF": re.compile(
        rf"(?i)[\s{_DASH}]+(?:energ|calculations?\b|convergence|procedure|extraction|ubiquitin|E3"
        rf"|complex(?:es)?\b|methods?\b|iterations?|orbitals?|PT2|DFT|cycles?\b|wave ?functions?|theory"
        r"|ligases?\b)"
    ),
    "SPP1": re.compile(
        r"(?i)[\s-](?:bacterio)?phages?\b|\s(?:portal|procapsid|gp\d|virions?|DNA ejection|infection)"
    ),
    "OPN": re.compile(r"(?i)\s(?:NC\b|(?:high[\s-]pressure )?balloons?\b)"),
}
_WORD_BEFORE: dict[str, re.Pattern[str]] = {
    "SCF": re.compile(
        rf"(?i)\b(?:[CR]AS|ASCI|DMRG|MC|self[{_DASH}\s]consistent[{_DASH}\s]field)[{_DASH}(\s]+$"
    ),
    "EPO": re.compile(r"(?i)\beudragit®?\s$"),
    "SPP1": re.compile(r"(?i)phages? $"),
    "APRIL": re.compile(
        rf"(?i)\b(?:since|until|till|(?:early|mid|late|last|next|every|each)[\s{_DASH}]?|{_MONTH}(?:,"
        rf"|\s(?:to|and|through|or)"
        rf"|\s?[{_DASH}–—/])|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?|month of|during)\s?$"
    ),
    "MIG": re.compile(r"(?i)\b(?:TIG|MAG|arc|spot)(?:,|\s(?:and|or)|\s?/)?\s?$"),
    "LIGHT": re.compile(
        r"(?i)\b(?:blue|red|green|white|bright|visible|ultraviolet|UV|dim|polari[sz]ed|infrared|natural"
        r"|room|sun|traffic|laser|ambient|artificial|moderate to|shed(?:s|ding)?|bring(?:s|ing)? to"
        r"|brought to|came to"
        r"|come to)\s$"
    ),
    "TRAIL": re.compile(r"(?i)\b(?:nature|hiking|bike|paper|audit|pheromone|ant|the Color|Color|vapou?r)\s$"),
}
_CAPITALS_BEFORE = re.compile(r"(?<![\w-])[A-Z]{3,}\s$")
_CAPITALS_BEHIND = re.compile(r"\s[A-Z]{3,}(?![\w-])")
# Behind a cytokine, past its short form: what makes it the name of a receptor or a family.
_OF_RECEPTOR = re.compile(
    rf"(?:(?:\s\([^()]{{1,14}}\)|\))[\s{_DASH}](?:(?:types?|type-)[\s{_DASH}]?[\dI]+[\s{_DASH}])?"
    rf"|[\s{_DASH}]types?[\s{_DASH}](?:\d|I{{1,3}})[\s{_DASH}])"
    rf"(?:receptors?(?![\s{_DASH}]+(?:ant)?agonists?)|(?:receptor |ligand )?superfamily"
    r"|binding proteins?)(?!\w)"
    rf"|(?:/TNFR?)?[\s{_DASH}](?:(?:receptor |ligand |cytokine )?superfamily"
    rf"|(?:types?|like)[\s{_DASH}]cytokines?"
    rf"|(?:(?:super)?family )?co-?stimulatory"
    r" (?:molecules?|receptors?|ligands?|members?|family))(?!\w)"
)
# A gene of the other strand: IFNG-AS1.
_ANTISENSE = re.compile(rf"[{_DASH}](?:AS|OT|IT|DT)\d?\b")
_VIRAL = re.compile(rf"(?<![\w{_DASH}])(?:viral|virus[{_DASH}]encoded|EBV|cytomegalovirus|CMV)\s$", re.I)


_BEHIND_CYTOKINE = (
    (_ANTISENSE, "the gene of the other strand"),
    (_REGULATOR, "what a promoter binds"),
    (_OF_RECEPTOR, "a receptor or a family"),
    (LIKE_DOMAIN, "a part of a gene's name"),
)


def other_cytokine(text: str, begin: int, start: int, end: int) -> str | None:
    """Return what the words from `begin` on make of a cytokine's name at `start:end`, if another thing."""
    surface = text[start:end]
    if _VIRAL.search(text, begin, start):
        return "the protein of a virus"
    for pattern, meant in _BEHIND_CYTOKINE:
        if pattern.match(text, end):
            return meant
    if _is_word(text, begin, start, end):
        return "an ordinary word or a joint"
    if surface in _ORDINARY and (
        _CAPITALS_BEFORE.search(text, begin, start) or _CAPITALS_BEHIND.match(text, end)
    ):
        return "a word in capitals"
    return None


def _is_word(text: str, begin: int, start: int, end: int) -> bool:
    """Return whether the words around a cytokine's short name make it an ordinary word."""
    surface = text[start:end]
    behind, before = _WORD_BEHIND.get(surface), _WORD_BEFORE.get(surface)
    if (behind and behind.match(text, end)) or (before and before.search(text, begin, start)):
        return True
    if surface.startswith("MCP") and _JOINTS.match(text, end):
        return True
    return surface in _EVERYDAY and _MOLECULAR.search(text.replace(surface, "")) is None
