"""Small questions of routes, and two ways to answer them that share nothing with the planner."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
from scipy.optimize import LinearConstraint, milp

from planner.routes.models.orienteering import RouteProblem


def pose(
    xy,
    *,
    dwell=30.0,
    value=1.0,
    themes=None,
    windows=None,
    volunteers=1,
    routes=1,
    most_of_theme=None,
    most_minutes=240.0,
    most_walk=90.0,
    most_leg=np.inf,
    most_volunteers=100,
    metres_a_minute=100.0,
    start=None,
    end=None,
):
    """Sites at places in metres, walked straight; `windows` (n, 2): when a visit may begin."""
    xy = np.asarray(xy, dtype=float)
    n = len(xy)
    minutes = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) / metres_a_minute
    minutes[minutes > most_leg] = np.inf
    np.fill_diagonal(minutes, np.inf)
    dwell = np.broadcast_to(np.asarray(dwell, dtype=float), n).copy()
    if windows is None:
        windows = np.column_stack([np.zeros(n), most_minutes - dwell])
    ends = [
        np.zeros(n) if place is None else np.hypot(*(xy - place).T) / metres_a_minute
        for place in (start, end)
    ]
    return RouteProblem(
        minutes, minutes.copy(), ends[0], ends[0], ends[1], ends[1],
        np.asarray(windows, dtype=float).reshape(n, -1, 2), dwell,
        np.broadcast_to(np.asarray(value, dtype=float), n).copy(),
        np.broadcast_to(np.asarray(volunteers), n).copy(),
        np.ones((n, 1), dtype=bool) if themes is None else np.asarray(themes, dtype=bool),
        routes, most_of_theme or routes, most_minutes, most_walk, most_volunteers,
    )  # fmt: skip


def begin_at(problem, site, arrive):
    """Return when a visit begins, None for never."""
    for opens, closes in sorted(problem.windows[site].tolist()):
        begin = max(arrive, opens)
        if begin <= closes + 1e-9:
            return begin
    return None


def can_be_walked(problem, order):
    """Tell whether one route may visit sites in an order, step by step."""
    now, walked = problem.start_minutes[order[0]], problem.start_walk[order[0]]
    for place, site in enumerate(order):
        if place:
            now += problem.minutes[order[place - 1], site]
            walked += problem.walk[order[place - 1], site]
        begin = begin_at(problem, site, now)
        if begin is None:
            return False
        now = begin + problem.dwell[site]
    now += problem.end_minutes[order[-1]]
    walked += problem.end_walk[order[-1]]
    return now <= problem.most_minutes + 1e-9 and walked <= problem.most_walk + 1e-9


def best_by_trying(problem):
    """Return the most that routes are worth: every set in every order, every choice of sets."""
    n, n_themes = problem.themes.shape
    sets = {}
    for theme in range(n_themes):
        own = np.flatnonzero(problem.themes[:, theme]).tolist()
        for size in range(1, len(own) + 1):
            for group in combinations(own, size):
                if any(can_be_walked(problem, order) for order in permutations(group)):
                    sets[theme, frozenset(group)] = sum(problem.value[list(group)])

    def best(taken, left, room, counts):
        most = 0.0
        if not left:
            return most
        for (theme, group), worth in sets.items():
            needs = sum(problem.volunteers[list(group)])
            if group & taken or needs > room or counts[theme] >= problem.most_of_theme:
                continue
            more = [*counts]
            more[theme] += 1
            most = max(most, worth + best(taken | group, left - 1, room - needs, more))
        return most

    del n
    return best(frozenset(), problem.routes, problem.most_volunteers, [0] * n_themes)


def best_by_arcs(problem):
    """Return the most that routes are worth by one exact programme over arcs and times (HiGHS).

    Of each route r: y(r, t) its theme, x(r, i, j) goes from i to j (n: the outside), b(r, i) begins
    a visit. Every site has one window. Times force each route into one path: b(r, j) is not before
    b(r, i) + dwell + minutes where x(r, i, j) is 1.
    """
    p, n, n_themes, k = problem, problem.n_sites, problem.n_themes, problem.routes
    arcs = [
        (i, j)
        for i in range(n + 1)
        for j in range(n + 1)
        if i != j and (n in (i, j) or np.isfinite(p.minutes[i, j]))
    ]
    column, gain, high, whole = {}, [], [], []

    def add(key, worth, most, is_whole):
        column[key] = len(gain)
        gain.append(worth)
        high.append(most)
        whole.append(is_whole)

    for r in range(k):
        for t in range(n_themes):
            add(("y", r, t), 0.0, 1, True)
        for i, j in arcs:
            add(("x", r, i, j), 0.0 if j == n else p.value[j], 1, True)
        for i in range(n):
            add(("b", r, i), 0.0, p.most_minutes, False)
    rows, low, most = [], [], []

    def limit(terms, least, at_most):
        row = np.zeros(len(gain))
        for key, factor in terms:
            row[column[key]] += factor
        rows.append(row)
        low.append(least)
        most.append(at_most)

    long = 2 * p.most_minutes
    for r in range(k):
        limit([(("y", r, t), 1) for t in range(n_themes)], 0, 1)
        limit([(("x", r, n, j), 1) for j in range(n)], 0, 1)
        walk = []
        for i, j in arcs:
            minutes = p.start_walk[j] if i == n else p.end_walk[i] if j == n else p.walk[i, j]
            walk.append((("x", r, i, j), minutes))
        limit(walk, 0, p.most_walk)
        for j in range(n):
            into = [(("x", r, i, j), 1) for i, to in arcs if to == j]
            out = [(("x", r, j, i), -1) for at, i in arcs if at == j]
            limit(into + out, 0, 0)
            of = [(("y", r, t), -1) for t in range(n_themes) if p.themes[j, t]]
            limit(into + of, -n, 0)
            opens, closes = p.windows[j, 0]
            b = ("b", r, j)
            # b >= max(opens, start), b <= min(closes, what the end leaves), where it is visited.
            first = max(opens, p.start_minutes[j])
            last = min(closes, p.most_minutes - p.dwell[j] - p.end_minutes[j])
            if not np.isfinite(opens) or first > last + 1e-9:
                limit(into, 0, 0)
                continue
            limit([(b, 1), *((key, -first) for key, _ in into)], 0, np.inf)
            limit([(b, 1), *((key, long - last) for key, _ in into)], -np.inf, long)
            for i, to in arcs:
                if to == j and i != n:
                    needs = p.dwell[i] + p.minutes[i, j]
                    limit(
                        [(b, 1), (("b", r, i), -1), (("x", r, i, j), -(needs + long))],
                        -long, np.inf,
                    )  # fmt: skip
    for j in range(n):
        limit([(("x", r, i, j), 1) for r in range(k) for i, to in arcs if to == j], 0, 1)
    for t in range(n_themes):
        limit([(("y", r, t), 1) for r in range(k)], 0, p.most_of_theme)
    limit(
        [(("x", r, i, j), float(p.volunteers[j])) for r in range(k) for i, j in arcs if j != n],
        0, p.most_volunteers,
    )  # fmt: skip
    found = milp(
        -np.array(gain),
        constraints=LinearConstraint(np.array(rows), low, most),
        integrality=np.array(whole, dtype=int),
        bounds=(0, np.array(high, dtype=float)),
        options={"mip_rel_gap": 0.0, "time_limit": 120.0},
    )
    assert found.status == 0, found.message
    return -found.fun
