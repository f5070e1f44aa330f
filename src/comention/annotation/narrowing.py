"""Narrower names that the words of a longer name hold, where the lexicon knows only the end of it.

"Upper GI tract hemorrhage" is a gastrointestinal hemorrhage and no mere hemorrhage: some of the words before
the end make a name with it, in the text's order, in the other order ("gangrenous pyoderma"), or in another
word for the same part of the body.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from comention.annotation.wording import other_names
from comention.lexicon.matcher import Matcher
from comention.records import Concept

# What joins members of a list: words before it are another member's.
_LISTED = re.compile(r".*(?:,|;|/|\s(?:and|or|nor|versus|vs\.?|plus|with|including)\s)", re.I | re.S)
# What turns a word round: "non-rheumatoid arthritis".
_TURNED = re.compile(r"\b(?:non|anti|pseudo|not|without)\b", re.I)
_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?")
# A word of hyphened parts may be written as one: "post-herpetic".
_JOINED = re.compile(r"[A-Za-z]+(?:-[a-z]+)+")
_MOST_WORDS = 5
_MOST_KEPT = 3
# What is no mere manner of an organ: "renal pelvis carcinoma" is no renal carcinoma.
_PART = frozenset(
    "pelvis node nodes duct ducts gland glands wall bed sheath plexus canal artery arteries vein veins "
    "vessel vessels valve nerve nerves cell cells".split()
)
# A part of an organ is the organ's, where vocabularies have no name for that part.
_PARTS = {
    (
        "brain",
    ): "thalamic cerebellar pontine brainstem hippocampal cortical lacunar hemispheric frontal temporal "
    "parietal occipital intraparenchymal ganglionic",
    ("pulmonary",): "alveolar intrapulmonary",
    ("gastrointestinal",): "digestive duodenal jejunal ileal gi intestinal",
    ("intestinal", "gastrointestinal"): "bowel colonic colon rectal",
    ("cardiac",): "ventricular atrial",
    ("hepatic",): "hepatocellular intrahepatic",
    ("skin",): "dermal epidermal",
    ("biliary tract",): "biliary",
    ("coronary artery",): "coronary",
    ("adrenal cortex",): "adrenocortical",
}
_ORGANS_OF = {part: organs for organs, parts in _PARTS.items() for part in parts.split()}
# The Latin ending of an adjective in English: "gangrenous" is "gangrenosum".
_ENDINGS = {
    "ous": ("osum", "osa", "osus"),
    "oid": ("oides", "oideum"),
    "iform": ("iforme", "iformis"),
    "ative": ("ativa", "ativum"),
    "aneous": ("aneum", "anea"),
    "ar": ("aris", "are"),
}


def narrower_meaning(matcher: Matcher, before: str, end: str, concept_id: str) -> tuple[Concept, ...]:
    """Return the disease below that of the `end` of a name which the words before it tell."""
    for name in narrower_names(before, end):
        for other in (name, *other_names(name, "disease")):
            match = matcher.meaning_of(other)
            if match and not match.needs_definition and _are_below(matcher, match.concepts, concept_id):
                return match.concepts
    return ()


def _are_below(matcher: Matcher, concepts: tuple[Concept, ...], concept_id: str) -> bool:
    return bool(concepts) and all(matcher.is_above(concept_id, c.concept_id) for c in concepts)


def narrower_names(before: str, end: str) -> Iterator[str]:
    """Yield names that words of `before` make with the `end` of a name, those of most words first."""
    listed = _LISTED.match(before)
    own = before[listed.end() if listed else 0 :]
    if _TURNED.search(own):
        return
    if joined := _JOINED.findall(own):
        yield f"{' '.join(joined).replace('-', '')} {end}"
    words = _WORD.findall(own)[-_MOST_WORDS:]
    parts = _PART.intersection(map(str.lower, words))
    for kept in range(min(len(words), _MOST_KEPT), 0, -1):
        for chosen in itertools.combinations(words, kept):
            if not parts.issubset(map(str.lower, chosen)):
                continue
            yield f"{' '.join(chosen)} {end}"
            for organ in _ORGANS_OF.get(chosen[0].lower(), ()):
                yield " ".join((organ, *chosen[1:], end))
    for word in reversed(words) if not parts else ():
        yield f"{end} {word}"
        yield from (f"{end} {latin}" for latin in _latin(word))


def _latin(word: str) -> Iterator[str]:
    for ending, others in _ENDINGS.items():
        if word.endswith(ending):
            yield from (word[: -len(ending)] + other for other in others)
