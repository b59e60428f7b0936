"""Walks over the tiles of a city: each tile tells its streets, all are searched together."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.facilities import (
    find_unjoined,
    find_unsure,
    join_facilities,
    list_inside,
)
from planner.coverage.walks_beyond import SeedsKey
from planner.crs.array_types import Flags, Ints
from planner.network.study_area import StudyArea, layer_to_metric
from planner.scale.cut.area_arrays import area_from_arrays, array_to_json, json_to_array
from planner.scale.cut.ground import find_whole
from planner.scale.cut.reach import list_rules_here
from planner.scale.parts.city_parts import Part
from planner.scale.people.gathered import open_people
from planner.scale.streets.opened import (
    OpenedTile,
    Settings,
    find_serving_rows,
    open_plan,
    open_streets,
    place_all_facilities,
    places_of,
)
from planner.scale.streets.tile_streets import measure_owned
from planner.scale.walks.asked import Asked, find_uneven, list_asked, list_turned, list_walkers
from planner.scale.walks.border_seeds import BACK_SEEDS, seeds_to_arrays
from planner.scale.walks.condition_steps import meet_under
from planner.scale.walks.own_walks import find_own, list_wanted, search_own
from planner.scale.walks.skeleton import (
    BACK,
    Skeleton,
    find_gated,
    join_skeletons,
    search_beyond,
    take_ways,
)
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays, pack_texts, unpack_texts
from planner.sources.inputs import Inputs
from planner.travel.access import join
from planner.travel.both_ways import WIDER
from planner.travel.hours import rules_at
from planner.travel.streets import Streets, hold_way_back, point_streets, prepare_like
from planner.travel.wall_rules import AS_TAGGED

#: Which walkers (by number) have which skeleton of a tile: streets are often the same at all hours.
_SAME = "same"
#: What is told of the direction that does not decide.
_TURNED = "turned."
#: Table of a part: who is walked to or from, in another direction than that which decides.
TURNED_TABLE: Final = "turned_{0}"


def meet_tile(store: StepStore, settings: Settings) -> Arrays:
    """Tell how the facilities of a core meet the streets, and the skeleton for every walker.

    settings : as for `open_streets`, and people (key of `gather_people`) where the plan names
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
    rules_here = list_rules_here(tile.inputs)
    walkers, uneven = list_walkers(tile.plan, rules_here), find_uneven(tile.plan, rules_here)
    for number, (profile, moment) in enumerate(walkers):
        rules = rules_at(tile.network, moment)
        if moment is not None and rules == AS_TAGGED:
            same.append(walkers.index((profile, None)))
            continue
        same.append(number)
        streets = prepare_like(tile.streets, profile=profile, rules=rules)
        if profile.name in uneven:
            streets = hold_way_back(streets)
        places = join_facilities(streets, own)
        arrays |= take_ways(streets, places, rows, whole, f"{number}.")
        if number == 0:
            arrays |= _meet_residents(store, settings, tile, facilities, streets, arrays)
            arrays |= _take_turned(streets, own, rows, whole)
    return arrays | meet_under(tile, own, rows, whole) | {_SAME: json_to_array(same)}


def _take_turned(
    streets: Streets, own: gpd.GeoDataFrame, rows: Ints, whole: tuple[Flags, Flags]
) -> Arrays:
    """Return the skeleton of the plan's profile in the direction that does not decide."""
    if streets.direction == "both":
        return {}
    turned = point_streets(streets, "from" if streets.direction == "to" else "to")
    return take_ways(turned, join_facilities(turned, own), rows, whole, f"0.{_TURNED}")


def _meet_residents(
    store: StepStore,
    settings: Settings,
    tile: OpenedTile,
    facilities: gpd.GeoDataFrame,
    streets: Streets,
    skeletons: Arrays,
) -> Arrays:
    """Return the nodes by which residents of committees come from their own facility."""
    given = tile.inputs.committees
    if given is None:
        return {}
    units = open_people(store, settings, tile.plan, tile.area.crs).people.units
    met = join(streets, places_of(units), reached=True)
    committees = layer_to_metric(given, tile.area.crs)
    own = find_own(units, committees, facilities["facility_id"].tolist())
    arrays: Arrays = {}
    for way, access in (("", met), (BACK, met.back)):
        if access is not None:
            skeleton = Skeleton.from_arrays(skeletons, f"0.{way}")
            facility, node = list_wanted(own, access, skeleton)
            arrays |= {f"{way}own_facility": facility, f"{way}own_node": node}
    return arrays


