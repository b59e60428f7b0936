"""What a part says of candidate sites: frontage on its ground, whom each site would serve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import shapely

from planner.case import Case
from planner.coverage.counting import GAP
from planner.coverage.facilities import PLANNED, find_approximate, join_facilities
from planner.coverage.groups import group_column
from planner.crs.array_types import Flags, Floats, Ints
from planner.network import WalkNetwork
from planner.run.covered import Judgement
from planner.scale.part_ground import OwnGround
from planner.scale.tile_streets import LOWEST_ID
from planner.siting.candidates.candidate_rows import find_faults
from planner.siting.candidates.criteria import (
    Around,
    count_people_around,
    measure_surroundings,
    meet_streets,
)
from planner.siting.candidates.street_frontage import (
    find_faced_streets,
    list_frontage_edges,
    list_places,
)
from planner.travel.access import Access, join, rows_of, take
from planner.travel.minutes import nearest_minutes, reached_pairs

#: So many sites are searched at a time, so that their pairs with people fit the memory.
_AT_A_TIME = 2_000


def list_own_frontage(network: WalkNetwork, holds: Callable[[Floats], Flags]) -> pd.DataFrame:
    """List the part's own edges that premises face.

    Parameters
    ----------
    network
        Streets of the part.
    holds
        Tells which places (k, 2), metres, are its own.

    Returns
    -------
    DataFrame
        way, node (id of the first node, of an edge that heights have cut that of its first part:
        with it and the order of rows here, ways are put together in the order of the whole),
        length_m, edge (row of the part's network).
    """
    edges, begins = list_frontage_edges(network), network.u[_find_begins(network)]
    edges = edges[holds(network.xy[begins[edges]])]
    return pd.DataFrame(
        {
            "way": network.osm_id[edges],
            "node": network.node_id[begins[edges]],
            "length_m": network.length_m[edges],
            "edge": edges,
        }
    )


def _find_begins(network: WalkNetwork) -> Ints:
    """Return for each edge the first part of the edge that it was before heights cut it, (m,)."""
    rows = np.arange(network.n_edges)
    if not network.has_heights:
        return rows
    # The parts of an edge follow each other, and a cut has an id that no node of a map has.
    later = network.node_id[network.u] < LOWEST_ID
    return np.asarray(np.maximum.accumulate(np.where(later, 0, rows)), dtype=np.int64)


def place_own_frontage(
    network: WalkNetwork, edge: Ints, along_m: Floats, number: Ints
) -> pd.DataFrame:
    """Return the places on some edges of the part as `place_on_frontage` does."""
    points = shapely.line_interpolate_point(network.lines[edge], along_m)
    return list_places(network, edge, number, shapely.get_coordinates(points))


def measure_sites(
    case: Case, judgement: Judgement, ground: OwnGround, sites: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Measure candidate sites: what is around those of the own ground, whom others serve too.

    Parameters
    ----------
    sites
        site (its number), x, y (metres), own (OSM id of a building, "" else); those of the part's
        ground and of the ground around it.

    Returns
    -------
    dict
        own : site, joined, fault, faced (class of street), metro_minutes, bus_minutes,
        services_in_reach, facility_minutes, of the sites on its own ground.
        people : site, and the columns of `count_people_around` that the part's own units fill.
        pairs : site, unit (row in the table of all units), minutes within the last cutoff, of units
        that are left out. planned : unit, minutes to the nearest planned facility, of these.
    """
    xy = sites[["x", "y"]].to_numpy(dtype=np.float64).reshape(-1, 2)
    own = np.flatnonzero(ground.holds(xy))
    number = sites["site"].to_numpy(dtype=np.int64)
    left_out = _find_left_out(judgement)
    places = join(case.streets, xy)
    people = _count_around(case, judgement, places)
    some = np.flatnonzero((people > 0).any(axis=1).to_numpy())
    return {
        "own": _measure_own(case, judgement, sites.iloc[own]),
        "people": people.iloc[some].assign(site=number[some]).reset_index(drop=True),
        "pairs": _pair(case, judgement, ground, number, xy),
        "planned": pd.DataFrame(
            {
                "unit": ground.rows[left_out],
                "minutes": _to_planned(case, judgement, left_out),
            }
        ),
    }


def _find_left_out(judgement: Judgement) -> Ints:
    """Return the positions of the units that are left out."""
    demand = judgement.judged.demand
    return np.flatnonzero((demand["verdict"] == GAP).to_numpy() & (demand["people"] > 0).to_numpy())


def _measure_own(case: Case, judgement: Judgement, sites: pd.DataFrame) -> pd.DataFrame:
    """Measure what lies around sites on the own ground."""
    xy = sites[["x", "y"]].to_numpy(dtype=np.float64).reshape(-1, 2)
    osm, crs, plan = case.inputs.osm, case.area.crs, case.plan
    places = join(case.streets, xy)
    found = measure_surroundings(
        case.streets,
        places,
        osm.amenities.to_crs(crs),
        plan.service.cutoffs_minutes,
        sites["own"].to_numpy(dtype=object),
    )
    return found.assign(
        site=sites["site"].to_numpy(dtype=np.int64),
        joined=places.joined,
        fault=find_faults(shapely.points(xy), places.joined, osm.barriers.to_crs(crs)),
        faced=find_faced_streets(case.network, xy, plan.network.access_limit_m),
        facility_minutes=judgement.walks.minutes_of(meet_streets(case.streets, places)),
    )


def _count_around(case: Case, judgement: Judgement, places: Access) -> pd.DataFrame:
    """Count the part's own people around sites."""
    demand, plan = judgement.judged.demand, case.plan
    columns = [group_column(group) for group in plan.groups]
    around = Around(
        demand.join(case.groups[columns]),
        judgement.walk.units,
        tuple(group.name for group in plan.groups),
        case.counting,
        case.inputs.osm.amenities,
    )
    return count_people_around(case.streets, places, around, plan.service.cutoffs_minutes)


def _pair(
    case: Case, judgement: Judgement, ground: OwnGround, number: Ints, xy: Floats
) -> pd.DataFrame:
    """Pair sites with the own units that are left out."""
    rows = _find_left_out(judgement)
    units, places = take(judgement.walk.units, rows), join(case.streets, xy)
    found = []
    for first in range(0, len(xy), _AT_A_TIME):
        last = min(first + _AT_A_TIME, len(xy))
        some = rows_of(places, first, last)
        pairs = reached_pairs(case.streets, some, units, case.cutoff_minutes)
        found.append(
            pd.DataFrame(
                {
                    "site": number[first:last][pairs.origin],
                    "unit": ground.rows[rows[pairs.target]],
                    "minutes": pairs.minutes,
                }
            )
        )
    nothing = pd.DataFrame({"site": [], "unit": [], "minutes": []}).astype(
        {"site": np.int64, "unit": np.int64}
    )
    return pd.concat(found, ignore_index=True) if found else nothing


def _to_planned(case: Case, judgement: Judgement, rows: Ints) -> Floats:
    """Return minutes to the nearest planned facility; those beyond the streets at hand are none."""
    facilities = case.facilities[~find_approximate(case.facilities)]
    planned = facilities[(facilities["status"] == PLANNED).to_numpy()]
    places = join_facilities(case.streets, planned)
    return nearest_minutes(case.streets, places, take(judgement.walk.units, rows))[0]
