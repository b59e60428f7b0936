"""Coverage by the hour: who is served at each moment, by which service, and who only sometimes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.counting import ALL, COVERED, GAP, UNKNOWN, shares
from planner.coverage.exact import exact_sum, exact_sums
from planner.coverage.grounds import HOURS_NOT_KNOWN
from planner.crs.array_types import Flags
from planner.plan.moments import Moment
from planner.plan.services import find_services_at, find_serving

#: Offices are open from Monday to Friday between these.
OFFICE_HOURS: Final = (time(9), time(17))

_COUNTED: Final = (
    "area", "kind", "cutoff_minutes", "people", "covered", "gap", "unknown", "share", "share_low",
    "share_high",
)  # fmt: skip

_VERDICTS: Final = (COVERED, GAP, UNKNOWN)

#: The moment of the gates, which facilities count, and which of them may do, each of shape (k,) ->
#: verdict of each unit, n rows.
Ask = Callable[[Moment | None, Flags, Flags], pd.DataFrame]
#: What stands in front of the counts of moments, and of services.
MOMENT_LABELS: Final = ("moment",)
SERVICE_LABELS: Final = ("service", "moment")


@dataclass(frozen=True)
class HoursCoverage:
    """Who is covered at which moment.

    verdicts : moment -> verdict of each unit.
    coverage : moment, then the columns of `count_coverage`.
    services : service, moment, then the columns of `count_coverage`; moment None is any hour.
    units : aligned with the demand, from `find_sometimes_covered`.
    """

    verdicts: dict[str, pd.Series]
    coverage: pd.DataFrame
    services: pd.DataFrame
    units: pd.DataFrame


@dataclass(frozen=True, eq=False)
class HourVerdicts:
    """The verdicts of n units at every moment, and for every service.

    moments : moment -> verdict of each unit; services : service and moment (None: any hour), and
    the verdict of each unit by the facilities that offer it then.
    reached (n,) : whether a facility is within the cutoff when hours are left aside, and is not one
    that may be open, nobody knows, at a moment.
    """

    moments: dict[str, pd.Series]
    services: list[tuple[tuple[str, str | None], pd.Series]]
    reached: Flags


def judge_by_hour(
    index: pd.Index, facilities: pd.DataFrame, moments: Sequence[Moment], ask: Ask
) -> HourVerdicts:
    """Judge every unit at every moment and for every service; see `count_by_hour`.

    index : of the units.
    """

    def verdict(moment: Moment | None, chosen: Flags, maybe: Flags) -> pd.Series:
        """Return the verdicts as the demand is indexed."""
        return ask(moment, chosen, maybe)["verdict"].set_axis(index)

    answers = {
        one.name: ask(
            one,
            find_serving(facilities, moment=one),
            find_serving(facilities, moment=one, may_be_open=True),
        ).set_axis(index)
        for one in moments
    }
    every = np.ones(len(facilities), dtype=bool)
    reached = np.zeros(len(index), dtype=bool)
    if moments:
        reached = (verdict(None, every, every) == COVERED).to_numpy()
    # Whoever is near a facility that may be open then cannot be said to find all of them closed.
    for answer in answers.values():
        reached = reached & (answer["reason"] != HOURS_NOT_KNOWN).to_numpy()
    by_service: list[tuple[tuple[str, str | None], pd.Series]] = []
    for moment in (None, *moments) if moments else ():
        maybe = find_services_at(facilities, moment, may_be_open=True)
        for service, offers in find_services_at(facilities, moment).items():
            label = (service, None if moment is None else moment.name)
            by_service.append((label, verdict(moment, offers, maybe[service])))
    verdicts = {name: answer["verdict"] for name, answer in answers.items()}
    return HourVerdicts(verdicts, by_service, reached)


def count_by_hour(
    demand: pd.DataFrame,
    facilities: pd.DataFrame,
    moments: Sequence[Moment],
    ask: Ask,
    *,
    areas: Sequence[str],
    cutoff_minutes: float,
) -> HoursCoverage:
    """Judge every unit at every moment, and count by moment, service, kind and town.

    Parameters
    ----------
    demand : n rows
        kind, people, town.
    facilities : k rows
        Those that count: opening_hours, services.
    moments
        In the order wanted; without any all tables are empty.
    ask
        Moment, which facilities are open, and which may be -> `verdict` of each unit at the
        cutoff.
    areas
        Names of the towns; the rows of services are counted for the whole only.
    cutoff_minutes
        For the rows.
    """
    judged = judge_by_hour(demand.index, facilities, moments, ask)
    inside, everybody = PeopleCells.of(demand, areas), PeopleCells.of(demand, ())
    by_moment = [((name,), inside, codes) for name, codes in judged.moments.items()]
    by_service = [(label, everybody, codes) for label, codes in judged.services]
    return HoursCoverage(
        verdicts=judged.moments,
        coverage=count_labelled(by_moment, MOMENT_LABELS, areas, cutoff_minutes),
        services=count_labelled(by_service, SERVICE_LABELS, (), cutoff_minutes),
        units=find_sometimes_covered(judged.moments, judged.reached, demand.index),
    )


def list_hour_questions(
    facilities: pd.DataFrame, moments: Sequence[Moment]
) -> list[tuple[Moment | None, Flags]]:
    """List what `count_by_hour` will ask: moment and which facilities count, each once."""
    if not moments:
        return []
    found: dict[tuple[Moment | None, bytes], tuple[Moment | None, Flags]] = {}
    for moment in (None, *moments):
        sets = [
            flags
            for may_be_open in (False, True)
            for flags in (
                find_serving(facilities, moment=moment, may_be_open=may_be_open),
                *find_services_at(facilities, moment, may_be_open=may_be_open).values(),
            )
        ]
        found |= {(moment, chosen.tobytes()): (moment, chosen) for chosen in sets}
    return list(found.values())


def find_sometimes_covered(
    verdicts: Mapping[str, pd.Series], reached: Flags, index: pd.Index
) -> pd.DataFrame:
    """Tell which units are covered at some of the moments only.

    Parameters
    ----------
    verdicts
        Moment -> verdict of each of n units.
    reached : shape (n,)
        Whether a facility is within the cutoff when hours are left aside, and is not one that may
        be open, nobody knows, at a moment.
    index
        Of the result.

    Returns
    -------
    DataFrame
        moments_covered : at how many moments;
        covered_at : their names in order, joined by ";";
        at_some : covered at some moments, but not at all of them;
        at_no_moment : within reach of a facility that is open at none of the moments.
    """
    covered = np.column_stack(
        # An empty first block: without moments there would be nothing to stack.
        [np.zeros((len(index), 0), dtype=bool)]
        + [(verdict == COVERED).to_numpy()[:, None] for verdict in verdicts.values()]
    )
    count = covered.sum(axis=1).astype(np.int64)
    # Many units share a pattern: each pattern is put into words once.
    patterns, which = np.unique(covered, axis=0, return_inverse=True)
    names = [";".join(np.array([*verdicts], dtype=object)[row]) for row in patterns]
    return pd.DataFrame(
        {
            "moments_covered": count,
            # NumPy 2.0, unlike earlier and later ones, returns the inverse as a column here.
            "covered_at": np.array(names, dtype=object)[which.reshape(-1)],
            "at_some": (count > 0) & (count < len(verdicts)),
            # Where no moment was asked for, a count of 0 says nothing.
            "at_no_moment": reached & (count == 0) & bool(verdicts),
        },
        index=index,
    )


def is_office_time(moment: Moment) -> bool:
    """Tell whether a moment lies in usual office hours."""
    start, end = OFFICE_HOURS
    return moment.at.weekday() < 5 and start <= moment.at.time() < end


def count_only_sometimes(
    demand: pd.DataFrame, hours: HoursCoverage, moments: Sequence[Moment]
) -> pd.DataFrame:
    """Count the people of each kind who are covered at some of the moments only.

    Parameters
    ----------
    demand
        kind, people.
    hours
        From `count_by_hour`.
    moments
        Those it was asked for.

    Returns
    -------
    DataFrame
        kind, people, at_every_moment, at_some_moments; of these office_hours_only: covered at no
        moment outside office hours, None unless moments in and outside them were asked for;
        at_no_moment: near a facility that is open at none of them; moments: names of all asked.
    """
    units = hours.units
    outside = [moment.name for moment in moments if not is_office_time(moment)]
    both_asked = 0 < len(outside) < len(moments)
    served_outside = np.zeros(len(demand), dtype=bool)
    for name in outside:
        served_outside |= (hours.verdicts[name] == COVERED).to_numpy()
    flags = {
        "at_every_moment": (units["moments_covered"] == len(moments)).to_numpy(),
        "at_some_moments": units["at_some"].to_numpy(),
        "office_hours_only": units["at_some"].to_numpy() & ~served_outside,
        "at_no_moment": units["at_no_moment"].to_numpy(),
    }
    people = demand["people"].to_numpy(dtype=np.float64)
    rows = []
    for kind in demand["kind"].unique() if moments else ():
        here = (demand["kind"] == kind).to_numpy()
        counts: dict[str, object] = {
            name: exact_sum(people[here & flag]) for name, flag in flags.items()
        }
        if not both_asked:  # unknown, which is not 0
            counts["office_hours_only"] = None
        asked = [moment.name for moment in moments]
        rows.append({"kind": kind, "people": exact_sum(people[here]), **counts, "moments": asked})
    return pd.DataFrame(rows, columns=["kind", "people", *flags, "moments"])


@dataclass(frozen=True, eq=False)
class PeopleCells:
    """The cell of each of n units: its town and its kind.

    kinds : in the order of the units; town, kind, people (n,) : town is len(areas) for units in
    none of the areas, which count for the whole only.
    """

    kinds: list[str]
    town: NDArray[np.int64]
    kind: NDArray[np.int64]
    people: NDArray[np.float64]

    @classmethod
    def of(cls, demand: pd.DataFrame, areas: Sequence[str]) -> PeopleCells:
        """Find the cells of units: kind, people, town."""
        kinds = demand["kind"].unique().tolist()
        names = pd.Index(list(areas), dtype=object)
        town = names.get_indexer(pd.Index(demand["town"], dtype=object))
        town[town < 0] = len(areas)
        kind = pd.Index(kinds, dtype=object).get_indexer(pd.Index(demand["kind"], dtype=object))
        return cls(kinds, town, kind, demand["people"].to_numpy(dtype=np.float64))


#: What was judged, of whom, and the verdict of each of these units.
LabelledVerdicts = Iterable[tuple[tuple[str | None, ...], PeopleCells, pd.Series]]


def count_labelled(
    judged: LabelledVerdicts, labels: Sequence[str], areas: Sequence[str], cutoff_minutes: float
) -> pd.DataFrame:
    """Count as `count_coverage` does, with labels in front; faster, for dozens of verdicts.

    The cells are of the same `areas`.
    """
    rows: list[tuple[Any, ...]] = []
    for words, cells, verdict in judged:
        n_kinds = len(cells.kinds)
        code = pd.Index(_VERDICTS).get_indexer(pd.Index(verdict))
        cell = (cells.town * n_kinds + cells.kind) * len(_VERDICTS) + code
        shape = (len(areas) + 1, n_kinds, len(_VERDICTS))
        counts = exact_sums(cell, cells.people, int(np.prod(shape))).reshape(shape)
        # The last area, units in none of the towns, is part of the whole and has no row of its own.
        by_area = np.concatenate([_added(counts), counts[:-1]])
        by_area = np.concatenate([by_area, _added(by_area.swapaxes(0, 1)).swapaxes(0, 1)], axis=1)
        for area, of_area in zip((ALL, *areas), by_area, strict=True):
            for name, of_kind in zip((*cells.kinds, ALL), of_area.tolist(), strict=True):
                share = shares(**dict(zip(_VERDICTS, of_kind, strict=True)))
                row = (*words, area, name, cutoff_minutes, exact_sum(of_kind), *of_kind)
                rows.append((*row, *share.values()))
    table = pd.DataFrame(rows, columns=[*labels, *_COUNTED])
    for place, label in enumerate(labels):
        # None means any hour; pandas must not take it for a missing text.
        table[label] = pd.Series([row[place] for row in rows], dtype=object)
    return table


def _added(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add counts up along their first axis, which becomes 1 long."""
    rest = counts.shape[1:]
    cell = np.arange(counts.size) % math.prod(rest) if counts.size else np.arange(0)
    return exact_sums(cell, counts.ravel(), math.prod(rest)).reshape(1, *rest)
