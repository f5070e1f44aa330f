"""Words behind a name that tell of another sense of it: "stroke volume", "fatigue strength"."""

from __future__ import annotations

import re

#: Hyphens and dashes, within a class.
DASH = r"\-‐‑–−"
# What is done to a part of the body: "remote ischemic preconditioning".
_CONDITIONED = rf"(?:pre|post|per)?[{DASH}]?condition(?:ing|ed)"
# What may be raised or lowered, and what of a body or a cell is too active, without being a disease.
LOWERED = (
    r"(?:levels?|activit(?:y|ies)|expressions?|functions?|productions?|responses?|growth|rates?|synthesis"
    r"|pressures?|concentrations?|counts?|secretion|metabolism|reflex(?:es)?|output|amplitudes?)"
)
OVERACTIVE = (
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
_CLAMP = rf"[\s{DASH},/]+(?:\w+(?:glyc|insulin)a?emic[\s{DASH}])?(?:glucose[\s{DASH}])?clamp"
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
    rf"|[\s{DASH}](?:toughness|resistance|strengths?|loads?|mechanics|modes?|energy|initiation|stress"
    rf"|surface roughness)\b"
    r"(?! (?:in|of) (?:the )?(?:\w+ ){0,2}(?:bones?|femur|femora|vertebra\w*|tibia\w*))",
    re.I,
)
# How the wall of a heart moves, and words for that which patients who do not move have, too.
MOVES = (
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
#: By the word in small letters: what follows it in another sense.
BEHIND: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(MOVES, _WALL_BEHIND),
    "fracture": _OF_BROKEN,
    "loss of hair": re.compile(r"\scells?\b"),
    "chill": re.compile(
        rf"[\s{DASH}](?:conditions?|storage|stor(?:ed|ing)|temperatures?|chains?|fillers?|tanks?|rooms?|units?"
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
    # a strain: "influenza A/WSN/33", "influenza A(H1N1)pdm09 virus"
    **dict.fromkeys(
        ("influenza a", "influenza b"),
        re.compile(r"/[A-Z][\w-]+[ /]|\s?\(?H\d+N\d+\)?\S*\s[Vv]irus|\svirions?\b"),
    ),
    "infection": re.compile(
        r"\s(?:of (?:[A-Z]\. ?[a-z]+|[A-Z][a-z]+ [a-z]+|bacteria|the host|host cells|cells) )?"
        r"(?:with|by) (?:the |a )?"
        r"(?:\w+ )?(?:bacterio|coli|cyano)?phages?\b"
    ),
    **dict.fromkeys(
        ("high cholesterol", "high-cholesterol"),
        re.compile(
            rf"[\s{DASH}](?:feeding|fed|foods?|diets?|intakes?|sucrose|high|fat|content|chow|meals?|rations?)\b"
        ),
    ),
    **dict.fromkeys(
        ("carbon-13", "carbon 13"),
        re.compile(rf"[\s{DASH}](?:nuclear |cross-polari[sz]\w+ )?(?:magnetic resonance|NMR|spectr\w+)\b"),
    ),
    "mll": re.compile(
        rf"\)?[\s{DASH}](?:proteins?|genes?|complex(?:es)?|fusions?|rearrang\w*|translocat\w*|AF\d+"
        rf"|menin|\d)\b",
        re.I,
    ),
    "mixed lineage leukemia": re.compile(
        r"\s(?:\(MLL\d?\)\s)?(?:proteins?|genes?|complex(?:es)?|family|\d)\b", re.I
    ),
    "hlh": re.compile(rf"[{DASH}]\d"),
    "gad": re.compile(rf"\)?[{DASH}]7\b"),
    "carbohydrate": re.compile(rf"[\s{DASH}]antigens?\b", re.I),
    "shock": re.compile(
        rf"[\s{DASH}]?(?:waves?|proteins?|absor\w+|tubes?|fronts?|intensit(?:y|ies)|loading|ind(?:ex"
        rf"|ices)|trousers|froz\w+|freez\w+|cool\w+|chill\w+|heated)\b",
        re.I,
    ),
    "stroke": re.compile(
        rf"[\s{DASH}](?:volumes?|work|rates?|length|output|distance|ind(?:ex|ices)|counts?"
        r"|of (?:luck|genius|fortune|misfortune|(?:a|the) pen|insight|brilliance|midnight|the (?:brush"
        r"|clock)))\b",
        re.I,
    ),
    "coma": re.compile(r"\s(?:scales?|scores?)\b", re.I),
    "gold": re.compile(
        rf"[\s{DASH}](?:standards?|medal\w*|open access|stages?|grades?|criteria|coast|rush)\b", re.I
    ),
    "rash": re.compile(
        r"\s(?:decisions?|judge?ments?|actions?|acts?|behaviou?rs?|impulsiv\w+|conclusions?|choices?"
        r"|driv(?:ers?|ing))\b",
        re.I,
    ),
    "hypoxia": re.compile(
        rf"[\s{DASH}](?:inducible|responsive|response elements?|{_CONDITIONED}|mimetic\w*|chambers?"
        rf"|incubators?)\b"
        rf"|\s?[/{DASH}]\s?re-?oxygenat\w+",
        re.I,
    ),
    "hypoxic": re.compile(rf"[\s{DASH}](?:inducible|{_CONDITIONED})\b", re.I),
    **dict.fromkeys(
        ("ischemia", "ischemic", "ischaemia", "ischaemic"),
        re.compile(rf"[\s{DASH}](?:{_CONDITIONED}|times?)\b", re.I),
    ),
    "lead": re.compile(
        rf"[\s{DASH}](?:time|authors?|compounds?|candidates?|investigators?|to|in|extractions?|dislodg\w+"
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
        rf"[\s{DASH}](?:standards?|linings?|stain\w*|spring|bullets?|economy|tsunami|medal\w*)\b", re.I
    ),
    "zinc": re.compile(rf"[\s{DASH}](?:fingers?|ribbons?)\b", re.I),
    "depression": re.compile(
        rf"\sof (?:the |an? |its |their )?(?:(?:[\w{DASH}]+ ){{0,2}}(?:{LOWERED}|markers?|synap\w+"
        rf"|transmission|excitability"
        r"|contractil\w+|EPSPs?|EPSCs?|respiration|ventilation|waves?|potentials?|currents?|proliferation"
        r"|marrow"
        r"|immunity|immune system|nervous system|segments?|articular surface|fragments?|skull|plateau"
        r"|sternum|nipple"
        r"|tongue|eyelid|optic disc|photosynthesis|yield|appetite|milk fat|face|cheek|forehead|skin|scars?)"
        r"|ST|S-T|PR|conductivity|freezing)\b|\s(?:ratios?|angles?|depth|fractures?)\b",
        re.I,
    ),
    "iron": re.compile(r"\s(?:lungs?|age|curtain|gates?)\b", re.I),
    "fatigue": re.compile(
        rf"[\s{DASH}](?:failures?|fractures?|li(?:fe|ves)|strengths?|cracks?|cracking|limits?|loads?"
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
            rf"[\s{DASH}](?:cattle|cows?|bulls?|breeds?|herds?|bovines?|populations?|ancestry|genomes?"
            r"|lineages?|(?:and|or|×|x) (?:indicine|zebu|taurine)|\(Bos)\b",
            re.I,
        ),
    ),
    "balsam": re.compile(r"\)\s[A-Z]"),
    "pml": re.compile(rf"\)?[\s{DASH}](?:nuclear|bod(?:y|ies)|NBs?|RAR)", re.I),
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
        rf"\)?[\s{DASH}](?:repeats?|ages?|tracts?|expan\w+|numbers?|lengths?|alleles?)\b", re.I
    ),
    "hepatitis": re.compile(r"\sDNA\b"),
    "mononucleosis": re.compile(
        rf"[\s{DASH}](?:(?:pre)?dominant\b|pleocytosis|in the (?:cerebrospinal|CSF))", re.I
    ),
    "tics": re.compile(rf"[{DASH}](?:[Mm]|\d)\b"),
    "vertigo": re.compile(r"\s(?:geyeri|angustior|moulinsiana|genesii|pygmaea|antivertigo|\w+iana)\b"),
    "blister": re.compile(rf"[\s{DASH}](?:like\s)?aneurysms?\b", re.I),
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
        rf"[\s{DASH}](?:induced|intra\w+|isolated|chemotherap\w+|perfusion|treatments?|therap\w+|baths?"
        rf"|shock)\b",
        re.I,
    ),
    "plague": re.compile(r"\sof (?:locusts|rats|mice|frogs|flies)\b", re.I),
    "yellow fever": re.compile(r"\smosquito(?:es)?\b", re.I),
    "luminal": re.compile(r"(?!\s?(?:®|sodium|\(phenobarb))", re.I),
    **dict.fromkeys(
        ("hypotensive", "hypocholesterolemic", "hypocholesterolaemic", "hypolipidemic", "hypolipidaemic"),
        re.compile(
            rf"(?:,? (?:and |or )?[\w{DASH}]+,?){{0,3}}?[\s{DASH}]{_LOWERING}\b"
            rf"|[\s{DASH}](?:eye[\s-]?drops?|ana?esthesia)\b",
            re.I,
        ),
    ),
    **dict.fromkeys(
        ("hypoglycemic", "hypoglycaemic"),
        re.compile(
            rf"{_CLAMP}|(?! (?:events?|episodes?|attacks?|symptoms?|seizures?))"
            rf"(?:,? (?:and |or )?[\w{DASH}]+,?){{0,3}}?[\s{DASH}]{_LOWERING}\b",
            re.I,
        ),
    ),
    **dict.fromkeys(
        ("hypothermic", "hypothermia"),
        re.compile(rf"[\s{DASH}](?:(?:ex|in)[\s{DASH}](?:vivo|situ) )?{_COOLED}\b", re.I),
    ),
    "lordosis": re.compile(
        rf"[\s{DASH}](?:behaviou?rs?|quotients?|responses?|reflex(?:es)?|postures?)\b", re.I
    ),
    "hyperthermia": re.compile(r"\s(?:treatments?|therap(?:y|ies)|chemotherapy|perfusion|\(\d)", re.I),
    "agitation": re.compile(rf"[\s{DASH}](?:speeds?|rates?|states?|time|rpm|intensity|conditions?)\b", re.I),
    "swelling": re.compile(
        rf"[\s{DASH}](?:ratios?|capacit(?:y|ies)|ind(?:ex|ices)|degrees?|behaviou?rs?|kinetics"
        rf"|propert(?:y|ies)"
        r"|percentages?|pressures?|shrink\w+|agents?|tests?|equilibrium)\b",
        re.I,
    ),
    "hyperactivity": re.compile(
        rf"\s(?:of|in)\s(?:\S+\s){{0,4}}?(?:(?:inter|moto)?neurons?|neuronal|{OVERACTIVE})\b", re.I
    ),
    "depressed": re.compile(
        rf"[\s{DASH}](?:{LOWERED}|consciousness|sensorium|cough\w*|immun\w+|respirat\w+|ventilat\w+|skull"
        r"|fractures?|scars?|lesions?|plaques?|areas?|type|ST|T[\s-]waves?|ejection|contract\w+"
        r"|(?:left|right) ventric\w+)\b",
        re.I,
    ),
    "colic": re.compile(r"\s(?:arter\w+|veins?|vessels?|branch\w*|flexures?|contents?|and epiploic)\b", re.I),
    "sterility": re.compile(
        r"\s(?:tests?|testing|assurance|validation|indicators?|barriers?|genes?)\b", re.I
    ),
    "itch": re.compile(rf"[\s{DASH}](?:E3|ubiquitin|ligases?|deficien\w+|proteins?|genes?|mRNA)\b", re.I),
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
    "necrosis": re.compile(rf"[\s{DASH}](?:tumou?r )?factors?\b", re.I),
    "promyelocytic leukemia": re.compile(
        rf"(?: \(PML\))?[\s{DASH}](?:nuclear|proteins?|zinc|genes?|NBs?|bod(?:y|ies))\b", re.I
    ),
    "cyst": re.compile(
        r"\s(?:lineages?|stem cells?|nematodes?|hatching|viability|germination|stages?|walls? proteins?"
        r"|production)\b"
        r"|\sof (?:the )?(?:[A-Z]\.|Giardia|Entamoeba|Toxoplasma|Acanthamoeba|Eimeria|Artemia|Cryptosporidium"
        r"|Sarcocystis|Neospora|Blastocystis|Balantidium|Globodera|Heterodera)",
        re.I,
    ),
    "seizure": re.compile(
        rf"[\s{DASH}](?:data\b|(?:of|involving|containing) (?:(?:illicit|illegal|counterfeit|smuggled"
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
    **dict.fromkeys(("burn", "burns"), re.compile(rf"[{DASH}](?:out|in)\b", re.I)),
    **dict.fromkeys(
        ("tumor", "tumour"),
        re.compile(
            r"\s(?:boards?|registr(?:y|ies)|markers?)\b"
            r"|(?:(?<=anti.tumor)|(?<=anti.tumour))\s(?:and anti\S+ )?proteins?\b",
            re.I,
        ),
    ),
    "biologic": re.compile(
        rf"[\s{DASH}](?:behaviou?rs?|activit\w+|plausib\w+|effects?|process\w*|samples?|specimens?|markers?"
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
