"""The index of a store and what a run has seen: they are dictionaries, in arrays."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from comention.pubmed.index import SCHEMA, Held, Index, Numbers
from comention.pubmed.seen import One, Seen
from tests.support.properties import examples

_PMID = st.integers(1, 9)
_HASH = st.sampled_from(["0" * 32, "f" * 31 + "0", "0123456789abcdef" * 2])
_HELD = st.builds(Held, st.integers(1, 3), _HASH, st.sampled_from(["s1", "s2"]))
_INDEX = st.dictionaries(_PMID, _HELD)
_ONE = st.builds(
    One, st.integers(1, 3), st.sampled_from(["a", "b"]), _HASH, st.integers(0, 5), st.booleans(), st.just(7)
) | st.builds(One, st.just(1), st.just("a"), st.none(), st.none(), st.just(False), st.integers(0, 9))


def numbers(values: list[int]) -> Numbers:
    found: Numbers = pa.array(values, pa.int64()).to_numpy()
    return found


def rows(held: dict[int, Held]) -> pa.Table:
    return pa.Table.from_pylist([{"pmid": pmid} | one._asdict() for pmid, one in held.items()], SCHEMA)


@given(_INDEX)
@examples(60)
def test_an_index_is_what_was_put_in(held: dict[int, Held]) -> None:
    index = Index.of(held)
    assert dict(index) == held
    assert list(index) == sorted(held)
    assert [pmid in index for pmid in range(11)] == [pmid in held for pmid in range(11)]
    assert index.shards == {s: n for s in ("s1", "s2") if (n := [h.shard for h in held.values()].count(s))}
    assert index.to_table().equals(rows({pmid: held[pmid] for pmid in sorted(held)}))


@given(_INDEX, st.lists(_PMID), _INDEX)
@examples(60)
def test_a_changed_index_has_lost_and_won(
    held: dict[int, Held], gone: list[int], new: dict[int, Held]
) -> None:
    found = Index.of(held).changed(numbers([*gone, *new]), rows(new))
    expected = {pmid: one for pmid, one in held.items() if pmid not in gone} | new
    assert dict(found) == expected
    revised = [p for p in expected.keys() & held.keys() if expected[p].content_hash != held[p].content_hash]
    told = (len(expected.keys() - held.keys()), len(held.keys() - expected.keys()), len(revised))
    assert found.compared(Index.of(held)) == told


@given(_INDEX, st.lists(st.tuples(_PMID, _HASH)))
@examples(60)
def test_rows_live_that_the_index_names(held: dict[int, Held], found: list[tuple[int, str]]) -> None:
    pmids = pa.chunked_array([[pmid for pmid, _ in found]], pa.int64())
    hashes = pa.chunked_array([[digest for _, digest in found]], pa.string())
    live = [p in held and (held[p].content_hash, held[p].shard) == (digest, "s1") for p, digest in found]
    assert Index.of(held).lives("s1", pmids, hashes).to_pylist() == live


def test_rows_that_are_moved_stay_what_they_are() -> None:
    held = {1: Held(1, "x", "s1"), 2: Held(2, "y", "s1"), 3: Held(1, "z", "s2")}
    moved = Index.of(held).moved(numbers([3, 1]), "s3")
    assert dict(moved) == held | {1: Held(1, "x", "s3"), 3: Held(1, "z", "s3")}


@given(st.lists(st.tuples(_PMID, _ONE | st.none())))
@examples(100)
def test_what_was_seen_is_a_dictionary(steps: list[tuple[int, One | None]]) -> None:
    seen, known = Seen(), dict[int, One]()
    for pmid, one in steps:
        if one is None:
            assert seen.pop(pmid) == known.pop(pmid, None)
        else:
            seen.put(pmid, one)
            known[pmid] = one
        assert seen.get(pmid) == known.get(pmid)
    assert list(seen) == list(known)
    columns = seen.columns()
    assert columns.pmid.tolist() == list(known)
    assert columns.source.to_pylist() == [one.source for one in known.values()]
    hashes = [one.content_hash for one in known.values() if one.content_hash]
    assert columns.content_hash.filter(pa.array(columns.on_topic)).to_pylist() == hashes
    assert columns.row.tolist() == [-1 if one.row is None else one.row for one in known.values()]
    assert columns.retracted.tolist() == [one.retracted for one in known.values()]
