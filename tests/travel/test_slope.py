"""Walks up and down, worked out by hand: one hill, a bridge over a valley, a tunnel, wheels.

Everybody walks 100 metres a minute on level ground. By Tobler a metre takes
exp(3.5 (|g + 0.05| - 0.05)) times as long on a grade g as on level ground: 0.1 up exp(0.35), 0.1
down exp(0) = 1, 0.05 down exp(-0.175).
"""

from dataclasses import replace
from math import exp

import numpy as np
import pytest
import shapely

import planner
from planner.network import build_network
from planner.network.heights import CUT_M, add_heights
from planner.network.surroundings import find_surroundings
from planner.plan.profiles import PROFILES, WalkProfile
from planner.sources.osm.extract import load_osm
from planner.travel.access import join, shut_in
from planner.travel.minutes import nearest_minutes, reached_pairs, second_minutes
from planner.travel.several_nearest import several_nearest
from planner.travel.streets import AccessRules, prepare_streets
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import FRAME, Drawing, points
from tests.cities.hills import hills
from tests.cities.walled_city import walled_city
from tests.samples import first

HUNDRED = WalkProfile("hundred metres a minute", 6.0, signal_s=0, crossing_s=0)
UP, DOWN = exp(0.35), 1.0
#: Legs are level: with 1.4 metres walked for a straight one they would be quicker than 0.1 up.
ACCESS = AccessRules(limit_m=100.0, detour=2.5)
STREET = Drawing({1: (0, 0), 2: (1000, 0)}, [([1, 2], "highway=residential")])


def ridge(x, y):  # noqa: ARG001
    """A ridge at x = 500, 50 m high: 0.1 up from x = 0, 0.1 down to x = 1000."""
    return 50 - 0.1 * np.abs(x - 500)


def street(height=ridge, drawing=STREET, **options):
    return add_heights(drawing.network(), hills(height, **options))


def minutes(network, a, b, profile=HUNDRED, direction="to"):
    """Return the minutes of a walk from a to b: b is the facility, or a if `from` is asked."""
    streets = prepare_streets(network, profile, ACCESS, direction=direction)
    person, facility = (b, a) if direction == "from" else (a, b)
    found = nearest_minutes(
        streets,
        join(streets, np.array([facility])),
        join(streets, np.array([person]), reached=True),
    )
    return float(found[0][0])


def test_a_street_over_a_hill_is_cut_at_its_top():
    # Cells are 10 m wide, and their middles lie at 495 and 505: the top between them is 49.5 m
    # high, and the first sample on it stands at 495.
    network = street()
    assert network.n_edges == 2
    assert network.xy[2] == pytest.approx([495, 0])
    assert sorted(network.rise_m.tolist()) == pytest.approx([-49.5, 49.5], abs=CUT_M)
    assert not network.flat.any()


def test_over_a_hill_and_up_to_its_top():
    # West of the top, at 495, 0.1 up; east of it 49.5 m down on 505, 0.098: either way over it.
    network = street()
    east = 49.5 / 505
    east_up, east_down = exp(3.5 * east), exp(3.5 * (east - 0.1))
    over = 4.95 * UP + 5.05 * east_down
    assert minutes(network, (0, 0), (1000, 0)) == pytest.approx(over)
    assert minutes(network, (1000, 0), (0, 0)) == pytest.approx(5.05 * east_up + 4.95 * DOWN)
    # To the top the way is up, from there it is down.
    assert minutes(network, (0, 0), (495, 0)) == pytest.approx(4.95 * UP)
    assert minutes(network, (495, 0), (0, 0)) == pytest.approx(4.95 * DOWN)
    # A place half way up is met where it is: minutes are linear along each part.
    assert minutes(network, (0, 0), (250, 0)) == pytest.approx(2.5 * UP)
    assert minutes(network, (250, 0), (0, 0)) == pytest.approx(2.5 * DOWN)


def test_the_same_walk_asked_from_the_facility():
    network = street()
    for a, b in (((0, 0), (500, 0)), ((500, 0), (0, 0))):
        assert minutes(network, a, b, direction="from") == pytest.approx(minutes(network, a, b))


