"""Streets from a graph of OSMnx in a file of GraphML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

import numpy as np
import pyproj
import shapely
from pyproj import CRS

from planner.crs import WGS84
from planner.crs.array_types import Floats
from planner.errors import SourceError, quote
from planner.rideability import RIDING_TAGS
from planner.sources._file_crs import find_crs, parse_crs
from planner.sources._raw_table import MAX_SIGNS, MAX_VERTICES
from planner.sources.osm.collected_streets import Street, collect_streets
from planner.sources.osm.extract import OsmExtract
from planner.sources.osm.opl import Node
from planner.sources.plain_files import open_plain
from planner.walkability import USED_TAGS, WALKED_HIGHWAYS

_MAX_BYTES: Final = 1_000_000_000
_CHUNK_BYTES: Final = 1 << 16
_MAX_MARKUP_BYTES: Final = 1 << 24
_ADVICE: Final = "save it with osmnx.save_graphml"
_TAGS: Final = tuple(dict.fromkeys((*USED_TAGS, *RIDING_TAGS)))
#: Members of a list as Python writes it: texts, whole numbers, and words for nothing.
_MEMBER: Final = re.compile(
    r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?[\w.]+))\s*(?:,|$)""", re.DOTALL
)
_BACKSLASHED: Final = re.compile(r"\\(.)", re.DOTALL)
_CODE: Final = re.compile(r"(EPSG|ESRI|OGC):(\w+)", re.IGNORECASE)
#: What OSMnx notes of a node that is no tag.
_OWN: Final = frozenset({"x", "y", "lon", "lat", "street_count", "osmid_original"})
_TRUTHS: Final = {"True": "yes", "False": "no"}
#: Written in one way only, so that no two nodes have the same.
_ID: Final = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)
#: Ids beyond these cannot be told apart from those of new objects.
_MAX_ID: Final = 2**50

#: Lon, lat in WGS-84.
Place = tuple[float, float]


@dataclass
class _Graph:
    """What a file of GraphML holds: texts by name, of the graph, of each node and of each edge."""

    facts: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def load_graph_file(path: Path) -> tuple[OsmExtract, list[str]]:
    """Read a graph of OSMnx as streets; its tags are judged as those of an extract.

    Of the two directions of a street one is read. An edge that OSMnx has made of ways of several
    kinds is of the first kind in its list that is walked; of other tags every value counts.

    Parameters
    ----------
    path
        A file that `osmnx.save_graphml` wrote, projected or not.

    Returns
    -------
    OsmExtract, list
        Streets, gates and crossings; and what the reader should know, a line each.

    Raises
    ------
    SourceError
        If it is no such file, or holds no street that may be walked.
    """
    graph = _parse(path)
    places = _read_places(path, graph)
    extract = collect_streets(_make_streets(path, graph, places), _list_tagged_nodes(graph, places))
    if len(extract.ways) == 0:
        raise SourceError(f"{path}: holds no street that may be walked; {_ADVICE}")
    mixed = sum(
        any(row.get(key, "").startswith("[") for key in _TAGS if key != "name")
        for _, _, row in graph.edges
    )
    note = (
        f"{path.name}: {mixed:,} edges are made of ways with different tags; each is of the first "
        "kind that is walked, and as open as the most open one (docs/streets.md tells how OSMnx "
        "keeps them apart)"
    )
    return extract, [note] if mixed else []


def _parse(path: Path) -> _Graph:
    """Parse the file piece by piece."""
    reader = _GraphReader(path)
    with open_plain(path, most_bytes=_MAX_BYTES, advice="check the path in the plan") as file:
        n_bytes = 0
        try:
            while chunk := file.read(_CHUNK_BYTES):
                n_bytes += len(chunk)
                reader.parser.Parse(chunk, False)
                if n_bytes - reader.parser.CurrentByteIndex > _MAX_MARKUP_BYTES:
                    raise SourceError(f"{path}: holds one element of many megabytes; {_ADVICE}")
            reader.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise SourceError(f"{path}: no readable GraphML ({error}); {_ADVICE}") from None
    if not reader.graph.edges:
        raise SourceError(f"{path}: holds no edges, so there are no streets; {_ADVICE}")
    return reader.graph


class _GraphReader:
    """Takes what the parser finds."""

    def __init__(self, path: Path) -> None:
        self.graph = _Graph()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._take_text
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._path = path
        self._names: dict[str, str] = {}
        self._open: dict[str, str] | None = None  # texts of the element that is read
        self._key = ""
        self._text: list[str] = []
        self._signs = 0

    def _refuse_doctype(self, *_: object) -> None:
        """Refuse a document that defines entities: a few bytes may stand for gigabytes."""
        raise SourceError(f"{self._path}: holds a <!DOCTYPE>, which no GraphML needs; {_ADVICE}")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "key":
            self._names[attributes.get("id", "")] = attributes.get("attr.name", "")
        elif kind == "graph":
            self._open = self.graph.facts
        elif kind == "node":
            self._open = self.graph.nodes.setdefault(attributes.get("id", ""), {})
        elif kind == "edge":
            self._open = {}
            ends = attributes.get("source", ""), attributes.get("target", "")
            self.graph.edges.append((*ends, self._open))
        elif kind == "data":
            self._key, self._text = self._names.get(attributes.get("key", ""), ""), []
        if len(self.graph.edges) + len(self.graph.nodes) > MAX_VERTICES:
            raise SourceError(
                f"{self._path}: more than {MAX_VERTICES:,} nodes and edges; cut the graph to the "
                "study area"
            )

    def _take_text(self, text: str) -> None:
        if self._key:
            self._text.append(text)
            self._signs += len(text)
            if self._signs > MAX_SIGNS:
                raise SourceError(
                    f"{self._path}: more than {MAX_SIGNS:,} characters; cut the graph to the area"
                )

    def _end(self, name: str) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "data":
            if self._open is not None and self._key:
                self._open[self._key] = "".join(self._text).strip()
            self._key = ""
        elif kind in ("node", "edge"):
            self._open = self.graph.facts


