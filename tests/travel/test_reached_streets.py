"""Streets reached within the cutoff: by hand, beside isochrones and beside minutes."""

import numpy as np
import pytest
import shapely

import planner
from planner.errors import ArgumentError
from planner.plan.profiles import WalkProfile
from planner.travel.compiled.lattice import CELL_M
from planner.travel.isochrones import isochrones
from planner.travel.reached_streets import service_areas
from tests.cities.drawing import ACCESS, SLANT, WALKER, Drawing, minutes_matrix, points
from tests.travel.test_matrix import random_town

STREET = "highway=residential"
RIDER = WalkProfile("rider", 6.0, steps_factor=0.0, vehicle="bicycle", push_kmh=3.0)


@pytest.fixture(scope="module")
def cross():
    """Four arms of 500 m round a crossing at (0, 0); the eastern one ends in steps of 200 m."""
    nodes = {0: (0, 0), 1: (0, 500), 2: (-500, 0), 3: (0, -500), 4: (300, 0), 5: (500, 0)}
    ways = [([0, k], STREET) for k in (1, 2, 3, 4)] + [([4, 5], "highway=steps")]
    return Drawing(nodes, ways).network()


def ask(network, places, **options):
    return service_areas(network, points(places), **{"profile": WALKER, "access": ACCESS} | options)


def test_a_cross_is_cut_where_the_minutes_end(cross):
    table = ask(cross, [(0, 0)], cutoffs_minutes=[2, 4])
    assert list(table.columns) == [
        "facility_id", "profile", "cutoff_minutes", "joined", "length_m", "geometry",
    ]  # fmt: skip
    # 2 minutes are 200 m on each arm; 4 are 400 m, but to the east 300 m and 50 m of steps.
    assert table["length_m"].tolist() == pytest.approx([800, 1550], abs=1e-6)
    ends = shapely.MultiLineString([[(0, -200), (0, 200)], [(-200, 0), (200, 0)]])
    assert table.geometry[0].symmetric_difference(ends).length < 1e-6
    assert table.geometry[1].bounds == pytest.approx((-400, -400, 350, 400), abs=1e-6)
    assert table.crs == cross.crs


def test_the_leg_counts_too(cross):
    """30 m off the western arm: at the foot 0.42 minutes are gone, at the best angle less."""
    table = ask(cross, [(-250, 30)], cutoffs_minutes=[1, 2])
    # Straight: 1.4 x sqrt(30^2 + x^2) = 100 at x = 64.8; the best angle would be at 30.6 m, so past
    # it the street is quicker: 30 x SLANT + x = 100.
    one, two = (limit - 30 * SLANT for limit in (100, 200))
    assert np.sqrt((100 / 1.4) ** 2 - 30**2) < one
    assert table["length_m"].tolist() == pytest.approx([2 * one, 2 * two], abs=1e-6)


def test_what_is_stepped_onto_straight_is_not_cut_short(cross):
    """0.44 minutes reach 31.4 m from 30 m off the arm: 9.3 m either way, straight."""
    table = ask(cross, [(-250, 30)], cutoffs_minutes=0.44)
    half = np.sqrt((44 / 1.4) ** 2 - 30**2)
    assert table["length_m"].tolist() == pytest.approx([2 * half], abs=1e-6)
    assert table.geometry[0].geom_type == "MultiLineString"


def test_one_way_streets_are_ridden_to_the_facility():
    """A street ridden from west to east: who comes from the west gets there."""
    network = Drawing({1: (0, 0), 2: (1000, 0)}, [([1, 2], STREET + " oneway=yes")]).network()
    table = ask(network, [(600, 0)], cutoffs_minutes=3, profile=RIDER)
    # Whoever stands east of it meets the street within the leg only: 1.4 x 100 m are 1.4 minutes.
    assert table.geometry[0].bounds == pytest.approx((300, 0, 700, 0), abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_point_is_in_it_if_its_minutes_say_so(seed):
    """A street point is reached along the streets as a place on it is, or later."""
    network, facilities, _ = random_town(seed)
    for cutoff in (1.5, 4.0):
        table = service_areas(
            network, facilities, cutoffs_minutes=cutoff, profile=WALKER, access=ACCESS
        )
        centre = np.column_stack([facilities.geometry.x, facilities.geometry.y])
        spots = shapely.get_coordinates(shapely.line_interpolate_point(
            np.repeat(network.lines, 9), np.tile(np.linspace(0.05, 0.95, 9), network.n_edges),
            normalized=True,
        ))  # fmt: skip
        minutes = minutes_matrix(network, centre, spots)
        for area, row in zip(table.geometry, minutes, strict=True):
            away = shapely.distance(area, shapely.points(spots)) if not area.is_empty else np.inf
            inside = away < 1e-6
            assert (row[inside] <= cutoff + 1e-9).all()
            # The other way round only from elsewhere: a leg across the ground may be quicker.
            assert (inside | (row > cutoff - 1.4)).all()


@pytest.mark.parametrize("seed", range(4))
def test_an_isochrone_holds_it(seed):
    network, facilities, _ = random_town(seed)
    asked = {"cutoffs_minutes": [1.5, 4.0], "profile": WALKER, "access": ACCESS}
    joined = facilities[isochrones_joined(network, facilities, asked)]
    areas, bands = (ask(network, joined, **asked) for ask in (service_areas, isochrones))
    for area, band in zip(areas.geometry, bands.geometry, strict=True):
        # The outline is exact to half a cell; the tip of a street is narrower than that.
        assert area.difference(band.buffer(CELL_M)).length < 1e-6
        assert area.difference(band).length <= 0.05 * area.length + CELL_M


def isochrones_joined(network, facilities, asked):
    from planner.travel.access import join
    from planner.travel.points import points_of
    from planner.travel.streets import prepare_streets

    streets = prepare_streets(network, asked["profile"], asked["access"])
    return join(streets, points_of(facilities, network, "facilities")).joined


def test_a_bridge_is_walked_on():
    """Nobody steps off it, so the isochrone has no part of it; but it is a street reached."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (500, 0), 4: (600, 0)}
    bridge = "highway=footway bridge=yes layer=1"
    network = Drawing(nodes, [([1, 2], STREET), ([2, 3], bridge), ([3, 4], STREET)]).network()
    table = ask(network, [(0, 0)], cutoffs_minutes=[3, 5.5])
    assert table["length_m"].tolist() == pytest.approx([300, 550], abs=1e-6)


def test_a_place_that_joins_no_street_has_none_and_says_so(cross):
    with pytest.warns(UserWarning, match=r"facilities: 'far' \(1 in all\) join no street"):
        table = service_areas(
            cross, points([(0, 0), (300, 300)], index=["in", "far"]), cutoffs_minutes=2
        )
    assert table["joined"].tolist() == [True, False]
    assert table.geometry[1].is_empty
    assert table["length_m"][1] == 0.0


def test_what_cannot_be_meant(cross):
    assert len(ask(cross, [])) == 0
    assert planner.service_areas is service_areas
    with pytest.raises(ArgumentError, match="cutoffs_minutes: 0 will not do"):
        ask(cross, [(0, 0)], cutoffs_minutes=0)
    with pytest.raises(ArgumentError, match="facilities: the label 1 stands twice"):
        service_areas(cross, points([(0, 0)] * 2, index=[1, 1]))
