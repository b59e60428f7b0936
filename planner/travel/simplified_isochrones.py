"""Isochrones with fewer corners: their outline steps back a little, never forward."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel.compiled.simplified_outlines import mark_kept

#: So far an outline may step back: less than a dot on any map that shows a whole isochrone.
STEP_BACK_M: Final = 1.0
#: Corners stand to the millimetre, so that outlines which touch may differ by some.
_TOUCH_M: Final = 0.005
#: So many facilities are asked at once.
_AT_ONCE: Final = 64


def simplify_isochrones(
    bands: gpd.GeoDataFrame, *, within_m: float = STEP_BACK_M
) -> gpd.GeoDataFrame:
    """Leave out corners of isochrones where their outline steps back by a metre at most.

    Each stays inside what it was, so it claims no ground that is not reached, and inside the union
    of all. A shorter one stays inside the longer ones of its facility, and every hole is kept.
    Where that would not be true the outline steps back less, or not at all.

    Parameters
    ----------
    bands
        From `isochrones`: facility_id, MultiPolygons in metres; the cutoffs of each facility
        ascending, one row behind the other.
    within_m
        Metres.

    Returns
    -------
    GeoDataFrame
        The same rows.
    """
    shapes = bands.geometry.to_numpy()
    if len(shapes) == 0:
        return bands
    owner = pd.factorize(bands["facility_id"])[0]
    # Some facilities at a time: the corners of all of a district take 200 MB while they are asked.
    starts = np.searchsorted(owner, np.arange(0, owner.max() + 1, _AT_ONCE))
    parts = zip(starts, [*starts[1:], len(owner)], strict=True)
    simple = [_simplify_some(shapes[start:end], owner[start:end], within_m) for start, end in parts]
    return bands.set_geometry(
        gpd.GeoSeries(np.concatenate(simple), index=bands.index, crs=bands.crs)
    )


def _simplify_some(
    shapes: NDArray[np.object_], owner: Ints, within_m: float
) -> NDArray[np.object_]:
    """Simplify the bands of some facilities, as `simplify_isochrones` says."""
    follows = np.flatnonzero(owner[1:] == owner[:-1]) + 1
    simple = _simplify(shapes, owner, within_m)
    whole = np.zeros(len(shapes), dtype=bool)
    lost = follows[~_lie_within(simple[follows - 1], simple[follows])]
    if len(lost):
        # Those facilities step back less.
        some = np.flatnonzero(np.isin(owner, owner[lost]))
        simple[some] = _simplify(shapes[some], owner[some], within_m / 4)
        asked = follows[np.isin(follows, some)]
        # One that does not hold the shorter one even so keeps all its corners: it holds that
        # whatever is left of it. Whether the next longer one holds it is asked again.
        while len(asked):
            lost = asked[~whole[asked]]
            lost = lost[~_lie_within(simple[lost - 1], simple[lost])]
            whole[lost] = True
            simple[lost] = shapes[lost]
            asked = follows[np.isin(follows - 1, lost)]
    return simple


def _simplify(shapes: NDArray[np.object_], owner: Ints, within_m: float) -> NDArray[np.object_]:
    """Return polygons without the corners that are not needed."""
    simple = shapes.copy()
    # Nothing has no corners; among other shapes it is a part without rings, which ends the
    # process when shapely puts the shapes together again.
    filled = ~shapely.is_empty(shapes)
    if filled.any():
        simple[filled] = _simplify_filled(shapes[filled], owner[filled], within_m)
    return simple


def _simplify_filled(
    shapes: NDArray[np.object_], owner: Ints, within_m: float
) -> NDArray[np.object_]:
    """Return polygons, none of them empty, without the corners that are not needed."""
    kind, points, (rings, parts, wholes) = shapely.to_ragged_array(shapes)
    rings, points = np.ascontiguousarray(rings, dtype=np.int64), np.ascontiguousarray(points)
    ends = rings[parts]  # where the corners of each polygon start
    fixed = _mark_meetings(points, rings, np.repeat(owner, np.diff(ends[wholes])))
    kept = mark_kept(points, rings, fixed, within_m)
    # A line that steps back may cross a hole behind it.
    simple = _cut(shapely.GeometryType.POLYGON, points, kept, rings, parts)
    spoilt = ~shapely.is_valid(simple)
    kept |= np.repeat(spoilt, np.diff(ends))
    return _cut(kind, points, kept, rings, parts, wholes)


def _cut(
    kind: shapely.GeometryType, points: Floats, kept: Flags, rings: Ints, *others: Ints
) -> NDArray[np.object_]:
    """Return the shapes of the corners that are kept."""
    before = np.concatenate([[0], np.cumsum(kept)])
    found = shapely.from_ragged_array(kind, points[kept], (before[rings], *others))
    return np.asarray(found, dtype=object)


def _mark_meetings(points: Floats, rings: Ints, owner: Ints) -> Flags:
    """Mark the corners where outlines of one facility meet or part.

    Between two such corners, as along a wall, they are the same, and so is what is left of them.

    points (n, 2); rings : where each starts, and n; owner (n,) : the number of the facility.
    """
    place = np.rint(points * 1000).astype(np.int64)
    mixed = place[:, 0] * 73_856_093 ^ place[:, 1] * 19_349_663 ^ owner * 83_492_791
    corner = pd.factorize(mixed)[0]
    first, last = rings[:-1], rings[1:] - 1
    ahead, behind = np.roll(corner, -1), np.roll(corner, 1)
    # A closed ring goes on behind its last corner, which is its first.
    ahead[last], behind[first] = corner[first + 1], corner[last - 1]
    # Where a ring starts a corner is kept: on all outlines alike.
    fixed = np.zeros(int(corner.max()) + 1, dtype=bool)
    fixed[corner[first]] = True
    for beside in (ahead, behind):
        known = np.zeros(len(fixed), dtype=np.int64)
        known[corner] = beside
        fixed[corner[known[corner] != beside]] = True
    return fixed[corner]


def _lie_within(shorter: NDArray[np.object_], longer: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which polygons lie in those beside them, to a few millimetres."""
    shapely.prepare(longer)
    # Nothing lies in whatever there is, though GEOS says that nothing is covered by nothing.
    within = np.asarray(shapely.covers(longer, shorter) | shapely.is_empty(shorter), dtype=bool)
    # What makes the question quick is larger than the polygons, and would stay as long as they.
    shapely.destroy_prepared(longer)
    rest = np.flatnonzero(~within)
    wider = shapely.buffer(longer[rest], _TOUCH_M, quad_segs=1)
    within[rest] = shapely.covers(wider, shorter[rest])
    return within
