"""The map of the house says what is there."""

import re
from pathlib import Path

import comention
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


def test_its_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {word for line in re.findall(r"`?make ([a-z ]+)", TEXT) for word in line.split()}
    assert targets
    assert {
        name
        for name in targets
        & {"install", "check", "fast", "test", "soak", "golden", "bench", "lexicon", "model"}
        if not re.search(rf"^{name}:", makefile, re.MULTILINE)
    } == set()
