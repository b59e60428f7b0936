"""Opening hours as rules -> open, closed or unknown at a time, by OSM's specification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planner.plan._hours_parser import (
    CLOSED,
    DAY,
    OPEN,
    UNKNOWN,
    HoursRule,
    State,
    Unreadable,
    parse_rules,
    read_days,
)

_ONE_DAY: Final = timedelta(days=1)
_NOON: Final = time(12)


@dataclass(frozen=True)
class Hours:
    """Opening hours that can be read: their rules, in their order."""

    rules: tuple[HoursRule, ...]


@lru_cache(maxsize=1 << 17)
def read_hours(text: str) -> Hours | Unreadable:
    """Read opening hours; what cannot be read is never taken for open.

    Parameters
    ----------
    text
        In the syntax of OSM, not empty.
    """
    rules = parse_rules(text)
    return rules if isinstance(rules, Unreadable) else Hours(rules)


def find_state(hours: Hours, at: datetime, country: str | None) -> State:
    """Return the state at a local time.

    Parameters
    ----------
    hours
        From `read_hours`.
    at
        Local time on the clock, without a time zone.
    country
        ISO code whose public holidays count, None: there are none.
    """
    here = [_applies(rule, at.date(), country) for rule in hours.rules]
    # In the night 18:00-02:00 of the evening before may still count.
    before = [_applies(rule, at.date() - _ONE_DAY, country) for rule in hours.rules]
    return _find_state_at_minute(hours.rules, here, before, at.hour * 60 + at.minute)


def list_spans(hours: Hours, day: date, country: str | None) -> Iterator[tuple[int, int, State]]:
    """Yield the spans of a day, in minutes from its start, and the state during each."""
    here = [_applies(rule, day, country) for rule in hours.rules]
    before = [_applies(rule, day - _ONE_DAY, country) for rule in hours.rules]
    minutes = sorted(_list_changes(hours.rules))
    for begin, end in zip(minutes, [*minutes[1:], DAY], strict=True):
        yield begin, end, _find_state_at_minute(hours.rules, here, before, begin)


def list_states(hours: Hours, first: date, n_days: int, country: str | None) -> Iterator[State]:
    """Yield every state that occurs on n days from a first one; a state may come more than once."""
    for number in range(min(n_days, 7)):  # a week shows all states of most hours
        day = first + number * _ONE_DAY
        here = [_applies(rule, day, country) for rule in hours.rules]
        before = [_applies(rule, day - _ONE_DAY, country) for rule in hours.rules]
        yield from _list_day_states(hours.rules, here, before)
    # One day more in front, as the night before the first day reaches into it.
    applies = np.array([_find_applied_days(rule, first - _ONE_DAY, n_days + 1, country)
                        for rule in hours.rules]).T  # fmt: skip
    # Years hold few patterns of days: to ask each day of each of hundreds of rules takes too long.
    for pattern in np.unique(np.hstack([applies[1:], applies[:-1]]), axis=0).tolist():
        n = len(hours.rules)
        yield from _list_day_states(hours.rules, pattern[:n], pattern[n:])


def _list_day_states(
    rules: tuple[HoursRule, ...], here: list[bool], before: list[bool]
) -> Iterator[State]:
    """Yield the states of a day, at every minute at which one may begin."""
    for minute in sorted(_list_changes(rules)):
        yield _find_state_at_minute(rules, here, before, minute)


def _list_changes(rules: tuple[HoursRule, ...]) -> set[int]:
    """Return every minute of a day at which a state may begin."""
    minutes = {0}
    for span in (span for rule in rules for span in rule.spans):
        # A state changes only where a span or its open end does; past midnight it is on the next
        # day.
        minutes |= {end % DAY for end in span}
    return minutes


def _find_state_at_minute(
    rules: tuple[HoursRule, ...], here: list[bool], before: list[bool], minute: int
) -> State:
    """Return the state at a minute of a day.

    On its days, a rule that opens replaces all rules before it, including hours that reach into
    the day from the evening before. A rule that closes removes only its own times. A rule after a
    comma adds its times. A rule after || counts only where all rules before it are closed.

    Parameters
    ----------
    here, before
        Whether each rule applies on the day, and on the day before.
    """
    state: State = CLOSED
    for rule, today, yesterday in zip(rules, here, before, strict=True):
        if rule.operator == "||" and state != CLOSED:
            continue
        # If the words hold, this rule replaces those before it: what they open is unknown.
        if today and rule.on_words:
            state = CLOSED if state == CLOSED else UNKNOWN
        elif today and rule.operator == ";" and rule.state != CLOSED:
            state = CLOSED
        found = (_judge_minute(rule, minute) if today else None) or (
            _judge_minute(rule, minute + DAY) if yesterday else None
        )
        state = found or state
    return state


def _judge_minute(rule: HoursRule, minute: int) -> State | None:
    """Return what a rule says of a minute counted from the start of its day, None if nothing."""
    if not rule.spans:
        return rule.state if minute < DAY else None
    if any(span.start <= minute < span.end for span in rule.spans):
        return rule.state
    if any(span.end <= minute < span.unknown_until for span in rule.spans):
        return UNKNOWN if rule.state == OPEN else rule.state
    return None


def _applies(rule: HoursRule, day: date, country: str | None) -> bool:
    """Tell whether a rule applies on a day."""
    return all(_day_matches(selector, day, country) for selector in rule.days)


@lru_cache(maxsize=1 << 16)
def _day_matches(selector: str, day: date, country: str | None) -> bool:
    """Tell whether a selector of days includes a day."""
    hours = read_days(selector, country)
    assert hours is not None  # it was read before
    # The selector is open all day, so any time of the day would do.
    return bool(hours.is_open(datetime.combine(day, _NOON)))


def _find_applied_days(
    rule: HoursRule, first: date, n_days: int, country: str | None
) -> NDArray[np.bool_]:
    """Tell on which of n days a rule applies, shape (n,)."""
    applied = np.ones(n_days, dtype=bool)
    for selector in rule.days:
        applied &= _find_matched_days(selector, first, n_days, country)
    return applied


@lru_cache(maxsize=256)
def _find_matched_days(
    selector: str, first: date, n_days: int, country: str | None
) -> NDArray[np.bool_]:
    """Tell which of n days a selector includes, shape (n,)."""
    hours = read_days(selector, country)
    assert hours is not None  # it was read before
    from opening_hours import State as LibraryState

    start = datetime.combine(first, time())
    matched = np.zeros(n_days, dtype=bool)
    for begin, end, state, _ in hours.intervals(start, start + n_days * _ONE_DAY):
        if state == LibraryState.OPEN:
            matched[(begin - start).days : (end - start).days] = True
    return matched
