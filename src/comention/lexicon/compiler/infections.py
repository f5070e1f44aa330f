"""Names of infections: by their organism, and by the disease that it causes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from comention.lexicon.compiler.candidates import Candidate
from comention.lexicon.compiler.diseases import candidate, is_disease
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.sources import Descriptor
from comention.lexicon.folding import fold_name
from comention.lexicon.model import BY_RULE, Rank

#: Trees of infections, and what they are called; adjectives of some genera.
_INFECTION_TREES = ("C01",)
_INFECTIONS = re.compile(r"(.+) Infections?")
_TELLS_INFECTION = re.compile(r"infect|infest|disease|syndrome|disorder", re.I)
_SHORT_NAME = 4
_GENUS = {
    "Staphylococcal": "Staphylococcus",
    "Streptococcal": "Streptococcus",
    "Pneumococcal": "Streptococcus pneumoniae",
    "Meningococcal": "Neisseria meningitidis",
}
#: Infections that are not called after their organism, with the headings of what causes them.
_CAUSES: Mapping[str, tuple[str, ...]] = {
    "Amebiasis": ("Acanthamoeba", "Naegleria", "Entamoeba histolytica"),
    "Aspergillosis": ("Aspergillus",),
    "Blastomycosis": ("Blastomyces",),
    "Brucellosis": ("Brucella",),
    "Candidiasis": ("Candida",),
    "Chagas Disease": ("Trypanosoma cruzi",),
    "Chancroid": ("Haemophilus ducreyi",),
    "Coccidioidomycosis": ("Coccidioides",),
    "Coccidiosis": ("Neospora", "Eimeria"),
    "Cryptococcosis": ("Cryptococcus",),
    "Dirofilariasis": ("Dirofilaria",),
    "Distemper": ("Distemper Virus, Canine",),
    "Dracunculiasis": ("Dracunculus Nematode",),
    "Echinococcosis": ("Echinococcus",),
    "Filariasis": ("Brugia", "Wuchereria"),
    "Gastroenteritis, Transmissible, of Swine": ("Transmissible gastroenteritis virus",),
    "Hemorrhagic Fever, Crimean": ("Hemorrhagic Fever Virus, Crimean-Congo",),
    "Histoplasmosis": ("Histoplasma",),
    "Hymenolepiasis": ("Hymenolepis",),
    "Leishmaniasis": ("Leishmania",),
    "Leishmaniasis, Cutaneous": ("Leishmania major", "Leishmania tropica", "Leishmania mexicana"),
    "Leishmaniasis, Visceral": ("Leishmania donovani", "Leishmania infantum"),
    "Leprosy": ("Mycobacterium leprae",),
    "Leptospirosis": ("Leptospira",),
    "Malaria": ("Plasmodium",),
    "Microsporidiosis": ("Encephalitozoon", "Enterocytozoon"),
    "Mucormycosis": ("Mucorales", "Rhizopus"),
    "Onchocerciasis": ("Onchocerca",),
    "Paracoccidioidomycosis": ("Paracoccidioides",),
    "Paratuberculosis": ("Mycobacterium avium subsp. paratuberculosis",),
    "Poliomyelitis": ("Poliovirus",),
    "Pseudorabies": ("Herpesvirus 1, Suid",),
    "Q Fever": ("Coxiella",),
    "Rat-Bite Fever": ("Streptobacillus",),
    "Sarcocystosis": ("Sarcocystis",),
    "Scabies": ("Sarcoptes scabiei",),
    "Schistosomiasis": ("Schistosoma",),
    "Scrub Typhus": ("Orientia tsutsugamushi",),
    "Sporotrichosis": ("Sporothrix",),
    "Strongyle Infections, Equine": ("Strongylus",),
    "Syphilis": ("Treponema pallidum",),
    "Taeniasis": ("Taenia",),
    "Toxoplasmosis": ("Toxoplasma",),
    "Trichuriasis": ("Trichuris",),
    "Varicella Zoster Virus Infection": ("Herpesvirus 3, Human",),
    "Whipple Disease": ("Tropheryma",),
}
_VIRUS = " virus"
_VIRAL_TREES = ("C01.925",)


def infection_names(descriptors: Iterable[Descriptor]) -> Iterator[Candidate]:
    """Yield what infections are called after their disease ("malaria infection") or their organism.

    "Staphylococcus aureus infection" is one of the "Staphylococcal Infections": of the organisms that have
    such a heading, or cause a disease of another name, the nearest above it counts. One by a virus that is
    called after a disease is this disease.
    """
    found = list(descriptors)
    organisms = [d for d in found if any(tree.startswith("B") for tree in d.trees)]
    by_name = {d.name: d for d in organisms}
    of_tree: dict[str, str] = {}
    of_name: dict[str, str] = {}
    for one in filter(is_disease, found):
        causes = _CAUSES.get(one.name, ())
        if heading := _INFECTIONS.fullmatch(one.name):
            causes = (*causes, _GENUS.get(heading[1], heading[1]))
        elif any(tree.startswith(_INFECTION_TREES) for tree in one.trees):
            yield from _infections((one.name, *one.synonyms), one.ui)
        if any(tree.startswith(_VIRAL_TREES) for tree in one.trees):
            of_name |= {fold_name(turned(name) or name): one.ui for name in (one.name, *one.synonyms)}
        for cause in causes:
            of_tree |= dict.fromkeys(by_name[cause].trees if cause in by_name else (), one.ui)
    for organism in organisms:
        above = (tree[:end] for tree in organism.trees for end in range(len(tree), 0, -1))
        ui = _named_after(organism, of_name) or next(
            (of_tree[tree] for tree in above if tree in of_tree), None
        )
        if ui:
            called = filter(None, map(turned, (organism.name, *organism.synonyms)))
            yield from (
                _infection(name, ui) for name in called if "," not in name and len(name) > _SHORT_NAME
            )


def _named_after(organism: Descriptor, of_name: Mapping[str, str]) -> str | None:
    """Return the disease that a virus is called after: "rabies virus"."""
    names = [turned(name) or name for name in (organism.name, *organism.synonyms)]
    diseases = {
        of_name.get(fold_name(name[: -len(_VIRUS)])) for name in names if name.lower().endswith(_VIRUS)
    } - {None}
    return diseases.pop() if len(diseases) == 1 else None


def _infections(names: Iterable[str], ui: str) -> Iterator[Candidate]:
    for name in names:
        if "," not in name and len(name) > _SHORT_NAME and not _TELLS_INFECTION.search(name):
            yield _infection(name, ui)


def _infection(name: str, ui: str) -> Candidate:
    return candidate(f"{name} infection", f"MESH:{ui}", BY_RULE, Rank.VARIANT)
