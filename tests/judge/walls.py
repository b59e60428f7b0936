"""Walls by definition: whose streets, which gates, whose door, and what a leg must not cross.

Nothing of the package is imported here. A compound is a name, with a polygon or without; a gate
is a node or a place with a word for who may pass; a barrier is a line.
"""

from __future__ import annotations

from typing import NamedTuple

import networkx as nx
import numpy as np
import shapely

PUBLIC = "public"
#: Private streets that lead out of one polygon and are no longer than this are its own.
STUB_M = 150.0
GATE_MODES = ("as_tagged", "inferred_open", "inferred_closed")
#: A gate given by its place belongs to the nearest passage within this many metres.
GATE_REACH_M = 30.0
#: A place this close to a compound's polygon is its own.
OUTLINE_M = 1.0
#: A barrier this close to an end of a leg is touched, not crossed.
TOUCH_BARRIER_M = 0.01
#: Streets that are equally near to this many metres are equally near.
SAME_M = 1e-6


def order_of(name):
    """Return the order of names: by type, then by number, then by text."""
    kind, _, number = str(name).partition("/")
    return (kind, int(number), "") if number.isdigit() else (kind, 0, number)


# -- whose streets --------------------------------------------------------------------------------


def compounds_of(pieces, residents, driveway, zones):
    """Tell which zones are compounds, and give every piece its access.

    Parameters
    ----------
    pieces : Pieces
        Streets, metric CRS.
    residents, driveway : bool arrays, one value per piece
        Only residents may pass; the piece is a driveway.
    zones : {id: (walled, polygon)}
        Polygons of the pieces' CRS; walled says what the tags say.

    Returns
    -------
    access : object array, one value per piece
        "public" or the id of a compound.
    compounds : {id: polygon or None}
    walled : {id: bool}
    """
    residents, driveway = np.asarray(residents, bool), np.asarray(driveway, bool)
    middle = shapely.points((pieces.ax + pieces.bx) / 2, (pieces.ay + pieces.by) / 2)
    metres = np.hypot(pieces.bx - pieces.ax, pieces.by - pieces.ay)
    access = np.full(len(pieces), PUBLIC, dtype=object)
    compounds, walled = {}, {}
    # where polygons overlap the smallest is the compound, as it is for points
    for name in sorted(zones, key=lambda name: (zones[name][1].area, order_of(name))):
        says_wall, polygon = zones[name]
        shapely.prepare(polygon)
        inside = shapely.covers(polygon, middle)
        if not says_wall and not metres[inside & residents].sum() > metres[inside].sum() / 2:
            continue
        compounds[name], walled[name] = polygon, bool(says_wall)
        access[inside & (residents | driveway) & (access == PUBLIC)] = name
    loose = np.flatnonzero(residents & (access == PUBLIC))
    groups = nx.Graph()
    groups.add_edges_from((pieces.a[k], pieces.b[k]) for k in loose)
    owners = {}  # node -> polygon compounds with streets there
    for k in np.flatnonzero(access != PUBLIC):
        for node in (pieces.a[k], pieces.b[k]):
            owners.setdefault(node, set()).add(access[k])
    length = pieces.length()
    for group in nx.connected_components(groups):
        members = [k for k in loose if pieces.a[k] in group]
        touched = set().union(*(owners.get(node, set()) for node in group))
        if len(touched) == 1 and length[members].sum() <= STUB_M:
            name = touched.pop()
        else:
            name = f"way/{min(abs(pieces.way[k]) for k in members)}"
            compounds[name], walled[name] = None, False
        access[members] = name
    return access, compounds, walled


