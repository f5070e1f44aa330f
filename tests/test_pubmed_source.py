"""`--source pubmed` from the command to the datasets, against the loopback stand-in."""

from __future__ import annotations

import functools
import gzip
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from comention.api import load
from comention.errors import ConfigError, ContractError, QueryError, TransientError, UsageError
from comention.pubmed.client import EutilsClient
from comention.pubmed.split import split
from comention.pubmed.store import Store
from comention.snapshots.snapshot import latest
from comention.stages import walk
from comention.stages.inputs import with_lists
from tests.support.clients import HANG, KEY, fast, wait_until
from tests.support.corpus import Corpus, book, document
from tests.support.eutils import StandIn
from tests.support.processes import command, kept, scattered, service
from tests.support.runs import asked, content, held, job, quick, run, sums, text

pytestmark = pytest.mark.slow


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    quick(monkeypatch)
    with StandIn(Corpus(document(*(text(i) for i in range(1, 41)))), keys=[KEY], quota=None) as service:
        yield service


def test_a_first_run_fetches_every_citation_once(server: StandIn, tmp_path: Path) -> None:
    result = run(server, tmp_path)
    assert sorted(asked(server)) == list(range(1, 41))
    assert {n: result[n] for n in ("expected", "kept", "missing", "articles")} == {
        "expected": 40,
        "kept": 40,
        "missing": 0,
        "articles": 40,
    }
    manifest = json.loads((tmp_path / "latest" / "manifest.json").read_text())
    assert manifest["query_translation"]
    assert set(load("articles", tmp_path).source) == {"PubMed"}


