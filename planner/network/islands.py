"""Finds islands: streets that are cut off from the main network."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.network.segments import PARTS_OF_METRE

#: A component with less street than this, and not the largest, is an island.
ISLAND_MAX_M: Final = 5_000.0


def mark_islands(
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    length: NDArray[np.float64],
    n_nodes: int,
    shut: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Mark the edges of components with under 5 km of street but the largest, shape (m,).

    Edges that are open at certain hours alone, `shut` (m,), do not connect components. Lengths are
    those of `to_whole_parts`.
    """
    links = (~shut).astype(np.int64)
    graph = coo_array((links, (u, v)), shape=(n_nodes, n_nodes))
    # A stored zero would count as a link.
    graph.eliminate_zeros()
    _, component = connected_components(graph, directed=False)
    total = np.bincount(component[u], weights=length * links).astype(np.float64)
    island = choose_islands(total)
    return np.asarray(island[component[u]], dtype=bool)


def choose_islands(total: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which components are islands by their lengths, in the order of their first nodes."""
    island = total < ISLAND_MAX_M * PARTS_OF_METRE
    # However small the town, its largest component is the main network.
    island[np.argmax(total)] = False
    return island
