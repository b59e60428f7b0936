"""The command line: its commands, and one line for whatever goes wrong."""

from __future__ import annotations

import gc
import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli.check_printing import complain_of, print_check, print_json, print_start
from planner.cli.city_jobs import (
    CityOptions,
    check_city_options,
    print_city_sites,
    site_city_into,
)
from planner.cli.course_jobs import courses_command
from planner.cli.group import Commands
from planner.cli.handover_commands import (
    map_command,
    pack_command,
    picture_command,
    report_command,
)
from planner.cli.jobs import (
    STREETS_FILE,
    check_into,
    fetch_into,
    fetch_place_into,
    init_into,
    locate_into,
    run_into,
    site_into,
)
from planner.cli.language import find_locale_language, keep
from planner.cli.options import (
    USUAL_WEIGHTS,
    BoundaryOption,
    BudgetOption,
    ClosuresOption,
    ConditionOption,
    DatumOption,
    ExcludeOption,
    FacilitiesOption,
    FinishedOption,
    FolderArgument,
    ForceOption,
    GapOption,
    GroupOption,
    LanguageOption,
    ModelOption,
    MomentOption,
    OsmOption,
    OutOption,
    PbfOption,
    PeopleOfOption,
    PeopleOption,
    PlaceOption,
    PlanArgument,
    QuietOption,
    SchedulerOption,
    ServiceOption,
    ShareOption,
    SitesOption,
    TilesOption,
    TimeOption,
    TownsOption,
    WeightsOption,
    WhyNotOption,
    WorkersOption,
    WorkOption,
    YearOption,
    out_option,
)
from planner.cli.printing import (
    print_fetched,
    print_located,
    print_proposal,
    print_result,
)
from planner.cli.report_jobs import demo_report_into, print_report
from planner.cli.route_jobs import routes_command
from planner.cli.run_command import run_command
from planner.cli.scenario_commands import compare_command, proposals_command
from planner.cli.scenario_jobs import demo_all_into, take_people
from planner.cli.service_jobs import check_service_options, print_services, services_into
from planner.cli.terminal import log_handler, say, use_plain_streams

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.

