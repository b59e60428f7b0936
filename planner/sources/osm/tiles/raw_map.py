"""An extract as plain arrays: places of nodes, nodes of ways, ways of relations; no tags.

osmium writes the places into a file of records, and all elements as lines of text, which numpy
and a few searches take apart: some ten times faster than asking osmium's objects. The lines stay,
as the tiles are made of them. Runs in a process of its own, which a bad file may crash.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Ints
from planner.sources.osm.tiles.beside import helping
from planner.sources.osm.tiles.opl_fields import list_tags, read_id, search_keys, search_values
from planner.sources.osm.tiles.tile_cores import Units, find_sheet, move_units_to_sheet
from planner.sources.osm.tiles.way_table import (
    CHUNK_BYTES,
    LINES_FORMAT,
    MapFile,
    NodePositions,
    TileKeys,
    UntidyError,
    load_ways,
    open_map,
    read_ways,
    write_ways,
)

_RECORD: Final = np.dtype([("id", "<u8"), ("x", "<i4"), ("y", "<i4")])
#: What osmium keeps as the place of a node that has none.
NOWHERE: Final = 2**31 - 1
#: A value holds no space in OPL, so no value looks like this.
_STAMPS: Final = re.compile(rb" dV t(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ")
_NO_RECORDS: Final = np.empty(0, dtype=_RECORD)
_ENTITIES: Final = {
    "nodes": osmium.osm.NODE,
    "ways": osmium.osm.WAY,
    "relations": osmium.osm.RELATION,
}
#: What reads the ways in a second process.
_WAYS_BESIDE: Final = "planner.sources.osm.tiles.ways_beside"
#: Nodes that carry a key that is used have lines of their own as well.
_TAGGED: Final = "tagged"
#: Relations of these types are areas: they are of use only with all their members.
AREA_TYPES: Final = ("multipolygon", "boundary")
_WAY_MEMBERS: Final = re.compile(rb"[M,]w(-?\d+)@")


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


def read_raw_map(
    source: MapFile, folder: Path, keys: TileKeys, sheet: int | None, *, beside: bool = False
) -> RawMap:
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
    beside
        Whether a second process reads the ways meanwhile.

    Raises
    ------
    UntidyError
        If it has to be tidied first.
    RuntimeError
        If osmium cannot read it.
    """
    lines = {kind: folder / f"raw.{kind}.opl" for kind in (*_ENTITIES, _TAGGED)}
    asked = {"source": source, "lines": str(lines["ways"]), "keys": asdict(keys)}
    with helping(_WAYS_BESIDE, asked) if beside else nullcontext() as helper:
        node_id, x, y = _write_lines(source, folder, lines, keys)
        positions = NodePositions(node_id)
        tagged, tagged_place = _read_tagged(lines[_TAGGED], keys, positions)
        if helper is not None and helper.succeeded():
            ways = load_ways(lines["ways"], positions)
        else:
            write_ways(source, lines["ways"])
            ways = read_ways(lines["ways"], keys, positions)
    way_id, offsets, nodes, flags = ways.way_id, ways.offsets, ways.nodes, ways.flags
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
    source: MapFile, folder: Path, lines: Mapping[str, Path], keys: TileKeys
) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32]]:
    """Write nodes, and relations that are used, as lines; return all nodes' places."""
    places = folder / "raw.places"
    index = osmium.index.create_map(f"sparse_file_array,{places}")
    locations = osmium.NodeLocationsForWays(index)
    with ExitStack() as stack:
        write = {
            kind: stack.enter_context(
                osmium.SimpleWriter(osmium.io.File(str(path), LINES_FORMAT), overwrite=True)
            )
            for kind, path in lines.items()
            if kind != "ways"
        }
        used: Any = osmium.filter.KeyFilter(*keys.used)
        chains = {
            "nodes": [locations, write["nodes"], used, write[_TAGGED]],
            "relations": [used, write["relations"]],
        }
        for kind, chain in chains.items():
            with osmium.io.Reader(open_map(source), _ENTITIES[kind]) as reader:
                osmium.apply(reader, *chain)
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


@dataclass(frozen=True)
class _RelationTable:
    """Relations that are areas: ids, which are zones, and their ways by position, ragged."""

    number: Ints
    zone: Flags
    offsets: Ints
    members: Ints


def _read_relations(path: Path, keys: TileKeys, way_id: Ints) -> _RelationTable:
    """Read the relations that are areas from lines; ways are given by id."""
    is_area, is_zone = search_values("type", AREA_TYPES), search_values("landuse", keys.zones)
    counts, is_square = search_keys([*keys.areas, *keys.streets]), search_keys(keys.streets)
    numbers, zones, sizes, refs = array("q"), bytearray(), array("q", [0]), array("q")
    with path.open("rb") as lines:
        for line in lines:
            start, tags, rest = line.rsplit(b" ", 2)
            text = list_tags(tags)
            if is_area(text) and counts(text):
                numbers.append(read_id(start))
                zones.append(any(find(text) for find in (is_zone, is_square)))
                members = [int(ref) for ref in _WAY_MEMBERS.findall(rest)]
                refs.extend(members)
                sizes.append(len(members))
    found = NodePositions(way_id).find(np.array(refs, dtype=np.int64)).astype(np.int64)
    owner = np.repeat(np.arange(len(numbers)), np.array(sizes, dtype=np.int64)[1:])
    n_known = np.bincount(owner[found >= 0], minlength=len(numbers))
    return _RelationTable(
        number=np.array(numbers, dtype=np.int64),
        zone=np.frombuffer(zones, dtype=bool),
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(n_known)]),
        members=found[found >= 0],
    )


def _read_tagged(path: Path, keys: TileKeys, positions: NodePositions) -> tuple[Ints, Ints]:
    """Return the positions of the nodes in lines, and of those that are places."""
    is_place = search_keys(keys.node_places)
    ids, places = array("q"), bytearray()
    with path.open("rb") as lines:
        for line in lines:
            start, tags, _, _ = line.rsplit(b" ", 3)
            ids.append(read_id(start))
            places.append(is_place(list_tags(tags)) is not None)
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


def _find_newest(path: Path) -> str:
    """Return when the newest element in lines was changed; "" if nothing says so."""
    newest = b""
    with path.open("rb") as lines:
        while text := b"".join(lines.readlines(CHUNK_BYTES)):
            newest = max([newest, *_STAMPS.findall(text)])
    # Times as ISO writes them sort as texts.
    return newest.decode()
