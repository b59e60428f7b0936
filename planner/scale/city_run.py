"""A city from its plan to what its folder holds: tiles, their join, their layers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.coverage.facilities import list_inside
from planner.crs import to_wgs84
from planner.errors import PlannerError, quote
from planner.plan import Plan
from planner.reports.city_files import CityAnswer, assemble_dataset, write_city
from planner.reports.town_dataset import write_town_rows
from planner.run.layers import build_area_layer
from planner.run.provenance import build_provenance
from planner.run.summary import notice_of, with_notice
from planner.scale.city_pages import CityPages
from planner.scale.cut.bare_map import make_bare_map
from planner.scale.cut.plan_cut import cut_further
from planner.scale.driver import TiledAnswer, run_in_tiles
from planner.scale.joined.gap_steps import read_members
from planner.scale.parts.city_parts import Part
from planner.scale.parts.part_competition import Offers
from planner.scale.parts.tile_layers import build_tile_layers, with_town
from planner.scale.tiles import judge_tile
from planner.scale.work.content import keep
from planner.scale.work.steps import Runner, StepDiedError, StepStore, WorkStep
from planner.sources.cache import Arrays, pack_texts, unpack_texts
from planner.sources.inputs import load_inputs_beside
from planner.sources.plan_files import hash_files
from planner.sources.results import TILES_KEY
from planner.sources.tables import list_dropped_rows
from planner.stages import Stages

#: Where the layers are put together, in the folder of what is done. What lies in it is taken away,
#: so it has a name that nobody gives a folder of their own.
_LAYERS_FOLDER: Final = ".planner-layers-of-tiles"

#: What is told of a gap whose way out is drawn.
_OF_WAYS = ("gap_id", "demand_id", "town")
#: Beside the files of a tile: how many ways out of gaps leave its streets.
_UNDRAWN = "undrawn"


def run_city(
    plan_path: Path,
    runner: Runner,
    store: StepStore,
    *,
    tiles: int | None = None,
    towns: Sequence[str] = (),
    stages: Stages | None = None,
    check_datums: bool = False,
) -> CityAnswer:
    """Run a plan in tiles, with the layers of all of them.

    Parameters
    ----------
    plan_path
        plan.toml, where every worker finds it.
    runner, store
        Do the steps, and keep what comes of them.
    tiles
        So many tiles; None: as many as their streets ask for.
    towns
        Names that have to be towns of the plan.
    stages
        Told of the stages `tiles` and `layers`.
    check_datums
        As of `run_in_tiles`.

    Raises
    ------
    PlannerError
        As `run_in_tiles`, and if a town is none of the plan's.
    """
    stages = stages or Stages()
    while True:
        with stages("tiles"):
            found = run_in_tiles(plan_path, runner, store, tiles=tiles, check_datums=check_datums)
        _refuse_other_towns(towns, found.whole.towns)
        try:
            with stages("layers"):
                layers = _LayersOfTiles(store, _run_layer_steps(found, runner, store))
            break
        except StepDiedError as died:  # its layers need more memory than its answer
            cut_further(found.manifest, died)
    area, plan, inputs = found.whole.area, found.whole.plan, found.whole.inputs
    joined = {
        name: with_town(layer, None if area.towns is None else area.towns.to_crs(layer.crs))
        for name, layer in found.joined.layers.items()
    }
    areas = with_notice(to_wgs84(build_area_layer(area, plan.title)), plan)
    named = areas["name"] if area.towns is not None else ""
    provenance = tell_provenance(found, stages, layers.list_notes())
    return CityAnswer(
        area,
        found.joined.summary,
        provenance,
        {"areas": areas.assign(town=named), **joined},
        {**found.joined.tables, "gaps": found.joined.outlined["gaps"].table},
        layers,
        inputs.cutoffs,
        notice_of(plan),
        found.joined.outlined,
    )


def check_town_names(plan: Plan, towns: Sequence[str]) -> None:
    """Refuse names that are no towns of a plan, before its tiles are worked out.

    Raises
    ------
    PlannerError
        Also if the tables of the plan cannot be read.
    """
    bare = make_bare_map(None, None, invented=False)
    known = load_inputs_beside(plan, bare, people=False).towns
    _refuse_other_towns(towns, [] if known is None else known["name"].tolist())


def _refuse_other_towns(towns: Sequence[str], known: Sequence[str]) -> None:
    for town in towns:
        if town not in known:
            raise PlannerError(
                f"--town {quote(town)} is no town of the plan; name one of its [area] towns"
            )


def write_city_run(
    answer: CityAnswer, out: Path, runner: Runner, store: StepStore, *, towns: Sequence[str] = ()
) -> dict[str, Path]:
    """Draw the pages of a city, and write its files into a folder.

    Parameters
    ----------
    answer
        From `run_city`.
    out
        Folder; made if it does not exist. Files of an earlier run are replaced.
    runner, store
        Who draws the pages, and where they and the layers are put together.
    towns
        Whose layers are written as result.gpkg, too.

    Raises
    ------
    PlannerError
        If no worker can draw the page of a town.
    """
    dataset = store.folder / _LAYERS_FOLDER
    assemble_dataset(answer, dataset)
    pages: dict[str, bytes] = {}
    if answer.area.town_names:
        of_towns = CityPages(
            dataset, answer.area, answer.layers["areas"], answer.tables["gaps"],
            answer.summary, answer.provenance,
        )  # fmt: skip
        try:
            pages = of_towns.draw(runner, store)
        except StepDiedError as died:
            raise PlannerError(
                f"the page of {quote(died.step.tile)} ends the process that draws it; give each "
                "worker more memory, or cut the town in parts"
            ) from died
    return write_city(answer, dataset, pages, out, towns=towns)


def tell_provenance(
    found: TiledAnswer, stages: Stages, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Tell what a run in tiles rests on, as run.json has it.

    stages : what took how long. notes : of the layers.
    """
    area, plan, inputs = found.whole.area, found.whole.plan, found.whole.inputs
    profile = plan.profile_named(plan.service.profile)
    warnings = [*found.joined.warnings, *notes]
    content = build_provenance(inputs, area, profile, _list_dropped(found), warnings, stages)
    return content | {"inputs": hash_files(plan), TILES_KEY: len(found.answers)}


