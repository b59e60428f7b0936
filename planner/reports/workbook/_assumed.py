"""What the conditions of a plan assume, a line for each figure with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from planner.reports.report_words import to_line
from planner.reports.rule_words import say_status
from planner.reports.workbook._book import Book

#: Keys of a condition that are told, in this order: those that are not set change nothing.
_ASSUMED: Final = (
    "closed_highways", "closed_streets", "closed_area", "crossing_delay", "access_detour",
    "access_limit_m",
)  # fmt: skip
_UNCHANGED: Final[Mapping[str, Any]] = {"crossing_delay": 1.0}
_Line = tuple[str, str, str, str]


def list_assumed(book: Book) -> Iterator[_Line]:
    """Yield what each condition of the plan assumes: part, item, value, where it comes from."""
    words, texts = book.words, book.words.texts
    for keys in (book.figures.run.get("settings") or {}).get("conditions") or []:
        name = words.condition(keys["name"])
        for speed in keys.get("speeds") or []:
            what = words.say("wb_assumed_speed", who=_say_whom(book, speed))
            yield _line(book, name, what, _say_speed(book, speed), speed)
        for key in _ASSUMED:
            value = keys.get(key)
            if value and value != _UNCHANGED.get(key):
                told = ", ".join(value) if isinstance(value, list) else value
                shown = f"{told:g}" if isinstance(told, float) else to_line(told)
                yield _line(book, name, texts[f"wb_assumed_{key}"], shown, keys)


def _line(book: Book, name: str, what: str, value: str, keys: Mapping[str, Any]) -> _Line:
    """Return the line of one figure."""
    words, texts = book.words, book.words.texts
    status, source = say_status(words, keys), words.source(keys.get("source"))
    told = source if source.startswith(status) else f"{status}{texts['wb_colon']}{source}"
    item = words.say("wb_assumed", condition=name, what=what)
    return texts["wb_part_conditions"], item, value, told


def _say_speed(book: Book, speed: Mapping[str, Any]) -> str:
    """Return a speed, or what share of the usual one it is."""
    words = book.words
    if speed.get("factor") is not None:
        return words.say("wb_assumed_factor", factor=f"{speed['factor']:g}")
    return f"{speed['speed_kmh']:g}{words.term('wb_unit', 'km/h')}"


def _say_whom(book: Book, speed: Mapping[str, Any]) -> str:
    """Return who walks so, and where."""
    words, texts = book.words, book.words.texts
    profiles = [words.term("profile", name) for name in speed.get("profiles") or []]
    where = [*(speed.get("highways") or []), *(speed.get("surfaces") or [])]
    parts = profiles or [texts["wb_assumed_everybody"]]
    return to_line(texts["rp_list"].join([*parts, *where]))
