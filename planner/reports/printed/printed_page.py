"""A sheet of paper to write on: lines, paragraphs and tables in millimetres from its upper left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width

from planner.reports.printed import paper_colours
from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.shape_drawing import POINTS_PER_MM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.reports.printed.fonts import Fonts

#: What a line may not begin with, and what it may not end with.
_NOT_FIRST: Final = "，。、；：！？）》”’」』】％%.,;:!?)]}…·"
_NOT_LAST: Final = "（《“‘「『【([{"
#: Words of letters and numbers stay whole; every other sign stands for itself.
_PIECES: Final = re.compile(r"\s+|[A-Za-z0-9À-ɏ.,%≥≤<>+\-–/'’()°×]+|.", re.DOTALL)
_LEADING: Final = 1.32
#: No line of a sheet is longer.
_LONGEST: Final = 2000


@dataclass(frozen=True)
class TextColumn:
    """A column of a table: its heading, how wide it is, where its text stands."""

    heading: str
    wide: float
    align: str = "left"


class PrintedPage:
    """Writes on a figure; places are millimetres from its upper left corner, sizes are points."""

    def __init__(self, figure: Figure, fonts: Fonts) -> None:
        self.figure, self.fonts = figure, fonts
        self.wide, self.high = (25.4 * float(inches) for inches in figure.get_size_inches())
        self.axes: Axes = figure.add_axes((0, 0, 1, 1), zorder=5)
        self.axes.set_axis_off()
        self.axes.set_autoscale_on(False)
        self.axes.set_xlim(0, self.wide)
        self.axes.set_ylim(self.high, 0)

    def write(
        self, text: str, x: float, y: float, *, size: float = 8.0, bold: bool = False,
        colour: str = paper_colours.INK, align: str = "left", wide: float | None = None,
    ) -> None:  # fmt: skip
        """Write one line whose middle is at y; cut where it would be wider than `wide`."""
        text = to_plain(text, _LONGEST)
        if wide is not None:
            text = self.cut(text, wide, size, bold=bold)
        self.axes.text(
            x, y, text, ha=align, va="center_baseline", color=colour, parse_math=False,
            fontproperties=self.fonts.of(size, bold=bold), zorder=6,
        )  # fmt: skip

    def measure(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a text is, millimetres."""
        return self.fonts.measure(text, bold=bold) * size / POINTS_PER_MM

    def cut(self, text: str, wide: float, size: float, *, bold: bool = False) -> str:
        """Return a text that is not wider, with … for what is left out."""
        if self.measure(text, size, bold=bold) <= wide:
            return text
        while text and self.measure(text + "…", size, bold=bold) > wide:
            text = text[:-1]
        return text.rstrip() + "…"

    def wrap(
        self, text: str, wide: float, size: float, *, bold: bool = False, most: int | None = None
    ) -> list[str]:
        """Return a text in lines that are not wider; of more lines than `most` the last is cut."""
        lines = list(self._wrap(to_plain(text, _LONGEST), wide, size, bold))
        if most is not None and len(lines) > most:
            rest = _join_lines(lines[most - 1 :])
            lines = [*lines[: most - 1], self.cut(rest, wide, size, bold=bold)]
        return lines

    def _wrap(self, text: str, wide: float, size: float, bold: bool) -> Iterator[str]:
        line = ""
        for piece in _split(text):
            if self.measure((line + piece).rstrip(), size, bold=bold) <= wide:
                line += piece
                continue
            if line.strip():
                yield line.strip()
            line = piece.lstrip()
            # A word wider than the line is broken anywhere.
            while self.measure(line, size, bold=bold) > wide:
                count = max(1, self._count_fitting(line, wide, size, bold))
                yield line[:count]
                line = line[count:]
        if line.strip():
            yield line.strip()

    def _count_fitting(self, line: str, wide: float, size: float, bold: bool) -> int:
        count = len(line)
        while count > 1 and self.measure(line[:count], size, bold=bold) > wide:
            count -= 1
        return count

    def paragraph(
        self, text: str, x: float, y: float, wide: float, *, size: float = 8.0,
        bold: bool = False, colour: str = paper_colours.INK, most: int | None = None,
    ) -> float:  # fmt: skip
        """Write a text in lines from the upper edge y down; return the lower edge."""
        high = line_high(size)
        for line in self.wrap(text, wide, size, bold=bold, most=most):
            self.write(line, x, y + high / 2, size=size, bold=bold, colour=colour)
            y += high
        return y

    def heading(self, text: str, x: float, y: float, wide: float, *, size: float = 9.0) -> float:
        """Write a heading with a line below it; return the lower edge."""
        high = line_high(size)
        self.write(text, x, y + high / 2, size=size, bold=True, wide=wide)
        self.rule(x, y + high + 0.4, wide, colour=paper_colours.INK, width=0.8)
        return y + high + 1.3

    def lines(
        self, heading: str, texts: Iterable[str], x: float, y: float, wide: float, *,
        size: float = 7.2, most: int = 2, apart: float = 0.0,
    ) -> float:  # fmt: skip
        """Write a heading and texts below each other, so far apart; return the lower edge."""
        y = self.heading(heading, x, y, wide) + 0.3
        for text in texts:
            y = self.paragraph(text, x, y, wide, size=size, most=most) + apart
        return y

    def rule(
        self, x: float, y: float, wide: float, *, colour: str = paper_colours.RULE,
        width: float = 0.4,
    ) -> None:  # fmt: skip
        """Draw a level line."""
        self.axes.plot([x, x + wide], [y, y], color=colour, linewidth=width, zorder=4)

    def box(self, x: float, y: float, wide: float, high: float, **look: Any) -> None:
        """Draw a rectangle from its upper left corner."""
        self.axes.fill([x, x + wide, x + wide, x], [y, y, y + high, y + high], **look)

    def table(
        self, columns: Sequence[TextColumn], rows: Iterable[Sequence[str]], x: float, y: float, *,
        size: float = 7.2, most_lines: int = 2,
    ) -> float:  # fmt: skip
        """Write a table with its headings; return the lower edge."""
        wide = sum(column.wide for column in columns)
        if any(column.heading for column in columns):
            headings = [column.heading for column in columns]
            y = self._row(columns, headings, x, y, size - 0.6, paper_colours.SECOND, most_lines=2)
            self.rule(x, y, wide, colour=paper_colours.SECOND, width=0.5)
        for number, row in enumerate(rows):
            if number:
                self.rule(x, y, wide)
            y = self._row(columns, row, x, y, size, paper_colours.INK, most_lines=most_lines)
        return y

    def _row(
        self, columns: Sequence[TextColumn], cells: Sequence[str], x: float, y: float, size: float,
        colour: str, *, most_lines: int,
    ) -> float:  # fmt: skip
        """Write the cells of a row beside each other; return the lower edge."""
        pad = 1.0
        wrapped = [
            self.wrap(cell, column.wide - pad, size, most=most_lines)
            for column, cell in zip(columns, cells, strict=True)
        ]
        high = line_high(size)
        count = max((len(lines) for lines in wrapped), default=1)
        for column, lines in zip(columns, wrapped, strict=True):
            at = x if column.align == "left" else x + column.wide - pad
            for number, line in enumerate(lines):
                middle = y + 0.45 + high * (number + 0.5)
                self.write(line, at, middle, size=size, align=column.align, colour=colour)
            x += column.wide
        return y + max(count, 1) * high + 0.9


def _join_lines(lines: Sequence[str]) -> str:
    """Return lines as one, with the blanks between words that were left out at their ends."""
    text = ""
    for line in lines:
        beside = text[-1:] + line[:1]
        words = len(beside) == 2 and not any(east_asian_width(sign) in "WF" for sign in beside)
        text += f" {line}" if words else line
    return text


def line_high(size: float) -> float:
    """Return how high a line of text is, millimetres."""
    return size * _LEADING / POINTS_PER_MM


def _split(text: str) -> list[str]:
    """Return what may stand at the end of a line, with what has to stay beside it."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        if pieces and (piece[0] in _NOT_FIRST or (pieces[-1] and pieces[-1][-1] in _NOT_LAST)):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
