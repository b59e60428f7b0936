"""The stations that have a room for sessions."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case
from planner.courses.committee_walks import find_towns_at
from planner.coverage.facilities import find_approximate
from planner.errors import SourceError

#: More seats in one room are a typing error.
_MOST_SEATS: Final = 20_000


def find_hosts(case: Case) -> tuple[gpd.GeoDataFrame, list[str], pd.DataFrame]:
    """Return the stations that have a room, with its seats.

    Returns
    -------
    GeoDataFrame, list of str, DataFrame
        facility_id, name, level, town, seats (whole), opening_hours, services, Points (metric CRS);
        notes; file, row, reason of the rooms that do not count as they stand in the table.

    Raises
    ------
    SourceError
        If no station that is open has a room.
    """
    file, facilities = case.inputs.facilities.file, case.counting
    if "room_capacity" not in facilities:
        raise SourceError(
            f"{file}: no column 'room_capacity', so no station has a room for a session; add it"
        )
    given = facilities["room_capacity"].fillna(0.0)
    seats = np.floor(given).where(given <= _MOST_SEATS, 0.0)
    if not (seats >= 1).any():
        raise SourceError(
            f"{file}: no station that is open has a room_capacity; fill in the seats of some"
        )
    rows = facilities[seats >= 1].reset_index(drop=True)
    more = {"open_to_outsiders": rows["open_to_outsiders"]} if "open_to_outsiders" in rows else {}
    hosts = gpd.GeoDataFrame(
        {
            "facility_id": rows["facility_id"].astype(str),
            "name": rows["name"],
            "level": rows["level"],
            "town": find_towns_at(case, rows),
            "seats": seats[seats >= 1].to_numpy(dtype=np.int64),
            "opening_hours": rows["opening_hours"],
            "services": rows["services"],
            **more,
        },
        geometry=rows.geometry,
        crs=rows.crs,
    )
    return hosts, _note_hosts(case, rows), _list_odd_rooms(facilities, given, file)


def _note_hosts(case: Case, rows: gpd.GeoDataFrame) -> list[str]:
    """Return what the reader should know of the stations with a room."""
    vague = find_approximate(case.facilities) & case.facilities["counts"].to_numpy(dtype=bool)
    rooms = case.facilities["room_capacity"].fillna(0.0).to_numpy(dtype=np.float64) >= 1
    notes = []
    if lost := int((vague & rooms).sum()):
        notes.append(
            f"{lost} stations with a room hold no session, as their place is not confirmed"
        )
    if without := int((rows["opening_hours"] == "").sum()):
        notes.append(
            f"{without} stations with a room have no opening hours; they count as always open"
        )
    return notes


def _list_odd_rooms(facilities: gpd.GeoDataFrame, seats: pd.Series, file: str) -> pd.DataFrame:
    """List rooms of a part of a seat, which count less, and of too many, which do not count."""
    odd = (seats > _MOST_SEATS) | (seats % 1 > 0)
    return pd.DataFrame(
        {
            "file": file,
            "row": facilities["row"][odd].to_numpy(),
            "reason": [
                f"room_capacity {value:.0f} is more than the {_MOST_SEATS:,} seats of one room"
                if value > _MOST_SEATS
                else f"room_capacity {value:g} is no whole number; {value // 1:.0f} seats count"
                for value in seats[odd]
            ],
        }
    )
