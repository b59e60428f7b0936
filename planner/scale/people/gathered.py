"""People of a city: what is told of each [[demand]] is put together, and a tile opens its units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from planner.coverage.groups import GroupPeople, count_groups, find_group_shares
from planner.coverage.people import (
    People,
    add_number,
    list_idle_targets,
    list_numbered,
    list_strays,
    refuse_nobody,
    refuse_twice,
)
from planner.crs.array_types import Ints
from planner.plan import Plan
from planner.scale.cut.area_arrays import area_from_arrays, array_to_json, json_to_array
from planner.scale.cut.manifest import read_manifest
from planner.scale.cut.ways_of_tiles import read_known_ways
from planner.scale.people.people_steps import PIECES, SUMS, TOLD, list_pieces
from planner.scale.people.told_arrays import told_from_json
from planner.scale.people.twice import Hashes, find_equal, find_first_twice
from planner.scale.people.unit_arrays import people_from_arrays
from planner.scale.streets.opened import Settings, make_map
from planner.scale.work.steps import StepStore
from planner.sources import load_plan
from planner.sources.cache import Arrays, unpack_texts
from planner.sources.inputs import Inputs, load_inputs_beside
from planner.sources.tables import list_dropped, list_dropped_rows
from planner.sources.unit_classes import check_number_of_classes

_SHARES = "shares"


@dataclass(frozen=True, eq=False)
class OpenedPeople:
    """The units of one tile.

    people, groups : as of a plain run, of these units; notes and zones are told once for the whole.
    rows (n,) : of each in the table of all units.
    join_m : position of a [[demand]] -> metres, see `choose_join_distances`.
    """

    people: People
    groups: GroupPeople
    rows: Ints
    join_m: dict[int, float]


def gather_people(store: StepStore, settings: Settings) -> Arrays:
    """Put together what each [[demand]] told, and check what only all of them can: a step.

    No process holds the units of all: shares of groups are found from sums by town, ids that stand
    twice by hashes.

    settings : plan, cut, area, placed : keys of `place_demand` of each [[demand]]; ways : keys of
    `see_ways` of all tiles, where the plan has conditions.

    Returns
    -------
    Arrays
        What `open_people` and `read_told` ask.

    Raises
    ------
    DemandError
        As `place_people`.
    """
    plan = load_plan(Path(settings["plan"]))
    parts = [store.load(key) for key in settings["placed"]]
    told = [array_to_json(part[TOLD]) for part in parts]
    ways = read_known_ways(store, settings["ways"]) if "ways" in settings else None
    inputs = load_inputs_beside(
        plan, make_map(read_manifest(Path(settings["cut"]))), people=True, ways=ways,
        told=[told_from_json(one["files"]) for one in told],
    )  # fmt: skip
    area = area_from_arrays(store.load(settings["area"]), inputs)
    numbered = list_numbered(
        [(part, one["by_place"]) for part, one in zip(plan.demand, told, strict=True)]
    )
    pieces = [array_to_json(part[PIECES]) for part in parts]
    check_number_of_classes([one["classes"] for one in told])
    _refuse_twice(store, plan, told, pieces, numbered)
    refuse_nobody(sum(one["count"] for one in told), anybody=any(one["anybody"] for one in told))
    sums, table = _join_sums(parts, told)
    groups = find_group_shares(sums, table, inputs.groups, area.town_names)
    starts = np.cumsum([0, *(one["count"] for one in told)])
    living = [
        {"key": key, "start": int(start), "numbered": has_number}
        for key, start, has_number in zip(settings["placed"], starts[:-1], numbered, strict=True)
    ]
    present = [(number, one) for number, one in enumerate(told) if one["count"]]
    whole = {
        "notes": list(inputs.notes),
        "remarks": list(inputs.remarks),
        "of_people": [
            *(line for one in told for line in one["of_people"]),
            *list_strays(sums.loc[sums["town"] == "", "people"], area),
            *list_idle_targets(plan, {one["kind"] for _, one in present}),
        ],
        "of_groups": groups.notes,
        "rasters": [line for one in told for line in one["rasters"]],
        "dropped": [*(row for one in told for row in one["dropped"]), *_list_dropped(inputs)],
        "join_m": [[number, one["join_m"]] for number, one in present],
    }
    shares = {name: list(of_parts.items()) for name, of_parts in groups.shares.items()}
    return {
        TOLD: json_to_array(whole),
        PIECES: json_to_array(living),
        _SHARES: json_to_array(shares),
    }


def open_people(store: StepStore, settings: Settings, plan: Plan, crs: CRS) -> OpenedPeople:
    """Return the units of one tile, in the order of the whole.

    settings : people (key of `gather_people`), tile.
    """
    gathered = store.load(settings["people"])
    units: list[gpd.GeoDataFrame] = []
    counted: list[pd.DataFrame] = []
    rows, numbers = [], []
    for number, part in enumerate(array_to_json(gathered[PIECES])):
        pieces = array_to_json(store.load(part["key"])[PIECES])
        # One without units comes first: columns are of the same kinds in every tile.
        keys = [run["tiles"].get(settings["tile"]) for run in pieces["runs"]]
        for key in [pieces["none"], *(key for key in keys if key is not None)]:
            own, at_points, row = people_from_arrays(store.load(key), crs)
            if part["numbered"]:
                kind = plan.demand[number].kind
                own = own.assign(demand_id=add_number(own["demand_id"], kind, number + 1))
            units.append(own)
            counted.append(at_points)
            rows.append(row + part["start"])
            numbers.append(np.full(len(row), number))
    whole = gpd.GeoDataFrame(pd.concat(units, ignore_index=True), crs=crs)
    table = pd.Series(np.concatenate(numbers))
    at_points = pd.concat(counted, ignore_index=True).fillna(0.0)
    shares = {name: dict(of_parts) for name, of_parts in array_to_json(gathered[_SHARES]).items()}
    groups = count_groups(whole, table, plan.groups, shares, at_points)
    zones = gpd.GeoDataFrame({"zone_id": [], "kind": [], "name": []}, geometry=[], crs=crs)
    join_m = {int(number): metres for number, metres in read_told(gathered)["join_m"]}
    people = People(whole, table, zones, [], [])
    return OpenedPeople(people, GroupPeople(groups, []), np.concatenate(rows), join_m)


def read_told(arrays: Arrays) -> dict[str, Any]:
    """Return what `gather_people` tells of the people and of the files of the plan."""
    told: dict[str, Any] = array_to_json(arrays[TOLD])
    return told


def forget_lost_pieces(store: StepStore, placed: Sequence[str], gathered: str) -> None:
    """Let people be dealt out again if a piece was lost.

    placed, gathered : keys of `place_demand` of each [[demand]], and of `gather_people`.
    """
    for key in placed:
        if store.holds(key) and not all(map(store.holds, list_pieces(store.load(key)))):
            store.forget(key)
            # Whoever asks for units waits for it.
            store.forget(gathered)


def _refuse_twice(
    store: StepStore,
    plan: Plan,
    told: Sequence[dict[str, Any]],
    pieces: Sequence[dict[str, Any]],
    numbered: Sequence[bool],
) -> None:
    """Refuse a unit that stands twice."""

    def load() -> Iterator[Hashes]:
        """Yield the hashes of each run."""
        for part, has_number in zip(pieces, numbered, strict=True):
            for run in part["runs"]:
                yield store.load(run["numbered" if has_number else "hashes"])["hashes"]

    def list_ids() -> Iterator[pd.DataFrame]:
        """Yield demand_id and row of the units of each run."""
        for number, part in enumerate(pieces):
            for run in part["runs"]:
                found = [_read_ids(store.load(key)) for key in run["tiles"].values()]
                table = pd.concat([pd.DataFrame({"demand_id": [], "row": []}), *found])
                if numbered[number]:
                    kind = plan.demand[number].kind
                    ids = add_number(table["demand_id"], kind, number + 1)
                    table = table.assign(demand_id=ids)
                yield table

    equal = find_equal(sum(one["count"] for one in told), load)
    # Only now are ids looked at, of which two may share a hash.
    twice = find_first_twice(list_ids(), equal) if len(equal) else None
    if twice is not None:
        refuse_twice(twice)


def _read_ids(piece: Arrays) -> pd.DataFrame:
    """Return demand_id and row of the units of a piece."""
    return pd.DataFrame({"demand_id": unpack_texts(piece, "unit.demand_id"), "row": piece["row"]})


def _join_sums(
    parts: Sequence[Arrays], told: Sequence[dict[str, Any]]
) -> tuple[pd.DataFrame, pd.Series]:
    """Return rows with the sums of people by [[demand]] and town, and the [[demand]] of each."""
    frames = [
        pd.DataFrame(
            {
                "kind": one["kind"],
                "people": part[f"{SUMS}people"],
                "town": unpack_texts(part, f"{SUMS}town"),
            }
        )
        for part, one in zip(parts, told, strict=True)
    ]
    table = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames])
    return pd.concat(frames, ignore_index=True), pd.Series(table)


def _list_dropped(inputs: Inputs) -> list[dict[str, Any]]:
    """List the rows of all further tables that do not count."""
    routes, courses = inputs.routes, inputs.courses
    return [
        *list_dropped_rows(inputs.gates),
        *list_dropped_rows(inputs.candidates),
        *list_dropped_rows(None if routes is None else routes.sites),
        *([] if courses is None else list_dropped(courses.dropped)),
        *(row for one in inputs.closed for row in list_dropped(one.dropped)),
    ]
