#!/usr/bin/env bash
# Guess:  drug-named-entity-recognition, which finds names of drugs and gives a record of each, has as `mesh_id` the MeSH descriptor of the drug, and
#         as `formula` the drug's own.
# Seen:   drug-named-entity-recognition 2.0.9 has as mesh_id a class of drugs that the drug belongs to: aspirin and acetaminophen are D058633,
#         and so is the entry "antipyretics"; metformin, insulin and "hypoglycemic agents" are D007004, warfarin is D012378 as are
#         "rodenticides". mesh_tree beside it is the drug's own place. The formula of aspirin is that of its calcium salt, and that of ibuprofen,
#         with chlorine and nitrogen, is of a mixture; `molecular_weight` is made of it. Nothing is said, and its README shows D058633 for
#         acetaminophen.
# Means:  names mapped to concepts by it merge drugs into one (557 of its ids stand for two entries or more, one for 129), and join with nothing
#         that others call by their descriptors. Map by name or mesh_tree. comention has descriptors of MeSH as ids.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check "drug-named-entity-recognition==2.0.9" 2>/dev/null || exit 2
HOME=$folder "$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from collections import Counter

from drug_named_entity_recognition import find_drugs
from drug_named_entity_recognition.drugs_finder import drug_canonical_to_data


def record(name):
    matches = find_drugs(name.split(), is_ignore_case=True)
    [found] = [match for match, _, _ in matches][:1]
    shown = {key: found.get(key) for key in ("name", "mesh_id", "mesh_tree", "formula", "molecular_weight")}
    print(f"drug-named-entity-recognition 2.0.9, {name!r}:", shown)
    return found


names = "aspirin acetaminophen antipyretics metformin insulin warfarin rodenticides ibuprofen".split() + ["hypoglycemic agents"]
found = {name: record(name) for name in names}
ids = {name: each.get("mesh_id") for name, each in found.items()}
entries = Counter(each["mesh_id"] for each in drug_canonical_to_data.values() if each.get("mesh_id"))
shared = sum(count > 1 for count in entries.values())
print("drug-named-entity-recognition 2.0.9, ids of two entries or more, and most entries of one id:", shared, max(entries.values()))
as_seen = [
    (shared, max(entries.values())) == (557, 129),
    ids["aspirin"] == ids["acetaminophen"] == ids["antipyretics"] == "D058633",
    ids["metformin"] == ids["insulin"] == ids["hypoglycemic agents"] == "D007004",
    ids["warfarin"] == ids["rodenticides"] == "D012378",
    found["aspirin"]["mesh_tree"] != found["acetaminophen"]["mesh_tree"],
    found["aspirin"]["formula"] == "C18H14CaO8",
    found["ibuprofen"]["formula"] == "C46H55ClN6O9",
]
sys.exit(0 if all(as_seen) else 1)
PY
