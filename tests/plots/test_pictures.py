"""Pictures: what they show is what the datasets say, in the same bytes, and readable."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from matplotlib.figure import Figure
from PIL import Image

from comention.errors import UsageError
from comention.plots import canvas, claims, ego, enrichment, heatmap, trend
from comention.plots.canvas import label
from comention.snapshots.network import Filters
from comention.snapshots.snapshot import latest
from tests.report.snapshots import NAMES, Text, make, table

pytestmark = pytest.mark.slow

TEXTS = (
    *(Text(n, "IL-12 and IFN-γ in psoriasis.", year=2000 + n) for n in range(1, 7)),
    *(Text(n, "IL-12 and IFN-γ in psoriasis and asthma.", year=2009) for n in (7, 8, 9)),
    *(Text(n, "asthma and ustekinumab with IL-12.", year=2010) for n in (10, 11, 12)),
    Text(13, "IL-23 with asthma.", year=None),
    *(Text(n, "No name of ours.", year=2010) for n in range(14, 60)),
)


@pytest.fixture(scope="module")
def workdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plots")
    make(folder, TEXTS)
    return folder


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty concepts with long and hostile names around one, each pair in three articles."""
    folder = tmp_path_factory.mktemp("crowded")
    odd = ("$\\nope{$ {", "a\tb\nc\r\x07", "\u202eRTL\u200f", "🧬 𝛼 漢字", "<b>&amp;")
    kinds = ("disease", "drug", "cytokine")
    names = {"IL-12": NAMES["IL-12"]} | {
        f"n{n:02}n": (f"X:{n}", f"{odd[n % 5]} a name that goes on and on, {n}", kinds[n % 3])
        for n in range(40)
    }
    texts = [
        Text(100 * n + i, f"IL-12 with n{n:02}n and n{(n + 1) % 40:02}n.")
        for n in range(40)
        for i in range(3)
    ]
    make(folder, texts, names)
    return folder


def claimed(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Claims of ustekinumab and psoriasis by article: four treat, two cause, one is without effect."""
    words = {1: "treats", 2: "treats", 3: "treats", 4: "treats", 5: "causes", 6: "causes", 7: "no_effect"}
    ids = {row["pmid"] for row in mentions if row["concept_id"] == "MESH:D000069549"}
    return [
        {
            "a_id": "MESH:D011565", "b_id": "MESH:D000069549", "pmid": pmid, "sentence": 0,
            "claim": word, "certainty": "hedged" if pmid == 4 else "stated", "method": "model",
            "direction": "ba", "year": 2010, "score": 0.9,
        }
        for pmid, word in words.items()
        if pmid in ids
    ]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A topic with a background, and a drug that articles claim something of."""
    folder = tmp_path_factory.mktemp("told")
    texts = [Text(n, "psoriasis and ustekinumab with IL-12.", year=2010) for n in range(1, 9)]
    texts += [Text(n, "IL-12 and IFN-γ in asthma.", year=2011) for n in range(10, 15)]
    background = {"*": 1000, "MESH:D011565": 20, "MESH:D001249": 500, "HGNC:5438": 0}
    make(folder, texts, background=background, said=claimed)
    return folder


def test_what_goes_with_the_topic_has_its_interval_on_the_axis(told: Path) -> None:
    found = enrichment.table(latest(told))
    psoriasis = next(stick for stick in found.sticks if stick.name == "psoriasis")
    assert (psoriasis.articles, psoriasis.background) == (8, 20)
    assert psoriasis.low < psoriasis.odds < (psoriasis.high or 0)
    never = next(stick for stick in found.sticks if stick.name == "interferon-γ")
    assert (never.background, never.high) == (0, None)
    assert [s.entity_type for s in found.sticks] == sorted(
        (s.entity_type for s in found.sticks), key=["disease", "drug", "cytokine"].index
    )
    with canvas.style():
        axes = enrichment.figure(found).axes[0]
        assert axes.get_xscale() == "log"
        drawn = {tuple(np.asarray(line.get_xdata(), float)) for line in axes.lines}
        assert (psoriasis.low, psoriasis.high) in drawn
        assert "8 · 20" in [text.get_text() for text in axes.texts]
    assert len(enrichment.table(latest(told), top=1).sticks) == 1
    assert {s.entity_type for s in enrichment.table(latest(told), types=["disease"]).sticks} == {"disease"}


def test_a_topic_that_is_compared_with_nothing_has_no_such_picture(workdir: Path, told: Path) -> None:
    with pytest.raises(UsageError, match="compares its topic with nothing"):
        enrichment.table(latest(workdir))
    with pytest.raises(UsageError, match="no concept is in 99 articles of the topic: lower --min-articles"):
        enrichment.table(latest(told), least=99)


def test_claims_for_go_right_and_others_left(told: Path) -> None:
    found = claims.table(latest(told))
    (bar,) = found.bars
    assert (bar.name, bar.claim) == ("psoriasis – ustekinumab", "treats")
    assert bar.articles == {"for": 3, "other": 0, "against": 2, "null": 1}
    assert bar.hedged == 1
    with canvas.style():
        axes = claims.figure(found).axes[0]
        bars: list[Any] = list(axes.patches)
        assert [(one.get_x(), one.get_width()) for one in bars] == [(0, 3), (0, -2), (-2, -1)]
        assert axes.texts[0].get_text().startswith("treats 3")
    assert claims.table(latest(told), "ustekinumab").bars[0].name == "psoriasis"
    with pytest.raises(UsageError, match="no pair of asthma has 1 article that state a claim"):
        claims.table(latest(told), "asthma")


@pytest.mark.parametrize("words", [1, 40])
def test_titles_and_footers_stay_within_the_picture(words: int) -> None:
    with canvas.style():
        figure = Figure(figsize=(6, 3))
        axes = figure.add_axes((0.1, 0.2, 0.8, 0.5))
        before = axes.get_window_extent()
        canvas.headline(figure, "a very long name " * words, "what it says " * words + "x" * 300)
        canvas.caption(figure, "and where it comes from " * words)
        figure.draw_without_rendering()
        frame = figure.bbox
        boxes = [text.get_window_extent() for text in figure.texts]
        after = axes.get_window_extent()
    assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 and frame.y0 <= b.y0 and b.y1 <= frame.y1 for b in boxes)
    assert (after.width, after.height) == pytest.approx((before.width, before.height))
    for one, other in itertools.combinations([*boxes, after], 2):
        assert one.y0 >= other.y1 or other.y0 >= one.y1
    said = "".join("".join(text.get_text().split()) for text in figure.texts)
    assert "x" * 300 in said  # nothing is lost


