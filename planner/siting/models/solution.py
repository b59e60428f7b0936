"""What a siting model answers: the sites, how good they are, and how far from the best at most."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Flags


@dataclass(frozen=True)
class SolveOptions:
    """How long and how exactly to search.

    time_limit_s : for the model itself; each limit priced afterwards may take as long again.
    gap : stop when the answer is proved within this share of the best. exact : False stops at the
    first answer. price_limits : also find what each town's or domain's limit costs. rounds : of
    the search for better answers before the proof. seed : of that search.

    Examples
    --------
    >>> import planner
    >>> planner.SolveOptions(time_limit_s=5.0).gap
    0.0001
    """

    time_limit_s: float = 60.0
    gap: float = 1e-4
    exact: bool = True
    price_limits: bool = True
    rounds: int = 400
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Solution:
    """An answer and its proof.

    model : mclp, lscp ...; sites : chosen new sites, the most useful first; closed : today's that
    close. value : in `unit`; bound : no choice is better; gap : |bound - value| over the larger.
    status : "proved" (within the gap asked), "time limit" or "first answer". seconds : in all;
    first_seconds, first_value : of the greedy answer. people_before, people_planned : covered by
    facilities that stay, and by planned ones alone. free_value : the best without the limits of
    towns and domains; limit_costs : what each of them alone costs, in `unit` (a note says which
    are not proved). town_shares : share covered by town (fairness).
    """

    model: str
    sites: NDArray[np.int64]
    closed: NDArray[np.int64]
    value: float
    bound: float
    gap: float
    status: str
    unit: str
    seconds: float
    first_seconds: float
    first_value: float
    people_before: float = 0.0
    people_planned: float = 0.0
    free_value: float | None = None
    limit_costs: dict[str, float] = field(default_factory=dict)
    town_shares: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class BoundedChoice:
    """A choice of sites (None: none was found) and what is known of how good it is.

    chosen (sites,) : open columns of the problem. value, bound : no choice is worth more than the
    bound. infeasible : no choice keeps the limits. first_value, first_seconds : of the greedy one.
    """

    chosen: Flags | None
    value: float
    bound: float
    infeasible: bool = False
    first_value: float = -np.inf
    first_seconds: float = 0.0


def relative_gap(value: float, bound: float) -> float:
    """Return |bound - value| over the larger of the two; 0 where they are the same."""
    top = max(abs(value), abs(bound))
    # inf - inf and inf / inf are no numbers.
    if np.isinf(top):
        return float("inf")
    return abs(bound - value) / top if top > 0 else 0.0