def test_both_ways_is_the_longer_for_the_same_facility():
    """P stands at 300. F0 at 0 is below, F1 at 600 above: a plain of grade 0.1 upwards.

    To F0 300 m down, 3 minutes, back 3 UP; to F1 300 m up, 3 UP, back 3. F2 at 320 a little above,
    but across 200 m of steps: it is farther. Both ways every one takes 3 UP, and the first counts.
    """
    network = street(lambda x, y: 0.1 * x + 0 * y)
    xy = np.array([(0.0, 0.0), (600.0, 0.0), (950.0, 0.0)])
    one = np.array([(300.0, 0.0)])
    found = {}
    for direction in ("to", "from", "both"):
        streets = prepare_streets(network, HUNDRED, ACCESS, direction=direction)
        places, units = join(streets, xy), join(streets, one, reached=True)
        found[direction] = nearest_minutes(streets, places, units)
        second = second_minutes(streets, places, units, found[direction][1])
        pairs = reached_pairs(streets, places, units, 5.0)
        several = several_nearest(streets, places, units, 3)
        if direction == "both":
            assert second[0] == pytest.approx([3 * UP])
            assert second[1].tolist() == [1]
            assert pairs.minutes == pytest.approx([3 * UP, 3 * UP])
            assert several[1].tolist() == [[0, 1, 2]]
            assert several[0][0, 2] == pytest.approx(6.5 * UP)
    assert (found["to"][0][0], found["to"][1][0]) == (pytest.approx(3.0), 0)
    assert (found["from"][0][0], found["from"][1][0]) == (pytest.approx(3.0), 1)
    assert (found["both"][0][0], found["both"][1][0]) == (pytest.approx(3 * UP), 0)


VALLEY = Drawing(
    {1: (0, 0), 2: (200, 0), 3: (500, 0), 4: (800, 0), 5: (1000, 0)},
    [
        ([1, 2], "highway=footway"),
        ([2, 3, 4], "highway=footway bridge=yes layer=1"),
        ([4, 5], "highway=footway"),
    ],
)


def valley(x, y):  # noqa: ARG001
    """Level at 100 m but for a valley of 60 m between x = 220 and 780; 0.05 up east of 800."""
    return np.where(abs(x - 500) < 280, 40.0, 100.0) + np.where(x > 800, 0.05 * (x - 800), 0.0)


def test_a_bridge_over_a_valley_keeps_the_straight_grade_between_its_ends():
    # 200 m level, 600 m of bridge between two heights of 100 m: level, 200 m at 0.05 up.
    network = street(valley, VALLEY)
    bridge = network.elevated
    assert network.rise_m[bridge] == pytest.approx([0.0] * bridge.sum(), abs=0.3)
    assert minutes(network, (0, 0), (1000, 0)) == pytest.approx(8 + 2 * exp(0.175), abs=0.02)
    assert minutes(network, (1000, 0), (0, 0)) == pytest.approx(8 + 2 * exp(-0.175), abs=0.02)
    # On the ground the same street goes down 60 m and up again.
    ground = replace(VALLEY, ways=[(way[0], "highway=footway") for way in VALLEY.ways])
    assert minutes(street(valley, ground), (0, 0), (1000, 0)) > 12


def test_a_bridge_of_several_edges_and_of_two_heights():
    """Its ends lie at 10 m and 40 m, 600 m apart: 0.05 all along, at every node on it.

    A second bridge leaves it in its middle and ends nowhere: that end is on the ground.
    """
    drawing = replace(
        VALLEY, nodes=VALLEY.nodes | {6: (500, 300)},
        ways=[*VALLEY.ways, ([3, 6], "highway=footway bridge=yes layer=1")],
    )  # fmt: skip

    def height(x, y):
        low = np.where(x < 300, 10.0, np.where(x > 700, 40.0, 0.0))
        return np.where(y > 250, 25.0, low)

    network = street(height, drawing)
    middle = network.node_id == 3
    # Between 10 and 40 m, 300 m from each, and 25 m, 300 m away: in the middle of all three.
    assert network.height_m[middle] == pytest.approx([25.0])
    assert minutes(network, (200, 0), (800, 0)) == pytest.approx(6 * exp(0.175), abs=0.01)


def test_a_tunnel_goes_straight_through_the_hill():
    tunnel = Drawing(
        {1: (0, 0), 2: (100, 0), 3: (900, 0), 4: (1000, 0)},
        [([1, 2], "highway=footway"), ([2, 3], "highway=footway tunnel=yes layer=-1"),
         ([3, 4], "highway=footway")],
    )  # fmt: skip
    # From 10 m to 10 m: level. Before and behind it 100 m of 0.1.
    network = street(ridge, tunnel)
    expected = 1 * UP + 8 + 1 * DOWN
    assert minutes(network, (0, 0), (1000, 0)) == pytest.approx(expected, abs=0.02)


