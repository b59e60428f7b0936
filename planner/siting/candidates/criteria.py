"""What planners weigh a site by: people near it, its street, stops, services, cost; and a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.coverage.counting import GAP
from planner.coverage.exact import exact_sums
from planner.coverage.facilities import join_facilities
from planner.plan import KINDS, Weights
from planner.siting.candidates.street_frontage import STREET_CLASSES
from planner.travel.access import Access, join, take
from planner.travel.minutes import nearest_minutes, reached_pairs
from planner.travel.points import points_of
from planner.travel.streets import Streets, is_even

#: Public services: people have something to do near them. Shops are not among them.
PUBLIC_SERVICES: Final = (
    "community", "culture", "sports", "elderly_care", "library", "market", "post_office",
    "government", "school", "kindergarten", "clinic", "pharmacy", "police",
)  # fmt: skip
METRO_EXIT, METRO_STATION, BUS_STOP = "metro_exit", "metro_station", "bus_stop"
#: A metro station without a mapped exit this near stands for its exits.
EXIT_WITHIN_M: Final = 400.0
#: How good any other street is to face; the others are in STREET_CLASSES.
_OTHER_STREET: Final = 0.3
#: So many sites are searched at a time, so that their pairs with people fit the memory.
_AT_A_TIME: Final = 2_000
#: The people whom a weight counts.
_PEOPLE: Final = {"residents": "residential", "workers": "industrial", "visitors": "commercial"}


@dataclass(frozen=True, eq=False)
class Around:
    """What lies around candidate sites, metric CRS.

    demand : kind, people, verdict, people_<group>, Points; groups : names of the groups.
    units : demand joined to the streets.
    facilities : those that count, open_to_outsiders. amenities : osm_id, use, Points.
    """

    demand: gpd.GeoDataFrame
    units: Access
    groups: tuple[str, ...]
    facilities: gpd.GeoDataFrame
    amenities: gpd.GeoDataFrame


def people_column(kind: str, cutoff: float) -> str:
    """Return the column with the people of a kind within a cutoff."""
    return f"people_{kind}_{cutoff:g}"


def left_out_column(kind: str) -> str:
    """Return the column with the people of a kind in gaps within the last cutoff."""
    return f"left_out_{kind}"


def measure_criteria(
    streets: Streets,
    places: Access,
    around: Around,
    cutoffs: Sequence[float],
    own: NDArray[np.object_] | None = None,
) -> pd.DataFrame:
    """Measure what lies around each site.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    places
        The n sites, from `join`.
    around
        People, facilities and places of public use.
    cutoffs
        Ascending minutes.
    own : shape (n,)
        OSM id of a site that is such a place itself, "" else: it is not among its own services.

    Returns
    -------
    DataFrame, n rows
        people_<kind>_<cutoff> for every kind with people; people_<group> within the last cutoff;
        left_out_<kind>: those of them whom no facility covers, within the last cutoff;
        metro_minutes, bus_minutes, facility_minutes: to the nearest metro exit, bus stop and
        facility that counts, inf for none; services_in_reach: other public services within the
        first cutoff.
    """
    table = count_people_around(streets, places, around, cutoffs)
    table = table.join(measure_surroundings(streets, places, around.amenities, cutoffs, own))
    facilities = join_facilities(streets, around.facilities)
    reached = meet_streets(streets, places)
    table["facility_minutes"] = nearest_minutes(streets, facilities, reached)[0]
    return table


def meet_streets(streets: Streets, places: Access) -> Access:
    """Return places as walks reach them."""
    # Where every street takes as long both ways, one meets it at the same places there and back.
    return places if is_even(streets) else join(streets, places.xy, reached=True)


def measure_surroundings(
    streets: Streets,
    places: Access,
    amenities: gpd.GeoDataFrame,
    cutoffs: Sequence[float],
    own: NDArray[np.object_] | None = None,
) -> pd.DataFrame:
    """Measure metro_minutes, bus_minutes and services_in_reach; see `measure_criteria`."""
    reached = meet_streets(streets, places)
    table = pd.DataFrame(index=range(len(places)))
    uses = amenities["use"].astype(str).to_numpy()
    xy = points_of(amenities, streets.network, "amenities")
    stops = {"metro": xy[find_metro_exits(uses, xy)], "bus": xy[uses == BUS_STOP]}
    for name, spots in stops.items():
        table[f"{name}_minutes"] = nearest_minutes(streets, join(streets, spots), reached)[0]
    services = np.isin(uses, PUBLIC_SERVICES)
    pairs = reached_pairs(streets, join(streets, xy[services]), reached, cutoffs[0])
    if own is not None:
        ids = amenities["osm_id"].astype(str).to_numpy(dtype=object)[services]
        pairs = pairs.where(ids[pairs.origin] != own[pairs.target])
    table["services_in_reach"] = np.bincount(pairs.target, minlength=len(places))
    return table


def find_metro_exits(uses: NDArray[np.str_], xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the metro exits, and the metro stations without a mapped exit near, by position.

    uses (k,) : what places are used for; xy (k, 2) : metric.
    """
    exits, stops = np.flatnonzero(uses == METRO_EXIT), np.flatnonzero(uses == METRO_STATION)
    if len(exits) and len(stops):
        stops = stops[KDTree(xy[exits]).query(xy[stops])[0] > EXIT_WITHIN_M]
    return np.concatenate([exits, stops])


