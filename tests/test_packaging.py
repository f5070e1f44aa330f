"""One range of Pythons, said in several files, and a lock that holds for each of them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from comention.doctor import machine

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_LOCK = [
    Requirement(line.removesuffix("\\").strip())
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    if re.match(r"[\w.-]+==", line)
]


def locked(python: str, platform: str) -> dict[str, Version]:
    """Return what the lock installs there; a name that it would install twice is an error."""
    found: dict[str, Version] = {}
    for requirement in _LOCK:
        if requirement.marker is None or requirement.marker.evaluate(environment(python, platform)):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} twice on Python {python}"
            [pin] = requirement.specifier
            found[name] = Version(pin.version)
    return found


def environment(python: str, platform: str) -> dict[str, str]:
    """Return what markers are read against, for that Python and platform."""
    here = {name: str(value) for name, value in default_environment().items()}
    return here | {"python_version": python, "python_full_version": f"{python}.6", "sys_platform": platform}


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_holds_what_is_asked_for_on_every_python(python: str, platform: str) -> None:
    found = locked(python, platform)
    groups = PROJECT["dependency-groups"]
    for text in (*PROJECT["project"]["dependencies"], *groups["dev"], *groups["bench"]):
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate(environment(python, platform)):
            assert wanted.specifier.contains(found[canonicalize_name(wanted.name)]), (python, text)
    assert ("scispacy" in found) == (python in {"3.11", "3.12"})


def test_every_place_names_the_same_pythons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from comention.config import load_settings

    around = ("3.10", *PYTHONS, "3.15")
    allowed = SpecifierSet(PROJECT["project"]["requires-python"])
    assert [p for p in around if allowed.contains(f"{p}.6")] == list(PYTHONS)
    classified = re.findall(r"Python :: (3\.\d+)", str(PROJECT["project"]["classifiers"]))
    assert classified == list(PYTHONS)

    settings = load_settings(None, {"workdir": tmp_path})
    levels = {}
    check = re.search(
        r"-c 'import sys; sys\.exit\(0 if (.*?) else \"(.*?)\"\)'", (ROOT / "Makefile").read_text("utf-8")
    )
    assert check is not None
    for python in around:
        version_info = (*map(int, python.split(".")), 6)
        monkeypatch.setattr(machine, "sys", SimpleNamespace(version_info=version_info))
        levels[python] = machine.python(settings).level
        asked = eval(check[1], {"sys": SimpleNamespace(version_info=version_info)})  # noqa: S307 - our own Makefile
        assert asked == (python in PYTHONS), python
    assert [p for p, level in levels.items() if level == "ok"] == list(PYTHONS)
    said = f"Python {PYTHONS[0]} to {PYTHONS[-1]}"
    assert said in check[2]
    assert said in (ROOT / "README.md").read_text("utf-8")
