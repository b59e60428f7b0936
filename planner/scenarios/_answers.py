"""Who is covered in a state: the facilities that count, on the streets as they are then."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.coverage import COVERED
from planner.judging import Question, Walks
from planner.network.model import WalkNetwork
from planner.travel.access import take
from planner.travel.minutes import nearest_minutes
from planner.travel.streets import AccessRules

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A street cut in two changes its minutes in the last bits; less than this is no change.
SAME_MINUTES = 1e-9


@dataclass(frozen=True, eq=False)
class State:
    """What counts at one time: `chosen` (k,) of the pool's facilities, and the streets."""

    chosen: Flags
    network: WalkNetwork


@dataclass(frozen=True, eq=False)
class Answer:
    """What a question finds of n units in a state.

    minutes (n,), nearest (n,) : to the nearest facility that counts (inf), its row (-1).
    verdict (n,) : covered, gap or unknown.
    """

    minutes: Floats
    nearest: Ints
    verdict: NDArray[np.object_]

    @property
    def covered(self) -> Flags:
        """Which units are covered, shape (n,)."""
        return np.asarray(self.verdict == COVERED, dtype=bool)


class Answers:
    """Answers questions about states; units and facilities are joined once to each network.

    Parameters
    ----------
    network
        The streets before any edit.
    access
        How points meet the streets.
    pool
        Every facility that counts in any state, k of them.
    units
        Points of n units.
    data
        The land the streets are known for, metric CRS.
    """

    def __init__(
        self,
        network: WalkNetwork,
        access: AccessRules,
        pool: gpd.GeoDataFrame,
        units: gpd.GeoDataFrame,
        data: BaseGeometry,
    ) -> None:
        self._network, self._access, self._data = network, access, data
        self._pool, self._units = pool, units
        self._chosen: dict[Question, Flags] = {}
        self._walks = {id(network): (network, self._joined(network))}

    def walks(self, network: WalkNetwork) -> Walks:
        """Return the walks on a network, with all facilities of the pool."""
        if id(network) not in self._walks:
            # The network is kept beside, so that its id is not given to another one.
            self._walks[id(network)] = network, self._joined(network)
        return self._walks[id(network)][1]

    def forget(self, network: WalkNetwork) -> None:
        """Give back the memory of a network that will not be asked about again."""
        if network is not self._network:
            self._walks.pop(id(network), None)

    def answer(self, state: State, question: Question) -> Answer:
        """Say who is covered in a state.

        A gate or a path more leaves every walk that was possible before possible: whoever lives in
        a compound still does, though a new path may now be nearer than a street of the compound.
        """
        if question not in self._chosen:
            self._chosen[question] = question.chosen(self._pool)
        chosen = state.chosen & self._chosen[question]
        minutes, nearest = self._nearest(state.network, question, chosen)
        if state.network is not self._network:
            as_before, by_then = self._nearest(self._network, question, chosen)
            kept = as_before <= minutes + SAME_MINUTES
            minutes, nearest = np.where(kept, as_before, minutes), np.where(kept, by_then, nearest)
        walk = self.walks(state.network).of(question.profile, question.moment)
        verdict = walk.judge(minutes, chosen, question.cutoff)["verdict"]
        return Answer(minutes, nearest, verdict.to_numpy(dtype=object))

    def _joined(self, network: WalkNetwork) -> Walks:
        return Walks(network, self._access, self._pool, self._units, self._data)

    def _nearest(
        self, network: WalkNetwork, question: Question, chosen: Flags
    ) -> tuple[Floats, Ints]:
        """Return minutes to the nearest of the chosen facilities, and its row; not kept."""
        walk = self.walks(network).of(question.profile, question.moment)
        rows = np.flatnonzero(chosen)
        minutes, nearest = nearest_minutes(walk.streets, take(walk.places, rows), walk.units)
        return minutes, np.append(rows, -1)[nearest]
