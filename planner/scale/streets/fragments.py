"""What hangs together over the borders of tiles: their fragments are joined where they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.network.enclosed import number_components
from planner.sources.cache import Arrays

#: After the id of every node.
NO_NODE = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Fragments:
    """Fragments of one tile, k of them, and where they meet those of others.

    first (k,) : the smallest id of a node of the core in each, `NO_NODE` for none.
    meet_node, meet_label : ids of nodes that segments across the border of the core end at, and the
        fragment there.
    node, label : ids of nodes of the core whose fragment somebody may ask for, and that fragment.
    """

    first: Ints
    meet_node: Ints
    meet_label: Ints
    node: Ints
    label: Ints

    def to_arrays(self, name: str) -> Arrays:
        """Take them apart."""
        return {f"{name}.{key}": value for key, value in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Arrays, name: str) -> Fragments:
        """Put together what `to_arrays` took apart."""
        keys = cls.__dataclass_fields__
        return cls(**{key: arrays[f"{name}.{key}"] for key in keys})


def list_fragments(
    label: Ints, n_labels: int, node_id: Ints, core: Flags, border: Flags, asked: Flags
) -> Fragments:
    """List the fragments of a tile.

    Parameters
    ----------
    label, node_id : shape (n,)
        Fragment of each node, -1 for none; its id.
    core, border : shape (n,)
        Of `TilePieces`.
    asked : shape (k,)
        Fragments whose nodes may be asked for.
    """
    first = np.full(n_labels, NO_NODE)
    inside = core & (label >= 0)
    np.minimum.at(first, label[inside], node_id[inside])
    met = border & (label >= 0)
    wanted = inside.copy()
    wanted[inside] = asked[label[inside]]
    return Fragments(first, node_id[met], label[met], node_id[wanted], label[wanted])


@dataclass(frozen=True, eq=False)
class JoinedFragments:
    """What fragments of all tiles make up: w wholes, in the order of their first nodes.

    of (k_1 + k_2 + ...,) : the whole of each fragment, tile by tile; begins : of each tile in it.
    first (w,) : the smallest id of a node.
    """

    of: Ints
    begins: Ints
    first: Ints

    def of_tile(self, tile: int) -> Ints:
        """Return the wholes of a tile's fragments."""
        return self.of[self.begins[tile] : self.begins[tile + 1]]

    def add(self, parts: Sequence[Floats]) -> Floats:
        """Add what the fragments of each tile have, shape (w,); whole numbers, so in any order."""
        values = np.concatenate(parts)
        sums = np.bincount(self.of, weights=values, minlength=len(self.first))
        return sums.astype(np.float64)


def join_fragments(parts: Sequence[Fragments]) -> JoinedFragments:
    """Join the fragments of all tiles that meet at a node."""
    begins = np.cumsum([0, *(len(part.first) for part in parts)])
    nodes = np.concatenate([part.meet_node for part in parts])
    labels = np.concatenate(
        [part.meet_label + begin for part, begin in zip(parts, begins, strict=False)]
    )
    ids, at = np.unique(nodes, return_inverse=True)
    n = int(begins[-1])
    component = number_components(labels, n + at, n + len(ids))[:n]
    first = np.full(int(component.max(initial=-1)) + 1, NO_NODE)
    np.minimum.at(first, component, np.concatenate([part.first for part in parts]))
    used = np.unique(component)
    # Those without a node come last, in the order of the tiles.
    order = used[np.argsort(first[used], kind="stable")]
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return JoinedFragments(rank[component], begins.astype(np.int64), first[order])
