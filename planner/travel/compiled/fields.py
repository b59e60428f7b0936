"""Compiled: how deep each point of a lattice lies inside a union of discs along streets."""

from __future__ import annotations

from typing import NamedTuple

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
    away_in,
    blocks_near,
    fill_block,
    first_unfinished,
    paint_block,
)
from planner.travel.compiled.part_rows import (
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


class Strip(NamedTuple):
    """The part of a straight street that is reached in time, from the end that is reached sooner.

    x1, y1, xm, ym, x2, y2 : where it begins, where the radius begins to shrink from the limit, and
        where it ends or the radius is nothing; metres.
    r1, r2 : what the minutes left allow at both ends, metres; r1 may be more than the limit.
    share : along which share of it the radius is the limit; length : of it, metres.
    turned : whether it runs from the second end of the part to the first.
    is_end1, is_end2 : whether its ends are ends of a straight piece of street.
    """

    x1: float
    y1: float
    xm: float
    ym: float
    x2: float
    y2: float
    r1: float
    r2: float
    share: float
    length: float
    turned: bool
    is_end1: bool
    is_end2: bool


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
        The kind of each block: FAR, NEAR, DEEP, WALLED or FILLED.
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
            t1, t2 = parts[k, MINUTES1], parts[k, MINUTES2]
            if min(t1, t2) > cutoff or max(t1, t2) <= full:
                continue
            strip = _strip_of(parts, k, cutoff, limit, pace)
            if walled:
                number, owner = int(parts[k, LINE]), int(parts[k, OWNER])
                slant = _slant_of(parts, k, pace)
                _paint_strip_behind(
                    field, state, unfinished, strip, lattice, number, slant, owner, limit, ground
                )
                continue
            for shrinking in (False, True):
                if strip.share < 1.0 if shrinking else strip.share > 0.0:
                    capsule = _part_of(strip, shrinking, limit)
                    _paint(field, state, unfinished, capsule, lattice)


@helper
def _strip_of(parts: Floats, k: int, cutoff: float, limit: float, pace: float) -> Strip:
    """Return the strip of the k-th part, some of which is reached by the cutoff; as `deepen`."""
    x1, y1, t1 = parts[k, X1], parts[k, Y1], parts[k, MINUTES1]
    x2, y2, t2 = parts[k, X2], parts[k, Y2], parts[k, MINUTES2]
    is_end1, is_end2 = parts[k, IS_END1] > 0, parts[k, IS_END2] > 0
    turned = t2 < t1
    if turned:
        x1, y1, t1, x2, y2, t2 = x2, y2, t2, x1, y1, t1
        is_end1, is_end2 = is_end2, is_end1
    r1, r2 = (cutoff - t1) / pace, (cutoff - t2) / pace
    # From the near end on the radius is at first the limit, then it shrinks down to 0.
    if r2 < 0:
        share = r1 / (r1 - r2)
        x2, y2, r2 = x1 + share * (x2 - x1), y1 + share * (y2 - y1), 0.0
    length = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
    share = _share_at_limit(r1, r2, limit, length)
    xm, ym = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
    return Strip(x1, y1, xm, ym, x2, y2, r1, r2, share, length, turned, is_end1, is_end2)


@helper
def _part_of(strip: Strip, shrinking: bool, limit: float) -> Capsule:
    """Return where the radius of a strip shrinks, or where it is the limit, metres."""
    # The ends are chosen first, so that only the capsule that is needed is worked out.
    x1, y1, r1 = strip.x1, strip.y1, limit
    x2, y2, r2 = strip.xm, strip.ym, limit
    if shrinking:
        x1, y1, r1 = strip.xm, strip.ym, min(strip.r1, limit)
        x2, y2, r2 = strip.x2, strip.y2, strip.r2
    return _to_capsule(x1, y1, r1, x2, y2, r2)


@helper
def _paint_strip_behind(
    field: Floats,
    state: NDArray[np.int8],
    unfinished: NDArray[np.int32],
    strip: Strip,
    lattice: Lattice,
    number: int,
    slant: float,
    owner: int,
    limit: float,
    ground: Ground,
) -> None:
    """Raise the field where a strip beside walls lies deeper, cut where its radius shrinks.

    field, state, unfinished, limit : as `deepen` takes them; number, slant, owner : as
    `paint_behind`.
    """
    share, held = strip.share, False
    for part in range(3):
        if (part == 0 and share > 0) or (part == 1 and share < 1):
            capsule = _part_of(strip, part == 1, limit)
            held = part == 1 and capsule.length == 0 and (1 - share) * strip.length > SAME_M
        elif part == 2 and held:
            # A wall may hide from where the disc stands what is seen from further on.
            radius = min(strip.r1, limit)
            capsule = _to_slow_line(strip.xm, strip.ym, radius, strip.x2, strip.y2, strip.r2)
        else:
            continue
        piece = PieceEnds(
            strip.is_end1 and (part == 0 or share == 0),
            strip.is_end2 and (part == 1 or share == 1.0), strip.turned,
        )  # fmt: skip
        leaning = slant
        if capsule.length == 0 or part == 2:
            # A disc has no direction: all of it is walked to from its middle. Of a slow
            # line the first end is best, and both ends are tried as its own.
            piece, leaning = PieceEnds(True, True, False), np.inf
        paint_behind(
            field, state, unfinished, capsule, lattice, number, leaning, owner, piece, limit, ground
        )


@helper
def _slant_of(parts: Floats, k: int, pace: float) -> float:
    """Return the slant of the k-th part: from where along it a leg meets it soonest.

    Metres along it, per metre beside it. parts, pace : as `deepen` takes them.
    """
    length = np.sqrt((parts[k, X2] - parts[k, X1]) ** 2 + (parts[k, Y2] - parts[k, Y1]) ** 2)
    minutes = abs(parts[k, MINUTES2] - parts[k, MINUTES1])
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
    outside, inside = cell + 2 * CLEAR_M + corner, cell + corner
    blocks = blocks_near(capsule, capsule.radius, lattice, state.shape)
    for row in range(blocks.low, blocks.high + 1):
        column = first_unfinished(unfinished, row, blocks.left) - 1
        while column < blocks.right:
            column = first_unfinished(unfinished, row, column + 1)
            if column > blocks.right:
                break
            before = state[row, column]
            x, y = lattice.x0 + column * BLOCK * cell, lattice.y0 + row * BLOCK * cell
            square, radius = away_in(x + half, y + half, capsule)
            if square > (radius + outside) ** 2:
                continue
            # Depth falls by at most a metre a metre, so the corners are deep as well. Beside walls
            # values are kept: a point that is deep may have a neighbour that nobody walks to.
            if radius > inside and square < (radius - inside) ** 2 and before != WALLED:
                state[row, column] = DEEP
                unfinished[row, column] = column + 1
                continue
            if before == FAR:
                fill_block(field, row, column, cell)
            deep = paint_block(field, row, column, x, y, cell, capsule)
            if deep:
                unfinished[row, column] = column + 1
            if before == WALLED:
                state[row, column] = FILLED if deep else WALLED
            else:
                state[row, column] = DEEP if deep else NEAR
