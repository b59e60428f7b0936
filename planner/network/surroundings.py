"""Zones, gates, crossings and barriers of the map: they decide who may walk where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.sources.osm.extract import OsmExtract

#: Walls and gates this far outside the area are kept: an access leg may lead past them, metres.
NEAR_M: Final = 200.0


@dataclass(frozen=True)
class Surroundings:
    """What the map knows beside the streets; layers in the metric CRS.

    zones : osm_id, kind, name, walled, polygons.
    gates : node_id, osm_id, name, in_wall, passes, barred, opening_hours, conditions.
    crossings : node_id, crossing, signals.
    barriers : osm_id, kind, name, lines and polygons.
    own_gates : gates of the plan (row, gate_id, name, hours, who, points), None for none.
    """

    zones: gpd.GeoDataFrame
    gates: pd.DataFrame
    crossings: pd.DataFrame
    barriers: gpd.GeoDataFrame
    own_gates: gpd.GeoDataFrame | None = None


def find_surroundings(
    extract: OsmExtract, crs: CRS, own_gates: gpd.GeoDataFrame | None = None
) -> Surroundings:
    """Return the surroundings of an extract's streets in a metric CRS."""
    return Surroundings(
        extract.zones.to_crs(crs),
        pd.DataFrame(extract.gates)[list(make_no_gates().columns)],
        extract.crossings,
        extract.barriers.to_crs(crs),
        None if own_gates is None else own_gates.to_crs(crs),
    )


def make_empty_surroundings(crs: CRS) -> Surroundings:
    """Return surroundings of which nothing is known."""
    return Surroundings(
        gpd.GeoDataFrame(
            {"osm_id": [], "kind": [], "name": [], "walled": []}, geometry=[], crs=crs
        ),
        make_no_gates(),
        pd.DataFrame({"node_id": [], "crossing": [], "signals": []}),
        gpd.GeoDataFrame({"osm_id": [], "kind": [], "name": []}, geometry=[], crs=crs),
    )


def make_no_gates() -> pd.DataFrame:
    """Return the gates of a map that has none."""
    columns = ("osm_id", "name", "passes", "barred", "opening_hours", "conditions")
    texts = {name: np.empty(0, dtype=object) for name in columns}
    flags = {"in_wall": np.empty(0, dtype=bool)}
    return pd.DataFrame({"node_id": np.empty(0, dtype=np.int64), **texts, **flags})


def keep_near(
    around: Surroundings, within: BaseGeometry, streets: NDArray[np.object_]
) -> Surroundings:
    """Return the surroundings that someone walking some streets may meet.

    Parameters
    ----------
    within
        Polygon, metric CRS, from which the streets were taken.
    streets : (s,) LineStrings
        Those that have a part inside; what stands beside their ends outside counts too.
    """
    # Streets that stay inside add nothing to the land.
    leaving = streets[~np.asarray(shapely.covers(within, streets), dtype=bool)]
    land = shapely.union_all([within, *leaving])
    shapely.prepare(land)
    zones, barriers = (
        layer[np.asarray(shapely.dwithin(land, layer.geometry.to_numpy(), NEAR_M), dtype=bool)]
        for layer in (around.zones, around.barriers)
    )
    return replace(around, zones=zones, barriers=barriers)
