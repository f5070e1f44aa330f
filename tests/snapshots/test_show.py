"""What `comention show` lists, and in which order."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from comention.cli import app
from comention.errors import UsageError
from comention.snapshots import frames, query
from comention.snapshots.snapshot import latest
from comention.snapshots.tables import SUREST
from tests.report.snapshots import Text, make, table

pytestmark = pytest.mark.slow

TEXTS = (
    *(Text(n, "IFN-γ in psoriasis.") for n in range(1, 7)),
    Text(7, "IFN-γ alone."),
    *(Text(n, "asthma and ustekinumab.") for n in (8, 9)),
    Text(10, "IL-23 with asthma."),
    *(Text(n, "No name of ours.") for n in range(11, 60)),
)


def test_pairs_come_by_the_lower_end_of_the_effect_and_never_with_one_article(tmp_path: Path) -> None:
    snapshot = make(tmp_path, TEXTS)
    shown = query.show(latest(tmp_path), "pairs", with_name=None, entity_type=None, limit=20).rows
    assert [(row["a_name"], row["b_name"], row["articles"]) for row in shown] == [
        ("interferon-γ", "psoriasis", 6),
        ("asthma", "ustekinumab", 2),
    ]
    # two of two have the higher estimate, six of seven the higher lower end
    assert shown[0]["log_odds_low"] > shown[1]["log_odds_low"]
    assert {row["articles"] for row in table(snapshot, "pairs")} == {6, 2, 1}
    of_asthma = query.show(latest(tmp_path), "pairs", with_name="asthma", entity_type=None, limit=20).rows
    assert [row["b_name"] for row in of_asthma] == ["ustekinumab"]


def test_the_order_is_by_grade_then_by_the_lower_end() -> None:
    rows = [
        ("a", "strong", 1.0),
        ("b", "moderate", 9.0),
        ("c", "moderate", 2.0),
        ("d", "weak", 3.0),
        ("e", "none", 8.0),
        ("f", "none", None),
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE pairs (a_id TEXT, grade TEXT, log_odds_low DOUBLE, b_id TEXT, articles INT)"
        )
        connection.executemany("INSERT INTO pairs VALUES (?, ?, ?, 'x', 2)", rows[::-1])
        found = connection.execute(f"SELECT a_id FROM pairs ORDER BY {SUREST}").fetchall()  # noqa: S608
    assert [name for (name,) in found] == list("abcdef")


def test_pairs_of_a_broader_concept_are_left_out_and_counted(tmp_path: Path) -> None:
    above = {"concept_id": "MESH:D001249", "ancestor_id": "MESH:D011565", "ancestor_name": "psoriasis"}
    texts = (*TEXTS[:-1], Text(59, "asthma and psoriasis."), Text(60, "psoriasis and asthma."))
    make(tmp_path, texts, hierarchy=[above | {"ancestor_type": "disease", "steps": 1}])

    def asked(related: bool) -> query.Shown:
        held = latest(tmp_path)
        return query.show(held, "pairs", with_name=None, entity_type=None, limit=20, related=related)

    assert [row["relatedness"] for row in asked(related=False).rows] == ["none", "none"]
    assert (asked(related=False).related, asked(related=True).related) == (1, 0)
    every = {(row["a_name"], row["b_name"]): row["relatedness"] for row in asked(related=True).rows}
    assert every["asthma", "psoriasis"] == "ancestor"


def test_every_column_of_a_listing_is_in_its_dataset(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    for dataset, columns in query.COLUMNS.items():
        rows = query.show(latest(tmp_path), dataset, with_name=None, entity_type=None, limit=1).rows
        assert all(set(columns) <= set(row) for row in rows)


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "w [1]*?{a} é"
    make(folder, TEXTS)
    assert len(query.show(latest(folder), "pairs", with_name="asthma", entity_type=None, limit=20).rows) == 1
    assert len(frames.evidence(latest(folder), "asthma", "ustekinumab")) == 2


def test_rarer_pairs_are_counted_and_can_be_shown(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    few = query.show(latest(tmp_path), "pairs", with_name="asthma", entity_type=None, limit=20)
    assert ([row["b_name"] for row in few.rows], few.rarer) == (["ustekinumab"], 1)
    every = query.show(
        latest(tmp_path), "pairs", with_name="asthma", entity_type=None, limit=20, min_articles=1
    )
    assert (len(every.rows), every.rarer) == (2, 0)
    assert query.show(latest(tmp_path), "entities", with_name=None, entity_type=None, limit=1).rarer == 0


def test_pairs_of_one_story_are_not_listed_and_have_no_grade(tmp_path: Path) -> None:
    """Six letters about one trial, beside a pair of two works and articles of neither."""
    letters = [Text(n, "asthma and IFN-γ.", story=7) for n in range(1, 7)]
    works = [Text(n, "psoriasis with ustekinumab.") for n in (11, 12)]
    make(tmp_path, [*letters, *works, *(Text(n, "IL-23.") for n in range(20, 400))])
    shown = query.show(latest(tmp_path), "pairs", with_name=None, entity_type=None, limit=20)
    assert [(row["b_name"], row["articles_independent"]) for row in shown.rows] == [("ustekinumab", 2)]
    assert shown.rarer == 1
    [pair] = query.show(
        latest(tmp_path), "pairs", with_name="asthma", entity_type=None, limit=20, min_articles=1
    ).rows
    assert (pair["articles"], pair["articles_independent"], pair["grade"]) == (6, 1, "none")
    assert pair["log_odds_low"] > shown.rows[0]["log_odds_low"]


def test_what_a_listing_leaves_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, TEXTS)
    for words, left_out in (([], True), (["--min-articles", "1"], False), (["--json"], False)):
        app(["show", "pairs", "--with", "asthma", "--workdir", str(tmp_path), *words], standalone_mode=False)
        assert (
            "left out: 1 with fewer than 2 independent articles" in capsys.readouterr().err
        ) is left_out, words


def test_pairs_with_the_topic_say_that_their_lift_means_little(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path, [Text(n, "IL-12 in psoriasis.") for n in range(1, 5)])
    app(["show", "pairs", "--with", "IL-12", "--workdir", str(tmp_path)], standalone_mode=False)
    assert "about 1 by construction" in capsys.readouterr().err
    make(tmp_path / "other", TEXTS)
    app(["show", "pairs", "--workdir", str(tmp_path / "other")], standalone_mode=False)
    assert "by construction" not in capsys.readouterr().err
    # p40 is of the topic too, and in two of eleven articles.
    texts = [Text(n, "IL-12 in asthma.") for n in range(1, 10)]
    make(tmp_path / "part", [*texts, *(Text(n, "IL-12 and p40 in psoriasis.") for n in (10, 11))])
    told = ["show", "pairs", "--with", "HGNC:5970", "--type", "disease", "--workdir", str(tmp_path / "part")]
    app(told, standalone_mode=False)
    out, err = capsys.readouterr()
    assert "psoriasis" in out
    assert "by construction" not in err


def test_a_folder_without_a_snapshot_names_those_beside_it(tmp_path: Path) -> None:
    make(tmp_path / "work", TEXTS)
    with pytest.raises(UsageError, match=r"wokr holds no snapshot: name one that does .*work\)"):
        latest(tmp_path / "wokr")


#: Twelve articles on IL-12: with IL-23 in six, psoriasis in four, asthma in one.
COMPARED = (
    *(Text(n, "IL-12 and IL-23 in psoriasis.") for n in range(1, 5)),
    *(Text(n, "IL-12 and IL-23.") for n in (5, 6)),
    Text(7, "IL-12 in asthma."),
    *(Text(n, "IL-12 alone.") for n in range(8, 13)),
)
#: Articles outside the topic that mention each; ustekinumab makes them as rich in concepts as the topic's.
FOUND = {
    "*": 10_000,
    "COMENTION:IL-23": 20,
    "MESH:D011565": 40,
    "MESH:D001249": 300,
    "MESH:D000069549": 4000,
}


def test_enrichment_comes_by_type_grade_and_lower_bound(tmp_path: Path) -> None:
    snapshot = make(tmp_path, COMPARED, background=FOUND)
    assert query.first_table(snapshot) == "enrichment"
    rows, rarer, _ = query.enriched(snapshot, with_name=None, limit=20, min_articles=2)
    assert [(row["name"], row["articles"], row["grade"]) for row in rows] == [
        ("psoriasis", 4, "moderate"),
        ("interleukin-23", 6, "strong"),
    ]
    assert rarer == 1  # asthma
    every = query.show(
        snapshot, "enrichment", with_name=None, entity_type=None, limit=20, min_articles=1
    ).rows
    assert [(row["name"], row["grade"]) for row in every] == [
        ("interleukin-23", "strong"),
        ("psoriasis", "moderate"),
        ("asthma", "none"),
    ]
    only = query.show(snapshot, "enrichment", with_name="psoriasis", entity_type=None, limit=20).rows
    assert [row["concept_id"] for row in only] == ["MESH:D011565"]


def test_without_a_background_pairs_come_first(tmp_path: Path) -> None:
    assert query.first_table(make(tmp_path, TEXTS)) == "pairs"
