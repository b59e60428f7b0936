"""Open this gate: who would be served, and in which order the openings stand."""

from dataclasses import replace
from math import exp
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from planner.coverage.facilities import place_facilities
from planner.coverage.people import place_people
from planner.gaps.gate_gains import (
    CLOSED_GATE,
    GAIN_COLUMNS,
    KINDS,
    NEW_OPENING,
    RESIDENTS_GATE,
    UNMAPPED_PASSAGE,
    find_gate_gains,
)
from planner.network import build_network
from planner.network.heights import add_heights
from planner.network.links import add_links
from planner.network.stored import load_plan_network
from planner.network.study_area import find_study_area
from planner.network.surroundings import find_surroundings
from planner.plan.profiles import profile_named
from planner.sources.embedded import data_folder
from planner.sources.inputs import load_inputs
from planner.sources.osm.extract import load_osm
from planner.sources.plan_file import load_plan
from planner.travel.access import join
from planner.travel.minutes import nearest_minutes
from planner.travel.openings import find_newly_reached, gates_to_open
from planner.travel.points import points_of
from planner.travel.streets import AccessRules, prepare_streets
from planner.travel.wall_places import find_wall_places
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import FRAME, WALKER, own_gates
from tests.cities.estates_drawing import RIVER, TWINS, TWINS_WITH_A_HOLE, Estates
from tests.cities.hills import hills

# Two streets 200 m apart; the way from one to the other leads through an estate that lets only its
# residents in, or 2 km round.
#
#   3 ------- 4 ------- 6 ------------- 8    y = 200
#           +-5-+  wall                 |
#           | 9 |                       |
#           +-7-+                       |
#   1 ------- 2 ------- 10 ------------ 11   y = 0
THROUGH = Estates(
    nodes={
        1: (-100, 0), 2: (0, 0), 10: (100, 0), 11: (1000, 0), 3: (-100, 200), 4: (0, 200),
        6: (100, 200), 8: (1000, 200), 7: (0, 30), 9: (0, 100), 5: (0, 170), 21: (-40, 30),
        22: (40, 30), 23: (40, 170), 24: (-40, 170),
    },
    ways={
        1: ([1, 2, 10, 11], "highway=residential"),
        2: ([3, 4, 6, 8], "highway=residential"),
        3: ([11, 8], "highway=residential"),
        4: ([2, 7], "highway=footway"),
        5: ([7, 9, 5], "highway=service access=private"),
        6: ([5, 4], "highway=footway"),
        900: ([21, 7, 22, 23, 5, 24, 21], "landuse=residential barrier=wall name=Through"),
    },
    spots={7: "barrier=gate", 5: "barrier=gate"},
)  # fmt: skip
# TWINS with a street to the north, 20 m behind a wall that is nearer: y = 130, y = 150.
NORTH = TWINS.having(
    nodes={23: (200, 130), 24: (10, 130), 26: (390, 130), 41: (0, 150), 42: (400, 150)},
    ways={18: ([41, 42], "highway=residential")},
)


def streets_of(drawing, folder: Path, table=None, *, height=None, direction="to", **rules):
    """Read a drawing, with a plan's table of gates or heights (a function) if given."""
    extract = load_osm(drawing.write(folder / "drawn.osm"))
    network = build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME, table))
    network = network if height is None else add_heights(network, hills(height))
    access, walls = AccessRules(30.0, 1.4), WallRules(**rules)
    return prepare_streets(network, WALKER, access, walls, direction=direction)


def gains(drawing, folder: Path, facilities, people, *, cutoff=5.0, towns=None, **options):
    """Find the gains of a drawing; people are (x, y, people[, kind])."""
    streets = streets_of(drawing, folder, **options)
    units = join(streets, np.array([row[:2] for row in people], dtype=float), reached=True)
    places = join(streets, np.array(facilities, dtype=float).reshape(-1, 2))
    minutes, _ = nearest_minutes(streets, places, units)
    demand = gpd.GeoDataFrame(
        {
            "kind": [row[3] if len(row) > 3 else "residential" for row in people],
            "people": [float(row[2]) for row in people],
        },
        geometry=gpd.points_from_xy(*units.xy.T),
        crs=FRAME,
    )
    ids = np.array([f"F{k}" for k in range(len(facilities))], dtype=object)
    return find_gate_gains(
        streets, places, units, minutes, demand=demand, facility_ids=ids, towns=towns,
        cutoff_minutes=cutoff,
    )  # fmt: skip


