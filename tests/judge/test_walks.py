"""The judge is judged first: against networks worked out by hand and against brute force."""

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from tests.judge.shapes import agreement, inside, minutes_at
from tests.judge.walks import Pieces, Reference, verdicts
from tests.samples import first

# 6 km/h is 100 m a minute, so that metres / 100 are minutes.
WALKER = {"speed_kmh": 6.0, "access_limit_m": 100.0, "access_detour": 1.4}
# A leg that meets a street at the best angle, h metres off it, adds h x sqrt(1.4^2 - 1) metres.
SLANT = np.sqrt(1.4**2 - 1)


def judge(nodes, edges, **options):
    """Make a reference of nodes and edges."""
    return Reference(Pieces.of(nodes, edges), **(WALKER | options))


@pytest.fixture
def street():
    """Draw one street, 1 --1000-- 2, along the x axis."""
    return {1: (0.0, 0.0), 2: (1000.0, 0.0)}, [(1, 2)]


def test_a_leg_meets_a_street_at_the_best_angle(street):
    # 800 m between the feet + 30 m off the street
    expected = (800 + 30 * SLANT) / 100
    assert judge(*street).minutes((100, 30), (900, 0)) == pytest.approx(expected, abs=1e-12)


def test_two_legs_meet_one_piece(street):
    expected = (300 + 30 * SLANT + 40 * SLANT) / 100
    assert judge(*street).minutes((300, 30), (600, -40)) == pytest.approx(expected, abs=1e-12)


def test_the_limit_clips_the_angle(street):
    # within 31 m of (100, 30) the street reaches sqrt(31^2 - 30^2) = 7.81 m, the angle wants 30.6
    expected = (1.4 * 31 + 800 - np.sqrt(61)) / 100
    found = judge(*street, access_limit_m=31).minutes((100, 30), (900, 0))
    assert found == pytest.approx(expected, abs=1e-12)


def test_the_end_of_the_street_clips_the_angle(street):
    # (-60, 40) is 72.1 m from the end of the street, and the angle wants 40.8 m after -60
    expected = (1.4 * np.hypot(60, 40) + 500) / 100
    assert judge(*street).minutes((-60, 40), (500, 0)) == pytest.approx(expected, abs=1e-12)


def test_points_apart_meet_in_one_common_point(street):
    # 126.49 m apart, each 60 m off the street on its own side: the straight line crosses it at 120
    expected = 1.4 * np.hypot(40, 120) / 100
    assert judge(*street).minutes((100, 60), (140, -60)) == pytest.approx(expected, abs=1e-12)


def test_points_nearby_walk_directly(street):
    # 30 m over the street, or 1.4 x 50 m directly: with both 90 m off it, directly
    assert judge(*street).minutes((100, 90), (130, 50)) == pytest.approx(0.7, abs=1e-12)
    assert judge(*street).minutes((100, 90), (100, 90)) == 0
    assert judge({}, []).minutes((0, 0), (0, 100)) == pytest.approx(1.4, abs=1e-12)
    assert judge({}, []).minutes((0, 0), (0, 100.001)) == np.inf


def test_steps_are_left_where_the_limit_ends():
    """1 ==100 steps== 2 --100-- 3: walking off the steps costs 1.4, on them 2."""
    nodes = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (200.0, 0.0)}
    steps = judge(nodes, [(1, 2, 7, 2.0), (2, 3)])
    # straight from (50, 30) to the end of the steps, then 50 m of street; 104.4 m are too far
    expected = (1.4 * np.hypot(50, 30) + 50) / 100
    assert steps.minutes((50, 30), (150, 0)) == pytest.approx(expected, abs=1e-12)
    # on the steps themselves: 20 m beside them at either end, 60 m on them
    short = judge(nodes, [(1, 2, 7, 2.0), (2, 3)], access_limit_m=20)
    expected = (1.4 * 20 + 2 * 60 + 1.4 * 20) / 100
    assert short.minutes((0, 0), (100, 0)) == pytest.approx(expected, abs=1e-12)


