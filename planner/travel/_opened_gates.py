"""Who can step onto a street that ends at a shut gate, once it is open.

A bar stands round a shut gate, and no leg comes to it. Gates far from each other are opened
together, and the points near them are joined to the streets again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.crs.array_types import Floats, Ints
from planner.travel.access import Access, join, rows_of
from planner.travel.compiled.opening_tables import EndWalks, GateSteps, NearWalks, SeedWalks
from planner.travel.compiled.updates import find_near_walks
from planner.travel.streets import Streets, prepare_like, shut_gates

#: Legs end at the bar round a gate, a little before the gate.
_BEFORE_M = 1.0


def steps_through(
    streets: Streets,
    origins: Access,
    targets: Access,
    wanted: NDArray[np.bool_],
    gates: Ints,
) -> GateSteps:
    """Join the points near each of some gates (k,) as if it alone were open.

    `wanted` (n,) are the targets that matter.
    """
    rows: list[list[pd.DataFrame]] = [[], [], []]
    shut = np.flatnonzero(shut_gates(streets)[gates])
    for apart in _far_apart(streets, gates[shut]):
        found = _build_steps_through(streets, origins, targets, wanted, gates, shut[apart])
        for parts, part in zip(rows, found, strict=True):
            parts.append(part)
    return GateSteps(
        seeds=SeedWalks(*_ragged(rows[0], "node", "origin", len(gates))),
        ends=EndWalks(*_ragged(rows[1], "node", "target", len(gates))),
        near=NearWalks(*_ragged(rows[2], "target", "origin", len(gates))),
    )


def _far_apart(streets: Streets, gates: Ints) -> list[Ints]:
    """Sort gates into groups in which no point is near two of them."""
    network = streets.network
    places = network.xy[network.walls.gates.node[gates]]
    group = np.full(len(gates), -1, dtype=np.int64)
    if len(gates) == 0:
        return []
    # A point near two gates would be joined as if both were open.
    within_m = 2 * (streets.access.limit_m + _BEFORE_M)
    for gate, near in enumerate(KDTree(places).query_ball_point(places, within_m)):
        taken = set(group[near].tolist())
        # The smallest number makes few groups: streets are prepared anew for each.
        group[gate] = next(number for number in range(len(gates)) if number not in taken)
    return [np.flatnonzero(group == number) for number in range(group.max() + 1)]


def _build_steps_through(
    streets: Streets,
    origins: Access,
    targets: Access,
    wanted: NDArray[np.bool_],
    gates: Ints,
    numbers: Ints,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return seeds, ends and near walks of some gates, far from each other."""
    # All at once, for they lie so far apart that no point meets two of them.
    opened = _with_open(streets, gates[numbers])
    of_origin = _gate_beside(streets, origins, gates[numbers])
    of_target = np.where(wanted, _gate_beside(streets, targets, gates[numbers]), -1)
    # Farther away an origin may still enter a street that ends at the gate.
    on_arm = np.where(of_origin >= 0, of_origin, _gate_ahead(streets, origins, gates[numbers]))
    start, stop = np.flatnonzero(on_arm >= 0), np.flatnonzero(of_target >= 0)
    starts = join(opened, origins.xy[start], inside=origins.compound[start])
    stops = join(opened, targets.xy[stop], reached=True, inside=targets.compound[stop])
    seeds = _list_seeds(streets, gates, starts, numbers[on_arm[start]], start, "origin")
    ends = _list_seeds(streets, gates, stops, numbers[of_target[stop]], stop, "target")
    near = [
        *_list_near(opened, starts, stops, numbers, on_arm[start], of_target[stop], start, stop),
        *_list_near(opened, starts, targets, numbers, of_origin[start], None, start, None),
    ]
    walks = (
        pd.concat(near)
        if near
        else pd.DataFrame({"gate": [], "target": [], "minutes": [], "origin": []})
    )
    return seeds, ends, walks


