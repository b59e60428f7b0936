"""Polygons of the outlines that were traced."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.travel.compiled.outlines import Outlines


def to_multipolygon(shape: shapely.Geometry) -> shapely.Geometry:
    """Return polygons as one MultiPolygon, which has no empty parts."""
    if shape.geom_type == "MultiPolygon":
        return shape
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[~shapely.is_empty(parts)])


def polygons_of(outlines: Outlines) -> NDArray[np.object_]:
    """Turn outlines into a MultiPolygon for each band, empty where there is none."""
    kind = shapely.GeometryType.MULTIPOLYGON
    offsets = (outlines.rings, outlines.polygons, outlines.bands)
    shapes: NDArray[np.object_] = shapely.from_ragged_array(kind, outlines.points, offsets)
    return shapes
