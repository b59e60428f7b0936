"""The two ways in which a function is compiled.

Round each function numba makes wrappers to call it from Python and from C. They take a fifth of the
time that compiling takes (29.4 s of processor without those not needed, 36.6 s with all), so a
function that kernels alone call has none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from numba import njit
from numba.extending import register_jitable

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Compiling(Protocol):
    """Returns a function that takes and returns what the one it is given does."""

    def __call__(self, function: _Function, /) -> _Function: ...


#: What Python calls, and other kernels may: compiled once and kept on disk.
kernel: Final[_Compiling] = njit(
    cache=True,
    nogil=True,
    no_cfunc_wrapper=True,  # type: ignore[call-overload]  # numba's own types lack it
)
#: What only kernels call: compiled with each of them; in Python it stays the Python that it is.
helper: Final[_Compiling] = register_jitable(nogil=True, no_cfunc_wrapper=True)
