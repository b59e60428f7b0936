"""How far it is to the nearest street, for many places at once."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.crs import project
from planner.crs.array_types import Floats, Ints
from planner.sources.osm.street_reader import WalkWays

#: Points along streets at most this far apart stand for them; farther where there are too many.
_STEP_M: Final = 5.0
_MOST_POINTS: Final = 1_500_000
#: The lattice has at most so many cells, and none smaller than `_FINEST_M`.
_MOST_CELLS: Final = 1_000_000
_FINEST_M: Final = 10.0
#: Lattice beyond the streets, so that places there have distances too.
_RIM_M: Final = 2_000.0


@dataclass(frozen=True, eq=False)
class StreetGrid:
    """Distances to the nearest street.

    tree : a KD tree of points along the streets, metric.
    corner : x, y of the middle of the first cell; cell_m : width of a cell.
    distance_m : shape (rows, columns), row by row to the north; up to half a cell's diagonal off.
    extent : rectangle round the streets.
    """

    tree: Any
    corner: tuple[float, float]
    cell_m: float
    distance_m: Floats
    extent: BaseGeometry

    def measure(self, xy: Floats, most_m: float) -> Floats:
        """Return the distance of places (..., 2), `inf` beyond `most_m`."""
        flat = xy.reshape(-1, 2)
        distance: Floats = np.full(len(flat), np.inf)
        fine = np.isfinite(flat).all(axis=1)
        distance[fine] = self.tree.query(flat[fine], distance_upper_bound=most_m)[0]
        return distance.reshape(xy.shape[:-1])

    def find_cells(self, xy: Floats, margin: int) -> tuple[Ints, Ints]:
        """Return the cells (k, 2), row and column, of places that have `margin` cells on all sides.

        With them comes which of the places (n, 2) these are.
        """
        rows, columns = self.distance_m.shape
        cells = np.rint((xy - self.corner) / self.cell_m)[:, ::-1]
        last = np.array([rows, columns]) - margin
        # What is no number lies nowhere.
        inside = np.flatnonzero(((cells >= margin) & (cells < last)).all(axis=1))
        return cells[inside].astype(np.int64), inside


def build_street_grid(ways: WalkWays, frame: pyproj.CRS) -> StreetGrid:
    """Prepare the streets of an extract for questions about distance."""
    from scipy.ndimage import distance_transform_edt
    from scipy.spatial import cKDTree

    xy = project(ways.lonlat[:, 0], ways.lonlat[:, 1], frame)
    points = _sample(xy, ways.offsets)
    # A way that leads far out of the city should not make the cells coarse.
    low, high = np.quantile(xy, 0.001, axis=0) - _RIM_M, np.quantile(xy, 0.999, axis=0) + _RIM_M
    cell_m = max(_FINEST_M, float(np.sqrt(np.prod(high - low) / _MOST_CELLS)))
    columns, rows = (np.ceil((high - low) / cell_m).astype(int) + 1).tolist()
    at = np.rint((points - low) / cell_m).astype(int)
    inside = ((at >= 0) & (at < (columns, rows))).all(axis=1)
    free = np.ones((rows, columns), dtype=bool)
    free[at[inside, 1], at[inside, 0]] = False
    distance = distance_transform_edt(free) * cell_m
    tree = cKDTree(points, balanced_tree=False, compact_nodes=False)
    corner = (float(low[0]), float(low[1]))
    return StreetGrid(tree, corner, cell_m, distance, shapely.box(*low, *high))


def _sample(xy: Floats, offsets: Ints) -> Floats:
    """Return points along ragged lines."""
    start, end = np.arange(len(xy) - 1), np.arange(1, len(xy))
    within = np.ones(len(start), dtype=bool)
    within[offsets[1:-1] - 1] = False  # from the end of a way to the start of the next
    start, end = start[within], end[within]
    length = np.hypot(*(xy[end] - xy[start]).T)
    step_m = max(_STEP_M, float(length.sum()) / _MOST_POINTS)
    number = np.maximum(1, np.ceil(length / step_m)).astype(int)
    piece = np.repeat(np.arange(len(start)), number)
    first = np.cumsum(number) - number
    share = (np.arange(len(piece)) - first[piece]) / number[piece]
    at = xy[start][piece]
    return np.vstack([at + share[:, None] * (xy[end][piece] - at), xy[end]])
