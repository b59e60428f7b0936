"""Compounds, gates, barriers and crossings, worked out by hand: metres / 100 are minutes."""

import geopandas as gpd
import numpy as np
import pytest

from planner.errors import NetworkError
from planner.plan.profiles import WalkProfile
from planner.travel.access import join
from planner.travel.matrix import nearest, travel_time_matrix
from planner.travel.minutes import nearest_minutes, second_minutes
from planner.travel.streets import AccessRules, prepare_streets
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import (
    SLANT,
    WALKER,
    estates_network,
    minutes_between,
    minutes_matrix,
    own_gates,
)
from tests.cities.estates_drawing import (
    BRIDGE,
    CROSSING,
    ESTATE,
    GROUP,
    PATH,
    PRIVATE,
    RIVER,
    STREET,
    TWINS,
    TWINS_WITH_A_HOLE,
    Estates,
)

#: Legs of 30 m cut no corner of these drawings; legs of 100 m reach over the river.
NARROW, WIDE = AccessRules(limit_m=30.0, detour=1.4), AccessRules(limit_m=100.0, detour=1.4)
#: On the private street of each estate, on its upper arm; and on the public street.
WEST, EAST, SOUTH = (150, 100), (250, 100), (50, 0)
LOCKED = "barrier=gate locked=yes"


def minutes(drawing, start, end, profile=WALKER, access=NARROW, own=None, **rules):
    """Return the minutes from start to end."""
    network = estates_network(drawing, own_gates=own)
    return minutes_between(network, start, end, profile, access, rules=WallRules(**rules))


def ride(drawing, start, end, **rules):
    """Return the minutes of a rider from start to end."""
    return minutes(drawing, start, end, BICYCLE, ON_STREETS, **rules)


def exactly(value):
    return pytest.approx(value, abs=1e-9)


# -- two estates side by side ---------------------------------------------------------------------


def test_a_trip_between_neighbours_goes_round():
    # 50 + 90 m to the gate, 10 to the street, 200 along it, 10 to the gate, 90 + 50 m
    assert minutes(TWINS, WEST, EAST) == exactly(5.0)
    assert minutes(TWINS, EAST, WEST) == exactly(5.0)
    # without walls their streets touch: 100 m
    assert minutes(TWINS, WEST, EAST, gates="ignored") == exactly(1.0)


def test_nobody_crosses_a_neighbours_estate():
    # 50 + 90 + 10 + 250 m; through the eastern estate it would be 300 m
    assert minutes(TWINS, WEST, (350, 0)) == exactly(4.0)
    # outsiders do not cut through one with two open gates either
    table = own_gates(((100, 210), "residents"))
    assert minutes(TWINS_WITH_A_HOLE, SOUTH, (100, 220), own=table) == np.inf
    # those who live there leave by either
    assert minutes(TWINS_WITH_A_HOLE, WEST, (100, 220), own=table) == exactly(0.5 + 1.1 + 0.1)


def test_a_trip_inside_stays_inside():
    for drawing in (TWINS, TWINS.having(spots={5: LOCKED})):
        assert minutes(drawing, WEST, (100, 50)) == exactly(1.0)


def test_a_trip_may_leave_its_compound_and_come_back():
    """The western street is cut at 6: 40 is reached by the other gate only.

    21 -- 40 -- 41     41 is a second gate to the street, 60 m west of 2
          |
    """
    cut = TWINS.having(
        nodes={40: (40, 60), 41: (40, 10), 42: (40, 0)},
        ways={10: ([1, 42, 2, 3, 4], STREET), 20: ([40, 41], PRIVATE), 21: ([41, 42], STREET)},
        spots={41: "barrier=gate"},
    )
    # 50 + 90 + 10 m out, 60 m along the street, 10 + 50 m in
    assert minutes(cut, WEST, (40, 60)) == exactly(2.7)


