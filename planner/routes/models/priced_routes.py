"""Compiled: the routes of one theme that are worth more than their price.

Labels go from site to site in the order of their times. A label remembers, of the sites it has
been to, only those near all that came after (ng-routes: Baldacci, Mingozzi, Roberti 2011): it may
go back to another one, so that its worth is an upper bound of that of any real route.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.travel.compiled.decorators import helper, kernel


class PricedSites(NamedTuple):
    """The m sites of a theme, times in minutes from the begin of the outing.

    minutes, walk (m, m); start_minutes, start_walk, end_minutes, end_walk (m,); windows (m, k, 2);
    dwell (m,). prize (m,) : what a visit adds. per_minute : what a minute of time or of walking
    costs. most_minutes, most_walk. near (m, 2) : flags of the sites that are near each, two words.
    rank (r,) : sites whose prize is above 0, the most for its minutes first; takes (m,) : minutes
    that a visit takes at least.
    """

    minutes: NDArray[np.float64]
    walk: NDArray[np.float64]
    start_minutes: NDArray[np.float64]
    start_walk: NDArray[np.float64]
    end_minutes: NDArray[np.float64]
    end_walk: NDArray[np.float64]
    windows: NDArray[np.float64]
    dwell: NDArray[np.float64]
    prize: NDArray[np.float64]
    per_minute: float
    most_minutes: float
    most_walk: float
    near: NDArray[np.uint64]
    rank: NDArray[np.int64]
    takes: NDArray[np.float64]


@helper
def _begin_at(windows: NDArray[np.float64], site: int, arrive: float) -> float:
    """Return when a visit may begin, inf for never."""
    best = np.inf
    for number in range(windows.shape[1]):
        begin = max(arrive, float(windows[site, number, 0]))
        if begin <= windows[site, number, 1] + 1e-9 and begin < best:
            best = begin
    return best


@helper
def _may_add(
    prize: NDArray[np.float64], takes: NDArray[np.float64], rank: NDArray[np.int64],
    low: np.uint64, high: np.uint64, left: float,
) -> float:  # fmt: skip
    """Return the most that visits in so many minutes can add: a knapsack with parts."""
    total = 0.0
    for site in rank:
        word = low if site < 64 else high
        if (word >> np.uint64(site % 64)) & np.uint64(1):
            continue
        if takes[site] >= left:
            return total + float(prize[site]) * left / float(takes[site])
        total += prize[site]
        left -= takes[site]
    return total


@kernel
def price_routes(
    sites: PricedSites, first: float, most: int, most_each: int, most_work: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], bool]:
    """Find routes whose prizes are more than 0.

    Parameters
    ----------
    sites
        Those of the theme.
    first
        What every route begins with: less than its price.
    most
        Labels at most. most_each : labels kept at each site at most, 0 for all; a search that drops
        some proves nothing. most_work : comparisons of two labels at most: then it ends.

    Returns
    -------
    site, parent, worth, whole
        Of each label (l,): its site, the label before it (-1: none), what its route is worth when
        it ends there (-inf: it cannot). Whether nothing was dropped for want of room.
    """
    m = len(sites.dwell)
    site = np.empty(most, np.int64)
    parent = np.empty(most, np.int64)
    following = np.empty(most, np.int64)
    beside = np.empty(most, np.int64)
    time = np.empty(most)
    walk = np.empty(most)
    prize = np.empty(most)
    worth = np.empty(most)
    low = np.empty(most, np.uint64)
    high = np.empty(most, np.uint64)
    alive = np.empty(most, np.bool_)
    n_slots = int(sites.most_minutes) + 2
    slot = np.full(n_slots, -1, np.int64)
    at_site = np.full(m, -1, np.int64)
    held = np.zeros(m, np.int64)
    none = np.uint64(0)
    one = np.uint64(1)
    count, whole, work = 0, True, 0
    # Labels of the same slot may follow one another where a visit takes no time: a slot is looked
    # at until it is empty.
    current = np.int64(-1)
    step = -1
    while step < n_slots:
        if current < 0:
            if step >= 0 and step < n_slots and slot[step] >= 0:
                current = slot[step]
                slot[step] = following[current]
            elif step == -1:
                pass
            else:
                step += 1
                continue
            if step >= 0 and not alive[current]:
                current = np.int64(-1)
                continue
        for to in range(m):
            if step == -1:
                now, walked, gain = sites.start_minutes[to], sites.start_walk[to], first
                past, past_low, past_high = 0.0, none, none
            else:
                word = low[current] if to < 64 else high[current]
                if (word >> np.uint64(to % 64)) & one:
                    continue
                here = site[current]
                now = time[current] + sites.minutes[here, to]
                walked = walk[current] + sites.walk[here, to]
                gain, past = prize[current], time[current]
                past_low, past_high = low[current], high[current]
            if walked > sites.most_walk + 1e-9:
                continue
            leave = _begin_at(sites.windows, to, now) + sites.dwell[to]
            if leave > sites.most_minutes + 1e-9:
                continue
            before = 0.0 if step == -1 else walk[current]
            gain += sites.prize[to] - sites.per_minute * (leave - past + walked - before)
            new_low = past_low & sites.near[to, 0]
            new_high = past_high & sites.near[to, 1]
            if to < 64:
                new_low |= one << np.uint64(to)
            else:
                new_high |= one << np.uint64(to - 64)
            left = sites.most_minutes - leave
            more = _may_add(sites.prize, sites.takes, sites.rank, new_low, new_high, left)
            if gain + more <= 1e-7:
                continue
            dominated = False
            other, last = at_site[to], np.int64(-1)
            while other >= 0:
                work += 1
                after = beside[other]
                if (
                    time[other] <= leave + 1e-9
                    and walk[other] <= walked + 1e-9
                    and prize[other] >= gain - 1e-9
                    and (low[other] & ~new_low) == none
                    and (high[other] & ~new_high) == none
                ):
                    dominated = True
                    break
                if (
                    leave <= time[other]
                    and walked <= walk[other]
                    and gain >= prize[other]
                    and (new_low & ~low[other]) == none
                    and (new_high & ~high[other]) == none
                ):
                    alive[other] = False
                    held[to] -= 1
                    if last < 0:
                        at_site[to] = after
                    else:
                        beside[last] = after
                else:
                    last = other
                other = after
            if dominated:
                continue
            if work > most_work:
                return site[:count], parent[:count], worth[:count], False
            if count >= most or (most_each > 0 and held[to] >= most_each):
                whole = False
                continue
            end = leave + sites.end_minutes[to]
            total = walked + sites.end_walk[to]
            ends = end <= sites.most_minutes + 1e-9 and total <= sites.most_walk + 1e-9
            cost = sites.per_minute * (sites.end_minutes[to] + sites.end_walk[to])
            site[count], parent[count] = to, current if step >= 0 else -1
            time[count], walk[count], prize[count] = leave, walked, gain
            worth[count] = gain - cost if ends else -np.inf
            low[count], high[count], alive[count] = new_low, new_high, True
            beside[count] = at_site[to]
            at_site[to] = count
            held[to] += 1
            where = min(int(leave), n_slots - 1)
            following[count] = slot[where]
            slot[where] = count
            count += 1
        current = np.int64(-1)
        if step == -1:
            step = 0
    return site[:count], parent[:count], worth[:count], whole
