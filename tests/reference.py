"""Walking times, isochrones and verdicts by definition: the judge of the engine, slow and plain.

Nothing of the package is imported here. Streets stay as they are drawn, piece by straight piece,
unmerged; networkx finds the shortest paths, shapely the pieces within reach of a point. The
definitions are those of the design: a point meets any street point within the access limit, a leg
costs its straight length times the access detour, bridges, tunnels and other levels are met at
their ends only, and points within the limit of each other may also walk directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import networkx as nx
import numpy as np
import shapely

#: Metres within which a length counts as equal to the access limit.
TOUCH_M = 1e-9
#: A component other than the largest is an island below this length of street.
ISLAND_M = 5000.0


@dataclass(frozen=True)
class Pieces:
    """Straight pieces of street, one row each, in metres of one CRS."""

    ax: np.ndarray
    ay: np.ndarray
    bx: np.ndarray
    by: np.ndarray
    a: np.ndarray
    b: np.ndarray
    way: np.ndarray
    factor: np.ndarray
    elevated: np.ndarray

    @classmethod
    def of(cls, nodes, edges):
        """Make pieces from nodes {id: (x, y)} and edges (a, b[, way, factor, elevated])."""
        full = [(*edge, *(0, 1.0, False)[len(edge) - 2 :]) for edge in edges]
        a, b, way, factor, elevated = zip(*full, strict=True) if full else ((), (), (), (), ())
        start = np.array([nodes[n] for n in a], float).reshape(-1, 2)
        end = np.array([nodes[n] for n in b], float).reshape(-1, 2)
        return cls(
            *start.T,
            *end.T,
            np.array(a, np.int64),
            np.array(b, np.int64),
            np.array(way, np.int64),
            np.array(factor, float),
            np.array(elevated, bool),
        )

    def __len__(self):
        """Count the pieces."""
        return len(self.ax)


class Meets(NamedTuple):
    """Where points meet pieces: `foot` and `away` are a point along and off the piece's line."""

    point: np.ndarray
    piece: np.ndarray
    foot: np.ndarray
    away: np.ndarray
    low: np.ndarray
    high: np.ndarray
    tries: np.ndarray  # (3, n) places along the piece: angle towards a, nearest, towards b


