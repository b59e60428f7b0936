"""The table of tags: who may walk where."""

import pytest

from planner.walkability import (
    PERMISSIONS,
    USED_TAGS,
    WALKED_HIGHWAYS,
    is_elevated,
    is_walkable_area,
    street_class,
    walking_access,
)
from tests.cities.drawing import tags_of


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ("highway=residential", "public"),
        ("highway=footway", "public"),
        ("highway=steps", "public"),
        ("highway=corridor", "public"),
        ("highway=platform", "public"),
        ("highway=track", "public"),
        ("highway=trunk", "public"),
        ("highway=residential sidewalk=separate", "public"),
        ("highway=residential oneway=yes", "public"),
        ("highway=cycleway", "public"),
        ("highway=cycleway foot=no", "no"),
        ("highway=track foot=no", "no"),
        # never on foot, whatever foot=* says
        ("highway=motorway", "no"),
        ("highway=motorway_link", "no"),
        ("highway=motorway foot=yes", "no"),
        ("highway=trunk motorroad=yes", "no"),
        ("highway=trunk motorroad=yes foot=yes", "no"),
        ("highway=trunk motorroad=no", "public"),
        ("highway=construction", "no"),
        ("highway=construction construction=residential", "no"),
        ("highway=proposed", "no"),
        ("highway=raceway", "no"),
        ("highway=no", "no"),
        # foot=* counts before access=*
        ("highway=residential access=no", "no"),
        ("highway=residential foot=no", "no"),
        ("highway=residential access=no foot=yes", "public"),
        ("highway=residential access=yes foot=no", "no"),
        ("highway=service access=private foot=permissive", "public"),
        ("highway=service access=yes foot=private", "residents"),
        # private and permit: residents only; the street is kept
        ("highway=service access=private", "residents"),
        ("highway=service access=permit", "residents"),
        ("highway=service access=residents", "residents"),
        ("highway=footway foot=private", "residents"),
        # values that name a purpose are open to everybody
        ("highway=service access=customers", "public"),
        ("highway=service access=destination", "public"),
        ("highway=service access=permissive", "public"),
        ("highway=footway foot=designated", "public"),
        # as sidewalk=separate: the path beside the street may be missing in the data
        ("highway=residential foot=use_sidepath", "public"),
        ("highway=residential foot=use_sidepath access=yes", "public"),
        ("highway=residential foot=use_sidepath access=no", "no"),
        ("highway=service foot=use_sidepath access=private", "residents"),
        ("highway=service foot=unknown access=no", "no"),
        # only where foot=* allows it
        ("highway=busway", "no"),
        ("highway=busway access=yes", "no"),
        ("highway=busway foot=yes", "public"),
        ("highway=busway foot=designated", "public"),
        ("highway=busway foot=private", "no"),
        ("highway=bus_guideway foot=permissive", "public"),
        ("highway=bus_guideway foot=no", "no"),
        ("man_made=pier", "public"),
        ("man_made=pier access=private", "residents"),
        ("man_made=pier foot=no", "no"),
        ("man_made=breakwater", "no"),
        # of a list the most open value counts
        ("highway=service access=no;yes", "public"),
        ("highway=service access=private;customers", "public"),
        ("highway=service access=no;private", "residents"),
        ("highway=service access=military;no", "no"),
        ("highway=service access=No", "no"),
        ("highway=service access=PRIVATE", "residents"),
        ("highway=service access=;", "public"),
        ("highway=service access=delivery", "public"),
        # a driveway is public unless private
        ("highway=service service=driveway", "public"),
        ("highway=service service=driveway access=private", "residents"),
        # platforms without highway=*
        ("railway=platform", "public"),
        ("public_transport=platform", "public"),
        ("railway=platform foot=no", "no"),
        ("railway=platform highway=construction", "no"),
        ("railway=rail", "no"),
        ("waterway=river", "no"),
        ("foot=yes", "no"),
        ("name=Nowhere", "no"),
    ],
)
def test_who_may_walk(tags, who):
    assert walking_access(tags_of(tags)) == who


def test_every_tag_that_decides_is_read_from_the_file():
    deciding = {"highway", "railway", "public_transport", "motorroad", "foot", "access", "area"}
    assert deciding | {"bridge", "tunnel", "layer", "level"} <= set(USED_TAGS)


def test_the_table_knows_three_answers():
    assert set(PERMISSIONS.values()) == {"no", "residents"}  # every other value is public
    assert not {"motorway", "motorway_link", "construction"} & WALKED_HIGHWAYS


def test_the_class_of_a_street():
    assert street_class({"highway": "steps"}) == "steps"
    assert street_class({"railway": "platform"}) == "platform"
    assert street_class({"highway": "motorway"}) is None
    assert street_class({}) is None


@pytest.mark.parametrize(
    ("tags", "elevated"),
    [
        ("highway=footway", False),
        ("bridge=yes", True),
        ("bridge=viaduct", True),
        ("bridge=no", False),
        ("tunnel=yes", True),
        ("tunnel=culvert", True),
        ("tunnel=no", False),
        ("tunnel=building_passage", False),
        ("layer=1", True),
        ("layer=-1", True),
        ("layer=0", False),
        ("level=1", True),
        ("level=0", False),
        ("level=0;1", False),
        ("level=1;2", True),
        ("level=-1;0", False),
        ("level=0.0", False),
        ("level=+0", False),
        ("layer=-0", False),
        ("level=0.5", True),
        ("level=1-2", True),
        ("level=-1-2", False),
        ("level=-2--1", True),
        ("level=ground", False),
        ("layer=nan", False),
        ("covered=yes", False),
        ("covered=yes layer=-1", True),
        ("location=underground", True),
        ("location=Underwater", True),
        ("location=overhead", True),
        ("location=overground", False),
        ("location=underground;surface", False),
        ("man_made=bridge", True),
        ("man_made=reservoir_covered", True),
        ("bridge=boardwalk", True),
        ("bridge=No", False),
        ("culvert=yes", True),
    ],
)
def test_what_is_elevated(tags, elevated):
    assert is_elevated(tags_of(tags)) is elevated


@pytest.mark.parametrize(
    ("tags", "area"),
    [
        ("highway=pedestrian area=yes", True),
        ("highway=pedestrian", False),
        ("highway=footway area=no", False),
        ("highway=platform", True),
        ("railway=platform", True),
        ("public_transport=platform area=no", False),
        ("highway=residential junction=roundabout", False),
    ],
)
def test_what_is_an_area_when_it_is_closed(tags, area):
    assert is_walkable_area(tags_of(tags)) is area
