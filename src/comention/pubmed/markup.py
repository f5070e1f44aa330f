"""Markup inside titles and abstracts that sets words apart: the text alone would join them."""

from __future__ import annotations

import re

from lxml import etree

# What a superscript behind a word may hold to be a mark: numbers of references, of a supplement's or of the
# web's too ("S1", "E3", "w2"), or a trade mark.
_NUMBER = r"[ESw*]?[0-9]{1,3}[a-d]?\)?"
_JOINT = r"(?:\s?[,;\-‐‑–−]\s?|\s(?:and\s)?)"
_MARK = re.compile(rf"(?:[Rr]efs?\.?)?\s?{_NUMBER}(?:{_JOINT}(?:{_NUMBER}|[*†‡§]{{1,3}})){{0,20}}[.,]?\s?|TM")
# A mark that goes on in the next superscript, or has begun in the one before.
_BROKEN = re.compile(rf"\s?{_NUMBER}(?:{_JOINT}{_NUMBER}){{0,20}}{_JOINT}\s?")
_BEGUN_MARK = re.compile(r"[⁰¹²³⁴-⁹ᴱˢʷ][⁰¹²³⁴-⁹ᴱˢʷ⁾,;\s\-‐‑–−]*")
_JOINTS = re.compile(_JOINT)
_RAISED = str.maketrans(
    "0123456789TMESRKOWabcdefghilmnoprstuvwxP)", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵀᴹᴱˢᴿᴷᴼᵂᵃᵇᶜᵈᵉᶠᵍʰⁱˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣᴾ⁾"
)
# Letters of footnotes, behind a word in small letters alone: "Le<sup>a</sup>", "H-2<sup>d</sup>" are names.
_NOTE = re.compile(
    r"\s?(?:[a-h](?:\s?,\s?[a-h0-9]){0,5}|(?:i{1,3}|i?v|vi{1,3}|i?x)(?:\s?,\s?[ivx]{1,4}){0,5})\s?"
)
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
# A brand, behind which an R says that it is registered; bacteria that resist have short names ("Rif").
_BRAND = re.compile(r"(?<![^\W_])[A-Z][a-z]{4,}$")
# What a cell or a mouse has much or little of, or lacks a gene in part; what stands behind it begins anew.
_GRADE = re.compile(
    r"hi|high|lo|low|int|intermediate|med|mid|dim|bright|neg|pos|null"
    r"|(?:fl|flox|f|loxP|\+|-|−|KO|WT)/(?:fl|flox|f|loxP|\+|-|−|KO|WT)"
)
# A cytokine whose name ends in a letter, behind which a grade would be more of it: "IL-17A<sup>hi</sup>".
_LETTER_LAST = re.compile(
    r"(?<![^\W_])[mhr]?(?:IL-?[0-9]{1,2}[A-Z]|TNF|IFN|G-?CSF|GM-?CSF|M-?CSF|TSLP|RANKL|VEGF|BAFF|LIF|SCF|MIF|OPN)$"
)
# A small word that a mark is glued to: "IL-4<sup>5</sup>and".
_GOES_ON = re.compile(
    r"(?:and|or|with|in|was|were|is|are|has|have|had|but|to|of|for|from|by|the|that|which|who|may|can|could|than"
    r"|as|on|at|into|if|when|while|whereas|unless|after|before|during|not|also|induces?|increases?|reduces?"
    r"|inhibits?|causes?)(?![\w-])"
)
# A species or a phrase of Latin, set in italics and glued to the words beside it: "S. aureus</i>infection".
_PHRASE = re.compile(r"(?:[A-Z][a-z]*\.?|[a-z]{2,}) [a-z]{3,}(?: [a-z]{2,}){0,3}")
_WORD_END = re.compile(r"[a-z]{3}$")
# A longer word that is set apart in print, before a small one.
_SET_WORD = re.compile(r".*[a-z]{5}$")
_SMALL_WORD = re.compile(r"(?:and|or|was|were|is|are|has|have)(?![\w-])")
_EMPHASIS = ("b", "i", "u")
_HEADING = re.compile(
    r"(?i:(?:back ?ground|introduction|context|rationale|importance|objectives?|aims?|purpose|settings?"
    r"|(?:materials?|patients|subjects) (?:and|&) methods?|methods?|(?:study )?(?:design|population)"
    r"|participants|patients|interventions?|measurements?|(?:main )?outcomes?(?: measures?)?"
    r"|(?:main )?results?|findings|discussion|conclusions?|interpretation|significance|limitations|summary"
    r"|trial registration|funding)(?: (?:and|&) \w+)?)\s*[:.]?|[A-Z][A-Z /&]{4,60}:|[A-Z][A-Za-z /&]{2,60}:"
)
# Of words, all in capitals or with a small end: no beginning of a name, as "Auto" of "AutoDock".
_HEADING_WORDS = re.compile(r"[A-Z][A-Z /&'’-]{4,60}[?!]?|[A-Z][A-Za-z/&'’-]*(?: [A-Za-z/&'’-]+){1,9}[?!]?")
_BEGUN = re.compile(r"[A-Z][a-z]")
_ENDED = re.compile(r"[a-z)\]][.!?]$")
_SENTENCE_END = re.compile(r"[.!?:;)]$")


