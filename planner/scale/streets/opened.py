"""What a step finds when it begins: the plan, its small tables, the area, the streets of a tile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from planner.coverage.facilities import find_approximate, list_inside, with_places
from planner.crs.array_types import Flags, Floats, Ints
from planner.network.facts import StreetFacts
from planner.network.study_area import StudyArea
from planner.network.walk_network import WalkNetwork
from planner.plan import Plan
from planner.scale.cut.area_arrays import area_from_arrays
from planner.scale.cut.bare_map import make_bare_map
from planner.scale.cut.ground import Box, cut_core, holds_in
from planner.scale.cut.manifest import Manifest, read_manifest
from planner.scale.cut.tile_reading import OpenTile, open_tile
from planner.scale.streets.tile_streets import TileStreets, build_tile_streets
from planner.scale.work.steps import StepStore
from planner.sources import load_plan
from planner.sources.cache import unpack_texts
from planner.sources.inputs import Inputs, load_inputs_beside
from planner.sources.osm.extract import OsmExtract
from planner.sources.tables import Table
from planner.travel.streets import AccessRules, Streets, prepare_streets

Settings = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class OpenedTile:
    """A tile as each of its steps finds it.

    here : its extract; inputs : of the plan, with that extract as its map; area : of the whole.
    box : the part of the core that area and ring may reach into.
    built : its streets; streets : the same, prepared for the plan's profile.
    island : number of each edge's island, the same in every tile, -1 for none, (m,).
    """

    here: OpenTile
    inputs: Inputs
    area: StudyArea
    box: Box
    built: TileStreets
    streets: Streets
    island: Ints

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.inputs.plan

    @property
    def network(self) -> WalkNetwork:
        """The streets of core and halo."""
        return self.streets.network

    @property
    def west(self) -> float:
        """Where the sheet begins on which longitudes of tiles are counted, degrees."""
        return self.here.manifest.sheet_west

    def holds(self, xy: Floats) -> Flags:
        """Tell which places (n, 2), metric CRS, are the tile's own."""
        return holds_in(self.here.tile.core, self.area.crs, self.west, xy)


def open_plan(settings: Settings) -> Inputs:
    """Read a plan and its small tables, with a map that holds nothing.

    settings : plan (path), cut (folder).
    """
    bare = make_map(read_manifest(Path(settings["cut"])))
    return load_inputs_beside(load_plan(Path(settings["plan"])), bare, people=False)


def make_map(manifest: Manifest, skipped: Mapping[str, int] | None = None) -> OsmExtract:
    """Return a map of nothing but what the whole extract says of itself."""
    return make_bare_map(
        manifest.bounds,
        manifest.timestamp,
        invented=manifest.invented,
        skipped=dict(skipped or {}),
    )


def open_streets(store: StepStore, settings: Settings) -> OpenedTile:
    """Read what all steps of a tile need, and build its streets.

    settings : plan, cut, tile, area, facts (the last two are keys).
    """
    here = open_tile(store, settings)
    plan = load_plan(Path(settings["plan"]))
    inputs = load_inputs_beside(plan, here.extract, people=False)
    area = area_from_arrays(store.load(settings["area"]), inputs)
    facts = store.load(settings["facts"])
    built = build_tile_streets(here, area, facts, inputs)
    streets = prepare_streets(
        built.network,
        plan.profile_named(plan.service.profile),
        AccessRules(plan.network.access_limit_m, plan.network.access_detour),
        direction=plan.network.direction,
    )
    box = cut_core(here.tile.core, area, here.manifest.sheet_west)
    assert box is not None, "only tiles of the area are asked"
    island = StreetFacts.from_arrays(facts).number_islands(built.network)
    return OpenedTile(here, inputs, area, box, built, streets, island)


def place_all_facilities(
    store: StepStore, key: str, inputs: Inputs, area: StudyArea
) -> tuple[Table, gpd.GeoDataFrame]:
    """Return the facilities of the whole plan, as `place_facilities` does in a plain run.

    key : of the result of `gather_facilities`.
    """
    table, rows = list_inside(inputs.facilities, area)
    arrays = store.load(key)
    reason = unpack_texts(arrays, "reason").astype(str)
    return table, with_places(rows, area, reason, arrays["unreachable"])


def find_serving_rows(facilities: gpd.GeoDataFrame) -> Ints:
    """Return the rows of the facilities that surely serve, as `Case.counting` has them."""
    serves = facilities["counts"].to_numpy(dtype=bool) & ~find_approximate(facilities)
    return np.flatnonzero(serves)


def places_of(layer: gpd.GeoDataFrame) -> Floats:
    """Return where points are, shape (n, 2)."""
    return np.column_stack([layer.geometry.x, layer.geometry.y]).astype(np.float64)
