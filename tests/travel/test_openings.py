"""Walls opened: what is found, and that it is what a full run would say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.network import build_network
from planner.network.heights import add_heights
from planner.network.links import add_links
from planner.network.surroundings import find_surroundings
from planner.plan.profiles import WalkProfile
from planner.sources.osm.extract import load_osm
from planner.travel.access import join
from planner.travel.minutes import nearest_minutes
from planner.travel.openings import find_newly_reached, gates_to_open
from planner.travel.streets import AccessRules, prepare_like, prepare_streets, shut_gates
from planner.travel.wall_places import LONGEST_M, SPACING_M, find_wall_places, near_along
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import FRAME, WALKER
from tests.cities.estates_drawing import RIVER, TWINS, TWINS_WITH_A_HOLE
from tests.cities.hills import hills
from tests.cities.walled_city import walled_city
from tests.samples import first

SHORT_LEGS = AccessRules(30.0, 1.4)
WALKERS = (
    WALKER,
    WalkProfile("slow", 4.0, 0.5, signal_s=20, crossing_s=5, gate_s=12),
    WalkProfile("rider", 9.0, 0.0, signal_s=20, crossing_s=5, gate_s=12, vehicle="bicycle"),
)


def network_of(drawing, folder: Path):
    extract = load_osm(drawing.write(folder / "drawn.osm"))
    return build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME))


def streets_of(drawing, folder: Path, **rules):
    return prepare_streets(network_of(drawing, folder), WALKER, SHORT_LEGS, WallRules(**rules))


# -- where ----------------------------------------------------------------------------------------


def test_places_are_where_a_street_of_the_compound_and_a_public_one_come_near(tmp_path: Path):
    # TWINS: the street 5 - 6 goes 90 m along x = 100, the wall in the south is 10 m off the public
    # street and the gate 5 is at x = 100; so nothing is 50 m from it and 60 m from both streets
    # but by the part of 6 - 7 near the northern wall, where no public street is.
    assert len(find_wall_places(streets_of(TWINS, tmp_path))) == 0
    # A street to the north, 40 m behind that of the estates at y = 100, would do, but for the wall
    # at y = 210; so move it.
    low = TWINS.having(
        nodes={23: (200, 130), 24: (10, 130), 26: (390, 130), 41: (0, 150), 42: (400, 150)},
        ways={18: ([41, 42], "highway=residential")},
    )
    streets = streets_of(low, tmp_path)
    places = find_wall_places(streets)
    assert len(places) > 0
    assert places.xy[:, 1] == pytest.approx(130, abs=0.02)
    assert (places.path_m <= LONGEST_M).all()
    # Straight across where the street runs beside the wall.
    assert places.path_m.min() == pytest.approx(50, abs=0.05)
    west, east = places.compound == 0, places.compound == 1
    assert (places.xy[west, 0] < 200).all()
    assert (places.xy[east, 0] > 200).all()
    assert len(set(places.links.id)) == len(places)


def test_no_place_leads_through_water(tmp_path: Path):
    low = TWINS.having(
        nodes={23: (200, 130), 24: (10, 130), 26: (390, 130), 41: (0, 150), 42: (400, 150),
               43: (-10, 140), 44: (410, 140)},
        ways={18: ([41, 42], "highway=residential"), 19: ([43, 44], "waterway=river")},
    )  # fmt: skip
    assert len(find_wall_places(streets_of(low, tmp_path))) == 0
    assert len(find_wall_places(streets_of(low, tmp_path, barriers=("wall",)))) > 0


def test_no_place_leads_through_the_neighbour(tmp_path: Path):
    # The estates share the wall x = 200; a public street within the eastern one would be near.
    street = TWINS.having(
        nodes={41: (230, 60), 42: (230, 150)}, ways={18: ([41, 42], "highway=residential")}
    )
    places = find_wall_places(streets_of(street, tmp_path))
    assert not (places.compound == 0).any()


def test_without_compounds_there_is_no_place(tmp_path: Path):
    streets = streets_of(RIVER, tmp_path)
    assert len(find_wall_places(streets)) == 0
    assert len(gates_to_open(streets)) == 0
    ends = join(streets, np.array([[0.0, 0.0]])), join(streets, np.array([[9.0, 9.0]]))
    gates, places = gates_to_open(streets), find_wall_places(streets)
    nothing = find_newly_reached(streets, *ends, np.array([99.0]), 5.0, gates=gates, places=places)
    assert len(nothing.opening) == 0


def test_near_is_measured_along_the_outline_both_ways_round():
    ring, at_m = np.array([0, 0, 0, 0, 1]), np.array([60.0, 160.0, 480.0, 49.0, 100.0])
    near = near_along(ring, at_m, np.array([0]), np.array([10.0]), np.array([500.0, 500.0]))
    assert near.tolist() == [False, False, True, True, False]
    assert SPACING_M == 50


# -- which gates ----------------------------------------------------------------------------------


def test_gates_for_residents_and_gates_that_are_shut_may_be_opened(tmp_path: Path):
    streets = streets_of(TWINS_WITH_A_HOLE, tmp_path)
    gates = gates_to_open(streets)
    assert len(gates) == len(streets.network.walls.gates) == 3
    shut = shut_gates(streets)
    assert streets.network.node_id[streets.network.walls.gates.node[shut]].tolist() == [31]
    opened = streets_of(TWINS_WITH_A_HOLE, tmp_path, opened=(int(gates[0]),))
    assert gates_to_open(opened).tolist() == gates[1:].tolist()


def test_a_gate_on_a_street_may_be_opened_only_if_it_is_shut(tmp_path: Path):
    gate = RIVER.having(nodes={5: (300, 0)}, ways={1: ([1, 5, 2], "highway=residential")})
    for tags, count in (("barrier=gate", 0), ("barrier=gate access=no", 1)):
        assert len(gates_to_open(streets_of(gate.having(spots={5: tags}), tmp_path))) == count


# -- who ------------------------------------------------------------------------------------------


def full_minutes(streets, opening, gates, places, facilities, closed, units):
    """Return the minutes of a full run with one opening."""
    network, rules = streets.network, streets.rules
    if opening < len(gates):
        row = int(gates[opening])
    else:
        link = places.links.take([opening - len(gates)])
        network = add_links(network, link)
        (row,) = np.flatnonzero(network.walls.gates.gate_id == link.id[0]).tolist()
    other = prepare_like(streets, network=network, rules=replace(rules, opened=(row,)))
    origins = join(other, facilities, closed=closed)
    return nearest_minutes(other, origins, join(other, units, reached=True))[0]


@pytest.mark.parametrize("seed", first(15, range(30)))
def test_who_is_reached_is_what_a_full_run_says(seed: int, tmp_path: Path):
    assert_same_as_full_runs(seed, network_of(walled_city(seed), tmp_path), "to")


SLOPED = [(seed, ("to", "from", "both")[seed % 3]) for seed in range(24)]


@pytest.mark.parametrize(("seed", "direction"), first(3, SLOPED))
def test_who_is_reached_on_slopes_is_what_a_full_run_says(seed: int, direction, tmp_path: Path):
    network = network_of(walled_city(seed), tmp_path)
    rough = hills(lambda x, y: 12 * np.sin(x / 40) * np.cos(y / 55) + 0.04 * x)
    assert_same_as_full_runs(seed, add_heights(network, rough), direction)


def assert_same_as_full_runs(seed, network, direction):
    rng = np.random.default_rng(seed)
    access = AccessRules(float(rng.choice([30.03, 60.01])), 1.4)
    mode = str(rng.choice(["as_tagged", "inferred_open", "inferred_closed"]))
    walker, rules = WALKERS[seed % 3], WallRules(gates=mode)
    streets = prepare_streets(network, walker, access, rules, direction=direction)
    facilities, units = rng.uniform(0, 450, (3, 2)), rng.uniform(-20, 470, (80, 2))
    closed = rng.random(3) < 0.4
    origins, targets = join(streets, facilities, closed=closed), join(streets, units, reached=True)
    minutes, _ = nearest_minutes(streets, origins, targets)
    cutoff = float(np.median(minutes[np.isfinite(minutes)])) if np.isfinite(minutes).any() else 4.0
    gates, places = gates_to_open(streets), find_wall_places(streets)
    found = find_newly_reached(
        streets, origins, targets, minutes, cutoff, gates=gates, places=places
    )
    tried = [*range(len(gates)), *(len(gates) + rng.permutation(len(places))[:8])]
    for opening in tried:
        full = full_minutes(streets, opening, gates, places, facilities, closed, units)
        assert (full <= minutes + 1e-9).all()  # an opening never makes a walk longer
        mine = found.opening == opening
        reached = np.flatnonzero((full <= cutoff) & (minutes > cutoff))
        assert found.target[mine].tolist() == reached.tolist(), opening
        np.testing.assert_allclose(found.minutes[mine], full[reached], atol=1e-9)
