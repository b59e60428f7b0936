"""Which OSM ways a person on foot may use, and for whom: one table of tags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

#: Who may walk along a way: everyone, only those who live there, or nobody on foot.
Permission = Literal["public", "residents", "no"]
#: How a way crosses a carriageway: not at all, plainly, or at traffic lights.
Crossing = Literal[0, 1, 2]
#: What a way is for a wheelchair: shut, as it is for others, or steps with a ramp for it.
Rolling = Literal[-1, 0, 1]

#: Values of `bridge` and `tunnel` of things at street level; any other is above or below it.
AT_STREET_LEVEL: Final[Mapping[str, frozenset[str]]] = {
    "bridge": frozenset({"no"}),
    "tunnel": frozenset({"no", "building_passage"}),
    "culvert": frozenset({"no"}),
}
#: Values that put a thing above or below the ground: key -> values.
OFF_GROUND: Final[Mapping[str, frozenset[str]]] = {
    "location": frozenset({"underground", "underwater", "overhead", "bridge"}),
    "man_made": frozenset({"bridge", "reservoir_covered"}),
}
#: Keys whose number is 0 on the ground.
FLOOR_KEYS: Final = ("layer", "level")
#: Tags that tell whether a thing stands on the ground.
GROUND_TAGS: Final = (*AT_STREET_LEVEL, *OFF_GROUND, "covered", *FLOOR_KEYS)

_SEPARATORS: Final = re.compile("[;,]")
#: A floor, or all from one to another: "1", "-0.5", "+2", "1-3", "-2--1".
_FLOORS: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:-([+-]?\d+(?:\.\d+)?))?", re.ASCII)
_MINUS: Final = str.maketrans("−–", "--")  # as mappers type them

#: `highway` values a person may walk unless `foot` or `access` says otherwise. Every other value
#: (motorway, construction, proposed, raceway, rest_area ...) is not a street on foot.
WALKED_HIGHWAYS: Final = frozenset(
    {
        "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
        "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service",
        "road", "pedestrian", "track", "footway", "path", "cycleway", "bridleway", "steps",
        "corridor", "platform", "elevator",
    }
)  # fmt: skip

#: `highway` values that are walked only where `foot` is one of INVITED.
WALKED_IF_INVITED: Final = frozenset({"busway", "bus_guideway"})
INVITED: Final = frozenset({"yes", "designated", "permissive"})

#: Ways without `highway` that are walked all the same: key -> value -> the `highway` they are like.
WALKED_OTHERWISE: Final[Mapping[str, Mapping[str, str]]] = {
    "railway": {"platform": "platform"},
    "public_transport": {"platform": "platform"},
    "man_made": {"pier": "footway"},
}

#: What a value of `foot` or `access` allows. A value that is not listed (yes, designated,
#: permissive, destination, customers ...) is public: the tag names a purpose, not a wall.
PERMISSIONS: Final[Mapping[str, Permission]] = {
    "no": "no",
    "military": "no",
    "emergency": "no",
    "private": "residents",
    "permit": "residents",
    "residents": "residents",
}

#: From closed to open: of a list of values the most open one counts.
OPENNESS: Final[tuple[Permission, ...]] = ("no", "residents", "public")

#: Tags that decide who may walk; the first one that says it wins, so foot=* beats access=*.
PERMISSION_KEYS: Final = ("foot", "access")
#: Values that say nothing of who may walk. A path beside the street may be missing in the data, so
#: `use_sidepath` does not close it; `access` may.
SAYS_NOTHING: Final = frozenset({"use_sidepath", "unknown"})
#: Tags that say when who may walk.
HOURS_KEYS: Final = ("opening_hours", *(f"{key}:conditional" for key in PERMISSION_KEYS))

#: Values of `wheelchair` on steps by which their `ramp` is one for wheelchairs.
ROLLED: Final = frozenset({"yes", "designated"})

#: A way that crosses a carriageway has the value `crossing` under one of these keys.
CROSSING_WAY_KEYS: Final = ("footway", "path", "cycleway")

#: Tags of a crossing, a way or a node, that has traffic lights: key -> values.
SIGNALS: Final[Mapping[str, frozenset[str]]] = {
    "crossing": frozenset({"traffic_signals", "controlled"}),
    "crossing:signals": frozenset({"yes"}),
    "highway": frozenset({"traffic_signals"}),
}

#: Tags that decide who may walk along a way, and when.
ACCESS_TAGS: Final = (
    "highway", *WALKED_OTHERWISE, "motorroad", *PERMISSION_KEYS, *HOURS_KEYS,
)  # fmt: skip

#: Tags read from a way; the rest is left in the file.
USED_TAGS: Final = tuple(dict.fromkeys((
    *ACCESS_TAGS, "area", *GROUND_TAGS, "service", *CROSSING_WAY_KEYS, *SIGNALS, "wheelchair",
    "ramp", "ramp:wheelchair", "name",
)))  # fmt: skip


def street_class(tags: Mapping[str, str]) -> str | None:
    """Return the `highway` value under which a way is walked, None if it is no street on foot."""
    highway = tags.get("highway")
    if highway in WALKED_HIGHWAYS:
        return highway
    if highway in WALKED_IF_INVITED:
        return None if INVITED.isdisjoint(split_values(tags, "foot")) else highway
    for key, classes in WALKED_OTHERWISE.items():
        if highway is None and tags.get(key) in classes:
            return classes[tags[key]]
    return None


def walking_access(tags: Mapping[str, str]) -> Permission:
    """Return who may walk along a way: everyone, residents only, or nobody."""
    if street_class(tags) is None or "yes" in split_values(tags, "motorroad"):
        return "no"
    return read_permission(tags)


def read_permission(tags: Mapping[str, str]) -> Permission:
    """Return whom `foot` or, where it says nothing, `access` lets pass; everyone without them."""
    for key in PERMISSION_KEYS:
        said = [
            PERMISSIONS.get(value, "public")
            for value in split_values(tags, key)
            if value not in SAYS_NOTHING
        ]
        if said:
            return max(said, key=OPENNESS.index)
    return "public"


def is_walkable_area(tags: Mapping[str, str]) -> bool:
    """Tell whether a closed way is an area that people cross, not a ring that they follow."""
    if tags.get("area") in {"yes", "no"}:
        return tags["area"] == "yes"
    return street_class(tags) == "platform" or tags.get("man_made") == "pier"


def judge_rolling(tags: Mapping[str, str]) -> Rolling:
    """Return what a way is for a wheelchair: -1 shut, 1 steps with a ramp, 0 as for others."""
    said = split_values(tags, "wheelchair")
    if said and set(said) == {"no"}:
        return -1
    if tags.get("highway") != "steps":
        return 0
    ramp = "yes" in split_values(tags, "ramp") and not ROLLED.isdisjoint(said)
    return 1 if ramp or "yes" in split_values(tags, "ramp:wheelchair") else 0


def is_elevated(tags: Mapping[str, str]) -> bool:
    """Tell whether a way runs on a bridge, in a tunnel or on another level than the ground."""
    return not stands_on_ground(tags)


def is_driveway(tags: Mapping[str, str]) -> bool:
    """Tell whether a way leads to a house or a yard only."""
    return tags.get("highway") == "service" and tags.get("service") == "driveway"


def has_signals(tags: Mapping[str, str]) -> bool:
    """Tell whether a crossing has traffic lights."""
    return any(not values.isdisjoint(split_values(tags, key)) for key, values in SIGNALS.items())


def is_crossing_node(tags: Mapping[str, str]) -> bool:
    """Tell whether a node is tagged as a crossing of a carriageway, not of rails alone."""
    said = split_values(tags, "crossing")
    if said and set(said) == {"no"}:
        return False
    if "crossing" in split_values(tags, "highway"):
        return True
    return bool(said) and ("highway" in tags or "railway" not in tags)


def judge_crossing(tags: Mapping[str, str]) -> Crossing:
    """Return how a way crosses a carriageway: 0 not at all, 1 plainly, 2 at traffic lights."""
    if all(tags.get(key) != "crossing" for key in CROSSING_WAY_KEYS):
        return 0
    return 2 if has_signals(tags) else 1


def split_values(tags: Mapping[str, str], key: str) -> tuple[str, ...]:
    """Return the values of a key, a list such as "no;yes" taken apart, without empty ones."""
    text = tags.get(key)
    if not text:
        return ()
    return tuple(value for part in text.split(";") if (value := part.strip().lower()))


def stands_on_ground(tags: Mapping[str, str], *, water_area: bool = False) -> bool:
    """Tell whether a street, a wall, rails, water or a road lies at the level of those who walk.

    Of a list of values the one nearest to the ground counts; what is no number is the ground.

    Parameters
    ----------
    tags
        Of a way or an area.
    water_area
        An area of water: a layer alone only puts it below the bridges that lead over it.
    """
    for key, on_ground in AT_STREET_LEVEL.items():
        said = split_values(tags, key)
        if said and on_ground.isdisjoint(said):
            return False
    for key, off_ground in OFF_GROUND.items():
        said = split_values(tags, key)
        if said and off_ground.issuperset(said):
            return False
    if _read_floor(tags, "level") != 0:
        return False
    layer = _read_floor(tags, "layer")
    if not water_area:
        return layer == 0
    return layer >= 0 or set(split_values(tags, "covered")) <= {"no"}


def _read_floor(tags: Mapping[str, str], key: str) -> float:
    """Return the number of a floor nearest to the ground of those that a list names."""
    text = tags.get(key)
    if not text:
        return 0.0
    found = []
    for part in _SEPARATORS.split(text.translate(_MINUS)):
        floors = _FLOORS.fullmatch(part.strip())
        if floors is not None:
            first, last = sorted((float(floors[1]), float(floors[2] or floors[1])))
            found.append(min(max(first, 0.0), last))
    return min(found, key=abs, default=0.0)
