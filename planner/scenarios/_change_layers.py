"""The units whose cover changes, as a layer, and those whose verdicts change, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.counting import COVERED
from planner.coverage.questions import Question
from planner.crs.array_types import Flags
from planner.scenarios._change_counts import GAINED, LOST
from planner.scenarios._scenario_case import ScenarioCase
from planner.scenarios._state_verdicts import StateVerdict


def build_unit_table(case: ScenarioCase, before: StateVerdict, after: StateVerdict) -> pd.DataFrame:
    """Return minutes, nearest and verdict of every unit before and after, by demand_id."""
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
    return pd.DataFrame(columns, index=pd.Index(case.units["demand_id"], name="demand_id"))


def _change(before: Flags, after: Flags) -> NDArray[np.object_]:
    """Return gained, lost or "" of each unit."""
    return np.select([after & ~before, before & ~after], [GAINED, LOST], "").astype(object)


def build_change_layer(case: ScenarioCase, units: pd.DataFrame, name: str) -> gpd.GeoDataFrame:
    """Return the units whose cover changes, metric CRS."""
    covered = [(units[f"verdict_{when}"] == COVERED).to_numpy() for when in ("before", "after")]
    change = _change(covered[0], covered[1])
    rows = np.flatnonzero(change != "")
    table = case.units[["demand_id", "kind", "people", "town"]].join(case.groups).iloc[rows]
    table = table.assign(
        scenario=name, change=change[rows],
        **{column: units[column].to_numpy()[rows] for column in sorted(units.columns)},
    )  # fmt: skip
    points = case.units.geometry.to_numpy()[rows]
    return gpd.GeoDataFrame(table.reset_index(drop=True), geometry=points, crs=case.area.crs)


def list_changed_verdicts(
    case: ScenarioCase,
    name: str,
    before: Mapping[Question, StateVerdict],
    after: Mapping[Question, StateVerdict],
) -> pd.DataFrame:
    """List the units that each question counts as covered at one time and not at the other."""
    parts = []
    for question in case.questions:
        change = _change(before[question].covered, after[question].covered)
        rows = np.flatnonzero(change != "")
        part = {
            "scenario": name,
            "demand_id": case.units["demand_id"].to_numpy(dtype=object)[rows],
            **question.labels,
            "change": change[rows],
            "verdict_before": before[question].verdict[rows],
            "verdict_after": after[question].verdict[rows],
        }
        # Labels are one value for all rows, so the index says how many there are; types are set, or
        # a part without rows would change those of the whole table.
        parts.append(pd.DataFrame(part, index=range(len(rows))).astype(
            {"cutoff_minutes": np.float64, "cutoff_m": np.float64, "moment": object,
             "profile": object}
        ))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def stack_layers(layers: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Put layers of the same columns below each other."""
    # An empty layer would change the types of columns; if all are, one gives the columns.
    full = [layer for layer in layers if len(layer)] or list(layers[:1])
    return gpd.GeoDataFrame(pd.concat(full, ignore_index=True), crs=layers[0].crs)
