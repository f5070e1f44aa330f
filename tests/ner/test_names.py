"""Names learnt from gold."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comention.errors import MalformedError
from comention.ner.names import Use, learnt, read_names, read_uses


def read(tmp_path: Path, uses: list[Use]) -> dict[tuple[str, str], tuple[str, ...]]:
    pq.write_table(learnt(uses), tmp_path / "names.parquet")
    return read_names(tmp_path / "names.parquet")


def test_a_name_means_what_it_means_in_most_of_its_uses(tmp_path: Path) -> None:
    uses = [
        Use("disease", "Hepatotoxicity", ("MESH:D056486",)),
        Use("disease", "hepato-toxicity", ("MESH:D056487",)),  # another name
        Use("disease", "hepatotoxicity", ("MESH:D008107",)),
        Use("disease", "HEPATOTOXICITY", ("MESH:D056486",)),
        Use("chemical", "hepatotoxicity", ("MESH:D000001",)),
    ]
    assert read(tmp_path, uses) == {
        ("disease", "hepatotoxicity"): ("MESH:D056486",),
        ("disease", "hepato toxicity"): ("MESH:D056487",),
        ("chemical", "hepatotoxicity"): ("MESH:D000001",),
    }
    counts = learnt(uses).to_pylist()
    assert [(row["label"], row["name"], row["count"]) for row in counts] == [
        ("chemical", "hepatotoxicity", 1),
        ("disease", "hepato toxicity", 1),
        ("disease", "hepatotoxicity", 2),
    ]
    assert read_uses(tmp_path / "names.parquet")["disease", "hepatotoxicity"] == 2


def test_what_is_mostly_not_linked_is_no_name(tmp_path: Path) -> None:
    uses = [Use("disease", "toxicity", ids) for ids in ((), (), ("MESH:D064420",))]
    assert read(tmp_path, uses) == {}


def test_what_folds_to_nothing_is_no_name(tmp_path: Path) -> None:
    assert read(tmp_path, [Use("disease", "--", ("MESH:D064420",))]) == {}


def test_a_name_that_means_now_this_and_now_that_is_none(tmp_path: Path) -> None:
    uses = [Use("disease", "tumor", (f"MESH:{i}",)) for i in ("C1", "C1", "C2", "C1", "C2")]
    assert read(tmp_path, uses) == {}
    assert read(tmp_path, [*uses, Use("disease", "tumor", ("MESH:C1",))]) == {
        ("disease", "tumor"): ("MESH:C1",)
    }


def test_several_concepts_are_one_meaning_in_any_order(tmp_path: Path) -> None:
    uses = [
        Use("disease", "renal and hepatic failure", ("MESH:D051437", "MESH:D017093")),
        Use("disease", "renal and hepatic failure", ("MESH:D017093", "MESH:D051437")),
        Use("disease", "renal and hepatic failure", ("MESH:D000001",)),
    ]
    key = ("disease", "renal and hepatic failure")
    assert read(tmp_path, uses) == {key: ("MESH:D017093", "MESH:D051437")}


def test_the_same_uses_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    uses = [Use("disease", name, (f"MESH:D{i:06}",)) for i, name in enumerate("one two one three".split())]
    for path, given in (("a", uses), ("b", uses[::-1])):
        pq.write_table(learnt(given), tmp_path / path)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_uses_are_an_empty_table(tmp_path: Path) -> None:
    assert read(tmp_path, []) == {}


def test_a_file_that_is_no_such_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "names.parquet"
    for content in (None, b"", b"PAR1 no table PAR1"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(MalformedError, match=r"names\.parquet cannot be read .* train it again"):
            read_names(path)


def test_a_table_of_other_columns_is_no_such_table(tmp_path: Path) -> None:
    path = tmp_path / "names.parquet"
    for columns in ({"label": [1.5]}, {"label": ["disease"], "name": ["spasm"]}):
        pq.write_table(pa.table(columns), path)
        with pytest.raises(MalformedError, match=r"names\.parquet cannot be read"):
            read_names(path)
