"""Which units make up one gap: near each other, in one town, and cut in parts where it is wide."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree
from scipy.spatial.distance import pdist

from planner.coverage.counting import GAP
from planner.coverage.exact import exact_sum, exact_sums
from planner.crs.array_types import Floats, Ints

#: Units nearer to each other than this are of one gap, or than 1.2 times the usual distance between
#: neighbours, where that is more. Both are choices: smaller ones make more and smaller gaps.
MIN_JOIN_M: Final = 150.0
SPACING_FACTOR: Final = 1.2
#: Gaps in which no kind counts this many are folded into one row per town. A choice: a smaller one
#: lists, names and outlines more and smaller gaps; who is covered does not change.
MIN_PEOPLE: Final = 50.0
SCATTERED: Final = "scattered"
#: A gap with two units farther apart than this is cut: people at the two ends of one of several
#: kilometres walk to different stations. A choice: a smaller
#: distance cuts more gaps; the people in gaps stay the same.
WIDE_M: Final = 1_500.0
#: A part in which no kind counts this many stays with its neighbour. A choice: a smaller number
#: leaves more parts, each with fewer people; the people in gaps stay the same.
MIN_PART_PEOPLE: Final = 300


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs of units that hang together: two rows of units each, and the metres between them."""

    first: Ints
    second: Ints
    apart_m: Floats

    def where(self, chosen: NDArray[np.bool_]) -> _Pairs:
        """Return some of the pairs."""
        return _Pairs(self.first[chosen], self.second[chosen], self.apart_m[chosen])

    def groups(self, n: int) -> Ints:
        """Return the number of the connected group of each of n units."""
        graph = coo_array(
            (np.ones(len(self.first), dtype=np.int8), (self.first, self.second)), shape=(n, n)
        )
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def choose_join_distances(
    demand: gpd.GeoDataFrame, table: pd.Series, gap_join_m: float | None
) -> NDArray[np.float64]:
    """Choose the join distance of each unit: the plan's, else by the spacing of its table.

    Two units of one town belong to one gap within the mean of their two distances.

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
    found = table.map(find_table_distances(demand, table, gap_join_m))
    return np.asarray(found.to_numpy(dtype=np.float64))


def find_table_distances(
    demand: gpd.GeoDataFrame, table: pd.Series, gap_join_m: float | None
) -> dict[int, float]:
    """Return the join distance of the units of each table, metres; see `choose_join_distances`."""
    xy = np.column_stack([demand.geometry.x, demand.geometry.y])
    return {
        int(name): choose_table_distance(xy[(table == name).to_numpy()], gap_join_m)
        for name in table.unique()
    }


def choose_table_distance(xy: Floats, gap_join_m: float | None) -> float:
    """Return the join distance of the units of one table, metres; see `choose_join_distances`.

    xy : where they are, metric CRS, shape (n, 2).
    """
    if gap_join_m is not None:
        return gap_join_m
    # Homes at one place count once: else half of them would bring the median down to 0.
    places = np.unique(xy, axis=0)
    if len(places) < 2:
        return MIN_JOIN_M
    # The first of two neighbours of a place is the place itself.
    spacing_m = float(np.median(KDTree(places).query(places, k=2)[0][:, 1]))
    return max(MIN_JOIN_M, SPACING_FACTOR * spacing_m)


def find_gap_members(demand: gpd.GeoDataFrame, join_m: NDArray[np.float64]) -> pd.DataFrame:
    """Say which gap each unit is part of.

    A gap lies in one town. One with two units more than 1,500 m apart is cut along the catchments
    of its units' nearest facilities; units that reach none stay together, and a catchment that
    falls apart makes several parts. A part in which no kind counts 300 people stays with the part
    that its nearest joined unit is in, the smallest part first. A part may still be wider: its
    people have one nearest facility.

    Parameters
    ----------
    demand
        demand_id, kind, people, town, nearest_facility_id, verdict and Points, metric CRS.
    join_m : shape (n,)
        From `choose_join_distances`, metres.

    Returns
    -------
    DataFrame, index of `demand`
        gap_id: `gap:` and the first demand_id of the gap, "" for units of none; gaps under 50
        people of every kind are one per town, `scattered:` and the town. before_cut: number of the
        gap that this one was cut out of, -1 for units of none.
    """
    # A unit without people leaves nobody out, and must not join two gaps to one.
    rows = np.flatnonzero((demand["verdict"] == GAP).to_numpy() & (demand["people"] > 0).to_numpy())
    units = demand.iloc[rows]
    pairs = _near_units(units, join_m[rows])
    group = pairs.groups(len(units))
    part = _cut(units, pairs, group)
    # Named after the smallest id, so that the order of rows changes no gap's id.
    ids = _find_first_ids(units, part)
    # The largest kind, not the sum: kinds of people are never added up.
    small = _people(units, part).max(axis=1, initial=0) < MIN_PEOPLE
    gap_id = pd.Series("gap:" + ids[part], units.index)
    gap_id = gap_id.where(~small[part], f"{SCATTERED}:" + units["town"])
    members = np.full(len(demand), "", dtype=object)
    members[rows] = gap_id.to_numpy(dtype=object)
    before_cut = np.full(len(demand), -1, dtype=np.int64)
    # Kept for the names: parts of one gap that share a name are told apart by east, west and so on.
    before_cut[rows] = group
    return pd.DataFrame({"gap_id": members, "before_cut": before_cut}, index=demand.index)


def group_units(units: gpd.GeoDataFrame, join_m: NDArray[np.float64]) -> Ints:
    """Return the number of the connected group of each unit, shape (n,); town and Points."""
    return _near_units(units, join_m).groups(len(units))


def _near_units(units: gpd.GeoDataFrame, join_m: Floats) -> _Pairs:
    """Pair the units of one town that lie within the mean of their join distances."""
    xy = np.column_stack([units.geometry.x, units.geometry.y])
    town = pd.factorize(units["town"])[0]
    first, second = _find_near_pairs(xy, join_m)
    apart_m = np.hypot(*(xy[first] - xy[second]).T)
    # Across a border a gap would count for one town with people of the other.
    close = (apart_m <= (join_m[first] + join_m[second]) / 2) & (town[first] == town[second])
    return _Pairs(first, second, apart_m).where(close)


def _find_near_pairs(xy: Floats, join_m: Floats) -> tuple[Ints, Ints]:
    """Return pairs of units that may be joined, searched no farther than their distances ask."""
    values = np.unique(join_m)
    rows = [np.flatnonzero(join_m == value) for value in values]
    trees = [KDTree(xy[part]) for part in rows]
    found = [(np.empty(0, dtype=np.int64),) * 2]
    for i, j in combinations_with_replacement(range(len(values)), 2):
        # A little more than needed: `_near_units` decides who is close.
        within_m = (values[i] + values[j]) / 2 + 1e-9
        if i == j:
            pairs = trees[i].query_pairs(within_m, output_type="ndarray")
            a, b = pairs[:, 0], pairs[:, 1]
        else:
            pairs = trees[i].sparse_distance_matrix(trees[j], within_m, output_type="ndarray")
            a, b = pairs["i"], pairs["j"]
        found.append((rows[i][a], rows[j][b]))
    first, second = (np.concatenate(ends) for ends in zip(*found, strict=True))
    return first, second


def _people(units: pd.DataFrame, group: Ints) -> Floats:
    """Count the people of each kind in each group, shape (groups, kinds)."""
    kinds, names = pd.factorize(units["kind"])
    shape = (int(group.max(initial=-1)) + 1, len(names))
    return exact_sums(group * len(names) + kinds, units["people"], shape[0] * shape[1]).reshape(
        shape
    )


def _cut(units: gpd.GeoDataFrame, pairs: _Pairs, group: Ints) -> Ints:
    """Return the number of the part of each unit: wide groups are cut, the others stay whole."""
    wide = _find_wide(units, group)
    if not wide.any():
        return group
    # Units that reach no facility share the number -1, so that they stay together.
    nearest = pd.factorize(units["nearest_facility_id"])[0]
    same = nearest[pairs.first] == nearest[pairs.second]
    part = pairs.where(~wide[group[pairs.first]] | same).groups(len(units))
    return _WideGapParts.of(units, pairs, part, in_wide=wide[group]).joined()[part]


def _find_first_ids(units: pd.DataFrame, part: Ints) -> NDArray[np.object_]:
    """Return the smallest demand_id of each part, by its number; "" for numbers without units."""
    place, ids = pd.factorize(units["demand_id"].to_numpy(dtype=object), sort=True)
    first = np.full(int(part.max(initial=-1)) + 1, len(ids))
    np.minimum.at(first, part, place)
    names: NDArray[np.object_] = np.append(ids, "")[first]
    return names


def _find_wide(units: gpd.GeoDataFrame, group: Ints) -> NDArray[np.bool_]:
    """Tell which groups have two units farther apart than a gap may be wide."""
    # The box first: it is quick, and no gap is wider than the diagonal of its box.
    boxes = units.geometry.get_coordinates().groupby(group)
    wide: NDArray[np.bool_] = np.hypot(*(boxes.max() - boxes.min()).to_numpy().T) > WIDE_M
    points = units.geometry.to_numpy()
    for number in np.flatnonzero(wide):
        # The two points that lie farthest apart are corners of the hull.
        hull = shapely.convex_hull(shapely.multipoints(points[group == number]))
        wide[number] = pdist(shapely.get_coordinates(hull)).max() > WIDE_M
    return wide


@dataclass(eq=False)
class _WideGapParts:
    """Parts of wide gaps while small ones are joined to their neighbours.

    people : of each kind, by the number of the part; first_id : the first demand_id of each;
    apart_m : metres between the nearest joined units of each part and each of its neighbours;
    into : number of the part that each was joined to, its own for those that stand.
    """

    people: dict[int, list[float]]
    first_id: list[str]
    apart_m: dict[int, dict[int, float]]
    into: Ints

    @classmethod
    def of(
        cls, units: gpd.GeoDataFrame, pairs: _Pairs, part: Ints, *, in_wide: NDArray[np.bool_]
    ) -> _WideGapParts:
        """Collect the parts of the wide gaps; `part` (n,) numbers those of every gap."""
        counts = _people(units, part)
        apart_m: dict[int, dict[int, float]] = {int(number): {} for number in set(part[in_wide])}
        bridges = pairs.where(part[pairs.first] != part[pairs.second])
        ends = part[bridges.first], part[bridges.second]
        for a, b, metres in zip(*ends, bridges.apart_m.tolist(), strict=True):
            for one, other in ((int(a), int(b)), (int(b), int(a))):
                apart_m[one][other] = min(metres, apart_m[one].get(other, np.inf))
        people = {number: counts[number].tolist() for number in apart_m}
        return cls(people, _find_first_ids(units, part).tolist(), apart_m, np.arange(len(counts)))

    def joined(self) -> Ints:
        """Join the small parts, the smallest first; return where each part belongs."""
        while small := [
            number
            for number, people in self.people.items()
            # Without a neighbour a part stands, however small.
            if max(people) < MIN_PART_PEOPLE and self.apart_m[number]
        ]:
            # Of equals the first by id: the order of rows decides nothing.
            part = min(small, key=lambda n: (max(self.people[n]), self.first_id[n]))
            self._join(part, self._neighbour(part))
        return self.into

    def _neighbour(self, part: int) -> int:
        """Return the nearest neighbour; of equals that with fewest people, so that none swells."""
        near = self.apart_m[part]
        return min(near, key=lambda n: (near[n], max(self.people[n]), self.first_id[n]))

    def _join(self, part: int, other: int) -> None:
        """Let one part be a part of another."""
        self.into[self.into == part] = other
        gone = self.people.pop(part)
        self.people[other] = [exact_sum(p) for p in zip(gone, self.people[other], strict=True)]
        self.first_id[other] = min(self.first_id[part], self.first_id[other])
        for neighbour, metres in self.apart_m.pop(part).items():
            del self.apart_m[neighbour][part]
            if neighbour != other:
                nearest = min(metres, self.apart_m[other].get(neighbour, np.inf))
                self.apart_m[other][neighbour] = self.apart_m[neighbour][other] = nearest
