"""Every dataset against the naive implementation, and the promises about bytes and order."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from comention.cooccur import association, counters, datasets, pairing, places, trends, triples, writing
from comention.cooccur.count import count
from comention.errors import ContractError
from comention.schemas import ARTICLES, CLAIMS, DATASETS, HIERARCHY, MENTIONS, SENTENCES
from tests.cooccur import naive, naive_claims
from tests.cooccur.corpora import (
    COLLECTIVE,
    OUTPUTS,
    PARENTS,
    SCORES,
    TOPIC,
    TYPES,
    article,
    corpora,
    large_corpus,
    mention,
    read,
    run,
    save,
    sentences_of,
)
from tests.cooccur.naive import Row
from tests.cooccur.test_interaction import enumerated
from tests.support.claims import by_chance
from tests.support.properties import examples

pytestmark = pytest.mark.slow


def columns_of(rows: list[Row], like: list[Row]) -> list[Row]:
    return [{k: row[k] for k in like[0]} for row in rows] if like else rows


def check(directory: Path, mentions: list[Row], articles: list[Row], types: tuple[str, ...]) -> None:
    """Compare all datasets with the naive ones."""
    entities = naive.entities(mentions, articles)
    assert read(directory, "entities") == entities
    everything, mentions = mentions, naive.paired(mentions, COLLECTIVE)
    evidence = naive.evidence(mentions, articles, types)
    weighed = [{name: value for name, value in row.items() if name != "weight"} for row in evidence]
    assert columns_of(read(directory, "evidence"), weighed) == weighed
    check_claims(directory, naive_claims.read(by_chance(everything, SCORES), evidence, articles), articles)
    weights = naive.weights_of_articles(evidence, mentions, types)
    pairs = naive.pairs(evidence, entities, articles, TOPIC, weights)
    counted = read(directory, "pairs")
    assert columns_of(counted, pairs) == pairs
    names = naive.concepts(mentions)
    for row in counted:
        assert row["relatedness"] == naive.relatedness(row["a_id"], row["b_id"], names, PARENTS)
    scores = naive.scores(evidence, mentions, types)
    assert {(p["a_id"], p["b_id"]): p["score"] for p in counted} == pytest.approx(scores, rel=1e-5)
    families = {row["family"]: row for row in read(directory, "families")}
    sizes = naive.families(mentions, types)
    assert list(families) == ["emerging", "pairs", "triples"]
    for name in ("pairs", "triples"):
        assert families[name]["size"] == len(sizes[name])
        rows, sides = (
            read(directory, name),
            ("a", "b") if name == "pairs" else ("disease", "drug", "cytokine"),
        )
        among = [frozenset(row[f"{side}_id"] for side in sides) in sizes[name] for row in rows]
        check_q(rows, among, families[name], "p_richness", "q_richness", "significant_richness")
        if name == "pairs":
            check_q(rows, among, families[name], "p_value", "q_value", "significant")
    trend_rows = naive.trends(evidence, articles)
    assert columns_of(read(directory, "trends"), trend_rows) == trend_rows
    tests = naive.emerging(trend_rows, evidence, articles)
    for row in read(directory, "trends"):
        p, q, emerging = tests[row["a_id"], row["b_id"], row["year"]]
        assert (row["p_emerging"], row["q_emerging"]) == (pytest.approx(p), pytest.approx(q))
        assert row["emerging"] == emerging
    found = read(directory, "trends")
    assert families["emerging"]["seen"] == len(found)
    assert families["emerging"]["significant"] == sum(row["q_emerging"] <= 0.05 for row in found)
    rolled_up = naive.rolled_up(mentions, articles, PARENTS, types, pairs)
    found = read(directory, "pairs_rolled_up")
    assert columns_of(found, rolled_up) == rolled_up
    check_effects(found)
    triples = naive.triples(mentions, articles)
    found = read(directory, "triples")
    tables = [row.pop("table") for row in triples]
    assert columns_of(found, triples) == triples
    for row, table in zip(found, tables, strict=True):
        fitted, off = naive.fit(table, len(articles), rounds=500)
        assert row["lift"] == row["articles"] / row["expected"]
        tail = enumerated(row["articles"], table, len(articles))
        assert row["p_value"] == pytest.approx(float(tail), rel=1e-9)
        if off < 1e-8:
            assert row["expected"] == pytest.approx(fitted, rel=1e-6)


def check_claims(directory: Path, claims: list[Row], articles: list[Row]) -> None:
    assert read(directory, "claims") == claims
    judged = {(r["a_id"], r["b_id"], r["pmid"], r["sentence"]): r for r in claims}
    for row in read(directory, "evidence"):
        said = judged.get((row["a_id"], row["b_id"], row["pmid"], row["sentence"]), {})
        said = said if said.get("claim") == "none" or said.get("score", 0) >= naive_claims.SURE else {}
        assert (row["claim"], row["certainty"]) == (said.get("claim"), said.get("certainty"))
    of_pair = naive_claims.by_pair(claims)
    counted = {(row["a_id"], row["b_id"]): row for row in read(directory, "pairs")}
    for key, row in counted.items():
        wanted = naive_claims.told(of_pair.get(key, []), (row["a_type"], row["b_type"]), articles)
        assert {name: row[name] for name in wanted} == wanted
    for row in read(directory, "triples"):
        wanted = naive_claims.chain(row, counted, claims)
        assert {name: row[name] for name in wanted} == wanted


def check_effects(rows: list[Row]) -> None:
    for row in rows:
        a, b, both = (np.array([row[n]]) for n in ("articles_a", "articles_b", "articles"))
        total = row["articles_total"]
        assert row["expected"] == association.expected(a, b, total)[0]
        assert row["lift"] == association.lift(both, a, b, total)[0]
        assert row["npmi"] == pytest.approx(association.npmi(both, a, b, total)[0])
        assert row["p_value"] == pytest.approx(association.hypergeometric_tail(both, a, b, total)[0])
        estimate = association.log_odds(both, a, b, total)[0]
        assert row["log_odds"] == (None if np.isnan(estimate) else pytest.approx(estimate))
        ends = naive.interval(row["articles"], row["articles_a"], row["articles_b"], total)
        assert (row["log_odds_low"], row["log_odds_high"]) == pytest.approx(ends, abs=1e-7)


def check_q(rows: list[Row], among: list[bool], family: Row, p: str, q: str, significant: str) -> None:
    """Compare q with scipy's over the family written out: what was not seen has p = 1."""
    assert family["seen"] == len(rows)
    tested = [row[p] for row, of in zip(rows, among, strict=True) if of]
    values = np.array(tested + [1.0] * (family["size"] - len(tested)))
    assert np.all((values > 0) & (values <= 1))
    if values.size:
        written = false_discovery_control(values, method="bh")
        found = [row[q] for row, of in zip(rows, among, strict=True) if of]
        np.testing.assert_allclose(found, written[: len(tested)], rtol=1e-9)
    assert all(row[q] == 1 for row, of in zip(rows, among, strict=True) if not of)
    assert family[significant] == sum(row[q] <= 0.05 for row in rows)


