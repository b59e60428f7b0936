"""Minutes worked out by hand: 6 km/h are 100 m a minute, so that metres / 100 are minutes."""

from dataclasses import replace

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from planner.crs import WGS84
from planner.errors import ArgumentError, NetworkError
from planner.plan.profiles import PROFILES, WalkProfile
from planner.travel.access import join
from planner.travel.canvas import prepare_canvas
from planner.travel.isochrones import isochrones
from planner.travel.minutes import (
    facilities_in_reach,
    nearest_facility,
    nearest_minutes,
    reached_pairs,
)
from planner.travel.routes import route
from planner.travel.streets import AccessRules, prepare_streets
from tests.cities.drawing import (
    ACCESS,
    SLANT,
    WALKER,
    Drawing,
    minutes_between,
    minutes_matrix,
    points,
)

STREET = "highway=residential"
STEPS = "highway=steps"
BRIDGE = "highway=footway bridge=yes"


def street(tags=STREET, length=1000.0):
    """Draw one street along the x axis."""
    return Drawing({1: (0.0, 0.0), 2: (length, 0.0)}, [([1, 2], tags)]).network()


def nearest(network, facilities, demand, access=ACCESS, profile=WALKER):
    return nearest_facility(network, facilities, demand, profile=profile, access=access)


# -- the cutoff -----------------------------------------------------------------------------------


@pytest.fixture
def ladder():
    """a --500-- b --500-- c --500-- d --500-- e   (5 minutes each), with a stub at each node."""
    nodes = {k: (500.0 * k, 0.0) for k in range(5)} | {10 + k: (500.0 * k, 9.0) for k in range(5)}
    ways = [([0, 1, 2, 3, 4], STREET), *(([k, 10 + k], STREET) for k in range(5))]
    return Drawing(nodes, ways).network()


def test_a_node_on_the_cutoff_is_reached(ladder):
    nodes = [(500.0 * k, 0.0) for k in range(5)]
    matrix = minutes_matrix(ladder, nodes[:1], nodes, cutoff=15)
    assert matrix.tolist() == [[0, 5, 10, 15, np.inf]]
    counts = facilities_in_reach(
        ladder, points(nodes), points(nodes), cutoffs_minutes=(5, 14.999, 15), profile=WALKER
    )
    assert counts.to_numpy().tolist() == [[2, 3, 4], [3, 4, 5], [3, 5, 5], [3, 4, 5], [2, 3, 4]]
    assert list(counts.columns) == [5, 14.999, 15]


def test_a_cutoff_of_nothing_reaches_the_place_itself(ladder):
    assert minutes_matrix(ladder, [(0, 0)], [(0, 0), (0.001, 0)], cutoff=0).tolist() == [
        [0, np.inf]
    ]


def test_minutes_are_not_cut(ladder):
    found = nearest(ladder, points([(0, 0)]), points([(2000, 0)]))
    assert found["minutes"].tolist() == [20]


# -- legs -----------------------------------------------------------------------------------------


def test_a_leg_meets_a_plain_street_at_the_best_angle():
    # 800 m between the feet; 30 m off the street at the angle with cosine 1 / 1.4
    expected = (800 + 30 * SLANT) / 100
    assert minutes_between(street(), (100, 30), (900, 0)) == pytest.approx(expected, abs=1e-9)
    # the same towards the other end, and with a leg at both doors
    assert minutes_between(street(), (900, 30), (100, 0)) == pytest.approx(expected, abs=1e-9)
    expected = (300 + 30 * SLANT + 40 * SLANT) / 100
    assert minutes_between(street(), (300, 30), (600, -40)) == pytest.approx(expected, abs=1e-9)


def test_a_leg_that_slants_across_the_street_is_no_shorter():
    # the angle costs 30 x 0.98 m over the feet; straight in costs 30 x 1.4 = 42 m; straight to
    # the other door is further than the limit of 100 m
    found = minutes_between(street(), (100, 30), (900, 0))
    assert 8.0 < found < 8.0 + 0.42


def test_the_limit_clips_the_angle():
    # within 31 m of (100, 30) the street reaches sqrt(31^2 - 30^2) = 7.81 m, the angle wants 30.6
    expected = (1.4 * 31 + 800 - np.sqrt(61)) / 100
    found = minutes_between(street(), (100, 30), (900, 0), access=AccessRules(31, 1.4))
    assert found == pytest.approx(expected, abs=1e-9)


