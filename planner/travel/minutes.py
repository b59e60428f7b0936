"""Minutes from door to door: the nearest facility, facilities in reach, the sparse matrix."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.crs.array_types import Floats, Ints
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.showing import Brief
from planner.travel.access import Access, join, take
from planner.travel.both_ways import one_way_each
from planner.travel.checked_numbers import check_cutoffs
from planner.travel.compiled.arrays import Lookup, Nearby, Points, Rows
from planner.travel.compiled.search import (
    find_nearest,
    find_reached,
    search_nearest,
    take_sooner,
    targets_from_nodes,
)
from planner.travel.given_streets import to_streets
from planner.travel.open_flags import find_closed
from planner.travel.points import Places, labels_of, points_of
from planner.travel.streets import AccessRules, Streets


@dataclass(frozen=True)
class ReachedPairs(Brief):
    """Pairs of an origin and a target that lie within a cutoff, sorted by origin, then target.

    origin, target : positions in the tables asked; minutes : door to door.
    """

    origin: NDArray[np.int64]
    target: NDArray[np.int64]
    minutes: NDArray[np.float64]
    shape: tuple[int, int]

    def where(self, kept: NDArray[np.bool_]) -> ReachedPairs:
        """Return some of the pairs, in their order."""
        return replace(
            self, origin=self.origin[kept], target=self.target[kept], minutes=self.minutes[kept]
        )

    def turned(self) -> ReachedPairs:
        """Return the same pairs with origins and targets changed about."""
        n, k = self.shape
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.origin, minlength=n))])
        # By columns what was by rows: a sort that counts, as the pairs are sorted already.
        by_target = csr_array((self.minutes, self.target, starts), shape=(n, k)).tocsc()
        target = np.repeat(np.arange(k), np.diff(by_target.indptr))
        return ReachedPairs(target, by_target.indices.astype(np.int64), by_target.data, (k, n))

    def to_matrix(self) -> csr_array:
        """Return the minutes as a sparse matrix, targets x origins; what is absent is not zero.

        A stored 0 is a walk of no time; an entry that is not stored is out of reach.
        """
        rows = (self.minutes, (self.target, self.origin))
        return csr_array(rows, shape=(self.shape[1], self.shape[0]))


def nearest_facility(
    network: WalkNetwork | Streets,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    demand: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> pd.DataFrame:
    """Find each demand unit's nearest facility on foot.

    Parameters
    ----------
    network
        Streets; from `prepare_streets` where more than one question is asked of them.
    facilities, demand
        Points in any CRS that can be converted; the index names them. Facilities whose
        `open_to_outsiders` is False serve their own compound only.
    profile, access
        Who walks, by value or by name ("elderly"), and how a point meets the streets; an adult, the
        usual rules. Prepared streets know both: only the same may be asked again.

    Returns
    -------
    DataFrame, index of `demand`
        nearest : index label of the facility (None where none can be reached);
        minutes : true door-to-door minutes, not cut at any cutoff; inf where there is no path.
        Of facilities equally near the first one counts.

    Raises
    ------
    ArgumentError
        If a layer or the profile cannot be meant, see `planner.travel.points`.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> planner.nearest_facility(town.network, town.facilities, town.people.head(3)).round(1)
       nearest  minutes
    id
    H1      F1      6.0
    H2      F1      6.0
    H3      F1      6.0
    """
    names = labels_of(facilities, "facilities")
    streets, origins, targets = _joined(network, facilities, demand, profile, access)
    minutes, label = nearest_minutes(streets, origins, targets)
    labels = np.array([*names, None], dtype=object)
    # -1, for none, takes the last label, which is None.
    nearest = pd.Series(labels[label], index=demand.index, dtype=object)
    return pd.DataFrame({"nearest": nearest, "minutes": minutes}, index=demand.index)


def facilities_in_reach(
    network: WalkNetwork | Streets,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    demand: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    cutoffs_minutes: float | Sequence[float] = (15.0,),
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> pd.DataFrame:
    """Count the facilities within each cutoff of every demand unit.

    Parameters
    ----------
    network
        Streets; from `prepare_streets` where more than one question is asked of them.
    facilities, demand
        Points in any CRS that can be converted.
    cutoffs_minutes
        Door to door, one number or several that ascend; a facility counts when its minutes <= the
        cutoff.
    profile, access
        As for `nearest_facility`.

    Returns
    -------
    DataFrame, index of `demand`
        A column for each cutoff, named by it.

    Raises
    ------
    ArgumentError
        If a layer, a cutoff or the profile cannot be meant, see `planner.travel.points`.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> planner.facilities_in_reach(
    ...     town.network, town.facilities, town.people.head(3), cutoffs_minutes=[10, 15]
    ... )
        10.0  15.0
    id
    H1     1     1
    H2     1     1
    H3     1     2
    """
    cutoffs = check_cutoffs(cutoffs_minutes)
    streets, origins, targets = _joined(network, facilities, demand, profile, access)
    pairs = reached_pairs(streets, origins, targets, cutoffs[-1])
    counts = {
        cutoff: np.bincount(pairs.target[pairs.minutes <= cutoff], minlength=len(demand))
        for cutoff in cutoffs
    }
    return pd.DataFrame(counts, index=demand.index)


def _joined(
    network: WalkNetwork | Streets,
    facilities: Places,
    demand: Places,
    profile: WalkProfile | str | None,
    access: AccessRules | None,
) -> tuple[Streets, Access, Access]:
    """Prepare streets and join two layers of points to them."""
    streets = to_streets(network, profile, access)
    xy = points_of(facilities, streets.network, "facilities")
    origins = join(streets, xy, closed=find_closed(facilities))
    targets = join(streets, points_of(demand, streets.network, "demand"), reached=True)
    return streets, origins, targets


def nearest_minutes(
    streets: Streets, origins: Access, targets: Access
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the minutes to each target's nearest origin (inf) and its position (-1), shape (n,).

    Parameters
    ----------
    streets
        From `prepare_streets`.
    origins, targets
        From `join`, on the same streets; of origins equally near the first one counts.
    """
    if streets.back is not None:
        found, which = _several(streets, origins, targets, 1)
        return found[:, 0], which[:, 0]
    for_all, rows = _open_to_outsiders(origins)
    minutes, label = find_nearest(*_kernel_arrays(streets, for_all, targets))
    # Back to the positions of all origins; -1, for none, takes the -1 at the end.
    label = np.append(rows, -1)[label]
    home = _walks_home(streets, origins, targets, minutes)
    take_sooner(minutes, label, home.target, home.minutes, home.origin)
    return minutes, label


