"""The way out of a gap: the real path from its most populous unit to its nearest facility."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np

from planner.coverage.facilities import join_facilities
from planner.travel.access import join, rows_of
from planner.travel.both_ways import one_way_each
from planner.travel.points import points_of
from planner.travel.routes import route_between
from planner.travel.streets import Streets

COLUMNS: Final = ("gap_id", "demand_id", "facility_id", "minutes", "length_m", "straight_m")
#: The search goes a little beyond the minutes known, for the rounding of their sum.
_SLACK_MINUTES: Final = 1e-6


def find_ways_out(
    gaps: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    streets: Streets,
) -> gpd.GeoDataFrame:
    """Walk from each gap's most populous unit to the facility nearest to that unit.

    Where walks from facilities count the way is that from the facility, drawn from the unit; where
    the longer of both counts, the longer.

    Parameters
    ----------
    gaps
        gap_id and demand_id of the unit.
    demand
        demand_id, nearest_facility_id, minutes and Points, metric CRS.
    facilities
        Those that count: facility_id and Points.
    streets
        Prepared for the plan's profile.

    Returns
    -------
    GeoDataFrame, metric CRS
        gap_id, demand_id, facility_id, minutes, length_m (along the path, legs straight),
        straight_m, geometry (LineString); gaps whose unit reaches no facility are left out.
    """
    units = demand.set_index("demand_id").loc[gaps["demand_id"]]
    known = np.isfinite(units["minutes"].to_numpy())
    units, gap_ids = units[known], gaps["gap_id"].to_numpy()[known]
    ends = facilities.set_index("facility_id").loc[units["nearest_facility_id"]]
    starts_at = join(streets, points_of(units, streets.network, "demand"), reached=True)
    ends_at = join_facilities(streets, ends)
    rows = []
    for k, minutes in enumerate(units["minutes"].to_numpy()):
        start, end = rows_of(starts_at, k, k + 1), rows_of(ends_at, k, k + 1)
        ways = [(streets, start, end)]
        if streets.back is not None:
            ways = list(one_way_each(streets, start, end))
        walk = max(
            (route_between(*way, within_minutes=float(minutes) + _SLACK_MINUTES) for way in ways),
            key=lambda walk: walk.minutes,
        )
        rows.append(
            (
                gap_ids[k], units.index[k], ends.index[k], walk.minutes, walk.length_m,
                walk.straight_m, walk.geometry,
            )
        )  # fmt: skip
    table = {name: [row[k] for row in rows] for k, name in enumerate(COLUMNS)}
    return gpd.GeoDataFrame(table, geometry=[row[-1] for row in rows], crs=demand.crs)
