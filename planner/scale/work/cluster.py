"""Does steps on the workers of a Dask cluster: one of this computer, or one that exists already."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from planner.errors import PlannerError, on_one_line
from planner.scale.work.interrupts import keep_interrupts_here
from planner.scale.work.steps import (
    StageTally,
    StepDiedError,
    StepStore,
    WorkStep,
    find_needs,
    program_rules,
)
from planner.scale.work.worker_side import (
    do_step,
    import_numba,
    list_libraries,
    look_around,
    one_core_plugin,
    warm_up,
)
from planner.sources.versions import program_version
from planner.stages import Progress

if TYPE_CHECKING:
    from distributed import Client, Future

#: What one worker may use: beyond it a tile is cut further.
WORKER_BYTES: Final = 2_500_000_000
#: A step that fails without saying why is tried so often again.
RETRIES: Final = 2
#: A step may lose so many workers, by whatever fault, before it counts as too large for one.
MOST_DEATHS: Final = 3
#: So many times, and once for each step, a step may be lost with the worker that had done it.
_MOST_LOSSES: Final = 20
#: Workers are started so often before that counts as impossible.
_STARTS: Final = 3
#: Workers and scheduler answer within so many seconds, or count as gone.
_PATIENCE_S: Final = 20.0
#: Where there was no worker for so many seconds, the run ends.
_NO_WORKERS_S: Final = 300.0
#: Workers are counted so often while no step ends, seconds.
_COUNT_S: Final = 5.0
#: A step tells when it ends. One whose worker died cannot: steps are looked at so often, seconds.
_LOOK_S: Final = 0.2
_GO_ON: Final = "start the same command again: what is done is kept"


@dataclass(frozen=True)
class DaskRunner:
    """Does steps on the workers of a cluster; see `planner.scale.work.steps.Runner`.

    Workers share nothing but the folder of the store: they are told keys and settings, and a
    worker that ends, at any moment, costs no more than the step that it was doing.
    """

    client: Client
    store: StepStore
    progress: Progress | None = None
    _told: threading.Event = field(default_factory=threading.Event, compare=False)

    def run(self, steps: Sequence[WorkStep]) -> list[str]:
        """Do the steps; see `planner.scale.work.steps.Runner`."""
        missing = {step.key: step for step in steps if not self.store.holds(step.key)}
        tally = StageTally(steps, missing, self.progress)
        try:
            self._follow(missing, tally)
        except (CancelledError, OSError, TimeoutError) as error:
            raise PlannerError(f"the scheduler of the workers went away; {_GO_ON}") from error
        for key, step in missing.items():
            # A folder that only the workers have looks like one that all share.
            if not self.store.has_file(key):
                raise PlannerError(
                    f"{self.store.folder}: the result of {step.stage} of tile {step.tile} is not "
                    "there; name a folder in --work that this computer and all workers share"
                )
        return [step.key for step in steps]

    def _submit(self, step: WorkStep, place: int) -> Future[Any]:
        """Hand a step over, by names and settings; those at the first places are done first."""
        future = self.client.submit(
            do_step, step.work.__module__, step.work.__qualname__, dict(step.settings),
            step.key, str(self.store.folder), program_rules(),
            key=f"{step.stage}-{step.key}", retries=RETRIES, pure=True, priority=-place,
        )  # fmt: skip
        future.add_done_callback(lambda _: self._told.set())  # type: ignore[no-untyped-call]
        return future

    def _follow(self, missing: Mapping[str, WorkStep], tally: StageTally) -> None:
        """Wait until all steps have ended, and tell of each; give the others up where one fails."""
        places = {key: place for place, key in enumerate(missing)}
        needs = find_needs([*missing.values()])
        waiting: dict[Future[Any], str] = {}
        losses = 0
        try:
            while waiting or needs:
                for key in [key for key, wanted in needs.items() if not wanted]:
                    del needs[key]
                    waiting[self._submit(missing[key], places[key])] = key
                for future in self._wait(set(waiting)):
                    key = waiting.pop(future)
                    if self._ended(future, key, missing[key]):
                        for wanted in needs.values():
                            wanted.discard(key)
                        tally.count(missing[key])
                        continue
                    # Whoever had done it died before it could say so, or nobody remembers it.
                    losses += 1
                    if losses > _MOST_LOSSES + len(missing):
                        raise TimeoutError
                    waiting[self._submit(missing[key], places[key])] = key
        finally:
            if waiting and self.client.status == "running":
                with suppress(CancelledError, OSError, TimeoutError):  # the scheduler is gone
                    self.client.cancel(list(waiting))  # type: ignore[no-untyped-call]

    def _wait(self, waiting: set[Future[Any]]) -> set[Future[Any]]:
        """Return those that have ended, at least one; notice when scheduler or workers are gone."""
        lost_since: float | None = None
        counted = manned = time.monotonic()
        while True:
            self._told.clear()  # before the look: what ends after it is told anew
            ended = {future for future in waiting if future.status != "pending"}
            if self.client.status == "running":
                if ended:
                    return ended
                lost_since = None
                if time.monotonic() - counted > _COUNT_S:
                    counted = time.monotonic()
                    manned = self._see_workers(manned)
            else:
                lost_since = lost_since or time.monotonic()
                if time.monotonic() - lost_since > _PATIENCE_S:
                    raise TimeoutError
            # To look all the time would take from the workers what they need.
            self._told.wait(_LOOK_S)

    def _see_workers(self, manned: float) -> float:
        """Return when there was a worker last, given when there was one before."""
        if self.client.scheduler_info(n_workers=-1)["workers"]:
            return time.monotonic()
        if time.monotonic() - manned > _NO_WORKERS_S:
            raise PlannerError(f"all workers are gone; start some; {_GO_ON}")
        return manned

    def _ended(self, future: Future[Any], key: str, step: WorkStep) -> bool:
        """Tell whether a step is done, False where it was lost; raise what stopped it."""
        from distributed import KilledWorker

        if future.status == "error":
            error = future.exception(timeout=_PATIENCE_S)  # type: ignore[no-untyped-call]
            if isinstance(error, (KilledWorker, MemoryError)):
                raise StepDiedError(step) from error
            if isinstance(error, OSError):  # a full disk, a folder that is gone
                raise PlannerError(
                    f"{step.stage} of tile {step.tile}: {on_one_line(str(error))}; {_GO_ON}"
                ) from error
            raise error
        # What is kept is done, whether or not the worker lived long enough to say so.
        if self.store.has_file(key):
            return True
        if future.status != "finished":
            return False
        try:
            refusal = future.result(timeout=_PATIENCE_S)
        except (CancelledError, TimeoutError):
            return False
        if refusal is not None:
            raise PlannerError(refusal)
        return True


@contextmanager
def local_cluster(
    workers: int,
    store: StepStore,
    say: Callable[[str], None],
    *,
    progress: Progress | None = None,
    memory_bytes: int = WORKER_BYTES,
) -> Iterator[DaskRunner]:
    """Start workers on this computer, each a process on one core, and end them afterwards.

    Parameters
    ----------
    workers
        How many, at least 1.
    store
        Where the results lie.
    say
        Told the address of the dashboard.
    progress
        Told of each step done.
    memory_bytes
        What one worker may use.

    Raises
    ------
    PlannerError
        If Dask is not installed, or the workers do not start.
    """
    distributed = _import_distributed()
    import dask

    # What workers tell of themselves stands on the dashboard, not between our lines.
    environment = {"MALLOC_ARENA_MAX": "2", "DASK_LOGGING__DISTRIBUTED": "critical"}
    settings = {
        "distributed.scheduler.allowed-failures": MOST_DEATHS,
        # No worker takes a step before it is free: whoever is free first does the next one.
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.nanny.pre-spawn-environ": environment
        | dask.config.get("distributed.nanny.pre-spawn-environ")
        # Dask lets a worker hand back what memory it can after each table, and ask for it again at
        # the next one: that takes a tenth of its time. None: as any other process does it.
        | {"MALLOC_TRIM_THRESHOLD_": None},
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.target": False,
        "distributed.worker.memory.pause": False,
        # A worker that was killed comes back however long that takes on a busy computer: after 15 s
        # Dask would forget it, and with the last one all steps would wait for ever.
        "distributed.deploy.lost-worker-timeout": "1h",
        # Dask looks at itself 50 times a second in each process, and notes where our steps are:
        # that takes 4 % of a core. Its dashboard needs less.
        "distributed.admin.tick.interval": "500ms",
        "distributed.admin.system-monitor.interval": "2s",
        "distributed.worker.profile.enabled": False,
    }
    with dask.config.set(settings):
        with keep_interrupts_here():
            cluster = _start_workers(workers, store, memory_bytes)
        with cluster, distributed.Client(cluster, timeout=_PATIENCE_S) as client:
            client.register_plugin(one_core_plugin())
            yield _runner(client, store, say, progress)


def _start_workers(workers: int, store: StepStore, memory_bytes: int) -> Any:
    """Start a scheduler in this process and its workers; one that dies meanwhile is no reason."""
    for left in reversed(range(_STARTS)):
        try:
            return _import_distributed().LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                memory_limit=memory_bytes,
                dashboard_address="127.0.0.1:0",
                local_directory=str(store.folder),
                silence_logs=False,
            )
        except (OSError, RuntimeError, TimeoutError) as error:
            if not left:
                raise PlannerError(
                    f"the workers did not start ({on_one_line(str(error))}); try fewer in --workers"
                ) from error
    raise AssertionError  # the last start either returned or raised


@contextmanager
def join_cluster(
    address: str,
    store: StepStore,
    say: Callable[[str], None],
    *,
    progress: Progress | None = None,
) -> Iterator[DaskRunner]:
    """Use the workers of a scheduler that exists.

    Parameters
    ----------
    address
        As Dask prints it, such as tcp://10.0.0.5:8786.
    store
        In a folder that this computer and all workers share.
    say, progress
        As of `local_cluster`.

    Raises
    ------
    PlannerError
        If it cannot be reached, has no workers, or one of them has another version of the planner
        or does not see the folder.
    """
    distributed = _import_distributed()
    client: Client = distributed.Client.__new__(distributed.Client)
    try:
        distributed.Client.__init__(client, address, timeout=_PATIENCE_S)
    except (OSError, TimeoutError, ValueError) as error:
        # Else Python closes it whenever it takes back the memory, even while Dask holds the lock
        # that closing waits for: then the program stands still for ever.
        client.close()  # type: ignore[no-untyped-call]
        raise PlannerError(
            f"{address}: no scheduler can be reached there; start one (dask scheduler) or correct "
            "--scheduler"
        ) from error
    with client:
        _check_workers(client, store, address)
        yield _runner(client, store, say, progress)


def _import_distributed() -> Any:
    import_numba()
    try:
        import distributed
    except ImportError as error:
        raise PlannerError(
            'workers need Dask, which is not installed; run: pip install "planner[scale]"'
        ) from error
    # What Dask tells of itself is on its dashboard; what the user has to know we say.
    for name in ["distributed", *logging.root.manager.loggerDict]:
        if name.split(".")[0] in {"distributed", "tornado", "bokeh", "asyncio"}:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return distributed


def _runner(
    client: Client, store: StepStore, say: Callable[[str], None], progress: Progress | None
) -> DaskRunner:
    """Say where the workers can be watched, and return what does steps on them."""
    count = len(client.scheduler_info(n_workers=-1)["workers"])
    say(f"{count} workers; watch them at {client.dashboard_link}")
    for worker in client.scheduler_info(n_workers=-1)["workers"]:
        # Whoever dies meanwhile imports them later: nothing waits for this.
        _import_distributed().fire_and_forget(
            client.submit(warm_up, pure=False, workers=[worker], retries=0)
        )
    return DaskRunner(client, store, progress)


def _check_workers(client: Client, store: StepStore, address: str) -> None:
    """Refuse a cluster whose workers would not do the same as this program, or not keep it."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_S)
    except TimeoutError as error:
        raise PlannerError(
            f"{address}: its scheduler has no workers; start some (dask worker {address})"
        ) from error
    store.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = store.folder / ".seen"
    probe.write_text(program_rules(), encoding="utf-8")
    try:
        # Sent as source, since a worker may have another planner, or none.
        found = client.run(look_around(), str(probe))
    except Exception as error:  # whatever a worker with another Python or Dask makes of it
        raise PlannerError(
            f"{address}: its workers cannot be asked ({on_one_line(str(error))}); install the same "
            "Python, Dask and planner on all workers"
        ) from error
    finally:
        probe.unlink(missing_ok=True)
    own = list_libraries()
    for worker, (version, rules, seen, libraries) in found.items():
        if rules != program_rules():
            has = f"planner {version}" if version else "no planner"
            raise PlannerError(
                f"{address}: the worker {worker} has {has}, not this planner "
                f"{program_version()}; install the same files on all workers"
            )
        other = [name for name in own if libraries.get(name) != own[name]]
        if other:
            has, wanted = (
                ", ".join(f"{name} {of.get(name, '-')}" for name in other)
                for of in (libraries, own)
            )
            raise PlannerError(
                f"{address}: the worker {worker} has {has}, this computer {wanted}: figures could "
                "differ; install the same versions on all workers"
            )
        if seen != program_rules():
            raise PlannerError(
                f"{address}: the worker {worker} does not see the folder {store.folder}; name one "
                "in --work that this computer and all workers share"
            )
