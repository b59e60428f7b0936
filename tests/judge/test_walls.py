"""The judge's walls are judged first: against drawings worked out by hand."""

import numpy as np
import pytest
import shapely

import tests.cities.estates_drawing as drawn
from tests.cities.estates_drawing import FILE_MINUTES, RULES
from tests.judge.shapes import inside
from tests.judge.verdicts import causes
from tests.judge.walks import Pieces, Reference, verdicts
from tests.judge.walls import PUBLIC, Barriers, compounds_of, passages_of, passes_for

WIDE = RULES | {"access_limit_m": 100.0}


@pytest.fixture
def judge_of(tmp_path):
    def judge(drawing, rules=RULES, **options):
        return drawing.city(tmp_path).judge(**rules, **options)

    return judge


def about(minutes):
    return pytest.approx(minutes, abs=FILE_MINUTES)


# -- two estates side by side ---------------------------------------------------------------------

WEST, EAST = (150, 100), (250, 100)


def test_a_trip_between_neighbours_goes_round(judge_of):
    # 50 to the corner, 90 + 10 to the street, 200 along it, 10 + 90 + 50 in the other estate
    judge = judge_of(drawn.TWINS)
    assert judge.minutes(WEST, EAST) == about(5.0)
    assert judge.minutes(EAST, WEST) == about(5.0)


def test_nobody_crosses_a_neighbours_estate(judge_of):
    # through the eastern estate it would be 300 m
    assert judge_of(drawn.TWINS).minutes(WEST, (350, 0)) == about(4.0)


def test_a_trip_inside_stays_inside(judge_of):
    shut = drawn.TWINS.having(spots={5: "barrier=gate locked=yes"})
    for drawing in (drawn.TWINS, shut):
        assert judge_of(drawing).minutes(WEST, (100, 50)) == about(1.0)


def test_outsiders_come_through_the_gate(judge_of):
    judge = judge_of(drawn.TWINS, gate_s=30)
    assert judge.minutes((50, 0), WEST) == about(2.0 + 0.5)
    assert judge.minutes(WEST, EAST) == about(5.0 + 1.0)  # two gates
    assert judge.minutes(WEST, (100, 50)) == about(1.0)


def test_a_shut_gate(judge_of):
    shut = drawn.TWINS.having(spots={5: "barrier=gate locked=yes"})
    judge = judge_of(shut)
    assert judge.minutes((50, 0), WEST) == np.inf
    assert judge.minutes(EAST, (350, 0)) == about(2.0)
    units = [WEST, EAST, (350, 0)]
    assert verdicts(judge, [(50, 0)], units, 10)[0] == ("unknown", "no gate known")
    assert [word for word, _ in verdicts(judge, [(50, 0)], units, 10)[1:]] == ["covered"] * 2
    # a facility inside is reached, or is too far, but the gate does not matter
    assert verdicts(judge, [(100, 50)], [WEST], 10) == [("covered", "")]
    assert verdicts(judge, [(100, 50)], [WEST], 0.5) == [("gap", "")]


def test_a_facility_that_is_not_open_to_outsiders(judge_of):
    judge = judge_of(drawn.TWINS)
    units = [(100, 50), (50, 0), EAST]
    minutes, nearest = judge.nearest_minutes([WEST, (390, 0)], units, [False, True])
    assert minutes == about([1.0, 3.4, 2.4])
    assert nearest.tolist() == [0, 1, 1]
    alone, nobody = judge.nearest_minutes([WEST], units, [False])
    assert alone == about([1.0, np.inf, np.inf])
    assert nobody.tolist() == [0, -1, -1]


@pytest.mark.parametrize(
    ("mode", "gates", "expected"),
    [
        ("as_tagged", {}, 3.4),  # round by the mapped gate
        ("inferred_open", {}, 2.7),  # out at the hole
        ("inferred_closed", {}, 3.4),
        ("as_tagged", {5: None}, 2.7),  # no gate is mapped: all passages are taken for gates
        ("inferred_closed", {5: None}, np.inf),
    ],
)
def test_a_hole_in_the_wall(judge_of, mode, gates, expected):
    drawing = drawn.TWINS_WITH_A_HOLE.having(spots=gates)
    judge = judge_of(drawing, gate_mode=mode)
    # over 31: 50 + 110 + 10 + 100; to (100, 0) by 5: 50 + 90 + 10, + 190
    target = (200, 220) if expected == 2.7 else (290, 0)
    assert judge.minutes(WEST, target) == about(expected)


