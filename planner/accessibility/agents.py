"""Where people go who weigh the way against the crowd: the rational agent access model.

The steps are those of PySAL's `access`, which is given people cut into parts: it moves whole
numbers, so that units of few people would never move.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from planner.accessibility.given_trips import Trips, read_case
from planner.crs.array_types import Floats
from planner.errors import ArgumentError, quote

#: `raam` of `access` keeps a few tables with a cell for each pair of places.
MOST_CELLS: Final = 20_000_000
#: So many parts a person is cut into there at most, and people in all: it moves whole numbers, and
#: a float counts up to 2^53.
_PARTS: Final = 1e6
_MOST_PARTS: Final = 2.0**52


def raam(
    minutes: pd.DataFrame,
    supply: pd.Series,
    people: pd.Series,
    *,
    tau_minutes: float = 15.0,
    rho: float | None = None,
    cycles: int = 150,
) -> pd.Series:
    """Return what the way and the crowd cost people who choose well: the rational agent model.

    Everybody goes where t_ij / tau + D_j / (rho S_j) is least, D_j being all who go to j, until
    nobody gains by going elsewhere. `access` finds that step by step, to about 1 %.

    Parameters
    ----------
    minutes, supply, people
        As for `two_stage_fca`. Of people and destinations there may be 20 million pairs, with or
        without a path; put units together where there are more.
    tau_minutes
        A walk so long weighs as much as a station that is as crowded as all are on average.
    rho
        People per unit of supply that count as 1; None: all people by all supply.
    cycles
        Bands of `access`.

    Returns
    -------
    Series `access_raam`, index of `people`
        The cost in units of `tau_minutes`: less is better. inf where no supply can be reached, NaN
        where nobody lives.

    Raises
    ------
    ArgumentError
        As `two_stage_fca`; if tau, rho or cycles are not above 0; if there are too many pairs.

    References
    ----------
    Saxon & Snow (2020), Annals of the American Association of Geographers 110(1), 205-222.

    Examples
    --------
    Two stations alike and as near: half of the people go to each, a crowd of 1, a walk of 5 / 10.

    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "a"], "destination": ["x", "y"], "minutes": [5, 5]}
    ... )
    >>> seats, people = pd.Series({"x": 20, "y": 20}), pd.Series({"a": 100})
    >>> planner.accessibility.raam(minutes, seats, people, tau_minutes=10).round(2)
    a    1.5
    Name: access_raam, dtype: float64
    """
    trips, there, living = read_case(minutes, supply, people)
    _check_above_zero(tau_minutes=tau_minutes, rho=rho, cycles=cycles)
    useful = trips.where((living[trips.origin] > 0) & (there[trips.destination] > 0))
    costs = np.where(living > 0, np.inf, np.nan)
    if len(useful.minutes):
        if rho is None:
            rho = float(living.sum() / there.sum())
        found = _settle_agents(useful, there, living, float(tau_minutes), float(rho), int(cycles))
        costs[found.index.to_numpy(dtype=np.int64)] = found.to_numpy(dtype=np.float64)
    return pd.Series(costs, index=trips.origins, name="access_raam")


def _settle_agents(
    trips: Trips, there: Floats, living: Floats, tau: float, rho: float, cycles: int
) -> pd.Series:
    """Let `access` settle who goes where; the costs by position of the origin."""
    from access import raam as agents

    origins, destinations = np.unique(trips.origin), np.unique(trips.destination)
    cells = len(origins) * len(destinations)
    if cells > MOST_CELLS:
        raise ArgumentError(
            f"minutes: {len(origins)} origins x {len(destinations)} destinations are {cells} "
            f"pairs, and raam takes {MOST_CELLS}; put units together, or ask for a part"
        )
    people = living[origins]
    # Whole numbers move there, and a unit of three people would never move a fifth of them.
    parts = min(_PARTS / min(people.min(), 1.0), _MOST_PARTS / people.sum())
    costs: pd.Series = agents.raam(
        pd.DataFrame({"demand": np.maximum(np.rint(people * parts), 1.0)}, index=origins),
        pd.DataFrame({"supply": there[destinations]}, index=destinations),
        pd.DataFrame({"origin": trips.origin, "dest": trips.destination, "cost": trips.minutes}),
        tau=tau,
        rho=rho * parts,
        max_cycles=cycles,
    )
    return costs


def _check_above_zero(**numbers: float | None) -> None:
    """Refuse numbers that are not above 0; None stands for a default."""
    for name, value in numbers.items():
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise ArgumentError(f"{name} is {quote(value)}; give a number above 0")
        if not (np.isfinite(value) and value > 0):
            raise ArgumentError(f"{name} is {value:g}; give a number above 0")
