"""Why a unit is not covered, worked out by hand: metres / 100 are minutes."""

import numpy as np
import pytest

from planner.coverage.causes import CAUSES, find_causes
from planner.travel.access import join
from planner.travel.streets import AccessRules, prepare_streets
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import WALKER, estates_network
from tests.cities.estates_drawing import (
    BRIDGE,
    CROSSING,
    RIVER,
    STREET,
    TWINS,
    TWINS_WITH_A_HOLE,
    Estates,
)

NARROW, WIDE = AccessRules(limit_m=30.0, detour=1.4), AccessRules(limit_m=100.0, detour=1.4)
WEST, EAST, SOUTH = (150, 100), (250, 100), (50, 0)


def why(drawing, units, facilities, cutoff, *, access=NARROW, later=None, closed=None, **rules):
    """Return (cause, detail) of each unit."""
    streets = prepare_streets(estates_network(drawing), WALKER, access, WallRules(**rules))
    places = np.array(facilities, dtype=float).reshape(-1, 2)
    table = find_causes(
        streets,
        np.array(units, dtype=float).reshape(-1, 2),
        join(streets, places, closed=closed),
        cutoff_minutes=cutoff,
        served_at_other_hours=np.array(later or [False] * len(units), dtype=bool),
    )
    assert set(table["cause"]) <= set(CAUSES)
    return list(zip(table["cause"], table["cause_detail"], strict=True))


def test_a_wall_keeps_neighbours_apart_and_is_named_after_the_units_own():
    # 500 m round, 100 m through the wall
    assert why(TWINS, [WEST], [EAST], 4.9) == [("wall", "West")]
    assert why(TWINS, [EAST], [WEST], 4.9) == [("wall", "East")]


def test_a_wall_that_keeps_outsiders_from_a_short_cut_is_named_too():
    """From (100, 2) in the south to (100, 220) in the north it is 218 m through the estate."""
    assert why(TWINS_WITH_A_HOLE, [(100, 0)], [(100, 220)], 3.0) == [("wall", "West")]
    # a facility inside: its wall
    locked = TWINS.having(spots={5: "barrier=gate locked=yes"})
    assert why(locked, [SOUTH], [WEST], 3.0) == [("wall", "West")]


def test_a_wall_without_a_name_is_told_by_its_id():
    nameless = TWINS.having(ways={901: (TWINS.ways[901][0], "landuse=residential barrier=wall")})
    assert why(nameless, [WEST], [EAST], 4.9) == [("wall", "way/901")]


def test_a_gate_shut_at_this_hour_is_a_wall():
    network = estates_network(TWINS)
    row = int(np.flatnonzero(network.walls.gates.gate_id == "node/5")[0])
    assert why(TWINS, [WEST], [SOUTH], 3.0, shut=(row,)) == [("wall", "West")]


def test_other_hours_come_first():
    assert why(TWINS, [WEST, WEST], [EAST], 4.9, later=[True, False]) == [
        ("closed", ""), ("wall", "West"),
    ]  # fmt: skip


HERE, THERE = (100, 0), (100, 40)


def test_a_river_is_named():
    # 40 m across: 0.56 minutes by a leg
    assert why(RIVER, [HERE], [THERE], 3.0, access=WIDE) == [("barrier", "Suzhou")]
    # by the bridge it is 1040 m: the river is why it is so far
    assert why(BRIDGE, [HERE], [THERE], 5.0, access=WIDE) == [("barrier", "Suzhou")]


def test_a_barrier_without_a_name_is_told_by_its_kind():
    rail = RIVER.having(ways={3: ([11, 12], "railway=rail")})
    assert why(rail, [HERE], [THERE], 3.0, access=WIDE) == [("barrier", "railway")]


def test_a_barrier_counts_where_the_straight_line_crosses_it():
    """Legs of 30 m do not reach over the river, but the straight line of 40 m x 1.3 does."""
    assert why(RIVER, [HERE], [THERE], 0.6) == [("barrier", "Suzhou")]
    # 40 m x 1.3 are 0.52 minutes
    assert why(RIVER, [HERE], [THERE], 0.51) == [("too far", "")]


