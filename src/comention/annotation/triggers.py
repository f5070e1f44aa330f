"""The triggers of negation and supposition, in the order in which they are tried.

The order and the patterns have measured reasons; see :mod:`comention.annotation.assertion` for what they do.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """What a trigger does: `denied` or `maybe` to what is in scope, or nothing.

    `subject`: the subject before it is in scope; `clause`: all of the clause before it. `commas`: the
    scope ahead passes over commas; `phrase`: it ends at the verb of its noun; `held`: at that of what
    has not got it, too; `near`: at a preposition.
    """

    letters: str
    kind: str
    ahead: int
    pattern: str


ADVERBS = r"(?:(?:been|be|being|even|also|\w+ly) )*"
SEEN = (
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
_SUGGESTED = r"suggested|hypothesi[sz]ed|suspected"
_ABLE = (
    r"(?:reverse|prevent|block|inhibit|abolish|restore|reduce|attenuate|be (?:\w+ly )?(?:detected|observed"
    r"|shown|demonstrated|found|identified|measured|seen|reversed|inhibited|prevented|blocked|obtained|isolated))\b"
)

# What is missing where "no treatment for X" or "a lack of data on X" says so: not X.
_WORK = (
    r"(?:access|agreement|algorithms?|approach(?:es)?|assays?|awareness|biomarkers?|care|clarity|consensus"
    r"|clinical trials?|criteria|cures?|data|definitions?|diagnosis|diagnostics?|drugs?|experience|guidance"
    r"|guidelines?|information|insights?|interest|interventions?|investigations?|knowledge|literature"
    r"|markers?|methods?|models?|modalit(?:y|ies)|options?|predictors?|protocols?|recognition|regimens?"
    r"|recommendations?|research|resources|screening|standardi[sz]ation|standards?|strateg(?:y|ies)|targets?"
    r"|stud(?:y|ies)|tests?|therapeutics?|therap(?:y|ies)|tools?|training|treatments?|trials?|understanding"
    r"|uniformity|vaccines?)(?![\w-]| with\b)"
)
_PLAIN_WORD = (
    r"(?:(?!(?:in|of|for|with|on|to|by|and|or|at|from|after|during|under|was|were|is|are|had|occurred|developed"
    r"|observed|seen|found|reported|detected)\b)[\w'’/-]+,? )"
)
_BENEFIT = (
    r"(?:effects?|influence|impact|role|benefits?|efficacy|effectiveness|advantages?|improvements?|activity"
    r"|superiority|value)\b"
)
_SHOWING = "".join(f"|(?<={verb} )" for verb in "showed shows provided offered demonstrated of".split())
_RELATION = (
    r"associations?|correlations?|relation(?:ship)?s?|effects?|influence|impact|difference|changes?|evidence"
    r"|responses?|efficacy|benefits?|improvements?|interactions?|involvement|increases?|decreases?|signs?"
)
# What was not done, or comes later, says nothing against its subject.
_UNDONE = (
    r"(?:otherwise|elsewhere|least|(?:yet )?(?:been )?reached|applicable|available|assessed|evaluated"
    r"|evaluable|measured|tested|investigated|studied|examined|included|powered|blinded|randomi[sz]ed|eligible"
    r"|licensed|approved|recommended|(?:limited|confined|restricted) to)\b"
)

# The letters that the triggers begin with, their kind, how many words the scope holds ahead, a pattern. The
# first that fits at a trigger word counts; those of no kind keep a word from being a trigger.
RULES = (
    Rule(
        "n", "", 0, r"no\. ?\d|no (?:doubt|later than|less than|more than|fewer than|matter|effect level)\b"
    ),
    Rule(
        "n",
        "",
        0,
        r"not (?:only|just|merely|solely|all|every|always|uncommon|unusual|unique|an? (?:in|un)\w+|as)\b",
    ),
    Rule("n", "", 0, rf"not (?:yet )?(?:been )?{_UNDONE}"),
    Rule("nw", "", 0, rf"(?:no|without) {_PLAIN_WORD}{{0,3}}?{_WORK}"),
    Rule("l", "", 0, rf"lack(?:s|ed|ing)?(?: of)? {_PLAIN_WORD}{{0,4}}?{_WORK}"),
    Rule("n", "", 0, r"(?:(?<=should )|(?<=must )|(?<=whether or ))not\b|negative (?!for\b)"),
    Rule(
        "a", "", 0, r"(?:(?<=presence/)|(?<=presence and )|(?<=presence and/or )|(?<=presence vs ))absence\b"
    ),
    Rule("a", "", 0, r"absence(?:/| (?:or|and|and/or|vs\.?|versus) (?:the )?)presence\b"),
    Rule("aw", "", 0, r"(?<=or )absence\b|(?:(?<=or )|(?<=and ))without\b|without (?:doubt|difficulty)\b"),
    Rule(
        "l", "", 0, r"(?:(?<=more )|(?<=most ))likely to\b|lack of (?:understanding|knowledge|compliance)\b"
    ),
    Rule("p", "", 0, r"possible to\b|potentials\b|potentially (?:reversible|fatal|lethal|life)"),
    Rule(
        "mpf", "", 0, r"may \d|(?:(?<=action )|(?<=evoked )|(?<=membrane ))potential\b|free (?!of\b|from\b)"
    ),
    Rule("cn", "maybe subject", 8, rf"(?:cannot|not) (?:be )?{_OPEN}"),
    Rule("r", "maybe", 8, r"rul(?:e|ing) out\b"),
    Rule("n", "maybe clause", 12, rf"not (?:yet )?{ADVERBS}{_KNOWN}"),
    Rule(
        "u",
        "maybe clause",
        12,
        r"un(?:clear|known|certain|resolved|proven)\b(?! (?!if\b|whether\b|how\b|why\b|and\b|but\b|in\b)\w)",
    ),
    Rule("n", "denied subject", 0, rf"(?:not|never|no longer) {ADVERBS}{SEEN}"),
    Rule("a", "denied subject", 0, r"absent\b"),
    Rule("ure", "denied subject", 0, rf"(?:undetect\w+|ruled out|excluded){_AT_END}"),
    Rule("n", "denied subject", 10, rf"(?:not|never|no longer) {ADVERBS}{_DONE}"),
    Rule("u", "denied subject", 6, r"un(?:affected|changed|altered)\b|unrelated(?= to\b)"),
    Rule("n", "denied", 5, r"(?:(?<=but )|(?<=and )|(?<=, ))not\b"),
    Rule("ncfu", "denied subject", 12, r"(?:not|never|cannot|failed|fails?|unable)\b"),
    Rule(
        "n", "denied subject", 12, rf"(?:(?<=had )|(?<=has )|(?<=have ){_SHOWING})no (?=(?:\w+ )?{_BENEFIT})"
    ),
    Rule("n", "denied subject", 0, r"no (?:better|more effective|superior) (?:than|to)\b"),
    Rule("i", "denied subject", 0, r"ineffective\b(?! (?:treatments?|therap|drugs?|doses?))"),
    Rule("l", "denied subject", 0, rf"lack(?:s|ed) (?:\w+ )?{_BENEFIT}"),
    Rule("l", "denied phrase", 12, rf"lack of (?:\w+ )?(?:{_RELATION})"),
    Rule("l", "denied phrase held near", 12, r"lack of\b"),
    Rule("ndf", "denied", 12, r"(?:neither|nor|none|denie[ds]|failure to)\b"),
    Rule("n", "denied phrase", 12, r"(?:no|negative for)\b"),
    Rule("wal", "denied phrase held", 12, r"(?:without|absence of|lack(?:s|ed|ing)?)\b"),
    Rule("dfru", "denied phrase", 12, r"(?:devoid of|free (?:of|from))\b"),
    Rule("ru", "denied phrase", 12, r"(?:ruled out|undetectable)\b"),
    Rule("lp", "maybe subject", 0, r"(?:likely|probable|possible)(?=[.,;)]|$)"),
    Rule("lps", "maybe", 8, r"(?:potential(?:ly)?|possibl[ey]|putative|probabl[ey]|suspected)\b"),
    Rule("lp", "maybe", 8, r"(?:presumed|presumably|likely|perhaps)\b"),
    Rule("c", "maybe subject", 12, rf"could (?!not\b|only\b|(?:\w+ly )?{_ABLE})"),
    Rule(
        "mwuas",
        "maybe subject",
        12,
        r"(?:may|might|would|unlikely|seem(?:s|ed)?|appear(?:s|ed)? (?:to|that))\b",
    ),
    Rule("tbpsh", "maybe subject", 12, rf"(?:thought|believed|presumed|proposed|{_SUGGESTED}) (?:to|as)\b"),
    Rule(
        "sh", "maybe commas", 25, r"suggest(?:s|ed|ing|ive|ions?)?\b|hypothes(?:is (?:that|of)|i[sz]e[sd]?)\b"
    ),
    Rule(
        "spw", "maybe commas", 25, r"(?:possibility|speculat\w+|postulate[sd]?|propose[sd]? that|whether)\b"
    ),
    Rule("ideatc", "maybe", 15, rf"(?:investigat|determin|evaluat|assess|examin|test|explor){_ASKED}"),
    Rule("ec", "maybe", 15, rf"(?:clarif|elucidat){_ASKED}"),
)
