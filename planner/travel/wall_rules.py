"""How compounds, gates and barriers bind: the rules, and what a walker can pass under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.errors import NetworkError
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.network.walls import BARRIER_KINDS, EVERYONE, OPEN_TO_ALL, RESIDENTS, Gates
from planner.plan.profiles import WalkProfile
from planner.travel._graph import Steps
from planner.travel._grids import grid_of_lines
from planner.travel.compiled.arrays import Lines

#: Cells by which barriers are found: about as long as a leg.
BARRIER_CELL_M: Final = 50.0
#: The bar round a shut gate: more than the centimetre within which a leg only touches a barrier.
BAR_M: Final = 0.05
GATE_MODES: Final = ("as_tagged", "inferred_open", "inferred_closed", "ignored")


@dataclass(frozen=True)
class WallRules:
    """How compounds, gates and barriers bind (design section 5).

    gates : `as_tagged`: a wall is passed at its mapped gates, or at inferred ones where it has
        none; `inferred_open`: wherever a street goes through; `inferred_closed`: at mapped gates
        only; `ignored`: as if there were neither compounds nor walls.
    barriers : kinds of barrier that no leg crosses.
    shut : rows of the network's gates that nobody passes at this hour.
    opened : rows of the gates that let everybody through, as if the compound were public there.
    unlocked : rows of the gates that let residents through, though their tags shut them.
    switched : edges that are shut at this hour and else open, or open at this hour and else shut.
    """

    gates: str = "as_tagged"
    barriers: tuple[str, ...] = BARRIER_KINDS
    shut: tuple[int, ...] = ()
    opened: tuple[int, ...] = ()
    unlocked: tuple[int, ...] = ()
    switched: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.gates not in GATE_MODES:
            raise NetworkError(f"gates {self.gates!r} is unknown; give {', '.join(GATE_MODES)}")

    @property
    def ignored(self) -> bool:
        """Whether compounds and walls count for nothing."""
        return self.gates == "ignored"


AS_TAGGED: Final = WallRules()
NO_COMPOUNDS: Final = WallRules(gates="ignored")


def find_owners(network: WalkNetwork, rules: WallRules) -> NDArray[np.int64]:
    """Return the row of the compound that owns each edge, -1 for public ones."""
    owner = np.full(network.n_edges, -1, dtype=np.int64)
    if rules.ignored:
        return owner
    # A street of a compound names it; the row is what kernels compare.
    private = network.access != PUBLIC
    names = network.walls.compounds.id
    code = pd.Index(names).get_indexer(network.access[private])
    if (code < 0).any():
        raise NetworkError("a residents-only street names a compound that the network lacks")
    owner[private] = code
    return owner


def find_shut_gates(
    network: WalkNetwork, profile: WalkProfile, rules: WallRules
) -> NDArray[np.bool_]:
    """Tell which gates this walker cannot pass: shut, or for other people."""
    gates = network.walls.gates
    shut = ~find_passed_gates(gates, profile)
    if rules.gates == "as_tagged":
        shut |= gates.shut_as_tagged
    elif rules.gates == "inferred_closed":
        shut |= gates.shut_as_tagged | gates.inferred
    # The hour comes after the tags: it opens what they shut.
    shut[list(rules.shut)] = True
    shut[[*rules.opened, *rules.unlocked]] = False
    # No hour lifts a bar that wheels do not pass.
    return shut | find_barred_gates(gates, profile)


def find_passed_gates(gates: Gates, profile: WalkProfile) -> NDArray[np.bool_]:
    """Tell which gates let a profile through, by who may pass alone, shape (g,)."""
    # Thousands of gates have a handful of texts.
    lets = {text: _lets_through(text, profile.name) for text in set(gates.passes)}
    return np.array([lets[text] for text in gates.passes], dtype=bool)


def find_barred_gates(gates: Gates, profile: WalkProfile) -> NDArray[np.bool_]:
    """Tell which gates stop the wheels of a profile, if it has any."""
    bars = {text: profile.vehicle in text.split(";") for text in set(gates.barred)}
    return np.array([bars[text] for text in gates.barred], dtype=bool)


def shut_edges(network: WalkNetwork, rules: WallRules) -> NDArray[np.bool_]:
    """Return which edges of the network nobody may walk at the hour of these rules, shape (m,)."""
    shut = network.shut.copy()
    switched = list(rules.switched)
    shut[switched] = ~shut[switched]
    return shut


def find_gates_for_all(network: WalkNetwork, rules: WallRules) -> NDArray[np.bool_]:
    """Tell which gates let everybody through whenever they are open: by the plan or the rules."""
    to_all: NDArray[np.bool_] = network.walls.gates.passes == OPEN_TO_ALL
    to_all[list(rules.opened)] = True
    return to_all


def _lets_through(passes: str, profile: str) -> bool:
    if passes in (EVERYONE, RESIDENTS, OPEN_TO_ALL):
        return True
    return profile in [name.strip() for name in passes.split(";")]


def shut_at_gates(
    network: WalkNetwork, delay: NDArray[np.float64], shut: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Let nobody pass the nodes of shut gates that are on no compound's border, shape (m, 2)."""
    gates = network.walls.gates
    # On a border a shut gate is a step left out: whoever stays on one side passes freely.
    nodes = gates.node[shut & (gates.compound < 0)]
    if len(nodes) == 0:
        return delay
    # No time to pass is long enough: an infinite one shuts the node for every edge that ends there.
    closed = np.zeros(network.n_nodes, dtype=bool)
    closed[nodes] = True
    at_end = np.column_stack([closed[network.u], closed[network.v]])
    return np.where(at_end, np.inf, delay)


