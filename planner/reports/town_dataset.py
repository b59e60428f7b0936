"""Layers of a city as GeoParquet, a file for each town: nobody has to hold all of them at once.

A layer is a folder of files `TOWN/PART.parquet`, which Arrow, GeoPandas, DuckDB and GDAL read as
one table. Names of towns are written as in addresses (%2F for a slash), long ones cut, with a hash;
% alone is the folder of those in no town. `_metadata` lists the files with the least and the
greatest value of each column, so that who asks for one town reads no other. Format:
https://geoparquet.org, version 1.1.0, WKB in EPSG:4326, longitude before latitude.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.crs import WGS84
from planner.errors import SourceError
from planner.reports._parquet import to_columns
from planner.rounding import NO_CUTOFFS, AskedCutoffs, round_table

#: The folder of the dataset in that of a run.
DATASET_FOLDER: Final = "result"
#: Lists the files of a layer.
METADATA_FILE: Final = "_metadata"
_GEOMETRY: Final = "geometry"
#: The folder of rows in no town: no name of a town is written so.
_NO_TOWN: Final = "%"
#: Names of folders have at most 255 bytes on most disks: longer ones are cut, with a hash.
_LONGEST: Final = 200
#: Between what is left of a long name and its hash; quoting never writes it.
_CUT: Final = "%-"


def write_town_rows(
    folder: Path,
    name: str,
    layer: pd.DataFrame,
    part: str,
    cutoffs: AskedCutoffs = NO_CUTOFFS,
) -> list[Path]:
    """Write the rows of one layer, a file for each town among them.

    Parameters
    ----------
    folder
        Of the dataset; made if it does not exist.
    name
        Of the layer.
    layer
        EPSG:4326, or a table without geometry; with `town` ("" for none).
    part
        Names the file in the folder of each town: the same part writes the same files again.
    cutoffs
        On whose sides minutes stay.

    Returns
    -------
    list of Path
        The files.
    """
    written = []
    for town, rows in layer.groupby("town", sort=True):
        place = folder / name / name_town_folder(str(town))
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{part}.parquet"
        _write_table(_to_arrow(rows, cutoffs), path)
        written.append(path)
    return written


def name_town_folder(town: str) -> str:
    """Return the name of the folder of a town: no name leads out of the dataset."""
    # Dots alone would be folders above; quoting leaves them as they are.
    name = quote(town, safe="").replace(".", "%2E") or _NO_TOWN
    if len(name) <= _LONGEST:
        return name
    # No half of a quoted letter is left.
    kept = re.sub(r"%[0-9A-F]?$", "", name[: _LONGEST - 40])
    return f"{kept}{_CUT}{hashlib.sha256(town.encode()).hexdigest()[:16]}"


def finish_dataset(folder: Path) -> None:
    """Give every layer its `_metadata`; files whose columns differ in type get one type.

    A column that is empty in one file has no type of its own there.

    Parameters
    ----------
    folder
        Of the dataset, all files written.
    """
    from pyarrow import parquet

    for layer in sorted(path for path in folder.iterdir() if path.is_dir()):
        files = sorted(layer.glob("*/*.parquet"))
        schemas = {path: parquet.read_schema(path) for path in files}
        common = _join_schemas(list(schemas.values()))
        listed = []
        for path in files:
            if not schemas[path].equals(common):
                _cast(path, common)
            about = parquet.read_metadata(path)
            about.set_file_path(str(path.relative_to(layer)))
            listed.append(about)
        parquet.write_metadata(common, layer / METADATA_FILE, metadata_collector=listed)


def list_dataset_towns(folder: Path, name: str) -> list[str]:
    """Return the towns that a layer has rows of, "" for rows in none; sorted."""
    found = (path for path in (folder / name).iterdir() if path.is_dir())
    return sorted(_name_town(path) for path in found)


def _name_town(folder: Path) -> str:
    """Return the name of the town whose rows lie in a folder."""
    if folder.name == _NO_TOWN:
        return ""
    if _CUT not in folder.name:
        return unquote(folder.name)
    from pyarrow import parquet

    first = next(folder.glob("*.parquet"))
    return str(parquet.ParquetFile(first).read(["town"])["town"][0])


def read_town_rows(folder: Path, name: str, towns: Iterable[str]) -> Any:
    """Read the rows of a layer in some towns.

    Parameters
    ----------
    folder
        Of the dataset.
    name
        Of the layer.
    towns
        Their names; "" for rows in none. A town without rows adds none.

    Returns
    -------
    GeoDataFrame, or DataFrame where it has no geometry
        EPSG:4326, in the order of towns and parts.

    Raises
    ------
    SourceError
        If there is no such layer, or a file of it cannot be read.
    """
    import pyarrow as pa
    from pyarrow import parquet

    known = folder / name / METADATA_FILE
    if not known.is_file():
        raise SourceError(f"{known}: no such file; repeat planner run with --workers")
    tables = []
    for town in towns:
        for path in sorted((folder / name / name_town_folder(town)).glob("*.parquet")):
            try:
                table = parquet.ParquetFile(path).read().to_pandas()
            except (pa.ArrowException, OSError, ValueError) as error:
                raise SourceError(
                    f"{path}: cannot be read; repeat planner run with --workers"
                ) from error
            tables.append(table)
    if not tables:
        empty = parquet.read_schema(known).empty_table().to_pandas()
        tables = [empty]
    found = pd.concat(tables, ignore_index=True)
    if _GEOMETRY not in found:
        return found
    shapes = shapely.from_wkb(found.pop(_GEOMETRY).to_numpy(dtype=object))
    return gpd.GeoDataFrame(found, geometry=shapes, crs=WGS84)


def _to_arrow(rows: pd.DataFrame, cutoffs: AskedCutoffs) -> Any:
    """Return rows as a table of Arrow whose last column is the geometry, if there is one."""
    import pyarrow as pa

    if not isinstance(rows, gpd.GeoDataFrame):
        return pa.table(to_columns(round_table(rows, cutoffs)))
    shapes = rows.geometry.to_numpy()
    columns = to_columns(round_table(pd.DataFrame(rows.drop(columns=_GEOMETRY)), cutoffs))
    columns[_GEOMETRY] = pa.array(list(shapely.to_wkb(shapes)), type=pa.binary())
    box = [float(side) for side in shapely.total_bounds(shapes)]
    about = _describe_geometry(box if np.isfinite(box).all() else None)
    return pa.table(columns).replace_schema_metadata(about)


def _describe_geometry(box: list[float] | None) -> dict[bytes, bytes]:
    """Return what GeoParquet says of the geometry."""
    crs = WGS84.to_json_dict()
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [], "crs": crs}
    if box is not None:
        column["bbox"] = box
    about = {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}
    return {b"geo": json.dumps(about).encode()}


def _join_schemas(schemas: list[Any]) -> Any:
    """Return the columns of all files, each of the type that holds all its values."""
    import pyarrow as pa

    types: dict[str, Any] = {}
    for schema in schemas:
        for field in schema:
            known = types.setdefault(field.name, field.type)
            if known != field.type:
                types[field.name] = _join_types(known, field.type)
    if _GEOMETRY not in types:
        return pa.schema(list(types.items()))
    types[_GEOMETRY] = types.pop(_GEOMETRY)
    return pa.schema(list(types.items()), metadata=_describe_geometry(None))


def _join_types(one: Any, other: Any) -> Any:
    """Return a type that holds the values of both: texts hold all, decimals whole numbers."""
    import pyarrow as pa

    numbers = all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in (one, other))
    return pa.float64() if numbers else pa.string()


def _cast(path: Path, schema: Any) -> None:
    """Write a file again with other types; columns that it lacks are empty."""
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.ParquetFile(path).read()
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    about = parquet.read_metadata(path).metadata
    table = pa.table(columns, schema=schema)
    _write_table(table.replace_schema_metadata(about) if about else table, path)


def _write_table(table: Any, path: Path) -> None:
    """Write a file with what it says of its geometry; same rows, same bytes."""
    from pyarrow import parquet

    unfinished = path.with_suffix(".part")
    with parquet.ParquetWriter(
        unfinished, table.schema, compression="zstd", store_schema=False
    ) as writer:
        writer.write_table(table)
        if _GEOMETRY in table.column_names:
            writer.add_key_value_metadata({"geo": table.schema.metadata[b"geo"].decode()})
    unfinished.replace(path)  # whoever reads meanwhile finds the whole file or none
