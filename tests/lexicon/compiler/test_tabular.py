from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comention.lexicon.compiler.sources import Gene, SourceError
from comention.lexicon.compiler.tabular import (
    read_complete_set,
    read_descriptors,
    read_genes,
    read_supplements,
    read_uniis,
)
from tests.lexicon.conftest import HGNC_HEADER

Reader = Callable[[Path], Iterator[object]]

# HGNC's own columns in another order than the reader asks for, with one that it does not know.
COMPLETE_SET = (
    "hgnc_id\tsymbol\tname\tlocus_group\tlocus_type\tstatus\tprev_symbol\talias_symbol\tentrez_id\tmgd_id\t"
    "uniprot_ids\n"
)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bad.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("reader", "text", "says"),
    [
        (read_descriptors, "id\tname\n", r"bad\.txt:1: 2 columns"),
        (read_descriptors, "D000001\ta\t\tC01\t\nid\tb\t\tC01\t\n", r"bad\.txt:2: 'id'"),
        (read_supplements, "C000001\ta\n", r"bad\.txt:1: 2 columns"),
        (read_supplements, "D000001\ta\t\tD000002\n", r"bad\.txt:1: 'D000001'"),
        (read_genes, HGNC_HEADER.replace("Status", "State") + "\n", r"bad\.txt:1: header"),
        (read_complete_set, "", r"bad\.txt:1: no columns \['hgnc_id', .*'mgd_id'\]"),
        (
            read_complete_set,
            COMPLETE_SET.replace("status", "state"),
            r"bad\.txt:1: no columns \['status'\]; is it HGNC's complete set\?",
        ),
        (read_complete_set, COMPLETE_SET + "HGNC:1\tIL99\n", r"bad\.txt:2: 2 columns, expected 11"),
        (read_complete_set, COMPLETE_SET + "1" + "\t" * 10 + "\n", r"bad\.txt:2: '1' is no HGNC id"),
        (read_uniis, "Name\tTYPE\tUNII\tDisplay\n", r"bad\.txt:1: header"),
    ],
)
def test_readers_refuse_what_is_not_theirs(tmp_path: Path, reader: Reader, text: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        list(reader(write(tmp_path, text)))


def test_a_table_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes("D000001\tSjögren\t\tC01\t\n".encode("latin-1"))
    with pytest.raises(SourceError, match=r"bad\.txt: not UTF-8"):
        list(read_descriptors(path))


def test_a_quoted_field_may_hold_a_tab(tmp_path: Path) -> None:
    path = write(tmp_path, 'C000001\tname\t"one\ttwo|three"\tD000002,*D000003\n')
    (record,) = read_supplements(path)
    assert record.synonyms == ("one\ttwo", "three")
    assert record.mapped_to == ("D000002", "D000003")


def test_the_complete_set_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    rows = [
        'HGNC:1\tIL99\tinterleukin 99\tx\tgene with protein product\tApproved\tOLD9\t"IL-99|Q, 99"\t77\t'
        '"MGI:5|MGI:6"\tP1',
        "HGNC:3\tOLD\tgone\tx\tunknown\tEntry Withdrawn\t\t\t\t\t",
    ]
    assert list(read_complete_set(write(tmp_path, COMPLETE_SET + "\n".join(rows) + "\n"))) == [
        Gene(
            "HGNC:1",
            "IL99",
            "interleukin 99",
            "gene with protein product",
            ("IL-99", "Q, 99", "OLD9"),
            "77",
            ("P1",),
            ("MGI:5", "MGI:6"),
        )
    ]
