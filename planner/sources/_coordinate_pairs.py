"""Longitude and latitude in one cell, as phones and maps copy them: "121.4,31.3"."""

import re
import unicodedata
from typing import Final

import numpy as np
import pandas as pd

from planner.sources._read_table import is_empty

#: Two numbers with something between them, in brackets or not; a comma of China is one after NFKC.
_PAIR: Final = re.compile(
    r"[\s(\[{'\"]*([+-]?[0-9]+(?:\.[0-9]+)?)(?:\s*[,;、/|]\s*|\s+)([+-]?[0-9]+(?:\.[0-9]+)?)"
    r"[\s)\]}'\",;]*"
)
_NUMBER: Final = r"[+-]?[0-9]+(?:\.[0-9]+)?"
#: Well-known text, which has longitude first; a height is left out.
_POINT: Final = re.compile(
    rf"\s*(?:SRID=[0-9]+;\s*)?POINT\s*Z?\s*\(\s*({_NUMBER})[\s,]+({_NUMBER})(?:\s+{_NUMBER})?\s*\)\s*",
    re.IGNORECASE,
)
_EAST: Final = "longitude|long|lng|lon|经度|东经|x|e"
_NORTH: Final = "latitude|lat|纬度|北纬|y|n"
_NAME: Final = rf"""['"]?({_EAST}|{_NORTH})['"]?\s*[:=]?\s*['"]?"""
_BETWEEN: Final = r"(?:\s*[,;、/|]\s*|\s+)"
#: lng: 121.4, lat: 31.3 and N31.3 E121.4.
_NAMED: Final = re.compile(
    rf"""[\s({{\[]*{_NAME}({_NUMBER})°?['"]?{_BETWEEN}{_NAME}({_NUMBER})°?['"]?[\s)}}\]]*""",
    re.IGNORECASE,
)
#: 121.4E, 31.3N.
_LETTERED: Final = re.compile(
    rf"[\s(]*({_NUMBER})\s*°?\s*([EN]){_BETWEEN}({_NUMBER})\s*°?\s*([EN])[\s)]*", re.IGNORECASE
)
_MAX_LATITUDE: Final = 90
#: No pair of coordinates is longer.
_MOST_SIGNS: Final = 200


def split_pairs(texts: pd.Series) -> tuple[pd.Series, pd.Series, list[str]]:
    """Return longitudes and latitudes as text, and what was understood.

    Longitude comes first, unless a row says which is which (`N31.3 E121.4`) or can only be the
    other way round: its second number is no latitude and its first one is. Rows that can be either
    way follow the others if these agree. What is no pair stays in the first column, so that it is
    told as no number.
    """
    given = texts.str.slice(stop=_MOST_SIGNS).map(_to_plain)
    plain = given.map(_to_lonlat)
    told = plain != given
    pairs = plain.str.extract(rf"^{_PAIR.pattern}$")
    first, second = (pairs[column].fillna("") for column in (0, 1))
    sizes = pairs.astype(np.float64).abs()
    fits = (sizes <= _MAX_LATITUDE) & ~told.to_numpy()[:, None]
    turned, straight = fits[0] & ~fits[1] & sizes[1].notna(), fits[1] & ~fits[0] & sizes[0].notna()
    if turned.any() and not straight.any():
        turned = sizes[0].notna() & ~told
    no_pair = sizes[0].isna() & ~is_empty(texts)
    lon = first.where(~turned, second).where(~no_pair, texts)
    lat = second.where(~turned, first)
    counts = {"lon, lat": int((~turned & sizes[0].notna()).sum()), "lat, lon": int(turned.sum())}
    return lon, lat, [f"{count} read as {order}" for order, count in counts.items() if count]


def _to_lonlat(text: str) -> str:
    """Return a pair that says which of its numbers is which as "lon,lat"; others as they are."""
    if point := _POINT.fullmatch(text):
        return f"{point[1]},{point[2]}"
    if named := _NAMED.fullmatch(text):
        first, one, second, other = named.groups()
    elif lettered := _LETTERED.fullmatch(text):
        one, first, other, second = lettered.groups()
    else:
        return text
    east = [name.lower() in _EAST.split("|") for name in (first, second)]
    if east[0] == east[1]:
        return text
    return f"{one},{other}" if east[0] else f"{other},{one}"


def _to_plain(text: str) -> str:
    """Return a text without full-width signs."""
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-")
