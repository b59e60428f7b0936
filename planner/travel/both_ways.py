"""Walks there and back: where the longer of the two counts, or both are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.errors import ArgumentError
from planner.travel.access import Access
from planner.travel.streets import Streets

#: How much wider than the walks the other way is searched at first.
WIDER: Final = 1.4


def one_way_each(
    streets: Streets, origins: Access, targets: Access
) -> Iterator[tuple[Streets, Access, Access]]:
    """Yield streets of which the longer walk counts as those of walks to, then from, facilities.

    With them what is joined to them.
    """
    to_them = replace(streets, direction="to", back=None)
    yield to_them, replace(origins, back=None), replace(targets, back=None)
    # All three know the way back together.
    assert streets.back is not None
    assert origins.back is not None
    assert targets.back is not None
    yield streets.back, origins.back, targets.back


def check_one_way(streets: Streets, caller: str) -> None:
    """Refuse streets of which the longer of two walks counts.

    Raises
    ------
    ArgumentError
        Naming the function that follows one direction alone.
    """
    if streets.back is not None:
        raise ArgumentError(
            f'{caller} follows one direction, and these streets are prepared for "both"; prepare '
            'them with direction="to" or "from"'
        )


def minutes_of_own(
    streets: Streets, origins: Access, targets: Access, own: Ints, known: Floats
) -> Floats:
    """Return the minutes from each target's own origin (t,), inf where it has none (-1).

    Parameters
    ----------
    streets
        Of one direction.
    origins, targets
        From `join`, on these streets.
    own : shape (t,)
    known : shape (t,)
        Minutes of these walks the other way: mostly much the same.
    """
    from planner.travel.compiled.search import find_reached

    minutes = np.full(len(targets), np.inf)
    asked = streets.graph.rows, origins.points, targets.points, targets.lookup, streets.nearby
    order = np.argsort(own, kind="stable")
    bounds = np.searchsorted(own[order], np.arange(len(origins) + 1))
    position = np.full(len(targets), -1, dtype=np.int64)
    for number in np.unique(own[own >= 0]).tolist():
        rows = order[bounds[number] : bounds[number + 1]]
        about = known[rows]
        # Up and down differ: what a search so wide leaves out is searched for without end.
        for cutoff in (WIDER * float(about[np.isfinite(about)].max(initial=0.0)) + 1, np.inf):
            _, reached, found = find_reached(*asked, cutoff, number, number + 1)
            position[reached] = np.arange(len(reached))
            here = position[rows]
            minutes[rows[here >= 0]] = found[here[here >= 0]]
            position[reached] = -1
            if (here >= 0).all():
                break
    return minutes
