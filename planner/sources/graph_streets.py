"""Streets from the nodes and edges of a graph in the style of OSMnx, whether file or object."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj import CRS

from planner.crs import WGS84
from planner.crs.array_types import Floats
from planner.errors import SourceError, quote
from planner.rideability import RIDING_TAGS
from planner.sources.merged_tags import merge_tags
from planner.sources.osm.collected_streets import Street, collect_streets
from planner.sources.osm.extract import OsmExtract
from planner.sources.osm.opl import Node
from planner.sources.osm.street_reader import WAY_KEYS
from planner.walkability import USED_TAGS

#: In the attributes of a graph: it is one that `WalkNetwork.to_networkx` made.
OUR_MARK: Final = "planner_network"

_TAGS: Final = tuple(dict.fromkeys((*USED_TAGS, *RIDING_TAGS)))
#: Members of a list as Python writes it: texts, whole numbers, and words for nothing.
_MEMBER: Final = re.compile(
    r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?[\w.]+))\s*(?:,|$)""", re.DOTALL
)
_BACKSLASHED: Final = re.compile(r"\\(.)", re.DOTALL)
_NOTHING: Final = frozenset({"", "nan", "None", "<NA>"})
#: What OSMnx notes of a node that is no tag.
_OWN: Final = frozenset({"x", "y", "lon", "lat", "street_count", "osmid_original", "geometry"})
_TRUTHS: Final = {"True": "yes", "False": "no"}
#: Written in one way only, so that no two nodes have the same.
_ID: Final = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)
#: Ids beyond these cannot be told apart from those of new objects.
_MAX_ID: Final = 2**50

#: Lon, lat in WGS-84.
Place = tuple[float, float]
Move = Callable[[Floats], Floats]


@dataclass
class StreetGraph:
    """Nodes by their key, and edges with their two nodes; values are texts or what they stand for.

    where : the file, or what the graph is called in messages; advice : how to get a good one.
    """

    where: Path
    advice: str
    nodes: dict[Hashable, Mapping[str, Any]] = field(default_factory=dict)
    edges: list[tuple[Hashable, Hashable, Mapping[str, Any]]] = field(default_factory=list)


@dataclass(frozen=True)
class _Edge:
    """An edge as it is read: its nodes, the places between them, and what the map says of it.

    mixed : whether it is made of ways that differ; against : whether it is marked as reversed.
    """

    start: Hashable
    end: Hashable
    way: int
    tags: dict[str, str]
    mixed: bool
    between: list[Place]
    against: bool


def collect_graph_streets(graph: StreetGraph, crs: CRS) -> tuple[OsmExtract, list[str]]:
    """Judge the streets, gates and crossings of a graph by their tags, as those of an extract.

    Of the two directions of a street one is read. An edge that OSMnx has made of several ways is
    what its least walkable part is, see `merge_tags`. Where no edge has a tag that tells streets
    from other ways, every edge is a street.

    Parameters
    ----------
    graph
        Nodes with x, y; edges may have `geometry` (LineString or WKT), `osmid`, `reversed` and
        tags, each a value, a list of values, or either as a text.
    crs
        Of all its coordinates.

    Returns
    -------
    OsmExtract, list
        Streets, gates, crossings and motorways; and what the reader should know, a line each.

    Raises
    ------
    SourceError
        If a value cannot be used, or nothing may be walked.
    """
    if not graph.edges:
        raise SourceError(f"{graph.where}: holds no edges, so there are no streets; {graph.advice}")
    move = _make_mover(crs)
    places = _read_places(graph, move)
    ids = _read_ids(graph)
    edges = _list_edges(graph, places, ids, move)
    notes = _note_edges(graph.where, edges)
    extract = collect_streets(
        _make_streets(edges, ids, places), _list_tagged_nodes(graph, ids, places)
    )
    if len(extract.ways) == 0:
        raise SourceError(f"{graph.where}: holds no street that may be walked; {graph.advice}")
    return extract, notes


def _make_mover(crs: CRS) -> Move:
    """Return what brings places (n, 2) into degrees."""
    if crs == WGS84:
        return lambda xy: xy
    move = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform
    return lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1]))


