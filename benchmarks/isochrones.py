"""Part: three bands of one centre, polygons included, beside the OSMnx recipe."""

from __future__ import annotations

import statistics

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.cities import City
from benchmarks.measure import race
from benchmarks.peers import Recipe, osmnx_graph
from benchmarks.table import Row, at_least, at_most, duration
from planner.travel.canvas import Canvas, prepare_canvas
from planner.travel.isochrones import isochrones
from planner.travel.streets import prepare_streets

PART = "isochrones"
CUTOFFS = (5.0, 10.0, 15.0)


def canvas_of(city: City) -> Canvas:
    """Prepare what all isochrones of a city read."""
    return prepare_canvas(prepare_streets(city.network, access=city.rules))


def bands_of(
    canvas: Canvas, city: City, points: NDArray[np.float64]
) -> list[list[shapely.Geometry]]:
    """Draw our three bands round each point."""
    table = isochrones(canvas, as_layer(city, points), cutoffs_minutes=CUTOFFS)
    polygons = table.geometry.to_numpy()
    return [list(polygons[k : k + len(CUTOFFS)]) for k in range(0, len(polygons), len(CUTOFFS))]


def as_layer(city: City, points: NDArray[np.float64]) -> gpd.GeoDataFrame:
    """Make a layer of points in the city's metric CRS."""
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points.T), crs=city.crs)


def measure(city: City, turns: int, peer_centres: int) -> list[Row]:
    """Time us at 20 centres and the recipe at a few of them, in turn."""
    points = city.facility_points()
    centres = points[:: max(len(points) // 20, 1)][:20]
    canvas = canvas_of(city)
    recipe = Recipe(osmnx_graph(city))
    layers = [as_layer(city, centre[None]) for centre in centres]
    own, peer = [], []
    bands_of(canvas, city, centres[:1])
    for number, (centre, layer) in enumerate(zip(centres, layers, strict=True)):
        contestants = {
            "ours": lambda layer=layer: isochrones(canvas, layer, cutoffs_minutes=CUTOFFS),
            "recipe": lambda centre=centre: [recipe.edges_polygon(centre, m) for m in CUTOFFS],
        }
        timings = race(contestants, {"ours": turns, "recipe": int(number < peer_centres)})
        own.append(timings["ours"].median)
        if number < peer_centres:
            peer.append(timings["recipe"].median)
    ours, theirs = statistics.median(own), statistics.median(peer)
    what = f"three bands of one centre, polygons included ({len(centres)} centres)"
    versus = f"OSMnx recipe, buffered edges: {duration(theirs)} a centre"
    return [
        at_most(PART, what, 1000 * ours, 3.0, "{:.1f} ms"),
        at_least(PART, versus, statistics.median(peer) / statistics.median(own[: len(peer)]), 50.0,
                 "{:.0f} x"),
        _together(canvas, city, points),
    ]  # fmt: skip


def _together(canvas: Canvas, city: City, points: NDArray[np.float64]) -> Row:
    """Time all centres in one call."""
    timing = race({"ours": lambda: bands_of(canvas, city, points)}, {"ours": 3})["ours"]
    each_ms = 1000 * timing.median / len(points)
    return Row(PART, f"all {len(points)} centres in one call, each", f"{each_ms:.1f} ms")
