"""Where the words around a name say that something else is meant: its opposite, a protein, a society.

"Non-communicable diseases" are the opposite of what the name inside says, "zinc finger" is no zinc, "National
Cancer Institute" no cancer, and "LIGHT MICROSCOPY" in a title of capitals no cytokine.
"""

from __future__ import annotations

import functools
import re

from comention.annotation.cytokine_words import other_cytokine
from comention.annotation.parts import part_of_another
from comention.annotation.proteins import is_receptor
from comention.annotation.senses import another_sense
from comention.annotation.titles import is_study, title_around
from comention.annotation.tubes import is_of_tube
from comention.records import EntityType

_DASH = r"\-‐‑–−"  # within a class
_NON = re.compile(rf"(?<![\w])non(?:[{_DASH}]\s?|\s)$", re.I)
_NON_REACH = 6
_HYPHENS = frozenset("-‐‑–−")
_PSEUDO = re.compile(rf"(?<![\w])pseudo[{_DASH}]$", re.I)
_REACH = 24
_NAME_REACH = 80

# Before a short form of diabetes and a few others: what goes before the disease.
_PRECURSOR = re.compile(rf"(?<![\w])pre[{_DASH}]$", re.I)
_HAVING_PRECURSORS = frozenset("T2D T2DM T1D T1DM DM COPD RA".split())
# A piece of a chromosome by its arm, and around it the tumours that lose or gain it: no inborn syndrome.
_ARM = re.compile(
    r"(?:(?:chromosome )?\d{1,2}[pq][\d.]* ?(?:deletions?|monosomy|duplications?|trisomy)"
    r"|(?:deletion|monosomy|trisomy|duplication) (?:of )?(?:chromosome )?\d{1,2}[pq][\d.]*)",
    re.I,
)
_OF_TUMOUR = re.compile(
    r"(?i)leuk[ae]|lymphoma|myelom|tumou?r|cancer|carcinoma|glioma|oligodendro|myelodysp|neoplas|melanoma"
    r"|blastoma"
    r"|(?-i:\b(?:CLL|AML|MDS|MM|TP53)\b)|sarcoma|chemotherap"
)
_FAR = 300
# Before an amino acid: what makes it a part of a protein's name, "protein acidic and rich in cysteine".
_RICH_IN = re.compile(
    r"\b(?:proteins?|domains?|regions?|peptides?|motifs?)[\s,](?:acidic(?:,|\sand)\s)?(?:and\s)?"
    r"rich in (?:\w+(?:,| and) )?$",
    re.I,
)
_AMINO_ACIDS = frozenset(
    "alanine arginine asparagine aspartate cysteine glutamate glutamine glycine histidine isoleucine leucine "
    "lysine methionine phenylalanine proline serine threonine tryptophan tyrosine valine".split()
)
# Behind a substance: what makes it a part of a molecule that chemists made.
_MOIETY = re.compile(
    rf"[\s{_DASH}](?:(?:functional|linked|based|containing|bearing)[\s{_DASH}])?(?:moiet(?:y|ies)"
    rf"|pharmacophores?|scaffolds?|linkers?"
    rf"|backbones?|functional groups?)\b",
    re.I,
)
# Behind a substance: a bond of atoms. Behind what ends molecules, or a list of such: their groups.
_BOND = re.compile(rf"[\s{_DASH}]bond(?:s|ing)?(?!\w)|(?<=ogen)[{_DASH}]bonded(?!\w)", re.I)
_FUNCTIONAL = frozenset(
    "hydroxyl hydroxy carboxyl carboxylate carbonyl aldehyde ketone amine amino amide imine imide ester "
    "epoxide epoxy thiol sulfhydryl sulfonate sulphonate sulfonic sulfate phosphate phosphonate phosphoryl "
    "hydroxylamine azide nitrile nitro nitroso methyl methylene alkyl aryl vinyl allyl phenyl benzyl acetyl "
    "acetate acrylate methacrylate silanol quinone catechol phenol guanidine imidazole trifluoromethyl "
    "difluoromethylene ether".split()
) | {"carboxylic acid", "sulfonic acid", "phosphonic acid", "boronic acid"}
# Those that are given too: "the acetate and placebo groups" are of patients.
_GIVEN = frozenset(
    {"acetate", "phenol", "ether", "sulfate", "phosphate", "catechol", "guanidine", "imidazole"}
)
_OTHERS = re.compile(r"(?i)placebo|control|sham|vehicle|saline|treat|drug|propionate|butyrate|zole")
_GROUP = re.compile(
    rf"(?:(?:\s?[/,]\s?|,?\s(?:and|or)\s)[\w{_DASH}]+){{0,4}}[\s{_DASH}](?:functional |end |side )?"
    r"groups(?!\w)"
    rf"|[\s{_DASH}](?:functional |end |side )group(?!\w)|[\s{_DASH}]group"
    r"(?= (?:of|on|at|in) (?!patients|rats|mice|animals|day|women|men|children|subjects|\d))"
)
# Behind a metal or a mineral: what makes it a material, not a substance that a body is given.
_MATERIAL = re.compile(
    rf"\s?/\s?Li\s?[+⁺]|[\s{_DASH}]ion[\s{_DASH}](?:cells?|capacitors?|packs?|conduct\w+|technolog\w+"
    rf"|chemistr\w+)(?!\w)"
    rf"|(?:[\s{_DASH}](?:[a-z]{{3,10}}|S|Se|O2|O₂|CO2|CO₂|I2))?(?: \([^()]{{1,10}}\))? batter(?:y|ies)"
    rf"|[\s{_DASH}](?:(?:ion|based|coated|doped|air|metal|polymer|sulfur|sulphur|oxide|phosphate|plated"
    rf"|sputtered"
    rf"|screen[\s{_DASH}]printed)[\s{_DASH}])?(?:batter(?:y|ies)|dendrites?|bronzes?|alloys?|electrodes?"
    rf"|anodes?|cathodes?"
    rf"|wires?|foils?|foams?"
    rf"|nano(?:particles?|rods?|wires?|clusters?|sheets?|tubes?|cages?|stars?|shells?|structures?"
    rf"|materials?|composites?)"
    r"|disilicates?|niobates?|glass[\s-]ceramics?|substrates?|surfaces?|plates?|implants?|catalysts?"
    r"|cells? batter(?:y|ies)|thin films?|scaffolds?"
    r"|crowns?"
    r"|prosthe(?:sis|ses)|screws?|stents?|mesh(?:es)?|NPs?)(?!\w)",
    re.I,
)
_METALS = frozenset(
    "lithium magnesium silver gold platinum titanium copper zinc iron aluminum aluminium nickel cobalt "
    "palladium "
    "li manganese calcium sodium potassium tin selenium cerium silicon carbon tungsten vanadium "
    "molybdenum".split()
)
# Behind what lases, and what that is called.
_LASER = re.compile(
    rf"(?:[\s:{_DASH}](?:doped|ion|dye|vapou?r|fib(?:er|re)|yttrium|alumini?um|garnet|YAG|fractional)){{0,4}}"
    rf"(?:\s\([^()]{{1,20}}\)|\))?[\s{_DASH}]lasers?(?!\w)",
    re.I,
)
_LASING = re.compile(
    rf"(?i)neodymium|holmium|erbium|thulium|ytterbium"
    rf"|yttrium(?:[\s{_DASH}]alumini?um(?:[\s{_DASH}]garnet)?)?|alumini?um"
    rf"|alexandrite|ruby|sapphire|argon|krypton|helium|neon|xenon|CO2|CO₂|carbon dioxide"
    rf"|potassium[\s{_DASH}]titanyl[\s{_DASH}]phosphate|KTP|copper|gold|titanium"
)
# Around a short form: more of a longer one, "r-B-CRPS-BPDS".
_LONGER_BEFORE = re.compile(rf"[A-Z][{_DASH}]$")
_LONGER_BEHIND = re.compile(rf"[{_DASH}][A-Z]{{2,}}")
# Behind a disease in small letters, too: "xerostomia questionnaire".
_ASKED = re.compile(
    rf"[\s{_DASH}](?:(?:specific|symptoms?|impact|control|index|handicap|screening|severity|rating"
    rf"|scor(?:es?|ing)"
    rf"|disability)[\s{_DASH}]){{0,3}}(?:questionnaires?|inventor(?:y|ies)|checklists?|subscales?"
    rf"|scales?(?! (?:with|as|up|down|linearly)\b))\b"
    r"|\s(?:(?:disease|global|clinical) )?(?:activity|severity) ind(?:ex|ices)\b"
    r"|\s(?:disease )?(?:area|extent|symptoms?|activity) (?:and|&) severity (?:ind(?:ex|ices)|scores?)\b"
    r"|\s(?:(?:functional|damage|responder|quality[\s-]of[\s-]life|endoscopic|symptom|impact) ind(?:ex|ices)"
    r"|(?:disease )?activity scores?|endoscopic ind(?:ex|ices) of severity|(?:control|assessment) tests?"
    r"|quality[\s-]of[\s-]life (?:questionnaires?|scales?|instruments?)|functional composites?"
    r"|(?:response|responder) criteria|global assessments?|low disease activity states?)\b",
    re.I,
)
# Behind a substance in capitals: what makes it the name of a questionnaire on its use.
_ON_USE = re.compile(
    r"(?: (?:[A-Z&][\w'’-]*|and|of|for|in|the|to)){0,4} (?:Questionnaires?"
    r"|Inventor(?:y|ies)|Checklists?|Interviews?|Screening (?:Tests?|Tools?)|Identification Tests?"
    r"|Treatment Index|(?:Severity|Dependence|Rating|Craving"
    r"|Withdrawal|Attitudes?|Expectanc(?:y|ies)) Scales?)\b"
)
# Behind a disease: what makes it the name of a virus, or, with others, that of a vaccine.
_VIRUS = re.compile(
    rf"(?:\s\([A-Z]{{2,6}}\)|\)(?= virus))?[\s{_DASH}](?:(?:related|associated)[\s{_DASH}])?"
    r"(?:(?:sero)?types? \d(?:-\d)? |(?:sero)?(?:complex|group) )?(?:corona ?virus(?:es)?|CoVs?|virus(?:es)?"
    r"|vir(?:ulent|al) (?:(?:and|or|vaccine|viral|virus) ){0,4}strains?)(?![a-z])",
    re.I,
)
# Behind hepatitis B, perhaps with its short form: a protein of the virus.
_ANTIGEN = re.compile(
    rf"(?:\s\([A-Z]{{2,5}}\))?[\s{_DASH}](?:(?:surface|core|envelope)[\s{_DASH}]|[ex] )(?:antigen|antibod"
    rf"|protein|based\b|derived\b|virus-like|particles?\b)",
    re.I,
)
# A disease that a virus is called after; behind it the virus with others, or one of its genes or proteins.
_VIRAL = re.compile(
    r"(?i)(?:(?:human |avian |swine )?influenza|dengue(?: fever)?|measles|mumps|rubella|rabies"
    r"|yellow fever|chikungunya"
    r"|hepatitis [A-E]|zika|ebola|polio|distemper|west nile|japanese encephalitis|herpes simplex"
    r"|equine infectious ana?emia|(?:bovine|feline) leuka?emia|lymphocytic choriomeningitis"
    r"|tick-borne encephalitis"
    r"|vesicular stomatitis|foot[ -]and[ -]mouth disease|newcastle disease|infectious bronchitis|bluetongue"
    r"|(?:rift valley|lassa|african swine|classical swine) fever|infectious bursal disease|marek['’]s disease"
    r"|(?:(?:western|eastern|venezuelan) equine|st\.? louis) encephalitis"
    r"|smallpox|monkeypox|mpox|vaccinia)(?: [AB])?"
)
_AND_VIRUSES = re.compile(
    r"(?:,? (?:and |or )?(?:[A-Z][\w‐‑–-]*|simplex|zoster|nile|encephalitis|measles|mumps|rubella"
    r"|dengue|influenza|rabies|chikungunya|hepatitis|yellow fever|fever|vaccinia|leuka?emia|ana?emia"
    r"|immunodeficiency"
    r"|stomatitis|distemper|bovine|feline|equine|infectious|vesicular|bronchitis"
    r"|polio|cytomegalo)){1,4} [Vv]irus(?:es)?\b"
)
_OF_VIRION = re.compile(
    rf"(?: [AB])?[\s{_DASH}](?:NS\d\w?|N|M|E|F|G|L|P|S|NP|HA|NA|PB[12]|spike|nucleocapsid|nucleoprotein"
    rf"|glycoprotein|capsid"
    r"|hemagglutinin|haemagglutinin|neuraminidase)[\s-](?:genes?|proteins?|antigens?|mRNA|RNA)\b"
)
# Behind a disease: what is like it, but for what animals do that are a model of it.
_LIKE = re.compile(
    rf"(?:[{_DASH}]like|\slike(?= (?:illness|symptom|syndrome)))(?: skin| acral| cutaneous"
    rf"| oral)?\s(?:lesions?|rash(?:es)?|eruptions?|exanthems?"
    rf"|illness(?:es)?"
    rf"|symptoms?|features?"
    r"|appearances?|presentations?|reactions?|picture|manifestations?|patterns?|episodes?|events?|cells?)\b",
    re.I,
)
# Behind a disease: what those who have it eat.
_DIET = re.compile(
    r"\sdiets?\b(?!,? (?:and|or|plus) (?:regular |physical )?(?:exercis|lifestyle|activity|drug|medic|weight)"
    r"| (?:low|high|rich)\b)",
    re.I,
)
# Behind "tumor" with a site before it: "splenic tumor necrosis factor".
_NECROSIS_FACTOR = re.compile(rf"[\s{_DASH}]necrosis[\s{_DASH}]factors?\b", re.I)
# Behind or before a disease: more members of a syndrome's name, "keratitis-ichthyosis-deafness syndrome".
_CHAIN = re.compile(
    rf"((?:[{_DASH}](?!(?:associated|related|induced|like|positive|negative|specific"
    rf"|overlap)\b)[A-Za-z]{{4,}}){{0,4}})"
    r"(?: \([A-Za-z]{2,8}\))? syndromes?\b"
)
_CHAIN_BEFORE = re.compile(rf"(?<![\w{_DASH}])(?:[A-Za-z]{{4,}}[{_DASH}]){{1,4}}$")
_FEWEST_JOINTS = 2
# Behind a disease: what only looks like it, where no verb stands: "stroke mimics were frequent".
_MIMIC = re.compile(
    rf"[\s{_DASH}](?:mimick(?:er|ry)\w*|look[\s{_DASH}]?alikes?"
    r"|mimics(?=[.,;:)]|$| (?:and|or|are|were|was|is|may|can|could|should|have|had|such|includ\w+|in|at|by"
    r"|from|on|of|as|with|who|that|which|among|presenting|for|rarely|often)\b)"
    r"|mimic(?= (?:patient|condition|disease|diagnos|was|is)))",
    re.I,
)
_OF_VIRUS = "a virus"
_MADE_BEHIND = (
    (_MIMIC, "what only looks like it"),
    (_ASKED, "a questionnaire or a scale"),
    (_LIKE, "what is like it"),
    (_DIET, "what those eat who have it"),
    (_VIRUS, _OF_VIRUS),
    (_ANTIGEN, "a protein of a virus"),
)
# A disease has a course, a virus none: "chronic hepatitis B virus" is what patients have.
_COURSE = re.compile(r"(?i)(?:chronic|acute) ")
_VACCINATED = (
    r"(?:flu|pasteurellosis|brucellosis|leptospirosis|dengue|chikungunya|malaria|meningitis"
    r"|(?:herpes )?zoster"
    r"|shingles|Lyme disease|chickenpox|Newcastle disease|foot-and-mouth disease|bluetongue"
    r"|measles|mumps|rubella|varicella|diphtheria|tetanus|(?:acellular )?pertussis|polio(?:myelitis)?"
    r"|influenza|COVID(?:[-‐‑–]?19)?|hepatitis [AB]|varicella[\s-]zoster|(?:tick[\s-]borne "
    r"|Japanese )?encephalitis|yellow fever"
    r"|rabies|typhoid(?: fever)?|smallpox|anthrax|cholera)"
)
_AGAINST_DISEASE = re.compile(rf"(?i){_VACCINATED}")
_VACCINE = re.compile(
    rf"(?i)(?:[\s,/{_DASH}]+(?:(?:and"
    rf"|&)\s)?{_VACCINATED})*,?\s(?:\([A-Za-z]{{2,6}}\)\s)?(?:virus\s)?(?:vaccin(?:es?|ations?)|antitoxins?|toxoids?)\b"
)
# Before an epithet that a disease has as its name, too: "Bordetella pertussis", "B. pertussis".
_GENUS = re.compile(r"\b(?:[A-Z][a-z]{3,}(?:ella|ia|us|um)|[A-Z]\.|M)\s$")
_EPITHETS = frozenset({"acnes", "pertussis", "tuberculosis", "pseudotuberculosis", "tsutsugamushi"})
# Behind a tumour: the number and the symbol of the gene that is called after it, "breast cancer 1 (BRCA1)".
_GENE = re.compile(
    rf"[\s{_DASH}](?:protein )?(\d)(?:,? early onset)?\s(?:\([A-Z]{{2,5}}\1\)|(?:tumou?r suppressor )?"
    r"(?:genes?|proteins?|mutations?)\b)"
    rf"|\s(?:tumou?r )?protein[\s{_DASH}]?\d\b|[{_DASH}]1(?![\w{_DASH}]|\s(?:cells?|lines?|xenografts?)\b)"
    rf"|(?:[\s{_DASH}]\d)?[\s{_DASH}]associated (?:(?:long |non-?coding |lnc|nc|RNA )*)transcript\b"
    rf"|\s(?:homeobox|susceptibility candidate)\b|[{_DASH}]suppress(?:ing|ive|or) genes?\b"
)
_TUMOUR = re.compile(
    r"(?i).*(?:cancer|tumou?r|carcinoma|blastoma|melanoma|meningioma|sarcoma|leuka?emia)(?: \d)?"
)
# Behind lymphomas and diseases of repair: the genes of Bcl-2, of Fanconi anemia and of xeroderma pigmentosum.
_BCL = re.compile(rf"\s\(?Bcl\)?[\s{_DASH}]?(?:\d|x)|\)?[{_DASH}](?:\d|x[LS]?)\b", re.I)
_LYMPHOMA = re.compile(rf"(?i)B[\s{_DASH}]cell (?:lymphoma|leuk\w+(?:/lymphoma)?)|BCL")
_OF_REPAIR = re.compile(
    r"\s(?:\(FA\) )?(?:(?:core|ubiquitin|E3|ligase|ID2|protein|nuclear|DNA|repair) ){0,4}"
    r"(?:complex(?:es)?|pathways?|proteins?)\b"
    r"|\s(?:(?:complementation )?group )?[A-G](?: \(XP[A-G]\)"
    r"|(?: and [A-G])? (?:genes?|proteins?|mRNA|expression|levels?)\b)"
)
_REPAIR = re.compile(r"(?i)fanconi(?:['’]s)? ana?emia|xeroderma pigmentosum|(?-i:FA|XP)")
# Behind two persons' names: the protein, "von Hippel-Lindau (VHL) protein".
_PERSONS = re.compile(r"(?:von )?[A-Z]\w+-[A-Z]\w+(?: syndrome)?")
_PERSONS_PROTEIN = re.compile(
    r"\s(?:\([A-Z]{2,5}\)\s)?(?:tumou?r suppressor\s)?(?:proteins?|gene products?)\b"
)
# Behind a substance: a drug that acts on its receptor.
_ON_RECEPTOR = re.compile(
    rf"[\s{_DASH}](?:(?:\([^()]{{1,12}}\)\s)?receptors?[\s{_DASH}])(?:\([^()]{{1,12}}\)\s)?"
    rf"(?:(?:inverse|partial)\s)?(?:ant)?agonists?(?!\w)"
    rf"|[\s{_DASH}](?:(?:[AB]|[AD][1-5]|A2[AB]|H[1-4])[{_DASH} ])?"
    rf"(?:antagonists?|agonists?|inhibitors?|blockers?)(?!\w)|[{_DASH}]ergic(?!\w)",
    re.I,
)
# Behind a substance: the receptor that is called after it, "angiotensin II type 2 receptor".
_RECEPTOR = re.compile(
    rf"[\s{_DASH}]types?[\s{_DASH}]\d[A-Za-z]?(?: \([^()]{{1,12}}\))?[\s{_DASH}]receptors?(?!\w)"
    rf"(?![\s{_DASH}]+(?:\([^()]{{1,12}}\)\s)?(?:(?:ant)?agonists?|blockers?|inhibitors?))",
    re.I,
)
# Behind a substance: what makes it the measure of another's dose, "morphine milligram equivalents".
_EQUIVALENT = re.compile(
    rf"(?:[\s{_DASH}](?:milligrams?|mg|dos(?:e|age)s?|daily|oral|sulfate"
    rf"|base))*[\s{_DASH}]equivalen(?:ts?|ce)\b",
    re.I,
)
# Before and behind a disease that ends a syndrome's name: "ichthyosis, atrichia and photophobia syndrome".
_MEMBER = re.compile(r"(?:,|,? and)\s$")
_SYNDROME = re.compile(r"(?: \([A-Za-z]{2,8}\))? syndromes?\b")
# Behind a short form of capitals: a dye or a way to stain, "H&E, TB, and PAS staining".
_STAINING = re.compile(rf"(?:, [^\s,]+){{0,3}},?(?: and [^\s,]+)?[\s{_DASH}]stain(?:ing|s|ed)?\b")
# Behind a short form: what begins another name.
_FURTHER = (" and ", " & ", " of ", " in ", " for ")
# How what is behind a name begins, in one to three letters, where it may make the name something else.
_BEGIN_BEHIND_DISEASE = (
    frozenset(
        "rel ass cor cov vir syn tum pro gen mim loo lik nec die sur env hom sus bcl ubi e3 lig id2 nuc "
        "dna rep lon non lnc ncr rna com pat gro que inv che sub spe imp ind han scr sev dis act sym rat are "
        "ext fun dam qua end ass res low con sca sco glo cli ser typ sup "
        "( - 0 1 2 3 4 5 6 7 8 9".split()
    )
    | {f"{letter} " for letter in "abcdefgx"}
    | {" vi"}
)
_BEGIN_BEHIND_SUBSTANCE = frozenset(
    "fun lin bas con bon bea moi pha sca bac typ mil mg dos dai ora sul equ rec ant ago inh blo erg ( "
    "a- b- a1 a2 a3 a4 a5 d1 d2 d3 d4 d5 h1 h2 h3 h4".split()
) | {"a ", "b "}


