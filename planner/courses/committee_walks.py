"""Where the people of an order start, and how long they walk to each station with a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.case import Case
from planner.coverage.demand import first_polygon
from planner.coverage.facilities import join_facilities
from planner.coverage.weighted import value_of_most
from planner.crs.array_types import Floats, Ints
from planner.errors import PlanError
from planner.travel.access import join
from planner.travel.minutes import reached_pairs
from planner.travel.points import points_of

#: Whose walks count.
RESIDENTS: Final = "residential"


@dataclass(frozen=True, eq=False)
class CommitteeWalks:
    """n committees (towns, where the plan names no committees) and m stations with a room.

    places : committee, town, residents and points (the middle of its residents), metric CRS.
    minutes (n, m) : within which half of its residents walk there; inf beyond what was asked.
    metres (n, m) : in a straight line.
    """

    places: gpd.GeoDataFrame
    minutes: Floats
    metres: Floats


def find_committee_walks(
    case: Case, hosts: gpd.GeoDataFrame, profile: str, most_minutes: float
) -> CommitteeWalks:
    """Find where the people of each committee start, and their walks to stations.

    They start where the residents of the plan live, each demand unit for itself: the minutes of a
    committee are the median over its residents, as in committees.csv. One without residents starts
    from a point inside.

    Parameters
    ----------
    hosts
        facility_id, optional open_to_outsiders; Points, metric CRS.
    profile
        Name of who walks.
    most_minutes
        Longer walks are not looked for.

    Raises
    ------
    PlanError
        If the plan names neither committees nor towns.
    """
    shapes = _find_shapes(case)
    units = case.units
    rows = np.flatnonzero(
        (units["kind"] == RESIDENTS).to_numpy() & (units["people"] > 0).to_numpy()
    )
    residents = units.iloc[rows]
    number = first_polygon(residents, shapes)
    held = np.flatnonzero(number >= 0)
    residents, number = residents.iloc[held], number[held]
    people = residents["people"].to_numpy(dtype=np.float64)
    xy = points_of(residents, case.network, "people") if len(residents) else np.empty((0, 2))
    empty = np.setdiff1d(np.arange(len(shapes)), number)
    inside = shapely.point_on_surface(shapes.geometry.to_numpy()[empty])
    xy = np.vstack([xy, shapely.get_coordinates(inside).reshape(-1, 2)])
    number = np.concatenate([number, empty])
    weights = np.concatenate([people, np.ones(len(empty))])
    totals: Floats = np.bincount(number, weights=weights, minlength=len(shapes)).astype(np.float64)
    middle = np.column_stack(
        [np.bincount(number, weights=weights * xy[:, axis], minlength=len(shapes)) / totals
         for axis in (0, 1)]
    )  # fmt: skip
    towns = residents["town"].to_numpy(dtype=object) if "town" in residents else None
    places = gpd.GeoDataFrame(
        {
            "committee": shapes["committee"].to_numpy(dtype=object),
            "town": _find_towns(case, shapes, middle, number[: len(people)], towns, people),
            "residents": np.bincount(number[: len(people)], weights=people, minlength=len(shapes)),
        },
        geometry=gpd.points_from_xy(middle[:, 0], middle[:, 1]),
        crs=case.area.crs,
    )
    streets = case.streets_of(profile)
    pairs = reached_pairs(
        streets, join_facilities(streets, hosts), join(streets, xy, reached=True), most_minutes
    )
    minutes = find_medians(
        number[pairs.target], pairs.origin, pairs.minutes, weights[pairs.target], totals,
        (len(shapes), len(hosts)),
    )  # fmt: skip
    at = np.column_stack([hosts.geometry.x, hosts.geometry.y])
    metres = np.hypot(middle[:, None, 0] - at[None, :, 0], middle[:, None, 1] - at[None, :, 1])
    return CommitteeWalks(places, minutes, metres)


def find_medians(
    group: Ints, place: Ints, minutes: Floats, people: Floats, totals: Floats,
    shape: tuple[int, int],
) -> Floats:  # fmt: skip
    """Return within how many minutes half of the people of each group reach each place.

    Parameters
    ----------
    group, place, minutes, people : shape (k,)
        One walk each; whoever has none does not get there.
    totals : shape (n,)
        People of each group.

    Returns
    -------
    array of shape (n, m), inf where less than half get there
    """
    found = np.full(shape, np.inf)
    order = np.lexsort((minutes, place, group))
    key = group[order] * shape[1] + place[order]
    running = np.cumsum(people[order])
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else key
    before = np.concatenate([[0.0], running])[first]
    sizes = np.diff(np.concatenate([first, [len(key)]]))
    reached = running - np.repeat(before, sizes)
    # Sums of fractions of people are off in their last digits; half of them is half all the same.
    half = 2.0 * reached >= totals[group[order]] * (1.0 - 1e-9)
    half_key, half_minutes = key[half], minutes[order][half]
    # Of the walks that bring a group to half of its people the first, which is the shortest.
    one = np.flatnonzero(np.concatenate([[True], half_key[1:] != half_key[:-1]])) \
        if len(half_key) else half_key  # fmt: skip
    found[np.divmod(half_key[one], shape[1])] = half_minutes[one]
    return found


def _find_shapes(case: Case) -> gpd.GeoDataFrame:
    """Return the polygons of committees, else of towns: committee and town by name."""
    committees, towns = case.committees, case.area.towns
    if committees is not None:
        return committees.assign(committee=committees["name"]).reset_index(drop=True)
    if towns is not None:
        return towns.assign(committee="").reset_index(drop=True)
    raise PlanError(
        "courses are ordered by committees or towns, and the plan names neither; name their file "
        "in area.committees or area.towns"
    )


def _find_towns(
    case: Case, shapes: gpd.GeoDataFrame, middle: Floats, number: Ints,
    towns: np.ndarray[tuple[int], np.dtype[np.object_]] | None, people: Floats,
) -> list[str]:  # fmt: skip
    """Return the town of each committee: that of most of its residents, else where it lies."""
    if case.committees is None:
        return [str(name) for name in shapes["name"]]
    if case.area.towns is None:
        return [""] * len(shapes)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(middle[:, 0], middle[:, 1]),
                              crs=case.area.crs)  # fmt: skip
    lying = find_towns_at(case, points)
    if towns is None:
        return lying
    rows = pd.DataFrame({"number": number, "town": towns, "people": people})
    most = {
        int(mine["number"].iloc[0]): str(value_of_most(mine["town"], mine["people"]))
        for _, mine in rows.groupby("number")
    }
    return [most.get(k, lying[k]) for k in range(len(shapes))]


def find_towns_at(case: Case, points: gpd.GeoDataFrame) -> list[str]:
    """Return the town in which each point (metric CRS) lies, "" for none."""
    if case.area.towns is None:
        return [""] * len(points)
    names = [*case.area.town_names, ""]
    return [str(names[k]) for k in first_polygon(points, case.area.towns)]