def _with_open(streets: Streets, rows: Ints) -> Streets:
    """Return the streets with some more gates open to everybody."""
    rules = replace(streets.rules, opened=(*streets.rules.opened, *rows.tolist()))
    return prepare_like(streets, rules=rules)


def _gate_beside(streets: Streets, points: Access, gates: Ints) -> Ints:
    """Return which of some gates each point may walk to in one leg, -1 for none."""
    network = streets.network
    within_m = streets.access.limit_m + _BEFORE_M
    if len(points) == 0:
        return np.empty(0, dtype=np.int64)
    tree = KDTree(network.xy[network.walls.gates.node[gates]])
    away_m, nearest = tree.query(points.xy, distance_upper_bound=within_m)
    return np.where(np.isfinite(away_m), nearest, -1)


def _gate_ahead(streets: Streets, points: Access, gates: Ints) -> Ints:
    """Return a gate of some at an end of an edge that each point enters, -1 for none."""
    network = streets.network
    number = np.full(network.n_nodes, -1, dtype=np.int64)
    number[network.walls.gates.node[gates]] = np.arange(len(gates))
    of_edge = np.maximum(number[network.u], number[network.v])
    ahead = np.full(len(points), -1, dtype=np.int64)
    point = np.repeat(np.arange(len(points)), np.diff(points.entry_starts))
    np.maximum.at(ahead, point, of_edge[points.entry_edge])
    return ahead


def _list_seeds(
    streets: Streets, gates: Ints, points: Access, gate: Ints, number: Ints, name: str
) -> pd.DataFrame:
    """List the seeds of points joined beside one open gate each; no other shut street is passed."""
    point = np.repeat(np.arange(len(points)), np.diff(points.seed_starts))
    rows = pd.DataFrame(
        {
            "gate": gate[point],
            "node": points.seed_node,
            "minutes": points.seed_minutes,
            name: number[point],
        }
    )
    table = streets.network.walls.gates
    barred = np.zeros(streets.network.n_nodes, dtype=bool)
    barred[table.node[shut_gates(streets) & (table.compound < 0)]] = True
    at = streets.graph.network_node[points.seed_node]
    passed: pd.DataFrame = rows[~barred[at] | (at == table.node[gates[rows["gate"]]])]
    return passed


def _list_near(
    opened: Streets,
    starts: Access,
    stops: Access,
    numbers: Ints,
    of_start: Ints,
    of_stop: Ints | None,
    start: Ints,
    stop: Ints | None,
) -> list[pd.DataFrame]:
    """List the walks that pass no node between points beside one and the same gate."""
    if len(stops) == 0:
        return []
    ends_at, nearby, lookup = stops.points, opened.nearby, stops.lookup
    found = []
    for row in np.flatnonzero(of_start >= 0).tolist():
        one = rows_of(starts, row, row + 1).points
        target, minutes = find_near_walks(one, ends_at, lookup, nearby)
        if of_stop is not None:
            # All gates of the group are open here; a walk counts only for the one it is beside.
            same = of_stop[target] == of_start[row]
            target, minutes = target[same], minutes[same]
        found.append(
            pd.DataFrame(
                {
                    "gate": numbers[of_start[row]],
                    "target": target if stop is None else stop[target],
                    "minutes": minutes,
                    "origin": start[row],
                }
            )
        )
    return found


def _ragged(
    parts: list[pd.DataFrame], first: str, last: str, count: int
) -> tuple[Ints, Ints, Floats, Ints]:
    """Return rows by gate: where each gate's begin, then the columns first, minutes, last."""
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return np.zeros(count + 1, dtype=np.int64), nothing, np.empty(0), nothing
    rows = pd.concat(parts).sort_values("gate", kind="stable")
    gate = rows["gate"].to_numpy(dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(gate, minlength=count))])
    return (
        starts.astype(np.int64),
        # Copies: what pandas lends may not be written to, and is of another type for the kernel.
        np.array(rows[first], dtype=np.int64),
        np.array(rows["minutes"], dtype=np.float64),
        np.array(rows[last], dtype=np.int64),
    )
