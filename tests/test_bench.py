"""The benchmark's own parts: what it fits, renumbers, keeps and shows; and that every stage still runs."""

from __future__ import annotations

import gzip
import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks import articles, claimed, machine, measures, networks, scale, table
from benchmarks.__main__ import STAGES, main, merged, parse
from benchmarks.results import (
    Bench,
    BenchFigure,
    BenchOrder,
    BenchPart,
    Curve,
    Findings,
    Machine,
    Point,
    Rate,
    Spread,
)
from benchmarks.targets import FIGURES, RATIOS, Target

from comention.documents.pubtator import read
from comention.files.opening import open_source
from comention.pubmed.split import split
from comention.pubmed.xml import parse_article

ROOT = Path(__file__).parents[1]
NOTHING = Findings()
MACHINE = Machine(cpu="A CPU", cores=2, memory_gib=8, system="Linux x86_64", python="3.11.7")


def part(findings: Findings = NOTHING, **changes: object) -> BenchPart:
    about = BenchPart(
        machine=MACHINE, version="0.1.0", commit="abc", packages={}, rounds=3, records=None, most=200_000
    )
    return about.model_copy(update={"findings": findings, **changes})


def sample() -> list[bytes]:
    """Return the sample's articles, the last version of each."""
    found: dict[int, bytes] = {}
    for path in sorted((ROOT / "data" / "sample").glob("*.xml")):
        with open_source(path) as stream:
            chunks = [chunk.data for chunk in split(stream, path.name) if chunk.kind == "article"]
        found |= {parse_article(data).pmid: data for data in chunks}
    return list(found.values())


def test_the_exponent_of_a_power_is_its_power() -> None:
    points = {size: 3e-5 * size**1.1 for size in (2_000, 20_000, 200_000)}
    curve = measures.curve("x", "s", points)
    assert curve.exponent == 1.1
    assert curve.last == 1.1


def test_the_last_exponent_sees_past_what_is_constant() -> None:
    curve = measures.curve("x", "s", {200_000: 202.0, 2_000: 4.0, 20_000: 22.0})
    assert list(curve.points) == [2_000, 20_000, 200_000]
    assert curve.last == pytest.approx(np.log10(202 / 22), rel=1e-7)
    assert curve.exponent is not None
    assert curve.last is not None
    assert curve.exponent < curve.last


def test_one_size_has_no_exponent_and_zero_has_no_logarithm() -> None:
    assert measures.curve("x", "s", {2_000: 4.0}).exponent is None
    assert measures.curve("x", "s", {2_000: 0.0, 20_000: 4.0}).exponent is None


def test_a_record_gets_another_pmid_and_nothing_else() -> None:
    for record in sample()[:20]:
        before = parse_article(record)
        assert parse_article(articles.renumbered(record, 123_456_789)) == replace(before, pmid=123_456_789)


def test_what_a_record_cites_keeps_its_pmid() -> None:
    cited = b'<Reference><ArticleIdList><ArticleId IdType="pubmed">77</ArticleId></ArticleIdList></Reference>'
    record = (
        b'<PubmedArticle><MedlineCitation><PMID Version="2">\n7 </PMID><CommentsCorrectionsList><Comments>'
        b'<PMID Version="1">77</PMID></Comments></CommentsCorrectionsList></MedlineCitation><PubmedData>'
        b'<ArticleIdList><ArticleId IdType="pubmed">7</ArticleId></ArticleIdList>' + cited + b"</PubmedData>"
        b"</PubmedArticle>"
    )
    new = articles.renumbered(record, 500)
    assert new.count(b"500") == 2
    assert new.count(b">77<") == 2
    assert cited in new
    without = record.replace(b'<ArticleId IdType="pubmed">7</ArticleId>', b"")
    assert articles.renumbered(without, 500).count(b"500") == 1
    with pytest.raises(ValueError, match="without a PMID"):
        articles.renumbered(b"<PubmedArticle/>", 1)


def test_repeated_articles_are_a_pubmed_file_of_as_many_pmids(tmp_path: Path) -> None:
    path = tmp_path / "repeated.xml.gz"
    articles.write(path, articles.repeated(sample()[:10], 25, 1000))
    with open_source(path) as stream:
        found = [parse_article(chunk.data) for chunk in split(stream, "repeated")]
    assert [one.pmid for one in found] == list(range(1000, 1025))
    assert found[3].text == found[13].text == found[23].text
    assert gzip.decompress(path.read_bytes()) == articles.document(articles.repeated(sample()[:10], 25, 1000))


def test_whole_words_leftmost_and_longest() -> None:
    ahocorasick = pytest.importorskip("ahocorasick")
    from benchmarks.annotating import whole_words

    automaton = ahocorasick.Automaton()
    for name in ("tnf", "tnf receptor", "receptor 2", "art"):
        automaton.add_word(name, len(name))
    automaton.make_automaton()
    text = "TNF receptor 2, TNF2 and an art; party"
    assert [text[start:end] for start, end in whole_words(automaton, text)] == ["TNF receptor", "art"]


