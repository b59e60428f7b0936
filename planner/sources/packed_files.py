"""Which files are packed for a colleague: results, the plan, and what it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.sources.packed_inputs import list_inputs
from planner.sources.packed_results import PackedFile, list_results


def list_packed(
    folder: Path,
    *,
    sites: Path | None = None,
    compared: Path | None = None,
    report: Path | None = None,
    plan: Path | None = None,
    inputs: bool = True,
) -> tuple[list[PackedFile], dict[str, Any]]:
    """List the files of a run and of what rests on it; return the content of run.json too.

    Parameters
    ----------
    folder
        The --out of a finished run.
    sites, compared, report
        The --out of `planner site`, `planner compare` and `planner report`; those that lie in the
        folder of the run under their usual names if not given.
    plan
        The plan.toml of the run; looked for in and beside its folder if not given.
    inputs
        Whether the plan and the files that it names are among them.

    Raises
    ------
    SourceError
        If the run is unfinished, something rests on another one, or a file has changed.
    """
    files, run = list_results(folder, sites=sites, compared=compared, report=report)
    if inputs:
        files += list_inputs(folder.resolve(), run, plan)
    return files, run
