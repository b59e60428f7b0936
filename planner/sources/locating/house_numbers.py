"""Where a house stands between others of its street whose place is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats

#: Metres that a house is off when it is only known that its number is near another: a number takes
#: 3 to 8 m of a street.
_METRES_PER_NUMBER: Final = 6.0
#: Nine in ten houses of real tables lie within what this makes of the radius.
_LEAST_M: Final = 120.0
#: Beyond this many numbers a single neighbour says nothing.
_FAR: Final = 100
#: Lanes lead inside, so what has the number of a lane may be this far in.
_LANE_M: Final = 200.0
#: Points of one number are one place if they lie closer.
_SAME_M: Final = 400.0


class House(NamedTuple):
    """A house or a lane of a street; metres; town : "" where not known."""

    number: int
    lane: bool
    x: float
    y: float
    town: str = ""


class Found(NamedTuple):
    """Where a number may be: metres.

    exact : it is known, not between others; seen : how often; town : of all that tell so, else "".
    """

    x: float
    y: float
    radius_m: float
    exact: bool
    seen: int = 1
    town: str = ""


@dataclass(frozen=True)
class HouseNumbers:
    """Houses and lanes of one street, by number.

    numbers, lanes, towns : (n,), sorted by number; xy : (n, 2), metres.
    """

    numbers: NDArray[np.int64]
    lanes: NDArray[np.bool_]
    xy: Floats
    towns: NDArray[np.object_]

    @classmethod
    def of(cls, rows: list[House]) -> HouseNumbers:
        """Gather houses."""
        rows = sorted(rows)
        return cls(
            np.array([row.number for row in rows], dtype=np.int64),
            np.array([row.lane for row in rows], dtype=bool),
            np.array([(row.x, row.y) for row in rows], dtype=np.float64).reshape(-1, 2),
            np.array([row.town for row in rows], dtype=object),
        )

    def find(self, number: int, *, lane: bool) -> Found | None:
        """Find a house or a lane: itself, else between its neighbours; None if nothing is near."""
        same = np.flatnonzero((self.numbers == number) & (self.lanes == lane))
        if len(same):
            return self._gather(same, _LANE_M if lane else _LEAST_M, exact=True)
        # Odd and even numbers stand on two sides, and each side has a pace of its own.
        side = np.flatnonzero(self.numbers % 2 == number % 2)
        for among in (side, np.arange(len(self.numbers))):
            found = self._find_between(number, among)
            if found is not None:
                wider = _LANE_M if lane else 0.0
                return found._replace(radius_m=found.radius_m + wider)
        return None

    def _gather(self, members: NDArray[np.intp], least_m: float, *, exact: bool) -> Found | None:
        """Return the middle of points of one number; None where they lie far apart."""
        middle = np.median(self.xy[members], axis=0)
        spread = float(np.hypot(*(self.xy[members] - middle).T).max())
        if spread > _SAME_M:
            return None
        seen = len(np.unique(np.round(self.xy[members], -1), axis=0))
        place = float(middle[0]), float(middle[1]), spread + least_m
        return Found(*place, exact, seen, _agree(self.towns[members].tolist()))

    def _find_between(self, number: int, among: NDArray[np.intp]) -> Found | None:
        """Find a number between the next smaller and the next larger one, or near either."""
        below = among[self.numbers[among] <= number]
        above = among[self.numbers[among] >= number]
        low = (
            self._neighbour(below[self.numbers[below] == self.numbers[below].max()])
            if len(below)
            else None
        )
        high = (
            self._neighbour(above[self.numbers[above] == self.numbers[above].min()])
            if len(above)
            else None
        )
        if low is not None and high is not None and low[0] < high[0]:
            share = (number - low[0]) / (high[0] - low[0])
            apart = np.hypot(high[1] - low[1], high[2] - low[2])
            # The houses between need not stand evenly: up to half of the way off.
            radius = (
                _LEAST_M + float(apart) * 2.0 * min(share, 1.0 - share) / 2.0 + float(apart) / 8.0
            )
            x, y = low[1] + share * (high[1] - low[1]), low[2] + share * (high[2] - low[2])
            return Found(x, y, radius, exact=False, town=_agree([low[3], high[3]]))
        near = [one for one in (low, high) if one is not None and abs(one[0] - number) <= _FAR]
        if not near:
            return None
        nearest = min(near, key=lambda one: abs(one[0] - number))
        away = abs(nearest[0] - number)
        radius = _LEAST_M + _METRES_PER_NUMBER * away
        return Found(nearest[1], nearest[2], radius, exact=False, town=nearest[3])

    def _neighbour(self, members: NDArray[np.intp]) -> tuple[int, float, float, str] | None:
        """Return number, place and town of one neighbour."""
        place = self._gather(members, 0.0, exact=True)
        if place is None:
            return None
        return int(self.numbers[members[0]]), place.x, place.y, place.town


def _agree(towns: list[str]) -> str:
    """Return the town that all say, else ""."""
    return towns[0] if len({*towns}) == 1 else ""
