"""Layers as one GeoPackage: same input, same bytes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeVar

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from planner.errors import SourceError, on_one_line
from planner.reports._arrow import to_arrow
from planner.reports.geopackage_sql import NO_DATE, change_geopackage, unfinished_geopackage
from planner.rounding import NO_CUTOFFS, AskedCutoffs, round_table

#: What every row of a synthetic plan says; it is written once for all of them.
_NOTICE: Final = "notice"
#: An index costs 57 bytes a row, as much as a short street. Layers of points and short lines go
#: without one up to so many rows, which are read through in a blink.
_INDEXED_FROM: Final = 100_000
_FEW_CORNERS: Final = 8
#: GDAL waits for the disk after each layer, which takes longer than writing it. Nothing counts
#: before all is written and looked at (`write_folder`), so there is nothing to wait for.
_NO_WAITING: Final = {"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "MEMORY"}
_AREAL: Final = {"Polygon", "MultiPolygon"}
Table = TypeVar("Table", bound=pd.DataFrame)


def write_layers(
    path: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    description: str,
    kinds: Mapping[str, str] | None = None,
    cutoffs: AskedCutoffs = NO_CUTOFFS,
) -> None:
    """Write layers into a new GeoPackage, rounded as outputs are.

    Parameters
    ----------
    path
        File, not there yet.
    layers
        Name -> layer, in the order wanted.
    description
        Of every layer, shown by GIS programs; may be "".
    kinds
        Name -> type of geometry that an empty layer has.
    cutoffs
        On whose sides minutes stay.
    """
    path = _resolve(path)
    notices = {}
    with _gdal_options():
        for name, layer in layers.items():
            notices[name], rest = _take_notice(layer)
            rounded = gpd.GeoDataFrame(round_table(rest, cutoffs), crs=rest.crs)
            _write_layer(path, name, rounded, description, (kinds or {}).get(name, "Unknown"))
    _add_notices(path, notices)
    _check_written(path, layers)


def write_tables(
    path: Path,
    tables: Mapping[str, pd.DataFrame],
    *,
    description: str,
    cutoffs: AskedCutoffs = NO_CUTOFFS,
) -> None:
    """Write tables without geometry into a GeoPackage, rounded as outputs are.

    Parameters
    ----------
    path
        File; it may hold layers.
    tables
        Name -> table, in the order wanted.
    description, cutoffs
        As in `write_layers`.
    """
    path = _resolve(path)
    notices = {}
    with _gdal_options():
        for name, table in tables.items():
            notices[name], rest = _take_notice(table)
            pyogrio.write_arrow(
                to_arrow(round_table(rest, cutoffs)),
                path,
                layer=name,
                driver="GPKG",
                append=path.exists(),
                layer_options={"DESCRIPTION": description},
            )
    _add_notices(path, notices)
    _check_written(path, tables)


def round_layers(
    layers: Mapping[str, gpd.GeoDataFrame], cutoffs: AskedCutoffs = NO_CUTOFFS
) -> dict[str, gpd.GeoDataFrame]:
    """Return layers with the values that result.gpkg holds, for a map that shows the same."""
    return {
        name: gpd.GeoDataFrame(round_table(layer, cutoffs), crs=layer.crs)
        for name, layer in layers.items()
    }


def round_tables(
    tables: Mapping[str, pd.DataFrame], cutoffs: AskedCutoffs = NO_CUTOFFS
) -> dict[str, pd.DataFrame]:
    """Return tables with the values that result.gpkg holds, for a map that shows the same."""
    return {name: round_table(table, cutoffs) for name, table in tables.items()}


def _check_written(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Count what stands in a GeoPackage: where its last step fails, GDAL raises nothing.

    Raises
    ------
    OSError
        If rows, or entries of the spatial index, are missing, as on a full disk.
    """
    # Read only, so that looking changes no byte of the file.
    place = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(place, uri=True)) as base:
            listed = {name for (name,) in base.execute("select table_name from gpkg_contents")}
            whole = all(
                name in listed and _is_whole(base, name, table) for name, table in tables.items()
            )
    except sqlite3.Error:
        whole = False
    if not whole:
        raise unfinished_geopackage(path)


