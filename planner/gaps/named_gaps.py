"""What is said of each gap: its name, people, outline, cause and nearest facility."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from planner.coverage.counting import GAP, UNKNOWN
from planner.coverage.demand import PEOPLE_COLUMNS
from planner.coverage.exact import exact_sum, exact_sums
from planner.coverage.weighted import value_of_most, weighted_median
from planner.gaps.definition import SCATTERED, group_units
from planner.network.landmarks import PlaceNames

GAP_COLUMNS: Final = (
    "gap_id", "rank", "name", *PEOPLE_COLUMNS, "people_kind", "town", "nearest_facility_id",
    "minutes", "minutes_max", "straight_m", "cause", "cause_detail", "units",
    "demand_id",
)  # fmt: skip
#: Columns of units as arrays of one length.
Columns = Mapping[str, NDArray[Any]]
#: By what gaps are ranked.
_ORDERED_BY: Final = ("people_residential", "size", "gap_id")
UNKNOWN_COLUMNS: Final = ("name", "town", "reason", *PEOPLE_COLUMNS, "units")
#: What is told of units.
_NUMBERS_AND_PLACES: Final = (
    "demand_id", "people", "minutes", "straight_m", "join_m", "cell", "geometry",
)  # fmt: skip
_TEXTS: Final = frozenset({"town", "nearest_facility_id", "cause", "cause_detail"})


def describe_gaps(
    demand: gpd.GeoDataFrame,
    members: pd.DataFrame,
    join_m: NDArray[np.float64],
    straight_m: NDArray[np.float64],
    causes: pd.DataFrame,
    landmarks: PlaceNames,
    *,
    towns: list[str],
    outlined: bool = True,
) -> gpd.GeoDataFrame:
    """Describe the gaps that units with verdict `gap` make up: named, ranked by residents.

    Parameters
    ----------
    demand
        kind, people, town, nearest_facility_id, minutes, verdict, cell and Points, metric CRS.
    members
        From `find_gap_members`.
    join_m : shape (n,)
        From `choose_join_distances`, metres.
    straight_m : shape (n,)
        Straight metres to the nearest facility that counts.
    causes
        cause and cause_detail of the units with verdict `gap`, indexed by their position.
    landmarks
        Names that residents know.
    towns
        Order of the rows `scattered`.
    outlined
        False: no outlines, which take most of the time.

    Returns
    -------
    GeoDataFrame, metric CRS
        gap_id, rank, name, people by kind, people_kind (the kind that speaks for the gap:
        residents, else the largest), town, nearest_facility_id, minutes, minutes_max, straight_m,
        cause, cause_detail, units, demand_id (its most populous unit), geometry.
        The small ones of each town are one row `scattered`, after the ranked ones.
    """
    found = list_gaps(demand, members, join_m, straight_m, causes, outlined=outlined)
    return rank_gaps(found, demand.crs, landmarks, towns=towns)


@dataclass(frozen=True)
class FoundGaps:
    """Gaps before they are ranked and named: what is told of each, by name of column.

    ranked : those with a name and an outline of their own; scattered : town -> the small ones of
    each, as one.
    """

    ranked: list[dict[str, Any]]
    scattered: dict[str, dict[str, Any]]


def list_gaps(
    demand: gpd.GeoDataFrame,
    members: pd.DataFrame,
    join_m: NDArray[np.float64],
    straight_m: NDArray[np.float64],
    causes: pd.DataFrame,
    *,
    outlined: bool = True,
) -> FoundGaps:
    """Describe gaps as `describe_gaps` does, but for their ranks and names.

    A gap lies in one town: those of some towns need the units of these alone.
    """
    rows = np.flatnonzero((demand["verdict"] == GAP).to_numpy() & (demand["people"] > 0).to_numpy())
    units = demand.iloc[rows].assign(
        straight_m=straight_m[rows],
        cause=causes.loc[rows, "cause"].to_numpy(),
        cause_detail=causes.loc[rows, "cause_detail"].to_numpy(),
        join_m=join_m[rows],
    )
    gap_id, before_cut = (members[name].to_numpy()[rows] for name in ("gap_id", "before_cut"))
    folded = np.array([name.startswith(f"{SCATTERED}:") for name in gap_id], dtype=bool)
    columns = _columns(units)
    gaps = [
        _describe(_rows(columns, part), outlined) | {"before_cut": before_cut[part[0]]}
        for part in _parts(gap_id, ~folded)
    ]
    scattered = {}
    for town in dict.fromkeys(columns["town"][folded].tolist()):
        part = np.flatnonzero(folded & (columns["town"] == town))
        scattered[town] = _describe(_rows(columns, part), outlined=False)
        if outlined:
            small = outline_small_gaps(units.iloc[part], before_cut[part])
            scattered[town]["geometry"] = put_outlines_together(small)
    return FoundGaps(gaps, scattered)


def outline_small_gaps(units: gpd.GeoDataFrame, group: NDArray[np.int64]) -> pd.DataFrame:
    """Outline each of some gaps by itself.

    Parameters
    ----------
    units
        demand_id, town, join_m, cell and Points, metric CRS.
    group : shape (n,)
        The gap of each unit; those of one lie in one town.

    Returns
    -------
    DataFrame
        town, demand_id (the least of its units) and geometry of each.
    """
    names = ("demand_id", "town", "join_m", "cell", "geometry")
    columns = {name: units[name].to_numpy() for name in names}
    rows = []
    for part in _parts(group, np.ones(len(units), dtype=bool)):
        own = _rows(columns, part)
        rows.append((own["town"][0], own["demand_id"].min(), _outline(own)))
    return pd.DataFrame(rows, columns=["town", "demand_id", "geometry"])


def put_outlines_together(small: pd.DataFrame) -> BaseGeometry:
    """Return the outline of small gaps as one, from `outline_small_gaps`.

    Units of two gaps stand farther apart than their discs reach, so nearly always this is the
    outlines side by side, in the order of their ids: it takes no union, whose memory grows with all
    of them, and it is the same however the gaps were found. Cells of two gaps may touch: those are
    united.
    """
    order = np.argsort(small["demand_id"].to_numpy(dtype=object), kind="stable")
    shapes = small["geometry"].to_numpy(dtype=object)[order]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = first == second
    if not apart.all():
        pairs = coo_array((~apart, (first, second)), shape=(len(shapes), len(shapes)))
        group = connected_components(pairs, directed=False)[1]
        every = np.ones(len(shapes), dtype=bool)
        shapes = np.array([shapely.union_all(shapes[part]) for part in _parts(group, every)])
    parts = shapely.get_parts(shapes)
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def rank_gaps(
    found: FoundGaps, crs: CRS, landmarks: PlaceNames, *, towns: list[str]
) -> gpd.GeoDataFrame:
    """Rank and name gaps; see `describe_gaps`."""
    gaps = _in_order(found.ranked)
    names = landmarks.names(
        [gap["anchor"] for gap in gaps],
        parts_of=[gap["before_cut"] for gap in gaps],
        middles=[gap["middle"] for gap in gaps],
    )
    for rank, (gap, name) in enumerate(zip(gaps, names, strict=True), start=1):
        gap.update(rank=rank, name=name)
    # The last one is for people who live in no town.
    for town in [*towns, ""]:
        if town in found.scattered:
            called = {"gap_id": f"{SCATTERED}:{town}", "rank": len(gaps) + 1, "name": SCATTERED}
            gaps.append(found.scattered[town] | called)
    return _layer(gaps, GAP_COLUMNS, crs)


def find_unknown_areas(
    demand: gpd.GeoDataFrame, join_m: NDArray[np.float64], landmarks: PlaceNames
) -> gpd.GeoDataFrame:
    """Join the units with verdict `unknown` and one reason into named areas, metric CRS.

    Like gaps they lie in one town. `join_m` is that of `choose_join_distances`, shape (n,). Returns
    name, town, reason, people by kind, units, geometry; most people first.
    """
    return name_unknown_areas(list_unknown_areas(demand, join_m), demand.crs, landmarks)


def list_unknown_areas(
    demand: gpd.GeoDataFrame, join_m: NDArray[np.float64]
) -> list[dict[str, Any]]:
    """Join units as `find_unknown_areas` does: what is told of each area but for its name.

    Those of some units need no others than those that they are joined with.
    """
    chosen = (demand["verdict"] == UNKNOWN).to_numpy() & (demand["people"] > 0).to_numpy()
    units = demand.iloc[np.flatnonzero(chosen)].assign(join_m=join_m[chosen])
    areas = []
    for reason, part in units.groupby("reason", sort=True):
        columns = _columns(part)
        grouped = group_units(part, part["join_m"].to_numpy())
        for group in _parts(grouped, np.ones(len(part), dtype=bool)):
            area = _rows(columns, group)
            areas.append(_summarise(area, _leading(area)) | {"reason": reason})
    return areas


def name_unknown_areas(
    areas: list[dict[str, Any]], crs: CRS, landmarks: PlaceNames
) -> gpd.GeoDataFrame:
    """Put areas of `list_unknown_areas` in order and name them; see `find_unknown_areas`."""
    areas = _in_order(areas)
    names = landmarks.names([area["anchor"] for area in areas])
    rows = [area | {"name": name} for area, name in zip(areas, names, strict=True)]
    return _layer(rows, UNKNOWN_COLUMNS, crs)


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return gaps or areas as `order_areas` puts them."""
    table = {name: [row[name] for row in rows] for name in _ORDERED_BY}
    return [rows[number] for number in order_areas(table).tolist()]


