"""Part: six routes over the 94 sites of the demo, beside two greedy choices; small ones exactly."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import peak_memory_mb, run_fresh, take_cores
from benchmarks.table import Row, at_most

if TYPE_CHECKING:
    from planner.routes.models.orienteering import RouteProblem

PART = "routes"
SECONDS, GAP, MAX_MB = 20.0, 0.05, 1000.0
#: Sites of a small question, and how many of these are asked.
SMALL, DRAWS = 12, 20
#: Minutes by which a sum may be wrong.
SLACK = 1e-9


def measure(draws: int = DRAWS) -> list[Row]:
    """Propose routes in a fresh process; the greedy choices and the small questions beside."""
    found = run_fresh("routes", str(draws))
    what = f"{found['routes']} routes over {found['sites']} sites of the demo"
    equal = f"{found['equal']} of {draws}"
    return [
        at_most(PART, f"{what}, minutes between sites included", found["seconds"], SECONDS,
                "{:.1f} s"),
        at_most(PART, "gap", 100 * found["gap"], 100 * GAP, "{:.2f} %"),
        at_most(PART, "peak memory, the demo's streets included", found["peak_mb"], MAX_MB,
                "{:.0f} MB"),
        Row(PART, "value", f"{found['value']:g}, {found['status']}"),
        *(
            Row(PART, f"value of a greedy choice: nearest next site, {name}",
                f"{value:g}: ours is {100 * (found['value'] / value - 1):.0f} % better")
            for name, value in found["greedy"].items()
        ),
        Row(PART, f"questions of {SMALL} sites with the value of all orders tried", equal,
            f"{draws} of {draws}", found["equal"] == draws),
    ]  # fmt: skip


def go_greedily(problem: RouteProblem, *, best_start: bool) -> tuple[float, list[list[int]]]:
    """Walk from each site to the nearest next one that still fits, route after route.

    Parameters
    ----------
    problem
        The question.
    best_start
        True: every theme and every first site is tried, and the best route is kept. False: a route
        starts at the site that is worth most of those that are left.

    Returns
    -------
    float, list of list of int
        The value, and the sites of each route in their order.
    """
    free = set(range(problem.n_sites))
    taken: list[list[int]] = []
    of_theme = [0] * problem.n_themes
    volunteers = problem.most_volunteers
    while len(taken) < problem.routes:
        starts = [(site, theme) for site in sorted(free) for theme in range(problem.n_themes)
                  if problem.themes[site, theme] and of_theme[theme] < problem.most_of_theme
                  and _fits(problem, [site], volunteers)]  # fmt: skip
        if not starts:
            break
        if not best_start:
            starts = [max(starts, key=lambda one: (problem.value[one[0]], -one[0]))]
        routes = [(_follow(problem, site, theme, free, volunteers), theme)
                  for site, theme in starts]  # fmt: skip
        route, theme = max(routes, key=lambda one: float(problem.value[one[0]].sum()))
        taken.append(route)
        free -= set(route)
        of_theme[theme] += 1
        volunteers -= int(problem.volunteers[route].sum())
    return float(sum(problem.value[route].sum() for route in taken)), taken


def _follow(
    problem: RouteProblem, first: int, theme: int, free: set[int], volunteers: int
) -> list[int]:
    """Return the route from a first site: always the nearest site of the theme that fits."""
    route = [first]
    while True:
        near = sorted(
            (site for site in free if problem.themes[site, theme] and site not in route),
            key=lambda site: (problem.minutes[route[-1], site], site),
        )
        for site in near:
            if _fits(problem, [*route, site], volunteers):
                route.append(site)
                break
        else:
            return route


def _fits(problem: RouteProblem, route: list[int], volunteers: int) -> bool:
    """Tell whether a route keeps every limit; written without the planner's own clock."""
    now = float(problem.start_minutes[route[0]])
    walk = float(problem.start_walk[route[0]] + problem.end_walk[route[-1]])
    for before, site in pairwise([-1, *route]):
        if before >= 0:
            now += float(problem.minutes[before, site])
            walk += float(problem.walk[before, site])
        opens = [max(now, a) for a, b in problem.windows[site].tolist() if max(now, a) <= b + SLACK]
        if not opens:
            return False
        now = min(opens) + float(problem.dwell[site])
    return (
        now + float(problem.end_minutes[route[-1]]) <= problem.most_minutes + SLACK
        and walk <= problem.most_walk + SLACK
        and int(problem.volunteers[route].sum()) <= volunteers
    )


