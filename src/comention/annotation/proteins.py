"""Substances that are a part of a protein's name, by the words behind them: "tyrosine kinase".

Enzymes, carriers, receptors and channels, what senses, binds or needs a substance, and genes that one raises.
"""

from __future__ import annotations

import re

_DASH = r"\-‐‑–−"  # within a class
_JOINT = rf"[\s{_DASH}]"
# The short form that is told of a substance, or the end of the bracket that it is told in.
_SHORT = r"(?:\s?\([^()]{1,24}\)|\))?"
# Between a substance and the word of an enzyme: where it acts, and on what group.
_PLACE = (
    rf"(?:{_JOINT}(?:[NOSC]\d?|[αβγδω]|alpha|beta|gamma|delta|\d{{1,2}}[αβA-Z]?(?:,\d{{1,2}})*['′’]?"
    r"|acid|esters?|ceramide|dolichol|[Nn]-acetyl\w+ine|\w{3,}yl|DNA|[tmr]?RNA|protein|peptide|methyl|acyl|acetyl|glucosyl|glycosyl|amino"
    r"|(?:mono|di|tri)?phosphate|synthetic|CoA|coenzyme A|cytochrome c))"
)
_ASE = (
    r"(?=\w+ases?(?!\w))(?:(?!\w*(?:le|re|se|ch|ph|b|c|er|ur|st)ase)\w{3,}ases?"
    r"|\w*(?:transfer|polymer|telomer|isomer|epimer|ester|nucle|transloc)ases?|lyases?)(?!\w)"
)
_ENZYME = re.compile(
    rf"{_SHORT}{_PLACE}{{0,3}}{_JOINT}{_ASE}|(?-i:[{_DASH}](?!NADH|FADH)[A-Z]{{1,2}}DHs?(?!\w))"
    rf"|(?-i:{_JOINT}P[Xx]\d?(?!\w))",
    re.I,
)
# More of a protein's name, which small words end.
_WORD = rf"(?!(?:of|in|by|and|or|via|with|to|for|on|from|the)\b)[\w/{_DASH}+]+{_JOINT}"
_NO_AGENT = rf"(?!{_JOINT}+(?:inhibitor|blocker|antagonist|agonist)|\w)"
_ACTING = (
    r"(?:sensing|converting|binding|gated|endoperoxide|rich|requiring"
    r"|utili[sz]ing|degrading|metaboli[sz]ing|hydroly[sz]ing|transporting)"
)
_ACTS_ON = re.compile(
    rf"{_JOINT}releasing{_JOINT}(?:hormones?|factors?|peptides?)(?!{_JOINT}+(?:ant)?agonist|\w)"
    rf"|{_SHORT}(?: 5['′’]{_JOINT}(?:mono|di|tri)phosphate)?[{_DASH}]{_ACTING}{_JOINT}(?:{_WORD}){{0,3}}?"
    rf"(?:receptors?|enzymes?|proteins?|channels?|genes?|domains?|motifs?|transporters?|splicing factors?"
    rf"|ribonucleoproteins?|{_ASE}){_NO_AGENT}"
    # much is activated by a substance, and cells release proteins
    rf"|{_SHORT}[{_DASH}](?:activated|regulated|inducible){_JOINT}"
    rf"(?:(?!platelets?|\w+phages?|\w+phils?|\w+cytes?|\w+blasts?|[TB]\b|cells?){_WORD})?"
    rf"(?:receptors?|enzymes?|proteins?|channels?|genes?|transporters?|{_ASE}){_NO_AGENT}"
    # much depends on a substance, and is linked to it: of proteins only those that are called so
    rf"|{_SHORT}[{_DASH}](?:dependent|linked|coupled|specific){_JOINT}(?:{_WORD}){{0,3}}?"
    rf"(?:{_ASE}|(?-i:[A-Z]{{1,3}}DH\d?s?)|transporters?|channels?){_NO_AGENT}"
    rf"|[{_DASH}]sensitive{_JOINT}(?:factors?|(?:potassium|sodium|calcium|K\+?|Na\+?){_JOINT}channels?)\b"
    rf"|[{_DASH}]respons(?:iv)?e{_JOINT}(?:transcription factors?|elements?)\b"
    rf"|[{_DASH}]related{_JOINT}(?:(?:orphan|nuclear){_JOINT})*receptors?\b"
    rf"|[{_DASH}]resistant acid phosphatase\b"
    rf"|{_JOINT}(?:(?:nucleotide|ester|acid){_JOINT})?(?:exchange factors?|transfer proteins?"
    rf"|binding proteins?"
    rf"|(?:carrier|transport|repeat|\w+{_JOINT}domain) proteins?|capping enzymes?|permeases?|zippers?)\b",
    re.I,
)
# A gene by what raises or lowers it: "taurine up-regulated 1", but nothing raised "2-fold".
_RAISED = re.compile(
    rf"{_JOINT}(?:up|down)[{_DASH}\s]?regulated(?:{_JOINT}(?:gene|transcript|lncRNA){_JOINT}\d{{1,2}}\b"
    rf"|{_JOINT}\d{{1,2}}(?=[)\],;:]|\.(?!\d)|\s?\(|\s(?:gene|lncRNA|expression|knockdown|silencing)\b|$))",
    re.I,
)
# What a carrier may move along with the substance before it: "sodium-glucose cotransporter".
_CARRIED = (
    r"(?:glucose|sodium|potassium|calcium|magnesium|hydrogen|proton|iodide|phosphate|sulfate|bicarbonate"
    r"|chloride|taurocholate|lactate|citrate|ascorbate|urate|folate|zinc|iron|K|Na|H|Ca2?|2?Cl)\+?"
)
_CARRIER = re.compile(
    rf"{_SHORT}{_JOINT}(?:(?:co)?transporters?|receptors?|channels?|exchangers?|symporters?|antiporters?"
    rf"|uniporters?|pumps?|cotransport (?:channels?|proteins?|systems?))(?!\w)"
    rf"|(?:[\s/{_DASH}](?:(?:dependent|coupled|linked|driven){_JOINT})?{_CARRIED}){{1,2}}"
    rf"{_JOINT}(?:(?:co)?transport(?:ers?|ing (?:poly)?peptides?)|exchangers?|symporters?"
    r"|antiporters?|pumps?|ATPases?)(?!\w)"
)
# The systematic name of an enzyme begins with its substrates: "L-leucine:tRNA(Leu) ligase".
_SYSTEMATIC = re.compile(
    rf"\s?:\s?(?:[\w,()'′+{_DASH}]+[\s{_DASH}]){{0,4}}?(?:ligase|lyase|(?:\w+{_DASH})?oxidoreductase)s?(?!\w)"
    rf"|:(?:[\w,()'′+{_DASH}]+[\s{_DASH}]){{0,4}}?\w{{4,}}ases?(?!\w)|\s?:\s?[αβ]-\w{{4,}}ases?(?!\w)"
    r"|\s?:\s?(?:alpha|beta)-\w{4,}ases?(?!\w)"
)
# A group of genes that are read together.
_OPERON = re.compile(
    rf"{_JOINT}(?:(?:resistance|utili[sz]ation|biosynthetic){_JOINT})?(?:operons?|regulons?)(?!\w)"
)
# One of the receptors of a substance: "dopamine D2 receptor", "GABA A receptor"; what it binds may be a drug.
_WHICH = re.compile(
    rf"{_SHORT}(?:{_JOINT}(?:(?:sub)?types?|[A-C]|[A-Z]{{1,2}}\d[A-Z]?\d?|\d[A-C]?|[αβγ]\d?|alpha|beta|gamma"
    rf"|5{_JOINT}?HT\S{{0,3}}|GABA|NMDA|AMPA|I{{1,3}}|muscarinic|nicotinic|nuclear|scavenger"
    rf"|(?:iono|metabo)tropic|prostanoid)){{1,2}}{_JOINT}receptors?(?!\w)"
    rf"(?!{_JOINT}+(?:occupan|affinit|block|(?:ant)?agonis|inhibit|bind))"
)
# Receptors or channels of one list: "estrogen and progesterone receptors".
_LIGANDS = tuple(
    "estrogen oestrogen estradiol progesterone androgen ampa nmda kainate sodium potassium calcium chloride "
    "dopamine serotonin norepinephrine noradrenaline acetylcholine".split()
)
_LISTED = re.compile(
    rf"(?:(?:,|\s?/|,?\s(?:and|or))\s?(?:{'|'.join(_LIGANDS)})){{1,3}}{_JOINT}(?:hormone{_JOINT})?"
    rf"(?:receptors?|channels?|transporters?)(?!\w)",
    re.I,
)
_LONGEST = max(map(len, _LIGANDS))
# Behind the symbol of an element or a coenzyme: its charge, which ends before a space or a hyphen.
_CHARGE = re.compile(rf"\]?\s?(?:\(?\s?\d?\s?[+⁺]\s?\)?|[{_DASH}⁻](?=\s))(?=[\s{_DASH}])")
_BEGINS_CHARGE = frozenset("+⁺-−–⁻](")
# Before a substance: what is called after it, "receptors to glutamate", and of which kind that is.
_RECEPTORS_FOR = re.compile(
    r"(?<!binding )(?<!affinity )\breceptors? (?:to|for)(?: the)? (?:\w+ of the )?$"
    r"|\bradical S-adenosyl[\w-]*methionine \($",
    re.I,
)
_BEFORE_IT = (" to ", " for ", " the ", "ine (")
_REACH = 40
# What ends a name: no protein's goes on there, and the other patterns cost more.
_ENDS = re.compile(r"[.,;:%]|\s(?:in|of|was|were|to|with|for|on|by|is|are|from|at|as|or|and|levels?)\s")


