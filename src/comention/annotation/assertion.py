"""What a sentence denies, and what it only puts forward as possible: triggers with a scope, by rule.

After NegEx (Chapman et al. 2001, doi:10.1006/jbin.2001.1029) and ConText (Harkema et al. 2009,
doi:10.1016/j.jbi.2009.05.002), with triggers for what abstracts report.

Negated: the sentence denies the presence of the thing, an effect on or by it, or a change of it. A null
finding ("no difference in IL-12 levels") is negated. Where and when it was looked for is not: in "no fever
in patients with psoriasis" the fever is denied, the psoriasis is not. "HIV-negative" and "seizure-free"
deny what they name; a knock-out or an antibody against something is a modifier, not a negation.

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

from comention.records import Sentence

Span = tuple[int, int]


class Scopes(NamedTuple):
    """For each character of a sentence, whether it is denied, and whether it is only held possible."""

    negated: bytearray
    speculative: bytearray


class _Rule(NamedTuple):
    """What a trigger does: `denied` or `maybe` to what is in scope, or nothing.

    `subject`: the subject before it is in scope; `clause`: all of the clause before it. `commas`: the
    scope ahead passes over commas; `phrase`: it ends at the verb of its noun.
    """

    letters: str
    kind: str
    ahead: int
    pattern: str


_ADVERBS = r"(?:(?:been|be|being|even|also|\w+ly) )*"
_SEEN = (
    r"(?:detect(?:ed|able)|found|observed|seen|present|identified|noted|evident|apparent|demonstrated|shown"
    r"|documented|encountered|recorded|recognized|reported|described|published)\b"
)
_DONE = (
    r"(?:affected|altered|changed|modified|influenced|induced|increased|decreased|reduced|elevated|enhanced"
    r"|inhibited|suppressed|blocked|prevented|required|necessary|involved|expressed|produced|secreted|released"
    r"|associated|correlated|related|linked|different|due|caused|attributable|responsible|excluded)\b"
)
_ASKED = (
    r"(?:e|ed|y|ied|ing|ying)? (?:(?:the|an?|any|its|their|potential|possible|relative|clinical|therapeutic"
    r"|short|long|term|acute|chronic|protective) )*(?:if|whether|effects?|roles?|relation(?:ship)?s?"
    r"|associations?|influences?|impacts?|involvement|contributions?|efficacy|effectiveness|safety|ability"
    r"|hypothesis|possibility|utility|usefulness|link)\b"
)
_OPEN = r"(?:necessarily|confirm(?:ed)? or|determine|excluded?|ruled? out)\b"
_KNOWN = r"(?:known|clear|understood|established|elucidated|defined|determined)\b"
_AT_END = r"(?= (?:in|at|by|as|on|with|after|during)\b|[.,;)]|$)"
_EFFECT = r"(?:effects?|influence|impact|role)\b"
_SUGGESTED = r"suggested|hypothesi[sz]ed|suspected"
_ABLE = (
    r"(?:reverse|prevent|block|inhibit|abolish|restore|reduce|attenuate|be (?:\w+ly )?(?:detected|observed"
    r"|shown|demonstrated|found|identified|measured|seen|reversed|inhibited|prevented|blocked|obtained|isolated))\b"
)

# The letters that the triggers begin with, their kind, how many words the scope holds ahead, a pattern. The
# first that fits at a trigger word counts; those of no kind keep a word from being a trigger.
_RULES = (
    _Rule(
        "n", "", 0, r"no\. ?\d|no (?:doubt|later than|less than|more than|fewer than|matter|effect level)\b"
    ),
    _Rule(
        "n",
        "",
        0,
        r"not (?:only|just|merely|solely|all|every|always|uncommon|unusual|unique|an? (?:in|un)\w+|as)\b",
    ),
    _Rule("n", "", 0, r"(?:(?<=should )|(?<=must )|(?<=whether or ))not\b|negative (?!for\b)"),
    _Rule("aw", "", 0, r"(?<=or )absence\b|(?:(?<=or )|(?<=and ))without\b|without (?:doubt|difficulty)\b"),
    _Rule(
        "l", "", 0, r"(?:(?<=more )|(?<=most ))likely to\b|lack of (?:understanding|knowledge|compliance)\b"
    ),
    _Rule("p", "", 0, r"possible to\b|potentials\b|potentially (?:reversible|fatal|lethal|life)"),
    _Rule(
        "mpf", "", 0, r"may \d|(?:(?<=action )|(?<=evoked )|(?<=membrane ))potential\b|free (?!of\b|from\b)"
    ),
    _Rule("cn", "maybe subject", 8, rf"(?:cannot|not) (?:be )?{_OPEN}"),
    _Rule("r", "maybe", 8, r"rul(?:e|ing) out\b"),
    _Rule("n", "maybe clause", 12, rf"not (?:yet )?{_ADVERBS}{_KNOWN}"),
    _Rule(
        "u",
        "maybe clause",
        12,
        r"un(?:clear|known|certain|resolved|proven)\b(?! (?!if\b|whether\b|how\b|why\b|and\b|but\b|in\b)\w)",
    ),
    _Rule("n", "denied subject", 0, rf"(?:not|never|no longer) {_ADVERBS}{_SEEN}"),
    _Rule("a", "denied subject", 0, r"absent\b"),
    _Rule("ure", "denied subject", 0, rf"(?:undetect\w+|ruled out|excluded){_AT_END}"),
    _Rule("n", "denied subject", 10, rf"(?:not|never|no longer) {_ADVERBS}{_DONE}"),
    _Rule("u", "denied subject", 6, r"un(?:affected|changed|altered)\b|unrelated(?= to\b)"),
    _Rule("n", "denied", 5, r"(?:(?<=but )|(?<=and )|(?<=, ))not\b"),
    _Rule("ncfu", "denied subject", 12, r"(?:not|never|cannot|failed|fails?|unable)\b"),
    _Rule("n", "denied subject", 12, rf"(?:(?<=had )|(?<=has )|(?<=have ))no (?=(?:\w+ )?{_EFFECT})"),
    _Rule("ndf", "denied", 12, r"(?:neither|nor|none|denie[ds]|failure to)\b"),
    _Rule("nwa", "denied phrase", 12, r"(?:no|without|absence of|negative for)\b"),
    _Rule("ldfru", "denied phrase", 12, r"(?:lack(?:s|ed|ing)?(?: of)?|devoid of|free (?:of|from))\b"),
    _Rule("ru", "denied phrase", 12, r"(?:ruled out|undetectable)\b"),
    _Rule("lp", "maybe subject", 0, r"(?:likely|probable|possible)(?=[.,;)]|$)"),
    _Rule("lps", "maybe", 8, r"(?:potential(?:ly)?|possibl[ey]|putative|probabl[ey]|suspected)\b"),
    _Rule("lp", "maybe", 8, r"(?:presumed|presumably|likely|perhaps)\b"),
    _Rule("c", "maybe subject", 12, rf"could (?!not\b|only\b|(?:\w+ly )?{_ABLE})"),
    _Rule(
        "mwuas",
        "maybe subject",
        12,
        r"(?:may|might|would|unlikely|seem(?:s|ed)?|appear(?:s|ed)? (?:to|that))\b",
    ),
    _Rule("tbpsh", "maybe subject", 12, rf"(?:thought|believed|presumed|proposed|{_SUGGESTED}) (?:to|as)\b"),
    _Rule(
        "sh", "maybe commas", 25, r"suggest(?:s|ed|ing|ive|ions?)?\b|hypothes(?:is (?:that|of)|i[sz]e[sd]?)\b"
    ),
    _Rule(
        "spw", "maybe commas", 25, r"(?:possibility|speculat\w+|postulate[sd]?|propose[sd]? that|whether)\b"
    ),
    _Rule("ideatc", "maybe", 15, rf"(?:investigat|determin|evaluat|assess|examin|test|explor){_ASKED}"),
    _Rule("ec", "maybe", 15, rf"(?:clarif|elucidat){_ASKED}"),
)
_RULES_OF = {
    letter: re.compile(
        "|".join(f"(?P<r{i}>{r.pattern})" for i, r in enumerate(_RULES) if letter in r.letters)
    )
    for letter in sorted({letter for rule in _RULES for letter in rule.letters})
}

# Words that can begin a trigger, after the white space or the bracket before them.
_WORD = re.compile(
    r"[\s(\[\"“‘—/](?:a(?:bsen|ppear|ssess)|believed|c(?:annot|ould|larif)|d(?:enie|evoid|etermin)"
    r"|e(?:xcluded|xplor|xamin|valuat|lucidat)|f(?:ail|ree)|hypothes|investigat|l(?:ack|ikely)|m(?:ay|ight)\b"
    r"|n(?:o|ot|ever|either|or|one|egative)\b(?!-)|p(?:ossib|otential|utative|robabl|resum|erhaps|ostulate|ropose)"
    r"|rul(?:e|ed|ing) out|s(?:uggest|eem|uspected|peculat)|t(?:hought|est)"
    r"|un(?:detect|affected|changed|altered|related|able|likely|clear|known|certain|resolved|proven)"
    r"|w(?:ithout|hether|ould))"
)

_FINITE = (
    r"(?:was|were|is|are|had|has|have|did|does|do|may|might|can|could|will|rose|fell|remained|shows?|showed)"
)
_PEOPLE = (
    r"(?:patients?|subjects|individuals|children|women|men|adults|mice|rats|those|persons|people|cases|families"
    r"|animals|infants|controls|groups?|cells)"
)
# Where a scope can end. A parenthesis ends one that began inside it; a comma, one that it does not list.
_STOPS = (
    r"[()]|[;:]\s|—|\s[-–]+\s|,(?=\s)"
    r"|\s(?:but|however|although|though|whereas|while|except|nevertheless|because|since|which|who|whose"
    r"|despite|unless|until|when|where|if|after|during|following|before|prior to|rather than|suggesting"
    r"|indicating|implying|suggests?|indicates?|treated|receiving|in contrast|than|and yet"
)
_CLAUSE = rf"and (?:\w+ed|thus|therefore|{_FINITE})|and (?:a|an|with) |and (?:\S+ ){{1,3}}{_FINITE}"
_STOP = re.compile(rf"{_STOPS}|{_CLAUSE})\b")
# A denial ends, too, at where and in whom it holds, and at the verb of what it says was not seen.
_DENIAL_STOP = re.compile(
    rf"{_STOPS}|{_CLAUSE}|in|{_PEOPLE} with|(?:was|were|is|are|been) {_ADVERBS}{_SEEN})\b"
)
_PHRASE_STOP = re.compile(
    rf"{_STOPS}|{_CLAUSE}|in|{_PEOPLE} with|was|were|is|are|results|leads|causes|appears?)\b"
)
_SUBJECT_STOP = re.compile(rf"{_STOPS}|that)\b")
_VERBS = frozenset({" was", " were", " is", " are", " results", " leads", " causes", " appear", " appears"})
# What may be denied "in" something.
_CHANGES = tuple(
    noun + plural
    for noun in "change difference increase decrease alteration reduction rise elevation improvement"
    " variation role fall decline effective useful implicated involved resulted result".split()
    for plural in ("", "s")
)
# A comma, and an item of a list behind it, of one to four words.
_LIST_WORD = rf"(?!(?:{_FINITE}|but|not|and|or|nor)\b)(?:[^\s,;]|,(?=\S))+"
_LISTED = re.compile(
    rf",\s(?:(?:and|or|nor) )?{_LIST_WORD}(?: {_LIST_WORD}){{0,3}} ?(?=,|\b(?:and|or|nor) |[.;)]|$)"
)
_PREPOSITION = re.compile(r"\b(?:in|with|for|from|by|on|to|among|at|causing|responsible|using)\s")
_COORDINATED = re.compile(rf"\b(?:{_FINITE}|\w+ed(?! (?:in|by|with|from|at|on|to|for)\b))(?=\s).* and ")
# People who are named by a disease: not the disease is their verb's subject.
_HEAD = re.compile(rf"{_PEOPLE}(?: (?:\w+ly|{_FINITE}))*\s*$")
# Where these are unknown of a thing, the thing is known.
_WHY = re.compile(
    r"(?:mechanisms?|causes?|a?etiology|pathogenesis|reasons?|function|nature|pathophysiology)\b"
)
_HEAD_LOOK = 80  # characters
_SUBJECT_WORDS = 14
_LIST_WORDS = 40
_LOOK = 600  # characters: no scope is longer, and no time is lost on a sentence without an end
_DENYING = re.compile(
    r"[-‐‑–−]negative\b|[-‐‑–−]free\b(?! (?:survival|interval))"
    r"| negative (?:patients|subjects|individuals|controls|donors|cells|mice|cases|sera|children)\b"
)
_QUESTION = re.compile(r"[\w)\"”’]\?(?=\W*$)")
_TITLE_QUESTION = re.compile(r"[\w)\"”’]\?(?=\s|\W*$)")


def judged(text: str, sentences: Sequence[Sentence], spans: Sequence[Span]) -> list[tuple[bool, bool]]:
    """Return for each span, in the order given, whether it is negated and whether it is speculative.

    A span belongs to the sentence that it begins in; nothing outside a sentence bears on it.
    """
    verdicts = [(False, False)] * len(spans)
    starts = [sentence.start for sentence in sentences]
    members: dict[int, list[int]] = {}
    for index, (start, _) in enumerate(spans):
        members.setdefault(bisect.bisect_right(starts, start) - 1, []).append(index)
    members.pop(-1, None)
    lowered = _lower(text)
    for number, indices in members.items():
        sentence = sentences[number]
        begin = sentence.start
        written = text[begin : sentence.end]
        low = lowered[begin : sentence.end]
        word = _WORD.search(f" {low}")
        if not (word or "?" in low or "negative" in low or "free" in low):
            continue
        inside = [(spans[i][0] - begin, spans[i][1] - begin) for i in indices]
        scopes = _scopes(low, written, inside, word, in_title=sentence.in_title)
        for index, (start, end) in zip(indices, inside, strict=True):
            denied = 1 in scopes.negated[start:end] or _DENYING.match(low, end) is not None
            verdicts[index] = (denied, 1 in scopes.speculative[start:end])
    return verdicts


def _lower(text: str) -> str:
    """Return the text in lower case, of the same length."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _scopes(
    low: str, written: str, names: Sequence[Span], word: re.Match[str] | None, *, in_title: bool
) -> Scopes:
    """Return what of a sentence is in a scope; `word` is its first trigger word."""
    scopes = Scopes(bytearray(len(low)), bytearray(len(low)))
    named = bytearray(len(low))
    for start, stop in names:
        _mark(named, start, min(stop, len(low)))
    question = (_TITLE_QUESTION if in_title else _QUESTION).search(low) if "?" in low else None
    if question:
        _mark(scopes.speculative, 0, question.end())
    padded = f" {low}"
    while word:
        at, end = word.start(), word.end() - 1  # in `low`, where the pad is not
        trigger = _RULES_OF[low[at]].match(low, at)
        if trigger and not named[at] and not _is_other(written, at, end):
            end = trigger.end()
            rule = _RULES[int((trigger.lastgroup or "r0")[1:])]
            for start, stop in _reach(low, rule, at, end):
                if "denied" in rule.kind:
                    _mark(scopes.negated, start, stop)
                if "maybe" in rule.kind:
                    _mark(scopes.speculative, start, stop)
        word = _WORD.search(padded, end)
    return scopes


