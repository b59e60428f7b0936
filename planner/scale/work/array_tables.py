"""Tables as arrays without objects, which pass from process to process and lie on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, overload

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays

#: Between the name of a table and that of its column; no name of ours has it.
_OF: Final = "/"
#: How a column is kept: as it is, as codes of texts, or as shapes in WKB.
_TEXTS: Final = (".codes", ".texts")
_SHAPES: Final = (".ends", ".wkb")


def pack_tables(tables: Mapping[str, pd.DataFrame]) -> Arrays:
    """Turn tables into arrays; see `unpack_tables`.

    Columns of objects are texts, or None, or shapes of shapely. The index is not kept.
    """
    arrays: Arrays = {}
    for name, table in tables.items():
        arrays[f"{name}{_OF}"] = np.array([len(table)])
        for column in table.columns:
            arrays |= _pack(f"{name}{_OF}{column}", np.asarray(table[column]))
    return arrays


def unpack_tables(arrays: Arrays) -> dict[str, pd.DataFrame]:
    """Return the tables that `pack_tables` packed."""
    columns: dict[str, dict[str, NDArray[Any]]] = {}
    lengths = {}
    for key, values in arrays.items():
        table, _, column = key.partition(_OF)
        if not column:
            lengths[table] = int(values[0])
            continue
        of = columns.setdefault(table, {})
        if column.endswith(_TEXTS[0]):
            name = column.removesuffix(_TEXTS[0])
            of[name] = _read_texts(values, arrays[f"{table}{_OF}{name}{_TEXTS[1]}"])
        elif column.endswith(_SHAPES[0]):
            name = column.removesuffix(_SHAPES[0])
            of[name] = _read_shapes(values, arrays[f"{table}{_OF}{name}{_SHAPES[1]}"])
        elif not column.endswith((_TEXTS[1], _SHAPES[1])):
            of[column] = values
    return {
        name: pd.DataFrame(columns.get(name, {}), index=pd.RangeIndex(length))
        for name, length in lengths.items()
    }


@dataclass(frozen=True, eq=False)
class StoredTables(Sequence[dict[str, pd.DataFrame]]):
    """Tables that steps have packed, read from the store when they are asked for.

    keys : of these steps.
    """

    store: StepStore
    keys: Sequence[str]

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, number: int) -> dict[str, pd.DataFrame]: ...
    @overload
    def __getitem__(self, number: slice) -> StoredTables: ...
    def __getitem__(self, number: int | slice) -> dict[str, pd.DataFrame] | StoredTables:
        if isinstance(number, slice):
            return StoredTables(self.store, self.keys[number])
        return unpack_tables(self.store.load(self.keys[number]))


def _pack(key: str, values: NDArray[Any]) -> Arrays:
    """Return one column as arrays."""
    if values.dtype != object:
        return {key: values}
    if any(isinstance(value, shapely.Geometry) for value in values):
        # None has no bytes.
        shapes = [b"" if shape is None else shapely.to_wkb(shape) for shape in values]
        ends = np.cumsum([len(shape) for shape in shapes], dtype=np.int64)
        wkb = np.frombuffer(b"".join(shapes), dtype=np.uint8)
        return {f"{key}{_SHAPES[0]}": ends, f"{key}{_SHAPES[1]}": wkb}
    codes, distinct = pd.factorize(values)  # None is -1
    # No text has a NUL: whatever reads files refuses it.
    joined = "\0".join(map(str, distinct)).encode("utf-8", "surrogatepass")
    small = np.min_scalar_type(-max(len(distinct), 1))
    return {
        f"{key}{_TEXTS[0]}": codes.astype(small),
        f"{key}{_TEXTS[1]}": np.frombuffer(joined, dtype=np.uint8),
    }


def _read_texts(codes: NDArray[Any], texts: NDArray[Any]) -> NDArray[np.object_]:
    """Return texts, None where there is none."""
    joined = texts.tobytes().decode("utf-8", "surrogatepass")
    # The last one, at -1, is none.
    distinct = np.array([*joined.split("\0"), None], dtype=object)
    return np.asarray(distinct[codes], dtype=object)


def _read_shapes(ends: NDArray[Any], wkb: NDArray[Any]) -> NDArray[np.object_]:
    """Return shapes, None where there is none."""
    held = wkb.tobytes()
    starts = [0, *ends.tolist()]
    parts = [held[start:end] or None for start, end in zip(starts, ends.tolist(), strict=False)]
    return np.asarray(shapely.from_wkb(np.array([*parts, None], dtype=object))[:-1], dtype=object)
