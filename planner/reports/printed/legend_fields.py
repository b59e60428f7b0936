"""Small fields of a key: how reach, gaps, doubt, water, streets and borders look on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.reports.printed import ink
from planner.reports.printed.drawn_shapes import dot_shape, draw_lines, fill_shapes, hatch_shape
from planner.reports.printed.found_layer import paint_pale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.reports.printed.view import View


def draw_field(axes: Axes, view: View, sign: str, box: tuple[float, float, float, float]) -> None:
    """Draw what covers ground, or a line, into a box of millimetres."""
    field = shapely.box(*box)
    x0, low, x1, high = box
    level = shapely.LineString([(x0, (low + high) / 2), (x1, (low + high) / 2)])
    if sign.startswith("#"):
        fill_shapes(axes, [field], view, facecolor=sign, edgecolor=ink.REACH_EDGE, linewidth=0.4)
    elif sign == "gap":
        fill_shapes(axes, [field], view, facecolor=ink.GAP, alpha=0.3, linewidth=0)
        lines = hatch_shape(field, view, every_mm=1.1)
        _line(axes, view, lines, edgecolor=ink.GAP_EDGE, linewidth=0.5, alpha=0.8)
        _line(axes, view, field, edgecolor=ink.GAP_EDGE, linewidth=0.9)
    elif sign == "pale":
        paint_pale(axes, np.array([field], dtype=object), view)
    elif sign == "unknown":
        fill_shapes(axes, [field], view, facecolor="#e2e2e6", linewidth=0)
        dots = dot_shape(field, view, every_mm=1.0)
        axes.scatter(dots[:, 0], dots[:, 1], s=0.75, color=ink.UNKNOWN, linewidths=0, zorder=1)
        _line(axes, view, field, edgecolor=ink.UNKNOWN, linewidth=0.6, linestyle=(0, (3, 2)))
    elif sign == "gained":
        fill_shapes(axes, [field], view, facecolor=ink.GAINED, alpha=0.32, linewidth=0)
        for turned in (False, True):
            lines = hatch_shape(field, view, every_mm=1.5, turned=turned)
            _line(axes, view, lines, edgecolor=ink.GAINED, linewidth=0.4)
        _line(axes, view, field, edgecolor=ink.GAINED, linewidth=0.9)
    elif sign == "frontage":
        _line(axes, view, level, edgecolor=ink.SITE, linewidth=3.4)
    elif sign == "town":
        _line(axes, view, level, edgecolor=ink.SECOND, linewidth=0.9,
              linestyle=(0, (6, 2, 1, 2)))  # fmt: skip
    elif sign == "railway":
        _line(axes, view, level, edgecolor=ink.RAILWAY, linewidth=1.1)
        _line(axes, view, level, edgecolor="white", linewidth=0.6, linestyle=(0, (5, 5)))
    elif sign == "motorway":
        _line(axes, view, level, edgecolor=ink.MOTORWAY, linewidth=1.8)
    elif sign == "route":
        _line(axes, view, level, edgecolor=ink.FACILITY, linewidth=1.4, linestyle=(0, (4, 3)))


def _line(axes: Axes, view: View, shape: Any, **look: Any) -> None:
    draw_lines(axes, [shape], view, **look)
