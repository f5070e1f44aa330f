"""What runs compare their topic with: tables made beforehand, random samples, bulk files, nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from comention.annotation.annotators import make_annotator
from comention.api import enrichment, load
from comention.config import Settings, load_settings
from comention.errors import ConfigError, MalformedError, TransientError, UsageError
from comention.files.atomic import read_parquet, write_parquet
from comention.lexicon.matcher import Additions
from comention.lexicon.store import open_lexicon
from comention.pubmed import drawing
from comention.resources import background_table
from comention.schemas import BACKGROUND
from comention.snapshots.snapshot import latest
from comention.stages import background, walk
from comention.stages.job import Job
from comention.stages.steps import STAGES
from comention.stages.window import chosen
from comention.stages.windowed import background_of, windowed
from tests.support import runs
from tests.support.clients import KEY
from tests.support.corpus import Corpus, document
from tests.support.eutils import StandIn
from tests.support.medline import article, deletion, write_set

pytestmark = pytest.mark.slow

IL_23, PSORIASIS, ASTHMA = "COMENTION:IL-23", "MESH:D011565", "MESH:D001249"


@pytest.fixture
def topic(tmp_path: Path) -> Path:
    """Ten articles on IL-12, of which six name IL-23 and two asthma."""
    words = ["IL-12 and IL-23."] * 6 + ["IL-12 in asthma."] * 2 + ["IL-12."] * 2
    return write_set(tmp_path / "topic.xml", *(article(n, abstract=text) for n, text in enumerate(words, 1)))


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """300 articles of any topic: the first of the topic, thirty on asthma, two on IL-23; one is deleted."""
    words = ["Asthma."] * 30 + ["IL-23."] * 2 + ["Nothing of note."] * 267
    found = [article(1, abstract="IL-12 and IL-23.")]
    found += [article(n, abstract=text, year=1990 + n % 3) for n, text in enumerate(words, 101)]
    return write_set(tmp_path / "others.xml", *found, article(999, abstract="Asthma."), deletion(999))


def table_of(others: Path, path: Path, **options: Any) -> Path:
    settings = load_settings(None, {"annotate.annotator": "fast", "run.processes": 1} | options)
    found, about = background.build([str(others)], settings, "some files", lambda _done: None)
    background.write(path, found, about)
    return path


def run(
    workdir: Path, *inputs: Path, day: datetime = datetime(2026, 1, 1, tzinfo=UTC), **options: Any
) -> Job:
    given = {"source.kind": "files", "source.input": tuple(map(str, inputs)), "workdir": workdir}
    given |= {"run.processes": 1, "annotate.annotator": "fast"}
    settings = load_settings(None, given | {k.replace("__", "."): v for k, v in options.items()})
    job = Job(settings, f"{day:%Y%m%d}T000000Z-0000", day)
    walk.walk(job)
    return job


def found(workdir: Path) -> dict[str, tuple[int, int, int, int]]:
    rows = load("enrichment", workdir)
    columns = ["articles", "articles_total", "background", "background_total"]
    return {row[0]: row[1:] for row in rows[["concept_id", *columns]].itertuples(index=False, name=None)}


def test_a_table_of_files_is_what_a_topic_is_compared_with(topic: Path, others: Path, tmp_path: Path) -> None:
    """PMID 1 is in both: it counts for the topic alone."""
    table = table_of(others, tmp_path / "t.parquet")
    run(tmp_path / "w", topic, background__table=str(table))
    assert found(tmp_path / "w") == {IL_23: (6, 10, 2, 299), ASTHMA: (2, 10, 30, 299)}
    rows = load("enrichment", tmp_path / "w").set_index("concept_id")
    row = rows.loc[IL_23].to_dict()
    assert (row["kind"], row["years_matched"], row["grade"]) == ("table", False, "strong")
    assert rows.loc[ASTHMA, "grade"] == "none"
    pairs = load("pairs", tmp_path / "w")
    assert pairs[(pairs.a_id == "COMENTION:IL-12") & (pairs.b_id == IL_23)].grade.tolist() == ["strong"]
    about = latest(tmp_path / "w").manifest.background
    assert about is not None
    assert about.words == (
        "some files (300 articles, 1990–2001, 1991 in the middle), read by fast, not matched by year"
    )
    listed = enrichment(tmp_path / "w", entity_type="cytokine")
    assert listed.concept_id.tolist() == [IL_23]


def test_a_window_is_compared_with_what_the_run_was(topic: Path, others: Path, tmp_path: Path) -> None:
    """The window's articles with the whole background, where the settings still lead to the run's."""
    table, workdir = table_of(others, tmp_path / "t.parquet"), tmp_path / "w"
    job = run(workdir, topic, background__table=str(table))
    held, window = latest(workdir), chosen(without="retracted")
    compared = background_of(held, job.settings)
    assert compared is not None
    late = windowed(held, window, background=compared)
    for name in ("enrichment", "pairs", "families"):
        assert late.load(name).equals(held.load(name)), name
    other = table_of(others, tmp_path / "other.parquet", **{"names.stop": ["asthma"]})
    for settings in (load_settings(None, {"workdir": workdir}), _compared_with(job.settings, other)):
        assert background_of(held, settings) is None
    without = windowed(held, window)
    assert without.load("enrichment").empty
    assert without.manifest.background is None


def _compared_with(settings: Settings, table: Path) -> Settings:
    changed = settings.background.model_copy(update={"table": str(table)})
    return settings.model_copy(update={"background": changed})


def test_a_window_of_a_snapshot_is_the_same_whatever_a_later_run_holds(
    topic: Path, others: Path, tmp_path: Path
) -> None:
    """Of the table's articles those of the snapshot are the topic's, and not those that came later."""
    workdir, table = tmp_path / "w", str(table_of(others, tmp_path / "t.parquet"))
    job = run(workdir, topic, background__table=table)
    held = latest(workdir)
    later = [article(n, abstract="IL-12 in asthma.") for n in range(101, 121)]
    more = write_set(tmp_path / "more.xml", *later)
    compared = []
    for _ in range(2):
        counted = background_of(held, job.settings)
        assert counted is not None
        compared.append(counted.counts.to_pylist())
        run(workdir, more, day=datetime(2026, 1, 2, tzinfo=UTC), background__table=table)
    assert compared[0] == compared[1]


def test_the_command_makes_a_table(topic: Path, others: Path, tmp_path: Path) -> None:
    out = tmp_path / "made.parquet"
    words = [sys.executable, "-m", "comention.cli", "background", str(others), "-o", str(out)]
    words += ["--annotator", "fast", "--set", "run.processes=1"]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "300 articles read by fast" in result.stderr
    expected = table_of(others, tmp_path / "t.parquet")
    assert read_parquet(out).to_pydict() == read_parquet(expected).to_pydict()
    assert background.about_file(out).source == "others.xml"


def test_a_table_holds_ids_alone_and_is_the_same_each_time(others: Path, tmp_path: Path) -> None:
    one, two = table_of(others, tmp_path / "1.parquet"), table_of(others, tmp_path / "2.parquet")
    assert one.read_bytes() == two.read_bytes()
    rows = read_parquet(one)
    assert rows.column_names == BACKGROUND.schema.names == ["pmid", "concepts"]
    assert 999 not in rows["pmid"].to_pylist()
    assert set(rows["concepts"].combine_chunks().flatten().to_pylist()) == {"COMENTION:IL-12", IL_23, ASTHMA}


@pytest.mark.parametrize("option", [{"names.stop": ("psoriasis",)}, {"annotate.annotator": "standard"}])
def test_what_another_annotator_read_is_not_compared_with(
    topic: Path, others: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, option: dict[str, Any]
) -> None:
    table = table_of(others, tmp_path / "t.parquet", **option)
    run(tmp_path / "w", topic, background__table=str(table))
    assert found(tmp_path / "w") == {}
    (line,) = [record.message for record in caplog.records if "no enrichment" in record.message]
    assert "another annotator" in line
    assert "comention background FILES -o FILE" in line
    assert latest(tmp_path / "w").manifest.background is None


def test_a_table_that_is_none_is_refused(topic: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist: make one with"):
        run(tmp_path / "w", topic, background__table=str(tmp_path / "none.parquet"))
    write_parquet(tmp_path / "other.parquet", BACKGROUND.schema.empty_table())
    with pytest.raises(MalformedError, match="is no background: make one with"):
        run(tmp_path / "w", topic, background__table=str(tmp_path / "other.parquet"))
    (tmp_path / "text").write_text("text")
    with pytest.raises(MalformedError, match="cannot be read"):
        run(tmp_path / "w", topic, background__table=str(tmp_path / "text"))


def test_without_a_background_nothing_is_compared(topic: Path, tmp_path: Path) -> None:
    run(tmp_path / "none", topic, background__kind="none")
    run(tmp_path / "all", topic, topic__match="all")
    for name in ("none", "all"):
        assert found(tmp_path / name) == {}
        assert load("pairs", tmp_path / name).enrichment.isna().all()


@pytest.mark.parametrize("annotator", ["fast", "standard"])
def test_the_shipped_table_is_of_the_shipped_annotator(annotator: str) -> None:
    """`make background BULK=…` makes it anew where lexicon, model or rules have changed."""
    path = background_table(annotator)
    about = background.about_file(path)
    assert (about.annotator, about.fingerprint) == (
        annotator,
        make_annotator(annotator, Additions(), load_settings().annotate.labels).fingerprint,
    )
    rows = read_parquet(path)
    assert rows.num_rows == about.articles == sum(about.years.values()) > 20_000
    ids = set(rows["concepts"].combine_chunks().flatten().to_pylist())
    assert ids <= open_lexicon().row_of.keys()
    assert path.stat().st_size < 500_000


def test_a_run_has_the_shipped_table_by_itself(topic: Path, tmp_path: Path) -> None:
    run(tmp_path / "w", topic)
    rows = load("enrichment", tmp_path / "w").set_index("concept_id")
    assert rows.loc[IL_23, "grade"] == "strong"
    assert set(rows.background_total) == {20_783}


def test_bulk_files_are_their_own_background(others: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    others.rename(folder / "pubmed26n0001.xml")
    words = ["IL-12 and IL-23."] * 5 + ["IL-12."] * 2
    write_set(folder / "pubmed26n0002.xml", *(article(n, abstract=w) for n, w in enumerate(words, 2)))
    run(tmp_path / "w", folder, source__kind="bulk")
    assert found(tmp_path / "w") == {IL_23: (6, 8, 2, 299)}
    assert set(load("enrichment", tmp_path / "w").kind) == {"bulk"}
    run(tmp_path / "table", folder, source__kind="bulk", background__kind="table")
    assert set(load("enrichment", tmp_path / "table").kind) == {"table"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Thirty articles on IL-12 with asthma; of a thousand others of their year a tenth are on asthma."""
    runs.quick(monkeypatch)
    monkeypatch.setattr(drawing, "REACH", 500)
    texts = [
        runs.text(n, "IL-12 in asthma" if n % 33 == 0 else "asthma" if n % 10 == 0 else "Nothing")
        for n in range(1, 1001)
    ]
    with StandIn(Corpus(document(*texts)), keys=[KEY], quota=None) as service:
        yield service


