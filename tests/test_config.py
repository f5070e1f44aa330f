from datetime import UTC, datetime
from pathlib import Path

import pytest

from comention.config import load_settings, parse_assignments, variable
from comention.cooccur import tables
from comention.errors import ConfigError, StorageError
from comention.resources import bundled_config
from comention.stages import steps
from comention.stages.job import Job


def test_command_line_over_environment_over_file_over_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "t.toml"
    file.write_text('workdir = "from-file"\n[topic]\nname = "from-file"\nquery = "from-file"\n')
    monkeypatch.setenv("COMENTION_TOPIC__NAME", "from-environment")
    monkeypatch.setenv("COMENTION_TOPIC__QUERY", "from-environment")
    settings = load_settings(file, {"topic.query": "from-command-line"})
    assert settings.workdir == Path("from-file")
    assert settings.topic.name == "from-environment"
    assert settings.topic.query == "from-command-line"
    assert settings.topic.match == "concepts"


@pytest.mark.parametrize("name", ["sample", "interleukin-12", "interleukin-23"])
def test_the_shipped_configurations_are_whole(name: str) -> None:
    topic = load_settings(bundled_config(name)).topic
    assert topic.concepts
    assert topic.mesh
    assert topic.query.strip()


def test_the_sample_has_the_topic_of_interleukin_12() -> None:
    topics = [load_settings(bundled_config(name)).topic for name in ("sample", "interleukin-12")]
    assert topics[0] == topics[1]


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("topic.mach=all", r"topic\.mach: unknown key, did you mean topic\.match\?"),
        ("nothing=1", "nothing: unknown key, known sections: workdir, topic"),
        (
            "topic.from_year=2020",
            r"topic\.from_year: unknown key, \[topic\] has name, match, concepts, mesh, query",
        ),
        ("topic.concepts=IL-12", r"topic\.concepts: input should be a list \(environment: "),
        ("names.add=x", r"names\.add: input should be a table \(environment: "),
        (
            "topic.match=some",
            r"topic\.match: input should be 'concepts' or 'all' \(environment: COMENTION_TOPIC__MATCH\)",
        ),
        ("run.processes=0", "run.processes: input should be greater"),
        ("run.processes=many", "run.processes: input should be a valid integer"),
        ("topic=1", "topic: input should be"),
        ("topic", "write it as key=value"),
        ("=1", "write it as key=value"),
        ("workdir.deeper=1", "workdir"),
        ("pubmed.api_key=secret", "set COMENTION_PUBMED__API_KEY"),
        ("pubmed={api_key='secret'}", "set COMENTION_PUBMED__API_KEY"),
    ],
)
def test_a_wrong_assignment_is_one_line_that_says_what_to_do(assignment: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        load_settings(None, parse_assignments([assignment]))
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value).replace("a secret is", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[topic]\nmach = 1", "did you mean topic.match"),
        ("[topic", "is not TOML"),
        ("\xff", "is not TOML|cannot be read"),
        ('[topic]\nconcepts = "IL-12"', "topic.concepts"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(text, "latin-1")
    with pytest.raises(ConfigError, match=message) as caught:
        load_settings(file)
    assert "wrong.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file .*absent\.toml"):
        load_settings(tmp_path / "absent.toml")


def test_a_wrong_environment_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMENTION_RUN__PROCESSES", "x")
    with pytest.raises(ConfigError, match="COMENTION_RUN__PROCESSES"):
        load_settings(None)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("COMENTION_WROKDIR", "COMENTION_WROKDIR is no setting: did you mean COMENTION_WORKDIR"),
        ("COMENTION_TOPICS__MATCH", "did you mean COMENTION_TOPIC__MATCH"),
        ("COMENTION_SOURCE__INPUT", "is JSON, as COMENTION_SOURCE__INPUT="),
    ],
)
def test_an_environment_variable_is_never_lost(
    monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setenv(name, "a.xml")
    with pytest.raises(ConfigError, match=message):
        load_settings(None)


def test_tables_of_a_user_are_set_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMENTION_ANNOTATE__LABELS__GENE", "cytokine")
    monkeypatch.setenv("COMENTION_CORPORA", "anywhere")
    assert load_settings(None).annotate.labels["gene"] == "cytokine"


def test_a_value_and_a_section_at_once_are_refused() -> None:
    with pytest.raises(ConfigError, match="workdir"):
        load_settings(None, {"workdir.x": 1, "workdir": "w"})


def test_values_are_toml_or_else_text() -> None:
    assert parse_assignments(["a=1", "b=[1, 2]", "c=true", "d=some words", "e=x=y", 'f="1"']) == {
        "a": 1,
        "b": [1, 2],
        "c": True,
        "d": "some words",
        "e": "x=y",
        "f": "1",
    }


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable("pubmed.api_key"), "0123456789")
    settings = load_settings(None)
    assert settings.pubmed.api_key is not None
    assert settings.pubmed.api_key.get_secret_value() == "0123456789"
    assert "0123456789" not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()


@pytest.mark.parametrize("size", ["4GB", "512MiB", "1.5 GB", "100kb", "2TiB"])
def test_the_memory_of_counting_is_a_size_that_duckdb_reads(tmp_path: Path, size: str) -> None:
    limit = load_settings(None, {"run.memory_limit": size}).run.memory_limit
    assert limit == size
    with tables.connect(tmp_path, 1, limit) as connection:
        assert connection.execute("SELECT current_setting('memory_limit')").fetchone()


@pytest.mark.parametrize("size", ["4", "GB", "0GB", "0.0 MB", "-4GB", "80%", "4 PB", "4GB ", "", "lots", 4])
def test_what_is_no_size_is_refused(size: object) -> None:
    with pytest.raises(ConfigError, match=r"run\.memory_limit: .*COMENTION_RUN__MEMORY_LIMIT"):
        load_settings(None, {"run.memory_limit": size})


def test_the_memory_limit_reaches_the_counting(tmp_path: Path) -> None:
    given: list[str | None] = []

    def count(**named: object) -> object:
        given.append(str(named["memory_limit"]))
        raise StorageError("enough")

    settings = load_settings(
        None, {"run.memory_limit": "4GB", "workdir": tmp_path / "w", "background.kind": "none"}
    )
    job = Job(settings, "20260102T030405Z-0000", datetime(2026, 1, 2, tzinfo=UTC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "count", count)
        with pytest.raises(StorageError, match="enough"):
            steps.cooccur(job, lambda *_: None)
    assert given == ["4GB"]


def test_a_path_that_begins_with_a_tilde_is_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No shell has replaced it in a file, or in a form of Prefect's; Arrow would, and Python not."""
    monkeypatch.setenv("HOME", str(tmp_path))
    config = tmp_path / "mine.toml"
    config.write_text('workdir = "~/w"\n[source]\ninput = ["~/a.xml", "b~/c.xml", "-", "~"]\n')
    settings = load_settings(config, {"background.table": "~/t.parquet"})
    assert settings.workdir == tmp_path / "w"
    assert settings.source.input == (f"{tmp_path}/a.xml", "b~/c.xml", "-", str(tmp_path))
    assert settings.background.table == f"{tmp_path}/t.parquet"
    assert load_settings(config, {"workdir": "~nobody-here/w"}).workdir == Path("~nobody-here/w")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('workdir = "β"\n', encoding="utf-8-sig")
    assert load_settings(config).workdir == Path("β")
