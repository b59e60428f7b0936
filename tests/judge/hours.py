"""Which tags hold at a moment, read plainly: days of the week and hours, the usual ones alone."""

from __future__ import annotations

import re

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
#: "Mo-Fr 08:00-18:00", "22:00-06:00", "Sa,Su", with hours or days left out.
SPAN = re.compile(r"(?:([A-Z][a-z](?:[-,][A-Z][a-z])*)\s*)?(?:(\d\d):(\d\d)-(\d\d):(\d\d))?")


def tags_at(tags, at):
    """Return the tags that hold at a datetime; None: those that hold without conditions."""
    timed = ("opening_hours", "foot:conditional", "access:conditional")
    held = {key: value for key, value in tags.items() if key not in timed}
    if at is None:
        return held
    for key in ("foot", "access"):
        for value, hours in re.findall(
            r"([\w]+)\s*@\s*\(([^)]*)\)", tags.get(f"{key}:conditional", "")
        ):
            parts = [is_open(part.strip(), at) for part in hours.split(" AND ")]
            if all(parts):  # a part that cannot be read holds never
                held[key] = value
    if "opening_hours" in tags and is_open(tags["opening_hours"], at) is False:
        held["foot"] = "no"
    return held


def tags_at_best(tags):
    """Return the tags at the hours when most may walk: any value that a condition names."""
    held = tags_at(tags, None)
    for key in ("foot", "access"):
        for value in re.findall(r"([\w]+)\s*@", tags.get(f"{key}:conditional", "")):
            if value not in ("no", "private"):
                held[key] = value
    return held


def is_open(text, at):
    """Return whether hours are open at a datetime, None where they cannot be read here."""
    open_now = False
    for rule in text.split(";"):
        found = SPAN.fullmatch(rule.strip())
        if not found or not found[0]:
            return None
        days = _days(found[1]) if found[1] else set(range(7))
        minute, today = at.hour * 60 + at.minute, at.weekday()
        if not found[2]:
            open_now |= today in days
            continue
        start, end = (60 * int(found[k]) + int(found[k + 1]) for k in (2, 4))
        if start < end:
            open_now |= today in days and start <= minute < end
        else:
            open_now |= today in days and minute >= start
            open_now |= (today - 1) % 7 in days and minute < end
    return open_now


def _days(text):
    """Return the days that "Mo-We,Sa" names, as numbers."""
    found = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        a, b = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(a, b + 1 + 7 * (b < a))}
    return found
