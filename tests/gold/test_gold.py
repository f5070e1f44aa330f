"""What is asked of the shipped lexicon on real gold, where there is any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comention.annotation.fast import FastAnnotator
from comention.documents.pubtator import read
from comention.documents.reading import of_gold
from comention.gold.evaluate import evaluate_file
from comention.gold.rules import rules_of
from comention.gold.scores import Counts
from comention.lexicon.store import open_lexicon

pytestmark = [pytest.mark.corpora]

# Told by the words of a span alone, so that the lexicon does not choose what it is asked.
_ON_TOPIC = re.compile(r"(?i)\b(?:interleukin|IL)[- ]?12\b")
_CYTOKINE = re.compile(
    r"(?i)interleukin|\bIL[- ]?\d|interferon|\bIFN|colony[- ]stimulating factor|CSF\b|"
    r"tumou?r necrosis factor|\bTNF|chemokine|\b(?:MCP|MIP|CC?L|CXCL)[- ]?\d|\bRANTES|\beotaxin|\bIP-10"
)
_ABOUT_ONE = re.compile(
    r"(?i)receptor|\bIL[- ]?\d+ ?R(?!a\b)|TNFR|promoter|antibod|\banti-|\bgenes?\b|regulat\w+ factor|\bIRF|"
    r"\bNF-|binding|stat\b"
)


def test_the_cytokines_of_texts_on_interleukin_12_are_found(corpora: Path) -> None:
    annotator = FastAnnotator(open_lexicon())
    documents, problems = read(corpora / "gold" / "jnlpba_train.pubtator")
    on_topic = [document for document in documents if _ON_TOPIC.search(document.text)]
    found: list[bool] = []
    for document in on_topic:
        ours = [m for m in annotator.mentions(of_gold(document)) if m.entity_type == "cytokine"]
        for a in document.annotations:
            if a.type == "protein" and _CYTOKINE.search(a.text) and not _ABOUT_ONE.search(a.text):
                found.append(any(m.start < a.end and a.start < m.end for m in ours))
    assert (len(on_topic), problems) == (26, [])
    assert len(found) >= 290
    assert sum(found) / len(found) >= 0.95


def test_genes_that_are_cytokines_are_found(corpora: Path) -> None:
    lexicon = open_lexicon()
    annotator, rules = FastAnnotator(lexicon), rules_of(lexicon)
    total = Counts()
    for name in ("nlmgene_train", "gnormplus_train", "biored_train", "biored_dev"):
        result = evaluate_file(corpora / "gold" / f"{name}.pubtator", annotator, rules)
        total += result.scores["cytokine"]["concept"]
    assert total.tp + total.fn >= 690  # the gold's, mouse genes among them
    assert total.f1 is not None
    assert total.f1 >= 0.92