def test_a_bridge_is_met_at_its_ends_only():
    """1 ==300 bridge== 2 --100-- 3, and the bridge hangs loose at 1."""
    nodes = {1: (0.0, 0.0), 2: (300.0, 0.0), 3: (400.0, 0.0)}
    bridge = judge(nodes, [(1, 2, 7, 1.0, True), (2, 3)])
    assert bridge.minutes((150, 10), (400, 0)) == np.inf
    assert bridge.minutes((0, 10), (400, 0)) == pytest.approx((14 + 400) / 100, abs=1e-12)
    # two pieces of bridge meet at 2 and at no ground: nobody gets on there
    above = judge(nodes, [(1, 2, 7, 1.0, True), (2, 3, 7, 1.0, True)], access_limit_m=30)
    assert list(above.joined([(0, 10), (300, 10), (400, 10)])) == [True, False, True]


def test_a_u_turn_is_cut_between_its_arms():
    """1 --500-- 2, 40 m up to 3, and back --500-- 4: who stands between the arms may cross."""
    nodes = {1: (0.0, 0.0), 2: (500.0, 0.0), 3: (500.0, 40.0), 4: (0.0, 40.0)}
    bend = judge(nodes, [(1, 2), (2, 3), (3, 4)])
    # (0, 0) stands 40 m off the upper arm, and walks over at the angle
    assert bend.minutes((0, 0), (200, 40)) == pytest.approx((200 + 40 * SLANT) / 100, abs=1e-12)
    # 150 m off the lower arm, 110 m off the upper: out of reach of both
    assert bend.minutes((0, 0), (200, 150)) == np.inf
    # a limit of 30 m does not span 40: round the bend, and legs do not cut its corners on the way
    narrow = judge(nodes, [(1, 2), (2, 3), (3, 4)], access_limit_m=30)
    assert narrow.minutes((300, 0), (300, 40)) == pytest.approx(4.4, abs=1e-12)


def test_no_walk_passes_through_another_facility():
    """Two streets 150 m apart: a facility between them does not join them."""
    nodes = {1: (0.0, 0.0), 2: (500.0, 0.0), 3: (0.0, 150.0), 4: (500.0, 150.0)}
    apart = judge(nodes, [(1, 2), (3, 4)])
    minutes, nearest = apart.nearest_minutes([(0, 90), (400, -1)], [(400, 150), (400, 0), (0, 900)])
    assert minutes == pytest.approx([(400 + 60 * SLANT) / 100, 0.014, np.inf], abs=1e-12)
    assert list(nearest) == [0, 1, -1]
    assert apart.minutes((400, 0), (400, 150)) == np.inf


def test_odd_pieces_change_nothing():
    """Cut the street at 500 into 3 and 4 on one spot, and add a loop and a slower twin."""
    nodes = {1: (0.0, 0.0), 2: (1000.0, 0.0), 3: (500.0, 0.0), 4: (500.0, 0.0)}
    edges = [(1, 3), (3, 4), (4, 2), (3, 3), (1, 3, 7, 2.0)]
    odd, plain = judge(nodes, edges), judge(nodes, [(1, 2)])
    points = [(100, 30), (480, 60), (515, -95), (500, 0), (900, 0), (1050, 10)]
    expected = plain.minutes_matrix(points, points)
    assert odd.minutes_matrix(points, points) == pytest.approx(expected, abs=1e-12)
    assert list(judge(nodes, [(3, 4)]).joined([(500, 99), (500, 101)])) == [True, False]


def test_verdicts_in_their_order():
    """Draw 1 --9000-- 2 along the x axis, and an island 3 --100-- 4 in the north."""
    nodes = {1: (0.0, 0.0), 2: (9000.0, 0.0), 3: (0.0, 5000.0), 4: (100.0, 5000.0)}
    town = judge(nodes, [(1, 2), (3, 4)])
    facilities = [(1000, 0), (6000, 700)]  # the second meets no street
    units = [
        (2500, 0),  # 15.00 minutes: on the cutoff
        (2501, 0),  # a metre further
        (1000, 101),  # 101 m off the street, over 100 m from the facility
        (50, 5010),
        (6000, 0),
        (8400, 0),
        (8600, 0),
    ]
    data = shapely.box(-5000, -5000, 10000, 10000)
    assert verdicts(town, facilities, units, 15, data) == [
        ("covered", ""),
        ("gap", ""),
        ("unknown", "no street near"),
        ("unknown", "island"),
        ("unknown", "facility not joined"),
        ("gap", ""),
        ("unknown", "edge of data"),
    ]


