"""Words that tell what a sentence claims, in classes: `raise` (increased, higher), `cause` (led to).

A word is of the class with the longest stem that it begins with. Words of no class count by their first
letters, which put the forms of a word together well enough.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

# class: stems. A stem that ends in "." is a whole word.
_STEMS = {
    "raise": "increas elevat enhanc upregul augment potentiat rais. raised raises raising rise. rises. "
    "rose. risen boost higher high. highest greater overexpress upsurge overproduc heighten "
    "amplif excess",
    "stimulate": "stimul activat promot secret releas produc generat synthes trigger elicit evok induc "
    "facilitat support. drive. drives. driven. driving provok foster",
    "lower": "decreas reduc lower low. lowest diminish declin downregul deplet dampen fall. fell. "
    "drop. dropped fewer less. minimi shorten weaken smaller decrement abat",
    "inhibit": "inhibit block suppress antagoni abolish abrogat neutrali silenc quench counteract impair "
    "disrupt interfer repress curb eliminat eradicat kill hinder limit. limits. limiting "
    "restrict halt delay arrest oppos combat",
    "relieve": "improv ameliorat alleviat attenuat mitigat reliev relief remission remit heal. healed "
    "healing resol cure. cured. curative recover regress antitumor anticancer anti-tumor "
    "anti-inflam antidepress anticonvuls analges palliat lessen controlling subsid",
    "work": "effective effectiveness efficac benefi success promising useful helpful respond respons "
    "superior therapeutic satisfactory favorabl favourabl advantage valuable recommended "
    "indicated approved tolerated safe. safety",
    "protect": "protect prevent prophyla resistan resilien defen guard spare. spared sparing immunity avoid",
    "treat": "treat therap administ receiv manag given. giving gave. injec infus dose. doses. dosing "
    "dosage intravenous oral. orally prescri medicat regimen pretreat adjuvant monotherap "
    "combin supplement using used. use. applied applicat exposed exposure added addition",
    "cause": "caus lead. leads. leading led. result. resulted resulting results. due. develop occur "
    "appear follow after. attribut secondary onset produced precipit induced",
    "harm": "advers toxic complicat poison intoxic overdos hypersens side. withdraw worsen exacerbat "
    "aggravat accelerat deteriorat risk. risks. predispos suscept incidence fatal death. "
    "mortality damage injur event. events. reaction abuse addict depend carcinogen safety",
    "mediate": "mediat contribut pathogen involv role. roles. crucial critical key. pivotal implicat "
    "participat progress invasi metasta prolifer growth. target regulat modulat via. through. "
    "pathway axis signal",
    "require": "requir essential necessar need. needed indispens crucial",
    "deny": "not. no. without. neither. nor. fail never. none. cannot absence absent dispens unaffect "
    "unchanged unalter ineffect negligible independent",
    "differ": "differ similar comparable equal unchanged same. significan",
    "link": "associat correlat relat link predict marker biomarker polymorph genotyp variant diagnos "
    "prognos indicator score. index. connect",
    "study": "stud trial investigat evaluat assess examin determin compar random placebo aim. aims. "
    "aimed purpose objective effect. effects. test. tested testing analy pilot protocol "
    "review hypothe elucidat explor question whether. clarify underw undergo enrol includ "
    "case. report. reported",
    "lose": "deficien knockout knock-out null. lack lacking ablat delet knockdown absence siRNA shrna "
    "disrupt inactivat -/-. +/+. ko.",
    "against": "inhibitor blocker blockade antagonist antibod neutralizing neutralising anti. anti- "
    "antiserum against. monoclonal mab. mabs",
    "reverse": "revers restor rescu normali return recovered",
    "resist": "resist refractor unrespons nonrespons intractable failure",
    "than": "than. versus. vs. compared comparison control. controls. healthy normal. baseline wild- "
    "type sham. untreated vehicle placebo",
    "hedge": "may. might. could. can. suggest possib potential hypothes putativ propos likely perhaps "
    "seem appear. appears presum suspect unclear unknown whether. would. should",
    "people": "patient subject children mice. mouse. rat. rats. women men. adult infant model cohort "
    "group individual volunteer case. cases. rabbits dogs animals human participants",
    "measure": "measur serum plasma level concentr mrna express detect assay elisa content immunoreact "
    "stain urin circulat determined activity quantif protein production secretion",
    "time": "before. after. during. following month week day. days. hour year",
}


def _table() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, stems in _STEMS.items():
        for stem in stems.split():
            found.setdefault(stem.lower(), name)
    return found


_CLASS_OF = _table()
_LONGEST = max(map(len, _CLASS_OF))
_LETTERS = 6

_JOINING = frozenset(
    "the a an is was were are be been has had have which who that but did does or and of in with for by on "
    "to against from after during without via under than as between through following versus vs not "
    "no".split()
)

#: The words of a sentence, and the marks that join or part them.
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*|[,;:()]|[-+]/[-+]|−/−|[-–/]|\d+|[^\W\d_a-z]+")


class Word(NamedTuple):
    """A word: its stem, its class ("" where it has none), and its features at a place ("m>") of a pair.

    `tells` is whether it counts wherever it stands: a word, and none of those that only join others.
    """

    word: str
    stem: str
    cue: str
    at: dict[str, tuple[str, ...]]
    tells: bool


@functools.lru_cache(maxsize=1 << 16)
def classed(word: str) -> Word:
    """Return what is known of a word in lower case; the same word is the same object."""
    stem = word if len(word) <= _LETTERS else word[:_LETTERS]
    cue = _cue(word)
    places: dict[str, tuple[str, ...]] = {
        place + order: (place + stem, f"{place}:{cue}", f"{place}{order}{cue}") if cue else (place + stem,)
        for place in "bmf"
        for order in "<>"
    }
    return Word(word, stem, cue, places, word[0].isalpha() and word not in _JOINING)


def _cue(word: str) -> str:
    if whole := _CLASS_OF.get(f"{word}."):
        return whole
    for length in range(min(len(word), _LONGEST), 2, -1):
        if found := _CLASS_OF.get(word[:length]):
            return found
    return _cue(word.rpartition("-")[2]) if "-" in word and word[-1] != "-" else ""
