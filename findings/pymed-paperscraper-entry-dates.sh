#!/usr/bin/env bash
# Guess:  pymed-paperscraper, the maintained child of pymed, gives as `publication_date` when an article was published, and as `abstract` its
#         abstract.
# Seen:   pymed-paperscraper 1.0.6 takes the date from the history, status "pubmed": when PubMed took the citation in. An article of June 1978 that
#         PubMed added in 2016 is of 2016. The abstract is every AbstractText of the record, those of OtherAbstract too: an English abstract with
#         its translation behind it, without a mark between them. The headings (BACKGROUND, RESULTS) are left out. pymed 0.8.9 does so too; it
#         also ends a title, or a part of an abstract, before the first italic or raised character, and adds the PMIDs of the references to
#         `pubmed_id`, a line each.
# Means:  trends by year rise in years in which nothing was published, sentences are counted in two languages, and with pymed most of a title
#         such as "<i>IL6</i> in sepsis" is gone. comention takes the date of the journal's issue, and an OtherAbstract only where there is no
#         abstract.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pymed-paperscraper==1.0.6" "pymed==0.8.9" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
import xml.etree.ElementTree as ET

import pymed.article
import pymed_paperscraper.article

record = ET.fromstring("""<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">1001</PMID>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>1978</Year><Month>Jun</Month></PubDate></JournalIssue>
<Title>Journal of Examples</Title></Journal><ArticleTitle>Levels of <i>IL6</i> in sepsis.</ArticleTitle>
<Abstract><AbstractText Label="RESULTS">IL-6 rose by 10<sup>3</sup> in sepsis.</AbstractText></Abstract><Language>eng</Language></Article>
<OtherAbstract Type="Publisher" Language="ger"><AbstractText>IL-6 stieg.</AbstractText></OtherAbstract></MedlineCitation>
<PubmedData><History><PubMedPubDate PubStatus="entrez"><Year>2016</Year><Month>2</Month><Day>3</Day></PubMedPubDate>
<PubMedPubDate PubStatus="pubmed"><Year>2016</Year><Month>2</Month><Day>4</Day></PubMedPubDate></History>
<ArticleIdList><ArticleId IdType="pubmed">1001</ArticleId></ArticleIdList>
<ReferenceList><Reference><Citation>An example.</Citation><ArticleIdList><ArticleId IdType="pubmed">555</ArticleId></ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle>""")


def fields(name, module):
    article = module.PubMedArticle(xml_element=record)
    found = (str(article.publication_date), article.title, article.abstract, article.pubmed_id)
    print(f"{name}: {found}")
    return found


new = fields("pymed-paperscraper 1.0.6", pymed_paperscraper.article)
old = fields("pymed 0.8.9", pymed.article)
as_seen = [
    new == ("2016-02-04", "Levels of IL6 in sepsis.", "IL-6 rose by 103 in sepsis.\nIL-6 stieg.", "1001"),
    old == ("2016-02-04", "Levels of ", "IL-6 rose by 10\nIL-6 stieg.", "1001\n555"),
]
sys.exit(0 if all(as_seen) else 1)
PY