def test_an_isochrone_narrows_towards_its_tip():
    # 500 m reach; at x = 450 what is left allows 50 = y x sqrt(1.4^2 - 1), y = 51.03
    road = judge({1: (-1000.0, 0.0), 2: (1000.0, 0.0)}, [(1, 2)])
    found = inside(
        road, (0, 0), 5, [450, 450, 500, 500.1, 0, 0, -450], [51, 51.1, 0, 0, 100, 101, -51]
    )
    assert list(found) == [True, False, True, False, True, False, True]


def test_agreement_counts_what_is_drawn_wrongly():
    alone = judge({}, [])
    disc = shapely.Point(0, 0).buffer(100, quad_segs=64)  # 1.4 minutes reach 100 m directly
    exact = agreement(disc, alone, (0.0, 0.0), 1.4, step_m=1)
    assert exact["iou"] > 0.999
    half = agreement(shapely.clip_by_rect(disc, 0, -200, 200, 200), alone, (0.0, 0.0), 5, step_m=1)
    assert half["missed"] == pytest.approx(0.5, abs=0.001)
    assert half["wrongly_inside"] < 0.001
    wide = agreement(shapely.box(-200, -100, 200, 100), alone, (0.0, 0.0), 5, step_m=1)
    assert wide["wrongly_inside"] == pytest.approx(1 - np.pi / 8, abs=0.001)  # disc in its box


def test_a_component_of_five_kilometres_is_no_island():
    nodes = {1: (0.0, 0.0), 2: (6000.0, 0.0), 3: (0.0, 900.0), 4: (5000.0, 900.0)}
    nodes |= {5: (0.0, 1800.0), 6: (4999.0, 1800.0)}
    town = judge(nodes, [(1, 2), (3, 4), (5, 6)])
    spots = [(9, 0), (9, 900), (9, 1801), (9, 1000), (9, 3000)]
    assert list(town.on_islands_only(spots)) == [False, False, True, False, False]


# -- brute force ----------------------------------------------------------------------------------


def brute(reference, origin, points, limit, step):
    """Walk over street points every `step` metres: minutes from an origin to points."""
    p, places, links, count = reference.pieces, [], [], len(reference.node_xy)
    for k in range(len(p)):
        n = max(1, int(np.ceil(reference.length[k] / step)))
        share = np.linspace(0, 1, n + 1)[:, None]
        between = (1 - share) * [p.ax[k], p.ay[k]] + share * [p.bx[k], p.by[k]]
        chain = np.array([reference.a[k], *range(count, count + n - 1), reference.b[k]])
        count += n - 1
        cost = np.full(n, reference.length[k] / n * p.factor[k] / reference.speed)
        links.append(np.stack([chain[:-1], chain[1:], cost]))
        met = np.ones(n + 1, bool)
        if p.elevated[k]:
            met[1:-1] = False
            for end, node in ((0, p.a[k]), (-1, p.b[k])):
                at = (p.a == node) | (p.b == node)
                met[end] = at.sum() == 1 or not p.elevated[at].all()
        places.append(np.column_stack([chain, between])[met])
    places, (a, b, cost) = np.concatenate(places), np.concatenate(links, axis=1)
    least = {}
    for i, j, c in zip(a.astype(int), b.astype(int), cost, strict=True):
        least[i, j] = min(c, least.get((i, j), np.inf))
    i, j = np.array(list(least)).T
    node, xy = places[:, 0].astype(int), places[:, 1:]
    leg = reference.leg_pace * np.hypot(*(xy - origin).T)
    start = np.full(count, np.inf)
    near = leg <= limit * reference.leg_pace
    np.minimum.at(start, node[near], leg[near])
    seeds = np.flatnonzero(np.isfinite(start))
    rows, cols = np.concatenate([i, np.full(len(seeds), count)]), np.concatenate([j, seeds])
    values = np.concatenate([list(least.values()), np.maximum(start[seeds], 1e-15)])
    both = coo_matrix((values, (rows, cols)), shape=(count + 1, count + 1)).tocsr()
    both = both.maximum(coo_matrix((list(least.values()), (j, i)), shape=both.shape).tocsr())
    reached = dijkstra(both, indices=count)[node]
    result = []
    for point in points:
        leg = reference.leg_pace * np.hypot(*(xy - point).T)
        total = np.where(leg <= limit * reference.leg_pace, reached + leg, np.inf)
        straight = np.hypot(*(point - origin))
        direct = straight * reference.leg_pace if straight <= limit else np.inf
        result.append(min(total.min(initial=np.inf), direct))
    return np.array(result)


