"""What runs show on Prefect's pages, and what is refused before a run: without a server."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import artifacts
import deployments
import failures
import pytest
import refresh
import tasks
import yaml
from prefect.logging import disable_run_logger

from comention.config import load_settings
from comention.errors import ConfigError, TransientError
from comention.stages.job import Receipt
from tests.support.prefect import ROOT

_TOPICS = (
    "interleukin-12",
    "interleukin 12",
    "IFN-α",
    "IFN-γ",
    "IFN",
    "ifn",
    "TNF α",
    "白血病",
    "",
    "a" * 200,
    "a" * 201,
)


@pytest.fixture(autouse=True)
def no_email(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMENTION_PUBMED__EMAIL", raising=False)


def settings_of(sample: str, **given: Any) -> Any:
    return load_settings(Path(sample), {name.replace("__", "."): value for name, value in given.items()})


def test_each_topic_and_work_directory_has_keys_of_its_own(sample: str, tmp_path: Path) -> None:
    runs = [settings_of(sample, topic__name=name) for name in _TOPICS]
    runs += [settings_of(sample, workdir=str(tmp_path / name)) for name in ("a/work", "b/work")]
    keys = [artifacts.key(what, run) for run in runs for what in ("run", "ledger", "progress-fetch")]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", key), key
        assert len(key) <= 100
    assert artifacts.key("run", runs[0]).startswith("run-interleukin-12-")


def test_a_key_stays_the_same_wherever_the_work_directory_is_named_from(
    sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    near, far = settings_of(sample, workdir="w"), settings_of(sample, workdir=str(tmp_path / "w"))
    assert artifacts.key("run", near) == artifacts.key("run", far)


def test_the_failures_of_two_topics_have_keys_of_their_own(tmp_path: Path) -> None:
    files = {
        "good": '[topic]\nname = "psoriasis"\n',
        "other": '[topic]\nname = "asthma"\n',
        "bad": "[",
        "": "]",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    given: list[dict[str, Any]] = [{"config": str(tmp_path / f"{name}.toml")} for name in files]
    given += [given[0] | {"overrides": {"workdir": "w"}}, given[0] | {"config": str(tmp_path / "none.toml")}]
    keys = [failures.key_of_failure(flow, one) for flow in ("refresh", "bulk") for one in given]
    assert len(set(keys)) == len(keys)
    assert keys[0].startswith("failure-refresh-psoriasis-")
    assert keys[2].startswith("failure-refresh-bad-")


def test_the_summary_names_paths_and_the_commands_that_open_them(sample: str, tmp_path: Path) -> None:
    workdir = tmp_path / "my work"
    settings = settings_of(sample, workdir=str(workdir))
    counts = ("articles", "mentions", "concepts", "pairs", "triples", "added", "revised", "removed")
    summary = dict.fromkeys(counts, 1) | {"run_id": "r", "changed": True}
    text = artifacts.summary_text(
        settings, summary, [Receipt("fetch", 1.0, {}, "")], {"report": workdir / "report.html"}
    )
    assert f"- report: `{workdir}/report.html`" in text
    assert f"comention explore --workdir '{workdir}'" in text
    assert "file:" not in text


@pytest.mark.parametrize("source", [*(ROOT / "pipelines").glob("*.py")], ids=lambda path: path.name)
def test_no_page_links_to_a_file(source: Path) -> None:
    code = source.read_text("utf-8")
    assert "as_uri" not in code
    assert "file:" not in code.replace("profile:", "")


def test_progress_is_reported_now_and_then(sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[float, str]] = []
    now = [0.0]
    monkeypatch.setattr(artifacts.Progress, "_tell", lambda _self, *values: sent.append(values))
    progress = artifacts.Progress(settings_of(sample), "annotate", lambda: now[0])
    for done in range(101):
        progress("annotate", done, 100)
        now[0] += 0.25
        if progress._attempt is not None:
            progress._attempt.join()
    progress.finish()
    expected = [(float(n), f"annotate: {n} of 100 shards") for n in (0, 20, 40, 60, 80, 100)]
    assert sent == [*expected, expected[-1]]


def test_progress_without_a_total_ends_at_all(sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[float, str]] = []
    monkeypatch.setattr(artifacts.Progress, "_tell", lambda _self, *values: sent.append(values))
    progress = artifacts.Progress(settings_of(sample), "fetch", lambda: 0.0)
    progress("fetch", 0, None)
    progress("fetch", 12, 12)
    progress.finish()
    assert sent == [(0.0, "fetch: 0 citations"), (100.0, "fetch: 12 of 12 citations")]


@pytest.mark.parametrize("email", [None, "", "  "])
def test_a_flow_without_an_email_is_refused_before_its_first_stage(
    sample: str, tmp_path: Path, email: str | None
) -> None:
    given = {"source.kind": "pubmed", "workdir": str(tmp_path / "w"), "pubmed.email": email}
    with disable_run_logger(), pytest.raises(ConfigError, match="COMENTION_PUBMED__EMAIL") as refused:
        refresh.refresh.fn(sample, given)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "w").exists()


def test_a_list_of_pmids_is_fetched_and_needs_an_email(sample: str, tmp_path: Path) -> None:
    (tmp_path / "pmids.txt").write_text("1\n2\n", "utf-8")
    settings = settings_of(sample, source__kind="files", source__input=(str(tmp_path / "pmids.txt"),))
    with pytest.raises(ConfigError, match="COMENTION_PUBMED__EMAIL"):
        tasks.job_of(settings, full=False)


def test_what_does_not_ask_pubmed_needs_no_email(sample: str) -> None:
    assert tasks.job_of(settings_of(sample), full=False).settings.pubmed.email is None
    asked = settings_of(sample, source__kind="pubmed", pubmed__email="you@example.org")
    assert tasks.job_of(asked, full=False).settings.pubmed.email == "you@example.org"


def test_a_schedule_without_an_email_is_refused_at_once(
    sample: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        tasks.serve(None, "15 3 * * *", {}, lambda: settings_of(sample, source__kind="pubmed"))
    assert ended.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "COMENTION_PUBMED__EMAIL" in line


def test_each_topic_and_work_directory_is_served_by_a_deployment_of_its_own(sample: str) -> None:
    """Prefect keeps one deployment of each name: the next that is called so takes its place."""
    made: list[dict[str, Any]] = []

    class Flow:
        @staticmethod
        def serve(**given: Any) -> None:
            made.append(given)

    options: list[dict[str, Any]] = [{}, {"topic__name": "asthma"}, {"workdir": "w"}, {}]
    for given in options:
        tasks.serve(Flow, "15 3 * * *", {"config": sample}, functools.partial(settings_of, sample, **given))
    names = [one["name"] for one in made]
    assert names == [artifacts.key("served", settings_of(sample, **given)) for given in options]
    assert len(set(names)) == 3
    assert [one["schedule"].slug for one in made] == names
    assert names[0].startswith("served-interleukin-12-")


def test_deploying_names_what_lacks_an_email(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["deployments.py", "check"])
    deployments.main()
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("comention: refresh/interleukin-12, reconcile/interleukin-12-weekly: no e-mail")
    monkeypatch.setenv("COMENTION_PUBMED__EMAIL", "you@example.org")
    deployments.main()
    assert capsys.readouterr().err == ""


def test_an_email_in_a_secret_block_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[source]\nkind = "pubmed"\n', "utf-8")
    plan = tmp_path / "prefect.yaml"
    text = "deployments:\n- {name: a, entrypoint: 'refresh.py:refresh', parameters: {config: a.toml%s}}\n"
    plan.write_text(text % "", "utf-8")
    assert deployments.without_email(plan) == ["refresh/a"]
    plan.write_text(text % ", secrets: {pubmed.email: ncbi-email}", "utf-8")
    assert deployments.without_email(plan) == []


def test_deploying_waits_for_a_server_that_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    from comention.doctor.finding import ok, warning

    late = warning("Prefect server", "http://127.0.0.1:1/api cannot be reached", "start it")
    found = iter([late, late, ok("Prefect server", "answers")])
    monkeypatch.setattr("comention.doctor.services.prefect_server", lambda _settings: next(found))
    slept: list[float] = []
    deployments.wait(patience=3600, sleep=slept.append)
    assert len(slept) == 2


def test_a_server_that_does_not_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    with pytest.raises(TransientError, match=r"cannot be reached.*prefect server start"):
        deployments.wait(patience=0)


def test_the_commands_of_the_docs_run_deployments_that_are_there_in_an_order_that_works() -> None:
    page = (ROOT / "docs" / "schedule.md").read_text("utf-8")
    plan = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    there = {f"{one['entrypoint'].rpartition(':')[2]}/{one['name']}" for one in plan}
    started = re.findall("deployment run ([^ \n]+)", page)
    assert set(started) <= there
    assert started[0] == "refresh/sample"
    # Each block stands alone in a new shell; what stays in the foreground is the last line of its own.
    for block in re.findall("```sh\n(.*?)```", page, re.DOTALL):
        if "bin/prefect " in block:
            assert "export PREFECT_API_URL=" in block.splitlines()[0]
            assert "bin/prefect worker start" not in "\n".join(block.splitlines()[:-1])
