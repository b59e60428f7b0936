"""From a graph in the style of OSMnx back to a WalkNetwork."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from planner.crs import project
from planner.crs.frame import choose_frame
from planner.errors import NetworkError
from planner.network.build import mark_islands
from planner.network.gates import find_gates
from planner.network.surroundings import make_no_gates
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.network.walls import Compounds, Walls, make_no_walls

if TYPE_CHECKING:
    import networkx as nx


def build_from_graph(graph: nx.MultiDiGraph[int], crs: CRS | None) -> WalkNetwork:
    """Build a WalkNetwork from a graph with x, y in EPSG:4326; see `from_networkx`."""
    if graph.number_of_edges() == 0:
        raise NetworkError("the graph has no edges, so there is nothing to walk on")
    if "crs" in graph.graph and CRS.from_user_input(graph.graph["crs"]).to_epsg() != 4326:
        raise NetworkError(
            f"the graph is in {graph.graph['crs']}; give one in EPSG:4326 (osmnx.project_graph)"
        )
    # By id, as a network built from ways has them: one that was made a graph comes back the same.
    keys = sorted(graph.nodes)
    if not all(isinstance(key, int | np.integer) for key in keys):
        raise NetworkError("the nodes of the graph must be named by whole numbers (OSM ids)")
    lonlat = np.array([(graph.nodes[key]["x"], graph.nodes[key]["y"]) for key in keys], dtype=float)
    crs = crs or _read_noted_crs(graph) or choose_frame(lonlat)
    xy = project(lonlat[:, 0], lonlat[:, 1], crs)
    index = {key: position for position, key in enumerate(keys)}
    streets = _list_streets(graph)
    u = np.array([index[start] for start, _, _ in streets])
    v = np.array([index[end] for _, end, _ in streets])
    coords, offsets = _read_geometry(streets, u, v, xy, crs)
    edge = np.repeat(np.arange(len(u)), np.diff(offsets) - 1)
    steps_m = np.hypot(*np.diff(coords, axis=0).T)
    # From the last vertex of a street to the first of the next one nobody walks.
    within = np.delete(steps_m, offsets[1:-1] - 1)
    length_m = np.bincount(edge, weights=within, minlength=len(u)).astype(np.float64)
    data = [row for _, _, row in streets]
    shut = _column(data, "shut", False, bool)
    access = np.array([row.get("access") or PUBLIC for row in data], dtype=object)
    return WalkNetwork(
        crs=crs,
        node_id=np.array(keys, dtype=np.int64),
        xy=xy,
        u=u,
        v=v,
        length_m=length_m,
        island=mark_islands(u, v, length_m, len(keys), shut),
        access=access,
        coords=coords,
        offsets=offsets,
        shut=shut,
        walls=_find_compounds(u, v, access, np.array(keys, dtype=np.int64), xy),
        **_read_tags(data),
    )


def _read_tags(data: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the map says of each street, as fields of a WalkNetwork, shape (m,) or (m, 2)."""
    highway = _texts(data, "highway")
    steps = [bool(row.get("steps", way == "steps")) for row, way in zip(data, highway, strict=True)]
    return {
        "highway": highway,
        "name": _texts(data, "name"),
        "osm_id": np.array([_take_first(row.get("osmid", 0)) for row in data], dtype=np.int64),
        "steps": np.array(steps),
        "elevated": _column(data, "elevated", False, bool),
        "ride": _column(data, "ride", True, bool),
        "oneway": _column(data, "cycle_oneway", 0, np.int8),
        "crossing": np.column_stack(
            [_column(data, f"crossing_{end}", 0, np.int8) for end in ("u", "v")]
        ),
        "rolling": _column(data, "rolling", 0, np.int8),
        "conditions": _column(data, "conditions", "", object),
    }


def _find_compounds(
    u: NDArray[Any], v: NDArray[Any], access: NDArray[Any], node_id: NDArray[Any], xy: NDArray[Any]
) -> Walls:
    """Return the compounds that streets name; a graph tells no outlines, gates or barriers."""
    ids = np.array(sorted(set(access) - {PUBLIC}), dtype=object)
    nothing, no = np.full(len(ids), "", dtype=object), np.zeros(len(ids), dtype=bool)
    shapes = np.array([shapely.Polygon()] * len(ids), dtype=object)
    compounds = Compounds(ids, nothing, nothing, no, no, shapes)
    gates, _ = find_gates(u, v, access, node_id, xy, compounds, make_no_gates(), None)
    return replace(make_no_walls(), compounds=compounds, gates=gates)


def _read_noted_crs(graph: nx.MultiDiGraph[int]) -> CRS | None:
    noted = graph.graph.get("metric_crs")
    return None if noted is None else CRS.from_user_input(noted)


def _list_streets(graph: nx.MultiDiGraph[int]) -> list[tuple[int, int, dict[str, Any]]]:
    """List every street once: of two directions the one not marked as reversed."""
    rows: dict[Any, tuple[int, int, dict[str, Any]]] = {}
    for start, end, key, row in graph.edges(keys=True, data=True):
        name = row.get(
            "edge_id", (min(start, end), max(start, end), _take_first(row.get("osmid", key)))
        )
        shape = row.get("geometry")
        # Two streets of one way may join the same nodes: their lines tell them apart. Normalised,
        # a line is the same from either end.
        if "edge_id" not in row and shape is not None:
            name = (*name, shape.normalize().wkb)
        if name not in rows or not row.get("reversed", False):
            rows[name] = (start, end, row)
    # These are numbers of edges: sorted, the streets stand as in the network they came from.
    if all("edge_id" in row for _, _, row in rows.values()):
        return [rows[name] for name in sorted(rows)]
    return list(rows.values())


def _read_geometry(
    streets: list[tuple[int, int, dict[str, Any]]],
    u: NDArray[Any],
    v: NDArray[Any],
    xy: NDArray[Any],
    crs: CRS,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return vertices and offsets; every line starts and ends at its nodes to the last bit."""
    parts = []
    for number, (_, _, row) in enumerate(streets):
        ends = xy[[u[number], v[number]]]
        shape = row.get("geometry")
        if shape is None:
            parts.append(ends)
            continue
        lonlat = shapely.get_coordinates(shape)
        inner = project(lonlat[1:-1, 0], lonlat[1:-1, 1], crs)
        parts.append(np.vstack([ends[:1], inner, ends[1:]]))
    sizes = [len(part) for part in parts]
    return np.vstack(parts), np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _texts(data: list[dict[str, Any]], key: str) -> NDArray[Any]:
    return np.array([str(_take_first(row.get(key, ""))) for row in data], dtype=object)


def _column(data: list[dict[str, Any]], key: str, default: object, kind: Any) -> NDArray[Any]:
    return np.array([row.get(key, default) for row in data], dtype=kind)


def _take_first(value: Any) -> Any:
    """OSMnx lists the values of merged ways; the first stands for all."""
    return value[0] if isinstance(value, list) and value else value
