"""Substances that nobody is given: what is analysed, eaten, built with, or lies in waters.

Of a list, the words before its first member count: "the contents of thiamine, vitamin B6 and folate", "plasma
metabolites (hippuric acid, theobromine)". A text is about waters and sorbents where it names them twice and
neither patients nor animals.
"""

from __future__ import annotations

import functools
import re
from typing import Literal

_DASH = r"\-‐‑–−"  # within a class
#: What a list or a neighbour tells: an amount; the body's own; food, of what is a nutrient; nothing given.
Analysed = Literal["measured", "own", "eaten"]

# What stands before a list, and of which kinds of words it makes what.
_LISTED: dict[str, Analysed] = {
    **dict.fromkeys(
        "level levels concentration concentrations content contents amount amounts titers titres status "
        "deficiency deficiencies excretion determination quantification quantitation detection removal "
        "adsorption biosorption photodegradation".split(),
        "measured",
    ),
    **dict.fromkeys(
        "metabolism biosynthesis homeostasis production secretion release synthesis uptake".split(), "own"
    ),
    **dict.fromkeys("intake intakes consumption".split(), "eaten"),
}
# Of what food is rich in, too.
_OF = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_LISTED)})\sof|rich in|densit(?:y|ies) (?:in|of)"
    r"|(?:natural|good|dietary|rich) sources? of)\s",
    re.I,
)
# Before the members themselves: "metabolites (", "biomarkers such as"; a drug's metabolites tell of the drug.
_HEADED = re.compile(
    r"(?P<drug>\b(?:its|their|active|major|main|inactive|drug|toxic|principal|(?:treated|supplement\w*|given"
    r"|using|used?|took|taking|receiv\w+|therapy|treatment|administration)(?: with| of)?) )?"
    r"\b(?:(?P<measured>metabolites|bio-?markers|analytes|residues|(?:micro)?pollutants|contaminants)"
    r"|(?P<own>hormones|(?:micro)?nutrients"
    r"|(?:laboratory|biochemical|blood) (?:parameters|tests|values"
    r"|findings)))"
    r"(?:,?\s(?:such as|including|like|namely|for example|i\.e\.,?|e\.g\.,?)\s"
    r"|\s(?:are|were)\s|\s?:\s|\s\((?:i\.e\.,?\s"
    r"|e\.g\.,?\s)?)",
    re.I,
)
# What one of these holds.
_OF_WORDS = (*(word for word in _LISTED if word[:-1] not in _LISTED), "rich in", "source", "densit")
_HEADS = (
    *(
        "metabolites",
        "markers",
        "analytes",
        "residues",
        "pollutants",
        "contaminants",
        "hormones",
        "nutrients",
    ),
    *("parameters", "tests", "values", "findings"),
)
_BRACKETED = re.compile(r"\s?\([^()]*\)")
_MEMBERS = re.compile(r",\s(?:and\s|or\s)?|\s(?:and|or)\s")
# What no member of a list holds: the clause has gone on.
_NO_MEMBER = frozenset(
    "of in on at by with to from for than that which who was were is are be been had has have did not after "
    "before during while but versus vs between among when as using we our fell rose".split()
)
_MOST_WORDS = 5
_REACH, _NEAR = 260, 16
_ENDS = (" ", "(")
_LINKS = (",", " and", " or", "(", " as", " including", " like", " namely", ":", "e.g.", "i.e.", "of", " in")

