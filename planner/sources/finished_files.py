"""Reads single files that a command wrote: layers, tables, JSON; a broken one names the command."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
from pyarrow import ArrowException, Table
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError
from shapely.errors import ShapelyError

from planner.errors import SourceError
from planner.sources._read_geopackage import check_geopackage
from planner.sources._result_shape import find_layer_fault
from planner.sources._strict_json import read_json
from planner.sources.plain_files import open_plain

#: The command that wrote a file, unless another is named.
RUN: Final = "planner run"
_MAX_GPKG: Final = 20_000_000_000
_MAX_JSON: Final = 50_000_000
#: How GDAL and GEOS tell of a spoilt file; a name in it may be no text.
_UNREADABLE: Final = (
    CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError, ShapelyError,
    UnicodeDecodeError, ArrowException,
)  # fmt: skip


def load_layers(
    path: Path, command: str = RUN, *, names: Collection[str] | None = None
) -> dict[str, gpd.GeoDataFrame]:
    """Read the layers of a GeoPackage that GDAL can read and that have the columns of a run.

    command : which wrote it, and is to be repeated where it cannot be read.
    names : of the layers that are wanted; None: all are.
    """
    _check_layers(path, command)
    try:
        known = list_layers(path, with_geometry=True)
        wanted = [name for name in known if names is None or name in names]
        # Through Arrow: the same tables in half the time.
        layers = {name: gpd.read_file(path, layer=name, use_arrow=True) for name in wanted}
        for layer in layers.values():
            _check_texts(layer)
    except _UNREADABLE as error:
        raise say_unfinished(path, "cannot be read", command) from error
    for name, layer in layers.items():
        refuse_fault(path, find_layer_fault(name, layer), command)
    return layers


def _check_texts(layer: gpd.GeoDataFrame) -> None:
    """Raise ArrowException for a text that is none: Arrow itself looks only once it is used."""
    names = [name for name in layer.columns if layer[name].dtype == "str"]
    Table.from_pandas(pd.DataFrame(layer[names]), preserve_index=False).validate(full=True)


def refuse_fault(path: Path, fault: str, command: str = RUN) -> None:
    """Refuse a file with a fault."""
    if fault:
        raise SourceError(f"{path}: {fault}: another version or program wrote it; repeat {command}")


def _check_layers(path: Path, command: str = RUN) -> None:
    """Refuse what is no GeoPackage of plain tables: GDAL would read whatever it finds there."""
    with open_plain(path, most_bytes=_MAX_GPKG, advice=f"repeat {command}") as file:
        check_geopackage(path, file)


def list_layers(path: Path, *, with_geometry: bool) -> list[str]:
    """List the layers of a GeoPackage, or its tables without geometry."""
    listed = pyogrio.list_layers(path)
    return [str(name) for name, kind in listed if (kind is not None) == with_geometry]


def load_json(path: Path, command: str = RUN) -> dict[str, Any]:
    """Read an object of JSON that a command wrote, which is to be repeated where it is broken."""
    try:
        content = read_json(path, most_bytes=_MAX_JSON, advice=f"repeat {command}")
    except SourceError:
        raise say_unfinished(path, "is not JSON", command) from None
    if not isinstance(content, dict):
        raise say_unfinished(path, "is not what a run writes", command)
    return content


def read_table(path: Path, name: str) -> pd.DataFrame:
    """Read a table without geometry."""
    try:
        return pd.DataFrame(pyogrio.read_dataframe(path, layer=name))
    except _UNREADABLE as error:
        raise say_unfinished(path, "cannot be read") from error


def say_unfinished(path: Path, what: str, command: str = RUN) -> SourceError:
    """Return the error of a file that is not whole, with the command that writes it anew."""
    return SourceError(f"{path}: {what}, so this is an unfinished run; repeat {command}")
