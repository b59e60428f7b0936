"""Single rows that lie where they can hardly be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely

from planner.crs import project
from planner.crs.array_types import Floats
from planner.errors import Doubt
from planner.run.doctor.references import References
from planner.sources.tables import Table

#: Farther than this from all data a row hardly belongs to them.
_FAR_M: Final = 5_000.0
_Slip = tuple[str, str, Callable[[Floats, Floats], tuple[Floats, Floats]]]
_SLIPS: Final[tuple[_Slip, ...]] = (
    ("lon and lat look swapped", "swap them in this row", lambda lon, lat: (lat, lon)),
    ("lon seems to lack its minus sign", "add it", lambda lon, lat: (-lon, lat)),
    ("lat seems to lack its minus sign", "add it", lambda lon, lat: (lon, -lat)),
)  # fmt: skip


def find_far_rows(table: Table, known: References) -> list[Doubt]:
    """Say of rows far from all data how far, and why where it can be told."""
    if known.extent is None or table.rows.empty:
        return []
    lon, lat = table.rows.geometry.x.to_numpy(), table.rows.geometry.y.to_numpy()
    away = _measure(lon, lat, known)
    far = np.flatnonzero(~(away <= _FAR_M))
    if len(far) > len(away) / 2:  # then it is the table that lies elsewhere
        return []
    numbers = table.rows["row"].to_numpy()
    found = []
    for at in far:
        what = f"lies {_say_distance(away[at])} outside the data (streets and boundary)"
        remedy = "check its place"
        for slip, mend, undo in _SLIPS:
            there = undo(lon[at : at + 1], lat[at : at + 1])
            if _measure(*there, known)[0] <= _FAR_M:
                what, remedy = f"{slip}; as it stands it {what}", mend
                break
        found.append(Doubt("warning", table.file, int(numbers[at]), what, remedy))
    return found


def _measure(lon: Floats, lat: Floats, known: References) -> Floats:
    """Return how far places lie outside the data, metres; `inf` beyond the frame."""
    xy = project(lon, lat, known.frame)
    away = np.full(len(xy), np.inf)
    fine = np.isfinite(xy).all(axis=1)
    away[fine] = shapely.distance(known.extent, shapely.points(xy[fine]))
    return away


def _say_distance(metres: float) -> str:
    return f"{metres / 1000:,.0f} km" if np.isfinite(metres) else "thousands of km"
