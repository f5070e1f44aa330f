"""Disease names: MeSH trees C and F03, and what other ontologies call the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from comention.lexicon.compiler import numerals
from comention.lexicon.compiler.candidates import Candidate
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.sources import Descriptor, Supplement, Term
from comention.lexicon.folding import fold_name
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
    ("gastrointestinal", "digestive"),
    ("gastrointestinal", "digestive tract"),
    ("gastrointestinal", "GI"),
    ("gastrointestinal", "GI tract"),
    ("intestinal", "gut"),
    ("biliary tract", "biliary"),
    ("respiratory tract", "airway"),
    ("adrenal gland", "adrenal"),
    ("breast", "mammary"),
    ("esophageal", "esophagus"),
    ("vaginal", "vagina"),
    ("corneal", "cornea"),
    ("uterine", "uterus"),
)
_OTHER_WORDS: dict[str, list[str]] = {}
for _noun, _adjective in _ORGANS:
    _OTHER_WORDS.setdefault(_noun.lower(), []).append(_adjective)
    _OTHER_WORDS.setdefault(_adjective.lower(), []).append(_noun)
_ORGAN = re.compile(rf"^({'|'.join(sorted(_OTHER_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
#: What happens to an organ, in other words.
_ENDS = {"hemorrhage": ("bleeding", "bleed"), "infarction": ("infarct",), "calculi": ("stones",)}
_END = re.compile(rf" ({'|'.join(_ENDS)})$", re.IGNORECASE)
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
#: Terms of Mondo that refer to a record of another disease, by what they mean: a record, or none.
_MISTAKEN: Mapping[str, str | None] = {
    "MONDO:0006485": "MESH:D014594",  # uterine carcinosarcoma, not retroviral infections
    "MONDO:0007886": "MESH:D007889",  # uterine leiomyoma, not myofibroma
    "MONDO:0002459": None,  # delayed hypersensitivity, with the names of immunoproliferative disorders
    "MONDO:0009755": None,  # neutrophil actin dysfunction, with the names of dysplastic nevi (both NAD)
    "MONDO:0016241": None,  # alternating hemiplegia, with those of adrenal hypoplasia (both AHC)
    "MONDO:0012833": None,  # Crouzon syndrome, with those of nephropathy of an allograft (both CAN)
    "MONDO:0007047": None,  # keratoderma, with those of aganglionosis
    "MONDO:0021072": None,  # paraganglioma, not islet cell tumors
}
_ENZYME = re.compile(
    r"(?i)(?!.*(?:deficien|diseas|disorder|syndrome|emia|uria)).*"
    r"\b\w{4,}(?<!dise)(?<!incre)(?<!metast)ase(?: (?:\d+|[IVX]+))?"
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
            yield replace(
                candidate,
                text=text,
                source=BY_RULE,
                rank=Rank.VARIANT,
                capitals=capitals_of(text),
                needs_definition=candidate.needs_definition or _is_symbol(text),
            )


def _heading_names(descriptor: Descriptor) -> Iterator[Candidate]:
    concept_id = f"MESH:{descriptor.ui}"
    plain = []
    for position, text in enumerate((descriptor.name, *descriptor.synonyms)):
        if (name := turned(text)) is not None:
            plain.append(name)
            rank = Rank.MESH_SYNONYM if position else Rank.MESH_HEADING
            yield candidate(name, concept_id, "MeSH", rank)
    variants = [*_class_variants(descriptor.name), *(plain if "," not in descriptor.name else plain[:1])]
    if (found := _NEOPLASM.match(descriptor.name)) and not _NO_SITE.search(descriptor.name):
        variants = [*_neoplasm_variants(found.group("site")), *variants]
    reworded = (other for name in variants for other in _reworded(name))
    for name in (*variants, *reworded, *_as_filed(descriptor)):
        if name not in plain:
            yield candidate(name, concept_id, BY_RULE, Rank.VARIANT)


def _as_filed(descriptor: Descriptor) -> Iterator[str]:
    """Yield inverted names that end in a number, without their commas: "diabetes mellitus type 2"."""
    for name in (descriptor.name, *descriptor.synonyms):
        if ", " in name and name[-1].isdigit() and turned(name) is not None:
            yield name.replace(", ", " ")


def _class_variants(name: str) -> Iterator[str]:
    if found := _CLASS.search(name):
        yield from (f"{name[: found.start()]} {word}" for word in _CLASS_WORDS)


def _reworded(name: str) -> Iterator[str]:
    """Yield a name with its organ as adjective or noun, what happens to it in another word, or both."""
    organ, end = _ORGAN.match(name), _END.search(name)
    starts = [other + name[organ.end() :] for other in _OTHER_WORDS[organ[0].lower()]] if organ else []
    yield from starts
    if end:
        for one in (name, *starts):
            yield from (one[: -len(end[1])] + other for other in _ENDS[end[1].lower()])


def _neoplasm_variants(site: str) -> Iterator[str]:
    for word in ("cancer", "tumor", "malignancy", "malignancies"):
        yield f"{site} {word}"
    if not site.endswith(("al", "ic", "ar", "an", "ous", "ine")):
        yield f"cancer of the {site}"
        yield f"tumor of the {site}"


def candidate(name: str, concept_id: str, source: str, rank: Rank) -> Candidate:
    """Return a name of a disease with what its letters ask for."""
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
    to. Terms with several MeSH cross-references mean none of them exactly and are left out; those that refer
    to another disease count for what they mean.
    """
    found: dict[str, tuple[str, list[Term]]] = {}
    for term in doid:
        if target := _only_mesh(term, known):
            found[term.curie] = (target, [term])
    for term in mondo:
        if term.curie in _MISTAKEN:
            if (meant := _MISTAKEN[term.curie]) in known:
                found[term.curie] = (meant, [term])
            continue
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


