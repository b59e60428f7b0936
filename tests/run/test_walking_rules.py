"""Door to door through tiny cities: what each rule of tags does to one walk, worked out by hand.

All walk 100 metres a minute.
"""

import numpy as np
import pytest

from tests.cities.drawing import SLANT, WALKER, estates_network, minutes_between
from tests.cities.estates_drawing import PATH, STREET
from tests.cities.tiny_streets import (
    BEHIND,
    FAR,
    NEAR,
    ROUND,
    STATION,
    STREETS,
    THROUGH,
    WHEELS,
    about,
    walk,
)

# -- on a node in the middle of the street ---------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "minutes"),
    [
        ("barrier=bollard", THROUGH),
        ("barrier=bollard foot=no", ROUND),
        ("barrier=bollard access=no", ROUND),
        ("barrier=bollard access=no foot=yes", THROUGH),
        ("barrier=bollard motor_vehicle=no", THROUGH),
        ("barrier=chain access=no", ROUND),
        ("barrier=chain", THROUGH),
        ("barrier=yes foot=no", ROUND),
        ("barrier=block foot=no;yes", THROUGH),
        ("barrier=cycle_barrier", THROUGH),
        ("barrier=kerb", THROUGH),
        ("barrier=height_restrictor", THROUGH),
        ("barrier=lift_gate", THROUGH),
        ("barrier=lift_gate access=private foot=yes", THROUGH),
        ("barrier=entrance", THROUGH),
        ("barrier=debris access=military", ROUND),
        ("barrier=bollard locked=yes", ROUND),
        ("barrier=gate foot=use_sidepath access=no", ROUND),
        # Both sides are public streets, so nobody is known to be a resident behind the gate.
        ("barrier=gate access=private", ROUND),
        ("barrier=swing_gate access=permit", ROUND),
        ("barrier=bollard access=private", ROUND),
        ("barrier=gate access=private;yes", THROUGH),
        ("barrier=stile", THROUGH),
        ("highway=crossing access=no", THROUGH),  # no barrier
    ],
)
def test_a_barrier_on_the_street(tags, minutes):
    assert walk(STREETS.having(spots={3: tags}), BEHIND) == about(minutes)


def test_both_sides_come_up_to_a_barrier():
    shut = STREETS.having(spots={3: "barrier=chain access=no"})
    assert walk(shut, (490.0, 0.0)) == about(4.9)
    assert walk(shut, (510.0, 0.0)) == about(26.9)


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ("barrier=kissing_gate", {"wheelchair", "stroller", "bicycle"}),
        ("barrier=stile", {"wheelchair", "stroller", "bicycle"}),
        ("barrier=turnstile", {"wheelchair", "stroller", "bicycle"}),
        ("barrier=full-height_turnstile", {"wheelchair", "stroller", "bicycle"}),
        ("barrier=kissing_gate wheelchair=yes", {"stroller", "bicycle"}),
        ("barrier=kissing_gate bicycle=yes", {"wheelchair", "stroller"}),
        ("barrier=bollard wheelchair=no", {"wheelchair"}),
        ("barrier=gate wheelchair=limited", set()),
        ("barrier=bollard bicycle=no", set()),  # pushed through
        ("highway=crossing wheelchair=no", {"wheelchair"}),
        ("barrier=kerb", set()),
    ],
)
def test_wheels_that_a_barrier_stops(tags, stopped):
    drawing = STREETS.having(spots={3: tags})
    network = estates_network(drawing)
    for who, profile in WHEELS.items():
        minutes = minutes_between(network, BEHIND, STATION, profile, NEAR)
        assert minutes == about(ROUND if who in stopped else THROUGH), who