def _goes_on(text: str, end: int, beginnings: frozenset[str]) -> bool:
    """Return whether what stands one character behind a name may begin so.

    This costs less than to ask the patterns. What is not ASCII may be a letter in another case.
    """
    near = text[end + 1 : end + 4].lower()
    return near in beginnings or near[:2] in beginnings or near[:1] in beginnings or not near.isascii()


def is_opposite(text: str, start: int) -> bool:
    """Return whether what stands before a name turns it round: "non-cancer"."""
    # The search costs more than a look at the few characters that it could match, at the last of them first.
    last = text[start - 2 : start - 1]
    if last.isalnum() and last not in "nN":
        return False
    near = max(0, start - _NON_REACH)
    return "non" in text[near:start].lower() and _NON.search(text, near, start) is not None


def another_thing(text: str, start: int, end: int, entity_type: EntityType) -> str | None:
    """Return what the words around a name make of it where it is not what it says; else None."""
    # of substances both kinds are asked for alike
    return _another_thing(text, start, end, "chemical" if entity_type == "drug" else entity_type)


# The recogniser's spans are mostly names that were asked before: those of a few batches are kept.
@functools.lru_cache(8192)
def _another_thing(text: str, start: int, end: int, entity_type: EntityType) -> str | None:
    if is_opposite(text, start):
        return "its opposite"
    if entity_type == "cytokine":
        return other_cytokine(text, max(0, start - _REACH), start, end)
    if entity_type != "disease" and is_of_tube(text, start, end):
        return "what is in a tube for blood"
    if another_sense(text, start, end):
        return "another expression"
    if entity_type == "disease":
        return _other_disease(text, start, end)
    word = text[start:end].lower()
    return part_of_another(text, word, end) or _other_substance(text, word, start, end)