def test_an_unmapped_passage_lets_those_inside_out(tmp_path: Path):
    # By the hole in the northern wall (31, shut because the estate has its gate elsewhere) it is
    # 70 m to the facility; there is no other way to the northern street.
    found = gains(TWINS_WITH_A_HOLE, tmp_path, [(100, 225)], [(100, 150, 40), (105, 140, 2)])
    (row,) = found.table.to_dict("records")
    assert row["kind"] == UNMAPPED_PASSAGE
    assert row["gate_id"] == "way/901@31"
    assert (row["compound_id"], row["compound"]) == ("way/901", "West")
    assert (row["people_residential"], row["units"], row["facility_id"]) == (42, 2, "F0")
    assert (row["geometry"].x, row["geometry"].y) == pytest.approx((100, 210), abs=0.02)
    assert np.isnan(row["path_m"])
    assert row["rank"] == 1


def test_a_gate_for_residents_lets_others_walk_through(tmp_path: Path):
    # From the facility in the north to the south: 200 m through the estate, 2 km round it.
    found = gains(THROUGH, tmp_path, [(10, 205)], [(-60, -5, 30), (20, 60, 7)])
    of_gates = found.table[found.table["kind"] == RESIDENTS_GATE]
    # The 7 who live inside use both gates today: only the 30 in the south gain, by either gate.
    assert of_gates["gate_id"].tolist() == ["node/5", "node/7"]
    assert of_gates["people_residential"].tolist() == [30, 30]
    assert found.counted.set_index("kind").loc[RESIDENTS_GATE].tolist() == [2, 2, 2]


UP, DOWN = exp(3.5 * 0.08), exp(-3.5 * 0.02)


def test_on_a_slope_the_walk_that_decides_must_be_within_the_cutoff(tmp_path: Path):
    """200 m through the estate and up 8 % are 2.65 minutes, down 1.86; with `both` it is 2.65."""
    up, down = 2 * UP, 2 * DOWN
    assert up == pytest.approx(2.65, abs=0.005)
    assert down == pytest.approx(1.86, abs=0.005)
    for direction, cutoff, gain in (
        ("from", 1.9, 30), ("to", 2.6, 0), ("to", 2.7, 30), ("both", 2.6, 0), ("both", 2.7, 30)
    ):  # fmt: skip
        found = gains(
            THROUGH, tmp_path, [(0, 200)], [(0, 0, 30)], cutoff=cutoff, direction=direction,
            height=lambda x, y: 0.08 * y + 0 * x,
        )  # fmt: skip
        of_gates = found.table[found.table["kind"] == RESIDENTS_GATE]
        assert of_gates["people_residential"].tolist() == [gain] * (2 if gain else 0), direction


def test_out_to_one_facility_and_home_from_another_is_no_gain(tmp_path: Path):
    # F1 lies 200 m down the street, F0 200 m up through the estate: to F1 and from F0 it is 1.86
    # minutes, to F0 and from F1 it is 2.65.
    west = THROUGH.having(nodes={1: (-250, 0)})
    places, people, cutoff = [(0, 200), (-200, 0)], [(0, 0, 30)], 2.2

    def slope(x, y):
        return 0.08 * (x + y)

    for direction in ("to", "from"):
        nearest = gains(
            west, tmp_path, places, people, cutoff=cutoff, height=slope, direction=direction
        )
        assert len(nearest.table) == (2 if direction == "from" else 0)
    both = gains(west, tmp_path, places, people, cutoff=cutoff, height=slope, direction="both")
    assert len(both.table) == 0


def test_a_mapped_gate_that_is_locked_is_a_closed_gate(tmp_path: Path):
    locked = TWINS_WITH_A_HOLE.having(spots={31: "barrier=gate locked=yes"})
    table = gains(locked, tmp_path, [(100, 225)], [(100, 150, 40)]).table
    assert table[["gate_id", "kind"]].to_numpy().tolist() == [["node/31", CLOSED_GATE]]


