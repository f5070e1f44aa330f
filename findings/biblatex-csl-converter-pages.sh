#!/usr/bin/env bash
# Guess:  biblatex-csl-converter writes the pages that it has read, "123-129" or PubMed's short "123-9", as such, and a PMID of PubMed's format as an
#         eprint of PubMed, from whichever of its formats to whichever.
# Seen:   biblatex-csl-converter 3.6.0 takes first and last page of an .nbib, RIS, EndNote (.enw) or CSL file for two pieces of one number: "123-129"
#         is "123129" in what it writes, BibLaTeX and CSL, "123-9" is "1239", and "e1-e9" is "e1e9". Even CSL to CSL does it; pages of BibLaTeX
#         stay. The BibLaTeX made of .nbib has an empty eprinttype, so that 1001 is a number of nothing, and CSL has no PMID. There are no
#         errors and no warnings in its results.
# Means:  citations exported from PubMed get a page that no article has, which link resolvers and reference lists go by. Write pages with "--"
#         into BibLaTeX first.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
command -v node >/dev/null && command -v npm >/dev/null || exit 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm_config_cache=$folder/cache npm install --silent --no-audit --no-fund --no-update-notifier --prefix "$folder" "biblatex-csl-converter@3.6.0" \
  >/dev/null 2>&1 || exit 2
cat >pages.mjs <<'JS'
import {BibLatexExporter, CSLExporter, parse, parseCSL, parseENW, parseNBIB, parseRIS} from "biblatex-csl-converter"

function nbib(pages) {
    return `PMID- 1001\nDP  - 2020 Jun 15\nTI  - A title.\nPG  - ${pages}\nFAU - Alpha, Andrea\nPT  - Journal Article\nJT  - J Ex\n\n`
}

const records = {
    ".nbib": parseNBIB(nbib("123-129")),
    ".nbib, short": parseNBIB(nbib("123-9")),
    RIS: parseRIS("TY  - JOUR\nAU  - Alpha, Andrea\nTI  - A title\nT2  - Journal of examples\nPY  - 2020\nSP  - 123\nEP  - 129\nER  - \n"),
    ".enw": parseENW("%0 Journal Article\n%A Alpha, Andrea\n%T A title\n%J Journal of examples\n%D 2020\n%P e1-e9\n"),
    CSL: parseCSL([{id: "a", type: "article-journal", title: "A title", page: "123-129"}]),
    BibLaTeX: parse("@article{a, author={Alpha, A}, title={A title}, journaltitle={J Ex}, date={2020}, pages={123--129}}"),
}
const expected = {
    ".nbib": ["123129", "123129", "{}"],
    ".nbib, short": ["1239", "1239", "{}"],
    RIS: ["123129", "123129", undefined],
    ".enw": ["e1e9", "e1e9", undefined],
    CSL: ["123129", "123129", undefined],
    BibLaTeX: ["123-129", "123--129", undefined],
}
// It says on the console that it does not know "pubmed".
console.warn = console.error = () => {}
const log = console.log
let asSeen = true
for (const [form, read] of Object.entries(records)) {
    // CSL is read into the entries alone.
    const {entries = read, errors = [], warnings = []} = "entries" in read ? read : {}
    const [csl] = Object.values(new CSLExporter(entries).parse())
    console.log = () => {}
    const biblatex = new BibLatexExporter(entries).parse()
    console.log = log
    const found = [csl.page, biblatex.match(/pages = \{(.*)\}/)[1], biblatex.match(/eprinttype = (\{.*\})/)?.[1]]
    log(`biblatex-csl-converter 3.6.0, from ${form} (page in CSL, pages and eprinttype in BibLaTeX):`, found)
    asSeen &&= !errors.length && !warnings.length && JSON.stringify(found) === JSON.stringify(expected[form])
}
process.exit(asSeen ? 0 : 1)
JS
node pages.mjs
