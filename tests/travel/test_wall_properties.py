"""What must hold behind any walls, drawn at random by Hypothesis."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan.profiles import WalkProfile
from planner.travel.access import join
from planner.travel.compiled.elimination import eliminate_nodes
from planner.travel.compiled.search import find_reached
from planner.travel.compiled.sweeps import find_all_reached
from planner.travel.minutes import nearest_minutes, reached_pairs, second_minutes
from planner.travel.routes import route_between
from planner.travel.streets import AccessRules, point_streets, prepare_streets
from planner.travel.updates import serve
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import estates_network, minutes_matrix
from tests.cities.estates_drawing import ESTATE, PATH, PRIVATE, STREET, Estates
from tests.samples import examples
from tests.travel.test_updates import CUTOFFS, assert_is_a_full_run, edit

few = examples(5, whole=40)
TOLERANCE = 1e-9
SIDE, STEP_M = 4, 70

KINDS = [
    STREET, STREET, PATH, PRIVATE, PRIVATE, "highway=steps", f"{PATH} bridge=yes",
    f"{STREET} oneway=yes", f"{PATH} footway=crossing", f"{PATH} foot=private",
]  # fmt: skip
SPOTS = ["barrier=gate", "barrier=gate locked=yes", "barrier=gate access=private",
         "highway=crossing", "highway=crossing crossing=traffic_signals"]  # fmt: skip
ZONES = [ESTATE, "landuse=industrial gated=yes", "landuse=residential"]

coordinates = st.integers(-60, SIDE * STEP_M)
spots = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=7)
# No round limits: a point exactly on one is on either side by the last bit of rounding.
limits = st.builds(
    AccessRules, st.sampled_from([15.3, 60.7, 100.1]), st.sampled_from([1.0, 1.4, 2.2])
)
walkers = st.builds(
    WalkProfile,
    st.just("someone"),
    st.sampled_from([3.0, 6.0]),
    steps_factor=st.sampled_from([0.0, 0.5, 0.8]),
    gate_s=st.sampled_from([0.0, 12.0]),
)
riders = st.builds(
    WalkProfile,
    st.just("someone"),
    st.sampled_from([12.0]),
    steps_factor=st.just(0.0),
    gate_s=st.sampled_from([0.0, 12.0]),
    vehicle=st.just("bicycle"),
)
everybody = st.one_of(walkers, riders)
modes = st.sampled_from(["as_tagged", "inferred_open", "inferred_closed"])


@st.composite
def estates(draw):
    """Draw streets on a bent grid of 4 x 4 nodes, up to three zones, and up to two rivers."""
    bend = st.integers(-20, 20)
    nodes = {
        SIDE * row + column + 1: (column * STEP_M + draw(bend), row * STEP_M + draw(bend))
        for row in range(SIDE)
        for column in range(SIDE)
    }
    steps = [(n, n + 1) for n in nodes if n % SIDE] + [(n, n + SIDE) for n in nodes if n <= 12]
    chosen = draw(st.lists(st.sampled_from(steps), min_size=6, max_size=20, unique=True))
    ways = {k: (list(ends), draw(st.sampled_from(KINDS))) for k, ends in enumerate(chosen, start=1)}
    at = draw(st.dictionaries(st.sampled_from(sorted(nodes)), st.sampled_from(SPOTS), max_size=6))
    for number in range(draw(st.integers(0, 3))):
        x, y = draw(st.tuples(coordinates, coordinates))
        wide, high = draw(st.integers(30, 160)), draw(st.integers(30, 160))
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        refs = range(100 + 10 * number, 104 + 10 * number)
        nodes |= dict(zip(refs, corners, strict=True))
        ways[900 + number] = ([*refs, refs[0]], draw(st.sampled_from(ZONES)))
    drawing = Estates(nodes, ways, at)
    for number in range(draw(st.integers(0, 2))):
        drawing = with_river(drawing, 800 + number, draw(rivers))
    return drawing


rivers = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=3, unique=True)


def with_river(drawing, way, bends):
    refs = [10 * way + k for k in range(len(bends))]
    more = dict(zip(refs, bends, strict=True))
    return drawing.having(nodes=more, ways={way: (refs, "waterway=canal")})


def matrix(network, places, walker, access, **rules):
    """Return minutes (facilities, people) between all places."""
    return minutes_matrix(network, places, places, walker, access, rules=WallRules(**rules))


def no_longer(some, others):
    """Tell whether no walk of `some` takes longer than the same of `others`."""
    return bool((some <= others + TOLERANCE).all())


@few
@given(estates(), spots, limits, everybody, modes, st.data())
def test_opening_a_gate_makes_no_trip_longer(drawing, places, access, walker, mode, data):
    network = estates_network(drawing)
    rows = range(len(network.walls.gates))
    before = matrix(network, places, walker, access, gates=mode)
    if not rows:
        return
    chosen = tuple(sorted(data.draw(st.sets(st.sampled_from(rows), min_size=1))))
    opened = matrix(network, places, walker, access, gates=mode, opened=chosen)
    assert no_longer(opened, before)
    shut = matrix(network, places, walker, access, gates=mode, shut=chosen)
    assert no_longer(before, shut)
    one_less = matrix(network, places, walker, access, gates=mode, shut=chosen[1:])
    assert no_longer(one_less, shut)


@few
@given(estates(), spots, limits, walkers, modes)
def test_unlocking_a_gate_of_the_map_makes_no_trip_longer(drawing, places, access, walker, mode):
    locked = [node for node, tags in drawing.spots.items() if "locked" in tags]
    before = matrix(estates_network(drawing), places, walker, access, gates=mode)
    unlocked = drawing.having(spots=dict.fromkeys(locked, "barrier=gate"))
    assert no_longer(matrix(estates_network(unlocked), places, walker, access, gates=mode), before)


@few
@given(estates(), spots, limits, everybody, modes)
def test_walls_make_no_walk_shorter(drawing, places, access, walker, mode):
    network = estates_network(drawing)
    bound = matrix(network, places, walker, access, gates=mode)
    assert no_longer(matrix(network, places, walker, access, gates="ignored"), bound)
    looser = matrix(network, places, walker, access, gates=mode, barriers=("wall",))
    assert no_longer(looser, bound)
    # more passages open from mode to mode
    closed, tagged, opened = (
        matrix(network, places, walker, access, gates=kind)
        for kind in ("inferred_closed", "as_tagged", "inferred_open")
    )
    assert no_longer(opened, tagged)
    assert no_longer(tagged, closed)


@few
@given(estates(), rivers, spots, limits, everybody, modes)
def test_adding_a_barrier_makes_no_trip_shorter(drawing, bends, places, access, walker, mode):
    before = matrix(estates_network(drawing), places, walker, access, gates=mode)
    network = estates_network(with_river(drawing, 850, bends))
    assert no_longer(before, matrix(network, places, walker, access, gates=mode))


@few
@given(estates(), spots, limits, everybody, modes, st.sampled_from([1.0, 1.25, 2.0]))
def test_who_is_faster_everywhere_reaches_no_fewer(drawing, places, access, walker, mode, factor):
    """Faster on streets and legs by one factor, and quicker at crossings and gates."""
    network = estates_network(drawing)
    quick = replace(
        walker,
        speed_kmh=walker.speed_kmh * factor,
        push_kmh=walker.push_kmh * factor,
        signal_s=walker.signal_s / 2,
        crossing_s=walker.crossing_s / 3,
        gate_s=walker.gate_s / 2,
    )
    slow = matrix(network, places, walker, access, gates=mode)
    fast = matrix(network, places, quick, access, gates=mode)
    assert no_longer(fast, slow)
    for cutoff in (0.5, 2.0, 5.0):
        assert ((fast <= cutoff) | (slow > cutoff + TOLERANCE)).all()


@few
@given(estates(), spots, limits, walkers, modes)
def test_walkers_take_as_long_there_as_back(drawing, places, access, walker, mode):
    found = matrix(estates_network(drawing), places, walker, access, gates=mode)
    assert found == pytest.approx(found.T, abs=1e-6)
    assert (np.diag(found) == 0).all()


@few
@given(estates(), spots, spots, limits, everybody, modes)
def test_sweeps_over_eliminated_nodes_find_the_same(drawing, ends, people, access, walker, mode):
    """With compounds, gates and one-way rides, from either side."""
    streets = prepare_streets(estates_network(drawing), walker, access, WallRules(gates=mode))
    for one in (streets, point_streets(streets, "from")):
        origins = join(one, np.array(ends, dtype=float))
        targets = join(one, np.array(people, dtype=float), reached=True)
        asked = origins.points, targets.points, targets.lookup, one.nearby
        plain = find_reached(one.graph.rows, *asked, np.inf, 0, len(ends))
        swept = find_all_reached(eliminate_nodes(one.graph.rows), *asked, 0, len(ends))
        for expected, found in zip(plain[:2], swept[:2], strict=True):
            np.testing.assert_array_equal(found, expected)
        np.testing.assert_allclose(swept[2], plain[2], rtol=0, atol=TOLERANCE)


@few
@given(estates(), spots, spots, limits, everybody, modes, st.data())
def test_the_nearest_and_the_second_are_those_of_the_matrix(
    drawing, facilities, people, access, walker, mode, data
):
    network = estates_network(drawing)
    n = len(facilities)
    closed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    rules = WallRules(gates=mode)
    streets = prepare_streets(network, walker, access, rules)
    doors = join(streets, np.array(facilities, dtype=float), closed=closed)
    units = join(streets, np.array(people, dtype=float), reached=True)
    found = np.full((n, len(people)), np.inf)
    pairs = reached_pairs(streets, doors, units, np.inf)
    found[pairs.origin, pairs.target] = pairs.minutes
    minutes, nearest = nearest_minutes(streets, doors, units)
    assert minutes == pytest.approx(found.min(axis=0), abs=1e-9)
    second, _ = second_minutes(streets, doors, units, nearest)
    for unit, first in enumerate(nearest.tolist()):
        others = np.delete(found[:, unit], first) if first >= 0 else found[:, unit]
        assert second[unit] == pytest.approx(others.min(initial=np.inf), abs=1e-9)
    # a closed facility serves its own compound, and nobody where it is in none
    foreign = closed[:, None] & (doors.compound[:, None] != units.compound[None, :])
    assert np.isinf(found[foreign | (closed & (doors.compound < 0))[:, None]]).all()


@few
@given(estates(), spots, limits, everybody, modes)
def test_routes_take_as_long_as_the_matrix_says(drawing, places, access, walker, mode):
    network = estates_network(drawing)
    expected = matrix(network, places, walker, access, gates=mode)
    streets = prepare_streets(network, walker, access, WallRules(gates=mode))
    xy = np.array(places, dtype=float)
    for i in range(len(places)):
        start = join(streets, xy[i : i + 1], reached=True)
        for j in range(len(places)):
            found = route_between(streets, start, join(streets, xy[j : j + 1]))
            assert found.minutes == pytest.approx(expected[j, i], abs=1e-9)
            if found.geometry is not None:
                ends = np.array(found.geometry.coords)[[0, -1]]
                assert ends == pytest.approx(xy[[i, j]], abs=1e-9)


changes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.just(0), st.tuples(coordinates, coordinates)),
        st.tuples(st.just("move"), st.integers(0, 20), st.tuples(coordinates, coordinates)),
        st.tuples(st.just("close"), st.integers(0, 20), st.just((0, 0))),
    ),
    max_size=6,
)


@few
@given(estates(), st.lists(st.tuples(coordinates, coordinates), max_size=5), spots, changes,
       limits, everybody, modes)  # fmt: skip
def test_any_edits_equal_a_full_run_behind_walls_too(
    drawing, facilities, people, edits, access, walker, mode
):
    network = estates_network(drawing)
    streets = prepare_streets(network, walker, access, WallRules(gates=mode))
    targets = join(streets, np.array(people, dtype=float), reached=True)
    served = serve(streets, np.array(facilities, dtype=float).reshape(-1, 2), targets, CUTOFFS)
    number_of = dict(enumerate(facilities))
    assert_is_a_full_run(served, number_of)
    for change in edits:
        served = edit(served, number_of, *change)
        assert_is_a_full_run(served, number_of)
