#!/usr/bin/env bash
# Guess:  pybtexnbib, which reads PubMed's .nbib files for pybtex, makes an entry of each citation of a file, joins a wrapped line to the value that
#         it continues with the space between the words, and takes a field for one only where the line begins with it, not behind six spaces.
# Seen:   pybtexnbib 0.2.0 parts citations at "ER  -", which RIS has and PubMed's format has not (there it is an empty line): a file of three is one
#         entry, with the authors of all, the three titles in a row, the year of the first and the DOI of the last. It strips wrapped lines and
#         glues them: "serum of" and "patients" are "serum ofpatients". A wrapped line that begins with two to four capital letters and a hyphen
#         is a field: of a title that goes on with "IL-6 as a marker" the rest is gone, and the entry has a field IL that says "6 as a marker".
#         Nothing is said.
# Means:  a search exported from PubMed becomes one article that nobody wrote, and of a single one titles and abstracts have words that are none,
#         and end before TNF-alpha, PD-1 or DNA-binding where the line breaks there. comention has its own reader of the format.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pybtexnbib==0.2.0" "pybtex==0.26.1" "pybtexris==0.2.0" 2>/dev/null || exit 2
"$folder/venv/bin/python" -c "import pybtexnbib" 2>/dev/null || exit 2
"$folder/venv/bin/python" - "$folder" <<'PY'
import pathlib
import sys
import warnings

from pybtex.database import parse_file

# As PubMed writes it: six characters before a value or its continuation, a space at the end of a line that goes on, an empty line between citations.
FIRST = [
    "PMID- 1001",
    "OWN - NLM",
    "DP  - 2021 Jan",
    "TI  - Concentrations of interleukin-6 and of C-reactive protein in the serum of ",
    "      patients with sepsis.",
    "PG  - 123-9",
    "FAU - Wang, Li",
    "AU  - Wang L",
    "PT  - Journal Article",
    "JT  - Shock (Augusta, Ga.)",
    "AID - 10.1000/a [doi]",
]
SECOND = [
    "PMID- 1002",
    "OWN - NLM",
    "DP  - 2019 Mar 5",
    "TI  - Comparison of procalcitonin, of presepsin, of lactate, of the SOFA score and of ",
    "      IL-6 as a marker of death.",
    "PG  - 44-50",
    "FAU - Lee, Chris",
    "AU  - Lee C",
    "PT  - Journal Article",
    "JT  - Critical care (London, England)",
    "AID - 10.1000/b [doi]",
]
THIRD = [
    "PMID- 1003",
    "OWN - NLM",
    "DP  - 2020",
    "TI  - Statins after stroke.",
    "PG  - 7-12",
    "FAU - Ode, Ann",
    "AU  - Ode A",
    "PT  - Journal Article",
    "JT  - Stroke",
    "AID - 10.1000/c [doi]",
]
file = pathlib.Path(sys.argv[1], "found.nbib")


def read(*citations):
    file.write_text("\n\n".join("\n".join(citation) for citation in citations) + "\n", encoding="utf-8")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        entries = list(parse_file(str(file), bib_format="nbib").entries.values())
    about_the_file = [str(warning.message) for warning in said if "NBIB" in str(warning.message)]
    return entries, about_the_file


together, said = read(FIRST, SECOND, THIRD)
one = together[0]
print(f"pybtexnbib 0.2.0, three citations: {len(together)} entry, said: {said}")
print("its PMID, year and DOI:", one.fields["PMID"], "|", one.fields["year"], "|", one.fields["doi"])
print("its title:", one.fields["title"])
print("its authors:", [str(person) for person in one.persons["author"]])
alone = [read(citation)[0][0] for citation in (FIRST, SECOND, THIRD)]
for entry in alone:
    print("alone, title and IL:", entry.fields["title"], "|", entry.fields.get("IL"))
first, second, third = alone
as_seen = [
    len(together) == 1 and not said,
    (one.fields["PMID"], one.fields["year"], one.fields["doi"]) == ("1001; 1002; 1003", "2021", "10.1000/c"),
    len(one.persons["author"]) == 3,
    first.fields["title"].endswith(" serum ofpatients with sepsis."),
    second.fields["title"].endswith(" SOFA score and of"),
    second.fields.get("IL") == "6 as a marker of death.",
    third.fields["title"] == "Statins after stroke.",
]
sys.exit(0 if all(as_seen) else 1)
PY
