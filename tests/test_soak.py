"""Full sizes, many kills, long fuzzing: `make soak`, by hand."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comention import publish
from comention.annotation.document import from_text
from comention.annotation.fast import FastAnnotator
from comention.lexicon.store import open_lexicon

pytestmark = [pytest.mark.soak, pytest.mark.corpora]

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


def sums(workdir: Path) -> dict[str, str]:
    datasets = publish.latest(workdir).manifest["datasets"]
    return {name: entry["sha256"] for name, entry in datasets.items() if name != "ledger"}


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
