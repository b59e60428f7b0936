"""Who gains from chosen sites, and who loses from closures: counted on the units of the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from planner.coverage.counting import ALL, UNKNOWN
from planner.coverage.exact import exact_sum
from planner.coverage.facilities import join_facilities
from planner.crs.arrays import Flags, Floats, Ints
from planner.gaps.definition import SCATTERED
from planner.plan import KINDS
from planner.siting.models.allocation import allocate_people
from planner.siting.siting_case import SitingCase
from planner.travel.access import take
from planner.travel.minutes import nearest_minutes

#: Why people stay left out though a station is within reach: it has no room for them.
NO_ROOM: Final = "no room"


@dataclass(frozen=True, eq=False)
class Room:
    """How many people sites can serve, and who comes first.

    capacity (m,) : of the candidates. weight (n,) : what a unit's people count; those who count
    come first, then others who are left out, then people who cannot be judged.
    """

    capacity: Floats
    weight: Floats

    def worth(self, people: Floats) -> Floats:
        """Return what one of so many people of each unit counts, shape (n,)."""
        return np.divide(self.weight, people, out=np.zeros(len(people)), where=people > 0)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What n units have once k sites are open and some facilities closed.

    sites : positions of the candidates, in build order; closed : ids of facilities.
    minutes (n,) : to the nearest of what is open then, where that changes; nearest : its id.
    stays (n,) : whether something that stays covers the unit; walks (n, k) : minutes to the sites
    within the cutoff, of the other units.
    The rest are shares of the people of each unit, 0 or 1 unless sites have room for only so many.
    parts (n, k) : covered by a site and by nothing that stays or comes before it.
    gained, gained_doubtful (n,) : newly covered, of units left out and of units with verdict
    unknown today. lost (n,) : covered before and not after. no_room (n,) : left out though a site
    is within reach. left (n,), unknown (n,) : not covered after, of verdict gap and unknown then.
    """

    sites: Ints
    closed: tuple[str, ...]
    minutes: Floats
    nearest: NDArray[np.object_]
    stays: Flags
    walks: csr_array
    parts: csc_array
    gained: Floats
    gained_doubtful: Floats
    lost: Floats
    no_room: Floats
    left: Floats
    unknown: Floats

    @property
    def covered(self) -> Floats:
        """Which share of each unit the sites cover and nothing that stays, shape (n,)."""
        return np.asarray(np.minimum(self.parts.sum(axis=1), 1.0), dtype=float)

    def by_step(self, step: int) -> Floats:
        """Return which share of each unit the site of this step newly covers, shape (n,)."""
        return np.where(self.gained + self.gained_doubtful > 0, self.by_site(step), 0.0)

    def by_site(self, step: int) -> Floats:
        """Return which share of each unit the site of this step takes, shape (n,)."""
        part: Floats = self.parts[:, [step]].toarray().ravel()
        return part


def room_of(case: SitingCase, model: str, weight: Floats) -> Room | None:
    """Return the room of the candidates for the one model that counts it, else None."""
    if model != "capacitated":
        return None
    capacity = case.candidates["capacity"].to_numpy(dtype=np.float64)
    return Room(np.nan_to_num(capacity, nan=0.0), weight)


def reach_of(case: SitingCase) -> csc_array:
    """Return the minutes from candidates (columns) to the units not covered, within the cutoff."""
    matrix = csc_array(case.reached.to_matrix())
    matrix.sort_indices()
    return matrix


def outcome_of(
    case: SitingCase,
    reach: csc_array,
    sites: Sequence[int] | Ints,
    closed: Sequence[str] = (),
    room: Room | None = None,
) -> Outcome:
    """Work out who is covered by chosen candidates, or served where they have so much room.

    Parameters
    ----------
    reach
        From `reach_of`.
    sites
        Positions of candidates, in build order.
    closed
        facility_id of those that close.
    room
        Of the candidates; None where everybody within the walk is served.
    """
    order = np.asarray(sites, dtype=np.int64)
    minutes, nearest = case.minutes.copy(), case.nearest.copy()
    before = case.minutes <= case.cutoff_minutes
    in_doubt = case.doubtful
    ids = case.candidates["site_id"].astype(str).to_numpy(dtype=object)
    if closed:
        minutes, nearest, in_doubt = _without(case, closed)
    stays = minutes <= case.cutoff_minutes
    columns = [_column(case, reach, int(site), everybody=bool(closed)) for site in order]
    for site, (rows, walks) in zip(order, columns, strict=True):
        sooner = walks < minutes[rows]
        minutes[rows[sooner]] = walks[sooner]
        nearest[rows[sooner]] = ids[site]
    walks = _walks_to(columns, ~stays)
    parts = _first_come(walks) if room is None else _shared_out(case, walks, order, room)
    covered = np.minimum(parts.sum(axis=1), 1.0)
    reached = np.diff(walks.indptr) > 0
    rest = np.where(stays, 0.0, 1.0 - covered)
    return Outcome(
        sites=order,
        closed=tuple(closed),
        minutes=minutes,
        nearest=nearest,
        stays=stays,
        walks=walks,
        parts=parts,
        gained=np.where(case.left_out, covered, 0.0),
        gained_doubtful=np.where(case.doubtful & ~before, covered, 0.0),
        lost=np.where(before & ~stays, 1.0 - covered, 0.0),
        no_room=np.where(reached & (case.left_out | before), 1.0 - covered, 0.0),
        left=np.where(in_doubt, 0.0, rest),
        unknown=np.where(in_doubt, rest, 0.0),
    )


