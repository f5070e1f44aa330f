"""Narrower names that the words of a longer name hold, where the lexicon knows only the end of it.

"Upper GI tract hemorrhage" is a gastrointestinal hemorrhage and no mere hemorrhage: some of the words before
the end make a name with it, in the text's order, in the other order ("gangrenous pyoderma"), or in another
word for the same part of the body. Of words outside of what was found ("femoral shaft fractures", "cancer in
the cecum") only those right beside it count, but for such as tell its manner.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator

from comention.annotation.document import word_before
from comention.annotation.organisms import OF_ORGANISMS, by_organism, infections, is_infection
from comention.annotation.telling import told
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
    "maximal maximum minimal mean median worst average immediate persistent overall total relevant "
    "significant "
    "surface shaft head neck tract region structure derived primary secondary chronic acute recurrent "
    "relapsed refractory early late malignant benign invasive severe mild moderate advanced metastatic "
    "suspected symptomatic".split()
)
# Behind a name: the part of the body that it is of, with nothing more of that part's name behind.
_OF_PART = re.compile(
    r" (?:of (?:the |a |an |both )?|in the )(?P<part>[a-z]+(?: [a-z]+){0,3}?)(?=[.,;)]|$"
    r"| (?:and|or|with|was|were|is|are|of|in|at|after|by|from|that|which|as|who|on)\b)"
)
_OF = frozenset({" of ", " in "})
# Before what an illness is: how far it is, which its name in the vocabularies leaves out.
_DEGREE = re.compile(
    r"(?i)(?:malignant|benign|primary|metastatic|advanced|invasive|severe|acute|chronic) (?=\w)"
)
# A part of a part: "the neck of the femur".
_PART_OF_PART = re.compile(r" (?:of|in) (?:the |a )?(?P<part>[a-z]+) of (?:the )?(?P<whole>[a-z]+)")
# What is told of a poison, and behind it which.
_POISONS = frozenset({"poisoning", "poisonings", "intoxication", "intoxications"})
_BY_POISON = re.compile(
    r" (?:by|with|from|due to) (?P<poison>[\w-]+(?: [\w-]+)?)"
    r"(?=[.,;)]|$| (?:in|and|or|is|was|were|at|who|that)\b)"
)
# Where something bleeds.
_FROM_PART = re.compile(
    r" from (?:the |a |an )?(?P<part>[a-z]+(?: [a-z]+){0,2}?)(?=[.,;)]|$"
    r"| (?:and|or|with|was|were|is|are|in|at|after|that|which|as)\b)"
)
_BLEEDS = ("bleeding", "hemorrhage", "haemorrhage")
# What happens to any part of the body: what a name says that holds one of these and the part, it is, though
# vocabularies file it under the part alone.
_PROCESSES = frozenset(
    "ischemia ischaemia infarction stenosis stenoses narrowing thrombosis thrombus embolism hemorrhage "
    "haemorrhage "
    "bleeding necrosis fibrosis edema oedema atrophy hypertrophy hyperplasia ulcer ulcers fistula fistulas "
    "abscess "
    "cyst cysts calcification rupture aneurysm pain prolapse perforation hematoma haematoma "
    "carcinoma "
    "adenocarcinoma inflammation".split()
)
_VESSELS = {"vein": "venous", "veins": "venous"}
# No word right before a name that tells anything has fewer letters, as `_BEFORE` says.
_SHORTEST = 3
_SIDES = frozenset("left right upper lower both bilateral proximal distal".split())
# Before a tumour it may belong to what is said behind: "secondary tumour resection".
_SECONDARY = "secondary"
_OTHER_NOUN = re.compile(
    r"[\s-](?:cell lines?|resections?|surger(?:y|ies)|debulking|cytoreduct\w+|specimens?|samples?"
    r"|preventions?"
    r"|transmission|care|screening|analys[ei]s|endpoints?|outcomes?|controls?|antitumou?r)\b"
)
_REACH = 60
_SHORT_FORM = 6


def narrowed(text: str, mentions: Iterable[Mention], matcher: Matcher) -> list[Mention]:
    """Return mentions, those of diseases as the narrower one that the words right beside them tell."""
    return [_narrowed(text, m, matcher) if m.entity_type == "disease" else m for m in mentions]


def _narrowed(text: str, mention: Mention, matcher: Matcher) -> Mention:
    if mention.method == "head" and not is_infection(mention.text):
        return _of_organism(text, mention, matcher)
    if mention.method == "coordination":
        return mention
    name = _spelt(text, mention)
    if _is_told_more(text, mention.start, mention.end, name):
        for other in _names_around(text, mention.start, mention.end, name):
            concepts = _meaning_below(matcher, other, mention.concept_id)
            if len(concepts) == 1 and concepts[0].concept_id != mention.concept_id:
                return _as(mention, concepts[0])
        for other in _names_beyond(text, mention.start, mention.end, name):
            meant = _disease_of(matcher, other)
            if meant and not matcher.is_above(meant.concept_id, mention.concept_id):
                return _as(mention, meant)
    named = told(text, mention)
    meant = _disease_of(matcher, named) if named else None
    return _as(mention, meant) if meant else mention


def _is_told_more(text: str, start: int, end: int, name: str) -> bool:
    """Return whether what stands beside a name may tell which one is meant: most times nothing does."""
    return _may_tell(text, start) or text[end : end + 4] in _OF or _asks_cause(name)


@functools.lru_cache(20_000)
def _asks_cause(name: str) -> bool:
    """Return whether a name is one of those that are told by more than words before it or a part behind."""
    low = name.lower()
    if low.endswith(_BLEEDS) or low in _POISONS or is_infection(name):
        return True
    return low.rpartition(" ")[2] in OF_ORGANISMS


def _of_organism(text: str, mention: Mention, matcher: Matcher) -> Mention:
    """Return a mention that its last word means as the narrower one by the organism before that word."""
    last = text.rfind(" ", mention.start, mention.end) + 1
    name = text[last : mention.end]
    for other in by_organism(text, last, mention.end, name) if last and name.lower() in OF_ORGANISMS else ():
        meant = _disease_of(matcher, other)
        if meant and not matcher.is_above(meant.concept_id, mention.concept_id):
            return _as(mention, meant)
    return mention


def _disease_of(matcher: Matcher, name: str) -> Concept | None:
    """Return the one disease that a name means beyond doubt."""
    match = matcher.meaning_of(name)
    if match is None or match.needs_definition or len(match.concepts) != 1:
        return None
    return match.concepts[0] if match.concepts[0].entity_type == "disease" else None


def _as(mention: Mention, concept: Concept) -> Mention:
    return mention._replace(concept_id=concept.concept_id, concept_name=concept.name)


def _spelt(text: str, mention: Mention) -> str:
    """Return what a mention says, in full where it is a short form: "knee OA" is knee osteoarthritis."""
    if mention.abbreviation_of is not None:
        return mention.abbreviation_of
    surface = text[mention.start : mention.end]
    return mention.concept_name if len(surface) <= _SHORT_FORM and surface.isupper() else surface


def _names_around(text: str, start: int, end: int, name: str) -> Iterator[str]:
    """Yield names that a name makes with the words right before it, then with the part that it is of."""
    for words in _words_before(text, start):
        if words[0].lower() != _SECONDARY or not _OTHER_NOUN.match(text, end):
            yield from _with_name(words, name)
    if part := _part_behind(text, end):
        yield f"{part} {name}"
        if degree := _DEGREE.match(name):
            yield f"{part} {name[degree.end() :]}"
        if nested := _PART_OF_PART.match(text, end):
            yield f"{nested['whole']} {nested['part']} {name}"
        if vessel := _VESSELS.get(part.rpartition(" ")[2]):
            yield f"{vessel} {name}"
    elif (low := name.lower()).endswith(_BLEEDS) and (source := _FROM_PART.match(text, end)):
        yield f"{source['part']} {name}"
    elif low in _POISONS and (cause := _BY_POISON.match(text, end)):
        yield f"{cause['poison']} poisoning"
    if is_infection(name):
        yield from infections(text, start, end)


def _words_before(text: str, start: int) -> Iterator[list[str]]:
    """Yield the words right before a name that may tell something, the most of them first."""
    before = _BEFORE.search(text, max(0, start - _REACH), start) if _may_tell(text, start) else None
    if before and not _TURNED.search(before[0]):
        words = before[0].split()
        first = max((i + 1 for i, word in enumerate(words) if word.lower() in _APART), default=0)
        yield from (words[at:] for at in range(first, len(words)))


def _part_behind(text: str, end: int) -> str:
    """Return the part of the body that what ends here is of, without its side; nothing where none is told."""
    if text[end - 12 : end].lower() == "inflammation" and text[end : end + 4] != " of ":
        return ""  # in a model, say, and no disease of the part
    if text[end : end + 4] not in _OF or not (behind := _OF_PART.match(text, end)):
        return ""
    return " ".join(word for word in behind["part"].split() if word not in _SIDES)


def _names_beyond(text: str, start: int, end: int, name: str) -> Iterator[str]:
    """Yield names that say what they are by themselves, though what they are is filed elsewhere."""
    last = name.rpartition(" ")[2].lower()
    if last in _PROCESSES:
        if part := _part_behind(text, end):
            yield f"{part} {name}"
            yield from other_names(f"{part} {name}", "disease")
        for words in _words_before(text, start):
            yield from other_names(" ".join((*words, name)), "disease")
    elif last in OF_ORGANISMS:
        yield from by_organism(text, start, end, name)


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
