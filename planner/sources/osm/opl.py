"""Nodes and ways of an extract as lines of text.

osmium writes them in OPL, its own format of one line an element, and Python takes those apart: on
the demo 0.10 s here and 0.30 s in the process of its own in which osmium runs, against 1.21 s for
asking osmium's objects for the same here.
https://osmcode.org/opl-file-format/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.sources.osm.apart import LOWEST_NEW, MAX_WAY_NODES

#: A node of a way that the extract does not hold: no number stands between x and y.
_NOWHERE: Final = b"xy"
#: "n5x1.5y2,n6x3y4" is a row of numbers for those who read spaces.
_NUMBERS_ONLY: Final = bytes.maketrans(b"nxy,", b"    ")
#: So many areas are read at a time.
_BATCH: Final = 10_000
#: A line of fewer bytes cannot hold more nodes than a way may have, so nobody counts them.
_FEW_BYTES: Final = 5 * MAX_WAY_NODES
_ESCAPED: Final = re.compile("%([0-9a-f]+)%")

#: A node of a way: its id and its lon, lat; None where the extract lacks its place.
Place = tuple[int, tuple[float, float] | None]


class Node(NamedTuple):
    """A node with a place; degrees in WGS-84."""

    id: int
    tags: dict[str, str]
    lon: float
    lat: float


class Way(NamedTuple):
    """A way; `nodes` is the list of its nodes as it stands in the line."""

    id: int
    tags: dict[str, str]
    nodes: bytes

    @property
    def n_nodes(self) -> int:
        """How many nodes it has."""
        return self.nodes.count(b"n")

    @property
    def is_closed(self) -> bool:
        """Whether it ends at the node where it starts."""
        nodes = self.nodes
        last = nodes.rfind(b"n") + 1
        return nodes[1 : nodes.find(b"x")] == nodes[last : nodes.find(b"x", last)]

    @property
    def is_whole(self) -> bool:
        """Whether the extract holds all of its nodes."""
        return _NOWHERE not in self.nodes

    def places(self) -> list[Place]:
        """Return its nodes in order."""
        return [_read_place(node) for node in self.nodes.split(b",") if node]

    def lonlat(self) -> NDArray[np.float64]:
        """Return the places of those of its nodes that the extract holds, shape (n, 2)."""
        known = [lonlat for _, lonlat in self.places() if lonlat is not None]
        return np.array(known, dtype=np.float64).reshape(-1, 2)


class Relation(NamedTuple):
    """A relation; a member is its kind (n, w or r), its id and its role."""

    id: int
    tags: dict[str, str]
    members: list[tuple[str, int, str]]


def read_elements(path: Path) -> Iterator[Node | Way]:
    """Read the nodes that have a place, and the ways, from the lines of a file.

    Raises
    ------
    ValueError
        If a way has more nodes than MAX_WAY_NODES, or a text holds what is no sign.
    """
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith(b"w"):
                yield _read_way(line)
            elif line.startswith(b"n"):
                name, _, _, tags, x, y = line.split()
                if len(x) > 1:
                    yield Node(_read_id(name), _read_tags(tags), float(x[1:]), float(y[1:]))


def read_relations(path: Path) -> Iterator[Relation]:
    """Read the relations from the lines of a file."""
    with path.open("rb") as lines:
        for line in lines:
            name, _, _, tags, members = line.split()
            parts = members[1:].split(b",") if len(members) > 1 else []
            yield Relation(_read_id(name), _read_tags(tags), [_read_member(part) for part in parts])


def read_areas(path: Path) -> dict[tuple[str, int], BaseGeometry | None]:
    """Read areas by kind (w or r) and id: polygons, or None for one without a valid outline."""
    areas: dict[tuple[str, int], BaseGeometry | None] = {}
    with path.open(encoding="ascii") as lines:
        while batch := [line.split() for line in islice(lines, _BATCH)]:
            shapes = shapely.from_wkb([None if wkb == "-" else wkb for _, wkb in batch])
            for (name, _), shape in zip(batch, shapes, strict=True):
                single = shape is not None and len(shape.geoms) == 1
                areas[name[0], _read_id(name.encode())] = shape.geoms[0] if single else shape
    return areas


def parse_nodes(parts: Iterable[bytes]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return node ids (n,) and lon, lat (n, 2) of lists of nodes that are all in the extract.

    Raises
    ------
    ValueError
        If an id is beyond those that can be told apart.
    """
    text = b",".join(parts).translate(_NUMBERS_ONLY).decode()
    # Ids are whole numbers below 2^53: exact as floats.
    table = np.fromstring(text, sep=" ").reshape(-1, 3)
    ids = table[:, 0]
    if (np.abs(ids) >= 2 * LOWEST_NEW).any():
        raise ValueError(f"a node with the id {ids[np.argmax(np.abs(ids))]:.0f}, beyond 2^50")
    ids = np.where(ids < LOWEST_NEW, ids, LOWEST_NEW - ids)
    return ids.astype(np.int64), np.ascontiguousarray(table[:, 1:])


def format_nodes(places: Iterable[tuple[int, tuple[float, float]]]) -> bytes:
    """Return nodes as they stand in a line."""
    return b",".join(b"n%dx%ay%a" % (ref, lon, lat) for ref, (lon, lat) in places)


def _read_way(line: bytes) -> Way:
    name, _, _, tags, nodes = line.split()
    if len(line) > _FEW_BYTES and line.count(b",n") >= MAX_WAY_NODES:
        raise ValueError(f"way {_read_id(name)}: more than {MAX_WAY_NODES:,} nodes; split the way")
    return Way(_read_id(name), _read_tags(tags), nodes[1:])


def _read_member(part: bytes) -> tuple[str, int, str]:
    name, _, role = part.decode().partition("@")
    return name[0], _read_id(name.encode()), _unescape(role)


def _read_id(name: bytes) -> int:
    """Read the id in "w5"; ids above all others stand for negative ones."""
    number = int(name[1:])
    return number if number < LOWEST_NEW else LOWEST_NEW - number


def _read_tags(tags: bytes) -> dict[str, str]:
    """Read "Tkey=value,key=value"; characters with a meaning come as %hex%."""
    if len(tags) == 1:
        return {}
    text = tags[1:].decode().replace("%20%", " ")  # a space parts nothing here
    parts = text.replace("=", ",").split(",")  # in keys and values both come as %hex%
    if "%" in text:
        parts = [_unescape(one) for one in parts]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(_unescape_one, text) if "%" in text else text


def _unescape_one(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    if code == 0 or 0xD800 <= code <= 0xDFFF:
        raise ValueError(f"a text with U+{code:04X}, which is no character")
    return chr(code)


def _read_place(node: bytes) -> Place:
    name, place = node.split(b"x")
    lon, lat = place.split(b"y")
    return _read_id(name), (float(lon), float(lat)) if lon else None
