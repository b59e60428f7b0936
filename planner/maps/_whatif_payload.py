"""What a page works out scenarios from, as one short text; docs/whatif.md says how it is written."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.maps._packed_payload import to_varint_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


def write_columns(data: WhatIfData, order: NDArray[np.int64] | None = None) -> bytes:
    """Return the data as bytes that are not yet compressed."""
    head, columns = dict(data.head), dict(data.columns)
    if order is not None:
        head["units"] = head["units"] | {"id": [head["units"]["id"][row] for row in order]}
        columns |= {name: column[order] for name, column in columns.items() if _of_units(name)}
    listed: list[tuple[str, str, int]] = []
    written: list[bytes] = []
    for name, column in columns.items():
        how, content = _write_column(column)
        listed.append((name, how, len(column)))
        written.append(content)
    text = json.dumps(head | {"columns": listed}, ensure_ascii=False, separators=(",", ":"))
    # A lone half of a pair is no text; a name from a broken file may hold one.
    encoded = text.encode("utf-8", errors="replace")
    return b"".join([len(encoded).to_bytes(4, "little"), encoded, *written])


def _of_units(name: str) -> bool:
    return name.startswith(_UNITS)


def _write_column(column: NDArray[Any]) -> tuple[str, bytes]:
    """Write a column in the shortest way; return which."""
    if column.dtype.kind == "b":
        return FLAGS, np.packbits(column, bitorder="little").tobytes()
    if column.dtype.kind == "f":
        return FIGURES, column.astype("<f8").tobytes()
    whole = column.astype(np.int64)
    written = {WHOLE: _to_bytes(whole), STEPS: _to_bytes(np.diff(whole, prepend=0))}
    how = min(written, key=lambda way: len(zlib.compress(written[way], 1)))
    return how, written[how]


def _to_bytes(whole: NDArray[np.int64]) -> bytes:
    """Write whole numbers: 2n, or -2n - 1 below 0, seven bits a byte, the lowest first."""
    return to_varint_bytes(np.where(whole < 0, -2 * whole - 1, 2 * whole).astype(np.uint32))
