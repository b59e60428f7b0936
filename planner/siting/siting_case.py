"""What siting works with: the people of a run, its facilities and gaps, and candidate sites."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from planner.case import ExtendedCase
from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.facilities import OPEN, PLANNED, find_approximate, join_facilities
from planner.coverage.questions import Walk
from planner.crs import require_metric
from planner.errors import SitingError, quote
from planner.run import Result
from planner.travel.access import Access, join, take
from planner.travel.minutes import ReachedPairs, nearest_minutes, reached_pairs
from planner.travel.points import points_of

#: What every table of candidates has; criteria and score may stand beside.
SITE_COLUMNS: Final = (
    "site_id", "name", "source", "action", "cost", "capacity", "domain", "town", "highway"
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class SitingCase(ExtendedCase):
    """n units of people, m candidate sites and the streets between them; all in the metric CRS.

    base : the plan as its run put it together.
    demand : demand_id, kind, people, town, minutes, verdict, nearest_facility_id, gap_id ("" for
        none), people_* of groups.
    facilities : those that count, of area and ring; planned : those that are decided on; of both
    those whose place is confirmed.
    gaps : of the run; candidates : SITE_COLUMNS and Points.
    units, sites : demand and candidates joined to the streets.
    planned_minutes (n,) : to the nearest planned facility, inf for none.
    rooms_given : whether the table of facilities has capacities.
    """

    demand: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    planned: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    units: Access
    sites: Access
    planned_minutes: NDArray[np.float64]
    rooms_given: bool = False

    @property
    def towns(self) -> list[str]:
        """Names of the towns, in their order."""
        return self.area.town_names

    @cached_property
    def people(self) -> NDArray[np.float64]:
        """People of each unit, shape (n,)."""
        return np.asarray(self.demand["people"], dtype=np.float64)

    @cached_property
    def minutes_today(self) -> NDArray[np.float64]:
        """Minutes to the nearest facility that counts, shape (n,); on the side of the verdict.

        A run on disk holds rounded minutes: of an older run a walk a moment too long read as one
        in time.
        """
        known = self.demand["minutes"].fillna(np.inf).to_numpy(dtype=np.float64)
        cutoff = self.cutoff_minutes
        late = np.maximum(known, np.nextafter(cutoff, np.inf))
        sided = np.where(self.covered, np.minimum(known, cutoff), late)
        return np.asarray(sided, dtype=np.float64)

    @cached_property
    def minutes(self) -> NDArray[np.float64]:
        """Minutes to the nearest facility that counts or is planned, shape (n,)."""
        return np.asarray(np.minimum(self.minutes_today, self.planned_minutes), dtype=np.float64)

    @cached_property
    def nearest(self) -> NDArray[np.object_]:
        """Id of the nearest facility that counts or is planned, None for none, shape (n,)."""
        today = np.array(self.demand["nearest_facility_id"], dtype=object)
        if len(self.planned):
            origins = join_facilities(self.streets, self.planned)
            _, label = nearest_minutes(self.streets, origins, self.units)
            # Of equals the facility of today stays the nearest.
            sooner = self.planned_minutes < self.minutes_today
            ids = np.array([*self.planned["facility_id"], None], dtype=object)
            today[sooner] = ids[label[sooner]]
        return today

    @cached_property
    def covered_by_planned(self) -> NDArray[np.bool_]:
        """Units that a planned facility will cover, shape (n,)."""
        return np.asarray(self.planned_minutes <= self.cutoff_minutes, dtype=bool)

    @cached_property
    def left_out(self) -> NDArray[np.bool_]:
        """Units certainly not covered, today or by planned facilities, shape (n,)."""
        return np.asarray(self.of_verdict(GAP) & ~self.covered_by_planned, dtype=bool)

    @cached_property
    def doubtful(self) -> NDArray[np.bool_]:
        """Units whose verdict is unknown, and that no planned facility covers, shape (n,)."""
        return np.asarray(self.of_verdict(UNKNOWN) & ~self.covered_by_planned, dtype=bool)

    def of_verdict(self, verdict: str) -> NDArray[np.bool_]:
        """Tell which units have a verdict today, shape (n,)."""
        return np.asarray(self.demand["verdict"] == verdict, dtype=bool)

    @cached_property
    def covered(self) -> NDArray[np.bool_]:
        """Units covered today, shape (n,)."""
        return self.of_verdict(COVERED)

    def of_kind(self, kind: str) -> NDArray[np.bool_]:
        """Tell which units are of a kind, shape (n,)."""
        return np.asarray(self.demand["kind"] == kind, dtype=bool)

    @cached_property
    def _walk(self) -> Walk:
        """The walks to today's facilities, with what speaks against judging a unit."""
        walks = self.base.walks_of(self.facilities, self.demand)
        return walks.of(self.streets.profile)

    def judged_anew(
        self, minutes: NDArray[np.float64], stay: NDArray[np.bool_]
    ) -> NDArray[np.object_]:
        """Return the verdicts (n,) by new minutes once only some facilities (k,) count."""
        # None closes whose place is not confirmed: what it covers is in doubt as before.
        chosen = np.append(stay, np.ones(len(self.base.unsure), dtype=bool))
        judged = self._walk.judge(minutes, chosen, self.cutoff_minutes)
        return judged["verdict"].to_numpy(dtype=object)

    @cached_property
    def street_tree(self) -> shapely.STRtree:
        """The edges of the streets by place."""
        return shapely.STRtree(self.streets.network.lines)

    def pairs_to(
        self, sites: Access, minutes: float, chosen: NDArray[np.bool_] | None = None
    ) -> ReachedPairs:
        """Return the pairs of sites and units within some minutes, of some units or of all."""
        if chosen is None:
            return reached_pairs(self.streets, sites, self.units, minutes)
        rows = np.flatnonzero(chosen)
        pairs = reached_pairs(self.streets, sites, take(self.units, rows), minutes)
        return ReachedPairs(
            pairs.origin, rows[pairs.target], pairs.minutes, (len(sites), len(self.units))
        )

    @cached_property
    def reached(self) -> ReachedPairs:
        """The pairs of candidates and units not covered, within the cutoff."""
        return self.pairs_to(self.sites, self.cutoff_minutes, self.left_out | self.doubtful)


