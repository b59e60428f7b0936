"""The commands of scenarios: before and after, and what comes back from the people asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import (
    DatumOption,
    FinishedOption,
    OutOption,
    PlanArgument,
    QuietOption,
    YearOption,
)
from planner.cli.printing import print_comparison
from planner.cli.scenario_jobs import compare_into, proposals_into
from planner.cli.scenario_printing import print_gathered, print_merged
from planner.cli.terminal import parse_folder


def compare_command(
    plan: PlanArgument,
    scenarios: Annotated[
        list[Path],
        typer.Argument(metavar="SCENARIO...", help="Scenario files (.json).", show_default=False),
    ],
    out: OutOption,
    finished: FinishedOption = None,
    year: YearOption = None,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Put all proposals together: one table, and one scenario."),
    ] = False,
    accept_datum: DatumOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare scenarios with today: who gains, who loses, and what each edit brings.

    The map shows today beside each scenario, so the plan is run first, or a finished run is taken.

    With --merge the scenarios are proposals of several people: those within 100 m are joined, what
    does not go together is named, and what they make together is compared.

    Example: planner compare plan.toml scenario.json --out out/compared
    """
    content, merged = compare_into(
        plan, scenarios, out, finished,
        quiet=quiet, accept_datum=accept_datum, year=year, merge=merge,
    )  # fmt: skip
    if not quiet:
        print_merged(out, merged)
        print_comparison(out, content)


def proposals_command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            parser=parse_folder,
            help="Folder with the scenario files that came back.",
            show_default=False,
        ),
    ],
    plan: Annotated[Path, typer.Option("--plan", help="The plan.toml that they are about.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A new .xlsx.")],
    accept_datum: DatumOption = False,
    quiet: QuietOption = False,
) -> None:
    """Gather the scenario files that people sent back into one workbook.

    Its sheets: every proposal with its votes and what it gains, those that are one, corrections to
    check, marks beside each station's load, and the files; one that is broken is listed.

    Example: planner proposals replies --plan plan.toml --out proposals.xlsx
    """
    gathered = proposals_into(folder, plan, out, quiet=quiet, accept_datum=accept_datum)
    if not quiet:
        print_gathered(out, gathered)
