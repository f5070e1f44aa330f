#!/usr/bin/env bash
# Guess:  bioconverters' `clear_empty_brackets`, on by default and told as a tidying behind references that it takes out, removes brackets with
#         nothing in them.
# Seen:   bioconverters 4.1.1 removes, with the space before them, all brackets without a letter or digit, and PubMed, whose older abstracts have
#         no superscripts, is full of them: "IL-10(-/-) mice" become "IL-10 mice", "CD4(+)CD25(-) T cells" are "CD4CD25 T cells", and
#         "mice got (-)-epicatechin" is "mice got-epicatechin". Of a text that says <sup>-/-</sup> the sign is kept. A MedlineDate of
#         "1998 Dec-1999 Jan" is January 1998, since the first month of the calendar is taken. Nothing is said.
# Means:  knock-outs read as normal animals, and cells with and without a marker as one kind: findings are of the opposite group, and offsets are
#         not those of PubMed's text. Pass clear_empty_brackets=False. comention's reader takes no brackets out.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check "bioconverters==4.1.1" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder/articles.xml" <<'PY'
import sys
from pathlib import Path

from bioconverters import parse_pubmedxml, pubmedxml2bioc

path = Path(sys.argv[1])
path.write_text(
    """<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">1001</PMID>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate>
</JournalIssue><Title>Journal of Examples</Title></Journal><ArticleTitle>Colitis in IL-10(-/-) mice.</ArticleTitle>
<Abstract><AbstractText>CD4(+)CD25(-) T cells rose. IL-10<sup>-/-</sup> mice got (-)-epicatechin.</AbstractText></Abstract>
<Language>eng</Language></Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">1001</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>""",
    encoding="utf-8",
)
[document] = pubmedxml2bioc(str(path))
as_bioc = [passage.text for passage in document.passages]
print("bioconverters 4.1.1, pubmedxml2bioc:", as_bioc)
texts = {}
for clear in (True, False):
    [article] = parse_pubmedxml(str(path), clear_empty_brackets=clear)
    texts[clear] = [article.title, *article.abstract]
    print(f"bioconverters 4.1.1, clear_empty_brackets={clear}:", texts[clear], article.pub_year, article.pub_month)
as_seen = [
    as_bioc == ["Colitis in IL-10 mice.", "CD4CD25 T cells rose. IL-10-/- mice got-epicatechin."],
    texts[True] == as_bioc,
    texts[False] == ["Colitis in IL-10(-/-) mice.", "CD4(+)CD25(-) T cells rose. IL-10-/- mice got (-)-epicatechin."],
    (article.pub_year, article.pub_month) == (1998, 1),
]
sys.exit(0 if all(as_seen) else 1)
PY
