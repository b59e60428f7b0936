"""Does half of a list of jobs in a second process, where a computer has a core to spare."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Job = TypeVar("Job")

#: Fewer jobs are done before a second process has begun.
_LEAST: Final = 6
#: What a copy of this process is to do: it has it without being sent anything.
_shared: tuple[Sequence[Any], Callable[[Any], None]] | None = None


def do_in_two_processes(jobs: Sequence[Job], work: Callable[[Job], None]) -> None:
    """Do all jobs, every second one in a copy of this process.

    A copy has everything that was prepared without reading it again. Where there are no copies
    (Windows, macOS) or no second core, all are done here.

    Parameters
    ----------
    jobs
        In any order; each leaves what it does in files.
    work
        Does one.
    """
    if len(jobs) < _LEAST or not sys.platform.startswith("linux") or _count_cores() < 2:
        _do(jobs, work)
        return
    global _shared
    _shared = (jobs[1::2], work)
    try:
        with warnings.catch_warnings():
            # Threads of the libraries are idle by now, and the copy starts none.
            warnings.filterwarnings("ignore", "This process .* is multi-threaded")
            context = multiprocessing.get_context("fork")
            with ProcessPoolExecutor(1, mp_context=context) as pool:
                other = pool.submit(_do_shared)
                _do(jobs[0::2], work)
                try:
                    other.result()
                except BrokenProcessPool:
                    # Killed, as where memory ran out: what it left is done here.
                    _do(jobs[1::2], work)
    finally:
        _shared = None


def _do_shared() -> None:
    if _shared is not None:
        _do(*_shared)


def _do(jobs: Sequence[Job], work: Callable[[Job], None]) -> None:
    for job in jobs:
        work(job)


def _count_cores() -> int:
    return len(os.sched_getaffinity(0))
