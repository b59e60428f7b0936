"""Degrees as people write them: with minutes and seconds, and a letter for the direction."""

import re
import unicodedata
from typing import Final

_NUMBER: Final = r"(\d{1,3}(?:\.\d+)?)"
_PART: Final = r"(\d{1,2}(?:\.\d+)?)"
#: Only with marks: 121.2430 is a decimal number, whatever somebody meant.
_MARKED: Final = re.compile(
    rf"(-)?([NSEW东西南北])?{_NUMBER}[°º度]"
    rf"(?:{_PART}['′’分](?:{_PART}(?:\"|″|”|''|′′|’’|秒))?)?([NSEW东西南北])?"
)
_DIRECTIONS: Final = {"东": "E", "西": "W", "南": "S", "北": "N"}


def read_degrees(text: str, column: str) -> float | None:
    """Read 121°24'30", 121度24分30秒, 31°20′N and the like.

    Parameters
    ----------
    text
        Of a cell.
    column
        `lon` or `lat`: N and S are no longitudes.

    Returns
    -------
    float or None
        Decimal degrees, negative to the west and the south; None if the text is not written so.
    """
    # Full-width digits and letters become plain ones.
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    found = _MARKED.fullmatch(plain)
    if found is None:
        return None
    minus, before, degrees, minutes, seconds, after = found.groups()
    if before and after:
        return None
    letter = _DIRECTIONS.get(before or after or "", before or after or "")
    if (letter and letter not in {"lon": "EW", "lat": "NS"}[column]) or (minus and letter):
        return None
    parts = [float(part or 0) for part in (minutes, seconds)]
    if max(parts) >= 60:
        return None
    # The value of a sum is exact to some 1e-14 degrees, far below a millimetre.
    value = float(degrees) + parts[0] / 60 + parts[1] / 3600
    return -value if minus or letter in {"W", "S"} else value
