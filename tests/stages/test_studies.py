"""Articles and sentences with what their studies are."""

from __future__ import annotations

import pyarrow as pa

from comention.schemas import CITATIONS, SENTENCES, SPLIT
from comention.stages.studies import with_studies


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


def test_each_article_and_sentence_has_its_own() -> None:
    articles = _table(
        CITATIONS.schema,
        [
            _article(7, "Novakine in mice.", "Mice were given it. Nothing else."),
            _article(3, "Novakine.", None),
            _article(5, "Novakine in mice.", "Patients fell ill.", mesh=("Humans", "Adult")),
        ],
    )
    spans = [(7, 0, 0), (7, 1, 18), (7, 2, 38), (5, 0, 0), (5, 1, 18)]
    sentences = _table(
        SPLIT.schema, [{"pmid": pmid, "sentence": n, "start": start} for pmid, n, start in spans]
    )
    found, split = with_studies(articles, sentences)
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
    articles, sentences = with_studies(CITATIONS.schema.empty_table(), SPLIT.schema.empty_table())
    assert (articles.num_rows, sentences.num_rows) == (0, 0)
    assert sentences.schema.names == SENTENCES.schema.names
