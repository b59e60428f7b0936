"""The two ways in which a function is compiled.

Round each function numba makes wrappers to call it from Python and from C. They take a fifth of the
time that compiling takes (29.4 s of processor without those not needed, 36.6 s with all), so a
function that kernels alone call has none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from numba import njit
from numba.extending import register_jitable

_Function = TypeVar("_Function", bound=Callable[..., Any])
_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "no_cfunc_wrapper": True}


def kernel(function: _Function) -> _Function:
    """Compile what Python calls, and other kernels may: once, and kept on disk."""
    compiled: _Function = njit(cache=True, **_OPTIONS)(function)
    return compiled


def helper(function: _Function) -> _Function:
    """Compile what only kernels call with each of them; in Python it stays the Python it is."""
    kept: _Function = register_jitable(**_OPTIONS)(function)
    return kept