def test_what_is_inferred_is_marked(judge_of):
    judge = judge_of(drawn.TWINS_WITH_A_HOLE.having(spots={8: None}))
    assert judge.passages[5, "way/901"] == (True, True, False, False)
    assert judge.passages[31, "way/901"] == (False, True, True, False)
    assert judge.passages[8, "way/902"] == (True, True, True, False)
    # a gate of a table, 25 m off the hole, opens it; one 35 m off is nobody's
    for metres, is_open in ((25, True), (35, False)):
        more = [((100, 210 + metres), "residents")]
        judge = judge_of(drawn.TWINS_WITH_A_HOLE, more_gates=more)
        assert judge.passages[31, "way/901"].open is is_open
    more = [((100, 12), "nobody")]
    assert not judge_of(drawn.TWINS, more_gates=more).passages[5, "way/901"].open


def test_the_table_of_gates_may_name_profiles():
    assert [passes_for(who, "child") for who in ("residents", "everyone", "nobody")] == [
        "residents", "everyone", "nobody",
    ]  # fmt: skip
    assert passes_for("adult; child", "child") == "residents"
    assert passes_for("adult; elderly", "child") == "nobody"


def test_causes_behind_a_wall(tmp_path):
    city = drawn.TWINS.city(tmp_path)
    # 500 m round, 100 m through the wall
    assert causes(city, RULES, [EAST], [WEST, (50, 0), (300, 50)], 4.1) == [
        ("wall", ""), "", "",
    ]  # fmt: skip
    assert causes(city, RULES, [EAST], [WEST], 4.1, closed=[(100, 50)]) == [("closed", "")]


# -- whose streets --------------------------------------------------------------------------------


def test_groups_without_a_polygon(tmp_path, judge_of):
    city = drawn.GROUP.city(tmp_path)
    assert city.compounds == {"way/11": None}
    judge = judge_of(drawn.GROUP)
    # nobody from outside passes through: round the east, not 100 m by the private street
    assert judge.minutes((50, 0), (150, 100)) == about(0.5 + 2 + 1 + 1.5)
    # within reach of the private street, and nearer to it than to the public one
    assert judge.home([(110, 50), (110, 5), (100, -5), (200, 0)]).tolist() == ["way/11", "", "", ""]
    assert judge.minutes((100, 60), (50, 0)) == about(1.1)
    assert judge.minutes((100, 60), (150, 100)) == about(0.9)
    # where nothing is mapped and no wall stands there is no gate to wait at
    assert judge_of(drawn.GROUP, gate_s=30).minutes((100, 60), (50, 0)) == about(1.1)


def test_a_stub_outside_the_wall_belongs_to_the_compound(tmp_path):
    stub = drawn.TWINS.having(ways={11: ([2, 5], drawn.PRIVATE)})
    city = stub.city(tmp_path)
    at = {int(way): set(city.pieces.access[city.pieces.way == way]) for way in city.pieces.way}
    assert at == {
        10: {PUBLIC}, 11: {"way/901"}, 12: {PUBLIC}, 13: {"way/901"}, 14: {"way/902"},
    }  # fmt: skip
    # one that touches streets of both is its own
    both = drawn.TWINS.having(nodes={40: (200, 350)}, ways={18: ([7, 40], drawn.PRIVATE)})
    city = both.city(tmp_path)
    assert set(city.pieces.access[city.pieces.way == 18]) == {"way/18"}


def test_zones_full_of_private_streets_are_compounds(tmp_path):
    plain = {way: (drawn.TWINS.ways[way][0], "landuse=industrial") for way in (901, 902)}
    drawing = drawn.TWINS.having(ways=plain)
    city = drawing.city(tmp_path)
    assert city.walled == {"way/901": False, "way/902": False}
    # 190 m are private in the west; a public street of 180 m leaves it so, one of 356 m does not;
    # its private streets, more than 150 m, are then a group of their own
    for ways, compounds in (
        ({30: ([41, 42], drawn.STREET)}, {"way/901", "way/902"}),
        ({30: ([41, 42], drawn.STREET), 31: ([42, 43], drawn.STREET)}, {"way/902", "way/13"}),
    ):
        more = drawing.having(nodes={41: (15, 200), 42: (195, 200), 43: (20, 180)}, ways=ways)
        assert set(more.city(tmp_path).compounds) == compounds


