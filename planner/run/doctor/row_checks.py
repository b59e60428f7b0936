"""Single rows that lie where they can hardly be, and stations that stand twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from planner.crs import project
from planner.crs.array_types import Floats
from planner.errors import on_one_line
from planner.run.doctor.references import References, normalise_name
from planner.sources.doubts import Doubt
from planner.sources.tables import Table

#: Farther than this from all data a row hardly belongs to them.
_FAR_M: Final = 5_000.0
#: Two stations within this distance are in one place.
_SAME_PLACE_M: Final = 5.0
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


def find_doubles(table: Table, known: References) -> list[Doubt]:
    """Say which stations are within 5 m of another one, or have its name."""
    rows = table.rows
    if "facility_id" not in rows or len(rows) < 2:
        return []
    return [*_find_same_places(rows, table.file, known), *_find_same_names(rows, table.file)]


def _find_same_places(rows: gpd.GeoDataFrame, file: str, known: References) -> Iterator[Doubt]:
    from scipy.spatial import cKDTree

    xy = project(rows.geometry.x, rows.geometry.y, known.frame)
    fine = np.flatnonzero(np.isfinite(xy).all(axis=1))
    pairs = cKDTree(xy[fine]).query_pairs(_SAME_PLACE_M, output_type="ndarray")
    seen: set[int] = set()
    for first, second in fine[np.sort(pairs, axis=1)][np.lexsort(pairs.T[::-1])].tolist():
        if second in seen:
            continue
        seen.add(second)
        one, other = rows.iloc[first], rows.iloc[second]
        if str(one["level"]) != str(other["level"]):  # they may well share a building
            continue
        yield Doubt(
            "note", file, int(other["row"]),
            f"{on_one_line(other['facility_id'], 60)} stands within {_SAME_PLACE_M:g} m of "
            f"{on_one_line(one['facility_id'], 60)} (row {one['row']})",
            "keep one of them, or correct a place",
        )  # fmt: skip


def _find_same_names(rows: gpd.GeoDataFrame, file: str) -> Iterator[Doubt]:
    first: dict[str, int] = {}
    for number, name in zip(rows["row"], rows["name"], strict=True):
        key = normalise_name(str(name))
        if key in first:
            yield Doubt(
                "note", file, int(number),
                f"has the name of row {first[key]}: {on_one_line(str(name), 60)}",
                "keep one of them, or tell them apart",
            )  # fmt: skip
        first.setdefault(key, int(number))


def _measure(lon: Floats, lat: Floats, known: References) -> Floats:
    """Return how far places lie outside the data, metres; `inf` beyond the frame."""
    xy = project(lon, lat, known.frame)
    away = np.full(len(xy), np.inf)
    fine = np.isfinite(xy).all(axis=1)
    away[fine] = shapely.distance(known.extent, shapely.points(xy[fine]))
    return away


def _say_distance(metres: float) -> str:
    return f"{metres / 1000:,.0f} km" if np.isfinite(metres) else "thousands of km"
