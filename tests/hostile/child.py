"""Runs the planner on one hostile input in a process of its own, and watches time and memory."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from dataclasses import dataclass
from functools import cache
from multiprocessing import forkserver
from pathlib import Path

import psutil
import pytest

#: What any input may take: seconds, and bytes of memory of the process and those it starts.
MAX_SECONDS = 20.0
MAX_BYTES = 1_000_000_000
#: Seconds for the first run, whose result all cases start from; the machine may be busy.
PREPARING_SECONDS = 120.0
#: No more than this can be asked for at all: a mistake must not take the machine with it.
_ADDRESS_SPACE = 16_000_000_000
#: Each look goes through all processes of the machine, which takes milliseconds of its own.
_LOOK_EVERY_S = 0.05
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["tests.hostile.preload"])
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a run of the planner ended; code -9 where it was stopped for what it took."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    peak_bytes: int


def run_planner(
    arguments: list[str], folder: Path, *, most_seconds: float = MAX_SECONDS
) -> Outcome:
    """Run the planner with these arguments, from a folder; its output goes into files there."""
    told, complained = folder / "stdout.txt", folder / "stderr.txt"
    _start_server()
    process = _server.Process(target=_command, args=(arguments, str(folder)), daemon=False)
    start = time.monotonic()
    process.start()
    peak, seconds = _watch(process, start, most_seconds)
    code = -9 if process.exitcode is None else process.exitcode
    if process.exitcode is None:
        _stop(process)
    texts = [path.read_text("utf-8", errors="replace") for path in (told, complained)]
    told.unlink()
    complained.unlink()
    return Outcome(code, *texts, seconds, peak)


@cache
def _start_server() -> None:
    """Start the process that children are copies of; it looks for modules as this one does.

    It would not find `tests` else, and say nothing: every child would then load all by itself.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(_PROJECT), prepend=os.pathsep)
        forkserver.ensure_running()


def _watch(
    process: multiprocessing.process.BaseProcess, start: float, most_seconds: float
) -> tuple[int, float]:
    """Wait for a process to end or to take too much; return its peak and its seconds."""
    peak, seconds = 0, 0.0
    while process.exitcode is None and seconds < most_seconds and peak < MAX_BYTES:
        process.join(_LOOK_EVERY_S)
        seconds = time.monotonic() - start
        peak = max(peak, _memory(process.pid))
    return peak, seconds


def _memory(pid: int | None) -> int:
    """Return the bytes that a process and those it started hold."""
    try:
        one = psutil.Process(pid)
        family = [one, *one.children(recursive=True)]
        return sum(member.memory_info().rss for member in family)
    except psutil.NoSuchProcess:
        return 0


def _stop(process: multiprocessing.process.BaseProcess) -> None:
    """End a process and those it started."""
    one = psutil.Process(process.pid)
    for member in [*one.children(recursive=True), one]:
        member.kill()
    process.join()


def _command(arguments: list[str], folder: str) -> None:
    """Be the planner's command, in a child."""
    os.chdir(folder)
    for name, stream in (("stdout.txt", 1), ("stderr.txt", 2)):
        opened = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, stream)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = ["planner", *arguments]
    from planner.cli import main

    main()
