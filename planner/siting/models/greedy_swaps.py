"""Compiled: the lazy greedy, and swaps of one site for another.

Both work on gains: a row is served by the best of its chosen sites, so the value of a choice is the
sum of the rows' best gains.
"""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.search_arrays import SiteGains, SiteShares, TooNear
from planner.travel.compiled.decorators import kernel


@kernel
def fits(site: int, used: Floats, shares: SiteShares) -> bool:
    """Tell whether what a site takes of each limit is still there; used : shape (limits,)."""
    for k in range(shares.starts[site], shares.starts[site + 1]):
        limit = shares.limits[k]
        # Sums of costs are off in the last bits; a budget spent to the end must still fit.
        if used[limit] + shares.shares[k] > shares.most[limit] + 1e-9:
            return False
    return True


@kernel
def take(
    site: int, sign: int, used: Floats, blocked: Ints, shares: SiteShares, near: TooNear
) -> None:
    """Take (sign 1) or give back (-1) what a site uses of the limits, and the places near it.

    `used` (limits,) and `blocked` (sites,), the number of chosen sites too near, change.
    """
    for k in range(shares.starts[site], shares.starts[site + 1]):
        used[shares.limits[k]] += sign * shares.shares[k]
    for k in range(near.starts[site], near.starts[site + 1]):
        blocked[near.sites[k]] += sign


@kernel
def open_greedily(
    by_site: SiteGains, best: Floats, chosen: Flags, wanted: Flags, price: Floats, used: Floats,
    blocked: Ints, shares: SiteShares, near: TooNear,
) -> Ints:  # fmt: skip
    """Open the site with the greatest gain per price until nothing fits or gains; lazily.

    Gains only shrink as sites open, so an old gain is an upper bound of the new one.

    best (rows,) : gains so far; chosen, wanted (sites,) : open now, may be opened; price (sites,);
    used (limits,), blocked (sites,) : as in `take`. All but `wanted` and `price` change. Returns
    the sites in the order they opened.
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
            if free and (top < 0 or key[j] > key[top]) and fits(j, used, shares):
                top = j
        if top < 0:
            return order[:count]
        # Counted after the last site opened, and no bound of another one is greater.
        if fresh[top] == count:
            for k in range(starts[top], starts[top + 1]):
                best[rows[k]] = max(best[rows[k]], gain[k])
            chosen[top] = True
            take(top, 1, used, blocked, shares, near)
            order[count] = top
            count += 1
            continue
        total = 0.0
        for k in range(starts[top], starts[top + 1]):
            total += max(0.0, gain[k] - best[rows[k]])
        key[top] = total / price[top]
        fresh[top] = count


@kernel
def find_two_best(by_site: SiteGains, chosen: Flags, n_rows: int) -> tuple[Floats, Ints, Floats]:
    """Return each row's best gain, the site that gives it (-1: none), and the second best."""
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


@kernel
def is_swappable(
    out: int, into: int, used: Floats, least: Floats, blocked: Ints, shares: SiteShares,
    near: TooNear,
) -> bool:  # fmt: skip
    """Tell whether site `out` may give its place to site `into` under the limits.

    used, least (limits,) : taken of each limit, the least that must be; blocked (sites,) : how many
    open sites each is too near to.
    """
    starts, limits, share, most = shares
    too_near = blocked[into]
    # To be too near to `out` does not matter, for it goes.
    for k in range(near.starts[out], near.starts[out + 1]):
        if near.sites[k] == into:
            too_near -= 1
    if too_near > 0:
        return False
    # Only limits that `into` takes from can be overrun; those that `out` leaves can fall short.
    for k in range(starts[into], starts[into + 1]):
        after = used[limits[k]] + share[k]
        for m in range(starts[out], starts[out + 1]):
            if limits[m] == limits[k]:
                after -= share[m]
        if after > most[limits[k]] + 1e-9:
            return False
    for m in range(starts[out], starts[out + 1]):
        after = used[limits[m]] - share[m]
        for k in range(starts[into], starts[into + 1]):
            if limits[k] == limits[m]:
                after += share[k]
        if after < least[limits[m]] - 1e-9:
            return False
    return True


@kernel
def swap_while_better(
    by_site: SiteGains, n_rows: int, chosen: Flags, wanted: Flags, fixed: Flags, used: Floats,
    least: Floats, blocked: Ints, shares: SiteShares, near: TooNear, passes: int,
) -> None:  # fmt: skip
    """Swap the best pair of a chosen and another site while that gains, at most `passes` times.

    chosen, wanted, fixed (sites,) : open now, may be opened, must stay open; least (limits,);
    `chosen`, `used` and `blocked` change. One pass looks at every pair: what `into` adds, less what
    `out` alone gave its rows, and back what `into` gives those rows.
    """
    starts, rows, gain = by_site
    n = len(starts) - 1
    back = np.zeros(n)
    touched = np.empty(n, np.int64)
    for _ in range(passes):
        best, whose, second = find_two_best(by_site, chosen, n_rows)
        loss = np.zeros(n)
        for i in range(n_rows):
            if whose[i] >= 0:
                loss[whose[i]] += best[i] - second[i]
        inside = np.flatnonzero(chosen & ~fixed)
        # Less is rounding: two sites as good as each other would take turns until the last pass.
        top, top_out, top_in = 1e-7 * max(1.0, best.sum()), -1, -1
        for j in range(n):
            if chosen[j] or not wanted[j]:
                continue
            add, count = 0.0, 0
            for k in range(starts[j], starts[j + 1]):
                i = rows[k]
                add += max(0.0, gain[k] - best[i])
                if whose[i] >= 0 and min(gain[k], best[i]) > second[i]:
                    # Noted, so that these alone are cleared, not all n for every site.
                    if back[whose[i]] == 0.0:
                        touched[count] = whose[i]
                        count += 1
                    back[whose[i]] += min(gain[k], best[i]) - second[i]
            for r in inside:
                net = add - loss[r] + back[r]
                if net > top and is_swappable(int(r), j, used, least, blocked, shares, near):
                    top, top_out, top_in = net, int(r), j
            for k in range(count):
                back[touched[k]] = 0.0
        if top_in < 0:
            return
        chosen[top_out], chosen[top_in] = False, True
        take(top_out, -1, used, blocked, shares, near)
        take(top_in, 1, used, blocked, shares, near)
