"""Door to door through tiny cities: what hours and gates do to one walk, worked out by hand.

All walk 100 metres a minute.
"""

import numpy as np
import pytest

from tests.cities.drawing import SLANT, WALKER, estates_network, minutes_between
from tests.cities.estates_drawing import ESTATE, PATH, STREET
from tests.cities.tiny_streets import (
    AT,
    BEHIND,
    NEAR,
    ROUND,
    STATION,
    STREETS,
    THROUGH,
    about,
    walk,
    walks_at,
)

# -- at hours --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "plain", "day", "night", "sunday"),
    [
        ("foot=yes foot:conditional=no@(22:00-06:00)", True, True, False, True),
        ("access:conditional=no@22:00-06:00", True, True, False, True),
        ("foot=yes access:conditional=no@(22:00-06:00)", True, True, True, True),
        ("access=no foot:conditional=yes@(Mo-Fr~08:00-18:00)", False, True, False, False),
        ("access=private access:conditional=yes@(06:00-22:00)", False, True, False, True),
        ("foot:conditional=no@(Mo-Su);yes@(Tu)", True, True, True, False),
        ("foot:conditional=no@(22:00-06:00~AND~Mo-Sa)", True, True, False, True),
        ("foot:conditional=no@(Mo;We;Su)", True, True, True, False),
        ("opening_hours=Mo-Sa~06:00-22:00", True, True, False, False),
        ("opening_hours=06:00-22:00 foot:conditional=no@(Su)", True, True, False, False),
        # what cannot be read changes nothing
        ("foot:conditional=no@(weight>3.5)", True, True, True, True),
        ("foot:conditional=no@(22:00-06:00~AND~snow)", True, True, True, True),
        ("foot:conditional=no", True, True, True, True),
        ("opening_hours=daylight?", True, True, True, True),
        ("access=no foot:conditional=yes@((22:00", False, False, False, False),
    ],
)
@pytest.mark.parametrize("where", ["gate", "bollard", "way"])
def test_at_hours(tags, plain, day, night, sunday, where):
    if where == "way":
        drawing = STREETS.having(ways={12: ([2, 3, 4], f"{STREET} {tags}")})
        through, round_, home = 9.0, 23.0, (900.0, 0.0)
    else:
        drawing = STREETS.having(spots={3: f"barrier={where} {tags}"})
        through, round_, home = THROUGH, ROUND, BEHIND
    found = walks_at(drawing, home, None, *AT)
    expected = [through if is_open else round_ for is_open in (plain, day, night, sunday)]
    assert found == [about(minutes) for minutes in expected]


def test_a_private_way_that_is_public_by_day():
    """Nobody walks through it at night; who lives on it does."""
    private = "highway=service access=private access:conditional=yes@(06:00-22:00)"
    drawing = STREETS.having(ways={12: ([2, 3, 4], private)})
    assert walks_at(drawing, (900.0, 0.0), "day", "night", None) == [
        about(9.0), about(23.0), about(23.0),
    ]  # fmt: skip
    home = (500.0, 10.0)
    near = about((500 + 10 * SLANT) / 100)
    assert walks_at(drawing, home, "day", "night", None) == [near] * 3


def test_a_way_for_residents_at_night():
    night = "highway=service access:conditional=private@(22:00-06:00)"
    drawing = STREETS.having(ways={12: ([2, 3, 4], night)})
    assert walks_at(drawing, (900.0, 0.0), "day", "night", None) == [
        about(9.0), about(23.0), about(9.0),
    ]  # fmt: skip
    near = about((500 + 10 * SLANT) / 100)
    assert walks_at(drawing, (500.0, 10.0), "day", "night", None) == [near] * 3


def test_a_park_path_shut_at_night_is_not_met():
    drawing = STREETS.having(ways={12: ([2, 3, 4], f"{PATH} opening_hours=06:00-22:00")})
    assert walks_at(drawing, (500.0, 10.0), "day", "night") == [
        about((500 + 10 * SLANT) / 100),
        np.inf,
    ]


