"""Streets as a caller gives them: a network, which is prepared first, or prepared streets."""

from __future__ import annotations

from planner.errors import ArgumentError, quote
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.travel._argument_kinds import check_kind, say_no_streets
from planner.travel.points import profile_of
from planner.travel.streets import ADULT, AccessRules, Streets, prepare_streets
from planner.travel.wall_rules import WallRules


def to_streets(
    network: WalkNetwork | Streets,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
    rules: WallRules | None = None,
) -> Streets:
    """Return prepared streets as they are, or prepare a network: for adults where nothing is said.

    Of streets that are prepared the same profile, access and rules may be asked again.

    Raises
    ------
    ArgumentError
        If the streets are prepared for something else, a profile is unknown, or these are no
        streets.
    """
    if isinstance(network, WalkNetwork):
        return prepare_streets(network, profile_of(profile) or ADULT, access, rules)
    if not isinstance(network, Streets):
        raise ArgumentError(
            say_no_streets(
                network, "a WalkNetwork, or what prepare_streets() or prepare_canvas() returns"
            )
        )
    check_kind(access, AccessRules, "access", "AccessRules(limit_m=100)")
    if profile is not None and not _is_same(profile, network.profile):
        asked = profile if isinstance(profile, str) else profile.name
        same = "a profile of that name with other figures" if asked == network.profile.name else ""
        raise ArgumentError(
            f"profile: these streets are prepared for {network.profile.name!r}, "
            f"not for {same or quote(asked)}; give the network instead, or leave profile out"
        )
    for name, value, own in (("access", access, network.access), ("rules", rules, network.rules)):
        if value is not None and value != own:
            raise ArgumentError(
                f"{name}: these streets are prepared with {own}; "
                f"give the network instead, or leave {name} out"
            )
    return network


def _is_same(asked: WalkProfile | str, own: WalkProfile) -> bool:
    """Tell whether a profile, by value or by name, is the one that streets are prepared for."""
    same = asked in (own.name, own)
    if not same:
        profile_of(asked)  # a name that nobody has is a mistake of its own
    return same
