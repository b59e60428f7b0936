"""Who is covered once chosen sites are open and some facilities closed, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from planner.coverage.counting import UNKNOWN
from planner.coverage.facilities import join_facilities
from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.allocation import allocate_people
from planner.siting.siting_case import SitingCase
from planner.travel.access import take
from planner.travel.minutes import nearest_minutes


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


def find_room(case: SitingCase, model: str, weight: Floats) -> Room | None:
    """Return the room of the candidates for the one model that counts it, else None."""
    if model != "capacitated":
        return None
    capacity = case.candidates["capacity"].to_numpy(dtype=np.float64)
    # A candidate without a figure is never chosen: the question leaves it out.
    return Room(np.nan_to_num(capacity, nan=0.0), weight)


def find_reach(case: SitingCase) -> csc_array:
    """Return the minutes from candidates (columns) to the units not covered, within the cutoff."""
    matrix = csc_array(case.reached.to_matrix())
    matrix.sort_indices()
    return matrix


def find_outcome(
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
        From `find_reach`.
    sites
        Positions of candidates, in build order.
    closed
        facility_id of those that close.
    room
        Of the candidates; None where everybody within the walk is served.
    """
    order = np.asarray(sites, dtype=np.int64)
    # The case keeps these for every choice that is looked at, and here they change.
    minutes, nearest = case.minutes.copy(), case.nearest.copy()
    before = case.minutes <= case.cutoff_minutes
    in_doubt = case.doubtful
    ids = case.candidates["site_id"].astype(str).to_numpy(dtype=object)
    if closed:
        minutes, nearest, in_doubt = _without(case, closed)
    stays = minutes <= case.cutoff_minutes
    # `reach` knows only units that are not covered; where facilities close, others need a site too.
    columns = [_column(case, reach, int(site), everybody=bool(closed)) for site in order]
    for site, (rows, walks) in zip(order, columns, strict=True):
        # Of equals the earlier one stays the nearest: what is there, then sites in build order.
        sooner = walks < minutes[rows]
        minutes[rows[sooner]] = walks[sooner]
        nearest[rows[sooner]] = ids[site]
    walks = _walks_to(columns, ~stays)
    parts = _first_come(walks) if room is None else _shared_out(case, walks, order, room)
    # Shares of several sites may add up to a hair more than everybody.
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
        # The case numbers planned facilities from 0, so that their index is their positions.
        planned, label = _walks(case, case.planned.index.to_numpy(), of="planned")
        sooner = planned < minutes
        minutes, nearest = np.where(sooner, planned, minutes), np.where(sooner, label, nearest)
    verdict = case.judged_anew(minutes, stay)
    return minutes, nearest, np.asarray(verdict == UNKNOWN, dtype=bool)


def _walks(case: SitingCase, rows: Ints, *, of: str) -> tuple[Floats, NDArray[np.object_]]:
    """Return minutes to the nearest of some facilities, and its id."""
    layer = getattr(case, of).iloc[rows]
    minutes, label = nearest_minutes(case.streets, join_facilities(case.streets, layer), case.units)
    # A label of -1, for none, takes the None at the end.
    return minutes, np.array([*layer["facility_id"], None], dtype=object)[label]
