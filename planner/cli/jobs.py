"""What the commands do: read a plan, one library call, write a folder."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.map_jobs import (
    READ_AGAIN,
    Drawing,
    drawing_proposal,
    drawing_result,
    save_proposal_map,
    save_result_map,
)
from planner.cli.terminal import show_progress
from planner.errors import PlanError
from planner.stages import Stages, give_back_memory

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from planner.plan import Fetch, Plan
    from planner.reports import LocatedTable
    from planner.run import Result
    from planner.run.check_plan import PlanCheck
    from planner.siting import SiteQuestion
    from planner.sources.cache import ArrayCache
    from planner.sources.fetch import FetchedStreets
    from planner.sources.inputs import Inputs
    from planner.sources.plan_start import GivenFiles
    from planner.sources.scenario_file import Scenario
    from planner.sources.template_text import PlanStart
    from planner.stages import Progress

#: What `planner init --place` calls the streets that it fetches.
STREETS_FILE = "streets.osm.pbf"

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.


def run_into(
    plan_path: Path, out: Path, *, quiet: bool, accept_datum: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a plan into a folder; return its summary and provenance."""
    from planner.cli.warmup import compiling_beside
    from planner.reports import check_out, write_result
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files

    plan = load_plan(plan_path)
    check_out(out, [plan_path, *list_files(plan)])
    with show_progress(quiet=quiet) as told, compiling_beside(told):
        # Loaded in here, as the second process compiles meanwhile.
        from planner.run import run_plan

        inputs, cache = read_inputs(plan, told, accept_datum=accept_datum)
        result = run_plan(inputs, progress=told, cache=cache)
        give_back_memory()  # of what only the run needed
        told("writing", 0.0)
        with drawing_result(result) as page:
            write_result(result, out, save_map=save_result_map(page))
        told("writing", 1.0)
    return result.summary, result.provenance


def read_inputs(
    plan: Plan, told: Progress, *, accept_datum: bool, further: bool = True
) -> tuple[Inputs, ArrayCache | None]:
    """Read what a plan names, and tell of it; return it and where built networks are kept.

    A table that is surely not in the datum which the plan says is refused, unless accepted.
    further : False: tables of routes and courses are left out.
    """
    from planner.run.doctor import check_datums, load_explained
    from planner.sources.cache import user_cache

    cache = user_cache()
    told("reading", 0.0)
    inputs = load_explained(plan, cache=cache, further=further)
    if not accept_datum:
        check_datums(inputs, cache)
    told("reading", 1.0)
    return inputs, cache


def check_into(plan_path: Path) -> PlanCheck:
    """Check a plan and all its files."""
    from planner.run.check_plan import PlanCheck, check_plan, list_doubts
    from planner.sources.cache import user_cache
    from planner.sources.plan_file import load_plan

    try:
        plan = load_plan(plan_path)
    except PlanError as error:
        return PlanCheck(None, tuple(list_doubts(error, [plan_path])))
    return check_plan(plan, cache=user_cache())


def site_into(
    plan_path: Path,
    out: Path,
    asked: dict[str, Any],
    more: tuple[str, str | None, float, float],
    finished: Path | None,
    *,
    quiet: bool,
    accept_datum: bool = False,
    people: Scenario | None = None,
) -> dict[str, Any]:
    """Run a plan and site for it; write the proposal into a folder and return its content.

    people : a scenario whose edits of people hold.
    """
    from planner.cli.warmup import compiling_beside
    from planner.reports import SITE_OUTPUTS, check_out
    from planner.run import finished_result
    from planner.scenarios import check_people_of
    from planner.siting import SolveOptions, build_question, place_of, weights_of
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files
    from planner.sources.results import MAP_FILE, load_layers_of
    from planner.sources.run_of_plan import check_run_of

    plan = load_plan(plan_path)
    read = [] if people is None else [Path(people.file)]
    check_out(out, [plan_path, *list_files(plan), *read], outputs=SITE_OUTPUTS)
    if people is not None:
        check_people_of(people, plan)
    weights, why_not, time_limit, gap = more
    question = build_question(  # checked before the run, which takes long
        plan,
        weights=weights_of(weights),
        why_not=None if why_not is None else place_of(why_not),
        options=SolveOptions(time_limit_s=time_limit, gap=gap),
        **asked,
    )
    before = None if finished is None else load_layers_of(finished, READ_AGAIN, spare=(MAP_FILE,))
    # The map is begun before anything has threads, and drawn while sites are looked for.
    drawing = nullcontext() if before is None else drawing_proposal(before)
    with drawing as page, show_progress(quiet=quiet) as told, compiling_beside(told):
        # A run of the same files has read all of them.
        inputs, cache = read_inputs(plan, told, accept_datum=accept_datum, further=before is None)
        if before is None:
            result = _run_with(people, inputs, cache, told)
        else:
            check_run_of(before, inputs)
            result = finished_result(before, inputs, cache=cache)
        return propose_into(result, question, out, page, told)


