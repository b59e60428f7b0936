"""The table whose rows are to be located: what of each row says where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from planner.crs import to_wgs84_lonlat
from planner.errors import SourceError, on_one_line, quote
from planner.sources._checks import YES_NO, check_size
from planner.sources._geo_table import given_column
from planner.sources._our_words import to_our_words
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, read_raw, shift_datum, to_numbers
from planner.sources.locating import Asked

#: Columns that a search writes, besides the place: a table may have them from an earlier one.
EARLIER: Final = ("approximate", "radius_m", "confirmed", "confidence", "why", "map")
#: Of these, what only a search writes: in any other table they are the user's own.
_OWN: Final = EARLIER[3:]


@dataclass(frozen=True)
class RowTable:
    """A table with rows that have no place.

    path : of the file; rows : its columns, as text, without those of `earlier`; numbers : of its
    rows; says : name, address, town and committee of each row, "" where it does not say; lon, lat :
    degrees in WGS-84, NaN for rows to be located; earlier : what an earlier search said of each
    row, by `EARLIER`; remarks : how it was read, a line each.
    """

    path: Path
    rows: pd.DataFrame
    numbers: pd.Series
    says: pd.DataFrame
    lon: pd.Series
    lat: pd.Series
    earlier: pd.DataFrame
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
        # A place that nobody has confirmed proves nothing.
        unsure = self._say_yes("approximate") & ~self._say_yes("confirmed")
        has = ~self.lacking & ~unsure
        says = self.says.loc[has, ["name", "address", "town"]]
        return says.assign(kind="facility", lon=self.lon[has], lat=self.lat[has])

    def _say_yes(self, column: str) -> pd.Series:
        """Return which rows say yes in a column of `earlier`."""
        yes = [word for word, means in YES_NO.items() if means]
        return self.earlier[column].str.lower().isin(yes)


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
    table = to_our_words(given, "facilities", columns=told, key="facilities.columns")
    raw = table.raw
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
    searched = all(name in raw.rows for name in EARLIER)
    written = EARLIER if searched else EARLIER[:3]
    says, earlier = (_read_texts(raw, names) for names in (Asked._fields, written))
    # Their headings may be in other words; what stands below them is carried over.
    rows = given.rows.drop(
        columns=[table.theirs.get(name, name) for name in written if name in raw.rows]
    ).rename(columns={name: given_column(name) for name in _OWN})
    earlier = earlier.reindex(columns=list(EARLIER), fill_value="")
    earlier = earlier.assign(radius_m=to_numbers(earlier["radius_m"]))
    remarks = (*raw.remarks, *_note_unread(raw, lon))
    return RowTable(given.path, rows, raw.numbers, says, lon, lat, earlier, remarks)


def _read_texts(raw: RawTable, names: Sequence[str]) -> pd.DataFrame:
    """Return columns of texts, "" where there is none."""
    texts: pd.DataFrame = raw.rows.reindex(columns=list(names), fill_value="").astype(str)
    for name in names:
        texts[name] = texts[name].where(~is_empty(texts[name]), "")
    return texts


def _note_unread(raw: RawTable, lon: pd.Series) -> list[str]:
    """Note the rows whose coordinates cannot be read, so that a place is looked for."""
    notes = []
    for column in {"lon", "lat"} & {*raw.rows}:
        texts = raw.rows[column]
        unread = lon.isna() & ~is_empty(texts) & (to_numbers(texts) != 0)
        notes += [
            f"{raw.path.name}: row {number}: {column} {quote(text)} is no place, so one is sought"
            for number, text in zip(raw.numbers[unread], texts[unread], strict=True)
        ]
    return sorted(notes)


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