def test_netmedex_reads_the_mentions_that_we_count(tmp_path: Path) -> None:
    parser = pytest.importorskip("netmedex.pubtator_parser")
    graph = pytest.importorskip("netmedex.graph")
    from comention.annotation.fast import FastAnnotator
    from comention.documents import pubtator
    from comention.lexicon.store import open_lexicon

    path = tmp_path / "some.pubtator"
    networks.annotated(path, map(parse_article, sample()), FastAnnotator(open_lexicon()))
    documents, problems = pubtator.read(path)
    assert problems == []
    networks.counted(documents, tmp_path, networks.OURS, threads=1)
    ours = networks.network(tmp_path)
    builder = graph.PubTatorGraphBuilder(node_type="mesh")
    builder.add_collection(parser.PubTatorIO.parse(path))
    theirs = {
        frozenset(node.rsplit("_", 1)[0] for node in edge): len(about["relations"])
        for *edge, about in builder.graph.edges(data=True)
    }
    assert len(documents) == builder.num_articles == 100
    assert {frozenset(edge): about["articles"] for edge, about in ours.edges.items()} == theirs
    assert len(theirs) == 4628


def test_relations_of_documents_are_told_by_their_sentences(tmp_path: Path) -> None:
    path = tmp_path / "gold.pubtator"
    text = "Nosazol-induced nausea in rats. Fever was seen after nosazol, and chills."
    names = {
        "Nosazol": "Chemical\tD1",
        "nausea": "Disease\tD2",
        "Fever": "Disease\tD3",
        "chills": "Disease\tD4",
    }
    places = {name: (text.index(name), text.index(name) + len(name)) for name in names}
    rows = [f"1\t{places[n][0]}\t{places[n][1]}\t{n}\t{said}" for n, said in names.items()]
    lines = [f"1|t|{text[:31]}", f"1|a|{text[32:]}", *rows, "1\tCID\tD1\tD2", "1\tCID\tD1\tD3"]
    path.write_text("\n".join(lines) + "\n\n", "utf-8")
    documents = claimed.unseen(read(path)[0])
    wanted = claimed.related(path, documents, "CID")
    assert wanted == {("1", frozenset({"D1", "D2"})), ("1", frozenset({"D1", "D3"}))}
    assert claimed.told(documents, frozenset({"causes"})) == {("1", frozenset({"D1", "D2"}))}
    assert claimed.rates({("1", frozenset("ab"))}, wanted) == (0, 0, 0)
    assert claimed.rates(wanted, wanted) == (1, 1, 1)


def test_contestants_take_turns_and_the_first_is_compared() -> None:
    order: list[tuple[str, int]] = []

    def work(name: str) -> measures.Work:
        def do(number: int) -> int:
            order.append((name, number))
            return sum(1 for _ in range(20_000))

        return do

    def absent() -> measures.Work:
        raise ModuleNotFoundError("no", name="absent_package.part")

    found = measures.ready({"ours": lambda: work("ours"), "theirs": lambda: work("theirs"), "none": absent})
    rates = measures.rates(measures.turns(found.work, 2), found.absent)
    assert order == [("ours", 0), ("theirs", 0), ("theirs", 1), ("ours", 1)]
    assert [(rate.who, rate.rate is None, rate.ratio is None) for rate in rates] == [
        ("ours", False, True),
        ("theirs", False, False),
        ("none", True, True),
    ]
    assert rates[2].skipped == "absent_package is not installed"


def test_ratios_are_of_the_same_round() -> None:
    measured = {
        "comention": [10.0, 20.0, 90.0],
        "theirs": [5.0, 20.0, 30.0],
        "comention fast": [1.0, 1.0, 1.0],
    }
    _, theirs, fast = measures.rates(measured)
    assert theirs.ratio == Spread(median=2, low=1, high=3)
    assert fast.ratio is None


def test_too_few_records_for_the_rounds_are_refused() -> None:
    assert measures.parts(range(10), 3) == 3
    with pytest.raises(ValueError, match="raise --records"):
        measures.parts(range(2), 3)


def test_memory_is_that_of_all_processes_together() -> None:
    child = "import time; held = b'x' * 150_000_000; time.sleep(0.7)"
    code = (
        "import subprocess, sys; held = b'x' * 150_000_000; "
        f"subprocess.run([sys.executable, '-c', {child!r}])"
    )
    found = measures.alone(["-c", code], watched=True)
    assert 300e6 < found.peak_bytes < 400e6
    assert found.seconds > 0.7


