"""Thesaurus headings turned round: "Lymphoma, B-Cell" is written "B-cell lymphoma"."""

from __future__ import annotations

# "Dementia, Alzheimer Type" turns; "Wounds, Gunshot and Stab" and lists do not.
_NO_TURN = (" and ", " or ", "(", "NOS")


def turned(name: str) -> str | None:
    """Return a heading in natural order; the name itself where nothing is inverted, None where unclear.

    >>> turned("Leukemia, Myeloid, Acute"), turned("Melanoma"), turned("Wounds, Gunshot and Stab")
    ('Acute Myeloid Leukemia', 'Melanoma', None)
    """
    if ", " not in name:
        return name
    parts = name.split(", ")
    if len(parts) > 4 or any(part.strip().endswith(",") for part in parts):
        return None
    if any(mark in part for part in parts[1:] for mark in _NO_TURN):
        return None
    # "Poisoning, Arsenic, Nervous System" cannot be told from a true double inversion; both turn fully.
    return " ".join(part.strip() for part in reversed(parts))
