"""The few nearest origins of every target, worked out in one search."""

from __future__ import annotations

from planner.crs.array_types import Floats, Ints
from planner.travel.access import Access
from planner.travel.streets import Streets


def several_nearest(
    streets: Streets, origins: Access, targets: Access, k: int
) -> tuple[Floats, Ints]:
    """Return the minutes to each target's k nearest origins and their positions, shapes (n, k).

    The nearest first, of equals the first of the table; inf and -1 where there are fewer.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    origins, targets
        From `join`, on the same streets, the targets `reached`; everybody may enter every origin.
    k
        How many.
    """
    from planner.travel.compiled.k_nearest import find_k_nearest

    rows, lookup = streets.graph.rows, targets.lookup
    return find_k_nearest(rows, origins.points, targets.points, lookup, streets.nearby, k)
