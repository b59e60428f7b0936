"""Facilities on the map: which lie in area or ring, count, meet a street, and serve surely."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.grounds import ALL_SURE, EDGE_OF_DATA, NOT_CONFIRMED, UnsurePlaces
from planner.crs.array_types import Flags
from planner.crs.frame import RIM_M
from planner.errors import SourceError
from planner.network.study_area import StudyArea
from planner.sources.tables import Table, keep_inside
from planner.travel.access import Access, join, on_islands_only
from planner.travel.open_flags import find_closed
from planner.travel.points import points_of
from planner.travel.streets import Streets

#: Why a facility is not joined.
NO_STREET: Final = "no street near"
ISLAND: Final = "island"
#: The status of a facility that counts; planned and closed ones serve nobody.
OPEN: Final = "open"
#: The status of a facility that is decided on, but not open yet.
PLANNED: Final = "planned"


def place_facilities(
    given: Table, streets: Streets, area: StudyArea
) -> tuple[Table, gpd.GeoDataFrame]:
    """Find the facilities of area and ring, and whether they meet a street.

    Parameters
    ----------
    given
        From `load_facilities`.
    streets
        Prepared for the plan's profile.
    area
        Study area with its ring.

    Returns
    -------
    Table, GeoDataFrame
        The table without the rows outside, and its rows in the metric CRS with counts (open),
        in_ring, joined (to streets that are no island), reason (`no street near`, `island` for one
        that serves those on its island alone, else ""), and unreachable: closed to outsiders and
        in no compound that is known, so that it serves nobody.

    Raises
    ------
    SourceError
        If all rows lie outside, or none is open.
    """
    table, rows = list_inside(given, area)
    return table, with_places(rows, area, *find_unjoined(rows, streets))


def find_unjoined(rows: gpd.GeoDataFrame, streets: Streets) -> tuple[NDArray[Any], Flags]:
    """Say why each facility is not joined, "" where it is, and whether nobody can reach it, (k,).

    Parameters
    ----------
    rows
        Points, optional open_to_outsiders.
    streets
        Prepared for the plan's profile.
    """
    met = join_facilities(streets, rows)
    cut_off = on_islands_only(streets.network, met)
    reason = np.select([~met.joined, cut_off], [NO_STREET, ISLAND], "")
    return reason, met.closed & (met.compound < 0)


def list_inside(given: Table, area: StudyArea) -> tuple[Table, gpd.GeoDataFrame]:
    """Return the table without the rows outside area and ring, and its rows in the metric CRS.

    Raises
    ------
    SourceError
        As `place_facilities`.
    """
    table = keep_inside(given, area.with_ring, crs=area.crs, rim=RIM_M, name=area.called)
    rows = table.rows.to_crs(area.crs)
    counts = (rows["status"] == OPEN).to_numpy()
    if not counts.any():
        raise SourceError(
            f"{table.file}: none of its {len(rows)} facilities is open; "
            f"give at least one the status {OPEN!r}"
        )
    return table, rows.assign(counts=counts)


def with_places(
    rows: gpd.GeoDataFrame, area: StudyArea, reason: NDArray[Any], unreachable: Flags
) -> gpd.GeoDataFrame:
    """Return rows of `list_inside` with what is known of their places, see `place_facilities`.

    reason : why each meets no street, "" for those that do.
    """
    return rows.assign(
        in_ring=~area.holds(rows.geometry),
        joined=reason == "",
        reason=reason,
        unreachable=unreachable,
    )


def find_approximate(facilities: pd.DataFrame) -> Flags:
    """Tell which facilities have a place that is not confirmed, shape (k,); none without a word."""
    if "approximate" not in facilities:
        return np.zeros(len(facilities), dtype=bool)
    return np.asarray(facilities["approximate"].to_numpy(dtype=bool))


def find_unsure(given: Table, placed: gpd.GeoDataFrame, area: StudyArea) -> gpd.GeoDataFrame:
    """Find the open facilities that may cover people, though not surely.

    Those whose place is approximate; and, where the plan states what is known, those of the table
    that lie beyond area and ring: the streets that lead to them are not looked at.

    Parameters
    ----------
    given
        The whole table of facilities.
    placed
        From `place_facilities`.
    area
        The study area; its CRS is that of the result.

    Returns
    -------
    GeoDataFrame
        Columns of the table and unsure: why (`place not confirmed` or `edge of data`).
    """
    table = given.rows.to_crs(area.crs)
    # A place that the frame does not reach is far from everybody.
    finite = np.isfinite(table.geometry.x) & np.isfinite(table.geometry.y)
    table = table[(table["status"] == OPEN) & finite]
    approximate = find_approximate(table)
    inside = table["facility_id"].isin(placed["facility_id"]).to_numpy()
    chosen = approximate | (~inside & area.stated)
    reason = np.where(approximate, NOT_CONFIRMED, EDGE_OF_DATA)
    return table.assign(unsure=reason)[chosen].reset_index(drop=True)


def to_unsure_places(unsure: gpd.GeoDataFrame | None) -> UnsurePlaces:
    """Return facilities of `find_unsure` as what speaks against judging those around them."""
    if unsure is None or len(unsure) == 0:
        return ALL_SURE
    spread_m = np.zeros(len(unsure))
    if "radius_m" in unsure:
        approximate = (unsure["unsure"] == NOT_CONFIRMED).to_numpy()
        given = unsure["radius_m"].fillna(0.0).to_numpy(dtype=np.float64)
        spread_m = np.where(approximate, given, 0.0)
    found = find_closed(unsure)
    closed = np.zeros(len(unsure), dtype=bool) if found is None else found
    xy = np.column_stack([unsure.geometry.x, unsure.geometry.y]).astype(np.float64)
    return UnsurePlaces(xy, spread_m, closed, unsure["unsure"].to_numpy(dtype=object))


def join_facilities(streets: Streets, layer: gpd.GeoDataFrame) -> Access:
    """Find where facilities meet the streets; those closed to outsiders serve their compound.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    layer
        Points; without `open_to_outsiders` (bool) everybody may enter.
    """
    xy = points_of(layer, streets.network, "facilities")
    return join(streets, xy, closed=find_closed(layer))
