"""Each kernel is compiled by one process of those that share a cache: the others wait for it.

The first run on a machine compiles in two processes (`planner.cli.warmup`), workers in as many as
there are. Whoever needs a kernel that another process is compiling would do the same work at the
same time, and be done later than that one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from numba.core.compiler_lock import global_compiler_lock

try:
    import fcntl
except ImportError:  # Windows: each compiles for itself
    fcntl = None  # type: ignore[assignment]

#: Between two looks at whether the other process is done, and what is the longest wait, seconds.
_PAUSE_S: Final = 0.01
_PATIENCE_S: Final = 120.0


def compile_once(compiled: Any, is_kept: Callable[[], bool]) -> None:
    """Have a kernel wait, before it is compiled, while another process compiles it.

    A process that dies lets go of its turn, and one that takes too long is not waited for.

    Parameters
    ----------
    compiled
        Numba's object round the kernel, which is kept on disk; changed in place.
    is_kept
        Tells whether it lies there.
    """
    folder, compile_here = compiled.stats.cache_path, compiled.compile
    if fcntl is None or folder is None:
        return
    turn = Path(folder) / f"{compiled.py_func.__module__}.{compiled.py_func.__qualname__}.turn"

    def compile_in_turn(signature: Any) -> Any:
        """Return what numba's own method returns."""
        tried_until = time.monotonic() + _PATIENCE_S
        while not is_kept() and time.monotonic() < tried_until:
            # Numba's lock first: then who has the turn waits for no other thread of its process.
            with global_compiler_lock:
                handle = _take_turn(turn)
                if handle is not None:
                    try:
                        return compile_here(signature)
                    finally:
                        _give_back(handle, turn)
            time.sleep(_PAUSE_S)
        return compile_here(signature)

    compiled.compile = compile_in_turn


def _take_turn(path: Path) -> int | None:
    """Take the turn that a file stands for; None where another process has it.

    Returns a number for `_give_back`: that of the open file, or -1 where none can be written, so
    that nobody can wait for anything.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return -1
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_ino == path.stat().st_ino:
            return handle
    except OSError:  # it is locked, or who had it has just taken it away
        pass
    os.close(handle)
    return None


def _give_back(handle: int, path: Path) -> None:
    """Let the next one have its turn."""
    if handle >= 0:
        with suppress(OSError):
            path.unlink()
        os.close(handle)
