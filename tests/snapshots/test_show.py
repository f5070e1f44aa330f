"""What `comention show` lists, and in which order."""

from __future__ import annotations

from pathlib import Path

from comention.snapshots import query
from comention.snapshots.snapshot import latest
from tests.report.snapshots import Text, make, table

TEXTS = (
    *(Text(n, "IFN-γ in psoriasis.") for n in range(1, 7)),
    Text(7, "IFN-γ alone."),
    *(Text(n, "asthma and ustekinumab.") for n in (8, 9)),
    Text(10, "IL-23 with asthma."),
    *(Text(n, "No name of ours.") for n in range(11, 60)),
)


def test_pairs_come_by_the_lower_end_of_the_effect_and_never_with_one_article(tmp_path: Path) -> None:
    snapshot = make(tmp_path, TEXTS)
    shown = query.show(latest(tmp_path), "pairs", with_name=None, entity_type=None, limit=20)
    assert [(row["a_name"], row["b_name"], row["articles"]) for row in shown] == [
        ("interferon-γ", "psoriasis", 6),
        ("asthma", "ustekinumab", 2),
    ]
    # two of two have the higher estimate, six of seven the higher lower end
    assert shown[0]["log_odds_low"] > shown[1]["log_odds_low"]
    assert {row["articles"] for row in table(snapshot, "pairs")} == {6, 2, 1}
    of_asthma = query.show(latest(tmp_path), "pairs", with_name="asthma", entity_type=None, limit=20)
    assert [row["b_name"] for row in of_asthma] == ["ustekinumab"]


def test_every_column_of_a_listing_is_in_its_dataset(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    for dataset, columns in query.COLUMNS.items():
        rows = query.show(latest(tmp_path), dataset, with_name=None, entity_type=None, limit=1)
        assert all(set(columns) <= set(row) for row in rows)


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "w [1]*?{a} é"
    make(folder, TEXTS)
    assert len(query.show(latest(folder), "pairs", with_name="asthma", entity_type=None, limit=20)) == 1
    assert len(query.evidence_for(latest(folder), "asthma", "ustekinumab")) == 2
