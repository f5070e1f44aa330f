"""What a text says of a substance: that it is given, or that its amount is measured.

"Serum cortisol" and "levels of insulin" are findings, "insulin therapy" and "insulin was infused" treatments.
The words right before and behind a name decide, then those of its list ("IL-6, cortisol and ACTH levels").
Some words tell of the body's own substances alone ("elevated cortisol", "insulin resistance"): of others, a
response and a resistance are to a treatment. Where nothing is said, a substance of the body has the role that
the same text gives it elsewhere; a hormone or mediator that no word of the text gives is the body's own, and
so `measured`; other substances stay `unknown`. What no body makes is given, even where its concentration is
told: an antibody, by its name, or what the same text says is given. What is eaten with food, a tracer, a
residue in water, or what something is made of (:mod:`comention.annotation.analytes`) is not given either, and
has the same role as what is measured.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

from comention.annotation.analytes import Analysed, is_material, is_of_waters, listed
from comention.annotation.document import Document
from comention.records import Mention, Role

_SUBSTANCES = frozenset({"drug", "chemical"})
#: What a word tells of the name beside it; `own`: measured, where it is a substance of the body; `eaten`:
#: that, else given.
_Tells = Literal["given"] | Analysed

#: Names that are those of the body's own substance, while the drug has another name or is rare.
_NATIVE = re.compile(
    r"(?i)(?:cortisol|corticosterone|aldosterone|prolactin|androstenedione|leptin|ghrelin|ferritin|fibrinogen"
    r"|transferrin|creatinine|bilirubin|ha?emoglobin|thyroglobulin|(?:follicle"
    r"|thyroid)[ -]stimulating hormone"
    r"|luteini[sz]ing hormone|thyrotropin|[ft]sh|plasminogen|protein [cs]|homocysteine|malondialdehyde"
    r"|gssg|glutathione disulfide|oxidi[sz]ed glutathione)"
)
#: Hormones and mediators that texts speak of as the body's own, unless they say that one is given; beside
#: them, names of drugs for the same ("dinoprostone") are left out.
_MEDIATORS = re.compile(
    rf"{_NATIVE.pattern}|(?i:insulins?|glucagon|(?:17.{{1,6}})?o?estradiol|e2|testosterone|androgens?"
    rf"|progesterone"
    r"|dopamine|noradrenaline|norepinephrine|histamine|serotonin|acetylcholine"
    r"|gonadotropin-releasing hormone|gnrh|lh|da|ach|5-ht"
    r"|adrenocorticotropic hormone|corticotropin|acth|parathyroid hormone|pth|growth hormone|gh"
    r"|pge2|prostaglandin e2|thrombin|plasmin"
    r"|(?:nt-pro-?)?bnp|(?:brain|b-type|atrial) natriuretic peptide|glp-1|gastrin|calcitonin"
    r"|hepcidins?|amylin)"
)
#: Drugs and chemicals that a body makes or holds without being given them.
_BODY = re.compile(
    rf"{_NATIVE.pattern}|(?i:insulins?|glucagon|o?estradiol|17.{{1,6}}o?estradiol|o?estrogens?|testosterone"
    rf"|androgens?"
    r"|progesterone|dhea-?s?|dehydroepiandrosterone|melatonin|oxytocin|(?:arginine )?vasopressin"
    r"|(?:levo)?thyroxine"
    r"|triiodothyronine|ft[34]|calcitonin|gastrin|erythropoietin|osteocalcin|somatostatin|[\w-]+ hormones?"
    r"|lh|acth"
    r"|gh|pth|hcg|(?:nt-pro)?bnp|natriuretic peptide|glp-1|gonadotropins?|thrombin"
    r"|tissue(?:-type)? plasminogen activator"
    r"|t-?pa|urokinase(?:-type plasminogen activator)?|u-?pa|plasmin|fibrinolysin|(?:o-?)?phosphoserine"
    r"|dexfosfoserine|factor [vxi]+a?|antithrombin(?: iii)?|(?:human serum )?albumin|complement"
    r"|(?:nor)?epinephrine"
    r"|(?:nor)?adrenaline|dopamine|serotonin|histamine|acetylcholine|gaba|adenosine|vitamins? [a-z]\d*"
    r"|cobalamin"
    r"|.{1,16}vitamin d\d?|riboflavin|thiamine?|folates?|folic acid|ascorbic acid|calcitriol|calcifediol"
    r"|retinol|niacin(?:amide)?|nicotin(?:amide|ic acid|ate)|pyridoxine|pyridoxal.*|biotin"
    r"|pantothen(?:ic acid|ate)"
    r"|tocopherols?|.{1,6}tocopherol|(?:.{1,5})?carotenes?|carotenoids?|lycopene|lutein|zeaxanthin"
    r"|phylloquinone"
    r"|menaquinone.*|docosahexaenoic acid|eicosapentaenoic acid|dha|epa|.{0,8}linole[in]*ic acid|omega-3.*"
    r"|dietary fib(?:er|re)|caffeine|alcohol|ethanol"
    r"|glucose|lactate|pyruvate|creatine|urea|uric acid|urate|cholesterol|triglycerides?|glutathione"
    r"|nitric oxide|no"
    r"|nitrites?|nitrates?|ammonia|bile acids?|reactive oxygen species|ros|oxygen|hydrogen peroxide"
    r"|superoxide"
    r"|carbon dioxide|calcium|magnesium|potassium|sodium|phosph(?:ate|orus)|chloride|iron|zinc|copper"
    r"|selenium"
    r"|iodine|manganese|lead|cadmium|mercury|arsenic|atp|nad\+?|taurine|carnitine|choline|betaine|glutamate"
    r"|glutamine"
    r"|glutamic acid|tryptophan|kynurenine|l?-?arginine|glycine|tyrosine|cysteine|prostaglandin(?:s| e2)?"
    r"|pge2"
    r"|dinoprostone|thromboxane.*|leukotriene .*|arachidonic acid|amino acids?|fatty acids?|lipids?"
    r"|collagen|hyaluronic acid|methionine|(?:iso)?leucine|valine|lysine|threonine|phenylalanine|histidine"
    r"|proline|serine|alanine|asparagine|aspart(?:ate|ic acid)|ornithine|citrulline"
    r"|branched[ -]chain amino acids?|methylglyoxal|pyruvaldehyde|oxalates?|succinates?|fumarates?|malates?"
    r"|.{0,6}hydroxybutyrate|3-hydroxybutyric acid|ketone bodies|acetoacetate|(?:hypo)?xanthine|inosine"
    r"|spermi(?:di)?ne|putrescine|polyamines|ceramides?|sphingo(?:myelins?|lipids?)|phospholipids?"
    r"|angiotensin(?:s| i{1,2}v?| \(?1-7\)?)?|(?:human )?chorionic gonadotropin|estriol|oestriol|estrone"
    r"|oestrone"
    r"|(?:cheno|urso)?deoxycholic acid|cholic acid|lithocholic acid|(?:chymo)?trypsin|pepsin|secretin"
    r"|cholecystokinin|kallikreins?|bradykinin|substance p|hepcidins?|lactoferrin|lysozyme|muramidase"
    r"|elastase|collagenases?|hyaluronidases?|catalase|superoxide dismutase|aprotinin|heparan sulfate"
    r"|neopterin|biopterin|coenzyme q10|ubiquinone|vasoactive intestinal (?:poly)?peptide|inhibin|activins?"
    r"|relaxin|motilin|pancreatic polypeptide|endothelin.*|adrenomedullin|urotensin.*|apelin|kisspeptin"
    r"|orexin.*"
    r"|enkephalins?|endorphins?|beta-endorphin|dynorphins?|anandamide|lipoxin.*|resolvin.*|prostacyclin"
    r"|(?:lyso)?phosphatidyl(?:choline|ethanolamine|serine|inositol)s?|acylcarnitines?|triacylglycerols?"
    r"|(?:brain |atrial |[abc]-type )?natriuretic peptides?|gssg|glutathione disulfide)"
)
# Ends of names that no body's own substance has: antibodies, fusion proteins, kinase inhibitors and others.
_MADE = re.compile(
    r"(?i)(?:mab|cept|nib|limus|ciclib|parib|vir|statin|prazole|sartan|cillin|mycin|floxacin|gliptin"
    r"|vaccines?"
    r"|inhibitors?|agonists?|antagonists?|blockers?|antibod(?:y|ies))$"
)

_FLUIDS = (
    "serum plasma blood urine urinary saliva salivary hair csf sputum faecal fecal stool milk synovial fluid "
    "cerebrospinal circulating circulatory plasmatic sweat tear tears hepatic tissue erythrocyte rbc "
    "platelet leukocyte amniotic umbilical"
)
_AMOUNTS = (
    "level levels concentration concentrations content contents amount amounts titer titers titre titres "
    "status "
    "deficiency deficient deficit production secretion synthesis biosynthesis generation accumulation "
    "measurement "
    "measurements excretion assay assays mrna immunoreactivity insufficiency ratio quantification "
    "determination "
    "detection elisa"
)
_OWN_NOUNS = (
    "release resistance sensitivity signaling signalling expression metabolism homeostasis clearance uptake "
    "saturation tension index rhythm response responses awakening reactivity staining "
    "positivity activity "
    "activities efflux influx overload imbalance depletion availability tolerance secreting profile "
    "profiles fluctuation fluctuations slope slopes change "
    "changes variability producing axis value values peak peaks surge surges deprivation neurons "
    "transmission pathway pathways promoter polymorphism polymorphisms "
    "regulation downregulation upregulation overexpression"
)
_OWN_ADJECTIVES = (
    "elevated increased decreased decreasing rising falling declining "
    "diminished reduced raised high higher highest low lower lowest abnormal endogenous "
    "excess "
    "excessive total free fasting baseline intracellular extracellular cellular mitochondrial soluble "
    "ionized cord "
    "postprandial morning nocturnal maternal fetal brain synaptic altered normal basal random mean"
)
_OWN_VERBS = (
    "produce produced produces producing secrete secreted secretes secreting "
    "release released releases releasing"
)
_MEASURES = (
    "measure measured measures measuring quantify quantified quantifying determine determined determining "
    "assayed assessed checked sampled "
    "monitor monitored detect detected detecting excrete excreted estimated analyzed analysed"
)
_OWN_PARTICIPLES = (
    "elevated raised low lower high higher increased decreased reduced produced secreted released correlated "
    "associated regulated upregulated downregulated"
)
_GIVES = (
    "treated treatment treating treatments therapy therapies receive received receiving receives "
    "administer administered "
    "administering administration gave give given giving inject injected injecting injection injections "
    "infused infusing "
    "infusion infusions dose doses dosage prescribe prescribed prescribing prescription incubated "
    "incubation cultured "
    "stimulated stimulation pretreated pre-treated pretreatment supplement supplemented supplementation "
    "exposed exposure "
    "challenged randomized randomised assigned allocated switched switching efficacy effect effects use "
    "users used using uses "
    "addition adding added combination combined safety refractory initiated initiation initiating started "
    "starting "
    "discontinued discontinuation discontinuing benefit benefits taking took require required requiring "
    "need needed "
    "replacement withdrawal versus vs compared applied application immersed loaded dependence addiction "
    "inhalation "
    "monotherapy prophylaxis regimen regimens"
)
_EATEN = "intake intakes consumption"
_EATING = "dietary consume consumed consuming eat eating ate ingested"
_GIVING_ADJECTIVES = (
    "exogenous recombinant oral topical intravenous subcutaneous intranasal inhaled intraperitoneal "
    "systemic synthetic "
    "transdermal bolus intramuscular adjuvant low-dose high-dose prophylactic long-acting daily weekly "
    "intrathecal intravitreal intra-articular adjunctive maintenance"
)
_GIVEN_BEHIND = (
    "therapy therapies treatment treatments administration injection injections infusion infusions "
    "supplement supplements "
    "supplementation supplemented inhalation treated monotherapy dose doses dosing dosage user users use "
    "prophylaxis tablet "
    "tablets capsule capsules cream creams ointment ointments gel gels lotion lotions foam drops implant "
    "implants pellet pellets suppository suppositories enema enemas spray sprays patch patches pump pumps "
    "challenge pretreatment "
    "pre-treatment exposure "
    "discontinuation withdrawal regimen regimens group groups arm arms recipients trough analogue "
    "analogues analog analogs "
    "glargine aspart lispro degludec detemir replacement substitution maintenance induction naive mg µg μg "
    "g iu u"
)
_GIVEN_PARTICIPLES = (
    "given administered injected infused added used prescribed started initiated discontinued applied "
    "effective safe "
    "tolerated"
)
_PREPOSITIONS = frozenset("of in for with to by on at from".split())
_COPULAS = frozenset("was were is are been be has have had being".split())
_EFFECTS = frozenset({"effect", "effects"})
_PUT = frozenset("started starting initiated".split())
_FILLERS = frozenset(
    "the a an both its their his her either and or also not then significantly markedly well mean "
    "median human intact mature".split()
)
_UNITS = frozenset(
    "mg µg μg mcg g ng iu u units nm µm μm mm % mg/kg µg/kg μg/kg mg/m2 mg/day ng/ml µg/ml μg/ml mg/l".split()
)


def _words(**told: str) -> dict[str, _Tells]:
    found: dict[str, _Tells] = {}
    for tells, words in told.items():
        found |= dict.fromkeys(words.split(), cast("_Tells", tells))
    return found


# What stands right before a name; before a preposition that stands there; behind it; behind it and a copula.
_BESIDE = _words(
    eaten=_EATING,
    own=f"{_OWN_ADJECTIVES} {_OWN_VERBS}",
    measured=f"{_FLUIDS} {_MEASURES}",
    given=f"{_GIVING_ADJECTIVES} {_GIVES}",
)
_BEFORE_OF = _words(
    eaten=_EATEN,
    own=f"{_OWN_NOUNS} {_OWN_ADJECTIVES}",
    given=f"{_GIVES} response responses",
    measured=f"{_AMOUNTS} {_MEASURES}",
)
_BEHIND = _words(own=_OWN_NOUNS, eaten=_EATEN, measured=f"{_AMOUNTS} {_MEASURES}", given=_GIVEN_BEHIND)
_SAID = _words(own=_OWN_PARTICIPLES, measured=_MEASURES, given=_GIVEN_PARTICIPLES)
_SOFT = frozenset(_OWN_ADJECTIVES.split())
_PASSED = _FILLERS | _SOFT

# Words that hyphens and dashes part, too.
_WORD = re.compile(r"[^\W_][\w%/+.]*|%|[,;:()\[\].]")
_NUMBER = re.compile(r"\d[\d.,]*")
_BRACKET = re.compile(r"\s*\([^()]{1,40}\)")
_DOSE = re.compile(
    r"\s*\(\s*\d[\d.,]*\s*(?:[mµμn]?g|[nµμm]M|IU|U|units|%)\b"
    # without brackets, but for what is the amount in a volume: "cortisol 18 µg/dL"
    r"|\s\d[\d.,]*[\s-]?(?:[mµμ]?g|mcg|IU|U|units)\b(?!\s?(?:/|per\s)\s?(?:\d+\s?)?(?:[mdµμ]?l|g|mg)\b)"
    # a vaccine, whatever it is made of: "BNT162b2 mRNA vaccine"
    r"|\s(?:[\w-]+\s){0,2}vaccin(?:e|es|ation)\b",
    re.I,
)
# An amount in a volume behind a name: "cortisol 18 µg/dL".
_LEVEL = re.compile(
    r"\s(?:(?:of|was|were|>|<|≥|≤|=)\s?)?\d[\d.,]*\s?(?:[mµμnp]?(?:g|mol|IU|U)|IU|U)\s?/\s?[dm]?l\b", re.I
)
# Behind a substance with an amount before it: "31 g lactic acid/L".
_PER_VOLUME = re.compile(r"(?:\s?\([^()]{1,12}\))?\s?/\s?d?[Ll](?![-\w])|\s(?:[Ll]|dL)(?:[-−–]1|⁻¹)")
# Around what chemists or microbes make, of which nobody takes any yet.
_PRODUCED_BEHIND = re.compile(
    r"(?:\s\([^()]{1,12}\))?[\s\-‐‑–](?:biosynthe(?:sis|tic)|production|titers?|titres?|producers?"
    r"|producing|fermentation)\b"
    r"|,?\s(?:(?:is|are|was|were) )?(?:(?:exclusively|naturally|mainly) )?(?:produced|biosynthesi[sz]ed"
    r"|made) by "
    r"(?:the |an? )?(?:[A-Z][a-z]+ [a-z]|[A-Z]\. ?[a-z]{3}|(?:\w+ )?(?:actino|bacteri|fung|strain))"
)
_PRODUCED_BEFORE = re.compile(
    r"\b(?:[Pp]roduction|[Bb]iosynthesis|[Yy]ields?|[Tt]it(?:er|re)s?|[Ff]ermentation) of (?:the )?"
    r"(?:[\w-]+(?:,|,? and|,? or) ){0,3}$"
)
# Behind a name: in what it is measured.
_IN_FLUID = re.compile(
    r"(?:\s\([^()]{1,12}\))?\s(?:(?:was|were|is|are)\s)?(?:\w+(?:ed|en)\s)?(?:in|from) (?:the )?"
    r"(?:(?:human|maternal|fetal|foetal|cord|fasting|peripheral|venous|arterial|capillary|whole|dried"
    r"|spot|24-h(?:our)?"
    r"|conditioned|cell|culture|tissue|patients?['’]?s?|their) )*"
    r"(?:serum|sera|plasma|blood(?: spots?)?|urine|saliva|sputum|hair|stools?|fa?eces|milk|sweat|tears|CSF"
    r"|cerebrospinal fluid|(?:synovial|amniotic|follicular|lavage|pleural) fluids?|supernatants?"
    r"|exhaled breath"
    r"|(?<=culture )medi(?:um|a)|(?<=conditioned )medi(?:um|a))\b"
)
# Behind insulin: how it comes into people.
_DELIVERY = re.compile(r"[\s\-‐‑–](?:delivery|pens?|syringes?|dosing|titration|pumps?)\b", re.I)
# Behind a substance: who takes it.
_TAKERS = re.compile(
    r"[\s\-‐‑–](?:treated|group|arm|users?|recipients?|patients?|therapy|treatment|exposed|stimulated)\b"
)
# The system of a substance and its receptor: "vitamin D and VDR gene polymorphisms".
_WITH_RECEPTOR = re.compile(
    r"\s?(?:and|/)\s?(?:its |their )?(?:[\w-]+\s){0,3}(?:receptors?|VDR|R)\b"
    r"(?![\s\-‐‑–]+(?:(?:ant)?agonist|inverse|inhibitor|blocker|modulator|blockade|antibod|stimulat))"
    r"|\s(?:and|/)\s(?:[\w-]+\s){0,4}(?:gene|genetic) (?:polymorphisms?|variants?)\b"
)
# What may stand between two names of one list, and members of it that are no mentions: "TSH", "leptin".
_JOINT = (
    r"\s*(?:,\s*(?:and|or)?|/|;|\+|and|or|plus|versus|vs\.?)\s*(?:the\s+)?"
    r"(?:(?:serum|plasma|free|total|random|basal|fasting|mean|baseline|urinary|salivary|intact|ionized)\s+)?"
)
_MEMBER = r"(?:[A-Z][\w-]{0,9}|[a-z]{2,}(?:in|ol|one|gen|ine)s?)"
_BRACKETED = r"(?:\s*\([^()]{1,30}\))?"
_LISTED = re.compile(rf"{_BRACKETED}(?:{_JOINT}{_MEMBER}{_BRACKETED}){{0,3}}{_JOINT}")
_REACH = 60
# So many of the body's own hormones in a list make the others of it that, too: "TSH, thyroxine and FSH".
_NATIVES = 2


def roles(document: Document, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions, those of drugs and chemicals with their role; they are in order of position."""
    text = document.text
    substances = [m for m in mentions if m.entity_type in _SUBSTANCES]
    if not substances:
        return list(mentions)
    in_waters = is_of_waters(text)
    unused = {m[:2] for m in substances if is_material(text, m.start, m.end, m.concept_name)}
    told = {m[:2]: _told(text, m, in_waters=in_waters) for m in substances if m[:2] not in unused}
    _along_lists(text, mentions, told)
    of_text = Counter((m.concept_id, told[m[:2]]) for m in mentions if m[:2] in told)
    roles_of = {m[:2]: _settled(m, told[m[:2]], of_text) for m in substances if m[:2] in told}
    return [
        mention._replace(role=roles_of.get(mention[:2], "measured"))
        if mention.entity_type in _SUBSTANCES
        else mention
        for mention in mentions
    ]


