"""Compiled: how deep each point of a lattice lies inside a union of discs along streets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats
from planner.travel.compiled.arrays import Ground, Lattice
from planner.travel.compiled.decorators import helper
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
    SAME_M,
    X1,
    X2,
    Y1,
    Y2,
)
from planner.travel.compiled.walled_fields import PieceEnds, paint_behind


@helper
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
    # Where nothing stands near first: what lies deep there need not be asked for.
    for walled in (False, True):
        for k in range(len(parts)):
            # Without walls or owners near, no point has to be asked whether it is walked to.
            if (parts[k, OWNER] < 0 and parts[k, LINE] == OPEN) == walled:
                continue
            x1, y1, t1 = parts[k, X1], parts[k, Y1], parts[k, MINUTES1]
            x2, y2, t2 = parts[k, X2], parts[k, Y2], parts[k, MINUTES2]
            # A capsule begins at its wider end, which is the one reached sooner.
            turned = t2 < t1
            if turned:
                x1, y1, t1, x2, y2, t2 = x2, y2, t2, x1, y1, t1
            if t1 > cutoff or t2 <= full:
                continue
            slant = 0.0
            if walled:
                slant = _slant_of(np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2), t2 - t1, pace)
            r1, r2 = (cutoff - t1) / pace, (cutoff - t2) / pace
            # From the near end on the radius is first the limit, then shrinks, then is nothing.
            if r2 < 0:
                share = r1 / (r1 - r2)
                x2, y2, r2 = x1 + share * (x2 - x1), y1 + share * (y2 - y1), 0.0
            length = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
            share = _share_at_limit(r1, r2, limit, length)
            xm, ym = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
            held = False
            # Cut where the radius begins to shrink; the piece goes on there.
            for part in range(3):
                if part == 0 and share > 0:
                    capsule = _to_capsule(x1, y1, limit, xm, ym, limit)
                elif part == 1 and share < 1:
                    capsule = _to_capsule(xm, ym, min(r1, limit), x2, y2, r2)
                    held = capsule.length == 0 and (1 - share) * length > SAME_M
                elif part == 2 and walled and held:
                    # A wall may hide from where the disc stands what is seen from further on.
                    capsule = _to_slow_line(xm, ym, min(r1, limit), x2, y2, r2)
                else:
                    continue
                if not walled:
                    _paint(field, state, unfinished, capsule, lattice)
                    continue
                is_end1, is_end2 = parts[k, IS_END1] > 0, parts[k, IS_END2] > 0
                if turned:
                    is_end1, is_end2 = is_end2, is_end1
                piece = PieceEnds(
                    is_end1 and (part == 0 or share == 0), is_end2 and (part == 1 or share == 1.0),
                    turned,
                )  # fmt: skip
                leaning = slant
                if capsule.length == 0 or part == 2:
                    # A disc has no direction: all of it is walked to from its middle. Of a slow
                    # line the first end is best, and both ends are tried as its own.
                    piece, leaning = PieceEnds(True, True, False), np.inf
                number, owner = int(parts[k, LINE]), int(parts[k, OWNER])
                paint_behind(
                    field, state, unfinished, capsule, lattice, number, leaning, owner, piece,
                    limit, ground,
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
def _share_at_limit(r1: float, r2: float, limit: float, length: float) -> float:
    """Return along which part of a street the radius, r1 to r2, is at least the limit; metres.

    A part by rounding alone is none: it would have no direction.
    """
    if r1 <= limit:
        return 0.0
    share = (r1 - limit) / (r1 - r2) if r2 < limit else 1.0
    if share * length <= SAME_M:
        return 0.0
    return 1.0 if (1 - share) * length <= SAME_M else share


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
def _to_slow_line(x1: float, y1: float, r1: float, x2: float, y2: float, r2: float) -> Capsule:
    """Return the discs along a line of street whose first disc (r1 >= r2) holds all others, metres.

    One walks no faster along it than straight: any place lies deepest by its first end.
    """
    dx, dy = x2 - x1, y2 - y1
    length = np.sqrt(dx * dx + dy * dy)
    return Capsule(x1, y1, dx / length, dy / length, length, np.inf, r1, (r1 - r2) / length)


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
