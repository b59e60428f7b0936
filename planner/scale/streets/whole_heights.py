"""Heights of the whole area for its tiles: the same cells of the raster, and nodes of bridges.

Cells are read round all streets of the area, so that heights have the same bits in every tile.
"""

from __future__ import annotations

from planner.crs.frame import Bounds
from planner.network.heights import LiftedNodes
from planner.plan import Plan
from planner.sources.cache import ArrayCache, Arrays
from planner.sources.elevation import Elevation, load_elevation


def load_whole_heights(
    plan: Plan, facts: Arrays, cache: ArrayCache | None = None
) -> Elevation | None:
    """Read the heights that a plain run reads; None where the plan names none.

    Parameters
    ----------
    facts
        From the store, under the key of `find_facts`.

    Raises
    ------
    SourceError
        As `load_elevation`.
    """
    if plan.network.elevation is None:
        return None
    bounds: Bounds = tuple(facts["heights_bounds"].tolist())
    return load_elevation(plan.network.elevation, bounds, cache=cache)


def take_lifted(facts: Arrays) -> LiftedNodes:
    """Return the nodes between bridges, with the heights that the whole area gives them."""
    return LiftedNodes(facts["lifted_node"], facts["lifted_m"])
