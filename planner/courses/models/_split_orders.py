"""The sessions of one class where the people of one order may go to several of them."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from planner.courses.models._column_search import list_day_sets
from planner.crs.array_types import Floats, Ints
from planner.siting.models.highs import Mip, MipSolution, maximise

if TYPE_CHECKING:
    from planner.courses.models.class_cover import ClassProblem

#: Station, orders, and people of each.
_Taken = tuple[int, tuple[int, ...], tuple[int, ...]]


def choose_split_sessions(
    problem: ClassProblem, seconds: float, gap: float
) -> tuple[list[_Taken], Ints, int, int]:
    """Choose how many sessions each station holds on which days, and how many people of whom.

    y (whole) sessions of each station and set of orders that may share a day there; x people of
    each order: sum of x <= people of the order, least * y <= sum of x <= room * y. For whole y the
    rest is a flow, so that x is whole as well.

    Returns
    -------
    sessions, unmet (n,), the fewest sessions that meet these people, the fewest people unmet
    """
    from scipy.sparse import csr_array

    end = time.perf_counter() + seconds
    n = len(problem.people)
    places = [(h, one) for h, sets in enumerate(list_day_sets(problem)) for one in sets]
    pairs = [
        (o, k) for k, (h, one) in enumerate(places)
        for o in np.flatnonzero(one & problem.allowed[:, h]).tolist()
    ]  # fmt: skip
    if not pairs:
        return [], problem.people.copy(), 0, int(problem.people.sum())
    order, place = np.array(pairs, dtype=np.int64).T
    x, y = len(pairs), len(places)
    host = np.array([h for h, _ in places])
    rows, cols, data = [order, n + place, n + y + place], [np.arange(x)] * 3, [np.ones(x)] * 3
    rows += [n + np.arange(y), n + y + np.arange(y)]
    cols += [x + np.arange(y)] * 2
    data += [-problem.room[host].astype(float), np.full(y, -float(problem.least))]
    matrix = csr_array(
        (np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))),
        shape=(n + 2 * y, x + y),
    )
    low = np.concatenate([np.zeros(n), np.full(y, -np.inf), np.zeros(y)])
    high = np.concatenate([problem.people.astype(float), np.zeros(y), np.full(y, np.inf)])
    total = float(problem.people.sum())
    ceiling = np.concatenate(
        [problem.people[order].astype(float),
         np.ceil(total / np.maximum(problem.room[host], 1)) + 1]
    )  # fmt: skip
    whole = np.concatenate([np.zeros(x, dtype=bool), np.ones(y, dtype=bool)])
    of_people = np.concatenate([np.ones(x), np.zeros(y)])
    of_sessions = np.concatenate([np.zeros(x), np.ones(y)])
    per_person = ceiling[x:].sum() + 1.0  # one person outweighs all sessions
    # The gap asked for is one of sessions, beside which people count many times as much.
    small = gap * math.ceil(total / int(problem.room[host].max())) / (per_person * total)

    def solve(gain: Floats, more: tuple[Floats, float, float] | None = None,
              second: tuple[Floats, float, float] | None = None,
              start: Floats | None = None) -> MipSolution:  # fmt: skip
        extra = [one for one in (more, second) if one is not None]
        body = matrix
        if extra:
            from scipy.sparse import vstack

            body = csr_array(vstack([matrix, *(one[0][None, :] for one in extra)]))
        lows = np.concatenate([low, [one[1] for one in extra]])
        highs = np.concatenate([high, [one[2] for one in extra]])
        mip = Mip(gain, body, lows, highs, np.zeros(x + y), ceiling, whole)
        return maximise(mip, max(end - time.perf_counter(), 0.5), 0.0 if extra else small, start)

    first = solve(per_person * of_people - of_sessions)
    if first.values is None:
        return [], problem.people.copy(), 0, 0
    met = float(np.round(of_people @ first.values))
    held = float(np.round(of_sessions @ first.values))
    minutes = np.concatenate([-problem.cost[order, host[place]], np.zeros(y)])
    then = solve(minutes, (of_people, met - 1e-6, total), (of_sessions, 0.0, held + 1e-6),
                 first.values)  # fmt: skip
    values = np.round(first.values if then.values is None else then.values).astype(np.int64)
    sessions = [
        taken
        for k in np.flatnonzero(values[x:])
        for taken in _share_out(
            int(host[k]), order[place == k], values[:x][place == k], int(values[x + k])
        )
    ]
    unmet = problem.people - np.bincount(order, weights=values[:x], minlength=n).astype(np.int64)
    # Whoever meets so many has per_person * met - sessions <= bound, and sessions < per_person.
    most_met = min(math.floor((first.bound + per_person - 1.0) / per_person + 1e-6), int(total))
    fewest = math.ceil(per_person * met - first.bound - 1e-6)
    bound = min(max(fewest, math.ceil(met / int(problem.room.max()))), len(sessions))
    return sessions, unmet, bound, min(int(total) - most_met, int(unmet.sum()))


def _share_out(host: int, orders: Ints, people: Ints, sessions: int) -> list[_Taken]:
    """Share people out among sessions of one station, as evenly as whole people can be."""
    total = int(people.sum())
    sizes = [total // sessions + (k < total % sessions) for k in range(sessions)]
    queue = [[int(o), int(p)] for o, p in zip(orders, people, strict=True) if p > 0]
    found: list[_Taken] = []
    for size in sizes:
        taken: list[tuple[int, int]] = []
        while size > 0:
            part = min(size, queue[0][1])
            taken.append((queue[0][0], part))
            queue[0][1] -= part
            size -= part
            if queue[0][1] == 0:
                queue.pop(0)
        if taken:
            found.append((host, tuple(o for o, _ in taken), tuple(p for _, p in taken)))
    return found
