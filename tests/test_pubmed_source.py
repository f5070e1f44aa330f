"""`--source pubmed` from the command to the datasets, against the loopback stand-in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from comention import publish, stages
from comention.config import load_settings
from comention.errors import ConfigError, ContractError, QueryError
from tests.support.corpus import Corpus, article, document
from tests.support.eutils import StandIn

KEY = "0123456789abcdef"


def text(pmid: int, words: str = "IL-12 in psoriasis", **options: Any) -> bytes:
    return article(pmid, f"{words}, study {pmid}.", **options)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(Corpus(document(*(text(i) for i in range(1, 41)))), keys=[KEY], quota=10) as service:
        yield service


def run(server: StandIn, workdir: Path, day: int = 2, **options: Any) -> dict[str, Any]:
    given = {"source.kind": "pubmed", "workdir": workdir, "pubmed.base_url": server.url}
    given |= {"pubmed.email": "someone@example.org", "pubmed.api_key": KEY, "topic.query": "IL-12"}
    narrowed = {name: options.pop(name) for name in ("full", "pmids", "since") if name in options}
    settings = load_settings(None, given | {k.replace("__", "."): v for k, v in options.items()})
    now = datetime(2026, 1, day, 3, 4, 5, tzinfo=UTC)
    job = stages.Job(settings, f"202601{day:02}T030405Z-0000", now, **narrowed)
    return stages.summary(job, stages.walk(job))


def fetched(server: StandIn) -> list[int]:
    """The PMIDs that EFetch was asked for so far; the log begins anew."""
    ids = [int(i) for entry in server.requests("efetch") for i in entry["ids"]]
    server.log.clear()
    return ids


def held(workdir: Path) -> dict[int, str]:
    return dict(publish.load("articles", workdir)[["pmid", "title"]].itertuples(index=False))


def test_a_first_run_fetches_every_citation_once(server: StandIn, tmp_path: Path) -> None:
    result = run(server, tmp_path)
    assert sorted(fetched(server)) == list(range(1, 41))
    assert {n: result[n] for n in ("expected", "kept", "missing", "articles")} == {
        "expected": 40,
        "kept": 40,
        "missing": 0,
        "articles": 40,
    }
    manifest = json.loads((tmp_path / "latest" / "manifest.json").read_text())
    assert manifest["query_translation"]
    assert set(publish.load("articles", tmp_path).source) == {"PubMed"}


def test_a_second_run_fetches_only_what_changed(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    fetched(server)
    assert not run(server, tmp_path, day=3)["changed"]
    assert fetched(server) == []
    server.corpus.add(document(text(41), text(5, "IL-12 in asthma", created="2026/01/03")))
    server.corpus.delete([7])
    result = run(server, tmp_path, day=4)
    assert sorted(set(fetched(server))) == [5, 7, 41]
    assert (result["kept"], result["deleted"], result["articles"]) == (2, 1, 40)
    assert held(tmp_path)[5].startswith("IL-12 in asthma")
    assert 7 not in held(tmp_path)
    run(server, tmp_path / "fresh", day=5)
    assert held(tmp_path) == held(tmp_path / "fresh")


def test_an_article_that_leaves_the_query_leaves_the_corpus(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    server.corpus.add(document(text(9, "IL-10 in asthma")))
    result = run(server, tmp_path, day=3)
    assert (result["off_topic"], result["deleted"], result["articles"]) == (1, 0, 39)
    assert 9 not in held(tmp_path)


def test_an_implausible_loss_is_refused(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    before = publish.latest(tmp_path).path
    server.corpus.delete(range(1, 31))
    with pytest.raises(ContractError, match="30 of the 40 held no longer"):
        run(server, tmp_path, day=3)
    assert publish.latest(tmp_path).path == before
    assert run(server, tmp_path, day=4, full=True)["articles"] == 10


def test_an_honest_zero_publishes_nothing(server: StandIn, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="finds no citation"):
        run(server, tmp_path, topic__query="nothing-like-this")
    assert not (tmp_path / "latest").exists()


def test_what_pubmed_lists_and_does_not_have_is_missing(server: StandIn, tmp_path: Path) -> None:
    (tmp_path / "pmids").write_text("3 4 999")
    result = run(server, tmp_path / "w", pmids=tmp_path / "pmids")
    assert (result["expected"], result["fetched"], result["missing"], result["articles"]) == (3, 2, 1, 2)


def test_since_and_limit_narrow_a_run(server: StandIn, tmp_path: Path) -> None:
    server.corpus.add(document(text(50, created="2026/01/03")))
    assert set(held_after(server, tmp_path / "a", since=date(2026, 1, 1))) == {50}
    assert set(held_after(server, tmp_path / "b", source__limit=3)) == {39, 40, 50}


def held_after(server: StandIn, workdir: Path, **options: Any) -> dict[int, str]:
    run(server, workdir, **options)
    return held(workdir)


def test_a_narrowed_run_does_not_hide_revisions_from_the_next(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path, day=1)
    server.corpus.add(document(text(5, "IL-12 in asthma", created="2026/01/02")))
    (tmp_path / "pmids").write_text("6")
    run(server, tmp_path, day=20, pmids=tmp_path / "pmids")
    run(server, tmp_path, day=21)
    assert held(tmp_path)[5].startswith("IL-12 in asthma")


def test_full_fetches_everything_again(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    fetched(server)
    run(server, tmp_path, day=3, full=True)
    assert sorted(fetched(server)) == list(range(1, 41))


def test_without_an_email_nothing_is_asked(server: StandIn, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"pubmed\.email.*COMENTION_PUBMED__EMAIL"):
        run(server, tmp_path, pubmed__email=None)
    assert server.log == []


def test_the_key_is_in_nothing_that_a_run_leaves(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(left) > 15
    assert not [path for path in left if KEY.encode() in path.read_bytes()]
