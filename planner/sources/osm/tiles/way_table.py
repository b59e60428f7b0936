"""The ways of an extract as plain arrays, read from lines here or in a process beside this one."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Ints
from planner.sources.osm.tiles.opl_fields import list_tags, read_id, search_keys, search_values

#: An extract that osmium reads: path and format.
MapFile = tuple[str, str]

#: What lines are written as. Who changed an element is nobody's business here.
LINES_FORMAT: Final = "opl,add_metadata=version+timestamp"
#: So many bytes of lines are taken apart at a time.
CHUNK_BYTES: Final = 8_000_000
#: What is no digit in a list of nodes.
_NUMBERS_ONLY: Final = bytes.maketrans(b"nN,", b"   ")
_TWICE: Final = "Way ID twice in input. Maybe you are using a history or change file?"
_SAVED: Final = "ways.npz"
#: So many nodes of ways are looked up at a time.
_REFS: Final = 1_000_000


class UntidyError(Exception):
    """An extract that osmium reads only after it was tidied: negative ids, or ways out of order."""


@dataclass(frozen=True)
class TileKeys:
    """Which keys and values tell what an element is.

    used : one is on every element that is used; streets : on every street; areas : on every area.
    places, node_places : on ways and on nodes that are places of public use or have a name.
    zones : values of `landuse` of zones.
    """

    used: Sequence[str]
    streets: Sequence[str]
    areas: Sequence[str]
    places: Sequence[str]
    node_places: Sequence[str]
    zones: Sequence[str]


@dataclass(frozen=True)
class Ways:
    """Ways in the order of their ids; see `RawMap`.

    flags : which are streets, areas, places, zones, and which are used at all, (w,) each.
    """

    way_id: Ints
    offsets: Ints
    nodes: NDArray[np.int32]
    flags: dict[str, Flags]


def open_map(source: MapFile) -> osmium.io.File:
    """Return what osmium reads."""
    return osmium.io.File(*source)


def write_ways(source: MapFile, path: Path) -> None:
    """Write the ways of an extract as lines."""
    lines = osmium.io.File(str(path), LINES_FORMAT)
    with (
        osmium.SimpleWriter(lines, overwrite=True) as writer,
        osmium.io.Reader(open_map(source), osmium.osm.WAY) as reader,
    ):
        osmium.apply(reader, writer)


def read_ways(path: Path, keys: TileKeys, positions: NodePositions) -> Ways:
    """Read ways from lines.

    Raises
    ------
    UntidyError
        If they have to be tidied first.
    """
    # At once, as a position takes half the room of an id.
    table = WayTable(keys, positions.find)
    table.read(path)
    return Ways(table.number(), table.offsets(), table.nodes().astype(np.int32), table.list_flags())


def save_ways(path: Path, keys: TileKeys) -> None:
    """Read ways from lines, and keep them beside these for `load_ways`; raises as `read_ways`."""
    table = WayTable(keys, lambda refs: refs)
    table.read(path)
    kept: dict[str, Any] = {
        "way_id": table.number(), "offsets": table.offsets(), "refs": table.nodes(),
        **table.list_flags(),
    }  # fmt: skip
    np.savez(path.with_name(_SAVED), **kept)


def load_ways(path: Path, positions: NodePositions) -> Ways:
    """Return the ways of some lines that `save_ways` kept."""
    saved = path.with_name(_SAVED)
    with np.load(saved, allow_pickle=False) as kept:
        refs = kept["refs"]
        nodes = np.empty(len(refs), dtype=np.int32)
        for first in range(0, len(refs), _REFS):
            some = slice(first, first + _REFS)
            nodes[some] = positions.find(refs[some])
        flags = {name: kept[name] for name in kept.files if name not in _NO_FLAGS}
        found = Ways(kept["way_id"], kept["offsets"], nodes, flags)
    saved.unlink()
    return found


_NO_FLAGS: Final = frozenset({"way_id", "offsets", "refs"})


class NodePositions:
    """Finds nodes by their id."""

    def __init__(self, node_id: Ints) -> None:
        self._sorted, self._order = node_id, None
        if len(node_id) > 1 and bool((np.diff(node_id) <= 0).any()):
            self._order = np.argsort(node_id, kind="stable")
            self._sorted = node_id[self._order]

    def find(self, ids: Ints) -> NDArray[np.int32]:
        """Return where nodes stand, -1 for those that are not there."""
        if len(self._sorted) == 0:
            return np.full(len(ids), -1, dtype=np.int32)
        # Of several with one id the last one counts.
        at = np.searchsorted(self._sorted, ids, side="right") - 1
        missing = (at < 0) | (self._sorted[at] != ids)
        found = at if self._order is None else self._order[at]
        return np.where(missing, -1, found).astype(np.int32)


class WayTable:
    """Ways as they stand in lines, by id.

    Parameters
    ----------
    keys
        Which tags count.
    find
        Ids of nodes -> what is kept of them.
    """

    def __init__(self, keys: TileKeys, find: Callable[[Ints], NDArray[np.integer[Any]]]) -> None:
        self._find = find
        self._searches = {
            "streets": search_keys(keys.streets),
            "areas": search_keys(keys.areas),
            "places": search_keys(keys.places),
            "used": search_keys(keys.used),
            "zones": search_values("landuse", keys.zones),
        }
        self._ids, self._sizes = array("q"), array("i")
        self._flags = {name: bytearray() for name in self._searches}
        self._nodes: list[NDArray[np.integer[Any]]] = []

    def read(self, path: Path) -> None:
        """Take the lines of a file."""
        with path.open("rb") as lines:
            while batch := lines.readlines(CHUNK_BYTES):
                self._take(batch)
        numbers = self.number()
        if (numbers < 0).any():
            raise UntidyError
        steps = np.diff(numbers)
        if (steps < 0).any():
            raise UntidyError
        if (steps == 0).any():  # in osmium's words, as whoever reads the whole file gets them
            raise RuntimeError(_TWICE)

    def _take(self, batch: Sequence[bytes]) -> None:
        rows = [line.rsplit(b" ", 2) for line in batch]
        self._ids.extend([read_id(row[0]) for row in rows])
        texts = [list_tags(row[1]) for row in rows]
        for name, search in self._searches.items():
            self._flags[name] += bytes([search(text) is not None for text in texts])
        nodes = [row[2] for row in rows]
        self._sizes.extend([text.count(b"n") for text in nodes])
        numbers = b"".join(nodes).translate(_NUMBERS_ONLY)
        refs = np.fromstring(numbers, dtype=np.int64, sep=" ")
        if (refs < 0).any():
            raise UntidyError
        self._nodes.append(self._find(refs))

    def number(self) -> Ints:
        """Return their ids."""
        return np.array(self._ids, dtype=np.int64)

    def offsets(self) -> Ints:
        """Return where the nodes of each begin, and where those of the last end."""
        sizes = np.array(self._sizes, dtype=np.int64)
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])

    def nodes(self) -> NDArray[np.integer[Any]]:
        """Return what is kept of the nodes of all, one after the other."""
        return np.concatenate([self._find(np.empty(0, dtype=np.int64)), *self._nodes])

    def list_flags(self) -> dict[str, Flags]:
        """Tell which ways are streets, areas, places, zones, and which are used at all."""
        return {name: np.frombuffer(given, dtype=bool) for name, given in self._flags.items()}
