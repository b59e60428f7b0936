"""Layers that a run draws beside its verdicts: isochrones, areas, water and green, landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.network.study_area import StudyArea
from planner.sources.inputs import Inputs
from planner.sources.osm.amenity_reader import METRO
from planner.stages import Stages
from planner.travel.canvas import Canvas
from planner.travel.isochrones import draw_isochrones
from planner.travel.simplified_isochrones import simplify_isochrones

#: Landmarks of one name and kind within this distance of each other are one.
NAMESAKES_APART_M: Final = 800.0


def build_isochrone_layer(
    canvas: Canvas, counting: gpd.GeoDataFrame, cutoffs: Sequence[float], stages: Stages
) -> gpd.GeoDataFrame:
    """Draw the union of all facilities, then each of them with fewer corners; metric CRS.

    Parameters
    ----------
    canvas
        Of the streets prepared for the plan's profile.
    counting
        The facilities that count: facility_id, open_to_outsiders and Points.
    cutoffs
        Ascending minutes.
    stages
        Told of every facility done.
    """
    named = counting.set_index("facility_id")

    def report(done: int) -> None:
        """Say what share of the drawing is done."""
        stages.report("isochrones", done / (len(named) + 1))

    def draw(together: bool) -> gpd.GeoDataFrame:
        """Draw one union or every single one."""
        # Which facilities join no street the run tells itself, and the layer of facilities.
        drawn = draw_isochrones(
            canvas,
            named,
            np.asarray(cutoffs, dtype=np.float64),
            closed=~counting["open_to_outsiders"].to_numpy(dtype=bool),
            together=together,
            # The union of all counts as one more, which is not told: it may end before the others.
            progress=None if together else report,
        )
        return drawn.drop(columns="joined")

    with ThreadPoolExecutor(2) as pool:  # the union keeps one core busy for a third of the time
        union, single = pool.map(draw, (True, False))
    return gpd.GeoDataFrame(pd.concat([union, simplify_isochrones(single)], ignore_index=True))


def build_area_layer(area: StudyArea, title: str) -> gpd.GeoDataFrame:
    """Return the towns, or the whole area where the plan names none: name, tier, polygons."""
    if area.towns is not None:
        return area.towns[["name", "tier", "geometry"]]
    return gpd.GeoDataFrame({"name": [title], "tier": [""]}, geometry=[area.polygon], crs=area.crs)


def build_backdrop_layer(inputs: Inputs, area: StudyArea) -> gpd.GeoDataFrame:
    """Return water and green in and around the area: kind, polygons."""
    layer = inputs.osm.backdrop.to_crs(area.crs)
    near = shapely.intersects(area.with_ring, layer.geometry.to_numpy())
    return layer[np.asarray(near, dtype=bool)][["kind", "geometry"]].reset_index(drop=True)


def build_landmark_layer(inputs: Inputs, area: StudyArea) -> gpd.GeoDataFrame:
    """Return what people find their way by, in and around the area: name, kind, size_m, points.

    kind : metro, water, park, or the value of the tag `place` (village, suburb ...); size_m : side
    of a square as large, 0 for what has no area.
    """
    osm = inputs.osm
    named_water = osm.barriers[osm.barriers["kind"] == "water"]
    parts = [
        osm.amenities[osm.amenities["use"] == METRO].assign(kind="metro"),
        osm.places.assign(kind=osm.places["place"]),
        osm.backdrop.assign(kind=osm.backdrop["kind"].replace({"green": "park"})),
        named_water[shapely.get_dimensions(named_water.geometry.to_numpy()) == 2],
    ]
    found = gpd.GeoDataFrame(
        pd.concat([part[["name", "kind", "geometry"]] for part in parts], ignore_index=True)
    )
    found = found[found["name"].astype(str).str.strip() != ""].to_crs(area.crs)
    shapes = found.geometry.to_numpy()
    near = np.asarray(shapely.intersects(area.with_ring, shapes), dtype=bool)
    found = found.assign(
        size_m=np.sqrt(shapely.area(shapes)), geometry=shapely.point_on_surface(shapes)
    )[near]
    return _drop_namesakes(found).reset_index(drop=True)


def _drop_namesakes(landmarks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the largest of those of one name and kind that stand together.

    A station of three lines is mapped three times, and a lake as water and as a barrier.
    """
    ranked = landmarks.sort_values("size_m", ascending=False, kind="stable")
    kept: dict[tuple[str, str], list[shapely.Point]] = {}
    rows = []
    for row, name, kind, place in zip(
        ranked.index, ranked["name"], ranked["kind"], ranked.geometry, strict=True
    ):
        known = kept.setdefault((name, kind), [])
        if all(place.distance(other) > NAMESAKES_APART_M for other in known):
            known.append(place)
            rows.append(row)
    return landmarks.loc[sorted(rows)]
