"""Lists of values, and what stands on the ground; streets stand in test_walkability.py."""

import pytest

from planner.walkability import split_values, stands_on_ground


def test_lists_are_taken_apart():
    assert split_values({"access": " No ;yes;; "}, "access") == ("no", "yes")
    assert split_values({"access": ";"}, "access") == split_values({}, "access") == ()


@pytest.mark.parametrize(
    ("tags", "on_ground"),
    [
        ({"layer": "-1"}, True),
        ({"layer": "1"}, True),
        ({"layer": "-1", "covered": "no"}, True),
        ({"layer": "-1", "covered": "yes"}, False),
        ({"covered": "yes"}, True),
        ({"level": "-1"}, False),
        ({"tunnel": "culvert"}, False),
        ({"man_made": "reservoir_covered"}, False),
    ],
)
def test_a_layer_alone_does_not_put_water_below_the_ground(tags, on_ground):
    assert stands_on_ground(tags, water_area=True) is on_ground


@pytest.mark.parametrize("text", ["\u22121", "\u20131", " -1 ", "-1.0", "-1;-2", "-1,-2"])
def test_floors_are_read_as_they_are_typed(text):
    assert not stands_on_ground({"level": text})


@pytest.mark.parametrize("text", ["", " ", ";", "0,1", "1e3", "inf", "G", "0-3", "9" * 400 + "x"])
def test_what_is_no_floor_above_or_below_is_the_ground(text):
    assert stands_on_ground({"level": text})
