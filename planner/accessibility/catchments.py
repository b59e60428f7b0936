"""What is left of the supply for each person, since others go there too: floating catchments.

The sums are those of PySAL's `access`, which is given walks by position. That keeps clear of what
it takes for granted: an index with a name, labels that stand once, that everybody reaches a place
and every place somebody. Weights are handed over in the place of minutes, so that nothing beyond
the cutoff takes part in the third stage.

Minutes go from where people live to where the supply is. They need not be the same on the way
back, nor origins and destinations the same places.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.accessibility.decays import AnyDecay, WithinCutoff, weigh
from planner.accessibility.given_trips import Trips, read_case
from planner.crs.array_types import Floats, Ints
from planner.travel.checked_numbers import check_cutoff


def two_stage_fca(
    minutes: pd.DataFrame,
    supply: pd.Series,
    people: pd.Series,
    *,
    cutoff_minutes: float = 15.0,
) -> pd.Series:
    """Return the supply per person within the cutoff of each origin: 2SFCA.

    R_j = S_j / sum of P_i over the origins i with t_ij <= cutoff; A_i = sum of R_j over the
    destinations j with t_ij <= cutoff. The sum of P_i A_i is all supply that anybody reaches.

    Parameters
    ----------
    minutes
        Long table: origin (where people live), destination (where supply is), minutes.
    supply
        By label of the destination, 0 or more: seats, staff, hours.
    people
        By label of the origin, 0 or more.
    cutoff_minutes
        A pair counts when minutes <= cutoff_minutes.

    Returns
    -------
    Series `access_2sfca`, index of `people`
        Supply per person; 0 where none is in reach. What only places without people reach counts
        for nobody, so that no score is infinite.

    Raises
    ------
    ArgumentError
        If the tables do not fit each other, a pair or a label stands twice, or numbers are missing
        or negative.

    References
    ----------
    Luo & Wang (2003), Environment and Planning B 30(6), 865-884.

    Examples
    --------
    x is shared by 100 people, y by 300:

    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "a", "b"], "destination": ["x", "y", "y"], "minutes": [4, 12, 9]}
    ... )
    >>> seats, people = pd.Series({"x": 30, "y": 60}), pd.Series({"a": 100, "b": 200})
    >>> planner.accessibility.two_stage_fca(minutes, seats, people)
    a    0.5
    b    0.2
    Name: access_2sfca, dtype: float64
    """
    decay = WithinCutoff(check_cutoff(cutoff_minutes))
    return _share_supply(minutes, supply, people, decay, None, "access_2sfca")


def enhanced_two_stage_fca(
    minutes: pd.DataFrame,
    supply: pd.Series,
    people: pd.Series,
    *,
    decay: AnyDecay,
    cutoff_minutes: float | None = None,
) -> pd.Series:
    """Return the supply per person where those who live nearer count more: E2SFCA.

    R_j = S_j / sum of P_i f(t_ij); A_i = sum of R_j f(t_ij).

    Parameters
    ----------
    minutes, supply, people
        As for `two_stage_fca`.
    decay
        The weight f of a walk, as for `gravity`.
    cutoff_minutes
        Nothing beyond it counts; None: the decay alone decides.

    Returns
    -------
    Series `access_e2sfca`, index of `people`
        Supply per person; 0 where none is in reach.

    Raises
    ------
    ArgumentError
        As `two_stage_fca`, and if a weight is negative or no number.

    References
    ----------
    Luo & Qi (2009), Health & Place 15(4), 1100-1107.

    Examples
    --------
    y is shared by 100 people at half weight and 100 at full weight:

    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "b"], "destination": ["y", "y"], "minutes": [12, 4]}
    ... )
    >>> seats, people = pd.Series({"y": 60}), pd.Series({"a": 100, "b": 100})
    >>> bands = planner.accessibility.Bands({5: 1, 15: 0.5})
    >>> planner.accessibility.enhanced_two_stage_fca(minutes, seats, people, decay=bands)
    a    0.2
    b    0.4
    Name: access_e2sfca, dtype: float64
    """
    return _share_supply(minutes, supply, people, decay, cutoff_minutes, "access_e2sfca")


def three_stage_fca(
    minutes: pd.DataFrame,
    supply: pd.Series,
    people: pd.Series,
    *,
    decay: AnyDecay,
    cutoff_minutes: float | None = None,
) -> pd.Series:
    """Return the supply per person where people share themselves among what they reach: 3SFCA.

    G_ij = f(t_ij) / sum of f(t_ik) over the destinations k; R_j = S_j / sum of G_ij P_i f(t_ij);
    A_i = sum of G_ij R_j f(t_ij). Destinations beyond the cutoff take no part in G, as in the
    paper; `access` counts them there.

    Parameters
    ----------
    minutes, supply, people, decay, cutoff_minutes
        As for `enhanced_two_stage_fca`.

    Returns
    -------
    Series `access_3sfca`, index of `people`
        Supply per person; 0 where none is in reach.

    Raises
    ------
    ArgumentError
        As `enhanced_two_stage_fca`.

    References
    ----------
    Wan, Zou & Sternberg (2012), International Journal of Geographical Information Science 26(6),
    1073-1089.

    Examples
    --------
    Half of the people of a go to x and half to y, where they meet the 100 of b:

    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "a", "b"], "destination": ["x", "y", "y"], "minutes": [4, 4, 4]}
    ... )
    >>> seats, people = pd.Series({"x": 25, "y": 60}), pd.Series({"a": 100, "b": 100})
    >>> decay = planner.accessibility.WithinCutoff(15)
    >>> planner.accessibility.three_stage_fca(minutes, seats, people, decay=decay)
    a    0.45
    b    0.40
    Name: access_3sfca, dtype: float64
    """
    return _share_supply(
        minutes, supply, people, decay, cutoff_minutes, "access_3sfca", chosen=True
    )


def inverted_two_stage_fca(
    minutes: pd.DataFrame,
    supply: pd.Series,
    people: pd.Series,
    *,
    decay: AnyDecay | None = None,
    cutoff_minutes: float | None = 15.0,
) -> pd.Series:
    """Return how many people each unit of supply has to serve, once they are shared out: i2SFCA.

    C_j = sum of P_i f(t_ij) / sum of S_k f(t_ik) over the destinations k that i reaches: everybody
    goes to what they reach in proportion to its supply. The sum of S_j C_j is all people who reach
    any supply. It is the load of a station, as the 2SFCA score is the access of a resident.

    Parameters
    ----------
    minutes, supply, people
        As for `two_stage_fca`.
    decay
        The weight f of a walk, as for `gravity`; None: all walks weigh the same.
    cutoff_minutes
        Nothing beyond it counts; None: all that `minutes` has.

    Returns
    -------
    Series `load_2sfca`, index of `supply`
        People per unit of supply; 0 where nobody comes, NaN where there is no supply.

    Raises
    ------
    ArgumentError
        As `enhanced_two_stage_fca`.

    References
    ----------
    Wang (2018), The Professional Geographer 70(2), 251-260; Wang (2021), International Journal of
    Geographical Information Science 35(3), 628-638.

    Examples
    --------
    Of the 90 people of a, a third go to x and the others to y, where they meet the 200 of b:

    >>> import pandas as pd, planner
    >>> minutes = pd.DataFrame(
    ...     {"origin": ["a", "a", "b"], "destination": ["x", "y", "y"], "minutes": [4, 12, 9]}
    ... )
    >>> seats, people = pd.Series({"x": 50, "y": 100}), pd.Series({"a": 90, "b": 200})
    >>> planner.accessibility.inverted_two_stage_fca(minutes, seats, people)
    x    0.6
    y    2.6
    Name: load_2sfca, dtype: float64
    """
    trips, there, living = read_case(minutes, supply, people)
    weights = _weights(trips, decay, cutoff_minutes)
    # 2SFCA with the roles exchanged: the people are shared out among the stations.
    loads = _two_stages(living, there, trips.destination, trips.origin, weights)
    loads = np.where(there > 0, loads, np.nan)
    return pd.Series(loads, index=trips.destinations, name="load_2sfca")


def _weights(trips: Trips, decay: AnyDecay | None, cutoff_minutes: float | None) -> Floats:
    """Return the weight of each walk (n,), 0 beyond the cutoff."""
    weights = np.ones(len(trips.minutes)) if decay is None else weigh(decay, trips.minutes)
    if cutoff_minutes is None:
        return weights
    return np.where(trips.minutes <= check_cutoff(cutoff_minutes), weights, 0.0)


def _share_supply(
    minutes: pd.DataFrame,
    supply: pd.Series,
    people: pd.Series,
    decay: AnyDecay,
    cutoff_minutes: float | None,
    name: str,
    *,
    chosen: bool = False,
) -> pd.Series:
    """Return the supply per person of each origin; if `chosen`, weights times shares of choice."""
    trips, there, living = read_case(minutes, supply, people)
    weights = _weights(trips, decay, cutoff_minutes)
    if chosen:
        total = np.bincount(trips.origin, weights=weights, minlength=len(living))[trips.origin]
        weights = np.divide(weights**2, total, out=np.zeros_like(weights), where=total > 0)
    scores = _two_stages(there, living, trips.origin, trips.destination, weights)
    return pd.Series(scores, index=trips.origins, name=name)


def _two_stages(
    offered: Floats, asking: Floats, asker: Ints, offerer: Ints, weights: Floats
) -> Floats:
    """Share out what is offered among those who ask, and add up what each of them gets, by head.

    Parameters
    ----------
    offered, asking : shapes (m,), (n,)
        Supply and people; or people and supply, to share people out among stations.
    asker, offerer, weights : shape (k,)
        Position of both ends of each walk, and its weight.
    """
    from access import fca

    # `access` would divide by 0 for a walk of weight 0, or a destination that nobody with people
    # reaches. An origin without people still gets a score, from what others share.
    busy = np.bincount(offerer, weights=weights * asking[asker], minlength=len(offered)) > 0
    kept = (weights > 0) & busy[offerer]
    walks = pd.DataFrame({"origin": asker[kept], "dest": offerer[kept], "cost": weights[kept]})
    if walks.empty:
        return np.zeros(len(asking))
    shares = fca.two_stage_fca(
        pd.DataFrame({"demand": asking}),
        pd.DataFrame({"supply": offered}),
        walks,
        demand_index=True,
        weight_fn=float,  # the weight of a walk stands in the place of its cost
    )
    found: Floats = shares.reindex(range(len(asking)), fill_value=0.0).to_numpy(dtype=np.float64)
    return found
