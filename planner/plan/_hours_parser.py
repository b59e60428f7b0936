"""Opening hours as text -> rules: where one ends and the next begins, its days and its times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from opening_hours import OpeningHours

State = Literal["open", "closed", "unknown"]
OPEN: Final = "open"
CLOSED: Final = "closed"
UNKNOWN: Final = "unknown"
Operator = Literal[";", ",", "||"]

#: A value in OSM has at most 255 characters; a text this long is no opening hours.
MAX_CHARACTERS: Final = 1_000
DAY: Final = 24 * 60

#: When the sun rises and sets, in minutes of the day: the same at every place and season.
_SUN: Final = {"dawn": 6 * 60, "sunrise": 7 * 60, "sunset": 19 * 60, "dusk": 20 * 60}
MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
#: Days of each month in a leap year.
_LONGEST: Final = dict(zip(MONTHS, (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
_STATES: Final[dict[str, State]] = {
    "open": OPEN,
    "closed": CLOSED,
    "off": CLOSED,
    "unknown": UNKNOWN,
}
_WORDS: Final = {
    word.lower(): word
    for word in (
        *("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH", "SH", "week", "easter", "day", "days"),
        *MONTHS, *_STATES, *_SUN,
    )
}  # fmt: skip

# Signs that mean the same as those of the specification and can mean nothing else.
_SIGNS: Final = str.maketrans(
    "：；，－（）［］＋／～~–—−‐‑“”„＂　\xa0０１２３４５６７８９",
    ':;,-()[]+/-------""""  0123456789',
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_COMMENT: Final = '""'
_CLOCK: Final = r"\d{1,2}:\d\d"
_SUN_TIME: Final = rf"(?:{'|'.join(_SUN)})|\((?:{'|'.join(_SUN)})[+-]{_CLOCK}\)"
_TIME: Final = rf"{_CLOCK}|{_SUN_TIME}"
#: A bracket begins a time as well: (sunset-01:00).
_FIRST_TIME: Final = re.compile(rf"(?<!\d)(?:{_CLOCK})|{'|'.join(_SUN)}|\(")
_SPAN: Final = re.compile(rf"({_TIME})(?:-({_TIME}))?(\+?)")
_END: Final = re.compile(rf"(?:({'|'.join(_STATES)})\s*)?({_COMMENT})?$")
_ONE_HOLIDAY: Final = r"[PS]H(?:\s*[+-]\d{1,3}\s+days?)?"
_HOLIDAYS: Final = rf"{_ONE_HOLIDAY}(?:\s*,\s*{_ONE_HOLIDAY})*"
_WEEKDAY: Final = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_WEEKDAYS: Final = rf"{_WEEKDAY}(?:[\s,\[\]\d-]|{_WEEKDAY})*"
_BOTH: Final = re.compile(rf"(?P<holidays>\b{_HOLIDAYS})\s+(?P<weekdays>{_WEEKDAYS})$")
_BOTH_TURNED: Final = re.compile(rf"(?P<weekdays>\b{_WEEKDAYS})(?<=\s)(?P<holidays>{_HOLIDAYS})$")
_LISTED: Final = re.compile(
    rf"({'|'.join(MONTHS)}) \d\d?(?:-\d\d?)?(?:,\s*\d\d?(?:-\d\d?)?)+(?!\d)"
)
_NO_DAYS: Final = re.compile("|".join((*_STATES, "24/7", '"')))
_DAY_OF_MONTH: Final = re.compile(rf"({'|'.join(MONTHS)}) (\d+)")


class Span(NamedTuple):
    """A span of time, in minutes from the beginning of its day.

    start, end : more than 1440 is on the next day. unknown_until : until when nobody knows whether
    it is still open; `end` where that is known.
    """

    start: int
    end: int
    unknown_until: int


class HoursRule(NamedTuple):
    """A rule of opening hours.

    operator : what stands before it. days : selectors of days that all have to match, none: every
    day. spans : none: the whole day. state : what it says. on_words : whether a
    comment for people decides, too, when it applies.
    """

    operator: Operator
    days: tuple[str, ...]
    spans: tuple[Span, ...]
    state: State
    on_words: bool


class Unreadable(NamedTuple):
    """Hours that cannot be read, and why, in words that fit into brackets."""

    reason: str


