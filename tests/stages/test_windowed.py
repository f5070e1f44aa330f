"""A window of a snapshot is what a run over its articles alone gives."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import comention
from comention.config import load_settings
from comention.cooccur.count import DATASETS as COUNTED
from comention.cooccur.count import CountReceipt, count
from comention.errors import UsageError
from comention.files.atomic import sha256
from comention.pubmed.xml import SPECIES as READ
from comention.schemas.claims import OF_PAIRS
from comention.snapshots.snapshot import Snapshot, latest
from comention.stages import focused, windowed, windows
from comention.stages.steps import _collective
from comention.stages.window import SPECIES, Window, chosen
from tests.report.snapshots import Text, make, many, table
from tests.support.claims import by_chance
from tests.support.sample import Sample

pytestmark = pytest.mark.slow

_KINDS: tuple[tuple[str, ...], ...] = (
    (),
    ("randomised trial",),
    ("randomised trial",),
    ("randomised trial",),
    ("case report",),
    ("protocol",),
    ("human observational", "animal"),
    ("animal", "in vitro"),
    ("review",),
    ("review",),
    ("case report", "review"),
)
_ORGANISMS = ((), ("Humans",), ("Mice",), ("Humans", "Rats"))


def _texts(articles: int, seed: int) -> list[Text]:
    """Texts of all kinds; many are of one story with another, and stay so whatever the window."""
    chance = random.Random(seed)
    return [
        replace(
            text,
            species=chance.choice(_ORGANISMS),
            study=chance.choice(_KINDS),
            story=chance.choice([None, None, 1, 7, 5000]),
        )
        for text in many(articles, seed)
    ]


def _is_trial(text: Text) -> bool:
    return "randomised trial" in text.study


#: Options, and in Python which articles they mean.
_WINDOWS: dict[str, tuple[dict[str, Any], Callable[[Text], bool]]] = {
    "years": ({"first": 2000, "last": 2015}, lambda t: t.year is not None and 2000 <= t.year <= 2015),
    "since": ({"first": 2010}, lambda t: t.year is not None and t.year >= 2010),
    "until": ({"last": 2010}, lambda t: t.year is not None and t.year <= 2010),
    "without": ({"without": "reviews,retracted"}, lambda t: not (t.review or t.retracted)),
    "human": ({"species": "Human"}, lambda t: "Humans" in t.species),
    "rodents": ({"species": ["mouse", "rat"]}, lambda t: bool({"Mice", "Rats"} & {*t.species})),
    "trial": ({"study": "trial"}, _is_trial),
    "case": ({"study": "case-report"}, lambda t: "case report" in t.study),
    "review": ({"study": "review"}, lambda t: "review" in t.study),
    "animal": ({"study": "animal"}, lambda t: "animal" in t.study),
    "cells": ({"study": "in-vitro,protocol"}, lambda t: bool({"in vitro", "protocol"} & {*t.study})),
    "all": (
        {"first": 1995, "without": "retracted", "species": "human", "study": "trial,review"},
        lambda t: (
            (t.year or 0) >= 1995
            and not t.retracted
            and "Humans" in t.species
            and (_is_trial(t) or "review" in t.study)
        ),
    ),
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make(tmp_path_factory.mktemp("held") / "w", _texts(60, 3), said=by_chance)


@pytest.mark.parametrize("name", _WINDOWS)
def test_a_window_is_a_run_over_its_articles_byte_for_byte(held: Snapshot, tmp_path: Path, name: str) -> None:
    options, kept = _WINDOWS[name]
    texts = [text for text in _texts(60, 3) if kept(text)]
    assert 0 < len(texts) < 60
    alone = make(tmp_path / "alone", texts, said=by_chance)
    found = windowed.windowed(held, chosen(**options), threads=2)
    datasets = {dataset.name for dataset in COUNTED} | {"articles", "sentences", "mentions", "concepts"}
    assert any(row["claim"] for row in table(alone, "pairs"))
    for dataset in sorted(datasets | {"hierarchy"}):
        assert table(found, dataset) == table(alone, dataset), dataset
        assert sha256(found.path / f"{dataset}.parquet") == sha256(alone.path / f"{dataset}.parquet"), dataset
    told = found.manifest.window
    assert told is not None
    assert (told.articles, told.of) == (len(texts), 60)
    assert found.run_id == held.run_id


def test_no_window_is_the_snapshot_itself(held: Snapshot) -> None:
    assert windowed.windowed(held, chosen()) is held


def test_a_window_is_counted_once_and_again_where_it_is_damaged(
    held: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = chosen(first=2003)
    first = windowed.windowed(held, window)
    with monkeypatch.context() as patched:
        patched.setattr(windowed, "count", None)
        assert windowed.windowed(held, window).path == first.path
    sums = {path.name: sha256(path) for path in first.path.glob("*.parquet")}
    (first.path / "pairs.parquet").write_bytes(b"damaged")
    times: list[int] = []

    def counted(**given: Any) -> CountReceipt:
        times.append(1)
        return count(**given)

    monkeypatch.setattr(windowed, "count", counted)
    again = windowed.windowed(held, window)
    assert len(times) == 1
    assert {path.name: sha256(path) for path in again.path.glob("*.parquet")} == sums


def test_a_window_that_another_command_has_counted_meanwhile_stays_where_it_is_read(
    held: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, fill = chosen(last=2011), windowed._fill
    meanwhile: list[tuple[Path, int]] = []

    def filled(*given: Any) -> None:
        fill(*given)
        with monkeypatch.context() as patched:
            patched.setattr(windowed, "_fill", fill)
            other = windowed.windowed(held, window).path
        meanwhile.append((other, other.stat().st_ino))

    monkeypatch.setattr(windowed, "_fill", filled)
    found = windowed.windowed(held, window).path
    assert meanwhile == [(found, found.stat().st_ino)]


def test_the_newest_windows_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "KEPT", 2)
    held = make(tmp_path / "w", _texts(12, 5))
    years = range(1990, 1994)
    for year in years:
        windowed.windowed(held, chosen(first=year))
    there = {path.name for path in (tmp_path / "w" / "windows").iterdir()}
    assert len(there) == 2
    assert windows.is_held(held, chosen(first=years[-1]))
    assert not windows.is_held(held, chosen(first=1990))


def test_a_window_of_a_work_directory_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = make(tmp_path / "w", _texts(12, 5))
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = windowed.windowed(held, chosen(first=2000))
    assert tmp_path not in found.path.parents
    assert table(found, "articles")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"without": "letters"}, "--without letters: there are reviews, retracted"),
        ({"species": "unicorn"}, "--species unicorn: there are human, mouse"),
        ({"study": "trial,cohort"}, "--study cohort: there are trial, protocol, letter"),
        ({"first": 2020, "last": 2010}, "--from 2020 is after --to 2010"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        chosen(**options)


def test_a_window_without_articles_is_refused(held: Snapshot) -> None:
    with pytest.raises(UsageError, match="none of 60 articles is of the window from 2090, human"):
        windowed.windowed(held, chosen(first=2090, species="human"))


def test_every_organism_that_is_read_has_a_word() -> None:
    named = [name for word, names in SPECIES.items() if word != "animal" for name in names]
    assert sorted(named) == sorted(READ.values())
    assert {*SPECIES["animal"]} == {*READ.values()} - {"Humans"}


def test_words_say_the_window() -> None:
    whole = chosen(2015, 2024, "reviews", "human,mouse", "trial")
    assert whole.words == "2015–2024, without reviews, human or mouse, trial"
    assert not Window()
    assert whole


@pytest.mark.parametrize("name", ["years", "without", "all"])
@pytest.mark.parametrize("concept", ["interleukin-12", "psoriasis", "ustekinumab"])
def test_pairs_of_one_concept_are_those_of_the_whole_count(held: Snapshot, name: str, concept: str) -> None:
    window = chosen(**_WINDOWS[name][0])
    whole = windowed.windowed(held, window)
    (concept_id,) = (r["concept_id"] for r in table(held, "concepts") if r["name"] == concept)
    wanted = {
        (row["a_id"], row["b_id"]): row
        for row in table(whole, "pairs")
        if concept_id in (row["a_id"], row["b_id"])
    }
    found = {(row["a_id"], row["b_id"]): row for row in focused.pairs_of(held, window, concept)}
    assert found.keys() == wanted.keys()
    assert all(
        row["articles_claimed"] is not None
        for row in found.values()
        if row["b_type"] == "drug" != row["a_type"]
    )
    said = [column.name for column in OF_PAIRS]
    for key, row in found.items():
        for column in said:
            assert row[column] == wanted[key][column], (key, column)
        known = {name: value for name, value in row.items() if value is not None}
        assert {"p_value", "p_richness", "expected", "articles_independent", "sentences"} <= known.keys()
        assert not {"q_value", "q_richness", "grade", "score"} & known.keys()
        assert known == {name: wanted[key][name] for name in known}, key


def test_the_quick_listing_is_for_large_windows_that_are_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = make(tmp_path / "w", _texts(30, 4))
    window = chosen(first=2000)
    assert not focused.is_quicker(held, window)
    monkeypatch.setattr(focused, "FEW", 3)
    assert focused.is_quicker(held, window)
    given: dict[str, Any] = {"with_name": "interleukin-12", "entity_type": "drug", "related": False}
    rows, rarer, _ = focused.show(held, window, limit=3, min_articles=2, **given)
    assert len(rows) <= 3
    assert all("drug" in (row["a_type"], row["b_type"]) for row in rows)
    assert all(row["articles_independent"] >= 2 for row in rows)
    every, none, _ = focused.show(held, window, limit=999, min_articles=1, **given)
    assert none == 0
    assert rarer == sum(row["articles_independent"] < 2 for row in every)
    windowed.windowed(held, window)
    assert not focused.is_quicker(held, window)


def test_a_window_of_all_articles_of_a_run_is_the_run(sample_copy: Path) -> None:
    """What the manifest and the concepts tell of the run is all that counting it again needs."""
    held = latest(sample_copy)
    about = windowed.background_of(held, load_settings(None, {"workdir": str(sample_copy)}))
    whole = windowed.windowed(held, chosen(first=1800), background=about)
    dated = sum(row["year"] is not None for row in table(held, "articles"))
    assert dated == len(table(held, "articles")) == len(table(whole, "articles"))
    for dataset in COUNTED:
        assert sha256(whole.file(dataset.name)) == sha256(held.file(dataset.name)), dataset.name
    for name in ("concepts", "hierarchy", "sentences", "mentions", "articles"):
        assert sha256(whole.file(name)) == sha256(held.file(name)), name


def test_collective_names_are_those_of_the_run(sample_run: Sample) -> None:
    held = latest(sample_run.workdir)
    mentioned = {row["concept_id"] for row in table(held, "concepts")}
    assert windows.collective(held) == _collective(load_settings(None)) & mentioned


def test_a_window_is_read_where_a_work_directory_is(sample_copy: Path) -> None:
    late = comention.window(sample_copy, from_year=2015, without=["reviews", "retracted"])
    articles = comention.load("articles", late)
    assert articles.year.min() >= 2015
    assert not articles.review.any()
    assert comention.top("pairs", workdir=late, min_articles=1).articles_total.unique().tolist() == [
        len(articles)
    ]


def test_a_window_of_a_window_is_refused(held: Snapshot) -> None:
    late = windowed.windowed(held, chosen(first=2000))
    assert windowed.windowed(late, chosen()) is late
    with pytest.raises(UsageError, match=r"a window already \(from 2000\): .* without reviews too"):
        windowed.windowed(late, chosen(without="reviews"))
    with pytest.raises(UsageError, match="a window already"):
        comention.window(late, without=["reviews"])
