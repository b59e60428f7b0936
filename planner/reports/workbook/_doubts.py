"""The sheet of what the data lack: what is wrong, where, how many people it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from planner.reports.report_words import is_missing, say_share
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field, keep_filled
from planner.reports.workbook._places import find_towns_of, place_columns


class _Lack(NamedTuple):
    """One thing that is wrong or missing."""

    what: str
    name: str
    town: str
    why: str
    todo: str
    people: Any = None
    lon: Any = None
    lat: Any = None


def write_doubts(book: Book) -> Sheet | None:
    """Write what was noted, facilities that do not count, and people who cannot be judged."""
    words, texts = book.words, book.words.texts
    doubts = [*_list_notes(book), *_list_facilities(book), *_list_compounds(book),
              *_list_unknown(book)]  # fmt: skip
    if not doubts:
        return None
    sheet = book.add_sheet("wb_doubts")
    people = words.say("col_people_of_unit", kind=words.term("people_of", book.figures.lead))
    columns = [
        Field(texts["wb_doubt"], [one.what for one in doubts]),
        Field(texts["wb_name"], [one.name for one in doubts], wide=26),
        Field(texts["town"], [one.town for one in doubts]),
        Field(people, [one.people for one in doubts], "people", texts["wb_note_doubt_people"]),
        Field(texts["wb_why"], [one.why for one in doubts], wide=70),
        Field(texts["wb_todo"], [one.todo for one in doubts], wide=50),
        *place_columns(book, [one.lon for one in doubts], [one.lat for one in doubts]),
    ]
    sheet.write_table(keep_filled(columns), frozen=1)
    return sheet


def _list_notes(book: Book) -> Iterator[_Lack]:
    """Yield what the run noted, rows that it left out, and what it says of completeness."""
    words, texts = book.words, book.words.texts
    summary, run = book.figures.summary, book.figures.run
    for note in summary.get("warnings") or []:
        yield _Lack(texts["wb_doubt_warning"], "", "", words.message(note), "")
    for row in run.get("dropped_rows") or []:
        told = words.say(
            "rp_row", file=row.get("file"), row=row.get("row"),
            reason=words.message(str(row.get("reason"))),
        )  # fmt: skip
        yield _Lack(texts["wb_doubt_dropped"], "", "", told, texts["wb_todo_row"])
    for fact in book.figures.facts():
        yield _Lack(texts["wb_doubt_complete"], "", "", fact, "")
    for kind, reason, people, share in book.figures.unknown_reasons():
        why = words.say("rp_unknown", kind=words.term("people_of", kind), share=say_share(share),
                        reason=words.term("reason", reason))  # fmt: skip
        lead = people if kind == book.figures.lead else None
        yield _Lack(texts["wb_doubt_unknown_kind"], "", "", why, "", lead)


def _list_facilities(book: Book) -> Iterator[_Lack]:
    """Yield facilities that join no street, or have no opening hours."""
    words, texts, figures = book.words, book.words.texts, book.figures
    layer = figures.layer("facilities")
    if layer is None:
        return
    towns = find_towns_of(figures, layer)
    rows = layer.drop(columns="geometry").to_dict("records")
    for row, place, town in zip(rows, layer.geometry, towns, strict=True):
        name = figures.facility_names[str(row["facility_id"])]
        if str(row["status"]) == "open" and not row["joined"]:
            reason = words.term("wb_joined", row.get("reason"))
            yield _Lack(texts["wb_doubt_facility"], name, town, reason, texts["wb_todo_facility"],
                         None, place.x, place.y)  # fmt: skip
    for row, place, town in zip(rows, layer.geometry, towns, strict=True):
        hours = row.get("opening_hours", "")
        if str(row["status"]) == "open" and (is_missing(hours) or not str(hours).strip()):
            name = figures.facility_names[str(row["facility_id"])]
            yield _Lack(texts["wb_doubt_hours"], name, town, texts["wb_no_hours_means"],
                         texts["wb_todo_hours"], None, place.x, place.y)  # fmt: skip


def _list_compounds(book: Book) -> Iterator[_Lack]:
    """Yield compounds whose gates nobody knows."""
    texts, layer = book.words.texts, book.figures.layer("compounds")
    if layer is None:
        return
    people = f"people_{book.figures.lead}"
    shut = layer[layer["state"] == "no gate known"]
    if people in shut.columns:
        shut = shut.sort_values(people, ascending=False, kind="stable")
    points = shut.geometry.representative_point()
    for row, place in zip(shut.drop(columns="geometry").to_dict("records"), points, strict=True):
        yield _Lack(
            texts["wb_doubt_gates"], row.get("name") or texts["compound_unnamed"],
            row.get("town") or "", texts["no_gate_long"], texts["wb_todo_gates"],
            row.get(people), place.x, place.y,
        )  # fmt: skip


def _list_unknown(book: Book) -> Iterator[_Lack]:
    """Yield the areas whose people cannot be judged; those without a gate stand above."""
    words, texts, layer = book.words, book.words.texts, book.figures.layer("unknown_areas")
    if layer is None:
        return
    people = f"people_{book.figures.lead}"
    layer = layer[(layer["reason"] != "no gate known") & (layer[people] > 0)]
    layer = layer.sort_values(people, ascending=False, kind="stable")
    points = layer.geometry.representative_point()
    for row, place in zip(layer.drop(columns="geometry").to_dict("records"), points, strict=True):
        why = words.term("reason", row["reason"])
        yield _Lack(
            texts["wb_doubt_unknown"], row.get("name") or texts["gap_unnamed"],
            row.get("town") or "", why, words.texts.get(f"wb_todo_{row['reason']}", ""),
            row.get(people), place.x, place.y,
        )  # fmt: skip
