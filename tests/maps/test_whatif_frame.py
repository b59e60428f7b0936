"""Degrees to metres and back in the page, beside PROJ; what lies in an area; exact sums."""

from __future__ import annotations

import random

import numpy as np
import pyproj
import pytest
import shapely

from planner.coverage.edge import measure_detours
from planner.coverage.exact import exact_sum
from tests.maps.whatif_node import in_engine

#: UTM in both hemispheres and beside 180 degrees, and frames of the planner's own.
FRAMES = {
    "EPSG:32651": {"lon0": 123, "k0": 0.9996, "x0": 500000, "y0": 0},
    "EPSG:32722": {"lon0": -51, "k0": 0.9996, "x0": 500000, "y0": 10_000_000},
    "EPSG:32760": {"lon0": 177, "k0": 0.9996, "x0": 500000, "y0": 10_000_000},
    "+proj=tmerc +lat_0=31.4 +lon_0=121.4 +datum=WGS84 +units=m":
        {"lon0": 121.4, "lat0": 31.4, "k0": 1, "x0": 0, "y0": 0},
}  # fmt: skip


@pytest.mark.parametrize("crs", FRAMES)
def test_a_place_lies_where_proj_puts_it_to_a_micrometre(crs):
    rng = np.random.default_rng(1)
    lon = FRAMES[crs]["lon0"] + rng.uniform(-4, 4, 300)
    lat = rng.uniform(-80, 84, 300)
    to_metric = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    xy = np.column_stack(to_metric.transform(lon, lat))
    there, back = in_engine(
        "((frame) => [lonlat.map((at) => frame.toMetric(...at)),"
        " xy.map((at) => frame.toDegrees(...at))])(new frame.Frame(given))",
        given=FRAMES[crs], lonlat=np.column_stack([lon, lat]).tolist(), xy=xy.tolist(),
    )  # fmt: skip
    assert np.abs(np.array(there) - xy).max() <= 1e-6
    degrees = np.column_stack(to_metric.transform(*xy.T, direction="INVERSE"))
    off = np.abs(np.array(back) - degrees)
    assert np.minimum(off, np.abs(off - 360)).max() <= 1e-12


def test_what_lies_in_an_area_and_how_near_its_edge_is():
    """A square with a hole, 1 m of rim; ways over its edge as Python measures them."""
    shape = shapely.Polygon(
        [(0, 0), (100, 0), (100, 100), (0, 100)], [[(40, 40), (60, 40), (60, 60), (40, 60)]]
    )
    rng = np.random.default_rng(2)
    xy = rng.uniform(-5, 105, (400, 2))
    rings = [np.asarray(ring.coords) for ring in (shape.exterior, *shape.interiors)]
    ends = np.vstack([np.hstack([ring[:-1], ring[1:]]) for ring in rings])
    holds, metres, detours = in_engine(
        "((land) => [xy.map(([x, y]) => land.holds(x, y, 1)),"
        " xy.map(([x, y]) => land.metresTo(x, y)),"
        " xy.map(([x, y], i) => land.detour(4 * (i % 8), x, y, ...xy[(i + 1) % xy.length]))]"
        ")(new land.Land(ends))",
        ends=ends.ravel().tolist(), xy=xy.tolist(),
    )  # fmt: skip
    points = shapely.points(xy)
    assert holds == (shapely.distance(shape, points) <= 1).tolist()
    assert metres == pytest.approx(shapely.distance(shape.boundary, points).tolist(), abs=1e-9)
    wanted = measure_detours(xy, np.roll(xy, -1, axis=0), ends[np.arange(len(xy)) % 8])
    assert detours == pytest.approx(wanted.tolist(), abs=1e-9)


def test_people_add_up_exactly():
    rng = random.Random(3)
    lists = [[0.1, 0.7], [], [1e15, 0.1, -1e15], [0.1] * 10, [1 / 3] * 7, [1e16, 1, -1e16]]
    lists += [[rng.uniform(0, 10**k) for _ in range(50)] for k in (1, 3, 9)]
    lists += [[round(rng.uniform(0, 1e4), k) for _ in range(50)] for k in range(4)]
    assert in_engine("lists.map(sums.exactSum)", lists=lists) == [exact_sum(one) for one in lists]


def test_people_are_counted_by_kind_and_town():
    found = in_engine(
        "((of) => of.count([0.1, 0.7, 3, 4, 5], [0, 0, 1, 2, 0]))(new figures.Figures("
        "{kind: [0, 0, 0, 1, 0], town: [0, 0, 1, 1, -1], kinds: ['a', 'b'], towns: ['s', 't']}))"
    )

    def row(people, covered, gap, unknown):
        return {"people": people, "covered": covered, "gap": gap, "unknown": unknown}

    assert found == {
        "a": {"all": row(8.8, 5.8, 3, 0), "s": row(0.8, 0.8, 0, 0), "t": row(3, 0, 3, 0)},
        "b": {"all": row(4, 0, 0, 4), "s": row(0, 0, 0, 0), "t": row(4, 0, 0, 4)},
    }
