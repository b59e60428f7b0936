"""Walks to one's own facility, however far: from committees to theirs, over all tiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.committees import RESIDENTS
from planner.coverage.demand import first_polygon
from planner.coverage.walks_beyond import Seeds
from planner.crs.array_types import Floats, Ints
from planner.scale.walks.skeleton import JoinedSkeleton, Skeleton
from planner.travel.access import Access
from planner.travel.compiled.arrays import Heap
from planner.travel.compiled.search import search_sooner

#: So far is searched first; who is not reached then is searched for without end.
_FIRST_MINUTES = 45.0

#: Rows of facilities among all, and nodes that walks from them are asked for, (k,) each.
Wanted = tuple[Ints, Ints]


def find_own(
    units: gpd.GeoDataFrame, committees: gpd.GeoDataFrame, facility_ids: Sequence[str]
) -> Ints:
    """Return the row of the facility of each unit's own committee, -1 for none, shape (n,).

    Parameters
    ----------
    units
        kind and Points; only residents have a committee.
    committees
        facility_id and polygons, metric CRS.
    facility_ids
        Of all facilities of area and ring.
    """
    rows = np.flatnonzero((units["kind"] == RESIDENTS).to_numpy())
    number = first_polygon(units.iloc[rows], committees)
    position = {name: place for place, name in enumerate(facility_ids)}
    station = np.array([*(position.get(name, -1) for name in committees["facility_id"]), -1])
    own = np.full(len(units), -1, dtype=np.int64)
    own[rows] = station[number]
    return own


def list_wanted(own: Ints, met: Access, skeleton: Skeleton) -> Wanted:
    """Return the nodes of a skeleton by which units (n,) may be come to from their own facility.

    Parameters
    ----------
    own, met
        From `find_own`, and how the units meet the streets that the skeleton is taken from.
    """
    of_seed = np.repeat(own, np.diff(met.seed_starts))
    asked = np.flatnonzero(of_seed >= 0)
    node = np.searchsorted(skeleton.number, met.seed_node[asked])
    pairs = np.unique(np.column_stack([of_seed[asked], node]).reshape(-1, 2), axis=0)
    return pairs[:, 0], pairs[:, 1]


def search_own(
    joined: JoinedSkeleton,
    parts: Sequence[Skeleton],
    wanted: Sequence[Wanted],
    counting: Ints,
    about: Floats | None = None,
) -> list[Seeds]:
    """Return the minutes from each wanted facility to the nodes asked for, for each tile.

    Parameters
    ----------
    joined, parts
        From `join_skeletons`, and what they were joined from.
    wanted
        For each of the parts, from `list_wanted`.
    counting
        Rows of the facilities that surely serve; see `search_beyond`.
    about
        Minutes within which most walks of each facility in the whole table are; None: 45.
    """
    search = _FromFacility(joined)
    position = {row: place for place, row in enumerate(counting.tolist())}
    found: list[list[Seeds]] = [[] for _ in parts]
    table = _list_asked(joined, wanted)
    row: Any
    place: Any
    for row, asked in table[table["facility"].isin(counting)].groupby("facility"):
        minutes = search.find_minutes(
            np.flatnonzero(joined.seed_facility == row),
            asked["at"].to_numpy(dtype=np.int64),
            _FIRST_MINUTES if about is None else float(about[row]),
        )
        asked = asked.assign(minutes=minutes)[np.isfinite(minutes)]
        for place, mine in asked.groupby("tile"):
            number = parts[int(place)].number[mine["node"].to_numpy(dtype=np.int64)]
            whose = np.full(len(mine), position[int(row)], dtype=np.int64)
            found[int(place)].append(Seeds(number, whose, mine["minutes"].to_numpy()))
    return [
        Seeds(
            _concatenate([one.node for one in rows]),
            _concatenate([one.facility for one in rows]),
            np.concatenate([np.empty(0), *(one.minutes for one in rows)]),
        )
        for rows in found
    ]


class _FromFacility:
    """Searches joined streets from one facility after the other, in the same working arrays."""

    def __init__(self, joined: JoinedSkeleton) -> None:
        self._joined = joined
        n_nodes = len(joined.rows.starts) - 1
        size = len(joined.rows.neighbour) + len(joined.seed_node) + 1
        self._heap = Heap(np.empty(size), np.empty(size, dtype=np.int64))
        self._best = np.full(n_nodes, np.inf)
        self._reached = np.empty(n_nodes, dtype=np.int64)

    def find_minutes(self, seeds: Ints, asked: Ints, first: float) -> Floats:
        """Return the minutes from some of the joined seeds to some joined nodes, inf for no way.

        first : minutes within which most of them are; they are looked for so far at first.
        """
        joined = self._joined
        for cutoff in (first, np.inf):
            n_reached = search_sooner(
                joined.rows, joined.seed_node[seeds], joined.seed_minutes[seeds],
                np.full(len(self._best), cutoff), self._best, self._reached, self._heap,
            )  # fmt: skip
            minutes: Floats = self._best[asked].copy()
            self._best[self._reached[:n_reached]] = np.inf
            if np.isfinite(minutes).all():
                break
        return minutes


def _list_asked(joined: JoinedSkeleton, wanted: Sequence[Wanted]) -> pd.DataFrame:
    """Return a row for each pair that is asked for: tile, facility, node there, `at` joined."""
    return pd.DataFrame(
        {
            "tile": np.repeat(np.arange(len(wanted)), [len(one[0]) for one in wanted]),
            "facility": _concatenate([one[0] for one in wanted]),
            "node": _concatenate([one[1] for one in wanted]),
            "at": _concatenate(
                [nodes[one[1]] for nodes, one in zip(joined.nodes, wanted, strict=True)]
            ),
        }
    )


def _concatenate(columns: list[Ints]) -> Ints:
    """Put columns of numbers one below the other; there may be none."""
    return np.concatenate([np.empty(0, dtype=np.int64), *columns])
