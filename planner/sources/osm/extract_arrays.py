"""An OSM extract as plain arrays, to be kept between runs."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.crs import WGS84
from planner.sources.cache import (
    Arrays,
    check_range,
    check_type,
    pack_texts,
    unpack_texts,
)
from planner.sources.osm.extract import OsmExtract, WalkWays

_LAYERS = ("zones", "buildings", "places", "backdrop", "gates", "barriers", "amenities")


def to_arrays(extract: OsmExtract) -> Arrays:
    """Turn an extract into arrays without objects."""
    arrays = ways_to_arrays(extract.ways)
    for name in _LAYERS:
        arrays |= _pack_layer(getattr(extract, name), name)
    arrays |= pack_columns(extract.crossings, "crossings")
    facts = {
        "bounds": None if extract.bounds is None else extract.bounds.wkt,
        "timestamp": extract.timestamp,
        "invented": extract.invented,
        "skipped": extract.skipped,
    }
    # As bytes: the cache keeps no objects, because reading these back would take pickle.
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    return arrays


def from_arrays(arrays: Arrays) -> OsmExtract:
    """Return the extract that `to_arrays` took apart."""
    ways = ways_from_arrays(arrays)
    facts = json.loads(arrays["facts"].tobytes())
    layers = {name: _unpack_layer(arrays, name) for name in _LAYERS}
    return OsmExtract(
        ways=ways,
        **layers,
        crossings=pd.DataFrame(unpack_columns(arrays, "crossings")),
        bounds=None if facts["bounds"] is None else shapely.from_wkt(facts["bounds"]),
        timestamp=facts["timestamp"],
        invented=facts["invented"],
        skipped=facts["skipped"],
    )


def ways_to_arrays(ways: WalkWays) -> Arrays:
    """Turn ways into arrays without objects."""
    arrays: Arrays = {}
    for entry in fields(WalkWays):
        value = getattr(ways, entry.name)
        arrays |= pack_texts(value, entry.name) if value.dtype == object else {entry.name: value}
    return arrays


def ways_from_arrays(arrays: Arrays) -> WalkWays:
    """Return the ways that `ways_to_arrays` took apart."""
    columns: dict[str, Any] = {
        entry.name: arrays[entry.name] if entry.name in arrays else unpack_texts(arrays, entry.name)
        for entry in fields(WalkWays)
    }
    ways = WalkWays(**columns)
    # That the hash is right does not prove that the arrays fit together, see ArrayCache.
    _check_ways(ways)
    return ways


def _check_ways(ways: WalkWays) -> None:
    """Refuse ways whose places in the other arrays are none, or whose coordinates are not."""
    for entry in fields(WalkWays):
        check_type(entry.name, getattr(ways, entry.name), str(entry.type))
    n, k = len(ways), len(ways.node_id)
    columns = {entry.name: len(getattr(ways, entry.name)) for entry in fields(WalkWays)}
    per_node = {columns.pop("node_id"), columns.pop("lonlat")}
    if columns.pop("offsets") != n + 1 or set(columns.values()) != {n} or per_node != {k}:
        raise ValueError("the columns of the ways differ in length")
    check_range("offsets", np.diff(ways.offsets), 0, k)
    check_range("offsets", ways.offsets[[0, -1]] - [0, k], 0, 0)
    check_range("lon", ways.lonlat[:, 0], -180, 180)
    check_range("lat", ways.lonlat[:, 1], -90, 90)
    check_range("crossing", ways.crossing, 0, 2)
    check_range("oneway", ways.oneway, -1, 1)
    check_range("area", ways.area, -1, n)


def _pack_layer(layer: gpd.GeoDataFrame, name: str) -> Arrays:
    """Pack the columns and, as one run of WKB, the geometry."""
    arrays = pack_columns(layer.drop(columns="geometry"), name)
    shapes = [bytes(shape) for shape in shapely.to_wkb(layer.geometry.to_numpy())]
    arrays[f"{name}:sizes"] = np.array([len(shape) for shape in shapes], dtype=np.int64)
    arrays[f"{name}:wkb"] = np.frombuffer(b"".join(shapes), dtype=np.uint8)
    return arrays


def pack_columns(table: pd.DataFrame, name: str) -> Arrays:
    """Pack columns by their type: numbers as they are, the rest as texts."""
    columns = list(table.columns)
    arrays = pack_texts(np.array(columns, dtype=object), f"{name}:columns")
    for column in columns:
        values = table[column].to_numpy()
        if values.dtype.kind in "bfi":
            arrays[f"{name}:{column}"] = values
        else:
            arrays |= pack_texts(values, f"{name}:{column}")
    return arrays


def unpack_columns(arrays: Arrays, name: str) -> dict[str, Any]:
    """Return the columns that `pack_columns` packed."""
    table = {}
    for column in unpack_texts(arrays, f"{name}:columns"):
        key = f"{name}:{column}"
        table[column] = arrays[key] if key in arrays else unpack_texts(arrays, key)
    return table


def _unpack_layer(arrays: Arrays, name: str) -> gpd.GeoDataFrame:
    table = unpack_columns(arrays, name)
    ends = np.cumsum(arrays[f"{name}:sizes"])
    content = arrays[f"{name}:wkb"].tobytes()
    starts = ends - arrays[f"{name}:sizes"]
    shapes = [content[start:end] for start, end in zip(starts, ends, strict=True)]
    geometry = shapely.from_wkb(np.array(shapes, dtype=object))
    return gpd.GeoDataFrame(table, geometry=geometry, crs=WGS84)
