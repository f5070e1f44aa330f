"""From files to the store: who wins, what is counted, and that nothing happens before the commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comention.errors import ContractError, MalformedError, UsageError
from comention.files.atomic import read_parquet
from comention.pubmed.drawing import newest
from comention.pubmed.intake import Intake, Judge, Tally, parse_all, read_batches
from comention.pubmed.store import Held, Index, State, Store
from comention.records import Article, Judged
from tests.support.medline import article, deletion, write_set


def on_topic(found: Sequence[Article]) -> list[Judged]:
    return [Judged("IL-12" in one.text) for one in found]


def make_judge() -> Judge:
    return on_topic


def row(tally: Tally, run: str = "r1") -> dict[str, Any]:
    """A row of the ledger."""
    nothing: dict[str, Any] = {"inputs": [], "slices": [], "resumed": 0, "parts": 1, "complete": True}
    nothing |= {"stage": "fetch", "source": "files", "run_id": run, "fetched_at": 0}
    return nothing | asdict(tally) | {"fetched": tally.fetched}


def take(folder: Path, *files: Path, run: str = "r1", shard_size: int = 100, **options: Any) -> Tally:
    store = Store.open(folder)
    intake = Intake(store, shard_size)
    batches = read_batches(files, options.get("limit"))
    for parsed in parse_all(batches, make_judge, options.get("processes", 1)):
        intake.take(parsed)
    part = intake.finish()
    store.commit(State(topic="t"), part, row(intake.tally, run))
    return intake.tally


def held(folder: Path) -> dict[int, str]:
    """The text of each live article, read from the shards."""
    store = Store.open(folder)
    texts = {}
    for name, path in store.live_shards():
        for row in read_parquet(path).to_pylist():
            entry = store.index.get(row["pmid"])
            if entry is not None and (entry.shard, entry.content_hash) == (name, row["content_hash"]):
                assert row["pmid"] not in texts
                texts[row["pmid"]] = row["abstract"]
    assert texts.keys() == store.index.keys()
    return texts


def test_the_higher_version_wins_and_of_equal_ones_the_later(tmp_path: Path) -> None:
    first = write_set(
        tmp_path / "1.xml",
        article(1, abstract="IL-12 v2", version=2),
        article(1, abstract="IL-12 v1"),
        article(2, abstract="IL-12 old"),
    )
    second = write_set(tmp_path / "2.xml", article(2, abstract="IL-12 new"), article(3, abstract="IL-10"))
    tally = take(tmp_path / "store", first, second)
    assert held(tmp_path / "store") == {1: "IL-12 v2", 2: "IL-12 new"}
    assert (tally.expected, tally.parsed, tally.superseded, tally.off_topic, tally.kept) == (5, 5, 2, 1, 2)


def test_an_article_that_leaves_the_topic_leaves_the_store(tmp_path: Path) -> None:
    take(
        tmp_path / "store",
        write_set(tmp_path / "1.xml", article(1, abstract="IL-12"), article(2, abstract="IL-12")),
    )
    take(tmp_path / "store", write_set(tmp_path / "2.xml", article(1, abstract="IL-10")), run="r2")
    assert held(tmp_path / "store") == {2: "IL-12"}


def test_deletions_take_back_what_came_before_them(tmp_path: Path) -> None:
    take(
        tmp_path / "store",
        write_set(tmp_path / "1.xml", article(1, abstract="IL-12"), article(4, abstract="IL-12 x")),
    )
    update = write_set(
        tmp_path / "2.xml", article(2, abstract="IL-12"), article(3, abstract="IL-12 y"), deletion(1, 2, 77)
    )
    again = write_set(tmp_path / "3.xml", article(2, abstract="IL-12 again"))
    tally = take(tmp_path / "store", update, again, run="r2")
    assert held(tmp_path / "store") == {2: "IL-12 again", 3: "IL-12 y", 4: "IL-12 x"}
    assert (tally.deleted, tally.withdrawn, tally.kept, tally.articles) == (3, 1, 2, 3)


def test_a_version_that_is_taken_out_leaves_a_newer_one(tmp_path: Path) -> None:
    """A version of a citation is a record of its own and may be deleted (NLM Tech Bull. 2012;384:e6)."""
    versions = [article(pmid, abstract=f"IL-12 {pmid}", version=3) for pmid in (1, 2)]
    take(tmp_path / "store", write_set(tmp_path / "1.xml", *versions))
    new = article(3, abstract="IL-12 3", version=2)
    older = [deletion(1, version=2), deletion(3), deletion(2, version=2), deletion(2, version=3), deletion(2)]
    tally = take(tmp_path / "store", write_set(tmp_path / "2.xml", new, *older), run="r2")
    assert held(tmp_path / "store") == {1: "IL-12 1", 3: "IL-12 3"}
    assert (tally.deleted, tally.withdrawn, tally.kept, tally.removed) == (5, 0, 1, 1)


def test_a_background_keeps_a_newer_version_of_what_is_taken_out(tmp_path: Path) -> None:
    file = write_set(
        tmp_path / "1.xml",
        *(article(pmid, abstract="IL-12", version=2) for pmid in (1, 2)),
        *(deletion(1), deletion(2, version=2)),
    )
    assert newest(parse_all(read_batches([file]), make_judge, 1)).keys() == {1}


def test_a_second_reading_changes_nothing(tmp_path: Path) -> None:
    file = write_set(tmp_path / "1.xml", article(1, abstract="IL-12"), article(2, abstract="IL-12 too"))
    take(tmp_path / "store", file)
    before = Store.open(tmp_path / "store").state.shards
    tally = take(tmp_path / "store", file, run="r2")
    assert Store.open(tmp_path / "store").state.shards == before
    assert (tally.kept, tally.superseded, tally.articles) == (2, 0, 2)


def test_only_what_is_new_is_written(tmp_path: Path) -> None:
    old, new = article(1, abstract="IL-12"), article(2, abstract="IL-12 too")
    take(tmp_path / "store", write_set(tmp_path / "1.xml", old))
    take(tmp_path / "store", write_set(tmp_path / "2.xml", old, new), run="r2")
    rows = [read_parquet(path).num_rows for _, path in Store.open(tmp_path / "store").live_shards()]
    assert rows == [1, 1]


def test_a_text_that_comes_back_is_found_where_it_lies(tmp_path: Path) -> None:
    old, new = article(1, abstract="IL-12 old"), article(1, abstract="IL-12 new")
    take(tmp_path / "store", write_set(tmp_path / "1.xml", old))
    tally = take(tmp_path / "store", write_set(tmp_path / "2.xml", new, old, new, old), run="r2")
    assert held(tmp_path / "store") == {1: "IL-12 old"}
    assert tally.superseded == 3


def test_a_lower_version_than_the_held_one_is_superseded(tmp_path: Path) -> None:
    take(tmp_path / "store", write_set(tmp_path / "1.xml", article(1, abstract="IL-12 v2", version=2)))
    tally = take(tmp_path / "store", write_set(tmp_path / "2.xml", article(1, abstract="IL-12 v1")), run="r2")
    assert held(tmp_path / "store") == {1: "IL-12 v2"}
    assert (tally.superseded, tally.kept) == (1, 0)


def test_rejects_are_kept_with_their_bytes_and_cost_no_neighbour(tmp_path: Path) -> None:
    broken = "<PubmedArticle><MedlineCitation><PMID>9</PMID><Article></MedlineCitation></PubmedArticle>"
    file = write_set(tmp_path / "1.xml", article(1, abstract="IL-12"), broken, article(2, abstract="IL-12"))
    tally = take(tmp_path / "store", file)
    assert (tally.expected, tally.parsed, tally.rejected, tally.kept) == (3, 2, 1, 2)
    [reject] = read_parquet(tmp_path / "store" / "rejects" / "r1-0001.parquet").to_pylist()
    assert file.read_bytes()[reject["start"] : reject["end"]] == broken.encode()
    assert (reject["source"], reject["pmid"]) == ("1.xml", 9)
    assert reject["reason"]


def test_nothing_recognised_is_said_in_numbers(tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match=r"^0 PubMed records"):
        take(tmp_path / "store", write_set(tmp_path / "1.xml"))


def test_a_limit_counts_citations(tmp_path: Path) -> None:
    file = write_set(tmp_path / "1.xml", *(article(i, abstract="IL-12") for i in range(1, 9)))
    assert take(tmp_path / "store", file, file, limit=5).expected == 5


def test_a_tally_that_does_not_add_up_says_so() -> None:
    assert Tally(expected=2, parsed=1, rejected=1, kept=1).adds_up()
    assert not Tally(expected=2, parsed=1, kept=1).adds_up()
    assert not Tally(expected=2, parsed=2, kept=1).adds_up()


@pytest.mark.parametrize("spoil", ["kept", "superseded", "missing", "articles", "deleted"])
def test_numbers_that_differ_from_the_pmids_behind_them_stop_the_run(
    tmp_path: Path, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_set(tmp_path / "1.xml", article(1, abstract="IL-12"), article(2, abstract="IL-10"))
    intake = Intake(Store.open(tmp_path / "store"), 100)
    for parsed in parse_all(read_batches([file]), make_judge, 1):
        intake.take(parsed)
    if spoil == "articles":
        intake.store.before = Index.of({9: Held(1, "x", "y")})
        intake._deleted.add(9)
        intake.tally.added = 5
        monkeypatch.setattr(intake, "_compare", lambda _: None)
    else:
        setattr(intake.tally, spoil, 7)
    with pytest.raises(ContractError, match="does not add up, nothing was kept"):
        intake.finish()
    assert not (tmp_path / "store" / "state.json").exists()


def test_every_number_has_its_pmids(tmp_path: Path) -> None:
    first = write_set(
        tmp_path / "1.xml",
        article(1, abstract="IL-12"),
        article(1, abstract="IL-12 again"),
        article(2, abstract="IL-10"),
        article(3, abstract="IL-12"),
        deletion(3, 4),
        "<PubmedArticle><broken></PubmedArticle>",
    )
    take(tmp_path / "store", first)
    table = (
        Store.open(tmp_path / "store")
        .accounts("r1")
        .sort_by([("outcome", "ascending"), ("row", "ascending")])
    )
    assert [tuple(r.values())[2:5] for r in table.to_pylist()] == [
        (3, 0, "deleted"),
        (4, 0, "deleted"),
        (1, 1, "kept"),
        (2, 1, "off_topic"),
        (None, 0, "rejected"),
        (1, 1, "superseded"),
        (3, 1, "withdrawn"),
    ]
    with pytest.raises(UsageError, match="no run 'r2'"):
        Store.open(tmp_path / "store").accounts("r2")


def test_what_a_run_changed_is_told(tmp_path: Path) -> None:
    store = tmp_path / "store"
    take(store, write_set(tmp_path / "1.xml", *(article(i, abstract="IL-12") for i in (1, 2, 3))))
    changes = (article(1, abstract="IL-12 b"), article(2, abstract="IL-12"), article(5, abstract="IL-12"))
    tally = take(store, write_set(tmp_path / "2.xml", *changes, deletion(3)), run="r2")
    assert (tally.added, tally.revised, tally.removed, tally.articles) == (1, 1, 1, 3)


def test_nothing_happens_before_the_commit(tmp_path: Path) -> None:
    take(tmp_path / "store", write_set(tmp_path / "1.xml", article(1, abstract="IL-12")))
    store = Store.open(tmp_path / "store")
    intake = Intake(store, 1)
    file = write_set(tmp_path / "2.xml", article(1, abstract="IL-12 b"), article(2, abstract="IL-12"))
    for parsed in parse_all(read_batches([file]), make_judge, 1):
        intake.take(parsed)
    intake.finish()
    assert held(tmp_path / "store") == {1: "IL-12"}


@pytest.mark.parametrize(
    "damage", ["{", '{"schema_version": 99, "shards": []}', '{"unknown": 1, "shards": []}']
)
def test_a_damaged_or_foreign_state_is_refused(tmp_path: Path, damage: str) -> None:
    take(tmp_path / "store", write_set(tmp_path / "1.xml", article(1, abstract="IL-12")))
    (tmp_path / "store" / "state.json").write_text(damage)
    with pytest.raises((MalformedError, ContractError), match="--full"):
        Store.open(tmp_path / "store")


_EVENTS = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 4), st.integers(1, 2), st.sampled_from(["IL-12 a", "IL-12 b", "IL-10"])),
        st.tuples(st.integers(1, 4), st.integers(1, 2), st.none()),  # a version that is taken out
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(_EVENTS, min_size=1, max_size=3), st.integers(1, 3))
def test_any_history_ends_as_a_plain_dictionary_would(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[Any]], shard_size: int
) -> None:
    folder = tmp_path_factory.mktemp("history")
    known: dict[int, tuple[int, str]] = {}
    for number, events in enumerate(runs):
        elements = []
        for pmid, version, text in events:
            newest = pmid not in known or version >= known[pmid][0]
            if text is None:
                elements.append(deletion(pmid, version=version))
                if newest:
                    known.pop(pmid, None)
            else:
                elements.append(article(pmid, abstract=text, version=version))
                if newest:
                    known[pmid] = (version, text)
        file = write_set(folder / f"{number}.xml", *elements)
        take(folder / "store", file, run=f"r{number}", shard_size=shard_size)
        # An article off the topic is not held, and neither is its version: later runs may bring it back.
        known = {pmid: entry for pmid, entry in known.items() if "IL-12" in entry[1]}
    assert held(folder / "store") == {pmid: text for pmid, (_, text) in known.items()}
