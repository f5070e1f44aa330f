"""Words that say what kind of study a text reports: the table `cues.tsv`, and the pattern that finds them.

A line of the table is a kind of evidence, its weight, the organism that the cue names (MeSH), and the cue
in lower case; `{a,b}` stands for either, `{s,}` for an optional letter. The longest cue counts where two
begin at one place, so that "in vitro fertilization" is not "in vitro"; what says nothing (`none`) is there to
be longer than what it hides. Of a cue that stands twice the last line counts.

Kinds of evidence are `random` (somebody is assigned by chance), `trial`, `review`, `outline` (how reviews
write, others too), `meta`, `protocol`, `letter`, `case`, `design` (of a study of people), `people`, `animal`,
`cells`, `model` and `own` (findings of one's own).
"""

from __future__ import annotations

import csv
import functools
import itertools
import re
from importlib.resources import files
from typing import NamedTuple


class Cue(NamedTuple):
    """What a cue says: a kind of evidence, its weight, and the organism that it names, if any."""

    kind: str
    weight: float
    species: str | None


#: What may stand before a cue; a hyphen only before those of `AGES`.
BEFORE = " (/\"'[-"
AGES = ("year", "month", "day")


@functools.cache
def cues() -> dict[str, Cue]:
    """Return what each cue says, by the cue in lower case."""
    with files(__package__).joinpath("cues.tsv").open(encoding="utf-8") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {
            cue: Cue(row["kind"], float(row["weight"]), row["species"] or None)
            for row in rows
            for cue in expanded(row["cue"])
        }


@functools.cache
def pattern() -> re.Pattern[str]:
    """Return what finds the cues, as its group, in lower-case text that begins with a space.

    A cue begins behind one of `BEFORE`; that the pattern begins with these halves the time of a search.
    """
    return re.compile(rf"[{re.escape(BEFORE)}]({_trie(sorted(cues()))})(?!\w)")


def expanded(cue: str) -> list[str]:
    """Return the cues that one with braces stands for."""
    outside_and_in = enumerate(re.split(r"[{}]", cue))
    parts = [part.split(",") if at % 2 else [part] for at, part in outside_and_in]
    return ["".join(choice) for choice in itertools.product(*parts)]


def _trie(cues: list[str]) -> str:
    """Return a pattern of these words, sorted and distinct, that tries each letter once."""
    ends = bool(cues) and cues[0] == ""
    branches = [
        re.escape(letter) + _trie([cue[1:] for cue in group])
        for letter, group in itertools.groupby(cues[ends:], key=lambda cue: cue[0])
    ]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{body})?" if ends else body