@pytest.mark.parametrize(("gate", "spot"), [("node/5", (0, 170)), ("node/7", (0, 30))])
def test_a_gate_for_everyone_in_the_table_brings_what_the_gain_says(tmp_path: Path, gate, spot):
    doors, people = [(10, 205)], [(-60, -5, 30), (60, -5, 11), (20, 60, 7), (900, -5, 5)]
    xy = np.array([row[:2] for row in people], dtype=float)
    table = gains(THROUGH, tmp_path, doors, people).table.set_index("gate_id")
    covered = {}
    for who in (None, "residents", "everyone"):
        streets = streets_of(THROUGH, tmp_path, who and own_gates((spot, who, gate)))
        origins, units = (
            join(streets, np.array(doors, dtype=float)),
            join(streets, xy, reached=True),
        )
        covered[who] = nearest_minutes(streets, origins, units)[0] <= 5
        # open to everybody already, it is no candidate any more
        ids = streets.network.walls.gates.gate_id[gates_to_open(streets)]
        assert (gate in ids) == (who != "everyone")
    assert covered["residents"].tolist() == covered[None].tolist()
    newly = covered["everyone"] & ~covered[None]
    assert newly.tolist() == [True, True, False, False]
    assert table.loc[gate, ["kind", "people_residential", "units"]].tolist() == [
        RESIDENTS_GATE, 41, 2,
    ]  # fmt: skip


def test_a_gate_for_everyone_that_is_shut_is_a_closed_gate(tmp_path: Path):
    table = own_gates(((0, 170), "everyone", "north"))
    row = int(np.flatnonzero(
        streets_of(THROUGH, tmp_path, table).network.walls.gates.gate_id == "north"
    )[0])  # fmt: skip
    shut = streets_of(THROUGH, tmp_path, table, shut=(row,))
    assert row in gates_to_open(shut)
    people = join(shut, np.array([[-60.0, -5.0]]), reached=True)
    assert nearest_minutes(shut, join(shut, np.array([[10.0, 205.0]])), people)[0] > 5


def test_a_shut_street_gate_is_opened_too(tmp_path: Path):
    shut = RIVER.having(
        nodes={5: (300, 0)},
        ways={1: ([1, 5, 2], "highway=residential")},
        spots={5: "barrier=gate access=no"},
    )
    found = gains(shut, tmp_path, [(100, 5)], [(500, -5, 12)])
    (row,) = found.table.to_dict("records")
    assert (row["gate_id"], row["kind"], row["compound_id"]) == ("node/5", CLOSED_GATE, "")
    assert row["people_residential"] == 12


def test_a_path_through_the_wall_is_found_and_its_likes_are_counted(tmp_path: Path):
    # The wall runs along y = 130; the facility stands in the north, the people on 6 - 7 - 9.
    people = [(150, 95, 50), (160, 95, 60), (250, 95, 10)]
    found = gains(NORTH, tmp_path, [(200, 155)], people)
    of_west = found.table[found.table["compound"] == "West"]
    assert of_west["people_residential"].tolist() == [110]
    (row,) = of_west.to_dict("records")
    assert row["kind"] == NEW_OPENING
    assert row["gate_id"].startswith("way/901+")
    assert row["path_m"] == pytest.approx(50, abs=0.1)
    assert row["geometry"].y == pytest.approx(130, abs=0.05)
    assert row["alternatives"] > 0
    assert found.table["rank"].tolist() == [1, 2]
    assert found.table["people_residential"].tolist() == [110, 10]
    counted = found.counted.set_index("kind").loc[NEW_OPENING]
    assert counted["listed"] == 2
    assert counted["with_gain"] == 2 + found.table["alternatives"].sum()


def test_openings_that_serve_others_stand_beside_each_other_at_a_distance(tmp_path: Path):
    # Both homes lie within reach of the opening next to them only, so each gets one of its own.
    people = [(102, 95, 10), (198, 95, 20)]
    found = gains(NORTH, tmp_path, [(110, 155), (190, 155)], people, cutoff=1.0)
    west = found.table[found.table["compound"] == "West"]
    assert west["people_residential"].tolist() == [20, 10]
    assert west["facility_id"].tolist() == ["F1", "F0"]
    assert abs(np.diff(west.geometry.x)).min() >= 50


