"""Working arrays for drawing: whoever is done with some leaves them to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.access import make_room_to_join
from planner.travel.compiled.along_edges import Entries
from planner.travel.compiled.arrays import Ground, GroupRoom, Points
from planner.travel.compiled.bands import draw_outlines
from planner.travel.compiled.join import JoinRoom
from planner.travel.compiled.outlines import Outlines
from planner.travel.compiled.reached_parts import (
    Drawable,
    Scratch,
    find_reached_parts,
    make_scratch,
)
from planner.travel.compiled.settled import settled
from planner.travel.streets import Streets

#: Room for the entries of one place, which are fewer almost everywhere.
_N_ENTRIES: Final = 1000


@dataclass(frozen=True, eq=False)
class Workroom:
    """The working arrays and kernels of one thread, for sets of places of so many entries at most.

    joining : to join places to the streets; of_ground : the last fields of `Ground`.
    find_reached_parts, draw_outlines : the kernels, which check the types of the canvas's arrays at
        the first call only (`settled`).
    """

    n_entries: int
    joining: JoinRoom
    scratch: Scratch
    of_ground: tuple[GroupRoom, Ints, Floats, Ints]
    find_reached_parts: Callable[[Drawable, Points, Entries, Floats, Scratch], Floats]
    draw_outlines: Callable[[Floats, Floats, float, float, float, int, Ground], Outlines]


class Workrooms:
    """The working arrays of those who draw on one canvas.

    To make them anew takes as long as a tenth of three bands.
    """

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._free: list[Workroom] = []

    def __reduce__(self) -> tuple[type[Workrooms], tuple[Streets]]:
        """Leave the working arrays behind when a canvas is copied: they are made anew."""
        return Workrooms, (self._streets,)

    @contextmanager
    def lend(self, n_entries: int = _N_ENTRIES) -> Iterator[Workroom]:
        """Lend arrays that nobody else works with until the block ends."""
        try:
            # One step for the interpreter: no two threads take the same.
            work = self._free.pop()
        except IndexError:
            work = self._make(n_entries)
        if work.n_entries < n_entries:
            work = self._make(n_entries)
        yield work
        # Not after an error: what broke off leaves them in disorder.
        self._free.append(work)

    def _make(self, n_entries: int) -> Workroom:
        """Make working arrays."""
        streets, n_entries = self._streets, max(n_entries, _N_ENTRIES)
        n_pieces, n_barriers = len(streets.pieces.edge), len(streets.barriers.ends)
        group = GroupRoom(
            found=np.empty(n_pieces, dtype=np.int64),
            met_piece=np.zeros(n_pieces, dtype=np.int64),
            mark=np.zeros(1, dtype=np.int64),
        )
        met = np.zeros(n_barriers + 1, dtype=np.int64)
        near, here = np.empty((n_barriers, 4)), np.empty(n_barriers, dtype=np.int64)
        n_nodes, n_edges = len(streets.graph.network_node), streets.network.n_edges
        return Workroom(
            n_entries,
            make_room_to_join(streets),
            make_scratch(n_nodes, n_edges, n_entries),
            (group, met, near, here),
            settled(find_reached_parts),
            settled(draw_outlines),
        )
