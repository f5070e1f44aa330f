#!/usr/bin/env bash
# Guess:  bibx, which reads exports of Web of Science and Scopus and merges collections, takes records for one article where their DOIs are equal,
#         and keeps two with DOIs of their own apart.
# Seen:   bibx 0.9.2 gives each article and each cited reference a second identifier, the family name of its first author and the year, and merges
#         whatever shares it, while it reads a single file: of three articles by three people called Wang in 2020, in three journals, with three
#         DOIs, one is left, with the title and DOI of any of them, another from run to run. An article that cites another Wang of 2020 cites
#         itself, and two references to articles by a Lee of 2010 are the same one twice. One by a Wang in 2021 is kept. Nothing is said.
# Means:  the more frequent a name and the larger the field, the fewer articles: counts by year, citation networks and what the SAP algorithm
#         finds to be the root of a field are of mixtures. comention takes each article by its PMID.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "bibx==0.9.2" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import io
import sys

from bibx import read_scopus_ris, read_wos

ARTICLES = [
    ("Wang, Li", 2020, "IL-6 in sepsis", "SHOCK", "10.1000/a"),
    ("Wang, Xiaoming", 2020, "Aspirin and asthma in children", "ALLERGY", "10.1000/b"),
    ("Wang, Yun", 2020, "Statins after stroke", "STROKE", "10.1000/c"),
    ("Wang, Li", 2021, "IL-6 in sepsis, a year later", "SHOCK", "10.1000/d"),
]


def wos(*articles):
    lines = ["FN Clarivate Analytics Web of Science", "VR 1.0"]
    for number, (author, year, title, journal, doi, *cited) in enumerate(articles, 1):
        lines += ["PT J", f"AU {author}", f"TI {title}", f"SO {journal}", f"PY {year}", f"VL {number}", f"BP {number}", f"DI {doi}"]
        lines += [f"J9 {journal}"] + [("   " if place else "CR ") + reference for place, reference in enumerate(cited)]
        lines += [f"UT WOS:{number}", "ER", ""]
    return io.StringIO("\n".join([*lines, "EF", ""]))


def ris(*articles):
    records = []
    for author, year, title, journal, doi in articles:
        lines = ["TY  - JOUR", f"TI  - {title}", f"AU  - {author}", f"PY  - {year}", f"J2  - {journal}", "VL  - 1", "SP  - 1", f"DO  - {doi}"]
        records.append("\n".join([*lines, "ER  -"]))
    return io.StringIO("\n\n".join(records) + "\n")


def read(title, collection):
    found = [(article.title, article.doi) for article in collection.articles]
    print(f"bibx 0.9.2, {title}: of {len(ARTICLES)} articles", found)
    return found


REFERENCES = [
    "Wang X, 2020, ALLERGY, V7, P77, DOI 10.1000/b",
    "Lee C, 2010, CIRCULATION, V1, P1, DOI 10.1000/x",
    "Lee D, 2010, BLOOD, V2, P2, DOI 10.1000/y",
]
cites = [(one.doi, other.doi) for one, other in read_wos(wos((*ARTICLES[0], *REFERENCES))).citation_pairs]
print("10.1000/a cites 10.1000/b, 10.1000/x and 10.1000/y:", cites)
of_2020 = {(title, doi) for _, year, title, _, doi in ARTICLES if year == 2020}
as_seen = []
for left in (read("Web of Science", read_wos(wos(*ARTICLES))), read("Scopus, RIS", read_scopus_ris(ris(*ARTICLES)))):
    as_seen.append(len(left) == 2 and left[0] in of_2020 and left[1] == ("IL-6 in sepsis, a year later", "10.1000/d"))
(source,), targets = {one for one, _ in cites}, [other for _, other in cites]
as_seen.append(targets[0] == source and targets[1] == targets[2] in ("10.1000/x", "10.1000/y"))
sys.exit(0 if all(as_seen) else 1)
PY
