"""The README's two commands work on a new Debian 13, whose Python is 3.13: `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.machines import debian
from tests.machines.__main__ import COMMANDS


@pytest.mark.soak
def test_a_new_debian_needs_the_two_commands_and_nothing_else(tmp_path: Path) -> None:
    if reason := debian.missing():
        pytest.skip(reason)
    machine = debian.make(tmp_path / "trixie", "trixie")
    for command in COMMANDS:
        done = machine.run(f"cd comention && {command}", 7000)
        assert done.returncode == 0, done.stdout[-4000:]


def test_what_pip_is_set_to_goes_along_without_folders_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text("")
    monkeypatch.setenv("PIP_CERT", str(certificate))
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} wheels.example")
    monkeypatch.setenv("PIP_NO_INDEX_FOLDER", str(tmp_path))
    found = dict(debian._variables())
    assert (found["PIP_CERT"], found["PIP_FIND_LINKS"]) == (str(certificate), "wheels.example")
    assert "PIP_NO_INDEX_FOLDER" not in found
    assert certificate in debian._files(found)
