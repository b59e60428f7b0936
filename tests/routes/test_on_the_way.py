"""Toilets and rest along a walk: within 60 m of it, by use, then in the order they come in."""

import geopandas as gpd
import shapely

from planner.routes.on_the_way import find_on_the_way


def amenities(*rows: tuple[str, str, float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"use": [row[0] for row in rows], "name": [row[1] for row in rows]},
        geometry=[shapely.Point(x, y) for *_, x, y in rows],
        crs=32651,
    )


WALK = [shapely.LineString([(0, 0), (500, 0)]), shapely.LineString([(500, 0), (500, 300)])]


def test_what_lies_along_a_walk():
    places = amenities(
        ("bench", "", 510, 200),
        ("bench", "", 100, -60),
        ("toilets", "North", 540, 250),
        ("toilets", "", 300, 61),  # a metre too far
        ("library", "", 100, 0),
        ("shelter", "", 0, 0),
    )
    found = [(use, name, metres) for use, name, metres, _ in find_on_the_way(WALK, places)]
    assert found == [
        ("toilets", "North", 40.0), ("bench", "", 60.0), ("bench", "", 10.0), ("shelter", "", 0.0)
    ]  # fmt: skip


def test_a_map_without_any_and_a_route_without_walks():
    assert find_on_the_way(WALK, amenities(("library", "", 0, 0))) == []
    assert find_on_the_way([], amenities(("bench", "", 0, 0))) == []
