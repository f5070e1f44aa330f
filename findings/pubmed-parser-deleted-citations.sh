#!/usr/bin/env bash
# Guess:  pubmed_parser's parse_medline_xml, made for NLM's update files, yields a row with `delete` true for each PMID of <DeleteCitation>, as its
#         documentation says ("with no information other than the field `delete` being `True`").
# Seen:   pubmed_parser 0.5.1 yields the articles alone, each with `delete` false. The PMIDs that the file withdraws are nowhere in what it returns,
#         and nothing is said.
# Means:  whoever keeps a copy of PubMed up to date by it keeps every citation that NLM has deleted. comention reads DeleteCitation itself and
#         leaves a tombstone for each.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pubmed_parser==0.5.1" 2>/dev/null || exit 2
"$folder/venv/bin/python" - "$folder/update.xml.gz" <<'PY'
import gzip
import sys

import pubmed_parser

path = sys.argv[1]
record = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">1001</PMID>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>2020</Year></PubDate></JournalIssue>
<Title>Journal of Examples</Title></Journal><ArticleTitle>A citation that stays.</ArticleTitle><Language>eng</Language>
</Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">1001</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle>"""
deleted = '<DeleteCitation><PMID Version="1">1002</PMID><PMID Version="1">1003</PMID></DeleteCitation>'
with gzip.open(path, "wt", encoding="utf-8") as file:
    file.write(f"<PubmedArticleSet>{record}{deleted}</PubmedArticleSet>")
rows = [(row["pmid"], row["delete"]) for row in pubmed_parser.parse_medline_xml(path)]
print(f"pubmed_parser 0.5.1, a file with citation 1001 that deletes 1002 and 1003: {rows}")
sys.exit(0 if rows == [("1001", False)] else 1)
PY
