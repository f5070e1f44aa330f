"""The triggers of negation and supposition, in the order in which they are tried.

The order and the patterns have measured reasons; see :mod:`comention.annotation.assertion` for what they do.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """What a trigger does: `denied` or `maybe` to what is in scope, or nothing.

    `effect`: what is denied is an effect, a change or a relation, on both sides; `agent`: on the side of its
    subject alone; `either`: where the clause speaks of one. `subject`: the subject before it is in scope;
    `clause`: all of the clause before it; `sought`: what the test was for. `commas`: the scope ahead passes
    over commas; `phrase`: it ends at the verb of its noun; `held`: at that of what has not got it, too;
    `near`: at a preposition.
    """

    letters: str
    kind: str
    ahead: int
    pattern: str


_FINITE = "(?:was|were|is|are|had|has|have|did|does|do)"
PEOPLE = (
    r"(?:patients?|subjects|individuals|children|women|men|adults|mice|rats|those|persons|people|cases"
    r"|families"
    r"|animals|infants|controls|groups?|cells)"
)
ADVERBS = r"(?:(?:been|be|being|even|also|\w+ly) )*"
SEEN = (
    r"(?:detect(?:ed|able)|found|observed|seen|present|identified|noted|evident|apparent|demonstrated|shown"
    r"|documented|encountered|recorded|recognized|reported|described|published)\b"
)
# What stands before an adjective: no verb comes there.
_NO_NOUN = "".join(
    f"(?<!{end})"
    for end in (
        " of, or, and, any, the, a, an, no, prior, severe, previous, known, other,ly,ous,ic,al,ive,ecent"
        ",stent,quent,rrent"
    ).split(",")
)
#: A verb in the past behind a noun, with something behind it: "without diabetes ingested glucose", not
#: "without impaired function", "of untreated", "hypertension related to".
PAST = (
    rf"(?:(?<=[a-z0-9)]){_NO_NOUN} (?!un|need|ag|relat|associat|bas|infect|caus|mediat"
    rf"|link)[a-z]{{2,}}(?<!e)ed"
    r"(?= (?!by|with|from|in|at|to|as|on|and|or|for|of|after|during|through|via|using|cells?|patients"
    r"|mice)[a-z0-9])"
    r"| (?:took|got|began|gave|ate|drank|went|came|kept|made|fell|rose|grew|chose|wore|bore|met|sought|spent"
    r"|felt|left|became|started|switched|stopped|continued|discontinued|entered|completed|carried|served"
    r"|participated))"
)
#: Who and what a study leaves out: "patients who had tuberculosis were excluded".
LEFT_OUT = (
    rf"\b(?:{PEOPLE}|participants?|volunteers|recipients|donors|students|workers|smokers|stud(?:y|ies)"
    rf"|trials?|articles?"
    r"|reports?|papers?|publications?|records|samples?|specimens|reviews?|variables?|centres?|centers?"
    r"|animals)\b"
)
_DONE = (
    r"(?:affected|altered|changed|modified|influenced|induced|increased|decreased|reduced|elevated|enhanced"
    r"|inhibited|suppressed|blocked|prevented|required|necessary|involved"
    r"|associated|correlated|related|linked|different|due|caused|attributable|responsible|triggered)\b"
)
_GIVEN = (
    r"(?:receiv(?:e|ed|ing)|get|tak(?:e|en|ing)|us(?:e|ed|ing)|undergo|prescribed?|dispens(?:e|ed|ing)"
    r"|adopt(?:ed)?|stained with|given|treated with|exposed to|on)\b"
    r"(?: (?:any |the )?(?:treatment|therapy) with\b)?"
)
_MADE = r"(?:expressed|produced|secreted|released|excluded|confirmed|diagnosed)\b"
# Whose subject is not there, and whose object is not there.
_BE = r"(?:occur|exist|arise|recur|emerge)\b"
_HAVE = (
    r"(?:(?:ha(?:ve|d)|make|carry|find|see|identify|meet|fulfil+"
    r"|(?:develop|show|present|contain|produce|express|secrete|release|harbou?r|exhibit|experience|suffer"
    r"|detect|observe|report|reveal|display|synthesi[sz]e|require|need|complain|confirm"
    r"|demonstrate)(?:e?d|s)?)\b"
    r"|(?:an?|the|any|be)\b)"
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
    r"|shown|demonstrated|found|identified|measured|seen|reversed|inhibited|prevented|blocked|obtained"
    r"|isolated))\b"
)

# What is missing where "no treatment for X" or "a lack of data on X" says so: not X.
_WORK = (
    r"(?:access|agreement|algorithms?|approach(?:es)?|assays?|awareness|biomarkers?|care|clarity|consensus"
    r"|clinical trials?|criteria|cures?|data|definitions?|diagnosis|diagnostics?|drugs?|experience|guidance"
    r"|guidelines?|information|insights?|interest|interventions?|investigations?|knowledge|literature"
    r"|markers?|measures?|methods?|models?|modalit(?:y|ies)|options?|predictors?|protocols?|recognition"
    r"|regimens?"
    r"|recommendations?|programm?e?s?|consent|funding|insurance|research|resources|screening"
    r"|standardi[sz]ation"
    r"|standards?|strateg(?:y|ies)|targets?"
    r"|reviews?|products?|stud(?:y|ies)|tests?|therapeutics?|therap(?:y|ies)|tools?|training|treatments?"
    r"|trials?|understanding"
    r"|uniformity|vaccines?|analys[ei]s|comparisons?|evaluations?|assessments?|surveys?|publications?"
    r"|time(?= to\b)|funds|(?:control|comparison|comparator|placebo|reference) (?:groups?|arms?)|comparators?"
    r"|blinding|masking|randomi[sz]ation|follow-?up"
    r"|(?:contra)?indications?|estimates?|details?|descriptions?|solutions?|procedures?|techniques?"
    r"|devices?|polic(?:y|ies)|estimations?|statistics|sources?|causes?|reasons?"
    r"|attention|progress|expertise|equipment|facilit(?:y|ies)|providers?|services?|support)(?![\w-]| with\b)"
)
_PLAIN_WORD = (
    r"(?:(?!(?:in|of|for|with|on|to|by|and|or|at|from|after|during|under|was|were|is|are|had|occurred"
    r"|developed|received|took|taking|underwent|started|began|got|gained|needed|required|used|continued"
    r"|completed"
    r"|drank|ingested|applied|swallowed|showed|responded"
    r"|observed|seen|found|reported|detected)\b)[\w'’/-]+,? )"
)
_BARE_WORD = _PLAIN_WORD.replace(",?", "")
_BENEFIT = (
    r"(?:effects?|influence|impact|role|part|relief|protection|benefits?|efficacy|effectiveness"
    r"|advantages?|improvements?|activity"
    r"|superiority|value)\b"
)
_SHOWING = "".join(
    f"|(?<={verb} )"
    for verb in "showed shows provided provides offered offers demonstrated conferred confers yielded yields"
    " added adds gave gives brought conveyed exerted exhibited bore bears bear shown play plays played"
    " of".split()
)
# "Little or no effect", "virtually no benefit".
_HARDLY = r"(?:little (?:or|to) |virtually |almost |essentially |practically )?no "
# What may stand between "no" and the word for a benefit.
_BENEFICIAL = (
    r"(?:(?:additional|added|further|overall|meaningful|significant|apparent|clear|clinical(?:ly)?|relevant"
    r"|survival|mortality|therapeutic|incremental|net|symptomatic|prognostic|substantial|consistent|major"
    r"|statistically|long-term|detectable|measurable|discernible|demonstrable|real|such) )*"
)
_RELATION = (
    r"associations?|correlations?|relation(?:ship)?s?|effects?|influence|impact|difference|changes?|evidence"
    r"|responses?|efficacy|benefits?|improvements?|interactions?|involvement|increases?|decreases?|signs?"
)
# What was not done, or comes later, says nothing against its subject.
_UNDONE = (
    r"(?:otherwise|elsewhere|least|(?:yet )?(?:been )?reached|applicable|available|assessed|evaluated"
    r"|evaluable|measured|tested|investigated|studied|examined|included|powered|blinded|randomi[sz]ed"
    r"|eligible"
    r"|licensed|approved|recommended|(?:limited|confined|restricted) to|compared|validated|addressed|explored"
    r"|many|much|enough|fully|entirely|completely|wholly|totally|sufficient(?:ly)?|adequately|well"
    r"|surprising(?:ly)?"
    r"|unexpected(?:ly)?|uniform(?:ly)?|specific (?:to|for)|inferior|been revealed|suggested|advised"
    r"|advisable|indicated"
    r"|considered|regarded|possible|feasible|suitable|deemed|proven|paid|covered|reimbursed|ideal|optimal"
    r"|satisfactory"
    r"|reflective|representative|appropriate|indicative|typical|characteristic|part of|heard|ever heard"
    r"|aware|informed"
    r"|the focus|ignored|neglected|overlooked|underestimated|tapered|weaned|withdrawn|avoided|stopped"
    r"|familiar|satisfied|confident|trained|willing"
    r"|easy|simple|straightforward|obvious|(?:\w+ ){1,2}enough|the (?:most|least)"
    r"|(?:the|an?) (?:\w+ )?(?:only|sole|main|primary|major|first|last|common|same|single|universal))\b"
)
# An effect that was not seen on what is there: no object of these is denied.
_USELESS = (
    r"(?:effective|efficacious|beneficial|helpful|useful|superior|suitable|reliable|successful|sensitive)\b"
    r"|(?:recapitulate|mimic|reproduce|capture|recogni[sz]e|distinguish|discriminate|differentiate"
    r"|diagnose|replicate"
    r"|reflect|represent|account for|consider|explain|guarantee|classify|discuss|focus|inform|describe"
    r"|address|investigate"
    r"|evaluate|assess|examine|study|test|measure|include|attribute|mention|provide|offer|prepared|compare"
    r"|specify|appear to|result in (?:proper|adequate|correct))\b"
)
# What insurers and authorities grant: a drug that is denied it is there.
_GRANTED = (
    r"(?:coverage|access|claims?|requests?|approval|authori[sz]ation|payments?|reimbursement|compensation"
    r"|insurance|funding|permission)\b"
)
# Behind "declined" where something fell: "declined by 20%", "declined renal function".
_FELL = (
    r"(?!(?:in|by|from|at|on|after|with|during|over|and|but|or|as|when|while|for|more|less|until|through"
    r"|throughout"
    r"|between|again|before|once|faster|only|since|because|despite|under|towards?|across|among"
    r"|than|that|which|it|further|even|both|then|within|without|following|upon|if|per|parallel|similarly"
    r"|thereafter|somewhat|most|relative|compared|along"
    r"|below|above|sharp|week|day|month|year|each|every|about|almost|nearly|approximately|to (?!take"
    r"|receive|start|use"
    r"|have|undergo|be|continue|begin|accept)|\d[\d.,]*%?)\b|\w+ly\b"
    r"|(?:\w+ ){0,2}(?:functions?|rates?|levels?|incidence|mortality|prevalence|performance|cognition|status"
    r"|concentrations?|counts?|activity)\b)"
)
# "At no time did any infant develop kernicterus"; but "at no time point did levels differ".
_AT_NO_TIME = (
    r"(?<=[Aa]t )no (?:time|point|stage|visit)\b(?: (?!(?:did|was|were|has|have|had)\b)[\w-]+){0,5}"
    r" (?:did|was|were|has|have|had)\b"
)
_NOT_HAPPENED = (
    r"(?:differ\w*|chang\w+|stopped|interrupted|discontinued|withdrawn|withheld|reduced|increased|correlat\w+"
    r"|affect\w*|alter\w*)"
)
#: The words for an effect, a change or a relation.
EFFECT = (
    r"(?<![\w-])(?:(?:affect|alter|chang|modif|modulat|influenc|increas|decreas|reduc|elevat|enhanc"
    r"|inhibit|suppress"
    r"|block|prevent|improv|protect|induc|correlat|associat|predict|differ|attenuat|ameliorat|worsen|caus"
    r"|impair"
    r"|restor|revers|abolish|contribut|respon[ds]|effect|impact|benefi|effica|advantage|superior|relation"
    r"|interact"
    r"|involve|mediat|stimulat|activat|explain|rais|lower|promot|exacerbat|aggravat|accelerat|delay|sensitiv"
    r"|recover|resol|relie[fv]|correct|attribut|depend|toxicit|affinity|activity|influx)\w*|(?:roles?"
    r"|rises?|falls?|drops?)\b"
    r"|evidence (?:that|for an?|to)\b|links?\b|(?:more|less|fewer|greater|higher|worse|better|longer)\b)"
)
_WORKS = (
    r"(?:lead(?: to)?|result(?:ed)?(?: in)?|give rise(?: to)?|significan\w+|support|essential(?: for)?|at"
    r"|normali[sz]e|rescue|mirror|play|exert|bind|compromise|elicit|evoke|trigger|provoke|yield|drive"
    r"|confer|alleviate|eliminate"
    r"|eradicate|kill|disturb|preclude|hinder|disrupt|degrade|clear|regulate|target|sensiti[sz]e|replicate"
    r"|grow|deliver"
    r"|vary|fluctuate|rise|fall|transport|generate|adopt|dispense|attracted|paired|realized|reach|meet"
    r"|help|work|act|cross"
    r"|penetrate|accumulate|migrate|proliferate|survive|tolerate|benefit|achieve|attain|seem to|drop"
    r"|decline)\b"
)
# What a drug may do to a course; "no cardiac arrest" denies a thing, so that these count behind "not" alone.
_SLOWS = (
    r"(?:slow|halt|hasten|shorten|prolong|extend|lengthen|curb|ease|cure|heal|mitigate|dampen|retard"
    r"|abort|avert"
    r"|lessen|outperform)\b"
)
# A test that excludes a disease; a study excludes people.
_BY_TEST = (
    "(?:"
    + "|".join(
        f"(?<={test} )"
        for test in "biopsy biopsies scan scans imaging angiography tomography radiography culture cultures"
        " serology examination endoscopy colonoscopy bronchoscopy ultrasound echocardiography pcr test tests"
        " testing workup work-up mri ct histology cytology autopsy d-dimer dimer angiogram ultrasonography"
        " sonography laparoscopy arthroscopy electrocardiogram ecg x-ray radiograph radiographs puncture"
        " catheterization lavage".split()
    )
    + ")"
)
# "Nobody in the household had", "not one of the hunters who ate it developed": in whom a thing was not seen.
_NOBODY = (
    r"(?:nobody|no one|not (?:even )?(?:a single|one(?! but\b)))\b(?: (?!but\b)[\w'’-]+){0,9}?"
    r" (?:(?:was|were) (?:given|treated with|prescribed)|received|took|reported|complained of"
    r"|had|has|have|developed|showed|experienced|suffered(?: from)?|contracted|died (?:of|from)|got"
    r"|presented with)\b"
    rf"|none of (?:[\w-]+ ){{0,3}}{PEOPLE}(?: (?:with|given|on|taking|exposed to"
    rf"|treated with)(?: [\w'’-]+){{1,5}}?)?"
    r"(?: (?:who|that) \w+(?: [\w'’-]+){1,6}?)? (?:developed|had|showed|experienced|suffered|contracted"
    r"|reported)\b"
)
_BY_WORK = r"(?:stud(?:y|ies)|trials?|articles?|papers?|reviews?|guidelines?|reports?|methods?|tools?)\b"

# What was not ended went on: "no patient stopped infliximab", "neither X nor Y was discontinued".
#: A word for an end of something, at which a denial of it ends.
ENDING = (
    r"(?:(?:stop(?:p|s\b|\b)|discontinu|interrupt|suspend)\w*|withdr[ae]w(?:ing|n|al (?:of|from))?\b"
    r"|withh[eo]ld(?:s|ing)?\b|ceas(?:e[ds]?|ing)\b|cessation of)"
)
_ENDED = (
    r"(?:stopped|discontinued|interrupted|withdrawn|suspended|withheld|abandoned|tapered|omitted|ceased)\b"
)

# "Fever was seen in none of the patients".
_SEEN_LAST = (
    "found detected observed seen present identified noted demonstrated shown documented encountered recorded"
    " reported occurred developed"
)
_IN = "|".join(f"(?<={seen} {place} )" for seen in _SEEN_LAST.split() for place in ("in", "by", "among"))

# A verb of what does neither: no noun in the plural.
_VERB = (
    r"(?:\w+ly )?(?:[a-z]+ed|(?:increas|decreas|reduc|prevent|improv|worsen|affect|caus|induc|predict|rais"
    r"|lower|inhibit|block|protect|alter)e?s)\b"
)
_PASSIVE = "(?:" + "|".join(f"(?<={verb} )" for verb in "was were is are been being be".split()) + ")"
# What has "no X" goes on with a verb of its own: "women with no asthma received".
_HAVING = "(?:" + "|".join(f"(?<={w} )" for w in "with having had has have".split()) + ")"
_NOT = (
    r"(?:not(?: (?:able|likely|found|known|shown|seen))?|never|cannot|failed to|fails? to"
    r"|unable to)(?: to)?(?: be)?"
)

# The letters that the triggers begin with, their kind, how many words the scope holds ahead, a pattern. The
# first that fits at a trigger word counts; those of no kind keep a word from being a trigger.
RULES = (
    Rule("n", "", 0, r"(?:not|never|nor) (?:(?:\w+ly|come|go|occur|work|be) )?without\b"),
    Rule("d", "", 0, rf"denie[ds] {_BARE_WORD}{{0,2}}?{_GRANTED}"),
    Rule(
        "n", "", 0, r"no\. ?\d|no (?:doubt|later than|less than|more than|fewer than|matter|effect level)\b"
    ),
    Rule(
        "nc",
        "",
        0,
        r"(?:not|cannot) (?:only|just|merely|solely|all|every|always|uncommon|unusual|unique|an? (?:in"
        r"|un)\w+|as|be (?:over|under)(?:stated|emphasi[sz]ed|estimated|rated))\b",
    ),
    Rule("n", "denied phrase", 12, rf"{_NOBODY}|not (?:even )?a single\b(?!-)"),
    Rule("nc", "", 0, rf"(?:not|no longer|never|cannot) {ADVERBS}(?:yet )?(?:been )?{ADVERBS}{_UNDONE}"),
    Rule(
        "n",
        "",
        0,
        rf"(?:neither|nor) (?:(?!{_FINITE}\b)[\w/'’-]+ ){{1,8}}?(?:was|were|is|are|had been)"
        rf" {ADVERBS}{_ENDED}",
    ),
    Rule(
        "n",
        "denied effect subject",
        12,
        r"(?:(?<=did )|(?<=does )|(?<=had )|(?<=has ))nothing (?:to|for|against)\b"
        r"|(?:(?<=made )|(?<=makes ))no (?:\w+ )?difference\b",
    ),
    Rule(
        "ns",
        "denied sought",
        0,
        rf"(?:{_PASSIVE}|(?<=remained )|(?<=came back ))(?:negative|non-?reactive|sterile){_AT_END}",
    ),
    Rule("d", "denied effect subject", 6, r"dispensable(?= (?:for|in)\b)"),
    Rule("dof", "denied phrase", 8, r"(?:(?:opted|decided) against|for(?:went|go|goes|going|gone))\b"),
    Rule("e", "denied phrase", 8, rf"{_BY_TEST}excluded\b(?! {PEOPLE}| the)"),
    Rule("n", "denied effect subject", 0, rf"(?:not|never) {ADVERBS}(?:borne out|fulfilled|lived? up to)\b"),
    Rule("n", "denied subject", 0, rf"(?:{_IN})(?:none(?:{_AT_END}|(?= of\b))|no (?:\w+ )?{PEOPLE}\b)"),
    Rule(
        "cs",
        "denied subject",
        0,
        r"(?:considered|suspected)(?:,| at first| initially)? but (?:then |later |was )*"
        r"(?:discarded|rejected|dismissed|excluded|ruled out|refuted|disproved)\b",
    ),
    Rule("aor", "denied sought", 0, rf"{_PASSIVE}(?:abandoned|overturned|refuted|rejected)\b"),
    Rule(
        "oer",
        "denied phrase",
        8,
        r"(?:refut(?:e[sd]?|ing)|excluded|overturned|rejected) (?:(?:the|an?|this|our|their|his|her"
        r"|its) )?(?:\w+ ){0,2}?"
        r"(?:diagnos[ie]s|suspicion|presence) of\b"
        r"|refut(?:e[sd]?|ing) (?!(?:\w+ ){0,3}?(?:hypothes|theor|notion|idea|claim|assum|concept|view"
        r"|belief|finding|evidence|result|role|associat|relation|link|existence|need|argument|effica|effect|benefi|use))",
    ),
    Rule(
        "m",
        "denied phrase",
        6,
        r"mis(?:diagnosed|interpreted|classified|label(?:l?ed)|taken) (?:as|for)\b(?: having| being)?",
    ),
    Rule(
        "dr",
        "denied phrase",
        8,
        rf"(?:declined|refus(?:e[sd]?|ing)) {_FELL}",
    ),
    Rule(
        "l",
        "denied phrase held near",
        12,
        r"loss of (?:(?:the|both|endogenous|functional|systemic|host) )*(?=il-?\d|tnf|ifn|tgf|ccl|cxcl"
        r"|tslp|gm-csf"
        r"|interleukin|interferon|tumou?r necrosis factor)",
    ),
    Rule("e", "denied phrase", 4, rf"(?<=after )exclusion of\b(?! (?:\w+ ){{0,2}}{PEOPLE})"),
    Rule(
        "n",
        "",
        0,
        r"(?:(?<=is )|(?<=are )|(?<=was )|(?<= were ))not in\b|(?:(?<=studies did )"
        r"|(?<=trials did ))not report\b"
        r"|no(?:/| or | vs\.? | versus )(?:mild|low|little|minimal|some|yes|moderate|minor|slight)\b",
    ),
    Rule(
        "n", "", 0, r"no (?:\w+ ){0,2}(?:reports?|stud(?:y|ies)|trials?|reviews?|papers?) (?:has|have|had)\b"
    ),
    Rule(
        "n",
        "",
        0,
        r"(?:none|neither) (?:test|examin|investigat|evaluat|assess|stud|report|address|includ|consider"
        r"|look|discuss)\w*"
        r"|no evidence to (?:support|recommend|guide)\b",
    ),
    Rule("n", "", 0, rf"no {_PLAIN_WORD}{{0,3}}?{_WORK}"),
    Rule("nwa", "", 0, rf"(?:not any|without|neither|nor|absence of) {_BARE_WORD}{{0,3}}?{_WORK}"),
    Rule("l", "", 0, rf"lack(?:s|ed|ing)?(?: of)? (?:{_PLAIN_WORD}{{1,2}}and )?{_PLAIN_WORD}{{0,4}}?{_WORK}"),
    Rule("l", "", 0, r"lacking(?= (?:for|on|in|about|regarding)\b|[.,;)])"),
    Rule(
        "n",
        "",
        0,
        r"(?:(?<=should )|(?<=must )|(?<= or )|(?<= or may )|(?<= or did )|(?<= did and did )"
        r"|(?<= were and were )|(?<= or were )|(?<= or do )|(?<= versus )|(?<= vs ))not\b"
        r"|negative (?!for\b)",
    ),
    Rule(
        "f",
        "",
        0,
        r"failure to (?:remove|treat|control|diagnose|recogni[sz]e|identify|detect|eradicate|manage"
        r"|address|consider)\b",
    ),
    Rule("n", "", 0, rf"(?<=but )not (?:(?:in|for|among) )?(?:(?!treated)[\w/-]+ ){{0,3}}?{PEOPLE}\b"),
    Rule("n", "", 0, rf"never (?:smok|users?\b|drinkers?\b|marri)|none of (?:\w+ ){{1,3}}?{_BY_WORK}"),
    Rule(
        "nc",
        "",
        0,
        rf"{_NOT} {ADVERBS}(?:recommend|advise|advocate|claim|mean|imply|know|think|understand|allow"
        r"|permit|believe"
        r"|require (?:treatment|surgery|intervention|therapy))\b",
    ),
    Rule(
        "n",
        "",
        0,
        rf"(?:not|never) {ADVERBS}(?:receiv\w+|under\w+|get|requir\w+|need\w*) {_BARE_WORD}{{0,3}}?"
        r"(?:(?:treatments?|therap(?:y|ies)|interventions?|management) (?:of|for)|screening|surgery"
        r"|testing|tests?|vaccination)\b",
    ),
    Rule("n", "", 0, rf"not (?:have|provide|offer|exist|include) {_PLAIN_WORD}{{0,3}}?{_WORK}"),
    Rule(
        "a", "", 0, r"(?:(?<=presence/)|(?<=presence and )|(?<=presence and/or )|(?<=presence vs ))absence\b"
    ),
    Rule("a", "", 0, r"absence(?:/| (?:or|and|and/or|vs\.?|versus) (?:the )?)presence\b"),
    Rule(
        "aw",
        "",
        0,
        r"(?<= or )absence\b|(?:(?<= or )|(?<= and )|(?<=with/)|(?<=with/ )|(?<=with versus )"
        r"|(?<=with vs ))without\b"
        r"|without(?:/| and | or | versus | vs )with\b|without (?:an? |any )?(?:doubt|difficulty)\b",
    ),
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
    Rule(
        "n",
        "",
        0,
        r"(?:(?<=has )|(?<=have )|(?<=had ))(?:not"
        r"|never) (?:yet )?(?:previously )?been (?:\w+ly )?(?:reported|described|published|documented)\b",
    ),
    Rule("n", "", 0, rf"{_AT_NO_TIME}(?=(?: [^\s.;]+){{0,5}}? {_NOT_HAPPENED}\b)"),
    Rule("n", "denied", 9, _AT_NO_TIME),
    Rule("n", "denied subject", 0, rf"(?:not|never|no longer) {ADVERBS}{SEEN}"),
    Rule("a", "denied subject", 0, rf"absent(?:{_AT_END}|(?= (?:from|for|or|and|when|among)\b))"),
    Rule(
        "re",
        "",
        0,
        r"(?:(?<=should be )|(?<=must be )|(?<=to be )|(?<=always be )|(?<=first be ))(?:ruled out"
        r"|excluded)\b",
    ),
    Rule("ure", "denied subject", 0, rf"(?:undetect\w+|ruled out|excluded){_AT_END}"),
    Rule("re", "denied subject", 0, rf"{_PASSIVE}(?:ruled out|excluded)\b(?! from\b)"),
    Rule("n", "denied subject", 10, rf"(?:not|never|no longer) {ADVERBS}{_MADE}"),
    Rule("n", "denied effect subject", 10, rf"(?:not|never|no longer) {ADVERBS}{_DONE}"),
    Rule("u", "denied effect subject", 6, r"un(?:affected|changed|altered)\b|unrelated(?= to\b)"),
    Rule("n", "denied either held", 5, r"(?:(?<=but )|(?<= and )|(?<=, ))not\b"),
    Rule("ncfu", "denied effect subject", 0, rf"{_NOT} {ADVERBS}(?:{_USELESS})"),
    Rule("ncfu", "denied subject", 12, rf"{_NOT} {ADVERBS}{_BE}"),
    Rule("ncfu", "denied agent subject near", 12, rf"{_NOT} {ADVERBS}{_GIVEN}"),
    Rule("ncfu", "denied agent subject", 12, rf"{_NOT} {ADVERBS}{_HAVE}"),
    Rule("ncfu", "denied effect subject held", 12, rf"{_NOT} {ADVERBS}respond(?:ed|ing)? (?:\w+ly )?to\b"),
    Rule("ncfu", "denied effect subject", 12, rf"{_NOT} {ADVERBS}(?:{_WORKS}|{_SLOWS}|{EFFECT})"),
    Rule("n", "denied effect subject", 12, rf"neither {_VERB} nor {_VERB}(?! {PEOPLE})"),
    Rule("n", "denied effect subject", 0, r"(?:not|never)(?= ?[.,;()]|$)"),
    Rule("n", "denied", 1, r"(?:not|never)\b"),
    Rule(
        "nlvaep",
        "denied effect subject",
        12,
        rf"(?:(?<=had )|(?<=has )|(?<=have ){_SHOWING}){_HARDLY}(?=(?:{_BENEFICIAL}|\w+ ){_BENEFIT})",
    ),
    Rule(
        "nlvaep",
        "denied effect subject",
        12,
        rf"(?:(?<=had )|(?<=has )|(?<=have ){_SHOWING}){_HARDLY}(?=(?:\w+ ){{0,2}}(?:relation(?:ship)?"
        rf"|correlation"
        r"|association|connection|interaction|link|bearing)s? (?:to|with|on)\b)",
    ),
    Rule("n", "denied effect subject", 0, r"no (?:better|more effective|superior) (?:than|to)\b"),
    Rule("n", "denied effect subject", 0, r"(?:(?<=was )|(?<=were )|(?<=is )|(?<=are ))no different\b"),
    Rule("i", "denied effect subject", 0, r"ineffective\b(?! (?:treatments?|therap|drugs?|doses?))"),
    Rule("u", "denied effect subject", 0, r"useless\b"),
    Rule(
        "d",
        "denied",
        6,
        r"disprove[dsn]?\b(?! (?:the |this |our |a )?(?:hypothes|theor|notion|idea|claim|assum|concept))",
    ),
    Rule("as", "denied phrase", 8, r"(?:argu(?:e[sd]?|ing)|sp(?:eaks?|oke)) (?:\w+ly )?against\b"),
    Rule("l", "denied effect subject", 0, rf"lack(?:s|ed) (?:\w+ )?{_BENEFIT}"),
    Rule("l", "denied phrase", 12, rf"lack of (?:\w+ )?(?:{_RELATION})\b"),
    Rule("l", "denied phrase held near", 12, r"lack of\b"),
    Rule(
        "n", "denied effect", 12, rf"no (?:\w+ ){{0,3}}?(?:{_RELATION}) (?:was|were|is|are) {ADVERBS}{SEEN}"
    ),
    Rule("ndf", "denied either", 12, r"(?:neither|nor|none|denie[ds]|failure to)\b"),
    Rule(
        "n",
        "denied phrase held",
        12,
        rf"(?:{_HAVING}no|(?<=and )no (?:(?:known|prior|previous|family) )?history of|negative for)\b",
    ),
    Rule("s", "denied phrase held", 12, r"sero-?negative for\b"),
    Rule("n", "denied phrase", 12, r"no\b|nil (?:\w+ )?(?:evidence|history|signs?) (?:of|for)\b"),
    Rule(
        "ri",
        "denied phrase held near",
        3,
        r"(?:rather than|instead of)(?: (?:an?|the|by|to|with|of|from|as))*"
        r"(?! (?:\w+(?:ing|ed)|(?:prevent|improve|delay|reduce|alleviate|ameliorate|attenuate|protect|promote"
        r"|worsen|increase|decrease|inhibit|suppress|cause|induce|exacerbate|accelerate|treat|cure|block"
        r"|limit"
        r"|drive|suffer|develop)s?"
        r"|mild|moderate|severe|acute|chronic|early|late|active|low|high|primary|secondary|young|old|new"
        r"|in|on|for|at|just|only|merely|simply|solely|alone|after|before|during|when|patients|those|that"
        r"|being)\b)",
    ),
    Rule("wal", "denied phrase held", 12, r"(?:without|absence of|lack(?:s|ed|ing)?)\b"),
    Rule("dfru", "denied phrase held", 12, r"(?:devoid of|free (?:of|from))\b"),
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
