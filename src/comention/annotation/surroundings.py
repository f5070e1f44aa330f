"""Words around the name of a disease, not right beside it, that tell in which sense it is meant.

"Rigidity" is a symptom where muscles are spoken of, "fatigue" none where alloys are, and a "fistula" that is
made for dialysis is no disease.
"""

from __future__ import annotations

import re

# A confusion that anybody has, and that of the ill.
_CONFUSED = re.compile(
    r"(?i)deliri|sedat|alert|vertigo|disorient|letharg|seizure|headache|fever|conscious|mental|agitat"
    r"|halluci|dizz|\bcoma"
    r"|enceph|vomit|nausea"
    r"|somnol|drows|ataxi|amnes|memory|cognit|dement|stroke|weakness|fatigue|patient|year-old|symptom"
    r"|hyponat|hypogly"
    r"|seps|septic|bewilder|mood|anger|depress|anxi|assessment method|CURB|urea|uremi|acute|fall|elderly"
    r"|aphasi"
    r"|tremor|irritab|psych|neuro|adverse|toxic|poison|overdos|deficit|dyspn|cough|pneumon|gait|stupor|sleep"
)
# An illusion of the ill, and hollows.
_ILLUDED = re.compile(
    r"(?i)hallucin|delusion|psycho|schizo|deliri|epilep|parkinson|migraine|seizure|dement|\baura|palinops"
    r"|Bonnet"
    r"|patient|symptom"
)
_HOLLOWS = re.compile(
    r"(?i)surface|membrane|wet-bulb|hollow|\bpits?\b|circumferential|shallow|hemispher|\b[nµ]m\b"
    r"|topograph|basin"
    r"|landscape|crater|pellicle|indentation|texture|\bclosed\b|catchment|terrain|\bbone\b|\brocks?\b"
)
# What tells of a drug against tumours.
_CYTOSTATIC = re.compile(
    r"(?i)etoposid|chemo|cisplat|carboplat|doxorub|adriam|cytarab|ara-C|daunor|mitox|ifosf|cyclophos"
    r"|vincr|bleom"
    r"|busulf|melphal|BCNU|carmust|tenipos|VM-26|topo|camptoth|tumou?r|cancer|leuk|lymphom|carcin|myelom"
    r"|sarcom"
    r"|blastom|apopto|cytotox|relapse|remission|salvage|mg\b|[µμ]M|dose|drug|induction|transplant|resist"
    r"|regimen"
)
#: Words that name a symptom only beside others that tell of one: "ligand rigidity" is none.
BESIDE: dict[str, re.Pattern[str]] = {
    "rigidity": re.compile(
        r"\b(?:muscle|muscular|tremors?|parkinson|brady|akine|neuroleptic|spastic|dystoni|cogwheel|nuchal"
        r"|neck"
        r"|limbs?|axial|abdominal|catato|motor|decerebrate|postural|gait|fever|hyperthermi)",
        re.I,
    ),
    "confusion": _CONFUSED,
    **dict.fromkeys(("illusion", "illusions"), _ILLUDED),
    # etoposide's code is a protein of a virus, too
    **dict.fromkeys(("vp-16", "vp16", "vp 16"), _CYTOSTATIC),
    "rigidities": re.compile(r"\b(?:muscle|muscular|parkinson|neck|limbs?|spastic|motor)", re.I),
}
# What around a word tells of another sense of it.
_CYSTS = re.compile(
    r"(?i)encyst|excyst|trophozoit|protozoa|bradyzoit|oocyst|dinoflagell|brine shrimp|\bcells? cysts?\b"
)
_BULLAE = re.compile(
    r"(?i)\b(?:lungs?|pulmon|blebs?\b|pneumothora|emphysem|bullectom|thoracoscop|VATS\b|HRCT|apical"
    r"|upper lobe|ethmoid|hyperechoic|endosonograph|EUS\b|thorac|pleura|fistulas?\b"
    r"|tympanic|trabeculectom)"
)
_MEDICINE = re.compile(
    r"(?i)\b(?:musk|toad venom|borneol|realgar|calculus bovis|herbs?|herbal|traditional Chinese|TCM\b"
    r"|pearl|prescription"
    r"|decoction)"
)
_PROSTHETIC = re.compile(
    r"(?i)enucleat|eviscerat|artificial eye|ocularist|eye loss|prosthe\w+ wear|anophthalmic socket"
)
_MATED = re.compile(
    r"(?i)\brats?\b|hamster|guinea pig|ovariectom|o?estradiol|o?estrous|\bmating|\bmounts?\b|receptiv"
)
_HEATED = re.compile(
    r"(?i)phototherm|singlet oxygen|nanopartic|nanorod|nanosheet|magnetic field|near-infrared|\bNIR\b|\bPTT\b"
)
# Cells that a virus brings a gene into are not ill.
_TRANSDUCED = re.compile(
    r"(?i)overexpress|over-express|ectopic|knock-?(?:ed )?down|silenc|\bs[hi]RNA|transduc|transfect"
    r"|\bconstruct|recombinant (?:adeno|lenti|retro)vir|\bvectors?\b|plasmid|\bCre\b"
)
_STRS = re.compile(
    r"\bSTRs?\b|allele|\bloc(?:us|i)\b|\bPCR\b|amplicon|forensic|\bnt\b|\bD\d+S\d+|FSR"
    r"|(?<!odds )(?<!risk )(?<!hazard )\bratios?\b"
)
_AXONS = re.compile(r"(?i)\baxon|bouton|transmitter|synap|neurit|dendrit")
_MATERIALS = re.compile(
    r"(?i)alumina|zirconia|ceramic|flexural|launder|\balloys?\b|disilicate|\bMPa\b|composite film"
    r"|bond strength|cyclic load|\bsteel\b|\bweld(?:s|ed|ing|ment)?\b"
)
# What breaks where engineers and dentists test it, what rays damage beside the living, what builds shells,
# and what loses weight in a store or an oven.
_TESTED = re.compile(
    r"(?i)endodontic|\bNi-?Ti\b|nickel[\s-]titanium|cyclic fatigue|(?:cycles|deflection|time"
    r"|torque) to fracture|zirconia"
    r"|lithium disilicate|nanoceramic|\balloys?\b|\bsteels?\b|\bshale\b|\brock mass|hydraulic fracturing"
    r"|proppant"
    r"|lithotripsy|calcified (?:plaque|lesion)|calcium modification"
)
_RAYS = re.compile(
    r"(?i)crystal|diffract|synchrotron|detectors?\b|silicon|semiconduct|cryo-?EM|cryo-electron"
    r"|electron (?:dose|beam)"
    r"|scintillat|graphite|\balloys?\b|\bsteels?\b|tungsten|displacement cascade|displacements per atom"
    r"|\bdpa\b|FLUKA"
    r"|polymers?\b|X-ray (?:dose|exposure of the sample)|XFEL|free-electron laser"
)
_SHELLS = re.compile(
    r"(?i)\bcorals?\b|\bshells?\b|\bclams?\b|mollus[ck]|oyster|mussel|\breefs?\b|coccolith|foraminifer"
    r"|ocean acidif"
    r"|zooxanthell|sea urchin|aragonit|seawater|barnacle|pteropod|symbiodini|crustose|\balgae?\b"
    r"|scleractin|skelet\w+ growth"
    r" of coral|precipitat\w+ of CaCO"
)
_STORED = re.compile(
    r"(?i)post-?harvest|\bfruits?\b(?! (?:and|or) vegetable)|muskmelon|\bfirmness|thermogravim|\bTGA\b"
    r"|corrosion|shelf[\s-]life"
    r"|pericarp|titratable|soluble solids|cold storage|\bsoil|leaf litter|litterbag|pyrolys|\bbiomass"
    r"|\bdrying\b|inhibition"
    r" efficiency|decay (?:rate|ind)|cooking loss|drip loss|\bpolymers?\b|degradation of the (?:scaffold"
    r"|film)"
)
#: What tells, near a word, that it is something else.
NEAR: dict[str, re.Pattern[str]] = {
    "lordosis": _MATED,
    "hyperthermia": _HEATED,
    **dict.fromkeys(
        (
            "lentivirus infection",
            "lentiviral infection",
            "adenovirus infection",
            "adenoviral infection",
            "retrovirus infection",
            "retroviral infection",
        ),
        _TRANSDUCED,
    ),
    **dict.fromkeys(("stutter", "stutters"), _STRS),
    **dict.fromkeys(("varicosity", "varicosities"), _AXONS),
    "fatigue": _MATERIALS,
    "depressions": _HOLLOWS,
    "tetanic": re.compile(r"(?i)twitch|contract|stimulat|\bforce|potentiat|isometric|\bHz\b|fusion"),
    "shock": re.compile(
        r"(?i)fear condition|aversive|skin conductance|certain safety|threat of|foot-?shock|startle"
    ),
    "multiple fractures": re.compile(
        r"(?i)circumferential|intravascular|lithotripsy|\bOCT\b|stent|calcium modif|calcified|plaque"
    ),
    "ovotestis": re.compile(r"(?i)snail|mollus|gastropod|gonad-somatic|gonadosomatic|\bshell|\bslugs?\b"),
    "gdp": re.compile(
        r"(?i)gross domestic|econom|per capita|\bcountr(?:y|ies)\b|income|expenditure|spending|budget|fiscal"
    ),
    "ctp": re.compile(
        r"(?i)perfusion|tomograph|\bCTA\b|thrombectom|thrombolys|infarct|penumbra|\bstroke|\btriaged?\b"
        r"|imaging"
        r"|Child|Turcotte|Pugh"
    ),
    **dict.fromkeys(("cyst", "cysts"), _CYSTS),
    **dict.fromkeys(("bulla", "bullae"), _BULLAE),
    "bezoar": _MEDICINE,
    **dict.fromkeys(("anophthalmia", "anophthalmos", "anophthalmic"), _PROSTHETIC),
}


