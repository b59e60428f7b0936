"""Sheets of time and people: who is open when, and what is covered for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from planner.reports.report_words import is_missing
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field
from planner.reports.workbook._places import find_towns_of
from planner.reports.workbook._shares import build_counts, build_shares

#: Parts of the summary -> the column that names what a row is of.
_PARTS: Final = {
    "moments": "moment", "profiles": "profile", "groups": "group", "services": "service",
    "classes": "class",
}  # fmt: skip
_HOURS_TABLE: Final = "facility_hours"
Row = Mapping[str, Any]


def write_hours(book: Book) -> Sheet | None:
    """Write which facility is open at which moment; None if the plan asks for no moment."""
    figures, words, texts = book.figures, book.words, book.words.texts
    table = figures.handover.run.page_tables().get(_HOURS_TABLE)
    layer = figures.layer("facilities")
    if table is None or table.empty or layer is None:
        return None
    sheet = book.add_sheet("wb_hours")
    states = {
        (str(id_), moment): state
        for id_, moment, state in zip(
            table["facility_id"], table["moment"], table["open"], strict=True
        )
    }
    moments = list(dict.fromkeys(table["moment"]))
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
            Field(words.moment(moment),
                   [_say_state(words, states.get((id_, moment))) for id_ in ids],
                   note=_say_when(book, moment))
            for moment in moments
        ),
    ]  # fmt: skip
    sheet.write_table(columns, frozen=1)
    return sheet


def _say_state(words: Any, state: Any) -> str:
    return "" if is_missing(state) else str(words.term("then", state))


def _say_when(book: Book, name: str) -> str:
    """Return the time that a moment stands for."""
    for moment in book.figures.run.get("moments") or []:
        if moment.get("name") == name:
            return book.words.say("wb_note_moment", at=str(moment.get("at")).replace("T", " "))
    return ""


def write_people(book: Book) -> Sheet | None:
    """Write shares by moment, walker, group, service and class; None if the plan asks for none."""
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
    words, last = book.words, book.figures.cutoff
    for part, column in _PARTS.items():
        for row in book.figures.summary.get(part) or []:
            if row.get("kind") == "all" or not row.get("people"):
                continue
            # Of walkers and classes, which have rows for each time, those of the time that decides.
            if part in ("profiles", "classes") and float(row["cutoff_minutes"]) != last:
                continue
            name = row.get(column)
            told = (
                words.term(column, name) if part != "classes" else name or words.texts["class_none"]
            )
            if part == "services":
                moment = row.get("moment")
                told = f"{told} · {words.moment(moment)}" if moment else told
            elif part in ("moments", "groups"):
                told = words.moment(name) if part == "moments" else words.group(name)
            yield part, told, row
