"""The figures of a run: the content of summary.json, and the notice of invented data."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import pandas as pd

from planner.plan import Plan
from planner.rounding import plain_rows

#: What every table of a synthetic plan says of itself, by the plan's language.
NOTICES: Final = {"zh": "演示数据，非真实", "en": "Demo data, not real"}


def notice_of(plan: Plan) -> str:
    """Return the notice of a synthetic plan, "" for a real one."""
    return NOTICES[plan.language] if plan.synthetic else ""


def with_notice(layer: gpd.GeoDataFrame, plan: Plan) -> gpd.GeoDataFrame:
    """Let every row of a synthetic plan carry the notice; rows travel without their file."""
    notice = notice_of(plan)
    if not notice:
        return layer
    marked = layer.drop(columns="geometry").assign(notice=notice, geometry=layer.geometry)
    return gpd.GeoDataFrame(marked, geometry="geometry", crs=layer.crs)


def build_summary(
    plan: Plan,
    layers: dict[str, gpd.GeoDataFrame],
    coverage: pd.DataFrame,
    *,
    checks: list[dict[str, Any]],
    domains: pd.DataFrame,
    warnings: list[str],
    invented_streets: bool = False,
) -> dict[str, Any]:
    """Return the content of summary.json.

    `invented_streets` says that the extract calls itself synthetic: its streets are not credited
    to OpenStreetMap. Other invented data may well lie on real streets.
    """
    facilities = layers["facilities"]
    joined = facilities["joined"].to_numpy(dtype=bool)
    return {
        "plan": plan.name,
        "synthetic": plan.synthetic,
        "invented_streets": invented_streets,
        "facilities": {
            "total": len(facilities),
            "joined": int(joined.sum()),
            "not_joined": sorted(facilities["facility_id"][~joined].tolist()),
        },
        "coverage": plain_rows(coverage),
        "checks": plain_rows(pd.DataFrame(checks)),
        "domains": plain_rows(domains),
        "gaps": plain_rows(with_lonlat(layers["gaps"])),
        "warnings": warnings,
    }


def with_lonlat(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """Replace the geometry (EPSG:4326) by lon, lat of a point inside it."""
    points = layer.geometry.representative_point()
    table = pd.DataFrame(layer.drop(columns="geometry"))
    return table.assign(lon=points.x.round(7), lat=points.y.round(7))