def _other_substance(text: str, word: str, start: int, end: int) -> str | None:
    """Return what the words around a substance make of it where it is another thing."""
    if is_receptor(text, start) or (
        word in _AMINO_ACIDS and _RICH_IN.search(text, max(0, start - _NAME_REACH), start)
    ):
        return "a protein"
    if text[start].isupper() and _is_title(text, start, end):
        return "the name of a study or a scale"
    goes_on = _goes_on(text, end, _BEGIN_BEHIND_SUBSTANCE)
    found = _against(text, start) or _made_of(text, word, end, goes_on=goes_on)
    if found or not goes_on:
        return found
    if _RECEPTOR.match(text, end):
        return "a receptor"
    if _EQUIVALENT.match(text, end):
        return "the measure of another's dose"
    return "a drug that acts on its receptor" if _ON_RECEPTOR.match(text, end) else None


def _against(text: str, start: int) -> str | None:
    """Return what the prefix before a substance says: "anti-estrogen therapy" is no estrogen."""
    against = text[start - 1 : start] in _HYPHENS and text[start - 5 : start - 1].lower() == "anti"
    return "what acts against it" if against else None


def _is_title(text: str, start: int, end: int) -> bool:
    """Return whether a substance in capitals is in the name of a study, or of a questionnaire on its use."""
    if is_study(text, start, end):
        return True
    return text[end : end + 1] == " " and _ON_USE.match(text, end) is not None


