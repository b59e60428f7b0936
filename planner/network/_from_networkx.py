"""From a graph to a WalkNetwork: streets of OSMnx are judged by their tags."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from planner.crs import WGS84, is_on_earth
from planner.crs.frame import choose_frame
from planner.errors import NetworkError, SourceError, quote
from planner.network._own_graph import give_heights, is_own, restore_network
from planner.network._to_networkx import ELEVATION
from planner.network.build import build_network
from planner.network.surroundings import find_surroundings
from planner.network.walk_network import WalkNetwork
from planner.sources.graph_streets import StreetGraph, collect_graph_streets

if TYPE_CHECKING:
    import networkx as nx

log = logging.getLogger(__name__)

#: What the graph is called in messages.
_WHERE: Final = Path("the graph")
_WHOLE: Final = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)


def build_from_graph(graph: nx.Graph[Any], crs: CRS | str | int | None) -> WalkNetwork:
    """Build a WalkNetwork from a graph; see `from_networkx`."""
    import networkx as nx

    if not isinstance(graph, nx.Graph):
        raise NetworkError(
            f"a graph of networkx is needed, not {quote(type(graph).__name__)}; give one as OSMnx "
            "makes it"
        )
    if graph.number_of_edges() == 0:
        raise NetworkError("the graph has no edges, so there is nothing to walk on")
    metric = None if crs is None else _read_crs("crs", crs)
    if metric is not None and metric.to_epsg() == 3857:
        raise NetworkError("crs is EPSG:3857, whose metres are stretched; give a zone of UTM")
    source = _read_crs("the CRS of the graph", graph.graph.get("crs", WGS84))
    make = restore_network if is_own(graph) else _judge_streets
    network, notes = make(graph, source, metric)
    for note in notes:
        log.warning("%s", note)
    return network


def _judge_streets(
    graph: nx.Graph[Any], source: CRS, metric: CRS | None
) -> tuple[WalkNetwork, list[str]]:
    """Build the streets of a graph by the rules of an extract."""
    _check_names(graph)
    streets = StreetGraph(
        _WHERE,
        "give a graph as OSMnx makes it",
        dict(graph.nodes(data=True)),
        list(graph.edges(data=True)),
    )
    try:
        extract, notes = collect_graph_streets(streets, source)
    except SourceError as error:
        raise NetworkError(str(error)) from None
    metric = metric or choose_frame(extract.ways.lonlat)
    network = build_network(extract.ways, metric, around=find_surroundings(extract, metric))
    told = np.array([*network.walls.notes, *notes], dtype=object)
    # OSMnx's own add_node_elevations_raster() writes them.
    known = {
        int(name): row[ELEVATION]
        for name, row in graph.nodes(data=True)
        if row.get(ELEVATION) is not None
    }
    if known:
        network = give_heights(network, known)
    return replace(network, walls=replace(network.walls, notes=told)), notes


def _check_names(graph: nx.Graph[Any]) -> None:
    """Refuse nodes that are not named by whole numbers, or by texts of them."""
    for name in graph.nodes:
        if isinstance(name, bool) or not _WHOLE.fullmatch(str(name)):
            raise NetworkError(
                f"the node {quote(name)} is not named by a whole number, as those of OSMnx are; "
                "number the nodes with networkx.convert_node_labels_to_integers"
            )


def _read_crs(what: str, value: Any) -> CRS:
    """Return a CRS that says where on Earth its places lie."""
    try:
        crs = CRS.from_user_input(value)
    except CRSError:
        raise NetworkError(
            f"{what} is {quote(value)}, which is not known; give EPSG:4326"
        ) from None
    if not is_on_earth(crs):
        raise NetworkError(
            f"{what} is {quote(value)}, which says nothing of places on Earth; give EPSG:4326"
        )
    return crs
