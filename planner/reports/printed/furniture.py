"""What a map needs round it: scale bar, north arrow, legend, credit, notice of invented data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.reports.printed import ink
from planner.reports.printed.key import SIGN_MM, arrange
from planner.reports.printed.legend_fields import draw_field
from planner.reports.printed.map_names import paint_metro
from planner.reports.printed.signs import draw_facility_sign, draw_number
from planner.reports.printed.view import View
from planner.reports.street_credit import say_credit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from planner.reports.printed.fonts import Fonts

#: Of the words of a key, points.
KEY_SIZE: Final = 7.0
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
    for part, tone in ((0, ink.INK), (1, "white")):
        start = x + part * bar.length_m / 2
        end = start + bar.length_m / 2
        axes.fill(
            [start, end, end, start], [y, y, y + k, y + k], facecolor=tone,
            edgecolor=ink.INK, linewidth=0.6, zorder=14,
        )  # fmt: skip
    axes.text(
        x, y + 1.9 * k, text, ha="left", va="bottom", color=ink.INK, zorder=14,
        fontproperties=fonts.of(7), parse_math=False,
    )  # fmt: skip
    _paint_north(axes, right - 0.5 * _NORTH_MM * k, low, k, words["north"], fonts)


def _paint_north(axes: Axes, x: float, low: float, k: float, text: str, fonts: Fonts) -> None:
    for side, tone in ((-1, ink.INK), (1, "white")):
        axes.fill(
            [x, x + side * 1.5 * k, x], [low + 5.4 * k, low + 1.1 * k, low + 2.2 * k],
            facecolor=tone, edgecolor=ink.INK, linewidth=0.6, zorder=14,
        )  # fmt: skip
    axes.text(
        x, low + 5.6 * k, text, ha="center", va="bottom", color=ink.INK, zorder=14,
        fontproperties=fonts.of(6.5, bold=True), parse_math=False,
    )  # fmt: skip


def say_sources(run: Any, words: Mapping[str, str]) -> str:
    """Return whose streets these are, with the date of the map data and of the run."""
    about, parts = run.run, [say_credit(run.summary, words)]
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
            x + SIGN_MM, y, text, ha="left", va="center_baseline", color=ink.INK,
            fontproperties=fonts.of(size), parse_math=False,
        )  # fmt: skip
    return float(top - used)


def _draw_sign(axes: Axes, view: View, sign: str, place: tuple[float, float], fonts: Fonts) -> None:
    """Draw one sign into a field of 6 by 3 millimetres whose left edge has its middle here."""
    x, y = place
    middle = (x + 3.0, y)
    plain: dict[str, object] = {"in_ring": False, "joined": True, "status": "open", "level": ""}
    states: dict[str, dict[str, object]] = {
        "planned": {"status": "planned"}, "closed": {"status": "closed"},
        "not_joined": {"joined": False}, "outside": {"in_ring": True},
    }  # fmt: skip
    if sign.startswith("level_"):
        level = {"level": sign.removeprefix("level_")}
        draw_facility_sign(axes, [middle[0]], [y], plain | level, 2.3)
    elif sign in states:
        draw_facility_sign(axes, [middle[0]], [y], plain | states[sign], 2.3)
    elif sign == "number":
        draw_number(axes, middle, "1", fonts, radius=3.6)
    elif sign == "site":
        draw_number(axes, middle, "1", fonts, kind="site", radius=3.6)
    elif sign == "metro":
        paint_metro(axes, middle, fonts)
    else:
        draw_field(axes, view, sign, (x, y - 1.4, x + 6.0, y + 1.4))
