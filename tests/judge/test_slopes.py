"""The engine beside its judge where streets rise and fall.

First with heights given at the nodes: then minutes are the same to 1e-6, whichever way one walks.
Then with heights read of a raster, each by itself: the engine leaves out what lies within a metre
of a straight grade.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import tests.cities.drawing as drawn
from planner.network.heights import add_heights
from planner.plan.profiles import WalkProfile
from planner.sources import raster_window
from planner.sources.elevation import load_elevation
from planner.travel.access import join
from planner.travel.isochrones import isochrones
from planner.travel.matrix import find_pairs
from planner.travel.minutes import nearest_minutes, reached_pairs, second_minutes
from planner.travel.routes import route_between
from planner.travel.streets import DEFAULT_ACCESS, point_streets, prepare_streets
from tests.cities.drawing import FRAME
from tests.cities.hills import write_hills
from tests.cities.rasters import reading_rasters_here  # noqa: F401
from tests.judge.shapes import agreement
from tests.judge.slopes import cut_at_samples, read_heights, slope_of, turned
from tests.judge.test_engine import EXACT, random_drawing
from tests.judge.walks import Pieces, Reference
from tests.samples import first


def pieces_of(network):
    """Return the straight pieces of a network and the edge of each, with numbers for bends."""
    rows, edges = [], []
    nodes = {k: tuple(place) for k, place in enumerate(network.xy.tolist())}
    for e in range(network.n_edges):
        line = network.coords[network.offsets[e] : network.offsets[e + 1]]
        names = [int(network.u[e])]
        for place in line[1:-1].tolist():
            names.append(len(nodes))
            nodes[names[-1]] = tuple(place)
        names.append(int(network.v[e]))
        factor = 2.0 if network.steps[e] else 1.0
        for a, b in pairwise(names):
            rows.append((a, b, e, factor, bool(network.elevated[e])))
            edges.append(e)
    return Pieces.of(nodes, rows), np.array(edges)


def sloped_case(seed, rules=None):
    """Return a drawn network with random heights at its nodes, its judge there and back, places."""
    drawing, places, walker, drawn_rules = random_drawing(seed)
    rules = rules or drawn_rules
    rng = np.random.default_rng(seed + 10_000)
    name = ["tobler", "irmischer-clarke"][seed % 2]
    walker = replace(walker, slope=name, steps_factor=0.5)
    network = drawing.network()
    steep = float(rng.choice([0.03, 0.1, 0.3])) * float(np.median(network.length_m))
    heights = rng.normal(0, steep, network.n_nodes)
    flat = rng.random(network.n_edges) < 0.1
    network = replace(network, height_m=heights, flat=flat)
    pieces, edge = pieces_of(network)
    rise = np.where(flat, 0.0, heights[network.v] - heights[network.u])
    grades = (rise / np.where(network.length_m > 0, network.length_m, np.inf))[edge]
    slope = slope_of(name, grades)
    judges = [
        Reference(pieces, walker.speed_kmh, rules.limit_m, rules.detour, slope=one)
        for one in (slope, turned(slope))
    ]
    return network, judges, places, walker, rules


@pytest.mark.parametrize("seed", first(3, range(40)))
def test_minutes_with_heights_at_nodes(seed):
    network, (judge, _), places, walker, rules = sloped_case(seed)
    facilities, people = places[::3], places
    to_them = judge.minutes_matrix(people, facilities).T
    from_them = judge.minutes_matrix(facilities, people)
    expected = {"to": to_them, "from": from_them, "both": np.maximum(to_them, from_them)}
    assert np.isfinite(to_them).any()
    for direction, matrix in expected.items():
        streets = prepare_streets(network, walker, rules, direction=direction)
        ends = join(streets, facilities), join(streets, people, reached=True)
        minutes, label = nearest_minutes(streets, *ends)
        assert minutes == pytest.approx(matrix.min(axis=0), abs=EXACT)
        assert minutes[label >= 0] == pytest.approx(
            matrix[label, np.arange(len(people))][label >= 0], abs=EXACT
        )
        second, other = second_minutes(streets, *ends, label)
        assert second == pytest.approx(np.sort(matrix, axis=0)[1], abs=EXACT)
        assert (other[np.isfinite(second)] != label[np.isfinite(second)]).all()
        pairs = reached_pairs(streets, *ends, 15.0)
        found = np.full(matrix.shape, np.inf)
        found[pairs.origin, pairs.target] = pairs.minutes
        within = np.abs(matrix - 15.0) > EXACT
        assert (found <= 15.0)[within].tolist() == (matrix <= 15.0)[within].tolist()
        assert found[np.isfinite(found)] == pytest.approx(matrix[np.isfinite(found)], abs=EXACT)
    # A matrix is searched from its smaller side: both sides once.
    for starts, ends in ((people, facilities), (facilities, people)):
        pairs = find_pairs(streets, starts, ends, np.inf)
        found = np.full((len(starts), len(ends)), np.inf)
        found[pairs.origin, pairs.target] = pairs.minutes
        assert found == pytest.approx(judge.minutes_matrix(starts, ends), abs=EXACT)
    streets = point_streets(streets, "to")
    for k in range(0, len(people), 9):
        walk = route_between(
            streets, join(streets, people[[k]], reached=True), join(streets, facilities[[0]])
        )
        assert walk.minutes == pytest.approx(to_them[0, k], abs=EXACT)


@pytest.mark.parametrize("seed", first(1, range(8)))
@pytest.mark.filterwarnings("ignore:facilities.*join no street:UserWarning")
def test_isochrones_with_heights_at_nodes(seed):
    network, (judge, back), places, walker, rules = sloped_case(seed, DEFAULT_ACCESS)
    layer = drawn.points(places[:2])
    # The judge walks from a place: to it, on streets turned round.
    for direction, reference in (("from", judge), ("to", back)):
        streets = prepare_streets(network, walker, rules, direction=direction)
        shapes = isochrones(streets, layer, cutoffs_minutes=8.0).geometry
        for place, shape in zip(places[:2], shapes, strict=True):
            assert agreement(shape, reference, place, 8.0, step_m=10.0)["iou"] >= 0.97


def rolling(x, y):
    """Hills of some 40 m, 400 m apart: grades up to 0.3."""
    return 60 + 20 * np.sin(x / 65) * np.cos(y / 80) + 0.02 * x


@pytest.mark.parametrize("seed", first(1, range(12)))
@pytest.mark.usefixtures("reading_rasters_here")
def test_minutes_with_heights_of_a_raster(tmp_path, seed):
    """Cells of 10 m, both sampled: half of the walks differ by less than 1.5 %, none by over 3 %.

    Within a metre of the straight grade an edge is not cut: on hills of 20 m that is a twentieth of
    their height.
    """
    drawing, places, walker, rules = random_drawing(seed)
    walker = WalkProfile("someone", walker.speed_kmh, 0.5, signal_s=0, crossing_s=0)
    path = write_hills(tmp_path / "dem.tif", rolling, high=(3500.0, 3500.0))
    elevation = load_elevation(path, (121.395, 31.395, 121.44, 31.44))
    network = add_heights(drawing.network(), elevation)
    level = drawing.reference(walker, rules)
    pieces, grades, _ = cut_at_samples(level.pieces, read_heights(path, FRAME), 5.0)
    judge = Reference(
        pieces, walker.speed_kmh, rules.limit_m, rules.detour, slope=slope_of("tobler", grades)
    )
    people, facilities = places[:20], places[20::4]
    expected = judge.minutes_matrix(people, facilities).T
    streets = prepare_streets(network, walker, rules)
    pairs = reached_pairs(
        streets, join(streets, facilities), join(streets, people, reached=True), np.inf
    )
    found = np.full(expected.shape, np.inf)
    found[pairs.origin, pairs.target] = pairs.minutes
    assert np.isfinite(found).tolist() == np.isfinite(expected).tolist()
    known = np.isfinite(expected)
    if not known.any():
        return
    found, expected = found[known], expected[known]
    off = np.abs(found - expected)
    assert (off <= 0.1 + 0.03 * expected).all()
    assert np.median(off / np.maximum(expected, 1.0)) < 0.015
    # Slope matters here: level streets are farther off than that.
    flat = level.minutes_matrix(people, facilities).T[known]
    assert np.abs(flat - expected).max() > 5 * off.max()


def test_the_raster_is_read_by_the_guarded_reader(tmp_path, monkeypatch):
    """Heights are read in another process, as people are."""
    path = write_hills(tmp_path / "dem.tif", rolling, high=(500.0, 500.0))
    asked = []
    run = raster_window.run_limited
    monkeypatch.setattr(
        raster_window, "run_limited", lambda *args, **more: asked.append(args) or run(*args, **more)
    )
    elevation = load_elevation(path, (121.395, 31.395, 121.41, 31.405))
    assert {args[0] for args in asked} == {"planner.sources._raster_child"}
    assert elevation.cell_m == pytest.approx(10.0)
    mine = read_heights(path, FRAME)
    for x, y in ((3.0, 4.0), (-200.0, 100.0), (101.7, 250.2)):
        assert mine(x, y) == pytest.approx(rolling(x, y), abs=0.3)
