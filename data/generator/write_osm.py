"""The drawing as OpenStreetMap PBF: nodes by position, ways in drawing order, a fixed header."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
import shapely
from shapely import Polygon

from .barriers import header_box
from .canvas import Canvas, Tags
from .geometry import GRID_M, FloatArray, to_lonlat
from .noding import joined_ways

TIMESTAMP = "2026-11-01T00:00:00Z"
GENERATOR = "planner demo generator (synthetic data, not OpenStreetMap)"


@dataclass
class Numbering:
    """Node ids by position and level; ways as lists of ids."""

    ids: dict[tuple[str, int, int], int] = field(default_factory=dict)
    positions: list[tuple[float, float]] = field(default_factory=list)
    tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)

    def node(self, x: float, y: float, level: str = "") -> int:
        """Id of the node at a position; the same position on another level is another node."""
        key = (level, round(x / GRID_M), round(y / GRID_M))
        if key not in self.ids:
            self.ids[key] = len(self.positions) + 1
            self.positions.append((key[1] * GRID_M, key[2] * GRID_M))
        return self.ids[key]

    def way(
        self, xy: FloatArray, tags: Tags, level: str = "", *, ends_on_ground: bool = False
    ) -> None:
        """Add a way; on another level only its ends may lie on the ground."""
        last = len(xy) - 1
        refs = [
            self.node(x, y, "" if ends_on_ground and k in (0, last) else level)
            for k, (x, y) in enumerate(xy)
        ]
        kept = [r for k, r in enumerate(refs) if k == 0 or r != refs[k - 1]]
        if len(kept) > 1:
            self.ways.append((kept, tags))

    def ring(self, shape: Polygon, tags: Tags, level: str) -> None:
        """Add a closed way."""
        self.way(shapely.get_coordinates(shape.exterior), tags, level)


def number(canvas: Canvas) -> Numbering:
    """Nodes and ways of the whole drawing."""
    book = Numbering()
    for line, tags in joined_ways(canvas.streets):
        book.way(shapely.get_coordinates(line), tags)
    for k, (line, tags) in enumerate(canvas.crossings):
        book.way(shapely.get_coordinates(line), tags, f"crossing {k}", ends_on_ground=True)
    for line, tags in canvas.lines:
        level = "" if "barrier" in tags else str(tags.get("highway", "other"))
        book.way(shapely.get_coordinates(line), tags, level)
    for shape, tags in canvas.areas:
        book.ring(shape, tags, "area")
    for shape, tags in canvas.buildings:
        book.ring(shape, tags, "building")
    for x, y, tags in canvas.points:
        book.tags[book.node(x, y)] = tags
    return book


def write(book: Numbering, path: Path) -> None:
    """Write the file; the same drawing gives the same bytes."""
    west, south, east, north = header_box()
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    header.set("osmosis_replication_timestamp", TIMESTAMP)
    header.add_box(osmium.osm.Box(west, south, east, north))
    lonlat = to_lonlat(np.array(book.positions))
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for k, (lon, lat) in enumerate(lonlat.tolist(), start=1):
            writer.add_node(
                osmium.osm.mutable.Node(
                    id=k, version=1, location=(lon, lat), tags=book.tags.get(k, {})
                )
            )
        for k, (refs, tags) in enumerate(book.ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=k, version=1, nodes=refs, tags=tags))
