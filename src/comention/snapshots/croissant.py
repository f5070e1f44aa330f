"""A snapshot described in Croissant, so that catalogues and loaders of datasets can read what it holds.

Croissant 1.0 (MLCommons, http://mlcommons.org/croissant/1.0) is JSON-LD over schema.org: files with their
checksums, and for each a record set whose fields are the columns. Fields that are structures have their parts
as sub-fields.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from comention.schemas import DATASETS, PUBLISHED, Dataset
from comention.snapshots.manifest import Manifest, PublishedFile

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "citeAs": "cr:citeAs",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "equivalentProperty": "cr:equivalentProperty",
    "isLiveDataset": "cr:isLiveDataset",
    "samplingRate": "cr:samplingRate",
    **{
        name: f"cr:{name}"
        for name in (
            "column extract field fileObject fileProperty fileSet format includes jsonPath key md5 "
            "parentField path recordSet references regex repeated replace separator source subField "
            "transform"
        ).split()
    },
}
_TYPES = (
    (pa.types.is_boolean, "sc:Boolean"),
    (pa.types.is_integer, "sc:Integer"),
    (pa.types.is_floating, "sc:Float"),
)


def croissant(manifest: Manifest) -> dict[str, Any]:
    """Return the description of a snapshot, from its manifest, as JSON-LD.

    Two snapshots of equal datasets differ in their dates and run ids alone.
    """
    topic = manifest.topic.name or "a topic"
    files = manifest.datasets
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "comention",
        "description": (
            f"Diseases, drugs and cytokines mentioned together in PubMed abstracts on {topic}: mentions, "
            f"counts, association statistics and the sentences behind them. {manifest.attribution}"
        ),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "datePublished": manifest.created_at,
        "version": f"{manifest.schema_version}.0.0",
        "url": "https://www.nlm.nih.gov/databases/download/pubmed_medline.html",
        "license": "https://www.nlm.nih.gov/databases/download/terms_and_conditions.html",
        "citeAs": f"comention {manifest.comention or ''}, run {manifest.run_id}",
        "distribution": [_file(dataset, files[dataset.name]) for dataset in PUBLISHED],
        "recordSet": [_records(dataset) for dataset in PUBLISHED],
    }


def _file(dataset: Dataset, held: PublishedFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": held.file,
        "name": held.file,
        "description": dataset.description,
        "contentUrl": held.file,
        "contentSize": f"{held.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": held.sha256,
    }


def _records(dataset: Dataset) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": dataset.name,
        "name": dataset.name,
        "description": dataset.description,
        "key": [{"@id": f"{dataset.name}/{name}"} for name in dataset.key],
        "field": [
            _field(dataset, column.name, column.name, column.type, column.description)
            | _references(dataset, column.name)
            for column in dataset.columns
        ],
    }


def _references(dataset: Dataset, column: str) -> dict[str, Any]:
    """Return the field that a column refers to, where it does so by itself and always."""
    for reference in dataset.references:
        if reference.columns == (column,):
            key = DATASETS[reference.dataset].key[0]
            return {"references": {"field": {"@id": f"{reference.dataset}/{key}"}}}
    return {}


def _field(dataset: Dataset, column: str, path: str, kind: pa.DataType, description: str) -> dict[str, Any]:
    repeated = pa.types.is_list(kind)
    item = kind.value_type if repeated else kind
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{dataset.name}/{path}",
        "name": f"{dataset.name}/{path}",
        "description": description,
        "source": {"fileObject": {"@id": f"{dataset.name}.parquet"}, "extract": {"column": column}},
    }
    if repeated:
        field["repeated"] = True
    if pa.types.is_struct(item):
        parts = [item.field(i) for i in range(item.num_fields)]
        field["subField"] = [
            _field(dataset, column, f"{path}/{part.name}", part.type, f"{part.name} of {column}")
            | {"source": field["source"] | {"transform": {"jsonPath": f"$.{part.name}"}}}
            for part in parts
        ]
    else:
        field["dataType"] = next((name for is_kind, name in _TYPES if is_kind(item)), "sc:Text")
    return field