def test_the_end_of_a_street_clips_the_angle():
    # (-60, 40) is 72.1 m from the end of the street, and the angle wants 40.8 m after -60
    expected = (1.4 * np.hypot(60, 40) + 500) / 100
    assert minutes_between(street(), (-60, 40), (500, 0)) == pytest.approx(expected, abs=1e-9)


def test_the_nearest_of_the_three_places_counts_where_two_streets_leave_a_corner():
    """1 --500-- 2, and up --500-- 3: a point inside the bend meets both arms."""
    corner = Drawing({1: (0, 0), 2: (500, 0), 3: (500, 500)}, [([1, 2, 3], STREET)]).network()
    # (450, 30) to (500, 300): 50 m off the upper arm, 270 m along it
    expected = (270 + 50 * SLANT) / 100
    assert minutes_between(corner, (450, 30), (500, 300)) == pytest.approx(expected, abs=1e-9)


def test_a_leg_as_long_as_the_limit_joins_and_no_longer_one():
    network = street()
    assert minutes_between(network, (500, 100), (500, 0)) == pytest.approx(1.4, abs=1e-12)
    assert minutes_between(network, (500, 100), (900, 0)) == pytest.approx(
        (1.4 * 100 + 400) / 100, abs=1e-9
    )
    assert minutes_between(network, (500, 100.001), (900, 0)) == np.inf
    streets = prepare_streets(network, WALKER, ACCESS)
    places = np.array([(500, 100), (500, 100.001), (1100, 0), (1070, 72)])
    assert join(streets, places).joined.tolist() == [True, False, True, False]


# -- without a street -----------------------------------------------------------------------------


def test_points_nearby_walk_directly():
    # 50 m straight: 0.7; over the street, 90 m and 50 m off it, it would be longer
    assert minutes_between(street(), (100, 90), (130, 50)) == pytest.approx(0.7, abs=1e-12)
    # far from every street, up to and including the limit
    assert minutes_between(street(), (0, 5000), (60, 5080)) == pytest.approx(1.4, abs=1e-12)
    assert minutes_between(street(), (0, 5000), (60, 5080.001)) == np.inf


def test_a_point_is_no_minutes_from_itself():
    spots = [(0, 0), (500, 30), (500, 99), (70, 9000)]
    assert np.diag(minutes_matrix(street(), spots, spots)).tolist() == [0, 0, 0, 0]


def test_two_points_apart_meet_in_one_street_point():
    # 126.49 m apart, each 60 m off the street on its own side: the straight line crosses it at 120
    expected = 1.4 * np.hypot(40, 120) / 100
    assert minutes_between(street(), (100, 60), (140, -60)) == pytest.approx(expected, abs=1e-9)
    # both on one side, the other mirrored: 120 m off and 101 m along; at the best angle each leg
    # wants 61 m along, more than there are
    expected = 1.4 * np.hypot(101, 120) / 100
    assert minutes_between(street(), (100, 60), (201, 60)) == pytest.approx(expected, abs=1e-9)


def test_two_points_on_one_long_edge():
    """Bend one edge five times: between two points on it the walk need not pass a node."""
    nodes = {0: (0, 0), 1: (300, 0), 2: (300, 300), 3: (600, 300), 4: (600, 0), 5: (900, 0)}
    network = Drawing(nodes, [([0, 1, 2, 3, 4, 5], STREET)]).network()
    assert network.n_edges == 1
    # from (200, 0): 100 + 300 + 300 + 300 + 100
    assert minutes_between(network, (200, 0), (700, 0)) == pytest.approx(11.0, abs=1e-9)


def test_a_ring_is_walked_the_shorter_way_round():
    nodes = {1: (0, 0), 2: (300, 0), 3: (300, 300), 4: (0, 300)}
    network = Drawing(nodes, [([1, 2, 3, 4, 1], STREET)]).network()
    assert network.n_edges == 1
    # over the corner (0, 0), where the edge starts and ends; the legs are too short to cut it
    assert minutes_between(network, (150, 0), (0, 150)) == pytest.approx(3.0, abs=1e-9)
    # over the corner (300, 300), in the middle of the edge
    assert minutes_between(network, (300, 150), (150, 300)) == pytest.approx(3.0, abs=1e-9)
    # 50 m before and after a corner: straight is 1.4 x 70.7, round it 100
    assert minutes_between(network, (50, 0), (0, 50)) == pytest.approx(
        1.4 * np.hypot(50, 50) / 100, abs=1e-9
    )


