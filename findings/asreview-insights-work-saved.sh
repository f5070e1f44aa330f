#!/usr/bin/env bash
# Guess:  asreview-insights measures the work saved over sampling at 95% recall (WSS@95), its default, where at least 95% of the relevant records
#         are found, and where records are found as evenly as in a random order the work saved is 0.
# Seen:   asreview-insights 1.6.1 looks at the last record before that recall: with fewer than 20 relevant records, the last one does not count. Of
#         1,000 records with ten relevant, nine found first and the tenth as the very last, WSS@95 is 0.84; all 1,000 were read. Its random order
#         finds a record when the half of it is expected: with two relevant ones, found at 500 and 1,000, WSS@100 is -0.25, and 0.75 for the best
#         order that there is (0.998 by definition). A simulation that was stopped counts what it did not reach as irrelevant, whatever the data
#         say: five of ten found is a recall of 1. Nothing is said.
# Means:  of a small review, "84% of the work saved at 95% recall" leaves out each tenth study, and reviews of different size cannot be compared:
#         the fewer relevant records, the less a tool seems to save. Take the times of discovery ("td"), which are right, and divide. comention
#         ranks nothing for screening.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "asreview-insights==1.6.1" "asreview==2.2" 2>/dev/null || exit 2
cd "$folder"
MPLCONFIGDIR=$folder "$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import csv
import sys
from pathlib import Path

import numpy
from asreview import ActiveLearningCycle, Project, Simulate
from asreview.models.queriers import TopDown
from asreview.models.stoppers import NLabeled
from asreviewcontrib.insights.metrics import get_metrics, recall, wss

folder = Path(sys.argv[1])
ALL = 1000


def simulation(name, relevant, read=ALL):
    """A simulation that reads the records in their order, from 1, up to a place."""
    labels = [int(place in relevant) for place in range(1, ALL + 1)]
    table = folder / f"{name}.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = [[f"Title {place}", f"Abstract {place}", label] for place, label in enumerate(labels, 1)]
        csv.writer(file).writerows([["title", "abstract", "included"], *rows])
    project = Project.create(folder / name, project_id=name, project_mode="simulate", project_name=name)
    project.add_dataset(table)
    done = Simulate(numpy.zeros((ALL, 1)), labels, [ActiveLearningCycle(querier=TopDown())], NLabeled(read), print_progress=False)
    done.review()
    project.add_review(reviewer=done)
    exported = folder / f"{name}.asreview"
    project.export(exported)
    return exported


late = simulation("late", [*range(1, 10), ALL])
metrics = {item["id"]: item["value"] for item in get_metrics(late)["data"]["items"]}
at_95, last = round(metrics["wss"][0][1], 2), metrics["td"][-1][1]
print("asreview-insights 1.6.1, ten relevant records, the last one found at", last, "of 1000: WSS@95", at_95)
even, best = simulation("even", [500, 1000]), simulation("best", [1, 2])
evenly = round(wss(even, 1.0), 2)
print("two relevant records at 500 and 1000: WSS@100", evenly)
first = round(wss(best, 1.0), 2)
print("two relevant records at 1 and 2: WSS@100", first, "where", 1 - 2 / ALL, "are not read")
stopped = recall(simulation("stopped", [10, 20, 30, 40, 50, 600, 700, 800, 900, 1000], read=500), 0.5)
print("five of ten found when it stopped at 500: recall", stopped)
as_seen = [at_95 == 0.84, last == ALL, evenly == -0.25, first == 0.75, stopped == 1]
sys.exit(0 if all(as_seen) else 1)
PY
