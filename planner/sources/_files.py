"""Files of tables as they are: text by column, each row with its place in the file."""

import csv
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from planner.crs import WGS84, check_datum, to_wgs84_lonlat
from planner.errors import SourceError

MAX_BYTES = 2_000_000_000
GEO_SUFFIXES = (".geojson", ".json", ".gpkg")

_EMPTY = {"", "na", "nan", "null", "none", "#n/a"}
_FIRST_BYTES = {".gpkg": b"SQLite format 3\0", ".geojson": b"{", ".json": b"{"}


@dataclass(frozen=True)
class RawTable:
    """A file's rows before anything is judged.

    Parameters
    ----------
    rows
        Text columns as the file names them, and `row`: the line in a CSV (heading = 1), the number
        of the feature in a GeoJSON or GeoPackage.
    geometry
        One per row, in the file's CRS brought to EPSG:4326; None for a CSV.
    bad
        `row`, `reason` of records that are no rows.
    notes
        What the reader should know.
    """

    rows: pd.DataFrame
    geometry: gpd.GeoSeries | None
    bad: pd.DataFrame
    notes: list[str]


def read_raw(path: Path) -> RawTable:
    """Read a CSV, GeoJSON or GeoPackage as text.

    Raises
    ------
    SourceError
        If the file is missing, too large, of another format or broken.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", *GEO_SUFFIXES):
        raise SourceError(f"{path}: not a format that is read; give .csv, .geojson or .gpkg")
    _check_file(path)
    raw = _read_csv(path) if suffix == ".csv" else _read_features(path)
    if raw.rows.empty and raw.bad.empty:
        raise SourceError(f"{path}: has no rows; add at least one below the heading")
    return raw


def is_empty(values: pd.Series) -> pd.Series:
    """Tell which texts stand for nothing."""
    return values.str.lower().isin(_EMPTY)


def to_numbers(values: pd.Series) -> pd.Series:
    """Turn text into floats; NaN where it is none, inf stays inf."""
    return pd.to_numeric(values, errors="coerce").astype(np.float64)


def shifted(geometry: gpd.GeoSeries, datum: str) -> gpd.GeoSeries:
    """Bring geometry that a file calls EPSG:4326 from the datum it is really in."""
    if check_datum(datum) not in {"GCJ-02", "BD-09"}:
        return geometry
    moved = shapely.transform(
        geometry.to_numpy(),
        lambda points: np.column_stack(to_wgs84_lonlat(points[:, 0], points[:, 1], datum)),
    )
    return gpd.GeoSeries(moved, index=geometry.index, crs=WGS84)


def _check_file(path: Path) -> None:
    """Refuse a file that is missing, no file, empty or too large."""
    try:
        size = path.stat().st_size
    except OSError:
        raise SourceError(f"{path}: no such file; check the path in the plan") from None
    if not path.is_file():
        raise SourceError(f"{path}: is a folder, not a file; check the path in the plan")
    if size == 0:
        raise SourceError(f"{path}: is empty; give a file with rows")
    if size > MAX_BYTES:
        raise SourceError(
            f"{path}: {size / 1e9:.1f} GB is more than the {MAX_BYTES / 1e9:g} GB that are read; "
            "cut it to the study area"
        )


def _read_bytes(path: Path) -> bytes:
    """Read the file, or say why not."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise SourceError(f"{path}: cannot be read ({reason}); check its rights") from None


def _decoded(path: Path) -> tuple[str, list[str]]:
    """Return the text of a CSV, from UTF-8 or else from GB 18030."""
    content = _read_bytes(path)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4096]:
        raise SourceError(f"{path}: is not text in UTF-8; save it as CSV (UTF-8)")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030"), [f"{path.name}: read as GB 18030, it is not UTF-8"]
    except UnicodeDecodeError:
        message = f"{path}: neither UTF-8 nor GB 18030; save it as CSV (UTF-8)"
        raise SourceError(message) from None


