"""Gates: the nodes where compounds open to public streets, and who may pass there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.crs.array_types import Ints
from planner.network.walk_network import PUBLIC
from planner.network.walls import NOBODY, OPEN_TO_ALL, RESIDENTS, Compounds, Gates

#: A gate of the plan's table is put onto the nearest passage of its compound within this distance.
SNAP_M: Final = 30.0
#: A gate this close to the outline of a compound is one of its own.
OUTLINE_M: Final = 1.0


def find_gates(
    u: Ints,
    v: Ints,
    access: NDArray[np.object_],
    node_id: Ints,
    xy: NDArray[np.float64],
    compounds: Compounds,
    mapped: pd.DataFrame,
    own: gpd.GeoDataFrame | None,
    enclosed: NDArray[np.bool_] | None = None,
) -> tuple[Gates, list[str]]:
    """Find every passage between a compound's streets and public ones, and the gates elsewhere.

    A walled compound with a mapped gate is entered there and nowhere else; one without gets
    inferred gates wherever a street goes through its wall. Another barrier on a street, such as a
    bollard, is no gate of a wall, but shuts its node or leaves it to residents as its tags say.

    Parameters
    ----------
    u, v, access : shape (m,)
        Edges: end nodes and "public" or the id of a compound.
    node_id, xy : shape (n,), (n, 2)
        Street nodes: OSM ids, metres.
    mapped
        Gates and other barriers of the map: node_id, osm_id, name, in_wall, passes, barred,
        opening_hours, conditions.
    own
        Gates of the plan, metric CRS: row, gate_id, name, hours, who; they replace those mapped.
    enclosed : shape (n,)
        Nodes of streets that are for residents because of gates alone; None: there are none.

    Returns
    -------
    Gates, list of str
        And what could not be used, a line each.
    """
    rows = list_gates(u, v, access, node_id, compounds, mapped, enclosed)
    notes = []
    if own is not None:
        node, lost = choose_own(rows, own, xy, compounds)
        put_own(rows, own, node)
        notes = note_lost(lost)
    return build_gates(rows, compounds), notes


def list_gates(
    u: Ints,
    v: Ints,
    access: NDArray[np.object_],
    node_id: Ints,
    compounds: Compounds,
    mapped: pd.DataFrame,
    enclosed: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """List passages with the gate of the map there, then the gates elsewhere; see `find_gates`.

    Returns node, compound (-1 for none) and what is known of the gate; nothing where none is.
    """
    rows = find_passages(u, v, access, len(node_id), compounds)
    at = pd.Series(np.arange(len(node_id)), index=node_id)
    known = mapped.drop_duplicates("node_id")
    known = known.assign(node=at.reindex(known["node_id"]).to_numpy())
    known = known[known["node"].notna()].astype({"node": np.int64})
    elsewhere = known[~known["node"].isin(rows["node"])]
    rows = pd.concat(
        [rows, pd.DataFrame({"node": elsewhere["node"], "compound": -1})], ignore_index=True
    )
    known = known.set_index("node").drop(columns="node_id")
    rows = rows.join(known.rename(columns={"osm_id": "gate_id", "opening_hours": "hours"}), "node")
    # Where nothing is mapped `in_wall` is missing, which is not True either.
    rows["mapped"] = (rows["in_wall"] == True) | (rows["compound"] < 0)  # noqa: E712
    # Where both sides of a gate are public streets there are no residents for whom it would open.
    through = (rows["compound"] < 0) & ~find_private_nodes(u, v, access, len(node_id))[rows["node"]]
    rows.loc[through & (rows["passes"] == RESIDENTS), "passes"] = NOBODY
    # The first line of conditions says whom the way is for. Where gates alone made the streets
    # the residents' own, whoever passes may walk on.
    if enclosed is not None:
        open_behind = enclosed[rows["node"]] & rows["conditions"].notna()
        rows.loc[open_behind, "conditions"] = rows["conditions"].str.replace(
            "residents", "public", n=1
        )
    return rows


def build_gates(rows: pd.DataFrame, compounds: Compounds, gated: Ints | None = None) -> Gates:
    """Return gates in order, each marked as mapped, inferred or shut because others are mapped.

    Parameters
    ----------
    rows
        From `list_gates`, with those of the plan.
    gated
        Compounds that have a mapped gate; None: those that have one among the rows.
    """
    rows = rows.fillna(
        {"gate_id": "", "name": "", "passes": RESIDENTS, "hours": "", "barred": "",
         "conditions": ""}
    )  # fmt: skip
    walled = np.append(compounds.walled, False)[rows["compound"]]
    if gated is None:
        gated = rows.loc[rows["mapped"] & (rows["compound"] >= 0), "compound"].unique()
    open_wall = walled & ~rows["mapped"].to_numpy()
    elsewhere_gated = rows["compound"].isin(gated).to_numpy()
    rows = rows.assign(
        inferred=open_wall & ~elsewhere_gated, shut_as_tagged=open_wall & elsewhere_gated
    ).sort_values(["node", "compound"], kind="stable")
    columns = {
        name: rows[name].to_numpy(dtype=kind)
        for name, kind in (
            ("node", np.int64), ("compound", np.int64), ("mapped", bool), ("inferred", bool),
            ("shut_as_tagged", bool), ("passes", object), ("gate_id", object), ("name", object),
            ("hours", object), ("barred", object), ("conditions", object),
        )
    }  # fmt: skip
    return Gates(**columns)


def find_passages(
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


def find_private_nodes(
    u: Ints, v: Ints, access: NDArray[np.object_], n_nodes: int
) -> NDArray[np.bool_]:
    """Tell at which nodes there is a street for residents only, shape (n,)."""
    private = access != PUBLIC
    amid = np.zeros(n_nodes, dtype=bool)
    amid[u[private]] = amid[v[private]] = True
    return amid


def choose_own(
    rows: pd.DataFrame, own: gpd.GeoDataFrame, xy: NDArray[np.float64], compounds: Compounds
) -> tuple[Ints, dict[int, str]]:
    """Find the passage that each of the plan's gates is nearest to.

    Returns
    -------
    node, lost : shape (g,)
        Node of the passage, -1 for none; of those of no use, by their place in the table, the row
        and why.
    """
    passage, metres = _find_own_passages(rows, own, xy, compounds)
    at_node = rows["node"].to_numpy(dtype=np.int64)
    taken: dict[int, int] = {}  # node -> position of the nearest gate there
    lost: dict[int, str] = {}
    placed = np.full(len(own), -1, dtype=np.int64)
    for k in np.argsort(metres, kind="stable").tolist():
        if passage[k] < 0:
            lost[k] = (
                f"no street passes a wall within {SNAP_M:.0f} m (if it lies in an estate, the wall "
                "of that estate), so this gate is not used; move it to the wall, or draw the path "
                "through it"
            )
            continue
        node = int(at_node[passage[k]])
        if node in taken:
            lost[k] = (
                f"the gate of row {own['row'].iloc[taken[node]]} is nearer to the same passage, so "
                "this one is not used; leave one of them, or draw the path through this one"
            )
            continue
        taken[node] = k
        placed[k] = node
    return placed, {k: f"gates: row {own['row'].iloc[k]}: {why}" for k, why in lost.items()}


def note_lost(lost: Mapping[int, str]) -> list[str]:
    """Say which gates of the plan are of no use, in their order."""
    return [why for _, why in sorted(lost.items())]


def put_own(rows: pd.DataFrame, own: gpd.GeoDataFrame, node: Ints) -> None:
    """Put the plan's gates onto the passages of `choose_own`, in place."""
    for k in np.flatnonzero(node >= 0).tolist():
        gate = own.iloc[k]
        # Two compounds may share the node: the gate is the door of both.
        here = rows["node"] == node[k]
        rows.loc[here, "gate_id"] = gate["gate_id"] or f"row {gate['row']}"
        rows.loc[here, ["name", "passes", "hours", "mapped", "barred", "conditions"]] = [
            gate["name"], _translate_who(gate["who"]), gate["hours"], True, "", "",
        ]  # fmt: skip


