"""Heights of the streets: sampled along them, and edges cut where their grade changes.

Minutes are linear along an edge, whoever walks: so each edge has one grade. Where the heights along
an edge leave the straight line between its ends by more than `CUT_M`, it is cut there, again and
again. Measured on Porto Alegre (cells of 30 m, 27,134 edges) against the exact integral along the
samples: 39 % more edges, 0.02 minutes from end to end and 0.05 on the way for 90 % of the edges
(99 %: 0.08 and 0.09); with one mean pace for each edge, uncut, 0.10 on the way (99 %: 0.32).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyproj
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from planner.crs.array_types import Flags, Floats, Ints
from planner.network._places_on_edges import find_places_along
from planner.network.cut_edges import cut_edges
from planner.network.enclosed import find_positions
from planner.network.walk_network import WalkNetwork
from planner.sources.elevation import Elevation

#: Farther off its heights no edge lies, metres: about what a cell of a raster is sure to.
CUT_M: Final = 1.0
#: Samples stand half a cell apart, but no nearer and no farther than this, metres.
NEAREST_M, FARTHEST_M = 5.0, 25.0


@dataclass(frozen=True)
class _HeightSamples:
    """Places along edges, ragged over them: edge e has those offsets[e]:offsets[e + 1].

    at_m, xy : metres from node u, metric CRS; the first stands at u, the last at v.
    """

    offsets: Ints
    at_m: Floats
    xy: Floats


@dataclass(frozen=True, eq=False)
class LiftedNodes:
    """Nodes between edges aloft, and their heights.

    node_id, height_m (k,) : ascending ids; NaN where none is known.
    """

    node_id: Ints
    height_m: Floats


def add_heights(
    network: WalkNetwork, elevation: Elevation, lifted: LiftedNodes | None = None
) -> WalkNetwork:
    """Give a network the heights of a raster; edges are cut where their grade changes.

    Bridges, tunnels and whatever else is elevated keep the straight grade between their ends on the
    ground, and so do steps up to them. Edges of which any part lies where the raster has no height
    are `flat`.

    Parameters
    ----------
    elevation
        From `load_elevation`.
    lifted
        Heights of the nodes aloft of a whole area of which the network is a part: bridges may go
        on beyond it. None: it is the whole.
    """
    samples = _sample(network, float(np.clip(elevation.cell_m / 2, NEAREST_M, FARTHEST_M)))
    height_m = find_heights(elevation, samples.xy, network.crs)
    aloft = find_aloft(network)
    of_edge = np.repeat(np.arange(network.n_edges), np.diff(samples.offsets))
    flat = np.zeros(network.n_edges, dtype=bool)
    flat[of_edge[np.isnan(height_m)]] = True
    flat &= ~aloft
    cut_edge, cut_m, cut_height_m = _find_cuts(samples, height_m, np.flatnonzero(~flat & ~aloft))
    at_nodes = find_heights(elevation, network.xy, network.crs)
    if lifted is None:
        free = find_free(network, aloft)
        ends = network.u[aloft], network.v[aloft]
        known = lift(*ends, network.length_m[aloft], free, at_nodes)
    else:
        known = at_nodes.copy()
        at = find_positions(lifted.node_id, network.node_id)
        known[at[at >= 0]] = lifted.height_m[at >= 0]
    flat |= np.isnan(known[network.u]) | np.isnan(known[network.v])
    cut = cut_edges(replace(network, height_m=known, flat=flat), cut_edge, cut_m)
    return replace(cut, height_m=np.concatenate([known, cut_height_m]))


def find_heights(elevation: Elevation, xy: Floats, crs: pyproj.CRS) -> Floats:
    """Return the heights at places (k, 2) of a CRS, metres; NaN where the raster has none.

    Linear between the middles of cells, in the outermost half cell as at its middle.
    """
    rows, columns = elevation.height_m.shape
    x, y = pyproj.Transformer.from_crs(crs, elevation.crs, always_xy=True).transform(*xy.T)
    a, b, c, d, e, f = elevation.transform
    if elevation.crs.is_geographic:  # longitudes of a file may run from 0 to 360
        middle = c + a * columns / 2 + b * rows / 2
        x = x - 360.0 * np.round((x - middle) / 360.0)
    scale = a * e - b * d
    column = (e * (x - c) - b * (y - f)) / scale
    row = (a * (y - f) - d * (x - c)) / scale
    with np.errstate(invalid="ignore"):
        inside = (column >= 0) & (column <= columns) & (row >= 0) & (row <= rows)
    found = np.full(len(xy), np.nan)
    found[inside] = _interpolate(elevation.height_m, row[inside] - 0.5, column[inside] - 0.5)
    return found


def _interpolate(height_m: Floats, row: Floats, column: Floats) -> Floats:
    """Return heights between the middles of cells; a cell that does not count may have none."""
    found = np.zeros(len(row))
    low_row, row_share = _split(row, height_m.shape[0])
    low_column, column_share = _split(column, height_m.shape[1])
    for down, of_row in ((0, 1 - row_share), (1, row_share)):
        for right, of_column in ((0, 1 - column_share), (1, column_share)):
            weight = of_row * of_column
            counts = weight > 0
            cell = low_row[counts] + down, low_column[counts] + right
            found[counts] += weight[counts] * height_m[cell]
    return found


def _split(at: Floats, count: int) -> tuple[Ints, Floats]:
    """Return the cell before each place and how far it lies on the way to the next, 0 to 1."""
    at = np.clip(at, 0, count - 1)
    low = np.minimum(np.floor(at), max(count - 2, 0)).astype(np.int64)
    return low, at - low


def _sample(network: WalkNetwork, step_m: float) -> _HeightSamples:
    """Place samples evenly along each edge, not farther apart than the step."""
    length_m = network.length_m
    parts = np.maximum(np.ceil(length_m / step_m), 1).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(parts + 1)]).astype(np.int64)
    at_m, xy = find_places_along(network.coords, network.offsets, length_m, parts)
    # To the last bit: edges that meet must not differ there.
    xy[offsets[:-1]], xy[offsets[1:] - 1] = network.xy[network.u], network.xy[network.v]
    return _HeightSamples(offsets, at_m, xy)


def _find_cuts(
    samples: _HeightSamples, height_m: Floats, edges: Ints
) -> tuple[Ints, Floats, Floats]:
    """Find where edges are cut, in their order: edge, metres from node u, height there.

    The sample farthest off the straight line between two others parts it, until none lies farther
    off than `CUT_M` (Douglas & Peucker 1973, by heights).
    """
    first, last, owner = samples.offsets[edges], samples.offsets[edges + 1] - 1, edges
    found = [(owner[:0], first[:0])]
    while len(first):
        long = last - first > 1
        first, last, owner = first[long], last[long], owner[long]
        if len(first) == 0:
            break
        size = last - first - 1
        starts = np.concatenate([[0], np.cumsum(size)])
        line = np.repeat(np.arange(len(first)), size)
        inner = first[line] + 1 + np.arange(starts[-1]) - starts[line]
        share = (inner - first[line]) / (last - first)[line]
        straight = height_m[first][line] + share * (height_m[last] - height_m[first])[line]
        off_m = np.abs(height_m[inner] - straight)
        most = np.maximum.reduceat(off_m, starts[:-1])
        parted = np.flatnonzero(most > CUT_M)
        worst = np.flatnonzero(off_m == most[line])
        # Of samples equally far off the first one parts the line.
        at = inner[worst[np.searchsorted(line[worst], parted)]]
        found.append((owner[parted], at))
        first, last, owner = (
            np.concatenate([first[parted], at]),
            np.concatenate([at, last[parted]]),
            np.concatenate([owner[parted], owner[parted]]),
        )
    cut_edge, at = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(at, kind="stable")
    cut_edge, at = cut_edge[order], at[order]
    return cut_edge, samples.at_m[at], height_m[at]


def find_aloft(network: WalkNetwork) -> Flags:
    """Tell which edges are not where the ground is: elevated ones, and steps up or down to them."""
    met = np.zeros(network.n_nodes, dtype=bool)
    met[network.u[network.elevated]] = met[network.v[network.elevated]] = True
    return network.elevated | (network.steps & (met[network.u] | met[network.v]))


def find_free(network: WalkNetwork, aloft: Flags) -> Flags:
    """Tell which nodes lie between edges aloft only, shape (n,): their heights are not known."""
    u, v, n = network.u, network.v, network.n_nodes
    degree = np.bincount(np.concatenate([u, v]), minlength=n)
    ground = np.zeros(n, dtype=bool)
    ground[u[~aloft]] = ground[v[~aloft]] = True
    # A dead end is where one leaves the bridge.
    return ~ground & (degree > 1)


def lift(u: Ints, v: Ints, length_m: Floats, free: Flags, height_m: Floats) -> Floats:
    """Return the heights of nodes, of those between edges aloft on the straight grade.

    Such a node lies between its neighbours, each the more the nearer: on a single line of edges
    that is the straight line between the ends on the ground, which are known.

    Parameters
    ----------
    u, v, length_m : shape (a,)
        Edges aloft.
    free, height_m : shape (n,)
        From `find_free`; heights of the ground.
    """
    n = len(free)
    if not free.any():
        return height_m
    rows = np.flatnonzero((free[u] | free[v]) & (u != v))
    weight = 1 / np.maximum(length_m[rows], 0.01)
    ends = np.concatenate([u[rows], v[rows]]), np.concatenate([v[rows], u[rows]])
    both = np.concatenate([weight, weight])
    known = ~free & ~np.isnan(height_m)
    # What hangs together with no height that is known has none.
    part = connected_components(coo_array((both, ends), shape=(n, n)), directed=False)[1]
    held = np.zeros(part.max() + 1, dtype=bool)
    held[part[known]] = True
    lifted = height_m.copy()
    lifted[free] = np.nan
    asked = np.flatnonzero(free & held[part])
    number = np.full(n, -1, dtype=np.int64)
    number[asked] = np.arange(len(asked))
    here, there = ends
    counts = (number[here] >= 0) & ((number[there] >= 0) | known[there])
    here, there, both = here[counts], there[counts], both[counts]
    inner = number[there] >= 0
    diagonal = np.bincount(number[here], weights=both, minlength=len(asked))
    sums = np.bincount(
        number[here[~inner]], weights=(both * height_m[there])[~inner], minlength=len(asked)
    )
    every = np.arange(len(asked))
    matrix = coo_array(
        (
            np.concatenate([diagonal, -both[inner]]),
            (
                np.concatenate([every, number[here[inner]]]),
                np.concatenate([every, number[there[inner]]]),
            ),
        ),
        shape=(len(asked), len(asked)),
    )
    if len(asked):
        lifted[asked] = spsolve(matrix.tocsc(), sums)
    return lifted
