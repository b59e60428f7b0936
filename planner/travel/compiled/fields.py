"""Compiled: how deep each point of a lattice lies inside a union of discs along streets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats
from planner.travel.compiled.arrays import Ground, Lattice
from planner.travel.compiled.decorators import helper, kernel
from planner.travel.compiled.lattice import (
    BLOCK,
    CLEAR_M,
    DEEP,
    FAR,
    FILLED,
    NEAR,
    WALLED,
    Capsule,
    blocks_near,
    depth_in,
    fill_block,
    first_unfinished,
    paint_block,
)
from planner.travel.compiled.reached_parts import (
    IS_END1,
    IS_END2,
    LINE,
    MINUTES1,
    MINUTES2,
    OPEN,
    OWNER,
    X1,
    X2,
    Y1,
    Y2,
)
from planner.travel.compiled.walled_fields import PieceEnds, paint_behind

#: Streets beside walls are drawn for legs up to this long first, metres. Chosen by measurement.
SHORT_LEG_M = 50.0


#: Columns of a capsule beside walls: itself, then how its piece of street goes on, whose it is, and
#: the line of street that lists the barriers beside it.
_SLANT, _IS_END1, _IS_END2, _OWNER, _LINE = range(8, 13)
_WIDTH = 13


@kernel
def deepen(
    field: Floats,
    state: NDArray[np.int8],
    unfinished: NDArray[np.int32],
    parts: Floats,
    cutoff: float,
    before: float,
    limit: float,
    pace: float,
    lattice: Lattice,
    ground: Ground,
) -> None:
    """Raise a field of depths to that of a longer cutoff, so that it is nowhere less deep.

    Depth is metres inside (positive) or outside (negative) the union of discs of radius
    min(limit, minutes left / pace) round the street points. It is exact from -cell to cell;
    farther from the outline only the sign is.

    Parameters
    ----------
    field : (block rows, block columns, BLOCK * BLOCK)
        As the cutoff `before` left it, metres; blocks that are FAR or DEEP need hold nothing.
    state : (block rows, block columns)
        FAR, NEAR or DEEP of each block.
    unfinished : (block rows, block columns + 1)
        Leads from a block to the first of its row, itself or one further east, that is not deep
        all over, see `first_unfinished`.
    parts : (c, WIDTH)
        From `find_reached_parts`.
    cutoff, before
        Minutes; `before` is -inf for the first cutoff.
    limit, pace
        The longest leg, metres, and its minutes per metre.
    """
    # What had the full radius for the shorter cutoff has it still: it is in the field.
    full = before - limit * pace
    walled = np.empty((256, _WIDTH))
    n_walled = 0
    for k in range(len(parts)):
        x1, y1, t1 = parts[k, X1], parts[k, Y1], parts[k, MINUTES1]
        x2, y2, t2 = parts[k, X2], parts[k, Y2], parts[k, MINUTES2]
        is_end1, is_end2 = parts[k, IS_END1], parts[k, IS_END2]
        if t2 < t1:  # a capsule begins at its wider end, which is the one reached sooner
            x1, y1, t1, x2, y2, t2 = x2, y2, t2, x1, y1, t1
            is_end1, is_end2 = is_end2, is_end1
        if t1 > cutoff or t2 <= full:
            continue
        # Without walls or owners near, no point has to be asked whether it is walked to.
        is_open = parts[k, OWNER] < 0 and parts[k, LINE] == OPEN
        slant = 0.0
        if not is_open:
            slant = _slant_of(np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2), t2 - t1, pace)
        r1, r2 = (cutoff - t1) / pace, (cutoff - t2) / pace
        # From the near end on the radius is first the limit, then shrinks, then is nothing.
        if r2 < 0:
            share = r1 / (r1 - r2)
            x2, y2, r2 = x1 + share * (x2 - x1), y1 + share * (y2 - y1), 0.0
        share = _share_at_limit(r1, r2, limit)
        xm, ym = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        for part in range(2):  # cut where the radius begins to shrink; the piece goes on there
            if part == 0 and share > 0:
                capsule = _to_capsule(x1, y1, limit, xm, ym, limit)
            elif part == 1 and share < 1:
                capsule = _to_capsule(xm, ym, min(r1, limit), x2, y2, r2)
            else:
                continue
            if is_open:
                _paint(field, state, unfinished, capsule, lattice)
                continue
            if n_walled == len(walled):
                walled = _grown(walled)
            for column in range(8):
                walled[n_walled, column] = capsule[column]
            walled[n_walled, _SLANT] = slant
            walled[n_walled, _IS_END1] = is_end1 if part == 0 or share == 0 else 0.0
            walled[n_walled, _IS_END2] = is_end2 if part == 1 or share == 1.0 else 0.0
            walled[n_walled, _OWNER], walled[n_walled, _LINE] = parts[k, OWNER], parts[k, LINE]
            n_walled += 1
    _paint_walled(field, state, unfinished, walled, n_walled, limit, lattice, ground)


@helper
def _grown(rows: Floats) -> Floats:
    """Return rows with room for as many again."""
    larger = np.empty((2 * len(rows), rows.shape[1]))
    for row in range(len(rows)):
        for column in range(rows.shape[1]):
            larger[row, column] = rows[row, column]
    return larger


@helper
def _paint_walled(
    field: Floats,
    state: NDArray[np.int8],
    unfinished: NDArray[np.int32],
    walled: Floats,
    n_walled: int,
    limit: float,
    lattice: Lattice,
    ground: Ground,
) -> None:
    """Raise the field where capsules near walls and barriers lie deeper.

    Short legs first: most of what is walked to lies near a street, and need not be asked again of
    streets farther away, from which walls often part it.

    field, state, unfinished : as `deepen` takes them; walled (n_walled, _WIDTH) : the capsules.
    """
    # Working arrays go by name: in a tuple each is counted, which takes as long as a block.
    n_barriers = len(ground.barriers.ends)
    met = np.zeros(n_barriers + 1, dtype=np.int64)
    near = np.empty((n_barriers, 4))
    here = np.empty(n_barriers, dtype=np.int64)
    asked = np.empty(BLOCK * BLOCK + 1, dtype=np.int64)
    depths = np.empty((1, 1, BLOCK * BLOCK))
    for turn in range(2):
        for k in range(n_walled):
            capsule = Capsule(
                walled[k, 0], walled[k, 1], walled[k, 2], walled[k, 3], walled[k, 4],
                walled[k, 5], walled[k, 6], walled[k, 7],
            )  # fmt: skip
            deeper_than, no_deeper_than = -np.inf, np.inf
            if capsule.radius == limit and capsule.shrink == 0.0:
                if turn == 0:
                    deeper_than = limit - SHORT_LEG_M
                else:
                    no_deeper_than = limit - SHORT_LEG_M
            elif turn == 0:
                continue
            piece = PieceEnds(walled[k, _SLANT], walled[k, _IS_END1], walled[k, _IS_END2])
            paint_behind(
                field, state, unfinished, capsule, lattice, walled[k, _OWNER],
                int(walled[k, _LINE]), piece, deeper_than, no_deeper_than, ground, met, near, here,
                asked, depths,
            )  # fmt: skip


@helper
def _slant_of(length: float, minutes: float, pace: float) -> float:
    """Return the metres along a street, per metre beside it, from which a leg meets it soonest.

    It takes these minutes along its length, metres; `pace` is that of the leg.
    """
    ratio = minutes / (pace * length) if length > 0 else 0.0
    # On a street no faster than a leg, such as steps, the ends of the part in reach are best.
    return ratio / np.sqrt(1 - ratio * ratio) if ratio < 1 else np.inf


@helper
def _share_at_limit(r1: float, r2: float, limit: float) -> float:
    """Return along which part of a street the radius, r1 to r2 (metres), is at least the limit."""
    if r1 > limit:
        return (r1 - limit) / (r1 - r2) if r2 < limit else 1.0
    return 0.0


@helper
def _to_capsule(x1: float, y1: float, r1: float, x2: float, y2: float, r2: float) -> Capsule:
    """Return the hull of two discs (r1 >= r2), metres."""
    dx, dy = x2 - x1, y2 - y1
    length = np.sqrt(dx * dx + dy * dy)
    # Exact: a part of one point, such as a place itself, has no direction.
    if length <= r1 - r2 or length == 0:
        # The larger disc holds the smaller.
        return Capsule(x1, y1, 1.0, 0.0, 0.0, 0.0, r1, 0.0)
    shrink = (r1 - r2) / length
    lean = shrink / np.sqrt(1 - shrink**2)
    return Capsule(x1, y1, dx / length, dy / length, length, lean, r1, shrink)


@helper
def _paint(
    field: Floats,
    state: NDArray[np.int8],
    unfinished: NDArray[np.int32],
    capsule: Capsule,
    lattice: Lattice,
) -> None:
    """Raise the field where a capsule lies deeper; nothing stands near it.

    field, state, unfinished : as `deepen` takes them.
    """
    # From the middle of a block to its corners.
    cell, half = lattice.cell, (BLOCK - 1) * lattice.cell / 2
    corner = np.sqrt(2.0) * half
    blocks = blocks_near(capsule, capsule.radius, lattice, state.shape)
    for row in range(blocks.low, blocks.high + 1):
        column = first_unfinished(unfinished, row, blocks.left) - 1
        while column < blocks.right:
            column = first_unfinished(unfinished, row, column + 1)
            if column > blocks.right:
                break
            before = state[row, column]
            x, y = lattice.x0 + column * BLOCK * cell, lattice.y0 + row * BLOCK * cell
            middle = depth_in(x + half, y + half, capsule)
            if middle < -(cell + 2 * CLEAR_M) - corner:
                continue
            # Depth falls by at most a metre a metre, so the corners are deep as well. Beside walls
            # values are kept: a point that is deep may have a neighbour that nobody walks to.
            if middle > cell + corner and before != WALLED:
                state[row, column] = DEEP
                unfinished[row, column] = column + 1
                continue
            if before == FAR:
                fill_block(field, row, column, cell)
            deep = paint_block(field, row, column, x, y, cell, capsule) == BLOCK * BLOCK
            if deep:
                unfinished[row, column] = column + 1
            if before == WALLED:
                state[row, column] = FILLED if deep else WALLED
            else:
                state[row, column] = DEEP if deep else NEAR
