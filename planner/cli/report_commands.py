"""The command that writes what is handed over: workbook, document and sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from planner.cli.options import QuietOption, out_option
from planner.cli.report_jobs import print_report, report_into
from planner.cli.terminal import parse_folder


def report_command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            parser=parse_folder,
            help="The --out of a finished run.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, out_option("Folder for the report; made if it is not there.")],
    sites: Annotated[
        Path | None,
        typer.Option(
            "--sites",
            metavar="DIR",
            parser=parse_folder,
            help="The --out of planner site: its proposal is told too.",
        ),
    ] = None,
    compared: Annotated[
        Path | None,
        typer.Option(
            "--compare",
            metavar="DIR",
            parser=parse_folder,
            help="The --out of planner compare: before and after are told too.",
        ),
    ] = None,
    language: Annotated[
        Literal["zh", "en"] | None,
        typer.Option("--language", help="Of the report; else that of the plan."),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Write the report of a finished run: a workbook, a document, and sheets to print.

    report.xlsx has all figures, report.docx is for leaders and can be edited, sheets has a page for
    each town and each proposed site. A document that was edited since is never overwritten.

    Example: planner report out --out report --sites sites --compare compared
    """
    written = report_into(folder, out, sites, compared, language, quiet=quiet)
    if not quiet:
        print_report(out, written)
