"""Tables of facilities, people, gates and polygons: CSV, GeoJSON and GeoPackage.

A fault of a file, a heading or an id stops the run; a bad row is dropped and listed. Names are
data: whatever they look like, they are kept as they are.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84, project
from planner.errors import SourceError
from planner.frame import holds
from planner.plan import KINDS
from planner.sources._checks import (
    check_ids,
    check_size,
    need_columns,
    one_of,
    optional_numbers,
    people_counts,
    refuse_reserved,
    who_may_pass,
    yes_no,
)
from planner.sources._files import GEO_SUFFIXES, RawTable, is_empty, read_raw, shifted
from planner.sources._hours import check_hours, check_services
from planner.sources._places import guess_outside, place_points, usable_polygon

STATUSES = ("open", "planned", "closed")
EMPTY_PEOPLE = "empty people counted as 0"
"""Listed among the dropped rows, although the row stays."""

_NOTHING_DROPPED = pd.DataFrame(
    {
        "file": pd.Series(dtype=str),
        "row": pd.Series(dtype=np.int64),
        "reason": pd.Series(dtype=str),
    }
)
_FACILITY_TEXTS = ("level", "domain", "opening_hours", "services")
_FACILITY_NUMBERS = ("capacity", "cost")


@dataclass(frozen=True)
class Table:
    """What a file holds, and what of it could not be used.

    Parameters
    ----------
    rows : GeoDataFrame, EPSG:4326
        In the order of the file, with `row`: the line of a CSV (heading = 1), the number of the
        feature in a GeoJSON or GeoPackage.
    dropped : DataFrame
        `file`, `row`, `reason`; rows with empty people are listed here too but stay in `rows`.
    notes
        What the reader should know, a line each.
    file
        Name of the file, for messages.
    """

    rows: gpd.GeoDataFrame
    dropped: pd.DataFrame
    notes: list[str]
    file: str = ""


def load_facilities(path: str | Path, *, crs: str = "EPSG:4326") -> Table:
    """Read the service centres.

    Parameters
    ----------
    path
        CSV, GeoJSON or GeoPackage with `facility_id`, `name` and, in a CSV, `lon`, `lat`.
    crs
        Datum or EPSG code of lon, lat; for the other formats only GCJ-02 and BD-09 matter, the rest
        the file says itself.

    Returns
    -------
    Table
        Rows with `facility_id`, `name`, `level`, `domain`, `opening_hours`, `services`, `status`
        (text, empty where not given; an empty status is `open`), `open_to_outsiders` (bool, True
        where not given), `capacity`, `cost` (numbers or NaN), `row`, Point geometry, and every
        other column as text.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id is empty or stands twice, a status is
        unknown, `open_to_outsiders` is neither yes nor no, opening hours do not parse or never
        open, services cannot be told apart, or no row is left.
    CrsError
        If `crs` is unknown.
    """
    path = Path(path)
    raw = read_raw(path)
    check_size(path, len(raw.rows), "facilities")
    need_columns(path, raw.rows, ("facility_id", "name", *coordinates_of(raw)))
    check_ids(path, raw.rows, "facility_id")
    refuse_reserved(path, raw.rows, "facility_id")
    rows, notes = raw.rows.copy(), list(raw.notes)
    for column in _FACILITY_TEXTS:
        rows[column] = rows.get(column, "")
    rows["status"] = one_of(path, rows, "status", allowed=STATUSES, default="open")
    rows["open_to_outsiders"] = yes_no(path, rows, "open_to_outsiders", default=True)
    for column in ("opening_hours", "services"):  # "none" is no text to be read as hours later
        rows[column] = rows[column].where(~is_empty(rows[column]), "")
    check_hours(path, rows)
    check_services(path, rows)
    for column in _FACILITY_NUMBERS:
        rows[column], remarks = optional_numbers(path, rows, column)
        notes += remarks
    nameless = is_empty(rows["name"])
    rows["name"] = rows["name"].where(~nameless, rows["facility_id"])
    if nameless.any():
        notes.append(f"{path.name}: {nameless.sum()} rows without a name are called by their id")
    return to_table(path, raw, rows, notes, crs=crs)


def given(column: str) -> str:
    """Return how a column of a file is called where its text is kept beside what was read."""
    return f"given:{column}"


def load_demand_points(
    path: str | Path,
    *,
    people: str,
    crs: str = "EPSG:4326",
    id_column: str | None = None,
    keep: Collection[str] = (),
) -> Table:
    """Read points with people.

    Parameters
    ----------
    path
        CSV, GeoJSON or GeoPackage; a CSV has `lon`, `lat`.
    people
        Column with the number of people; fractions are kept, empty counts 0 and is listed.
    crs
        As in `load_facilities`.
    id_column
        Column with unique ids; without it `id` where it exists, else the number of the row.
    keep
        More columns whose text is kept, where the file has them, as `given(column)`.

    Returns
    -------
    Table
        Rows with `id` (text), `people` (float), `row` and Point geometry.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id is empty or stands twice, people are
        negative, or no row is left.
    CrsError
        If `crs` is unknown.
    """
    path = Path(path)
    raw = read_raw(path)
    check_size(path, len(raw.rows), "places with people")
    id_name = id_column or ("id" if "id" in raw.rows else "row")
    need_columns(path, raw.rows, (people, id_name, *coordinates_of(raw)))
    if id_name != "row":
        check_ids(path, raw.rows, id_name)
    counts, reasons = people_counts(path, raw.rows, people)
    rows = pd.DataFrame(
        {"id": raw.rows[id_name].astype(str), "people": counts, "row": raw.rows["row"]}
        | _kept(raw.rows, keep)
    )
    table = to_table(path, raw, rows, list(raw.notes), crs=crs, reasons=reasons)
    empty = raw.rows["row"][is_empty(raw.rows[people])]
    listed = empty[empty.isin(table.rows["row"])]
    return replace(table, dropped=_listed(table.dropped, path.name, listed, EMPTY_PEOPLE))


def load_gates(path: str | Path, *, crs: str = "EPSG:4326") -> Table:
    """Read gates that the map lacks, or knows less of.

    Parameters
    ----------
    path
        CSV, GeoJSON or GeoPackage; a CSV has `lon`, `lat`. Optional are `gate_id`, `name`, `hours`
        (as opening hours) and `who` may pass: residents, everyone, nobody, or profiles separated
        by ";".
    crs
        As in `load_facilities`.

    Returns
    -------
    Table
        Rows with `gate_id` (without that column "row/" and the row), `name`, `hours` (empty:
        always), `who` (residents where not given), `row` and Point geometry. Names of profiles in
        `who` are not checked here; they stand without blanks round the ";".

    Raises
    ------
    SourceError
        If the file cannot be read, `lon` or `lat` is missing, an id is empty or stands twice, hours
        do not parse or never open, `who` cannot be told, or no row is left.
    CrsError
        If `crs` is unknown.
    """
    path = Path(path)
    raw = read_raw(path)
    need_columns(path, raw.rows, coordinates_of(raw))
    given_rows = raw.rows
    rows = pd.DataFrame({"gate_id": "row/" + given_rows["row"].astype(str)})
    if "gate_id" in given_rows:
        check_ids(path, given_rows, "gate_id")
        refuse_reserved(path, given_rows, "gate_id")
        rows["gate_id"] = given_rows["gate_id"]
    for column in ("name", "hours"):
        texts = given_rows.get(column, pd.Series("", index=given_rows.index, dtype=str))
        rows[column] = texts.where(~is_empty(texts), "")
    rows["who"] = who_may_pass(path, given_rows, "who")
    rows["row"] = given_rows["row"]
    check_hours(path, rows, "hours")
    return to_table(path, raw, rows, list(raw.notes), crs=crs)


def load_polygons(path: str | Path, *, name: str | None = "name", crs: str = "EPSG:4326") -> Table:
    """Read polygons: towns, or the boundary of the area.

    Parameters
    ----------
    path
        GeoJSON or GeoPackage.
    name
        Column that names each polygon, unique, not empty and no reserved word; it becomes `name`.
        None: the polygons need no names.
    crs
        GCJ-02 or BD-09 where the file is in one of them although it says EPSG:4326.

    Returns
    -------
    Table
        Rows with `name` (if asked), every other column as text, `row`, Polygon or MultiPolygon.
        Nothing is dropped; repaired outlines stand in the notes.

    Raises
    ------
    SourceError
        If the file cannot be read, a name is missing, reserved or stands twice, or a row has no
        usable polygon.
    CrsError
        If `crs` is unknown.
    """
    path = Path(path)
    if path.suffix.lower() not in GEO_SUFFIXES:
        raise SourceError(f"{path}: polygons are read from .geojson or .gpkg; export it so")
    raw = read_raw(path)
    assert raw.geometry is not None  # of a GeoJSON or GeoPackage
    rows = raw.rows.copy()
    if name is not None:
        need_columns(path, rows, (name,))
        rows = rows.drop(columns="name") if name != "name" and "name" in rows else rows
        rows = rows.rename(columns={name: "name"})
        check_ids(path, rows, "name")
        refuse_reserved(path, rows, "name")
    notes = list(raw.notes)
    outlines = [
        usable_polygon(path, row, geometry)
        for row, geometry in zip(rows["row"], shifted(raw.geometry, crs), strict=True)
    ]
    notes += [note for _, note in outlines if note]
    layer = gpd.GeoDataFrame(rows, geometry=[outline for outline, _ in outlines], crs=WGS84)
    return Table(layer, _NOTHING_DROPPED.copy(), notes, path.name)


def load_town_totals(path: str | Path, *, keep: Collection[str] = ()) -> pd.DataFrame:
    """Read how many people of each kind live or work in each town.

    Parameters
    ----------
    path
        CSV with `town`, `kind`, `people`: whole numbers, one row for each town and kind.
    keep
        More columns whose text is kept, where the file has them, as `given(column)`.

    Returns
    -------
    DataFrame
        `town`, `kind` (text), `people` (int), `row`, and what is kept.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, a kind is unknown, a number is not a whole
        one of at least 0, or a town and kind stand twice.
    """
    path = Path(path)
    raw = read_raw(path)
    need_columns(path, raw.rows, ("town", "kind", "people"))
    if not raw.bad.empty:
        raise SourceError(f"{path}: row {raw.bad['row'].iloc[0]}: {raw.bad['reason'].iloc[0]}")
    rows = raw.rows[["town", "kind", "people", "row"]].copy()
    for town, kind, text, row in rows.itertuples(index=False):
        if not town:
            raise SourceError(f"{path}: row {row}: town is empty; name a town")
        if kind not in KINDS:
            raise SourceError(f"{path}: row {row}: kind {kind!r}; give {', '.join(KINDS)}")
        if not (text.isascii() and text.isdigit()):
            raise SourceError(f"{path}: row {row}: people {text!r}; give a whole number, 0 or more")
    twice = rows[rows.duplicated(["town", "kind"])]
    if not twice.empty:
        town, kind, _, row = twice.iloc[0]
        raise SourceError(f"{path}: row {row}: {town} has {kind} twice; keep one of the rows")
    return rows.assign(people=rows["people"].astype(np.int64), **_kept(raw.rows, keep))


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
    points = table.rows.geometry
    inside = holds(boundary, project(points.x, points.y, crs), rim)
    if len(inside) and not inside.any():
        raise SourceError(
            f"{table.file}: all {len(inside)} rows lie outside {name}; "
            + guess_outside(points, boundary, crs)
        )
    rows = table.rows[inside].reset_index(drop=True)
    outside = table.rows["row"][~inside]
    dropped = _listed(table.dropped, table.file, outside, f"outside {name}")
    return replace(table, rows=rows, dropped=dropped)


def _kept(rows: pd.DataFrame, columns: Collection[str]) -> dict[str, pd.Series]:
    """Return those of some columns that there are, under the names they are kept by."""
    return {given(column): rows[column] for column in columns if column in rows}


def coordinates_of(raw: RawTable) -> tuple[str, ...]:
    """Return the columns that tell where a row lies, if columns do."""
    return ("lon", "lat") if raw.geometry is None else ()


def to_table(
    path: Path,
    raw: RawTable,
    rows: pd.DataFrame,
    notes: list[str],
    *,
    crs: str,
    reasons: pd.Series | None = None,
) -> Table:
    """Put the rows on the map, and list those that cannot be used."""
    points, off_map = place_points(path, raw, crs)
    faults = off_map if reasons is None else off_map.where(off_map != "", reasons)
    good = (faults == "").to_numpy()
    if not good.any():
        first = faults.iloc[0] if len(faults) else raw.bad["reason"].iloc[0]
        raise SourceError(f"{path}: none of its rows can be used, as {first}; mend the file")
    layer = gpd.GeoDataFrame(rows.drop(columns=["lon", "lat"], errors="ignore"), geometry=points)
    dropped = _listed(_NOTHING_DROPPED, path.name, raw.bad["row"], raw.bad["reason"])
    dropped = _listed(dropped, path.name, rows["row"][~good], faults[~good])
    return Table(layer[good].reset_index(drop=True), dropped, notes, path.name)


def _listed(
    dropped: pd.DataFrame, file: str, rows: pd.Series, reason: str | pd.Series
) -> pd.DataFrame:
    """Return the list of dropped rows with more rows in it, in the order of the file."""
    more = pd.DataFrame({"row": rows.astype(np.int64), "reason": reason})
    more.insert(0, "file", file)
    both = pd.concat([part for part in (dropped, more) if len(part)] or [dropped])
    return both.sort_values("row", kind="stable", ignore_index=True)
