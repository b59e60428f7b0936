"""Minutes from door to door: the nearest facility, facilities in reach, the sparse matrix."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.crs import require_metric
from planner.crs.arrays import Floats, Ints
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.travel.access import Access, join, take
from planner.travel.compiled import search
from planner.travel.compiled.grid import grid_of_points
from planner.travel.streets import ADULT, DEFAULT_ACCESS, AccessRules, Streets, prepare_streets

#: The targets by node (starts, target, minutes), by edge (starts, target, along_m, minutes) and by
#: place (grid frame, starts, items), as the kernel takes them.
Lookup = tuple[
    tuple[Ints, Ints, Floats],
    tuple[Ints, Ints, Floats, Floats],
    tuple[tuple[float, float, float, int, int], Ints, Ints],
]


@dataclass(frozen=True)
class ReachedPairs:
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

    def to_matrix(self) -> csr_array:
        """Return the minutes as a sparse matrix, targets x origins; what is absent is not zero.

        A stored 0 is a walk of no time; an entry that is not stored is out of reach.
        """
        rows = (self.minutes, (self.target, self.origin))
        return csr_array(rows, shape=(self.shape[1], self.shape[0]))


def nearest_facility(
    network: WalkNetwork,
    facilities: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    *,
    profile: WalkProfile = ADULT,
    access: AccessRules = DEFAULT_ACCESS,
) -> pd.DataFrame:
    """Find each demand unit's nearest facility on foot.

    Parameters
    ----------
    network
        Streets.
    facilities, demand
        Points in the network's metric CRS.

    Returns
    -------
    DataFrame, index of `demand`
        nearest : index label of the facility (None where none can be reached);
        minutes : true door-to-door minutes, not cut at any cutoff; inf where there is no path.
        Of facilities equally near the first one counts.
    """
    streets, origins, targets = _joined(network, facilities, demand, profile, access)
    minutes, label = nearest_minutes(streets, origins, targets)
    labels = np.array([*facilities.index, None], dtype=object)
    nearest = pd.Series(labels[label], index=demand.index, dtype=object)
    return pd.DataFrame({"nearest": nearest, "minutes": minutes}, index=demand.index)


def facilities_in_reach(
    network: WalkNetwork,
    facilities: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    *,
    cutoffs_minutes: Sequence[float] = (15.0,),
    profile: WalkProfile = ADULT,
    access: AccessRules = DEFAULT_ACCESS,
) -> pd.DataFrame:
    """Count the facilities within each cutoff of every demand unit.

    Parameters
    ----------
    network
        Streets.
    facilities, demand
        Points in the network's metric CRS.
    cutoffs_minutes
        Door to door; a facility counts when its minutes <= the cutoff.

    Returns
    -------
    DataFrame, index of `demand`
        A column for each cutoff, named by it.
    """
    streets, origins, targets = _joined(network, facilities, demand, profile, access)
    pairs = reached_pairs(streets, origins, targets, max(cutoffs_minutes))
    counts = {
        cutoff: np.bincount(pairs.target[pairs.minutes <= cutoff], minlength=len(demand))
        for cutoff in cutoffs_minutes
    }
    return pd.DataFrame(counts, index=demand.index)


def _joined(
    network: WalkNetwork,
    facilities: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    profile: WalkProfile,
    access: AccessRules,
) -> tuple[Streets, Access, Access]:
    """Prepare streets and join two layers of points to them."""
    streets = prepare_streets(network, profile, access)
    origins = join(streets, points_of(facilities, network, "facilities"))
    return streets, origins, join(streets, points_of(demand, network, "demand"), reached=True)


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
    for_all, rows = _open_to_outsiders(origins)
    minutes, label = search.nearest(*_kernel_arrays(streets, for_all, targets))
    label = np.append(rows, -1)[label]
    home = _walks_home(streets, origins, targets, minutes)
    search.take_sooner(minutes, label, home.target, home.minutes, home.origin)
    return minutes, label


def second_minutes(
    streets: Streets, origins: Access, targets: Access, nearest: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the minutes to each target's nearest origin but `nearest` (inf), and its position.

    A tie counts as a second: of two facilities at one place each is the other's second.
    """
    from planner.travel.compiled.two_nearest import second_nearest

    for_all, rows = _open_to_outsiders(origins)
    number = np.full(len(origins) + 1, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    graph, origin, target, lookup, legs = _kernel_arrays(streets, for_all, targets)
    minutes, label = second_nearest(graph, origin, target, lookup, legs, number[nearest])
    label = np.append(rows, -1)[label]
    home = _walks_home(streets, origins, targets, minutes)
    other = home.where(home.origin != nearest[home.target])
    search.take_sooner(minutes, label, other.target, other.minutes, other.origin)
    return minutes, label


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
    n = len(origins)
    workers = min(cores(), max(n, 1))
    bounds = np.linspace(0, n, min(n, workers * 4) + 1).astype(int)
    graph, origin, target, lookup, legs = _kernel_arrays(streets, origins, targets)
    cutoff = float(cutoff_minutes)

    def block(first: int, last: int) -> tuple[Ints, Ints, Floats]:
        """Search from the origins first..last: how many each reaches, which, in what time."""
        found: tuple[Ints, Ints, Floats] = search.reach(
            graph, origin, target, lookup, legs, cutoff, first, last
        )
        return found

    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(block, bounds[:-1], bounds[1:]))
    empty = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    counts, target, minutes = (np.concatenate(part) for part in zip(*(parts or empty), strict=True))
    pairs = ReachedPairs(np.repeat(np.arange(n), counts), target, minutes, (n, len(targets)))
    if not origins.closed.any():
        return pairs
    return pairs.where(~origins.closed[pairs.origin] | _at_home(origins, targets, pairs))


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
    graph, origin, target, lookup, legs = _kernel_arrays(streets, origins, targets)
    for number in closed:
        own = targets.compound == origins.compound[number]
        if own.any():
            longest = float(known[own].max())
            _, reached, minutes = search.reach(
                graph, origin, target, lookup, legs, longest, number, number + 1
            )
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
    n_blocks = max(min(4 * cores(), count), 1)
    bounds = np.linspace(0, count, n_blocks + 1).astype(int)
    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


