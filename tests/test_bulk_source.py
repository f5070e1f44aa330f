"""`--source bulk` from the command to the datasets: parts, replay, years, deletions, background."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comention.api import load
from comention.config import load_settings
from comention.errors import ContractError, MalformedError, UsageError
from comention.files.atomic import read_parquet
from comention.files.checksums import write_checked_json
from comention.pubmed.store import Part, Store
from comention.schemas import ACCOUNTS, REJECTS
from comention.stages import walk
from comention.stages.background import compared
from comention.stages.job import Job
from tests.support.corpus import Corpus
from tests.support.eutils import StandIn
from tests.support.medline import article, deletion, write_set
from tests.support.runs import sums

pytestmark = pytest.mark.slow


def run(
    workdir: Path, *inputs: Path | str, number: int = 1, full: bool = False, **options: Any
) -> dict[str, Any]:
    given = {"source.kind": "bulk", "source.input": tuple(map(str, inputs)), "workdir": workdir}
    given |= {"run.processes": 1, "run.part_size": 1, "annotate.annotator": "fast"}
    settings = load_settings(None, given | {k.replace("__", "."): v for k, v in options.items()})
    job = Job(
        settings, f"2026010{number}T030405Z-0000", datetime(2026, 1, number, 3, 4, 5, tzinfo=UTC), full=full
    )
    return walk.summary(job, walk.walk(job))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files of a year: 1 to 3 are on the topic, 2 is revised, 3 deleted; 4 is not on the topic."""
    bulk(
        tmp_path / "in",
        "26n0001",
        article(1, abstract="IL-12 and TNF in psoriasis."),
        article(2, abstract="IL-12 in asthma."),
        article(4, abstract="Asthma."),
    )
    bulk(tmp_path / "in", "26n0002", article(3, abstract="IL-12 in asthma."), article(5, abstract="TNF."))
    bulk(tmp_path / "in", "26n0003", article(2, abstract="IL-12 in psoriasis."), deletion(3, 5))
    return tmp_path / "in"


def bulk(folder: Path, label: str, *elements: str) -> Path:
    folder.mkdir(exist_ok=True)
    return write_set(folder / f"pubmed{label}.xml", *elements)


def held(workdir: Path) -> dict[int, str]:
    return dict(load("articles", workdir)[["pmid", "abstract"]].itertuples(index=False))


def test_files_apply_in_order_with_their_deletions(folder: Path, tmp_path: Path) -> None:
    result = run(tmp_path / "w", folder)
    assert held(tmp_path / "w") == {1: "IL-12 and TNF in psoriasis.", 2: "IL-12 in psoriasis."}
    assert {n: result[n] for n in ("expected", "kept", "off_topic", "deleted", "articles")} == {
        "expected": 6,
        "kept": 4,
        "off_topic": 2,
        "deleted": 2,
        "articles": 2,
    }
    store = Store.open(tmp_path / "w" / "store")
    assert store.state.applied == ((26, 1, 3),)
    (row,) = store.ledger().to_pylist()
    assert (row["parts"], row["complete"], len(row["inputs"])) == (3, True, 3)
    assert store.accounts(row["run_id"]).num_rows == 6 + 2


@pytest.mark.slow
@pytest.mark.parametrize("part", [1, 3, 100])
@pytest.mark.parametrize("processes", [1, 2])
def test_parts_and_processes_change_no_dataset(
    folder: Path, tmp_path: Path, part: int, processes: int
) -> None:
    run(tmp_path / "a", folder)
    run(tmp_path / "b", folder, run__part_size=part, run__processes=processes)
    assert sums(tmp_path / "a") == sums(tmp_path / "b")


def test_a_replay_changes_nothing(folder: Path, tmp_path: Path) -> None:
    run(tmp_path, folder)
    before = sums(tmp_path)
    result = run(tmp_path, folder, number=2)
    assert (result["changed"], result["expected"]) == (False, 0)
    assert run(tmp_path, folder, number=3, full=True)["expected"] == 6
    assert sums(tmp_path) == before


