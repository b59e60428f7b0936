"""The sheet of standards: what is asked by whom, and whether it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.reports.report_words import is_missing
from planner.reports.rule_words import say_level, say_status, say_within
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field, keep_filled
from planner.reports.workbook._shares import build_counts, build_shares

Row = Mapping[str, Any]


def write_standards(book: Book) -> Sheet | None:
    """Write a row for each rule and area; None if nothing is asked."""
    figures, words, texts = book.figures, book.words, book.words.texts
    rows = list(figures.summary.get("checks") or [])
    if not rows:
        return None
    sheet = book.add_sheet("wb_standards")
    columns = [
        Field(texts["wb_area"], [words.area(row["area"]) for row in rows]),
        Field(texts["wb_tier"], [words.term("tier", row.get("tier")) for row in rows]),
        Field(texts["level"], [say_level(words, row) for row in rows], wide=18),
        Field(texts["col_kind"], [words.term("people_of", row["kind"]) for row in rows]),
        Field(texts["wb_rule_within"], [say_within(words, row) for row in rows], wide=28),
        *build_counts(figures, rows),
        *build_shares(figures, rows, targets=[row.get("target") for row in rows]),
        Field(texts["col_target"], [row.get("target") for row in rows], "target"),
        Field(texts["wb_target_year"], [_year(row) for row in rows]),
        Field(texts["wb_result"], [texts.get(str(row.get("result")), "") for row in rows],
               note=texts["wb_note_result"]),
        Field(texts["wb_rule_status"], [say_status(words, row) for row in rows],
               note=texts["wb_note_status"]),
        Field(texts["wb_source"], [words.source(row.get("source")) for row in rows], wide=56),
    ]  # fmt: skip
    sheet.write_table(keep_filled(columns), frozen=1)
    return sheet


def _year(row: Row) -> str:
    """Return a year as a text: as a number it would get a separator."""
    return "" if is_missing(row.get("target_year")) else str(row["target_year"])
