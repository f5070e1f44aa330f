"""Settings of any kind from anywhere are taken, or refused in one line that says which: exit code 2."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from comention.config import Settings, load_settings, parse_assignments
from comention.errors import ConfigError
from tests.support.hostile import settings_text, value_text

_DEEP = "[" * 3000 + "]" * 3000
_DEEP_TABLE = "{a=" * 3000 + "1" + "}" * 3000
_LONG = "9" * 5000


def refusal(
    folder: Path, text: str = "", assignments: tuple[str, ...] = (), environment: dict[str, str] | None = None
) -> ConfigError | Settings:
    """The settings of a file, of `--set` and of the environment; why they are refused where they are."""
    file = folder / "settings.toml"
    file.write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        try:
            return load_settings(file, parse_assignments(assignments))
        except ConfigError as error:
            return error


def assert_clear(error: ConfigError | Settings, *words: str) -> None:
    assert isinstance(error, ConfigError), error
    assert error.exit_code == 2
    for word in words:
        assert word in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 3000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"[topic]\nconcepts = {_DEEP}", ["settings.toml", "nested too deep"]),
        (f"topic = {_DEEP_TABLE}", ["settings.toml", "nested too deep"]),
        (f"[run]\nprocesses = {_LONG}", ["settings.toml", "number that is too long"]),
        ("[run]\nprocesses = 99999999999999999999", ["run.processes", "10000"]),
        ("[run]\nkeep_days = 999999999", ["run.keep_days"]),
        ("[run]\nshard_size = 99999999999999999999", ["run.shard_size"]),
        ("[dask]\ntimeout = inf", ["dask.timeout"]),
        ("[dask]\ntimeout = nan", ["dask.timeout"]),
        ("[pubmed]\nplausible_loss = nan", ["pubmed.plausible_loss"]),
        ("[topic]\nname = 'a'\nname = 'b'", ["settings.toml", "is not TOML"]),
        ("[topic]\n[topic]", ["settings.toml", "is not TOML"]),
        ('workdir = "a\\u0000b"', ["workdir", "null character"]),
        ('[topic]\nname = "a\\u0000b"', ["topic.name", "null character", "COMENTION_TOPIC__NAME"]),
        ('[source]\ninput = ["a", "a\\u0000b"]', ["source.input", "null character"]),
        ('[names.add]\n"a\\u0000" = "MESH:D1"', ["names.add", "null character"]),
        ('[names.add]\na = "MESH:\\u0000"', ["names.add.a", "null character"]),
        ("x" * 100_000 + " = 1", ["unknown key"]),
        ("[topic]\n" + "\n".join(f"x{number} = 1" for number in range(5000)), ["and 4990 more"]),
    ],
    ids=lambda text: str(text)[:40],
)
def test_a_file_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, words: list[str]) -> None:
    assert_clear(refusal(tmp_path, text), *words)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        (f"topic.concepts={_DEEP}", ["--set topic.concepts", "nested too deep"]),
        (f"topic={_DEEP_TABLE}", ["--set topic", "nested too deep"]),
        (f"run.processes={_LONG}", ["--set run.processes", "number that is too long"]),
        ('workdir="a\\u0000b"', ["workdir", "null character"]),
        ("workdir=a\0b", ["workdir", "null character"]),
        ("topic.name=\udcff", ["topic.name", "not UTF-8"]),
        ("source.input=['\udce9.xml']", ["source.input", "not UTF-8"]),
        (".".join("a" * 3000) + "=1", ["unknown key"]),
        (".=1", ["key=value"]),
        ("topic..name=1", ["key=value"]),
        ("x" * 100_000, ["key=value"]),
        ("run.processes=1\nrun.part_size=5", ["run.processes"]),  # not the first line alone
    ],
    ids=lambda text: str(text)[:40],
)
def test_an_assignment_that_cannot_be_meant_is_refused(
    tmp_path: Path, assignment: str, words: list[str]
) -> None:
    assert_clear(refusal(tmp_path, assignments=(assignment,)), *words)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("COMENTION_SOURCE__INPUT", "[" * 100_000, ["JSON"]),
        ("COMENTION_TOPIC__CONCEPTS", _DEEP, ["JSON"]),
        ("COMENTION_RUN__PROCESSES", _LONG, ["run.processes"]),
        ("COMENTION_TOPIC__NAME", "\udcff", ["topic.name", "not UTF-8"]),
        ("COMENTION_NAMES__ADD__\udcff", "x", ["names.add", "not UTF-8"]),
        ("COMENTION_PUBMED__API_KEY", "hidden\udcff", ["pubmed.api_key", "not UTF-8"]),
        ("COMENTION_\udcff", "x", ["is no setting"]),
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_an_environment_that_cannot_be_meant_is_refused(
    tmp_path: Path, name: str, value: str, words: list[str]
) -> None:
    error = refusal(tmp_path, environment={name: value})
    assert_clear(error, *words)
    assert "hidden" not in str(error)


def try_settings(folder: Path, seed: int, count: int) -> tuple[int, int]:
    """Load so many settings from files, `--set` and the environment; return how many were taken, and not."""
    dice = random.Random(seed)
    taken = refused = 0
    for number in range(count):
        if number % 3 == 0:
            found = refusal(folder, settings_text(dice))
        elif number % 3 == 1:
            assignments = tuple(f"{a_key(dice)}={value_text(dice)}" for _ in range(dice.randint(1, 3)))
            found = refusal(folder, assignments=assignments)
        else:
            name = "COMENTION_" + a_key(dice).replace(".", "__").upper()
            found = refusal(folder, environment={name: value_text(dice).replace("\0", "")})
        if isinstance(found, ConfigError):
            refused += 1
            assert_clear(found)
        else:
            taken += 1
            found.model_dump_json().encode()
    return taken, refused


def a_key(dice: random.Random) -> str:
    sections = [name for name in Settings.model_fields if name != "workdir"]
    section = dice.choice(sections)
    names = list(type(getattr(Settings(), section)).model_fields)
    key = dice.choice(("workdir", *(f"{section}.{name}" for name in names)))
    return "source.input" if key == "pubmed.api_key" else key


@pytest.mark.slow
def test_hundreds_of_settings_are_taken_or_refused(tmp_path: Path) -> None:
    taken, refused = try_settings(tmp_path, 13, 300)
    assert taken > 10
    assert refused > 100


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--workdir", b"\xff"],
        ["run", "--set", b"topic.name=\xff"],
        ["run", "--config", b"\xe9.toml"],
        ["annotate", b"\xe9.txt"],
        ["lookup", b"\xff"],
    ],
    ids=ascii,
)
def test_an_argument_in_another_encoding_is_refused(tmp_path: Path, words: list[str | bytes]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "comention.cli", *words], cwd=tmp_path, check=False, capture_output=True
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"is not UTF-8" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_named_in_another_encoding_is_refused(tmp_path: Path) -> None:
    from comention.errors import UsageError
    from comention.pubmed.sources import local_files

    name = os.fsdecode(b"\xe9.xml")
    (tmp_path / name).write_text("<PubmedArticleSet/>")
    for given in (tmp_path, tmp_path / name):
        with pytest.raises(UsageError, match="is not UTF-8, as datasets are: rename it") as caught:
            local_files([str(given)])
        str(caught.value).encode()


def test_a_plan_of_training_that_cannot_be_meant_is_refused(tmp_path: Path) -> None:
    from comention.gold.training import load_plan

    for text in (f"a = {_DEEP}", f"a = {_LONG}", "a ="):
        (tmp_path / "plan.toml").write_text(text)
        with pytest.raises(ConfigError, match=r"plan\.toml is not TOML") as caught:
            load_plan(tmp_path / "plan.toml")
        assert "\n" not in str(caught.value)