@pytest.mark.slow
def test_files_may_come_run_by_run(folder: Path, tmp_path: Path) -> None:
    files = sorted(folder.iterdir())
    for number, file in enumerate(files, 1):
        run(tmp_path / "w", file, number=number)
    run(tmp_path / "all", folder)
    assert sums(tmp_path / "w") == sums(tmp_path / "all")
    with pytest.raises(ContractError, match="4 to 4 of 2026 are missing"):
        run(tmp_path / "w", bulk(tmp_path / "late", "26n0005", article(9)), number=4)


def test_an_interrupted_run_goes_on_after_its_last_part(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(path: Path) -> None:
        if "0008" in path.name:
            raise KeyboardInterrupt

    monkeypatch.setattr("comention.pubmed.readings.check_md5", check)
    for number in range(9):
        bulk(folder, f"26n{number + 4:04}", article(100 + number, abstract=f"IL-12 and {number}."))
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "w", folder)
    monkeypatch.undo()
    assert Store.open(tmp_path / "w" / "store").state.applied == ((26, 1, 6),)
    run(tmp_path / "w", folder, number=2)
    run(tmp_path / "whole", folder)
    assert sums(tmp_path / "w") == sums(tmp_path / "whole")


def test_a_damaged_file_is_not_applied_and_those_before_it_are(folder: Path, tmp_path: Path) -> None:
    bulk(folder, "26n0004", article(6, abstract="IL-12."))
    text = (folder / "pubmed26n0003.xml").read_bytes()
    (folder / "pubmed26n0003.xml").write_bytes(text[:-40])
    with pytest.raises(MalformedError, match="26n0003"):
        run(tmp_path / "w", folder)
    assert Store.open(tmp_path / "w" / "store").state.applied in {(), ((26, 1, 1),), ((26, 1, 2),)}
    (folder / "pubmed26n0003.xml").write_bytes(text)
    run(tmp_path / "w", folder, number=2)
    run(tmp_path / "whole", folder)
    assert sums(tmp_path / "w") == sums(tmp_path / "whole")


def test_a_checksum_that_differs_stops_the_run(folder: Path, tmp_path: Path) -> None:
    file = folder / "pubmed26n0002.xml"
    sidecar = folder / "pubmed26n0002.xml.md5"
    sidecar.write_text(f"MD5({file.name})= {'0' * 32}\n")
    with pytest.raises(ContractError, match="download both again"):
        run(tmp_path, folder)
    digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
    sidecar.write_text(f"MD5({file.name})= {digest}\n")
    assert run(tmp_path, folder, number=2)["articles"] == 2


@pytest.mark.slow
def test_a_new_years_baseline_replaces_what_is_held(folder: Path, tmp_path: Path) -> None:
    run(tmp_path / "w", folder)
    new = tmp_path / "new"
    bulk(new, "27n0001", article(1, abstract="IL-12 and TNF in psoriasis."))
    with pytest.raises(ContractError, match="1 articles are held of the new year's baseline, 2 were held"):
        run(tmp_path / "w", new, number=2)
    assert set(held(tmp_path / "w")) == {1, 2}  # the last snapshot stays
    bulk(new, "27n0002", article(7, abstract="IL-12."))
    run(tmp_path / "w", new, number=3)
    assert set(held(tmp_path / "w")) == {1, 7}
    run(tmp_path / "fresh", new)
    assert sums(tmp_path / "fresh") == sums(tmp_path / "w")


def test_a_new_year_that_lacks_articles_for_good_can_be_published(folder: Path, tmp_path: Path) -> None:
    """One citation of a small topic that NLM has taken out is more than the share that may vanish."""
    run(tmp_path / "w", folder)
    new = tmp_path / "new"
    bulk(new, "27n0001", article(1, abstract="IL-12 and TNF in psoriasis."))
    for number in (2, 3):
        with pytest.raises(ContractError, match=r"gone for good, run once with .*plausible_loss=1"):
            run(tmp_path / "w", new, number=number)
    run(tmp_path / "w", new, number=4, pubmed__plausible_loss=1)
    assert set(held(tmp_path / "w")) == {1}
    bulk(new, "27n0002", article(7, abstract="IL-12."))
    run(tmp_path / "w", new, number=5)
    assert set(held(tmp_path / "w")) == {1, 7}


def frequencies(workdir: Path) -> dict[str, tuple[int, int]]:
    """Citations that mention each concept, and those of the topic among them."""
    path = Store.open(workdir / "store").frequencies
    assert path is not None
    return {i: (n, own) for i, n, own in zip(*read_parquet(path).to_pydict().values(), strict=True)}


