"""The peers' side: the same ways as OSM XML, OSMnx graphs, and its isochrone recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pyrosm
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from benchmarks.cities import City
from benchmarks.measure import hushed
from planner.travel.streets import ADULT
from planner.walkability import walking_access

#: Widths of the recipe: metres round edges and round nodes.
EDGE_BUFFER_M = 25.0
NODE_BUFFER_M = 50.0

_graphs: dict[Path, nx.MultiDiGraph] = {}


def ways_as_xml(city: City) -> Path:
    """Write the walkable ways of a city as OSM XML, for peers that read nothing else.

    Nodes that the extract lacks are left out of their ways, because OSMnx refuses such files.
    """
    path = city.work / f"{city.osm.name.split('.')[0]}.osm"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    nodes = set(city.extract.ways.node_id.tolist())
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(str(city.osm)):
            if item.is_node():
                if item.id in nodes:
                    writer.add(item)
            elif item.is_way() and walking_access(dict(item.tags)) != "no":
                known = [node.ref for node in item.nodes if node.ref in nodes]
                if len(known) > 1:
                    writer.add_way(item.replace(nodes=known))
    return path


def load_with_osmnx(path: Path) -> nx.MultiDiGraph:
    """Read OSM XML with OSMnx, every street walked both ways."""
    import osmnx as ox

    return ox.graph_from_xml(path, bidirectional=True, simplify=True, retain_all=True)


def load_with_pyrosm(path: Path) -> Any:
    """Read the walking network of a PBF with pyrosm, as a simplified graph."""
    with hushed():
        osm = pyrosm.OSM(str(path))
        nodes, edges = osm.get_network(network_type="walking", nodes=True)
        return osm.to_graph(
            nodes, edges, graph_type="networkx", network_type="walking", retain_all=True
        )


def keep_graph(city: City, graph: nx.MultiDiGraph) -> None:
    """Keep a graph that was just loaded, so that other parts need not load it again."""
    import osmnx as ox

    projected = ox.project_graph(graph, to_crs=city.crs)
    metres_per_minute = ADULT.speed_m_per_min
    for *_, data in projected.edges(data=True):
        data["time"] = data["length"] / metres_per_minute
    _graphs[city.osm] = projected


def osmnx_graph(city: City) -> nx.MultiDiGraph:
    """Return the OSMnx graph of a city in its metric CRS, with `time` in minutes on its edges."""
    if city.osm not in _graphs:
        keep_graph(city, load_with_osmnx(ways_as_xml(city)))
    return _graphs[city.osm]


class Recipe:
    """The isochrone recipe of the OSMnx examples, on one graph."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self.graph = graph
        self.nodes = list(graph)
        self.tree = KDTree([(graph.nodes[n]["x"], graph.nodes[n]["y"]) for n in self.nodes])

    def reached(self, facility: NDArray[np.float64], minutes: float) -> nx.MultiDiGraph:
        """Return the subgraph within some minutes of the node nearest to a facility."""
        centre = self.nodes[self.tree.query(facility)[1]]
        return nx.ego_graph(self.graph, centre, radius=minutes, distance="time")

    def edges_polygon(self, facility: NDArray[np.float64], minutes: float) -> shapely.Geometry:
        """Return the union of the buffered nodes and edges reached."""
        part = self.reached(facility, minutes)
        points = {n: shapely.Point(d["x"], d["y"]) for n, d in part.nodes(data=True)}
        lines = [
            data.get("geometry", shapely.LineString([points[u], points[v]]))
            for u, v, data in part.edges(data=True)
        ]
        discs = gpd.GeoSeries(list(points.values())).buffer(NODE_BUFFER_M)
        strips = gpd.GeoSeries(lines).buffer(EDGE_BUFFER_M)
        return gpd.GeoSeries([*discs, *strips]).union_all()

    def hull(self, facility: NDArray[np.float64], minutes: float) -> shapely.Geometry:
        """Return the convex hull of the nodes reached."""
        part = self.reached(facility, minutes)
        return shapely.convex_hull(
            shapely.multipoints([(d["x"], d["y"]) for _, d in part.nodes(data=True)])
        )


def circle(facility: NDArray[np.float64], minutes: float) -> shapely.Geometry:
    """Return the circle that a straight walk of so many minutes reaches."""
    return shapely.Point(facility).buffer(minutes * ADULT.speed_m_per_min, quad_segs=64)
