"""Who may walk a street or pass a gate at which hour: conditional tags of the map.

`foot:conditional = "no @ (22:00-06:00); yes @ (PH)"` gives `foot` another value while a condition
holds, and the last one that holds wins; `opening_hours` shut the way outside of them. Without a
moment the plain tags count. https://wiki.openstreetmap.org/wiki/Conditional_restrictions
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Final

from planner.plan.moments import Moment, are_open_at, find_hours_fault
from planner.walkability import HOURS_KEYS, PERMISSION_KEYS, Permission, walking_access

#: Longer texts are no hours that anybody wrote.
MAX_LENGTH: Final = 2_000

#: Of a text that cannot be read this much is shown.
_SHOWN: Final = 100
_AND: Final = re.compile(r"\s+and\s+", re.IGNORECASE)


def has_hours(tags: Mapping[str, str]) -> bool:
    """Tell whether tags say when something may be walked or passed."""
    return any(key in tags for key in HOURS_KEYS)


def find_tags_at(tags: Mapping[str, str], moment: Moment | None) -> dict[str, str]:
    """Return the tags that hold at a moment; None: those that hold without conditions.

    Parameters
    ----------
    tags
        Of a way or a gate.
    moment
        When; outside `opening_hours` that can be read `foot` is `no`.
    """
    held = {key: value for key, value in tags.items() if key not in HOURS_KEYS}
    if moment is None:
        return held
    for key in PERMISSION_KEYS:
        for value, needed in _read_conditions(tags.get(f"{key}:conditional", "")):
            if are_open_at(needed, moment).all():
                held[key] = value
    hours = tags.get("opening_hours", "")
    # After the conditions: outside of its hours a way is shut, whatever they allow.
    if hours and _can_be_read(hours) and not are_open_at([hours], moment).all():
        held["foot"] = "no"
    return held


def list_permissions(tags: Mapping[str, str]) -> set[Permission]:
    """Return who may walk along a way at one time or another, without regard to opening hours."""
    values = [
        [
            tags.get(key),
            *(value for value, _ in _read_conditions(tags.get(f"{key}:conditional", ""))),
        ]
        for key in PERMISSION_KEYS
    ]
    found = set()
    for chosen in product(*values):
        said = dict(zip(PERMISSION_KEYS, chosen, strict=True))
        variant = {**tags, **said}
        found.add(walking_access({key: v for key, v in variant.items() if v is not None}))
    return found


def list_unreadable(tags: Mapping[str, str]) -> list[str]:
    """Return the conditions and hours that cannot be read and so change nothing, `key=value`."""
    found = []
    for key in PERMISSION_KEYS:
        text = tags.get(f"{key}:conditional", "")
        parts = [text] if len(text) > MAX_LENGTH else _split(text)
        found += [(f"{key}:conditional", part) for part in parts if _read_condition(part) is None]
    hours = tags.get("opening_hours", "")
    if hours and not _can_be_read(hours):
        found.append(("opening_hours", hours))
    return [f"{key}={text.strip()[:_SHOWN]}" for key, text in found]


def write_tags(meant_for: Permission, tags: Mapping[str, str], keys: tuple[str, ...]) -> str:
    """Write some tags as a text: in the first line whom the way is for, then a tag a line."""
    lines = (f"{key}={' '.join(tags[key].split())}" for key in keys if key in tags)
    return "\n".join((meant_for, *lines))


def read_tags(text: str) -> tuple[str, dict[str, str]]:
    """Read what `write_tags` wrote: for whom, and the tags."""
    meant_for, *lines = text.split("\n")
    pairs = (line.partition("=") for line in lines)
    return meant_for, {key: value for key, _, value in pairs}


@lru_cache(maxsize=4096)
def _read_conditions(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return value and hours, all of which must hold, of the conditions that can be read."""
    if len(text) > MAX_LENGTH:
        return ()
    found = (_read_condition(part) for part in _split(text))
    return tuple(condition for condition in found if condition is not None)


def _split(text: str) -> Iterator[str]:
    """Cut a text at each semicolon outside of brackets; nothing where it is empty."""
    depth, start = 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        # Below 0 too: one bracket too many should not hide the conditions that follow.
        if sign == ";" and depth <= 0:
            yield text[start:at]
            start = at + 1
    if text[start:].strip():
        yield text[start:]


def _read_condition(part: str) -> tuple[str, tuple[str, ...]] | None:
    """Read `value @ (hours AND hours)`, None if it cannot be read."""
    value, at, rest = part.partition("@")
    hours = tuple(_strip_brackets(one) for one in _AND.split(_strip_brackets(rest)))
    if not (at and value.strip()) or not all(one and _can_be_read(one) for one in hours):
        return None
    return value.strip().lower(), hours


def _strip_brackets(text: str) -> str:
    """Take one pair of brackets off that stands round a whole text."""
    text = text.strip()
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth <= 0:
            return text[1:at].strip() if at and at + 1 == len(text) else text
    return text


def _can_be_read(hours: str) -> bool:
    """Tell whether hours can be read."""
    return len(hours) <= MAX_LENGTH and not find_hours_fault(hours, must_open=False)
