"""Who gains from chosen sites, and who loses from closures: counted on the units of the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csc_array

from planner.exact import exact_sum
from planner.facilities import join_facilities
from planner.gap_units import SCATTERED
from planner.plan import KINDS
from planner.siting.case import SitingCase
from planner.travel.access import take
from planner.travel.minutes import nearest_minutes

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What n units have once k sites are open and some facilities closed.

    sites : positions of the candidates, in build order; closed : ids of facilities.
    minutes (n,) : to the nearest of what is open then, where that changes; nearest : its id.
    first (n,) : which site of the order is the first to reach a unit that nothing covers else, -1.
    gained, gained_doubtful (n,) : newly covered units, and those with verdict unknown today.
    lost (n,) : units covered before and not after.
    """

    sites: Ints
    closed: tuple[str, ...]
    minutes: Floats
    nearest: NDArray[np.object_]
    first: Ints
    gained: Bools
    gained_doubtful: Bools
    lost: Bools

    def by_step(self, step: int) -> Bools:
        """Mark the units that the site of this step newly covers, shape (n,)."""
        return np.asarray((self.gained | self.gained_doubtful) & (self.first == step), dtype=bool)


def reach_of(case: SitingCase) -> csc_array:
    """Return the minutes from candidates (columns) to the units not covered, within the cutoff."""
    matrix = csc_array(case.reached.to_matrix())
    matrix.sort_indices()
    return matrix


def outcome_of(
    case: SitingCase, reach: csc_array, sites: Sequence[int] | Ints, closed: Sequence[str] = ()
) -> Outcome:
    """Work out who is covered by chosen candidates.

    Parameters
    ----------
    reach
        From `reach_of`.
    sites
        Positions of candidates, in build order.
    closed
        facility_id of those that close.
    """
    order = np.asarray(sites, dtype=np.int64)
    minutes, nearest = case.minutes.copy(), case.nearest.copy()
    before = case.minutes <= case.cutoff_minutes
    ids = case.candidates["site_id"].astype(str).to_numpy(dtype=object)
    first = np.full(len(case.demand), -1, dtype=np.int64)
    new = _without(case, closed) if closed else None
    if new is not None:
        minutes, nearest = new
    stays = minutes <= case.cutoff_minutes
    for step, site in enumerate(order):
        rows, walks = _column(case, reach, int(site), everybody=new is not None)
        fresh = ~stays[rows] & (first[rows] < 0)
        first[rows[fresh]] = step
        sooner = walks < minutes[rows]
        minutes[rows[sooner]] = walks[sooner]
        nearest[rows[sooner]] = ids[site]
    after = minutes <= case.cutoff_minutes
    return Outcome(
        sites=order,
        closed=tuple(closed),
        minutes=minutes,
        nearest=nearest,
        first=first,
        gained=after & ~before & case.left_out,
        gained_doubtful=after & ~before & case.doubtful,
        lost=before & ~after,
    )


def _column(
    case: SitingCase, reach: csc_array, site: int, *, everybody: bool
) -> tuple[Ints, Floats]:
    """Return the units that a candidate reaches and the minutes; all units where some may lose."""
    if everybody:
        pairs = case.pairs_to(take(case.sites, np.array([site])), case.cutoff_minutes)
        return pairs.target, pairs.minutes
    part = slice(reach.indptr[site], reach.indptr[site + 1])
    return reach.indices[part].astype(np.int64), reach.data[part]


def _without(case: SitingCase, closed: Sequence[str]) -> tuple[Floats, NDArray[np.object_]]:
    """Return minutes and nearest facility once some are closed."""
    stay = ~case.facilities["facility_id"].isin(list(closed)).to_numpy()
    minutes, nearest = _walks(case, np.flatnonzero(stay), of="facilities")
    if len(case.planned):
        planned, label = _walks(case, case.planned.index.to_numpy(), of="planned")
        sooner = planned < minutes
        minutes, nearest = np.where(sooner, planned, minutes), np.where(sooner, label, nearest)
    return minutes, nearest


def _walks(case: SitingCase, rows: Ints, *, of: str) -> tuple[Floats, NDArray[np.object_]]:
    """Return minutes to the nearest of some facilities, and its id."""
    layer = getattr(case, of).iloc[rows]
    minutes, label = nearest_minutes(case.streets, join_facilities(case.streets, layer), case.units)
    return minutes, np.array([*layer["facility_id"], None], dtype=object)[label]


def count_by_kind(case: SitingCase, chosen: Bools) -> dict[str, float]:
    """Count the people of some units by kind."""
    return {kind: exact_sum(case.people[chosen & case.of_kind(kind)]) for kind in KINDS}