def _mark(mask: bytearray, start: int, stop: int) -> None:
    if start < stop:
        mask[start:stop] = b"\1" * (stop - start)


def _is_other(written: str, at: int, end: int) -> bool:
    """Return whether a trigger word is another: NO (nitric oxide), or a month."""
    word = written[at:end]
    return (word == "NO" and not written.isupper()) or (word == "May" and at > 0)


def _reach(low: str, rule: _Rule, at: int, end: int) -> Iterable[Span]:
    """Yield the scopes of a trigger at `at:end`."""
    if rule.ahead:
        yield end, _ahead(low, end, rule)
    if "subject" in rule.kind or "clause" in rule.kind:
        yield _subject(low, at, whole="clause" in rule.kind)


def _ahead(low: str, begin: int, rule: _Rule) -> int:
    """Return where the scope that begins at `begin` ends; a list may be longer than other scopes."""
    stops = _PHRASE_STOP if "phrase" in rule.kind else _DENIAL_STOP if "denied" in rule.kind else _STOP
    depth, stop, words, commas = 0, min(len(low), begin + _LOOK), rule.ahead, "commas" in rule.kind
    for mark in stops.finditer(low, begin, stop):
        sign, at = mark[0], mark.start()
        if sign == "(" or (sign == ")" and depth):
            depth += 1 if sign == "(" else -1
        elif sign == "," and (commas or depth or _LISTED.match(low, at)):
            if not (commas or depth) and low.count(" ", begin, at) < rule.ahead:
                words = _LIST_WORDS
        elif not _goes_on(low, begin, at, sign):
            stop = at
            break
    parts = low[begin:stop].split(None, words)
    return stop - len(parts[words]) if len(parts) > words else stop


