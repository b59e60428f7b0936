"""Gates: the nodes where compounds open to public streets, and who may pass there."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.network.model import PUBLIC
from planner.network.walls import EVERYONE, NOBODY, RESIDENTS, Compounds, Gates

Ints = NDArray[np.int64]

#: A gate of the plan's table belongs to the nearest passage within this distance.
SNAP_M: Final = 30.0


def find_gates(
    u: Ints,
    v: Ints,
    access: NDArray[np.object_],
    node_id: Ints,
    xy: NDArray[np.float64],
    compounds: Compounds,
    mapped: pd.DataFrame,
    own: gpd.GeoDataFrame | None,
) -> tuple[Gates, list[str]]:
    """Find every passage between a compound's streets and public ones, and the gates elsewhere.

    A walled compound with a mapped gate is entered there and nowhere else; one without gets
    inferred gates wherever a street goes through its wall.

    Parameters
    ----------
    u, v, access : shape (m,)
        Edges: end nodes and "public" or the id of a compound.
    node_id, xy : shape (n,), (n, 2)
        Street nodes: OSM ids, metres.
    mapped
        Gates of the map: node_id, osm_id, name, passes, opening_hours.
    own
        Gates of the plan, metric CRS: row, gate_id, name, hours, who; they replace those mapped.

    Returns
    -------
    Gates, list of str
        And what could not be used, a line each.
    """
    rows = passages(u, v, access, len(node_id), compounds)
    at = pd.Series(np.arange(len(node_id)), index=node_id)
    known = mapped.drop_duplicates("node_id")
    known = known.assign(node=at.reindex(known["node_id"]).to_numpy())
    known = known[known["node"].notna()].astype({"node": np.int64})
    elsewhere = known[~known["node"].isin(rows["node"])]
    rows = pd.concat(
        [rows, pd.DataFrame({"node": elsewhere["node"], "compound": -1})], ignore_index=True
    )
    known = known.set_index("node")[["osm_id", "name", "passes", "opening_hours"]]
    rows = rows.join(known.rename(columns={"osm_id": "gate_id", "opening_hours": "hours"}), "node")
    rows["mapped"] = rows["gate_id"].notna()
    notes = [] if own is None else _take_own(rows, own, xy)
    rows = rows.fillna({"gate_id": "", "name": "", "passes": RESIDENTS, "hours": ""})
    walled = np.append(compounds.walled, False)[rows["compound"]]
    has_gate = set(rows.loc[rows["mapped"] & (rows["compound"] >= 0), "compound"])
    open_wall = walled & ~rows["mapped"].to_numpy()
    elsewhere_gated = rows["compound"].isin(has_gate).to_numpy()
    rows = rows.assign(
        inferred=open_wall & ~elsewhere_gated, shut_as_tagged=open_wall & elsewhere_gated
    ).sort_values(["node", "compound"], kind="stable")
    columns = {
        name: rows[name].to_numpy(dtype=kind)
        for name, kind in (
            ("node", np.int64), ("compound", np.int64), ("mapped", bool), ("inferred", bool),
            ("shut_as_tagged", bool), ("passes", object), ("gate_id", object), ("name", object),
            ("hours", object),
        )
    }  # fmt: skip
    return Gates(**columns), notes


def passages(
    u: Ints, v: Ints, access: NDArray[np.object_], n_nodes: int, compounds: Compounds
) -> pd.DataFrame:
    """Return node and compound wherever streets of a compound and public streets meet."""
    public = access == PUBLIC
    open_to_all = np.zeros(n_nodes, dtype=bool)
    open_to_all[u[public]] = open_to_all[v[public]] = True
    code = pd.Index(compounds.id).get_indexer(access[~public])
    rows = pd.DataFrame(
        {"node": np.concatenate([u[~public], v[~public]]), "compound": np.concatenate([code, code])}
    )
    return rows[open_to_all[rows["node"]]].drop_duplicates().reset_index(drop=True)


def _take_own(rows: pd.DataFrame, own: gpd.GeoDataFrame, xy: NDArray[np.float64]) -> list[str]:
    """Put the plan's gates onto the nearest passages, in place; say which lie far from any."""
    passages = np.flatnonzero(rows["compound"].to_numpy() >= 0)
    places = np.column_stack([own.geometry.x, own.geometry.y])
    far = np.ones(len(own), dtype=bool)
    if len(passages) and len(own):
        distance_m, k = KDTree(xy[rows["node"].to_numpy()[passages]]).query(places)
        far = distance_m > SNAP_M
        # Of two gates at one passage the nearer one counts: it is written last.
        near = np.flatnonzero(~far)[np.argsort(-distance_m[~far], kind="stable")]
        for gate, at in zip(own.iloc[near].itertuples(), passages[k[near]], strict=True):
            # Two compounds may share the node: the gate is the door of both.
            here = rows["node"] == rows.at[int(at), "node"]
            rows.loc[here, "gate_id"] = gate.gate_id or f"row {gate.row}"
            rows.loc[here, ["name", "passes", "hours", "mapped"]] = [
                gate.name, _passes(gate.who), gate.hours, True,
            ]  # fmt: skip
    return [
        f"gates: row {row}: no street passes a wall within {SNAP_M:.0f} m, so this gate is not "
        "used; move it to the wall, or draw the path through it"
        for row in own.loc[far, "row"]
    ]


def _passes(who: str) -> str:
    """Put the words of the plan's table into those of the map; names of profiles stay."""
    return {"everyone": EVERYONE, "residents": RESIDENTS, "nobody": NOBODY}.get(who, who)
