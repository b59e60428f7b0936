"""The study area: its polygon, its guard ring, its towns, and how far the data reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs import project, unproject
from planner.crs.array_types import Floats
from planner.crs.frame import (
    RIM_M,
    Bounds,
    choose_frame,
    cut_to,
    find_bounds,
    find_west_end,
    holds,
    measure_stretch,
    move_shape_to_sheet,
    move_to_sheet,
    shape_to_metric,
    wrap_longitude,
)
from planner.errors import SourceError
from planner.network.extent import Extent, find_extent
from planner.plan import EVERYWHERE, Plan
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import find_reach_pace
from planner.showing import Brief
from planner.sources.inputs import Inputs

#: The guard ring is at least this wide: without it every border looks like a gap.
MIN_RING_M: Final = 1_500.0
#: What is stated of the streets: they are known inside the polygons of the plan.
POLYGONS: Final = "polygons"
#: Towns may overlap, or leave the area, by this share of their land: outlines are never exact.
DRAWING_TOLERANCE: Final = 0.01
#: Streets are fetched for so much more than area and ring.
_MARGIN_M: Final = 50.0
#: The box that is fetched is rounded to parts of a degree: outlines that differ by metres have one.
_GRID: Final = 1000.0
#: Farther than this from the area, whatever the data hold or lack changes no result.
_FAR_DEG: Final = 1.0


@dataclass(frozen=True)
class StudyArea(Brief):
    """Where people are counted, and the ring around it that streets and facilities come from.

    polygon, with_ring, data : metric CRS.
    data : the land whose streets are known, None: everywhere; a reach that leaves it leaves what
        can be judged.
    complete : the plan says that no station is missing, so that beyond this land there is none
        that is not known; known : of which land it says so of the streets, "everywhere" or
        "polygons".
    towns : name, tier, polygons in the metric CRS, or None.
    ring_m : width of the ring, metres; 0 without one.
    hull_as_extent : the extract does not say how far it reaches, so `data` is a hull.
    stretch : by which share a walk is at most too long or too short in this CRS.
    notes : what the reader should know of the area, a line each.
    """

    crs: CRS
    polygon: BaseGeometry
    with_ring: BaseGeometry
    data: BaseGeometry | None
    towns: gpd.GeoDataFrame | None
    ring_m: float
    hull_as_extent: bool
    stretch: float = 0.0
    notes: tuple[str, ...] = ()
    complete: bool = False
    known: str | None = None

    @property
    def stated(self) -> bool:
        """Whether the plan states what is known: of the streets, or that no station is missing."""
        return self.known is not None or self.complete

    @property
    def called(self) -> str:
        """What the area is called in messages."""
        return "the area and its ring" if self.ring_m else "the area of the streets"

    @property
    def town_names(self) -> list[str]:
        """Names of the towns in their order; none where the plan names none."""
        return [] if self.towns is None else self.towns["name"].tolist()

    def holds(self, points: gpd.GeoSeries) -> NDArray[np.bool_]:
        """Tell which points (metric CRS) lie in the area itself or on its border."""
        return holds(self.polygon, points.get_coordinates().to_numpy(), RIM_M)

    def reaches(self, lon: float, lat: float) -> bool:
        """Tell whether a place (WGS-84) lies in area or ring."""
        return bool(holds(self.with_ring, project(lon, lat, self.crs), RIM_M)[0])


def find_study_area(inputs: Inputs, profile: WalkProfile) -> StudyArea:
    """Work out the study area of a plan.

    Without a boundary it is the convex hull of the street nodes, with no ring. The
    metric CRS follows the streets in area and ring.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    profile
        Of the plan; how far it walks in the last cutoff sets the width of the ring.

    Raises
    ------
    SourceError
        If the streets lie elsewhere than the boundary, or farther apart than one metric CRS is true
        for, or towns overlap or leave the area.
    """
    ring_m = 0.0 if inputs.boundary is None else find_ring_m(inputs.plan, profile)
    extent = find_extent(inputs.osm.ways, inputs.boundary, ring_m, str(inputs.plan.network.osm))
    crs = choose_frame(extent.lonlat, extent.bounds)
    near = find_far_bounds(extent.bounds)
    return finish_area(inputs, ring_m, extent, crs, find_hull(inputs.osm.ways.lonlat, near, crs))


def finish_area(
    inputs: Inputs, ring_m: float, extent: Extent, crs: CRS, hull: BaseGeometry
) -> StudyArea:
    """Put an area together from where its streets lie.

    Parameters
    ----------
    inputs
        From `load_inputs`; its streets are not looked at.
    extent
        Of `lonlat` only the middle counts.
    crs
        From `choose_frame`.
    hull
        Of the streets, from `find_hull`.

    Raises
    ------
    SourceError
        If towns overlap or leave the area, or nothing is known of it.
    """
    hull = _fatten(hull)
    data = _find_data(inputs, extent, find_far_bounds(extent.bounds), hull, crs)
    polygon = hull if extent.boundary is None else shape_to_metric(extent.boundary, crs)
    # Arcs of many pieces: with shapely's own 8 a quarter, the ring is 7 m short round corners.
    with_ring = shapely.buffer(polygon, ring_m, quad_segs=64) if ring_m else polygon
    towns = None if inputs.towns is None else layer_to_metric(inputs.towns, crs)
    if towns is not None:
        _check_towns(towns, polygon, str(inputs.plan.area.towns) if inputs.plan.area else "")
    return StudyArea(
        crs=crs,
        polygon=polygon,
        with_ring=with_ring,
        data=data,
        towns=towns,
        ring_m=ring_m,
        # What the plan says of it replaces what the extract says.
        hull_as_extent=inputs.osm.bounds is None and _name_known(inputs.plan) is None,
        stretch=measure_stretch(crs, extent.bounds),
        notes=extent.notes,
        complete=inputs.plan.facilities.complete,
        known=_name_known(inputs.plan),
    )


def area_of_network(
    crs: CRS,
    streets: Floats,
    points: Floats,
    *,
    polygon: BaseGeometry | None = None,
    data: BaseGeometry | None = None,
    everywhere: bool = False,
    complete: bool = False,
) -> StudyArea:
    """Return the area of streets without a plan, with no ring and no towns.

    Parameters
    ----------
    crs
        The metric CRS of all that follows.
    streets, points : shapes (k, 2), (n, 2)
        Along the streets, and what is asked about.
    polygon
        Where people are counted; None: wherever a point lies.
    data
        Where the streets are known; None: in their hull, or everywhere.
    everywhere, complete
        What is stated of streets and stations, as by a plan.
    """
    hull = _fatten(shapely.convex_hull(shapely.multipoints(streets)))
    around = shapely.convex_hull(shapely.multipoints(np.concatenate([streets, points])))
    around = shapely.buffer(_fatten(around), RIM_M)
    if data is None and not everywhere:
        data, known = hull, None
    else:
        known = EVERYWHERE if everywhere else POLYGONS
    return StudyArea(
        crs=crs,
        polygon=around if polygon is None else polygon,
        with_ring=around,
        data=data,
        towns=None,
        ring_m=0.0,
        hull_as_extent=known is None,
        complete=complete,
        known=known,
    )


def _fatten(hull: BaseGeometry) -> BaseGeometry:
    """Give a hull of streets in one straight line some width."""
    if shapely.is_empty(shapely.buffer(hull, -RIM_M)):
        return shapely.buffer(hull, RIM_M, cap_style="square", join_style="mitre")
    return hull


def _name_known(plan: Plan) -> str | None:
    """Return of which land the plan says that all streets are known; None: it says nothing.

    Not of which file: the same polygons in another one change no result.
    """
    known = None if plan.area is None else plan.area.known
    return POLYGONS if isinstance(known, Path) else known


def _find_data(
    inputs: Inputs, extent: Extent, near: Bounds, hull: BaseGeometry, crs: CRS
) -> BaseGeometry | None:
    """Return the land whose streets are known, metric CRS; None: everywhere.

    That is what the plan states, else what the extract claims to hold, else the hull of its
    streets.
    """
    if _name_known(inputs.plan) == EVERYWHERE:
        return None
    if inputs.known is not None:
        assert inputs.plan.area is not None  # it names the polygons
        stated = cut_to(inputs.known, near)
        if shapely.is_empty(shapely.intersection(stated, shapely.box(*extent.bounds))):
            raise SourceError(
                f"{inputs.plan.area.known}: its polygons hold nothing of the area; give the land "
                f'around it whose streets are in the extract, or known = "{EVERYWHERE}"'
            )
        return shape_to_metric(stated, crs)
    if inputs.osm.bounds is None:
        return hull
    return shape_to_metric(cut_to(_unwrap_claimed_box(inputs.osm.bounds, extent), near), crs)


def find_ring_m(plan: Plan, profile: WalkProfile) -> float:
    """Return how wide the ring round an area is, metres: as the longest walk that is asked."""
    longest = profile.speed_m_per_min * plan.service.cutoffs_minutes[-1]
    if plan.network.elevation is not None:  # downhill who is slower elsewhere may be the faster
        paces = [find_reach_pace(one, sloped=True) for one in (profile, *plan.judged_profiles)]
        longest = max(paces) * plan.service.cutoffs_minutes[-1]
    return max(MIN_RING_M, longest)


def find_box(boundary: BaseGeometry, ring_m: float) -> Bounds:
    """Return the box round an area and its ring, in degrees, a little wider than a run needs.

    Raises
    ------
    SourceError
        If it crosses 180 degrees of longitude.
    CrsError
        If the area lies near a pole.
    """
    lonlat = shapely.get_coordinates(boundary)
    west = find_west_end(lonlat[:, 0])
    moved = move_shape_to_sheet(boundary, west)
    crs = choose_frame(shapely.get_coordinates(moved))
    # The frame of a run may differ a little: it follows the streets, which are not known yet.
    wide = shapely.buffer(shape_to_metric(moved, crs), ring_m + _MARGIN_M)
    west, south, east, north = find_bounds(unproject(shapely.get_coordinates(wide), crs))
    if east - west > 180:
        raise SourceError(
            "the area with its ring crosses 180 degrees of longitude, where no server and no "
            "extract goes on; cut its streets out by hand (osmium extract)"
        )
    sides = (np.floor(west * _GRID), np.floor(south * _GRID), np.ceil(east * _GRID),
             np.ceil(north * _GRID))  # fmt: skip
    west, south, east, north = (float(side) / _GRID for side in sides)
    return west, south, east, north


def layer_to_metric(layer: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Bring polygons from EPSG:4326 into a metric CRS; their sides are straight in degrees."""
    shapes = shape_to_metric(layer.geometry.to_numpy(), crs)
    return layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=crs))


