"""Isochrones: the polygon of all points reached within the cutoff, door to door."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from planner.errors import NetworkError
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.travel._labels import compound_boxes, label_lattice, no_labels
from planner.travel.access import Access, join, rows_of, take
from planner.travel.compiled.behind import beside_barriers
from planner.travel.compiled.capsules import bounds_of, cut_at, reached_capsules, scratch
from planner.travel.compiled.fields import deepen
from planner.travel.compiled.lattice import BLOCK
from planner.travel.compiled.outlines import trace
from planner.travel.minutes import barrier_arrays, cores, points_of
from planner.travel.streets import (
    ADULT,
    AS_TAGGED,
    DEFAULT_ACCESS,
    AccessRules,
    Streets,
    WallRules,
    prepare_streets,
)

#: Lattice on which the outline is traced. Chosen by measurement: see benchmarks/.
CELL_M: Final = 16.0
#: Streets are drawn square by square, so that the part of the lattice in use stays in the cache.
TILE_M: Final = 1000.0
#: A lattice of more blocks is drawn in halves: so many are 10,000 km², and half a gigabyte.
_MAX_BLOCKS: Final = 2_500_000
#: The name under which the union over all facilities stands among the isochrones.
ALL: Final = "all"


def isochrones(
    network: WalkNetwork,
    facilities: gpd.GeoDataFrame,
    *,
    cutoffs_minutes: Sequence[float] = (5.0, 10.0, 15.0),
    profile: WalkProfile = ADULT,
    access: AccessRules = DEFAULT_ACCESS,
    together: bool = False,
    rules: WallRules = AS_TAGGED,
    closed: NDArray[np.bool_] | None = None,
    progress: Callable[[int], None] | None = None,
) -> gpd.GeoDataFrame:
    """Draw the isochrones of each facility, or of all of them together.

    The polygon is the union of discs of radius min(limit, what the minutes left allow) round the
    reached street points and round the facility. Its depth, the signed distance to the outline, is
    exact on a lattice of `CELL_M`, and the outline is traced between lattice points. All polygons
    share the lattice, so a shorter band lies inside a longer one, and each inside the union to the
    millimetre. What is narrower than half a cell, such as the slit of a hole, may close. Along
    walls and barriers that nobody walks across, the outline is exact to half a cell.

    Parameters
    ----------
    network
        Streets.
    facilities
        Points in the network's metric CRS; the index names them.
    cutoffs_minutes
        Ascending, above 0.
    together
        One isochrone per cutoff, named "all", of the facilities as one set.
    rules
        How compounds, gates and barriers bind.
    closed : shape (n,)
        Facilities that people from outside their compound may not enter.
    progress
        Called with the number of facilities done.

    Returns
    -------
    GeoDataFrame
        facility_id (index label or "all"), profile, cutoff_minutes, geometry (MultiPolygon,
        metric CRS); facilities in their order, cutoffs ascending.

    Raises
    ------
    NetworkError
        If a cutoff is not above 0 or they do not ascend.
    """
    cutoffs = np.asarray(cutoffs_minutes, dtype=np.float64)
    if len(cutoffs) == 0 or cutoffs[0] <= 0 or (np.diff(cutoffs) <= 0).any():
        raise NetworkError(f"cutoffs {list(cutoffs_minutes)} must be above 0 and ascend")
    streets = prepare_streets(network, profile, access, rules)
    places = join(streets, points_of(facilities, network, "facilities"))
    shut = np.zeros(len(places), dtype=bool) if closed is None else np.asarray(closed, dtype=bool)
    names = [ALL] if together else list(facilities.index)
    sets = [_together(places, shut)] if together else [[part] for part in _single(places, shut)]
    if len(places) == 0:
        names, sets = [], []
    bands = _draw_all(streets, sets, cutoffs, progress)
    rows = {
        "facility_id": [name for name in names for _ in cutoffs],
        "profile": profile.name,
        "cutoff_minutes": np.tile(cutoffs, len(names)),
    }
    shapes = np.array([shape for polygons in bands for shape in polygons], dtype=object)
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=network.crs)


def prepare_drawing(streets: Streets) -> None:
    """Make what all isochrones of these streets read.

    They make it themselves; where other threads work on the compounds' polygons meanwhile, this
    comes first: GEOS does not stand two threads that first look into one polygon.
    """
    _capsule_arrays(streets)


#: Places to start from, and the compound they are for: -1 for everybody, -2 for nobody.
_Part = tuple[Access, int]
_NOBODY: Final = -2


def _single(places: Access, closed: NDArray[np.bool_]) -> list[_Part]:
    """Return each place on its own; what is closed to outsiders in no compound is for nobody."""
    whose = np.where(places.compound >= 0, places.compound, _NOBODY)
    if len(places) == 1:
        return [(places, int(whose[0]) if closed[0] else -1)]
    return [
        (rows_of(places, k, k + 1), int(whose[k]) if closed[k] else -1) for k in range(len(places))
    ]


def _together(places: Access, closed: NDArray[np.bool_]) -> list[_Part]:
    """Return those for everybody as one, and those closed to outsiders each on its own."""
    inner = take(places, np.flatnonzero(closed))
    alone = _single(inner, np.ones(len(inner), dtype=bool))
    return [(take(places, np.flatnonzero(~closed)), -1), *alone]


def _draw_all(
    streets: Streets,
    sets: list[list[_Part]],
    cutoffs: NDArray[np.float64],
    progress: Callable[[int], None] | None,
) -> list[list[shapely.Geometry]]:
    """Draw every set of places on all cores; each thread keeps its working arrays."""
    shared = _capsule_arrays(streets)
    n_entries = max((len(places.entry_edge) for parts in sets for places, _ in parts), default=0)

    def draw(parts: list[_Part]) -> list[shapely.Geometry]:
        """Draw one set with the arrays of this thread."""
        return draw_bands(streets, parts, cutoffs, shared, _work(streets, n_entries))

    workers = min(cores(), len(sets))
    if workers < 2:
        return [draw(places) for places in sets]
    bands = []
    with ThreadPoolExecutor(workers) as pool:
        for number, polygons in enumerate(pool.map(draw, sets), start=1):
            bands.append(polygons)
            if progress is not None:
                progress(number)
    return bands


#: Per thread: the streets last drawn on, room for entries, and working arrays.
_own = threading.local()


def _work(streets: Streets, n_entries: int) -> tuple[Any, ...]:
    """Return this thread's working arrays; one isochrone after another uses the same."""
    known, room, work = getattr(_own, "kept", (None, 0, ()))
    if known is not streets or room < n_entries:
        room = max(n_entries, 1024)
        work = scratch(len(streets.graph.network_node), streets.network.n_edges, room)
        _own.kept = (streets, room, work)
    return work


