"""Polygons of the outlines that were traced."""

from __future__ import annotations

import shapely

from planner.travel.compiled.outlines import Outlines


def to_multipolygon(shape: shapely.Geometry) -> shapely.Geometry:
    """Return polygons as one MultiPolygon."""
    return (
        shape
        if shape.geom_type == "MultiPolygon"
        else shapely.multipolygons(shapely.get_parts(shape))
    )


def polygons_of(outlines: Outlines) -> list[shapely.Geometry]:
    """Turn outlines into a MultiPolygon for each band, empty where there is none."""
    kind = shapely.GeometryType.MULTIPOLYGON
    offsets = (outlines.rings, outlines.polygons, outlines.bands)
    return list(shapely.from_ragged_array(kind, outlines.points, offsets))