def test_of_two_rivers_the_one_before_the_nearest_facility_counts():
    north = RIVER.having(
        nodes={13: (-200, -20), 14: (800, -20), 5: (0, -60), 6: (600, -60)},
        ways={5: ([13, 14], "waterway=river name=South"), 6: ([5, 6], STREET)},
    )
    # 40 m to the north over the Suzhou, 60 m to the south
    assert why(north, [HERE], [(100, -60), THERE], 3.0) == [("barrier", "Suzhou")]
    assert why(north, [HERE], [(100, -60)], 3.0) == [("barrier", "South")]


def test_a_detour_and_a_distance():
    """A U of streets: 1 - 2 - 3 - 4, open in the west."""
    bend = Estates(
        {1: (0, 0), 2: (500, 0), 3: (500, 200), 4: (0, 200)}, {1: ([1, 2, 3, 4], STREET)}
    )
    # 1200 m round, 200 m straight, x 1.3 = 260 m
    assert why(bend, [(0, 0)], [(0, 200)], 2.6) == [("detour", "")]
    assert why(bend, [(0, 0)], [(0, 200)], 2.59) == [("too far", "")]


def test_walls_come_before_barriers_and_barriers_before_detours():
    walled = TWINS.having(
        nodes={41: (200, -50), 42: (200, 300)}, ways={30: ([41, 42], "railway=rail name=Line")}
    )
    assert why(walled, [WEST], [EAST], 4.9) == [("wall", "West")]
    # 2 minutes suffice neither round nor through; the line crosses the rails
    assert why(walled, [(100, 60)], [(300, 60)], 2.65) == [("barrier", "Line")]


def test_the_gates_of_the_run_bind_when_barriers_are_left_out():
    """A river between estate and street: without it the hole in the wall must not open."""
    river = TWINS_WITH_A_HOLE.having(
        nodes={41: (-100, 215), 42: (500, 215)},
        ways={30: ([41, 42], "waterway=river name=Moat")},
    )
    row = int(np.flatnonzero(estates_network(river).walls.gates.gate_id == "node/5")[0])
    # the gate is shut at this hour, so nobody gets out, with or without the river
    assert why(river, [WEST], [(290, 0)], 3.5, shut=(row,)) == [("wall", "West")]


def test_a_facility_closed_to_outsiders_is_no_cause_for_them():
    """It stands in no compound; in a straight line it is 1.3 minutes away."""
    street = Estates({1: (0, 0), 2: (600, 0)}, {1: ([1, 2], STREET)})
    assert why(street, [(100, 0)], [(100, 50)], 3.0) == [("detour", "")]
    assert why(street, [(100, 0)], [(100, 50)], 3.0, closed=[True]) == [("too far", "")]
    # the river before a closed facility is no cause, but that before an open one further off is
    assert why(RIVER, [HERE], [THERE], 0.6, closed=[True]) == [("too far", "")]
    both = why(RIVER, [HERE], [(100, 39), THERE], 0.6, closed=[True, False])
    assert both == [("barrier", "Suzhou")]


def test_a_closed_facility_counts_in_its_own_compound():
    """30 m off are 0.39 minutes x 1.3, and 0.42 on foot; one unit is in West, one outside."""
    inside, units = (150, 195), [(150, 165), (150, 225)]
    assert why(TWINS, units, [inside], 0.4) == [("detour", ""), ("detour", "")]
    kept_out = why(TWINS, units, [inside], 0.4, closed=[True])
    assert kept_out == [("detour", ""), ("too far", "")]


def test_without_units_or_facilities_or_any_path():
    assert why(TWINS, [], [EAST], 5.0) == []
    assert why(TWINS, [WEST], [], 5.0) == [("too far", "")]
    assert why(CROSSING, [(0, -40)], [(0, 40)], 0.9) == [("too far", "")]


@pytest.mark.parametrize("mode", ["as_tagged", "inferred_closed"])
def test_a_wall_is_a_wall_in_every_mode(mode):
    assert why(TWINS, [WEST], [EAST], 4.9, gates=mode) == [("wall", "West")]
