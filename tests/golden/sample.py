"""What the sample comes to: recognition against its gold, and the exact counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import table
from benchmarks.results import Bench

from comention.annotation.annotators import annotator_of
from comention.api import load
from comention.config import load_settings
from comention.gold.evaluate import evaluate_file
from comention.ner.model import open_model
from comention.snapshots.dictionary import overview
from comention.stages import walk
from comention.stages.job import Job

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "sample.json"
DOCS = ROOT / "docs"
GOLD = ROOT / "data" / "sample" / "gold.pubtator"


def measured(workdir: Path) -> str:
    """Run the sample and return what it comes to, as JSON text."""
    settings = load_settings(None, {"workdir": workdir})
    job = Job(settings, "20260102T030405Z-0000", datetime(2026, 1, 2, tzinfo=UTC))
    summary = walk.summary(job, walk.walk(job))
    pairs = load("pairs", workdir)
    triples = load("triples", workdir)
    result = {
        "counts": {n: v for n, v in summary.items() if isinstance(v, int) and not isinstance(v, bool)},
        "recognition": evaluate_file(GOLD, annotator_of(settings)).as_dict()["scores"],
        "pairs of five or more articles": [
            f"{p.a_name} + {p.b_name}: {p.articles} articles, {p.sentences} sentences, {p.titles} titles"
            for p in pairs[pairs.articles >= 5].itertuples()
        ],
        "triples of three or more articles": [
            f"{t.disease_name} + {t.drug_name} + {t.cytokine_name}: {t.articles} articles"
            for t in triples[triples.articles >= 3].itertuples()
        ],
    }
    return json.dumps(result, indent=1, ensure_ascii=False) + "\n"


def pages() -> dict[Path, str]:
    """Return the pages with generated parts, these made anew."""
    measures = table.markdown(Bench.read(table.MEASURED))
    parts = {
        "datasets": ("datasets", overview()),
        "accuracy": ("recogniser", figures()),
        "benchmarks": (table.NAME, measures),
    }
    found = {DOCS / f"{page}.md": part for page, part in parts.items()}
    return {path: table.placed(path.read_text("utf-8"), name, made) for path, (name, made) in found.items()}


#: How the table says the two ways of counting concepts.
_MEASURED_IDS = {
    "concept": "ids per document, retired ones mapped",
    "concept, no id mapped": "ids per document, as they stand",
}


def figures() -> str:
    """Return what the shipped recogniser's model says that it reached, as a table of Markdown."""
    lines = [
        "| Gold, unseen in training | Documents | Measure | Precision | Recall | F1 |",
        "|---|---|---|---|---|---|",
    ]
    for row in open_model().about["figures"]:
        total_of_one = row["type"] == "total" and not row["gold"].startswith("bc5cdr")
        if (
            row["measure"] == "relaxed span"
            or total_of_one
            or (row["type"] == "total" and row["measure"] in _MEASURED_IDS)
        ):
            continue
        rates = " | ".join(f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))
        kind = "disease, chemical and drug" if row["type"] == "total" else row["type"].replace("+", " and ")
        measure = _MEASURED_IDS.get(row["measure"], row["measure"])
        lines.append(f"| `{row['gold']}` | {row['documents']} | {kind}, {measure} | {rates} |")
    return "\n".join(lines)
