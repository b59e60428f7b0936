"""How what only kernels call is compiled: as a draft, which becomes machine code with its callers.

Numba finishes every function it compiles: it optimises it together with all that it calls, and
makes machine code of it. What is written into its callers anyway is then optimised again within
each of them, level upon level, and its own machine code is never run. A draft ends before that.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

#: Numba gives code that it is going to run an environment; a draft is not run, and takes none.
_NOT_RUN = SimpleNamespace(set_env=lambda _name, _environment: None)

# numba's classes have no types.
_Library: Any = JITCodeLibrary
_Compiler: Any = Compiler


class DraftLibrary(_Library):  # type: ignore[misc]
    """The code of a function that only others take in: neither optimised as a whole nor run."""

    @property
    def codegen(self) -> Any:
        """What would run it: nothing."""
        return _NOT_RUN

    def get_pointer_to_function(self, _name: str) -> int:
        """Return where its machine code stands: nowhere."""
        self._ensure_finalized()
        return 0

    def _optimize_final_module(self) -> None:
        """Leave that to the callers, which optimise what they have taken in."""

    def _finalize_final_module(self) -> None:
        """Make it ready to be taken in, without machine code."""
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


class DraftCompiler(_Compiler):  # type: ignore[misc]
    """Compiles a function as numba does, into a draft."""

    def define_pipelines(self) -> Any:
        """Return the steps of numba's own compiler."""
        state = self.state
        state.library = DraftLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().define_pipelines()
