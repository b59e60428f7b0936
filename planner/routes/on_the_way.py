"""Rest, water and toilets along a route, as far as the map knows them."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from planner.crs.array_types import Floats

#: Uses of places that a group on foot looks for.
REST_USES: Final = ("toilets", "bench", "drinking_water", "shelter")
#: A place counts as on the way within so many straight metres of what is walked.
ON_THE_WAY_M: Final = 60.0


def find_on_the_way(
    walked: list[shapely.LineString], amenities: gpd.GeoDataFrame
) -> list[tuple[str, str, float, shapely.Point]]:
    """Find what lies along the walks of one route.

    Parameters
    ----------
    walked
        Its legs on foot, metric CRS.
    amenities
        use, name and Points of the extract, in the same CRS.

    Returns
    -------
    list
        Use, name, straight metres from the route, place; by use, then along the route.
    """
    places = amenities[np.isin(amenities["use"].to_numpy(dtype=str), REST_USES)]
    if not walked or places.empty:
        return []
    lines = shapely.multilinestrings(walked)
    points = places.geometry.to_numpy()
    far: Floats = shapely.distance(points, lines)
    near = np.flatnonzero(far <= ON_THE_WAY_M)
    uses, names = places["use"].astype(str).tolist(), places["name"].astype(str).tolist()
    along = [shapely.line_locate_point(shapely.LineString(np.vstack([
        shapely.get_coordinates(line) for line in walked
    ])), points[row]) for row in near]  # fmt: skip
    rows = sorted(
        zip(near.tolist(), along, strict=True),
        key=lambda row: (REST_USES.index(uses[row[0]]), row[1], row[0]),
    )
    return [(uses[row], names[row], float(far[row]), points[row]) for row, _ in rows]
