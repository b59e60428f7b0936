"""Opening hours as people write them, in Chinese or English -> the syntax of OSM.

The words are in `_written_words.PATTERNS`. What can be read in two ways that differ is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from planner.plan._hours_parser import MAX_CHARACTERS, Unreadable
from planner.plan._hours_state import read_hours
from planner.plan._written_clauses import Clauses
from planner.plan._written_items import list_items
from planner.plan._written_week import write_clauses
from planner.plan._written_words import (
    NotUnderstoodError,
    list_words,
    take_remarks,
    to_plain_signs,
)

__all__ = ["ReadHours", "find_unread_part", "to_osm_hours"]


@dataclass(frozen=True)
class ReadHours:
    """What was made of written hours.

    osm : the hours in the syntax of OSM. remarks : what stands in the text besides, as plain text:
        it explains, or takes hours away that nobody can put a time to.
    """

    osm: str
    remarks: tuple[str, ...] = ()


def to_osm_hours(text: str) -> ReadHours | None:
    """Read hours as people write them; None where they cannot be read, or in two ways that differ.

    Parameters
    ----------
    text
        As a table gives it, such as 周一至周五 9:00-17:00; not empty.
    """
    read = _read(text)
    return read if isinstance(read, ReadHours) else None


def find_unread_part(text: str) -> str:
    """Return the part of a text that was not understood, "" where it was read."""
    read = _read(text)
    return "" if isinstance(read, ReadHours) else read.reason


@lru_cache(maxsize=1 << 14)
def _read(text: str) -> ReadHours | Unreadable:
    """Read one text."""
    if len(text) > MAX_CHARACTERS:
        return Unreadable(text[:20])
    try:
        plain, remarks = take_remarks(to_plain_signs(text))
        words, more = list_words(plain)
        if not words:
            raise NotUnderstoodError(text[:20])
        osm = write_clauses(Clauses().add(list_items(words)))
        if isinstance(read_hours(osm), Unreadable):
            raise NotUnderstoodError(text[:20])
    except NotUnderstoodError as fault:
        return Unreadable(str(fault) or text[:20])
    return ReadHours(osm, (*remarks, *more))
