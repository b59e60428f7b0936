"""Bands drawn on a canvas: sets of places, one after another on all cores."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Floats
from planner.travel.access import Access, rows_of, take
from planner.travel.canvas import Canvas
from planner.travel.compiled.along_edges import Entries
from planner.travel.compiled.arrays import Ground
from planner.travel.compiled.lattice import CELL_M
from planner.travel.compiled.part_rows import (
    IS_END1,
    IS_END2,
    MINUTES1,
    MINUTES2,
    OWNER,
    X1,
    X2,
    Y1,
    Y2,
)
from planner.travel.minutes import cores
from planner.travel.outline_polygons import polygons_of, to_multipolygon
from planner.travel.streets import Streets
from planner.travel.workrooms import Workroom

#: A lattice of more blocks is drawn in halves: so many are 10,000 km², and half a gigabyte.
_MAX_BLOCKS: Final = 2_500_000
#: Places to start from, and the compound they are for, or one of these.
Part: TypeAlias = tuple[Access, int]
#: A polygon for each cutoff, shape (b,).
Polygons: TypeAlias = NDArray[np.object_]
EVERYBODY: Final = -1
_NOBODY: Final = -2


def list_single(places: Access, closed: Flags) -> list[Part]:
    """Return each place on its own; what is closed to outsiders in no compound is for nobody."""
    n = len(places)
    alone = [places] if n == 1 else [rows_of(places, k, k + 1) for k in range(n)]
    whose = [own if own >= 0 else _NOBODY for own in places.compound.tolist()]
    return [
        (place, own if shut else EVERYBODY)
        for place, own, shut in zip(alone, whose, closed.tolist(), strict=True)
    ]


def list_together(places: Access, closed: Flags) -> list[Part]:
    """Return those for everybody as one, and those closed to outsiders each on its own."""
    inner = take(places, np.flatnonzero(closed))
    alone = list_single(inner, np.ones(len(inner), dtype=bool))
    return [(take(places, np.flatnonzero(~closed)), EVERYBODY), *alone]


def draw_sets(
    canvas: Canvas,
    sets: list[list[Part]],
    cutoffs: Floats,
    progress: Callable[[int], None] | None = None,
) -> list[Polygons]:
    """Draw every set of places on all cores: for each a polygon per cutoff.

    Parameters
    ----------
    sets
        Reached from any of its parts, each by the people it is for.
    cutoffs : shape (b,)
        Ascending minutes.
    progress
        Called with the number of sets done.
    """
    # With whole numbers the kernels would be compiled once more, and check all types again.
    cutoffs = np.ascontiguousarray(cutoffs, dtype=np.float64)
    n_entries = max((len(places.entry_edge) for parts in sets for places, _ in parts), default=0)

    def draw(parts: list[Part]) -> Polygons:
        """Draw one set with arrays that no other thread works with."""
        with canvas.workrooms.lend(n_entries) as work:
            return _draw_bands(canvas, parts, cutoffs, work)

    if len(sets) < 2 or cores() < 2:  # to start a thread takes as long as a tenth of one drawing
        return _gather(map(draw, sets), progress)
    with ThreadPoolExecutor(min(cores(), len(sets))) as pool:
        return _gather(pool.map(draw, sets), progress)


def _gather(drawn: Iterable[Polygons], progress: Callable[[int], None] | None) -> list[Polygons]:
    """Return what is drawn, set by set, and tell how many are done."""
    bands = []
    for number, polygons in enumerate(drawn, start=1):
        bands.append(polygons)
        if progress is not None:
            progress(number)
    return bands


def _draw_bands(canvas: Canvas, parts: list[Part], cutoffs: Floats, work: Workroom) -> Polygons:
    """Draw one polygon per cutoff for a set of places."""
    found = [
        _find_parts(canvas, places, whose, cutoffs, work)
        for places, whose in parts
        if len(places) and whose != _NOBODY
    ]
    if not found:
        return np.array([shapely.MultiPolygon()] * len(cutoffs), dtype=object)
    reached = found[0] if len(found) == 1 else np.concatenate(found)
    ground = Ground(
        canvas.labels, canvas.streets.barriers, canvas.parted, canvas.beside, canvas.seen,
        canvas.groups, *work.of_ground,
    )  # fmt: skip
    return _draw_parts(canvas.streets, reached, cutoffs, ground, work)


def _find_parts(
    canvas: Canvas, places: Access, whose: int, cutoffs: Floats, work: Workroom
) -> Floats:
    """Return the streets reached from some places by everybody, or by one compound's people."""
    # Knots along an edge are written in one sweep over its entries.
    order = np.lexsort((places.entry_along_m, places.entry_edge))
    entries = Entries(
        places.entry_edge[order], places.entry_along_m[order], places.entry_minutes[order]
    )
    reached = work.find_reached_parts(
        canvas.drawable, places.points, entries, cutoffs, work.scratch
    )
    if whose >= 0:
        # It serves the people of one compound: what counts is where these step off into it.
        reached[:, OWNER] = np.where(reached[:, OWNER] < 0, whose, reached[:, OWNER])
        reached = reached[reached[:, OWNER] == whose]
    return reached


def _draw_parts(
    streets: Streets, reached: Floats, cutoffs: Floats, ground: Ground, work: Workroom
) -> Polygons:
    """Draw one polygon per cutoff; those that lie far apart in two halves, put together again."""
    room = streets.access.limit_m, streets.leg_pace, CELL_M
    drawn = work.draw_outlines(reached, cutoffs, *room, _MAX_BLOCKS, ground)
    if len(drawn.bands) == 0:
        reached = _cut_at(reached, cutoffs[-1])
        # A single part is not cut in two.
        most = _MAX_BLOCKS if len(reached) > 1 else sys.maxsize
        drawn = work.draw_outlines(reached, cutoffs, *room, most, ground)
    if len(drawn.bands) > 0:
        return polygons_of(drawn)
    middle = reached[:, [X1, Y1]] + reached[:, [X2, Y2]]
    # Sums, not means: only their order counts.
    order = np.argsort(middle[:, int(np.argmax(np.ptp(middle, axis=0)))], kind="stable")
    halves = [
        _draw_parts(streets, np.ascontiguousarray(reached[half]), cutoffs, ground, work)
        for half in np.array_split(order, 2)
    ]
    whole = [to_multipolygon(shapely.union_all(pair)) for pair in zip(*halves, strict=True)]
    return np.array(whole, dtype=object)


def _cut_at(parts: Floats, cutoff: float) -> Floats:
    """Return reached parts without what is reached after a cutoff: a straight street may be long.

    parts (c, WIDTH); cutoff : minutes.
    """
    cut = parts[np.minimum(parts[:, MINUTES1], parts[:, MINUTES2]) <= cutoff].copy()
    for near, far, end in ((X1, X2, IS_END2), (X2, X1, IS_END1)):  # y and minutes stand beside
        late = np.flatnonzero(cut[:, far + MINUTES1] > cutoff)
        first, last = cut[late, near : near + 3], cut[late, far : far + 3]
        share = (cutoff - first[:, 2:]) / (last[:, 2:] - first[:, 2:])
        cut[late, far : far + 3], cut[late, end] = first + share * (last - first), 0.0
    return cut
