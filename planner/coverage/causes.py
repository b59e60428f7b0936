"""Why a unit is not covered: closed at this hour, a wall, a barrier, a detour, or the distance."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.travel.access import Access, join
from planner.travel.minutes import nearest_minutes
from planner.travel.streets import Streets, prepare_like
from planner.travel.wall_rules import NO_COMPOUNDS, WallRules

#: In the order in which they are looked for.
CAUSES: Final = ("closed", "wall", "barrier", "detour", "too far")
CLOSED, WALL, BARRIER, DETOUR, TOO_FAR = CAUSES
#: Of who is covered usually, but not under a condition that was asked for; nothing looks for it.
CONDITION: Final = "condition"
#: A walk is a detour if a straight line this many times as long would fit into the cutoff. It is a
#: choice of how much longer than a straight line a walk may usually be: a greater one makes more
#: units `too far`, fewer `detour` and `barrier`. Verdicts do not depend on it.
DETOUR_FACTOR: Final = 1.3


def find_causes(
    streets: Streets,
    units: NDArray[np.float64],
    facilities: Access,
    *,
    cutoff_minutes: float,
    served_at_other_hours: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return the first cause that applies to each of some units that are not covered.

    `closed`: covered at another hour. `wall`: covered if there were no compounds and no walls.
    `barrier`: covered if water, rails and motorways blocked no leg, or a facility lies within reach
    in a straight line x 1.3 and that line crosses one of them. `detour`: a facility lies within
    reach in a straight line x 1.3. `too far`: none does. A facility closed to outsiders is none but
    for the units of its own compound.

    Parameters
    ----------
    streets
        Prepared for the plan's profile.
    units : shape (k, 2), metres
    facilities
        Those that count, from `join`.
    cutoff_minutes
        That of the verdict.
    served_at_other_hours : shape (k,)

    Returns
    -------
    DataFrame, k rows
        cause, cause_detail: name of the wall or barrier, "" where it has none.
    """
    reach_m = streets.profile.speed_m_per_min * cutoff_minutes / DETOUR_FACTOR
    pairs = _pair_in_reach(streets, units, facilities, reach_m)
    crossed, name = _find_barriers_between(streets, units, facilities.xy, pairs)
    # Walked again: a wall is the cause only if without it the walk fits into the cutoff.
    no_walls, nearest = _without(streets, NO_COMPOUNDS, units, facilities)
    # All other rules hold: walls stay, and a gate that is shut at this hour does not open just
    # because the river before it is taken away.
    free_legs, _ = _without(streets, replace(streets.rules, barriers=("wall",)), units, facilities)
    near = np.isin(np.arange(len(units)), pairs["unit"])
    walled = no_walls <= cutoff_minutes
    cause = np.select(
        [served_at_other_hours, walled, (free_legs <= cutoff_minutes) | crossed, near],
        [CLOSED, WALL, BARRIER, DETOUR],
        TOO_FAR,
    ).astype(object)
    detail = np.where(cause == BARRIER, name, "").astype(object)
    rows = np.flatnonzero(cause == WALL)
    detail[rows] = _find_walls_between(streets, units[rows], facilities, nearest[rows])
    return pd.DataFrame({"cause": cause, "cause_detail": detail})


def _without(
    streets: Streets, rules: WallRules, units: NDArray[np.float64], facilities: Access
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the minutes to the nearest facility, and which it is, under other rules."""
    other = prepare_like(streets, rules=rules)
    places = join(other, facilities.xy, closed=facilities.closed)
    return nearest_minutes(other, places, join(other, units, reached=True))


def _pair_in_reach(
    streets: Streets, units: NDArray[np.float64], facilities: Access, reach_m: float
) -> pd.DataFrame:
    """Pair each unit with the facilities that count for it within reach: unit, place, metres."""
    if len(facilities) == 0 or len(units) == 0:
        return pd.DataFrame({"unit": [], "place": [], "metres": []}).astype(
            {"unit": np.int64, "place": np.int64}
        )
    found = KDTree(units).sparse_distance_matrix(
        KDTree(facilities.xy), reach_m, output_type="ndarray"
    )
    pairs = pd.DataFrame({"unit": found["i"], "place": found["j"], "metres": found["v"]})
    closed = facilities.closed[pairs["place"]]
    if not closed.any():
        return pairs
    # Joined only here: which compound a unit is in matters for closed facilities alone.
    home = join(streets, units, reached=True).compound[pairs["unit"]]
    theirs = facilities.compound[pairs["place"]]
    own = (theirs >= 0) & (home == theirs)
    return pairs.iloc[np.flatnonzero(~closed | own)]


def _find_barriers_between(
    streets: Streets,
    units: NDArray[np.float64],
    places: NDArray[np.float64],
    pairs: pd.DataFrame,
) -> tuple[NDArray[np.bool_], NDArray[np.object_]]:
    """Tell whether a mapped barrier lies between a unit and a place of its pairs, and its name.

    Of several the one before the nearest place counts.
    """
    barriers = streets.network.walls.barriers
    found = np.zeros(len(units), dtype=bool)
    names = np.full(len(units), "", dtype=object)
    parts = barriers.of_kinds(frozenset(streets.rules.barriers) - {"wall"})
    if len(parts) == 0 or pairs.empty:
        return found, names
    unit, place, metres = (pairs[key].to_numpy() for key in ("unit", "place", "metres"))
    lines = shapely.linestrings(np.stack([units[unit], places[place]], axis=1))
    tree = shapely.STRtree(shapely.linestrings(barriers.ends[parts].reshape(-1, 2, 2)))
    line, part = tree.query(lines, predicate="intersects")
    # Sorted by feature too: of two barriers at one distance the same one is named in every run.
    rows = pd.DataFrame(
        {
            "unit": unit[line],
            "metres": metres[line],
            "feature": barriers.feature[parts[part]],
        }
    ).sort_values(["unit", "metres", "feature"], kind="stable")
    first = rows.drop_duplicates("unit")
    found[first["unit"]] = True
    kinds, called = barriers.kind[first["feature"]], barriers.name[first["feature"]]
    # A barrier without a name is told by its kind: "water" still says more than nothing.
    names[first["unit"]] = [name or kind for name, kind in zip(called, kinds, strict=True)]
    return found, names


def _find_walls_between(
    streets: Streets, units: NDArray[np.float64], facilities: Access, nearest: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Name the compound whose wall keeps each unit from the facility nearest without walls.

    That is the unit's own, else the facility's, else the first whose ground lies between.
    """
    compounds = streets.network.walls.compounds
    names = np.full(len(units), "", dtype=object)
    if len(units) == 0 or len(compounds) == 0:
        return names
    called = np.array(
        [name or text for name, text in zip(compounds.name, compounds.id, strict=True)],
        dtype=object,
    )
    own = streets.compound_at(units)
    theirs = np.where(nearest >= 0, facilities.compound[nearest], -1)
    lines = shapely.linestrings(np.stack([units, facilities.xy[nearest]], axis=1))
    line, crossed = shapely.STRtree(compounds.shape).query(lines, predicate="intersects")
    between = pd.Series(crossed, index=line).groupby(level=0).min()
    first = between.reindex(range(len(units))).fillna(-1).to_numpy(dtype=np.int64)
    chosen = np.where(own >= 0, own, np.where(theirs >= 0, theirs, first))
    names[chosen >= 0] = called[chosen[chosen >= 0]]
    return names
