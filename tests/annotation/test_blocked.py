"""Agents against a cytokine: the class of its inhibitors where there is one, over the shipped lexicon."""

from __future__ import annotations

import pytest

from comention.annotation.document import from_text
from comention.annotation.fast import FastAnnotator
from comention.lexicon.store import open_lexicon

ANNOTATOR = FastAnnotator(open_lexicon())


def found(text: str) -> list[tuple[str, str, str | None]]:
    return [(m.text, m.concept_name, m.modifier) for m in ANNOTATOR.mentions(from_text(text))]


@pytest.mark.parametrize(
    ("text", "agent", "name", "targets"),
    [
        ("Under anti-TNF the gut healed.", "anti-TNF", "TNF inhibitors", ["tumor necrosis factor"]),
        (
            "Anti-tumor necrosis factor-α therapy.",
            "Anti-tumor necrosis factor-α therapy",
            "TNF inhibitors",
            ["tumor necrosis factor"],
        ),
        (
            "Interleukin 1β monoclonal antibodies.",
            "Interleukin 1β monoclonal antibodies",
            "IL-1 inhibitors",
            ["interleukin-1β"],
        ),
        (
            "This anti-IL12/23 is used.",
            "anti-IL12/23",
            "IL-12/23 inhibitors",
            ["interleukin-12", "interleukin-23"],
        ),
        ("An IL-17A neutralising mAb.", "IL-17A neutralising mAb", "IL-17 inhibitors", ["interleukin-17A"]),
        ("A TNF-blocking antibody.", "TNF-blocking antibody", "TNF inhibitors", ["tumor necrosis factor"]),
        ("IL-23-targeted therapies.", "IL-23-targeted therapies", "IL-23 inhibitors", ["interleukin-23"]),
        (
            "Antibodies? monoclonal antibodies to IL-5!",
            "monoclonal antibodies to IL-5",
            "IL-5 inhibitors",
            ["interleukin-5"],
        ),
        ("Anti-IL-6 receptor antibody.", "Anti-IL-6 receptor antibody", "IL-6 inhibitors", []),
    ],
)
def test_an_agent_is_of_its_class_and_mentions_its_target(
    text: str, agent: str, name: str, targets: list[str]
) -> None:
    """Both by the same words, so that one agent makes no pair; a receptor is no target's mention."""
    assert found(text) == [*((agent, target, "anti") for target in targets), (agent, name, None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anti-IL-12 mAb.", [("IL-12", "interleukin-12", "anti")]),
        ("IFN-γ monoclonal antibodies.", [("IFN-γ", "interferon-γ", "anti")]),
        ("Anti-GM-CSF autoantibodies.", [("GM-CSF", "GM-CSF", "anti")]),
        ("Anti-TNF-PE was bound.", [("TNF", "tumor necrosis factor", "anti")]),
        ("TNF therapy.", [("TNF", "tumor necrosis factor", None)]),
        ("IL-6 drugs levels.", [("IL-6", "interleukin-6", None)]),
    ],
)
def test_what_is_no_class_leaves_the_cytokine(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert found(text) == expected
