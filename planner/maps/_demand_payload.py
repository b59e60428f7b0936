"""Demand units by column, and which stations each reaches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.maps._layer_columns import column, lonlat, round_known, round_minutes
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from planner.maps._map_grid import MapGrid

# As planner.coverage writes them; that module takes long to import.
_VERDICTS = ("covered", "gap", "unknown")


def list_reach(demand: pd.DataFrame, place: Mapping[str, int]) -> dict[str, Any]:
    """Return of each unit the nearest facility, those in reach, how many, and its reason.

    Neighbours mostly share all of it, so that each combination stands once: `near` and `reach`
    (places in the table of facilities), `within` (how many are in reach), `why` (number of the
    reason in `reasons`); `pattern`: which combination each unit has, as changes.
    """
    if "facility_ids_in_reach" not in demand.columns:
        return {}
    rows = zip(
        column(demand, "nearest_facility_id"),
        column(demand, "facilities_in_reach"),
        column(demand, "reason"),
        column(demand, "facility_ids_in_reach"),
        strict=True,
    )
    keys = [(near, count, reason, ids) for near, count, reason, ids in rows]
    known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    reasons = {reason: number for number, reason in enumerate(dict.fromkeys(k[2] for k in known))}
    listed = [[place.get(str(one)) for one in json.loads(key[3] or "[]")] for key in known]
    return {
        "near": [None if key[0] is None else place.get(str(key[0])) for key in known],
        "within": [int(key[1] or 0) for key in known],
        "why": [reasons[key[2]] for key in known],
        "reasons": list(reasons),
        "reach": [[one for one in row if one is not None] for row in listed],
        "pattern": np.diff([known[key] for key in keys], prepend=0).tolist(),
    }


def sort_by_place(demand: gpd.GeoDataFrame | None, grid: MapGrid) -> gpd.GeoDataFrame | None:
    """Demand units near each other stand near each other in the table, for short numbers."""
    if demand is None:
        return None
    return demand.iloc[grid.sort_nearby(lonlat(demand.geometry.to_numpy()))]


def list_demand(
    demand: gpd.GeoDataFrame | None,
    place: Mapping[str, int],
    grid: MapGrid,
    cutoffs: Sequence[float] = (),
) -> dict[str, Any]:
    """Demand units by column; `place`: of each facility in the table of facilities.

    Minutes have a tenth, on their side of the `cutoffs`.
    """
    if demand is None:
        return {"count": 0}
    verdict = demand["verdict"].astype(str)
    more: dict[str, Any] = {}
    if "only_at" in demand.columns:  # few patterns stand at many units
        patterns = [text or "" for text in column(demand, "only_at")]
        known = {text: place for place, text in enumerate(dict.fromkeys(patterns))}
        more = {"only": list(known), "only_at": [known[text] for text in patterns]}
    if "covered_share" in demand.columns:  # hundredths of the repeats
        shares = [round_known(value, 2) for value in column(demand, "covered_share")]
        more["sure"] = [None if share is None else round(100 * share) for share in shares]
    return {
        **more,
        **list_reach(demand, place),
        "count": len(demand),
        "kind": [KINDS.index(kind) if kind in KINDS else -1 for kind in demand["kind"]],
        "verdict": [_VERDICTS.index(word) if word in _VERDICTS else -1 for word in verdict],
        "people": [round_known(value, 1) for value in column(demand, "people")],
        "minutes": round_minutes(column(demand, "minutes"), 1, cutoffs),
        "xy": grid.points(lonlat(demand.geometry.to_numpy())),
    }
