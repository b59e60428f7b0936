"""What the page shows of a comparison: each scenario's gains, losses, edits and ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.maps._after_payload import build_after_payload
from planner.maps._layer_columns import column, find_layer, index_rows, keep_names, lonlat
from planner.sources.scenario_edits import PEOPLE_OPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from planner.maps._map_grid import MapGrid

_LEDGER_FIELDS = (
    "edit", "op", "gained", "gained_unknown", "lost", "cost", "capacity", "gained_per_cost",
    "gained_by_kind", "gained_unknown_by_kind", "lost_by_kind", "moments",
)  # fmt: skip
#: Layers with rows of several scenarios.
_OF_SCENARIOS = ("changes", "gaps_after", "change_areas")
_COUNTS = ("covered", "gap", "unknown", "share", "share_low", "share_high")
#: So many losers are listed; all of them stand in compare.json.
LOSERS_SHOWN = 20


def build_comparison_payload(
    comparison: Mapping[str, Any],
    layers: Mapping[str, gpd.GeoDataFrame],
    coverage: Sequence[Mapping[str, Any]],
    grid: MapGrid,
) -> dict[str, Any]:
    """Everything the page shows of a comparison, as JSON types; no id of the data is among it.

    Parameters
    ----------
    comparison
        Contents of compare.json.
    layers
        Layers of the result and of the comparison (`changes`, `edits`), EPSG:4326.
    coverage, grid
        As `build_after_payload` takes them.

    Returns
    -------
    dict
        `kind`, `cost_unit`, and `scenarios`: of each its ledger, `edits` where they are on the map
        in the order of the ledger, losers, figures of groups and under conditions; `after`: see
        `build_after_payload`.
    """
    facilities = index_rows(find_layer(layers, "facilities"), "facility_id")
    scenarios = []
    for scenario in comparison.get("scenarios") or []:
        name = scenario.get("name")
        ledger = list(scenario.get("ledger") or [])
        edits = _of_scenario(find_layer(layers, "edits"), name)
        # An estate may have the id of a facility, and reaches nobody.
        number = {
            str(row.get("id")): place
            for place, row in enumerate(ledger)
            if row.get("op") not in PEOPLE_OPS
        }
        own = {key: _of_scenario(find_layer(layers, key), name) for key in _OF_SCENARIOS}
        own = {key: layer for key, layer in own.items() if layer is not None}
        after = build_after_payload(
            {**layers, **own}, own.get("changes"), coverage, grid,
            {"site": number, "facility": facilities},
        )  # fmt: skip
        after["coverage"] = _take_counted(after["coverage"], scenario.get("totals") or [])
        losers = list(scenario.get("losers") or [])
        scenarios.append({
            "name": name,
            "cost": scenario.get("cost"),
            "room": scenario.get("room"),
            "additions_only": bool(scenario.get("additions_only")),
            "groups": _groups(scenario.get("totals") or []),
            # Pages of plans without conditions say nothing of them.
            **({"conditions": under} if (under := _take_own(comparison, scenario)) else {}),
            "ledger": _ledger(ledger),
            "losers": [_without_ids(row) for row in losers[:LOSERS_SHOWN]],
            # For the page to say how many more there are than it lists.
            "losers_total": len(losers),
            "warnings": len(scenario.get("warnings") or []),
            "edits": _place_edits(edits, ledger, grid),
            "after": after,
        })  # fmt: skip
    return {
        "kind": comparison.get("kind"),
        "cost_unit": comparison.get("cost_unit"),
        "scenarios": scenarios,
    }


def _of_scenario(layer: gpd.GeoDataFrame | None, name: Any) -> gpd.GeoDataFrame | None:
    """Return the rows of one scenario."""
    if layer is None or "scenario" not in layer.columns:
        return layer
    return layer[(layer["scenario"] == name).to_numpy()]


def _take_counted(
    rows: list[dict[str, Any]], totals: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Take the comparison's own figures where it has them: it also knows who can be judged."""
    own = {
        (row.get("area"), row.get("kind")): row
        for row in totals
        if row.get("group") in (None, "", "all")
    }
    found = []
    for row in rows:
        total = own.get((row["area"], row["kind"]))
        if total is None or total.get("covered_after") is None:
            found.append(row)
            continue
        after = {name: total.get(f"{name}_after") for name in _COUNTS}
        # An older comparison knows of nobody who comes or goes.
        after["people"] = total.get("people_after")
        counted = {name: value for name, value in after.items() if value is not None}
        doubt = total.get("gained_unknown") or 0.0
        changed = {"gained": total.get("gained", 0.0) - doubt, "gained_unknown": doubt,
                   "lost": total.get("lost")}  # fmt: skip
        found.append(row | counted | changed)
    return found


def _groups(totals: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of groups, such as elderly people."""
    return [dict(row) for row in totals if row.get("group") not in (None, "", "all")]


def _take_own(comparison: Mapping[str, Any], scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows under conditions of the plan's own walkers."""
    own = comparison.get("profile")
    return [dict(row) for row in scenario.get("conditions") or [] if row.get("profile") == own]


def _ledger(ledger: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what each edit did, by a name that people know."""
    names = keep_names([row.get("name") for row in ledger], [row.get("id") for row in ledger])
    return [
        {**{field: row.get(field) for field in _LEDGER_FIELDS}, "name": name}
        for row, name in zip(ledger, names, strict=True)
    ]


def _without_ids(row: Any) -> Any:
    """Return a row of the losers without its ids."""
    if not isinstance(row, dict):
        return {"name": str(row)}
    kept = {key: value for key, value in row.items() if not str(key).endswith("_id")}
    return kept | {"facility": keep_names([row.get("facility")], [row.get("facility_id")])[0]}


def _place_edits(
    edits: gpd.GeoDataFrame | None, ledger: Sequence[Mapping[str, Any]], grid: MapGrid
) -> dict[str, Any]:
    """Where each row of the ledger is on the map: a point, and the line of a path or a move."""
    count = len(ledger)
    points = np.full((count, 2), np.nan)
    lines = np.full(count, None, dtype=object)
    if edits is not None and len(edits):
        number_of = {row.get("edit"): number for number, row in enumerate(ledger)}
        keys = zip(column(edits, "edit"), column(edits, "op"), edits.geometry, strict=True)
        for edit, op, shape in keys:
            if edit not in number_of or shape is None or shape.is_empty:
                continue
            number = number_of[edit]
            if shapely.get_dimensions(shape) == 1:
                lines[number] = shape
                last = shapely.get_parts(shape)[-1]
                # The mark of a move stands where the station goes, that of a path in its middle.
                where = shapely.get_point(last, -1) if op == "move" else last.interpolate(
                    0.5, normalized=True
                )  # fmt: skip
                points[number] = (where.x, where.y)
            else:
                points[number] = lonlat(np.array([shape], dtype=object))[0]
    return {"xy": grid.points(points), "line": grid.lines_of(lines)}
