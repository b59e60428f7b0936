"""An extract as plain arrays: places of nodes, nodes of ways, ways of relations; no tags.

osmium writes the places into a file of records, and all elements as lines of text, which numpy
and a few searches take apart: some ten times faster than asking osmium's objects. The lines stay,
as the tiles are made of them. Runs in a process of its own, which a bad file may crash.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Ints
from planner.sources.osm.tiles.tile_cores import Units, find_sheet, move_units_to_sheet

#: Who changed an element is nobody's business here.
_FORMAT: Final = "opl,add_metadata=version+timestamp"
_RECORD: Final = np.dtype([("id", "<u8"), ("x", "<i4"), ("y", "<i4")])
#: What osmium keeps as the place of a node that has none.
NOWHERE: Final = 2**31 - 1
#: A value holds no space in OPL, so no value looks like this.
_STAMPS: Final = re.compile(rb" dV t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ")
#: So many bytes of lines are taken apart at a time.
_CHUNK_BYTES: Final = 8_000_000
#: What is no digit in a list of nodes.
_NUMBERS_ONLY: Final = bytes.maketrans(b"nN,", b"   ")
_NO_RECORDS: Final = np.empty(0, dtype=_RECORD)
_ENTITIES: Final = {
    "nodes": osmium.osm.NODE,
    "ways": osmium.osm.WAY,
    "relations": osmium.osm.RELATION,
}
#: Nodes that carry a key that is used have lines of their own as well.
_TAGGED: Final = "tagged"
#: Relations of these types are areas: they are of use only with all their members.
AREA_TYPES: Final = ("multipolygon", "boundary")
_TWICE: Final = "Way ID twice in input. Maybe you are using a history or change file?"
_WAY_MEMBERS: Final = re.compile(rb"[M,]w(-?\d+)@")


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
class RawMap:
    """What is in an extract and where.

    node_id (n,), x, y (n,) : in the order of the file; ten-millionths of a degree, longitudes on
        the sheet from `sheet` on; NOWHERE in y where a node has no place.
    tagged, tagged_place : positions of nodes that carry a key that is used, or one of a place.
    way_id (w,), offsets (w + 1,), nodes (r,) : way w has the nodes offsets[w] to offsets[w + 1], by
        position; -1 for one that the extract lacks.
    street, area, zone, place (w,) : what a way is; all but streets are closed. Zones are those of
        people, and squares and other closed streets: they are judged by what lies in them.
    used (w,) : a way carries a key that is used.
    relation_id (m,), relation_offsets, members : relations that are areas or squares and their
        ways by position, without those that the extract lacks; relation_zone (m,) : zones.
    lines : files of nodes, ways and relations, a line each in the order of the file; of relations
        those with a key that is used.
    newest : when the newest element was changed; "" where nothing says so.
    """

    node_id: Ints
    x: Units
    y: Units
    sheet: int
    tagged: Ints
    tagged_place: Ints
    way_id: Ints
    offsets: Ints
    nodes: NDArray[np.int32]
    street: Flags
    area: Flags
    zone: Flags
    place: Flags
    used: Flags
    relation_id: Ints
    relation_offsets: Ints
    members: Ints
    relation_zone: Flags
    lines: Mapping[str, Path]
    newest: str

    def list_located(self) -> Flags:
        """Tell which nodes have a place."""
        located: Flags = self.y != NOWHERE
        return located


def read_raw_map(source: osmium.io.File, folder: Path, keys: TileKeys, sheet: int | None) -> RawMap:
    """Read an extract.

    Parameters
    ----------
    source
        Whose ways come by id.
    folder
        Where osmium writes what is in between.
    keys
        Which tags count.
    sheet
        Where the sheet of longitudes begins; None: opposite the middle of the map.

    Raises
    ------
    UntidyError
        If it has to be tidied first.
    RuntimeError
        If osmium cannot read it.
    """
    lines = {kind: folder / f"raw.{kind}.opl" for kind in (*_ENTITIES, _TAGGED)}
    node_id, x, y = _write_lines(source, folder, lines, keys)
    positions = _Positions(node_id)
    ways = _WayTable(keys, positions)
    ways.read(lines["ways"])
    tagged, tagged_place = _read_tagged(lines[_TAGGED], keys, positions)
    way_id, offsets = ways.number(), ways.offsets()
    nodes = ways.nodes()
    flags = ways.list_flags()
    closed = _find_closed(offsets, nodes)
    judged = flags["zones"] | flags["streets"]
    relations = _read_relations(lines["relations"], keys, way_id)
    newest = max(_find_newest(lines[kind]) for kind in (_TAGGED, "ways", "relations"))
    lines.pop(_TAGGED).unlink()
    sheet = find_sheet(x[y != NOWHERE]) if sheet is None else sheet
    return RawMap(
        node_id=node_id, x=move_units_to_sheet(x, sheet), y=y, sheet=sheet, tagged=tagged,
        tagged_place=tagged_place, way_id=way_id, offsets=offsets, nodes=nodes,
        street=flags["streets"], area=flags["areas"] & closed, zone=judged & closed,
        place=flags["places"] & closed, used=flags["used"], relation_id=relations.number,
        relation_offsets=relations.offsets, members=relations.members,
        relation_zone=relations.zone, lines=lines, newest=newest,
    )  # fmt: skip


def _write_lines(
    source: osmium.io.File, folder: Path, lines: Mapping[str, Path], keys: TileKeys
) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32]]:
    """Write ways, and nodes and relations that are used, as lines; return all nodes' places."""
    places = folder / "raw.places"
    index = osmium.index.create_map(f"sparse_file_array,{places}")
    locations = osmium.NodeLocationsForWays(index)
    with ExitStack() as stack:
        write = {
            kind: stack.enter_context(
                osmium.SimpleWriter(osmium.io.File(str(path), _FORMAT), overwrite=True)
            )
            for kind, path in lines.items()
        }
        used: Any = osmium.filter.KeyFilter(*keys.used)
        chains = {
            "nodes": [locations, write["nodes"], used, write[_TAGGED]],
            "ways": [write["ways"]],
            "relations": [used, write["relations"]],
        }
        for kind, entity in _ENTITIES.items():
            with osmium.io.Reader(source, entity) as reader:
                osmium.apply(reader, *chains[kind])
    del locations, index
    # The file grows by many empty records at a time.
    records = np.memmap(places, dtype=_RECORD, mode="r") if places.stat().st_size else _NO_RECORDS
    filled = np.flatnonzero(records["id"])
    n = int(filled[-1]) + 1 if len(filled) else 0
    found = records[:n]
    parts = found["id"].astype(np.int64), found["x"].copy(), found["y"].copy()
    del records, found
    places.unlink()
    return parts