def test_steps_up_to_a_bridge_are_no_hill():
    """Steps of 20 m lead up to a footbridge on both sides of a road on level ground: no rise."""
    drawing = Drawing(
        {1: (0, 0), 2: (100, 0), 3: (120, 0), 4: (180, 0), 5: (200, 0), 6: (300, 0)},
        [([1, 2], "highway=footway"), ([2, 3], "highway=steps"),
         ([3, 4], "highway=footway bridge=yes"), ([4, 5], "highway=steps"),
         ([5, 6], "highway=footway")],
    )  # fmt: skip

    def cutting(x, y):  # noqa: ARG001
        """The road lies 8 m deep between x = 110 and 190."""
        return np.where(abs(x - 150) < 40, 0.0, 8.0)

    network = street(cutting, drawing)
    # 100 + 60 + 100 m at 100 m a minute, 40 m of steps at half the speed.
    assert minutes(network, (0, 0), (300, 0)) == pytest.approx(2.6 + 0.8, abs=0.02)


def test_steps_take_the_longer_of_steps_and_slope():
    """Steps of 100 m up a grade of 0.3: exp(3.5 x 0.3) = 2.86 times as long, more than twice.

    Down, exp(3.5 x 0.2) = 2.01 times; down a grade of 0.1 steps take twice as long as ever.
    """
    drawing = Drawing({1: (0, 0), 2: (100, 0)}, [([1, 2], "highway=steps")])
    for grade, up, down in ((0.3, exp(1.05), exp(0.7)), (0.1, 2.0, 2.0)):
        network = street(lambda x, y, g=grade: g * x + 0 * y, drawing)
        towards_v, towards_u = network.paces(HUNDRED)
        assert towards_v == pytest.approx([up / 100])
        assert towards_u == pytest.approx([down / 100])


def test_a_wheelchair_is_stopped_by_grade():
    """A street of 0.1 in its first half, level in its second: wheels stay on the second.

    1 in 12 is 0.083. A walker at 200 steps onto the steep half; a wheelchair at 200 meets nothing
    within 100 m, and one at 450 goes 50 m off the streets (x 2.5) to the level half.
    """
    network = street(lambda x, y: np.minimum(0.1 * x, 50.0) + 0 * y)
    wheels = replace(PROFILES["wheelchair"], speed_kmh=6.0)
    assert wheels.max_grade == pytest.approx(1 / 12)
    assert minutes(network, (200, 0), (1000, 0), wheels) == np.inf
    assert minutes(network, (450, 0), (1000, 0), wheels) == pytest.approx(1.25 + 5, abs=0.15)
    assert minutes(network, (200, 0), (1000, 0)) < 10
    # A gentle street stops nobody: 0.08 up takes exp(0.28) times as long.
    gentle = street(lambda x, y: 0.08 * x + 0 * y)
    assert minutes(gentle, (0, 0), (1000, 0), wheels) == pytest.approx(10 * exp(0.28))
    # Neither way: what is too steep to go up is too steep to go down.
    assert minutes(network, (1000, 0), (200, 0), wheels) == np.inf


def test_riders_ride_slower_uphill_and_push_where_that_is_sooner():
    """Parkin and Rotheram, m/s: 6.01, 0.4002 less for each 1 % up, 0.2379 more for one down to 5 %.

    12 km/h are 200 m a minute; 6 % up 1 - 6 x 0.4002 / 6.01 = 0.60 of that; 14 % up 0.068 of it are
    14 m a minute: pushing at 4 km/h x exp(-3.5 x 0.14) is quicker.
    """
    rider = replace(PROFILES["bicycle"], push_kmh=4.0)
    network = street(lambda x, y: 0.06 * x + 0 * y)
    assert minutes(network, (0, 0), (1000, 0), rider) == pytest.approx(5 / (1 - 6 * 0.4002 / 6.01))
    assert minutes(network, (1000, 0), (0, 0), rider) == pytest.approx(5 / (1 + 5 * 0.2379 / 6.01))
    steep = street(lambda x, y: 0.14 * x + 0 * y)
    # Asked of the street itself: level legs are quicker than pushing.
    assert steep.paces(rider)[0] == pytest.approx([1 / (4000 / 60 * exp(-3.5 * 0.14))])
    # An e-bike is as quick up as down.
    assert minutes(steep, (0, 0), (1000, 0), PROFILES["ebike"]) == pytest.approx(4.0)


