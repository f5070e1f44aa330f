"""The examples under the functions that a Python user calls."""

from __future__ import annotations

import doctest
import sys
from pathlib import Path

import pytest

import comention
from comention import api

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
