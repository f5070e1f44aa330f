"""Words that name a disease or a substance in one sense only, and the words around them that tell of another.

"Stroke volume" is no stroke, "fatigue strength" no fatigue of anybody, "the platelet hyperactivity" no
hyperkinesis, and levels that "were depressed" have no depressive disorder.
"""

from __future__ import annotations

import re

from comention.annotation.plants import is_of_plants
from comention.annotation.surroundings import ANYWHERE, BESIDE, LIFELESS, LIVING, NEAR

_DASH = r"\-‐‑–−"  # within a class
_REACH = 90

# What is done to a part of the body: "remote ischemic preconditioning".
_CONDITIONED = rf"(?:pre|post|per)?[{_DASH}]?condition(?:ing|ed)"
# What may be raised or lowered, and what of a body or a cell is too active, without being a disease.
_LOWERED = (
    r"(?:levels?|activit(?:y|ies)|expressions?|functions?|productions?|responses?|growth|rates?|synthesis"
    r"|pressures?|concentrations?|counts?|secretion|metabolism|reflex(?:es)?|output|amplitudes?)"
)
_OVERACTIVE = (
    r"(?:neural|synap\w+|nerves?|afferents?|nociceptors?|(?:para)?sympathetic(?: nervous system)?|vagal"
    r"|autonomic|platelets?|neutrophils?|macrophages?|(?:[TB][\s-])?cells?|lymphocytes?|immune(?: system)?"
    r"|complement|coagulation|inflammasomes?|enzym\w+|kinases?|receptors?|channels?|pathways?|signal\w*"
    r"|ax[ei]s|circuits?"
    r"|nucle(?:us|i)|cortex|cortical|hippocamp\w+|hypothalam\w+|amygdala|muscles?|detrusor|bladder|glands?"
    r"|airways?|bronch\w+|mTOR\w*)"
)
# What substances do that lower something: no disease of anybody, but for events and episodes.
_LOWERING = (
    r"(?:effects?|actions?|activit(?:y|ies)|agents?|drugs?|medications?|medicines?|therap(?:y|ies)"
    r"|treatments?"
    r"|potentials?|potency|properties|efficacy|constituents?|compounds?|mechanisms?)"
)
# A way to measure what insulin does.
_CLAMP = rf"[\s{_DASH},/]+(?:\w+(?:glyc|insulin)a?emic[\s{_DASH}])?(?:glucose[\s{_DASH}])?clamp"
# What makes a low temperature a treatment, or a way to keep an organ.
_COOLED = (
    r"(?:circulatory arrest|(?:oxygenated )?(?:machine )?perfusion|preservation|storage|cardioplegi\w+"
    r"|cardiopulmonary bypass|arrest|ana?esthesia|therap(?:y|ies)|treatments?)"
)
# What engineers and dentists break, behind the word, and what they measure of it.
_OF_BROKEN = re.compile(
    r"\sof (?:the |an? |all |these )?(?:(?!with|by|using|fixed|treated|after|and|in|at|near"
    r"|around)[\w-]+ ){0,2}?"
    r"(?:files?|instruments?|implants?|screws?|stents?|restorations?"
    r"|abutments?|crowns?|prosthes[ie]s|catheters?|guide-?wires?|arch-?wires?|wires?|rods?|veneers?|ceramics?"
    r"|leads?|needles?|composites?|dentures?|liners?|materials?|specimens?|rocks?|alloys?|steels?)\b"
    rf"|[\s{_DASH}](?:toughness|resistance|strengths?|loads?|mechanics|modes?|energy|initiation|stress"
    rf"|surface roughness)\b"
    r"(?! (?:in|of) (?:the )?(?:\w+ ){0,2}(?:bones?|femur|femora|vertebra\w*|tibia\w*))",
    re.I,
)
# How the wall of a heart moves, and words for that which patients who do not move have, too.
_MOVES = (
    "akinetic",
    "hypokinetic",
    "dyskinetic",
    "akinesia",
    "hypokinesia",
    "akinesis",
    "hypokinesis",
    "akinesias",
)
_WALL_BEHIND = re.compile(
    r"(?:, | or | and )?(?:(?:a|hypo|dys)kine(?:tic|sia|sis))?\s(?:(?:of|in) (?:the )?(?:[\w-]+ ){0,4}?)?"
    r"(?:walls?|segments?|septum|apex|(?:left |right )?ventric\w+|LV|RV|myocardi\w+|ap(?:ex|ical)"
    r"|areas?|regions?)\b",
    re.I,
)
_WALL_BEFORE = re.compile(
    r"\b(?:apical|basal|septal|\w*(?:septal|lateral|apical|inferior|anterior|posterior)|regional|segmental|global"
    r"|diffuse|walls?|segments?|ventric\w+|septum|apex|LV|RV|myocardi\w+|contraction)"
    r"(?: (?:and|or|with|was|were|is|are|became|remained|severely|markedly|either)){0,3}"
    r"(?: (?:a|hypo|dys)kine(?:tic|sia|sis)(?:,| or| and))?[\s-]$",
    re.I,
)
_BEHIND: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(_MOVES, _WALL_BEHIND),
    "fracture": _OF_BROKEN,
    "loss of hair": re.compile(r"\scells?\b"),
    "chill": re.compile(
        rf"[\s{_DASH}](?:conditions?|storage|stor(?:ed|ing)|temperatures?|chains?|fillers?|tanks?|rooms?|units?"
        rf"|hardening|water|baths?|treatments?)\b"
    ),
    "flushing": re.compile(
        r"\s(?:solutions?|medi(?:um|a)|fluids?|volumes?|rates?|procedures?|technique|protocols?)\b"
        r"|\s(?:with|of (?:the )?(?:uter|ovid|catheter|lines?\b|ports?\b|soil|pipe|organ|liver|graft|canal))"
    ),
    **dict.fromkeys(
        ("paralyzed", "paralysed"), re.compile(r"\s(?:flagell\w+|mutants?|by (?:fear|the thought))\b")
    ),
    "superinfection": re.compile(
        r"\s(?:exclusion|immunity|inhibition|resistance)\b"
        r"|\s(?:with|by) (?:\w+ ){0,2}(?:bacterio|pro)?phages?\b"
    ),
    "infection": re.compile(
        r"\s(?:of (?:[A-Z]\. ?[a-z]+|[A-Z][a-z]+ [a-z]+|bacteria|the host|host cells|cells) )?"
        r"(?:with|by) (?:the |a )?"
        r"(?:\w+ )?(?:bacterio|coli|cyano)?phages?\b"
    ),
    **dict.fromkeys(
        ("high cholesterol", "high-cholesterol"),
        re.compile(
            rf"[\s{_DASH}](?:feeding|fed|foods?|diets?|intakes?|sucrose|high|fat|content|chow|meals?|rations?)\b"
        ),
    ),
    **dict.fromkeys(
        ("carbon-13", "carbon 13"),
        re.compile(rf"[\s{_DASH}](?:nuclear |cross-polari[sz]\w+ )?(?:magnetic resonance|NMR|spectr\w+)\b"),
    ),
    "mll": re.compile(
        rf"\)?[\s{_DASH}](?:proteins?|genes?|complex(?:es)?|fusions?|rearrang\w*|translocat\w*|AF\d+"
        rf"|menin|\d)\b",
        re.I,
    ),
    "mixed lineage leukemia": re.compile(
        r"\s(?:\(MLL\d?\)\s)?(?:proteins?|genes?|complex(?:es)?|family|\d)\b", re.I
    ),
    "hlh": re.compile(rf"[{_DASH}]\d"),
    "gad": re.compile(rf"\)?[{_DASH}]7\b"),
    "carbohydrate": re.compile(rf"[\s{_DASH}]antigens?\b", re.I),
    "shock": re.compile(
        rf"[\s{_DASH}]?(?:waves?|proteins?|absor\w+|tubes?|fronts?|intensit(?:y|ies)|loading|ind(?:ex"
        rf"|ices)|trousers|froz\w+|freez\w+|cool\w+|chill\w+|heated)\b",
        re.I,
    ),
    "stroke": re.compile(
        rf"[\s{_DASH}](?:volumes?|work|rates?|length|output|distance|ind(?:ex|ices)|counts?"
        r"|of (?:luck|genius|fortune|misfortune|(?:a|the) pen|insight|brilliance|midnight|the (?:brush"
        r"|clock)))\b",
        re.I,
    ),
    "coma": re.compile(r"\s(?:scales?|scores?)\b", re.I),
    "gold": re.compile(
        rf"[\s{_DASH}](?:standards?|medal\w*|open access|stages?|grades?|criteria|coast|rush)\b", re.I
    ),
    "rash": re.compile(
        r"\s(?:decisions?|judge?ments?|actions?|acts?|behaviou?rs?|impulsiv\w+|conclusions?|choices?"
        r"|driv(?:ers?|ing))\b",
        re.I,
    ),
    "hypoxia": re.compile(
        rf"[\s{_DASH}](?:inducible|responsive|response elements?|{_CONDITIONED}|mimetic\w*|chambers?"
        rf"|incubators?)\b"
        rf"|\s?[/{_DASH}]\s?re-?oxygenat\w+",
        re.I,
    ),
    "hypoxic": re.compile(rf"[\s{_DASH}](?:inducible|{_CONDITIONED})\b", re.I),
    **dict.fromkeys(
        ("ischemia", "ischemic", "ischaemia", "ischaemic"),
        re.compile(rf"[\s{_DASH}](?:{_CONDITIONED}|times?)\b", re.I),
    ),
    "lead": re.compile(
        rf"[\s{_DASH}](?:time|authors?|compounds?|candidates?|investigators?|to|in|extractions?|dislodg\w+"
        r"|placements?|implantations?|revisions?|repositioning|migrations?|dislocations?|impedances?"
        r"|perforations?"
        r"|fractures?|insulation|(?:related )?endocarditis|tips?|positions?|malfunctions?|aVR|aVL|aVF|V\d"
        r"|I{1,3}\b|ECGs?|electrocardiogra\w+|optimi[sz]ation|molecules?"
        r"|structures?|singers?|roles?|teachers?|researchers?|scientists?|clinicians?|surgeons?|agenc(?:y"
        r"|ies)"
        r"|applicants?|organi[sz]ations?|articles?|discovery)\b",
        re.I,
    ),
    "silver": re.compile(
        rf"[\s{_DASH}](?:standards?|linings?|stain\w*|spring|bullets?|economy|tsunami|medal\w*)\b", re.I
    ),
    "zinc": re.compile(rf"[\s{_DASH}](?:fingers?|ribbons?)\b", re.I),
    "depression": re.compile(
        rf"\sof (?:the |an? |its |their )?(?:(?:[\w{_DASH}]+ ){{0,2}}(?:{_LOWERED}|markers?|synap\w+"
        rf"|transmission|excitability"
        r"|contractil\w+|EPSPs?|EPSCs?|respiration|ventilation|waves?|potentials?|currents?|proliferation"
        r"|marrow"
        r"|immunity|immune system|nervous system|segments?|articular surface|fragments?|skull|plateau"
        r"|sternum|nipple"
        r"|tongue|eyelid|optic disc|photosynthesis|yield|appetite|milk fat)"
        r"|ST|S-T|PR|conductivity|freezing)\b|\s(?:ratios?|angles?|depth|fractures?)\b",
        re.I,
    ),
    "iron": re.compile(r"\s(?:lungs?|age|curtain|gates?)\b", re.I),
    "fatigue": re.compile(
        rf"[\s{_DASH}](?:failures?|fractures?|li(?:fe|ves)|strengths?|cracks?|cracking|limits?|loads?"
        rf"|loading|cycles?"
        r"|behaviou?rs?|damages?|endurance|propert(?:y|ies)|test(?:s|ing)?)\b(?!\s(?:score|scale))",
        re.I,
    ),
    "pneumoperitoneum": re.compile(r"\s(?:pressures?|insufflation|creation|establishment)\b", re.I),
    **dict.fromkeys(
        ("hyperinsulinemic", "hyperinsulinaemic", "hyperglycemic", "hyperglycaemic"), re.compile(_CLAMP, re.I)
    ),
    **dict.fromkeys(
        ("taurine", "indicine"),
        re.compile(
            rf"[\s{_DASH}](?:cattle|cows?|bulls?|breeds?|herds?|bovines?|populations?|ancestry|genomes?"
            r"|lineages?|(?:and|or|×|x) (?:indicine|zebu|taurine)|\(Bos)\b",
            re.I,
        ),
    ),
    "balsam": re.compile(r"\)\s[A-Z]"),
    "pml": re.compile(rf"\)?[\s{_DASH}](?:nuclear|bod(?:y|ies)|NBs?|RAR)", re.I),
    **dict.fromkeys(
        (
            *("leads", "intrinsic factors", "shocks", "catechol-amine", "cary"),
            # classes without an identity, of which a source makes one substance
            *("alcohols", "proton", "protons", "phospholipid", "phospholipids"),
        ),
        re.compile(r""),
    ),
    **dict.fromkeys(
        ("calcium-phosphate", "calcium phosphate"),
        re.compile(r"\s(?:homeostasis|metabolism|balance|(?:ion )?products?)\b", re.I),
    ),
    "sugar acid": re.compile(r"\s(?:contents?|ratios?|balance)\b", re.I),
    "heavy water": re.compile(r"\sisotop", re.I),
    "chalk": re.compile(
        r"\s(?:aquifers?|formations?|rivers?|streams?|grasslands?|cliffs?|groups?|catchments?)\b", re.I
    ),
    "brass": re.compile(r"\s(?:knuckles?|instruments?|players?|bands?|quintets?)\b", re.I),
    "vinyl": re.compile(r"\s(?:umbrellas?|gloves?|records?|floor\w*|sheets?|bags?)\b", re.I),
    "gdp": re.compile(r"(?:\s(?:loss(?:es)?|growth|per capita|shares?|rates?)\b|,? \d*\.?\d ?%)", re.I),
    "cag": re.compile(
        rf"\)?[\s{_DASH}](?:repeats?|ages?|tracts?|expan\w+|numbers?|lengths?|alleles?)\b", re.I
    ),
    "hepatitis": re.compile(r"\sDNA\b"),
    "mononucleosis": re.compile(
        rf"[\s{_DASH}](?:(?:pre)?dominant\b|pleocytosis|in the (?:cerebrospinal|CSF))", re.I
    ),
    "tics": re.compile(rf"[{_DASH}](?:[Mm]|\d)\b"),
    "vertigo": re.compile(r"\s(?:geyeri|angustior|moulinsiana|genesii|pygmaea|antivertigo|\w+iana)\b"),
    "blister": re.compile(rf"[\s{_DASH}](?:like\s)?aneurysms?\b", re.I),
    **dict.fromkeys(
        ("fasciculation", "fasciculations"),
        re.compile(r"\sof (?:\w+ ){0,3}(?:axons?|nerves?|neurites?)\b", re.I),
    ),
    "dehydration": re.compile(
        r"\s(?:reactions?|steps?|catalysts?|synthesis"
        r"|of (?:the |an? )?(?:substrates?|alcohols?|glycerol|fructose|glucose|xylose|sorbitol|\w+[ae]nol"
        r"|tissues?|samples?|sections?|intermediates?|biomass))\b",
        re.I,
    ),
    "hyperthermic": re.compile(
        rf"[\s{_DASH}](?:induced|intra\w+|isolated|chemotherap\w+|perfusion|treatments?|therap\w+|baths?"
        rf"|shock)\b",
        re.I,
    ),
    "plague": re.compile(r"\sof (?:locusts|rats|mice|frogs|flies)\b", re.I),
    "yellow fever": re.compile(r"\smosquito(?:es)?\b", re.I),
    "luminal": re.compile(r"(?!\s?(?:®|sodium|\(phenobarb))", re.I),
    **dict.fromkeys(
        ("hypotensive", "hypocholesterolemic", "hypocholesterolaemic", "hypolipidemic", "hypolipidaemic"),
        re.compile(
            rf"(?:,? (?:and |or )?[\w{_DASH}]+,?){{0,3}}?[\s{_DASH}]{_LOWERING}\b"
            rf"|[\s{_DASH}](?:eye[\s-]?drops?|ana?esthesia)\b",
            re.I,
        ),
    ),
    **dict.fromkeys(
        ("hypoglycemic", "hypoglycaemic"),
        re.compile(
            rf"{_CLAMP}|(?! (?:events?|episodes?|attacks?|symptoms?|seizures?))"
            rf"(?:,? (?:and |or )?[\w{_DASH}]+,?){{0,3}}?[\s{_DASH}]{_LOWERING}\b",
            re.I,
        ),
    ),
    **dict.fromkeys(
        ("hypothermic", "hypothermia"),
        re.compile(rf"[\s{_DASH}](?:(?:ex|in)[\s{_DASH}](?:vivo|situ) )?{_COOLED}\b", re.I),
    ),
    "lordosis": re.compile(
        rf"[\s{_DASH}](?:behaviou?rs?|quotients?|responses?|reflex(?:es)?|postures?)\b", re.I
    ),
    "hyperthermia": re.compile(r"\s(?:treatments?|therap(?:y|ies)|chemotherapy|perfusion|\(\d)", re.I),
    "agitation": re.compile(rf"[\s{_DASH}](?:speeds?|rates?|states?|time|rpm|intensity|conditions?)\b", re.I),
    "swelling": re.compile(
        rf"[\s{_DASH}](?:ratios?|capacit(?:y|ies)|ind(?:ex|ices)|degrees?|behaviou?rs?|kinetics"
        rf"|propert(?:y|ies)"
        r"|percentages?|pressures?|shrink\w+|agents?|tests?|equilibrium)\b",
        re.I,
    ),
    "hyperactivity": re.compile(
        rf"\s(?:of|in)\s(?:\S+\s){{0,4}}?(?:(?:inter|moto)?neurons?|neuronal|{_OVERACTIVE})\b", re.I
    ),
    "depressed": re.compile(
        rf"[\s{_DASH}](?:{_LOWERED}|consciousness|sensorium|cough\w*|immun\w+|respirat\w+|ventilat\w+|skull"
        r"|fractures?|scars?|lesions?|plaques?|areas?|type|ST|T[\s-]waves?|ejection|contract\w+"
        r"|(?:left|right) ventric\w+)\b",
        re.I,
    ),
    "colic": re.compile(r"\s(?:arter\w+|veins?|vessels?|branch\w*|flexures?|contents?|and epiploic)\b", re.I),
    "sterility": re.compile(
        r"\s(?:tests?|testing|assurance|validation|indicators?|barriers?|genes?)\b", re.I
    ),
    "itch": re.compile(rf"[\s{_DASH}](?:E3|ubiquitin|ligases?|deficien\w+|proteins?|genes?|mRNA)\b", re.I),
    "embolism": re.compile(r"\s(?:resistance|vulnerability|repair)\b", re.I),
    "confusion": re.compile(
        r"\s(?:matri(?:x|ces)|about|among|between|regarding|over|around|surrounding|concerning|as to"
        r"|caused by the"
        r"|in (?:the )?(?:literature|terminology|nomenclature|definitions?|interpretation|public"
        r"|understanding)"
        r"|due to (?:an? |the )?(?:\w+ing|different|inconsistent|unclear|ambiguous|similar\w*|lack|poor"
        r"|multiple"
        r"|many|overlap\w*|use of)) ?\b",
        re.I,
    ),
    "psychiatric": re.compile(
        r"\s(?:hospitals?|wards?|nurs\w+|units?|departments?|clinics?|services?|care|institutions?"
        r"|specialt\w+|residen\w+"
        r"|training|trainees?|journals?|(?:rating )?scales?|interviews?|consult\w+|medications?)\b",
        re.I,
    ),
    "necrosis": re.compile(rf"[\s{_DASH}](?:tumou?r )?factors?\b", re.I),
    "promyelocytic leukemia": re.compile(
        rf"(?: \(PML\))?[\s{_DASH}](?:nuclear|proteins?|zinc|genes?|NBs?|bod(?:y|ies))\b", re.I
    ),
    "cyst": re.compile(
        r"\s(?:lineages?|stem cells?|nematodes?|hatching|viability|germination|stages?|walls? proteins?"
        r"|production)\b"
        r"|\sof (?:the )?(?:[A-Z]\.|Giardia|Entamoeba|Toxoplasma|Acanthamoeba|Eimeria|Artemia|Cryptosporidium"
        r"|Sarcocystis|Neospora|Blastocystis|Balantidium|Globodera|Heterodera)",
        re.I,
    ),
    "seizure": re.compile(
        rf"[\s{_DASH}](?:data\b|(?:of|involving|containing) (?:(?:illicit|illegal|counterfeit|smuggled"
        r"|falsified"
        r"|suspected|various|\d[\d.,]*|kg|kilograms?|tonn?es?|of) ){0,3}(?:drugs?|opioids?|heroin|cocaine"
        r"|fentanyl\w*|cannabis|methamphetamine|ketamine|tablets?|pills?|powders?|goods|assets?|property"
        r"|ivory"
        r"|firearms?)\b)"
        r"|\s(?:by|from) (?:the )?(?:police|customs|law enforcement|authorities)\b",
        re.I,
    ),
    "infectious disease": re.compile(
        r"\s(?:specialists?|physicians?|consult\w*|pharmacists?|clinics?|departments?|units?|wards?|services?"
        r"|teams?|experts?|fellow\w*|divisions?|doctors?|clinicians?|hospitals?|specialt(?:y|ies)|training"
        r"|trainees?|residen\w+|nurs\w+|practitioners?|providers?|societ(?:y|ies)|journals?)\b",
        re.I,
    ),
    "autoimmunity": re.compile(
        r"\s?/\s?inflammation|\s(?:and|or|vs\.?|versus) (?:immune )?tolerance\b", re.I
    ),
    **dict.fromkeys(
        ("toxicity", "toxicities"),
        re.compile(
            r"\s(?:was |were )?(?:\w+ed )?(?:via|by|using|with|in|on|to|towards?|against) (?:an? "
            r"|the )?(?:\w+[\s-])?"
            r"(?:cell viability|MTT|MTS|CCK|LDH|zebrafish|Daphnia|Artemia|algae|aquatic|soil|earthworms?"
            r"|Caenorhabditis"
            r"|nematodes?|larvae|insects?|bacteria|microb\w+|plants?|seedlings?|cell lines?"
            r"|brine shrimps?)\b",
            re.I,
        ),
    ),
    **dict.fromkeys(("burn", "burns"), re.compile(rf"[{_DASH}](?:out|in)\b", re.I)),
    **dict.fromkeys(
        ("tumor", "tumour"),
        re.compile(
            r"\s(?:boards?|registr(?:y|ies)|markers?)\b"
            r"|(?:(?<=anti.tumor)|(?<=anti.tumour))\s(?:and anti\S+ )?proteins?\b",
            re.I,
        ),
    ),
    "biologic": re.compile(
        rf"[\s{_DASH}](?:behaviou?rs?|activit\w+|plausib\w+|effects?|process\w*|samples?|specimens?|markers?"
        rf"|characteristics?|significance|ag(?:e|ing)|sex|half|responses?|propert\w+|functions?|systems?"
        rf"|roles?"
        rf"|heterogeneity|features?|insights?|rationale|parents?|mothers?|fathers?|children|siblings?"
        rf"|relatives"
        rf"|famil(?:y|ies)|offspring|kin"
        rf"|mechanisms?|potential|fluids?|basis|variables?|subtypes?|materials?|width|mesh|scaffolds?"
        rf"|(?:\w+ )?targets?|networks?|pathways?|factors?|assays?|data|evaluations?|relevance|diversity"
        rf"|complexity|variation|events?|molecules?|tissues?|entit(?:y|ies)|research|sciences?|questions?"
        rf"|principles?|evidence|phenotypes?|hazards?|weapons?|threats?|warfare|hypothes[ei]s|knowledge"
        rf"|annotations?|replicates?|networks?|dressings?|valves?|prosthes[ei]s|grafts?)\b",
        re.I,
    ),
}
# What engineers break, and what makes somebody feel pain.
_BROKEN = re.compile(
    rf"\b(?<!peri-)(?:implants?|screw|instrument|file|stent|lead|wire|abutment|ceramic|porcelain|veneer"
    rf"|crown|liner|penile|penis|leaflet|plaque"
    rf"|insert|cone|rod|strut|catheter|needle|prosthe(?:sis|tic)|brittle|fatigue)[\s{_DASH}]$",
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
    rf"|stress|colitis|surgery)[\s{_DASH}](?:induced|evoked))[\s{_DASH}]$",
    re.I,
)
# Where water, not a body, lacks oxygen.
_OF_WATERS = re.compile(
    rf"\b(?:coastal|estuarine|bottom[\s{_DASH}]?water|marine|benthic|aquatic|seasonal|summer|seafloor"
    rf"|sea[\s{_DASH}]floor"
    rf"|lakes?|river|reservoir|water[\s{_DASH}]column|hypolimneti?\w*|ocean(?:ic)?|soil|wetland|sediment"
    rf"|eutrophication[\s{_DASH}]induced|(?:of|in|over) (?:the )?(?:coastal|bottom|estuarine|lake) waters?"
    r")[\s\-]$",
    re.I,
)
_BEFORE: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(_MOVES, _WALL_BEFORE),
    **dict.fromkeys(("hypoxia", "anoxia"), _OF_WATERS),
    "lead": re.compile(
        rf"\b(?:(?:bi|left |right |intra)?ventricular|(?:bi|left |right )?atrial|pac(?:ing|emaker)|ICDs?"
        rf"|CRT(?:{_DASH}[DP])?"
        rf"|defibrillat(?:or|ion)|electrodes?|ECG|EKG|electrocardiogra\w+|limb|chest|precordial"
        rf"|transvenous|epicardial"
        rf"|endocardial|shock|coronary sinus|LV|RV|RA|DBS|stimulat(?:ion|or|ing)|spinal cord|sacral"
        rf"|percutaneous"
        rf"|quadripolar|bipolar|unipolar|multipolar|directional|segmented|abandoned|infected|subcutaneous"
        rf"|septal|bundle"
        rf"|(?:single|dual|six|twelve|(?:3|5|6|12|15|18))|cardiac|device|sensing|tined|cochlear"
        rf"|paddle)[\s{_DASH}]$",
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
        rf"\b(?:optokinetic|caloric|physiologic(?:al)?|(?:per|post)[\s{_DASH}]?rotat\w+"
        rf"|end[\s{_DASH}]?point) $",
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
            rf"\b(?:tau|amyloid|A[bβ]\S*|(?:α[{_DASH}]|alpha[{_DASH}])?synuclein|poly[{_DASH}]?glutamine"
            rf"|polyQ|huntingtin"
            rf"|prion|oligomer|glutamate|protein|lipid|microbial|aquatic|soil|sediment|plants?|algal"
            rf"|larval|dark"
            rf"|environmental|acute oral|in[\s{_DASH}]vitro|cell(?:ular)?|genetic)[\s{_DASH}]$",
            re.I,
        ),
    ),
    "autoimmunity": re.compile(
        r"(?:\binflammation/|(?<!loss of )(?<!breakdown of )(?<!of immune )\btolerance (?:and|or|vs\.?"
        r"|versus) )$",
        re.I,
    ),
    "hypertensive": re.compile(rf"\bspontaneous[\s{_DASH}]$", re.I),
    "depression": re.compile(
        rf"(?:\btropical|\bgreat|\beconomic|\bagricultural|\batmospheric|\bbarometric"
        rf"|long[\s{_DASH}]term|synaptic|spreading|surface|metabolic|skull|septal|segment|\bST"
        rf"|inbreeding|point|paired[\s{_DASH}]pulse"
        rf"|post[\s{_DASH}]?tetanic|marrow|immune|immunologic(?:al)?|myocardial|cardiac|cardiovascular"
        rf"|circulatory|circumferential|flowering|yield|fitness|photosynthe\w+|EEG|cortical"
        rf"|(?:milk[\s{_DASH}])?fat"
        rf"|(?:milk|egg) production|pressure|articular|plateau|sternal|chest wall"
        rf"|freezing[\s{_DASH}]point|excitability"
        rf"|(?:hetero|homo)synaptic|short[\s{_DASH}]term|transmission|voltage"
        rf"|respiratory|ventilatory|ha?ematologic(?:al)?|CNS|nervous system|contractile|growth|cryogenic"
        rf"|\b{_LOWERED})[\s{_DASH}]$",
        re.I,
    ),
    "shock": re.compile(
        rf"(?:defibrillat\w+|cardioversion|appropriate|inescapable|ICD|heat|cold|osmotic|osmolality|salt"
        rf"|salinity|pH"
        rf"|environmental|economic|price|tail|electric\w*|foot|culture|thermal|market|supply|demand|income"
        rf"|financial|monetary|exogenous)[\s{_DASH}]?$",
        re.I,
    ),
    "stroke": re.compile(rf"(?:brush|power|two|four|swim\w*|breast|piston)[\s{_DASH}]$", re.I),
    "coma": re.compile(r"\b(?:Glasgow|chill|cold|heat)\s$", re.I),
    "inflammation": re.compile(rf"\banti[\s{_DASH}]$", re.I),
    # of one protein, not of protein in a diet
    "protein deficiency": re.compile(
        r"(?:\b(?:repair|binding|transport|transfer|carrier|membrane|surface|kinase|regulatory|cofactor"
        r"|inhibitor|matrix"
        r"|structural|[A-Z]|\w*\d\w*)|[\w-]+in)\s$"
    ),
    "fatigue": re.compile(
        r"\b(?:torsional|bending|cyclic|thermal|mechanical|corrosion|materials?|metals?|contact|fretting"
        r"|cycle|flexural|pandemic|lockdown|alarm|alert|warning|message|survey|respondent|news)\s$",
        re.I,
    ),
    "swelling": re.compile(
        rf"\b(?:mou?ld|hydrogels?|hydrogel['’]s|polymers?|films?|membranes?|gels?|starch|clay|wood"
        rf"|tablets?|matrix"
        rf"|granules?|mitochondri\w+|(?:astro|hepato|erythro)cytes?|cell(?:ular)?|osmotic"
        rf"|hypotonic)[\s{_DASH}]$",
        re.I,
    ),
    "hyperactivity": re.compile(rf"\b(?:neuronal|NLRP3|{_OVERACTIVE})[\s{_DASH}]$", re.I),
    "depressed": re.compile(
        rf"\b{_LOWERED}\b(?: (?:[^\s.;]|\.(?=\d))+){{0,8}}? (?:be|is|are|was|were|been|being"
        r"|remain\w*|became)(?: \w+ly)? $",
        re.I,
    ),
    "colic": re.compile(r"\b(?:middle|gastric(?:,| and)) $", re.I),
    "volvulus": re.compile(r"\b(?:O\.?|Onchocerca)\s$"),
    "intoxication": re.compile(r"\bendogenous\s$", re.I),
    **dict.fromkeys(("heart defect", "heart defects"), re.compile(r"\bacquired (?:\w+ )?$", re.I)),
    "hypothermia": re.compile(
        r"\b(?:therapeutic|induced|targeted|controlled|(?:treated|treatment|cooled) (?:with|by)"
        rf"|whole[\s{_DASH}]body|selective head)\s(?:(?:mild|moderate|deep) )?$",
        re.I,
    ),
    "calculus": re.compile(r"\b(?:professor|differential|integral|fractional|vector) $", re.I),
    **dict.fromkeys(
        ("burn", "burns"),
        re.compile(
            rf"\b(?:heat[\s{_DASH}]not|slash[\s{_DASH}]and|ash[\s{_DASH}]water|calorie|fat|fuel|carbon"
            rf"|prescribed"
            rf"|crop|biomass|controlled)[\s{_DASH}]$",
            re.I,
        ),
    ),
    "sterility": re.compile(
        r"\b(?:hybrid|pollen|spikelet|genic|F1|(?:cytoplasmic|genic|genetic|nuclear) male) $", re.I
    ),
    "calcification": re.compile(r"\b(?:corals?|shells?|algal|larval|reefs?|coccolith\w*|biogenic) $", re.I),
    **dict.fromkeys(("ischemia", "ischaemia"), re.compile(rf"\b(?:cold|warm)[\s{_DASH}]$", re.I)),
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
        rf"\b(?:pharmacologic(?:al)?|chemical|therapeutic|relaxant[\s{_DASH}]induced) $", re.I
    ),
    "dehydration": re.compile(
        rf"\b(?:(?:enzym\w+|catalyst|acid|base)(?:[{_DASH}](?:mediated|catalysed|catalyzed))?|catalytic"
        rf"|alcohol"
        rf"|ethanol|graded|reductive|oxidative|dehydratase[{_DASH}]catalyzed|tissue|sample) $",
        re.I,
    ),
    "dysrhythmia": re.compile(
        r"\b(?:neural|neuronal|thalamocortical|cortical|circadian|oscillatory) $", re.I
    ),
    "dyskinesia": re.compile(r"\b(?:scapular?|scapulothoracic) $", re.I),
    **dict.fromkeys(("metastasis", "metastases"), re.compile(r"\b(?:septic|infectious|pyogenic) $", re.I)),
    **dict.fromkeys(
        ("virilization", "virilisation", "virilized", "virilised", "masculinization"),
        re.compile(rf"\bunder[\s{_DASH}]?$", re.I),
    ),
    "blindness": re.compile(
        rf"\b(?:inattention(?:al)?|attentional|change|choice|repetition|emotion[\s{_DASH}]induced|double"
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
        rf"\b(?:magnetic|regional|local|whole[\s{_DASH}]body|photothermal"
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
# What is lowered, as a whole span: "cardiac output depression".
_DEPRESSED_OUTPUT = re.compile(rf"(?:[\w{_DASH}]+ )*{_LOWERED} depression")
_WORDS = frozenset({*_BEHIND, *_BEFORE, *BESIDE, *NEAR, *LIFELESS, *ANYWHERE})


def another_sense(text: str, start: int, end: int) -> bool:
    """Return whether the words around a name tell of another sense of its word."""
    word = text[start:end].lower()
    if word.endswith(" depression") and _DEPRESSED_OUTPUT.fullmatch(word):
        return True
    if is_of_plants(text, word):
        return True
    if word not in _WORDS and word.removesuffix("s") not in _WORDS:
        return False
    if _is_told_around(text, word, start, end) or another_sense_behind(text, start, end):
        return True
    before = _BEFORE.get(word) or _BEFORE.get(word.removesuffix("s"))
    return before is not None and before.search(text, max(0, start - _REACH), start) is not None


def _is_told_around(text: str, word: str, start: int, end: int) -> bool:
    """Return whether words that need not stand right beside a name tell of another sense."""
    begin, stop = max(0, start - _REACH), end + _REACH
    if (beside := BESIDE.get(word)) and not beside.search(text, begin, stop):
        return True
    singular = word.removesuffix("s")
    if (near := NEAR.get(word) or NEAR.get(singular)) and near.search(text, begin, stop):
        return True
    lifeless = LIFELESS.get(word) or LIFELESS.get(singular)
    if lifeless and lifeless.search(text, begin, stop) and not LIVING.search(text):
        return True
    anywhere = ANYWHERE.get(singular)
    return anywhere is not None and anywhere.search(text) is not None


def another_sense_behind(text: str, start: int, end: int) -> bool:
    """Return whether the words behind a name tell of another sense of its word."""
    word = text[start:end].lower()
    behind = _BEHIND.get(word) or _BEHIND.get(word.removesuffix("s"))
    return behind is not None and behind.match(text, end) is not None