def is_receptor(text: str, start: int) -> bool:
    """Return whether the words before a substance make it what proteins are called after."""
    before = text[max(0, start - _REACH) : start]
    return before.endswith(_BEFORE_IT) and _RECEPTORS_FOR.search(before) is not None


def is_protein(text: str, end: int) -> bool:
    """Return whether the words behind a substance that ends at `end` make it the name of a protein.

    A charge may stand between: "Ca2+ channels", "NAD+-dependent dehydrogenase".
    """
    if text[end : end + 1] in _BEGINS_CHARGE and (charge := _CHARGE.match(text, end)):
        return _is_protein(text, charge.end()) or _is_protein(text, end)
    return _is_protein(text, end)


def _is_protein(text: str, end: int) -> bool:
    if ":" in text[end : end + 2] and _SYSTEMATIC.match(text, end):
        return True
    if not _ENDS.match(text, end) and (
        _ENZYME.match(text, end)
        or _CARRIER.match(text, end)
        or _ACTS_ON.match(text, end)
        or _WHICH.match(text, end)
        or _RAISED.match(text, end)
        or _OPERON.match(text, end)
    ):
        return True
    near = text[max(0, end - _LONGEST) : end].lower()
    return near.endswith(_LIGANDS) and _LISTED.match(text, end) is not None