def _read_places(graph: StreetGraph, move: Move) -> dict[Hashable, Place]:
    """Return lon, lat of each node, WGS-84."""
    names = list(graph.nodes)
    try:
        xy = np.array([(float(row["x"]), float(row["y"])) for row in graph.nodes.values()])
    except (KeyError, ValueError, TypeError):
        raise SourceError(f"{graph.where}: a node has no numbers x and y; {graph.advice}") from None
    lonlat = move(xy.reshape(-1, 2))
    off = ~(np.abs(lonlat) <= (180, 90)).all(axis=1)
    if off.any():
        raise SourceError(
            f"{graph.where}: node {quote(names[int(np.argmax(off))])} lies nowhere on Earth; "
            f"{graph.advice}"
        )
    return dict(zip(names, map(tuple, lonlat.tolist()), strict=True))


def _read_ids(graph: StreetGraph) -> dict[Hashable, int]:
    """Return the id of each node: a whole number, which no other node has."""
    ids = {name: _read_id(graph, name) for name in graph.nodes}
    if len(set(ids.values())) < len(ids):
        raise SourceError(
            f"{graph.where}: two nodes have the same id, once as a text and once as a number; "
            f"{graph.advice}"
        )
    return ids


def _read_id(graph: StreetGraph, value: object) -> int:
    """Read the id of a node or a way; ids of OSMnx are those of OpenStreetMap."""
    text = _write_value(value)
    number = int(text) if _ID.fullmatch(text) else _MAX_ID
    if abs(number) >= _MAX_ID:
        raise SourceError(
            f"{graph.where}: the id {quote(value)} is no whole number below 2^50; {graph.advice}"
        )
    return number


