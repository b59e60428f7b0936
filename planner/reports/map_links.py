"""Addresses at which a place can be looked at on a map on the internet."""

from __future__ import annotations

from typing import Any, Final

from planner.reports.report_words import is_missing

#: In WGS-84, as all files are: a map of another datum would show the place some 500 m off in China.
_ADDRESS: Final = (
    "https://www.openstreetmap.org/?mlat={lat:.6f}&mlon={lon:.6f}#map=17/{lat:.6f}/{lon:.6f}"
)


def link_place(lon: Any, lat: Any) -> str:
    """Return the address of a place, longitude and latitude in WGS-84; "" without one."""
    if is_missing(lon) or is_missing(lat):
        return ""
    return _ADDRESS.format(lon=float(lon), lat=float(lat))
