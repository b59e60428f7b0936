"""Facilities that may be one and the same under two ids."""

from collections.abc import Iterable
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod
from scipy.spatial import KDTree

from planner.errors import on_one_line

#: Two doors of one house are hardly nearer to each other.
TWIN_M: Final = 5.0
_MOST_SHOWN: Final = 300
#: Two doors of a large centre may be meant.
_REMEDY: Final = "if they are one, keep one row"
_EARTH_M: Final = 6_371_000.0


def find_twins(facilities: gpd.GeoDataFrame, file: str) -> list[str]:
    """Name facilities that share a name, or lie within `TWIN_M` of each other.

    Parameters
    ----------
    facilities
        facility_id, name, row and Points, EPSG:4326.
    file
        Name of the table.

    Returns
    -------
    list of str
        A line with file and row for each name and each pair, whatever the order of the rows;
        beyond some hundreds of each sort they are counted.
    """
    names = facilities["name"].astype(str)
    shared = facilities[names.duplicated(keep=False)].groupby(names, sort=True)
    lines = [_describe_name(file, str(name), rows.sort_values("row")) for name, rows in shared]
    return [*_shorten(lines, len(lines), "shared names"), *_describe_near(facilities, file)]


def _describe_name(file: str, name: str, rows: pd.DataFrame) -> str:
    """Describe facilities of one name."""
    return (
        f"{file}: row {rows['row'].iloc[0]}: {len(rows)} facilities are called "
        f"{on_one_line(name)}: {_list_some(rows['facility_id'])} (rows {_list_some(rows['row'])}); "
        f"{_REMEDY}"
    )


def _describe_near(facilities: gpd.GeoDataFrame, file: str) -> list[str]:
    """Describe each pair of facilities at one place."""
    facilities = facilities.sort_values("row")
    lon, lat = facilities.geometry.x.to_numpy(), facilities.geometry.y.to_numpy()
    ids = facilities["facility_id"].astype(str).to_numpy()
    numbers = facilities["row"].to_numpy()
    east, north = np.radians(lon), np.radians(lat)
    on_globe = np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )
    # A little wider than asked, as the Earth is no ball; measured exactly below.
    pairs = KDTree(on_globe * _EARTH_M).query_pairs(TWIN_M * 1.01, output_type="ndarray")
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    away_m = Geod(ellps="WGS84").inv(*(v[pairs[:, k]] for k in (0, 1) for v in (lon, lat)))[2]
    near = np.asarray(away_m) <= TWIN_M
    lines = []
    for (i, j), metres in zip(pairs[near][:_MOST_SHOWN], away_m[near], strict=False):
        apart = f", {metres:.0f} m apart" if metres >= 1 else ""
        lines.append(
            f"{file}: row {numbers[i]}: facilities {on_one_line(ids[i])} and {on_one_line(ids[j])} "
            f"lie at one place{apart} (rows {numbers[i]} and {numbers[j]}); {_REMEDY}"
        )
    return _shorten(lines, int(near.sum()), "such pairs")


def _list_some(values: Iterable[object]) -> str:
    """List the first of some values."""
    listed = [on_one_line(str(value)) for value in values]
    return ", ".join(listed[:5]) + (", ..." if len(listed) > 5 else "")


def _shorten(lines: list[str], count: int, what: str) -> list[str]:
    """Keep the first lines and count the others."""
    more = count - _MOST_SHOWN
    return lines[:_MOST_SHOWN] + [f"... and {more} more {what}"] * (more > 0)