def count_groups(case: SitingCase, chosen: Bools) -> dict[str, float]:
    """Count the people of some units by the plan's groups."""
    names = [group.name for group in case.plan.groups]
    columns = {name: f"people_{name}" for name in names if f"people_{name}" in case.demand}
    return {
        name: exact_sum(case.demand.loc[chosen, column].fillna(0.0))
        for name, column in columns.items()
    }


def town_table(case: SitingCase, outcome: Outcome) -> list[dict[str, Any]]:
    """Count residents by town: gained, lost, and their share covered before and after."""
    table = pd.DataFrame(
        {
            "town": case.demand["town"].to_numpy(dtype=object),
            "covered": case.covered,
            "people": np.ones(len(case.demand)),
            "judged": case.covered | case.left_out | case.covered_by_planned,
            "planned": case.covered_by_planned & ~case.covered,
            "gained": outcome.gained,
            "gained_unknown": outcome.gained_doubtful,
            "lost": outcome.lost,
        }
    )
    residents = np.where(case.of_kind("residential"), case.people, 0.0)
    counts = table.drop(columns="town").mul(residents, axis=0).groupby(table["town"]).agg(exact_sum)
    rows = []
    for town in case.towns:
        if town not in counts.index:
            continue
        row = dict(zip(counts.columns, counts.loc[town].to_numpy(dtype=float), strict=True))
        before = row["covered"] + row["planned"]
        rows.append({
            "town": town,
            "residents_gained": row["gained"],
            "residents_gained_unknown": row["gained_unknown"],
            "residents_lost": row["lost"],
            "residents_left": row["judged"] - before - row["gained"] + row["lost"],
            **_shares("before", before, row["judged"], row["people"]),
            **_shares(
                "after", before + row["gained"] - row["lost"], row["judged"], row["people"]
            ),
        })  # fmt: skip
    return rows


def resident_shares(case: SitingCase, outcome: Outcome) -> dict[str, float | None]:
    """Return the share of residents covered today, with what is planned, and with the sites.

    Beside each its low end, as if all who cannot be judged were left out, and its high end.
    """
    residents = np.where(case.of_kind("residential"), case.people, 0.0)
    judged = exact_sum(residents[case.covered | case.left_out | case.covered_by_planned])
    today = exact_sum(residents[case.covered])
    planned = exact_sum(residents[case.covered | case.covered_by_planned])
    after = planned + exact_sum(residents[outcome.gained]) - exact_sum(residents[outcome.lost])
    people = exact_sum(residents)
    return {
        **_shares("today", today, judged, people),
        **_shares("planned", planned, judged, people),
        **_shares("after", after, judged, people),
    }


def _shares(when: str, covered: float, judged: float, people: float) -> dict[str, float | None]:
    """Return share_, share_low_ and share_high_ of some time."""
    return {
        f"share_{when}": _share(covered, judged),
        f"share_low_{when}": _share(covered, people),
        f"share_high_{when}": _share(covered + people - judged, people),
    }


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def what_stays(case: SitingCase, outcome: Outcome, usable: Bools) -> list[dict[str, Any]]:
    """Say which residents stay left out and why: out of every candidate's reach, or not chosen.

    Parameters
    ----------
    usable : shape (m,)
        Candidates that may be opened.

    Returns
    -------
    list
        cause (of the gap), residents, residents_in_reach (of a candidate, so that more sites would
        help), gaps (how many have such residents), names (of the largest three); most first.
    """
    pairs = case.reached
    near = np.zeros(len(case.demand), dtype=bool)
    near[pairs.target[usable[pairs.origin]]] = True
    left = case.left_out & ~outcome.gained & case.of_kind("residential") & (case.people > 0)
    table = pd.DataFrame({
        "gap_id": case.demand["gap_id"].to_numpy(dtype=object)[left],
        "residents": case.people[left],
        "in_reach": (case.people * near)[left],
    }).merge(case.gaps[["gap_id", "name", "cause"]], on="gap_id", how="left")  # fmt: skip
    rows = []
    for cause, part in table.groupby(table["cause"].fillna(""), sort=True):
        of_gap = (
            part.groupby("name")["residents"]
            .agg(exact_sum)
            .sort_values(ascending=False, kind="stable")
        )
        rows.append({
            "cause": str(cause),
            "residents": exact_sum(part["residents"]),
            "residents_in_reach": exact_sum(part["in_reach"]),
            "gaps": int(part["gap_id"].nunique()),
            "names": [str(name) for name in of_gap.index if name != SCATTERED][:3],
        })  # fmt: skip
    return sorted(rows, key=lambda row: (-float(row["residents"]), str(row["cause"])))
