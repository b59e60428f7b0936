"""Gaps of other people, moments and cutoffs than the plan's own; which stations are open when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.maps._layer_columns import (
    PEOPLE,
    column,
    find_places,
    round_known,
    round_minutes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

_LABELS = ("group", "kind", "profile", "moment", "cutoff_minutes")
_TEXTS = ("name", "town", "cause", "cause_detail", "people_kind")
#: What is shown of each: whole minutes and tens of metres, with a digit to spare.
_MINUTES = {"minutes": 1, "minutes_max": 1}
_NUMBERS = {"straight_m": -1, **dict.fromkeys(PEOPLE, 2)}
_STATES = ("closed", "open", "unknown")


def build_choice_payload(
    tables: Mapping[str, pd.DataFrame],
    demand: gpd.GeoDataFrame | None,
    facilities: Mapping[str, int],
) -> dict[str, Any]:
    """Return the gaps of every choice that was worked out; none for an older result.

    Parameters
    ----------
    tables
        Of a result: `choices`, `choice_gaps`, `choice_members`, `facility_hours`, and
        `facility_conditions` where the plan names conditions.
    demand
        The units in the order of the page: demand_id, gap_join_m.
    facilities
        Place of each facility by its id.

    Returns
    -------
    dict
        `texts`: those that columns of `list` name by their place. `list`: for each choice group,
        its kind, profile, moment (None for none; so `condition`, where any is named),
        cutoff_minutes, `gaps` by column in the order of
        rank, and for the units in the order of the page `rank` of a gap (0 none, -1 not judged)
        with `run`, how many units in a row have it. `join_m` with `join_run` likewise: the distance
        within which units are joined. `open`: for each moment and condition 0 closed, 1 open, 2
        unknown by facility.
    """
    hours, under = tables.get("facility_hours"), tables.get("facility_conditions")
    payload: dict[str, Any] = {
        "texts": [], "list": [], "join_m": [], "join_run": [],
        "open": ({} if hours is None else _list_open(hours, facilities, "moment"))
        | ({} if under is None else _list_open(under, facilities, "condition")),
    }  # fmt: skip
    choices, members = tables.get("choices"), tables.get("choice_members")
    gaps = tables.get("choice_gaps")
    if choices is None or members is None or gaps is None or demand is None:
        return payload
    if "gap_join_m" not in demand.columns:
        return payload
    payload["join_m"], payload["join_run"] = _to_runs(demand["gap_join_m"].to_numpy())
    ranks = members.set_index("demand_id").reindex(demand["demand_id"])
    known: dict[Any, int] = {}
    of_choice = dict(iter(gaps.groupby("choice", sort=False)))
    names = [*_LABELS, *(name for name in ("condition",) if name in choices)]
    labels = {name: column(choices, name) for name in names}
    cutoffs = [float(cutoff) for cutoff in labels["cutoff_minutes"] if cutoff is not None]
    for place, number in enumerate(choices["choice"]):
        part = of_choice.get(number, gaps.iloc[:0])
        # A unit that the table does not know is in none.
        rank, run = _to_runs(ranks[f"choice_{number}"].fillna(0).to_numpy(dtype=np.int64))
        payload["list"].append(
            {
                **{name: values[place] for name, values in labels.items()},
                "gaps": _list_gaps(part.sort_values("rank"), facilities, known, cutoffs),
                "rank": rank,
                "run": run,
            }
        )
    payload["texts"] = list(known)
    return payload


def _list_gaps(
    gaps: pd.DataFrame,
    facilities: Mapping[str, int],
    known: dict[Any, int],
    cutoffs: Sequence[float],
) -> dict[str, Any]:
    """Return the gaps of one choice by column; texts by their place among those known."""
    texts = {
        name: [known.setdefault(text, len(known)) for text in column(gaps, name)] for name in _TEXTS
    }
    numbers = {
        name: [_to_short(value, digits) for value in column(gaps, name)]
        for name, digits in _NUMBERS.items()
    }
    for name, digits in _MINUTES.items():
        sided = round_minutes(column(gaps, name), digits, cutoffs)
        numbers[name] = [_to_short(value, digits) for value in sided]
    nearest = find_places(column(gaps, "nearest_facility_id"), facilities)
    return {"count": len(gaps), **texts, **numbers, "nearest": nearest}


def _to_short(value: Any, digits: int) -> float | int | None:
    """Return the number in as few characters as it needs."""
    known = round_known(value, digits)
    return int(known) if known is not None and known.is_integer() else known


def _to_runs(values: NDArray[Any]) -> tuple[list[Any], list[int]]:
    """Return the values that follow each other, and how often each stands in a row."""
    if len(values) == 0:
        return [], []
    begins = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return values[begins].tolist(), np.diff(np.append(begins, len(values))).tolist()


def _list_open(
    hours: pd.DataFrame, facilities: Mapping[str, int], when: str
) -> dict[str, list[int]]:
    """Return for each moment, or condition, whether each facility is open; open if not said."""
    found: dict[str, list[int]] = {}
    columns = [column(hours, name) for name in ("facility_id", when, "open")]
    for facility, moment, state in zip(*columns, strict=True):
        place = facilities.get(str(facility))
        states = found.setdefault(str(moment), [1] * len(facilities))
        if place is not None and state in _STATES:
            states[place] = _STATES.index(state)
    return found
