"""Settings with the ids and headings of MeSH as they are now."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from comention.config import Settings, load_settings
from comention.stages.renewed import notices, renewed
from comention.stages.topic import check_topic, topic_judge

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
