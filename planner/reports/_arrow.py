"""Tables as Arrow columns, which GDAL writes without making an object of every value."""

from __future__ import annotations

from typing import Any

import nanoarrow
import numpy as np
import pandas as pd
from numpy.typing import NDArray


def to_arrow(table: pd.DataFrame) -> nanoarrow.Array:
    """Return a table of numbers, truth values and text as Arrow; what is missing is null.

    Parameters
    ----------
    table
        Columns of other things than numbers and truth values hold text, None or NaN.
    """
    columns = {str(name): _column(table[name]) for name in table.columns}
    schema = nanoarrow.struct({name: column.schema for name, column in columns.items()})
    rows = nanoarrow.c_array_from_buffers(
        schema, len(table), buffers=[None], children=list(columns.values())
    )
    return nanoarrow.Array(rows)


def _column(column: pd.Series) -> Any:
    """Return one column."""
    if pd.api.types.is_bool_dtype(column):
        kind, values = nanoarrow.bool_(), [_bits(column.to_numpy(dtype=bool))]
    elif pd.api.types.is_integer_dtype(column):
        kind, values = nanoarrow.int64(), [column.to_numpy(dtype=np.int64)]
    elif pd.api.types.is_float_dtype(column):
        kind, values = nanoarrow.float64(), [column.to_numpy(dtype=np.float64)]
    else:
        return _text(column)
    known = _bits(column.notna().to_numpy(dtype=bool))
    return nanoarrow.c_array_from_buffers(kind, len(column), [known, *values])


def _text(column: pd.Series) -> Any:
    """Return a column of text: where each ends, from 0 on, and all of them in one."""
    codes, words = pd.factorize(column)  # most words stand in many rows
    texts = np.array(
        [*(word.encode() for word in words), b""], dtype=object
    )  # code -1 takes the last: no text
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(sizes[codes])]).astype(np.int64)
    parts = [_bits(codes >= 0), ends, b"".join(texts[codes].tolist())]
    # Large: the ends of plain strings have 32 bits, which is 2 GB of text in a column.
    return nanoarrow.c_array_from_buffers(nanoarrow.large_string(), len(column), parts)


def _bits(flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return flags as Arrow keeps them, eight to the byte."""
    return np.packbits(flags, bitorder="little")
