"""Which names of cells count: those in no other name, and those that share their last words in a list.

A cell gives way to whatever else has a name there: "T cell lymphoma" is a disease, "mast cell growth
factor" a cytokine, "T cell receptor" a protein. "T and B cells" and "CD4+ and CD8+ T lymphocytes" name two.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from comention.annotation.abbreviations import whole_start
from comention.lexicon.matcher import Match, Matcher
from comention.records import Concept, Mention, Rejected

_DASH = r"\-‐‑–−"  # within a class
_SPACE = rf"[\s{_DASH}/]+"
# Words of a longer name between a cell and what it is a name of: "mast cell growth factor".
_SMALL = r"(?:and|or|with|in|of|by|to|for|via|from|use)\b|express|contain|\w+s\b"
_WITHIN = rf"(?:(?!{_SMALL})[\w{_DASH}/.]+{_SPACE}){{0,2}}?"
# Behind a cell named in the singular: proteins and values that are called after it.
_PROTEIN = re.compile(
    rf"{_SPACE}{_WITHIN}(?:growth factors?\b|factors?\b(?! [A-Z]?\d)|(?:co-?)?receptors?\b|antigens?\b"
    r"|determinants?\b|function[\s-]associated\b|proteins?\b|ligands?\b|integrins?\b|lectins?\b"
    r"|adhesion molecules?\b|epitopes?\b|elastases?\b|esterases?\b|tryptases?\b|chymases?\b|peroxidases?\b"
    r"|kinases?\b|proteases?\b|attenuators?\b|expressed developmentally\b|ha?emoglobin\b|spot\b"
    r"|lipocalin\b|cationic\b|gelatinase\b|linker\b|hybridomas?\b|immunoglobulins?\b|agglutinins?\b"
    r"|globulins?\b)",
    re.I,
)
_GLYCOPROTEIN = re.compile(rf"{_SPACE}(?:glyco|lipo|phospho)proteins?\b")
_DISEASE = re.compile(
    rf"{_SPACE}{_WITHIN}(?:(?:type{_SPACE})?DLBCL\b|leuk(?:a?emia|a?emic|oses|osis)\w*|lymphom\w+|lymphoproliferative\b|sarcom\w+"
    r"|carcinom\w+|cancers?\b|tumou?rs?\b|neoplas\w+|malignan\w+|myelom\w+|histiocytosis\b|mastocytosis\b"
    r"|dyscrasias?\b|adenom\w+|arteritis\b|granulomas?\b|hepatitis\b|esophagitis\b|sedimentation\b"
    r"|distribution width\b|lymphotropic\b)"
)
# What is made of a cell and is not it: "platelet-rich plasma", "red cell concentrate".
_PRODUCT = re.compile(
    rf"{_SPACE}(?:rich (?:plasma|fibrin)|poor plasma|lysates?\b|concentrates?\b|derived growth\b)"
)
# What is done with cells and is called after them: "hematopoietic stem cell transplantation". Cells of the
# connective tissue are given for what they do.
_GRAFT = re.compile(
    r"(?!.*(?:mesenchym|stromal|neural|adipose|MSC|induced|embryonic))"
    r"(?:.*(?:stem|progenitor|ha?ematopoietic|blood|marrow)[\s-]cells?|HSCs?|HSPCs?)",
    re.I,
)
_GRAFTED = re.compile(
    rf"(?:\s?\([^()]{{1,8}}\)|\))?{_SPACE}(?:(?:auto|allo)?transplant(?!ed\b)\w*|(?:allo|auto)?grafts?\b|grafting\b"
    r"|rescue\b|support\b|boosts?\b|donors?\b|donations?\b|transfus(?!ed\b)\w+|HCT\b|SCT\b)"
)
_TRANSFUSED = re.compile(rf"(?:\s?\([^()]{{1,8}}\)|\))?{_SPACE}(?:concentrate\s)?transfus(?!ed\b)\w+")
_OF_BLOOD = re.compile(
    r"platelets?|erythrocytes?|granulocytes?|leu[ck]ocytes?|(?:red|white)(?: blood)? cells?", re.I
)
# A kind of cytokines and not the cells: "Th2 cytokine expression", but not "Th2 cytokines (IL-4, IL-5)".
_HELPER = re.compile(r"Th-?\d{1,2}")
_KIND = re.compile(
    r"(?:\s?(?:/|,|and|or)\s?Th-?\d{1,2})*[\s-](?:type\s)?cytokine\s"
    r"(?:expression|production|profiles?|levels?|balance|milieu|environment|secretion|responses?|genes?"
    r"|ratios?"
    r"|imbalance|patterns?|mRNAs?|concentrations?|release|network|signal\w+|shift|polari[sz]ation|storm)\b"
)
# A vertebra of the chest, or the nerves and what else there is at its height: "Th9-Th12", "C8-Th1".
_VERTEBRA = re.compile(r"Th[\s-]?\d{1,2}")
_SPINE_BEHIND = re.compile(
    rf"\s?(?:[/{_DASH}]|to)\s?(?:Th\s?(?:[3-8]|1[0-2])\b|L\s?\d\b)"
    rf"|[\s{_DASH}](?:vertebra\w*|levels?\b(?! of)|dermatomes?|spinal|spinous|segments?"
    rf"|nerve roots?|laminectom\w+"
    r"|transverse process\w*|roots?\b)"
)
_SPINE_BEFORE = re.compile(
    rf"(?:\b[CTL]\s?\d|\bTh\s?(?:[3-8]|1[0-2]))\s?(?:[/{_DASH}]|to|and)\s?$"
    rf"|\b(?:vertebra|vertebrae|dermatomes?) $"
)
# "CD4- T cells", "CD4(−)CD8(−) T cells": those that lack what is named.
_LACKING = re.compile(r"CD\d+[a-z]?(?:[−⁻–]|\([−–-]\)|-(?=[\s(/)]|CD\d)|\s?neg\b|[\s-]negative)", re.I)
# "CD14 cell surface expression" is of a molecule, "nuclear factor of activated T cells" one itself.
_MARKER = re.compile(r"CD\d+[a-z]?\s(?:positive\s)?cell", re.I)
_SURFACE = re.compile(rf"{_SPACE}surface\b")
_FACTOR_OF = re.compile(
    r"\bfactors?\)?(?: \(NF\))?[\s-](?:of|in|for)(?: the)?(?: (?:activated|stimulated))?[\s-]$", re.I
)
# A ratio of two kinds of cells; the phase of a cell cycle, or the end of a line's name, before a letter.
_RATIO = re.compile(r"CD4\+?\s?/\s?CD8\+? (?:T[\s-])?(?:cells?|lymphocytes?)", re.I)
_LETTER = re.compile(rf"[A-Z][\s{_DASH}]cells?")
_PHASE = re.compile(rf"G\d/$|(?<![\w{_DASH}])(?!CAR|GD|HER)(?!CD\d|IL|TNF)[A-Z]{{2,}}[{_DASH}]?\d+[{_DASH}]$")
# Scores that statistics make of many variables, and forms of crystals.
_COMPONENT = re.compile(r"PC[\s-]?\d{1,2}")
_COMPONENTS = re.compile(r"\bPC\s?1\b|\bPC\s?2\b|\bPCA\b|principal component")
_POLYMORPH = re.compile(r"polymorphs?", re.I)
_CRYSTALS = re.compile(
    r"(?i)crystal|polymorphism|centrosymm|lattice|solvate|metastable|solids?\b|solid[\s-]state|diffraction"
)
# An agency, and cells that kill with complement; cDC are dendritic cells.
_AGENCY = re.compile(r"CDCs?")
# Carbohydrates, which are eaten.
_CHO = re.compile(r"CHO")
_EATEN = re.compile(
    r"\s(?:products?|diets?|intakes?|meals?|drinks?|loading|content|ingestion|oxidation|counting|restricti\w+|foods?"
    r"|beverages?|supplement\w*|periodi[sz]\w+|availability|quality|metabolism|feeding|mouth|gels?|solutions?)\b"
)
_ANTI = re.compile(rf"\b(?:anti|non)[{_DASH}\s]?$", re.I)
# "antithymocyte globulin" is one word; "human leukocyte antigen" and its like.
_PLURAL = re.compile(r"(?:s|cytes|phages|ia)$", re.I)
_JOINT = re.compile(
    rf"(?P<item>[^\s,;:()/]+(?:\([+−-]\))?(?:[{_DASH}][^\s,;:()/]+)?)\s?"
    r"(?:,\s(?:and|or)\s|,\s|/|\s(?:and|or|and/or|but not|to|versus|vs\.?|&)\s)$"
)
# How they end, but for the white space behind them.
_JOINTS = (",", "and", "or", "not", "to", "versus", "vs", "vs.", "&")
_REACH = 48
_FAR = 150
# What shares no word of the cells behind it: organs and fluids, and cells by their whole name.
_NO_MEMBERS = frozenset("blood serum plasma liver spleen lung bone marrow fat skin tissue tissues".split())
_WHOLE = frozenset({"NK"})
#: Items of a list in front of the name that they share, at most.
_ITEMS = 4


def cells_among(
    text: str, cells: Sequence[Match], others: Sequence[Match], rejected: list[Rejected]
) -> list[Match]:
    """Return the names of cells that no other name holds or cuts and that the words around them leave a cell.

    Those that do not count are added to `rejected`. A blocker within a cell's name ("CD4") gives way.
    """
    kept = []
    spans = [(m.start, m.end) for m in others]
    for cell in cells:
        reason = (
            "part of another name"
            if _is_cut(cell.start, cell.end, spans)
            else _another(text, cell.start, cell.end)
        )
        if reason is None:
            kept.append(cell._replace(start=whole_start(text, cell.start, cell.end)))
            continue
        ids = tuple(concept.concept_id for concept in cell.concepts)
        rejected.append(Rejected(cell.start, cell.end, text[cell.start : cell.end], ids, reason))
    return kept


def standing(cells: Sequence[Mention], others: Sequence[Mention]) -> list[Mention]:
    """Return the mentions of cells that no other mention holds or cuts."""
    if not cells:
        return []
    spans = sorted((m.start, m.end) for m in others)
    return [m for m in cells if not _is_cut(m.start, m.end, spans)]


def _is_cut(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Return whether a span touches another one otherwise than by holding it and more."""
    near = bisect.bisect_left(spans, (end, 0))
    for other_start, other_end in reversed(spans[max(0, near - 8) : near]):
        if other_end > start and not (
            start <= other_start and other_end <= end and (start, end) != (other_start, other_end)
        ):
            return True
    return False


