"""After a failure the folder that is named is the one that the run used, and the command does the same."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

PIPELINES = Path(__file__).parents[2] / "pipelines"


@pytest.fixture(autouse=True)
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PIPELINES))


@pytest.mark.parametrize("variable", [None, "from/environment"])
@pytest.mark.parametrize("overrides", [None, {}, {"topic.match": "all"}, {"workdir": "o"}])
@pytest.mark.parametrize("workdir", [None, "", "w"])
def test_a_failed_bulk_flow_names_its_folder(
    workdir: str | None,
    overrides: dict[str, Any] | None,
    variable: str | None,
    sample: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import bulk
    import failures

    if variable:
        monkeypatch.setenv("COMENTION_WORKDIR", variable)
    used = bulk._settings(sample, None, workdir, overrides).workdir
    parameters = {"config": sample, "workdir": workdir, "overrides": overrides}
    assert failures.workdir_of("bulk", parameters) == used
    expected = workdir or (overrides or {}).get("workdir") or f"{variable or 'work/sample'}-bulk"
    assert used == Path(expected)
    assert f"`{used}` has no snapshot yet" in failures.failure_text("bulk", parameters, "cause")


@pytest.mark.parametrize("flow", ["refresh", "reconcile"])
@pytest.mark.parametrize("overrides", [None, {"workdir": "o"}])
def test_a_failed_flow_names_its_folder(flow: str, overrides: dict[str, Any] | None, sample: str) -> None:
    import failures
    from tasks import settings_of

    parameters = {"config": sample, "overrides": overrides}
    assert failures.workdir_of(flow, parameters) == settings_of(sample, overrides, None).workdir


@pytest.mark.parametrize("full", [False, True])
def test_the_command_does_what_the_flow_did(full: bool, sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import bulk
    import failures

    inputs = ["a b", "c"]
    parameters = {"config": sample, "inputs": inputs, "workdir": "my w", "overrides": None, "full": full}
    text = failures.failure_text("bulk", parameters, "cause")
    words = shlex.split(text.partition("`python ")[2].partition("`")[0])
    assert words[0] == "pipelines/bulk.py"
    called: list[dict[str, Any]] = []
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setattr(bulk, "bulk", lambda **given: called.append(given))
    monkeypatch.setattr(bulk, "run_now", lambda flow, *_, **__: flow())
    bulk.main()
    assert called[0]["inputs"] == inputs
    assert (called[0]["config"], called[0]["workdir"], called[0]["full"]) == (sample, "my w", full)


def test_no_command_is_offered_that_would_do_something_else(sample: str) -> None:
    import failures

    text = failures.failure_text("refresh", {"config": sample, "overrides": {"topic.match": "all"}}, "cause")
    assert "pipelines/refresh.py" not in text
    assert "start the same deployment again" in text
