"""Those who are left out, in pieces: units that hang together, over parts, joined by themselves.

A gap is a piece of units of one town, each near the next one, or a part of such a piece. So pieces
need nothing of each other but where small gaps of one town are told as one. Every part finds its
own pieces; where a unit lies near the border of its part, pieces of several parts may be one. Whole
pieces are put into bundles of so many units that a process holds, and each is joined by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.coverage.classes import CLASS, count_gap_classes
from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.sampling import sample_ranges
from planner.coverage.uncertainty import VERDICTS, Repeats
from planner.crs import to_wgs84
from planner.crs.array_types import Flags, Ints
from planner.gaps.definition import SCATTERED, find_gap_members, group_units
from planner.gaps.gap_ranges import find_gap_ranges
from planner.gaps.named_gaps import (
    list_gaps,
    list_unknown_areas,
    outline_small_gaps,
    put_outlines_together,
)
from planner.run.summary import with_lonlat
from planner.scale.cut.whole import Whole
from planner.scale.joined.opening_ranks import BundledOpenings
from planner.scale.parts.folding import number_rows
from planner.scale.parts.part_left_out import NEAR_BORDER, unpack_bits

Tables = dict[str, pd.DataFrame]

#: Units that are joined, by the name of their table, and the labels that they have to share.
LABELS: Final = {"gap_units": ("town",), "unknown_units": ("town", "reason")}
#: So many units are put into one bundle, and more only where one piece has more.
MOST_UNITS: Final = 20_000
#: Columns: the number of a unit's piece; places that stand as two columns in a table of gaps.
PIECE: Final = "piece"
_PLACES: Final = ("anchor", "middle")
#: Columns of such a table that are no numbers; where a text is not known it is None.
_TEXTS: Final = frozenset({"nearest_facility_id", "town", "cause", "cause_detail", "reason"})
#: Tables with the outlines of gaps, and of areas in doubt.
OUTLINES: Final = "outlines"
UNKNOWN_OUTLINES: Final = "unknown_outlines"
#: Tables of the pieces of a part: those near its border, and how many units each piece has.
_BORDER, _SIZES = "{0}:border", "{0}:sizes"


@dataclass(frozen=True, eq=False)
class Bundles:
    """Which pieces are joined together.

    of_part : for each part, table -> number of the bundle of each of its pieces.
    parts : for each bundle the parts that have units of it.
    """

    of_part: Sequence[Mapping[str, Ints]]
    parts: Sequence[Sequence[int]]


@dataclass(frozen=True, eq=False)
class JoinedBundles:
    """What `join_bundle` tells of each bundle.

    tables : asked for as often as needed, one bundle at a time. parts : as in `Bundles`.
    keys : of the results in a store, none where they are in no store.
    """

    tables: Sequence[Tables]
    parts: Sequence[Sequence[int]]
    keys: Sequence[str] = ()

    def keys_of(self, part: int) -> list[str]:
        """Return the keys of what was told of the units of one part."""
        return [key for key, parts in zip(self.keys, self.parts, strict=True) if part in parts]


class LeftOutUnits(Protocol):
    """Those who are left out, part by part, and who joins them."""

    @property
    def most_units(self) -> int:
        """How many units are joined at once, see `bundle_pieces`."""
        ...

    def list_pieces(self) -> Iterable[Tables]:
        """Return what `find_pieces` tells of each part."""
        ...

    def join(self, bundles: Bundles, classes: Sequence[str]) -> JoinedBundles:
        """Return what `join_bundle` tells of each bundle."""
        ...

    def join_scattered(
        self, joined: JoinedBundles, batches: Sequence[Mapping[str, Sequence[int]]],
        classes: Sequence[str],
    ) -> Sequence[Tables]:  # fmt: skip
        """Return what `join_scattered` tells of the towns of each batch.

        batches : name of a town -> numbers of the bundles with scattered units of it.
        """
        ...

    def rank_openings(self, bundled: BundledOpenings) -> Iterable[pd.DataFrame]:
        """Return what `rank_bundle` tells of each bundle of openings."""
        ...


def find_pieces(part: Mapping[str, pd.DataFrame]) -> Tables:
    """Find which units of one part hang together.

    part : `gap_units` and `unknown_units` of `list_left_out`.

    Returns
    -------
    dict
        Of each of the two: the same table with `piece`; its rows near the border of the part; the
        units of each piece.
    """
    found: Tables = {}
    for name, labels in LABELS.items():
        units = part[name]
        piece = _group(units, labels)
        units = units.assign(**{PIECE: piece})
        columns = [*labels, "x", "y", "join_m", PIECE]
        near = units[NEAR_BORDER].to_numpy(dtype=bool) if len(units) else np.zeros(0, dtype=bool)
        border = units[near] if len(units) else pd.DataFrame(columns=columns)
        found[name] = units
        found[_BORDER.format(name)] = border[columns].reset_index(drop=True)
        found[_SIZES.format(name)] = pd.DataFrame({"units": np.bincount(piece)})
    return found


def bundle_pieces(pieces: Iterable[Tables], most_units: int) -> Bundles:
    """Choose which pieces are joined together; of all parts only units near borders are held.

    Parameters
    ----------
    pieces
        Of each part, from `find_pieces`.
    most_units
        In a bundle, but for pieces with more.
    """
    kept: dict[str, list[tuple[pd.DataFrame, Ints]]] = {name: [] for name in LABELS}
    for tables in pieces:
        for name, of_name in kept.items():
            sizes = tables[_SIZES.format(name)]["units"].to_numpy(dtype=np.int64)
            of_name.append((tables[_BORDER.format(name)], sizes))
    n_parts = len(kept["gap_units"])
    of_part: list[dict[str, Ints]] = [{} for _ in range(n_parts)]
    parts: list[set[int]] = []
    for name, of_name in kept.items():
        numbers = _number_bundles(of_name, LABELS[name], most_units)
        for part, number in enumerate(numbers):
            of_part[part][name] = number
            for bundle in np.unique(number).tolist():
                parts += [set() for _ in range(bundle + 1 - len(parts))]
                parts[bundle].add(part)
    return Bundles(of_part, [sorted(some) for some in parts])


def _number_bundles(
    of_parts: Sequence[tuple[pd.DataFrame, Ints]], labels: Sequence[str], most_units: int
) -> list[Ints]:
    """Return the bundle of each piece of each part.

    of_parts : units near the border of each part, and the units of each of its pieces.
    """
    sizes = np.concatenate([np.zeros(0, dtype=np.int64), *(size for _, size in of_parts)])
    starts = np.cumsum([0, *(len(size) for _, size in of_parts)])
    some = [
        border.assign(**{PIECE: border[PIECE] + start})
        for (border, _), start in zip(of_parts, starts, strict=False)
        if len(border)
    ]
    whole = np.arange(len(sizes))
    if some:
        border = pd.concat(some, ignore_index=True)
        whole = _unite(border[PIECE].to_numpy(dtype=np.int64), _group(border, labels), len(sizes))
    # In the order of their first pieces, so that a bundle has units of few parts.
    _, first, whole = np.unique(whole, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    units = np.bincount(whole, weights=sizes, minlength=len(first))[order]
    bundle = np.empty(len(first), dtype=np.int64)
    bundle[order] = ((np.cumsum(units) - units) // most_units).astype(np.int64)
    # Without those that a large piece leaves empty.
    number = np.unique(bundle, return_inverse=True)[1].reshape(-1).astype(np.int64)
    of_piece = number[whole.reshape(-1)]
    return [of_piece[start:end] for start, end in pairwise(starts.tolist())]


def _unite(piece: Ints, group: Ints, n_pieces: int) -> Ints:
    """Return the number of what each piece is part of: pieces with units of one group are one."""
    n = n_pieces + int(group.max(initial=-1)) + 1
    pairs = coo_array((np.ones(len(piece), dtype=np.int8), (piece, n_pieces + group)), shape=(n, n))
    return np.asarray(connected_components(pairs, directed=False)[1][:n_pieces], dtype=np.int64)


def _group(units: pd.DataFrame, labels: Sequence[str]) -> Ints:
    """Return the number of the connected group of each unit, among those with the same labels."""
    if units.empty:
        return np.zeros(0, dtype=np.int64)
    places = gpd.GeoDataFrame(
        {"town": number_rows(units, labels)[0]},
        geometry=gpd.points_from_xy(units["x"], units["y"]),
    )
    return group_units(places, units["join_m"].to_numpy(dtype=np.float64))


def take_bundle(pieces: Tables, bundle_of: Mapping[str, Ints], number: int) -> Tables:
    """Return the units of one part that are of a bundle.

    pieces : of the part, from `find_pieces`; bundle_of : its entry of `Bundles.of_part`.
    """
    taken = {}
    for name in LABELS:
        units = pieces[name]
        chosen: Flags = bundle_of[name][units[PIECE].to_numpy(dtype=np.int64)] == number
        taken[name] = units[chosen].drop(columns=PIECE)
    return taken


def join_bundle(whole: Whole, units: Tables, classes: Sequence[str]) -> Tables:
    """Find the gaps of one bundle.

    Parameters
    ----------
    units
        `gap_units` and `unknown_units` of all parts that are of the bundle.
    classes
        Of housing or settlement, in the order wanted.

    Returns
    -------
    dict
        gaps, unknown : what is told of each by `list_gaps` and `list_unknown_areas`, with
        `anchor.x` and so on in place of pairs, and of gaps with lon, lat in place of the outline;
        OUTLINES, UNKNOWN_OUTLINES : their geometry, EPSG:4326, in the same order; ranges, classes :
        of the gaps; members : row (in the table of all units) and gap_id of each unit; scattered,
        small : the units, and outlines (metric CRS), of gaps so small that those of a town are
        told as one, see `join_scattered`.
    """
    demand = _to_demand(units["gap_units"], whole, GAP)
    found = find_gap_members(demand, demand["join_m"].to_numpy(dtype=np.float64))
    small = found["gap_id"].str.startswith(f"{SCATTERED}:").to_numpy(dtype=bool)
    members = pd.DataFrame({"row": demand["row"], "gap_id": found["gap_id"]})
    doubtful = _to_demand(units["unknown_units"], whole, UNKNOWN)
    areas = list_unknown_areas(doubtful, doubtful["join_m"].to_numpy(dtype=np.float64))
    scattered = demand[small]
    plain = pd.DataFrame(scattered.drop(columns=["geometry", "cell"]))
    plain = plain.assign(x=scattered.geometry.x, y=scattered.geometry.y)
    before_cut = found["before_cut"].to_numpy(dtype=np.int64)[small]
    return {
        **_tell(demand[~small], found[~small], whole, classes),
        "members": members,
        "unknown": _to_table(areas),
        UNKNOWN_OUTLINES: _to_degrees(areas, whole),
        "scattered": plain.reset_index(drop=True),
        "small": outline_small_gaps(scattered, before_cut),
    }


def join_scattered(
    whole: Whole, units: pd.DataFrame, small: pd.DataFrame, classes: Sequence[str]
) -> Tables:
    """Tell of the smallest gaps of towns, those of each as one.

    units, small : all rows of `scattered` and `small` of these towns. Returns gaps, OUTLINES,
    ranges, classes.
    """
    demand = _to_demand(units.assign(cell=None), whole, GAP)
    found = pd.DataFrame({"gap_id": f"{SCATTERED}:" + demand["town"], "before_cut": -1})
    return _tell(demand, found, whole, classes, small)


def _to_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a table without pairs and outlines."""
    plain = []
    for row in rows:
        told = {name: row[name] for name in row if name not in (*_PLACES, "geometry")}
        for place in _PLACES:
            told |= {f"{place}.x": row[place][0], f"{place}.y": row[place][1]}
        plain.append(told)
    columns = {name: [row[name] for row in plain] for name in (plain[0] if plain else ())}
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=object) if name in _TEXTS else values
            for name, values in columns.items()
        }
    )