# An amount in a volume before a bracket that holds the name: "18.5 ng/L (trimethoprim)"; not what was drunk.
_AMOUNT = re.compile(
    r"(?<!drank )(?<!given )(?<!received )\b\d[\d.,]*\s?(?:[pnµμm]?(?:g|mol)|[pnµμm]M)"
    r"(?:\s?/\s?|\s|\sper\s)[dmµμ]?[Ll](?:[-−–]1|⁻¹)?\s\($"
)
# What chemists look for, and in what: "determination of pregabalin and baclofen in biological samples".
_ASSAYED = re.compile(
    r"\b(?:determination|determining|detection|quantification|quantitation|estimation|extraction"
    r"|separation|(?<![-\w])analysis) of (?:"
    r"(?!(?:patients?|trials?|studies|effects?|treated|with|of|between|randomi[sz]ed)\b)"
    r"[\w\-]+(?: \([^()]{1,12}\))?,? ){0,8}$",
    re.I,
)
_IN_SAMPLES = re.compile(
    r"[^.;]{0,60}?\b(?:in|from) (?:the )?(?:[\w\-]+,? ){0,4}?(?:milk|honey|meats?|eggs?|feeds?|feedstuffs?"
    r"|soils?|foods?|waters?|tablets?|formulations?|dosage forms?|pharmaceuticals?|preparations?"
    r"|(?:biological|real|spiked|environmental|water|food|urine|plasma|serum|pharmaceutical) samples?"
    r"|dried blood)\b",
    re.I,
)
_ASSAYS = ("etermin", "etection", "uantif", "uantit", "stimation", "xtraction", "eparation", "nalysis")
# What chemists do to a substance in water or food.
_TREATED = re.compile(
    r"\b(?:residues?|removal|(?:photo-?|bio-?)?degradation|mineralization|(?:ad|bio)?sorption|photolysis"
    r"|leaching|imprinting) of (?:the )?(?:\w+ ){0,2}$",
    re.I,
)
_AS_RESIDUE = re.compile(
    rf"[\s{_DASH}](?:residues?|removal|(?:photo-?|bio-?)?degradation|(?:ad|bio)?sorption|pollution"
    rf"|contamination|(?:molecularly[\s{_DASH}])?imprinted|(?:bio|apta|immuno)?sensors?|wastewaters?"
    r"|resistan(?:ce|t) (?:genes?|cassettes?|markers?|plasmids?|determinants?|colon(?:y|ies)|clones?"
    r"|transformants?"
    r"|transductants?|transconjugants?)|(?:protection|killing|exclusion|selection) (?:assays?|experiments?"
    r"|markers?|cassettes?|plates?)|selection|cassettes?"
    rf"|(?:inducible|regulated|controlled|repressible|responsive) (?:promoters?|vectors?|systems?|expression"
    rf"|transgen\w+|operators?|elements?|transactivators?))\b"
    r"|,? (?:was |were )?(?:used |served |serving |employed )?as (?:an |the )?internal standards?\b",
    re.I,
)
# A dye or a tag on a substance makes it a tracer.
_TAG = r"(?:FITC|TRITC|RITC|rhodamine(?: B)?|Texas Red|Alexa(?: ?Fluor)?(?: ?\d+)?|Cy\d(?:\.5)?|biotin|HRP)"
_TAGGED = re.compile(
    rf"(?:\b{_TAG}\)?[\s{_DASH}]+(?:(?:labell?ed|conjugated|tagged|coupled)[\s{_DASH}]+)?"
    rf"|\bfluorescein(?: isothiocyanate)?(?: \(FITC\))?[\s{_DASH}]+(?:(?:labell?ed|conjugated"
    rf"|tagged)[\s{_DASH}]+)?"
    rf"|\b(?:fluorescent(?:ly)?|fluorophore|dye|biotinyl|enzyme)[\s{_DASH}]+(?:labell?ed|conjugated"
    rf"|tagged)[\s{_DASH}]+"
    rf"|\bbiotinylated\s)$",
    re.I,
)
_TAGS = (
    *("labeled", "labelled", "conjugated", "tagged", "coupled", "biotinylated", "biotin", "fitc", "fitc)"),
    *("tritc", "ritc", "rhodamine", "rhodamine b", "red", "hrp", "isothiocyanate", "fluorescein", "b"),
    *"0123456789",
)
_TAG_BEHIND = re.compile(rf"[{_DASH}/]{_TAG}(?!\w)", re.I)