@pytest.mark.slow
def test_processor_time_is_that_of_all_processes_together() -> None:
    spin = "import time\nwhile time.process_time() < 0.5: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}])\n{spin}"
    assert measures.alone(["-c", code]).cpu >= 1


def test_a_command_that_fails_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        measures.alone(["-c", "raise SystemExit('no such luck')"])
    assert "no such luck" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        (Target("least", 4), 4.0, True),
        (Target("least", 4), 3.999, False),
        (Target("below", 2), 2.0, False),
        (Target("below", 2), 1.999, True),
        (Target("most", 1.1), 1.1, True),
        (Target("most", 1.1), 1.11, False),
    ],
)
def test_targets(target: Target, value: float, met: bool) -> None:
    assert target.met(value) is met


def test_the_table_tells_what_is_met_and_what_is_missed() -> None:
    spread = Spread(median=0.5, low=0.4, high=0.7)
    parsing = Findings(
        per="records",
        rates=(
            Rate(who="comention", rate=Spread.of([4000])),
            Rate(who="lxml.iterparse, bare", rate=Spread.of([8000]), ratio=spread),
            Rate(who="Bio.Entrez.read", skipped="Bio is not installed"),
        ),
    )
    running = Findings(figures=(BenchFigure(what="comention --help", value=Spread.of([0.2]), unit="s"),))
    made = table.markdown(Bench(parts={"parsing": part(parsing), "running": part(running)}))
    assert (
        "| parsing | lxml.iterparse, bare | 8,000 records | 0.50 × | 0.40–0.70 | ≥ 0.6 × | **missed** |"
        in made
    )
    assert "| parsing | Bio.Entrez.read | skipped: Bio is not installed |  |  | ≥ 4 × |  |" in made
    assert "| running | comention --help | 0.20 s |  | < 0.4 s | met |" in made
    assert made.endswith(
        "Measured on A CPU, 2 cores, 8 GiB, Linux x86_64; Python 3.11.7; comention 0.1.0 (abc); 3 rounds."
    )


def test_fewer_records_are_not_judged_and_failures_are_told() -> None:
    running = Findings(figures=(BenchFigure(what="comention --help", value=Spread.of([9.0]), unit="s"),))
    bench = Bench(parts={"running": part(running, records=200), "scale": part(error="OSError: disk full")})
    made = table.markdown(bench)
    assert "| running | comention --help | 9 s |  | < 0.4 s |  |" in made
    assert "scale failed: OSError: disk full" in made
    assert "running: measured on A CPU, 2 cores, 8 GiB, Linux x86_64; Python 3.11.7" in made
    assert "; 3 rounds; 200 records at most." in made
    assert made.endswith("; comention 0.1.0 (abc); 3 rounds.")


def test_the_table_tells_how_busy_the_machine_was() -> None:
    one, two = part(others=0.04), part(others=1.26)
    assert "; 3 rounds. Other processes used 0.0 cores meanwhile." in table.markdown(
        Bench(parts={"scale": one})
    )
    both = table.markdown(Bench(parts={"scale": one, "parsing": two}))
    assert "Other processes used 0.0 to 1.3 cores meanwhile." in both


def test_other_processes_are_those_that_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {"monotonic": iter([100.0, 110.0]), "busy": iter([50.0, 68.0]), "own": iter([7.0, 12.0])}
    monkeypatch.setattr("benchmarks.machine.time.monotonic", lambda: next(seconds["monotonic"]))
    monkeypatch.setattr(machine, "_busy", lambda: next(seconds["busy"]))
    monkeypatch.setattr(machine, "_own", lambda: next(seconds["own"]))
    assert machine.Others().cores() == pytest.approx((18 - 5) / 10)


def test_the_time_of_the_whole_machine_holds_ours() -> None:
    busy, own = machine._busy(), machine._own()
    sum(range(10_000_000))
    assert machine._own() - own > 0.05
    assert machine._busy() - busy > 0.8 * (machine._own() - own) - 0.05


@pytest.mark.parametrize("unit", ["s", "CPU s"])
def test_curves_are_judged_by_their_worse_exponent(unit: str) -> None:
    def curve(last: float) -> Curve:
        return Curve(
            what="fetch", unit=unit, points={2_000: 1, 20_000: 9, 200_000: 99}, exponent=1.0, last=last
        )

    rows = table.markdown(Bench(parts={"scale": part(Findings(curves=(curve(1.04), curve(1.2))))}))
    assert f"| fetch, {unit} | 1 | 9 | 99 | 1.00 | 1.04 | ≤ 1.05 | met |" in rows
    assert f"| fetch, {unit} | 1 | 9 | 99 | 1.00 | 1.20 | ≤ 1.05 | **missed** |" in rows


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, "0"), (1, "1"), (0.0449, "0.045"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234")],
)
def test_numbers_have_three_digits(value: float, told: str) -> None:
    assert table.number(value) == told


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    findings = Findings(curves=(measures.curve("x", "s", {2_000: 1.5, 20_000: 3.0}),))
    bench = Bench(parts={"scale": part(findings)})
    bench.write(tmp_path / "new" / "bench.json")
    assert Bench.read(tmp_path / "new" / "bench.json") == bench
    assert Bench.read(tmp_path / "none.json") == Bench()


