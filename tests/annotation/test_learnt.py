"""Which names of gold say as much as the concept that gold links them with."""

from __future__ import annotations

from pathlib import Path

import pytest

from comention.annotation.fast import FastAnnotator
from comention.annotation.learnt import SETTLED, says
from comention.annotation.linking import Linker
from comention.lexicon.folding import fold_name
from comention.lexicon.model import ConceptEntry, NameEntry
from comention.lexicon.store import Lexicon
from comention.lexicon.writing import write
from comention.ner.model import Span


@pytest.mark.parametrize(
    ("name", "concept", "names", "uses"),
    [
        # in full, by stems of its words
        ("thrombocytopenic", "thrombocytopenia", (), 1),
        ("sporadic ovarian cancer", "ovarian neoplasms", ("cancer of the ovary",), 1),
        ("kyphotic deformity", "kyphosis", (), 1),
        ("damaged kidneys", "kidney diseases", ("renal disease",), SETTLED),
        ("renal lesions", "kidney diseases", ("renal disease",), 1),
        # by initials, and by whose disease it is
        ("fhl mutation syndrome", "familial hemophagocytic lymphohistiocytosis", (), 1),
        ("Lindqvist", "Lindqvist disease", (), 1),
        # in other words, where uses agree
        ("asterixis", "dyskinesias", (), 3),
        ("weakness", "muscle weakness", (), SETTLED),
    ],
)
def test_a_name_counts_that_says_its_concept(
    name: str, concept: str, names: tuple[str, ...], uses: int
) -> None:
    assert says(fold_name(name), concept, map(fold_name, names), uses)


@pytest.mark.parametrize(
    ("name", "concept", "names", "uses"),
    [
        # a part of the concept's name
        ("renal spasm", "renal artery spasm", (), 1),
        ("urinary tract cancer", "ureteral neoplasms", ("ureteral cancer",), 1),
        ("allergy", "milk allergy", (), 4),
        # other words, by the text that it stood in
        ("lifelong handicap", "deafness", (), 1),
        ("jumpiness", "abnormal reflex", (), 2),
        # a part or a function of the body, not that it is harmed
        ("psychiatric", "mental disorders", ("psychiatric disease",), 30),
        ("platelet adhesion", "blood platelet disorders", (), 30),
        ("loss of appetence", "feeding and eating disorders", (), 1),
        # harm alone
        ("toxicity", "adverse drug reaction", ("drug toxicity",), 90),
        ("lesions", "brain diseases", (), 90),
    ],
)
def test_a_name_that_says_less_does_not(name: str, concept: str, names: tuple[str, ...], uses: int) -> None:
    assert not says(fold_name(name), concept, map(fold_name, names), uses)


def test_in_a_text_about_harm_every_name_counts_that_was_learnt_twice(tmp_path: Path) -> None:
    names = [NameEntry("Spasm of renal arteries", "MESH:C1", "MESH")]
    write(tmp_path, [ConceptEntry("MESH:C1", "renal artery spasm", "disease", "MESH")], names, {})
    lexicon = Lexicon(tmp_path)
    key = ("disease", "renal spasm")
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, {key: ("MESH:C1",)}, {key: 2})
    span = Span(0, 11, "disease", 1.0)
    assert linker.link(span, "renal spasm", []).way == "unlinked"
    assert linker.link(span, "renal spasm", [], on_harm=True).way == "learnt"
    once = Linker(lexicon, FastAnnotator(lexicon).matcher, {key: ("MESH:C1",)}, {key: 1})
    assert once.link(span, "renal spasm", [], on_harm=True).way == "unlinked"


def test_a_name_of_the_lexicon_tells_what_a_concept_is_called(tmp_path: Path) -> None:
    names = [NameEntry("Spasm of renal vessels", "MESH:C1", "MESH")]
    write(tmp_path, [ConceptEntry("MESH:C1", "zornosis", "disease", "MESH")], names, {})
    lexicon = Lexicon(tmp_path)
    learnt = {("disease", name): ("MESH:C1",) for name in ("renal vessel spasm", "renal tremor")}
    linker = Linker(lexicon, FastAnnotator(lexicon).matcher, learnt, dict.fromkeys(learnt, 1))
    span = Span(0, 12, "disease", 1.0)
    ways = [linker.link(span, name, []).way for name in ("renal vessel spasm", "renal tremor")]
    assert ways == ["learnt", "unlinked"]
