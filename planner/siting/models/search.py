"""Compiled: the lazy greedy, swaps of one site for another, and bounds by Lagrange multipliers.

All work on gains: entry (row, site) says what the row brings if that site serves it best. A row is
served by the best of its chosen sites, so the value of a choice is the sum of the rows' best gains.

A `side` is (starts, rows, shares, most) over sites: what a site takes of each limited thing, and
how much of it there is; `near` is (starts, sites): sites too near to stand together.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def fits(j, used, side):  # type: ignore[no-untyped-def]
    """Say whether what a site takes is still there."""
    starts, rows, shares, most = side
    for k in range(starts[j], starts[j + 1]):
        if used[rows[k]] + shares[k] > most[rows[k]] + 1e-9:
            return False
    return True


@njit(cache=True, nogil=True)
def take(j, sign, used, blocked, side, near):  # type: ignore[no-untyped-def]
    """Take (1) or give back (-1) what a site uses, and the places near it."""
    starts, rows, shares, _ = side
    for k in range(starts[j], starts[j + 1]):
        used[rows[k]] += sign * shares[k]
    for k in range(near[0][j], near[0][j + 1]):
        blocked[near[1][k]] += sign


@njit(cache=True, nogil=True)
def greedy(by_site, best, chosen, wanted, price, used, blocked, side, near):  # type: ignore[no-untyped-def]
    """Open the site with the greatest gain per price until nothing fits or gains; lazily.

    `wanted` marks the sites that may be opened; `best` and `chosen` change. Returns the sites in
    order. Gains only shrink as sites open, so an old gain is an upper bound of the new one.
    """
    starts, rows, gain = by_site
    n = len(starts) - 1
    key = np.zeros(n)
    fresh = np.zeros(n, np.int64)
    order = np.empty(n, np.int64)
    count = 0
    for j in range(n):
        if wanted[j] and not chosen[j]:
            for k in range(starts[j], starts[j + 1]):
                key[j] += max(0.0, gain[k] - best[rows[k]])
            key[j] /= price[j]
    while True:
        top = -1
        for j in range(n):
            free = wanted[j] and not chosen[j] and blocked[j] == 0 and key[j] > 0
            if free and (top < 0 or key[j] > key[top]) and fits(j, used, side):
                top = j
        if top < 0:
            return order[:count]
        if fresh[top] == count:
            for k in range(starts[top], starts[top + 1]):
                best[rows[k]] = max(best[rows[k]], gain[k])
            chosen[top] = True
            take(top, 1, used, blocked, side, near)
            order[count] = top
            count += 1
            continue
        total = 0.0
        for k in range(starts[top], starts[top + 1]):
            total += max(0.0, gain[k] - best[rows[k]])
        key[top] = total / price[top]
        fresh[top] = count


@njit(cache=True, nogil=True)
def two_best(by_site, chosen, n_rows):  # type: ignore[no-untyped-def]
    """Return each row's best gain, whose it is, and the second best."""
    starts, rows, gain = by_site
    best, second = np.zeros(n_rows), np.zeros(n_rows)
    whose = np.full(n_rows, -1)
    for j in range(len(starts) - 1):
        if chosen[j]:
            for k in range(starts[j], starts[j + 1]):
                i = rows[k]
                if gain[k] > best[i]:
                    second[i] = best[i]
                    best[i] = gain[k]
                    whose[i] = j
                elif gain[k] > second[i]:
                    second[i] = gain[k]
    return best, whose, second


@njit(cache=True, nogil=True)
def swappable(out, into, used, least, blocked, side, near):  # type: ignore[no-untyped-def]
    """Say whether one site may give its place to another under the limits."""
    starts, rows, shares, most = side
    too_near = blocked[into]
    for k in range(near[0][out], near[0][out + 1]):
        if near[1][k] == into:
            too_near -= 1
    if too_near > 0:
        return False
    for k in range(starts[into], starts[into + 1]):
        after = used[rows[k]] + shares[k]
        for m in range(starts[out], starts[out + 1]):
            if rows[m] == rows[k]:
                after -= shares[m]
        if after > most[rows[k]] + 1e-9:
            return False
    for m in range(starts[out], starts[out + 1]):
        after = used[rows[m]] - shares[m]
        for k in range(starts[into], starts[into + 1]):
            if rows[k] == rows[m]:
                after += shares[k]
        if after < least[rows[m]] - 1e-9:
            return False
    return True