def draw_bands(
    streets: Streets,
    parts: list[_Part],
    cutoffs: NDArray[np.float64],
    shared: tuple[Any, ...],
    work: tuple[Any, ...],
) -> list[shapely.Geometry]:
    """Draw one polygon per cutoff for a set of places.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    parts
        Reached from any of them, each by the people it is for.
    cutoffs : shape (b,)
        Ascending minutes.
    shared, work
        From `_capsule_arrays`, and from `scratch`: this thread's own.
    """
    found = [
        _capsules_of(streets, places, whose, cutoffs, shared, work)
        for places, whose in parts
        if len(places) and whose != _NOBODY
    ]
    if not found:
        return [shapely.MultiPolygon()] * len(cutoffs)
    capsules = found[0] if len(found) == 1 else np.concatenate(found)
    return _draw_capsules(streets, capsules, cutoffs, _ground_here(shared[5]))


def _draw_capsules(
    streets: Streets,
    capsules: NDArray[np.float64],
    cutoffs: NDArray[np.float64],
    here: tuple[Any, ...],
) -> list[shapely.Geometry]:
    """Draw one polygon per cutoff; those that lie far apart in two halves, put together again."""
    limit = streets.access.limit_m
    (x0, y0), (columns, rows) = _lattice(capsules, limit)
    if columns * rows > _MAX_BLOCKS:
        capsules = cut_at(capsules, cutoffs[-1])
        (x0, y0), (columns, rows) = _lattice(capsules, limit)
    if columns * rows > _MAX_BLOCKS and len(capsules) > 1:
        middle = capsules[:, [0, 1]] + capsules[:, [3, 4]]
        order = np.argsort(middle[:, int(rows > columns)], kind="stable")
        halves = [
            _draw_capsules(streets, np.ascontiguousarray(capsules[half]), cutoffs, here)
            for half in np.array_split(order, 2)
        ]
        return [_multipolygon(shapely.union_all(pair)) for pair in zip(*halves, strict=True)]
    # Blocks out of reach are never written: memory is taken for those in reach alone.
    field = np.empty((rows, columns, BLOCK * BLOCK))
    state = np.zeros((rows, columns), dtype=np.int8)
    seen = np.zeros((rows * BLOCK, columns * BLOCK), dtype=np.int32)
    outlines: list[tuple[NDArray[Any], ...]] = []
    traced, before = 0, -np.inf
    for cutoff in cutoffs:
        deepen(
            field, state, capsules, cutoff, before, limit, streets.leg_pace, x0, y0, CELL_M, here
        )
        outlines.append(trace(field, state, seen, traced, x0, y0, CELL_M, here[1]))
        traced, before = traced + len(outlines[-1][1]) - 1, cutoff
    return polygons_of(outlines)


