"""What a text says of a substance: that it is given to somebody, or that its amount is measured.

"Serum cortisol" and "levels of insulin" are findings, "cortisol was infused" and "insulin therapy" are treatments.
The words right before and behind a name decide, then those of its list ("IL-6, cortisol and ACTH levels"). Where
they say nothing, a substance of the body has the role that the same text gives it elsewhere; other substances
stay `unknown`. What a body makes or holds is in the table `BODY`; a name that no body holds (an antibody, a
kinase inhibitor, by the ends of its name) is given even where its concentration is told: it is monitored.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from comention.annotation.document import Document
from comention.records import Mention, Role

_SUBSTANCES = frozenset({"drug", "chemical"})
_DASH = r"\-‐‑–−"

#: Drugs and chemicals whose names are those of the body's own, while the drug has another name, or is rare.
_NATIVE = re.compile(
    r"(?i)(?:cortisol|corticosterone|aldosterone|prolactin|androstenedione|leptin|ghrelin|ferritin|fibrinogen|transferrin"
    r"|creatinine|bilirubin|h(?:a?emo)globin|thyroglobulin|follicle[ -]stimulating hormone|luteini[sz]ing hormone"
    r"|thyroid[ -]stimulating hormone|thyrotropin|fsh|plasminogen|protein [cs]|homocysteine|malondialdehyde)"
)
#: Drugs and chemicals that a body makes or holds without being given them, by the last words of their names.
BODY = re.compile(
    r"(?i)(?:cortisol|corticosterone|insulin|glucagon|(?:o?estradiol|testosterone|progesterone|androstenedione|dhea"
    r"|aldosterone|melatonin|prolactin|oxytocin|vasopressin|thyroxine|triiodothyronine|calcitonin|gastrin|ghrelin"
    r"|leptin|erythropoietin|thyrotropin)|[\w-]+ hormone|fsh|acth|gonadotropins?|thrombin|plasminogen"
    r"|plasminogen activator|t-?pa|thyroglobulin|transferrin|ferritin|fibrinogen|factor [vxi]+|protein [cs]"
    r"|antithrombin(?: iii)?|albumin|(?:nor)?(?:epinephrine|adrenaline)|dopamine|serotonin|histamine|acetylcholine"
    r"|vitamins? [a-z]\d*|(?:25|1,25).{0,12}vitamin d\d?|folate|folic acid|calcitriol|calcifediol|retinol"
    r"|glucose|lactate|pyruvate|creatinine|creatine|urea|uric acid|urate|bilirubin|cholesterol|triglycerides?"
    r"|h(?:a?emo)globin|homocysteine|glutathione|nitric oxide|nitrites?|nitrates?|malondialdehyde|ammonia|bile acids?"
    r"|(?:reactive )?oxygen(?: species)?|hydrogen peroxide|superoxide|carbon dioxide|calcium|magnesium|potassium"
    r"|sodium|phosph(?:ate|orus)|chloride|iron|zinc|copper|selenium|iodine|manganese|atp|nad\+?|taurine"
    r"|(?:gluta|aspart)(?:mate|mine|mic acid|ate)|tryptophan|kynurenine|arginine|glycine|tyrosine|cysteine"
    r"|prostaglandins?(?: e2)?|pge2|dinoprostone|leukotriene b4|arachidonic acid|amino acids?|fatty acids?|lipids?)"
)
# Ends of names that no body's own substance has: antibodies, fusion proteins, kinase inhibitors and others.
_MADE = re.compile(
    r"(?i)(?:mab|cept|nib|limus|ciclib|parib|vir|statin|prazole|sartan|cillin|mycin|floxacin|gliptin)$"
)

_FLUID = (
    r"(?:serum|plasma|blood|urin(?:e|ary)|saliva(?:ry)?|(?:h(?:a)?ir|CSF|sputum|fa?ecal|stool|tissue|cord[ -]blood|milk"
    r"|synovial(?: fluid)?|cerebrospinal(?: fluid)?|circulating|endogenous|intracellular|extracellular|tumou?r"
    r"|hepatic|cellular|bronchoalveolar|plasmatic|fasting|basal|baseline|total|free|soluble|ionized|mitochondrial))"
)
_AMOUNT = (
    r"(?:levels?|concentrations?|contents?|amounts?|titers?|titres?|values?|status|deficien(?:cy|t|cies)|production"
    r"|secretion|synthesis|biosynthesis|generation|accumulation|measurements?|excretion|assays?|mRNA|immunoreactivity"
    r"|insufficiency|ratio)"
)
# What is told of the body's own substances alone: of others, a response and a resistance are to a treatment.
_BODILY = (
    r"(?:release|resistance|sensitivity|signal(?:l)?ing|expression|metabolism|homeostasis|clearance|uptake|consumption"
    r"|saturation|tension|index|rhythm|responses?|awakening|reactivity|staining|positiv(?:e|ity)|activity|activities|efflux"
    r"|influx|overload|imbalance|depletion|availability|tolerance|secreti(?:ng|on)|profiles?|changes?|variability|producing"
    r"|axis|values?|peaks?|surges?|receptors?|deprivation)"
)
_MANNER = (
    r"(?:(?:high(?:er|est)?|low(?:er|est)?|mean|median|elevated|increased|decreased|reduced|raised|enhanced|total|free"
    r"|serum|plasma|blood|urinary|salivary|hair|circulating|tissue|intracellular|endogenous|fasting|basal|baseline"
    r"|morning|peak|the|of|both|cellular|in|and|or|postprandial|residual|excess(?:ive)?|maternal|hepatic|renal)\s+)*"
)
_MEASURED_BEFORE = re.compile(
    rf"(?i)(?:\b{_FLUID}[\s{_DASH}]+(?:(?:total|free|active|high|low|mean)\s+)?"
    rf"|\b{_AMOUNT}\s+(?:of|in|for)\s+{_MANNER}"
    r"|\b(?:measure[ds]?|measuring|measurements? of|quantif\w+|assay(?:ed)?(?: for| of)?|determin(?:e|ed|ing|ation of)"
    r"|monitor(?:ed|ing)|detect(?:ed|ion of|ing)|produc(?:e|ed|es|ing|tion of)|secret(?:e|ed|es|ing|ion of)"
    r"|releas(?:e of|es|ed|ing)|synthesi[sz](?:e|es|ing)|excret\w+|biosynthesis of|(?:elevated|increased|decreased"
    rf"|reduced|raised|high|higher|low|lower|abnormal|endogenous|hyper|hypo|deficien\w+ (?:of|in)|loss of|lack of))\s+{_MANNER})$"
)
_MEASURED_BEHIND = re.compile(
    rf"(?i)(?:\s*\([^()]{{1,30}}\))?(?:[\s{_DASH}/]+(?:and|or)?\s*{_FLUID})?[\s{_DASH}/]+(?:(?:serum|plasma|mean|total|blood"
    rf"|level|gene|protein|axis)\s+)?{_AMOUNT}\b(?!\s+inhibitors?)"
    r"|(?:\s*\([^()]{1,30}\))?\s+(?:was|were|is|are|has been|had been)\s+(?:also\s+|then\s+|significantly\s+|not\s+)*"
    r"(?:measured|determined|assayed|quantified|elevated|raised|low(?:er)?|high(?:er)?|increased|decreased|reduced"
    r"|detected|produced|secreted|released|estimated|analy[sz]ed|correlated|associated with)\b"
)
_BODILY_BEHIND = re.compile(
    rf"(?i)(?:\s*\([^()]{{1,30}}\))?[\s{_DASH}/]+(?:{_FLUID}\s+)?{_BODILY}\b(?!\s+inhibitors?)"
)
_GIVEN_BEFORE = re.compile(
    r"(?i)(?:\b(?:treat(?:ed|ment|ing|ments)?|therap(?:y|ies)|received?|receiving|receives|administ(?:er|ered|ering|ration of)"
    r"|administration of|gave|given|giving|inject(?:ed|ion of|ions of|ing)|infus(?:ed|ion of|ions of|ing)|dos(?:es?|age|ages) of"
    r"|prescri(?:bed|be|ption of|bing)|incubat(?:ed|ion)|cultured|stimulat(?:ed|ion)|pre-?treat(?:ed|ment)"
    r"|supplement(?:ed|ation|ing|s)|exposed|exposure|challenged|induced|primed|loaded|randomi[sz]ed|assigned|allocated"
    r"|switched|efficacy of|effects? of|use of|users? of|using|uses?|injections? of|addition of|adding|added|combination of"
    r"|safety of|respon(?:se|d|ded|ders) to|refractory|resistan(?:t|ce)|toleran(?:ce|t)|exogenous|recombinant|oral|topical"
    r"|intravenous|subcutaneous|intranasal|inhaled|intraperitoneal|systemic|synthetic|transdermal|bolus|intramuscular"
    r"|adjuvant|low-dose|high-dose|prophylactic|long-acting|initiat(?:ed|ion of|ing)|start(?:ed|ing)|discontinu\w+(?: of)?"
    r"|benefits? of|taking|took|require[ds]?|requiring|need(?:ed|ing)?(?: for)?|daily|mg|mcg|µg|μg|IU|dependent on)"
    r"(?:\s+(?:with|by|to|of|on|for|in|either|the|a|an|receive|oral|topical|intravenous|intranasal|subcutaneous|inhaled|high|low|dose"
    r"|low-dose|high-dose|daily|exogenous|recombinant|human|synthetic|systemic|weekly|additional|combined|increasing|doses|of))*"
    r"|\b\d[\d.,]*\s*(?:mg|µg|μg|mcg|g|IU|U|units|nM|µM|μM|mM|%|mg/kg|µg/kg|μg/kg|mg/m2|mg/day|ng/ml|µg/ml|μg/ml)(?:\s+(?:of|per day))?"
    r"|\b(?:versus|vs\.?)\s?)"
    rf"[\s{_DASH}]*$"
)
_GIVEN_BEHIND = re.compile(
    rf"(?i)(?:\s*\([^()]{{1,40}}\))?[\s{_DASH}]+(?:(?:replacement|maintenance|combination|pump|substitution|induction|add-on|rescue)\s+)?"
    r"(?:therap(?:y|ies)|treatments?|administration|injections?|infusions?|supplement(?:s|ation|ed|ing)?|inhalation|treated"
    r"|monotherapy|dos(?:es?|ing|age)|users?|use\b|prophylaxis|tablets?|capsules?|cream|ointment|gel|spray|patch(?:es)?|pumps?"
    r"|challenge|pre-?treatment|exposure|discontinuation|withdrawal|regimens?|groups?|arms?|recipients?|trough"
    r"|analogues?|analogs?|glargine|aspart|lispro|(?:was|were|is|are|has been|had been)\s+(?:\w+ly\s+)?(?:given|administered"
    r"|injected|infused|added|used|prescribed|started|initiated|discontinued|applied|effective|safe|well tolerated)"
    r"|\d[\d.,]*\s*(?:mg|µg|μg|mcg|g|IU|U|units)\b|at a dose|for the treatment|requiring|naive)\b"
    r"|\s*\(\s*\d[\d.,]*\s*(?:mg|µg|μg|mcg|g|IU|U|units|nM|µM|μM|mM|%|ng/ml)\b"
)
# What may stand between two names of one list.
_LISTED = re.compile(
    r"(?:\s*\([^()]{1,30}\))?\s*(?:,|/|;|\+|,?\s*(?:and|or|plus|versus|vs\.?))\s*(?:the\s+)?(?:serum\s+|plasma\s+)?"
)
_BEFORE, _BEHIND = 60, 60


def roles(document: Document, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions, those of drugs and chemicals with their role; they are in order of position."""
    text = document.text
    told = {m[:2]: _told(text, m) for m in mentions if m.entity_type in _SUBSTANCES}
    if not told:
        return list(mentions)
    _along_lists(text, mentions, told)
    of_text = Counter((m.concept_id, told[m[:2]]) for m in mentions if m[:2] in told)
    found = []
    for mention in mentions:
        role = told.get(mention[:2]) if mention.entity_type in _SUBSTANCES else None
        if role == "unknown":
            role = _elsewhere(mention, of_text)
        found.append(mention if role is None else mention._replace(role=role))
    return found


