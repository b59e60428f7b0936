"""A second process in which a part of a cut is done while the first one does another.

It is asked in JSON by `main(arguments)` of a module, as the first one is, keeps to the same limits,
and leaves what it found in files of the folder that both work in. Whatever stops it, the first one
does the part itself, and finds out why.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from planner.sources.processes import build_command


class Helper:
    """A process that does a part."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def succeeded(self) -> bool:
        """Wait for its end; tell whether the part is done."""
        return self._process.wait() == 0


@contextmanager
def helping(module: str, order: Mapping[str, Any]) -> Iterator[Helper]:
    """Start a process that does what an order says; it ends with the block at the latest."""
    process = subprocess.Popen(
        build_command(module, json.dumps(order)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Helper(process)
    finally:
        process.kill()
        process.wait()
