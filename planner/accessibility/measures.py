"""What can be reached from each place, whoever else goes there.

Sums, means and counts within a cutoff, sums that fall off with the minutes, and the average way to
the nearest few.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from planner.accessibility.decays import AnyDecay, weigh
from planner.accessibility.given_trips import Trips, read_amounts, read_trips
from planner.crs.array_types import Floats
from planner.errors import ArgumentError, quote
from planner.travel.checked_numbers import check_cutoff, check_cutoffs

How: TypeAlias = Literal["sum", "mean", "min", "max", "median", "count"]
#: Of nobody and nothing there is a sum and a count, but no mean.
_OF_NOTHING: Final = {"sum": 0.0, "count": 0.0}


def cumulative(
    minutes: pd.DataFrame,
    supply: pd.Series | None = None,
    *,
    cutoffs_minutes: float | Iterable[float] = 15.0,
    origins: pd.Index | pd.Series | None = None,
) -> pd.DataFrame:
    """Add up what is within each cutoff of every origin: cumulative opportunities.

    A_i = sum of S_j over the destinations j with t_ij <= cutoff.

    Parameters
    ----------
    minutes
        Long table: origin, destination, minutes; a pair without a row is out of reach.
    supply
        By label of the destination, 0 or more: jobs, seats, square metres; None counts 1 for each.
    cutoffs_minutes
        Ascending; one number is a list of one.
    origins
        All labels that the result is to have; None: those that `minutes` knows, which for a plain
        table are the ones that reach anything.

    Returns
    -------
    DataFrame, index of the origins
        A column for each cutoff, named by it; 0 where nothing is in reach.

    Raises
    ------
    ArgumentError
        If the tables do not fit each other, or hold missing or negative numbers.

    References
    ----------
    Wachs & Kumagai (1973), Socio-Economic Planning Sciences 7(5), 437-456.

    Examples
    --------
    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "a", "b"], "destination": ["x", "y", "y"], "minutes": [4, 12, 9]}
    ... )
    >>> seats = pd.Series({"x": 30, "y": 50})
    >>> planner.accessibility.cumulative(minutes, seats, cutoffs_minutes=[5, 15])
        5.0   15.0
    a  30.0   80.0
    b   0.0   50.0
    """
    cutoffs = check_cutoffs(cutoffs_minutes)
    trips, there = _read(minutes, supply, origins)
    columns = {
        cutoff: _sums(trips, np.where(trips.minutes <= cutoff, there, 0.0)) for cutoff in cutoffs
    }
    return pd.DataFrame(columns, index=trips.origins)


def summarise_within(
    minutes: pd.DataFrame,
    values: pd.Series,
    *,
    how: How = "sum",
    cutoff_minutes: float | None = 15.0,
    origins: pd.Index | pd.Series | None = None,
) -> pd.Series:
    """Return the sum, mean, least, most, median or count of a column within the cutoff.

    Parameters
    ----------
    minutes
        Long table: origin, destination, minutes.
    values
        Of the destinations, by label: rents, ratings, areas; negative ones too.
    how
        sum, mean, min, max, median or count.
    cutoff_minutes
        A destination counts when minutes <= cutoff_minutes; None: all that `minutes` has.
    origins
        As for `cumulative`.

    Returns
    -------
    Series, index of the origins
        Named after `values` and `how`; where nothing is in reach 0 for sum and count, else NaN.

    Raises
    ------
    ArgumentError
        If the tables do not fit each other, a value is missing, or `how` is none of these.

    Examples
    --------
    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "a", "b"], "destination": ["x", "y", "y"], "minutes": [4, 12, 9]}
    ... )
    >>> rating = pd.Series({"x": 3.0, "y": 5.0}, name="rating")
    >>> planner.accessibility.summarise_within(minutes, rating, how="mean")
    a    4.0
    b    5.0
    Name: rating_mean, dtype: float64
    """
    if how not in get_args(How):
        raise ArgumentError(f"how is {quote(how)}; give one of {', '.join(get_args(How))}")
    known = read_amounts(values, "values", negative=True)
    trips = _within(read_trips(minutes, origins, known), cutoff_minutes)
    there = pd.Series(known.to_numpy()[trips.destination])
    found = there.groupby(trips.origin).agg(how).astype(np.float64)
    name = how if values.name is None else f"{values.name}_{how}"
    filled = found.reindex(range(len(trips.origins)), fill_value=_OF_NOTHING.get(how, np.nan))
    return pd.Series(filled.to_numpy(), index=trips.origins, name=name)


def gravity(
    minutes: pd.DataFrame,
    supply: pd.Series | None = None,
    *,
    decay: AnyDecay,
    cutoff_minutes: float | None = None,
    origins: pd.Index | pd.Series | None = None,
) -> pd.Series:
    """Add up what is in reach, less the farther it is: Hansen's gravity measure.

    A_i = sum of S_j f(t_ij) over the destinations j.

    Parameters
    ----------
    minutes
        Long table: origin, destination, minutes.
    supply
        By label of the destination, 0 or more; None counts 1 for each.
    decay
        The weight f of a walk: one of `planner.accessibility` (`Gaussian(5)`, `Exponential(0.1)`
        ...), or a function that takes an array of minutes and returns one of weights.
    cutoff_minutes
        Nothing beyond it counts; None: all that `minutes` has.
    origins
        As for `cumulative`.

    Returns
    -------
    Series `gravity`, index of the origins
        0 where nothing is in reach.

    Raises
    ------
    ArgumentError
        If the tables do not fit each other, or a weight is negative or no number.

    References
    ----------
    Hansen (1959), Journal of the American Institute of Planners 25(2), 73-76.

    Examples
    --------
    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "a", "b"], "destination": ["x", "y", "y"], "minutes": [4, 12, 8]}
    ... )
    >>> seats = pd.Series({"x": 30, "y": 50})
    >>> planner.accessibility.gravity(minutes, seats, decay=planner.accessibility.Linear(20))
    a    44.0
    b    30.0
    Name: gravity, dtype: float64
    """
    trips, there = _read(minutes, supply, origins)
    near = np.ones(len(trips.minutes), dtype=bool)
    if cutoff_minutes is not None:
        near = trips.minutes <= check_cutoff(cutoff_minutes)
    weights = np.where(near, weigh(decay, trips.minutes), 0.0)
    return pd.Series(_sums(trips, there * weights), index=trips.origins, name="gravity")


def average_minutes(
    minutes: pd.DataFrame, *, k: int = 3, origins: pd.Index | pd.Series | None = None
) -> pd.Series:
    """Return the average minutes to the k nearest destinations.

    Parameters
    ----------
    minutes
        Long table: origin, destination, minutes. One that ends at a cutoff hides what lies beyond.
    k
        So many; at least 1.
    origins
        As for `cumulative`.

    Returns
    -------
    Series `minutes_to_<k>`, index of the origins
        inf where fewer than k can be reached.

    Raises
    ------
    ArgumentError
        If k is no whole number of at least 1, or the table will not do.

    Examples
    --------
    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "a", "b"], "destination": ["x", "y", "y"], "minutes": [4, 12, 9]}
    ... )
    >>> planner.accessibility.average_minutes(minutes, k=2)
    a    8.0
    b    inf
    Name: minutes_to_2, dtype: float64
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise ArgumentError(f"k is {quote(k)}; give a whole number of at least 1")
    trips = read_trips(minutes, origins, None)
    order = np.lexsort((trips.minutes, trips.origin))
    origin, walked = trips.origin[order], trips.minutes[order]
    rank = np.arange(len(origin)) - np.searchsorted(origin, origin)
    n = len(trips.origins)
    counts = np.bincount(origin, minlength=n)
    sums = np.bincount(origin[rank < k], weights=walked[rank < k], minlength=n)
    return pd.Series(
        np.where(counts >= k, sums / k, np.inf), index=trips.origins, name=f"minutes_to_{k}"
    )


def _read(minutes: pd.DataFrame, supply: pd.Series | None, origins: Any) -> tuple[Trips, Floats]:
    """Return the walks, and what stands at the end of each."""
    if supply is None:
        trips = read_trips(minutes, origins, None)
        return trips, np.ones(len(trips.minutes))
    known = read_amounts(supply, "supply")
    trips = read_trips(minutes, origins, known)
    return trips, known.to_numpy()[trips.destination]


def _within(trips: Trips, cutoff_minutes: float | None) -> Trips:
    """Return the walks within a cutoff; None for all."""
    if cutoff_minutes is None:
        return trips
    return trips.where(trips.minutes <= check_cutoff(cutoff_minutes))


def _sums(trips: Trips, amounts: Floats) -> Floats:
    """Add up an amount for each walk by its origin."""
    sums = np.bincount(trips.origin, weights=amounts, minlength=len(trips.origins))
    return np.asarray(sums, dtype=np.float64)
