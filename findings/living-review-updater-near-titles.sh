#!/usr/bin/env bash
# Guess:  living-review-updater, which looks for new studies for a review, drops a record as known where the DOIs are equal, and, for preprints and
#         records without a DOI, where the titles say the same; when in doubt it keeps it, as its code says ("must NOT drop a genuinely new study").
# Seen:   living-review-updater 0.2.0 compares the words of titles in alphabetical order, and 92% is the same. With a DOI of its own each, and the
#         other's DOI known, a study of interleukin-8 is dropped for one of interleukin-6, part 2 for part 1, 2023 for 2022, "Stroke as a risk
#         factor for depression" for "Depression as a risk factor for stroke" (100%), and "Reply to: ..." for the article. Its digest has how
#         many records are left, not which went.
# Means:  of a review's own subject, where titles are alike, the newest studies are those that nobody gets to see: series, updates, the same trial
#         with another drug, also two of them that come in one search. comention takes each article by its PMID.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
pip=("$folder/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" "rapidfuzz==3.14.3" "scikit-learn==1.8.0" "numpy==2.4.1" 2>/dev/null || exit 2
# What looks for duplicates needs nothing of what else the package asks for, which is for fetching and output.
"${pip[@]}" --no-deps "living-review-updater==0.2.0" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

from livingreview.dedupe import Deduper, Record

PAIRS = [
    ("Interleukin-6 in adults with septic shock: a cohort study", "Interleukin-8 in adults with septic shock: a cohort study"),
    ("Statins after ischaemic stroke, part 1", "Statins after ischaemic stroke, part 2"),
    ("Sepsis in intensive care in Sweden, 2022", "Sepsis in intensive care in Sweden, 2023"),
    ("Depression as a risk factor for stroke", "Stroke as a risk factor for depression"),
    ("Corticosteroids in community-acquired pneumonia of adults", "Reply to: Corticosteroids in community-acquired pneumonia of adults"),
    ("Aspirin in adults with asthma", "Magnesium in children with septic shock"),
]
shown = []
for number, (screened, new) in enumerate(PAIRS):
    review = Deduper()
    review.load_corpus([Record(title=screened, doi=f"10.1000/old.{number}")])
    shown.append(len(review.filter_new([Record(title=new, doi=f"10.1000/new.{number}")])))
    print("living-review-updater 0.2.0:", "shown" if shown[-1] else "dropped", "-", new)
found = [Record(title=title, doi=f"10.1000/{place}") for place, title in enumerate(PAIRS[0])]
together = [record.title for record in Deduper().filter_new(found)]
print("both in one search, of the first pair left:", together)
sys.exit(0 if together == [PAIRS[0][0]] and shown == [0, 0, 0, 0, 0, 1] else 1)
PY