@pytest.mark.slow
@given(corpora(), st.sampled_from([TYPES, ("drug", "disease"), ("chemical", "cytokine"), ()]))
@examples(25)
def test_every_dataset_agrees_with_the_naive_one(
    corpus: tuple[list[Row], list[Row]], types: tuple[str, ...]
) -> None:
    mentions, articles = corpus
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        receipt = run(directory, mentions, articles, pair_types=types)
        check(directory, mentions, articles, types)
        sizes = {n: len(read(directory, n)) for n in OUTPUTS}
        assert {n: getattr(receipt, n) for n in OUTPUTS} == sizes
        assert receipt.articles == len(articles)
        assert {p.name for p in (directory / "out").iterdir()} == {f"{n}.parquet" for n in OUTPUTS}


@pytest.mark.slow
@given(corpora())
@examples(15)
def test_pairs_carry_the_statistics_of_their_counts(corpus: tuple[list[Row], list[Row]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), *corpus)
        check_effects(read(Path(name), "pairs"))


@pytest.mark.slow
@given(corpora(), st.randoms(use_true_random=False), st.integers(1, 4))
@examples(12)
def test_bytes_depend_on_neither_files_nor_threads(
    corpus: tuple[list[Row], list[Row]], shuffle: random.Random, threads: int
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        run(Path(one), *corpus, threads=1)
        files: list[list[Path]] = []
        rows_of = (*corpus, sentences_of(corpus[0]), by_chance(corpus[0], SCORES))
        for rows, dataset in zip(rows_of, (MENTIONS, ARTICLES, SENTENCES, CLAIMS), strict=True):
            mixed = shuffle.sample(rows, len(rows))
            parts = [mixed[i::3] for i in range(3)]
            files.append([save(p, dataset, Path(two) / f"{dataset.name} {i}") for i, p in enumerate(parts)])
        count(
            mentions=files[0],
            articles=files[1],
            sentences=files[2],
            said=files[3],
            hierarchy=save(PARENTS[::-1], HIERARCHY, Path(two) / "hierarchy"),
            out=Path(two) / "out",
            topic_ids=TOPIC,
            collective=COLLECTIVE,
            pair_types=TYPES[::-1],
            threads=threads,
        )
        for name in OUTPUTS:
            first, second = (Path(d) / "out" / f"{name}.parquet" for d in (one, two))
            assert first.read_bytes() == second.read_bytes(), name


def test_bytes_do_not_depend_on_stretches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mentions, articles = large_corpus()
    corpus = [m for m in mentions if m["pmid"] <= 40], articles[:40]
    outputs: list[dict[str, bytes]] = []
    for size in (1 << 18, 100, 1):  # the default; a few articles at a time; one at a time
        monkeypatch.setattr(pairing, "_STRETCH", size)
        monkeypatch.setattr(places, "_STRETCH", size)
        monkeypatch.setattr(counters, "_STRETCH", size)
        monkeypatch.setattr(triples, "_STRETCH", size)
        monkeypatch.setattr(datasets, "_WIDE", size)
        monkeypatch.setattr(datasets, "_NARROW", size)
        directory = tmp_path / str(size)
        directory.mkdir()
        run(directory, *corpus)
        outputs.append({name: (directory / "out" / f"{name}.parquet").read_bytes() for name in OUTPUTS})
    assert outputs[0] == outputs[1] == outputs[2]


def test_more_than_a_counter_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mentions, articles = large_corpus()
    monkeypatch.setattr(pairing, "_MOST", 5)
    with pytest.raises(ContractError, match="more than 5 concepts: count fewer articles"):
        run(tmp_path, [m for m in mentions if m["pmid"] <= 40], articles[:40])


@pytest.mark.slow
def test_many_row_groups_hold_what_one_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = large_corpus()
    outputs: list[Any] = []
    for name, rows, threads in (("whole", 1 << 18, 1), ("cut", 7, 2), ("cut again", 7, 1)):
        monkeypatch.setattr(writing, "ROWS", rows)
        directory = tmp_path / name
        directory.mkdir()
        run(directory, *corpus, threads=threads)
        outputs.append({n: directory / "out" / f"{n}.parquet" for n in OUTPUTS})
    whole, cut, again = outputs
    for name in OUTPUTS:
        assert pq.read_table(whole[name]) == pq.read_table(cut[name])
        assert cut[name].read_bytes() == again[name].read_bytes()
    assert pq.ParquetFile(cut["evidence"]).num_row_groups > 100


@given(st.lists(st.integers(0, 30), max_size=8))
def test_stretches_do_not_depend_on_the_batches(sizes: list[int]) -> None:
    values = pa.array(range(sum(sizes)))
    schema = pa.schema([("n", pa.int64())])
    starts = np.cumsum([0, *sizes])
    batches = [
        pa.record_batch([values.slice(s, n)], schema=schema) for s, n in zip(starts, sizes, strict=False)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "ROWS", 7)
        cut = list(writing.stretches(pa.RecordBatchReader.from_batches(schema, batches)))
    assert [n for table in cut for n in table.column("n").to_pylist()] == list(range(sum(sizes)))
    assert all(table.num_rows == 7 for table in cut[:-1])
    assert all(0 < table.num_rows <= 7 and table.column("n").num_chunks == 1 for table in cut)


def test_rows_out_of_order_across_row_groups_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROWS", 7)
    monkeypatch.setattr(trends, "QUERY", trends.QUERY.replace("pair, year\n", "year, pair\n"))
    with pytest.raises(ContractError, match="trends is not sorted"):
        run(tmp_path, *large_corpus())


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("mentions", [[], [mention(1, 0, "Z:1"), mention(1, 1, "É:4")]])
def test_files_have_the_schema_of_their_dataset(tmp_path: Path, name: str, mentions: list[Row]) -> None:
    run(tmp_path, mentions, [article(1)])
    file = pq.ParquetFile(tmp_path / "out" / f"{name}.parquet")
    assert file.schema_arrow.equals(DATASETS[name].schema, check_metadata=True)
    assert b"pandas" not in (file.schema_arrow.metadata or {})
    if file.num_row_groups:
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_no_files_make_datasets_without_rows(tmp_path: Path) -> None:
    receipt = count(
        mentions=[], articles=[], out=tmp_path, topic_ids=frozenset(), pair_types=TYPES, threads=None
    )
    assert (receipt.articles, receipt.pairs, receipt.entities) == (0, 0, 0)
    for name in OUTPUTS:
        table = pq.read_table(tmp_path / f"{name}.parquet")
        if name == "families":
            found = [(r["size"], r["seen"], r["significant"]) for r in table.to_pylist()]
            assert found == [(0, 0, 0), (0, 0, 0), (0, 0, None)]
        else:
            assert table.equals(DATASETS[name].schema.empty_table())


def test_one_span_makes_no_pair(tmp_path: Path) -> None:
    run(tmp_path, [mention(1, 0, "b:2"), mention(1, 0, "C:3")], [article(1)])
    assert [read(tmp_path, n) for n in ("pairs", "evidence", "trends")] == [[], [], []]
    assert [e["articles"] for e in read(tmp_path, "entities")] == [1, 1]


def test_one_span_in_a_sentence_and_another_in_the_next_is_article_level(tmp_path: Path) -> None:
    run(tmp_path, [mention(1, 0, "b:2"), mention(1, 0, "C:3"), mention(1, 4, "b:2", True)], [article(1)])
    (row,) = read(tmp_path, "evidence")
    # canonical: both are diseases, and "C:3" < "b:2"
    assert (row["a_id"], row["a_start"], row["b_id"], row["b_start"]) == ("C:3", 2, "b:2", 42)
    assert (row["sentence"], row["level"], row["negated"]) == (-1, "article", True)


def test_three_concepts_on_two_spans_make_no_triple(tmp_path: Path) -> None:
    ids = ("b:2", "A:5", "Z:1")
    two = [mention(1, place, i) for place in (1, 2) for i in ids]
    run(tmp_path, [*two, *(mention(2, place, i) for place, i in enumerate(ids))], [article(1), article(2)])
    assert len(read(tmp_path, "pairs")) == 3
    (row,) = read(tmp_path, "triples")
    assert (row["articles"], row["top_pmids"]) == (1, [2])


def test_the_third_span_of_a_concept_makes_a_triple(tmp_path: Path) -> None:
    ids = ("b:2", "A:5", "Z:1")
    two = [mention(p, place, i) for p in (1, 2, 3) for place in (1, 2) for i in ids]
    run(tmp_path, [*two, *(mention(p, 4, i) for p, i in enumerate(ids, 1))], [article(p) for p in (1, 2, 3)])
    (row,) = read(tmp_path, "triples")
    assert row["top_pmids"] == [3, 2, 1]


def test_top_pmids_are_by_level_then_year_then_pmid(tmp_path: Path) -> None:
    far, near, title = (0, 5), (4, 5), (1, 2)
    plan = {
        10: (far, 2020),
        11: (near, None),
        12: (near, 1990),
        13: (title, 1980),
        14: (near, 1990),
        15: (far, 2021),
    }
    mentions = [
        mention(p, place, i)
        for p, (places, _) in plan.items()
        for place, i in zip(places, ("b:2", "Z:1"), strict=True)
    ]
    run(tmp_path, mentions, [article(p, year) for p, (_, year) in plan.items()])
    (row,) = read(tmp_path, "pairs")
    assert row["top_pmids"] == [13, 14, 12, 11, 15]


def test_evidence_comes_by_nearness_and_by_what_the_article_is_about(tmp_path: Path) -> None:
    # the oldest names the two nearest to each other; the newest does so too, and is about another disease
    mentions = [mention(p, place, i) for p in (1, 3) for place, i in ((4, "b:2"), (5, "Z:1"))]
    mentions += [mention(2, place, i) for place, i in ((3, "b:2"), (5, "Z:1"))]
    mentions += [mention(3, place, "C:3") for place in (6, 9, 10, 12)]
    run(tmp_path, mentions, [article(p, 2000 + p) for p in (1, 2, 3)])
    rows = [row for row in read(tmp_path, "evidence") if {row["a_id"], row["b_id"]} == {"b:2", "Z:1"}]
    assert [row["pmid"] for row in sorted(rows, key=lambda row: row["rank"])] == [1, 2, 3]
    (pair,) = (row for row in read(tmp_path, "pairs") if {row["a_id"], row["b_id"]} == {"b:2", "Z:1"})
    assert pair["top_pmids"] == [1, 2, 3]


def test_paths_are_read_as_they_stand(tmp_path: Path) -> None:
    directory = tmp_path / "it's [1]" / "year=3"  # neither a pattern nor a hive partition
    directory.mkdir(parents=True)
    save([mention(1, 0, "É:4")], MENTIONS, directory / "mentions 2.parquet")
    receipt = count(
        mentions=[save([mention(1, 0, "b:2")], MENTIONS, directory / "mentions*.parquet")],
        articles=[save([article(1, 1987)], ARTICLES, directory / "articles?.parquet")],
        out=directory / "out",
        topic_ids=TOPIC,
        pair_types=TYPES,
        threads=1,
    )
    assert receipt.entities == 1
    assert read(directory, "entities")[0]["first_year"] == 1987


def test_a_measured_drug_is_counted_and_forms_no_pairs(tmp_path: Path) -> None:
    rows = [
        mention(1, 0, "A:5", role="measured"),
        mention(1, 1, "b:2"),
        mention(1, 2, "Z:1", role="measured"),  # no role of a cytokine's
        mention(2, 0, "A:5", role="measured"),
        mention(2, 3, "A:5", role="given"),
        mention(2, 1, "b:2"),
        mention(3, 0, "É:4", role="measured"),
        mention(3, 1, "Z:1"),
    ]
    run(tmp_path, rows, [article(pmid) for pmid in (1, 2, 3)])
    drugs = {row["concept_id"]: row for row in read(tmp_path, "entities") if row["entity_type"] == "drug"}
    counts = ("articles", "mentions", "sentences", "titles", "articles_not_measured")
    assert {i: tuple(row[n] for n in counts) for i, row in drugs.items()} == {
        "A:5": (2, 3, 3, 2, 1),
        "É:4": (1, 1, 1, 1, 0),
    }
    pairs = {(row["a_id"], row["b_id"]): row for row in read(tmp_path, "pairs")}
    assert set(pairs) == {("Z:1", "b:2"), ("b:2", "A:5")}
    row = pairs["b:2", "A:5"]
    # the margin of the drug is the article that gives it; its place is the one that says so
    assert [row[n] for n in ("articles", "articles_a", "articles_b", "sentences")] == [1, 2, 1, 0]
    assert read(tmp_path, "triples") == []


def test_collective_names_are_counted_and_form_no_pairs(tmp_path: Path) -> None:
    named = enumerate(("K:7", "b:2", "A:5"))
    mentions = [mention(pmid, place, i) for place, i in named for pmid in (1, 2, 3)]
    run(tmp_path, mentions, [article(pmid) for pmid in (1, 2, 3)])
    assert {row["concept_id"]: row["articles"] for row in read(tmp_path, "entities")}["K:7"] == 3
    assert [(row["a_id"], row["b_id"]) for row in read(tmp_path, "pairs")] == [("b:2", "A:5")]
    assert read(tmp_path, "triples") == []
    sizes = {row["family"]: row["size"] for row in read(tmp_path, "families")}
    assert (sizes["pairs"], sizes["triples"]) == (1, 0)


def test_a_measured_mention_that_stands_twice_is_refused(tmp_path: Path) -> None:
    twice = [mention(1, 0, "A:5", role="measured"), mention(1, 0, "A:5", role="given")]
    with pytest.raises(ContractError, match=r"PMID 1 has A:5 at 2 2 times"):
        run(tmp_path, twice, [article(1)])


def test_claims_of_many_articles_are_those_of_loops(tmp_path: Path) -> None:
    mentions, articles = large_corpus()
    mentions = [m for m in mentions if m["pmid"] <= 60 and m["concept_id"] != "Y:1"]
    articles = [a | {"story": a["pmid"] // 2 * 2, "retracted": a["pmid"] % 7 == 0} for a in articles[:60]]
    run(tmp_path, mentions, articles)
    evidence = naive.evidence(naive.paired(mentions, COLLECTIVE), articles, TYPES)
    check_claims(tmp_path, naive_claims.read(by_chance(mentions, SCORES), evidence, articles), articles)
    pairs = read(tmp_path, "pairs")
    assert {row["contradicted"] for row in pairs} == {None, False, True}
    assert len({row["contradicted_since"] for row in pairs}) > 2
    assert len({row["claim_since"] for row in pairs}) > 2
    assert any(row["claim_before"] for row in pairs)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"claim": "treats"}, "PMID 1 says 'treats' of B:1 and b:2: read claims anew"),
        ({"a_id": "b:2", "b_id": "B:1"}, "PMID 1 says 'raised_in' of b:2 and B:1: read claims anew"),
    ],
)
def test_a_claim_that_two_concepts_cannot_have_is_refused(
    tmp_path: Path, wrong: dict[str, Any], message: str
) -> None:
    mentions = [mention(1, 0, "B:1"), mention(1, 1, "b:2")]
    [claim] = by_chance(mentions, SCORES)
    assert (claim["a_id"], claim["b_id"]) == ("B:1", "b:2")
    claims = [claim | {"claim": "raised_in"} | wrong]
    with pytest.raises(ContractError, match=message):
        count(
            mentions=[save(mentions, MENTIONS, tmp_path / "mentions")],
            articles=[save([article(1)], ARTICLES, tmp_path / "articles")],
            said=[save(claims, CLAIMS, tmp_path / "claims")],
            out=tmp_path / "out",
            topic_ids=TOPIC,
            pair_types=TYPES,
            threads=1,
        )
