"""What the words around a mention make of it."""

from __future__ import annotations

import itertools

from comention.annotation.context import asserted
from comention.annotation.document import from_text
from comention.records import Mention


def _found(method: str, long_form: str | None = None) -> Mention:
    return Mention(0, 2, "NK", "cell", "CL:0000623", "NK cell", method, abbreviation_of=long_form)


def test_of_two_ways_to_one_concept_the_lexicon_s_counts_and_else_the_first() -> None:
    document = from_text("NK cells.")
    ways = [_found("context"), _found("coordination"), _found("abbreviation", "natural killer")]
    for given in itertools.permutations(ways):
        assert asserted(document, given) == [given[0]]
        assert asserted(document, [*given, _found("lexicon")]) == [_found("lexicon")]
