"""The table whose rows are to be located: what of each row says where it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from planner.crs import to_wgs84_lonlat
from planner.errors import SourceError, on_one_line
from planner.sources._checks import check_size
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, read_raw, shift_datum, to_numbers

#: Our name -> headings that mean it.
_HEADINGS: Final = {
    "name": ("name", "名称", "站点名称", "阵地名称", "单位", "单位名称", "站点"),
    "address": ("address", "地址", "详细地址", "所在地址", "站点地址", "位置"),
    "town": ("town", "街镇", "所属街镇", "街道", "镇", "街道镇", "乡镇"),
    "lon": ("lon", "经度", "lng", "longitude", "x"),
    "lat": ("lat", "纬度", "latitude", "y"),
}


@dataclass(frozen=True)
class RowTable:
    """A table with rows that have no place.

    path : of the file; rows : all of its columns, as text; numbers : of its rows; names, addresses,
    towns : texts, "" where there is none; lon, lat : degrees in WGS-84, NaN for rows to be located.
    """

    path: Path
    rows: pd.DataFrame
    numbers: pd.Series
    names: pd.Series
    addresses: pd.Series
    towns: pd.Series
    lon: pd.Series
    lat: pd.Series

    @property
    def lacking(self) -> pd.Series:
        """Which rows have no place."""
        return self.lon.isna()

    def asked(self) -> list[tuple[str, str, str]]:
        """Return name, address and town of each row that has no place."""
        lacks = self.lacking
        columns = (self.names[lacks], self.addresses[lacks], self.towns[lacks])
        return list(zip(*columns, strict=True))

    def placed_rows(self) -> pd.DataFrame:
        """Return the rows that have a place, as known places."""
        has = ~self.lacking
        return pd.DataFrame(
            {
                "name": self.names[has],
                "address": self.addresses[has],
                "kind": "facility",
                "lon": self.lon[has],
                "lat": self.lat[has],
                "town": self.towns[has],
            }
        )


def load_row_table(path: Path, *, crs: str = "EPSG:4326") -> RowTable:
    """Read a table of which some rows have no coordinates.

    Parameters
    ----------
    path
        Any table that is read; see docs/tables.md.
    crs
        Datum of the coordinates that it has.

    Raises
    ------
    SourceError
        If it cannot be read, has neither names nor addresses, or all of its rows have coordinates.
    """
    raw = read_raw(path)
    check_size(raw, "facilities")
    columns = {ours: _find_column(raw, ours) for ours in _HEADINGS}
    if columns["name"] is None and columns["address"] is None:
        has = on_one_line(", ".join(map(str, raw.rows.columns))) or "none"
        raise SourceError(
            f"{path}: no column 'name' and none 'address', so nothing says where its rows are; it "
            f"has {has}; add or rename one"
        )
    lon, lat = _read_places(raw, columns["lon"], columns["lat"], crs)
    if lon.notna().all():
        raise SourceError(
            f"{path}: nothing to locate: all of its {len(lon)} rows have coordinates; name it in "
            "the plan as it is"
        )
    names, addresses, towns = (
        _read_texts(raw, columns[ours]) for ours in ("name", "address", "town")
    )
    return RowTable(raw.path, raw.rows, raw.numbers, names, addresses, towns, lon, lat)


def _find_column(raw: RawTable, ours: str) -> str | None:
    """Return the heading that means one of ours, None if none does."""
    given = {str(heading).strip().lower(): str(heading) for heading in raw.rows}
    return next((given[word] for word in _HEADINGS[ours] if word in given), None)


def _read_texts(raw: RawTable, column: str | None) -> pd.Series:
    """Return a column, "" where it says nothing."""
    if column is None:
        return pd.Series("", index=raw.rows.index, dtype=str)
    return raw.rows[column].where(~is_empty(raw.rows[column]), "")


def _read_places(
    raw: RawTable, lon: str | None, lat: str | None, crs: str
) -> tuple[pd.Series, pd.Series]:
    """Return longitudes and latitudes in WGS-84, NaN where a row has none."""
    nowhere = pd.Series(np.nan, index=raw.rows.index, dtype=np.float64)
    if raw.geometry is not None:
        points = shift_datum(raw.geometry, crs)
        known = (points.geom_type == "Point") & ~points.is_empty & (raw.faults == "")
        return points.where(known).x, points.where(known).y
    if lon is None or lat is None:
        return nowhere, nowhere.copy()
    x, y = (to_numbers(raw.rows[column]) for column in (lon, lat))
    # 0, 0 is what forms write where nothing was filled in.
    given = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    place_lon, place_lat = nowhere.copy(), nowhere.copy()
    if given.any():
        place_lon[given], place_lat[given] = to_wgs84_lonlat(x[given], y[given], crs)
    off = ~(place_lon.abs().le(180) & place_lat.abs().le(90))
    return place_lon.mask(off), place_lat.mask(off)
