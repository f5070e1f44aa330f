from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.report.heatmap import COLOURED, COLUMNS, LEAST, ROWS, SHADES, heat_map
from comention.schemas import PAIRS
from tests.report.pages import found, words, written
from tests.report.snapshots import NAMES, Text, make

pytestmark = pytest.mark.slow


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def hold(connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str, int, float]]) -> None:
    """Make `pairs` of ids such as `disease-1`, articles and the lower end of the log odds."""
    names = ("a_id", "a_name", "a_type", "b_id", "b_name", "b_type")
    rows = [
        dict(zip(names, (a, a, a.split("-")[0], b, b, b.split("-")[0]), strict=True))
        | {"articles": n, "log_odds_low": low, "log_odds_high": low + 3, "articles_a": 50, "articles_b": 50}
        | {"q_value": 0.5, "q_richness": 0.6, "grade": "weak"}
        for a, b, n, low in pairs
    ]
    kinds = pa.schema([field for field in PAIRS.schema if field.name in {*names, *_NUMBERS}])
    connection.register("pairs", pa.Table.from_pylist(rows, schema=kinds))


_NUMBERS = "articles articles_a articles_b log_odds_low log_odds_high q_value q_richness grade".split()


def test_rows_and_columns_by_articles_whichever_side_a_pair_has_them_on(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    hold(
        connection,
        [
            ("disease-1", "cytokine-1", 2, 0.0),
            ("cytokine-2", "disease-1", 4, 0.0),
            ("cytokine-2", "disease-2", 9, 0.0),
            ("disease-3", "cytokine-1", LEAST - 1, 0.0),  # too few
            ("drug-1", "disease-1", 99, 0.0),  # another map's
            ("disease-1", "disease-2", 99, 0.0),
        ],
    )
    heat = heat_map(connection, "cytokine", "disease", [])
    assert [side.name for side in heat.columns] == ["cytokine-2", "cytokine-1"]
    assert [side.name for side in heat.rows] == ["disease-2", "disease-1"]
    numbers = [[c.articles if (c := heat.cell(r, k)) else None for k in heat.columns] for r in heat.rows]
    assert numbers == [[9, None], [4, 2]]
    for cell in heat.cells.values():
        assert (cell.first.entity_type, cell.second.entity_type) == ("disease", "cytokine")
    turned = heat_map(connection, "disease", "cytokine", [])
    assert {ids[::-1] for ids in turned.cells} == set(heat.cells)


def test_ties_are_broken_by_name(connection: duckdb.DuckDBPyConnection) -> None:
    hold(connection, [(f"disease-{n}", "drug-1", 3, 0.0) for n in (3, 1, 2)])
    assert [s.name for s in heat_map(connection, "drug", "disease", []).rows] == [
        "disease-1",
        "disease-2",
        "disease-3",
    ]


def test_what_is_left_out_takes_no_column(connection: duckdb.DuckDBPyConnection) -> None:
    hold(connection, [("cytokine-1", "disease-1", 90, 0.0), ("cytokine-2", "disease-1", 3, 0.0)])
    heat = heat_map(connection, "cytokine", "disease", ["cytokine-1"])
    assert [side.name for side in heat.columns] == ["cytokine-2"]
    nothing = heat_map(connection, "cytokine", "disease", ["disease-1"])
    assert (nothing.rows, nothing.columns, nothing.cells) == ((), (), {})


def test_a_shade_for_each_limit_that_the_odds_surely_pass(connection: duckdb.DuckDBPyConnection) -> None:
    steps = [-math.inf, -1e-9, *(math.log(limit) for limit in SHADES), math.log(SHADES[-1]) + 5]
    few = ("disease-7", "drug-1", COLOURED - 1, math.log(SHADES[-1]))
    hold(connection, [*((f"disease-{n}", "drug-1", COLOURED, low) for n, low in enumerate(steps)), few])
    heat = heat_map(connection, "drug", "disease", [])
    shades = {side.name: heat.cells[side.ids[0], "drug-1"].shade for side in heat.rows}
    assert [shades[f"disease-{n}"] for n in range(len(steps) + 1)] == [0, 0, 1, 2, 3, 4, 4, 0]


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 20), st.integers(0, 15)), st.integers(1, 30), min_size=1, max_size=120
    )
)
def test_a_map_is_small_and_every_row_and_column_has_a_cell(counts: dict[tuple[int, int], int]) -> None:
    with duckdb.connect() as connection:
        pairs = [(f"disease-{a:02}", f"cytokine-{b:02}", n, 0.0) for (a, b), n in counts.items()]
        hold(connection, pairs)
        heat = heat_map(connection, "cytokine", "disease", [])
        hold(connection, pairs[::-1])
        assert heat_map(connection, "cytokine", "disease", []) == heat
    assert len(heat.rows) <= ROWS
    assert len(heat.columns) <= COLUMNS
    assert {(cell.first, cell.second) for cell in heat.cells.values()} <= {
        (r, c) for r in heat.rows for c in heat.columns
    }
    assert {row.ids[0] for row in heat.rows} == {down for down, _ in heat.cells}
    assert {column.ids[0] for column in heat.columns} == {across for _, across in heat.cells}
    for (down, across), cell in heat.cells.items():
        assert cell.articles == counts[int(down[-2:]), int(across[-2:])] >= LEAST


def test_the_page_draws_rows_down_and_columns_across(tmp_path: Path) -> None:
    names = {**NAMES, "TNF": ("HGNC:11892", "TNF", "cytokine")}
    texts = [Text(n, "IL-12, asthma and IL-23.") for n in (1, 2, 3)]
    texts += [Text(n, "IL-12, psoriasis and TNF.") for n in (4, 5)] + [Text(6, "asthma and TNF.")]
    make(tmp_path, texts, names=names)
    page = written(tmp_path)
    (table,) = found(page, "//table[@class='heat']")
    assert [words(head) for head in found(table, "./thead//th")] == ["interleukin-23", "TNF"]
    cells = [[words(cell) for cell in row] for row in found(table, "./tbody/tr")]
    assert cells == [
        ["asthma", "3 with interleukin-23", ""],
        ["psoriasis", "", "2 with TNF"],
    ]
    assert "No disease and drug outside the topic are mentioned in two articles." in words(page)


def test_a_topic_with_no_pair_leaves_the_maps_out(tmp_path: Path) -> None:
    make(tmp_path, [Text(1, "IL-12.")])
    assert not found(written(tmp_path), "//table[@class='heat']")


def test_an_empty_cell_is_not_said_to_be_no_article(tmp_path: Path) -> None:
    texts = [Text(n, "IFN-γ in psoriasis.") for n in (1, 2)] + [Text(n, "IL-23 in asthma.") for n in (3, 4)]
    make(tmp_path, [*texts, Text(5, "IL-23 in psoriasis.")])
    page = written(tmp_path)
    (heat,) = [one for one in found(page, "//table[@class='heat']") if "cytokine" in words(one)]
    assert len(found(heat, ".//td[@class='empty']")) == 2  # of one article, and of none
    (section,) = found(page, "//section[@aria-labelledby='maps']")
    assert f"an empty cell: fewer than {LEAST}" in words(section)
