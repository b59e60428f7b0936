"""A run in tiles from beginning to end: a map is cut, its tiles answered, their parts joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from planner.coverage.data_warnings import list_warnings
from planner.errors import PlannerError
from planner.network.figures import StreetFigures
from planner.network.study_area import StudyArea
from planner.plan import Plan
from planner.plan.profiles import find_fastest
from planner.plan.services import list_moment_notes
from planner.scale.cut.area_arrays import area_to_arrays, array_to_json
from planner.scale.cut.bare_map import make_bare_map
from planner.scale.cut.ground import cut_core
from planner.scale.cut.manifest import Manifest, TileExtract
from planner.scale.cut.plan_cut import cut_further, cut_plan, refuse_other_streets
from planner.scale.cut.reach import list_rules_here
from planner.scale.cut.survey import survey_area
from planner.scale.cut.tile_reading import list_steps, name_tile, put_largest_first
from planner.scale.cut.ways_of_tiles import see_ways
from planner.scale.cut.whole import Whole
from planner.scale.datum_steps import check_tables, see_streets
from planner.scale.joined.gap_steps import LeftOutOfTiles
from planner.scale.joined.joined_answer import JoinedAnswer, join_parts
from planner.scale.left_out_of_map import read_words, see_lonlat
from planner.scale.parts.city_parts import Part
from planner.scale.parts.tile_names import NamesOfTiles
from planner.scale.people.gathered import forget_lost_pieces, gather_people, read_told
from planner.scale.people.people_steps import place_demand, refuse_faults
from planner.scale.streets.opened import make_map, place_all_facilities
from planner.scale.streets.street_facts import find_facts, list_fact_steps
from planner.scale.streets.tile_streets import join_figures
from planner.scale.streets.whole_heights import load_whole_heights
from planner.scale.tiles import TOO_FEW, answer_tile
from planner.scale.walks.asked import list_turned, list_walkers
from planner.scale.walks.condition_steps import list_under, search_under, tell_conditions
from planner.scale.walks.walk_steps import gather_facilities, meet_tile, search_far, search_turned
from planner.scale.work.content import keep
from planner.scale.work.steps import Runner, StepDiedError, StepStore, WorkStep
from planner.sources import load_plan
from planner.sources.cache import ArrayCache
from planner.sources.hashes import hash_file
from planner.sources.inputs import Inputs, load_inputs_beside
from planner.sources.plan_files import hash_readable_files, list_told_paths, name_files

#: So many of the nearest facilities each way are told first where the longer of two walks counts.
FIRST_MOST: Final = 16


@dataclass(frozen=True, eq=False)
class TiledAnswer:
    """What a run in tiles found.

    joined : the answer of the whole.
    whole : what its tiles share; told : what is to be said of people and files, see `read_told`.
    manifest : of the cut; answers : for each tile of the area its name, the settings by which
    `judge_tile` opens it again, and the key of its part.
    names : what places are known by.
    members : name of a tile -> keys of what tells who of its units is in which gap.
    most : so many of the nearest facilities each way are known beyond a tile; None: `Beyond`.
    """

    joined: JoinedAnswer
    whole: Whole
    told: Mapping[str, Any]
    manifest: Manifest
    answers: Sequence[tuple[str, Mapping[str, Any], str]]
    names: NamesOfTiles
    members: Mapping[str, Sequence[str]]
    most: int | None = None


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
    check_datums: bool = False,
    first_most: int = FIRST_MOST,
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
    check_datums
        Whether a table that is surely in another datum than the plan says is refused.
    first_most
        So many of the nearest facilities each way are told first where the longer of two walks
        counts; more where that does not do.

    Raises
    ------
    PlannerError
        As a plain run, and if the plan asks for what tiles cannot answer.
    """
    plan = load_plan(plan_path)
    refuse_other_streets(plan)
    bare = load_inputs_beside(plan, make_bare_map(None, None, invented=False), people=False)
    manifest = cut_plan(plan, bare, store, tiles, most_nodes)
    inputs = load_inputs_beside(plan, make_map(manifest), people=False)
    path = Path(plan_path).absolute()
    while True:
        try:
            run = _TiledRun(path, plan, inputs, manifest, runner, store, check_datums, first_most)
            with _naming_as_given(plan):
                return run.run()
        except StepDiedError as died:
            manifest = cut_further(manifest, died)


@contextmanager
def _naming_as_given(plan: Plan) -> Iterator[None]:
    """Name the files of a plan in an error as a plain run does; steps know their whole paths."""
    try:
        yield
    except PlannerError as error:
        told = str(error)
        # The longest first: one path may begin with another.
        for path in sorted(list_told_paths(plan), key=lambda path: -len(str(path))):
            told = told.replace(str(path.absolute()), str(path))
        error.args = (told,)
        raise


