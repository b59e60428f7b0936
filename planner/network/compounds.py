"""Compounds: which residents-only street belongs to which walled estate or park."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from planner.network.model import PUBLIC


def walled_zones(zones: gpd.GeoDataFrame) -> dict[str, BaseGeometry]:
    """Return the zones (osm_id, walled, polygons) that a tag calls walled: id -> polygon."""
    walled = zones[zones["walled"].astype(bool)]
    return dict(zip(walled["osm_id"], walled.geometry, strict=True))


def name_compounds(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    residents: NDArray[np.bool_],
    way_id: NDArray[np.int64],
    xy: NDArray[np.float64],
    walled: Mapping[str, BaseGeometry],
) -> NDArray[np.object_]:
    """Give each street segment its access: "public" or the id of its compound.

    A residents-only segment belongs to the first walled polygon that holds its middle, else to
    the group of residents-only segments it is connected with, named after the smallest way id.

    Parameters
    ----------
    a, b, residents, way_id : shape (s,)
        End nodes, whether only residents may pass, OSM way.
    xy : shape (n, 2), metres
    walled
        Compound id -> polygon, metric CRS.
    """
    access = np.full(len(a), PUBLIC, dtype=object)
    rows = np.flatnonzero(residents)
    if len(rows) == 0:
        return access
    owner = _owning_polygon((xy[a[rows]] + xy[b[rows]]) / 2, walled)
    access[rows] = owner
    alone = rows[owner == ""]
    group = _connected_groups(a[alone], b[alone], len(xy))
    for number in np.unique(group):
        members = alone[group == number]
        access[members] = f"way/{way_id[members].min()}"
    return access


def _owning_polygon(
    middles: NDArray[np.float64], walled: Mapping[str, BaseGeometry]
) -> NDArray[np.object_]:
    """Return the id of the first polygon that holds each point, "" where none does."""
    owner = np.full(len(middles), "", dtype=object)
    if not walled:
        return owner
    names = sorted(walled)
    tree = shapely.STRtree([walled[name] for name in names])
    points, polygons = tree.query(shapely.points(middles), predicate="intersects")
    for point, polygon in sorted(zip(points, polygons, strict=True), reverse=True):
        owner[point] = names[polygon]
    return owner


def _connected_groups(
    a: NDArray[np.int64], b: NDArray[np.int64], n_nodes: int
) -> NDArray[np.int64]:
    """Return the number of the connected group of each segment."""
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n_nodes, n_nodes))
    _, component = connected_components(graph, directed=False)
    return np.asarray(component[a], dtype=np.int64)