def sampled(server: StandIn, workdir: Path, day: int = 2, **options: Any) -> dict[str, Any]:
    options = {"background__kind": "sample", "background__size": 200} | options
    return runs.run(server, workdir, day, **options)


def test_a_random_sample_is_drawn_once_and_kept(server: StandIn, tmp_path: Path) -> None:
    sampled(server, tmp_path)
    row = load("enrichment", tmp_path).set_index("concept_id", drop=False).loc[ASTHMA].to_dict()
    assert (row["concept_id"], row["articles"], row["articles_total"]) == (ASTHMA, 30, 30)
    assert (row["background_total"], row["kind"], row["years_matched"]) == (200, "sample", True)
    assert 5 <= row["background"] <= 40
    assert row["grade"] == "strong"
    drawn = (tmp_path / "background" / "sample.parquet").read_bytes()
    assert [path.name for path in (tmp_path / "background").iterdir()] == ["sample.parquet"]
    runs.asked(server)
    assert not sampled(server, tmp_path, 3)["changed"]
    assert runs.asked(server) == []
    assert (tmp_path / "background" / "sample.parquet").read_bytes() == drawn


def test_a_sample_of_another_size_or_reader_is_drawn_anew(server: StandIn, tmp_path: Path) -> None:
    sampled(server, tmp_path)
    sampled(server, tmp_path, 3, background__size=220)
    assert load("enrichment", tmp_path).background_total.unique().tolist() == [220]
    sampled(server, tmp_path, 4, background__size=220, names__stop=("psoriasis",))
    assert load("enrichment", tmp_path).background_total.unique().tolist() == [220]