def _told(text: str, mention: Mention) -> Role:
    """Return what the words right around a substance say of it."""
    start, end = mention.start, mention.end
    before, behind = text[max(0, start - _BEFORE) : start], text[end : end + _BEHIND]
    if _GIVEN_BEHIND.match(behind):
        return "given"
    if _MEASURED_BEHIND.match(behind) or _MEASURED_BEFORE.search(before):
        return "given" if _MADE.search(mention.text) or _MADE.search(mention.concept_name) else "measured"
    if _GIVEN_BEFORE.search(before):
        return "given"
    return "measured" if _BODILY_BEHIND.match(behind) and _is_of_body(mention) else "unknown"


def _is_of_body(mention: Mention) -> bool:
    return (BODY.fullmatch(mention.text) or BODY.fullmatch(mention.concept_name)) is not None


def _along_lists(text: str, mentions: Sequence[Mention], told: dict[tuple[int, int], Role]) -> None:
    """Give the names of a list the role that one of them is told: "insulin, leptin and cortisol levels"."""
    for group in _lists(text, mentions):
        spans = [m[:2] for m in group if m[:2] in told]
        said = {told[span] for span in spans} - {"unknown"}
        if len(said) == 1:
            (role,) = said
            made = {m[:2] for m in group if role == "measured" and _MADE.search(m.text)}
            told.update({span: role for span in spans if span not in made})


def _lists(text: str, mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Yield the mentions that stand in one list, a single one too; those of cytokines link, with no role."""
    group: list[Mention] = []
    for mention in mentions:
        if group and mention.start > group[-1].end:
            between = text[group[-1].end : mention.start]
            if len(between) > _BEFORE or not _LISTED.fullmatch(between):
                yield group
                group = []
        group.append(mention)
    if group:
        yield group


def _elsewhere(mention: Mention, of_text: Counter[tuple[str, Role]]) -> Role:
    """Return the role that a text gives a substance of the body elsewhere, more often than the other one."""
    if not _is_of_body(mention):
        return "unknown"
    measured, given = of_text[mention.concept_id, "measured"], of_text[mention.concept_id, "given"]
    if measured == given:
        return "measured" if not given and _NATIVE.fullmatch(mention.text) else "unknown"
    return "measured" if measured > given else "given"
