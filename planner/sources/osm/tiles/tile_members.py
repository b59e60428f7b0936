"""Finds what the extract of each tile has to hold: one bit of a number for each tile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Ints
from planner.sources.osm.tiles.raw_map import NOWHERE, RawMap
from planner.sources.osm.tiles.tile_cores import UNITS_PER_DEG, Core, Units

#: So many tiles are marked at a time: a bit each, and one more for the areas of the whole.
MOST_TILES: Final = 63
AREAS_BIT: Final = np.uint64(1) << np.uint64(MOST_TILES)
#: A zone no wider than this is looked at with all that lies in its box, metres.
MOST_ZONE_M: Final = 5_000.0
#: Walls and streets this near to its outline belong to a zone, ten-millionths of a degree: 5 m of
#: latitude at least, and of longitude up to the 60th parallel.
_BESIDE: Final = 900
_M_PER_DEG: Final = 111_320.0
#: So many nodes of ways are looked at at a time.
_CHUNK: Final = 1_000_000
#: Beyond every place: where boxes begin and end that touch nothing.
_FAR: Final = 2**31 - 2
#: How the sides of boxes are joined.
_JOINS: Final = (np.minimum, np.minimum, np.maximum, np.maximum)

Bits = NDArray[np.uint64]
#: West, south, east, north of each of some things; an empty box has its west beyond its east.
Boxes = tuple[Units, Units, Units, Units]


@dataclass(frozen=True)
class TileBits:
    """Which tiles hold each node, way and relation; bit t stands for tile t."""

    nodes: Bits
    ways: Bits
    relations: Bits


class Members:
    """Finds what tiles hold; what does not depend on them is worked out once."""

    def __init__(self, raw: RawMap) -> None:
        self._raw = raw
        self._sizes = np.diff(raw.offsets)
        self._way_boxes = self._find_way_boxes()
        self._relation_boxes = _join_boxes(self._way_boxes, raw.members, raw.relation_offsets)

    def find(self, reaches: Sequence[Core], *, areas: bool) -> TileBits:
        """Find what some tiles hold.

        That is: the ways that touch a tile, areas that may lie round it too, with all their nodes;
        the relations that are areas and touch it, with all their ways; nodes inside with tags that
        are used; and whatever touches the box of a zone that touches the tile.

        Parameters
        ----------
        reaches
            The tiles with their halos, at most MOST_TILES; all four sides belong to them.
        areas
            Also mark with AREAS_BIT what the whole extract has of areas and places, and what its
            reader counts as broken or cut.
        """
        raw = self._raw
        ways = self._find_touching(reaches)
        relations = np.zeros(len(raw.relation_id), dtype=np.uint64)
        boxes: list[list[Core]] = []
        for t, reach in enumerate(reaches):
            ways[raw.area & _touch(self._way_boxes, [reach])] |= _bit(t)
            relations[_touch(self._relation_boxes, [reach])] |= _bit(t)
            zones = self._list_zone_boxes(ways, relations, t, reach)
            ways[_touch(self._way_boxes, zones)] |= _bit(t)
            relations[_touch(self._relation_boxes, zones)] |= _bit(t)
            boxes.append([reach, *zones])
        if areas:
            ways[raw.area | raw.place | self._find_faulty()] |= AREAS_BIT
            relations |= AREAS_BIT
        owner = np.repeat(np.arange(len(relations)), np.diff(raw.relation_offsets))
        np.bitwise_or.at(ways, raw.members, relations[owner])
        return TileBits(self._find_nodes(ways, boxes, areas=areas), ways, relations)

    def _find_touching(self, reaches: Sequence[Core]) -> Bits:
        """Mark the ways of which a straight piece may touch a tile."""
        ways = np.zeros(len(self._raw.way_id), dtype=np.uint64)
        for chosen, starts, low_x, low_y, high_x, high_y in self._list_pieces():
            bits = np.zeros(len(low_x), dtype=np.uint64)
            for t, (west, south, east, north) in enumerate(reaches):
                hit = (high_x >= west) & (low_x <= east) & (high_y >= south) & (low_y <= north)
                bits[hit] |= _bit(t)
            ways[chosen] = np.bitwise_or.reduceat(bits, starts)
        return ways

    def _list_pieces(self) -> Iterator[tuple[Ints, Ints, Units, Units, Units, Units]]:
        """Yield ways with nodes, where the pieces of each begin, and the boxes of the pieces.

        A piece leads from a node to the next one; where either has no place it is one node, or
        a box that touches nothing.
        """
        raw = self._raw
        for chosen, nodes in self._list_chunks():
            starts = raw.offsets[chosen] - raw.offsets[chosen[0]]
            known = _are_known(raw, nodes)
            x, y = raw.x[nodes], raw.y[nodes]
            following = np.append(np.arange(1, len(nodes)), 0)
            following[np.append(starts[1:], len(nodes)) - 1] = -1
            alone = (following < 0) | ~known[following]
            following[alone] = np.flatnonzero(alone)
            low_x, high_x = np.minimum(x, x[following]), np.maximum(x, x[following])
            low_y, high_y = np.minimum(y, y[following]), np.maximum(y, y[following])
            low_x[~known], high_x[~known] = _FAR, -_FAR
            low_y[~known], high_y[~known] = _FAR, -_FAR
            yield chosen, starts, low_x, low_y, high_x, high_y

    def _list_chunks(self) -> Iterator[tuple[Ints, NDArray[np.int32]]]:
        """Yield some ways that have nodes, and all their nodes; together all ways that have any."""
        offsets = self._raw.offsets
        sized = np.flatnonzero(self._sizes)
        first = 0
        while first < len(sized):
            start = offsets[sized[first]]
            last = int(np.searchsorted(offsets[sized], start + _CHUNK))
            chosen = sized[first : max(last, first + 1)]
            yield chosen, self._raw.nodes[start : offsets[chosen[-1] + 1]]
            first += len(chosen)

    def _find_way_boxes(self) -> Boxes:
        """Return the box round each way."""
        boxes = _make_boxes(len(self._raw.way_id), self._raw.x.dtype)
        for chosen, starts, *sides in self._list_pieces():
            for box, side, join in zip(boxes, sides, _JOINS, strict=True):
                box[chosen] = join.reduceat(side, starts)
        return boxes

    def _list_zone_boxes(self, ways: Bits, relations: Bits, t: int, reach: Core) -> list[Core]:
        """Return the boxes of the zones in a tile that leave it and are not too wide."""
        raw = self._raw
        chosen = raw.zone & ((ways & _bit(t)) != 0), raw.relation_zone & (relations & _bit(t) != 0)
        sides = zip(self._way_boxes, self._relation_boxes, strict=True)
        joined = (np.concatenate([a[chosen[0]], b[chosen[1]]]) for a, b in sides)
        west, south, east, north = (side.astype(np.int64) for side in joined)
        middle = np.radians((south + north) / 2 / UNITS_PER_DEG)
        width_m = (east - west) / UNITS_PER_DEG * _M_PER_DEG * np.cos(middle)
        height_m = (north - south) / UNITS_PER_DEG * _M_PER_DEG
        small = (width_m <= MOST_ZONE_M) & (height_m <= MOST_ZONE_M)
        leaving = (
            (west - _BESIDE < reach[0])
            | (south - _BESIDE < reach[1])
            | (east + _BESIDE > reach[2])
            | (north + _BESIDE > reach[3])
        )
        found = np.column_stack([west, south, east, north])[small & leaving & (west <= east)]
        widened = found + np.array([-_BESIDE, -_BESIDE, _BESIDE, _BESIDE])
        return [(w, s, e, n) for w, s, e, n in widened.tolist()]

    def _find_faulty(self) -> Flags:
        """Tell which ways lack the place of a node."""
        faulty = np.zeros(len(self._raw.way_id), dtype=bool)
        for chosen, nodes in self._list_chunks():
            starts = self._raw.offsets[chosen] - self._raw.offsets[chosen[0]]
            faulty[chosen] = np.logical_or.reduceat(~_are_known(self._raw, nodes), starts)
        return faulty & self._raw.used

    def _find_nodes(self, ways: Bits, boxes: Sequence[Sequence[Core]], *, areas: bool) -> Bits:
        """Mark the nodes of ways, and those with tags inside some boxes of each tile."""
        raw = self._raw
        bits = np.zeros(len(raw.node_id), dtype=np.uint64)
        for chosen, nodes in self._list_chunks():
            there = nodes >= 0
            np.bitwise_or.at(
                bits, nodes[there], np.repeat(ways[chosen], self._sizes[chosen])[there]
            )
        located = raw.tagged[_are_known(raw, raw.tagged)]
        x, y = raw.x[located], raw.y[located]
        for t, some in enumerate(boxes):
            bits[located[_touch((x, y, x, y), some)]] |= _bit(t)
        if areas:
            bits[raw.tagged_place] |= AREAS_BIT
        return bits


def _bit(tile: int) -> np.uint64:
    return np.uint64(1) << np.uint64(tile)


def _are_known(raw: RawMap, nodes: NDArray[np.integer[Any]]) -> Flags:
    """Tell which nodes, by position, are in the extract and have a place."""
    known: Flags = (nodes >= 0) & (raw.y[nodes] != NOWHERE)
    return known


def _make_boxes(number: int, kind: np.dtype[Any]) -> Boxes:
    """Return boxes that touch nothing."""
    full = (np.full(number, side, dtype=kind) for side in (_FAR, _FAR, -_FAR, -_FAR))
    west, south, east, north = full
    return west, south, east, north


def _join_boxes(boxes: Boxes, members: Ints, offsets: Ints) -> Boxes:
    """Return the boxes round groups of others."""
    found = _make_boxes(len(offsets) - 1, boxes[0].dtype)
    some = np.flatnonzero(np.diff(offsets))
    if len(some):
        for box, side, join in zip(found, boxes, _JOINS, strict=True):
            box[some] = join.reduceat(side[members], offsets[some])
    return found


def _touch(boxes: Boxes, others: Sequence[Core]) -> Flags:
    """Tell which boxes touch one of some others."""
    touching = np.zeros(len(boxes[0]), dtype=bool)
    if not others:
        return touching
    wests, souths, easts, norths = zip(*others, strict=True)
    near = np.flatnonzero(_meet(boxes, (min(wests), min(souths), max(easts), max(norths))))
    if len(others) == 1:
        touching[near] = True
        return touching
    west, south, east, north = (side[near] for side in boxes)
    for other in others:
        touching[near[_meet((west, south, east, north), other)]] = True
    return touching


def _meet(boxes: Boxes, other: Core) -> Flags:
    west, south, east, north = boxes
    return (east >= other[0]) & (west <= other[2]) & (north >= other[1]) & (south <= other[3])
