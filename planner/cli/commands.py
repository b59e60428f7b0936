"""The command line: its commands, and one line for whatever goes wrong."""

from __future__ import annotations

import gc
import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.check_printing import complain_of, print_check, print_json, print_start
from planner.cli.course_jobs import courses_command
from planner.cli.garbage import collect_rarely
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
)
from planner.cli.language import find_locale_language, keep
from planner.cli.options import (
    BoundaryOption,
    FacilitiesOption,
    FolderArgument,
    LanguageOption,
    OsmOption,
    PbfOption,
    PeopleOption,
    PlaceOption,
    PlanArgument,
    QuietOption,
    TownsOption,
    out_option,
)
from planner.cli.printing import (
    print_fetched,
    print_located,
    print_result,
)
from planner.cli.report_jobs import demo_report_into, print_report
from planner.cli.route_jobs import routes_command
from planner.cli.run_command import run_command
from planner.cli.scenario_commands import compare_command, proposals_command
from planner.cli.scenario_jobs import demo_all_into
from planner.cli.site_command import site_command
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
    collect_rarely()
    try:
        app()
    finally:
        # The process ends here, and its memory goes back as a whole. Python would look through all
        # that is left once more, which took 0.5 of 6.4 s of a comparison.
        gc.freeze()


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


# In the order of the work: what is proposed, compared, shown, handed over.
for _name, _command in (
    ("site", site_command), ("compare", compare_command), ("proposals", proposals_command),
    ("routes", routes_command), ("courses", courses_command), ("map", map_command),
    ("report", report_command), ("picture", picture_command), ("pack", pack_command),
):  # fmt: skip
    app.command(_name)(_command)