def test_irmischer_and_clarke():
    """On 0.1 up 0.11 + exp(-225 / 1800) = 0.9925 m/s, on level ground 0.11 + exp(-25 / 1800)."""
    network = street(lambda x, y: 0.1 * x + 0 * y)
    walker = replace(HUNDRED, slope="irmischer-clarke")
    level, up = 0.11 + exp(-25 / 1800), 0.11 + exp(-225 / 1800)
    assert minutes(network, (0, 0), (1000, 0), walker) == pytest.approx(10 * level / up)


def test_without_heights_a_street_is_level_and_marked():
    # The raster ends at x = 600: the street is one edge of which a part has no height.
    network = street(high=(600.0, 500.0))
    assert network.flat.tolist() == [True]
    assert minutes(network, (0, 0), (1000, 0)) == pytest.approx(10.0)
    edges = network.to_edges(HUNDRED)
    assert edges["flat"].all()
    assert edges["minutes"].tolist() == edges["minutes_back"].tolist() == [10.0]
    # Cut in two by a crossroads, the part with heights has its slope.
    crossing = Drawing(
        {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (500, 90)},
        [([1, 2, 3], "highway=residential"), ([2, 4], "highway=residential")],
    )
    parts = street(lambda x, y: 0.1 * x + 0 * y, crossing, high=(600.0, 500.0)).to_edges(HUNDRED)
    assert parts["flat"].sum() == 1
    assert parts.loc[parts["rise_m"].abs() > 1, "minutes"].tolist() == pytest.approx([5 * UP])


def test_matrix_route_and_minutes_from_have_directions_of_their_own():
    network = street(lambda x, y: 0.1 * x + 0 * y)
    low, high = points([(0, 0)], ["low"]), points([(1000, 0)], ["high"])
    more = points([(1000, 0), (1000, 1), (1000, 2)])
    for direction in ("to", "from", "both"):
        streets = prepare_streets(network, HUNDRED, ACCESS, direction=direction)
        assert planner.travel_time_matrix(streets, low, high)["minutes"][0] == pytest.approx(
            10 * UP
        )
        assert planner.travel_time_matrix(streets, high, low)["minutes"][0] == pytest.approx(10.0)
        # searched from the smaller table, whichever side it stands on
        up = planner.travel_time_matrix(streets, low, more)["minutes"]
        assert up[0] == pytest.approx(10 * UP)
        down = planner.travel_time_matrix(streets, more, low)["minutes"]
        assert down[0] == pytest.approx(10.0)
        assert planner.nearest(streets, low, high)["minutes"][0] == pytest.approx(10 * UP)
        there = planner.route(streets, low, high)
        assert there.minutes == pytest.approx(10 * UP)
        assert planner.route(streets, high, low).minutes == pytest.approx(10.0)
    from_low = network.minutes_from(low, profile=HUNDRED, access=ACCESS)
    assert from_low.max() == pytest.approx(10 * UP)


@pytest.mark.parametrize("direction", ["to", "from", "both"])
def test_isochrones_to_and_from(direction):
    """A facility at x = 500 on a plane of 0.1: in 2 minutes one comes from 200 m above.

    Down a minute is 100 m, up 100 / UP = 70.5 m. `to`: people come down from 700 and up from 359;
    `from`: the other way round; `both`: what both have in common. The tips of what is drawn are
    narrow, and end up to a quarter of a cell of 16 m before.
    """
    network = street(lambda x, y: 0.1 * x + 0 * y)
    streets = prepare_streets(network, HUNDRED, ACCESS, direction=direction)
    shape = planner.isochrones(streets, points([(500, 0)]), cutoffs_minutes=2).geometry[0]
    reach = shapely.intersection(shape, shapely.LineString([(0, 0), (1000, 0)])).bounds
    up_m, down_m = 200 / UP, 200.0
    below = {"to": up_m, "from": down_m, "both": up_m}[direction]
    above = {"to": down_m, "from": up_m, "both": up_m}[direction]
    assert 500 - reach[0] == pytest.approx(below, abs=4)
    assert reach[2] - 500 == pytest.approx(above, abs=4)
    # The streets themselves end there exactly; beyond 5 minutes there is no street any more.
    areas = planner.service_areas(streets, points([(500, 0)]), cutoffs_minutes=[2, 9])
    assert areas.geometry[0].bounds == pytest.approx((500 - below, 0, 500 + above, 0))
    assert areas["length_m"].tolist() == pytest.approx([below + above, 1000])


