"""Kernels that check the types of what is in their named tuples at the first call only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


def settled(kernel: Function) -> Function:
    """Return a kernel that checks the types in its named tuples at the first call only.

    Numba checks each array at every call. For the hundred arrays with which isochrones are drawn
    this takes a twentieth of the time of three bands.

    The caller must guarantee what is not checked any more: at every call each array in a named
    tuple has the dtype and the number of dimensions of the first call and is C-contiguous, and each
    number has the same type. Otherwise the result is wrong or the process crashes. So keep what is
    returned beside the arrays that it is called with, never in a module. An argument that is itself
    an array or a number may change its type: then numba checks everything again.
    """
    compiled: Any = kernel
    settled_types: list[Any] | None = None
    entry: Callable[..., Any] = kernel

    def call(*arguments: Any) -> Any:
        """Call the kernel; the first time as numba does, which may have to compile it."""
        nonlocal settled_types, entry
        types = [_type_of(argument) for argument in arguments]
        if types == settled_types:
            return entry(*arguments)
        answer = compiled(*arguments)
        signature = tuple(compiled.typeof_pyval(argument) for argument in arguments)
        # If numba converted an argument, no compiled form has exactly these types: go on checking.
        if signature in compiled.overloads:
            settled_types, entry = types, compiled.overloads[signature].entry_point
        return answer

    return cast("Function", call)


def _type_of(argument: Any) -> Any:
    """Return the type of an argument, without looking into tuples."""
    if isinstance(argument, np.ndarray):
        flags = argument.flags
        # What else numba tells apart: how the numbers lie in memory, and who may write to them.
        return (
            argument.dtype, argument.ndim, flags.c_contiguous, flags.f_contiguous, flags.writeable,
        )  # fmt: skip
    return type(argument)
