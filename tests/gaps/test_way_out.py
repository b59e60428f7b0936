"""The way out of a gap: from its most populous unit along real streets, with all its figures."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from planner.gaps.way_out import COLUMNS, find_ways_out
from planner.travel.access import join
from planner.travel.minutes import nearest_minutes
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, FRAME, WALKER, Drawing, points

# 0 --- 1 --- 2    500 m each; the unit stands 50 m north of 0, the stations at 2 and beyond 3;
#             |    4 - 5 is an island
#             3
NODES = {0: (0, 0), 1: (500, 0), 2: (1000, 0), 3: (1000, -500), 4: (0, 9000), 5: (500, 9000)}
TOWN = Drawing(NODES, [([0, 1, 2, 3], "highway=footway"), ([4, 5], "highway=footway")])


@pytest.fixture
def streets():
    return prepare_streets(TOWN.network(), WALKER, ACCESS)


def facilities() -> gpd.GeoDataFrame:
    return points([(1000, -530), (1000, 0)]).assign(facility_id=["far", "near"])


def judged(streets, places) -> gpd.GeoDataFrame:
    """Units with the nearest facility and the minutes that the engine finds."""
    ends = [join(streets, np.array(xy, dtype=float)) for xy in ([(1000, -530), (1000, 0)], places)]
    minutes, nearest = nearest_minutes(streets, *ends)
    table = points(places).assign(demand_id=[f"u{k}" for k in range(len(places))])
    table["nearest_facility_id"] = np.array(["far", "near", None], dtype=object)[nearest]
    return table.assign(minutes=minutes)


def gaps(*demand_ids) -> gpd.GeoDataFrame:
    names = [f"gap:{unit}" for unit in demand_ids]
    return points([(0, 0)] * len(names)).assign(gap_id=names, demand_id=list(demand_ids))


def test_a_route_by_hand(streets):
    """50 m beside node 0 and 1,000 m of street: the leg is walked 1.4 times its length."""
    routes = find_ways_out(gaps("u0"), judged(streets, [(0, 50)]), facilities(), streets)
    assert list(routes.columns) == [*COLUMNS, "geometry"]
    assert routes.crs == CRS(FRAME)
    (route,) = routes.itertuples()
    assert (route.gap_id, route.demand_id, route.facility_id) == ("gap:u0", "u0", "near")
    assert route.straight_m == pytest.approx(np.hypot(1000, 50))
    # The best leg meets the street at the angle with cosine 1/1.4 (design section 4).
    along = 50 / np.tan(np.arccos(1 / 1.4))
    slant = np.hypot(50, along)
    assert route.minutes == pytest.approx((1.4 * slant + 1000 - along) / 100, abs=1e-9)
    assert route.length_m == pytest.approx(slant + 1000 - along, abs=1e-6)
    assert route.length_m == pytest.approx(route.geometry.length, abs=1e-6)
    assert route.geometry.coords[0] == (0, 50)
    assert route.geometry.coords[-1] == (1000, 0)
    on_street = shapely.LineString(route.geometry.coords[1:])
    assert shapely.LineString([NODES[0], NODES[2]]).buffer(1e-6).contains(on_street)


def test_minutes_are_those_of_the_unit(streets):
    demand = judged(streets, [(0, 50), (300, -20), (1000, -400), (1020, -520), (60, 0)])
    routes = find_ways_out(gaps(*demand["demand_id"]), demand, facilities(), streets)
    assert routes["minutes"].tolist() == pytest.approx(demand["minutes"].tolist(), abs=1e-9)
    assert routes["facility_id"].tolist() == demand["nearest_facility_id"].tolist()
    assert (routes["length_m"] >= routes["straight_m"] - 1e-6).all()


def test_a_gap_that_reaches_no_facility_has_no_route(streets):
    demand = judged(streets, [(0, 50), (100, 9000), (50_000, 0)])
    routes = find_ways_out(gaps("u1", "u0", "u2"), demand, facilities(), streets)
    assert routes["gap_id"].tolist() == ["gap:u0"]


def test_no_gaps_give_an_empty_layer_of_the_same_columns(streets):
    demand = judged(streets, [(0, 50)])
    routes = find_ways_out(gaps(), demand, facilities(), streets)
    assert list(routes.columns) == [*COLUMNS, "geometry"]
    assert len(routes) == 0
    assert routes.crs == CRS(FRAME)