@njit(cache=True, nogil=True)
def improve(by_site, n_rows, chosen, wanted, fixed, used, least, blocked, side, near, passes):  # type: ignore[no-untyped-def]
    """Swap the best pair of a chosen and another site while that gains; `chosen` changes.

    One pass looks at every pair: what `into` adds, less what `out` alone gave its rows, and back
    what `into` gives those rows.
    """
    starts, rows, gain = by_site
    n = len(starts) - 1
    back = np.zeros(n)
    touched = np.empty(n, np.int64)
    for _ in range(passes):
        best, whose, second = two_best(by_site, chosen, n_rows)
        loss = np.zeros(n)
        for i in range(n_rows):
            if whose[i] >= 0:
                loss[whose[i]] += best[i] - second[i]
        inside = np.flatnonzero(chosen & ~fixed)
        top, top_out, top_in = 1e-7 * max(1.0, best.sum()), -1, -1
        for j in range(n):
            if chosen[j] or not wanted[j]:
                continue
            add, count = 0.0, 0
            for k in range(starts[j], starts[j + 1]):
                i = rows[k]
                add += max(0.0, gain[k] - best[i])
                if whose[i] >= 0 and min(gain[k], best[i]) > second[i]:
                    if back[whose[i]] == 0.0:
                        touched[count] = whose[i]
                        count += 1
                    back[whose[i]] += min(gain[k], best[i]) - second[i]
            for r in inside:
                net = add - loss[r] + back[r]
                if net > top and swappable(r, j, used, least, blocked, side, near):
                    top, top_out, top_in = net, int(r), j
            for k in range(count):
                back[touched[k]] = 0.0
        if top_in < 0:
            return
        chosen[top_out], chosen[top_in] = False, True
        take(top_out, -1, used, blocked, side, near)
        take(top_in, 1, used, blocked, side, near)


@njit(cache=True, nogil=True)
def reduced_gains(by_site, price, toll, side):  # type: ignore[no-untyped-def]
    """Return what each site still brings beyond the rows' prices and the tolls of the limits."""
    starts, rows, gain = by_site
    n = len(starts) - 1
    worth = np.zeros(n)
    for j in range(n):
        total = 0.0
        for k in range(starts[j], starts[j + 1]):
            total += max(0.0, gain[k] - price[rows[k]])
        for k in range(side[0][j], side[0][j + 1]):
            total -= toll[side[1][k]] * side[2][k]
        worth[j] = total
    return worth


@njit(cache=True, nogil=True)
def best_open(worth, wanted, fixed, n_open):  # type: ignore[no-untyped-def]
    """Mark the fixed sites and the worthiest others, at most `n_open` (-1: any number) in all."""
    opened = fixed.copy()
    count = int(fixed.sum())
    for j in np.argsort(-worth):
        if worth[j] <= 0 or (n_open >= 0 and count >= n_open):
            break
        if wanted[j] and not fixed[j]:
            opened[j] = True
            count += 1
    return opened


@njit(cache=True, nogil=True)
def slopes(by_site, side, opened, price, before, ceiling, toll):  # type: ignore[no-untyped-def]
    """Return in which direction the bound rises with the prices and with the tolls."""
    starts, rows, gain = by_site
    slope, side_slope = np.ones(len(price)), side[3].copy()
    for j in np.flatnonzero(opened):
        for k in range(starts[j], starts[j + 1]):
            if gain[k] > price[rows[k]]:
                slope[rows[k]] -= 1.0
        for k in range(side[0][j], side[0][j + 1]):
            side_slope[side[1][k]] -= side[2][k]
    for i in range(len(price)):
        # What would leave the allowed range is no direction.
        if (slope[i] > 0 and price[i] <= 0) or (slope[i] < 0 and price[i] >= ceiling[i]):
            slope[i] = 0.0
        slope[i] += 0.3 * before[i]
    for s in range(len(toll)):
        if toll[s] == 0 and side_slope[s] > 0:
            side_slope[s] = 0.0
    return slope, side_slope


@njit(cache=True, nogil=True)
def priced(by_site, ceiling, start, wanted, fixed, side, n_open, floor, rounds):  # type: ignore[no-untyped-def]
    """Lower an upper bound of the best value by subgradient steps on prices and tolls.

    Each row pays its price whatever happens; a site that serves it brings only what exceeds it.
    Any prices and tolls >= 0 give an upper bound: the prices, the tolls' share of what there is,
    and the worth of the best `n_open` sites. Returns the bound, the prices and the tolls.
    """
    price, toll = start.copy(), np.zeros(len(side[3]))
    bound, kept_price, kept_toll = np.inf, price.copy(), toll.copy()
    theta, stale = 1.0, 0
    before = np.zeros(len(ceiling))
    for _ in range(rounds):
        worth = reduced_gains(by_site, price, toll, side)
        opened = best_open(worth, wanted, fixed, n_open)
        total = price.sum() + (toll * side[3]).sum() + worth[opened].sum()
        stale = 0 if total < bound - 1e-6 * abs(floor) else stale + 1
        if total < bound:
            bound, kept_price, kept_toll = total, price.copy(), toll.copy()
        if bound <= floor + 1e-7 * abs(floor):
            break
        if stale >= 15:
            theta, stale = theta * 0.6, 0
            price, toll = kept_price.copy(), kept_toll.copy()
            if theta < 1e-3:
                break
            continue
        slope, side_slope = slopes(by_site, side, opened, price, before, ceiling, toll)
        norm = (slope * slope).sum() + (side_slope * side_slope).sum()
        if norm == 0:
            break
        step = theta * (total - floor) / norm
        price = np.minimum(ceiling, np.maximum(0.0, price - step * slope))
        toll = np.maximum(0.0, toll - step * side_slope)
        before = slope
    return bound, kept_price, kept_toll
