"""The answer of one tile: its people judged on its streets and those beyond, and its part taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from planner.coverage.walks_beyond import Beyond
from planner.crs.array_types import Flags, Floats
from planner.run.covered import Judgement, judge_everybody
from planner.scale.area_arrays import array_to_json
from planner.scale.city_parts import take_part
from planner.scale.ground import TileGround, find_shape, find_whole
from planner.scale.opened import (
    OpenedTile,
    Settings,
    find_serving_rows,
    open_streets,
    place_all_facilities,
    places_of,
)
from planner.scale.people_steps import load_piece
from planner.scale.reach import MARGIN_M
from planner.scale.steps import StepStore
from planner.scale.tile_case import TileCase
from planner.scale.tile_names import pack_landmarks
from planner.scale.unit_arrays import people_from_arrays
from planner.scale.walk_steps import list_asked_of, read_border, take_border
from planner.sources.cache import Arrays
from planner.stages import Stages


@dataclass(frozen=True, eq=False)
class TileAnswer:
    """A tile with its people judged: what its part is taken from, and its layers."""

    tile: OpenedTile
    case: TileCase
    ground: TileGround
    judgement: Judgement


def answer_tile(store: StepStore, settings: Settings) -> Arrays:
    """Answer for the people of one core, as a plain run does; return part and landmarks.

    settings : as for `judge_tile`.
    """
    found = judge_tile(store, settings)
    part = take_part(found.case, found.judgement, found.ground)
    return part.to_arrays() | pack_landmarks(found.tile)


def judge_tile(store: StepStore, settings: Settings) -> TileAnswer:
    """Judge the people of one core, for its part or for further questions.

    settings : as for `open_streets`, and the keys of people (`deal_people`), of facilities
    (`gather_facilities`) and, for each walker, of what comes to the border (`search_far`).
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
    pieces = load_piece(store, settings)
    people, groups, rows = people_from_arrays(pieces, tile.area.crs)
    whole_edges, whole_nodes = find_whole(tile.network, tile.box, tile.plan.network.access_limit_m)
    asked = list_asked_of(tile.inputs, facilities, tile.area)
    serving = facilities.iloc[find_serving_rows(facilities)]
    border = take_border(map(store.load, settings["border"]), settings["tile"])
    seeds, gated, own = read_border(border, asked)
    beyond = Beyond(
        local=_find_local(tile, whole_edges, places_of(serving)),
        whole_edges=whole_edges,
        whole_nodes=whole_nodes,
        seeds=seeds,
        gated=gated,
        own=own,
    )
    case = TileCase(
        tile.inputs, tile.area, tile.streets,
        placed=placed, people_here=people, groups_here=groups, beyond=beyond,
    )  # fmt: skip
    ground = TileGround(
        crs=tile.area.crs,
        core=tile.here.tile.core,
        box=tile.box,
        west=tile.west,
        rows=rows,
        islands=tile.island,
        join_m={int(table): metres for table, metres in array_to_json(pieces["join_m"])},
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