def test_a_sample_is_drawn_anew_after_a_year(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampled(server, tmp_path, 2)
    path = tmp_path / "background" / "sample.parquet"
    before = background.about_file(path).drawn
    monkeypatch.setattr(background, "FRESH", timedelta(days=5))
    sampled(server, tmp_path, 6)
    assert background.about_file(path).drawn == before
    sampled(server, tmp_path, 7)
    assert (before, background.about_file(path).drawn) == ("2026-01-02", "2026-01-07")


def test_a_sample_needs_an_address_before_anything_is_read(topic: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"pubmed\.email"):
        run(tmp_path / "w", topic, background__kind="sample")
    assert not (tmp_path / "w" / "store" / "state.json").exists()


@pytest.fixture
def years(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Thirty articles on IL-12, half of 2019 and half of 2020, among a thousand of these years."""
    runs.quick(monkeypatch)
    monkeypatch.setattr(drawing, "REACH", 500)
    texts = [
        runs.text(n, "IL-12" if n % 33 == 0 else "Nothing", created=f"{2019 + (n > 500)}/01/31")
        for n in range(1, 1001)
    ]
    with StandIn(Corpus(document(*texts)), keys=[KEY], quota=None) as service:
        yield service


def test_a_sample_is_drawn_anew_where_the_topic_is_of_other_years(years: StandIn, tmp_path: Path) -> None:
    """A trial over the newest articles draws none that serves the whole topic; a few more change nothing."""
    path = tmp_path / "background" / "sample.parquet"
    sampled(years, tmp_path, 2, source__limit=5)
    assert background.about_file(path).years == {"2020": 200}
    sampled(years, tmp_path, 3)
    assert background.about_file(path).years == {"2019": 100, "2020": 100}
    drawn = path.read_bytes()
    years.corpus.add(document(runs.text(1001, "IL-12", created="2026/01/03")))
    sampled(years, tmp_path, 4)
    assert path.read_bytes() == drawn
    more = (runs.text(n, "IL-12", created="2020/06/30") for n in range(1002, 1012))
    years.corpus.add(document(*more))
    sampled(years, tmp_path, 5, full=True)
    assert background.about_file(path).years["2020"] == 122


def test_a_sample_is_drawn_anew_for_another_topic(server: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "background" / "sample.parquet"
    sampled(server, tmp_path, 2)
    sampled(server, tmp_path, 3, topic__query="asthma", full=True)
    assert background.about_file(path).drawn == "2026-01-03"
    held = set(load("articles", tmp_path).pmid)
    assert len(held) == 127
    assert held.isdisjoint(read_parquet(path)["pmid"].to_pylist())


def test_what_a_sample_is_drawn_for_is_not_published(server: StandIn, tmp_path: Path) -> None:
    """The manifest says as much of a sample as of a table, whatever decides when it is drawn anew."""
    sampled(server, tmp_path)
    manifest = json.loads((latest(tmp_path).path / "manifest.json").read_bytes())
    told = {"source", "annotator", "fingerprint", "articles", "years", "drawn", "size"}
    assert manifest["background"].keys() == told | {"kind"}


def test_a_sample_that_nothing_is_compared_with_is_not_drawn(topic: Path, tmp_path: Path) -> None:
    run(tmp_path / "w", topic, background__kind="sample", topic__match="all")
    assert not (tmp_path / "w" / "background").exists()


@pytest.mark.parametrize("kind", ["files", "pubmed"])
def test_a_stage_that_is_tried_again_counts_what_it_committed_once(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The sample of a run comes behind the commit of what it is compared with."""
    options: dict[str, Any] = {"background__kind": "sample", "background__size": 200}
    if kind == "files":
        (tmp_path / "topic.xml").write_bytes(document(*(runs.text(33 * n, "IL-12") for n in range(1, 11))))
        options |= {"source__kind": "files", "source__input": (str(tmp_path / "topic.xml"),)}
        options["topic__concepts"] = ("COMENTION:IL-12",)
    undisturbed = runs.run(server, tmp_path / "u", **options)
    draw, failed = background.refresh, list[str]()

    def refresh(job: Job, *given: Any) -> int:
        if not failed:
            failed.append(job.run_id)
            raise TransientError("no answer")
        return draw(job, *given)

    monkeypatch.setattr(background, "refresh", refresh)
    job = runs.job(server, tmp_path / "w", **options)
    receipts = []
    with walk.session(job):
        with pytest.raises(TransientError):
            walk.perform(STAGES[0], job, lambda *_: None)
        receipts = [walk.perform(stage, job, lambda *_: None) for stage in STAGES]
    result = walk.summary(job, receipts)
    names = ("expected", "fetched", "kept", "off_topic", "added", "revised", "articles")
    assert {n: result[n] for n in names} == {n: undisturbed[n] for n in names}
    assert result["added"] == result["articles"] > 0
    assert runs.sums(tmp_path / "w") == runs.sums(tmp_path / "u")


def test_a_window_writes_nothing_into_the_store(
    topic: Path, others: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be asked for where the work directory is read-only, and while a run counts there."""
    job = run(tmp_path / "w", topic, background__table=str(table_of(others, tmp_path / "t.parquet")))
    counting = job.store / ".count-abcdefgh"
    counting.mkdir()
    folders: list[Any] = []
    temporary = tempfile.TemporaryDirectory

    def made(**given: Any) -> Any:
        folders.append(given["dir"])
        return temporary(**given)

    monkeypatch.setattr(tempfile, "TemporaryDirectory", made)
    assert background_of(latest(tmp_path / "w"), job.settings) is not None
    assert folders == [None]
    assert counting.is_dir()