def test_the_background_counts_every_live_citation(folder: Path, tmp_path: Path) -> None:
    """Live are 1 (IL-12, TNF, psoriasis), 2 (IL-12, psoriasis) and 4 (asthma)."""
    run(tmp_path, folder)
    assert frequencies(tmp_path) == {
        "*": (3, 2),
        "COMENTION:IL-12": (2, 2),
        "HGNC:11892": (1, 1),
        "MESH:D011565": (2, 2),
        "MESH:D001249": (1, 0),
    }
    assert set(load("entities", tmp_path).background) == {0}
    bulk(folder, "26n0004", article(4, abstract="Psoriasis."), deletion(1))
    run(tmp_path, folder, number=2)
    assert frequencies(tmp_path) == {"*": (2, 1), "COMENTION:IL-12": (1, 1), "MESH:D011565": (2, 1)}
    entities = load("entities", tmp_path).set_index("concept_id")
    assert entities.background.to_dict() == {"COMENTION:IL-12": 0, "MESH:D011565": 1}


def test_the_topic_is_counted_in_the_files_that_hold_it(folder: Path, tmp_path: Path) -> None:
    """One annotator reads both, since another may find names of the topic that the files' lacks."""
    run(tmp_path, folder)
    given = {"source.kind": "bulk", "source.input": (str(folder),), "workdir": tmp_path}
    job = Job(load_settings(None, given), "20260102T030405Z-0000", datetime(2026, 1, 2, tzinfo=UTC))
    background = compared(job).background
    assert background is not None
    assert (background.kind, background.holds_topic) == ("bulk", True)


def test_a_narrowed_run_notes_no_progress(folder: Path, tmp_path: Path) -> None:
    run(tmp_path, folder, source__limit=2)
    store = Store.open(tmp_path / "store")
    assert (store.state.applied, store.frequencies) == ((), None)
    assert set(load("enrichment", tmp_path).kind) == {"table"}  # the files are not the background
    run(tmp_path, folder, number=2)
    assert set(held(tmp_path)) == {1, 2}


