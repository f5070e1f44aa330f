"""Drugs and other chemicals: MeSH trees D, and FDA's names of medicines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from comention.lexicon.compiler.candidates import Candidate
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.sources import Descriptor, Supplement, UniiName
from comention.lexicon.folding import fold_name
from comention.lexicon.model import Rank
from comention.lexicon.short_forms import capitals_of, is_ambiguous

#: Substances; left out are enzymes, proteins and peptides, nucleic acids, biological factors, materials,
#: preparations and actions, which name no one substance (D08.811, D12.644, D12.776, D13.444, D23, D25-D27).
CHEMICAL_TREES = (
    "D01",
    "D02",
    "D03",
    "D04",
    "D06",
    "D08.211",
    "D09",
    "D10",
    "D12.125",
    "D13.570",
    "D13.695",
    "D20",
)
#: Protein trees: a supplementary record filed here is a protein, whatever else it is filed under.
PROTEIN_TREES = ("D08.811", "D12.776", "D12.644", "D13.444", "D23", "D05")
#: Vaccines are biologics used in medicine, so drugs.
VACCINE_TREES = ("D20.215.894",)

_MAX_CHARACTERS = 60
_MAX_TOKENS = 8
# Names of more words from the far end of FDA's list are systematic, or of a preparation.
_FEW_TOKENS = 4
_PROTEIN = re.compile(
    r"\b(protein|proteins|receptor|receptors|kinase|polypeptide|antigen|antibody|RNA|gene|subunit|isoform|enzyme|"
    r"human|mouse|rat|Drosophila|S cerevisiae|E coli|Arabidopsis|Xenopus|zebrafish|virus|plasmid|microRNA|"
    r"[a-z]+ase)\b"
)
#: What makes a salt of a substance, in FDA's words.
_SALT = re.compile(
    r" (HYDROCHLORIDE|HCL|DIHYDROCHLORIDE|SODIUM|DISODIUM|POTASSIUM|CALCIUM|MESYLATE|MESILATE|MALEATE|"
    r"FUMARATE|"
    r"TARTRATE|CITRATE|PHOSPHATE|SULFATE|SULPHATE|"
    r"BISULFATE|BISULPHATE|HYDROGEN SULFATE|HYDROGEN SULPHATE|DIPHOSPHATE|"
    r"ACETATE|BESYLATE|BESILATE|TOSYLATE|SUCCINATE|HYDROBROMIDE|"
    r"BROMIDE|CHLORIDE|NITRATE|LACTATE|GLUCONATE|PAMOATE|MALATE|BENZOATE|LITHIUM|MAGNESIUM|ZINC|ETHANOLATE|"
    r"MONOHYDRATE|DIHYDRATE|HYDRATE|TRIHYDRATE|ANHYDROUS|HEMIHYDRATE|SESQUIHYDRATE|OXALATE|ISETHIONATE|"
    r"ETHANESULFONATE|TROMETHAMINE|MEGLUMINE|ARGININE|LYSINE|DIMESYLATE|EDISYLATE|TRIFLUOROACETATE|BITARTRATE|"
    r"DITOSYLATE|ESYLATE|ESILATE|DITOSILATE|TOSILATE|NAPSYLATE|NAPSILATE|CAMSYLATE|CAMSILATE|"
    r"TRIHYDROCHLORIDE|DIHYDROBROMIDE|DIMALEATE|HEMIFUMARATE|HEMITARTRATE|MALONATE|ADIPATE|OROTATE|ASPARTATE|"
    r"TRIFENATATE|TRISODIUM|TETRASODIUM|LACTOBIONATE|DIOLAMINE|DIMEGLUMINE|TETRAHYDROCHLORIDE|"
    r"PENTAHYDROCHLORIDE|L-MALATE|DIFUMARATE|TRIFLUTATE|LAURYLSULFATE|"
    r"GLUCEPTATE|XINAFOATE|HYCLATE|EMBONATE|OLAMINE|ERBUMINE|BENZATHINE|METHYLSULFATE|METILSULFATE)$"
)
_ACID = re.compile(r"IC ACID$")
# Shorter words are those of elements and of the body as well: "sodium", "choline".
_LONG = 8
#: What WHO adds to the name of a glycoprotein.
_GREEK = re.compile(r"([A-Z]{8,}) (?:ALFA|BETA|GAMMA)")
#: The metal of a salt that stands before it.
_METAL = re.compile(r"^(?:DI|TRI|TETRA)?(?:SODIUM|POTASSIUM|CALCIUM|MAGNESIUM) (?=[A-Z]{8,}$)")
#: An INN or USAN, or a product that FDA or EMA has approved: morphine and theophylline have no INN.
_TAGS = ("INN", "USAN", "ORANGE BOOK", "PURPLE BOOK CDER", "EMA EPAR")
#: Registry numbers; and "ANTI-CD40L", which says the target and not which of its antibodies.
_NO_CODE = re.compile(
    r"^(ANTI-|NSC|MFCD|FEMA|EINECS|CCRIS|HSDB|CI |C\.I\.|INS[ -]|E[ -]?\d|CAS|GTPL|SID|CHEMBL|CHEBI)", re.I
)

_CODE = re.compile(r"[A-Z]{1,6}-?\d{3,}[A-Z]?")


@dataclass(slots=True)
class Substance:
    """A substance of FDA's list; `untagged` are common names for which the list names no source."""

    unii: str
    display: str
    tagged: set[str] = field(default_factory=set)
    official: set[str] = field(default_factory=set)
    common: set[str] = field(default_factory=set)
    untagged: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    brands: set[str] = field(default_factory=set)


