"""Gates that are shut on some streets and open on others that are like them else."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.crs.array_types import Floats
from planner.travel.streets import Streets, shut_gates

#: Beyond the access limit a shut gate changes no leg; this much for the size of the gate.
SLACK_M: Final = 1.0


def find_near(
    xy: NDArray[np.float64], spots: NDArray[np.float64], within_m: float
) -> NDArray[np.int64]:
    """Return which of the places (n, 2) lie within some metres of any spot."""
    if len(spots) == 0:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(KDTree(spots).query(xy)[0] <= within_m)


def find_changed_bars(streets: Streets, known: Streets) -> Floats | None:
    """Return the gates (k, 2) that are shut on some streets of two alone, metres.

    Only beside these do points meet both streets otherwise. None where other things differ as well.
    """
    walls, others = streets.network.walls, known.network.walls
    same = (
        streets.access == known.access
        and walls.compounds is others.compounds
        and walls.barriers is others.barriers
        and np.array_equal(walls.gates.node, others.gates.node)
        and all(map(_are_equal, streets.edges, known.edges))
        and all(map(_are_equal, streets.pieces, known.pieces))
    )
    if not same:
        return None
    changed = shut_gates(streets) != shut_gates(known)
    spots: Floats = streets.network.xy[walls.gates.node[changed]]
    # In which compound somebody is depends on where others may walk.
    groups = streets.of_everyone, known.of_everyone
    if groups[0] is None or groups[1] is None:
        return spots
    return spots if all(map(_are_equal, groups[0].pieces, groups[1].pieces)) else None


def _are_equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Tell whether two arrays are the same; of streets prepared alike most are one array."""
    return one is other or np.array_equal(one, other)
