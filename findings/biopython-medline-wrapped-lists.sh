#!/usr/bin/env bash
# Guess:  Bio.Medline joins a wrapped line of MEDLINE format (six spaces) to the value that it continues, whatever the field.
# Seen:   biopython 1.88 joins it in TI and AB, and makes it an item of its own in fields that it reads as lists (OT, RN,
#         CON): a keyword of two lines becomes two keywords, the number of keywords is wrong, and nothing is said.
# Means:  PubMed wraps lines at about 88 characters, so long keywords and substance names of an .nbib file fall apart. comention
#         has its own reader of the format.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "biopython==1.88" \
  "numpy==1.26.4; python_version < '3.13'" "numpy==2.5.5; python_version >= '3.13'" 2>/dev/null || exit 2
"$folder/venv/bin/python" - <<'PY'
import io
import sys

from Bio import Medline

text = """PMID- 1
TI  - A made-up title that is so long that the format wraps it behind its eightieth
      character, as it does with abstracts
OT  - a made-up keyword that is so long that the format wraps it behind its eightieth
      character
OT  - short keyword

"""
[record] = list(Medline.parse(io.StringIO(text)))
print("biopython 1.88, TI:", record["TI"])
print("biopython 1.88, OT:", record["OT"])
joined = record["TI"].endswith("eightieth character, as it does with abstracts")
apart = len(record["OT"]) == 3
sys.exit(0 if joined and apart else 1)
PY
