"""What speaks against judging people: the grounds on which a verdict is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from planner.coverage.counting import COVERED, REASONS, UNKNOWN
from planner.coverage.edge import EdgeOfData
from planner.crs.array_types import Flags, Floats, Ints
from planner.network.walk_network import WalkNetwork
from planner.travel.access import Access, islands_met, on_islands_only, shut_in, take
from planner.travel.streets import Streets

NO_GATE, ISLAND, NOT_JOINED, NOT_CONFIRMED, HOURS_NOT_KNOWN, EDGE_OF_DATA = REASONS[1:]
#: Places are known to a millimetre: whom a walk reaches is not lost to the last digit of a number.
_SLACK_M: Final = 1e-3


@dataclass(frozen=True, eq=False)
class UnsurePlaces:
    """Stations that may cover people but do so not surely, u of them.

    xy (u, 2), spread_m (u,) : a station lies within `spread_m` of its place.
    closed (u,) : whether it serves those of a compound alone; of which one, its place leaves open.
    reason (u,) : of the doubt, `place not confirmed` or `edge of data`.
    """

    xy: Floats
    spread_m: Floats
    closed: Flags
    reason: NDArray[np.object_]

    def choose(self, chosen: Flags) -> UnsurePlaces:
        """Return some of them; `chosen` is of shape (u,)."""
        return UnsurePlaces(
            self.xy[chosen], self.spread_m[chosen], self.closed[chosen], self.reason[chosen]
        )

    def find_near(self, units: Access, reach_m: float, reason: str | None = None) -> Flags:
        """Tell which of n units may be within reach of one that is unsure for a reason, or any."""
        asked = self.reason == reason if reason else np.ones(len(self.xy), dtype=bool)
        near = np.zeros(len(units), dtype=bool)
        walled = units.compound >= 0
        for closed, rows in ((False, np.arange(len(units))), (True, np.flatnonzero(walled))):
            some = np.flatnonzero(asked & (self.closed == closed))
            if len(some) == 0 or len(rows) == 0:
                continue
            found = KDTree(units.xy[rows]).query_ball_point(
                self.xy[some], reach_m + self.spread_m[some] + _SLACK_M
            )
            near[rows[np.unique(np.concatenate([*found]).astype(np.int64))]] = True
        return near


#: None at all.
ALL_SURE: Final = UnsurePlaces(
    np.empty((0, 2)), np.empty(0), np.empty(0, dtype=bool), np.empty(0, dtype=object)
)


@dataclass(frozen=True, eq=False)
class Grounds:
    """What speaks against judging n units, whichever facilities count and however far they walk.

    network : the streets; units : the places, without how they meet them.
    islands : n units x islands, 1 where a unit meets one.
    first (n,) : `no street near`, `no gate known`, `island` or "".
    on_island (n,) : units that meet streets of islands alone.
    edge : the edge of the data as they see it.
    """

    network: WalkNetwork
    units: Access
    islands: csr_array
    first: NDArray[np.object_]
    on_island: Flags
    edge: EdgeOfData

    def doubts(
        self,
        places: Access,
        counts: Flags,
        reach_m: float,
        minutes: Floats,
        unsure: UnsurePlaces = ALL_SURE,
    ) -> pd.Series:
        """Return the first reason why a unit that is not covered cannot be judged, "" for none.

        Parameters
        ----------
        places
            Facilities, k of them, joined to the same streets.
        counts : shape (k,)
            Those of them that count.
        reach_m
            Metres that a straight walk of the cutoff covers.
        minutes : shape (n,)
            To the nearest facility that counts: who reaches one inside the
            compound, however far, needs no gate.
        unsure
            Stations that count but whose cover is not sure.
        """
        needless = (self.first == NO_GATE) & np.isfinite(minutes)
        reason = self.first.copy()
        # Who needs no gate may still be in doubt for the next reason: meeting islands alone.
        reason[needless] = ""
        reason[needless & self.on_island] = ISLAND
        later = (
            (NOT_JOINED, self._near_unjoined(places, counts, reach_m)),
            (NOT_CONFIRMED, unsure.find_near(self.units, reach_m, NOT_CONFIRMED)),
            (
                EDGE_OF_DATA,
                self.edge.find_crossing(self.units, places, counts, reach_m)
                | unsure.find_near(self.units, reach_m, EDGE_OF_DATA),
            ),
        )
        free = reason == ""
        for name, found in later:
            reason[free & found] = name
            free &= ~found
        return pd.Series(reason, name="reason", dtype=object)

    def _near_unjoined(self, places: Access, counts: Flags, reach_m: float) -> Flags:
        """Tell which units lie in straight reach of a facility that is not joined to them.

        Such a facility meets no street, or only islands of streets that the unit does not meet. One
        that is closed to outsiders does not count: it would serve nobody around it.
        """
        counts = counts & ~places.closed
        near = np.zeros(len(self.units), dtype=bool)
        if len(near) == 0:
            return near
        for rows in self._tree.query_ball_point(places.xy[counts & ~places.joined], reach_m):
            near[rows] = True
        cut_off = np.flatnonzero(counts & on_islands_only(self.network, places))
        if len(cut_off) == 0:
            return near
        pairs = self._tree.sparse_distance_matrix(
            KDTree(places.xy[cut_off]), reach_m, output_type="ndarray"
        )
        theirs = islands_met(self.network, take(places, cut_off))[pairs["j"]]
        shared = theirs.multiply(self.islands[pairs["i"]]).sum(axis=1)
        # No island in common: this facility is near in a straight line, and there is no way to it.
        near[pairs["i"][np.asarray(shared).ravel() == 0]] = True
        return near

    @cached_property
    def _tree(self) -> KDTree:
        """The places of the units, n at least 1: they are looked up for every question."""
        return KDTree(self.units.xy)


def find_grounds(
    streets: Streets, units: Access, edge: EdgeOfData, gated: Ints | None = None
) -> Grounds:
    """Find what speaks against judging units, once for all the facilities they may be asked for.

    Parameters
    ----------
    streets, units
        From `prepare_streets`, and the n units joined to them.
    edge
        From `measure_edge`, of the same units.
    gated
        Nodes of compounds that are known to lead to a gate beyond these streets, see `shut_in`.
    """
    on_island = on_islands_only(streets.network, units)
    tests = (~units.joined, shut_in(streets, units, gated), on_island)
    first = np.select(tests, REASONS[:3], "").astype(object)
    # Grounds stay as long as anybody is judged, and how units are joined takes much memory.
    islands = islands_met(streets.network, units)
    return Grounds(streets.network, units.without_streets(), islands, first, on_island, edge)


def doubt_hours(judged: pd.DataFrame, may_reach: Flags) -> pd.DataFrame:
    """Return verdicts of a moment: nobody near a facility that may be open is left out for sure.

    Parameters
    ----------
    judged : n rows
        verdict, reason, by the facilities that are open for sure.
    may_reach : shape (n,)
        Whether a facility that is open, or may be, is within the cutoff.
    """
    verdict, reason = judged["verdict"].to_numpy(), judged["reason"].to_numpy()
    # Of the reasons only the edge of the data comes after this one.
    doubted = may_reach & (verdict != COVERED) & np.isin(reason, ["", EDGE_OF_DATA])
    return judged.assign(
        verdict=np.where(doubted, UNKNOWN, verdict),
        reason=np.where(doubted, HOURS_NOT_KNOWN, reason),
    )
