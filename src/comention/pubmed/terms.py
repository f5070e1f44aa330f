"""What can be told about a PubMed query before it is sent, and from the translation that comes back.

PubMed repairs a query that it cannot read, without a word: it drops a field tag that it does not know
(`asthma[foo]` finds 246,024 records) and closes parentheses where it likes.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from comention.errors import QueryError

#: The fields of PubMed, as EInfo and translations name them where they do, each with the other names and tags
#: that PubMed takes for it, as listed in PubMed Help ("Search field tags"); all in lower case.
FIELDS = {
    name.strip(): frozenset(tag.strip() for tag in (name, *tags.split(",")))
    for name, _, tags in (
        line.partition(":")
        for line in """
    abstract: ab
    affiliation: ad, affl
    all fields: all
    article identifier: aid
    author: au, auth, author name
    author - corporate: cn, coln, corporate author
    author - first: fa, 1au, faut, first author name, first author
    author - full: fau, full, full author name
    author - identifier: auid, author identifier
    author - last: lastau, laut, last author name, last author
    author cluster id: auco, aucl
    book: book
    conflict of interest statements: cois, conflict of interest statement
    date - completion: dcom, cdat, completion date, date completed
    date - create: crdt, create date, creation date
    date - entry: edat, entry date, entrez date
    date - mesh: mhda, mesh date
    date - modification: lr, mdat, modification date
    date - publication: dp, pdat, publication date
    doi: dso
    ec/rn number: rn, ecno, registry number
    editor: ed
    electronic publication date: epdt, epdat, date - electronic publication
    filter: filt, sb, subset
    grants and funding: gr, grnt, grant number
    investigator: ir
    investigator - full: fir, finv, full investigator name
    isbn: isbn
    issue: ip, iss
    journal: ta, jour, so, issn, is
    language: la, lang
    location id: lid
    mesh major topic: majr, mj
    mesh subheading: sh, subh, mesh subheadings, subheading
    mesh terms: mh, mesh, mesh term
    nlm unique id: jid
    other term: ot, otrm, other terms
    owner: own
    pagination: pg, page
    pharmacological action: pa, papx, pharmacologic action
    place of publication: ccty, cnty, pl, country
    pmcid: pmc, mid
    print publication date: ppdt, ppdat, date - print publication
    properties: prop
    publication type: pt, ptyp
    publisher: pubn
    publisher id: pid
    secondary source id: si
    subject - personal name: ps, personal name as subject
    supplementary concept: nm, subs, substance name
    text word: tw, word, text words
    title: ti, titl
    title/abstract: tiab
    transliterated title: tt
    uid: pmid
    volume: vi, vol
    """.strip().splitlines()
    )
}
_FIELD = {tag: name for name, tags in FIELDS.items() for tag in tags}
#: Every field tag that PubMed takes, in lower case.
FIELD_TAGS = frozenset(_FIELD)

_ALL = "all fields"
_RANGED = frozenset({"uid", *(name for name in FIELDS if "date" in name)})
# A filter stands for a whole strategy, which is what its translation shows. How a translation spells an
# identifier is not known; it finds the same records in all fields.
_UNTOLD = frozenset(
    {"filter", "article identifier", "doi", "isbn", "location id", "nlm unique id", "pmcid"}
    | {"publisher id", "secondary source id"}
)
_PART = re.compile(r'"(?P<phrase>[^"]*)"|\[(?P<tag>[^\[\]]*)\]|(?P<mark>[()\[\]"])|(?P<word>[^\s()\[\]"]+)')
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_RANGE = re.compile(
    r'(?<![\w/])"?(?P<low>\d+(?:/\d+)*)"?\s*(?:\[[^\[\]]*\]\s*)?:\s*"?(?P<high>\d+(?:/\d+)*)"?'
    r"\s*\[(?P<tag>[^\[\]]*)\]"
)


def checked_term(term: str) -> str:
    """Return a query on one line; raises QueryError where PubMed would not read it as it is written.

    That is: a blank query, a field tag that PubMed does not know, a range of dates or UIDs that ends before
    it begins, brackets, parentheses or quotation marks that do not match. A qualifier of a tag
    (`[mh:noexp]`, `[tiab:~2]`) is not looked at.
    """
    line = " ".join(term.split())
    if not line.strip("()\"' "):
        raise QueryError("the query is blank: set topic.query (environment: COMENTION_TOPIC__QUERY)")
    depth = 0
    for part in _PART.finditer(line):
        if part["tag"] is not None:
            _check_tag(part["tag"], line)
        elif part["mark"] is not None:
            depth += {"(": 1, ")": -1}.get(part["mark"], -len(line))
        if depth < 0:
            raise _refusal(f"unmatched {part[0]} at character {part.start() + 1} of the query", line)
    if depth:
        raise _refusal("a parenthesis is never closed in the query", line)
    _check_ranges(line)
    return line


def lost_tags(term: str, translation: str) -> tuple[str, ...]:
    """Return the field tags of a query that PubMed ignored, as its translation shows.

    A tag counts as lost where the translation has its phrase in all fields and names its field nowhere.
    The rest is given the benefit of the doubt: a phrase that the query also has without a tag, and a
    translation that is empty or shows the phrase in another field.
    """
    read = [(_words(phrase), _field(tag)) for phrase, tag in _atoms(translation)]
    kept = {field for _, field in read}
    everywhere = frozenset[str]().union(*(words for words, field in read if field == _ALL))
    asked = [(_words(phrase), tag) for phrase, tag in _atoms(term)]
    untagged = frozenset[str]().union(*(words for words, tag in asked if _field(tag) in {None, _ALL}))
    return tuple(
        dict.fromkeys(
            tag
            for words, tag in asked
            if tag is not None and _field(tag) not in kept | _UNTOLD
            if words <= everywhere and not words <= untagged
        )
    )


def _check_tag(tag: str, line: str) -> None:
    name = _name(tag)
    if name in FIELD_TAGS:
        return
    close = difflib.get_close_matches(name, FIELD_TAGS, n=3)
    hint = f"did you mean {' or '.join(f'[{c}]' for c in close)}? " if close else ""
    raise _refusal(
        f"PubMed has no field [{tag}] and would ignore it without a warning: {hint}Put brackets that belong "
        "to a name in quotation marks",
        line,
    )


def _check_ranges(line: str) -> None:
    for found in _RANGE.finditer(line):
        low, high = (tuple(map(int, found[side].split("/"))) for side in ("low", "high"))
        if _field(found["tag"]) in _RANGED and _is_reversed(low, high):
            raise _refusal(
                f"the range from {found['low']} to {found['high']} [{found['tag']}] ends before it begins",
                line,
            )


def _refusal(why: str, line: str) -> QueryError:
    return QueryError(
        f"{why}. Correct it in topic.query (environment: COMENTION_TOPIC__QUERY). The query: {line}"
    )


def _is_reversed(low: tuple[int, ...], high: tuple[int, ...]) -> bool:
    """Return whether a range ends before it begins; a year or a month is all of its days."""
    return low[: len(high)] > high[: len(low)]


def _atoms(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the phrases of a query or a translation, each with its tag, None where it has none."""
    words: list[str] = []
    for part in _PART.finditer(text):
        if part["tag"] is not None:
            yield " ".join(words), part["tag"]
            words = []
        elif part["mark"] is not None or part["word"] in _OPERATORS:
            yield " ".join(words), None
            words = []
        else:
            words.append(part["phrase"] or part["word"] or "")
    yield " ".join(words), None


def _words(phrase: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", phrase.lower()))


def _field(tag: str | None) -> str | None:
    """The name of a tag's field; the tag itself where that is not known."""
    return None if tag is None else _FIELD.get(_name(tag), _name(tag))


def _name(tag: str) -> str:
    return " ".join(tag.partition(":")[0].lower().split())
