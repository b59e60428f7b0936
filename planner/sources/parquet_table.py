"""A table in Parquet that a command wrote: plain columns within limits, nothing in it is run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO, Final

import pandas as pd

MOST_BYTES: Final = 2_000_000_000
_MOST_ROWS: Final = 200_000_000
_MOST_COLUMNS: Final = 100
_MOST_UNPACKED: Final = 4_000_000_000
#: Of all texts in a column, were each written out in its row: a word of a small file may stand in
#: very many rows.
_MOST_TEXT: Final = 2_000_000_000
#: How a column may be kept, and what it must say it holds.
_KINDS: Final = {
    ("BYTE_ARRAY", "STRING"), ("DOUBLE", "NONE"), ("INT64", "NONE"), ("BOOLEAN", "NONE"),
}  # fmt: skip
_TEXT: Final = "BYTE_ARRAY"


class ParquetError(ValueError):
    """The file is not what a command writes; the text says in which respect."""


def read_parquet(file: BinaryIO, needed: Iterable[str]) -> pd.DataFrame:
    """Read a table of numbers, truth values and texts.

    Parameters
    ----------
    file
        At its start, and no longer than `MOST_BYTES`.
    needed
        Columns that have to be there; there may be others.

    Raises
    ------
    ParquetError
        If it is none, is larger than it may be, or has columns of other kinds.
    """
    import pyarrow as pa
    from pyarrow import compute, parquet

    try:
        source = parquet.ParquetFile(
            file, thrift_string_size_limit=1_000_000, thrift_container_size_limit=1_000_000
        )
        texts = _check_shape(source, set(needed))
        # By its words: read plainly, each row would get a copy of its own before any limit holds.
        source = parquet.ParquetFile(file, read_dictionary=texts)
        table = source.read(use_threads=True)
        table.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ParquetError("cannot be read") from error
    return pd.DataFrame({name: _decode(table[name], pa, compute) for name in table.column_names})


def _check_shape(source: Any, needed: set[str]) -> list[str]:
    """Refuse what no command writes; return the columns of text."""
    about = source.metadata
    unpacked = sum(about.row_group(k).total_byte_size for k in range(about.num_row_groups))
    if (
        about.num_rows > _MOST_ROWS
        or about.num_columns > _MOST_COLUMNS
        or unpacked > _MOST_UNPACKED
    ):
        raise ParquetError("is larger than a run writes it")
    columns = [about.schema.column(k) for k in range(about.num_columns)]
    names = [column.path for column in columns]
    missing = sorted(needed - set(names))
    if missing or len(set(names)) < len(names):
        raise ParquetError(f"has no column {missing[0]!r}" if missing else "has a column twice")
    for column in columns:
        flat = column.max_repetition_level == 0 and column.max_definition_level <= 1
        if not flat or (column.physical_type, column.logical_type.type) not in _KINDS:
            raise ParquetError("has a column of another kind")
    # What a library notes of itself may say which types to make of the columns, even of its own.
    if about.metadata:
        raise ParquetError("has notes of another program in it")
    return [column.path for column in columns if column.physical_type == _TEXT]


def _decode(column: Any, pa: Any, compute: Any) -> Any:
    """Return one column for pandas."""
    if not pa.types.is_dictionary(column.type):
        return column.to_pandas()
    size = 0
    for part in column.chunks:
        lengths = compute.binary_length(part.dictionary)
        size += compute.sum(lengths.take(part.indices)).as_py() or 0
    if size > _MOST_TEXT:
        raise ParquetError("is larger than a run writes it")
    return column.cast(pa.string()).to_pandas()