@dataclass(frozen=True, eq=False)
class _Work:
    """The steps from the study area to the answers.

    steps : all of them, none before one that it waits for; facts : the key of the streets' facts.
    placed : of each [[demand]]; people, gathering, words : the steps of these; meets, answers :
    those of the tiles; searches : of the streets of all of them.
    """

    steps: Sequence[WorkStep]
    facts: str
    placed: Sequence[WorkStep]
    people: WorkStep
    meets: Sequence[WorkStep]
    gathering: WorkStep
    searches: Sequence[WorkStep]
    words: WorkStep
    answers: Sequence[WorkStep]


@dataclass(frozen=True, eq=False)
class _TiledRun:
    """The steps of one run in tiles, in their order."""

    path: Path
    plan: Plan
    inputs: Inputs
    manifest: Manifest
    runner: Runner
    store: StepStore
    check_datums: bool = False
    first_most: int = FIRST_MOST

    def run(self) -> TiledAnswer:
        """Do all of them, and join the parts."""
        profile = find_fastest(self.plan.judged_profiles)
        area = survey_area(self.manifest, self.runner, self.store, self.inputs, profile)
        work = self._do_work(area)
        turned = self._turn(work)
        told = read_told(self.store.load(work.people.key))
        whole = self._tell_whole(area, work, told)
        names = NamesOfTiles(
            self.runner, self.store, self.manifest, area.crs, self.plan.language,
            {step.tile: step.key for step in work.answers},
        )  # fmt: skip
        parts = _StoredParts(self.store, [step.key for step in work.answers])
        left_out = LeftOutOfTiles(self.runner, self.store, work.answers)
        joined = join_parts(parts, whole, names.find, left_out)
        rows = [(step.tile, {**step.settings, **turned}, step.key) for step in work.answers]
        members = {
            step.tile: joined.bundles.keys_of(number) for number, step in enumerate(work.answers)
        }
        most = work.answers[0].settings.get("most") if work.answers else None
        return TiledAnswer(joined, whole, told, self.manifest, rows, names, members, most)

    def _do_work(self, area: StudyArea) -> _Work:
        """Do the steps from the study area to the answers, until these tell all that is asked."""
        most = self.first_most if self.plan.network.direction == "both" else None
        while True:
            work = self._list_work(area, most)
            forget_lost_pieces(self.store, [step.key for step in work.placed], work.people.key)
            with self._naming_all_faults(work):
                self.runner.run(work.steps)
            if most is None or not any(TOO_FEW in self.store.load(one.key) for one in work.answers):
                return work
            most *= 4

    @contextmanager
    def _naming_all_faults(self, work: _Work) -> Iterator[None]:
        """Where a step refuses a table, look at all: the error is to count the others too."""
        try:
            yield
        except PlannerError as error:
            paths = tuple(f"{path.absolute()}: " for path in list_told_paths(self.plan))
            if str(error).startswith(paths):
                settings = {**work.placed[0].settings, "number": None}
                self.runner.run([WorkStep("people", "", refuse_faults, settings)])
            raise

    def _turn(self, work: _Work) -> dict[str, str]:
        """Find the walks of the directions that do not decide; return their key as a setting."""
        if not list_turned(self.plan):
            return {}
        asked = {name: work.searches[0].settings[name] for name in ("plan", "cut", "area", "meets")}
        settings = {
            **asked,
            "facilities": work.gathering.key,
            "parts": [step.key for step in work.answers],
        }
        (key,) = self.runner.run([WorkStep("walks", "", search_turned, settings)])
        return {"turned": key}

    def _list_work(self, area: StudyArea, most: int | None) -> _Work:
        """List the steps from the study area to the answers, each with the keys that it needs.

        most : of the nearest facilities, each way, where the longer of both counts.
        """
        fact_steps, facts = self._begin_facts(area)
        asked = self._name_files() | {"area": keep(self.store, area_to_arrays(area))}
        tiles = [
            tile
            for tile in self.manifest.tiles
            if cut_core(tile.core, area, self.manifest.sheet_west) is not None
        ]
        placed, people, before = self._list_people(asked, tiles)
        opened = {tile.name: asked | {"facts": facts} | self._name(tile) for tile in tiles}
        # Each committee has a facility of its own, to which its residents' walks are met.
        own = {} if self.inputs.committees is None else {"people": people.key}
        meets = [WorkStep("streets", name, meet_tile, {**opened[name], **own}) for name in opened]
        gathering = WorkStep(
            "facilities", "", gather_facilities, {"meets": [step.key for step in meets]}
        )
        if most is not None:
            asked = asked | {"most": most}
        searches = self._list_searches(asked | {"facilities": gathering.key}, meets)
        found = ({} if most is None else {"most": most}) | {
            "facilities": gathering.key,
            "people": people.key,
            "border": [step.key for step in searches],
        }
        answers = [
            WorkStep("answer", name, answer_tile, {**settings, **found})
            for name, settings in opened.items()
        ]
        placing, words = [*before, *placed, people], self._list_words()
        # What nothing waits for soon is done where there is nothing else to do.
        steps = [
            *(self._list_checks(asked) if self.check_datums else ()),
            *fact_steps,
            *(placing if own else []),
            *put_largest_first(self.manifest, meets),
            gathering,
            *searches,
            *([] if own else placing),
            *words,
            *put_largest_first(self.manifest, answers),
        ]
        return _Work(steps, facts, placed, people, meets, gathering, searches, words[-1], answers)

    def _list_people(
        self, asked: Mapping[str, Any], tiles: Sequence[TileExtract]
    ) -> tuple[list[WorkStep], WorkStep, list[WorkStep]]:
        """List the steps that place each [[demand]], that which gathers them, and those before."""
        of_people, before = {}, []
        if self.plan.conditions:
            before = list_steps("map", see_ways, self.manifest, [{} for _ in self.manifest.tiles])
            of_people["ways"] = [step.key for step in before]
        cores = [[tile.name, list(tile.core)] for tile in tiles]
        placing = {**asked, "areas": self.manifest.areas_sha256, "cores": cores}
        if self.inputs.boundary is None and any(part.raster for part in self.plan.demand):
            seeing = list_steps("map", see_lonlat, self.manifest, [{} for _ in self.manifest.tiles])
            placing["seen"] = [step.key for step in seeing]
            before = [*before, *seeing]
        placed = [
            WorkStep("people", "", place_demand, {**placing, "number": number})
            for number in range(len(self.plan.demand))
        ]
        of_people |= {**asked, "placed": [step.key for step in placed]}
        return placed, WorkStep("people", "", gather_people, of_people), before

    def _begin_facts(self, area: StudyArea) -> tuple[list[WorkStep], str]:
        """Return the steps that find the facts of streets, and their key; heights are found now."""
        if self.plan.network.elevation is None:
            return list_fact_steps(self.manifest, self.store, area, self.inputs)
        return [], find_facts(self.manifest, self.runner, self.store, area, self.inputs)

    def _name_files(self) -> dict[str, Any]:
        """Return what names plan, cut and tables: by content, the extract by its tiles alone."""
        names, hashes = name_files(self.plan), hash_readable_files(self.plan)
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

    def _list_searches(self, asked: Mapping[str, Any], meets: Sequence[WorkStep]) -> list[WorkStep]:
        """List the searches of the streets of all tiles, one for each walker."""
        settings = {**asked, "meets": [[step.tile, step.key] for step in meets]}
        count = len(list_walkers(self.plan, list_rules_here(self.inputs)))
        return [
            WorkStep("walks", "", search_far, {**settings, "walker": number})
            for number in range(count)
        ] + [
            WorkStep("walks", "", search_under, {**settings, "under": number})
            for number in range(len(list_under(self.plan)))
        ]

    def _list_checks(self, asked: Mapping[str, Any]) -> list[WorkStep]:
        """List the steps that look into the datums of tables."""
        seeing = list_steps("map", see_streets, self.manifest, [{} for _ in self.manifest.tiles])
        settings = {name: asked[name] for name in ("plan", "plan_sha256", "files", "cut")}
        settings |= {"areas": self.manifest.areas_sha256, "streets": [one.key for one in seeing]}
        return [*seeing, WorkStep("map", "", check_tables, settings)]

    def _list_words(self) -> list[WorkStep]:
        """List the steps that find what the whole extract says of itself; the last one tells it."""
        seeing = list_steps("map", see_lonlat, self.manifest, [{} for _ in self.manifest.tiles])
        words = {
            "cut": str(self.manifest.folder), "areas": self.manifest.areas_sha256,
            "seen": [step.key for step in seeing],
        }  # fmt: skip
        return [*seeing, WorkStep("map", "", read_words, words)]

    def _tell_whole(self, area: StudyArea, work: _Work, told: Mapping[str, Any]) -> Whole:
        """Return what the parts share, with all that is to be said of the data."""
        skipped = array_to_json(self.store.load(work.words.key)["skipped"])
        inputs = load_inputs_beside(self.plan, make_map(self.manifest, skipped), people=False)
        known = self.store.load(work.facts)
        elevation = load_whole_heights(self.plan, known, ArrayCache(self.store.folder, None))
        inputs = replace(inputs, elevation=elevation)
        facilities = place_all_facilities(self.store, work.gathering.key, inputs, area)[1]
        parts = [self.store.load(step.key) for step in work.meets]
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
