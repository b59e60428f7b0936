"""Draws what lies below the findings: water, green, reach, streets, railways, borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.reports.printed import paper_colours
from planner.reports.printed.shape_drawing import draw_lines, fill_shapes, pick_seen, stripe_shape
from planner.reports.styles.colours import reach_colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.reports.printed.printed_layers import PrintedLayers
    from planner.reports.printed.view import View

#: Width of a main road, points, by metres to a millimetre of paper.
_WIDTHS = ((4.0, 5.0), (12.0, 3.2), (30.0, 1.9), (70.0, 1.1), (140.0, 0.75), (400.0, 0.5))
#: Of each class of streets: down to which scale it is drawn, and how wide beside a main road.
_CLASSES = ((1000.0, 1.0), (75.0, 0.6), (26.0, 0.34))


def paint_ground(axes: Axes, layers: PrintedLayers, view: View, town: Any) -> None:
    """Draw the ground; all that is outside of `town`, or of the whole area, is paler."""
    axes.set_facecolor(paper_colours.PAPER)
    fill_shapes(axes, layers.green, view, facecolor=paper_colours.GREEN, linewidth=0)
    _paint_reach(axes, layers, view)
    _paint_water(axes, layers, view)
    _paint_streets(axes, layers, view)
    _paint_barriers(axes, layers, view)
    inside = layers.whole if town is None else town
    if inside is not None:
        # Pale, but the streets on which people walk in from outside can still be read.
        veil = shapely.difference(view.frame.buffer(3 * view.m_per_mm), inside)
        fill_shapes(axes, [veil], view, facecolor=paper_colours.PAPER, alpha=0.62, linewidth=0)
    _paint_borders(axes, layers, view, town)


def _paint_reach(axes: Axes, layers: PrintedLayers, view: View) -> None:
    tones = reach_colours(len(layers.bands))
    for number, (band, tone) in enumerate(zip(layers.bands, reversed(tones), strict=True)):
        # The edge of the longest walk: its fill is as light as green and water in grey print.
        edge = 0.0 if number else 0.45 if view.m_per_mm < 60 else 0.25
        fill_shapes(
            axes,
            band.shapes,
            view,
            facecolor=tone,
            edgecolor=paper_colours.REACH_EDGE,
            linewidth=edge,
        )


def _paint_water(axes: Axes, layers: PrintedLayers, view: View) -> None:
    fill_shapes(axes, layers.water, view, facecolor=paper_colours.WATER, linewidth=0)
    seen = pick_seen(layers.water, view)
    if not len(seen):
        return
    draw_lines(axes, seen, view, edgecolor=paper_colours.SHORE, linewidth=0.5)
    # Level lines tell water from land where there is no colour.
    lines = stripe_shape(shapely.union_all(seen), view, every_mm=1.3)
    draw_lines(axes, [lines], view, edgecolor=paper_colours.SHORE, linewidth=0.25)


def street_width(view: View) -> float:
    """Return how wide a main road is drawn, points."""
    scales, widths = zip(*_WIDTHS, strict=True)
    return float(np.interp(view.m_per_mm, scales, widths))


def _paint_streets(axes: Axes, layers: PrintedLayers, view: View) -> None:
    base = street_width(view)
    drawn = [
        (table.geometry.to_numpy(), max(0.3, base * times))
        for table, (until, times) in zip(layers.streets, _CLASSES, strict=True)
        if view.m_per_mm <= until
    ]
    joint = {"capstyle": "round", "joinstyle": "round"}
    for lines, width in reversed(drawn):
        if width > 0.5:
            draw_lines(
                axes, lines, view, edgecolor=paper_colours.CASING, linewidth=width + 0.7, **joint
            )
    for lines, width in reversed(drawn):
        # A thin white line alone is lost on pale ground.
        tone = paper_colours.STREET if width > 0.5 else paper_colours.CASING
        draw_lines(axes, lines, view, edgecolor=tone, linewidth=width, **joint)


def _paint_barriers(axes: Axes, layers: PrintedLayers, view: View) -> None:
    barriers = layers.barriers
    of = {kind: part.geometry.to_numpy() for kind, part in barriers.groupby("kind")}
    if "motorway" in of:
        width = max(1.0, street_width(view))
        draw_lines(
            axes, of["motorway"], view, edgecolor=paper_colours.MOTORWAY, linewidth=width, alpha=0.8
        )
    if "railway" in of:
        draw_lines(axes, of["railway"], view, edgecolor=paper_colours.RAILWAY, linewidth=1.1)
        draw_lines(
            axes, of["railway"], view, edgecolor="white", linewidth=0.6, linestyle=(0, (5, 5))
        )
    if "water" in of and view.m_per_mm <= 60:
        draw_lines(axes, of["water"], view, edgecolor=paper_colours.SHORE, linewidth=0.6)
    if "wall" in of and view.m_per_mm <= 14:
        draw_lines(
            axes,
            of["wall"],
            view,
            edgecolor=paper_colours.WALL,
            linewidth=0.5,
            linestyle=(0, (2, 1.5)),
        )


def _paint_borders(axes: Axes, layers: PrintedLayers, view: View, town: Any) -> None:
    draw_lines(
        axes, layers.areas.geometry.to_numpy(), view,
        edgecolor=paper_colours.SECOND, linewidth=0.8, linestyle=(0, (6, 2, 1, 2)),
    )  # fmt: skip
    if town is not None:
        draw_lines(axes, [town], view, edgecolor=paper_colours.INK, linewidth=1.5)