def _walks_to(columns: Sequence[tuple[Ints, Floats]], open_units: Flags) -> csr_array:
    """Return the minutes from sites in their order to the units that nothing covers else."""
    shape = (len(open_units), len(columns))
    if not columns:
        return csr_array(shape)
    row = np.concatenate([rows for rows, _ in columns])
    col = np.repeat(np.arange(len(columns)), [len(rows) for rows, _ in columns])
    data = np.concatenate([walks for _, walks in columns])
    use = open_units[row]
    return csr_array((data[use], (row[use], col[use])), shape=shape)


def _first_come(walks: csr_array) -> csc_array:
    """Give each unit whole to the first site that reaches it."""
    pairs = walks.tocoo()
    first = np.full(walks.shape[0], walks.shape[1])
    np.minimum.at(first, pairs.row, pairs.col)
    rows = np.flatnonzero(first < walks.shape[1])
    return csc_array((np.ones(len(rows)), (rows, first[rows])), shape=walks.shape)


def _shared_out(case: SitingCase, walks: csr_array, order: Ints, room: Room) -> csc_array:
    """Share out the room: those who count first, then others left out, then who is in doubt."""
    left = room.capacity[order].copy()
    counts = room.weight > 0
    total = csc_array(walks.shape)
    for units, value in (
        (counts, room.worth(case.people)),
        (~counts & ~case.doubtful, np.ones(len(counts))),
        (~counts & case.doubtful, np.ones(len(counts))),
    ):
        served = allocate_people(walks, np.where(units, case.people, 0.0), value, left)
        left = np.maximum(left - served.sum(axis=0), 0.0)
        total = total + served
    share = np.divide(1.0, case.people, out=np.zeros(len(counts)), where=case.people > 0)
    return csc_array(total.multiply(share[:, None]))


def _column(
    case: SitingCase, reach: csc_array, site: int, *, everybody: bool
) -> tuple[Ints, Floats]:
    """Return the units that a candidate reaches and the minutes; all units where some may lose."""
    if everybody:
        pairs = case.pairs_to(take(case.sites, np.array([site])), case.cutoff_minutes)
        return pairs.target, pairs.minutes
    part = slice(reach.indptr[site], reach.indptr[site + 1])
    return reach.indices[part].astype(np.int64), reach.data[part]


def _without(case: SitingCase, closed: Sequence[str]) -> tuple[Floats, NDArray[np.object_], Flags]:
    """Return minutes and nearest facility once some are closed, and who cannot be judged then."""
    stay = ~case.facilities["facility_id"].isin(list(closed)).to_numpy()
    minutes, nearest = _walks(case, np.flatnonzero(stay), of="facilities")
    if len(case.planned):
        planned, label = _walks(case, case.planned.index.to_numpy(), of="planned")
        sooner = planned < minutes
        minutes, nearest = np.where(sooner, planned, minutes), np.where(sooner, label, nearest)
    verdict = case.judged_anew(minutes, stay)
    return minutes, nearest, np.asarray(verdict == UNKNOWN, dtype=bool)


def _walks(case: SitingCase, rows: Ints, *, of: str) -> tuple[Floats, NDArray[np.object_]]:
    """Return minutes to the nearest of some facilities, and its id."""
    layer = getattr(case, of).iloc[rows]
    minutes, label = nearest_minutes(case.streets, join_facilities(case.streets, layer), case.units)
    return minutes, np.array([*layer["facility_id"], None], dtype=object)[label]


def count_by_kind(case: SitingCase, part: Flags | Floats) -> dict[str, float]:
    """Count the people of some units, or of shares of them, by kind."""
    people = case.people * part
    return {kind: whole_people(exact_sum(people[case.of_kind(kind)])) for kind in KINDS}


