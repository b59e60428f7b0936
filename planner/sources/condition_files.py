"""Reads what the files of `[[conditions]]` say: streets and ground where nobody walks then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84, LocalGrid
from planner.errors import SourceError, quote
from planner.plan import ConditionKeys, Plan
from planner.showing import Brief
from planner.sources._checks import note_unread_headings
from planner.sources._coordinates import place_points
from planner.sources._geo_table import NOTHING_DROPPED, add_dropped_rows, list_dropped
from planner.sources._our_words import to_our_words
from planner.sources._plan_reading import PlanReading
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, read_raw, shift_datum, to_numbers
from planner.sources.control_points import find_datum
from planner.sources.osm.extract import WalkWays
from planner.sources.polygon_table import load_polygons

#: A point or line closes the streets within so much of it where its row says nothing, metres.
RADIUS_M: Final = 10.0
_MOST_M: Final = 1_000.0
_COLUMNS: Final = ("way_id", "condition", "radius_m", "lon", "lat")
_WAY: Final = re.compile(r"(?:way[ /]?|w)?(-?\d{1,18})(?:\.0+)?", re.ASCII | re.IGNORECASE)
_DRAWN: Final = ("Point", "MultiPoint", "LineString", "MultiLineString")


@dataclass(frozen=True, eq=False)
class ClosedPlaces(Brief):
    """What the files of one condition close.

    name : of the condition.
    way_id (w,) : ways that nobody walks.
    spots : points and lines, EPSG:4326, with `radius_m`, within which nobody walks a street, and
        `file` and `row`, where each stands.
    ground : polygons, EPSG:4326, on which nobody walks; None for none.
    dropped : file, row and reason of rows that close nothing.
    """

    name: str
    way_id: NDArray[np.int64]
    spots: gpd.GeoDataFrame
    ground: BaseGeometry | None
    dropped: pd.DataFrame


@dataclass(frozen=True, eq=False)
class KnownWays(Brief):
    """What the files of conditions are held against, of the streets of a map: w ways.

    way_id (w,) : the number of each; surface (w,) : its surface, "" where it is not mapped.
    """

    way_id: NDArray[np.int64]
    surface: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.way_id)


def read_conditions(
    plan: Plan, ways: WalkWays | KnownWays | None, reading: PlanReading
) -> tuple[ClosedPlaces, ...]:
    """Read the files of each of the `[[conditions]]`; those that can be read.

    Parameters
    ----------
    ways
        The streets, by which rows of other ways are dropped; None where they are not known.
    reading
        Told of all that is wrong or dropped.
    """

    def load(keys: ConditionKeys) -> ClosedPlaces:
        """Read what one of them names."""
        return load_closed_places(plan, keys, ways, reading)

    found = [places for keys in plan.conditions if (places := reading.try_part(load, keys))]
    if ways is not None:
        reading.lines += list(_note_surfaces(plan, ways))
    return tuple(found)


def load_closed_places(
    plan: Plan, keys: ConditionKeys, ways: WalkWays | KnownWays | None, reading: PlanReading
) -> ClosedPlaces:
    """Read the streets and the ground that one condition closes.

    Raises
    ------
    SourceError
        If a file cannot be used, or none of its rows can.
    """
    datum, ground = find_datum(plan, keys.crs), None
    if keys.closed_area is not None:
        reading.take(table := load_polygons(keys.closed_area, name=None, crs=datum))
        ground = shapely.union_all(table.rows.geometry.to_numpy())
    if keys.closed_streets is None:
        return ClosedPlaces(
            keys.name, np.empty(0, dtype=np.int64), _no_spots(), ground, NOTHING_DROPPED.copy()
        )
    raw = read_raw(keys.closed_streets)
    found = _read_streets(raw, keys, datum, ways, reading)
    reading.dropped += list_dropped(found.dropped)
    if len(found.dropped):
        rows = len(found.dropped)
        reading.lines.append(
            f"{raw.path.name}: {rows} rows close no street under {quote(keys.name)}; run.json "
            "lists them"
        )
    return ClosedPlaces(keys.name, found.way_id, found.spots, ground, found.dropped)


def _no_spots() -> gpd.GeoDataFrame:
    """Return spots of which there are none."""
    columns: Mapping[str, list[object]] = {"radius_m": [], "file": [], "row": []}
    return gpd.GeoDataFrame(columns, geometry=[], crs=WGS84)


def _read_streets(
    raw: RawTable,
    keys: ConditionKeys,
    datum: str | LocalGrid,
    ways: WalkWays | KnownWays | None,
    reading: PlanReading,
) -> ClosedPlaces:
    """Read a table or layer of closed streets."""
    table = to_our_words(raw, "closed streets", columns=keys.columns, key="conditions.columns")
    raw = table.raw
    reading.lines += [*raw.notes, *note_unread_headings(raw, _COLUMNS)]
    reading.remarks += raw.remarks
    blank = pd.Series("", index=raw.rows.index, dtype=str)
    meant = _find_meant(raw.rows.get("condition", blank), keys.name)
    if not meant.any():
        raise SourceError(
            f"{raw.path}: no row has the condition {quote(keys.name)}; write it there, or leave "
            "the column out"
        )
    rows = _judge_rows(raw, datum, ways)
    good = meant & (rows.reason == "")
    bad = meant & ~good
    if not good.any():
        raise SourceError(
            f"{raw.path}: none of its rows can be used under {quote(keys.name)}: row "
            f"{raw.numbers[bad].iloc[0]}: {rows.reason[bad].iloc[0]}; mend the file"
        )
    spot = good & ~rows.by_id
    spots = gpd.GeoDataFrame(
        {
            "radius_m": rows.radius_m[spot].to_numpy(dtype=np.float64),
            "file": raw.path.name,
            "row": raw.numbers[spot].to_numpy(dtype=np.int64),
        },
        geometry=rows.shapes[spot.to_numpy()],
        crs=WGS84,
    )
    chosen = rows.way_id[good & rows.by_id].to_numpy(dtype=np.int64)
    dropped = add_dropped_rows(NOTHING_DROPPED, raw.path.name, raw.numbers[bad], rows.reason[bad])
    return ClosedPlaces(keys.name, np.unique(chosen), spots, None, dropped)


@dataclass(frozen=True, eq=False)
class _StreetRows:
    """The rows of a table of closed streets, whatever condition they name: r rows.

    by_id (r,) : the row names a way; way_id (r,) : which, NaN for none.
    radius_m (r,), shapes (r,) : of the others, EPSG:4326. reason (r,) : why a row cannot be used,
    "" where it can.
    """

    by_id: pd.Series
    way_id: pd.Series
    radius_m: pd.Series
    shapes: NDArray[np.object_]
    reason: pd.Series


def _judge_rows(
    raw: RawTable, datum: str | LocalGrid, ways: WalkWays | KnownWays | None
) -> _StreetRows:
    """Read way, radius and shape of every row, and tell what is wrong with it."""
    blank = pd.Series("", index=raw.rows.index, dtype=str)
    ids = raw.rows.get("way_id", blank).str.strip()
    by_id = ~is_empty(ids)
    reason = blank.copy()
    numbers = ids.map(_read_way_id)
    reason[by_id & numbers.isna()] = "way_id is no whole number"
    radius_m, wrong = _read_radius(raw.rows.get("radius_m", blank))
    reason[~by_id & wrong] = f"radius_m is no number above 0 and up to {_MOST_M:g}"
    shapes, unplaced = _read_shapes(raw, by_id, datum)
    reason = reason.where(by_id | (unplaced == "") | (reason != ""), unplaced)
    if ways is not None:
        known = np.isin(numbers.fillna(0).to_numpy(dtype=np.int64), ways.way_id)
        lost = by_id & (reason == "") & ~known
        reason[lost] = "way " + ids[lost] + " is not among the streets"
    return _StreetRows(by_id, numbers, radius_m, shapes, reason)


def _find_meant(texts: pd.Series, name: str) -> pd.Series:
    """Tell which rows hold under a condition: those that name it, and those that name none."""
    named = texts.str.replace("；", ";").str.split(";")
    return is_empty(texts.str.strip()) | named.map(
        lambda names: name in [one.strip() for one in names]
    ).astype(bool)


def _read_way_id(text: str) -> float | int:
    """Return the number of a way: 123, way/123; NaN where there is none."""
    match = _WAY.fullmatch(text)
    return int(match.group(1)) if match else float("nan")


def _read_radius(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the metres round each row, and which of them cannot be meant."""
    given = ~is_empty(texts.str.strip())
    metres = to_numbers(texts.str.strip()).where(given, RADIUS_M)
    return metres, ~((metres > 0) & (metres <= _MOST_M))


