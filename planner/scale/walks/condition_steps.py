"""Named conditions over the tiles of a city: laid over the streets of each, searched together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np

from planner.coverage.under_conditions import (
    describe_closed,
    find_inside,
    join_under,
    prepare_under,
)
from planner.coverage.verdict_table import list_condition_questions
from planner.coverage.walks_beyond import find_whole_under
from planner.crs.array_types import Flags, Ints
from planner.network.under_condition import (
    LaidCondition,
    find_closed,
    find_closed_ground,
    lay_condition,
)
from planner.plan import Plan
from planner.plan.named_conditions import Condition
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import may_differ
from planner.scale.cut.area_arrays import area_from_arrays, array_to_json, json_to_array
from planner.scale.cut.whole import Whole
from planner.scale.streets.opened import (
    OpenedTile,
    Settings,
    find_serving_rows,
    open_plan,
    place_all_facilities,
    places_of,
)
from planner.scale.streets.tile_streets import name_cuts
from planner.scale.walks.border_seeds import BACK_SEEDS, seeds_to_arrays
from planner.scale.walks.skeleton import BACK, Skeleton, join_skeletons, search_beyond, take_ways
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays
from planner.travel.streets import hold_way_back

#: Before what is told of a condition and a profile, by their number in `list_under`.
UNDER = "under{0}"
_CLOSED_M, _DROPPED = "under|closed_m", "under|dropped"


def list_under(plan: Plan) -> list[tuple[Condition, WalkProfile]]:
    """List who walks under which condition, in all that a run asks."""
    return [
        (question.condition, question.profile)
        for question in list_condition_questions(plan)
        if question.condition is not None
    ]


def lay_here(tile: OpenedTile) -> tuple[LaidCondition, ...]:
    """Lay each condition of the plan over the streets of a tile."""
    inputs, network = tile.inputs, tile.network
    found = []
    for condition in tile.plan.asked_conditions:
        closed = find_closed(condition, inputs.closed)
        laid = lay_condition(network, condition, closed, tile.built.ways)
        node_id = laid.network.node_id.copy()
        if laid.network.n_nodes > network.n_nodes:
            node_id[network.n_nodes :] = name_cuts(network, laid.network, laid.origin)
        found.append(replace(laid, network=replace(laid.network, node_id=node_id)))
    return tuple(found)


def meet_under(
    tile: OpenedTile, own: gpd.GeoDataFrame, rows: Ints, whole: tuple[Flags, Flags]
) -> Arrays:
    """Return the skeleton of a tile for everybody under every condition, and what is closed.

    Parameters
    ----------
    own, rows
        Facilities of the core, and their rows among all.
    whole
        From `find_whole`.
    """
    conditions = lay_here(tile)
    if not conditions:
        return {}
    usual, owned = tile.network, tile.built.owned
    closed_m = [
        [float(usual.length_m[usual.shut & owned].sum()),
         float(one.network.length_m[one.network.shut & owned[one.origin]].sum())]
        for one in conditions
    ]  # fmt: skip
    arrays: Arrays = {
        _CLOSED_M: np.array(closed_m),
        _DROPPED: json_to_array([one.dropped for one in conditions]),
    }
    laid_of = {one.condition: one for one in conditions}
    for number, (condition, profile) in enumerate(list_under(tile.plan)):
        laid = laid_of[condition]
        streets = prepare_under(laid, tile.streets, profile)
        if may_differ(profile, sloped=tile.plan.network.elevation is not None):
            streets = hold_way_back(streets)
        places = join_under(laid, streets, own)
        prefix = f"{UNDER.format(number)}."
        arrays |= take_ways(streets, places, rows, find_whole_under(laid, *whole), prefix)
    return arrays


def search_under(store: StepStore, settings: Settings) -> Arrays:
    """Search the streets of all tiles under one condition for one profile: a step.

    settings : as for `search_far`, and under (a number in `list_under`) in place of walker.

    Returns
    -------
    Arrays
        Of each tile `tile|under0|node` ..., see `Seeds`.
    """
    inputs = open_plan(settings)
    area = area_from_arrays(store.load(settings["area"]), inputs)
    facilities = place_all_facilities(store, settings["facilities"], inputs, area)[1]
    condition, profile = list_under(inputs.plan)[settings["under"]]
    serving = find_serving_rows(facilities)
    closed = ~facilities["open_to_outsiders"].to_numpy(dtype=bool)[serving]
    is_open = np.ones(len(serving), dtype=bool)
    if condition.close_facilities:
        ground = find_closed_ground(find_closed(condition, inputs.closed), area.crs)
        is_open = ~find_inside(ground, places_of(facilities.iloc[serving]))
    both = inputs.plan.network.direction == "both" and may_differ(
        profile, sloped=inputs.plan.network.elevation is not None
    )
    loaded = [store.load(key) for _, key in settings["meets"]]
    arrays: Arrays = {}
    name_under = UNDER.format(settings["under"])
    for way in ("", BACK) if both else ("",):
        parts = [Skeleton.from_arrays(one, f"{name_under}.{way}") for one in loaded]
        wanted = [(is_open, settings["most"] if both else 1)]
        [found] = search_beyond(join_skeletons(parts), parts, wanted, serving, closed)
        for (name, _), seeds in zip(settings["meets"], found, strict=True):
            arrays |= seeds_to_arrays(seeds, f"{name}|{name_under}|{BACK_SEEDS if way else ''}")
    return arrays


def tell_conditions(
    whole: Whole, met: Sequence[Arrays]
) -> tuple[list[str], list[dict[str, object]]]:
    """Return what is to be said of the conditions of a city, and the rows that close no street.

    met : of all tiles, from `meet_tile`.
    """
    conditions = whole.plan.asked_conditions
    if not conditions:
        return [], []
    closed_m = np.sum([one[_CLOSED_M] for one in met], axis=0)
    dropped = [array_to_json(one[_DROPPED]) for one in met]
    notes: list[str] = []
    lost: list[dict[str, object]] = []
    for number, condition in enumerate(conditions):
        ground = find_closed_ground(find_closed(condition, whole.inputs.closed), whole.area.crs)
        more_m = float(closed_m[number][1] - closed_m[number][0])
        notes += describe_closed(condition, ground, more_m, whole.counting)
        # A point or line that one tile tells of no street may lie at a street of another.
        every = [one[number] for one in dropped]
        lost += [row for row in every[0] if all(row in rows for rows in every)]
    return notes, lost