class _Positions:
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


class _WayTable:
    """Ways as they stand in lines, by id."""

    def __init__(self, keys: TileKeys, positions: _Positions) -> None:
        self._positions = positions
        self._searches = {
            "streets": _search_keys(keys.streets),
            "areas": _search_keys(keys.areas),
            "places": _search_keys(keys.places),
            "used": _search_keys(keys.used),
            "zones": _search_values("landuse", keys.zones),
        }
        self._ids, self._sizes = array("q"), array("i")
        self._flags = {name: bytearray() for name in self._searches}
        self._nodes: list[NDArray[np.int32]] = []

    def read(self, path: Path) -> None:
        """Take the lines of a file."""
        with path.open("rb") as lines:
            while batch := lines.readlines(_CHUNK_BYTES):
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
        texts = [_list_tags(row[1]) for row in rows]
        for name, search in self._searches.items():
            self._flags[name] += bytes([search(text) is not None for text in texts])
        nodes = [row[2] for row in rows]
        self._sizes.extend([text.count(b"n") for text in nodes])
        numbers = b"".join(nodes).translate(_NUMBERS_ONLY)
        refs = np.fromstring(numbers, dtype=np.int64, sep=" ")
        if (refs < 0).any():
            raise UntidyError
        # At once, as a position takes half the room of an id.
        self._nodes.append(self._positions.find(refs))

    def number(self) -> Ints:
        """Return their ids."""
        return np.array(self._ids, dtype=np.int64)

    def offsets(self) -> Ints:
        """Return where the nodes of each begin, and where those of the last end."""
        sizes = np.array(self._sizes, dtype=np.int64)
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])

    def nodes(self) -> NDArray[np.int32]:
        """Return the positions of the nodes of all, one after the other."""
        return np.concatenate([np.empty(0, dtype=np.int32), *self._nodes])

    def list_flags(self) -> dict[str, Flags]:
        """Tell which ways are streets, areas, places, zones, and which are used at all."""
        return {name: np.frombuffer(given, dtype=bool) for name, given in self._flags.items()}


