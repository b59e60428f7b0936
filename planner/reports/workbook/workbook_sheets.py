"""Writes the workbook: one sheet after the other, those that have something to tell."""

from __future__ import annotations

from pathlib import Path

from planner.reports.handover import Handover
from planner.reports.report_figures import figures_of
from planner.reports.workbook._about import write_about
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._doubts import write_doubts
from planner.reports.workbook._gaps import list_gap_rows, write_gaps
from planner.reports.workbook._overview import fill_overview
from planner.reports.workbook._parts import write_comparison, write_proposal
from planner.reports.workbook._places import write_committees, write_facilities, write_towns
from planner.reports.workbook._standards import write_standards
from planner.reports.workbook._times import write_hours, write_people


def write_workbook(handover: Handover, path: Path) -> None:
    """Write every figure of a run, its proposal and its comparison as a workbook.

    The same handover give the same bytes. A sheet with nothing to tell is left out; the last one
    says how to get it.

    Parameters
    ----------
    handover
        The finished run and what rests on it.
    path
        The .xlsx; an older one is replaced.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    book = Book(figures_of(handover))
    gap_rows = list_gap_rows(book)
    overview = book.add_sheet("wb_overview")
    # In the order of the sheets.
    sheets: dict[str, Sheet | None] = {
        "wb_towns": write_towns(book, gap_rows),
        "wb_committees": write_committees(book),
        "wb_facilities": write_facilities(book),
        "wb_gaps": write_gaps(book),
        "wb_sites": write_proposal(book),
        "wb_compare": write_comparison(book),
        "wb_hours": write_hours(book),
        "wb_people": write_people(book),
        "wb_standards": write_standards(book),
        "wb_doubts": write_doubts(book),
    }
    there = {key: one is not None for key, one in sheets.items()}
    sheets["wb_about"] = write_about(book, {"wb_overview": True, **there, "wb_about": True})
    others = [key for key, one in sheets.items() if one is not None]
    fill_overview(overview, book, gap_rows, others)
    for sheet in (overview, *sheets.values()):
        if sheet is not None:
            sheet.close()
    book.save(path)
