"""Claims beside mentions: read once, and again where what reads them changed, without annotating anew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from comention.annotation import shards
from comention.claims import reading
from comention.files.atomic import read_parquet
from comention.records import Claim, Mention, Sentence
from comention.stages import walk
from tests.stages.test_stages import job, run
from tests.support.medline import article, write_set

pytestmark = pytest.mark.slow

_READ = reading.read


def _of_all_that_it_is_given(
    text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]
) -> list[Claim]:
    """Claims whose score depends on all that is handed in."""
    given = hashlib.sha256(repr((text, tuple(sentences), tuple(mentions))).encode()).digest()
    return [claim._replace(score=given[0] / 255) for claim in _READ(text, sentences, mentions)]


def _files(workdir: Path) -> list[str]:
    return sorted(path.name.split(".")[1] for path in workdir.glob("store/annotations/*/*.parquet"))


@pytest.mark.parametrize("annotator", ["fast", "standard"])
def test_claims_are_read_again_from_the_mentions_where_their_reader_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, annotator: str
) -> None:
    texts = ["IL-12 and ustekinumab in psoriasis. TNF rises in asthma.", "IL-23, IL-12. No IFN-γ in asthma."]
    file = write_set(tmp_path / "1.xml", *(article(n, abstract=text) for n, text in enumerate(texts, 1)))
    given = {"source__kind": "files", "source__input": (str(file),), "annotate__annotator": annotator}
    monkeypatch.setattr(reading, "read", _of_all_that_it_is_given)
    run(tmp_path / "w", **given)
    [before] = (tmp_path / "w").glob("store/annotations/*/*.claims-*.parquet")
    rows = read_parquet(before).to_pylist()
    assert {row["pmid"] for row in rows} == {1, 2}
    assert run(tmp_path / "w", run="20260103T030405Z-0000", **given)["changed"] is False
    monkeypatch.setattr(reading, "fingerprint", lambda: "another")
    monkeypatch.setattr(shards, "annotate_shard", None)
    work = job(tmp_path / "w", "20260104T030405Z-0000", **given)
    receipts = {receipt.stage: receipt for receipt in walk.walk(work)}
    assert receipts["annotate"].counts == {"shards": 1, "shards_made": 1}
    [after] = (tmp_path / "w").glob("store/annotations/*/*.claims-*.parquet")
    assert after.name != before.name, "what nothing needs any more is removed"
    assert read_parquet(after).to_pylist() == rows
    assert len(_files(tmp_path / "w")) == 5
