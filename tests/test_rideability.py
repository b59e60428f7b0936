"""Where a bicycle is ridden and which way, tag by tag."""

import pytest

from planner.rideability import is_ridden, riding_direction
from tests.cities.drawing import tags_of


@pytest.mark.parametrize(
    ("text", "ridden"),
    [
        ("highway=residential", True),
        ("highway=cycleway", True),
        ("highway=track", True),
        ("highway=footway", False),
        ("highway=pedestrian", False),
        ("highway=path", False),
        ("highway=platform", False),
        ("railway=platform", False),
        ("public_transport=platform bicycle=yes", True),
        ("highway=corridor", False),
        ("highway=elevator", False),
        ("highway=footway bicycle=yes", True),
        ("highway=path bicycle=designated", True),
        ("highway=pedestrian bicycle=permissive", True),
        ("highway=footway bicycle=destination", False),
        ("highway=footway bicycle=private", False),
        ("highway=residential bicycle=no", False),
        ("highway=cycleway bicycle=dismount", False),
        ("highway=residential bicycle=use_sidepath", True),
        ("highway=steps", False),
        ("highway=steps bicycle=yes", False),
    ],
)
def test_ridden_or_pushed(text, ridden):
    assert is_ridden(tags_of(text)) is ridden


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("", 0),
        ("oneway=yes", 1),
        ("oneway=true", 1),
        ("oneway=1", 1),
        ("oneway=-1", -1),
        ("oneway=reverse", -1),
        ("oneway=no", 0),
        ("oneway=reversible", 0),
        ("oneway=alternating", 0),
        ("junction=roundabout", 1),
        ("junction=circular", 1),
        ("junction=jughandle", 0),
        ("junction=roundabout oneway=-1", -1),
        ("junction=roundabout oneway=no", 0),
        ("junction=roundabout oneway=alternating", 1),
        # oneway:bicycle=* counts before oneway=*, and before the tags of lanes
        ("oneway=yes oneway:bicycle=no", 0),
        ("oneway:bicycle=yes", 1),
        ("oneway:bicycle=-1 oneway=yes", -1),
        ("oneway:bicycle=yes oneway=yes cycleway=opposite", 1),
        ("oneway:bicycle=maybe oneway=yes", 1),
        ("junction=roundabout oneway:bicycle=no", 0),
        # lanes in which bicycles ride against the traffic
        ("oneway=yes cycleway=opposite", 0),
        ("oneway=yes cycleway=opposite_lane", 0),
        ("oneway=yes cycleway:left=opposite_track", 0),
        ("oneway=-1 cycleway:right=opposite_lane", 0),
        ("oneway=yes cycleway:both=opposite_lane", 0),
        ("junction=circular cycleway:left=opposite_lane", 0),
        ("oneway=yes cycleway=lane cycleway:left=lane", 1),
    ],
)
def test_the_way_a_bicycle_may_go(text, direction):
    assert riding_direction({"highway": "residential"} | tags_of(text)) == direction


@pytest.mark.parametrize(
    "text",
    [
        "highway=footway oneway=yes",
        "highway=residential bicycle=dismount oneway=yes",
        "highway=steps bicycle=yes oneway:bicycle=yes",
    ],
)
def test_a_bicycle_that_is_pushed_goes_both_ways(text):
    assert riding_direction(tags_of(text)) == 0


def test_an_area_has_no_direction():
    assert riding_direction(tags_of("highway=pedestrian area=yes bicycle=yes oneway=yes")) == 0


def test_a_footway_that_is_ridden_may_be_one_way():
    assert riding_direction(tags_of("highway=footway bicycle=yes oneway=yes")) == 1