app = typer.Typer(
    name="planner",
    cls=Commands,
    help="Who reaches a service station within a 15-minute walk, and who does not.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry of the console command."""
    os.environ.setdefault("CPL_LOG", os.devnull)  # GDAL's log: its errors are raised anyway
    logging.basicConfig(level=logging.ERROR, handlers=[log_handler()])
    logging.getLogger("planner").setLevel(logging.WARNING)
    # That kernels are being compiled is among the stages which the progress tells.
    logging.getLogger("planner.travel.compiled").setLevel(logging.ERROR)
    # Warnings of libraries go to the log too, which prints only errors of others.
    logging.captureWarnings(True)
    use_plain_streams()
    # A run makes many small values that live on: to look through all of them as often as Python
    # does took 2 of 35 s of the demonstration.
    gc.set_threshold(200_000, 20, 20)
    app()


def _show_version(asked: bool) -> None:
    if asked:
        from planner.sources.versions import program_version

        typer.echo(f"planner {program_version()}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Who reaches a service station within a 15-minute walk, and who does not."""


app.command("run")(run_command)


@app.command("check")
def check_command(
    plan: PlanArgument,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object with all that was found.")
    ] = False,
) -> None:
    """Read and check everything that a run would read, and list what is there.

    All that is wrong or doubtful is listed at once, by severity: errors stop a run, warnings may
    change its figures. Beside it stands in which datum each table really is, as far as streets,
    names, towns and the boundary tell. The exit code is 1 if there is an error, else 0.

    Example: planner check plan.toml
    """
    from planner.run.check_content import describe_check

    check = check_into(plan)
    content = describe_check(plan, check)
    if as_json:
        print_json(content)
    else:
        print_check(content, check)
    if check.counts["error"]:
        if not as_json:
            complain_of(check)
        raise typer.Exit(1)


@app.command("locate")
def locate_command(
    table: Annotated[Path, typer.Argument(help="A table whose rows lack coordinates.")],
    plan: Annotated[Path, typer.Option("--plan", help="A plan.toml; what it names is searched.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A new .xlsx, .csv or .geojson.")],
) -> None:
    """Find where the rows of a table are by their names and addresses, without the internet.

    Each row gets its best place, how sure that is and why, and a cell to confirm it in. The file
    can be named in the plan: rows count as approximate until they are confirmed.

    Example: planner locate stations.xlsx --plan plan.toml --out located.xlsx
    """
    print_located(out, locate_into(plan, table, out))


@app.command("init")
def init_command(
    folder: FolderArgument,
    osm: OsmOption = None,
    place: PlaceOption = None,
    pbf: PbfOption = None,
    facilities: FacilitiesOption = None,
    people: PeopleOption = None,
    boundary: BoundaryOption = None,
    towns: TownsOption = None,
    language: LanguageOption = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the plan; else that of the folder.")
    ] = None,
) -> None:
    """Write a plan.toml that runs for the files at hand, with a comment at each key.

    What is given is read and checked: headings, kinds of people and datums that were understood
    stand in the plan. With --place the outline of the district and its streets are fetched into DIR
    first. A plan.toml that is there already is never overwritten.

    Example: planner init mycity --osm mycity.osm.pbf --facilities stations.csv
    """
    if (osm is None) == (place is None):
        raise typer.BadParameter("give exactly one of --osm and --place")
    if place is None and pbf is not None:
        raise typer.BadParameter("--pbf can only stand with --place")
    if place is not None and boundary is not None:
        raise typer.BadParameter("--boundary cannot stand with --place, which fetches one")
    from planner.sources.plan_start import GivenFiles

    given = GivenFiles(
        osm or folder / STREETS_FILE, facilities, people, boundary, towns, name, language,
        otherwise=find_locale_language(),
    )  # fmt: skip
    if place is not None:
        # Several districts may have the name: the user sees which one was found.
        found, outline, streets = fetch_place_into(folder, place, pbf, given)
        say(f"wrote {outline}: {keep(found)}")
        print_fetched(streets)
        given = replace(given, osm=streets.path, boundary=outline)
    path, start, check = init_into(folder, given)
    print_start(path, start, check, given)


