"""What only the whole area can tell of streets, for those who build a part of them.

Most of what is said of a street follows from what lies round it. These facts do not:

- whether it is part of an island: the length of all it hangs together with, and of all others;
- whether it lies behind gates: the parts that gates cut public streets into, and the longest of
  those that hang together through gates;
- whether a zone is a compound: which share of all its streets is private;
- what a group of private streets belongs to: its length, the zones it meets, its smallest way;
- whether a wall without a gate has one elsewhere, and on which passage a gate of the plan stands;
- which zones and barriers are near: beside streets that leave the area, wherever they do;
- how far an edge goes: chains without a crossing are as long as they are;
- what is noted of all of them: overlaps of compounds, gates of no use, what cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Floats, Ints
from planner.network.walk_network import WalkNetwork
from planner.sources.cache import Arrays, pack_texts, unpack_texts

Texts = NDArray[np.object_]


def _no_ids() -> Ints:
    return np.empty(0, dtype=np.int64)


def _no_texts() -> Texts:
    return np.empty(0, dtype=object)


@dataclass(frozen=True, eq=False)
class StreetFacts:
    """Facts of a whole area; nodes, ways and zones by their OSM ids.

    island_node, island (i,) : nodes of islands, ascending, and numbers of what these hang together
        with, by streets that are open at certain hours too.
    enclosed_node (e,) : nodes of public streets behind gates that are not open to everybody, those
        gates' own nodes left out; enclosed_piece (p, 3) : segments between two such gates, by the
        ids of both nodes, the smaller first, and of the way.
    private_zone (z,) : zones that are compounds because most of their streets are private.
    along_zone (z,) : zones that have a mapped wall along their outline.
    group_node, group (g,) : nodes of private streets in no zone, ascending, and whose they are: a
        zone of which they are a stub, or a group of their own.
    gated (c,) : compounds that have a mapped gate, or one of the plan.
    own_row, own_node (o,) : gates of the plan, by their place in the table, and their nodes.
    leaving (l, 4) : segments that leave the area: x, y of both ends, metric CRS.
    notes : what could not be used, a line each.
    """

    island_node: Ints = field(default_factory=_no_ids)
    island: Ints = field(default_factory=_no_ids)
    enclosed_node: Ints = field(default_factory=_no_ids)
    enclosed_piece: Ints = field(default_factory=lambda: _no_ids().reshape(0, 3))
    private_zone: Texts = field(default_factory=_no_texts)
    along_zone: Texts = field(default_factory=_no_texts)
    group_node: Ints = field(default_factory=_no_ids)
    group: Texts = field(default_factory=_no_texts)
    gated: Texts = field(default_factory=_no_texts)
    own_row: Ints = field(default_factory=_no_ids)
    own_node: Ints = field(default_factory=_no_ids)
    leaving: Floats = field(default_factory=lambda: np.empty((0, 4)))
    notes: Texts = field(default_factory=_no_texts)

    def on_islands(self, node_id: Ints) -> Flags:
        """Tell which nodes are those of islands."""
        return _holds(self.island_node, node_id)

    def number_islands(self, network: WalkNetwork) -> Ints:
        """Return the number of the island that each edge is part of, -1 for none, shape (m,).

        As `WalkNetwork.island_number`, which numbers those of one network; these numbers are the
        same in every part of the area.
        """
        number = np.full(network.n_edges, -1)
        if not network.island.any():
            return number
        begins_at = network.node_id[network.u]
        found = _holds(self.island_node, begins_at)
        number[found] = self.island[np.searchsorted(self.island_node, begins_at[found])]
        # Where an edge is cut its parts follow one another; all but the first begin at new nodes.
        first = np.maximum.accumulate(np.where(found, np.arange(network.n_edges), 0))
        return np.where(network.island, number[first], -1).astype(np.int64)

    def find_enclosed(
        self, a: Ints, b: Ints, way_id: Ints, public: Flags, closed: Flags, node_id: Ints
    ) -> Flags:
        """Tell which segments are enclosed, as `enclosed.find_enclosed` does for a whole area.

        Parameters
        ----------
        a, b, way_id, public : shape (s,)
        closed, node_id : shape (n,)
            Whether not everybody may pass a node.
        """
        behind = _holds(self.enclosed_node, node_id) & ~closed
        enclosed = behind[a] | behind[b]
        both = np.flatnonzero(public & closed[a] & closed[b])
        if len(both) and len(self.enclosed_piece):
            keys = [node_id[a[both]], node_id[b[both]], way_id[both]]
            found = pd.MultiIndex.from_arrays(keys).isin(
                pd.MultiIndex.from_arrays(list(self.enclosed_piece.T))
            )
            enclosed[both] = found
        return enclosed & public

    def name_groups(self, node_id: Ints, way_id: Ints) -> Texts:
        """Say whose private streets in no zone are, by a node of each and its way."""
        at = np.searchsorted(self.group_node, node_id)
        found = at < len(self.group_node)
        found[found] = self.group_node[at[found]] == node_id[found]
        # At the rim of a tile lie streets of zones that it does not know.
        named = np.array([f"way/{way}" for way in way_id.tolist()], dtype=object)
        named[found] = self.group[at[found]]
        return named

    def to_arrays(self) -> Arrays:
        """Take the facts apart into arrays without objects."""
        arrays: Arrays = {}
        for entry in fields(self):
            value: NDArray[Any] = getattr(self, entry.name)
            arrays |= pack_texts(value, entry.name) if value.dtype == object else {
                entry.name: value
            }  # fmt: skip
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> StreetFacts:
        """Put together what `to_arrays` took apart; what is not there yet is empty."""
        found: dict[str, NDArray[Any]] = {}
        for entry in fields(cls):
            if entry.name in arrays:
                found[entry.name] = arrays[entry.name]
            elif f"{entry.name}.codes" in arrays:
                found[entry.name] = unpack_texts(arrays, entry.name)
        return cls(**found)


def _holds(ascending: Ints, wanted: Ints) -> Flags:
    """Tell which ids are among ascending ones."""
    at = np.searchsorted(ascending, wanted)
    found = at < len(ascending)
    found[found] = ascending[at[found]] == wanted[found]
    return found