def test_outsiders_come_to_a_facility_through_its_gate():
    # 50 m along the street, 10 to the gate, 90 + 50 inside
    assert minutes(TWINS, SOUTH, WEST) == exactly(2.0)
    slow = WalkProfile("waits at gates", 6.0, gate_s=30)
    assert minutes(TWINS, SOUTH, WEST, slow) == exactly(2.5)
    assert minutes(TWINS, WEST, EAST, slow) == exactly(6.0)  # two gates
    assert minutes(TWINS, WEST, (100, 50), slow) == exactly(1.0)  # none


def test_a_wall_keeps_legs_out():
    """Two doors 20 m apart, 10 m on either side of the wall between the estates."""
    assert minutes(TWINS, (190, 150), (210, 150)) == np.inf  # 50 m off every street
    assert minutes(TWINS, (190, 150), (210, 150), gates="ignored") == exactly(0.28)
    assert minutes(TWINS, (190, 120), (210, 120), WALKER, WIDE) > 5.0
    # on one side of it they walk straight
    assert minutes(TWINS, (190, 150), (170, 150)) == exactly(0.28)


def test_a_point_outside_meets_no_private_street():
    """(60, 5) is 5 m from the street and 5 m from the wall; (100, 215) only from the estate's."""
    network = estates_network(TWINS_WITH_A_HOLE.having(ways={16: None, 17: None}))
    streets = prepare_streets(network, WALKER, NARROW)
    doors = join(streets, np.array([(60.0, 5.0), (100.0, 215.0), (100.0, 205.0)]))
    assert doors.joined.tolist() == [True, False, True]
    assert doors.compound.tolist() == [-1, -1, 0]


# -- gates ----------------------------------------------------------------------------------------

# To (200, 220): 50 + 110 m to the hole, 10 + 100 m; to (290, 0) by the gate: 50 + 90 + 10 + 190 m.
BY_THE_HOLE, BY_THE_GATE = (200, 220), (290, 0)


def test_a_locked_gate_lets_nobody_in_or_out():
    locked = TWINS.having(spots={5: LOCKED})
    assert minutes(locked, WEST, SOUTH) == minutes(locked, SOUTH, WEST) == np.inf
    assert minutes(locked, EAST, (350, 0)) == exactly(0.5 + 0.9 + 0.1 + 0.5)


@pytest.mark.parametrize(
    ("gates", "spots", "hole", "gate"),
    [
        # a mapped gate: the hole is shut as tagged, unless holes are taken for gates
        ("as_tagged", {}, np.inf, 3.4),
        ("inferred_open", {}, 2.7, 3.4),
        ("inferred_closed", {}, np.inf, 3.4),
        # no mapped gate: every street through the wall is taken for one
        ("as_tagged", {5: None}, 2.7, 3.4),
        ("inferred_open", {5: None}, 2.7, 3.4),
        ("inferred_closed", {5: None}, np.inf, np.inf),
        # a locked gate is a gate: the hole is shut with it
        ("as_tagged", {5: LOCKED}, np.inf, np.inf),
        ("inferred_open", {5: LOCKED}, 2.7, np.inf),
        # without walls all go everywhere: over the north to the hole, by the gate to the south
        ("ignored", {5: LOCKED}, 2.7, 3.4),
    ],
)
def test_gate_modes(gates, spots, hole, gate):
    drawing = TWINS_WITH_A_HOLE.having(spots=spots)
    assert minutes(drawing, WEST, BY_THE_HOLE, gates=gates) == exactly(hole)
    # the neighbour's street ends at 7, so that nothing but the own gate leads to the south
    apart = drawing.having(ways={14: ([8, 9], PRIVATE)})
    assert minutes(apart, WEST, BY_THE_GATE, gates=gates) == exactly(gate)


def test_an_unknown_mode_is_refused():
    with pytest.raises(NetworkError, match=r"gates 'open' is unknown; give as_tagged, inferred_op"):
        WallRules(gates="open")


