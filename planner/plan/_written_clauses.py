"""Items of written hours -> clauses: which times belong to which days, and what is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from planner.plan._hours_parser import DAY
from planner.plan._written_items import ALL_DAYS, Dates, Days, Item
from planner.plan._written_times import WrittenSpan
from planner.plan._written_words import NotUnderstoodError

#: What a text says of public holidays, where it gives them no times of their own.
OFF, UNKNOWN, AS_USUAL = "off", "unknown", "as usual"
#: A part of the year: first and last day, or the name of a season, or none for the whole year.
Season = Dates | str | None

_TIGHT, _LOOSE, _APART = range(3)
_GAPS: Final = {"joint": _TIGHT, "comma": _LOOSE, "stop": _APART,
                "open_bracket": _APART, "close_bracket": _APART, "outside": _APART}  # fmt: skip


@dataclass
class Clause:
    """Times of some days in a part of the year; days None: a text names none for them."""

    season: Season
    days: Days | None
    spans: list[WrittenSpan] = field(default_factory=list)
    breaks: list[WrittenSpan] = field(default_factory=list)


class Clauses:
    """Puts items together, one after the other; what can be meant in two ways is refused.

    clauses : times with their days. closed : days of the week that are closed.
    unknown : days of the week of which nothing more is known.
    holidays, school : OFF, UNKNOWN, AS_USUAL or "" where nothing is said.
    closed_dates : parts of the year that are closed. holiday_hours : whether holidays have times.
    """

    def __init__(self) -> None:
        self.clauses: list[Clause] = []
        self.closed: set[int] = set()
        self.unknown: set[int] = set()
        self.usual: set[int] = set()
        self.holidays = self.school = ""
        self.closed_dates: list[Dates] = []
        self._season: Season = None
        self._outer: Season = None  # that before the last one
        self._after_span = False  # whether the last one stands in brackets after times
        self._carried: Days | None = None
        # Days that are named and not yet used, in runs that belong together.
        self._runs: list[Days] = []
        self._loose = False  # whether a comma alone stands between two runs
        self._gap = _APART
        self._bracket = False  # whether a bracket opens just before
        self._joint = False  # whether a word that joins stands just before
        self._days_after = False  # whether days stand in brackets after their times
        self._last = self._before_days = ""  # kinds of the last item, and of that before its days
        self._closing = ""  # what was said before the days that it closes
        self._including = self._pausing = False

    def add(self, items: Sequence[Item]) -> Clauses:
        """Add all items of a text, and end it.

        Raises
        ------
        NotUnderstoodError
            With the item that can be meant in two ways, or says nothing.
        """
        handlers: dict[str, Callable[[Item], None]] = {
            "days": self._add_days, "span": self._add_span, "off": self._close,
            "except": self._close, "rest_days": self._close_next,
            "except_before": self._close_next, "including": self._include,
            "no_rest": self._as_usual, "notice": self._leave_open,
            "others": self._add_others, "dates": self._begin_season,
            "season": self._begin_season,
        }  # fmt: skip
        for item in items:
            if item.kind in _GAPS:
                self._gap = max(self._gap, _GAPS[item.kind])
                self._bracket = item.kind == "open_bracket"
                self._joint = item.kind == "joint"
                if item.kind == "outside" and not self._closing:
                    raise NotUnderstoodError(item.text)  # 工作日以外: on the other days
                if item.kind == "close_bracket":
                    self._end_bracket(item)
                if self._gap == _APART:
                    self._end_closing()
                continue
            if item.kind != "days":
                self._end_closing()
            elif self._last != "days":
                self._before_days = self._last
            handlers[item.kind](item)
            self._last, self._gap = item.kind, _TIGHT
            self._bracket = self._joint = False
        self._end_closing()
        self._end()
        return self

    # --- days

    def _add_days(self, item: Item) -> None:
        days = item.value
        assert isinstance(days, Days)
        if self._including:
            self._including = False
            if days.kind != "holidays" or days.some_holidays:
                raise NotUnderstoodError(item.text)
            self._set_holidays(AS_USUAL, days, item)
            return
        last = self._runs[-1] if self._runs and self._last == "days" else None
        if last and last.school and days.week and self._gap == _TIGHT and not self._joint:
            raise NotUnderstoodError(item.text)  # 寒暑假周一至周五: in holidays alone, or as well?
        if last is None or not self._belongs(last, days):
            self._loose |= last is not None and self._gap == _LOOSE
            self._runs.append(days)
        elif days.kind != "every":  # 周一至周五每天 is from Monday to Friday
            self._runs[-1] = last | days

    def _belongs(self, last: Days, days: Days) -> bool:
        """Tell whether days belong to those named just before them."""
        if self._gap == _APART or last.kind == "every":
            return False
        return self._gap == _TIGHT or last.kind == days.kind

    def _take_runs(self, item: Item) -> Days | None:
        """Return all days that wait for their times, None for none."""
        if not self._runs:
            return None
        found, *others = self._runs
        for run in others:
            if {found.kind, run.kind} == {"every", "week"}:
                raise NotUnderstoodError(item.text)  # every day, or these?
            found |= run
        self._runs, self._loose = [], False
        return found

    def _add_others(self, item: Item) -> None:
        """Take the days that are not closed: 周一闭馆，其余时间9:00-17:00."""
        if self.clauses or self._runs:
            raise NotUnderstoodError(item.text)
        self._runs.append(Days("every", ALL_DAYS))

    # --- times

    def _add_span(self, item: Item) -> None:
        span = item.value
        assert isinstance(span, WrittenSpan)
        if self._pausing and not self._runs:
            self._pausing = False
            self._add_break(span, item)
            return
        days = self._take_runs(item)
        if days is None and self._last in ("span", "off") and self._goes_on():
            self.clauses[-1].spans.append(span)
            return
        here = [clause for clause in self.clauses if clause.season == self._season]
        if days is None and self._carried is not None:
            days = self._carried
        elif days is None and ((here and not self._days_after) or self._last == "unclear"):
            # Times without days after times with days: of which days?
            raise NotUnderstoodError(item.text)
        self.clauses.append(Clause(self._season, days, [span]))

    def _add_break(self, pause: WrittenSpan, item: Item) -> None:
        """Take a break out of the times before it, unless others may have it as well."""
        for clause in self.clauses[:-1]:
            if any(_holds(span, pause) for span in clause.spans):
                # 周一至周五9:00-17:00,周六9:00-16:00(12:00-13:00休息): on Saturdays alone?
                raise NotUnderstoodError(item.text)
        self.clauses[-1].breaks.append(pause)

    def _goes_on(self) -> bool:
        """Tell whether a span adds to the clause before it: after times, or after a break."""
        if not self.clauses or self.clauses[-1].season != self._season:
            return False
        return self._last == "span" or bool(self.clauses[-1].breaks)

    def _end_bracket(self, item: Item) -> None:
        """Give what a bracket names to the times before it: 9:00-17:00(周一至周五)."""
        if self._last in ("season", "dates") and self._after_span:
            self._date_clause(item)
            return
        last = self.clauses[-1] if self.clauses else None
        if self._last == "days" and self._before_days == "span" and last and last.days is None:
            last.days, self._days_after = self._take_runs(item), True

    # --- what is closed

    def _close(self, item: Item) -> None:
        """Close what was named just before."""
        if self._last == "span" and self._gap == _TIGHT and not self._runs:
            # 8:30-17:00(12:00-13:00休息): a break.
            if len(self.clauses[-1].spans) < 2:
                raise NotUnderstoodError(item.text)
            self._add_break(self.clauses[-1].spans.pop(), item)
            return
        if self._runs and self._last in ("off", "except"):
            # 周一(除法定节假日外)闭馆: is it open on a holiday that is a Monday, or on no holiday?
            raise NotUnderstoodError(item.text)
        if self._runs:
            self._close_runs(item)
        elif self._last == "dates" and isinstance(self._season, tuple):
            self.closed_dates.append(self._season)
            self._season = None
        elif item.text.startswith(("午", "中午")) and self.clauses:
            self._pausing = True  # 午休12:00-13:00
        elif item.text.isascii() and self._last != "off":
            self._closing = item.text  # closed on Mondays
        else:
            raise NotUnderstoodError(item.text)

    def _close_runs(self, item: Item) -> None:
        """Close the last days that were named, or all of a list of them."""
        run = self._runs.pop()
        if item.kind == "except" and self._last_closed(run):
            # 周一闭馆(节假日除外): is it open on a holiday that is a Monday, or on no holiday?
            self.holidays = UNKNOWN
        else:
            self._close_days(run, item)
        if self._runs and self._loose and item.kind == "off":
            if not self.clauses:  # 周六,节假日休息 9:00-17:00: when is it open on Saturdays?
                raise NotUnderstoodError(item.text)
            while self._runs:
                self._close_days(self._runs.pop(), item)
        self._loose = False

    def _last_closed(self, run: Days) -> bool:
        """Tell whether holidays are excepted from what was closed just before."""
        return run.kind == "holidays" and run.holidays and self._before_days == "off"

    def _close_next(self, item: Item) -> None:
        """Close what is named next."""
        self._closing = item.text

    def _end_closing(self) -> None:
        """Close the days that stand after the word that closes them."""
        if self._closing and self._runs and self._last == "days":
            item = Item("off", None, self._closing)
            self._close_days(self._runs.pop(), item)
            # closed Sun 10:00-14:00: is it closed then, or all of the day?
            unclear = item.text.isascii() and self._gap == _TIGHT
            self._closing, self._last = "", "unclear" if unclear else "off"

    def _close_days(self, days: Days, item: Item) -> None:
        """Close days of the week and holidays."""
        if days.kind == "every":
            raise NotUnderstoodError(item.text)
        self.closed |= days.week
        if days.holidays or days.some_holidays or days.school:
            self._set_holidays(OFF, days, item)

    def _set_holidays(self, state: str, days: Days, item: Item) -> None:
        """Set what holidays are; two things that differ are refused."""
        if days.some_holidays and not days.holidays:
            # Nobody can write 春节 in the syntax of OSM: some holiday is closed, and which is not
            # known.
            state = UNKNOWN if self.holidays in ("", UNKNOWN) else self.holidays
        if days.holidays or days.some_holidays:
            if self.holidays not in ("", state):
                raise NotUnderstoodError(item.text)
            self.holidays = state
        if days.school:
            if self.school not in ("", state):
                raise NotUnderstoodError(item.text)
            self.school = state

    # --- what is open as usual, or not known

    def _include(self, item: Item) -> None:  # noqa: ARG002  # all handlers take an item
        self._including = True

    def _as_usual(self, item: Item) -> None:
        """Take days for as open as the others; without days: every day is open."""
        if self._runs and self._runs[-1].kind != "every":
            run = self._runs.pop()
            self.usual |= run.week
            self._set_holidays(AS_USUAL, run, item)
        elif not self.clauses and not self._runs:
            self._runs.append(Days("every", ALL_DAYS))

    def _leave_open(self, item: Item) -> None:
        """Take days for unknown."""
        if not self._runs or self._runs[-1].kind == "every":
            raise NotUnderstoodError(item.text)
        run = self._runs.pop()
        self.unknown |= run.week
        self._set_holidays(UNKNOWN, run, item)

    # --- parts of the year

    def _begin_season(self, item: Item) -> None:
        """Begin a part of the year; dates beside the name of a season say when it is."""
        season = cast("Dates | str", item.value)
        if self._last not in ("season", "dates"):
            self._outer = self._season
            self._after_span = self._last == "span" and self._bracket
        if self._last == "dates" and isinstance(season, str):
            return  # 5月-9月(夏季): the dates count
        if self._runs:
            if self.clauses or self._season is not None:
                raise NotUnderstoodError(item.text)
            self._carried = self._take_runs(item)
        self._season = season

    def _date_clause(self, item: Item) -> None:
        """Date the times before: 8:30-17:30(5月-9月)."""
        here = [clause for clause in self.clauses if clause.season == self._outer]
        if len(here) != 1:  # is it the last of them, or all?
            raise NotUnderstoodError(item.text)
        here[0].season = self._season
        self._carried, self._season, self._after_span = here[0].days, self._outer, False

    def _end(self) -> None:
        """Use the days that are left: those of times before them, or days without any times."""
        item = Item("days", None, "days without hours")
        left = self._take_runs(item)
        empty = all(clause.season != self._season for clause in self.clauses)
        for missing, what in (
            (self._closing != "" or self._including, f"{self._closing or 'including'} what"),
            (self._pausing, "a break without hours"),
            (self._season is not None and empty, "dates without hours"),
        ):
            if missing:
                raise NotUnderstoodError(what)
        if self._days_after and any(clause.days is None for clause in self.clauses):
            raise NotUnderstoodError("hours without days")
        if left is None:
            return
        only = self.clauses[0] if len(self.clauses) == 1 else None
        if only is not None and only.days is None and only.season is None:
            only.days = left  # 9:00-17:00(周一至周五)
        elif not self.clauses and left.kind != "holidays":
            self.unknown |= left.week
            if left.workdays or left.holidays:
                self.holidays = self.holidays or (OFF if left.workdays else UNKNOWN)
        else:
            raise NotUnderstoodError(item.text)


def _holds(span: WrittenSpan, pause: WrittenSpan) -> bool:
    """Tell whether a break lies inside a span."""
    return span.start < pause.start and (span.end or DAY) > (pause.end or DAY)