# Polymers of which carriers, gels and shells are made, and what says so.
_POLYMER = re.compile(
    r"(?i)(?:\w+ )?(?:chitosans?|dextrans?(?: 40)?|alginates?|alginic acid|hyaluronic acid|hyaluronan|gelatin"
    r"|collagen|povidone|polyvinyl ?alcohol|polyethylene glycols?|hypromellose|carboxymethyl ?cellulose"
    r"|carmellose|(?:hydroxy(?:propyl)?|methyl|ethyl)+ ?cellulose|(?:beta|gamma|alpha|β|γ"
    r"|α)?-?cyclodextrins?|betadex|poloxamers?"
    r"|hydroxyapatite|xanthan gum|guar gum|pectin|carrageenan|silk fibroin|polylactide|stearic acid)"
)
_SHAPE = (
    r"(?:coat(?:ed|ing)|based|shells?|cores?|nano\w+|micro(?:spheres?|particles?|capsules?|gels?"
    r"|needles?|beads?)"
    r"|NPs?|hydrogels?|cryogels?|aerogels?|scaffolds?|films?|beads?|membranes?|matri(?:x|ces)|micelles?"
    r"|sponges?|fib(?:er|re)s?|composites?|capsules?|conjugates?|conjugated|grafted|cross-?linked|modified"
    r"|functionali[sz]ed|decorated|stabili[sz]ed|encapsulated|dressings?|polymers?|derivatives?|adsorbents?"
    r"|electrodes?|blends?|carriers?|particles?|liposomes?|polyplex(?:es)?)"
)
_SHAPED = re.compile(rf"[\s/{_DASH}](?:\([^()]{{1,12}}\)[\s{_DASH}])?(?:[\w.]+[\s/{_DASH}])?{_SHAPE}(?!\w)")
_MADE_OF = re.compile(
    r"\b(?:coated|cross-?linked|functionali[sz]ed|modified|decorated|conjugated|grafted|blended|stabili[sz]ed"
    r"|made|composed|consisting|fabricated|prepared|synthesi[sz]ed|formulated|encapsulated|loaded"
    r"|incorporated"
    r"|entrapped|immobili[sz]ed)(?:[\w\s-]{0,40}?)\s(?:with|of|from|using|in|into|onto|on|to"
    r"|by)\s(?:[\w-]+\s){0,2}$"
)
# What a polymer is given for, whatever shape it has.
_IN_PEOPLE = re.compile(
    r"(?i)\bpatients?\b|bowel|colonoscop|laxative|constipat|resuscitat|intra-?articular|were injected"
)
# What carriers are made to find cells with, and how they say so: "folate-targeted micelles".
_LIGAND = re.compile(r"(?i)folic acid|folate|biotin|mannose|galactose|transferrin|rgd peptide")
_TARGETED = re.compile(
    rf"[\s{_DASH}](?:conjugated|modified|functionali[sz]ed|decorated|targeted|targeting|grafted"
    rf"|appended|anchored)\b"
)
_DYE = re.compile(
    r"(?i)(?:gentian|crystal) violet|methylene blue|methylthioninium chloride|toluidine blue"
    r"|tolonium chloride"
    r"|trypan blue|eosine?(?: yellow.*)?|safranine?.*|alizarin.*|evans blue|fluorescein.*"
    r"|acridine orange|rhodamine.*|alcian blue|oil red o|congo red|ha?ematoxylin|giemsa.*|azure .*|sudan .*"
    r"|propidium iodide|nile red|thioflavin.*|prussian blue|janus green.*|neutral red|light green.*|orange g"
)
# What is stained with a dye; and for what cells and tissues are stained, or samples tested.
_STAINED = re.compile(
    r"\b(?:(?:counter)?stain(?:ed|ing|s)?|dyed|labell?ed|visuali[sz]ed) (?:\w+ly )?(?:with|by|using|in) "
    r"(?:(?!of\b)[\w.%-]+(?:,|,? and|,? or)? ){0,3}$",
    re.I,
)
_STAINED_FOR = re.compile(
    r"\b(?:(?:immuno|counter)?[\s-]?stain(?:ed|ing|s)?|immuno(?:react\w+|label\w+|positiv\w+|histochem\w+)"
    r"|(?:positiv\w+|negativ\w+|reactiv\w+|reacted))"
    r" (?:(?:strongly|weakly|diffusely|focally|also|positiv\w+|negativ\w+) )?for "
    r"(?:[\w-]+(?:,|,? and|,? or) ){0,4}$",
    re.I,
)
_STAINS = ("stain", "Stain", "dyed", "abel", "sualiz", "sualis")
_FOUND_IN = ("stain", "immuno", "positiv", "negativ", "react")
_STAIN = re.compile(rf"[\s{_DASH}](?:(?:dye|vital)\s)?(?:stain\w*|assays?|exclusion|uptake|retention|dye)\b")
# Vitamin E in the plastic of a joint.
_ANTIOXIDANT = re.compile(r"(?i)vitamin e|(?:alpha|α)?-?tocopherol")
_PLASTIC = re.compile(
    rf"[\s{_DASH}]*(?:(?:infused|diffused|doped|blended|stabili[sz]ed|enriched|incorporated|containing"
    rf"|added|grafted"
    rf"|highly|moderately|ultra|high|molecular|weight|cross-?linked|crosslink(?:ed)?)[\s{_DASH}]+){{0,7}}"
    r"(?:polyethylenes?|UHMWPE|HXLPE|XLPE|VEPE|PE|liners?|TPGS)\b"
)

