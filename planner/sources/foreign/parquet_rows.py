"""Rows of a Parquet file, read with pyarrow; with the metadata of GeoParquet it has geometry."""

from __future__ import annotations

import json
import os
from typing import Any, Final

# Set before the library is loaded: its own pools would reserve more memory than may be used.
os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"

import pyarrow as pa
import pyarrow.parquet as pq

from planner.sources.foreign.cell_texts import to_text
from planner.sources.foreign.child import RowWriter, TableError, TableOrder

_EXPORT: Final = "export it again"
#: Rows that are held at a time.
_BATCH: Final = 1_000
#: Columns that pandas writes for its own use.
_INDEX: Final = "__index_level_"


def write_parquet(order: TableOrder, rows: RowWriter) -> dict[str, Any]:
    """Write all rows, numbered from 1; geometry as WKB in hexadecimal digits.

    Returns
    -------
    dict
        `columns`; `geometry` : whether there is any; `crs` : PROJJSON, or None for OGC:CRS84.
    """
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    try:
        with pq.ParquetFile(order.path, pre_buffer=False) as file:
            column, crs = _read_geo((file.metadata.metadata or {}).get(b"geo"))
            names = [str(name) for name in file.schema_arrow.names if not name.startswith(_INDEX)]
            if column is not None and column not in names:
                raise TableError(f"its column of geometry {column!r} is not in it; {_EXPORT}")
            if file.metadata.num_rows * max(1, len(names)) > order.most_cells:
                raise TableError(
                    f"has more than the {order.most_cells:,} cells that are read; cut the file to "
                    "the study area"
                )
            others = [name for name in names if name != column]
            _write_rows(file, names, column, rows)
    except (pa.ArrowException, OSError, ValueError, NotImplementedError) as error:
        fault = " ".join(str(error).split())[:120]
        raise TableError(f"cannot be read as Parquet ({fault}); {_EXPORT}") from None
    return {"columns": others, "geometry": column is not None, "crs": crs}


def _write_rows(
    file: pq.ParquetFile, names: list[str], column: str | None, rows: RowWriter
) -> None:
    """Write the rows, some at a time."""
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH, columns=names, use_threads=False):
        values = {name: batch.column(name).to_pylist() for name in batch.schema.names}
        shapes = values.pop(column) if column is not None else [None] * batch.num_rows
        others = [[to_text(value) for value in values[name]] for name in names if name != column]
        for place, shape in enumerate(shapes):
            number += 1
            texts = [texts[place] for texts in others]
            rows.write(number, texts, shape.hex() if isinstance(shape, bytes) else shape and "00")


def _read_geo(metadata: bytes | None) -> tuple[str | None, Any]:
    """Return the column of geometry and its CRS, as the metadata of GeoParquet name them."""
    if metadata is None:
        return None, None
    try:
        geo = json.loads(metadata)
        column = geo["primary_column"]
        about = geo["columns"][column]
        encoding, crs = about.get("encoding"), about.get("crs", "absent")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TableError(f"its metadata of geometry are broken; {_EXPORT} as GeoParquet") from None
    if encoding != "WKB":
        raise TableError(f"its geometry is in {str(encoding)[:40]!r}; {_EXPORT} with WKB")
    if crs is None:
        raise TableError(f"says that its CRS is unknown; {_EXPORT} in EPSG:4326")
    return str(column), None if crs == "absent" else crs