def find_far_bounds(bounds: Bounds) -> Bounds:
    """Return the bounds outside which data change no result, degrees, round those of an extent."""
    west, south, east, north = bounds
    nearest_pole = min(max(abs(south), abs(north)) + _FAR_DEG, 85.0)
    wide = _FAR_DEG / np.cos(np.radians(nearest_pole))
    return west - wide, south - _FAR_DEG, east + wide, north + _FAR_DEG


def find_hull(lonlat: Floats, near: Bounds, crs: CRS) -> BaseGeometry:
    """Return the convex hull of the street nodes inside some bounds, metric CRS."""
    west, south, east, north = near
    lon, lat = move_to_sheet(lonlat[:, 0], west), lonlat[:, 1]
    inside = (lon <= east) & (lat >= south) & (lat <= north)
    xy = project(lon[inside], lat[inside], crs)
    # The hull of a line through all is the same, and needs no shape for each of them.
    return shapely.convex_hull(shapely.linestrings(xy) if len(xy) > 1 else shapely.multipoints(xy))


def _unwrap_claimed_box(bounds: BaseGeometry, extent: Extent) -> BaseGeometry:
    """Return the box that an extract claims; one that crosses 180 degrees goes on beyond them.

    Its two ends are given in the order of their numbers, so that it seems to go round the Earth.
    """
    west, south, east, north = bounds.bounds
    middle = extent.lonlat[:, 0].mean()
    if east - west > 180 and not west <= wrap_longitude(middle) <= east:
        return shapely.box(east, south, west + 360.0, north)
    return bounds


def check_overlaps(shapes: NDArray[np.object_], names: Sequence[str], file: str) -> None:
    """Refuse polygons that overlap by more than careless drawing explains.

    Parameters
    ----------
    shapes
        In a metric CRS.
    names, file
        Of the polygons and where they stand, for the message.

    Raises
    ------
    SourceError
        Naming the first two that do.
    """
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


def _check_towns(towns: gpd.GeoDataFrame, polygon: BaseGeometry, file: str) -> None:
    """Refuse towns that overlap or leave the area by more than careless drawing explains."""
    shapes, names = towns.geometry.to_numpy(), towns["name"].tolist()
    check_overlaps(shapes, names, file)
    size = shapely.area(shapes)
    outside = shapely.area(shapely.difference(shapes, polygon))
    for name, beyond, whole in zip(names, outside, size, strict=True):
        if beyond > DRAWING_TOLERANCE * whole:
            raise SourceError(
                f"{file}: {beyond / 1e6:.2f} km² of {name} lie outside the boundary of the area; "
                "correct the town or the boundary"
            )