def _made_of(text: str, word: str, end: int, *, goes_on: bool) -> str | None:
    """Return what is made of a substance, or it is a part of, and is called after it."""
    if (word in _METALS and _MATERIAL.match(text, end)) or _is_in_molecule(text, word, end, goes_on=goes_on):
        return "a material or a part of a molecule"
    return "an instrument" if _LASER.match(text, end) and _LASING.fullmatch(word) else None


def _is_in_molecule(text: str, word: str, end: int, *, goes_on: bool) -> bool:
    """Return whether a substance is a part of a molecule, a bond in it or one of its groups."""
    if goes_on and (_MOIETY.match(text, end) or _BOND.match(text, end)):
        return True
    if word not in _FUNCTIONAL or not (found := _GROUP.match(text, end)):
        return False
    return word not in _GIVEN or not _OTHERS.search(found[0])


def _other_disease(text: str, start: int, end: int) -> str | None:
    """Return what the words around a disease make of it where it is none."""
    if found := _seeming_or_lesion(text, start, end):
        return found
    goes_on = _goes_on(text, end, _BEGIN_BEHIND_DISEASE)
    if goes_on and (found := _said_behind(text, start, end)):
        return found
    if found := _vaccine_or_virus(text, start, end) or _bearer(text, start, end, goes_on=goes_on):
        return found
    if not text[start].isupper():
        return None
    # "GBC and Eastern Cooperative Oncology Group 0-1" is a group's that has another name
    alone = text.startswith(_FURTHER, end) and text[start:end].isupper()
    return None if alone else title_around(text, start, end)


