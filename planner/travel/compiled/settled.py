"""Kernels that are called again and again with arguments of the same kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


def settled(kernel: Function) -> Function:
    """Return a kernel that looks only once of what kinds the arrays in its named tuples are.

    Numba looks at each of them at every call. Of the hundred with which isochrones are drawn that
    takes a twentieth of the time of three bands.

    Whoever calls what is returned vouches for what nobody checks any more: at every call the arrays
    in each named tuple have the same type of number, as many dimensions, and lie in one piece of
    memory. So it is kept beside the arrays that it is called with, never in a module. An argument
    of another kind itself goes the usual way.
    """
    compiled: Any = kernel
    settled_kinds: list[Any] | None = None
    entry: Callable[..., Any] = kernel

    def call(*arguments: Any) -> Any:
        """Call the kernel; the first time as numba does, which may have to compile it."""
        nonlocal settled_kinds, entry
        kinds = [_kind_of(argument) for argument in arguments]
        if kinds == settled_kinds:
            return entry(*arguments)
        answer = compiled(*arguments)
        signature = tuple(compiled.typeof_pyval(argument) for argument in arguments)
        # Where numba took a form of the kernel for other kinds, it goes on choosing.
        if signature in compiled.overloads:
            settled_kinds, entry = kinds, compiled.overloads[signature].entry_point
        return answer

    return cast("Function", call)


def _kind_of(argument: Any) -> Any:
    """Return what tells an argument from those of other kinds, without looking into tuples."""
    if isinstance(argument, np.ndarray):
        return argument.dtype, argument.ndim, argument.flags.c_contiguous
    return type(argument)