def test_a_second_run_fetches_only_what_changed(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    asked(server)
    assert not run(server, tmp_path, day=3)["changed"]
    assert asked(server) == []
    server.corpus.add(document(text(41), text(5, "IL-12 in asthma", created="2026/01/03")))
    server.corpus.delete([7])
    result = run(server, tmp_path, day=4)
    assert sorted(set(asked(server))) == [5, 7, 41]
    assert (result["kept"], result["deleted"], result["articles"]) == (2, 1, 40)
    assert held(tmp_path)[5].startswith("IL-12 in asthma")
    assert 7 not in held(tmp_path)
    run(server, tmp_path / "fresh", day=5)
    assert held(tmp_path) == held(tmp_path / "fresh")


def test_what_is_listed_no_longer_and_no_pmid_any_more_is_deleted(server: StandIn, tmp_path: Path) -> None:
    """EFetch may say so of a request for nothing but deleted citations; of one that is listed it is wrong."""
    run(server, tmp_path)
    server.corpus.delete([7, 8])
    server.faults.append({"kind": "ids_empty", "match": {"endpoint": "efetch", "id": "7"}, "times": 0})
    result = run(server, tmp_path, day=20)
    assert (result["deleted"], result["missing"], result["articles"]) == (2, 0, 38)
    server.faults.append({"kind": "ids_empty", "match": {"endpoint": "efetch"}, "times": 0})
    server.corpus.add(document(text(41)))
    with pytest.raises(TransientError, match="lists citations that it then does not know"):
        run(server, tmp_path, day=21)


def test_an_article_that_leaves_the_query_leaves_the_corpus(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    server.corpus.add(document(text(9, "IL-10 in asthma")))
    result = run(server, tmp_path, day=3)
    assert (result["off_topic"], result["deleted"], result["articles"]) == (1, 0, 39)
    assert 9 not in held(tmp_path)


def test_an_implausible_loss_is_refused(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    before = latest(tmp_path).path
    server.corpus.delete(range(1, 31))
    with pytest.raises(ContractError, match="30 of the 40 held no longer"):
        run(server, tmp_path, day=3)
    assert latest(tmp_path).path == before
    with pytest.raises(ContractError, match=r"pubmed\.plausible_loss=1"):
        run(server, tmp_path, day=4, full=True)
    assert run(server, tmp_path, day=5, pubmed__plausible_loss=1)["articles"] == 10


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


def test_a_narrowed_run_leaves_what_is_said_of_the_topics_query(server: StandIn, tmp_path: Path) -> None:
    def translation(workdir: Path) -> str:
        return str(json.loads((workdir / "latest" / "manifest.json").read_text())["query_translation"])

    run(server, tmp_path / "a")
    server.corpus.add(document(text(50, created="2026/01/03")))
    for workdir in (tmp_path / "a", tmp_path / "b"):
        run(server, workdir, day=4, since=date(2026, 1, 1))
        assert translation(workdir) == '"IL-12"[All Fields]'
        row = Store.open(workdir / "store").ledger().to_pylist()[-1]
        assert "[Date - Create]" in row["translation"]  # that of what was asked


def test_a_day_and_pmids_are_not_taken_together(server: StandIn, tmp_path: Path) -> None:
    (tmp_path / "pmids").write_text("6")
    with pytest.raises(UsageError, match="leave out --since, or the list"):
        run(server, tmp_path / "w", pmids=tmp_path / "pmids", since=date(2026, 1, 1))
    with pytest.raises(UsageError, match="leave out --since, or the list"):
        walk.walk(
            with_lists(
                job(server, tmp_path / "w", source__input=(str(tmp_path / "pmids"),), since=date(2026, 1, 1))
            )
        )
    assert server.log == []


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
    asked(server)
    server.corpus.add(document(text(5, "IL-12 in asthma"), text(41)))  # revised, and no date says so
    result = run(server, tmp_path, day=3, full=True)
    assert sorted(asked(server)) == list(range(1, 42))
    assert [result[n] for n in ("added", "revised", "removed", "articles")] == [1, 1, 0, 41]


def test_without_an_email_nothing_is_asked(server: StandIn, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"pubmed\.email.*COMENTION_PUBMED__EMAIL"):
        run(server, tmp_path, pubmed__email=None)
    assert server.log == []


# ------------------------------------------------------------------------------ keeping current, going on


def retracted(pmid: int) -> bytes:
    kinds = '<PublicationTypeList><PublicationType UI="D016441">Retracted Publication</PublicationType>'
    record = text(pmid, created="2026/01/10")
    return record.replace(b"</Article>", kinds.encode() + b"</PublicationTypeList></Article>")


@pytest.mark.slow
def test_only_what_changed_travels(server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 additions, 50 revisions, 20 deletions and 5 retractions among 1,100 citations."""
    monkeypatch.setattr("comention.pubmed.slices.CAP", 300)
    first = [*range(100, 600), *range(10_000, 16_000, 10)]
    server.corpus = Corpus(document(*map(text, first)))
    run(server, tmp_path / "w", day=2)
    asked(server)
    added = [*range(600, 650), *range(40_000, 40_150)]
    revised, deleted, withdrawn = first[100:150], first[300:320], first[1000:1005]
    server.corpus.add(document(*(text(i, created="2026/01/10") for i in added)))
    server.corpus.add(document(*(text(i, "IL-12 in asthma", created="2026/01/10") for i in revised)))
    server.corpus.add(document(*map(retracted, withdrawn)))
    server.corpus.delete(deleted)
    result = run(server, tmp_path / "w", day=11)
    # what is gone is asked for twice, before it is taken out
    assert sorted(asked(server)) == sorted([*added, *revised, *withdrawn, *deleted, *deleted])
    numbers = ("added", "revised", "removed", "deleted", "missing", "retracted", "articles")
    assert [result[n] for n in numbers] == [200, 55, 20, 20, 0, 5, 1280]
    run(server, tmp_path / "full", day=12)
    assert sums(tmp_path / "w") == sums(tmp_path / "full")
    for name in ("articles", "sentences", "mentions"):
        rows = load(name, tmp_path / "w")
        assert set(rows[rows.retracted].pmid) == set(withdrawn), name
    pair = load("pairs", tmp_path / "w").sort_values("articles").iloc[-1]
    assert pair.articles - pair.articles_not_retracted == 5


@pytest.mark.slow
def test_an_interrupted_run_goes_on_with_what_had_come(server: StandIn, tmp_path: Path) -> None:
    server.corpus = Corpus(document(*map(text, range(1, 2001))))
    server.faults.append({"kind": "status", "match": {"id": 1500}, "times": 0})
    with pytest.raises(TransientError, match="of 2000 citations that came are kept; run the same"):
        run(server, tmp_path / "w", day=2)
    came = {i for path in (tmp_path / "w" / "store" / "incoming").glob("*.gz") for i in numbers_of(path)}
    assert len(came) >= 1400
    server.faults[:] = [{"kind": "page", "times": 0}]
    with pytest.raises(TransientError, match=f"{len(came)} citations that came are kept; run the same"):
        run(server, tmp_path / "w", day=2)
    server.faults.clear()
    asked(server)
    result = run(server, tmp_path / "w", day=2)
    assert sorted(asked(server)) == sorted({*range(1, 2001)} - came)
    (row,) = Store.open(tmp_path / "w" / "store").ledger().to_pylist()
    assert (row["resumed"], row["fetched"], result["kept"]) == (len(came), 2000, 2000)
    run(server, tmp_path / "whole", day=2)
    assert sums(tmp_path / "w") == sums(tmp_path / "whole")
    assert content(tmp_path / "w") == content(tmp_path / "whole")
    shards = [sorted(p.name for p in (tmp_path / w / "store" / "shards").iterdir()) for w in ("w", "whole")]
    assert shards[0] == shards[1]


def numbers_of(path: Path) -> list[int]:
    found: list[int] = json.loads(gzip.decompress(path.read_bytes()).partition(b"\n")[0])["found"]
    return found


def interrupted(server: StandIn, workdir: Path, day: int = 2, **options: Any) -> None:
    """A run of which the first batch comes and the second does not."""
    server.faults.append({"kind": "bad_request", "match": {"id": 300}})
    with pytest.raises(ContractError):
        run(server, workdir, day=day, **options)
    assert not server.faults
    asked(server)


def test_what_came_on_an_earlier_day_is_asked_for_again_where_it_was_revised(
    server: StandIn, tmp_path: Path
) -> None:
    server.corpus = Corpus(document(*map(text, range(1, 301))))
    interrupted(server, tmp_path)
    server.corpus.add(document(text(5, "IL-12 in asthma", created="2026/01/03")))
    run(server, tmp_path, day=4)
    assert asked(server) == [5, *range(201, 301)]
    assert held(tmp_path)[5].startswith("IL-12 in asthma")
    # the next run looks for revisions since the day on which the first citation came
    server.corpus.add(document(text(6, "IL-12 in asthma", created="2026/01/02")))
    run(server, tmp_path, day=9)
    assert 6 in asked(server)


def test_what_came_a_week_ago_or_for_less_than_is_wanted_is_not_used(server: StandIn, tmp_path: Path) -> None:
    server.corpus = Corpus(document(*map(text, range(1, 301))))
    interrupted(server, tmp_path)
    interrupted(server, tmp_path, full=True)
    run(server, tmp_path, day=4, full=True)
    assert asked(server) == [*range(201, 301)]
    interrupted(server, tmp_path, day=5, full=True)
    run(server, tmp_path, day=20, full=True)
    assert len(asked(server)) == 300


def test_a_narrowed_run_keeps_what_an_interrupted_one_had(server: StandIn, tmp_path: Path) -> None:
    server.corpus = Corpus(document(*map(text, range(1, 301))))
    interrupted(server, tmp_path)
    run(server, tmp_path, day=2, source__limit=50)
    asked(server)
    run(server, tmp_path, day=3)
    assert asked(server) == [*range(201, 251)]


@pytest.mark.parametrize("narrowed", [{"source__limit": 3}, {"since": date(2019, 1, 1)}])
def test_a_revision_after_a_narrowed_first_run_is_not_lost(
    server: StandIn, tmp_path: Path, narrowed: dict[str, Any]
) -> None:
    run(server, tmp_path, day=1, **narrowed)
    server.corpus.add(document(text(40, "IL-12 in asthma", created="2026/01/05")))
    run(server, tmp_path, day=20)
    assert held(tmp_path)[40].startswith("IL-12 in asthma")


def test_a_revision_that_is_loaded_late_under_an_earlier_date_is_found(
    server: StandIn, tmp_path: Path
) -> None:
    run(server, tmp_path, day=10)
    server.corpus.add(document(text(5, "IL-12 in asthma", created="2026/01/05")))
    run(server, tmp_path, day=11)
    assert held(tmp_path)[5].startswith("IL-12 in asthma")


def test_a_clock_that_was_ahead_for_one_run_hides_no_revision(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path, day=2)
    run(server, tmp_path, day=28)
    server.corpus.add(document(text(5, "IL-12 in asthma", created="2026/01/04")))
    run(server, tmp_path, day=6)
    assert held(tmp_path)[5].startswith("IL-12 in asthma")


def test_citations_that_a_run_named_do_not_look_like_a_loss(server: StandIn, tmp_path: Path) -> None:
    server.corpus.add(document(*(text(i, "Asthma") for i in range(100, 140))))
    run(server, tmp_path, day=1)
    (tmp_path / "pmids").write_text(" ".join(map(str, range(100, 140))))
    run(server, tmp_path, day=2, pmids=tmp_path / "pmids")
    assert run(server, tmp_path, day=3)["articles"] == 40


def test_books_are_not_asked_for_again(server: StandIn, tmp_path: Path) -> None:
    server.corpus.add(document(book(77, "IL-12")))
    assert run(server, tmp_path, day=1)["books"] == 1
    asked(server)
    run(server, tmp_path, day=2)
    assert asked(server) == []


def test_a_revised_record_that_did_not_come_is_asked_for_by_every_run_until_it_does(
    server: StandIn, tmp_path: Path
) -> None:
    run(server, tmp_path, day=1)
    server.corpus.add(document(text(5, "IL-12 in asthma", created="2026/01/03")))
    server.faults.append({"kind": "drop", "id": 5, "match": {"id": 5}, "times": 2})
    assert run(server, tmp_path, day=4)["missing"] == 1
    assert run(server, tmp_path, day=20)["revised"] == 1


def test_full_and_narrowed_exclude_each_other(server: StandIn, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--full fetches all anew"):
        run(server, tmp_path, full=True, source__limit=3)


def test_a_citation_that_vanishes_on_the_way_stops_the_run(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chunks(stream: Any, name: str) -> list[Any]:
        return list(split(stream, name))[1:]

    monkeypatch.setattr("comention.pubmed.plan.split", chunks)
    with pytest.raises(ContractError, match="neither came nor are missing, PMID 1 among them"):
        run(server, tmp_path)


def test_an_ordinary_run_leaves_what_a_full_one_had_received(server: StandIn, tmp_path: Path) -> None:
    server.corpus = Corpus(document(*map(text, range(1, 301))))
    run(server, tmp_path, day=1)
    asked(server)
    interrupted(server, tmp_path, full=True)
    run(server, tmp_path, day=2)
    # what the store held when the full run began has changed: that run begins anew
    server.corpus.add(document(text(301)))
    run(server, tmp_path, day=3)
    asked(server)
    run(server, tmp_path, day=4, full=True)
    assert len(asked(server)) == 301


def test_a_damaged_answer_is_asked_for_again(server: StandIn, tmp_path: Path) -> None:
    server.corpus = Corpus(document(*map(text, range(1, 301))))
    interrupted(server, tmp_path)
    (path,) = (tmp_path / "store" / "incoming").glob("*.gz")
    path.write_bytes(path.read_bytes()[:-9])
    run(server, tmp_path)
    assert sorted(asked(server)) == [*range(1, 301)]


def test_the_ledger_says_what_was_asked(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comention.pubmed.slices.CAP", 15)
    result = run(server, tmp_path)
    (row,) = Store.open(tmp_path / "store").ledger().to_pylist()
    assert (row["query"], row["run_id"]) == ("IL-12", result["run_id"])
    manifest = json.loads((tmp_path / "latest" / "manifest.json").read_text())
    assert row["translation"] == manifest["query_translation"]
    assert row["requests"] == len(server.log)
    bounds = [tuple(map(int, part.split(":"))) for part in row["slices"]]
    assert len(bounds) > 2
    assert all(low <= high for low, high in bounds)


# -------------------------------------------------------------------------------------------- the API key


_FAILURES: dict[str, list[dict[str, Any]]] = {
    "a bad key": [],
    "a refusal that echoes": [
        {
            "kind": "bad_request",
            "times": 0,
            "match": {"endpoint": "efetch"},
            "body": f"Error: api_key={KEY} is known, the request is not",
        }
    ],
    "no end": [],
}


def leftovers(workdir: Path) -> list[Path]:
    return [path for path in workdir.rglob("*") if path.is_file()]


@pytest.mark.slow
@pytest.mark.parametrize("failure", _FAILURES)
def test_the_key_is_in_nothing_that_a_failing_run_leaves(tmp_path: Path, failure: str) -> None:
    """Process arguments, both outputs with every log record in them, and all files."""
    keys = ["another"] if failure == "a bad key" else [KEY]
    faults = [dict(fault) for fault in _FAILURES[failure]]
    corpus = Corpus(document(*map(text, range(1, 450))))
    with StandIn(corpus, keys=keys, quota=None, faults=faults) as server:
        if failure == "no end":
            server.faults.append({"kind": "stall", "match": {"id": 440}, "times": 0})
        words = [sys.executable, "-m", "comention.cli", "--verbose", "run", "--source", "pubmed"]
        words += ["--workdir", str(tmp_path / "w"), "--set", "pubmed.email=someone@example.org"]
        environment = os.environ | {
            "COMENTION_PUBMED__API_KEY": KEY,
            "COMENTION_PUBMED__BASE_URL": server.url,
        }
        with subprocess.Popen(
            words,
            env=environment | {"COMENTION_TOPIC__QUERY": "IL-12"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            told = b""
            if failure == "no end":
                while not (tmp_path / "w" / "store" / "incoming").exists():
                    time.sleep(0.05)
                arguments = Path(f"/proc/{process.pid}/cmdline").read_bytes()
                assert KEY.encode() not in arguments
                process.terminate()
            told, _ = process.communicate(timeout=HANG)
        assert server.requests()
        assert all(entry["key"] and not entry["in_url"] for entry in server.requests())
    assert process.returncode != 0
    assert KEY.encode() not in told, told
    assert not re.search(rb"Traceback", told)
    assert not [path for path in leftovers(tmp_path) if KEY.encode() in path.read_bytes()]


def test_the_key_is_in_nothing_that_a_run_leaves(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path)
    assert len(leftovers(tmp_path)) > 15
    assert not [path for path in leftovers(tmp_path) if KEY.encode() in path.read_bytes()]


# ----------------------------------------------------------------- pace and kills; full sizes: test_soak


@pytest.mark.slow
@pytest.mark.parametrize(("key", "quota"), [("", 3), (KEY, 10)])
def test_a_whole_run_stays_below_the_quota_and_asks_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, quota: int
) -> None:
    scale = 4  # seconds that pass in one
    monkeypatch.setattr("comention.pubmed.slices.CAP", 900)
    clocked = functools.partial(EutilsClient, clock=fast(scale))
    monkeypatch.setattr("comention.pubmed.fetch.EutilsClient", clocked)
    pmids = scattered(3000)
    with StandIn(Corpus(document(*map(text, pmids))), window=1 / scale) as server:
        result = run(server, tmp_path, pubmed__api_key=key)
        times = [entry["t"] for entry in server.requests()]
        assert {entry["status"] for entry in server.requests()} == {200}
        assert sorted(asked(server)) == sorted(pmids)
    assert result["kept"] == len(pmids)
    assert max(sum(start <= t < start + 1 / scale for t in times) for start in times) <= quota


@pytest.mark.slow
def test_a_killed_run_asks_for_nothing_twice(tmp_path: Path) -> None:
    pmids = scattered(1800)
    with service(tmp_path, pmids, "--quota", "0") as server:
        options = command(server.url, tmp_path / "w", KEY, "--annotator", "fast")
        for enough in (1, 3, 5):
            before = kept(tmp_path / "w")
            server.forget()
            with subprocess.Popen(**options, stdout=subprocess.DEVNULL) as process:
                wait_until(lambda: len(kept(tmp_path / "w")) >= 200 * enough)  # noqa: B023 - called at once
                process.kill()
            assert not before.intersection(server.asked())
        before = kept(tmp_path / "w")
        server.forget()
        subprocess.run(**options, check=True, capture_output=True)
        assert not before.intersection(server.asked())
        assert len(before) >= 1000
        server.forget()
        whole = command(server.url, tmp_path / "whole", KEY, "--annotator", "fast")
        subprocess.run(**whole, check=True, capture_output=True)
    assert content(tmp_path / "w") == content(tmp_path / "whole")
    assert sums(tmp_path / "w") == sums(tmp_path / "whole")
