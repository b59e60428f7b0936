"""What of the map is no street but decides who walks where."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.sources.osm import OsmExtract


@dataclass(frozen=True)
class Surroundings:
    """What of the map is no street but decides who walks where; layers in the metric CRS.

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


def surroundings_of(
    extract: OsmExtract, crs: CRS, own_gates: gpd.GeoDataFrame | None = None
) -> Surroundings:
    """Return the surroundings of an extract's streets in a metric CRS."""
    return Surroundings(
        extract.zones.to_crs(crs),
        pd.DataFrame(extract.gates)[list(no_mapped_gates().columns)],
        extract.crossings,
        extract.barriers.to_crs(crs),
        None if own_gates is None else own_gates.to_crs(crs),
    )


def nothing_around(crs: CRS) -> Surroundings:
    """Return surroundings of which nothing is known."""
    return Surroundings(
        gpd.GeoDataFrame(
            {"osm_id": [], "kind": [], "name": [], "walled": []}, geometry=[], crs=crs
        ),
        no_mapped_gates(),
        pd.DataFrame({"node_id": [], "crossing": [], "signals": []}),
        gpd.GeoDataFrame({"osm_id": [], "kind": [], "name": []}, geometry=[], crs=crs),
    )


def no_mapped_gates() -> pd.DataFrame:
    """Return the gates of a map that has none."""
    columns = ("osm_id", "name", "passes", "barred", "opening_hours", "conditions")
    texts = {name: np.empty(0, dtype=object) for name in columns}
    flags = {"in_wall": np.empty(0, dtype=bool)}
    return pd.DataFrame({"node_id": np.empty(0, dtype=np.int64), **texts, **flags})


def near(around: Surroundings, within: BaseGeometry) -> Surroundings:
    """Return the surroundings that touch the polygon; the rest of the map is walked by nobody."""
    zones, barriers = (
        layer[np.asarray(shapely.intersects(within, layer.geometry.to_numpy()), dtype=bool)]
        for layer in (around.zones, around.barriers)
    )
    return replace(around, zones=zones, barriers=barriers)
