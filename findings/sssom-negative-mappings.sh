#!/usr/bin/env bash
# Guess:  sssom, the reference library of SSSOM, keeps the meaning of a mapping with predicate_modifier "Not" in what it writes: it leaves the row
#         out of a format that has no word for it, or says there that the two differ. merge_msdf(reconcile=True) does what its documentation
#         says: of a mapping and its denial with the same confidence, both curated by hand, the denial stays.
# Seen:   sssom 0.4.21 writes "A:2 is not an exact match of B:2" as an exact match: FHIR's ConceptMap says "equivalent", OntoPortal's file has the
#         pair with skos:exactMatch, and ptable has it among the equivalents with the confidence of the denial. In OWL the pair is
#         owl:equivalentClass, with the "Not" as an annotation, which reasoners do not read. merge_msdf(reconcile=True) keeps both rows. Nothing
#         is said.
# Means:  what a curator ruled out comes back as a certain equivalent: identifiers are mapped to concepts that they are known not to be.
#         Take out rows with predicate_modifier before such an export. comention writes no SSSOM.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "sssom==0.4.21" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import logging
import sys
from pathlib import Path

logging.disable(logging.CRITICAL)
from sssom.parsers import parse_sssom_table  # noqa: E402 - some of what it imports logs
from sssom.util import dataframe_to_ptable, merge_msdf  # noqa: E402
from sssom.writers import to_fhir_json, to_ontoportal_json, to_owl_graph  # noqa: E402

folder = Path(sys.argv[1])
COLUMNS = "subject_id predicate_modifier predicate_id object_id mapping_justification confidence".split()


def mappings(name, *rows):
    head = ["curie_map:", "  A: http://example.org/a/", "  B: http://example.org/b/", f"mapping_set_id: http://example.org/{name}"]
    head.append("license: https://creativecommons.org/publicdomain/zero/1.0/")
    lines = [f"#{line}" for line in head] + ["\t".join(COLUMNS)] + ["\t".join(row) for row in rows]
    path = folder / f"{name}.sssom.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return parse_sssom_table(path)


def row(subject, modifier, predicate, other, confidence="0.95"):
    return subject, modifier, predicate, other, "semapv:ManualMappingCuration", confidence


def exact():
    return mappings("exact", row("A:1", "", "skos:exactMatch", "B:1"), row("A:2", "Not", "skos:exactMatch", "B:2"))


read = list(exact().df["predicate_modifier"].fillna(""))
print("sssom 0.4.21, predicate_modifier as read:", read)
elements = [element for group in to_fhir_json(exact())["group"] for element in group["element"]]
fhir = [(element["code"], target["code"], target["equivalence"]) for element in elements for target in element["target"]]
print("FHIR:", fhir)
portal = [(entry["classes"][0][-3:], entry["classes"][1][-3:], entry["relation"][0].split("#")[1]) for entry in to_ontoportal_json(exact())]
print("OntoPortal:", portal)
table = [(line[0], line[1], round(line[4], 2)) for line in dataframe_to_ptable(exact().df)]
print("ptable (of two, probability that they are the same):", table)
graph = to_owl_graph(
    mappings("owl", row("A:1", "", "owl:equivalentClass", "B:1"), row("A:2", "Not", "owl:equivalentClass", "B:2")),
)
owl = sorted((str(s)[-3:], str(o)[-3:]) for s, p, o in graph if str(p).endswith("#equivalentClass"))
print("OWL, equivalent classes:", owl)
merged = merge_msdf(
    mappings("one", row("A:3", "", "skos:exactMatch", "B:3")),
    mappings("other", row("A:3", "Not", "skos:exactMatch", "B:3")),
    reconcile=True,
)
kept = sorted(merged.df["predicate_modifier"].fillna(""))
print("merged and reconciled, predicate_modifier:", kept)
as_seen = [
    read == ["", "Not"],
    fhir == [("A:1", "B:1", "equivalent"), ("A:2", "B:2", "equivalent")],
    portal == [("a/1", "b/1", "exactMatch"), ("a/2", "b/2", "exactMatch")],
    table == [("A:1", "B:1", 0.95), ("A:2", "B:2", 0.95)],
    owl == [("a/1", "b/1"), ("a/2", "b/2")],
    kept == ["", "Not"],
]
sys.exit(0 if all(as_seen) else 1)
PY
