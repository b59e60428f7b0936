"""`planner site --service`: one call of the library, and what it prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from planner.cli.jobs import read_inputs
from planner.cli.language import keep, spoken_language
from planner.cli.terminal import print_list, say, show_progress

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.siting import ChosenServices


def check_service_options(given: dict[str, Any], *, asked: bool) -> None:
    """Refuse options of new sites beside those of services, and the other way round.

    given : name of an option -> its value, None for one that was not given.
    """
    for name, value in given.items():
        of_services = name in ("--moment", "--condition", "--group")
        if value is not None and of_services and not asked:
            raise typer.BadParameter(f"{name} can only stand with --service")
        if value is not None and not of_services and asked:
            raise typer.BadParameter(f"{name} cannot stand with --service")


def services_into(
    plan_path: Path,
    out: Path,
    asked: dict[str, Any],
    limits: tuple[float, float],
    *,
    quiet: bool,
    accept_datum: bool = False,
) -> tuple[ChosenServices, Plan]:
    """Choose which facilities of a plan gain a service, and write them into a folder.

    limits : of the search, seconds and gap.
    """
    from planner.case import build_case
    from planner.reports import SERVICE_OUTPUTS, check_out, write_services
    from planner.siting import SolveOptions, choose_services
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files
    from planner.stages import Stages

    plan = load_plan(plan_path)
    check_out(out, [plan_path, *list_files(plan)], outputs=SERVICE_OUTPUTS)
    time_limit, gap = limits
    with show_progress(quiet=quiet) as told:
        inputs, cache = read_inputs(plan, told, accept_datum=accept_datum)
        stages = Stages(told)
        case = build_case(inputs, stages, cache=cache)
        with stages("siting"):
            options = SolveOptions(time_limit_s=time_limit, gap=gap)
            chosen = choose_services(case, **asked, options=options)
        write_services(chosen, plan, out, provenance={"inputs": inputs.hashes})
    return chosen, plan


def print_services(out: Path, chosen: ChosenServices, plan: Plan) -> None:
    """Print which facilities gain what, the proof, and where the files lie."""
    from planner.coverage.counting import COVERED
    from planner.siting import say_proof
    from planner.siting.sentences import say_share

    if plan.synthetic:
        say("DEMO DATA, NOT REAL 演示数据，非真实")
    for row in chosen.facilities.itertuples():
        gains = keep(chosen.service) if row.gains == chosen.service else "longer hours"
        say(
            f"station {row.step}: {keep(row.name)} ({keep(row.facility_id)}) gains {gains}, "
            f"{row.people:,.0f} people more"
        )
    shares = [
        say_share(one["share"], one["share_low"], one["share_high"])
        for one in (chosen.before, chosen.after)
    ]
    people = [f"{one[COVERED] or 0:,.0f}" for one in (chosen.before, chosen.after)]
    say(f"within reach of it: {people[0]} -> {people[1]} people, {shares[0]} -> {shares[1]}")
    say(f"- {say_proof(chosen.status, chosen.gap, spoken_language())}")
    say(f"cost: {chosen.cost:g} {keep(plan.candidates.cost_unit)}")
    print_list("note", list(chosen.notes))
    say(f"files: {out / 'services.csv'}, services.geojson, services.json")
