"""The travel time matrix of two tables of points, and the nearest few of each."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal, overload

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from planner.crs.array_types import Flags, Floats, Ints
from planner.errors import ArgumentError, quote_label
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.travel._grids import order_by_place
from planner.travel.access import Access, join, stack
from planner.travel.checked_numbers import check_cutoff, check_whole
from planner.travel.compiled.elimination import eliminate_nodes
from planner.travel.compiled.search import find_reached
from planner.travel.compiled.sweeps import find_all_reached
from planner.travel.given_streets import to_streets
from planner.travel.minutes import ReachedPairs, in_blocks
from planner.travel.open_flags import find_closed
from planner.travel.points import labels_of, points_of
from planner.travel.several_nearest import several_nearest
from planner.travel.streets import AccessRules, Streets, point_streets

#: Columns of a table of minutes; labels of two tables, and the walk between them.
PAIR_COLUMNS: Final = ("origin", "destination", "minutes")
#: Without a cutoff every pair is a row: more would take over 6 GB.
MOST_PAIRS: Final = 250_000_000
#: From so many points on it is worth while to put them into order.
MANY: Final = 2_000
#: From so many searches without a cutoff on, the nodes of the streets are eliminated first.
MANY_SEARCHES: Final = 32
#: Points of one such square are taken one after another.
SQUARE_M: Final = 500.0
#: A dense matrix of more cells takes over 8 GB.
MOST_CELLS: Final = 1_000_000_000


class TravelTimeMatrix(pd.DataFrame):
    """A table of minutes from origins to destinations, one row for each pair within the cutoff.

    Columns origin, destination (labels of the two tables) and minutes; sorted by origin, then
    destination, in the order of the tables. A pair that is no row has no path, or lies beyond the
    cutoff. Rows that are filtered are such a table again.

    origin_labels, destination_labels : the indexes of the two tables, also of what reaches nothing.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> table = planner.travel_time_matrix(town.network, town.people, town.facilities)
    >>> table[table["minutes"] <= 10].to_matrix().head(3).round(1)
    facility_id   F1   F2
    id
    H1           6.0  inf
    H2           6.0  inf
    H3           6.0  inf
    """

    _metadata: ClassVar[list[str]] = ["origin_labels", "destination_labels"]
    origin_labels: pd.Index | None = None
    destination_labels: pd.Index | None = None

    @property
    def _constructor(self) -> Any:
        return TravelTimeMatrix

    @overload
    def to_matrix(self, kind: Literal["dense"] = "dense") -> pd.DataFrame: ...
    @overload
    def to_matrix(self, kind: Literal["sparse"]) -> csr_array: ...
    def to_matrix(self, kind: str = "dense") -> pd.DataFrame | csr_array:
        """Return the minutes as a matrix, origins x destinations.

        Parameters
        ----------
        kind
            `dense`: a DataFrame with the labels of both tables, inf for pairs that are no row.
            `sparse`: a csr_array in the order of both tables; what is not stored is no row, and a
            stored 0 is a walk of no time.

        Raises
        ------
        ArgumentError
            If the kind is unknown, the table lacks its columns, a label is in neither table, a
            pair stands twice, or a dense matrix would take over 8 GB.

        Examples
        --------
        >>> import planner
        >>> town = planner.load_example()
        >>> table = planner.travel_time_matrix(town.network, town.people, town.facilities)
        >>> table.to_matrix("sparse").shape
        (9, 2)
        """
        if kind not in ("dense", "sparse"):
            raise ArgumentError(f"kind is {kind!r}; give 'dense' or 'sparse'")
        missing = [name for name in PAIR_COLUMNS if name not in self]
        if missing or self.origin_labels is None or self.destination_labels is None:
            what = f"lacks {', '.join(missing)}" if missing else "was joined from others"
            raise ArgumentError(
                f"this table of minutes {what}; take what travel_time_matrix() gave"
            )
        row = _find_places(self["origin"], self.origin_labels, "origin")
        column = _find_places(self["destination"], self.destination_labels, "destination")
        _refuse_repeated(self, row, column)
        minutes = self["minutes"].to_numpy(dtype=np.float64)
        shape = len(self.origin_labels), len(self.destination_labels)
        if kind == "sparse":
            return csr_array((minutes, (row, column)), shape=shape)
        if shape[0] * shape[1] > MOST_CELLS:
            raise ArgumentError(
                f'a dense matrix of {shape[0]:,} x {shape[1]:,} takes over 8 GB; give kind="sparse"'
            )
        dense = np.full(shape, np.inf)
        dense[row, column] = minutes
        return pd.DataFrame(dense, index=self.origin_labels, columns=self.destination_labels)


def _find_places(labels: pd.Series, known: pd.Index, column: str) -> Ints:
    """Return where labels stand in the index of the table that was asked about."""
    place: Ints = known.get_indexer(pd.Index(labels))
    if (place < 0).any():
        wrong = labels.iloc[int(np.flatnonzero(place < 0)[0])]
        raise ArgumentError(
            f"{column} {quote_label(wrong)} is no label of the {column}s asked about; "
            "leave out its rows, or ask travel_time_matrix() again"
        )
    return place


def _refuse_repeated(table: pd.DataFrame, row: Ints, column: Ints) -> None:
    """Refuse a pair that stands twice: nobody knows which minutes are meant."""
    width = int(column.max(initial=0)) + 1
    pair = row.astype(np.int64) * width + column
    # As found they ascend, and nothing has to be sorted.
    if (pair[1:] > pair[:-1]).all():
        return
    twice = np.flatnonzero(pd.Series(pair).duplicated().to_numpy())
    if len(twice):
        first = table.iloc[int(twice[0])]
        origin, destination = first["origin"], first["destination"]
        raise ArgumentError(
            f"the pair of origin {quote_label(origin)} and destination {quote_label(destination)} "
            "stands twice; keep one row of each, for example with drop_duplicates()"
        )


def travel_time_matrix(
    network: WalkNetwork | Streets,
    origins: gpd.GeoDataFrame | gpd.GeoSeries,
    destinations: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    cutoff_minutes: float | None = None,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> TravelTimeMatrix:
    """Return the minutes from every origin to every destination, door to door.

    Parameters
    ----------
    network
        Streets; from `prepare_streets` where more than one question is asked of them.
    origins, destinations
        Where walks start and end: points in any CRS that can be converted; the indexes name them.
        Destinations whose `open_to_outsiders` is False serve their own compound only.
    cutoff_minutes
        Pairs farther apart are left out; None keeps every pair that has a path.
    profile, access
        Who walks, by value or by name ("elderly"), and how a point meets the streets; an adult, the
        usual rules. Prepared streets know both.

    Returns
    -------
    TravelTimeMatrix
        A DataFrame: origin, destination (labels), minutes, sorted as the tables are; `.to_matrix()`
        makes a dense or a sparse matrix of it.

    Raises
    ------
    ArgumentError
        If a layer, the cutoff or the profile cannot be meant, see `planner.travel.points`; if there
        are over 250 million pairs and no cutoff.

    Notes
    -----
    Minutes from A to B and from B to A are the same on foot where no heights are known. On a slope
    and, on a bicycle, in one-way streets they differ. The search starts at the smaller table, and
    its walks are summed up from there: from the other side, or among more points, the same walk may
    differ in the last digits (1e-12 minutes).

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> planner.travel_time_matrix(
    ...     town.network, town.people.head(4), town.facilities, cutoff_minutes=15
    ... ).round(1)
      origin destination  minutes
    0     H1          F1      6.0
    1     H2          F1      6.0
    2     H3          F1      6.0
    3     H3          F2     12.0
    4     H4          F1     12.0
    5     H4          F2      6.0
    """
    streets = to_streets(network, profile, access)
    starts, ends = labels_of(origins, "origins"), labels_of(destinations, "destinations")
    start_xy = points_of(origins, streets.network, "origins")
    end_xy = points_of(destinations, streets.network, "destinations")
    if cutoff_minutes is None and len(starts) * len(ends) > MOST_PAIRS:
        raise ArgumentError(
            f"cutoff_minutes: {len(starts):,} x {len(ends):,} pairs without a cutoff take over "
            "6 GB; give one, or ask for some of the origins at a time"
        )
    cutoff = np.inf if cutoff_minutes is None else check_cutoff(cutoff_minutes)
    closed = find_closed(destinations, "destinations")
    pairs = find_pairs(streets, start_xy, end_xy, cutoff, closed=closed)
    found = TravelTimeMatrix(
        {
            "origin": starts.take(pairs.origin),
            "destination": ends.take(pairs.target),
            "minutes": pairs.minutes,
        },
        copy=False,
    )
    found.origin_labels, found.destination_labels = starts, ends
    return found


def find_pairs(
    streets: Streets,
    starts: Floats,
    ends: Floats,
    cutoff_minutes: float,
    *,
    closed: Flags | None = None,
) -> ReachedPairs:
    """Return every pair of a start and an end within the cutoff, sorted by start, then end.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    starts, ends : shapes (n, 2), (k, 2)
        Metres, in the network's CRS.
    cutoff_minutes
        Door to door; inf for all that have a path.
    closed : shape (k,)
        Ends that serve their own compound only; None for none.
    """
    # A search from each of the fewer, whichever way one walks.
    if len(starts) <= len(ends):
        streets = point_streets(streets, "from")
        pairs, of_start, of_end = _search_from(streets, starts, ends, cutoff_minutes)
    else:
        streets = point_streets(streets, "to")
        pairs, of_end, of_start = _search_from(streets, ends, starts, cutoff_minutes)
        pairs = pairs.turned()
    if closed is None or not closed.any():
        return pairs
    whose = of_end[pairs.target]
    at_home = (whose >= 0) & (whose == of_start[pairs.origin])
    return pairs.where(~closed[pairs.target] | at_home)


def _search_from(
    streets: Streets, origins: Floats, targets: Floats, cutoff: float
) -> tuple[ReachedPairs, Ints, Ints]:
    """Search from every origin, on all cores: pairs sorted by origin, then target.

    Also returned are the compounds of the origins and of the targets, -1 for none. Origins are
    joined block by block, and forgotten: of tens of thousands they fill the memory.
    """
    n = len(origins)
    # Points that lie together are found together: side by side in memory, that is quicker.
    order = order_by_place(targets, SQUARE_M) if len(targets) >= MANY else None
    goals = _join_targets(streets, targets if order is None else targets[order])
    asked = goals.points, goals.lookup, streets.nearby
    rows = streets.graph.rows
    # A cutoff stops a plain search early; without one, eliminated nodes save far more than they
    # cost where many searches pass them.
    eliminated = eliminate_nodes(rows) if cutoff == np.inf and n >= MANY_SEARCHES else None
    # In one thread: GEOS does not stand two that first look into one polygon.
    inside = streets.compound_at(origins)

    def block(first: int, last: int) -> tuple[Ints, Ints, Floats, Ints]:
        """Search from the origins first..last: how many each reaches, which, when; compounds."""
        own = join(streets, origins[first:last], inside=inside[first:last])
        if eliminated is None:
            found = find_reached(rows, own.points, *asked, cutoff, 0, last - first)
        else:
            found = find_all_reached(eliminated, own.points, *asked, 0, last - first)
        counts, target, minutes = found
        if order is None:
            return counts, target, minutes, own.compound
        # Turned about twice, pairs are sorted by their targets again: by counting, not comparing.
        of_block = np.repeat(np.arange(len(counts)), counts)
        shape = len(counts), len(targets)
        pairs = ReachedPairs(of_block, order[target], minutes, shape).turned().turned()
        return counts, pairs.target, pairs.minutes, own.compound

    counts, target, minutes, of_origin = (
        np.concatenate(part) for part in zip(*in_blocks(block, n), strict=True)
    )
    pairs = ReachedPairs(np.repeat(np.arange(n), counts), target, minutes, (n, len(targets)))
    of_target = goals.compound.copy()
    if order is not None:
        of_target[order] = goals.compound
    return pairs, of_origin, of_target


def _join_targets(streets: Streets, xy: Floats) -> Access:
    """Join points that searches end at, many of them on all cores."""
    if len(xy) < MANY:
        return join(streets, xy, reached=True)
    inside = streets.compound_at(xy)

    def block(first: int, last: int) -> Access:
        """Join the points first..last."""
        return join(streets, xy[first:last], reached=True, inside=inside[first:last])

    return stack(in_blocks(block, len(xy)))


def nearest(
    network: WalkNetwork | Streets,
    origins: gpd.GeoDataFrame | gpd.GeoSeries,
    destinations: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    k: int = 1,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> pd.DataFrame:
    """Find the k nearest destinations of every origin, door to door.

    Parameters
    ----------
    network
        Streets; from `prepare_streets` where more than one question is asked of them.
    origins, destinations
        Where walks start and end: points in any CRS that can be converted; the indexes name them.
        Destinations whose `open_to_outsiders` is False serve their own compound only.
    k
        How many, at least 1.
    profile, access
        As for `travel_time_matrix`.

    Returns
    -------
    DataFrame
        origin, destination (labels), rank (1 is the nearest), minutes, and name where the
        destinations have such a column; sorted by origin, then rank. Of destinations equally near
        the first of the table comes first. An origin has fewer rows where fewer have a path, and
        none where none has.

    Raises
    ------
    ArgumentError
        If a layer, k or the profile cannot be meant, see `planner.travel.points`.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> planner.nearest(town.network, town.people.head(2), town.facilities, k=2).round(1)
      origin destination  rank  minutes         name
    0     H1          F1     1      6.0   North Hall
    1     H1          F2     2     24.0  Market Hall
    2     H2          F1     1      6.0   North Hall
    3     H2          F2     2     24.0  Market Hall
    """
    streets = point_streets(to_streets(network, profile, access), "to")
    starts, ends = labels_of(origins, "origins"), labels_of(destinations, "destinations")
    most = check_whole(k, "k", at_least=1)
    end_xy = points_of(destinations, streets.network, "destinations")
    from_ends = join(streets, end_xy, closed=find_closed(destinations, "destinations"))
    start_xy = points_of(origins, streets.network, "origins")
    to_starts = join(streets, start_xy, reached=True)
    minutes, label = several_nearest(streets, from_ends, to_starts, min(most, len(ends)))
    row, rank = np.nonzero(label >= 0)
    found = label[row, rank]
    table = pd.DataFrame(
        {
            "origin": starts.take(row),
            "destination": ends.take(found),
            "rank": rank + 1,
            "minutes": minutes[row, rank],
        }
    )
    if isinstance(destinations, gpd.GeoDataFrame) and "name" in destinations:
        table["name"] = destinations["name"].iloc[found].to_numpy()
    return table
