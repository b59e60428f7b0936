"""GeoPackages, read as the SQLite files they are: plain tables only, nothing in them is run.

GDAL is not asked: it would run the views of a file, and guesses what type a text is of.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib import parse

import geopandas as gpd
import pyproj

from planner.crs import WGS84
from planner.errors import SourceError, on_one_line, quote
from planner.sources._file_crs import find_crs, parse_crs
from planner.sources._raw_table import RawTable, RowCollector
from planner.sources._shapes import read_geometry_blob
from planner.sources.foreign.cell_texts import to_text
from planner.sources.table_paths import split_sheet

#: One cell may be this long.
MAX_CELL: Final = 16_000_000
_EXPORT: Final = "export it again"
_LAYERS: Final = (
    "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c "
    "JOIN gpkg_geometry_columns g ON g.table_name = c.table_name COLLATE NOCASE"
)
_ALLOWED: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}


def read_geopackage(path: Path, file: BinaryIO) -> RawTable:
    """Read a layer with geometry of a GeoPackage; attributes become text.

    Parameters
    ----------
    path, file
        As `READERS` takes them; `file` only shows whether it is a GeoPackage. Behind # the path may
        name the layer, which it has to where there are several.

    Raises
    ------
    SourceError
        If it is none, is being edited, does not have the layer or has several, the layer is no
        plain table, or its CRS is not known.
    """
    of_file, wanted = split_sheet(path)
    check_geopackage(of_file, file)
    with _open_database(of_file) as base:
        layers = base.execute(_LAYERS).fetchall()
        layer, column, srs_id = _choose_layer(path, of_file, layers, wanted)
        if not (isinstance(layer, str) and isinstance(column, str)):
            raise SourceError(f"{path}: its layer has no name; {_EXPORT}")
        return _read_layer(path, base, layer, column, _read_crs(path, base, srs_id))


def _choose_layer(
    path: Path, of_file: Path, layers: list[tuple[Any, ...]], wanted: str
) -> tuple[Any, ...]:
    """Return the layer that a path names, or the only one there is."""
    fitting = [layer for layer in layers if wanted in ("", layer[0])]
    if len(fitting) == 1:
        return fitting[0]
    names = on_one_line(", ".join(str(name) for name, *_ in layers)) or "none"
    if wanted:
        raise SourceError(f"{path}: has no layer {quote(wanted)} with geometry; it has {names}")
    if not layers:
        raise SourceError(f"{path}: has no layer with geometry; {_EXPORT} as one")
    raise SourceError(
        f"{path}: has several layers: {names}; name one, as in {of_file.name}#{layers[0][0]}"
    )


def check_geopackage(path: Path, file: BinaryIO) -> None:
    """Refuse what is no GeoPackage inside, is being edited, or has layers that are no plain tables.

    Parameters
    ----------
    path
        Of the file.
    file
        At its start.

    Raises
    ------
    SourceError
        With what to do.
    """
    if file.read(16) != b"SQLite format 3\0":
        raise SourceError(f"{path}: is no gpkg file inside; {_EXPORT}")
    # Read as a file that nobody changes, it would come without the edits that lie in these.
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size:
            raise SourceError(
                f"{path}: is being edited, {beside.name} lies beside it; close it there first"
            )
    with _open_database(path) as base:
        # To SQLite a virtual table is a table too; only its CREATE VIRTUAL TABLE tells.
        kinds = {
            str(name).lower(): (kind, str(sql).split(None, 2)[1:2] == ["TABLE"])
            for kind, name, sql in base.execute("SELECT type, name, sql FROM sqlite_master")
            if kind in ("table", "view")
        }
        needed = ["gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"]
        if not set(needed) <= kinds.keys():
            raise SourceError(f"{path}: is an SQLite file but no GeoPackage; {_EXPORT} as one")
        for name in needed:
            _check_table(path, name, kinds)
        for (name,) in base.execute("SELECT table_name FROM gpkg_contents").fetchall():
            _check_table(path, str(name), kinds)


def _check_table(path: Path, name: str, kinds: dict[str, tuple[str, bool]]) -> None:
    """Refuse a view, a virtual table and what is not there."""
    kind, plain = kinds.get(name.lower(), ("nothing", False))
    if kind != "table" or not plain:
        what = "virtual table" if kind == "table" else kind
        raise SourceError(
            f"{path}: {quote(name)} is a {what}, not a plain table; {_EXPORT} as a layer of its own"
            if what != "nothing"
            else f"{path}: the layer {quote(name)} is not in it; {_EXPORT}"
        )


@contextmanager
def _open_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file of SQLite that may only be read, and only its plain tables."""
    # In the address of a database ? and # would end the name of the file.
    name = parse.quote(str(path.resolve()))
    try:
        with closing(sqlite3.connect(f"file:{name}?mode=ro&immutable=1", uri=True)) as base:
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL)
            for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
                base.execute(f"PRAGMA {pragma}")
            # After the pragmas: from here on everything but reading tables is refused.
            base.set_authorizer(_authorise)
            yield base
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:  # a text that is none
        fault = on_one_line(str(error))[:120]
        raise SourceError(f"{path}: cannot be read ({fault}); {_EXPORT}") from None


