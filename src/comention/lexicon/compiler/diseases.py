"""Disease names: MeSH trees C and F03, and what other ontologies call the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from comention.lexicon.compiler import numerals
from comention.lexicon.compiler.candidates import Candidate
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.sources import Descriptor, Supplement, Term
from comention.lexicon.model import BY_RULE, Rank
from comention.lexicon.short_forms import capitals_of, is_ambiguous

#: Trees whose headings are diseases. No diseases are "Disease Attributes" (acute disease, recurrence …,
#: C23.550.291), changes of chromosomes and genomes (trisomy, C23.550.210 and .362), and "Carcinogenesis".
DISEASE_TREES = ("C", "F03")
_NOT_TREES = ("C23.550.291", "C23.550.210", "C23.550.362", "C23.550.727.098", "C04.697.098")

_NEOPLASM = re.compile(r"^(?P<site>.+) Neoplasms?$")
#: "Neoplasms" that name a tissue or a manner, of which "cancer of the X" would be wrong.
_NO_SITE = re.compile(
    r"Second Primary|Multiple Primary|Complex and Mixed|Hormone-Dependent|Radiation-Induced|Post-Traumatic|"
    r"Experimental|Unknown Primary|Cystic|Connective|Germ Cell|Glandular|Nerve|Muscle|Vascular Tissue|Basal|"
    r"Squamous|Gonadal Tissue|Adipose|Fibrous|Plasma Cell|Neuroepithelial|Bone Marrow|Hematologic"
)
#: Organs by noun and adjective: "Heart Failure" is written "cardiac failure", "Renal Colic" "kidney colic".
_ORGANS = (
    ("heart", "cardiac"),
    ("kidney", "renal"),
    ("liver", "hepatic"),
    ("lung", "pulmonary"),
    ("brain", "cerebral"),
    ("eye", "ocular"),
    ("skin", "cutaneous"),
    ("muscle", "muscular"),
    ("stomach", "gastric"),
    ("colon", "colonic"),
    ("intestinal", "bowel"),
    ("nervous system", "neurological"),
    ("nervous system", "neurologic"),
    ("ovarian", "ovary"),
    ("pancreatic", "pancreas"),
    ("thyroid", "thyroidal"),
    ("retinal", "retina"),
    ("vascular", "blood vessel"),
    ("joint", "articular"),
    ("bone", "skeletal"),
    ("prostate", "prostatic"),
    ("bladder", "vesical"),
    ("hematologic", "haematological"),
    ("hematologic", "blood"),
)
_OTHER_WORD = {
    **{adjective: noun for noun, adjective in _ORGANS},
    **dict(reversed(_ORGANS)),
}
_ORGAN = re.compile(rf"^({'|'.join(sorted(_OTHER_WORD, key=len, reverse=True))})\b", re.IGNORECASE)
#: What a class of diseases is called besides.
_CLASS = re.compile(r" (Diseases?|Disorders?)$")
_CLASS_WORDS = ("disease", "disorder", "dysfunction", "abnormality", "abnormalities", "anomaly", "anomalies")
#: A synonym that says the contrary of the heading it is given to: "acute hepatitis" of "Hepatitis, Chronic".
_CONTRARY = (
    ("acute", "chronic"),
    ("congenital", "acquired"),
    ("benign", "malignant"),
    ("primary", "secondary"),
)
#: One-word synonyms of fewer letters are acronyms that lost their capitals, or ordinary words.
_SHORT_WORD = 7
_REFUSED_SYNONYM = re.compile(
    r"\b(obsolete|unspecified|NOS|not otherwise specified|disease or disorder|susceptibility to|"
    r"nonspecific|finding|of unknown|unclassified|qualifier)\b|, |;",
    re.IGNORECASE,
)
# "RP 11", "WS2"; what follows are names of diseases whatever stands before the number.
_SYMBOL = re.compile(r"[A-Z]{2,4}[ -]?\d{1,2}[A-Z]?")
_ENZYME = re.compile(
    r"(?i)(?!.*(?:deficien|diseas|disorder|syndrome|emia|uria)).*\b\w{4,}(?<!dise)ase(?: (?:\d+|[IVX]+))?"
)


def is_disease(descriptor: Descriptor) -> bool:
    """Return whether a descriptor stands in a disease tree and is more than an attribute of diseases."""
    trees = [t for t in descriptor.trees if t.startswith(DISEASE_TREES)]
    return any(not t.startswith(_NOT_TREES) for t in trees)


def heading_names(descriptor: Descriptor) -> Iterator[Candidate]:
    """Yield a heading's names in natural order, with what rules make of them.

    "X cancer" and "X tumor" of "X Neoplasms", "renal failure" of "Kidney Failure", "X disorder" and
    "X abnormality" of "X Diseases".
    """
    return _numbered(_heading_names(descriptor))


def _numbered(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield names, and those with a number in the ways in which that is written."""
    for candidate in candidates:
        yield candidate
        for text in numerals.variants(candidate.text):
            yield replace(candidate, text=text, source=BY_RULE, rank=Rank.VARIANT, capitals=capitals_of(text))


def _heading_names(descriptor: Descriptor) -> Iterator[Candidate]:
    concept_id = f"MESH:{descriptor.ui}"
    plain = []
    for position, text in enumerate((descriptor.name, *descriptor.synonyms)):
        if (name := turned(text)) is not None:
            plain.append(name)
            rank = Rank.MESH_SYNONYM if position else Rank.MESH_HEADING
            yield _candidate(name, concept_id, "MeSH", rank)
    variants = [*_class_variants(descriptor.name), *(plain if "," not in descriptor.name else plain[:1])]
    if (found := _NEOPLASM.match(descriptor.name)) and not _NO_SITE.search(descriptor.name):
        variants = [*_neoplasm_variants(found.group("site")), *variants]
    for name in (*variants, *map(_other_organ, variants)):
        if name and name not in plain:
            yield _candidate(name, concept_id, BY_RULE, Rank.VARIANT)


