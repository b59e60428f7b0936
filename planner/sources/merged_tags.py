"""Tags of an edge that was made of several ways: it is what its least walkable part is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from planner.walkability import (
    CROSSING_WAY_KEYS,
    GROUND_TAGS,
    OPENNESS,
    PERMISSION_KEYS,
    WALKED_OTHERWISE,
    stands_on_ground,
    walking_access,
)

#: Of these keys the value that is named first, where a part has it, is that of the whole edge.
_WORST: Final[Mapping[str, tuple[str, ...]]] = {
    "motorroad": ("yes",),
    "wheelchair": ("no",),
    "ramp": ("no",),
    "ramp:wheelchair": ("no",),
    "bicycle": ("no", "dismount"),
    **dict.fromkeys(CROSSING_WAY_KEYS, ("crossing",)),
}
#: Of these keys one value is taken, as a list would be another value: hours, say, are read whole.
_SINGLE: Final = frozenset({"name", "opening_hours"})
#: They decide together who may walk, so one value is chosen after the other.
_DECISIVE: Final = (*reversed(PERMISSION_KEYS), *WALKED_OTHERWISE, "highway")


def merge_tags(said: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return one value for each key of an edge made of several ways.

    Which part has which value is lost, and whoever walks along the edge passes all of them. So it
    is shut where a part may be shut, for residents where a part may be, steps where a part is,
    off the ground where a part is. OSMnx itself does the same where only one part has a tag.

    Parameters
    ----------
    said
        The values of each key, in an order that does not depend on chance.
    """
    tags = {
        key: values[0] if len(values) == 1 or key in _SINGLE else ";".join(values)
        for key, values in said.items()
    }
    if all(len(values) == 1 for values in said.values()):
        return tags
    for key, worst in _WORST.items():
        if key in said:
            tags[key] = next((value for value in worst if value in said[key]), tags[key])
    for key in GROUND_TAGS:
        off = (value for value in said.get(key, ()) if not stands_on_ground({key: value}))
        if (value := next(off, None)) is not None:
            tags[key] = value
    for key in _DECISIVE:
        if len(said.get(key, ())) > 1:
            tags[key] = _choose_worst(tags, key, said[key])
    return tags


def _choose_worst(tags: Mapping[str, str], key: str, values: Sequence[str]) -> str:
    """Return the value with which fewest may walk; of several steps, as they are slowest."""
    held = dict(tags)
    if key in PERMISSION_KEYS:  # chosen first: the kind of street may still be several
        held = {"highway": "road"} | {other: held[other] for other in ("access",) if other in held}

    def rank(value: str) -> tuple[int, bool]:
        """Return how open the edge would be, and whether it would be no steps."""
        return OPENNESS.index(walking_access({**held, key: value})), value != "steps"

    return min(values, key=rank)
