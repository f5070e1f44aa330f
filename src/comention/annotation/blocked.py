"""Agents against a cytokine: "anti-TNF agents", "IL-17A-neutralizing mAb" are inhibitors of it.

Where the lexicon has the inhibitors of a target as a class, the agent counts as it, over all of its words.
The cytokine is mentioned with its modifier by the same words, so that no sentence pairs the two by one agent;
an article that names two agents does. An agent against another one leaves the cytokine, with its modifier; so
do the body's own antibodies and those of a stain.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from comention.annotation.abbreviations import whole_start
from comention.lexicon.matcher import Match, Matcher
from comention.records import Concept, Mention

_DASH = r"\-‐‑‒–−"  # within a class
_ANTI = re.compile(rf"(?<!\w)anti(?:[{_DASH}]\s?|\s)?(?:human |mouse |murine |rat )?$", re.I)
_ANTI_REACH = 14
# Behind a target: the short form that is told of it, and the end of a bracket.
_SHORT = r"(?:\s?\([^()]{1,14}\)|\))?"
_MANNER = (
    rf"(?:[\s{_DASH}](?:neutrali[sz]ing|blocking|blockade|inhibiting|inhibitory|antagoni[sz]ing"
    rf"|targeting|targeted|directed|depleting|monoclonal|biologic(?:al)?|humani[sz]ed|human|chimeric"
    rf"|antagonist"
    rf"|inhibitor|blocker|specific))"
)
_ANTIBODY = r"(?:antibod(?:y|ies)|mAbs?|MAbs?|MoAbs?|nanobod(?:y|ies)|monoclonals)"
_AGENT = (
    r"(?:agents?|drugs?|biologics?|biologicals?|therap(?:y|ies)|therapeutics?|treatments?|medications?"
    r"|inhibitors?"
    r"|antagonists?|blockers?|strateg(?:y|ies)|monotherapy|regimens?)"
)
_BEHIND = re.compile(rf"{_SHORT}{_MANNER}*[\s{_DASH}](?:{_ANTIBODY}|{_AGENT})(?!\w)")
_BLOCKS = re.compile(
    rf"{_SHORT}(?:{_MANNER}*[\s{_DASH}]{_ANTIBODY}"
    rf"|[\s{_DASH}](?:neutrali[sz]ing|blocking|inhibiting|antagoni[sz]ing|targeting|targeted|directed)"
    rf"{_MANNER}*[\s{_DASH}]{_AGENT})(?!\w)"
)
_AGAINST = re.compile(
    r"(?<!\w)(?:(?:fully |human |humani[sz]ed |chimeric |neutrali[sz]ing |blocking "
    r"|monoclonal ){1,3}antibod(?:y|ies)"
    r"|mAbs?|MoAbs?)(?: directed| targeted)? (?:against|targeting|to|specific (?:for|to)) (?:the |human )?$",
    re.I,
)
_AGAINST_REACH = 64
# Behind a target: the body's own antibodies, and antibodies with a dye.
_NO_AGENT = re.compile(
    rf"{_SHORT}[\s{_DASH}](?:auto[{_DASH}]?antibod|(?:drug|idiotyp\w*)[\s{_DASH}]antibod|Ig[GMAE]|PE\b"
    rf"|APC\b|FITC|PerCP"
    r"|BV\d|Alexa|biotin|HRP|ELISA|ab\b)"
)
# Antibodies that a laboratory finds something with.
_AT_BENCH = re.compile(
    r"(?i)stain|\bblot|\bELISA|\bcoated|immunohisto|immunofluor|immunoblot|immunoprecip|cytometr|\(1:\s?\d|abcam"
    r"|\brabbit\b|\bgoat\b|primary antibod|dilut"
)
_BENCH_REACH = 60
# What else the words of an agent name: its target, and "biologics".
_HELD = frozenset({"cytokine", "drug"})
_MARKER = re.compile(r"CD\d")


class Blocked:
    """Tells which class of drugs the agents against a target are."""

    def __init__(self, matcher: Matcher) -> None:
        """Prepare for the names of a lexicon."""
        self._matcher = matcher
        self._class_of = functools.lru_cache(10_000)(self._class)

    def told(self, text: str, mentions: list[Mention], matches: Sequence[Match]) -> list[Mention]:
        """Return the mentions, with classes of inhibitors by the words of agents, as are their targets."""
        classes: dict[tuple[int, int, str], Mention] = {}
        for mention in mentions:
            if mention.entity_type == "cytokine":
                self._tell(text, mention.start, mention.end, mention.concept_name, classes)
        for match in matches:
            if not match.concepts:
                self._tell(text, match.start, match.end, "", classes)
        if not classes:
            return mentions
        kept = []
        for mention in mentions:
            span = _around(mention, classes) if mention.entity_type in _HELD else None
            if span is None:
                kept.append(mention)
            elif mention.entity_type == "cytokine":
                start, end = span
                kept.append(mention._replace(start=start, end=end, text=text[start:end], modifier="anti"))
        whole = [agent for key, agent in classes.items() if not _is_within(key, classes)]
        return [*dict.fromkeys(kept), *whole]

    def _tell(
        self, text: str, start: int, end: int, name: str, classes: dict[tuple[int, int, str], Mention]
    ) -> None:
        """Add the class of the agent whose target stands at `start:end`, where it is one."""
        span = _agent(text, start, end)
        if span is None or not (concept := self._class_of(text[start:end], name)):
            return
        begin, stop = span
        if (whole := whole_start(text, begin, stop)) < begin:
            begin = (_agent(text, whole, stop) or (whole, stop))[0]
        classes[begin, stop, concept.concept_id] = Mention(
            start=begin,
            end=stop,
            text=text[begin:stop],
            entity_type=concept.entity_type,
            concept_id=concept.concept_id,
            concept_name=concept.name,
            method="lexicon",
            negated=False,
            speculative=False,
        )

    def _class(self, surface: str, name: str) -> Concept | None:
        """Return the inhibitors of a target, by what the text calls it, else by the name of its concept."""
        if _MARKER.match(surface):
            return None
        for target in filter(None, (surface, name)):
            match = self._matcher.meaning_of(f"{target} inhibitors")
            if match and not match.needs_definition and len(match.concepts) == 1:
                return match.concepts[0] if match.concepts[0].entity_type == "drug" else None
        return None


def _is_within(agent: tuple[int, int, str], agents: Iterable[tuple[int, int, str]]) -> bool:
    """Return whether an agent is a part of the words of another of its class: "anti-IL-17 (IL-17) mAb"."""
    start, end, concept = agent
    return any(
        other[2] == concept and other != agent and other[0] <= start and end <= other[1] for other in agents
    )


def _around(mention: Mention, agents: Iterable[tuple[int, int, str]]) -> tuple[int, int] | None:
    """Return the span of the agent in whose words a mention lies."""
    inside = (span[:2] for span in agents if span[0] <= mention.start and mention.end <= span[1])
    return next(inside, None)


def _is_at_bench(text: str, start: int, end: int) -> bool:
    """Return whether an antibody against what is named is one that a laboratory finds it with."""
    if "ntibod" not in text[end : end + _BENCH_REACH]:
        return False
    return _AT_BENCH.search(text, max(0, start - _BENCH_REACH), end + _BENCH_REACH) is not None


def _agent(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of the agent against what is named at `start:end`, None where there is none."""
    # A look at the words beside costs less than a search.
    near = text[max(0, start - _ANTI_REACH) : start]
    if text[end + 1 : end + 2].isdigit() or _is_at_bench(text, start, end):
        return None  # "anti-VEGFR-3": not all of the name
    if "nti" in near and (anti := _ANTI.search(near)):
        if _NO_AGENT.match(text, end):
            return None
        behind = _BEHIND.match(text, end)
        return start - len(near) + anti.start(), behind.end() if behind else end
    if (behind := _BLOCKS.match(text, end)) and not _NO_AGENT.match(text, end):
        return start, behind.end()
    if near.endswith(("st ", "ng ", "to ", "or ", "he ", "an ")):
        before = text[max(0, start - _AGAINST_REACH) : start]
        if against := _AGAINST.search(before):
            return start - len(before) + against.start(), end
    return None