# What keeps germs out of a culture of cells, and what says that it is a culture's medium.
_KEEPING = re.compile(
    r"(?i)penicillins?(?: g)?|streptomycin|gentamicins?|amphotericin b|ampicillin|puromycin|kanamycin"
)
# … and what cells or bacteria are picked out by, which live on in it.
_PICKING = re.compile(
    rf"{_KEEPING.pattern}|(?i:neomycin"
    r"|geneticin|g[- ]?418|hygromycin(?: b)?|blasticidin(?:[ -]s)?|zeocin|phleomycins?|bleomycin"
    r"|nourseothricin"
    r"|chloramphenicol|tetracyclines?|spectinomycin|carbenicillin|erythromycin|apramycin|cycloheximide"
    r"|mycophenolic acid)"
)
# Cells or bacteria that live on in it are picked out by it.
_SELECTS = re.compile(
    r"\b(?:select(?:ed|ion|ing|s|able)|(?:plated|grown|spread|streaked|selected) on|media? containing"
    r"|agar (?:plates )?(?:containing|with|supplemented with))"
    r" (?:(?:with|by|in|for|using|under|on|against|the presence of|medium|media|agar|containing|\d[\d.]*"
    r"|[µμm]g/ml"
    r"|[\w-]+ and) ){0,5}$",
    re.I,
)
_PICKED = ("elect", "plated", "grown", "spread", "streaked", "agar", "medi")
_MEDIUM = re.compile(
    r"\b(?:RPMI|DMEM|IMDM|[αa]?-?MEM|Eagle|Iscove|Ham['’]?s|F-?12|FBS|FCS|f(?:o?etal) (?:bovine|calf) serum"
    r"|(?:culture|growth|complete|basal) medi(?:um|a))\b"
)
# What such a substance is made into or used for, by what stands behind it.
_WAYS = ((_LIGAND, _TARGETED), (_DYE, _STAIN), (_ANTIOXIDANT, _PLASTIC))
_KINDS = (_POLYMER, _KEEPING, _PICKING, *(kind for kind, _ in _WAYS))

_WATERS = (
    "wastewater",
    "waste water",
    "sewage",
    "surface water",
    "groundwater",
    "river water",
    "drinking water",
    "tap water",
    "seawater",
    "water samples",
    "aquatic environment",
    "micropollutant",
    "emerging contaminant",
    "activated sludge",
    "adsorbent",
    "adsorption capacity",
    "photocatal",
    "photodegrad",
    "wetland",
    "peroxymonosulfate",
    "biochar",
    "ecological risk",
    "ecotoxic",
    "wastewater effluent",
    "risk quotient",
    "lithium-ion",
    "electrolyte membrane",
)
_WITHOUT_WATER = tuple(word for word in _WATERS if "water" not in word)
_TREATS = (
    "patient",
    "mice",
    "mouse",
    " rat ",
    " rats",
    "rabbit",
    "monkey",
    "injected",
    "administered",
    "participants",
    "volunteers",
    "children",
    " women",
    " men ",
)
_TWICE = 2
_MEDIUM_REACH = 120


def is_of_waters(text: str) -> bool:
    """Return whether a text is about substances in waters or on sorbents, and names nobody who takes them."""
    low = text.lower()
    if any(map(low.__contains__, _TREATS)):  # most texts name them early
        return False
    found = 0
    for word in _WATERS if "water" in low else _WITHOUT_WATER:
        found += low.count(word)
        if found >= _TWICE:
            return True
    return False