def _told(text: str, mention: Mention, *, in_waters: bool) -> Role:
    """Return what the words right around a substance say of it."""
    start, end = mention.start, mention.end
    before, behind = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if not in_waters and _is_made(mention):
        return "measured" if _is_produced(before, behind) else "given"
    words = _WORD.findall(before.lower())
    if (dosed := _is_dosed(words)) and _PER_VOLUME.match(behind):
        return "measured"
    bracket = _BRACKET.match(behind)
    dosed = dosed or bool(_DOSE.match(behind)) or _is_kept_up(words, behind, mention)
    dosed = dosed or (bracket is not None and _DOSE.match(behind, bracket.end()) is not None)
    tells = "given" if dosed else _behind(behind, bracket) or _before(words)
    if tells is None and words[-1:] == ["despite"]:
        tells = "given"
    if tells == "own" and not _is_of_body(mention):
        tells = _said_before(words, behind) or tells
    if tells is None:
        tells = "own" if _LEVEL.match(behind) or _WITH_RECEPTOR.match(behind) else listed(text, start)
    if tells is None and _IN_FLUID.match(behind):
        tells = "measured"
    if tells is None and in_waters:
        tells = "measured"
    if tells in ("own", "eaten") and not _is_of_body(mention):
        return "given" if tells == "eaten" else "unknown"
    return "unknown" if tells is None else "given" if tells == "given" else "measured"


