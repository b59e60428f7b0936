"""Columns of a layer as plain lists, for the payload: None for what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.plan import KINDS
from planner.rounding import round_walks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

PEOPLE = [f"people_{kind}" for kind in KINDS]


def find_layer(layers: Mapping[str, gpd.GeoDataFrame], name: str) -> gpd.GeoDataFrame | None:
    """Return the layer, or None where it is missing or empty."""
    layer = layers.get(name)
    return None if layer is None or len(layer) == 0 else layer


def column(layer: pd.DataFrame, name: str) -> list[Any]:
    """Return the column's values with None for missing ones and for a column that is not there."""
    if name not in layer.columns:
        return [None] * len(layer)
    # As plain arrays: a table's own columns take ten times as long to walk.
    values, missing = layer[name].to_numpy(dtype=object), layer[name].isna().to_numpy()
    return [
        None if absent or value == "" else value
        for value, absent in zip(values, missing, strict=True)
    ]


def to_flags(layer: pd.DataFrame, name: str) -> list[bool]:
    """Return a column of truth values; false where missing."""
    return [bool(value) for value in column(layer, name)]


def keep_names(names: Iterable[Any], ids: Iterable[Any]) -> list[str | None]:
    """Return the names, None where there is none but the id."""
    pairs = zip(names, ids, strict=True)
    return [
        # A name that only repeats the id says nothing to a resident.
        None if name is None or not str(name).strip() or name == identifier else str(name)
        for name, identifier in pairs
    ]


def lonlat(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Longitude and latitude of a point in each geometry, NaN where there is none."""
    # Not the centroid, which may lie outside a bent shape.
    inside = shapely.point_on_surface(shapes)
    return np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])


def find_largest_parts(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the largest part of each shape: the label stands there."""
    largest = np.full(len(shapes), None, dtype=object)
    for index, shape in enumerate(shapes):
        parts = shapely.get_parts(shape) if shape is not None else []
        if len(parts):
            largest[index] = parts[int(np.argmax(shapely.area(parts)))]
    return largest


def index_rows(layer: gpd.GeoDataFrame | None, key: str) -> dict[str, int]:
    """Return the place of each row in the table by its id."""
    if layer is None or key not in layer.columns:
        return {}
    return {str(value): index for index, value in enumerate(layer[key])}


def find_places(values: Iterable[Any], place: Mapping[str, int]) -> list[int | None]:
    """Return where the rows with these ids stand, None for none."""
    return [None if value is None else place.get(str(value)) for value in values]


def round_minutes(
    values: Iterable[Any], digits: int, cutoffs: Sequence[float]
) -> list[float | None]:
    """Return minutes with so many digits, each on its side of the cutoffs; None for none."""
    known = [np.nan if value is None else float(value) for value in values]
    rounded = round_walks(np.array(known, dtype=np.float64), digits, cutoffs)
    return [float(value) if np.isfinite(value) else None for value in rounded]


def round_known(value: Any, digits: int) -> float | None:
    """Return the number with so many digits, None where it is missing or infinite."""
    return None if value is None or not np.isfinite(value) else round(float(value), digits)
