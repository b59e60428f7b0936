"""The figures of a run as plain values: the content of summary.json."""

from __future__ import annotations

import math
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.plan import Plan

MINUTES_DIGITS: Final = 3
SHARE_DIGITS: Final = 4
METRE_DIGITS: Final = 1
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
) -> dict[str, Any]:
    """Return plan, synthetic, facilities, coverage, checks, domains, gaps and warnings."""
    facilities = layers["facilities"]
    joined = facilities["joined"].to_numpy(dtype=bool)
    return {
        "plan": plan.name,
        "synthetic": plan.synthetic,
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


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a table into rows of plain values, rounded as outputs are; None for nothing."""
    return [
        {str(name): plain(value, str(name)) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def plain(value: Any, name: str = "") -> Any:
    """Turn one value into text, a number, a truth value or None."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _rounded(float(value), name)
    return None if value is None or value is pd.NA else str(value)


def _rounded(value: float, name: str) -> float | int | None:
    """Round by what the column holds; whole numbers lose their point."""
    if not math.isfinite(value):
        return None
    if name.startswith("minutes"):
        value = round(value, MINUTES_DIGITS)
    elif name.startswith("share") or name == "target":
        value = round(value, SHARE_DIGITS)
    elif name.endswith("_m"):
        value = round(value, METRE_DIGITS)
    elif name not in {"lon", "lat"}:
        value = round(value, 6)
    return int(value) if value.is_integer() else value
