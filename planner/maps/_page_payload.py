"""What the page needs to know, gathered from a result's layers and summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.maps._choice_payload import build_choice_payload
from planner.maps._classes_payload import build_classes_payload
from planner.maps._demand_payload import list_demand, sort_by_place
from planner.maps._facilities_payload import list_committees, list_facilities
from planner.maps._gaps_payload import list_gaps, list_unknown
from planner.maps._ground_payload import (
    find_bounds,
    list_areas,
    list_backdrop,
    list_bands,
    list_streets,
    unite_areas,
)
from planner.maps._layer_columns import find_layer, index_rows
from planner.maps._longer_payload import build_longer_payload
from planner.maps._map_grid import MapGrid
from planner.maps._names_payload import build_names_payload
from planner.maps._summary_payload import build_summary_payload
from planner.maps._walls_payload import build_walls_payload
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd


def build_page_payload(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, Any]:
    """Everything the page draws and counts, as JSON types; no id of the data is among it.

    Parameters
    ----------
    layers
        Layers of a result, EPSG:4326; any of them may be missing.
    summary
        The contents of summary.json.
    tables
        Tables of the result without geometry; see `build_choice_payload`.

    Returns
    -------
    dict
        `bounds` is [west, south, east, north] of the study area in degrees.
    """
    bounds = find_bounds(layers)
    grid = MapGrid(lon=bounds[0], lat=bounds[1])
    coverage = list(summary.get("coverage") or [])
    facilities = find_layer(layers, "facilities")
    bands = list_bands(layers, grid)
    places = index_rows(facilities, "facility_id")
    cutoffs = _cutoffs(layers, coverage)
    demand = sort_by_place(find_layer(layers, "demand"), grid)
    # A run says of what its loads are; one before there were loads says nothing.
    loads_are_of_places = (summary.get("access_2sfca") or {}).get("supply") == "capacity"
    figures = build_summary_payload(summary, bands[0]["profile"] if bands else None)
    return {
        "bounds": bounds,
        "origin": [grid.lon, grid.lat],
        **figures,
        "domains": _domains(summary),
        "warnings": len(summary.get("warnings") or []),
        "kinds": [kind for kind in KINDS if any(row.get("kind") == kind for row in coverage)],
        "cutoffs": cutoffs,
        "areas": list_areas(layers, coverage, grid),
        "whole": unite_areas(layers, grid),
        "bands": bands,
        "streets": list_streets(find_layer(layers, "walk_edges"), grid),
        "backdrop": list_backdrop(find_layer(layers, "backdrop"), grid),
        "facilities": list_facilities(facilities, grid, by_capacity=loads_are_of_places),
        "committees": list_committees(find_layer(layers, "committees"), facilities),
        "gaps": list_gaps(layers, facilities, grid),
        "unknown": list_unknown(find_layer(layers, "unknown_areas"), grid),
        "demand": list_demand(demand, places, grid, cutoffs),
        "choices": build_choice_payload(tables or {}, demand, places),
        "classes": build_classes_payload(layers, summary, tables or {}, demand, figures["profile"]),
        **build_names_payload(layers, demand, grid),
        **build_walls_payload(layers, places, grid),
        "longer": build_longer_payload(demand, _moments(summary), places),
    }


def _moments(summary: Mapping[str, Any]) -> list[str]:
    """Return the names of the moments that were asked, in the order of the plan."""
    rows = summary.get("moments") or []
    return list(dict.fromkeys(str(row["moment"]) for row in rows if row.get("moment")))


def _cutoffs(
    layers: Mapping[str, gpd.GeoDataFrame], coverage: list[Mapping[str, Any]]
) -> list[float]:
    """Every cutoff of the coverage rows, else of the bands, ascending."""
    found = {float(row["cutoff_minutes"]) for row in coverage}
    isochrones = find_layer(layers, "isochrones")
    if not found and isochrones is not None:
        found = set(isochrones["cutoff_minutes"].astype(float))
    return sorted(found)


def _domains(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of coverage by domain, the facilities of residents' communities first."""
    rows = [dict(row) for row in summary.get("domains") or []]
    return sorted(rows, key=lambda row: row.get("domain") != "community")