def _said_before(words: Sequence[str], behind: str) -> _Tells | None:
    """Return what is told before a name whose verb tells of the body's own: "serum lithium was higher".

    Of a noun behind it ("response to iron depletion") an amount alone counts.
    """
    told = _before(words)
    word = _WORD.search(behind.lower())
    noun = word is not None and word[0] in _BEHIND
    return told if told == "measured" or (told == "given" and not noun) else None


def _is_produced(before: str, behind: str) -> bool:
    """Return whether the words around a drug tell that it is being made: "mithramycin biosynthesis"."""
    return bool(
        _PRODUCED_BEHIND.match(behind)
        or (
            before.endswith(("of ", "the ", "and ", "or ", ", "))
            and _PRODUCED_BEFORE.search(before)
            and not _TAKERS.match(behind)
        )
    )


def _is_kept_up(words: Sequence[str], behind: str, mention: Mention) -> bool:
    """Return whether an insulin is called by when it acts or what brings it: "basal insulin"."""
    if not mention.text.lower().startswith("insulin"):
        return False
    return (bool(words) and words[-1] in {"basal", "prandial"}) or _DELIVERY.match(behind) is not None


def _is_dosed(words: Sequence[str]) -> bool:
    """Return whether a number and a unit stand before a name: "10 mg", "2 µM of"."""
    if words and words[-1] == "of":
        words = words[:-1]
    if not words:
        return False
    number = _NUMBER.match(words[-1])
    unit = words[-1][number.end() :] if number else words[-1]
    return unit in _UNITS and (number is not None or (len(words) > 1 and words[-2][0].isdigit()))