def test_gates_of_the_table():
    north = own_gates(((100, 215), "residents"))
    assert minutes(TWINS_WITH_A_HOLE, WEST, BY_THE_HOLE, own=north) == exactly(2.7)
    shut = own_gates(((100, 10), "nobody"))
    assert minutes(TWINS, WEST, SOUTH, own=shut) == np.inf
    courier = own_gates(((100, 10), "elderly;courier"))
    rider = WalkProfile("courier", 6.0)
    assert minutes(TWINS, WEST, SOUTH, rider, own=courier) == exactly(2.0)
    assert minutes(TWINS, WEST, SOUTH, own=courier) == np.inf


def test_a_row_of_gates_may_be_shut_or_opened_for_an_hour():
    network = estates_network(TWINS)
    gates = network.walls.gates
    west, east = (int(np.flatnonzero(gates.gate_id == f"node/{k}")[0]) for k in (5, 8))
    for rules, expected in (
        (WallRules(shut=(west,)), np.inf),
        (WallRules(shut=(east,)), 2.0),
        (WallRules(shut=(west, east)), np.inf),
    ):
        found = minutes_between(network, WEST, SOUTH, access=NARROW, rules=rules)
        assert found == exactly(expected)
    locked = estates_network(TWINS.having(spots={5: LOCKED}))
    opened = WallRules(opened=(west,))
    assert minutes_between(locked, WEST, SOUTH, access=NARROW, rules=opened) == exactly(2.0)


def test_gates_opened_to_all_are_a_short_cut():
    """Both gates of the western estate let everybody through: 10 + 200 + 10 m by them."""
    network = estates_network(TWINS_WITH_A_HOLE)
    gates = network.walls.gates
    rows = np.flatnonzero(np.isin(network.node_id[gates.node], [5, 31]))
    for opened, expected in ((rows, 2.2), (rows[:1], np.inf), ((), np.inf)):
        rules = WallRules(opened=tuple(int(row) for row in opened))
        for trip in (((100, 0), (100, 220)), ((100, 220), (100, 0))):
            found = minutes_between(network, *trip, access=NARROW, rules=rules)
            if np.isfinite(expected):
                assert found == exactly(expected)
            else:
                assert found == expected


def test_a_gate_amid_a_street_shuts_it_only_if_nobody_passes():
    """Halfway along the public street, at (200, 0), and halfway inside, at (100, 50)."""
    for tags, open_to in (
        (LOCKED, False),
        ("barrier=gate", True),
        ("barrier=gate access=private", True),
    ):
        on_street = TWINS.having(
            nodes={40: (200, 0)}, ways={10: ([1, 2, 40, 3, 4], STREET)}, spots={40: tags}
        )
        assert minutes(on_street, SOUTH, (350, 0)) == exactly(3.0 if open_to else np.inf)
        inside = TWINS.having(
            nodes={40: (100, 50)}, ways={13: ([5, 40, 6, 7], PRIVATE)}, spots={40: tags}
        )
        assert minutes(inside, WEST, SOUTH) == exactly(2.0 if open_to else np.inf)
        assert minutes(inside, WEST, (100, 60)) == exactly(0.9)
        assert minutes(inside, (100, 45), SOUTH) == exactly(0.45 + 0.5)


# -- facilities for those inside ------------------------------------------------------------------


def test_a_facility_closed_to_outsiders():
    network = estates_network(TWINS)
    people = [(100, 50), SOUTH, EAST]
    found = minutes_matrix(network, [WEST], people, access=NARROW, closed=[True])
    assert found[0] == exactly([1.0, np.inf, np.inf])
    streets = prepare_streets(network, WALKER, NARROW)
    places = join(streets, np.array([WEST, (390.0, 0.0)]), closed=np.array([True, False]))
    units = join(streets, np.array(people, dtype=float), reached=True)
    nearest, label = nearest_minutes(streets, places, units)
    # (390, 0) is 340 m from (50, 0); from (250, 100) 50 + 90 + 10 + 90 m
    assert nearest == exactly([1.0, 3.4, 2.4])
    assert label.tolist() == [0, 1, 1]


