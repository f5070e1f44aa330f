"""The command line as a user meets it: its contract, its errors, its exit codes."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import comention
from comention.errors import ComentionError
from comention.files.lock import locked
from comention.version import __version__
from tests.support.clients import HANG, wait_until
from tests.support.commands import Result, assert_one_line
from tests.support.corpus import Corpus, document
from tests.support.eutils import StandIn
from tests.support.medline import article, write_set
from tests.support.processes import command, kept
from tests.support.runs import text
from tests.support.sample import Sample

pytestmark = pytest.mark.slow

_PUBMED = ("--source", "pubmed", "--set", "pubmed.email=you@example.org")


@pytest.fixture(scope="module")
def workdir(sample_run: Sample) -> Path:
    """A work directory with the sample in it; nobody changes it."""
    return sample_run.workdir


def test_version_and_help(call: Any) -> None:
    assert call("--version") == Result(0, f"comention {__version__}\n", "")
    commands = ["run", "annotate", "lookup", "show", "ledger", "report", "evaluate", "doctor"]
    shown = call("--help")
    assert shown.code == 0
    assert all(f"  {name} " in shown.out for name in commands)
    for name in [*commands, "lexicon"]:
        assert call(name, "--help").code == 0
    assert call().code == 2


def test_arrow_gives_back_what_is_freed() -> None:
    """In a process of its own, since Arrow chooses once how it allocates."""
    code = (
        "import contextlib, sys; from comention.cli import main\n"
        "sys.argv = ['comention', '--version']\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("ARROW_")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=env)
    assert done.stdout.split() == ["comention", __version__, "system"]


def test_run_prints_one_json_object(call: Any, tmp_path: Path) -> None:
    result = call("run", "--workdir", tmp_path, "--json")
    assert result.code == 0
    assert result.err == ""
    summary = json.loads(result.out)
    promised = (
        "run_id snapshot expected fetched parsed rejected superseded off_topic missing deleted articles"
    )
    assert {*promised.split(), "mentions", "pairs", "triples", "seconds"} <= summary.keys()
    assert summary["expected"] == summary["parsed"] + summary["rejected"] + summary["missing"]
    assert (Path(summary["snapshot"]) / "pairs.parquet").exists()
    assert (tmp_path / "latest").resolve() == Path(summary["snapshot"])


def test_run_tells_people_where_the_results_are(call: Any, tmp_path: Path) -> None:
    result = call("run", "--workdir", tmp_path)
    assert "citations\t105\t77 kept, 21 off topic, 4 superseded, 2 withdrawn, 1 books" in result.out
    assert f"results: {tmp_path}/latest" in result.err


@pytest.mark.slow
def test_input_from_standard_input(tmp_path: Path) -> None:
    file = write_set(tmp_path / "1.xml", article(1, abstract="IL-12 in psoriasis."))
    command = [
        sys.executable,
        "-m",
        "comention.cli",
        "run",
        "--input",
        "-",
        "--workdir",
        str(tmp_path / "w"),
        "--json",
    ]
    done = subprocess.run(command, input=file.read_bytes(), capture_output=True, check=True)
    assert json.loads(done.stdout)["articles"] == 1


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    "<PubmedArticleSet><PubmedArticle>&b;</PubmedArticle></PubmedArticleSet>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><PubmedArticleSet>&a;</PubmedArticleSet>'


def _inputs(folder: Path) -> dict[str, tuple[Path, int, str]]:
    """Each wrong input: its file, the exit code, and a word of the message."""
    good = write_set(
        folder / "good.xml", *(article(i, abstract="IL-12.") for i in range(1, 400))
    ).read_bytes()
    packed = gzip.compress(good)
    cases = {
        "empty": (b"", 3, "empty"),
        "truncated.gz": (packed[: len(packed) // 2], 3, "truncated"),
        "corrupt.gz": (packed[:100] + b"\0" * 50 + packed[150:], 3, "corrupt"),
        "truncated": (good[: len(good) // 2], 3, "truncated"),
        "page.html": (b"<!DOCTYPE html><html><body>Sign in</body></html>", 2, "web page"),
        "data.json": (b'{"a": 1}', 2, "JSON"),
        "bomb": (BOMB.encode(), 3, "entit"),
        "external": (EXTERNAL.encode(), 3, "entit"),
        "nothing": (b"<PubmedArticleSet></PubmedArticleSet>", 3, "0 PubMed records"),
    }
    found: dict[str, tuple[Path, int, str]] = {"absent": (folder / "absent.xml", 2, "does not exist")}
    for name, (content, code, word) in cases.items():
        path = folder / f"{name}.xml"
        path.write_bytes(content)
        found[name] = (path, code, word)
    (folder / "void").mkdir()
    found["folder"] = (folder / "void", 2, "no .xml")
    return found


@pytest.fixture(scope="module")
def of_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished work directory of one article; nobody changes it."""
    folder = tmp_path_factory.mktemp("one")
    good = write_set(folder / "before.xml", article(1, abstract="IL-12 in psoriasis."))
    comention.run(workdir=folder / "w", source__kind="files", source__input=(str(good),))
    return folder / "w"