def _before(words: Sequence[str]) -> _Tells | None:
    """Return what the words before a name tell, the nearest first."""
    soft: _Tells | None = None
    for at in range(len(words) - 1, -1, -1):
        word = words[at]
        if word == "cell" and words[max(0, at - 1) : at] in (["red"], ["blood"]):
            return "measured"  # "red cell folate"
        if word in _PREPOSITIONS:
            nouns = [w for w in words[:at] if w not in _PASSED]
            tells = _BEFORE_OF.get(nouns[-1], soft) if nouns else soft
            if word == "by" and tells == "measured":
                return None  # "detected by FDG-PET"
            # "effects of a supplement on cortisol", "effect of low dopamine"
            own = word == "on" and tells == "given" and nouns[-1] not in _PUT
            return "own" if own or (soft and nouns and nouns[-1] in _EFFECTS) else tells
        tells = _BESIDE.get(word)
        if tells == "own" and word in _SOFT:
            soft = soft or tells
        elif tells is not None:
            return tells
        elif word not in _FILLERS:
            return soft
    return soft


def _behind(text: str, bracket: re.Match[str] | None) -> _Tells | None:
    """Return what the words behind a name tell, past one bracket, or the end of that which it stands in."""
    if text.startswith(")"):
        bracket = _BRACKET.match(text, 1)
        first = bracket.end() if bracket else 1
    else:
        first = bracket.end() if bracket else 0
    copula = False
    for found in itertools.islice(_WORD.finditer(text[first:].lower()), 5):
        word = found[0].rstrip(".")
        if word in _COPULAS:
            copula = True
        elif copula:
            if word not in _FILLERS and word not in _WAYS and not word.endswith("ly"):
                return _SAID.get(word)
        elif tells := _BEHIND.get(word):
            return tells
        elif word not in _NEXT:
            return None
    return None


