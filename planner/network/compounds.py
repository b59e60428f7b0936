"""Compounds: which walled estates and parks there are, and whose each residents-only street is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.crs.array_types import Flags, Ints
from planner.network.walk_network import PUBLIC
from planner.network.walls import Compounds, order_by_size

#: A zone whose streets are for residents by more than this share of their length is a compound.
PRIVATE_SHARE: Final = 0.5
#: Private streets that lead out of one zone and are together no longer than this are its stub.
STUB_M: Final = 150.0
#: A wall runs along an outline where it lies this near, over at least this share of it.
_ALONG_M: Final = 3.0
_ALONG_SHARE: Final = 0.8


@dataclass(frozen=True)
class Ownership:
    """Whose the streets are: access (s,) is "public" or the id of a compound."""

    access: NDArray[np.object_]
    compounds: Compounds
    notes: list[str]


def assign_streets(
    a: Ints,
    b: Ints,
    residents: Flags,
    driveway: Flags,
    way_id: Ints,
    xy: NDArray[np.float64],
    zones: gpd.GeoDataFrame,
    wall_lines: NDArray[np.object_],
    shut: Flags | None = None,
) -> Ownership:
    """Find the compounds, and give each street segment its access.

    A zone is a compound if its tags call it walled, or if more than half of its streets are for
    residents only. Residents-only segments, and driveways inside, belong to the smallest compound
    that holds their middle; the others form connected groups. A short group that touches the
    streets of exactly one zone is its stub outside the wall; every other is a compound of its own,
    named after its smallest way id.

    Parameters
    ----------
    a, b, residents, driveway, way_id : shape (s,)
        End nodes, whether only residents may pass, whether it is a driveway, OSM way.
    xy : shape (n, 2), metres
    zones
        osm_id, kind, name, walled and polygons, metric CRS.
    wall_lines
        Mapped walls, metric CRS.
    shut : shape (s,)
        Segments that are open at certain hours only: no zone is judged by them. None: no segments.
    """
    shut = np.zeros(len(a), dtype=bool) if shut is None else shut
    access = np.full(len(a), PUBLIC, dtype=object)
    found, owner = _find_zone_compounds(a, b, residents, shut, xy, zones)
    mine = (owner >= 0) & (residents | driveway)
    access[mine] = found["osm_id"].to_numpy(dtype=object)[owner[mine]]
    rest = np.flatnonzero(residents & ~mine)
    groups = _group_rest(rest, mine, a, b, way_id, access, xy) if len(rest) else []
    walled = found["walled"].to_numpy(dtype=bool)
    shapes = found.geometry.to_numpy()
    none = np.zeros(len(groups), dtype=bool)
    compounds = Compounds(
        id=np.array([*found["osm_id"], *groups], dtype=object),
        name=np.array([*found["name"], *([""] * len(groups))], dtype=object),
        kind=np.array([*found["kind"], *([""] * len(groups))], dtype=object),
        walled=np.concatenate([walled, none]),
        wall_mapped=np.concatenate([_runs_along(shapes, wall_lines), none]),
        shape=np.array([*shapes, *([shapely.Polygon()] * len(groups))], dtype=object),
    )
    return Ownership(access, compounds, _note_overlaps(compounds))


def find_compound_at(compounds: Compounds, xy: NDArray[np.float64]) -> Ints:
    """Return for points (n, 2) the smallest compound polygon that holds each, -1 for none."""
    return _find_smallest(*compounds.smallest_first, xy)


def _find_smallest(order: Ints, tree: shapely.STRtree, xy: NDArray[np.float64]) -> Ints:
    """Return the first in order of the polygons that hold each point (n, 2); -1 for none."""
    owner = np.full(len(xy), -1, dtype=np.int64)
    point, rank = _find_held(tree, xy)
    by_rank = np.lexsort((-rank, point))  # of the polygons of one point the smallest comes last
    owner[point[by_rank]] = order[rank[by_rank]]
    return owner


def _find_held(tree: shapely.STRtree, xy: NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Return every pair of a point (n, 2) and a polygon of a tree that holds it."""
    if len(tree) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    near = np.arange(len(xy))
    if len(xy) > len(tree):  # few points are asked for sooner than all polygons are measured
        left, low, right, high = shapely.total_bounds(tree.geometries)
        x, y = xy.T
        near = np.flatnonzero((x >= left) & (x <= right) & (y >= low) & (y <= high))
    point, shape = tree.query(shapely.points(xy[near]), predicate="intersects")
    return near[point], shape.astype(np.int64)


