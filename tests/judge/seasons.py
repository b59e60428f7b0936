"""Ice and floods by definition: streets that are slower, streets and ground that nobody walks.

Nothing of the package is imported here. Pieces that cross the border of closed ground are cut
there, one after the other; what lies inside nobody passes, and no leg crosses the border.
"""

from __future__ import annotations

import numpy as np
import shapely

from tests.judge.pieces import Pieces

#: Parts of a piece shorter than this are none, metres.
_NONE_M = 1e-6


def under(pieces: Pieces, *, share, closed=(), ground=None, bridges=True) -> Pieces:
    """Return streets as they are under a condition.

    Parameters
    ----------
    share : {way: share of the usual speed}
    closed : ways that nobody walks
    ground : polygon that nobody walks, or None
    bridges : whether what is elevated is closed by it too
    """
    rows, new_node = [], -1
    for k in range(len(pieces)):
        way, factor = int(pieces.way[k]), float(pieces.factor[k]) / share.get(int(pieces.way[k]), 1)
        start = np.array([pieces.ax[k], pieces.ay[k]])
        end = np.array([pieces.bx[k], pieces.by[k]])
        touched = ground is not None and (bridges or not pieces.elevated[k])
        length = float(np.hypot(*(end - start)))
        places = _cuts(start, end, length, ground) if touched else []
        nodes = [int(pieces.a[k])]
        for _ in places:
            nodes.append(new_node)
            new_node -= 1
        nodes.append(int(pieces.b[k]))
        at = [0.0, *places, length]
        for low, high, a, b in zip(at, at[1:], nodes, nodes[1:], strict=False):
            along = (end - start) / length if length else np.zeros(2)
            middle = shapely.Point(start + along * (low + high) / 2)
            wet = touched and ground.distance(middle) <= _NONE_M
            rows.append(
                (*(start + along * low), *(start + along * high if high < length else end), a, b,
                 way, np.inf if wet or way in closed else factor, bool(pieces.elevated[k]),
                 pieces.access[k], bool(pieces.foot[k]))
            )  # fmt: skip
    names = list(vars(pieces))
    return Pieces(
        **{
            name: np.array([row[n] for row in rows], getattr(pieces, name).dtype)
            for n, name in enumerate(names)
        }
    )


def _cuts(start, end, length, ground):
    """Return the metres from the start at which a piece meets the border, ascending."""
    met = shapely.LineString([start, end]).intersection(ground.boundary)
    at = sorted(float(np.hypot(*(place - start))) for place in shapely.get_coordinates(met))
    inner = [m for m in at if _NONE_M < m < length - _NONE_M]
    return [m for n, m in enumerate(inner) if n == 0 or m - inner[n - 1] > _NONE_M]
