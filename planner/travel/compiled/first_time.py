"""Says once that kernels are being compiled, where that takes long: the first time on a machine.

The line is a warning of the logger `planner`: it stands on stderr, or below the cell of a notebook,
unless logging is set up otherwise; `logging.getLogger("planner").setLevel("ERROR")` silences it.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Final

from numba.core import event

log = logging.getLogger(__name__)

#: So many seconds of compiling pass in silence.
PATIENCE_S: Final = 2.0
MESSAGE: Final = (
    "planner compiles its searches for this machine, which takes up to a minute; "
    "the first time only, then they are kept"
)


class CompilingNotice(event.Listener):
    """Counts the seconds spent compiling kernels of the planner, and says so once they are many.

    What is only loaded from disk is not compiled, and counts for nothing. Numba compiles in one
    thread at a time, one kernel within another.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._left_s = patience_s
        self._depth = 0
        self._started = 0.0
        self._timer: threading.Timer | None = None
        self._said = False

    def on_start(self, event: Any) -> None:
        """Wait for what is left of the patience, from the outermost kernel on."""
        if self._said or not _is_ours(event):
            return
        self._depth += 1
        if self._depth == 1:
            self._started = time.perf_counter()
            self._timer = threading.Timer(max(self._left_s, 0.0), self._say)
            self._timer.daemon = True
            self._timer.start()

    def on_end(self, event: Any) -> None:
        """Stop waiting, and remember how long it took."""
        if self._depth == 0 or not _is_ours(event):
            return
        self._depth -= 1
        if self._depth == 0 and self._timer is not None:
            self._timer.cancel()
            self._left_s -= time.perf_counter() - self._started

    def _say(self) -> None:
        """Say it, from the timer's thread; once in a process."""
        self._said = True
        log.warning(MESSAGE)


def _is_ours(event: Any) -> bool:
    """Tell whether an event is about a kernel of the planner, not of another library."""
    function = event.data["dispatcher"].py_func
    return str(function.__module__).partition(".")[0] == "planner"


def announce_compiling() -> None:
    """Listen to the compiler from now on; called once, when the first kernel is defined."""
    register: Any = event.register  # which numba gives no types
    register("numba:compile", CompilingNotice())
