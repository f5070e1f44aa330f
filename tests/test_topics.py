"""A run's topic is what it was asked for: its name, what it claims, and its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from comention.config import Settings, load_settings
from comention.resources import bundled_config
from comention.topics import EVERYTHING, slug

_ASTHMA = {"topic.concepts": ["MESH:D001249"]}
_PUBMED = {"source.kind": "pubmed"}


def told(settings: Settings) -> tuple[str, tuple[str, ...], str, str]:
    """Name, concepts, the query's first word, folder."""
    topic = settings.topic
    return topic.name, topic.concepts, (topic.query.split() or [""])[0], settings.workdir.as_posix()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"topic.query": "psoriasis[tiab]  2024[dp]"}, ("psoriasis[tiab] 2024[dp]", (), "psoriasis[tiab]")),
        (_ASTHMA, ("MESH:D001249", ("MESH:D001249",), "")),
        (_ASTHMA | {"topic.name": "asthma"}, ("asthma", ("MESH:D001249",), "")),
        ({"topic.mesh": ["D001249"]}, ("D001249", (), "")),
        (_ASTHMA | {"topic.query": "asthma"}, ("MESH:D001249", ("MESH:D001249",), "asthma")),
        ({"topic.match": "all"}, (EVERYTHING, (), '"interleukin-12"[MeSH')),
        ({"topic.match": "all", "topic.name": "my cohort"}, ("my cohort", (), '"interleukin-12"[MeSH')),
    ],
)
def test_what_is_asked_for_takes_the_place_of_the_samples_topic(
    given: dict[str, Any], expected: tuple[str, tuple[str, ...], str]
) -> None:
    settings = load_settings(None, given)
    assert told(settings) == (*expected, f"work/{slug(expected[0])}")
    assert not settings.topic.mesh or settings.topic.name == "D001249"


def test_the_environment_asks_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMENTION_TOPIC__QUERY", "psoriasis")
    assert told(load_settings(None, _PUBMED)) == ("psoriasis", (), "psoriasis", "work/psoriasis")
    monkeypatch.setenv("COMENTION_WORKDIR", "elsewhere")
    assert load_settings(None).workdir == Path("elsewhere")


def test_the_sample_and_its_folder_stay_where_nothing_else_is_asked_for() -> None:
    for given in ({}, {"source.kind": "sample"}, {"annotate.annotator": "fast"}):
        settings = load_settings(None, given)
        assert (settings.topic.name, settings.workdir) == ("interleukin-12", Path("work/sample"))
    assert load_settings(None, {"source.kind": "files"}).workdir == Path("work/interleukin-12")
    for name in (".", "w"):
        assert load_settings(None, _ASTHMA | {"workdir": name}).workdir == Path(name)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"topic.query": "narrower"}, "interleukin-23"),  # the file's topic, narrowed
        (_ASTHMA, "MESH:D001249"),
        (_ASTHMA | {"topic.name": "mine"}, "mine"),
        ({"topic.match": "all"}, EVERYTHING),
    ],
)
def test_a_users_file_keeps_its_topic_until_another_is_asked_for(given: dict[str, Any], name: str) -> None:
    settings = load_settings(bundled_config("interleukin-23"), given)
    assert (settings.topic.name, settings.workdir) == (name, Path("work/interleukin-23"))
    assert bool(settings.topic.concepts) is (name != EVERYTHING)


@pytest.mark.parametrize(
    ("text", "name", "folder"),
    [
        ('[topic]\nname = "my cohort"\nmatch = "all"', "my cohort", "work/my-cohort"),
        (
            '[topic]\nname = "asthma"\nmatch = "all"\nconcepts = ["MESH:D001249"]',
            EVERYTHING,
            "work/all-articles",
        ),
        ('[topic]\nname = "asthma"\nconcepts = ["MESH:D001249"]', "asthma", "work/asthma"),
        ('[topic]\nquery = "a"', "a", "work/a"),
        ("", "no topic", "work/no-topic"),
    ],
)
def test_a_file_without_a_folder_has_one_of_its_own(
    tmp_path: Path, text: str, name: str, folder: str
) -> None:
    file = tmp_path / "t.toml"
    file.write_text(text)
    settings = load_settings(file)
    assert (settings.topic.name, settings.workdir) == (name, Path(folder))


def test_a_long_query_is_a_name_that_fits() -> None:
    long = [" OR ".join(f"word{n}[tiab]" for n in range(begin, 100)) for begin in (0, 1)]
    both = [load_settings(None, {"topic.query": query}) for query in long]
    assert all(len(one.topic.name) <= 120 and one.topic.name.endswith("…") for one in both)
    assert both[0].topic.query == long[0]
    assert both[0].workdir != both[1].workdir


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Behçet's disease", "behcets-disease"),
        ("interferon-γ", "interferon-gamma"),
        ("IL-12/23 (p40)", "il-12-23-p40"),
        ("../../etc/passwd", "etc-passwd"),
        ("interleukin-12", "interleukin-12"),
    ],
)
def test_a_slug_is_a_file_name_and_a_key(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_slugs_of_names_that_lose_letters_differ() -> None:
    names = ["喘息", "肺炎", "a" * 61, "a" * 62, "???", "x" * 300]
    slugs = [slug(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert all(len(one) <= 60 and one.strip("-") == one and one.isascii() for one in slugs)