def _list_dropped(found: TiledAnswer) -> list[dict[str, Any]]:
    """List every row that does not count, as `Case.dropped`."""
    table = list_inside(found.whole.inputs.facilities, found.whole.area)[0]
    return [*list_dropped_rows(table), *found.told["dropped"], *found.whole.dropped]


def _run_layer_steps(found: TiledAnswer, runner: Runner, store: StepStore) -> list[str]:
    """Let every tile write what it owns of the layers; return the keys."""
    offers = found.joined.offers
    gaps = found.joined.outlined["gaps"].table
    ways = {name: gaps[name].fillna("").to_numpy(dtype=object) for name in _OF_WAYS}
    shared = keep(
        store,
        {
            **{key: text for name, column in ways.items()
               for key, text in pack_texts(column, f"way.{name}").items()},
            "supply": offers.supply, "serves": offers.serves, "residents": offers.residents,
        },
    )  # fmt: skip
    return runner.run(
        [
            WorkStep("layers", name, write_tile_layers, {
                "tile": name, "answer": dict(settings), "part": part, "shared": shared,
                "members": list(found.members[name]),
            })
            for name, settings, part in found.answers
        ]
    )  # fmt: skip


def write_tile_layers(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """Write what a tile owns of the layers as files of the dataset: a step.

    settings : tile (its name), answer (those of `judge_tile`), part (its key), shared (key of
        those from whom the ways out of gaps lead, and of what stations offer), members (keys of
        `join_units` that tell who of its units is in which gap).

    Returns
    -------
    Arrays
        Path in the dataset -> content.
    """
    opened = judge_tile(store, settings["answer"])
    shared = store.load(settings["shared"])
    gaps: dict[int, str] = {}
    for key in settings["members"]:
        members = read_members(store, key)
        own = members[np.isin(members["row"].to_numpy(), opened.ground.rows)]
        gaps |= dict(zip(own["row"].tolist(), own["gap_id"].tolist(), strict=True))
    offers = Offers(shared["supply"], shared["serves"], shared["residents"])
    part = Part.from_arrays(store.load(settings["part"]))
    layers = build_tile_layers(
        opened.case, opened.judgement, opened.ground, gaps, offers.score(part.tables)[0],
        pd.DataFrame({name: unpack_texts(shared, f"way.{name}") for name in _OF_WAYS}),
    )  # fmt: skip
    files: Arrays = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, layer in layers.items():
            for path in write_town_rows(
                Path(folder), name, layer, settings["tile"], opened.case.inputs.cutoffs
            ):
                content = np.frombuffer(path.read_bytes(), dtype=np.uint8)
                files[path.relative_to(folder).as_posix()] = content
    demand = opened.judgement.judged.demand
    asked = demand["demand_id"].isin(unpack_texts(shared, "way.demand_id"))
    walks = int((asked & np.isfinite(demand["minutes"])).sum())
    return files | {_UNDRAWN: np.array([walks - len(layers["gap_routes"])])}


@dataclass(frozen=True)
class _LayersOfTiles:
    """The files of all tiles, a tile at a time."""

    store: StepStore
    keys: Sequence[str]

    def __iter__(self) -> Iterator[dict[str, bytes]]:
        for key in self.keys:
            arrays = self.store.load(key)
            yield {name: arrays[name].tobytes() for name in arrays if name != _UNDRAWN}

    def list_notes(self) -> list[str]:
        """Say what is not drawn, in a line."""
        undrawn = sum(int(self.store.load(key)[_UNDRAWN][0]) for key in self.keys)
        if not undrawn:
            return []
        return [f"the ways out of {undrawn} gaps lead far over tiles and are not drawn"]
