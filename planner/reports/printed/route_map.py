"""Draws the map of a route on paper: its way, stops with numbers and names, what is beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from planner.reports.printed import paper_colours
from planner.reports.printed.free_room import FreeRoom
from planner.reports.printed.map_ground import paint_ground
from planner.reports.printed.map_names import (
    choose_labels,
    name_beside,
    paint_labels,
)
from planner.reports.printed.scale_bar import paint_scale, place_scale
from planner.reports.printed.shape_drawing import POINTS_PER_MM, draw_lines
from planner.reports.printed.signs import draw_disc, draw_facilities
from planner.reports.printed.view import View
from planner.routes.theme_colours import choose_theme_colours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from planner.reports.printed.fonts import Fonts
    from planner.reports.printed.printed_layers import PrintedLayers

#: Radius of a stop, points.
STOP_POINTS: Final = 5.6
REST_POINTS: Final = 3.4
#: Width of the way, and of its white edge, points.
_WAY: Final = 2.6
_EDGE: Final = 4.8
#: Dashes of a ride, times the width of the line.
DASHES: Final = (0, (1.6, 1.6))


@dataclass(frozen=True)
class DrawnRoute:
    """A route in metres of the plan's CRS.

    stops, legs, beside : its rows of those layers, in order. colour : of its theme.
    """

    stops: gpd.GeoDataFrame
    legs: gpd.GeoDataFrame
    beside: gpd.GeoDataFrame
    colour: str

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return what a map has to show, with room for names."""
        shapes = np.array([*self.stops.geometry, *self.legs.geometry], dtype=object)
        west, south, east, north = shapely.total_bounds(shapes)
        more = max(150.0, 0.06 * max(east - west, north - south))
        return west - more, south - more, east + more, north + more


def choose_colours(routes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the colour of each theme of the routes of routes.json."""
    return choose_theme_colours(str(row["theme"]) for row in routes if row.get("theme"))


def take_drawn(
    routes: Sequence[Mapping[str, Any]], layers: Mapping[str, gpd.GeoDataFrame],
    route: Mapping[str, Any], crs: str,
) -> DrawnRoute:  # fmt: skip
    """Return what is drawn of one of the routes of routes.json, in metres.

    layers : of routes.gpkg. crs : of the map.
    """

    def take(name: str, by: str) -> gpd.GeoDataFrame:
        """Return the rows of the route in a layer, in order of a column; those with a place."""
        layer = layers[name]
        rows = layer[(layer["route_id"] == route["route_id"]).to_numpy()]
        there = ~(rows.geometry.isna() | rows.geometry.is_empty)
        return rows[there].sort_values(by, kind="stable").to_crs(crs).reset_index(drop=True)

    colour = choose_colours(routes).get(str(route.get("theme") or ""), paper_colours.INK)
    return DrawnRoute(take("stops", "order"), take("legs", "order"), take("on_the_way", "metres"),
                      colour)  # fmt: skip


def make_quiet(layers: PrintedLayers) -> PrintedLayers:
    """Return the layers without reach, gaps and doubt: a route is to be followed, not judged."""
    return replace(
        layers,
        bands=(),
        gaps=layers.gaps.iloc[:0],
        unknown=layers.unknown.iloc[:0],
        sites=layers.sites.iloc[:0],
        frontages=layers.frontages.iloc[:0],
        gained=layers.gained.iloc[:0],
    )


def paint_route_map(
    axes: Axes, layers: PrintedLayers, route: DrawnRoute, view: View, words: Mapping[str, str],
    fonts: Fonts,
) -> None:  # fmt: skip
    """Paint the map of a view onto axes of its size.

    layers : from `make_quiet`.
    """
    axes.set_xlim(view.box[0], view.box[2])
    axes.set_ylim(view.box[1], view.box[3])
    paint_ground(axes, layers, view, None)
    draw_facilities(axes, layers.facilities, view)
    paint_way(axes, route, view)
    for row in route.beside.itertuples():
        paint_rest(axes, (row.geometry.x, row.geometry.y), str(row.kind), fonts)
    paint_stops(axes, route, fonts)
    places = shapely.get_coordinates(route.stops.geometry.to_numpy()).reshape(-1, 2)
    way = shapely.segmentize(route.legs.geometry.to_numpy(), 2 * view.m_per_mm)
    bar = place_scale(view, view.to_mm(np.vstack([places, shapely.get_coordinates(way)])))
    rest = shapely.get_coordinates(route.beside.geometry.to_numpy()).reshape(-1, 2)
    # Names keep off the way where they can; on its own stops they may have to lie on it.
    loose, strict = (FreeRoom(view.wide_mm, view.high_mm) for _ in range(2))
    for room in (loose, strict):
        room.reserve(*bar.field)
        room.block(view.to_mm(places), (STOP_POINTS + 0.8) / POINTS_PER_MM)
        room.block(view.to_mm(rest), REST_POINTS / POINTS_PER_MM)
    strict.block(view.to_mm(shapely.get_coordinates(way)), 0.8)
    named = [(str(row.name or ""), (row.geometry.x, row.geometry.y)) for row in _rows(route.stops)]
    away = (STOP_POINTS + 1.5) / POINTS_PER_MM
    labels = name_beside(named, view, (strict, loose), away=away)
    labels += choose_labels(layers, view, strict)
    paint_labels(axes, labels, view, fonts)
    paint_scale(axes, view, bar, words, fonts)


def _rows(table: gpd.GeoDataFrame) -> Any:
    """Return rows by name, among them `name`, which tuples of pandas have too."""
    return table[["name", "geometry"]].itertuples(index=False)


def paint_stops(axes: Axes, route: DrawnRoute, fonts: Fonts) -> None:
    """Draw the numbers of the stops; the first lies on top where two of them meet."""
    for row in route.stops.iloc[::-1].itertuples():
        draw_disc(axes, (row.geometry.x, row.geometry.y), f"{int(row.order)}", fonts,
                  colour=route.colour, radius=STOP_POINTS)  # fmt: skip


def paint_way(axes: Axes, route: DrawnRoute, view: View) -> None:
    """Draw the way with a white edge; a ride dashed."""
    by = route.legs["by"].to_numpy()
    lines = route.legs.geometry.to_numpy()
    joint = {"capstyle": "round", "joinstyle": "round"}
    draw_lines(axes, lines, view, edgecolor="white", linewidth=_EDGE, zorder=6.4, **joint)
    for rides in (False, True):
        some = lines[(by == "coach") == rides]
        style = {"linestyle": DASHES} if rides else {}
        draw_lines(
            axes, some, view, edgecolor=route.colour, linewidth=_WAY, zorder=6.5,
            **(joint | style if not rides else style),
        )  # fmt: skip


def paint_rest(axes: Axes, place: tuple[float, float], kind: str, fonts: Fonts) -> None:
    """Draw a small square: WC for toilets, a bench for a place to sit, a drop for water."""
    tone = paper_colours.FACILITY
    axes.scatter(
        *place, s=(2 * REST_POINTS) ** 2, marker="s", facecolors="white", edgecolors=tone,
        linewidths=0.6, zorder=7.5,
    )  # fmt: skip
    if kind == "toilets":
        axes.text(
            *place, "WC", color=tone, ha="center", va="center_baseline", zorder=7.6,
            fontproperties=fonts.of(3.9, bold=True), parse_math=False, clip_on=True,
        )  # fmt: skip
        return
    marker = "v" if kind == "drinking_water" else "_"
    axes.scatter(*place, s=(1.15 * REST_POINTS) ** 2, marker=marker, color=tone, linewidths=0.9,
                 zorder=7.6)  # fmt: skip
