"""Draws the key to a printed map: signs with their words, in rows below the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.reports.printed import paper_colours
from planner.reports.printed.map_names import paint_metro
from planner.reports.printed.map_results import (
    paint_crossed,
    paint_dotted,
    paint_hatched,
    paint_lost,
    paint_pale,
)
from planner.reports.printed.route_map import DASHES, paint_rest
from planner.reports.printed.shape_drawing import POINTS_PER_MM, draw_lines, fill_shapes
from planner.reports.printed.signs import draw_disc, draw_facility_sign, draw_mark, draw_number
from planner.reports.printed.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from planner.reports.printed.fonts import Fonts

#: Of the words of a key, points.
KEY_SIZE: Final = 7.0
#: Width of a sign, and what is free between entries, millimetres.
_SIGN_MM: Final = 7.0
_BESIDE_MM: Final = 3.4
#: How high a row is, times the size of its words.
_ROW: Final = 1.75
#: Sign of a line -> how it is drawn, the lowest stroke first.
_LINES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "frontage": ({"edgecolor": paper_colours.SITE, "linewidth": 3.4},),
    "town": (
        {"edgecolor": paper_colours.SECOND, "linewidth": 0.9, "linestyle": (0, (6, 2, 1, 2))},
    ),
    "railway": (
        {"edgecolor": paper_colours.RAILWAY, "linewidth": 1.1},
        {"edgecolor": "white", "linewidth": 0.6, "linestyle": (0, (5, 5))},
    ),
    "motorway": ({"edgecolor": paper_colours.MOTORWAY, "linewidth": 1.8},),
}


def arrange_key(
    entries: Sequence[tuple[str, str]], wide: float, fonts: Fonts, size: float
) -> tuple[list[tuple[float, float]], float]:
    """Return where each entry of a key stands, from its upper left corner, and how high it is.

    Rows are filled from the left; a row is as high as its text asks for.
    """
    high = size / POINTS_PER_MM * _ROW
    x, row, places = 0.0, 0, []
    for _, text in entries:
        need = _SIGN_MM + fonts.measure(text) * size / POINTS_PER_MM
        if x > 0 and x + need > wide:
            x, row = 0.0, row + 1
        places.append((x, (row + 0.5) * high))
        x += need + _BESIDE_MM
    return places, (row + 1) * high if entries else 0.0


def write_key(
    axes: Axes, entries: Sequence[tuple[str, str]], fonts: Fonts, top: float, size: float = KEY_SIZE
) -> float:
    """Draw the signs of a map with their words below each other; return the lower edge.

    axes : whose units are millimetres from its lower left corner.
    """
    wide, high = axes.get_xlim()[1], axes.get_ylim()[1]
    # Signs are drawn as on a map on which a millimetre is a metre.
    view = View((0, 0, wide, high), wide, high)
    places, used = arrange_key(entries, wide, fonts, size)
    for (sign, text), (x, down) in zip(entries, places, strict=True):
        y = top - down
        _draw_sign(axes, view, sign, (x, y), fonts)
        axes.text(
            x + _SIGN_MM, y, text, ha="left", va="center_baseline", color=paper_colours.INK,
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
    elif sign == "site":
        draw_number(axes, middle, "1", fonts, kind="site", radius=3.6)
    elif sign == "metro":
        paint_metro(axes, middle, fonts)
    elif sign.startswith("stop:"):
        draw_disc(axes, middle, "1", fonts, colour=sign.partition(":")[2], radius=3.8)
    elif sign.startswith("mark:"):
        _, colour, marker = sign.split(":")
        draw_mark(axes, [middle[0]], [y], colour, marker)
    elif sign.startswith("rest:"):
        paint_rest(axes, middle, sign.partition(":")[2], fonts)
    else:
        _draw_field(axes, view, sign, (x, y - 1.4, x + 6.0, y + 1.4))


def _draw_field(axes: Axes, view: View, sign: str, box: tuple[float, float, float, float]) -> None:
    """Draw what covers ground, or a line, into a box of millimetres."""
    field = shapely.box(*box)
    fields = np.array([field], dtype=object)
    x0, low, x1, high = box
    level = shapely.LineString([(x0, (low + high) / 2), (x1, (low + high) / 2)])
    if sign.startswith("#"):
        edge = paper_colours.REACH_EDGE
        fill_shapes(axes, fields, view, facecolor=sign, edgecolor=edge, linewidth=0.4)
    elif sign == "gap":
        paint_hatched(axes, fields, view)
    elif sign == "pale":
        paint_pale(axes, fields, view)
    elif sign == "unknown":
        paint_dotted(axes, field, view)
    elif sign == "gained":
        paint_crossed(axes, field, view)
    elif sign == "lost":
        paint_lost(axes, field, view)
    for look in _LINES.get(sign, ()):
        draw_lines(axes, [level], view, **look)
    kind, _, colour = sign.partition(":")
    if kind in ("way", "ride"):
        dashed: dict[str, Any] = {"linestyle": DASHES} if kind == "ride" else {}
        draw_lines(axes, [level], view, edgecolor=colour, linewidth=2.6, **dashed)
