"""Degrees as people write them: with minutes and seconds, and a letter for the direction."""

import re
import unicodedata
from typing import Final

_NUMBER: Final = r"(\d{1,3}(?:\.\d+)?)"
_PART: Final = r"(\d{1,2}(?:\.\d+)?)"
#: Letters and words that say to which side.
_SIDE: Final = r"([NSEW]|[东西]经?|[南北]纬?)?"
#: Only with marks: 121.2430 is a decimal number, whatever somebody meant.
_MARKED: Final = re.compile(
    rf"(-)?{_SIDE}{_NUMBER}(?:[°º˚∘。度D]|DEG)"
    rf"(?:{_PART}['′’‘´`分M](?:{_PART}(?:[\"″”“¨秒S]|''|′′|’’|‘’|´´|``)?)?)?{_SIDE}"
)
#: 121:24:30 and 121-24-30, all three of them.
_PARTED: Final = re.compile(rf"(-)?{_SIDE}(\d{{1,3}})([:-])(\d{{1,2}})\4{_PART}{_SIDE}")
#: E121.4, 东经121.4: a plain number.
_SIDED: Final = re.compile(rf"()(?:{_SIDE}{_NUMBER}|{_NUMBER}{_SIDE})")
_DIRECTIONS: Final = {"东": "E", "西": "W", "南": "S", "北": "N"}
#: Signs that NFKC would take apart into a blank and another sign, or into a letter.
_KEPT: Final = str.maketrans({"´": "'", "¨": '"', "º": "°", "˚": "°", "″": '"', "‶": '"'})


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
    plain = unicodedata.normalize("NFKC", text.translate(_KEPT))
    plain = "".join(plain.split()).upper().replace("−", "-")
    found = _take_apart(plain)
    if found is None:
        return None
    minus, before, parts, after = found
    if before and after:
        return None
    side = (before or after)[:1]
    letter = _DIRECTIONS.get(side, side)
    if (letter and letter not in {"lon": "EW", "lat": "NS"}[column]) or (minus and letter):
        return None
    if max(parts[1:]) >= 60:
        return None
    # The value of a sum is exact to some 1e-14 degrees, far below a millimetre.
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if minus or letter in {"W", "S"} else value


def _take_apart(plain: str) -> tuple[bool, str, list[float], str] | None:
    """Return whether there is a minus, the side before, degrees to seconds, the side behind."""
    if found := _MARKED.fullmatch(plain):
        minus, before, *parts, after = found.groups()
    elif found := _PARTED.fullmatch(plain):
        minus, before, degrees, _, minutes, seconds, after = found.groups()
        parts = [degrees, minutes, seconds]
    elif found := _SIDED.fullmatch(plain):
        minus, before, one, other, after = found.groups()
        if not (before or after):
            return None
        parts = [one or other, None, None]
    else:
        return None
    numbers = [float(part or 0) for part in parts]
    return bool(minus), before or "", numbers, after or ""
