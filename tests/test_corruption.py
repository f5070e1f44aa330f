"""One file of a work directory is damaged: each command is right, or says in one line what is wrong."""

from __future__ import annotations

import itertools
import random
import secrets
from collections import Counter
from pathlib import Path

import pytest

from tests.support.corruption import DAMAGES, KINDS, Base, commands, make, meet

pytestmark = pytest.mark.slow

_IN_CI = 40
_IN_SOAK = 600


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return make(tmp_path_factory.mktemp("whole"))


def corrupt(base: Base, folder: Path, times: int) -> Counter[str]:
    """Meet so many of all combinations, each as often as any other, in an order of chance."""
    seed = secrets.randbelow(1 << 32)
    chance = random.Random(seed)
    names = commands(base.workdir, base.files)
    cases = list(itertools.product(KINDS, DAMAGES, names))
    rounds = -(-times // len(cases))
    chosen = [case for _ in range(rounds) for case in chance.sample(cases, len(cases))][:times]
    outcomes: Counter[str] = Counter()
    for number, (kind, damage, command) in enumerate(chosen):
        place = folder / str(number)
        place.mkdir()
        try:
            found = meet(base, place, kind, damage, command, chance)
        except BaseException as error:
            error.add_note(f"seed {seed}, case {number}: {kind}, {damage}, {command}")
            raise
        outcomes["right" if found == "right" else "refused"] += 1
    return outcomes


def test_a_damaged_file_is_never_silently_wrong(base: Base, tmp_path: Path) -> None:
    outcomes = corrupt(base, tmp_path, _IN_CI)
    assert outcomes["right"] + outcomes["refused"] == _IN_CI
    assert outcomes["right"] > 0


@pytest.mark.soak
def test_no_kind_of_damage_to_any_kind_of_file_is_silently_wrong(base: Base, tmp_path: Path) -> None:
    outcomes = corrupt(base, tmp_path, _IN_SOAK)
    assert sum(outcomes.values()) == _IN_SOAK
    assert min(outcomes["right"], outcomes["refused"]) > _IN_SOAK // 20
