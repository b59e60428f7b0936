"""Compiled: an upper bound of the best value, by Lagrange multipliers.

Each row is given a price, which it pays whatever happens, and each limit a toll. A site is then
worth what its rows gain beyond their prices, less its tolls. Whatever prices and tolls >= 0 are
taken, the prices, the tolls' share of what there is and the worth of the best sites add up to an
upper bound of every choice.
"""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Flags, Floats
from planner.siting.models.search_arrays import SiteGains, SiteShares
from planner.travel.compiled.decorators import kernel


@kernel
def tighten_upper_bound(
    by_site: SiteGains, ceiling: Floats, start: Floats, wanted: Flags, fixed: Flags,
    shares: SiteShares, n_open: int, floor: float, rounds: int,
) -> tuple[float, Floats, Floats]:  # fmt: skip
    """Lower the bound by subgradient steps on prices and tolls.

    Stops when the bound meets `floor`, the value of the best known choice, or after `rounds` steps.

    ceiling, start (rows,) : the most a row gains, its first price. wanted, fixed (sites,) : may be
    opened, always open. n_open : most open sites, -1 for any number. Returns the bound, its prices
    (rows,) and its tolls (limits,).
    """
    price, toll = start.copy(), np.zeros(len(shares.most))
    bound, kept_price, kept_toll = np.inf, price.copy(), toll.copy()
    theta, stale = 1.0, 0
    before = np.zeros(len(ceiling))
    for _ in range(rounds):
        worth = find_worth(by_site, price, toll, shares)
        opened = mark_worthiest(worth, wanted, fixed, n_open)
        total = price.sum() + (toll * shares.most).sum() + worth[opened].sum()
        # A gain this small counts as none, or the search would creep on to its last round.
        stale = 0 if total < bound - 1e-6 * abs(floor) else stale + 1
        if total < bound:
            bound, kept_price, kept_toll = total, price.copy(), toll.copy()
        if bound <= floor + 1e-7 * abs(floor):
            break
        # The steps have become too long to lower anything: shorter ones start from the best prices.
        if stale >= 15:
            theta, stale = theta * 0.6, 0
            price, toll = kept_price.copy(), kept_toll.copy()
            if theta < 1e-3:
                break
            continue
        slope, toll_slope = find_slopes(by_site, shares, opened, price, before, ceiling, toll)
        norm = (slope * slope).sum() + (toll_slope * toll_slope).sum()
        if norm == 0:
            break
        # Polyak's step: as far as is needed if the bound can come down to the best known value.
        step = theta * (total - floor) / norm
        price = np.minimum(ceiling, np.maximum(0.0, price - step * slope))
        toll = np.maximum(0.0, toll - step * toll_slope)
        before = slope
    return bound, kept_price, kept_toll


@kernel
def find_worth(by_site: SiteGains, price: Floats, toll: Floats, shares: SiteShares) -> Floats:
    """Return what each site brings beyond the prices of its rows and the tolls of its limits.

    price (rows,), toll (limits,); returns (sites,), in the unit of the gains.
    """
    starts, rows, gain = by_site
    n = len(starts) - 1
    worth = np.zeros(n)
    for j in range(n):
        total = 0.0
        for k in range(starts[j], starts[j + 1]):
            total += max(0.0, gain[k] - price[rows[k]])
        for k in range(shares.starts[j], shares.starts[j + 1]):
            total -= toll[shares.limits[k]] * shares.shares[k]
        worth[j] = total
    return worth


@kernel
def mark_worthiest(worth: Floats, wanted: Flags, fixed: Flags, n_open: int) -> Flags:
    """Mark the fixed sites and the worthiest others, at most `n_open` (-1: any number) in all.

    worth, wanted, fixed (sites,), as `tighten_upper_bound` takes them.
    """
    opened = fixed.copy()
    count = int(fixed.sum())
    for j in np.argsort(-worth):
        # A choice may have fewer sites than allowed, so the best takes none that brings nothing.
        if worth[j] <= 0 or (n_open >= 0 and count >= n_open):
            break
        if wanted[j] and not fixed[j]:
            opened[j] = True
            count += 1
    return opened


@kernel
def find_slopes(
    by_site: SiteGains, shares: SiteShares, opened: Flags, price: Floats, before: Floats,
    ceiling: Floats, toll: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return how the bound rises with each price (rows,) and with each toll (limits,).

    `before` is the last slope of the prices: part of it is kept, so that steps do not zigzag.
    """
    starts, rows, gain = by_site
    slope, toll_slope = np.ones(len(price)), shares.most.copy()
    for j in np.flatnonzero(opened):
        for k in range(starts[j], starts[j + 1]):
            if gain[k] > price[rows[k]]:
                slope[rows[k]] -= 1.0
        for k in range(shares.starts[j], shares.starts[j + 1]):
            toll_slope[shares.limits[k]] -= shares.shares[k]
    for i in range(len(price)):
        # A price stays between 0 and the ceiling: no slope leads out of that range.
        if (slope[i] > 0 and price[i] <= 0) or (slope[i] < 0 and price[i] >= ceiling[i]):
            slope[i] = 0.0
        slope[i] += 0.3 * before[i]
    for s in range(len(toll)):
        if toll[s] == 0 and toll_slope[s] > 0:
            toll_slope[s] = 0.0
    return slope, toll_slope
