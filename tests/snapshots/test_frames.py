"""Tidy views: seen from either concept, with names and types, and with years that have no article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import comention
from comention.errors import UsageError
from comention.snapshots import claims, frames
from comention.snapshots.snapshot import latest
from tests.support.sample import Sample


@pytest.fixture(scope="module")
def sample(sample_run: Sample) -> Path:
    return sample_run.workdir


@pytest.mark.slow
def test_files_are_opened_by_arrow_alone(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file opened in Python, a thread of Arrow's may let go while Python ends, which aborts it."""
    monkeypatch.setattr("pandas.io.parquet.get_handle", None)
    assert len(comention.load("pairs", sample)) == comention.snapshot(sample).manifest.datasets["pairs"].rows


@pytest.mark.slow
def test_each_pair_is_seen_from_both_sides(sample: Path) -> None:
    pairs = comention.load("pairs", sample)
    seen = comention.pairs(min_articles=1, related=True, workdir=sample)
    assert len(seen) == 2 * len(pairs)
    assert not seen.duplicated(["concept_id", "partner_id"]).any()
    back = seen.merge(pairs, left_on=["concept_id", "partner_id"], right_on=["a_id", "b_id"])
    assert len(back) == len(pairs)
    for side, name in (("concept", "a"), ("partner", "b")):
        assert (back[f"articles_{side}"] == back[f"articles_{name}"]).all()
    assert (back.name == back.a_name).all()
    assert (back.partner_type == back.b_type).all()
    assert (back.articles_independent_x == back.articles_independent_y).all()


@pytest.mark.slow
def test_pairs_of_a_concept_are_those_of_the_listing(sample: Path) -> None:
    seen = comention.pairs("psoriasis", workdir=sample)
    listed = comention.top("pairs", with_name="psoriasis", limit=10_000, workdir=sample)
    partner = listed.b_name.where(listed.a_name == "psoriasis", listed.a_name)
    assert seen.partner_name.tolist() == partner.tolist()
    drugs = comention.pairs("psoriasis", entity_type="Drug", workdir=sample)
    assert drugs.partner_name.tolist() == seen[seen.partner_type == "drug"].partner_name.tolist()
    assert len(drugs) > 1
    first = comention.pairs("psoriasis", entity_type="drug", limit=1, workdir=sample)
    assert first.partner_name.tolist() == drugs.partner_name.tolist()[:1]


def test_trends_have_every_year_and_say_the_same_as_the_dataset(sample: Path) -> None:
    years = comention.load("articles", sample).year.dropna()
    seen = comention.trends("psoriasis", workdir=sample)
    assert (
        (
            seen.groupby(["a_id", "b_id"]).year.agg(["min", "max", "size"])
            == [years.min(), years.max(), years.max() - years.min() + 1]
        )
        .all()
        .all()
    )
    kept = ["articles", "share", "share_smoothed", "articles_not_retracted", "p_emerging", "emerging"]
    told = comention.load("trends", sample)
    both = told.merge(seen, on=["a_id", "b_id", "year"], suffixes=("", "_seen"))
    assert len(both) == (seen.articles > 0).sum() > 0
    for name in kept:
        pd.testing.assert_series_equal(both[f"{name}_seen"], both[name], check_names=False, check_dtype=False)
    empty = seen[seen.articles == 0]
    assert (empty.share.dropna() == 0).all()
    assert not empty.emerging.any()
    counts = years.value_counts()
    assert (seen.articles_year == seen.year.map(counts).fillna(0)).all()
    assert seen[seen.articles_year == 0].share.isna().all()


def test_trends_of_two_are_of_these_two(sample: Path) -> None:
    seen = comention.trends("psoriasis", "ustekinumab", workdir=sample)
    assert set(seen.a_name) | set(seen.b_name) == {"psoriasis", "ustekinumab"}


@pytest.mark.parametrize("other", ["psoriasis", "MESH:D011565"])
@pytest.mark.parametrize("asked", [frames.trends, frames.evidence, claims.claims_for, claims.counts_for])
def test_one_concept_is_no_pair(sample: Path, asked: Any, other: str) -> None:
    """That no article mentions both would be wrong of a concept that articles mention."""
    with pytest.raises(UsageError, match=f"'psoriasis' and '{other}' are one concept, MESH:D011565"):
        asked(latest(sample), "psoriasis", other)