def points_of(layer: gpd.GeoDataFrame, network: WalkNetwork, name: str) -> NDArray[np.float64]:
    """Return the coordinates of a layer of points in the network's CRS, shape (n, 2)."""
    crs = layer.crs
    # One name, one frame: comparing two CRS in full takes longer than drawing a polygon.
    if crs is None or crs.srs != network.crs.srs:
        require_metric(layer, name)
        layer = layer if crs == network.crs else layer.to_crs(network.crs)
    points = layer.geometry.to_numpy()
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _kernel_arrays(streets: Streets, origins: Access, targets: Access) -> tuple[Any, ...]:
    """Return graph, origins, targets, lookup and legs as every search of the kernel takes them."""
    return (
        graph_arrays(streets),
        access_arrays(origins),
        access_arrays(targets),
        _kept_lookup(streets, targets),
        leg_arrays(streets),
    )


def graph_arrays(streets: Streets) -> tuple[NDArray[Any], ...]:
    """Return the search graph as the kernel takes it."""
    return streets.graph.starts, streets.graph.neighbour, streets.graph.minutes


def leg_arrays(streets: Streets) -> tuple[Any, ...]:
    """Return what the kernel knows of legs."""
    ends = streets.ends
    return (
        streets.pieces.ends,
        (ends.ahead, ends.back),
        float(streets.access.limit_m),
        streets.leg_pace,
        barrier_arrays(streets),
    )


def barrier_arrays(streets: Streets) -> tuple[Any, ...]:
    """Return the barriers that bind, as the kernel takes them."""
    ends, grid = streets.barriers.ends, streets.barriers.grid
    return ends, grid.frame, grid.starts, grid.items


def access_arrays(points: Access) -> tuple[NDArray[Any], ...]:
    """Return access as the kernel takes it."""
    return (
        points.xy, points.piece_starts, points.piece, points.entry_starts, points.entry_edge,
        points.entry_along_m, points.entry_minutes, points.seed_starts, points.seed_node,
        points.seed_minutes,
    )  # fmt: skip


def lookup_arrays(streets: Streets, targets: Access) -> Lookup:
    """List the targets by node, by edge and by place."""
    network = streets.network
    number = np.arange(len(targets))
    seed_of = np.repeat(number, np.diff(targets.seed_starts))
    entry_of = np.repeat(number, np.diff(targets.entry_starts))
    node_order, node_starts = _by(targets.seed_node, len(streets.graph.network_node))
    edge_order, edge_starts = _by(targets.entry_edge, network.n_edges)
    grid = grid_of_points(targets.xy, 2 * streets.access.limit_m)
    return (
        (node_starts, seed_of[node_order], targets.seed_minutes[node_order]),
        (
            edge_starts, entry_of[edge_order], targets.entry_along_m[edge_order],
            targets.entry_minutes[edge_order],
        ),
        (grid.frame, grid.starts, grid.items),
    )  # fmt: skip


#: By targets and streets: the same targets are asked for again and again. Kept as long as somebody
#: has both, and no longer: those of a repeat or of a scenario go with it.
_lookups: WeakKeyDictionary[Access, WeakKeyDictionary[Streets, Lookup]] = WeakKeyDictionary()


def _kept_lookup(streets: Streets, targets: Access) -> Lookup:
    """Return the lookup of these targets, made once."""
    known = _lookups.setdefault(targets, WeakKeyDictionary())
    lookup = known.get(streets)
    if lookup is None:  # two threads may both make it, which harms nobody
        known[streets] = lookup = lookup_arrays(streets, targets)
    return lookup


def _by(keys: NDArray[np.int64], n_keys: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the order that groups rows by key, and where each key starts."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=n_keys))])
    return np.argsort(keys, kind="stable"), starts.astype(np.int64)
