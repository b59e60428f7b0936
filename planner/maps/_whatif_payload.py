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
from planner.maps._walls_payload import take_shown_gains

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.maps._map_grid import MapGrid
    from planner.sources.whatif_file import WhatIfData

#: How a column is written, its bytes, and what else its reader has to know.
_Written = tuple[Any, ...]
#: The ways: flags, eight a byte; whole numbers, or their steps; figures as they are.
FLAGS, WHOLE, STEPS, FIGURES = "flags", "whole", "steps", "figures"
#: The same, but all first bytes before all second ones, which are less alike.
PLANES, STEP_PLANES = "planes", "step_planes"
#: From where the part before ends: parts of a wall mostly follow each other.
ONWARD: Final = "onward"
#: Columns written so, each with that of the lengths, which stands before it.
_LENGTHS: Final = {f"barriers.{axis}": f"barriers.d{axis}" for axis in ("x", "y", "lon", "lat")}
#: As a share of the people of one kind, and what each is beside it: groups mostly are.
SHARE: Final = "share"
#: Texts of one table, of which there is one for each of its rows.
_UNITS: Final = "units."


def pack_whatif(
    data: WhatIfData,
    order: NDArray[np.int64] | None = None,
    rows: Mapping[str, NDArray[np.int64]] | None = None,
) -> str:
    """Return the data as text that can stand anywhere in a page.

    Parameters
    ----------
    data
        From `find_whatif_data`, or read beside a run.
    order
        The units in the order of the page's rows; None: as they stand.
    rows
        From `find_page_rows`: columns more; None: the page shows none of these things.

    Returns
    -------
    str
        Signs of base64 only; the same data give the same text.
    """
    written = write_columns(data, order, rows)
    return base64.b64encode(zlib.compress(written, 9)).decode("ascii")


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


def find_page_rows(
    whatif: WhatIfData, layers: Mapping[str, gpd.GeoDataFrame]
) -> dict[str, NDArray[np.int64]]:
    """Return for each station, gate and opening of the page its row in the data; -1: it has none.

    Parameters
    ----------
    whatif
        The data.
    layers
        Of the result, as the page lists them.

    Returns
    -------
    dict
        `page.facilities`, `page.gates` and `page.openings`, in the order of the page's tables.
    """
    gains = find_layer(layers, "gate_gains")
    shown = None if gains is None else take_shown_gains(gains)
    return {
        "page.facilities": find_rows(
            find_layer(layers, "facilities"), "facility_id", whatif.head["facilities"]["id"]
        ),
        "page.gates": find_rows(find_layer(layers, "gates"), "gate_id", whatif.head["gates"]["id"]),
        "page.openings": find_rows(shown, "gate_id", whatif.head["openings"]["id"]),
    }


def find_rows(layer: gpd.GeoDataFrame | None, key: str, ids: Sequence[str]) -> NDArray[np.int64]:
    """Return the first row that has the id of each of a layer's rows, -1 for none."""
    known: dict[str, int] = {}
    for row, one in enumerate(ids):
        known.setdefault(one, row)
    listed = [] if layer is None else column(layer, key)
    return np.array([known.get(str(one), -1) for one in listed], dtype=np.int64)


def write_columns(
    data: WhatIfData,
    order: NDArray[np.int64] | None = None,
    rows: Mapping[str, NDArray[np.int64]] | None = None,
) -> bytes:
    """Return the data as bytes that are not yet compressed."""
    head, columns = dict(data.head), dict(data.columns) | dict(rows or {})
    if order is not None:
        head["units"] = head["units"] | {"id": [head["units"]["id"][row] for row in order]}
        columns |= {name: values[order] for name, values in columns.items() if _of_units(name)}
    groups = {f"units.people_{one['name']}": one["kind"] for one in head.get("groups", [])}
    # Stable: what is read by the help of other columns comes after them.
    names = sorted(columns, key=lambda name: name in _LENGTHS or name in groups)
    written: dict[str, _Written] = {}
    for name in names:
        if name in _LENGTHS:
            written[name] = _write_onward(columns[name], columns[_LENGTHS[name]])
        elif name in groups:
            kind = head["units"]["kinds"].index(groups[name])
            written[name] = _write_group(columns[name], columns, kind)
        else:
            written[name] = _write_column(columns[name])
    listed = [(name, how, len(columns[name]), *said) for name, (how, _, *said) in written.items()]
    text = json.dumps(head | {"columns": listed}, ensure_ascii=False, separators=(",", ":"))
    # A lone half of a pair is no text; a name from a broken file may hold one.
    encoded = text.encode("utf-8", errors="replace")
    contents = [content for _, content, *_ in written.values()]
    return b"".join([len(encoded).to_bytes(4, "little"), encoded, *contents])


def _of_units(name: str) -> bool:
    return name.startswith(_UNITS)


def _write_column(values: NDArray[Any]) -> _Written:
    """Write a column in the shortest way; return which."""
    if values.dtype.kind == "b":
        return FLAGS, np.packbits(values, bitorder="little").tobytes()
    if values.dtype.kind == "f":
        return FIGURES, values.astype("<f8").tobytes()
    whole = values.astype(np.int64)
    plain, steps = _to_bytes(whole), _to_bytes(np.diff(whole, prepend=0))
    return _shortest(
        (WHOLE, plain),
        (STEPS, steps),
        (PLANES, _to_planes(plain)),
        (STEP_PLANES, _to_planes(steps)),
    )


def _write_onward(values: NDArray[Any], lengths: NDArray[Any]) -> _Written:
    """Write where each part begins, as its change from where the one before ends."""
    begins = values.astype(np.int64)
    ends = np.concatenate([[0], (begins + lengths)[:-1]]) if len(begins) else begins
    return ONWARD, _to_planes(_to_bytes(begins - ends))


def _write_group(values: NDArray[Any], columns: Mapping[str, NDArray[Any]], kind: int) -> _Written:
    """Write the people of a group as so many of each unit's, of its kind, and what is beside."""
    plain = _write_column(values)
    if values.dtype.kind == "f" or columns["units.people"].dtype.kind == "f":
        return plain
    people = np.where(columns["units.kind"] == kind, columns["units.people"], 0)
    share = float(values.sum() / max(people.sum(), 1))
    beside = values - np.floor(people * share + 0.5).astype(np.int64)
    return _shortest(plain, (SHARE, _to_bytes(beside), kind, share))


def _shortest(*ways: _Written) -> _Written:
    return min(ways, key=lambda way: len(zlib.compress(way[1], 1)))


def _to_bytes(whole: NDArray[np.int64]) -> bytes:
    """Write whole numbers: 2n, or -2n - 1 below 0, seven bits a byte, the lowest first."""
    return to_varint_bytes(np.where(whole < 0, -2 * whole - 1, 2 * whole).astype(np.uint32))


def _to_planes(written: bytes) -> bytes:
    """Return numbers with the first bytes of all, then the second ones of those that have any."""
    content = np.frombuffer(written, dtype=np.uint8)
    ends = np.flatnonzero(content < 128)
    widths = np.diff(ends, prepend=-1)
    place = np.arange(len(content)) - np.repeat(ends - widths + 1, widths)
    return content[np.argsort(place, kind="stable")].tobytes()
