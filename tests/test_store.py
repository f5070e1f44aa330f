"""A store that something happened to: nothing of it is taken for lost, and the way out that is told works."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comention.api import load
from comention.errors import ContractError, StorageError
from comention.files.atomic import read_parquet, write_parquet
from comention.files.checksums import add_checksum, is_checked, with_checksum, write_checked_json
from comention.files.lock import locked
from comention.pubmed import state as states
from comention.pubmed.pacing import Pace
from comention.pubmed.state import read_state
from comention.pubmed.store import Store, read_ledger
from comention.snapshots import snapshot as publish
from tests.support.corpus import Corpus, document
from tests.support.corruption import Answer, Base, call, make, run_of
from tests.support.eutils import StandIn
from tests.support.runs import quick, run, sums, text

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return make(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def base(whole: Base, tmp_path: Path) -> Base:
    """A copy of a work directory of two runs."""
    shutil.copytree(whole.workdir, tmp_path / "w", symlinks=True)
    return whole._replace(workdir=tmp_path / "w")


def again(base: Base, *more: str) -> Answer:
    return call(run_of(base.workdir, base.files, *more))


def repair(base: Base) -> Answer:
    return call(["doctor", "--repair", "--workdir", str(base.workdir), "--csv"])


def assert_refused(answer: Answer, *words: str) -> None:
    (line,) = [line for line in answer.err.splitlines() if line.startswith("comention: ")]
    assert answer.code == 3, answer
    assert "unexpected" not in line
    for word in words:
        assert word in line


def assert_right(base: Base, answer: Answer) -> None:
    assert answer.code == 0, answer.err
    assert sums(base.workdir) == base.sums


def shards(base: Base) -> list[str]:
    return sorted(path.name for path in (base.workdir / "store" / "shards").iterdir())


def _edited(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    def edit(path: Path) -> None:
        raw = json.loads(path.read_text("utf-8"))
        change(raw)
        write_checked_json(path, raw)

    return edit


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


#: What may become of `state.json`; those that are edited have a checksum that is right.
LOST: dict[str, Callable[[Path], object]] = {
    "removed": lambda path: path.unlink(),
    "no keys": lambda path: path.write_text("{}"),
    "no keys, checked": lambda path: write_checked_json(path, {}),
    "a list": lambda path: path.write_text("[]"),
    "null": lambda path: path.write_text("null"),
    "a text": lambda path: path.write_text('"state"'),
    "empty": lambda path: path.write_text(""),
    "half": lambda path: path.write_text(path.read_text("utf-8")[:200]),
    "another encoding": lambda path: path.write_bytes(path.read_text("utf-8").encode("utf-16")),
    "a value changed": lambda path: path.write_text(path.read_text("utf-8").replace("false", "true", 1)),
    "a field less": _edited(lambda raw: raw.pop("named")),
    "a field more": _edited(lambda raw: raw.update(more=1)),
    "an index of no text": _edited(lambda raw: raw.update(index=5)),
    "shards in a text": _edited(lambda raw: raw.update(shards="abc")),
    "shards of numbers": _edited(lambda raw: raw.update(shards=[1])),
    "books of texts": _edited(lambda raw: raw.update(books=["1"])),
    "ranges of two": _edited(lambda raw: raw.update(applied=[[26, 1]])),
    "no truth value": _edited(lambda raw: raw.update(unfinished=0)),
    "an index that is absent": _edited(lambda raw: raw.update(index="index-none.parquet")),
    "a shard too few": _edited(lambda raw: raw.update(shards=raw["shards"][1:])),
    "a shard that is absent": _edited(lambda raw: raw["shards"].append("0" * 24)),
    "a folder": _folder,
}


#: What the ledger does not need.
_ONLY_IN_A_RUN = {"an index that is absent", "a shard too few", "a shard that is absent"}


@pytest.mark.parametrize("what", LOST)
def test_a_store_without_its_state_is_not_empty(base: Base, what: str) -> None:
    path = base.workdir / "store" / "state.json"
    before, held, state = shards(base), sorted((base.workdir / "store").rglob("*")), path.read_text("utf-8")
    LOST[what](path)
    listing = sorted((base.workdir / "store").rglob("*"))
    assert_refused(again(base), str(base.workdir / "store"), "comention doctor --repair", "--full")
    if what not in _ONLY_IN_A_RUN:
        assert_refused(call(["ledger", "--workdir", str(base.workdir)]), "--repair")
    assert (sorted((base.workdir / "store").rglob("*")), shards(base)) == (listing, before)
    assert sums(base.workdir) == base.sums
    if what == "a folder":
        path.rmdir()
    mended = repair(base)
    assert (mended.code, "the store is as commit" in mended.out) == (0, True), mended
    assert path.read_text("utf-8") == state
    assert sorted((base.workdir / "store").rglob("*")) == held
    assert_right(base, again(base))


def test_without_a_copy_only_a_full_run_is_offered(base: Base) -> None:
    store = base.workdir / "store"
    for path in store.glob("state*.json"):
        path.unlink()
    before = shards(base)
    refused = again(base)
    assert_refused(refused, "state.json is gone", "run with --full to fetch anew")
    assert "--repair" not in refused.err
    assert_refused(repair(base), "no commit that is whole: run with --full")
    assert_refused(again(base), "run with --full to fetch anew")
    assert shards(base) == before
    assert_right(base, again(base, "--full"))


def test_a_full_run_on_a_damaged_store_keeps_the_ledger(base: Base) -> None:
    (base.workdir / "store" / "state.json").write_text("{")
    assert_right(base, again(base, "--full"))
    assert len(read_ledger(base.workdir / "store")) == 3


def test_shards_alone_are_a_damaged_store(base: Base) -> None:
    store = base.workdir / "store"
    for path in store.glob("*.*"):
        path.unlink()
    before = shards(base)
    assert_refused(again(base), "state.json is gone, and shards/", "--full")
    assert shards(base) == before


@pytest.mark.parametrize("kind", ["index", "ledger"])
def test_repair_goes_back_to_the_last_commit_that_is_whole(base: Base, kind: str) -> None:
    store = base.workdir / "store"
    state = read_state(store)
    name = state.index if kind == "index" else state.ledger
    (store / str(name)).write_bytes(b"PAR1")
    assert_refused(again(base), "--repair")
    mended = repair(base)
    assert (mended.code, "run again: what came since is fetched again" in mended.out) == (0, True), mended
    assert read_state(base.workdir / "store").applied == ((26, 1, 1),)
    assert_right(base, again(base))


def test_repair_of_a_whole_store_changes_nothing(base: Base) -> None:
    before = {path: path.read_bytes() for path in base.workdir.rglob("*") if path.is_file()}
    assert "nothing to repair" in repair(base).out
    before.pop(base.workdir / ".lock")
    assert {path: path.read_bytes() for path in before} == before


def test_doctor_names_what_is_damaged(base: Base) -> None:
    path = next((base.workdir / "store" / "shards").iterdir())
    path.write_bytes(path.read_bytes()[:-1])
    answer = call(["doctor", "--offline", "--workdir", str(base.workdir), "--csv"])
    (line,) = [line for line in answer.out.splitlines() if line.startswith("store,")]
    assert answer.code == 3
    for word in ("error", path.name, "--repair"):
        assert word in line


def silent_flip(path: Path) -> None:
    """Flip a bit such that the file can still be read, and says something else."""
    data, right = path.read_bytes(), pq.read_table(path)
    for at in range(4, len(data)):
        for bit in range(8):
            damaged = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            try:
                found = pq.read_table(pa.BufferReader(damaged))
                found.validate(full=True)
                if found.schema.equals(right.schema) and not found.equals(right):
                    path.write_bytes(damaged)
                    return
            except (OSError, pa.ArrowException, ValueError):
                continue
    raise AssertionError(f"every flip of {path} is noticed by Parquet itself")


def test_a_flipped_bit_in_a_shard_is_not_published(base: Base) -> None:
    shard = next(iter(Store.open(base.workdir / "store").live_shards()))[1]
    silent_flip(shard)
    assert_refused(again(base), shard.name, "checksum", "--full")
    assert sums(base.workdir) == base.sums
    assert_right(base, again(base, "--full"))


@pytest.mark.parametrize("kind", ["sentences", "mentions", "rejected"])
def test_a_damaged_annotation_is_made_again(base: Base, kind: str) -> None:
    path = next(base.workdir.glob(f"store/annotations/*/*.{kind}.parquet"))
    whole = path.read_bytes()
    try:
        silent_flip(path)
    except AssertionError:  # a file of no rows has nothing to be wrong in
        path.write_bytes(path.read_bytes()[:-9] + b"x" + path.read_bytes()[-8:])
    assert_right(base, again(base))
    assert path.read_bytes() == whole


def test_damaged_frequencies_are_counted_anew(base: Base) -> None:
    path = Store.open(base.workdir / "store").frequencies  # the state before has one too
    assert path is not None
    whole = path.read_bytes()
    silent_flip(path)
    assert_right(base, again(base))
    assert path.read_bytes() == whole


def test_a_first_run_that_died_is_no_damaged_store(
    whole: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = whole._replace(workdir=tmp_path / "w")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    for place in ("comention.pubmed.store.write_state", "comention.pubmed.store.Store.commit"):
        with monkeypatch.context() as patch:
            patch.setattr(place, die)
            patch.setattr("os._exit", lambda code: (_ for _ in ()).throw(SystemExit(code)))
            assert again(base).code == 130
        assert list((base.workdir / "store" / "shards").iterdir())
        assert not (base.workdir / "store" / "state.json").exists()
    assert_right(base, again(base))


# ----------------------------------------------------------------------------------- what is not a run's own
FOREIGN = (
    ".x.part",
    ".notes.txt.1-2.part",
    "mail/.inbox.part",
    "store/.x.parquet.1.part",
    "store/.mine.json.1-2.part",
    "store/index-mine.parquet",
    "store/ledger-2026.parquet",
    "store/frequencies-mine.parquet",
    "store/shards/mine.parquet",
    "store/background/mine.parquet",
    "store/background/.count-mine/x",
    "store/incoming/letter.gz",
    "store/annotations/mine/table.parquet",
    "store/other/.a.parquet.1-2.part",
    "runs/2020.parquet",
    "runs/.2020.parquet.1-2.part",
    "snapshots/.staging-mine/x",
    "snapshots/holiday/x",
    "downloads/.a.part",
    "downloads/pubmed26n0001.xml.gz.mine.part",
    ".latest-mine",
)
OURS = (
    "store/.state.json.12-34.part",
    "store/.index-20260101T030405Z-0000-0001.parquet.12-34.part",
    "store/shards/.0123456789abcdef01234567.parquet.12-34.part",
    "store/accounts/.20260101T030405Z-0000-0001.parquet.12-34.part",
    "runs/.20260101T030405Z-0000.parquet.12-34.part",
    "snapshots/.staging-20260101T030405Z-0000/x",
)


def test_a_run_removes_what_runs_left_and_nothing_else(base: Base) -> None:
    (base.workdir / "store" / "annotations" / "empty").mkdir()
    annotation = next(base.workdir.glob("store/annotations/*/*.mentions.parquet"))
    part = annotation.with_name(f".{annotation.name}.12-34.part")
    for name in (*FOREIGN, *OURS, str(part.relative_to(base.workdir))):
        path = base.workdir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    assert_right(base, again(base, "--full"))
    assert [name for name in FOREIGN if not (base.workdir / name).is_file()] == []
    assert [name for name in OURS if (base.workdir / name).exists()] == []
    assert not part.exists()
    assert (base.workdir / "store" / "annotations" / "empty").is_dir()


@pytest.mark.parametrize("what", ["a link", "a link to nothing", "a pipe", "a folder", "another's"])
def test_a_lock_that_is_no_lock_of_ours_stays_as_it_is(tmp_path: Path, what: str) -> None:
    precious, path = tmp_path / "precious", tmp_path / "w" / ".lock"
    precious.write_text("do not lose")
    path.parent.mkdir()
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "a folder":
        path.mkdir()
    elif what == "another's":
        path.write_text("locked by my editor")
    else:
        path.symlink_to(precious if what == "a link" else tmp_path / "nothing")
    listing = sorted(tmp_path.rglob("*"))
    with pytest.raises(StorageError) as raised, locked(path.parent):
        pass
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert precious.read_text() == "do not lose"
    assert sorted(tmp_path.rglob("*")) == listing


def test_a_pace_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("do not lose")
    (tmp_path / "eutils.pace").symlink_to(tmp_path / "precious")
    with pytest.raises(StorageError, match=r"eutils\.pace cannot be used"):
        Pace(3.0, path=tmp_path / "eutils.pace").wait()
    assert (tmp_path / "precious").read_text() == "do not lose"


def test_a_part_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("do not lose")
    (tmp_path / f".x.parquet.{os.getpid()}-{threading.get_ident()}.part").symlink_to(tmp_path / "precious")
    write_parquet(tmp_path / "x.parquet", pa.table({"a": [1]}))
    assert (tmp_path / "precious").read_text() == "do not lose"
    assert not (tmp_path / "x.parquet").is_symlink()


# ------------------------------------------------------------------------------------------- two versions
def raise_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (
        "schemas.model",
        "schemas",
        "snapshots.manifest",
        "snapshots.publish",
        "snapshots.snapshot",
        "snapshots.dictionary",
    ):
        monkeypatch.setattr(f"comention.{module}.SCHEMA_VERSION", 2)


def test_a_raised_schema_version_is_published_from_the_store_with_every_host_unreachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    pmids = range(1000, 1008)
    with StandIn(Corpus(document(*map(text, pmids)))) as server:
        run(server, tmp_path, annotate__annotator="fast")
        before = load("pairs", tmp_path)
        raise_schema(monkeypatch)
        with pytest.raises(
            ContractError, match=r"schema version 1, .* reads 2: `comention run .* without fetching"
        ):
            publish.latest(tmp_path)
    result = run(server, tmp_path, day=3, annotate__annotator="fast")  # the server is gone
    assert (result["changed"], result["fetched"], result["articles"]) == (True, 0, len(pmids))
    assert publish.latest(tmp_path).manifest.schema_version == 2
    assert pq.read_schema(tmp_path / "latest" / "pairs.parquet").metadata[b"comention.schema_version"] == b"2"
    assert (
        pq.read_schema(tmp_path / "latest" / "ledger.parquet").metadata[b"comention.schema_version"] == b"2"
    )
    assert load("pairs", tmp_path).equals(before)
    assert len(load("ledger", tmp_path)) == 1, "a run that fetches nothing has no row"
    with StandIn(Corpus(document(*map(text, (*pmids, 1009))))) as server:
        result = run(server, tmp_path, day=4, annotate__annotator="fast")
    assert (result["fetched"], result["articles"]) == (1, len(pmids) + 1)


def test_a_full_run_fetches_whatever_the_schema_version(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    raise_schema(monkeypatch)
    answer = again(base, "--full")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["fetched"] > 0


def version_1(store: Path) -> None:
    """Turn a store into one as version 1 wrote it: without checksums and copies."""
    raw = json.loads((store / "state.json").read_text("utf-8"))
    raw = {k: v for k, v in raw.items() if k not in {"store_version", "commit", "sha256"}}
    (store / "state.json").write_text(json.dumps(raw | {"schema_version": 1}), "utf-8")
    for path in store.glob("state-*.json"):
        path.unlink()
    for path in store.rglob("*.parquet"):
        write_parquet(path, read_parquet(path))
        assert not is_checked(path)


def test_a_store_of_version_1_is_brought_to_this_one_without_fetching_or_annotating(
    base: Base, caplog: pytest.LogCaptureFixture
) -> None:
    store = base.workdir / "store"
    version_1(store)
    assert len(read_ledger(store)) == 2
    answer = again(base)
    assert_right(base, answer)
    assert "from store version 1 to 2" in caplog.text
    assert json.loads(answer.out)["fetched"] == 0
    assert [path for path in store.rglob("*.parquet") if not is_checked(path)] == []
    assert read_state(store).store_version == 2
    made = json.loads(call(["runs", "--workdir", str(base.workdir), "--json"]).out)
    (row,) = [
        row for row in made if (row["run_id"], row["stage"]) == (json.loads(answer.out)["run_id"], "annotate")
    ]
    assert row["records"] == 0, "no shard is annotated anew"
    caplog.clear()
    assert_right(base, again(base))
    assert "from store version" not in caplog.text


def test_a_death_while_a_store_is_brought_to_this_version_loses_nothing(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_1(base.workdir / "store")
    real = add_checksum

    def die(path: Path) -> None:
        if path.parent.name == "shards":
            raise StorageError("no space left")
        real(path)

    with monkeypatch.context() as patch:
        patch.setattr(states, "add_checksum", die)
        assert again(base).code != 0
    assert sums(base.workdir) == base.sums
    assert_right(base, again(base))


def test_a_raised_store_version_migrates_by_its_step_or_says_what_it_costs(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shards(base)
    for module in ("state", "store"):
        monkeypatch.setattr(f"comention.pubmed.{module}.STORE_VERSION", 3)
    assert_refused(again(base), "store version 2", "from 2 to 3", "--full, which fetches every citation anew")
    assert shards(base) == before
    moved: list[Path] = []
    monkeypatch.setitem(states.MIGRATIONS, 2, moved.append)
    assert_right(base, again(base))
    assert moved == [base.workdir / "store"]
    assert read_state(base.workdir / "store").store_version == 3
    monkeypatch.undo()
    assert_refused(again(base), "newer comention (store version 3", "install that one")


# --------------------------------------------------------------------------------------- the state by itself
def test_only_what_needs_the_index_opens_it(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    real = Store.open.__func__  # type: ignore[attr-defined]

    def count(cls: type[Store], root: Path) -> Store:
        opened.append(root)
        found: Store = real(cls, root)
        return found

    monkeypatch.setattr(Store, "open", classmethod(count))
    assert_right(base, again(base))
    assert len(opened) == 2, "fetching and collecting"
    assert call(["ledger", "--workdir", str(base.workdir)]).code == 0
    assert len(opened) == 2


def test_a_state_is_read_where_its_index_is_gone(base: Base) -> None:
    store = base.workdir / "store"
    state = read_state(store)
    (store / str(state.index)).unlink()
    assert read_state(store) == state


def test_a_checksum_covers_every_value(base: Base) -> None:
    path = base.workdir / "store" / "state.json"
    raw = json.loads(path.read_text("utf-8"))
    assert with_checksum(raw) == raw
    assert with_checksum(raw | {"books": [1]})["sha256"] != raw["sha256"]
