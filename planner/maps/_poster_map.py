"""The map of the picture that every page carries: towns, reach, gaps and stations in one SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    Features = list[list[NDArray[np.float64]]]

#: The longer side of the picture, pixels.
SIDE_PX = 900
#: Most characters of the picture; outlines lose vertices until it is within.
MOST_CHARACTERS = 100_000
#: The same on the page of one town, which is to be small.
MOST_OF_TOWN = 8_000
#: How far an outline may be off, pixels, in the order tried.
_TOLERANCES_PX = (0.7, 1.5, 3.0, 6.0, 12.0)
#: Smaller than that a ring is not seen, square pixels.
_LEAST_AREA = 3.0
#: Wider than any name is a text without end.
_LONGEST_NAME = 40
_STYLES = (
    ("reach", 'fill="#8fcdbd" fill-rule="evenodd"'),
    ("unknown", 'fill="#6b7280" fill-opacity=".25" stroke="#6b7280" stroke-dasharray="3 2"'),
    ("gaps", 'fill="url(#poster-hatch)" stroke="#c2410c"'),
    ("areas", 'fill="none" stroke="#5b6472" stroke-width="1.2" fill-rule="evenodd"'),
)
_HATCH = (
    '<defs><pattern id="poster-hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path d="M0 0h5v5h-5z" fill="#fb923c" fill-opacity=".45"/>'
    '<path d="M0 0v5" stroke="#c2410c"/></pattern></defs>'
)


def draw_poster_map(payload: Mapping[str, Any], escape: Callable[[str], str]) -> str:
    """Draw the map, as long as it may be at most.

    Parameters
    ----------
    payload
        The data of the page: its shapes lie on a grid whose origin is a corner of `bounds`.
    escape
        Makes a name fit for markup.
    """
    west, south, east, north = payload["bounds"]
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    shrink = float(np.cos(np.radians((south + north) / 2)))
    wide, high = max((east - west) * shrink, 1e-4), max(north - south, 1e-4)
    scale = SIDE_PX / max(wide, high)
    step = payload["step"] * scale
    to_pixels = np.array([shrink * step, -step])
    down = np.array([0.0, high * scale])
    shapes = {
        name: [[ring * to_pixels + down for ring in rings] for rings in read_shapes(shape)]
        for name, shape in _list_shapes(payload)
    }
    dots = _read_points(payload["facilities"].get("xy") or []) * to_pixels + down
    size = f"{wide * scale:.0f} {high * scale:.0f}"
    picture, most = "", MOST_OF_TOWN if "town_page" in payload else MOST_CHARACTERS
    for tolerance in _TOLERANCES_PX:
        drawn = "".join(_draw(shapes, dots, tolerance))
        labels = "".join(_write_towns(shapes["areas"], payload["areas"]["name"], escape))
        picture = (
            f'<svg class="poster-map" viewBox="0 0 {size}" xmlns="http://www.w3.org/2000/svg" '
            f'aria-hidden="true">{_HATCH}{drawn}{labels}</svg>'
        )
        if len(picture) <= most:
            break
    return picture


def read_shapes(shape: Mapping[str, list[int]]) -> Features:
    """Return the rings of each feature, grid steps, of what `MapGrid.polygons` wrote."""
    steps = np.cumsum(np.array(shape["d"], dtype=np.float64).reshape(-1, 2), axis=0)
    rings = np.split(steps, np.cumsum(shape["n"])[:-1]) if shape["n"] else []
    ends = np.cumsum(shape["r"]).tolist()
    return [rings[end - count : end] for end, count in zip(ends, shape["r"], strict=True)]


def _read_points(flat: list[int | None]) -> NDArray[np.float64]:
    """Return the points, grid steps, of what `MapGrid.points` wrote, without missing ones."""
    changes = np.array([np.nan if value is None else value for value in flat], dtype=np.float64)
    rows = changes.reshape(-1, 2)
    points: NDArray[np.float64] = np.cumsum(rows[~np.isnan(rows).any(axis=1)], axis=0)
    return points


def _list_shapes(payload: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, list[int]]]]:
    """Yield what is drawn, the lowest first; the reach is that of the plan's longest walk."""
    last = payload["cutoffs"][-1] if payload["cutoffs"] else None
    bands = [band for band in payload["bands"] if band["minutes"] == last]
    own = [band for band in bands if band["profile"] == payload["profile"]]
    nothing: dict[str, list[int]] = {"r": [], "n": [], "d": []}
    yield "reach", (own or bands)[0]["shape"] if bands else nothing
    for name in ("unknown", "gaps", "areas"):
        yield name, payload[name]["shape"]


def _draw(
    shapes: Mapping[str, Features], dots: NDArray[np.float64], tolerance: float
) -> Iterator[str]:
    """Yield a path for each kind of shape, then the stations as dots."""
    for name, style in _STYLES:
        path = "".join(_write_ring(ring, tolerance) for rings in shapes[name] for ring in rings)
        if path:
            yield f'<path d="{path}" {style}/>'
    grid = max(1.0, tolerance)
    places = np.unique(np.rint(dots / grid) * grid, axis=0) if len(dots) else dots
    path = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in places)
    if path:
        for colour, width in (("#fff", 6), ("#12355b", 4)):
            style = f'stroke="{colour}" stroke-width="{width}" stroke-linecap="round"'
            yield f'<path d="{path}" {style}/>'


def _write_ring(ring: NDArray[np.float64], tolerance: float) -> str:
    """Return a ring as a closed path in whole pixels."""
    outline = shapely.Polygon(ring)
    if outline.area < max(_LEAST_AREA, tolerance**2):
        return ""
    kept = shapely.get_coordinates(shapely.simplify(outline.exterior, tolerance))
    steps = np.rint(kept).astype(np.int64)
    changes = np.diff(steps, axis=0)
    changes = changes[(changes != 0).any(axis=1)]
    moves = " ".join(f"{x} {y}" for x, y in changes[:-1].tolist())
    return f"M{steps[0, 0]} {steps[0, 1]}l{moves}z" if len(changes) > 2 else ""


def _write_towns(
    areas: Features, names: list[str | None], escape: Callable[[str], str]
) -> Iterator[str]:
    """Yield the name of each town, inside it."""
    for rings, name in zip(areas, names, strict=True):
        if not rings or not name:
            continue
        largest = max((shapely.Polygon(ring) for ring in rings), key=lambda one: one.area)
        # Valid again, should the grid have made it cross itself.
        inside = shapely.point_on_surface(largest.buffer(0))
        if inside.is_empty:
            continue
        yield (
            f'<text x="{inside.x:.0f}" y="{inside.y:.0f}" text-anchor="middle" font-size="15" '
            f'fill="#1c2430">{escape(str(name)[:_LONGEST_NAME])}</text>'
        )
