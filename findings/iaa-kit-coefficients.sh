#!/usr/bin/env bash
# Guess:  iaa-kit, which computes agreement between annotators, gives Krippendorff's alpha, a weighted kappa and Gwet's AC2 as they are defined: the
#         distance of two ratings is that of the scale, what a rater left out counts for nothing, and AC2 of two categories is AC1.
# Seen:   iaa-kit 0.1.2 sorts categories as texts, so that a weighted kappa holds 10 for a neighbour of 1, and "high" for lower than "low": the same
#         eight pairs of ratings have 0.29 on a scale from 1 to 10 and 0.84 on one from 0 to 9. ac2 is the weighted kappa under another name: of
#         two raters who agree on 18 of 20 it says -0.05, ac1 beside it 0.89. alpha with ratings left out gives each pair of ratings the same
#         weight, not each rating (0.75, not 0.46), and "ordinal" is "interval". fleiss_kappa takes None for a label, by which two raters who
#         both skipped an article agree. Nothing is said, and its docs name AC2 for skewed classes and alpha for missing ratings.
# Means:  a corpus of names seems unreliable, or better than it is, for its labels' spelling and the annotators' gaps, and AC2, reported for
#         rare classes because kappa fails there, is kappa. Use krippendorff 0.9.0 for alpha; comention's `evaluate` gives precision and recall.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "iaa-kit==0.1.2" "krippendorff==0.9.0" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import math
import sys

import krippendorff
from iaa_kit import ac1, ac2, alpha_value, cohen_kappa, fleiss_kappa, weighted_kappa


def told(what, *values):
    values = tuple(round(float(value), 2) for value in values)
    print(f"iaa-kit 0.1.2, {what}:", *values)
    return values


def alpha(rows, scale):
    by_rater = [[math.nan if rating is None else rating for rating in rater] for rater in zip(*rows, strict=True)]
    return krippendorff.alpha(reliability_data=by_rater, level_of_measurement=scale)


first, second = [1, 2, 9, 10, 10, 3, 5, 8], [2, 2, 10, 9, 10, 3, 5, 8]
shifted = [[rating - 1 for rating in rater] for rater in (first, second)]
ten = told("weighted kappa of the scale 1 to 10, and of the same less one", weighted_kappa(first, second), weighted_kappa(*shifted))

names = {1: "low", 2: "medium", 3: "high"}
grades = [1, 1, 2, 3, 3, 2], [1, 1, 3, 2, 3, 2]
words = [[names[grade] for grade in rater] for rater in grades]
named = told("weighted kappa of 1, 2, 3, and of low, medium, high", weighted_kappa(*grades), weighted_kappa(*words))

one, other = ["yes"] * 18 + ["yes", "no"], ["yes"] * 18 + ["no", "yes"]
gwet = told("AC1, AC2 and Cohen's kappa of two raters who agree on 18 of 20", ac1(one, other), ac2(one, other), cohen_kappa(one, other))

gaps = [[1, 1, 1, 1], [2, 2, 2, 2], [1, 2, None, None], [2, 1, None, None], [1, 1, None, None]]
missing = told("alpha with ratings left out, and krippendorff 0.9.0", alpha_value(gaps), alpha(gaps, "nominal"))

skewed = [[1, 2], [2, 2], [10, 1], [1, 1]]
of_iaa_kit = [alpha_value(skewed, scale) for scale in ("ordinal", "interval")]
scales = told("ordinal and interval alpha, and krippendorff 0.9.0", *of_iaa_kit, alpha(skewed, "ordinal"), alpha(skewed, "interval"))

rated = [[1, 1], [2, 2], [1, 2], [2, 1], [1, 1]]
skipped = told("Fleiss' kappa, and with five articles that both skipped", fleiss_kappa(rated), fleiss_kappa(rated + [[None, None]] * 5))
as_seen = [
    ten == (0.29, 0.84),
    named == (0.62, 0.25),
    gwet == (0.89, -0.05, -0.05),
    missing == (0.75, 0.46),
    scales == (-0.09, -0.09, -0.06, -0.09),
    skipped == (0.17, 0.68),
]
sys.exit(0 if all(as_seen) else 1)
PY
