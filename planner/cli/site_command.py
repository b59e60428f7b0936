"""The command `planner site`: where to build next, or which stations should gain a service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from planner.cli.city_jobs import (
    CityOptions,
    check_city_options,
    print_city_sites,
    site_city_into,
)
from planner.cli.jobs import (
    site_into,
)
from planner.cli.options import (
    USUAL_WEIGHTS,
    BudgetOption,
    ClosuresOption,
    ConditionOption,
    DatumOption,
    ExcludeOption,
    FinishedOption,
    ForceOption,
    GapOption,
    GroupOption,
    ModelOption,
    MomentOption,
    OutOption,
    PeopleOfOption,
    PlanArgument,
    QuietOption,
    SchedulerOption,
    ServiceOption,
    ShareOption,
    SitesOption,
    TilesOption,
    TimeOption,
    WeightsOption,
    WhyNotOption,
    WorkersOption,
    WorkOption,
    YearOption,
)
from planner.cli.printing import (
    print_proposal,
)
from planner.cli.scenario_jobs import take_people
from planner.cli.service_jobs import check_service_options, print_services, services_into


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
