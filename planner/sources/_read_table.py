"""Reads a table file as text by column; the ending of its name decides how."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.crs import WGS84, LocalGrid, check_datum, to_wgs84_lonlat
from planner.errors import SourceError
from planner.plan.given_table import GivenTable, TableSource
from planner.sources._file_kinds import SAME, find_kind
from planner.sources._raw_table import RawTable
from planner.sources._read_csv import read_csv
from planner.sources._read_geojson import read_geojson
from planner.sources._read_geopackage import read_geopackage
from planner.sources._read_given import read_given
from planner.sources._read_layers import read_parquet, read_shapefile, read_zipped_shapefile
from planner.sources._read_workbook import read_workbook
from planner.sources.cells import PLAIN_NUMBER
from planner.sources.plain_files import open_plain
from planner.sources.table_paths import GEOPACKAGE, WORKBOOKS, split_sheet

MAX_BYTES = 2_000_000_000

#: Ending that files of a format usually have -> what reads it. A reader takes the path, for
#: messages, and the open file at its start; it returns the rows. Workbooks are read apart, as they
#: have sheets.
READERS: Final[dict[str, Callable[[Path, BinaryIO], RawTable]]] = {
    ".csv": read_csv,
    ".geojson": read_geojson,
    ".gpkg": read_geopackage,
    ".shp": read_shapefile,
    ".zip": read_zipped_shapefile,
    ".parquet": read_parquet,
}
TABLES: Final = ".csv, .tsv, .txt, .xlsx, .xls, .ods or .parquet"
LAYERS: Final = ".geojson, .gpkg, .shp, .zip or .parquet"
#: What spreadsheets, pandas and R write where there is nothing.
_EMPTY = {"", "na", "nan", "null", "none", "#n/a"}
#: Rows of a column that are texts of Python at a time.
_RUN: Final = 50_000
_INFINITE: Final = {"inf": np.inf, "infinity": np.inf}


def read_raw(path: str | TableSource) -> RawTable:
    """Read a table or layer as text; what it is inside counts for more than its ending.

    Parameters
    ----------
    path
        Of the file; of a workbook # and the name of a sheet may follow, of a GeoPackage of a layer.
        Or a table of Python.

    Raises
    ------
    SourceError
        If the file is missing, too large, of another format or broken.
    """
    if isinstance(path, GivenTable):
        return read_given(path)
    path = Path(path)
    of_file, sheet = split_sheet(path)
    ending = of_file.suffix.lower()
    if not {ending, SAME.get(ending)} & {*READERS, *WORKBOOKS}:
        raise SourceError(f"{path}: not a format that is read; give {TABLES}, or {LAYERS}")
    file = open_plain(
        of_file,
        most_bytes=MAX_BYTES,
        advice="check the path in the plan",
        too_large="cut it to the study area",
    )
    with file:
        try:
            empty = not file.read(1)
            file.seek(0)
            raw = None if empty else _read(path, file, of_file, sheet)
        except OSError as error:
            reason = (error.strerror or "unreadable").lower()
            raise SourceError(f"{path}: cannot be read ({reason}); check the file") from None
    if raw is None:
        raise SourceError(f"{path}: is empty; give a file with rows")
    # A layer of points without attributes has rows, although its table of texts is empty.
    if raw.rows.empty and raw.numbers.empty:
        raise SourceError(f"{path}: has no rows; add at least one below the heading{raw.advice}")
    return raw


def _read(path: Path, file: BinaryIO, of_file: Path, sheet: str) -> RawTable:
    """Read an open file by what it is."""
    kind, note = find_kind(of_file, file)
    if kind in WORKBOOKS:
        raw = read_workbook(path, kind)
    elif sheet and kind != GEOPACKAGE:
        raise SourceError(f"{path}: has no sheets or layers; leave out the # and what follows")
    else:
        raw = READERS[kind](path, file)
    said = [note] * bool(note)
    geometry = None if raw.geometry is None else _take_single_points(raw.geometry)
    return replace(raw, geometry=geometry, notes=said + raw.notes, remarks=said + raw.remarks)


def _take_single_points(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return points in place of those collections that hold one point, as many programs write."""
    shapes = geometry.to_numpy()
    single = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    if not single.any():
        return geometry
    points = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    return gpd.GeoSeries(points, index=geometry.index, crs=geometry.crs)


def is_empty(values: pd.Series) -> pd.Series:
    """Tell which texts stand for nothing."""
    return values.str.lower().isin(_EMPTY)


def to_numbers(values: pd.Series) -> pd.Series:
    """Turn plain numbers (12, -1.5, 1e3) into floats; NaN where a text is none, inf stays inf."""
    runs = [run.map(_to_number).astype(np.float64) for run in list_runs(values)]
    return runs[0] if len(runs) == 1 else pd.concat(runs)


def list_runs(values: pd.Series) -> Iterator[pd.Series]:
    """Yield the rows of a column some at a time: as texts of Python all would take much."""
    for start in range(0, max(len(values), 1), _RUN):
        yield values.iloc[start : start + _RUN]


def _to_number(text: str) -> float:
    """Read one number; not all that Python takes for one is meant so, such as 1_000."""
    if PLAIN_NUMBER.fullmatch(text):
        return float(text)
    sign = -1.0 if text.startswith("-") else 1.0
    return sign * _INFINITE.get(text.lstrip("+-").lower(), np.nan)


def is_shifted(datum: str | LocalGrid) -> bool:
    """Tell whether a layer that calls itself EPSG:4326 can be in a datum, although it differs."""
    return isinstance(datum, LocalGrid) or check_datum(datum) in {"GCJ-02", "BD-09"}


def shift_datum(geometry: gpd.GeoSeries, datum: str | LocalGrid) -> gpd.GeoSeries:
    """Bring geometry that a file calls EPSG:4326 from the datum it is really in."""
    if not is_shifted(datum):
        return geometry
    moved = shapely.transform(
        geometry.to_numpy(),
        lambda points: np.column_stack(to_wgs84_lonlat(points[:, 0], points[:, 1], datum)),
    )
    return gpd.GeoSeries(moved, index=geometry.index, crs=WGS84)