class Reference:
    """Door-to-door walking minutes on pieces of street.

    Parameters
    ----------
    pieces : Pieces
        Streets, metric CRS; `factor` is 1, or 2 where walking takes twice as long (steps).
    speed_kmh, access_limit_m, access_detour
        The walker, the longest straight access leg, and what a metre of leg costs in metres.
    """

    def __init__(self, pieces, speed_kmh, access_limit_m, access_detour):
        self.pieces = pieces
        self.limit = float(access_limit_m)
        self.speed = speed_kmh * 1000 / 60
        self.leg_pace = access_detour / self.speed  # minutes per straight metre of leg
        self.pace = pieces.factor / self.speed  # minutes per metre of street
        self.length = np.hypot(pieces.bx - pieces.ax, pieces.by - pieces.ay)
        ratio = self.pace / self.leg_pace
        slow = ratio >= 1
        flat = np.where(slow, 0.0, ratio)
        #: metres along the street per metre off it where the leg meets it at the best angle
        self.slant = np.where(slow, np.inf, flat / np.sqrt(1 - flat**2))
        self._index_nodes()
        open_piece = ~pieces.elevated & (self.length > 0)
        self.open = np.flatnonzero(open_piece)
        self.tree = shapely.STRtree(self._lines(self.open))
        self.post_tree = shapely.STRtree(shapely.points(self.node_xy[self.posts]))
        self.streets = nx.DiGraph()
        self.streets.add_nodes_from(range(len(self.node_xy)))
        for a, b, minutes in zip(self.a, self.b, self.pace * self.length, strict=True):
            known = self.streets.get_edge_data(a, b)
            if a != b and (known is None or minutes < known["minutes"]):
                self.streets.add_edge(int(a), int(b), minutes=minutes)
                self.streets.add_edge(int(b), int(a), minutes=minutes)
        self.island = self._islands()

    def _lines(self, which):
        """Return pieces as shapely lines."""
        p = self.pieces
        ends = [p.ax[which], p.ay[which], p.bx[which], p.by[which]]
        return shapely.linestrings(np.stack(ends, axis=1).reshape(-1, 2, 2))

    def _index_nodes(self):
        """Number the nodes from 0 and find those that are met as points (posts)."""
        p, n = self.pieces, len(self.pieces)
        ids, number = np.unique(np.concatenate([p.a, p.b]), return_inverse=True)
        self.a, self.b = number[:n], number[n:]
        self.node_xy = np.zeros((len(ids), 2))
        self.node_xy[self.a] = np.stack([p.ax, p.ay], axis=1)
        self.node_xy[self.b] = np.stack([p.bx, p.by], axis=1)
        degree = np.bincount(number, minlength=len(ids))
        on_ground = np.zeros(len(ids), bool)
        on_ground[self.a[~p.elevated]] = on_ground[self.b[~p.elevated]] = True
        above = np.zeros(len(ids), bool)
        above[self.a[p.elevated]] = above[self.b[p.elevated]] = True
        dots = np.zeros(len(ids), bool)
        dot = ~p.elevated & (self.length == 0)
        dots[self.a[dot]] = dots[self.b[dot]] = True
        self.posts = np.flatnonzero((above & (on_ground | (degree == 1))) | dots)

    def _islands(self):
        """Mark the nodes of components other than the longest with under 5 km of street."""
        metres = np.bincount(self.a, self.length, minlength=len(self.node_xy))
        groups = [
            list(c) for c in nx.connected_components(self.streets.to_undirected(as_view=True))
        ]
        lengths = [metres[group].sum() for group in groups]
        island = np.zeros(len(self.node_xy), bool)
        for group, length in zip(groups, lengths, strict=True):
            island[group] = length < ISLAND_M
        if groups:
            island[groups[int(np.argmax(lengths))]] = False
        return island

    # -- legs ---------------------------------------------------------------------------------

    def _along(self, x, y, piece):
        """Return where points stand along the line of a piece, and how far off it."""
        p, length = self.pieces, self.length[piece]
        ux, uy = (p.bx[piece] - p.ax[piece]) / length, (p.by[piece] - p.ay[piece]) / length
        dx, dy = x - p.ax[piece], y - p.ay[piece]
        return dx * ux + dy * uy, np.abs(dx * uy - dy * ux)

    def _leg(self, along, away):
        """Return the minutes of a leg that spans these metres along and off a piece."""
        return self.leg_pace * np.hypot(along, away)

    def meets(self, points):
        """Find the pieces within the limit of points (n, 2), with the places worth trying."""
        xy = np.asarray(points, float).reshape(-1, 2)
        point, k = self.tree.query(
            shapely.points(xy), predicate="dwithin", distance=self.limit + TOUCH_M
        )
        piece = self.open[k]
        foot, away = self._along(xy[point, 0], xy[point, 1], piece)
        half = np.sqrt(np.maximum(0.0, self.limit**2 - away**2))
        low = np.clip(foot - half, 0.0, self.length[piece])
        high = np.clip(foot + half, 0.0, self.length[piece])
        slant = slant_m(self.slant[piece], away)
        tries = np.stack([np.clip(foot + d, low, high) for d in (-slant, 0 * away, slant)])
        return Meets(point, piece, foot, away, low, high, tries)

    def _near_posts(self, points):
        """Find the posts within the limit of points: point, node, metres."""
        xy = np.asarray(points, float).reshape(-1, 2)
        point, k = self.post_tree.query(
            shapely.points(xy), predicate="dwithin", distance=self.limit + TOUCH_M
        )
        node = self.posts[k]
        return point, node, np.hypot(*(xy[point] - self.node_xy[node]).T)

    def _arcs(self, points, meets):
        """Return the ways from points to street nodes: point, node, minutes."""
        leg = self._leg(meets.tries - meets.foot, meets.away)
        pace = self.pace[meets.piece]
        to_a = (leg + pace * meets.tries).min(axis=0)
        to_b = (leg + pace * (self.length[meets.piece] - meets.tries)).min(axis=0)
        point, node, metres = self._near_posts(points)
        return (
            np.concatenate([meets.point, meets.point, point]),
            np.concatenate([self.a[meets.piece], self.b[meets.piece], node]),
            np.concatenate([to_a, to_b, self.leg_pace * metres]),
        )

    # -- times --------------------------------------------------------------------------------

    def _spread(self, arcs, cutoff=None):
        """Walk from all origins at once: minutes to every node, and the origin (-1: none)."""
        entries = nx.DiGraph()
        for point, node, minutes in zip(*(column.tolist() for column in arcs), strict=True):
            origin = -2 - point  # node numbers of origins are negative, the common start is -1
            known = entries.get_edge_data(origin, node)
            if known is None or minutes < known["minutes"]:
                entries.add_edge(-1, origin, minutes=0.0)
                entries.add_edge(origin, node, minutes=minutes)
        minutes, nearest = np.full(len(self.node_xy), np.inf), np.full(len(self.node_xy), -1)
        if len(entries):
            self.streets.add_edges_from(entries.edges(data=True))
            before, found = nx.dijkstra_predecessor_and_distance(
                self.streets, -1, cutoff=cutoff, weight="minutes"
            )
            self.streets.remove_nodes_from([node for node in entries if node < 0])
            whose = {}
            for node, time in found.items():  # in the order they were reached
                whose[node] = -2 - node if node < 0 else whose[before[node][0]]
                if node >= 0:
                    minutes[node], nearest[node] = time, whose[node]
        return minutes, nearest

    def _local(self, origin, own, others, meets, order):
        """Return minutes from one origin to points straight or along one common piece."""
        minutes = np.full(len(others), np.inf)
        straight = np.hypot(*(others - origin).T)
        near = straight <= self.limit + TOUCH_M
        minutes[near] = self.leg_pace * straight[near]
        pieces = meets.piece[order]
        for k, piece in enumerate(own.piece):
            low, high = np.searchsorted(pieces, [piece, piece + 1])
            other = order[low:high]
            mine, theirs = own.tries[:, None, None, k], meets.tries[None, :, other]
            walk = self._leg(mine - own.foot[k], own.away[k])
            walk = walk + self.pace[piece] * np.abs(mine - theirs)
            walk = walk + self._leg(theirs - meets.foot[other], meets.away[other])
            time = walk.min(axis=(0, 1))
            bounds = np.stack([meets.low[other], meets.high[other]])
            one = (own.foot[k], own.away[k], own.low[k], own.high[k])
            time = np.minimum(time, self._common(one, meets.foot[other], meets.away[other], bounds))
            np.minimum.at(minutes, meets.point[other], time)
        return minutes

    def _common(self, one, foot, away, bounds):
        """Return minutes of two legs that meet in one street point, by the mirrored point."""
        own_foot, own_away, own_low, own_high = one
        low, high = np.maximum(own_low, bounds[0]), np.minimum(own_high, bounds[1])
        across = own_away + away
        share = np.divide(own_away, across, out=np.zeros_like(across), where=across > 0)
        place = np.clip(own_foot + share * (foot - own_foot), low, np.maximum(low, high))
        time = self._leg(place - own_foot, own_away) + self._leg(place - foot, away)
        return np.where(low <= high + TOUCH_M, time, np.inf)

    def minutes_matrix(self, origins, destinations):
        """Return door-to-door minutes (origins, destinations); inf where there is no way."""
        origins = np.asarray(origins, float).reshape(-1, 2)
        destinations = np.asarray(destinations, float).reshape(-1, 2)
        meets = self.meets(destinations)
        order = np.argsort(meets.piece, kind="stable")
        point, node, leg = self._arcs(destinations, meets)
        result = np.full((len(origins), len(destinations)), np.inf)
        for row, origin in zip(result, origins, strict=True):
            own = self.meets(origin)
            reached, _ = self._spread(self._arcs(origin, own))
            np.minimum.at(row, point, reached[node] + leg)
            np.minimum(row, self._local(origin, own, destinations, meets, order), out=row)
        return result

    def minutes(self, a, b):
        """Return the minutes from door to door between two points (x, y)."""
        return float(self.minutes_matrix([a], [b])[0, 0])

    def nearest_minutes(self, facilities, units):
        """Return minutes to the nearest facility and its index (-1: none) for every unit."""
        facilities = np.asarray(facilities, float).reshape(-1, 2)
        units = np.asarray(units, float).reshape(-1, 2)
        meets = self.meets(units)
        order = np.argsort(meets.piece, kind="stable")
        reached, whose = self._spread(self._arcs(facilities, self.meets(facilities)))
        point, node, leg = self._arcs(units, meets)
        minutes, nearest = np.full(len(units), np.inf), np.full(len(units), -1)
        total = reached[node] + leg
        worst_first = np.argsort(-total, kind="stable")
        worst_first = worst_first[np.isfinite(total[worst_first])]
        minutes[point[worst_first]] = total[worst_first]  # the last one written is the best
        nearest[point[worst_first]] = whose[node[worst_first]]
        for k, facility in enumerate(facilities):
            local = self._local(facility, self.meets(facility), units, meets, order)
            better = local < minutes
            minutes[better], nearest[better] = local[better], k
        return minutes, nearest

    def joined(self, points):
        """Return for each point whether it meets a street."""
        on_street = np.zeros(len(points), bool)
        on_street[self.meets(points).point] = True
        on_street[self._near_posts(points)[0]] = True
        return on_street

    def on_islands_only(self, points):
        """Return for each point whether it meets streets, and all of them are of islands."""
        meets = self.meets(points)
        point, node, _ = self._near_posts(points)
        mainland = np.zeros(len(points), bool)
        mainland[meets.point[~self.island[self.a[meets.piece]]]] = True
        mainland[point[~self.island[node]]] = True
        return self.joined(points) & ~mainland


