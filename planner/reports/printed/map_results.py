"""Draws what the run found: gaps and their numbers, people in doubt, who gains by a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.reports.printed import paper_colours
from planner.reports.printed.shape_drawing import (
    POINTS_PER_MM,
    dot_shape,
    draw_lines,
    fill_shapes,
    hatch_shape,
    pick_seen,
)
from planner.reports.printed.signs import draw_number

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planner.reports.printed.fonts import Fonts
    from planner.reports.printed.printed_layers import PrintedLayers
    from planner.reports.printed.view import View

#: How far apart the lines of a hatch are, millimetres.
_HATCH_MM: Final = 1.1
_DOTS_MM: Final = 1.0
NUMBER_POINTS: Final = 4.6
#: How far a unit that gains stands for its surroundings, metres.
_AROUND_M: Final = 45.0


def paint_unknown(axes: Axes, layers: PrintedLayers, view: View) -> None:
    """Draw dotted, with a dashed edge, where the data cannot tell."""
    seen = pick_seen(layers.unknown.geometry.to_numpy(), view)
    if not len(seen):
        return
    # Streets and green below it can still be seen.
    paint_dotted(axes, shapely.union_all(seen), view, alpha=0.72)


def paint_dotted(axes: Axes, shape: shapely.Geometry, view: View, *, alpha: float = 1.0) -> None:
    """Draw an area dotted, with a dashed edge: the data cannot tell."""
    fill_shapes(axes, [shape], view, facecolor="#e2e2e6", alpha=alpha, linewidth=0)
    dots = dot_shape(shape, view, every_mm=_DOTS_MM)
    if len(dots):
        axes.scatter(
            dots[:, 0], dots[:, 1], s=0.75, marker="o", color=paper_colours.UNKNOWN, linewidths=0,
            zorder=1,
        )  # fmt: skip
    draw_lines(
        axes, [shape], view, edgecolor=paper_colours.UNKNOWN, linewidth=0.6,
        linestyle=(0, (3, 2)),
    )  # fmt: skip


def paint_gaps(
    axes: Axes, gaps: gpd.GeoDataFrame, view: View, *, strong: NDArray[np.bool_]
) -> None:
    """Draw gaps, hatched those that are strong; the others pale."""
    shapes = gaps.geometry.to_numpy()
    paint_pale(axes, pick_seen(shapes[~strong], view), view)
    paint_hatched(axes, pick_seen(shapes[strong], view), view)


def paint_hatched(axes: Axes, shapes: NDArray[np.object_], view: View) -> None:
    """Draw gaps hatched, with a thick edge."""
    fill_shapes(axes, shapes, view, facecolor=paper_colours.GAP, alpha=0.3, linewidth=0)
    if len(shapes):
        lines = hatch_shape(shapely.union_all(shapes), view, every_mm=_HATCH_MM)
        draw_lines(axes, [lines], view, edgecolor=paper_colours.GAP_EDGE, linewidth=0.5, alpha=0.8)
    draw_lines(axes, shapes, view, edgecolor=paper_colours.GAP_EDGE, linewidth=0.9)


def paint_pale(axes: Axes, shapes: NDArray[np.object_], view: View) -> None:
    """Draw gaps that have no number: with few thin lines, as in grey they would look like reach."""
    fill_shapes(
        axes, shapes, view, facecolor=paper_colours.GAP, alpha=0.3,
        edgecolor=paper_colours.GAP_EDGE, linewidth=0.3,
    )  # fmt: skip
    if len(shapes):
        lines = hatch_shape(shapely.union_all(shapes), view, every_mm=1.9)
        draw_lines(axes, [lines], view, edgecolor=paper_colours.GAP_EDGE, linewidth=0.3, alpha=0.7)


def place_numbers(
    gaps: gpd.GeoDataFrame, numbers: list[str], view: View, taken: list[tuple[float, float]]
) -> list[tuple[str, tuple[float, float], tuple[float, float]]]:
    """Return for each gap in view its number, its place, and where the number has room.

    taken : places where other numbers stand; those found are added.
    """
    radius = (NUMBER_POINTS + 0.6) / POINTS_PER_MM * view.m_per_mm
    west, south, east, north = view.box
    found = []
    for shape, number in zip(gaps.geometry, numbers, strict=True):
        part = max(shapely.get_parts(shape).tolist(), key=lambda one: one.area)
        inside = shapely.point_on_surface(part)
        place = (float(inside.x), float(inside.y))
        if not (west < place[0] < east and south < place[1] < north):
            continue
        spot = _find_room(place, taken, radius, view)
        taken.append(spot)
        found.append((number, place, spot))
    return found


def _find_room(
    place: tuple[float, float], taken: list[tuple[float, float]], radius: float, view: View
) -> tuple[float, float]:
    """Return the place itself, or the nearest around it where no other number stands."""
    west, south, east, north = view.box
    for ring in range(8):
        for turn in range(12 if ring else 1):
            angle = 2 * np.pi * (turn + 0.5) / 12
            away = 1.2 * ring * radius
            x = float(np.clip(place[0] + away * np.cos(angle), west + radius, east - radius))
            y = float(np.clip(place[1] + away * np.sin(angle), south + radius, north - radius))
            if all(np.hypot(x - a, y - b) >= 2.1 * radius for a, b in taken):
                return x, y
    return place


def paint_numbers(axes: Axes, placed: list[Any], fonts: Fonts) -> None:
    """Draw the numbers, with a line to the gap where one stands beside it."""
    for number, place, spot in placed:
        if place != spot:
            axes.plot(
                *zip(place, spot, strict=True),
                color=paper_colours.GAP_EDGE,
                linewidth=0.8,
                zorder=8,
            )
        draw_number(axes, spot, number, fonts, radius=NUMBER_POINTS)


def paint_gained(axes: Axes, layers: PrintedLayers, view: View, site_id: str) -> None:
    """Draw crossed whom a site newly serves, and thick the street that it may stand on."""
    gained = layers.gained
    own = gained[(gained["nearest_after"] == site_id).to_numpy()]
    if len(own):
        paint_crossed(axes, surround_units(own), view)
    paint_frontage(axes, layers, view, site_id)


def paint_crossed(axes: Axes, shape: shapely.Geometry, view: View) -> None:
    """Draw an area crossed: who lives there gains."""
    fill_shapes(axes, [shape], view, facecolor=paper_colours.GAINED, alpha=0.32, linewidth=0)
    for turned in (False, True):
        lines = hatch_shape(shape, view, every_mm=1.5, turned=turned)
        draw_lines(axes, [lines], view, edgecolor=paper_colours.GAINED, linewidth=0.4)
    draw_lines(axes, [shape], view, edgecolor=paper_colours.GAINED, linewidth=0.9)


def paint_lost(axes: Axes, shape: shapely.Geometry, view: View) -> None:
    """Draw an area with few thick lines: who lives there loses cover."""
    fill_shapes(axes, [shape], view, facecolor=paper_colours.MISSED, alpha=0.32, linewidth=0)
    lines = hatch_shape(shape, view, every_mm=1.5)
    draw_lines(axes, [lines], view, edgecolor=paper_colours.MISSED, linewidth=0.9)
    draw_lines(axes, [shape], view, edgecolor=paper_colours.MISSED, linewidth=1.1)


def surround_units(units: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the surroundings that units stand for on a map, as one shape."""
    around = shapely.buffer(units.geometry.to_numpy(), _AROUND_M, quad_segs=4)
    return shapely.union_all(around)


def paint_frontage(axes: Axes, layers: PrintedLayers, view: View, site_id: str) -> None:
    """Draw thick the street along which a site may stand."""
    lines = layers.frontages[(layers.frontages["site_id"] == site_id).to_numpy()].geometry
    joint = {"capstyle": "round", "joinstyle": "round"}
    for tone, width in (("white", 5.4), (paper_colours.SITE, 3.4)):
        draw_lines(axes, lines.to_numpy(), view, edgecolor=tone, linewidth=width, **joint)
