"""Streets, gates, barriers and outlines as the plain columns of docs/whatif.md."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.crs.array_types import Ints
from planner.network.links import Links
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.network.walls import BARRIER_KINDS, OPEN_TO_ALL, Walls
from planner.plan.profiles import WalkProfile
from planner.run._whatif_columns import Columns, Ruler
from planner.run.wall_layers import find_outlines
from planner.travel.wall_rules import find_barred_gates, find_passed_gates

#: The column of heights of nodes, in so many steps a metre, and what stands for none.
HEIGHTS: Final = "nodes.height"
HEIGHT_SCALE: Final = 1_000
NO_HEIGHT_M: Final = -1e6


def list_streets(network: WalkNetwork, steps: Ruler) -> Columns:
    """Return nodes and edges; the vertices between are steps from the one before."""
    count = np.diff(network.offsets)
    last = network.offsets[1:] - 1
    inner = np.ones(len(network.coords), dtype=bool)
    inner[network.offsets[:-1]] = inner[last] = False
    x, y = steps.places(network.coords)
    node_x, node_y = steps.places(network.xy)
    names = pd.Index(network.walls.compounds.id)
    owner = (
        names.get_indexer(pd.Index(network.access)) if len(names) else np.full(network.n_edges, -1)
    )
    owner = np.where(network.access == PUBLIC, -1, owner)
    heights: Columns = {}
    if network.has_heights:
        known_m = np.nan_to_num(network.height_m, nan=NO_HEIGHT_M)
        heights = {
            HEIGHTS: np.rint(known_m * HEIGHT_SCALE).astype(np.int64),
            "edges.flat": network.flat,
        }
    return {
        "nodes.x": node_x,
        "nodes.y": node_y,
        **heights,
        "edges.u": network.u,
        "edges.v": network.v - network.u,
        "edges.bends": count - 2,
        "edges.owner": owner,
        "edges.steps": network.steps,
        "edges.elevated": network.elevated,
        "edges.island": network.island,
        "edges.ride": network.ride,
        "edges.shut": network.shut,
        "edges.oneway": network.oneway.astype(np.int64),
        "edges.rolling": network.rolling.astype(np.int64),
        "edges.crossing": (3 * network.crossing[:, 0] + network.crossing[:, 1]).astype(np.int64),
        "bends.x": np.diff(x, prepend=0)[inner],
        "bends.y": np.diff(y, prepend=0)[inner],
    }


def list_gates(network: WalkNetwork, profiles: tuple[WalkProfile, ...]) -> Columns:
    """Return the gates, and for each profile which of them let it through, and which bar it."""
    gates = network.walls.gates
    columns: Columns = {
        "gates.node": gates.node,
        "gates.compound": gates.compound,
        "gates.mapped": gates.mapped,
        "gates.inferred": gates.inferred,
        "gates.shut_as_tagged": gates.shut_as_tagged,
        "gates.to_all": np.asarray(gates.passes == OPEN_TO_ALL, dtype=bool),
    }
    for number, profile in enumerate(profiles):
        columns[f"gates.passed{number}"] = find_passed_gates(gates, profile)
        columns[f"gates.barred{number}"] = find_barred_gates(gates, profile)
    return columns


def name_gates(network: WalkNetwork) -> NDArray[np.object_]:
    """Return how the layers call each gate: its id, else its compound and node."""
    gates, compounds = network.walls.gates, np.append(network.walls.compounds.id, "")
    nodes = network.node_id[gates.node]
    rows = zip(gates.gate_id, compounds[gates.compound], nodes, strict=True)
    return np.array([gate or f"{owner}@{node}" for gate, owner, node in rows], dtype=object)


def list_barriers(network: WalkNetwork, steps: Ruler) -> Columns:
    """Return the straight parts of barriers, each from its start by so much, and of what kind."""
    barriers = network.walls.barriers
    x, y = steps.places(barriers.ends[:, :2])
    to_x, to_y = steps.places(barriers.ends[:, 2:])
    return {
        "barriers.x": x, "barriers.y": y, "barriers.dx": to_x - x, "barriers.dy": to_y - y,
        "barriers.kind": _number_kinds(network.walls),
    }  # fmt: skip


def _number_kinds(walls: Walls) -> Ints:
    """Return of each part of a barrier its kind from 1 on, 0 on the outline of a compound."""
    barriers = walls.barriers
    kinds = pd.Index(BARRIER_KINDS).get_indexer(pd.Index(barriers.kind)) + 1
    return np.asarray(np.where(find_outlines(walls), 0, kinds)[barriers.feature], dtype=np.int64)


def list_rings(name: str, shapes: NDArray[np.object_], steps: Ruler) -> Columns:
    """Return the rings of polygons, holes too, without the last point, which is the first."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    coords, of = shapely.get_coordinates(rings, return_index=True)
    last = np.append(np.diff(of) != 0, True)[: len(of)]
    x, y = steps.places(coords[~last])
    return {
        f"{name}.rings": np.bincount(part_of[ring_of], minlength=len(shapes)),
        f"{name}.corners": np.bincount(of[~last], minlength=len(rings)),
        f"{name}.x": x,
        f"{name}.y": y,
        # Of those that hold a place the smallest counts, of equals the first by its name.
        f"{name}.m2": np.asarray(shapely.area(shapes), dtype=np.float64),
    }


def list_openings(network: WalkNetwork, paths: Links, steps: Ruler) -> Columns:
    """Return the new openings as paths from a compound's street to a public one."""
    names = pd.Index(network.walls.compounds.id)
    edge, along = paths.edge.reshape(-1, 2), paths.along_m.reshape(-1, 2)
    columns: Columns = {"openings.compound": names.get_indexer(pd.Index(paths.access))}
    for end, called in enumerate(("within", "without")):
        columns[f"openings.{called}"] = np.ascontiguousarray(edge[:, end])
        columns[f"openings.{called}_along"] = steps.count(along[:, end])
    return columns