def whole_people(count: float) -> float:
    """Return a count without the tail that adding up shares of people leaves."""
    return round(float(count), 6)


def count_groups(case: SitingCase, part: Flags | Floats) -> dict[str, float]:
    """Count the people of some units, or of shares of them, by the plan's groups."""
    names = [group.name for group in case.plan.groups]
    columns = {name: f"people_{name}" for name in names if f"people_{name}" in case.demand}
    return {
        name: whole_people(exact_sum(part * case.demand[column].fillna(0.0)))
        for name, column in columns.items()
    }


def town_table(case: SitingCase, outcome: Outcome) -> list[dict[str, Any]]:
    """Count residents by town: gained, lost, and their share covered before and after."""
    towns = case.demand["town"].to_numpy(dtype=object)
    counts = _resident_counts(case, outcome).groupby(towns).agg(exact_sum)
    return [
        _resident_row(town, counts.loc[town].to_dict())
        for town in case.towns
        if town in counts.index
    ]


def whole_area(case: SitingCase, outcome: Outcome) -> dict[str, Any]:
    """Count the residents of the whole area as `town_table` does those of a town."""
    return _resident_row(ALL, _resident_counts(case, outcome).agg(exact_sum).to_dict())


def _resident_counts(case: SitingCase, outcome: Outcome) -> pd.DataFrame:
    """Return the residents of each unit by what becomes of them."""
    residents = np.where(case.of_kind("residential"), case.people, 0.0)
    shares = {
        "people": np.ones(len(residents)),
        "covered": case.covered,
        "judged_today": ~case.of_verdict(UNKNOWN),
        "judged": ~case.doubtful,
        "planned": case.covered_by_planned & ~case.covered,
        "gained": outcome.gained,
        "doubt": outcome.gained_doubtful,
        "lost": outcome.lost,
        "no_room": outcome.no_room,
        "left": outcome.left,
        "unknown": outcome.unknown,
    }
    return pd.DataFrame({name: residents * share for name, share in shares.items()})


def _resident_row(town: str, count: dict[Any, float]) -> dict[str, Any]:
    """Return the row of a town, or of all; shares beside their low and high ends."""
    before = count["covered"] + count["planned"]
    after = before + count["gained"] + count["doubt"] - count["lost"]
    judged = count["people"] - count["unknown"]
    people = {
        "": count["people"],
        "_gained": count["gained"],
        "_gained_unknown": count["doubt"],
        "_lost": count["lost"],
        "_left": count["left"],
        "_no_room": count["no_room"],
        "_unknown_before": count["people"] - count["judged"],
        "_unknown": count["unknown"],
    }
    return {
        "town": town,
        **{f"residents{name}": whole_people(number) for name, number in people.items()},
        **_shares("today", count["covered"], count["judged_today"], count["people"]),
        **_shares("before", before, count["judged"], count["people"]),
        **_shares("after", after, judged, count["people"]),
    }


def resident_shares(case: SitingCase, outcome: Outcome) -> dict[str, float | None]:
    """Return the share of residents covered today, with what is planned, and with the sites.

    Beside each its low end, as if all who cannot be judged were left out, and its high end. Whom a
    new site covers can be judged then, whatever the verdict is today: as in a run with the sites.
    """
    row = whole_area(case, outcome)
    return {
        f"share{end}_{when}": row[f"share{end}_{of_row}"]
        for when, of_row in (("today", "today"), ("planned", "before"), ("after", "after"))
        for end in ("", "_low", "_high")
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


def what_stays(case: SitingCase, outcome: Outcome, usable: Flags) -> list[dict[str, Any]]:
    """Say which residents stay left out and why: out of every candidate's reach, or not chosen.

    Parameters
    ----------
    usable : shape (m,)
        Candidates that may be opened.

    Returns
    -------
    list
        cause (of the gap, or NO_ROOM), residents, residents_in_reach (of a candidate, so that more
        sites would help), gaps (how many have such residents), names (of the largest three); most
        first.
    """
    pairs = case.reached
    near = np.zeros(len(case.demand), dtype=bool)
    near[pairs.target[usable[pairs.origin]]] = True
    residents = np.where(case.left_out & case.of_kind("residential"), case.people, 0.0)
    left = residents * (1.0 - outcome.gained)
    some = left > 0
    table = pd.DataFrame({
        "gap_id": case.demand["gap_id"].to_numpy(dtype=object)[some],
        "residents": left[some],
        "in_reach": (left * near)[some],
    }).merge(case.gaps[["gap_id", "name", "cause"]], on="gap_id", how="left")  # fmt: skip
    table["cause"] = table["cause"].mask(outcome.no_room[some] > 0, NO_ROOM)
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
