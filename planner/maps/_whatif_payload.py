"""What a page works out scenarios from, as one short text, written as docs/whatif.md says."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.maps._demand_payload import sort_by_place
from planner.maps._layer_columns import column, find_layer
from planner.maps._packed_payload import to_varint_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.maps._map_grid import MapGrid
    from planner.sources.whatif_file import WhatIfData

#: How a column is written: flags, eight a byte; whole numbers, or their steps; figures as they are.
FLAGS, WHOLE, STEPS, FIGURES = "flags", "whole", "steps", "figures"
#: Texts of one table, of which there is one for each of its rows.
_UNITS: Final = "units."


def pack_whatif(data: WhatIfData, order: NDArray[np.int64] | None = None) -> str:
    """Return the data as text that can stand anywhere in a page.

    Parameters
    ----------
    data
        From `find_whatif_data`, or read beside a run.
    order
        The units in the order of the page's rows; None: as they stand.

    Returns
    -------
    str
        Signs of base64 only; the same data give the same text.
    """
    return base64.b64encode(zlib.compress(write_columns(data, order), 9)).decode("ascii")


def order_units(
    whatif: WhatIfData, layers: Mapping[str, gpd.GeoDataFrame], grid: MapGrid
) -> NDArray[np.int64] | None:
    """Return the units in the order of the page's rows; None where these are others."""
    demand = sort_by_place(find_layer(layers, "demand"), grid)
    known = {demand_id: row for row, demand_id in enumerate(whatif.head["units"]["id"])}
    ids = [] if demand is None else column(demand, "demand_id")
    rows = [known.get(demand_id) for demand_id in ids]
    same = None not in rows and len(rows) == len(known)
    return np.array(rows, dtype=np.int64) if same else None


def write_columns(data: WhatIfData, order: NDArray[np.int64] | None = None) -> bytes:
    """Return the data as bytes that are not yet compressed."""
    head, columns = dict(data.head), dict(data.columns)
    if order is not None:
        head["units"] = head["units"] | {"id": [head["units"]["id"][row] for row in order]}
        columns |= {name: values[order] for name, values in columns.items() if _of_units(name)}
    listed: list[tuple[str, str, int]] = []
    written: list[bytes] = []
    for name, values in columns.items():
        how, content = _write_column(values)
        listed.append((name, how, len(values)))
        written.append(content)
    text = json.dumps(head | {"columns": listed}, ensure_ascii=False, separators=(",", ":"))
    # A lone half of a pair is no text; a name from a broken file may hold one.
    encoded = text.encode("utf-8", errors="replace")
    return b"".join([len(encoded).to_bytes(4, "little"), encoded, *written])


def _of_units(name: str) -> bool:
    return name.startswith(_UNITS)


def _write_column(values: NDArray[Any]) -> tuple[str, bytes]:
    """Write a column in the shortest way; return which."""
    if values.dtype.kind == "b":
        return FLAGS, np.packbits(values, bitorder="little").tobytes()
    if values.dtype.kind == "f":
        return FIGURES, values.astype("<f8").tobytes()
    whole = values.astype(np.int64)
    written = {WHOLE: _to_bytes(whole), STEPS: _to_bytes(np.diff(whole, prepend=0))}
    how = min(written, key=lambda way: len(zlib.compress(written[way], 1)))
    return how, written[how]


def _to_bytes(whole: NDArray[np.int64]) -> bytes:
    """Write whole numbers: 2n, or -2n - 1 below 0, seven bits a byte, the lowest first."""
    return to_varint_bytes(np.where(whole < 0, -2 * whole - 1, 2 * whole).astype(np.uint32))
