"""What is done on a worker of a cluster: one step, and what goes before the first."""

from __future__ import annotations

import gc
import os
import platform
import sys
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Final

from planner.errors import PlannerError
from planner.scale.work.steps import StepStore, program_rules
from planner.sources.versions import program_version

#: Workers have the same versions of these, or their figures, and how they are sent, could differ.
_LIBRARIES: Final = (
    "dask", "distributed", "geopandas", "numba", "numpy", "osmium", "pandas", "pyproj", "scipy",
    "shapely",
)  # fmt: skip
#: What workers import as soon as they start, while the map is cut.
_WARM_MODULES: Final = ("planner.scale.tiles", "planner.scale.people.gathered")


def do_step(
    module: str, name: str, settings: dict[str, Any], key: str, folder: str, rules: str
) -> str | None:
    """Do one step on a worker; return why it cannot be done, None where it was.

    Its function comes by name: it is looked up, and what it needs imported, behind
    `import_numba`.
    """
    if program_rules() != rules:
        return (
            f"a worker on {platform.node()} has another version of the planner "
            f"({program_version()}); install the same on all workers"
        )
    import_numba()
    try:
        store = StepStore(Path(folder))
        if not store.holds(key):
            work = getattr(import_module(module), name)
            store.save(key, work(store, settings))
    except PlannerError as error:
        return str(error)  # the same wherever it is done: nothing to try again
    return None


def warm_up() -> None:
    """Import on a worker what most steps need."""
    import_numba()
    for module in _WARM_MODULES:
        import_module(module)
    if not gc.get_freeze_count():
        # What was imported stays: Python need not go through it each time it looks for garbage.
        gc.freeze()


def import_numba() -> None:
    """Import numba without the library by which it reads settings from the current folder.

    There they may be anybody's, and name a folder whose compiled files it runs. Dask needs the
    same library, for settings that are the user's own.
    """
    known = sys.modules.pop("yaml", None)
    sys.modules["yaml"] = None  # type: ignore[assignment]
    try:
        import_module("numba")
    finally:
        del sys.modules["yaml"]
        if known is not None:
            sys.modules["yaml"] = known


def list_libraries() -> dict[str, str]:
    """Return the versions of Python, without its last part, of Dask and of what decides figures."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python} | {name: metadata.version(name) for name in _LIBRARIES}


def look_around() -> Callable[[str], tuple[str, str, str, dict[str, str]]]:
    """Return a function that asks a worker for its planner and for what stands in a file."""

    def look(path: str) -> tuple[str, str, str, dict[str, str]]:
        """Return version and rules of the planner, "" for none, what the file holds, libraries."""
        from pathlib import Path

        libraries: dict[str, str] = {}
        try:
            from planner.scale.work.steps import program_rules
            from planner.sources.versions import program_version

            version, rules = program_version(), program_rules()
            from planner.scale.work.worker_side import list_libraries

            libraries = list_libraries()
        except ImportError:
            version, rules = "", ""
        try:
            return version, rules, Path(path).read_text(encoding="utf-8"), libraries
        except OSError:
            return version, rules, "", libraries

    # Without a module cloudpickle sends the function itself and not its name.
    look.__module__ = "__main__"
    return look


def one_core_plugin() -> Any:
    """Return what keeps each worker to one core, so that they do not crowd each other."""
    from distributed import WorkerPlugin

    class OneCore(WorkerPlugin):
        """Binds a worker to the core of its number."""

        def setup(self, worker: Any) -> None:
            """Bind the process."""
            if hasattr(os, "sched_setaffinity"):
                cores = sorted(os.sched_getaffinity(0))
                number = int(worker.name) if str(worker.name).isdigit() else 0
                os.sched_setaffinity(0, {cores[number % len(cores)]})

    return OneCore()
