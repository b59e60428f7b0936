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
_MAX_LATITUDE: Final = 90
#: No pair of coordinates is longer.
_MOST_SIGNS: Final = 200


def split_pairs(texts: pd.Series) -> tuple[pd.Series, pd.Series, list[str]]:
    """Return longitudes and latitudes as text, and what was understood.

    Longitude comes first, unless a row can only be the other way round: its second number is no
    latitude and its first one is. Rows that can be either way follow the others if these agree.
    What is no pair stays in the first column, so that it is told as no number.
    """
    plain = texts.str.slice(stop=_MOST_SIGNS).map(_to_plain)
    pairs = plain.str.extract(rf"^{_PAIR.pattern}$")
    first, second = (pairs[column].fillna("") for column in (0, 1))
    sizes = pairs.astype(np.float64).abs()
    fits = sizes <= _MAX_LATITUDE
    turned, straight = fits[0] & ~fits[1] & sizes[1].notna(), fits[1] & ~fits[0] & sizes[0].notna()
    if turned.any() and not straight.any():
        turned = sizes[0].notna()
    no_pair = sizes[0].isna() & ~is_empty(texts)
    lon = first.where(~turned, second).where(~no_pair, texts)
    lat = second.where(~turned, first)
    counts = {"lon, lat": int((~turned & sizes[0].notna()).sum()), "lat, lon": int(turned.sum())}
    return lon, lat, [f"{count} read as {order}" for order, count in counts.items() if count]


def _to_plain(text: str) -> str:
    """Return a text without full-width signs."""
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-")
