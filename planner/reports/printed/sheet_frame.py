"""What every sheet has: title, date, page, notice of invented data, credit, room for notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planner.reports.printed import paper_colours
from planner.reports.printed.key_drawing import write_key
from planner.reports.printed.key_entries import list_entries
from planner.reports.printed.map import paint_map
from planner.reports.printed.matplotlib_parts import add_axes, start_figure
from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.printed_page import PrintedPage, line_high
from planner.reports.printed.view import find_bounds, fit_view
from planner.reports.street_credit import say_sources

if TYPE_CHECKING:
    from planner.reports.printed.fonts import Fonts
    from planner.reports.printed.printed_layers import PrintedLayers
    from planner.reports.report_figures import Figures

#: A4 upright, millimetres.
SIZE_CM: Final = (21.0, 29.7)
LEFT: Final = 14.0
WIDE: Final = 182.0
#: The two columns below the map.
FIRST_WIDE: Final = 106.0
SECOND_LEFT: Final = LEFT + 110.0
SECOND_WIDE: Final = 72.0
MAP_TOP: Final = 35.6
MAP_HIGH: Final = 101.0
#: Where text has to end, where notes have to begin at the latest, and where the foot stands.
BOTTOM: Final = 259.5
_NOTES_END: Final = 281.0
_FOOT: Final = 283.0
_LINE_OF_NOTES: Final = 6.6
#: So many gaps of a town are listed and numbered.
GAPS_SHOWN: Final = 8


@dataclass(frozen=True)
class Materials:
    """What all sheets are made from.

    figures, layers, fonts : prepared once.
    """

    figures: Figures
    layers: PrintedLayers
    fonts: Fonts


@dataclass(frozen=True)
class SheetPlace:
    """Which sheet of how many, and what it shows: a town, a site, a route, or the whole area."""

    page: int
    pages: int
    town: str | None = None
    site: str | None = None
    route: str | None = None


def start_sheet(
    materials: Materials,
    place: SheetPlace,
    title: str,
    sentence: str,
    *,
    draw: Callable[[PrintedPage], float] | None = None,
    way: str | None = None,
) -> tuple[PrintedPage, float]:
    """Return a sheet with head, sentence, map, key and foot, and where its text begins.

    draw : draws map and key and returns where the key ends; by default those of the place.
    way : how minutes are counted; by default those of a run.
    """
    figure = start_figure(SIZE_CM)
    paper = PrintedPage(figure, materials.fonts)
    words = materials.figures.words
    texts, run = words.texts, materials.figures.run
    notice = words.notice()
    room = 44.0 if notice else 32.0
    paper.write(to_plain(title, 80), LEFT, 16.2, size=16, bold=True, wide=WIDE - room)
    page = texts["sheet_page"].format(page=place.page, pages=place.pages)
    paper.write(page, LEFT + WIDE, 21.6, size=7.5, colour=paper_colours.SECOND, align="right")
    if notice:
        _stamp(paper, notice)
    under = texts["sheet_under"].format(
        title=to_plain(run.get("title") or run["plan"], 60), date=run["date"],
        notice=texts["notice"],
    )  # fmt: skip
    paper.write(under, LEFT, 21.6, size=7.5, colour=paper_colours.SECOND, wide=WIDE - room)
    paper.rule(LEFT, 24.2, WIDE, colour=paper_colours.INK, width=1.0)
    paper.paragraph(sentence, LEFT, 25.2, WIDE, size=9, most=2)
    below = _draw_map(materials, place, paper) if draw is None else draw(paper)
    _write_foot(materials, paper, way)
    return paper, below


def _stamp(paper: PrintedPage, notice: str) -> None:
    """Write the notice of invented data into a frame in the upper right corner."""
    wide = paper.measure(notice, 9, bold=True) + 5
    paper.box(
        LEFT + WIDE - wide, 12.6, wide, 6.0, facecolor="white", edgecolor=paper_colours.MISSED,
        linewidth=1.0,
    )  # fmt: skip
    middle = LEFT + WIDE - wide / 2
    paper.write(
        notice, middle, 15.7, size=9, bold=True, colour=paper_colours.MISSED, align="center"
    )


def _draw_map(materials: Materials, place: SheetPlace, paper: PrintedPage) -> float:
    """Draw the map and its key; return where the key ends."""
    low = paper.high - MAP_TOP - MAP_HIGH
    axes = add_axes(paper.figure, (LEFT, low, WIDE, MAP_HIGH))
    view = fit_view(find_bounds(materials.layers, place.town, place.site), (WIDE, MAP_HIGH))
    handover = materials.figures.handover
    paint_map(
        axes, materials.layers, view, handover, materials.fonts, town=place.town, site=place.site,
        gaps=GAPS_SHOWN,
    )  # fmt: skip
    key = add_axes(paper.figure, (LEFT, low - 20, WIDE, 20), frame=False)
    entries = list_entries(materials.layers, handover, view, site=place.site, gaps=GAPS_SHOWN)
    end = write_key(key, entries, materials.fonts, 19.2, size=6.8)
    return MAP_TOP + MAP_HIGH + 20 - end + 1.2


def write_notes(materials: Materials, paper: PrintedPage, below: float) -> None:
    """Draw lines to write on, from below the text to the foot."""
    y = min(below + 1.0, BOTTOM + 1.0)
    y = paper.heading(materials.figures.words.texts["sheet_notes"], LEFT, y, WIDE, size=8.5)
    y += _LINE_OF_NOTES - 0.5
    while y <= _NOTES_END + 0.5:
        paper.rule(LEFT, y, WIDE, colour="#9aa1ab", width=0.4)
        y += _LINE_OF_NOTES


def _write_foot(materials: Materials, paper: PrintedPage, way: str | None) -> None:
    """Write how minutes are counted, and whose streets these are."""
    words = materials.figures.words
    pace = words.term("pace", materials.figures.run["profile"]["name"])
    way = words.texts["sheet_way"].format(pace=pace) if way is None else way
    credit = say_sources(materials.figures.summary, materials.figures.run, words.texts)
    paper.rule(LEFT, _FOOT, WIDE, colour=paper_colours.SECOND, width=0.5)
    for number, text in enumerate((way, credit)):
        middle = _FOOT + 0.4 + line_high(6.5) * (number + 0.5)
        paper.write(text, LEFT, middle, size=6.5, colour=paper_colours.SECOND, wide=WIDE)
