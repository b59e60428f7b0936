"""Reads the tables of what a plan asks beside coverage: sites, themed routes, courses."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from planner.plan import Plan
from planner.sources._plan_parts import read_candidates, read_courses
from planner.sources._plan_reading import PlanReading
from planner.sources.course_tables import CourseTables
from planner.sources.route_tables import RouteTables, read_route_tables
from planner.sources.tables import Table


@dataclass(frozen=True)
class FurtherTables:
    """Tables of what is asked beside coverage: sites, themed routes, courses."""

    candidates: Table | None = None
    routes: RouteTables | None = None
    courses: CourseTables | None = None


def read_further(
    plan: Plan,
    committees: gpd.GeoDataFrame | None,
    towns: list[str],
    reading: PlanReading,
    *,
    further: bool,
) -> FurtherTables:
    """Read the tables of what is asked beside coverage; but for `further` those of sites alone."""
    if not further:
        return FurtherTables(read_candidates(plan, towns, reading))
    return FurtherTables(
        read_candidates(plan, towns, reading),
        read_route_tables(plan, reading),
        reading.try_part(read_courses, plan, committees, towns, reading),
    )
