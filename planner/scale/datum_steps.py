"""The datums of a plan's tables, looked at beside the streets of all tiles, as a plain run does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from planner.crs.array_types import Ints
from planner.run.doctor import (
    Examination,
    examine_demand,
    examine_inputs,
    references_of,
    refuse_wrong_datums,
)
from planner.scale.cut.cutting import load_areas
from planner.scale.cut.manifest import read_manifest
from planner.scale.cut.tile_reading import open_tile
from planner.scale.streets.opened import Settings
from planner.scale.work.steps import StepStore
from planner.sources import load_plan
from planner.sources.cache import Arrays
from planner.sources.inputs import load_candidates_of, load_inputs_beside
from planner.sources.one_demand import load_one_demand
from planner.sources.osm.extract import WalkWays
from planner.sources.osm.extract_arrays import ways_from_arrays, ways_to_arrays


def see_streets(store: StepStore, settings: Settings) -> Arrays:
    """Return the ways that begin in the core of one tile: a step; settings as for `open_tile`."""
    here = open_tile(store, settings)
    ways = here.extract.ways
    begins = ways.lonlat[ways.offsets[:-1]]
    return ways_to_arrays(_take_whole_ways(ways, np.flatnonzero(here.in_core(begins))))


def check_tables(store: StepStore, settings: Settings) -> Arrays:
    """Refuse a table that is surely in another datum than the plan says: a step.

    settings : plan, cut, and streets: keys of `see_streets` of all tiles.

    Raises
    ------
    CrsError
        As a plain run.
    """
    manifest = read_manifest(Path(settings["cut"]))
    ways = _stack_ways([ways_from_arrays(store.load(key)) for key in settings["streets"]])
    osm = replace(load_areas(manifest), ways=ways)
    plan = load_plan(Path(settings["plan"]))
    inputs = load_inputs_beside(plan, osm, people=False)
    names = [] if inputs.towns is None else inputs.towns["name"].tolist()
    few = replace(inputs, candidates=load_candidates_of(plan, names))
    known = references_of(inputs)
    tables = [*examine_inputs(few, known).tables]
    for number, part in enumerate(plan.demand):
        if part.table is not None:  # one after the other, so that not all are held at once
            tables += examine_demand(load_one_demand(plan, number, osm)[0], known)
    refuse_wrong_datums(Examination(tuple(tables), ()))
    return {"refused": np.zeros(1, dtype=np.int64)}


def _take_whole_ways(ways: WalkWays, rows: Ints) -> WalkWays:
    """Return some ways with all their nodes."""
    sizes = np.diff(ways.offsets)[rows]
    ends = np.cumsum(sizes)
    nodes = np.arange(int(sizes.sum())) + np.repeat(ways.offsets[:-1][rows] - ends + sizes, sizes)
    columns: dict[str, Any] = {
        entry.name: getattr(ways, entry.name)[
            nodes if entry.name in ("node_id", "lonlat") else rows
        ]
        for entry in fields(WalkWays)
        if entry.name != "offsets"
    }
    return WalkWays(offsets=np.concatenate([[0], ends]).astype(np.int64), **columns)


def _stack_ways(parts: Sequence[WalkWays]) -> WalkWays:
    """Return the ways of several tables one after the other."""
    columns: dict[str, Any] = {
        entry.name: np.concatenate([getattr(part, entry.name) for part in parts])
        for entry in fields(WalkWays)
        if entry.name != "offsets"
    }
    sizes = np.concatenate([np.diff(part.offsets) for part in parts])
    return WalkWays(offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), **columns)