def test_parts_are_replaced_one_by_one_and_never_by_a_failure() -> None:
    old = Bench(parts={"scale": part(commit="old"), "parsing": part(commit="old")})
    new = merged(old, "parsing", part(commit="new"))
    assert {name: one.commit for name, one in new.parts.items()} == {"parsing": "new", "scale": "old"}
    assert list(new.parts) == ["parsing", "scale"]
    assert merged(new, "scale", part(error="no")).parts["scale"].error is None
    assert merged(new, "counting", part(error="no")).parts["counting"].error == "no"


def test_a_stage_that_fails_leaves_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: BenchOrder) -> Findings:
        raise OSError("disk full")

    monkeypatch.setitem(STAGES, "parsing", fail)
    monkeypatch.setitem(STAGES, "counting", lambda _: Findings(per="mentions"))
    out = tmp_path / "bench.json"
    assert main(["--only", "parsing", "counting", "--out", str(out)]) == 1
    found = Bench.read(out)
    assert found.parts["parsing"].error == "OSError: disk full"
    assert found.parts["counting"].findings.per == "mentions"
    assert "parsing failed: OSError: disk full" in capsys.readouterr().out


def test_what_was_kept_is_shown_without_measuring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, shown = tmp_path / "bench.json", tmp_path / "bench.md"
    Bench(parts={"scale": part(error="OSError: disk full")}).write(out)
    assert main(["--only", "--out", str(out), "--markdown", str(shown)]) == 0
    assert "scale failed: OSError: disk full" in capsys.readouterr().out
    assert shown.read_text("utf-8").startswith("scale failed: OSError: disk full\n\nMeasured on A CPU")


def test_help_names_every_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in STAGES)


def test_every_target_is_of_a_stage() -> None:
    assert {stage for stage, _ in [*RATIOS, *FIGURES]} <= set(STAGES)


def test_the_scale_is_tenfold_and_bounded() -> None:
    assert scale.sizes(BenchOrder(1)) == (2_000, 20_000, 200_000)
    assert scale.sizes(BenchOrder(1, most=20_000)) == (2_000, 20_000)
    assert scale.sizes(BenchOrder(1, most=1_000_000)) == (2_000, 20_000, 200_000, 1_000_000)
    assert scale.sizes(BenchOrder(1, most=400_000)) == (2_000, 20_000, 200_000, 400_000)
    assert scale.sizes(BenchOrder(1, records=100, most=1_000)) == (100, 1_000)
    with pytest.raises(ValueError, match="below the least size"):
        scale.sizes(BenchOrder(1, most=1_000))


def test_a_size_that_was_measured_is_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    def work() -> Point:
        measured.append("once")
        return Point(costs={"counting": (1.5, 200.0)}, cpu={"counting": 2.5}, commands={"show": 0.5})

    order = BenchOrder(1, kept=tmp_path / "so-far.json")
    monkeypatch.setattr(machine, "commit", lambda: "0123456789")
    assert scale.kept("run 2000", work, order) == scale.kept("run 2000", work, order)
    scale.kept("run 20000", work, order)
    assert scale.kept("run 2000", work, order).commands == {"show": 0.5}
    assert scale.kept("run 2000", work, order).cpu == {"counting": 2.5}
    assert len(measured) == 2
    for commit in ("9876543210", "9876543210-dirty", "9876543210-dirty"):
        monkeypatch.setattr(machine, "commit", lambda commit=commit: commit)
        scale.kept("run 2000", work, order)
    assert len(measured) == 5


def _of_absent(what: str) -> bool:
    """Whether a ratio is one to a peer that is in no lock, and is not installed."""
    return what.startswith("Datasette ") and importlib.util.find_spec("datasette") is None


def _at_full_size(figure: str) -> bool:
    return figure.startswith("annotation, memory") or "000 articles" in figure


@pytest.mark.slow
@pytest.mark.corpora
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_runs_at_a_tiny_size(stage: str, corpora: Path, tmp_path: Path) -> None:
    """In a process of its own: peers warn on import, and leave hundreds of megabytes behind."""
    options = ["--rounds", "1", "--records", "100", "--most", "1000", "--only", stage]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options, "--out", str(tmp_path / "bench.json")],
        cwd=ROOT,
        env=os.environ | {"COMENTION_CORPORA": str(corpora)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    aimed = {what for of, what in [*RATIOS, *FIGURES] if of == stage}
    assert all(what in done.stdout for what in aimed if not _at_full_size(what) and not _of_absent(what))
