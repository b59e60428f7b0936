"""The gates of compounds and the barriers between streets, as layers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from planner.coverage.demand import locate
from planner.crs.array_types import Flags
from planner.network.study_area import StudyArea
from planner.network.walls import Walls
from planner.plan.moments import find_hours_fault, is_always_open
from planner.travel.streets import Streets, shut_gates

#: What is known of a gate.
OPEN, AT_HOURS, SHUT = GATE_STATES = ("open", "open at hours", "shut")


def build_gate_layer(streets: Streets, area: StudyArea) -> gpd.GeoDataFrame:
    """Return the gates of compounds, and mapped ones elsewhere that let nobody pass, metric CRS.

    Returns
    -------
    GeoDataFrame
        gate_id (of the map, of the plan's table, else `compound@node`), compound_id, compound (its
        name), name, mapped, inferred, passes, hours, state (`open`, `open at hours` if its hours
        are not always open or its tags name conditions, `shut`), town, geometry.
    """
    gates, compounds = streets.network.walls.gates, streets.network.walls.compounds
    shut = shut_gates(streets)
    of_compound = gates.mapped | gates.inferred | gates.shut_as_tagged
    rows = np.flatnonzero(np.where(gates.compound >= 0, of_compound, gates.mapped & shut))
    owner = gates.compound[rows]
    points = shapely.points(streets.network.xy[gates.node[rows]])
    called = np.append(compounds.id, "")[owner]
    at_node = [
        f"{compound}@{node}"
        for compound, node in zip(called, streets.network.node_id[gates.node[rows]], strict=True)
    ]
    table = {
        "gate_id": np.where(gates.gate_id[rows] != "", gates.gate_id[rows], at_node),
        "compound_id": called,
        "compound": np.append(compounds.name, "")[owner],
        "name": gates.name[rows],
        "mapped": gates.mapped[rows],
        "inferred": gates.inferred[rows],
        "passes": gates.passes[rows],
        "hours": gates.hours[rows],
        "state": np.select(
            [shut[rows], _timed(gates.hours[rows]) | (gates.conditions[rows] != "")],
            [SHUT, AT_HOURS],
            OPEN,
        ).astype(object),
        "town": _towns(points, area),
    }
    return gpd.GeoDataFrame(table, geometry=points, crs=area.crs)


def build_barrier_layer(streets: Streets, area: StudyArea) -> gpd.GeoDataFrame:
    """Return what no leg crosses, one row for each feature of the map near the area, metric CRS.

    The outlines of walled compounds are in their own layer.

    Returns
    -------
    GeoDataFrame
        osm_id, kind, name, geometry (MultiLineString).
    """
    barriers = streets.network.walls.barriers
    parts = np.flatnonzero(~find_outlines(streets.network.walls)[barriers.feature])
    # Shapely collects by sorted indices only; stable, so that the parts of each keep their order.
    order = np.argsort(barriers.feature[parts], kind="stable")
    feature = barriers.feature[parts][order]
    lines = shapely.linestrings(barriers.ends[parts][order].reshape(-1, 2, 2))
    features, number = np.unique(feature, return_inverse=True)
    merged, whole = shapely.get_parts(
        shapely.line_merge(shapely.multilinestrings(lines, indices=number)), return_index=True
    )
    shapes = shapely.multilinestrings(merged, indices=whole)
    table = {
        "osm_id": barriers.osm_id[features],
        "kind": barriers.kind[features],
        "name": barriers.name[features],
    }
    layer = gpd.GeoDataFrame(table, geometry=shapes, crs=area.crs)
    return layer[shapely.intersects(area.with_ring, shapes)].reset_index(drop=True)


def find_outlines(walls: Walls) -> Flags:
    """Return of each feature of the barriers whether it is the outline of a walled compound."""
    barriers, compounds = walls.barriers, walls.compounds
    own = np.isin(barriers.osm_id.astype(str), compounds.id[compounds.walled].astype(str))
    return np.asarray(own & (barriers.kind == "wall"), dtype=bool)


def _timed(hours: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which hours close at times; those that cannot be read count as open, as in a run."""
    closes = {
        text: not find_hours_fault(text, must_open=False) and not is_always_open(text)
        for text in dict.fromkeys(hours[hours != ""])
    }
    return np.array([closes.get(text, False) for text in hours], dtype=bool)


def _towns(points: NDArray[np.object_], area: StudyArea) -> NDArray[np.object_]:
    """Return the town of each point, "" for none."""
    layer = gpd.GeoDataFrame(geometry=points, crs=area.crs)
    return locate(layer, area.towns).to_numpy(dtype=object)
