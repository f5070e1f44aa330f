"""What a sentence denies, and what it only puts forward as possible: triggers with a scope, by rule.

After NegEx (Chapman et al. 2001, doi:10.1006/jbin.2001.1029) and ConText (Harkema et al. 2009,
doi:10.1016/j.jbi.2009.05.002), with triggers for what abstracts report.

Negated: the sentence denies the presence of the thing, an effect on or by it, or a change of it. A null
finding ("no difference in IL-12 levels") is negated. Where and when it was looked for is not: in "no fever
in patients with psoriasis" the fever is denied, the psoriasis is not. "HIV-negative" and "seizure-free"
deny what they name; a knock-out or an antibody against something is a modifier, not a negation.

A thing is denied ("no fever", "did not receive infliximab"), or an effect, a change or a relation ("no
benefit over placebo", "did not reduce fever", "ineffective"): an effect may be denied on what is there.
Behind the word for an effect within a scope ("no change in IL-12") it is an effect that is denied.

Speculative: the sentence holds it possible, supposes it or asks ("may", "suggest", "to assess the effect
of"); every mention of a question is. One mention can be both.

A scope begins behind its trigger and ends with the clause, after so many words, or at a comma that joins
no list. Of "X did not", "X was not detected", "X may", the subject X is in scope too, without what hangs on
its first preposition. A trigger within a name is none ("absence seizures").
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from comention.annotation.triggers import ADVERBS, EFFECT, ENDING, LEFT_OUT, PAST, PEOPLE, RULES, SEEN, Rule
from comention.claims.features import lowered
from comention.records import Denial, Sentence

Span = tuple[int, int]


class Scopes(NamedTuple):
    """For each character of a sentence, whether it is denied, or an effect, or it is only held possible."""

    things: bytearray
    effects: bytearray
    speculative: bytearray

    def denial(self, start: int, end: int) -> Denial | None:
        """Return what is denied of a span."""
        if 1 in self.things[start:end]:
            return "thing"
        return "effect" if 1 in self.effects[start:end] else None


_RULES_OF = {
    letter: re.compile("|".join(f"(?P<r{i}>{r.pattern})" for i, r in enumerate(RULES) if letter in r.letters))
    for letter in sorted({letter for rule in RULES for letter in rule.letters})
}

# White space, letter by letter: within a class, a search asks that more quickly than `\s`.
_SPACES = r" \t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Words that can begin a trigger, after the white space or the bracket before them.
_WORD = re.compile(
    rf"[{_SPACES}(\[\"“‘—/](?:a(?:bandoned|bsen|ppear|rgu|ssess"
    r"|lmost(?= no\b))|believed|c(?:annot|onsidered(?=,? (?:\w+ )*but)|ould|larif)"
    r"|d(?:e(?:cided against|clined|nie|void|termin)"
    r"|isp(?:rove|ensable))"
    r"|e(?:xcluded|xclusion of|xplor|xamin|valuat|lucidat|ssentially(?= no\b))|f(?:ail|ree|or(?:went|go"
    r"|goes|going|gone)\b)|hypothes"
    r"|in(?:vestigat|effective\b|stead of\b)|l(?:ack|ikely|ittle(?= (?:or|to) no\b)|oss of)"
    r"|m(?:ay\b|ight\b|is(?:diagnosed|interpreted|classified|label|taken)\b)|o(?:pted against|verturned)"
    r"|n(?:o|ot|ever|either|or|one|obody|othing|il|egative|on-?reactive)\b(?!-)"
    r"|p(?:ossib|otential|utative|robabl|resum|erhaps|ostulate|ropose|ractically(?= no\b))"
    r"|r(?:ul(?:e|ed|ing) out|ather than|efut|efus|ejected)"
    r"|s(?:uggest|eem|ero-?negative for|uspected|pe(?:culat|ak)|poke|terile)|t(?:hought|est)"
    r"|un(?:detect|affected|changed|altered|related|able|likely|clear|known|certain|resolved|proven)"
    r"|useless|virtually(?= no\b)|w(?:ithout|hether|ould))"
)

_FINITE = (
    r"(?:was|were|is|are|had|has|have|did|does|do|may|might|can|could|will|rose|fell|remained|shows?|showed)"
)
# Where a scope can end. A parenthesis ends one that began inside it; a comma, one that it does not list.
_STOPS = (
    r"[()\[\]]|[;:]\s|(?<=[a-z]{3})\.\s|—|\s[-–]+\s|,(?=\s)"
    r"|\s(?:but|however|although|though|whereas|while|except|nevertheless|because|since|which|who|whose"
    r"|despite|beyond|known to|included?|includes|to (?:afford|yield|give|obtain|form|achieve|treat"
    r"|produce|provide|assess|determine)|given|unless|within|throughout|upon|until|when|where|if|after"
    r"|during|following|before|prior to|rather than|suggesting"
    r"|indicating|implying|suggests?|indicates?|treated|receiving|in contrast|than|and yet"
)
_CLAUSE = (
    rf"and (?:\w+ly |later |then |still |also )?(?:\w+ed|thus|therefore|{_FINITE})|and (?:a|an|with) "
    rf"|and (?:[^\s,;]+ ){{1,3}}{_FINITE}|and (?:\S+ ){{1,2}}with(?:out)?|and \d[\d./]*%?(?=\s)"
    r"|and (?:suffer|go|have|require|remain|become|continue|develop|show|receive|need|die)"
)
# Groups are called by what they have or got.
_GROUPS = r"(?:between|among|across|from) (?:the )?(?:[^\s,;]+ ){1,5}?(?:groups?|cohorts?|arms?)"
_STOP = re.compile(rf"{_STOPS}|{_CLAUSE})\b")
# What was done instead: "who did not respond were switched to brodalumab".
_MOVED = (
    r"(?:switched|changed|converted|transferred|referred|assigned|re-?randomi[sz]ed|given|started|offered)\b"
)
# A denial ends, too, at where and in whom it holds, and at the verb of what it says was not seen.
_DENIAL_STOP = re.compile(
    rf"{_STOPS}|{_CLAUSE}|{_GROUPS}|{ENDING}|in|for|that|on|about|{PEOPLE} with|(?:children|offspring|mothers"
    rf"|infants) of|(?:was|were) {ADVERBS}{_MOVED}|(?:was|were|is|are|been) {ADVERBS}{SEEN})\b"
)
_PHRASE_STOP = re.compile(
    rf"{_STOPS}|{_CLAUSE}|{_GROUPS}|{ENDING}|in|for|that|on|{PEOPLE} with"
    r"|(?:children|offspring|mothers|infants) of"
    r"|was|were|is|are|results|leads|causes|appears?)\b"
)
# "Mice lacking IL-10 developed colitis": the verb of what lacks something ends the scope.
_HELD_STOP = re.compile(
    rf"{_STOPS}|{_CLAUSE}|{ENDING}|in|for|that|{PEOPLE} with"
    rf"|(?:children|offspring|mothers|infants) of|{_FINITE}"
    r"|results|leads|causes|appears?|cannot|would|became"
    r"|develop(?:ed|s)?|exhibit|experience|remain|succumb|received?|receives|show|displays?|displayed"
    r"|exhibits?|exhibited|experienced"
    r"|reported"
    r"|underwent|die[sd]?|dying|perish(?:ed)?|survived|recovered|responded|produced|presented|failed|demonstrated|revealed|suffered"
    r"|succumbed|achieved|mounted|gained|lost|caused|led|prevented|protected|promoted|worsened|aggravated"
    r"|exacerbated|accelerated|improved|enhanced|increased|reduced|decreased|impaired|delayed|attenuated"
    r"|abolished|induced|tended|required|took|defined|predicted|correlated|leading|causing|resulting"
    r"|protects|prevents|promotes|worsens|aggravates|exacerbates|accelerates|improves|enhances|reduces"
    r"|impairs"
    r"|attenuates|abolishes|induces|confers|predicts|correlates|contributes|makes|renders|suggests|indicates"
    r"|(?:increases|decreases|delays)(?! (?:in|of)\b)"
    rf"|underlying|contributing)\b|{PAST}\b"
)
_NEAR_STOP = re.compile(rf"{_HELD_STOP.pattern}|\s(?:for|on|to|between|among|against|by|with|from|about)\b")
_ENDS = (
    ("near", _NEAR_STOP),
    ("held", _HELD_STOP),
    ("phrase", _PHRASE_STOP),
    ("denied", _DENIAL_STOP),
    ("", _STOP),
)
_ENDING = re.compile(rf"\s{ENDING}")
# The last item of a list of what was not seen, with its verb.
_LAST_UNSEEN = re.compile(rf"\sand (?:[^\s,;]+ ){{1,3}}(?:was|were) {ADVERBS}{SEEN}")
_SUBJECT_STOP = re.compile(rf"{_STOPS}|that)\b")
# What hangs on these is denied with them: "no evidence for X", not "no approach for X".
_HUNG = frozenset({" for", " that", " on", " about"})
_BEARING = re.compile(
    rf"{EFFECT}|\b(?:evidence|needs?|requirements?|signs?|risks?|tests?|essential|targets?|cases?)\b"
)
_VERBS = frozenset({" was", " were", " is", " are", " results", " leads", " causes", " appear", " appears"})
# What may be denied "in" something.
_CHANGES = tuple(
    noun + plural
    for noun in "change difference increase decrease alteration reduction rise elevation improvement"
    " variation role fall decline effective useful implicated involved resulted result".split()
    for plural in ("", "s")
)
_LINKING = (
    r"(?:in|on|with|at|by|for|from|to|of|as|during|after|before|among|than|fewer|more|less|higher|lower"
    r"|greater|older|younger|even|especially|particularly|mainly)"
)
# A comma, and an item of a list behind it, of one to four words.
_LIST_WORD = rf"(?!(?:{_FINITE}|but|not|and|or|nor)\b)(?:[^\s,;]|,(?=\S))+"
_LISTED = re.compile(
    r",\s(?:(?:and|or|nor) )?(?!\d[\d.%]*(?:[\s,]|$)"
    rf"|{_LINKING}\b){_LIST_WORD}(?: {_LIST_WORD}){{0,3}} ?(?=,|\b(?:and|or|nor) |[.;)]|$)"
)
# The last item of a list that is a subject: ", and thrombus were".
_LISTED_LAST = re.compile(rf",\s(?:and|or|nor) {_LIST_WORD}(?: {_LIST_WORD}){{0,3}} $")
# A phrase before its sentence: its last comma ends it, "without treatment with X, Y progresses".
_FRONTED = re.compile(r"^(?:in the )?(?:without|absence of)$")
# In a clause that another follows, a comma before these ends it.
_YIELDING = re.compile(
    r"(?:^|[;,(]\s|\band )(?:although|though|even (?:if|though)|despite|while|whereas|if|when|because"
    r"|since)\b[^,;]*$"
)
_CLAUSE_BEGINS = re.compile(
    r",\s(?:the|this|these|those|an?|we|it|its|our|their|he|she|they|there|most|all|both)\b"
)
# What is given or done is the subject together with what hangs on it: "treatment with X did not".
_PREPOSITION = re.compile(
    r"\b(?:(?<!treatment )(?<!treated )(?<!therapy )(?<!induction )(?<!supplementation )(?<!stimulation )"
    r"(?<!incubation )(?<!infection )with|(?<!increase )(?<!decrease )(?<!increases )(?<!decreases )in"
    r"|(?<!exposure )to|for|from|by|on|among|at|under|after|during|following|unlike|causing|responsible"
    r"|using)\s"
)
_COORDINATED = re.compile(rf"\b(?:{_FINITE}|\w+ed(?! (?:in|by|with|from|at|on|to|for)\b))(?=\s).* and ")
# What opens a clause in which something is ruled out: "after pneumonia was ruled out".
_RULED_OUT = ("ruled out", "excluded")
_OPENED = re.compile(
    r"^(?:after|once|when|until|before|if|unless|as|because|since)\s|\b(?:in|for) wh(?:om|ich)\s"
)
_LEFT_OUT = re.compile(LEFT_OUT)
# People who are named by a disease: not the disease is their verb's subject.
_HEAD = re.compile(rf"{PEOPLE}(?: (?:\w+ly|{_FINITE}))*\s*$")
# Where these are unknown of a thing, the thing is known.
_WHY = re.compile(
    r"(?:mechanisms?|causes?|a?etiology|pathogenesis|reasons?|function|nature|pathophysiology)\b"
)
# "Screening for celiac disease was negative" denies the disease, "the culture was negative" no thing.
_SOUGHT = re.compile(
    r"\b(?:screen(?:ing|s)?|test(?:s|ing)?|search(?:es)?|work-?ups?|cultures?|serolog\w+|pcr|swabs?"
    r"|assays?|smears?"
    r"|examinations?|evaluations?|investigations?|biops(?:y|ies)|antibod(?:y|ies)|stain(?:s|ing)|imaging"
    r"|reactions?|panels?|titers?|titres?|scans?|probes?|kits?) (?:[\w-]+ ){0,3}?for "
    r"|\b(?:diagnos[ie]s|suspicion) of "
)
_DIAGNOSED = ("diagnos", "suspicion")
_SOUGHT_END = re.compile(r"\s(?:in|of|by|via|with|from|using|on|at)\b|\b(?:mutat|variant)")
# "Could not be tapered without a relapse": what two denials say comes true.
_TWICE = re.compile(r"\b(?:(?:could|can|may|should) ?not|cannot|never) (?:be )?\w+(?: [\w.%µμ-]+){0,8} $")
# "Free from pain but not from fatigue", "lacking IL-4 but not IL-13": what is behind "not" is there.
_SPARED = re.compile(
    r"\b(?:rul(?:ed?|es|ing) out|excluded|free (?:of|from)|devoid of|deficient in|lack(?:s|ed|ing)|without"
    r"|absence of) [^.;:]{1,60} but $"
)
_HEAD_LOOK = 80  # characters
_EFFECT = re.compile(EFFECT)
_BOTH = re.compile(r"(\w{3,}) (?:and|vs\.?|versus) (?:were |was )?$")
_BOTH_LOOK = 40
_SUBJECT_WORDS = 14
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_LIST_WORDS = 40
_LOOK = 600  # characters: no scope is longer, and no time is lost on a sentence without an end
_DENYING = re.compile(
    r"[-‐‑–− ]na[iï]ve\b|[-‐‑–−]un(?:infected|exposed|treated)\b|[-‐‑–−]negative\b"
    r"|[-‐‑–−]free\b(?! (?:survival|interval|radicals?|fatty acids?))"
    r"| free(?=[.,;)]| (?:at|for|after|during|until|in|and)\b)"
    r"| negative (?:patients|subjects|individuals|controls|donors|cells|mice|cases|sera|children)\b"
)
_DENYING_LETTERS = frozenset("nuf")
_QUESTION = re.compile(r"[\w)\"”’]\?(?=\W*$)")
_TITLE_QUESTION = re.compile(r"[\w)\"”’]\?(?=\s|\W*$)")


def judged(
    text: str, sentences: Sequence[Sentence], spans: Sequence[Span]
) -> list[tuple[Denial | None, bool]]:
    """Return for each span, in the order given, what is denied of it and whether it is speculative.

    A span belongs to the sentence that it begins in; nothing outside a sentence bears on it.
    """
    verdicts: list[tuple[Denial | None, bool]] = [(None, False)] * len(spans)
    starts = [sentence.start for sentence in sentences]
    members: dict[int, list[int]] = {}
    for index, (start, _) in enumerate(spans):
        members.setdefault(bisect.bisect_right(starts, start) - 1, []).append(index)
    members.pop(-1, None)
    for number, indices in members.items():
        sentence = sentences[number]
        begin = sentence.start
        low = lowered(text[begin : sentence.end])
        word = _WORD.search(f" {low}")
        if not word and "?" not in low:
            for index in indices:
                if _denies(low, spans[index][1] - begin):
                    verdicts[index] = ("thing", False)
            continue
        inside = [(spans[i][0] - begin, spans[i][1] - begin) for i in indices]
        written = text[begin : sentence.end]
        scopes = _scopes(low, written, inside, word, in_title=sentence.in_title)
        for index, (start, end) in zip(indices, inside, strict=True):
            denial = "thing" if _denies(low, end) else scopes.denial(start, end)
            verdicts[index] = (denial, 1 in scopes.speculative[start:end])
    return verdicts


def _scopes(
    low: str, written: str, names: Sequence[Span], word: re.Match[str] | None, *, in_title: bool
) -> Scopes:
    """Return what of a sentence is in a scope; `word` is its first trigger word."""
    scopes = Scopes(bytearray(len(low)), bytearray(len(low)), bytearray(len(low)))
    named = bytearray(len(low))
    bounds = min(start for start, _ in names), max(stop for _, stop in names)
    for start, stop in names:
        _mark(named, start, min(stop, len(low)))
    question = (_TITLE_QUESTION if in_title else _QUESTION).search(low) if "?" in low else None
    if question:
        _mark(scopes.speculative, 0, question.end())
    padded = f" {low}"
    while word:
        at, end = word.start(), word.end() - 1  # in `low`, where the pad is not
        trigger = _RULES_OF[low[at]].match(low, at)
        if trigger and not (named[at] or _is_other(written, at, end) or _is_both(low, at)):
            end = trigger.end()
            rule = RULES[int((trigger.lastgroup or "r0")[1:])]
            for start, stop in _reach(low, rule, at, end, bounds):
                if "denied" in rule.kind:
                    effect = _effect(low, rule, at, start, stop)
                    _mark(scopes.things, start, effect)
                    _mark(scopes.effects, effect, stop)
                if "maybe" in rule.kind:
                    _mark(scopes.speculative, start, stop)
        word = _WORD.search(padded, end)
    return scopes


def _denies(low: str, end: int) -> bool:
    """Return whether what stands behind a name denies it; its second letter is looked at first."""
    return low[end + 1 : end + 2] in _DENYING_LETTERS and _DENYING.match(low, end) is not None


def _mark(mask: bytearray, start: int, stop: int) -> None:
    if start < stop:
        mask[start:stop] = b"\1" * (stop - start)


def _is_other(written: str, at: int, end: int) -> bool:
    """Return whether a trigger word is another: NO (nitric oxide), or a month."""
    word = written[at:end]
    return (word == "NO" and not written.isupper()) or (word == "May" and at > 0)


def _is_both(low: str, at: int) -> bool:
    """Return whether a trigger word leaves nothing out: "related and not related to", "cannot do without".

    So, too, in what is left out itself: "free from seizures but not from headache".
    """
    if low.startswith("without ", at):
        return _TWICE.search(low, max(0, at - _HEAD_LOOK), at) is not None
    spared = low.startswith("not ", at) and low.endswith("but ", 0, at)
    if spared and _SPARED.search(low, max(0, at - _HEAD_LOOK), at):
        return True
    both = _BOTH.search(low, max(0, at - _BOTH_LOOK), at) if low.startswith("not ", at) else None
    return both is not None and low.startswith(both[1], at + 4)


def _effect(low: str, rule: Rule, at: int, start: int, stop: int) -> int:
    """Return from where on in the scope `start:stop` of a trigger at `at` an effect is denied."""
    before = stop <= at
    if "effect" in rule.kind or ("agent" in rule.kind and before):
        return start
    if "either" in rule.kind:
        first = max(0, at - _HEAD_LOOK) if low.startswith("not", at) else at
        return start if _EFFECT.search(low, first, stop) else stop
    found = _EFFECT.search(low, start if before else at, stop)
    if found is None:
        return stop
    return start if before else max(start, found.start())


def _reach(low: str, rule: Rule, at: int, end: int, bounds: Span) -> Iterable[Span]:
    """Yield the scopes of a trigger at `at:end` that reach into `bounds`, between which all names lie."""
    if rule.ahead and bounds[1] > end:
        yield end, _again(low, at, end, _ahead(low, end, rule))
    if bounds[0] < at and any(kind in rule.kind for kind in ("subject", "clause", "sought")):
        yield _subject(low, at, rule)


def _again(low: str, at: int, begin: int, stop: int) -> int:
    """Return where a scope ends before what it is said of is named again: "CKD without X and CKD with Y".

    So, too, with what is denied: "no fistula and fistula groups".
    """
    if low.startswith("no ", at):
        word = low[begin:stop].lstrip().partition(" ")[0]
        found = low.find(f" {word}", begin + 1 + len(word), stop) if len(word) > 2 else -1
        return stop if found < 0 else found
    if not low.startswith("without", at):
        return stop
    word = low[low.rfind(" ", 0, at - 1) + 1 : at - 1] if at > 1 else ""
    if len(word) < 2:
        return stop
    ends = [found for joint in (", ", "and ") if (found := low.find(joint + word, begin, stop)) >= 0]
    return min(ends, default=stop)


def _ahead(low: str, begin: int, rule: Rule) -> int:
    """Return where the scope that begins at `begin` ends; a list may be longer than other scopes."""
    stops = next(pattern for kind, pattern in _ENDS if kind in rule.kind)
    held = "held" in rule.kind
    depth, stop, words, commas = 0, min(len(low), begin + _LOOK), rule.ahead, "commas" in rule.kind
    near = "near" in rule.kind and "agent" not in rule.kind
    last = low.rfind(", ") if held and _FRONTED.search(low, 0, begin) else -1
    yielding = "denied" in rule.kind and _YIELDING.search(low, 0, begin) is not None
    for mark in stops.finditer(low, begin, stop):
        sign, at = mark[0], mark.start()
        if sign in _OPENING and held and not depth and not _is_of(low, begin, at):
            stop = at
            break
        if sign in _OPENING or (sign in _CLOSING and depth):
            depth += 1 if sign in _OPENING else -1
        elif held and at == begin and not _ENDING.match(sign):
            continue  # "lack of increased IL-6", but "without stopping infliximab"
        elif (
            sign == "," and not depth and (near or last == at or (yielding and _CLAUSE_BEGINS.match(low, at)))
        ):
            stop = at
            break
        elif sign == "," and (commas or depth or _LISTED.match(low, at)):
            if not (commas or depth) and low.count(" ", begin, at) < rule.ahead:
                words = _LIST_WORDS
        elif not _goes_on(low, begin, at, sign):
            stop = at
            break
    parts = low[begin:stop].split(None, words)
    return stop - len(parts[words]) if len(parts) > words else stop


def _is_of(low: str, begin: int, bracket: int) -> bool:
    """Return whether a bracket behind what is denied begins with a letter of its words.

    "Without nasal polyps (CRSsNP)" has the short form of more than is denied.
    """
    return any(word[0] == low[bracket + 1 : bracket + 2] for word in low[begin:bracket].split())


def _lists(low: str, comma: int, verb: int) -> bool:
    """Return whether an item of a list is behind a comma before a verb."""
    return (_LISTED.match(low, comma) or _LISTED_LAST.match(low, comma, verb)) is not None


def _goes_on(low: str, begin: int, at: int, sign: str) -> bool:
    """Return whether a scope passes over a word that might end it: "no change in", "no evidence that"."""
    if sign == " in":
        return low.endswith(_CHANGES, begin, at)
    if sign.startswith(" and ") and ", " in low[begin:at] and _LAST_UNSEEN.match(low, at):
        return True  # "no fever, rash and arthritis were seen"
    if sign in _HUNG:
        return at == begin or _BEARING.search(low, begin, at) is not None
    return sign in _VERBS and " that " in low[begin:at]


def _sought(low: str, begin: int, at: int) -> Span:
    """Return the span of what a test before a verb at `at` was for, or of what was diagnosed."""
    found = _SOUGHT.search(low, begin, at)
    if found is None:
        return at, at
    ends = _SOUGHT_END.search(low, found.end(), at)
    if ends and low.startswith(_DIAGNOSED, found.start()):
        return at, at  # "a diagnosis of arteritis in patients in whom ultrasound was negative"
    return found.end(), ends.start() if ends else at


def _subject(low: str, at: int, rule: Rule) -> Span:
    """Return the span of the subject of a verb at `at`, or of all of the clause before it."""
    first = begin = max(0, at - _LOOK)
    ruled_out = low.startswith(_RULED_OUT, at)
    if ruled_out and (opened := _OPENED.search(low, begin, at)):
        begin = opened.end()
    opening = begin
    for mark in _SUBJECT_STOP.finditer(low, begin, at):
        sign = mark[0]
        lists = sign == "," and not _PREPOSITION.match(low, begin) and _lists(low, mark.start(), at)
        if sign not in _OPENING and sign not in _CLOSING and not lists:
            begin = mark.end()
    if low.find(" and ", begin, at) >= 0 and (joined := _COORDINATED.search(low, begin, at)):
        begin = joined.end()
    if "clause" in rule.kind:
        return (at, at) if _WHY.search(low, first, at) else (begin, at)
    if "sought" in rule.kind:
        return _sought(low, begin, at)
    hung = _PREPOSITION.search(low, begin, at)
    end = hung.start() if hung else at
    if _HEAD.search(low, max(begin, end - _HEAD_LOOK), end):
        return at, at
    if ruled_out and _LEFT_OUT.search(low, max(opening, *(low.rfind(m, opening, at) for m in ",;")), end):
        return at, at
    parts = low[begin:at].rsplit(None, _SUBJECT_WORDS)
    begin += len(parts[0]) if len(parts) > _SUBJECT_WORDS else 0
    return min(begin, end), end
