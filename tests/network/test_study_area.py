"""The study area, its ring, and how far the data reach."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import box

from planner import run_plan
from planner.errors import SourceError
from planner.network.study_area import find_study_area
from planner.plan.profiles import PROFILES, WalkProfile
from tests.cities.drawing import FRAME, Drawing
from tests.cities.small_plan import inputs_of, lonlat

TABLE = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
HOMES = {"homes.csv": [("a", 10, 0, 10)]}
ADULT = PROFILES["adult"]


def area_of(folder, profile=ADULT, **options):
    return find_study_area(inputs_of(folder, TABLE, tables=HOMES, **options), profile)


def drawn(area, shape):
    """Return a polygon of the area in the metres of the drawing."""
    return gpd.GeoSeries([shape], crs=area.crs).to_crs(FRAME).iloc[0]


def test_without_area_it_is_the_hull_of_the_streets_and_has_no_ring(tmp_path):
    area = area_of(tmp_path)
    # the diamond round a street of 4,000 m and one of 2,000 m: half of 4,000 x 2,000
    assert drawn(area, area.polygon).area == pytest.approx(4e6, rel=1e-5)
    assert area.ring_m == 0
    assert area.with_ring is area.polygon
    assert area.data.equals(area.polygon)  # the extract does not say how far it reaches
    assert area.hull_as_extent
    assert area.towns is None
    assert area.crs.to_epsg() == 32651


def test_the_extent_of_the_extract_is_the_edge_of_the_data(tmp_path):
    area = area_of(tmp_path, bounds=box(-3000, -2000, 3000, 2000))
    assert not area.hull_as_extent
    assert drawn(area, area.polygon).area == pytest.approx(4e6, rel=1e-5)  # still the hull
    found = drawn(area, area.data)
    assert found.contains(box(-2990, -1990, 2990, 1990))
    assert box(-3010, -2010, 3010, 2010).contains(found)


def test_the_ring_is_as_wide_as_the_longest_walk_and_at_least_1500_metres(tmp_path):
    inner = box(-500, -500, 500, 500)
    area = area_of(tmp_path, area=inner)
    assert area.ring_m == 1500  # adults walk 1,000 m in 15 minutes
    ring = drawn(area, area.with_ring)
    assert ring.bounds == pytest.approx((-2000, -2000, 2000, 2000), abs=2)
    assert ring.area == pytest.approx(1e6 + 4 * 1000 * 1500 + np.pi * 1500**2, rel=5e-4)
    assert drawn(area, area.polygon).symmetric_difference(inner).area < 10
    assert area.reaches(*lonlat(0, 1999))
    assert not area.reaches(*lonlat(0, 2010))
    runner = WalkProfile("runner", 12.0)  # 3 km in 15 minutes
    assert area_of(tmp_path, profile=runner, area=inner).ring_m == 3000
    assert area_of(tmp_path, area=inner, service="cutoffs_minutes = [5, 45]").ring_m == 3000


def test_a_boundary_of_two_parts_and_towns(tmp_path):
    parts = shapely.MultiPolygon([box(-900, -100, -500, 100), box(500, -100, 900, 100)])
    towns = {"West": box(-900, -100, -500, 100), "East": box(500, -100, 900, 100)}
    area = area_of(tmp_path, area=parts, towns=towns)
    assert drawn(area, area.polygon).area == pytest.approx(160_000, rel=1e-5)
    assert area.towns["name"].tolist() == ["West", "East"]
    assert area.towns["tier"].tolist() == ["", ""]
    assert area.towns.crs == area.crs


def test_streets_of_another_city_are_refused(tmp_path):
    with pytest.raises(SourceError, match=r"streets lie outside the boundary.*same city"):
        area_of(tmp_path, area=box(90_000, 0, 91_000, 1000))


def test_streets_in_one_line_have_an_area_to_stand_on(tmp_path):
    line = Drawing({1: (0, 0), 2: (700, 100), 3: (1400, 200)}, [([1, 2, 3], "highway=footway")])
    homes = {"homes.csv": [("a", 10, 350, 50), ("b", 10, 1400, 200)]}
    inputs = inputs_of(tmp_path, TABLE, drawing=line, tables=homes)
    area = find_study_area(inputs, ADULT)
    assert drawn(area, area.polygon).area == pytest.approx(2 * 1416, rel=0.01)  # 2 m wide
    result = run_plan(inputs)
    # 353.6 and 1,414.2 m at 4 km/h, to the node in the middle of the street
    assert result.layers["demand"]["minutes"].tolist() == pytest.approx([5.303, 21.213], rel=4e-4)


def test_people_and_stations_on_the_rim_of_the_hull_belong(tmp_path):
    """A hull of four corners 9 km apart; the rim runs straight in degrees or in metres."""
    corners = {1: (0, 0), 2: (9000, 0), 3: (9000, 6000), 4: (0, 6000)}
    ring = Drawing(corners, [([1, 2, 3, 4, 1], "highway=footway")])
    homes = {"homes.csv": [("a", 10, 300, 6000), ("b", 10, 0, 300), ("c", 10, 300, 0)]}
    stations = [("F", "F", 0, 0), ("G", "G", 0, 6000)]
    result = run_plan(inputs_of(tmp_path, TABLE, drawing=ring, tables=homes, facilities=stations))
    assert result.layers["demand"]["minutes"].tolist() == pytest.approx([4.5] * 3, abs=0.02)
    assert len(result.provenance["dropped_rows"]) == 0


def test_people_on_the_border_of_an_area_are_counted(tmp_path):
    inner = box(-500, -500, 500, 500)
    places = [(500, 0), (-500, 0), (0, 500), (0, -500), (500, 500), (502, 0)]
    homes = {"homes.csv": [(f"p{n}", 10, *place) for n, place in enumerate(places)]}
    inputs = inputs_of(tmp_path, TABLE, tables=homes, area=inner)
    area = find_study_area(inputs, ADULT)
    at = gpd.GeoSeries(gpd.points_from_xy(*zip(*places, strict=True)), crs=FRAME).to_crs(area.crs)
    assert area.holds(at).tolist() == [True] * 5 + [False]


def test_the_frame_and_what_it_costs_stand_in_the_area(tmp_path):
    area = area_of(tmp_path)
    assert area.crs.to_epsg() == 32651
    assert 0 < area.stretch < 4e-4
