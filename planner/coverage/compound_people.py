"""Compounds with the people in them, and what is known of their gates."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.coverage.demand import PEOPLE_COLUMNS, locate
from planner.coverage.exact import exact_sums
from planner.network.study_area import StudyArea
from planner.network.walk_network import PUBLIC
from planner.network.walls import Gates
from planner.travel.streets import Streets, shut_gates

#: What is known of the gates of a compound.
MAPPED: Final = "gates mapped"
INFERRED: Final = "gates inferred"
NO_GATE: Final = "no gate known"
NOT_WALLED: Final = "not walled"


def build_compound_layer(
    streets: Streets, demand: gpd.GeoDataFrame, home: NDArray[np.int64], area: StudyArea
) -> gpd.GeoDataFrame:
    """Return the compounds of area and ring that have an outline, metric CRS.

    Parameters
    ----------
    streets
        Prepared for the plan's profile.
    demand : n rows
        kind, people.
    home : shape (n,)
        The compound each unit is in, -1 for none.
    area
        With the towns.

    Returns
    -------
    GeoDataFrame
        compound_id, name, kind, walled, wall_mapped, gates_mapped, gates_inferred, gates_open
        (through which its residents may pass), state, people of each kind who live or work there,
        town, geometry. `state` is `gates mapped`, `gates inferred`, `no gate known` (streets for
        residents only, or a wall, and no way out) or `not walled`.
    """
    compounds, gates = streets.network.walls.compounds, streets.network.walls.gates
    n = len(compounds)
    shut = shut_gates(streets)
    table = pd.DataFrame(
        {
            "compound_id": compounds.id,
            "name": compounds.name,
            "kind": compounds.kind,
            "walled": compounds.walled,
            "wall_mapped": compounds.wall_mapped,
            "gates_mapped": _count(gates, gates.mapped, n),
            "gates_inferred": _count(gates, gates.inferred, n),
            "gates_open": _count(gates, ~shut, n),
        }
    )
    table["state"] = _states(table, streets)
    inside = demand.assign(home=home)[home >= 0]
    for column in PEOPLE_COLUMNS:
        of_kind = inside[inside["kind"] == column.removeprefix("people_")]
        people = of_kind["people"].to_numpy(dtype=np.float64)
        table[column] = exact_sums(of_kind["home"].to_numpy(), people, n)
    middles = gpd.GeoDataFrame(geometry=shapely.point_on_surface(compounds.shape), crs=area.crs)
    table["town"] = locate(middles, area.towns)
    layer = gpd.GeoDataFrame(table, geometry=compounds.shape, crs=area.crs)
    # Groups of private streets are compounds without an outline: there is nothing to draw of them.
    near = ~shapely.is_empty(compounds.shape) & shapely.intersects(area.with_ring, compounds.shape)
    return layer[near].reset_index(drop=True)


def _count(gates: Gates, chosen: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """Count the chosen gates of each of n compounds."""
    return np.bincount(gates.compound[chosen & (gates.compound >= 0)], minlength=n)


def _states(table: pd.DataFrame, streets: Streets) -> NDArray[np.object_]:
    """Say what is known of the gates of each compound."""
    private = np.zeros(len(table), dtype=bool)
    access = streets.network.access
    # A street that is not public always belongs to a compound, so that no -1 marks the last one.
    owner = pd.Index(table["compound_id"]).get_indexer(access[access != PUBLIC])
    private[owner] = True
    held = private & (table["gates_open"] == 0).to_numpy()
    return np.select(
        [table["gates_mapped"] > 0, table["gates_inferred"] > 0, held | table["walled"]],
        [MAPPED, INFERRED, NO_GATE],
        NOT_WALLED,
    ).astype(object)
