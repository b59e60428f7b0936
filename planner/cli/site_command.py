"""The command `planner site`: where to build next, or which stations should gain a service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from planner.cli.city_jobs import (
    CityOptions,
    check_city_options,
    print_city_sites,
    site_city_into,
)
from planner.cli.jobs import site_into
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
from planner.cli.printing import print_proposal
from planner.cli.scenario_jobs import take_people
from planner.cli.service_jobs import check_service_options, print_services, services_into

if TYPE_CHECKING:
    from planner.sources.scenario_file import Scenario


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
    if city.given:
        check_city_options(
            {
                "--service": service, "--run": finished, "--scenario": scenario,
                "--why-not": why_not, "--year": year,
            }
        )  # fmt: skip
    how = _Manner(plan, out, (time_limit, gap), quiet, accept_datum)
    asked = {
        "model": model, "budget": budget, "share": share,
        "forced": tuple(force or ()), "excluded": tuple(exclude or ()),
    }  # fmt: skip
    of_sites = {"n_sites": sites, "closures": closures}
    if service is not None:
        of_service = {"moment": moment, "condition": condition, "group": group, "p": sites}
        _say_who_gains(how, asked | of_service, service)
    elif city.given:
        _say_where_in_city(how, asked | of_sites, weights, city)
    else:
        people = take_people(scenario, year)
        _say_where(how, asked | of_sites, (weights, why_not), finished, people)


@dataclass(frozen=True)
class _Manner:
    """What does not depend on the kind of question.

    search : seconds and gap of the solver.
    """

    plan: Path
    out: Path
    search: tuple[float, float]
    quiet: bool
    accept_datum: bool


def _say_where(
    how: _Manner, asked: dict[str, Any], more: tuple[str, str | None], finished: Path | None,
    people: Scenario | None,
) -> None:  # fmt: skip
    """Say where to build next.

    asked : of the question, as the options give it. more : weights, and the site to explain.
    """
    content = site_into(
        how.plan, how.out, asked, (*more, *how.search), finished, quiet=how.quiet,
        accept_datum=how.accept_datum, people=people,
    )  # fmt: skip
    if not how.quiet:
        print_proposal(how.out, content)


def _say_where_in_city(
    how: _Manner, asked: dict[str, Any], weights: str, city: CityOptions
) -> None:
    """Say where to build next in a whole city, in tiles."""
    found = site_city_into(
        how.plan, how.out, asked, (weights, *how.search), city, quiet=how.quiet,
        accept_datum=how.accept_datum,
    )  # fmt: skip
    if not how.quiet:
        print_city_sites(how.out, found)


def _say_who_gains(how: _Manner, asked: dict[str, Any], service: str) -> None:
    """Say which of today's stations should gain a service, or longer hours: `open`."""
    asked = asked | {
        "service": None if service == "open" else service,
        "share": 1.0 if asked["share"] is None else asked["share"],
    }
    chosen, of = services_into(
        how.plan, how.out, asked, how.search, quiet=how.quiet, accept_datum=how.accept_datum
    )
    if not how.quiet:
        print_services(how.out, chosen, of)


def _check_people_options(scenario: Path | None, year: int | None, finished: Path | None) -> None:
    """Refuse options of people that cannot stand together."""
    if scenario is None and year is not None:
        raise typer.BadParameter("--year can only stand with --scenario")
    if scenario is not None and finished is not None:
        raise typer.BadParameter(
            "--run cannot stand with --scenario: the plan is run anew with its people"
        )
