"""Part: how far isochrones are from the exact field of tests/judge/walks.py, at sample points.

Beside our outlines, where we may be wrong by a little, samples lie every 10 m, else every 40 m:
each stands for the square round it. The reference asks every sample from door to door past walls,
in plain Python: on a grid of 5 m that takes three quarters of an hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from benchmarks.cities import City
from benchmarks.isochrones import CUTOFFS, bands_of, canvas_of
from benchmarks.peers import Recipe, circle, osmnx_graph
from benchmarks.table import Row, at_least, at_most
from planner.travel.streets import ADULT
from tests.judge.city import load_city
from tests.judge.shapes import minutes_at
from tests.judge.walks import Reference

PART = "accuracy"
OURS = "ours"
#: Of the grid of a picture, metres.
STEP_M = 5.0
#: Samples within BESIDE_M of our outlines lie FINE_M apart, others COARSE_M; metres.
FINE_M, COARSE_M, BESIDE_M = 10.0, 40.0, 10.0


@cache
def reference_of(city: City) -> Reference:
    """Return the independent reference, which reads the extract with its walls on its own."""
    judged = load_city(city.osm, city.crs)
    return judged.judge(ADULT.speed_kmh, city.rules.limit_m, city.rules.detour)


def exact_field(
    reference: Reference, facility: NDArray[np.float64], bounds: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return sample points every 5 m in a box and their exact minutes: xs, ys, minutes."""
    low = facility + (np.floor((bounds[:2] - facility) / STEP_M) + 0.5) * STEP_M
    xs, ys = np.meshgrid(
        np.arange(low[0], bounds[2] + STEP_M, STEP_M), np.arange(low[1], bounds[3] + STEP_M, STEP_M)
    )
    minutes = minutes_at(reference, facility, xs, ys, CUTOFFS[-1]).reshape(xs.shape)
    return xs, ys, minutes