def interrupt(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the next run end when it comes to a file."""

    def check(path: Path) -> None:
        if name in path.name:
            raise KeyboardInterrupt

    monkeypatch.setattr("comention.pubmed.readings.check_md5", check)


@pytest.fixture
def many(folder: Path) -> Path:
    """Twelve files: enough that parts are committed while others are read ahead."""
    for number in range(9):
        bulk(folder, f"26n{number + 4:04}", article(100 + number, abstract=f"IL-12 in asthma {number}."))
    return folder


def test_a_run_tried_again_under_its_name_goes_on(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(monkeypatch, "0009")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "w", many)
    monkeypatch.undo()
    result = run(tmp_path / "w", many)  # the same run id, as when Prefect tries a task again
    run(tmp_path / "whole", many)
    assert sums(tmp_path / "w") == sums(tmp_path / "whole")
    assert frequencies(tmp_path / "w") == frequencies(tmp_path / "whole")
    stores = [Store.open(tmp_path / name / "store") for name in ("w", "whole")]
    rows = [store.ledger().to_pylist() for store in stores]
    assert rows[0] == rows[1]
    assert rows[0][0]["parts"] == 12
    assert result["expected"] == rows[0][0]["expected"] == 15
    accounts = [store.accounts(result["run_id"]).num_rows for store in stores]
    assert accounts[0] == accounts[1] == 15 + result["deleted"]


@pytest.mark.slow
def test_a_full_run_that_was_interrupted_goes_on(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, many)
    before = sums(tmp_path)
    interrupt(monkeypatch, "0009")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, many, number=2, full=True)
    monkeypatch.undo()
    result = run(tmp_path, many, number=3, full=True)
    assert 0 < result["expected"] < 15
    assert [result[name] for name in ("added", "revised", "removed")] == [0, 0, 0]
    assert sums(tmp_path) == before
    rows = Store.open(tmp_path / "store").ledger().to_pylist()
    assert [row["complete"] for row in rows] == [True, False, True]


def test_a_narrowed_run_on_a_store_that_follows_the_files_is_refused(folder: Path, tmp_path: Path) -> None:
    run(tmp_path, folder)
    with pytest.raises(UsageError, match="follows the bulk files: name another --workdir"):
        run(tmp_path, folder, number=2, source__limit=2)
    with pytest.raises(UsageError, match="holds another topic"):
        run(tmp_path, folder, number=2, source__kind="files")


def test_no_file_that_the_state_names_is_written_to(folder: Path, tmp_path: Path) -> None:
    run(tmp_path, folder)
    store = Store.open(tmp_path / "store")
    part = Part(store.index, ACCOUNTS.schema.empty_table(), REJECTS.schema.empty_table())
    (row,) = store.ledger().to_pylist()
    with pytest.raises(ContractError, match="has been committed"):
        store.commit(store.state, part, row)


def test_articles_that_the_shards_do_not_have_stop_the_run(folder: Path, tmp_path: Path) -> None:
    run(tmp_path, folder)
    before = sums(tmp_path)
    path = tmp_path / "store" / "state.json"
    state = json.loads(path.read_text("utf-8"))
    write_checked_json(path, state | {"shards": state["shards"][1:]})
    with pytest.raises(MalformedError, match=r"has no shard .*: .* run with --full"):
        run(tmp_path, folder, number=2)
    run(tmp_path, folder, number=3, full=True)
    assert sums(tmp_path) == before


def test_a_corpus_that_lacks_articles_of_the_store_is_not_published(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comention.stages.steps.corpus.collect", lambda *_: {"articles": 1})
    with pytest.raises(ContractError, match="holds 2 articles and 1 were found in its shards"):
        run(tmp_path, folder)
    assert not (tmp_path / "latest").exists()


# ------------------------------------------------------------------------------------------ from an address


@pytest.fixture
def server(folder: Path, tmp_path: Path) -> Iterator[StandIn]:
    """NLM's layout: the first file is the baseline, the others are updates."""
    for path in sorted(folder.iterdir()):
        place = tmp_path / "ftp" / "pubmed" / ("baseline" if "0001" in path.name else "updatefiles")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    with StandIn(Corpus(), files=tmp_path / "ftp") as service:
        yield service


def address(server: StandIn) -> str:
    return server.url.replace("entrez/eutils/", "pubmed/")


def transferred(server: StandIn) -> list[str]:
    names = [entry["endpoint"].rpartition("/")[2] for entry in server.requests("/")]
    server.log.clear()
    return [name for name in names if name.endswith(".gz")]


@pytest.mark.slow
def test_26_files_from_an_address_are_downloaded_once_and_again_where_they_are_wrong(
    server: StandIn, tmp_path: Path
) -> None:
    run(tmp_path / "local", tmp_path / "ftp" / "pubmed")
    server.faults += [
        {"kind": "reverse", "match": {"path": "/pubmed/baseline/pubmed26n0001.xml.gz"}},
        {"kind": "truncate", "match": {"path": "/pubmed/updatefiles/pubmed26n0002.xml.gz"}},
    ]
    run(tmp_path / "w", address(server))
    assert not server.faults
    assert sums(tmp_path / "w") == sums(tmp_path / "local")
    assert set(transferred(server)) == {f"pubmed26n000{n}.xml.gz" for n in (1, 2, 3)}
    assert not list((tmp_path / "w" / "downloads").iterdir())
    run(tmp_path / "w", address(server), number=2)
    assert not transferred(server)


@pytest.mark.slow
def test_an_outage_while_files_are_downloaded_keeps_what_was_read(server: StandIn, tmp_path: Path) -> None:
    run(tmp_path / "local", tmp_path / "ftp" / "pubmed")
    third = {"path": "/pubmed/updatefiles/pubmed26n0003.xml.gz"}
    server.faults.append({"kind": "bad_request", "match": third, "times": 0})
    with pytest.raises(ContractError, match="26n0003"):
        run(tmp_path / "w", address(server))
    server.faults.clear()
    transferred(server)
    run(tmp_path / "w", address(server), number=2, source__keep_downloads=True)
    assert "pubmed26n0001.xml.gz" not in transferred(server)
    assert sums(tmp_path / "w") == sums(tmp_path / "local")
    assert "pubmed26n0003.xml.gz" in {path.name for path in (tmp_path / "w" / "downloads").iterdir()}