class Filed:
    """What MeSH calls its diseases by inverted names, in whatever order, and its organisms."""

    def __init__(self, descriptors: Iterable[Descriptor]) -> None:
        """Read the names of the headings."""
        self._ids: dict[tuple[str, ...], set[str]] = {}
        self._organisms: set[str] = set()
        for one in descriptors:
            if any(tree.startswith("B") for tree in one.trees):
                self._organisms.update(map(fold_name, (one.name, *one.synonyms)))
            elif is_disease(one):
                for name in (one.name, *one.synonyms):
                    if ", " in name:
                        self._ids.setdefault(_words(fold_name(name.replace(", ", " "))), set()).add(
                            f"MESH:{one.ui}"
                        )

    def is_another(self, name: str, concept_id: str) -> bool:
        """Return whether MeSH has a name for another disease, or, with a capital, for an organism."""
        folded = fold_name(name)
        if name[0].isupper() and folded in self._organisms:
            return True
        return concept_id not in self._ids.get(_words(folded), {concept_id})


def _words(folded: str) -> tuple[str, ...]:
    return tuple(sorted(folded.split()))


def ontology_names(
    mapped: Mapping[str, tuple[str, list[Term]]], labels: Mapping[str, str], filed: Filed
) -> Iterator[Candidate]:
    """Yield the names of mapped terms; no acronyms, since theirs mean too many things.

    `labels` are the concepts' own: a synonym that says the contrary is refused, as is what MeSH has for
    another disease ("diabetes mellitus type 2") or for an organism, and the name of an enzyme. A synonym that
    is a term's own name, or one of a heading, is no synonym of a rarer disease.
    """
    found = [
        name for name in _ontology_names(mapped, labels) if not filed.is_another(name.text, name.concept_id)
    ]
    return _numbered(_without_borrowed(found, mapped))


def _without_borrowed(
    names: Sequence[Candidate], mapped: Mapping[str, tuple[str, list[Term]]]
) -> Iterator[Candidate]:
    """Yield names without the synonyms of a supplementary record that are another concept's.

    "Edwards syndrome" is the name of a term, trisomy 18, and one among the synonyms of an orofaciodigital
    syndrome; "manic-depressive illness" is one of bipolar disorder's and of a record's with a number.
    """
    owners: dict[str, set[str]] = {}
    for concept_id, terms in mapped.values():
        for term in terms:
            owners.setdefault(fold_name(term.name), set()).add(concept_id)
    claimed: dict[str, set[str]] = {}
    for name in names:
        claimed.setdefault(fold_name(name.text), set()).add(name.concept_id)
    for name in names:
        folded = fold_name(name.text)
        others = claimed[folded] - {name.concept_id}
        own = owners.get(folded, set())
        borrowed = own & others or (_is_record(name.concept_id) and not all(map(_is_record, others)))
        if name.concept_id in own or not others or not borrowed:
            yield name


def _is_record(concept_id: str) -> bool:
    """Return whether a concept is a supplementary record, narrower than a heading mostly."""
    return concept_id.startswith("MESH:C")


def _ontology_names(
    mapped: Mapping[str, tuple[str, list[Term]]], labels: Mapping[str, str]
) -> Iterator[Candidate]:
    for curie, (concept_id, terms) in mapped.items():
        for term in terms:
            for name in (term.name, *term.synonyms):
                if _REFUSED_SYNONYM.search(name) or _looks_short(name):
                    continue
                if _is_contrary(name, labels.get(concept_id, "")) or _ENZYME.fullmatch(name):
                    continue
                yield Candidate(
                    name,
                    concept_id,
                    curie.partition(":")[0],
                    Rank.ONTOLOGY,
                    capitals_of(name),
                    _is_symbol(name.upper()),
                )


def _looks_short(name: str) -> bool:
    """An acronym, whatever its case ("MCKD2", "dress"): one word of few letters, two capitals, or digits."""
    if " " in name:
        return False
    return len(name) < _SHORT_WORD or sum(c.isupper() for c in name) >= 2 or any(c.isdigit() for c in name)
