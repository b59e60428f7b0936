"""Everything by which a page judges scenarios itself: streets, gates, stations and people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.case import Case
from planner.coverage.questions import Walk
from planner.crs.array_types import Ints
from planner.network.links import Links
from planner.network.walk_network import WalkNetwork
from planner.plan.moments import Moment, are_open_at
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import find_reach_pace
from planner.run._whatif_columns import Columns, Ruler, list_texts
from planner.run._whatif_people import (
    find_beyond,
    list_facilities,
    list_people,
    list_units,
    name_facilities,
    name_units,
)
from planner.run._whatif_streets import (
    HEIGHT_SCALE,
    HEIGHTS,
    list_barriers,
    list_gates,
    list_openings,
    list_rings,
    list_streets,
    name_gates,
)
from planner.sources.whatif_file import FORMAT, WhatIfData
from planner.travel.hours import find_gate_changes, rules_at

#: What hours say of a facility at a moment.
CLOSED, OPEN, MAYBE = range(3)


def find_whatif_data(case: Case, walk: Walk, paths: Links) -> WhatIfData:
    """Return streets, gates, facilities and people as the plain columns of docs/whatif.md.

    Parameters
    ----------
    case
        The plan put together.
    walk
        Of its units, in the plan's profile, whatever the hours.
    paths
        The new openings that the layer `gate_gains` lists.
    """
    network, plan = case.network, case.plan
    west, south, east, north = case.area.with_ring.bounds
    low = np.minimum(network.xy.min(axis=0), (west, south))
    high = np.maximum(network.xy.max(axis=0), (east, north))
    origin = np.floor(low)
    # Beyond what anybody reaches from the area it does not matter how far the land goes on.
    sloped = network.has_heights
    fastest = max(find_reach_pace(one, sloped=sloped) for one in plan.judged_profiles)
    reach_m = fastest * case.cutoff_minutes
    steps = Ruler(origin, float((high - low).max() + 2 * reach_m))
    near = shapely.box(*low - 2 * reach_m, *high + 2 * reach_m)
    land = None if case.area.data is None else shapely.intersection(case.area.data, near)
    people, scales = list_people(case)
    facilities = pd.concat([case.facilities, find_beyond(case)], ignore_index=True)
    head = _describe_plan(case, walk, steps, scales) | {
        "origin": origin.tolist(),
        "openings": {"id": list_texts(paths.id)},
        "facilities": name_facilities(facilities),
        "units": name_units(case),
    }
    columns = {
        **list_streets(network, steps),
        **list_gates(network, plan.judged_profiles),
        **list_barriers(network, steps),
        **list_rings("compounds", network.walls.compounds.shape, steps),
        **list_rings("land", _shapes(land), steps),
        **list_rings("area", _shapes(case.area.with_ring), steps),
        **list_rings("counted", _shapes(case.area.polygon), steps),
        **list_rings("towns", _list_towns(case), steps),
        **list_openings(network, paths, steps),
        **list_facilities(case, facilities, walk, steps),
        **list_units(case, walk, steps),
        **people,
    }
    for number, moment in enumerate(plan.asked_moments):
        columns |= _list_moment(f"moment{number}", network, facilities, moment)
    return WhatIfData(head, columns)


def _describe_plan(case: Case, walk: Walk, steps: Ruler, scales: dict[str, int]) -> dict[str, Any]:
    """Return what the head says of the plan, of who walks when, and of walls and gates."""
    network, plan, walls = case.network, case.plan, case.network.walls
    return {
        "format": FORMAT,
        "plan": plan.name,
        "crs": _describe_frame(network),
        "steps_a_metre": steps.a_metre,
        "scales": scales | ({HEIGHTS: HEIGHT_SCALE} if network.has_heights else {}),
        # Left out where it is the usual one.
        **({} if walk.streets.direction == "to" else {"direction": walk.streets.direction}),
        "access": {"limit_m": walk.streets.access.limit_m, "detour": walk.streets.access.detour},
        "cutoffs": list(plan.service.cutoffs_minutes),
        "profile": plan.service.profile,
        "profiles": [_describe_profile(profile, network) for profile in plan.judged_profiles],
        "moments": [_describe_moment(moment) for moment in plan.asked_moments],
        "groups": [
            {"name": group.name, "kind": group.kind, "profile": group.profile}
            for group in plan.groups
        ],
        "levels": sorted({rule.level for rule in plan.rules}),
        "complete": case.area.complete,
        "ring_m": case.area.ring_m,
        "cost_unit": plan.candidates.cost_unit,
        "compounds": {"id": list_texts(walls.compounds.id)},
        "gates": {
            "id": list_texts(name_gates(network)),
            "name": list_texts(walls.gates.name),
        },
    }


def _describe_frame(network: WalkNetwork) -> dict[str, float]:
    """Return the transverse Mercator that metres are counted in: degrees, metres."""
    operation, ellipsoid = network.crs.coordinate_operation, network.crs.ellipsoid
    assert operation is not None  # every frame is a transverse Mercator
    assert ellipsoid is not None
    of = {parameter.name: float(parameter.value) for parameter in operation.params}
    return {
        "lat0": of["Latitude of natural origin"],
        "lon0": of["Longitude of natural origin"],
        "k0": of["Scale factor at natural origin"],
        "x0": of["False easting"],
        "y0": of["False northing"],
        "a": ellipsoid.semi_major_metre,
        "inverse_flattening": ellipsoid.inverse_flattening,
    }


def _describe_profile(profile: WalkProfile, network: WalkNetwork) -> dict[str, Any]:
    """Return what decides the minutes of a profile."""
    keys = ("name", "speed_kmh", "push_kmh", "steps_factor", "signal_s", "crossing_s", "gate_s",
            "vehicle")  # fmt: skip
    found = {key: getattr(profile, key) for key in keys}
    if network.has_heights:
        limit = profile.max_grade if np.isfinite(profile.max_grade) else None
        reach_kmh = find_reach_pace(profile, sloped=True) * 60 / 1000
        found |= {"slope": profile.slope, "max_grade": limit, "reach_kmh": reach_kmh}
    return found


def _describe_moment(moment: Moment) -> dict[str, Any]:
    """Return a moment: its local time, and whether the day before and its own are holidays."""
    days = [moment.at - timedelta(days=1), moment.at]
    holidays = [
        bool(
            are_open_at(
                ["PH 00:00-24:00"],
                Moment("", "", "", day.replace(hour=12), moment.timezone, moment.country),
            )[0]
        )
        for day in days
    ]
    return {
        "name": moment.name,
        "local_time": moment.at.strftime("%Y-%m-%dT%H:%M"),
        "holidays": holidays,
    }


def _shapes(shape: Any) -> NDArray[np.object_]:
    """Return one shape, or none, as a column."""
    return np.array([] if shape is None else [shape], dtype=object)


def _list_towns(case: Case) -> NDArray[np.object_]:
    """Return the outlines of the towns, in the order of their names."""
    towns = case.area.towns
    return np.array([], dtype=object) if towns is None else towns.geometry.to_numpy(dtype=object)


def _list_moment(
    name: str, network: WalkNetwork, facilities: gpd.GeoDataFrame, moment: Moment
) -> Columns:
    """Return what is shut and what is open at a moment: rows of gates, edges, facilities' hours."""
    changes = find_gate_changes(network, moment)
    hours = facilities["opening_hours"].astype(str)
    surely, maybe = (are_open_at(hours, moment, maybe=may) for may in (False, True))
    return {
        f"{name}.shut": _rows(changes.shut),
        f"{name}.closed": _rows(changes.closed),
        f"{name}.opened": _rows(changes.opened),
        f"{name}.unlocked": _rows(changes.unlocked),
        f"{name}.switched": _rows(rules_at(network, moment).switched),
        f"{name}.open": np.where(surely, OPEN, np.where(maybe, MAYBE, CLOSED)).astype(np.int64),
    }


def _rows(numbers: tuple[int, ...]) -> Ints:
    return np.array(numbers, dtype=np.int64)