def read_skeleton(arrays: Arrays, walker: int, way: str = "") -> Skeleton:
    """Return a skeleton of `meet_tile` for a walker, by its number in `list_walkers`."""
    return Skeleton.from_arrays(arrays, f"{array_to_json(arrays[_SAME])[walker]}.{way}")


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
    pairs of a tile's name and its key of `meet_tile`; most : how many of the nearest facilities are
    looked for each way, where the longer of both counts.

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
    rules = list_rules_here(inputs)
    profile, moment = list_walkers(inputs.plan, rules)[settings["walker"]]
    called = (profile.name, "" if moment is None else moment.name)
    mine = [number for number, key in enumerate(asked) if key[:2] == called]
    keys = list(asked)
    serving = find_serving_rows(facilities)
    closed = ~facilities["open_to_outsiders"].to_numpy(dtype=bool)[serving]
    loaded = [store.load(key) for _, key in settings["meets"]]
    # The second nearest is told for the plan's own profile, whatever the hours.
    own = inputs.plan.service.profile, "", np.ones(len(serving), dtype=bool).tobytes()
    both = inputs.plan.network.direction == "both" and profile.name in find_uneven(
        inputs.plan, rules
    )
    wanted = [
        (asked[keys[number]][2], settings["most"] if both else 1 + (keys[number] == own))
        for number in mine
    ]
    arrays: Arrays = {}
    for way in ("", BACK) if both else ("",):
        parts = [read_skeleton(one, settings["walker"], way) for one in loaded]
        joined = join_skeletons(parts)
        found = search_beyond(joined, parts, wanted, serving, closed)
        for number, seeds_of_tiles in zip(mine, found, strict=True):
            for (name, _), seeds in zip(settings["meets"], seeds_of_tiles, strict=True):
                arrays |= seeds_to_arrays(seeds, f"{name}|{number}|{BACK_SEEDS if way else ''}")
        if settings["walker"] == 0:
            nobody = np.empty(0, dtype=np.int64)
            residents = [
                (one.get(f"{way}own_facility", nobody), one.get(f"{way}own_node", nobody))
                for one in loaded
            ]
            of_tiles = search_own(joined, parts, residents, serving)
            for (name, _), seeds in zip(settings["meets"], of_tiles, strict=True):
                arrays |= seeds_to_arrays(seeds, f"{name}|own|{BACK_SEEDS if way else ''}")
        if moment is None and not way:
            for (name, _), gated in zip(settings["meets"], find_gated(joined, parts), strict=True):
                arrays[f"{name}|{profile.name}|gated"] = gated
    return arrays


def search_turned(store: StepStore, settings: Settings) -> Arrays:
    """Search for the walks, in other directions, between people and their nearest facility.

    settings : plan, cut, area, facilities (keys), meets : as for `search_far`; parts : of the same
    tiles, the keys of their parts, which tell who is asked for, see `list_turned_walks`.

    Returns
    -------
    Arrays
        Of each tile and direction `tile|direction|node` ..., see `Beyond.turned`.
    """
    inputs = open_plan(settings)
    area = area_from_arrays(store.load(settings["area"]), inputs)
    facilities = place_all_facilities(store, settings["facilities"], inputs, area)[1]
    serving = find_serving_rows(facilities)
    loaded = [store.load(key) for _, key in settings["meets"]]
    asked = [Part.from_arrays(store.load(key)).tables for key in settings["parts"]]
    arrays: Arrays = {}
    for direction in list_turned(inputs.plan):
        way = _TURNED
        if inputs.plan.network.direction == "both":
            way = "" if direction == "to" else BACK
        parts = [read_skeleton(one, 0, way) for one in loaded]
        wanted, about = [], np.zeros(len(facilities))
        for part, tables in zip(parts, asked, strict=True):
            walks = tables[TURNED_TABLE.format(direction)]
            row = serving[walks["facility"].to_numpy(dtype=np.int64)]
            wanted.append((row, np.searchsorted(part.number, walks["node"].to_numpy())))
            np.maximum.at(about, row, walks["minutes"].to_numpy())
        # Up and down differ: what a search so wide leaves out is searched for without end.
        found = search_own(join_skeletons(parts), parts, wanted, serving, WIDER * about + 1)
        for (name, _), seeds in zip(settings["meets"], found, strict=True):
            arrays |= seeds_to_arrays(seeds, f"{name}|{direction}|")
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
