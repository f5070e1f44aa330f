#!/usr/bin/env bash
# Guess:  asymcat, "directional by construction", gives conditional probabilities the way that its README says: mle()[("a", "x")] is P(x|a), then
#         P(a|x), the same way round as its other measures, and as catcoocc did, which it succeeds.
# Seen:   asymcat 0.6.0 gives P(a|x) first: of flu (10, of which 9 with fever) and fever (36 times) it says (0.25, 0.9), where P(fever | flu) is 0.9.
#         catcoocc 0.2.3 says (0.9, 0.25). theil_u and cond_entropy of asymcat are the way round that the README says, so that of a cause that
#         has one effect theil_u says "the cause tells the effect" and mle beside it the opposite. Nothing is said.
# Means:  "most patients with fever have flu" for "most patients with flu have fever": which of two names implies the other is read backwards.
#         Swap the two of mle.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
pip=("$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check)
"${pip[@]}" "scipy==1.17.1" 2>/dev/null || exit 2
# The measures need nothing of what else they ask for, which is for plots.
"${pip[@]}" --no-deps "asymcat==0.6.0" "freqprob==0.7.0" "catcoocc==0.2.3" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore -c "import asymcat, catcoocc.scorer" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

import asymcat
import catcoocc.scorer

patients = [("flu", "fever")] * 9 + [("flu", "none")] + [("cold", "fever")] * 27 + [("cold", "none")] * 63
# Each cause has one effect, each effect two causes.
causes = [(cause, effect) for cause, effect in (("a", "E"), ("b", "E"), ("c", "F"), ("d", "F")) for _ in range(10)]
found = {}
for name, scorer in (("asymcat 0.6.0", asymcat.CatScorer), ("catcoocc 0.2.3", catcoocc.scorer.CatScorer)):
    values = [scorer(patients).mle()["flu", "fever"], scorer(causes).mle()["a", "E"], scorer(causes).theil_u()["a", "E"]]
    found[name] = [tuple(round(float(value), 2) for value in pair) for pair in values]
    print(f"{name} (flu and fever by mle, cause and effect by mle, cause and effect by theil_u):", found[name])
as_seen = {
    "asymcat 0.6.0": [(0.25, 0.9), (0.5, 1.0), (1.0, 0.0)],
    "catcoocc 0.2.3": [(0.9, 0.25), (1.0, 0.5), (1.0, 0.0)],
}
sys.exit(0 if found == as_seen else 1)
PY
