"""Processes that this one starts: each runs one module of the planner and may use only so much.

It imports the standard library, installed libraries and this package from where it lies: nothing
from the working directory, from a plan's folder or from PYTHONPATH. No start-up file (.pth,
sitecustomize) is run, which would also take time. It may die without harm to this one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

#: Folders of this name hold installed libraries; others on the path may be anybody's.
_LIBRARIES: Final = frozenset({"site-packages", "dist-packages"})
#: A pool of threads for each core, and room for each thread, would use the memory up unused.
_FEW_THREADS: Final[Mapping[str, str]] = {"OSMIUM_POOL_THREADS": "2", "MALLOC_ARENA_MAX": "2"}
#: The script by which a process starts.
_START: Final = Path(__file__).absolute().parents[1] / "__main__.py"


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

    @property
    def signal_name(self) -> str:
        """Name of the signal that ended it, such as SIGKILL; "" for none, or one without a name."""
        with suppress(ValueError):
            if self.code is not None and self.code < 0:
                return signal.Signals(-self.code).name
        return ""


def build_command(module: str, *arguments: str, limits: Limits | None = None) -> list[str]:
    """Return the command that calls `main(arguments)` of a module of the planner in a new process.

    It is one for `subprocess`: no shell reads it.
    """
    order = {
        "module": module,
        "arguments": arguments,
        "libraries": [path for path in sys.path if Path(path).name in _LIBRARIES],
        "limits": None if limits is None else asdict(limits),
    }
    return [sys.executable, "-I", "-S", str(_START), json.dumps(order)]


def run_limited(module: str, *arguments: str, limits: Limits, folder: Path) -> Ended:
    """Call `main(arguments)` of a module in a limited process that stands in a folder, and wait."""
    command = build_command(module, *arguments, limits=limits)
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
