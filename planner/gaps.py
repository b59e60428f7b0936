"""Where people are left out, and why: gaps with a name, an outline and a cause."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from planner.coverage import GAP, UNKNOWN
from planner.landmarks import Landmarks
from planner.weighted import value_of_most, weighted_median

MIN_JOIN_M: Final = 150.0
SPACING_FACTOR: Final = 1.2
#: Gaps in which no kind counts this many are folded into one row per town.
MIN_PEOPLE: Final = 50.0
SCATTERED: Final = "scattered"
PEOPLE_COLUMNS: Final = ("people_residential", "people_industrial", "people_commercial")
GAP_COLUMNS: Final = (
    "gap_id", "rank", "name", *PEOPLE_COLUMNS, "people_kind", "town", "nearest_facility_id",
    "minutes", "minutes_max", "straight_m", "cause", "cause_detail", "units",
    "demand_id",
)  # fmt: skip
#: Columns of units as arrays of one length.
Columns = Mapping[str, NDArray[Any]]
UNKNOWN_COLUMNS: Final = ("name", "town", "reason", *PEOPLE_COLUMNS, "units")


def join_distances(
    demand: gpd.GeoDataFrame, table: pd.Series, gap_join_m: float | None
) -> NDArray[np.float64]:
    """Choose the join distance of each unit: the plan's, else by the spacing of its table.

    Two units belong to one gap within the mean of their two distances.

    Parameters
    ----------
    demand
        Points in a metric CRS.
    table : Series, aligned with `demand`
        Which table a unit comes from.
    gap_join_m
        The plan's distance, None for the larger of 150 m and 1.2 times the median distance
        between nearest neighbours.

    Returns
    -------
    array of shape (n,), metres
    """
    join_m = np.full(len(demand), gap_join_m or MIN_JOIN_M)
    if gap_join_m is None:
        xy = np.column_stack([demand.geometry.x, demand.geometry.y])
        for name in table.unique():
            rows = np.flatnonzero((table == name).to_numpy())
            places = np.unique(xy[rows], axis=0)
            if len(places) > 1:
                spacing_m = np.median(KDTree(places).query(places, k=2)[0][:, 1])
                join_m[rows] = max(MIN_JOIN_M, SPACING_FACTOR * spacing_m)
    return join_m


def find_gaps(
    demand: gpd.GeoDataFrame,
    join_m: NDArray[np.float64],
    straight_m: NDArray[np.float64],
    causes: pd.DataFrame,
    landmarks: Landmarks,
    *,
    towns: list[str],
) -> gpd.GeoDataFrame:
    """Join the units with verdict `gap` into named gaps, ranked by residents.

    Parameters
    ----------
    demand
        kind, people, town, nearest_facility_id, minutes, verdict, cell and Points, metric CRS.
    join_m : shape (n,)
        From `join_distances`, metres.
    straight_m : shape (n,)
        Straight metres to the nearest facility that counts.
    causes
        cause and cause_detail of the units with verdict `gap`, indexed by their position.
    landmarks
        Names that residents know.
    towns
        Order of the rows `scattered`.

    Returns
    -------
    GeoDataFrame, metric CRS
        gap_id, rank, name, people by kind, people_kind (the kind that speaks for the gap:
        residents, else the largest), town, nearest_facility_id, minutes, minutes_max, straight_m,
        cause, cause_detail, units, demand_id (its most populous unit), geometry.
        The small ones of each town are one row `scattered`, after the ranked ones.
    """
    rows = np.flatnonzero((demand["verdict"] == GAP).to_numpy() & (demand["people"] > 0).to_numpy())
    units = demand.iloc[rows].assign(
        straight_m=straight_m[rows],
        cause=causes.loc[rows, "cause"].to_numpy(),
        cause_detail=causes.loc[rows, "cause_detail"].to_numpy(),
        join_m=join_m[rows],
    )
    gap_id = gap_members(demand, join_m).iloc[rows]
    folded = gap_id.str.startswith(f"{SCATTERED}:").to_numpy()
    columns = _columns(units)
    gaps = [_describe(_rows(columns, part)) for part in _parts(gap_id.to_numpy(object), ~folded)]
    gaps.sort(key=lambda gap: (-gap["people_residential"], -gap["size"], gap["gap_id"]))
    names = landmarks.names([gap["anchor"] for gap in gaps])
    for rank, (gap, name) in enumerate(zip(gaps, names, strict=True), start=1):
        gap.update(rank=rank, name=name)
    for town in [*towns, ""]:
        part = np.flatnonzero(folded & (columns["town"] == town))
        if len(part):
            row = _describe(_rows(columns, part))
            gaps.append(row | {"gap_id": f"{SCATTERED}:{town}", "rank": len(gaps) + 1,
                               "name": SCATTERED})  # fmt: skip
    return _layer(gaps, GAP_COLUMNS, demand)


def gap_members(demand: gpd.GeoDataFrame, join_m: NDArray[np.float64]) -> pd.Series:
    """Return the gap_id of the gap each unit is part of, "" for none; index of `demand`.

    Gaps under 50 people of every kind are one per town, `scattered:` and the town.

    Parameters
    ----------
    demand
        demand_id, kind, people, town, verdict and Points, metric CRS.
    join_m : shape (n,)
        From `join_distances`, metres.
    """
    rows = np.flatnonzero((demand["verdict"] == GAP).to_numpy() & (demand["people"] > 0).to_numpy())
    units = demand.iloc[rows].assign(join_m=join_m[rows])
    group = pd.Series(_groups(units), index=units.index)
    people = _people_by_kind(units, group)
    small = people.index[people.max(axis=1) < MIN_PEOPLE]
    name = "gap:" + units["demand_id"].astype(object).groupby(group).transform("min")
    named = name.where(~group.isin(small), f"{SCATTERED}:" + units["town"])
    members = np.full(len(demand), "", dtype=object)
    members[rows] = named.to_numpy(dtype=object)
    return pd.Series(members, index=demand.index, name="gap_id", dtype=object)


def find_unknown_areas(
    demand: gpd.GeoDataFrame, join_m: NDArray[np.float64], landmarks: Landmarks
) -> gpd.GeoDataFrame:
    """Join the units with verdict `unknown` and one reason into named areas, metric CRS.

    `join_m` is that of `join_distances`, shape (n,). Returns name, town, reason, people by kind,
    units, geometry; most people first.
    """
    chosen = (demand["verdict"] == UNKNOWN).to_numpy() & (demand["people"] > 0).to_numpy()
    units = demand.iloc[np.flatnonzero(chosen)].assign(join_m=join_m[chosen])
    areas = []
    for reason, part in units.groupby("reason", sort=True):
        columns = _columns(part)
        for group in _parts(_groups(part), np.ones(len(part), dtype=bool)):
            areas.append(_summary(_rows(columns, group)) | {"reason": reason})
    areas.sort(key=lambda area: (-area["people_residential"], -area["size"], area["gap_id"]))
    names = landmarks.names([area["anchor"] for area in areas])
    rows = [area | {"name": name} for area, name in zip(areas, names, strict=True)]
    return _layer(rows, UNKNOWN_COLUMNS, demand)


def _groups(units: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the number of the connected group of each unit."""
    if len(units) == 0:
        return np.empty(0, dtype=np.int64)
    xy = np.column_stack([units.geometry.x, units.geometry.y])
    join_m = units["join_m"].to_numpy()
    first, second = _near_pairs(xy, join_m)
    apart_m = np.hypot(*(xy[first] - xy[second]).T)
    close = apart_m <= (join_m[first] + join_m[second]) / 2
    graph = coo_array(
        (np.ones(close.sum(), dtype=np.int8), (first[close], second[close])),
        shape=(len(units), len(units)),
    )
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _near_pairs(
    xy: NDArray[np.float64], join_m: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of units that may be joined; houses are not searched as far as hexagons."""
    values = np.unique(join_m)
    rows = [np.flatnonzero(join_m == value) for value in values]
    trees = [KDTree(xy[part]) for part in rows]
    found = []
    for i, j in combinations_with_replacement(range(len(values)), 2):
        within_m = (values[i] + values[j]) / 2 + 1e-9  # who is really close is decided after this
        if i == j:
            pairs = trees[i].query_pairs(within_m, output_type="ndarray")
            a, b = pairs[:, 0], pairs[:, 1]
        else:
            pairs = trees[i].sparse_distance_matrix(trees[j], within_m, output_type="ndarray")
            a, b = pairs["i"], pairs["j"]
        found.append((rows[i][a], rows[j][b]))
    first, second = (np.concatenate(ends) for ends in zip(*found, strict=True))
    return first, second


def _people_by_kind(units: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    people = units.pivot_table(
        index=group, columns="kind", values="people", aggfunc="sum", fill_value=0.0
    )
    people.columns = [f"people_{kind}" for kind in people.columns]
    return people.reindex(columns=list(PEOPLE_COLUMNS), fill_value=0.0)


def _columns(units: gpd.GeoDataFrame) -> Columns:
    """Take the columns of units apart: hundreds of groups are cut out of them."""
    return {name: units[name].to_numpy() for name in units.columns}


def _rows(columns: Columns, rows: NDArray[np.int64]) -> Columns:
    return {name: column[rows] for name, column in columns.items()}


def _parts(group: NDArray[Any], chosen: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the rows of each group among the chosen ones, groups in their order."""
    rows = pd.Series(np.flatnonzero(chosen), index=group[chosen])
    return [part.to_numpy() for _, part in rows.groupby(level=0, sort=True)]


def _summary(units: Columns) -> dict[str, Any]:
    """Return people, town, outline and the most populous unit of one group."""
    people = {
        column: float(units["people"][units["kind"] == column.removeprefix("people_")].sum())
        for column in PEOPLE_COLUMNS
    }
    leading = _leading(units)
    anchor = np.lexsort((leading["demand_id"].astype(str), -leading["people"]))[0]
    place = leading["geometry"][anchor]
    return {
        **people,
        "gap_id": f"gap:{units['demand_id'].min()}",
        "people_kind": str(leading["kind"][0]),
        "size": max(people.values()),
        "town": _most(leading["town"], leading["people"]),
        "units": len(units["people"]),
        "anchor": (place.x, place.y),
        "demand_id": leading["demand_id"][anchor],
        "geometry": _outline(units),
    }


def _describe(units: Columns) -> dict[str, Any]:
    """Return the row of one gap but for rank and name."""
    leading = _leading(units)
    people = leading["people"]
    cause = _most(leading["cause"], people)
    explained = leading["cause"] == cause
    return _summary(units) | {
        "nearest_facility_id": _most(leading["nearest_facility_id"], people),
        "minutes": weighted_median(leading["minutes"], people),
        "minutes_max": float(units["minutes"].max()),
        "straight_m": weighted_median(leading["straight_m"], people),
        "cause": cause,
        "cause_detail": _most(leading["cause_detail"][explained], people[explained]),
    }


def _leading(units: Columns) -> Columns:
    """Return the units whose people speak for the group: residents, else the largest kind."""
    kinds, number = np.unique(units["kind"].astype(str), return_inverse=True)
    people = np.bincount(number, weights=units["people"])
    of_residents = people[kinds == "residential"].sum() > 0
    kind = "residential" if of_residents else kinds[np.argmax(people)]
    return _rows(units, np.flatnonzero(units["kind"] == kind))


def _most(values: NDArray[Any], people: NDArray[np.float64]) -> Any:
    """Return the value most people have; None stands for nothing."""
    return value_of_most([None if pd.isna(value) else value for value in values], people)


def _outline(units: Columns) -> BaseGeometry:
    """Unite the cells where they are known, else discs of half the join distance."""
    cells = units["cell"]
    known = np.array([cell is not None for cell in cells])
    discs = shapely.buffer(units["geometry"][~known], units["join_m"][~known] / 2, quad_segs=8)
    return shapely.union_all(np.concatenate([discs, cells[known]]))


def _layer(
    rows: list[dict[str, Any]], columns: tuple[str, ...], demand: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=demand.crs)