def set_apart(element: etree._Element) -> None:
    """Keep what markup alone sets apart from the words beside it.

    The number of a reference becomes superscript digits, so that "IL-1<sup>2</sup>" is no IL-12, the letter
    of a footnote a superscript letter. A heading in bold, and a sentence behind a mark, get the space that
    their layout had, and so does what is glued to a mark or to "IL-10<sup>high</sup>".
    """
    for inner in element.iter("sup", *_EMPHASIS):
        if inner.tag == "sup":
            _set_mark_apart(inner)
            continue
        text, before = inner.text or "", _before(inner)
        if len(inner) or before is None:
            continue
        if _HEADING.fullmatch(text) or _is_heading(inner, text, before):
            if (tail := inner.tail or "")[:1].isalnum():
                inner.tail = f" {tail}"
            if _SENTENCE_END.search(before) or _WORD_END.search(before):
                inner.text = f" {text}"
        else:
            _set_words_apart(inner, text, before)


def _is_heading(inner: etree._Element, text: str, before: str) -> bool:
    """Return whether words in bold begin a sentence and are glued to the capital of another: "KEY POINTS"."""
    begins = not before.strip() or _SENTENCE_END.search(before.rstrip())
    glued = _BEGUN.match(inner.tail or "") is not None
    return inner.tag == "b" and glued and bool(begins) and _HEADING_WORDS.fullmatch(text) is not None


def _set_words_apart(inner: etree._Element, text: str, before: str) -> None:
    """Part emphasised words from those beside them where both are words, and no letters of one: "cis"."""
    tail = inner.tail or ""
    if _PHRASE.fullmatch(text):
        if _WORD_END.search(before):
            inner.text = f" {text}"
        if tail[:2].isalpha() and tail[:1].islower():
            inner.tail = f" {tail}"
    elif _SMALL_WORD.match(tail) and _SET_WORD.match(text):
        inner.tail = f" {tail}"


def _set_mark_apart(sup: etree._Element) -> None:
    """Raise what a superscript holds where it is a mark, and part it from the words behind it."""
    holder, before = _holder(sup), _before(sup)
    if holder is None or before is None:
        return
    text, outer = holder.text or "", _outer(sup)
    tail = outer.tail or ""
    joined = tail[:1].isalnum() and not text[-1:].isspace()
    # behind a mark that stands behind the end of a sentence the next one begins
    parted = joined and bool((_ENDED.search(before) and _BEGUN.match(tail)) or _GOES_ON.match(tail))
    if _is_mark(text, before, outer) and (parted or not joined):
        holder.text = text.translate(_RAISED)
    elif _GRADE.fullmatch(text):
        parted = joined
        if _LETTER_LAST.search(before) or (text.startswith("f/") and before[-1:].isdigit()):
            holder.text = text.translate(_RAISED)
    if parted:
        outer.tail = f" {tail}"


def _holder(sup: etree._Element) -> etree._Element | None:
    """Return what holds all the text of a superscript, itself or what sets it in italics; None for more."""
    while len(sup):
        inner = sup[0]
        if len(sup) > 1 or sup.text or inner.tail or inner.tag not in _EMPHASIS:
            return None
        sup = inner
    return sup


def _outer(sup: etree._Element) -> etree._Element:
    """Return a superscript, or what holds nothing else: "<i><sup>1</sup></i>"."""
    while True:
        parent = sup.getparent()
        if parent is None or parent.tag not in _EMPHASIS or len(parent) > 1 or parent.text or sup.tail:
            return sup
        sup = parent


def _is_mark(text: str, before: str, outer: etree._Element) -> bool:
    """Return whether a superscript behind these words is the mark of a reference, note or brand."""
    if _MARK.fullmatch(text) or (_BROKEN.fullmatch(text) and _goes_on_raised(outer)):
        return bool(_CITED.search(before) or _KIND.search(before))
    if text == "R":
        return bool(_BRAND.search(before))
    return bool(_NOTE.fullmatch(text) and _NOTED.search(before))


def _goes_on_raised(outer: etree._Element) -> bool:
    """Return whether a number in a superscript stands right behind this one: "<sup>1-</sup><sup>3</sup>"."""
    following = outer.getnext()
    if outer.tail or following is None or following.tag != "sup":
        return False
    return _MARK.fullmatch(following.text or "") is not None


def _joins_marks(sup: etree._Element, inside: str) -> bool:
    """Return whether a superscript holds what stands between two marks, of which the first is raised."""
    previous = sup.getprevious()
    if previous is None or previous.tag != "sup" or previous.tail or not _JOINTS.fullmatch(inside):
        return False
    return _BEGUN_MARK.fullmatch("".join(map(str, previous.itertext()))) is not None


def _before(inner: etree._Element) -> str | None:
    """Return the text directly before an element, subscripts included, as far as another element reaches.

    Before what goes on with a mark it is the text before the mark.
    """
    previous, parent = inner.getprevious(), inner.getparent()
    if previous is None:
        if parent is not None and parent.tag in _EMPHASIS and not parent.text:
            return _before(parent)
        return None if parent is None else parent.text or ""
    if previous.tail or not isinstance(previous.tag, str):  # an entity has no text that may be read
        return previous.tail or ""
    inside = "".join(map(str, previous.itertext()))
    if previous.tag == "sup" and (_BEGUN_MARK.fullmatch(inside) or _joins_marks(previous, inside)):
        return _before(previous)
    return f"{_before(previous) or ''}{inside}" if previous.tag == "sub" else inside
