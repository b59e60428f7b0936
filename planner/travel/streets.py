"""Streets prepared for one kind of walker: straight pieces, a search graph, the access rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Ints
from planner.errors import ArgumentError, NetworkError, quote
from planner.network.compounds import find_compound_at
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import PROFILES, WalkProfile
from planner.plan.slopes import DIRECTIONS, Direction, find_reach_pace
from planner.showing import Brief, join_facts
from planner.travel._argument_kinds import check_kind, say_no_streets
from planner.travel._graph import build_edges, build_graph
from planner.travel._grids import grid_of_lines
from planner.travel._street_pieces import cut_into_pieces
from planner.travel.compiled.arrays import Edges, Grid, Legs, Lines, Nearby, Pieces, SearchGraph
from planner.travel.points import profile_of
from planner.travel.wall_rules import (
    AS_TAGGED,
    WallRules,
    find_gates_for_all,
    find_owners,
    find_shut_gates,
    list_barriers,
    list_open_gates,
    shut_at_gates,
    shut_edges,
)

ADULT: Final = PROFILES["adult"]


@dataclass(frozen=True)
class AccessRules:
    """How a point meets the streets (design section 4, access leg).

    limit_m : the longest straight leg, metres.
    detour : metres walked per straight metre off the streets.

    Examples
    --------
    >>> import planner
    >>> planner.AccessRules(limit_m=200)
    AccessRules(limit_m=200.0, detour=1.4)
    """

    limit_m: float = 100.0
    detour: float = 1.4

    def __post_init__(self) -> None:
        for key in ("limit_m", "detour"):
            if not isinstance(getattr(self, key), Real):
                raise ArgumentError(f"{key} is {quote(getattr(self, key))}; give a number")
        if not (np.isfinite(self.limit_m) and self.limit_m > 0):
            raise NetworkError(f"access limit is {self.limit_m} m; give a length above 0")
        if not (np.isfinite(self.detour) and self.detour >= 1):
            raise NetworkError(f"access detour is {self.detour}; give a factor of at least 1")
        # Kernels are compiled for numbers with a fraction, and a 200 has none.
        for name in ("limit_m", "detour"):
            object.__setattr__(self, name, float(getattr(self, name)))


DEFAULT_ACCESS: Final = AccessRules()


class PiecesFound(NamedTuple):
    """Straight pieces of street and the grid that finds them."""

    pieces: Pieces
    grid: Grid


@dataclass(frozen=True, eq=False)
class Streets(Brief):
    """A network as one kind of walker meets it, from `prepare_streets`.

    Examples
    --------
    >>> import planner
    >>> streets = planner.prepare_streets(planner.load_example().network, "elderly")
    >>> streets.profile.speed_kmh
    2.9
    """

    network: WalkNetwork
    profile: WalkProfile
    access: AccessRules
    rules: WallRules
    pace: NDArray[np.float64]
    """Minutes per metre of each edge on level ground, inf where nobody passes, shape (m,)."""
    pieces: Pieces
    grid: Grid
    edges: Edges
    graph: SearchGraph
    barriers: Lines
    of_everyone: PiecesFound | None
    """The pieces for those who can use every street, if this walker cannot and compounds are known
    by their streets alone; else None."""
    direction: Direction = "to"
    """Whose minutes a search from facilities finds: of walks to them, from them, or of the longer
    of the two; the same where no street takes longer one way than the other."""
    back: Streets | None = None
    """The same for walks from facilities, where the longer of both counts and they differ."""

    def __repr__(self) -> str:
        limits = f"legs of {self.access.limit_m:g} m x {self.access.detour:g}"
        return join_facts(
            self, repr(self.network), f"profile {self.profile.name!r}", limits,
            f"gates {self.rules.gates}",
        )  # fmt: skip

    @property
    def owner(self) -> NDArray[np.int64]:
        """The compound whose residents alone use each edge, -1 for public streets, shape (m,)."""
        return self.edges.owner

    @cached_property
    def groups(self) -> Flags:
        """Of each compound, whether it has no outline; empty where no street is a compound's."""
        if not (self.owner >= 0).any():
            return np.empty(0, dtype=bool)
        return np.asarray(shapely.is_empty(self.network.walls.compounds.shape), dtype=bool)

    @property
    def leg_pace(self) -> float:
        """Minutes per straight metre of an access leg or a direct walk."""
        return self.access.detour / self.profile.speed_m_per_min

    @property
    def reach_m_per_min(self) -> float:
        """Metres a minute that no walk exceeds in a straight line."""
        return find_reach_pace(self.profile, sloped=self.network.has_heights)

    @property
    def legs(self) -> Legs:
        """How one walks off these streets."""
        return Legs(float(self.access.limit_m), self.leg_pace, self.barriers)

    @property
    def nearby(self) -> Nearby:
        """What is walked where no node is passed."""
        return Nearby(self.pieces.ends, self.edges.ahead, self.edges.back, self.legs)

    def compound_at(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the compound polygon that holds each point (n, 2), -1 for none."""
        if self.rules.ignored:
            return np.full(len(xy), -1, dtype=np.int64)
        return find_compound_at(self.network.walls.compounds, xy)


def prepare_streets(
    network: WalkNetwork,
    profile: WalkProfile | str = ADULT,
    access: AccessRules | None = None,
    rules: WallRules | None = None,
    *,
    direction: Direction = "to",
) -> Streets:
    """Prepare a network for one profile; whoever asks often keeps what is returned.

    Parameters
    ----------
    network
        Streets.
    profile, access, rules
        Who walks (by value or by name), how a point meets the streets, and how compounds, gates and
        barriers bind; an adult, the usual rules, as tagged.
    direction
        Whose minutes count between facilities and people, where up and down a slope (or one-way
        streets of riders) differ: of walks `to` a facility, `from` it, or of the longer of the two
        (`both`). What asks for walks from one place to another has a direction of its own.

    Raises
    ------
    ArgumentError
        If no profile has that name, this is no network, the direction is unknown, or the rules are
        something else.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> streets = planner.prepare_streets(town.network, "elderly")
    >>> planner.nearest_facility(streets, town.facilities, town.people)["minutes"].round(1).max()
    np.float64(41.4)
    """
    if not isinstance(network, WalkNetwork):
        raise ArgumentError(
            say_no_streets(network, "a WalkNetwork, from load_network(), say", "network")
        )
    profile = profile_of(profile) or ADULT
    if direction not in DIRECTIONS:
        raise ArgumentError(f"direction is {quote(direction)}; give {', '.join(DIRECTIONS)}")
    check_kind(access, AccessRules, "access", "AccessRules(limit_m=100)")
    check_kind(rules, WallRules, "rules", "planner.travel.wall_rules.WallRules(gates='as_tagged')")
    access, rules = access or DEFAULT_ACCESS, rules or AS_TAGGED
    return _prepare(network, profile, access, rules, direction, None)


def _prepare(
    network: WalkNetwork,
    profile: WalkProfile,
    access: AccessRules,
    rules: WallRules,
    direction: Direction,
    known: Streets | None,
) -> Streets:
    """Prepare a network; what is the same on streets that are known is theirs, not a copy."""
    shut = shut_edges(network, rules)
    # Streets that this walker cannot use have an infinite pace, so that no search enters them.
    paces = network.paces(profile, shut)
    pace = np.maximum(*paces) if network.has_heights else paces[0]
    owner = _find_owners(network, rules, known)
    gates = find_shut_gates(network, profile, rules)
    delay = network.end_minutes(profile)
    if not rules.ignored:
        delay = shut_at_gates(network, delay, gates)
    edges, network_node, inner = build_edges(network, owner, paces, delay, rides=profile.rides)
    steps = list_open_gates(network, profile, rules, gates)
    usable = np.isfinite(pace)
    found = _find_pieces(network, access, usable, known)
    # Streets that are shut to all hamper nobody in particular.
    hampered = not usable[~shut].all()
    by_streets = (owner >= 0).any() and shapely.is_empty(network.walls.compounds.shape).any()
    streets = Streets(
        network=network,
        profile=profile,
        access=access,
        rules=rules,
        pace=pace,
        pieces=found.pieces,
        grid=found.grid,
        edges=edges,
        graph=build_graph(edges, steps, network_node, inner, network.n_nodes),
        barriers=_find_barriers(network, rules, gates, known),
        of_everyone=(
            _find_pieces(network, access, ~shut, known) if hampered and by_streets else None
        ),
    )
    return point_streets(streets, direction)


def _find_owners(network: WalkNetwork, rules: WallRules, known: Streets | None) -> Ints:
    """Return the compound of each edge, from known streets where it is the same."""
    if known is not None:
        other, compounds = known.network, network.walls.compounds
        same = network.access is other.access and compounds is other.walls.compounds
        if same and rules.ignored == known.rules.ignored:
            return known.owner
    return find_owners(network, rules)


def _find_pieces(
    network: WalkNetwork, access: AccessRules, usable: Flags, known: Streets | None
) -> PiecesFound:
    """Cut the usable edges (m,) into pieces, and make their grid, unless both are known."""
    if known is not None and _have_same_lines(network, known.network):
        alike = [(np.isfinite(known.pace), PiecesFound(known.pieces, known.grid))]
        if known.of_everyone is not None:
            alike.append((~shut_edges(known.network, known.rules), known.of_everyone))
        for its, found in alike:
            if np.array_equal(its, usable):
                # Cells half as wide again, or half as wide, serve nearly as well as new ones.
                same_grid = 0.5 <= access.limit_m / known.access.limit_m <= 1.5
                return found if same_grid else _index(found.pieces, access)
    return _index(cut_into_pieces(network, usable), access)


def _index(pieces: Pieces, access: AccessRules) -> PiecesFound:
    """Make the grid of pieces: cells as wide as a leg is long, so a point looks into nine."""
    return PiecesFound(pieces, grid_of_lines(pieces.ends, access.limit_m))


def _have_same_lines(network: WalkNetwork, other: WalkNetwork) -> bool:
    """Tell whether two networks share where their edges run: one is a copy with other walls."""
    names = ("xy", "u", "v", "length_m", "elevated", "coords", "offsets")
    return all(getattr(network, name) is getattr(other, name) for name in names)


def _find_barriers(
    network: WalkNetwork, rules: WallRules, shut: Flags, known: Streets | None
) -> Lines:
    """List the barriers, unless they are known; `shut` are the gates (g,) that nobody passes."""
    if known is not None and network is known.network:
        same = rules.barriers == known.rules.barriers and rules.ignored == known.rules.ignored
        if same and np.array_equal(shut, shut_gates(known)):
            return known.barriers
    return list_barriers(network, rules, shut)


def prepare_like(
    streets: Streets,
    *,
    network: WalkNetwork | None = None,
    profile: WalkProfile | None = None,
    access: AccessRules | None = None,
    rules: WallRules | None = None,
) -> Streets:
    """Prepare streets as others are, but for what is given here; what stays the same is shared."""
    return _prepare(
        network or streets.network,
        profile or streets.profile,
        access or streets.access,
        rules or streets.rules,
        streets.direction,
        streets,
    )


def point_streets(streets: Streets, direction: Direction) -> Streets:
    """Return streets of which a search from facilities finds the minutes of one direction.

    Where every street takes as long both ways, as on foot without heights, they are the same.
    """
    if is_even(streets):
        same = streets.direction == direction
        return streets if same else replace(streets, direction=direction, back=None)
    to_them = _turn(streets) if streets.direction == "from" else streets
    if direction == "from":
        return _turn(to_them)
    if direction == "both":
        return replace(to_them, direction=direction, back=_turn(to_them))
    return replace(to_them, direction=direction, back=None)


def hold_way_back(streets: Streets, *, like: Streets | None = None) -> Streets:
    """Return streets of which both walks are asked for, even where these take as long here.

    Beyond the streets at hand they may differ. like : only if these hold it, too.
    """
    if streets.direction != "both" or streets.back is not None:
        return streets
    if like is not None and like.back is None:
        return streets
    return replace(streets, back=replace(streets, direction="from"))


def is_even(streets: Streets) -> bool:
    """Tell whether every street takes as long both ways."""
    return np.array_equal(streets.edges.ahead, streets.edges.back)


def _turn(streets: Streets) -> Streets:
    """Return streets that are searched the other way.

    Compounds are left and entered as before: a search from a place goes out by its own gates.
    """
    network, graph = streets.network, streets.graph
    edges = streets.edges._replace(ahead=streets.edges.back, back=streets.edges.ahead)
    steps = list_open_gates(network, streets.profile, streets.rules, shut_gates(streets))
    return replace(
        streets,
        edges=edges,
        graph=build_graph(edges, steps, graph.network_node, graph.inner, network.n_nodes),
        direction="to" if streets.direction == "from" else "from",
        back=None,
    )


def shut_gates(streets: Streets) -> NDArray[np.bool_]:
    """Return which gates of the network this walker cannot pass under these rules, shape (g,)."""
    return find_shut_gates(streets.network, streets.profile, streets.rules)


def gates_open_to_all(streets: Streets) -> NDArray[np.bool_]:
    """Return which gates everybody may pass both ways under these rules, shape (g,)."""
    return find_gates_for_all(streets.network, streets.rules) & ~shut_gates(streets)