def _read_places(path: Path, graph: _Graph) -> dict[str, Place]:
    """Return lon, lat of each node, WGS-84."""
    names = list(graph.nodes)
    try:
        xy = np.array([(float(row["x"]), float(row["y"])) for row in graph.nodes.values()])
    except (KeyError, ValueError):
        raise SourceError(f"{path}: a node has no numbers x and y; {_ADVICE}") from None
    lonlat = _make_mover(_read_crs(path, graph))(xy.reshape(-1, 2))
    off = ~(np.abs(lonlat) <= (180, 90)).all(axis=1)
    if off.any():
        raise SourceError(
            f"{path}: node {quote(names[int(np.argmax(off))])} lies nowhere on Earth; {_ADVICE}"
        )
    return dict(zip(names, map(tuple, lonlat.tolist()), strict=True))


def _read_crs(path: Path, graph: _Graph) -> CRS:
    text = graph.facts.get("crs", "EPSG:4326")
    code = _CODE.fullmatch(text.strip())
    return find_crs(path, code[1], code[2]) if code else parse_crs(path, text)


def _make_mover(crs: CRS) -> Callable[[Floats], Floats]:
    """Return what brings places (n, 2) into degrees."""
    if crs == WGS84:
        return lambda xy: xy
    move = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform
    return lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1]))


def _make_streets(path: Path, graph: _Graph, places: dict[str, Place]) -> Iterator[Street]:
    """Make a street of each edge, of two directions the one that is not marked as reversed."""
    move = _make_mover(_read_crs(path, graph))
    kept: dict[tuple[object, ...], tuple[int, list[Place]]] = {}
    for number, (start, end, row) in enumerate(graph.edges):
        if start not in places or end not in places:
            raise SourceError(f"{path}: an edge names a node that is not there; {_ADVICE}")
        line = _read_line(path, row.get("geometry", ""), move)
        # Two streets of one way may join the same nodes: their lines tell them apart.
        same = min(line, line[::-1])
        key = (*sorted((start, end)), *sorted(_read_list(row.get("osmid", ""))), *same)
        if key not in kept or row.get("reversed") == "False":
            kept[key] = number, line
    ids = {name: _read_id(path, name) for name in places}
    inner = min(0, *ids.values()) - 1
    for number, line in sorted(kept.values()):
        start, end, row = graph.edges[number]
        between = [(inner - at, place) for at, place in enumerate(line)]
        inner -= len(line)
        way = _read_id(path, (_read_list(row.get("osmid", "")) or ["0"])[0])
        ends = [(ids[name], places[name]) for name in (start, end)]
        yield way, _read_tags(row), [ends[0], *between, ends[1]]


def _read_line(path: Path, text: str, move: Callable[[Floats], Floats]) -> list[Place]:
    """Return the places between the two ends of a line in WKT; none where there is no line."""
    if not text:
        return []
    if not text.upper().startswith("LINESTRING"):
        raise SourceError(f"{path}: the geometry {quote(text)} is no line; {_ADVICE}")
    try:
        xy = shapely.get_coordinates(shapely.from_wkt(text))
    except shapely.errors.GEOSException:
        raise SourceError(f"{path}: the geometry {quote(text)} cannot be read; {_ADVICE}") from None
    lonlat = move(xy[1:-1]) if len(xy) > 2 else xy[:0]
    if not (np.abs(lonlat) <= (180, 90)).all():
        raise SourceError(f"{path}: the geometry {quote(text)} lies nowhere on Earth; {_ADVICE}")
    return [(float(lon), float(lat)) for lon, lat in lonlat]


def _read_id(path: Path, text: str) -> int:
    """Read the id of a node or a way; ids of OSMnx are those of OpenStreetMap."""
    number = int(text) if _ID.fullmatch(text) else _MAX_ID
    if abs(number) >= _MAX_ID:
        raise SourceError(f"{path}: the id {quote(text)} is no whole number below 2^50; {_ADVICE}")
    return number


def _read_tags(row: dict[str, str]) -> dict[str, str]:
    """Return the tags that are used: of highway one value, of others the list."""
    tags = {}
    for key in _TAGS:
        said = [_TRUTHS.get(value, value) for value in _read_list(row.get(key, ""))]
        if not said:
            continue
        if key == "highway":
            walked = [value for value in said if value in WALKED_HIGHWAYS]
            tags[key] = (walked or said)[0]
        else:
            tags[key] = said[0] if key == "name" else ";".join(said)
    return tags


def _read_list(text: str) -> list[str]:
    """Return the texts of a list as Python writes it; another text is a list of itself."""
    if text in ("", "nan", "None"):
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
        if quoted is not None or value not in ("nan", "None"):
            found.append(value)
        at = member.end()
    return found


def _list_tagged_nodes(graph: _Graph, places: dict[str, Place]) -> Iterator[Node]:
    """Yield the nodes with tags: gates and crossings are found among them."""
    for name, row in graph.nodes.items():
        tags = {key: ";".join(_read_list(value)) for key, value in row.items() if key not in _OWN}
        tags = {key: value for key, value in tags.items() if value}
        if tags:
            yield Node(int(name), tags, *places[name])
