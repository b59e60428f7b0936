"""Starts the planner without importing anything from the current folder.

The folder of a plan may come from somebody else, and so may a `json.py` in it. So the program takes
the current folder off the import path before it loads anything else. The processes that it starts
(planner/sources/processes.py) run this file as a script, before they know of the package: so it
imports the standard library only.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any


def main() -> None:
    """Run the program `planner`."""
    leave_out_current_folder()
    from planner.cli import main as run_command

    run_command()


def leave_out_current_folder() -> None:
    """Import nothing from the current folder from now on, here and in every Python started here.

    The current folder stays where this package itself was loaded from it: that is a checkout.
    """
    sys.path[:] = trusted_path()
    os.environ["PYTHONSAFEPATH"] = "1"
    # Numba would take settings from a file in the current folder, among them the folder whose
    # compiled files it runs. It reads that file with this library, which nothing else here needs.
    sys.modules.setdefault("yaml", None)  # type: ignore[arg-type]


def trusted_path() -> list[str]:
    """Return where modules are looked for, without the current folder."""
    try:
        here: Path | None = Path.cwd().resolve()
    except OSError:  # it was deleted
        here = None
    if here == Path(__file__).resolve().parents[1]:
        here = None
    return [path for path in sys.path if Path(path).is_absolute() and Path(path).resolve() != here]


def start_module(order: Mapping[str, Any]) -> None:
    """Do in a new process what `build_command` wrote down: call `main(arguments)` of one module.

    The packages that the module stands in are named, not run: their `__init__` would load large
    libraries that the module does not need.
    """
    if order["limits"] is not None:
        _keep_to(order["limits"])
    leave_out_current_folder()
    sys.path += [path for path in order["libraries"] if path not in sys.path]
    parts = order["module"].split(".")
    for depth in range(1, len(parts)):
        package = ModuleType(".".join(parts[:depth]))
        package.__path__ = [str(Path(__file__).parent.joinpath(*parts[1:depth]))]
        sys.modules[package.__name__] = package
    importlib.import_module(order["module"]).main(order["arguments"])


def _keep_to(limits: Mapping[str, Any]) -> None:
    """Set the limits that this operating system has."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(what, (allowed, hard))


if __name__ == "__main__":
    if __package__:
        main()
    else:  # run as a script
        start_module(json.loads(sys.argv[1]))
