"""Names from outside as they may stand on paper: one line, not endless, no signs of control."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Longer names are cut; none on a map is.
LONGEST: Final = 40
_CONTROL: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def to_plain(value: object, most: int = LONGEST) -> str:
    """Return a text in one line of at most so many signs, without signs that nobody sees.

    Marks of direction are left out with them: each text of a sheet is drawn by itself.
    """
    text = "" if value is None or value != value else str(value)
    kept = "".join(" " if unicodedata.category(sign) in _CONTROL else sign for sign in text)
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def measure_em(text: str) -> float:
    """Return how wide a text is, in times its size; a little more rather than less."""
    return sum(_measure_sign(sign) for sign in text)


def _measure_sign(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WFA":
        return 1.0
    if sign in "iIl.,:;'|! ":
        return 0.36
    return 0.74 if sign.isupper() or sign in "mwMW%@" else 0.6
