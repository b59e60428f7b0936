"""Layers that a run draws beside its verdicts: isochrones, areas, water and green."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.network.study_area import StudyArea
from planner.sources.inputs import Inputs
from planner.stages import Stages
from planner.travel.canvas import Canvas
from planner.travel.isochrones import isochrones


def build_isochrone_layer(
    canvas: Canvas, counting: gpd.GeoDataFrame, cutoffs: Sequence[float], stages: Stages
) -> gpd.GeoDataFrame:
    """Draw the union of all facilities, then each of them; metric CRS.

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
        return isochrones(
            canvas,
            named,
            cutoffs_minutes=cutoffs,
            closed=~counting["open_to_outsiders"].to_numpy(dtype=bool),
            together=together,
            # The union of all counts as one more, which is not told: it may end before the others.
            progress=None if together else report,
        )

    with ThreadPoolExecutor(2) as pool:  # the union keeps one core busy for a third of the time
        parts = list(pool.map(draw, (True, False)))
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True))


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
