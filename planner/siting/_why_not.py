"""Why not there: what a station at a given place would bring, and what serves it already."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from planner.coverage.exact import exact_sum
from planner.coverage.facilities import join_facilities
from planner.crs import project
from planner.crs.array_types import Floats
from planner.errors import SitingError
from planner.siting.models.allocation import allocate_people
from planner.siting.outcome import Outcome, Room
from planner.siting.outcome_counts import count_by_kind
from planner.siting.siting_case import SitingCase
from planner.travel.access import join, take
from planner.travel.minutes import ReachedPairs, reached_pairs

#: Facilities named as those that serve the place already.
_MOST_NAMED: Final = 3


def explain_place(
    case: SitingCase,
    place: tuple[float, float],
    weight: Floats,
    outcome: Outcome,
    times_covered: NDArray[np.int64],
    room: Room | None = None,
) -> dict[str, Any]:
    """Compare a place with the chosen sites.

    Where sites have room for only so many, a station in the place of a chosen one has as much room
    as that; one alone, or on top of the choice, has room for all.

    Parameters
    ----------
    place
        lon, lat, as `check_place` lets them pass.
    weight, times_covered : shape (n,)
        As for `frontages`.
    outcome
        Of the chosen sites.
    room
        Of the candidates, None where everybody within the walk is served.

    Returns
    -------
    dict
        lon, lat, joined; nearest (facility_id, name, minutes) of today's facilities; within the
        cutoff: people, covered_today and by (facility_id, name, people) by how many residents each
        reaches there, gain (newly covered by a station here alone), added (on top of the choice),
        value_added (as weighted); site_id whose place it would take at the least loss, and that
        loss (below 0: a gain), as weighted; nearest_site: site_id, straight_m, and swap_nearest
        with the loss in its place.

    Raises
    ------
    SitingError
        If the place lies outside the study area.
    """
    lon, lat = place
    xy = project([lon], [lat], case.streets.network.crs).reshape(1, 2)
    if not shapely.contains_xy(case.area.polygon, xy)[0]:
        raise SitingError(
            f"why-not: {lon:g},{lat:g} lies outside the area; give a place inside as LON,LAT"
        )
    spot = join(case.streets, xy)
    found: dict[str, Any] = {"lon": lon, "lat": lat, "joined": bool(spot.joined[0])}
    pairs = case.pairs_to(spot, case.cutoff_minutes)
    # Everybody within the walk, whether served today or not; who gains is told apart below.
    here = np.zeros(len(case.demand), dtype=bool)
    here[pairs.target] = True
    before = case.minutes <= case.cutoff_minutes
    found["people"] = count_by_kind(case, here)
    found["covered_today"] = count_by_kind(case, here & before)
    found["by"] = _who_serves(case, here & before)
    found["nearest"] = _nearest_facility(case, xy)
    found["gain"] = count_by_kind(case, here & case.left_out)
    found["gain_unknown"] = count_by_kind(case, here & case.doubtful)
    # Sites without room for all serve part of a unit; the rest of it may still gain.
    found["added"] = count_by_kind(case, (here & case.left_out) * (1 - outcome.gained))
    found["value_added"] = exact_sum(weight * (here & ~outcome.stays) * (1 - outcome.covered))
    if room is None:
        losses = _losses(case, here, weight, outcome, times_covered)
    else:
        losses = _losses_of_room(case, pairs, outcome, room)
    return found | _against_chosen(case, xy[0], outcome, losses)


def _who_serves(case: SitingCase, covered: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """List the facilities nearest to most of the residents covered there."""
    residents = np.where(covered & case.of_kind("residential"), case.people, 0.0)
    nearest = case.demand.assign(residents=residents).groupby("nearest_facility_id")["residents"]
    most = nearest.agg(exact_sum).sort_values(ascending=False, kind="stable")
    names = case.facilities.set_index("facility_id")["name"]
    return [
        {"facility_id": str(one), "name": str(names.get(one, one)), "residents": float(people)}
        for one, people in most[most > 0][:_MOST_NAMED].items()
    ]


def _nearest_facility(case: SitingCase, xy: Floats) -> dict[str, Any] | None:
    """Return today's facility with the shortest walk from the place, None if none is in reach."""
    # Searched up to four times the cutoff: what is farther serves nobody there.
    everything = join_facilities(case.streets, case.facilities)
    end = join(case.streets, xy, reached=True)
    pairs = reached_pairs(case.streets, everything, end, 4 * case.cutoff_minutes)
    if len(pairs.origin) == 0:
        return None
    first = int(np.argmin(pairs.minutes))
    row = case.facilities.iloc[int(pairs.origin[first])]
    return {
        "facility_id": str(row["facility_id"]),
        "name": str(row["name"]),
        "minutes": float(pairs.minutes[first]),
    }


def _losses(
    case: SitingCase,
    here: NDArray[np.bool_],
    weight: Floats,
    outcome: Outcome,
    times_covered: NDArray[np.int64],
) -> list[float]:
    """Return what is lost, as weighted, if a station here takes the place of each chosen site."""
    losses = []
    for site in outcome.sites:
        one = take(case.sites, np.array([site]))
        own = np.zeros(len(case.demand), dtype=bool)
        own[case.pairs_to(one, case.cutoff_minutes, weight > 0).target] = True
        # Who is covered twice keeps the other site.
        lost = exact_sum(weight[own & (times_covered == 1)])
        # Whom that site alone served is left out once it goes, and may be won back here.
        open_then = (times_covered == 0) | (own & (times_covered == 1))
        losses.append(lost - exact_sum(weight[here & open_then]))
    return losses


def _losses_of_room(
    case: SitingCase, pairs: ReachedPairs, outcome: Outcome, room: Room
) -> list[float]:
    """Return the same where the station has as much room as the site whose place it takes."""
    # Whoever has a station that stays takes up no room here.
    use = ~outcome.stays[pairs.target]
    table = (pairs.minutes[use], (pairs.target[use], np.zeros(int(use.sum()), dtype=np.int64)))
    here = csr_array(table, shape=(len(case.demand), 1))
    worth = room.worth(case.people)
    losses = []
    for step, site in enumerate(outcome.sites):
        # People are shared out anew, as those whom the lost site served may fill other ones.
        others = np.flatnonzero(np.arange(len(outcome.sites)) != step)
        walks = csr_array(hstack([outcome.walks[:, others], here]))
        capacity = room.capacity[np.append(outcome.sites[others], site)]
        served = allocate_people(walks, case.people, worth, capacity)
        losses.append(float(room.weight @ outcome.covered - worth @ served.sum(axis=1)))
    return losses


def _against_chosen(
    case: SitingCase, xy: Floats, outcome: Outcome, losses: list[float]
) -> dict[str, Any]:
    """Say whose place it could take at the least loss, and which chosen site lies nearest."""
    # Without any chosen site there is nothing to compare with.
    if len(outcome.sites) == 0:
        return {"site_id": None, "loss": None, "swap_nearest": None, "nearest_site": None}
    ids = case.candidates["site_id"].astype(str).to_numpy(dtype=object)[outcome.sites]
    best = int(np.argmin(losses))
    straight_m = np.hypot(*(case.sites.xy[outcome.sites] - xy).T)
    near = int(np.argmin(straight_m))
    return {
        "site_id": str(ids[best]),
        "loss": losses[best],
        "swap_nearest": {"site_id": str(ids[near]), "loss": losses[near]},
        "nearest_site": {"site_id": str(ids[near]), "straight_m": float(straight_m[near])},
    }
