"""Sheets of time and people: who is open when, and what is covered for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from planner.reports.report_words import is_missing
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field
from planner.reports.workbook._places import find_towns_of
from planner.reports.workbook._shares import build_counts, build_shares

#: Parts of the summary -> the column that names what a row is of.
_PARTS: Final = {
    "moments": "moment", "conditions": "condition", "profiles": "profile", "groups": "group",
    "services": "service", "classes": "class",
}  # fmt: skip
_HOURS_TABLE: Final = "facility_hours"
_CONDITIONS_TABLE: Final = "facility_conditions"
Row = Mapping[str, Any]

if TYPE_CHECKING:
    import pandas as pd


def write_hours(book: Book) -> Sheet | None:
    """Write which facility is open when and under which condition; None if neither is asked."""
    figures, words, texts = book.figures, book.words, book.words.texts
    tables = figures.handover.run.page_tables()
    at_hours = _read_states(tables.get(_HOURS_TABLE), "moment")
    under = _read_states(tables.get(_CONDITIONS_TABLE), "condition")
    layer = figures.layer("facilities")
    if not (at_hours or under) or layer is None:
        return None
    sheet = book.add_sheet("wb_hours")
    ids = [str(id_) for id_ in layer["facility_id"]]
    towns = find_towns_of(figures, layer)
    columns = [
        Field(texts["wb_name"], [figures.facility_names[id_] for id_ in ids], wide=36),
        *([Field(texts["town"], [town or texts["in_ring"] for town in towns])]
          if any(towns) else []),
        Field(texts["level"], [words.term("level", level) for level in layer["level"]]),
        Field(texts["opening_hours"],
               [words.hours(hours) or texts["wb_no_hours"] for hours in layer["opening_hours"]]
               if "opening_hours" in layer.columns else [""] * len(ids),
               note=texts["wb_note_hours"], wide=50),
        *(
            Field(words.moment(moment), [_say_state(words, states.get(id_)) for id_ in ids],
                   note=_say_when(book, moment))
            for moment, states in at_hours.items()
        ),
        *(
            Field(words.condition(name), [_say_state(words, states.get(id_)) for id_ in ids],
                   note=texts["wb_note_condition"])
            for name, states in under.items()
        ),
    ]  # fmt: skip
    sheet.write_table(columns, frozen=1)
    return sheet


def _read_states(table: pd.DataFrame | None, when: str) -> dict[str, dict[str, Any]]:
    """Return for each moment, or condition, the state of each facility by its id."""
    found: dict[str, dict[str, Any]] = {}
    if table is not None:
        columns = (table["facility_id"], table[when], table["open"])
        for id_, name, state in zip(*columns, strict=True):
            found.setdefault(str(name), {})[str(id_)] = state
    return found


def _say_state(words: Any, state: Any) -> str:
    return "" if is_missing(state) else str(words.term("then", state))


def _say_when(book: Book, name: str) -> str:
    """Return the time that a moment stands for."""
    for moment in book.figures.run.get("moments") or []:
        if moment.get("name") == name:
            return book.words.say("wb_note_moment", at=str(moment.get("at")).replace("T", " "))
    return ""


def write_people(book: Book) -> Sheet | None:
    """Write shares by moment, condition, walker, group, service, class; None if none is asked."""
    figures, words, texts = book.figures, book.words, book.words.texts
    rows = list(_list_rows(book))
    if not rows:
        return None
    sheet = book.add_sheet("wb_people")
    named = [name for _, name, _ in rows]
    only = [row for _, _, row in rows]
    sheet.write_table(
        [
            Field(texts["wb_part"], [texts[f"wb_part_{part}"] for part, _, _ in rows],
                   note=texts["wb_note_part"]),
            Field(texts["wb_which"], named, wide=22),
            Field(texts["wb_area"], [words.area(row["area"]) for row in only]),
            Field(texts["col_kind"],
                   [words.term("people_of", _kind_of(book, row)) for row in only]),
            Field(texts["wb_within_minutes"],
                   [row.get("cutoff_minutes", figures.cutoff) for row in only],
                   "number"),
            *build_counts(figures, only),
            # Who is covered usually, of conditions alone.
            *([Field(texts["wb_lost_then"], [row.get("lost") for row in only], "people",
                      texts["wb_note_lost_then"])] if any("lost" in row for row in only) else []),
            *build_shares(figures, only),
        ],
        frozen=2,
    )  # fmt: skip
    return sheet


def _kind_of(book: Book, row: Row) -> str:
    """Return the kind of a row; those of a group are of the kind that the plan names."""
    if row.get("kind"):
        return str(row["kind"])
    groups = (book.figures.run.get("settings") or {}).get("groups") or []
    kinds = {group.get("name"): group.get("kind") for group in groups}
    return str(kinds.get(row.get("group")) or "residential")


def _list_rows(book: Book) -> Iterator[tuple[str, str, Row]]:
    """Yield part of the summary, what a row of it is of, and the row."""
    last = book.figures.cutoff
    for part, column in _PARTS.items():
        for row in book.figures.summary.get(part) or []:
            if row.get("kind") == "all" or not row.get("people"):
                continue
            # Of walkers and classes, which have rows for each time, those of the time that decides.
            if part in ("profiles", "classes") and float(row["cutoff_minutes"]) != last:
                continue
            yield part, _say_which(book, part, row, row.get(column)), row


def _say_which(book: Book, part: str, row: Row, name: Any) -> str:
    """Return what a row of a part of the summary is of."""
    words = book.words
    if part in ("moments", "groups"):
        return words.moment(name) if part == "moments" else words.group(name)
    if part == "classes":
        return str(name or words.texts["class_none"])
    if part == "conditions":
        own = (book.figures.run.get("profile") or {}).get("name")
        walker = row.get("profile")
        told = words.condition(name)
        return told if walker == own else f"{told} · {words.term('profile', walker)}"
    told = str(words.term(_PARTS[part], name))
    moment = row.get("moment") if part == "services" else None
    return f"{told} · {words.moment(moment)}" if moment else told
