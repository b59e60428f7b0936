"""Keeps the current folder out of what Python runs, in this process and in those it starts.

A folder with a plan in it comes from somebody else, and so may a `json.py` beside the plan.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def leave_out_current_folder() -> None:
    """Import nothing from the current folder from now on, here and in every Python started here.

    A folder that this package itself was loaded from stays: that is a checkout one works in.
    """
    sys.path[:] = trusted_path()
    os.environ["PYTHONSAFEPATH"] = "1"
    # Numba would take settings from a file in the current folder, among them the folder whose
    # compiled files it runs. It reads that file with this library, which nothing else here needs.
    sys.modules.setdefault("yaml", None)  # type: ignore[arg-type]


def trusted_path() -> list[str]:
    """Return where modules are looked for, without the current folder."""
    try:
        here: Path | None = Path.cwd().resolve()
    except OSError:  # it was deleted
        here = None
    if here == Path(__file__).resolve().parents[1]:
        here = None
    return [path for path in sys.path if Path(path).is_absolute() and Path(path).resolve() != here]


def python_command(code: str, *arguments: str) -> list[str]:
    """Return the command that runs code in a new Python, which imports from where this one does.

    Parameters
    ----------
    code
        Of the program's own; it finds its arguments in `sys.argv[1:]`.
    """
    start = (
        f"import sys; sys.path[:] = {trusted_path()!r}\n"
        "from planner.processes import leave_out_current_folder; leave_out_current_folder()\n"
    )
    return [sys.executable, "-I", "-c", start + code, *arguments]