def _another(text: str, start: int, end: int) -> str | None:
    """Return what the words around the name of a cell make of it where it is none; else None."""
    surface = text[start:end]
    single = not _PLURAL.search(surface)
    if _LACKING.search(surface):
        meant = "cells that lack what is named"
    elif _ANTI.search(text, max(0, start - 6), start):
        meant = "an antibody or an opposite"
    elif found := _no_cell(text, start, end):
        meant = found
    elif _MARKER.fullmatch(surface) and _SURFACE.match(text, end):
        meant = "a molecule of its surface"
    elif single and _DISEASE.match(text, end):
        meant = "a disease"
    elif _is_done(text, surface, end):
        meant = "a procedure"
    elif _HELPER.fullmatch(surface) and _KIND.match(text, end):
        meant = "a kind of cytokines"
    elif (
        _FACTOR_OF.search(text, max(0, start - _REACH), start)
        or _GLYCOPROTEIN.match(text, end)
        or (single and (_PROTEIN.match(text, end) or _PRODUCT.match(text, end)))
    ):
        meant = "a protein or a product"
    else:
        return None
    return f"the words around it mean {meant}"


def _no_cell(text: str, start: int, end: int) -> str | None:
    """Return what is written like a short name of a cell and is none."""
    surface = text[start:end]
    if _VERTEBRA.fullmatch(surface) and (
        _SPINE_BEHIND.match(text, end) or _SPINE_BEFORE.search(text, max(0, start - 24), start)
    ):
        return "a part of the spine"
    if (
        "/" in surface
        and _RATIO.fullmatch(surface)
        and "ratio" in text[max(0, start - 24) : end + 24].lower()
    ):
        return "a ratio"
    if _LETTER.match(surface) and _PHASE.search(text, max(0, start - 12), start):
        return "a phase or a line of cells"
    if _AGENCY.fullmatch(surface):
        return "an agency"
    if _CHO.fullmatch(surface) and _EATEN.match(text, end):
        return "what is eaten"
    near = max(0, start - _FAR), end + _FAR
    shapes = (
        (_COMPONENT, _COMPONENTS, "a principal component"),
        (_POLYMORPH, _CRYSTALS, "a form of a crystal"),
    )
    return next(
        (what for name, told, what in shapes if name.fullmatch(surface) and told.search(text, *near)), None
    )


