"""What changes: who is covered then and was not, who is no longer, and the figures that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.coverage.exact import exact_sum
from planner.maps._gaps_payload import sort_by_rank
from planner.maps._layer_columns import (
    PEOPLE,
    column,
    find_largest_parts,
    find_layer,
    find_places,
    index_rows,
    lonlat,
    to_flags,
)
from planner.maps._map_grid import BAND_SIMPLIFY_M, OUTLINE_SIMPLIFY_M, MapGrid
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


GAINED, LOST = "gained", "lost"
#: Whom a station that is planned already covers, whatever else is built.
PLANNED = "planned"
_NOBODY = ""


def build_after_payload(
    layers: Mapping[str, gpd.GeoDataFrame],
    changes: gpd.GeoDataFrame | None,
    coverage: Sequence[Mapping[str, Any]],
    grid: MapGrid,
    places: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Return the figures, gaps and outlines as they are once the changes are made.

    Parameters
    ----------
    layers
        EPSG:4326: `demand` and `gaps` of the result that is changed; `gaps_after` and
        `change_areas` as `change_gaps` finds them, of these changes alone.
    changes
        demand_id, kind, people, town, change (`gained`, `lost`, or `planned`: gained by what is
        planned already), optional verdict_before, verdict_after; a row for each unit whose cover
        changes.
    coverage
        Rows of summary.json at the last cutoff.
    grid
        The one that all shapes of the page are laid on.
    places
        `site` and `facility`: place of each by its id.

    Returns
    -------
    dict
        `coverage` as in summary.json with `gained` (newly covered, of verdict gap),
        `gained_unknown` (those of verdict unknown), `planned` and `lost`; `gaps`: people left and
        what stays of each outline, in the order of the payload's gaps; `gained` (with those of
        planned stations), `lost`: outlines with their people, by whom they reach.
    """
    rows = _with_verdict(changes, layers.get("demand"))
    gained = rows[rows["change"].isin([GAINED, PLANNED]).to_numpy()]
    lost = rows[(rows["change"] == LOST).to_numpy()]
    areas = find_layer(layers, "change_areas")
    return {
        "coverage": count_after(coverage, gained, lost),
        "gaps": _list_gaps_after(layers.get("gaps"), find_layer(layers, "gaps_after"), grid),
        "gained": _outlined(areas, GAINED, places, grid),
        "lost": _outlined(areas, LOST, places, grid),
    }


