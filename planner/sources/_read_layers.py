"""Shapefiles and GeoParquet: layers whose libraries run in a process of their own."""

import json
from pathlib import Path
from typing import Any, BinaryIO, Final

import geopandas as gpd
import pyproj
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84
from planner.errors import SourceError, quote
from planner.sources._file_crs import find_crs, parse_crs
from planner.sources._raw_table import RawTable, RowCollector, check_heading
from planner.sources._read_apart import take_apart
from planner.sources._shapes import read_geometry, read_wkb
from planner.sources._strict_json import make_decoder
from planner.sources.headings import lengthen, normalise

#: What stands for a part of a character.
_BROKEN: Final = "\ufffd"
#: Bytes that a shapefile keeps of the name of a column; the last may be a part of a character.
_MOST_BYTES: Final = 10


def read_shapefile(path: Path, file: BinaryIO) -> RawTable:
    """Read a shapefile: a .shp with the files beside it.

    Its texts are in the encoding that its .cpg names, else in UTF-8 or GB 18030.

    Parameters
    ----------
    path, file
        As `READERS` takes them; the file itself is opened in another process.

    Raises
    ------
    SourceError
        If a file of it is missing, it cannot be read, or its CRS is not known.
    """
    return _read_shapes(path, file, ".shp")


def read_zipped_shapefile(path: Path, file: BinaryIO) -> RawTable:
    """Read a zip that holds one shapefile.

    Parameters
    ----------
    path, file
        As of `read_shapefile`.

    Raises
    ------
    SourceError
        As `read_shapefile`, or if it holds none or several.
    """
    return _read_shapes(path, file, ".zip")


def _read_shapes(path: Path, file: BinaryIO, kind: str) -> RawTable:
    """Read the rows of a shapefile; geometry comes as that of GeoJSON."""
    del file
    with take_apart(path, kind) as (report, lines):
        crs = parse_crs(path, report["crs"].strip())
        found = RowCollector(path)
        columns, remarks = _lengthen_names(path, report["columns"], report["encoding"])
        found.name_columns(check_heading(path, columns))
        shapes: list[BaseGeometry | None] = []
        faults: list[str] = []
        numbers = make_decoder()
        for number, texts, geometry in lines:
            # Numbers of a geometry are checked as they are written.
            value = numbers.decode(json.dumps(geometry))
            shape, fault, vertices = read_geometry(value)
            shapes.append(shape)
            faults.append(fault)
            found.add(number, texts, vertices=vertices)
    notes = []
    if report["guessed"] and report["encoding"] != "utf-8":
        remarks.append(f"{path.name}: its texts are read as GB 18030, they are not UTF-8")
    if report["broken"]:
        notes.append(f"{path.name}: a text is cut within a character, as its column is too narrow")
    return found.table(notes, gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84), faults, remarks)


def _lengthen_names(path: Path, columns: list[str], encoding: str) -> tuple[list[str], list[str]]:
    """Return the names of columns as we know them where they are cut, and say so."""
    names = [name.rstrip(_BROKEN) for name in columns]
    whole = {
        name: longer
        for name, given in zip(names, columns, strict=True)
        if _may_be_cut(given, encoding)
        and (longer := lengthen(name)) not in ("", *names)
        and normalise(longer) != normalise(name)
    }
    told = ", ".join(f"{name} -> {longer}" for name, longer in whole.items())
    remarks = [f"{path.name}: names of columns cut by the format: {told}"] if whole else []
    return [whole.get(name, name) for name in names], remarks


def _may_be_cut(name: str, encoding: str) -> bool:
    """Tell whether a name ends where the format cuts it, or as far before as a character takes."""
    size = len(name.rstrip(_BROKEN).encode(encoding, "replace"))
    widest = {"utf-8": 3, "gb18030": 2}.get(encoding, 1)
    return size == _MOST_BYTES or (not name.isascii() and size + widest > _MOST_BYTES)


def read_parquet(path: Path, file: BinaryIO) -> RawTable:
    """Read a Parquet file: with the metadata of GeoParquet a layer, else a table.

    Parameters
    ----------
    path, file
        As of `read_shapefile`.

    Raises
    ------
    SourceError
        If it cannot be read, its geometry is not in WKB, or its CRS is not known.
    """
    del file
    with take_apart(path, ".parquet") as (report, lines):
        crs = _read_projjson(path, report["crs"])
        found = RowCollector(path)
        found.name_columns(check_heading(path, report["columns"]))
        shapes: list[BaseGeometry | None] = []
        faults: list[str] = []
        for number, texts, blob in lines:
            shape, fault, vertices = read_wkb(None if blob is None else bytes.fromhex(blob))
            shapes.append(shape)
            faults.append(fault)
            found.add(number, texts, vertices=vertices)
    if not report["geometry"]:
        return found.table([])
    return found.table([], gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84), faults)


def _read_projjson(path: Path, crs: Any) -> pyproj.CRS:
    """Return the CRS that GeoParquet names; without one it is longitude and latitude."""
    if crs is None:
        return WGS84
    code = crs.get("id") if isinstance(crs, dict) else None
    if isinstance(code, dict) and {"authority", "code"} <= code.keys():
        return find_crs(path, str(code["authority"]), str(code["code"]))
    try:
        return parse_crs(path, pyproj.CRS.from_json(json.dumps(crs)).to_wkt())
    except CRSError:
        raise SourceError(
            f"{path}: its CRS {quote(crs)} is not known; export it again in EPSG:4326"
        ) from None
