"""Reads a table of Python as text by column, as the same rows in a file are read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.crs import WGS84
from planner.errors import ArgumentError, CrsError, SourceError, quote_label
from planner.plan.given_table import GivenTable
from planner.sources._raw_table import RawTable, RowCollector


def read_given(table: GivenTable) -> RawTable:
    """Return the rows of a table of Python; they are numbered from 1.

    Raises
    ------
    CrsError
        If it has geometry without a CRS.
    SourceError
        If it has no rows, or a text that no result can hold.
    ArgumentError
        If a row of it has no geometry: of a file such rows are dropped and listed, of a table of
        Python they are somebody's mistake.
    """
    path, frame = Path(table.name), table.rows
    columns = list_texts(table)
    if len(frame) == 0:
        raise SourceError(f"{path}: has no rows; give at least one")
    _refuse_nowhere(table)
    found = RowCollector(path)
    found.name_columns([*columns])
    for number, texts in enumerate(zip(*columns.values(), strict=True), start=1):
        found.add(number, texts)
    if not columns:  # points without a column are rows too
        for number in range(1, len(frame) + 1):
            found.add(number, [])
    return found.table([], _to_wgs84(path, frame))


def list_texts(table: GivenTable) -> dict[str, list[str]]:
    """Return the columns but the geometry as text."""
    frame = table.rows
    shapes = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    return {
        str(name): [to_text(value) for value in frame.iloc[:, place].tolist()]
        for place, name in enumerate(frame.columns)
        if name != shapes
    }


def fill_in(source: object, raw: RawTable) -> RawTable:
    """Add what a table of Python may leave out: its index stands for ids, names may be lacking.

    Parameters
    ----------
    source
        Where the rows come from; those of a file stay as they are.
    raw
        Its rows under our headings.
    """
    if not isinstance(source, GivenTable):
        return raw
    rows, named = raw.rows, source.id_column != "id"
    # Places with people that have no id are called by their row, as those of files are.
    if source.id_column not in rows and (named or source.names_rows):
        labels = [to_text(label) for label in source.rows.index.tolist()]
        rows = rows.assign(**{source.id_column: labels})
    if named and "name" not in rows:
        rows = rows.assign(name="")
    return replace(raw, rows=rows)


def to_text(value: Any) -> str:
    """Write one value of a table as a file would have it; what is missing is empty."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list | dict | tuple | set):
        return str(value)
    if pd.isna(value):
        return ""
    # A column of whole numbers with one missing is one of floats.
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _refuse_nowhere(table: GivenTable) -> None:
    """Refuse rows without geometry."""
    if not isinstance(table.rows, gpd.GeoDataFrame):
        return
    shapes = table.rows.geometry.to_numpy()
    nowhere = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if len(nowhere):
        label = table.rows.index[nowhere[0]]
        more = f" ({len(nowhere)} rows in all)" if len(nowhere) > 1 else ""
        raise ArgumentError(
            f"{table.name}, row {quote_label(label)}: no geometry{more}; drop it with dropna() or "
            "give it a point"
        )


def _to_wgs84(path: Path, frame: pd.DataFrame) -> gpd.GeoSeries | None:
    """Return the geometry in EPSG:4326, None for a table without any."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return None
    if frame.crs is None:
        raise CrsError(f"{path}: has no CRS; say which one it is in with set_crs(...)")
    return gpd.GeoSeries(frame.geometry.reset_index(drop=True)).to_crs(WGS84)


def hash_given(table: GivenTable) -> str:
    """Return the SHA-256 of what a table of Python says."""
    digest = hashlib.sha256("\x1f".join(map(to_text, table.rows.index)).encode())
    for name, texts in list_texts(table).items():
        digest.update("\x1f".join([name, *texts, "\x1e"]).encode("utf-8", "surrogatepass"))
    if isinstance(table.rows, gpd.GeoDataFrame):
        digest.update(str(table.rows.crs).encode())
        for blob in np.asarray(shapely.to_wkb(table.rows.geometry.to_numpy()), dtype=object):
            digest.update(blob or b"")
    return digest.hexdigest()
