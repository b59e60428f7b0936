"""The gaps of a whole city, town by town, and the openings that would bring most people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.classes import CLASS, count_gap_classes
from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.sampling import sample_ranges
from planner.coverage.uncertainty import VERDICTS, Repeats
from planner.crs.array_types import Floats, Ints
from planner.gaps.definition import find_gap_members
from planner.gaps.gap_ranges import RANGES, find_gap_ranges
from planner.gaps.gate_gains import (
    NEW_OPENING,
    count_openings,
    rank_openings,
    to_gains_layer,
)
from planner.gaps.named_gaps import FoundGaps, find_unknown_areas, list_gaps, rank_gaps
from planner.network.landmarks import Known, PlaceNames
from planner.scale.folding import number_rows
from planner.scale.part_left_out import unpack_bits
from planner.scale.whole import Whole


@dataclass(frozen=True)
class NamesElsewhere(PlaceNames):
    """Names of places that are asked of whoever knows the ground.

    ask : places (n, 2), metres -> what each is known by.
    """

    language: str
    ask: Callable[[Floats], Known]

    def nearest(self, xy: Floats) -> Known:
        """Return what each place is known by."""
        return self.ask(xy)


@dataclass(frozen=True, eq=False)
class JoinedGaps:
    """The gaps of all parts.

    gaps : as the layer `gaps` of a run, metric CRS; unknown : as `unknown_areas`.
    members : row (in the table of all units) and gap_id of each unit of a gap.
    classes : as the table `gap_classes` of a run; None where the plan names no classes.
    """

    gaps: gpd.GeoDataFrame
    unknown: gpd.GeoDataFrame
    members: pd.DataFrame
    classes: pd.DataFrame | None


def join_gaps(
    whole: Whole,
    units: pd.DataFrame,
    unknown: pd.DataFrame,
    names: PlaceNames,
    classes: Sequence[str] = (),
) -> JoinedGaps:
    """Find the gaps of all units that are left out; each lies in one town.

    Parameters
    ----------
    units, unknown
        `gap_units` and `unknown_units` of all parts, from `list_left_out`.
    names
        Of places.
    classes
        Of housing or settlement, in the order wanted.
    """
    draws = sample_ranges(whole.plan)
    # The entry at -1 is for units that reach no facility.
    ids = np.array([*whole.counting["facility_id"], None], dtype=object)
    ranked: list[dict[str, Any]] = []
    scattered: dict[str, dict[str, Any]] = {}
    ranges, members, by_class = [], [], []
    before = 0
    for _, rows in units.groupby("town", sort=True):
        town = _to_demand(rows.sort_values("row"), whole, GAP)
        town["nearest_facility_id"] = ids[town["nearest"].to_numpy()]
        join_m = town["join_m"].to_numpy(dtype=np.float64)
        found = find_gap_members(town, join_m)
        straight_m = town["straight_m"].to_numpy(dtype=np.float64)
        listed = list_gaps(town, found, join_m, straight_m, town[["cause", "cause_detail"]])
        # Numbered by town: no two gaps of two towns were one before they were cut.
        ranked += [gap | {"before_cut": gap["before_cut"] + before} for gap in listed.ranked]
        before += int(found["before_cut"].max()) + 1
        scattered |= listed.scattered
        if draws:
            left = unpack_bits(town, len(draws))
            codes = np.where(left, VERDICTS.index(GAP), VERDICTS.index(COVERED)).astype(np.int8)
            repeats = Repeats(tuple(draws), codes)
            ranges.append(find_gap_ranges(town, found["gap_id"], repeats))
        members.append(pd.DataFrame({"row": town["row"], "gap_id": found["gap_id"]}))
        if CLASS in town:
            by_class.append(count_gap_classes(town, found["gap_id"], whole.plan, classes))
    gaps = rank_gaps(FoundGaps(ranked, scattered), whole.area.crs, names, towns=whole.towns)
    doubtful = _to_demand(unknown.sort_values("row"), whole, UNKNOWN)
    return JoinedGaps(
        gaps=_with_ranges(gaps, ranges),
        unknown=find_unknown_areas(doubtful, doubtful["join_m"].to_numpy(), names),
        members=_put_together(members, ["row", "gap_id"]),
        classes=_rank_classes(gaps, by_class) if CLASS in units else None,
    )


def _to_demand(units: pd.DataFrame, whole: Whole, verdict: str) -> gpd.GeoDataFrame:
    """Return units as a run has them, in the order of all units."""
    places = gpd.points_from_xy(units["x"], units["y"])
    table = units.drop(columns=["x", "y"]).assign(verdict=verdict).reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry=places, crs=whole.area.crs)


def _with_ranges(gaps: gpd.GeoDataFrame, ranges: list[pd.DataFrame]) -> gpd.GeoDataFrame:
    """Add how many people stay in each gap over the repeats, NaN without any."""
    if not ranges:
        return gaps.assign(**dict.fromkeys(RANGES, np.nan))
    return gaps.join(pd.concat(ranges), on="gap_id")


def _rank_classes(gaps: gpd.GeoDataFrame, by_class: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the people of each class in each gap, the gaps by their ranks."""
    called = pd.DataFrame(gaps[["gap_id", "rank", "name"]])
    left = pd.concat(by_class, ignore_index=True)
    return called.merge(left, on="gap_id").sort_values("rank", kind="stable", ignore_index=True)


def _put_together(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Put tables one below the other."""
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


@dataclass(frozen=True, eq=False)
class JoinedGains:
    """The openings of all parts: the layer `gate_gains`, metric CRS, and their counts by kind."""

    table: gpd.GeoDataFrame
    counted: pd.DataFrame


def join_gains(
    whole: Whole, openings: pd.DataFrame, gains: pd.DataFrame, considered: pd.DataFrame
) -> JoinedGains:
    """Rank the openings by all whom they bring, in whichever part these live.

    Parameters
    ----------
    openings, gains, considered
        Of all parts, from `list_openings`; `opening` counts on from part to part.
    """
    along = openings["at_m"].fillna(0.0).to_numpy()
    new = (openings["kind"] == NEW_OPENING).to_numpy()
    order = np.lexsort([along, openings["node_id"].to_numpy(), new])
    listed = openings.iloc[order].reset_index(drop=True)
    number, first = number_rows(
        listed, ["kind", "gate_id", "compound_id", "node_id", "x", "y", "twin"]
    )
    place: Ints = np.empty(len(listed), dtype=np.int64)
    place[order] = number
    reached = gains.assign(opening=place[gains["opening"].to_numpy(dtype=np.int64)])
    ranked = rank_openings(
        listed.iloc[first].reset_index(drop=True),
        reached.sort_values("opening", kind="stable", ignore_index=True),
        whole.counting["facility_id"].to_numpy(dtype=object),
    )
    return JoinedGains(
        to_gains_layer(ranked, whole.area.crs, whole.area.towns),
        count_openings(considered.groupby("kind")["count"].sum(), ranked),
    )