def test_tables_of_minutes_know_facilities_closed_to_outsiders():
    """The places of the test above: one inside WEST's estate is closed, one on the street open."""
    network = estates_network(TWINS)
    doors = gpd.GeoDataFrame(
        {"open_to_outsiders": [False, True]},
        index=["closed", "open"],
        geometry=gpd.points_from_xy([150, 390], [100, 0]),
        crs=network.crs,
    )
    homes = gpd.GeoSeries.from_xy(
        [100, 50, 250], [50, 0, 100], index=["in", "S", "E"], crs=network.crs
    )
    streets = prepare_streets(network, WALKER, NARROW)
    best = nearest(streets, homes, doors)
    assert best["destination"].tolist() == ["closed", "open", "open"]
    assert best["minutes"].tolist() == exactly([1.0, 3.4, 2.4])
    both = nearest(streets, homes, doors, k=2)
    assert both[["origin", "destination", "rank"]].to_numpy().tolist() == [
        ["in", "closed", 1], ["in", "open", 2], ["S", "open", 1], ["E", "open", 1],
    ]  # fmt: skip
    pairs = [("in", "closed"), ("in", "open"), ("S", "open"), ("E", "open")]
    for some in (homes, homes.iloc[:1]):  # searched from the doors, and from the home
        found = travel_time_matrix(streets, some, doors)
        asked = [pair for pair in pairs if pair[0] in some.index]
        assert list(zip(found["origin"], found["destination"], strict=True)) == asked
    alone = travel_time_matrix(streets, homes.iloc[1:2], doors)
    assert alone["minutes"].tolist() == exactly([3.4])
    assert len(nearest(streets, homes.iloc[1:], doors.iloc[:1])) == 0


def test_a_closed_facility_on_a_public_street_inside():
    """Streets inside that nobody tagged as private: those who live there come along them."""
    network = estates_network(TWINS.having(ways={13: ([5, 6, 7], STREET)}))
    people = [(100, 50), SOUTH, EAST]
    found = minutes_matrix(network, [WEST], people, access=NARROW, closed=[True])
    assert found[0] == exactly([1.0, np.inf, np.inf])
    streets = prepare_streets(network, WALKER, NARROW)
    places = join(streets, np.array([WEST, (390.0, 0.0)]), closed=np.array([True, False]))
    units = join(streets, np.array(people, dtype=float), reached=True)
    minutes, label = nearest_minutes(streets, places, units)
    assert (minutes[0], label[0]) == (exactly(1.0), 0)
    second, other = second_minutes(streets, places, units, label)
    assert other[0] == 1
    assert second[0] == exactly(3.4)  # 50 m to the street, 290 along it


def test_a_closed_facility_serves_no_outsider_next_to_it():
    """A door 5 m inside a zone without a wall, and a unit 5 m outside it."""
    plain = {way: (TWINS.ways[way][0], ESTATE.split()[0]) for way in (901, 902)}
    network = estates_network(TWINS.having(ways=plain))
    pair = [(15, 100)], [(5, 100)]
    assert minutes_matrix(network, *pair, access=NARROW)[0, 0] == exactly(0.14)
    assert minutes_matrix(network, *pair, access=NARROW, closed=[True])[0, 0] == np.inf


# -- private streets without a polygon -------------------------------------------------------------


