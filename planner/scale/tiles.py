"""The answer of one tile: its people judged on its streets and those beyond, and its part taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely

from planner.coverage.walks_beyond import Beyond
from planner.crs.array_types import Flags, Floats
from planner.run.covered import Judgement, judge_everybody
from planner.scale.cut.ground import TileGround, find_shape, find_whole
from planner.scale.cut.reach import MARGIN_M, list_rules_here
from planner.scale.parts.city_parts import Part, take_part
from planner.scale.parts.tile_case import TileCase
from planner.scale.parts.tile_names import pack_landmarks
from planner.scale.people.gathered import open_people
from planner.scale.streets.opened import (
    OpenedTile,
    Settings,
    find_serving_rows,
    open_streets,
    place_all_facilities,
    places_of,
)
from planner.scale.walks.asked import find_uneven, list_turned
from planner.scale.walks.border_seeds import read_border, seeds_from_arrays, take_border
from planner.scale.walks.condition_steps import lay_here, list_under
from planner.scale.walks.walk_steps import TURNED_TABLE, list_asked_of
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays
from planner.stages import Stages
from planner.travel.several_nearest import TooFewKnownError

#: In place of a part: more of the facilities beyond the tile have to be known.
TOO_FEW: Final = "too_few"


@dataclass(frozen=True, eq=False)
class TileAnswer:
    """A tile with its people judged: what its part is taken from, and its layers."""

    tile: OpenedTile
    case: TileCase
    ground: TileGround
    judgement: Judgement


def answer_tile(store: StepStore, settings: Settings) -> Arrays:
    """Answer for the people of one core, as a plain run does; return part and landmarks.

    settings : as for `judge_tile`. Where the longer of two walks counts and what is known of those
    beyond the tile does not tell it for somebody, `TOO_FEW` stands in place of the part.
    """
    try:
        found = judge_tile(store, settings)
    except TooFewKnownError:
        return {TOO_FEW: np.ones(1, dtype=np.int64)}
    part = take_part(found.case, found.judgement, found.ground)
    told = Part(part.tables | list_turned_walks(found)).to_arrays()
    return told | pack_landmarks(found.tile)


def list_turned_walks(found: TileAnswer) -> dict[str, pd.DataFrame]:
    """List by which nodes people meet walks to or from their nearest facility; see `list_turned`.

    Returns
    -------
    dict
        `turned_to` ...: facility (position), node (of the search graph), and minutes within which
        somebody walks so far in the direction that decides.
    """
    walk, nearest = found.judgement.walk, found.judgement.judged.nearest
    minutes = found.judgement.judged.demand["minutes"].to_numpy()
    tables = {}
    for direction in list_turned(found.case.plan):
        _, _, units = walk.pointed(direction)
        unit = np.repeat(np.arange(len(units)), np.diff(units.seed_starts))
        walks = pd.DataFrame(
            {
                "facility": nearest[unit],
                "node": units.seed_node,
                "minutes": minutes[unit] + units.seed_minutes,
            }
        )
        walks = walks[(walks["facility"] >= 0).to_numpy()]
        most = walks.groupby(["facility", "node"])["minutes"].max()
        tables[TURNED_TABLE.format(direction)] = most.reset_index()
    return tables


def judge_tile(store: StepStore, settings: Settings) -> TileAnswer:
    """Judge the people of one core, for its part or for further questions.

    settings : as for `open_streets`, and the keys of people (`gather_people`), of facilities
    (`gather_facilities`), border: for each walker and condition, of what comes to the border
    (`search_far`, `search_under`), most (see `Beyond`), and, where it is known, turned
    (`search_turned`).
    """
    tile = open_streets(store, settings)
    case, ground = open_case(tile, store, settings)
    return TileAnswer(tile, case, ground, judge_everybody(case, Stages()))


def open_case(
    tile: OpenedTile, store: StepStore, settings: Settings
) -> tuple[TileCase, TileGround]:
    """Put together the case of one tile; settings as for `judge_tile`."""
    placed = place_all_facilities(store, settings["facilities"], tile.inputs, tile.area)
    facilities = placed[1]
    opened = open_people(store, settings, tile.plan, tile.area.crs)
    whole_edges, whole_nodes = find_whole(tile.network, tile.box, tile.plan.network.access_limit_m)
    asked = list_asked_of(tile.inputs, facilities, tile.area)
    serving = facilities.iloc[find_serving_rows(facilities)]
    under = list_under(tile.plan)
    found = take_border(map(store.load, settings["border"]), settings["tile"])
    border = read_border(found, asked, len(under))
    turned = {}
    if "turned" in settings:
        arrays = take_border([store.load(settings["turned"])], settings["tile"])
        turned = {
            direction: seeds_from_arrays(arrays, f"{direction}|")
            for direction in list_turned(tile.plan)
        }
    beyond = Beyond(
        local=_find_local(tile, whole_edges, places_of(serving)),
        whole_edges=whole_edges,
        whole_nodes=whole_nodes,
        seeds=border.seeds,
        gated=border.gated,
        own=border.own,
        uneven=find_uneven(tile.plan, list_rules_here(tile.inputs)),
        most=settings.get("most"),
        turned=turned,
        under={
            (condition.name, profile.name): seeds
            for (condition, profile), seeds in zip(under, border.under, strict=True)
        },
    )
    case = TileCase(
        tile.inputs, tile.area, tile.streets,
        placed=placed, people_here=opened.people, groups_here=opened.groups, beyond=beyond,
        laid=lay_here(tile),
    )  # fmt: skip
    ground = TileGround(
        crs=tile.area.crs,
        core=tile.here.tile.core,
        box=tile.box,
        west=tile.west,
        rows=opened.rows,
        islands=tile.island,
        join_m=opened.join_m,
    )
    return case, ground


def _find_local(tile: OpenedTile, whole_edges: Flags, xy: Floats) -> Flags:
    """Tell which facilities (k, 2) stand where the tile knows all streets that they meet."""
    known_m = tile.here.manifest.halo_m - tile.plan.network.access_limit_m - MARGIN_M / 2
    shape = find_shape(tile.box, tile.area.crs, known_m)
    near = np.asarray(shapely.intersects_xy(shape, xy), dtype=bool)
    # Along one long street somebody may walk from the core to a facility far from it.
    lines = shapely.STRtree(tile.network.lines[whole_edges])
    limit_m = tile.plan.network.access_limit_m
    near[lines.query(shapely.points(xy), predicate="dwithin", distance=limit_m)[0]] = True
    return near
