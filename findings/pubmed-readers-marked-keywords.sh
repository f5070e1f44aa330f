#!/usr/bin/env bash
# Guess:  a reader of PubMed XML gives a keyword that begins with an italic word, as names of genes and species do, as its whole text, and of an
#         author that is a group the group's name.
# Seen:   of <Keyword><i>IL6</i> gene</Keyword> pubmed_parser 0.5.1 gives nothing (the keyword is not in its list), metapub 0.7.5 and
#         pymed-paperscraper 1.0.6 give None, pubmed-mapper 0.1.1 gives " gene". A <CollectiveName> is "|||" in pubmed_parser and None in
#         pymed-paperscraper and pubmed-mapper; metapub alone has the name. None of them says anything, and all four have the italic word in
#         the title.
# Means:  exactly the keywords with genes, viruses and bacteria are lost or cut, and study groups are authors without a name. comention takes
#         all text of the element, and the group's name.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pubmed_parser==0.5.1" "metapub==0.7.5" "pubmed-mapper==0.1.1" \
  "pymed-paperscraper==1.0.6" 2>/dev/null || exit 2
# metapub wants a folder of its own at home.
HOME=$folder "$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import gzip
import logging
import sys
from pathlib import Path

logging.disable(logging.CRITICAL)
import pubmed_mapper  # noqa: E402 - some of them log when they are imported
import pubmed_parser  # noqa: E402
from lxml import etree  # noqa: E402
from metapub import PubMedArticle  # noqa: E402
from pymed_paperscraper.article import PubMedArticle as PaperscraperArticle  # noqa: E402

folder = Path(sys.argv[1])
text = """<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">1001</PMID>
<Article PubModel="Print"><Journal><ISSN IssnType="Print">1234-5679</ISSN><JournalIssue CitedMedium="Print"><Volume>1</Volume>
<PubDate><Year>2020</Year></PubDate></JournalIssue><Title>Journal of Examples</Title><ISOAbbreviation>J Ex</ISOAbbreviation></Journal>
<ArticleTitle>Levels of <i>IL6</i> in sepsis.</ArticleTitle><Abstract><AbstractText>It rose.</AbstractText></Abstract>
<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Alpha</LastName><ForeName>A B</ForeName><Initials>AB</Initials></Author>
<Author ValidYN="Y"><CollectiveName>Example Study Group</CollectiveName></Author></AuthorList><Language>eng</Language>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>
<MedlineJournalInfo><MedlineTA>J Ex</MedlineTA><NlmUniqueID>123</NlmUniqueID></MedlineJournalInfo>
<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N"><i>IL6</i> gene</Keyword><Keyword MajorTopicYN="N">sepsis</Keyword></KeywordList>
</MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="pubmed"><Year>2020</Year><Month>1</Month><Day>2</Day></PubMedPubDate></History>
<PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">1001</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>"""
with gzip.open(folder / "articles.xml.gz", "wt", encoding="utf-8") as file:
    file.write(text)
seen = {}
[row] = pubmed_parser.parse_medline_xml(str(folder / "articles.xml.gz"))
seen["pubmed_parser"] = (row["title"], row["keywords"], row["authors"].split(";")[1])
article = PubMedArticle(text)
seen["metapub"] = (article.title, article.keywords, article.authors[1])
article = PaperscraperArticle(xml_element=etree.fromstring(text).find("PubmedArticle"))
seen["pymed-paperscraper"] = (article.title, article.keywords, article.authors[1]["lastname"])
article = pubmed_mapper.Article.parse_element(etree.fromstring(text).find("PubmedArticle"))
seen["pubmed-mapper"] = (article.title, article.keywords, article.to_dict()["authors"][1]["last_name"])
for name, found in seen.items():
    print(f"{name}: {found}")
title = "Levels of IL6 in sepsis."
as_seen = {
    "pubmed_parser": (title, "sepsis", "|||"),
    "metapub": (title, [None, "sepsis"], "Example Study Group"),
    "pymed-paperscraper": (title, [None, "sepsis"], None),
    "pubmed-mapper": ("Levels of <i>IL6</i> in sepsis.", [" gene", "sepsis"], None),
}
sys.exit(0 if seen == as_seen else 1)
PY