def read_substances(names: Iterable[UniiName]) -> tuple[list[Substance], list[Substance]]:
    """Group the names by UNII; return the substances with one of the tags of a medicine, and all others."""
    found: dict[str, Substance] = {}
    for name in names:
        if name.kind == "sys":
            continue
        substance = found.setdefault(name.unii, Substance(name.unii, name.display))
        if name.tag in _TAGS:
            substance.tagged.add(name.name)
        group = {
            "of": substance.official,
            "cn": substance.common if name.tag else substance.untagged,
            "cd": substance.codes,
            "bn": substance.brands,
        }
        group[name.kind].add(name.name)
    ordered = [found[unii] for unii in sorted(found)]
    return [s for s in ordered if s.tagged], [s for s in ordered if not s.tagged]


def base_name(name: str) -> str:
    """Return an FDA name without its salt: "IMATINIB MESYLATE" is "IMATINIB"."""
    while found := _SALT.search(name):
        name = name[: found.start()]
    return name


def without_metal(name: str) -> str:
    """Return an FDA name without the metal before it: "SODIUM NITROPRUSSIDE"; not of what names a salt."""
    rest = _METAL.sub("", name)
    return name if _SALT.fullmatch(f" {rest}") else rest


def plain_name(substance: Substance) -> str:
    """Return what FDA calls a substance, without its salt, in small letters but for a code."""
    name = " ".join(w if _CODE.fullmatch(w) else w.lower() for w in base_name(substance.display).split(" "))
    return re.sub(r"-l$", "-L", name)


def is_substance(descriptor: Descriptor) -> bool:
    """Return whether a descriptor stands in a tree of substances and is neither a protein nor an enzyme."""
    if any(tree.startswith(("D12.776", "D08.811")) for tree in descriptor.trees):
        return False
    return any(tree.startswith(CHEMICAL_TREES) for tree in descriptor.trees)


def is_vaccine(descriptor: Descriptor) -> bool:
    """Return whether a descriptor is a vaccine (below the heading "Vaccines")."""
    return any(t.startswith(VACCINE_TREES) and t not in VACCINE_TREES for t in descriptor.trees)


def is_simple_name(text: str) -> bool:
    """Return whether an abstract could write this name: not a systematic one of many parts."""
    return len(text) <= _MAX_CHARACTERS and len(fold_name(text).split()) <= _MAX_TOKENS


def is_protein_name(text: str) -> bool:
    """Return whether a record's name says that it is a protein, a gene or an RNA."""
    return _PROTEIN.search(text) is not None


# Letters for drugs that are given together, and for whatever else is done by a protocol: "CT protocol".
_PROTOCOL = re.compile(r"[A-Z]{1,3} protocol")


def mesh_names(
    record: Descriptor | Supplement, *, heading: Rank, synonym: Rank, source: str
) -> Iterator[Candidate]:
    """Yield the usable names of a MeSH substance in natural order."""
    for position, text in enumerate((record.name, *record.synonyms)):
        name = turned(text)
        if name is None or not is_simple_name(name):
            continue
        # A short synonym of a substance is nearly always somebody's abbreviation.
        yield Candidate(
            name,
            f"MESH:{record.ui}",
            source,
            synonym if position else heading,
            capitals_of(name),
            is_ambiguous(name) or _PROTOCOL.fullmatch(name) is not None,
        )


