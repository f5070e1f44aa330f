"""What XML 1.0 can hold: U+FFFD stands for each character that it cannot."""

from __future__ import annotations

import re

# What the production Char of XML 1.0 leaves out: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def held(text: str) -> str:
    """Return a text that XML can hold, as long as it was."""
    return _NOT_XML.sub("\ufffd", text)
