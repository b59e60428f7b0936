"""Coordinates: the metric frame and the datums; the only place that changes coordinates."""

from planner.crs.datums import (
    DATUMS,
    LOCAL,
    bd09_to_gcj02,
    check_datum,
    from_wgs84_lonlat,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    is_on_earth,
    is_shift_known,
    to_wgs84_lonlat,
    wgs84_to_gcj02,
)
from planner.crs.mainland import is_in_mainland
from planner.crs.metric import (
    MAX_LATITUDE,
    WGS84,
    metric_crs_at,
    project,
    require_metric,
    to_metric,
    to_wgs84,
    unproject,
    unwrap,
)
from planner.crs.similarity import LocalGrid, find_wrong_point, fit_local_grid

__all__ = [
    "DATUMS",
    "LOCAL",
    "MAX_LATITUDE",
    "WGS84",
    "LocalGrid",
    "bd09_to_gcj02",
    "check_datum",
    "find_wrong_point",
    "fit_local_grid",
    "from_wgs84_lonlat",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "is_in_mainland",
    "is_on_earth",
    "is_shift_known",
    "metric_crs_at",
    "project",
    "require_metric",
    "to_metric",
    "to_wgs84",
    "to_wgs84_lonlat",
    "unproject",
    "unwrap",
    "wgs84_to_gcj02",
]
