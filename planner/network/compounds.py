"""Compounds: which walled estates and parks there are, and whose each residents-only street is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.crs.array_types import Flags, Floats, Ints
from planner.network.segments import PARTS_OF_METRE, to_whole_parts
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
    private, total = measure_zones(a, b, residents, shut, xy, zones)
    found = take_compounds(zones, find_private(private, total))
    access, rest = give_to_zones(found, residents, driveway, (xy[a] + xy[b]) / 2)
    groups = _group_rest(rest, a, b, way_id, access, xy) if len(rest) else []
    along = runs_along(found.geometry.to_numpy(), wall_lines)
    compounds = make_compounds(found, along, groups)
    pairs = find_overlaps(compounds)
    named = [(compounds.id[i], compounds.id[j]) for i, j in pairs]
    return Ownership(access, compounds, note_overlaps(named))


def take_compounds(zones: gpd.GeoDataFrame, private: Flags) -> gpd.GeoDataFrame:
    """Return the zones that are compounds: walled ones, and those whose streets are `private`."""
    chosen = zones["walled"].to_numpy(dtype=bool) | private
    return zones[chosen].drop_duplicates("osm_id").reset_index(drop=True)


def give_to_zones(
    found: gpd.GeoDataFrame, residents: Flags, driveway: Flags, middles: Floats
) -> tuple[NDArray[np.object_], Ints]:
    """Give streets for residents, and driveways, to the smallest zone that holds their middle.

    Parameters
    ----------
    found
        Zones that are compounds, from `take_compounds`.
    residents, driveway, middles : shapes (s,), (s,), (s, 2)

    Returns
    -------
    access, rest : shapes (s,), (r,)
        "public" or the id of the zone; which segments for residents lie in none.
    """
    access = np.full(len(residents), PUBLIC, dtype=object)
    by_size = order_by_size(found.geometry.to_numpy(), found["osm_id"].to_numpy(object))
    owner = _find_smallest(*by_size, middles)
    mine = (owner >= 0) & (residents | driveway)
    access[mine] = found["osm_id"].to_numpy(dtype=object)[owner[mine]]
    return access, np.flatnonzero(residents & ~mine)


def make_compounds(found: gpd.GeoDataFrame, wall_mapped: Flags, groups: list[str]) -> Compounds:
    """Return the table of zones that are compounds, followed by groups of streets."""
    none = np.zeros(len(groups), dtype=bool)
    no_text, no_shape = [""] * len(groups), [shapely.Polygon()] * len(groups)
    return Compounds(
        id=np.array([*found["osm_id"], *groups], dtype=object),
        name=np.array([*found["name"], *no_text], dtype=object),
        kind=np.array([*found["kind"], *no_text], dtype=object),
        walled=np.concatenate([found["walled"].to_numpy(dtype=bool), none]),
        wall_mapped=np.concatenate([wall_mapped, none]),
        shape=np.array([*found.geometry.to_numpy(), *no_shape], dtype=object),
    )


def find_compound_at(compounds: Compounds, xy: NDArray[np.float64]) -> Ints:
    """Return for points (n, 2) the smallest compound polygon that holds each, -1 for none."""
    return _find_smallest(*compounds.smallest_first, xy)


def _find_smallest(order: Ints, tree: shapely.STRtree, xy: NDArray[np.float64]) -> Ints:
    """Return the first in order of the polygons that hold each point (n, 2); -1 for none."""
    owner = np.full(len(xy), -1, dtype=np.int64)
    point, rank = _find_held(tree, xy)
    if len(point) == 0:
        return owner
    by_rank = np.lexsort((-rank, point))  # of the polygons of one point the smallest comes last
    owner[point[by_rank]] = order[rank[by_rank]]
    return owner


def _find_held(tree: shapely.STRtree, xy: NDArray[np.float64]) -> tuple[Ints, Ints]:
    """Return every pair of a point (n, 2) and a polygon of a tree that holds it."""
    if len(tree) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if len(xy) <= len(tree):  # few points are asked for sooner than all polygons are measured
        point, shape = tree.query(shapely.points(xy), predicate="intersects")
        return point, shape
    left, low, right, high = shapely.total_bounds(tree.geometries)
    x, y = xy.T
    near = np.flatnonzero((x >= left) & (x <= right) & (y >= low) & (y <= high))
    point, shape = tree.query(shapely.points(xy[near]), predicate="intersects")
    return near[point], shape


def measure_zones(
    a: Ints,
    b: Ints,
    residents: Flags,
    shut: Flags,
    xy: Floats,
    zones: gpd.GeoDataFrame,
    *,
    every: bool = False,
) -> tuple[Floats, Floats]:
    """Measure streets for residents, and all, with their middle in each zone that has the former.

    Lengths of `to_whole_parts`; both 0 in the other zones, shape (zones,). Where these are a part
    of all streets, and others may make a zone private, `every` zone is measured.
    """
    middles = (xy[a] + xy[b]) / 2
    shapes = zones.geometry.to_numpy()
    private, total = np.zeros(len(zones)), np.zeros(len(zones))
    if (residents.any() or every) and len(zones):
        _, zone = _find_held(shapely.STRtree(shapes), middles[residents])
        # Only zones with a street for residents can pass the share: no other has to be measured.
        asked = np.arange(len(zones)) if every else np.unique(zone)
        segment, k = _find_held(shapely.STRtree(shapes[asked]), middles)
        length = to_whole_parts(np.where(shut, 0.0, np.hypot(*(xy[b] - xy[a]).T)))[segment]
        total, private = (
            np.bincount(asked[k], weights=weights, minlength=len(zones)).astype(np.float64)
            for weights in (length, length * residents[segment])
        )
    return private, total


def find_private(private: Floats, total: Floats) -> Flags:
    """Tell which zones are compounds, whatever their tags, by the lengths of `measure_zones`."""
    return np.asarray(private > PRIVATE_SHARE * total, dtype=bool)


def _group_rest(
    rest: Ints, a: Ints, b: Ints, way_id: Ints, access: NDArray[np.object_], xy: Floats
) -> list[str]:
    """Give the segments `rest`, in place, to the zone they lead out of, or to groups of their own.

    Returns the ids of the groups.
    """
    length = to_whole_parts(np.hypot(*(xy[b] - xy[a]).T))
    group, sizes, touched = list_groups(rest, a, b, way_id, access, length, len(xy))
    owner, own = name_groups(sizes, touched)
    access[rest] = owner.reindex(group[a[rest]]).to_numpy()
    # One way may be cut into several groups; together they are one compound.
    return sorted(set(owner[own]))


def list_groups(
    rest: Ints,
    a: Ints,
    b: Ints,
    way_id: Ints,
    access: NDArray[np.object_],
    length: Floats,
    n_nodes: int,
) -> tuple[Ints, pd.DataFrame, pd.DataFrame]:
    """Find what of the segments `rest` hangs together.

    Parameters
    ----------
    rest : shape (r,)
        Segments for residents that lie in no zone.
    access, length : shape (s,)
        From `give_to_zones`; by `to_whole_parts`.

    Returns
    -------
    group : shape (n,)
        Number of the group at each node; nodes without a segment of `rest` have others.
    sizes : index group
        length (`to_whole_parts`), way (the smallest id).
    touched
        group, zone: pairs that share a node, each once; also of nodes without such a segment.
    """
    links = (np.ones(len(rest), dtype=np.int8), (a[rest], b[rest]))
    graph = coo_array(links, shape=(n_nodes, n_nodes))
    _, group = connected_components(graph, directed=False)
    inner = np.flatnonzero(access != PUBLIC)
    touched = pd.DataFrame(
        {
            "group": group[np.concatenate([a[inner], b[inner]])],
            "zone": np.concatenate([access[inner], access[inner]]),
        }
    )
    rows = pd.DataFrame({"group": group[a[rest]], "way": way_id[rest], "length": length[rest]})
    sizes = rows.groupby("group").agg({"length": "sum", "way": "min"})
    return group, sizes, touched.drop_duplicates()


def name_groups(sizes: pd.DataFrame, touched: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Say what groups of streets belong to, by the tables of `list_groups`.

    Returns
    -------
    owner, own : index group
        The zone whose stub it is, or its own id; whether it is the latter.
    """
    zones = touched.groupby("group")["zone"].agg(["first", "size"])
    short = sizes["length"] <= STUB_M * PARTS_OF_METRE
    names = sizes["way"].map(lambda way: f"way/{way}")
    stubs = zones.loc[zones["size"] == 1, "first"]
    owner = stubs.reindex(names.index).where(short)
    return owner.where(owner.notna(), names), owner.isna()


def runs_along(shapes: NDArray[np.object_], walls: NDArray[np.object_]) -> Flags:
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


def find_overlaps(compounds: Compounds) -> list[tuple[int, int]]:
    """Find compounds that overlap by more than a sliver, without one holding the other, in order.

    Returns their rows, the smaller first.
    """
    shapes = compounds.shape
    if len(shapes) == 0:
        return []
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="overlaps")
    # The tree gives every pair both ways round.
    pairs = sorted((int(i), int(j)) for i, j in zip(first, second, strict=True) if i < j)
    found = []
    for i, j in pairs:
        common_m2 = shapely.area(shapely.intersection(shapes[i], shapes[j]))
        if common_m2 > 0.01 * min(shapely.area(shapes[i]), shapely.area(shapes[j])):
            found.append((i, j))
    return found


def note_overlaps(pairs: Sequence[Sequence[str]]) -> list[str]:
    """Name the compounds that overlap, by pairs of ids, in one line; none where there are none."""
    named = [" and ".join(pair) for pair in pairs]
    if not named:
        return []
    more = f" and {len(named) - 5} pairs more" if len(named) > 5 else ""
    return [
        f"compounds overlap: {'; '.join(named[:5])}{more}; what both hold is counted to the "
        "smaller one"
    ]
