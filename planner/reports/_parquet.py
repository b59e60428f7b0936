"""Long tables as Parquet: columns of codes and words, compressed; same input, same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from planner.rounding import NO_CUTOFFS, AskedCutoffs, round_table

#: Rows of one group: a reader that filters takes the others in one step.
_GROUP_ROWS: Final = 250_000


def write_parquet(path: Path, table: pd.DataFrame, cutoffs: AskedCutoffs = NO_CUTOFFS) -> None:
    """Write a table as Parquet, rounded as outputs are; what is missing is null.

    Texts are kept once, and by their number in each row. No notes of a library are written into the
    file: whoever reads it needs to know of none.

    Parameters
    ----------
    path
        File, not there yet.
    table
        Numbers, truth values and texts.
    cutoffs
        On whose sides minutes stay.
    """
    # Here, as a program that only reads results does without half of it.
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(
        pa.table(to_columns(round_table(table, cutoffs))),
        path,
        compression="zstd",
        row_group_size=_GROUP_ROWS,
        store_schema=False,
    )


def to_columns(table: pd.DataFrame) -> dict[str, Any]:
    """Return the columns of a table as those of Arrow, by their names; what is missing is null."""
    import pyarrow as pa

    return {str(name): _column(table[name], pa) for name in table.columns}


def _column(column: pd.Series, pa: Any) -> Any:
    """Return one column of Arrow."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_float_dtype(column):
        return pa.array(column, from_pandas=True)
    if pd.api.types.is_integer_dtype(column):  # as in a GeoPackage, of one size
        return pa.array(column, type=pa.int64(), from_pandas=True)
    codes, words = pd.factorize(column)  # -1 is missing
    numbers = pa.array(codes.astype("int32"), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(numbers, pa.array(list(map(str, words)), pa.string()))