class _FaultError(ValueError):
    """Says why a text cannot be read."""


def parse_rules(text: str) -> tuple[HoursRule, ...] | Unreadable:
    """Read opening hours by OSM's specification 0.7.

    Parameters
    ----------
    text
        As a table or OSM gives it, not empty. Beyond the specification, letters of either case,
        punctuation of Chinese keyboards, typographic dashes, a missing space, a missing leading
        zero and a trailing semicolon are read, because they can mean only one thing.
    """
    try:
        if len(text) > MAX_CHARACTERS:
            raise _FaultError(f"longer than {MAX_CHARACTERS:,} characters")
        rules = tuple(_read_rule(operator, rule) for operator, rule in _split(_normalise(text)))
        if not rules:
            raise _FaultError("there is no rule in it")
    except _FaultError as fault:
        return Unreadable(str(fault))
    return rules


@lru_cache(maxsize=4096)
def read_days(text: str, country: str | None) -> OpeningHours | None:
    """Return the library's reading of a selector of days, open on these; None: it has none."""
    # Imported here, so that a plan without opening hours does not wait for the library to load.
    from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

    try:
        # A selector without times is open all day, so being open on a day is being one of its days.
        return OpeningHours(text, country=country)
    except ParserError:
        return None


def _normalise(text: str) -> str:
    """Return a text with its comments emptied, its words as specified, its punctuation in ASCII."""
    quoted = text.translate(_SIGNS).split('"')
    # An even number of pieces is an odd number of quotes.
    if len(quoted) % 2 == 0:
        raise _FaultError('a " is missing')
    # Comments are for people: a semicolon in one ends no rule, and PH in one is no holiday.
    plain = _COMMENT.join(_WORD.sub(_spell_word, part) for part in quoted[::2])
    return " ".join(plain.split())


def _spell_word(found: re.Match[str]) -> str:
    """Return a word as the specification writes it."""
    word = found.group()
    known = _WORDS.get(word.lower())
    if known is None:
        raise _FaultError(f"the word {word[:20]!r} is not in the syntax of OSM")
    return known


def _split(text: str) -> Iterator[tuple[Operator, str]]:
    """Yield each rule with the operator before it; empty ones between semicolons are skipped."""
    operator: Operator = ";"
    for part in re.split(r"(;|\|\|)", text):
        if part in (";", "||"):
            operator = ";" if part == ";" else "||"
        elif part.strip():
            first, *more = _split_at_commas(part)
            yield operator, first
            yield from ((",", rule) for rule in more)
            operator = ";"
        elif operator == "||":
            raise _FaultError("nothing stands after ||")
    # A semicolon at the end can mean only one thing; || promises a fallback that is not there.
    if operator == "||":
        raise _FaultError("nothing stands after ||")


def _split_at_commas(text: str) -> list[str]:
    """Split at the commas that begin a rule.

    A comma after times or after a state begins one, unless another time follows times.
    """
    rules: list[str] = []
    whole = stated = False  # whether the last rule has times or a state; whether a state
    for piece in text.split(","):
        piece = piece.strip()
        # In `Mo,We 10:00-12:00,14:00-17:00, Sa 10:00-12:00` only the last comma begins a rule.
        goes_on = not whole or (not stated and _FIRST_TIME.match(piece) is not None)
        if rules and goes_on:
            rules[-1] += f",{piece}"
        else:
            rules.append(piece)
        body = rules[-1].removeprefix(f"{_COMMENT}:")
        stated = _END.search(body).group() != ""  # type: ignore[union-attr]  # it matches ""
        whole = stated or _FIRST_TIME.search(body) is not None or body == "24/7"
    return rules