def slant_m(slant, away):
    """Return slant x away, where an infinite slant stays infinite even on the street itself."""
    finite = np.isfinite(slant)
    return np.where(finite, np.where(finite, slant, 0.0) * away, np.inf)


def verdicts(reference, facilities, units, cutoff_minutes, data=None):
    """Judge units: (verdict, reason) each, the first that applies; reason is "" unless unknown.

    Parameters
    ----------
    reference : Reference
    facilities, units : arrays (n, 2)
        Points, metres of the pieces' CRS; only facilities that count.
    cutoff_minutes
        Covered when minutes <= cutoff_minutes.
    data : Polygon or None
        Where streets are known, same CRS; None: everywhere.
    """
    facilities = np.asarray(facilities, float).reshape(-1, 2)
    units = np.asarray(units, float).reshape(-1, 2)
    minutes, _ = reference.nearest_minutes(facilities, units)
    near_street, islands = reference.joined(units), reference.on_islands_only(units)
    unjoined = facilities[~reference.joined(facilities)]
    reach = reference.speed * cutoff_minutes
    found = []
    for k, unit in enumerate(units):
        here = shapely.Point(unit)
        if minutes[k] <= cutoff_minutes:
            found.append(("covered", ""))
        elif not near_street[k]:
            found.append(("unknown", "no street near"))
        elif islands[k]:
            found.append(("unknown", "island"))
        elif len(unjoined) and np.hypot(*(unjoined - unit).T).min() <= reach:
            found.append(("unknown", "facility not joined"))
        elif data is not None and not (data.covers(here) and data.boundary.distance(here) >= reach):
            found.append(("unknown", "edge of data"))
        else:
            found.append(("gap", ""))
    return found