@pytest.mark.parametrize("asked", [frames.pairs, frames.evidence, frames.triples])
def test_a_limit_above_all_rows_gives_all_and_one_below_none_is_refused(sample: Path, asked: Any) -> None:
    every = asked(latest(sample), "psoriasis")
    assert asked(latest(sample), "psoriasis", limit=10**20) == every
    assert asked(latest(sample), "psoriasis", limit=0) == []
    with pytest.raises(UsageError, match="limit -1: 0 is the least"):
        asked(latest(sample), "psoriasis", limit=-1)


@pytest.mark.parametrize("dataset", ["pairs", "triples"])
def test_a_listing_takes_any_limit_too(sample: Path, dataset: str) -> None:
    every = comention.top(dataset, limit=10**6, workdir=sample)
    assert comention.top(dataset, limit=10**20, workdir=sample).equals(every)
    with pytest.raises(UsageError, match="limit -1"):
        comention.top(dataset, limit=-1, workdir=sample)


def test_evidence_is_that_of_every_pair(sample: Path) -> None:
    seen = comention.evidence("psoriasis", workdir=sample)
    told = comention.load("evidence", sample)
    concept = seen.a_id.where(seen.a_name == "psoriasis", seen.b_id).iloc[0]
    of_it = told[(told.a_id == concept) | (told.b_id == concept)]
    assert len(seen) == len(of_it) > 0
    assert {frozenset(pair) for pair in zip(seen.a_type, seen.b_type, strict=True)} >= {
        frozenset({"disease", "drug"})
    }
    drugs = comention.evidence("psoriasis", entity_type="drug", workdir=sample)
    assert set(drugs.b_type) == {"drug"}
    one = seen[seen.b_name == "ustekinumab"].reset_index(drop=True)
    assert one.to_json() == comention.evidence_for("ustekinumab", "psoriasis", sample).to_json()
    for row in one[one.level != "article"].to_dict("records"):
        start, end = (row[f"a_{at}"] - row["text_start"] for at in ("start", "end"))
        assert "psoria" in row["text"][start:end].lower()


def test_a_limit_gives_the_first_places_of_all(sample: Path) -> None:
    snapshot = latest(sample)
    every = frames.evidence(snapshot, "psoriasis")
    assert frames.evidence(snapshot, "psoriasis", limit=7) == every[:7]
    assert list(every[0]) == list(frames.EVIDENCE_COLUMNS)


def test_triples_have_the_sentence_that_names_all_three(sample: Path) -> None:
    seen = comention.triples(workdir=sample)
    told = comention.load("triples", sample)
    assert seen[told.columns.tolist()].disease_id.tolist() == told.disease_id.tolist()
    assert (seen.pmid == told.top_pmids.str[0]).all()
    assert (seen.text.isna() == (told.top_sentence == -1)).all()
    assert seen.text.notna().any()
    few = comention.triples("ustekinumab", limit=2, workdir=sample)
    assert set(few.drug_name) == {"ustekinumab"}
    assert len(few) == 2


def test_an_article_has_what_it_mentions(sample: Path) -> None:
    found = frames.article(latest(sample), 99000001)
    assert found is not None
    mentions = comention.load("mentions", sample)
    of_it = mentions[(mentions.pmid == 99000001) & ~mentions.concept_id.str.startswith("text:")]
    assert {one["concept_id"] for one in found["mentions"]} == set(of_it.concept_id)
    for one in found["mentions"]:
        assert set(one["spellings"]) == set(of_it[of_it.concept_id == one["concept_id"]].text)
    assert frames.article(latest(sample), 1) is None


@pytest.mark.parametrize("asked", ["pairs", "evidence"])
def test_a_type_that_is_none_is_refused(sample: Path, asked: str) -> None:
    with pytest.raises(UsageError, match="type gene: there are disease, drug"):
        getattr(comention, asked)("psoriasis", entity_type="gene", workdir=sample)


@pytest.mark.parametrize("asked", ["pairs", "evidence", "trends", "triples"])
def test_a_name_that_is_not_there_is_refused(sample: Path, asked: str) -> None:
    with pytest.raises(UsageError, match="psoriasis"):
        getattr(comention, asked)("psoriassis", workdir=sample)
