"""Geometry as short lists of small integers, for the map's in-page engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

STEP_DEG = 1e-5
"""Size of one grid step: about 1 m, finer than a pixel at the map's closest zoom."""
M_PER_DEGREE = 111_320.0
"""Metres along one degree of the equator, 40,075 km / 360, rounded: near enough for drawing."""

#: How far outlines may be off where they are drawn; no figure is taken from them.
BAND_SIMPLIFY_M = 3.0
OUTLINE_SIMPLIFY_M = 1.5


@dataclass(frozen=True)
class MapGrid:
    """A grid of 1e-5 degree over EPSG:4326 whose origin is a corner of the map.

    Parameters
    ----------
    lon, lat
        Longitude and latitude of the grid's (0, 0).
    """

    lon: float
    lat: float

    def steps(self, lonlat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Whole grid steps of longitudes and latitudes, shape (n, 2).

        By the short way round the Earth: where a map crosses 180 degrees, it goes on beyond them.
        """
        away = lonlat[:, :2] - (self.lon, self.lat)
        away[:, 0] -= 360.0 * np.rint(away[:, 0] / 360.0)
        steps: NDArray[np.int64] = np.rint(away / STEP_DEG).astype(np.int64)
        return steps

    def sort_nearby(self, lonlat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return an order of points, shape (n, 2), in which near ones follow each other.

        Then the changes between them are short numbers. Points without a place come anywhere.
        """
        # 500 steps are about half a kilometre: within one cell changes have three digits at most.
        cells = self.steps(np.nan_to_num(lonlat)) // 500
        return np.lexsort((cells[:, 0], cells[:, 1]))

    def points(self, lonlat: NDArray[np.float64]) -> list[int | None]:
        """Flat [x, y, x, y, ...], each the change from the point before; None where missing."""
        known = ~np.isnan(lonlat[:, 0] + lonlat[:, 1])
        steps = self.steps(lonlat[known])
        flat = np.full((len(lonlat), 2), None, dtype=object)
        flat[known] = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
        changes: list[int | None] = flat.ravel().tolist()
        return changes

    def lines(self, geometries: Iterable[Any]) -> dict[str, list[int]]:
        """Lines without their features: `n` vertices of each, `d` the changes between vertices."""
        parts = shapely.get_parts(_without_missing(geometries))
        lines = parts[shapely.get_dimensions(parts) == 1]
        counts, changes = self._runs(lines, least=2)
        return {"n": counts[counts > 0].tolist(), "d": changes}

    def aligned_lines(self, lines: NDArray[np.object_]) -> dict[str, list[int]]:
        """One line or None per feature: `n` vertices of each, 0 for none, `d` the changes."""
        counts, changes = self._runs(lines, least=2)
        return {"n": counts.tolist(), "d": changes}

    def lines_of(self, features: NDArray[np.object_]) -> dict[str, list[int]]:
        """Any number of lines per feature: `f` lines of each feature, `n` and `d` as of lines."""
        parts, feature = shapely.get_parts(features, return_index=True)
        linear = shapely.get_dimensions(parts) == 1
        counts, changes = self._runs(parts[linear], least=2)
        kept = counts > 0
        of_feature = np.bincount(feature[linear][kept], minlength=len(features))
        return {"f": of_feature.tolist(), "n": counts[kept].tolist(), "d": changes}

    def polygons(self, geometries: Iterable[Any], *, simplify_m: float = 0.0) -> dict[str, Any]:
        """Rings of each feature: `r` rings of each feature, `n` vertices of each ring, `d` changes.

        A feature without an outline has 0 rings. Points and lines in a collection are left out:
        they have no area to fill.
        """
        features = np.array(list(geometries), dtype=object)
        parts, feature_of_part = shapely.get_parts(features, return_index=True)
        if simplify_m > 0:  # one by one: a band of a whole district takes three times as long
            parts = _simplified(parts, simplify_m)
        areal = shapely.get_dimensions(parts) == 2
        rings, part_of_ring = shapely.get_rings(parts[areal], return_index=True)
        feature_of_ring = feature_of_part[areal][part_of_ring]
        # A ring repeats its first vertex, so that a triangle has four; fewer have no area.
        counts, changes = self._runs(rings, least=4)
        kept = counts > 0
        rings_of = np.bincount(feature_of_ring[kept], minlength=len(features))
        return {"r": rings_of.tolist(), "n": counts[kept].tolist(), "d": changes}

    def _runs(
        self, lines: NDArray[np.object_], *, least: int
    ) -> tuple[NDArray[np.int64], list[int]]:
        """Vertices of each line (0: shorter than a step) and the changes between all of them."""
        coordinates, line_of = shapely.get_coordinates(lines, return_index=True)
        if len(coordinates) == 0:
            return np.zeros(len(lines), dtype=np.int64), []
        steps = self.steps(coordinates)
        repeated = np.zeros(len(steps), dtype=bool)
        # On the grid many vertices fall together; but where a line begins on the end of the one
        # before, both vertices stay.
        repeated[1:] = (steps[1:] == steps[:-1]).all(axis=1) & (line_of[1:] == line_of[:-1])
        steps, line_of = steps[~repeated], line_of[~repeated]
        counts = np.bincount(line_of, minlength=len(lines)).astype(np.int64)
        counts[counts < least] = 0
        steps = steps[counts[line_of] > 0]
        # Changes run on from line to line: small numbers take few characters.
        changes = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
        return counts, changes.ravel().tolist()


def _without_missing(geometries: Iterable[Any]) -> NDArray[np.object_]:
    """Return the geometries that are there."""
    rows = np.array(list(geometries), dtype=object)
    return rows[~shapely.is_missing(rows)] if len(rows) else rows


def _simplified(features: NDArray[np.object_], tolerance_m: float) -> NDArray[np.object_]:
    """Outlines with fewer vertices, none moved by more than `tolerance_m`."""
    # Away from the equator a degree of longitude is shorter, so nothing moves farther than allowed.
    # Topology is kept, else an outline may cross itself.
    simplified: NDArray[np.object_] = shapely.simplify(
        features, tolerance_m / M_PER_DEGREE, preserve_topology=True
    )
    return simplified
