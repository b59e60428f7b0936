"""The judge behind random walls: brute force over every place that counts, and what never hurts."""

import networkx as nx
import numpy as np
import pytest
import shapely

from tests.judge.walks import Pieces, Reference
from tests.judge.walls import PUBLIC, passages_of
from tests.samples import first


def random_walls(seed):
    """Draw streets of everyone and of three compounds, walls, gates, crossings, and points."""
    rng = np.random.default_rng(seed)
    size, n = float(rng.choice([80, 200])), int(rng.integers(4, 12))
    nodes = {k: tuple(xy) for k, xy in enumerate(rng.uniform(0, size, (n, 2)).round(2).tolist())}
    edges = []
    for k in range(int(rng.integers(3, 2 * n))):
        a, b = rng.choice(n, 2, replace=False).tolist()
        whose = str(rng.choice([PUBLIC, "way/1", "way/2", "way/3"], p=[0.5, 0.2, 0.15, 0.15]))
        factor = float(rng.choice([1, 1, 2]))
        edges.append((a, b, k, factor, bool(rng.random() < 0.15), whose, bool(rng.random() < 0.5)))
    corner = rng.uniform(0, size / 2, 2)
    return {
        "pieces": Pieces.of(nodes, edges),
        "speed_kmh": 6.0,
        "access_limit_m": float(rng.choice([25.03, 70.01])),
        "access_detour": 1.4,
        "compounds": {"way/1": shapely.box(*corner, *(corner + size / 2)), "way/2": None},
        "walled": {"way/1": bool(rng.random() < 0.5)},
        "gates": [
            (int(node), str(rng.choice(["all", "residents", "nobody"])))
            for node in rng.choice(n, int(rng.integers(0, 4)), replace=False)
        ],
        "gate_mode": str(rng.choice(["as_tagged", "inferred_open", "inferred_closed"])),
        "gate_s": 12.0,
        "barriers": [
            shapely.LineString(rng.uniform(0, size, (3, 2))) for _ in range(rng.integers(0, 5))
        ],
        "delays": {int(node): 20.0 for node in rng.choice(n, n // 2, replace=False)},
    }, rng.uniform(-10, size + 10, (10, 2))


def home_by_hand(options, point):
    """Return the compound of a point, "" for none."""
    spot, pieces = shapely.Point(point), options["pieces"]
    if options["compounds"]["way/1"].covers(spot):
        return "way/1"
    ground = np.flatnonzero(~pieces.elevated)
    metres = shapely.distance(spot, pieces.lines(ground))
    nearest = set(pieces.access[ground][metres <= metres.min(initial=np.inf) + 1e-6])
    if metres.min(initial=np.inf) > options["access_limit_m"] or not nearest <= {"way/2", "way/3"}:
        return ""
    return min(nearest)


def shut_nodes(options):
    """Return the nodes of shut gates."""
    shut = {node for (node, _), passage in options["passages"].items() if not passage.open}
    streets = {*options["pieces"].a.tolist(), *options["pieces"].b.tolist()}
    return sorted((shut | options["cut"]) & streets)


def bar_at(pieces, node):
    """Return the bar of 5 cm round the gate at a node."""
    k = int(np.flatnonzero((pieces.a == node) | (pieces.b == node))[0])
    first = pieces.a[k] == node
    x, y = (pieces.ax[k], pieces.ay[k]) if first else (pieces.bx[k], pieces.by[k])
    corners = [(x + 0.05, y), (x, y + 0.05), (x - 0.05, y), (x, y - 0.05)]
    return shapely.LineString([*corners, corners[0]])


def brute_minutes(options, origin, target):
    """Return the least minutes over every trip that uses the places that count.

    A trip has three floors: the streets of the start's compound, public ones, those of the end's.
    """
    pieces, pace = options["pieces"], 60 / 6000
    leg_pace, limit = 1.4 * pace, options["access_limit_m"]
    walls = list(options["barriers"])
    walls += [
        options["compounds"][name].boundary for name, wall in options["walled"].items() if wall
    ]
    walls += [bar_at(pieces, node) for node in shut_nodes(options)]
    solid = shapely.union_all(walls) if walls else shapely.LineString()

    def leg(point, place):
        metres = float(np.hypot(*np.subtract(place, point)))
        if metres <= 0.02:
            return leg_pace * metres
        off = np.subtract(place, point) / metres * 0.01
        kept = shapely.LineString([np.add(point, off), np.subtract(place, off)])
        return np.inf if kept.crosses(solid) else leg_pace * metres

    whose = [home_by_hand(options, point) for point in (origin, target)]
    floors = {0: whose[0], 1: PUBLIC, 2: whose[1]}
    trips = nx.DiGraph()
    straight = np.hypot(*np.subtract(target, origin))
    if straight <= limit:
        trips.add_edge("start", "end", minutes=leg(origin, target))
    for floor, whom in floors.items():
        for k in np.flatnonzero(pieces.access == whom).tolist():
            _walk_by_hand(trips, options, k, floor, (origin, target), leg)
    for (node, whom), passage in options["passages"].items():
        time = options["gate_s"] / 60 if passage.gate else 0.0
        if passage.open and whom == whose[0]:
            trips.add_edge((0, node), (1, node), minutes=time)
        if passage.open and whom == whose[1]:
            trips.add_edge((1, node), (2, node), minutes=time)
    trips.add_nodes_from(["start", "end"])
    return nx.single_source_dijkstra_path_length(trips, "start", weight="minutes").get(
        "end", np.inf
    )


def landings(options, k, point):
    """Return the ends of an elevated piece that a point may come to, as metres along the piece."""
    pieces, found = options["pieces"], []
    length = pieces.length()[k]
    for node, place, x, y in (
        (pieces.a[k], 0.0, pieces.ax[k], pieces.ay[k]),
        (pieces.b[k], length, pieces.bx[k], pieces.by[k]),
    ):
        there = (pieces.a == node) | (pieces.b == node)
        lands = there.sum() == 1 or not pieces.elevated[there].all()
        if lands and np.hypot(*np.subtract((x, y), point)) <= options["access_limit_m"]:
            found.append(float(place))
    return found


def line_to(point, a, b):
    """Return how far a point is off the line through a and b."""
    (ux, uy), (dx, dy) = (b - a) / np.hypot(*(b - a)), np.subtract(point, a)
    return abs(float(ux * dy - uy * dx))


def _walk_by_hand(trips, options, k, floor, ends, leg):
    """Add one piece on one floor, cut at the places that are tried, to the graph of a trip."""
    pieces, pace, limit = options["pieces"], 60 / 6000, options["access_limit_m"]
    a, b = np.array([pieces.ax[k], pieces.ay[k]]), np.array([pieces.bx[k], pieces.by[k]])
    length, factor = float(np.hypot(*(b - a))), pieces.factor[k]
    line = shapely.LineString([a, b])
    places, tried = {0.0, length}, [[], []]
    within = []
    for point, tries in zip(ends, tried, strict=True):
        if pieces.elevated[k]:
            tries += landings(options, k, point)
            within.append(None)
            continue
        if line.distance(shapely.Point(point)) > limit:
            within.append(None)
            continue
        foot = float(np.dot(np.subtract(point, a), b - a) / length)
        away = line_to(point, a, b)
        half = np.sqrt(max(limit**2 - away**2, 0))
        low, high = max(foot - half, 0.0), min(foot + half, length)
        ratio = factor / 1.4
        lean = away * ratio / np.sqrt(1 - ratio**2) if ratio < 1 else np.inf
        tries += [min(max(foot + s * lean if s else foot, low), high) for s in (-1, 0, 1)]
        within.append((low, high, foot, away))
    trip_ends = (0, 1) if floor == 1 else (0,) if floor == 0 else (1,)
    if floor == 0 and home_by_hand(options, ends[1]) == pieces.access[k]:
        trip_ends = (0, 1)  # inside one compound
    for end in trip_ends:
        places |= set(tried[end])
    order = sorted(places)
    spots = [(floor, k, place) for place in order]
    for one, two, metres in zip(spots, spots[1:], np.diff(order), strict=False):
        trips.add_edge(one, two, minutes=metres * factor * pace)
        trips.add_edge(two, one, minutes=metres * factor * pace)
    for spot, node in ((spots[0], int(pieces.a[k])), (spots[-1], int(pieces.b[k]))):
        wait = options["delays"].get(node, 0.0) / 2 / 60 if pieces.foot[k] else 0.0
        corner = (floor, node) if node not in options["cut"] else (floor, node, k, spot)
        trips.add_edge(spot, corner, minutes=wait)
        trips.add_edge(corner, spot, minutes=wait)
    for end in trip_ends:
        for place in tried[end]:
            time = leg(ends[end], a + (b - a) * place / length)
            spot = spots[order.index(place)]
            if np.isfinite(time):
                start, stop = ("start", spot) if end == 0 else (spot, "end")
                known = trips.get_edge_data(start, stop, {"minutes": np.inf})
                trips.add_edge(start, stop, minutes=min(time, known["minutes"]))
    if trip_ends == (0, 1) and None not in within:
        (low, high, foot, away), (low2, high2, foot2, away2) = within
        low, high = max(low, low2), min(high, high2)
        if low <= high:
            place = min(max(foot + (foot2 - foot) * away / (away + away2), low), high)
            spot = a + (b - a) * place / length
            time = leg(ends[0], spot) + leg(ends[1], spot)
            known = trips.get_edge_data("start", "end", {"minutes": np.inf})
            trips.add_edge("start", "end", minutes=min(time, known["minutes"]))


@pytest.mark.parametrize("seed", first(10, range(60)))
def test_minutes_equal_brute_force_behind_walls(seed):
    options, points = random_walls(seed)
    judge = Reference(**options)
    assert judge.home(points).tolist() == [home_by_hand(options, point) for point in points]
    found = judge.minutes_matrix(points[:4], points)
    options["passages"], options["cut"] = passages_of(
        options["pieces"],
        options["pieces"].access,
        options["walled"],
        options["gates"],
        options["gate_mode"],
    )
    expected = [[brute_minutes(options, a, b) for b in points] for a in points[:4]]
    assert found == pytest.approx(np.array(expected), abs=1e-9)
    assert found == pytest.approx(judge.minutes_matrix(points, points[:4]).T, abs=1e-9)
    nearest, which = judge.nearest_minutes(points[:4], points)
    assert nearest == pytest.approx(found.min(axis=0), abs=1e-9)
    assert (which < 0).tolist() == np.isinf(nearest).tolist()


# -- what never makes a trip longer ---------------------------------------------------------------


@pytest.mark.parametrize("seed", first(6, range(100, 140)))
def test_opening_and_removing_never_make_a_trip_longer(seed):
    options, points = random_walls(seed)
    shut = Reference(**options).minutes_matrix(points, points)
    gates = options["gates"]
    easier = [
        {"gates": [*gates[:k], (gates[k][0], "all"), *gates[k + 1 :]]} for k in range(len(gates))
    ]
    easier += [{"gate_mode": "inferred_open"}, {"barriers": []}, {"delays": {}}, {"gate_s": 0.0}]
    for change in easier:
        other = Reference(**(options | change)).minutes_matrix(points, points)
        assert (other <= shut + 1e-9).all()


def test_the_random_drawings_have_walls_that_matter():
    changed = 0
    for seed in range(60):
        options, points = random_walls(seed)
        free = {"compounds": {}, "walled": {}, "gates": [], "barriers": [], "delays": {}}
        plain = Reference(**(options | free)).minutes_matrix(points[:4], points)
        changed += (Reference(**options).minutes_matrix(points[:4], points) > plain + 1e-6).any()
    assert changed > 30