def _multipolygon(shape: shapely.Geometry) -> shapely.Geometry:
    """Return polygons as one MultiPolygon."""
    return (
        shape
        if shape.geom_type == "MultiPolygon"
        else shapely.multipolygons(shapely.get_parts(shape))
    )


def _capsules_of(
    streets: Streets,
    places: Access,
    whose: int,
    cutoffs: NDArray[np.float64],
    shared: tuple[Any, ...],
    work: tuple[Any, ...],
) -> NDArray[np.float64]:
    """Return the streets reached from some places by everybody, or by one compound's people."""
    order = np.lexsort((places.entry_along_m, places.entry_edge))
    graph, network, legs, stops, piece_edge, _ = shared
    capsules: NDArray[np.float64] = reached_capsules(
        graph,
        network,
        streets.graph.inner,
        legs,
        (places.xy, places.piece_starts, places.piece, piece_edge),
        (places.entry_edge[order], places.entry_along_m[order], places.entry_minutes[order]),
        (places.seed_node, places.seed_minutes),
        stops,
        cutoffs,
        work,
    )
    if whose >= 0:
        capsules[:, 6] = np.where(capsules[:, 6] < 0, whose, capsules[:, 6])
        capsules = capsules[capsules[:, 6] == whose]
    return capsules


#: Held while the arrays of some streets are made: whoever asks meanwhile gets the same.
_making = threading.Lock()


def _capsule_arrays(streets: Streets) -> tuple[Any, ...]:
    """Return the arrays that every isochrone of these streets reads."""
    with _making:
        return _made_arrays(streets)


@lru_cache(maxsize=8)
def _made_arrays(streets: Streets) -> tuple[Any, ...]:
    """Make the arrays that every isochrone of these streets reads."""
    network, graph, pieces, ends = streets.network, streets.graph, streets.pieces, streets.ends
    stop = network.elevated[pieces.edge]
    at_v = pieces.along_m[stop] > 0
    edge = pieces.edge[stop]
    stop_node = np.where(at_v, ends.head[edge], ends.tail[edge])
    barriers, limit = barrier_arrays(streets), float(streets.access.limit_m)
    ahead = np.hstack([network.coords, np.roll(network.coords, -1, axis=0)])
    beside, beside_ahead = (
        beside_barriers(parts, limit + 2 * CELL_M, *barriers) for parts in (pieces.ends, ahead)
    )
    return (
        (graph.starts, graph.neighbour, graph.minutes, graph.edge),
        (ends.tail, ends.head, ends.delay, ends.ahead, ends.back, network.length_m,
         network.elevated, network.coords, network.offsets, streets.owner,
         _tiles(network.xy[graph.network_node])),
        (pieces.ends, limit, streets.leg_pace, barriers, beside, beside_ahead),
        (stop_node, pieces.ends[stop, 0].copy(), pieces.ends[stop, 1].copy(), edge),
        pieces.edge,
        _ground(streets, barriers),
    )  # fmt: skip


