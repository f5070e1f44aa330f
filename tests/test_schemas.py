import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.errors import ContractError
from comention.schemas import DATASETS, PUBLISHED, TRENDS, conform
from comention.snapshots.dictionary import dictionary

_REST = {
    "share_smoothed": 0.4,
    "articles_not_retracted": 1,
    "p_emerging": 1.0,
    "q_emerging": 1.0,
    "emerging": False,
}
_ROWS = [
    {"a_id": "B", "b_id": "C", "year": 2001, "articles": 2, "share": 0.5, **_REST},
    {"a_id": "A", "b_id": "C", "year": 2002, "articles": 1, "share": 0.25, **_REST},
]


def test_conform_casts_orders_and_describes() -> None:
    table = pa.Table.from_pylist([dict(reversed(row.items())) for row in _ROWS])
    result = conform(table, TRENDS)
    assert result.schema.equals(TRENDS.schema, check_metadata=True)
    assert result["a_id"].to_pylist() == ["A", "B"]
    assert result.schema.field("year").type == pa.int16()


@given(st.permutations(_ROWS))
def test_the_order_of_the_rows_does_not_matter(rows: list[dict[str, object]]) -> None:
    assert conform(pa.Table.from_pylist(rows), TRENDS).equals(conform(pa.Table.from_pylist(_ROWS), TRENDS))


def test_every_discrepancy_is_named() -> None:
    table = pa.table({"a_id": ["A", None], "year": [2001, 70000], "articles": ["x", "y"], "more": [1, 2]})
    with pytest.raises(ContractError) as caught:
        conform(table, TRENDS)
    for part in (
        "b_id is missing",
        "share is missing",
        "more is unknown",
        "a_id holds 1 nulls",
        "year:",
        "articles:",
    ):
        assert part in str(caught.value)


def test_a_key_stands_once() -> None:
    with pytest.raises(ContractError, match="1 rows repeat the key"):
        conform(pa.Table.from_pylist([*_ROWS, _ROWS[0]]), TRENDS)


def test_every_dataset_is_described() -> None:
    for dataset in DATASETS.values():
        names = [column.name for column in dataset.columns]
        assert len(set(names)) == len(names)
        assert set(dataset.key) <= set(names)
        assert dataset.description
        assert all(column.description for column in dataset.columns)
        assert not any(column.nullable for column in dataset.columns if column.name in dataset.key)
        assert dataset.schema.empty_table().num_rows == 0


def test_the_columns_that_others_rely_on_are_there() -> None:
    promised = {
        "articles": "pmid version title abstract sections journal pub_date pub_date_precision year language "
        "publication_types mesh chemicals keywords doi pmcid species retracted review source content_hash",
        "sentences": "pmid sentence start end section in_title text",
        "mentions": "pmid start end entity_type concept_id sentence text concept_name method score negated "
        "denied speculative modifier abbreviation_of",
        "concepts": "concept_id name entity_type synonyms parents xrefs source",
        "entities": "concept_id name entity_type articles sentences mentions titles first_year last_year",
        "pairs": "a_id b_id a_name a_type b_name b_type articles sentences titles articles_a articles_b "
        "articles_total expected lift p_value topic first_year last_year top_pmids",
        "triples": "disease_id drug_id cytokine_id articles sentences expected lift top_pmids",
        "evidence": "a_id b_id pmid sentence a_start a_end b_start b_end level year negated denied "
        "speculative retracted",
        "trends": "a_id b_id year articles share",
        "ledger": "run_id stage expected fetched parsed rejected superseded off_topic books missing deleted "
        "retracted fetched_at",
    }
    for name, columns in promised.items():
        assert set(columns.split()) <= {column.name for column in DATASETS[name].columns}, name


def test_the_dictionary_names_every_column() -> None:
    text = dictionary()
    for dataset in PUBLISHED:
        assert f"## {dataset.name}" in text
        for column in dataset.columns:
            assert f"| `{column.name}` | " in text
    assert "- `pmid`, `sentence`: a row of `sentences` (not where `sentence` is -1)\n" in text
