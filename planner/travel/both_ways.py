"""Walks there and back: where the longer of the two counts, or both are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.errors import ArgumentError
from planner.travel.access import Access, take
from planner.travel.streets import Streets

#: So many nearest origins are looked at before each is searched from by itself.
_FEW: Final = 4


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


def minutes_of_own(streets: Streets, origins: Access, targets: Access, own: Ints) -> Floats:
    """Return the minutes from each target's own origin (t,), inf where it has none (-1).

    Parameters
    ----------
    streets
        Of one direction.
    origins, targets
        From `join`, on these streets.
    """
    from planner.travel.minutes import reached_pairs
    from planner.travel.several_nearest import several_nearest

    minutes = np.full(len(targets), np.inf)
    asked = np.flatnonzero(own >= 0)
    few = min(_FEW, len(origins))
    if few and len(asked):
        # Mostly it is among the nearest the other way, too: one search finds these.
        found, label = several_nearest(streets, origins, take(targets, asked), few)
        row, rank = np.nonzero(label == own[asked][:, None])
        minutes[asked[row]] = found[row, rank]
        asked = np.delete(asked, row)
    for number in np.unique(own[asked]).tolist():
        rows = asked[own[asked] == number]
        pairs = reached_pairs(
            streets, take(origins, np.array([number])), take(targets, rows), np.inf
        )
        minutes[rows[pairs.target]] = pairs.minutes
    return minutes
