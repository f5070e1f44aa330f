#!/usr/bin/env bash
# Guess:  mlcroissant, the reference reader of Croissant, gives a Parquet column of strings that the metadata calls sc:Text as Python's str, as it
#         gives sc:Integer as int.
# Seen:   mlcroissant 1.1.1 gives bytes (b"IL-12"), strings inside lists too; integers and nulls come as int and None.
# Means:  a comparison such as record["pairs/a_name"] == "interleukin-12" is false for every row, without an error. docs/other-tools.md says to decode,
#         or to read the Parquet files themselves.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "mlcroissant==1.1.1" "pyarrow==25.0.1" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import hashlib
import json
import logging
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

logging.disable(logging.CRITICAL)
from mlcroissant import Dataset  # noqa: E402 - it logs when it is imported

folder = Path(sys.argv[1])
pq.write_table(
    pa.table({"name": ["IL-12", None], "year": pa.array([1989, None], pa.int64()), "other": [["NKSF", "CLMF"], []]}),
    folder / "names.parquet",
)


def field(name, kind, **more):
    source = {"fileObject": {"@id": "names.parquet"}, "extract": {"column": name}}
    return {"@type": "cr:Field", "@id": f"names/{name}", "name": name, "dataType": kind, "source": source, **more}


metadata = {
    "@context": {
        "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/",
        "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo", "recordSet": "cr:recordSet", "field": "cr:field",
        "source": "cr:source", "fileObject": "cr:fileObject", "extract": "cr:extract", "column": "cr:column",
        "isArray": "cr:isArray", "arrayShape": "cr:arrayShape", "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    },
    "@type": "sc:Dataset", "name": "names", "conformsTo": "http://mlcommons.org/croissant/1.0",
    "description": "Two rows.", "license": "CC0-1.0", "url": "https://example.org/names", "datePublished": "2026-01-01", "version": "1.0.0",
    "distribution": [{
        "@type": "cr:FileObject", "@id": "names.parquet", "name": "names.parquet", "contentUrl": "names.parquet",
        "encodingFormat": "application/x-parquet",
        "sha256": hashlib.sha256((folder / "names.parquet").read_bytes()).hexdigest(),
    }],
    "recordSet": [{
        "@type": "cr:RecordSet", "@id": "names", "name": "names",
        "field": [field("name", "sc:Text"), field("year", "sc:Integer"), field("other", "sc:Text", isArray=True, arrayShape="-1")],
    }],
}
(folder / "croissant.json").write_text(json.dumps(metadata), encoding="utf-8")
rows = [[row[f"names/{name}"] for name in ("name", "year", "other")] for row in Dataset(folder / "croissant.json").records("names")]
print(f"mlcroissant 1.1.1: {rows}")
first, second = rows
sys.exit(0 if first == [b"IL-12", 1989, [b"NKSF", b"CLMF"]] and second[:2] == [None, None] else 1)
PY
