"""Closes water that the edge of an extract cuts: which side of its shore is water."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats
from planner.sources.osm.rings import Line, RelationOutline

#: Of a face of water as many places of streets are known at most, measured by those on land: what
#: has more is land, whatever its shore says. Piers and bridges lead over water too.
_MOST_STREETS: Final = 0.2
#: A shore of more pieces is a coast of thousands of islands; nobody waits for that.
_MOST_FACES: Final = 5_000


def close_cut_water(
    outline: RelationOutline, extent: BaseGeometry, streets: Floats
) -> BaseGeometry:
    """Return the water inside the extent, empty where nobody can tell which side it is on.

    The shore and the edge of the extent cut the ground into faces. Whoever crosses the shore
    leaves land for water or water for land, so that one face tells of all others. The streets
    tell of that one: people live on land.

    Parameters
    ----------
    outline
        Of a relation whose outline is broken; degrees.
    extent
        Polygon: what the extract holds; degrees.
    streets
        Places of streets, shape (n, 2), degrees.
    """
    shore = [line for one in _list_lines(outline) for line in _list_runs(one)]
    clipped = shapely.line_merge(shapely.intersection(shapely.union_all(shore), extent))
    if clipped.is_empty or len(streets) == 0:
        return shapely.Polygon()
    whole = shapely.union_all([clipped, *_list_ends_to_edge(clipped, extent)])
    noded = shapely.union_all([whole, extent.exterior])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    if not 2 <= len(faces) <= _MOST_FACES:
        return shapely.Polygon()
    return _choose_water(faces, _find_sides(faces, whole), streets)


def _list_lines(outline: RelationOutline) -> Iterator[Line]:
    """Yield every line of an outline, of whole rings and of broken ones."""
    for ring in outline.rings:
        yield from ring.lines
    yield from outline.broken


def _list_runs(line: Line) -> Iterator[BaseGeometry]:
    """Yield the parts of a line whose places are known."""
    run: list[tuple[float, float]] = []
    for _, lonlat in [*line.places, (0, None)]:
        if lonlat is not None:
            run.append(lonlat)
            continue
        if len(run) > 1:
            yield shapely.LineString(run)
        run = []


def _list_ends_to_edge(shore: BaseGeometry, extent: BaseGeometry) -> list[BaseGeometry]:
    """Return a straight line to the edge from every end of the shore that does not reach it."""
    parts = [line for line in shapely.get_parts(shore) if not line.is_closed]
    if not parts:
        return []
    ends = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    places, counts = np.unique(shapely.get_coordinates(ends), axis=0, return_counts=True)
    loose = shapely.points(places[counts % 2 == 1])
    away = shapely.distance(loose, extent.exterior)
    return list(shapely.shortest_line(loose[away > 0], extent.exterior))


def _find_sides(faces: NDArray[np.object_], shore: BaseGeometry) -> NDArray[np.int64]:
    """Return on which of the two sides of the shore each face lies: 0 is that of the first one."""
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    ways = shapely.linestrings(np.stack([np.broadcast_to(inside[0], inside.shape), inside], axis=1))
    crossings = shapely.intersection(ways, shore)
    sides: NDArray[np.int64] = shapely.get_num_geometries(crossings).astype(np.int64)
    # An empty geometry counts as one part of a kind; what it has no places of is crossed nowhere.
    sides[shapely.is_empty(crossings)] = 0
    return sides % 2


def _choose_water(
    faces: NDArray[np.object_], sides: NDArray[np.int64], streets: Floats
) -> BaseGeometry:
    """Return the faces on the side with fewer streets, without those that have many themselves."""
    hit = shapely.STRtree(shapely.points(streets)).query(faces, predicate="contains")[0]
    counts = np.bincount(hit, minlength=len(faces)).astype(np.float64)
    areas = shapely.area(faces)
    thick = [_density(counts[sides == side], areas[sides == side]) for side in (0, 1)]
    if thick[0] == thick[1]:
        return shapely.Polygon()
    land = max(thick)
    is_water = (sides == int(thick[1] < thick[0])) & (counts <= _MOST_STREETS * land * areas)
    return shapely.union_all(faces[is_water])


def _density(counts: Floats, areas: Floats) -> float:
    """Return how many places lie in a unit of area, 0 where there is no area."""
    return float(counts.sum() / areas.sum()) if areas.sum() > 0 else 0.0