def test_a_square_that_shuts_at_night_is_not_crossed():
    """200 + 600 m along two sides of the square, or straight between its entries."""
    corners = {31: (200, 0), 32: (800, 0), 33: (800, 300), 34: (200, 300)}
    ways = {
        12: None, 11: ([1, 31], STREET), 13: ([32, 5], STREET),
        16: ([31, 32, 33, 34, 31], "highway=pedestrian area=yes opening_hours=06:00-22:00"),
    }  # fmt: skip
    drawing = STREETS.having(nodes=corners, ways=ways)
    assert walks_at(drawing, (900.0, 0.0), "day", "night") == [about(9.0), about(23.0)]


# -- behind gates ----------------------------------------------------------------------------------

#: The middle of the street lies behind two gates.
PRIVATE_GATES = {2: "barrier=gate access=private", 4: "barrier=lift_gate access=private"}
BOX = {41: (190, -50), 42: (810, -50), 43: (810, 50), 44: (190, 50)}
ZONE = {17: ([41, 42, 43, 44, 41], ESTATE)}


@pytest.mark.parametrize("zone", [ESTATE, "landuse=residential", None])
def test_private_gates_at_both_ends_of_an_untagged_street(zone):
    """Nobody walks through the estate; its people walk out, and others in to them."""
    ways = {17: ([41, 42, 43, 44, 41], zone)} if zone else {}
    nodes = BOX if zone else {}
    drawing = STREETS.having(nodes=nodes, ways=ways, spots=PRIVATE_GATES)
    assert walk(drawing, (900.0, 0.0)) == about(23.0)
    home = (500.0, 10.0)
    assert walk(drawing, home) == about((500 + 10 * SLANT) / 100)
    network = estates_network(drawing)
    [whose] = network.walls.compounds.id
    assert whose == ("way/17" if zone else "way/12")
    assert set(network.access) == {"public", whose}
    back = minutes_between(network, STATION, home, WALKER, NEAR)
    assert back == about((500 + 10 * SLANT) / 100)


def test_one_gate_open_to_everybody_leaves_the_street_public():
    spots = {2: "barrier=gate access=private", 4: "barrier=gate"}
    drawing = STREETS.having(nodes=BOX, ways=ZONE, spots=spots)
    network = estates_network(drawing)
    assert set(network.access) == {"public"}


def test_a_dead_end_behind_a_private_gate_can_be_left_by_its_residents():
    dead_end = STREETS.having(ways={13: None, 14: None}, spots=PRIVATE_GATES)
    assert walk(dead_end, (700.0, 10.0)) == about((700 + 10 * SLANT) / 100)


def test_gates_for_nobody_shut_an_estate_and_a_street_beside_none():
    shut = {2: "barrier=gate locked=yes", 4: "barrier=gate foot=no"}
    walled = estates_network(STREETS.having(nodes=BOX, ways=ZONE, spots=shut))
    assert set(walled.access) == {"public", "way/17"}
    assert minutes_between(walled, (500.0, 10.0), STATION, WALKER, NEAR) == np.inf
    assert set(estates_network(STREETS.having(spots=shut)).access) == {"public"}


def test_an_estate_whose_gates_are_open_by_day_is_walked_through_by_day():
    timed = "barrier=gate access=private access:conditional=yes@(06:00-22:00)"
    drawing = STREETS.having(nodes=BOX, ways=ZONE, spots={2: timed, 4: timed})
    assert walks_at(drawing, (900.0, 0.0), "day", "night", None) == [
        about(9.0), about(23.0), about(23.0),
    ]  # fmt: skip
    tagged = drawing.having(ways={12: ([2, 3, 4], f"{STREET} access=private")})
    assert walks_at(tagged, (900.0, 0.0), "day") == [about(23.0)]
    assert walks_at(tagged, (500.0, 10.0), "day") == [about((500 + 10 * SLANT) / 100)]
