"""The commands that make something of a finished run: its map, report, pictures, one zip of all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from planner.cli.map_jobs import map_into, town_pages_into
from planner.cli.options import QuietOption, RunArgument, folder_option, out_option
from planner.cli.report_jobs import print_report, report_into
from planner.cli.terminal import say, show_progress

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.


def map_command(
    folder: RunArgument,
    sites: Annotated[
        Path | None,
        folder_option("--sites", "The --out of planner site: the map shows its proposal too."),
    ] = None,
    compared: Annotated[
        Path | None,
        folder_option(
            "--compare", "The --out of planner compare: the map shows before and after too."
        ),
    ] = None,
    routes: Annotated[
        Path | None,
        folder_option("--routes", "The --out of planner routes: the map has a tab of them."),
    ] = None,
    courses: Annotated[
        Path | None,
        folder_option("--courses", "The --out of planner courses: the map has a tab of them."),
    ] = None,
    by_town: Annotated[
        bool,
        typer.Option(
            "--by-town", help="Draw a page a town into DIR/towns, and one that lists them."
        ),
    ] = False,
) -> None:
    """Draw the map of a finished run again, from its result.gpkg and summary.json.

    A folder whose files are not what its run.json says holds an unfinished run and is refused.

    Example: planner map out --sites sites --compare compared
    """
    if by_town:
        if any(given is not None for given in (sites, compared, routes, courses)):
            raise typer.BadParameter("--by-town can only stand alone")
        index, count = town_pages_into(folder)
        say(f"towns: {folder / index.relative_to(folder.resolve())}, with {count} pages")
        return
    drawn = map_into(folder, sites, compared, routes, courses)
    say(f"map: {folder / drawn.name}")


def report_command(
    folder: RunArgument,
    out: Annotated[Path, out_option("Folder for the report; made if it is not there.")],
    sites: Annotated[
        Path | None,
        folder_option("--sites", "The --out of planner site: its proposal is told too."),
    ] = None,
    compared: Annotated[
        Path | None,
        folder_option("--compare", "The --out of planner compare: before and after are told too."),
    ] = None,
    routes: Annotated[
        Path | None,
        folder_option("--routes", "The --out of planner routes: each route has a sheet."),
    ] = None,
    language: Annotated[
        Literal["zh", "en"] | None,
        typer.Option("--language", help="Of the report; else that of the plan."),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Write the report of a finished run: a workbook, a document, and sheets to print.

    report.xlsx has all figures, report.docx is for leaders and can be edited, sheets has a page for
    each town, proposed site and route. A document that was edited since is never overwritten.

    Example: planner report out --out report --sites sites --compare compared
    """
    written = report_into(folder, out, sites, compared, language, routes=routes, quiet=quiet)
    if not quiet:
        print_report(out, written)


def picture_command(
    folder: RunArgument,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="A .png, .svg or .pdf.")],
    what: Annotated[
        Literal["map", "curve", "long"],
        typer.Option(
            "--what",
            help="A map, the curve of a proposal, or a long picture for the phone (.png).",
        ),
    ] = "map",
    town: Annotated[
        str | None, typer.Option("--town", metavar="NAME", help="Only this town.")
    ] = None,
    sites: Annotated[
        Path | None,
        folder_option("--sites", "The --out of planner site: its sites are drawn too."),
    ] = None,
    width: Annotated[
        float, typer.Option("--width", help="Of the map, cm; names get larger as it gets less.")
    ] = 20.0,
    language: Annotated[
        Literal["zh", "en"] | None,
        typer.Option("--language", help="Of the picture; else that of the plan."),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Draw a picture of a finished run: for slides, or for a chat on the phone.

    Pictures have 200 dots an inch; the long one is 1,080 pixels wide and has the sentence, the map,
    ten gaps, what can be done and the sources. A picture of the same name is replaced.

    Example: planner picture out --town 大场镇 --out map.png
    """
    from planner.reports import check_picture, load_handover, write_picture

    check_picture(out, what, width)
    with show_progress(quiet=quiet) as told:
        told("reading", 0.0)
        handover = load_handover(folder, sites=sites, language=language)
        told("reading", 1.0)
        told("picture", 0.0)
        write_picture(handover, out, what=what, town=town, width_cm=width)
        told("picture", 1.0)
    if not quiet:
        say(f"picture: {out}")


def pack_command(
    folder: RunArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="A .zip; DIR.zip if not given."),
    ] = None,
    sites: Annotated[
        Path | None,
        folder_option("--sites", "The --out of planner site; DIR/sites if it is there."),
    ] = None,
    compared: Annotated[
        Path | None,
        folder_option("--compare", "The --out of planner compare; DIR/compare if it is there."),
    ] = None,
    report: Annotated[
        Path | None,
        folder_option("--report", "The --out of planner report; DIR/report if it is there."),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", help="The plan.toml of the run; looked for in and beside DIR."),
    ] = None,
    without_inputs: Annotated[
        bool,
        typer.Option("--without-inputs", help="Leave out the plan and the files that it names."),
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Put a finished run and what rests on it into one zip file for a colleague.

    In it are the page, the layers, the tables, the report, proposed sites and comparisons beside
    them, the plan with its files, a hash of each, and a text that says what each is.

    Example: planner pack out --out out.zip
    """
    from planner.reports.packing import check_pack_out, write_pack
    from planner.sources.packed_files import list_packed

    if without_inputs and plan is not None:
        raise typer.BadParameter("--plan cannot stand with --without-inputs")
    if out is None:
        whole = folder.absolute()
        out = whole.with_name(f"{whole.name}.zip")
    check_pack_out(out)
    with show_progress(quiet=quiet) as told:
        told("packing", 0.0)
        files, run = list_packed(
            folder, sites=sites, compared=compared, report=report, plan=plan,
            inputs=not without_inputs,
        )  # fmt: skip
        write_pack(files, run, out, progress=told)
        told("packing", 1.0)
    if not quiet:
        say(f"pack: {out}, with {len(files)} files, {out.stat().st_size / 1e6:.1f} MB")
