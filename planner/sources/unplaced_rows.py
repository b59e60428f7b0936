"""The table whose rows are to be located: what of each row says where it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from planner.crs import to_wgs84_lonlat
from planner.errors import SourceError, on_one_line
from planner.sources._checks import check_size
from planner.sources._our_words import to_our_words
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, read_raw, shift_datum, to_numbers
from planner.sources.locating import Asked


@dataclass(frozen=True)
class RowTable:
    """A table with rows that have no place.

    path : of the file; rows : all of its columns, as text; numbers : of its rows; says : name,
    address, town and committee of each row, "" where it does not say; lon, lat : degrees in WGS-84,
    NaN for rows to be located; remarks : how it was read, a line each.
    """

    path: Path
    rows: pd.DataFrame
    numbers: pd.Series
    says: pd.DataFrame
    lon: pd.Series
    lat: pd.Series
    remarks: tuple[str, ...] = ()

    @property
    def lacking(self) -> pd.Series:
        """Which rows have no place."""
        return self.lon.isna()

    def asked(self) -> list[Asked]:
        """Return what each row without a place says of it."""
        return [Asked(*row) for row in self.says[self.lacking].itertuples(index=False)]

    def placed_rows(self) -> pd.DataFrame:
        """Return the rows that have a place, as known places."""
        has = ~self.lacking
        says = self.says.loc[has, ["name", "address", "town"]]
        return says.assign(kind="facility", lon=self.lon[has], lat=self.lat[has])


def load_row_table(
    path: Path, *, crs: str = "EPSG:4326", columns: Mapping[str, str] | None = None
) -> RowTable:
    """Read a table of which some rows have no coordinates.

    Parameters
    ----------
    path
        Any table that is read; see docs/tables.md.
    crs
        Datum of the coordinates that it has.
    columns
        Our name -> heading, as the plan says of its facilities; headings that this table does not
        have are passed over.

    Raises
    ------
    SourceError
        If it cannot be read, has neither names nor addresses, or all of its rows have coordinates.
    """
    given = read_raw(path)
    check_size(given, "facilities")
    headings = list(map(str, given.rows))
    told = {ours: theirs for ours, theirs in (columns or {}).items() if theirs in headings}
    raw = to_our_words(given, "facilities", columns=told, key="facilities.columns").raw
    if "name" not in raw.rows and "address" not in raw.rows:
        has = on_one_line(", ".join(headings)) or "none"
        raise SourceError(
            f"{path}: no column 'name' and none 'address', so nothing says where its rows are; it "
            f"has {has}; add or rename one"
        )
    lon, lat = _read_places(raw, crs)
    if lon.notna().all():
        raise SourceError(
            f"{path}: nothing to locate: all of its {len(lon)} rows have coordinates; name it in "
            "the plan as it is"
        )
    says = raw.rows.reindex(columns=list(Asked._fields), fill_value="")
    says = says.apply(lambda texts: texts.where(~is_empty(texts), ""))
    return RowTable(given.path, given.rows, raw.numbers, says, lon, lat, tuple(raw.remarks))


def _read_places(raw: RawTable, crs: str) -> tuple[pd.Series, pd.Series]:
    """Return longitudes and latitudes in WGS-84, NaN where a row has none."""
    nowhere = pd.Series(np.nan, index=raw.rows.index, dtype=np.float64)
    if raw.geometry is not None:
        points = shift_datum(raw.geometry, crs)
        known = (points.geom_type == "Point") & ~points.is_empty & (raw.faults == "")
        return points.where(known).x, points.where(known).y
    if "lon" not in raw.rows or "lat" not in raw.rows:
        return nowhere, nowhere.copy()
    x, y = (to_numbers(raw.rows[column]) for column in ("lon", "lat"))
    # 0, 0 is what forms write where nothing was filled in.
    given = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    place_lon, place_lat = nowhere.copy(), nowhere.copy()
    if given.any():
        place_lon[given], place_lat[given] = to_wgs84_lonlat(x[given], y[given], crs)
    off = ~(place_lon.abs().le(180) & place_lat.abs().le(90))
    return place_lon.mask(off), place_lat.mask(off)
