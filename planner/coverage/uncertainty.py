"""How sure the verdicts are: everybody is judged again with figures drawn from their ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.coverage.counting import (
    ALL,
    COVERED,
    GAP,
    UNKNOWN,
    judge,
    judge_target,
    shares,
)
from planner.coverage.edge import EdgeOfData, measure_edge
from planner.coverage.exact import exact_sum, exact_sums
from planner.coverage.grounds import ALL_SURE, UnsurePlaces, find_grounds
from planner.coverage.sampling import Draw
from planner.travel.access import join
from planner.travel.minutes import cores, minutes_over_nodes, nearest_minutes
from planner.travel.streets import AccessRules, Streets, prepare_like

VERDICTS: Final = (COVERED, GAP, UNKNOWN)
RESULTS: Final = ("met", "missed", "undecided")
#: The column of units that says in which part of the repeats each is covered.
COVERED_SHARE: Final = "covered_share"
#: What may be taken of gates that nobody mapped, each with no gate more than the one before.
FEWER_GATES: Final = ("inferred_open", "as_tagged", "inferred_closed")
#: Sums of minutes differ by less than this, whatever the order in which they are added.
_ROUNDING_MINUTES: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Repeats:
    """The verdicts of n units in r repeats.

    draws : what each repeat was judged with.
    verdict (r, n) : position in VERDICTS.
    """

    draws: tuple[Draw, ...]
    verdict: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.draws)

    @property
    def uncovered(self) -> NDArray[np.bool_]:
        """Whether a unit is a gap or unknown, shape (r, n)."""
        return np.asarray(self.verdict != VERDICTS.index(COVERED), dtype=bool)

    def covered_share(self) -> NDArray[np.float64]:
        """Return the part of the repeats in which each unit is covered, shape (n,)."""
        return np.asarray(1 - self.uncovered.mean(axis=0), dtype=np.float64)


def repeat_verdicts(
    streets: Streets,
    draws: Sequence[Draw],
    facilities: NDArray[np.float64],
    units: NDArray[np.float64],
    *,
    data: BaseGeometry | None,
    complete: bool = False,
    unsure: UnsurePlaces = ALL_SURE,
    cutoff_minutes: float,
    closed: NDArray[np.bool_] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Repeats:
    """Judge all units once for each draw, on all cores.

    Parameters
    ----------
    streets
        Prepared for the plan: its network, profile, gates shut and opened, and barriers hold in
        every repeat; the draws change speeds, delays, legs and what is taken of unmapped gates.
    draws
        From `sample_ranges`.
    facilities, units : shape (f, 2), (n, 2)
        Those that count, and the people; metres, in the network's CRS.
    data
        The land the streets are known for, metric CRS; None: everywhere.
    complete
        Whether no station is missing, beyond that land either.
    unsure
        Facilities that count but whose cover is not sure.
    cutoff_minutes
        Covered when minutes <= cutoff_minutes.
    closed : shape (f,)
        Facilities that outsiders may not enter.
    progress
        Told how much is done, 0 to 1.

    Returns
    -------
    Repeats
        The same for the same draws, however many cores there are.
    """
    # In which compound a place lies depends on no figure that is drawn: looked up once.
    inside = streets.compound_at(facilities), streets.compound_at(units)
    # Streets that differ in figures alone share their pieces, their barriers and the grids of both.
    alike = {
        gates: prepare_like(streets, rules=replace(streets.rules, gates=gates))
        for gates in {draw.gates for draw in draws}
    }
    every = _Walkers(facilities, units, inside, closed)
    asked = np.arange(len(units))
    # Both ways are judged by the longer one, which the quick look does not know.
    if len(draws) > 1 and streets.back is None:
        worst = find_worst(draws)
        slowest = prepare_sampled_streets(alike[worst.gates], worst)
        asked = np.flatnonzero(~_surely_covered(slowest, every, cutoff_minutes))
    # Measured before the threads start: `measure_edge` is not for several at once.
    edge = measure_edge(data, units[asked], complete=complete)

    def judged(draw: Draw) -> NDArray[np.int8]:
        """Return the verdicts with one set of figures."""
        drawn = prepare_sampled_streets(alike[draw.gates], draw)
        verdict = _judge_some(drawn, every, asked, edge, unsure, cutoff_minutes)
        # A byte for each unit and repeat: words would take many times the memory.
        codes = np.full(len(units), VERDICTS.index(COVERED), dtype=np.int8)
        codes[asked] = pd.Index(VERDICTS).get_indexer(pd.Index(verdict))
        return codes

    rows = []
    with ThreadPoolExecutor(cores()) as pool:
        # `map` keeps the order of the draws, whichever thread is done first.
        for number, row in enumerate(pool.map(judged, draws), start=1):
            rows.append(row)
            if progress is not None:
                progress(number / len(draws))
    verdict = np.array(rows, dtype=np.int8).reshape(len(draws), len(units))
    return Repeats(tuple(draws), verdict)


@dataclass(frozen=True, eq=False)
class _Walkers:
    """Who walks where in all repeats: `facilities`, `units` and `closed` of `repeat_verdicts`.

    inside : the compounds that facilities and units lie in, (f,) and (n,).
    """

    facilities: NDArray[np.float64]
    units: NDArray[np.float64]
    inside: tuple[NDArray[np.int64], NDArray[np.int64]]
    closed: NDArray[np.bool_] | None


def _surely_covered(slowest: Streets, every: _Walkers, cutoff_minutes: float) -> NDArray[np.bool_]:
    """Tell who is covered by the worst of all figures, so by every draw, (n,)."""
    origins = join(
        slowest, every.facilities, closed=every.closed, inside=every.inside[0], slanted=False
    )
    targets = join(slowest, every.units, reached=True, inside=every.inside[1], slanted=False)
    longest = minutes_over_nodes(slowest, origins, targets)
    return np.asarray(longest <= cutoff_minutes - _ROUNDING_MINUTES, dtype=bool)


def _judge_some(
    drawn: Streets,
    every: _Walkers,
    asked: NDArray[np.intp],
    edge: EdgeOfData,
    unsure: UnsurePlaces,
    cutoff_minutes: float,
) -> pd.Series:
    """Return the verdicts of some units, by their rows, on streets with one set of figures."""
    origins = join(drawn, every.facilities, closed=every.closed, inside=every.inside[0])
    targets = join(drawn, every.units[asked], reached=True, inside=every.inside[1][asked])
    minutes, _ = nearest_minutes(drawn, origins, targets)
    reach_m = drawn.reach_m_per_min * cutoff_minutes
    grounds = find_grounds(drawn, targets, edge)
    counted = np.ones(len(origins), dtype=bool)
    doubt = grounds.doubts(origins, counted, reach_m, minutes, unsure)
    return judge(minutes, doubt, cutoff_minutes)["verdict"]


def find_worst(draws: Sequence[Draw]) -> Draw:
    """Return figures by which every walk takes as long as by any of some draws, or longer.

    The slowest pace, the longest delays, the shortest limit, the longest detour and the fewest
    gates; whoever meets the streets at the nearest place of a piece does so by each draw.
    """
    return Draw(
        speed_factor=min(draw.speed_factor for draw in draws),
        access_limit_m=min(draw.access_limit_m for draw in draws),
        access_detour=max(draw.access_detour for draw in draws),
        delay_factor=max(draw.delay_factor for draw in draws),
        gates=max((draw.gates for draw in draws), key=FEWER_GATES.index),
    )


def prepare_sampled_streets(streets: Streets, draw: Draw) -> Streets:
    """Return the streets, prepared for the plan, with the figures of one draw."""
    return prepare_like(
        streets,
        profile=draw.walker(streets.profile),
        access=AccessRules(draw.access_limit_m, draw.access_detour),
        rules=replace(streets.rules, gates=draw.gates),
    )


@dataclass(frozen=True)
class VerdictCounts:
    """People by verdict, and their shares."""

    covered: float
    gap: float
    unknown: float

    @property
    def shares(self) -> dict[str, float | None]:
        """Return share, share_low and share_high."""
        return shares(self.covered, self.gap, self.unknown)


def count_verdicts(people: NDArray[np.float64], verdict: NDArray[np.int8]) -> VerdictCounts:
    """Count people (n,) by the verdict of each unit (n,), its position in VERDICTS."""
    return VerdictCounts(*exact_sums(verdict, people, len(VERDICTS)).tolist())


@dataclass(frozen=True)
class RepeatCounts:
    """The people of one kind in one area, as the plan stands and in each of r repeats.

    people : all of them; covered, gap, unknown (r + 1,) : that of the plan comes first.
    """

    area: str
    kind: str
    people: float
    counted: Sequence[VerdictCounts]


def count_repeats(
    demand: pd.DataFrame, repeats: Repeats, areas: Sequence[str]
) -> list[RepeatCounts]:
    """Count the people of each area and kind by their verdicts in the plan and in each repeat.

    Parameters
    ----------
    demand
        kind, people, town, and verdict: that of the plan as it stands.
    repeats
        Of the same units.
    areas
        Names of the towns, in the order wanted; the whole comes first, and `all` after the kinds.
    """
    codes = pd.Index(VERDICTS).get_indexer(pd.Index(demand["verdict"]))
    # The plan as it stands is judged like a repeat, the first.
    verdict = np.vstack([codes.astype(np.int8), repeats.verdict])
    kinds, towns = demand["kind"].to_numpy(dtype=object), demand["town"].to_numpy(dtype=object)
    people = demand["people"].to_numpy(dtype=np.float64)
    found = []
    for area in (ALL, *areas):
        for kind in (*dict.fromkeys(kinds), ALL):
            here = np.flatnonzero(
                ((towns == area) | (area == ALL)) & ((kinds == kind) | (kind == ALL))
            )
            counted = [count_verdicts(people[here], row) for row in verdict[:, here]]
            found.append(RepeatCounts(area, kind, exact_sum(people[here]), counted))
    return found


def find_share_ranges(counts: Sequence[RepeatCounts], targets: Mapping[str, float]) -> pd.DataFrame:
    """Say how far the shares of each area and kind vary, and how firm the targets' results are.

    Parameters
    ----------
    counts
        From `count_repeats`.
    targets
        Kind -> share to be covered, 0 to 1.

    Returns
    -------
    DataFrame
        area, kind, people; share, share_low, share_high of the plan as it stands; share_min,
        share_median, share_max over the repeats in which there is a share; share_low_min and
        share_high_max; target, result (of the plan as it stands), met, missed and undecided (in
        how many repeats), result_stands (the part of the repeats with the same result); None and
        0 where there is no target. One row for each area, kind that has units, and `all`.
    """
    return pd.DataFrame(
        {"area": one.area, "kind": one.kind, "people": one.people}
        | _range(one.counted)
        | _firmness(one.counted, one.people, targets.get(one.kind))
        for one in counts
    )


def _range(counted: Sequence[VerdictCounts]) -> dict[str, float | None]:
    """Return the shares of the first, and how far those of the others reach."""
    first, *repeats = (one.shares for one in counted)

    def of_repeats(name: str) -> list[float]:
        """Return one share of all repeats that know it."""
        return [value for row in repeats if (value := row[name]) is not None]

    share, low, high = (of_repeats(name) for name in ("share", "share_low", "share_high"))
    return {
        **first,
        "share_min": min(share, default=None),
        "share_median": float(np.median(share)) if share else None,
        "share_max": max(share, default=None),
        "share_low_min": min(low, default=None),
        "share_high_max": max(high, default=None),
    }


def _firmness(
    counted: Sequence[VerdictCounts], people: float, target: float | None
) -> dict[str, float | str | None]:
    """Say in how many repeats a target has which result."""
    if target is None:
        return {"target": None, "result": None, **dict.fromkeys(RESULTS, 0), "result_stands": None}
    results = [judge_target(one.covered, one.unknown, people, target) for one in counted]
    plan, drawn = results[0], results[1:]
    return {
        "target": target,
        "result": plan,
        **{name: drawn.count(name) for name in RESULTS},
        "result_stands": drawn.count(plan) / len(drawn) if drawn else None,
    }


def list_repeats(counts: Sequence[RepeatCounts], draws: Sequence[Draw]) -> pd.DataFrame:
    """List the repeats: what each was judged with, and the shares of the whole area.

    Returns
    -------
    DataFrame
        repeat (from 1), speed_factor, access_limit_m, access_detour, delay_factor, gates, and
        share_* of each kind that has units; NaN where nobody could be judged.
    """
    of_kind = [one for one in counts if one.area == ALL and one.kind != ALL]
    rows = []
    for number, draw in enumerate(draws, start=1):
        found = {f"share_{one.kind}": one.counted[number].shares["share"] for one in of_kind}
        rows.append({"repeat": number, **vars(draw), **found})
    return pd.DataFrame(rows)
