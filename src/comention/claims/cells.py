"""What a sentence says of a cell and a cytokine: that the one makes the other, or is acted on by it.

A sentence becomes a line of words in which the two names are `X`, the cell, and `Y`, the cytokine; other
cells are `C`, other cytokines `K`, and names of other types `O`. A list of names of one type is one name, and
what stands in brackets is left out unless one of the two does. Constructions are patterns over that line, in
order: the first that fits decides. No model is asked: there are too few labelled pairs of these types.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple, cast

from comention.claims.features import Layout
from comention.records import ClaimWord, Mention

#: Raised with every change of the constructions.
VERSION = 1

#: The score of a claim by construction, and of `none` where no construction fits: shares that were right of
#: the pairs read when they were written, rounded, which is no measure of others.
FITS, NOTHING = 0.85, 0.8

_WORD = re.compile(r"[-‐‑–−]/[-‐‑–−]|[^\W\d_]+(?:['’]s\b)?|\d+(?:\.\d+)?|[-+/,;:()\[\]]|±|[‐‑‒–—−]|[^\w\s]")
_SAME = dict.fromkeys("‐‑‒–—−", "-") | {"[": "(", "]": ")"}
_JOINS = frozenset(", and or / & ( ) - + plus as well both also nor like such including versus".split())
_PARTING = frozenset({",", "and", "or", "/", "&", "-"})
_REACH, _UNKNOWN = 8, 2  # tokens between two names of a list, and words of them that join nothing
_MARKS = {"cell": "C", "cytokine": "K"}


class Said(NamedTuple):
    """A claim and the span in the text of the word that decides, if any does."""

    claim: ClaimWord
    cue: tuple[int, int] | tuple[None, None]


class _Token(NamedTuple):
    word: str
    start: int
    end: int


def said(layout: Layout, cell: Mention, cytokine: Mention) -> Said:
    """Return what a sentence says of a cell and a cytokine that it names at these spans."""
    tokens = _without_asides(_joined(_tokens(layout, cell, cytokine)))
    line = "".join(f"{token.word} " for token in tokens)
    for claim, pattern in _constructions():
        if (found := pattern.search(line)) is None:
            continue
        if cytokine.modifier == "deficient" and claim == "made_by":
            return Said("none", (None, None))
        if claim != "associated" and _denied(line, found):
            return Said("none", (None, None))
        return Said(claim, _span(tokens, line, found))
    return Said("none", (None, None))


def _span(tokens: Sequence[_Token], line: str, found: re.Match[str]) -> tuple[int, int]:
    first = line.count(" ", 0, found.start("cue"))
    last = line.count(" ", 0, found.end("cue"))
    return tokens[first].start, tokens[last].end


def _tokens(layout: Layout, cell: Mention, cytokine: Mention) -> list[_Token]:
    """Return the words of a sentence in lower case, and its names as marks."""
    found: list[_Token] = []
    own = {(cell.start, cell.end): "X", (cytokine.start, cytokine.end): "Y"}
    # a name that holds one of the two, or lies in it, is none beside it
    names = [
        (start, end, own.get((start, end)) or _MARKS.get(kind, "O"))
        for start, end, kind in layout.names
        if (start, end) in own or not any(start < e and s < end for s, e in own)
    ]
    names += [(*span, mark) for span, mark in own.items() if (*span, mark) not in names]
    at = layout.sentence.start
    for start, end, mark in sorted(names):
        found += _words(layout.text, at, start)
        found.append(_Token(mark, start, end))
        at = end
    return found + _words(layout.text, at, layout.sentence.end)


def _words(text: str, begin: int, end: int) -> list[_Token]:
    return [
        _Token(_SAME.get(m[0], m[0].lower()), *m.span()) for m in _WORD.finditer(text, begin, max(begin, end))
    ]


def _joined(tokens: Sequence[_Token]) -> list[_Token]:
    """Return the tokens, each list of names of one type as one: that of the pair where it is in the list."""
    found: list[_Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = at + 1
        while token.word in _SORTS and (behind := _next(tokens, end, token.word)):
            token = token._replace(word=min(token.word, tokens[behind].word, key="XYCKO".index))
            end = behind + 1
        if end > at + 1 and end < len(tokens) and tokens[end].word == ")" and _open(tokens[at:end]):
            end += 1
        found.append(token)
        at = end
    return found


_SORTS = {"X": "XC", "C": "XC", "Y": "YK", "K": "YK"}


def _next(tokens: Sequence[_Token], at: int, mark: str) -> int | None:
    """Return where the next name of a list stands: of the same type, with little but what joins between."""
    unknown = 0  # words that a name may begin with ("and human monocytes"), or a member that nobody knows
    for i in range(at, min(at + _REACH, len(tokens))):
        word = tokens[i].word
        if word in _SORTS[mark]:
            return i
        if word in _JOINS:
            continue
        unknown += 1
        begins = i > at and (tokens[i - 1].word in _PARTING or tokens[i - 1].word not in _JOINS)
        if not begins or unknown > _UNKNOWN or _NO_NAME.fullmatch(word):
            return None
    return None


def _open(tokens: Sequence[_Token]) -> bool:
    words = [token.word for token in tokens]
    return words.count("(") > words.count(")")


def _without_asides(tokens: Sequence[_Token]) -> list[_Token]:
    """Return the tokens without what stands in brackets, unless one of the two does; no bracket is left."""
    found: list[_Token] = []
    opened: list[int] = []
    for token in tokens:
        if token.word == "(":
            opened.append(len(found))
        elif token.word == ")":
            if opened:
                begin = opened.pop()
                if not any(inner.word in "XY" for inner in found[begin:]):
                    del found[begin:]
        else:
            found.append(token)
    return found


# Parts of the patterns. Those in the table that may be missing end with the space behind their last word.
_STOPS = (
    "of|in|with|for|by|on|to|against|from|after|during|without|via|under|than|between|and|or|but|through|"
    "following|versus|is|are|was|were|be|been|being|has|have|had|did|do|does|not|no|can|may|could|might|will|"
    "would|which|that|who|whose|when|while|whereas|where|if|as|into|within|upon|among|because|although"
)
_ADJECTIVE = rf"(?!(?:{_STOPS}|[XYCK]) )[\w+/'-]+ "
_MAKE = (
    "(?:re - |co - |re|co|over|hyper)?(?:(?:produc|secret|releas|synthesi[sz]|generat|elaborat|upregulat)"
    "(?:e|es|ed|ing)|up - regulat(?:e|es|ed|ing)|express(?:es|ed|ing)?)"
)
_OUTPUT = (
    "(?:over|hyper|co - |re )?(?:production|secretion|expressions?|release|synthesis|biosynthesis|generation|"
    "output|transcription|transcripts?|mrnas?|upregulation)"
)
_GIVEN = (
    "(?:pre - |re - |co - |pre|re|co)?(?:treated|stimulated|incubated|cultured|exposed|challenged|primed|"
    "activated|induced|polari[sz]ed|differentiated|conditioned|pulsed|matured|expanded|differentiation|"
    "inducted|cultivated|supplemented|maintained|grown|insulted|injured|licensed|triggered|driven|mediated|"
    "evoked|elicited|dependent|responsive|provoked|generated|costimulated|enhanced|promoted)"
)
_GIVING = (
    "(?:pre - |re - |co - |pre|re|co)?(?:treatments?|stimulations?|incubations?|cultures?|exposures?|"
    "challenges?|priming|activation|induction|administration|supplementation|polari[sz]ation|culturing|"
    "treating|stimulating|incubating|exposing)"
)
_DO = (
    "activat|stimulat|induc|promot|inhibit|suppress|enhanc|increas|prim|recruit|attract|expand|polari[sz]|"
    "driv|trigger|impair|modulat|regulat|affect|support|protect|sensiti[sz]|reduc|block|modif|target|"
    "potentiat|augment|accelerat|elicit|maintain|sustain|facilitat|decreas|attenuat|favou?r|influenc|alter|"
    "convert|rescu|kill|prevent|abrogat|limit|restor|amplif|mobili[sz]|upregulat|downregulat|reprogram|"
    "provok|evok|engag|instruct|skew|direct|diminish|dampen|boost|control|mediat|caus|arrest|shift|"
    "transform|act|bind|repress|counteract|disrupt|elevat|improv|alleviat|ameliorat|mitigat|aggravat|"
    "exacerbat|worsen|differentiat|prolong|strengthen|weaken|fuel|orchestrat|licens|deplet|delay|ablat|foster"
)
_DOES = f"(?:up - |down - )?(?:(?:{_DO})(?:e|s|es|ed|d|ing|ies|ied|y|)|leads? to|led to|drove|binds?|bound)"
_DONE = f"(?:up - |down - )?(?:(?:{_DO})(?:ed|d|en|ied)|driven|controlled)"
# what parts two names of a type that stand side by side
_NO_NAME = re.compile(f"{_STOPS}|{_MAKE}|{_OUTPUT}|{_GIVEN}|{_GIVING}|{_DOES}|[^\\w+]|[A-Z]")
_CHANGED = (
    "(?:up - |down - )?(?:increased|elevated|upregulated|downregulated|regulated|reduced|decreased|higher|"
    "lower|detected|observed|found|suppressed|inhibited|enhanced|induced|measured|expressed|abolished|raised|"
    "attenuated|stimulated|present|augmented|diminished)"
)
_PART = re.compile(r"\{([a-z]\w*)\}")
_PARTS = {
    "a3": f"(?:{_ADJECTIVE}){{0,3}}",
    "a6": f"(?:{_ADJECTIVE}){{0,6}}",
    "n8": f"(?:of |and |the |from |{_ADJECTIVE}){{0,8}}",
    "g4": "(?:(?!whereas |while |but )[^XY;: ]+ ){0,4}",
    "g8": "(?:(?!whereas |while |but )[^XY;: ]+ ){0,8}",
    "g20": "(?:(?!whereas |while |but )[^XY;: ]+ ){0,20}",
    # what is between a cytokine and its verb, which is not passive
    "subject": (
        "(?:, (?:which|that) |that |which |to )?"
        "(?:(?!is |are |was |were |be |been |being |and |or |to |by |from )[^XYCK;:, ]+ ){0,5}?(?<!- )"
    ),
    "list": (
        f"(?:(?!and (?:[a-z]+ly )?(?:{_DOES}|{_MAKE}) )"
        f"(?:and |or |, |of |the |a |either |K |{_ADJECTIVE})){{0,12}}"
    ),
    "adv": "(?:[a-z]+ly |also |then |not |either |in turn |further |all |both |readily |first ){0,2}",
    "be": (
        "(?:(?:can |may |could |might |to |also |has |have |had )*"
        "(?:is |are |was |were |be |been |being |get ))?"
    ),
    "was": "(?:is|are|was|were|been|be)",
    "in": "(?:by|from|in|within|on|at|of|among|inside)",
    "make": f"(?:{_MAKE}|make|makes|making|contains?|containing)",
    "made": f"(?:{_MAKE}|made|derived)",
    "output": f"(?:{_OUTPUT})",
    "level": "(?:levels?|concentrations?|contents?|amounts?|proteins?|genes?|immunoreactivity|staining)",
    "does": _DOES,
    "done": _DONE,
    "given": _GIVEN,
    "giving": _GIVING,
    "changed": _CHANGED,
    "fate": (
        "(?:activation|activity|activities|proliferation|differentiation|recruitment|migration|chemotaxis|"
        "expansion|survival|apoptosis|polari[sz]ation|maturation|development|infiltration|functions?|"
        "dysfunction|cytotoxicity|numbers?|growth|responses?|influx|accumulation|homing|trafficking|adhesion|"
        "invasion|death|viability|formation|generation|mobili[sz]ation|senescence|pyroptosis|phenotypes?|"
        "commitment|induction|stimulation|attraction|behaviou?r|injury|damage|transition|exhaustion|"
        "osteoclastogenesis|inhibition|suppression|stemness|degranulation|phagocytosis|motility|infiltrates?)"
    ),
    "after": (
        "(?:by|via|through|with|in response to|upon|following|after|towards?|to|in the presence of|under)"
    ),
    "draws": "(?:chemotactic|chemoattractants?|attractants?|attracting|mitogenic|mitogen)",
    "needed": "(?:required|essential|necessary|indispensable|critical|crucial|important|needed)",
    "show": (
        "(?:had|has|have|show\\w*|display\\w*|exhibit\\w*|demonstrat\\w*|reveal\\w*|present\\w*|possess\\w*)"
    ),
    "correlated": "(?:correlat\\w*|associat\\w*|relat\\w*|link\\w*)",
}

# In the order in which they are tried; what is caught as `cue` is the word that decides. A line that begins
# with spaces is a construction of the claim above it.
_CONSTRUCTIONS = r"""
made_by
  Y (?:- )?(?P<cue>{make}|positive|proficient|competent|derived from) (?:\+ )?{a6}X
  Y (?P<cue>\+) {a3}X
  X (?:- |\+ )?(?P<cue>derived|{made}|specific|intrinsic) {a6}Y
  X (?:- )?(?:type |effector |signature |lineage |family |subset )?(?P<cue>Y)
  X (?:- )?{a3}(?P<cue>{output}) {adv}of {n8}Y
  X {a3}Y {a3}(?P<cue>{output})
