"""Clauses of written hours -> what is open on which day of which part of the year, as OSM text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from planner.plan._hours_parser import DAY, MONTHS
from planner.plan._written_clauses import AS_USUAL, OFF, UNKNOWN, Clause, Clauses, Season
from planner.plan._written_items import ALL_DAYS, LONGEST, Dates
from planner.plan._written_times import WrittenSpan
from planner.plan._written_words import NotUnderstoodError

_NAMES: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_YEAR: Final = [(month, day) for month in range(1, 13) for day in range(1, LONGEST[month - 1] + 1)]

Spans = tuple[tuple[int, int], ...]


class _Day(NamedTuple):
    """What is said of a day: when it is open, and when nobody knows; minutes, sorted, disjoint."""

    open: Spans = ()
    unknown: Spans = ()


_ANY_TIME: Final[Spans] = ((0, DAY),)


def write_clauses(found: Clauses) -> str:
    """Write clauses in the syntax of OSM: each day stands in one rule that opens, none twice.

    Raises
    ------
    NotUnderstoodError
        If two clauses contradict each other, or there is no day on which something is open.
    """
    if not found.clauses and not found.unknown and found.closed:
        found.unknown = set(ALL_DAYS) - found.closed  # open on the other days, who knows when
    if not found.clauses and not found.unknown and (found.holidays or found.school):
        found.unknown = set(ALL_DAYS)
    weeks = {season: _build_week(season, found) for season in _list_seasons(found)}
    covered = {day for week in weeks.values() for day in week if day in range(7)}
    if not found.usual <= covered - found.closed:
        raise NotUnderstoodError("days as usual without hours")
    dated = _date_seasons(weeks)
    rules = [rule for dates, week in dated.items() for rule in _write_week(dates, week)]
    # A night goes on into a day of another rule: a semicolon would cut it off there.
    night = any(
        end > DAY for week in dated.values() for day in week.values() for _, end in day.open
    )
    hours = [(", " if night else "; ").join(rules)] if rules else []
    return "; ".join([*hours, *_write_holidays(found, covered)])


def _list_seasons(found: Clauses) -> list[Season]:
    """Return the parts of the year that have times; the whole year where none is named."""
    return list(dict.fromkeys(clause.season for clause in found.clauses)) or [None]


def _build_week(season: Season, found: Clauses) -> dict[int, _Day]:
    """Return what is said of each day of the week in a part of the year."""
    named = [clause for clause in found.clauses if clause.days is not None]
    week: dict[int, _Day] = {}
    for clause in (one for one in found.clauses if one.season == season):
        if clause.days is None and season is not None and named:
            raise NotUnderstoodError("which days in which season")
        days = ALL_DAYS if clause.days is None else clause.days.week
        said = _read_clause(clause)
        for day in days:
            week[day] = _add(week.get(day, _Day()), said)
    if found.unknown & week.keys():
        raise NotUnderstoodError("days with hours and without")
    week |= {day: _Day(unknown=_ANY_TIME) for day in found.unknown}
    return {day: said for day, said in week.items() if day not in found.closed}


def _read_clause(clause: Clause) -> _Day:
    """Return what a clause says of each of its days."""
    known = [(one.start, one.end) for one in clause.spans if one.end is not None]
    later = [(one.start, max(DAY, one.start + 1)) for one in clause.spans if one.end is None]
    spans = [*known, *later]
    # 8:00-11:30 1:30-5:00: the second may be of the afternoon.
    if any(one[1] > other[0] for one, other in pairwise(spans)):
        raise NotUnderstoodError(_clock_span(spans[-1]))
    for pause in clause.breaks:
        known = _cut_out(known, pause)
    return _Day(_merge(known), _merge(later))


def _cut_out(spans: Sequence[tuple[int, int]], pause: WrittenSpan) -> list[tuple[int, int]]:
    """Take a break out of the span that it lies in."""
    start, end = pause
    kept = []
    for one in spans:
        if end is not None and one[0] < start and end < one[1]:
            kept += [(one[0], start), (end, one[1])]
        else:
            kept.append(one)
    if len(kept) == len(spans):
        raise NotUnderstoodError("a break outside the hours")
    return kept


def _add(one: _Day, other: _Day) -> _Day:
    """Return the times of two clauses about a day; those that overlap contradict each other."""
    if one in (_Day(), other):
        return other
    spans = sorted([*one.open, *one.unknown, *other.open, *other.unknown])
    if any(first[1] > second[0] for first, second in pairwise(spans)):
        raise NotUnderstoodError(f"two hours for one day, {_clock_span(spans[0])}")
    return _Day(_merge([*one.open, *other.open]), _merge([*one.unknown, *other.unknown]))


def _merge(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return spans sorted, those that touch or overlap as one only if they overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


# --- parts of the year


def _date_seasons(weeks: dict[Season, dict[int, _Day]]) -> dict[Dates | None, dict[int, _Day]]:
    """Return the weeks by their dates; of seasons without dates only what they share is known."""
    if list(weeks) == [None]:
        return {None: weeks[None]}
    dated = {season: week for season, week in weeks.items() if isinstance(season, tuple)}
    named = {season: week for season, week in weeks.items() if isinstance(season, str)}
    if None in weeks:
        raise NotUnderstoodError("hours with a season and without")
    result: dict[Dates | None, dict[int, _Day]] = dict(dated.items())
    if not dated:
        if len(named) < 2 or not {"夏", "冬"} <= set("".join(named)):
            raise NotUnderstoodError(f"{''.join(named)}: when is it?")
        return {None: _share(list(named.values()))}
    if named:
        if len(dated) > 1 or len(named) > 1:
            raise NotUnderstoodError(f"{next(iter(named))}: when is it?")
        result[_find_rest(next(iter(dated)))] = next(iter(named.values()))
    days = [day for dates in result if dates for day in _list_dates(dates)]
    if len(days) > len(set(days)):
        raise NotUnderstoodError("two seasons at once")
    return result


def _list_dates(dates: Dates) -> list[tuple[int, int]]:
    """Return all days of a part of the year, which may go on past the new year."""
    first, last = (_YEAR.index(day) for day in dates)
    return _YEAR[first : last + 1] if first <= last else [*_YEAR[first:], *_YEAR[: last + 1]]


def _find_rest(dates: Dates) -> Dates:
    """Return the rest of the year."""
    first, last = (_YEAR.index(day) for day in dates)
    if len(_list_dates(dates)) == len(_YEAR):
        raise NotUnderstoodError("a season as long as the year")
    return _YEAR[(last + 1) % len(_YEAR)], _YEAR[first - 1]


def _share(weeks: Sequence[dict[int, _Day]]) -> dict[int, _Day]:
    """Return what is open in every season, and unknown in some of them only."""
    result = {}
    for day in sorted(set().union(*weeks)):
        said = [week.get(day, _Day()) for week in weeks]
        edges = sorted({edge for one in said for spans in one for span in spans for edge in span})
        opened, unknown = [], []
        for piece in pairwise(edges):
            inside = [any(a <= piece[0] and piece[1] <= b for a, b in one.open) for one in said]
            maybe = [any(a <= piece[0] and piece[1] <= b for a, b in one.unknown) for one in said]
            if all(inside):
                opened.append(piece)
            elif any(inside) or any(maybe):
                unknown.append(piece)
        result[day] = _Day(_unite(opened), _unite(unknown))
    return result


def _unite(pieces: Iterable[tuple[int, int]]) -> Spans:
    """Return pieces in their order, those that touch as one."""
    united: list[tuple[int, int]] = []
    for start, end in pieces:
        if united and united[-1][1] == start:
            united[-1] = (united[-1][0], end)
        else:
            united.append((start, end))
    return tuple(united)


# --- as text


def _write_week(dates: Dates | None, week: dict[int, _Day]) -> list[str]:
    """Write the days of a week that are alike as a rule."""
    if dates is None and list(week.values()) == [_Day(_ANY_TIME)] * 7:
        return ["24/7"]
    alike: defaultdict[_Day, list[int]] = defaultdict(list)
    for day in sorted(week):
        alike[week[day]].append(day)
    front = f"{_write_dates(dates)} " if dates else ""
    rules = []
    for said, days in alike.items():
        on = front + _write_days(days)
        parts = []
        if said.open:
            parts.append(f"{on} {_write_spans(said.open)}")
        if said.unknown == _ANY_TIME:
            parts.append(f"{on} unknown")
        elif said.unknown:
            parts.append(f"{on} {_write_spans(said.unknown)} unknown")
        rules += [", ".join(parts)] if parts else []
    return rules


def _write_holidays(found: Clauses, covered: set[int]) -> list[str]:
    """Write what is said of holidays, and of dates that are closed."""
    days = [clause.days for clause in found.clauses if clause.days is not None]
    rules = _write_hours_of("SH", "school", found)
    if found.school in (OFF, UNKNOWN):
        rules.append(f"SH {found.school}")
    public = _write_hours_of("PH", "holidays", found)
    if public and found.holidays:
        raise NotUnderstoodError("holidays with hours and without")
    workdays: set[int] = set().union(*(one.week for one in days if one.workdays))
    if public:
        rules += public
    elif found.holidays in (OFF, UNKNOWN):
        rules.append(f"PH {found.holidays}")
    elif any(one.some_holidays for one in days):
        rules.append(f"PH {UNKNOWN}")
    elif workdays and found.holidays != AS_USUAL:
        # A public holiday is no working day; weekends that have hours of their own keep them.
        rules.append("PH off" if covered <= workdays else "PH Mo-Fr off")
    return rules + [f"{_write_dates(dates)} off" for dates in found.closed_dates]


def _write_hours_of(name: str, flag: str, found: Clauses) -> list[str]:
    """Write the times of holidays, none where a text gives them none."""
    clauses = [one for one in found.clauses if one.days is not None and getattr(one.days, flag)]
    if not clauses:
        return []
    said = _Day()
    for clause in clauses:
        if clause.season is not None:
            raise NotUnderstoodError("holidays of a season")
        said = _add(said, _read_clause(clause))
    if said.unknown:
        return [f"{name} {UNKNOWN}"]
    return [f"{name} {_write_spans(said.open)}"]


def _write_dates(dates: Dates) -> str:
    """Write a part of the year: May-Sep, May 01-Sep 15, Oct 01."""
    (month, day), (last_month, last_day) = dates
    names = MONTHS[month - 1], MONTHS[last_month - 1]
    if day == 1 and last_day == LONGEST[last_month - 1]:
        return names[0] if month == last_month else "-".join(names)
    first = f"{names[0]} {day:02d}"
    return first if dates[0] == dates[1] else f"{first}-{names[1]} {last_day:02d}"


def _write_days(days: Sequence[int]) -> str:
    """Write days of the week, from Monday: Mo-Fr, or Mo,We,Fr."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = [
        f"{_NAMES[run[0]]}-{_NAMES[run[-1]]}" if len(run) > 2 else ",".join(_NAMES[d] for d in run)
        for run in runs
    ]
    return ",".join(parts)


def _write_spans(spans: Spans) -> str:
    return ",".join(map(_clock_span, spans))


def _clock_span(span: tuple[int, int]) -> str:
    """Write a span as 09:00-17:00; one that goes on past midnight as 22:00-02:00."""
    start, end = span
    if end > DAY:
        end -= DAY
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
