"""The study area: its polygon, its guard ring, its towns, and how far the data reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84, metric_crs_at
from planner.errors import SourceError
from planner.profiles import WalkProfile
from planner.sources.inputs import Inputs

#: The guard ring is at least this wide: without it every border looks like a gap.
MIN_RING_M: Final = 1_500.0
#: Towns may overlap, or leave the area, by this share of their land: outlines are never exact.
DRAWING_TOLERANCE: Final = 0.01


@dataclass(frozen=True)
class StudyArea:
    """Where people are counted, and the ring around it that streets and facilities come from.

    polygon, with_ring, data : metric CRS; with_ring_wgs84 : EPSG:4326.
    data : the land whose streets are known; nobody beyond reach of it can be judged.
    towns : name, tier, polygons in the metric CRS, or None.
    ring_m : width of the ring, metres; 0 without one.
    hull_as_extent : the extract does not say how far it reaches, so `data` is a hull.
    """

    crs: CRS
    polygon: BaseGeometry
    with_ring: BaseGeometry
    with_ring_wgs84: BaseGeometry
    data: BaseGeometry
    towns: gpd.GeoDataFrame | None
    ring_m: float
    hull_as_extent: bool

    @property
    def called(self) -> str:
        """What the area is called in messages."""
        return "the area and its ring" if self.ring_m else "the area of the streets"

    @property
    def town_names(self) -> list[str]:
        """Names of the towns in their order; none where the plan names none."""
        return [] if self.towns is None else self.towns["name"].tolist()


def study_area(inputs: Inputs, profile: WalkProfile) -> StudyArea:
    """Work out the study area of a plan.

    Without a boundary it is the convex hull of the street nodes, with no ring.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    profile
        Of the plan; how far it walks in the last cutoff sets the width of the ring.

    Raises
    ------
    SourceError
        If the streets lie elsewhere than the boundary, or towns overlap or leave the area.
    """
    ways = inputs.osm.ways
    hull_wgs84 = shapely.convex_hull(shapely.multipoints(ways.lonlat))
    start = inputs.boundary if inputs.boundary is not None else hull_wgs84
    crs = metric_crs_at(start.centroid.x, start.centroid.y)
    hull = shapely.convex_hull(_to_metric(shapely.multipoints(ways.lonlat), crs))
    extent = inputs.osm.bounds
    data = hull if extent is None else _to_metric(shapely.segmentize(extent, 0.05), crs)
    if inputs.boundary is None:
        polygon, ring_m = hull, 0.0
    else:
        if not shapely.intersects(inputs.boundary, hull_wgs84):
            raise SourceError(
                f"{inputs.plan.network.osm}: its streets lie outside the boundary of the plan; "
                "check that extract and boundary show the same city and both are in EPSG:4326"
            )
        polygon = _to_metric(inputs.boundary, crs)
        longest = profile.speed_m_per_min * inputs.plan.service.cutoffs_minutes[-1]
        ring_m = max(MIN_RING_M, longest)
    # Arcs of many pieces: with shapely's own 8 a quarter, the ring is 7 m short round corners.
    with_ring = shapely.buffer(polygon, ring_m, quad_segs=64) if ring_m else polygon
    towns = None if inputs.towns is None else inputs.towns.to_crs(crs)
    if towns is not None:
        _check_towns(towns, polygon, str(inputs.plan.area.towns) if inputs.plan.area else "")
    return StudyArea(
        crs=crs,
        polygon=polygon,
        with_ring=with_ring,
        with_ring_wgs84=gpd.GeoSeries([with_ring], crs=crs).to_crs(WGS84).iloc[0],
        data=data,
        towns=towns,
        ring_m=ring_m,
        hull_as_extent=extent is None,
    )


def _check_towns(towns: gpd.GeoDataFrame, polygon: BaseGeometry, file: str) -> None:
    """Refuse towns that overlap or leave the area by more than careless drawing explains."""
    shapes, names = towns.geometry.to_numpy(), towns["name"].tolist()
    size = shapely.area(shapes)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(first, second, strict=True):
        if a < b:
            shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
            if shared > DRAWING_TOLERANCE * min(size[a], size[b]):
                raise SourceError(
                    f"{file}: {names[a]} and {names[b]} overlap by {shared / 1e6:.2f} km²; "
                    "draw a border that both share"
                )
    outside = shapely.area(shapely.difference(shapes, polygon))
    for name, beyond, whole in zip(names, outside, size, strict=True):
        if beyond > DRAWING_TOLERANCE * whole:
            raise SourceError(
                f"{file}: {beyond / 1e6:.2f} km² of {name} lie outside the boundary of the area; "
                "correct the town or the boundary"
            )


def _to_metric(shape: BaseGeometry, crs: CRS) -> BaseGeometry:
    """Bring a shape from EPSG:4326 into the metric CRS."""
    return gpd.GeoSeries([shape], crs=WGS84).to_crs(crs).iloc[0]