_WAYS = frozenset({"up", "down"})
_NEXT = frozenset(_FLUIDS.split()) | {"protein", "gene", "level", "mean", "total", "combination", "add", "on"}


def _is_of_body(mention: Mention) -> bool:
    return _names_body(mention.text) or _names_body(mention.concept_name)


def _is_mediator(mention: Mention) -> bool:
    """Return whether a substance is a hormone or mediator, by its name or its long form."""
    return _names_mediator(mention.abbreviation_of or mention.text)


def _is_native(mention: Mention) -> bool:
    return _NATIVE.fullmatch(mention.text) is not None


def _is_made(mention: Mention) -> bool:
    return _names_made(mention.text) or _names_made(mention.concept_name)


# The same names come again and again.
@functools.lru_cache(20_000)
def _names_body(name: str) -> bool:
    return _BODY.fullmatch(name) is not None


@functools.lru_cache(20_000)
def _names_mediator(name: str) -> bool:
    return _MEDIATORS.fullmatch(name) is not None


@functools.lru_cache(20_000)
def _names_made(name: str) -> bool:
    return _MADE.search(name) is not None


def _along_lists(text: str, mentions: Sequence[Mention], told: dict[tuple[int, int], Role]) -> None:
    """Give the names of a list the role that one of them is told: "insulin, leptin and cortisol levels"."""
    for group in _lists(text, mentions):
        found = {m[:2]: m for m in group if m[:2] in told}
        said = {told[span] for span in found} - {"unknown"}
        if not said and sum(map(_is_native, found.values())) >= _NATIVES:
            told.update({span: "measured" for span, m in found.items() if _is_of_body(m)})
        if len(said) == 1:
            (role,) = said
            told.update({s: role for s, m in found.items() if role == "given" or not _is_made(m)})


def _lists(text: str, mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Yield the mentions that stand in one list; those of other types link, and have no role."""
    group: list[Mention] = []
    for mention in mentions:
        if group and mention.start > group[-1].end:
            between = text[group[-1].end : mention.start]
            if len(between) > _REACH or not _LISTED.fullmatch(between):
                if len(group) > 1:
                    yield group
                group = []
        group.append(mention)
    if len(group) > 1:
        yield group


def _settled(mention: Mention, role: Role, of_text: Mapping[tuple[str, Role], int]) -> Role:
    """Return the role of a mention in its text, by what the text says of the substance elsewhere."""
    if role == "given" or (role == "unknown" and not _is_of_body(mention)):
        return role
    measured, given = (of_text.get((mention.concept_id, told), 0) for told in ("measured", "given"))
    if role == "measured":
        return "given" if given and not _is_of_body(mention) else role
    if measured == given:
        return "measured" if not given and _is_mediator(mention) else "unknown"
    return "measured" if measured > given else "given"