def minutes_over_nodes(streets: Streets, origins: Access, targets: Access) -> NDArray[np.float64]:
    """Return the minutes to each target's nearest origin by walks that pass a node, shape (n,).

    Of origins that everybody may enter. It is an upper bound of `nearest_minutes`, found without
    looking at pairs; inf where there is none.
    """
    for_all, _ = _open_to_outsiders(origins)
    whose = np.repeat(np.arange(len(for_all)), np.diff(for_all.seed_starts))
    rows = streets.graph.rows
    best, label = search_nearest(rows, for_all.seed_node, for_all.seed_minutes, whose)
    return targets_from_nodes(best, label, targets.points)[0]


def second_minutes(
    streets: Streets, origins: Access, targets: Access, nearest: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the minutes to each target's nearest origin but `nearest` (inf), and its position.

    A tie counts as a second: of two facilities at one place each is the other's second.
    """
    from planner.travel.compiled.two_nearest import find_second_nearest

    if streets.back is not None:
        return pick_second(*_several(streets, origins, targets, 2), nearest)
    for_all, rows = _open_to_outsiders(origins)
    number = np.full(len(origins) + 1, -1, dtype=np.int64)
    # One place more than origins: a nearest of -1, for none, finds -1 there.
    number[rows] = np.arange(len(rows))
    asked = _kernel_arrays(streets, for_all, targets)
    minutes, label = find_second_nearest(*asked, number[nearest])
    label = np.append(rows, -1)[label]
    home = _walks_home(streets, origins, targets, minutes)
    other = home.where(home.origin != nearest[home.target])
    take_sooner(minutes, label, other.target, other.minutes, other.origin)
    return minutes, label


def pick_second(
    found: Floats, which: Ints, nearest: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return of the two nearest origins (n, 2) and their minutes the one that is not `nearest`."""
    # The nearest stands first, but where another one is as near.
    second = (which[:, 0] == nearest).astype(np.int64)
    rows = np.arange(len(nearest))
    return found[rows, second], which[rows, second]


def reached_pairs(
    streets: Streets, origins: Access, targets: Access, cutoff_minutes: float
) -> ReachedPairs:
    """Return every pair of an origin and a target within the cutoff, on all cores.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    origins, targets
        From `join`, on the same streets.
    cutoff_minutes
        Door to door; a pair counts when its minutes <= the cutoff.
    """
    if streets.back is not None:
        return _longer_pairs(
            *(reached_pairs(*each, cutoff_minutes) for each in
              one_way_each(streets, origins, targets))
        )  # fmt: skip
    n = len(origins)
    workers = min(cores(), max(n, 1))
    # Several blocks a core: some origins reach far more than others.
    bounds = np.linspace(0, n, min(n, workers * 4) + 1).astype(int)
    asked, cutoff = _kernel_arrays(streets, origins, targets), float(cutoff_minutes)

    def block(first: int, last: int) -> tuple[Ints, Ints, Floats]:
        """Search from the origins first..last: how many each reaches, which, in what time."""
        return find_reached(*asked, cutoff, first, last)

    # Threads share the streets, as the search lets go of the interpreter's lock.
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(block, bounds[:-1], bounds[1:]))
    # Without origins there are no blocks, and nothing to join together.
    empty = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    counts, target, minutes = (np.concatenate(part) for part in zip(*(parts or empty), strict=True))
    pairs = ReachedPairs(np.repeat(np.arange(n), counts), target, minutes, (n, len(targets)))
    if not origins.closed.any():
        return pairs
    return pairs.where(~origins.closed[pairs.origin] | _at_home(origins, targets, pairs))