def behind_gates(pieces, residents, gates, zones):
    """Tell which pieces, for everybody by their tags, are reached through closed gates alone.

    Without those gates streets fall into parts. Of parts that hung together the longest one that
    lies in no walled zone is outside; any other is the residents' if a gate of it lets them pass,
    or if it lies in a walled zone.
    """
    passes = {node: who for node, who, *_ in gates}
    closed = {node for node, who in passes.items() if who != "all"}
    graph, whole = nx.Graph(), nx.Graph()
    for k in np.flatnonzero(~np.asarray(residents, bool)):
        ends = [int(pieces.a[k]), int(pieces.b[k])]
        whole.add_edge(*ends)
        graph.add_node(("piece", k))
        for node in ends:
            if node not in closed:
                graph.add_edge(("piece", k), node)
    middle = shapely.points((pieces.ax + pieces.bx) / 2, (pieces.ay + pieces.by) / 2)
    length = pieces.length()
    number = {n: i for i, part in enumerate(nx.connected_components(whole)) for n in part}
    parts = {}
    for nodes in nx.connected_components(graph):
        rows = sorted(node[1] for node in nodes if isinstance(node, tuple))
        at = {int(n) for k in rows for n in (pieces.a[k], pieces.b[k])} & closed
        if at:
            inside = any(
                wall and shapely.covers(polygon, middle[rows]).all()
                for wall, polygon in zones.values()
            )
            key = (inside, -length[rows].sum(), rows[0])
            parts.setdefault(number[int(pieces.a[rows[0]])], []).append((key, rows, at))
    found = np.zeros(len(pieces), bool)
    for together in parts.values():
        for (inside, *_), rows, at in sorted(together, key=lambda part: part[0])[1:]:
            found[rows] = inside or any(passes[node] == "residents" for node in at)
    return found


# -- gates ----------------------------------------------------------------------------------------


class Passage(NamedTuple):
    """A node where streets of a compound meet public ones: may it be passed, is it a gate.

    To all: by this gate others may walk into the compound and through it.
    """

    open: bool
    gate: bool
    inferred: bool
    to_all: bool = False


def passages_of(pieces, access, walled, gates, mode, polygons=None):
    """Find the passages {(node, compound): Passage} and the nodes that nobody passes at all.

    `gates` are (place, passes[, is it a gate]) with passes "all", "residents", "everyone" or
    "nobody"; other barriers on streets are no gates of a wall. A place is a node, or x, y: then the
    passage nearest to it, and it replaces what the node says; in `polygons` {compound: polygon or
    None} or within a metre of them, a passage of theirs. Nodes that nobody passes are gates for
    nobody that are no passage, and gates for residents where every street is public.
    """
    if mode not in GATE_MODES:
        raise ValueError(f"gate mode {mode!r}; expected one of {', '.join(GATE_MODES)}")
    at, xy = {}, {}
    for k, whose in enumerate(access):
        for node, place in (
            (int(pieces.a[k]), (pieces.ax[k], pieces.ay[k])),
            (int(pieces.b[k]), (pieces.bx[k], pieces.by[k])),
        ):
            at.setdefault(node, set()).add(whose)
            xy[node] = place
    found = [(n, c) for n, there in at.items() if PUBLIC in there for c in there if c != PUBLIC]
    nodes = sorted({node for node, _ in found})
    mapped, cut, stopped = {}, set(), set()
    for place, passes, *is_gate in (gate for gate in gates if np.ndim(gate[0]) == 0):
        public = at.get(place) == {PUBLIC}
        if place not in set(nodes):
            cut |= {place} if passes == "nobody" or (public and passes == "residents") else set()
        elif all(is_gate):
            mapped[place] = passes
        elif passes == "nobody":
            stopped.add(place)
    by_place = {}  # node -> (metres, passes): the nearest of the gates given by place
    for place, passes, *_ in (gate for gate in gates if np.ndim(gate[0]) == 1):
        spot = shapely.Point(place)
        own = {c for c, p in (polygons or {}).items() if p and spot.distance(p) <= OUTLINE_M}
        near = [
            (float(np.hypot(*np.subtract(place, xy[node]))), node)
            for node, c in found
            if not own or c in own
        ]
        if near and min(near)[0] <= GATE_REACH_M:
            metres, node = min(near)
            by_place[node] = min(by_place.get(node, (np.inf, "")), (metres, passes))
    mapped |= {node: passes for node, (_, passes) in by_place.items()}
    has_gate = {c for n, c in found if n in mapped}
    result = {}
    for node, c in found:
        wall = walled.get(c, False)
        if node in mapped:
            who = mapped[node]
            result[node, c] = Passage(who != "nobody", True, False, who == "everyone")
        else:
            shut = {"as_tagged": c in has_gate, "inferred_open": False, "inferred_closed": True}
            result[node, c] = Passage(not (wall and shut[mode]), gate=wall, inferred=wall)
        if node in stopped:
            result[node, c] = result[node, c]._replace(open=False)
    return result, cut


def passes_for(who, profile):
    """Read the column `who` of a table of gates for one profile: everyone, residents or nobody."""
    words = {"": "residents"} | {word: word for word in ("residents", "everyone", "nobody")}
    names = [name.strip() for name in who.split(";")]
    return words.get(who.strip(), "residents" if profile in names else "nobody")


