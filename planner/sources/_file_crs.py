"""The CRS that a file of geometry names: known and on Earth, or refused; never guessed."""

import re
from pathlib import Path
from typing import Any, Final

import pyproj
from pyproj.exceptions import CRSError

from planner.crs import WGS84, is_on_earth
from planner.errors import SourceError, quote

#: EPSG:4326 and urn:ogc:def:crs:EPSG::4326; with OGC the code is a word such as CRS84.
_NAME: Final = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|ESRI|OGC):(?:[\d.]*:)?(\w+)", re.IGNORECASE)
# Definitions for which PROJ would open other files.
_NAMES_FILES: Final = re.compile("PARAMETERFILE|EXTENSION|GRIDS|GEOIDMODEL", re.IGNORECASE)
_EXPORT: Final = "export it again in EPSG:4326"


def read_crs_member(path: Path, member: Any) -> pyproj.CRS:
    """Return the CRS that the member `crs` of a GeoJSON names.

    Parameters
    ----------
    path
        Of the file, for messages.
    member
        What stands there: `{"type": "name", "properties": {"name": "EPSG:32651"}}`.

    Raises
    ------
    SourceError
        If it is null, a link, or the name of none that is known.
    """
    if member is None:
        raise SourceError(f"{path}: says that its CRS is unknown; {_EXPORT}")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or member.get("type") != "name":
        raise SourceError(f"{path}: its CRS {quote(member)} does not name a CRS; {_EXPORT}")
    found = _NAME.fullmatch(name.strip())
    if not found:
        raise _unknown(path, name)
    return find_crs(path, found[1], found[2])


def find_crs(path: Path, authority: str, code: str) -> pyproj.CRS:
    """Return the CRS of a code, such as 32651 of EPSG.

    Raises
    ------
    SourceError
        If there is none, or it says nothing of a place on Earth.
    """
    name = f"{authority.upper()}:{code.upper()}"
    # They differ in the order of axes, but in these files longitude always comes first.
    if name in {"OGC:CRS84", "EPSG:4326"}:
        return WGS84
    try:
        return _check_on_earth(path, pyproj.CRS.from_user_input(name), name)
    except CRSError:
        raise _unknown(path, name) from None


def parse_crs(path: Path, text: str) -> pyproj.CRS:
    """Return the CRS of a definition in WKT.

    Raises
    ------
    SourceError
        If it cannot be read, rests on other files, or says nothing of a place on Earth.
    """
    if _NAMES_FILES.search(text):
        raise _unknown(path, text)
    try:
        return _check_on_earth(path, pyproj.CRS.from_wkt(text), text)
    except CRSError:
        raise _unknown(path, text) from None


def _check_on_earth(path: Path, crs: pyproj.CRS, name: str) -> pyproj.CRS:
    """Refuse a frame of heights, of a building site, or of anything else without a place."""
    if not is_on_earth(crs):
        raise SourceError(
            f"{path}: its CRS {quote(name)} says nothing of places on Earth; {_EXPORT}"
        )
    return crs


def _unknown(path: Path, name: str) -> SourceError:
    return SourceError(f"{path}: its CRS {quote(name)} is not known; {_EXPORT}")
