"""What the data of a plan cannot tell, as warnings of a run: a line each."""

from __future__ import annotations

import re

import geopandas as gpd

from planner.coverage.facilities import find_approximate
from planner.crs.frame import MAX_STRETCH
from planner.network.figures import StreetFigures
from planner.network.study_area import POLYGONS, StudyArea
from planner.plan import EVERYWHERE
from planner.sources.inputs import Inputs


def list_warnings(
    inputs: Inputs, streets: StreetFigures, facilities: gpd.GeoDataFrame, area: StudyArea
) -> list[str]:
    """Say what the data cannot tell, in one line each.

    Parameters
    ----------
    streets
        From `measure_streets`.
    facilities
        facility_id, reason (why it is not joined), counts, unreachable; optional approximate.
    """
    found = []
    for chosen, what in (
        (facilities["reason"] == "no street near", "join no street"),
        (facilities["reason"] == "island", "join islands of streets alone, so that they serve "
         "only those who live there"),
        (facilities["unreachable"], "are closed to outsiders but in no compound that is known, so "
         "they serve nobody"),
    ):  # fmt: skip
        # Sorted, F2 before F10: the order of the rows says nothing.
        ids = sorted(facilities.loc[chosen, "facility_id"], key=_to_sortable)
        if ids:
            # A warning is one line; the layer of facilities says it of each.
            more = ", ..." if len(ids) > 10 else ""
            found.append(f"{len(ids)} facilities {what}: {', '.join(ids[:10])}{more}")
    vague = int((facilities["counts"] & find_approximate(facilities)).sum())
    if vague:
        found.append(
            f"{vague} facilities have an approximate place, so that they cover nobody for sure; "
            "whom they may cover is unknown (place not confirmed)"
        )
    idle = int((~facilities["counts"]).sum())
    if idle:
        found.append(f"{idle} facilities are planned or closed and serve nobody")
    if streets.island_parts:
        found.append(
            f"{streets.islands_km:.1f} km of street in area and ring are islands: joined to "
            "nothing else"
        )
    # Sorted, since warnings stand in summary.json, which is the same for the same input.
    for what, number in sorted(inputs.osm.skipped.items()):
        found.append(f"{inputs.plan.network.osm.name}: {number} {what}")
    if area.hull_as_extent:
        found.append(
            "the extract does not say how far it reaches; the convex hull of its streets is "
            "taken as the edge of the data"
        )
    if inputs.elevation is not None:
        found += describe_heights(streets, inputs.elevation.file, inputs.plan.network.direction)
    # A little above the limit: projections are not exact to the last digit.
    if area.stretch > MAX_STRETCH + 1e-6:
        found.append(
            f"area and streets lie so far apart that walks at their ends are measured up to "
            f"{100 * area.stretch:.2f} % too long; make a plan for each part to measure to 0.04 %"
        )
    return [*area.notes, *describe_stated(area), *found, *streets.notes]


def describe_heights(streets: StreetFigures, file: str, direction: str) -> list[str]:
    """Say whose minutes decide on slopes, and which streets a raster of heights tells nothing of.

    Parameters
    ----------
    file
        Name of the raster.
    direction
        That of `[network]`.
    """
    found = [
        {
            "to": f"{file}: speeds follow the slope; minutes and isochrones are those of walks to "
            "a facility",
            "from": f"{file}: speeds follow the slope; minutes and isochrones are those of walks "
            "from a facility",
            "both": f"{file}: speeds follow the slope; minutes are those of the longer of the "
            "walks to and from the same facility, isochrones what is within reach both ways; "
            "the page tries no scenarios",
        }[direction]
    ]
    if streets.n_flat:
        found.append(
            f"{file}: tells no height for {streets.n_flat:,} of {streets.n_edges:,} pieces of "
            f"street ({streets.flat_km:.1f} km); they are taken as level, and "
            "walk_edges marks them as flat"
        )
    return found


def _to_sortable(text: str) -> tuple[str, str]:
    """Return what puts a text with numbers in its place among others."""
    return re.sub("[0-9]+", lambda number: number[0].zfill(20), text), text


def describe_stated(area: StudyArea) -> list[str]:
    """Say what the plan states of what the data know, in one line; none where it states nothing."""
    if not area.stated:
        return []
    said = {
        None: [],
        EVERYWHERE: ["streets known everywhere"],
        POLYGONS: ["streets known inside the polygons of area.known"],
    }[area.known] + ["stations complete"] * area.complete
    return [f"stated by the plan: {'; '.join(said)}"]
