"""What the tags of walls, gates, crossings and barriers mean: the tables in one place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal

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

#: Who passes a gate: locked=yes is nobody; else the first of these keys that is present decides,
#: and a value that is not listed, or none, lets all pass.
GATE_KEYS: Final = ("foot", "access")
GATE_PASSES: Final[Mapping[str, Passes]] = {
    "no": "nobody",
    "military": "nobody",
    "emergency": "nobody",
    "private": "residents",
    "permit": "residents",
    "residents": "residents",
}

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

#: With one of these tags, and a value other than `no`, a line of the kind is passed above or below.
PASSED_WITH: Final[Mapping[BarrierKind, tuple[str, ...]]] = {
    "motorway": ("tunnel", "bridge"),
    "railway": ("tunnel", "bridge"),
    "water": ("tunnel", "culvert"),
    "wall": (),
}
#: Kinds that are no barrier where `layer` is below the ground.
PASSED_BELOW_GROUND: Final = frozenset({"railway"})
#: Roads that are not there (yet).
UNBUILT: Final = frozenset({"construction", "proposed"})


def is_walled(tags: Any) -> bool:
    """Tell whether the tags of a zone say that it is walled."""
    return any(tags.get(key) in values for key, values in WALL_TAGS.items())


def is_water(tags: Any) -> bool:
    """Tell whether an area is water."""
    return any(tags.get(key) in values for key, values in WATER_AREAS.items())


def gate_passes(tags: Any) -> Passes:
    """Return who may pass a gate."""
    if tags.get("locked") == "yes":
        return "nobody"
    for key in GATE_KEYS:
        if key in tags:
            return GATE_PASSES.get(tags.get(key), "all")
    return "all"


def barrier_kind(tags: Any) -> BarrierKind | None:
    """Return what kind of barrier a way is along its line, None if it is none."""
    kind = _kind_of(tuple(map(tags.get, _KIND_KEYS)))
    return None if kind is None or _is_passed(tags, kind) else kind


@lru_cache(maxsize=10_000)
def _kind_of(values: tuple[str | None, ...]) -> BarrierKind | None:
    """Judge the values of _KIND_KEYS; few combinations exist."""
    given = dict(zip(_KIND_KEYS, values, strict=True))
    for kind, keys in BARRIER_WAYS.items():
        if any(given[key] in values for key, values in keys.items()):
            return kind
    return None


def _is_passed(tags: Any, kind: BarrierKind) -> bool:
    """Tell whether a line runs above or below those who walk, or is not built."""
    if any(tags.get(key, "no") != "no" for key in PASSED_WITH[kind]):
        return True
    if kind == "motorway":
        return tags.get("highway", "construction") in UNBUILT
    return kind in PASSED_BELOW_GROUND and tags.get("layer", "").strip().startswith("-")
