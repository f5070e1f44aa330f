"""The schemas as text for people: the data dictionary, and the table of docs/datasets.md."""

from __future__ import annotations

import pyarrow as pa

from comention.schemas import PUBLISHED, SCHEMA_VERSION, Column, Reference
from comention.schemas.model import listed

#: The file's name in a snapshot.
DICTIONARY = "DATA_DICTIONARY.md"


def dictionary() -> str:
    """Return the data dictionary of all published datasets as Markdown."""
    lines = [
        "# Data dictionary",
        "",
        f"Schema version {SCHEMA_VERSION}. Each dataset is one Parquet file.",
        "",
        "The files of this folder are of one run. `latest` beside `snapshots` is a link that the next run",
        "switches: who opens several files through it may read two runs. Resolve it once:",
        "",
        "```python",
        "from pathlib import Path",
        "",
        "import pandas as pd",
        "",
        'folder = Path("work/sample/latest").resolve().as_uri()  # of a URI Arrow opens files itself',
        'pairs = pd.read_parquet(f"{folder}/pairs.parquet")',
        'evidence = pd.read_parquet(f"{folder}/evidence.parquet")',
        "```",
        "",
        'The package does so: `held = comention.snapshot("work/sample")`, then `held.load("pairs")`.',
        "",
    ]
    for dataset in PUBLISHED:
        key = ", ".join(f"`{name}`" for name in dataset.key)
        lines += [f"## {dataset.name}", "", dataset.description, "", f"Key: {key}", ""]
        lines += [f"- {_reference_name(reference)}" for reference in dataset.references]
        lines += [""] if dataset.references else []
        lines += ["| Column | Type | Null | Holds |", "|---|---|---|---|"]
        lines += [
            f"| `{c.name}` | {_type_name(c.type)} | {'yes' if c.nullable else 'no'} | {_held(c)} |"
            for c in dataset.columns
        ]
        lines.append("")
    return "\n".join(lines)


def overview() -> str:
    """Return the published datasets as a Markdown table: name, key, what a row is."""
    lines = ["| Dataset | Key | Holds |", "|---|---|---|"]
    for dataset in PUBLISHED:
        lines.append(f"| `{dataset.name}` | {', '.join(dataset.key)} | {dataset.description} |")
    return "\n".join(lines)


def _reference_name(reference: Reference) -> str:
    columns = ", ".join(f"`{name}`" for name in reference.columns)
    exception = f" (not where `{reference.unless[0]}` is {reference.unless[1]})" if reference.unless else ""
    return f"{columns}: a row of `{reference.dataset}`{exception}"


def _held(column: Column) -> str:
    """Return what a column holds, with its words where they are not the description itself."""
    if not column.values or column.description == listed(column.values):
        return column.description
    words = " ".join(f"`{word}`" for word in column.values)
    return f"{column.description}. One of: {words}{f' or {column.others}' if column.others else ''}"


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type_name(kind.value_type)}"
    if pa.types.is_struct(kind):
        return (
            "struct("
            + ", ".join(f"{kind.field(i).name}: {kind.field(i).type}" for i in range(kind.num_fields))
            + ")"
        )
    return str(kind)