def build_siting_case(
    result: Result,
    candidates: gpd.GeoDataFrame,
    *,
    units: Access | None = None,
    places: Access | None = None,
) -> SitingCase:
    """Put together what siting needs.

    Parameters
    ----------
    result
        From `run_plan`.
    candidates
        SITE_COLUMNS and Points in the network's CRS, from `find_candidates`.
    units, places
        The demand of the run and the candidates as `gather_candidates` joined them to the streets;
        None joins them here.

    Raises
    ------
    SitingError
        If there are no candidates, or an id stands twice.
    """
    streets, network = result.case.streets, result.network
    layers = {
        name: result.layers[name].to_crs(network.crs) for name in ("demand", "facilities", "gaps")
    }
    facilities = layers["facilities"]
    sites = check_candidates(candidates, facilities)
    demand = layers["demand"].reset_index(drop=True)
    if units is None:
        units = join(streets, points_of(demand, network, "demand"), reached=True)
    # Whom a station may cover whose place is not confirmed the run does not judge.
    facilities = facilities[~find_approximate(facilities)]
    planned = facilities[facilities["status"] == PLANNED].reset_index(drop=True)
    minutes, _ = nearest_minutes(streets, join_facilities(streets, planned), units)
    return SitingCase(
        base=result.case,
        demand=demand,
        facilities=facilities[facilities["status"] == OPEN].reset_index(drop=True),
        planned=planned,
        gaps=layers["gaps"],
        candidates=sites,
        units=units,
        sites=join(streets, points_of(sites, network, "candidates")) if places is None else places,
        planned_minutes=minutes,
        rooms_given=bool(result.inputs.facilities.rows["capacity"].notna().any()),
    )


def check_candidates(
    candidates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Refuse candidates that cannot be told apart, or that are none."""
    require_metric(candidates, "candidates")
    missing = [name for name in SITE_COLUMNS if name not in candidates]
    if missing:
        raise SitingError(f"the candidates lack the columns {', '.join(missing)}; add them")
    if len(candidates) == 0:
        raise SitingError(
            "there are no candidate sites; name a table in [candidates], or set osm or frontage"
        )
    ids = candidates["site_id"].astype(str)
    # Sites and facilities stand in one answer, where only the id tells them apart.
    twice = ids[ids.duplicated() | ids.isin(facilities["facility_id"].astype(str))]
    if len(twice):
        raise SitingError(
            f"the site_id {quote(twice.iloc[0])} stands twice or is that of a facility; rename it"
        )
    # From here on candidates go by position: as columns of the question and of the matrix.
    return candidates.reset_index(drop=True)


def list_room_notes(candidates: gpd.GeoDataFrame, *, rooms_given: bool) -> list[str]:
    """Say of a question about limited room whom it leaves out.

    candidates : with `capacity`, NaN where it is not known; rooms_given : facilities have one, too.
    """
    notes = []
    if lacking := int(candidates["capacity"].isna().sum()):
        notes.append(f"{lacking:,} candidates have no capacity and were left out")
    if rooms_given:
        notes.append(
            "only new sites have limited room: whoever is within the walk of a station of today, "
            "or a planned one, counts as covered whatever its capacity"
        )
    return notes
