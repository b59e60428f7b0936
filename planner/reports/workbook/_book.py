"""A workbook whose sheets look alike: title, frozen headings, filters, pages of A4."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from planner.reports.cell_limits import MOST_LINKS, PLAIN_TEXTS
from planner.reports.report_figures import Figures
from planner.reports.report_words import break_heading, to_line
from planner.reports.workbook._columns import (
    Field,
    choose_format,
    choose_width,
    count_lines,
    to_number,
    to_text,
    wraps,
)
from planner.sources.versions import name_writer

if TYPE_CHECKING:
    from pathlib import Path

_A4: Final = 9
#: Columns that a title takes, where there is no table.
_TITLE_WIDTH: Final = 8
_LINE_POINTS: Final = 15.0
#: A row of Excel is no higher, points.
_HIGHEST: Final = 409.0
_HEADING: Final = {
    "bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "bg_color": "#E6ECF2",
    "border": 1, "border_color": "#9AA5B1",
}  # fmt: skip
_CELL: Final = {"valign": "vcenter", "border": 1, "border_color": "#D3D9DF"}
_FONT: Final = {"zh": "Microsoft YaHei", "en": "Calibri"}
#: Signs of a header are steered by this one.
_STEER: Final = "&"
_LONGEST_HEADER: Final = 200


@dataclass(frozen=True)
class Imprint:
    """What a workbook says of itself on every sheet.

    language : zh or en; texts : of that language, by key; title : of the place; heading : of the
    workbook; date : ISO; notice : of invented data, else ""; credit : whose streets are shown;
    cutoff : minutes that no longer walk may seem to keep.
    """

    language: str
    texts: Mapping[str, str]
    title: str
    heading: str
    date: str
    notice: str
    credit: str
    cutoff: float


class PlainBook:
    """A workbook while it is written.

    Parameters
    ----------
    imprint
        What it says of itself.
    """

    def __init__(self, imprint: Imprint) -> None:
        """Begin a workbook."""
        import xlsxwriter

        self.imprint = imprint
        self._bytes = io.BytesIO()
        font = {"font_name": _FONT[imprint.language], "font_size": 10}
        options = {**PLAIN_TEXTS, "in_memory": True, "default_format_properties": font}
        self._book: Any = xlsxwriter.Workbook(self._bytes, options)
        self._formats: dict[tuple[Any, ...], Any] = {}
        self.title, self.heading, self.date = imprint.title, imprint.heading, imprint.date
        self._book.set_properties(
            {
                "title": self.heading,
                "subject": imprint.notice, "author": name_writer(), "comments": "",
                "created": datetime.combine(date.fromisoformat(self.date), datetime.min.time()),
            }
        )  # fmt: skip

    def form(self, **properties: Any) -> Any:
        """Return a format of cells, the same one each time it is asked for."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def add_sheet(self, key: str, subtitle: str = "") -> Sheet:
        """Add a sheet with its title and notice in the first row."""
        return Sheet(self, self._book.add_worksheet(self.imprint.texts[key]), key, subtitle)

    def link(self, key: str, row: int = 0) -> str:
        """Return the address of a row of a sheet, for links of other sheets."""
        return f"internal:'{self.imprint.texts[key]}'!A{row + 1}"

    def save(self, path: Path) -> None:
        """Write the workbook into a file."""
        self._book.close()
        path.write_bytes(self._bytes.getvalue())


class Book(PlainBook):
    """The workbook of a run, which says of itself what the run says.

    Parameters
    ----------
    figures
        What is told.
    """

    def __init__(self, figures: Figures) -> None:
        """Begin a workbook about a run."""
        self.figures, self.words = figures, figures.words
        title = to_line(figures.run["title"])
        minutes = self.words.cutoff(figures.cutoff)
        heading = self.words.say("report_title", title=title, minutes=minutes)
        super().__init__(
            Imprint(
                figures.handover.language, self.words.texts, title, heading,
                str(figures.run["date"]), self.words.notice(), self.words.credit(), figures.cutoff,
            )
        )  # fmt: skip


