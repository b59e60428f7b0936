"""The gaps of a whole city, joined in bundles, and the openings that would bring most people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.classes import CLASS
from planner.coverage.demand import PEOPLE_COLUMNS
from planner.crs.array_types import Floats, Ints
from planner.gaps.gap_ranges import RANGES
from planner.gaps.gate_gains import (
    NEW_OPENING,
    count_openings,
    rank_openings,
    to_gains_layer,
)
from planner.gaps.named_gaps import FoundGaps, name_unknown_areas, rank_gaps
from planner.network.landmarks import Known, PlaceNames
from planner.scale.cut.whole import Whole
from planner.scale.joined.gap_pieces import (
    LABELS,
    MOST_UNITS,
    Bundles,
    JoinedBundles,
    LeftOutUnits,
    Tables,
    bundle_pieces,
    find_pieces,
    join_bundle,
    join_scattered,
    take_bundle,
    to_rows,
)
from planner.scale.parts.city_parts import Part
from planner.scale.parts.folding import number_rows


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
    bundles : of which units they are made.
    classes : as the table `gap_classes` of a run; None where the plan names no classes.
    """

    gaps: gpd.GeoDataFrame
    unknown: gpd.GeoDataFrame
    bundles: JoinedBundles
    classes: pd.DataFrame | None


@dataclass(frozen=True, eq=False)
class UnitsHere:
    """Those who are left out, of parts at hand: what joins them is done here and now."""

    parts: Iterable[Part]
    whole: Whole
    most_units: int = MOST_UNITS

    def list_pieces(self) -> Iterator[Tables]:
        """Return what `find_pieces` tells of each part."""
        return (find_pieces(part.tables) for part in self.parts)

    def join(self, bundles: Bundles, classes: Sequence[str]) -> JoinedBundles:
        """Return what `join_bundle` tells of each bundle."""
        told = []
        for number in range(len(bundles.parts)):
            taken = [
                take_bundle(pieces, of_part, number)
                for pieces, of_part in zip(self.list_pieces(), bundles.of_part, strict=True)
            ]
            units = {name: put_together([one[name] for one in taken]) for name in LABELS}
            told.append(join_bundle(self.whole, units, classes))
        return JoinedBundles(told, bundles.parts)

    def join_scattered(
        self, joined: JoinedBundles, batches: Sequence[Mapping[str, Sequence[int]]],
        classes: Sequence[str],
    ) -> Iterable[Tables]:  # fmt: skip
        """Return what `join_scattered` tells of the towns of each batch."""
        units = put_together([tables["scattered"] for tables in joined.tables])
        for towns in batches:
            yield join_scattered(self.whole, units[units["town"].isin(list(towns))], classes)


def join_gaps(
    whole: Whole,
    units: LeftOutUnits,
    names: PlaceNames,
    classes: Sequence[str] = (),
) -> JoinedGaps:
    """Find the gaps of all units that are left out; of these only what is told of gaps is held.

    Parameters
    ----------
    units
        Those of all parts, and who joins them.
    names
        Of places.
    classes
        Of housing or settlement, in the order wanted.
    """
    joined = units.join(bundle_pieces(units.list_pieces(), units.most_units), classes)
    gaps: list[dict[str, Any]] = []
    areas: list[dict[str, Any]] = []
    told: list[Tables] = []
    small: dict[str, dict[int, int]] = {}
    before = 0
    for number, tables in enumerate(joined.tables):
        # Numbered by bundle: no two gaps of two bundles were one before they were cut.
        found = to_rows(tables["gaps"])
        gaps += [gap | {"before_cut": gap["before_cut"] + before} for gap in found]
        before += 1 + max((gap["before_cut"] for gap in found), default=-1)
        areas += to_rows(tables["unknown"])
        told.append({name: tables[name] for name in ("ranges", "classes") if name in tables})
        for town, count in tables["scattered"]["town"].value_counts().items():
            small.setdefault(str(town), {})[number] = int(count)
    scattered: dict[str, dict[str, Any]] = {}
    for tables in units.join_scattered(joined, _batch(small, units.most_units), classes):
        scattered |= {gap["town"]: gap for gap in to_rows(tables["gaps"])}
        told.append({name: tables[name] for name in ("ranges", "classes") if name in tables})
    ranked = rank_gaps(FoundGaps(gaps, scattered), whole.area.crs, names, towns=whole.towns)
    ranges = [tables["ranges"].set_index("gap_id") for tables in told if "ranges" in tables]
    by_class = [tables["classes"] for tables in told if "classes" in tables]
    named = any(part.has_classes for part in whole.plan.demand)
    return JoinedGaps(
        gaps=_with_ranges(ranked, ranges),
        unknown=name_unknown_areas(areas, whole.area.crs, names),
        bundles=joined,
        classes=_rank_classes(ranked, by_class) if named else None,
    )


def _batch(small: Mapping[str, Mapping[int, int]], most_units: int) -> list[dict[str, list[int]]]:
    """Put towns together whose scattered units one process holds.

    small : name of a town -> number of a bundle -> its units there.
    """
    batches: list[dict[str, list[int]]] = []
    room = 0
    for town in sorted(small):
        count = sum(small[town].values())
        if not batches or count > room:
            batches.append({})
            room = most_units
        batches[-1][town] = sorted(small[town])
        room -= count
    return batches


def put_together(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables one below the other; of some without a row one tells the columns."""
    some = [table for table in tables if len(table)] or tables[:1]
    return pd.concat(some, ignore_index=True) if some else pd.DataFrame()


def _with_ranges(gaps: gpd.GeoDataFrame, ranges: list[pd.DataFrame]) -> gpd.GeoDataFrame:
    """Add how many people stay in each gap over the repeats, NaN without any."""
    if not ranges:
        return gaps.assign(**dict.fromkeys(RANGES, np.nan))
    return gaps.join(pd.concat(ranges), on="gap_id")


def _rank_classes(gaps: gpd.GeoDataFrame, by_class: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the people of each class in each gap, the gaps by their ranks."""
    called = pd.DataFrame(gaps[["gap_id", "rank", "name"]])
    nobody = pd.DataFrame(columns=["gap_id", CLASS, *PEOPLE_COLUMNS])
    left = put_together(by_class or [nobody])
    return called.merge(left, on="gap_id").sort_values("rank", kind="stable", ignore_index=True)


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