def list_open_gates(
    network: WalkNetwork, profile: WalkProfile, rules: WallRules, shut: NDArray[np.bool_]
) -> Steps:
    """Return the open passages between compounds and public streets.

    shut (g,) : from `find_shut_gates`.
    """
    gates = network.walls.gates
    if rules.ignored:
        open_rows = np.empty(0, dtype=np.int64)
    else:
        open_rows = np.flatnonzero((gates.compound >= 0) & ~shut)
    return Steps(
        gates.node[open_rows],
        gates.compound[open_rows],
        find_gates_for_all(network, rules)[open_rows],
        gate_minutes(network, profile)[open_rows],
    )


def gate_minutes(network: WalkNetwork, profile: WalkProfile) -> NDArray[np.float64]:
    """Return the minutes it takes to pass each gate of a network, shape (g,)."""
    gates = network.walls.gates
    # A street through a wall passes a gate, whether one is mapped there or not.
    has_gate = gates.mapped | gates.inferred | gates.shut_as_tagged
    return np.where(has_gate, profile.gate_s / 60, 0.0)


def list_barriers(network: WalkNetwork, rules: WallRules, shut: NDArray[np.bool_]) -> Lines:
    """List the barriers that bind by cell.

    A street that ends at a shut gate touches the wall there: a bar round the gate keeps those
    inside from stepping onto it.

    shut (g,) : from `find_shut_gates`.
    """
    barriers = network.walls.barriers
    # Where compounds count for nothing their walls do not either; rivers and rails still do.
    kinds = frozenset(rules.barriers) - (frozenset({"wall"}) if rules.ignored else frozenset())
    ends = barriers.ends[barriers.of_kinds(kinds)]
    if "wall" in kinds:
        nodes = np.unique(network.walls.gates.node[shut])
        ends = np.vstack([ends, _bars_round(network.xy[nodes])])
    return Lines(ends, grid_of_lines(ends, BARRIER_CELL_M))


def _bars_round(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return four straight parts round each place (n, 2), shape (4 n, 4)."""
    steps = BAR_M * np.array([(1, 0), (0, 1), (-1, 0), (0, -1), (1, 0)])
    corners = xy[:, None] + steps
    return np.concatenate([corners[:, :-1], corners[:, 1:]], axis=2).reshape(-1, 4)