def _read_rule(operator: Operator, text: str) -> HoursRule:
    """Read one rule."""
    text = text.strip()
    on_words = re.match(rf"{_COMMENT}\s*:", text)
    if on_words:
        text = text[on_words.end() :].strip()
    end = _END.search(text)
    assert end is not None  # it matches nothing as well
    # Hours of nothing but a comment, such as "by appointment", are unknown by the specification.
    state: State = _STATES.get(end[1], UNKNOWN if end[2] else OPEN)
    rest = text[: end.start()].strip()
    first = _FIRST_TIME.search(rest)
    days, times = (rest[: first.start()], rest[first.start() :]) if first else (rest, "")
    times = "".join(times.split())
    # The colon of `Mo-Fr: 08:00-12:00` means nothing.
    days = days.strip().replace(" :", ":").removesuffix(":").strip()
    if days == "24/7" and not times:
        days = ""
    elif not (text or on_words):
        raise _FaultError("a rule is empty")
    spans = tuple(_read_span(part) for part in times.split(",")) if times else ()
    # Whether the words in front of a rule hold, as in "in term": 08:00-12:00, is not known.
    return HoursRule(
        operator, _read_selectors(days), spans, UNKNOWN if on_words else state, bool(on_words)
    )


@lru_cache(maxsize=4096)
def _read_selectors(days: str) -> tuple[str, ...]:
    """Return selectors of days that all have to match: holidays on weekdays are two of them."""
    if not days:
        return ()
    # The library does not read `Dec 25,26`.
    days = _LISTED.sub(_repeat_month, days)
    both = _BOTH.search(days) or _BOTH_TURNED.search(days)
    selectors: tuple[str, ...] = (days,)
    if both:
        wide = days[: both.start()]
        # In `Mo,PH Su` the PH may belong to the Monday before it or to the Sunday after it.
        if wide.rstrip().endswith((",", "-")):
            raise _FaultError(f"which days {days[:40]!r} means is not clear")
        # The library takes `PH Su` for any holiday or any Sunday; it means Sundays that are
        # holidays.
        selectors = (wide + both["holidays"].strip(), wide + both["weekdays"].strip())
    for selector in selectors:
        _check_days(selector)
    return selectors


def _repeat_month(found: re.Match[str]) -> str:
    """Write `Dec 25,26` as `Dec 25,Dec 26`."""
    month = found[1]
    return ",".join(f"{month} {day.strip()}" for day in found.group()[len(month) :].split(","))


def _check_days(days: str) -> None:
    """Refuse a selector that the library cannot read, and days that no year has."""
    hours = None if _NO_DAYS.search(days) else read_days(days, None)
    if hours is None:
        raise _FaultError(f"{days[:40]!r} names no days")
    if ", " in str(hours):  # the library takes it for two rules
        raise _FaultError(f"which days {days[:40]!r} means is not clear")
    for month, day in _DAY_OF_MONTH.findall(str(hours)):  # the library takes them for every day
        if int(day) > _LONGEST[month]:
            raise _FaultError(f"there is no {month} {day}")


@lru_cache(maxsize=4096)
def _read_span(text: str) -> Span:
    """Read a span of time."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise _FaultError(f"{text[:40]!r} is no span of time; write it like 09:00-17:00")
    if found[2] is None and not found[3]:
        raise _FaultError(f"{text[:40]!r} is a point in time; write a span like 09:00-17:00")
    start = _read_minutes(found[1])
    end = start if found[2] is None else _read_minutes(found[2])
    # 18:00-02:00 ends on the next day, and 08:00-08:00 lasts for 24 hours.
    if found[2] is not None and end <= start:
        end += DAY
    if not 0 <= start < DAY or end > 2 * DAY:
        raise _FaultError(f"{text[:40]!r} begins on another day, or ends after the next one")
    return Span(start, end, max(end, _guess_end(end)) if found[3] else end)


def _guess_end(last: int) -> int:
    """Return when an open end is over at the latest, as the reference program guesses it."""
    late, night = 17 * 60, 22 * 60
    if last < late:
        return DAY
    return min(last + (8 if last >= night else 10) * 60, 2 * DAY)


def _read_minutes(text: str) -> int:
    """Return a time in minutes of the day."""
    event = next((name for name in _SUN if name in text), None)
    if event is None:
        return _read_clock(text)
    sign = "+" in text or "-" in text
    offset = _read_clock(text[text.index(event) + len(event) + 1 : -1]) if sign else 0
    return _SUN[event] + (-offset if "-" in text else offset)


def _read_clock(text: str) -> int:
    """Return hours and minutes in minutes; hours go to 48."""
    hour, minute = map(int, text.split(":"))
    # Hours are not checked here: a span has to begin on its day and end by the next one anyway.
    if minute > 59:
        raise _FaultError(f"{text} is no time of day")
    return hour * 60 + minute