def _read_shapes(
    raw: RawTable, by_id: pd.Series, datum: str | LocalGrid
) -> tuple[NDArray[np.object_], pd.Series]:
    """Return the point or line of each row, EPSG:4326, and why a row has none."""
    nowhere = np.full(len(raw.rows), None, dtype=object)
    if by_id.all():
        return nowhere, pd.Series("", index=raw.rows.index, dtype=str)
    if raw.geometry is None:
        if not {"lon", "lat"} <= set(raw.rows):
            if by_id.any():
                return nowhere, pd.Series("way_id is empty", index=raw.rows.index, dtype=str)
            raise SourceError(
                f"{raw.path}: has no column way_id, nor lon and lat; give the ids of ways, points "
                "or a layer of lines"
            )
        points, reasons, _ = place_points(raw, datum)
        return points.to_numpy(), reasons
    shapes = shift_datum(raw.geometry, datum).to_numpy()
    kind = np.array([None if one is None else one.geom_type for one in shapes], dtype=object)
    known = np.isin(kind.astype(str), _DRAWN) & ~shapely.is_empty(shapes)
    reason = raw.faults.where(
        known | (raw.faults != ""),
        "its shape is no point or line; polygons are for closed_area",
    )
    return shapes, reason


def _note_surfaces(plan: Plan, ways: WalkWays | KnownWays) -> list[str]:
    """Say which surfaces that a condition names no street has."""
    asked = dict.fromkeys(
        value for keys in plan.conditions for part in keys.speeds for value in part.surfaces
    )
    if not asked:
        return []
    known = set(ways.surface.tolist())
    mapped = int((ways.surface != "").sum())
    notes = [
        f"conditions: no street has the surface {quote(value)}, so nobody walks slower for it"
        for value in asked
        if value not in known
    ]
    return [
        *notes,
        f"conditions: of {len(ways):,} ways {mapped:,} have a surface in the data; the others keep "
        "their speed where a condition names surfaces",
    ]


def list_condition_files(keys: ConditionKeys) -> list[Path]:
    """Return the files that a condition names."""
    return [path for path in (keys.closed_streets, keys.closed_area) if path is not None]
