"""What the tags of walls, gates, crossings and barriers mean: the tables in one place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal

from planner.walkability import (
    GROUND_TAGS,
    INVITED,
    Permission,
    read_permission,
    split_values,
    stands_on_ground,
)

#: Who may pass a gate.
Passes = Literal["all", "residents", "nobody"]
#: What nobody walks across, where no street leads over or under it.
BarrierKind = Literal["water", "railway", "motorway", "wall"]

#: A zone with one of these tags is walled: key -> values.
WALL_TAGS: Final[Mapping[str, frozenset[str]]] = {
    "barrier": frozenset({"wall", "fence", "gate", "city_wall", "retaining_wall", "hedge"}),
    "access": frozenset({"private", "permit", "residents"}),
    "gated": frozenset({"yes"}),
    "residential": frozenset({"gated"}),
}

#: Values of `barrier` on a node that are a gate in a wall.
GATES: Final = frozenset(
    {
        "gate", "lift_gate", "swing_gate", "sliding_gate", "kissing_gate", "wicket_gate",
        "hampshire_gate", "bump_gate", "turnstile", "full-height_turnstile", "entrance",
        "sally_port",
    }
)  # fmt: skip

#: Who passes a gate or another barrier on a street, by whom its tags let pass.
GATE_PASSES: Final[Mapping[Permission, Passes]] = {
    "public": "all",
    "residents": "residents",
    "no": "nobody",
}
#: Values of `barrier` on a node that wheels do not pass, unless a tag of their own invites them.
NO_WHEELS: Final = frozenset({"kissing_gate", "stile", "turnstile", "full-height_turnstile"})
#: What has wheels, by its tag: those of profiles.
WHEELS: Final = ("bicycle", "stroller", "wheelchair")
#: Values of such a tag that let the wheels pass.
WHEELS_INVITED: Final = INVITED | {"limited"}
#: A bicycle that may not be ridden is pushed through; these stop at a `no` of their own.
STOPPED: Final = frozenset({"stroller", "wheelchair"})

#: Areas that are water: key -> values.
WATER_AREAS: Final[Mapping[str, frozenset[str]]] = {
    "natural": frozenset({"water"}),
    "waterway": frozenset({"riverbank", "dock"}),
}

#: Ways that are a barrier along their line: kind -> key -> values. The first kind that fits counts.
BARRIER_WAYS: Final[Mapping[BarrierKind, Mapping[str, frozenset[str]]]] = {
    "motorway": {
        "highway": frozenset({"motorway", "motorway_link"}),
        "motorroad": frozenset({"yes"}),
    },
    "railway": {
        "railway": frozenset({"rail", "light_rail", "subway", "narrow_gauge", "funicular"})
    },
    "water": {
        "waterway": frozenset({"river", "canal"}),
        "natural": frozenset({"coastline"}),
    },
    "wall": {
        "barrier": frozenset(
            {"wall", "fence", "city_wall", "retaining_wall", "hedge", "guard_rail"}
        )
    },
}

_KIND_KEYS: Final = tuple(key for keys in BARRIER_WAYS.values() for key in keys)

#: Roads that are not there (yet).
UNBUILT: Final = frozenset({"construction", "proposed"})


def is_walled(tags: Any) -> bool:
    """Tell whether the tags of a zone say that it is walled."""
    return any(tags.get(key) in values for key, values in WALL_TAGS.items())


def is_water(tags: Any) -> bool:
    """Tell whether an area is water at the level of those who walk."""
    found = any(tags.get(key) in values for key, values in WATER_AREAS.items())
    return found and stands_on_ground(_ground_tags(tags), water_area=True)


def gate_passes(tags: Mapping[str, str]) -> Passes:
    """Return who may pass a gate or another barrier on a street."""
    if "yes" in split_values(tags, "locked"):
        return "nobody"
    return GATE_PASSES[read_permission(tags)]


def wheels_barred(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return which wheels (see WHEELS) do not pass a node of a street, though people do."""
    found = []
    narrow = not NO_WHEELS.isdisjoint(split_values(tags, "barrier"))
    for wheels in WHEELS:
        said = split_values(tags, wheels)
        # Of a list the most open value counts, so only a `no` that stands alone refuses.
        refused = wheels in STOPPED and bool(said) and set(said) == {"no"}
        invited = not WHEELS_INVITED.isdisjoint(said)
        if refused or (narrow and not invited):
            found.append(wheels)
    return tuple(found)


def barrier_kind(tags: Any) -> BarrierKind | None:
    """Return what kind of barrier a way is along its line, None if it is none."""
    kind = _find_kind(tuple(map(tags.get, _KIND_KEYS)))
    # motorroad=yes without `highway` is no road either, hence the default.
    if kind is None or (kind == "motorway" and tags.get("highway", "construction") in UNBUILT):
        return None
    return kind if stands_on_ground(tags) else None


@lru_cache(maxsize=10_000)
def _find_kind(values: tuple[str | None, ...]) -> BarrierKind | None:
    """Judge the values of _KIND_KEYS; few combinations exist."""
    given = dict(zip(_KIND_KEYS, values, strict=True))
    for kind, keys in BARRIER_WAYS.items():
        if any(given[key] in values for key, values in keys.items()):
            return kind
    return None


def _ground_tags(tags: Any) -> dict[str, str]:
    """Return the tags of an area, of osmium or plain, that tell whether it is on the ground."""
    return {key: value for key in GROUND_TAGS if (value := tags.get(key)) is not None}
