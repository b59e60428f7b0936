"""Where a bicycle may be ridden, and which way: one readable table of tags (e-bikes the same)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from planner.walkability import is_walkable_area, street_class

#: The way a bicycle may be ridden along a street: both, as it is drawn, or against that.
Direction = Literal[0, 1, -1]

#: Streets on which a bicycle is pushed at walking speed, unless `bicycle` is in RIDDEN. Nobody
#: rides steps; whether a profile can carry a bicycle there, the profile says.
PUSHED_HIGHWAYS: Final = frozenset(
    {
        "footway", "pedestrian", "path", "platform", "corridor", "elevator", "busway",
        "bus_guideway",
    }
)  # fmt: skip
NEVER_RIDDEN: Final = frozenset({"steps"})

#: Values of `bicycle` that open a footway to riders, and those that make them get off anywhere.
RIDDEN: Final = frozenset({"yes", "designated", "permissive"})
PUSHED: Final = frozenset({"no", "dismount"})

#: What a value of `oneway:bicycle` or `oneway` says; the first of the two beats lanes, and lanes
#: the second. A value that is not listed (reversible, alternating ...) says nothing.
DIRECTION_KEYS: Final = ("oneway:bicycle", "oneway")
DIRECTIONS: Final[Mapping[str, Direction]] = {
    "yes": 1, "true": 1, "1": 1,
    "-1": -1, "reverse": -1,
    "no": 0, "false": 0, "0": 0,
}  # fmt: skip

#: Values of `junction` that are one-way even without `oneway`.
ROUND_JUNCTIONS: Final = frozenset({"roundabout", "circular"})

#: Lanes whose value begins with `opposite` let riders go against the traffic.
LANE_KEYS: Final = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
AGAINST_TRAFFIC: Final = "opposite"

#: Tags read from a way beside those that decide who may walk.
RIDING_TAGS: Final = ("bicycle", *DIRECTION_KEYS, "junction", *LANE_KEYS)


def is_ridden(tags: Mapping[str, str]) -> bool:
    """Tell whether a bicycle may be ridden along a street; if not, it is pushed."""
    street = street_class(tags)
    bicycle = tags.get("bicycle")
    if street in NEVER_RIDDEN or bicycle in PUSHED:
        return False
    return street not in PUSHED_HIGHWAYS or bicycle in RIDDEN


def riding_direction(tags: Mapping[str, str]) -> Direction:
    """Return which way a bicycle may go: 0 both, 1 as the way is drawn, -1 against it.

    One-way rules bind riders only, so a way on which bicycles are pushed goes both ways; so does
    an area, whose outline has no direction.
    """
    if not is_ridden(tags) or is_walkable_area(tags):
        return 0
    if tags.get("oneway:bicycle") in DIRECTIONS:
        return DIRECTIONS[tags["oneway:bicycle"]]
    if any(tags.get(key, "").startswith(AGAINST_TRAFFIC) for key in LANE_KEYS):
        return 0
    if tags.get("oneway") in DIRECTIONS:
        return DIRECTIONS[tags["oneway"]]
    return 1 if tags.get("junction") in ROUND_JUNCTIONS else 0
