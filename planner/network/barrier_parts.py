"""Barriers: the straight parts of water, rails, motorways and walls that legs may not cross."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.network.walls import Barriers, Compounds


def cut_barriers(mapped: gpd.GeoDataFrame, compounds: Compounds) -> Barriers:
    """Cut barriers into straight parts; the outline of a walled compound is a wall.

    Parameters
    ----------
    mapped
        osm_id, kind, name and lines or polygons, metric CRS.
    compounds
        Their outlines are walls; one that is mapped as well is there twice, to no effect.
    """
    own = compounds.walled
    shapes = np.concatenate([mapped.geometry.to_numpy(), compounds.shape[own]])
    areas = shapely.get_dimensions(shapes) == 2
    shapes[areas] = shapely.boundary(shapes[areas])
    parts, feature = shapely.get_parts(shapes, return_index=True)
    coords, line = shapely.get_coordinates(parts, return_index=True)
    # Between the end of one line and the start of the next there is no wall.
    same = line[1:] == line[:-1]
    ends = np.hstack([coords[:-1], coords[1:]])[same]
    # A part of no length has no two sides, so nobody could cross it.
    moves = (ends[:, :2] != ends[:, 2:]).any(axis=1)
    return Barriers(
        ends=np.ascontiguousarray(ends[moves]),
        feature=feature[line[:-1][same][moves]].astype(np.int64),
        kind=_texts(mapped["kind"], ["wall"] * int(own.sum())),
        name=_texts(mapped["name"], compounds.name[own]),
        osm_id=_texts(mapped["osm_id"], compounds.id[own]),
    )


def _texts(column: pd.Series, more: object) -> np.ndarray:
    return np.concatenate([column.to_numpy(dtype=object), np.asarray(more, dtype=object)])
