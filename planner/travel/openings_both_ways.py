"""Walls opened where the longer of the walks to and from the same facility counts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel.access import Access, take
from planner.travel.both_ways import one_way_each
from planner.travel.compiled.arrays import Heap
from planner.travel.compiled.opening_tables import Nearest, NewlyReached, Openings
from planner.travel.compiled.openings import try_openings
from planner.travel.compiled.search import search
from planner.travel.minutes import ReachedPairs, cores, reached_pairs
from planner.travel.openings import NOBODY, doors, keep_soonest, list_openings
from planner.travel.streets import Streets
from planner.travel.wall_places import WallPlaces

#: Metres by which a straight line may be longer than the walk along it, which is rounding.
_SLACK_M = 1.0


@dataclass(frozen=True, eq=False)
class _OneWay:
    """Walks to facilities, or from them: what they take today, and what may be opened."""

    streets: Streets
    origins: Access
    targets: Access
    openings: Openings
    today: ReachedPairs


def find_newly_reached_both_ways(
    streets: Streets,
    origins: Access,
    targets: Access,
    minutes: Floats,
    cutoff_minutes: float,
    *,
    gates: Ints,
    places: WallPlaces,
) -> NewlyReached:
    """Say who comes within the cutoff by each opening alone, as `find_newly_reached` does.

    Out and home are walks to one and the same origin, so each origin is looked at by itself: both
    ways from it, and of openings those that a walk within the cutoff may come to.

    Parameters
    ----------
    streets
        Prepared for both directions, which differ.
    origins, targets, minutes, cutoff_minutes, gates, places
        As for `find_newly_reached`.
    """
    wanted = minutes > cutoff_minutes
    ways = [
        _OneWay(
            way, starts, ends,
            list_openings(way, starts, ends, wanted, gates=gates, places=places),
            reached_pairs(way, starts, ends, cutoff_minutes),
        )
        for way, starts, ends in one_way_each(streets, origins, targets)
    ]  # fmt: skip
    for way in ways:
        _ = way.targets.lookup  # threads would each make it
    near = _openings_near(streets, origins, cutoff_minutes, gates, places)
    seeking = _seekers(origins, targets, wanted)

    def look(number: int, chosen: Ints, some: Flags) -> tuple[Ints, Ints, Floats, Ints]:
        """Say whom the chosen openings bring to one origin, both ways."""
        found = [_walk(way, number, chosen, some, cutoff_minutes) for way in ways]
        opening, target, longer = _longer(found, ways, number, len(targets))
        mine = longer <= cutoff_minutes
        origin = np.full(int(mine.sum()), number, dtype=np.int64)
        return opening[mine], target[mine], longer[mine], origin

    asked = [
        (number, chosen, some)
        for number, (chosen, some) in enumerate(zip(near, seeking, strict=True))
        if len(chosen) and some.any()
    ]
    if not asked:
        return NOBODY
    # Kernels let go of the interpreter's lock.
    with ThreadPoolExecutor(cores()) as pool:
        return keep_soonest(list(pool.map(look, *zip(*asked, strict=True))))


def _openings_near(
    streets: Streets, origins: Access, cutoff_minutes: float, gates: Ints, places: WallPlaces
) -> Iterator[Ints]:
    """Yield for each origin the numbers of the openings within its reach in a straight line."""
    network = streets.network
    at_gate = network.xy[network.walls.gates.node[gates]]
    ends = [np.vstack([at_gate, places.ends[:, side]]) for side in (slice(0, 2), slice(2, 4))]
    reach_m = cutoff_minutes * streets.reach_m_per_min + _SLACK_M
    for xy in origins.xy:
        away = np.minimum(*(np.hypot(*(end - xy).T) for end in ends))
        yield np.flatnonzero(away <= reach_m)


def _seekers(origins: Access, targets: Access, wanted: Flags) -> Iterator[Flags]:
    """Yield for each origin which targets (n,) may enter it and want to."""
    for compound, closed in zip(origins.compound, origins.closed, strict=True):
        # What is closed to outsiders serves its compound alone, and in none nobody.
        own = (targets.compound == compound) & (compound >= 0)
        yield wanted & own if closed else wanted


def _walk(way: _OneWay, number: int, chosen: Ints, some: Flags, cutoff: float) -> NewlyReached:
    """Say which targets each opening brings within the cutoff of one origin one way, and in what.

    Those who are within it today come as well where an opening is on their way.
    """
    origin, graph = take(way.origins, np.array([number])), way.streets.graph
    best = np.full(len(graph.rows.starts) - 1, np.inf)
    came_from, reached = (np.empty(len(best), dtype=np.int64) for _ in range(2))
    size = len(graph.rows.neighbour) + len(origin.seed_node) + 1
    heap = Heap(np.empty(size), np.empty(size, dtype=np.int64))
    search(
        graph.rows, origin.seed_node, origin.seed_minutes, cutoff, best, came_from, reached, heap
    )
    nearest = Nearest(best, np.zeros(len(best), dtype=np.int64))
    steps = way.openings.steps
    own = steps._replace(seeds=_of(steps.seeds, number), near=_of(steps.near, number))
    # Kernels look at those who are beyond the cutoff before.
    before = np.where(some, np.inf, -np.inf)
    return try_openings(
        0, len(chosen), chosen, way.openings._replace(steps=own), graph.rows, graph.inner,
        way.streets.edges, doors(way.targets), doors(origin), way.streets.legs,
        way.targets.lookup.by_node, nearest, before, float(cutoff),
    )  # fmt: skip


def _of(walks: Any, number: int) -> Any:
    """Return of a ragged table of walks those of one origin."""
    mine = walks.origin == number
    starts = np.concatenate([[0], np.cumsum(mine)])[walks.starts].astype(np.int64)
    return type(walks)(starts, *(column[mine] for column in walks[1:]))


def _longer(
    found: list[NewlyReached], ways: list[_OneWay], number: int, n_targets: int
) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of openings and targets that any way has, with the longer of both walks.

    Of each way the sooner of the walk through the opening and of that of today counts.
    """
    keys = [some.opening * n_targets + some.target for some in found]
    pairs = np.union1d(*keys)
    opening, target = pairs // n_targets, pairs % n_targets
    walks = []
    for way, some, key in zip(ways, found, keys, strict=True):
        first, last = np.searchsorted(way.today.origin, [number, number + 1])
        minutes = np.full(n_targets, np.inf)
        minutes[way.today.target[first:last]] = way.today.minutes[first:last]
        walk = minutes[target]
        at = np.searchsorted(pairs, key)
        walk[at] = np.minimum(walk[at], some.minutes)
        walks.append(walk)
    return opening, target, np.maximum(*walks)
