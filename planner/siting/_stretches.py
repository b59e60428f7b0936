"""Along which stretches of street a site may stand and still keep nearly all of its gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString

from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.siting_case import SitingCase
from planner.travel.access import join, take

#: A place is as good as the site if it keeps this share of what the site adds to the others.
KEPT_SHARE: Final = 0.95
#: How far from the site is searched, in a straight line, and how close the places looked at lie.
SEARCH_M: Final = 400.0
STEP_M: Final = 10.0


@dataclass(frozen=True, eq=False)
class _Places:
    """Places along streets: edge, metres along it, coordinates; ordered by edge, then along."""

    edge: Ints
    along_m: Floats
    xy: Floats


def find_stretches(
    case: SitingCase, weight: Floats, sites: Ints, times_covered: NDArray[np.int64], ids: list[str]
) -> gpd.GeoDataFrame:
    """Find for each site the streets along which it would keep 95 % of what it adds.

    Places every 10 m of the public streets within 400 m are tried, each with the walks from there;
    between two that keep enough the street is taken to keep it too. Kept is what hangs together
    with the place nearest to the site.

    Parameters
    ----------
    weight : shape (n,)
        What the units count.
    sites : shape (k,)
        Positions of candidates.
    times_covered : shape (n,)
        How many of the sites, and of what stays, reach each unit.
    ids
        site_id of the sites.

    Returns
    -------
    GeoDataFrame, metric CRS
        site_id, part, length_m, kept_share (the least along it), LineStrings.
    """
    rows, shapes = [], []
    reached = case.pairs_to(take(case.sites, sites), case.cutoff_minutes, weight > 0)
    for number, (site, name) in enumerate(zip(sites, ids, strict=True)):
        own = reached.target[reached.origin == number]
        others = times_covered.copy()
        others[own] -= 1
        open_weight = np.where(others == 0, weight, 0.0)
        for part, (line, kept) in enumerate(
            _find_stretch(case, open_weight, int(site), own), start=1
        ):
            rows.append({"site_id": name, "part": part, "length_m": line.length,
                         "kept_share": kept})  # fmt: skip
            shapes.append(line)
    table = {
        column: [row[column] for row in rows]
        for column in ("site_id", "part", "length_m", "kept_share")
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=case.streets.network.crs)


def _find_stretch(
    case: SitingCase, open_weight: Floats, site: int, own: Ints
) -> list[tuple[LineString, float]]:
    """Return the pieces of street that keep the gain of a site, with the least share kept."""
    whole = float(open_weight[own].sum())
    places = _list_places_near(case, case.sites.xy[site])
    if whole <= 0 or len(places.edge) == 0:
        return []
    pairs = case.pairs_to(join(case.streets, places.xy), case.cutoff_minutes, open_weight > 0)
    gain = np.bincount(pairs.origin, weights=open_weight[pairs.target], minlength=len(places.edge))
    # The same people added up in another order may come to a hair less.
    kept = gain >= KEPT_SHARE * whole * (1 - 1e-12)
    group = _group_places(case, places, kept)
    straight_m = np.hypot(*(places.xy - case.sites.xy[site]).T)
    straight_m[~kept] = np.inf
    nearest = int(np.argmin(straight_m))
    # A building off the street is met over its leg; farther away there is no frontage of its own.
    if straight_m[nearest] > case.streets.access.limit_m + STEP_M:
        return []
    return _lines(case, places, kept & (group == group[nearest]), gain / whole)


def _list_places_near(case: SitingCase, xy: Floats) -> _Places:
    """Return places along the public streets around a point, both ends of each edge among them."""
    network, streets = case.streets.network, case.streets
    lines = network.lines
    here = case.street_tree.query(shapely.Point(xy), predicate="dwithin", distance=SEARCH_M)
    # Bridges and tunnels are met at their ends only, streets of a compound from inside alone.
    met = (streets.owner < 0) & ~network.elevated & ~network.shut
    here = np.sort(here[met[here]])
    edges, alongs, points = [], [], []
    for edge in here:
        length_m = float(network.length_m[edge])
        count = max(int(np.ceil(length_m / STEP_M)), 1) + 1
        along_m = np.linspace(0.0, length_m, count)
        spots = shapely.line_interpolate_point(lines[edge], along_m)
        edges.append(np.full(count, edge))
        alongs.append(along_m)
        points.append(np.column_stack([shapely.get_x(spots), shapely.get_y(spots)]))
    if not edges:
        return _Places(np.empty(0, np.int64), np.empty(0), np.empty((0, 2)))
    found = _Places(np.concatenate(edges), np.concatenate(alongs), np.concatenate(points))
    near = np.hypot(*(found.xy - xy).T) <= SEARCH_M
    return _Places(found.edge[near], found.along_m[near], found.xy[near])


def _group_places(case: SitingCase, places: _Places, kept: Flags) -> Ints:
    """Return the group of each place: neighbours on an edge and ends at one node hang together."""
    n, network = len(places.edge), case.streets.network
    follows = _follows(places)
    first = np.flatnonzero(follows & kept[:-1] & kept[1:])
    at_start = places.along_m <= 0
    at_end = places.along_m >= network.length_m[places.edge]
    node = np.full(n, -1, dtype=np.int64)
    node[at_end] = network.v[places.edge[at_end]]
    node[at_start] = network.u[places.edge[at_start]]
    ends = np.flatnonzero((node >= 0) & kept)
    _, number = np.unique(node[ends], return_inverse=True)
    row = np.concatenate([first, ends])
    # Each node is a point of the graph after the places: all ends that meet there are linked to it.
    col = np.concatenate([first + 1, n + number])
    size = n + (int(number.max()) + 1 if len(number) else 0)
    links = coo_array((np.ones(len(row)), (row, col)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1][:n], dtype=np.int64)


def _follows(places: _Places) -> Flags:
    """Tell which places are followed by their neighbour on the same edge, shape (n - 1,)."""
    step_m = np.diff(places.along_m)
    same = places.edge[1:] == places.edge[:-1]
    # An edge may leave the circle searched and come back: across that hole nothing follows.
    return np.asarray(same & (step_m > 0) & (step_m <= STEP_M + 1e-6), dtype=bool)


def _lines(
    case: SitingCase, places: _Places, kept: Flags, share: Floats
) -> list[tuple[LineString, float]]:
    """Cut the kept runs of places out of their streets."""
    from shapely.ops import substring

    runs = np.flatnonzero(kept[:-1] & kept[1:] & _follows(places))
    found = []
    while len(runs):
        count = 1
        while count < len(runs) and runs[count] == runs[0] + count:
            count += 1
        start, stop = int(runs[0]), int(runs[count - 1]) + 1
        line = case.streets.network.lines[places.edge[start]]
        part = substring(line, places.along_m[start], places.along_m[stop])
        found.append((part, float(share[start : stop + 1].min())))
        runs = runs[count:]
    return sorted(found, key=lambda piece: -piece[0].length)
