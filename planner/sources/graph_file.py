"""Streets from a graph of OSMnx in a file of GraphML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from pyproj import CRS

from planner.errors import SourceError
from planner.sources._file_crs import find_crs, parse_crs
from planner.sources._raw_table import MAX_SIGNS, MAX_VERTICES
from planner.sources.graph_streets import OUR_MARK, StreetGraph, collect_graph_streets
from planner.sources.osm.extract import OsmExtract
from planner.sources.plain_files import open_plain

_MAX_BYTES: Final = 1_000_000_000
_CHUNK_BYTES: Final = 1 << 16
_MAX_MARKUP_BYTES: Final = 1 << 24
_ADVICE: Final = "save it with osmnx.save_graphml"
_CODE: Final = re.compile(r"(EPSG|ESRI|OGC):(\w+)", re.IGNORECASE)


@dataclass
class _Graph:
    """What a file of GraphML holds: texts by name, of the graph, of each node and of each edge."""

    facts: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def load_graph_file(path: Path) -> tuple[OsmExtract, list[str]]:
    """Read a graph of OSMnx as streets; its tags are judged as those of an extract.

    Parameters
    ----------
    path
        A file that `osmnx.save_graphml` wrote, projected or not.

    Returns
    -------
    OsmExtract, list
        See `collect_graph_streets`.

    Raises
    ------
    SourceError
        If it is no such file, or holds no street that may be walked.
    """
    read = _parse(path)
    if OUR_MARK in read.facts:
        raise SourceError(
            f"{path}: holds streets without their tags, as WalkNetwork.to_networkx wrote them; "
            "read it in Python with from_networkx, or give the extract that they were made from"
        )
    graph = StreetGraph(path, _ADVICE)
    graph.nodes.update(read.nodes.items())
    graph.edges.extend(read.edges)
    return collect_graph_streets(graph, _read_crs(path, read.facts))


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


def _read_crs(path: Path, facts: dict[str, str]) -> CRS:
    text = facts.get("crs", "EPSG:4326")
    code = _CODE.fullmatch(text.strip())
    return find_crs(path, code[1], code[2]) if code else parse_crs(path, text)
