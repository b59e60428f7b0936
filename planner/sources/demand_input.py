"""The files that one [[demand]] of a plan names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from planner.crs import LocalGrid
from planner.crs.frame import Bounds
from planner.plan import Demand
from planner.showing import Brief
from planner.sources.people_polygons import load_people_polygons
from planner.sources.raster import PeopleRaster, load_raster
from planner.sources.tables import Table, load_demand_units, load_town_totals
from planner.sources.unit_classes import load_class_zones


@dataclass(frozen=True)
class DemandInput(Brief):
    """One [[demand]] of the plan with what it names.

    That is points, polygons with people, a raster, or the totals of towns; none for a density.
    Beside any of them `classes`, from `load_class_zones`; points may have a column `class` instead.
    """

    plan: Demand
    points: Table | None = None
    totals: pd.DataFrame | None = None
    polygons: Table | None = None
    raster: PeopleRaster | None = None
    classes: Table | None = None


def load_demand(
    part: Demand,
    columns: Collection[str],
    around: Bounds | None,
    *,
    datum: str | LocalGrid,
    towns: Collection[str] = (),
    narrow: bool = False,
) -> DemandInput:
    """Read what one [[demand]] names.

    Parameters
    ----------
    part
        Of the plan.
    columns
        Those that groups name; they are kept where the file has them.
    datum
        That of its table or polygons.
    around
        Bounds of the area, degrees: of a raster the cells around it are read. None where the plan
        names no raster.
    towns
        Names of those of the plan, which totals may write otherwise.
    narrow
        Points of a table are kept as numbers, see `Table`: some 120 bytes each in place of 400.

    Raises
    ------
    PlannerError
        If a file is missing or cannot be used.
    """
    # Small files first, so that a fault shows at once.
    classes = None
    if part.class_zones is not None:
        classes = load_class_zones(part.class_zones, part.class_column or "class")
    found = _load_people(part, columns, around, datum, towns, narrow=narrow)
    return replace(found, classes=classes)


def _load_people(
    part: Demand,
    columns: Collection[str],
    around: Bounds | None,
    datum: str | LocalGrid,
    towns: Collection[str],
    *,
    narrow: bool,
) -> DemandInput:
    """Read how many people there are where; see `load_demand`."""
    if part.table is not None:
        assert part.people is not None  # a table names its column
        points = load_demand_units(
            part.table,
            people=part.people,
            crs=datum,
            id_column=part.id,
            keep=columns,
            columns=part.columns,
            class_column=part.class_,
            narrow=narrow,
        )
        return DemandInput(part, points=points)
    if part.polygons is not None:
        assert part.people is not None  # polygons name their column
        given = load_people_polygons(part.polygons, people=part.people, crs=datum)
        return DemandInput(part, polygons=given)
    if part.raster is not None:
        assert around is not None  # the caller looked whether there is a raster
        return DemandInput(part, raster=load_raster(part.raster, around, band=part.raster_band))
    if part.town_totals is not None:
        totals = load_town_totals(part.town_totals, keep=columns, towns=towns)
        return DemandInput(part, totals=totals)
    return DemandInput(part)