def _seeming_or_lesion(text: str, start: int, end: int) -> str | None:
    """Return that a disease only seems one or may follow, or a piece of a chromosome is a tumour's lesion."""
    # Before all others stands a space, where the search costs more than this look.
    if text[start - 1 : start] != " " and _PSEUDO.search(text, max(0, start - _REACH), start):
        return "what only looks like it"
    follows = text[start - 1 : start] in _HYPHENS and text[start:end] in _HAVING_PRECURSORS
    if follows and _PRECURSOR.search(text, max(0, start - _REACH), start):
        return "what goes before it"
    return "a lesion of a tumour's cells" if _is_lesion(text, start, end) else None


def _is_lesion(text: str, start: int, end: int) -> bool:
    """Return whether a piece of a chromosome is what cells of a tumour lose or gain: "17p deletion"."""
    if not _is_arm(text[start:end]):
        return False
    return _OF_TUMOUR.search(text, max(0, start - _FAR), end + _FAR) is not None


@functools.lru_cache(20_000)
def _is_arm(name: str) -> bool:
    return any(map(str.isdigit, name[:24])) and _ARM.fullmatch(name) is not None


def _said_behind(text: str, start: int, end: int) -> str | None:
    """Return what the words behind a disease make of it."""
    if _NECROSIS_FACTOR.match(text, end) and text.find(" ", start, end) >= 0:
        return "a cytokine"
    found = next((what for pattern, what in _MADE_BEHIND if pattern.match(text, end)), None)
    return None if found == _OF_VIRUS and _COURSE.match(text, start) else found


