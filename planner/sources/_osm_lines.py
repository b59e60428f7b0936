"""Nodes and ways of an extract as lines of text.

Asking an osmium object for a tag or a node costs as much as reading a whole element from a line:
osmium writes them in OPL, its own format of one line an element, and Python takes those apart.
https://osmcode.org/opl-file-format/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import osmium
from numpy.typing import NDArray

#: How osmium writes the lines: without who changed what, ways with the places of their nodes.
_FORMAT: Final = "opl,add_metadata=false,locations_on_ways=true"
#: A node of a way that the extract does not hold: no number stands between x and y.
_NOWHERE: Final = b"xy"
#: "n5x1.5y2,n6x3y4" is a row of numbers for those who read spaces.
_NUMBERS_ONLY: Final = bytes.maketrans(b"nxy,", b"    ")
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
        return [_place_of(node) for node in self.nodes.split(b",") if node]

    def lonlat(self) -> NDArray[np.float64]:
        """Return the places of those of its nodes that the extract holds, shape (n, 2)."""
        known = [lonlat for _, lonlat in self.places() if lonlat is not None]
        return np.array(known, dtype=np.float64).reshape(-1, 2)


def lines_writer(path: Path) -> osmium.SimpleWriter:
    """Return what writes elements as lines; ways need the places of their nodes."""
    return osmium.SimpleWriter(osmium.io.File(str(path), _FORMAT))


def elements_of(path: Path) -> Iterator[Node | Way]:
    """Read the nodes that have a place, and the ways, from the lines of a file."""
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith(b"w"):
                yield _way_of(line)
            elif line.startswith(b"n"):
                name, tags, x, y = line.split()
                if len(x) > 1:
                    yield Node(int(name[1:]), _tags_of(tags), float(x[1:]), float(y[1:]))


def numbers_of(parts: Iterable[bytes]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return node ids (n,) and lon, lat (n, 2) of lists of nodes that are all in the extract."""
    text = b",".join(parts).translate(_NUMBERS_ONLY).decode()
    # Ids are whole numbers below 2^53: exact as floats.
    table = np.fromstring(text, sep=" ").reshape(-1, 3)
    return table[:, 0].astype(np.int64), np.ascontiguousarray(table[:, 1:])


def as_nodes(places: Iterable[tuple[int, tuple[float, float]]]) -> bytes:
    """Return nodes as they stand in a line."""
    return b",".join(b"n%dx%ay%a" % (ref, lon, lat) for ref, (lon, lat) in places)


def _way_of(line: bytes) -> Way:
    name, tags, nodes = line.split()
    return Way(int(name[1:]), _tags_of(tags), nodes[1:])


def _tags_of(part: bytes) -> dict[str, str]:
    """Read "Tkey=value,key=value"; signs with a meaning come as %hex%."""
    if len(part) == 1:
        return {}
    text = part[1:].decode().replace("%20%", " ")  # a space parts nothing here
    pairs: Any = (pair.split("=", 1) for pair in text.split(","))
    if "%" in text:
        return {_plain(key): _plain(value) for key, value in pairs}
    return dict(pairs)


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "%" in text else text


def _place_of(node: bytes) -> Place:
    ref, place = node[1:].split(b"x")
    lon, lat = place.split(b"y")
    return int(ref), (float(lon), float(lat)) if lon else None