# -- along the middle of the street ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "who", "minutes"),
    [
        ("highway=busway", "foot", 23.0),
        ("highway=busway foot=yes", "foot", 9.0),
        ("highway=bus_guideway foot=designated", "foot", 9.0),
        ("highway=residential foot=use_sidepath", "foot", 9.0),
        ("highway=residential foot=use_sidepath access=no", "foot", 23.0),
        ("highway=residential access=no;yes", "foot", 9.0),
        ("man_made=pier", "foot", 9.0),
        ("man_made=pier access=no", "foot", 23.0),
        ("highway=footway wheelchair=no", "foot", 9.0),
        ("highway=footway wheelchair=no", "wheelchair", 23.0),
        ("highway=footway wheelchair=no", "stroller", 9.0),
        ("highway=footway wheelchair=limited", "wheelchair", 9.0),
        # 200 + 2 x 600 + 100 m
        ("highway=steps", "foot", 15.0),
        ("highway=steps", "wheelchair", 23.0),
        ("highway=steps ramp:wheelchair=yes", "wheelchair", 9.0),
        ("highway=steps ramp:wheelchair=yes", "foot", 15.0),
        ("highway=steps ramp:wheelchair=no", "wheelchair", 23.0),
        ("highway=steps ramp=yes wheelchair=yes", "wheelchair", 9.0),
        ("highway=steps ramp=yes", "wheelchair", 23.0),
        ("highway=steps ramp:wheelchair=yes wheelchair=no", "wheelchair", 23.0),
    ],
)
def test_a_way_in_the_street(tags, who, minutes):
    drawing = STREETS.having(ways={12: ([2, 3, 4], tags)})
    assert walk(drawing, (900.0, 0.0), who) == about(minutes)


@pytest.mark.parametrize(
    ("tags", "met"),
    [
        ("level=0.0", True),
        ("layer=+0", True),
        ("level=0;1", True),
        ("level=ground", True),
        ("covered=yes", True),
        ("tunnel=building_passage", True),
        ("location=overground", True),
        ("level=1;2", False),
        ("level=-2", False),
        ("location=underground", False),
        ("tunnel=yes", False),
        ("bridge=boardwalk", False),
    ],
)
def test_a_street_above_or_below_is_met_at_its_ends(tags, met):
    """The home lies 20 m off the middle of 600 m; the limit is 30 m."""
    drawing = STREETS.having(ways={12: ([2, 3, 4], f"highway=footway {tags}")})
    expected = (500 + 20 * SLANT) / 100 if met else np.inf
    assert walk(drawing, (500.0, 20.0)) == about(expected)


# -- between the street and the people -------------------------------------------------------------

LINE = {21: (-300, 20), 22: (1300, 20), 23: (1300, 30), 24: (-300, 30)}


@pytest.mark.parametrize(
    ("tags", "blocks"),
    [
        ("barrier=wall", True),
        ("barrier=wall bridge=yes layer=1", False),
        ("barrier=guard_rail bridge=viaduct", False),
        ("barrier=fence level=2", False),
        ("barrier=fence layer=0", True),
        ("barrier=wall tunnel=building_passage", True),
        ("railway=subway", True),
        ("railway=subway location=underground", False),
        ("railway=rail tunnel=yes", False),
        ("railway=light_rail layer=1", False),
        ("railway=rail bridge=no layer=0.0", True),
        ("railway=rail level=-1;0", True),
        ("waterway=canal bridge=aqueduct", False),
        ("waterway=river tunnel=culvert", False),
        ("waterway=canal location=underground", False),
        ("waterway=river covered=yes", True),
        ("waterway=river covered=yes layer=-1", False),
        ("highway=motorway", True),
        ("highway=motorway bridge=yes", False),
        ("highway=motorway_link tunnel=yes layer=-1", False),
        ("highway=trunk motorroad=yes level=1", False),
    ],
)
def test_a_line_between(tags, blocks):
    drawing = STREETS.having(nodes=LINE, ways={15: ([21, 22], tags)})
    expected = np.inf if blocks else (500 + 50 * SLANT) / 100
    assert walk(drawing, (500.0, 50.0), access=FAR) == about(expected)


