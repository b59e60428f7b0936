"""Goes on from a run that stands on disk: its plan and files are read again, its streets built."""

from __future__ import annotations

from pathlib import Path

from planner.case import build_case
from planner.errors import ArgumentError, PlannerError, SourceError
from planner.plan import Plan
from planner.plan.given_table import held_tables
from planner.run.main_job import Result
from planner.sources.cache import ArrayCache, user_cache
from planner.sources.inputs import Inputs, load_inputs
from planner.sources.packed_inputs import list_plans_near, look_for_plan
from planner.sources.plan_file import load_plan
from planner.sources.results import FinishedRun
from planner.sources.run_of_plan import check_run_of


def finished_result(
    finished: FinishedRun, inputs: Inputs, *, cache: ArrayCache | None = None
) -> Result:
    """Return a run that stands on disk as one to ask and to site for, without its tables.

    Parameters
    ----------
    finished
        From `load_result`; of these inputs.
    inputs
        From `load_inputs`.
    cache
        Where built networks are kept, see `user_cache`; None builds anew.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> inputs = planner.load_inputs(town.plan)
    >>> files = planner.write_result(planner.run_plan(inputs), "out")
    >>> result = planner.finished_result(planner.load_result("out"), inputs)
    >>> len(result.layers["gaps"])
    2
    """
    case = build_case(inputs, cache=cache)
    return Result(case, finished.layers, {}, finished.summary, finished.run, finished.whatif())


def go_on(finished: FinishedRun) -> Result:
    """Return a run that stands on disk as one to ask and to site for.

    Its plan is the one that `load_result` was told of, else that in or beside its folder. The
    streets are built from the files of the plan, so that all minutes are those of the run: what
    stands in `walk_edges` is rounded and knows no gates.

    Raises
    ------
    SourceError
        If the plan or a file of it is gone, or is not what it was when it was run.
    """
    cache, plan = user_cache(), finished.plan_file
    if plan is None:
        plan = _find_plan(finished)
    elif isinstance(plan, Path):
        plan = load_plan(plan)
    try:
        inputs = load_inputs(plan, cache=cache)
    except PlannerError as fault:
        raise SourceError(
            f"{finished.folder}: its streets cannot be built, as the files of its plan cannot be "
            f"read as they were: {fault}"
        ) from fault
    check_run_of(finished, inputs)
    return finished_result(finished, inputs, cache=cache)


def _find_plan(finished: FinishedRun) -> Plan:
    """Return the plan in or beside the folder of a run.

    One that says something else now comes last: what differs is told once its files are read.
    """
    found = look_for_plan(finished.folder, finished.run)
    if found is not None:
        return found[1]
    for _, plan in list_plans_near(finished.folder):
        if plan.name == finished.run.get("plan"):
            return plan
    if held_tables(finished.run):
        raise SourceError(
            f"{finished.folder}: its plan held tables of Python, which no file keeps, so its "
            "streets cannot be built from the folder alone; keep the Result of run_plan(), or give "
            "the same Plan: load_result(folder, plan=plan)"
        )
    raise SourceError(
        f"{finished.folder}: its plan.toml as it was run is neither in it nor beside it, "
        "so its streets cannot be built; name it: load_result(folder, plan='plan.toml')"
    )


def to_result(run: Result | FinishedRun) -> Result:
    """Return a run as what `run_plan` returned; a finished one is read and built once.

    Raises
    ------
    ArgumentError
        If it is no run.
    """
    if isinstance(run, FinishedRun):
        built: Result = run.result
        return built
    if not isinstance(run, Result):
        raise ArgumentError(
            f"result is a {type(run).__name__}; give what run_plan or load_result returned"
        )
    return run