@dataclass(frozen=True)
class _RelationTable:
    """Relations that are areas: ids, which are zones, and their ways by position, ragged."""

    number: Ints
    zone: Flags
    offsets: Ints
    members: Ints


def _read_relations(path: Path, keys: TileKeys, way_id: Ints) -> _RelationTable:
    """Read the relations that are areas from lines; ways are given by id."""
    is_area, is_zone = _search_values("type", AREA_TYPES), _search_values("landuse", keys.zones)
    counts, is_square = _search_keys([*keys.areas, *keys.streets]), _search_keys(keys.streets)
    numbers, zones, sizes, refs = array("q"), bytearray(), array("q", [0]), array("q")
    with path.open("rb") as lines:
        for line in lines:
            start, tags, rest = line.rsplit(b" ", 2)
            text = _list_tags(tags)
            if is_area(text) and counts(text):
                numbers.append(read_id(start))
                zones.append(any(find(text) for find in (is_zone, is_square)))
                members = [int(ref) for ref in _WAY_MEMBERS.findall(rest)]
                refs.extend(members)
                sizes.append(len(members))
    found = _Positions(way_id).find(np.array(refs, dtype=np.int64)).astype(np.int64)
    owner = np.repeat(np.arange(len(numbers)), np.array(sizes, dtype=np.int64)[1:])
    n_known = np.bincount(owner[found >= 0], minlength=len(numbers))
    return _RelationTable(
        number=np.array(numbers, dtype=np.int64),
        zone=np.frombuffer(zones, dtype=bool),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(n_known)]),
        members=found[found >= 0],
    )


def _read_tagged(path: Path, keys: TileKeys, positions: _Positions) -> tuple[Ints, Ints]:
    """Return the positions of the nodes in lines, and of those that are places."""
    is_place = _search_keys(keys.node_places)
    ids, places = array("q"), bytearray()
    with path.open("rb") as lines:
        for line in lines:
            start, tags, _, _ = line.rsplit(b" ", 3)
            ids.append(read_id(start))
            places.append(is_place(_list_tags(tags)) is not None)
    numbers = np.array(ids, dtype=np.int64)
    if (numbers < 0).any():
        raise UntidyError
    found = positions.find(numbers).astype(np.int64)
    known = found >= 0
    return found[known], found[known & np.frombuffer(places, dtype=bool)]


def _find_closed(offsets: Ints, nodes: NDArray[np.int32]) -> Flags:
    """Tell which ways end where they start."""
    closed = np.diff(offsets) > 1
    some = np.flatnonzero(closed)
    closed[some] = nodes[offsets[some]] == nodes[offsets[some + 1] - 1]
    return closed


def read_id(line: bytes) -> int:
    """Return the id with which a line begins: "w5 v1 ..."."""
    return int(line[1 : line.index(b" ")])


def _list_tags(field: bytes) -> bytes:
    """Return the tags of a line, "Ta=b,c=d", with a comma before each: ",a=b,c=d"."""
    # A search that begins with a plain sign is five times faster than one that may begin a text.
    return b"," + field[1:]


def _search_keys(keys: Sequence[str]) -> Callable[[bytes], object]:
    """Return what finds one of some keys in the tags of a line."""
    # OPL escapes "," and "=" wherever they stand in a key or a value.
    names = "|".join(re.escape(key) for key in keys)
    return re.compile(f",(?:{names})=".encode()).search


def _search_values(key: str, values: Sequence[str]) -> Callable[[bytes], object]:
    """Return what finds a key with one of some values in the tags of a line."""
    names = "|".join(re.escape(value) for value in values)
    return re.compile(f",{re.escape(key)}=(?:{names})(?:,|$)".encode()).search


def _find_newest(path: Path) -> str:
    """Return when the newest element in lines was changed; "" if nothing says so."""
    newest = b""
    with path.open("rb") as lines:
        while text := b"".join(lines.readlines(_CHUNK_BYTES)):
            newest = max([newest, *_STAMPS.findall(text)])
    # Times as ISO writes them sort as texts.
    return newest.decode()
