"""What has the name of a disease and befalls plants: "fungal disease" of wheat, "lead toxicity" in rice."""

from __future__ import annotations

import functools
import re

_SHARED = re.compile(
    r".+ toxicity|(?:fungal|viral|virus|bacterial|wasting|vascular) diseases?"
    r"|(?:nematode|fungal|virus|viral|bacterial) infections?|mycos[ei]s"
)
# What is grown, and what plants have; one of each must be told.
_GROWN = re.compile(
    r"(?i)\b(?:crops?|cultivars?|seedlings?|rice|wheat|barley|maize|sorghum|tomato(?:es)?|potato(?:es)?|soybeans?"
    r"|cotton|cucumber|tobacco|Arabidopsis|Oryza|Triticum|Nicotiana|seagrass(?:es)?|eelgrass|grapevines?"
    r"|herbal plants|Zostera)\b"
)
_PLANT = re.compile(
    r"(?i)\b(?:plants?|lea(?:f|ves)|roots?|shoots?|chlorophyll|photosynthe\w+|germination|phyto\w+|agricultur\w+"
    r"|meadows?|yields?|breeding|genes?)\b"
)
# What tells of people and animals, or of plants as a medicine.
_BODY = re.compile(
    r"(?i)\b(?:patients?|clinical|humans?|mice|mouse|rats?|rabbits?|child(?:ren)?|infants?|women|adults?|people|persons?|(?:farm)?workers?|farmers?|occupational|exposed|hospital\w*|serum"
    r"|blood|diabet\w+|cancers?|antibacterial|extracts?|docking|therap\w+|cattle|sheep|pigs?|dogs?|zebrafish)\b"
)


@functools.lru_cache(20_000)
def may_be_of_plants(name: str) -> bool:
    """Return whether plants have a disease of a name in small letters, too."""
    return _SHARED.fullmatch(name) is not None


def is_of_plants(text: str, name: str) -> bool:
    """Return whether a disease, its name in small letters, is one of plants by what its text speaks of."""
    if not may_be_of_plants(name):
        return False
    return all(one.search(text) for one in (_GROWN, _PLANT)) and not _BODY.search(text)