def _read_tags(row: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
    """Return the tags of an edge that are used, and whether it is made of ways that differ."""
    said = {}
    for key in _TAGS:
        value = row.get(key)
        if value is not None and (values := list_values(value)):
            # OSMnx makes its lists of sets, whose order is another in every process.
            said[key] = sorted({_TRUTHS.get(one, one) for one in values})
    mixed = any(len(values) > 1 for key, values in said.items() if key != "name")
    return merge_tags(said), mixed


def _note_edges(where: Path, edges: list[_Edge]) -> list[str]:
    """Say which edges are judged with less than the map knew; without any tag all are streets."""
    notes = []
    bare = [edge.tags for edge in edges if WAY_KEYS.isdisjoint(edge.tags)]
    if len(bare) == len(edges):
        for tags in bare:
            tags["highway"] = "road"
        notes.append(f"{where.name}: no edge has the tag highway, so each is taken for a street")
    elif bare:
        notes.append(
            f"{where.name}: {len(bare):,} edges have no tag highway, so they are no street"
        )
    if n_mixed := sum(edge.mixed for edge in edges):
        notes.append(
            f"{where.name}: {n_mixed:,} edges are made of ways with different tags; each is what "
            "its least walkable part is (docs/streets.md tells how OSMnx keeps them apart)"
        )
    return notes


def _list_edges(
    graph: StreetGraph, places: Mapping[Hashable, Place], ids: Mapping[Hashable, int], move: Move
) -> list[_Edge]:
    """List every street once: of two directions the one that is not marked as reversed.

    They come by way and nodes, as in an extract, so that the order of the edges changes nothing.
    """
    kept: dict[tuple[Any, ...], _Edge] = {}
    for first, last, row in graph.edges:
        start, end = first, last
        if start not in places or end not in places:
            raise SourceError(
                f"{graph.where}: an edge names a node that is not there; {graph.advice}"
            )
        line = _read_line(graph, row.get("geometry"), move)
        if _runs_back(line, places[start], places[end]):
            start, end = end, start  # a graph without directions names them either way round
        between = line[1:-1]
        marks = set(list_values(row.get("reversed")))
        against = marks != {"False"}
        # Streets run along their way, whichever of their edges is there; mixed ones by their nodes.
        by_nodes = len(marks) > 1 and (ids[start], between) > (ids[end], between[::-1])
        if marks == {"True"} or by_nodes:
            start, end, between = end, start, between[::-1]
        # Two streets of one way may join the same nodes: their lines tell them apart.
        ways = sorted(_read_id(graph, one) for one in list_values(row.get("osmid"))) or [0]
        tags, mixed = _read_tags(row)
        same = min(between, between[::-1])
        ends = sorted((ids[start], ids[end]))
        name = (tuple(ways), tuple(ends), tuple(same), tuple(sorted(tags.items())))
        if name not in kept or (kept[name].against and not against):
            kept[name] = _Edge(start, end, ways[0], tags, mixed, between, against)
    return [kept[name] for name in sorted(kept)]


def _read_line(graph: StreetGraph, value: object, move: Move) -> list[Place]:
    """Return the places of a line, degrees; none where there is no line."""
    shape = value
    if isinstance(value, str) and value not in _NOTHING:
        if not value.upper().startswith("LINESTRING"):
            raise SourceError(
                f"{graph.where}: the geometry {quote(value)} is no line; {graph.advice}"
            )
        try:
            shape = shapely.from_wkt(value)
        except shapely.errors.GEOSException:
            raise SourceError(
                f"{graph.where}: the geometry {quote(value)} cannot be read; {graph.advice}"
            ) from None
    if not isinstance(shape, shapely.LineString):
        if isinstance(shape, shapely.Geometry):
            raise SourceError(
                f"{graph.where}: the geometry {quote(shape)} is no line; {graph.advice}"
            )
        return []
    lonlat = move(shapely.get_coordinates(shape))
    # Streets begin and end at their nodes, so only what lies between is used.
    if not (np.abs(lonlat[1:-1]) <= (180, 90)).all():
        raise SourceError(
            f"{graph.where}: the geometry {quote(value)} lies nowhere on Earth; {graph.advice}"
        )
    return [(lon, lat) for lon, lat in lonlat.tolist()]


def _runs_back(line: list[Place], start: Place, end: Place) -> bool:
    """Tell whether a line runs from the end of its edge to the start."""
    if len(line) < 2 or start == end:
        return False
    there = math.dist(line[0], start) + math.dist(line[-1], end)
    back = math.dist(line[0], end) + math.dist(line[-1], start)
    return back < there


def _make_streets(
    edges: list[_Edge], ids: Mapping[Hashable, int], places: Mapping[Hashable, Place]
) -> Iterator[Street]:
    """Make a street of each edge; places between nodes get ids below all others."""
    inner = min(0, *ids.values()) - 1
    for edge in edges:
        between = [(inner - at, place) for at, place in enumerate(edge.between)]
        inner -= len(between)
        first, last = ((ids[name], places[name]) for name in (edge.start, edge.end))
        yield edge.way, edge.tags, [first, *between, last]


def _list_tagged_nodes(
    graph: StreetGraph, ids: Mapping[Hashable, int], places: Mapping[Hashable, Place]
) -> Iterator[Node]:
    """Yield the nodes with tags: gates and crossings are found among them."""
    for name, row in graph.nodes.items():
        tags = {key: ";".join(list_values(value)) for key, value in row.items() if key not in _OWN}
        tags = {key: value for key, value in tags.items() if value}
        if tags:
            yield Node(ids[name], tags, *places[name])


def list_values(value: object) -> list[str]:
    """Return the texts of a list, also of one as Python writes it; another value is one text.

    Nothing (None, NaN, "", or a text of these) is no value.
    """
    if isinstance(value, str):
        return _split_list(value)
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        texts = (_write_value(part) for part in value)
        return [text for text in texts if text not in _NOTHING]
    text = _write_value(value)
    return [] if text in _NOTHING else [text]


def _write_value(value: object) -> str:
    """Write a single value as a text; a number without a fraction as a whole one."""
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _split_list(text: str) -> list[str]:
    """Return the texts of a list as Python writes it; another text is a list of itself."""
    if text in _NOTHING:
        return []
    if not (text.startswith("[") and text.endswith("]")):
        return [text]
    found, at, body = [], 0, text[1:-1]
    while at < len(body):
        member = _MEMBER.match(body, at)
        if member is None:
            return [text]
        quoted = next((part for part in member.groups()[:2] if part is not None), None)
        value = member[3] if quoted is None else _BACKSLASHED.sub(r"\1", quoted)
        if quoted is not None or value not in _NOTHING:
            found.append(value)
        at = member.end()
    return found