@pytest.mark.parametrize(
    ("tags", "blocks"),
    [
        ("natural=water", True),
        ("natural=water layer=-1", True),  # only that bridges lead over it
        ("natural=water layer=1", True),
        ("natural=water covered=yes", True),
        ("natural=water covered=yes layer=-1", False),
        ("natural=water tunnel=culvert layer=-1", False),
        ("natural=water location=underground", False),
        ("natural=water man_made=reservoir_covered", False),
        ("natural=water level=-1", False),
        ("waterway=dock bridge=aqueduct", False),
    ],
)
def test_water_between(tags, blocks):
    drawing = STREETS.having(nodes=LINE, ways={15: ([21, 22, 23, 24, 21], tags)})
    expected = np.inf if blocks else (500 + 50 * SLANT) / 100
    assert walk(drawing, (500.0, 50.0), access=FAR) == about(expected)


# -- onto a square ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "square", "joined"),
    [
        ("highway=steps", "", True),
        ("highway=steps layer=-1", "", True),  # up from below
        ("highway=footway", "", True),
        ("highway=footway layer=-1", "", False),
        ("highway=footway bridge=yes", "", False),
        ("highway=steps", "layer=1", False),
    ],
)
def test_a_street_that_ends_inside_a_square(tags, square, joined):
    """From the corner (200, 0) straight to (300, 100) in the square, then 400 m to the north."""
    nodes = {
        2: (200, 0), 31: (400, 0), 32: (400, 200), 33: (200, 200), 34: (300, 100), 35: (300, 500),
        36: (300, 700),
    }  # fmt: skip
    ways = {
        12: None, 13: None, 14: None,
        16: ([2, 31, 32, 33, 2], f"highway=pedestrian area=yes {square}"),
        18: ([34, 35], tags), 19: ([35, 36], STREET),
    }  # fmt: skip
    drawing = STREETS.having(nodes=nodes, ways=ways)
    pace = 2 if "steps" in tags else 1
    expected = (200 + np.hypot(100, 100) + 400 * pace + 100) / 100 if joined else np.inf
    assert walk(drawing, (300.0, 600.0)) == about(expected)


def test_an_end_that_sees_no_entry_is_led_to_the_nearest_corner():
    """An L: entered at (200, 0); the steps end round the bend, nearest to its inner corner."""
    nodes = {
        2: (200, 0), 31: (260, 0), 32: (260, 200), 33: (460, 200), 34: (460, 260), 35: (200, 260),
        36: (440, 250), 37: (440, 600),
    }  # fmt: skip
    ways = {
        12: None, 13: None, 14: None,
        16: ([2, 31, 32, 33, 34, 35, 2], "highway=pedestrian area=yes"),
        18: ([36, 37], PATH),
    }  # fmt: skip
    drawing = STREETS.having(nodes=nodes, ways=ways)
    corner = np.hypot(20, 10)  # to (460, 260), then along the edge back to the entry
    expected = (200 + 260 + 260 + corner + 250) / 100
    assert walk(drawing, (440.0, 500.0)) == about(expected)


# -- at a crossing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "way", "seconds"),
    [
        ("highway=crossing", "", 5),
        ("crossing=marked", "", 5),
        ("crossing=no", "", 0),
        ("highway=crossing crossing=traffic_signals", "", 20),
        ("highway=traffic_signals crossing=traffic_signals", "", 20),
        ("highway=traffic_signals crossing=marked", "", 20),
        ("highway=traffic_signals", "", 0),  # the lights of a street that nobody crosses
        ("highway=traffic_signals", "footway=crossing", 20),
        ("highway=crossing crossing=uncontrolled;traffic_signals", "", 20),
        ("crossing=zebra crossing:signals=yes", "", 20),
        ("railway=crossing crossing=uncontrolled", "", 0),
    ],
)
def test_the_wait_at_a_crossing(node, way, seconds):
    """A footway of 300 m to the south and 300 m to the north crosses the street at 3."""
    nodes = {51: (500, -300), 52: (500, 300)}
    ways = {18: ([51, 3, 52], f"{PATH} {way}"), 11: None, 13: None, 14: None}
    drawing = STREETS.having(nodes=nodes, ways=ways, spots={3: node})
    network = estates_network(drawing)
    minutes = minutes_between(network, (500.0, -300.0), (500.0, 300.0), WALKER, NEAR)
    assert minutes == about(6 + seconds / 60)