def test_a_driveway_is_public_outside_compounds_only(tmp_path):
    drive = "highway=service service=driveway"
    drawing = drawn.TWINS.having(
        nodes={41: (100, 60), 42: (50, 60), 43: (50, -40), 44: (50, 0)},
        ways={10: ([1, 44, 2, 3, 4], drawn.STREET), 13: ([5, 41, 6, 7], drawn.PRIVATE),
              30: ([41, 42], drive), 31: ([44, 43], drive)},
    )  # fmt: skip
    city = drawing.city(tmp_path)
    of = dict(zip(city.pieces.way.tolist(), city.pieces.access, strict=True))
    assert (of[30], of[31]) == ("way/901", PUBLIC)


def test_the_smallest_polygon_holds_a_point_and_a_street():
    pieces = Pieces.of({1: (0, 0), 2: (100, 0)}, [(1, 2)])
    shapes = {"way/1": shapely.box(0, 0, 100, 100), "way/2": shapely.box(0, 0, 50, 50)}
    longer = Pieces.of({1: (10, 10), 2: (30, 10), 3: (90, 10)}, [(1, 2), (2, 3)])
    zones = {name: (True, shape) for name, shape in shapes.items()}
    assert compounds_of(longer, [True, True], [False, False], zones)[0].tolist() == [
        "way/2", "way/1",
    ]  # fmt: skip
    judge = Reference(pieces, **RULES, compounds=shapes)
    assert judge.home([(20, 20), (70, 70), (50, 50), (120, 0)]).tolist() == [
        "way/2", "way/1", "way/2", "",
    ]  # fmt: skip


def test_two_estates_that_meet_without_a_street_are_apart():
    """1 -- 2 -- 3, way/1 and way/2, and no public street."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0)}
    pieces = Pieces.of(nodes, [(1, 2, 1, 1, False, "way/1"), (2, 3, 2, 1, False, "way/2")])
    judge = Reference(pieces, **RULES)
    assert judge.minutes((20, 0), (180, 0)) == np.inf
    assert judge.minutes((20, 0), (60, 0)) == pytest.approx(0.4)
    assert judge.passages == {}


def test_a_gate_that_nobody_passes_cuts_a_street():
    """1 -- 2 -- 3 public, a gate at 2; beside it a passage keeps the street through it open."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 90)}
    street = [(1, 2), (2, 3)]
    for passes, minutes in (("nobody", np.inf), ("residents", np.inf), ("all", 1.0)):
        judge = Reference(Pieces.of(nodes, street), **RULES, gates=[(2, passes)])
        assert judge.minutes((50, 0), (150, 0)) == minutes
        assert judge.minutes((50, 0), (90, 0)) == pytest.approx(0.4)
    yard = [(2, 4, 9, 1.0, False, "way/9")]
    judge = Reference(Pieces.of(nodes, street + yard), **RULES, gates=[(2, "nobody")])
    assert judge.minutes((50, 0), (150, 0)) == pytest.approx(1.0)
    assert judge.minutes((50, 0), (100, 80)) == np.inf


def test_an_unknown_gate_mode_is_refused():
    with pytest.raises(ValueError, match="expected one of as_tagged"):
        passages_of(Pieces.of({}, []), [], {}, [], "open")


# -- barriers -------------------------------------------------------------------------------------


def test_a_river_between_two_streets(judge_of):
    here, there = (100, 0), (100, 40)
    dry = judge_of(drawn.RIVER.having(ways={3: None}), WIDE)
    assert dry.minutes(here, there) == about(0.56)
    assert judge_of(drawn.RIVER, WIDE).minutes(here, there) == np.inf
    # 500 + 40 + 500 m over the bridge, which is met at its ends only
    assert judge_of(drawn.BRIDGE, WIDE).minutes(here, there) == about(10.4)
    assert judge_of(drawn.RIVER, WIDE).minutes(here, (300, 0)) == about(2.0)
    # past the end of the street its end is met, but the end of the bridge over there is not
    expected = about((20 * 1.4 + 40 + 20 * 1.4) / 100)
    assert judge_of(drawn.BRIDGE, WIDE).minutes((620, 0), (620, 40)) == expected


@pytest.mark.parametrize(
    ("tags", "stands"),
    [
        ("waterway=canal", True),
        ("waterway=river tunnel=culvert", False),
        ("waterway=stream", False),
        ("railway=rail", True),
        ("railway=rail bridge=viaduct", False),
        ("railway=subway layer=-2", False),
        ("railway=light_rail layer=1", False),
        ("railway=abandoned", False),
        ("highway=motorway", True),
        ("highway=trunk motorroad=yes", True),
        ("highway=motorway_link tunnel=yes", False),
        ("barrier=wall", True),
        ("barrier=guard_rail", True),
        ("barrier=kerb", False),
    ],
)
def test_what_is_a_barrier(judge_of, tags, stands):
    judge = judge_of(drawn.RIVER.having(ways={3: ([11, 12], tags)}), WIDE)
    assert np.isinf(judge.minutes((100, 0), (100, 40))) == stands


