#!/usr/bin/env bash
# Guess:  frictionless validates a Parquet file on what the file holds: a whole number as it stands, a null as a missing value, so that
#         `required` finds it.
# Seen:   frictionless 5.21.0 reads Parquet through a pandas table, a row at a time. A null of a column of numbers becomes NaN, which `required`
#         lets pass, or a missing value, and which of them depends on the other columns: beside a text alone it is missing, beside a whole
#         number, with a text or without, it is NaN, and the missing q-value is valid. The same tables as CSV are not. Where all columns are
#         numbers, whole ones go through a float: 1152921504606846977 comes out as ...976, though its column holds no null, and that is valid.
# Means:  "valid" says nothing of missing numbers, and another column changes the verdict. Look for nulls with pyarrow or pandas, or hand
#         frictionless a CSV file.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "frictionless[parquet]==5.21.0" "pandas==3.1.1" "pyarrow==25.0.1" \
  2>/dev/null || exit 2
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from frictionless import Resource, Schema, validate

long = 1152921504606846977
types = {"id": "integer", "q": "number", "name": "string"}
values = {"id": [long, 2], "q": [0.5, None], "name": ["a", "b"]}


def check(kind, *names):
    path = f"{'-'.join(names)}.{kind}"
    table = pa.table({name: values[name] for name in names})
    if kind == "parquet":
        pa.parquet.write_table(table, path)
    else:
        pa.csv.write_csv(table, path)
    descriptor = {"fields": [{"name": name, "type": types[name], "constraints": {"required": True}} for name in names]}
    rows = [row.to_dict() for row in Resource(path=path, schema=Schema.from_descriptor(descriptor)).read_rows()]
    report = validate(Resource(path=path, schema=Schema.from_descriptor(descriptor)))
    found = (rows[0].get("id"), str(rows[1]["q"]), report.flatten(["rowNumber", "fieldName", "type"]))
    print(f"frictionless 5.21.0, {path} (first id, second q, errors):", found)
    return found


missing = [[3, "q", "constraint-error"]]
as_seen = [
    check("parquet", "id", "q") == (long - 1, "NaN", []),
    check("parquet", "id", "q", "name") == (long, "NaN", []),
    check("parquet", "q", "name") == (None, "None", missing),
    check("csv", "id", "q") == (long, "None", missing),
    check("csv", "id", "q", "name") == (long, "None", missing),
]
sys.exit(0 if all(as_seen) else 1)
PY