@pytest.mark.parametrize(
    "case",
    "absent empty truncated.gz corrupt.gz truncated page.html data.json bomb external nothing folder".split(),
)
def test_wrong_input_is_one_line_and_loses_nothing(
    call: Any, of_one: Path, tmp_path: Path, case: str
) -> None:
    path, code, word = _inputs(tmp_path)[case]
    shutil.copytree(of_one, tmp_path / "w", symlinks=True)
    before = _listing(tmp_path / "w")
    result = call("run", "--input", path, "--workdir", tmp_path / "w")
    assert_one_line(result, code, word, path.name) if case != "nothing" else assert_one_line(
        result, code, word
    )
    after = _listing(tmp_path / "w")
    assert {name: content for name, content in after.items() if name in before} == before
    (new,) = after.keys() - before.keys()
    assert new.startswith("runs/")  # what became of the run, and nothing else


def _listing(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != ".lock"
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_named(call: Any, tmp_path: Path) -> None:
    path = write_set(tmp_path / "1.xml", article(1))
    path.chmod(0)
    assert_one_line(call("run", "--input", path, "--workdir", tmp_path / "w"), 2, "1.xml", "permission")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("foo",), 2, ("No such command 'foo'",)),
        (("run", "--foo"), 2, ("--foo", "comention run --help")),
        (("run", "--limit", "0"), 2, ("--limit", "equal to 1. See")),
        (("run", "--source", "web"), 2, ("--source",)),
        (("run", "--config", "absent.toml"), 2, ("absent.toml", "--config")),
        (("run", "--set", "topic.mach=all"), 2, ("did you mean topic.match?",)),
        (("run", "--set", "topic.match=3"), 2, ("topic.match",)),
        (("run", "--set", "pubmed.api_key=k"), 2, ("secret", "COMENTION_PUBMED__API_KEY")),
        (("run", "--set", "names.add={x='MESH:none'}"), 2, ("MESH:none", "comention lookup")),
        (("run", "--annotator", "slow"), 2, ("slow", "fast")),
        (("run", "--annotator", "scispacy:en_no_such_model"), 2, ("en_no_such_model", "install")),
        (("run", "--annotator", "scispacy:a.b.c"), 2, ("a.b.c", "install")),
        (("lexicon", "build", "--sources", "absent"), 3, ("absent",)),
        (("run", "--input", "x" * 300), 3, ("File name too long",)),
        (("run", "--query", "x"), 2, ("--source pubmed",)),
        (("run", "--since", "2020-01-01"), 2, ("--source pubmed",)),
        (("run", "--source", "sample", "--input", "x"), 2, ("--input",)),
        (("run", "--source", "files"), 2, ("--input",)),
        (("run", "--source", "bulk", "--input", "tests"), 2, (".xml",)),
        (("show", "pairs", "--workdir", "absent"), 2, ("absent holds no snapshot", "comention run")),
        (("report", "--workdir", "absent"), 2, ("no snapshot",)),
        (("ledger", "--workdir", "absent"), 2, ("no run",)),
        (("ledger", "last", "--workdir", "absent"), 2, ("no run",)),
        (("run", *_PUBMED, "--query", " "), 2, ("the query is blank", "topic.query")),
        (("run", *_PUBMED, "--query", "IL-12[foo]"), 2, ("no field [foo]",)),
        (("run", *_PUBMED, "--query", "2026/02/01:2026/01/01[crdt]"), 2, ("2026/02/01", "2026/01/01")),
        (("run", *_PUBMED, "--since", "2999-01-01"), 2, ("2999-01-01", "future")),
        (("run", "--source", "pubmed"), 2, ("pubmed.email", "COMENTION_PUBMED__EMAIL")),
        (("run", *_PUBMED, "--set", "pubmed.base_url=ftp://x"), 2, ("pubmed.base_url",)),
        (("run", *_PUBMED, "--set", "pubmed.api_key=x"), 2, ("COMENTION_PUBMED__API_KEY",)),
        (("run", "--source", "bulk", "--input", "tests", "--input", "http://x/"), 2, ("not both",)),
        (("annotate", "absent.txt"), 2, ("absent.txt",)),
        (("evaluate", "absent.pubtator"), 2, ("absent.pubtator",)),
    ],
)
def test_wrong_usage_is_one_line(
    call: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    words: tuple[str],
) -> None:
    monkeypatch.setenv("COMENTION_WORKDIR", str(tmp_path / "w"))
    assert_one_line(call(*arguments), code, *words)
    assert not (tmp_path / "w" / "latest").exists()


