"""Random samples of PubMed by year, drawn from the stand-in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from comention.errors import TransientError, UsageError
from comention.pubmed import drawing
from comention.pubmed.drawing import Draw, quotas
from comention.pubmed.intake import Judge
from comention.records import Article, Judged
from comention.schemas import BACKGROUND
from tests.support.clients import client_of
from tests.support.corpus import Corpus, article, document
from tests.support.eutils import StandIn

#: PMIDs 1,001 to 3,000, but every seventh: those to 2,000 are of 2019, the others of 2020.
THERE = [pmid for pmid in range(1001, 3001) if pmid % 7]
TOPIC = {1500: 2019, 1501: 2019, 1502: 2019, 2501: 2020}


def year_of(pmid: int) -> int:
    return 2019 if pmid <= 2000 else 2020


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setattr(drawing, "REACH", 800)
    records = (article(pmid, f"Study {pmid}", created=f"{year_of(pmid)}/05/01") for pmid in THERE)
    with StandIn(Corpus(document(*records)), quota=None) as service:
        yield service


def judge() -> Judge:
    """Every article mentions the concept of its last digit."""

    def read(articles: Sequence[Article]) -> list[Judged]:
        return [Judged(True, (f"X:{one.pmid % 10}",)) for one in articles]

    return read


def draw(folder: Path, size: int = 600, identity: str = "a") -> Draw:
    pmids, years = np.array(list(TOPIC)), np.array(list(TOPIC.values()))
    return Draw(pmids, years, size, folder, identity)


def taken(one: Draw, server: StandIn) -> pa.Table:
    return one.run(client_of(server), judge, 1, lambda _done: None)


def asked(server: StandIn) -> list[int]:
    return [int(i) for entry in server.requests("efetch") for i in entry["ids"]]


def test_a_sample_has_the_topics_years_and_none_of_its_articles(server: StandIn, tmp_path: Path) -> None:
    table = taken(draw(tmp_path / "d"), server)
    assert table.schema.equals(BACKGROUND.schema)
    pmids = table["pmid"].to_pylist()
    assert len(set(pmids)) == 600
    assert Counter(map(year_of, pmids)) == {2019: 450, 2020: 150}
    assert not set(pmids) & TOPIC.keys()
    assert set(pmids) <= set(THERE)
    assert all(min(abs(pmid - near) for near in TOPIC) <= 800 for pmid in pmids)
    assert table["concepts"].to_pylist() == [[f"X:{pmid % 10}"] for pmid in pmids]
    ids = asked(server)
    assert len(ids) == len(set(ids))  # none is asked for twice
    assert not server.requests("esearch")


def test_no_part_of_the_reach_is_left_out(server: StandIn, tmp_path: Path) -> None:
    pmids = taken(draw(tmp_path / "d"), server)["pmid"].to_numpy()
    of_2019 = pmids[pmids <= 2000]
    assert np.histogram(of_2019, bins=[1000, 1200, 1400, 1600, 1800, 2001])[0].min() > 50


@pytest.mark.slow
def test_the_same_draw_is_the_same_sample(server: StandIn, tmp_path: Path) -> None:
    first, again = (taken(draw(tmp_path / name), server) for name in "ab")
    assert first.equals(again)
    assert not first.equals(taken(draw(tmp_path / "c", identity="b"), server))


@pytest.mark.slow
def test_a_draw_that_is_interrupted_goes_on(server: StandIn, tmp_path: Path) -> None:
    whole = taken(draw(tmp_path / "whole"), server)
    server.log.clear()
    server.faults.append({"kind": "status", "match": {"endpoint": "efetch"}, "after": 2, "times": 0})
    with pytest.raises(TransientError, match="run the same command again to go on"):
        taken(draw(tmp_path / "d"), server)
    kept = len(list((tmp_path / "d").glob("*.parquet")))
    assert kept == 2
    before = {i for entry in server.requests("efetch")[:2] for i in map(int, entry["ids"])}
    server.faults.clear()
    server.log.clear()
    assert taken(draw(tmp_path / "d"), server).equals(whole)
    assert not before & set(asked(server))


def test_a_damaged_answer_is_asked_for_again(server: StandIn, tmp_path: Path) -> None:
    whole = taken(draw(tmp_path / "d"), server)
    kept = sorted((tmp_path / "d").glob("*.parquet"))
    kept[0].write_bytes(kept[0].read_bytes()[:-30])
    server.log.clear()
    assert taken(draw(tmp_path / "d"), server).equals(whole)
    assert len(server.requests("efetch")) == 1


def test_another_draw_does_not_go_on_with_its_answers(server: StandIn, tmp_path: Path) -> None:
    taken(draw(tmp_path / "d"), server)
    other = taken(draw(tmp_path / "d", size=200), server)
    assert other.num_rows == 200
    assert other.equals(taken(draw(tmp_path / "fresh", size=200), server))


@pytest.mark.slow
def test_fewer_than_there_should_be_are_said(
    server: StandIn, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """There are some 850 of 2020 and 850 of 2019, 3,000 are wanted."""
    table = taken(draw(tmp_path / "d", size=3000), server)
    assert 1000 < table.num_rows < 1720
    assert f"the background has {table.num_rows} articles, 3000 were wanted" in caplog.text


def test_pmids_that_are_not_pubmeds_are_told(server: StandIn, tmp_path: Path) -> None:
    strange = Draw(np.array([99_000_001]), np.array([2019]), 200, tmp_path / "d", "a")
    with pytest.raises(UsageError, match="are they PubMed's"):
        taken(strange, server)


def test_quotas_are_in_proportion_and_add_up() -> None:
    assert quotas(np.array([2001, 2001, 2002, 2003]), 10) == {2001: 5, 2002: 3, 2003: 2}
    assert quotas(np.array([1990] * 999 + [2020]), 200) == {1990: 200, 2020: 0}
    for size in (200, 201, 20_000):
        years = np.random.default_rng(size).integers(1960, 2026, 777)
        assert sum(quotas(years, size).values()) == size
