"""Words before a name that tell of another sense of it: "coastal hypoxia", "pacemaker lead"."""

from __future__ import annotations

import re

from comention.annotation.words_behind import DASH, LOWERED, MOVES, OVERACTIVE

_WALL_BEFORE = re.compile(
    r"\b(?:apical|basal|septal|\w*(?:septal|lateral|apical|inferior|anterior|posterior)|regional|segmental|global"
    r"|diffuse|walls?|segments?|ventric\w+|septum|apex|LV|RV|myocardi\w+|contraction)"
    r"(?: (?:and|or|with|was|were|is|are|became|remained|severely|markedly|either)){0,3}"
    r"(?: (?:a|hypo|dys)kine(?:tic|sia|sis)(?:,| or| and))?[\s-]$",
    re.I,
)
# What engineers break, and what makes somebody feel pain.
_BROKEN = re.compile(
    rf"\b(?<!peri-)(?:implants?|screw|instrument|file|stent|lead|wire|abutment|ceramic|porcelain|veneer"
    rf"|crown|liner|penile|penis|leaflet|plaque"
    rf"|insert|cone|rod|strut|catheter|needle|prosthe(?:sis|tic)|brittle|fatigue)[\s{DASH}]$",
    re.I,
)
_PAINFUL = re.compile(
    rf"\b(?:sensory(?: processing)?|noise|sounds?|auditory|light|touch|olfactory|odou?r|visual|photic"
    rf"|photo|rejection"
    rf"|interpersonal|emotional|interoceptive|anxiety|CO2|pain|mechanical|thermal|tactile|cold|heat"
    rf"|visceral|nociceptive|muscle|dentine?|denervation"
    rf"|receptor|carotid sinus|baroreceptor|rectal|bladder|cough reflex|somatic|orofacial|trigeminal"
    rf"|(?:hind)?paw"
    rf"|(?:opioid|morphine|nerve injury|incision|inflammation|carrageenan|CFA|paclitaxel|oxaliplatin"
    rf"|vincristine"
    rf"|stress|colitis|surgery)[\s{DASH}](?:induced|evoked))[\s{DASH}]$",
    re.I,
)
# Where water, not a body, lacks oxygen.
_OF_WATERS = re.compile(
    rf"\b(?:coastal|estuarine|bottom[\s{DASH}]?water|marine|benthic|aquatic|seasonal|summer|seafloor"
    rf"|sea[\s{DASH}]floor"
    rf"|lakes?|river|reservoir|water[\s{DASH}]column|hypolimneti?\w*|ocean(?:ic)?|soil|wetland|sediment"
    rf"|eutrophication[\s{DASH}]induced|(?:of|in|over) (?:the )?(?:coastal|bottom|estuarine|lake) waters?"
    r")[\s\-]$",
    re.I,
)
#: By the word in small letters: what stands before it in another sense.
BEFORE: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(MOVES, _WALL_BEFORE),
    **dict.fromkeys(("hypoxia", "anoxia"), _OF_WATERS),
    "lead": re.compile(
        rf"\b(?:(?:bi|left |right |intra)?ventricular|(?:bi|left |right )?atrial|pac(?:ing|emaker)|ICDs?"
        rf"|CRT(?:{DASH}[DP])?"
        rf"|defibrillat(?:or|ion)|electrodes?|ECG|EKG|electrocardiogra\w+|limb|chest|precordial"
        rf"|transvenous|epicardial"
        rf"|endocardial|shock|coronary sinus|LV|RV|RA|DBS|stimulat(?:ion|or|ing)|spinal cord|sacral"
        rf"|percutaneous"
        rf"|quadripolar|bipolar|unipolar|multipolar|directional|segmented|abandoned|infected|subcutaneous"
        rf"|septal|bundle"
        rf"|(?:single|dual|six|twelve|(?:3|5|6|12|15|18))|cardiac|device|sensing|tined|cochlear"
        rf"|paddle)[\s{DASH}]$",
        re.I,
    ),
    "fracture": _BROKEN,
    "fractures": _BROKEN,
    "infection": re.compile(
        r"\b(?:multiplicit(?:y|ies) of|roots?|foliar|seedlings?|leaf|tubers?|(?:bacterio|coli|cyano)?phages?"
        r"|(?:bacterio|coli|cyano)?phage [A-Zλφ]\S{0,6}) $",
        re.I,
    ),
    "mercury": re.compile(r"\b(?:millimet(?:er|re)s?|mm|inch(?:es)?|columns?) of $", re.I),
    "hypersensitivity": _PAINFUL,
    "flushing": re.compile(
        r"\b(?:uter(?:ine|us)|oviduct\w*|tubal|oocytes?|embryos?|nasal|bronchial|lung|hepatic|aortic|organ|pipeline"
        r"|water|soil|electrokinetic|wells?|catheter|line|port|saline|heparin|colonic|antral|sinus|follic\w+|toilet)\s$",
        re.I,
    ),
    **dict.fromkeys(
        ("desmoid", "desmoid tumor", "desmoid tumour"), re.compile(r"\b(?:cortical|avulsive) $", re.I)
    ),
    "gigantism": re.compile(
        r"\b(?:mitochondrial|cell(?:ular)?|nuclear|deep-sea|abyssal|polar|island|insular|dinosaur\w*) $", re.I
    ),
    "pneumoperitoneum": re.compile(
        r"\b(?:CO2|CO₂|carbon dioxide|artificial|laparoscopic|surgical|low[\s-]pressure|standard[\s-]pressure"
        r"|low[\s-]impact|high[\s-]pressure|therapeutic|progressive preoperative|(?:after|before|during"
        r"|under) (?:the )?"
        r"|(?:induction|establishment|creation|release|insufflation|duration|effects?) of (?:the |a )?"
        r"|(?:establish|creat"
        r"|induc)(?:ing|ed) (?:the |a )?)\s?$",
        re.I,
    ),
    "seizure": re.compile(
        r"\b(?:narcotics?|police|law enforcement|customs|border|asset|property|illicit|illegal|counterfeit"
        r"|wildlife|ivory|firearms?|tobacco) $"
        r"|\b(?:police|customs|border|enforcement|illicit|illegal|reported|national|market|traffick\w+)\b"
        r"(?:[^.]{0,60})\s(?:drugs?|cocaine|heroin|opioids?|fentanyl|cannabis|methamphetamine) $",
        re.I,
    ),
    "nystagmus": re.compile(
        rf"\b(?:optokinetic|caloric|physiologic(?:al)?|(?:per|post)[\s{DASH}]?rotat\w+"
        rf"|end[\s{DASH}]?point) $",
        re.I,
    ),
    "metabolic disease": re.compile(r"\b(?:stable|progressive|partial) $", re.I),
    "hypertension": re.compile(r"(?<!pulmonary )(?<!portal )\bvenous $", re.I),
    "bezoar": re.compile(r"\b(?:bovine|cow|ox|artificial|cultured|cultivated|natural) $", re.I),
    "infectious disease": re.compile(
        r"\b(?:(?:(?:sub)?speciali[sz](?:ed|ing|ation)|specialists?|physicians?|experts?|expertise"
        r"|fellows?|fellowships?"
        r"|train(?:ed|ing|ees?)|resident(?:s)?|residency|board[\s-]certified|consultants?|careers?"
        r"|degrees?) in"
        r"|(?:departments?|divisions?|clinics?|wards?|units?|chairs?|professors?|sections?"
        r"|services?) (?:of|for))"
        r" (?:[\w-]+(?:,|,? and) ){0,2}$",
        re.I,
    ),
    **dict.fromkeys(
        ("toxicity", "toxicities"),
        re.compile(
            rf"\b(?:tau|amyloid|A[bβ]\S*|(?:α[{DASH}]|alpha[{DASH}])?synuclein|poly[{DASH}]?glutamine"
            rf"|polyQ|huntingtin"
            rf"|prion|oligomer|glutamate|protein|lipid|microbial|aquatic|soil|sediment|plants?|algal"
            rf"|larval|dark"
            rf"|environmental|acute oral|in[\s{DASH}]vitro|cell(?:ular)?|genetic)[\s{DASH}]$",
            re.I,
        ),
    ),
    "autoimmunity": re.compile(
        r"(?:\binflammation/|(?<!loss of )(?<!breakdown of )(?<!of immune )\btolerance (?:and|or|vs\.?"
        r"|versus) )$",
        re.I,
    ),
    "hypertensive": re.compile(rf"\bspontaneous[\s{DASH}]$", re.I),
    "depression": re.compile(
        rf"(?:\btropical|\bgreat|\beconomic|\bagricultural|\batmospheric|\bbarometric"
        rf"|long[\s{DASH}]term|synaptic|spreading|surface|metabolic|skull|septal|segment|\bST"
        rf"|inbreeding|point|paired[\s{DASH}]pulse"
        rf"|post[\s{DASH}]?tetanic|marrow|immune|immunologic(?:al)?|myocardial|cardiac|cardiovascular"
        rf"|circulatory|circumferential|flowering|yield|fitness|photosynthe\w+|EEG|cortical"
        rf"|(?:milk[\s{DASH}])?fat"
        rf"|(?:milk|egg) production|pressure|articular|plateau|sternal|chest wall"
        rf"|freezing[\s{DASH}]point|excitability|cicatri\w+|scar(?:red)?|pitted|contour|temple"
        rf"|(?:hetero|homo)synaptic|short[\s{DASH}]term|transmission|voltage"
        rf"|respiratory|ventilatory|ha?ematologic(?:al)?|CNS|nervous system|contractile|growth|cryogenic"
        rf"|\b{LOWERED})[\s{DASH}]$",
        re.I,
    ),
    "shock": re.compile(
        rf"(?:defibrillat\w+|cardioversion|appropriate|inescapable|ICD|heat|cold|osmotic|osmolality|salt"
        rf"|salinity|pH"
        rf"|environmental|economic|price|tail|electric\w*|foot|culture|thermal|market|supply|demand|income"
        rf"|financial|monetary|exogenous)[\s{DASH}]?$",
        re.I,
    ),
    "stroke": re.compile(rf"(?:brush|power|two|four|swim\w*|breast|piston)[\s{DASH}]$", re.I),
    "coma": re.compile(r"\b(?:Glasgow|chill|cold|heat)\s$", re.I),
    "inflammation": re.compile(rf"\banti[\s{DASH}]$", re.I),
    # of one protein, not of protein in a diet
    "protein deficiency": re.compile(
        r"(?:\b(?:repair|binding|transport|transfer|carrier|membrane|surface|kinase|regulatory|cofactor"
        r"|inhibitor|matrix"
        r"|structural|[A-Z]|\w*\d\w*)|[\w-]+in)\s$"
    ),
    "fatigue": re.compile(
        r"\b(?:torsional|bending|cyclic|thermal|mechanical|corrosion|materials?|metals?|contact|fretting"
        r"|cycle|flexural|pandemic|lockdown|alarm|alert|warning|message|survey|respondent|news|caution|vaccine"
        r"|mask|zoom|(?<!long )(?<!post )(?<!post-)covid)\s$",
        re.I,
    ),
    "swelling": re.compile(
        rf"\b(?:mou?ld|hydrogels?|hydrogel['’]s|polymers?|films?|membranes?|gels?|starch|clay|wood"
        rf"|tablets?|matrix"
        rf"|granules?|mitochondri\w+|(?:astro|hepato|erythro)cytes?|cell(?:ular)?|osmotic"
        rf"|hypotonic)[\s{DASH}]$",
        re.I,
    ),
    "hyperactivity": re.compile(rf"\b(?:neuronal|NLRP3|{OVERACTIVE})[\s{DASH}]$", re.I),
    "depressed": re.compile(
        rf"\b{LOWERED}\b(?: (?:[^\s.;]|\.(?=\d))+){{0,8}}? (?:be|is|are|was|were|been|being"
        r"|remain\w*|became)(?: \w+ly)? $",
        re.I,
    ),
    "colic": re.compile(r"\b(?:middle|gastric(?:,| and)) $", re.I),
    "volvulus": re.compile(r"\b(?:O\.?|Onchocerca)\s$"),
    "intoxication": re.compile(r"\bendogenous\s$", re.I),
    **dict.fromkeys(("heart defect", "heart defects"), re.compile(r"\bacquired (?:\w+ )?$", re.I)),
    "hypothermia": re.compile(
        r"\b(?:therapeutic|induced|targeted|controlled|(?:treated|treatment|cooled) (?:with|by)"
        rf"|whole[\s{DASH}]body|selective head)\s(?:(?:mild|moderate|deep) )?$",
        re.I,
    ),
    "calculus": re.compile(r"\b(?:professor|differential|integral|fractional|vector) $", re.I),
    **dict.fromkeys(
        ("burn", "burns"),
        re.compile(
            rf"\b(?:heat[\s{DASH}]not|slash[\s{DASH}]and|ash[\s{DASH}]water|calorie|fat|fuel|carbon"
            rf"|prescribed"
            rf"|crop|biomass|controlled)[\s{DASH}]$",
            re.I,
        ),
    ),
    "sterility": re.compile(
        r"\b(?:hybrid|pollen|spikelet|genic|F1|(?:cytoplasmic|genic|genetic|nuclear) male) $", re.I
    ),
    "calcification": re.compile(r"\b(?:corals?|shells?|algal|larval|reefs?|coccolith\w*|biogenic) $", re.I),
    **dict.fromkeys(("ischemia", "ischaemia"), re.compile(rf"\b(?:cold|warm)[\s{DASH}]$", re.I)),
    "mets": re.compile(r"\d\s$"),
    "embolism": re.compile(r"\b(?:xylem|hydraulic|leaf|stem) $", re.I),
    "confusion": re.compile(
        r"\b(?:inferential|role|identity|taxonomic|avoid|terminolog\w+|perceptual|letters?"
        r"|phonemes?|words?|lexical) $",
        re.I,
    ),
    "aggression": re.compile(r"\b(?:surgical|political|microbial|chemical) $", re.I),
    **dict.fromkeys(
        ("varicosity", "varicosities"),
        re.compile(
            r"\b(?:axon(?:al)?|individual|single|terminal|nerve|(?:pre)?synaptic|neuronal|sympathetic"
            r"|serotonergic|dopaminergic|cholinergic|noradrenergic|adrenergic) $",
            re.I,
        ),
    ),
    **dict.fromkeys(
        ("fasciculation", "fasciculations"),
        re.compile(r"\b(?:axon(?:al)?|axons?|neurite|nerve fib(?:er|re)|olfactory) $", re.I),
    ),
    **dict.fromkeys(
        ("laceration", "lacerations"),
        re.compile(r"\b(?:leaflets?|intentional|electrosurgical|BASILICA|LAMPOON) $", re.I),
    ),
    "kyphosis": re.compile(r"\b(?:thoracic|thoracolumbar|segmental|regional|local) $", re.I),
    "blister": re.compile(r"\b(?:aort\w+|carotid|aneurysm\w*) $", re.I),
    "paralysis": re.compile(
        rf"\b(?:pharmacologic(?:al)?|chemical|therapeutic|relaxant[\s{DASH}]induced|immune|decision|policy"
        r"|political) $",
        re.I,
    ),
    "dehydration": re.compile(
        rf"\b(?:(?:enzym\w+|catalyst|acid|base)(?:[{DASH}](?:mediated|catalysed|catalyzed))?|catalytic"
        rf"|alcohol"
        rf"|ethanol|graded|reductive|oxidative|dehydratase[{DASH}]catalyzed|tissue|sample) $",
        re.I,
    ),
    "dysrhythmia": re.compile(
        r"\b(?:neural|neuronal|thalamocortical|cortical|circadian|oscillatory) $", re.I
    ),
    "dyskinesia": re.compile(r"\b(?:scapular?|scapulothoracic) $", re.I),
    **dict.fromkeys(("metastasis", "metastases"), re.compile(r"\b(?:septic|infectious|pyogenic) $", re.I)),
    **dict.fromkeys(
        ("virilization", "virilisation", "virilized", "virilised", "masculinization"),
        re.compile(rf"\bunder[\s{DASH}]?$", re.I),
    ),
    "blindness": re.compile(
        rf"\b(?:inattention(?:al)?|attentional|change|choice|repetition|emotion[\s{DASH}]induced|double"
        rf"|single"
        rf"|observer|assessor|plant|gender|outcome) $",
        re.I,
    ),
    **dict.fromkeys(
        ("colour blindness", "color blindness"), re.compile(r"\b(?:perceptual|racial|cultural) $", re.I)
    ),
    "tartar": re.compile(r"\b(?:beef|steak|tuna|salmon|fish|meat) $", re.I),
    "lordosis": re.compile(
        r"\b(?:display(?:ed|s|ing)?|show(?:ed|s|ing)?|perform(?:ed|s|ing)?|female|lumbar|cervical"
        r"|segmental)\s$",
        re.I,
    ),
    "hyperthermia": re.compile(
        rf"\b(?:magnetic|regional|local|whole[\s{DASH}]body|photothermal"
        rf"|followed by|combined with|microwave)\s$",
        re.I,
    ),
    **dict.fromkeys(
        ("cyst", "cysts"),
        re.compile(
            r"\b(?:[A-Z][a-z]{3,}(?:a|is|um|ii)|[A-Z]\. [a-z]{4,}|parasites?|protozoan|amoebic|amebic"
            r"|tissue|resting|dormant"
            r"|bradyzoite|dinoflagellate|brine shrimp|Artemia|nematode|infective|viable|Giardia"
            r"|Toxoplasma)\s$"
        ),
    ),
    **dict.fromkeys(
        ("laceration", "lacerations"), re.compile(r"\b(?:leaflet|scallop|intentional)\s(?:\w+\s)?$", re.I)
    ),
    "hip dislocation": re.compile(r"\bsurgical\s$", re.I),
    "dislocation": re.compile(r"\bsurgical(?: hip)?\s$", re.I),
    "adrenaline": re.compile(r"\bnor[\s-]$", re.I),
    "epinephrine": re.compile(r"\bnor[\s-]$", re.I),
}
