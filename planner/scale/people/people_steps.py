"""People of a city: placed once for the whole area, and dealt out to the tiles by their cores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from planner.coverage.groups import group_people
from planner.coverage.people import place_people
from planner.gaps.definition import find_table_distances
from planner.network.study_area import StudyArea
from planner.scale.cut.area_arrays import area_from_arrays, array_to_json, json_to_array
from planner.scale.cut.cutting import load_areas
from planner.scale.cut.ground import holds_in
from planner.scale.cut.manifest import read_manifest
from planner.scale.cut.ways_of_tiles import read_known_ways
from planner.scale.people.unit_arrays import people_to_arrays, take_people
from planner.scale.streets.opened import Settings, make_map, open_plan
from planner.scale.work.content import keep
from planner.scale.work.steps import StepStore
from planner.sources import load_plan
from planner.sources.cache import Arrays
from planner.sources.inputs import load_inputs_beside
from planner.sources.tables import list_dropped_rows

#: What is told of people and of the files of the plan, once for the whole.
TOLD = "told"


def place_everybody(store: StepStore, settings: Settings) -> Arrays:
    """Place the people of the whole area, in one process: its memory is that of all units.

    settings : plan, cut (folder), area (key); ways : keys of `see_ways` of all tiles, where the
    plan has conditions; seen : of `see_lonlat`, where a raster is cut by the streets alone.
    """
    manifest = read_manifest(Path(settings["cut"]))
    plan = load_plan(Path(settings["plan"]))
    needs_map = any(part.uses_map for part in plan.demand)
    osm = load_areas(manifest) if needs_map else make_map(manifest)
    ways = read_known_ways(store, settings["ways"]) if "ways" in settings else None
    seen = None
    if "seen" in settings:
        seen = np.concatenate([store.load(key)["lonlat"] for key in settings["seen"]])
    inputs = load_inputs_beside(plan, osm, people=True, ways=ways, seen=seen)
    area = area_from_arrays(store.load(settings["area"]), inputs)
    people = place_people(inputs, area, osm.zones.to_crs(area.crs))
    groups = group_people(people.units, people.table, inputs.groups, area.town_names)
    join_m = find_table_distances(people.units, people.table, plan.service.gap_join_m)
    routes, courses = inputs.routes, inputs.courses
    told = {
        "notes": list(inputs.notes),
        "remarks": list(inputs.remarks),
        "of_people": people.notes,
        "of_groups": groups.notes,
        "rasters": people.rasters,
        "dropped": [
            *people.dropped,
            *list_dropped_rows(inputs.gates),
            *list_dropped_rows(inputs.candidates),
            *list_dropped_rows(None if routes is None else routes.sites),
            *([] if courses is None else courses.dropped.to_dict("records")),
            *(row for one in inputs.closed for row in one.dropped.to_dict("records")),
        ],
        "join_m": [[table, metres] for table, metres in join_m.items()],
    }
    rows = np.arange(len(people.units))
    return people_to_arrays(people, groups, rows) | {TOLD: json_to_array(told)}


def deal_people(store: StepStore, settings: Settings) -> Arrays:
    """Deal the units out to tiles; each piece is kept under a key of its content.

    settings : plan, cut, area, people (key), cores: pairs of a tile's name and its core.

    Returns
    -------
    Arrays
        pieces : name of a tile -> key of its units.
    """
    whole = store.load(settings["people"])
    told = whole.pop(TOLD)
    area = _open_area(store, settings)
    west = read_manifest(Path(settings["cut"])).sheet_west
    join_m = json_to_array(array_to_json(told)["join_m"])
    pieces: dict[str, str] = {}
    for name, core in settings["cores"]:
        chosen = np.flatnonzero(holds_in(tuple(core), area.crs, west, whole["xy"]))
        pieces[name] = keep(store, take_people(whole, chosen) | {"join_m": join_m})
    return {"pieces": json_to_array(pieces)}


def load_piece(store: StepStore, settings: Settings) -> Arrays:
    """Return the units of one tile, from `deal_people`.

    settings : people (key of what it returned), tile.
    """
    pieces: dict[str, str] = array_to_json(store.load(settings["people"])["pieces"])
    return store.load(pieces[settings["tile"]])


def forget_lost_pieces(store: StepStore, key: str) -> None:
    """Let people be dealt out again if a piece was lost that `deal_people`, at a key, names."""
    if store.holds(key):
        pieces: dict[str, str] = array_to_json(store.load(key)["pieces"])
        if not all(store.holds(piece) for piece in pieces.values()):
            store.forget(key)


def _open_area(store: StepStore, settings: Settings) -> StudyArea:
    """Return the study area."""
    return area_from_arrays(store.load(settings["area"]), open_plan(settings))


def read_told(arrays: Arrays) -> dict[str, Any]:
    """Return what `place_everybody` tells of the people and of the files of the plan."""
    told: dict[str, Any] = array_to_json(arrays[TOLD])
    return told