def _to_degrees(rows: Sequence[Mapping[str, Any]], whole: Whole) -> gpd.GeoDataFrame:
    """Return the outlines of gaps or areas, EPSG:4326."""
    shapes = [row["geometry"] for row in rows]
    return to_wgs84(gpd.GeoDataFrame(geometry=shapes, crs=whole.area.crs))


def _tell(
    demand: gpd.GeoDataFrame,
    found: pd.DataFrame,
    whole: Whole,
    classes: Sequence[str],
    small: pd.DataFrame | None = None,
) -> Tables:
    """Tell of gaps: each, how sure it is, and its classes; small : outlines of scattered ones."""
    demand, found = demand.reset_index(drop=True), found.reset_index(drop=True)
    join_m, straight_m = (demand[name].to_numpy(np.float64) for name in ("join_m", "straight_m"))
    causes = demand[["cause", "cause_detail"]]
    listed = list_gaps(demand, found, join_m, straight_m, causes, outlined=small is None)
    rows = [*listed.ranked, *listed.scattered.values()]
    if small is not None:
        for town, row in listed.scattered.items():
            row["geometry"] = put_outlines_together(small[(small["town"] == town).to_numpy()])
    outlines = _to_degrees(rows, whole)
    places = with_lonlat(outlines)
    told = {
        "gaps": _to_table(rows).assign(lon=places["lon"], lat=places["lat"]),
        OUTLINES: pd.DataFrame(outlines),
    }
    draws = sample_ranges(whole.plan)
    if draws:
        left = unpack_bits(demand, len(draws))
        codes = np.where(left, VERDICTS.index(GAP), VERDICTS.index(COVERED)).astype(np.int8)
        ranges = find_gap_ranges(demand, found["gap_id"], Repeats(tuple(draws), codes))
        told["ranges"] = ranges.reset_index()
    if CLASS in demand:
        told["classes"] = count_gap_classes(demand, found["gap_id"], whole.plan, classes)
    return told


def _to_demand(units: pd.DataFrame, whole: Whole, verdict: str) -> gpd.GeoDataFrame:
    """Return units as a run has them, in the order of all units."""
    units = units.sort_values("row")
    places = gpd.points_from_xy(units["x"], units["y"])
    table = units.drop(columns=["x", "y"]).assign(verdict=verdict).reset_index(drop=True)
    if "nearest" in table:
        # The entry at -1 is for units that reach no facility.
        ids = np.array([*whole.counting["facility_id"], None], dtype=object)
        table["nearest_facility_id"] = ids[table["nearest"].to_numpy(dtype=np.int64)]
    return gpd.GeoDataFrame(table, geometry=places, crs=whole.area.crs)
