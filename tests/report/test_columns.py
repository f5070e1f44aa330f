"""What a reader is told of a table's columns, beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from comention.cooccur import enrichment, grades
from tests.report.pages import found, words, written
from tests.report.snapshots import TEXTS, Text, make

pytestmark = pytest.mark.slow


def said(page: html.HtmlElement, heading: str) -> dict[str, str]:
    """The explanations of the first table after a heading: they stand right before it."""
    (says,) = found(page, f"(//*[@id='{heading}']/following::details[@class='says'])[1]")
    assert found(says, "./following-sibling::*[1]")[0].tag == "table"
    names, texts = found(says, ".//dt"), found(says, ".//dd")
    return {words(dt): words(dd) for dt, dd in zip(names, texts, strict=True)}


def figure(kind: str, measure: str, f1: float) -> dict[str, object]:
    return {"type": kind, "measure": measure, "f1": f1, "gold": "gold_dev.pubtator", "documents": 9}


def test_how_well_names_are_recognised_is_told_of_each_type(tmp_path: Path) -> None:
    figures = [
        figure("disease", "strict span", 0.111),
        figure("disease", "concept", 0.8338),
        figure("chemical+drug", "concept", 0.8964),
        figure("total", "concept", 0.222),
        figure("cytokine", "concept", 0.993),
    ]
    make(tmp_path, TEXTS, model={"figures": figures})
    page = written(tmp_path)
    start = "Names of the recogniser's test articles, found and linked to the right concept: "
    rest = " 0.0 % of all mentions (0 of 23) have no concept and count nowhere."
    assert said(page, "disease")["How surely found"] == f"{start}diseases F1 0.83 (gold_dev).{rest}"
    assert said(page, "drug")["How surely found"] == (
        f"{start}drugs and other chemicals F1 0.90 (gold_dev).{rest}"
    )
    assert said(page, "pairs")["How surely found"] == (
        f"{start}diseases F1 0.83 (gold_dev), drugs and other chemicals F1 0.90 (gold_dev), "
        f"cytokines F1 0.99 (gold_dev).{rest}"
    )


def test_without_a_model_no_figure_is_told(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    told = said(written(tmp_path), "disease")["How surely found"]
    assert told.startswith("No figure is known for the annotator fast.")


def test_what_was_left_out(tmp_path: Path) -> None:
    ledger = {"expected": 12, "fetched": 11, "missing": 1, "parsed": 10, "rejected": 1, "off_topic": 4}
    make(tmp_path, TEXTS, ledger=ledger)
    assert said(written(tmp_path), "triples")["Left out"] == (
        "Of 12 citations of the last run: 4 outside the topic, 1 could not be read and 1 did not come."
    )
    make(tmp_path / "whole", TEXTS)
    assert said(written(tmp_path / "whole"), "pairs")["Left out"] == "Of 6 citations of the last run: none."


def test_every_column_of_numbers_is_explained(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    page = written(tmp_path)
    for heading in ("disease", "drug", "cytokine", "pairs", "triples"):
        (table,) = found(page, f"(//*[@id='{heading}']/following::table)[1]")
        heads = {words(th).split(",")[0].split(" (")[0] for th in found(table, "./thead//th")}
        told = " ".join(f"{name} {text}" for name, text in said(page, heading).items()).casefold()
        for head in heads - {"Name", "Pair", "Years", "Disease", "Drug", "Cytokine"}:
            assert head.removesuffix(" of that").casefold() in told, (heading, head)


def test_unlinked_mentions_have_their_share(tmp_path: Path) -> None:
    names = {
        "IL-12": ("COMENTION:IL-12", "interleukin-12", "cytokine"),
        "asthma": ("MESH:D001249", "asthma", "disease"),
        "wheezitis": ("text:wheezitis", "wheezitis", "disease"),
    }
    make(tmp_path, [Text(1, "IL-12, asthma and wheezitis.")], names=names)
    told = said(written(tmp_path), "disease")["How surely found"]
    assert "33.3 % of all mentions (1 of 3) have no concept" in told


def test_grades_are_told_as_they_are_given(tmp_path: Path) -> None:
    make(tmp_path, TEXTS, background={"*": 1000, "MESH:D011565": 1})
    page = written(tmp_path)
    method = words(found(page, "//section[@aria-labelledby='method']")[0])
    (says,) = found(page, "//section[@aria-labelledby='enrichment']//details[@class='says']")
    of_pairs = {grade: least for grade, (least, *_) in grades.RULES.items()}
    assert of_pairs == {grade: least for grade, (least, *_) in enrichment.RULES.items()}
    for told in (method, words(says)):
        assert f"Strong: {of_pairs['strong']} independent articles that are not retracted" in told
        assert f"Moderate: {of_pairs['moderate']} such articles" in told
        assert f"Weak: {of_pairs['weak']} such articles" in told
