"""The two ways in which a function is compiled.

Round each function numba makes wrappers to call it from Python and from C. They take a fifth of the
time that compiling takes (29.4 s of processor without those not needed, 36.6 s with all), so a
function that kernels alone call has none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit
from numba.extending import register_jitable

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile what Python calls, and other kernels may: once, and kept on disk."""
    # numba's own types do not know the option for wrappers.
    options: Any = {"cache": True, "nogil": True, "no_cfunc_wrapper": True}
    return cast("Function", njit(**options)(function))


def helper(function: Function) -> Function:
    """Compile what only kernels call, with each of them; in Python it stays as it is written."""
    helped: Function = register_jitable(nogil=True, no_cfunc_wrapper=True)(function)
    return helped
