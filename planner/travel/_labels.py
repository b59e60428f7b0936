"""In which compound each point of the lattice lies, kept in squares near compounds only."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.network.walk_network import WalkNetwork
from planner.travel.compiled.arrays import Labels
from planner.travel.compiled.lattice import TILE, UNASKED

#: Beyond any compound: the box of a group of streets, which has no outline.
_ANYWHERE_M: Final = 1e9
#: From any outline to the frame of all of them.
_OUTWARDS: Final = np.array([-1.0, -1.0, 1.0, 1.0])


def no_labels() -> Labels:
    """Return the labels of a lattice on which there is no compound."""
    nothing = np.zeros((0, TILE, TILE), dtype=np.int32)
    return Labels(np.zeros((0, 0), dtype=np.int32), nothing, 0, 0)


def label_lattice(
    network: WalkNetwork, owner: NDArray[np.int64], margin_m: float, cell_m: float
) -> Labels:
    """Label the lattice points in the squares that hold compounds or streets for residents only.

    Elsewhere no point is kept: streets may lie far apart, and the land between them is wide.

    Parameters
    ----------
    network
        Streets with their compounds.
    owner : shape (m,)
        The compound of each edge, -1 for public ones.
    margin_m
        How far from the streets a point may be asked for.
    cell_m
        From one point of the lattice to the next.
    """
    shapes = network.walls.compounds.shape
    shapes = shapes[~shapely.is_empty(shapes)]
    numbers = np.flatnonzero(~shapely.is_empty(network.walls.compounds.shape))
    tile_m = TILE * cell_m
    low = np.floor((network.xy.min(axis=0) - margin_m) / tile_m).astype(np.int64)
    high = np.floor((network.xy.max(axis=0) + margin_m) / tile_m).astype(np.int64)
    used = np.zeros((high - low + 1)[::-1], dtype=bool)
    private = np.repeat(owner >= 0, np.diff(network.offsets))
    _mark_around(used, np.floor(network.coords[private] / tile_m).astype(np.int64) - low)
    boxes = np.floor(shapely.bounds(shapes).reshape(-1, 4) / tile_m).astype(np.int64)
    boxes = np.clip(boxes - np.tile(low, 2), 0, np.tile((high - low), 2))
    for shape, box in zip(shapes, boxes, strict=True):
        _mark_under(used, shape, box, low, tile_m)
    tiles = np.where(used, np.cumsum(used).reshape(used.shape) - 1, -1).astype(np.int32)
    labels = np.full((int(used.sum()), TILE, TILE), UNASKED, dtype=np.int32)
    # Largest first: where compounds overlap, the smallest one is kept.
    for k in np.argsort(-shapely.area(shapes), kind="stable"):
        _fill(labels, tiles, shapes[k], numbers[k], boxes[k], low, cell_m)
    return Labels(tiles, labels, int(low[0]), int(low[1]))


def compound_boxes(shapes: NDArray[Any], cell_m: float) -> NDArray[np.float64]:
    """Return the boxes (n, 4) outside which nobody steps into a compound, a cell wider than it."""
    boxes = shapely.bounds(shapes).reshape(-1, 4) + cell_m * _OUTWARDS
    boxes[shapely.is_empty(shapes)] = _ANYWHERE_M * _OUTWARDS
    return np.asarray(boxes, dtype=np.float64)


def _mark_around(used: NDArray[np.bool_], tiles: NDArray[np.int64]) -> None:
    """Mark the tiles (column, row) and their neighbours."""
    for column, row in np.unique(tiles, axis=0):
        # Whoever steps off a street may stand in the next square.
        used[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = True


def _mark_under(
    used: NDArray[np.bool_],
    shape: shapely.Geometry,
    box: NDArray[np.int64],
    low: NDArray[np.int64],
    tile_m: float,
) -> None:
    """Mark the tiles of a box (columns and rows, inclusive) that a shape touches."""
    columns, rows = np.meshgrid(np.arange(box[0], box[2] + 1), np.arange(box[1], box[3] + 1))
    if columns.size > 4:
        x, y = (columns + low[0]) * tile_m, (rows + low[1]) * tile_m
        met = shapely.intersects(shape, shapely.box(x, y, x + tile_m, y + tile_m))
        columns, rows = columns[met], rows[met]
    used[rows, columns] = True


def _fill(
    labels: NDArray[np.int32],
    tiles: NDArray[np.int32],
    shape: shapely.Geometry,
    number: int,
    box: NDArray[np.int64],
    low: NDArray[np.int64],
    cell_m: float,
) -> None:
    """Write the number of a compound to the lattice points inside it."""
    west, south, east, north = np.array(shapely.bounds(shape)) / cell_m
    for row, column in np.argwhere(tiles[box[1] : box[3] + 1, box[0] : box[2] + 1] >= 0):
        at = np.array([column + box[0], row + box[1]])
        x0, y0 = (at + low) * TILE
        x = np.arange(max(np.floor(west), x0), min(np.ceil(east), x0 + TILE - 1) + 1)
        y = np.arange(max(np.floor(south), y0), min(np.ceil(north), y0 + TILE - 1) + 1)
        columns, rows = np.meshgrid(x, y)
        inside = shapely.contains_xy(shape, columns * cell_m, rows * cell_m)
        where = (rows[inside] - y0).astype(int), (columns[inside] - x0).astype(int)
        labels[tiles[at[1], at[0]]][where] = number