def test_gold_through_a_pipe_is_refused(call: Any, tmp_path: Path) -> None:
    """It is looked at before it is read, and again for its relations."""
    os.mkfifo(tmp_path / "gold")
    assert_one_line(call("evaluate", tmp_path / "gold"), 2, "is a pipe", "write it into a file first")


def test_a_folder_in_use_is_refused(call: Any, tmp_path: Path) -> None:
    with locked(tmp_path):
        assert_one_line(call("run", "--workdir", tmp_path), 4, "in use by another run", str(os.getpid()))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
@pytest.mark.parametrize("size", ["32k", "128k", "200k", "280k", "360k"])
def test_a_full_disk_is_one_line_and_loses_nothing(call: Any, tmp_path: Path, size: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], check=False
    ).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        assert_one_line(call("run", "--workdir", disk / "w"), 4, "no space left", "--workdir")
        assert not (disk / "w" / "latest").exists()
        assert not list((disk / "w").rglob("*.part"))
        assert not list((disk / "w" / "snapshots").glob("*"))
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert call("run", "--workdir", disk / "w").code == 0
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_show_is_tab_separated_in_a_pipe(call: Any, workdir: Path) -> None:
    result = call("show", "pairs", "--workdir", workdir, "--limit", "3")
    lines = result.out.splitlines()
    assert lines[0].split("\t")[:4] == ["a_name", "a_type", "b_name", "b_type"]
    assert len(lines) == 4
    assert result.err.startswith("left out: ")


def test_show_finds_a_concept_by_any_of_its_names(call: Any, workdir: Path) -> None:
    by_name = [
        json.loads(call("show", "pairs", "--with", name, "--workdir", workdir, "--json").out)
        for name in ("ustekinumab", "MESH:D000069549", "Ustekinumab")
    ]
    assert by_name[0] == by_name[1] == by_name[2]
    assert all("MESH:D000069549" in (row["a_id"], row["b_id"]) for row in by_name[0])
    drugs = json.loads(call("show", "entities", "--type", "drug", "--workdir", workdir, "--json").out)
    assert {row["entity_type"] for row in drugs} == {"drug"}
    assert [row["articles"] for row in drugs] == sorted((row["articles"] for row in drugs), reverse=True)
    triples = json.loads(call("show", "triples", "--with", "melanoma", "--workdir", workdir, "--json").out)
    assert triples
    assert {row["disease_name"].lower() for row in triples} == {"melanoma"}


def test_an_unknown_name_offers_the_nearest(call: Any, workdir: Path) -> None:
    assert_one_line(
        call("show", "pairs", "--with", "ustekinumub", "--workdir", workdir), 2, "nearest: ustekinumab"
    )
    assert_one_line(
        call("show", "sausages", "--workdir", workdir), 2, "pairs, pairs_rolled_up, triples, entities"
    )
    assert_one_line(call("show", "triples", "--type", "drug", "--workdir", workdir), 2, "--type")
    assert_one_line(call("show", "pairs", "--type", "gene", "--workdir", workdir), 2, "disease', 'drug'")


def test_ledger_shows_every_run(call: Any, workdir: Path) -> None:
    [row] = json.loads(call("ledger", "--workdir", workdir, "--json").out)
    assert (row["expected"], row["articles"], row["inputs"][0]) == (105, 77, "comention_sample_01.xml")
    assert len(call("ledger", "--workdir", workdir).out.splitlines()) == 2


def test_ledger_shows_the_pmids_behind_each_number(call: Any, workdir: Path) -> None:
    row = json.loads(call("ledger", "last", "--workdir", workdir, "--json").out)
    for outcome, number in (
        ("kept", row["kept"]),
        ("books", row["books"]),
        ("superseded", row["superseded"]),
        ("deleted", row["deleted"]),
        ("retracted", row["retracted"]),
        ("all", row["expected"] + row["deleted"]),
    ):
        found = json.loads(
            call("ledger", row["run_id"], "--outcome", outcome, "--workdir", workdir, "--json").out
        )
        assert len(found) == number > 0, outcome
    shown = call("ledger", "last", "--workdir", workdir).out
    assert f"superseded\t{row['superseded']}" in shown
    assert_one_line(call("ledger", "last", "--outcome", "lost", "--workdir", workdir), 2, "superseded")
    assert_one_line(call("ledger", row["run_id"][:-1], "--workdir", workdir), 2, row["run_id"])