def _goes_on(low: str, begin: int, at: int, sign: str) -> bool:
    """Return whether a scope passes over a word that might end it: "no change in", "no evidence that"."""
    if sign == " in":
        return low.endswith(_CHANGES, begin, at)
    return sign in _VERBS and " that " in low[begin:at]


def _subject(low: str, at: int, *, whole: bool) -> Span:
    """Return the span of the subject of a verb at `at`; with `whole`, of all of the clause before it."""
    first = begin = max(0, at - _LOOK)
    for mark in _SUBJECT_STOP.finditer(low, begin, at):
        sign = mark[0]
        lists = sign == "," and _LISTED.match(low, mark.start()) and not _PREPOSITION.match(low, begin)
        if sign not in {"(", ")"} and not lists:
            begin = mark.end()
    if low.find(" and ", begin, at) >= 0 and (joined := _COORDINATED.search(low, begin, at)):
        begin = joined.end()
    if whole:
        return (at, at) if _WHY.search(low, first, at) else (begin, at)
    if _HEAD.search(low, max(begin, at - _HEAD_LOOK), at):
        return at, at
    parts = low[begin:at].rsplit(None, _SUBJECT_WORDS)
    begin += len(parts[0]) if len(parts) > _SUBJECT_WORDS else 0
    hung = _PREPOSITION.search(low, begin, at)
    return begin, hung.start() if hung else at
