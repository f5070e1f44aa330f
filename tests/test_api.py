"""The examples under the functions that a Python user calls."""

from __future__ import annotations

import doctest
import sys
from pathlib import Path
from typing import Any

import pytest

import comention
from comention import api
from comention.errors import UsageError

pytestmark = pytest.mark.slow


def test_every_example_is_right(sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "sample").symlink_to(sample_copy)
    monkeypatch.chdir(tmp_path)
    finder = doctest.DocTestFinder()
    found = {
        test.name.rpartition(".")[2]: test for test in finder.find(api, globs=vars(api)) if test.examples
    }
    assert set(found) == set(comention.__all__) - {"Settings", "__version__"}
    runner = doctest.DocTestRunner()
    for test in found.values():
        result = runner.run(test, out=sys.stdout.write)
        assert result.failed == 0, test.name


@pytest.mark.parametrize("dataset", ["enrichment", "pairs", "pairs_rolled_up", "triples", "Entities"])
def test_an_empty_answer_has_the_columns_of_one_with_rows(sample_copy: Path, dataset: str) -> None:
    rows = api.top(dataset, workdir=sample_copy, limit=1)
    none = api.top(dataset, workdir=sample_copy, limit=0)
    assert (len(rows), len(none)) == (1, 0)
    assert list(none.columns) == list(rows.columns) == list(api.load(dataset.lower(), sample_copy).columns)


@pytest.mark.parametrize(
    ("dataset", "asked"),
    [
        ("entities", {"min_articles": 3}),
        ("triples", {"min_articles": 2}),
        ("Triples", {"related": True}),
        ("enrichment", {"related": True}),
    ],
)
def test_what_rows_have_not_narrows_nothing_in_silence(
    sample_copy: Path, dataset: str, asked: dict[str, Any]
) -> None:
    with pytest.raises(UsageError, match=f"{dataset.lower()} are shown without"):
        api.top(dataset, workdir=sample_copy, **asked)


def test_pairs_of_two_articles_are_the_first(sample_copy: Path) -> None:
    found = api.top(limit=10_000, workdir=sample_copy)
    assert found.articles_independent.min() == 2
    assert len(found) == len(api.top(limit=10_000, min_articles=2, workdir=sample_copy))