def _is_done(text: str, surface: str, end: int) -> bool:
    """Return whether cells are what a procedure is called after: "red blood cell transfusion"."""
    if _OF_BLOOD.fullmatch(surface):
        return _TRANSFUSED.match(text, end) is not None
    return _GRAFTED.match(text, end) is not None and _GRAFT.fullmatch(surface) is not None


def _may_be_joined(text: str, start: int) -> bool:
    """Return whether a joint can end at a place, by its last characters; the search costs more."""
    last = text[start - 1 : start]
    return last == "/" or (last.isspace() and text.endswith(_JOINTS, 0, start - 1))


def shared_cells(text: str, cells: Sequence[Match], matcher: Matcher) -> Iterator[tuple[int, int, Concept]]:
    """Yield the cells of lists that share the words of the last: "T" of "T and B cells"."""
    taken = [(m.start, m.end) for m in cells if not m.needs_definition]
    for cell in cells:
        start, words = cell.start, text[cell.start : cell.end].replace("-", " ").split()
        for _ in range(_ITEMS if len(words) > 1 else 0):
            if not _may_be_joined(text, start):
                break
            found = _JOINT.search(text, max(0, start - _REACH), start)
            if found is None:
                break
            begin, stop = found.span("item")
            if any(b < stop and begin < e for b, e in taken):
                start = begin
                continue
            meant = _meant(text[begin:stop], words, matcher)
            if meant is None:
                break
            for concept in meant.concepts:
                yield begin, stop, concept
            start = begin


def _meant(item: str, words: Sequence[str], matcher: Matcher) -> Match | None:
    """Return what an item means with the last words of a name, the most of them that make one."""
    if item.lower() in _NO_MEMBERS and (item.lower() != "plasma" or "blood" in words):
        return None
    for first in range(len(words) - 1 if item in _WHOLE else 1, len(words)):
        name = f"{item} {' '.join(words[first:])}"
        match = matcher.meaning_of(name, cells=True)
        if match is not None and not match.needs_definition and not _LACKING.search(name):
            return match
    return None
