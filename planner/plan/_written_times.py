"""Times of day as people write them -> spans in minutes, where they can mean only one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from planner.plan._hours_parser import DAY
from planner.plan._written_words import NotUnderstoodError, Word

#: Kinds of words that a time of day begins with.
TIME_KINDS: Final = (
    "next_day", "part", "clock", "four_digits", "dotted", "bare", "lone_hour",
)  # fmt: skip

_NUMERALS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_FRACTIONS: Final = {"": 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}
#: Nobody opens at one to five in the afternoon and writes it as a time of the night on purpose:
#: an opening this early may be meant as one of the afternoon.
_EARLY: Final = 6 * 60
#: A span may go on after midnight without a word if it begins and ends at such hours.
_EVENING: Final = 17 * 60
_NEXT_MORNING: Final = 8 * 60
#: Four digits between these may be years.
_YEARS: Final = range(1990, 2060)


class WrittenSpan(NamedTuple):
    """A span of time in minutes of its day; more than 1440 is on the next one.

    end : None where only the beginning is said.
    """

    start: int
    end: int | None


class _Point(NamedTuple):
    """A time as written: hour and minute, words before it, `a` or `p` of am and pm after it."""

    hour: int
    minute: int
    part: str
    half: str
    next_day: bool
    word: Word

    @property
    def minutes(self) -> int:
        """As on a clock of 24 hours."""
        return self.hour * 60 + self.minute


def _morning(hour: int) -> int | None:
    return hour if hour <= 12 else None


def _small_hours(hour: int) -> int | None:
    return hour % 12 if hour <= 6 or hour == 12 else None


def _noon(hour: int) -> int | None:
    return hour + 12 if hour in (1, 2) else hour if 10 <= hour <= 14 else None


def _afternoon(hour: int) -> int | None:
    return hour + 12 if 1 <= hour <= 7 else hour if 12 <= hour <= 19 else None


def _evening(hour: int) -> int | None:
    if hour in (0, 12):
        return 24
    return hour + 12 if 4 <= hour <= 11 else hour if 16 <= hour <= 24 else None


def _by_day(hour: int) -> int | None:
    return hour


#: Part of the day -> hour as written to hour of 24, None where the two contradict each other.
_PARTS: Final[dict[str, Callable[[int], int | None]]] = {
    **dict.fromkeys(("上午", "早上", "早晨", "清晨", "早间", "早", "朝"), _morning),
    "凌晨": _small_hours,
    **dict.fromkeys(("中午", "午间"), _noon),
    **dict.fromkeys(("下午", "午后"), _afternoon),
    **dict.fromkeys(
        ("傍晚", "晚上", "晚间", "夜间", "夜里", "夜晚", "深夜", "晚"), _evening
    ),
    **dict.fromkeys(("白天", "日间", ""), _by_day),
}  # fmt: skip


def read_span(words: Sequence[Word], at: int) -> tuple[WrittenSpan, int]:
    """Read the span that begins at a word; return it and the place of the word after it.

    Raises
    ------
    NotUnderstoodError
        If it is a point in time, no time of day, or can be meant in two ways.
    """
    first, after = _read_point(words, at)
    kind = words[after].kind if after < len(words) else ""
    if kind == "after":
        return WrittenSpan(_resolve(first, first.part), None), after + 1
    if kind == "dash":
        after += 1
    elif not (kind == "part" and first.part):  # 早9晚5 needs no dash
        raise NotUnderstoodError(first.word.text)
    last, after = _read_point(words, after)
    return _join(first, last), after


def check_styles(words: Sequence[Word]) -> None:
    """Refuse times that the rest of a text leaves in doubt: 8.30-11.30 may be dates, 5-10 months.

    Raises
    ------
    NotUnderstoodError
        With the first of them.
    """
    dotted = [word for word in words if word.kind == "dotted"]
    if dotted and all(_may_be_date(word.found) for word in dotted):
        raise NotUnderstoodError(dotted[0].text)
    digits = [int(word.text) for word in words if word.kind == "four_digits"]
    weekly = any("day" in word.kind for word in words)
    if digits and not weekly and all(number in _YEARS for number in digits):
        raise NotUnderstoodError(str(digits[0]))
    lone = [
        place
        for place, word in enumerate(words)
        if word.kind == "bare"
        and (place == 0 or words[place - 1].kind not in ("part", "dash"))
        # 9-17点 says that both are hours.
        and [one.kind for one in words[place + 1 : place + 3]] == ["dash", "bare"]
    ]
    if lone and (dotted or any(word.kind in ("clock", "four_digits") for word in words)):
        raise NotUnderstoodError(words[lone[0]].text)


def _may_be_date(found: re.Match[str]) -> bool:
    return 1 <= int(found["dot_hour"]) <= 12 and 1 <= int(found["dot_minute"]) <= 31


def _read_point(words: Sequence[Word], at: int) -> tuple[_Point, int]:
    """Read one time of day with the words before it."""
    part, next_day, begins = "", False, at
    while at < len(words) and words[at].kind in ("part", "next_day"):
        if words[at].kind == "next_day":
            next_day = True
        elif part:
            raise NotUnderstoodError(words[at].text)
        else:
            part = words[at].text
        at += 1
    if at == len(words) or words[at].kind not in TIME_KINDS:
        raise NotUnderstoodError(words[min(begins, len(words) - 1)].text)
    word = words[at]
    hour, minute, half = _read_clock(word)
    if hour > 24 or minute > 59 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        raise NotUnderstoodError(word.text)
    return _Point(hour, minute, part, half, next_day, word), at + 1


def _read_clock(word: Word) -> tuple[int, int, str]:
    """Return hour, minute, and `a` or `p` of a word."""
    found = word.found.groupdict()
    if word.kind == "clock":
        if found["word"]:
            return 12, 0, "p" if found["word"] == "noon" else "a"
        if found["hour"]:
            return int(found["hour"]), int(found["minute"]), found["half"] or ""
        if found["hour_en"]:
            return int(found["hour_en"]), int(found["minute_en"] or 0), found["half_en"]
        return _read_number(found["hour_cn"]), _read_fraction(found["part_cn"]), ""
    if word.kind == "four_digits":
        return int(found["hh"]), int(found["mm"]), ""
    if word.kind == "dotted":
        return int(found["dot_hour"]), int(found["dot_minute"]), ""
    return (_read_number(found["lone"]) if word.kind == "lone_hour" else int(word.text)), 0, ""


def _read_fraction(text: str) -> int:
    """Return the minutes after a word for hours: 半, 一刻, 30分, 三十分."""
    known = _FRACTIONS.get(text)
    return _read_number(text.removesuffix("分")) if known is None else known


def _read_number(text: str) -> int:
    """Return a number in digits or numerals, up to 99."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > (1 if ten else 2):
        raise NotUnderstoodError(text)
    if not ten:  # 九, or 零五
        if len(ones) == 2 and ones[0] != "零":
            raise NotUnderstoodError(text)
        return _NUMERALS[ones[-1]]
    if "零" in text or (ones and ones not in _NUMERALS) or (tens and tens not in _NUMERALS):
        raise NotUnderstoodError(text)
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)


