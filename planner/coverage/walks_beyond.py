"""What of a larger area lies beyond the streets at hand: its facilities, as walks come in by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np

from planner.coverage.joined_walk import Walk
from planner.crs.array_types import Flags, Floats, Ints
from planner.network.under_condition import LaidCondition
from planner.plan.moments import Moment
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import Direction
from planner.travel.access import Access, rows_of, take
from planner.travel.minutes import nearest_minutes, pick_second, second_minutes
from planner.travel.open_flags import find_closed
from planner.travel.part_access import add_seeds, find_whole_rows, keep_rows, scatter
from planner.travel.points import points_of
from planner.travel.several_nearest import several_nearest
from planner.travel.streets import Streets, hold_way_back

#: Who walks, at which moment ("" whatever the hours), and to which facilities, a flag each.
SeedsKey = tuple[str, str, bytes]
JoinFacilities = Callable[[Streets, gpd.GeoDataFrame], Access]


@dataclass(frozen=True, eq=False)
class Seeds:
    """Where walks from facilities enter the streets at hand, s of them.

    node (s,) : of the search graph; facility (s,) : position among those that count;
    minutes (s,) : from there to the node.
    back : the same of walks from facilities, where the longer of both ways counts.
    """

    node: Ints
    facility: Ints
    minutes: Floats
    back: Seeds | None = None

    def add_to(self, places: Access) -> Access:
        """Return facilities (k,) with these seeds beside their own, there and back."""
        more = add_seeds(places, self.facility, self.node, self.minutes)
        if self.back is None or places.back is None:
            return more
        return replace(more, back=self.back.add_to(places.back))


@dataclass(frozen=True, eq=False)
class Beyond:
    """How the walks of a tile go on beyond its streets, of which those of its core are whole.

    local (k,) : the facilities that are near enough to be joined to the streets at hand.
    whole_edges (m,), whole_nodes (n,) : the edges of the network, and the nodes with all that leads
        from them, that are as in the whole area; each way out of these nodes is in `seeds`.
    seeds : from the facilities of each question, by `make_seeds_key`, whichever of them come first
        or second at a node; the facilities that serve their own compound alone stand in each.
    gated : name of a profile -> nodes of its search graph in compounds from which a gate leads out
        beyond the streets at hand.
    own : where residents of a committee meet the walks from its own facility; None without any.
    uneven : names of profiles whose walks to and from a facility may differ.
    most : where the longer of both counts, so many of the nearest each way are in `seeds`.
    turned : direction -> where people meet the walks to or from their nearest facility, in that
        direction; those that are not here were not asked for.
    under : names of a condition and of a profile -> the seeds of its walks under it.
    """

    local: Flags
    whole_edges: Flags
    whole_nodes: Flags
    seeds: Mapping[SeedsKey, Seeds]
    gated: Mapping[str, Ints]
    own: Seeds | None = None
    uneven: frozenset[str] = frozenset()
    most: int | None = None
    turned: Mapping[Direction, Seeds] = field(default_factory=dict)
    under: Mapping[tuple[str, str], Seeds] = field(default_factory=dict)

    def lay(self, laid: LaidCondition) -> Beyond:
        """Return what lies beyond the streets at hand under a condition."""
        edges, nodes = find_whole_under(laid, self.whole_edges, self.whole_nodes)
        return replace(self, whole_edges=edges, whole_nodes=nodes)

    def join(
        self, streets: Streets, facilities: gpd.GeoDataFrame, join_near: JoinFacilities
    ) -> Access:
        """Join the facilities (k,) that are near enough to some streets; the others meet nothing.

        join_near : joins some facilities to streets.
        """
        rows = np.flatnonzero(self.local)
        xy, closed = points_of(facilities, streets.network, "facilities"), find_closed(facilities)
        shut = np.zeros(len(xy), dtype=bool) if closed is None else closed
        near = join_near(streets, facilities.iloc[rows])
        return scatter(near, rows, xy, shut, streets.compound_at(xy))

    def measure_own(self, walk: Walk, own: Ints, rows: Ints) -> Floats:
        """Return the minutes of some units to their own facility, inf without one, (k,).

        own, rows (k,) : position of each one's facility, -1 for none, and row of each unit.
        """
        assert self.own is not None, "asked where there are committees"
        return _measure(walk.streets, self.own.add_to(walk.places), take(walk.units, rows), own)

    def measure_turned(self, walk: Walk, direction: Direction, nearest: Ints) -> Floats:
        """Return the minutes of one direction between units and their nearest facility, (n,).

        NaN where they were not asked for; inf for who has none, whose `nearest` (n,) is -1.
        """
        if direction not in self.turned:
            return np.full(len(nearest), np.nan)
        streets, places, units = walk.pointed(direction)
        return _measure(streets, self.turned[direction].add_to(places), units, nearest)

    def hold(self, streets: Streets) -> Streets:
        """Return the streets of one profile with the way back wherever the whole area has it."""
        return hold_way_back(streets) if streets.profile.name in self.uneven else streets

    def bound(self, streets: Streets) -> Streets:
        """Return the streets without what is not as in the whole area."""
        back = None if streets.back is None else self.bound(streets.back)
        kept = find_whole_rows(streets, self.whole_edges, self.whole_nodes)
        return replace(keep_rows(streets, kept), back=back)

    def add_to(
        self, places: Access, profile: WalkProfile, moment: Moment | None, chosen: Flags
    ) -> Access:
        """Return the facilities (k,) with the seeds of a question beside their own."""
        return self.seeds[make_seeds_key(profile, moment, chosen)].add_to(places)

    def nearest(self, streets: Streets, places: Access, units: Access) -> tuple[Floats, Ints]:
        """Return what `nearest_minutes` does, from facilities with their seeds.

        Raises
        ------
        TooFewKnownError
            If the longer of both ways counts, and `most` are too few for somebody.
        """
        if streets.back is None:
            return nearest_minutes(streets, places, units)
        found, which = several_nearest(streets, places, units, 1, most=self.most)
        return found[:, 0], which[:, 0]

    def second(
        self, streets: Streets, places: Access, units: Access, nearest: Ints
    ) -> tuple[Floats, Ints]:
        """Return what `second_minutes` does, from facilities with their seeds; see `nearest`."""
        if streets.back is None:
            return second_minutes(streets, places, units, nearest)
        found = several_nearest(streets, places, units, 2, most=self.most)
        return pick_second(*found, nearest)


def find_whole_under(
    laid: LaidCondition, whole_edges: Flags, whole_nodes: Flags
) -> tuple[Flags, Flags]:
    """Tell of the streets under a condition which are whole, by what `Beyond` has of the usual."""
    edges = whole_edges[laid.origin]
    nodes = np.zeros(laid.network.n_nodes, dtype=bool)
    # A node at which an edge is cut lies on nothing but its parts.
    nodes[laid.network.u[edges]] = nodes[laid.network.v[edges]] = True
    nodes[: len(whole_nodes)] = whole_nodes
    return edges, nodes


def make_seeds_key(profile: WalkProfile, moment: Moment | None, chosen: Flags) -> SeedsKey:
    """Return what the seeds of a question are called by."""
    return profile.name, "" if moment is None else moment.name, chosen.tobytes()


def _measure(streets: Streets, places: Access, units: Access, own: Ints) -> Floats:
    """Return the minutes of each unit's walk with its own facility (n,), -1 and inf for none.

    What is searched is known at each node that a unit meets: no walk goes on from there.
    """
    minutes = np.full(len(units), np.inf)
    still = _keep_no_row(streets)
    for number in np.unique(own[own >= 0]).tolist():
        here = np.flatnonzero(own == number)
        facility = rows_of(places, number, number + 1)
        minutes[here] = nearest_minutes(still, facility, take(units, here))[0]
    return minutes


def _keep_no_row(streets: Streets) -> Streets:
    """Return streets of which a search goes along nothing, there and back."""
    back = None if streets.back is None else _keep_no_row(streets.back)
    none = np.zeros(len(streets.graph.edge), dtype=bool)
    return replace(keep_rows(streets, none), back=back)
