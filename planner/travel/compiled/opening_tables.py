"""What may be opened in walls, and who is served then, as compiled code takes and returns it."""

from __future__ import annotations

from typing import NamedTuple

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import ByEdge, Grid

#: What is opened: a gate between a compound and public streets, a path through a wall, or a node
#: at which nobody passed.
GATE, PATH, SHUT = 0, 1, 2


class GateNodes(NamedTuple):
    """Gates between compounds and public streets, (k,) each.

    public, leaving, entering : nodes of the search graph; minutes : to pass the gate.
    """

    public: Ints
    leaving: Ints
    entering: Ints
    minutes: Floats


class WallPaths(NamedTuple):
    """Paths from a street of a compound to a public one, (k,) but for the ends.

    within, without : edges; along_within_m, along_without_m : metres along them.
    compound : whose the path is; minutes_out, minutes_in : along it, as a search goes out of the
    compound and into it; gate_minutes : to pass the gate in it.
    ends (k, 4) : x, y within and without, metres.
    """

    within: Ints
    without: Ints
    along_within_m: Floats
    along_without_m: Floats
    compound: Ints
    minutes_out: Floats
    minutes_in: Floats
    gate_minutes: Floats
    ends: Floats


class ShutNodes(NamedTuple):
    """Nodes at which nobody passed, and the edges that end there; ragged over k nodes.

    starts (k + 1,), edge; along_m : where along the edge the node lies; minutes : to pass there.
    """

    starts: Ints
    edge: Ints
    along_m: Floats
    minutes: Floats


class SeedWalks(NamedTuple):
    """Walks from origins to nodes where a gate is open; ragged over k gates.

    starts (k + 1,), node, minutes, origin.
    """

    starts: Ints
    node: Ints
    minutes: Floats
    origin: Ints


class EndWalks(NamedTuple):
    """Walks from nodes to targets where a gate is open; ragged over k gates.

    starts (k + 1,), node, minutes, target.
    """

    starts: Ints
    node: Ints
    minutes: Floats
    target: Ints


class NearWalks(NamedTuple):
    """Walks that pass no node where a gate is open; ragged over k gates.

    starts (k + 1,), target, minutes, origin.
    """

    starts: Ints
    target: Ints
    minutes: Floats
    origin: Ints


class GateSteps(NamedTuple):
    """What else is possible beside an open gate, where a bar kept people off the street."""

    seeds: SeedWalks
    ends: EndWalks
    near: NearWalks


class Openings(NamedTuple):
    """What may be opened, one at a time: k gates first, then paths.

    kind : GATE, PATH or SHUT; row : of the table of this kind.
    steps : ragged over the gates.
    """

    kind: Ints
    row: Ints
    gates: GateNodes
    paths: WallPaths
    shut: ShutNodes
    steps: GateSteps


class Doors(NamedTuple):
    """Where n points meet the streets: by edge and by place.

    xy (n, 2) : metres; compound (n,) : whose streets a point may use besides the public ones.
    """

    by_edge: ByEdge
    by_place: Grid
    xy: Floats
    compound: Ints


class Nearest(NamedTuple):
    """Minutes to the nearest origin, and its number, of every node of the search graph, (g,)."""

    minutes: Floats
    label: Ints


class NewlyReached(NamedTuple):
    """Targets that come within a cutoff by one opening, sorted by opening, then target.

    opening : number of the opening; target, origin : numbers; minutes : door to door, to the
    nearest origin over a node.
    """

    opening: Ints
    target: Ints
    minutes: Floats
    origin: Ints
