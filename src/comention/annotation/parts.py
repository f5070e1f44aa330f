"""Substances whose name is a part of another thing's: an effect, an antibody, a germ, a gene, a molecule.

"Antidepressant effects" are what a substance does, "methicillin-resistant bacteria" are germs.
"""

from __future__ import annotations

import re

_DASH = r"\-‐‑–−"  # within a class
# Behind a protein: more of the name of a gene that is called after its domains, "EGF, latrophilin and seven
# transmembrane domain-containing 1".
_OF_DOMAINS = re.compile(rf",(?:[\s{_DASH}]\w+){{1,6}}?[\s{_DASH}]domains?[\s{_DASH}]containing\b")
LIKE_DOMAIN = re.compile(
    rf"[\s{_DASH}]?(?:like|containing)[\s{_DASH}](?:domains?|repeats?|modules?|motifs?|fibulin)\b", re.I
)
# Words of which only the plural is a class of drugs: "antivirals", and no "antiviral response"; the
# "protease inhibitor" of a plant or of plasma is a protein.
_ONLY_PLURAL = frozenset(
    "antiviral anti-viral antifungal anti-fungal antimalarial anti-malarial antiretroviral antimicrobial "
    "anti-microbial antiparasitic anti-parasitic anti-infective antihypertensive anti-hypertensive "
    "immunosuppressive antiepileptic anti-epileptic anticholinesterase antiangiogenic antiarrhythmic "
    "anti-arrhythmic thrombolytic fibrinolytic anesthetic anaesthetic hypnotic sedative-hypnotic "
    "psychotropic prokinetic bronchodilator vasodilator vasoconstrictor psychedelic chemotherapeutic "
    "cathartic cardiotonic antiseptic parasympatholytic spasmolytic sympathomimetic".split()
) | {"protease inhibitor", "proteinase inhibitor", "peptidase inhibitor"}
# Adjectives that are names of classes too, and behind them what makes them tell an effect.
_ADJECTIVES = frozenset(
    "antidepressant antipsychotic anxiolytic anticonvulsant anticoagulant antiplatelet antibacterial "
    "antibiotic antidiabetic antithrombotic anticholinergic antiemetic diuretic sedative analgesic "
    "antihistamine anthelmintic anthelminthic antimuscarinic antitussive antispasmodic antifibrinolytic "
    "antidiarrheal laxative mucolytic tocolytic uricosuric immunosuppressant immunomodulator anti-emetic "
    "antiandrogen anti-androgen calcimimetic psychostimulant vasopressor photosensitizer "
    "radiosensitizer".split()
)
_EFFECT = re.compile(
    rf"(?:[{_DASH}]like)?(?:,?\s(?:and\s|or\s|and/or\s)?[\w{_DASH}]+(?:ic|ant|ive|al|ory|like|ing)(?=,"
    rf"|\s)){{0,6}},?"
    r"\s(?:effects?|efficac(?:y|ies)|actions?|activit(?:y|ies)|propert(?:y|ies)|potentials?|potency"
    r"|effectiveness|mechanisms?)\b"
)
# … and what a body has of its own: "endogenous anticoagulant systems", "antiviral defense".
_OWN = re.compile(
    r"\s(?:systems?|pathways?|capacit(?:y|ies)|(?:immune )?defen[cs]es?|immunity|states?|proteins?)\b"
)
_IMMUNE = re.compile(
    r"\s(?:\w+ )?(?:immunity|immune|defen[cs]es?|responses?|signal+ing|states?|genes?|factors?)\b"
)
_GERMS = frozenset("antiviral antifungal antibacterial antimicrobial antiparasitic".split())
# Behind an adjective for what the drugs act on: the body's antibodies against it.
_ANTIBODY = re.compile(rf"[\s{_DASH}](?:auto)?antibod(?:y|ies)\b")
# A germ by the drug that does not harm it, which nobody is given today; a gene by what induces it.
_OF_GERM = re.compile(
    rf"(?:\s?(?:and|or|/)\s?[\w{_DASH}]+)?[\s{_DASH}](?:resistan(?:t|ce)|susceptib\w+|sensitive)\b"
)
_OF_INDUCED = re.compile(
    rf"[{_DASH}]induced (?:(?:protein|gene|transcript) \d|\d\.\d (?:\(|protein|gene|homolog))"
)
# Behind an inhibitor: a molecule of which it is a part, "inhibitor-dye conjugate".
_CONJUGATE = re.compile(
    rf"[{_DASH}](?!(?:na[iï]ve|treated|resistant|experienced|exposed|induced)\b)(?:[\w{_DASH}]+\s){{0,2}}(?:conjugates?|hybrids?|probes?|chimeras?)(?!\w)"
)
# The body's own inhibitors of kinases: "cyclin-dependent kinase inhibitor p21", "CDK inhibitor Cdkn2a".
_CYCLIN = re.compile(r"[\s,]\s?\(?(?:(?:p\d\d|Cdkn|CDKN|Cip\d|Kip\d|INK4|Ink4)|\d[A-D]\b)")
_OF_KINASES = ("kinase inhibitor", "kinase inhibitors", "cdk inhibitor", "cdk inhibitors")
# A gene of the other strand, or one that is like another: "PGE3-AS1", "PMS1 homolog 2".
_GENE_BEHIND = re.compile(rf"[{_DASH}](?:AS|OT|IT|DT)\d\b|\s(?:homolog(?:ue)?|paralog(?:ue)?)s?\b")
# What makes a word in capitals the name of a company: "AbCellera Biologics Inc.".
_COMPANY = re.compile(r",? (?:Inc|Ltd|LLC|GmbH|Corp(?:oration)?|PLC|plc|Co\.,? Ltd|Pty|Company)\b")
_TESTED = frozenset({"methicillin", "meticillin"})
_GAPS = frozenset(" -‐‑–−")
_BEFORE_COMPANY = frozenset({", ", " I", " L", " G", " C", " P", " p"})
_ACTORS = ("inhibitor", "agonist", "antagonist", "blocker")


def part_of_another(text: str, word: str, end: int) -> str | None:
    """Return what a substance, its name in small letters, is but a part of, by the words behind it."""
    if word in _ADJECTIVES and (
        _EFFECT.match(text, end)
        or _ANTIBODY.match(text, end)
        or (_IMMUNE if word in _GERMS else _OWN).match(text, end)
    ):
        return "an effect or an antibody"
    if text[end : end + 2] in _BEFORE_COMPANY and _COMPANY.match(text, end):
        return "a company"
    if word in _ONLY_PLURAL:
        return "an adjective, or a protein"
    if word in _TESTED and _OF_GERM.match(text, end):
        return "an organism"
    if word.endswith(_ACTORS) and _CONJUGATE.match(text, end):
        return "a part of a molecule"
    return "a gene or its protein" if _is_of_gene(text, word, end) else None


def _is_of_gene(text: str, word: str, end: int) -> bool:
    """Return whether a substance is but a part of the name of a gene, or of its protein."""
    if word.endswith(_OF_KINASES) and _CYCLIN.match(text, end):
        return True
    if word.endswith(("factor", "egf")) and (_OF_DOMAINS.match(text, end) or LIKE_DOMAIN.match(text, end)):
        return True
    if text[end : end + 1] in _GAPS and _GENE_BEHIND.match(text, end):
        return True
    return _OF_INDUCED.match(text, end) is not None
