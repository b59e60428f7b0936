"""From a WalkNetwork to a graph in the style of OSMnx, with all that brings it back whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from planner.crs import WGS84
from planner.errors import ArgumentError, quote
from planner.network.walls_text import walls_to_text
from planner.plan.profiles import PROFILES, WalkProfile, profile_named
from planner.sources.graph_streets import OUR_MARK

if TYPE_CHECKING:
    import networkx as nx

    from planner.network.walk_network import WalkNetwork

#: Attributes of a graph that was made here.
METRIC_CRS: Final = "metric_crs"
_PROFILE: Final = "profile"
#: Walls as `walls_to_text` writes them.
WALLS: Final = "planner_walls"
#: Heights of nodes, and whether an edge has none: attributes of a graph that knows heights.
ELEVATION: Final = "elevation"
FLAT: Final = "flat"


def make_graph(network: WalkNetwork, profile: WalkProfile | str) -> nx.MultiDiGraph[int]:
    """Make the graph; see `WalkNetwork.to_networkx`."""
    import networkx as nx

    walker = profile_named(profile) if isinstance(profile, str) else profile
    if not isinstance(walker, WalkProfile):
        raise ArgumentError(
            f"{_PROFILE} is {quote(profile)}; give a WalkProfile or one of {', '.join(PROFILES)}"
        )
    minutes, minutes_back = (network.minutes(walker, back=back).tolist() for back in (False, True))
    lonlat = gpd.GeoSeries(gpd.points_from_xy(*network.xy.T), crs=network.crs).to_crs(WGS84)
    lines = gpd.GeoSeries(network.lines, crs=network.crs).to_crs(WGS84).to_numpy()
    backwards = shapely.reverse(lines)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=WGS84, simplified=True)
    graph.graph[METRIC_CRS] = network.crs.to_wkt()
    graph.graph[OUR_MARK] = _write_facts(network)
    graph.graph[WALLS] = walls_to_text(network.walls, network.node_id)
    keys = network.node_id.tolist()
    for key, lon, lat in zip(keys, lonlat.x.tolist(), lonlat.y.tolist(), strict=True):
        graph.add_node(key, x=lon, y=lat, street_count=0, node_id=key)
    # As OSMnx calls them; a node without the attribute has no height that is known.
    for key, height in zip(keys, network.height_m.tolist(), strict=False):
        if np.isfinite(height):
            graph.nodes[key][ELEVATION] = height
    grade = network.grade
    for edge in range(network.n_edges):
        start, end = keys[network.u[edge]], keys[network.v[edge]]
        for node in (start, end):
            graph.nodes[node]["street_count"] += 1
        row = _list_columns(network, edge)
        there, home = {"minutes": minutes[edge]}, {"minutes": minutes_back[edge]}
        if network.has_heights:
            row[FLAT] = bool(network.flat[edge])
            there["grade"], home["grade"] = float(grade[edge]), -float(grade[edge])
        graph.add_edge(start, end, **row, **there, reversed=False, geometry=lines[edge])
        graph.add_edge(end, start, **row, **home, reversed=True, geometry=backwards[edge])
    return graph


def _write_facts(network: WalkNetwork) -> str:
    """Write what tells later whether something was lost."""
    return json.dumps(
        {
            "version": 1,
            "nodes": network.n_nodes,
            "edges": network.n_edges,
            "conditions": int(np.count_nonzero(network.conditions != "")),
        }
    )


def _list_columns(network: WalkNetwork, edge: int) -> dict[str, Any]:
    return {
        "osmid": int(network.osm_id[edge]),
        "edge_id": edge,
        "length": float(network.length_m[edge]),
        "highway": str(network.highway[edge]),
        "name": str(network.name[edge]),
        "access": str(network.access[edge]),
        "steps": bool(network.steps[edge]),
        "elevated": bool(network.elevated[edge]),
        "ride": bool(network.ride[edge]),
        "cycle_oneway": int(network.oneway[edge]),
        "crossing_u": int(network.crossing[edge, 0]),
        "crossing_v": int(network.crossing[edge, 1]),
        "rolling": int(network.rolling[edge]),
        "shut": bool(network.shut[edge]),
        "conditions": str(network.conditions[edge]),
        "island": bool(network.island[edge]),
        # Whoever walks may go both ways; the rule for bicycles stands in cycle_oneway.
        "oneway": False,
    }
