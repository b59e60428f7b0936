"""The gaps of a whole city, joined in bundles, and the openings that would bring most people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from planner.coverage.classes import CLASS
from planner.coverage.demand import PEOPLE_COLUMNS
from planner.crs.array_types import Floats
from planner.gaps.definition import SCATTERED
from planner.gaps.gap_ranges import RANGES
from planner.gaps.named_gaps import GAP_COLUMNS, UNKNOWN_COLUMNS, order_areas
from planner.network.landmarks import Known, PlaceNames
from planner.scale.cut.whole import Whole
from planner.scale.joined.gap_outlines import OutlinedRows
from planner.scale.joined.gap_pieces import (
    LABELS,
    MOST_UNITS,
    OUTLINES,
    UNKNOWN_OUTLINES,
    Bundles,
    JoinedBundles,
    LeftOutUnits,
    Tables,
    bundle_pieces,
    find_pieces,
    join_bundle,
    join_scattered,
    take_bundle,
)
from planner.scale.joined.opening_ranks import BundledOpenings, rank_bundle, take_openings
from planner.scale.parts.city_parts import Part
from planner.scale.parts.folding import number_rows

#: A point inside each gap, in place of its outline.
_LONLAT: Final = ("lon", "lat")
#: Columns: from which source a row is, and its number there.
_SOURCE: Final = "source"
_ROW: Final = "row"


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

    gaps : as the layer `gaps` of a run, with lon, lat; unknown : as `unknown_areas`.
    bundles : of which units they are made.
    classes : as the table `gap_classes` of a run; None where the plan names no classes.
    """

    gaps: OutlinedRows
    unknown: OutlinedRows
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
    ) -> Sequence[Tables]:  # fmt: skip
        """Return what `join_scattered` tells of the towns of each batch."""
        units, small = (
            put_together([tables[name] for tables in joined.tables])
            for name in ("scattered", "small")
        )
        return [
            join_scattered(
                self.whole, units[units["town"].isin(list(towns))],
                small[small["town"].isin(list(towns))], classes,
            )
            for towns in batches
        ]  # fmt: skip

    def rank_openings(self, bundled: BundledOpenings) -> Iterator[pd.DataFrame]:
        """Yield what `rank_bundle` tells of each bundle."""
        for number in range(bundled.count):
            taken = [
                take_openings(part.tables, of_part, number, bundled.place(place))
                for place, (part, of_part) in enumerate(
                    zip(self.parts, bundled.of_part, strict=True)
                )
            ]
            tables = (put_together([one[name] for one in taken]) for name in ("openings", "gains"))
            yield rank_bundle(*tables)


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
    held = _HeldRows()
    small: dict[str, dict[int, int]] = {}
    for number, tables in enumerate(joined.tables):
        held.add(number, tables)
        for town, count in tables["scattered"]["town"].value_counts().items():
            small.setdefault(str(town), {})[number] = int(count)
    scattered = units.join_scattered(joined, _batch(small, units.most_units), classes)
    for number, tables in enumerate(scattered, start=len(joined.tables)):
        held.add(number, tables)
    sources = (joined.tables, scattered)
    gaps = _rank(held, len(joined.tables), names, whole.towns)
    ranked = _to_outlined(gaps, [*GAP_COLUMNS, *_LONLAT], sources, OUTLINES)
    areas = held.list("unknown")
    areas = areas.iloc[order_areas(areas)] if len(areas) else areas
    called = names.names(_pairs(areas, "anchor"))
    unknown = _to_outlined(areas.assign(name=called), UNKNOWN_COLUMNS, sources, UNKNOWN_OUTLINES)
    named = any(part.has_classes for part in whole.plan.demand)
    return JoinedGaps(
        gaps=ranked.having(_with_ranges(ranked.table, held.kept["ranges"])),
        unknown=unknown,
        bundles=joined,
        classes=_rank_classes(ranked.table, held.kept["classes"]) if named else None,
    )