def choose_samples(
    facility: NDArray[np.float64], bounds: NDArray[np.float64], outlines: list[shapely.Geometry]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Choose sample points (n, 2) in a box, and the m² that each stands for.

    outlines : close to these samples lie densely.
    """
    low = facility + np.floor((bounds[:2] - facility) / COARSE_M) * COARSE_M
    counts = np.ceil((bounds[2:] - low) / COARSE_M).astype(int)
    squares = low + COARSE_M * np.argwhere(np.ones(counts, dtype=bool))
    lines = shapely.union_all([shapely.boundary(outline) for outline in outlines])
    shapely.prepare(lines)
    boxes = shapely.box(*squares.T, *(squares + COARSE_M).T)
    beside = shapely.dwithin(lines, boxes, BESIDE_M)
    steps = (np.arange(int(COARSE_M // FINE_M)) + 0.5) * FINE_M
    fine = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    dense = (squares[beside][:, None] + fine).reshape(-1, 2)
    sparse = squares[~beside] + COARSE_M / 2
    areas = np.repeat([FINE_M**2, COARSE_M**2], [len(dense), len(sparse)])
    return np.concatenate([dense, sparse]), areas


def compare(
    reference: Reference,
    facility: NDArray[np.float64],
    shapes: Mapping[tuple[str, float], shapely.Geometry],
) -> pd.DataFrame:
    """Compare shapes (name, cutoff -> polygon) of one centre with the exact set.

    Returns
    -------
    DataFrame
        shape, cutoff, iou, wrongly_inside (share of the polygon), missed (share of the exact set).
    """
    reach = reference.speed * CUTOFFS[-1] + STEP_M
    boxes = [[*(facility - reach), *(facility + reach)]]
    boxes += [shape.bounds for shape in shapes.values() if not shape.is_empty]
    corners = np.array(boxes)
    bounds = np.concatenate([corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)])
    own = [shape for (name, _), shape in shapes.items() if name == OURS]
    xy, areas = choose_samples(facility, bounds, own)
    minutes = minutes_at(reference, facility, *xy.T, CUTOFFS[-1])
    rows = []
    for (name, cutoff), shape in shapes.items():
        exact = minutes <= cutoff
        shapely.prepare(shape)
        drawn = shapely.contains_xy(shape, *xy.T)
        both, either = areas[exact & drawn].sum(), areas[exact | drawn].sum()
        rows.append(
            {
                "shape": name,
                "cutoff": cutoff,
                "iou": both / either if either else 1.0,
                "wrongly_inside": areas[drawn & ~exact].sum() / max(areas[drawn].sum(), 1),
                "missed": areas[exact & ~drawn].sum() / max(areas[exact].sum(), 1),
            }
        )
    return pd.DataFrame(rows)


def peer_shapes(
    recipe: Recipe, facility: NDArray[np.float64], cutoff: float
) -> dict[tuple[str, float], shapely.Geometry]:
    """Draw what others draw round one centre."""
    return {
        ("convex hull of the nodes reached", cutoff): recipe.hull(facility, cutoff),
        ("OSMnx recipe, buffered edges", cutoff): recipe.edges_polygon(facility, cutoff),
        ("circle", cutoff): circle(facility, cutoff),
    }


def measure(cities: list[tuple[City, int]], *, peers_every: int = 3) -> list[Row]:
    """Judge every n-th centre in file order (city, n); peers at some of them."""
    tables, drawn, faults = [], 0, 0
    for city, every in cities:
        points = city.facility_points()
        bands = bands_of(canvas_of(city), city, points)
        drawn += len(bands)
        faults += sum(_is_faulty(shapes) for shapes in bands)
        reference, recipe = reference_of(city), Recipe(osmnx_graph(city))
        for count, k in enumerate(range(0, len(points), every)):
            shapes = {(OURS, c): band for c, band in zip(CUTOFFS, bands[k], strict=True)}
            if count % peers_every == 0:
                shapes |= peer_shapes(recipe, points[k], CUTOFFS[-1])
            tables.append(compare(reference, points[k], shapes).assign(city=city.name))
    return [*_own_rows(pd.concat(tables)), _whole(drawn, faults), *_peer_rows(pd.concat(tables))]


def _is_faulty(bands: list[shapely.Geometry]) -> bool:
    """Tell whether a band is invalid or leaves a longer one."""
    nested = all(shapely.covers(longer, shorter) for shorter, longer in pairwise(bands))
    return not (nested and shapely.is_valid(bands).all())


def _whole(drawn: int, faults: int) -> Row:
    what = f"bands nested and polygons valid, all {drawn} centres"
    return Row(PART, what, f"{drawn - faults} of {drawn}", "every one", bool(faults == 0))


def _own_rows(table: pd.DataFrame) -> list[Row]:
    ours = table[table["shape"] == OURS]
    by_cutoff = dict(iter(ours.groupby("cutoff")))
    last, first = by_cutoff[CUTOFFS[-1]], by_cutoff[CUTOFFS[0]]
    n = f"{len(last)} centres"
    sixth = last[last["city"] == last["city"].iloc[0]]
    city = sixth["city"].iloc[0]
    return [
        at_least(PART, f"IoU at 15 min, median of {n}", last["iou"].median(), 0.99, "{:.4f}"),
        at_least(PART, f"IoU at 15 min, worst of {n}", last["iou"].min(), 0.98, "{:.4f}"),
        at_least(PART, f"IoU at 15 min, worst of {len(sixth)} of {city}", sixth["iou"].min(), 0.97,
                 "{:.4f}"),
        at_most(PART, "wrongly inside at 15 min, worst", 100 * last["wrongly_inside"].max(), 0.5,
                "{:.2f} %"),
        at_least(PART, "IoU at 5 min, median", first["iou"].median(), 0.98, "{:.4f}"),
    ]  # fmt: skip


def _peer_rows(table: pd.DataFrame) -> list[Row]:
    rows = []
    peers = table[table["shape"] != OURS]
    for name, part in peers.groupby("shape", sort=False):
        iou, outside = part["iou"].median(), 100 * part["wrongly_inside"].median()
        what = f"{name} at 15 min, median of {len(part)} centres"
        rows.append(Row(PART, what, f"IoU {iou:.2f}, {outside:.1f} % wrongly inside"))
    return rows