def _ground(streets: Streets, barriers: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return whose each lattice point is, the barriers, and what groups are found by.

    A lattice point carries the compound whose polygon holds it; those in none are asked for a group
    of private streets when one comes near.
    """
    network, pieces, grid = streets.network, streets.pieces, streets.grid
    compounds, limit = network.walls.compounds, float(streets.access.limit_m)
    if len(compounds) and not streets.rules.ignored:
        labels = label_lattice(network, streets.owner, limit + 2 * CELL_M, CELL_M)
        is_group = np.asarray(shapely.is_empty(compounds.shape), dtype=bool)
    else:
        labels, is_group = no_labels(), np.zeros(0, dtype=bool)
    index = grid.frame, grid.starts, grid.items
    boxes = compound_boxes(compounds.shape[: len(is_group)], CELL_M)
    groups = limit, pieces.ends, pieces.edge, streets.owner, is_group, index, boxes
    return labels, barriers, groups


def _ground_here(ground: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the ground with working arrays of this thread for the search of groups."""
    labels, barriers, groups = ground
    n_pieces = len(groups[2])
    if getattr(_own, "stamped", None) is not groups[2]:
        _own.stamp, _own.found = np.full(n_pieces, -1, dtype=np.int64), np.empty(n_pieces, np.int64)
        _own.mark, _own.stamped = np.zeros(1, dtype=np.int64), groups[2]
    return labels, barriers, (*groups, _own.found, _own.stamp, _own.mark)


def _tiles(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each point the number of the square of TILE_M it lies in."""
    column, row = ((xy - xy.min(axis=0, initial=np.inf)) // TILE_M).astype(np.int64).T
    return np.asarray(row * (column.max(initial=0) + 1) + column, dtype=np.int64)


def _lattice(
    capsules: NDArray[np.float64], limit: float
) -> tuple[tuple[float, float], tuple[int, int]]:
    """Return where the lattice that holds all discs with a margin starts, and its blocks.

    All lattices are parts of one: they start at multiples of the cell.
    """
    x_min, y_min, x_max, y_max = bounds_of(capsules)
    margin = limit + 2 * CELL_M
    x0, y0 = ((low - margin) // CELL_M * CELL_M for low in (x_min, y_min))
    width_m = BLOCK * CELL_M
    columns, rows = (
        int((high + margin - low) // width_m) + 1 for high, low in ((x_max, x0), (y_max, y0))
    )
    return (x0, y0), (columns, rows)


def polygons_of(outlines: list[tuple[NDArray[Any], ...]]) -> list[shapely.Geometry]:
    """Turn outlines from `trace` into a MultiPolygon each, empty where there is none."""
    points, rings, polygons = zip(*outlines, strict=True)
    offsets = (_joined(rings), _joined(polygons), np.cumsum([0, *(len(p) - 1 for p in polygons)]))
    kind = shapely.GeometryType.MULTIPOLYGON
    return list(shapely.from_ragged_array(kind, np.concatenate(points), offsets))


def _joined(starts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Put tables of starts, each ending with its total, one behind the other."""
    totals = np.cumsum([0, *(part[-1] for part in starts)])
    parts = [part[:-1] + total for part, total in zip(starts, totals[:-1], strict=True)]
    return np.concatenate([*parts, totals[-1:]])
