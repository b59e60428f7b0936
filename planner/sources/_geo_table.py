"""Rows of a table on the map, with the list of those that could not be used."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84, LocalGrid, project
from planner.crs.frame import holds
from planner.errors import SourceError
from planner.showing import Brief
from planner.sources._coordinate_columns import NO_COLUMNS, CoordinateColumns
from planner.sources._coordinates import find_placed, guess_outside
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty

#: With types, so that a list to which nothing was added has those of the others.
NOTHING_DROPPED = pd.DataFrame(
    {
        "file": pd.Series(dtype=str),
        "row": pd.Series(dtype=np.int64),
        "reason": pd.Series(dtype=str),
    }
)


@dataclass(frozen=True)
class Table(Brief):
    """What a file holds, and what of it could not be used.

    Parameters
    ----------
    rows : GeoDataFrame, EPSG:4326
        In the order of the file, with `row`: the line of a CSV or row of a sheet (the first is 1),
        the number of the feature in a layer.
    dropped : DataFrame
        `file`, `row`, `reason`; rows with empty people are listed here too but stay in `rows`.
    notes
        What the reader should know, a line each.
    file
        Name of the file, for messages.
    remarks
        Those of the notes that say how the file was read.
    unplaced
        Names of the rows that lie nowhere, by `row`; where rows have names.
    unplaced_ids
        Their ids; of a table of facilities.
    columns
        Under which headings it says where its rows lie.

    A *narrow* table has its places as `lon` and `lat` in place of points, which take ten times as
    much: `take` makes the points of some rows.
    """

    rows: gpd.GeoDataFrame
    dropped: pd.DataFrame
    notes: list[str]
    file: str = ""
    remarks: list[str] = field(default_factory=list)
    unplaced: Mapping[int, str] = field(default_factory=dict)
    unplaced_ids: frozenset[str] = frozenset()
    columns: CoordinateColumns = NO_COLUMNS

    @property
    def is_narrow(self) -> bool:
        """Whether places are `lon` and `lat` in place of points."""
        return "geometry" not in self.rows

    def take(self, rows: slice) -> gpd.GeoDataFrame:
        """Return some of the rows, with points; their index is that of all rows."""
        some = self.rows.iloc[rows]
        if not self.is_narrow:
            return some
        points = shapely.points(some["lon"].to_numpy(), some["lat"].to_numpy())
        plain = pd.DataFrame(some.drop(columns=["lon", "lat"]))
        return gpd.GeoDataFrame(plain, geometry=points, crs=WGS84)


#: What stands for a table of facilities that cannot be read.
NO_FACILITIES = Table(
    gpd.GeoDataFrame({"facility_id": [], "name": [], "row": []}, geometry=[], crs=WGS84),
    NOTHING_DROPPED,
    [],
    "",
)


def name_rows(raw: RawTable, names: pd.Series, ids: pd.Series) -> tuple[pd.Series, list[str]]:
    """Call rows without a name by their id, and note it."""
    nameless = is_empty(names)
    notes = [f"{raw.path.name}: {nameless.sum()} rows without a name are called by their id"]
    return names.where(~nameless, ids), notes if nameless.any() else []


def given_column(column: str) -> str:
    """Return how a column of a file is called where its text is kept beside what was read."""
    return f"given:{column}"


def keep_inside(
    table: Table,
    boundary: BaseGeometry,
    *,
    crs: CRS = WGS84,
    rim: float = 0.0,
    name: str = "the study area",
) -> Table:
    """Drop the rows outside a boundary, and list them.

    Parameters
    ----------
    table
        Points.
    boundary : Polygon or MultiPolygon, in `crs`
        Its border counts as inside, and so does what lies within `rim` (in the unit of the CRS)
        of it: whoever stands on a border is not lost to the last digit of a number.
    name
        What the boundary is called in reasons and messages.

    Raises
    ------
    SourceError
        If all rows are outside; the message guesses why.
    """
    inside = find_inside(table.rows.geometry, boundary, crs=crs, rim=rim)
    # All rows outside is a mistake, such as lon and lat exchanged; some outside are usual.
    if len(inside) and not inside.any():
        refuse_all_outside(table, boundary, crs=crs, name=name)
    rows = table.rows[inside].reset_index(drop=True)
    dropped = note_outside(table.dropped, table.file, table.rows["row"][~inside], name)
    return replace(table, rows=rows, dropped=dropped)


def find_inside(
    points: gpd.GeoSeries, boundary: BaseGeometry, *, crs: CRS, rim: float
) -> NDArray[np.bool_]:
    """Tell which points (EPSG:4326) lie inside a boundary, as `keep_inside` takes it."""
    return holds(boundary, project(points.x, points.y, crs), rim)


def refuse_all_outside(table: Table, boundary: BaseGeometry, *, crs: CRS, name: str) -> NoReturn:
    """Refuse a table whose rows all lie outside a boundary, as `keep_inside` does.

    Raises
    ------
    SourceError
        It guesses why.
    """
    points = table.take(slice(None)).geometry
    raise SourceError(
        f"{table.file}: all {len(points)} rows lie outside {name}; "
        + guess_outside(points, boundary, crs, table.columns)
    )


def note_outside(dropped: pd.DataFrame, file: str, rows: pd.Series, name: str) -> pd.DataFrame:
    """Return the list of dropped rows with those outside the boundary of a name."""
    return add_dropped_rows(dropped, file, rows, f"outside {name}")


def keep_columns(rows: pd.DataFrame, columns: Collection[str]) -> dict[str, pd.Series]:
    """Return those of some columns that there are, under the names they are kept by."""
    return {given_column(column): rows[column] for column in columns if column in rows}


def list_coordinate_columns(raw: RawTable) -> tuple[str, ...]:
    """Return the columns that tell where a row lies, if columns do."""
    return ("lon", "lat") if raw.geometry is None else ()


def to_table(
    raw: RawTable,
    rows: pd.DataFrame,
    notes: list[str],
    *,
    crs: str | LocalGrid,
    reasons: pd.Series | None = None,
    narrow: bool = False,
) -> Table:
    """Put the rows on the map, and list those that cannot be used; for `narrow` see `Table`."""
    found = find_placed(raw, crs)
    off_map, remarks = found.reasons, found.notes
    faults = off_map if reasons is None else off_map.where(off_map != "", reasons)
    good = (faults == "").to_numpy()
    # A table of which nothing is left would give a map that seems right and is empty.
    if not good.any():
        raise SourceError(
            f"{raw.path}: none of its rows can be used, as {faults.iloc[0]}; mend the file"
        )
    # The point says it from now on: lon and lat of the file may be in another datum.
    rows = number_rows(raw, rows.drop(columns=["lon", "lat"], errors="ignore"))
    if narrow:
        layer = gpd.GeoDataFrame(rows.assign(lon=found.lon, lat=found.lat))
    else:
        layer = gpd.GeoDataFrame(rows, geometry=found.points)
    name = raw.path.name
    dropped = add_dropped_rows(NOTHING_DROPPED, name, raw.numbers[~good], faults[~good])
    unplaced, lost = {}, (off_map != "").to_numpy()
    if "name" in rows:
        unplaced = dict(zip(raw.numbers[lost].tolist(), rows["name"][lost].tolist(), strict=True))
    rows_placed = layer[good].reset_index(drop=True)
    ids = frozenset(rows["facility_id"][lost]) if "facility_id" in rows else frozenset()
    return Table(
        rows_placed, dropped, notes + remarks, name, raw.remarks, unplaced, ids, raw.columns
    )


def number_rows(raw: RawTable, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their numbers as `row`; the file's own columns of such names are renamed."""
    # Both names are taken: by the number of the row and by its point.
    clashing = {name: given_column(name) for name in ("row", "geometry") if name in rows}
    return rows.rename(columns=clashing).assign(row=raw.numbers)


