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
from planner.cli.printing import print_comparison, print_merged
from planner.cli.scenario_jobs import compare_into


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