def test_the_network_has_those_with_most_articles_too(tmp_path: Path) -> None:
    names = {"IL-12": NAMES["IL-12"]} | {f"n{n}n": (f"X:{n}", f"name {n}", "disease") for n in range(12)}
    texts = [Text(100 * n + i, f"IL-12 with n{n}n.") for n in range(9) for i in range(3)]
    # The last is nearly everywhere: no sure pair, but most articles.
    texts += [Text(5000 + i, "IL-12 with n11n.") for i in range(20)] + [
        Text(6000 + i, "n11n alone.") for i in range(200)
    ]
    make(tmp_path, texts, names)
    found = ego.ego(latest(tmp_path), Filters(top=5))
    assert "name 11" in {data["name"] for data in found.nodes.values()}
    assert len(found.nodes) == 5
    with canvas.style():
        said = " ".join(texts_of(ego.figure(found)))
    assert "4 concepts: half by the surest pairs, half by most articles" in said


def texts_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))]  # type: ignore[attr-defined]


def test_only_what_is_sure_has_a_colour_in_the_heat_map() -> None:
    def surely(low: float | None, high: float | None) -> float | None:
        return heatmap.Tile(5, low, high, False).surely

    assert [surely(0.5, 2.0), surely(-1.0, 2.0), surely(-2.0, -0.5)] == [0.5, 0.0, -0.5]
    assert [surely(0.5, None), surely(None, -0.5), surely(None, 1.0), surely(None, None)] == [
        0.5,
        -0.5,
        0.0,
        None,
    ]


def test_a_heat_map_holds_the_pairs_of_two_types(workdir: Path) -> None:
    found = heatmap.table(latest(workdir), "cytokine", "disease")
    assert list(found.rows.values()) == ["interleukin-12", "interferon-γ"]
    assert list(found.columns.values()) == ["psoriasis", "asthma"]
    cells = {(found.rows[r], found.columns[c]): cell.articles for (r, c), cell in found.cells.items()}
    assert cells == {
        ("interleukin-12", "psoriasis"): 9,
        ("interleukin-12", "asthma"): 6,
        ("interferon-γ", "psoriasis"): 9,
        ("interferon-γ", "asthma"): 3,
    }
    assert list(heatmap.table(latest(workdir), "disease", "cytokine", least=1, top=1).columns.values()) == [
        "interleukin-12"
    ]
    drugs = heatmap.table(latest(workdir), "drug", "disease")
    assert [(drugs.rows[r], drugs.columns[c]) for r, c in drugs.cells] == [("ustekinumab", "asthma")]


def test_a_heat_map_without_pairs_is_refused(workdir: Path) -> None:
    with pytest.raises(UsageError, match="no drug and disease share 99 articles: lower --min-articles"):
        heatmap.table(latest(workdir), "drug", "disease", least=99)
    with pytest.raises(UsageError, match="both drug: name two types"):
        heatmap.table(latest(workdir), "drug", "drug")


