"""Splits a plan that is put together into parts, as tiles do, but on the streets of the whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.groups import GroupPeople
from planner.coverage.people import People
from planner.gaps.definition import find_table_distances
from planner.run.covered import judge_everybody
from planner.scale.cut.whole import Whole
from planner.scale.joined.joined_answer import JoinedAnswer
from planner.scale.parts.city_parts import Part, take_part
from planner.scale.sites.part_sites import list_own_frontage, measure_sites, place_own_frontage
from planner.scale.work.array_tables import pack_tables, unpack_tables
from planner.stages import Stages

#: Places (k, 2) -> the number of the part that each is in.
Owner = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class OwnedGround:
    owner: Owner
    number: int
    rows: np.ndarray
    join_m: dict[int, float]
    islands: np.ndarray | None = None

    def holds(self, xy: np.ndarray) -> np.ndarray:
        return np.asarray(self.owner(np.asarray(xy).reshape(-1, 2)) == self.number, dtype=bool)

    def is_near_border(self, xy: np.ndarray, _within_m: np.ndarray) -> np.ndarray:
        # Parts by chance lie among each other.
        return np.ones(len(xy), dtype=bool)


def by_chance(count: int) -> Owner:
    """Scatter places over parts: by a hash of where they are."""

    def owner(xy):
        mixed = np.round(xy * 1000).astype(np.int64) @ np.array([7919, 104729])
        return (mixed ^ (mixed >> 7)) % count

    return owner


def by_stripes(count: int, low: float, high: float) -> Owner:
    """Cut the ground from west to east."""
    edges = np.linspace(low, high, count + 1)[1:-1]
    return lambda xy: np.searchsorted(edges, xy[:, 0], side="right")


def take_parts(case: Case, owner: Owner, count: int) -> Iterator[Part]:
    """Take the parts of a plan, one after the other; each goes through arrays."""
    join_m = find_table_distances(case.units, case.people.table, case.plan.service.gap_join_m)
    xy = np.column_stack([case.units.geometry.x, case.units.geometry.y])
    for number in range(count):
        rows = np.flatnonzero(owner(xy) == number)
        part = with_units(case, rows)
        ground = OwnedGround(owner, number, rows, join_m)
        yield Part.from_arrays(take_part(part, judge_everybody(part, Stages()), ground).to_arrays())


def with_units(case: Case, rows: np.ndarray) -> Case:
    """Return the same plan for some of its units."""
    people: People = case.people
    units = people.units.iloc[rows].reset_index(drop=True)
    table = people.table.iloc[rows].reset_index(drop=True)
    groups = pd.DataFrame(case.groups).iloc[rows].reset_index(drop=True)
    part = replace(case)
    part.__dict__["_today"] = replace(people, units=units, table=table)
    part.__dict__["_grouped_today"] = GroupPeople(groups, case._grouped.notes)
    part.__dict__["_placed"] = case._placed
    return part


class PartsAsked:
    """Asks the parts of a plan about candidates."""

    def __init__(self, case: Case, owner: Owner, count: int) -> None:
        xy = np.column_stack([case.units.geometry.x, case.units.geometry.y])
        self.parts = []
        for number in range(count):
            rows = np.flatnonzero(owner(xy) == number)
            part = with_units(case, rows)
            ground = OwnedGround(owner, number, rows, {})
            self.parts.append((part, judge_everybody(part, Stages()), ground))

    def list_frontage(self):
        return [list_own_frontage(case.network, ground.holds) for case, _, ground in self.parts]

    def place_frontage(self, asked):
        told = []
        for (case, _, _), of in zip(self.parts, asked, strict=True):
            edge, along_m, number = (of[name].to_numpy() for name in ("edge", "along_m", "number"))
            told.append(place_own_frontage(case.network, edge, along_m, number))
        return told

    def measure_sites(self, sites):
        return [
            unpack_tables(pack_tables(measure_sites(case, judgement, ground, sites)))
            for case, judgement, ground in self.parts
        ]


def whole_of(case: Case) -> Whole:
    """Return what the parts share."""
    return Whole(case.inputs, case.area, case.facilities, case.notes)


def all_layers(joined: JoinedAnswer) -> dict[str, gpd.GeoDataFrame]:
    """Return all layers of a join, with their outlines."""
    outlined = {
        name: rows.take(np.arange(len(rows.table))) for name, rows in joined.outlined.items()
    }
    return {**joined.layers, **outlined}


def tables_of(joined: JoinedAnswer) -> dict[str, pd.DataFrame]:
    """Return the layers of a join as files have them: gaps with a place, without outlines."""
    return {**joined.layers, **{name: rows.table for name, rows in joined.outlined.items()}}
