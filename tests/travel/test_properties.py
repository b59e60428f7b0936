"""What must hold on every network, drawn at random by Hypothesis."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.plan.profiles import WalkProfile
from planner.travel.access import join
from planner.travel.isochrones import isochrones
from planner.travel.minutes import nearest_minutes
from planner.travel.streets import AccessRules, prepare_streets
from tests.cities.drawing import WALKER, Drawing, minutes_matrix, points
from tests.samples import examples

# Drawn places may lie off all streets, which isochrones warn of.
pytestmark = pytest.mark.filterwarnings("ignore:facilities.*join no street:UserWarning")

SIZE_M = 400
TOLERANCE = 1e-9
TAGS = [
    "highway=residential",
    "highway=residential",
    "highway=footway",
    "highway=steps",
    "highway=footway bridge=yes",
    "highway=steps tunnel=yes",
]

few = examples(10, whole=30)
metres = st.integers(0, SIZE_M).map(float)
spots = st.lists(
    st.tuples(st.integers(-150, SIZE_M + 150), st.integers(-150, SIZE_M + 150)),
    min_size=1,
    max_size=8,
)
# No round limits: a point exactly on one is on either side by the last bit of rounding.
rules = st.builds(
    AccessRules, st.sampled_from([15.3, 60.7, 100.1, 139.9]), st.sampled_from([1.0, 1.4, 2.2])
)
walkers = st.builds(
    WalkProfile,
    st.just("someone"),
    st.sampled_from([2.0, 4.0, 6.0]),
    steps_factor=st.sampled_from([0.25, 0.5, 0.8, 1.0]),
)


@st.composite
def drawings(draw):
    """Draw up to 12 ways over up to 9 nodes: parallel, looped, of no length, apart, as it falls."""
    n = draw(st.integers(2, 9))
    nodes = {k: (draw(metres), draw(metres)) for k in range(n)}
    if n > 4 and draw(st.booleans()):
        nodes[n - 1] = nodes[0]  # two nodes in one place
    refs = st.lists(st.integers(0, n - 1), min_size=2, max_size=5)
    tags = st.sampled_from(TAGS)
    ways = draw(st.lists(st.tuples(refs, tags), min_size=1, max_size=12))
    assume(any(a != b for way, _ in ways for a, b in pairwise(way)))
    return Drawing(nodes, ways)


def split(drawing, shares, *, stubs):
    """Add a node on every piece of way, and cut every second way there: the same streets.

    With stubs, a street of no length hangs at each new node on the ground, so that the pieces are
    not merged again.
    """
    nodes, ways = dict(drawing.nodes), []
    for number, (refs, tags) in enumerate(drawing.ways):
        line = [refs[0]]
        for a, b in pairwise(refs):
            if a == b:
                continue
            share = shares[len(nodes) % len(shares)]
            new = 1000 + len(nodes)
            nodes[new] = tuple(np.array(nodes[a]) * (1 - share) + np.array(nodes[b]) * share)
            line += [new, b]
            if stubs and "=yes" not in tags:
                nodes[5000 + new] = nodes[new]
                ways.append(([new, 5000 + new], tags))
        cuts = pairwise(line) if number % 2 else [line]
        ways += [(list(part), tags) for part in cuts]
    return Drawing(nodes, ways)


def same(one, other):
    """Return whether two matrices of minutes agree; two infinities do."""
    return one == pytest.approx(other, abs=1e-6)


@few
@given(drawings(), spots, rules, walkers)
def test_minutes_are_symmetric_and_none_from_itself(drawing, places, access, walker):
    minutes = minutes_matrix(drawing.network(), places, places, walker, access)
    assert (np.diag(minutes) == 0).all()
    assert same(minutes, minutes.T)


@few
@given(drawings(), spots, rules, walkers, st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3))
def test_splitting_edges_changes_no_time(drawing, places, access, walker, shares):
    network = drawing.network()
    whole = minutes_matrix(network, places, places, walker, access)
    for stubs in (False, True):
        parts = split(drawing, shares, stubs=stubs).network()
        assert stubs or parts.n_edges == network.n_edges
        assert same(minutes_matrix(parts, places, places, walker, access), whole)


@few
@given(drawings(), spots, rules, walkers)
def test_merging_changes_no_time(drawing, places, access, walker):
    """Judge the unmerged pieces; the engine walks merged edges."""
    minutes = minutes_matrix(drawing.network(), places, places, walker, access)
    assert same(minutes, drawing.reference(walker, access).minutes_matrix(places, places))


@few
@given(drawings(), st.data(), spots, rules, walkers)
def test_adding_a_street_lengthens_no_walk(drawing, data, places, access, walker):
    """A bridge is added only where no other hangs loose: its end would be an end no more."""
    nodes = drawing.nodes | {99: (data.draw(metres), data.draw(metres))}
    tags = data.draw(st.sampled_from(TAGS))
    above = {n for refs, kind in drawing.ways if "=yes" in kind for n in refs}
    ends = st.sampled_from(sorted(set(nodes) - above if "=yes" in tags else nodes))
    more = [*drawing.ways, (data.draw(st.lists(ends, min_size=2, max_size=4)), tags)]
    before = minutes_matrix(drawing.network(), places, places, walker, access)
    after = minutes_matrix(Drawing(nodes, more).network(), places, places, walker, access)
    assert (after <= before + TOLERANCE).all()


@few
@given(drawings(), spots, rules, walkers, st.floats(0.1, 20), st.floats(0.1, 20))
def test_monotone_in_the_cutoff(drawing, places, access, walker, one, other):
    network = drawing.network()
    every = minutes_matrix(network, places, places, walker, access)
    for cutoff in (one, other):
        found = minutes_matrix(network, places, places, walker, access, cutoff)
        clear = np.abs(every - cutoff) > TOLERANCE
        expected = np.where(every <= cutoff, every, np.inf)
        assert same(found[clear], expected[clear])


@few
@given(drawings(), spots, rules, st.sampled_from([2.0, 4.0, 6.0]))
def test_monotone_in_the_speed_of_walkers(drawing, places, access, speed):
    network = drawing.network()
    slow = minutes_matrix(network, places, places, WalkProfile("slow", speed), access)
    fast = minutes_matrix(network, places, places, WalkProfile("fast", 1.5 * speed), access)
    assert same(fast * 1.5, slow)
    agile = WalkProfile("agile", speed, steps_factor=0.7)
    assert (minutes_matrix(network, places, places, agile, access) <= slow + TOLERANCE).all()


@few
@given(drawings(), spots, rules, walkers)
def test_no_walk_beats_the_straight_line(drawing, places, access, walker):
    minutes = minutes_matrix(drawing.network(), places, places, walker, access)
    xy = np.array(places, dtype=float)
    straight = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1))
    assert (minutes >= straight / walker.speed_m_per_min - TOLERANCE).all()


@few
@given(drawings(), spots, st.randoms(use_true_random=False), rules)
def test_the_order_of_the_input_is_irrelevant(drawing, places, random, access):
    plain = minutes_matrix(drawing.network(), places, places, WALKER, access)
    ways = [(refs[::-1] if random.random() < 0.5 else refs, tags) for refs, tags in drawing.ways]
    random.shuffle(ways)
    order = list(range(len(places)))
    random.shuffle(order)
    moved = [places[k] for k in order]
    mixed = minutes_matrix(Drawing(drawing.nodes, ways).network(), moved, moved, WALKER, access)
    assert same(mixed, plain[np.ix_(order, order)])


@few
@given(drawings(), spots, spots, rules, walkers)
def test_the_nearest_is_the_least_of_the_matrix(drawing, facilities, units, access, walker):
    network = drawing.network()
    matrix = minutes_matrix(network, facilities, units, walker, access)
    streets = prepare_streets(network, walker, access)
    ends = [join(streets, np.array(xy, dtype=float)) for xy in (facilities, units)]
    minutes, label = nearest_minutes(streets, *ends)
    assert same(minutes, matrix.min(axis=0))
    assert ((label == -1) == np.isinf(minutes)).all()
    found = label >= 0
    assert same(matrix[label, np.arange(len(units))][found], minutes[found])
    # facilities that stand on one place: the first counts
    first = np.array([facilities.index(place) for place in facilities])
    assert (label[found] == first[label[found]]).all()


# -- the triangle ---------------------------------------------------------------------------------


@few
@given(st.sets(st.integers(0, 47), min_size=2), walkers)
def test_nodes_of_public_streets_keep_the_triangle(pieces, walker):
    """Walk parts of a lattice of 5 x 5 nodes: a walk may go on from the node in the middle."""
    nodes = {5 * y + x: (90.0 * x, 70.0 * y) for x in range(5) for y in range(5)}
    every = [(n, n + 1) for n in nodes if n % 5 < 4] + [(n, n + 5) for n in nodes if n < 20]
    ways = [(list(every[k % len(every)]), "highway=residential") for k in sorted(pieces)]
    xy = Drawing(nodes, ways).network().xy
    on_streets = minutes_matrix(
        Drawing(nodes, ways).network(), xy, xy, walker, AccessRules(0.5, 1.4)
    )
    through = (on_streets[:, :, None] + on_streets[None, :, :]).min(axis=1)
    assert (on_streets <= through + TOLERANCE).all()


def test_points_break_the_triangle():
    """Two streets 150 m apart; c between them is 75 m from either.

    a ------------- 500 m
           c
    b ------------- 500 m

    From a to c and from c to b is a walk each; but nobody walks from a street over open ground to
    another street: a and b have no path. (A facility at c does not join what no street joins.)
    """
    nodes = {1: (0, 150), 2: (500, 150), 3: (0, 0), 4: (500, 0)}
    network = Drawing(nodes, [([1, 2], TAGS[0]), ([3, 4], TAGS[0])]).network()
    a, b, c = (0, 150), (0, 0), (250, 75)
    minutes = minutes_matrix(network, [a, b, c], [a, b, c])
    assert minutes[0, 2] == minutes[1, 2] < 5
    assert minutes[0, 1] == np.inf


# -- isochrones -----------------------------------------------------------------------------------


@settings(max_examples=25)
@given(drawings(), spots, rules)
def test_isochrones_are_valid_nested_and_no_further_than_a_straight_walk(drawing, places, access):
    network = drawing.network()
    cutoffs = [0.3, 1.0, 2.0, 4.0]
    asked = {"cutoffs_minutes": cutoffs, "profile": WALKER, "access": access}
    bands = isochrones(network, points(places), **asked)
    union = isochrones(network, points(places), **asked, together=True)
    shapes = bands.geometry.to_numpy().reshape(len(places), len(cutoffs))
    assert shapely.is_valid(shapes).all()
    assert union.geometry.is_valid.all()
    assert shapely.covers(shapes[:, 1:], shapes[:, :-1]).all()
    # corners are rounded to a millimetre, one by one
    room = union.geometry.buffer(0.002).to_numpy()
    assert shapely.covers(room[None, :], shapes).all()
    for place, row in zip(places, shapes, strict=True):
        for cutoff, shape in zip(cutoffs, row, strict=True):
            disc = shapely.Point(place).buffer(100 * cutoff + 1, quad_segs=64)
            assert disc.covers(shape)
