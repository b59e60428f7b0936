"""Street frontage as candidate sites: places along the streets from which a gap may be reached."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from planner.network.walk_network import PUBLIC, WalkNetwork

#: Streets that premises face, main ones first, and how good that is. Trunk roads, tracks and
#: footways are none: nobody opens a door to them, or the street beside is the one that counts.
STREET_CLASSES: Final = {
    "primary": 1.0, "secondary": 1.0, "tertiary": 0.9, "pedestrian": 0.8, "primary_link": 0.7,
    "secondary_link": 0.7, "tertiary_link": 0.7, "unclassified": 0.6, "living_street": 0.6,
    "residential": 0.6, "road": 0.5,
}  # fmt: skip
#: Metres within which a place faces a street, whatever the access limit.
FACED_M: Final = 60.0
#: A street shorter than this share of the step gets no site: those of its neighbours are near.
_SHORT: Final = 0.3


def place_on_frontage(
    network: WalkNetwork,
    area: BaseGeometry,
    people_xy: NDArray[np.float64],
    *,
    reach_m: float,
    step_m: float,
) -> pd.DataFrame:
    """Place sites along the streets near people.

    Parameters
    ----------
    network
        Streets.
    area : polygon, metric CRS
        Only streets in it.
    people_xy : shape (n, 2), metres
        Those who are left out.
    reach_m
        A site farther than this in a straight line from all of them could serve none.
    step_m
        Metres of street between two sites.

    Returns
    -------
    DataFrame
        edge, osm_id (of its way), number (along the way), street (its name), highway, x, y.
    """
    edges = list_frontage_edges(network)
    if len(edges) == 0 or len(people_xy) == 0:
        nothing = np.empty(0, dtype=np.int64)
        return list_places(network, nothing, nothing, np.empty((0, 2)))
    edge, along_m, number = spread_along(network.osm_id[edges], network.length_m[edges], step_m)
    edge = edges[edge]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[edge], along_m))
    near = find_useful(xy, area, people_xy, reach_m)
    return list_places(network, edge[near], number[near], xy[near])


def list_frontage_edges(network: WalkNetwork) -> NDArray[np.int64]:
    """Return the edges that premises face, way by way."""
    kept = np.isin(network.highway.astype(str), list(STREET_CLASSES))
    # Bridges and tunnels are met at their ends only; a station on an island serves that alone.
    kept &= (network.access == PUBLIC) & ~network.elevated & ~network.island & ~network.steps
    kept &= ~network.shut
    edges = np.flatnonzero(kept)
    # Ways, not edges, are shared out: edges end at every crossing, many before a step is full.
    return edges[np.argsort(network.osm_id[edges], kind="stable")]


def find_useful(
    xy: NDArray[np.float64], area: BaseGeometry, people_xy: NDArray[np.float64], reach_m: float
) -> NDArray[np.bool_]:
    """Tell which places (n, 2) lie in the area and within reach of people (k, 2), k at least 1."""
    near = KDTree(people_xy).query(xy, distance_upper_bound=reach_m)[0] <= reach_m
    shapely.prepare(area)
    near[near] = shapely.intersects_xy(area, xy[near])
    return np.asarray(near, dtype=bool)


def spread_along(
    way: NDArray[np.int64], length_m: NDArray[np.float64], step_m: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Spread places evenly along ways, given as m edges in a row, m at least 1.

    Returns the position of each place's edge, its metres along it, and its number on its way.
    """
    first = np.flatnonzero(np.diff(way, prepend=way[0] - 1))
    whole_m = np.add.reduceat(length_m, first)
    count = np.round(whole_m / step_m).astype(np.int64)
    count[(count == 0) & (whole_m >= _SHORT * step_m)] = 1
    of_way = np.repeat(np.arange(len(first)), count)
    starts = np.concatenate([[0], np.cumsum(count)])
    number = np.arange(len(of_way)) - starts[of_way]
    gone_m = np.concatenate([[0.0], np.cumsum(length_m)])
    # Half a step from both ends, so that where two ways meet their places are a step apart too.
    at_m = gone_m[first[of_way]] + (number + 0.5) * whole_m[of_way] / count[of_way]
    edge = np.searchsorted(gone_m, at_m, side="right") - 1
    return edge, at_m - gone_m[edge], number


def list_places(
    network: WalkNetwork,
    edge: NDArray[np.int64],
    number: NDArray[np.int64],
    xy: NDArray[np.float64],
) -> pd.DataFrame:
    """Return places on edges as the table of `place_on_frontage`."""
    return pd.DataFrame(
        {
            "edge": edge,
            "osm_id": network.osm_id[edge],
            "number": number,
            "street": network.name[edge].astype(str),
            "highway": network.highway[edge].astype(str),
            "x": xy[:, 0],
            "y": xy[:, 1],
        }
    )


def find_faced_streets(
    network: WalkNetwork, xy: NDArray[np.float64], limit_m: float
) -> NDArray[np.object_]:
    """Return the class of the street that each place faces, "" where there is none.

    That is the nearest street of STREET_CLASSES within FACED_M; else the nearest one of any class.

    Parameters
    ----------
    network
        Streets.
    xy : shape (n, 2)
        Metres.
    limit_m
        How far a place may be from the streets it joins.
    """
    found = np.full(len(xy), "", dtype=object)
    points = shapely.points(xy)
    ground = ~network.elevated
    public = ground & (network.access == PUBLIC)
    facing = public & np.isin(network.highway.astype(str), list(STREET_CLASSES))
    for chosen, within_m in ((facing, min(FACED_M, limit_m)), (public, limit_m), (ground, limit_m)):
        edges, left = np.flatnonzero(chosen), np.flatnonzero(found == "")
        tree = shapely.STRtree(network.lines[edges])
        point, line = tree.query_nearest(points[left], max_distance=within_m, all_matches=True)
        order = np.lexsort((line, point))[::-1]  # of equals the first one is written last
        found[left[point[order]]] = network.highway[edges[line[order]]]
    return found