# People and animals, whose bodies a text is about.
LIVING = re.compile(
    r"(?i)\b(?:patients?|participants?|subjects|volunteers|people|persons?|m[ae]n|wom[ae]n|children|infants?"
    r"|adults?|obes\w+|rats?|mice|mouse|murine|rabbits?|dogs?|pigs?|hamsters?|zebrafish|humans?|clinical\w*"
    r"|surg\w+|hepat\w+|liver|kidneys?|renal|cardiac|tumou?rs?|cancers?)\b"
)
# Where water lacks oxygen, beside no body.
_WATERS = re.compile(
    r"(?i)\bestuar|\bcoastal|sea ?floor|sea floor|eutroph|\bbenth|bottom[\s-]waters?|\blakes?\b|reservoir"
    r"|dead zones?|\bBaltic|Gulf of Mexico|Chesapeake|\bfjord|phytoplankton|water column|upwelling"
    r"|stratification"
    r"|\bhypolimn|macrofauna|\bmussels?\b|\bfisheries\b"
)
#: Words of things and plants where the text is about no bodies: a file's fracture, a leaf's necrosis.
LIFELESS: dict[str, re.Pattern[str]] = {
    "fracture": _TESTED,
    "radiation damage": _RAYS,
    **dict.fromkeys(("hypoxia", "anoxia", "hypoxic"), _WATERS),
    **dict.fromkeys(("calcification", "calcifications"), _SHELLS),
    **dict.fromkeys(("weight loss", "weight losses"), _STORED),
    **dict.fromkeys(
        ("bruising", "bruise", "bruises"),
        re.compile(
            r"(?i)\bfruits?\b|post-?harvest|\bapples?\b|potato|tubers?\b|\bpeach|\bpears?\b|macerat"
            r"|\bbulbs?\b|garlic|onion|\bleaf\b"
            r"|\bcarcass|\bslaughter|mushroom"
        ),
    ),
    **dict.fromkeys(
        ("necrosis", "necrotic", "necroses"),
        re.compile(
            r"(?i)\bleaf\b|\bleaves\b|\bplants?\b|\bphytotox|\bfoliar|chlorosis|chlorotic|Nicotiana"
            r"|\bcultivars?\b|\bseedlings?\b"
            r"|\bcotyledon|\btubers?\b|\bcanker|\btwigs?\b|\bvascular wilt"
        ),
    ),
    **dict.fromkeys(
        ("root infection", "root infections"),
        re.compile(r"(?i)\bplants?\b|\bwilt|\brhizo|\bhypha|\bseedling|\bcrops?\b"),
    ),
}

# What the whole text tells of: a fistula that is made for dialysis.
_ACCESS = re.compile(
    r"(?i)\bha?emodialysis|dialysis access|vascular access|radio-?cephalic|brachio-?(?:cephalic|basilic)"
    r"|fistula (?:maturation|creation|patency)"
)
#: What tells so anywhere in the text.
ANYWHERE: dict[str, re.Pattern[str]] = dict.fromkeys(
    ("arteriovenous fistula", "av fistula", "avf", "fistula", "fistulae"), _ACCESS
)
