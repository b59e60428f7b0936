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
    costs. most_minutes, most_walk. near (m, q) : the sites near each, itself first; q is at most
    64, as the flags of those remembered are one word. place (m, m) : which of the sites near the
    first the second is, -1 for none. rank (r,) : sites whose prize is above 0, the most for its
    minutes first; takes (m,) : minutes that a visit takes at least.
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
    near: NDArray[np.int64]
    place: NDArray[np.int64]
    rank: NDArray[np.int64]
    takes: NDArray[np.float64]


class PricedLabels(NamedTuple):
    """Room for l labels.

    site, parent : where it is, and the label before it (-1: none). time, walk, prize : when the
    site is left, minutes walked, what the route is worth so far. worth : what it is worth if it
    ends there, -inf: it cannot. memory : flags of the sites it may not visit, by their place among
    those near its site. beaten : another label is as good. following : the next one of the same
    minute, -1: none.
    """

    site: NDArray[np.int64]
    parent: NDArray[np.int64]
    time: NDArray[np.float64]
    walk: NDArray[np.float64]
    prize: NDArray[np.float64]
    worth: NDArray[np.float64]
    memory: NDArray[np.uint64]
    beaten: NDArray[np.bool_]
    following: NDArray[np.int64]


class _Rivals(NamedTuple):
    """The labels at each site that no other one there beats, (m, e): room for e of them.

    number : which labels they are; the rest is copied, so that comparing reads one row of each
    array, ten times as fast as going from label to label. held (m,) : how many there are.
    """

    number: NDArray[np.int64]
    time: NDArray[np.float64]
    walk: NDArray[np.float64]
    prize: NDArray[np.float64]
    memory: NDArray[np.uint64]
    held: NDArray[np.int64]


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
def _remembers(sites: PricedSites, at: int, memory: np.uint64, site: int) -> bool:
    """Tell whether a label at one site may not visit another one."""
    place = sites.place[at, site]
    return bool(place >= 0 and (memory >> np.uint64(place)) & np.uint64(1) != np.uint64(0))


@helper
def _remember(sites: PricedSites, at: int, memory: np.uint64, to: int) -> np.uint64:
    """Return what a label still remembers after it went to another site, that site included."""
    one = np.uint64(1)
    kept = one << np.uint64(sites.place[to, to])
    for number in range(sites.near.shape[1]):
        if (memory >> np.uint64(number)) & one:
            place = sites.place[to, sites.near[at, number]]
            if place >= 0:
                kept |= one << np.uint64(place)
    return kept


@helper
def _may_add(sites: PricedSites, at: int, memory: np.uint64, left: float, least: float) -> bool:
    """Tell whether visits in so many minutes can add more than `least`: a knapsack with parts."""
    total = 0.0
    for site in sites.rank:
        if total > least:
            return True
        # No site that follows is worth more for its minutes.
        if total + sites.prize[site] * left / sites.takes[site] <= least:
            return False
        if _remembers(sites, at, memory, site):
            continue
        if sites.takes[site] >= left:
            return bool(total + sites.prize[site] * left / sites.takes[site] > least)
        total += sites.prize[site]
        left -= sites.takes[site]
    return bool(total > least)


@helper
def _is_beaten(
    labels: PricedLabels, rivals: _Rivals, to: int, time: float, walk: float, prize: float,
    memory: np.uint64,
) -> tuple[bool, int]:  # fmt: skip
    """Tell whether a label at the site is as good, and how many were compared.

    Those that the new one beats are no rivals any more.
    """
    none = np.uint64(0)
    compared = 0
    # The newest first, as it is most like this one. One that is taken out leaves its row to the
    # last one, which has been compared.
    for row in range(rivals.held[to] - 1, -1, -1):
        compared += 1
        if rivals.time[to, row] <= time + 1e-9:
            if (
                rivals.walk[to, row] <= walk + 1e-9
                and rivals.prize[to, row] >= prize - 1e-9
                and (rivals.memory[to, row] & ~memory) == none
            ):
                return True, compared
        elif (
            walk <= rivals.walk[to, row]
            and prize >= rivals.prize[to, row]
            and (memory & ~rivals.memory[to, row]) == none
        ):
            labels.beaten[rivals.number[to, row]] = True
            rivals.held[to] -= 1
            last = rivals.held[to]
            rivals.number[to, row] = rivals.number[to, last]
            rivals.time[to, row], rivals.walk[to, row] = (
                rivals.time[to, last],
                rivals.walk[to, last],
            )
            rivals.prize[to, row] = rivals.prize[to, last]
            rivals.memory[to, row] = rivals.memory[to, last]
    return False, compared


