"""People as arrays: they are placed once for the whole area, and dealt out to tiles."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from planner.crs.array_types import Ints
from planner.scale.cut.area_arrays import array_to_json, json_to_array
from planner.sources.cache import Arrays, pack_texts, unpack_texts

_CELL: Final = "cell"
_UNIT, _GROUP = "unit.", "group."


def people_to_arrays(units: gpd.GeoDataFrame, groups: pd.DataFrame, row: Ints) -> Arrays:
    """Take units and what is known of their groups apart into arrays without objects.

    Parameters
    ----------
    units
        n of them, as of `People`.
    groups : DataFrame, aligned with `units`
        Columns of numbers.
    row : shape (n,)
        Of each in the table of the units of its [[demand]].
    """
    arrays: Arrays = {
        "order": json_to_array([str(name) for name in units.columns]),
        "row": np.asarray(row, dtype=np.int64),
        "xy": np.column_stack([units.geometry.x, units.geometry.y]).astype(np.float64),
    }
    plain = units.drop(columns=[units.geometry.name, _CELL])
    for prefix, frame in ((_UNIT, plain), (_GROUP, groups)):
        kinds = {str(name): str(kind) for name, kind in frame.dtypes.items()}
        arrays[f"{prefix}columns"] = json_to_array(kinds)
        for name in frame.columns:
            values, label = frame[name].to_numpy(), f"{prefix}{name}"
            arrays |= pack_texts(values, label) if values.dtype == object else {label: values}
    return arrays | _pack_cells(units[_CELL].to_numpy(dtype=object))


def people_from_arrays(arrays: Arrays, crs: CRS) -> tuple[gpd.GeoDataFrame, pd.DataFrame, Ints]:
    """Put together what `people_to_arrays` took apart: units, groups and rows."""
    frames = {
        prefix: pd.DataFrame(
            {
                name: pd.Series(_unpack(arrays, f"{prefix}{name}"), dtype=kind)
                for name, kind in array_to_json(arrays[f"{prefix}columns"]).items()
            },
            index=pd.RangeIndex(len(arrays["row"])),
        )
        for prefix in (_UNIT, _GROUP)
    }
    units = frames[_UNIT]
    units = units.assign(**{_CELL: pd.Series(_unpack_cells(arrays), dtype=object)})
    points = gpd.points_from_xy(*arrays["xy"].T)
    layer = gpd.GeoDataFrame(units, geometry=points, crs=crs)
    return layer[array_to_json(arrays["order"])], frames[_GROUP], arrays["row"]


def take_people(arrays: Arrays, chosen: Ints) -> Arrays:
    """Return some of the units of `people_to_arrays`, in the order of `chosen` (k,)."""
    taken: Arrays = {}
    for name, values in arrays.items():
        if name.endswith(".codes"):
            label = name.removesuffix(".codes")
            taken |= _take_texts(arrays, label, chosen)
        elif name.endswith("columns") or name == "order":
            taken[name] = values
        elif not name.endswith(".texts") and not name.startswith(f"{_CELL}."):
            taken[name] = values[chosen]
    return taken | _take_cells(arrays, chosen)


def _take_texts(arrays: Arrays, name: str, chosen: Ints) -> Arrays:
    """Return some of the texts of `pack_texts`, as it packs these; of others none is unpacked."""
    content = arrays[f"{name}.texts"]
    ends = np.append(np.flatnonzero(content == 0), len(content))
    starts = np.concatenate([[0], ends[:-1] + 1])
    codes, used = pd.factorize(arrays[f"{name}.codes"][chosen])
    texts = [
        content[start:end].tobytes()
        for start, end in zip(starts[used].tolist(), ends[used].tolist(), strict=True)
    ]
    joined = np.frombuffer(b"\0".join(texts), dtype=np.uint8)
    return {f"{name}.codes": codes, f"{name}.texts": joined}


def _unpack(arrays: Arrays, name: str) -> Any:
    """Return a column of numbers or texts."""
    return arrays[name] if name in arrays else unpack_texts(arrays, name)


def _pack_cells(cells: Any) -> Arrays:
    """Pack the outlines of cells, None where a unit has none."""
    known = np.array([cell is not None for cell in cells], dtype=bool)
    wkb = [b""] * len(cells)
    for place, content in zip(np.flatnonzero(known), shapely.to_wkb(cells[known]), strict=True):
        wkb[place] = content
    sizes = np.array([len(content) for content in wkb], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return {
        f"{_CELL}.starts": starts,
        f"{_CELL}.bytes": np.frombuffer(b"".join(wkb), dtype=np.uint8),
    }


def _unpack_cells(arrays: Arrays) -> Any:
    """Return the outlines of `_pack_cells`."""
    content, starts = arrays[f"{_CELL}.bytes"].tobytes(), arrays[f"{_CELL}.starts"].tolist()
    cells = np.full(len(starts) - 1, None, dtype=object)
    for place, (first, last) in enumerate(pairwise(starts)):
        if last > first:
            cells[place] = shapely.from_wkb(content[first:last])
    return cells


def _take_cells(arrays: Arrays, chosen: Ints) -> Arrays:
    """Return the packed outlines of some units."""
    starts, content = arrays[f"{_CELL}.starts"], arrays[f"{_CELL}.bytes"]
    sizes = np.diff(starts)[chosen]
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    at = np.arange(ends[-1]) + np.repeat(starts[chosen] - ends[:-1], sizes)
    return {f"{_CELL}.starts": ends, f"{_CELL}.bytes": content[at]}
