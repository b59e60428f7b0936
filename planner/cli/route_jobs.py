"""`planner routes`: one call of the library, and what it prints."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.jobs import read_inputs
from planner.cli.language import keep
from planner.cli.options import DatumOption, PlanArgument, QuietOption, out_option
from planner.cli.terminal import print_list, say, show_progress

if TYPE_CHECKING:
    from planner.routes import ProposedRoutes

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.


def routes_command(
    plan: PlanArgument,
    out: Annotated[Path, out_option("Folder for the routes; made if it is not there.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", help="Seconds of the processor for the search.")
    ] = 20.0,
    accept_datum: DatumOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make themed routes of the sites in [routes] of a plan: which, in which order, at what time.

    No site is in two routes, and each keeps its hours, its minutes of walking and its time. The
    routes are worth most together, which is proved, or how much better others may be is said.

    Example: planner routes plan.toml --out routes
    """
    found = routes_into(plan, out, time_limit, quiet=quiet, accept_datum=accept_datum)
    if not quiet:
        print_routes(out, found.content)


def routes_into(
    plan_path: Path, out: Path, time_limit: float, *, quiet: bool, accept_datum: bool = False
) -> ProposedRoutes:
    """Propose the routes of a plan, and write them into a folder."""
    from planner.case import build_case
    from planner.errors import PlanError
    from planner.reports import ROUTES_OUTPUTS, check_out, write_routes
    from planner.routes import propose_routes
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files
    from planner.stages import Stages

    plan = load_plan(plan_path)
    if plan.routes is None:
        raise PlanError(
            f"{plan_path}: has no section [routes]; name a table of sites in it, see docs/routes.md"
        )
    check_out(out, [plan_path, *list_files(plan)], outputs=ROUTES_OUTPUTS)
    with show_progress(quiet=quiet) as told:
        inputs, cache = read_inputs(plan, told, accept_datum=accept_datum)
        case = build_case(inputs, Stages(told), cache=cache)
        found = propose_routes(case, time_limit_s=time_limit, progress=told)
        told("writing", 0.0)
        write_routes(found, out, provenance={"inputs": inputs.hashes})
        told("writing", 1.0)
    return found


def print_routes(out: Path, content: dict[str, Any]) -> None:
    """Print each route, the proof, what is left out and why, and where the files lie."""
    if content["synthetic"]:
        say("DEMO DATA, NOT REAL 演示数据，非真实")
    for row in content["routes"]:
        say(
            f"route {row['route_id']}: {keep(row['theme'])}, {row['sites']} stops, "
            f"{row['begin']} to {row['end']}, {row['walk_minutes']:.0f} min on foot, "
            f"{row['ride_minutes']:.0f} min by coach, value {row['value']:g}"
        )
        stops = [f"{stop['begin']} {stop['name']}" for stop in row["stops"]]
        say(f"  {keep(', '.join(stops))}")
    if not content["routes"]:
        say("no route is possible: no site can be visited within the limits of [routes]")
    elif content["status"] == "proved":
        say(f"value of all routes: {content['value']:g}, proved to be the most there is")
    else:
        say(
            f"value of all routes: {content['value']:g}; no choice has more than "
            f"{content['bound']:g}, {content['gap']:.1%} above"
        )
    volunteers = content["volunteers"]
    say(f"volunteers: {volunteers['used']} of {volunteers['most']}")
    counts = Counter(row["reason"] for row in content["left_out"])
    for reason, count in counts.most_common():
        say(f"left out: {count} sites, {reason}")
    print_list("note", content["notes"])
    say(f"files: {out / 'routes.gpkg'}, routes.geojson, routes.json, a .gpx for each route")
