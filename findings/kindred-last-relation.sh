#!/usr/bin/env bash
# Guess:  kindred, a toolkit for relations in biomedical text, has of a BioC file each annotation as an entity, whether or not a relation names it,
#         and what it reads of a relation "IL-6 causes fever" and writes in another format still has IL-6 as the subject.
# Seen:   kindred 2.8.4 keeps of a BioC passage that has relations the entities of the last one alone: of five annotations and two relations two are
#         left, and the PubAnnotation file that it writes has a relation between denotations that are not in it. A passage without relations is
#         whole. BioC and brat's standoff have a relation's arguments put in the order of their roles' names, which puts "obj" before "subj", and
#         in PubAnnotation and CSV the first is the subject: "fever causes IL-6", also where kindred wrote the BioC file itself. Roles Arg1 and
#         Arg2 stay. Nothing is said.
# Means:  a classifier learns from what is left, without the pairs that stand in no relation, and cause and effect, drug and disease are exchanged.
#         Compare the numbers of annotations, and hand kindred PubAnnotation, which it reads right. comention reads BioC itself.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check "kindred==2.8.4" "bioc==2.1" "spacy==3.8.18" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore -c "import kindred" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import csv
import json
import pathlib
import sys

import kindred

folder = pathlib.Path(sys.argv[1])
TEXT = "IL-6 causes fever. Aspirin treats pain. CRP was high."
ENTITIES = {"T1": ("Gene", "IL-6"), "T2": ("Disease", "fever"), "T3": ("Chemical", "Aspirin"), "T4": ("Disease", "pain"), "T5": ("Gene", "CRP")}
RELATIONS = [("R1", "causes", "T1", "T2"), ("R2", "treats", "T3", "T4")]


def bioc(name, relations, roles):
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE collection SYSTEM "BioC.dtd">', "<collection><source>toy</source>"]
    lines += ["<date>20200101</date><key>toy.key</key>", f"<document><id>1</id><passage><offset>0</offset><text>{TEXT}</text>"]
    for key, (kind, words) in ENTITIES.items():
        lines.append(f'<annotation id="{key}"><infon key="type">{kind}</infon>')
        lines.append(f'<location offset="{TEXT.index(words)}" length="{len(words)}"/><text>{words}</text></annotation>')
    for key, kind, one, other in relations:
        lines.append(f'<relation id="{key}"><infon key="type">{kind}</infon>')
        lines.append(f'<node refid="{one}" role="{roles[0]}"/><node refid="{other}" role="{roles[1]}"/></relation>')
    (folder / name).write_text("\n".join([*lines, "</passage></document></collection>", ""]), encoding="utf-8")
    return kindred.load("biocxml", str(folder / name))


def standoff(name, roles):
    rows = []
    for key, (kind, words) in ENTITIES.items():
        rows.append(f"{key}\t{kind} {TEXT.index(words)} {TEXT.index(words) + len(words)}\t{words}")
    rows += [f"{key}\t{kind} {roles[0]}:{one} {roles[1]}:{other}" for key, kind, one, other in RELATIONS]
    (folder / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    (folder / f"{name}.ann").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return kindred.load("standoff", str(folder / f"{name}.txt"))


def names(corpus):
    return sorted(entity.text for document in corpus.documents for entity in document.entities)


def pubannotation(corpus):
    kindred.save(corpus, "pubannotation", str(folder / "out.json"))
    (document,) = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    there = {denotation["id"] for denotation in document["denotations"]}
    said = [f"{ENTITIES[row['subj']][1]} {row['pred']} {ENTITIES[row['obj']][1]}" for row in document["relations"]]
    return said, all({row["subj"], row["obj"]} <= there for row in document["relations"])


def table(corpus):
    kindred.save(corpus, "csv", str(folder / "out.csv"))
    with (folder / "out.csv").open(encoding="utf-8", newline="") as lines:
        return [f"{row['entitySubject']} {row['relationType']} {row['entityObject']}" for row in csv.DictReader(lines)]


without, both = bioc("without.xml", [], None), bioc("both.xml", RELATIONS, ("subj", "obj"))
print(f"kindred 2.8.4, BioC, five annotations: no relation {names(without)}, two relations {names(both)}")
said, whole = pubannotation(both)
print("as PubAnnotation:", said, "; all denotations of the relations are there:", whole)
arguments, roles = standoff("arguments", ("Arg1", "Arg2")), standoff("roles", ("Subj", "Obj"))
print("standoff, Arg1 and Arg2:", pubannotation(arguments)[0], "; Subj and Obj:", pubannotation(roles)[0], "as CSV:", table(roles))
(folder / "right.json").write_text(
    json.dumps(
        {
            "text": TEXT,
            "denotations": [
                {"id": key, "span": {"begin": TEXT.index(words), "end": TEXT.index(words) + len(words)}, "obj": kind}
                for key, (kind, words) in ENTITIES.items()
            ],
            "relations": [{"id": key, "pred": kind, "subj": one, "obj": other} for key, kind, one, other in RELATIONS],
        }
    ),
    encoding="utf-8",
)
right = kindred.load("pubannotation", str(folder / "right.json"))
kindred.save(right, "biocxml", str(folder / "own.xml"))
own = kindred.load("biocxml", str(folder / "own.xml"))
print("PubAnnotation read:", pubannotation(right)[0], "; by way of kindred's own BioC:", pubannotation(own)[0], names(own))
AS_IT_IS, REVERSED = ["IL-6 causes fever", "Aspirin treats pain"], ["fever causes IL-6", "pain treats Aspirin"]
as_seen = [
    len(names(without)) == len(names(right)) == len(names(roles)) == 5,
    names(both) == names(own) == ["Aspirin", "pain"],
    (said, whole) == (REVERSED, False),
    pubannotation(arguments)[0] == pubannotation(right)[0] == AS_IT_IS,
    pubannotation(roles)[0] == table(roles) == pubannotation(own)[0] == REVERSED,
]
sys.exit(0 if all(as_seen) else 1)
PY
