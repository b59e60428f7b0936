"""Where to build next in a city in tiles: the steps of its tiles, and what asks them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.crs import unproject
from planner.crs.array_types import Floats
from planner.crs.frame import move_to_sheet
from planner.scale.cut.cutting import load_areas
from planner.scale.driver import TiledAnswer
from planner.scale.joined.joined_gaps import NamesElsewhere
from planner.scale.parts.city_parts import Part
from planner.scale.sites.joined_sites import SitesInParts, site_in_parts
from planner.scale.sites.part_sites import list_own_frontage, measure_sites, place_own_frontage
from planner.scale.streets.opened import Settings, open_streets
from planner.scale.tiles import TOO_FEW, judge_tile
from planner.scale.work.array_tables import StoredTables, pack_tables, unpack_tables
from planner.scale.work.content import keep
from planner.scale.work.steps import Runner, StepStore, WorkStep
from planner.siting.question import SiteQuestion
from planner.sources.cache import Arrays
from planner.sources.inputs import load_candidates_of
from planner.travel.several_nearest import TooFewKnownError

#: The one table of what a step is told or tells.
_TABLE = "table"


def site_in_tiles(
    answer: TiledAnswer, question: SiteQuestion, runner: Runner, store: StepStore
) -> SitesInParts:
    """Choose sites for a plan that was run in tiles, with a proof of how good the choice is.

    Parameters
    ----------
    answer
        From `run_in_tiles`.
    question
        From `build_question` of its plan: mclp or capacitated, without closures.
    runner, store
        As for the run.

    Returns
    -------
    SitesInParts
        Candidates, sites, value, bound and curve are those of `site_plan`. A metro exit, bus stop
        or planned facility beyond the halo of a tile is told as none; that changes no score, since
        nothing so far counts in it.

    Raises
    ------
    SitingError
        If the question cannot be put to tiles, or nothing can meet it.
    TooFewKnownError
        If the longer of two walks counts, and `most` of the answer are too few for a candidate.
    """
    amenities = load_areas(answer.manifest).amenities
    inputs = answer.whole.inputs
    inputs = replace(
        inputs,
        osm=replace(inputs.osm, amenities=amenities),
        candidates=load_candidates_of(inputs.plan, answer.whole.towns),
    )
    asker = _TilesAsked(answer, runner, store)
    names = replace(answer.names, runner=runner, store=store)
    return site_in_parts(
        replace(answer.whole, inputs=inputs),
        _UnitsOfTiles(store, [key for _, _, key in answer.answers]),
        question,
        asker,
        NamesElsewhere(answer.whole.plan.language, names.find),
    )


def list_frontage_of_tile(store: StepStore, settings: Settings) -> Arrays:
    """List a tile's own edges that premises face; settings : as for `open_streets`."""
    tile = open_streets(store, settings)
    return pack_tables({_TABLE: list_own_frontage(tile.network, tile.holds)})


def place_frontage_of_tile(store: StepStore, settings: Settings) -> Arrays:
    """Return places on edges of a tile; settings : as for `open_streets`, and the key `places`."""
    tile = open_streets(store, settings)
    asked = unpack_tables(store.load(settings["places"]))[_TABLE]
    edge, along_m, number = (asked[name].to_numpy() for name in ("edge", "along_m", "number"))
    return pack_tables({_TABLE: place_own_frontage(tile.network, edge, along_m, number)})


def measure_sites_of_tile(store: StepStore, settings: Settings) -> Arrays:
    """Measure candidates in and around a tile; settings : as for `judge_tile`, and the key `sites`.

    Returns the tables of `measure_sites`; `TOO_FEW` as `answer_tile` does.
    """
    found = judge_tile(store, settings)
    sites = unpack_tables(store.load(settings["sites"]))[_TABLE]
    try:
        return pack_tables(measure_sites(found.case, found.judgement, found.ground, sites))
    except TooFewKnownError:
        return {TOO_FEW: np.ones(1, dtype=np.int64)}


@dataclass(frozen=True, eq=False)
class _UnitsOfTiles:
    """Those who are left out, a tile at a time, as often as asked for; keys : of the parts."""

    store: StepStore
    keys: Sequence[str]

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return (Part.from_arrays(self.store.load(key)).tables["gap_units"] for key in self.keys)


@dataclass(frozen=True, eq=False)
class _TilesAsked:
    """Asks the tiles of a run about candidates."""

    answer: TiledAnswer
    runner: Runner
    store: StepStore

    def list_frontage(self) -> list[pd.DataFrame]:
        """Return the own edges of each tile."""
        return self._tables(
            [
                WorkStep("frontage", name, list_frontage_of_tile, settings)
                for name, settings, _ in self.answer.answers
            ]
        )

    def place_frontage(self, asked: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
        """Return the places on edges of each tile."""
        columns = ["edge", "along_m", "number"]
        told = [keep(self.store, pack_tables({_TABLE: table[columns]})) for table in asked]
        return self._tables(
            [
                WorkStep("frontage", name, place_frontage_of_tile, {**settings, "places": key})
                for (name, settings, _), key in zip(self.answer.answers, told, strict=True)
            ]
        )

    def measure_sites(self, sites: pd.DataFrame) -> StoredTables:
        """Return what each tile says of the candidates that it reaches."""
        lonlat = self._unproject(sites[["x", "y"]].to_numpy(dtype=np.float64))
        reach = {tile.name: tile.reach for tile in self.answer.manifest.tiles}
        steps = []
        for name, settings, _ in self.answer.answers:
            west, south, east, north = reach[name]
            lon, lat = lonlat.T
            near = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
            key = keep(self.store, pack_tables({_TABLE: sites[near]}))
            own = {**settings, "sites": key}
            steps.append(WorkStep("sites", name, measure_sites_of_tile, own))
        keys = self.runner.run(steps)
        if any(TOO_FEW in self.store.load(key) for key in keys):
            raise TooFewKnownError
        return StoredTables(self.store, keys)

    def _tables(self, steps: Sequence[WorkStep]) -> list[pd.DataFrame]:
        """Do steps that tell one table each."""
        return [told[_TABLE] for told in StoredTables(self.store, self.runner.run(steps))]

    def _unproject(self, xy: Floats) -> Floats:
        """Return longitudes, on the sheet of the tiles, and latitudes of places, shape (n, 2)."""
        lonlat = unproject(np.asarray(xy).reshape(-1, 2), self.answer.whole.area.crs)
        lon = move_to_sheet(lonlat[:, 0], self.answer.manifest.sheet_west)
        return np.column_stack([lon, lonlat[:, 1]])
