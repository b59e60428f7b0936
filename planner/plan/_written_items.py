"""Words of written hours -> items: which days, which times, and what happens then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from planner.plan._written_times import TIME_KINDS, WrittenSpan, check_styles, read_span
from planner.plan._written_words import NotUnderstoodError, Word

ALL_DAYS: Final = frozenset(range(7))
_WORKDAYS, _WEEKEND = frozenset(range(5)), frozenset((5, 6))
_SIGNS: Final = {sign: day for day, sign in enumerate("一二三四五六日")} | {
    "天": 6, **{str(day + 1): day for day in range(7)},
}  # fmt: skip
_ENGLISH: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
LONGEST: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Days(NamedTuple):
    """Days that a text names: of the week from Monday 0, and holidays.

    kind : `every` for every day, `week` for days of the week, `holidays` for no day of the week.
    workdays : whether they are days of the week that are no public holidays.
    some_holidays : whether single ones of the public holidays are named.
    """

    kind: Literal["every", "week", "holidays"]
    week: frozenset[int] = frozenset()
    workdays: bool = False
    holidays: bool = False
    school: bool = False
    some_holidays: bool = False

    def __or__(self, other: Days) -> Days:
        """Return the days of both."""
        kinds = {self.kind, other.kind}
        kind = next(kind for kind in ("every", "week", "holidays") if kind in kinds)
        flags = (mine or theirs for mine, theirs in zip(self[2:], other[2:], strict=True))
        return Days(kind, self.week | other.week, *flags)


#: First and last day of a part of the year, each (month, day).
Dates = tuple[tuple[int, int], tuple[int, int]]


class Item(NamedTuple):
    """An item of written hours: its kind, its value, and its words."""

    kind: str
    value: Days | WrittenSpan | Dates | str | None
    text: str


_NAMED: Final = {
    "workdays": Days("week", _WORKDAYS, workdays=True),
    "weekend": Days("week", _WEEKEND),
    "every_day": Days("every", ALL_DAYS),
    "holidays": Days("holidays", holidays=True),
    "festival": Days("holidays", some_holidays=True),
    "school": Days("holidays", school=True),
}
_DAY_KINDS: Final = ("weekday", "short_day", "english_day")


def list_items(words: Sequence[Word]) -> list[Item]:
    """Return the items that some words stand for.

    Raises
    ------
    NotUnderstoodError
        With the words that mean nothing, or more than one thing.
    """
    words = [word for word in words if word.kind != "filler"]
    check_styles(words)
    items: list[Item] = []
    at = 0
    while at < len(words):
        item, after = _read_item(words, at)
        text = "".join(word.text for word in words[at:after])
        items.append(Item(item.kind, item.value, text))
        at = after
    return items


def _read_item(words: Sequence[Word], at: int) -> tuple[Item, int]:
    """Read the item that begins at a word, and return the place of the word after it."""
    word = words[at]
    if word.kind in TIME_KINDS:
        span, after = read_span(words, at)
        return Item("span", span, ""), after
    if word.kind == "all_day":
        return Item("span", WrittenSpan(0, 24 * 60), ""), at + 1
    if word.kind in _DAY_KINDS:
        return _read_weekdays(words, at)
    if word.kind == "short_range":
        first, last = (_SIGNS[word.found[name]] for name in ("first", "last"))
        return Item("days", Days("week", _list_range(first, last)), ""), at + 1
    if word.kind in _NAMED:
        return Item("days", _NAMED[word.kind], ""), at + 1
    if word.kind == "dates":
        return Item("dates", _read_dates(word), ""), at + 1
    if word.kind == "season":
        return Item("season", word.found["seasons"], ""), at + 1
    if word.kind in ("dash", "after"):
        raise NotUnderstoodError(word.text)
    return Item(word.kind, None, ""), at + 1


def _read_weekdays(words: Sequence[Word], at: int) -> tuple[Item, int]:
    """Read a day of the week, or a range of them."""
    days = _read_weekday(words[at])
    ranged = [word.kind for word in words[at + 1 : at + 3]]
    if ranged[:1] == ["dash"] and ranged[1:] and ranged[1] in _DAY_KINDS:
        other = _read_weekday(words[at + 2])
        if len(days) > 1 or len(other) > 1:
            raise NotUnderstoodError(words[at].text)
        return Item("days", Days("week", _list_range(*days, *other)), ""), at + 3
    return Item("days", Days("week", days), ""), at + 1


def _read_weekday(word: Word) -> frozenset[int]:
    """Return the day that a word names, two for a weekend."""
    if word.kind == "english_day":
        return frozenset((_ENGLISH.index(word.text[:2]),))
    return _WEEKEND if word.text[-1] == "末" else frozenset((_SIGNS[word.text[-1]],))


def _list_range(first: int, last: int) -> frozenset[int]:
    """Return the days of a range, which may go on past the Sunday."""
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _read_dates(word: Word) -> Dates:
    """Return first and last day of 5月1日-9月30日, 5月-9月, 5-9月, 10月1日-7日 or 10月1日."""
    found = {name: int(text) if text else 0 for name, text in word.found.groupdict().items()}
    month, day = found["m1"] or found["m3"], found["d1"]
    last_month = found["m2"] or found["m4"] or month
    last_day = found["d2"] or found["d3"]
    # 5月1日-9月 leaves open when it ends: at the beginning of September or after it.
    mixed = "-" in word.text and bool(day) != bool(last_day)
    if mixed or not (1 <= month <= 12 and 1 <= last_month <= 12):
        raise NotUnderstoodError(word.text)
    if day and "-" not in word.text:
        last_day = day
    first = (month, day or 1)
    last = (last_month, last_day or LONGEST[last_month - 1])
    if first[1] > LONGEST[month - 1] or last[1] > LONGEST[last_month - 1]:
        raise NotUnderstoodError(word.text)
    return first, last
