"""What people find their way by, and which stations each unit has in reach: by hand."""

from __future__ import annotations

import json
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
from shapely.geometry import LineString, Point, box

from planner.coverage.judged_units import LISTED_IN_REACH, list_in_reach
from planner.run.layers import build_landmark_layer
from planner.travel.minutes import ReachedPairs

UTM = "EPSG:32651"


def layer(shapes, **columns):
    """A layer in metres."""
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=UTM)


def found(**layers):
    """Return name, kind and size of the landmarks of an extract of 10 km round its corner."""
    none = {"places": ["place", "name"], "amenities": ["use", "name"],
            "backdrop": ["kind", "name"], "barriers": ["kind", "name"]}  # fmt: skip
    osm = {
        name: layers.get(name, layer([], **{column: [] for column in columns}))
        for name, columns in none.items()
    }
    area = SimpleNamespace(crs=layer([]).crs, with_ring=box(0, 0, 10_000, 10_000))
    made = build_landmark_layer(SimpleNamespace(osm=SimpleNamespace(**osm)), area)
    assert (made.geom_type == "Point").all()
    return list(zip(made["name"], made["kind"], made["size_m"].round(), strict=True))


def test_metro_villages_parks_and_water_with_a_name_are_landmarks():
    landmarks = found(
        amenities=layer(
            [Point(1, 1), Point(2, 2)], use=["metro_station", "bank"], name=["一", "二"]
        ),
        places=layer(
            [Point(5, 5), Point(99_999, 5)], place=["village", "village"], name=["李", "远"]
        ),
        backdrop=layer(
            [box(0, 0, 100, 100), box(0, 0, 300, 300), box(0, 0, 50, 50)],
            kind=["green", "water", "green"], name=["园", "湖", " "],
        ),
        barriers=layer([LineString([(0, 0), (9, 9)]), box(500, 0, 700, 200)],
                       kind=["water", "water"], name=["河", "塘"]),
    )  # fmt: skip
    assert landmarks == [
        ("一", "metro", 0), ("李", "village", 0), ("园", "park", 100), ("湖", "water", 300),
        ("塘", "water", 200),
    ]  # fmt: skip


def test_of_namesakes_side_by_side_the_largest_stays():
    places = [Point(0, 0), Point(500, 0), Point(2_000, 0)]
    stations = layer(places, use=["metro_station"] * 3, name=["人民广场"] * 3)
    assert len(found(amenities=stations)) == 2  # 500 m apart they are one, 2,000 m apart two
    lakes = layer([box(0, 0, 10, 10), box(20, 0, 60, 40)], kind=["water"] * 2, name=["湖"] * 2)
    assert found(backdrop=lakes) == [("湖", "water", 40)]


def test_stations_in_reach_are_listed_nearest_first():
    #  unit 0: station b at 4 minutes, a at 9; unit 1: nothing; unit 2: a and b at the same time
    pairs = ReachedPairs(
        np.array([0, 0, 1, 1]), np.array([0, 2, 0, 2]), np.array([9.0, 5.0, 4.0, 5.0]), (2, 3)
    )
    assert list_in_reach(pairs, ["a", 'b";']) == ['["b\\";", "a"]', "[]", '["a", "b\\";"]']


def test_only_the_nearest_are_listed():
    n = LISTED_IN_REACH + 3
    pairs = ReachedPairs(
        np.arange(n), np.zeros(n, np.int64), np.arange(n, 0, -1, dtype=float), (n, 1)
    )
    listed = json.loads(list_in_reach(pairs, [str(at) for at in range(n)])[0])
    assert listed == [str(at) for at in range(n - 1, 2, -1)]
    assert len(listed) == LISTED_IN_REACH