def _find_own_passages(
    rows: pd.DataFrame, own: gpd.GeoDataFrame, xy: NDArray[np.float64], compounds: Compounds
) -> tuple[Ints, NDArray[np.float64]]:
    """Find the nearest passage (row, -1 for none) of each of the plan's gates, and the metres.

    A gate in or on the outline of compounds is theirs alone; another's passage may be nearer.
    """
    passages = np.flatnonzero(rows["compound"].to_numpy() >= 0)
    found, metres = np.full(len(own), -1, dtype=np.int64), np.full(len(own), np.inf)
    if len(passages) == 0 or len(own) == 0:
        return found, metres
    whose, at = (rows[name].to_numpy()[passages] for name in ("compound", "node"))
    spots = xy[at]
    places = np.column_stack([own.geometry.x, own.geometry.y])
    gate, of = shapely.STRtree(compounds.shape).query(
        shapely.points(places), predicate="dwithin", distance=OUTLINE_M
    )
    for k, near in enumerate(KDTree(spots).query_ball_point(places, SNAP_M)):
        here = np.array(sorted(near), dtype=np.int64)
        if (gate == k).any():
            here = here[np.isin(whose[here], of[gate == k])]
        if len(here):
            away = np.hypot(*(spots[here] - places[k]).T)
            # Of passages equally far off the one at the first node.
            nearest = here[np.lexsort((at[here], away))[0]]
            found[k], metres[k] = passages[nearest], away.min()
    return found, metres


def _translate_who(who: str) -> str:
    """Put the words of the plan's table into those of walls; names of profiles stay."""
    return {"everyone": OPEN_TO_ALL, "residents": RESIDENTS, "nobody": NOBODY}.get(who, who)