def count_after(
    coverage: Sequence[Mapping[str, Any]], gained: pd.DataFrame, lost: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return the rows of coverage once these units are covered and those are no longer."""
    found, planned = [], _with(gained, "change", PLANNED)
    units = [
        gained, lost, planned, _unknown(gained), _unknown(planned),
        _with(lost, "verdict_after", "unknown"),
    ]  # fmt: skip
    parts = [[part[n].to_numpy(dtype=object) for n in ("kind", "town", "people")] for part in units]
    for row in coverage:
        more, less, anyway, from_unknown, of_planned, into_doubt = (
            _count_people(row, *part) for part in parts
        )
        covered = row["covered"] + more - less
        # Who was in doubt leaves `unknown`, not `gap`; who is in doubt then enters `unknown`.
        gap = max(0.0, row["gap"] - (more - from_unknown) + less - into_doubt)
        unknown = max(0.0, row["unknown"] - from_unknown + into_doubt)
        everybody, judged = row["people"], covered + gap
        found.append({
            **{key: row[key] for key in ("area", "kind", "cutoff_minutes", "people")},
            "covered": round(covered), "gap": round(gap), "unknown": round(unknown),
            "share": covered / judged if judged else None,
            "share_low": covered / everybody if everybody else None,
            "share_high": (covered + unknown) / everybody if everybody else None,
            # Planned stations and those from doubt have figures of their own: nobody counts twice.
            "gained": round(more - anyway - (from_unknown - of_planned)),
            "gained_unknown": round(from_unknown - of_planned),
            "planned": round(anyway), "lost": round(less),
        })  # fmt: skip
    return found


def _count_people(
    row: Mapping[str, Any],
    kind: NDArray[np.object_],
    town: NDArray[np.object_],
    people: NDArray[np.object_],
) -> float:
    """Count the people of a row of coverage among n units of some kinds and towns."""
    kinds = KINDS if row["kind"] == "all" else (row["kind"],)
    here = np.logical_or.reduce([kind == one for one in kinds])
    here &= (town == row["area"]) | (row["area"] == "all")
    return exact_sum(people[here].astype(np.float64))


def _with(units: pd.DataFrame, name: str, value: str) -> pd.DataFrame:
    """Return the units with this value in a column; none where there is no such column."""
    return units[np.array([one == value for one in column(units, name)], dtype=bool)]


def _unknown(units: pd.DataFrame) -> pd.DataFrame:
    """Return the units that cannot be judged today."""
    return _with(units, "verdict", "unknown")


def _with_verdict(
    changes: gpd.GeoDataFrame | None, demand: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """Return the changes with the verdict each unit has today; a gap where nobody says."""
    if changes is None or len(changes) == 0:
        names = ["demand_id", "kind", "people", "town", "change", "verdict"]
        return gpd.GeoDataFrame(pd.DataFrame(columns=names), geometry=[], crs="EPSG:4326")
    if "verdict_before" in changes:
        return changes.assign(verdict=changes["verdict_before"]).reset_index(drop=True)
    today: dict[str, str] = {}
    if demand is not None and len(demand):
        today = dict(zip(demand["demand_id"].astype(str), demand["verdict"], strict=True))
    verdict = [today.get(str(unit), "gap") for unit in changes["demand_id"]]
    return changes.assign(verdict=verdict).reset_index(drop=True)


def _list_gaps_after(
    gaps: gpd.GeoDataFrame | None, after: gpd.GeoDataFrame | None, grid: MapGrid
) -> dict[str, Any]:
    """Return what is left of each gap: its people by kind, its outline, the place of its number."""
    if gaps is None or len(gaps) == 0:
        return {"shape": grid.polygons([])}
    gaps = sort_by_rank(gaps)
    row = find_places(column(gaps, "gap_id"), index_rows(after, "gap_id"))
    left: dict[str, Any] = {}
    for name in PEOPLE:
        today, then = column(gaps, name), [] if after is None else column(after, name)
        people = [now if k is None else then[k] for now, k in zip(today, row, strict=True)]
        left[name] = [None if count is None else max(0.0, round(count)) for count in people]
    marks = [] if after is None else to_flags(after, "touched")
    kept = np.full(len(gaps), None, dtype=object)
    for place, k in enumerate(row):
        if after is not None and k is not None and marks[k]:
            kept[place] = after.geometry.iloc[k]
    # What is empty has no place where a number could stand.
    kept[shapely.is_empty(kept)] = None
    return {
        **left,
        "touched": [k is not None and marks[k] for k in row],
        "label": grid.points(lonlat(find_largest_parts(kept))),
        "shape": grid.polygons(kept, simplify_m=OUTLINE_SIMPLIFY_M),
    }


def _outlined(
    areas: gpd.GeoDataFrame | None,
    change: str,
    places: Mapping[str, Mapping[str, int]],
    grid: MapGrid,
) -> dict[str, Any]:
    """Return the areas of one change with their people by kind, by whom they reach."""
    if areas is None:
        areas = gpd.GeoDataFrame({"change": []}, geometry=[])
    areas = areas[(areas["change"] == change).to_numpy()]
    names = [_NOBODY if name is None else str(name) for name in column(areas, "facility_id")]
    return {
        **{name: [round(people) for people in column(areas, name)] for name in PEOPLE},
        "count": len(areas),
        "site": [places.get("site", {}).get(name) for name in names],
        "facility": [places.get("facility", {}).get(name) for name in names],
        "shape": grid.polygons(areas.geometry.to_numpy(), simplify_m=BAND_SIMPLIFY_M),
    }
