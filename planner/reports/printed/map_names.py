"""Names on printed maps: those that matter most get room first, none lies on another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from planner.reports.printed import paper_colours
from planner.reports.printed.free_room import FreeRoom, box_around, boxes_along
from planner.reports.printed.plain_text import LONGEST, measure_em, to_plain
from planner.reports.printed.shape_drawing import POINTS_PER_MM, cut_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path

    from planner.reports.printed.fonts import Fonts
    from planner.reports.printed.printed_layers import PrintedLayers
    from planner.reports.printed.view import View


@dataclass(frozen=True)
class NameLook:
    """How a kind of names is written, and from which scale on.

    until : most metres to a millimetre at which it is written.
    size : points.
    fit : the thing itself has to be so many times as wide as its name; 0 for always.
    """

    until: float
    size: float
    colour: str
    bold: bool = False
    italic: bool = False
    fit: float = 0.0


#: Of stations of the metro: most metres to a millimetre.
METRO_UNTIL: Final = 95.0
#: In the order in which they get room.
LOOKS: Final = {
    "town": NameLook(9999, 9.5, paper_colours.INK, bold=True),
    "metro": NameLook(METRO_UNTIL, 7.0, "#2f3a55"),
    "main": NameLook(110, 6.6, "#4a453c"),
    "water": NameLook(9999, 7.0, "#2c6a93", italic=True, fit=0.7),
    "facility": NameLook(13, 7.0, paper_colours.FACILITY, bold=True),
    "park": NameLook(40, 6.4, "#47692f", fit=0.55),
    "residential": NameLook(30, 6.4, "#333a45", fit=0.55),
    "village": NameLook(40, 6.4, "#333a45"),
    "side": NameLook(24, 6.2, "#5a5448"),
    "industrial": NameLook(24, 6.2, "#4d5360", fit=0.6),
    "commercial": NameLook(24, 6.2, "#4d5360", fit=0.6),
}
_LINE: Final = 1.25
#: The same street is named again after so many millimetres.
_AGAIN_MM: Final = 75.0
_METRO_MM: Final = 2.9
#: How far the middle of signs is above the line that they are written on, times their size.
_RISE: Final = 0.37


@dataclass(frozen=True)
class Label:
    """A text and where it stands, millimetres from the lower left corner; angle in degrees."""

    text: str
    look: NameLook
    x: float
    y: float
    angle: float = 0.0
    sign: bool = False


def choose_labels(layers: PrintedLayers, view: View, room: FreeRoom) -> list[Label]:
    """Return the labels that have room, the most important first.

    room : what numbers and signs take already; names are added.
    """
    shown = {kind: look for kind, look in LOOKS.items() if view.m_per_mm <= look.until}
    chosen: list[Label] = []
    for kind in shown:
        if kind == "town":
            chosen += _name_towns(layers, view, room)
        elif kind in {"main", "side"}:
            chosen += _name_streets(layers, view, room, kind)
        elif kind == "facility":
            chosen += _name_facilities(layers.facilities, view, room)
        else:
            chosen += _name_places(layers.names, view, room, kind)
    return chosen


def _measure(text: str, look: NameLook) -> tuple[float, float]:
    """Return width and height of a text, millimetres."""
    size = look.size / POINTS_PER_MM
    return measure_em(text) * size * (1.06 if look.bold else 1.0), _LINE * size


def name_beside(
    named: Iterable[tuple[str, tuple[float, float]]], view: View, rooms: Sequence[FreeRoom], *,
    away: float,
) -> list[Label]:  # fmt: skip
    """Return names beside signs of our own, where there is room.

    named : name and place, metres.
    rooms : a name is put into the first that has room for it; all of them keep it.
    away : from the middle of a sign to its edge, millimetres.
    """
    look = NameLook(9999, 7.6, paper_colours.INK, bold=True)
    labels: list[Label] = []
    for name, place in named:
        text = to_plain(name, 24)
        spot = tuple(view.to_mm([place])[0])
        found = (list(_beside(text, look, spot, away, room)) for room in rooms if text)
        for label in next((some for some in found if some), []):
            labels.append(label)
            for room in rooms:
                room.reserve(*box_around(label.x, label.y, *_measure(text, look)))
    return labels


def _name_towns(layers: PrintedLayers, view: View, room: FreeRoom) -> Iterator[Label]:
    look = LOOKS["town"]
    if len(layers.areas) < 2:
        return
    for name, shape in zip(layers.areas["name"], layers.areas.geometry, strict=True):
        text = to_plain(name)
        seen = shapely.intersection(shapely.make_valid(shape), view.frame)
        # A sliver at the edge of the sheet is not where a town's name is looked for.
        if not text or seen.area < min(0.02 * view.frame.area, 0.4 * shape.area):
            continue
        part = max(shapely.get_parts(seen).tolist(), key=lambda one: one.area)
        middle = shapely.maximum_inscribed_circle(part, tolerance=20 * view.m_per_mm / 4)
        x, y = view.to_mm(shapely.get_coordinates(middle)[0])
        wide, high = _measure(text, look)
        tries = [(0.0, 0.0), (0, -1), (0, 1), (0, -2), (0, 2), (-0.5, -1), (0.5, -1), (-0.5, 1),
                 (0.5, 1), (-0.6, 0), (0.6, 0), (0, -3), (0, 3), (-0.8, -2), (0.8, 2)]  # fmt: skip
        for across, up in tries:
            at = x + across * wide, y + up * high
            if room.take(box_around(*at, wide + 0.8, high), gap=0.3):
                yield Label(text, look, *at)
                break


def _name_places(names: gpd.GeoDataFrame, view: View, room: FreeRoom, kind: str) -> Iterator[Label]:
    """Yield names of places, the largest first."""
    look = LOOKS[kind]
    kinds = {"village", "hamlet"} if kind == "village" else {kind}
    rows = names[names["kind"].isin(kinds).to_numpy()]
    rows = rows[_within(rows, view)].assign(length=rows["name"].astype(str).str.len())
    for row in rows.sort_values(["size_m", "name"], ascending=[False, True]).itertuples():
        text = to_plain(row.name, 24)
        wide, high = _measure(text, look)
        if not text or (look.fit and row.size_m / view.m_per_mm < look.fit * wide):
            continue
        x, y = view.to_mm([[row.geometry.x, row.geometry.y]])[0]
        if kind == "metro":
            yield from _name_metro(text, look, (x, y), room)
        elif room.take(box_around(x, y, wide, high), gap=0.4):
            yield Label(text, look, x, y)


def _name_metro(
    text: str, look: NameLook, place: tuple[float, float], room: FreeRoom
) -> Iterator[Label]:
    sign = box_around(*place, _METRO_MM, _METRO_MM)
    if not room.take(sign):
        return
    yield Label("", look, *place, sign=True)
    yield from _beside(text, look, place, _METRO_MM / 2 + 0.3, room)


def _beside(
    text: str, look: NameLook, place: tuple[float, float], away: float, room: FreeRoom
) -> Iterator[Label]:
    """Yield the name to the right, left, below or above of a sign, if there is room."""
    wide, high = _measure(text, look)
    for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, 0.8), (1, -0.8), (-1, 0.8), (-1, -0.8)):
        x = place[0] + dx * (away + wide / 2)
        y = place[1] + dy * (away + high / 2)
        if room.take(box_around(x, y, wide, high), gap=0.2):
            yield Label(text, look, x, y)
            return


def _name_facilities(facilities: gpd.GeoDataFrame, view: View, room: FreeRoom) -> Iterator[Label]:
    look = LOOKS["facility"]
    weight = facilities["level"].map({"district": 0, "town": 1}).fillna(2)
    rows = facilities.assign(weight=weight)[_within(facilities, view)]
    for row in rows.sort_values(["weight", "facility_id"]).itertuples():
        text = to_plain(row.name, 24)
        if text:
            place = view.to_mm([[row.geometry.x, row.geometry.y]])[0]
            yield from _beside(text, look, tuple(place), 1.4, room)


def _within(table: gpd.GeoDataFrame, view: View) -> np.ndarray:
    west, south, east, north = view.box
    x, y = table.geometry.x.to_numpy(), table.geometry.y.to_numpy()
    return np.asarray((x > west) & (x < east) & (y > south) & (y < north))


def _name_streets(layers: PrintedLayers, view: View, room: FreeRoom, kind: str) -> Iterator[Label]:
    """Yield names along streets, the longest in view first."""
    look = LOOKS[kind]
    tables = layers.streets[:1] if kind == "main" else layers.streets[1:2]
    named = pd.concat(tables)
    named = named[named["name"].notna().to_numpy()]
    if not len(named):
        return
    west, south, east, north = view.box
    named = named.cx[west:east, south:north]
    streets = []
    for name, rows in named.groupby("name"):
        lines = cut_lines(rows.geometry.to_numpy(), view)
        merged = shapely.line_merge(shapely.multilinestrings(lines)) if len(lines) else None
        if merged is not None and (text := to_plain(name, 24)):
            streets.append((text, merged))
    for text, merged in sorted(streets, key=lambda one: (-one[1].length, one[0])):
        yield from _name_along(text, look, merged, view, room)


def _name_along(
    text: str, look: NameLook, lines: shapely.Geometry, view: View, room: FreeRoom
) -> Iterator[Label]:
    """Yield a name along the straight stretches of a street."""
    wide, high = _measure(text, look)
    need = wide * view.m_per_mm
    written: list[tuple[float, float]] = []
    parts = [part for part in shapely.get_parts(lines).tolist() if part.length > 1.15 * need]
    for part in sorted(parts, key=lambda one: -one.length):
        for x, y, angle in _find_stretches(part, need, view):
            if any(np.hypot(x - a, y - b) < _AGAIN_MM for a, b in written):
                continue
            if room.take(boxes_along(x, y, angle, wide, high), gap=0.1):
                written.append((x, y))
                yield Label(text, look, x, y, float(np.degrees(angle)))


def _find_stretches(
    line: shapely.LineString, need: float, view: View
) -> Iterable[tuple[float, float, float]]:
    """Yield middles and angles of stretches straight enough for a text, the middle first."""
    free = line.length - need
    count = max(1, min(25, int(free / (0.25 * need))))
    starts = np.linspace(0.04 * need, free - 0.04 * need, count) if free > 0 else np.array([0.0])
    starts = starts[np.argsort(np.abs(starts - free / 2), kind="stable")]
    places = starts[:, None] + need * np.array([0, 0.25, 0.5, 0.75, 1.0])
    points = shapely.get_coordinates(shapely.line_interpolate_point(line, places.ravel()))
    points = view.to_mm(points).reshape(-1, 5, 2)
    chord = points[:, 4] - points[:, 0]
    length = np.hypot(chord[:, 0], chord[:, 1])
    for at, along, long in zip(points, chord, length, strict=True):
        if long <= 0:
            continue
        away = at[1:4] - at[0]
        off = np.abs(away[:, 0] * along[1] - away[:, 1] * along[0]) / long
        if off.max() > 0.7:
            continue
        # Read from the left, or from below.
        angle = float(np.arctan2(along[1], along[0]))
        if angle > np.pi / 2 + 1e-9 or angle <= -np.pi / 2 + 1e-9:
            angle += np.pi if angle < 0 else -np.pi
        x, y = (at[0] + at[4]) / 2
        yield float(x), float(y), angle


def paint_labels(axes: Axes, labels: list[Label], view: View, fonts: Fonts) -> None:
    """Write labels, each with a white rim so that it can be read on lines."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    rims = []
    for one in labels:
        middle = np.array(view.box[:2]) + np.array([one.x, one.y]) * view.m_per_mm
        if one.sign:
            paint_metro(axes, (float(middle[0]), float(middle[1])), fonts)
            continue
        font = fonts.of(one.look.size, bold=one.look.bold)
        m_per_point = view.m_per_mm / POINTS_PER_MM
        wide = fonts.measure(one.text, bold=one.look.bold) * one.look.size
        turn = _turn(one.angle)
        # Where the writing begins: signs stand a little above the line that they are written on.
        start = middle + turn @ np.array([-wide / 2, -_RISE * one.look.size]) * m_per_point
        axes.text(
            float(start[0]), float(start[1]), one.text, rotation=one.angle,
            rotation_mode="anchor", ha="left", va="baseline", color=one.look.colour,
            fontproperties=font, parse_math=False, clip_on=True, zorder=12,
        )  # fmt: skip
        rim = _trace_text(one.text, font)
        rims.append(Path(rim.vertices @ turn.T * m_per_point + start, rim.codes))
    if rims:
        # Apart from the texts, so that these stay texts in a PDF; all in one, as it is quicker.
        axes.add_artist(
            PathPatch(
                Path.make_compound_path(*rims), facecolor="none", edgecolor="white",
                linewidth=1.6, alpha=0.88, joinstyle="round", zorder=11,
            )
        )  # fmt: skip


