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
    depth_in,
    fill_block,
    paint_block,
)
from planner.travel.compiled.reached_parts import (
    BESIDE,
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
from planner.travel.compiled.walled_fields import Blocks, PieceEnds, paint_behind


@kernel
def deepen(
    field: Floats,
    state: NDArray[np.int8],
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
    parts : (c, WIDTH)
        From `find_reached_parts`.
    cutoff, before
        Minutes; `before` is -inf for the first cutoff.
    limit, pace
        The longest leg, metres, and its minutes per metre.
    """
    # What had the full radius for the shorter cutoff has it still: it is in the field.
    full = before - limit * pace
    # Working arrays go by name: in a tuple each is counted, which takes as long as a block.
    n_barriers = len(ground.barriers.ends)
    met = np.zeros(n_barriers + 1, dtype=np.int64)
    near = np.empty((n_barriers, 4))
    here = np.empty(n_barriers, dtype=np.int64)
    asked = np.empty(BLOCK * BLOCK + 1, dtype=np.int64)
    depths = np.empty((1, 1, BLOCK * BLOCK))
    first_m = 50.0
    for phase in range(2):
        for k in range(len(parts)):
            if phase == 0 and parts[k, OWNER] < 0 and parts[k, BESIDE] == 0:
                continue
            x1, y1, t1 = parts[k, X1], parts[k, Y1], parts[k, MINUTES1]
            x2, y2, t2 = parts[k, X2], parts[k, Y2], parts[k, MINUTES2]
            owner, is_end1, is_end2 = parts[k, OWNER], parts[k, IS_END1], parts[k, IS_END2]
            if t2 < t1:  # a capsule begins at its wider end, which is the one reached sooner
                x1, y1, t1, x2, y2, t2 = x2, y2, t2, x1, y1, t1
                is_end1, is_end2 = is_end2, is_end1
            if t1 > cutoff or t2 <= full:
                continue
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
                    piece = PieceEnds(slant, is_end1, is_end2 if share == 1.0 else 0.0)
                elif part == 1 and share < 1:
                    capsule = _to_capsule(xm, ym, min(r1, limit), x2, y2, r2)
                    piece = PieceEnds(slant, is_end1 if share == 0 else 0.0, is_end2)
                else:
                    continue
                deeper_than, less_deep_than = -np.inf, np.inf
                if capsule.radius == limit and capsule.shrink == 0.0:
                    if phase == 0:
                        deeper_than = limit - first_m
                    else:
                        less_deep_than = limit - first_m
                elif phase == 0:
                    continue
                blocks = _blocks_near(
                    capsule, min(capsule.radius, capsule.radius - deeper_than), lattice, state.shape
                )
                # Without walls or owners near, no point has to be asked whether it is walked to.
                if owner < 0 and parts[k, BESIDE] == 0:
                    _paint(field, state, capsule, blocks, lattice)
                else:
                    paint_behind(
                        field,
                        state,
                        capsule,
                        blocks,
                        lattice,
                        owner,
                        piece,
                        deeper_than,
                        less_deep_than,
                        ground,
                        met,
                        near,
                        here,
                        asked,
                        depths,
                    )


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
def _blocks_near(
    capsule: Capsule, radius: float, lattice: Lattice, counts: tuple[int, int]
) -> Blocks:
    """Return the blocks that a capsule may reach; `counts` are the rows and columns of blocks."""
    x1, y1, width = capsule.x1, capsule.y1, BLOCK * lattice.cell
    x2, y2 = x1 + capsule.length * capsule.dx, y1 + capsule.length * capsule.dy
    # A point next to a block that is left out lies outside by more than CLEAR_M.
    reach = radius + lattice.cell + 2 * CLEAR_M
    return Blocks(
        max(int((min(y1, y2) - reach - lattice.y0) / width), 0),
        min(int((max(y1, y2) + reach - lattice.y0) / width), counts[0] - 1),
        max(int((min(x1, x2) - reach - lattice.x0) / width), 0),
        min(int((max(x1, x2) + reach - lattice.x0) / width), counts[1] - 1),
    )


@helper
def _paint(
    field: Floats, state: NDArray[np.int8], capsule: Capsule, blocks: Blocks, lattice: Lattice
) -> None:
    """Raise the field where a capsule lies deeper; nothing stands near it.

    field, state : as `deepen` takes them.
    """
    # From the middle of a block to its corners.
    cell, half = lattice.cell, (BLOCK - 1) * lattice.cell / 2
    corner = np.sqrt(2.0) * half
    for row in range(blocks.low, blocks.high + 1):
        for column in range(blocks.left, blocks.right + 1):
            before = state[row, column]
            if before in (DEEP, FILLED):
                continue
            x, y = lattice.x0 + column * BLOCK * cell, lattice.y0 + row * BLOCK * cell
            middle = depth_in(x + half, y + half, capsule)
            if middle < -(cell + 2 * CLEAR_M) - corner:
                continue
            # Depth falls by at most a metre a metre, so the corners are deep as well. Beside walls
            # values are kept: a point that is deep may have a neighbour that nobody walks to.
            if middle > cell + corner and before != WALLED:
                state[row, column] = DEEP
                continue
            if before == FAR:
                fill_block(field, row, column, cell)
            deep = paint_block(field, row, column, x, y, cell, capsule) == BLOCK * BLOCK
            if before == WALLED:
                state[row, column] = FILLED if deep else WALLED
            else:
                state[row, column] = DEEP if deep else NEAR
