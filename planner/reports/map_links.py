"""Addresses at which a place can be looked at on a map on the internet."""

from __future__ import annotations

from typing import Any, Final

from planner.reports.report_words import is_missing

#: In WGS-84, as all files are: a map of another datum would show the place some 500 m off in China.
_ADDRESS: Final = (
    "https://www.openstreetmap.org/?mlat={lat:.6f}&mlon={lon:.6f}#map={zoom}/{lat:.6f}/{lon:.6f}"
)


def link_place(lon: Any, lat: Any, *, zoom: int = 17) -> str:
    """Return the address of a place on a map; nobody follows it but the reader.

    Parameters
    ----------
    lon, lat
        Degrees in WGS-84; None or not a number where nothing is known.
    zoom
        Of the map: 17 shows some streets around, 18 single houses.

    Returns
    -------
    str
        "" without a place.
    """
    if is_missing(lon) or is_missing(lat):
        return ""
    return _ADDRESS.format(lon=float(lon), lat=float(lat), zoom=zoom)
