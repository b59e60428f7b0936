"""What the commands of scenarios do: read a plan and scenarios, one library call, write files."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.jobs import propose_into, read_inputs
from planner.cli.map_jobs import (
    READ_AGAIN,
    draw_map_again,
    drawing_comparison,
    drawing_proposal,
    save_comparison_map,
)
from planner.cli.terminal import show_progress
from planner.stages import Stages

if TYPE_CHECKING:
    from planner.case import Case
    from planner.cli.map_jobs import Drawing
    from planner.scenarios import Comparison, Gathered, Merged
    from planner.sources.cache import ArrayCache
    from planner.sources.scenario_file import Scenario
    from planner.stages import Progress

#: So many sites are proposed by `planner demo --all`.
DEMO_SITES = 10

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.


def take_people(path: Path | None, year: int | None) -> Scenario | None:
    """Read the scenario whose edits of people hold, if any."""
    if path is None:
        return None
    from planner.sources.scenario_file import load_scenario

    return load_scenario(path).until(year)


def compare_into(
    plan_path: Path,
    paths: list[Path],
    out: Path,
    finished: Path | None,
    *,
    quiet: bool,
    accept_datum: bool = False,
    year: int | None = None,
    merge: bool = False,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Compare scenarios with today into a folder, each by itself or all as one.

    Returns the content of compare.json, and the rows of the merged table, none without `merge`.
    """
    from planner.cli.warmup import compiling_beside
    from planner.reports import COMPARISON_OUTPUTS, check_out
    from planner.scenarios import check_merged, check_scenarios
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files
    from planner.sources.results import MAP_FILE, load_layers_of
    from planner.sources.scenario_file import load_scenario

    plan = load_plan(plan_path)
    check_out(out, [plan_path, *paths, *list_files(plan)], outputs=COMPARISON_OUTPUTS)
    scenarios = [load_scenario(path).until(year) for path in paths]
    # Before the streets are built, which takes long.
    (check_merged if merge else check_scenarios)(plan, scenarios)
    before = None if finished is None else load_layers_of(finished, READ_AGAIN, spare=(MAP_FILE,))
    # The map is begun before anything has threads, and drawn while the scenarios are compared.
    drawing = nullcontext() if before is None else drawing_comparison(before)
    with drawing as page, show_progress(quiet=quiet) as told, compiling_beside(told):
        from planner.case import build_case
        from planner.scenarios import merge_scenarios
        from planner.sources.run_of_plan import check_run_of

        # A run of the same files has read all of them.
        inputs, cache = read_inputs(plan, told, accept_datum=accept_datum, further=before is None)
        if before is not None:
            check_run_of(before, inputs)
        case = build_case(inputs, Stages(told), cache=cache)
        if not merge:
            return _compare(case, scenarios, out, page, told, cache=cache).content, []
        merged = merge_scenarios(case, scenarios, Stages(told))
        comparison = _compare(case, [merged.scenario], out, page, told, merged, cache=cache)
    return comparison.content, merged.add_together(comparison)


def _compare(
    case: Case,
    scenarios: list[Scenario],
    out: Path,
    page: Drawing | None,
    told: Progress,
    merged: Merged | None = None,
    *,
    cache: ArrayCache | None = None,
) -> Comparison:
    """Compare scenarios of a plan that is put together, on the map of its run."""
    from planner.reports import write_comparison
    from planner.run import run_case
    from planner.scenarios import compare_case

    comparison = compare_case(case, scenarios, Stages(told), cache=cache)
    # A run is needed for the map alone: the comparison has compared without it.
    of = run_case(case, Stages(told)) if page is None else page
    told("writing", 0.0)
    save = save_comparison_map(comparison, of)
    write_comparison(comparison, out, save_map=save, merged=merged)
    told("writing", 1.0)
    return comparison


def proposals_into(
    folder: Path, plan_path: Path, out: Path, *, quiet: bool, accept_datum: bool = False
) -> Gathered:
    """Gather the scenario files of a folder into a workbook; return what stands in it."""
    from planner.cli.warmup import compiling_beside
    from planner.reports import check_proposals_out, write_proposals
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files
    from planner.sources.reply_files import load_replies

    plan = load_plan(plan_path)
    check_proposals_out(out, [plan_path, *list_files(plan)])
    # Before the streets are built, which takes long.
    files = load_replies(folder, plan.name)
    with show_progress(quiet=quiet) as told, compiling_beside(told):
        from planner.case import build_case
        from planner.run.summary import notice_of
        from planner.scenarios import gather_proposals

        inputs, cache = read_inputs(plan, told, accept_datum=accept_datum)
        case = build_case(inputs, Stages(told), cache=cache)
        gathered = gather_proposals(case, files, notice_of(plan), Stages(told))
        told("writing", 0.0)
        write_proposals(gathered, out, cost_unit=plan.candidates.cost_unit)
        told("writing", 1.0)
    return gathered


def demo_all_into(plan_path: Path, out: Path, *, quiet: bool) -> Path:
    """Propose sites, compare a scenario, make routes and sessions for the demo; draw a page of all.

    The run and the plan's files are read, and the streets prepared, once for all of them.
    """
    from planner.courses import choose_sessions
    from planner.reports import (
        COMPARISON_OUTPUTS,
        COURSE_OUTPUTS,
        ROUTES_OUTPUTS,
        SITE_OUTPUTS,
        check_out,
        write_routes,
        write_sessions,
    )
    from planner.routes import propose_routes
    from planner.run import finished_result
    from planner.siting import build_question
    from planner.sources.plan_file import load_plan
    from planner.sources.results import MAP_FILE, load_result
    from planner.sources.scenario_file import load_scenario

    sites, compared, routes, courses = (
        out / name for name in ("sites", "compare", "routes", "courses")
    )
    for folder, outputs in (
        (sites, SITE_OUTPUTS), (compared, COMPARISON_OUTPUTS), (routes, ROUTES_OUTPUTS),
        (courses, COURSE_OUTPUTS),
    ):  # fmt: skip
        check_out(folder, outputs=outputs)
    plan, run = load_plan(plan_path), load_result(out, spare=(MAP_FILE,))
    with show_progress(quiet=quiet) as told:
        inputs, cache = read_inputs(plan, told, accept_datum=False)
        result = finished_result(run, inputs, cache=cache)
        with drawing_proposal(run) as page:
            propose_into(result, build_question(plan, n_sites=DEMO_SITES), sites, page, told)
        scenarios = [load_scenario(plan_path.parent / "scenario.json")]
        with drawing_comparison(run) as page:
            _compare(result.case, scenarios, compared, page, told, cache=cache)
        provenance = {"inputs": inputs.hashes}
        write_routes(propose_routes(result, progress=told), routes, provenance=provenance)
        write_sessions(choose_sessions(result, progress=told), courses, provenance=provenance)
        return draw_map_again(run, sites, compared, routes, courses)