def count_people_around(
    streets: Streets, places: Access, around: Around, cutoffs: Sequence[float]
) -> pd.DataFrame:
    """Count people of each kind within each cutoff, and of each group within the last.

    See `measure_criteria`; of `around` it needs the people.
    """
    demand, units = around.demand, around.units
    people = demand["people"].to_numpy(dtype=np.float64)
    kinds = [kind for kind in KINDS if (demand["kind"] == kind).any()]
    kind = pd.Categorical(demand["kind"], categories=kinds).codes.astype(np.int64)
    columns = [f"people_{group}" for group in around.groups]
    groups = demand[columns].fillna(0.0).to_numpy(dtype=np.float64).reshape(len(demand), -1)
    n_kinds, n_cutoffs = len(kinds), len(cutoffs)
    left_out = people * (demand["verdict"] == GAP).to_numpy()
    counted = np.zeros((len(places), n_kinds, n_cutoffs))
    lacking = np.zeros((len(places), n_kinds))
    of_group = np.zeros((len(places), len(columns)))
    for first in range(0, len(places), _AT_A_TIME):
        rows = np.arange(first, min(first + _AT_A_TIME, len(places)))
        pairs = reached_pairs(streets, take(places, rows), units, cutoffs[-1])
        # A walk counts in its own band; adding up the bands makes each cutoff hold the nearer ones.
        band = np.searchsorted(cutoffs, pairs.minutes, side="left")  # on the cutoff is within it
        cell, size = pairs.origin * n_kinds + kind[pairs.target], len(rows) * n_kinds
        gaps = exact_sums(cell, left_out, size, pairs.target)
        lacking[rows] = gaps.reshape(-1, n_kinds)
        cell, size = cell * n_cutoffs + band, size * n_cutoffs
        found = exact_sums(cell, people, size, pairs.target)
        counted[rows] = np.cumsum(found.reshape(-1, n_kinds, n_cutoffs), axis=2)
        for k in range(len(columns)):
            of_group[rows, k] = exact_sums(pairs.origin, groups[:, k], len(rows), pairs.target)
    table = {
        people_column(name, cutoff): counted[:, k, c]
        for k, name in enumerate(kinds)
        for c, cutoff in enumerate(cutoffs)
    }
    table |= {name: of_group[:, k] for k, name in enumerate(columns)}
    return pd.DataFrame(
        table | {left_out_column(name): lacking[:, k] for k, name in enumerate(kinds)}
    )


def score_sites(
    sites: pd.DataFrame, weights: Weights, cutoffs: Sequence[float]
) -> tuple[NDArray[np.float64], list[str]]:
    """Score sites from 0 to 1: the weighted mean of their criteria, each from 0 to 1.

    People and services count as parts of the most any site has; the street by its class; a metro
    exit 1 at the door and 0 at the last cutoff, a bus stop 0 at the first; the next facility 0 at
    the door and 1 from twice the last cutoff; the cost as part of the dearest, the other way round.
    What no site has, like a metro exit within the cutoff, is left out of the mean.

    Parameters
    ----------
    sites
        highway, cost and what `measure_criteria` returns.
    weights
        Of the plan.
    cutoffs
        Ascending minutes.

    Returns
    -------
    array of shape (n,), list of the weights that found nothing to count
    """
    marks = _mark_criteria(sites, cutoffs)
    total, score = 0.0, np.zeros(len(sites))
    idle = []
    for name, weight in weights.model_dump().items():
        if weight == 0 or len(sites) == 0:
            continue
        if not marks[name].any():
            idle.append(name)
            continue
        score += weight * marks[name]
        total += weight
    return score / total if total else score, idle


def _mark_criteria(
    sites: pd.DataFrame, cutoffs: Sequence[float]
) -> Mapping[str, NDArray[np.float64]]:
    """Return each criterion from 0 to 1, by the name of its weight."""
    first, last = cutoffs[0], cutoffs[-1]

    def column(name: str) -> NDArray[np.float64]:
        """Return a column of the sites as numbers."""
        if name not in sites:  # of a kind that the plan does not count
            return np.zeros(len(sites))
        return np.asarray(sites[name], dtype=np.float64)

    def part(name: str) -> NDArray[np.float64]:
        """Return a column as a share of its largest value."""
        values = column(name)
        most = values.max(initial=0.0)
        return values / most if most > 0 else values

    def nearness(name: str, within: float) -> NDArray[np.float64]:
        """Return 1 at a walk of no minutes, 0 from `within` minutes on."""
        # Where there is none the walk is inf, and the least of the two keeps inf / inf out.
        return np.asarray(1 - np.minimum(column(name), within) / within, dtype=np.float64)

    classes = sites["highway"].astype(str)
    street = classes.map(STREET_CLASSES).fillna((classes != "") * _OTHER_STREET)
    return {
        **{name: part(people_column(kind, last)) for name, kind in _PEOPLE.items()},
        "street": np.asarray(street, dtype=np.float64),
        "metro": nearness("metro_minutes", last),
        "bus": nearness("bus_minutes", first),
        "services": part("services_in_reach"),
        "distance": 1 - nearness("facility_minutes", 2 * last),
        "cost": 1 - part("cost"),
    }
