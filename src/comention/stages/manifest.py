"""What a manifest says of a run: topic, query, versions, who read the texts, and what the stages took."""

from __future__ import annotations

import contextlib
import functools
import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from comention.annotation.annotators import annotator_of
from comention.claims.reading import fingerprint
from comention.config import Settings
from comention.files.atomic import read_parquet
from comention.lexicon.store import open_lexicon
from comention.ner.model import open_model
from comention.schemas import UNLINKED
from comention.stages import runs
from comention.version import __version__

#: What it says of each stage before the one that writes it.
TOLD = ("stage", "seconds", "records", "records_per_second", "peak_mib", "cache_hits", "counts")

_LIBRARIES = (
    "biopython",
    "duckdb",
    "lxml",
    "marisa-trie",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "scispacy",
    "spacy",
)


def about(
    settings: Settings,
    *,
    staged: Path,
    run_id: str,
    created_at: datetime,
    translation: str | None,
    background: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return what the manifest says beside the datasets, which lie in the folder `staged`.

    `background` is what is known of the articles that the topic is compared with.
    """
    return {
        "created_at": created_at.isoformat(),
        "comention": __version__,
        "topic": settings.topic.model_dump(mode="json"),
        "query_translation": translation,
        "source": settings.source.model_dump(mode="json"),
        "pair_types": list(settings.pairs.types),
        "collective": settings.pairs.collective,
        "background": background,
        "families": read_parquet(staged / "families.parquet").to_pylist(),
        "mentions": linked(staged / "mentions.parquet"),
        "annotator": {
            "name": settings.annotate.annotator,
            "fingerprint": annotator_of(settings).fingerprint,
            "names": settings.names.model_dump(mode="json"),
        },
        "model": _model(settings),
        "claims": fingerprint(),
        "lexicon": {"fingerprint": open_lexicon().fingerprint, **open_lexicon().summary},
        "stages": [
            {name: row[name] for name in TOLD}
            for row in runs.of_run(settings.workdir, run_id)
            if row["outcome"] == "ok"
        ],
        "versions": {"python": platform.python_version(), **_versions()},
    }


@functools.cache
def _versions() -> Mapping[str, str]:
    """Return the versions of the libraries that a run uses; of scispaCy only where there is one."""
    found = {}
    for name in _LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def linked(mentions: Path) -> dict[str, dict[str, int]]:
    """Return for each entity type how many mentions are linked to a concept, and how many are not."""
    table = read_parquet(mentions, ["entity_type", "concept_id"])
    unlinked = pc.starts_with(table["concept_id"], UNLINKED)
    found: dict[str, dict[str, int]] = {}
    for kind in sorted(table["entity_type"].unique().to_pylist()):
        of_kind = unlinked.filter(pc.equal(table["entity_type"], kind))
        without = pc.sum(of_kind).as_py()
        found[kind] = {"linked": len(of_kind) - without, "unlinked": without}
    return found


def _model(settings: Settings) -> dict[str, Any] | None:
    """Return which trained model the annotator reads, and how it fared; None where it reads none of ours."""
    if settings.annotate.annotator != "standard":
        return None
    model = open_model()
    names = ("made_by", "gold", "documents", "figures", "sha256")
    return {"fingerprint": model.fingerprint, **{name: model.about[name] for name in names}}
