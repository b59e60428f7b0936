"""The command that puts a run into one file for somebody else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import QuietOption
from planner.cli.terminal import parse_folder, say, show_progress


def pack_command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            parser=parse_folder,
            help="The --out of a finished run.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="A .zip; DIR.zip if not given."),
    ] = None,
    sites: Annotated[
        Path | None,
        typer.Option(
            "--sites",
            metavar="DIR",
            parser=parse_folder,
            help="The --out of planner site; DIR/sites if it is there.",
        ),
    ] = None,
    compared: Annotated[
        Path | None,
        typer.Option(
            "--compare",
            metavar="DIR",
            parser=parse_folder,
            help="The --out of planner compare; DIR/compare if it is there.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="DIR",
            parser=parse_folder,
            help="The --out of planner report; DIR/report if it is there.",
        ),
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
    """  # fmt: skip
    from planner.reports.packing import check_pack_out, list_packed, write_pack

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
