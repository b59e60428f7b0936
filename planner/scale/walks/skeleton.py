"""Walks over many tiles: the search graphs of all cores put together, without anything else.

What a tile answers within a cutoff its own streets tell. The way to the nearest facility may lead
through any number of tiles: for it the rows of the search graphs are joined, by the OSM ids of
their nodes, and searched once for each set of facilities; each tile gets back what comes to its
border. The rows are those of the whole area, so the minutes are so, too, to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.coverage.walks_beyond import Seeds
from planner.crs.array_types import Flags, Floats, Ints
from planner.sources.cache import Arrays, pack_texts, unpack_texts
from planner.travel.access import Access
from planner.travel.compiled.arrays import Heap, Rows
from planner.travel.compiled.k_nearest import search_k_nearest
from planner.travel.compiled.search import search_nearest, search_sooner
from planner.travel.compiled.two_nearest import search_two_nearest
from planner.travel.part_access import find_whole_rows
from planner.travel.streets import Streets

#: Layers of the search graph: public streets, those by which a compound is left, and entered.
PUBLIC_LAYER, LEAVING, ENTERING = range(3)
#: Behind the prefix of what is told of the way back, where the longer of both counts.
BACK: Final = "back."
#: Columns of a skeleton that are texts.
_TEXTS: Final = ("compound", "seed_home", "homes")
#: So many of the nearest are searched for in a way of its own.
TWO: Final = 2


@dataclass(frozen=True, eq=False)
class Skeleton:
    """The rows of one tile's search graph that are as in the whole area, and where walks begin.

    number (g,) : of each node in the tile's own graph; osm_id (g,) : of the network's node;
    compound (g,) : id of the compound whose streets it is a node of, "" for public ones;
    layer (g,) : see PUBLIC_LAYER; border (g,) : not all that leads from it is here.
    tail, head (r,) : nodes, 0 to g - 1; minutes (r,).
    seed_facility (s,) : row of the facility in the whole table of facilities; seed_node (s,),
        seed_minutes (s,) : where it meets the streets; seed_home (s,) : id of the compound that the
        facility is in, "" for none.
    homes (h,) : ids of all compounds that the tile knows.
    """

    number: Ints
    osm_id: Ints
    compound: Any
    layer: Any
    border: Flags
    tail: Ints
    head: Ints
    minutes: Floats
    seed_facility: Ints
    seed_node: Ints
    seed_minutes: Floats
    seed_home: Any
    homes: Any

    def to_arrays(self, prefix: str) -> Arrays:
        """Return it as arrays without objects, each named with a prefix."""
        arrays: Arrays = {}
        for entry in fields(self):
            value, name = getattr(self, entry.name), f"{prefix}{entry.name}"
            arrays |= pack_texts(value, name) if value.dtype == object else {name: value}
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays, prefix: str) -> Skeleton:
        """Put together what `to_arrays` took apart."""
        columns: dict[str, Any] = {
            entry.name: unpack_texts(arrays, f"{prefix}{entry.name}")
            if entry.name in _TEXTS
            else arrays[f"{prefix}{entry.name}"]
            for entry in fields(cls)
        }
        return cls(**columns)


def take_skeleton(
    streets: Streets, places: Access, rows: Ints, whole_edges: Flags, whole_nodes: Flags
) -> Skeleton:
    """Take what the walks of all tiles need from the streets of one.

    Parameters
    ----------
    streets
        Of the tile, prepared for whoever walks.
    places, rows : k facilities, shape (k,)
        Those in the tile's core, and their rows in the whole table of facilities.
    whole_edges, whole_nodes
        See `Beyond`.
    """
    graph, edges = streets.graph, streets.edges
    kept = find_whole_rows(streets, whole_edges, whole_nodes)
    tails = np.repeat(np.arange(len(graph.network_node)), np.diff(graph.rows.starts))
    tail, head = tails[kept], graph.rows.neighbour[kept]
    ends = np.concatenate([edges.tail[whole_edges], edges.head[whole_edges]])
    private = ends[ends >= streets.network.n_nodes]
    number = np.unique(np.concatenate([tail, head, ends, private + graph.inner, places.seed_node]))
    osm_id = streets.network.node_id[graph.network_node[number]]
    compound, layer = _name_nodes(streets, number)
    homes = np.asarray(streets.network.walls.compounds.id, dtype=object)
    sizes = np.diff(places.seed_starts)
    return Skeleton(
        number=number,
        osm_id=osm_id,
        compound=compound,
        layer=layer,
        border=~whole_nodes[graph.network_node[number]],
        tail=np.searchsorted(number, tail),
        head=np.searchsorted(number, head),
        minutes=graph.rows.minutes[kept],
        seed_facility=np.repeat(rows, sizes),
        seed_node=np.searchsorted(number, places.seed_node),
        seed_minutes=places.seed_minutes,
        seed_home=np.repeat(np.append(homes, "").astype(object)[places.compound], sizes),
        homes=homes,
    )


def take_ways(
    streets: Streets, places: Access, rows: Ints, whole: tuple[Flags, Flags], prefix: str
) -> Arrays:
    """Return the skeleton of some streets, and of the way back where both ways are asked.

    prefix : of the names of the first; those of the second have `BACK` behind it.
    """
    arrays = take_skeleton(streets, places, rows, *whole).to_arrays(prefix)
    if streets.back is not None:
        assert places.back is not None  # joined to both
        arrays |= take_ways(streets.back, places.back, rows, whole, f"{prefix}{BACK}")
    return arrays


def _name_nodes(streets: Streets, number: Ints) -> tuple[Any, Any]:
    """Return compound and layer of some nodes of a search graph."""
    graph, edges, n = streets.graph, streets.edges, streets.network.n_nodes
    owner = np.full(len(graph.network_node), -1, dtype=np.int64)
    private = edges.owner >= 0
    for ends in (edges.tail[private], edges.head[private]):
        owner[ends] = owner[ends + graph.inner] = edges.owner[private]
    ids = np.append(streets.network.walls.compounds.id, "").astype(object)
    layer = np.select([number < n, number < n + graph.inner], [PUBLIC_LAYER, LEAVING], ENTERING)
    return ids[owner[number]], layer.astype(np.int8)


@dataclass(frozen=True, eq=False)
class JoinedSkeleton:
    """The skeletons of all tiles as one search graph.

    rows : of the joined graph; nodes : for each tile, the joined number of each of its nodes.
    seed_facility, seed_node, seed_minutes (s,) : where the walks of all facilities begin.
    """

    rows: Rows
    nodes: list[Ints]
    seed_facility: Ints
    seed_node: Ints
    seed_minutes: Floats


def join_skeletons(parts: Sequence[Skeleton]) -> JoinedSkeleton:
    """Put the skeletons of tiles together; nodes of one name are one node."""
    keys = np.concatenate(
        [
            np.column_stack([part.osm_id, 3 * codes + part.layer.astype(np.int64)])
            for part, codes in zip(parts, _number_texts([p.compound for p in parts]), strict=True)
        ]
        or [np.empty((0, 2), dtype=np.int64)]
    )
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    fresh = np.append(True, (np.diff(keys[order], axis=0) != 0).any(axis=1))[: len(keys)]
    joined = np.empty(len(keys), dtype=np.int64)
    joined[order] = np.cumsum(fresh) - 1
    bounds = np.cumsum([0, *(len(part.number) for part in parts)])
    nodes = [joined[first:last] for first, last in pairwise(bounds)]
    tail, head, seed_node = (
        np.concatenate([np.empty(0, np.int64), *(at[getattr(part, name)] for at, part in both)])
        for both in [list(zip(nodes, parts, strict=True))]
        for name in ("tail", "head", "seed_node")
    )
    minutes, seed_minutes = (
        np.concatenate([np.empty(0), *(getattr(part, name) for part in parts)])
        for name in ("minutes", "seed_minutes")
    )
    facility = np.concatenate([np.empty(0, np.int64), *(part.seed_facility for part in parts)])
    by_tail = np.argsort(tail, kind="stable")
    degree = np.bincount(tail, minlength=int(fresh.sum()))
    starts = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    rows = Rows(starts, head[by_tail], minutes[by_tail])
    return JoinedSkeleton(rows, nodes, facility, seed_node, seed_minutes)


def _number_texts(columns: list[Any]) -> list[Ints]:
    """Return the texts of several columns as numbers, equal ones with equal numbers."""
    numbers: dict[str, int] = {}
    found = []
    for column in columns:
        codes, texts = pd.factorize(column)
        known = np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)
        found.append(known[codes])
    return found


def find_gated(joined: JoinedSkeleton, parts: Sequence[Skeleton]) -> list[Ints]:
    """Return the border nodes of each tile in compounds from which some gate leads out, (k,).

    Numbers are those of the tile's own graph. What `shut_in` asks of one network is asked here of
    all: an estate may reach from a tile into another, in which its gate is.
    """
    n_nodes = len(joined.rows.starts) - 1
    layer = np.full(n_nodes, PUBLIC_LAYER, dtype=np.int8)
    for part, nodes in zip(parts, joined.nodes, strict=True):
        layer[nodes] = part.layer
    tail = np.repeat(np.arange(n_nodes), np.diff(joined.rows.starts))
    head = joined.rows.neighbour
    inside = (layer[tail] == LEAVING) & (layer[head] == LEAVING)
    links = (np.ones(int(inside.sum()), dtype=np.int8), (tail[inside], head[inside]))
    _, group = connected_components(coo_array(links, shape=(n_nodes, n_nodes)))
    has_gate = np.zeros(int(group.max(initial=-1)) + 1, dtype=bool)
    has_gate[group[tail[(layer[tail] == LEAVING) & (layer[head] == PUBLIC_LAYER)]]] = True
    return [
        part.number[part.border & (part.layer == LEAVING) & has_gate[group[nodes]]]
        for part, nodes in zip(parts, joined.nodes, strict=True)
    ]


def search_beyond(
    joined: JoinedSkeleton,
    parts: Sequence[Skeleton],
    asked: Iterable[tuple[Flags, int]],
    counting: Ints,
    closed: Flags,
) -> list[list[Seeds]]:
    """Search the joined graph for each question; return its seeds for each tile.

    Parameters
    ----------
    joined, parts
        From `join_skeletons`, and what they were joined from.
    asked
        The facilities of each question of one walker at one moment (k,), and how many of the
        nearest of them are wanted.
    counting : shape (k,)
        Rows of the whole table of facilities: those that surely serve, ascending. Seeds name
        facilities by their position here.
    closed : shape (k,)
        Those that serve their own compound alone.
    """
    last = max(counting.max(initial=-1), joined.seed_facility.max(initial=-1))
    position = np.full(int(last) + 1, -1)
    position[counting] = np.arange(len(counting))
    label = position[joined.seed_facility]
    homes = _Homes.of(joined, parts, label, closed)
    borders = [np.flatnonzero(part.border) for part in parts]
    begun = _find_begun(joined, parts)
    found = []
    for chosen, count in asked:
        use = np.flatnonzero((label >= 0) & np.append(chosen & ~closed, False)[label])
        seeds = joined.seed_node[use], joined.seed_minutes[use], label[use]
        best, whose = _search_few(joined.rows, *seeds, count)
        # Of the nearest few each way any may be the nearest both ways: those at home all count.
        known = np.full(len(best), np.inf) if count > TWO else np.ascontiguousarray(best[:, -1])
        walks_home = homes.search(known, chosen)
        seeds_of_tiles = []
        use = np.flatnonzero((label >= 0) & np.append(chosen, False)[label])
        for part, nodes, at, home, begin in zip(
            parts, joined.nodes, borders, walks_home, begun, strict=True
        ):
            here = use[begin[use] >= 0]
            minutes, facility = best[nodes[at]].ravel(), whose[nodes[at]].ravel()
            known = np.flatnonzero(np.isfinite(minutes))
            node = np.repeat(part.number[at], best.shape[1])
            seeds_of_tiles.append(
                Seeds(
                    node=np.concatenate([node[known], home.node, begin[here]]),
                    facility=np.concatenate([facility[known], home.facility, label[here]]),
                    minutes=np.concatenate(
                        [minutes[known], home.minutes, joined.seed_minutes[here]]
                    ),
                )
            )
        found.append(seeds_of_tiles)
    return found


def _search_few(
    rows: Rows, seed_node: Ints, seed_minutes: Floats, seed_label: Ints, count: int
) -> tuple[Any, Any]:
    """Return minutes and labels of the nearest few of every node, (g, count) or one more."""
    if count > TWO:
        return search_k_nearest(rows, seed_node, seed_minutes, seed_label, count)
    nearest = search_nearest(rows, seed_node, seed_minutes, seed_label)
    best: Any = nearest[0][:, None]
    whose: Any = nearest[1][:, None]
    if count == TWO:
        two, whose_two = search_two_nearest(rows, seed_node, seed_minutes, seed_label)
        best, whose = np.hstack([best, two]), np.hstack([whose, whose_two])
    return best, whose


def _find_begun(joined: JoinedSkeleton, parts: Sequence[Skeleton]) -> list[Ints]:
    """Return the number of each joined seed's node in each tile, -1 where it has none, (s,) each.

    A facility beyond the border may stand on a street that ends within it: its walks come in by
    no node of the border.
    """
    found = []
    number = np.full(len(joined.rows.starts) - 1, -1, dtype=np.int64)
    for part, nodes in zip(parts, joined.nodes, strict=True):
        number[nodes] = part.number
        found.append(number[joined.seed_node])
        number[nodes] = -1
    return found


@dataclass(frozen=True, eq=False)
class _Homes:
    """The facilities that serve their own compound alone, and the tiles that know it.

    facility, seeds : position of each among those that count, and its rows among the joined seeds.
    tiles : places of the tiles of each. border : joined number of a border node -> its number in
    the tile, for each tile.
    """

    joined: JoinedSkeleton
    facility: list[int]
    seeds: list[Ints]
    tiles: list[list[int]]
    border: list[dict[int, int]]

    @classmethod
    def of(
        cls, joined: JoinedSkeleton, parts: Sequence[Skeleton], label: Ints, closed: Flags
    ) -> _Homes:
        """Find in which compounds they are, and which tiles know these."""
        serves_home = (label >= 0) & np.append(closed, False)[label]
        facilities = np.unique(label[serves_home]).tolist()
        seeds = [np.flatnonzero(label == facility) for facility in facilities]
        homes = np.concatenate([np.empty(0, dtype=object), *(part.seed_home for part in parts)])
        known = [set(part.homes) for part in parts]
        tiles = []
        for rows in seeds:
            its = homes[rows[0]]
            tiles.append([place for place, names in enumerate(known) if its in names])
        border = [
            dict(zip(nodes[part.border].tolist(), part.number[part.border].tolist(), strict=True))
            if any(place in theirs for theirs in tiles)
            else {}
            for place, (part, nodes) in enumerate(zip(parts, joined.nodes, strict=True))
        ]
        return cls(joined, facilities, seeds, tiles, border)

    def search(self, known: Floats, chosen: Flags) -> list[Seeds]:
        """Return the walks of those chosen that come no later to a border than is known, (g,)."""
        streets = self.joined.rows
        found: list[list[tuple[int, int, float]]] = [[] for _ in self.border]
        best, reached = np.full(len(known), np.inf), np.empty(len(known), dtype=np.int64)
        size = len(streets.neighbour) + len(self.joined.seed_node) + 1
        heap = Heap(np.empty(size), np.empty(size, dtype=np.int64))
        for facility, seeds, tiles in zip(self.facility, self.seeds, self.tiles, strict=True):
            if not tiles or not chosen[facility]:
                continue
            n_reached = search_sooner(
                streets, self.joined.seed_node[seeds], self.joined.seed_minutes[seeds], known, best,
                reached, heap,
            )  # fmt: skip
            here = reached[:n_reached]
            for node, minutes in zip(here.tolist(), best[here].tolist(), strict=True):
                for place in tiles:
                    number = self.border[place].get(node)
                    if number is not None:
                        found[place].append((number, facility, minutes))
            best[here] = np.inf
        return [
            Seeds(
                node=np.array([row[0] for row in rows], dtype=np.int64),
                facility=np.array([row[1] for row in rows], dtype=np.int64),
                minutes=np.array([row[2] for row in rows], dtype=np.float64),
            )
            for rows in found
        ]
