"""Footpaths added to a network: through a wall, or where a plan wants one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.crs.array_types import Floats, Ints
from planner.errors import NetworkError
from planner.network.cut_edges import cut_edges
from planner.network.gates import find_passages
from planner.network.islands import mark_islands
from planner.network.segments import to_whole_parts
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.network.walls import RESIDENTS, Gates

#: A link that ends this near to the end of an edge ends at its node.
_SAME_M: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Links:
    """Straight footpaths between two street points each; k of them.

    id, access (k,) : texts; access is "public" or the id of the compound that the path belongs to.
    edge (k, 2), along_m (k, 2) : the edges they join, and metres from node u of each.
    """

    id: NDArray[np.object_]
    access: NDArray[np.object_]
    edge: Ints
    along_m: Floats

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: Any) -> Links:
        """Return some of the links."""
        return Links(self.id[rows], self.access[rows], self.edge[rows], self.along_m[rows])


def add_links(network: WalkNetwork, links: Links, *, met_along: bool = False) -> WalkNetwork:
    """Add footpaths to a network; the edges they start from are cut there.

    Where the streets of a compound now meet public ones there is a gate for the residents, with the
    id of the link; the other gates stay as they are. Nodes keep their numbers, new ones follow with
    negative ids.

    Parameters
    ----------
    network
        Streets with their walls.
    links
        Footpaths.
    met_along
        Whether the points beside a link may meet it anywhere, as any street; else at its two ends
        only, like a bridge.

    Raises
    ------
    NetworkError
        If a link names an edge or a compound that does not exist, or joins a place with itself.
    """
    if len(links) == 0:
        return network
    if links.edge.min() < 0 or links.edge.max() >= network.n_edges:
        raise NetworkError("a link starts from an edge that does not exist")
    unknown = set(links.access) - {PUBLIC, *network.walls.compounds.id}
    if unknown:
        raise NetworkError(f"a link belongs to {min(unknown)}, which is no compound")
    node, cut_edge, cut_m = _find_end_nodes(network, links)
    bent = [k for k in range(len(links)) if node[k, 0] == node[k, 1]]
    if bent:
        raise NetworkError(f"link {links.id[bent[0]]} joins a place with itself")
    streets = cut_edges(network, cut_edge, cut_m)
    joined = _join(streets, node, links.access, met_along=met_along)
    # A link may join an island to the rest.
    length = to_whole_parts(joined.length_m)
    island = mark_islands(joined.u, joined.v, length, joined.n_nodes, joined.shut)
    gates = _add_gates(joined, node, links.id)
    return replace(joined, island=island, walls=replace(network.walls, gates=gates))


def _find_end_nodes(network: WalkNetwork, links: Links) -> tuple[Ints, Ints, Floats]:
    """Return the nodes at both ends of each link, and where edges are cut for them, in order."""
    edge = links.edge.ravel()
    length_m = network.length_m[edge]
    # Measured along pieces, a place may lie a rounding error beyond the end of its edge.
    along_m = np.clip(links.along_m.ravel(), 0, length_m)
    at_u, at_v = along_m <= _SAME_M, along_m >= length_m - _SAME_M
    node = np.where(at_u, network.u[edge], network.v[edge])
    inside = np.flatnonzero(~at_u & ~at_v)
    rows = pd.DataFrame({"edge": edge[inside], "along_m": along_m[inside]})
    # Links that start from one place share its node.
    number = rows.groupby(["edge", "along_m"], sort=True).ngroup().to_numpy(dtype=np.int64)
    node[inside] = network.n_nodes + number
    cuts = rows.drop_duplicates().sort_values(["edge", "along_m"])
    return (
        node.reshape(-1, 2).astype(np.int64),
        cuts["edge"].to_numpy(dtype=np.int64),
        cuts["along_m"].to_numpy(dtype=np.float64),
    )


def _join(
    network: WalkNetwork, node: Ints, access: NDArray[np.object_], *, met_along: bool
) -> WalkNetwork:
    """Add straight footpaths between pairs of nodes (k, 2)."""
    k, a, b = len(node), node[:, 0], node[:, 1]
    ends = np.stack([network.xy[a], network.xy[b]], axis=1)
    start = min(int(network.osm_id.min(initial=0)), 0)
    more: dict[str, NDArray[Any]] = {
        "u": a,
        "v": b,
        "length_m": np.hypot(*(ends[:, 1] - ends[:, 0]).T),
        "steps": np.zeros(k, dtype=bool),
        "elevated": np.full(k, not met_along),
        "island": np.zeros(k, dtype=bool),
        "access": access.astype(object),
        "highway": np.full(k, "footway", dtype=object),
        "name": np.full(k, "", dtype=object),
        "osm_id": start - 1 - np.arange(k),
        "coords": ends.reshape(-1, 2),
        "offsets": network.offsets[-1] + 2 * np.arange(1, k + 1),
        # It is a footpath: bicycles are pushed.
        "ride": np.zeros(k, dtype=bool),
        "oneway": np.zeros(k, dtype=np.int8),
        "crossing": np.zeros((k, 2), dtype=np.int8),
        "rolling": np.zeros(k, dtype=np.int8),
        "shut": np.zeros(k, dtype=bool),
        "conditions": np.full(k, "", dtype=object),
        # It rises evenly from one end to the other, where both heights are known.
        "flat": np.isnan(network.height_m[a] + network.height_m[b])
        if network.has_heights
        else np.empty(0, dtype=bool),
    }
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(network, name), column]) for name, column in more.items()
    }
    return replace(network, **columns)


def _add_gates(network: WalkNetwork, node: Ints, names: NDArray[np.object_]) -> Gates:
    """Add a gate wherever a link lets a compound's streets meet public ones, and there is none."""
    gates = network.walls.gates
    whose = find_passages(
        network.u, network.v, network.access, network.n_nodes, network.walls.compounds
    )
    links = pd.DataFrame({"node": node.ravel(), "gate_id": np.repeat(names, 2)})
    rows = links.drop_duplicates("node").merge(whose, on="node")
    old = pd.MultiIndex.from_arrays([gates.node, gates.compound])
    rows = rows[~pd.MultiIndex.from_frame(rows[["node", "compound"]]).isin(old)]
    rows = rows.sort_values(["node", "compound"])
    k = len(rows)
    more: dict[str, NDArray[Any]] = {
        "node": rows["node"].to_numpy(dtype=np.int64),
        "compound": rows["compound"].to_numpy(dtype=np.int64),
        "mapped": np.ones(k, dtype=bool),
        "inferred": np.zeros(k, dtype=bool),
        "shut_as_tagged": np.zeros(k, dtype=bool),
        "passes": np.full(k, RESIDENTS, dtype=object),
        "gate_id": rows["gate_id"].to_numpy(dtype=object),
        "name": np.full(k, "", dtype=object),
        "hours": np.full(k, "", dtype=object),
        "barred": np.full(k, "", dtype=object),
        "conditions": np.full(k, "", dtype=object),
    }
    return Gates(
        **{name: np.concatenate([getattr(gates, name), column]) for name, column in more.items()}
    )