def random_network(seed):
    """Draw a small network with steps, bridges, a U-turn and parallel pieces, and its points."""
    rng = np.random.default_rng(seed)
    size = rng.choice([60, 150, 400])
    n = int(rng.integers(2, 8))
    nodes = dict(enumerate(rng.uniform(0, size, (n, 2)).round(rng.integers(0, 3))))
    edges = []
    for k in range(int(rng.integers(1, 11))):
        a, b = rng.choice(n, 2, replace=False)
        edges.append((int(a), int(b), k, float(rng.choice([1, 1, 1, 2])), rng.random() < 0.2))
    if seed % 3 == 0:  # arms of a U, and the open end of one of them
        arm = rng.uniform(5, 60)
        nodes |= {20: (0.0, 0.0), 21: (size, 0.0), 22: (size, arm), 23: (0.0, arm)}
        edges += [(20, 21), (21, 22), (22, 23), (23, 0)]
    reference = judge(
        {node: tuple(xy) for node, xy in nodes.items()},
        edges,
        speed_kmh=4.0,
        access_limit_m=float(rng.choice([20, 50, 100, 150])),
        access_detour=float(rng.choice([1.0, 1.4, 1.4, 2.5])),
    )
    spots = rng.uniform(-0.2 * size, 1.2 * size, (14, 2))
    for k in range(4, 10):  # on a street, or a little off it
        a, b, *_ = edges[rng.integers(len(edges))]
        spots[k] = nodes[a] + rng.random() * (np.array(nodes[b]) - nodes[a])
        spots[k] += rng.normal(0, 20, 2) * (k > 6)
    spots[10] = nodes[0]
    return reference, spots


@pytest.mark.parametrize("seed", first(6, range(40)))
def test_minutes_equal_brute_force_over_all_street_points(seed):
    reference, spots = random_network(seed)
    step = 0.05
    exact = reference.minutes_matrix(spots, spots)
    assert exact == pytest.approx(exact.T, abs=1e-9)
    assert (np.diag(exact) == 0).all()
    # a walk over samples is one of the walks, so never shorter than the least; the least is at most
    # a step per leg better than one over samples whose limit is a step wider, so that none is cut
    slack = 2 * step * (reference.leg_pace + 2 / reference.speed)
    for k in (0, 5, 8):
        above = brute(reference, spots[k], spots, reference.limit, step)
        below = brute(reference, spots[k], spots, reference.limit + step, step)
        assert (exact[k] <= above + 1e-9).all()
        assert (exact[k] >= below - slack).all()


@pytest.mark.parametrize("seed", range(40, 60))
def test_the_minutes_of_samples_are_those_of_points(seed):
    reference, spots = random_network(seed)
    rng = np.random.default_rng(seed)
    samples = rng.uniform(-150, 550, (400, 2))
    for origin in spots[[0, 4, 8]]:
        exact = reference.minutes_matrix([origin], samples)[0]
        found = minutes_at(reference, origin, *samples.T, 5.0)
        assert found == pytest.approx(np.where(exact <= 5.0, exact, np.inf), abs=1e-9)


@pytest.mark.parametrize("seed", range(60, 80))
def test_the_nearest_facility_is_the_least_of_the_matrix(seed):
    reference, spots = random_network(seed)
    matrix = reference.minutes_matrix(spots[::2], spots)
    minutes, nearest = reference.nearest_minutes(spots[::2], spots)
    assert minutes == pytest.approx(matrix.min(axis=0), abs=1e-12)
    assert ((nearest == -1) == np.isinf(minutes)).all()
    assert matrix[nearest, range(len(spots))][nearest >= 0] == pytest.approx(minutes[nearest >= 0])