def test_streets_reached_both_ways_are_reached_to_and_from_the_same_facility():
    """Facilities at 0 and 1000 of a plane of 0.1, 2 minutes: 200 m down, 141 m up.

    A cross street at 100, level: 100 m up to it and on leave 2 - UP minutes of it both ways.
    """
    network = street(
        lambda x, y: 0.1 * x + 0 * y,
        Drawing(
            {1: (0, 0), 2: (100, 0), 3: (1000, 0), 4: (100, 300)},
            [([1, 2, 3], "highway=residential"), ([2, 4], "highway=residential")],
        ),
    )
    places = points([(0, 0), (1000, 0)])
    up_m, aside_m = 200 / UP, 100 * (2 - UP)
    found = {}
    for direction in ("to", "from", "both"):
        streets = prepare_streets(network, HUNDRED, ACCESS, direction=direction)
        areas = planner.service_areas(streets, places, cutoffs_minutes=2)
        found[direction] = areas["length_m"].tolist()
    assert found["to"] == pytest.approx([200 + 100, up_m])
    assert found["from"] == pytest.approx([up_m + aside_m, 200])
    assert found["both"] == pytest.approx([up_m + aside_m, up_m])


def test_what_follows_one_direction_refuses_both():
    network = street()
    streets = prepare_streets(network, HUNDRED, ACCESS, direction="both")
    one = points([(0, 0)])
    with pytest.raises(planner.ArgumentError, match="follows one direction"):
        planner.serve(streets, one, one, 15)
    with pytest.raises(planner.ArgumentError, match="direction is 'up'"):
        prepare_streets(network, HUNDRED, ACCESS, direction="up")


def test_level_heights_change_nothing():
    network = Drawing(
        {1: (0, 0), 2: (400, 10), 3: (800, 0), 4: (400, 300)},
        [([1, 2, 3], "highway=residential"), ([2, 4], "highway=steps")],
    ).network()
    raised = add_heights(network, hills(lambda x, y: 77.0 + 0 * x + 0 * y))
    assert raised.n_edges == network.n_edges
    for profile in PROFILES.values():
        assert raised.minutes(profile).tolist() == network.minutes(profile).tolist()
    assert str(raised.crs) == str(FRAME)


@pytest.mark.parametrize("seed", first(3, range(20)))
def test_behind_walls_from_is_to_with_hills_for_valleys(tmp_path, seed):
    """A walk from a facility over hills is one to it where every hill is a valley: as steep.

    Compounds, gates and doors that are closed to outsiders bind both alike.
    """
    rng = np.random.default_rng(seed)
    extract = load_osm(walled_city(seed).write(tmp_path / "drawn.osm"))
    level = build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME))
    rough = add_heights(level, hills(lambda x, y: 9 * np.sin(x / 30) * np.cos(y / 45) + 0.05 * x))
    upside_down = replace(rough, height_m=-rough.height_m)
    mode = ["as_tagged", "inferred_open", "inferred_closed"][seed % 3]
    facilities, units = rng.uniform(0, 450, (4, 2)), rng.uniform(-20, 470, (60, 2))
    closed = rng.random(4) < 0.4
    found = []
    for network, direction in ((rough, "from"), (upside_down, "to"), (rough, "to")):
        streets = prepare_streets(
            network, HUNDRED, AccessRules(40.0, 1.4), WallRules(gates=mode), direction=direction
        )
        places, people = (
            join(streets, facilities, closed=closed),
            join(streets, units, reached=True),
        )
        minutes, label = nearest_minutes(streets, places, people)
        second, _ = second_minutes(streets, places, people, label)
        several, _ = several_nearest(streets, places, people, 3)
        found.append((minutes, second, several, shut_in(streets, people)))
    for mine, theirs in zip(found[0], found[1], strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-9)
    # Who cannot leave a compound cannot, whichever way others walk; only whether a leg past a wall
    # is found depends on the angles that are tried.
    assert (found[0][3] == found[2][3]).mean() > 0.9
    known = np.isfinite(found[0][0])
    assert np.abs(found[0][0][known] - found[2][0][known]).max(initial=1.0) > 1e-3
