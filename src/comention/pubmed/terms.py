"""What can be told about a PubMed query before it is sent.

PubMed repairs a query that it cannot read, without a word: it drops a field tag that it does not know
(`asthma[foo]` finds 246,024 records) and closes parentheses where it likes.
"""

from __future__ import annotations

import difflib
import re

from comention.errors import QueryError

#: Field tags in lower case, as listed in PubMed Help ("Search field tags"), with their full names and the
#: short names of EInfo, all of which PubMed takes.
FIELD_TAGS = frozenset(
    tag.strip()
    for line in """
    ab, abstract
    ad, affl, affiliation
    aid, article identifier
    all, all fields
    au, auth, author, author name
    auid, author identifier, author - identifier
    auco, aucl, author cluster id
    book
    ccty, cnty, pl, place of publication, country
    cn, coln, corporate author, author - corporate
    cois, conflict of interest statements, conflict of interest statement
    crdt, cdat, create date, date - create, creation date
    dcom, date - completion, completion date, date completed
    dp, pdat, publication date, date - publication
    dso, doi
    ed, edat, entry date, date - entry, entrez date, editor
    epdt, epdat, electronic publication date, date - electronic publication
    fau, full, full author name, author - full
    fir, finv, full investigator name, investigator - full
    fa, 1au, faut, first author name, first author, author - first
    filter, filt, sb, subset
    gr, grnt, grant number, grants and funding
    ir, investigator
    ip, iss, issue
    isbn
    ta, jour, journal, so, issn, is
    jid, nlm unique id
    la, lang, language
    lastau, laut, last author name, last author, author - last
    lid, location id
    lr, mdat, modification date, date - modification
    majr, mesh major topic, mj
    mh, mesh, mesh terms, mesh term
    mhda, mesh date, date - mesh
    nm, subs, substance name, supplementary concept
    ot, otrm, other term, other terms
    own, owner
    pa, papx, pharmacological action, pharmacologic action
    pg, page, pagination
    pid, publisher id
    pmid, uid
    pmcid, pmc, mid
    ppdt, ppdat, print publication date, date - print publication
    prop, properties
    ps, personal name as subject, subject - personal name
    pt, ptyp, publication type
    pubn, publisher
    rn, ecno, ec/rn number, registry number
    sh, subh, mesh subheading, mesh subheadings, subheading
    si, secondary source id
    ti, titl, title
    tiab, title/abstract
    tt, transliterated title
    tw, word, text word, text words
    vi, vol, volume
    """.splitlines()
    for tag in line.split(",")
    if tag.strip()
)

_PART = re.compile(r'"(?P<phrase>[^"]*)"|\[(?P<tag>[^\[\]]*)\]|(?P<mark>[()\[\]"])')


def checked_term(term: str) -> str:
    """Return a query on one line; raises QueryError where PubMed would not read it as it is written.

    That is: a blank query, a field tag that PubMed does not know, brackets, parentheses or quotation marks
    that do not match. A qualifier of a tag (`[mh:noexp]`, `[tiab:~2]`) is not looked at.
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
            raise QueryError(f"unmatched {part[0]} at character {part.start() + 1} of the query: {line}")
    if depth:
        raise QueryError(f"a parenthesis is never closed in the query: {line}")
    return line


def _check_tag(tag: str, line: str) -> None:
    name = " ".join(tag.partition(":")[0].lower().split())
    if name in FIELD_TAGS:
        return
    close = difflib.get_close_matches(name, FIELD_TAGS, n=3)
    hint = f"did you mean {' or '.join(f'[{c}]' for c in close)}? " if close else ""
    raise QueryError(
        f"PubMed has no field [{tag}] and would ignore it without a warning: {hint}Put brackets that belong "
        f"to a name in quotation marks. The query: {line}"
    )
