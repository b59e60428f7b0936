"""How tags of the map are read: lists of values, and whether a thing stands on the ground."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

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


def values_of(tags: Mapping[str, str], key: str) -> tuple[str, ...]:
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
        said = values_of(tags, key)
        if said and on_ground.isdisjoint(said):
            return False
    for key, off_ground in OFF_GROUND.items():
        said = values_of(tags, key)
        if said and off_ground.issuperset(said):
            return False
    if _floor(tags, "level") != 0:
        return False
    layer = _floor(tags, "layer")
    if not water_area:
        return layer == 0
    return layer >= 0 or set(values_of(tags, "covered")) <= {"no"}


def _floor(tags: Mapping[str, str], key: str) -> float:
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
