"""A run in tiles from beginning to end: a map is cut, its tiles answered, their parts joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from pyproj import CRS

from planner.coverage.data_warnings import list_warnings
from planner.crs import unproject
from planner.crs.array_types import Floats
from planner.errors import PlannerError
from planner.network.figures import StreetFigures
from planner.network.landmarks import Known
from planner.network.study_area import StudyArea
from planner.plan import Plan
from planner.plan.profiles import find_fastest
from planner.plan.services import list_moment_notes
from planner.scale.area_arrays import area_to_arrays, array_to_json
from planner.scale.asked import list_turned, list_walkers
from planner.scale.bare_map import make_bare_map
from planner.scale.border_seeds import take_border
from planner.scale.city_parts import Part
from planner.scale.condition_steps import list_under, search_under, see_ways, tell_conditions
from planner.scale.content import keep
from planner.scale.cutting import MOST_NODES, cut_extract, split_tile
from planner.scale.ground import cut_core
from planner.scale.joined_answer import JoinedAnswer, join_parts
from planner.scale.left_out_of_map import read_words, see_lonlat
from planner.scale.manifest import MANIFEST, Manifest, TileExtract, read_manifest
from planner.scale.opened import make_map, place_all_facilities
from planner.scale.people_steps import deal_people, place_everybody, read_told
from planner.scale.reach import find_halo_m, list_rules_here
from planner.scale.steps import Runner, StepDiedError, StepStore, WorkStep
from planner.scale.street_facts import find_facts
from planner.scale.survey import survey_area
from planner.scale.tile_reading import name_tile
from planner.scale.tile_streets import join_figures
from planner.scale.tiles import TOO_FEW, answer_tile, name_places
from planner.scale.walk_steps import gather_facilities, meet_tile, search_far, search_turned
from planner.scale.whole import Whole
from planner.scale.whole_heights import load_whole_heights
from planner.sources import load_plan
from planner.sources.cache import ArrayCache, make_key, unpack_texts
from planner.sources.hashes import hash_file
from planner.sources.inputs import Inputs, load_inputs_beside
from planner.sources.load_map import find_street_file
from planner.sources.plan_files import hash_files, name_files

#: So many of the nearest facilities each way are told first where the longer of two walks counts.
_FIRST_MOST: Final = 16


@dataclass(frozen=True, eq=False)
class TiledAnswer:
    """What a run in tiles found.

    joined : the answer of the whole.
    whole : what its tiles share; told : what is to be said of people and files, see `read_told`.
    manifest : of the cut; answers : for each tile of the area its name, the settings by which
    `judge_tile` opens it again, and the key of its part.
    """

    joined: JoinedAnswer
    whole: Whole
    told: Mapping[str, Any]
    manifest: Manifest
    answers: Sequence[tuple[str, Mapping[str, Any], str]]


@dataclass(frozen=True, eq=False)
class _StoredParts:
    """The parts of all tiles, taken from the store one at a time, as often as asked for."""

    store: StepStore
    keys: Sequence[str]

    def __iter__(self) -> Iterator[Part]:
        return (Part.from_arrays(self.store.load(key)) for key in self.keys)


def run_in_tiles(
    plan_path: str | Path,
    runner: Runner,
    store: StepStore,
    *,
    tiles: int | None = None,
    most_nodes: int | None = None,
) -> TiledAnswer:
    """Run a plan in tiles; the answer is that of a plain run.

    Parameters
    ----------
    plan_path
        plan.toml, where every worker finds it, as what it names.
    runner, store
        Do the steps, and keep what comes of them.
    tiles
        So many tiles; None: as many as keep the nodes of streets of each below `most_nodes`.

    Raises
    ------
    PlannerError
        As a plain run, and if the plan asks for what tiles cannot answer.
    """
    path = Path(plan_path).resolve()
    plan = load_plan(path)
    _refuse_whole_only(plan)
    bare = load_inputs_beside(plan, make_bare_map(None, None, invented=False), people=False)
    manifest = _cut(plan, bare, store, tiles, most_nodes)
    inputs = load_inputs_beside(plan, make_map(manifest), people=False)
    while True:
        try:
            return _TiledRun(path, plan, inputs, manifest, runner, store).run()
        except StepDiedError as died:
            manifest = _cut_further(manifest, died)


def _cut_further(manifest: Manifest, died: StepDiedError) -> Manifest:
    """Cut the tile that ended its workers in four; what the others have done stays done."""
    if died.step.tile not in {tile.name for tile in manifest.tiles}:
        raise PlannerError(
            f"the step {died.step.stage}, which is about all tiles, ends the process that does it; "
            "give each worker more memory"
        ) from died
    return split_tile(manifest, died.step.tile)


def _refuse_whole_only(plan: Plan) -> None:
    """Refuse what depends on more than tiles tell each other."""
    if find_street_file(plan) is not None:
        raise PlannerError("[network] streets are no extract that can be cut; run it without tiles")
    if (plan.area is None or plan.area.boundary is None) and any(p.raster for p in plan.demand):
        raise PlannerError(
            "a raster of people needs [area] boundary where a plan is run in tiles; give one, or "
            "run it without tiles"
        )


def _cut(
    plan: Plan, inputs: Inputs, store: StepStore, tiles: int | None, most_nodes: int | None
) -> Manifest:
    """Cut the extract of a plan, unless it was cut so before."""
    halo_m = find_halo_m(plan, list_rules_here(inputs))
    most = MOST_NODES if most_nodes is None else most_nodes
    key = make_key("cut", hash_file(plan.network.osm), halo_m, tiles, most)
    folder = store.folder / f"cut-{key[:16]}"
    if (folder / MANIFEST).is_file():
        return read_manifest(folder)
    return cut_extract(plan.network.osm, folder, halo_m=halo_m, tiles=tiles, most_nodes=most)


@dataclass(frozen=True, eq=False)
class _TiledRun:
    """The steps of one run in tiles, in their order."""

    path: Path
    plan: Plan
    inputs: Inputs
    manifest: Manifest
    runner: Runner
    store: StepStore

    def run(self) -> TiledAnswer:
        """Do all of them, and join the parts."""
        profile = find_fastest(self.plan.judged_profiles)
        area = survey_area(self.manifest, self.runner, self.store, self.inputs, profile)
        facts = find_facts(self.manifest, self.runner, self.store, area, self.inputs)
        asked = self._name_files() | {"area": keep(self.store, area_to_arrays(area))}
        tiles = [
            tile
            for tile in self.manifest.tiles
            if cut_core(tile.core, area, self.manifest.sheet_west) is not None
        ]
        opened = {tile.name: asked | {"facts": facts} | self._name(tile) for tile in tiles}
        people, meets = self._begin(asked, opened, tiles)
        facilities_key = self._one("facilities", gather_facilities, {"meets": [*meets.values()]})
        facilities_key = keep(self.store, self.store.load(facilities_key))
        asked = asked | {"facilities": facilities_key}
        pieces = self._deal(asked | {"people": people}, tiles)
        answers, parts = self._answer(
            asked, meets,
            {
                name: {**settings, "facilities": facilities_key, "people": pieces[name]}
                for name, settings in opened.items()
            },
        )  # fmt: skip
        answers = self._turn(asked, meets, answers, parts)
        told = read_told(self.store.load(people))
        whole = self._tell_whole(area, facts, facilities_key, meets, told)
        names = _NamesOfTiles(self, area.crs, opened)
        joined = join_parts(_StoredParts(self.store, parts), whole, names.find)
        rows = [(name, own, key) for (name, own), key in zip(answers.items(), parts, strict=True)]
        return TiledAnswer(joined, whole, told, self.manifest, rows)

    def _name_files(self) -> dict[str, Any]:
        """Return what names plan, cut and tables: by content, the extract by its tiles alone."""
        names, hashes = name_files(self.plan), hash_files(self.plan)
        own = names.get(self.plan.network.osm)
        return {
            "plan": str(self.path),
            "plan_sha256": hash_file(self.path),
            "files": {name: text for name, text in hashes.items() if name != own},
            "cut": str(self.manifest.folder),
        }

    def _name(self, tile: TileExtract) -> dict[str, Any]:
        """Return what names a tile: its extract and its ground."""
        return name_tile(self.manifest, tile) | {"core": [str(side) for side in tile.core]}

    def _one(self, stage: str, work: Any, settings: Mapping[str, Any]) -> str:
        """Do one step; return its key."""
        (key,) = self.runner.run([WorkStep(stage, "", work, settings)])
        return key

    def _begin(
        self,
        asked: Mapping[str, Any],
        opened: Mapping[str, Mapping[str, Any]],
        tiles: Sequence[TileExtract],
    ) -> tuple[str, dict[str, str]]:
        """Place the people, and meet the facilities of every tile; return the keys."""
        of_people = {**asked, "areas": self.manifest.areas_sha256}
        if self.plan.conditions:
            seen = [
                WorkStep("map", tile.name, see_ways, name_tile(self.manifest, tile))
                for tile in self.manifest.tiles
            ]
            of_people["ways"] = self.runner.run(seen)
        first = [WorkStep("people", "", place_everybody, of_people)]
        if self.inputs.committees is not None:
            # Each committee has a facility of its own, to which its residents' walks are met.
            people = self.runner.run(first)[0]
            pieces = self._deal({**asked, "people": people}, tiles)
            opened = {name: {**own, "people": pieces[name]} for name, own in opened.items()}
        meeting = [WorkStep("streets", name, meet_tile, own) for name, own in opened.items()]
        keys = self.runner.run([*first, *meeting])
        return keys[0], dict(zip(opened, keys[1:], strict=True))

    def _answer(
        self,
        asked: Mapping[str, Any],
        meets: Mapping[str, str],
        opened: Mapping[str, Mapping[str, Any]],
    ) -> tuple[dict[str, dict[str, Any]], list[str]]:
        """Answer for every tile; return the settings of `judge_tile`, and the keys of the parts."""
        both = self.plan.network.direction == "both"
        most = _FIRST_MOST if both else None
        while True:
            borders = self._search(asked, meets, most)
            answers = {name: {**own, "border": borders[name]} for name, own in opened.items()}
            parts = self.runner.run(
                [WorkStep("answer", name, answer_tile, own) for name, own in answers.items()]
            )
            if most is None or not any(TOO_FEW in self.store.load(key) for key in parts):
                return answers, parts
            most *= 4

    def _turn(
        self,
        asked: Mapping[str, Any],
        meets: Mapping[str, str],
        answers: Mapping[str, Mapping[str, Any]],
        parts: Sequence[str],
    ) -> dict[str, dict[str, Any]]:
        """Add to the settings of `judge_tile` the walks of the other directions, if there are."""
        if not list_turned(self.plan):
            return {name: dict(own) for name, own in answers.items()}
        key = self._one(
            "walks", search_turned, {**asked, "meets": [*map(list, meets.items())], "parts": parts}
        )
        found = [self.store.load(key)]
        return {
            name: {**own, "turned": keep(self.store, take_border(found, name))}
            for name, own in answers.items()
        }

    def _search(
        self, asked: Mapping[str, Any], meets: Mapping[str, str], most: int | None
    ) -> dict[str, str]:
        """Search the streets of all tiles; return the key of what comes to each tile's border.

        most : of the nearest facilities, each way, where the longer of both counts.
        """
        settings = {**asked, "meets": [[name, key] for name, key in meets.items()]}
        if most is not None:
            settings["most"] = most
        count = len(list_walkers(self.plan, list_rules_here(self.inputs)))
        keys = self.runner.run(
            [
                WorkStep("walks", "", search_far, {**settings, "walker": number})
                for number in range(count)
            ]
            + [
                WorkStep("walks", "", search_under, {**settings, "under": number})
                for number in range(len(list_under(self.plan)))
            ]
        )
        found = [self.store.load(key) for key in keys]
        return {name: keep(self.store, take_border(found, name, most)) for name in meets}

    def _deal(self, asked: Mapping[str, Any], tiles: Sequence[TileExtract]) -> dict[str, str]:
        """Deal the people out; return the key of each tile's."""
        settings = {**asked, "cores": [[tile.name, list(tile.core)] for tile in tiles]}
        key = self._one("people", deal_people, settings)
        pieces: dict[str, str] = array_to_json(self.store.load(key)["pieces"])
        if not all(self.store.holds(piece) for piece in pieces.values()):
            deal_people(self.store, settings)  # a piece was lost that the list still names
        return pieces

    def _tell_whole(
        self,
        area: StudyArea,
        facts: str,
        facilities_key: str,
        meets: Mapping[str, str],
        told: Mapping[str, Any],
    ) -> Whole:
        """Return what the parts share, with all that is to be said of the data."""
        seen = self.runner.run(
            [
                WorkStep("map", tile.name, see_lonlat, name_tile(self.manifest, tile))
                for tile in self.manifest.tiles
            ]
        )
        words = {"cut": str(self.manifest.folder), "areas": self.manifest.areas_sha256}
        skipped = array_to_json(
            self.store.load(self._one("map", read_words, words | {"seen": seen}))["skipped"]
        )
        inputs = load_inputs_beside(self.plan, make_map(self.manifest, skipped), people=False)
        known = self.store.load(facts)
        elevation = load_whole_heights(self.plan, known, ArrayCache(self.store.folder, None))
        inputs = replace(inputs, elevation=elevation)
        facilities = place_all_facilities(self.store, facilities_key, inputs, area)[1]
        parts = [self.store.load(key) for key in meets.values()]
        figures: StreetFigures = join_figures(parts, known)
        bare = Whole(inputs, area, facilities, [])
        notes = [
            *told["notes"],
            *(() if elevation is None else elevation.notes),
            *list_warnings(inputs, figures, facilities, area),
            *told["of_people"],
            *told["of_groups"],
            *list_moment_notes(bare.counting, self.plan.asked_moments),
        ]
        more, dropped = tell_conditions(bare, parts)
        return Whole(inputs, area, facilities, [*notes, *more], dropped)


@dataclass(frozen=True, eq=False)
class _NamesOfTiles:
    """What places are known by: each is asked of the tile whose core holds it."""

    steps: _TiledRun
    crs: CRS
    opened: Mapping[str, Mapping[str, Any]]

    def find(self, xy: Floats) -> Known:
        """Return what places (n, 2), metric CRS, are known by."""
        manifest, steps = self.steps.manifest, self.steps
        lonlat = unproject(xy, self.crs)
        tile = manifest.find_tiles(lonlat[:, 0], lonlat[:, 1])
        numbers = np.unique(tile).tolist()
        keys = steps.runner.run(
            [
                WorkStep(
                    "names", name, name_places,
                    {**self.opened[name], "places": xy[tile == number].tolist()},
                )
                for number in numbers
                for name in [manifest.tiles[number].name]
            ]
        )  # fmt: skip
        columns = {name: np.full(len(xy), "", dtype=object) for name in ("name", "kind", "side")}
        for number, key in zip(numbers, keys, strict=True):
            arrays = steps.store.load(key)
            for name, column in columns.items():
                column[tile == number] = unpack_texts(arrays, name)
        return Known(**columns)
