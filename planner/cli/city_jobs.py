"""`planner run` and `planner site` of a whole city: in tiles, on the workers of a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.cli.language import keep, spoken_language
from planner.cli.terminal import print_list, say, show_progress
from planner.errors import PlannerError
from planner.stages import Stages

if TYPE_CHECKING:
    from planner.scale.work.cluster import DaskRunner
    from planner.scale.work.steps import StepStore
    from planner.stages import Progress


#: A plan is cut into no more tiles: the largest that one metric frame holds asks for some 100.
MOST_TILES: Final = 1_000
#: So many workers are refused where the computer has fewer cores: each takes one.
FEWEST_REFUSED: Final = 17


@dataclass(frozen=True)
class CityOptions:
    """What a command says of tiles and of who works on them.

    workers : processes of this computer; scheduler : the address of one that exists; one of both.
    tiles : how many, None: as many as their streets ask for.
    work : folder of what is done, None: beside the results.
    towns : whose layers are written as result.gpkg.
    """

    workers: int | None
    scheduler: str | None
    tiles: int | None
    work: Path | None
    towns: tuple[str, ...]

    @property
    def given(self) -> bool:
        """Whether the command asks for tiles.

        Raises
        ------
        PlannerError
            If an option stands without the one that it belongs to, or makes no sense.
        """
        if self.scheduler is not None and not self.scheduler.strip():
            raise PlannerError("--scheduler is empty; give its address, tcp://HOST:PORT")
        asked = self.workers is not None or self.scheduler is not None
        if self.workers is not None and self.scheduler is not None:
            raise PlannerError("--workers and --scheduler exclude each other; give one of them")
        for name, value in (("--workers", self.workers), ("--tiles", self.tiles)):
            if value is not None and value < 1:
                raise PlannerError(f"{name} is {value}; give at least 1")
        if self.tiles is not None and self.tiles > MOST_TILES:
            raise PlannerError(
                f"--tiles is {self.tiles}; give at most {MOST_TILES}, or none: then as many are "
                "made as the streets ask for"
            )
        cores = os.cpu_count() or 1
        most = max(FEWEST_REFUSED - 1, cores)
        if self.workers is not None and self.workers > most:
            raise PlannerError(
                f"--workers is {self.workers}, and this computer has {cores} cores; give at most "
                f"{most}, or use more computers with --scheduler"
            )
        if not asked:
            alone = {"--tiles": self.tiles, "--work": self.work, "--town": self.towns or None}
            for name, given in alone.items():
                if given is not None:
                    raise PlannerError(f"{name} needs --workers or --scheduler")
        return asked

    def open_store(self, out: Path) -> StepStore:
        """Return where what is done is kept: in `work`, else beside a folder of results."""
        from planner.scale.cut.manifest import MANIFEST
        from planner.scale.work.steps import StepStore
        from planner.sources.folders import check_folder

        work = self.work or out.absolute().with_name(f"{out.absolute().name}.tiles")
        if work.exists() and out.exists() and work.samefile(out):
            raise PlannerError(f"{work}: is the folder of --out; name another one in --work")
        check_folder(work, [MANIFEST])
        return StepStore(work.absolute())

    @contextmanager
    def start(self, store: StepStore, progress: Progress, *, quiet: bool) -> Iterator[DaskRunner]:
        """Start or join the workers; nobody else works in the folder of the store meanwhile.

        quiet : not to say where the workers can be watched.
        """
        from planner.scale.work.cluster import join_cluster, local_cluster
        from planner.sources.folders import hold_folder

        tell = (lambda _: None) if quiet else say
        with hold_folder(store.folder):
            if self.scheduler is not None:
                workers = join_cluster(self.scheduler, store, tell, progress=progress)
            else:
                assert self.workers is not None  # one of both is given
                workers = local_cluster(self.workers, store, tell, progress=progress)
            with workers as runner:
                yield runner


def run_city_into(
    plan_path: Path,
    out: Path,
    options: CityOptions,
    *,
    quiet: bool,
    accept_datum: bool = False,
) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Run a plan in tiles into a folder; return its summary, provenance and the path of its page.

    The path is that in the folder, "" where there is no page as there are no towns.
    """
    from planner.maps import INDEX_FILE
    from planner.reports.city_files import check_city_out
    from planner.reports.town_files import TOWNS_FOLDER
    from planner.scale.city_run import check_town_names, run_city, write_city_run
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files

    plan = load_plan(plan_path)
    check_city_out(out, [plan_path, *list_files(plan)])
    if options.towns:
        check_town_names(plan, options.towns)
    store = options.open_store(out)
    with show_progress(quiet=quiet) as told, options.start(store, told, quiet=quiet) as runner:
        stages = Stages(told)
        answer = run_city(
            plan_path, runner, store, tiles=options.tiles, towns=options.towns, stages=stages,
            check_datums=not accept_datum,
        )  # fmt: skip
        write_city_run(answer, out, runner, store, towns=options.towns)
    page = f"{TOWNS_FOLDER}/{INDEX_FILE}" if answer.area.town_names else ""
    return dict(answer.summary), dict(answer.provenance), page


