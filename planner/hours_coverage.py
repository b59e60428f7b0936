"""Coverage by the hour: who is served at each moment, by which service, and who only sometimes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage import ALL, COVERED, GAP, UNKNOWN, judge, shares
from planner.moments import Moment
from planner.services import services_at, serving
from planner.travel.minutes import ReachedPairs

#: The cause of a unit that is not covered at a moment, but is at another one.
CLOSED: Final = "closed"

_COUNTED: Final = (
    "area", "kind", "cutoff_minutes", "people", "covered", "gap", "unknown", "share", "share_low",
    "share_high",
)  # fmt: skip

_VERDICTS: Final = (COVERED, GAP, UNKNOWN)
_COVERED, _GAP, _UNKNOWN = range(3)

Flags = NDArray[np.bool_]
#: Which facilities are open, shape (k,) -> why each unit cannot be judged, see `coverage.doubts`.
Doubt = Callable[[Flags], pd.Series]
#: What was judged, and each unit's place in _VERDICTS, shape (n,).
Judged = list[tuple[tuple[str | None, ...], NDArray[np.int64]]]


@dataclass(frozen=True)
class HoursCoverage:
    """Who is covered at which moment.

    verdicts : rows for each moment and unit: moment, nearest, minutes, verdict, reason, cause; its
        index is that of the demand, once for each moment. `nearest` is the position of the nearest
        open facility within the cutoff (-1, and minutes inf, for none); `cause` is `closed` or "".
    coverage : moment, then the columns of `coverage_table`.
    services : service, moment, then the columns of `coverage_table`; moment None is any hour.
    units : aligned with the demand, from `sometimes_covered`.
    """

    verdicts: pd.DataFrame
    coverage: pd.DataFrame
    services: pd.DataFrame
    units: pd.DataFrame


def cover_by_hours(
    demand: pd.DataFrame,
    facilities: pd.DataFrame,
    pairs: ReachedPairs,
    moments: Sequence[Moment],
    doubt: Doubt,
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
    pairs
        Facilities (origin) and units (target) within the cutoff.
    moments
        In the order wanted; without any all tables are empty.
    doubt
        Which facilities are open -> the first reason why each unit cannot be judged, "" for none.
        It is asked once for each different set of facilities.
    areas
        Names of the towns; the rows of services are counted for the whole only.
    cutoff_minutes
        That of `pairs`.
    """
    by_unit = sort_by_unit(pairs)
    doubt = _remembered(doubt)
    judged: dict[str, pd.DataFrame] = {}
    for moment in moments:
        is_open = serving(facilities, moment=moment)
        minutes, nearest = nearest_open(by_unit, is_open)
        table = judge(minutes, doubt(is_open), cutoff_minutes).set_index(demand.index)
        table.insert(0, "nearest", nearest)
        table.insert(1, "minutes", minutes)
        judged[moment.name] = table
    verdicts = {name: table["verdict"] for name, table in judged.items()}
    reached = np.bincount(pairs.target, minlength=len(demand)) > 0
    units = sometimes_covered(verdicts, reached, demand.index)
    by_moment: Judged = [
        ((name,), verdict.map(_VERDICTS.index).to_numpy(dtype=np.int64))
        for name, verdict in verdicts.items()
    ]
    by_service = _service_codes(facilities, by_unit, moments, doubt, cutoff_minutes)
    return HoursCoverage(
        verdicts=_long(judged, units),
        coverage=_counted(demand, by_moment, ["moment"], areas, cutoff_minutes),
        services=_counted(demand, by_service, ["service", "moment"], (), cutoff_minutes),
        units=units,
    )


@dataclass(frozen=True)
class PairsByUnit:
    """The pairs of facilities and units, sorted by unit, then minutes, then facility."""

    unit: NDArray[np.int64]
    facility: NDArray[np.int64]
    minutes: NDArray[np.float64]
    n_units: int


def sort_by_unit(pairs: ReachedPairs) -> PairsByUnit:
    """Sort pairs so that the first open facility of each unit is its nearest."""
    order = np.lexsort((pairs.origin, pairs.minutes, pairs.target))
    return PairsByUnit(
        pairs.target[order], pairs.origin[order], pairs.minutes[order], pairs.shape[1]
    )


