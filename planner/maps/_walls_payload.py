"""Compounds, gates, barriers and what an open gate would bring, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.maps._layer_columns import (
    PEOPLE,
    column,
    find_layer,
    find_places,
    index_rows,
    keep_names,
    lonlat,
    to_flags,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from planner.maps._map_grid import MapGrid

COMPOUND_SIMPLIFY_M = 2.0
#: About 3 m; in degrees, since these lines are simplified as they come, in EPSG:4326.
BARRIER_SIMPLIFY_DEG = 3e-5
#: So many openings are listed; the others stand in result.gpkg.
GAINS_SHOWN = 500
BARRIER_KINDS = ("water", "railway", "motorway", "wall")
_COMPOUND_FIELDS = ["kind", "state", "town", "gates_mapped", "gates_inferred", *PEOPLE]
_GATE_FIELDS = ["passes", "hours", "state", "town"]
_GAIN_FIELDS = ["rank", "kind", "town", "path_m", "alternatives", *PEOPLE]


def build_walls_payload(
    layers: Mapping[str, gpd.GeoDataFrame], facilities: Mapping[str, int], grid: MapGrid
) -> dict[str, Any]:
    """Return compounds, gates, barriers and gains; none of their ids is among it.

    Parameters
    ----------
    layers
        Layers of a result, EPSG:4326; any of these may be missing.
    facilities
        Place of each facility by its id.
    grid
        The map's.

    Returns
    -------
    dict
        `compounds`, `gates` and `gains` by column, those that belong together by their places in
        these tables; `barriers`: the lines of each kind.
    """
    compounds, gates = find_layer(layers, "compounds"), find_layer(layers, "gates")
    inside = index_rows(compounds, "compound_id")
    return {
        "compounds": _compounds(compounds, grid),
        "gates": _gates(gates, inside, grid),
        "barriers": _barriers(find_layer(layers, "barriers"), grid),
        "gains": _list_gains(
            find_layer(layers, "gate_gains"), inside, index_rows(gates, "gate_id"), facilities, grid
        ),
    }


def _compounds(compounds: gpd.GeoDataFrame | None, grid: MapGrid) -> dict[str, Any]:
    """Compounds by column; the mark of one stands inside its outline."""
    if compounds is None:
        return {"count": 0, "shape": grid.polygons([])}
    shapes = compounds.geometry.to_numpy()
    return {
        **{field: column(compounds, field) for field in _COMPOUND_FIELDS},
        "count": len(compounds),
        "name": keep_names(column(compounds, "name"), column(compounds, "compound_id")),
        "mark": grid.points(lonlat(shapes)),
        "shape": grid.polygons(shapes, simplify_m=COMPOUND_SIMPLIFY_M),
    }


def _gates(
    gates: gpd.GeoDataFrame | None, inside: Mapping[str, int], grid: MapGrid
) -> dict[str, Any]:
    """Gates by column, each with its compound's place in the table."""
    if gates is None:
        return {"count": 0}
    return {
        **{field: column(gates, field) for field in _GATE_FIELDS},
        "count": len(gates),
        "name": keep_names(column(gates, "name"), column(gates, "gate_id")),
        "mapped": to_flags(gates, "mapped"),
        "inferred": to_flags(gates, "inferred"),
        "compound": find_places(column(gates, "compound_id"), inside),
        "xy": grid.points(lonlat(gates.geometry.to_numpy())),
    }


def _barriers(barriers: gpd.GeoDataFrame | None, grid: MapGrid) -> dict[str, Any]:
    """Barriers as the lines of each kind, drawn faintly and without a name."""
    if barriers is None:
        return {}
    shapes = shapely.simplify(barriers.geometry.to_numpy(), BARRIER_SIMPLIFY_DEG)
    kind = barriers["kind"].to_numpy(dtype=object)
    return {
        name: grid.lines(shapes[kind == name]) for name in BARRIER_KINDS if (kind == name).any()
    }


def take_shown_gains(gains: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the openings that a page lists, by rank."""
    if "rank" in gains.columns:
        gains = gains.sort_values("rank", kind="stable")
    return gains.iloc[:GAINS_SHOWN]


def _list_gains(
    gains: gpd.GeoDataFrame | None,
    inside: Mapping[str, int],
    gates: Mapping[str, int],
    facilities: Mapping[str, int],
    grid: MapGrid,
) -> dict[str, Any]:
    """List the openings by rank, those first that would bring most people."""
    if gains is None:
        return {"count": 0, "total": 0}
    # Counted before the list is cut: the page says how many there are in all.
    total = len(gains)
    gains = take_shown_gains(gains)
    compound = find_places(column(gains, "compound_id"), inside)
    return {
        **{field: column(gains, field) for field in _GAIN_FIELDS},
        "count": len(gains),
        "total": total,
        "name": keep_names(column(gains, "compound"), column(gains, "compound_id")),
        "compound": compound,
        "gate": find_places(column(gains, "gate_id"), gates),
        "facility": find_places(column(gains, "facility_id"), facilities),
        "xy": grid.points(np.asarray(lonlat(gains.geometry.to_numpy()))),
    }
