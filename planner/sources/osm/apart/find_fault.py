"""Finds the element that osmium cannot read; runs in a process of its own, which may crash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import osmium

from planner.sources.osm.apart.run_child import BLAMED


def main(arguments: Sequence[str]) -> None:
    """Look at each element of a .pbf file, and write down the first with an impossible value."""
    path, folder = arguments
    found = Path(folder) / BLAMED
    told = ""
    try:
        for element in osmium.FileProcessor(osmium.io.File(path, "pbf")):
            told = f"{_KINDS[element.type_str()]} {element.id}"
            fault = next(_find_faults(element), "")
            if fault:
                found.write_text(f"{told}: {fault}", encoding="utf-8")
                return
    except (RuntimeError, ValueError, IndexError):
        found.write_text(f"after {told}" if told else "at its very start", encoding="utf-8")


#: What osmium keeps where a node has no place.
_NO_PLACE: Final = (2**31 - 1, 2**31 - 1)
_KINDS: Final = {"n": "node", "w": "way", "r": "relation"}


def _find_faults(element: Any) -> Iterator[str]:
    """Yield what is wrong with one element."""
    if element.is_node():
        place = element.location
        if not place.valid() and (place.x, place.y) != _NO_PLACE:
            lat, lon = place.lat_without_check(), place.lon_without_check()
            yield f"lat={lat:g} lon={lon:g} is no place on Earth; mend or delete it"
    keys: list[str] = []
    where = ""
    try:
        for tag in element.tags:
            keys.append(tag.k)
            if not (_is_plain(tag.k) and _is_plain(tag.v)):
                yield f"the tag {tag.k!r} holds a character that is not text; mend it"
        if element.is_relation():
            where = "the role of a member"
            for member in element.members:
                _ = member.role
    except (UnicodeDecodeError, SystemError):
        # A NUL cuts a text in two, so the last key found may really be a piece of a value.
        known = list(takewhile(bool, keys))[:5]
        where = where or f"one of its tags ({', '.join([*known, 'or the next'])})"
        yield f"{where} holds a NUL or is not UTF-8; mend it"


def _is_plain(text: str) -> bool:
    """Tell whether a text holds no half of a character (a surrogate) and no NUL."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
