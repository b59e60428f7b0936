"""Polygons of the outlines that were traced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from planner.crs.array_types import Ints
from planner.travel.compiled.outlines import Outline


def to_multipolygon(shape: shapely.Geometry) -> shapely.Geometry:
    """Return polygons as one MultiPolygon."""
    return (
        shape
        if shape.geom_type == "MultiPolygon"
        else shapely.multipolygons(shapely.get_parts(shape))
    )


def polygons_of(outlines: list[Outline]) -> list[shapely.Geometry]:
    """Turn outlines into a MultiPolygon each, empty where there is none."""
    points, rings, polygons = zip(*outlines, strict=True)
    offsets = (_joined(rings), _joined(polygons), np.cumsum([0, *(len(p) - 1 for p in polygons)]))
    kind = shapely.GeometryType.MULTIPOLYGON
    return list(shapely.from_ragged_array(kind, np.concatenate(points), offsets))


def _joined(starts: Sequence[Ints]) -> Ints:
    """Put tables of starts, each ending with its total, one behind the other."""
    totals = np.cumsum([0, *(part[-1] for part in starts)])
    parts = [part[:-1] + total for part, total in zip(starts, totals[:-1], strict=True)]
    return np.concatenate([*parts, totals[-1:]])
