"""The map of a coverage drawn by matplotlib for a notebook: people by verdict and facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.coverage_words import say_shares
from planner.reports.printed import choose_fonts, paper_colours
from planner.reports.printed.matplotlib_parts import add_axes
from planner.reports.printed.scale_bar import paint_scale, place_scale
from planner.reports.printed.shape_drawing import draw_lines
from planner.reports.printed.view import fit_view
from planner.reports.shown.plots import check_size, start_shown
from planner.texts import check_language
from planner.texts.report_texts import REPORT_TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from planner.coverage.coverage_of_tables import Coverage
    from planner.reports.printed.fonts import Fonts

#: Verdict -> colour and sign; a sign tells them apart in grey print too.
_SIGNS: Final = {
    COVERED: (paper_colours.MET, "o"),
    GAP: (paper_colours.GAP_EDGE, "X"),
    UNKNOWN: (paper_colours.UNKNOWN, "s"),
}
_MARGIN_MM: Final = 3.0
_LINE_MM: Final = 4.6
#: Areas of signs, points squared: of nobody, and what most people add.
_LEAST_SIGN, _MORE_SIGN = 12.0, 60.0


def draw_coverage_plot(
    found: Coverage, *, size_cm: tuple[float, float | None], language: str
) -> Axes:
    """Draw the map of a coverage, see `planner.coverage.Coverage.plot`.

    The figure is one of pyplot, so that a notebook shows it.
    """
    check_size(size_cm)
    check_language(language)
    words = REPORT_TEXTS[language]
    streets = found.asked.ground.streets
    metric = streets.network.crs
    units, facilities = found.units.to_crs(metric), found.facilities.to_crs(metric)
    lines = say_shares(found.shares, found.cutoffs_minutes[-1], language)
    lines.append(words["shown_streets"])
    fonts = choose_fonts(language, lines)
    below_mm = _LINE_MM * (len(lines) + 1) + 2 * _MARGIN_MM
    xy = np.concatenate([units.get_coordinates(), facilities.get_coordinates(),
                         streets.network.coords])  # fmt: skip
    west, south = (float(least) for least in xy.min(axis=0))
    east, north = (float(most) for most in xy.max(axis=0))
    wide_mm = 10 * size_cm[0] - 2 * _MARGIN_MM
    tall = (north - south) / max(east - west, 1.0)
    high_mm = wide_mm * min(max(tall, 0.4), 1.6)
    if size_cm[1] is not None:
        high_mm = max(10 * size_cm[1] - below_mm - _MARGIN_MM, 10.0)
    view = fit_view((west, south, east, north), (wide_mm, high_mm))
    figure = start_shown((size_cm[0], (high_mm + below_mm + _MARGIN_MM) / 10))
    axes = add_axes(figure, (_MARGIN_MM, below_mm, wide_mm, high_mm))
    axes.set_xlim(view.box[0], view.box[2])
    axes.set_ylim(view.box[1], view.box[3])
    edges = streets.network.to_edges(streets.profile).geometry.to_numpy()
    draw_lines(axes, edges, view, edgecolor=paper_colours.CASING, linewidth=0.8, zorder=2)
    _draw_people(axes, units, words)
    axes.scatter(
        facilities.geometry.x, facilities.geometry.y, s=90, marker="^", zorder=9,
        color=paper_colours.FACILITY, edgecolors="white", label=words["shown_sign_facility"],
    )  # fmt: skip
    marks = view.to_mm(np.concatenate([units.get_coordinates(), facilities.get_coordinates()]))
    paint_scale(axes, view, place_scale(view, marks), words, fonts)
    _write_key(axes, lines, high_mm, fonts)
    return axes


def _draw_people(axes: Axes, units: Any, words: Mapping[str, str]) -> None:
    """Draw people as signs whose area grows with their number."""
    most = max(float(units["people"].max()), 1.0) if len(units) else 1.0
    for verdict, (colour, sign) in _SIGNS.items():
        part = units[units["verdict"] == verdict]
        if len(part):
            axes.scatter(
                part.geometry.x, part.geometry.y, marker=sign, color=colour,
                label=words[f"verdict_{verdict}"],
                s=_LEAST_SIGN + _MORE_SIGN * part["people"] / most, edgecolors="white",
                linewidths=0.5, zorder=8,
            )  # fmt: skip


def _write_key(axes: Axes, lines: list[str], high_mm: float, fonts: Fonts) -> None:
    """Write below the map what the signs mean, the shares and the credit."""
    axes.legend(
        loc="upper left", bbox_to_anchor=(0.0, -1.0 / high_mm), ncols=4, frameon=False,
        borderaxespad=0.0, prop=fonts.of(8),
    )  # fmt: skip
    for number, line in enumerate(lines, start=1):
        axes.text(
            0.0, -(_MARGIN_MM + _LINE_MM * number) / high_mm, line, transform=axes.transAxes,
            ha="left", va="top", color=paper_colours.INK, fontproperties=fonts.of(8),
            parse_math=False, clip_on=False,
        )  # fmt: skip
