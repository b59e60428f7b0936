"""The two ways in which a function is compiled.

Round each function numba makes wrappers to call it from Python and from C. They take a fifth of the
time that compiling takes (29.4 s of processor without those not needed, 36.6 s with all), so a
function that kernels alone call has none.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache as remember
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit
from numba.extending import register_jitable

from planner.travel.compiled.drafts import DraftCompiler
from planner.travel.compiled.first_time import announce_compiling
from planner.travel.compiled.one_compiler import compile_once

Function = TypeVar("Function", bound=Callable[..., Any])

announce_compiling()


def kernel(function: Function) -> Function:
    """Compile what Python calls, and other kernels may: once, and kept on disk."""
    # Searches run on several threads at once, so a kernel lets go of the interpreter's lock.
    # numba's own types do not know the option for wrappers.
    options: Any = {"cache": True, "nogil": True, "no_cfunc_wrapper": True, "_nrt": True}
    compiled = njit(**options)(function)
    for index in kept_indexes(compiled):
        with suppress(OSError):  # another process was faster
            if index.stat().st_mtime < _last_change(Path(function.__code__.co_filename).parent):
                index.unlink()
    compile_once(compiled, lambda: bool(kept_indexes(compiled)))
    return cast("Function", compiled)


def kept_indexes(compiled: Any) -> list[Path]:
    """Return the files that say what is kept on disk of a kernel; at most one.

    Numba takes what is kept as long as the kernel's own file is as it was. It does not see that a
    helper changed, or a named tuple, in another file: so `kernel` deletes an index that is older
    than any file beside the kernel's.
    """
    folder, code = compiled.stats.cache_path, compiled.py_func.__code__
    if folder is None:  # nothing can be kept here
        return []
    name = f"{Path(code.co_filename).stem}.{compiled.py_func.__qualname__}-{code.co_firstlineno}."
    return list(Path(folder).glob(f"{name}*.nbi"))


@remember
def _last_change(folder: Path) -> float:
    """Return when the newest source in a folder of kernels, or here, was written."""
    # Kernels of other folders use helpers and named tuples of this one.
    sources = [*folder.glob("*.py"), *Path(__file__).parent.glob("*.py")]
    return max((source.stat().st_mtime for source in sources), default=0.0)


def builder(function: Function) -> Function:
    """Compile what only kernels and builders call and what makes, or returns, arrays."""
    return _compile_with_callers(function, counts=True)


def helper(function: Function) -> Function:
    """Compile what only kernels call, with each of them; in Python it stays as it is written.

    It neither makes arrays nor returns any, but writes into those it is given: its caller holds
    them, so nobody need count them. To count each that is handed on takes a quarter of the time of
    what is called often. What makes arrays is a `builder`.
    """
    return _compile_with_callers(function, counts=False)


def _compile_with_callers(function: Function, *, counts: bool) -> Function:
    """Compile a function into those that call it."""
    # Numba's name for counting who holds an array is `nrt`, its runtime.
    options: Any = {"nogil": True, "no_cfunc_wrapper": True, "forceinline": True, "_nrt": counts}
    options["pipeline_class"] = DraftCompiler
    compiled: Function = register_jitable(**options)(function)
    return compiled