@pytest.mark.slow
def test_no_network_is_told_soon_with_what_to_do(call: Any, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    given = (
        "--workdir",
        tmp_path,
        "--query",
        "IL-12",
        "--set",
        f"pubmed.base_url=http://127.0.0.1:{port}/e/",
    )
    result = call("run", *_PUBMED, *given)
    assert_one_line(result, 4, f"127.0.0.1:{port}", "pubmed.base_url", "network")
    assert time.monotonic() - began < 15


def test_report_is_one_page(call: Any, workdir: Path, tmp_path: Path) -> None:
    result = call("report", "--workdir", workdir, "-o", tmp_path / "r.html")
    assert result.code == 0
    assert "interleukin-12" in (tmp_path / "r.html").read_text("utf-8")


def test_lookup_says_what_a_name_means(call: Any) -> None:
    rows = json.loads(call("lookup", "IL-12p70 and IL-12 receptor", "--json").out)
    assert [(row["name"], row["concept_id"]) for row in rows] == [
        ("IL-12p70", "COMENTION:IL-12"),
        ("IL-12 receptor", None),
    ]
    assert "knows no name" in call("lookup", "qwertyuiop").err


def test_annotate_writes_pubtator(call: Any, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("IL-12 in psoriasis.\n")
    result = call("annotate", tmp_path / "t.txt", "--format", "pubtator")
    assert "1\t0\t5\tIL-12\tCytokine\tCOMENTION:IL-12" in result.out.splitlines()
    assert "1\t9\t18\tpsoriasis\tDisease\tMESH:D011565" in result.out.splitlines()


def test_doctor_finds_what_is_wrong(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call("doctor", "--workdir", tmp_path, "--json")
    assert result.code == 0
    assert {f["level"] for f in json.loads(result.out)} <= {"ok", "warning"}
    with locked(tmp_path):
        assert call("doctor", "--workdir", tmp_path).code == 3


def test_a_closed_pipe_is_no_error(workdir: Path) -> None:
    command = f"{sys.executable} -m comention.cli show pairs --limit 3000 --workdir {workdir} | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("a_name\t")
    assert "Traceback" not in done.stderr


def test_what_nobody_foresaw_is_one_line_too(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("comention.lexicon.lookup.lookup", fail)
    assert_one_line(call("lookup", "IL-12"), 3, "RuntimeError: two lines", "-v")


def test_every_error_has_an_exit_code() -> None:
    def all_below(kind: type[ComentionError]) -> set[type[ComentionError]]:
        return {kind}.union(*(all_below(k) for k in kind.__subclasses__()))

    assert {kind.exit_code for kind in all_below(ComentionError)} == {2, 3, 4}


@pytest.mark.slow
def test_an_interrupt_ends_a_run_at_once_with_one_line(tmp_path: Path) -> None:
    with StandIn(Corpus(document(*map(text, range(1, 700)))), quota=None) as server:
        server.faults.append({"kind": "stall", "match": {"id": 500}, "times": 0})
        with subprocess.Popen(
            **command(server.url, tmp_path, "0123456789"), stderr=subprocess.PIPE
        ) as process:
            wait_until(lambda: len(kept(tmp_path)) >= 200)
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            _, told = process.communicate(timeout=HANG)
    assert time.monotonic() - began < 5
    assert (process.returncode, told) == (
        130,
        b"comention: interrupted; run the same command again to go on\n",
    )
    assert len(kept(tmp_path)) >= 200


def test_omim_ids_of_gold_count_by_the_lexicon(call: Any, tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    rows = ["1\t0\t13\tTINU syndrome\tDisease\tOMIM:607665", "1\t17\t22\tother\tDisease\tOMIM:1"]
    gold.write_text("\n".join(["1|t|TINU syndrome or other.", "1|a|", *rows]) + "\n\n")
    result = json.loads(call("evaluate", gold, "--json").out)
    concept = result["scores"]["disease"]["concept"]
    assert (result["excluded"], concept["tp"], concept["fn"]) == (1, 1, 0)


def test_differences_are_in_json_and_refused_in_csv(call: Any, tmp_path: Path) -> None:
    gold = tmp_path / "gold.pubtator"
    row = "1\t0\t6\tAsthma\tDisease\tD001249"
    gold.write_text("\n".join(["1|t|Asthma and psoriasis.", "1|a|", row]) + "\n\n")
    asked = ("evaluate", gold, "--annotator", "fast", "--errors")
    listed = [line.split("\t") for line in call(*asked).out.splitlines()]
    result = json.loads(call(*asked, "--json").out)
    [difference] = result["differences"]
    assert (difference["cause"], difference["our_text"]) == ("spurious", "psoriasis")
    assert sum(result["errors"].values()) == len(result["differences"])
    assert listed[-2:] == [[*difference], [str(value) for value in difference.values()]]
    assert "differences" not in json.loads(call(*asked[:-1], "--json").out)
    assert_one_line(call(*asked, "--csv"), 2, "--errors", "use --json")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "sausages"), ("network, kgx, excel, articles",)),
        (("export", "pairs", "--top", "3"), ("export network",)),
        (("export", "network", "--grade", "sure"), ("--grade", "strong")),
        (("export", "network", "--with", "ustekinumub"), ("nearest: ustekinumab",)),
        (("export", "network", "--type", "gene"), ("--type", "cytokine")),
        (("export", "pairs", "--format", "parquet"), ("--out",)),
        (("plot", "heatmap"), ("--out",)),
        (("plot", "heatmap", "-o", "x.gif"), (".png, .svg or .pdf",)),
        (("plot", "heatmap", "--rows", "disease", "-o", "x.png"), ("both disease",)),
        (("plot", "trend", "psoriasis", "asthmaa", "-o", "x.png"), ("nearest: asthma",)),
        (("plot", "network", "--focus", "psoriassis", "-o", "x.png"), ("nearest: psoriasis",)),
        (("plot", "network", "--top", "31", "-o", "x.png"), ("--top",)),
        (("show", "entities", "--min-articles", "3"), ("enrichment, pairs, pairs_rolled_up", "entities")),
        (("show", "triples", "--related"), ("--related is of pairs", "triples")),
        (("show", "enrichment", "--related"), ("--related is of pairs", "enrichment")),
        (("show", "pairs_rolled_up", "--with", "IL-12", "--related"), ("--related is of pairs:",)),
        (("plot", "network", "--min-articles", "999", "-o", "x.png"), ("lower --min-articles",)),
        (("explore", "--port", "70000"), ("--port",)),
        (("show", "pairs", "--json", "--csv"), ("choose one",)),
    ],
)
def test_what_does_not_fit_is_one_line_and_leaves_no_file(
    call: Any,
    workdir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv("COMENTION_WORKDIR", str(workdir))
    monkeypatch.chdir(tmp_path)
    assert_one_line(call(*arguments), 2, *words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [("export", "network"), ("plot", "heatmap"), ("explore", "--no-browser")])
def test_where_there_is_no_snapshot_it_says_how_to_make_one(
    call: Any, tmp_path: Path, command: tuple[str, ...]
) -> None:
    out = ("-o", tmp_path / "x.png") if command[0] == "plot" else ()
    result = call(*command, *out, "--workdir", tmp_path / "none")
    assert_one_line(result, 2, "holds no snapshot", "comention run")


def test_the_sample_leaves_in_every_format_and_picture(call: Any, workdir: Path, tmp_path: Path) -> None:
    for words, name in (
        (("export", "network"), "n.graphml"),
        (("export", "network", "--with", "psoriasis", "--type", "drug", "--type", "disease"), "n.cyjs"),
        (("export", "triples"), "t.tsv"),
        (("export", "mentions"), "m.pubtator"),
        (("plot", "heatmap"), "h.svg"),
        (("plot", "trend", "psoriasis", "ustekinumab"), "t.svg"),
        (("plot", "network"), "n.png"),
    ):
        result = call(*words, "-o", tmp_path / name, "--workdir", workdir)
        assert (result.code, result.out, result.err.count("\n")) == (0, "", 1), result
        assert name in result.err
        assert ("DATA_DICTIONARY.md" in result.err) == (name == "t.tsv")  # where a table's columns are told
        assert (tmp_path / name).stat().st_size > 1000
    assert call("export", "entities", "--workdir", workdir).out.startswith("concept_id,name,")


def test_a_shell_completes_commands() -> None:
    code = "import sys; sys.argv = ['comention']; from comention.cli import main; main()"
    asked = {"_COMENTION_COMPLETE": "complete_bash", "COMP_WORDS": "comention ex", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | asked, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) == {"explore", "export"}