@app.command("fetch")
def fetch_command(
    plan: PlanArgument,
    pbf: PbfOption = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace a file that planner fetch did not write, too."),
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Fetch the streets of a plan's area and ring into the file that [network] osm names.

    Without --pbf the server in [fetch] is asked (Overpass). What broke off goes on at the next
    call; the file changes only when all has come and can be read.

    Example: planner fetch plan.toml --pbf larger.osm.pbf
    """
    streets = fetch_into(plan, pbf, replace=replace, quiet=quiet)
    if not quiet:
        print_fetched(streets)


@app.command("demo")
def demo_command(
    out: Annotated[Path, out_option("Folder for the demo and its results.")] = Path("planner-demo"),
    everything: Annotated[
        bool,
        typer.Option("--all", help="Propose sites, routes and sessions, compare, report."),
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Analyse the invented district that comes with the planner.

    Its files are copied into the folder `input` in DIR, to look at and to change a copy of. With
    --all the folders `sites`, `compare`, `routes` and `courses` lie beside, one map shows all of
    it, and `report` has workbook, document and sheets.

    Example: planner demo --out demo --all
    """
    from planner.reports import check_out
    from planner.sources.embedded import copy_demo

    # Before the copy: a folder that is refused should not hold the input of a demo.
    check_out(out)
    plan = copy_demo(out / "input")
    summary, run = run_into(plan, out, quiet=quiet)
    report = None
    if everything:
        demo_all_into(plan, out, quiet=quiet)
        report = demo_report_into(out, quiet=quiet)
    if not quiet:
        print_result(out, summary, run)
        if report is not None:
            print_report(*report)


@app.command("site")
def site_command(
    plan: PlanArgument,
    out: OutOption,
    model: ModelOption = "mclp",
    sites: SitesOption = None,
    budget: BudgetOption = None,
    share: ShareOption = None,
    closures: ClosuresOption = 0,
    force: ForceOption = None,
    exclude: ExcludeOption = None,
    weights: WeightsOption = USUAL_WEIGHTS,
    time_limit: TimeOption = 60.0,
    gap: GapOption = 1e-4,
    why_not: WhyNotOption = None,
    service: ServiceOption = None,
    moment: MomentOption = None,
    condition: ConditionOption = None,
    group: GroupOption = None,
    finished: FinishedOption = None,
    scenario: PeopleOfOption = None,
    year: YearOption = None,
    accept_datum: DatumOption = False,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    tiles: TilesOption = None,
    work: WorkOption = None,
    quiet: QuietOption = False,
) -> None:
    """Say where to build next: the sites, a proof of how good they are, and the reasons.

    Today's and planned stations stay. Limits of towns and candidates stand in the plan.
    With --service no site is new: it says which of today's stations should gain a service.
    A whole city is asked in tiles, with --workers or --scheduler: the same sites and proof; what
    planner run has done in the folder of --work is not done again.

    Example: planner site plan.toml --model mclp --sites 10 --out sites

    Example: planner site plan.toml --service 为老 --sites 3 --out services
    """
    check_service_options(
        {
            "--moment": moment, "--condition": condition, "--group": group,
            "--closures": closures or None, "--why-not": why_not, "--run": finished,
            "--scenario": scenario, "--year": year,
            "--weights": None if weights == USUAL_WEIGHTS else weights,
        },
        asked=service is not None,
    )  # fmt: skip
    _check_people_options(scenario, year, finished)
    city = CityOptions(workers, scheduler, tiles, work, ())
    if city.given and service is not None:
        check_city_options({"--service": service})
    asked = {
        "model": model, "budget": budget,
        "forced": tuple(force or ()), "excluded": tuple(exclude or ()),
    }  # fmt: skip
    if service is not None:
        asked |= {
            "service": service, "moment": moment, "condition": condition, "group": group,
            "p": sites, "share": share,
        }  # fmt: skip
        _say_who_gains(plan, out, asked, (time_limit, gap), quiet=quiet, accept_datum=accept_datum)
        return
    asked |= {"n_sites": sites, "share": share, "closures": closures}
    if city.given:
        check_city_options(
            {"--run": finished, "--scenario": scenario, "--why-not": why_not, "--year": year}
        )
        found = site_city_into(
            plan, out, asked, (weights, time_limit, gap), city, quiet=quiet,
            accept_datum=accept_datum,
        )  # fmt: skip
        if not quiet:
            print_city_sites(out, found)
        return
    content = site_into(
        plan, out, asked, (weights, why_not, time_limit, gap), finished, quiet=quiet,
        accept_datum=accept_datum, people=take_people(scenario, year),
    )  # fmt: skip
    if not quiet:
        print_proposal(out, content)


def _say_who_gains(
    plan: Path, out: Path, asked: dict[str, Any], search: tuple[float, float], *, quiet: bool,
    accept_datum: bool,
) -> None:  # fmt: skip
    """Say which of today's stations should gain a service, or longer hours: `open`.

    asked : of the question, as the options give it. search : seconds and gap of the solver.
    """
    asked |= {
        "service": None if asked["service"] == "open" else asked["service"],
        "share": 1.0 if asked["share"] is None else asked["share"],
    }
    chosen, of = services_into(plan, out, asked, search, quiet=quiet, accept_datum=accept_datum)
    if not quiet:
        print_services(out, chosen, of)


def _check_people_options(scenario: Path | None, year: int | None, finished: Path | None) -> None:
    """Refuse options of people that cannot stand together."""
    if scenario is None and year is not None:
        raise typer.BadParameter("--year can only stand with --scenario")
    if scenario is not None and finished is not None:
        raise typer.BadParameter(
            "--run cannot stand with --scenario: the plan is run anew with its people"
        )


# In the order of the work: what is proposed, compared, shown, handed over.
for _name, _command in (
    ("compare", compare_command), ("proposals", proposals_command), ("routes", routes_command),
    ("courses", courses_command), ("map", map_command),
    ("report", report_command), ("picture", picture_command), ("pack", pack_command),
):  # fmt: skip
    app.command(_name)(_command)