def test_a_group_is_for_those_who_live_at_it():
    # from outside round the east: 50 + 200 + 100 + 150 m
    assert minutes(GROUP, (50, 0), (150, 100)) == exactly(5.0)
    # (110, 60) is 10 m off the private street: it is at home there
    assert minutes(GROUP, (100, 60), (50, 0)) == exactly(1.1)
    assert minutes(GROUP, (100, 60), (150, 100)) == exactly(0.9)
    streets = prepare_streets(estates_network(GROUP), WALKER, NARROW)
    doors = join(streets, np.array([(110, 50), (110, 5), (100, -5), (200, 0), (131, 50)], float))
    # nearer to the group's street; to the public one; on its end; on another; 31 m off
    assert doors.compound.tolist() == [0, -1, -1, -1, -1]
    assert doors.joined.tolist() == [True, True, True, True, False]


# -- barriers -------------------------------------------------------------------------------------

HERE, THERE = (100, 0), (100, 40)


def test_a_river_between_two_streets():
    dry = RIVER.having(ways={3: None})
    assert minutes(dry, HERE, THERE, access=WIDE) == exactly(0.56)
    assert minutes(RIVER, HERE, THERE, access=WIDE) == np.inf
    assert minutes(RIVER, HERE, (300, 0), access=WIDE) == exactly(2.0)
    assert minutes(RIVER, HERE, THERE, access=WIDE, barriers=()) == exactly(0.56)
    assert minutes(RIVER, HERE, THERE, access=WIDE, barriers=("wall",)) == exactly(0.56)


def test_a_bridge_over_it():
    # 500 m to the bridge, 40 m over it, 500 m back
    assert minutes(BRIDGE, HERE, THERE, access=WIDE) == exactly(10.4)


def test_a_river_in_a_culvert_stops_no_leg():
    """The river is piped below the street: no barrier is left at the culvert."""
    piped = RIVER.having(ways={3: ([11, 12], "waterway=river tunnel=culvert")})
    assert minutes(piped, HERE, THERE, access=WIDE) == exactly(0.56)


@pytest.mark.parametrize(
    "tags", ["railway=rail", "highway=motorway", "barrier=fence", "waterway=canal"]
)
def test_other_barriers_and_the_same_raised(tags):
    barrier = RIVER.having(ways={3: ([11, 12], tags)})
    assert minutes(barrier, HERE, THERE, access=WIDE) == np.inf


def test_a_door_on_the_line_touches_it():
    """(100, 20) is on the river itself: a house boat meets both banks."""
    assert minutes(RIVER, (100, 20), HERE, access=WIDE) == exactly(0.28)
    assert minutes(RIVER, (100, 20), THERE, access=WIDE) == exactly(0.28)
    # a metre north of it the southern bank is behind the river
    assert minutes(RIVER, (100, 21), HERE, access=WIDE) == np.inf


def test_legs_choose_among_the_three_places_behind_a_fence():
    """A fence of 30 m stands before (100, 50): both slanting legs pass it, the straight one not."""
    street = Estates({1: (-500, 0), 2: (500, 0)}, {1: ([1, 2], STREET)})
    fence = street.having(
        nodes={11: (85, 25), 12: (115, 25)}, ways={3: ([11, 12], "barrier=fence")}
    )
    slant_m = 50 / np.sqrt(1.4**2 - 1)
    leg_m = 1.4 * np.hypot(50, slant_m)
    # straight down it would be 70 m; by the angle it is leg_m, and back along the street
    assert minutes(street, (100, 50), (100, 0), access=WIDE) == exactly(0.7)
    found = minutes(fence, (100, 50), (100, 0), access=WIDE)
    assert found == exactly((leg_m + slant_m) / 100)
    far = minutes(fence, (100, 50), (400, 0), access=WIDE)
    assert far == exactly((leg_m + 300 - slant_m) / 100)


# -- crossings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tags", "seconds"), [("highway=crossing", 5), (CROSSING.spots[2], 20)])
def test_who_crosses_waits_and_who_walks_along_does_not(tags, seconds):
    drawing = CROSSING.having(spots={2: tags})
    assert minutes(drawing, (0, -40), (0, 40)) == exactly(0.8 + seconds / 60)
    assert minutes(drawing, (-100, 0), (100, 0)) == exactly(2.0)
    assert minutes(drawing, (0, -40), (100, 0)) == exactly(1.4 + seconds / 120)  # half
    patient = WalkProfile("patient", 6.0, signal_s=0, crossing_s=0)
    assert minutes(drawing, (0, -40), (0, 40), patient) == exactly(0.8)


