"""What of a larger area lies beyond the streets at hand: its facilities, as walks come in by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.coverage.joined_walk import Walk
from planner.crs.array_types import Flags, Floats, Ints
from planner.plan.moments import Moment
from planner.plan.profiles import WalkProfile
from planner.travel.access import Access, rows_of, take
from planner.travel.minutes import nearest_minutes
from planner.travel.part_access import add_seeds, find_whole_rows, keep_rows
from planner.travel.streets import Streets

#: Who walks, at which moment ("" whatever the hours), and to which facilities, a flag each.
SeedsKey = tuple[str, str, bytes]


@dataclass(frozen=True, eq=False)
class Seeds:
    """Where walks from facilities enter the streets at hand, s of them.

    node (s,) : of the search graph; facility (s,) : position among those that count;
    minutes (s,) : from there to the node.
    """

    node: Ints
    facility: Ints
    minutes: Floats


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
    """

    local: Flags
    whole_edges: Flags
    whole_nodes: Flags
    seeds: Mapping[SeedsKey, Seeds]
    gated: Mapping[str, Ints]
    own: Seeds | None = None

    def measure_own(self, walk: Walk, own: Ints, rows: Ints) -> Floats:
        """Return the minutes of some units to their own facility, inf without one, (k,).

        own, rows (k,) : position of each one's facility, -1 for none, and row of each unit.
        """
        assert self.own is not None, "asked where there are committees"
        minutes = np.full(len(rows), np.inf)
        # What is searched is known at each node: no walk goes on from there.
        none = np.zeros(len(walk.streets.graph.edge), dtype=bool)
        streets = keep_rows(walk.streets, none)
        places = add_seeds(walk.places, self.own.facility, self.own.node, self.own.minutes)
        for number in np.unique(own[own >= 0]).tolist():
            here = np.flatnonzero(own == number)
            facility = rows_of(places, number, number + 1)
            units = take(walk.units, rows[here])
            minutes[here] = nearest_minutes(streets, facility, units)[0]
        return minutes

    def bound(self, streets: Streets) -> Streets:
        """Return the streets without what is not as in the whole area."""
        return keep_rows(streets, find_whole_rows(streets, self.whole_edges, self.whole_nodes))

    def add_to(
        self, places: Access, profile: WalkProfile, moment: Moment | None, chosen: Flags
    ) -> Access:
        """Return the facilities (k,) with the seeds of a question beside their own."""
        found = self.seeds[make_seeds_key(profile, moment, chosen)]
        return add_seeds(places, found.facility, found.node, found.minutes)


def make_seeds_key(profile: WalkProfile, moment: Moment | None, chosen: Flags) -> SeedsKey:
    """Return what the seeds of a question are called by."""
    return profile.name, "" if moment is None else moment.name, chosen.tobytes()
