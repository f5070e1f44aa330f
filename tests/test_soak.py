"""Full sizes, many kills, long fuzzing: `make soak`, by hand."""

from __future__ import annotations

import bisect
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comention.annotation.document import from_text
from comention.annotation.fast import FastAnnotator
from comention.files.atomic import sha256
from comention.gold.training import Trainer, load_plan, read_gold
from comention.lexicon.store import open_lexicon
from comention.ner.model import open_model
from comention.resources import bundled_config
from tests.pubmed.test_mutants import try_mutants
from tests.support.processes import command as command_of
from tests.support.processes import kept, scattered, service
from tests.support.runs import content, sums
from tests.test_hostile_settings import try_settings

pytestmark = [pytest.mark.soak, pytest.mark.corpora]

#: Gold that is shipped.
GOLD = Path(__file__).parents[1] / "data" / "gold"
_KILLS = 20


def command(file: Path, workdir: Path) -> list[str]:
    options = ["--set", "topic.match=all", "--set", "run.shard_size=500", "--json"]
    return [
        sys.executable,
        "-m",
        "comention.cli",
        "run",
        "--input",
        str(file),
        "--workdir",
        str(workdir),
        *options,
    ]


def test_a_run_that_is_killed_again_and_again_ends_as_an_undisturbed_one(
    corpora: Path, tmp_path: Path
) -> None:
    """`kill -9` at random moments of a run on a real file, then the same command: the same datasets."""
    file = corpora / "pubmed" / "pubmed20n0014.xml.gz"
    began = time.monotonic()
    subprocess.run(command(file, tmp_path / "undisturbed"), check=True, capture_output=True)
    whole = time.monotonic() - began
    chance = random.Random(12)
    killed = 0
    for _ in range(_KILLS):
        with subprocess.Popen(command(file, tmp_path / "killed"), stdout=subprocess.DEVNULL) as process:
            try:
                process.wait(chance.uniform(0.3, whole))
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
        if (tmp_path / "killed" / "latest").exists():
            assert sums(tmp_path / "killed") == sums(tmp_path / "undisturbed")
    done = subprocess.run(command(file, tmp_path / "killed"), check=True, capture_output=True)
    assert killed >= _KILLS // 2
    assert sums(tmp_path / "killed") == sums(tmp_path / "undisturbed")
    assert json.loads(done.stdout)["expected"] == 30_000
    left = [p.name for p in (tmp_path / "killed" / "snapshots").iterdir()]
    assert not [name for name in left if name.startswith(".")]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_whole_file_stays_within_its_memory(corpora: Path, tmp_path: Path, processes: int) -> None:
    """The 233 MB file with everything kept: below 1.5 GB in the largest process."""
    import resource

    file = corpora / "pubmed" / "pubmed21n1298.xml.gz"
    subprocess.run(
        [*command(file, tmp_path), "--set", f"run.processes={processes}"], check=True, capture_output=True
    )
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_500_000


