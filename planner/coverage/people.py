"""Puts the people of a plan into demand units, whatever file or figure they come from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planner.coverage.classes import CLASS
from planner.coverage.exact import exact_sum
from planner.coverage.placed_demand import find_owned, place_one
from planner.errors import DemandError
from planner.network.study_area import StudyArea
from planner.plan import Demand, Plan
from planner.showing import Brief
from planner.sources.demand_input import DemandInput
from planner.sources.inputs import Inputs
from planner.sources.unit_classes import check_number_of_classes


@dataclass(frozen=True)
class People(Brief):
    """Demand units with people, metric CRS.

    units : demand_id, kind, people, town, zone_id, weight, cell, geometry, and `class` where the
        plan names classes ("" where none is told).
    table : Series, aligned with units: which [[demand]] of the plan a unit comes from.
    zones : zone_id, kind, name, geometry of the kinds taken from OSM.
    rasters : what each raster is and how many people it holds, a line each.
    """

    units: gpd.GeoDataFrame
    table: pd.Series
    zones: gpd.GeoDataFrame
    dropped: list[dict[str, Any]]
    notes: list[str]
    rasters: list[str] = field(default_factory=list)


def place_people(inputs: Inputs, area: StudyArea, zones: gpd.GeoDataFrame) -> People:
    """Turn every [[demand]] of a plan into units inside the study area.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    area
        Study area.
    zones
        Zones of the extract in the metric CRS.

    Raises
    ------
    DemandError
        If there is nobody in the area, a unit stands twice, a town has people and no place, or
        the totals name an unknown town.
    SourceError
        If all points or polygons lie elsewhere, or polygons overlap.
    """
    demand = inputs.demand
    asked = [part.plan.kind for part in demand if part.plan.uses_map]
    owned = find_owned(zones, area, needed=bool(asked))
    placed = [place_one(part, inputs, area, owned) for part in demand]
    numbered = list_numbered([(part.plan, is_named_by_place(part)) for part in demand])
    parts = [
        part.units.assign(demand_id=add_number(part.units["demand_id"], one.plan.kind, number))
        if has_number
        else part.units
        for number, (part, one, has_number) in enumerate(
            zip(placed, demand, numbered, strict=True), start=1
        )
    ]
    units = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=area.crs)
    check_number_of_classes([set(part[CLASS]) for part in parts if CLASS in part])
    table = pd.Series(np.repeat(np.arange(len(parts)), [len(part) for part in parts]))
    # Only now: one table may have nobody inside, as long as another has somebody.
    twice = units["demand_id"][units["demand_id"].duplicated()]
    if len(twice):
        refuse_twice(twice.iloc[0])
    refuse_nobody(len(units), anybody=bool(units["people"].sum() > 0))
    stray = units.loc[units["town"] == "", "people"]
    return People(
        units,
        table,
        owned[owned["kind"].isin(asked)],
        [row for part in placed for row in part.dropped],
        [
            *(line for part in placed for line in part.notes),
            *list_strays(stray, area),
            *list_idle_targets(inputs.plan, set(units["kind"])),
        ],
        [line for part in placed for line in part.rasters],
    )


def list_numbered(parts: Sequence[tuple[Demand, bool]]) -> list[bool]:
    """Tell which [[demand]] has its number in the ids of its units.

    Row 2 of one file is another place than row 2 of another: where an earlier [[demand]] of the
    kind has another file, what stands in a file without ids is called by both.

    Parameters
    ----------
    parts
        Each [[demand]] of the plan, and whether `is_named_by_place`.
    """
    by_row: dict[tuple[str, bool], set[str]] = {}
    numbered = []
    for plan, by_place in parts:
        has_number = False
        if plan.file is not None and by_place:
            others = by_row.setdefault((plan.kind, plan.table is None), set())
            has_number = bool(others) and plan.file.name not in others
            others.add(plan.file.name)
        numbered.append(has_number)
    return numbered


def add_number(demand_id: pd.Series, kind: str, number: int) -> pd.Series:
    """Return ids of units with the number (from 1) of their [[demand]]."""
    return f"{kind}:{number}@" + demand_id.str.removeprefix(f"{kind}:")


def is_named_by_place(part: DemandInput) -> bool:
    """Tell whether a file has no ids, so that what stands in it is called by where it stands."""
    if part.points is None:
        return True
    rows = part.points.rows
    return bool((rows["id"] == rows["row"].astype(str)).all())


def refuse_twice(demand_id: str) -> NoReturn:
    """Refuse a unit that stands twice.

    Raises
    ------
    DemandError
    """
    raise DemandError(
        f"{demand_id} stands in two tables of demand; give each unit an id of its own"
    )


def refuse_nobody(count: int, *, anybody: bool) -> None:
    """Refuse an area without people.

    count : of the units of all [[demand]]; anybody : whether there are people at one of them.

    Raises
    ------
    DemandError
        If there are none.
    """
    if count == 0:
        raise DemandError(
            "there is nobody in the area: every row of [[demand]] lies in the ring round it, "
            "or no cell of its raster holds anybody; check area.boundary"
        )
    if not anybody:
        raise DemandError(
            "there is nobody in the area: all people are 0; check the columns named in "
            "[[demand]] people"
        )


def list_strays(people: ArrayLike, area: StudyArea) -> list[str]:
    """Say how many people lie in the area but in no town, in a line if there are any.

    people : of the units in no town, or numbers with the same sum.
    """
    stray = 0.0 if area.towns is None else exact_sum(people)
    if stray <= 0:
        return []
    return [f"{stray:.0f} person-places lie in no town; they count only for the whole"]


def list_idle_targets(plan: Plan, kinds: Collection[str]) -> list[str]:
    """Say which targets of a plan are of kinds that nobody in the area is of, a line each."""
    return [
        f"target: {kind} has no demand in the area, so nothing is checked"
        for kind in plan.service.targets
        if kind not in kinds
    ]
