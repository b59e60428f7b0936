"""Walks over the borders of tiles are those of the plain streets, to the last bit."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from planner.coverage.questions import Walks
from planner.coverage.walks_beyond import make_seeds_key
from planner.plan.profiles import WalkProfile
from planner.scale.cut.ground import holds_in
from planner.travel.access import rows_of, take
from planner.travel.minutes import nearest_minutes
from planner.travel.several_nearest import TooFewKnownError
from planner.travel.streets import AccessRules, prepare_streets
from tests.cities.drawing import estates_network, points
from tests.cities.walled_city import walled_city
from tests.samples import first
from tests.scale.walks.cut_plain import WEST, cut_streets, list_cores, list_middle_cores

WALKER = WalkProfile("walker", 6.0, signal_s=20, crossing_s=10, gate_s=12)
RIDER = WalkProfile("rider", 15.0, vehicle="bicycle", gate_s=5)
LIMIT_M = 40.0


def ask(walks, profile, chosen):
    minutes, nearest = walks.nearest(profile, None, chosen)
    found = [minutes, nearest]
    if profile == WALKER and chosen.all():
        found += walks.second(profile, nearest)
    return [*found, walks.of(profile).yardstick.grounds.first]


def walk_to_own(walk, own):
    """Walk to one facility after the other."""
    minutes = np.full(len(own), np.inf)
    for number in range(len(walk.places)):
        here = np.flatnonzero(own == number)
        station = rows_of(walk.places, number, number + 1)
        minutes[here] = nearest_minutes(walk.streets, station, take(walk.units, here))[0]
    return minutes


def assert_same_in_tiles(
    network, stations, closed, people, cores, chosen, *, halo_m, direction="to", most=None
):
    """Ask the same of plain streets and of tiles; nobody is asked twice or left out."""
    streets = prepare_streets(network, WALKER, AccessRules(LIMIT_M), direction=direction)
    own = np.arange(len(people)) % (len(stations) + 1) - 1
    facilities = points(stations).assign(open_to_outsiders=~closed)
    every = np.ones(len(stations), dtype=bool)
    asked = {
        make_seeds_key(profile, None, flags): (profile, None, flags)
        for profile in (WALKER, RIDER)
        for flags in (every, chosen)
    }
    tiles = cut_streets(
        streets, facilities, cores, asked, [(WALKER, None), (RIDER, None)], halo_m=halo_m,
        second={make_seeds_key(WALKER, None, every)},
        residents=None if most else (np.asarray(people), own), most=most,
    )  # fmt: skip
    plain = Walks(streets, facilities, points(people), None)
    count = np.zeros(len(people), dtype=int)
    for (core, _), (like, beyond) in zip(cores, tiles, strict=True):
        rows = np.flatnonzero(holds_in(core, network.crs, WEST, np.asarray(people)))
        count[rows] += 1
        here = Walks(like, facilities, points(np.asarray(people)[rows]), None, beyond=beyond)
        for profile, _, flags in asked.values():
            expected = ask(plain, profile, flags)
            for found, whole in zip(ask(here, profile, flags), expected, strict=True):
                np.testing.assert_array_equal(found, whole[rows])
        if most:
            continue
        found = beyond.measure_own(here.of(WALKER), own[rows], np.arange(len(rows)))
        np.testing.assert_array_equal(found, walk_to_own(plain.of(WALKER), own)[rows])
    assert (count == 1).all()


@pytest.mark.parametrize("seed", first(4, range(60)))
def test_walled_cities(seed):
    rng = np.random.default_rng(seed)
    network = estates_network(walled_city(seed))
    stations, people = rng.uniform(-20, 470, (9, 2)).round(2), rng.uniform(-20, 470, (150, 2))
    closed = rng.random(9) < 0.4
    cores = list_middle_cores(network, 3, 2)
    chosen = rng.random(9) < 0.4
    # A halo far shorter than the walks: what lies beyond it comes in by the border alone.
    assert_same_in_tiles(
        network, stations, closed, people.round(2), cores, chosen, halo_m=4 * LIMIT_M
    )


@pytest.mark.parametrize("seed", first(3, range(40)))
@pytest.mark.parametrize("direction", ["from", "both"])
def test_walls_and_hills(seed, direction):
    """Up and down differ, and for riders on one-way streets too; some stations serve their own."""
    rng = np.random.default_rng(seed)
    network = estates_network(walled_city(seed))
    height_m = rng.normal(0, float(rng.choice([0.5, 3.0, 10.0])), network.n_nodes)
    network = replace(network, height_m=height_m, flat=rng.random(network.n_edges) < 0.1)
    stations, people = rng.uniform(-20, 470, (9, 2)).round(2), rng.uniform(-20, 470, (120, 2))
    assert_same_in_tiles(
        network, stations, rng.random(9) < 0.3, people.round(2), list_middle_cores(network, 3, 2),
        rng.random(9) < 0.5, halo_m=4 * LIMIT_M, direction=direction,
        most=9 if direction == "both" else None,
    )  # fmt: skip


def test_too_few_stations_known_beyond_a_tile_are_not_taken_for_all():
    """Steep streets: the nearest few each way need not be the nearest both ways."""
    network = estates_network(walled_city(4))
    rng = np.random.default_rng(4)
    network = replace(
        network,
        height_m=rng.normal(0, 30.0, network.n_nodes),
        flat=np.zeros(network.n_edges, dtype=bool),
    )
    stations, people = rng.uniform(-20, 470, (30, 2)).round(2), rng.uniform(-20, 470, (150, 2))
    asked = network, stations, np.zeros(30, dtype=bool), people.round(2)
    cores, every = list_middle_cores(network, 3, 2), np.ones(30, dtype=bool)
    with pytest.raises(TooFewKnownError):
        assert_same_in_tiles(*asked, cores, every, halo_m=160.0, direction="both", most=3)
    assert_same_in_tiles(*asked, cores, every, halo_m=160.0, direction="both", most=30)


def test_everything_in_one_tile_and_tiles_without_streets():
    network = estates_network(walled_city(3))
    stations = np.array([(10.0, 10.0), (400.0, 400.0)])
    people = np.array([(20.0, 20.0), (300.0, 300.0), (5000.0, 5000.0)])
    lon = shapely.get_coordinates(points([(0, 5000.0)]).to_crs("EPSG:4326").geometry.to_numpy())[0]
    for cores in (list_cores(network, [], []), list_cores(network, [lon[0] + 0.03], [lon[1]])):
        assert_same_in_tiles(
            network, stations, np.array([False, False]), people, cores,
            np.array([False, True]), halo_m=200.0,
        )  # fmt: skip
