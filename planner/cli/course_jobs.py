"""`planner courses`: one call of the library, and what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.jobs import read_inputs
from planner.cli.language import keep
from planner.cli.options import DatumOption, PlanArgument, QuietOption, out_option
from planner.cli.terminal import print_list, say, show_progress

if TYPE_CHECKING:
    from planner.courses import ChosenSessions

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.


def courses_command(
    plan: PlanArgument,
    out: Annotated[Path, out_option("Folder for the sessions; made if it is not there.")],
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            help="Seconds after which the search ends with the best so far; another run may then "
            "find other sessions. Below that limit the same input gives the same sessions.",
        ),
    ] = 600.0,
    gap: Annotated[
        float,
        typer.Option("--gap", help="Stop when within this share of the fewest sessions."),
    ] = 0.02,
    accept_datum: DatumOption = False,
    quiet: QuietOption = False,
) -> None:
    """Choose sessions for the orders in [courses] of a plan: where, when and by whom.

    Most people are met first, then with fewest sessions, then with the least walking. Orders that
    can't be met are listed with the reason and the smallest change that would meet them.

    Example: planner courses plan.toml --out courses
    """
    chosen = courses_into(plan, out, time_limit, gap, quiet=quiet, accept_datum=accept_datum)
    if not quiet:
        print_courses(out, chosen)


def courses_into(
    plan_path: Path,
    out: Path,
    time_limit: float,
    gap: float,
    *,
    quiet: bool,
    accept_datum: bool = False,
) -> ChosenSessions:
    """Choose the sessions of a plan, and write them into a folder."""
    from planner.case import build_case
    from planner.courses import choose_sessions
    from planner.errors import PlanError
    from planner.reports import COURSE_OUTPUTS, check_out, write_sessions
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files
    from planner.stages import Stages

    if not time_limit > 0:
        raise typer.BadParameter("--time-limit should be above 0")
    if not 0 <= gap < 1:
        raise typer.BadParameter("--gap should be from 0 to below 1")
    plan = load_plan(plan_path)
    if plan.courses is None:
        raise PlanError(
            f"{plan_path}: has no section [courses]; name tables of orders and courses in it, see "
            "docs/courses.md"
        )
    check_out(out, [plan_path, *list_files(plan)], outputs=COURSE_OUTPUTS)
    with show_progress(quiet=quiet) as told:
        inputs, cache = read_inputs(plan, told, accept_datum=accept_datum)
        case = build_case(inputs, Stages(told), cache=cache)
        chosen = choose_sessions(case, time_limit_s=min(time_limit, 86_400.0), gap=gap,
                                 progress=told)  # fmt: skip
        told("writing", 0.0)
        write_sessions(chosen, out, provenance={"inputs": inputs.hashes})
        told("writing", 1.0)
    return chosen


def print_courses(out: Path, chosen: ChosenSessions) -> None:
    """Print how many sessions, for whom, the proof, who is not met, and where the files lie."""
    content = chosen.content
    people, merged = content["people"], content["merged"]
    if content["synthetic"]:
        say("DEMO DATA, NOT REAL 演示数据，非真实")
    classes, hosts, most = content["classes"], content["hosts"], people["met_bound"]
    say(
        f"sessions: {content['value']:,} for {classes:,} classes, at {hosts['used']:,} of "
        f"{hosts['with_room']:,} stations with a room"
    )
    if content["status"] == "proved":
        say("- proved: nobody more can be met, and not with fewer sessions")
    else:
        say(
            f"- these people need at least {content['bound']:,} sessions, and "
            f"{content['value']:,} are held (gap {content['gap']:.1%}). At most {most:,} people "
            "can be met."
        )
    say(
        f"people: {people['met']:,} of {people['ordered']:,} met; {people['by_walk']:,} walk up to "
        f"{content['walk_minutes']:g} min, {people['by_far']:,} up to {content['far_minutes']:g}, "
        f"{people['by_coach']:,} by coach"
    )
    if merged["classes"]:
        say(
            f"merged: {merged['orders']:,} orders for courses that are the same, in "
            f"{merged['classes']:,} classes; {merged['people_spared']:,} people spared a second one"
        )
    for row in chosen.unmet.head(10).itertuples():
        say(
            f"not met: {keep(row.order_id)}, {keep(row.course)}, {row.people:,} people: "
            f"{row.reason}; {row.smallest_change}"
        )
    if len(chosen.unmet) > 10:
        say(f"not met: ... and {len(chosen.unmet) - 10:,} more orders, see unmet.csv")
    dropped = chosen.dropped[["file", "row", "reason"]].itertuples(index=False)
    print_list("dropped", [f"{file}: row {row}: {reason}" for file, row, reason in dropped])
    print_list("note", content["notes"])
    say(f"files: {out / 'sessions.csv'}, sessions.xlsx, sessions.ics, courses.gpkg, courses.json")