def test_a_path_that_crosses_needs_no_node():
    for tags, seconds in (
        ("footway=crossing", 5), ("footway=crossing crossing=traffic_signals", 20), ("", 0),
    ):  # fmt: skip
        ways = {2: ([4, 2, 5], f"{PATH} {tags}".strip())}
        drawing = CROSSING.having(spots={2: None}, ways=ways)
        assert minutes(drawing, (0, -40), (0, 40)) == exactly(0.8 + seconds / 60)
        assert minutes(drawing, (-100, 0), (100, 0)) == exactly(2.0)


def test_a_leg_is_no_crossing():
    """Two doors 10 m before and behind the crossing, 3 m beside the path."""
    # along the path to its end in the carriageway, and on by a leg: nobody waits off the path
    cheap_m = 3 * SLANT + 10 + 1.4 * np.hypot(3, 10)
    assert minutes(CROSSING, (3, -10), (3, 10)) == exactly(cheap_m / 100)
    # 20 m further off the limit of 30 m is too short for that
    paths_m = 2 * 3 * SLANT + 80
    assert minutes(CROSSING, (3, -40), (3, 40)) == exactly(paths_m / 100 + 20 / 60)


# -- wheels ---------------------------------------------------------------------------------------

STAIRS = RIVER.having(ways={4: ([2, 4], "highway=steps layer=1")})
RAMP = STAIRS.having(nodes={5: (900, 0), 6: (900, 40)},
                     ways={5: ([2, 5], PATH), 6: ([5, 6], f"{PATH} bridge=yes"),
                           7: ([6, 4], PATH)})  # fmt: skip
WHEELCHAIR = WalkProfile("wheelchair", 6.0, steps_factor=0.0)


def test_wheels_take_no_steps():
    # on foot: 500 + 2 x 40 (half speed) + 500 m
    assert minutes(STAIRS, HERE, THERE, access=WIDE) == exactly(10.8)
    assert minutes(STAIRS, HERE, THERE, WHEELCHAIR, WIDE) == np.inf
    assert minutes(RAMP, HERE, THERE, access=WIDE) == exactly(10.8)
    # round by the ramp: 500 + 300 + 40 + 300 + 500 m
    assert minutes(RAMP, HERE, THERE, WHEELCHAIR, WIDE) == exactly(16.4)


def test_wheels_do_not_get_onto_a_bridge_that_stairs_lead_up_to():
    """Stairs 2 - 7 and 8 - 4 at both ends of a footbridge 7 - 8."""
    over = RIVER.having(
        nodes={7: (620, 0), 8: (620, 40)},
        ways={4: ([2, 7], "highway=steps"), 5: ([7, 8], f"{PATH} bridge=yes"),
              6: ([8, 4], "highway=steps")},
    )  # fmt: skip
    # 500 m, 20 m of steps (as 40), 40 m, 40, 500
    assert minutes(over, HERE, THERE, access=WIDE) == exactly(11.2)
    assert minutes(over, HERE, THERE, WHEELCHAIR, WIDE) == np.inf
    streets = prepare_streets(estates_network(over), WHEELCHAIR, WIDE)
    assert join(streets, np.array([(640.0, 0.0)])).joined.tolist() == [True]  # the street at 2
    assert join(streets, np.array([(710.0, 0.0)])).joined.tolist() == [False]


#: 12 km/h are 200 m a minute; pushed at 6 km/h, 100 m a minute. A leg goes at the speed of a rider:
#: only with a detour above 2 is it slower than to push.
ON_STREETS = AccessRules(limit_m=30.0, detour=2.5)
BICYCLE = WalkProfile("bicycle", 12.0, steps_factor=0.0, vehicle="bicycle", push_kmh=6.0)