# -- bends ----------------------------------------------------------------------------------------


@pytest.fixture
def bend():
    """1 --500-- 2, 40 m up to 3, and back --500-- 4: one edge in the shape of a U."""
    nodes = {1: (0, 0), 2: (500, 0), 3: (500, 40), 4: (0, 40)}
    return Drawing(nodes, [([1, 2, 3, 4], STREET)]).network()


def test_who_stands_between_the_arms_may_cross(bend):
    # (0, 0) stands 40 m off the upper arm of the same edge, and walks over at the angle
    expected = (200 + 40 * SLANT) / 100
    assert minutes_between(bend, (0, 0), (200, 40)) == pytest.approx(expected, abs=1e-9)


def test_a_short_limit_does_not_cross(bend):
    # round the bend, 200 + 40 + 200; legs do not cut its corners on the way
    narrow = AccessRules(30, 1.4)
    assert minutes_between(bend, (300, 0), (300, 40), access=narrow) == pytest.approx(4.4, abs=1e-9)


# -- steps ----------------------------------------------------------------------------------------


@pytest.fixture
def stairs():
    """1 ==100 steps== 2 --100-- 3."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0)}
    return Drawing(nodes, [([1, 2], STEPS), ([2, 3], STREET)]).network()


def test_steps_take_twice_as_long(stairs):
    # 20 m beside them at either end, where walking off them costs 1.4; on them 60 m twice
    expected = (1.4 * 20 + 2 * 60 + 1.4 * 20) / 100
    found = minutes_between(stairs, (0, 0), (100, 0), access=AccessRules(20, 1.4))
    assert found == pytest.approx(expected, abs=1e-9)


def test_steps_are_left_where_the_limit_ends(stairs):
    # straight from (50, 30) to the end of the steps, then 50 m of street; 104.4 m are too far
    expected = (1.4 * np.hypot(50, 30) + 50) / 100
    assert minutes_between(stairs, (50, 30), (150, 0)) == pytest.approx(expected, abs=1e-9)


def test_fast_steps_are_met_at_an_angle_too(stairs):
    # steps at 0.9 of the speed: r = (1 / 0.9) / 1.4 = 0.79 < 1, a leg at that angle
    agile = WalkProfile("agile", 6.0, steps_factor=0.9)
    ratio = 1 / 0.9 / 1.4
    # from (10, 8) the angle meets the steps 10.4 m on
    expected = 90 / 0.9 + 8 * 1.4 * np.sqrt(1 - ratio**2)
    found = minutes_between(stairs, (10, 8), (200, 0), profile=agile)
    assert found == pytest.approx((expected + 100) / 100, abs=1e-9)


# -- bridges, tunnels, other levels ---------------------------------------------------------------


def test_a_bridge_is_not_joined_where_it_crosses_a_street():
    """A bridge 10 --400-- 11 over the middle of 1 --1000-- 2, far from any ramp."""
    nodes = {1: (0, 0), 2: (1000, 0), 10: (500, -200), 11: (500, 200), 12: (600, 200)}
    ways = [([1, 2], STREET), ([10, 11], BRIDGE), ([11, 12], STREET)]
    network = Drawing(nodes, ways).network()
    assert minutes_between(network, (500, 0), (600, 200)) == np.inf
    # under the bridge one stands on the street and not on the bridge
    assert minutes_between(network, (500, 20), (900, 0)) == pytest.approx(
        (400 + 20 * SLANT) / 100, abs=1e-9
    )
    # beside the bridge, 100 m from its end 11, one meets it there
    assert minutes_between(network, (500, 140), (600, 200)) < np.inf


def test_a_bridge_is_met_at_its_ends_only():
    """1 ==300 bridge== 2 --100-- 3, and the bridge hangs loose at 1."""
    nodes = {1: (0, 0), 2: (300, 0), 3: (400, 0)}
    network = Drawing(nodes, [([1, 2], BRIDGE), ([2, 3], STREET)]).network()
    assert minutes_between(network, (150, 10), (400, 0)) == np.inf
    # 10 m to the dead end at 1, straight, then 300 m of bridge and 100 m of street
    assert minutes_between(network, (0, 10), (400, 0)) == pytest.approx(4.14, abs=1e-9)
    # at 2 the street is met, 50 m before it stands on the bridge
    assert minutes_between(network, (250, 0), (400, 0)) == pytest.approx(
        (1.4 * 50 + 100) / 100, abs=1e-9
    )


def test_nobody_gets_on_where_two_bridges_meet():
    """1 ==300== 2 ==100== 3, with 2 ==100== 4: a fork high above the ground."""
    nodes = {1: (0, 0), 2: (300, 0), 3: (400, 0), 4: (300, 90)}
    ways = [([1, 2], BRIDGE), ([2, 3], BRIDGE), ([2, 4], BRIDGE)]
    network = Drawing(nodes, ways).network()
    streets = prepare_streets(network, WALKER, AccessRules(30, 1.4))
    places = np.array([(0, 10), (300, 10), (400, 10), (300, 100)])
    assert join(streets, places).joined.tolist() == [True, False, True, True]
    assert minutes_between(network, (0, 0), (400, 0)) == pytest.approx(4.0, abs=1e-9)


# -- odd streets ----------------------------------------------------------------------------------


def test_the_faster_of_parallel_edges_counts():
    nodes = {1: (0, 0), 2: (300, 0), 3: (150, 400), 4: (-300, 0), 5: (600, 0)}
    ways = [([1, 2], STEPS), ([1, 3, 2], STREET), ([1, 2], STREET)]
    ends = [([4, 1], STREET), ([2, 5], STREET)]
    assert minutes_between(
        Drawing(nodes, ways + ends).network(), (-300, 0), (600, 0)
    ) == pytest.approx(9.0, abs=1e-9)
    without = Drawing(nodes, ways[:2] + ends).network()
    # all 300 m on the steps at half speed: 6 minutes; nobody may walk so far beside them
    assert minutes_between(without, (-300, 0), (600, 0)) == pytest.approx(12.0, abs=1e-9)


def test_edges_of_no_length_join():
    nodes = {1: (0, 0), 2: (500, 0), 3: (500, 0), 4: (1000, 0), 5: (500, 300), 6: (500, -300)}
    ways = [([1, 2, 3, 4], STREET), ([2, 5], STREET), ([3, 6], STREET)]
    network = Drawing(nodes, ways).network()
    assert 0 in network.length_m
    assert minutes_between(network, (0, 0), (1000, 0)) == pytest.approx(10.0, abs=1e-9)
    assert minutes_between(network, (500, 300), (500, -300)) == pytest.approx(6.0, abs=1e-9)


def test_an_edge_of_no_length_alone_is_a_point():
    network = Drawing({3: (500, 0), 4: (500, 0)}, [([3, 4], STREET)]).network()
    # 90 m to it and 90 m on
    assert minutes_between(network, (410, 0), (590, 0)) == pytest.approx(1.4 * 1.8, abs=1e-9)


def test_no_walk_passes_through_another_facility():
    """Two streets 150 m apart: a facility between them does not join them."""
    nodes = {1: (0, 0), 2: (500, 0), 3: (0, 150), 4: (500, 150)}
    network = Drawing(nodes, [([1, 2], STREET), ([3, 4], STREET)]).network()
    demand = points([(400, 150), (400, 0), (0, 900)])
    found = nearest(network, points([(0, 90), (400, -1)], index=["a", "b"]), demand)
    assert found["nearest"].tolist() == ["a", "b", None]
    assert found["minutes"].tolist() == pytest.approx(
        [(400 + 60 * SLANT) / 100, 0.014, np.inf], abs=1e-9
    )


# -- tables ---------------------------------------------------------------------------------------


def test_of_facilities_at_one_place_the_first_counts(ladder):
    place = (730.0, 17.0)
    facilities = points([(5000, 0), place, place, place], index=["far", "z", "a", "m"])
    demand = points([(100, 0), (735, 20), (730, 17), (1900, 50), (500, 9)])
    assert set(nearest(ladder, facilities, demand)["nearest"]) == {"z"}
    assert set(nearest(ladder, facilities[::-1], demand)["nearest"]) == {"m"}
    counts = facilities_in_reach(ladder, facilities, demand, profile=WALKER)
    assert counts[15.0].tolist() == [3] * 5


def test_of_facilities_equally_near_the_first_counts(ladder):
    facilities = points([(1000, 0), (0, 0)], index=["right", "left"])
    demand = points([(500, 0), (499, 0)])
    assert nearest(ladder, facilities, demand)["nearest"].tolist() == ["right", "left"]
    assert nearest(ladder, facilities[::-1], demand)["nearest"].tolist() == ["left", "left"]


def test_units_out_of_reach_have_infinite_minutes_and_no_facility():
    nodes = {1: (0, 0), 2: (500, 0), 3: (0, 900), 4: (500, 900)}
    network = Drawing(nodes, [([1, 2], STREET), ([3, 4], STREET)]).network()
    demand = points([(0, 0), (0, 900), (0, 2000)], index=["here", "island", "nowhere"])
    found = nearest(network, points([(300, 0)], index=["f"]), demand)
    assert found.index.tolist() == ["here", "island", "nowhere"]
    assert found["nearest"].tolist() == ["f", None, None]
    assert found["minutes"].tolist() == [3.0, np.inf, np.inf]
    counts = facilities_in_reach(network, points([(300, 0)]), demand, profile=WALKER)
    assert counts[15.0].tolist() == [1, 0, 0]


def test_empty_tables_keep_their_columns(ladder):
    some, none = points([(0, 0), (9, 9)]), points([])
    without_demand = nearest(ladder, some, none)
    assert without_demand.shape == (0, 2)
    assert list(without_demand.columns) == ["nearest", "minutes"]
    without_facilities = nearest(ladder, none, some)
    assert without_facilities["nearest"].tolist() == [None, None]
    assert without_facilities["minutes"].tolist() == [np.inf, np.inf]
    for facilities, demand, expected in ((some, none, []), (none, some, [0, 0]), (none, none, [])):
        counts = facilities_in_reach(ladder, facilities, demand, cutoffs_minutes=(5, 15))
        assert list(counts.columns) == [5, 15]
        assert counts[15].tolist() == expected


def test_the_pairs_as_a_matrix(ladder):
    streets = prepare_streets(ladder, WALKER, ACCESS)
    places = join(streets, np.array([(0.0, 0.0), (500.0, 0.0), (2000.0, 0.0)]))
    pairs = reached_pairs(streets, places, places, 5.0)
    assert pairs.origin.tolist() == [0, 0, 1, 1, 2]
    assert pairs.target.tolist() == [0, 1, 0, 1, 2]
    assert pairs.minutes.tolist() == [0, 5, 5, 0, 0]
    matrix = pairs.to_matrix()
    assert matrix.shape == (3, 3)
    assert matrix.nnz == 5  # a walk of no time is stored, not absent
    minutes, label = nearest_minutes(streets, places, places)
    assert minutes.tolist() == [0, 0, 0]
    assert label.tolist() == [0, 1, 2]


def test_the_profile_and_the_detour_set_the_time():
    # adult 4 km/h: 66.7 m a minute
    network = street()
    adult = PROFILES["adult"]
    assert minutes_between(network, (0, 0), (1000, 0), profile=adult) == pytest.approx(15, abs=1e-9)
    assert minutes_between(
        network, (0, 50), (1000, 0), access=AccessRules(100, 1.0)
    ) == pytest.approx((1.0 * 100 + 1000 - np.sqrt(100**2 - 50**2)) / 100, abs=1e-9)


def test_layers_are_left_as_they_were_and_may_be_in_another_frame(ladder):
    facilities, demand = points([(0, 0)]), points([(500, 0)])
    before = demand.copy()
    there = nearest(ladder, facilities.to_crs("EPSG:32651"), demand.to_crs("EPSG:32651"))
    assert there["minutes"].tolist() == pytest.approx([5.0], abs=1e-9)
    assert demand.equals(before)
    in_degrees = nearest(ladder, facilities, demand.to_crs(WGS84))
    assert in_degrees["minutes"].tolist() == pytest.approx([5.0], abs=1e-6)
    with pytest.raises(ArgumentError, match="facilities has no CRS"):
        nearest(ladder, facilities.set_crs(None, allow_override=True), demand)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ((0.0, 1.4), "access limit is 0.0 m"),
        ((-5.0, 1.4), "access limit is -5.0 m"),
        ((np.nan, 1.4), "access limit is nan m"),
        ((np.inf, 1.4), "access limit is inf m"),
        ((100.0, 0.9), "access detour is 0.9"),
        ((100.0, np.nan), "access detour is nan"),
    ],
)
def test_access_rules_out_of_range(rules, message):
    with pytest.raises(NetworkError, match=message):
        AccessRules(*rules)


def test_prepared_streets_answer_as_their_network_does(ladder):
    facilities, demand = points([(0, 0), (300, 0)]), points([(150, 60), (400, 10)])
    asked = {"profile": WALKER, "access": ACCESS}
    streets = prepare_streets(ladder, WALKER, ACCESS)
    for ask in (nearest_facility, facilities_in_reach):
        alone = ask(ladder, facilities, demand, **asked)
        assert_frame_equal(ask(streets, facilities, demand), alone)
    a, b = facilities.iloc[:1], demand.iloc[1:]
    assert route(streets, a, b) == route(ladder, a, b, **asked)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"profile": PROFILES["adult"]},
            f"profile: .*prepared for {WALKER.name!r}, not for 'adult'",
        ),
        ({"profile": "elderly"}, f"profile: .*prepared for {WALKER.name!r}, not for 'elderly'"),
        ({"profile": "old"}, "profile: unknown profile 'old'; known are adult, elderly"),
        ({"profile": replace(WALKER, speed_kmh=5.0)}, "a profile of that name with other figures"),
        ({"access": AccessRules(80.0)}, "access: .*prepared with AccessRules.limit_m=100"),
    ],
)
def test_prepared_streets_serve_no_other_walker(ladder, said, message):
    streets, here = prepare_streets(ladder, WALKER, ACCESS), points([(0, 0)])
    with pytest.raises(ArgumentError, match=message):
        nearest_facility(streets, here, here, **said)
    with pytest.raises(ArgumentError, match=message):
        isochrones(prepare_canvas(streets), here, **said)


@pytest.mark.parametrize(
    "said",
    [
        {"profile": WALKER.name},
        {"profile": WALKER},
        {"access": AccessRules(ACCESS.limit_m, ACCESS.detour)},
    ],
)
def test_prepared_streets_may_be_asked_for_the_same_walker_again(ladder, said):
    streets, ends = prepare_streets(ladder, WALKER, ACCESS), points([(0, 0), (500, 0)])
    there = nearest_facility(streets, ends.iloc[:1], ends, **said)
    assert there["minutes"].tolist() == [0.0, 5.0]


def test_a_profile_goes_by_its_name(ladder):
    ends = points([(0, 0), (500, 0)])
    by_name, by_value = (
        nearest_facility(ladder, ends.iloc[:1], ends, profile=profile)["minutes"]
        for profile in ("elderly", PROFILES["elderly"])
    )
    assert by_name.tolist() == by_value.tolist() == [0.0, pytest.approx(500 / (2900 / 60))]


def test_one_cutoff_is_a_list_of_one(ladder):
    ends = points([(0, 0), (500, 0), (1000, 0)])
    counts = facilities_in_reach(ladder, ends, ends, cutoffs_minutes=5, profile=WALKER)
    assert counts.to_dict("list") == {5.0: [2, 3, 2]}


def test_no_label_of_a_facility_stands_twice(ladder):
    twice = points([(0, 0), (500, 0)], index=["A", "A"])
    with pytest.raises(ArgumentError, match="facilities: the label 'A' stands twice"):
        nearest_facility(ladder, twice, twice)
    assert len(nearest_facility(ladder, twice.iloc[:1], twice)) == 2  # people need no name


def test_what_is_no_network_is_refused():
    with pytest.raises(ArgumentError, match="network is a str; give a WalkNetwork"):
        nearest_facility("baoshan.osm.pbf", points([]), points([]))
