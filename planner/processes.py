"""Which Python code runs: this process and those it starts import nothing from where one stands.

A folder with a plan in it comes from somebody else, and so may a `json.py` beside the plan. A
process that is started runs one module of the planner. It imports the standard library, installed
libraries and this package from where it lies: nothing from the working directory, from a plan's
folder or from PYTHONPATH. No start-up file (.pth, sitecustomize) is run, which would also take
time. It may die, and may use only so much, without harm to this one.

This file is also the script by which such a process starts, before it knows of the package: so it
imports the standard library only.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

#: Folders of this name hold installed libraries; others on the path may be anybody's.
_LIBRARIES: Final = frozenset({"site-packages", "dist-packages"})
#: A pool of threads for each core, and room for each thread, would use the memory up unused.
_FEW_THREADS: Final[Mapping[str, str]] = {"OSMIUM_POOL_THREADS": "2", "MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True)
class Limits:
    """What a process may use: seconds of processor and of time, memory and a file in bytes.

    Where the operating system has no such limit (Windows), only the time is kept.
    """

    cpu_seconds: int
    seconds: float
    memory_bytes: int
    file_bytes: int


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code (-9: signal 9, None: out of time), its last words."""

    code: int | None
    words: str


def leave_out_current_folder() -> None:
    """Import nothing from the current folder from now on, here and in every Python started here.

    A folder that this package itself was loaded from stays: that is a checkout one works in.
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


def command_of(module: str, *arguments: str, limits: Limits | None = None) -> list[str]:
    """Return the command that calls `main(arguments)` of a module of the planner in a new process.

    It is one for `subprocess`: no shell reads it.
    """
    order = {
        "module": module,
        "arguments": arguments,
        "libraries": [path for path in sys.path if Path(path).name in _LIBRARIES],
        "limits": None if limits is None else asdict(limits),
    }
    return [sys.executable, "-I", "-S", str(Path(__file__).absolute()), json.dumps(order)]


def run_limited(module: str, *arguments: str, limits: Limits, folder: Path) -> Ended:
    """Call `main(arguments)` of a module in a limited process that stands in a folder, and wait."""
    command = command_of(module, *arguments, limits=limits)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limits.seconds,
            cwd=folder,
            env=os.environ | _FEW_THREADS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ended(None, "")
    return Ended(done.returncode, done.stderr.decode(errors="replace"))


def _start(order: Mapping[str, Any]) -> None:
    """Do in the new process what `command_of` wrote down."""
    if order["limits"] is not None:
        _keep_to(Limits(**order["limits"]))
    leave_out_current_folder()
    sys.path += [path for path in order["libraries"] if path not in sys.path]
    folder = Path(__file__).parent
    spec = importlib.util.spec_from_file_location(
        "planner", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder}: not the planner's package")
    package = importlib.util.module_from_spec(spec)
    sys.modules["planner"] = package
    spec.loader.exec_module(package)
    importlib.import_module(order["module"]).main(order["arguments"])


def _keep_to(limits: Limits) -> None:
    """Set the limits that this operating system has."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(what, (allowed, hard))


if __name__ == "__main__":
    _start(json.loads(sys.argv[1]))
