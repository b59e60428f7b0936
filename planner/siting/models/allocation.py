"""Who is served by which site, where sites have room for only so many people."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, csr_array, vstack

from planner.crs.array_types import Floats
from planner.siting.models.highs import Mip, maximise

#: Less than this share of a row's people is the solver's noise.
_NOISE = 1e-7
#: Seconds that a linear programme may take: one of a whole city takes one or two.
_MOST_SECONDS = 600.0


def allocate_people(minutes: csr_array, people: Floats, worth: Floats, room: Floats) -> csc_array:
    """Share out the room of sites: who is served, and by which site.

    Most worth first; of the ways to serve as much, the one in which each site, in the order of the
    columns, adds to those before it all that it can; of these the one with the shortest walks.

    Parameters
    ----------
    minutes : csr (rows, k)
        Of the pairs within the cutoff; sites in build order.
    people, worth : shape (rows,)
        People of each row, and what serving one of them counts.
    room : shape (k,)
        How many people each site can serve; inf for any number.

    Returns
    -------
    csc_array (rows, k)
        People served. Where all count alike, the sum of a column is what its site adds to those
        before it.
    """
    pairs = minutes.tocoo()
    counts = (people[pairs.row] > 0) & (worth[pairs.row] > 0) & (room[pairs.col] > 0)
    row, col, walk = pairs.row[counts], pairs.col[counts], pairs.data[counts]
    rows, k = minutes.shape
    if len(row) == 0:
        return csc_array((rows, k))
    each = np.arange(len(row))
    ones = np.ones(len(row))
    limits = vstack([
        coo_array((ones, (row, each)), shape=(rows, len(row))),
        coo_array((ones, (col, each)), shape=(k, len(row))),
    ]).tocsr()  # fmt: skip
    # Room may be inf; no site serves more than everybody, so this takes nothing away.
    most = np.concatenate([people, np.minimum(room, people.sum())])
    # Worth first, then the earlier site, then the shorter walk: each step outweighs all below
    # it, for to serve one person more moves others past each of the k sites at most once.
    gain = (
        _spread_worths(worth)[row] * 2 * k
        + (k - col)
        - walk * 0.25 / ((walk.max() + 1.0) * (k + 1))
    )
    programme = Mip(
        gain, csr_array(limits), np.zeros(rows + k), most, np.zeros(len(row)),
        people[row], np.zeros(len(row), bool),
    )  # fmt: skip
    flow = maximise(programme, _MOST_SECONDS, 0.0).values
    assert flow is not None  # to serve nobody is possible
    # A trace of a person, left by the solver, would stand as a served row of its own.
    whole = np.abs(flow - people[row]) <= _NOISE * people[row]
    flow = np.where(whole, people[row], np.where(flow <= _NOISE * people[row], 0.0, flow))
    served = csc_array((flow, (row, col)), shape=(rows, k))
    served.eliminate_zeros()
    return served


def _spread_worths(worth: Floats) -> Floats:
    """Return worths scaled so that any two different ones differ by 1 or more."""
    levels = np.unique(np.concatenate([[0.0], worth]))
    return np.asarray(worth / np.diff(levels).min() if len(levels) > 1 else worth, dtype=float)


def order_by_served(
    minutes: csr_array, people: Floats, worth: Floats, room: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """Order sites by what each adds to those before it, in worth of people served; most first.

    What a site adds never grows with those before it, so an old figure is a bound of the new one.

    Returns
    -------
    tuple
        Columns in build order, and what each adds.
    """

    def worth_of(columns: list[int]) -> float:
        """Return the worth of the people whom some sites serve together."""
        served = allocate_people(csr_array(minutes[:, columns]), people, worth, room[columns])
        return float(worth @ served.sum(axis=1))

    order: list[int] = []
    gains: list[float] = []
    total = 0.0
    # With the best bound there is every site is counted once before any is taken.
    queue = [(-np.inf, column, -1) for column in range(minutes.shape[1])]
    while queue:
        bound, column, at = heapq.heappop(queue)
        # Counted after the last site was taken, and no bound of another one is higher.
        if at == len(order):
            order.append(column)
            gains.append(-bound)
            total -= bound
            continue
        more = max(worth_of([*order, column]) - total, 0.0)
        heapq.heappush(queue, (-more, column, len(order)))
    return np.array(order, dtype=np.int64), np.array(gains, dtype=np.float64)
