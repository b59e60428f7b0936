"""What a map needs round it: scale bar, north arrow, legend, credit, notice of invented data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.reports.printed import colours
from planner.reports.printed.shapes import POINTS_PER_MM
from planner.reports.printed.signs import draw_number, draw_station
from planner.reports.printed.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from planner.reports.printed.fonts import Fonts

_CREDIT: Final = "© OpenStreetMap contributors (ODbL)"


def paint_scale(axes: Axes, view: View, words: Mapping[str, str], fonts: Fonts) -> None:
    """Draw the scale bar into the lower left corner and north into the upper right one."""
    most = min(45.0, 0.3 * view.wide_mm) * view.m_per_mm
    power = 10 ** np.floor(np.log10(most))
    length = next(float(times * power) for times in (5, 2, 1) if times * power <= most)
    text = (
        words["sheet_kilometres"].format(kilometres=f"{length / 1000:g}")
        if length >= 1000
        else words["metres"].format(metres=f"{length:g}")
    )
    k = view.m_per_mm
    x, y = view.box[0] + 3.5 * k, view.box[1] + 3.5 * k
    back = axes.fill(
        [x - 1.5 * k, x + length + 1.5 * k, x + length + 1.5 * k, x - 1.5 * k],
        [y - 1.6 * k, y - 1.6 * k, y + 5.2 * k, y + 5.2 * k],
        facecolor="white", alpha=0.86, linewidth=0, zorder=13,
    )  # fmt: skip
    back[0].set_clip_on(True)
    for part, tone in ((0, colours.INK), (1, "white")):
        left = x + part * length / 2
        axes.fill(
            [left, left + length / 2, left + length / 2, left], [y, y, y + k, y + k],
            facecolor=tone, edgecolor=colours.INK, linewidth=0.6, zorder=14,
        )  # fmt: skip
    axes.text(
        x, y + 1.9 * k, text, ha="left", va="bottom", color=colours.INK, zorder=14,
        fontproperties=fonts.of(7), parse_math=False,
    )  # fmt: skip
    _paint_north(axes, view, words["north"], fonts)


def _paint_north(axes: Axes, view: View, text: str, fonts: Fonts) -> None:
    k = view.m_per_mm
    x, y = view.box[2] - 6 * k, view.box[3] - 11 * k
    axes.scatter(
        [x], [y + 2.6 * k], s=(11 * POINTS_PER_MM) ** 2, marker="o", facecolors="white",
        alpha=0.86, linewidths=0, zorder=13,
    )  # fmt: skip
    for side, tone in ((-1, colours.INK), (1, "white")):
        axes.fill(
            [x, x + side * 1.7 * k, x], [y + 4.6 * k, y - 0.4 * k, y + 0.8 * k], facecolor=tone,
            edgecolor=colours.INK, linewidth=0.6, zorder=14,
        )  # fmt: skip
    axes.text(
        x, y + 4.9 * k, text, ha="center", va="bottom", color=colours.INK, zorder=14,
        fontproperties=fonts.of(7, bold=True), parse_math=False,
    )  # fmt: skip


def say_credit(run: Any, words: Mapping[str, str]) -> str:
    """Return whose streets these are, with the date of the map data and of the run."""
    summary, about = run.summary, run.run
    invented = bool(summary.get("invented_streets"))
    parts = [words["credit_synthetic" if invented else "credit"].format(credit=_CREDIT)]
    if about.get("osm_date"):
        parts.append(words["sheet_osm_date"].format(date=str(about["osm_date"])[:10]))
    parts.append(words["sheet_run_date"].format(date=about["date"]))
    return words["sheet_between"].join(parts)


class Legend:
    """Writes a key to a map in rows, as many as are needed.

    Parameters
    ----------
    axes
        Whose units are millimetres from its lower left corner.
    size
        Points.
    """

    def __init__(self, axes: Axes, fonts: Fonts, *, size: float = 7.0) -> None:
        self._axes, self._fonts, self._size = axes, fonts, size
        # Signs are drawn as on a map on which a millimetre is a metre.
        high = axes.get_ylim()[1]
        self._view = View((0, 0, axes.get_xlim()[1], high), axes.get_xlim()[1], high)

    def write(self, entries: Sequence[tuple[str, str]], top: float, left: float = 0.0) -> float:
        """Draw the signs with their words; return the lower edge."""
        from planner.reports.printed.plain_text import measure_em

        high = self._size / POINTS_PER_MM * 1.75
        x, y = left, top - high / 2
        for sign, text in entries:
            wide = 7.4 + measure_em(text) * self._size / POINTS_PER_MM + 3.0
            if x > left and x + wide - 2.5 > self._axes.get_xlim()[1]:
                x, y = left, y - high
            self._draw(sign, x, y)
            self._axes.text(
                x + 7.0, y, text, ha="left", va="center_baseline", color=colours.INK,
                fontproperties=self._fonts.of(self._size), parse_math=False,
            )  # fmt: skip
            x += wide
        return y - high / 2

    def _draw(self, sign: str, x: float, y: float) -> None:
        """Draw one sign in a field of 6 by 3 millimetres."""
        middle = (x + 3.0, y)
        station = {"in_ring": False, "joined": True, "status": "open", "level": ""}
        if sign.startswith("level_"):
            station["level"] = sign.removeprefix("level_")
            draw_station(self._axes, [middle[0]], [y], station, 2.3)
        elif sign == "planned":
            draw_station(self._axes, [middle[0]], [y], station | {"status": "planned"}, 2.3)
        elif sign == "not_joined":
            draw_station(self._axes, [middle[0]], [y], station | {"joined": False}, 2.3)
        elif sign == "closed":
            draw_station(self._axes, [middle[0]], [y], station | {"status": "closed"}, 2.3)
        elif sign == "outside":
            draw_station(self._axes, [middle[0]], [y], station | {"in_ring": True}, 2.3)
        elif sign == "number":
            draw_number(self._axes, middle, "1", self._fonts, radius=3.6)
        elif sign == "site":
            draw_number(self._axes, middle, "1", self._fonts, kind="site", radius=3.6)
        elif sign == "metro":
            from planner.reports.printed.labels import paint_metro

            paint_metro(self._axes, middle, self._fonts)
        else:
            self._draw_field(sign, x, y)

    def _draw_field(self, sign: str, x: float, y: float) -> None:
        """Draw what covers ground, or a line."""
        from planner.reports.printed import legend_fields

        legend_fields.draw_field(self._axes, self._view, sign, (x, y - 1.4, x + 6.0, y + 1.4))
