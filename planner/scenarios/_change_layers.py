"""The units whose cover changes, as a layer, and those whose verdicts change, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.asked_question import Question
from planner.coverage.counting import COVERED
from planner.crs.array_types import Flags
from planner.scenarios._change_counts import GAINED, LOST, Presence
from planner.scenarios._scenario_case import ScenarioCase
from planner.scenarios._state_verdicts import StateVerdict


def build_unit_table(
    case: ScenarioCase, before: StateVerdict, after: StateVerdict, there: Presence
) -> pd.DataFrame:
    """Return people, minutes, nearest and verdict of every unit before and after, by demand_id."""
    # A nearest of -1, for none, takes the None at the end.
    labels = np.array([*case.pool.table["facility_id"], None], dtype=object)
    columns = {
        f"{name}_{when}": value
        for when, answer in (("before", before), ("after", after))
        for name, value in (
            ("minutes", answer.minutes), ("nearest", labels[answer.nearest]),
            ("verdict", answer.verdict),
        )
    }  # fmt: skip
    people = case.units["people"].to_numpy(dtype=np.float64)
    columns |= {"people_before": people * there.before, "people_after": people * there.after}
    table = pd.DataFrame(columns, index=pd.Index(case.units["demand_id"], name="demand_id"))
    # The units that other scenarios add may have the same ids.
    return table[there.known]


def _change(before: Flags, after: Flags) -> NDArray[np.object_]:
    """Return gained, lost or "" of each unit."""
    return np.select([after & ~before, before & ~after], [GAINED, LOST], "").astype(object)


def build_change_layers(
    case: ScenarioCase, units: pd.DataFrame, name: str, there: Presence
) -> dict[str, gpd.GeoDataFrame]:
    """Return the units whose cover changes, and those whose people do; metric CRS.

    `changes`: the people who are there at both times; `people_changes`: those who come or go.
    """
    known, stay = np.flatnonzero(there.known), there.stay
    table = case.units[["demand_id", "kind", "people", "town"]].join(case.groups)
    staying = table.assign(**{
        column: table[column] * stay for column in ("people", *case.groups.columns)
    })  # fmt: skip
    covered = [(units[f"verdict_{when}"] == COVERED).to_numpy() for when in ("before", "after")]
    change = _change(covered[0], covered[1])
    ways = {
        "changes": (change != "") & _counts(table, there)[known],
        "people_changes": (there.before != there.after)[known],
    }
    of_people = ["people_before", "people_after"]
    columns = sorted(column for column in units.columns if column not in of_people)
    layers = {}
    for layer, wanted in ways.items():
        rows = np.flatnonzero(wanted)
        more = columns if layer == "changes" else [*columns, *of_people]
        part = staying if layer == "changes" else table[["demand_id", "kind", "town"]]
        part = part.iloc[known[rows]].assign(
            scenario=name,
            **({"change": change[rows]} if layer == "changes" else {}),
            **{column: units[column].to_numpy()[rows] for column in more},
        )
        points = case.units.geometry.to_numpy()[known[rows]]
        layers[layer] = gpd.GeoDataFrame(
            part.reset_index(drop=True), geometry=points, crs=case.area.crs
        )
    return layers


def _counts(table: pd.DataFrame, there: Presence) -> Flags:
    """Tell which units have somebody there at both times, or nobody at any, shape (n,)."""
    nobody = (table["people"] == 0).to_numpy()
    return np.asarray(there.known & (nobody | (there.stay > 0)), dtype=bool)


def list_changed_verdicts(
    case: ScenarioCase,
    name: str,
    before: Mapping[Question, StateVerdict],
    after: Mapping[Question, StateVerdict],
    there: Presence,
) -> pd.DataFrame:
    """List the units that each question counts as covered at one time and not at the other."""
    parts, counts = [], _counts(case.units, there)
    for question in case.questions:
        change = _change(before[question].covered, after[question].covered)
        rows = np.flatnonzero((change != "") & counts)
        under = {}
        if case.of_conditions:  # tables of other plans have no such column
            under["condition"] = None if question.condition is None else question.condition.name
        part = {
            "scenario": name,
            "demand_id": case.units["demand_id"].to_numpy(dtype=object)[rows],
            **question.labels | under,
            "change": change[rows],
            "verdict_before": before[question].verdict[rows],
            "verdict_after": after[question].verdict[rows],
        }
        # Labels are one value for all rows, so the index says how many there are; types are set, or
        # a part without rows would change those of the whole table.
        parts.append(pd.DataFrame(part, index=range(len(rows))).astype(
            {"cutoff_minutes": np.float64, "cutoff_m": np.float64, "moment": object,
             "profile": object} | dict.fromkeys(under, object)
        ))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def stack_layers(layers: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Put layers of the same columns below each other."""
    # An empty layer would change the types of columns; if all are, one gives the columns.
    full = [layer for layer in layers if len(layer)] or list(layers[:1])
    return gpd.GeoDataFrame(pd.concat(full, ignore_index=True), crs=layers[0].crs)