def _turn(degrees: float) -> np.ndarray:
    """Return the matrix that turns a place."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, -sin], [sin, cos]])


def _trace_text(text: str, font: FontProperties) -> Path:
    """Return the outline of a text, points from where it begins; no sign in it is mathematics."""
    from matplotlib.path import Path
    from matplotlib.textpath import text_to_path

    points, codes = text_to_path.get_text_path(font, text, ismath=False)
    scale = font.get_size_in_points() / text_to_path.FONT_SCALE
    return Path(np.asarray(points, dtype=np.float64).reshape(-1, 2) * scale, codes)


def paint_metro(axes: Axes, place: tuple[float, float], fonts: Fonts) -> None:
    """Draw the sign of a metro station."""
    side = _METRO_MM * POINTS_PER_MM
    axes.scatter(
        *place, s=side**2, marker="s", facecolors="#2f3a55", edgecolors="white", linewidths=0.6,
        zorder=8,
    )  # fmt: skip
    axes.text(
        *place, "M", color="white", ha="center", va="center_baseline", zorder=9,
        fontproperties=fonts.of(5.5, bold=True), parse_math=False,
    )  # fmt: skip


def list_texts(layers: PrintedLayers) -> list[str]:
    """Return every name that a map may write, so that its font can be chosen."""
    tables = (layers.areas, *layers.streets, layers.names, layers.facilities)
    found = {to_plain(name, LONGEST) for table in tables for name in table["name"].dropna()}
    return sorted(found)