# A one-way street from 1 to 2, a path beside it, and a street with two lanes round the south.
#
#   3 ------ path ------ 4      y = 100
#   |                    |
#   1 -----> oneway ---- 2      y = 0
#   |                    |
#   5 ------------------ 6      y = -200
ONEWAY = Estates(
    nodes={1: (0, 0), 2: (400, 0), 3: (0, 100), 4: (400, 100), 5: (0, -200), 6: (400, -200)},
    ways={
        1: ([1, 2], f"{STREET} oneway=yes"),
        2: ([1, 3, 4, 2], PATH),
        3: ([1, 5, 6, 2], STREET),
    },
)


def test_a_bicycle_rides_there_and_comes_back_another_way():
    there, back = ((50, 0), (350, 0)), ((350, 0), (50, 0))
    assert ride(ONEWAY, *there) == exactly(1.5)  # 300 m ridden
    # back: on to 2 (50 m), pushed over the path: 100 + 400 + 100 m at 100 m a minute, then 50 m;
    # or ridden round: 200 + 400 + 200 m at 200 m a minute: 0.25 + 4 + 0.25
    assert ride(ONEWAY, *back) == exactly(4.5)
    # where the street in the south is for walkers only, the path is the way back: 0.25 + 6 + 0.25
    pushed = ONEWAY.having(ways={3: ([1, 5, 6, 2], f"{STREET} bicycle=no")})
    assert ride(pushed, *back) == exactly(6.5)
    # walkers know no one-way streets
    for trip in (there, back):
        assert minutes(ONEWAY, *trip) == exactly(3.0)


def test_a_matrix_of_a_rider_goes_from_people_to_facilities():
    network = estates_network(ONEWAY)
    ends = [(50, 0), (350, 0)]
    matrix = minutes_matrix(network, ends, ends, BICYCLE, ON_STREETS)  # (facilities, people)
    assert matrix == exactly(np.array([[0.0, 4.5], [1.5, 0.0]]))
    streets = prepare_streets(network, BICYCLE, ON_STREETS)
    found, label = nearest_minutes(
        streets,
        join(streets, np.array(ends[:1], float)),
        join(streets, np.array(ends, float), reached=True),
    )
    assert found == exactly([0.0, 4.5])
    assert label.tolist() == [0, 0]


def test_against_the_drawn_direction_and_two_ways_for_bicycles():
    against = ONEWAY.having(ways={1: ([1, 2], f"{STREET} oneway=-1")})
    assert ride(against, (350, 0), (50, 0)) == exactly(1.5)
    assert ride(against, (50, 0), (350, 0)) == exactly(4.5)
    both = ONEWAY.having(ways={1: ([1, 2], f"{STREET} oneway=yes oneway:bicycle=no")})
    assert ride(both, (350, 0), (50, 0)) == exactly(1.5)


def test_a_bicycle_is_pushed_where_it_is_not_ridden_and_carried_nowhere():
    line = Estates({1: (0, 0), 2: (100, 0), 3: (200, 0)}, {1: ([1, 2], STREET), 2: ([2, 3], PATH)})
    assert ride(line, (0, 0), (200, 0)) == exactly(0.5 + 1.0)
    stairs = line.having(ways={2: ([2, 3], "highway=steps")})
    assert ride(stairs, (0, 0), (200, 0)) == np.inf


def test_a_rider_waits_at_crossings_of_paths():
    # pushed 40 + 40 m over the street
    assert ride(CROSSING, (0, -40), (0, 40)) == exactly(0.8 + 20 / 60)


def test_a_rider_obeys_gates_and_compounds():
    slow = {way: (TWINS.ways[way][0], PRIVATE) for way in (13, 14)}
    # 500 m ridden at 200 m a minute
    assert ride(TWINS.having(ways=slow), WEST, EAST) == exactly(2.5)
