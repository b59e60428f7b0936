"""`planner run` of a whole city: in tiles, on the workers of a cluster."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.cli.terminal import say, show_progress
from planner.errors import PlannerError
from planner.stages import Stages

if TYPE_CHECKING:
    from planner.scale.cluster import DaskRunner
    from planner.scale.steps import StepStore
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

    def start(self, store: StepStore, progress: Progress) -> AbstractContextManager[DaskRunner]:
        """Return the workers, to be used in a `with`."""
        from planner.scale.cluster import join_cluster, local_cluster

        if self.scheduler is not None:
            return join_cluster(self.scheduler, store, say, progress=progress)
        assert self.workers is not None  # one of both is given
        return local_cluster(self.workers, store, say, progress=progress)


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
    from planner.scale.manifest import MANIFEST
    from planner.scale.steps import StepStore
    from planner.sources.folders import check_folder
    from planner.sources.plan_file import load_plan
    from planner.sources.plan_files import list_files

    plan = load_plan(plan_path)
    check_city_out(out, [plan_path, *list_files(plan)])
    work = options.work or out.absolute().with_name(f"{out.absolute().name}.tiles")
    if work.exists() and out.exists() and work.samefile(out):
        raise PlannerError(f"{work}: is the folder of --out; name another one in --work")
    check_folder(work, [MANIFEST])
    if options.towns:
        check_town_names(plan, options.towns)
    store = StepStore(work.absolute())
    with show_progress(quiet=quiet) as told, options.start(store, told) as runner:
        stages = Stages(told)
        answer = run_city(
            plan_path, runner, store, tiles=options.tiles, towns=options.towns, stages=stages,
            check_datums=not accept_datum,
        )  # fmt: skip
        write_city_run(answer, out, runner, store, towns=options.towns)
    page = f"{TOWNS_FOLDER}/{INDEX_FILE}" if answer.area.town_names else ""
    return dict(answer.summary), dict(answer.provenance), page
