"""The command `planner run`: a plan as a whole, or a city in tiles."""

from __future__ import annotations

from planner.cli.city_jobs import CityOptions, run_city_into
from planner.cli.jobs import run_into
from planner.cli.options import (
    DatumOption,
    OutOption,
    PlanArgument,
    QuietOption,
    SchedulerOption,
    TilesOption,
    TownOption,
    WorkersOption,
    WorkOption,
)
from planner.cli.printing import print_result


def run_command(
    plan: PlanArgument,
    out: OutOption,
    accept_datum: DatumOption = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    tiles: TilesOption = None,
    work: WorkOption = None,
    town: TownOption = None,
    quiet: QuietOption = False,
) -> None:
    """Analyse a plan: write the map, the tables and where they come from into a folder.

    A run that fails changes nothing: the results of an earlier one stay as they are.

    A whole city is worked out in tiles, with --workers or --scheduler: the same figures and gaps,
    its layers by town in DIR/result, a page a town in DIR/towns. Stopped and started again, it goes
    on where it was.

    Example: planner run plan.toml --out out
    """
    options = CityOptions(workers, scheduler, tiles, work, tuple(town or ()))
    if options.given:
        summary, run, page = run_city_into(
            plan, out, options, quiet=quiet, accept_datum=accept_datum
        )
    else:
        summary, run = run_into(plan, out, quiet=quiet, accept_datum=accept_datum)
        page = "map.html"
    if not quiet:
        print_result(out, summary, run, page)