class Sheet:
    """A sheet while it is written: from top to bottom, one part after the other."""

    def __init__(self, book: PlainBook, sheet: Any, key: str, subtitle: str) -> None:
        """Write title, header and footer."""
        self._book, self._sheet, self.key = book, sheet, key
        self.row, self._widths, self._links = 0, dict[int, float](), 0
        self._printed = 0
        imprint, texts = book.imprint, book.imprint.texts
        heading = texts["wb_title"].format(title=book.title, sheet=texts[key])
        parts = [heading, subtitle, imprint.notice]
        line = texts["rp_between"].join(part for part in parts if part)
        sheet.set_row(0, 24)
        sheet.write_string(
            0, 0, to_text(line), book.form(bold=True, font_size=13, valign="vcenter")
        )
        self.row = 1
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.45, right=0.45, top=0.75, bottom=0.75)
        sheet.fit_to_pages(1, 1 if key == "wb_overview" else 0)
        sheet.hide_gridlines(2)
        notice = f"  {imprint.notice}" if imprint.notice else ""
        sheet.set_header(f"&L{_plain(book.heading)}&R{_plain(book.date + notice)}")
        page = _plain(texts["wb_page"]).format(page=" &P ", pages=" &N ")
        sheet.set_footer(f"&L{_plain(texts['doc_internal'])}&C{page}&R{_plain(imprint.credit)}")

    def write_line(self, text: str, *, bold: bool = False, across: int = 1, lines: int = 0) -> None:
        """Write a line of text; over several columns it wraps."""
        form = self._book.form(bold=bold, text_wrap=across > 1, valign="top")
        if across > 1:
            self._sheet.merge_range(self.row, 0, self.row, across - 1, to_text(text), form)
            self._sheet.set_row(self.row, _LINE_POINTS * max(lines, 1) + 3)
        else:
            self._sheet.write_string(self.row, 0, to_text(text), form)
        self.row += 1

    def write_link(self, text: str, address: str, beside: str, *, across: int) -> None:
        """Write a link to a sheet, and beside it what the sheet holds."""
        link = self._book.form(font_color="#0B5394", underline=1, valign="top")
        self._sheet.write_url(self.row, 0, address, link, string=to_text(text))
        form = self._book.form(text_wrap=True, valign="top")
        self._sheet.merge_range(self.row, 1, self.row, across - 1, to_text(beside), form)
        self.row += 1

    def skip(self) -> None:
        """Leave a row empty."""
        self.row += 1

    def write_table(
        self,
        columns: Sequence[Field],
        *,
        frozen: int | None = None,
        total: bool = False,
    ) -> dict[str, int]:
        """Write a table; with `frozen` columns it is the one of the sheet: filters, pages.

        Parameters
        ----------
        columns
            All of the same length.
        frozen
            So many columns and the headings stay in sight; None for a part of a sheet.
        total
            Whether the last row is that of all: in bold, and no filter hides it.

        Returns
        -------
        dict
            Heading -> number of its column.
        """
        head = self.row
        for at, column in enumerate(columns):
            self._widths[at] = max(self._widths.get(at, 0.0), choose_width(column))
            self._write_heading(at, column)
        headings = [break_heading(column.heading) for column in columns]
        lines = max(count_lines(text, self._widths[at]) for at, text in enumerate(headings))
        self._sheet.set_row(head, _LINE_POINTS * lines + 4)
        rows = len(columns[0].values)
        count = rows - total
        for at, column in enumerate(columns):
            for row in range(rows):
                self._write_cell(head + 1 + row, at, column, row, bold=row == count)
        self._set_heights(head + 1, columns)
        self.row = head + 1 + rows
        printed = sum(column.printed for column in columns)
        self._printed = max(self._printed, printed)
        if frozen is not None:
            self._sheet.freeze_panes(head + 1, frozen)
            self._sheet.autofilter(head, 0, max(head + count, head + 1), len(columns) - 1)
            self._sheet.repeat_rows(head)
        self._mark_results(head + 1, rows, columns)
        return {column.heading: at for at, column in enumerate(columns)}

    def mark_largest(self, column: int, first: int, count: int, most: int) -> None:
        """Set off the largest numbers of a column, in bold and on a colour that prints as grey."""
        if count > most:
            self._sheet.conditional_format(
                first, column, first + count - 1, column,
                {"type": "top", "value": most,
                 "format": self._book.form(bold=True, bg_color="#FAD9B8")},
            )  # fmt: skip

    def close(self) -> None:
        """Set the widths and what is printed."""
        for at, width in self._widths.items():
            self._sheet.set_column(at, at, width)
        printed = self._printed or _TITLE_WIDTH
        self._sheet.print_area(0, 0, max(self.row - 1, 1), printed - 1)

    def width(self, columns: int) -> float:
        """Return how wide the first columns are together."""
        return sum(self._widths.get(at, 9.0) for at in range(columns))

    def widen(self, widths: Sequence[float]) -> None:
        """Make the first columns at least so wide."""
        for at, width in enumerate(widths):
            self._widths[at] = max(self._widths.get(at, 0.0), width)

    def _write_heading(self, at: int, column: Field) -> None:
        self._sheet.write_string(
            self.row, at, to_text(break_heading(column.heading)), self._book.form(**_HEADING)
        )
        if column.note:
            lines = count_lines(column.note, 34)
            self._sheet.write_comment(
                self.row, at, column.note,
                {"x_scale": 2.0, "height": 18 * lines + 14, "font_size": 9, "author": "planner"},
            )  # fmt: skip

    def _write_cell(self, row: int, at: int, column: Field, number: int, *, bold: bool) -> None:
        """Write a value of a column, by its number, in its form; a link if it has an address."""
        value = column.values[number]
        style: dict[str, Any] = dict(_CELL) | ({"bold": True} if bold else {})
        if column.form == "text":
            text = to_text(value)
            link = column.links[number] if column.links else ""
            style |= {"indent": 1} | ({"text_wrap": True} if wraps(column, text) else {})
            if link and text and self._links < MOST_LINKS:
                self._links += 1
                style |= {"font_color": "#0B5394", "underline": 1}
                self._sheet.write_url(row, at, link, self._book.form(**style), string=text)
            elif text:
                self._sheet.write_string(row, at, text, self._book.form(**style))
            else:
                self._sheet.write_blank(row, at, None, self._book.form(**style))
            return
        held = to_number(value, column.form)
        if held is None:
            self._sheet.write_blank(row, at, None, self._book.form(**style))
            return
        target = column.targets[number] if column.targets else None
        cutoff = self._book.imprint.cutoff
        style["num_format"] = choose_format(column.form, float(value), cutoff, target)
        self._sheet.write_number(row, at, held, self._book.form(**style))

    def _set_heights(self, first: int, columns: Sequence[Field]) -> None:
        """Make the rows high enough whose texts take several lines: not every program does."""
        count = len(columns[0].values)
        lines = [1] * count
        for at, column in enumerate(columns):
            if column.form == "text":
                for row, value in enumerate(column.values):
                    if wraps(column, text := to_text(value)):
                        lines[row] = max(lines[row], count_lines(text, self._widths[at]))
        for row, high in enumerate(lines):
            if high > 1:
                self._sheet.set_row(first + row, min(_LINE_POINTS * high + 2, _HIGHEST))

    def _mark_results(self, first: int, count: int, columns: Sequence[Field]) -> None:
        """Set off what is missed or undecided: bold, and on colours that differ in grey too."""
        texts = self._book.imprint.texts
        looks = {
            texts["missed"]: {"bold": True, "bg_color": "#F4B183"},
            texts["undecided"]: {"italic": True, "bg_color": "#E7E9EC"},
        }
        for at, column in enumerate(columns):
            if not set(looks) & {value for value in column.values if isinstance(value, str)}:
                continue
            for word, look in looks.items():
                self._sheet.conditional_format(
                    first, at, first + count - 1, at,
                    {"type": "cell", "criteria": "==", "value": f'"{word}"',
                     "format": self._book.form(**look)},
                )  # fmt: skip


def _plain(text: str) -> str:
    """Return a text as a header shows it, whatever signs are in it."""
    return " " + text[:_LONGEST_HEADER].replace(_STEER, _STEER * 2)