def test_a_topic_that_many_articles_do_not_mention_is_coloured_as_others_are(workdir: Path) -> None:
    found = heatmap.table(latest(workdir), "cytokine", "disease", least=4)
    assert not any(cell.topic for cell in found.cells.values())
    assert len(heatmap.figure(found).axes[0].patches) == 0


@pytest.mark.parametrize("value", ["log-odds", "articles"])
def test_an_empty_cell_looks_like_no_value(tmp_path: Path, value: Any) -> None:
    make(tmp_path, TEXTS[:13])
    with canvas.style():
        figure = heatmap.figure(heatmap.table(latest(tmp_path), "cytokine", "disease", least=4), value)
        axes = figure.axes[0]
        grid: Any = axes.collections[0].get_array()
        # The first row is the topic's, in 12 of 13 articles: its odds say nothing, and it is grey instead.
        topic = value == "log-odds"
        assert [[bool(m) for m in row] for row in grid.mask] == [[topic, topic], [False, True]]
        assert len(axes.patches) == (2 if topic else 0)
        assert axes.patch.get_hatch() == "////"
        assert [t.get_text() for t in axes.texts] == ["9", "9", "6"]
        assert [t.get_text() for t in axes.get_yticklabels()] == ["interleukin-12", "interferon-γ"]


def test_a_trend_counts_every_year_from_the_first_to_the_last(workdir: Path) -> None:
    found = trend.trend(latest(workdir), "psoriasis", ["interferon-γ", "asthma"])
    assert [(line.name, line.total) for line in found.lines] == [("interferon-γ", 9), ("asthma", 3)]
    assert found.lines[0].articles == dict.fromkeys(range(2001, 2007), 1) | {2009: 3}
    assert list(found.corpus) == list(range(2001, 2010))
    assert found.corpus[2007] == 0
    with canvas.style():
        axes = trend.figure(found).axes[0]
        assert list(np.asarray(axes.lines[0].get_ydata(), float)) == [1.0] * 6 + [0.0, 0.0, 3.0]
        assert [t.get_text() for t in axes.get_legend().get_texts()] == ["interferon-γ (9)", "asthma (3)"]  # type: ignore[union-attr]
        one = trend.figure(trend.trend(latest(workdir), "asthma", ["ustekinumab"]), share=True).axes[0]
        bars: list[Any] = list(one.patches)
        assert [bar.get_height() for bar in bars] == [pytest.approx(100 * 3 / 49)]
        assert [t.get_text() for t in one.texts] == ["3"]


def test_a_trend_tells_articles_without_a_year(tmp_path: Path) -> None:
    texts = [
        Text(n, "asthma and ustekinumab with IL-12.", year=2010 + n if n < 4 else None) for n in range(6)
    ]
    snapshot = make(tmp_path, [*texts, Text(9, "asthma with IL-23.", year=2012)])
    found = trend.trend(snapshot, "asthma", ["ustekinumab", "IL-23"])
    counted = {frozenset((r["a_name"], r["b_name"])): r["articles"] for r in table(snapshot, "pairs")}
    assert [(line.total, line.undated) for line in found.lines] == [(6, 2), (1, 0)]
    assert {frozenset(("asthma", line.name)): line.total for line in found.lines}.items() <= counted.items()
    with canvas.style():
        for others, told in (
            (["ustekinumab"], "6 in all, 2 of them without a year"),
            (["IL-23"], "1 in all"),
            (["ustekinumab", "IL-23"], "in all: beside the names, some without a year"),
        ):
            shown = trend.figure(trend.trend(snapshot, "asthma", others)).texts
            assert any(text.get_text().replace("\n", " ").endswith(f" · {told}") for text in shown), others


def test_a_trend_without_articles_is_refused(workdir: Path) -> None:
    with pytest.raises(UsageError, match="no dated article mentions both interleukin-23 and asthma"):
        trend.trend(latest(workdir), "interleukin-23", ["asthma"])
    with pytest.raises(UsageError, match="name 6 at most"):
        trend.trend(latest(workdir), "asthma", ["x"] * 7)


def test_the_network_is_around_the_topic_or_what_is_named(workdir: Path) -> None:
    found = ego.ego(latest(workdir), Filters())
    assert found.focus == "COMENTION:IL-12"
    assert {data["name"] for data in found.nodes.values()} == {
        "interleukin-12",
        "interferon-γ",
        "psoriasis",
        "asthma",
        "ustekinumab",
    }
    assert len(ego.ego(latest(workdir), Filters(top=2)).nodes) == 2
    with pytest.raises(UsageError, match="no pair of interleukin-23 has at least 3 articles"):
        ego.ego(latest(workdir), Filters(with_name="interleukin-23"))


