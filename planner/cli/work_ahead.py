"""Work whose first part is done in a copy of this process, while this one finds out the rest."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from typing import Generic, NoReturn, TypeVar

Rest = TypeVar("Rest")
Done = TypeVar("Done")

#: The second part of the work: takes what was not known before, returns what is made of it.
Finish = Callable[[Rest], Done]


class WorkAhead(Generic[Rest, Done]):
    """What `work_ahead` began.

    begin : does the first part, and returns what does the second.
    copy : number of the process that does so already, and the line to it; None: nobody does.
    """

    def __init__(
        self, begin: Callable[[], Finish[Rest, Done]], copy: tuple[int, Connection] | None
    ) -> None:
        self._begin, self._copy = begin, copy
        self._asking = ThreadPoolExecutor(1)

    def finish(self, rest: Rest) -> Callable[[], Done]:
        """Have the second part done; return what waits for it and gives what was made.

        What goes wrong in the copy is done again here, so that a fault is raised as without it.
        """
        asked: Future[tuple[Done] | None] | None = None
        if self._copy is not None:
            asked = self._asking.submit(_ask, self._copy[1], rest)

        def wait() -> Done:
            """Wait for the copy, or do the work."""
            found = _take(asked)
            return self._begin()(rest) if found is None else found[0]

        return wait

    def close(self) -> None:
        """End the copy, whatever it is doing."""
        if self._copy is not None:
            process, line = self._copy
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            self._asking.shutdown()  # whoever waits for the copy sees that it is gone
            line.close()
            self._copy = None


@contextmanager
def work_ahead(
    begin: Callable[[], Finish[Rest, Done]], *, worth: bool = True
) -> Iterator[WorkAhead[Rest, Done]]:
    """Begin a piece of work in a copy of this process, which has all that was read.

    Where there are no copies (Windows, macOS), no second core or other threads, all of it is done
    here once it is asked for.

    Parameters
    ----------
    begin
        Does what can be done now, and returns what does the rest. Both print nothing.
    worth
        False where the work is over before a copy would be made.
    """
    work = WorkAhead(begin, _start(begin) if worth and _can_copy() else None)
    try:
        yield work
    finally:
        work.close()


def _can_copy() -> bool:
    """Tell whether a copy would run beside this process; locks of other threads would stay shut."""
    alone = threading.active_count() == 1
    return sys.platform == "linux" and alone and len(os.sched_getaffinity(0)) > 1


def _start(begin: Callable[[], Finish[Rest, Done]]) -> tuple[int, Connection]:
    """Start the copy; return its number and the line to it."""
    ours, theirs = Pipe()
    with warnings.catch_warnings():
        # Threads of libraries are idle, and the copy needs none of them.
        warnings.filterwarnings("ignore", "This process .* is multi-threaded")
        process = os.fork()
    if process == 0:
        ours.close()  # else nobody here would see that the other process has ended
        _work(begin, theirs)
    theirs.close()
    return process, ours


def _work(begin: Callable[[], Finish[Rest, Done]], line: Connection) -> NoReturn:
    """Be the copy: do both parts and end, without a word of what goes wrong."""
    try:
        finish = begin()
        line.send((finish(line.recv()),))
    finally:
        # Nothing of the process that was copied is to be written or cleaned up twice.
        os._exit(0)


def _ask(line: Connection, rest: Rest) -> tuple[Done] | None:
    """Tell the copy the rest, and wait for what it made of all; None: it has ended without."""
    try:
        line.send(rest)
        found: tuple[Done] = line.recv()
    except (EOFError, OSError):  # killed, as where memory ran out
        return None
    return found


def _take(asked: Future[tuple[Done] | None] | None) -> tuple[Done] | None:
    """Return what the copy made, None without one."""
    return None if asked is None else asked.result()
