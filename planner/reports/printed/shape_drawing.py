"""Shapes of shapely as paths of matplotlib, and the patterns that carry what colours carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planner.reports.printed.view import View

#: A path of more pieces takes long to draw and may be refused.
_MOST_LINES: Final = 2000
#: Points of type to a millimetre.
POINTS_PER_MM: Final = 72 / 25.4


def fill_shapes(axes: Axes, shapes: Iterable[Any], view: View, **look: Any) -> None:
    """Fill polygons, with their holes, as far as they are seen."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    paths = [_trace_polygon(shape) for shape in cut_to_view(shapes, view)]
    if paths:
        # All in one, and as an artist: a patch would have the limits of the axes sought anew.
        axes.add_artist(PathPatch(Path.make_compound_path(*paths), **look))


def draw_lines(axes: Axes, lines: Iterable[Any], view: View, **look: Any) -> None:
    """Draw lines, or the outlines of polygons, as far as they are seen."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    pieces = list(_split_lines(cut_lines(lines, view)))
    for start in range(0, len(pieces), _MOST_LINES):
        some = pieces[start : start + _MOST_LINES]
        codes = np.full(sum(map(len, some)), Path.LINETO, dtype=np.uint8)
        codes[np.cumsum([0, *(len(piece) for piece in some[:-1])])] = Path.MOVETO
        path = Path(np.concatenate(some), codes)
        axes.add_artist(PathPatch(path, fill=False, **look))


def cut_to_view(shapes: Iterable[Any], view: View) -> Iterator[shapely.Polygon]:
    """Yield the polygons of shapes, cut a little outside of the view."""
    west, south, east, north = box = grow(view, 3.0)
    seen = pick_seen(shapes, view)
    inside = shapely.within(shapely.envelope(seen), shapely.box(*box))
    cut = [*seen[inside], *shapely.clip_by_rect(seen[~inside], west, south, east, north)]
    for polygon in shapely.get_parts(np.array(cut, dtype=object)).tolist():
        if polygon.geom_type == "Polygon" and not polygon.is_empty:
            yield polygon


def cut_lines(lines: Iterable[Any], view: View) -> NDArray[np.object_]:
    """Return lines, or outlines of polygons, cut a little outside of the view."""
    seen = pick_seen(lines, view)
    areas = shapely.get_dimensions(seen) == 2
    seen = np.where(areas, shapely.boundary(seen), seen)
    cut = shapely.clip_by_rect(seen, *grow(view, 3.0))
    kept: NDArray[np.object_] = shapely.get_parts(cut[~shapely.is_empty(cut)])
    return kept


def pick_seen(shapes: Iterable[Any], view: View) -> NDArray[np.object_]:
    """Return the shapes whose box meets the view."""
    given = np.asarray(list(shapes) if not isinstance(shapes, np.ndarray) else shapes, object)
    given = given[~shapely.is_missing(given)] if len(given) else given
    boxes = shapely.bounds(given)
    west, south, east, north = grow(view, 3.0)
    meets = (
        (boxes[:, 0] <= east) & (boxes[:, 2] >= west)
        & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    )  # fmt: skip
    seen: NDArray[np.object_] = given[meets]
    return seen


def grow(view: View, mm: float) -> tuple[float, float, float, float]:
    """Return the box of a view with so many millimetres more on each side."""
    more = mm * view.m_per_mm
    west, south, east, north = view.box
    return west - more, south - more, east + more, north + more


def _trace_polygon(polygon: shapely.Polygon) -> Any:
    """Return a polygon as a path; its holes run the other way round than its rim."""
    from matplotlib.path import Path

    rings = []
    for number, ring in enumerate((polygon.exterior, *polygon.interiors)):
        points = shapely.get_coordinates(ring)
        rings.append(points if ring.is_ccw == (number == 0) else points[::-1])
    codes = np.full(sum(map(len, rings)), Path.LINETO, dtype=np.uint8)
    ends = np.cumsum([len(ring) for ring in rings])
    codes[np.concatenate([[0], ends[:-1]])] = Path.MOVETO
    codes[ends - 1] = Path.CLOSEPOLY
    return Path(np.concatenate(rings), codes)


def _split_lines(lines: NDArray[np.object_]) -> Iterator[NDArray[np.float64]]:
    points, index = shapely.get_coordinates(lines, return_index=True)
    starts = np.flatnonzero(np.diff(index)) + 1
    yield from (piece for piece in np.split(points, starts) if len(piece) > 1)


def hatch_shape(shape: Any, view: View, *, every_mm: float, turned: bool = False) -> Any:
    """Return lines at 45 degrees inside of a shape, so many millimetres apart.

    Drawn as lines of their own they look alike on screen, in print and in every program.
    """
    west, south, east, north = grow(view, 1.0)
    box = shapely.bounds(shape)
    west, south = max(west, box[0]), max(south, box[1])
    east, north = min(east, box[2]), min(north, box[3])
    if not (west < east and south < north):
        return shapely.MultiLineString()
    step = every_mm * view.m_per_mm * np.sqrt(2)
    rise = north - south
    # From a place that does not depend on the shape: lines of neighbours meet.
    base = west - rise
    first = np.ceil((base - south) / step) * step + south
    starts = np.arange(first, east + step, step)
    low, high = (north, south) if turned else (south, north)
    ends = np.stack(
        [
            np.column_stack([starts, np.full(len(starts), low)]),
            np.column_stack([starts + rise, np.full(len(starts), high)]),
        ],
        axis=1,
    )
    return shapely.intersection(shapely.multilinestrings(shapely.linestrings(ends)), shape)


def stripe_shape(shape: Any, view: View, *, every_mm: float) -> Any:
    """Return level lines inside of a shape, so many millimetres apart."""
    west, south, east, north = grow(view, 1.0)
    step = every_mm * view.m_per_mm
    levels = np.arange(np.ceil(south / step) * step, north, step)
    ends = np.stack(
        [
            np.column_stack([np.full(len(levels), west), levels]),
            np.column_stack([np.full(len(levels), east), levels]),
        ],
        axis=1,
    )
    return shapely.intersection(shapely.multilinestrings(shapely.linestrings(ends)), shape)


def dot_shape(shape: Any, view: View, *, every_mm: float) -> NDArray[np.float64]:
    """Return places inside of a shape, in rows so many millimetres apart."""
    box = shapely.bounds(shape)
    west, south, east, north = grow(view, 1.0)
    step = every_mm * view.m_per_mm
    rows = np.arange(np.ceil(max(south, box[1]) / step), np.floor(min(north, box[3]) / step) + 1)
    columns = np.arange(np.ceil(max(west, box[0]) / step), np.floor(min(east, box[2]) / step) + 1)
    if not (len(rows) and len(columns)):
        return np.empty((0, 2))
    x, y = np.meshgrid(columns, rows)
    # Every second row stands between those beside it.
    places = np.column_stack([((x + 0.5 * (y % 2)) * step).ravel(), (y * step).ravel()])
    shapely.prepare(shape)
    inside: NDArray[np.float64] = places[shapely.contains_xy(shape, places[:, 0], places[:, 1])]
    return inside
