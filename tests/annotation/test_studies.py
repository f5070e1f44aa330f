"""The studies of a shard: made of its articles and sentences, and again where their reader changed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from comention.annotation import shards
from comention.annotation.studies import studies, with_studies
from comention.files.atomic import read_parquet
from comention.schemas import CITATIONS, SENTENCES, SPLIT
from comention.snapshots.snapshot import latest
from comention.stages import walk
from comention.study import reading
from tests.stages.test_stages import job, run
from tests.support.medline import article, write_set

pytestmark = pytest.mark.slow


def _table(dataset_schema: pa.Schema, rows: list[dict[str, object]]) -> pa.Table:
    schema = pa.schema([dataset_schema.field(name) for name in rows[0]])
    return pa.Table.from_pylist(rows, schema=schema)


def _article(pmid: int, title: str, abstract: str | None, *, mesh: tuple[str, ...] = ()) -> dict[str, object]:
    return {
        "pmid": pmid,
        "title": title,
        "abstract": abstract,
        "sections": [],
        "publication_types": ["Journal Article"],
        "mesh": [{"ui": None, "name": name, "major": False} for name in mesh],
        "species": [name for name in mesh if name in ("Humans", "Mice")],
    }


def _sentences(*spans: tuple[int, int, int, int]) -> pa.Table:
    """Return sentences of these rows, PMIDs, numbers and starts."""
    names = ("pmid", "sentence", "start")
    table = _table(SPLIT.schema, [dict(zip(names, span[1:], strict=True)) for span in spans])
    return table.add_column(0, "row", pa.array([span[0] for span in spans], pa.int32()))


def test_each_article_and_sentence_has_its_own() -> None:
    """Two versions of one PMID may stand in a shard."""
    articles = _table(
        CITATIONS.schema,
        [
            _article(7, "Novakine in mice.", "Mice were given it. Nothing else."),
            _article(3, "Novakine.", None),
            _article(7, "Novakine in mice.", "Patients fell ill.", mesh=("Humans", "Adult")),
        ],
    )
    sentences = _sentences((0, 7, 0, 0), (0, 7, 1, 18), (0, 7, 2, 38), (2, 7, 0, 0), (2, 7, 1, 18))
    found, split = with_studies(articles, sentences, studies(articles, sentences))
    assert found.select(["study", "study_method", "species", "species_method"]).to_pylist() == [
        {"study": ["animal"], "study_method": ["text"], "species": ["Mice"], "species_method": "text"},
        {"study": [], "study_method": [], "species": [], "species_method": None},
        {
            "study": ["human observational"],
            "study_method": ["mesh"],
            "species": ["Humans"],
            "species_method": "mesh",
        },
    ]
    assert found["study_main"].to_pylist() == ["animal", None, "human observational"]
    assert split["context"].to_pylist() == ["animal", "animal", None, "animal", "human"]


def test_no_rows_stay_none() -> None:
    articles, sentences = CITATIONS.schema.empty_table(), _sentences((0, 1, 0, 0)).slice(1)
    articles, sentences = with_studies(articles, sentences, studies(articles, sentences))
    assert (articles.num_rows, sentences.num_rows) == (0, 0)
    assert sentences.schema.names[-1] == SENTENCES.schema.names[-1] == "context"


def test_they_are_read_again_where_their_reader_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without annotating anew, or reading claims again."""
    file = write_set(tmp_path / "1.xml", article(1, "IL-12 in mice.", abstract="Novel beasts had psoriasis."))
    given = {"source__kind": "files", "source__input": (str(file),), "annotate__annotator": "fast"}
    run(tmp_path / "w", **given)
    [before] = (tmp_path / "w").glob("store/annotations/*/*.studies-*.parquet")
    assert read_parquet(latest(tmp_path / "w").file("articles"))["study"].to_pylist() == [["animal"]]
    rows = read_parquet(before).to_pylist()
    others = {path: path.stat().st_mtime_ns for path in before.parent.iterdir() if path != before}
    monkeypatch.setattr(shards, "annotate_shard", None)
    monkeypatch.setattr(reading, "VERSION", reading.VERSION + 1)
    work = job(tmp_path / "w", "20260104T030405Z-0000", **given)
    receipts = {receipt.stage: receipt for receipt in walk.walk(work)}
    assert receipts["annotate"].counts == {"shards": 1, "shards_made": 1}
    [after] = (tmp_path / "w").glob("store/annotations/*/*.studies-*.parquet")
    assert after.name != before.name, "what nothing needs any more is removed"
    assert read_parquet(after).to_pylist() == rows
    assert {path: path.stat().st_mtime_ns for path in others} == others