def test_labels_of_thirty_long_names_overlap_neither_each_other_nor_a_mark(crowded: Path) -> None:
    found = ego.ego(latest(crowded), Filters())
    assert len(found.nodes) == 30
    with canvas.style():
        figure = ego.figure(found)
        figure.draw_without_rendering()
        axes = figure.axes[0]
        boxes = [text.get_window_extent() for text in axes.texts]
        assert len(boxes) == 30
        for one, other in itertools.combinations(boxes, 2):
            assert not (one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1)
        frame = axes.get_window_extent()
        assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 and frame.y0 <= b.y0 for b in boxes)
        marks = [line for line in axes.lines if line.get_marker() not in {"None", "", None}]
        centres = axes.transData.transform([np.ravel(np.asarray(m.get_data(), float)) for m in marks])
        assert len(centres) == 30
        assert not any(b.contains(*centre) for b in boxes for centre in centres)


def test_the_wider_line_has_the_higher_score_and_types_differ(workdir: Path) -> None:
    found = ego.ego(latest(workdir), Filters())
    with canvas.style():
        axes = ego.figure(found).axes[0]
        widths = [line.get_linewidth() for line in axes.lines if line.get_color() == "#6b7a90"]
        scores = [edge["score"] for ids, edge in found.edges.items() if found.focus in ids]
        assert widths == sorted(widths, reverse=True)
        assert scores == sorted(scores, reverse=True)
        names = [t.get_text() for t in axes.get_legend().get_texts()]  # type: ignore[union-attr]
        assert names == ["disease", "drug", "cytokine"]


def drawings(workdir: Path) -> dict[str, Callable[[], Figure]]:
    return {
        "heatmap": lambda: heatmap.figure(heatmap.table(latest(workdir), "cytokine", "disease")),
        "trend": lambda: trend.figure(trend.trend(latest(workdir), "interleukin-12", ["asthma"])),
        "network": lambda: ego.figure(ego.ego(latest(workdir), Filters())),
    }


@pytest.mark.parametrize("name", ["heatmap", "trend", "network"])
def test_it_says_mentioned_and_claims_nothing(workdir: Path, name: str) -> None:
    with canvas.style():
        said = " ".join(texts_of(drawings(workdir)[name]()))
    assert "mentioned" in said
    assert "interacts" not in said


@pytest.mark.parametrize("name", ["heatmap", "network", "trend"])
def test_names_as_hostile_as_they_come_are_drawn(crowded: Path, tmp_path: Path, name: str) -> None:
    canvas.draw(tmp_path / "x.svg", drawings(crowded)[name] if name != "trend" else _hostile_trend(crowded))
    assert etree.parse(str(tmp_path / "x.svg")).getroot().tag.endswith("svg")
    canvas.draw(tmp_path / "x.png", drawings(crowded)[name] if name != "trend" else _hostile_trend(crowded))
    with Image.open(tmp_path / "x.png") as image:
        assert image.size > (1000, 400)


def _hostile_trend(workdir: Path) -> Callable[[], Figure]:
    return lambda: trend.figure(trend.trend(latest(workdir), "X:0", ["X:1", "X:39"]))


def test_the_same_snapshot_gives_the_same_bytes_in_any_process(told: Path, tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 20\naxes.facecolor: red\n")
    code = """
import sys
from comention.cli import app
from comention.snapshots.snapshot import latest
*_, workdir, out = sys.argv
trend = ["trend", "interleukin-12", "psoriasis", "asthma"]
for words in (["network"], ["heatmap"], trend, ["enrichment"], ["claims"]):
    for form in ("svg", "png", "pdf"):
        file = f"{out}/{words[0]}.{form}"
        app(["plot", *words, "-o", file, "--workdir", workdir], standalone_mode=False)
"""
    # One of the two has settings of its own, in the folder where it is called.
    for seed, folder in (("1", tmp_path), ("2", told)):
        (tmp_path / seed).mkdir()
        command = [sys.executable, "-c", code, str(told), str(tmp_path / seed)]
        env = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run(command, check=True, env=env, cwd=folder, capture_output=True)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / seed).iterdir()} for seed in ("1", "2")
    )
    assert len(first) == 15
    assert all(first[name].startswith(b"%PDF") for name in first if name.endswith(".pdf"))
    assert [name for name in first if first[name] != second[name]] == []


def test_another_kind_of_file_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    def fail() -> Figure:
        raise AssertionError

    for name in ("x.gif", "x"):
        with pytest.raises(UsageError, match=r"a picture is \.png, \.svg or \.pdf"):
            canvas.draw(tmp_path / name, fail)


def test_a_label_is_one_line_without_what_cannot_be_seen() -> None:
    assert label("a\tb\n\u202ec\x07\u200f") == "a b c"
    assert label("interferon-γ") == "interferon-γ"
    assert label("x" * 40) == "x" * 27 + "…"
    assert label("$5 {}") == "$5 {}"
