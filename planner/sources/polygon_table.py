"""Polygons of towns, committees or the area, in any format of layers that `read_raw` reads."""

from pathlib import Path

import geopandas as gpd

from planner.crs import WGS84, LocalGrid
from planner.errors import SourceError
from planner.sources._checks import Faults, check_columns, check_ids, refuse_reserved
from planner.sources._coordinates import repair_polygon
from planner.sources._geo_table import NOTHING_DROPPED, Table, number_rows
from planner.sources._our_words import OurTable, to_our_words
from planner.sources._read_table import LAYERS, read_raw, shift_datum


def load_polygons(
    path: str | Path,
    *,
    name: str | None = "name",
    crs: str | LocalGrid = "EPSG:4326",
    kind: str | None = None,
) -> Table:
    """Read polygons: towns, or the boundary of the area.

    Parameters
    ----------
    path
        A layer: GeoJSON, GeoPackage, shapefile, GeoParquet.
    name
        Column that names each polygon, unique, not empty and no reserved word; it becomes `name`.
        None: the polygons need no names.
    crs
        GCJ-02 or BD-09 where the file is in one of them although it says EPSG:4326.
    kind
        What they are, a key of `heading_words.TABLES`, for headings that are not in our words.

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
    table = OurTable(read_raw(path), {})
    if kind is not None:
        table = to_our_words(table.raw, kind)
    raw = table.raw
    if raw.geometry is None:
        raise SourceError(f"{path}: has no polygons, which are read from {LAYERS}; export it so")
    rows, faults = raw.rows, Faults(raw)
    if name is not None:
        check_columns(raw, (name,), table.theirs)
        # Two columns would be called so when the other one is renamed.
        rows = rows.drop(columns="name") if name != "name" and "name" in rows else rows
        rows = rows.rename(columns={name: "name"})
        check_ids(faults, rows["name"], "name")
        refuse_reserved(faults, rows["name"], "name")
    unread = raw.faults != ""
    faults.add_each(unread, raw.faults, lambda fault: f"{fault}; give a polygon")
    outlines, notes = [], raw.notes[:]
    for row, bad, given in zip(raw.numbers, unread, shift_datum(raw.geometry, crs), strict=True):
        outline, said = (None, "") if bad else repair_polygon(given)
        outlines.append(outline)
        if said and outline is None:
            faults.add_rows([row], said)
        elif said:
            notes.append(f"{path.name}: row {row}: {said}")
    faults.stop()
    layer = gpd.GeoDataFrame(number_rows(raw, rows), geometry=outlines, crs=WGS84)
    return Table(layer, NOTHING_DROPPED.copy(), notes, path.name, raw.remarks)
