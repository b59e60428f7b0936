"""Compiled: places at even distances along edges, each found from its own edge alone."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.crs.array_types import Floats, Ints


@njit(cache=True)
def find_places_along(
    coords: Floats, offsets: Ints, length_m: Floats, parts: Ints
) -> tuple[Floats, Floats]:
    """Return where edges are after 0, 1, ... of equal parts: metres from u, and x, y.

    coords (k, 2), offsets (m + 1,) : vertices of m edges, ragged; metres.
    length_m, parts (m,) : of each edge; into how many parts it is cut, at least 1.
    Returns parts + 1 places of each edge, one edge after the other.
    """
    n = 0
    for e in range(len(parts)):
        n += parts[e] + 1
    at_m, xy = np.empty(n), np.empty((n, 2))
    k = 0
    for e in range(len(parts)):
        piece, last = offsets[e], offsets[e + 1] - 2
        # Summed along this edge only: the same wherever it stands among others.
        begun_m = 0.0
        piece_m = np.hypot(
            coords[piece + 1, 0] - coords[piece, 0], coords[piece + 1, 1] - coords[piece, 1]
        )
        for part in range(parts[e] + 1):
            at = part / parts[e] * length_m[e]
            while piece < last and begun_m + piece_m <= at:
                begun_m += piece_m
                piece += 1
                piece_m = np.hypot(
                    coords[piece + 1, 0] - coords[piece, 0],
                    coords[piece + 1, 1] - coords[piece, 1],
                )
            along = min(max(at - begun_m, 0.0), piece_m) / piece_m if piece_m > 0 else 0.0
            at_m[k] = at
            for axis in range(2):
                start, end = coords[piece, axis], coords[piece + 1, axis]
                xy[k, axis] = start + along * (end - start)
            k += 1
    return at_m, xy
