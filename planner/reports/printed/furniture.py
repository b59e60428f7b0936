"""What a map needs round it: scale bar, north arrow, legend, credit, notice of invented data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.reports.printed import colours
from planner.reports.printed.key import SIGN_MM, arrange
from planner.reports.printed.labels import paint_metro
from planner.reports.printed.legend_fields import draw_field
from planner.reports.printed.shapes import POINTS_PER_MM
from planner.reports.printed.signs import draw_number, draw_station
from planner.reports.printed.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from planner.reports.printed.fonts import Fonts

#: Of the words of a key, points.
KEY_SIZE: Final = 7.0
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


def write_key(
    axes: Axes, entries: Sequence[tuple[str, str]], fonts: Fonts, top: float, size: float = KEY_SIZE
) -> float:
    """Draw the signs of a map with their words below each other; return the lower edge.

    axes : whose units are millimetres from its lower left corner.
    """
    wide, high = axes.get_xlim()[1], axes.get_ylim()[1]
    # Signs are drawn as on a map on which a millimetre is a metre.
    view = View((0, 0, wide, high), wide, high)
    places, used = arrange(entries, wide, fonts, size)
    for (sign, text), (x, down) in zip(entries, places, strict=True):
        y = top - down
        _draw_sign(axes, view, sign, (x, y), fonts)
        axes.text(
            x + SIGN_MM, y, text, ha="left", va="center_baseline", color=colours.INK,
            fontproperties=fonts.of(size), parse_math=False,
        )  # fmt: skip
    return float(top - used)


def _draw_sign(axes: Axes, view: View, sign: str, place: tuple[float, float], fonts: Fonts) -> None:
    """Draw one sign into a field of 6 by 3 millimetres whose left edge has its middle here."""
    x, y = place
    middle = (x + 3.0, y)
    station = {"in_ring": False, "joined": True, "status": "open", "level": ""}
    states = {
        "planned": {"status": "planned"}, "closed": {"status": "closed"},
        "not_joined": {"joined": False}, "outside": {"in_ring": True},
    }  # fmt: skip
    if sign.startswith("level_"):
        level = {"level": sign.removeprefix("level_")}
        draw_station(axes, [middle[0]], [y], station | level, 2.3)
    elif sign in states:
        draw_station(axes, [middle[0]], [y], station | states[sign], 2.3)
    elif sign == "number":
        draw_number(axes, middle, "1", fonts, radius=3.6)
    elif sign == "site":
        draw_number(axes, middle, "1", fonts, kind="site", radius=3.6)
    elif sign == "metro":
        paint_metro(axes, middle, fonts)
    else:
        draw_field(axes, view, sign, (x, y - 1.4, x + 6.0, y + 1.4))
