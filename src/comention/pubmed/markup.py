"""Markup inside titles and abstracts that sets words apart: the text alone would join them."""

from __future__ import annotations

import re

from lxml import etree

# What a superscript behind a word may hold to be a mark: numbers of references, of a supplement's too ("S1",
# "E3"), or a trade mark.
_MARK = re.compile(r"\s?[ES]?[0-9]{1,3}(?:\s?[,\-‐‑–−]\s?(?:[ES]?[0-9]{1,3}|[*†‡§]{1,3})){0,20}\s?|TM")
_RAISED = str.maketrans("0123456789TMESabcdefgh", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵀᴹᴱˢᵃᵇᶜᵈᵉᶠᵍʰ")
# Letters of footnotes, behind a word in small letters alone: "Le<sup>a</sup>", "H-2<sup>d</sup>" are names.
_NOTE = re.compile(r"\s?[a-h](?:\s?,\s?[a-h0-9]){0,5}\s?")
_NOTED = re.compile(r"(?<![^\W_])(?![Ll]ewis)[^\W\d_][^\W\d_]*[a-z]{3}[)\]\"'”’]{0,2}[.,;:]?$")
# A word, no number ("10"), symbol ("R", "χ") or unit, that a mark can stand behind.
_CITED = re.compile(
    r"(?<![^\W_])(?!(?:[ckmnpµμd]?m|sec|min|ft|in|yr)$)"
    r"(?=[\w'’-]*[^\W\d_]{2})[^\W_][\w'’-]+[)\]\"'”’]{0,2}[.,;:]?$"
)
# A capital that names a kind ("hepatitis C", "type A") is a word, too; one of a symbol ("the coefficient R",
# "labelled with C") is none.
_KIND = re.compile(
    r"(?<![^\W_])(?i:(?:sub|sero)?types?|class|groups?|factors?|stages?|grades?|hepatitis|vitamin(?! B)"
    r"|influenza"
    r"|immunoglobulins?|ha?emophilia|(?:botulinum )?toxins?|(?:neuro)?toxin type|cyclosporine?|ciclosporin"
    r"|amphotericin|polymyxin|concanavalin|porphyria|proteins?|streptococc\w+|streptococcus|enterotoxin"
    r"|complex|cohort|arm|parts?|phases?|pughs?|genotypes?|clades?|lineage|variant|serogroups?"
    r"|peptides?|natriuretic peptide|subunits?|cathepsins?|granzymes?|calcineurin"
    r"|chain|isoform|antigen|receptor|mitomycin|bleomycin|penicillin|gramicidin)"
    r"[ -][A-Z][)\]\"'”’]{0,2}[.,;:]?$|(?<![^\W_])(?i:vitamin) B[0-9]{2}[)\]]?[.,;:]?$"
)
_EMPHASIS = ("b", "i", "u")
_HEADING = re.compile(
    r"(?i:(?:back ?ground|introduction|context|rationale|importance|objectives?|aims?|purpose|settings?"
    r"|(?:materials?|patients|subjects) (?:and|&) methods?|methods?|(?:study )?(?:design|population)"
    r"|participants|patients|interventions?|measurements?|(?:main )?outcomes?(?: measures?)?"
    r"|(?:main )?results?|findings|discussion|conclusions?|interpretation|significance|limitations|summary"
    r"|trial registration|funding)(?: (?:and|&) \w+)?)\s*[:.]?|[A-Z][A-Z /&]{4,60}:|[A-Z][A-Za-z /&]{2,60}:"
)
_BEGUN = re.compile(r"[A-Z][a-z]")
_ENDED = re.compile(r"[a-z)\]][.!?]$")
_SENTENCE_END = re.compile(r"[.!?:;)]$")


def set_apart(element: etree._Element) -> None:
    """Keep what markup alone sets apart from the words beside it.

    The number of a reference becomes superscript digits, so that "IL-1<sup>2</sup>" is no IL-12, the letter
    of a footnote a superscript letter. A heading in bold, and a sentence behind a mark, get the space that
    their layout had.
    """
    for inner in element.iter("sup", *_EMPHASIS):
        text, before = inner.text or "", _before(inner)
        if len(inner) or before is None:
            continue
        tail = inner.tail or ""
        if inner.tag == "sup":
            joined = tail[:1].isalnum() and not text[-1:].isspace()
            # behind a mark that stands behind the end of a sentence the next one begins
            parted = joined and bool(_ENDED.search(before) and _BEGUN.match(tail))
            if _is_mark(text, before) and (parted or not joined):
                inner.text = text.translate(_RAISED)
            if parted:
                inner.tail = f" {tail}"
        elif _HEADING.fullmatch(text):
            if tail[:1].isalnum():
                inner.tail = f" {tail}"
            if _SENTENCE_END.search(before):
                inner.text = f" {text}"


def _is_mark(text: str, before: str) -> bool:
    """Return whether a superscript behind these words is the mark of a reference, note or brand."""
    if _MARK.fullmatch(text):
        return bool(_CITED.search(before) or _KIND.search(before))
    return bool(_NOTE.fullmatch(text) and _NOTED.search(before))


def _before(inner: etree._Element) -> str | None:
    """Return the text directly before an element, subscripts included, as far as another element reaches."""
    previous, parent = inner.getprevious(), inner.getparent()
    if previous is None:
        return None if parent is None else parent.text or ""
    if previous.tail or not isinstance(previous.tag, str):  # an entity has no text that may be read
        return previous.tail or ""
    inside = "".join(map(str, previous.itertext()))
    return f"{_before(previous) or ''}{inside}" if previous.tag == "sub" else inside