def test_openings_are_ranked_by_residents_then_by_the_other_kinds(tmp_path: Path):
    people = [(150, 95, 50), (250, 95, 50), (260, 95, 900, "industrial")]
    table = gains(NORTH, tmp_path, [(200, 155)], people).table
    assert table["compound"].tolist() == ["East", "West"]
    assert table["people_industrial"].tolist() == [900, 0]
    assert table["people_commercial"].tolist() == [0, 0]


def test_an_opening_that_helps_nobody_is_counted_and_not_listed(tmp_path: Path):
    # First a home that is served already, then a unit in the right place without people.
    for people in ([(150, 205, 10)], [(150, 95, 0)]):
        found = gains(NORTH, tmp_path, [(150, 155)], people)
        assert len(found.table) == 0
        assert found.table.columns.tolist() == [*GAIN_COLUMNS, "geometry"]
        assert found.counted["considered"].min() == 0
        assert found.counted.set_index("kind").loc[RESIDENTS_GATE, "considered"] == 2
        assert (found.counted["listed"] == 0).all()


def test_towns_are_those_of_the_opening(tmp_path: Path):
    towns = gpd.GeoDataFrame(
        {"name": ["A", "B"]}, geometry=[box(-500, -500, 200, 500), box(200, -500, 900, 500)],
        crs=FRAME,
    )  # fmt: skip
    people = [(150, 95, 50), (250, 95, 10)]
    table = gains(NORTH, tmp_path, [(200, 155)], people, towns=towns).table
    assert table["town"].tolist() == ["A", "B"]


def test_a_city_without_walls_has_nothing_to_open(tmp_path: Path):
    found = gains(RIVER, tmp_path, [(100, 5)], [(100, 45, 5)])
    assert len(found.table) == 0
    assert found.counted["kind"].tolist() == list(KINDS)
    assert found.counted["considered"].tolist() == [0] * len(KINDS)


@pytest.mark.nightly
@pytest.mark.parametrize(("n_gates", "n_walls", "n_others"), [(8, 8, 4)])
def test_openings_of_the_demo_are_what_full_runs_say(demo, n_gates, n_walls, n_others):
    plan = load_plan(data_folder() / "baoshan-demo" / "plan.toml")
    inputs = load_inputs(plan, cache=demo.cache)
    area = find_study_area(inputs, profile_named("adult"))
    network = load_plan_network(inputs, area.crs, area.with_ring, demo.cache)
    streets = prepare_streets(network)
    _, facilities = place_facilities(inputs.facilities, streets, area)
    people = place_people(inputs, area, inputs.osm.zones.to_crs(area.crs))
    places = points_of(facilities[facilities["counts"]], network, "facilities")
    units = points_of(people.units, network, "demand")
    origins, targets = join(streets, places), join(streets, units, reached=True)
    minutes, _ = nearest_minutes(streets, origins, targets)
    gates, walls = gates_to_open(streets), find_wall_places(streets)
    found = find_newly_reached(streets, origins, targets, minutes, 15.0, gates=gates, places=walls)
    gaining = np.unique(found.opening)
    rng = np.random.default_rng(1)
    tried = np.concatenate(
        [
            rng.choice(gaining[gaining < len(gates)], n_gates, replace=False),
            rng.choice(gaining[gaining >= len(gates)], n_walls, replace=False),
            rng.integers(0, len(gates) + len(walls), n_others),
        ]
    )
    for opening in tried.tolist():
        other, row = network, gates[min(opening, len(gates) - 1)]
        if opening >= len(gates):
            link = walls.links.take([opening - len(gates)])
            other = add_links(network, link)
            (row,) = np.flatnonzero(other.walls.gates.gate_id == link.id[0])
        rules = replace(streets.rules, opened=(int(row),))
        opened = prepare_streets(other, streets.profile, streets.access, rules)
        full, _ = nearest_minutes(opened, join(opened, places), join(opened, units, reached=True))
        reached = np.flatnonzero((full <= 15) & (minutes > 15))
        assert found.target[found.opening == opening].tolist() == reached.tolist(), opening