def value_exactly(problem: RouteProblem) -> float:
    """Return the value of the best routes of a small question: every order of every set is tried.

    Volunteers are taken to be enough for all sites.
    """
    sets = [sorted({sum(1 << site for site in route) for route in _orders(problem, theme)})
            for theme in range(problem.n_themes)]  # fmt: skip
    worth = problem.value.tolist()

    @cache
    def best(theme: int, of_theme: int, routes: int, free: int) -> float:
        """Return what the themes from this one on are worth with the sites that are free."""
        if theme == problem.n_themes or routes == 0:
            return 0.0
        found = best(theme + 1, 0, routes, free)
        if of_theme < problem.most_of_theme:
            for one in sets[theme]:
                if one & free == one:
                    own = sum(value for site, value in enumerate(worth) if one >> site & 1)
                    found = max(found, own + best(theme, of_theme + 1, routes - 1, free & ~one))
        return found

    return best(0, 0, problem.routes, (1 << problem.n_sites) - 1)


def _orders(problem: RouteProblem, theme: int) -> Iterator[list[int]]:
    """Yield every route of a theme that keeps the limits."""
    sites = np.flatnonzero(problem.themes[:, theme]).tolist()
    # With a way to an end a longer route may fit where a shorter one does not.
    has_ends = bool(problem.end_minutes.any())
    stack = [[site] for site in sites]
    while stack:
        route = stack.pop()
        fits = _fits(problem, route, problem.most_volunteers)
        if fits:
            yield route
        if fits or has_ends:
            stack += [[*route, site] for site in sites if site not in route]


def draw_small(problem: RouteProblem, seed: int) -> RouteProblem:
    """Draw sites of three themes as a question of their own, of two or three routes."""
    from dataclasses import replace

    from planner.routes.models.orienteering import take_sites

    rng = np.random.default_rng(seed)
    themes = rng.choice(problem.n_themes, min(3, problem.n_themes), replace=False)
    among = np.flatnonzero(problem.themes[:, themes].any(axis=1))
    rows = np.sort(rng.choice(among, min(SMALL, len(among)), replace=False))
    small = take_sites(problem, rows)
    return replace(
        small,
        themes=small.themes[:, themes],
        routes=int(rng.integers(2, 4)),
        most_minutes=float(rng.choice([120.0, 180.0, 240.0])),
    )


def _run(draws: int) -> None:
    """Ask all of it in a process of its own; print what was found as JSON."""
    take_cores()
    from benchmarks.cities import demo_case
    from planner import propose_routes
    from planner.routes.models.orienteering import take_sites
    from planner.routes.models.route_search import solve_routes
    from planner.routes.outing import build_outing

    case = demo_case()
    start = time.perf_counter()
    content = propose_routes(case, time_limit_s=SECONDS).content
    seconds = time.perf_counter() - start
    peak = peak_memory_mb()
    outing = build_outing(case)
    problem = take_sites(outing.problem, np.flatnonzero(outing.possible))
    greedy = {
        "from the site worth most": go_greedily(problem, best_start=False)[0],
        "the best of all first sites": go_greedily(problem, best_start=True)[0],
    }
    equal = 0
    for seed in range(draws):
        small = draw_small(problem, seed)
        ours, exact = solve_routes(small, SECONDS), value_exactly(small)
        equal += ours.status == "proved" and abs(ours.value - exact) < 1e-6
    found: dict[str, Any] = {
        "routes": len(content["routes"]), "sites": len(outing.sites), "seconds": seconds,
        "gap": content["gap"], "status": content["status"], "value": content["value"],
        "greedy": greedy, "equal": equal, "peak_mb": peak,
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    import sys

    _run(int(sys.argv[1]))
