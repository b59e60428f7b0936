"""Walking times, isochrones and verdicts by definition: the judge of the engine, slow and plain.

Nothing of the package is imported here. Streets stay as they are drawn, piece by straight piece,
unmerged; networkx finds the shortest paths, shapely the pieces within reach of a point. The
definitions are those of the design: a point meets any street point within the access limit, a leg
costs its straight length times the access detour, bridges, tunnels and other levels are met at
their ends only, and points within the limit of each other may also walk directly. Whose streets
they are, gates and barriers stand in reference_walls.py.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import shapely

from tests.judge.pieces import Meets, Pieces, slant_m
from tests.judge.verdicts import verdicts
from tests.judge.walls import PUBLIC, Barriers, Homes, passages_of

__all__ = ["Meets", "Pieces", "Reference", "slant_m", "verdicts"]

#: Metres within which a length counts as equal to the access limit.
TOUCH_M = 1e-9
#: Half the width of the bar that stands round a shut gate.
BAR_M = 0.05
#: A component other than the largest is an island below this length of street.
ISLAND_M = 5000.0


class Reference:
    """Door-to-door walking minutes on pieces of street.

    Parameters
    ----------
    pieces : Pieces
        Streets, metric CRS; `factor` is 1, 2 where walking takes twice as long (steps), or inf
        where this walker cannot pass.
    speed_kmh, access_limit_m, access_detour
        The walker, the longest straight access leg, and what a metre of leg costs in metres.
    compounds : {id: polygon or None}
        Every compound; None: those the pieces name, without polygons.
    walled : {id: bool}
        Whether a compound has a wall, which hides its passages and is a barrier; none: no.
    gates : [(node or (x, y), "all" | "residents" | "nobody")]
    gate_mode : "as_tagged", "inferred_open" or "inferred_closed"
    gate_s
        Seconds that a passage with a gate takes.
    barriers : lines or polygons that no leg crosses; the walls of compounds are added
    delays : {node: seconds} that it takes to cross there from one foot way to another
    slope : {"b": factors, "a": factors} by which each piece takes longer than level ground, walked
        towards its b and towards its a; None: it is level
    """

    def __init__(
        self,
        pieces,
        speed_kmh,
        access_limit_m,
        access_detour,
        *,
        compounds=None,
        walled=None,
        gates=(),
        gate_mode="as_tagged",
        gate_s=0.0,
        barriers=(),
        delays=None,
        slope=None,
    ):
        self.limit = float(access_limit_m)
        self.speed = speed_kmh * 1000 / 60
        self.leg_pace = access_detour / self.speed  # minutes per straight metre of leg
        own = dict.fromkeys(set(pieces.access) - {PUBLIC}) | (compounds or {})
        self.walled = walled or {}
        outlines = [own[name] for name, wall in self.walled.items() if wall]
        # compounds, open gates and islands are found on all streets, whichever this walker may use
        self.homes = Homes(own, pieces, self.limit)
        self.passages, self.cut = passages_of(
            pieces, pieces.access, self.walled, gates, gate_mode, own
        )
        self.barriers = Barriers([*barriers, *outlines, *self._bars(pieces)])
        island_of = _islands(pieces)
        nodes, ends = np.unique(np.concatenate([pieces.a, pieces.b]), return_counts=True)
        self.loose_ends = nodes[ends == 1]
        level = np.ones(len(pieces))
        slope = slope or {"b": level, "a": level}
        kept = np.isfinite(pieces.factor) & np.isfinite(slope["b"])
        pieces = self.pieces = pieces.where(kept)
        #: minutes per metre of street towards its b, towards its a: steps take the longer of both
        self.ahead, self.back = (
            np.maximum(slope[end][kept], np.where(pieces.factor > 1, pieces.factor, 0)) / self.speed
            for end in ("b", "a")
        )
        self.pace = self.ahead  # of level streets both are the same
        self.length = pieces.length()
        #: metres along the street per metre off it where the leg meets it at the best angle
        self.slant, self.slant_back = self._slant(self.ahead), self._slant(self.back)
        self._index_nodes()
        self.island = np.array([island_of.get(node, -1) for node in self.node_id.tolist()], int)
        self.open = np.flatnonzero(~pieces.elevated & (self.length > 0))
        self.tree = shapely.STRtree(pieces.lines(self.open))
        #: minutes between each end of a piece and its node: half of the wait at a crossing
        self.wait = self._waits(delays or {})
        self._link(gate_s / 60)
        self._find_posts()

    def _slant(self, pace):
        """Return metres along the street per metre off it, at the best angle for a pace."""
        ratio = pace / self.leg_pace
        slow = ratio >= 1
        flat = np.where(slow, 0.0, ratio)
        return np.where(slow, np.inf, flat / np.sqrt(1 - flat**2))

    def _bars(self, pieces):
        """Return a bar round each shut gate: a leg that ends there would only touch its wall."""
        shut = {node for (node, _), passage in self.passages.items() if not passage.open} | self.cut
        ends = zip(
            (pieces.a, pieces.b), ((pieces.ax, pieces.ay), (pieces.bx, pieces.by)), strict=True
        )
        places = {
            int(n): (x, y)
            for nodes, at in ends
            for n, x, y in zip(nodes, *at, strict=True)
            if n in shut
        }
        around = BAR_M * np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])
        return [shapely.Polygon(np.array(place) + around) for _, place in sorted(places.items())]

    def _index_nodes(self):
        """Number the nodes from 0."""
        p, n = self.pieces, len(self.pieces)
        self.node_id, self.number = np.unique(np.concatenate([p.a, p.b]), return_inverse=True)
        self.a, self.b = self.number[:n], self.number[n:]
        self.node_xy = np.zeros((len(self.node_id), 2))
        self.node_xy[self.a] = np.stack([p.ax, p.ay], axis=1)
        self.node_xy[self.b] = np.stack([p.bx, p.by], axis=1)

    def _waits(self, delays):
        """Return the minutes (2, n) that each end of a piece costs."""
        p = self.pieces
        seconds = [[delays.get(int(node), 0.0) for node in end] for end in (p.a, p.b)]
        return np.array(seconds, float).reshape(2, -1) / 2 / 60 * p.foot

    def _copy(self, piece, end, side):
        """Return the number of the copy of a node that one end of a piece is joined to.

        Streets of a compound have two copies, `leaving` and `entering`; a node that nobody passes
        has one for each end of a piece.
        """
        node, whose = int((self.pieces.a, self.pieces.b)[end][piece]), self.pieces.access[piece]
        key = (node, whose, "" if whose == PUBLIC else side)
        if node in self.cut:
            key = (*key, piece, end)
        return self.copies.setdefault(key, len(self.copies))

    def _link(self, gate_minutes):
        """Build the graph of copies: the streets, and the steps at open passages."""
        n = len(self.pieces)
        self.copies = {}
        sides = ("leaving", "entering")
        copies = [[[self._copy(k, end, s) for k in range(n)] for end in (0, 1)] for s in sides]
        #: copies (2, n) that the ends of pieces lead to from a point, and that lead to a point
        self.leaving, self.entering = np.array(copies, np.int64).reshape(2, 2, n)
        self.streets = nx.DiGraph()
        self.streets.add_nodes_from(range(len(self.copies)))
        wait = self.wait.sum(axis=0)
        ways = [(0, self.ahead * self.length + wait), (1, self.back * self.length + wait)]
        for ends in (self.leaving, self.entering):
            for end, minutes in ways:
                both = ends[end].tolist(), ends[1 - end].tolist()
                for a, b, time in zip(*both, minutes.tolist(), strict=True):
                    known = self.streets.get_edge_data(a, b)
                    if a != b and (known is None or time < known["minutes"]):
                        self.streets.add_edge(a, b, minutes=time)
        for (node, whose), passage in self.passages.items():
            if passage.open:
                # every side has a copy of the node, also where this walker may not use its streets
                time = gate_minutes if passage.gate else 0.0
                leave, public, enter = (
                    self.copies.setdefault(key, len(self.copies))
                    for key in (
                        (node, whose, "leaving"),
                        (node, PUBLIC, ""),
                        (node, whose, "entering"),
                    )
                )
                self.streets.add_edge(leave, public, minutes=time)
                self.streets.add_edge(public, enter, minutes=time)
                if passage.to_all:
                    self.streets.add_edge(public, leave, minutes=time)
                    self.streets.add_edge(enter, public, minutes=time)

    def _find_posts(self):
        """Find the ends of pieces that are met as points: where bridges come to the ground.

        Whose streets come together there does not matter: where one is on the ground, all land.
        Where steps come up that this walker cannot take, a bridge neither lands nor ends.
        """
        p, n = self.pieces, len(self.pieces)
        on_ground = np.zeros(len(self.node_id), bool)
        on_ground[self.a[~p.elevated]] = on_ground[self.b[~p.elevated]] = True
        landing = (on_ground | np.isin(self.node_id, self.loose_ends))[self.number]
        met = np.concatenate([p.elevated, p.elevated]) & landing
        dot = ~p.elevated & (self.length == 0)
        ends = np.flatnonzero(met | np.concatenate([dot, dot]))
        end, piece = np.divmod(ends, max(n, 1))
        #: a row each: node, whose, the copies to leave by and to enter by
        rows = [
            (node, p.access[k], self._stop(k, e, self.leaving), self._stop(k, e, self.entering))
            for node, k, e in zip(
                self.number[ends].tolist(), piece.tolist(), end.tolist(), strict=True
            )
        ]
        self.posts = sorted(set(rows))
        spots = self.node_xy[[post[0] for post in self.posts]].reshape(-1, 2)
        self.post_xy, self.post_tree = spots, shapely.STRtree(shapely.points(spots))

    def _stop(self, piece, end, ends):
        """Return the number of the end of a piece, which is its node unless there is a wait.

        Who comes to a bridge at a crossing and walks over it has not crossed there.
        """
        a, b = ends[:, piece].tolist()
        if not self.wait[:, piece].any():
            return (a, b)[end]
        keys = [("stop", self.pieces.access[piece], a, b, piece, e) for e in (0, 1)]
        stops = [self.copies.setdefault(key, len(self.copies)) for key in keys]
        there, home = (float(pace[piece] * self.length[piece]) for pace in (self.ahead, self.back))
        waits = self.wait[:, piece].tolist()
        for one, two, onwards, backwards in (
            (a, stops[0], waits[0], waits[0]),
            (*stops, there, home),
            (stops[1], b, waits[1], waits[1]),
        ):
            self.streets.add_edge(one, two, minutes=onwards)
            self.streets.add_edge(two, one, minutes=backwards)
        return stops[end]

    # -- legs ---------------------------------------------------------------------------------

    def _along(self, x, y, piece):
        """Return where points stand along the line of a piece, and how far off it."""
        p, length = self.pieces, self.length[piece]
        ux, uy = (p.bx[piece] - p.ax[piece]) / length, (p.by[piece] - p.ay[piece]) / length
        dx, dy = x - p.ax[piece], y - p.ay[piece]
        return dx * ux + dy * uy, np.abs(dx * uy - dy * ux)

    def _place(self, piece, along):
        """Return the places (n, 2) at some metres along pieces."""
        p, share = self.pieces, along / self.length[piece]
        x = p.ax[piece] + share * (p.bx[piece] - p.ax[piece])
        y = p.ay[piece] + share * (p.by[piece] - p.ay[piece])
        return np.stack(np.broadcast_arrays(x, y), axis=-1)

    def _leg(self, along, away):
        """Return the minutes of a leg that spans these metres along and off a piece."""
        return self.leg_pace * np.hypot(along, away)

    def home(self, points):
        """Return the compound that each point (n, 2) is in, "" for none."""
        return self.homes.of(np.asarray(points, float).reshape(-1, 2))

    def _welcome(self, points, whose):
        """Return whether points may meet streets: those of their own compound and public ones."""
        return (whose == PUBLIC) | (whose == self.home(points[0])[points[1]])

    def meets(self, points):
        """Find the pieces within the limit of points (n, 2), with the places worth trying."""
        xy = np.asarray(points, float).reshape(-1, 2)
        point, k = self.tree.query(
            shapely.points(xy), predicate="dwithin", distance=self.limit + TOUCH_M
        )
        mine = self._welcome((xy, point), self.pieces.access[self.open[k]])
        point, piece = point[mine], self.open[k[mine]]
        foot, away = self._along(xy[point, 0], xy[point, 1], piece)
        half = np.sqrt(np.maximum(0.0, self.limit**2 - away**2))
        low = np.clip(foot - half, 0.0, self.length[piece])
        high = np.clip(foot + half, 0.0, self.length[piece])
        slant, other = (slant_m(s[piece], away) for s in (self.slant, self.slant_back))
        offs = [-slant, 0 * away, slant]
        if not np.array_equal(self.slant, self.slant_back):  # uphill and downhill differ
            offs += [-other, other]
        tries = np.stack([np.clip(foot + d, low, high) for d in offs])
        leg = self._leg(tries - foot, away)
        near = self.barriers.near(xy, self.limit + 1)[point]
        for row, place in zip(leg, tries, strict=True):
            ends = self._place(piece[near], place[near])
            row[near] = np.where(self.barriers.cross(xy[point[near]], ends), np.inf, row[near])
        return Meets(point, piece, foot, away, low, high, tries, leg)

    def _near_posts(self, points):
        """Find the posts within the limit of points: point, post, metres."""
        xy = np.asarray(points, float).reshape(-1, 2)
        point, post = self.post_tree.query(
            shapely.points(xy), predicate="dwithin", distance=self.limit + TOUCH_M
        )
        whose = np.array([self.posts[k][1] for k in post], object)
        free = self._welcome((xy, point), whose)
        free &= ~self.barriers.cross(xy[point], self.post_xy[post])
        point, post = point[free], post[free]
        return point, post, np.hypot(*(xy[point] - self.post_xy[post]).T)

    def _arcs(self, points, meets, *, arriving=False):
        """Return the ways from points to copies of nodes: point, copy, minutes.

        Arriving, a point may be entered from outside its compound, or never have been left.
        """
        wait = self.wait[:, meets.piece]
        # leaving one walks on towards a or b; arriving one comes from there, the other way
        of_a, of_b = (self.ahead, self.back) if arriving else (self.back, self.ahead)
        on_foot = of_a[meets.piece] * meets.tries
        to_a = (meets.leg + on_foot).min(axis=0, initial=np.inf) + wait[0]
        on_foot = of_b[meets.piece] * (self.length[meets.piece] - meets.tries)
        to_b = (meets.leg + on_foot).min(axis=0, initial=np.inf) + wait[1]
        point, post, metres = self._near_posts(points)
        found = []
        for column, ends in ((2, self.leaving), (3, self.entering))[: 1 + arriving]:
            copy = np.array([self.posts[k][column] for k in post], np.int64)
            found += [(meets.point, ends[0, meets.piece], to_a)]
            found += [(meets.point, ends[1, meets.piece], to_b)]
            found += [(point, copy, self.leg_pace * metres)]
        point, copy, minutes = map(np.concatenate, zip(*found, strict=True))
        passable = np.isfinite(minutes)
        return point[passable], copy[passable], minutes[passable]

    # -- times --------------------------------------------------------------------------------

    def _spread(self, arcs, cutoff=None):
        """Walk from all origins at once: minutes to every copy, and the origin (-1: none)."""
        entries = nx.DiGraph()
        for point, copy, minutes in zip(*(column.tolist() for column in arcs), strict=True):
            origin = -2 - point  # numbers of origins are negative, the common start is -1
            known = entries.get_edge_data(origin, copy)
            if known is None or minutes < known["minutes"]:
                entries.add_edge(-1, origin, minutes=0.0)
                entries.add_edge(origin, copy, minutes=minutes)
        minutes, nearest = np.full(len(self.copies), np.inf), np.full(len(self.copies), -1)
        if len(entries):
            self.streets.add_edges_from(entries.edges(data=True))
            before, found = nx.dijkstra_predecessor_and_distance(
                self.streets, -1, cutoff=cutoff, weight="minutes"
            )
            self.streets.remove_nodes_from([node for node in entries if node < 0])
            whose = {}
            for copy, time in found.items():  # in the order they were reached
                whose[copy] = -2 - copy if copy < 0 else whose[before[copy][0]]
                if copy >= 0:
                    minutes[copy], nearest[copy] = time, whose[copy]
        return minutes, nearest

    def _local(self, origin, own, others, meets, order):
        """Return minutes from one origin to points straight or along one common piece."""
        minutes = np.full(len(others), np.inf)
        straight = np.hypot(*(others - origin).T)
        near = np.flatnonzero(straight <= self.limit + TOUCH_M)
        here = np.broadcast_to(origin, (len(near), 2))
        near = near[~self.barriers.cross(here, others[near])]
        minutes[near] = self.leg_pace * straight[near]
        pieces = meets.piece[order]
        for k, piece in enumerate(own.piece):
            low, high = np.searchsorted(pieces, [piece, piece + 1])
            other = order[low:high]
            mine, theirs = own.tries[:, None, None, k], meets.tries[None, :, other]
            onwards = theirs - mine
            pace = np.where(onwards > 0, self.ahead[piece], self.back[piece])
            walk = own.leg[:, None, None, k] + pace * np.abs(onwards)
            walk = walk + meets.leg[None, :, other]
            time = walk.min(axis=(0, 1))
            bounds = np.stack([meets.low[other], meets.high[other]])
            one = (own.foot[k], own.away[k], own.low[k], own.high[k])
            common, place = self._common(one, meets.foot[other], meets.away[other], bounds)
            if len(self.barriers):
                spot, there = self._place(piece, place), others[meets.point[other]]
                here = np.broadcast_to(origin, spot.shape)
                shut = self.barriers.cross(here, spot) | self.barriers.cross(there, spot)
                common = np.where(shut, np.inf, common)
            np.minimum.at(minutes, meets.point[other], np.minimum(time, common))
        return minutes

    def _common(self, one, foot, away, bounds):
        """Return minutes of two legs that meet in one street point, the mirrored one, and where."""
        own_foot, own_away, own_low, own_high = one
        low, high = np.maximum(own_low, bounds[0]), np.minimum(own_high, bounds[1])
        across = own_away + away
        share = np.divide(own_away, across, out=np.zeros_like(across), where=across > 0)
        place = np.clip(own_foot + share * (foot - own_foot), low, np.maximum(low, high))
        time = self._leg(place - own_foot, own_away) + self._leg(place - foot, away)
        return np.where(low <= high + TOUCH_M, time, np.inf), place

    def minutes_matrix(self, origins, destinations):
        """Return door-to-door minutes (origins, destinations); inf where there is no way."""
        origins = np.asarray(origins, float).reshape(-1, 2)
        destinations = np.asarray(destinations, float).reshape(-1, 2)
        meets = self.meets(destinations)
        order = np.argsort(meets.piece, kind="stable")
        point, copy, leg = self._arcs(destinations, meets, arriving=True)
        result = np.full((len(origins), len(destinations)), np.inf)
        for row, origin in zip(result, origins, strict=True):
            own = self.meets(origin)
            reached, _ = self._spread(self._arcs(origin, own))
            np.minimum.at(row, point, reached[copy] + leg)
            np.minimum(row, self._local(origin, own, destinations, meets, order), out=row)
        return result

    def minutes(self, a, b):
        """Return the minutes from door to door between two points (x, y)."""
        return float(self.minutes_matrix([a], [b])[0, 0])

    def nearest_minutes(self, facilities, units, open_to_outsiders=None):
        """Return minutes to the nearest facility and its index (-1: none) for every unit.

        A facility that is not open to outsiders counts for units of its own compound only.
        """
        facilities = np.asarray(facilities, float).reshape(-1, 2)
        units = np.asarray(units, float).reshape(-1, 2)
        for_all = np.ones(len(facilities), bool)
        if open_to_outsiders is not None:
            for_all = np.asarray(open_to_outsiders, bool)
        at, home = self.home(facilities), self.home(units)
        inner = set(at[~for_all]) - {""}
        minutes, nearest = np.full(len(units), np.inf), np.full(len(units), -1)
        for compound in [None, *sorted(inner)]:
            counts = np.flatnonzero(for_all | (at == compound))
            there = home == compound if compound is not None else ~np.isin(home, list(inner))
            minutes[there], found = self._nearest(facilities[counts], units[there])
            nearest[there] = np.where(found < 0, -1, np.append(counts, -1)[found])
        return minutes, nearest

    def _nearest(self, facilities, units):
        """Return minutes to the nearest of some facilities, and its index, for every unit."""
        meets = self.meets(units)
        order = np.argsort(meets.piece, kind="stable")
        reached, whose = self._spread(self._arcs(facilities, self.meets(facilities)))
        point, copy, leg = self._arcs(units, meets, arriving=True)
        minutes, nearest = np.full(len(units), np.inf), np.full(len(units), -1)
        total = reached[copy] + leg
        worst_first = np.argsort(-total, kind="stable")
        worst_first = worst_first[np.isfinite(total[worst_first])]
        minutes[point[worst_first]] = total[worst_first]  # the last one written is the best
        nearest[point[worst_first]] = whose[copy[worst_first]]
        for k, facility in enumerate(facilities):
            local = self._local(facility, self.meets(facility), units, meets, order)
            better = local < minutes
            minutes[better], nearest[better] = local[better], k
        return minutes, nearest

    # -- entries ------------------------------------------------------------------------------

    def _entries(self, points):
        """Return the nodes that points can come to: point, node, whether the street is public."""
        meets = self.meets(points)
        legs = np.isfinite(meets.leg).any(axis=0)
        point, piece = meets.point[legs], meets.piece[legs]
        at, post, _ = self._near_posts(points)
        node = np.array([self.posts[k][0] for k in post], np.int64)
        public = np.array([self.posts[k][1] == PUBLIC for k in post], bool)
        return (
            np.concatenate([point, at]),
            np.concatenate([self.a[piece], node]),
            np.concatenate([self.pieces.access[piece] == PUBLIC, public]),
        )

    def joined(self, points):
        """Return for each point whether it meets a street."""
        on_street = np.zeros(len(points), bool)
        on_street[self._entries(points)[0]] = True
        return on_street

    def on_islands_only(self, points):
        """Return for each point whether it meets streets, and all of them are of islands."""
        point, node, _ = self._entries(points)
        joined, mainland = np.zeros(len(points), bool), np.zeros(len(points), bool)
        joined[point] = True
        mainland[point[self.island[node] < 0]] = True
        return joined & ~mainland

    def islands_met(self, points):
        """Return for each point the numbers of the islands whose streets it meets, as a set."""
        met = [set() for _ in points]
        for point, node in zip(*(part.tolist() for part in self._entries(points)[:2]), strict=True):
            met[point] |= {int(self.island[node])} - {-1}
        return met

    def shut_in(self, points):
        """Return for each point whether it is in a compound, meets its streets, and no gate opens.

        All streets it meets are residents-only, and no open passage leads from them to public ones.
        """
        inward = self.streets.reverse()
        inward.add_edges_from((-1, k) for key, k in self.copies.items() if key[1] == PUBLIC)
        free = nx.descendants(inward, -1) if -1 in inward else set()
        shut = self.joined(points)
        point, copy, _ = self._arcs(points, self.meets(points))
        out = np.array([k in free for k in copy.tolist()], bool)
        shut[point[out]] = False
        return shut & (self.home(points) != "")


def _islands(pieces):
    """Number the components other than the longest with under 5 km of street: {node: number}."""
    length, streets = pieces.length(), nx.Graph()
    streets.add_edges_from(zip(pieces.a.tolist(), pieces.b.tolist(), strict=True))
    groups = list(nx.connected_components(streets))
    group_of = {node: k for k, group in enumerate(groups) for node in group}
    metres = np.zeros(len(groups))
    for node, more in zip(pieces.a.tolist(), length.tolist(), strict=True):
        metres[group_of[node]] += more
    longest = int(np.argmax(metres)) if groups else -1
    return {node: k for node, k in group_of.items() if metres[k] < ISLAND_M and k != longest}