def _authorise(action: int, *arguments: str | None) -> int:
    """Let tables be read; no view, function, other file or change."""
    plain = action in _ALLOWED and arguments[3] is None  # the last one names a view or trigger
    asked = action == sqlite3.SQLITE_PRAGMA and arguments[0] == "table_info"
    return sqlite3.SQLITE_OK if plain or asked else sqlite3.SQLITE_DENY


def _read_crs(path: Path, base: sqlite3.Connection, srs_id: Any) -> pyproj.CRS:
    """Return the CRS that the file gives a number."""
    found = base.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ?",
        (srs_id,),
    ).fetchone()
    authority, code, definition = map(str, found or ("", "", "undefined"))
    # By the standard of GeoPackages -1 and 0 mean that nobody knows the CRS.
    if srs_id in (-1, 0) or definition.lower() == "undefined" or '"undefined' in definition.lower():
        raise SourceError(f"{path}: has no CRS; set the one it was made in and export it again")
    if authority.upper() == "EPSG":
        return find_crs(path, authority, code)
    return parse_crs(path, definition)


def _read_layer(
    path: Path, base: sqlite3.Connection, layer: str, geometry: str, crs: pyproj.CRS
) -> RawTable:
    """Read a layer: its geometry, and all other columns but the key as text."""
    columns = base.execute(f"PRAGMA table_info({_quote_name(layer)})").fetchall()
    kinds = {
        str(name): str(kind).upper()
        for _, name, kind, *_, key in columns
        if not key and name.lower() != geometry.lower()
    }
    names, flags = [*kinds], [kind == "BOOLEAN" for kind in kinds.values()]
    found = RowCollector(path)
    found.name_columns(names)
    shapes, faults = [], []
    asked = ", ".join(map(_quote_name, [geometry, *names]))
    rows = base.execute(f"SELECT {asked} FROM {_quote_name(layer)}")  # names in quotes
    for number, (blob, *values) in enumerate(rows, start=1):
        shape, fault, vertices = read_geometry_blob(blob)
        shapes.append(shape)
        faults.append(fault)
        texts = [_to_text(value, flag=flag) for value, flag in zip(values, flags, strict=True)]
        found.add(number, texts, vertices=vertices)
    return found.table([], gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84), faults)


def _quote_name(name: str) -> str:
    """Return the name of a table or column for a statement."""
    return '"' + name.replace('"', '""') + '"'


def _to_text(value: Any, *, flag: bool) -> str:
    """Turn a value into text; SQLite has no truth values and keeps 0 and 1."""
    return to_text(bool(value) if flag and value in (0, 1) else value)
