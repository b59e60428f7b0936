"""Facilities that may be one and the same under two ids."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Geod
from scipy.spatial import KDTree

from planner.errors import on_one_line

#: Two doors of one house are hardly nearer to each other.
TWIN_M: Final = 5.0
_MOST_SHOWN: Final = 20
_EARTH_M: Final = 6_371_000.0


def find_twins(facilities: gpd.GeoDataFrame) -> list[str]:
    """Name facilities that share a name, or lie within `TWIN_M` of each other.

    Parameters
    ----------
    facilities
        facility_id, name and Points, EPSG:4326.

    Returns
    -------
    list of str
        A line for each name and each pair, whatever the order of the rows; beyond some 20 of each
        sort they are counted.
    """
    names = facilities["name"].astype(str)
    shared = facilities[names.duplicated(keep=False)].groupby(names, sort=True)["facility_id"]
    lines = [
        f"{len(ids)} facilities are called {on_one_line(str(name))}: {_list_ids(ids)}"
        for name, ids in shared
    ]
    return [*_shorten(lines, "shared names"), *_shorten(_describe_near(facilities), "such pairs")]


def _describe_near(facilities: gpd.GeoDataFrame) -> list[str]:
    """Describe each pair of facilities at one place."""
    lon, lat = facilities.geometry.x.to_numpy(), facilities.geometry.y.to_numpy()
    ids = facilities["facility_id"].astype(str).to_numpy()
    east, north = np.radians(lon), np.radians(lat)
    on_globe = np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )
    # A little wider than asked, as the Earth is no ball; measured exactly below.
    pairs = KDTree(on_globe * _EARTH_M).query_pairs(TWIN_M * 1.01, output_type="ndarray")
    away_m = Geod(ellps="WGS84").inv(*(v[pairs[:, k]] for k in (0, 1) for v in (lon, lat)))[2]
    near = [
        (*sorted((ids[i], ids[j])), metres)
        for (i, j), metres in zip(pairs, away_m, strict=True)
        if metres <= TWIN_M
    ]
    return [
        f"facilities {on_one_line(one)} and {on_one_line(other)} lie at one place"
        + (f", {metres:.0f} m apart" if metres >= 1 else "")
        for one, other, metres in sorted(near)
    ]


def _list_ids(ids: pd.Series) -> str:
    """List the first ids."""
    listed = sorted(ids.astype(str))
    return on_one_line(", ".join(listed[:5])) + (", ..." if len(listed) > 5 else "")


def _shorten(lines: list[str], what: str) -> list[str]:
    """Keep the first lines and count the others."""
    more = len(lines) - _MOST_SHOWN
    return lines[:_MOST_SHOWN] + [f"... and {more} more {what}"] * (more > 0)
