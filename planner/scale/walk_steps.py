"""Walks over the tiles of a city: each tile tells its streets, all are searched together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.facilities import (
    find_unjoined,
    find_unsure,
    join_facilities,
    list_inside,
)
from planner.coverage.walks_beyond import Seeds, SeedsKey
from planner.crs.array_types import Ints
from planner.network.study_area import StudyArea, layer_to_metric
from planner.scale.area_arrays import area_from_arrays, array_to_json, json_to_array
from planner.scale.asked import Asked, list_asked, list_walkers
from planner.scale.ground import find_whole
from planner.scale.opened import (
    OpenedTile,
    Settings,
    find_serving_rows,
    open_plan,
    open_streets,
    place_all_facilities,
    places_of,
)
from planner.scale.own_walks import find_own, list_wanted, search_own
from planner.scale.people_steps import load_piece
from planner.scale.reach import list_rules_here
from planner.scale.skeleton import (
    Skeleton,
    find_gated,
    join_skeletons,
    search_beyond,
    take_skeleton,
)
from planner.scale.steps import StepStore
from planner.scale.tile_streets import measure_owned
from planner.scale.unit_arrays import people_from_arrays
from planner.sources.cache import Arrays, pack_texts, unpack_texts
from planner.sources.inputs import Inputs
from planner.travel.access import join
from planner.travel.hours import rules_at
from planner.travel.streets import prepare_like
from planner.travel.wall_rules import AS_TAGGED

#: Which walkers (by number) have which skeleton of a tile: streets are often the same at all hours.
_SAME = "same"


def meet_tile(store: StepStore, settings: Settings) -> Arrays:
    """Tell how the facilities of a core meet the streets, and the skeleton for every walker.

    settings : as for `open_streets`, and people (key of `deal_people`) where the plan names
    committees.

    Returns
    -------
    Arrays
        rows : of the core's facilities among all; reason, unreachable : see `find_unjoined`; and
        the skeletons, see `read_skeleton`; own_facility, own_node : see `list_wanted`; figures of
        the streets, see `measure_owned`.
    """
    tile = open_streets(store, settings)
    _, facilities = list_inside(tile.inputs.facilities, tile.area)
    rows = np.flatnonzero(tile.holds(places_of(facilities)))
    own = facilities.iloc[rows]
    reason, unreachable = find_unjoined(own, tile.streets)
    reasons = np.asarray(reason, dtype=object)
    arrays: Arrays = {"rows": rows, "unreachable": unreachable} | pack_texts(reasons, "reason")
    arrays |= measure_owned(tile.built)
    whole = find_whole(tile.network, tile.box, tile.plan.network.access_limit_m)
    same: list[int] = []
    walkers = list_walkers(tile.plan, list_rules_here(tile.inputs))
    for number, (profile, moment) in enumerate(walkers):
        rules = rules_at(tile.network, moment)
        if moment is not None and rules == AS_TAGGED:
            same.append(walkers.index((profile, None)))
            continue
        same.append(number)
        streets = prepare_like(tile.streets, profile=profile, rules=rules)
        skeleton = take_skeleton(streets, join_facilities(streets, own), rows, *whole)
        if number == 0:
            arrays |= _meet_residents(store, settings, tile, facilities, skeleton)
        arrays |= skeleton.to_arrays(f"{number}.")
    return arrays | {_SAME: json_to_array(same)}


def _meet_residents(
    store: StepStore,
    settings: Settings,
    tile: OpenedTile,
    facilities: gpd.GeoDataFrame,
    skeleton: Skeleton,
) -> Arrays:
    """Return the nodes by which residents of committees come from their own facility."""
    given = tile.inputs.committees
    if given is None:
        nothing = np.empty(0, dtype=np.int64)
        return {"own_facility": nothing, "own_node": nothing}
    units = people_from_arrays(load_piece(store, settings), tile.area.crs)[0].units
    met = join(tile.streets, places_of(units), reached=True)
    committees = layer_to_metric(given, tile.area.crs)
    own = find_own(units, committees, facilities["facility_id"].tolist())
    facility, node = list_wanted(own, met, skeleton)
    return {"own_facility": facility, "own_node": node}


def read_skeleton(arrays: Arrays, walker: int) -> Skeleton:
    """Return the skeleton of `meet_tile` for a walker, by its number in `list_walkers`."""
    return Skeleton.from_arrays(arrays, f"{array_to_json(arrays[_SAME])[walker]}.")


def gather_facilities(store: StepStore, settings: Settings) -> Arrays:
    """Put together how the facilities of all tiles meet the streets.

    settings : meets : keys of `meet_tile` of all tiles; count : of facilities in area and ring.

    Returns
    -------
    Arrays
        reason, unreachable : of every facility of area and ring.
    """
    count = sum(len(store.load(key)["rows"]) for key in settings["meets"])
    reason, unreachable = np.full(count, "", dtype=object), np.zeros(count, dtype=bool)
    for key in settings["meets"]:
        arrays = store.load(key)
        reason[arrays["rows"]] = unpack_texts(arrays, "reason")
        unreachable[arrays["rows"]] = arrays["unreachable"]
    return pack_texts(reason, "reason") | {"unreachable": unreachable}


def search_far(store: StepStore, settings: Settings) -> Arrays:
    """Search the streets of all tiles for one walker; return what comes to each tile's border.

    settings : plan, cut, area, facilities (keys), walker (its number in `list_walkers`), meets:
    pairs of a tile's name and its key of `meet_tile`.

    Returns
    -------
    Arrays
        Of each tile and question, by its number in `list_asked`, node, facility and minutes, see
        `Seeds`: `tile|question|node` ...; and whatever the hours `tile|profile|gated`, see
        `find_gated`.
    """
    inputs = open_plan(settings)
    area = area_from_arrays(store.load(settings["area"]), inputs)
    facilities = place_all_facilities(store, settings["facilities"], inputs, area)[1]
    asked = list_asked_of(inputs, facilities, area)
    profile, moment = list_walkers(inputs.plan, list_rules_here(inputs))[settings["walker"]]
    called = (profile.name, "" if moment is None else moment.name)
    mine = [number for number, key in enumerate(asked) if key[:2] == called]
    keys = list(asked)
    serving = find_serving_rows(facilities)
    closed = ~facilities["open_to_outsiders"].to_numpy(dtype=bool)[serving]
    loaded = [store.load(key) for _, key in settings["meets"]]
    parts = [read_skeleton(one, settings["walker"]) for one in loaded]
    # The second nearest is told for the plan's own profile, whatever the hours.
    own = inputs.plan.service.profile, "", np.ones(len(serving), dtype=bool).tobytes()
    joined = join_skeletons(parts)
    found = search_beyond(
        joined,
        parts,
        [(asked[keys[number]], keys[number] == own) for number in mine],
        serving,
        closed,
    )
    arrays: Arrays = {}
    for number, seeds_of_tiles in zip(mine, found, strict=True):
        for (name, _), seeds in zip(settings["meets"], seeds_of_tiles, strict=True):
            arrays |= seeds_to_arrays(seeds, f"{name}|{number}|")
    if settings["walker"] == 0:
        wanted = [(one["own_facility"], one["own_node"]) for one in loaded]
        of_tiles = search_own(joined, parts, wanted, serving)
        for (name, _), seeds in zip(settings["meets"], of_tiles, strict=True):
            arrays |= seeds_to_arrays(seeds, f"{name}|own|")
    if moment is None:
        for (name, _), gated in zip(settings["meets"], find_gated(joined, parts), strict=True):
            arrays[f"{name}|{profile.name}|gated"] = gated
    return arrays


def list_asked_of(
    inputs: Inputs, facilities: gpd.GeoDataFrame, area: StudyArea
) -> dict[SeedsKey, Asked]:
    """List every question for the nearest facility, the same in each step.

    Parameters
    ----------
    facilities
        Of area and ring, from `place_all_facilities`.
    """
    counting = facilities.iloc[find_serving_rows(facilities)]
    unsure = find_unsure(inputs.facilities, facilities, area)
    every = pd.concat([counting, unsure], ignore_index=True) if len(unsure) else counting
    return list_asked(inputs.plan, list_rules_here(inputs), every, len(counting))


def seeds_to_arrays(seeds: Seeds, prefix: str) -> Arrays:
    """Return seeds as arrays, each named with a prefix."""
    return {f"{prefix}{entry.name}": getattr(seeds, entry.name) for entry in fields(Seeds)}


def take_border(found: Iterable[Arrays], tile: str) -> Arrays:
    """Return what `search_far` of all walkers found for one tile: `question|node` ..."""
    mark = f"{tile}|"
    return {
        name.removeprefix(mark): values
        for arrays in found
        for name, values in arrays.items()
        if name.startswith(mark)
    }


def read_border(
    border: Arrays, asked: Iterable[SeedsKey]
) -> tuple[dict[SeedsKey, Seeds], dict[str, Ints], Seeds]:
    """Return from `take_border` the seeds of each question, gated nodes by profile, own walks."""
    seeds = {
        key: Seeds(*(border[f"{number}|{entry.name}"] for entry in fields(Seeds)))
        for number, key in enumerate(asked)
    }
    mark = "|gated"
    gated = {
        name.removesuffix(mark): values for name, values in border.items() if name.endswith(mark)
    }
    return seeds, gated, Seeds(*(border[f"own|{entry.name}"] for entry in fields(Seeds)))
