"""What is asked of a plan's routes: its sites, the minutes between them, and all limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.facilities import join_facilities
from planner.crs.array_types import Flags, Floats
from planner.crs.frame import RIM_M
from planner.errors import PlanError, SitingError, quote
from planner.plan import RouteEnd, Routes
from planner.plan.moments import Moment, list_hours_notes
from planner.plan.services import find_serving
from planner.routes.legs import EndLegs, RouteLegs, find_legs
from planner.routes.models.orienteering import RouteProblem
from planner.routes.opening import find_open_spans
from planner.routes.possible import WhyLeftOut, find_impossible
from planner.showing import Brief, join_facts
from planner.siting.candidates.criteria import find_metro_exits
from planner.sources.route_tables import list_themes, split_themes
from planner.sources.tables import keep_inside
from planner.travel.access import on_islands_only
from planner.travel.streets import Streets, point_streets

FREE: Final = "free"
#: Sites that one note names.
_MOST_NAMED: Final = 5
METRO_EXITS: Final = "metro"


@dataclass(frozen=True, eq=False)
class Outing(Brief):
    """n sites in area and ring, and what routes over them are asked for.

    case : the plan; keys : its `[routes]`; begin : when routes begin.
    streets : as who walks meets them then.
    sites (n) : of the table, metric CRS. themes : those that routes may have.
    starts, ends : name and Points, metric CRS; None where routes start or end at any site.
    legs : between all of them.
    problem : of all sites, also of those that no route can visit.
    left_out : site by position -> why no route can visit it.
    outside : sites of the table beyond area and ring, which are left out too.
    """

    case: Case
    keys: Routes
    begin: Moment
    streets: Streets
    sites: gpd.GeoDataFrame
    themes: tuple[str, ...]
    starts: gpd.GeoDataFrame | None
    ends: gpd.GeoDataFrame | None
    legs: RouteLegs
    problem: RouteProblem
    left_out: dict[int, WhyLeftOut]
    outside: gpd.GeoDataFrame
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return join_facts(
            self, f"{len(self.sites)} sites", f"{len(self.themes)} themes", self.keys.begin
        )

    @property
    def possible(self) -> Flags:
        """Which sites a route can visit, (n,)."""
        found = np.ones(len(self.sites), dtype=bool)
        found[list(self.left_out)] = False
        return found


def build_outing(case: Case) -> Outing:
    """Put the question of a plan's routes together.

    Raises
    ------
    PlanError
        If the plan has no `[routes]`.
    SourceError
        If all sites lie outside area and ring.
    SitingError
        If there is nowhere to start or to end.
    """
    keys, tables = case.plan.routes, case.inputs.routes
    if keys is None or tables is None:
        raise PlanError(
            "the plan has no section [routes]; name a table of sites in it, see docs/routes.md"
        )
    service = case.plan.service
    begin = keys.begins(service.timezone, service.country)
    # A route leads from place to place, whichever way people are served.
    streets = point_streets(case.streets_of(keys.profile, begin), "to")
    area = case.area
    inside = keep_inside(tables.sites, area.with_ring, crs=area.crs, rim=RIM_M, name=area.called)
    sites = inside.rows.to_crs(area.crs)
    given = tables.sites.rows
    outside = given[~given["row"].isin(inside.rows["row"])]
    # How the tables were read, what was no number, which hours nobody can read.
    notes = list(dict.fromkeys(tables.sites.notes))
    if tables.templates is not None:
        notes += tables.templates.attrs["notes"]
        notes += _note_long_templates(sites, tables.templates)
    if len(outside):
        notes.append(
            f"{inside.file}: {len(outside)} sites lie outside {area.called}, so no route visits "
            "them"
        )
    notes += list_hours_notes(sites["opening_hours"].tolist(), [begin])
    if keys.bus is not None:
        notes.append(
            f"coach: {keys.bus.speed_kmh:g} km/h and {keys.bus.boarding_minutes:g} min of boarding "
            "are assumptions; it rides streets for cars either way"
        )
        classes = set(case.network.highway.astype(str))
        notes += [
            f"routes.bus.streets: no street of the map is of class {quote(name)}"
            for name in keys.bus.streets
            if name not in classes
        ]
    known = list_themes(sites["theme"].tolist())
    themes = tuple(theme for theme in (keys.themes or known) if theme in known)
    places = [_find_places(case, keys.starts, begin), _find_places(case, keys.ends, None)]
    xy = sites.geometry.get_coordinates().to_numpy(dtype=np.float64)
    legs = find_legs(streets, xy, _to_xy(places[0]), _to_xy(places[1]), keys)
    problem = _pose(sites, themes, legs, keys, begin)
    left_out = find_impossible(sites, problem, legs, keys, begin)
    return Outing(
        case, keys, begin, streets, sites, themes, places[0], places[1], legs, problem, left_out,
        outside, tuple(notes),
    )  # fmt: skip


def _note_long_templates(sites: gpd.GeoDataFrame, templates: pd.DataFrame) -> list[str]:
    """Name the sites where a visit is shorter than its template; no line where there are none."""
    takes = sites["template"].map(templates.set_index("template_id")["minutes"])
    short = sites[takes > sites["dwell_minutes"]]
    if short.empty:
        return []
    named = [
        f"{site_id} ({dwell:g} min of {minutes:g})"
        for site_id, dwell, minutes in zip(
            short["site_id"], short["dwell_minutes"], takes[short.index], strict=True
        )
    ][:_MOST_NAMED]
    more = " ..." if len(short) > len(named) else ""
    return [
        f"routes: {len(short)} visits are shorter than what their template takes: "
        f"{', '.join(named)}{more}"
    ]


def _to_xy(places: gpd.GeoDataFrame | None) -> Floats | None:
    """Return coordinates, (m, 2)."""
    if places is None:
        return None
    xy: Floats = places.geometry.get_coordinates().to_numpy(dtype=np.float64)
    return xy.reshape(-1, 2)


def _find_places(case: Case, where: RouteEnd, begin: Moment | None) -> gpd.GeoDataFrame | None:
    """Return where routes may start or end, None for anywhere."""
    if where == FREE:
        return None
    if where == METRO_EXITS:
        amenities = case.inputs.osm.amenities.to_crs(case.area.crs)
        xy = amenities.geometry.get_coordinates().to_numpy(dtype=np.float64).reshape(-1, 2)
        uses = amenities["use"].to_numpy(dtype=str)
        found = amenities.iloc[np.sort(find_metro_exits(uses, xy))]
        what = "the map has no metro exit"
    else:
        serving = case.counting
        met = join_facilities(case.streets, serving)
        meets = met.joined & ~on_islands_only(case.network, met)
        serves = find_serving(serving, moment=begin) & meets
        found = serving[serves]
        what = "no station is open then and joins a street"
    found = found[found.geometry.within(case.area.with_ring)]
    if found.empty:
        raise SitingError(
            f"routes can start or end nowhere, as {what}; give another place, or free"
        )
    return found[["name", "geometry"]].reset_index(drop=True)


def _pose(
    sites: gpd.GeoDataFrame, themes: tuple[str, ...], legs: RouteLegs, keys: Routes, begin: Moment
) -> RouteProblem:
    """Put the question as arrays."""
    n = len(sites)
    dwell = sites["dwell_minutes"].to_numpy(dtype=np.float64)
    own = [set(split_themes(text)) for text in sites["theme"]]
    has = np.array([[theme in one for theme in themes] for one in own], dtype=bool)
    start, end = (_ends_of(part, n) for part in (legs.start, legs.end))
    return RouteProblem(
        minutes=legs.minutes,
        walk=legs.walk,
        start_minutes=start[0],
        start_walk=start[1],
        end_minutes=end[0],
        end_walk=end[1],
        windows=_find_windows(sites["opening_hours"].tolist(), dwell, begin, keys.minutes),
        dwell=dwell,
        value=sites["value"].to_numpy(dtype=np.float64),
        volunteers=sites["volunteers"].to_numpy(dtype=np.int64),
        themes=has.reshape(n, len(themes)),
        routes=keys.routes,
        most_of_theme=keys.most_of_theme or keys.routes,
        most_minutes=keys.minutes,
        most_walk=keys.most_walk_minutes,
        most_volunteers=keys.volunteers,
    )


def _ends_of(legs: EndLegs | None, n: int) -> tuple[Floats, Floats]:
    """Return minutes and minutes walked of the legs that begin or end routes."""
    if legs is None:
        return np.zeros(n), np.zeros(n)
    return legs.minutes, legs.walk


def _find_windows(hours: list[str], dwell: Floats, begin: Moment, minutes: float) -> Floats:
    """Return between which minutes each visit may begin, (n, k, 2)."""
    found = []
    for text, takes in zip(hours, dwell.tolist(), strict=True):
        spans = find_open_spans(text, begin, minutes)
        found.append([(opens, shuts - takes) for opens, shuts in spans if shuts - takes >= opens])
    windows = np.empty((len(hours), max(map(len, found), default=0) or 1, 2))
    windows[:] = (np.inf, -np.inf)
    for site, allowed in enumerate(found):
        windows[site, : len(allowed)] = np.array(allowed).reshape(-1, 2)
    return windows