def _read_csv(path: Path) -> RawTable:
    """Read comma-separated text; rows whose number of fields is wrong are bad."""
    text, notes = _decoded(path)
    reader = csv.reader(io.StringIO(text, newline=""))
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for record in reader:
            if any(field.strip() for field in record):
                records.append((line, [field.strip() for field in record]))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(f"{path}: line {line}: {error}; save it as CSV (UTF-8)") from None
    if not records:
        raise SourceError(f"{path}: is empty; give a file with rows")
    heading = _heading(path, records[0][1])
    good = [(line, record) for line, record in records[1:] if len(record) == len(heading)]
    bad = [
        (line, f"{len(record)} fields, but the heading has {len(heading)}")
        for line, record in records[1:]
        if len(record) != len(heading)
    ]
    rows = pd.DataFrame([record for _, record in good], columns=heading, dtype=str)
    rows = rows.drop(columns=[name for name in ("", "row", "geometry") if name in heading])
    rows["row"] = np.array([line for line, _ in good], dtype=np.int64)
    return RawTable(rows, None, pd.DataFrame(bad, columns=["row", "reason"]), notes)


def _heading(path: Path, heading: list[str]) -> list[str]:
    """Refuse a heading with a name twice, or with another separator than the comma."""
    twice = sorted({name for name in heading if name and heading.count(name) > 1})
    if twice:
        raise SourceError(f"{path}: heading {twice[0]!r} stands twice; rename one of them")
    for separator, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(heading) == 1 and separator in heading[0]:
            raise SourceError(f"{path}: separated by {word}; save it with commas")
    return heading


def _read_features(path: Path) -> RawTable:
    """Read a GeoJSON or GeoPackage with one layer; attributes become text."""
    first = _FIRST_BYTES[path.suffix.lower()]
    with path.open("rb") as file:
        start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    # Only then: GDAL would open whatever it recognises, files that point to other files included.
    if not start.startswith(first):
        raise SourceError(f"{path}: is no {path.suffix[1:]} file inside; export it again")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's remarks on the file
            layer = pyogrio.read_dataframe(path, layer=_only_layer(path), fid_as_index=False)
    except (DataSourceError, DataLayerError, ValueError, shapely.errors.GEOSException) as error:
        if isinstance(error, SourceError):
            raise
        fault = str(error).splitlines()[0][:120]
        raise SourceError(f"{path}: cannot be read ({fault}); export it again") from None
    if not isinstance(layer, gpd.GeoDataFrame):
        raise SourceError(f"{path}: has no geometry; export it with geometry")
    if layer.crs is None or layer.crs.name.lower().startswith("undefined"):
        raise SourceError(f"{path}: has no CRS; set the one it was made in and export it again")
    geometry = gpd.GeoSeries(layer.geometry.force_2d(), crs=layer.crs).to_crs(WGS84)
    attributes = layer.drop(columns=[layer.geometry.name, "row"], errors="ignore")
    rows = pd.DataFrame({str(name): _texts(attributes[name]) for name in attributes.columns})
    rows["row"] = np.arange(1, len(layer) + 1, dtype=np.int64)
    return RawTable(rows, geometry, pd.DataFrame(columns=["row", "reason"]), [])


def _only_layer(path: Path) -> str:
    """Return the one layer with geometry, or refuse the file."""
    names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if len(names) != 1:
        found = ", ".join(names) or "none"
        raise SourceError(f"{path}: needs one layer with geometry, has {found}; export one alone")
    return names[0]


def _texts(values: pd.Series) -> pd.Series:
    """Turn a column into text: whole numbers without a point, nothing where it is empty."""
    if pd.api.types.is_float_dtype(values):
        present = values.dropna()
        if np.isfinite(present).all() and (present == present.round()).all():
            values = values.astype("Int64")
    return values.astype(object).where(values.notna(), "").map(str).str.strip().astype(str)
