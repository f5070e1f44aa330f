"""A snapshot described as an RO-Crate, so that repositories and workflow systems can read what it holds.

RO-Crate 1.2 (https://w3id.org/ro/crate/1.2) is JSON-LD over schema.org: the folder is a dataset, its files
are parts with checksums, and the run that made them is an action with its program and its time. What the
columns are is in `croissant.json`, which is a part.
"""

from __future__ import annotations

from typing import Any

from comention.schemas import PUBLISHED
from comention.snapshots.dictionary import DICTIONARY
from comention.snapshots.manifest import MANIFEST, Manifest

#: The file's name, which RO-Crate asks for.
CRATE = "ro-crate-metadata.json"
_VERSION = "https://w3id.org/ro/crate/1.2"
_LICENCE = "https://www.nlm.nih.gov/databases/download/terms_and_conditions.html"
_PUBMED = "https://www.nlm.nih.gov/databases/download/pubmed_medline.html"
_SOFTWARE, _RUN = "#comention", "#run"
# What lies beside the datasets: type of content, what it is.
_BESIDE = {
    MANIFEST: ("application/json", "Query, counts, versions, checksums and what each stage took"),
    DICTIONARY: ("text/markdown", "Every column with its type and meaning"),
    "croissant.json": ("application/ld+json", "The datasets and their columns in Croissant 1.0"),
}


def crate(manifest: Manifest) -> dict[str, Any]:
    """Return the description of a snapshot, from its manifest, as JSON-LD.

    Two snapshots of equal datasets differ in their dates and run ids alone.
    """
    parts = [*_datasets(manifest), *_beside()]
    return {
        "@context": f"{_VERSION}/context",
        "@graph": [
            {
                "@id": CRATE,
                "@type": "CreativeWork",
                "conformsTo": {"@id": _VERSION},
                "about": {"@id": "./"},
            },
            _root(manifest, parts),
            *parts,
            {"@id": _LICENCE, "@type": "CreativeWork", "name": "Terms and conditions of NLM's data"},
            {"@id": _PUBMED, "@type": "CreativeWork", "name": "PubMed", "url": _PUBMED},
            {
                "@id": _SOFTWARE,
                "@type": "SoftwareApplication",
                "name": "comention",
                "softwareVersion": manifest.comention or "unknown",
            },
            _run(manifest),
        ],
    }


def _root(manifest: Manifest, parts: list[dict[str, Any]]) -> dict[str, Any]:
    topic = manifest.topic.name or "all articles"
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"comention: {topic}",
        "description": (
            f"Diseases, drugs and cytokines mentioned together in PubMed abstracts on {topic}: mentions, "
            f"counts, association statistics and the sentences behind them. {manifest.attribution}"
        ),
        "identifier": manifest.run_id,
        "datePublished": manifest.created_at,
        "license": {"@id": _LICENCE},
        "isBasedOn": {"@id": _PUBMED},
        "hasPart": [{"@id": part["@id"]} for part in parts],
        "mentions": [{"@id": _RUN}],
    }


def _datasets(manifest: Manifest) -> list[dict[str, Any]]:
    return [
        {
            "@id": manifest.datasets[dataset.name].file,
            "@type": "File",
            "name": dataset.name,
            "description": dataset.description,
            "encodingFormat": "application/vnd.apache.parquet",
            "contentSize": str(manifest.datasets[dataset.name].bytes),
            "sha256": manifest.datasets[dataset.name].sha256,
        }
        for dataset in PUBLISHED
    ]


def _beside() -> list[dict[str, Any]]:
    return [
        {"@id": name, "@type": "File", "name": name, "description": words, "encodingFormat": kind}
        for name, (kind, words) in _BESIDE.items()
    ]


def _run(manifest: Manifest) -> dict[str, Any]:
    query = manifest.topic.query
    return {
        "@id": _RUN,
        "@type": "CreateAction",
        "name": f"comention run {manifest.run_id}",
        **({"description": f"Query: {query}"} if query else {}),
        "endTime": manifest.created_at,
        "instrument": {"@id": _SOFTWARE},
        "object": {"@id": _PUBMED},
        "result": {"@id": "./"},
    }