def _is_whole(base: sqlite3.Connection, name: str, table: pd.DataFrame) -> bool:
    """Compare the rows of one table, and the entries of its spatial index, with those meant."""
    expected = {name: len(table)}
    if isinstance(table, gpd.GeoDataFrame) and len(table) and _is_indexed(table):
        # The index holds no rows without a shape.
        drawn = ~(table.geometry.isna() | table.geometry.is_empty)
        expected[f"rtree_{name}_geom_rowid"] = int(drawn.sum())
    counts = (base.execute(f'select count(*) from "{part}"').fetchone() for part in expected)
    return [count for (count,) in counts] == list(expected.values())


def _is_indexed(layer: gpd.GeoDataFrame) -> bool:
    """Tell whether a layer gets a spatial index."""
    corners = int(shapely.get_num_coordinates(layer.geometry.to_numpy()).sum())
    return len(layer) >= _INDEXED_FROM or corners > _FEW_CORNERS * len(layer)


def _take_notice(table: Table) -> tuple[str, Table]:
    """Return the notice that all rows carry in their last column, and the table without it."""
    names = [name for name in table.columns if name != "geometry"]
    if not len(table) or names[-1] != _NOTICE or table[_NOTICE].nunique(dropna=False) != 1:
        return "", table
    return str(table[_NOTICE].iloc[0]), table.drop(columns=_NOTICE)


def _add_notices(path: Path, notices: Mapping[str, str]) -> None:
    """Add the notice to tables: as what rows hold that were written without it.

    To every reader it stands in each row, as SQLite fills it in; in the file it stands once.
    """
    with change_geopackage(path) as base:
        for name, notice in notices.items():
            if notice:
                text = notice.replace("'", "''")
                base.execute(f'alter table "{name}" add column "{_NOTICE}" TEXT default \'{text}\'')


def check_writable(folder: Path) -> None:
    """Refuse a folder whose path means something else to GDAL: an archive, a server, memory.

    Parameters
    ----------
    folder
        Where a GeoPackage is to be written; it need not exist.

    Raises
    ------
    SourceError
        With what to do.
    """
    text = str(folder.resolve())
    # To pyogrio what stands before ! is an archive, to GDAL what is below /vsi is no folder.
    if "!" in text or text.startswith("/vsi") or not text.isprintable():
        raise SourceError(
            f"{on_one_line(str(folder))}: no GeoPackage can be written into a folder with ! or "
            "invisible characters in its path; choose another --out"
        )


def _resolve(path: Path) -> Path:
    """Return a path that GDAL takes for one of this machine, even if it begins with http:."""
    check_writable(path.parent)
    return path.resolve()


@contextmanager
def _gdal_options() -> Iterator[None]:
    """Have GDAL put no time of day into a GeoPackage, and write it without waiting for the disk."""
    options = {"OGR_CURRENT_DATE": NO_DATE, **_NO_WAITING}
    before = {option: pyogrio.get_gdal_config_option(option) for option in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_layer(
    path: Path, name: str, layer: gpd.GeoDataFrame, description: str, kind: str
) -> None:
    """Add one layer to a GeoPackage; no path is NULL there, never inf.

    kind : type of geometry of a layer that is empty.
    """
    table = layer
    # An empty layer has no type of its own, yet the file needs one for it.
    kinds = set(table.geometry.geom_type)
    geometry_type = "MultiPolygon" if kinds & _AREAL else (kinds.pop() if kinds else kind)
    if geometry_type == "MultiPolygon":
        # A layer of a GeoPackage has one type, and dissolved areas come in one part or several.
        parts = [
            shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
            for shape in table.geometry
        ]
        table = table.set_geometry(gpd.GeoSeries(parts, index=table.index, crs=layer.crs))
    pyogrio.write_dataframe(
        table,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=geometry_type,
        append=path.exists(),
        layer_options={
            "DESCRIPTION": description,
            "SPATIAL_INDEX": "YES" if _is_indexed(table) else "NO",
        },
    )
