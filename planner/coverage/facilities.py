"""Facilities on the map: which lie in area or ring, which count, which meet a street."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np

from planner.crs.frame import RIM_M
from planner.errors import SourceError
from planner.network.study_area import StudyArea
from planner.sources.inputs import Inputs
from planner.sources.tables import Table, keep_inside
from planner.travel.access import Access, join, on_islands_only
from planner.travel.minutes import points_of
from planner.travel.streets import Streets

#: Why a facility is not joined.
NO_STREET: Final = "no street near"
ISLAND: Final = "island"
#: The status of a facility that counts; planned and closed ones serve nobody.
OPEN: Final = "open"
#: The status of a facility that is decided on, but not open yet.
PLANNED: Final = "planned"


def place_facilities(
    inputs: Inputs, streets: Streets, area: StudyArea
) -> tuple[Table, gpd.GeoDataFrame]:
    """Find the facilities of area and ring, and whether they meet a street.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    streets
        Prepared for the plan's profile.
    area
        Study area with its ring.

    Returns
    -------
    Table, GeoDataFrame
        The table without the rows outside, and its rows in the metric CRS with counts (open),
        in_ring, joined (to streets that are no island), reason (`no street near`, `island` for one
        that serves those on its island alone, else ""), and unreachable: closed to outsiders and in
        no compound that is known, so that it serves nobody.

    Raises
    ------
    SourceError
        If all rows lie outside, or none is open.
    """
    table = keep_inside(
        inputs.facilities, area.with_ring, crs=area.crs, rim=RIM_M, name=area.called
    )
    rows = table.rows.to_crs(area.crs)
    counts = (rows["status"] == OPEN).to_numpy()
    if not counts.any():
        raise SourceError(
            f"{table.file}: none of its {len(rows)} facilities is open; "
            f"give at least one the status {OPEN!r}"
        )
    met = join_facilities(streets, rows)
    cut_off = on_islands_only(streets.network, met)
    unreachable = met.closed & (met.compound < 0)
    in_ring = ~area.holds(rows.geometry)
    reason = np.select([~met.joined, cut_off], [NO_STREET, ISLAND], "")
    return table, rows.assign(
        counts=counts, in_ring=in_ring, joined=reason == "", reason=reason, unreachable=unreachable
    )


def join_facilities(streets: Streets, layer: gpd.GeoDataFrame) -> Access:
    """Find where facilities meet the streets; those closed to outsiders serve their compound.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    layer
        Points; without `open_to_outsiders` (bool) everybody may enter.
    """
    closed = None
    if "open_to_outsiders" in layer:
        closed = ~layer["open_to_outsiders"].to_numpy(dtype=bool)
    return join(streets, points_of(layer, streets.network, "facilities"), closed=closed)