acts_on
  Y (?:- )?(?P<cue>{given}) {a6}X
made_by
  (?P<cue>{output}) (?:{level} )?(?:of |in ){n8}Y {a6}{be}{a3}{in} {n8}X
  Y {n8}(?P<cue>{output}) (?:and {a3}{output} |{be}{adv}(?:{done} )?)?{in} {n8}X
  Y {a3}{be}{adv}(?P<cue>{made}) {adv}{in} {n8}X
acts_on
  Y (?:- )?(?P<cue>{given}) {g20}(?:in|of|by|on|with|to) {a6}X
made_by
  Y {a3}(?:- )?(?P<cue>{level}) {a3}in {n8}X
  (?P<cue>{level}) of {n8}Y in {n8}X
  Y {a3}(?P<cue>stain\w+|immunostain\w+|immunoreactiv\w+) (?:{in} )?{a6}X
  Y {a3}(?P<cue>{level}|{output}) {a3}{was} {g8}in {n8}X
  Y {was} {adv}(?P<cue>{changed}) {g4}in {n8}X
  Y {g8}(?P<cue>detected|measured|expressed|found) {g4}in {n8}X
  Y (?P<cue>from) {n8}X
acts_on
  X {g20}(?P<cue>{given}) {adv}(?:with|by|to|through|in the presence of) {list}Y
  X {g8}(?P<cue>in the presence) (?:or absence )?of {g4}Y
  X {g20}(?P<cue>{giving}) (?:with|by) {list}Y
  (?P<cue>{given}|{giving}) (?:with |of ){a3}Y , {g4}X
  (?P<cue>{given}) {a6}X {adv}(?:with|by) {list}Y
  (?P<cue>exposed|exposing) {a6}X to {list}Y
  (?P<cue>{giving}) of {n8}X {adv}(?:with|by|to) {list}Y
  Y {a3}(?P<cue>{giving}) (?:of|on) {a6}X
