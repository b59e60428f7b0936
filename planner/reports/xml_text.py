"""Names and sentences for files of XML: markup is escaped, what no XML may hold is left out."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

#: Signs that stand in no XML 1.0, not even escaped.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return a text without the signs that XML may not hold."""
    return _NO_XML.sub("", text)


def xml_text(text: object) -> str:
    """Return a value as it stands between two tags."""
    return escape(clean(str(text)))


def xml_value(text: object) -> str:
    """Return a value as it stands behind the name of an attribute, in quotes."""
    return quoteattr(clean(str(text)))
