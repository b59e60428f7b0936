"""Paper of a phone's width that is written from the top down: texts, headings, cards, items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.reports.printed import paper_colours
from planner.reports.printed.matplotlib_parts import start_figure
from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.printed_page import PrintedPage, line_high
from planner.reports.printed.signs import draw_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.reports.printed.fonts import Fonts

#: Dots an inch: the smallest signs of a map, 7 points, are 28 pixels high.
LONG_DPI: Final = 288.0
#: 1,080 pixels, the width that chat apps show without making it smaller.
WIDE_MM: Final = 1080 / LONG_DPI * 25.4
#: Sizes of texts, points; the smallest is 28 pixels.
TITLE: Final = 13.0
HEADING: Final = 10.0
STRONG: Final = 8.4
TEXT: Final = 7.6
SMALL: Final = 7.0
#: What is free at either side, and how wide a line may be, millimetres.
EDGE: Final = 4.0
INNER: Final = WIDE_MM - 2 * EDGE
#: A text of a card: what it says, its size, whether it is bold, its colour.
CardLine = tuple[str, float, bool, str]


class LongPage:
    """Writes one part below the other.

    paper : what is written on; y : where the next part begins, millimetres from the upper edge.
    """

    def __init__(self, fonts: Fonts, high: float) -> None:
        # A whole number of pixels.
        pixels = round(high / 25.4 * LONG_DPI)
        self.paper = PrintedPage(start_figure((WIDE_MM / 10, pixels / LONG_DPI * 2.54)), fonts)
        self.y = 0.0

    def say(
        self, text: str, *, size: float = TEXT, colour: str = paper_colours.INK,
        bold: bool = False, left: float = 0.0,
    ) -> None:  # fmt: skip
        """Write a text in as many lines as it needs."""
        self.y = self.paper.paragraph(
            text, EDGE + left, self.y, INNER - left, size=size, colour=colour, bold=bold
        )

    def say_all(
        self, texts: Iterable[str], *, size: float = TEXT, colour: str = paper_colours.INK
    ) -> None:
        """Write texts, each a little below the other."""
        for text in texts:
            self.say(text, size=size, colour=colour)
            self.y += 0.5

    def begin(self, heading: str) -> None:
        """Write the heading of a part, with a bar before it."""
        self.y += 4.5
        self.paper.box(
            EDGE, self.y + 0.6, 1.2, line_high(HEADING) - 1.2, facecolor=paper_colours.FACILITY,
            linewidth=0,
        )  # fmt: skip
        self.say(heading, size=HEADING, bold=True, left=2.6)
        self.y += 1.0

    def write_cards(self, cards: Sequence[Sequence[CardLine]]) -> None:
        """Write cards beside each other, as wide as there is room for."""
        between, high = 1.8, 17.2
        wide = (INNER - between * (len(cards) - 1)) / len(cards)
        for number, lines in enumerate(cards):
            left = EDGE + number * (wide + between)
            self.paper.box(
                left, self.y, wide, high, facecolor="#f6f4ef", edgecolor=paper_colours.RULE,
                linewidth=0.6,
            )  # fmt: skip
            y = self.y + 0.8
            for text, size, bold, colour in lines:
                y += line_high(size) / 2
                self.paper.write(
                    text, left + 1.5, y, size=size, bold=bold, colour=colour, wide=wide - 2.4
                )
                y += line_high(size) / 2
        self.y += high + 2.0

    def write_item(
        self, sign: str, name: str, right: str, lines: Sequence[str], kind: str = "gap"
    ) -> None:
        """Write an item: its number, if any, its name, people at the right, what is said of it.

        kind : `gap` or `site`, whose numbers look different.
        """
        paper = self.paper
        beside = paper.measure(right, STRONG, bold=True) + 2.0
        y = self.y + line_high(STRONG) / 2
        if sign:
            draw_number(paper.axes, (EDGE + 2.2, y), sign, paper.fonts, kind=kind, radius=5.2)
        paper.write(
            to_plain(name), EDGE + 5.6, y, size=STRONG, bold=True, wide=INNER - 5.6 - beside
        )
        paper.write(right, EDGE + INNER, y, size=STRONG, bold=True, align="right")
        self.y += line_high(STRONG)
        for number, line in enumerate(lines):
            tone = paper_colours.SECOND if number == 0 else paper_colours.INK
            self.say(line, left=5.6, colour=tone)
        self.y += 1.0
        paper.rule(EDGE, self.y, INNER)
        self.y += 1.0
