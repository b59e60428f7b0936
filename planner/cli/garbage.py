"""How often Python looks for garbage while a command runs."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Look for garbage rarely: a run and the compiler make many small values that live on.

    To look through them as often as Python does took 2 of 35 s of the demonstration, and 3 of 43 s
    of compiling.
    """
    gc.set_threshold(200_000, 20, 20)
