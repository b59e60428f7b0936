"""The two ways in which a function is compiled.

Round each function numba makes wrappers to call it from Python and from C. They take a fifth of the
time that compiling takes (29.4 s of processor without those not needed, 36.6 s with all), so a
function that kernels alone call has none.
"""

from __future__ import annotations

from typing import Any, Final

from numba import njit
from numba.extending import register_jitable

#: What Python calls, and other kernels may: compiled once and kept on disk.
kernel: Final[Any] = njit(cache=True, nogil=True, no_cfunc_wrapper=True)
#: What only kernels call: compiled with each of them; in Python it stays the Python that it is.
helper: Final[Any] = register_jitable(nogil=True, no_cfunc_wrapper=True)