def _resolve(point: _Point, part: str) -> int:
    """Return the minutes of a time in a part of the day."""
    if point.half:
        return (point.hour % 12 + 12 * (point.half == "p")) * 60 + point.minute
    hour = _PARTS[part](point.hour)
    if hour is None or (hour == 24 and point.minute):
        raise NotUnderstoodError(f"{part}{point.word.text}")
    return hour * 60 + point.minute


def _join(first: _Point, last: _Point) -> WrittenSpan:
    """Return the span between two times."""
    written = f"{first.part}{first.word.text}-{last.part}{last.word.text}"
    if first.next_day:
        raise NotUnderstoodError(written)
    start = _find_start(first, last, written)
    # 下午1:30-5:00: the end is of the afternoon as well, unless it says otherwise.
    carried = last.part or (first.part if not last.half and last.hour <= 12 else "")
    # 上午9点-12点 is over at noon, 下午1点-12点 at midnight is not what anybody writes.
    end = _resolve(last, "" if last.next_day and not last.part else carried)
    if last.word.text.endswith("midnight"):
        end = DAY
    if first.half and not last.half and last.hour <= 12 and not last.part:
        raise NotUnderstoodError(written)
    if last.next_day:
        end += DAY if end < DAY else 0
    elif end <= start and _goes_past_midnight(first, last, start, end):
        end += DAY
    plain = not (first.part or first.half or first.word.text.startswith("0"))
    early = plain and 60 <= start < _EARLY and end <= DAY // 2
    if early or not start < end <= start + DAY or not start < DAY:
        raise NotUnderstoodError(written)
    bare = first.word.kind == last.word.kind == "bare" and not (first.part or last.part)
    if bare and start < _EARLY:  # 1-5 may be days of the week
        raise NotUnderstoodError(written)
    return WrittenSpan(start, end)


def _find_start(first: _Point, last: _Point, written: str) -> int:
    """Return when a span begins; 9-5pm begins in the morning, 1-5pm in the afternoon."""
    if last.half != "p" or first.half or first.part or first.hour > 12:
        return _resolve(first, first.part)
    morning = first.minutes
    afternoon = (first.hour % 12 + 12) * 60 + first.minute
    fits = afternoon < _resolve(last, "")
    if fits and morning >= _EARLY and first.hour != 12:
        raise NotUnderstoodError(written)
    return afternoon if fits else morning


def _goes_past_midnight(first: _Point, last: _Point, start: int, end: int) -> bool:
    """Tell whether an end before its start can only be of the next day."""
    if last.part == "凌晨" or (first.half == "p" and last.half == "a"):
        return True
    return not last.part and not last.half and start >= _EVENING and end <= _NEXT_MORNING