made_by
  X {g4}(?P<cue>{make}) {n8}Y
  X {a6}(?:ability|capacity|potential) (?:of |to |for ){g4}(?P<cue>{make}|{output}) {n8}Y
  (?:ability|capacity|potential) of {a6}X to (?P<cue>{make}) {n8}Y
  X {g8}{show} {n8}(?P<cue>{output}|{level}) of {n8}Y
  X {g8}{show} {n8}Y (?P<cue>{output}|{level})
  X with {n8}(?P<cue>{output}|{level}) of {n8}Y
  [KY] (?P<cue>{made}) {in} {n8}X , (?:including |such as |like )?{a6}Y
  X {g8}(?P<cue>sources?) of {n8}Y
  (?P<cue>sources?) of {n8}Y {g4}X
  X {g4}contribut\w+ to {n8}Y (?P<cue>{output})
  Y in {a3}X (?P<cue>cultures?|supernatants?)
  Y {g20}(?P<cue>supernatants?|medium|media) {g4}X
acts_on
  (?P<cue>{fate}|C) of {n8}X {a3}{be}{adv}(?:{done} )?{after} {n8}Y
  X (?:- )?{a3}(?P<cue>{fate}) {be}{adv}(?:{done} )?{after} {n8}Y
  X {g4}(?P<cue>respon\w+|sensitivity|sensitive) to {g4}Y
  (?P<cue>effects?|roles?|actions?|influence|impact|functions?) of {n8}Y {g4}(?:on|in|upon) {g8}X
  Y {a3}(?P<cue>effects?|actions?|roles?|signal\w+|activity) {g4}(?:on|in|upon) {g8}X
  Y {g8}(?P<cue>{draws}) (?:factor )?(?:for|to|towards?) {g4}X
  X (?:- )?(?:chemo - )?(?P<cue>{draws}) (?:, including )?{a3}Y
  X (?:following|after|upon) {a3}Y (?P<cue>{giving})
  Y {g8}(?P<cue>{needed}) (?:for|to|in) {g8}X
  X {g4}(?P<cue>requires?|required|needs?|depends? on|depended on) {g4}Y
  Y {subject}(?P<cue>{does}) {g8}X
  X {g4}(?P<cue>{done}) {adv}(?:by|via|through) {g4}Y