def order_areas(table: Mapping[str, Any] | pd.DataFrame) -> NDArray[np.int64]:
    """Return the order of gaps or areas: most residents first, then most people of one kind.

    table : people_residential, size and gap_id, which decides between equals.
    """
    residents, size = (np.asarray(table[name], dtype=np.float64) for name in _ORDERED_BY[:2])
    ids = pd.factorize(np.asarray(table[_ORDERED_BY[2]], dtype=object), sort=True)[0]
    return np.lexsort([ids, -size, -residents])


def _columns(units: gpd.GeoDataFrame) -> Columns:
    """Return what is told of units as arrays: groups are cut out of them faster than of a table."""
    columns = {name: units[name].to_numpy() for name in _NUMBERS_AND_PLACES if name in units}
    # Missing is None: NaN differs from itself, so that each one would count as a text of its own.
    for name in _TEXTS & set(units.columns):
        columns[name] = np.where(units[name].isna(), None, units[name].astype(object))
    return columns | {"kind": units["kind"].to_numpy().astype(str)}


def _rows(columns: Columns, rows: NDArray[np.int64]) -> Columns:
    return {name: column[rows] for name, column in columns.items()}


def _parts(group: NDArray[Any], chosen: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the rows of each group among the chosen ones, groups in their order."""
    rows = pd.Series(np.flatnonzero(chosen), index=group[chosen])
    return [part.to_numpy() for _, part in rows.groupby(level=0, sort=True)]


def _summarise(units: Columns, leading: Columns, outlined: bool = True) -> dict[str, Any]:
    """Return people, town, outline and the most populous unit of one group."""
    people = {
        column: exact_sum(units["people"][units["kind"] == column.removeprefix("people_")])
        for column in PEOPLE_COLUMNS
    }
    most = np.flatnonzero(leading["people"] == leading["people"].max())
    # Of equals the first by id: the order of rows moves no name.
    anchor = min(most, key=lambda row: str(leading["demand_id"][row]))
    place = leading["geometry"][anchor]
    west, south, east, north = shapely.total_bounds(units["geometry"])
    return {
        **people,
        "gap_id": f"gap:{units['demand_id'].min()}",
        "people_kind": str(leading["kind"][0]),
        "size": max(people.values()),
        "town": value_of_most(leading["town"], leading["people"]),
        "units": len(units["people"]),
        "anchor": (place.x, place.y),
        # The anchor gives the name, the middle only the side on which a part of a gap lies.
        "middle": ((west + east) / 2, (south + north) / 2),
        "demand_id": leading["demand_id"][anchor],
        "geometry": _outline(units) if outlined else None,
    }


def _describe(units: Columns, outlined: bool) -> dict[str, Any]:
    """Return the row of one gap but for rank and name."""
    leading = _leading(units)
    people = leading["people"]
    cause = value_of_most(leading["cause"], people)
    # The detail belongs to this cause: other causes name things that explain fewer people.
    explained = leading["cause"] == cause
    return _summarise(units, leading, outlined) | {
        "nearest_facility_id": value_of_most(leading["nearest_facility_id"], people),
        "minutes": weighted_median(leading["minutes"], people),
        "minutes_max": float(units["minutes"].max()),
        "straight_m": weighted_median(leading["straight_m"], people),
        "cause": cause,
        "cause_detail": value_of_most(leading["cause_detail"][explained], people[explained]),
    }


def _leading(units: Columns) -> Columns:
    """Return the units whose people speak for the group: residents, else the largest kind."""
    its = units["kind"] == leading_kind(units["kind"], units["people"])
    return units if its.all() else _rows(units, np.flatnonzero(its))


def leading_kind(kinds: NDArray[Any], people: NDArray[np.float64]) -> str:
    """Return the kind by which a gap is ranked: residents, else the one with most people.

    Parameters
    ----------
    kinds, people : shape (n,), n at least 1
        Of the units of the gap.
    """
    if (people[kinds == "residential"] > 0).any():
        return "residential"
    names, number = np.unique(kinds.astype(str), return_inverse=True)
    return str(names[np.argmax(exact_sums(number, people, len(names)))])


def _outline(units: Columns) -> BaseGeometry:
    """Unite the cells where they are known, else discs of half the join distance."""
    cells = units["cell"]
    known = np.array([cell is not None for cell in cells])
    discs = shapely.buffer(units["geometry"][~known], units["join_m"][~known] / 2, quad_segs=8)
    return shapely.union_all(np.concatenate([discs, cells[known]]))


def _layer(rows: list[dict[str, Any]], columns: tuple[str, ...], crs: CRS) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=crs)


def straight_metres(demand: gpd.GeoDataFrame, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each unit's straight distance to the nearest of some places, metres, shape (n,).

    Parameters
    ----------
    demand
        Points, metric CRS.
    xy : shape (k, 2), metres
        The places in the same CRS; without any the distance is inf.
    """
    points = np.column_stack([demand.geometry.x, demand.geometry.y])
    if len(xy) == 0 or len(points) == 0:
        return np.full(len(points), np.inf)
    return np.asarray(KDTree(xy).query(points)[0], dtype=np.float64)