def _is_chained(text: str, start: int, end: int) -> bool:
    """Return whether a disease is one of three or more that a syndrome is called after, with hyphens."""
    if not (behind := _CHAIN.match(text, end)):
        return False
    before = _CHAIN_BEFORE.search(text, max(0, start - _NAME_REACH), start)
    joints = sum(c in _HYPHENS for c in behind[1] + (before[0] if before else ""))
    return joints >= _FEWEST_JOINTS


@functools.lru_cache(20_000)
def _is_vaccinated_against(disease: str) -> bool:
    return _AGAINST_DISEASE.fullmatch(disease) is not None


def _vaccine_or_virus(text: str, start: int, end: int) -> str | None:
    """Return that a disease is one of those that a vaccine or a virus is called after."""
    disease = text[start:end]
    if _is_vaccinated_against(disease) and _VACCINE.match(text, end):
        return "a vaccine"
    if _is_of_virus(disease) and (_AND_VIRUSES.match(text, end) or _OF_VIRION.match(text, end)):
        return _OF_VIRUS
    return None


@functools.lru_cache(20_000)
def _is_of_virus(disease: str) -> bool:
    return _VIRAL.fullmatch(disease) is not None


def _bearer(text: str, start: int, end: int, *, goes_on: bool) -> str | None:
    """Return what has the name of a disease, or a part of it, as its own."""
    if goes_on and _SYNDROME.match(text, end) and _MEMBER.search(text, max(0, start - _REACH), start):
        return "the end of a syndrome's name"
    if (text[end : end + 1] in _HYPHENS or text[start - 1 : start] in _HYPHENS) and _is_chained(
        text, start, end
    ):
        return "a part of a syndrome's name"
    if text[start:end].isupper() and _STAINING.match(text, end):
        return "a dye"
    if _LONGER_BEHIND.match(text, end) and _LONGER_BEFORE.search(text, max(0, start - 2), start):
        return "a part of a longer short form"
    if text[start:end] in _EPITHETS and (
        text[start:end] == "acnes" or _GENUS.search(text, max(0, start - _REACH), start)
    ):
        return "an organism"
    return "a gene or its protein" if goes_on and _is_gene(text, start, end) else None


def _is_gene(text: str, start: int, end: int) -> bool:
    """Return whether a disease is what a gene or its protein is called after: "breast cancer 1 (BRCA1)"."""
    if _GENE.match(text, end):
        return _TUMOUR.fullmatch(text, start, end) is not None
    if _BCL.match(text, end) and _LYMPHOMA.fullmatch(text, start, end):
        return True
    if _OF_REPAIR.match(text, end) and _REPAIR.fullmatch(text, start, end):
        return True
    return bool(_PERSONS_PROTEIN.match(text, end) and _PERSONS.fullmatch(text, start, end))
