"""Which streets and gates are open at a moment, as rules for preparing streets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.network.gates import find_private_nodes
from planner.network.walk_network import WalkNetwork
from planner.network.walls import Gates
from planner.plan.moments import Moment, are_open_at, find_hours_fault
from planner.sources.osm.conditions import find_tags_at, read_tags
from planner.travel.wall_rules import AS_TAGGED, WallRules
from planner.walkability import Permission, read_permission, split_values, walking_access


@dataclass(frozen=True)
class GateChanges:
    """Which rows of a network's gates let others through at a moment than their tags say.

    shut : by their opening hours.
    closed, opened, unlocked : by conditions in their tags: to everybody, for everybody, for
        residents. What hours shut no condition opens.
    """

    shut: tuple[int, ...]
    closed: tuple[int, ...]
    opened: tuple[int, ...]
    unlocked: tuple[int, ...]


def rules_at(network: WalkNetwork, moment: Moment | None) -> WallRules:
    """Return which gates and streets of a network are shut or open at a moment.

    Hours and conditions that cannot be read change nothing. None: hours do not matter.
    """
    if moment is None:
        return AS_TAGGED
    changes = find_gate_changes(network, moment)
    by_hours = set(changes.shut)
    return WallRules(
        shut=tuple(sorted(by_hours | set(changes.closed))),
        opened=tuple(sorted(set(changes.opened) - by_hours)),
        unlocked=tuple(sorted(set(changes.unlocked) - by_hours)),
        switched=tuple(np.flatnonzero(_switched(network, moment)).tolist()),
    )


def find_gate_changes(network: WalkNetwork, moment: Moment) -> GateChanges:
    """Return which gates of a network let others through at a moment, and why."""
    by_hours = _open_by_hours(network.walls.gates, moment)
    closed: list[int] = []
    opened: list[int] = []
    unlocked: list[int] = []
    for row, who, reaches in _changed_gates(network, moment):
        if who == "no":
            closed.append(row)
        else:
            # Where gates alone made streets the residents' own, whoever passes may walk on; behind
            # any other gate they stay the residents' own.
            (opened if who == reaches == "public" else unlocked).append(row)
    shut = np.flatnonzero(~by_hours).tolist()
    return GateChanges(tuple(shut), tuple(closed), tuple(opened), tuple(unlocked))


def _open_by_hours(gates: Gates, moment: Moment) -> NDArray[np.bool_]:
    """Tell which gates their opening hours open, shape (g,); hours that say nothing do."""
    timed = np.flatnonzero(gates.hours != "")
    is_open = np.ones(len(gates), dtype=bool)
    texts = [
        text if not find_hours_fault(text, must_open=False) else "" for text in gates.hours[timed]
    ]
    is_open[timed] = are_open_at(texts, moment)
    return is_open


def _changed_gates(network: WalkNetwork, moment: Moment) -> Iterator[tuple[int, Permission, str]]:
    """Yield the gates whom others than usual pass at a moment: row, who, and whom it may reach."""
    gates = network.walls.gates
    timed = np.flatnonzero(gates.conditions != "").tolist()
    if not timed:
        return
    private = find_private_nodes(network.u, network.v, network.access, network.n_nodes)
    for row in timed:
        reaches, tags = read_tags(gates.conditions[row])
        through = not private[gates.node[row]]
        usual, now = (_who_passes(find_tags_at(tags, at), through=through) for at in (None, moment))
        if now != usual:
            yield row, now, reaches


def _who_passes(tags: Mapping[str, str], *, through: bool) -> Permission:
    """Return who passes a gate; on a public street residents are unknown, so nobody does."""
    who: Permission = "no" if "yes" in split_values(tags, "locked") else read_permission(tags)
    return "no" if through and who == "residents" else who


def _switched(network: WalkNetwork, moment: Moment) -> NDArray[np.bool_]:
    """Tell which edges are shut at a moment and else open, or the other way round, shape (m,)."""
    switched = np.zeros(network.n_edges, dtype=bool)
    timed = np.flatnonzero(network.conditions != "")
    # Few texts stand for many edges: each is read once.
    for text in dict.fromkeys(network.conditions[timed].tolist()):
        meant_for, tags = read_tags(text)
        shut = walking_access(find_tags_at(tags, moment)) != meant_for
        here = timed[network.conditions[timed] == text]
        switched[here] = network.shut[here] != shut
    return switched