def check_city_options(given: dict[str, Any]) -> None:
    """Refuse options of `planner site` that ask for what tiles do not answer.

    given : name of an option -> its value, None for one that was not given.
    """
    for name, value in given.items():
        if value is not None:
            raise PlannerError(
                f"{name} cannot stand with --workers or --scheduler; leave it out, or ask it of a "
                "plan for a part of the city"
            )


def site_city_into(
    plan_path: Path,
    out: Path,
    asked: dict[str, Any],
    more: tuple[str, float, float],
    options: CityOptions,
    *,
    quiet: bool,
    accept_datum: bool = False,
) -> dict[str, Any]:
    """Site for a plan in tiles; write the proposal into a folder and return its content.

    more : weights as they are given, seconds and gap of the solver.
    """
    from planner.reports import SITE_OUTPUTS, check_out, write_proposal
    from planner.scale.sites.city_sites import propose_city
    from planner.scale.sites.joined_sites import check_asked_of_parts
    from planner.siting import SolveOptions, build_question, weights_of
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files

    plan = load_plan(plan_path)
    check_out(out, [plan_path, *list_files(plan)], outputs=SITE_OUTPUTS)
    weights, time_limit, gap = more
    question = build_question(
        plan,
        weights=weights_of(weights),
        options=SolveOptions(time_limit_s=time_limit, gap=gap),
        **asked,
    )
    check_asked_of_parts(question)  # before workers are started
    store = options.open_store(out)
    with show_progress(quiet=quiet) as told, options.start(store, told, quiet=quiet) as runner:
        proposal, provenance = propose_city(
            plan_path, question, runner, store, tiles=options.tiles, stages=Stages(told),
            check_datums=not accept_datum,
        )  # fmt: skip
    write_proposal(proposal, out, provenance=provenance, language=plan.language)
    return proposal.content


def print_city_sites(out: Path, content: dict[str, Any]) -> None:
    """Print the sites of a city, the proof, what tiles do not tell, and where the files lie."""
    if content["synthetic"]:
        say("DEMO DATA, NOT REAL 演示数据，非真实")
    for site, step in zip(content["sites"], content["order"], strict=True):
        name, label = keep(site["name"]), keep(site["site_id"])
        say(f"site {site['order']}: {name} ({label}) adds {step['gain']:,.0f}")
    value, bound = content["value"], content["bound"]
    if content["model"] == "capacitated":
        say(f"served in all: {value:,.0f}; no choice serves more than {bound:,.0f}")
    else:
        say(f"newly covered in all: {value:,.0f}; no choice covers more than {bound:,.0f}")
    for line in content["reasons"][spoken_language()]:
        say(f"- {line}")
    print_list("note", [*content["notes"], *content["candidate_notes"]])
    say("in tiles there are no alternatives, repeats, stretches of street, reasons or map")
    say(f"sites: {out / 'sites.csv'}")