def is_material(text: str, start: int, end: int, name: str) -> bool:
    """Return whether a substance, its concept of that name, is a tracer, a residue or a material."""
    before = text[max(0, start - 80) : start]
    if _is_tagged(text, end, before) or _AS_RESIDUE.match(text, end) or _is_assayed(text, start, end):
        return True
    if (" of " in before and _TREATED.search(before)) or (before.endswith("(") and _AMOUNT.search(before)):
        return True
    kinds = _kinds(name)
    if _POLYMER in kinds or _POLYMER in _kinds(text[start:end]):
        if _IN_PEOPLE.search(text, max(0, start - _MEDIUM_REACH), end + _MEDIUM_REACH):
            return False
        return _SHAPED.match(text, end) is not None or _MADE_OF.search(before) is not None
    picking = _PICKING in kinds and _is_in_culture(text, start, end, before, keeps=_KEEPING in kinds)
    if picking or _is_stain(before):
        return True
    return bool(kinds) and any(what in kinds and use.match(text, end) for what, use in _WAYS)


def _is_in_culture(text: str, start: int, end: int, before: str, *, keeps: bool) -> bool:
    """Return whether an antibiotic keeps germs out of a culture of cells, or picks cells out."""
    if keeps and _MEDIUM.search(text, max(0, start - _MEDIUM_REACH), end + _MEDIUM_REACH):
        return True
    return any(map(before.__contains__, _PICKED)) and _SELECTS.search(before) is not None


def _is_stain(before: str) -> bool:
    """Return whether the words before a substance tell what is stained, with what or for what."""
    if not before.endswith((" ", "(")):
        return False
    if any(map(before.__contains__, _STAINS)) and _STAINED.search(before):
        return True
    return (
        " for " in before
        and any(map(before.__contains__, _FOUND_IN))
        and _STAINED_FOR.search(before) is not None
    )


def _is_assayed(text: str, start: int, end: int) -> bool:
    """Return whether a text tells how a substance is found in samples."""
    before = text[max(0, start - _MEDIUM_REACH) : start]
    if " of " not in before or not any(map(before.__contains__, _ASSAYS)):
        return False
    return bool(_ASSAYED.search(before) and _IN_SAMPLES.match(text, end))


def _is_tagged(text: str, end: int, before: str) -> bool:
    """Return whether a dye or a tag is on a substance. A look at the word before costs less than a search."""
    last = before.rstrip(" -‐‑–").rpartition(" ")[2].lower()
    return bool((last.endswith(_TAGS) and _TAGGED.search(before)) or _TAG_BEHIND.match(text, end))


@functools.lru_cache(20_000)
def _kinds(substance: str) -> tuple[re.Pattern[str], ...]:
    """Return which patterns for kinds of substances a name fits; a pattern would be slow as a key."""
    return tuple(kind for kind in _KINDS if kind.fullmatch(substance))


def listed(text: str, start: int) -> Analysed | None:
    """Return what the words before a list tell of its members, of which one begins at `start`."""
    near = text[max(0, start - _NEAR) : start]
    if not near.endswith(_ENDS) or not near.rstrip().endswith(_LINKS):
        return None
    begin = max(text.rfind(". ", 0, start) + 1, start - _REACH, 0)
    before = _BRACKETED.sub("", text[begin:start])
    low = before.lower() if before.isascii() else None
    for pattern, words in ((_HEADED, _HEADS), (_OF, _OF_WORDS)):
        if low is not None and not any(map(low.__contains__, words)):
            continue  # a look costs less than a search, and no letter here has a third case
        found = max(pattern.finditer(before), key=re.Match.start, default=None)
        if found is None or not _are_members(before[found.end() :]):
            continue
        if pattern is _OF:
            return _LISTED[found["word"].lower()] if found["word"] else "own"
        if not found["drug"]:
            return "measured" if found["measured"] else "own"
    return None


def _are_members(words: str) -> bool:
    """Return whether words are members of a list, the last one left out: "zinc, vitamin K and "."""
    members = _MEMBERS.split(words)
    if members.pop().strip():
        return False
    return all(
        0 < len(parts := member.lower().split()) <= _MOST_WORDS
        and _NO_MEMBER.isdisjoint(parts)
        and not parts[-1].endswith("ed")
        for member in members
    )