@helper
def _keep(
    sites: PricedSites, labels: PricedLabels, rivals: _Rivals, count: int, parent: int, to: int,
    time: float, walk: float, prize: float, memory: np.uint64,
) -> None:  # fmt: skip
    """Write a label behind those that there are, and among the rivals at its site."""
    ends = (
        time + sites.end_minutes[to] <= sites.most_minutes + 1e-9
        and walk + sites.end_walk[to] <= sites.most_walk + 1e-9
    )
    cost = sites.per_minute * (sites.end_minutes[to] + sites.end_walk[to])
    labels.site[count], labels.parent[count] = to, parent
    labels.time[count], labels.walk[count], labels.prize[count] = time, walk, prize
    labels.worth[count] = prize - cost if ends else -np.inf
    labels.memory[count], labels.beaten[count] = memory, False
    row = rivals.held[to]
    rivals.number[to, row] = count
    rivals.time[to, row], rivals.walk[to, row], rivals.prize[to, row] = time, walk, prize
    rivals.memory[to, row] = memory
    rivals.held[to] += 1


@helper
def _go_on(
    sites: PricedSites, labels: PricedLabels, rivals: _Rivals, heads: NDArray[np.int64], count: int,
    before: int, first: float,
) -> tuple[int, bool, int]:  # fmt: skip
    """Go on from a label to every site; from -1 routes begin. heads : first label of each minute.

    Returns how many labels there are then, whether none was dropped for want of room, and the work:
    sites looked at and labels compared.
    """
    whole, m = True, len(sites.dwell)
    work = m
    for to in range(m):
        at, past = to, np.uint64(0)
        arrive, walk, prize = sites.start_minutes[to], sites.start_walk[to], first
        left_at, walked = 0.0, 0.0
        if before >= 0:
            at, past = labels.site[before], labels.memory[before]
            if _remembers(sites, at, past, to):
                continue
            left_at, walked, prize = labels.time[before], labels.walk[before], labels.prize[before]
            arrive, walk = left_at + sites.minutes[at, to], walked + sites.walk[at, to]
        if walk > sites.most_walk + 1e-9 or arrive > sites.most_minutes:
            continue
        time = _begin_at(sites.windows, to, arrive) + sites.dwell[to]
        if time > sites.most_minutes + 1e-9:
            continue
        prize += sites.prize[to] - sites.per_minute * (time - left_at + walk - walked)
        memory = _remember(sites, at, past, to)
        if not _may_add(sites, to, memory, sites.most_minutes - time, 1e-7 - prize):
            continue
        beaten, compared = _is_beaten(labels, rivals, to, time, walk, prize, memory)
        work += compared
        if beaten:
            continue
        if count >= len(labels.site) or rivals.held[to] >= rivals.number.shape[1]:
            whole = False
            continue
        _keep(sites, labels, rivals, count, before, to, time, walk, prize, memory)
        minute = int(time)
        labels.following[count], heads[minute] = heads[minute], count
        count += 1
    return count, whole, work


@kernel
def price_routes(
    sites: PricedSites, first: float, most: int, most_each: int, most_work: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], bool, int]:
    """Find routes whose prizes are more than 0.

    Parameters
    ----------
    sites
        Those of the theme.
    first
        What every route begins with: less than its price.
    most
        Labels at most. most_each : labels kept at each site at most. most_work : sites looked at
        and labels compared at most: then it ends.

    Returns
    -------
    site, parent, worth, whole, work
        Of each label (l,): its site, the label before it (-1: none), what its route is worth when
        it ends there (-inf: it cannot). Whether no label was dropped for want of room or of work:
        only then no route is worth more. The work.
    """
    m = len(sites.dwell)
    labels = PricedLabels(
        np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most), np.empty(most),
        np.empty(most), np.empty(most), np.empty(most, np.uint64), np.empty(most, np.bool_),
        np.empty(most, np.int64),
    )  # fmt: skip
    room = (m, most_each)
    rivals = _Rivals(
        np.empty(room, np.int64), np.empty(room), np.empty(room), np.empty(room),
        np.empty(room, np.uint64), np.zeros(m, np.int64),
    )  # fmt: skip
    heads = np.full(int(sites.most_minutes) + 2, -1, np.int64)
    count, whole, work = _go_on(sites, labels, rivals, heads, 0, -1, first)
    for minute in range(len(heads)):
        # PricedLabels of the same minute may follow one another where a visit takes no time.
        while heads[minute] >= 0:
            current = heads[minute]
            heads[minute] = labels.following[current]
            if labels.beaten[current]:
                continue
            if work > most_work:
                whole = False
                break
            count, kept, more = _go_on(sites, labels, rivals, heads, count, current, first)
            whole, work = whole and kept, work + more
    return labels.site[:count], labels.parent[:count], labels.worth[:count], whole, work
