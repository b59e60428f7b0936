"""Draws the printed map: of the whole area, of a town, or round a proposed site."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from planner.reports.printed import paper_colours
from planner.reports.printed.fonts import Fonts, choose_fonts
from planner.reports.printed.free_room import FreeRoom
from planner.reports.printed.key_drawing import KEY_SIZE, arrange_key, write_key
from planner.reports.printed.key_entries import FRONTAGE_UNTIL, list_entries
from planner.reports.printed.map_ground import paint_ground
from planner.reports.printed.map_names import choose_labels, list_texts, paint_labels
from planner.reports.printed.map_results import (
    NUMBER_POINTS,
    paint_frontage,
    paint_gained,
    paint_gaps,
    paint_numbers,
    paint_unknown,
    place_numbers,
)
from planner.reports.printed.matplotlib_parts import add_axes, dress_axes, start_figure
from planner.reports.printed.printed_layers import PrintedLayers, prepare_layers
from planner.reports.printed.scale_bar import paint_scale, place_scale
from planner.reports.printed.shape_drawing import POINTS_PER_MM
from planner.reports.printed.signs import draw_facilities, draw_number, facility_radius
from planner.reports.printed.view import View, find_bounds, find_outline, fit_view
from planner.reports.street_credit import say_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.reports.handover import Handover

#: So many gaps stand out on a map of the whole area; the others are pale.
GAPS_FIRST: Final = 10
_FOOT_MM: Final = 6.5
_EDGE_MM: Final = 0.3


@dataclass(frozen=True)
class Overlay:
    """What is drawn on a map beside the result's own findings.

    entries : sign and words of each for the key; paint : draws it onto the axes of a view.
    """

    entries: Sequence[tuple[str, str]]
    paint: Callable[[Axes, View, Fonts], None]


def draw_map(
    handover: Handover,
    *,
    town: str | None = None,
    site: str | None = None,
    gaps: int = GAPS_FIRST,
    size_cm: tuple[float, float | None] = (16.0, None),
    legend: bool = True,
    layers: PrintedLayers | None = None,
    fonts: Fonts | None = None,
    overlay: Overlay | None = None,
    start: Callable[[tuple[float, float]], Figure] = start_figure,
) -> Figure:
    """Draw a map for paper: reach, gaps with the numbers of the page, stations, proposed sites.

    Parameters
    ----------
    handover
        What is drawn; its proposal's sites too, if there is one.
    town
        Draw this town and count its gaps; all of the area if not given.
    site
        Draw the surroundings of this site (its `site_id`) and who gains by it.
    gaps
        How many gaps are hatched and numbered; the others are pale.
    size_cm
        Width and height of the figure; without a height that of what is drawn.
    legend
        Whether the key to the signs and the credit stand below the map.
    layers, fonts
        From `prepare_layers` and `choose_fonts`, for whom draws several maps.
    overlay
        What is drawn on top.
    start
        Returns an empty figure of so many centimetres.

    Returns
    -------
    Figure
        Of matplotlib, white, without a title.

    Raises
    ------
    PlannerError
        If matplotlib or a font for Chinese is missing, or town or site is unknown.
    """
    layers = layers or prepare_layers(handover)
    fonts = fonts or choose_fonts(handover.language, list_texts(layers))
    bounds = find_bounds(layers, town, site)
    wide_mm = 10 * size_cm[0]
    high_mm = _choose_height(bounds, wide_mm) if size_cm[1] is None else 10 * size_cm[1]
    foot, entries = 0.0, []
    if legend:
        rough = fit_view(bounds, (wide_mm, high_mm))
        entries = list(list_entries(layers, handover, rough, site=site, gaps=gaps))
        entries += [] if overlay is None else overlay.entries
        foot = arrange_key(entries, wide_mm, fonts, KEY_SIZE)[1] + _FOOT_MM
    if size_cm[1] is None:
        high_mm += foot
    figure = start((wide_mm / 10, high_mm / 10))
    # Half of the frame's line would lie outside of the figure.
    box = (_EDGE_MM, foot, wide_mm - 2 * _EDGE_MM, high_mm - foot - _EDGE_MM)
    axes = add_axes(figure, box)
    view = fit_view(bounds, box[2:])
    paint_map(axes, layers, view, handover, fonts, town=town, site=site, gaps=gaps)
    if overlay is not None:
        overlay.paint(axes, view, fonts)
    if legend:
        below = add_axes(figure, (0.0, 0.0, wide_mm, foot), frame=False)
        write_key(below, entries, fonts, foot - 1.0)
        below.text(
            0, 0.8, _say_foot(handover), ha="left", va="bottom", color=paper_colours.SECOND,
            parse_math=False, fontproperties=fonts.of(6.5),
        )  # fmt: skip
    return figure


def draw_into(
    axes: Axes,
    handover: Handover,
    *,
    town: str | None,
    site: str | None,
    gaps: int,
    legend: bool,
    layers: PrintedLayers,
    fonts: Fonts,
    overlay: Overlay | None,
) -> None:
    """Draw a map into axes of somebody's own figure, as large as they are; see `draw_map`.

    The key has no room there. Credit and notice, with `legend`, are the label below the axes.
    """
    mm_per_dot = 25.4 / axes.figure.dpi
    size_mm = axes.bbox.width * mm_per_dot, axes.bbox.height * mm_per_dot
    axes.set_aspect("auto")  # a view has as many metres to the millimetre either way
    dress_axes(axes)
    view = fit_view(find_bounds(layers, town, site), size_mm)
    paint_map(axes, layers, view, handover, fonts, town=town, site=site, gaps=gaps)
    if overlay is not None:
        overlay.paint(axes, view, fonts)
    if legend:
        # A sign of Chinese is about twice as wide as a letter.
        signs = int(size_mm[0] / (2.3 if handover.language == "zh" else 1.15))
        axes.set_xlabel(
            fill(_say_foot(handover), max(signs, 20)), loc="left", color=paper_colours.SECOND,
            parse_math=False, fontproperties=fonts.of(6.5),
        )  # fmt: skip


def _say_foot(handover: Handover) -> str:
    """Return credit and dates, before them the notice of invented data."""
    words = handover.words
    notice = [words["synthetic"]] if handover.run.summary["synthetic"] else []
    return words["sheet_between"].join(
        [*notice, say_sources(handover.run.summary, handover.run.run, words)]
    )


def _choose_height(bounds: tuple[float, float, float, float], wide_mm: float) -> float:
    west, south, east, north = bounds
    return float(np.clip((north - south) / max(east - west, 1.0), 0.5, 1.4)) * wide_mm


def paint_map(
    axes: Axes,
    layers: PrintedLayers,
    view: View,
    handover: Handover,
    fonts: Fonts,
    *,
    town: str | None = None,
    site: str | None = None,
    gaps: int = GAPS_FIRST,
) -> None:
    """Paint the map of a view onto axes of its size."""
    axes.set_xlim(view.box[0], view.box[2])
    axes.set_ylim(view.box[1], view.box[3])
    paint_ground(axes, layers, view, None if town is None else find_outline(layers, town))
    paint_unknown(axes, layers, view)
    shown, numbers, strong = _choose_gaps(layers, town, site, gaps)
    paint_gaps(axes, shown, view, strong=strong)
    if site is not None:
        paint_gained(axes, layers, view, site)
    draw_facilities(axes, layers.facilities, view)
    spots = _paint_sites(axes, layers, view, fonts, site)
    # The numbers of sites stand where the sites are: those of gaps make way.
    if site is None:
        paint_numbers(axes, place_numbers(shown[strong], numbers, view, spots), fonts)
    marks = [np.array(spots).reshape(-1, 2), _locate(layers.facilities)]
    if town is not None:
        # Its border is not to be hidden either: a mark every two millimetres.
        border = shapely.segmentize(find_outline(layers, town).boundary, 2 * view.m_per_mm)
        marks.append(shapely.get_coordinates(border))
    bar = place_scale(view, view.to_mm(np.vstack(marks)))
    room = _start_room(layers, view, spots)
    room.reserve(*bar.field)
    paint_labels(axes, choose_labels(layers, view, room), view, fonts)
    paint_scale(axes, view, bar, handover.words, fonts)


def _locate(table: Any) -> np.ndarray:
    """Return the places of points, metres."""
    places: np.ndarray = shapely.get_coordinates(table.geometry.to_numpy()).reshape(-1, 2)
    return places


def _choose_gaps(
    layers: PrintedLayers, town: str | None, site: str | None, gaps: int
) -> tuple[Any, list[str], np.ndarray]:
    """Return the gaps drawn, the numbers of the strong ones, and which are strong."""
    shown = layers.gaps
    if town is None:
        number = shown["number"].to_numpy(dtype=np.int64)
        strong = np.ones(len(shown), dtype=bool) if site is not None else number <= gaps
    else:
        number = shown["town_number"].to_numpy(dtype=np.int64)
        strong = (shown["town"] == town).to_numpy() & (number <= gaps)
    return shown, [str(one) for one in number[strong]], strong


def _paint_sites(
    axes: Axes, layers: PrintedLayers, view: View, fonts: Fonts, site: str | None
) -> list[tuple[float, float]]:
    """Draw the proposed sites and return where they stand."""
    spots = []
    west, south, east, north = view.box
    for row in layers.sites.itertuples():
        place = (float(row.geometry.x), float(row.geometry.y))
        if not (west < place[0] < east and south < place[1] < north):
            continue
        if site is None and view.m_per_mm < FRONTAGE_UNTIL:
            paint_frontage(axes, layers, view, str(row.site_id))
        number = "" if pd.isna(row.order) else f"{int(row.order)}"
        own = site is not None and row.site_id == site
        draw_number(axes, place, number, fonts, kind="site", radius=5.2 if own else 4.2)
        spots.append(place)
    return spots


def _start_room(layers: PrintedLayers, view: View, spots: list[tuple[float, float]]) -> FreeRoom:
    """Return the room for names: not on numbers, large signs, scale bar and north."""
    room = FreeRoom(view.wide_mm, view.high_mm)
    if spots:
        room.block(view.to_mm(np.array(spots)), (NUMBER_POINTS + 0.8) / POINTS_PER_MM)
    radius = facility_radius(view)
    places = _locate(layers.facilities)
    level = layers.facilities["level"].astype("string").fillna("").to_numpy()
    west, south, east, north = view.box
    seen = (
        (places[:, 0] > west) & (places[:, 0] < east)
        & (places[:, 1] > south) & (places[:, 1] < north)
    )  # fmt: skip
    for large, times in ((True, 1.9), (False, 1.0)):
        some = places[seen & (np.isin(level, ["district", "town"]) == large)]
        # From afar hundreds of stations are specks: a town's name may lie on some of them.
        if len(some) and (large or view.m_per_mm < 45):
            room.block(view.to_mm(some), times * radius / POINTS_PER_MM)
    return room
