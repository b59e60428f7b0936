"""Single rows that lie where they can hardly be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely

from planner.crs import LocalGrid, from_wgs84_lonlat, project, to_wgs84_lonlat
from planner.crs.array_types import Floats
from planner.errors import Doubt
from planner.run.doctor.references import References
from planner.sources.tables import Table

#: Farther than this from all data a row hardly belongs to them.
_FAR_M: Final = 5_000.0
#: Numbers smaller than this are 0, brought to WGS-84 and back.
ZERO: Final = 1e-6
_Slip = tuple[str, str, Callable[[Floats, Floats], tuple[Floats, Floats]]]
_SLIPS: Final[tuple[_Slip, ...]] = (
    ("lon and lat look swapped", "swap them in this row", lambda lon, lat: (lat, lon)),
    ("lon seems to lack its minus sign", "add it", lambda lon, lat: (-lon, lat)),
    ("lat seems to lack its minus sign", "add it", lambda lon, lat: (lon, -lat)),
)  # fmt: skip


def find_far_rows(table: Table, datum: str | LocalGrid, known: References) -> list[Doubt]:
    """Say of rows far from all data how far, and why where it can be told.

    Parameters
    ----------
    table
        Points.
    datum
        In which the plan says its numbers are.
    known
        Where the data lie.
    """
    if known.extent is None or table.rows.empty:
        return []
    lonlat = np.column_stack([table.rows.geometry.x, table.rows.geometry.y])
    away = _measure(lonlat[:, 0], lonlat[:, 1], known)
    far = np.flatnonzero(~(away <= _FAR_M))
    if len(far) == len(away):  # then it is the table that lies elsewhere
        return []
    numbers = table.rows["row"].to_numpy()
    # Slips are made in the numbers of the file.
    x, y = from_wgs84_lonlat(lonlat[far, 0], lonlat[far, 1], datum)
    found = []
    for at, east, north in zip(far, x, y, strict=True):
        slip, remedy = _find_slip(east, north, datum, known)
        if not slip and len(far) > len(away) / 2:
            continue
        what = f"lies {_say_distance(away[at])} outside the data (streets and boundary)"
        what = f"{slip}; as it stands it {what}" if slip else what
        found.append(Doubt("warning", table.file, int(numbers[at]), what, remedy))
    return found


def _find_slip(x: float, y: float, datum: str | LocalGrid, known: References) -> tuple[str, str]:
    """Return what is wrong with the numbers of a row, "" if it can't be told, and what to do."""
    if abs(x) < ZERO and abs(y) < ZERO:
        return "lon and lat are 0, as if never filled in", "write its place"
    for slip, mend, undo in _SLIPS:
        lon, lat = to_wgs84_lonlat(*undo(np.array([x]), np.array([y])), datum)
        if _measure(lon, lat, known)[0] <= _FAR_M:
            return slip, mend
    return "", "check its place"


def _measure(lon: Floats, lat: Floats, known: References) -> Floats:
    """Return how far places lie outside the data, metres; `inf` beyond the frame."""
    xy = project(lon, lat, known.frame)
    away = np.full(len(xy), np.inf)
    fine = np.isfinite(xy).all(axis=1)
    away[fine] = shapely.distance(known.extent, shapely.points(xy[fine]))
    return away


def _say_distance(metres: float) -> str:
    return f"{metres / 1000:,.0f} km" if np.isfinite(metres) else "thousands of km"
