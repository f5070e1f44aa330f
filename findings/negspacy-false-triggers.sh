#!/usr/bin/env bash
# Guess:  negspacy, NegEx for spaCy, does not negate what its pseudo-negations stand for, such as "not ruled out" and "not only", and a "but" or
#         "although" ends the reach of a negation, whatever stands before it.
# Seen:   negspacy 1.1.0 takes a trigger for a false one only if it begins inside the pseudo-negation: "was not" begins a word before "not ruled
#         out", so that in "Sepsis was not ruled out." sepsis is negated, and in "Sepsis was not only frequent but severe." too; "has not been
#         ruled out" is read right. It counts the word behind a pseudo-negation as part of it: in "Patients without fever showed no change although
#         sepsis was found." the "although" ends nothing, and sepsis is negated, with a comma before it it is not. What it takes for negations by
#         default has words that abstracts use otherwise: in "IL6 declined after sepsis" both are negated, behind "versus" the second group.
#         Nothing is said.
# Means:  what was found, and what could not be excluded, counts as absent, by "was" or "has been" and by a comma. Look at what the matcher took
#         before mentions are dropped by it, and take "declined" and "versus" out. comention has cues of its own for denied mentions.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
# spaCy needs click, which nothing that it installs brings any more.
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "negspacy==1.1.0" "spacy==3.8.7" "click==8.1.8" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

import negspacy.negation  # noqa: F401 - adds negex to spaCy
import spacy

nlp = spacy.blank("en")
nlp.add_pipe("sentencizer")
ruler = nlp.add_pipe("entity_ruler")
ruler.add_patterns([{"label": "NAME", "pattern": [{"LOWER": name}]} for name in ("il6", "sepsis", "pneumonia", "fever")])
nlp.add_pipe("negex")


def negated(text):
    found = [mention.text for mention in nlp(text).ents if mention._.negex]
    print(f"negspacy 1.1.0, negated in {text!r}:", found)
    return found


as_seen = [
    negated("Sepsis has not been ruled out.") == [],
    negated("Sepsis was not ruled out.") == ["Sepsis"],
    negated("Sepsis was not only frequent but severe.") == ["Sepsis"],
    negated("Patients without fever showed no change, although sepsis was found.") == ["fever"],
    negated("Patients without fever showed no change although sepsis was found.") == ["fever", "sepsis"],
    negated("Patients without fever showed no increase but sepsis followed.") == ["fever", "sepsis"],
    negated("IL6 declined after sepsis.") == ["IL6", "sepsis"],
    negated("IL6 was high in sepsis versus pneumonia.") == ["pneumonia"],
]
sys.exit(0 if all(as_seen) else 1)
PY
