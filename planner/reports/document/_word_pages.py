"""Pages of a Word document: its own styles, captions that count, tables that break well."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from contextlib import chdir
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from planner.errors import PlannerError
from planner.reports.document import _marks as marks
from planner.reports.report_words import to_line
from planner.sources.versions import name_writer

if TYPE_CHECKING:
    from collections.abc import Iterable

Align = Literal["left", "right", "middle"]
#: Millimetres: A4, margins of official papers, a little narrower.
_PAGE: Final = (210, 297)
_MARGINS: Final = {"top": 27, "bottom": 24, "left": 26, "right": 24}
WIDTH_CM: Final = (210 - 26 - 24) / 10
#: No time of writing: the same content gives the same bytes.
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_FIRST: Final = "[Content_Types].xml"


@dataclass(frozen=True)
class Cells:
    """A column of a table.

    heading; values : texts; wide : centimetres; align : of the values.
    """

    heading: str
    values: Sequence[str]
    wide: float
    align: Align = "left"


class WordPages:
    """A document while it is written, from the first page to the last.

    Parameters
    ----------
    chinese
        Whether Chinese fonts and the indents of Chinese papers are used.
    header, footer
        What stands on every page; the number of the page is added.
    title, subject, run_date
        Properties of the file; `run_date` like 2026-11-29.
    page_words
        Before, between and after the number of the page and that of all pages.
    """

    def __init__(
        self, *, chinese: bool, header: str, footer: str, title: str, subject: str, run_date: str,
        page_words: Sequence[str],
    ) -> None:  # fmt: skip
        """Begin a document."""
        self._docx = import_docx()
        self._chinese = chinese
        self._counts = dict[str, int]()
        self._document: Any = self._docx.Document()
        marks.set_styles(self._document, chinese=chinese)
        section = self._document.sections[0]
        mm = self._docx.shared.Mm
        section.page_width, section.page_height = mm(_PAGE[0]), mm(_PAGE[1])
        for side, value in _MARGINS.items():
            setattr(section, f"{side}_margin", mm(value))
        section.header_distance = section.footer_distance = mm(13)
        self._set_edges(section, header, footer, page_words)
        self._set_properties(title, subject, run_date)

    def add_title(self, text: str, below: str, notice: str) -> None:
        """Write the title, a line below it, and the notice of invented data."""
        self._document.add_paragraph(_plain(text), style="Title")
        self._document.add_paragraph(_plain(below), style="Subtitle")
        if notice:
            line = self._document.add_paragraph(style="Subtitle")
            line.add_run(_plain(notice)).bold = True

    def add_heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        """Write a heading, which the navigation of Word lists."""
        heading = self._document.add_heading(_plain(text), level)
        if new_page:
            heading.paragraph_format.page_break_before = True

    def add_text(self, text: str) -> None:
        """Write a paragraph."""
        self._document.add_paragraph(_plain(text), style="Body Text")

    def add_list(self, lines: Iterable[str]) -> None:
        """Write lines with dots."""
        for line in lines:
            self._document.add_paragraph(_plain(line), style="List Bullet")

    def add_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Write large numbers side by side, each with a line below."""
        table = self._document.add_table(rows=2, cols=len(figures))
        table.alignment = self._docx.enum.table.WD_TABLE_ALIGNMENT.CENTER
        for at, (number, text) in enumerate(figures):
            for row, told, style in ((0, number, "Large Number"), (1, text, "Below Number")):
                cell = table.cell(row, at)
                cell.paragraphs[0].style = style
                cell.paragraphs[0].add_run(_plain(told))
        marks.set_widths(table, [WIDTH_CM / len(figures)] * len(figures))
        marks.set_frame(table)
        marks.set_rows_whole(table)
        marks.keep_rows_together(table)
        self._document.add_paragraph(style="Small Gap")

    def add_table(self, caption: str, word: str, columns: Sequence[Cells]) -> None:
        """Write a table with its caption above; its headings stand on each page, no row breaks."""
        self._add_caption(caption, word, above=True)
        count = len(columns[0].values)
        table = self._document.add_table(rows=1 + count, cols=len(columns), style="Table Grid")
        table.alignment = self._docx.enum.table.WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        # Cells of a row by their places: to ask the table for each takes long.
        for row, line in enumerate(table.rows):
            cells = line.cells
            for at, column in enumerate(columns):
                text = column.heading if row == 0 else column.values[row - 1]
                paragraph = cells[at].paragraphs[0]
                paragraph.style = "Table Heading" if row == 0 else "Table Text"
                paragraph.add_run(_plain(text))
                if row and column.align != "left":
                    marks.align(paragraph, column.align)
        whole = sum(column.wide for column in columns)
        marks.set_widths(table, [column.wide * WIDTH_CM / whole for column in columns])
        marks.set_headings(table)
        marks.keep_rows_together(table)
        self._document.add_paragraph(style="Small Gap")

    def add_picture(
        self, png: bytes, caption: str, word: str, *, wide_cm: float = WIDTH_CM
    ) -> None:
        """Write a picture with its caption below; screen readers are told the caption."""
        paragraph = self._document.add_paragraph(style="Picture")
        shape = paragraph.add_run().add_picture(
            io.BytesIO(png), width=self._docx.shared.Cm(wide_cm)
        )
        marks.describe(shape, _plain(caption))
        self._add_caption(caption, word, above=False)

    def save(self, path: Path) -> None:
        """Write the document into a file."""
        written = io.BytesIO()
        self._document.save(written)
        path.write_bytes(_fix_zip(written.getvalue()))

    def _add_caption(self, caption: str, word: str, *, above: bool) -> None:
        """Write a caption whose number Word counts itself."""
        caption = _plain(caption)
        self._counts[word] = self._counts.get(word, 0) + 1
        paragraph = self._document.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = above
        between = "" if self._chinese else " "
        paragraph.add_run(f"{word}{between}")
        marks.add_field(paragraph, f"SEQ {word} \\* ARABIC", str(self._counts[word]))
        paragraph.add_run(f"　{caption}" if self._chinese else f". {caption}")

    def _set_edges(self, section: Any, header: str, footer: str, page_words: Sequence[str]) -> None:
        """Write what stands on every page."""
        top = section.header.paragraphs[0]
        top.style = "Header"
        top.add_run(_plain(header))
        marks.align(top, "middle")
        marks.underline_paragraph(top)
        bottom = section.footer.paragraphs[0]
        bottom.style = "Footer"
        marks.align(bottom, "middle")
        before, between, after = page_words
        bottom.add_run(before)
        marks.add_field(bottom, "PAGE", "1")
        bottom.add_run(between)
        marks.add_field(bottom, "NUMPAGES", "1")
        bottom.add_run(after)
        below = section.footer.add_paragraph(_plain(footer), style="Footer")
        marks.align(below, "middle")

    def _set_properties(self, title: str, subject: str, run_date: str) -> None:
        """Say in the file what it is; its dates are that of the run."""
        when = datetime.combine(date.fromisoformat(run_date), datetime.min.time())
        core = self._document.core_properties
        core.title, core.subject, core.author = _plain(title)[:255], subject[:255], name_writer()
        core.last_modified_by, core.comments, core.keywords = "planner", "", ""
        core.created = core.modified = when
        core.language, core.revision = ("zh-CN" if self._chinese else "en-GB"), 1


def _plain(text: str) -> str:
    """Return a text without what no file of Word takes; line ends stay."""
    return "\n".join(to_line(line) for line in text.split("\n"))


def import_docx() -> Any:
    """Load python-docx.

    Raises
    ------
    PlannerError
        If it is not installed.
    """
    try:
        with chdir(Path(__file__).parent):
            import docx
            import docx.enum.table
            import docx.shared
    except ImportError:
        raise PlannerError(
            "the document needs python-docx, which is not installed: pip install 'planner[report]'"
        ) from None
    return docx


def _fix_zip(content: bytes) -> bytes:
    """Return the same file with its parts in one order and without the time of writing."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(fixed, "w") as new:
        names = sorted(old.namelist(), key=lambda name: (name != _FIRST, name))
        for name in names:
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return fixed.getvalue()
