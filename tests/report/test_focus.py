"""The page from another concept than the topic, and from a topic that nearly every article mentions."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from comention.errors import UsageError
from comention.report.evidence import Side
from comention.report.page import gather, write_page
from comention.report.tables import by_construction, related
from comention.snapshots.snapshot import latest
from comention.snapshots.tables import opened
from comention.snapshots.topic import NEARLY_ALL
from tests.report.pages import found, listed, words
from tests.report.snapshots import NAMES, TEXTS, Text, make

pytestmark = pytest.mark.slow

PSORIASIS, ASTHMA = "MESH:D011565", "MESH:D001249"


def focused(workdir: Path, *ids: str) -> html.HtmlElement:
    write_page(latest(workdir), workdir / "report.html", focus=ids)
    return html.fromstring((workdir / "report.html").read_bytes())


def test_a_page_begins_from_any_concept(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    page = focused(tmp_path, PSORIASIS)
    assert words(found(page, "//h1")[0]) == "What is mentioned with psoriasis"
    assert words(found(page, "//*[@id='answer']")[0]) == (
        "In 4 articles that mention psoriasis, the drug mentioned with it most is ustekinumab (2 articles) "
        "and the cytokine IL-12 p40 (3)."
    )
    # psoriasis is one concept and not in every article: the lift of the two is the row's
    assert listed(page, "cytokine") == [
        ["IL-12 p40", "3", "2", "2010–2012", "1.50", "0.20 or more", "none", "only mentioned"],
        ["interferon-γ", "3", "1", "2010–2012", "1.50", "0.20 or more", "none", "only mentioned"],
        ["interleukin-12", "2", "2", "2010", "1.00", "0.0085–117", "none", "only mentioned"],
    ]
    assert found(page, "//*[@id='cytokine-1']//blockquote")


def test_numbers_of_a_focus(tmp_path: Path) -> None:
    page = gather(make(tmp_path, TEXTS), focus=(PSORIASIS,))
    assert page.topic == Side((PSORIASIS,), "psoriasis", "disease", 4)
    assert page.about.name == "interleukin-12"
    assert not page.by_construction
    for table in page.ranked:
        for item in table.rows:
            assert item.companion is not None
            assert item.companion.other_id == PSORIASIS
            assert item.companion.articles == item.articles
    shown = {side.ids[0] for heat in page.maps for side in (*heat.rows, *heat.columns)}
    assert PSORIASIS not in shown


def test_several_concepts_are_one_focus(tmp_path: Path) -> None:
    page = gather(make(tmp_path, TEXTS), focus=(PSORIASIS, ASTHMA))
    assert page.topic.name == "asthma or psoriasis"
    assert page.topic.articles == 6


def test_a_concept_that_the_corpus_does_not_mention_is_refused(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    with pytest.raises(UsageError, match=r"mentions MESH:D000000: `comention lookup"):
        focused(tmp_path, "MESH:D000000")
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(("without", "said"), [(0, True), (1, True), (2, False)])
def test_lift_is_not_told_of_a_topic_that_is_in_nearly_every_article(
    tmp_path: Path, without: int, said: bool
) -> None:
    texts = [Text(n, "IL-12 with asthma and IL-23.") for n in range(1, 11 - without)]
    texts += [Text(100 + n, "asthma.") for n in range(without)]
    page = gather(make(tmp_path, texts))
    assert page.by_construction is said
    assert said is (page.topic.articles >= NEARLY_ALL * 10)
    text = html.fromstring(_html(tmp_path))
    assert ("Nearly every article of this corpus mentions it" in words(text)) is said
    assert (f"(here {10 - without} of 10)" in words(text)) is said
    assert (f"{10 - without} of 10 articles mention interleukin-12; lift" in words(text)) is not said
    (row,) = listed(text, "disease")
    assert row[4].startswith("interleukin-12" if not said else ("nothing" if without == 0 else row[4]))


def _html(workdir: Path) -> bytes:
    write_page(latest(workdir), workdir / "report.html")
    return (workdir / "report.html").read_bytes()


def test_an_empty_corpus_has_no_topic_in_nearly_every_article() -> None:
    nobody = Side((), "nobody", "", 0)
    assert by_construction(nobody, 10) is False


def _above(concept: str, ancestor: str, name: str) -> dict[str, object]:
    return {
        "concept_id": concept,
        "ancestor_id": ancestor,
        "ancestor_name": name,
        "ancestor_type": "disease",
        "steps": 1,
    }


def test_a_broader_name_is_marked_and_is_not_the_answer(tmp_path: Path) -> None:
    names = {**NAMES, "skin": ("MESH:D012871", "skin diseases", "disease")}
    texts = [Text(i, "skin, psoriasis and asthma.", "IL-12.") for i in range(1, 3)]
    texts += [Text(i, "skin in psoriasis.") for i in range(3, 9)]
    make(tmp_path, texts, names, hierarchy=[_above(PSORIASIS, "MESH:D012871", "skin diseases")])
    page = focused(tmp_path, PSORIASIS)
    assert [row[:2] for row in listed(page, "disease")] == [["skin diseases broader", "8"], ["asthma", "2"]]
    assert "the disease mentioned with it most is asthma (2 articles)" in words(
        found(page, "//*[@id='answer']")[0]
    )
    assert [words(name) for name in found(page, "//*[@class='strip']//*[@class='name']")] == [
        "asthma",
        "interleukin-12",
    ]
    # what stands above a part of the topic alone is no broader name of it
    with opened(latest(tmp_path)) as connection:
        assert related(connection, [PSORIASIS]) == {"MESH:D012871": "broader"}
        assert related(connection, ["MESH:D012871"]) == {PSORIASIS: "narrower"}
        assert related(connection, [PSORIASIS, "MESH:D012871"]) == {PSORIASIS: "narrower"}


def test_a_corpus_without_a_topic_begins_with_the_surest_pairs_of_two_types(tmp_path: Path) -> None:
    texts = [Text(i, "psoriasis and ustekinumab.") for i in range(1, 6)]
    texts += [Text(i, "asthma and IL-23.") for i in range(6, 10)]
    texts += [Text(i, "IL-12.") for i in range(10, 40)]
    make(tmp_path, texts, topic={"concepts": (), "match": "all", "name": "", "query": ""})
    page = focused(tmp_path)
    assert (
        "The surest pair of a disease and a drug is psoriasis with ustekinumab (5 articles), and of a "
        "cytokine and a disease interleukin-23 with asthma (4)."
    ) in words(found(page, "//*[@id='answer']")[0])
    bars = found(page, "//*[@class='strip']//li")
    assert [words(bar) for bar in bars] == [
        "psoriasis with ustekinumabmentioned 55",
        "interleukin-23 with asthmamentioned 44",
    ]
    for bar in bars:  # each leads to its sentences
        place = str(found(bar, ".//a")[0].get("href")).removeprefix("#")
        assert found(page, f"//*[@id='{place}']//blockquote")