def _several(streets: Streets, origins: Access, targets: Access, k: int) -> tuple[Floats, Ints]:
    """Return what `several_nearest` does, which needs this module."""
    from planner.travel.several_nearest import several_nearest

    return several_nearest(streets, origins, targets, k)


def _longer_pairs(there: ReachedPairs, back: ReachedPairs) -> ReachedPairs:
    """Return the pairs within the cutoff both ways, with the longer of their minutes."""
    width = there.shape[1]
    keys = [pairs.origin * width + pairs.target for pairs in (there, back)]
    _, first, second = np.intersect1d(keys[0], keys[1], assume_unique=True, return_indices=True)
    longer = np.maximum(there.minutes[first], back.minutes[second])
    return ReachedPairs(there.origin[first], there.target[first], longer, there.shape)


def _open_to_outsiders(origins: Access) -> tuple[Access, Ints]:
    """Return the origins that everybody may enter, and their positions."""
    if not origins.closed.any():
        return origins, np.arange(len(origins))
    rows = np.flatnonzero(~origins.closed)
    return take(origins, rows), rows


def _at_home(origins: Access, targets: Access, pairs: ReachedPairs) -> NDArray[np.bool_]:
    """Tell which pairs lie in one compound."""
    whose = origins.compound[pairs.origin]
    return np.asarray((whose >= 0) & (whose == targets.compound[pairs.target]), dtype=bool)


def _walks_home(streets: Streets, origins: Access, targets: Access, known: Floats) -> ReachedPairs:
    """Return the walks of people to facilities that only their own compound may enter.

    They may leave the compound on the way; nobody else's walk may end there. Walks longer than the
    minutes `known` of all who live there are of no use.
    """
    found = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    closed = np.flatnonzero(origins.closed & (origins.compound >= 0)).tolist()
    asked = _kernel_arrays(streets, origins, targets)
    # One search for each: there are few such facilities, and each serves one compound.
    for number in closed:
        own = targets.compound == origins.compound[number]
        if own.any():
            # A search that stops there cannot miss a walk that would be sooner for somebody.
            longest = float(known[own].max())
            _, reached, minutes = find_reached(*asked, longest, number, number + 1)
            mine = own[reached]
            found.append((np.full(int(mine.sum()), number), reached[mine], minutes[mine]))
    numbers, reached, minutes = (np.concatenate(part) for part in zip(*found, strict=True))
    return ReachedPairs(numbers, reached, minutes, (len(origins), len(targets)))


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_blocks(work: Callable[[int, int], Any], count: int) -> list[Any]:
    """Run work(first, last) over 0..count in blocks, on all cores; at least once."""
    # Several blocks a core, as some take far longer than others.
    n_blocks = max(min(4 * cores(), count), 1)
    bounds = np.linspace(0, count, n_blocks + 1).astype(int)
    # Threads share the arrays, and kernels let go of the interpreter's lock.
    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


def _kernel_arrays(
    streets: Streets, origins: Access, targets: Access
) -> tuple[Rows, Points, Points, Lookup, Nearby]:
    """Return what every search from points to points takes."""
    rows, lookup = streets.graph.rows, targets.lookup
    return rows, origins.points, targets.points, lookup, streets.nearby