def _find_zone_compounds(
    a: Ints,
    b: Ints,
    residents: Flags,
    shut: Flags,
    xy: NDArray[np.float64],
    zones: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, Ints]:
    """Return the zones that are compounds, and the row of the smallest one over each segment."""
    middles = (xy[a] + xy[b]) / 2
    shapes = zones.geometry.to_numpy()
    all_m, private_m = np.zeros(len(zones)), np.zeros(len(zones))
    if residents.any() and len(zones):
        _, zone = _find_held(shapely.STRtree(shapes), middles[residents])
        # Only zones with a street for residents can pass the share: no other has to be measured.
        asked = np.unique(zone)
        segment, k = _find_held(shapely.STRtree(shapes[asked]), middles)
        length_m = np.where(shut, 0.0, np.hypot(*(xy[b] - xy[a]).T))[segment]
        all_m, private_m = (
            np.bincount(asked[k], weights=weights, minlength=len(zones)).astype(np.float64)
            for weights in (length_m, length_m * residents[segment])
        )
    chosen = zones["walled"].to_numpy(dtype=bool) | (private_m > PRIVATE_SHARE * all_m)
    found = zones[chosen].drop_duplicates("osm_id").reset_index(drop=True)
    by_size = order_by_size(found.geometry.to_numpy(), found["osm_id"].to_numpy(object))
    owner = _find_smallest(*by_size, middles)
    return found, owner


def _group_rest(
    rest: Ints,
    mine: Flags,
    a: Ints,
    b: Ints,
    way_id: Ints,
    access: NDArray[np.object_],
    xy: NDArray[np.float64],
) -> list[str]:
    """Give the segments `rest`, in place, to the zone they lead out of, or to groups of their own.

    Returns the ids of the groups.
    """
    links = (np.ones(len(rest), dtype=np.int8), (a[rest], b[rest]))
    graph = coo_array(links, shape=(len(xy), len(xy)))
    _, component = connected_components(graph, directed=False)
    inner = np.flatnonzero(mine)
    ends = pd.DataFrame(
        {
            "group": component[np.concatenate([a[inner], b[inner]])],
            "zone": np.concatenate([access[inner], access[inner]]),
        }
    )
    touched = ends.drop_duplicates().groupby("group")["zone"].agg(["first", "size"])
    group = component[a[rest]]
    length_m = np.hypot(*(xy[b[rest]] - xy[a[rest]]).T)
    rows = pd.DataFrame({"group": group, "way": way_id[rest], "length_m": length_m})
    short = rows.groupby("group")["length_m"].sum() <= STUB_M
    names = rows.groupby("group")["way"].min().map(lambda way: f"way/{way}")
    stubs = touched.loc[touched["size"] == 1, "first"]
    owner = stubs.reindex(names.index).where(short)
    access[rest] = owner.where(owner.notna(), names).loc[group].to_numpy()
    # One way may be cut into several groups; together they are one compound.
    return sorted(set(names[owner.isna()]))


def _runs_along(shapes: NDArray[np.object_], walls: NDArray[np.object_]) -> Flags:
    """Tell which outlines have a mapped wall along them."""
    along = np.zeros(len(shapes), dtype=bool)
    if len(walls) == 0 or len(shapes) == 0:
        return along
    outlines = shapely.boundary(shapes)
    tree = shapely.STRtree(walls)
    outline, wall = tree.query(outlines, predicate="dwithin", distance=_ALONG_M)
    order = np.argsort(outline, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(outline[order])) + 1):
        if len(rows):
            k = outline[rows[0]]
            near = shapely.buffer(shapely.union_all(walls[wall[rows]]), _ALONG_M, quad_segs=2)
            covered_m = shapely.length(shapely.intersection(outlines[k], near))
            along[k] = covered_m >= _ALONG_SHARE * shapely.length(outlines[k])
    return along


def _note_overlaps(compounds: Compounds) -> list[str]:
    """Name the compounds that overlap by more than a sliver, without one holding the other."""
    shapes = compounds.shape
    if len(shapes) == 0:
        return []
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="overlaps")
    # The tree gives every pair both ways round.
    pairs = [(i, j) for i, j in zip(first, second, strict=True) if i < j]
    named = []
    for i, j in pairs:
        common_m2 = shapely.area(shapely.intersection(shapes[i], shapes[j]))
        if common_m2 > 0.01 * min(shapely.area(shapes[i]), shapely.area(shapes[j])):
            named.append(f"{compounds.id[i]} and {compounds.id[j]}")
    if not named:
        return []
    more = f" and {len(named) - 5} pairs more" if len(named) > 5 else ""
    return [
        f"compounds overlap: {'; '.join(named[:5])}{more}; what both hold is counted to the "
        "smaller one"
    ]