made_by
  (?P<cue>{output}|{level}) {n8}of {g20}Y {g4}in {n8}X
  {giving} of {a6}X , {a3}(?P<cue>{output}) of {n8}Y
associated
  X (?:- )?{a3}(?P<cue>related|associated) {a3}Y
  X {g8}(?P<cue>{correlated}) (?:with|to|between) {g8}Y
  Y {g8}(?P<cue>{correlated}) (?:with|to|between) {g8}X
  (?P<cue>{correlated}) (?:between|of) {g8}(?:X {g8}Y|Y {g8}X)
"""

# behind a name that is not acted on, or does not act, itself: "NK cell-induced", "IL-10-producing"
_OF_IT = "(?! - (?:induced|mediated|derived|dependent|secreted|produced|driven|released|conditioned))"
_WITH_IT = "(?!(?: -)? (?:producing|secreting|expressing|releasing|positive|proficient|competent))"

_NOT = re.compile(
    r"\b(?:not(?! only)|no|without|fail\w*|neither|nor|lack\w*|absence|unable|cannot|independent\w*|"
    r"unaffected|unchanged|never|deficient|incapable)\b"
)
_BEFORE = 4  # words before a construction that may deny it


@functools.cache
def _constructions() -> tuple[tuple[ClaimWord, re.Pattern[str]], ...]:
    """Return the claims with the patterns that tell them, in order."""
    found: list[tuple[ClaimWord, re.Pattern[str]]] = []
    claim: ClaimWord = "none"
    for line in filter(None, _CONSTRUCTIONS.split("\n")):
        if line[0] != " ":
            claim = cast("ClaimWord", line)
            continue
        construction = line.strip()
        if claim == "acts_on":
            construction = construction.replace("X", f"X{_OF_IT}").replace("Y", f"Y{_WITH_IT}")
        pattern = _PART.sub(lambda part: _PARTS[part[1]], construction)
        found.append((claim, re.compile(f"(?<![^ ]){pattern} ")))
    return tuple(found)


def _denied(line: str, found: re.Match[str]) -> bool:
    """Return whether a construction, or a word shortly before it, denies what it says."""
    before = " ".join(line[: found.start()].split(" ")[-_BEFORE - 1 :])
    return _NOT.search(before) is not None or _NOT.search(found[0]) is not None