# -- points ---------------------------------------------------------------------------------------


class Homes:
    """Says in which compound a point is ("" for none).

    Inside polygons the smallest counts, elsewhere the nearest street that is met along its length.
    """

    def __init__(self, compounds, pieces, limit):
        with_polygon = [(name, shape) for name, shape in compounds.items() if shape is not None]
        with_polygon.sort(key=lambda item: (item[1].area, order_of(item[0])))
        self.polygons = with_polygon
        for _, polygon in with_polygon:
            shapely.prepare(polygon)
        groups = {name for name, shape in compounds.items() if shape is None}
        met = np.flatnonzero(~pieces.elevated & (pieces.length() > 0))
        lines, self.access = pieces.lines(met), pieces.access[met]
        self.grouped = np.isin(self.access, list(groups))
        self.tree = shapely.STRtree(lines)
        self.group_tree = shapely.STRtree(lines[self.grouped])
        self.limit = limit

    def of(self, xy):
        """Return the compound of points (n, 2)."""
        home = np.full(len(xy), "", dtype=object)
        spots = shapely.points(xy)
        for name, polygon in reversed(self.polygons):  # the smallest last, so that it stays
            home[shapely.covers(polygon, spots)] = name
        if not self.grouped.any():
            return home
        held = np.zeros(len(xy), bool)
        for _, polygon in self.polygons:
            held |= shapely.covers(polygon, spots)
        near, _ = self.group_tree.query(spots, predicate="dwithin", distance=self.limit)
        for k in np.unique(near):
            if not held[k]:
                home[k] = self._group_at(spots[k])
        return home

    def _group_at(self, spot):
        """Return the group whose street is the nearest street; "" if another is as near."""
        lines = self.tree.geometries
        around = self.tree.query(spot, predicate="dwithin", distance=self.limit)
        metres = shapely.distance(spot, lines[around])
        nearest = around[metres <= metres.min() + SAME_M]
        if not self.grouped[nearest].all():
            return ""
        return min(self.access[nearest], key=order_of)


# -- barriers -------------------------------------------------------------------------------------


class Barriers:
    """Straight pieces of barrier, and which legs cross them."""

    def __init__(self, shapes):
        ends = [part for shape in shapes for part in _straight_parts(shape)]
        self.ends = np.array(ends, float).reshape(-1, 4)
        self.tree = shapely.STRtree(shapely.linestrings(self.ends.reshape(-1, 2, 2)))

    def __len__(self):
        """Count the straight pieces."""
        return len(self.ends)

    def near(self, xy, metres):
        """Return for each point (n, 2) whether a barrier is within some metres."""
        found = np.zeros(len(xy), bool)
        if len(self):
            found[self.tree.query(shapely.points(xy), predicate="dwithin", distance=metres)[0]] = 1
        return found

    def cross(self, start, end):
        """Return for each leg from start (n, 2) to end (n, 2) whether it crosses a barrier."""
        crossed = np.zeros(len(start), bool)
        if not len(self) or not len(start):
            return crossed
        legs = shapely.linestrings(np.stack([start, end], axis=1))
        leg, wall = self.tree.query(legs, predicate="intersects")
        p, q = start[leg], end[leg]
        a, b = self.ends[wall, :2], self.ends[wall, 2:]
        side_a, side_b = _turn(q - p, a - p), _turn(q - p, b - p)
        side_p, side_q = _turn(b - a, p - a), _turn(b - a, q - a)
        proper = (side_a * side_b < 0) & (side_p * side_q < 0)
        share = side_p[proper] / (side_p[proper] - side_q[proper])
        metres = np.hypot(*(q - p)[proper].T)
        deep = np.minimum(share, 1 - share) * metres > TOUCH_BARRIER_M
        crossed[leg[proper][deep]] = True
        return crossed


def _turn(u, v):
    """Return the cross product of vectors (n, 2): on which side of u is v."""
    return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]


def _straight_parts(shape):
    """Return the straight parts (ax, ay, bx, by) of a line, or of the outline of a polygon."""
    if shape is None or shape.is_empty:
        return []
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        shape = shape.boundary
    if hasattr(shape, "geoms"):
        return [part for each in shape.geoms for part in _straight_parts(each)]
    xy = shapely.get_coordinates(shape)
    steps = np.hstack([xy[:-1], xy[1:]])
    return steps[(steps[:, :2] != steps[:, 2:]).any(axis=1)].tolist()