@settings(max_examples=20_000, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_annotated_with_offsets_that_hold(text: str) -> None:
    found = FastAnnotator(open_lexicon()).mentions(from_text(text))
    for mention in found:
        assert text[mention.start : mention.end] == mention.text
        assert mention.text
    assert found == sorted(found, key=lambda m: (m.start, m.end, m.entity_type, m.concept_id))


def test_thousands_of_damaged_files_are_read_past_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    seed = random.randrange(1 << 32)  # a new one each time, which the failure names
    read, refused = try_mutants(tmp_path, seed, 5000)
    print(f"\nseed {seed}: {read} files read, {refused} refused")  # noqa: T201 - the figure is reported
    assert read + refused == 5000


def test_thousands_of_settings_are_taken_or_refused(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    taken, refused = try_settings(tmp_path, seed, 3000)
    print(f"\nseed {seed}: {taken} settings taken, {refused} refused")  # noqa: T201 - the figure is reported
    assert taken + refused == 3000


_RECORDS = 45_000


def busiest(times: list[float], window: float = 1.0) -> int:
    """The most requests that came within any `window` seconds."""
    times = sorted(times)
    return max(bisect.bisect_left(times, start + window) - at for at, start in enumerate(times))


@pytest.mark.parametrize(("key", "quota"), [(None, 3), ("0123456789abcdef", 10)])
def test_forty_five_thousand_records_are_fetched_once_each_at_the_quotas_pace(
    tmp_path: Path, key: str | None, quota: int
) -> None:
    pmids = scattered(_RECORDS)
    with service(tmp_path, pmids) as server:
        done = subprocess.run(
            **command_of(server.url, tmp_path / "w", key), check=True, capture_output=True, text=True
        )
        requests = server.requests()
    result = json.loads(done.stdout)
    assert (result["expected"], result["kept"], result["missing"]) == (_RECORDS, _RECORDS, 0)
    assert sorted(server.asked()) == sorted(pmids)
    assert {entry["status"] for entry in requests} == {200}
    for entry in requests:
        assert int(entry.get("retstart", 0)) + int(entry.get("retmax", 0)) <= 9999
    times = [entry["t"] for entry in requests]
    floor = len(requests) / quota
    took = max(times) - min(times)
    share = result["seconds"]["fetch"] / floor
    print(  # noqa: T201 - the figure is reported
        f"\nquota {quota}/s: {len(requests)} requests in {took:.1f} s, at most {busiest(times)} in a second; "
        f"{result['seconds']['fetch']:.1f} s of fetching are {share:.2f} of the floor of {floor:.1f} s"
    )
    assert busiest(times) <= quota
    assert result["seconds"]["fetch"] <= 1.3 * floor


def test_a_run_on_pubmed_that_is_killed_again_and_again_asks_for_nothing_twice(tmp_path: Path) -> None:
    """`kill -9` at 20 random moments, then the same command: same store, same datasets."""
    pmids = scattered(_RECORDS)
    chance = random.Random(3)
    with service(tmp_path, pmids, "--quota", "0") as server:
        key = "0123456789abcdef"
        subprocess.run(**command_of(server.url, tmp_path / "whole", key), check=True, capture_output=True)
        killed = 0
        repeated: list[int] = []
        for _ in range(_KILLS):
            server.forget()
            before = kept(tmp_path / "w")
            with subprocess.Popen(
                **command_of(server.url, tmp_path / "w", key), stdout=subprocess.DEVNULL
            ) as process:
                try:
                    process.wait(chance.uniform(0.5, 12))
                except subprocess.TimeoutExpired:
                    process.kill()
                    killed += 1
            repeated += before.intersection(server.asked())
        before = kept(tmp_path / "w")
        server.forget()
        subprocess.run(**command_of(server.url, tmp_path / "w", key), check=True, capture_output=True)
        repeated += before.intersection(server.asked())
    assert not repeated
    assert killed >= _KILLS // 2
    assert content(tmp_path / "w") == content(tmp_path / "whole")
    assert sums(tmp_path / "w") == sums(tmp_path / "whole")
    shards = [sorted(p.name for p in (tmp_path / w / "store" / "shards").iterdir()) for w in ("w", "whole")]
    assert shards[0] == shards[1]


def test_a_bulk_run_that_is_killed_again_and_again_ends_as_an_undisturbed_one(
    corpora: Path, tmp_path: Path
) -> None:
    files = sorted((corpora / "pubmed").glob("*.xml.gz"))
    options = [
        "--source",
        "bulk",
        "--set",
        "run.part_size=1",
        *(w for f in files for w in ("--input", str(f))),
    ]
    words = [sys.executable, "-m", "comention.cli", "run", "--json", *options, "--workdir"]
    began = time.monotonic()
    subprocess.run([*words, str(tmp_path / "whole")], check=True, capture_output=True)
    whole = time.monotonic() - began
    chance = random.Random(5)
    for _ in range(_KILLS):
        with subprocess.Popen([*words, str(tmp_path / "w")], stdout=subprocess.DEVNULL) as process:
            try:
                process.wait(chance.uniform(0.3, whole))
            except subprocess.TimeoutExpired:
                process.kill()
    subprocess.run([*words, str(tmp_path / "w")], check=True, capture_output=True)
    assert sums(tmp_path / "w") == sums(tmp_path / "whole")
    assert content(tmp_path / "w") == content(tmp_path / "whole")


def test_all_real_bulk_files_that_are_read_anew_change_nothing(corpora: Path, tmp_path: Path) -> None:
    """At full size what `test_a_replay_changes_nothing` of tests/test_bulk_source.py tries on three files."""
    files = sorted((corpora / "pubmed").glob("*.xml.gz"))
    inputs = [word for file in files for word in ("--input", str(file))]
    words = [sys.executable, "-m", "comention.cli", "run", "--json", "--source", "bulk", *inputs]
    words += ["--workdir", str(tmp_path)]
    subprocess.run(words, check=True, capture_output=True)
    before = sums(tmp_path)
    done = subprocess.run([*words, "--full"], check=True, capture_output=True)
    again = json.loads(done.stdout)
    assert (again["changed"], again["expected"]) == (False, 51_392)
    assert sums(tmp_path) == before


def test_a_recogniser_trained_anew_is_the_shipped_one_and_as_good(corpora: Path, tmp_path: Path) -> None:
    shipped = open_model()
    plan = load_plan(bundled_config("ner/standard"))
    trainer = Trainer(
        plan, read_gold(plan, [corpora / "gold", GOLD], [corpora / "pubmed"]), open_lexicon(), print
    )
    figures = trainer.train(tmp_path / "model", shipped.about["made_by"]["date"])
    reached = {(row["gold"], row["type"], row["measure"]): row["f1"] for row in figures}
    assert reached["bc5cdr_dev.pubtator", "total", "strict span"] >= 0.87
    assert reached["bc5cdr_dev.pubtator", "disease", "concept"] >= 0.82
    assert reached["bc5cdr_dev.pubtator", "chemical+drug", "concept, no drug classes"] >= 0.88
    assert reached["bc5cdr_dev.pubtator", "chemical+drug", "concept"] >= 0.88
    assert reached["ncbi_disease_traindev.pubtator", "disease", "strict span"] >= 0.84
    assert reached["nlmgene_train.pubtator", "cytokine", "concept"] >= 0.97
    for row in shipped.about["figures"]:
        assert reached[row["gold"], row["type"], row["measure"]] == pytest.approx(row["f1"], abs=5e-4)
    assert shipped.about["sha256"]["names.parquet"] == sha256(tmp_path / "model" / "names.parquet")
