"""The map of the house says what is there."""

import re
from pathlib import Path

import pytest

import comention
from tests.conftest import LONGEST
from tests.test_layers import _ALLOWED

ROOT = Path(__file__).parents[1]
SRC = Path(comention.__file__).parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MAP = TEXT.split("## The map")[1].split("## One abstract")[0]


def test_every_part_is_on_the_map() -> None:
    rooms = {f"{path.name}/" for path in SRC.iterdir() if (path / "__init__.py").exists()}
    modules = {path.name for path in SRC.glob("*.py")} - {"__init__.py"}
    assert {name for name in rooms | modules if name not in MAP.split("src/comention/")[1]} == set()


def test_everything_named_exists() -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?)`", TEXT))
    assert len(named) > 20
    roots = (ROOT, SRC, SRC / "lexicon")
    assert {name for name in named if not any((root / name).exists() for root in roots)} == set()


def test_the_order_is_the_one_that_is_enforced() -> None:
    order = re.findall(r"errors, records.*?pipelines", TEXT, re.DOTALL)[0]
    rank = {
        part: level for level, group in enumerate(order.split("→")) for part in re.findall(r"[a-z]+", group)
    }
    assert set(rank) - {"pipelines"} == set(_ALLOWED) - {"__init__"}
    for part, allowed in _ALLOWED.items():
        if part != "__init__":
            assert all(rank[name] < rank[part] for name in allowed - {"__init__"}), part


def test_what_cooccur_may_import_is_what_it_says() -> None:
    said = re.findall(r"`cooccur`, for one, may import (.*?),\s+and\s+nothing\s+else", TEXT, re.DOTALL)[0]
    assert set(re.findall(r"[a-z]{3,}", said)) - {"and"} == _ALLOWED["cooccur"]


def make_targets(text: str) -> set[str]:
    """Return all that a text has `make` make, in its spans and blocks of code."""
    calls = re.findall(r"(?:[`\"]|^)make ([^`\"#\n]+)", text, re.MULTILINE)
    return {word for call in calls for word in call.split() if "=" not in word}


def test_every_make_target_of_a_text_is_seen() -> None:
    text = "Run `make check  test`, `make model GOLD=…`.\n```sh\nmake fast   # make haste\n```\nor make do"
    assert make_targets(text) == {"check", "test", "model", "fast"}


def test_its_make_targets_exist() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = make_targets(TEXT)
    assert {"install", "check", "test", "soak", "bench", "golden", "lexicon", "model"} <= named
    assert named - made == set()


def test_the_groups_that_tests_begin_with_are_there() -> None:
    texts = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for group in LONGEST:
        assert (ROOT / group).is_file() or f'xdist_group("{group}")' in texts, group


def test_a_module_of_tests_stays_in_one_process(request: pytest.FixtureRequest) -> None:
    if not hasattr(request.config, "workerinput"):
        pytest.skip("tests are not spread over processes")
    # pytest-xdist writes the group behind the name; without it each test may run in another process
    assert request.node.nodeid.endswith("@tests/test_contributing.py")
