"""The table whose rows are to be located: what of each row says where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from planner.crs import LocalGrid
from planner.errors import SourceError, on_one_line
from planner.sources._checks import check_size
from planner.sources._coordinates import find_points
from planner.sources._geo_table import given_column
from planner.sources._our_words import to_our_words
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, is_shifted, read_raw, to_numbers
from planner.sources.locating import Asked
from planner.sources.yes_no_words import YES_NO

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
    row, by `EARLIER`; datum : of its coordinates; headings : of its coordinates, lon and lat or one
    for both, which need not be there yet; remarks : how it was read, a line each.
    """

    path: Path
    rows: pd.DataFrame
    numbers: pd.Series
    says: pd.DataFrame
    lon: pd.Series
    lat: pd.Series
    earlier: pd.DataFrame
    datum: str | LocalGrid = "EPSG:4326"
    headings: tuple[str, ...] = ("lon", "lat")
    remarks: tuple[str, ...] = ()

    @property
    def lacking(self) -> pd.Series:
        """Which rows have no place."""
        return self.lon.isna()

    @property
    def layer_datum(self) -> str | LocalGrid:
        """The datum of coordinates in a layer that is read as this table is."""
        return self.datum if is_shifted(self.datum) else "EPSG:4326"

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
    path: Path, *, crs: str | LocalGrid = "EPSG:4326", columns: Mapping[str, str] | None = None
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
    lon, lat, noticed = _read_places(raw, crs)
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
    remarks = (*raw.remarks, *noticed)
    places = _name_places(headings, {**table.theirs, **(columns or {})})
    return RowTable(given.path, rows, raw.numbers, says, lon, lat, earlier, crs, places, remarks)


def _name_places(given: Sequence[str], theirs: Mapping[str, str]) -> tuple[str, ...]:
    """Name the headings under which coordinates are read: the plan's, the table's, else ours."""
    pair = theirs.get("coordinates", "coordinates")
    single = tuple(theirs.get(name, name) for name in ("lon", "lat"))
    return (pair,) if pair in given and single[0] not in given else single


def _read_texts(raw: RawTable, names: Sequence[str]) -> pd.DataFrame:
    """Return columns of texts, "" where there is none."""
    texts: pd.DataFrame = raw.rows.reindex(columns=list(names), fill_value="").astype(str)
    for name in names:
        texts[name] = texts[name].where(~is_empty(texts[name]), "")
    return texts


def _read_places(raw: RawTable, crs: str | LocalGrid) -> tuple[pd.Series, pd.Series, list[str]]:
    """Return longitudes and latitudes in WGS-84, NaN where a row has none, and remarks."""
    if raw.geometry is None and not {"lon", "lat"} <= {*raw.rows}:
        nowhere = pd.Series(np.nan, index=raw.rows.index, dtype=np.float64)
        return nowhere, nowhere.copy(), []
    found = find_points(raw, crs)
    points, reasons, remarks = found.points, found.reasons, found.notes
    blank = _find_blank(raw)
    unread = (reasons != "") & ~blank
    remarks += [
        f"{raw.path.name}: row {number}: {reason}, so a place is sought"
        for number, reason in zip(raw.numbers[unread], reasons[unread], strict=True)
    ]
    known = (reasons == "") & ~blank
    return points.x.where(known), points.y.where(known), remarks


def _find_blank(raw: RawTable) -> pd.Series:
    """Tell which rows say nothing of their place; 0, 0 is what forms write for that."""
    if raw.geometry is not None:
        none: pd.Series = raw.geometry.isna() | raw.geometry.is_empty
        return none
    blank = [
        is_empty(raw.rows[name]) | (to_numbers(raw.rows[name]) == 0) for name in ("lon", "lat")
    ]
    return blank[0] & blank[1]
