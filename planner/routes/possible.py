"""Which sites no route can visit, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.errors import quote
from planner.plan import Routes
from planner.plan.moments import Moment
from planner.routes.legs import RouteLegs
from planner.routes.models.orienteering import SLACK, RouteProblem, take_sites
from planner.routes.opening import find_open_spans, write_clock
from planner.sources.tables import UNKNOWN_HOURS, given_column

GROUP_TOO_LARGE: Final = "group too large"
DWELL_TOO_LONG: Final = "dwell too long"
CLOSED_THEN: Final = "closed then"
NO_STREET_NEAR: Final = "no street near"
TOO_FAR: Final = "too far"
NOT_CHOSEN: Final = "not chosen"
#: Of a row of the table that is no site.
UNFIT_ROW: Final = "row cannot be used"


@dataclass(frozen=True)
class WhyLeftOut:
    """Why a site is in no route.

    reason : one of `REASONS`. detail : the same with its figures, a sentence in English.
    """

    reason: str
    detail: str


def find_impossible(
    sites: gpd.GeoDataFrame, problem: RouteProblem, legs: RouteLegs, keys: Routes, begin: Moment
) -> dict[int, WhyLeftOut]:
    """Return for each site that no route can visit the first reason that holds.

    Parameters
    ----------
    sites
        n rows of the table.
    problem, legs
        Of all of them.
    keys, begin
        What is asked.

    Returns
    -------
    dict
        Position of the site -> why.
    """
    found: dict[int, WhyLeftOut] = {}
    rooms = sites["group_capacity"].to_numpy(dtype=np.float64)
    hours = sites["opening_hours"].tolist()
    unread = _list_unread(sites)
    for site in range(len(sites)):
        why = _judge_site(site, rooms[site], hours[site], problem, legs, keys, begin)
        if why is not None and why.reason == CLOSED_THEN and site in unread:
            why = WhyLeftOut(CLOSED_THEN, unread[site])
        if why is not None:
            found[site] = why
    rows = np.array([site for site in range(len(sites)) if site not in found], dtype=np.int64)
    return found | _find_far(take_sites(problem, rows), rows, keys)


def _judge_site(
    site: int, room: float, hours: str, problem: RouteProblem, legs: RouteLegs, keys: Routes,
    begin: Moment,
) -> WhyLeftOut | None:  # fmt: skip
    """Return why no route can visit a site, None where one can."""
    dwell = float(problem.dwell[site])
    if not problem.themes[site].any():
        return WhyLeftOut(NOT_CHOSEN, "the plan asks for routes of other themes")
    if room < keys.group:
        return WhyLeftOut(
            GROUP_TOO_LARGE, f"takes {room:g} people at once, fewer than the {keys.group} who go"
        )
    if dwell > keys.minutes:
        return WhyLeftOut(
            DWELL_TOO_LONG, f"a visit of {dwell:g} min is longer than the {keys.minutes:g} min"
        )
    if not np.isfinite(problem.windows[site, 0, 0]):
        return WhyLeftOut(CLOSED_THEN, _say_closed(hours, dwell, begin, keys.minutes))
    if not legs.joined[site]:
        return WhyLeftOut(NO_STREET_NEAR, "no street that the group may walk is near enough")
    return None


def _list_unread(sites: gpd.GeoDataFrame) -> dict[int, str]:
    """Say of each site whose hours cannot be read, by position, which these are."""
    given = given_column("opening_hours")
    if given not in sites:
        return {}
    rows = sites[["opening_hours", given, "row"]].itertuples(index=False, name=None)
    return {
        site: f"row {row}: its hours {quote(text)} cannot be read, so nobody knows whether it is "
        "open"
        for site, (hours, text, row) in enumerate(rows)
        if hours == UNKNOWN_HOURS
    }


def _say_closed(hours: str, dwell: float, begin: Moment, minutes: float) -> str:
    """Say when a site is open during the outing."""
    spans = find_open_spans(hours, begin, minutes)
    if not spans:
        return f"is not open, or nobody knows, between {_say_span(begin, 0.0, minutes)}"
    said = ", ".join(_say_span(begin, *span) for span in spans)
    return f"is open between {said}, too short for a visit of {dwell:g} min"


def _say_span(begin: Moment, first: float, last: float) -> str:
    return f"{write_clock(begin, first)} and {write_clock(begin, last)}"


def _find_far(problem: RouteProblem, rows: Ints, keys: Routes) -> dict[int, WhyLeftOut]:
    """Return which of the sites left no route can visit in time, or without walking too much.

    problem : of them; rows : where each stands among all. Time and walking are at least those of
    the quickest way to a site over others, and of the one with least walking.
    """
    there = _find_quickest(problem.start_minutes, problem.dwell, problem)
    walk_there = _find_least_walk(problem.start_walk, problem.walk)
    walk_back = _find_least_walk(problem.end_walk, problem.walk.T)
    back = _find_least_walk(problem.end_minutes, problem.minutes.T + problem.dwell)
    begins = problem.earliest(np.arange(len(rows)), there)
    ends = begins + problem.dwell + back
    walks = walk_there + walk_back
    found = {}
    for number, site in enumerate(rows.tolist()):
        far = f"within a walk of {keys.most_leg_minutes:g} min"
        if keys.bus is not None:
            far += " or a ride"
        if not np.isfinite(there[number]):
            detail = f"no start of routes, nor a site on the way from one, lies {far}"
        elif not np.isfinite(back[number]):
            detail = f"no end of routes, nor a site on the way to one, lies {far}"
        elif walks[number] > problem.most_walk + SLACK:
            detail = (
                f"takes at least {walks[number]:.0f} min of walking there and back, over "
                f"{problem.most_walk:g}"
            )
        elif not np.isfinite(begins[number]):
            detail = "no route reaches it early enough for the visit"
        elif ends[number] > problem.most_minutes + SLACK:
            detail = (
                f"even the quickest route to it takes {ends[number]:.0f} min, longer than the "
                f"{problem.most_minutes:g} min"
            )
        else:
            continue
        found[site] = WhyLeftOut(TOO_FAR, detail)
    return found


def _find_quickest(start: Floats, dwell: Floats, problem: RouteProblem) -> Floats:
    """Return when each site can be reached at the earliest, over others or not, (n,)."""
    arrive = start.copy()
    sites = np.arange(len(arrive))
    for _ in sites:
        leave = problem.earliest(sites, arrive) + dwell
        # From each site to each: the earliest of them all.
        over = (leave[:, None] + problem.minutes).min(axis=0, initial=np.inf)
        if not (over < arrive - SLACK).any():
            break
        arrive = np.minimum(arrive, over)
    return arrive


def _find_least_walk(start: Floats, legs: Floats) -> Floats:
    """Return the least sum of legs (n, n: from, to) that leads to each site, (n,)."""
    least = start.copy()
    for _ in range(len(least)):
        over = (least[:, None] + legs).min(axis=0, initial=np.inf)
        if not (over < least - SLACK).any():
            break
        least = np.minimum(least, over)
    return least