def add_dropped_rows(
    dropped: pd.DataFrame, file: str, rows: pd.Series, reason: str | pd.Series
) -> pd.DataFrame:
    """Return the list of dropped rows with more rows in it, in the order of the file."""
    more = pd.DataFrame({"row": rows.astype(np.int64), "reason": reason})
    more.insert(0, "file", file)
    # Empty tables are left out, as the types of their columns would count in the result.
    both = pd.concat([part for part in (dropped, more) if len(part)] or [dropped])
    return both.sort_values("row", kind="stable", ignore_index=True)


def list_dropped_rows(table: Table | None, column: str = "") -> list[dict[str, Any]]:
    """List the dropped rows of a table for run.json; `column` tells its numbers apart.

    Those that lie nowhere have their `name` beside, where the table names its rows.
    """
    if table is None:
        return []
    prefix = f"{column}: " if column else ""
    return [
        one
        | {"reason": f"{prefix}{one['reason']}"}
        | ({"name": table.unplaced[one["row"]]} if one["row"] in table.unplaced else {})
        for one in list_dropped(table.dropped)
    ]


def list_dropped(dropped: pd.DataFrame) -> list[dict[str, Any]]:
    """List dropped rows (file, row, reason) as plain values, for run.json."""
    listed = dropped[["file", "row", "reason"]].itertuples(index=False)
    return [
        {"file": str(file), "row": int(row), "reason": str(reason)} for file, row, reason in listed
    ]
