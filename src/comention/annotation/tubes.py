"""What keeps drawn blood from clotting: a substance of the tube, no drug that anybody is given."""

from __future__ import annotations

import functools
import re

_DASH = r"\-‐‑–−"  # within a class
# The substances, and where a text says that they are in a tube.
_ANTICOAGULANT = (
    r"(?:(?:sodium|lithium|potassium|ammonium|calcium|balanced|di|tri|K[23]?|Na2?|Li)[\s-]?)*"
    r"(?:heparin|edta|ethylenediaminetetraacetic acid|edetate|citrate|fluoride|oxalate"
    r"|acid[\s-]citrate[\s-]dextrose"
    r"|citric acid|dextrose|ACD|EGTA|CTAD|aprotinin|lithium|sodium|potassium)"
)
_CONTAINER = (
    r"(?:(?:blood|plasma|collection|sampling|sample|separator|gel|glass|plastic|capillary|vacuum"
    r"|evacuated|sterile"
    r"|monovette|BD|whole|peripheral|\d+[\s-]?m[lL])\s)*"
    r"(?:(?:micro)?tubes?|vacutainers?|vacuettes?|monovettes?|vials?|syringes?|bottles?|capillar(?:y"
    r"|ies)|containers?"
    r"|microtainers?|bags?)\b"
)
_TUBE_BEHIND = re.compile(
    rf"(?i)(?:[\s{_DASH}/,]+(?:and\s|or\s"
    rf"|plus\s)?{_ANTICOAGULANT})*(?:[\s{_DASH}]*\([^()]{{1,30}}\))?[\s{_DASH}]*"
    rf"(?:{_CONTAINER}|(?:(?:anti)?coagulated|anticoagulant|containing|coated|treated|preserved|added"
    rf"|supplemented)"
    rf"[\s{_DASH}](?:{_CONTAINER}|(?:(?:whole|venous|peripheral|human)\s)*(?:blood|plasma|samples?)\b)"
    r"|(?:whole[\s-])?(?:blood|plasma)\b(?! (?:levels?|concentrations?|pressures?|exchange|volume)))"
)
_TUBE_BEFORE = re.compile(
    rf"(?i)\b(?:(?:{_CONTAINER})[\s,]+(?:containing|with|coated with|prefilled with|filled with"
    rf"|that contained|which"
    rf" contained)"
    r"|(?:blood|samples?|specimens?|plasma)(?: (?:was|were|is|are|had been|samples?|specimens?"
    r"|immediately|then|and)){0,4}"
    r" (?:(?:obtained|collected|drawn|taken|sampled|withdrawn|placed|transferred|mixed"
    r"|anticoagulated) (?:in|into|onto|with"
    r"|using)|into))"
    rf" (?:an? |the )?(?:\d[\d.,]*\s?(?:%|U/ml|IU/ml|mM|m[lL]"
    rf"|mg/ml)?\s)?(?:of )?(?:{_ANTICOAGULANT}[\s/]*(?:and |or )?)*$"
)
_TUBE_REACH = 120
_IN_TUBES = re.compile(rf"(?i){_ANTICOAGULANT}")


def is_of_tube(text: str, start: int, end: int) -> bool:
    """Return whether a substance keeps drawn blood from clotting: "lithium heparin tubes"."""
    if not _is_in_tubes(text[start:end]):
        return False
    begin = max(0, start - _TUBE_REACH)
    return _TUBE_BEHIND.match(text, end) is not None or _TUBE_BEFORE.search(text, begin, start) is not None


@functools.lru_cache(20_000)
def _is_in_tubes(substance: str) -> bool:
    return _IN_TUBES.fullmatch(substance) is not None
