"""Mainland China's outline: where the datums of its web maps are shifted."""

from functools import cache

import numpy as np
import shapely

from planner.crs._mainland_rings import RINGS
from planner.crs.array_types import Flags, Floats


def is_in_mainland(lon: Floats, lat: Floats) -> Flags:
    """Tell which places lie in mainland China or within some 25 km of its coast.

    GCJ-02 and BD-09 are in use there. Hong Kong, Macau and Taiwan lie outside. The outline is
    Natural Earth's, true to 3 km and to some hundred metres where towns face each other across a
    border; how it was made stands in `_mainland_rings.py`.

    Parameters
    ----------
    lon, lat : arrays of one shape
        WGS-84 degrees; no number lies nowhere.
    """
    inside = np.asarray(shapely.contains_xy(_build_outline(), lon, lat), dtype=bool)
    return inside.reshape(np.shape(lon))


@cache
def _build_outline() -> shapely.Polygon:
    """Build the outline once, ready to be asked about many places."""
    shell, *holes = (
        np.array([pair.split(",") for pair in ring.split()], dtype=np.float64) / 1000.0
        for ring in RINGS
    )
    outline = shapely.Polygon(shell, holes)
    shapely.prepare(outline)
    return outline
