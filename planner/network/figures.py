"""Figures of streets that notes of a run name; those of tiles add up to those of the whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.crs.array_types import Flags
from planner.network.segments import PARTS_OF_METRE, to_whole_parts
from planner.network.walk_network import WalkNetwork


@dataclass(frozen=True)
class StreetFigures:
    """What is counted of the streets of area and ring.

    island_parts : length of islands, in whole micrometres, so that sums need no order.
    n_edges, n_flat, flat_parts : edges, those of which no height is known, and their length.
    notes : what of the data could not be used, a line each.
    """

    island_parts: int
    n_edges: int
    n_flat: int
    flat_parts: int
    notes: tuple[str, ...]

    @property
    def islands_km(self) -> float:
        """Kilometres of street that are islands."""
        return self.island_parts / PARTS_OF_METRE / 1000

    @property
    def flat_km(self) -> float:
        """Kilometres of street of which no height is known."""
        return self.flat_parts / PARTS_OF_METRE / 1000


def measure_streets(network: WalkNetwork, edges: Flags | None = None) -> StreetFigures:
    """Measure streets, or some of their edges, shape (m,); notes are those of the network."""
    counted = np.ones(network.n_edges, dtype=bool) if edges is None else edges
    flat = counted & network.flat if network.has_heights else np.zeros_like(counted)
    lengths = to_whole_parts(network.length_m)
    return StreetFigures(
        island_parts=int(lengths[counted & network.island].sum()),
        n_edges=int(counted.sum()),
        n_flat=int(flat.sum()),
        flat_parts=int(lengths[flat].sum()),
        notes=tuple(network.walls.notes),
    )
