"""Openings of walls ranked by compound, so that no process holds all whom they would bring.

Openings are compared with others of their compound alone. So compounds are put into bundles of so
many pairs of opening and unit that a process holds; of all of them there is a row an opening.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.crs.array_types import Ints
from planner.gaps.gate_gains import (
    NEW_OPENING,
    count_openings,
    rank_openings,
    sort_openings,
    to_gains_layer,
)
from planner.scale.cut.whole import Whole
from planner.scale.parts.folding import number_rows

#: So many pairs of opening and unit are ranked at once, and more only where one compound has more.
MOST_PAIRS: Final = 500_000
#: Columns: what an opening is compared within, how many units it brings, and its row among those
#: of all parts.
WITHIN, PAIRS, PLACE = "within", "pairs", "place"
#: What is the same opening, whichever part tells of it.
_SAME: Final = ["kind", "gate_id", "compound_id", "node_id", "x", "y", "twin"]


def count_pairs(part: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return within and pairs of each opening of a part, see `bundle_openings`.

    part : `openings` and `gains` of `list_openings`.
    """
    openings = part["openings"]
    within = openings["compound_id"].to_numpy(dtype=object)
    # Gates on public streets are of no compound, and stand for themselves.
    within = np.where(within == "", openings["gate_id"].to_numpy(dtype=object), within)
    opening = part["gains"]["opening"].to_numpy(dtype=np.int64)
    return pd.DataFrame({WITHIN: within, PAIRS: np.bincount(opening, minlength=len(openings))})


def bundle_openings(counted: Sequence[pd.DataFrame], most_pairs: int) -> list[Ints]:
    """Choose which openings are ranked together: return the bundle of each, part by part.

    counted : of each part, from `count_pairs`.
    """
    ends = np.cumsum([0, *map(len, counted)])
    number = pd.factorize(np.concatenate([table[WITHIN].to_numpy() for table in counted]))[0]
    pairs = np.concatenate([table[PAIRS].to_numpy(dtype=np.int64) for table in counted])
    sums = np.bincount(number, weights=pairs)
    bundle = (np.cumsum(sums) - sums) // most_pairs
    # Without those that a large compound leaves empty.
    of_opening = np.unique(bundle, return_inverse=True)[1].reshape(-1).astype(np.int64)[number]
    return [of_opening[start:end] for start, end in pairwise(ends.tolist())]


@dataclass(frozen=True, eq=False)
class BundledOpenings:
    """Which openings are ranked together: for each part the bundle of each of its openings."""

    of_part: Sequence[Ints]

    @property
    def count(self) -> int:
        """How many bundles there are, one at least."""
        return 1 + max((int(one.max(initial=0)) for one in self.of_part), default=0)

    def list_parts(self, number: int) -> list[int]:
        """Return the parts that have openings of a bundle; without any one tells the columns."""
        return [part for part, of in enumerate(self.of_part) if (of == number).any()] or [0]

    def place(self, part: int) -> int:
        """Return how many openings stand before those of a part."""
        return sum(map(len, self.of_part[:part]))


def take_openings(
    part: Mapping[str, pd.DataFrame], bundle_of: Ints, number: int, before: int
) -> dict[str, pd.DataFrame]:
    """Return the openings of one part that are of a bundle, and whom they bring.

    before : how many openings stand before those of the part; `place` and `opening` count from
    the first of all.
    """
    chosen = bundle_of == number
    openings, gains = part["openings"], part["gains"]
    openings = openings.assign(**{PLACE: before + np.arange(len(openings))})[chosen]
    gains = gains[chosen[gains["opening"].to_numpy(dtype=np.int64)]]
    return {"openings": openings, "gains": gains.assign(opening=gains["opening"] + before)}


def rank_bundle(openings: pd.DataFrame, gains: pd.DataFrame) -> pd.DataFrame:
    """Rank the openings of one bundle by all whom they bring, in whichever part these live.

    Parameters
    ----------
    openings, gains
        Those of all parts, from `take_openings`, in the order of the parts.

    Returns
    -------
    DataFrame
        As `rank_openings` has it, with `place`; facility_id is a position.
    """
    order = _list_order(openings)
    listed = openings.iloc[order].reset_index(drop=True)
    number, first = number_rows(listed, _SAME)
    known = pd.Index(listed[PLACE]).get_indexer(pd.Index(gains["opening"]))
    reached = gains.assign(opening=number[known])
    count = int(reached["facility"].max()) + 1 if len(reached) else 0
    ranked = rank_openings(
        listed.iloc[first].reset_index(drop=True),
        reached.sort_values("opening", kind="stable", ignore_index=True),
        np.arange(count).astype(object),
    )
    return ranked.assign(facility_id=ranked["facility_id"].astype(np.int64)).reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class JoinedGains:
    """The openings of all parts: the layer `gate_gains`, metric CRS, and their counts by kind."""

    table: gpd.GeoDataFrame
    counted: pd.DataFrame


def join_gains(whole: Whole, ranked: pd.DataFrame, considered: pd.DataFrame) -> JoinedGains:
    """Put the openings of all bundles, from `rank_bundle`, into one list, best first.

    considered : of all parts, from `list_openings`.
    """
    in_order = sort_openings(ranked.iloc[_list_order(ranked)])
    ids = whole.counting["facility_id"].to_numpy(dtype=object)
    facility = ids[in_order["facility_id"].to_numpy(dtype=np.int64)]
    in_order = in_order.assign(facility_id=pd.Series(facility, in_order.index, dtype=object))
    return JoinedGains(
        to_gains_layer(in_order, whole.area.crs, whole.area.towns),
        count_openings(considered.groupby("kind")["count"].sum(), in_order),
    )


def _list_order(openings: pd.DataFrame) -> Ints:
    """Return the order in which a plain run lists openings: gates by node, then along walls."""
    along = openings["at_m"].fillna(0.0).to_numpy()
    new = (openings["kind"] == NEW_OPENING).to_numpy()
    keys = [openings[PLACE].to_numpy(), along, openings["node_id"].to_numpy(), new]
    return np.asarray(np.lexsort(keys), dtype=np.int64)
