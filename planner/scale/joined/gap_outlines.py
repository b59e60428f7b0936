"""Outlines of gaps, which stay where they were found until a layer is written, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.crs import WGS84
from planner.crs.array_types import Ints
from planner.scale.joined.gap_pieces import Tables

#: So many rows of a layer are held at once with their outlines, of some 1 kB each.
MOST_ROWS: Final = 20_000
#: Columns that a layer has only where it has no outlines.
_IN_PLACE: Final = ("lon", "lat")


@dataclass(frozen=True, eq=False)
class OutlinedRows:
    """The rows of a layer of gaps, and where their outlines are.

    table : n rows, with `town`, without geometry; maybe with lon, lat in its place.
    sources : what was told of each bundle, and of the towns whose small gaps are one.
    name : of the table with the outlines in each of these, EPSG:4326.
    source, row (n,) : in which source, and at which row there, the outline of each row stands.
    """

    table: pd.DataFrame
    sources: Sequence[Sequence[Tables]]
    name: str
    source: Ints
    row: Ints

    def having(self, table: pd.DataFrame) -> OutlinedRows:
        """Return the same rows with more columns; those in place of outlines stand last."""
        last = [name for name in _IN_PLACE if name in table]
        return replace(self, table=table[[*table.columns.drop(last), *last]])

    def take(self, rows: Ints) -> gpd.GeoDataFrame:
        """Return some rows with their outlines, EPSG:4326."""
        source = self.source[rows]
        shapes: NDArray[np.object_] = np.full(len(rows), None, dtype=object)
        for number in np.unique(source).tolist():
            here = np.flatnonzero(source == number)
            known = self._load(number)[self.name]["geometry"].to_numpy(dtype=object)
            shapes[here] = known[self.row[rows[here]]]
        table = self.table.drop(columns=[name for name in _IN_PLACE if name in self.table])
        return gpd.GeoDataFrame(table.iloc[rows], geometry=shapes, crs=WGS84)

    def list_by_town(self, most_rows: int = MOST_ROWS) -> Iterator[gpd.GeoDataFrame]:
        """Yield all rows with their outlines, as many of one town at a time as are held."""
        town = self.table["town"].fillna("").to_numpy(dtype=object)
        for name in sorted(set(town.tolist())):
            rows = np.flatnonzero(town == name)
            for start in range(0, len(rows), most_rows):
                yield self.take(rows[start : start + most_rows])

    def _load(self, number: int) -> Tables:
        """Return what one source tells, by its number among all."""
        for told in self.sources:
            if number < len(told):
                return told[number]
            number -= len(told)
        raise IndexError(number)