def _run_with(
    people: Scenario | None, inputs: Inputs, cache: ArrayCache | None, told: Progress
) -> Result:
    """Run a plan, with the edits of people of a scenario if one is given."""
    from planner.case import build_case
    from planner.run import run_case

    if people is not None:  # so that no map of a run of today's people takes this one
        hashes = inputs.hashes | {f"scenario {Path(people.file).name}": people.sha256}
        inputs = replace(inputs, hashes=hashes)
    stages = Stages(told)
    return run_case(build_case(inputs, stages, cache=cache, scenario=people), stages)


def propose_into(
    result: Result,
    question: SiteQuestion,
    out: Path,
    page: Drawing | None,
    told: Progress,
) -> dict[str, Any]:
    """Site for a run; return the content of the proposal.

    page : its map, begun by `drawing_proposal`; None: it is drawn now.
    """
    from planner.reports import write_proposal
    from planner.siting import site_plan

    proposal = site_plan(result, question, progress=told)
    told("writing", 0.0)
    save = save_proposal_map(proposal, page or result)
    language = result.inputs.plan.language
    write_proposal(proposal, out, save_map=save, provenance=result.provenance, language=language)
    told("writing", 1.0)
    return proposal.content


def fetch_into(plan_path: Path, pbf: str | None, *, replace: bool, quiet: bool) -> FetchedStreets:
    """Fetch the streets of a plan into the file that it names."""
    from planner.network.study_area import find_ring_m
    from planner.plan.profiles import find_fastest
    from planner.sources.area_parts import load_boundary
    from planner.sources.cache import user_cache
    from planner.sources.plan_file import load_plan

    plan = load_plan(plan_path)
    if plan.area is None:
        raise PlanError(
            f"{plan_path}: has no area, so nobody knows which streets to fetch; name one in "
            "[area] boundary or place"
        )
    with show_progress(quiet=quiet) as told:
        # Offline, with an extract at hand, what was looked up before will do.
        boundary, _, _ = load_boundary(plan, cache=user_cache(), anew=pbf is None)
        assert boundary is not None  # the plan has an area
        ring_m = find_ring_m(plan, find_fastest(plan.judged_profiles))
        return _fetch(
            plan.network.osm, plan.folder, boundary, ring_m, pbf, plan.fetch, told, replace=replace
        )


def _fetch(
    path: Path,
    folder: Path,
    boundary: BaseGeometry,
    ring_m: float,
    pbf: str | None,
    fetch: Fetch | None,
    told: Progress,
    *,
    replace: bool,
) -> FetchedStreets:
    """Fetch the streets of an area and its ring into a file."""
    from planner.network.study_area import find_box
    from planner.sources.cache import user_cache
    from planner.sources.fetch import FetchTarget, cut_streets, fetch_streets

    target = FetchTarget(path, folder, boundary, find_box(boundary, ring_m), replace)
    if pbf is not None:
        return cut_streets(target, pbf, fetch=fetch, cache=user_cache(), progress=told)
    return fetch_streets(target, fetch=fetch, cache=user_cache(), progress=told)


def init_into(folder: Path, given: GivenFiles) -> tuple[Path, PlanStart, PlanCheck | None]:
    """Write a plan for the files at hand; return its path, what it starts from and its check.

    Without facilities there is nothing to check yet: None.
    """
    from planner.run.first_plan import examine_start
    from planner.sources.cache import user_cache
    from planner.sources.plan_start import load_start
    from planner.sources.template import check_start, write_template

    check_start(folder, given)
    cache = user_cache()
    start = examine_start(folder, load_start(folder, given, cache=cache), cache=cache)
    path = write_template(folder, start)
    return path, start, check_into(path) if start.facilities else None


def fetch_place_into(
    folder: Path, place: str, pbf: str | None, given: GivenFiles
) -> tuple[str, Path, FetchedStreets]:
    """Look up a place and fetch its streets; return its full name, its boundary and the streets."""
    from planner.network.study_area import MIN_RING_M
    from planner.sources.place import check_boundary_file, fetch_place, write_boundary
    from planner.sources.template import check_start

    check_start(folder, given)
    check_boundary_file(folder)
    found = fetch_place(place)
    with show_progress(quiet=False) as told:
        streets = _fetch(
            folder / STREETS_FILE, folder, found.outline, MIN_RING_M, pbf, None, told,
            replace=False,
        )  # fmt: skip
    return found.name, write_boundary(folder, found), streets


def locate_into(plan_path: Path, table: Path, out: Path) -> LocatedTable:
    """Find places for the rows of a table that have none; write them, and return them."""
    from planner.reports import build_located_table, check_located_out, write_located
    from planner.sources.located_rows import locate_table
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files
    from planner.sources.table_paths import split_sheet

    plan = load_plan(plan_path)
    check_located_out(out, [plan_path, split_sheet(table)[0], *list_files(plan)])
    located = build_located_table(locate_table(plan, table))
    write_located(located, out)
    return located
