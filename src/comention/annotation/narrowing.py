"""Narrower names that the words of a longer name hold, where the lexicon knows only the end of it.

"Upper GI tract hemorrhage" is a gastrointestinal hemorrhage and no mere hemorrhage: some of the words before
the end make a name with it, in the text's order, in the other order ("gangrenous pyoderma"), or in another
word for the same part of the body. Of words outside of what was found ("femoral shaft fractures", "cancer in
the cecum") only those right beside it count, but for such as tell its manner.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from comention.annotation.document import word_before
from comention.annotation.wording import other_names
from comention.lexicon.matcher import Matcher
from comention.records import Concept, Mention

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
# Words right before a name; those that end what it is called, and those that tell only its manner.
_BEFORE = re.compile(r"(?<![\w-])(?:[A-Za-z][A-Za-z'’-]{2,} ){1,4}$")
_APART = frozenset(
    "the and for with without from nor than that this these those which who its their his her our was were "
    "are has have had been after before during between into via per versus due associated related induced "
    "including such both either each all any some most other more less new not about against under "
    "patients treat treated treating cause causes caused causing mimic".split()
)
_MANNER = frozenset(
    "surface shaft head neck tract region structure derived primary secondary chronic acute recurrent "
    "relapsed refractory early late malignant benign invasive severe mild moderate advanced metastatic "
    "suspected symptomatic".split()
)
# Behind a name: the part of the body that it is of, with nothing more of that part's name behind.
_OF_PART = re.compile(
    r" (?:of (?:the )?|in the )(?P<part>[a-z]+(?: [a-z]+){0,2}?)(?=[.,;)]|$"
    r"| (?:and|or|with|was|were|is|are|of|in|at|after|by|from|that|which|as)\b)"
)
# Behind "infection": the organism that it is by, whose words are told apart one by one.
_INFECTION = re.compile(r"(?i)(?:super|co)?[\s-]?infections?")
_BY_ORGANISM = re.compile(
    r" (?:with|by|due to|of|caused by|from) (?:the )?((?:[A-Z]\.|[A-Za-z][\w-]*)(?: [\w-]+){0,4})"
)
# No word right before a name that tells anything has fewer letters, as `_BEFORE` says.
_SHORTEST = 3
_SIDES = frozenset("left right upper lower both bilateral proximal distal".split())
_REACH = 60


def narrowed(text: str, mentions: Iterable[Mention], matcher: Matcher) -> list[Mention]:
    """Return mentions, those of diseases as the narrower one that the words right beside them tell."""
    return [_narrowed(text, m, matcher) if m.entity_type == "disease" else m for m in mentions]


def _narrowed(text: str, mention: Mention, matcher: Matcher) -> Mention:
    if mention.abbreviation_of is not None or mention.method in {"coordination", "head"}:
        return mention
    for name in _names_around(text, mention.start, mention.end):
        concepts = _meaning_below(matcher, name, mention.concept_id)
        if len(concepts) == 1 and concepts[0].concept_id != mention.concept_id:
            return mention._replace(concept_id=concepts[0].concept_id, concept_name=concepts[0].name)
    return mention


def _names_around(text: str, start: int, end: int) -> Iterator[str]:
    """Yield names that a name makes with the words right before it, then with the part that it is of."""
    name = text[start:end]
    before = _BEFORE.search(text, max(0, start - _REACH), start) if _may_tell(text, start) else None
    if before and not _TURNED.search(before[0]):
        words = before[0].split()
        first = max((i + 1 for i, word in enumerate(words) if word.lower() in _APART), default=0)
        for at in range(first, len(words)):
            yield from _with_name(words[at:], name)
    if behind := _OF_PART.match(text, end):
        part = " ".join(word for word in behind["part"].split() if word not in _SIDES)
        yield f"{part} {name}"
    if _INFECTION.fullmatch(name) and (found := _BY_ORGANISM.match(text, end)):
        words = found[1].split()
        yield from (f"{' '.join(words[:kept])} infection" for kept in range(len(words), 0, -1))


def _may_tell(text: str, start: int) -> bool:
    """Return whether the words before a name may tell something, by the last one or the end of a line."""
    word = word_before(text, start)
    return (len(word) >= _SHORTEST and word.lower() not in _APART) or text[start - 1 : start] == "\n"


def _with_name(words: list[str], name: str) -> Iterator[str]:
    """Yield the name with words before it, all or those that tell more than its manner, and of an organ."""
    telling = [word for word in words if word.lower() not in _MANNER]
    for chosen in (words, telling) if telling and telling != words else (words,):
        yield " ".join((*chosen, name))
        yield from (" ".join((organ, *chosen[1:], name)) for organ in _ORGANS_OF.get(chosen[0].lower(), ()))


def narrower_meaning(matcher: Matcher, before: str, end: str, concept_id: str) -> tuple[Concept, ...]:
    """Return the disease below that of the `end` of a name which the words before it tell."""
    for name in narrower_names(before, end):
        if concepts := _meaning_below(matcher, name, concept_id):
            return concepts
    return ()


def _meaning_below(matcher: Matcher, name: str, concept_id: str) -> tuple[Concept, ...]:
    """Return what a name or another wording of it means, where that is below a concept, or is it."""
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
