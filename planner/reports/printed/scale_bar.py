"""Scale bar and north arrow of a printed map: which corner is free, and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.reports.printed import paper_colours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from planner.reports.printed.fonts import Fonts
    from planner.reports.printed.view import View

_NORTH_MM: Final = 7.0
_SCALE_HIGH: Final = 8.8


@dataclass(frozen=True)
class ScaleBar:
    """Scale and north in a field of a corner.

    length_m : of the bar; field : left, low, right, high on paper, millimetres.
    """

    length_m: float
    field: tuple[float, float, float, float]


def place_scale(view: View, marks: Any) -> ScaleBar:
    """Return the scale bar in the lower corner where fewer marks stand.

    marks : places of signs and numbers, millimetres on the paper of the map.
    """
    most = min(42.0, 0.28 * view.wide_mm) * view.m_per_mm
    power = 10 ** np.floor(np.log10(most))
    length = next(float(times * power) for times in (5, 2, 1) if times * power <= most)
    wide = length / view.m_per_mm + 5 + _NORTH_MM
    marks = np.asarray(marks, dtype=np.float64).reshape(-1, 2)
    best: tuple[int, float] | None = None
    for left in (1.2, view.wide_mm - wide - 1.2):
        inside = (marks[:, 0] > left - 2) & (marks[:, 0] < left + wide + 2)
        count = int((inside & (marks[:, 1] < _SCALE_HIGH + 3.0)).sum())
        if best is None or count < best[0]:
            best = (count, left)
    left = 1.2 if best is None else best[1]
    return ScaleBar(length, (left, 1.2, left + wide, 1.2 + _SCALE_HIGH))


def paint_scale(
    axes: Axes, view: View, bar: ScaleBar, words: Mapping[str, str], fonts: Fonts
) -> None:
    """Draw scale and north into their field."""
    k = view.m_per_mm
    kilometres = f"{bar.length_m / 1000:g}"
    text = (
        words["sheet_kilometres"].format(kilometres=kilometres)
        if bar.length_m >= 1000
        else words["metres"].format(metres=f"{bar.length_m:g}")
    )
    left, low, right, high = (view.box[place % 2] + at * k for place, at in enumerate(bar.field))
    axes.fill(
        [left, right, right, left], [low, low, high, high], facecolor="white", alpha=0.88,
        linewidth=0, zorder=13,
    )  # fmt: skip
    x, y = left + 2.5 * k, low + 2.4 * k
    for part, tone in ((0, paper_colours.INK), (1, "white")):
        start = x + part * bar.length_m / 2
        end = start + bar.length_m / 2
        axes.fill(
            [start, end, end, start], [y, y, y + k, y + k], facecolor=tone,
            edgecolor=paper_colours.INK, linewidth=0.6, zorder=14,
        )  # fmt: skip
    axes.text(
        x, y + 1.9 * k, text, ha="left", va="bottom", color=paper_colours.INK, zorder=14,
        fontproperties=fonts.of(7), parse_math=False,
    )  # fmt: skip
    _paint_north(axes, right - 0.5 * _NORTH_MM * k, low, k, words["north"], fonts)


def _paint_north(axes: Axes, x: float, low: float, k: float, text: str, fonts: Fonts) -> None:
    for side, tone in ((-1, paper_colours.INK), (1, "white")):
        axes.fill(
            [x, x + side * 1.5 * k, x], [low + 5.4 * k, low + 1.1 * k, low + 2.2 * k],
            facecolor=tone, edgecolor=paper_colours.INK, linewidth=0.6, zorder=14,
        )  # fmt: skip
    axes.text(
        x, low + 5.6 * k, text, ha="center", va="bottom", color=paper_colours.INK, zorder=14,
        fontproperties=fonts.of(6.5, bold=True), parse_math=False,
    )  # fmt: skip