def nearest_open(
    pairs: PairsByUnit, is_open: Flags
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return minutes to each unit's nearest open facility (inf) and its position (-1), shape (n,).

    Parameters
    ----------
    pairs
        From `sort_by_unit`; of facilities equally near the first one counts.
    is_open : shape (k,)
        By facility. One that is further than the cutoff of the pairs is not found.
    """
    minutes = np.full(pairs.n_units, np.inf)
    nearest = np.full(pairs.n_units, -1, dtype=np.int64)
    kept = np.flatnonzero(is_open[pairs.facility])
    unit = pairs.unit[kept]
    first = kept[np.append(True, unit[1:] != unit[:-1])] if len(kept) else kept
    minutes[pairs.unit[first]] = pairs.minutes[first]
    nearest[pairs.unit[first]] = pairs.facility[first]
    return minutes, nearest


def sometimes_covered(
    verdicts: Mapping[str, pd.Series], reached: Flags, index: pd.Index
) -> pd.DataFrame:
    """Tell which units are covered at some of the moments only.

    Parameters
    ----------
    verdicts
        Moment -> verdict of each of n units.
    reached : shape (n,)
        Whether a facility is within the cutoff when hours are left aside.
    index
        Of the result.

    Returns
    -------
    DataFrame
        moments_covered : at how many moments;
        covered_at : their names in order, joined by ";";
        office_hours_only : covered at some moments, but not at all of them;
        at_no_moment : within reach of a facility that is open at none of the moments.
    """
    covered = np.column_stack(
        [np.zeros((len(index), 0), dtype=bool)]
        + [(verdict == COVERED).to_numpy()[:, None] for verdict in verdicts.values()]
    )
    count = covered.sum(axis=1).astype(np.int64)
    patterns, which = np.unique(covered, axis=0, return_inverse=True)
    names = [";".join(np.array([*verdicts], dtype=object)[row]) for row in patterns]
    return pd.DataFrame(
        {
            "moments_covered": count,
            "covered_at": np.array(names, dtype=object)[which.reshape(-1)],
            "office_hours_only": (count > 0) & (count < len(verdicts)),
            "at_no_moment": reached & (count == 0) & bool(verdicts),
        },
        index=index,
    )


def _long(judged: Mapping[str, pd.DataFrame], units: pd.DataFrame) -> pd.DataFrame:
    """Put the verdicts of the moments below each other, each with its cause."""
    columns = ["moment", "nearest", "minutes", "verdict", "reason", "cause"]
    parts = []
    for name, table in judged.items():
        closed = units["office_hours_only"] & (table["verdict"] != COVERED)
        cause = np.where(closed, CLOSED, "").astype(object)
        parts.append(table.assign(moment=name, cause=cause)[columns])
    return pd.concat(parts) if parts else pd.DataFrame(columns=columns)


def _service_codes(
    facilities: pd.DataFrame,
    by_unit: PairsByUnit,
    moments: Sequence[Moment],
    doubt: Doubt,
    cutoff_minutes: float,
) -> Judged:
    """Judge every unit for each service, at any hour and at each moment."""
    codes: Judged = []
    for moment in (None, *moments) if moments else ():
        name = None if moment is None else moment.name
        for service, offers in services_at(facilities, moment).items():
            covered = nearest_open(by_unit, offers)[0] <= cutoff_minutes
            unknown = (doubt(offers) != "").to_numpy()
            code = np.select([covered, unknown], [_COVERED, _UNKNOWN], _GAP)
            codes.append(((service, name), code))
    return codes


def _counted(
    demand: pd.DataFrame,
    judged: Judged,
    labels: Sequence[str],
    areas: Sequence[str],
    cutoff_minutes: float,
) -> pd.DataFrame:
    """Count people as `coverage_table` does, with labels in front; it is asked dozens of times."""
    kinds = list(dict.fromkeys(demand["kind"].tolist()))
    town = pd.Index(list(areas), dtype=object).get_indexer(pd.Index(demand["town"], dtype=object))
    town[town < 0] = len(areas)  # in no town that is wanted, but in the whole
    kind = pd.Index(kinds, dtype=object).get_indexer(pd.Index(demand["kind"], dtype=object))
    people = demand["people"].to_numpy(dtype=np.float64)
    cell = (town * len(kinds) + kind) * len(_VERDICTS)
    shape = (len(areas) + 1, len(kinds), len(_VERDICTS))
    rows = []
    for words, code in judged:
        counts = np.bincount(cell + code, people, int(np.prod(shape))).reshape(shape)
        by_area = np.concatenate([counts.sum(axis=0, keepdims=True), counts[:-1]])
        by_area = np.concatenate([by_area, by_area.sum(axis=1, keepdims=True)], axis=1)
        for area, of_area in zip((ALL, *areas), by_area, strict=True):
            for name, of_kind in zip((*kinds, ALL), of_area.tolist(), strict=True):
                share = shares(**dict(zip(_VERDICTS, of_kind, strict=True)))
                row = (*words, area, name, cutoff_minutes, sum(of_kind), *of_kind)
                rows.append((*row, *share.values()))
    table = pd.DataFrame(rows, columns=[*labels, *_COUNTED])
    for label in labels:  # None is no missing text, but any hour
        table[label] = pd.Series([row[labels.index(label)] for row in rows], dtype=object)
    return table


def _remembered(doubt: Doubt) -> Doubt:
    """Ask once for each set of facilities."""
    known: dict[bytes, pd.Series] = {}

    def ask(is_open: Flags) -> pd.Series:
        key = np.packbits(is_open).tobytes()
        if key not in known:
            known[key] = doubt(is_open)
        return known[key]

    return ask