@dataclass(frozen=True, eq=False)
class _HeldRows:
    """What is held of all bundles: rows of gaps and areas, without outlines.

    kept : gaps, unknown, ranges, classes -> the table of each source, in their order.
    """

    kept: dict[str, list[pd.DataFrame]] = field(
        default_factory=lambda: {name: [] for name in ("gaps", "unknown", "ranges", "classes")}
    )

    def add(self, source: int, tables: Tables) -> None:
        """Keep what one source tells, and where it stands."""
        for name in self.kept.keys() & tables.keys():
            table = tables[name]
            if name in ("gaps", "unknown"):
                table = table.assign(**{_SOURCE: source}).assign(**{_ROW: np.arange(len(table))})
            if len(table):
                self.kept[name].append(table)

    def list(self, name: str) -> pd.DataFrame:
        """Return the rows of all sources."""
        return put_together(self.kept[name])


def _rank(held: _HeldRows, n_bundles: int, names: PlaceNames, towns: list[str]) -> pd.DataFrame:
    """Rank and name gaps as `rank_gaps` does; those of sources past the bundles are scattered."""
    gaps = held.list("gaps")
    if gaps.empty:
        return gaps
    own = (gaps[_SOURCE] < n_bundles).to_numpy()
    ranked, small = gaps[own], gaps[~own]
    ranked = ranked.iloc[order_areas(ranked)]
    if len(ranked):
        # Numbered by bundle: no two gaps of two bundles were one before they were cut.
        before_cut = number_rows(ranked, [_SOURCE, "before_cut"])[0]
        called = names.names(
            _pairs(ranked, "anchor"),
            parts_of=before_cut.tolist(),
            middles=_pairs(ranked, "middle"),
        )
        ranked = ranked.assign(rank=np.arange(1, len(ranked) + 1), name=called)
    # The last one is for people who live in no town.
    place = {town: number for number, town in enumerate([*towns, ""])}
    order = small["town"].map(place)
    small = small[order.notna().to_numpy()].iloc[np.argsort(order.dropna(), kind="stable")]
    small = small.assign(
        gap_id=f"{SCATTERED}:" + small["town"],
        rank=np.arange(len(small)) + len(ranked) + 1,
        name=SCATTERED,
    )
    return put_together([ranked, small])


def _to_outlined(
    rows: pd.DataFrame, columns: Sequence[str], sources: Sequence[Sequence[Tables]], name: str
) -> OutlinedRows:
    """Return rows as a layer has them, and where their outlines are."""
    some = len(rows) > 0
    # From lists, so that types of columns are those of a run.
    table = pd.DataFrame({column: rows[column].tolist() if some else [] for column in columns})
    place = (rows[at].to_numpy(dtype=np.int64) if some else np.zeros(0, np.int64)
             for at in (_SOURCE, _ROW))  # fmt: skip
    return OutlinedRows(table, sources, name, *place)


def _pairs(rows: pd.DataFrame, name: str) -> list[tuple[float, float]]:
    """Return places, metric CRS, that stand as two columns."""
    if rows.empty:
        return []
    return [*zip(rows[f"{name}.x"].tolist(), rows[f"{name}.y"].tolist(), strict=True)]


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


def _with_ranges(gaps: pd.DataFrame, ranges: list[pd.DataFrame]) -> pd.DataFrame:
    """Add how many people stay in each gap over the repeats, NaN without any."""
    if not ranges:
        return gaps.assign(**dict.fromkeys(RANGES, np.nan))
    known = [table.set_index("gap_id") for table in ranges]
    return gaps.join(pd.concat(known), on="gap_id")


def _rank_classes(gaps: pd.DataFrame, by_class: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the people of each class in each gap, the gaps by their ranks."""
    called = gaps[["gap_id", "rank", "name"]]
    nobody = pd.DataFrame(columns=["gap_id", CLASS, *PEOPLE_COLUMNS])
    left = put_together(by_class or [nobody])
    return called.merge(left, on="gap_id").sort_values("rank", kind="stable", ignore_index=True)