def test_a_lake_is_crossed_along_no_bank(tmp_path, judge_of):
    banks = {21: (-200, 10), 22: (300, 10), 23: (300, 30), 24: (-200, 30)}
    lake = {3: ([21, 22, 23, 24, 21], "natural=water name=Tai")}
    drawing = drawn.RIVER.having(nodes=banks, ways=lake)
    judge = judge_of(drawing, WIDE)
    # 400 m past the end of the lake; three places of each street are tried, none is over there
    minutes = judge.minutes((100, 0), (100, 40))
    assert minutes == np.inf
    assert judge.minutes((400, 0), (400, 40)) == about(0.56)
    city = drawing.city(tmp_path)
    assert causes(city, WIDE, [(100, 40)], [(100, 0), (400, 0)], 4.0) == [("barrier", "Tai"), ""]
    # 302.7 m in a straight line, x 1.3 is 393 m; 300 + 40 x 0.98 m by the street
    assert causes(city, WIDE, [(100, 40)], [(400, 0)], 3.0) == [("too far", "")]


def test_touching_is_no_crossing():
    walls = Barriers([shapely.LineString([(0, 10), (100, 10)])])
    legs = [
        ((50, 0), (50, 20), True),
        ((50, 0), (50, 10), False),  # ends in the wall
        ((50, 0), (50, 10.009), False),  # ends 9 mm behind it
        ((50, 0), (50, 10.011), True),
        ((50, 9.995), (50, -20), False),
        ((50, 10.02), (50, -20), True),
        ((100, 0), (100, 20), False),  # past the end of the wall
        ((0, 10), (100, 10), False),  # along it
        ((120, 0), (120, 20), False),
    ]
    start, end = (np.array([leg[k] for leg in legs], float) for k in (0, 1))
    assert walls.cross(start, end).tolist() == [leg[2] for leg in legs]
    assert walls.near(start, 9.5).tolist() == [False] * 4 + [True, True, False, True, False]


# -- crossings ------------------------------------------------------------------------------------


def test_a_crossing_costs_those_who_cross(judge_of):
    judge = judge_of(drawn.CROSSING)
    assert judge.minutes((0, -40), (0, 40)) == about(0.8 + 20 / 60)
    assert judge.minutes((-100, 0), (100, 0)) == about(2.0)
    assert judge.minutes((0, -40), (100, 0)) == about(1.4 + 10 / 60)
    plain = judge_of(drawn.CROSSING.having(spots={2: "highway=crossing"}))
    assert plain.minutes((0, -40), (0, 40)) == about(0.8 + 5 / 60)
    assert judge_of(drawn.CROSSING, signal_s=0).minutes((0, -40), (0, 40)) == about(0.8)


def test_a_way_that_crosses_needs_no_node(judge_of):
    for tags, seconds in (
        ("footway=crossing", 5),
        ("footway=crossing crossing:signals=yes", 20),
        ("footway=sidewalk", 0),
    ):
        ways = {2: ([4, 2, 5], f"highway=footway {tags}")}
        judge = judge_of(drawn.CROSSING.having(spots={2: None}, ways=ways))
        assert judge.minutes((0, -40), (0, 40)) == about(0.8 + seconds / 60)
        assert judge.minutes((-100, 0), (100, 0)) == about(2.0)


def test_an_isochrone_waits_at_a_crossing(judge_of):
    judge = judge_of(drawn.CROSSING)
    # 40 + 30 m and 20 s: 1.0333 minutes
    assert inside(judge, (0, -40), 1.04, [0, 0], [30, 32]).tolist() == [True, False]


def test_isochrones_keep_out_of_shut_estates(judge_of):
    judge = judge_of(drawn.TWINS.having(spots={5: "barrier=gate locked=yes"}))
    xs, ys = [100, 100, 300, 120, 300], [-20, 60, 50, 5, 60]
    found = inside(judge, (200, 0), 1.55, xs, ys)
    assert found.tolist() == [True, False, True, True, False]


# -- those who cannot take steps ------------------------------------------------------------------


def test_steps_that_cannot_be_walked(judge_of):
    stairs = drawn.BRIDGE.having(ways={4: ([2, 4], "highway=steps layer=1")})
    assert judge_of(stairs, WIDE).minutes((100, 0), (100, 40)) == about(10.8)
    assert judge_of(stairs, WIDE, steps_factor=0).minutes((100, 0), (100, 40)) == np.inf
