"""Settings with the ids and headings of MeSH as they are now."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comention.config import Settings, load_settings
from comention.errors import UsageError
from comention.stages import steps, walk
from comention.stages.job import Job
from comention.stages.renewed import notices, renewed
from comention.stages.topic import check_topic, name_before, topic_judge, topic_name
from tests.support.medline import article, write_set

_SEMAGLUTIDE = "MESH:D000099194"


def _settings(**topic: Any) -> Settings:
    settings = load_settings(None)
    changed = {"concepts": (), "mesh": (), "query": "", "match": "concepts", **topic}
    return settings.model_copy(update={"topic": settings.topic.model_copy(update=changed)})


def test_settings_of_today_stay_as_they_are() -> None:
    settings = _settings(concepts=(_SEMAGLUTIDE,), mesh=("D011565",), query='"Psoriasis"[MeSH Terms]')
    assert renewed(settings) is settings
    assert notices(settings) == []


def test_replaced_ids_are_taken_for_the_new_ones() -> None:
    settings = _settings(concepts=("MESH:C000591245", _SEMAGLUTIDE), mesh=("C000591245",))
    topic = renewed(settings).topic
    assert topic.concepts == (_SEMAGLUTIDE,)
    # Citations that are held may have the old one.
    assert topic.mesh == ("C000591245", "D000099194")
    assert topic_judge(settings, None).topic == topic


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ('"Pain, Postoperative"[MeSH Terms]', '"Postoperative Pain"[MeSH Terms]'),
        ('"pain, postoperative"[mh:noexp] AND x', '"Postoperative Pain"[mh:noexp] AND x'),
        ('"Pain, Postoperative/drug therapy"[Mesh]', '"Postoperative Pain/drug therapy"[Mesh]'),
        ('"Pain, Postoperative"[Majr] OR IL-12[tiab]', '"Postoperative Pain"[Majr] OR IL-12[tiab]'),
        ('"semaglutide"[Supplementary Concept]', '"Semaglutide"[MeSH Terms]'),
        ('"semaglutide"[nm]', '"Semaglutide"[MeSH Terms]'),
        # Words of texts, and headings that are none of these, are asked for as they stand.
        ('"Pain, Postoperative"[tiab]', '"Pain, Postoperative"[tiab]'),
        ('"semaglutide"[tiab]', '"semaglutide"[tiab]'),
        ('"Psoriasis"[mh]', '"Psoriasis"[mh]'),
        ("", ""),
    ],
)
def test_a_query_asks_for_the_headings_of_today(query: str, asked: str) -> None:
    assert renewed(_settings(query=query)).topic.query == asked
    assert len(notices(_settings(query=query))) == (query != asked)


def test_a_run_is_told_once_of_each(caplog: pytest.LogCaptureFixture) -> None:
    settings = _settings(
        concepts=("MESH:C000591245",), mesh=("C000591245",), query='"Pain, Postoperative"[mh]'
    )
    with caplog.at_level(logging.WARNING):
        check_topic(settings)
    assert caplog.messages == [
        "topic.concepts: MeSH has replaced MESH:C000591245 by MESH:D000099194 (semaglutide); that is taken, "
        "write it so",
        "topic.mesh: MeSH has replaced MESH:C000591245 by MESH:D000099194 (semaglutide); that is taken, "
        "write it so",
        "topic.query: MeSH calls 'Pain, Postoperative' 'Postoperative Pain' now; that is asked for, write it "
        "so",
    ]


_OLD = {"concepts": ("MESH:C000591245",), "mesh": ("C000591245",), "query": '"Pain, Postoperative"[mh]'}
_NEW = {"concepts": (_SEMAGLUTIDE,), "mesh": ("D000099194",), "query": '"Postoperative Pain"[mh]'}


@pytest.mark.parametrize("kind", ["pubmed", "files", "sample"])
@pytest.mark.parametrize(
    "what", [["concepts"], ["mesh"], ["query"], ["concepts", "mesh", "query"], ["names"]]
)
def test_a_topic_has_one_name_whichever_ids_it_is_given_in(what: list[str], kind: str) -> None:
    def settings(given: dict[str, Any]) -> Settings:
        made = _settings(**{name: given[name] for name in what if name in given})
        own = {"add": {"wegovy x": given["concepts"][0]} if what == ["names"] else {}}
        source = made.source.model_copy(update={"kind": kind})
        return made.model_copy(update={"names": made.names.model_copy(update=own), "source": source})

    assert topic_name(settings(_OLD)) == topic_name(settings(_NEW)) == name_before(settings(_NEW))
    assert (topic_name(settings(_OLD)) == name_before(settings(_OLD))) is (
        (what, kind) == (["names"], "pubmed")
    )
    assert topic_name(settings(_NEW)) != topic_name(_settings(concepts=("MESH:D011565",)))


@pytest.mark.slow
def test_a_store_goes_on_where_its_topic_is_written_with_the_new_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First as one was named before MeSH replaced the id, then as it is, then as the warning says."""
    file = write_set(tmp_path / "1.xml", article(1, abstract="Semaglutide."))
    given: dict[str, Any] = {"source.kind": "files", "source.input": (str(file),)}
    given |= {"annotate.annotator": "fast"}
    given |= {"workdir": tmp_path / "w", "run.processes": 1}

    def run(day: int, concept: str, *, full: bool = False) -> int:
        settings = load_settings(None, given | {"topic.concepts": (concept,)})
        now = datetime(2026, 1, day, tzinfo=UTC)
        job = Job(settings, f"202601{day:02}T000000Z-0000", now, full=full)
        return int(walk.summary(job, walk.walk(job))["articles"])

    with monkeypatch.context() as patched:
        patched.setattr(steps, "topic_name", name_before)
        assert run(1, _OLD["concepts"][0]) == 1
    assert run(2, _OLD["concepts"][0]) == 1
    assert run(3, _SEMAGLUTIDE) == 1
    with pytest.raises(UsageError, match="holds another topic"):
        run(4, "MESH:D011565")