def unii_names(substance: Substance, concept_id: str) -> Iterator[Candidate]:
    """Yield what FDA calls a substance. Its file knows no lower case, so acronyms cannot be told there."""
    plain = substance.tagged | substance.official | {substance.display}
    for name in sorted(plain):
        if _is_word_like(name):
            yield _unii(name, concept_id, Rank.UNII_NAME)
    for name in sorted(substance.common - plain):
        if _is_word_like(name) and not is_protein_name(name.lower()):
            yield _unii(name, concept_id, Rank.UNII_CODE)
    for name in sorted(_without_greek(substance.tagged) & (substance.untagged | substance.common)):
        yield _unii(name, concept_id, Rank.UNII_CODE)
    for name in sorted(substance.codes):
        if is_code(name):
            yield Candidate(name, concept_id, "UNII", Rank.UNII_CODE, 1, cased=False)
    yield from _brand_names(substance, concept_id)


def _without_greek(names: Iterable[str]) -> set[str]:
    """Return what texts call a biological alone: "EFGARTIGIMOD" of "EFGARTIGIMOD ALFA"."""
    return {found[1] for name in names if (found := _GREEK.fullmatch(name))}


def _brand_names(substance: Substance, concept_id: str) -> Iterator[Candidate]:
    for name in sorted(substance.brands):
        if len(name) >= 5 and name.isalpha():
            # Texts write brands with a capital, which keeps "program" and "choice" from being drugs.
            yield Candidate(name, concept_id, "UNII", Rank.UNII_CODE, 1, cased=False)


def further_names(substance: Substance, concept_id: str, drug: str | None = None) -> Iterator[Candidate]:
    """Yield what else FDA's list has for a substance: names of no source, and of no medicine.

    They count where the text defines them or names the substance in full, or a recogniser sees one. What the
    concept, a `drug` called so, is without its salt counts everywhere: "tiotropium" of "tiotropium bromide".
    """
    if is_protein_name(substance.display.lower()):
        return
    names, codes = substance.untagged, set[str]()
    if not substance.tagged and base_name(substance.display) != substance.display:
        yield from _brand_names(substance, concept_id)  # sold as a salt or a hydrate of a medicine
    if not substance.tagged:
        names = names | substance.official | substance.common | {substance.display}
        codes = substance.codes
    sure = _bases(drug) if drug else frozenset[str]()
    for name in sorted(names):
        if fold_name(name) in sure and _is_word_like(name):
            yield _unii(name, concept_id, Rank.UNII_CODE)
            continue
        short = len(fold_name(name).split()) <= _FEW_TOKENS
        if short and _is_word_like(name) and not is_protein_name(name.lower()):
            yield _further(name, concept_id)
    for name in sorted(filter(is_code, codes)):
        yield _further(name, concept_id)


def _bases(drug: str) -> frozenset[str]:
    """Return a drug's name without its salt, and an acid's as its salts have it ("zoledronate"), folded."""
    name = base_name(drug.upper())
    bases = {name, _ACID.sub("ATE", name)} - {drug.upper()}
    return frozenset(fold_name(base) for base in bases if len(base) >= _LONG and base.isalpha())


def _further(name: str, concept_id: str) -> Candidate:
    return Candidate(name, concept_id, "UNII", Rank.UNII_FURTHER, needs_definition=True, cased=False)


def _unii(name: str, concept_id: str, rank: Rank) -> Candidate:
    return Candidate(name, concept_id, "UNII", rank, cased=False)


def _is_word_like(name: str) -> bool:
    letters = sum(c.isalpha() for c in name)
    if name.startswith("ANTI-") or ", " in name or "(" in name:
        return False
    return letters >= 4 and len(name) > 4 and is_simple_name(name)


def is_code(name: str) -> bool:
    """Return whether a name is a laboratory code ("PF-06700841") and no registry number."""
    digits, letters = sum(c.isdigit() for c in name), sum(c.isalpha() for c in name)
    return (
        digits >= 2
        and letters >= 1
        and digits + letters >= 5
        and len(name) <= 16
        and not _NO_CODE.match(name)
    )
