"""When sites are open during an outing."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from math import ceil

from planner.plan.moments import Hours, Moment, is_open, read_hours

#: Minutes from the begin of the outing.
Span = tuple[float, float]


@lru_cache(maxsize=4096)
def find_open_spans(text: str, begin: Moment, minutes: float) -> tuple[Span, ...]:
    """Return from when to when hours are open during an outing.

    Parameters
    ----------
    text
        In the syntax of OSM; empty: always open.
    begin
        Of the outing, on a whole minute.
    minutes
        How long it is.

    Returns
    -------
    tuple
        Minutes from the begin, one span after the other. What is unknown then is not open.
    """
    if not text:
        return ((0.0, float(minutes)),)
    hours = read_hours(text)
    if not isinstance(hours, Hours):
        return ()
    # Hours change at whole minutes alone.
    last = ceil(minutes)
    states = [is_open(hours, _later(begin, minute)) is True for minute in range(last)]
    spans: list[Span] = []
    opened = None
    for minute, state in enumerate([*states, False]):
        if state and opened is None:
            opened = minute
        elif not state and opened is not None:
            spans.append((float(opened), min(float(minute), float(minutes))))
            opened = None
    return tuple(spans)


def _later(begin: Moment, minutes: int) -> Moment:
    """Return the moment some minutes after another one, on the clock."""
    return Moment(
        begin.name, begin.title_zh, begin.title_en, begin.at + timedelta(minutes=minutes),
        begin.timezone, begin.country,
    )  # fmt: skip


def write_clock(begin: Moment, minutes: float) -> str:
    """Return the time of day so many minutes after the begin: HH:MM, after midnight 24:10."""
    total = begin.at.hour * 60 + begin.at.minute + round(minutes)
    return f"{total // 60:02d}:{total % 60:02d}"
