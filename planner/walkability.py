"""Which OSM ways a person on foot may use, and for whom: one table of tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

#: Who may walk along a way: everyone, only those who live there, or nobody on foot.
Permission = Literal["public", "residents", "no"]
#: How a way crosses a carriageway: not at all, plainly, or at traffic lights.
Crossing = Literal[0, 1, 2]

#: `highway` values a person may walk unless `foot` or `access` says otherwise. Every other value
#: (motorway, construction, proposed, raceway, busway, rest_area ...) is not a street on foot.
WALKED_HIGHWAYS: Final = frozenset(
    {
        "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
        "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service",
        "road", "pedestrian", "track", "footway", "path", "cycleway", "bridleway", "steps",
        "corridor", "platform", "elevator",
    }
)  # fmt: skip

#: Ways without `highway` that are walked all the same: key -> values.
WALKED_OTHERWISE: Final[Mapping[str, frozenset[str]]] = {
    "railway": frozenset({"platform"}),
    "public_transport": frozenset({"platform"}),
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

#: Tags that decide who may walk; the first one present wins, so foot=* beats access=*.
PERMISSION_KEYS: Final = ("foot", "access")

#: Values of `bridge` and `tunnel` that leave the way at street level.
AT_STREET_LEVEL: Final[Mapping[str, frozenset[str]]] = {
    "bridge": frozenset({"no"}),
    "tunnel": frozenset({"no", "building_passage"}),
}

#: A way that crosses a carriageway has the value `crossing` under one of these keys.
CROSSING_WAY_KEYS: Final = ("footway", "path", "cycleway")

#: Tags of a crossing, a way or a node, that has traffic lights: key -> values.
SIGNALS: Final[Mapping[str, frozenset[str]]] = {
    "crossing": frozenset({"traffic_signals", "controlled"}),
    "crossing:signals": frozenset({"yes"}),
}

#: Tags read from a way; the rest is left in the file.
USED_TAGS: Final = (
    "highway", *WALKED_OTHERWISE, *PERMISSION_KEYS, "motorroad", "area",
    *AT_STREET_LEVEL, "layer", "level", "service", *CROSSING_WAY_KEYS, *SIGNALS, "name",
)  # fmt: skip


def street_class(tags: Mapping[str, str]) -> str | None:
    """Return the `highway` value under which a way is walked, None if it is no street on foot."""
    highway = tags.get("highway")
    if highway in WALKED_HIGHWAYS:
        return highway
    for key, values in WALKED_OTHERWISE.items():
        if highway is None and tags.get(key) in values:
            return tags[key]
    return None


def walking_access(tags: Mapping[str, str]) -> Permission:
    """Return who may walk along a way: everyone, residents only, or nobody."""
    if street_class(tags) is None or tags.get("motorroad") == "yes":
        return "no"
    for key in PERMISSION_KEYS:
        if key in tags:
            return PERMISSIONS.get(tags[key], "public")
    return "public"


def is_elevated(tags: Mapping[str, str]) -> bool:
    """Tell whether a way runs on a bridge, in a tunnel or on another level than the ground."""
    for key, ground in AT_STREET_LEVEL.items():
        if key in tags and tags[key] not in ground:
            return True
    return any(_off_ground(tags.get(key, "0")) for key in ("layer", "level"))


def is_walkable_area(tags: Mapping[str, str]) -> bool:
    """Tell whether a closed way is an area that people cross, not a ring that they follow."""
    if tags.get("area") in {"yes", "no"}:
        return tags["area"] == "yes"
    return street_class(tags) == "platform"


def is_driveway(tags: Mapping[str, str]) -> bool:
    """Tell whether a way leads to a house or a yard only."""
    return tags.get("highway") == "service" and tags.get("service") == "driveway"


def has_signals(tags: Mapping[str, str]) -> bool:
    """Tell whether a crossing has traffic lights."""
    return any(tags.get(key) in values for key, values in SIGNALS.items())


def crossing_of(tags: Mapping[str, str]) -> Crossing:
    """Return how a way crosses a carriageway: 0 not at all, 1 plainly, 2 at traffic lights."""
    if all(tags.get(key) != "crossing" for key in CROSSING_WAY_KEYS):
        return 0
    return 2 if has_signals(tags) else 1


def _off_ground(levels: str) -> bool:
    """Tell whether a list like "0;1" names a level other than the ground."""
    return any(level.strip() not in {"0", ""} for level in levels.split(";"))
