"""Chooses the cores of tiles: boxes of longitude and latitude that share the Earth among them.

All numbers are whole ten-millionths of a degree, as OSM keeps places, so that no place lies between
two boxes or in both. A core holds its western and its southern side, not the other two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: West, south, east, north in ten-millionths of a degree.
Core = tuple[int, int, int, int]

#: Ten-millionths of a degree; of 64 bits where longitudes go on beyond 180 degrees.
Units = NDArray[np.int32] | NDArray[np.int64]

UNITS_PER_DEG: Final = 10_000_000
_TURN: Final = 360 * UNITS_PER_DEG
#: Sides of a core that holds the ground up to a pole.
_SOUTH_END, _NORTH_END = -91 * UNITS_PER_DEG, 91 * UNITS_PER_DEG
#: A degree is at least this long along a meridian (110.57 km at the equator), and along a parallel
#: this long times the cosine of its latitude (111.32 km).
_LEAST_M_PER_DEG: Final = 110_500.0
#: Cores of a quadtree have sides of so many parts of the whole at least: 2^10.
_LEVELS: Final = 10
#: Beyond this latitude nobody cuts tiles: a degree of longitude gets too short.
_MOST_LAT: Final = 89.0


def find_sheet(x: Units) -> int:
    """Return where the sheet begins whose middle is that of some longitudes."""
    if len(x) == 0:
        return -_TURN // 2
    low, high = int(x.min()), int(x.max())
    if high - low > _TURN // 2:
        # They lie on both sides of 180 degrees: the widest stretch without any is where to cut.
        cells = np.unique((x.astype(np.int64) + _TURN // 2) // 100_000)
        n_cells = _TURN // 100_000
        gaps = np.diff(cells, append=cells[0] + n_cells)
        at = int(np.argmax(gaps))
        low = int(cells[(at + 1) % len(cells)]) * 100_000 - _TURN // 2
        high = low + _TURN - int(gaps[at]) * 100_000
    return (low + high) // 2 - _TURN // 2


def move_units_to_sheet(x: Units, west: int) -> Units:
    """Return longitudes between `west` and a turn further; those already there stay as they are."""
    if len(x) == 0 or (int(x.min()) >= west and int(x.max()) < west + _TURN):
        return x
    wide = x.astype(np.int64)
    return wide + _TURN * -((wide - west) // _TURN)


def find_whole(west: int) -> Core:
    """Return the core that holds the whole sheet."""
    return west, _SOUTH_END, west + _TURN, _NORTH_END


def find_ground(x: Units, y: Units) -> Core:
    """Return the least core that holds some places."""
    if len(x) == 0:
        return 0, 0, 1, 1
    return int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1


def widen(core: Core, ground: Core, halo_m: float) -> Core:
    """Return a core with its halo.

    Parameters
    ----------
    core
        May go on to the ends of the sheet.
    ground
        Box of all places: beyond it nothing has to be reached.
    halo_m
        So many metres at least lie between the two outlines.
    """
    _, south, _, north = clip(core, ground)
    rise = halo_m / _LEAST_M_PER_DEG
    farthest = max(abs(south), abs(north)) / UNITS_PER_DEG + rise
    run = rise / math.cos(math.radians(min(farthest, _MOST_LAT)))
    dx, dy = (math.ceil(part * UNITS_PER_DEG) for part in (run, rise))
    return core[0] - dx, core[1] - dy, core[2] + dx, core[3] + dy


def clip(core: Core, ground: Core) -> Core:
    """Return the part of a core that lies in another box; one of no size where none does."""
    west, south = max(core[0], ground[0]), max(core[1], ground[1])
    return west, south, max(west, min(core[2], ground[2])), max(south, min(core[3], ground[3]))


def cut_regularly(ground: Core, whole: Core, tiles: int) -> list[Core]:
    """Cut a box into rows and columns of equal parts, as square as their number allows.

    Parameters
    ----------
    ground
        What is cut.
    whole
        Parts at the side of `ground` go on to the sides of this.
    tiles
        Number of parts; of a prime number they are all in one row.
    """
    few = next(n for n in range(math.isqrt(tiles), 0, -1) if tiles % n == 0)
    width, height = _measure(ground)
    n_x, n_y = (tiles // few, few) if width >= height else (few, tiles // few)
    xs = _draw_lines(ground[0], ground[2], n_x, whole[0], whole[2])
    ys = _draw_lines(ground[1], ground[3], n_y, whole[1], whole[3])
    return [(xs[i], ys[j], xs[i + 1], ys[j + 1]) for j in range(n_y) for i in range(n_x)]


def cut_by_number(
    x: Units, y: Units, ground: Core, whole: Core, *, most: int, halo_m: float
) -> list[Core]:
    """Cut a box into four again and again, until no part holds more than some places.

    Parameters
    ----------
    x, y : shape (n,)
        The places that count; all in `ground`.
    ground, whole
        As in `cut_regularly`.
    most
        Places in a part.
    halo_m
        A part is not cut to two sides shorter than this: its halo would hold more than it does.
    """
    n = 2**_LEVELS
    width, height = max(ground[2] - ground[0], 1), max(ground[3] - ground[1], 1)
    column = (x.astype(np.int64) - ground[0]) * n // width
    row = (y.astype(np.int64) - ground[1]) * n // height
    counts = np.bincount(row * n + column, minlength=n * n).reshape(n, n)
    xs = _draw_lines(ground[0], ground[2], n, whole[0], whole[2])
    ys = _draw_lines(ground[1], ground[3], n, whole[1], whole[3])
    longest_m = max(_measure(ground))

    def cut(left: int, low: int, size: int) -> Iterator[Core]:
        """Yield a square of the lattice, or the squares of its quarters where it holds too many."""
        number = int(counts[low : low + size, left : left + size].sum())
        half = size // 2
        if number <= most or half == 0 or longest_m * half / n < halo_m:
            yield xs[left], ys[low], xs[left + size], ys[low + size]
            return
        for down, right in ((0, 0), (0, half), (half, 0), (half, half)):
            yield from cut(left + right, low + down, half)

    return list(cut(0, 0, n))


def _measure(ground: Core) -> tuple[float, float]:
    """Return how wide and how high a box is, metres (a half per cent is nothing here)."""
    west, south, east, north = (side / UNITS_PER_DEG for side in ground)
    middle = math.radians((south + north) / 2)
    return (
        (east - west) * _LEAST_M_PER_DEG * math.cos(middle),
        (north - south) * _LEAST_M_PER_DEG,
    )


def _draw_lines(low: int, high: int, parts: int, first: int, last: int) -> list[int]:
    """Return the lines between equal parts; the outermost ones are `first` and `last`."""
    # Rounded up, as a place lies in part i once it is i parts from the start.
    inner = [low - (-(high - low) * i // parts) for i in range(1, parts)]
    return [first, *inner, last]