def _class_variants(name: str) -> Iterator[str]:
    if found := _CLASS.search(name):
        yield from (f"{name[: found.start()]} {word}" for word in _CLASS_WORDS)


def _other_organ(name: str) -> str | None:
    """Return the name with its organ as adjective or noun, None where it begins with no organ."""
    found = _ORGAN.match(name)
    return _OTHER_WORD[found[0].lower()] + name[found.end() :] if found else None


def _neoplasm_variants(site: str) -> Iterator[str]:
    for word in ("cancer", "tumor", "malignancy", "malignancies"):
        yield f"{site} {word}"
    if not site.endswith(("al", "ic", "ar", "an", "ous", "ine")):
        yield f"cancer of the {site}"
        yield f"tumor of the {site}"


def _candidate(name: str, concept_id: str, source: str, rank: Rank) -> Candidate:
    ambiguous = is_ambiguous(name) or _is_symbol(name)
    return Candidate(name, concept_id, source, rank, capitals_of(name), ambiguous)


def _is_symbol(name: str) -> bool:
    """Return whether a name is letters and a number, as genes, materials and lines of cells have: "RP 11"."""
    return _SYMBOL.fullmatch(name) is not None


def _is_enzyme(name: str, heading: str) -> bool:
    """Return whether a name of a deficiency is that of the enzyme itself."""
    return "deficiency" in heading.lower() and _ENZYME.fullmatch(name) is not None


def supplement_names(supplement: Supplement) -> Iterator[Candidate]:
    """Yield the names of a supplementary record that is filed under a disease."""
    return _numbered(_supplement_names(supplement))


def _supplement_names(supplement: Supplement) -> Iterator[Candidate]:
    concept_id = f"MESH:{supplement.ui}"
    for position, text in enumerate((supplement.name, *supplement.synonyms)):
        if (name := turned(text)) is not None:
            rank = Rank.SCR_SYNONYM if position else Rank.SCR_NAME
            if _is_enzyme(name, supplement.name):
                continue
            needs_definition = is_ambiguous(name) or len(name) <= 4 or _is_symbol(name)
            yield Candidate(name, concept_id, "MeSH SCR", rank, capitals_of(name), needs_definition)


def ontology_map(
    mondo: Iterable[Term], doid: Iterable[Term], known: set[str]
) -> dict[str, tuple[str, list[Term]]]:
    """Return term CURIE → (MeSH concept id, the term) for terms that mean one known MeSH concept.

    A term counts by its own MeSH cross-reference, and a Mondo term also by that of the DOID term it refers
    to. Terms with several MeSH cross-references mean none of them exactly and are left out.
    """
    found: dict[str, tuple[str, list[Term]]] = {}
    for term in doid:
        if target := _only_mesh(term, known):
            found[term.curie] = (target, [term])
    for term in mondo:
        target = _only_mesh(term, known)
        if target is None and not _mesh_ids(term):
            via = {
                found[f"DOID:{i}"][0] for space, i in term.xrefs if space == "DOID" and f"DOID:{i}" in found
            }
            target = via.pop() if len(via) == 1 else None
        if target:
            found[term.curie] = (target, [term])
    return found


def _mesh_ids(term: Term) -> set[str]:
    return {f"MESH:{identifier}" for space, identifier in term.xrefs if space == "MESH"}


def _only_mesh(term: Term, known: set[str]) -> str | None:
    ids = _mesh_ids(term)
    return next(iter(ids)) if len(ids) == 1 and ids <= known else None


def _is_contrary(name: str, label: str) -> bool:
    """Return whether a synonym holds the contrary of what the label of its concept says."""
    theirs, ours = (set(re.findall(r"[a-z]+", text.lower())) for text in (name, label))
    pairs = (*_CONTRARY, *((right, left) for left, right in _CONTRARY))
    return any(left in ours - theirs and right in theirs - ours for left, right in pairs)


def ontology_names(
    mapped: Mapping[str, tuple[str, list[Term]]], labels: Mapping[str, str]
) -> Iterator[Candidate]:
    """Yield the names of mapped terms; no acronyms, since theirs mean too many things.

    `labels` are the concepts' own: a synonym that says the contrary is refused.
    """
    return _numbered(_ontology_names(mapped, labels))


def _ontology_names(
    mapped: Mapping[str, tuple[str, list[Term]]], labels: Mapping[str, str]
) -> Iterator[Candidate]:
    for curie, (concept_id, terms) in mapped.items():
        for term in terms:
            for name in (term.name, *term.synonyms):
                if _REFUSED_SYNONYM.search(name) or _looks_short(name):
                    continue
                if _is_contrary(name, labels.get(concept_id, "")):
                    continue
                yield Candidate(name, concept_id, curie.partition(":")[0], Rank.ONTOLOGY, capitals_of(name))


def _looks_short(name: str) -> bool:
    """An acronym, whatever its case ("MCKD2", "dress"): one word of few letters, two capitals, or digits."""
    if " " in name:
        return False
    return len(name) < _SHORT_WORD or sum(c.isupper() for c in name) >= 2 or any(c.isdigit() for c in name)
